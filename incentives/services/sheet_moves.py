"""Moving a sheet along its steps: the table of moves, three people, one hash."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, Refusal
from incentives.choices import SheetState
from incentives.models import BonusSheet, SheetStep
from incentives.policies import MOVES, SIGNED, Move, get_sheet_for
from incentives.selectors.checks import checks_of
from incentives.selectors.sheets import is_stale, steps_of, stored_hash
from incentives.services.sheets import subject_of_sheet
from people.access import Viewer, require

REASON_LENGTH = 300


@transaction.atomic
def move_sheet(
    *,
    number: str,
    to: SheetState,
    seen_hash: str,
    viewer: Viewer,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> BonusSheet:
    """Move a sheet one step and store who did, with the hash of the figures they saw.

    Preparing, reviewing and rechecking take three different people. Raises ``NotVisible``
    or ``NotAllowed`` without the right, ``Conflict`` when the sheet's state or figures are
    not what the person saw, and ``Refusal`` for a second step by the same person, for
    exceptions without an explanation and for a return without a reason.
    """
    sheet = locked_sheet(get_sheet_for(viewer, number).pk)
    move = MOVES.get(to)
    if move is None:
        raise Refusal("no_move", _("No step leads to “%(state)s”.") % {"state": to})
    require(viewer.has(move.roles))
    check_figures(sheet, seen_hash)
    _check_move(sheet, move, viewer, actor, reason.strip())
    return store_move(sheet, to, actor=actor, employee=viewer.employee_id, at=at, reason=reason.strip())


def locked_sheet(pk: int) -> BonusSheet:
    """Return the sheet under its row lock, with cycle and entity."""
    rows = BonusSheet.objects.select_for_update(of=("self",))
    return rows.select_related("cycle", "legal_entity").get(pk=pk)


def check_figures(sheet: BonusSheet, seen_hash: str) -> None:
    """Raise ``Conflict`` unless the figures are those that were seen, stored and signed."""
    if seen_hash != sheet.figures_hash or stored_hash(sheet) != sheet.figures_hash:
        raise Conflict(
            "figures_changed",
            _("The figures of %(sheet)s are not the ones you saw. Load the page again and look at them.")
            % {"sheet": sheet.number},
        )


def check_fresh(sheet: BonusSheet) -> None:
    """Raise ``Conflict`` when a card, a salary or the ledger changed after the sheet was made."""
    if is_stale(sheet):
        raise Conflict(
            "sheet_stale",
            _("Figures behind %(sheet)s changed after it was made. Make it again and sign the new one.")
            % {"sheet": sheet.number},
        )


def store_move(
    sheet: BonusSheet, to: SheetState, *, actor: Actor, employee: int | None, at: datetime, reason: str = ""
) -> BonusSheet:
    """Write an allowed move of a locked sheet: state, step and log."""
    before = sheet.state
    sheet.state = to
    sheet.row_version += 1
    sheet.save(update_fields=["state", "row_version"])
    SheetStep.objects.create(
        sheet=sheet, to_state=to, actor=actor.text, actor_name=actor.name, employee_id=employee,
        figures_hash=sheet.figures_hash, reason=reason[:REASON_LENGTH], at=at,
    )  # fmt: skip
    record(
        subject=subject_of_sheet(sheet), actor=actor, action="sheet.move", at=at, before=str(before),
        after=str(to), figures_hash=sheet.figures_hash, reason=reason[:REASON_LENGTH],
    )  # fmt: skip
    return sheet


def _check_move(sheet: BonusSheet, move: Move, viewer: Viewer, actor: Actor, reason: str) -> None:
    if sheet.state not in move.starts:
        raise Conflict(
            "sheet_state",
            _("%(sheet)s is “%(state)s” by now; reload the page.")
            % {"sheet": sheet.number, "state": sheet.get_state_display()},
        )
    if move.needs_reason and not reason:
        raise Refusal("no_reason", _("Say why the sheet goes back; whoever prepared it reads the reason."))
    if move.to in SIGNED:
        _check_signer(sheet, viewer, actor)
    if move.to in (*SIGNED, SheetState.EXPORTED):
        check_fresh(sheet)
    if move.to is SheetState.PREPARED:
        _check_explained(sheet, reason)


def _check_signer(sheet: BonusSheet, viewer: Viewer, actor: Actor) -> None:
    for step in steps_of(sheet):
        if step.to_state not in SIGNED:
            continue
        same_person = step.employee_id is not None and step.employee_id == viewer.employee_id
        if same_person or step.actor == actor.text:
            raise Refusal(
                "same_person",
                _("You have signed %(sheet)s already; the next step takes another person.")
                % {"sheet": sheet.number},
            )


def _check_explained(sheet: BonusSheet, reason: str) -> None:
    count = checks_of(sheet).need_explaining
    if count and not reason:
        raise Refusal(
            "unexplained",
            _("%(count)s exceptions or differences of %(sheet)s are open. Clear them or explain them.")
            % {"count": count, "sheet": sheet.number},
        )
