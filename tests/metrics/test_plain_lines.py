# ruff: noqa: E501
"""Plain lines: what fits the pattern means to a database what it means to the reader of cells."""

import re
from datetime import date, timedelta

import pytest

from metrics.importing.messages import ImportRefused
from metrics.importing.plain_lines import PATTERNS_HOLD, decoded, plain_line, split_pieces, until
from metrics.importing.profiles import choose
from metrics.importing.profiles.plain_csv import VIDEOS
from metrics.importing.rows import Limits

pytestmark = pytest.mark.skipif(not PATTERNS_HOLD, reason="this Python reads every line cell by cell")

HEADER = [
    "account",
    "platform_id",
    "title",
    "published_at",
    "captured_on",
    "plays",
    "completion_rate",
    "note",
]
TODAY, DAY = date(2026, 11, 23), date(2026, 9, 2)
PLAIN = "douyin:north,v1001,A first film,2026-08-01 09:30,2026-09-02,1200,0.25,n\n"


@pytest.fixture(scope="module")
def pattern():
    match = choose([HEADER], platform=None, profiles=[VIDEOS])
    return plain_line(match, HEADER, delimiter=",", limits=Limits(None, None, TODAY), earliest=DAY)


@pytest.mark.parametrize(
    "last",
    [
        date(2026, 9, 2),
        date(2026, 1, 1),
        date(2024, 2, 29),
        date(2020, 12, 31),
        date(2030, 1, 31),
        date(2001, 1, 1),
    ],
)
def test_days_until_another_are_all_there_and_no_others(last):
    days = re.compile(f"(?:{until(last)})")
    day = date(1970, 1, 1)
    while day < date(2040, 1, 1):
        leap = (day.month, day.day) == (2, 29)
        assert bool(days.fullmatch(day.isoformat())) == (day <= last and not leap), day
        day += timedelta(1)
    for text in ("2020-02-30", "2020-04-31", "2020-13-01", "2020-00-10", "2020-01-00", "2020-01-32"):
        assert not days.fullmatch(text)


@pytest.mark.parametrize(
    "line",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("1200", ""),
        PLAIN.replace("A first film", '"One, two"'),
        PLAIN.replace("A first film", "标题，在这里"),
        PLAIN.replace("v1001", "7301"),
        PLAIN.replace("2026-08-01 09:30", ""),
    ],
)
def test_plain(pattern, line):
    assert pattern.fullmatch(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1200", "-1200"), ("1200", "1.2万"), ("1200", "+5"), ("1200", "0x1"), ("1200", "1_000"), ("1200", "٣"), ("1200", "NaN"),
        ("1200", "123456789012345"), ("0.25", "1.1"), ("0.25", "1e-3"), ("0.25", "NaN"), ("0.25", "Infinity"), ("0.25", " 0.2"),
        ("v1001", ""), ("v1001", "1e5"), ("v1001", "null"), ("v1001", "total"), ("v1001", "-5"), ("v1001", "v" * 81 + "1"),
        ("A first film", ""), ("A first film", " padded"), ("A first film", '"a""b"'), ("A first film", '"a\nb"'),
        ("2026-08-01 09:30", "2026-09-03 09:30"), ("2026-08-01 09:30", "2026-02-30 09:30"), ("2026-08-01 09:30", "2026-08-01 24:00"),
        ("2026-09-02", "2026-09-01"), ("2026-09-02", "2026-11-24"), ("2026-09-02", ""), ("2026-09-02", "2026/09/02"),
        ("douyin:north", "UNDEFINED"), ("douyin:north", " douyin:a"), ("douyin:north", "abc"), ("douyin:north", "ｕｎｄｅｆｉｎｅｄ"),
        (",n", ",n,more"), (",n", ""),
    ],
)  # fmt: skip
def test_odd(pattern, old, new):
    assert not pattern.fullmatch(PLAIN.replace(old, new, 1))


def pieces(pattern, *texts):
    return list(split_pieces(iter(texts), file="f", first=2, pattern=pattern, delimiter=","))


def test_rows_keep_their_numbers_however_the_text_is_cut(pattern):
    text = PLAIN + PLAIN.replace("A first film", '"two\nlines"') + "\n" + PLAIN + PLAIN.strip()
    for cut in range(len(text)):
        found = pieces(pattern, text[:cut], text[cut:])
        plain = [
            row
            for one in found
            for row in (one.rows if one.rows is not None else range(one.first, one.first + one.size))
        ]
        assert plain == [2, 5, 6]
        assert [row for one in found for row, _cells in one.odd] == [3, 4]
        assert "".join(one.plain for one in found) == PLAIN * 3


@pytest.mark.parametrize(
    ("text", "code"),
    [('a,"b', "broken_csv"), ('a,"b"c\n', "broken_csv"), ("x" * 1_000_001 + "\n", "too_many_columns")],
)
def test_what_is_no_csv(pattern, text, code):
    with pytest.raises(ImportRefused) as refusal:
        pieces(pattern, text)
    assert refusal.value.code == code


def test_nothing_but_utf_8():
    assert list(decoded(iter(["\ufeff标".encode()[:4], "\ufeff标".encode()[4:]]), file="f")) == ["", "标"]
    for content, code in ((b"\xb1\xea", "stream_encoding"), (b"a\x00", "nul_bytes")):
        with pytest.raises(ImportRefused) as refusal:
            list(decoded(iter([content]), file="f"))
        assert refusal.value.code == code
