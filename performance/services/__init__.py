"""Writes of the performance layer."""
