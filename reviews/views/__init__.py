"""Pages of the review layer."""
