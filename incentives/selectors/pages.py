"""What the bonus pages show, gathered in few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.urls import NoReverseMatch, reverse

from common.templatetags.jiying import isodatetime
from incentives.choices import SheetState
from incentives.models import SHEET_LABELS, Award, BonusSheet, SheetExport
from incentives.selectors.awards import own_awards, told_by
from incentives.selectors.checks import Checks, checks_of
from incentives.selectors.reasons import sentences, tier_name
from incentives.selectors.rows import sheet_row
from incentives.selectors.rule_sets import rule_set_document
from incentives.selectors.sheets import (
    GroupSum,
    PlainLine,
    exports_of,
    is_stale,
    lines_of,
    plain_lines,
    steps_of,
    sum_of,
    sums_by_team,
)
from incentives.sheet_files.document import SheetRow
from people.access import Viewer

ROWS_A_PAGE = 100
FINDINGS_SHOWN = 20
CARD_PAGE = "reviews:card"
"""Where a scorecard is shown, by a layer above: known here by its name alone."""


@dataclass(frozen=True)
class PageRow:
    """A line on the page: its texts and figures, the card behind it, and the team it begins."""

    row: SheetRow
    card: str
    group: GroupSum | None


@dataclass(frozen=True)
class TakenStep:
    """A step somebody took: when, who, to which state, and why."""

    at: datetime
    actor_name: str
    to: SheetState
    reason: str

    @property
    def label(self) -> str:
        """Return the state's name."""
        return str(SHEET_LABELS[self.to])


@dataclass(frozen=True)
class SheetPage:
    """Everything the page of one sheet shows."""

    sheet: BonusSheet
    rows: list[PageRow]
    page: Page[PlainLine]
    teams: Mapping[int, GroupSum]
    total: Decimal
    is_filtered: bool
    checks: Checks
    steps: list[TakenStep]
    exports: list[SheetExport]
    stale: bool

    @property
    def stages(self) -> list[dict[str, object]]:
        """Return the steps of the sheet's way with who took them."""
        return _stages(self.sheet, self.steps)

    @property
    def all_lines(self) -> int:
        """Return how many lines the whole sheet has."""
        return sum(group.count for group in self.teams.values())

    @property
    def more_exceptions(self) -> int:
        """Return how many exceptions are not listed."""
        return len(self.checks.exceptions) - len(self.exceptions)

    @property
    def more_differences(self) -> int:
        """Return how many differences are not listed."""
        return len(self.checks.reconciliation.differences) - len(self.differences)

    @property
    def exceptions(self) -> Sequence[object]:
        """Return the first exceptions; the rest is a number."""
        return self.checks.exceptions[:FINDINGS_SHOWN]

    @property
    def differences(self) -> Sequence[object]:
        """Return the first differences; the rest is a number."""
        return self.checks.reconciliation.differences[:FINDINGS_SHOWN]


@dataclass(frozen=True)
class StatementLine:
    """One of a person's own lines with its reason in words."""

    award: Award
    tier: str
    sentences: list[str]
    on_track: list[dict[str, str | None]]
    card: str


def sheet_page(sheet: BonusSheet, *, team: int | None, search: str, number: str | None) -> SheetPage:
    """Return a page of the sheet, of one team or with a word in number or name.

    Checks and team sums are of the whole sheet; the total follows the filter.
    """
    everything = plain_lines(sheet)
    wanted = _filtered(everything, team, search)
    page = Paginator(wanted, ROWS_A_PAGE).get_page(number)
    teams = sums_by_team(everything)
    return SheetPage(
        sheet=sheet,
        rows=_rows(sheet, page, teams),
        page=page,
        teams=teams,
        total=sum_of(wanted),
        is_filtered=bool(team or search),
        checks=checks_of(sheet, everything),
        steps=[
            TakenStep(step.at, step.actor_name, SheetState(step.to_state), step.reason)
            for step in steps_of(sheet)
        ],
        exports=exports_of(sheet),
        stale=is_stale(sheet),
    )


def statement_of(viewer: Viewer) -> list[StatementLine]:
    """Return the viewer's own awards with reasons; why a line is held is HR's to know."""
    lines = []
    for award in own_awards(viewer):
        document = rule_set_document(award.rule_set_version)
        told = told_by(award)
        held = award.amount is None
        lines.append(
            StatementLine(
                award=award,
                tier=tier_name(award.tier, document),
                sentences=[] if held else sentences(told.reason, document),
                on_track=told.on_track,
                card=card_address(award.cycle.label, award.employee.number),
            )
        )
    return lines


def card_address(cycle: str, number: str) -> str:
    """Return the address of a person's scorecard of a cycle; empty while no layer shows one."""
    try:
        return reverse(CARD_PAGE, args=[cycle, number])
    except NoReverseMatch:
        return ""


def _filtered(lines: list[PlainLine], team: int | None, search: str) -> list[PlainLine]:
    word = search.casefold()
    return [
        line
        for line in lines
        if (team is None or line.team == team)
        and (not word or word in line.number.casefold() or word in line.name.casefold())
    ]


def _rows(sheet: BonusSheet, page: Page[PlainLine], teams: Mapping[int, GroupSum]) -> list[PageRow]:
    rows: list[PageRow] = []
    before: int | None = None
    for line in lines_of(sheet).filter(pk__in=[one.pk for one in page.object_list]):
        group = teams[line.team_id] if line.team_id != before else None
        card = card_address(line.award.cycle.label, line.employee_number)
        rows.append(PageRow(sheet_row(line, sheet), card, group))
        before = line.team_id
    return rows


WAY = (
    SheetState.PREPARED, SheetState.REVIEWED, SheetState.RECHECKED, SheetState.EXPORTED, SheetState.ACCEPTED,
    SheetState.PAID,
)  # fmt: skip


def _stages(sheet: BonusSheet, steps: list[TakenStep]) -> list[dict[str, object]]:
    taken = {step.to: step for step in steps}
    stages: list[dict[str, object]] = []
    for state in WAY:
        step = taken.get(state)
        kind = "current" if sheet.state == state else ("done" if step else "todo")
        note = f"{step.actor_name} {isodatetime(step.at)}" if step else ""
        stages.append({"label": SHEET_LABELS[state], "state": kind, "note": note})
    return stages
