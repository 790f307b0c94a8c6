"""A small company with a month of facts: named people, their accounts, cards under review.

Alice, Ann and Amy work for Bob; Cody works for Carol; Dave and Erin are HR. August 2026
has a fact for every day and 27, 29, 30 and 12 works.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import yaml

from common.audit import Actor
from common.canonical import canonical_text
from common.periods import Month
from incentives.models import CycleRuleSet, RuleSet, RuleSetVersion
from incentives.rules import parse_rule_set, rule_set_to_mapping
from metrics.choices import FetchKind, FetchState, Media, Source
from metrics.models import AccountDay, Fetch, ManualEntry, Video, VideoSnapshot
from metrics.services.definitions import load_measures
from people.access import Viewer, viewer_of
from people.choices import Role
from people.models import Account, Employee, Team, User
from performance.models import Cycle, Scorecard, ScorecardLine, ScorecardVersion
from performance.services.cycles import close_cycle, freeze_cycle, open_cycle
from performance.services.schemes import load_builtin_scheme
from performance.services.scoring import score_cycle
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    TeamFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)

SYSTEM = Actor("system:test#1", "test")
NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 10)
AUGUST = Month(2026, 8)
VALUES = ("plays", "followers_net", "followers_gained", "followers_lost", "followers_total")
BUILTIN_RULES = Path(__file__).parents[2] / "incentives" / "builtin" / "standard.yaml"
WORKS = {"alice": 27, "ann": 29, "amy": 30, "cody": 12}


@dataclass
class World:
    """The named people and the month's cycle."""

    alice: User
    ann: User
    amy: User
    bob: User
    carol: User
    cody: User
    dave: User
    erin: User
    cycle: Cycle

    def viewer(self, user: User, day: date = TODAY) -> Viewer:
        """Return the person as a viewer on a day."""
        return viewer_of(User.objects.select_related("employee").get(pk=user.pk), day=day)

    def card(self, user: User) -> Scorecard:
        """Return the person's card of the month as it is stored now."""
        rows = Scorecard.objects.select_related("employee", "cycle", "current")
        return rows.get(employee=user.employee, cycle=self.cycle)

    def seen(self, user: User) -> dict[str, object]:
        """Return what somebody who opens the person's card now has on the screen."""
        card = self.card(user)
        return {
            "card_id": card.pk,
            "seen_hash": card.current.figures_hash,
            "row_version": card.row_version,
        }


def make_world(*, frozen: bool = True, through: date | None = None, campaigns: bool = True) -> World:
    """Build the company; ``frozen`` hands the month's cards to the managers.

    Otherwise the month is open with facts up to ``through`` (default: its last day).
    """
    CompanyFactory()
    red, blue = TeamFactory(code="red", name="Red"), TeamFactory(code="blue", name="Blue")
    bob, carol = make_manager("Bob", team=red), make_manager("Carol", team=blue)
    people = {name: _operator(name, bob, red) for name in ("alice", "ann", "amy")}
    people["cody"] = _operator("cody", carol, blue)
    last = through or AUGUST.last
    for name, user in people.items():
        add_facts(user.employee, works=WORKS[name], last=last, campaigns=campaigns)
    load_measures(at=NOW)
    load_builtin_scheme(actor=SYSTEM, at=NOW)
    cycle = open_cycle(month=AUGUST, actor=SYSTEM, at=NOW)
    rule_set(cycle)
    if frozen:
        close_cycle(cycle_id=cycle.pk, day=TODAY, actor=SYSTEM, at=NOW)
        freeze_cycle(cycle_id=cycle.pk, day=TODAY, actor=SYSTEM, at=NOW)
    else:
        score_cycle(cycle_id=cycle.pk, day=last, actor=SYSTEM, at=NOW)
    cycle.refresh_from_db()
    return World(
        **people,
        bob=bob,
        carol=carol,
        dave=make_officer("Dave", Role.HR_PEOPLE),
        erin=make_officer("Erin", Role.HR_PEOPLE),
        cycle=cycle,
    )


def _operator(name: str, manager: User, team: Team) -> User:
    return make_operator(name.title(), manager=manager, team=team)


def add_facts(person: Employee, *, works: int, last: date = AUGUST.last, campaigns: bool = True) -> Account:
    """Give a person one account with a fact for every day and ``works`` videos, two thirds completed."""
    account = AccountFactory(platform="douyin", handle=f"dy-{person.number}")
    hold(account, person)
    days = [AUGUST.first + timedelta(days=offset) for offset in range((last - AUGUST.first).days + 1)]
    fetch = _fetch(account, "account_day", last)
    AccountDay.objects.bulk_create(
        [
            AccountDay(
                account=account, date=day, source=Source.FILE, plays=1000, followers_net=100,
                followers_gained=150, followers_lost=50, followers_total=77500 + 100 * (place + 1),
                fetches=dict.fromkeys(VALUES, fetch.pk),
            )
            for place, day in enumerate(days)
        ]
        + [
            AccountDay(
                account=account, date=AUGUST.first - timedelta(days=1), source=Source.FILE,
                followers_total=77500,
            )
        ]
    )  # fmt: skip
    _works(account, works, last)
    if campaigns:
        ManualEntry.objects.create(
            measure="hot_event_campaigns", employee=person, date=date(2026, 8, 9), value=2,
            title="City marathon", state="confirmed", entered_by="system:test#1", entered_at=NOW,
        )  # fmt: skip
    return account


def _fetch(account: Account, grain: str, last: date) -> Fetch:
    as_of = last + timedelta(days=2) if last == AUGUST.last else last
    return Fetch.objects.create(
        account=account, kind=FetchKind.FILE, state=FetchState.DONE, at=NOW, actor="system:test#1",
        actor_name="test", grain=grain, as_of=as_of, first_day=AUGUST.first, last_day=last,
        file_name=f"{account.handle}-{grain}.csv",
    )  # fmt: skip


def _works(account: Account, count: int, last: date) -> None:
    fetch = _fetch(account, "video_snapshot", last)
    videos = [
        Video(
            account=account, title=f"Video {number}", platform_id=f"{account.handle}-{number}",
            title_hash=hashlib.sha256(f"{account.handle}{number}".encode()).hexdigest(),
            media=Media.VIDEO, published_on=AUGUST.first + timedelta(days=number % last.day),
            published_at=datetime(2026, 8, 1 + number % last.day, 4, number % 60, tzinfo=UTC),
        )
        for number in range(count)
    ]  # fmt: skip
    Video.objects.bulk_create(videos)
    VideoSnapshot.objects.bulk_create(
        [
            VideoSnapshot(
                video_id=video.pk, captured_on=fetch.as_of, source=Source.FILE, plays=10_000, comments=100,
                shares=128, likes=10, completion_rate=Decimal("0.665"), fetch_id=fetch.pk,
            )
            for video in Video.objects.filter(account=account)
        ]
    )  # fmt: skip


def rule_set(cycle: Cycle) -> RuleSetVersion:
    """Pin the built-in tiers to the cycle."""
    document = parse_rule_set(yaml.safe_load(BUILTIN_RULES.read_text(encoding="utf-8")))
    text = canonical_text(rule_set_to_mapping(document))
    owner, _ = RuleSet.objects.get_or_create(code=document.key)
    version, _ = RuleSetVersion.objects.get_or_create(
        rule_set=owner, number=1,
        defaults={"text": text, "text_hash": hashlib.sha256(text.encode()).hexdigest(), "published_at": NOW},
    )  # fmt: skip
    CycleRuleSet.objects.get_or_create(cycle=cycle, defaults={"rule_set_version": version})
    return version


def many_cards(world: World, count: int, *, first: int = 0) -> None:
    """Add ``count`` people of Bob's with a copy of Alice's card, cheaply."""
    model = world.card(world.alice)
    people = Employee.objects.bulk_create(
        [
            Employee(
                number=f"X{number:05d}", name=f"Person {number}",
                legal_entity=world.alice.employee.legal_entity, hired_on=date(2024, 1, 1),
            )
            for number in range(first, first + count)
        ]
    )  # fmt: skip
    posting = world.alice.employee.postings.get()
    postings = type(posting).objects.bulk_create(
        [
            type(posting)(
                employee=person, team=posting.team, position=posting.position,
                manager=posting.manager, status=posting.status, starts_on=posting.starts_on,
            )
            for person in people
        ]
    )  # fmt: skip
    _copies(model, people, postings)


def _copies(model: Scorecard, people: list[Employee], postings: list[object]) -> None:
    cards = Scorecard.objects.bulk_create(
        [
            Scorecard(
                employee=person, cycle=model.cycle, scheme_version=model.scheme_version,
                posting=posting, state=model.state,
            )
            for person, posting in zip(people, postings, strict=True)
        ]
    )  # fmt: skip
    names = [
        field.attname for field in ScorecardVersion._meta.concrete_fields
        if field.attname not in ("id", "card_id")
    ]  # fmt: skip
    fields = {name: getattr(model.current, name) for name in names}
    versions = ScorecardVersion.objects.bulk_create([ScorecardVersion(card=card, **fields) for card in cards])
    lines = [
        field.attname for field in ScorecardLine._meta.concrete_fields
        if field.attname not in ("id", "version_id")
    ]  # fmt: skip
    originals = list(model.current.lines.all())
    ScorecardLine.objects.bulk_create(
        [
            ScorecardLine(version=version, **{name: getattr(line, name) for name in lines})
            for version in versions
            for line in originals
        ],
        batch_size=2000,
    )
    for card, version in zip(cards, versions, strict=True):
        card.current = version
    Scorecard.objects.bulk_update(cards, ["current"], batch_size=500)
