"""The door: uploaded bytes in, parsed tables out. Pure; ``today`` is given by the caller."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from common.memory import collector_resting
from common.periods import Span
from metrics.importing.archive import Budget
from metrics.importing.checks import check_days, check_file, check_years, refuse_contradictions
from metrics.importing.messages import ImportRefused, Note, note
from metrics.importing.pieces import pieces
from metrics.importing.profiles import Coverage, Match, candidate_headers, choose
from metrics.importing.reader import Part, Table, read_tables, split_upload
from metrics.importing.records import (
    AccountDayRecord,
    Grain,
    Lifetime,
    ParsedFile,
    Record,
    VideoRecord,
)
from metrics.importing.report import add_up, compare_totals, report_columns
from metrics.importing.resaved import tell_if_resaved
from metrics.importing.rows import Limits, read_rows
from metrics.importing.sheet import (
    Sheet,
    lay_out,
    read_dates,
    settle_units,
)

_SHOWN_HEADERS = 30


@dataclass(frozen=True, slots=True)
class _Options:
    as_of: date | None
    day_first: bool | None
    period: Lifetime | Span | None
    platform: str | None
    today: date


def parse_upload(
    *,
    name: str,
    content: bytes,
    as_of: date | None,
    day_first: bool | None,
    period: Lifetime | Span | None,
    platform: str | None,
    today: date,
) -> list[ParsedFile]:
    """Read an upload (CSV, XLSX, or a zip of them): one ParsedFile per table.

    ``as_of`` is the day of the export; ``day_first`` settles 09/10/24;
    ``period`` says what a list of videos covers; ``platform`` is the chosen
    account's. Nothing is raised for what is in a file: a table that cannot be
    taken comes back with ``refused``, one that needs an answer with
    ``questions``.
    """
    options = _Options(as_of, day_first, period, platform, today)
    with collector_resting():
        return _parse(name, content, options)


def _parse(name: str, content: bytes, options: _Options) -> list[ParsedFile]:
    try:
        parts, skipped = split_upload(name=name, content=content)
    except ImportRefused as refusal:
        return [_refused(Part(name, content), "", refusal.note)]
    budget = Budget()
    parsed = [table for part in parts for table in _parse_part(part, options, budget)]
    if skipped:
        parsed[0] = replace(parsed[0], warnings=(*parsed[0].warnings, *skipped))
    return parsed


def parse_file(
    *,
    name: str,
    content: bytes,
    as_of: date | None,
    day_first: bool | None,
    period: Lifetime | Span | None,
    platform: str | None,
    today: date,
) -> ParsedFile:
    """Read a file that holds one table. Raises ``ImportRefused`` when it is not taken or holds several."""
    parsed = parse_upload(
        name=name,
        content=content,
        as_of=as_of,
        day_first=day_first,
        period=period,
        platform=platform,
        today=today,
    )
    if len(parsed) > 1:
        raise ImportRefused("several_tables", file=name, count=len(parsed))
    refused = parsed[0].refused
    if refused is not None:
        raise ImportRefused(refused.code, **refused.params)
    return parsed[0]


def _parse_part(part: Part, options: _Options, budget: Budget) -> list[ParsedFile]:
    try:
        found = read_tables(name=part.name, content=part.content, budget=budget)
        sheets = [table for table in found if _has_cells(table)]
        if not sheets:
            raise ImportRefused("empty_file", file=part.name)
    except ImportRefused as refusal:
        return [_refused(part, "", refusal.note)]
    tables = [piece for sheet in sheets for piece in pieces(sheet, platform=options.platform)]
    parsed = refuse_contradictions([_parse_table(part, table, options) for table in tables])
    known = [table for table in parsed if table.profile is not None]
    if not known or len(known) == len(parsed):
        return known or parsed[:1]
    skipped = [note("sheet_skipped", sheet=table.table) for table in parsed if table.profile is None]
    return [replace(known[0], warnings=(*known[0].warnings, *skipped)), *known[1:]]


def _has_cells(table: Table) -> bool:
    return any(cell not in (None, "") for row in table.rows for cell in row)


def _refused(part: Part, table: str, reason: Note) -> ParsedFile:
    return ParsedFile(file=part.name, table=table, sha256=_digest(part), refused=reason)


def _digest(part: Part) -> str:
    return hashlib.sha256(part.content).hexdigest()


def _parse_table(part: Part, table: Table, options: _Options) -> ParsedFile:
    match = choose(table.rows, platform=options.platform, family=table.family)
    headers = candidate_headers(table.rows) if match is None else ()
    if match is None:
        reason = note("unknown_header", file=part.name, headers=_listed(headers))
        return replace(_refused(part, table.name, reason), headers=headers)
    known = ParsedFile(
        file=part.name,
        table=table.name,
        sha256=_digest(part),
        profile=match.profile.key,
        title=match.profile.title,
        platform=match.profile.platform,
        grain=match.profile.grain,
        header_row=table.first_row + match.header_index + 1,
        headers=tuple("" if cell is None else str(cell).strip() for cell in table.rows[match.header_index]),
    )
    try:
        _refuse_unfit(part.name, match, known.headers, options)
        return _read_table(known, table, match, options)
    except ImportRefused as refusal:
        return replace(known, refused=refusal.note)


def _listed(headers: Sequence[str]) -> str:
    names = [" ".join(header.split())[:40] for header in headers[:_SHOWN_HEADERS]]
    return ", ".join(names) + ("…" if len(headers) > _SHOWN_HEADERS else "") or "–"


def _refuse_unfit(name: str, match: Match, headers: Sequence[str], options: _Options) -> None:
    profile = match.profile
    if profile.declined is not None:
        raise ImportRefused(
            profile.declined,
            **{
                "file": name,
                "title": profile.title,
                "headers": _listed(headers),
                **profile.declined_params,
            },
        )
    if options.platform and profile.platform not in (None, options.platform):
        raise ImportRefused("wrong_platform", file=name, title=profile.title, platform=options.platform)
    if options.as_of is not None and options.as_of > options.today:
        raise ImportRefused("as_of_in_future", as_of=options.as_of, today=options.today)
    if profile.coverage is Coverage.LIFETIME and isinstance(options.period, Span):
        raise ImportRefused("period_does_not_fit", file=name)


def _read_table(known: ParsedFile, table: Table, match: Match, options: _Options) -> ParsedFile:
    sheet = lay_out(table, match, file=known.file)
    check_file(sheet)
    read_dates(sheet, as_of=options.as_of, day_first=options.day_first, today=options.today)
    check_years(sheet, today=options.today)
    check_days(sheet)
    settle_units(sheet)
    is_video = match.profile.grain is Grain.VIDEO_SNAPSHOT
    span = options.period if is_video and isinstance(options.period, Span) else None
    sheet.over_period = span is not None
    seen = len(sheet.lines) + len(sheet.rejected)
    records = [] if sheet.questions else read_rows(sheet, Limits(options.as_of, span, options.today))
    if is_video:
        _ask_about_videos(sheet, records, options)
    sums = add_up(sheet, [record.values for record in records])
    if not sheet.questions or records:
        compare_totals(sheet, sums)
    _warn_about_records(sheet, records, options)
    tell_if_resaved(sheet, table)
    return replace(
        known,
        grain=Grain.PERIOD_SUM if span else known.grain,
        rows=seen,
        records=() if sheet.questions else tuple(records),
        rejected=tuple(sorted(sheet.rejected, key=lambda rejected: rejected.row)),
        warnings=tuple(sheet.warnings),
        questions=tuple(sheet.questions),
        columns=report_columns(sheet),
        period=_period(records),
        span=span,
        as_of=options.as_of,
        totals=sums,
    )


def _ask_about_videos(sheet: Sheet, records: Sequence[Record], options: _Options) -> None:
    if sheet.match.profile.coverage is Coverage.ASK and options.period is None:
        sheet.questions.append(note("lifetime_or_period"))
    if isinstance(options.period, Span) or options.as_of is not None:
        return
    dated = [record.captured_on for record in records if isinstance(record, VideoRecord)]
    if not dated or None in dated:
        sheet.questions.append(note("as_of"))


def _warn_about_records(sheet: Sheet, records: Sequence[Record], options: _Options) -> None:
    dateless = [
        record for record in records if isinstance(record, VideoRecord) and record.published_on is None
    ]
    if dateless:
        sheet.warnings.append(note("without_publish_time", count=len(dateless)))
    days = [record.day for record in records if isinstance(record, AccountDayRecord)]
    if options.as_of is not None and days and max(days) > options.as_of:
        sheet.warnings.append(note("beyond_as_of", as_of=options.as_of, last=max(days)))


def _period(records: Sequence[Record]) -> tuple[date, date] | None:
    days = [record.published_on if isinstance(record, VideoRecord) else record.day for record in records]
    present = [day for day in days if day is not None]
    return (min(present), max(present)) if present else None
