"""Reproducible luck: the same names give the same numbers on every machine. Pure."""

from random import Random


def chance(*names: object) -> Random:
    """Return a generator seeded by what it is for. Nothing secret is ever made with it."""
    return Random("jiying demo " + " ".join(map(str, names)))  # noqa: S311
