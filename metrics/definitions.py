"""What a measure is: a frozen definition, read from canonical text. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import yaml

from metrics.choices import Aggregation, Basis, Credit, Grain

BUILTIN = Path(__file__).parent / "builtin" / "measures.yaml"

SCALE = {
    "spend": 2,
    "gmv": 2,
    "refunds": 2,
    "completion_rate": 8,
    "five_second_rate": 8,
    "two_second_exit_rate": 8,
    "cover_click_rate": 8,
}
"""Decimal places that a field carries; facts are summed as whole units of the last place."""


@dataclass(frozen=True)
class Term:
    """A product of fields of the same cell, added (``sign`` 1) or taken off (−1)."""

    fields: tuple[str, ...]
    sign: int = 1

    @property
    def places(self) -> int:
        """Return the decimal places of the product."""
        return sum(SCALE.get(field, 0) for field in self.fields)


@dataclass(frozen=True)
class MeasureDefinition:
    """One version of a measure.

    ``minimum_coverage`` is a part of one. ``cutoff_days``: a cohort is read at its
    latest snapshot at most that many days after the period; ``late_days``: with
    none, at the first one up to that many days after.
    """

    key: str
    name_zh: str
    name_en: str
    reading_zh: str
    reading_en: str
    basis: Basis
    grain: Grain
    aggregation: Aggregation
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    unit: str
    accrual: str
    account_kind: str = "creator"
    lower_is_better: bool = False
    credit: Credit = Credit.SHARE
    media: tuple[str, ...] = ()
    minimum_coverage: Decimal = Decimal("0.8")
    cutoff_days: int = 3
    late_days: int = 14
    number: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """Return every fact field the measure reads, in order."""
        terms = (*self.numerator, *self.denominator)
        return tuple(dict.fromkeys(field for term in terms for field in term.fields))

    @property
    def numerator_places(self) -> int:
        """Return the decimal places of a numerator cell."""
        return _places(self.numerator)

    @property
    def denominator_places(self) -> int:
        """Return the decimal places of a denominator cell."""
        return _places(self.denominator)


def _places(terms: tuple[Term, ...]) -> int:
    places = {term.places for term in terms}
    if len(places) > 1:
        raise ValueError("the terms of one side must carry the same decimal places")
    return places.pop() if places else 0


def parse_definition(document: Mapping[str, object], *, number: int = 0) -> MeasureDefinition:
    """Read one definition. Raises ``KeyError``/``ValueError`` for what it does not know."""
    name, reading = cast(Mapping[str, str], document["name"]), cast(Mapping[str, str], document["reading"])
    return MeasureDefinition(
        key=str(document["key"]),
        name_zh=str(name["zh"]),
        name_en=str(name["en"]),
        reading_zh=str(reading["zh"]),
        reading_en=str(reading["en"]),
        basis=Basis(str(document["basis"])),
        grain=Grain(str(document["grain"])),
        aggregation=Aggregation(str(document["aggregation"])),
        numerator=_terms(document.get("numerator")),
        denominator=_terms(document.get("denominator")),
        unit=str(document["unit"]),
        accrual=str(document["accrual"]),
        account_kind=str(document.get("account_kind", "creator")),
        lower_is_better=bool(document.get("lower_is_better", False)),
        credit=Credit(str(document.get("credit", "share"))),
        media=tuple(str(media) for media in _list(document.get("media"))),
        minimum_coverage=Decimal(str(document.get("minimum_coverage", "0.8"))),
        cutoff_days=int(str(document.get("cutoff_days", 3))),
        late_days=int(str(document.get("late_days", 14))),
        number=number,
    )


def builtin_documents() -> list[dict[str, object]]:
    """Return the definitions that ship with the product, as plain documents."""
    return list(yaml.safe_load(BUILTIN.read_text(encoding="utf-8")))


def builtin_definitions() -> dict[str, MeasureDefinition]:
    """Return the definitions that ship with the product, by key."""
    parsed = (parse_definition(document) for document in builtin_documents())
    return {definition.key: definition for definition in parsed}


def _terms(raw: object) -> tuple[Term, ...]:
    return tuple(Term(tuple(row["fields"]), int(row.get("sign", 1))) for row in _list(raw))


def _list(raw: object) -> Sequence[Any]:
    return raw if isinstance(raw, list) else []
