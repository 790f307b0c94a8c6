"""What a question on a card's line can be about: one of its source rows, or the line as a whole."""

from collections.abc import Mapping
from datetime import date

from metrics.selectors.facts import fields_behind
from metrics.texts import FIELD_LABELS
from people.access import not_visible
from reviews.selectors.question_page import held_accounts
from reviews.selectors.sources import SourceRow, with_deliveries
from reviews.selectors.trace import LineTrace

Choices = list[tuple[str, str]]


class LinePlace:
    """The part of a line that an address names, found among the rows that the card really reads."""

    def __init__(self, trace: LineTrace, query: Mapping[str, str]) -> None:
        """Find the row. Raises ``NotVisible`` for one that the line does not read."""
        self.trace = trace
        self.row = self._find(query) if any(query.get(name) for name in ("account", "video")) else None

    def _find(self, query: Mapping[str, str]) -> SourceRow:
        wanted = tuple(query.get(name) or "" for name in ("account", "video", "day"))
        for row in self.trace.rows:
            told = (row.account_id or "", row.video or "", row.day or "")
            if tuple(str(part) for part in told) == wanted:
                return with_deliveries(self.trace.definition, [row])[0]
        raise not_visible()

    @property
    def figures(self) -> Choices:
        """Return the figures that the line reads, with their names."""
        names = fields_behind(self.trace.definition)
        return [(name, str(FIELD_LABELS.get(name, name))) for name in names]

    @property
    def only_figure(self) -> str:
        """Return the figure, where there is only one."""
        return self.figures[0][0] if len(self.figures) == 1 else ""

    @property
    def accounts(self) -> Choices | None:
        """Return the accounts to choose from; None where a row names the account."""
        if self.row is not None:
            return None
        sheet = self.trace.sheet
        found = held_accounts(sheet.person.pk, self.trace.first, sheet.cycle.ends_on)
        kind = self.trace.definition.account_kind
        return [
            (str(one.pk), f"{one.get_platform_display()} · {one.shown_name}")
            for one in found
            if one.kind == kind
        ]

    @property
    def value_shown(self) -> str:
        """Return the value as the page shows it, with its sides where it is a quotient."""
        if self.row is None:
            return self.trace.row.value_text
        sides = [self.row.top, self.row.bottom] if self.row.denominator else [self.row.top]
        return " / ".join("–" if side is None else f"{side.normalize():,f}" for side in sides)

    def about(self, *, account: str, day: date | None) -> dict[str, object]:
        """Return account, video and days: those of the row, else those that were chosen."""
        if self.row is None:
            return {"account_id": int(account) if account else None, "day": day}
        return {
            "account_id": self.row.account_id,
            "video_id": self.row.video or 0,
            "day": self.row.day,
            "read_on": self.row.read_on,
        }
