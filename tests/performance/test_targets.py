"""Targets, baselines and the part of a period that has gone by."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from common.periods import Month, Span
from performance.choices import (
    AccountStage,
    BaselineMethod,
    BaselineSource,
    BaselineWindow,
    GrowthPath,
    Limit,
    MissingReason,
    SpanRule,
    TargetKind,
    TargetScope,
)
from performance.scheme_tree import Bounds, Rolling, TargetRule
from performance.schemes import builtin_scheme
from performance.targets import (
    Baseline,
    Figure,
    Past,
    Subjects,
    TargetBook,
    TargetSetting,
    account_stage,
    compute_target,
    count_target,
    days_in_post,
    due_on,
    elapsed,
    find_baseline,
    is_due,
    opening_stock,
    pooled_value,
    post_factor,
    preview_targets,
    shows_tier,
)

LEAVES = {leaf.key: leaf for leaf in builtin_scheme().leaves}
AUGUST = Month(2026, 8)
D = Decimal


def figures(*rows):
    return tuple(Figure(Month.parse(month), D(top), D(bottom)) for month, top, bottom in rows)


def year_before(top="20", bottom="1000"):
    return figures(*((f"2025-{number:02d}", top, bottom) for number in range(1, 13)))


@pytest.mark.parametrize(
    ("followers", "age", "stage"),
    [
        (0, 400, AccountStage.SMALL),
        (99_999, 90, AccountStage.SMALL),
        (100_000, 90, AccountStage.MEDIUM),
        (499_999, None, AccountStage.MEDIUM),
        (500_000, 90, AccountStage.LARGE),
        (2_000_000, 89, AccountStage.NEW),
        (None, 200, None),
    ],
)
def test_stage_of_an_account(followers, age, stage):
    assert account_stage(followers_at_start=followers, age_days=age) is stage


def test_negative_followers_are_refused():
    with pytest.raises(ValueError, match="fewer than 0"):
        account_stage(followers_at_start=-1, age_days=None)


def setting(scope, subject, value, starts=date(2026, 1, 1), ends=None):
    rule = TargetRule(TargetKind.ABSOLUTE, value=D(value))
    return TargetSetting("growth_month", scope, subject, rule, starts, ends)


SUBJECTS = Subjects("7", accounts=("40", "41"), stage=None, teams=("3", "1"), position="9")


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ([(TargetScope.POSITION, "9", "1"), (TargetScope.TEAM, "1", "2")], "2"),
        ([(TargetScope.TEAM, "1", "2"), (TargetScope.TEAM, "3", "3")], "3"),
        ([(TargetScope.TEAM, "3", "3"), (TargetScope.ACCOUNT, "41", "4")], "4"),
        ([(TargetScope.ACCOUNT, "41", "4"), (TargetScope.PERSON, "7", "5")], "5"),
        ([(TargetScope.POSITION, "9", "1"), (TargetScope.PERSON, "8", "6")], "1"),
    ],
)
def test_the_most_specific_setting_wins(settings, value):
    for order in (settings, settings[::-1]):
        book = TargetBook(setting(*row) for row in order)
        found = book.resolve(LEAVES["growth_month"], subjects=SUBJECTS, on=date(2026, 8, 31))
        assert found.rule.value == D(value)


def test_the_stage_stands_between_account_and_team():
    book = TargetBook([setting(TargetScope.TEAM, "3", "3")])
    subjects = replace(SUBJECTS, stage=AccountStage.LARGE)
    found = book.resolve(LEAVES["growth_month"], subjects=subjects, on=date(2026, 8, 31))
    assert (found.scope, found.subject) == (TargetScope.STAGE, "large")
    assert compute_target(found.rule, baseline=None, month=AUGUST, stage=AccountStage.LARGE).value == D(
        "0.01"
    )


def test_settings_hold_between_their_dates_and_the_later_start_wins():
    book = TargetBook(
        [
            setting(TargetScope.PERSON, "7", "1", date(2026, 1, 1)),
            setting(TargetScope.PERSON, "7", "2", date(2026, 8, 1), date(2026, 8, 31)),
        ]
    )

    def value_on(day):
        return book.resolve(LEAVES["growth_month"], subjects=SUBJECTS, on=day).rule.value

    assert [value_on(date(2026, 7, 31)), value_on(date(2026, 8, 31)), value_on(date(2026, 9, 1))] == [1, 2, 1]


def test_without_any_setting_the_scheme_speaks_and_an_unknown_stage_has_no_target():
    found = TargetBook([]).resolve(LEAVES["growth_month"], subjects=SUBJECTS, on=date(2026, 8, 31))
    assert found.scope is TargetScope.SCHEME
    made = compute_target(found.rule, baseline=None, month=AUGUST, stage=None)
    assert (made.value, made.reason) == (None, MissingReason.NO_TARGET)


@pytest.mark.parametrize(
    ("method", "value"),
    [
        (BaselineMethod.POOLED, Fraction(70, 3200)),
        (BaselineMethod.MEAN, Fraction(4, 100)),
        (BaselineMethod.MEDIAN, Fraction(2, 100)),
    ],
)
def test_baseline_methods(method, value):
    rows = figures(("2026-01", "1", "100"), ("2026-02", "60", "3000"), ("2026-03", "9", "100"))
    assert pooled_value(method, rows) == value


def test_pooled_count_is_the_mean():
    rows = [Figure(AUGUST, D(10)), Figure(AUGUST, D(15))]
    assert pooled_value(BaselineMethod.POOLED, rows) == Fraction(25, 2)


def test_the_reference_is_the_same_month_a_year_before():
    own = (*year_before(), *figures(("2026-07", "900", "1000")))
    own = tuple(replace(row, numerator=D(25)) if row.month == Month(2025, 8) else row for row in own)
    found = find_baseline(LEAVES["interaction"], past=Past(own=own), month=AUGUST)
    assert (found.value, found.window, found.months) == (
        D("0.025000"), BaselineWindow.SAME_CYCLE, (Month(2025, 8),),
    )  # fmt: skip
    assert found.provenance == "own past; same cycle a year before; pooled; 2025-08"


def test_without_that_month_the_reference_year_is_pooled():
    own = figures(("2025-01", "10", "1000"), ("2025-02", "20", "1000"), ("2025-03", "60", "1000"))
    found = find_baseline(LEAVES["interaction"], past=Past(own=own), month=AUGUST)
    assert (found.value, found.window) == (D("0.030000"), BaselineWindow.REFERENCE_YEAR)


def test_fewer_than_three_reference_months_take_the_first_three_measured():
    own = figures(
        ("2025-11", "10", "1000"),
        ("2025-12", "20", "1000"),
        ("2026-02", "30", "1000"),
        ("2026-03", "90", "1000"),
    )
    found = find_baseline(LEAVES["interaction"], past=Past(own=own), month=AUGUST)
    assert (found.value, found.window) == (D("0.020000"), BaselineWindow.FIRST_CYCLES)


def test_two_measured_months_are_still_being_built_and_the_cycle_itself_never_counts():
    own = figures(("2026-06", "10", "1000"), ("2026-07", "20", "1000"), ("2026-08", "30", "1000"))
    found = find_baseline(LEAVES["interaction"], past=Past(own=own), month=AUGUST)
    assert found is MissingReason.BUILDING_BASELINE


def test_a_baseline_of_zero_is_no_baseline_and_the_accounts_come_next():
    past = Past(own=year_before("0"), accounts_held=year_before("30"), accounts=("douyin:a",))
    found = find_baseline(LEAVES["interaction"], past=past, month=AUGUST)
    assert (found.source, found.value, found.accounts) == (
        BaselineSource.ACCOUNTS_HELD, D("0.030000"), ("douyin:a",),
    )  # fmt: skip
    assert find_baseline(LEAVES["interaction"], past=Past(own=year_before("0")), month=AUGUST) is (
        MissingReason.NO_BASE
    )


def test_the_median_needs_three_colleagues():
    team = {"a": year_before("10"), "b": year_before("90"), "c": year_before("20")}
    found = find_baseline(LEAVES["interaction"], past=Past(colleagues=team), month=AUGUST)
    assert (found.source, found.value, found.people) == (BaselineSource.TEAM_MEDIAN, D("0.020000"), 3)
    del team["b"]
    missing = find_baseline(LEAVES["interaction"], past=Past(colleagues=team), month=AUGUST)
    assert missing is MissingReason.BUILDING_BASELINE


def test_last_of_all_comes_the_stated_fallback():
    leaf = LEAVES["interaction"]
    leaf = replace(leaf, target=replace(leaf.target, fallback=D("0.015")))
    found = find_baseline(leaf, past=Past(), month=AUGUST)
    assert (found.source, found.value, found.provenance) == (
        BaselineSource.FALLBACK, D("0.015000"), "stated in the scheme",
    )  # fmt: skip


def test_outliers_are_left_out_and_named():
    past = Past(own=year_before(), excluded=(Month(2025, 8),))
    found = find_baseline(LEAVES["interaction"], past=past, month=AUGUST)
    assert found.window is BaselineWindow.REFERENCE_YEAR
    assert found.provenance.endswith("without 2025-08")


def test_a_leaf_to_date_is_brought_to_the_length_of_this_cycle():
    own = tuple(Figure(Month(2026, number), D(number * 30), D(3000), months=number) for number in (1, 2, 3))
    found = find_baseline(LEAVES["loss_year"], past=Past(own=own), month=AUGUST)
    assert found.value == D("0.080000")


def baseline(value):
    return Baseline(D(value), BaselineSource.OWN, BaselineWindow.SAME_CYCLE, BaselineMethod.POOLED)


@pytest.mark.parametrize(
    ("rule", "bounds", "value", "limited"),
    [
        (TargetRule(TargetKind.BASELINE_GROWTH, growth=D("0.20")), None, "0.024000", None),
        (TargetRule(TargetKind.BASELINE_POINTS, points=D("0.05")), None, "0.070000", None),
        (
            TargetRule(TargetKind.BASELINE_GROWTH, growth=D("0.30"), path=GrowthPath.LINEAR_TO_YEAR_END),
            None,
            "0.024000",
            None,
        ),
        (
            TargetRule(TargetKind.BASELINE_POINTS, points=D("2")),
            Bounds(D(0), D(1)),
            "1.000000",
            Limit.NATURAL_HIGH,
        ),
        (
            TargetRule(TargetKind.BASELINE_POINTS, points=D("-1")),
            Bounds(D(0), D(1)),
            "0.000000",
            Limit.NATURAL_LOW,
        ),
    ],
)
def test_computed_targets(rule, bounds, value, limited):
    made = compute_target(rule, baseline=baseline("0.02"), month=AUGUST, bounds=bounds)
    assert (made.value, made.limited) == (D(value), limited)


def test_a_target_is_rounded_half_up_to_six_decimals():
    rule = TargetRule(TargetKind.BASELINE_GROWTH, growth=D("0.25"))
    assert compute_target(rule, baseline=baseline("0.000002"), month=AUGUST).value == D("0.000003")


def test_the_reason_of_a_missing_baseline_is_the_target_s():
    rule = TargetRule(TargetKind.BASELINE_GROWTH)
    made = compute_target(rule, baseline=MissingReason.BUILDING_BASELINE, month=AUGUST)
    assert (made.value, made.reason) == (None, MissingReason.BUILDING_BASELINE)


@pytest.mark.parametrize(("lower", "value"), [(False, "0.010500"), (True, "0.020000")])
def test_the_ratchet_holds_a_rolling_target_back(lower, value):
    rule = TargetRule(TargetKind.BASELINE_GROWTH, rolling=Rolling(3))
    made = compute_target(
        rule, baseline=baseline("0.02"), month=AUGUST, last_target=D("0.01"), lower_is_better=lower
    )
    assert (made.value, made.limited) == (D(value), None if lower else Limit.RATCHET)


def test_a_rolling_baseline_reads_the_last_cycles():
    leaf = LEAVES["interaction"]
    leaf = replace(leaf, target=replace(leaf.target, rolling=Rolling(2)))
    own = figures(("2026-05", "90", "1000"), ("2026-06", "10", "1000"), ("2026-07", "30", "1000"))
    found = find_baseline(leaf, past=Past(own=own), month=AUGUST)
    assert (found.value, found.window) == (D("0.020000"), BaselineWindow.ROLLING)


def test_the_preview_never_outruns_the_ratchet():
    rule = TargetRule(TargetKind.BASELINE_GROWTH, growth=D("0.20"), rolling=Rolling(3))
    values = [row.value for row in preview_targets(rule, history=[D(100)] * 3, month=AUGUST)]
    assert values[:4] == [D(120), D(128), D("139.200000"), D(126)]
    assert all(later <= earlier * D("1.05") for earlier, later in zip(values, values[3:], strict=False))


PACE = [
    ("originality", 1, Fraction(1, 31)),
    ("originality", 3, Fraction(3, 31)),
    ("originality", 15, Fraction(15, 31)),
    ("originality", 31, Fraction(1)),
    ("campaigns", 1, (1 + Fraction(1, 31)) / 3),
    ("campaigns", 15, (1 + Fraction(15, 31)) / 3),
    ("campaigns", 31, Fraction(2, 3)),
    ("followers_year", 3, Fraction(3, 31) / 12),
    ("followers_year", 31, Fraction(1, 12)),
    ("loss_year", 31, Fraction(2, 3)),
]


@pytest.mark.parametrize(("key", "day", "pace"), PACE)
def test_pace_in_august(key, day, pace):
    assert elapsed(LEAVES[key], month=AUGUST, through=date(2026, 8, day)).pace == pace


def test_after_the_last_day_nothing_moves_and_before_the_first_nothing_has_gone_by():
    leaf = LEAVES["originality"]
    last = elapsed(leaf, month=AUGUST, through=date(2026, 8, 31))
    assert elapsed(leaf, month=AUGUST, through=date(2026, 9, 9)) == last
    before = elapsed(leaf, month=AUGUST, through=date(2026, 7, 31))
    assert (before.pace, before.through) == (0, None)


def test_own_months_can_be_entered():
    found = elapsed(
        LEAVES["followers_year"], month=AUGUST, through=date(2026, 8, 31), month_share=Fraction(1, 5)
    )
    assert (found.pace, found.span) == (Fraction(1, 5), AUGUST.span)


def test_the_span_to_date_starts_with_the_period():
    assert elapsed(LEAVES["campaigns"], month=AUGUST, through=date(2026, 8, 3)).through == Span(
        date(2026, 7, 1), date(2026, 8, 3)
    )


def test_a_leaf_at_the_period_s_end_falls_due_in_september():
    leaf = replace(LEAVES["campaigns"], span=SpanRule.PERIOD_END)
    assert [is_due(leaf, month=Month(2026, number)) for number in (7, 8, 9)] == [False, False, True]
    assert due_on(leaf, month=Month(2026, 7)) == date(2026, 9, 30)
    assert is_due(LEAVES["campaigns"], month=AUGUST)


def test_days_in_post_less_exempted_days():
    held = [(date(2026, 8, 16), None), (date(2026, 8, 20), date(2026, 8, 25))]
    exempt = [Span(date(2026, 8, 30), date(2026, 9, 5))]
    assert days_in_post(AUGUST.span, in_post=held, exempt=exempt) == 14
    assert days_in_post(None, in_post=held) == 0


def test_the_post_factor_is_rounded_half_up_once():
    assert post_factor(16, 31) == D("0.5161")
    assert post_factor(31, 31) == D("1.0000")
    assert post_factor(1, 32) == D("0.0313")
    with pytest.raises(ValueError, match="32 of 31"):
        post_factor(32, 31)


def test_a_joiner_s_count_target():
    assert count_target(D(30), Fraction(1), D("0.5161")) == Fraction(154830, 10000)


def test_a_joiner_s_rate_is_a_full_period_rate():
    stock = opening_stock(D(100_000), days_held=9, period_days=30)
    assert Fraction(1_200) / stock == Fraction(4, 100)
    assert opening_stock(D(100_000), days_held=30, period_days=30, share=Fraction(1, 4)) == 25_000


def test_tiers_show_from_day_six():
    assert not shows_tier(month=AUGUST, through=date(2026, 8, 5))
    assert shows_tier(month=AUGUST, through=date(2026, 8, 6))
