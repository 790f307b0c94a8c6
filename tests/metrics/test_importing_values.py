"""Single cells: exact numbers or a refusal, never a guess."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.importing import values
from metrics.importing.messages import TEMPLATES, BadValue, note
from metrics.importing.totals import says_total
from metrics.importing.values import RateUnit

NULLS = [
    "",
    " ",
    "-",
    "--",
    "—",
    "undefined",
    "Undefined",
    "null",
    "NULL",
    "NAN",
    None,
    "－",
    "N/A",
    "暂无数据",
]


@pytest.mark.parametrize("cell", NULLS)
def test_tokens_without_value_are_none_everywhere(cell):
    assert values.count(cell) is None
    assert values.money(cell) is None
    assert values.seconds(cell) is None
    assert values.identifier(cell) is None
    for unit in RateUnit:
        assert values.rate(cell, unit) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1,234", 1234),
        ("1,234,567", 1234567),
        ("１，２３４", 1234),
        ("1 234", 1234),
        ("1\u202f234", 1234),
        ("8.0", 8),
        ("8.00", 8),
        (8.0, 8),
        (8, 8),
        ("+5", 5),
        ("1.2万", 12000),
        ("1.2w", 12000),
        ("3亿", 300000000),
        ("1.25K", 1250),
        ("2M", 2000000),
        ("1.234万", 12340),
        ("0.5万", 5000),
        ("1.2萬", 12000),
        ("3億", 300000000),
        ("1.5만", 15000),
        (" 7 ", 7),
    ],
)
def test_counts(cell, expected):
    result = values.count(cell)
    assert result == expected
    assert type(result) is int


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "not_finite"),
        ("nan", "not_finite"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
        ("Infinity", "not_finite"),
        ("-inf", "not_finite"),
        ("1e400", "not_finite"),
        ("1.2E+05", "not_a_number"),
        (True, "not_a_number"),
        (False, "not_a_number"),
        ("1.5", "not_whole"),
        (1.5, "not_whole"),
        ("1.000", "point_or_thousand"),
        ("1.234", "point_or_thousand"),
        ("1,23", "not_a_number"),
        ("12,34,567", "not_a_number"),
        ("1.23456万", "not_whole"),
        ("-1", "negative"),
        (-1.0, "negative"),
        ("12 赞", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("0x10", "not_a_number"),
        ("١٢", "not_a_number"),
        ("1_000", "not_a_number"),
        (1e300, "too_big"),
        ("9999999999999999", "too_big"),
        ("28%", "not_a_number"),
        ("1.234K", "point_or_thousand"),
        ("1,234K", "point_or_thousand"),
        ("1.234M", "point_or_thousand"),
        ("(5)", "not_a_number"),
        ("5-", "not_a_number"),
        ("\u20135", "not_a_number"),
        ("100+", "not_a_number"),
        ("12,3 mil", "not_a_number"),
        ("1,2 Mio.", "not_a_number"),
        ("#N/A", "not_a_number"),
        (date(2026, 1, 1), "not_a_number"),
        (timedelta(1), "not_a_number"),
        ("#REF!", "not_a_number"),
    ],
)
def test_counts_that_are_none(cell, code):
    with pytest.raises(BadValue) as fault:
        values.count(cell)
    assert fault.value.code == code
    assert fault.value.note.sentence


def test_negative_counts_only_where_allowed():
    assert values.count("-3", signed=True) == -3
    assert values.count(-3.0, signed=True) == -3
    assert values.count("\u22123", signed=True) == -3


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.34", "12.34"),
        ("1,234.5", "1234.50"),
        ("¥1,234.56", "1234.56"),
        ("12元", "12.00"),
        (12.34, "12.34"),
        (12.340000000000002, "12.34"),
        (0, "0.00"),
        ("1.2万", "12000.00"),
        ("0", "0.00"),
    ],
)
def test_money(cell, expected):
    result = values.money(cell)
    assert str(result) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12.3456", "too_many_places"),
        (12.345, "too_many_places"),
        ("-1", "negative"),
        ("1.234", "point_or_thousand"),
        ("1.234,56", "not_a_number"),
        ("NaN", "not_finite"),
        (True, "not_a_number"),
        (1e18, "too_big"),
    ],
)
def test_money_that_is_none(cell, code):
    with pytest.raises(BadValue) as fault:
        values.money(cell)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("0.366807", RateUnit.FRACTION, "0.366807"),
        (0.221, RateUnit.FRACTION, "0.221"),
        ("1", RateUnit.FRACTION, "1"),
        ("0", RateUnit.FRACTION, "0"),
        ("28.64%", RateUnit.PERCENT_TEXT, "0.2864"),
        ("28.64 ％", RateUnit.PERCENT_TEXT, "0.2864"),
        ("100%", RateUnit.PERCENT_TEXT, "1"),
        ("13.6", RateUnit.PERCENT_NUMBER, "0.136"),
        ("3.", RateUnit.PERCENT_NUMBER, "0.03"),
        ("0.3", RateUnit.PERCENT_NUMBER, "0.003"),
        (13.6, RateUnit.PERCENT_NUMBER, "0.136"),
    ],
)
def test_rates_follow_their_column(cell, unit, expected):
    assert values.rate(cell, unit) == Decimal(expected)


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("28.64%", RateUnit.FRACTION),
        ("28.64", RateUnit.FRACTION),
        ("0.2864", RateUnit.PERCENT_TEXT),
        (0.2864, RateUnit.PERCENT_TEXT),
        ("101%", RateUnit.PERCENT_TEXT),
        ("101", RateUnit.PERCENT_NUMBER),
        ("-0.1", RateUnit.FRACTION),
        ("1,5", RateUnit.FRACTION),
        (True, RateUnit.FRACTION),
        ("NaN", RateUnit.FRACTION),
        (float("inf"), RateUnit.FRACTION),
        ("5e-1", RateUnit.FRACTION),
        ("13.6%", RateUnit.PERCENT_NUMBER),
    ],
)
def test_rates_in_another_unit_are_refused(cell, unit):
    with pytest.raises(BadValue):
        values.rate(cell, unit)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", "12"),
        ("4.586155", "4.586155"),
        (17.0, "17"),
        ("10秒", "10"),
        ("1分20秒", "80"),
        ("1小时2分3秒", "3723"),
        ("0:01:23", "83"),
        ("00:12", "12"),
        ("1:02:03", "3723"),
        ("90:00", "5400"),
        ("1m20s", "80"),
        ("12s", "12"),
        ("10.5秒", "10.5"),
        ("2分", "120"),
    ],
)
def test_durations(cell, expected):
    assert values.seconds(cell) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    [
        "1:60:00",
        "0:75",
        "秒",
        "1,5",
        "-3",
        "10秒1分",
        "NaN",
        time(0, 12),
        timedelta(seconds=3),
        True,
        "12:",
        "1e3",
        1e9,
    ],
)
def test_durations_that_are_none(cell):
    with pytest.raises(BadValue):
        values.seconds(cell)


def test_text_keeps_what_people_wrote():
    assert values.text(" a\nb ") == "a\nb"
    assert values.text("-") == "-"
    assert values.text("") is None
    assert values.text(12.0) == "12"


@pytest.mark.parametrize("cell", ["a\x00b", "x" * 5001, "\ud800"])
def test_text_that_cannot_be_stored(cell):
    with pytest.raises(BadValue):
        values.text(cell)


def test_ids_lose_no_digit():
    assert values.identifier("007123") == "007123"
    assert values.identifier("7312345678901234567") == "7312345678901234567"
    assert values.identifier(42.0) == "42"
    for lost in (7.312345678901234e18, "7.31E+18", True, 4.5):
        with pytest.raises(BadValue) as fault:
            values.identifier(lost)
        assert fault.value.code == "id_lost_digits"


def test_media():
    words = {
        "视频": "video",
        "图文": "image",
        "直播": "live",
        "Video": "video",
        "": "unknown",
        None: "unknown",
        "文章": "unknown",
    }
    assert {word: values.media(word) for word in words} == words


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_come_back(number):
    for written in (str(number), f"{number:,}", number):
        assert values.count(written, signed=True) == number


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_float_is_itself_or_refused(number):
    try:
        result = values.count(number, signed=True)
    except BadValue:
        assert not (abs(number) < 10**15 and number == int(number)) if abs(number) < 1e300 else True
    else:
        assert result == number


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_amounts_come_back(amount):
    assert values.money(f"{amount:,}") == amount
    assert values.money(str(amount)) == amount


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_amounts_come_back_from_a_spreadsheet(amount):
    assert values.money(float(amount)) == amount


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_refusal(cell):
    for read in (values.count, values.money, values.seconds):
        try:
            result = read(cell)
        except BadValue:
            continue
        assert result is None or result >= 0


def test_every_sentence_can_be_filled():
    class Anything(dict):
        def __missing__(self, key):
            return key

    for code, template in TEMPLATES.items():
        assert template % Anything(), code
    with pytest.raises(KeyError):
        note("no_such_code")


def test_dates_are_never_counts():
    with pytest.raises(BadValue):
        values.count(datetime(2026, 3, 1))


BEFORE = ["", " ", "\u00a0", "\u200b", "\ufeff", "-", "a", "1"]
NEARLY = ["暂", "暂无用", "无", "总计", "ＮＡＮ", "\u2212", "undefined1", *filter(None, NULLS)]
AFTER = ["", " ", "\u3000", "\u200f", "\u0301", "x"]
DECORATED = st.tuples(*map(st.sampled_from, (BEFORE, NEARLY, AFTER))).map("".join)


@given(DECORATED | st.text(max_size=12))
def test_the_first_mark_never_decides_wrongly(cell):
    """The quick way out says of no cell that it is a value where the full reading says it is none."""
    text = cell.strip()
    slow = (
        text in values._NULLS or values.plain(text) in values._NULLS or text.lower() in ("undefined", "null")
    )
    assert values.is_null(cell) is slow


@pytest.mark.parametrize("pad", ["", " ", "\u00a0" * 80, "\u200b" * 80, "." * 80])
@pytest.mark.parametrize("word", ["Total", "合计", "Итого:", '"Total"'])
def test_a_total_is_one_however_it_is_padded(word, pad):
    assert says_total(word + pad)
    assert says_total(pad + word)
    assert not says_total(f"{word}{pad}7")
    assert not says_total(f"7{pad}{word}")
