"""A small company with facts, targets and a month of cards, for tests that cross apps."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from common.audit import Actor
from common.periods import Month
from metrics.choices import FetchKind, FetchState, Media, Source
from metrics.models import AccountDay, Fetch, ManualEntry, Video, VideoSnapshot
from metrics.services.definitions import load_measures
from people.models import (
    Account,
    AccountPeriod,
    AccountShare,
    Employee,
    LegalEntity,
    Position,
    Posting,
    Team,
    User,
)
from performance.models import Cycle
from performance.services.cycles import open_cycle
from performance.services.schemes import load_builtin_scheme
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    TeamFactory,
    hold,
    make_manager,
    make_operator,
)

ACTOR = Actor("system:test#1", "test")
AUGUST = Month(2026, 8)
AT = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
HELD_FROM = date(2024, 1, 1)


@dataclass
class World:
    """Who is there: managers by team code, operators in order, the open cycle."""

    managers: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    operators: list[User] = field(default_factory=list)
    cycle: Cycle | None = None

    def team_of(self, code: str) -> list[User]:
        """Return the operators of one team."""
        manager = self.managers[code].employee
        return [user for user in self.operators if user.employee.postings.get().manager_id == manager.pk]


def small_world(
    *,
    teams: int = 2,
    people: int = 3,
    month: Month = AUGUST,
    with_cycle: bool = True,
    with_scheme: bool = True,
) -> World:
    """Build ``teams`` teams of ``people`` operators with an account and a month of facts each."""
    CompanyFactory()
    if with_scheme:
        load_measures(at=AT)
        load_builtin_scheme(actor=ACTOR, at=AT)
    world = World()
    for index in range(teams):
        code = f"T{index + 1}"
        world.teams[code] = TeamFactory(code=code, name=f"Team {code}")
        world.managers[code] = make_manager(f"Manager {code}", team=world.teams[code])
        for number in range(people):
            world.operators.append(
                make_operator(
                    f"Operator {code} {number}", manager=world.managers[code], team=world.teams[code]
                )
            )
    for number, user in enumerate(world.operators):
        give_facts(user.employee, month=month, plays=1000 + 10 * number)
    if with_cycle:
        world.cycle = open_cycle(month=month, actor=ACTOR, at=AT)
    return world


def give_facts(person: Employee, *, month: Month, plays: int = 1000, through: date | None = None) -> None:
    """Give the person an account held alone, its days of the month, a list of works and two campaigns."""
    account = AccountFactory(platform="douyin", handle=f"h{person.number}", supplier=person)
    hold(account, person, starts_on=HELD_FROM)
    days = [day for day in month.span if through is None or day <= through]
    AccountDay.objects.bulk_create(
        AccountDay(
            account=account, date=day, source=Source.FILE, plays=plays, likes=plays // 20,
            comments=plays // 50, shares=plays // 100, followers_net=100, followers_gained=150,
            followers_lost=50, followers_total=77_500 + 100 * number, posts=1,
        )
        for number, day in enumerate([month.first - timedelta(days=1), *days])
    )  # fmt: skip
    _list_works(account, month=month, as_of=min(days[-1] + timedelta(days=2), AT.date()))
    ManualEntry.objects.create(
        measure="hot_event_campaigns", employee=person, date=month.first, value=2, title="campaigns",
        state="confirmed", entered_by="user:1", entered_at=AT,
    )  # fmt: skip


def _list_works(account: Account, *, month: Month, as_of: date, count: int = 6) -> None:
    fetch = Fetch.objects.create(
        account=account, kind=FetchKind.FILE, state=FetchState.DONE, at=AT, actor="user:1", actor_name="x",
        grain="video_snapshot", as_of=as_of, first_day=month.first, last_day=month.last,
    )  # fmt: skip
    for number in range(count):
        day = month.first + timedelta(days=number)
        video = Video.objects.create(
            account=account, title=f"v{number}", title_hash=f"{month}{number}", media=Media.VIDEO,
            published_at=datetime(day.year, day.month, day.day, 4, number, tzinfo=UTC), published_on=day,
        )  # fmt: skip
        VideoSnapshot.objects.create(
            video_id=video.pk, captured_on=as_of, source=Source.FILE, plays=10_000, comments=100, shares=128,
            likes=10, completion_rate=Decimal("0.665"), fetch_id=fetch.pk,
        )  # fmt: skip


def crowd(count: int, *, manager: User, team: Team, month: Month = AUGUST) -> list[Employee]:
    """Add ``count`` operators to a team in bulk, each with an account and two days of facts."""
    entity, position = LegalEntity.objects.get(code="ML"), Position.objects.get(code="operator")
    start = Employee.objects.count()
    people = Employee.objects.bulk_create(
        Employee(number=f"C{start + n:06d}", name=f"Crowd {n}", legal_entity=entity, hired_on=HELD_FROM)
        for n in range(count)
    )
    Posting.objects.bulk_create(
        Posting(employee=one, team=team, position=position, manager=manager.employee, starts_on=HELD_FROM)
        for one in people
    )
    accounts = Account.objects.bulk_create(
        Account(platform="douyin", handle=f"c{one.number}", name=one.name, supplier=one) for one in people
    )
    periods = AccountPeriod.objects.bulk_create(
        AccountPeriod(account=account, starts_on=HELD_FROM) for account in accounts
    )
    AccountShare.objects.bulk_create(
        AccountShare(period=period, employee=one, share=100)
        for period, one in zip(periods, people, strict=True)
    )
    AccountDay.objects.bulk_create(
        AccountDay(
            account=account, date=day, source=Source.FILE, plays=1000, followers_net=100,
            followers_gained=150, followers_lost=50, followers_total=77_500,
        )
        for account in accounts
        for day in (month.first - timedelta(days=1), month.last)
    )  # fmt: skip
    return people
