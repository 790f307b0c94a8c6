"""Commands of the metrics layer."""
