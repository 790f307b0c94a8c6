"""Bonus sheets of the demonstration: made, signed by three people, exported, accepted and paid."""

from collections.abc import Sequence
from datetime import date, timedelta

from common.audit import Actor
from common.periods import Month
from incentives.choices import SheetState
from incentives.models import BonusSheet
from incentives.services.exports import FileFormat, export_sheet
from incentives.services.sheet_moves import move_sheet
from incentives.services.sheets import make_sheets
from performance.models import Cycle
from portal.demo.people import Staff
from portal.demo.stage import moment

HR_PAY, FINANCE_ONE, FINANCE_TWO = "Z002", "Z003", "Z004"
MADE_AFTER = timedelta(days=15)
"""How long after a month's last day its sheets are made: the day after its results are published."""
_STEPS: Sequence[tuple[SheetState, str, int, str]] = (
    (SheetState.PREPARED, HR_PAY, 10, "演示：逐项核对，差异均为当月成绩与到岗变化所致。"),
    (SheetState.REVIEWED, FINANCE_ONE, 14, ""),
    (SheetState.RECHECKED, FINANCE_TWO, 16, ""),
)
_AFTER_EXPORT = ((SheetState.ACCEPTED, FINANCE_ONE), (SheetState.PAID, FINANCE_TWO))


def pay_month(staff: Staff, month: Month, *, to_the_end: bool = True) -> None:
    """Take the month's sheets, one for each legal entity, to paid, or only to exported."""
    day = month.last + MADE_AFTER
    cycle = Cycle.objects.get(kind="month", starts_on=month.first)
    for sheet in make_sheets(cycle_id=cycle.pk, actor=_actor(staff, HR_PAY), at=moment(day, 9)):
        _sign(staff, sheet, day)
        _export(staff, sheet, day + timedelta(days=1))
        for hour, (state, number) in enumerate(_AFTER_EXPORT if to_the_end else (), start=11):
            _move(staff, sheet, state, number, day + timedelta(days=1), hour)


def _sign(staff: Staff, sheet: BonusSheet, day: date) -> None:
    for state, number, hour, reason in _STEPS:
        _move(staff, sheet, state, number, day, hour, reason)


def _export(staff: Staff, sheet: BonusSheet, day: date) -> None:
    for form in (FileFormat.XLSX, FileFormat.CSV):
        export_sheet(
            sheet_id=sheet.pk, form=form, actor=_actor(staff, HR_PAY), at=moment(day, 9),
            seen_hash=sheet.figures_hash, employee=staff.employees[HR_PAY].pk,
        )  # fmt: skip


def _move(
    staff: Staff, sheet: BonusSheet, state: SheetState, number: str, day: date, hour: int, reason: str = ""
) -> None:
    move_sheet(
        number=sheet.number, to=state, seen_hash=sheet.figures_hash, viewer=staff.viewer(number, day),
        actor=_actor(staff, number), at=moment(day, hour), reason=reason,
    )  # fmt: skip


def _actor(staff: Staff, number: str) -> Actor:
    return Actor.user(staff.users[number])
