"""One line of a card down to its source: the formula with its numbers, and the rows behind it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common.money import round_half_up
from metrics.choices import COUNTING_NOTES, Basis, RowNote
from metrics.crediting import OVER_STOCK, VALUE_PLACES
from metrics.definitions import MeasureDefinition
from metrics.measures import opening_stocks
from metrics.models import ManualEntry
from metrics.selectors.definitions import current_measures
from metrics.selectors.fact_reader import Reading
from metrics.selectors.frames import follower_totals
from metrics.selectors.measured import source_rows
from people.access import not_visible
from performance.choices import Accrual, LineStatus
from performance.models import Target
from performance.scheme_tree import Leaf
from reviews.selectors.indicators import why_not
from reviews.selectors.sheet import Sheet
from reviews.selectors.sources import SourceRow, account_names, entry_row, rows_of, share_of
from reviews.words import BASELINES, LIMITS, MISSING, NOTES, OPERANDS, SCOPES, exact_figure, figure

SHARE_UNIT_OPERANDS = ("actual", "target", "baseline", "figure", "start", "stop", "threshold")


class LineTrace:
    """A line with its leaf, its measure and what the card was computed from."""

    def __init__(self, sheet: Sheet, leaf: str) -> None:
        row = next((row for row in sheet.rows if row.leaf.key == leaf), None)
        if row is None or sheet.version is None:
            raise not_visible()
        self.sheet, self.row = sheet, row
        self.account_names: dict[int, str] = {}
        self.line = row.line
        self.inputs: dict[str, Any] = json.loads(sheet.version.inputs)
        self.given: dict[str, Any] = next(one for one in self.inputs["leaves"] if one["key"] == leaf)

    @property
    def leaf(self) -> Leaf:
        """Return the leaf of the scheme."""
        return self.row.leaf

    @cached_property
    def definition(self) -> MeasureDefinition:
        """Return the measure that is read."""
        return current_measures()[self.leaf.measure]

    @property
    def first(self) -> date:
        """Return the first day read."""
        return date.fromisoformat(self.given["first"])

    @property
    def through(self) -> date | None:
        """Return the last day read."""
        return date.fromisoformat(self.given["through"]) if self.given["through"] else None

    # the formula

    @property
    def formula(self) -> str:
        """Return the formula with the numbers in it: ``27 / 30 = 90.00 %``."""
        told = self.row.details.get("formula")
        if not told or self.line.achievement is None:
            return ""
        words = {name: self._operand(name, value) for name, value in told["operands"].items()}
        text = told["template"].format(**words)
        raw = told["raw"]
        exact = f"{round_half_up(Fraction(raw), 2)} %" if raw is not None else ""
        limit = f" → {self.line.achievement} % ({LIMITS[told['limited']]})" if told["limited"] else ""
        return f"{text} = {exact}{limit}" if exact else f"{text}{limit}"

    @property
    def formula_in_words(self) -> str:
        """Return the formula with the names of its operands."""
        told = self.row.details.get("formula")
        if not told:
            return ""
        return told["template"].format(**{name: OPERANDS.get(name, name) for name in told["operands"]})

    def _operand(self, name: str, value: str) -> str:
        unit = self.leaf.unit if name in SHARE_UNIT_OPERANDS else "count"
        return exact_figure(Fraction(value), unit)

    @property
    def points_formula(self) -> str:
        """Return achievement × weight = points, with the numbers."""
        if self.line.achievement is None:
            return ""
        weight = f"{self.line.effective_percent:.4f}".rstrip("0").rstrip(".")
        return f"{self.line.achievement} % × {weight} % = {self.line.contribution:.4f}"

    @property
    def sides(self) -> str:
        """Return numerator / denominator = figure, where the figure is a quotient."""
        if self.line.denominator is None or self.line.numerator is None or self.line.auto is None:
            return ""
        top, bottom = (_trim(side) for side in (self.line.numerator, self.line.denominator))
        return f"{top} / {bottom} = {figure(self.line.auto, self.leaf.unit)}"

    @property
    def target_now(self) -> str:
        """Return target × pace × days in post = target by now, for a count whose target was shortened."""
        if (
            self.leaf.accrual is not Accrual.COUNT
            or self.line.full_target is None
            or self.row.expected is None
        ):
            return ""
        pace, post = Fraction(self.given["pace"]), Decimal(self.given["post"])
        parts = [figure(self.line.full_target, self.leaf.unit), str(pace)]
        if post != 1:
            parts.append(_trim(post))
        now = exact_figure(self.line.target, self.leaf.unit) if self.line.target is not None else "–"
        return f"{' × '.join(parts)} = {now}"

    @property
    def provenance(self) -> list[str]:
        """Say where the target and its baseline come from."""
        target = Target.objects.filter(
            cycle=self.sheet.cycle, employee=self.sheet.person, leaf=self.leaf.key
        ).first()
        if target is None:
            return []
        told = json.loads(target.provenance)
        lines = [str(SCOPES.get(told["scope"], told["scope"]))]
        baseline = told.get("baseline")
        if baseline:
            months = ", ".join(baseline["months"])
            lines.append(
                _("baseline %(figure)s: %(source)s%(months)s")
                % {
                    "figure": figure(Decimal(baseline["value"]), self.leaf.unit)
                    if baseline["value"]
                    else "–",
                    "source": BASELINES.get(baseline["source"], baseline["source"]),
                    "months": f" ({months})" if months else "",
                }
            )
        growth = told["rule"].get("growth")
        if baseline and growth:
            lines.append(_("target growth %(growth)s") % {"growth": figure(Decimal(growth), "share")})
        if target.reason:
            lines.append(str(MISSING.get(target.reason, target.reason)))
        return lines

    def _baseline(self, value: str | None) -> str:
        return figure(Decimal(value), self.leaf.unit) if value else "–"

    @property
    def weight_moves(self) -> list[str]:
        """Say whose weight came here and where the line's own went, and why."""
        names = {row.leaf.key: row for row in self.sheet.rows}
        told = []
        for leaf, weight, _kind in self.row.details["moved_from"]:
            other = names[leaf]
            told.append(
                _("%(weight)s came from “%(leaf)s”: %(why)s.")
                % {"weight": figure(Fraction(weight), "share"), "leaf": other.name, "why": why_not(other)}
            )
        for leaf, weight, _kind in self.row.details["moved_to"]:
            told.append(
                _("%(weight)s went to “%(leaf)s”: %(why)s.")
                % {
                    "weight": figure(Fraction(weight), "share"),
                    "leaf": names[leaf].name,
                    "why": why_not(self.row),
                }
            )
        return told

    # the rows

    @property
    def rows(self) -> list[SourceRow]:
        """Return every row behind the figure as the data is today, counted or not, by day."""
        if self.definition.basis is Basis.MANUAL:
            return [entry_row(entry) for entry in self.entries]
        definition = self.definition
        frame = source_rows(definition, employees={self.sheet.person.pk}, reading=self.reading())
        self.account_names = account_names(frame["account"])
        rows = rows_of(definition, frame, self.account_names)
        if definition.aggregation in OVER_STOCK:
            rows += self._stock_rows(definition, frame)
        return rows

    def reading(self) -> Reading:
        """Return the days behind the line, as the card was computed."""
        last = self.sheet.cycle.ends_on
        closed = bool(self.inputs["closed"])
        through = date.fromisoformat(self.inputs["through"]) if self.inputs["through"] else last
        return Reading(
            first=self.first,
            last=last,
            period_days=(last - self.first).days + 1,
            through=None if closed else {self.sheet.person.pk: through},
            closed=closed,
        )

    def _stock_rows(self, definition: MeasureDefinition, frame: pd.DataFrame) -> list[SourceRow]:
        """Return one row per holding for the followers at its start, in proportion to the days held.

        A holding without a single counted day adds no followers either.
        """
        period = self.reading().period_days
        matters = frame["note"].isin([*COUNTING_NOTES, RowNote.NO_OPENING_STOCK.value])
        held = frame[matters].drop_duplicates("holding").reset_index(drop=True)
        stocks = opening_stocks(held, follower_totals(held))
        found = []
        for holding, stock in zip(held.itertuples(index=False), stocks["stock"], strict=True):
            days = (holding.last - holding.first).days + 1
            share = share_of(definition, int(holding.share))
            known = not pd.isna(stock)
            base = Fraction(int(stock) * days, period) * share if known else None
            found.append(
                SourceRow(
                    account=self.account_names.get(int(holding.account), ""),
                    label=_("Followers at the start × %(days)s of %(all)s days")
                    % {"days": days, "all": period},
                    day=holding.first,
                    read_on=None,
                    share=share,
                    numerator=Fraction(0),
                    denominator=base,
                    counts=known,
                    note="" if known else str(NOTES["no_opening_stock"]),
                )
            )
        return found

    @cached_property
    def entries(self) -> list[ManualEntry]:
        """Return what people brought for this line in its days, by day."""
        rows = ManualEntry.objects.filter(
            measure=self.leaf.measure,
            employee=self.sheet.person,
            date__range=(self.first, self.sheet.cycle.ends_on),
        )
        return list(rows.order_by("date", "pk"))

    @property
    def is_manual(self) -> bool:
        """Say whether the line's figures are brought by people."""
        return self.definition.basis is Basis.MANUAL


@dataclass(frozen=True)
class Sums:
    """What the counted rows add up to, and whether that is what the card says."""

    numerator: Decimal
    denominator: Decimal | None
    agrees: bool
    counted: int
    excluded: int


def sums_of(trace: LineTrace, rows: Sequence[SourceRow]) -> Sums:
    """Add up the counted rows exactly and hold them against the stored line."""
    counted = [row for row in rows if row.counts]
    top = round_half_up(sum((row.numerator or Fraction(0) for row in counted), Fraction(0)), VALUE_PLACES)
    bottom = None
    if trace.line.denominator is not None:
        whole = sum((row.denominator or Fraction(0) for row in counted), Fraction(0))
        bottom = round_half_up(whole, VALUE_PLACES)
    agrees = top == (trace.line.numerator or Decimal(0)) and bottom == trace.line.denominator
    return Sums(top, bottom, agrees, len(counted), len(rows) - len(counted))


def running(trace: LineTrace, rows: Sequence[SourceRow]) -> list[tuple[date, Decimal, Decimal | None]]:
    """Return the line's figure day by day as the counted rows come in, and the pace it is held against."""
    days = sorted({row.day for row in rows if row.counts and row.day is not None})
    if not days or trace.line.status == LineStatus.NOT_DUE:
        return []
    last = trace.sheet.cycle.ends_on
    length = (last - trace.first).days + 1
    found = []
    for day in days:
        so_far = [row for row in rows if row.counts and row.day is not None and row.day <= day]
        top = sum((row.numerator or Fraction(0) for row in so_far), Fraction(0))
        bottom = sum((row.denominator or Fraction(0) for row in so_far), Fraction(0))
        value = top / bottom if trace.line.denominator is not None and bottom else top
        found.append((day, round_half_up(value, 6), _pace(trace, (day - trace.first).days + 1, length)))
    return found


def _pace(trace: LineTrace, days: int, length: int) -> Decimal | None:
    target = trace.line.target
    if target is None:
        return None
    if trace.leaf.accrual is Accrual.PLAIN:
        return target
    through = trace.through or trace.sheet.cycle.ends_on
    whole = (through - trace.first).days + 1 if trace.leaf.accrual is Accrual.COUNT else length
    return round_half_up(Fraction(target) * days / whole, 6)


def _trim(value: Decimal) -> str:
    exact = value.normalize()
    places = max(0, -int(exact.as_tuple().exponent))
    return f"{exact:,.{places}f}"
