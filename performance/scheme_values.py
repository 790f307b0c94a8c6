"""Reading single values of a scheme document, noting every problem in plain words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from common.money import to_decimal
from performance.scheme_tree import Name

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass
class Reader:
    """Reads values out of mappings; a problem is written down and reading goes on."""

    problems: list[str] = field(default_factory=list)

    def problem(self, where: str, sentence: str) -> None:
        """Write a problem down."""
        self.problems.append(f"{where}: {sentence}")

    def mapping(self, value: object, where: str) -> Mapping[str, object]:
        """Return ``value`` as a mapping, or an empty one."""
        if isinstance(value, Mapping):
            return value
        self.problem(where, "a mapping of names to values is expected here.")
        return {}

    def rows(self, value: object, where: str) -> Sequence[object]:
        """Return ``value`` as a list with at least one entry, or an empty one."""
        if isinstance(value, (list, tuple)) and value:
            return value
        self.problem(where, "a list with at least one entry is expected here.")
        return ()

    def known(self, row: Mapping[str, object], allowed: set[str], where: str) -> None:
        """Refuse keys nobody reads: a misspelt one would silently change nothing."""
        for key in row:
            if key not in allowed:
                self.problem(where, f"“{key}” is not known here; use one of {', '.join(sorted(allowed))}.")

    def text(self, row: Mapping[str, object], key: str, where: str) -> str:
        """Return a text that is not empty."""
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.problem(where, f"“{key}” is missing; write a text.")
        return ""

    def name(self, value: object, where: str) -> Name:
        """Return a name in Chinese and English."""
        row = self.mapping(value, f"{where}, name")
        return Name(self.text(row, "zh", f"{where}, name"), self.text(row, "en", f"{where}, name"))

    def optional_name(self, row: Mapping[str, object], key: str, where: str) -> Name | None:
        """Return a name or None when it is left out."""
        return None if row.get(key) is None else self.name(row[key], f"{where}, {key}")

    def flag(self, row: Mapping[str, object], key: str, where: str, default: bool) -> bool:
        """Return yes or no."""
        value = row.get(key, default)
        if isinstance(value, bool):
            return value
        self.problem(where, f"“{key}” must be true or false, not {value!r}.")
        return default

    def choice(
        self,
        row: Mapping[str, object],
        key: str,
        where: str,
        kind: type[Choice],
        default: Choice | None = None,
    ) -> Choice:
        """Return a member of a closed set."""
        value = row.get(key, default)
        if value in tuple(kind):
            return kind(str(value))
        known = ", ".join(kind)
        self.problem(where, f"“{key}” is {value!r}; use one of {known}.")
        return next(iter(kind)) if default is None else default

    def number(
        self, row: Mapping[str, object], key: str, where: str, default: Decimal | None = None
    ) -> Decimal:
        """Return an exact finite number; it is required unless a default is given."""
        value = row.get(key)
        if value is None and default is not None:
            return default
        return self.decimal(value, f"{where}, {key}")

    def optional_number(self, row: Mapping[str, object], key: str, where: str) -> Decimal | None:
        """Return a number or None when it is left out."""
        return None if row.get(key) is None else self.decimal(row[key], f"{where}, {key}")

    def decimal(self, value: object, where: str) -> Decimal:
        """Return an exact finite number, or 1 after noting the problem."""
        if isinstance(value, (str, int, Decimal)):
            try:
                return to_decimal(value)
            except ValueError:
                pass
        self.problem(where, f"{value!r} is not an exact number; write it as text, such as '12.5'.")
        return Decimal(1)

    def above_zero(self, value: Decimal, where: str) -> Decimal:
        """Refuse zero and negative numbers."""
        if value <= 0:
            self.problem(where, f"{value} must be above 0.")
            return Decimal(1)
        return value

    def weights(self, rows: Sequence[tuple[str, Decimal]], where: str) -> None:
        """Refuse a weight of zero or less and siblings that do not add up to 100."""
        for key, weight in rows:
            if weight <= 0:
                self.problem(where, f"the weight of “{key}” is {weight}; it must be above 0.")
        total = sum((weight for _, weight in rows), Decimal(0))
        if rows and total != 100:
            gap = total - 100
            word = "too much" if gap > 0 else "missing"
            self.problem(
                where, f"the weights add up to {total:f} % and must be exactly 100 %: {abs(gap):f} % {word}."
            )
