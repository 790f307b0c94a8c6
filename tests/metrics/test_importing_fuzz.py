# ruff: noqa: E501
"""Each profile against files as they drift: never a number that the file does not say.

The generator knows the truth of each cell it writes. An accepted row has exactly
these values; a row with a cell that says nothing certain is set aside.
"""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.importing.days import read_days
from metrics.importing.messages import ImportRefused
from metrics.importing.parse import parse_upload
from metrics.importing.profiles import ALL, Kind, choose
from metrics.importing.profiles.base import MEASURED
from metrics.importing.records import LIFETIME, Grain

TODAY, AS_OF = date(2026, 11, 23), date(2026, 11, 1)
FIRST = date(2026, 3, 1)
BAD = "no certain reading"
READABLE = [profile for profile in ALL if profile.declined is None and profile.family is None]
SHAPES = {
    "youtube": lambda number: f"yt-{number:08}",
    None: lambda number: f"id{number}x",
}


def counts(signed):
    number = st.integers(-900 if signed else 0, 10**7)
    clean = st.one_of(
        number.map(lambda n: (str(n), n)),
        number.map(lambda n: (f"{n:,}", n)),
        number.map(lambda n: (f"{n}.0", n)),
        st.integers(1, 9999).map(lambda n: (f"{n / 10}万", n * 1000)),
    )
    damaged = st.sampled_from([
        ("1.234", BAD), ("1e5", BAD), ("x", BAD), ("NaN", BAD), ("5%", BAD), ("1,23", BAD), ("1 2", BAD), ("TRUE", BAD),
        ("١٢", BAD), ("0.5", BAD), ("2026-03-01", BAD), ("9" * 17, BAD), ("5 000", 5000), ("-", None), ("", None), ("undefined", None), ("——", None),
    ])  # fmt: skip
    below = [] if signed else [st.integers(-99, -1).map(lambda n: (str(n), BAD))]
    return st.one_of(clean, clean, clean, damaged, *below)


def rates(kind):
    parts = st.integers(0, 10_000)
    shown = {
        Kind.RATE: lambda n: (f"{Decimal(n) / 10_000:f}", Decimal(n) / 10_000),
        Kind.PERCENT_NUMBER: lambda n: (f"{Decimal(n) / 100:f}", Decimal(n) / 10_000),
        Kind.PERCENT_TEXT: lambda n: (f"{Decimal(n) / 100:f}%", Decimal(n) / 10_000),
        Kind.RATE_WITH_SIGN: lambda n: (f"{Decimal(n) / 100:f}%", Decimal(n) / 10_000),
    }[kind]
    damaged = st.sampled_from(
        [("x", BAD), ("-0.5", BAD), ("200%", BAD), ("1e-3", BAD), ("inf", BAD), ("-", None), ("", None)]
    )
    return st.one_of(parts.map(shown), parts.map(shown), parts.map(shown), damaged)


SECONDS = st.one_of(
    st.integers(0, 5000).map(lambda n: (str(n), Decimal(n))),
    st.integers(0, 500).map(lambda n: (f"{n}秒", Decimal(n))),
    st.integers(0, 5000).map(lambda n: (f"{n // 3600}:{n // 60 % 60:02}:{n % 60:02}", Decimal(n))),
    st.sampled_from([("0:99:12", BAD), ("x", BAD), ("-1", BAD), ("12:3", BAD), ("-", None), ("", None)]),
)
MONEY = st.one_of(
    st.integers(0, 10**8).map(lambda n: (f"{Decimal(n) / 100:.2f}", Decimal(n) / 100)),
    st.integers(0, 10**8).map(lambda n: (f"¥{Decimal(n) / 100:,.2f}", Decimal(n) / 100)),
    st.sampled_from([("1.234", BAD), ("-5", BAD), ("12,5", BAD), ("x", BAD), ("-", None), ("", None)]),
)


def cells(kind):
    if kind in (Kind.COUNT, Kind.FLOW):
        return counts(signed=False)
    if kind is Kind.SIGNED:
        return counts(signed=True)
    return (
        {Kind.SECONDS: SECONDS, Kind.MONEY: MONEY}[kind]
        if kind in (Kind.SECONDS, Kind.MONEY)
        else rates(kind)
    )


def drifted(draw, header):
    """Return the header as another export may write it."""
    if len(header) > 1:
        place = draw(st.integers(1, len(header) - 1))
        header = header[:place] + draw(st.sampled_from(["", "", "\u00ad", "\u200b", " "])) + header[place:]
    header = draw(st.sampled_from([header, header, header.upper(), f" {header} "]))
    return header.replace("(", "（").replace(")", "）") if draw(st.booleans()) else header


def day_text(draw, day):
    return draw(
        st.sampled_from(
            [
                f"{day}",
                f"{day:%Y/%m/%d}",
                f"{day.year}年{day.month}月{day.day}日",
                f"{day:%Y%m%d}",
                f"{day:%Y-%m-%d} 09:05:00",
            ]
        )
    )


@st.composite
def files(draw, profile):
    """Return (header, rows, truth per row): the truth holds only what is certain."""
    columns = [
        column
        for column in profile.columns
        if column.aliases and column.field != "account" and column.kind is not Kind.LIFE
    ]
    # Unlike columns for one field (ids, links) may clash with what a row is about.
    columns = [
        column
        for column in columns
        if column.kind is not Kind.IGNORED
        and column.field not in ("url", "about", "media", "status", "captured_on")
    ]
    kept = [
        column
        for column in columns
        if column.required or column.field in ("platform_id", "title", "published") or draw(st.integers(0, 4))
    ]
    if not any(column.kind in MEASURED and column.field != "duration_seconds" for column in kept):
        kept = columns
    kept = draw(st.permutations(kept))
    count = draw(st.integers(1, 6))
    header = [drifted(draw, draw(st.sampled_from(column.aliases))) for column in kept]
    rows, truth = [], []
    for number in range(count):
        row, known, bad = [], {}, False
        for column in kept:
            if column.kind in (Kind.DAY, Kind.MOMENT):
                day = FIRST + timedelta(days=number)
                row.append(day_text(draw, day))
                known[column.field] = day
            elif column.kind in (Kind.TEXT, Kind.ID, Kind.HANDLE):
                text = (
                    SHAPES.get(profile.platform, SHAPES[None])(number)
                    if column.kind is Kind.ID
                    else f"标题 {number}, x\ny"
                )
                row.append(text)
                known[column.field] = text
            else:
                cell, value = draw(cells(column.kind))
                row.append(cell)
                known[column.field] = value
                bad = bad or value is BAD
        rows.append(row)
        truth.append((known, bad))
    if draw(st.booleans()):
        place = draw(st.integers(1, len(header)))
        header.insert(place, draw(st.sampled_from(["新指标", "New metric", ""])))
        for row in rows:
            row.insert(place, "777" if header[place] else "")
    return header, rows, truth


def as_bytes(draw, header, rows):
    form = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "xlsx"]))
    if form == "xlsx":
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([header, *rows]):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
        return buffer.getvalue()
    text = io.StringIO(newline="")
    csv.writer(text, quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))).writerows(
        [header, *rows]
    )
    return text.getvalue().encode(form)


@pytest.mark.parametrize("profile", READABLE, ids=lambda profile: profile.key)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_wrong_number(profile, data):
    header, rows, truth = data.draw(files(profile))
    content = as_bytes(data.draw, header, rows)
    [parsed] = parse_upload(
        name="f",
        content=content,
        as_of=AS_OF,
        day_first=None,
        period=LIFETIME,
        platform=profile.platform,
        today=TODAY,
    )
    if parsed.refused and parsed.refused.code == "unknown_encoding":
        # No Japanese header is written in the encoding of China.
        assert re.search("[ぁ-ヿ]", "".join(header))
        return
    assert parsed.refused is None, parsed.refused
    # The plain CSV has headers in common with platforms; the figures are the same then.
    assert parsed.profile == profile.key or profile.platform is None
    assert parsed.rows == len(rows) == parsed.accepted + len(parsed.rejected)
    held = {column.field for column in parsed.columns if column.outcome == "held"}
    for record in parsed.records:
        known, _bad = truth[record.row - 2]
        for name, value in record.values.items():
            assert value == known[name] or (value is None and name in held), (header, rows[record.row - 2])
        assert (
            record.day if profile.grain is not Grain.VIDEO_SNAPSHOT else record.published_on
        ) in known.values()
    accepted = {record.row for record in parsed.records}
    surely = {row + 2 for row, (_known, bad) in enumerate(truth) if not bad}
    assert surely - accepted <= _of_units(profile, rows, parsed)
    totals = {
        name: sum(v for record in parsed.records if (v := record.values[name]) is not None)
        for name in parsed.totals
    }
    assert {name: value or 0 for name, value in parsed.totals.items()} == totals


def _of_units(profile, rows, parsed):
    """Rows that are clean by themselves, in a column whose other rows write another unit."""
    rated = any(
        column.kind in (Kind.RATE, Kind.PERCENT_TEXT, Kind.PERCENT_NUMBER, Kind.RATE_WITH_SIGN)
        for column in profile.columns
    )
    return {
        one.row for one in parsed.rejected if rated and one.reason.code in ("not_a_percent", "not_a_fraction")
    }


MONTHS = {
    "en": (
        "{m} {d}",
        "January February March April May June July August September October November December",
    ),
    "es": (
        "{d} de {m}",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    "pt": (
        "{d} de {m}",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    ),
    "fr": ("{d} {m}", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "de": ("{d}. {m}", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "it": (
        "{d} {m}",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    ),
    "tr": ("{d} {m}", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
    "ru": ("{d} {m}", "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    "uk": (
        "{d} {m}",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    ),
    "el": (
        "{d} {m}",
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    ),
    "id": (
        "{d} {m}",
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    ),
    "nl": (
        "{d} {m}",
        "januari februari maart april mei juni juli augustus september oktober november december",
    ),
    "pl": (
        "{d} {m}",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    ),
    "cs": ("{d}. {m}", "ledna února března dubna května června července srpna září října listopadu prosince"),
    "hu": (
        "{m} {d}.",
        "január február március április május június július augusztus szeptember október november december",
    ),
    "fi": (
        "{d}. {m}",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    ),
    "ar": ("{d} {m}", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    "th": ("{d} {m}", "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."),
    "vi": ("{d} tháng {m}", "1 2 3 4 5 6 7 8 9 10 11 12"),
    "vi short": ("{d} thg {m}", "1 2 3 4 5 6 7 8 9 10 11 12"),
    "zh": ("{m}月{d}日", "1 2 3 4 5 6 7 8 9 10 11 12"),
    "ko": ("{m}월 {d}일", "1 2 3 4 5 6 7 8 9 10 11 12"),
    "he": ("{d} ב{m}", "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"),
}


@pytest.mark.parametrize("language", MONTHS)
@settings(max_examples=15, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(1, 360), st.integers(0, 40), st.booleans())
def test_days_without_a_year_in_every_language(language, first, length, gap, newest_first):
    shape, names = MONTHS[language]
    days = [first + timedelta(days=number) for number in range(length)]
    as_of = days[-1] + timedelta(days=min(gap, 364 - length))
    written = [shape.format(m=names.split()[day.month - 1], d=day.day) for day in days]
    if newest_first:
        days, written = days[::-1], written[::-1]
    try:
        found = read_days(
            written, rows=range(2, length + 2), file="f", as_of=as_of, day_first=None, today=TODAY
        )
    except ImportRefused as refusal:
        assert refusal.code in ("year_unclear", "day_not_in_year", "year_open")  # noqa: PT017
        return
    assert found.question is None
    assert [moment.day for moment in found.moments] == days


# Files as people hand them in ------------------------------------------------------------------


ENGLISH = MONTHS["en"][1].split()
DAY_STYLES = {
    "iso": lambda day: f"{day}",
    "named": lambda day: f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
    "yearless": lambda day: f"{ENGLISH[day.month - 1]} {day.day}",
    "yearless chinese": lambda day: f"{day.month}月{day.day}日",
    "day first": lambda day: f"{day:%d/%m/%y}",
    "month first": lambda day: f"{day:%m/%d/%Y}",
    "dotted": lambda day: f"{day:%d.%m.%Y}",
    "serial": lambda day: str((day - date(1899, 12, 30)).days),
}
FORMS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "semicolons", "tabs", "sep", "xlsx", "typed",
)  # fmt: skip
MAYBE = ("year_open", "year_unclear", "duplicate_days", "split_days", "not_daily", "unknown_header", "no_rows",
         "mixed_day_order", "resaved_dates", "split_by_words", "unknown_encoding")  # fmt: skip
"""What a file may be refused for here: it is then not stored, hence not stored wrong."""


@st.composite
def handed_in(draw, profile):
    """Return (cells of all rows, truth per row of the sheet): None for rows that are no data."""
    header, rows, truth = draw(files(profile))
    kinds = [_column_of(profile, cell) for cell in header]
    first = draw(st.sampled_from([FIRST, date(2025, 12, 29), date(2026, 4, 9), date(2025, 11, 11)]))
    style = draw(st.sampled_from(sorted(DAY_STYLES)))
    apart = draw(st.sampled_from([1, 1, 1, 2, 40]))
    for number, row in enumerate(rows):
        day = first + timedelta(days=number * apart)
        for place, column in enumerate(kinds):
            if column is not None and column.kind in (Kind.DAY, Kind.MOMENT):
                row[place] = DAY_STYLES[style](day)
                truth[number][0][column.field] = day
    data = list(zip(rows, truth, strict=True))
    if draw(st.integers(0, 3)) == 0:
        data = data[::-1] if draw(st.booleans()) else draw(st.permutations(data))
    lines = [(header, None), *data]
    for _ in range(draw(st.integers(0, 3))):
        lines.insert(draw(st.integers(1, len(lines))), _oddity(draw, header, data))
    for _ in range(draw(st.integers(0, 2))):
        lines.insert(0, draw(st.sampled_from([(["从平台导出"], None), ([], None)])))
    return lines


def _column_of(profile, header):
    match = choose([[header]], platform=None, profiles=[_loose(profile)])
    return match.columns[0] if match else None


def _loose(profile):
    columns = tuple(replace(column, required=False) for column in profile.columns)
    return replace(profile, key=profile.key + "_loose", columns=columns, needs_measure=False, forbidden=())


def _oddity(draw, header, data):
    row, known = draw(st.sampled_from(data))
    kind = draw(st.sampled_from(["header", "blank", "again", "total", "cut", "long"]))
    return {
        "header": (header, None),
        "blank": ([""] * len(header), None),
        "again": (list(row), known),
        "total": (
            [draw(st.sampled_from(["Total", "合计", "Gesamt", "Итого"])), *[""] * (len(header) - 1)],
            None,
        ),
        "cut": (list(row)[: len(row) // 2], "cut"),
        "long": ([*row, "7"], "long"),
    }[kind]


def _packed(form, lines):
    rows = [row for row, _known in lines]
    if form in ("xlsx", "typed"):
        buffer = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(buffer, options) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    is_number = re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?", cell)
                    if form == "typed" and is_number:
                        sheet.write_number(number, place, float(cell))
                    elif cell:
                        sheet.write_string(number, place, cell)
        return buffer.getvalue()
    if form in ("semicolons", "sep"):
        rows = [["12,5,0" if cell == "12,5" else cell for cell in row] for row in rows]
    if form == "semicolons":
        rows = [[re.sub(r"^([0-9]+)\.([0-9]+)(%?)$", r"\1,\2\3", cell) for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter={"semicolons": ";", "sep": ";", "tabs": "\t"}.get(form, ",")).writerows(rows)
    body = ("sep=;\r\n" if form == "sep" else "") + text.getvalue()
    return body.encode(form if form[:2] in ("ut", "gb") else "utf-8")


@pytest.mark.parametrize("profile", READABLE, ids=lambda profile: profile.key)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_wrong_is_read_from_files_as_people_hand_them_in(profile, data):
    _check_handed_in(profile, data)


@pytest.mark.slow
@pytest.mark.parametrize("profile", READABLE, ids=lambda profile: profile.key)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_wrong_is_read_however_long_one_tries(profile, data):
    _check_handed_in(profile, data)


def _check_handed_in(profile, data):
    lines = data.draw(handed_in(profile))
    form = data.draw(st.sampled_from(FORMS))
    content = _packed(form, lines)
    shift = 1 if form == "sep" else 0
    for parsed in parse_upload(
        name="f", content=content, as_of=AS_OF, day_first=None, period=LIFETIME, platform=profile.platform, today=TODAY
    ):  # fmt: skip
        assert parsed.refused is None or parsed.refused.code in MAYBE, (parsed.refused, lines)
        for record in parsed.records:
            known = lines[record.row - 1 - shift][1]
            if form in ("xlsx", "typed") and known in ("cut", "long"):
                continue  # a workbook has no cut rows; what a person moved there cannot be seen
            assert known is not None, lines
            assert known not in ("cut", "long"), lines
            _check_record(record, known[0], lines)


def _check_record(record, known, lines):
    for name, value in record.values.items():
        assert value is None or value == known[name], (name, value, lines)
    if hasattr(record, "day"):
        assert record.day == known["day"], lines
    if getattr(record, "published_on", None) is not None:
        assert record.published_on == known["published"], lines
