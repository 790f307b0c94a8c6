"""Reads of the people layer, by use case."""
