"""Lines of a sheet → records: rows that cannot be read are set aside, the others stand. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ParamSpec, TypeVar

from common.periods import Span
from metrics.importing import values
from metrics.importing.checks import unlike_column
from metrics.importing.days import Moment
from metrics.importing.messages import BadValue, ImportRefused, Note, note
from metrics.importing.profiles import Kind
from metrics.importing.records import (
    HELD_FOR_CHECK,
    NOT_SUPPLIED,
    AccountDayRecord,
    AdsDayRecord,
    CommerceDayRecord,
    Grain,
    Record,
    VideoDayRecord,
    VideoRecord,
)
from metrics.importing.sheet import Line, Sheet, read_figure

Item = TypeVar("Item")
Given = ParamSpec("Given")
DayRecord = AccountDayRecord | AdsDayRecord | CommerceDayRecord


@dataclass(frozen=True, slots=True)
class Limits:
    """The days rows are held against: ``as_of`` for snapshots, ``span`` for sums, ``today`` for all."""

    as_of: date | None
    span: Span | None
    today: date


class _Rejected(Exception):
    def __init__(self, name: str | None, reason: Note) -> None:
        super().__init__(reason.code)
        self.name, self.reason = name, reason


def read_rows(sheet: Sheet, limits: Limits, *, settle: bool = True) -> list[Record]:
    """Return the records of the readable lines; the others go to ``sheet.rejected``.

    Without ``settle`` rows about the same thing are left to the caller. Raises
    ``ImportRefused`` when a day is given twice with different values.
    """
    read = _READERS.get(sheet.match.profile.grain, _day_record)
    records: list[Record] = []
    for index, line in enumerate(sheet.lines):
        try:
            records.append(read(sheet, index, line, limits))
        except _Rejected as fault:
            sheet.reject(line, fault.name, fault.reason)
    return _settle_repeats(sheet, records) if settle else records


def _settle_repeats(sheet: Sheet, records: Sequence[Record]) -> list[Record]:
    grain = sheet.match.profile.grain
    if grain is Grain.VIDEO_SNAPSHOT:
        return list(_without_twins(sheet, [one for one in records if isinstance(one, VideoRecord)]))
    if grain is Grain.VIDEO_DAY:
        return list(_without_same_days(sheet, [one for one in records if isinstance(one, VideoDayRecord)]))
    days = [one for one in records if not isinstance(one, (VideoRecord, VideoDayRecord))]
    return list(_without_repeats(sheet, days))


def _read(name: str, reader: Callable[Given, Item], *given: Given.args, **options: Given.kwargs) -> Item:
    try:
        return reader(*given, **options)
    except BadValue as fault:
        raise _Rejected(name, fault.note) from fault


def _moment(sheet: Sheet, index: int, name: str) -> Moment | None:
    if name not in sheet.dates:
        return None
    found = sheet.dates[name][index]
    if isinstance(found, BadValue):
        raise _Rejected(name, found.note)
    return found


def _figures(sheet: Sheet, line: Line) -> tuple[dict[str, int | Decimal | None], dict[str, str]]:
    figures: dict[str, int | Decimal | None] = {}
    gaps: dict[str, str] = {}
    for name in sheet.measured():
        if name in sheet.held:
            figures[name], gaps[name] = None, HELD_FOR_CHECK
            continue
        figures[name] = _read(name, read_figure, sheet, line, name)
        if figures[name] is None:
            gaps[name] = NOT_SUPPLIED
    return figures, gaps


def _text(sheet: Sheet, line: Line, name: str) -> str | None:
    cell = sheet.cell(line, name)
    return None if values.is_null(cell) else _read(name, values.text, cell)


def _day_record(sheet: Sheet, index: int, line: Line, limits: Limits) -> Record:
    moment = _moment(sheet, index, "day")
    if moment is None:
        raise _Rejected("day", note("no_day"))
    if moment.day > limits.today:
        raise _Rejected("day", note("in_future", value=moment.day))
    figures, gaps = _figures(sheet, line)
    account, about = _account(sheet, line), _text(sheet, line, "about")
    grain = sheet.match.profile.grain
    if grain is Grain.ACCOUNT_DAY:
        return AccountDayRecord(line.row, account, moment.day, figures, gaps)
    kind = AdsDayRecord if grain is Grain.ADS_DAY else CommerceDayRecord
    return kind(line.row, account, about, moment.day, figures, gaps)


def _video(sheet: Sheet, index: int, line: Line, limits: Limits) -> Record:
    title = _read("title", values.text, sheet.cell(line, "title")) or ""
    url = _text(sheet, line, "url")
    platform_id = _platform_id(sheet, line) or _id_in_url(sheet, url)
    published = _moment(sheet, index, "published")
    captured = _moment(sheet, index, "captured_on")
    captured_on = captured.day if captured else limits.as_of
    _check_video_days(published, captured_on, limits)
    if not (title or platform_id or published):
        raise _Rejected("title", note("no_title"))
    figures, gaps = _figures(sheet, line)
    return VideoRecord(
        row=line.row,
        account=_account(sheet, line),
        title=title,
        platform_id=platform_id,
        url=url,
        published_at=published.at if published else None,
        published_on=published.day if published else None,
        media=_media(sheet, line, url),
        status=_text(sheet, line, "status"),
        duration_seconds=_read("duration_seconds", values.seconds, sheet.cell(line, "duration_seconds")),
        captured_on=None if limits.span else captured_on,
        values=figures,
        gaps=gaps,
    )


def _platform_id(sheet: Sheet, line: Line) -> str | None:
    found = _read("platform_id", values.identifier, sheet.cell(line, "platform_id"))
    shape = sheet.match.profile.id_pattern
    if found is not None and shape is not None and re.fullmatch(shape, found) is None:
        raise _Rejected("platform_id", note("not_an_id", value=values.show(found)))
    return found


def _account(sheet: Sheet, line: Line) -> str | None:
    """Return the account a row names; a handle counts only where the file has several."""
    if (
        "account" in sheet.fields
        and sheet.column("account").kind is Kind.HANDLE
        and not sheet.several_accounts
    ):
        return None
    return _text(sheet, line, "account")


def _video_day(sheet: Sheet, index: int, line: Line, limits: Limits) -> Record:
    moment = _moment(sheet, index, "day")
    if moment is None:
        raise _Rejected("day", note("no_day"))
    if moment.day > limits.today:
        raise _Rejected("day", note("in_future", value=moment.day))
    platform_id, published = _platform_id(sheet, line), _moment(sheet, index, "published")
    if platform_id is None:
        raise _Rejected("platform_id", note("no_id"))
    if published is not None and published.day > limits.today:
        raise _Rejected("published", note("in_future", value=published.day))
    figures, gaps = _figures(sheet, line)
    return VideoDayRecord(
        row=line.row,
        account=_account(sheet, line),
        platform_id=platform_id,
        title=_read("title", values.text, sheet.cell(line, "title")) or "",
        published_at=published.at if published else None,
        published_on=published.day if published else None,
        day=moment.day,
        values=figures,
        gaps=gaps,
        media=_media(sheet, line, None),
        duration_seconds=_read("duration_seconds", values.seconds, sheet.cell(line, "duration_seconds")),
    )


_READERS: dict[Grain, Callable[[Sheet, int, Line, Limits], Record]] = {
    Grain.VIDEO_SNAPSHOT: _video,
    Grain.VIDEO_DAY: _video_day,
}


def _check_video_days(published: Moment | None, captured_on: date | None, limits: Limits) -> None:
    if captured_on is not None and captured_on > limits.today:
        raise _Rejected("captured_on", note("in_future", value=captured_on))
    if published is None:
        return
    if published.day > limits.today:
        raise _Rejected("published", note("in_future", value=published.day))
    last = limits.span.last if limits.span else captured_on
    if last is not None and published.day > last:
        raise _Rejected("published", note("after_as_of", value=published.day, as_of=last))


def _id_in_url(sheet: Sheet, url: str | None) -> str | None:
    pattern = sheet.match.profile.id_in_url
    match = re.search(pattern, url) if pattern and url else None
    return match[1] if match else None


def _media(sheet: Sheet, line: Line, url: str | None) -> str:
    if "media" in sheet.fields:
        return values.media(sheet.cell(line, "media"))
    if url and "/photo/" in url:
        return "image"
    return sheet.match.profile.default_media


def _group(records: Sequence[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return list(groups.values())


def _row_list(records: Sequence[Record]) -> str:
    return ", ".join(str(record.row) for record in records[:10])


def _day_key(record: DayRecord) -> Hashable:
    about = None if isinstance(record, AccountDayRecord) else record.about
    return record.account, about, record.day


def _without_repeats(sheet: Sheet, records: Sequence[DayRecord]) -> list[DayRecord]:
    kept = []
    for group in _group(records, _day_key):
        if any(record.values != group[0].values for record in group):
            raise ImportRefused(
                "duplicate_days",
                file=sheet.file,
                day=group[0].day,
                rows=_row_list(group),
            )
        if len(group) > 1:
            _refuse_parts(sheet, group)
            sheet.warnings.append(note("identical_rows", rows=_row_list(group)))
        kept.append(group[0])
    return kept


def _refuse_parts(sheet: Sheet, group: Sequence[DayRecord | VideoDayRecord]) -> None:
    """Refuse rows of one day with equal figures that differ elsewhere: parts that happen to be equal."""
    column = unlike_column(sheet, [one.row for one in group])
    if column is not None:
        raise ImportRefused(
            "split_days", file=sheet.file, day=group[0].day, rows=_row_list(group), column=column
        )


def _without_same_days(sheet: Sheet, records: Sequence[VideoDayRecord]) -> list[VideoDayRecord]:
    kept = []
    for group in _group(records, lambda one: (one.account, one.platform_id, one.day)):
        if any(one.values != group[0].values for one in group):
            _reject_all(sheet, group, note("same_video_day", rows=_row_list(group)))
            continue
        if len(group) > 1:
            _refuse_parts(sheet, group)
            sheet.warnings.append(note("identical_rows", rows=_row_list(group)))
        kept.append(group[0])
    return kept


@dataclass(slots=True)
class Twins:
    """Videos of a file that stand for the same: what is kept, set aside with its reason, and told."""

    kept: list[VideoRecord] = field(default_factory=list)
    rejected: list[tuple[VideoRecord, Note]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def set_twins_aside(records: Sequence[VideoRecord]) -> Twins:
    """Set videos aside that nothing tells apart: one id read twice, or one minute and title without ids."""
    twins = Twins()
    by_id = [record for record in records if record.platform_id]
    kept = [record for record in records if not record.platform_id]
    for group in _group(by_id, lambda record: (record.account, record.captured_on, record.platform_id)):
        if any(_facts(record) != _facts(group[0]) for record in group):
            reason = note("same_video_id", rows=_row_list(group))
            twins.rejected.extend((record, reason) for record in group)
            continue
        if len(group) > 1:
            twins.notes.append(note("identical_rows", rows=_row_list(group)))
        kept.append(group[0])
    for group in _group(kept, _video_key):
        if len(group) > 1 and not all(record.platform_id for record in group):
            reason = note("same_video", rows=_row_list(group))
            twins.rejected.extend((record, reason) for record in group)
        else:
            twins.kept.extend(group)
    twins.kept.sort(key=lambda record: record.row)
    return twins


def _without_twins(sheet: Sheet, records: Sequence[VideoRecord]) -> list[VideoRecord]:
    twins = set_twins_aside(records)
    for record, reason in twins.rejected:
        sheet.reject(sheet.line_at(record.row), "title", reason)
    sheet.warnings.extend(twins.notes)
    return twins.kept


def _facts(record: VideoRecord) -> Hashable:
    return (
        record.title,
        record.published_at,
        record.published_on,
        record.media,
        tuple(record.values.items()),
    )


def _video_key(record: VideoRecord) -> Hashable:
    minute = record.published_at.replace(second=0) if record.published_at else record.published_on
    return record.account, record.captured_on, minute, record.title


def _reject_all(sheet: Sheet, group: Sequence[VideoDayRecord], reason: Note) -> None:
    for record in group:
        sheet.reject(sheet.line_at(record.row), "title", reason)
