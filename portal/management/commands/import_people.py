"""``manage.py import_people FILE… [--json] [--dry-run]``."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from people.importing.records import Outcome
from portal.services.people_import import import_everything


class Command(BaseCommand):
    """Import people, postings, accounts, shares and salaries: all rows or none."""

    help = "Import the template as one XLSX file or one CSV per sheet. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report; the exit code is not 0 when a row was refused."""
        actor = Actor.system("import_people", "shell")
        try:
            files = [(path.name, path.read_bytes()) for path in options["files"]]
            outcome = import_everything(
                files=files, actor=actor, at=timezone.now(), dry_run=options["dry_run"]
            )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}. Nothing was imported.") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_as_json(outcome) if options["json"] else _as_text(outcome))
        if outcome.problems:
            raise CommandError(f"{len(outcome.problems)} rows were refused; nothing was imported.")


def _as_json(outcome: Outcome) -> str:
    return json.dumps(outcome.as_plain(), ensure_ascii=False, indent=1)


def _as_text(outcome: Outcome) -> str:
    told = outcome.as_plain()
    counts = ", ".join(f"{told[key]} {key}" for key in ("created", "changed", "ended", "unchanged"))
    problems = [f"{one.sheet}, row {one.row}, {one.column}: {one.reason}" for one in outcome.problems]
    return "\n".join([counts, *problems])
