"""Decisions about cards, told with named people: Bob manages Alice, Carol does not, Dave is HR."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from common.errors import Conflict, NotAllowed, NotVisible, Refusal
from common.models import AuditEvent, Notice
from people.choices import Role
from performance.choices import CardState
from performance.models import Scorecard
from performance.services.cards import card_subject
from performance.services.cycles import publish_cycle
from reviews.services.bulk import Seen, bulk_approve
from reviews.services.decisions import (
    acknowledge_card,
    approve_card,
    hold_card,
    recall_card,
    reopen_card,
    return_card,
    submit_card,
    undo_approval,
)
from reviews.services.figures import refresh_figures, set_figure
from tests.factories.people import grant
from tests.factories.reviews import NOW, SYSTEM, make_world

pytestmark = pytest.mark.django_db
REASON = "three videos were counted twice"


@pytest.fixture
def world():
    with translation.override("en"):
        yield make_world()


def _approve(world, who, whose, **changes):
    seen = {**world.seen(whose), **changes}
    return approve_card(viewer=world.viewer(who), at=NOW, **seen)


def _seen(world, whose):
    seen = world.seen(whose)
    return {"card_id": seen["card_id"], "row_version": seen["row_version"], "at": NOW}


def _events(world, whose, action):
    return AuditEvent.objects.filter(subject=card_subject(world.card(whose)), action=action)


def test_the_manager_approves_what_was_on_the_screen(world):
    _approve(world, world.bob, world.alice, comment="Well done.")
    card = world.card(world.alice)
    assert (card.state, card.comment) == (CardState.CONFIRMED, "Well done.")
    assert card.current.sealed_at == NOW
    event = _events(world, world.alice, "approve").get()
    assert (event.actor, event.actor_name) == (f"user:{world.bob.pk}", "Bob")
    assert card.current.figures_hash in event.payload
    notice = Notice.objects.get(recipient=world.alice.pk)
    assert (notice.kind, notice.params) == (
        "reviews.confirmed",
        {"cycle": "2026-08", "number": world.alice.employee.number},
    )


@pytest.mark.parametrize(
    ("who", "error"),
    [("carol", NotVisible), ("alice", NotAllowed), ("ann", NotVisible), ("dave", NotAllowed)],
)
def test_nobody_else_approves(world, who, error):
    with pytest.raises(error):
        _approve(world, getattr(world, who), world.alice)
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW
    assert not _events(world, world.alice, "approve").exists()
    _approve(world, world.bob, world.alice)


def test_an_unknown_card_reads_like_a_strangers(world):
    seen = world.seen(world.alice)
    sentences = set()
    for card_id in (seen["card_id"], 10**9):
        with pytest.raises(NotVisible) as refused:
            approve_card(viewer=world.viewer(world.carol), at=NOW, **{**seen, "card_id": card_id})
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_hr_does_not_stand_in_for_their_own_missing_manager(world):
    world.alice.employee.postings.update(manager=None)
    grant(world.alice, Role.HR_PEOPLE)
    with pytest.raises(NotAllowed) as refused:
        _approve(world, world.alice, world.alice)
    assert refused.value.code == "own_card"
    seen = world.seen(world.alice)
    rows = [Seen(seen["card_id"], seen["seen_hash"], seen["row_version"])]
    assert [one.code for one in bulk_approve(viewer=world.viewer(world.alice), rows=rows, at=NOW)] == [
        "own_card"
    ]
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW


def test_another_hr_person_does(world):
    world.alice.employee.postings.update(manager=None)
    grant(world.alice, Role.HR_PEOPLE)
    _approve(world, world.erin, world.alice)
    assert world.card(world.alice).state == CardState.CONFIRMED


def test_the_reporting_line_of_the_day_decides(world):
    posting = world.alice.employee.postings.get()
    posting.ends_on = date(2026, 9, 9)
    posting.save()
    posting.pk, posting.starts_on, posting.ends_on = None, date(2026, 9, 10), None
    posting.manager = world.carol.employee
    posting.save(force_insert=True)
    with pytest.raises(NotVisible):
        _approve(world, world.bob, world.alice)
    _approve(world, world.carol, world.alice)


@pytest.mark.parametrize("missing", ["none", "left", "no sign-in"])
def test_hr_stands_in_for_a_missing_manager(world, missing):
    if missing == "none":
        world.alice.employee.postings.update(manager=None)
    elif missing == "left":
        world.bob.employee.left_on = date(2026, 9, 1)
        world.bob.employee.save()
    else:
        world.bob.is_active = False
        world.bob.save()
    _approve(world, world.dave, world.alice)
    assert world.card(world.alice).state == CardState.CONFIRMED


def test_the_second_approver_is_told_who_and_when(world):
    stale = world.seen(world.alice)
    _approve(world, world.bob, world.alice)
    with pytest.raises(Conflict) as refused:
        approve_card(viewer=world.viewer(world.bob), at=NOW + timedelta(minutes=5), **stale)
    assert refused.value.code == "already_approved"
    assert "already approved by Bob at 2026-09-10 10:00" in str(refused.value)
    assert _events(world, world.alice, "approve").count() == 1
    assert Notice.objects.filter(recipient=world.alice.pk).count() == 1


def test_a_stale_screen_is_told_old_and_new_figures(world):
    stale = world.seen(world.alice)
    before = world.card(world.alice).current.total
    set_figure(
        viewer=world.viewer(world.bob), leaf="originality", value=Decimal(20), reason=REASON,
        **_seen(world, world.alice),
    )  # fmt: skip
    after = world.card(world.alice).current.total
    assert after < before
    with pytest.raises(Conflict) as refused:
        _as_hr(world, stale)
    assert refused.value.code == "figures_changed"
    assert f"{before} → {after}" in str(refused.value)
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW


def _as_hr(world, stale):
    """Bob edited, so Dave stands in; his screen is older than Bob's figure."""
    return approve_card(viewer=world.viewer(world.dave), at=NOW, **stale)


def test_who_entered_a_figure_does_not_confirm_it(world):
    set_figure(
        viewer=world.viewer(world.bob), leaf="originality", value=Decimal(30), reason=REASON,
        **_seen(world, world.alice),
    )  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        _approve(world, world.bob, world.alice)
    assert refused.value.code == "edited_by_you"
    _approve(world, world.dave, world.alice)
    assert world.card(world.alice).state == CardState.CONFIRMED


def test_a_figure_taken_back_frees_the_manager_again(world):
    for value in (Decimal(30), None):
        set_figure(
            viewer=world.viewer(world.bob), leaf="originality", value=value, reason=REASON,
            **_seen(world, world.alice),
        )  # fmt: skip
    _approve(world, world.bob, world.alice)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("NaN"), "no_number"),
        (Decimal("Infinity"), "no_number"),
        (Decimal(-1), "out_of_bounds"),
        (Decimal(10) ** 20, "out_of_bounds"),
    ],
)
def test_impossible_figures_are_refused(world, value, code):
    with pytest.raises(Refusal) as refused:
        set_figure(
            viewer=world.viewer(world.bob), leaf="originality", value=value, reason=REASON,
            **_seen(world, world.alice),
        )  # fmt: skip
    assert refused.value.code == code


@pytest.mark.parametrize("who", ["alice", "dave", "carol"])
def test_others_enter_no_figures(world, who):
    with pytest.raises((NotAllowed, NotVisible)):
        set_figure(
            viewer=world.viewer(getattr(world, who)), leaf="originality", value=Decimal(30),
            reason=REASON, **_seen(world, world.alice),
        )  # fmt: skip
    assert world.card(world.alice).current.lines.get(leaf="originality").manual is None


def test_a_card_goes_back_and_comes_again(world):
    with pytest.raises(Refusal):
        return_card(viewer=world.viewer(world.bob), reason="short", **_seen(world, world.alice))
    return_card(viewer=world.viewer(world.bob), reason=REASON, **_seen(world, world.alice))
    assert world.card(world.alice).state == CardState.SELF_REVIEW
    assert Notice.objects.filter(recipient=world.alice.pk, kind="reviews.returned").count() == 1
    with pytest.raises(Conflict):
        _approve(world, world.bob, world.alice)
    with pytest.raises(NotAllowed):
        submit_card(viewer=world.viewer(world.bob), **_seen(world, world.alice))
    submit_card(viewer=world.viewer(world.alice), reason="They are two cuts.", **_seen(world, world.alice))
    assert Notice.objects.filter(recipient=world.bob.pk, kind="reviews.submitted").count() == 1
    _approve(world, world.bob, world.alice)


def test_the_manager_takes_a_returned_card_back(world):
    return_card(viewer=world.viewer(world.bob), reason=REASON, **_seen(world, world.alice))
    recall_card(viewer=world.viewer(world.bob), **_seen(world, world.alice))
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW


def test_holding_moves_nothing_but_is_logged(world):
    hold_card(viewer=world.viewer(world.bob), reason=REASON, **_seen(world, world.alice))
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW
    assert _events(world, world.alice, "hold").count() == 1


def test_an_approval_is_taken_back_by_its_author_within_ten_minutes(world):
    _approve(world, world.bob, world.alice)
    version = world.card(world.alice).current.number
    with pytest.raises(Refusal) as refused:
        undo_approval(viewer=world.viewer(world.dave), **_seen(world, world.alice))
    assert refused.value.code == "undo_over"
    late = {**_seen(world, world.alice), "at": NOW + timedelta(minutes=11)}
    with pytest.raises(Refusal):
        undo_approval(viewer=world.viewer(world.bob), **late)
    undo_approval(viewer=world.viewer(world.bob), **_seen(world, world.alice))
    card = world.card(world.alice)
    assert (card.state, card.current.number) == (CardState.MANAGER_REVIEW, version + 1)
    assert card.current.sealed_at is None


def test_hr_reopens_with_a_reason(world):
    _approve(world, world.bob, world.alice)
    with pytest.raises(NotAllowed):
        reopen_card(viewer=world.viewer(world.bob), reason=REASON, **_seen(world, world.alice))
    with pytest.raises(Refusal):
        reopen_card(viewer=world.viewer(world.dave), reason="", **_seen(world, world.alice))
    reopen_card(viewer=world.viewer(world.dave), reason=REASON, **_seen(world, world.alice))
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW
    assert Notice.objects.filter(recipient=world.bob.pk, kind="reviews.reopened").exists()


def test_after_publishing_nothing_is_undone_and_the_subject_reads(world):
    for whose, manager in ((world.alice, world.bob), (world.ann, world.bob), (world.amy, world.bob),
                           (world.cody, world.carol)):  # fmt: skip
        _approve(world, manager, whose)
    publish_cycle(cycle_id=world.cycle.pk, actor=SYSTEM, at=NOW)
    with pytest.raises(Refusal):
        undo_approval(viewer=world.viewer(world.bob), **_seen(world, world.alice))
    with pytest.raises(Conflict):
        reopen_card(viewer=world.viewer(world.dave), reason=REASON, **_seen(world, world.alice))
    with pytest.raises(NotAllowed):
        acknowledge_card(viewer=world.viewer(world.bob), **_seen(world, world.alice))
    acknowledge_card(viewer=world.viewer(world.alice), **_seen(world, world.alice))
    assert world.card(world.alice).state == CardState.ACKNOWLEDGED


def test_bulk_approval_answers_for_each_card(world):
    rows = []
    for user in (world.alice, world.ann, world.amy, world.cody):
        seen = world.seen(user)
        rows.append(Seen(seen["card_id"], seen["seen_hash"], seen["row_version"]))
    set_figure(
        viewer=world.viewer(world.bob), leaf="originality", value=Decimal(20), reason=REASON,
        **_seen(world, world.ann),
    )  # fmt: skip
    return_card(viewer=world.viewer(world.bob), reason=REASON, **_seen(world, world.amy))
    rows.append(Seen(10**9, "", 1))
    outcomes = bulk_approve(viewer=world.viewer(world.bob), rows=rows, at=NOW)
    assert [one.code for one in outcomes] == ["approved", "edited_by_you", "state", "not_found", "not_found"]
    states = dict(Scorecard.objects.values_list("employee__name", "state"))
    assert states == {
        "Alice": "confirmed",
        "Ann": "manager_review",
        "Amy": "self_review",
        "Cody": "manager_review",
    }


def test_hr_reads_figures_once_more_and_nobody_else(world):
    with pytest.raises(NotAllowed):
        refresh_figures(viewer=world.viewer(world.bob), reason=REASON, **_seen(world, world.alice))
    refresh_figures(viewer=world.viewer(world.dave), reason=REASON, **_seen(world, world.alice))
    assert _events(world, world.alice, "refresh_card").count() == 1
    _approve(world, world.bob, world.alice)
    with pytest.raises(Conflict):
        refresh_figures(viewer=world.viewer(world.dave), reason=REASON, **_seen(world, world.alice))


def test_a_card_without_a_total_is_not_approved():
    world = make_world()
    version = world.card(world.alice).current
    version.total, version.waiting = None, True
    version.save()
    with pytest.raises(Refusal) as refused:
        _approve(world, world.bob, world.alice)
    assert refused.value.code == "card_waits"
