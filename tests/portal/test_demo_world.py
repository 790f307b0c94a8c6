"""The demonstration company: invented, complete, and the same for the same date."""

import itertools
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from common.periods import ONE_DAY, Month
from people.choices import AccountKind, Role
from portal.demo.plans import LEVELS
from portal.demo.timeline import Timeline
from portal.demo.world import JOINER, LEAVER, TEAMS, WORKED, build_world

TODAYS = [date(2026, 11, 23), date(2027, 2, 10), date(2027, 1, 15), date(2026, 7, 1), date(2028, 3, 1)]
world_on = pytest.mark.parametrize("today", TODAYS)


@world_on
def test_six_months_and_the_running_one(today: date) -> None:
    timeline = Timeline(today)
    assert len(timeline.past) == 6
    assert timeline.past[-1].last + ONE_DAY == timeline.running.first <= today
    assert timeline.start == timeline.past[0].first
    assert len(timeline.nights()) == today.day - 1


@world_on
def test_lists_are_exported_after_each_month_and_never_in_the_future(today: date) -> None:
    timeline = Timeline(today)
    days = timeline.list_days()
    assert list(days) == sorted(set(days))
    assert days[-1] == today
    for month in timeline.past:
        assert any(month.last < day <= month.last.fromordinal(month.last.toordinal() + 3) for day in days)


@world_on
def test_the_company_has_everybody_who_is_needed(today: date) -> None:
    people = build_world(today=today).people
    assert len([p for p in people if p.is_operator]) == 24
    managers = [p for p in people if p.position == "manager"]
    assert [bool(p.manager) for p in managers] == [False, True, True, True]
    roles = Counter(p.role for p in people if p.role)
    assert set(roles) == set(Role)
    assert roles[Role.FINANCE] == 3
    assert {p.team for p in people} <= {code for code, _name, _parent in TEAMS}
    assert len({p.username for p in people}) == len({p.number for p in people}) == len(people)


@world_on
def test_nobody_can_be_taken_for_a_real_person(today: date) -> None:
    world = build_world(today=today)
    assert all(p.name.startswith("演示·") and p.username.startswith("demo-") for p in world.people)
    assert all("样例" in account.name for account in world.accounts)


@world_on
def test_every_account_is_held_without_gap_or_overlap_in_full(today: date) -> None:
    world = build_world(today=today)
    for account in world.accounts:
        held = sorted(account.holdings, key=lambda holding: holding.starts_on)
        for earlier, later in itertools.pairwise(held):
            assert earlier.ends_on is not None
            assert earlier.ends_on + ONE_DAY == later.starts_on
        assert held[-1].ends_on is None
        assert held[0].starts_on <= world.timeline.start
        assert all(sum(share for _, share in holding.shares) == Decimal(100) for holding in held)


@world_on
def test_nobody_holds_an_account_outside_the_employment(today: date) -> None:
    world = build_world(today=today)
    for account in world.accounts:
        for holding in account.holdings:
            for number, _share in holding.shares:
                person = world.person(number)
                assert holding.starts_on >= person.hired_on
                assert person.left_on is None or (holding.ends_on and holding.ends_on <= person.left_on)


def test_the_company_shows_the_special_cases() -> None:
    world = build_world(today=TODAYS[0])
    creators = [account for account in world.accounts if account.kind == AccountKind.CREATOR]
    leads = Counter(account.lead for account in creators if not account.handle.endswith("pair"))
    assert sorted(lead for lead, count in leads.items() if count == 2) == ["Y005", "Y012", "Y019"]
    shares = [
        holding.shares for account in creators for holding in account.holdings if len(holding.shares) > 1
    ]
    assert [[share for _, share in row] for row in shares] == [[Decimal(60), Decimal(40)]]
    last = world.timeline.last_month
    changed = [
        a.handle for a in creators for h in a.holdings if h.starts_on in last.span and h.starts_on.day > 1
    ]
    assert sorted(changed) == ["yunque-12b", "yunque-16"]
    assert (last.last - world.person(JOINER).hired_on).days + 1 < 15
    assert world.person(LEAVER).left_on in world.timeline.past[-2].span
    without = {number for number in LEVELS if not any(a.lead == number and a.kind == AccountKind.SHOP for a in world.accounts)}  # fmt: skip  # noqa: E501
    assert without == {"Y006", "Y014", "Y018", "Y021", "Y023"}


@world_on
def test_campaigns_are_over_and_the_worked_card_has_one_a_month(today: date) -> None:
    world = build_world(today=today)
    assert all(campaign.date < today for campaign in world.campaigns)
    months = Counter(Month.of(c.date) for c in world.campaigns if c.number == WORKED)
    assert [months[month] for month in world.timeline.past] == [1] * 6


def test_the_same_date_gives_the_same_company() -> None:
    assert build_world(today=TODAYS[0]) == build_world(today=TODAYS[0])
    assert build_world(today=TODAYS[0]) != build_world(today=TODAYS[1])
