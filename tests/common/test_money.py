"""The one door for decimals."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import round_half_up, split_largest_remainder, to_decimal, total

NAMES = st.text(alphabet="abcdefgh", min_size=1, max_size=4)


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), float("inf"), "NaN", "Infinity", "-inf", "1e", "", True]
)
def test_what_is_no_exact_number_is_refused(value):
    with pytest.raises(ValueError):
        to_decimal(value)


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.665", 2, "2.67"),
        ("2.675", 2, "2.68"),
        ("-2.665", 2, "-2.67"),
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("101.105", 2, "101.11"),
        ("79.994999999999999999999999", 2, "79.99"),
        ("12345678901234567890.125", 2, "12345678901234567890.13"),
        ("5", 0, "5"),
    ],
)
def test_half_goes_away_from_zero(value, places, rounded):
    assert str(round_half_up(Decimal(value), places)) == rounded
    assert str(round_half_up(Fraction(value), places)) == rounded


def test_a_fraction_is_rounded_from_its_exact_value():
    assert round_half_up(Fraction(1, 3), 4) == Decimal("0.3333")
    assert round_half_up(Fraction(2, 3), 4) == Decimal("0.6667")
    assert round_half_up(Fraction(20221, 200), 2) == Decimal("101.11")


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.integers(0, 8))
def test_rounding_is_never_further_than_half_a_unit(value, places):
    rounded = round_half_up(value, places)
    assert abs(Fraction(rounded) - value) * 2 * 10**places <= 1
    assert round_half_up(-value, places) == -rounded


class _Rows:
    def __init__(self, *values):
        self.values = values

    def values_list(self, field, flat=False):
        assert (field, flat) == ("amount", True)
        return list(self.values)


def test_money_is_added_exactly_and_missing_amounts_are_left_out():
    rows = _Rows(Decimal("0.10"), Decimal("0.20"), None, Decimal("-0.05"))
    assert total(rows, "amount") == Decimal("0.25")
    assert str(total(_Rows(), "amount")) == "0.00"


@pytest.mark.parametrize("count", [1, 3, 7, 200])
def test_the_parts_of_a_hundred_make_a_hundred(count):
    parts = split_largest_remainder(Decimal("100.00"), [(number, 1) for number in range(count)])
    assert sum(parts.values()) == Decimal("100.00")
    assert max(parts.values()) - min(parts.values()) <= Decimal("0.01")


@given(
    st.decimals(min_value=0, max_value=10**7, places=2),
    st.dictionaries(NAMES, st.integers(0, 1000), min_size=1, max_size=20).filter(
        lambda found: any(found.values())
    ),
    st.randoms(),
)
def test_a_split_is_whole_and_does_not_depend_on_order(amount, weights, shuffler):
    rows = list(weights.items())
    parts = split_largest_remainder(amount, rows)
    shuffler.shuffle(rows)
    assert sum(parts.values()) == amount
    assert split_largest_remainder(amount, rows) == parts
    assert all(parts[name] == 0 for name, weight in weights.items() if weight == 0)


@pytest.mark.parametrize("weights", [[("a", 0), ("b", 0)], [("a", -1), ("b", 2)], []])
def test_a_split_needs_weights(weights):
    with pytest.raises(ValueError):
        split_largest_remainder(Decimal(1), weights)
