"""Python at work beside the database.

While a database works on a statement, Python waits. Where work comes in portions
that are read, worked on and written, one helper thread can work on a portion
while the caller reads the next one and writes the one before.
"""

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Lock
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

AHEAD = 2
"""Portions that are read before the first of them is written; more would only fill memory."""

TURN = 0.0005
"""Seconds a thread computes before another one's turn, while two of them share Python.

An answer of the database waits so long for the thread that computes; by default it
is ten times as long, and a COPY asks for its turn with every piece.
"""


def overlapped(
    portions: Iterable[Given], work: Callable[[Given], Made], *, ahead: int = AHEAD
) -> Generator[Made, None, None]:
    """Yield ``work(portion)`` of every portion in order; ``work`` runs in a thread of its own.

    ``portions`` is gone through in the caller's thread, up to ``ahead`` portions before
    the one that is yielded; ``work`` must not use the database, whose connections belong to threads.
    What ``work`` raises is raised at its portion's place, and the rest is given up. Close it
    (``contextlib.closing``) where whatever is done with a portion may fail.
    """
    waiting: deque[Future[Made]] = deque()
    with _short_turns(), ThreadPoolExecutor(1, thread_name_prefix="overlapped") as helper:
        try:
            for portion in portions:
                waiting.append(helper.submit(copy_context().run, work, portion))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class _Turns:
    """How many are overlapping in this process, and the length of turns before the first of them."""

    lock = Lock()
    users = 0
    usual = 0.0


@contextmanager
def _short_turns() -> Iterator[None]:
    with _Turns.lock:
        if _Turns.users == 0:
            _Turns.usual = sys.getswitchinterval()
            sys.setswitchinterval(TURN)
        _Turns.users += 1
    try:
        yield
    finally:
        with _Turns.lock:
            _Turns.users -= 1
            if _Turns.users == 0:
                sys.setswitchinterval(_Turns.usual)
