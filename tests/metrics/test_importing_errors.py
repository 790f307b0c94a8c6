# ruff: noqa: E501
"""Rows that were set aside come back as a sheet that can be mended and uploaded again."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from common.periods import Span
from metrics.importing.errors import error_sheet
from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME

TODAY = date(2026, 11, 23)


def as_csv(rows, **options):
    text = io.StringIO(newline="")
    csv.writer(text, **options).writerows(rows)
    return text.getvalue().encode("utf-8")


def parse(content, **given):
    options = {
        "as_of": date(2026, 11, 1), "day_first": None, "period": LIFETIME, "platform": None, "today": TODAY, **given
    }  # fmt: skip
    return parse_upload(name="f.csv", content=content, **options)


def lines(sheet):
    assert sheet.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))


HEADER = ["title", "platform_id", "published_at", "plays", "likes", "completion_rate"]


def test_the_sheet_has_the_file_s_columns_and_the_reasons():
    content = as_csv(
        [HEADER, ["a", "1", "2026-03-01", "5", "1", "0.5"], ["b", "2", "2026-03-02", "x", "1", "0.5"]]
    )
    [parsed] = parse(content)
    assert lines(error_sheet(content, parsed)) == [
        ["! Reason", *HEADER],
        ["Row 3, plays: “x” is not a number.", "b", "2", "2026-03-02", "x", "1", "0.5"],
    ]
    worded = lines(error_sheet(content, parsed, label="原因", say=lambda note: note.code))
    assert (worded[0][0], worded[1][0]) == ("! 原因", "at_cell")


def test_mended_and_uploaded_again():
    content = as_csv(
        [HEADER, ["=1+1", "-ab", "2026-03-02", "1,5", "-1", "0.5"], ["@x", "+b", "2026-03-02", "7", "1", "5%"], ["ok", "c", "2026-03-02", "7", "1", "0.5"],
         ["ok", "d", "2026-03-02", "7", "1", "0.5"]]
    )  # fmt: skip
    [parsed] = parse(content)
    sheet = lines(error_sheet(content, parsed))
    assert [row[1:3] for row in sheet[1:]] == [["'=1+1", "'-ab"], ["'@x", "'+b"]]
    sheet[1][4], sheet[1][5] = "15", "1"
    sheet[2][6] = "0.05"
    [again] = parse(as_csv(sheet))
    assert again.rejected == ()
    assert [(one.title, one.platform_id, one.values) for one in again.records] == [
        ("=1+1", "-ab", {"plays": 15, "likes": 1, "completion_rate": Decimal("0.5")}),
        ("@x", "+b", {"plays": 7, "likes": 1, "completion_rate": Decimal("0.05")}),
    ]
    assert again.profile == "plain_videos"


def test_no_cell_is_a_formula():
    risky = ["=1", "+cmd", "-x", "@y", "\tz", "'q", "-5", "--", "＝1"]
    content = as_csv([["title", "published_at", "plays"], *[[title, "2026-03-01", "no"] for title in risky]])
    [parsed] = parse(content)
    titles = [row[1] for row in lines(error_sheet(content, parsed))[1:]]
    assert titles == ["'=1", "'+cmd", "'-x", "'@y", "'\tz", "''q", "-5", "--", "'＝1"]


def test_a_row_cut_off_stays_cut_off():
    content = as_csv(
        [
            ["date", "likes", "plays"],
            ["2026-03-01", "1"],
            ["2026-03-02", "1", "2", "3"],
            ["2026-03-03", "1", "2"],
        ]
    )
    [parsed] = parse(content)
    sheet = error_sheet(content, parsed)
    assert [row[1:] for row in lines(sheet)[1:]] == [["2026-03-01", "1"], ["2026-03-02", "1", "2", "3"]]
    [again] = parse(sheet)
    assert ([one.reason.code for one in again.rejected], again.records) == (["fewer_cells", "more_cells"], ())


def test_days_keep_the_year_they_were_read_with():
    rows = [["Date", "Video Views"], ["October 30", "x"], ["March 1", "5"], ["September 1", "3"]]
    content = as_csv(rows)
    [parsed] = parse(content)
    sheet = lines(error_sheet(content, parsed))
    assert sheet[1][1] == "2025-10-30"
    sheet[1][2] = "9"
    [again] = parse(as_csv(sheet))
    assert [(one.day, one.values["plays"]) for one in again.records] == [(date(2025, 10, 30), 9)]


def test_an_order_of_days_that_was_asked_is_kept():
    content = as_csv([["Date", "Video Views"], ["01/02/26", "x"]])
    [parsed] = parse(content, day_first=True)
    assert lines(error_sheet(content, parsed))[1][1] == "2026-02-01"


def test_rows_of_a_workbook_and_of_a_zip():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate([["日期", "播放量"], ["2026-03-01", 1.5], ["2026-03-02", 7]]):
            sheet.write_row(number, 0, row)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("other.csv", as_csv([["日期", "播放量"], ["2026-03-01", "1"]]))
        archive.writestr("days.xlsx", buffer.getvalue())
    for content in (buffer.getvalue(), packed.getvalue()):
        parsed = parse(content)[-1]
        assert lines(error_sheet(content, parsed))[1][1:] == ["2026-03-01", "1.5"]
    with pytest.raises(ValueError, match="not the file"):
        error_sheet(as_csv([["日期", "播放量"]]), parsed)


def test_one_side_of_two_tables():
    header = [
        "Date",
        "Views",
        "Watch time (hours)",
        "Video title",
        "Video publish time",
        "Video views",
        "Watch time (hours)",
    ]
    content = as_csv(
        [
            header,
            ["03/14/26", "x", "1", "One", "27-Jul-20", "y", "3"],
            ["03/13/26", "1", "1", "Two", "27-Jul-20", "2", "3"],
        ]
    )
    days, videos = parse(content, period=Span(date(2026, 3, 1), date(2026, 3, 31)))
    assert lines(error_sheet(content, days))[1][1:] == ["2026-03-14", "x", "1"]
    assert lines(error_sheet(content, videos))[1][1:] == ["One", "2020-07-27", "y", "3"]


def reread(sheet, *mends, **given):
    """Return what the mended sheet gives; each mend is (row from 1, column, cell)."""
    text = sheet.decode("utf-8-sig")
    mark = ";" if text.split("\n", 1)[0].count(";") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    for row, column, cell in mends:
        rows[row][rows[0].index(column)] = cell
    [again] = parse(as_csv(rows, delimiter=mark), **given)
    assert again.rejected == ()
    assert not {"resaved", "rate_unit_open"} & {warning.code for warning in again.warnings}
    return again


def test_a_banner_above_the_header_and_cells_of_a_workbook():
    header = ["笔记标题", "首次发布时间", "体裁", "观看量", "封面点击率"]
    rows = [
        ["最多导出1000条"],
        header,
        ["甲", "2026年03月25日09时49分34秒", "视频", 7, 0.25],
        ["=乙", "2026年03月26日09时49分34秒", "视频", "x", 0.5],
    ]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    [parsed] = parse(buffer.getvalue())
    sheet = error_sheet(buffer.getvalue(), parsed)
    assert lines(sheet)[1] == [
        "Row 4, 观看量: “x” is not a number.",
        "'=乙",
        "2026-03-26 09:49:34",
        "视频",
        "x",
        "0.5",
    ]
    again = reread(sheet, (1, "观看量", "8"))
    assert [
        (one.title, one.published_at.isoformat(), one.values["plays"], one.values["cover_click_rate"])
        for one in again.records
    ] == [("=乙", "2026-03-26T09:49:34", 8, Decimal("0.5"))]


def test_days_without_a_year_in_utf16():
    rows = [["Date", "Video Views"], ["December 30", "1"], ["December 31", "x"], ["January 1", "1"]]
    content = as_csv(rows).decode().encode("utf-16")
    [parsed] = parse(content, as_of=date(2026, 1, 5))
    again = reread(error_sheet(content, parsed), (1, "Video Views", "8"), as_of=date(2026, 1, 5))
    assert [(one.day, one.values["plays"]) for one in again.records] == [(date(2025, 12, 31), 8)]


def test_decimal_commas_stay_what_they_are():
    header = ["Content", "Video title", "Video publish time", "Views", "Impressions click-through rate (%)"]
    content = as_csv(
        [
            header,
            ["aBcDeFgH1_-", "A", "May 8, 2020", "x", "4,5"],
            ["xYz0123456_", "B", "May 8, 2020", "5", "4,5"],
        ],
        delimiter=";",
    )
    [parsed] = parse(content)
    again = reread(error_sheet(content, parsed), (1, "Views", "8"))
    assert again.records[0].values == {"plays": 8, "cover_click_rate": Decimal("0.045")}


def test_percentages_stay_percentages_where_few_rows_are_left():
    header = ["Video title", "Post day", "Total views", "Full watch percentage"]
    content = as_csv([header, ["A", "2026-03-01", "x", "0.5"], ["B", "2026-03-02", "5", "13"]])
    [parsed] = parse(content)
    again = reread(error_sheet(content, parsed), (1, "Total views", "8"))
    assert again.records[0].values == {"plays": 8, "completion_rate": Decimal("0.005")}


def test_rows_of_a_stacked_file():
    content = 'sep=,\n"Instagram follows"\n"Date","Primary"\n"2026-01-01T00:00:00","x"\n"2026-01-02T00:00:00","5"\n'.encode(
        "utf-16"
    )
    [parsed] = parse(content)
    again = reread(error_sheet(content, parsed), (1, "Instagram follows", "8"))
    assert [(one.day, one.values) for one in again.records] == [(date(2026, 1, 1), {"followers_gained": 8})]
