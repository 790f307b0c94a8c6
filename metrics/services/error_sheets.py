"""The rows of a delivery that were not taken, in the file's own columns, ready to be mended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext

from common.errors import Refusal
from common.periods import Span
from metrics.importing.archive import MAX_TEXT
from metrics.importing.errors import error_sheet
from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME, Lifetime, ParsedFile
from metrics.models import Fetch
from metrics.services.fetches import payload_bytes
from metrics.services.orders import company_zone
from metrics.services.sentences import said_again, translated


def sheet_to_mend(fetch: Fetch, report: Mapping[str, Any]) -> bytes | None:
    """Return the rows that were not taken as a CSV with the reason in front of each, or None.

    The kept bytes are read again with the answers of then. There is no sheet where the
    bytes are kept no longer, or where the file is one of those that are too large to be read at once.
    """
    if fetch.payload is None or fetch.payload.size > MAX_TEXT or not report.get("rejected"):
        return None
    try:
        content = payload_bytes(fetch.payload)
    except Refusal:
        return None
    table = _read_again(fetch, content, report.get("options") or {})
    if table is None or table.refused is not None:
        return None
    later = _later_ones(table, report["rejected"])
    return error_sheet(content, table, label=gettext("Reason"), say=translated, later=later)


def _read_again(fetch: Fetch, content: bytes, options: Mapping[str, Any]) -> ParsedFile | None:
    as_of = options.get("as_of")
    tables = parse_upload(
        name=fetch.file_name,
        content=content,
        as_of=date.fromisoformat(as_of) if as_of else None,
        day_first=options.get("day_first"),
        period=_period(options.get("period")),
        platform=fetch.account.platform if fetch.account else None,
        today=fetch.at.astimezone(company_zone()).date(),
    )
    wanted = (options.get("table"), options.get("profile"))
    return next((one for one in tables if (one.table, one.profile) == wanted), None)


def _period(kept: object) -> Lifetime | Span | None:
    if kept == "lifetime":
        return LIFETIME
    if isinstance(kept, list):
        first, last = map(date.fromisoformat, kept)
        return Span(first, last)
    return None


def _later_ones(table: ParsedFile, kept: Sequence[Mapping[str, Any]]) -> list[tuple[int, str | None, str]]:
    """Return the rows that were read and could not be stored: line, column and why."""
    known = {one.row for one in table.rejected}
    return [(one["row"], one["column"], said_again(one)) for one in kept if one["row"] not in known]
