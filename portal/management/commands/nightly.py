"""``manage.py nightly --date 2026-10-31``."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from common.errors import Refusal
from common.jobs import UnitCounts
from portal.pipeline import NightReport, business_date_of, run_night


class Command(BaseCommand):
    """Work through one night in this process, with a progress bar."""

    help = "Work through the night after a business day: check data, open and score cycles, project awards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--date", type=date.fromisoformat, help="the business day; left out: yesterday")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the night; the exit code is not 0 when a unit failed."""
        day = options["date"] or business_date_of(timezone.now())
        try:
            report = self._run(day, quiet=options["json"] or options["verbosity"] == 0)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(report.as_plain(), ensure_ascii=False))
        elif options["verbosity"] > 0:
            self.stdout.write(f"{report.date}: {report.counts.done} of {report.counts.total} done")
        if report.failures:
            raise CommandError("\n".join(f"{unit}: {error}" for unit, error in report.failures.items()))

    def _run(self, day: date, *, quiet: bool) -> NightReport:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True, quiet=quiet)
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(day.isoformat(), total=None)

            def watch(step: str, counts: UnitCounts) -> None:
                done = counts.done + counts.failed
                bar.update(task, description=f"{day} {step}", completed=done, total=counts.total)

            return run_night(date=day, clock=timezone.now, watch=watch)
