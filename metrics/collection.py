"""Which export files an account needs for a period, and how each of them stands. Pure.

What is called owed here is what scoring calls "not supplied": a list of works has to
be taken after the last day held, days of accounts count from the account's first
stored day on, and fields that no export of the platform holds are nobody's debt.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from common.periods import ONE_DAY, Month, Span, plus_working_days
from metrics.capabilities import can_export
from metrics.choices import Aggregation, Basis, Grain
from metrics.definitions import MeasureDefinition

FOLLOWERS = frozenset({"followers_gained", "followers_lost", "followers_net"})
"""Of these three, two make the third."""
OVER_STOCK = frozenset({Aggregation.OVER_OPENING_STOCK, Aggregation.LOSS})
OPENING_DAYS = 4
"""An opening stock is the follower total of one of so many days before the first day held."""
WEEK = timedelta(days=6)
YEARS = (2000, 2999)
"""Years that files are collected for; beyond the calendar's ends there is no due day and no eve."""


class CellState(StrEnum):
    """How one file of one account stands in a period."""

    RECEIVED = "received"
    PARTIAL = "partial"
    DUE = "due"
    LATE = "late"
    REJECTED = "rejected"
    NOT_NEEDED = "not_needed"


OWED = frozenset({CellState.PARTIAL, CellState.DUE, CellState.LATE, CellState.REJECTED})


@dataclass(frozen=True)
class FileKind:
    """A file that can be read: its key and title, the platform (None: any), and the fields it feeds."""

    key: str
    title: str
    platform: str | None
    grain: Grain
    feeds: frozenset[str]

    @property
    def yields(self) -> frozenset[str]:
        """Return the fields fed, with the third of followers where the file holds two."""
        return self.feeds | FOLLOWERS if len(self.feeds & FOLLOWERS) > 1 else self.feeds


@dataclass(frozen=True)
class Need:
    """One file that is needed; ``titles`` are alternatives, each of which is enough.

    ``opening``: it has to reach back to the follower total before the first day held.
    """

    key: str
    grain: Grain
    fields: tuple[str, ...]
    titles: tuple[str, ...]
    cutoff_days: int = 3
    late_days: int = 14
    opening: bool = False


@dataclass(frozen=True)
class Period:
    """A month or a week that files are collected for."""

    label: str
    span: Span

    @classmethod
    def of_month(cls, month: Month) -> "Period":
        """Return a calendar month."""
        return cls(str(month), month.span)

    @classmethod
    def of_week(cls, day: date) -> "Period":
        """Return the week (Monday to Sunday) that ``day`` falls in."""
        first = day - timedelta(days=day.weekday())
        year, week, _weekday = day.isocalendar()
        return cls(f"{year}-W{week:02d}", Span(first, first + WEEK))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2026-08`` or ``2026-W36``. Raises ``ValueError`` for anything else."""
        year, dash, week = text.partition("-W")
        month = None if dash else Month.parse(text)
        if not YEARS[0] <= (int(year) if month is None else month.span.first.year) <= YEARS[1]:
            raise ValueError(text)
        return cls.of_month(month) if month else cls.of_week(date.fromisocalendar(int(year), int(week), 1))

    @property
    def is_month(self) -> bool:
        """Say whether it is a month; cards are made of months."""
        return self.span == Month.of(self.span.first).span

    def due(self, working_days: int) -> date:
        """Return the last day on which its files come in time."""
        return plus_working_days(self.span.last, working_days)


@dataclass(frozen=True)
class Listing:
    """A list of works: the day it was taken, the day it came, and its fields (None: not known)."""

    as_of: date
    came_on: date
    fields: frozenset[str] | None = None

    def holds(self, need: Need) -> bool:
        """Say whether the list has every field that is needed."""
        return self.fields is None or self.fields.issuperset(need.fields)


@dataclass(frozen=True)
class Evidence:
    """What there is for one account and need.

    ``days`` have every field needed, ``totals`` a follower total; ``came_on`` is the day
    on which deliveries first reached the period's end; ``begins`` is the account's first
    stored day; ``refused`` says that the last try was not taken.
    """

    days: frozenset[date] = frozenset()
    totals: frozenset[date] = frozenset()
    listings: tuple[Listing, ...] = ()
    came_on: date | None = None
    begins: date | None = None
    refused: bool = False
    waived: bool = False


@dataclass(frozen=True)
class Verdict:
    """A cell's state, its due day and what it lacks.

    ``came_late``: it is there and came after the due day. ``too_late``: the list was
    taken when no reading of the period's works could count any more. ``before_records``:
    the account's first stored day lies after the period, so nobody owes its days.
    ``unopened``: first days held without a follower total shortly before.
    """

    state: CellState
    due: date
    missing: tuple[Span, ...] = ()
    came_late: bool = False
    too_late: bool = False
    before_records: bool = False
    unopened: tuple[date, ...] = ()
    held_until: date | None = None

    @property
    def missing_days(self) -> int:
        """Return how many days are missing."""
        return sum(span.days for span in self.missing)

    @property
    def is_owed(self) -> bool:
        """Say whether somebody still owes the file."""
        return self.state in OWED


@dataclass
class _Cover:
    fields: tuple[str, ...]
    kinds: list[FileKind] = field(default_factory=list)


def needs_of(
    platform: str, account_kind: str, *, measures: Iterable[MeasureDefinition], kinds: Sequence[FileKind]
) -> tuple[Need, ...]:
    """Return the files an account must bring for the measures, as few as cover their fields.

    A measure over the opening stock also asks the file with follower totals, or the
    first of the account's days where no file has them, for the days before.
    """
    wanted: dict[Grain, list[MeasureDefinition]] = {}
    for measure in measures:
        if measure.basis is Basis.MANUAL or measure.account_kind != account_kind:
            continue
        if can_export(platform, measure.grain, measure.fields):
            wanted.setdefault(measure.grain, []).append(measure)
    return tuple(need for grain, asking in wanted.items() for need in _needs(platform, grain, asking, kinds))


def _needs(
    platform: str, grain: Grain, asking: Sequence[MeasureDefinition], kinds: Sequence[FileKind]
) -> list[Need]:
    covers = _covers(platform, grain, asking, kinds)
    over_stock = any(measure.aggregation in OVER_STOCK for measure in asking)
    with_totals = (place for place, one in enumerate(covers) if "followers_total" in one.kinds[0].yields)
    opening = next(with_totals, 0) if over_stock else None
    return [
        Need(
            key=f"{grain.value}.{cover.kinds[0].key}",
            grain=grain,
            fields=cover.fields,
            titles=tuple(kind.title for kind in cover.kinds),
            cutoff_days=min(measure.cutoff_days for measure in asking),
            late_days=max(measure.late_days for measure in asking),
            opening=place == opening,
        )
        for place, cover in enumerate(covers)
    ]


def _covers(
    platform: str, grain: Grain, asking: Sequence[MeasureDefinition], kinds: Sequence[FileKind]
) -> list[_Cover]:
    """Choose files greedily, the platform's own first; files that feed the same share a place."""
    left = list(dict.fromkeys(name for measure in asking for name in measure.fields))
    own = [kind for kind in kinds if kind.grain is grain and kind.platform == platform]
    anybodys = [kind for kind in kinds if kind.grain is grain and kind.platform is None]
    covers: list[_Cover] = []
    for offered in (own, anybodys):
        while offered and (left or not covers):
            best = max(offered, key=lambda kind: len(kind.yields.intersection(left)))
            found = [name for name in left if name in best.yields]
            if left and not found:
                break
            same = [kind for kind in offered if kind is best or (found and kind.yields.issuperset(found))]
            covers.append(_Cover(tuple(found), sorted(same, key=lambda kind: kind is not best)))
            left = [name for name in left if name not in found]
    return covers


def judge(
    need: Need,
    *,
    held: Collection[Span],
    due: date,
    day: date,
    evidence: Evidence,
    firsts: Collection[date] = (),
) -> Verdict:
    """Say how a file stands on ``day`` for an account held on the spans ``held`` of the period.

    ``firsts`` are the days on which somebody's holding begins in the period.
    """
    last = max(span.last for span in held)
    if evidence.waived:
        return Verdict(CellState.NOT_NEEDED, due, held_until=last)
    if need.grain is Grain.VIDEO_SNAPSHOT:
        found = _judge_listings(need, last, due, day, evidence)
    else:
        found = _judge_days(need, held, last, due, day, evidence, firsts)
    return replace(found, state=CellState.REJECTED) if found.is_owed and evidence.refused else found


def _judge_listings(need: Need, last: date, due: date, day: date, evidence: Evidence) -> Verdict:
    closes = last + timedelta(days=need.cutoff_days + need.late_days)
    after = [one for one in evidence.listings if one.as_of > last and one.holds(need)]
    counting = [one for one in after if one.as_of <= closes]
    if counting:
        came_late = min(one.came_on for one in counting) > due
        return Verdict(CellState.RECEIVED, due, came_late=came_late, held_until=last)
    newest = max((one.as_of for one in evidence.listings if one.holds(need)), default=None)
    if day <= last and newest is not None and newest >= day - ONE_DAY:
        return Verdict(CellState.RECEIVED, due, held_until=last)
    lacks = (Span(min(newest + ONE_DAY, last), last),) if newest and newest <= last else ()
    state = CellState.LATE if day > due else CellState.PARTIAL if lacks else CellState.DUE
    return Verdict(state, due, lacks, too_late=bool(after) or day > closes, held_until=last)


def _judge_days(
    need: Need,
    held: Collection[Span],
    last: date,
    due: date,
    day: date,
    evidence: Evidence,
    firsts: Collection[date],
) -> Verdict:
    begins = evidence.begins if need.grain is Grain.ACCOUNT_DAY else None
    if begins is not None and begins > last:
        return Verdict(CellState.NOT_NEEDED, due, before_records=True, held_until=last)
    wanted = sorted({one for span in held for one in span if one < day and (begins is None or one >= begins)})
    missing = spans_of([one for one in wanted if one not in evidence.days])
    unopened = _unopened(firsts, day, begins, evidence.totals) if need.opening else ()
    if wanted and not missing and not unopened:
        came_late = day > last and evidence.came_on is not None and evidence.came_on > due
        return Verdict(CellState.RECEIVED, due, came_late=came_late, held_until=last)
    some = any(one in evidence.days for one in wanted)
    state = CellState.LATE if day > due else CellState.PARTIAL if some else CellState.DUE
    return Verdict(state, due, missing, unopened=unopened, held_until=last)


def _unopened(
    firsts: Collection[date], day: date, begins: date | None, totals: Collection[date]
) -> tuple[date, ...]:
    """Return the first days without a follower total before; before the records begin nobody owes one."""
    owed = [one for one in sorted(firsts) if one < day and (begins is None or begins <= one)]
    return tuple(
        first
        for first in owed
        if not any(first - timedelta(days=back) in totals for back in range(1, OPENING_DAYS + 1))
    )


def spans_of(days: Iterable[date]) -> tuple[Span, ...]:
    """Return sorted days as runs without a hole."""
    runs: list[Span] = []
    for one in days:
        if runs and runs[-1].last + ONE_DAY == one:
            runs[-1] = Span(runs[-1].first, one)
        else:
            runs.append(Span(one, one))
    return tuple(runs)
