"""The reviews layer."""
