"""What is stored of a card is canonical text, and scoring it again from that text gives the same bytes."""

import json
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from common.canonical import canonical_text, fraction_text, number_text
from performance.adjusting import Adjustment, Veto
from performance.choices import HoldDecision, MissingReason
from performance.inputs import CardFacts, LeafFacts, card_input, facts_input, facts_text
from performance.lines import WeightTexts, write_card, write_figures
from performance.schemes import builtin_scheme
from performance.scoring import PreparedScheme, score_card

SCHEME = PreparedScheme(builtin_scheme())
AWKWARD = ("", "plain", 'a "quoted" \\ one', "line\n\ttab \x00", "绩映 é€", "</script>")


class _Draw(random.Random):
    """Cards of every kind that differs."""

    def number(self, places, *, low=-(10**12), high=10**15):
        return Decimal(self.randint(low, high) if self.random() < 0.9 else 0).scaleb(-places)

    def maybe(self, value):
        return value if self.random() < 0.7 else None

    def leaf(self, key):
        missing = self.choice(["", "", "", *(reason.value for reason in MissingReason)])
        known = not missing or self.random() < 0.5
        pace = Fraction(self.randint(0, 366), 366)
        return LeafFacts(
            key=key,
            value=self.number(10) if known else None,
            numerator=self.number(10) if known else None,
            denominator=self.maybe(self.number(10, low=0)) if known else None,
            coverage=self.maybe(self.number(4, low=0, high=10_000)),
            volume=self.maybe(self.number(10, low=0)),
            videos=self.randint(0, 50),
            late=self.randint(0, 5),
            platforms=tuple(
                (self.choice(AWKWARD), self.number(10), self.number(10)) for _ in range(self.randint(0, 2))
            ),
            missing=missing,
            target=self.maybe(self.number(6, low=0, high=10**9)),
            baseline=self.maybe(self.number(6, low=0, high=10**9)),
            pace=pace,
            post=self.number(4, low=0, high=10_000),
            due=self.random() < 0.8,
            due_on=date(2026, 9, 30),
            first=date(2026, 7, 1),
            through=self.maybe(date(2026, 8, self.randint(1, 31))),
            measure_version=self.randint(1, 9),
            hold=self.choice([decision.value for decision in HoldDecision]),
        )

    def card(self):
        rule = builtin_scheme().adjustment_rules[0].key
        events = self.sample(AWKWARD, self.randint(0, 3))
        return CardFacts(
            scheme_hash="0" * 64,
            cycle="2026-08",
            employee=self.randint(1, 10**6),
            through=date(2026, 8, 31),
            closed=self.random() < 0.5,
            days_in_post=self.randint(0, 31),
            leaves=tuple(self.leaf(leaf.key) for leaf in SCHEME.leaves),
            adjustments=[Adjustment(rule, key, Decimal("-2.00"), date(2026, 8, 9), key) for key in events],
            vetoes=[Veto(key, Decimal("60.00"), date(2026, 8, 10), key) for key in events[:1]],
        )


CARDS = [_Draw(seed).card() for seed in range(200)]


@pytest.mark.parametrize("facts", CARDS, ids=range(len(CARDS)))
def test_texts_are_canonical_and_score_again_to_the_same_bytes(facts):
    text = facts_text(facts)
    parsed = json.loads(text)
    assert canonical_text(parsed) == text
    result = score_card(facts_input(facts, SCHEME))
    written = write_card(result, facts, weights=WeightTexts())
    again = write_figures(score_card(card_input(parsed, SCHEME)), parsed)
    assert again.figures_hash == written.figures_hash
    assert again.lines == written.lines
    assert again.contributions == written.contributions
    assert again.version._replace(data_through=facts.through) == written.version
    for stored in (written.version.dimensions, written.version.flags, written.contributions):
        assert canonical_text(json.loads(stored)) == stored
    for line in written.lines:
        assert canonical_text(json.loads(line.details)) == line.details


@pytest.mark.parametrize("facts", CARDS, ids=range(len(CARDS)))
def test_groups_hold_what_their_lines_hold(facts):
    result = score_card(facts_input(facts, SCHEME))
    for groups in (result.dimensions, result.levels):
        assert sum(group.contribution for group in groups) == sum(line.contribution for line in result.lines)
        assert sum(group.weight for group in groups) == sum(line.effective for line in result.lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (Decimal("0E-10"), '"0.0000000000"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-12.50"), '"-12.50"'),
        (Decimal("1E-12"), '"0.000000000001"'),
    ],
)
def test_numbers_are_written_without_an_exponent(value, text):
    assert number_text(value) == text == canonical_text(value)


@pytest.mark.parametrize("value", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_has_no_text(value):
    with pytest.raises(TypeError):
        number_text(Decimal(value))


def test_fractions_are_written_in_lowest_terms():
    assert fraction_text(Fraction(6, -4)) == '"-3/2"' == canonical_text(Fraction(6, -4))
    assert fraction_text(None) == "null"
