"""One indicator of a card in words and figures, as every page shows it."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from performance.choices import LineStatus
from performance.models import ScorecardLine
from performance.scheme_tree import Leaf
from reviews.selectors.questions import LineQuestions
from reviews.words import LIMITS, MISSING, figure, name_in, pace_state


@dataclass(frozen=True)
class Row:
    """One indicator with everything its line on the page says."""

    leaf: Leaf
    line: ScorecardLine
    url: str
    spark: tuple[Decimal | None, ...]
    questions: LineQuestions = field(default_factory=LineQuestions)

    @property
    def question_url(self) -> str:
        """Return where somebody asks about the line; the page decides who is offered it."""
        return f"{self.url}question/"

    @property
    def name(self) -> str:
        """Return the indicator's name in the reader's language."""
        return name_in(self.leaf.name)

    @property
    def value(self) -> Decimal | None:
        """Return the figure that counts."""
        return self.line.auto if self.line.manual is None else self.line.manual

    @property
    def target(self) -> Decimal | None:
        """Return the target of the whole period."""
        return self.line.full_target

    @property
    def expected(self) -> Decimal | None:
        """Return what is expected by now, where that is less than the whole target."""
        return None if self.line.target == self.line.full_target else self.line.target

    @property
    def value_text(self) -> str:
        """Write the figure in its unit."""
        return figure(self.value, self.leaf.unit)

    @property
    def target_text(self) -> str:
        """Write the target in its unit."""
        return figure(self.target, self.leaf.unit)

    @property
    def weight(self) -> Decimal:
        """Return the weight that counts, as a part of one."""
        return self.line.effective_percent / 100

    @property
    def full(self) -> Decimal:
        """Return the points at 100 %."""
        return self.line.effective_percent

    @property
    def pace(self) -> str:
        """Name how the line stands against what is expected by now."""
        return pace_state(self.line.status, self.line.achievement)

    @property
    def is_manual(self) -> bool:
        """Say whether somebody put the figure in."""
        return self.line.manual is not None

    @property
    def details(self) -> dict[str, Any]:
        """Return what explains the line beyond its columns."""
        found: dict[str, Any] = json.loads(self.line.details)
        return found

    @property
    def note(self) -> str:
        """Say in a few words what is special about the line."""
        notes = []
        if self.line.reason:
            notes.append(str(MISSING.get(self.line.reason, self.line.reason)))
        if self.line.status == LineStatus.NOT_DUE:
            notes.append(_("counts from the end of its period"))
        if self.expected is not None and self.line.status == LineStatus.MEASURED:
            notes.append(_("%(figure)s expected by now") % {"figure": figure(self.expected, self.leaf.unit)})
        if self.leaf.lower_is_better and self.value is not None and self.leaf.measure == "follower_loss_rate":
            notes.append(_("%(figure)s kept") % {"figure": figure(1 - self.value, self.leaf.unit)})
        if self.is_manual:
            auto = figure(self.line.auto, self.leaf.unit)
            notes.append(_("entered by hand; from data: %(figure)s") % {"figure": auto})
        if self.line.coverage is not None and self.line.coverage < 1:
            part = figure(self.line.coverage, "share")
            notes.append(_("data incomplete: %(part)s there") % {"part": part})
        limited = (self.details.get("formula") or {}).get("limited")
        if limited:
            notes.append(str(LIMITS.get(limited, limited)))
        return " · ".join(notes)


@dataclass(frozen=True)
class RowGroup:
    """The rows of one dimension with what they add up to."""

    name: str
    rows: tuple[Row, ...]

    @property
    def points(self) -> Decimal:
        """Return the sum of the rows' points."""
        return sum((row.line.contribution for row in self.rows), Decimal(0))

    @property
    def full(self) -> Decimal:
        """Return the points at 100 % of each."""
        return sum((row.full for row in self.rows), Decimal(0))


def why_not(row: Row) -> str:
    """Say why a line does not count."""
    if row.line.status == LineStatus.NOT_DUE:
        return _("not due yet")
    return str(MISSING.get(row.line.reason, row.line.reason))
