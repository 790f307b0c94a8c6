"""Figure JSON: plain, small, without outside names, the same sums as the table."""

import json
from datetime import date
from decimal import Decimal

import pytest

from common.charts import Step
from common.figures import trend_figure, waterfall_figure

STEPS = [Step("originality", Decimal("14.40")), Step("deduction", Decimal("-4.00"), kind="adjustment")]


def test_waterfall_bars_start_where_the_one_before_ended():
    figure = waterfall_figure(STEPS, total=Decimal("10.40"), total_label="Total")
    bar = figure["data"][0]
    assert bar["type"] == "bar"
    assert bar["base"] == [0.0, 14.4, 0.0]
    assert bar["x"] == [14.4, -4.0, 10.4]
    assert bar["y"] == ["originality", "deduction", "Total"]
    assert bar["text"] == ["+14.40", "−4.00", "10.40"]


def test_trend_leaves_a_missing_day_open():
    days = [date(2026, 11, 1), date(2026, 11, 2)]
    figure = trend_figure(days, actual=[Decimal("1.5"), None], actual_label="actual")
    assert figure["data"][0]["y"] == [1.5, None]
    assert figure["data"][0]["x"] == ["2026-11-01", "2026-11-02"]
    assert len(figure["data"]) == 1


def test_trend_refuses_lines_of_another_length():
    with pytest.raises(ValueError, match="one value per day"):
        trend_figure([date(2026, 11, 1)], actual=[1, 2], actual_label="actual")


def test_figures_are_plain_json_with_colours_of_the_style_sheet():
    text = json.dumps(waterfall_figure(STEPS, total=Decimal("10.40"), total_label="Total"))
    assert len(text) < 4_000
    assert "#" not in text
    assert "http" not in text
