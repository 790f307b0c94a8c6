"""Writes of the review layer: decisions about cards."""
