"""Reads of the incentives layer."""
