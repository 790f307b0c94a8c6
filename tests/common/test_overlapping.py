"""Work beside the database: in order, all or nothing, and Python is left as it was found."""

import sys
import threading
from contextlib import closing
from contextvars import ContextVar

import pytest

from common.overlapping import AHEAD, TURN, overlapped

SAID = ContextVar("SAID", default="nothing")


def test_what_is_made_comes_in_the_order_of_what_was_given():
    assert list(overlapped(range(50), lambda number: number * number)) == [n * n for n in range(50)]
    assert list(overlapped([], str)) == []


def test_work_runs_beside_the_caller_in_one_thread():
    found = list(overlapped(range(5), lambda _: threading.get_ident()))
    assert len(set(found)) == 1
    assert threading.get_ident() not in found


def test_the_caller_reads_on_while_work_waits():
    """A portion can be worked on only when a later one has been read: nothing here takes turns by itself."""
    read = [threading.Event() for _ in range(6)]

    def portions():
        for number in range(6):
            read[number].set()
            yield number

    def work(number):
        return read[min(number + AHEAD, 5)].wait(timeout=20)

    assert all(overlapped(portions(), work))


def test_no_more_is_read_ahead_than_was_said():
    read = []

    def portions():
        for number in range(10):
            read.append(number)
            yield number

    found = overlapped(portions(), lambda number: number, ahead=3)
    assert next(found) == 0
    assert read == [0, 1, 2, 3]
    found.close()


def test_an_error_comes_at_its_place_and_ends_everything():
    worked = []

    def work(number):
        worked.append(number)
        if number == 3:
            raise LookupError("no fourth")
        return number

    found, interval = overlapped(range(100), work), sys.getswitchinterval()
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(LookupError, match="no fourth"):
        next(found)
    assert len(worked) <= 4 + AHEAD
    assert sys.getswitchinterval() == interval
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("overlapped")]


def test_an_error_while_reading_is_told():
    def portions():
        yield 1
        raise LookupError("nothing more to read")

    with pytest.raises(LookupError, match="nothing more"):
        list(overlapped(portions(), str))


def test_turns_are_short_only_meanwhile_even_when_two_overlap():
    usual = sys.getswitchinterval()
    one, other = overlapped(range(9), str), overlapped(range(9), str)
    next(one)
    next(other)
    assert sys.getswitchinterval() == pytest.approx(TURN)
    one.close()
    assert sys.getswitchinterval() == pytest.approx(TURN)
    other.close()
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_work_knows_what_its_caller_said():
    token = SAID.set("zh-hans")
    try:
        assert list(overlapped([1], lambda _: SAID.get())) == ["zh-hans"]
    finally:
        SAID.reset(token)


def test_whoever_fails_over_a_portion_leaves_no_thread_behind():
    interval = sys.getswitchinterval()
    with pytest.raises(KeyError), closing(overlapped(range(100), str)) as found:
        for _ in found:
            raise KeyError
    assert sys.getswitchinterval() == interval
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("overlapped")]
