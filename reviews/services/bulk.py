"""Many approvals at once: each card is checked on its own and answers for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from people.access import Viewer
from performance.models import Scorecard
from reviews.services.decisions import approve_card

MOST_ROWS = 200
"""Most cards in one bulk approval."""


@dataclass(frozen=True)
class Seen:
    """One card as it was on the approver's screen."""

    card_id: int
    figures_hash: str
    row_version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one card: ``code`` is ``approved`` or the refusal's, with its sentence."""

    card_id: int
    code: str
    sentence: str
    card: Scorecard | None

    @property
    def approved(self) -> bool:
        """Say whether the card was approved."""
        return self.code == "approved"


def bulk_approve(*, viewer: Viewer, rows: Sequence[Seen], at: datetime) -> list[Outcome]:
    """Approve each card by itself; a refused one changes nothing and stops nobody.

    The answer has one outcome per row, in order. Raises ``Refusal`` for more than
    ``MOST_ROWS`` rows.
    """
    if len(rows) > MOST_ROWS:
        raise Refusal(
            "too_many",
            _("At most %(most)s cards are approved at once; choose fewer.") % {"most": MOST_ROWS},
        )
    return [_one(viewer, seen, at) for seen in rows]


def _one(viewer: Viewer, seen: Seen, at: datetime) -> Outcome:
    try:
        card = approve_card(
            card_id=seen.card_id,
            viewer=viewer,
            seen_hash=seen.figures_hash,
            row_version=seen.row_version,
            at=at,
        )
    except Refusal as refusal:
        return Outcome(seen.card_id, refusal.code, str(refusal), None)
    return Outcome(seen.card_id, "approved", "", card)
