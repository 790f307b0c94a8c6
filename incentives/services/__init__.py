"""Writes of the incentives layer."""
