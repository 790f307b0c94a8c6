"""Changes of single cards: moves, figures people put in, and a refresh from data."""

import json
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, Refusal
from performance.choices import CardState, VersionKind
from performance.inputs import Plain, card_input
from performance.lines import write_figures
from performance.models import Scorecard, ScorecardLine, ScorecardVersion
from performance.scoring import PreparedScheme, score_card
from performance.selectors.schemes import scheme_document
from performance.services.cycles import copy_version
from performance.services.scoring import LINE_FIELDS, compute_cards, line_rows, manual_values

SEALING = (CardState.CONFIRMED,)
OPEN_FOR_FIGURES = (CardState.SELF_REVIEW, CardState.MANAGER_REVIEW)
MIN_REASON = 10


def card_subject(card: Scorecard | int) -> str:
    """Return the card's name in audit and notices."""
    return f"performance.scorecard:{card if isinstance(card, int) else card.pk}"


def card_number(subject: str) -> int:
    """Return the card that ``card_subject`` named."""
    return int(subject.rpartition(":")[2])


def locked_card(card_id: int) -> Scorecard:
    """Return the card under its row lock, with cycle, person and current version."""
    rows = Scorecard.objects.select_for_update(of=("self",))
    return rows.select_related("cycle", "employee", "current", "scheme_version__scheme").get(pk=card_id)


@transaction.atomic
def move_card(
    *,
    card_id: int,
    to: CardState,
    row_version: int,
    actor: Actor,
    at: datetime,
    reason: str = "",
    action: str = "move",
) -> Scorecard:
    """Store a move that the workflow allowed, if the card is still as the caller saw it.

    Confirming seals the current version; taking a confirmed card back opens a new
    one. Raises ``Conflict`` when the row version is another by now.
    """
    card = locked_card(card_id)
    _require_row_version(card, row_version)
    before = card.state
    if to in SEALING:
        _seal(card, at)
    elif card.current is not None and card.current.sealed_at and to in OPEN_FOR_FIGURES:
        _reopen(card, actor, at)
    card.state = to
    card.row_version += 1
    card.save(update_fields=["state", "row_version", "current"])
    record(
        subject=card_subject(card),
        actor=actor,
        action=action,
        at=at,
        before=str(before),
        after=str(to),
        reason=reason,
        version=card.current.number if card.current else 0,
        figures_hash=card.current.figures_hash if card.current else "",
    )
    return card


def _require_row_version(card: Scorecard, row_version: int) -> None:
    if card.row_version == row_version:
        return
    raise Conflict(
        "stale",
        _("%(person)s's card has changed since you opened it. Look at it again, then decide.")
        % {"person": card.employee.name},
        state=card.state,
        row_version=card.row_version,
    )


def _seal(card: Scorecard, at: datetime) -> None:
    if card.current is None or card.current.sealed_at:
        return
    if card.current.waiting or card.current.total is None:
        raise Refusal(
            "card_waits",
            _("%(person)s's card still waits for figures and has no total to confirm.")
            % {"person": card.employee.name},
        )
    card.current.sealed_at = at
    card.current.save(update_fields=["sealed_at"])


def _reopen(card: Scorecard, actor: Actor, at: datetime) -> None:
    sealed = card.current
    assert sealed is not None  # noqa: S101 - move_card asked for it
    copy = copy_version(sealed, VersionKind.REVIEW, actor, at)
    copy.save()
    ScorecardLine.objects.bulk_create(
        [
            ScorecardLine(version=copy, leaf=line.leaf, **{name: getattr(line, name) for name in LINE_FIELDS})
            for line in sealed.lines.all()
        ]
    )
    card.current = copy


@transaction.atomic
def set_manual(
    *,
    card_id: int,
    leaf: str,
    value: Decimal | None,
    reason: str,
    row_version: int,
    actor: Actor,
    at: datetime,
) -> Scorecard:
    """Put a figure in place of a line's automatic one (None takes it back) and score again.

    The automatic figure stays beside it. Raises ``Refusal`` without a reason of at
    least ten characters or when the card is not under review, ``Conflict`` when it
    changed meanwhile.
    """
    card = locked_card(card_id)
    _require_row_version(card, row_version)
    version = _version_under_review(card)
    if len(reason.strip()) < MIN_REASON:
        raise Refusal(
            "reason_short", _("Give a reason of at least %(count)s characters.") % {"count": MIN_REASON}
        )
    line = version.lines.filter(leaf=leaf).first()
    if line is None:
        raise Refusal("unknown_line", _("This card has no line “%(leaf)s”.") % {"leaf": leaf})
    values, reasons = manual_values(version)
    before = values.pop(leaf, None)
    reasons.pop(leaf, None)
    if value is not None:
        values[leaf] = value
        reasons[leaf] = {"by": actor.text, "reason": reason.strip()}
    total = version.total
    _rewrite(card, version, json.loads(version.inputs), values, reasons, at)
    record(
        subject=card_subject(card),
        actor=actor,
        action="set_manual",
        at=at,
        leaf=leaf,
        before=before,
        after=value,
        auto=line.auto,
        reason=reason.strip(),
        total_before=total,
        total_after=version.total,
    )
    return card


@transaction.atomic
def refresh_card(*, card_id: int, reason: str, row_version: int, actor: Actor, at: datetime) -> Scorecard:
    """Read the automatic figures of a card under review once more; overrides stay.

    Raises as ``set_manual`` does.
    """
    card = locked_card(card_id)
    _require_row_version(card, row_version)
    version = _version_under_review(card)
    if len(reason.strip()) < MIN_REASON:
        raise Refusal(
            "reason_short", _("Give a reason of at least %(count)s characters.") % {"count": MIN_REASON}
        )
    scored = compute_cards(card.cycle, day=card.cycle.ends_on, closed=True, employees=[card.employee_id])
    if not scored:
        raise Refusal(
            "not_in_cycle", _("%(person)s is no longer in this cycle.") % {"person": card.employee.name}
        )
    values, reasons = manual_values(version)
    before = version.total
    text = scored[0].figures.version.inputs
    _rewrite(card, version, json.loads(text), values, reasons, at)
    record(
        subject=card_subject(card),
        actor=actor,
        action="refresh_card",
        at=at,
        reason=reason.strip(),
        total_before=before,
        total_after=version.total,
    )
    return card


def _version_under_review(card: Scorecard) -> ScorecardVersion:
    version = card.current
    if card.state not in OPEN_FOR_FIGURES or version is None or version.sealed_at:
        raise Conflict(
            "not_under_review",
            _("%(person)s's card is “%(state)s”; its figures no longer change.")
            % {"person": card.employee.name, "state": card.get_state_display()},
        )
    return version


def _rewrite(
    card: Scorecard,
    version: ScorecardVersion,
    inputs: Plain,
    values: dict[str, Decimal],
    reasons: dict[str, dict[str, str]],
    at: datetime,
) -> None:
    scheme = PreparedScheme(scheme_document(card.scheme_version))
    figures = write_figures(score_card(card_input(inputs, scheme, manual=values)), inputs, manual=reasons)
    for name, found in figures.version._asdict().items():
        setattr(version, name, found)
    version.figures_hash, version.computed_at = figures.figures_hash, at
    version.save()
    version.lines.all().delete()
    ScorecardLine.objects.bulk_create(line_rows(version, figures))
    card.row_version += 1
    card.save(update_fields=["row_version"])
