"""The geometry of the small charts: exact positions, and what is never drawn."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import charts
from common.charts import HeatCell, HeatRow, Step

SCORES = st.decimals(min_value=0, max_value=300, places=2)


def test_bullet_places_value_target_and_pace_on_one_scale():
    chart = charts.bullet(value=27, target=30, expected=21, bands=[24, 27], top=60)
    assert chart.value.width == 45.0
    assert chart.target.x == 50.0
    assert chart.expected.x == 35.0
    assert [(band.x, band.width) for band in chart.bands] == [(0.0, 40.0), (40.0, 5.0), (45.0, 55.0)]


def test_bullet_without_a_top_leaves_room_over_the_largest_figure():
    assert charts.bullet(value=100, target=50).top == pytest.approx(105.0)


def test_bullet_draws_no_bar_for_a_missing_value_but_keeps_the_target():
    chart = charts.bullet(value=None, target=Decimal(10), top=20)
    assert chart.value is None
    assert chart.target.x == 50.0


def test_bullet_of_zero_is_a_bar_of_no_width_and_not_missing():
    assert charts.bullet(value=0, target=10).value.width == 0.0


def test_bullet_says_when_the_value_leaves_the_scale():
    chart = charts.bullet(value=200, target=50, top=100)
    assert chart.value.width == 100.0
    assert chart.clipped


@pytest.mark.parametrize("bad", [Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf")])
def test_nothing_unfinite_is_drawn(bad):
    with pytest.raises(ValueError, match="finite"):
        charts.bullet(value=bad, target=1)


def test_sparkline_breaks_at_a_missing_value():
    chart = charts.sparkline([0, 10, None, 10, 0], width=106, height=26)
    assert chart.paths == ("M3 23L28 3", "M78 3L103 23")
    assert chart.last == (103.0, 23.0)


def test_sparkline_shows_a_lonely_value_as_a_dot():
    chart = charts.sparkline([None, 5, None], width=106, height=26)
    assert chart.paths == ()
    assert chart.dots == ((53.0, 13.0),)


def test_sparkline_of_nothing_is_empty():
    chart = charts.sparkline([])
    assert (chart.paths, chart.dots, chart.last) == ((), (), None)


def test_sparkline_reference_shares_the_scale():
    chart = charts.sparkline([0, 5], reference=[0, 10], width=106, height=26)
    assert chart.paths == ("M3 23L103 13",)
    assert chart.reference == "M3 23L103 3"


@pytest.mark.parametrize(
    ("total", "tier"),
    [
        ("79.99", "none"),
        ("80.00", "bronze"),
        ("89.99", "bronze"),
        ("90.00", "silver"),
        ("110.00", "silver"),
        ("110.01", "gold"),
    ],
)
def test_tier_bar_names_the_zone_with_the_stated_ends(total, tier):
    assert charts.tier_bar(Decimal(total)).tier == tier


def test_tier_bar_zones_fill_the_width_and_the_marker_stands_among_them():
    chart = charts.tier_bar(95, bottom=60, top=130)
    assert sum(zone.width for zone in chart.zones) == pytest.approx(100, abs=0.02)
    assert chart.marker.x == 50.0
    assert charts.tier_bar(None).marker is None


def test_strip_is_withheld_below_five_people():
    figures = {"own": 80, "low": 70, "median": 80, "high": 90}
    assert charts.strip(**figures, people=4) is None
    assert charts.strip(**figures, people=5) is not None


def test_strip_shows_single_dots_only_from_ten_people():
    figures = {"own": 80, "low": 70, "median": 80, "high": 90, "dots": [60, 95]}
    assert charts.strip(**figures, people=9).dots == ()
    assert len(charts.strip(**figures, people=10).dots) == 2


def test_waterfall_chains_the_steps_and_draws_what_was_lost():
    steps = [
        Step("originality", Decimal("14.4"), full=Decimal("16")),
        Step("deduction", Decimal("-4.4"), kind="adjustment"),
    ]
    chart = charts.waterfall(steps, total=Decimal("10.00"), lines=())
    first, second = chart.bars
    assert (first.start, first.end) == (Decimal(0), Decimal("14.4"))
    assert (second.start, second.end) == (Decimal("14.4"), Decimal("10.0"))
    assert first.bar.kind == "up"
    assert second.bar.kind == "adjustment"
    assert first.ghost.x == pytest.approx(first.bar.x + first.bar.width, abs=0.02)
    assert first.ghost.width == pytest.approx(first.bar.width / 9, abs=0.02)
    assert second.ghost is None
    assert chart.total_bar.width == pytest.approx(second.bar.x, abs=0.02)


def test_waterfall_below_zero_moves_the_zero_line():
    chart = charts.waterfall([Step("penalty", Decimal(-5))], total=Decimal(0), lines=())
    assert chart.zero == 83.33
    assert chart.bars[0].bar.x == 0.0


def test_waterfall_keeps_far_tier_lines_out_of_a_small_total():
    near = charts.waterfall([Step("a", Decimal(85))], total=Decimal(85))
    far = charts.waterfall([Step("a", Decimal(10))], total=Decimal(10))
    assert [line.label for line in near.lines] == ["80", "90"]
    assert far.lines == ()


@given(st.lists(SCORES, min_size=1, max_size=15))
def test_waterfall_bars_stay_inside_and_end_at_the_exact_sum(changes):
    steps = [Step(str(i), change) for i, change in enumerate(changes)]
    chart = charts.waterfall(steps, total=sum(changes, Decimal(0)))
    assert chart.bars[-1].end == sum(changes, Decimal(0))
    assert all(row.bar.x >= 0 and row.bar.x + row.bar.width <= 100.02 for row in chart.bars)


def test_columns_leave_a_missing_month_empty():
    chart = charts.columns([("a", 50), ("b", None), ("c", 100)], lines=(100,))
    assert [column.height for column in chart.columns] == [47.62, None, 95.24]
    assert chart.lines[0].x == 4.76
    assert chart.columns[2].y == 4.76


def test_histogram_counts_half_open_ranges_and_loses_nobody():
    chart = charts.histogram([-5, 0, 79, 80, 90, 200], edges=[0, 80, 90, 110])
    assert [column.value for column in chart.columns] == [3, 1, 2]


@given(st.lists(SCORES, max_size=40))
def test_histogram_counts_everybody(values):
    assert sum(c.value for c in charts.histogram(values, edges=[0, 80, 90, 110]).columns) == len(values)


@pytest.mark.parametrize("edges", [[], [1], [1, 1], [2, 1]])
def test_histogram_refuses_edges_that_do_not_rise(edges):
    with pytest.raises(ValueError, match="edges"):
        charts.histogram([1], edges=edges)


def test_heat_grid_refuses_a_row_with_a_hole_and_an_unknown_state():
    day, next_day = date(2026, 11, 1), date(2026, 11, 2)
    with pytest.raises(ValueError, match="do not match"):
        charts.heat_grid([day, next_day], [HeatRow("Douyin", (HeatCell(day, "settled"),))])
    with pytest.raises(ValueError, match="unknown"):
        charts.heat_grid([day], [HeatRow("Douyin", (HeatCell(day, "fine"),))])
    assert (
        charts.heat_grid([day], [HeatRow("Douyin", (HeatCell(day, "late"),))]).rows[0].cells[0].glyph == "◔"
    )
