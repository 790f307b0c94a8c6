"""The common layer."""
