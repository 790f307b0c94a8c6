"""Scoring one card: the worked example, every rule, every way weight moves."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from common.periods import Month
from performance.achievement import achieve, is_monotone
from performance.choices import (
    MISSING_POLICY,
    Accrual,
    HoldDecision,
    Level,
    Limit,
    LineStatus,
    MissingOverride,
    MissingPolicy,
    MissingReason,
    MoveKind,
    PeriodKind,
    SpanRule,
)
from performance.longer_cards import CycleLine, longer_card, mean_achievement
from performance.outlook import Closing, at_month_end, routes_to
from performance.scheme_tree import (
    AdjustmentRule,
    Band,
    BandsRule,
    MinimumVolume,
    Name,
    PassFailRule,
    PerUnitRule,
    ProgressRule,
    RatingRule,
    RatioRule,
    StepsRule,
)
from performance.schemes import builtin_scheme, parse_scheme
from performance.scoring import (
    Adjustment,
    CardInput,
    LeafInput,
    PreparedScheme,
    Veto,
    score_card,
)
from performance.targets import elapsed

D = Decimal
SCHEME = PreparedScheme(builtin_scheme())
LEAVES = {leaf.key: leaf for leaf in SCHEME.leaves}
AMPLE = {"volume": D(1_000_000), "videos": 30}

AUGUST = {
    "originality": LeafInput("originality", D(27), D(30)),
    "completion": LeafInput("completion", D("0.665"), D("0.70"), **AMPLE),
    "interaction": LeafInput("interaction", D("0.0228"), D("0.024"), **AMPLE),
    "campaigns": LeafInput("campaigns", D(2), D(3), pace=Fraction(2, 3)),
    "growth_month": LeafInput("growth_month", D("0.046"), D("0.04"), **AMPLE),
    "followers_year": LeafInput("followers_year", D(65_000), D(1_000_000), pace=Fraction(1, 12)),
    "loss_month": LeafInput("loss_month", D("0.03003"), D("0.03")),
    "loss_year": LeafInput("loss_year", D("0.21"), D("0.21")),
    "ad_roi": LeafInput("ad_roi", D("2.6"), D("2.0"), **AMPLE),
    "conversion": LeafInput("conversion", D("0.0234"), D("0.026"), **AMPLE),
}


def card(scheme=SCHEME, extra=None, **changed):
    rows = {key: row._replace(**changed.get(key, {})) for key, row in AUGUST.items()}
    return CardInput(scheme, tuple(rows.values()), **(extra or {}))


def changed_scheme(key, **changes):
    document = builtin_scheme()
    dimensions = tuple(
        replace(
            dimension,
            indicators=tuple(
                replace(
                    indicator,
                    leaves=tuple(
                        replace(leaf, **changes) if leaf.key == key else leaf for leaf in indicator.leaves
                    ),
                )
                for indicator in dimension.indicators
            ),
        )
        for dimension in document.dimensions
    )
    return PreparedScheme(replace(document, dimensions=dimensions))


def percent(weight):
    return round(float(weight * 100), 4)


def test_the_worked_example():
    result = score_card(card())
    assert result.total == D("101.11")
    assert result.subtotal == Fraction(101105, 1000)
    assert [(line.key, line.achievement, line.contribution_points) for line in result.lines] == [
        ("originality", D("90.00"), D("14.4000")),
        ("completion", D("95.00"), D("9.5000")),
        ("interaction", D("95.00"), D("7.9800")),
        ("campaigns", D("100.00"), D("5.6000")),
        ("growth_month", D("115.00"), D("4.6000")),
        ("followers_year", D("78.00"), D("6.6300")),
        ("loss_month", D("99.90"), D("4.9950")),
        ("loss_year", D("100.00"), D("7.5000")),
        ("ad_roi", D("130.00"), D("27.3000")),
        ("conversion", D("90.00"), D("12.6000")),
    ]
    assert [group.score for group in result.dimensions] == [D("93.70"), D("94.90"), D("114.00")]
    assert [group.weight for group in result.levels] == [Fraction(3, 10), Fraction(4, 10), Fraction(3, 10)]


def test_the_worked_example_without_a_shop():
    result = score_card(card(conversion={"actual": None, "missing": MissingReason.UNSUPPORTED}))
    assert result.total == D("100.87")
    assert result.subtotal == Fraction(10086875, 100000)
    assert result.line("followers_year").effective == Fraction(159375, 1000000)
    assert result.line("loss_year").effective == Fraction(140625, 1000000)
    line = result.line("conversion")
    assert (line.status, line.reason, line.effective) == (
        LineStatus.NOT_MEASURED, MissingReason.UNSUPPORTED, 0,
    )  # fmt: skip
    assert {move.leaf: move.weight for move in line.moved_to} == {
        "followers_year": Fraction(74375, 1000000),
        "loss_year": Fraction(65625, 1000000),
    }
    (arrived,) = result.line("loss_year").moved_from
    assert (arrived.leaf, arrived.weight, arrived.kind) == (
        "conversion", Fraction(65625, 1000000), MoveKind.NOT_MEASURED,
    )  # fmt: skip


def test_a_leaf_that_is_not_due_gives_its_weight_to_its_level():
    scheme = changed_scheme("campaigns", span=SpanRule.PERIOD_END)
    result = score_card(card(scheme, campaigns={"due": False, "due_on": date(2026, 9, 30)}))
    weights = {key: percent(result.line(key).effective) for key in ("interaction", "loss_month", "ad_roi")}
    assert weights == {"interaction": 9.7674, "loss_month": 5.8140, "ad_roi": 24.4186}
    line = result.line("campaigns")
    assert (line.status, line.effective, line.contribution) == (LineStatus.NOT_DUE, 0, 0)
    assert {move.kind for move in line.moved_to} == {MoveKind.NOT_DUE}
    assert line.given.due_on == date(2026, 9, 30)


def missing(*keys, reason=MissingReason.UNSUPPORTED):
    return {key: {"actual": None, "missing": reason} for key in keys}


def test_nobody_is_lifted_above_twice_and_the_rest_goes_to_the_other_levels():
    result = score_card(card(**missing("originality", "completion")))
    assert result.line("growth_month").effective == Fraction(8, 100)
    assert result.line("ad_roi").effective == Fraction(21, 100) * (1 + Fraction(22, 70))
    assert sum(line.effective for line in result.lines) == 1


def test_a_level_without_figures_goes_to_the_others_in_proportion():
    result = score_card(card(**missing("followers_year", "loss_year", "conversion")))
    assert {group.key: group.weight for group in result.levels} == {
        "base": Fraction(3, 7), "advanced": Fraction(4, 7), "challenge": 0,
    }  # fmt: skip


def test_a_level_in_which_nothing_is_due_goes_to_the_others_in_proportion():
    keys = ("followers_year", "loss_year", "conversion")
    result = score_card(card(**{key: {"due": False} for key in keys}))
    assert [group.weight for group in result.levels] == [Fraction(3, 7), Fraction(4, 7), 0]


def test_the_only_measured_leaf_carries_all():
    result = score_card(card(**missing(*(key for key in AUGUST if key != "completion"))))
    assert (result.line("completion").effective, result.total) == (1, D("95.00"))


def test_nothing_measured_is_no_score():
    result = score_card(card(**missing(*AUGUST)))
    assert (result.total, result.provisional, result.subtotal) == (None, None, None)
    assert [group.score for group in result.dimensions] == [None, None, None]


@pytest.mark.parametrize("reason", list(MissingReason))
def test_the_reason_decides_between_waiting_and_redistributing(reason):
    result = score_card(card(**missing("conversion", reason=reason)))
    waits = MISSING_POLICY[reason] is MissingPolicy.HOLD
    assert result.waits_for == (("conversion",) if waits else ())
    assert result.total == (None if waits else D("100.87"))
    assert result.provisional == D("100.87")


@pytest.mark.parametrize(
    ("decision", "total", "status"),
    [
        (HoldDecision.WAIT, None, LineStatus.HELD),
        (HoldDecision.ZERO, D("88.51"), LineStatus.MEASURED),
        (HoldDecision.EXEMPT, D("100.87"), LineStatus.NOT_MEASURED),
    ],
)
def test_what_was_decided_about_a_held_line(decision, total, status):
    held = {"actual": None, "missing": MissingReason.NOT_SUPPLIED, "hold": decision}
    result = score_card(card(conversion=held))
    assert (result.total, result.line("conversion").status) == (total, status)
    assert result.line("conversion").reason is MissingReason.NOT_SUPPLIED


@pytest.mark.parametrize(
    ("reason", "total"), [(MissingReason.TOO_SMALL, D("88.51")), (MissingReason.EXEMPTED, D("100.87"))]
)
def test_a_leaf_may_state_zero_but_not_against_an_exemption(reason, total):
    scheme = changed_scheme("conversion", missing=MissingOverride.ZERO)
    assert score_card(card(scheme, **missing("conversion", reason=reason))).total == total


def test_a_manual_figure_replaces_the_automatic_and_a_missing_one():
    result = score_card(card(originality={"manual": D(30)}, **missing("conversion")))
    assert result.line("originality").achievement == D("100.00")
    assert result.line("originality").given.actual == 27
    back = score_card(
        card(conversion={"actual": None, "missing": MissingReason.UNSUPPORTED, "manual": D("0.0234")})
    )
    assert back.total == D("101.11")


@pytest.mark.parametrize(
    ("key", "volume", "videos", "reason"),
    [
        ("completion", D(9_999), 30, MissingReason.TOO_SMALL),
        ("completion", D(10_000), 4, MissingReason.TOO_SMALL),
        ("completion", D(10_000), 5, None),
        ("completion", None, 5, MissingReason.INCOMPLETE),
        ("interaction", D(9_999), 30, MissingReason.TOO_SMALL),
        ("ad_roi", D("2999.99"), None, MissingReason.TOO_SMALL),
        ("ad_roi", D(3_000), None, None),
        ("conversion", D(299), None, MissingReason.TOO_SMALL),
        ("growth_month", D(999), None, MissingReason.TOO_SMALL),
        ("growth_month", D(1_000), None, None),
    ],
)
def test_minimum_volumes(key, volume, videos, reason):
    line = score_card(card(**{key: {"volume": volume, "videos": videos}})).line(key)
    assert (line.reason, line.actual) == (reason, Fraction(AUGUST[key].actual))


def test_an_actual_is_the_exact_quotient_and_no_denominator_is_no_base():
    parts = {"actual": None, "numerator": D(117), "denominator": D(5_000)}
    assert score_card(card(conversion=parts)).line("conversion").achievement == D("90.00")
    parts["denominator"] = D(0)
    assert score_card(card(conversion=parts)).line("conversion").reason is MissingReason.NO_BASE


@pytest.mark.parametrize("target", [D(0), D(-1)])
def test_a_target_of_zero_or_less_cannot_be_reached_or_missed(target):
    line = score_card(card(ad_roi={"target": target})).line("ad_roi")
    assert (line.status, line.reason) == (LineStatus.NOT_MEASURED, MissingReason.UNUSABLE_TARGET)


def test_nobody_s_target_makes_the_card_wait():
    result = score_card(card(ad_roi={"target": None}))
    assert (result.total, result.waits_for) == (None, ("ad_roi",))


@pytest.mark.parametrize("bad", [float("nan"), 0.5, D("NaN"), D("Infinity"), True])
def test_what_is_no_exact_number_is_refused(bad):
    with pytest.raises(ValueError, match="not an exact finite number"):
        score_card(card(ad_roi={"actual": bad}))


def test_inputs_and_leaves_must_match():
    with pytest.raises(ValueError, match="neither a figure nor a reason"):
        score_card(card(ad_roi={"actual": None}))
    with pytest.raises(ValueError, match="differ: ad_roi"):
        score_card(CardInput(SCHEME, tuple(row for row in AUGUST.values() if row.key != "ad_roi")))
    with pytest.raises(ValueError, match="two inputs"):
        score_card(CardInput(SCHEME, (*AUGUST.values(), AUGUST["ad_roi"])))


def test_a_line_says_how_it_came_about():
    line = score_card(card()).line("originality")
    assert line.formula.template == "{actual} / {target}"
    assert [(item.name, item.value) for item in line.formula.operands] == [("actual", 27), ("target", 30)]
    assert (line.formula.raw, line.formula.result, line.formula.limited) == (90, D("90.00"), None)
    campaigns = score_card(card()).line("campaigns")
    assert (campaigns.target, campaigns.target_now, campaigns.given.pace) == (3, 2, Fraction(2, 3))


PLAIN = replace(LEAVES["ad_roi"], minimum=MinimumVolume())
LOWER = replace(PLAIN, lower_is_better=True)
BANDS = BandsRule((Band(None, D("0.8"), D(0)), Band(D("0.8"), D(1), D(20)), Band(D(1), None, D(30))))
ON_ACTUAL = BandsRule((Band(None, D(100), D(50)), Band(D(100), None, D(100))), "actual")
STEPS = StepsRule(D(1), D("0.5"), D("0.25"), floor=D(85))


@pytest.mark.parametrize(
    ("leaf", "rule", "actual", "target", "baseline", "result", "limited"),
    [
        (PLAIN, RatioRule(), "2.6", "2", None, "130.00", None),
        (PLAIN, RatioRule(), "9", "2", None, "150.00", Limit.CAP),
        (PLAIN, RatioRule(), "-1", "2", None, "0.00", Limit.NEGATIVE),
        (PLAIN, RatioRule(), "0", "2", None, "0.00", None),
        (PLAIN, RatioRule(), "0.66665", "1", None, "66.67", None),
        (LOWER, RatioRule(), "4", "3", None, "75.00", None),
        (LOWER, RatioRule(), "0", "3", None, "150.00", Limit.ZERO_LOSS),
        (PLAIN, ProgressRule(), "115", "120", "100", "75.00", None),
        (PLAIN, ProgressRule(), "90", "120", "100", "0.00", Limit.FLOOR),
        (LOWER, ProgressRule(), "85", "80", "100", "75.00", None),
        (PLAIN, BANDS, "79.99", "100", None, "0.00", None),
        (PLAIN, BANDS, "80", "100", None, "66.67", None),
        (PLAIN, BANDS, "100", "100", None, "100.00", None),
        (LOWER, BANDS, "0", "100", None, "100.00", None),
        (PLAIN, ON_ACTUAL, "99.99", None, None, "50.00", None),
        (PLAIN, ON_ACTUAL, "100", None, None, "100.00", None),
        (PLAIN, STEPS, "100", "100", None, "100.00", None),
        (PLAIN, STEPS, "97.5", "100", None, "99.00", None),
        (PLAIN, STEPS, "10", "100", None, "85.00", None),
        (PLAIN, STEPS, "104", "100", None, "101.00", None),
        (LOWER, STEPS, "104", "100", None, "98.00", None),
        (PLAIN, replace(STEPS, whole=False), "97.5", "100", None, "98.75", None),
        (PLAIN, replace(STEPS, relative=False), "197", "200", None, "98.50", None),
        (PLAIN, PerUnitRule(D(1), D(1000)), "65999", None, None, "65.00", None),
        (PLAIN, PerUnitRule(D(1), D(1000), whole=False), "65500", None, None, "65.50", None),
        (PLAIN, PerUnitRule(D(1), D(1000)), "900000", None, None, "150.00", Limit.CAP),
        (PLAIN, PassFailRule(), "1", None, None, "100.00", None),
        (PLAIN, PassFailRule(), "0", None, None, "0.00", None),
        (LOWER, PassFailRule(None), "3", "3", None, "100.00", None),
        (PLAIN, RatingRule(D(1), D(5)), "4", None, None, "75.00", None),
        (PLAIN, RatingRule(D(1), D(5), D(40), D(120)), "5", None, None, "120.00", None),
    ],
)
def test_the_seven_rules(leaf, rule, actual, target, baseline, result, limited):
    points = D(30) if rule is BANDS else None
    made = achieve(
        replace(leaf, scoring=rule, max_points=points),
        actual=D(actual),
        target=None if target is None else D(target),
        baseline=None if baseline is None else D(baseline),
    )
    assert (made.result, made.limited) == (D(result), limited)


@pytest.mark.parametrize(
    ("rule", "target", "baseline", "reason"),
    [
        (ProgressRule(), D(100), D(100), MissingReason.UNUSABLE_TARGET),
        (ProgressRule(), D(100), None, MissingReason.NO_BASE),
        (BANDS, D(0), None, MissingReason.UNUSABLE_TARGET),
        (STEPS, None, None, MissingReason.NO_TARGET),
        (PassFailRule(None), None, None, MissingReason.NO_TARGET),
    ],
)
def test_rules_without_what_they_need(rule, target, baseline, reason):
    leaf = replace(PLAIN, scoring=rule)
    assert achieve(leaf, actual=D(1), target=target, baseline=baseline) is reason


def test_a_printed_sheet_shows_points_and_per_cent():
    scheme = changed_scheme("originality", scoring=replace(BANDS), max_points=D(30))
    line = score_card(card(scheme)).line("originality")
    assert (line.achievement, line.points) == (D("66.67"), D("20.00"))


def violation(number, points="-2", rule="content_violation"):
    return Adjustment(rule, f"event-{number}", D(points), date(2026, 8, number))


def test_adjustments_stop_at_the_rule_s_limit_and_count_an_event_once():
    events = [violation(number) for number in range(1, 8)] + [violation(1)]
    for order in (events, events[::-1]):
        result = score_card(card(extra={"adjustments": tuple(order)}))
        assert (result.adjustment_points, result.total) == (D(-10), D("91.11"))
        assert [row.limited for row in result.adjustments].count(Limit.RULE_LIMIT) == 2
        assert [row.limited for row in result.adjustments].count(Limit.REPEATED_EVENT) == 1


def test_the_cycle_s_limit_cuts_what_the_rules_allow():
    rules = (AdjustmentRule("praise", Name("表扬", "Praise"), D(4)),)
    scheme = PreparedScheme(replace(builtin_scheme(), adjustment_rules=rules, adjustment_limit=D(6)))
    result = score_card(
        card(scheme, extra={"adjustments": (violation(1, "4", "praise"), violation(2, "4", "praise"))})
    )
    assert [row.counted for row in result.adjustments] == [4, 2]
    assert result.adjustments[1].limited is Limit.CYCLE_LIMIT


@pytest.mark.parametrize(
    ("caps", "total"), [(["79.99"], "79.99"), (["79.99", "0"], "0.00"), (["120"], "101.11")]
)
def test_the_strictest_veto_caps_the_total(caps, total):
    vetoes = tuple(Veto(f"veto-{cap}", D(cap), date(2026, 8, 1)) for cap in caps)
    assert score_card(card(extra={"vetoes": vetoes})).total == D(total)


def test_adjustments_come_before_the_veto_and_the_floor_is_zero():
    veto = (Veto("v", D("79.99"), date(2026, 8, 1)),)
    both = {"adjustments": (violation(1, "-5", "other"),), "vetoes": veto}
    assert score_card(card(extra=both)).total == D("79.99")
    low = {"adjustments": (violation(1, "-500", "other"),)}
    assert score_card(card(extra=low)).total == D("0.00")


@pytest.mark.parametrize(("days", "observation"), [(14, True), (15, False), (None, False)])
def test_under_fifteen_days_a_card_is_an_observation(days, observation):
    result = score_card(card(extra={"days_in_post": days}))
    assert (result.observation, result.total) == (observation, D("101.11"))


def test_thin_data_marks_the_card_incomplete():
    assert not score_card(card(ad_roi={"coverage": D(1)})).incomplete
    assert score_card(card(ad_roi={"coverage": D("0.9")})).incomplete


# Part of a period -----------------------------------------------------------------


@pytest.mark.parametrize("day", [1, 3, 15, 31])
def test_who_is_exactly_on_course_stands_at_one_hundred_on_any_day(day):
    rows = []
    for key, row in AUGUST.items():
        part = elapsed(LEAVES[key], month=Month(2026, 8), through=date(2026, 8, day))
        pace = part.pace if LEAVES[key].accrual is Accrual.COUNT else Fraction(1)
        rows.append(row._replace(actual=Fraction(row.target) * pace, pace=pace))
    result = score_card(CardInput(SCHEME, tuple(rows)))
    assert result.total == D("100.00")
    assert {line.achievement for line in result.lines} == {D("100.00")}


def live_card(through):
    rows = []
    for key, row in AUGUST.items():
        part = elapsed(LEAVES[key], month=Month(2026, 8), through=through)
        rows.append(row._replace(pace=part.pace if LEAVES[key].accrual is Accrual.COUNT else Fraction(1)))
    return CardInput(SCHEME, tuple(rows))


def test_the_last_live_card_is_the_closing_card():
    last = score_card(live_card(date(2026, 8, 31)))
    closing = score_card(live_card(date(2026, 9, 5)))
    assert (last.total, [line.contribution for line in last.lines]) == (
        closing.total, [line.contribution for line in closing.lines],
    )  # fmt: skip
    assert last.total == score_card(card()).total


# Looking ahead --------------------------------------------------------------------


def test_routes_name_the_least_actual_that_reaches_the_next_tier():
    routes = routes_to(card(), D("102"))
    assert [route.leaf for route in routes] == ["ad_roi", "conversion", "originality"]
    assert [route.effort for route in routes] == sorted(route.effort for route in routes)
    for route in routes:
        assert route.total >= D("102")
        assert score_card(card(**{route.leaf: {"actual": route.needed}})).total == route.total
    assert routes[0].needed == Fraction(269, 100)
    assert score_card(card(ad_roi={"actual": D("2.68")})).total < D("102")


def test_no_route_where_none_is_needed_or_possible():
    assert routes_to(card(), D("101.11")) == ()
    assert routes_to(card(), D("149")) == ()
    capped = card(extra={"vetoes": (Veto("v", D("79.99"), date(2026, 8, 1)),)})
    assert routes_to(capped, D("80")) == ()


def test_a_loss_has_to_fall():
    (route,) = [row for row in routes_to(card(), D("101.30"), limit=10) if row.leaf == "loss_year"]
    assert route.needed < Fraction(AUGUST["loss_year"].actual)
    assert score_card(card(loss_year={"actual": route.needed})).total >= D("101.30")


def test_month_end_at_the_present_rate_and_with_nothing_more():
    day = live_card(date(2026, 8, 15))
    ends = {key: Closing(row.pace) for key, row in AUGUST.items()}
    assert score_card(at_month_end(day, ends)).total == score_card(day).total
    assert score_card(at_month_end(day, ends, nothing_more=True)).total == D("101.11")
    assert score_card(day).total > D("101.11")


# Longer cards ---------------------------------------------------------------------


def cycle_line(cycle, achievement, days, status=LineStatus.MEASURED, reason=None):
    return CycleLine(cycle, status, None if achievement is None else D(achievement), days, reason)


def test_a_longer_card_takes_the_mean_by_days_in_post():
    lines = [
        cycle_line("2026-07", "90.00", 31),
        cycle_line("2026-08", "120.00", 10),
        cycle_line("2026-09", None, 30, LineStatus.NOT_MEASURED, MissingReason.TOO_SMALL),
    ]
    mean = mean_achievement(lines)
    assert (mean.achievement, mean.days) == (D("97.32"), 41)
    assert mean.left_out == (lines[2],)


def test_an_annual_card_joins_the_months_and_its_own_leaves():
    cycles = {
        key: [cycle_line("2026-11", "80.00", 30), cycle_line("2026-12", "100.00", 30)] for key in AUGUST
    }
    cycles["ad_roi"] = [cycle_line("2026-12", None, 30, LineStatus.NOT_MEASURED, MissingReason.TOO_SMALL)]
    own = {key: AUGUST[key] for key in ("followers_year", "loss_year")}
    result = score_card(longer_card(scheme=SCHEME, kind=PeriodKind.YEAR, cycles=cycles, closing=own))
    assert result.line("originality").achievement == D("90.00")
    assert result.line("followers_year").achievement == D("90.00")
    assert result.line("loss_year").achievement == D("100.00")
    assert result.line("ad_roi").reason is MissingReason.TOO_SMALL
    assert sum(line.effective for line in result.lines) == 1


def test_a_leaf_that_was_never_due_is_not_due():
    cycles = {key: [cycle_line("2026-07", "100.00", 31)] for key in AUGUST}
    cycles["campaigns"] = [cycle_line("2026-07", None, 31, LineStatus.NOT_DUE)]
    result = score_card(longer_card(scheme=SCHEME, kind=PeriodKind.QUARTER, cycles=cycles, closing={}))
    assert (result.line("campaigns").status, result.total) == (LineStatus.NOT_DUE, D("100.00"))


# Properties -----------------------------------------------------------------------

REASONS = [reason for reason, policy in MISSING_POLICY.items() if policy is MissingPolicy.REDISTRIBUTE]


@st.composite
def schemes(draw):
    """Flat schemes whose tree and levels need not agree."""
    count = draw(st.integers(1, 7))
    cuts = draw(st.lists(st.integers(1, 99), min_size=count - 1, max_size=count - 1, unique=True))
    edges = [0, *sorted(cuts), 100]
    levels = draw(st.lists(st.sampled_from(list(Level)), min_size=count, max_size=count))
    used = sorted(set(levels))
    parts = {1: [100], 2: [35, 65], 3: [30, 40, 30]}[len(used)]
    rows = [
        {
            "key": f"leaf_{place}", "name": {"zh": "叶", "en": "Leaf"}, "weight": str(high - low),
            "measure": "m", "level": levels[place].value, "accrual": "plain", "unit": "ratio",
            "target": {"kind": "absolute", "value": "1"},
        }
        for place, (low, high) in enumerate(pairwise(edges))
    ]  # fmt: skip
    name = {"zh": "方案", "en": "Scheme"}
    document = {
        "code": "drawn", "name": name, "level_weighting": draw(st.booleans()),
        "level_weights": {level.value: str(part) for level, part in zip(used, parts, strict=True)},
        "dimensions": [{"key": "all", "name": name, "weight": "100", "indicators": rows}],
    }  # fmt: skip
    return PreparedScheme(parse_scheme(document))


FIGURES = st.decimals(min_value=0, max_value=3, places=3)


@st.composite
def cards(draw):
    scheme = draw(schemes())
    rows = []
    for leaf in scheme.leaves:
        kind = draw(st.sampled_from(["due", "due", "due", "missing", "not due"]))
        row = LeafInput(leaf.key, draw(FIGURES), D(1), due=kind != "not due")
        rows.append(row._replace(missing=draw(st.sampled_from(REASONS))) if kind == "missing" else row)
    return CardInput(scheme, tuple(rows))


@given(cards())
@settings(max_examples=200, deadline=None)
def test_weights_add_up_to_exactly_one_and_contributions_to_the_total(drawn):
    result = score_card(drawn)
    assume(result.total is not None)
    assert sum(line.effective for line in result.lines) == 1
    assert sum(line.contribution for line in result.lines) == result.subtotal
    for line in result.lines:
        arrived = sum(move.weight for move in line.moved_from)
        left = sum(move.weight for move in line.moved_to)
        assert line.own + arrived - left == line.effective


@given(cards())
@settings(max_examples=200, deadline=None)
def test_inside_its_level_no_leaf_is_lifted_above_twice_its_own_weight(drawn):
    result = score_card(drawn)
    levels = {line.key: line.level for line in result.lines}
    measured = {line.level for line in result.lines if line.status is LineStatus.MEASURED}
    assume(len(measured) > 1)
    for line in result.lines:
        inside = sum(
            move.weight
            for move in line.moved_from
            if move.kind is MoveKind.NOT_MEASURED and levels[move.leaf] is line.level
        )
        assert line.weight.due + inside <= 2 * line.weight.due


@given(cards())
@settings(max_examples=100, deadline=None)
def test_every_leaf_at_its_target_is_exactly_one_hundred(drawn):
    at_target = replace(drawn, leaves=tuple(row._replace(actual=row.target) for row in drawn.leaves))
    assert score_card(at_target).total in {None, D("100.00")}


@given(cards(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_inputs_does_not_matter(drawn, generator: random.Random):
    shuffled = list(drawn.leaves)
    generator.shuffle(shuffled)
    first, second = score_card(drawn), score_card(replace(drawn, leaves=tuple(shuffled)))
    assert (first.total, first.lines) == (second.total, second.lines)


@given(st.sampled_from(sorted(AUGUST)), FIGURES, FIGURES)
@settings(max_examples=200, deadline=None)
def test_a_better_actual_never_lowers_the_total(key, one, other):
    assert is_monotone(LEAVES[key])
    low, high = sorted((one, other), reverse=LEAVES[key].lower_is_better)
    worse, better = score_card(card(**{key: {"actual": low}})), score_card(card(**{key: {"actual": high}}))
    assert worse.total <= better.total


@given(
    st.sampled_from([BANDS, STEPS, PerUnitRule(D(1)), PassFailRule(), RatingRule(D(0), D(3))]),
    FIGURES,
    FIGURES,
)
@settings(max_examples=200, deadline=None)
def test_the_other_rules_rise_with_the_actual(rule, one, other):
    leaf = replace(PLAIN, scoring=rule)
    assert is_monotone(leaf)
    low, high = (achieve(leaf, actual=value, target=D(1)).result for value in sorted((one, other)))
    assert low <= high


def test_bands_that_fall_are_not_monotone():
    falling = BandsRule((Band(None, D(1), D(100)), Band(D(1), None, D(50))), "actual")
    assert not is_monotone(replace(PLAIN, scoring=falling))
    assert is_monotone(replace(LOWER, scoring=falling))
