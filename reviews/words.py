"""How figures, reasons and states of a card are worded on pages."""

from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.money import round_half_up, to_decimal
from metrics.choices import RowNote
from metrics.definitions import MeasureDefinition
from performance.choices import BaselineSource, Limit, LineStatus, MissingReason, TargetScope, Unit
from performance.scheme_tree import Name
from reviews.choices import Attention, Effect

Words = dict[str, str | Promise]

MISSING: Words = {
    MissingReason.UNSUPPORTED: _("no account held gives this figure"),
    MissingReason.NO_PERMISSION: _("the platform gives no permission"),
    MissingReason.PLATFORM_OUTAGE: _("the platform was down"),
    MissingReason.EXEMPTED: _("exempted"),
    MissingReason.TOO_SMALL: _("too few plays or videos to judge"),
    MissingReason.NO_BASE: _("nothing to divide by"),
    MissingReason.BUILDING_BASELINE: _("no past yet to compare with"),
    MissingReason.UNUSABLE_TARGET: _("the target cannot be used"),
    MissingReason.NO_TARGET: _("nobody set a target"),
    MissingReason.NOT_SUPPLIED: _("data was not supplied"),
    MissingReason.HELD_FOR_CHECK: _("data is held for a check"),
    MissingReason.NOT_FINAL: _("data is not final yet"),
    MissingReason.FETCH_FAILED: _("data could not be fetched"),
    MissingReason.INCOMPLETE: _("too many days are missing"),
}
NOTES: Words = {
    RowNote.COUNTED: _("counted"),
    RowNote.LATE_READING: _("counted, read late"),
    RowNote.WITHDRAWN: _("counted, withdrawn since"),
    RowNote.NO_ROW: _("no data for this day"),
    RowNote.LACKS_VALUE: _("a value is missing"),
    RowNote.NO_OPENING_STOCK: _("followers at the start are unknown"),
    RowNote.OTHER_MEDIA: _("other kind of work"),
    RowNote.NOT_ORIGINAL: _("not original"),
    RowNote.SAME_WORK: _("same work as another upload"),
    RowNote.NO_READING: _("never read"),
    RowNote.NOT_CONFIRMED: _("not confirmed"),
}
LIMITS: Words = {
    Limit.CAP: _("cut at the cap"),
    Limit.FLOOR: _("raised to 0"),
    Limit.NEGATIVE: _("a negative figure achieves 0"),
    Limit.ZERO_LOSS: _("no loss at all: the cap"),
    Limit.REPEATED_EVENT: _("the same event counts once"),
    Limit.RULE_LIMIT: _("cut at the rule's limit"),
    Limit.CYCLE_LIMIT: _("cut at the month's limit"),
}
SCOPES: Words = {
    TargetScope.PERSON: _("set for this person"),
    TargetScope.ACCOUNT: _("set for the account"),
    TargetScope.STAGE: _("by the account's size"),
    TargetScope.TEAM: _("set for the team"),
    TargetScope.POSITION: _("set for the position"),
    TargetScope.SCHEME: _("from the scheme"),
}
BASELINES: Words = {
    BaselineSource.OWN: _("own past"),
    BaselineSource.ACCOUNTS_HELD: _("past of the accounts held now"),
    BaselineSource.TEAM_MEDIAN: _("median of the team"),
    BaselineSource.FALLBACK: _("stated in the scheme"),
}
OPERANDS: Words = {
    "actual": _("actual"),
    "target": _("target"),
    "baseline": _("baseline"),
    "achievement": _("achievement"),
}
EVENTS: Words = {
    "approve": _("approved"),
    "return": _("returned"),
    "hold": _("put aside"),
    "submit": _("handed back"),
    "recall": _("taken back"),
    "undo": _("approval taken back"),
    "reopen": _("reopened"),
    "acknowledge": _("read"),
    "set_manual": _("figure entered"),
    "refresh_card": _("figures read once more"),
}
VERSION_KINDS: Words = {
    "working": _("running"),
    "auto": _("frozen from data"),
    "review": _("under review"),
    "appeal": _("after an appeal"),
    "restatement": _("after a correction"),
}
MARKS: dict[Attention, tuple[str | Promise, str | Promise]] = {
    Attention.NO_TOTAL: (_("no total"), _("Nothing on the card could be measured.")),
    Attention.WAITS: (_("waits for data"), _("A line is held until somebody supplies or decides it.")),
    Attention.APPEALED: (_("appeal open"), _("The person objected; the appeal is decided first.")),
    Attention.HELD: (_("put aside"), _("Somebody put the card aside and wrote why.")),
    Attention.QUESTION: (
        _("data question open"),
        _("Somebody asked about a figure of the card and has no answer yet."),
    ),
    Attention.WITH_PERSON: (_("with the person"), _("The card was returned and waits for an answer.")),
    Attention.MOVED: (_("moved"), _("The total moved by more than 15 points against the month before.")),
    Attention.MANUAL: (_("manual value"), _("Somebody put a figure in place of an automatic one.")),
    Attention.INCOMPLETE: (_("data incomplete"), _("A measured line lacks some of its days or videos.")),
    Attention.SELF_SUPPLIED: (
        _("own file"),
        _("A file came from somebody it pays, and nobody else confirmed it."),
    ),
    Attention.VETO: (_("veto"), _("An event caps the total.")),
    Attention.TIER_EDGE: (_("tier edge"), _("The total lies within 0.5 points of a tier line.")),
    Attention.OBSERVATION: (_("under 15 days"), _("Fewer than 15 days in post: scored, not paid.")),
    Attention.NEW_JOINER: (_("new joiner"), _("Hired inside the month or the two months before.")),
    Attention.TARGET_CHANGED: (_("target changed"), _("A target of the person's own began this month.")),
    Attention.CAPPED: (_("capped"), _("An achievement was cut at the cap.")),
}


QUESTION_EVENTS: Words = {
    "ask": _("asked"),
    "remark": _("wrote"),
    "look": _("looks at it"),
    "explain": _("explained"),
    "not_ours": _("answered: not ours"),
    "propose": _("proposed a correction"),
    "confirm": _("confirmed the correction"),
    "refuse": _("refused the correction"),
    "withdraw": _("withdrew the correction"),
    "take_back": _("took the question back"),
}
EFFECTS: Words = {
    Effect.NEXT_SCORE: _("The month is open: a corrected figure counts from the next night's score on."),
    Effect.REFRESH: _(
        "The card is under review and its figures are frozen: a corrected figure counts only once HR "
        "reads the figures of the card once more."
    ),
    Effect.NOTICE: _(
        "The card is confirmed and keeps its figures. A corrected figure stands in the data and beside "
        "the card; HR is told and decides what follows."
    ),
}


def name_in(name: Name) -> str:
    """Return a name of the scheme in the reader's language."""
    return name.zh if (get_language() or "").startswith("zh") else name.en


def reading_of(definition: MeasureDefinition) -> str:
    """Return how a measure is read, in the reader's language."""
    return definition.reading_zh if (get_language() or "").startswith("zh") else definition.reading_en


def figure(value: object, unit: Unit | str) -> str:
    """Write a figure in its unit: pieces as they are, shares in per cent, quotients with two decimals."""
    if value is None:
        return "–"
    exact = to_decimal(value)  # type: ignore[arg-type]
    if unit == Unit.SHARE:
        return f"{_plain(exact * 100, 2)} %"
    return _plain(exact, 2, trim=unit == Unit.COUNT)


def exact_figure(value: Fraction | Decimal, unit: Unit | str) -> str:
    """Write a figure of a formula with the decimals that checking it by hand takes, at most six."""
    share = unit == Unit.SHARE
    rounded = round_half_up(value * 100 if share else value, 6).normalize()
    places = max(2 if share or unit == Unit.RATIO else 0, -int(rounded.as_tuple().exponent))
    return f"{rounded:,.{places}f}{' %' if share else ''}".replace("-", "−")


def _plain(value: Decimal, places: int, *, trim: bool = False) -> str:
    rounded = round_half_up(value, places)
    if trim and rounded == rounded.to_integral_value():
        rounded = round_half_up(rounded, 0)
    return f"{rounded:,}".replace("-", "−")


def percent_of_one(share: object) -> str:
    """Write an exact weight (a fraction of one) in per cent with two decimals."""
    return figure(share, Unit.SHARE)


def pace_state(status: str, achievement: Decimal | None) -> str:
    """Name how a line stands against what is expected by now: computed, never set by hand."""
    if status == LineStatus.NOT_DUE:
        return "not_due"
    if status == LineStatus.HELD:
        return "held"
    if status != LineStatus.MEASURED or achievement is None:
        return "missing"
    if achievement >= 105:
        return "ahead"
    return "on_pace" if achievement >= 95 else "behind"
