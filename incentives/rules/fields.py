"""Typed fields of a plain mapping. What is wrong is noted with its path, and reading goes on."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from common.money import FEN, SCORE_PLACES, to_decimal
from incentives.rules.sentences import Problem

Member = TypeVar("Member", bound=StrEnum)

KEY = re.compile(r"[a-z][a-z0-9_]*")
CURRENCY = re.compile(r"[A-Z]{3}")
BASIS = re.compile(r"total|(level|dimension|leaf):[a-z][a-z0-9_]*")
LARGEST_MONEY = Decimal("9999999999.99")
LARGEST_SCORE = Decimal("9999.99")
LARGEST_WHOLE = 10**12


class ProblemList:
    """The problems found so far."""

    def __init__(self) -> None:
        """Start with none."""
        self.found: list[Problem] = []

    def add(self, code: str, where: str, sentence: str) -> None:
        """Note one problem."""
        self.found.append(Problem(code, where, sentence))

    def extend(self, problems: list[Problem]) -> None:
        """Note several, but only once the values themselves could be read."""
        if not self.found:
            self.found = list(problems)


class Fields:
    """One mapping at the path ``where``; each reader takes one key and returns a value.

    A value that cannot be read is noted and replaced by a harmless one, so that all
    problems are found in one pass; the document is never used if there is any.
    """

    def __init__(self, mapping: object, where: str, problems: ProblemList) -> None:
        """Note a problem if ``mapping`` is none."""
        self.where = where
        self.problems = problems
        self.values: dict[str, Any] = {}
        self.known: set[str] = set()
        if isinstance(mapping, Mapping):
            self.values = {str(key): value for key, value in mapping.items()}
        else:
            problems.add("not_a_mapping", where or "document", "This must be a set of named values.")

    def path(self, key: str) -> str:
        """Return the full path of ``key``."""
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        """Say whether ``key`` is given and not empty."""
        self.known.add(key)
        return self.values.get(key) is not None

    def note(self, code: str, key: str, sentence: str) -> None:
        """Note a problem with ``key``."""
        self.problems.add(code, self.path(key), sentence)

    def refuse_the_rest(self) -> None:
        """Note every key that nothing asked for."""
        for key in sorted(set(self.values) - self.known):
            self.note("unknown_key", key, f"Nothing is known by the name {key!r}; remove or correct it.")

    def child(self, key: str, *, required: bool = True) -> "Fields":
        """Return the mapping under ``key``; an optional one that is absent is empty."""
        if not self.has(key) and not required:
            return Fields({}, self.path(key), self.problems)
        return Fields(self.values.get(key), self.path(key), self.problems)

    def children(self, key: str) -> list["Fields"]:
        """Return the mappings of the list under ``key``; absent is empty."""
        if not self.has(key):
            return []
        items = self.values[key]
        if not isinstance(items, (list, tuple)):
            self.note("not_a_list", key, "This must be a list.")
            return []
        return [Fields(item, f"{self.path(key)}[{place}]", self.problems) for place, item in enumerate(items)]

    def key(self, key: str, *, longest: int) -> str:
        """Return a machine name: lower-case letters, digits and underscores."""
        return self._matching(key, KEY, f"a name of a–z, 0–9 and _, at most {longest} long", longest)

    def currency(self, key: str) -> str:
        """Return a currency code of three capitals."""
        return self._matching(key, CURRENCY, "a currency code of three capitals, such as CNY", 3)

    def basis(self, key: str) -> str:
        """Return what tiers are decided on; ``total`` when absent."""
        if not self.has(key):
            return "total"
        return self._matching(key, BASIS, "total, level:…, dimension:… or leaf:…", 80)

    def names(self, key: str, *, required: bool = True) -> dict[str, str]:
        """Return texts by language; English must be there if required."""
        if not self.has(key) and not required:
            return {}
        value = self.values.get(key)
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            self.note("names", key, "Write one text for each language, English (en) at least.")
            return {}
        if required and not value.get("en", "").strip():
            self.note("names", key, "The English text (en) is missing.")
        return {str(language): text for language, text in value.items()}

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        if not self.has(key):
            return default
        value = self.values[key]
        if not isinstance(value, bool):
            self.note("flag", key, f"{value!r} is neither true nor false.")
            return default
        return value

    def whole(
        self, key: str, *, smallest: int = 0, largest: int = LARGEST_WHOLE, default: int | None = None
    ) -> int:
        """Return a whole number within the bounds; required when there is no default."""
        if not self.has(key) and default is not None:
            return default
        return self._whole(key, self.values.get(key), smallest, largest)

    def whole_numbers(self, key: str) -> dict[str, int]:
        """Return whole numbers above zero by name; absent is empty."""
        inner = self.child(key, required=False)
        return {name: inner._whole(name, inner.values[name], 1, LARGEST_WHOLE) for name in inner.values}

    def number(self, key: str, *, places: int, largest: Decimal | int) -> Decimal:
        """Return a number of at most ``places`` decimals from 0 to ``largest``."""
        value = self.values.get(key) if self.has(key) else None
        if value is None:
            self.note("missing", key, "This number is missing.")
            return Decimal(0)
        try:
            number = to_decimal(value)
        except (ValueError, TypeError):
            self.note("number", key, f"{value!r} is no exact number; write it in quotes, such as '1.20'.")
            return Decimal(0)
        if not 0 <= number <= largest:
            self.note("bounds", key, f"{number} is not between 0 and {largest}.")
            return Decimal(0)
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            self.note("decimals", key, f"{number} has more than {places} decimals.")
        return number

    def score(self, key: str) -> Decimal:
        """Return a total in per cent."""
        return self.number(key, places=SCORE_PLACES, largest=LARGEST_SCORE)

    def score_or_none(self, key: str) -> Decimal | None:
        """Return a total in per cent, or None for no end."""
        return self.score(key) if self.has(key) else None

    def money(self, key: str) -> Decimal:
        """Return an amount of money."""
        return self.number(key, places=FEN, largest=LARGEST_MONEY)

    def money_or_none(self, key: str) -> Decimal | None:
        """Return an amount of money, or None when not stated."""
        return self.money(key) if self.has(key) else None

    def member(self, key: str, kind: type[Member], *, default: Member | None) -> Member:
        """Return a member of a closed set; required when there is no default."""
        if not self.has(key) and default is not None:
            return default
        return self._member(key, self.values.get(key), kind)

    def members(self, key: str, kind: type[Member]) -> tuple[Member, ...]:
        """Return one or more members, each once, in the order of the set."""
        items = self.values.get(key)
        if not self.has(key) or not isinstance(items, (list, tuple)) or not items:
            self.note("missing", key, f"Name at least one of {', '.join(kind)}.")
            return ()
        chosen = [self._member(key, item, kind) for item in items]
        return tuple(member for member in kind if member in chosen)

    def _member(self, key: str, value: object, kind: type[Member]) -> Member:
        if isinstance(value, str) and value in tuple(kind):
            return kind(value)
        self.note("not_one_of", key, f"{value!r} is none of {', '.join(kind)}.")
        return next(iter(kind))

    def _whole(self, key: str, value: object, smallest: int, largest: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= largest:
            self.note("whole", key, f"{value!r} is no whole number between {smallest} and {largest}.")
            return smallest
        return value

    def _matching(self, key: str, pattern: re.Pattern[str], wanted: str, longest: int) -> str:
        value = self.values.get(key)
        if self.has(key) and isinstance(value, str) and len(value) <= longest and pattern.fullmatch(value):
            return value
        self.note("text", key, f"{value!r} is not {wanted}.")
        return ""
