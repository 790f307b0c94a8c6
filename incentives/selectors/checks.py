"""What HR has to look at before a sheet is signed: exceptions and the reconciliation."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incentives.models import BonusSheet, BonusSheetLine, RuleSetVersion
from incentives.selectors.awards import PAYABLE_STATES
from incentives.selectors.rule_sets import rule_set_document, rule_set_of
from incentives.selectors.sheets import PlainLine, plain_lines
from people.models import Employee
from performance.choices import CardState
from performance.models import Adjustment
from performance.selectors.roster import enrolled

BIG_CHANGE = Decimal("0.5")
"""The share of last month's amount beyond which a change is listed."""


@dataclass(frozen=True)
class Finding:
    """One thing to clear or explain: its kind, the person's number and name, and a sentence."""

    kind: str
    number: str
    name: str
    sentence: object


@dataclass(frozen=True)
class Reconciliation:
    """Who should be in the sheet and who is, in numbers and by name."""

    people: int
    cards: int
    approved: int
    in_sheet: int
    differences: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Say whether the four numbers are one and nobody differs."""
        return not self.differences and self.people == self.cards == self.approved == self.in_sheet


@dataclass(frozen=True)
class Checks:
    """Both panels of a sheet, read together."""

    exceptions: tuple[Finding, ...]
    reconciliation: Reconciliation

    @property
    def need_explaining(self) -> int:
        """Return how many findings stand between the sheet and “prepared”."""
        return len(self.exceptions) + len(self.reconciliation.differences)


class _Person(NamedTuple):
    """Somebody of the entity: the state of the card ("" without one), a veto, in the HR list or not."""

    pk: int
    number: str
    name: str
    card: str
    vetoed: bool
    in_list: bool


@dataclass(frozen=True)
class _Read:
    """Everything the checks look at: who is in the list or has a card, and the sheet's lines."""

    people: list[_Person]
    payable: frozenset[str]
    lines: Sequence[PlainLine]
    cycle: int


def checks_of(sheet: BonusSheet, lines: Sequence[PlainLine] | None = None) -> Checks:
    """Return exceptions and reconciliation of a sheet; a fixed number of statements.

    ``lines`` are all of the sheet's lines (``plain_lines``) when the caller has them already.
    """
    read = _read(sheet, plain_lines(sheet) if lines is None else lines)
    return Checks(exceptions=tuple(_exceptions(read)), reconciliation=_reconcile(read))


def _read(sheet: BonusSheet, lines: Sequence[PlainLine]) -> _Read:
    people = _people(sheet, enrolled(sheet.cycle))
    return _Read(
        people=[one for one in people if one.in_list or one.card],
        payable=frozenset(_payable(sheet, lines)),
        lines=lines,
        cycle=sheet.cycle_id,
    )


def _people(sheet: BonusSheet, in_list: set[int]) -> list[_Person]:
    vetoes = Adjustment.objects.filter(cycle=sheet.cycle_id, kind="veto", employee=OuterRef("pk"))
    staff = (
        Employee.objects.filter(legal_entity=sheet.legal_entity_id)
        .annotate(
            card=FilteredRelation("scorecards", condition=Q(scorecards__cycle=sheet.cycle_id)),
            vetoed=Exists(vetoes),
        )
        .order_by("number")
        .values_list("pk", "number", "name", "card__state", "vetoed")
    )
    return [
        _Person(pk, number, name, state or "", veto, pk in in_list) for pk, number, name, state, veto in staff
    ]


def _payable(sheet: BonusSheet, lines: Sequence[PlainLine]) -> tuple[CardState, ...]:
    own = next((line.pk for line in lines if line.cycle == sheet.cycle_id), None)
    found = RuleSetVersion.objects.filter(pk__in=_version_of(own)).first() if own else None
    version = found or rule_set_of(sheet.cycle_id)
    return PAYABLE_STATES[rule_set_document(version).payable] if version else ()


def _version_of(line: int) -> QuerySet[BonusSheetLine, int]:
    return BonusSheetLine.objects.filter(pk=line).values_list("award__rule_set_version", flat=True)


def _exceptions(read: _Read) -> list[Finding]:
    found = [finding for line in read.lines if (finding := _of_line(line)) is not None]
    found += _duplicates(read.lines)
    for person in read.people:
        if person.card and person.card not in read.payable:
            found.append(_finding("not_payable", person, _("The card is not published yet.")))
        if person.card and person.vetoed:
            found.append(_finding("veto", person, _("A veto lies on the card of this cycle.")))
    return found


def _of_line(line: PlainLine) -> Finding | None:
    if line.amount is None:
        return _on_line(line.held_reason or "held", line, line.note or _("The line is held."))
    if line.amount < 0:
        return _on_line("negative", line, _("The line is below zero."))
    before = line.previous
    if before is None or before == line.amount:
        return None
    if before == 0 or abs(line.amount - before) > BIG_CHANGE * abs(before):
        return _on_line("big_change", line, _("More than 50 % away from last month."))
    return None


def _duplicates(lines: Sequence[PlainLine]) -> list[Finding]:
    numbers = [_plain(line.number) for line in lines]
    people: dict[str, set[int]] = {}
    for number, line in zip(numbers, lines, strict=True):
        people.setdefault(number, set()).add(line.employee)
    return [
        _on_line("duplicate_number", line, _("Another person's employee number reads the same."))
        for number, line in zip(numbers, lines, strict=True)
        if len(people[number]) > 1
    ]


def _plain(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).casefold().split())


def _reconcile(read: _Read) -> Reconciliation:
    in_sheet = {line.employee for line in read.lines if line.cycle == read.cycle}
    differences = [
        _finding(kind, person, DIFFERENCES[kind])
        for person in read.people
        for kind in _differences(person, read.payable, person.pk in in_sheet)
    ]
    return Reconciliation(
        people=sum(person.in_list for person in read.people),
        cards=sum(bool(person.card) for person in read.people),
        approved=sum(person.card in read.payable for person in read.people),
        in_sheet=len(in_sheet),
        differences=tuple(differences),
    )


DIFFERENCES = {
    "no_card": _("In the HR list, without a card."),
    "not_in_list": _("Has a card without being in the HR list."),
    "not_approved": _("The card is not approved."),
    "not_in_sheet": _("Approved, and not in the sheet: make it again."),
}


def _differences(person: _Person, payable: frozenset[str], in_sheet: bool) -> Iterable[str]:
    if not person.card:
        yield "no_card"
        return
    if not person.in_list:
        yield "not_in_list"
    if person.card not in payable:
        yield "not_approved"
    elif not in_sheet:
        yield "not_in_sheet"


def _finding(kind: str, person: _Person, sentence: object) -> Finding:
    return Finding(kind, person.number, person.name, sentence)


def _on_line(kind: str, line: PlainLine, sentence: object) -> Finding:
    return Finding(kind, line.number, line.name, sentence)
