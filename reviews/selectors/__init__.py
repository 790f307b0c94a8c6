"""Reads of the review layer."""
