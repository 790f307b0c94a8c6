"""Small readings of closed sets. Pure."""

from enum import StrEnum


def values(enum: type[StrEnum]) -> list[str]:
    """Return the stored values of a closed set, in order of declaration."""
    return [member.value for member in enum]
