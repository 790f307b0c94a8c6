"""Reads of the performance layer."""
