"""The collection board: which account lacks which file of a period, and who owes it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from common.periods import ONE_DAY, Month, Span
from metrics.choices import Grain
from metrics.collection import (
    CellState,
    FileKind,
    Need,
    Period,
    Verdict,
    judge,
    needs_of,
    spans_of,
)
from metrics.definitions import MeasureDefinition
from metrics.importing.profiles import ALL
from metrics.importing.profiles.base import MEASURED
from metrics.models import FileWaiver, RefusedFile
from metrics.selectors.collected import Collected, Waiting, collect
from metrics.selectors.definitions import current_measures
from people.models import Account, AccountShare, Employee, Posting

MONTHS_OFFERED, WEEKS_OFFERED = 6, 5


@dataclass(frozen=True)
class Frame:
    """What a board is read for: the period, the viewer's day, the company's rule and zone."""

    period: Period
    day: date
    due_days: int
    zone: ZoneInfo

    @property
    def due(self) -> date:
        """Return the day until which files come in time."""
        return self.period.due(self.due_days)


@dataclass(frozen=True)
class Cell:
    """One account's file of the period: how it stands, who owes it, what waits."""

    account: Account
    need: Need
    verdict: Verdict
    debtor: Employee | None
    holders: frozenset[int]
    team: tuple[int, str] | None
    refused: RefusedFile | None
    waiver: FileWaiver | None
    waiting: tuple[Waiting, ...]

    @property
    def state(self) -> CellState:
        """Return the state."""
        return self.verdict.state


@dataclass(frozen=True)
class Summary:
    """Counts of a board."""

    files: int
    received: int
    late: int
    rejected: int
    waiting: int
    not_needed: int


@dataclass(frozen=True)
class _Holding:
    spans: tuple[Span, ...]
    firsts: frozenset[date]
    holders: frozenset[int]
    last_holder: Employee | None
    team: tuple[int, str] | None


def file_kinds() -> tuple[FileKind, ...]:
    """Return the kinds of files that become facts, in the order of the profiles."""
    grains = {grain.value for grain in Grain}
    return tuple(
        FileKind(
            key=profile.key,
            title=profile.title,
            platform=profile.platform,
            grain=Grain(profile.grain.value),
            feeds=frozenset(column.field for column in profile.columns if column.kind in MEASURED),
        )
        for profile in ALL
        if profile.grain.value in grains and profile.declined is None
    )


KINDS = file_kinds()


def measures_for(span: Span) -> list[MeasureDefinition]:
    """Return the measures that the cards of a span read; all of them while no scheme is published."""
    in_use = cast(Callable[[Span], frozenset[str] | None], import_string(settings.MEASURES_IN_USE))(span)
    measures = current_measures()
    return [measure for key, measure in measures.items() if in_use is None or key in in_use]


def board(accounts: QuerySet[Account], frame: Frame) -> list[Cell]:
    """Return the cells of the accounts that people with a card hold in the period, by account.

    The number of statements does not depend on how many accounts there are.
    """
    listed, holdings = _holdings(accounts, frame.period.span)
    measures = measures_for(frame.period.span)
    by_kind: dict[tuple[str, str], tuple[Need, ...]] = {}
    for pk in holdings:
        kind = (listed[pk].platform, listed[pk].kind)
        if kind not in by_kind:
            by_kind[kind] = needs_of(*kind, measures=measures, kinds=KINDS)
    needs = {need for found in by_kind.values() for need in found}
    firsts = {pk: holding.firsts for pk, holding in holdings.items()}
    collected = collect(
        firsts=firsts, needs=needs, period=frame.period, due_days=frame.due_days, zone=frame.zone
    )
    return [
        cell
        for pk, account in listed.items()
        for cell in _cells(account, by_kind[account.platform, account.kind], holdings[pk], collected, frame)
    ]


_judged = lru_cache(maxsize=4096)(judge)
"""Most accounts of a board stand alike, so most verdicts are known already."""


@lru_cache(maxsize=4096)
def _joined(parts: tuple[Span, ...]) -> tuple[Span, ...]:
    return spans_of(sorted({day for part in parts for day in part}))


def _cells(
    account: Account, needs: Sequence[Need], holding: _Holding, collected: Collected, frame: Frame
) -> list[Cell]:
    cells = [_cell(account, need, holding, collected, frame) for need in needs]
    stray = collected.last_refused(account.pk, "")
    if stray is None:
        return cells
    owed = next((place for place, cell in enumerate(cells) if cell.verdict.is_owed), None)
    if owed is not None and cells[owed].refused is None:
        cells[owed] = _rejected(cells[owed], stray)
    return cells


def _rejected(cell: Cell, refused: RefusedFile) -> Cell:
    return replace(cell, verdict=replace(cell.verdict, state=CellState.REJECTED), refused=refused)


def _cell(account: Account, need: Need, holding: _Holding, collected: Collected, frame: Frame) -> Cell:
    verdict = _judged(
        need,
        held=holding.spans,
        due=frame.due,
        day=frame.day,
        evidence=collected.evidence(account.pk, need),
        firsts=holding.firsts if frame.period.is_month else frozenset(),
    )
    grain = need.grain.value
    return Cell(
        account=account,
        need=need,
        verdict=verdict,
        debtor=_debtor(account, holding, frame.day),
        holders=holding.holders,
        team=holding.team,
        refused=collected.last_refused(account.pk, grain) if verdict.is_owed else None,
        waiver=collected.waivers.get((account.pk, need.key)),
        waiting=tuple(collected.waiting.get((account.pk, grain), ())),
    )


def _debtor(account: Account, holding: _Holding, day: date) -> Employee | None:
    """Return who owes the files: the supplier named, else who held the account last in the period."""
    supplier = account.supplier
    if supplier is not None and (supplier.left_on is None or supplier.left_on >= day):
        return supplier
    return holding.last_holder


def _holdings(accounts: QuerySet[Account], span: Span) -> tuple[dict[int, Account], dict[int, _Holding]]:
    """Return the accounts that somebody with a card holds in the span, in order, and how each is held."""
    shares = (
        AccountShare.objects.filter(
            period__account__in=accounts.order_by().values("pk"), period__starts_on__lte=span.last
        )
        .exclude(period__ends_on__lt=span.first)
        .select_related("period__account__supplier", "employee")
        .order_by("period__starts_on", "share", "pk")
    )
    found: dict[int, list[AccountShare]] = defaultdict(list)
    for share in shares:
        found[share.period.account_id].append(share)
    posts = _posts({share.employee_id for held in found.values() for share in held}, span)
    holdings = {pk: _holding(held, posts, span) for pk, held in found.items()}
    holdings = {pk: holding for pk, holding in holdings.items() if holding.spans}
    listed = sorted(
        (found[pk][0].period.account for pk in holdings), key=lambda one: (one.platform, one.handle)
    )
    return {one.pk: one for one in listed}, holdings


def _posts(employees: Collection[int], span: Span) -> dict[int, list[Posting]]:
    """Return each person's scored postings that touch the span, in order."""
    postings = Posting.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=span.first), starts_on__lte=span.last, position__scored=True
    )
    if len(employees) <= 5_000:
        postings = postings.filter(employee__in=employees)
    posts: dict[int, list[Posting]] = defaultdict(list)
    for posting in postings.select_related("team").order_by("starts_on"):
        posts[posting.employee_id].append(posting)
    return posts


def _holding(held: Sequence[AccountShare], posts: Mapping[int, list[Posting]], span: Span) -> _Holding:
    parts: list[Span] = []
    last: tuple[date, AccountShare, Posting] | None = None
    holders, firsts = set(), set()
    for share in held:
        inside = span.intersect(share.period.starts_on, share.period.ends_on)
        for posting in posts.get(share.employee_id, ()):
            part = inside.intersect(posting.starts_on, posting.ends_on) if inside else None
            if part is None or inside is None:
                continue
            firsts.add(inside.first)
            holders.add(share.employee_id)
            parts.append(part)
            if last is None or part.last >= last[0]:
                last = (part.last, share, posting)
    team = (last[2].team_id, last[2].team.name) if last else None
    return _Holding(
        _joined(tuple(parts)),
        frozenset(firsts),
        frozenset(holders),
        last[1].employee if last else None,
        team,
    )


def summary_of(cells: Iterable[Cell]) -> Summary:
    """Count how the files stand; what is not needed is no file."""
    found = list(cells)
    states = Counter(cell.state for cell in found)
    return Summary(
        files=len(found) - states[CellState.NOT_NEEDED],
        received=states[CellState.RECEIVED],
        late=states[CellState.LATE],
        rejected=states[CellState.REJECTED],
        waiting=sum(bool(cell.waiting) for cell in found),
        not_needed=states[CellState.NOT_NEEDED],
    )


def owed_by_person(cells: Iterable[Cell]) -> dict[Employee, list[Cell]]:
    """Return what is owed, by the person who owes it, most files first."""
    owed: dict[Employee, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.verdict.is_owed and cell.debtor is not None:
            owed[cell.debtor].append(cell)
    return dict(sorted(owed.items(), key=lambda pair: (-len(pair[1]), pair[0].number)))


def default_period(day: date) -> Period:
    """Return the last month that is over: its files are the ones being collected."""
    return Period.of_month(Month.of(day).plus(-1))


def periods_offered(day: date) -> list[Period]:
    """Return the running month and those before it, then the running week and those before it."""
    months = [Period.of_month(Month.of(day).plus(-back)) for back in range(MONTHS_OFFERED)]
    week = Period.of_week(day)
    weeks = [week]
    while len(weeks) < WEEKS_OFFERED:
        weeks.append(Period.of_week(weeks[-1].span.first - ONE_DAY))
    return [*months, *weeks]
