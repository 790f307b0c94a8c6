"""The collector of cycles rests while asked to, and is left as it was found."""

import gc

import pytest

from common.memory import collector_resting


def test_it_rests_inside_and_works_again_afterwards():
    with collector_resting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error():
    with pytest.raises(LookupError), collector_resting():
        raise LookupError
    assert gc.isenabled()


def test_whoever_had_it_off_keeps_it_off():
    gc.disable()
    try:
        with collector_resting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
