"""Score a cycle from the facts."""

import json
from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from common.periods import Month
from people.selectors.company import today
from performance.choices import PeriodKind
from performance.models import Cycle
from performance.selectors.cards import cycle_report
from performance.services.scoring import score_cycle


class Command(BaseCommand):
    """Recompute the cards of an open or closing cycle; running it twice changes nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the cycle as YYYY-MM."""
        parser.add_argument("cycle", help="the month, as 2026-08")
        parser.add_argument("--day", type=date.fromisoformat, help="the last day that can be complete")
        parser.add_argument("--json", action="store_true", help="print every card and line")

    def handle(self, *args: object, **options: object) -> None:
        """Score and report."""
        now = timezone.now()
        try:
            month = Month.parse(str(options["cycle"]))
        except ValueError as error:
            raise CommandError("name the cycle as year and month, such as 2026-08") from error
        cycle = Cycle.objects.filter(kind=PeriodKind.MONTH, starts_on=month.first).first()
        if cycle is None:
            raise CommandError(f"there is no cycle {month}; open it first")
        day = options["day"] or today(now=now) - timedelta(days=1)
        try:
            report = score_cycle(cycle_id=cycle.pk, day=day, actor=Actor.system("score", "shell"), at=now)  # type: ignore[arg-type]
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(cycle_report(cycle), ensure_ascii=False, sort_keys=True, indent=1))
        else:
            self.stdout.write(
                f"{report.cards} cards, {report.changed} changed, {report.waiting} waiting for figures"
            )
