"""Reading and weighing schemes."""

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import pytest
import yaml

from performance.choices import AccountStage, Level, MissingOverride, PeriodKind, SpanRule
from performance.scheme_tree import Band, BandsRule, PassFailRule, RatingRule, StepsRule
from performance.schemes import (
    BUILTIN,
    SchemeError,
    balance,
    builtin_scheme,
    disagreements,
    effective_weights,
    parse_scheme,
    scheme_to_mapping,
    structural_weights,
)

BUILTIN_WEIGHTS = {
    "originality": "16",
    "completion": "10",
    "interaction": "8.4",
    "campaigns": "5.6",
    "growth_month": "4",
    "followers_year": "8.5",
    "loss_month": "5",
    "loss_year": "7.5",
    "ad_roi": "21",
    "conversion": "14",
}


@pytest.fixture
def document():
    return yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))


def leaf_row(document, *path):
    rows = document["dimensions"]
    for place in path[:-1]:
        rows = rows[place]["indicators"]
    return rows[path[-1]]


def problems(document):
    with pytest.raises(SchemeError) as caught:
        parse_scheme(document)
    return caught.value.problems


def test_builtin_weights_hold_on_the_tree_and_by_level():
    scheme = builtin_scheme()
    expected = {key: Fraction(text) / 100 for key, text in BUILTIN_WEIGHTS.items()}
    assert structural_weights(scheme) == expected
    assert effective_weights(scheme) == expected
    assert disagreements(scheme) == ()


def test_builtin_leaves_are_those_of_the_plan():
    leaves = {leaf.key: leaf for leaf in builtin_scheme().leaves}
    assert [key for key, leaf in leaves.items() if leaf.level is Level.CHALLENGE] == [
        "followers_year", "loss_year", "conversion",
    ]  # fmt: skip
    assert (leaves["campaigns"].period, leaves["campaigns"].span) == (PeriodKind.QUARTER, SpanRule.TO_DATE)
    assert leaves["followers_year"].span is SpanRule.OWN_MONTHS
    assert dict(leaves["growth_month"].target.by_stage)[AccountStage.LARGE] == Decimal("0.01")
    assert dict(leaves["followers_year"].target.by_stage)[AccountStage.NEW] == 100_000
    assert leaves["completion"].minimum.videos == 5
    assert {key for key, leaf in leaves.items() if leaf.lower_is_better} == {"loss_month", "loss_year"}
    assert all(leaf.cap == 150 for leaf in leaves.values())


def test_a_scheme_survives_writing_and_reading():
    scheme = builtin_scheme()
    text = yaml.safe_dump(scheme_to_mapping(scheme), allow_unicode=True)
    assert parse_scheme(yaml.safe_load(text)) == scheme


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [
        (
            {"rule": "bands", "bands": [{"to": "1", "points": "0"}, {"from": "1", "points": "30"}]},
            BandsRule((Band(None, Decimal(1), Decimal(0)), Band(Decimal(1), None, Decimal(30)))),
        ),
        (
            {"rule": "steps", "size": "1", "points_below": "0.5", "floor": "15"},
            StepsRule(Decimal(1), Decimal("0.5"), floor=Decimal(15)),
        ),
        ({"rule": "pass_fail", "at_target": True}, PassFailRule(None)),
        ({"rule": "rating", "low": "1", "high": "5"}, RatingRule(Decimal(1), Decimal(5))),
    ],
)
def test_scoring_rules_are_read_and_written_back(document, scoring, expected):
    row = leaf_row(document, 0, 0)
    row.update(scoring=scoring, max_points="30", missing="zero", cap="120")
    scheme = parse_scheme(document)
    leaf = scheme.leaves[0]
    assert (leaf.scoring, leaf.max_points, leaf.missing) == (expected, Decimal(30), MissingOverride.ZERO)
    assert parse_scheme(scheme_to_mapping(scheme)) == scheme


def test_siblings_off_by_two_name_sum_and_difference(document):
    leaf_row(document, 0, 0)["weight"] = "42"
    assert problems(document) == (
        "content_quality: the weights add up to 102 % and must be exactly 100 %: 2 % too much.",
    )


def test_a_hundredth_missing_is_refused(document):
    document["dimensions"][0]["weight"] = "39.99"
    assert problems(document) == (
        "dimensions: the weights add up to 99.99 % and must be exactly 100 %: 0.01 % missing.",
    )


@pytest.mark.parametrize("weight", ["NaN", "Infinity", "", 0.4, True, None, "forty"])
def test_a_weight_that_is_no_exact_number_is_refused(document, weight):
    leaf_row(document, 0, 0)["weight"] = weight
    assert any("originality, weight" in line and "exact number" in line for line in problems(document))


@pytest.mark.parametrize("weight", ["0", "-5"])
def test_a_weight_of_zero_or_less_is_refused(document, weight):
    leaf_row(document, 0, 0)["weight"] = weight
    assert f"content_quality: the weight of “originality” is {weight}; it must be above 0." in problems(
        document
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scoring": {"rule": "formula"}}, "the scoring rule 'formula' is not known"),
        ({"level": "expert"}, "“level” is 'expert'"),
        ({"span": "to_date"}, "a month leaf cannot be scored “to_date”"),
        ({"wieght": "3"}, "“wieght” is not known here"),
        ({"measure": ""}, "“measure” is missing"),
        ({"name": {"en": "Only English"}}, "“zh” is missing"),
    ],
)
def test_a_leaf_that_states_nonsense_is_refused(document, change, said):
    leaf_row(document, 0, 0).update(change)
    assert any(said in line for line in problems(document))


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([("", "0.8"), ("0.9", "")], "no band covers 0.8 to 0.9."),
        ([("", "0.9"), ("0.8", "")], "two bands cover 0.8 to 0.9."),
        ([("", "0.9"), ("0.9", "1")], "no band covers figures from 1 up"),
        ([("0.5", "0.9"), ("0.9", "")], "no band covers figures below 0.5."),
        ([("", ""), ("0.9", "")], "only the first band may be open below"),
        ([("0", "0"), ("0", "")], "it starts at 0 and stops at 0"),
    ],
)
def test_bands_with_gaps_or_overlaps_are_refused(document, bands, said):
    rows = [{"from": start or None, "to": stop or None, "points": "10"} for start, stop in bands]
    leaf_row(document, 0, 0)["scoring"] = {"rule": "bands", "bands": rows}
    assert any(said in line for line in problems(document))


def test_a_key_used_twice_is_refused(document):
    leaf_row(document, 0, 0)["key"] = "completion"
    assert "scheme: the key “completion” names 2 leaves; each needs its own." in problems(document)


def test_a_level_without_leaves_or_leaves_without_a_level_are_refused(document):
    for row in (leaf_row(document, 1, 0, 1), leaf_row(document, 1, 1, 1), leaf_row(document, 2, 1)):
        row["level"] = "base"
    assert any("“challenge” has a weight and no leaf" in line for line in problems(document))
    document["level_weights"] = {"base": "100"}
    assert any("leaves of level “advanced” would count nothing" in line for line in problems(document))


def test_all_problems_are_told_at_once(document):
    leaf_row(document, 0, 0)["weight"] = "42"
    leaf_row(document, 0, 1)["level"] = "expert"
    assert len(problems(document)) == 2


def disagreeing(document):
    changed = deepcopy(document)
    changed["level_weights"] = {"base": "18", "advanced": "52", "challenge": "30"}
    return parse_scheme(changed)


def test_levels_win_and_both_columns_are_told(document):
    scheme = disagreeing(document)
    assert effective_weights(scheme)["originality"] == Fraction(96, 1000)
    told = {row.leaf: row.sentence for row in disagreements(scheme)}
    assert told["originality"] == "originality: on the tree 16.0 % – counts 9.6 %"
    assert "conversion" not in told


def test_without_level_weighting_the_tree_counts(document):
    document["level_weights"] = {"base": "18", "advanced": "52", "challenge": "30"}
    document["level_weighting"] = False
    scheme = parse_scheme(document)
    assert effective_weights(scheme) == structural_weights(scheme)


def test_balance_proposes_weights_that_agree(document):
    scheme = disagreeing(document)
    proposed = {row.path: row.proposed for row in balance(scheme)}
    assert sum(value for path, value in proposed.items() if "/" not in path) == 100
    mapping = scheme_to_mapping(scheme)
    for dimension in mapping["dimensions"]:
        dimension["weight"] = str(proposed[dimension["key"]])
        for indicator in dimension["indicators"]:
            path = f"{dimension['key']}/{indicator['key']}"
            indicator["weight"] = str(proposed[path])
            for leaf in indicator.get("indicators", ()):
                leaf["weight"] = str(proposed[f"{path}/{leaf['key']}"])
    balanced = parse_scheme(mapping)
    counts = effective_weights(scheme)
    worst = max(abs(weight - counts[key]) for key, weight in structural_weights(balanced).items())
    assert worst < Fraction(1, 100_000)


def test_balance_of_an_agreeing_scheme_changes_nothing():
    assert all(row.present == row.proposed for row in balance(builtin_scheme()))
