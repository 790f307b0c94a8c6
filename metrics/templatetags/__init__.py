"""Words for facts on pages."""
