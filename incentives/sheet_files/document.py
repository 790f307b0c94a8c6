"""What a file of one bonus sheet says, and that it can be said exactly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from common.money import FEN, SCORE_PLACES, round_half_up
from incentives.choices import SheetState

LARGEST_NUMBER = Decimal("9999999999999")
"""Beyond it a spreadsheet's 15 digits would no longer hold every fen."""


@dataclass(frozen=True)
class SheetRow:
    """One person's line. Amounts are at the fen, the factor at four decimals; None is empty."""

    employee_number: str
    name: str
    team: str
    position: str
    scheme: str
    score: Decimal | None
    tier: str
    tier_key: str
    base: Decimal | None
    factor: Decimal | None
    amount: Decimal | None
    adjustments: Decimal
    total: Decimal | None
    change: Decimal | None
    state: str
    note: str = ""


@dataclass(frozen=True)
class SignOff:
    """One box of the sign-off block; ``role`` is prepared, reviewed or rechecked."""

    role: SheetState
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class SheetDocument:
    """Everything a file of one bonus sheet says; instants are aware, in the company's zone."""

    number: str
    company: str
    legal_entity: str
    cycle: str
    currency: str
    state: SheetState
    state_label: str
    rule_set_version: str
    scheme_version: str
    computed_at: datetime
    exported_at: datetime
    exported_by: str
    snapshot_hash: str
    control_sum: Decimal
    rows: tuple[SheetRow, ...]
    sign_offs: tuple[SignOff, ...] = ()


@dataclass(frozen=True)
class SheetLabels:
    """The words of the files, translated by the caller. The columns keep their order."""

    columns: Mapping[str, str] = field(
        default_factory=lambda: {
            "employee_number": "Employee number",
            "name": "Name",
            "team": "Team",
            "position": "Position",
            "scheme": "Scheme",
            "score": "Score",
            "tier": "Tier",
            "base": "Base",
            "factor": "Factor",
            "amount": "Amount",
            "adjustments": "Adjustments",
            "total": "Total",
            "change": "Change on last month",
            "state": "State",
            "note": "Note",
        }
    )
    sheet: str = "Bonus sheet"
    summary: str = "Summary"
    about: str = "About"
    subtotal: str = "Subtotal"
    grand_total: str = "Grand total"
    people: str = "People"
    held: str = "Held"
    no_tier: str = "No tier"
    number: str = "Sheet number"
    company: str = "Company"
    legal_entity: str = "Legal entity"
    cycle: str = "Cycle"
    currency: str = "Currency"
    state: str = "State"
    rule_set_version: str = "Rule set"
    scheme_version: str = "Scheme"
    computed_at: str = "Computed at"
    exported_at: str = "Exported at"
    exported_by: str = "Exported by"
    row_count: str = "Rows"
    control_sum: str = "Control sum"
    snapshot_hash: str = "Hash of the figures"
    no_tax: str = "Amounts are before tax; no tax is computed."
    prepared: str = "Prepared by"
    reviewed: str = "Reviewed by"
    rechecked: str = "Rechecked by"


ENGLISH = SheetLabels()
TEXTS = ("employee_number", "name", "team", "position", "scheme", "tier", "state", "note")
PLACES = {"score": SCORE_PLACES, "base": FEN, "factor": 4, "amount": FEN, "adjustments": FEN, "total": FEN}
PLACES |= {"change": FEN}


def check_document(document: SheetDocument) -> None:
    """Raise ``ValueError`` unless the rows add up to the control sum and every number fits a spreadsheet."""
    added = sum((row.total for row in document.rows if row.total is not None), Decimal(0))
    if added != document.control_sum:
        raise ValueError(f"the rows add up to {added}, the control sum is {document.control_sum}")
    for row in document.rows:
        for name in PLACES:
            _check_number(row, name)


def _check_number(row: SheetRow, name: str) -> None:
    value: Decimal | None = getattr(row, name)
    if value is None:
        return
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(value) > LARGEST_NUMBER:
        raise ValueError(f"{row.employee_number}: {name} {value} does not fit a spreadsheet")
    if -exponent > PLACES[name] and round_half_up(value, PLACES[name]) != value:
        raise ValueError(f"{row.employee_number}: {name} {value} has more than {PLACES[name]} decimals")
