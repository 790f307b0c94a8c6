"""Writes that join the apps."""
