"""How figures are written: exact text in both languages."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from django_cotton.compiler_regex import CottonCompiler

from common.charts import Step
from common.templatetags import jiying


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("12345.6"), "CNY", "¥12,345.60"),
        (Decimal("0.005"), "CNY", "¥0.01"),
        (Decimal("-1000"), "CNY", "−¥1,000.00"),
        (Decimal("-0.001"), "CNY", "¥0.00"),
        (Decimal("99"), "USD", "$99.00"),
        (Decimal("99.5"), "JPY", "JP¥100"),
        (Decimal("1"), "THB", "THB 1.00"),
        (0, "CNY", "¥0.00"),
        (None, "CNY", "–"),
    ],
)
def test_money(amount, currency, text):
    assert jiying.money(amount, currency) == text


def test_money_refuses_floats():
    with pytest.raises(ValueError, match="exact"):
        jiying.money(1.5)


def test_signed_money():
    assert jiying.signed_money(Decimal(60)) == "+¥60.00"
    assert jiying.signed_money(Decimal(-60)) == "−¥60.00"
    assert jiying.signed_money(Decimal(0)) == "¥0.00"


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("86.4"), "86.40"), (Decimal("86.405"), "86.41"), (None, "–"), (0, "0.00")]
)
def test_score(value, text):
    assert jiying.score(value) == text


def test_percent_of_a_share_and_achievement():
    assert jiying.percent(Decimal("0.665")) == "66.5 %"
    assert jiying.percent(Decimal("0.66549"), 2) == "66.55 %"
    assert jiying.percent(Decimal(1), "0") == "100 %"
    assert jiying.percent(None) == "–"
    assert jiying.achievement(Decimal(90)) == "90.00 %"


@pytest.mark.parametrize(
    ("value", "text"), [("1.2", "+1.20"), ("-1.2", "−1.20"), ("0.004", "±0.00"), ("1234.5", "+1,234.50")]
)
def test_signed(value, text):
    assert jiying.signed(Decimal(value)) == text


def test_numbers_group_and_trim():
    assert jiying.number(1234567) == "1,234,567"
    assert jiying.number(Decimal("-2.345"), 2) == "−2.35"
    assert jiying.trimmed(Decimal("2.50")) == "2.5"
    assert jiying.trimmed(Decimal("300")) == "300"


@pytest.mark.parametrize(
    ("value", "short"),
    [(12000, "1.2万"), (9999, "9,999"), (10000, "1万"), (123456789, "1.2亿"), (-12000, "−1.2万")],
)
def test_count_is_short_in_chinese(value, short):
    with translation.override("zh-hans"):
        assert short in str(jiying.count(value))


def test_count_keeps_the_exact_value_at_hand_and_is_grouped_in_english():
    with translation.override("zh-hans"):
        text = str(jiying.count(12345))
    assert 'title="12,345"' in text
    assert "(12,345)" in text
    with translation.override("en"):
        assert jiying.count(12000) == "12,000"
    assert jiying.count(None) == "–"


def test_dates_are_written_in_the_zone_of_the_company():
    moment = datetime(2026, 11, 22, 22, 10, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        assert jiying.isodatetime(moment) == "2026-11-23 06:10"
        assert jiying.isodate(moment) == "2026-11-23"
    assert jiying.isodatetime(moment, "UTC") == "2026-11-22 22:10"
    assert jiying.isodate(date(2026, 11, 5)) == "2026-11-05"
    assert jiying.isodate(None) == "–"


def test_page_query_keeps_the_filters():
    request = RequestFactory().get("/cards?team=3&page=1")
    assert jiying.page_query({"request": request}, "page", 2) == "?team=3&page=2"


def render(text, **context):
    """Render a template text with the tags of the project at hand."""
    return Template(CottonCompiler().process("{% load jiying cotton %}" + text)).render(Context(context))


def test_a_missing_value_is_a_dash_and_never_zero():
    page = render('<c-score-badge :value="total" />', total=None)
    assert "–" in page
    assert "0.00" not in page


def test_what_people_typed_is_escaped_in_components():
    page = render(
        '<c-reason-chip label="{{ name }}">{{ name }}</c-reason-chip><c-stat :label="name" :value="name" />'
        '<c-bullet :value="1" :target="2" title="{{ name }}" />',
        name="<script>x</script>\"'",
    )
    assert "<script>" not in page


def test_delta_names_direction_and_period():
    page = render('<c-delta :value="change" period="vs Oct" />', change=Decimal("-2.30"))
    assert "−2.30" in page
    assert "vs Oct" in page
    assert "is-bad" in page
    assert "#arrow-down" in page


def test_charts_carry_no_inline_style_or_handler():
    page = render('<c-tier-bar :total="total" /><c-bullet :value="3" :target="5" />', total=Decimal(86))
    assert "<rect" in page
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_waterfall_has_a_table_twin_with_the_same_figures():
    steps = [Step("originality", Decimal("14.40"), full=Decimal(16)), Step("deduction", Decimal(-4))]
    page = render('<c-waterfall :steps="steps" :total="total" />', steps=steps, total=Decimal("10.40"))
    assert page.count('<svg role="img"') == 3
    assert "<details" in page
    assert page.count("−4.00") == 3
    assert page.count("10.40") >= 3


def test_field_shows_label_help_and_error_next_to_the_input():
    class Form(forms.Form):
        reason = forms.CharField(label="Reason", help_text="At least 10 characters.", min_length=10)

    page = render('<c-form-fields :form="form" />', form=Form({"reason": "short"}))
    assert '<label for="id_reason">Reason' in page
    assert 'id="id_reason_helptext"' in page
    assert 'aria-invalid="true"' in page
    assert "is-invalid" in page
    assert 'id="id_reason_error"' in page
