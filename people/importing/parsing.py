"""From raw cells to rows whose cells have their kinds; every misfit named by row and column."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from people.choices import AccountKind, Platform, PostingStatus, Role
from people.importing.reading import RawSheet
from people.importing.records import Batch, Problem, Row
from people.importing.tables import Column, plain
from people.models import KIND_LABELS, PLATFORM_LABELS, ROLE_LABELS, STATUS_LABELS
from people.texts import clean_name

DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
SCIENTIFIC = re.compile(r"^\d+(\.\d+)?[eE]\+?\d+$")
FOLLOW_FROM_POSTINGS = frozenset({"operator", "manager", "运营", "主管", "经理"})
CHINESE = {
    **dict.fromkeys(("抖音",), Platform.DOUYIN),
    **dict.fromkeys(("快手",), Platform.KUAISHOU),
    **dict.fromkeys(("视频号", "微信视频号"), Platform.WECHAT_CHANNELS),
    "小红书": Platform.XIAOHONGSHU,
    **dict.fromkeys(("哔哩哔哩", "b站"), Platform.BILIBILI),
    **dict.fromkeys(("达人号", "创作者", "内容账号"), AccountKind.CREATOR),
    **dict.fromkeys(("广告主", "投放账号"), AccountKind.ADVERTISER),
    **dict.fromkeys(("店铺", "小店"), AccountKind.SHOP),
    "正式": PostingStatus.REGULAR,
    "试用": PostingStatus.PROBATION,
    "试用期": PostingStatus.PROBATION,
    **dict.fromkeys(("人事", "hr人事"), Role.HR_PEOPLE),
    **dict.fromkeys(("薪酬", "hr薪酬"), Role.HR_PAY),
    "财务": Role.FINANCE,
    "审计": Role.AUDITOR,
    "高管": Role.EXECUTIVE,
    "数据管理员": Role.DATA_ADMIN,
    "管理员": Role.ADMIN,
}
YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"no", "n", "false", "0", "否"})


def parse_sheets(sheets: Iterable[RawSheet]) -> Batch:
    """Return all rows with typed cells, and every problem found on the way."""
    batch = Batch()
    for sheet in sheets:
        batch.rows[sheet.table.key] = _parse_sheet(sheet, batch.problems)
    return batch


def _parse_sheet(sheet: RawSheet, problems: list[Problem]) -> list[Row]:
    columns = _columns(sheet, problems)
    if columns is None:
        return []
    rows = []
    for number, cells in enumerate(sheet.rows[1:], start=2):
        if any(str(cell).strip() for cell in cells if cell is not None):
            row = _parse_row(sheet, number, columns, cells, problems)
            rows.extend([row] if row else [])
    return rows


def _columns(sheet: RawSheet, problems: list[Problem]) -> dict[int, Column] | None:
    headings = [str(cell or "").strip() for cell in (sheet.rows[0] if sheet.rows else [])]
    found: dict[int, Column] = {}
    before = len(problems)
    for index, heading in enumerate(headings):
        column = sheet.table.column_for(heading)
        if column and column not in found.values():
            found[index] = column
        elif heading:
            reason = (
                _("The column is given twice.") if column else _("Unknown column; take it out or rename it.")
            )
            problems.append(Problem(sheet.title, 1, heading, reason))
    for column in sheet.table.columns:
        if column.required and column not in found.values():
            problems.append(
                Problem(sheet.title, 1, f"{column.english} / {column.chinese}", _("This column is missing."))
            )
    return found if len(problems) == before else None


def _parse_row(
    sheet: RawSheet, number: int, columns: dict[int, Column], cells: list[object], problems: list[Problem]
) -> Row | None:
    values: dict[str, Any] = {}
    before = len(problems)
    for index, column in columns.items():
        heading = str(sheet.rows[0][index])
        try:
            values[column.key] = _value(cells[index] if index < len(cells) else "", column)
        except ValueError as error:
            problems.append(Problem(sheet.title, number, heading, str(error)))
    headings = {column.key: str(sheet.rows[0][index]) for index, column in columns.items()}
    return Row(sheet.title, number, values, headings) if len(problems) == before else None


def _value(cell: object, column: Column) -> Any:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        if column.required:
            raise ValueError(_("This cell must not be empty."))
        return None
    return KINDS[column.kind](cell)


def _text(cell: object) -> str:
    if isinstance(cell, (bool, date, datetime)):
        raise ValueError(_("Text is expected; format the cell as text."))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, float) or (isinstance(cell, str) and SCIENTIFIC.match(cell.strip())):
        raise ValueError(
            _("The spreadsheet turned this into a number; format the cell as text and type it again.")
        )
    text = clean_name(str(cell))
    if len(text) > 120:
        raise ValueError(_("The text is longer than 120 characters."))
    return text


def _date(cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip()
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(_("%(text)s is no date; write it as 2026-08-01.") % {"text": text[:40]})


def _decimal(cell: object) -> Decimal:
    text = str(cell).strip().removesuffix("%").replace(",", "").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(cell, bool) or not number.is_finite():
        raise ValueError(_("%(text)s is no number.") % {"text": text[:40]})
    return number


def _yes_no(cell: object) -> bool:
    word = plain(str(cell))
    if word not in YES | NO:
        raise ValueError(_("Write yes or no."))
    return word in YES


def _one_of(labels: dict[Any, Any]) -> Callable[[object], Any]:
    def read(cell: object) -> Any:
        word = plain(str(cell))
        for member, label in labels.items():
            if (
                word in {plain(member.value), plain(str(label))}
                or CHINESE.get(str(cell).strip().casefold()) is member
            ):
                return member
        known = ", ".join(member.value for member in labels)
        raise ValueError(
            _("%(text)s is unknown; choose from %(known)s.") % {"text": str(cell)[:40], "known": known}
        )

    return read


def _roles(cell: object) -> tuple[Role, ...]:
    words = [word.strip() for word in re.split(r"[,;、，；/]+", str(cell)) if word.strip()]
    return tuple(_one_of(ROLE_LABELS)(word) for word in words if word.casefold() not in FOLLOW_FROM_POSTINGS)


KINDS: dict[str, Callable[[object], Any]] = {
    "text": _text,
    "date": _date,
    "decimal": _decimal,
    "yes_no": _yes_no,
    "status": _one_of(STATUS_LABELS),
    "platform": _one_of(PLATFORM_LABELS),
    "account_kind": _one_of(KIND_LABELS),
    "roles": _roles,
}
