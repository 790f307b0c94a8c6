"""Worlds that journeys walk through."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.reviews import NOW, World, make_world


@pytest.fixture
def review(transactional_db: None) -> Iterator[World]:
    """August under review: Alice, Ann and Amy with Bob, Cody with Carol."""
    with time_machine.travel(NOW, tick=True):
        yield make_world()
