"""The people, teams, accounts and salaries of the demonstration company, all plainly invented. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from common.periods import ONE_DAY, Month
from people.choices import AccountKind, Platform, Role
from portal.demo.timeline import Timeline

COMPANY = "云雀短视频（演示）"
ENTITIES: Mapping[str, str] = {
    "LQ01": "云雀短视频制作（演示）有限公司",
    "LQ02": "云雀海外内容（演示）有限公司",
}
TEAMS: tuple[tuple[str, str, str], ...] = (
    ("LQ", "云雀内容部", ""),
    ("LQ-LIFE", "生活组", "LQ"),
    ("LQ-FOOD", "美食组", "LQ"),
    ("LQ-SEA", "出海组", "LQ"),
    ("LQ-OFFICE", "职能组", ""),
)
POSITIONS: tuple[tuple[str, str, bool], ...] = (
    ("operator", "短视频运营", True),
    ("manager", "运营主管", False),
    ("office", "职能", False),
)
OPERATORS = 24
_TEAM_OF = ("LQ-LIFE", "LQ-FOOD", "LQ-SEA")
_OPERATOR_NAMES = (
    *("晴空", "山岚", "溪石", "白露", "星河", "海棠", "松涛", "竹影"),
    *("云杉", "月桂", "飞雪", "清荷", "雨燕", "长风", "暖阳", "青禾"),
    *("流萤", "秋水", "朝露", "远帆", "银杏", "落霞", "初雪", "晚樱"),
)
_MANAGER_NAMES = ("北斗", "南山", "东篱", "西江")
_OFFICE: tuple[tuple[str, str, Role], ...] = (
    ("demo-hr-people", "人事", Role.HR_PEOPLE),
    ("demo-hr-pay", "薪酬", Role.HR_PAY),
    ("demo-finance-01", "财务一号", Role.FINANCE),
    ("demo-finance-02", "财务二号", Role.FINANCE),
    ("demo-finance-03", "财务三号", Role.FINANCE),
    ("demo-auditor", "审计", Role.AUDITOR),
    ("demo-executive", "总经理", Role.EXECUTIVE),
    ("demo-data", "数据管理", Role.DATA_ADMIN),
    ("demo-admin", "系统管理", Role.ADMIN),
)
WORKED = "Y001"
JOINER, LEAVER = "Y024", "Y016"
HEAD = "G001"
_TIKTOK_ONLY = (20, 21, 22, 23)
_TWO_ACCOUNTS: Mapping[int, Platform] = {5: Platform.DOUYIN, 19: Platform.TIKTOK, 12: Platform.DOUYIN}
_WITHOUT_ADS = frozenset({6, 14, 18, 22})
_WITHOUT_SHOP = frozenset({6, 14, 18, 21, 23})
_ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Person:
    """An employee with a sign-in. ``position`` is a key of ``POSITIONS``."""

    number: str
    name: str
    username: str
    entity: str
    team: str
    position: str
    manager: str
    hired_on: date
    left_on: date | None = None
    role: Role | None = None

    @property
    def is_operator(self) -> bool:
        """Say whether the person is scored."""
        return self.position == "operator"


@dataclass(frozen=True, slots=True)
class Holding:
    """Who held an account in which shares (per cent, 100 together) from when to when."""

    starts_on: date
    ends_on: date | None
    shares: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account, its holdings in order, and the number of the operator whose luck it follows."""

    platform: Platform
    handle: str
    name: str
    kind: AccountKind
    opened_on: date
    supplier: str
    lead: str
    holdings: tuple[Holding, ...]

    @property
    def key(self) -> str:
        """Return ``platform:handle``."""
        return f"{self.platform.value}:{self.handle}"


@dataclass(frozen=True, slots=True)
class Salary:
    """One dated component of a salary, in yuan a month."""

    number: str
    component: str
    amount: Decimal
    starts_on: date


@dataclass(frozen=True, slots=True)
class Campaign:
    """A hot-event campaign that an operator claims and a manager confirms."""

    number: str
    date: date
    title: str
    evidence: str


@dataclass(frozen=True, slots=True)
class World:
    """The whole company as of one date."""

    timeline: Timeline
    people: tuple[Person, ...]
    accounts: tuple[DemoAccount, ...]
    salaries: tuple[Salary, ...]
    campaigns: tuple[Campaign, ...]

    @property
    def operators(self) -> tuple[Person, ...]:
        """Return the scored people, in order of their numbers."""
        return tuple(person for person in self.people if person.is_operator)

    def person(self, number: str) -> Person:
        """Return the person with that employee number. Raises ``KeyError``."""
        return {person.number: person for person in self.people}[number]


def build_world(*, today: date) -> World:
    """Return the company as it stands on the morning of ``today``; the same date gives the same company."""
    timeline = Timeline(today)
    people = (*_managers(timeline), *_operators(timeline), *_office(timeline))
    return World(
        timeline=timeline,
        people=people,
        accounts=tuple(_accounts(timeline)),
        salaries=tuple(_salaries(people)),
        campaigns=tuple(_campaigns(timeline)),
    )


def number_of(index: int) -> str:
    """Return the employee number of operator 1 … 24."""
    return f"Y{index:03d}"


def joined_on(timeline: Timeline) -> date:
    """Return the day the joiner starts: too late in the last month for a paid card."""
    return timeline.last_month.first + timedelta(days=18)


def left_on(timeline: Timeline) -> date:
    """Return the leaver's last day, in the month before the last."""
    return timeline.past[-2].first + timedelta(days=21)


def handed_over_on(timeline: Timeline) -> date:
    """Return the first day of the new holder of the account that changes hands."""
    return timeline.last_month.first + timedelta(days=14)


def _team_of(index: int) -> int:
    return (index - 1) // 8


def _entity_of(team: int) -> str:
    return "LQ02" if team == 2 else "LQ01"


def _managers(timeline: Timeline) -> Iterator[Person]:
    hired = timeline.start.replace(year=timeline.start.year - 4, day=1)
    yield Person(HEAD, f"演示·{_MANAGER_NAMES[0]}", "demo-manager-01", "LQ01", "LQ", "manager", "", hired)
    for team, code in enumerate(_TEAM_OF):
        name, sign_in = f"演示·{_MANAGER_NAMES[team + 1]}", f"demo-manager-{team + 2:02d}"
        yield Person(f"G{team + 2:03d}", name, sign_in, _entity_of(team), code, "manager", HEAD, hired)


def _operators(timeline: Timeline) -> Iterator[Person]:
    for index, name in enumerate(_OPERATOR_NAMES, start=1):
        team, number = _team_of(index), number_of(index)
        back = 1 + index % 3
        hired = date(timeline.start.year - back, 1 + index % 12, 1)
        yield Person(
            number=number,
            name=f"演示·{name}",
            username=f"demo-operator-{index:02d}",
            entity=_entity_of(team),
            team=_TEAM_OF[team],
            position="operator",
            manager=f"G{team + 2:03d}",
            hired_on=joined_on(timeline) if number == JOINER else hired,
            left_on=left_on(timeline) if number == LEAVER else None,
        )


def _office(timeline: Timeline) -> Iterator[Person]:
    hired = date(timeline.start.year - 3, 3, 1)
    for index, (sign_in, name, role) in enumerate(_OFFICE, start=1):
        number, manager = f"Z{index:03d}", "" if role == Role.EXECUTIVE else "Z007"
        yield Person(
            number, f"演示·{name}", sign_in, "LQ01", "LQ-OFFICE", "office", manager, hired, role=role
        )


def _accounts(timeline: Timeline) -> Iterator[DemoAccount]:
    for index in range(1, OPERATORS + 1):
        if number_of(index) != JOINER:
            yield from _accounts_of(timeline, index)
    shared = ((number_of(9), Decimal(60)), (number_of(10), Decimal(40)))
    yield _creator(
        timeline,
        Platform.DOUYIN,
        "yunque-pair",
        "云雀双人样例号",
        9,
        (Holding(timeline.start, None, shared),),
    )


def _accounts_of(timeline: Timeline, index: int) -> Iterator[DemoAccount]:
    platform = Platform.TIKTOK if index in _TIKTOK_ONLY else Platform.DOUYIN
    own = _own(timeline, index)
    yield _creator(timeline, platform, f"yunque-{index:02d}", f"云雀样例{index:02d}号", index, own)
    if index in _TWO_ACCOUNTS:
        second = _handed_over(timeline, index) if index == 12 else own
        handle, name = f"yunque-{index:02d}b", f"云雀样例{index:02d}号副号"
        yield _creator(timeline, _TWO_ACCOUNTS[index], handle, name, index, second)
    if index not in _WITHOUT_ADS:
        yield _business(timeline, platform, "ad", "投放", AccountKind.ADVERTISER, index, own)
    if index not in _WITHOUT_SHOP:
        yield _business(timeline, platform, "shop", "小店", AccountKind.SHOP, index, own)


def _creator(
    timeline: Timeline, platform: Platform, handle: str, name: str, index: int, held: tuple[Holding, ...]
) -> DemoAccount:
    opened = date(timeline.start.year - 2, 1 + index % 12, 8)
    number = number_of(index)
    return DemoAccount(platform, handle, name, AccountKind.CREATOR, opened, "Z008", number, held)


def _business(
    timeline: Timeline,
    platform: Platform,
    key: str,
    word: str,
    kind: AccountKind,
    index: int,
    held: tuple[Holding, ...],
) -> DemoAccount:
    opened = date(timeline.start.year - 1, 1, 5)
    handle, name = f"yunque-{key}-{index:02d}", f"云雀样例{index:02d}号{word}"
    return DemoAccount(platform, handle, name, kind, opened, "Z008", number_of(index), held)


def _whole(number: str, starts_on: date, ends_on: date | None = None) -> Holding:
    return Holding(starts_on, ends_on, ((number, _ALL),))


def _own(timeline: Timeline, index: int) -> tuple[Holding, ...]:
    """Before the first month the team's manager held everything; the leaver's accounts go back and on."""
    number, manager = number_of(index), f"G{_team_of(index) + 2:03d}"
    before = _whole(
        manager, timeline.start.replace(year=timeline.start.year - 1, day=1), timeline.start - ONE_DAY
    )
    if number != LEAVER:
        return (before, _whole(number, timeline.start))
    left, joins = left_on(timeline), joined_on(timeline)
    return (
        before,
        _whole(number, timeline.start, left),
        _whole(manager, left + ONE_DAY, joins - ONE_DAY),
        _whole(JOINER, joins),
    )


def _handed_over(timeline: Timeline, index: int) -> tuple[Holding, ...]:
    changes = handed_over_on(timeline)
    return (
        _whole(number_of(index), timeline.start, changes - ONE_DAY),
        _whole(number_of(index + 1), changes),
    )


def _salaries(people: tuple[Person, ...]) -> Iterator[Salary]:
    for place, person in enumerate(people):
        base = {"operator": 6000, "manager": 11000, "office": 8000}[person.position] + 100 * (place % 9)
        parts = {"base": base, "post": 1500, "performance": 2000 + 50 * (place % 5), "allowance": 500}
        for component, amount in parts.items():
            yield Salary(person.number, component, Decimal(amount), person.hired_on)


def _campaigns(timeline: Timeline) -> Iterator[Campaign]:
    """Yield at most one a month each; the worked example has one a month and so is always on course."""
    for index in range(1, OPERATORS + 1):
        for place, month in enumerate(timeline.months):
            day = month.first + timedelta(days=(index * 3 + place) % 20 + 2)
            runs = number_of(index) == WORKED or (index * 7 + place * 5) % 10 < 8
            if runs and day <= timeline.through and _in_post(timeline, index, day):
                yield _campaign(index, day, month)
    yield from _quarter_so_far(timeline)


def _quarter_so_far(timeline: Timeline) -> Iterator[Campaign]:
    """Yield campaigns of a quarter that began before the first month."""
    first = timeline.past[0]
    for back in range(1, (first.number - 1) % 3 + 1):
        month = first.plus(-back)
        for index in range(1, OPERATORS):
            yield _campaign(index, month.first + timedelta(days=9), month)


def _campaign(index: int, day: date, month: Month) -> Campaign:
    title = f"【演示】{month.number}月热点策划·样例{index:02d}号"
    noted = day + timedelta(days=5)
    evidence = f"演示数据：事件“样例节日{month.number}”，策划案一份，视频三条，复盘记录于 {noted}。"
    return Campaign(number_of(index), day, title, evidence)


def _in_post(timeline: Timeline, index: int, day: date) -> bool:
    number = number_of(index)
    if number == JOINER:
        return day >= joined_on(timeline)
    return number != LEAVER or day <= left_on(timeline)
