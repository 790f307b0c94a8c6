"""``manage.py import_metrics FILE… --account PLATFORM:HANDLE``."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext

from common.audit import Actor
from common.periods import Span
from metrics.importing.errors import error_sheet
from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME, Lifetime
from metrics.services.accounts import PLATFORMS, AccountName
from metrics.services.large_files import is_large, store_file
from metrics.services.results import FileResult, UploadResult
from metrics.services.sentences import SENTENCES, Telling, said, translated
from metrics.services.uploads import company_zone, store_upload

OPTION_OF = {"as_of": "option_as_of", "lifetime_or_period": "option_period", "day_first": "option_day_first"}


class Command(BaseCommand):
    """Import export files of platforms for one account."""

    help = "Import export files. A file that is refused leaves nothing behind; the exit code is then not 0."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--account", metavar="PLATFORM:HANDLE", type=account_name)
        parser.add_argument("--create-account", action="store_true")
        parser.add_argument("--as-of", metavar="DATE", type=day)
        parser.add_argument("--period", metavar="lifetime|FROM..TO", type=period)
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", dest="day_first", action="store_true", default=None)
        order.add_argument("--month-first", dest="day_first", action="store_false", default=None)
        parser.add_argument(
            "--errors", metavar="FOLDER", type=Path,
            help="write the rows that were set aside there, as sheets to mend and import again",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import each file on its own and report on all."""
        paths = [_readable(name) for name in options["files"]]
        results = [self._take(path, options) for path in paths]
        if options["errors"]:
            for path in paths:
                if _is_large(path):
                    large = gettext("%(file)s is a large file: its rows set aside stand in the report only.")
                    self.stderr.write(large % {"file": path.name})
                else:
                    _write_errors(path, options)
        tables = [table for result in results for table in result.files]
        if options["json"]:
            report = {"files": [_as_json(table) for table in tables]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            for table in tables:
                self.stdout.write("\n".join(_lines(table)))
        refused = [table for table in tables if not table.is_stored]
        if refused:
            raise CommandError(" ".join(_why(table) for table in refused))

    def _take(self, path: Path, options: dict[str, Any]) -> UploadResult:
        given: dict[str, Any] = {
            "account": None,
            "named": options["account"],
            "create_account": options["create_account"],
            "actor": Actor(text="system:import_metrics", name="import_metrics"),
            "actor_employee": None,
            "at": timezone.now(),
            "as_of": options["as_of"],
            "period": options["period"],
            "day_first": options["day_first"],
        }
        if _is_large(path):
            return store_file(path=path, name=path.name, **given)
        return store_upload(content=path.read_bytes(), name=path.name, **given)


def _write_errors(source: Path, options: dict[str, Any]) -> None:
    """Write one sheet for each table that has rows set aside."""
    named = options["account"]
    content = source.read_bytes()
    tables = parse_upload(
        name=source.name,
        content=content,
        as_of=options["as_of"],
        day_first=options["day_first"],
        period=options["period"],
        platform=named.platform if named else None,
        today=timezone.now().astimezone(company_zone()).date(),
    )
    for number, table in enumerate(tables, start=1):
        if table.rejected:
            part = f" {number}" if len(tables) > 1 else ""
            path = options["errors"] / f"{source.stem}{part} {gettext('set aside')}.csv"
            try:
                path.write_bytes(error_sheet(content, table, label=gettext("Reason"), say=translated))
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}. The import itself was done.") from error


def _is_large(path: Path) -> bool:
    with path.open("rb") as file:
        return is_large(file)


def _readable(name: str) -> Path:
    path = Path(name)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}. Nothing was imported; check the path.") from error


def account_name(text: str) -> AccountName:
    """Read ``PLATFORM:HANDLE``. Raises ``CommandError``."""
    name = AccountName.parse(text)
    if name.platform is None or not name.handle:
        known = " ".join(sorted(PLATFORMS))
        raise CommandError(f"--account {text}: write PLATFORM:HANDLE, with one of the platforms {known}.")
    return name


def day(text: str) -> date:
    """Read a day. Raises ``CommandError``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a day. Write it as YYYY-MM-DD.") from error


def period(text: str) -> Lifetime | Span:
    """Read ``lifetime`` or ``FROM..TO``. Raises ``CommandError``."""
    if text == "lifetime":
        return LIFETIME
    first, dots, last = text.partition("..")
    try:
        if dots:
            return Span(day(first), day(last))
    except ValueError as error:
        raise CommandError(f"--period {text}: the first day lies after the last.") from error
    raise CommandError(f"--period {text}: write lifetime or FROM..TO, such as 2026-08-01..2026-08-31.")


def _why(table: FileResult) -> str:
    if table.refused is not None:
        return translated(table.refused)
    return " ".join([table.file + ":", *(_answered_by(question) for question in table.questions)])


def _answered_by(question: Telling) -> str:
    code = OPTION_OF.get(question.code)
    return translated(question) + (" " + translated(said(code)) if code in SENTENCES and code else "")


def _as_json(table: FileResult) -> dict[str, object]:
    return {**table.as_json(), "questions": [_answered_by(question) for question in table.questions]}


def _lines(table: FileResult) -> list[str]:
    name = table.file + (f" [{table.table}]" if table.table else "")
    if not table.is_stored:
        return [f"{name}: not taken. {_why(table)}", *_details(table)]
    counts = (
        f"{name}: {table.accepted} of {table.rows} rows; {table.inserted} inserted, "
        f"{table.updated} updated, {table.unchanged} unchanged"
    )
    return [counts, *_details(table)]


def _details(table: FileResult) -> list[str]:
    lines = [f"  {one.day} {one.field}: {one.old} → {one.new} ({one.subject})" for one in table.restated]
    lines += [f"  row {one.row} {one.column or ''}: {translated(one.reason)}" for one in table.rejected]
    return lines + [f"  {translated(warning)}" for warning in table.warnings]
