from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import incentives
from common.canonical import canonical_text
from common.periods import Month, Span
from incentives.choices import Outcome, PayBase, Reading, RewardKind, SalaryComponent
from incentives.rules import (
    MixedCurrencies,
    NoSalary,
    RuleSetProblems,
    SalarySpan,
    VestingPosition,
    VestingTerms,
    control_sum,
    distance_to_next_tier,
    monthly_award,
    parse_rule_set,
    part_month_factor,
    rule_set_to_mapping,
    salary_base,
    tier_for,
    vesting_position,
    vesting_schedule,
)
from incentives.rules.sentences import REASONS

BUILTIN = Path(incentives.__file__).parent / "builtin" / "standard.yaml"
SEPTEMBER = Month(2026, 9)
ALWAYS = [Span(date(2020, 1, 1), date(2030, 12, 31))]


def standard():
    return yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))


RULES = parse_rule_set(standard())


def salary(amount, first=date(2020, 1, 1), last=None, component=SalaryComponent.BASE, currency="CNY"):
    return SalarySpan(component, Decimal(amount), currency, first, last)


def award(total, *, in_post=ALWAYS, spans=None, document=RULES, month=SEPTEMBER, position=None):
    return monthly_award(
        document=document,
        total=None if total is None else Decimal(total),
        month=month,
        in_post=in_post,
        salary=[salary("10000.00")] if spans is None else spans,
        position=position,
    )


def with_multiple(**changes):
    bronze = RULES.tiers[0]
    reward = replace(bronze.rewards[0], **changes)
    return replace(RULES, tiers=(replace(bronze, rewards=(reward,)), *RULES.tiers[1:]))


def codes(line):
    return [part.code for part in line.reason]


# The document


def test_built_in_rule_set_is_what_it_says_after_a_round_trip():
    assert rule_set_to_mapping(RULES) == standard()
    assert parse_rule_set(rule_set_to_mapping(RULES)) == RULES
    assert [tier.name_in("zh-hans") for tier in RULES.tiers] == ["青铜", "白银", "黄金"]
    assert RULES.tiers[0].name_in("fr") == "Bronze"
    assert canonical_text(rule_set_to_mapping(RULES))


def test_tiers_may_be_written_in_any_order():
    mapping = standard()
    mapping["tiers"].reverse()

    assert parse_rule_set(mapping) == RULES


def test_includes_lower_tiers():
    gold = RULES.tier("gold")
    alone = replace(RULES, tiers=(*RULES.tiers[:2], replace(gold, includes_lower_tiers=False)))

    assert [r.kind for r in RULES.rewards_of(gold)] == [
        RewardKind.SALARY_MULTIPLE,
        RewardKind.ANNUAL_BONUS,
        RewardKind.EQUITY_UNITS,
    ]
    assert [r.kind for r in alone.rewards_of(alone.tiers[2])] == [RewardKind.EQUITY_UNITS]


def edited(path, value):
    mapping = standard()
    *parents, last = path
    place = mapping
    for step in parents:
        place = place[step]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value
    return mapping


GOLD_WITH_SMALLER = {"kind": "salary_multiple", "income": "wages", "multiple": "1.10"}

BAD = [
    (("tiers", 0, "to"), "89.99", "gap", "tiers.bronze–silver", "no tier covers 89.99 to 90"),
    (("tiers", 1, "from_included"), False, "gap", "tiers.bronze–silver", "holds 90"),
    (("tiers", 0, "to_included"), True, "overlap", "tiers.bronze–silver", "both hold 90"),
    (("tiers", 0, "to"), "95", "overlap", "tiers.bronze–silver", "overlap from 90 to 95"),
    (("tiers", 0, "to"), None, "overlap", "tiers.bronze–silver", "overlap from 90"),
    (("tiers", 2, "to"), "200", "gap", "tiers.gold.to", "above gold (110, 200)"),
    (("tiers", 0, "from"), "90", "empty_range", "tiers.bronze", "[90, 90) of bronze holds no total"),
    (("tiers", 0, "from"), 80.5, "number", "tiers[0].from", "80.5 is no exact number"),
    (("tiers", 0, "from"), "80.001", "decimals", "tiers[0].from", "more than 2 decimals"),
    (("tiers", 0, "from"), "NaN", "number", "tiers[0].from", "'NaN'"),
    (("tiers", 0, "from"), "-1", "bounds", "tiers[0].from", "-1 is not between 0"),
    (("tiers", 0, "from"), None, "missing", "tiers[0].from", "missing"),
    (("tiers",), [], "no_tiers", "tiers", "at least one tier"),
    (("tiers",), "x", "not_a_list", "tiers", "must be a list"),
    (("tiers", 1, "key"), "bronze", "double_key", "tiers", "Two tiers are called 'bronze'"),
    (("tiers", 0, "key"), "Bronze!", "text", "tiers[0].key", "'Bronze!' is not a name"),
    (("tiers", 0, "colour"), "red", "unknown_key", "tiers[0].colour", "'colour'"),
    (("tiers", 0, "from_included"), "yes", "flag", "tiers[0].from_included", "neither true nor false"),
    (("tiers", 0, "name"), {"zh-hans": "青铜"}, "names", "tiers[0].name", "English"),
    (("tiers", 0, "rewards", 0, "multiple"), "0.90", "deducts", "tiers[0].rewards[0].multiple", "deduct"),
    (("tiers", 0, "rewards", 0, "cadence"), "year", "cadence", "tiers[0].rewards[0].cadence", "by month"),
    (("tiers", 0, "rewards", 0, "kind"), "innovation", "kind", "tiers[0].rewards[0].kind", "own section"),
    (("tiers", 0, "rewards", 0, "reading"), "net", "not_one_of", "tiers[0].rewards[0].reading", "total_pay"),
    (("tiers", 2, "rewards"), [GOLD_WITH_SMALLER], "pays_less", "tiers.gold.rewards", "less of the salary"),
    (
        ("tiers", 2, "rewards", 0, "vesting", "every_months"),
        7,
        "vesting",
        "tiers[2].rewards[0].vesting",
        "month 48",
    ),
    (("standard_salary", "components"), [], "missing", "standard_salary.components", "base, post"),
    (("standard_salary",), KeyError, "not_a_mapping", "standard_salary", "named values"),
    (("minimum_days_in_post",), 32, "whole", "minimum_days_in_post", "between 1 and 31"),
    (("currency",), "yuan", "text", "currency", "CNY"),
    (("basis",), "anything", "text", "basis", "dimension:"),
    (("format",), 2, "format", "format", "Only format 1"),
    (("innovation", "enabled"), True, "no_budget", "innovation.yearly_budget", "yearly budget"),
]


@pytest.mark.parametrize(("path", "value", "code", "where", "words"), BAD)
def test_a_wrong_rule_set_is_refused_saying_what_and_where(path, value, code, where, words):
    with pytest.raises(RuleSetProblems) as caught:
        parse_rule_set(edited(path, value))

    found = [problem for problem in caught.value.problems if (problem.code, problem.where) == (code, where)]
    assert found, caught.value.problems
    assert words in found[0].sentence


def test_all_problems_are_listed_at_once():
    mapping = edited(("tiers", 0, "from"), "x") | {"currency": "?", "payable": "soon"}

    with pytest.raises(RuleSetProblems) as caught:
        parse_rule_set(mapping)

    assert [problem.where for problem in caught.value.problems] == ["currency", "payable", "tiers[0].from"]


def test_something_that_is_no_mapping_is_refused():
    with pytest.raises(RuleSetProblems):
        parse_rule_set(["tiers"])


# Tiers


@pytest.mark.parametrize(
    ("total", "key"),
    [
        ("0", None), ("79.99", None), ("80.00", "bronze"), ("89.99", "bronze"), ("90.00", "silver"),
        ("110.00", "silver"), ("110.01", "gold"), ("250.00", "gold"), ("80", "bronze"),
    ],
)  # fmt: skip
def test_tier_for(total, key):
    tier = tier_for(RULES, Decimal(total))

    assert (tier.key if tier else None) == key


def test_no_total_has_no_tier():
    assert tier_for(RULES, None) is None


@pytest.mark.parametrize("total", ["79.995", "NaN", "Infinity"])
def test_only_a_stored_total_decides(total):
    with pytest.raises(ValueError):
        tier_for(RULES, Decimal(total))


@pytest.mark.parametrize(
    ("total", "key", "reached_at", "points"),
    [
        ("66.50", "bronze", "80.00", "13.50"),
        ("80.00", "silver", "90.00", "10.00"),
        ("90.00", "gold", "110.01", "20.01"),
        ("110.00", "gold", "110.01", "0.01"),
    ],
)
def test_distance_to_next_tier(total, key, reached_at, points):
    distance = distance_to_next_tier(Decimal(total), RULES)

    assert (distance.tier.key, str(distance.reached_at), str(distance.points)) == (key, reached_at, points)
    assert tier_for(RULES, Decimal(total) + distance.points) == distance.tier


@pytest.mark.parametrize("total", [None, Decimal("110.01")])
def test_no_distance_at_the_top_or_without_a_total(total):
    assert distance_to_next_tier(total, RULES) is None


# Months


@pytest.mark.parametrize(
    ("days", "of", "factor"),
    [(15, 30, "0.5000"), (30, 30, "1.0000"), (21, 31, "0.6774"), (0, 28, "0.0000"), (20, 30, "0.6667")],
)
def test_part_month_factor(days, of, factor):
    assert str(part_month_factor(days, of)) == factor


@pytest.mark.parametrize(("days", "of"), [(31, 30), (-1, 30), (0, 0)])
def test_impossible_part_months_are_refused(days, of):
    with pytest.raises(ValueError):
        part_month_factor(days, of)


def test_a_raise_within_the_month_counts_from_its_day():
    spans = [salary(9000, last=date(2026, 9, 10)), salary(12000, first=date(2026, 9, 11))]
    base = salary_base(spans, SEPTEMBER, in_post=ALWAYS)

    assert (base.rate, str(base.factor), base.exact) == (Fraction(11000), "1.0000", 11000)
    assert [(part.first.day, part.last.day, part.monthly) for part in base.segments] == [
        (1, 10, Decimal(9000)),
        (11, 30, Decimal(12000)),
    ]


def test_the_same_salary_in_three_records_is_the_whole_salary():
    edges = [(1, 10), (11, 20), (21, 30)]
    spans = [salary(10000, date(2026, 9, first), date(2026, 9, last)) for first, last in edges]

    assert salary_base(spans, SEPTEMBER, in_post=ALWAYS).exact == 10000


def test_only_counted_components_are_added():
    spans = [salary(6000), salary(2000, component=SalaryComponent.PERFORMANCE)]

    assert salary_base(spans, SEPTEMBER, in_post=ALWAYS).rate == 8000
    counted = [SalaryComponent.PERFORMANCE]
    assert salary_base(spans, SEPTEMBER, in_post=ALWAYS, counted=counted).rate == 2000


def test_days_without_a_salary_make_the_base_unknown():
    spans = [salary(9000, last=date(2026, 9, 10)), salary(9000, first=date(2026, 9, 13))]

    assert salary_base(spans, SEPTEMBER, in_post=ALWAYS) == NoSalary(2, date(2026, 9, 11))


def test_a_salary_of_zero_is_on_record():
    assert salary_base([salary(0)], SEPTEMBER, in_post=ALWAYS).exact == 0


def test_two_amounts_of_one_component_are_refused():
    with pytest.raises(ValueError, match="two amounts of base"):
        salary_base([salary(1), salary(2, first=date(2026, 9, 5))], SEPTEMBER, in_post=ALWAYS)


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "1000000000000"])
def test_impossible_salaries_are_refused(amount):
    with pytest.raises(ValueError):
        salary(amount)


def test_currencies_are_never_added():
    with pytest.raises(MixedCurrencies, match="CNY, USD"):
        salary_base(
            [salary(1), salary(1, component=SalaryComponent.POST, currency="USD")], SEPTEMBER, in_post=ALWAYS
        )
    with pytest.raises(MixedCurrencies):
        control_sum([(Decimal("1.00"), "CNY"), (Decimal("1.00"), "USD")])
    pairs = [(Decimal("1.10"), "CNY"), (None, "CNY"), (Decimal("-0.05"), "CNY")]
    assert control_sum(pairs) == Decimal("1.05")


# Awards


@pytest.mark.parametrize(
    ("total", "tier", "amount"),
    [
        ("79.99", None, "0.00"), ("80.00", "bronze", "2000.00"), ("90.00", "silver", "2000.00"),
        ("110.00", "silver", "2000.00"), ("110.01", "gold", "2000.00"),
    ],
)  # fmt: skip
def test_the_built_in_table(total, tier, amount):
    line = award(total)

    assert (line.tier.key if line.tier else None, str(line.amount)) == (tier, amount)
    assert line.outcome is (Outcome.PAYS if tier else Outcome.ZERO)


def test_a_joiner_on_the_16th_of_a_30_day_month():
    line = award("85.00", in_post=[Span(date(2026, 9, 16), date(2027, 9, 1))])

    assert (str(line.rate), str(line.factor), str(line.amount)) == ("10000.00", "0.5000", "1000.00")
    assert codes(line) == ["total_in_tier", "reading_total_pay", "part_month", "calculation"]
    assert line.sentence.endswith(
        "In post on 15 of 30 days of 2026-09: factor 0.5000. 10000.00 × 0.5000 × 0.2 = 1000.00 CNY."
    )
    assert "120 % of the standard salary is paid in place of 100 %" in line.sentence
    assert (line.inputs["rate"], line.inputs["paid_share"]) == (10000, Decimal("0.20"))
    assert '"exact_amount":"1000/1"' in canonical_text(line.inputs)


def test_under_fifteen_days_is_one_line_of_zero_with_its_reason():
    line = award("85.00", in_post=[Span(date(2026, 9, 17), date(2027, 9, 1))])

    assert (line.outcome, line.amount) == (Outcome.ZERO, Decimal("0.00"))
    assert line.sentence == ("In post on 14 of 30 days of 2026-09, and 15 are needed: nothing is added.")


def test_overlapping_postings_count_each_day_once():
    spans = [Span(date(2026, 9, 10), date(2026, 9, 20)), Span(date(2026, 9, 15), date(2026, 9, 29))]

    assert str(award("85.00", in_post=spans).factor) == "0.6667"


def test_the_other_reading_pays_the_whole_multiple():
    line = award("85.00", document=with_multiple(reading=Reading.ON_TOP))

    assert (line.amount, codes(line)[1]) == (Decimal("12000.00"), "reading_on_top")


def test_a_fixed_pay_base_needs_no_salary():
    document = with_multiple(pay_base=PayBase.FIXED, fixed_base=Decimal("8000.00"))

    assert award("85.00", document=document, spans=[]).amount == Decimal("1600.00")


def test_performance_pay_alone_may_be_the_base():
    document = with_multiple(pay_base=PayBase.PERFORMANCE_PAY)
    spans = [salary(6000), salary("2000.00", component=SalaryComponent.PERFORMANCE)]

    assert award("85.00", document=document, spans=spans).amount == Decimal("400.00")


@pytest.mark.parametrize(
    ("total", "spans", "code"),
    [
        (None, None, "no_score"),
        ("85.00", [], "no_salary"),
        ("85.00", [salary(1), salary(1, component=SalaryComponent.POST, currency="USD")], "mixed_currencies"),
    ],
)
def test_what_is_not_known_is_held_and_not_zero(total, spans, code):
    line = award(total, spans=spans)

    assert (line.outcome, line.amount) == (Outcome.HELD, None)
    assert codes(line)[-1] == code
    assert line.sentence


def test_the_amount_is_rounded_once_half_up():
    # 0.13 × 0.20 = 0.026; an average salary of 0.025 × 0.20 = 0.005
    assert award("85.00", spans=[salary("0.12"), salary("0.01", component=SalaryComponent.POST)]).amount == (
        Decimal("0.03")
    )
    halves = [salary("0.02", last=date(2026, 9, 15)), salary("0.03", first=date(2026, 9, 16))]
    assert award("85.00", spans=halves).amount == Decimal("0.01")


def test_annual_rewards_are_on_track_and_not_paid_by_month():
    silver, gold = award("100.00"), award("110.01", position="editor")

    assert [(item.kind, item.amount) for item in silver.on_track] == [("annual_bonus", Decimal("50000.00"))]
    assert [(item.kind, item.amount, item.units) for item in gold.on_track] == [
        ("annual_bonus", Decimal("50000.00"), None),
        ("equity_units", None, None),
    ]
    assert award("85.00").on_track == ()


def test_option_units_follow_the_position():
    gold = RULES.tiers[2]
    reward = replace(gold.rewards[0], units_by_position={"editor": 1200})
    document = replace(RULES, tiers=(*RULES.tiers[:2], replace(gold, rewards=(reward,))))

    assert award("120.00", document=document, position="editor").on_track[1].units == 1200
    assert award("120.00", document=document, position="driver").on_track[1].units is None


def test_a_tier_without_a_monthly_reward_adds_nothing():
    gold = replace(RULES.tiers[2], includes_lower_tiers=False)
    line = award("120.00", document=replace(RULES, tiers=(*RULES.tiers[:2], gold)))

    assert (line.outcome, codes(line)[-1]) == (Outcome.ZERO, "tier_without_monthly_reward")


def test_the_line_is_in_the_currency_of_the_salary():
    assert award("85.00", spans=[salary(10000, currency="USD")]).currency == "USD"


def test_every_reason_has_a_sentence_that_a_line_uses():
    lines = [
        award("85.00"), award("10.00"), award(None), award("85.00", spans=[]), award("85.00", in_post=[]),
        award("85.00", spans=[salary(9000, last=date(2026, 9, 10)), salary(1, first=date(2026, 9, 11))]),
    ]  # fmt: skip

    assert {code for line in lines for code in codes(line)} <= set(REASONS)
    assert codes(lines[-1])[-2] == "salary_changed"


totals = st.decimals(min_value=0, max_value=200, places=2)
salaries = st.decimals(min_value=0, max_value=999_999, places=2)


@given(totals, totals, salaries, st.integers(1, 16))
def test_a_better_total_never_pays_less(one, other, amount, first):
    in_post = [Span(date(2026, 9, first), date(2026, 9, 30))]
    lower, upper = (award(t, spans=[salary(amount)], in_post=in_post) for t in sorted([one, other]))

    assert Decimal(0) <= lower.amount <= upper.amount
    assert len(lower.on_track) <= len(upper.on_track)


@given(st.lists(st.tuples(totals, salaries), max_size=20))
def test_the_control_sum_is_the_sum_of_the_lines(people):
    lines = [award(total, spans=[salary(amount)]) for total, amount in people]
    fen = sum(int(line.amount * 100) for line in lines)

    assert control_sum((line.amount, line.currency) for line in lines) * 100 == fen


@given(totals)
def test_every_total_is_in_at_most_one_tier(total):
    assert sum(total in tier for tier in RULES.tiers) == (1 if total >= 80 else 0)


# Equity


def test_four_years_with_a_cliff_of_one():
    schedule = vesting_schedule(units=4800, granted_on=date(2026, 1, 31))

    assert len(schedule) == 37
    assert (schedule[0].day, schedule[0].units) == (date(2027, 1, 31), 1200)
    assert (schedule[1].day, schedule[1].units) == (date(2027, 2, 28), 100)
    assert (schedule[-1].day, schedule[-1].vested) == (date(2030, 1, 31), 4800)


@pytest.mark.parametrize(
    ("on", "left_on", "position"),
    [
        (date(2027, 1, 30), None, (0, 4800, 0)),
        (date(2027, 1, 31), None, (1200, 3600, 0)),
        (date(2031, 1, 1), None, (4800, 0, 0)),
        (date(2027, 6, 1), date(2027, 1, 30), (0, 0, 4800)),
        (date(2027, 6, 1), date(2027, 2, 28), (1300, 0, 3500)),
        (date(2027, 2, 28), date(2027, 2, 28), (1300, 3500, 0)),
    ],
)
def test_vesting_position(on, left_on, position):
    found = vesting_position(units=4800, granted_on=date(2026, 1, 31), on=on, left_on=left_on)

    assert found == VestingPosition(*position)


@given(st.integers(1, 100_000))
def test_vested_units_add_up_to_the_grant(units):
    schedule = vesting_schedule(units=units, granted_on=date(2026, 1, 1))

    assert sum(step.units for step in schedule) == schedule[-1].vested == units


@pytest.mark.parametrize("terms", [VestingTerms(0), VestingTerms(12, 13), VestingTerms(48, 12, 7)])
def test_terms_that_do_not_fit_are_refused(terms):
    with pytest.raises(ValueError):
        vesting_schedule(units=1, granted_on=date(2026, 1, 1), terms=terms)


def test_a_grant_of_nothing_is_refused():
    with pytest.raises(ValueError):
        vesting_schedule(units=0, granted_on=date(2026, 1, 1))
