"""Keeping the collector of cycles out of work that makes none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Let Python's collector of reference cycles rest.

    Work that makes very many plain values and no cycles would have it walk over all of them
    again and again to find nothing. Memory is given back as ever, when the last
    reference goes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
