"""Writes of the metrics layer."""
