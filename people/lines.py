"""Reporting lines and trees as plain maps: does a change close a loop? Pure."""

from collections.abc import Mapping


def closes_loop(parents: Mapping[int, int | None], *, child: int, parent: int | None) -> bool:
    """Say whether hanging ``child`` under ``parent`` makes ``child`` its own ancestor.

    ``parents`` maps each key to the one above it; what hangs under ``child`` now
    is ignored. Ends on loops that the map may already have.
    """
    seen: set[int] = set()
    above = parent
    while above is not None and above not in seen:
        if above == child:
            return True
        seen.add(above)
        above = parents.get(above)
    return False
