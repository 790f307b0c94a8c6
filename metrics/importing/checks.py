"""What a file must keep as a whole: one account, whole days, tables that agree. Pure."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from metrics.importing import values
from metrics.importing.days import Moment, is_day
from metrics.importing.messages import ImportRefused, note
from metrics.importing.profiles import Kind, fold_header
from metrics.importing.records import Grain, ParsedFile, Record, VideoDayRecord, VideoRecord
from metrics.importing.sheet import Line, Sheet
from metrics.importing.values import Cell

_WEEK = 7
_AHEAD = timedelta(days=2)
_NEARLY_A_YEAR = 300
_SPAN = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}|[0-9]{4}[-/.].{4,6} ?[-–~至] ?[0-9]{4}[-/.].{4,6}")
_LONGEST_FIGURE = 40
_ACCOUNT_HEADERS = frozenset(map(fold_header, (
    "账号", "帐号", "账号名称", "账号名", "账号昵称", "昵称", "达人", "达人昵称", "作者", "博主", "主页名称",
    "account", "account name", "account username", "username", "user name", "creator", "author", "profile",
    "channel", "channel name", "channel title", "handle", "page name",
)))  # fmt: skip
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,:%\s\u00a0\u202f]*|[0-9.,]+ ?[A-Za-z万亿秒分时小]{1,3}")


def check_file(sheet: Sheet) -> None:
    """Hold the file against what its profile says of it. Raises ``ImportRefused``."""
    for name, position in sheet.fields.items():
        kind = sheet.column(name).kind
        if kind is Kind.LIFE and any(map(is_day, _given(sheet, position))):
            raise ImportRefused("post_days", file=sheet.file, column=sheet.headers[position])
        if kind is Kind.HANDLE:
            sheet.several_accounts = len({values.plain(str(cell)) for cell in _given(sheet, position)}) > 1
    if sheet.match.profile.platform is not None and "account" not in sheet.fields:
        _refuse_several_accounts(sheet)


def _given(sheet: Sheet, position: int) -> list[Cell]:
    return [line.cells[position] for line in sheet.lines if not values.is_null(line.cells[position])]


def _refuse_several_accounts(sheet: Sheet) -> None:
    for position in sheet.unknown:
        if fold_header(sheet.headers[position]) in _ACCOUNT_HEADERS:
            names = list(dict.fromkeys(values.plain(str(cell)) for cell in _given(sheet, position)))
            if len(names) > 1:
                shown = ", ".join(values.show(name) for name in names[:5])
                raise ImportRefused(
                    "several_accounts", file=sheet.file, column=sheet.headers[position], values=shown
                )


def check_years(sheet: Sheet, *, today: date) -> None:
    """Refuse days of a platform whose year cannot be right. Raises ``ImportRefused``.

    A spreadsheet program puts the year in which it opens a file to days that
    have none; then the days of last year lie ahead, or fall back by a year.
    """
    if sheet.match.profile.platform is None or "day" not in sheet.dates or sheet.questions:
        return
    found = [(line.row, one.day) for line, one in _dated(sheet)]
    ahead = [(row, day) for row, day in found if day > today + _AHEAD]
    if ahead:
        row, day = ahead[0]
        raise ImportRefused("days_ahead", file=sheet.file, row=row, day=day)
    steps = [(later[1] - earlier[1]).days for earlier, later in pairwise(found)]
    leaps = [place for place, step in enumerate(steps) if abs(step) > _NEARLY_A_YEAR]
    others = [step for step in steps if abs(step) <= _NEARLY_A_YEAR]
    if len(leaps) == 1 and others and all(step * steps[leaps[0]] < 0 for step in others):
        row, day = found[leaps[0] + 1]
        raise ImportRefused("year_falls_back", file=sheet.file, row=row, day=day, before=found[leaps[0]][1])
    if sheet.match.profile.yearless and any(map(_has_year, _given(sheet, sheet.fields["day"]))):
        sheet.warnings.append(note("year_added", column=sheet.headers[sheet.fields["day"]]))


def _has_year(cell: Cell) -> bool:
    return re.search("[0-9]{4}|[-/.][0-9]{2}$", str(cell)) is not None


def _dated(sheet: Sheet) -> list[tuple[Line, Moment]]:
    pairs = zip(sheet.lines, sheet.dates["day"], strict=True)
    return [(line, one) for line, one in pairs if isinstance(one, Moment)]


def check_days(sheet: Sheet) -> None:
    """Refuse weeks, months and parts of days where the platform also gives days. Raises ``ImportRefused``."""
    if not sheet.match.profile.daily:
        return
    days = [moment.day for moment in sheet.dates["day"] if isinstance(moment, Moment)]
    if sheet.match.profile.grain is Grain.ACCOUNT_DAY:
        _refuse_parts_of_days(sheet, is_repeated=max(Counter(days).values(), default=0) > 1)
    _refuse_months(sheet)
    if sheet.questions:
        return
    known = sorted(set(days))
    steps = [(later - earlier).days for earlier, later in pairwise(known)]
    if steps and min(steps) >= _WEEK:
        raise ImportRefused("not_daily", file=sheet.file, first=known[0], second=known[1])


def _refuse_months(sheet: Sheet) -> None:
    """Refuse a column that gives months or spans of days and hardly a day."""
    cells = Counter(cell for cell in _given(sheet, sheet.fields["day"]) if isinstance(cell, str))
    spans = {cell: count for cell, count in cells.items() if _SPAN.fullmatch(values.plain(cell))}
    if 2 * sum(spans.values()) > cells.total():
        raise ImportRefused(
            "not_daily", file=sheet.file, first=next(iter(spans)), second=next(reversed(spans))
        )


def _refuse_parts_of_days(sheet: Sheet, *, is_repeated: bool) -> None:
    """Refuse a table that a column of words splits, by whatever the language calls it.

    A note of the user's own differs from row to row and leaves each day once.
    """
    for position in sheet.unknown:
        cells = [line.cells[position] for line in sheet.lines]
        if is_repeated:
            word = next(filter(_is_word, dict.fromkeys(map(_as_text, cells))), None)
        else:
            word = _as_text(cells[0]) if len(set(map(_as_text, cells))) == 1 else None
        if word is not None and _is_word(word):
            column = sheet.headers[position] or f"#{position + 1}"
            raise ImportRefused("split_by_words", file=sheet.file, column=column, value=values.show(word))


def _as_text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _is_word(text: str) -> bool:
    if values.is_null(text) or len(text) > _LONGEST_FIGURE:
        return not values.is_null(text)
    return _FIGURE.fullmatch(values.plain(text)) is None and not is_day(text)


def unlike_column(sheet: Sheet, rows: Sequence[int]) -> str | None:
    """Return the header of the first column in which these rows differ, None when they are alike."""
    lines = [sheet.line_at(row) for row in rows]
    for position, header in enumerate(sheet.headers):
        first = values.plain(str(lines[0].cells[position]))
        if any(values.plain(str(line.cells[position])) != first for line in lines):
            return header or f"#{position + 1}"
    return None


def refuse_contradictions(tables: Sequence[ParsedFile]) -> list[ParsedFile]:
    """Refuse the tables of one file that give one figure of a day twice with different values.

    Sheets of several accounts look like this when they are taken for one.
    """
    seen: dict[Hashable, tuple[object, str]] = {}
    clash: tuple[str, str, date] | None = None
    for table in tables:
        for one in table.records:
            for key, value in _day_figures(one):
                earlier = seen.setdefault(key, (value, table.table))
                if earlier[0] != value and clash is None and not isinstance(one, VideoRecord):
                    clash = (earlier[1], table.table, one.day)
    if clash is None or len(tables) < 2:
        return list(tables)
    first, second, day = clash
    return [
        replace(
            table,
            records=(),
            questions=(),
            refused=note("sheets_contradict", file=table.file, day=day, first=first, second=second),
        )
        if table.records and any(not isinstance(one, VideoRecord) for one in table.records)
        else table
        for table in tables
    ]


def _day_figures(one: Record) -> Iterator[tuple[Hashable, object]]:
    """Yield each figure of a day with what it is about; lists of videos give none."""
    if isinstance(one, VideoRecord):
        return
    about = one.platform_id if isinstance(one, VideoDayRecord) else getattr(one, "about", None)
    for name, value in one.values.items():
        if value is not None:
            yield (type(one), one.account, about, one.day, name), value
