"""The empty workbook to fill in."""

import io

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from people.importing.tables import TABLES, Table

WIDTH = 18
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def template(*, chinese: bool, with_examples: bool = False) -> bytes:
    """Return the workbook with headings in one language, columns as text where ids stand.

    ``with_examples`` adds one filled row per sheet.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, OPTIONS) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for table in TABLES:
            sheet = book.add_worksheet(table.chinese if chinese else table.english)
            _fill(sheet, table, bold, text, chinese, with_examples)
    return buffer.getvalue()


def _fill(
    sheet: Worksheet, table: Table, bold: Format, text: Format, chinese: bool, with_examples: bool
) -> None:
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        heading = column.chinese if chinese else column.english
        sheet.set_column(index, index, WIDTH, text if column.kind != "decimal" else None)
        sheet.write_string(0, index, f"{heading} *" if column.required else heading, bold)
        if with_examples and column.example:
            sheet.write_string(1, index, column.example, text)
