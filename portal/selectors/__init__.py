"""Reads that join the apps."""
