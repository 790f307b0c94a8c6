"""A work that somebody recognises: suggested by a night, counted by the next, never in a frozen one."""

from decimal import Decimal

import pytest

from metrics.models import Finding, Video
from metrics.services.findings import answer_finding, undo_answer
from performance.models import Scorecard
from performance.services.cycles import close_cycle, freeze_cycle
from portal.pipeline import run_night
from tests.factories.world import ACTOR, AT, AUGUST, small_world

TITLE = "山海之间的第一缕晨光"


@pytest.fixture
def world(db):
    """Two operators, whose third video of August is the same creation."""
    world = small_world(teams=1, people=2)
    Video.objects.filter(title="v2").update(title=TITLE, duration_seconds=Decimal(60))
    return world


def night():
    return run_night(date=AUGUST.last, clock=lambda: AT)


def originals(world):
    cards = [Scorecard.objects.get(employee=user.employee) for user in world.operators]
    return [card.current.lines.get(leaf="originality").auto for card in cards]


def answer(word):
    finding = Finding.objects.get(kind="same_work")
    return answer_finding(finding_id=finding.pk, answer=word, actor=ACTOR, at=AT)


def test_the_next_night_counts_the_work_once_and_the_one_after_an_undo_counts_both(world):
    assert night().failures == {}
    assert originals(world) == [6, 6]
    finding = answer("same")
    night()
    assert originals(world) == [6, 5]
    undo_answer(finding_id=finding.pk, actor=ACTOR, at=AT)
    night()
    assert originals(world) == [6, 6]
    assert Finding.objects.filter(kind="same_work").count() == 1


def test_a_frozen_month_keeps_what_it_was_scored_with(world):
    night()
    close_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT, reason="what is owed stays owed")
    before = list(Scorecard.objects.order_by("pk").values_list("current__figures_hash", "current__total"))
    answer("same")
    night()
    assert originals(world) == [6, 6]
    assert (
        list(Scorecard.objects.order_by("pk").values_list("current__figures_hash", "current__total"))
        == before
    )
