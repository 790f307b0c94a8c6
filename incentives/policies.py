"""Who may do what with bonus sheets, and the one table of moves."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from incentives.choices import SheetState
from incentives.models import BonusSheet
from incentives.selectors.sheets import find_sheet
from people.access import Viewer, can_see_all_pay, not_visible, require
from people.choices import Role


@dataclass(frozen=True)
class Move:
    """A move of a sheet: from which states, by which roles, and whether a reason is asked for."""

    to: SheetState
    starts: frozenset[SheetState]
    roles: frozenset[Role]
    label: object
    needs_reason: bool = False


PAY = frozenset({Role.HR_PAY, Role.FINANCE})
HR = frozenset({Role.HR_PAY})
FINANCE = frozenset({Role.FINANCE})
SIGNED = (SheetState.PREPARED, SheetState.REVIEWED, SheetState.RECHECKED)
"""The three steps that take three different people."""

MOVES = {
    move.to: move
    for move in (
        Move(SheetState.PREPARED, frozenset({SheetState.DRAFT}), HR, _("Sign as prepared")),
        Move(SheetState.REVIEWED, frozenset({SheetState.PREPARED}), PAY, _("Sign as reviewed")),
        Move(SheetState.RECHECKED, frozenset({SheetState.REVIEWED}), PAY, _("Sign as rechecked")),
        Move(SheetState.EXPORTED, frozenset({SheetState.RECHECKED}), PAY, _("Mark as exported")),
        Move(SheetState.ACCEPTED, frozenset({SheetState.EXPORTED}), FINANCE, _("Accept for payment")),
        Move(SheetState.PAID, frozenset({SheetState.ACCEPTED}), FINANCE, _("Mark as paid")),
        Move(
            SheetState.RETURNED,
            frozenset({*SIGNED, SheetState.EXPORTED, SheetState.ACCEPTED}),
            PAY,
            _("Return"),
            needs_reason=True,
        ),
    )
}


def can_see_sheets(viewer: Viewer) -> bool:
    """Say whether the viewer may read bonus sheets: HR for pay and finance, nobody else."""
    return can_see_all_pay(viewer)


def can_make_sheets(viewer: Viewer) -> bool:
    """Say whether the viewer may make and re-issue sheets."""
    return viewer.has(HR)


def require_sheets(viewer: Viewer) -> None:
    """Raise ``NotAllowed`` unless the viewer may read bonus sheets."""
    require(can_see_sheets(viewer))


def get_sheet_for(viewer: Viewer, number: str) -> BonusSheet:
    """Return the sheet, or raise ``NotVisible`` alike without the right and for unknown numbers."""
    sheet = find_sheet(number) if can_see_sheets(viewer) else None
    if sheet is None:
        raise not_visible()
    return sheet


def moves_for(viewer: Viewer, sheet: BonusSheet) -> list[Move]:
    """Return the moves the viewer's roles allow from the sheet's state, in order."""
    return [move for move in MOVES.values() if sheet.state in move.starts and viewer.has(move.roles)]
