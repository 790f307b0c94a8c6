"""A bonus sheet as a workbook for people.

A workbook knows no decimals, only doubles: amounts are handed over as such at the very
end, after ``check_document`` has seen that none loses a digit by it.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from incentives.choices import SheetState
from incentives.sheet_files.document import (
    ENGLISH,
    PLACES,
    TEXTS,
    SheetDocument,
    SheetLabels,
    SheetRow,
    SignOff,
    check_document,
)
from incentives.sheet_files.texts import cell_text, plain_text

ABOUT_TEXTS = (
    *("number", "company", "legal_entity", "cycle", "currency", "rule_set_version"),
    *("scheme_version", "exported_by", "snapshot_hash"),
)
SUMMED = ("amount", "adjustments", "total")
WIDTHS = {"name": 14, "team": 18, "position": 16, "scheme": 20, "note": 40, "employee_number": 16}


def write_xlsx(document: SheetDocument, stream: BinaryIO, labels: SheetLabels = ENGLISH) -> None:
    """Write the workbook: the rows by team with subtotals, a summary, and where it comes from.

    The same document gives the same bytes. Raises ``ValueError`` when the rows do not add
    up to the control sum or a number would lose digits in a spreadsheet.
    """
    check_document(document)
    book = xlsxwriter.Workbook(
        stream,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    )  # fmt: skip
    book.set_properties({"created": _wall(document.exported_at), "title": cell_text(document.number)})
    writer = _Workbook(book, document, labels)
    writer.write_rows()
    writer.write_summary()
    writer.write_about()
    book.close()


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, microsecond=0)


def _sum(rows: Iterable[SheetRow], name: str) -> Decimal:
    values = (getattr(row, name) for row in rows)
    return sum((value for value in values if value is not None), Decimal(0))


class _Workbook:
    """The three sheets of one workbook, written from top to bottom."""

    def __init__(self, book: xlsxwriter.Workbook, document: SheetDocument, labels: SheetLabels) -> None:
        self.book, self.document, self.labels = book, document, labels
        self.columns = tuple(labels.columns)
        line = {"bold": True, "top": 1}
        self.header = book.add_format(
            {"bold": True, "bg_color": "#E8EDF3", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.bold = book.add_format(line)
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.factor = book.add_format({"num_format": "0.0000"})
        self.sums = book.add_format({**line, "num_format": "#,##0.00"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.whole = book.add_format({"num_format": "0", "align": "left"})

    def write_rows(self) -> None:
        """Write header, rows by team with a subtotal each, the grand total and the sign-offs."""
        sheet = self._sheet(self.labels.sheet)
        sheet.freeze_panes(1, 2)
        for column, name in enumerate(self.columns):
            sheet.set_column(column, column, WIDTHS.get(name, 13))
        self._headings(sheet, 0, self.labels.columns.values())
        at = 1
        for team, rows in self._by_team():
            first = at
            at = self._team_rows(sheet, first, rows)
            label = f"{self.labels.subtotal} {team}"
            self._sums(sheet, at, label, rows, first=first, last=at - 1)
            at += 1
        sheet.autofilter(0, 0, max(at - 1, 1), len(self.columns) - 1)
        self._sums(sheet, at, self.labels.grand_total, self.document.rows, first=1, last=at - 1)
        self._sign_offs(sheet, at + 3)

    def write_summary(self) -> None:
        """Write people and money by team, then by tier."""
        sheet = self._sheet(self.labels.summary)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 5, 14)
        at = self._summary(sheet, 0, self.labels.columns["team"], self._by_team())
        self._summary(sheet, at + 1, self.labels.columns["tier"], self._by_tier())

    def write_about(self) -> None:
        """Write what the sheet is, from which versions, when and by whom, and its control sum."""
        sheet = self._sheet(self.labels.about)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 70)
        document = self.document
        lines: list[tuple[str, str | Decimal | datetime | int]] = [
            (getattr(self.labels, name), getattr(document, name)) for name in ABOUT_TEXTS
        ]
        lines += [
            (self.labels.state, document.state_label),
            (self.labels.computed_at, document.computed_at),
            (self.labels.exported_at, document.exported_at),
            (self.labels.row_count, len(document.rows)),
            (self.labels.held, sum(row.total is None for row in document.rows)),
            (self.labels.control_sum, document.control_sum),
            (self.labels.no_tax, ""),
        ]
        for at, (label, value) in enumerate(lines):
            sheet.write_string(at, 0, cell_text(label), self.bold)
            self._value(sheet, at, value)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", plain_text(name))[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        heading = f"{self.document.legal_entity} · {self.document.number} · {self.document.state_label}"
        sheet.set_header("&C" + plain_text(heading).replace("&", "&&")[:200])
        sheet.set_footer("&C&P / &N")
        return sheet

    def _headings(self, sheet: Worksheet, at: int, labels: Iterable[str]) -> None:
        for column, label in enumerate(labels):
            sheet.write_string(at, column, cell_text(label), self.header)

    def _by_team(self) -> list[tuple[str, list[SheetRow]]]:
        rows = sorted(self.document.rows, key=lambda row: row.team)
        return [(team, list(group)) for team, group in groupby(rows, key=lambda row: row.team)]

    def _by_tier(self) -> list[tuple[str, list[SheetRow]]]:
        tiers: dict[str, list[SheetRow]] = {}
        for row in self.document.rows:
            tiers.setdefault(row.tier_key, []).append(row)
        groups = sorted(tiers.items())
        return [(rows[0].tier or self.labels.no_tier, rows) for _, rows in groups]

    def _team_rows(self, sheet: Worksheet, at: int, rows: list[SheetRow]) -> int:
        plan = [(column, name, name in TEXTS) for column, name in enumerate(self.columns)]
        formats: dict[str, Format] = dict.fromkeys(PLACES, self.money) | {"factor": self.factor}
        for row in rows:
            for column, name, is_text in plan:
                value = getattr(row, name)
                if is_text:
                    sheet.write_string(at, column, cell_text(value))
                elif value is not None:
                    # A workbook knows only doubles; ``check_document`` saw that every fen fits one.
                    sheet.write_number(at, column, float(value), formats[name])
            at += 1
        return at

    def _sums(
        self, sheet: Worksheet, at: int, label: str, rows: Iterable[SheetRow], *, first: int, last: int
    ) -> None:
        """Write totals of the zero-based rows ``first … last``; hidden rows and subtotals do not count."""
        rows = list(rows)
        for column, name in enumerate(self.columns):
            if name in SUMMED and first > last:
                sheet.write_number(at, column, 0, self.sums)
            elif name in SUMMED:
                letter = xl_col_to_name(column)
                formula = f"=SUBTOTAL(109,{letter}{first + 1}:{letter}{last + 1})"
                sheet.write_formula(at, column, formula, self.sums, float(_sum(rows, name)))
            elif column == 1:
                sheet.write_string(at, column, cell_text(label), self.bold)
            else:
                sheet.write_blank(at, column, None, self.bold)

    def _sign_offs(self, sheet: Worksheet, at: int) -> None:
        by_role = {sign_off.role: sign_off for sign_off in self.document.sign_offs}
        for role in (SheetState.PREPARED, SheetState.REVIEWED, SheetState.RECHECKED):
            sign_off = by_role.get(role, SignOff(role))
            sheet.write_string(at, 0, cell_text(getattr(self.labels, role.value)), self.bold)
            sheet.write_string(at, 1, cell_text(sign_off.name), self.bold)
            if sign_off.at is not None:
                sheet.write_datetime(at, 2, _wall(sign_off.at), self.moment)
            at += 1

    def _summary(self, sheet: Worksheet, at: int, what: str, groups: list[tuple[str, list[SheetRow]]]) -> int:
        sums = [self.labels.columns[name] for name in SUMMED]
        self._headings(sheet, at, (what, self.labels.people, self.labels.held, *sums))
        groups = [*groups, (self.labels.grand_total, list(self.document.rows))]
        for label, rows in groups:
            at += 1
            sheet.write_string(at, 0, cell_text(label))
            sheet.write_number(at, 1, len(rows))
            sheet.write_number(at, 2, sum(row.total is None for row in rows))
            for column, name in enumerate(SUMMED, start=3):
                sheet.write_number(at, column, float(_sum(rows, name)), self.money)
        return at + 1

    def _value(self, sheet: Worksheet, at: int, value: str | Decimal | datetime | int) -> None:
        if isinstance(value, datetime):
            sheet.write_datetime(at, 1, _wall(value), self.moment)
        elif isinstance(value, Decimal):
            sheet.write_number(at, 1, float(value), self.money)
        elif isinstance(value, int):
            sheet.write_number(at, 1, value, self.whole)
        else:
            sheet.write_string(at, 1, cell_text(value))
