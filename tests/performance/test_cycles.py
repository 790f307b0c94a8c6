"""A month from facts to a sealed card: targets, live scores, freezing, overrides."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from common.audit import Actor
from common.bulk import upsert
from common.errors import Conflict, Refusal
from common.periods import Month
from metrics.choices import FetchKind, FetchState, Media, Source
from metrics.models import AccountDay, Fetch, ManualEntry, Video, VideoSnapshot
from metrics.services.definitions import load_measures
from performance.choices import CardState, CycleState
from performance.models import Cycle, Scorecard, ScorecardLine, ScorecardTrace, ScorecardVersion
from performance.selectors import gathering
from performance.selectors.cards import cycle_report
from performance.services import scoring
from performance.services.cards import move_card, refresh_card, set_manual
from performance.services.cycles import close_cycle, finish_cycle, freeze_cycle, open_cycle, publish_cycle
from performance.services.schemes import load_builtin_scheme
from performance.services.scoring import compute_cards, score_cycle
from tests.factories.people import AccountFactory, hold, make_operator

pytestmark = pytest.mark.django_db
ACTOR = Actor("system:test#1", "test")
NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
AUGUST = Month(2026, 8)


@pytest.fixture
def operator():
    person = make_operator("Alice").employee
    account = AccountFactory(platform="douyin", handle="alice")
    hold(account, person, starts_on=date(2024, 1, 1))
    load_measures(at=NOW)
    load_builtin_scheme(actor=ACTOR, at=NOW)
    return person


def _facts(account, *, months=(8,), through=None):
    days = []
    for number in months:
        month = Month(2026, number)
        for day in month.span:
            if through and day > through:
                break
            days.append(
                AccountDay(
                    account=account, date=day, source=Source.FILE, plays=1000, followers_net=100,
                    followers_gained=150, followers_lost=50,
                    followers_total=77500 + 100 * (len(days) + 1),
                )
            )  # fmt: skip
    first = min(day.date for day in days)
    before = AccountDay(
        account=account, date=first - timedelta(days=1), source=Source.FILE, followers_total=77500
    )
    AccountDay.objects.bulk_create([*days, before])


def _works(account, *, count, month=AUGUST, as_of=date(2026, 9, 2), media=Media.VIDEO):
    fetch = Fetch.objects.create(
        account=account, kind=FetchKind.FILE, state=FetchState.DONE, at=NOW, actor="user:1", actor_name="x",
        grain="video_snapshot", as_of=as_of, first_day=month.first, last_day=month.last,
    )  # fmt: skip
    for number in range(count):
        day = month.first + timedelta(days=number % 28)
        video = Video.objects.create(
            account=account, title=f"v{number}", title_hash=f"{month}{number}", media=media,
            published_at=datetime(day.year, day.month, day.day, 4, number % 60, tzinfo=UTC), published_on=day,
        )  # fmt: skip
        VideoSnapshot.objects.create(
            video_id=video.pk, captured_on=as_of, source=Source.FILE, plays=10_000, comments=100, shares=128,
            likes=10, completion_rate=Decimal("0.665"), fetch_id=fetch.pk,
        )  # fmt: skip


def _line(card, leaf):
    return card.current.lines.get(leaf=leaf)


def test_a_closed_month_is_measured_exactly(operator):
    account = operator.account_shares.get().period.account
    _facts(account)
    _works(account, count=27)
    ManualEntry.objects.create(
        measure="hot_event_campaigns", employee=operator, date=date(2026, 8, 9), value=2, title="x",
        state="confirmed", entered_by="user:1", entered_at=NOW,
    )  # fmt: skip
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    card = Scorecard.objects.get()
    assert (_line(card, "originality").auto, _line(card, "originality").achievement) == (27, Decimal("90.00"))
    assert _line(card, "completion").achievement == Decimal("95.00")
    assert _line(card, "campaigns").achievement == Decimal("100.00")
    assert _line(card, "growth_month").auto == Decimal("0.0400000000")
    assert _line(card, "growth_month").achievement == Decimal("100.00")
    assert _line(card, "followers_year").achievement == Decimal("37.20")  # 3100 of 100 000 / 12
    assert _line(card, "interaction").reason == "building_baseline"
    assert _line(card, "interaction").auto == Decimal("0.0228000000")
    assert _line(card, "conversion").reason == "unsupported"
    assert _line(card, "ad_roi").status == "not_measured"
    assert sum(Decimal(line.effective_percent) for line in card.current.lines.all()) == pytest.approx(100)


def test_scoring_twice_changes_nothing(operator):
    account = operator.account_shares.get().period.account
    _facts(account)
    _works(account, count=3)
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    before = cycle_report(cycle)
    report = score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW + timedelta(hours=1))
    assert report.changed == 0
    assert cycle_report(cycle) == before
    assert ScorecardTrace.objects.count() == 1


def test_a_live_card_stands_at_its_pace(operator):
    account = operator.account_shares.get().period.account
    _facts(account, through=date(2026, 8, 10))
    _works(account, count=10, as_of=date(2026, 8, 10))
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    score_cycle(cycle_id=cycle.pk, day=date(2026, 8, 10), actor=ACTOR, at=NOW)
    card = Scorecard.objects.get()
    assert cycle_report(cycle)["cards"][0]["lines"][0]["target"] == "9.677419"  # 30 × 10/31
    assert _line(card, "growth_month").auto == Decimal("0.0400000000")
    assert Cycle.objects.get().data_through == date(2026, 8, 10)


def test_without_a_list_of_works_the_card_waits(operator):
    account = operator.account_shares.get().period.account
    _facts(account)
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    card = Scorecard.objects.get()
    assert _line(card, "originality").status == "held"
    assert _line(card, "originality").auto is None
    assert card.current.total is None
    close_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    with pytest.raises(Refusal) as refusal:
        freeze_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    assert refusal.value.code == "not_ready"
    assert Cycle.objects.get().state == CycleState.CLOSING


def _frozen(operator):
    account = operator.account_shares.get().period.account
    _facts(account)
    _works(account, count=27)
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    close_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    freeze_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    return Scorecard.objects.select_related("current", "cycle").get()


def _with_details(version, text):
    lines = list(version.lines.all())
    for line in lines:
        line.details = text
    return lines


def test_freezing_seals_and_review_works_on_a_copy(operator):
    card = _frozen(operator)
    auto, review = card.versions.all()
    assert (auto.kind, review.kind, card.current_id) == ("auto", "review", review.pk)
    assert auto.sealed_at
    assert not review.sealed_at
    assert auto.figures_hash == review.figures_hash
    assert card.state == CardState.MANAGER_REVIEW
    with pytest.raises(Conflict):
        score_cycle(cycle_id=card.cycle_id, day=date(2026, 9, 9), actor=ACTOR, at=NOW)


@pytest.mark.parametrize(
    "change",
    [
        lambda version: ScorecardVersion.objects.filter(pk=version.pk).update(total=1),
        lambda version: ScorecardVersion.objects.filter(pk=version.pk)._raw_delete("default"),
        lambda version: ScorecardLine.objects.filter(version=version).update(achievement=1),
        lambda version: ScorecardLine.objects.filter(version=version)._raw_delete("default"),
        lambda version: ScorecardLine.objects.create(
            version=version, leaf="x", position=99, status="measured", structural="0", effective="0",
            effective_percent=0, contribution=0,
        ),
        lambda version: (
            ScorecardLine.objects.filter(version__card=version.card, leaf="campaigns")
            .exclude(version=version)
            .update(version=version, leaf="x")
        ),
        lambda version: upsert(
            ScorecardLine,
            [*_with_details(version.card.current, "{}"), *_with_details(version, "{ }")],
            unique_fields=("version", "leaf"),
            update_fields=("details",),
        ),
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_a_sealed_version(operator, change):
    card = _frozen(operator)
    sealed = card.versions.get(kind="auto")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        change(sealed)


def test_an_override_is_scored_and_survives_a_refresh(operator):
    card = _frozen(operator)
    before = card.current.total
    set_manual(
        card_id=card.pk, leaf="originality", value=Decimal(30), reason="three more were mislabelled",
        row_version=card.row_version, actor=Actor("user:7", "Bob"), at=NOW,
    )  # fmt: skip
    card = Scorecard.objects.select_related("current").get()
    line = _line(card, "originality")
    assert (line.auto, line.manual, line.achievement) == (27, 30, Decimal("100.00"))
    assert card.current.total > before
    refresh_card(
        card_id=card.pk, reason="late file was imported", row_version=card.row_version, actor=ACTOR, at=NOW
    )
    assert _line(Scorecard.objects.get(), "originality").manual == 30


def test_a_move_needs_the_row_version_that_was_seen(operator):
    card = _frozen(operator)
    move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=NOW)
    with pytest.raises(Conflict):
        move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=NOW)
    assert Scorecard.objects.get().current.sealed_at == NOW


def test_publishing_needs_every_card_confirmed(operator):
    card = _frozen(operator)
    with pytest.raises(Refusal):
        publish_cycle(cycle_id=card.cycle_id, actor=ACTOR, at=NOW)
    move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=NOW)
    publish_cycle(cycle_id=card.cycle_id, actor=ACTOR, at=NOW)
    finish_cycle(cycle_id=card.cycle_id, actor=ACTOR, at=NOW)
    card = Scorecard.objects.select_related("cycle").get()
    assert (card.state, card.cycle.state) == (CardState.FINAL, CycleState.FINAL)


def test_the_first_three_months_become_the_baseline(operator):
    account = operator.account_shares.get().period.account
    _facts(account, months=(5, 6, 7, 8))
    for number in (5, 6, 7, 8):
        month = Month(2026, number)
        _works(account, count=10, month=month, as_of=month.last + timedelta(days=2))
    for number in (5, 6, 7):
        cycle = open_cycle(month=Month(2026, number), actor=ACTOR, at=NOW)
        close_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
        freeze_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    target = cycle.targets.get(leaf="interaction")
    assert (target.baseline, target.value) == (Decimal("0.022800"), Decimal("0.027360"))
    assert '"months":["2026-05","2026-06","2026-07"]' in target.provenance
    score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    assert _line(Scorecard.objects.get(cycle=cycle), "interaction").achievement == Decimal("83.33")
    assert cycle.targets.get(leaf="loss_year").value is not None


def test_a_card_left_behind_is_published_later(operator):
    card = _frozen(operator)
    publish_cycle(cycle_id=card.cycle_id, actor=ACTOR, at=NOW, reason="one card still waits")
    with pytest.raises(Refusal):
        publish_cycle(cycle_id=card.cycle_id, actor=ACTOR, at=NOW)
    move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=NOW)
    publish_cycle(cycle_id=card.cycle_id, actor=ACTOR, at=NOW)
    assert Scorecard.objects.get().state == CardState.PUBLISHED


@pytest.fixture
def team(operator):
    """Five people: one from before the month, three who start inside it, one without an account."""
    first = operator.account_shares.get().period.account
    people = [operator, *(make_operator(name).employee for name in ("Bella", "Clara", "Dora", "Emma"))]
    for number, person in enumerate(people[1:4]):
        account = AccountFactory(platform="tiktok" if number else "douyin", handle=f"a{number}")
        hold(account, person, starts_on=date(2026, 8, 1 + 9 * number))
        _facts(account, through=date(2026, 8, 20 + number))
        _works(account, count=4 + number, as_of=date(2026, 9, 2 + number))
    _facts(first)
    _works(first, count=9)
    ManualEntry.objects.create(
        measure="hot_event_campaigns", employee=people[2], date=date(2026, 8, 9), value=1, title="x",
        state="confirmed", entered_by="user:1", entered_at=NOW,
    )  # fmt: skip
    return people


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("day", [date(2026, 9, 9), date(2026, 8, 22)])
def test_portions_of_people_are_scored_as_all_at_once(team, monkeypatch, size, day):
    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    whole = compute_cards(cycle, day=day, closed=day > cycle.ends_on)
    monkeypatch.setattr(gathering, "PORTION", size)
    monkeypatch.setattr(gathering, "SCOPE_LIMIT", 0)
    score_cycle(cycle_id=cycle.pk, day=day, actor=ACTOR, at=NOW)
    stored = {
        card.employee_id: card.current.figures_hash for card in Scorecard.objects.select_related("current")
    }
    assert stored == {card.gathered.member.employee: card.figures.figures_hash for card in whole}
    assert len(set(stored.values())) == len(team)
    again = score_cycle(cycle_id=cycle.pk, day=day, actor=ACTOR, at=NOW)
    assert (again.cards, again.changed, again.created) == (len(team), 0, 0)


def test_a_portion_that_fails_leaves_no_card_of_the_others(team, monkeypatch):
    judge, seen = scoring.score_card, []

    def fail_at_the_fourth(given):
        seen.append(given)
        if len(seen) == 4:
            raise ArithmeticError("the fourth card")
        return judge(given)

    cycle = open_cycle(month=AUGUST, actor=ACTOR, at=NOW)
    monkeypatch.setattr(gathering, "PORTION", 1)
    monkeypatch.setattr(scoring, "score_card", fail_at_the_fourth)
    with pytest.raises(ArithmeticError, match="the fourth card"), transaction.atomic():
        score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW)
    assert not Scorecard.objects.exists()
    assert not ScorecardLine.objects.exists()
    monkeypatch.undo()
    assert score_cycle(cycle_id=cycle.pk, day=date(2026, 9, 9), actor=ACTOR, at=NOW).created == len(team)
