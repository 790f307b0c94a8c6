"""``manage.py suggest_works [--since DATE]``."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from metrics.services.uploads import company_zone
from metrics.services.works import suggest_works


class Command(BaseCommand):
    """Ask which uploads are one work, further back than the night does."""

    help = (
        "Suggest which uploads are one work. The night compares the last 45 days; --since goes further back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--since", metavar="DATE", type=_day)

    def handle(self, *args: Any, **options: Any) -> None:
        """Suggest, and say how many wait."""
        now = timezone.now()
        found = suggest_works(day=now.astimezone(company_zone()).date(), at=now, since=options["since"])
        self.stdout.write(
            f"{found.new} new suggestions, {found.withdrawn} withdrawn, {found.waiting} wait for an answer."
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a day. Write it as YYYY-MM-DD.") from error
