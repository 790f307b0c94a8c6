"""What a notice says, from its kind and its plain parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import Notice


@dataclass(frozen=True)
class Wording:
    """A kind's sentence with named places, and the address it leads to (a name and its parameters)."""

    sentence: str | Promise
    address: str = ""
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A notice as a person reads it."""

    pk: int
    sentence: str
    url: str
    at: datetime
    is_new: bool


WORDINGS: dict[str, Wording] = {
    "data.late": Wording(
        _("The data of %(account)s is late. Its last day is %(since)s; please import the newer export."),
        "metrics:health",
    ),
    "data.owed": Wording(
        _(
            "Files for %(period)s are still missing (accounts: %(accounts)s). They are due on %(due)s; "
            "please upload them."
        ),
        "metrics:upload",
    ),
    "review.due": Wording(_("The reviews of %(cycle)s are due on %(due)s."), "reviews:queue"),
    "review.overdue": Wording(
        _("The reviews of %(cycle)s were due on %(due)s and are not all done."), "portal:cycle", ("cycle",)
    ),
    "reviews.confirmed": Wording(
        _("Your card of %(cycle)s has been confirmed."), "portal:me_month", ("cycle",)
    ),
    "reviews.returned": Wording(
        _("Your card of %(cycle)s came back to you: say what you have to say and hand it in again."),
        "portal:me_month",
        ("cycle",),
    ),
    "reviews.submitted": Wording(
        _("A card of %(cycle)s was handed in again for your review."), "reviews:queue"
    ),
    "reviews.recalled": Wording(
        _("Your card of %(cycle)s was taken back by your manager."), "portal:me_month", ("cycle",)
    ),
    "reviews.question_asked": Wording(
        _("Somebody asked about a figure of %(cycle)s. Please look at it."), "reviews:question", ("question",)
    ),
    "reviews.question_remarked": Wording(
        _("Somebody wrote to a data question of %(cycle)s."), "reviews:question", ("question",)
    ),
    "reviews.question_moved": Wording(
        _("A data question of %(cycle)s went on: see what was said and done."),
        "reviews:question",
        ("question",),
    ),
    "reviews.question_proposed": Wording(
        _("A correction for %(cycle)s waits for its second person: please check it."),
        "reviews:question",
        ("question",),
    ),
    "reviews.question_corrected": Wording(
        _("A figure behind your card of %(cycle)s was corrected."), "reviews:question", ("question",)
    ),
    "reviews.question_sealed": Wording(
        _("A figure of %(cycle)s was corrected and its card does not follow by itself. Decide what follows."),
        "reviews:question",
        ("question",),
    ),
    "reviews.reopened": Wording(_("A confirmed card of %(cycle)s was opened again."), "reviews:queue"),
}
UNKNOWN = Wording(_("Something you take part in has changed."))


def show(notice: Notice) -> Shown:
    """Return the notice in the language of the moment; a kind without wording still says something."""
    wording = WORDINGS.get(notice.kind, UNKNOWN)
    return Shown(
        pk=notice.pk,
        sentence=str(wording.sentence) % _Params(notice.params),
        url=_address(wording, notice.params),
        at=notice.created_at,
        is_new=notice.read_at is None,
    )


class _Params(dict[str, object]):
    """Parameters of which a missing or empty one reads as a dash."""

    def __getitem__(self, key: str) -> object:
        return self.get(key) or "–"


def _address(wording: Wording, params: Mapping[str, object]) -> str:
    try:
        return reverse(wording.address, args=[params[name] for name in wording.arguments])
    except (NoReverseMatch, KeyError):
        return ""
