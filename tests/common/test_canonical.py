"""Canonical text: one way to write a value down."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.canonical import canonical_text, text_hash


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "是"]}, '{"a":[true,null,"是"],"b":1}'),
        (Decimal("1.10"), '"1.10"'),
        (Decimal("1E+3"), '"1000"'),
        (Fraction(1, 3), '"1/3"'),
        (date(2026, 8, 1), '"2026-08-01"'),
        (Colour.RED, '"red"'),
        ((1, 2), "[1,2]"),
    ],
)
def test_values_have_one_text(value, text):
    assert canonical_text(value) == text


@pytest.mark.parametrize(
    "value", [1.0, {"a": 0.1}, [float("nan")], Decimal("NaN"), Decimal("Infinity"), {1, 2}, object()]
)
def test_what_has_no_exact_text_is_refused(value):
    with pytest.raises(TypeError):
        canonical_text(value)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(found, shuffler):
    rows = list(found.items())
    shuffler.shuffle(rows)
    assert text_hash(canonical_text(dict(rows))) == text_hash(canonical_text(found))
