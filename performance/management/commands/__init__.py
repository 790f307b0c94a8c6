"""Commands of the performance layer."""
