"""Export files as the platforms write them, built for one journey."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import xlsxwriter
from python_calamine import CalamineWorkbook

from common.periods import Month

DAYS = ("日期", "播放量", "作品点赞", "作品评论", "作品分享", "净增粉丝", "取关粉丝", "总粉丝量")
WORKS = ("作品名称", "发布时间", "体裁", "播放量", "完播率", "点赞量", "分享量", "评论量", "收藏量")
READ = ("10000", "0.665000", "500", "128", "100", "9")
FOLLOWERS = 77_500


def daily_series(month: Month, *, plays: int) -> bytes:
    """Return a month's days of an account that wins a hundred followers a day; the day before comes first."""
    days = [month.first - timedelta(days=1), *month.span]
    return workbook(
        [
            DAYS,
            *(
                (
                    day.isoformat(),
                    plays,
                    plays // 20,
                    plays // 50,
                    plays // 100,
                    100,
                    50,
                    77_500 + 100 * place,
                )
                for place, day in enumerate(days)
            ),
        ]
    )


def list_of_works(month: Month, *, count: int) -> bytes:
    """Return a list of ``count`` works of the month, each watched to the end by two of three."""
    return workbook(
        [
            WORKS,
            *(
                (
                    f"work {n}",
                    f"{_day(month, n)} 09:{n:02}:00",
                    "视频",
                    "10000",
                    "0.665000",
                    "500",
                    "128",
                    "100",
                    "9",
                )
                for n in range(count)
            ),
        ]
    )


def _day(month: Month, number: int) -> date:
    return month.first + timedelta(days=number % month.last.day)


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """Return one sheet with these rows."""
    return sheets({"Sheet1": rows})


def sheets(pages: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """Return a workbook with these sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        for title, rows in pages.items():
            sheet = book.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return buffer.getvalue()


def filled(template: bytes, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """Return the template with rows written under its own headings; what it does not name fails."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(template))
    assert set(rows) <= set(book.sheet_names)
    return sheets({title: _page(book, title, rows.get(title, ())) for title in book.sheet_names})


def _page(book: CalamineWorkbook, title: str, rows: Sequence[Mapping[str, str]]) -> list[Sequence[object]]:
    headings = [str(cell) for cell in book.get_sheet_by_name(title).to_python()[0]]
    names = [heading.removesuffix(" *") for heading in headings]
    assert all(set(row) <= set(names) for row in rows), title
    return [headings, *([row.get(name, "") for name in names] for row in rows)]
