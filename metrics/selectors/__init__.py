"""Reads of the metrics layer."""
