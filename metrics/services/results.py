"""What became of a delivery, table by table, for pages, the command and the stored report."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from metrics.importing.records import ColumnReport, RejectedRow
from metrics.services.sentences import Telling, translated


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken, where and why, with its cells as the file gave them."""

    row: int
    column: str | None
    reason: Telling
    cells: tuple[str, ...] = ()

    @classmethod
    def of(cls, rejected: RejectedRow) -> "Rejection":
        """Return the parser's rejection as one of ours."""
        return cls(rejected.row, rejected.column, rejected.reason, rejected.cells)


@dataclass(frozen=True, slots=True)
class Restated:
    """A stored value that the delivery replaced by another."""

    account: str
    subject: str
    day: date
    field: str
    old: str
    new: str

    def as_json(self) -> dict[str, str]:
        """Return plain values."""
        return {
            "account": self.account, "subject": self.subject, "date": self.day.isoformat(),
            "field": self.field, "old": self.old, "new": self.new,
        }  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What storing did, counted in rows of the file."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    restated: list[Restated] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    warnings: list[Telling] = field(default_factory=list)
    kept_newer: int = 0
    newest_as_of: date | None = None

    def count(self, *, is_new: bool, changed: bool) -> None:
        """Count one row."""
        if is_new:
            self.inserted += 1
        elif changed:
            self.updated += 1
        else:
            self.unchanged += 1


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one table of one file.

    Exactly one of ``refused`` (nothing was stored), ``questions`` (nothing was
    stored until they are answered) or neither holds.
    """

    file: str
    table: str
    profile: str | None = None
    title: str | None = None
    grain: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: tuple[Rejection, ...] = ()
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    restated: tuple[Restated, ...] = ()
    warnings: tuple[Telling, ...] = ()
    questions: tuple[Telling, ...] = ()
    refused: Telling | None = None
    period: tuple[date, date] | None = None
    as_of: date | None = None
    totals: dict[str, int | Decimal | None] = field(default_factory=dict)
    columns: tuple[ColumnReport, ...] = ()
    accounts: tuple[str, ...] = ()
    fetches: tuple[int, ...] = ()
    repeated: bool = False

    @property
    def is_stored(self) -> bool:
        """Say whether the table was taken."""
        return self.refused is None and not self.questions

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values; amounts are text so that no digit is lost."""
        return {
            "file": self.file,
            "table": self.table,
            "profile": self.profile,
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": [
                {"row": row.row, "column": row.column, "reason": translated(row.reason)}
                for row in self.rejected
            ],
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "restated": [one.as_json() for one in self.restated],
            "warnings": [translated(warning) for warning in self.warnings],
            "period": [day.isoformat() for day in self.period] if self.period else None,
            "totals": {name: _plain(value) for name, value in self.totals.items()},
            "accounts": list(self.accounts),
            "questions": [translated(question) for question in self.questions],
            "refused": translated(self.refused) if self.refused else None,
        }


def _plain(value: int | Decimal | None) -> int | str | None:
    return str(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What became of one uploaded file, table by table."""

    name: str
    sha256: str
    files: tuple[FileResult, ...]

    @property
    def is_stored(self) -> bool:
        """Say whether every table was taken."""
        return all(file.is_stored for file in self.files)

    @property
    def may_be_stored(self) -> bool:
        """Say whether at least one table can be taken and none waits for an answer."""
        return any(file.is_stored for file in self.files) and not self.questions

    @property
    def questions(self) -> tuple[Telling, ...]:
        """Return what must be answered first, each question once."""
        return tuple({one.code: one for file in self.files for one in file.questions}.values())
