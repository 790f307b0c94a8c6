"""The queue's places come from the database; the rules they must follow are written in Python."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.models import AuditEvent
from metrics.choices import FetchKind, FetchState
from metrics.models import Fetch
from people.models import Employee
from performance.choices import CardState, CycleState, PeriodKind
from performance.models import Cycle, Scorecard, ScorecardLine, ScorecardVersion, TargetSetting
from performance.services.cards import card_number, card_subject
from reviews.attention import group_of
from reviews.choices import Action, Attention, Group, QuestionKind, QuestionState, Who
from reviews.models import DataQuestion
from reviews.selectors.queue import review_queue
from reviews.selectors.standing import managers_of, standing_of
from tests.factories.people import AccountFactory, hold
from tests.factories.reviews import NOW, TODAY, make_world, many_cards

PEOPLE = 150
DECIDING = {Who.MANAGER, Who.STAND_IN}
TOTALS = [
    None,
    *(Decimal(text) for text in ("79.49", "79.50", "85.00", "90.50", "90.51", "100.13", "200.00")),
]
"""At the tiers' edges of 80, 90 and 110, and beside them."""
BEFORE = [None, *(Decimal(text) for text in ("0.00", "64.50", "70.00", "85.13", "85.12", "100.00", "185.00"))]
"""Some lie 15 points from a total to the cent, where sums of floats would fall on the wrong side."""
FLAGS = ("{}", '{"veto_cap":null}', '{"veto_cap":"60"}')
STATES = (
    *[CardState.MANAGER_REVIEW] * 6, CardState.SELF_REVIEW, CardState.CONFIRMED, CardState.APPEALED,
    CardState.ACKNOWLEDGED,
)  # fmt: skip


@pytest.fixture
def world(db):
    made = make_world()
    many_cards(made, PEOPLE)
    _vary(made, random.Random(7))
    return made


def _vary(world, dice):
    """Give the copied cards every mark there is, in combinations that are the same at each run."""
    july = Cycle.objects.create(
        kind=PeriodKind.MONTH, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31), state=CycleState.FINAL
    )
    cards = world.cycle.scorecards.filter(employee__number__startswith="X").select_related("employee")
    for card in cards.order_by("employee__number"):
        rarely = [dice.random() < 0.06 for _mark in range(10)]
        Scorecard.objects.filter(pk=card.pk).update(state=dice.choice(STATES))
        ScorecardVersion.objects.filter(pk=card.current_id).update(
            total=dice.choice(TOTALS), flags=dice.choice(FLAGS) if rarely[0] else "{}",
            waiting=rarely[1], incomplete=rarely[2], observation=rarely[3],
        )  # fmt: skip
        _month_before(card, july, dice.choice(BEFORE))
        if rarely[4]:
            by = dice.choice([world.bob, world.dave, world.carol])
            line = ScorecardLine.objects.filter(version=card.current_id).first()
            ScorecardLine.objects.filter(pk=line.pk).update(manual=1, manual_by=f"user:{by.pk}")
        if rarely[5]:
            _decided(card, *dice.choice([(Action.HOLD,), (Action.HOLD, Action.RETURN), (Action.UNDO,)]))
        if rarely[6]:
            _own_file(card.employee, confirmed=dice.random() < 0.3)
        if rarely[7]:
            TargetSetting.objects.create(
                scope="person", scope_id=card.employee_id, leaf="growth", rule="{}", entered_by="x",
                starts_on=date(2026, 8, dice.choice([1, 31])), reason="a longer leave", entered_at=NOW,
            )  # fmt: skip
        if rarely[8]:
            hired = dice.choice([date(2026, 5, 31), date(2026, 6, 1)])
            Employee.objects.filter(pk=card.employee_id).update(hired_on=hired)
        if rarely[9]:
            _asked(card, dice.choice(list(QuestionState)))
        if dice.random() < 0.2:
            card.employee.postings.update(manager=dice.choice([None, world.carol.employee]))


def _month_before(card, july, total):
    before = Scorecard.objects.create(
        employee=card.employee, cycle=july, scheme_version=card.scheme_version, posting=card.posting
    )
    before.current = ScorecardVersion.objects.create(
        card=before, number=1, kind="auto", inputs="", figures_hash="", total=total, computed_at=NOW,
        made_by="x",
    )  # fmt: skip
    before.save()


def _decided(card, *actions):
    for sequence, action in enumerate(actions, start=1):
        AuditEvent.objects.create(
            subject=card_subject(card), sequence=sequence, actor="user:1", actor_name="Bob", action=action,
            at=NOW + timedelta(minutes=sequence), payload="{}", hash=str(sequence),
        )  # fmt: skip


def _asked(card, state):
    DataQuestion.objects.create(
        card=card, leaf="originality", place="x", kind=QuestionKind.MISSING, text="x", asked_by="user:1",
        asked_by_name="Bob", asked_at=NOW, state=state, moved_at=NOW, moved_by_name="Bob",
    )  # fmt: skip


def _own_file(person, *, confirmed):
    account = AccountFactory(platform="douyin", handle=f"own-{person.number}")
    hold(account, person)
    Fetch.objects.create(
        account=account, kind=FetchKind.FILE, state=FetchState.DONE, at=NOW, actor="x", grain="account_day",
        first_day=date(2026, 8, 1), last_day=date(2026, 8, 2), self_supplied=True,
        confirmed_at=NOW if confirmed else None,
    )  # fmt: skip


def test_the_database_places_every_card_as_the_rules_do(world):
    seen = []
    for user in (world.bob, world.dave, world.carol):
        seen += _placed_by_the_rules(world, world.viewer(user))
    assert {row.group for row in seen} == set(Group)
    assert {chip.reason for row in seen for chip in row.chips} >= set(Attention) - {Attention.CAPPED}


def _placed_by_the_rules(world, viewer):
    rows = list(review_queue(viewer, world.cycle).rows)
    for row in rows:
        reasons = [chip.reason for chip in row.chips]
        assert row.group is group_of(CardState(row.card.state), reasons), (row.number, reasons)
        version = row.card.current
        is_open = row.card.state == CardState.MANAGER_REVIEW
        own = ScorecardLine.objects.filter(version=version, manual_by=f"user:{viewer.user_id}").exists()
        assert row.can_approve == (is_open and version.total is not None and not version.waiting and not own)
    order = list(Group)
    assert rows == sorted(rows, key=lambda row: (order.index(row.group), row.number))
    return rows


def test_the_queue_holds_whom_the_rules_let_decide(world):
    for user in (world.bob, world.dave, world.carol, world.alice):
        viewer = world.viewer(user)
        expected = _whom_the_rules_let_decide(world, viewer)
        assert {row.card.pk for row in review_queue(viewer, world.cycle).rows} == expected
        assert bool(expected) == (user != world.alice)


def _whom_the_rules_let_decide(world, viewer):
    managers = managers_of(None, day=TODAY)
    expected = set()
    for card in world.cycle.scorecards.all():
        editors = set(
            ScorecardLine.objects.filter(version=card.current_id, manual__isnull=False).values_list(
                "manual_by", flat=True
            )
        )
        standing = standing_of(
            viewer, card.employee_id, manager=managers.get(card.employee_id), editors=editors
        )
        if not standing.who.isdisjoint(DECIDING):
            expected.add(card.pk)
    return expected


def test_hr_stands_in_where_a_manager_cannot_sign_in_or_has_left(world):
    dave = world.viewer(world.dave)
    before = len(review_queue(dave, world.cycle).rows)
    world.bob.is_active = False
    world.bob.save()
    without_bob = len(review_queue(dave, world.cycle).rows)
    world.bob.is_active = True
    world.bob.save()
    Employee.objects.filter(pk=world.bob.employee_id).update(left_on=TODAY - timedelta(days=1))
    assert len(review_queue(dave, world.cycle).rows) == without_bob > before
    Employee.objects.filter(pk=world.bob.employee_id).update(left_on=TODAY)
    assert len(review_queue(dave, world.cycle).rows) == before


def test_slices_read_only_their_rows_and_keep_their_order(world, django_assert_num_queries):
    queue = review_queue(world.viewer(world.bob), world.cycle)
    with django_assert_num_queries(3):
        shown = queue.rows[10:20]
    assert [row.number for row in shown] == [place.number for place in queue.places[10:20]]
    assert queue.rows[-1].number == queue.places[-1].number
    assert queue.size == len(queue.places) == sum(queue.counts.values()) == queue.done + queue.left
    assert queue.after(queue.places[-1].number) == queue.places[0]


def test_a_card_and_its_subject_name_each_other():
    assert card_number(card_subject(41)) == 41
