"""Storing a night's cards: new ones at once, known ones where their figures moved."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from common.audit import Actor
from common.bulk import is_set_based
from common.streaming import Row, Written, insert_rows, reserve_keys, upsert_rows, written_ahead
from performance.choices import CardState, VersionKind
from performance.lines import Figures, LineFigures, VersionFigures
from performance.models import Cycle, Scorecard, ScorecardLine, ScorecardTrace, ScorecardVersion
from performance.selectors.roster import Member

KEYS = 1000
"""Keys named in one statement."""

CARD = (
    "id", "employee_id", "cycle_id", "scheme_version_id", "posting_id", "state", "current_id", "row_version",
    "comment",
)  # fmt: skip
VERSION = (
    "card_id", "number", "kind", "reason", *VersionFigures._fields, "figures_hash", "computed_at", "made_by",
)  # fmt: skip
LINE = ("version_id", *LineFigures._fields)
TRACE = ("card_id", "date", "total", "contributions")

FILLED = 2
"""The row version of a card that was made and filled in."""


class ScoredFigures(NamedTuple):
    """One person's figures under the scheme version that they were scored with."""

    member: Member
    scheme_version: int
    provisional: Decimal | None
    figures: Figures


class _Known(NamedTuple):
    """A card that is there already, with its current version."""

    key: int
    state: str
    posting: int
    scheme_version: int
    version: int | None
    number: int | None
    figures_hash: str | None


class CardStore:
    """Writes the cards of one cycle in the caller's transaction, batch by batch.

    The keys of new cards and versions are reserved beforehand, so that a batch can be laid out as the
    rows to be written, in a thread without a connection, while the database is at another batch.
    """

    def __init__(
        self, cycle: Cycle, employees: Collection[int], *, actor: Actor, at: datetime, day: date
    ) -> None:
        """Read which cards there are and reserve keys for the others."""
        self.cycle, self.actor, self.at = cycle, actor.text, at
        self.day = min(day, cycle.ends_on)
        self.changed = 0
        self._is_copied = is_set_based()
        self._known = _known_cards(cycle)
        missing = [employee for employee in employees if employee not in self._known]
        self.created = len(missing)
        keys = zip(
            missing,
            reserve_keys(Scorecard, self.created),
            reserve_keys(ScorecardVersion, self.created),
            strict=True,
        )
        self._new = {employee: (card, version) for employee, card, version in keys}

    def lay_out(self, cards: Iterable[ScoredFigures]) -> "Batch":
        """Return what is to be written of the cards; uses no database."""
        batch = Batch()
        lines = self._new_lines(cards, batch)
        batch.new_lines = written_ahead(lines) if self._is_copied else list(lines)
        return batch

    def _new_lines(self, cards: Iterable[ScoredFigures], batch: "Batch") -> Iterator[Row]:
        """Yield the lines of new cards; note everything else."""
        for item in cards:
            member, figures = item.member, item.figures
            known = self._known.get(member.employee)
            if known is None:
                card, version = self._new[member.employee]
                batch.new_cards.append(
                    (
                        card, member.employee, self.cycle.pk, item.scheme_version, member.posting,
                        CardState.LIVE.value, version, FILLED, "",
                    )
                )  # fmt: skip
                batch.new_versions.append((version, *self._version(card, 1, figures)))
                for line in figures.lines:
                    yield (version, *line)
            else:
                card = known.key
                self._note(known, item, batch)
            batch.traces.append((card, self.day, item.provisional, figures.contributions))

    def _note(self, known: _Known, item: ScoredFigures, batch: "Batch") -> None:
        """Note what changed about a card that is there: its posting, its scheme, its figures."""
        figures = item.figures
        moved_scheme = known.scheme_version != item.scheme_version
        if moved_scheme or known.posting != item.member.posting:
            batch.moved.append((known.key, item.member.posting, item.scheme_version))
        if moved_scheme and known.version is not None:
            batch.emptied.append(known.version)
        same = known.figures_hash == figures.figures_hash and not moved_scheme
        if known.version is None or known.number is None or known.state != CardState.LIVE or same:
            return
        batch.changed.append(known.key)
        batch.versions.append(self._version(known.key, known.number, figures))
        batch.lines += [(known.version, *line) for line in figures.lines]

    def _version(self, card: int, number: int, figures: Figures) -> Row:
        return (
            card, number, VersionKind.WORKING.value, "", *figures.version, figures.figures_hash, self.at,
            self.actor,
        )  # fmt: skip

    def write(self, batch: "Batch") -> None:
        """Store what was laid out, and have the database check now what refers to what.

        It would check all batches together at the end, while nothing else is left to do.
        """
        insert_rows(ScorecardLine, LINE, batch.new_lines)
        insert_rows(Scorecard, CARD, batch.new_cards)
        insert_rows(ScorecardVersion, ("id", *VERSION), batch.new_versions)
        _move(batch)
        if batch.changed:
            upsert_rows(
                ScorecardVersion,
                VERSION,
                batch.versions,
                unique_fields=("card_id", "number"),
                update_fields=VERSION[4:],
            )
            upsert_rows(
                ScorecardLine,
                LINE,
                batch.lines,
                unique_fields=("version_id", "leaf"),
                update_fields=LINE[2:],
            )
        for start in range(0, len(batch.changed), KEYS):
            found = Scorecard.objects.filter(pk__in=batch.changed[start : start + KEYS])
            found.update(row_version=F("row_version") + 1)
        if batch.traces:
            upsert_rows(
                ScorecardTrace,
                TRACE,
                batch.traces,
                unique_fields=("card_id", "date"),
                update_fields=("total", "contributions"),
            )
        if self._is_copied:
            connection.check_constraints()
        self.changed += len(batch.changed) + len(batch.new_cards)


class Batch:
    """What is to be written of some cards, as rows."""

    def __init__(self) -> None:
        self.new_lines: list[Row] | Written = []
        self.new_cards: list[Row] = []
        self.new_versions: list[Row] = []
        self.versions: list[Row] = []
        self.lines: list[Row] = []
        self.traces: list[Row] = []
        self.moved: list[tuple[int, int, int]] = []
        self.emptied: list[int] = []
        self.changed: list[int] = []


def _known_cards(cycle: Cycle) -> dict[int, _Known]:
    rows = cycle.scorecards.values_list(
        "employee_id", "pk", "state", "posting_id", "scheme_version_id", "current_id", "current__number",
        "current__figures_hash",
    )  # fmt: skip
    return {row[0]: _Known._make(row[1:]) for row in rows}


def _move(batch: Batch) -> None:
    """Re-point cards whose posting or scheme moved; another scheme's lines go."""
    for start in range(0, len(batch.emptied), KEYS):
        ScorecardLine.objects.filter(version__in=batch.emptied[start : start + KEYS]).delete()
    Scorecard.objects.bulk_update(
        [
            Scorecard(pk=card, posting_id=posting, scheme_version_id=scheme)
            for card, posting, scheme in batch.moved
        ],
        ["posting", "scheme_version"],
        batch_size=500,
    )
