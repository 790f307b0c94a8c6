"""The read-only API, over the same selectors as the pages."""
