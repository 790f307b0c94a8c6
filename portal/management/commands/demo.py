"""``manage.py demo``: an invented company on an empty database, then the server."""

import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from common.errors import Refusal
from common.periods import business_day
from portal.demo.build import PASSWORD, build_demo
from portal.demo.stage import ZONE
from portal.demo.state import State, database_state
from portal.demo.world import World, build_world

STAGES = {
    "people": gettext_lazy("People and rules"),
    "files": gettext_lazy("Writing export files"),
    "import": gettext_lazy("Importing export files"),
    "nights": gettext_lazy("Living through the months"),
}
SIGN_INS = (
    ("demo-operator-01", gettext_lazy("operator; last month's card is the documented example")),
    ("demo-operator-02 … 24", gettext_lazy("operators")),
    ("demo-manager-01", gettext_lazy("head of the department")),
    ("demo-manager-02 … 04", gettext_lazy("team managers, with a review queue")),
    ("demo-hr-people", gettext_lazy("HR for people")),
    ("demo-hr-pay", gettext_lazy("HR for pay")),
    ("demo-finance-01 … 03", gettext_lazy("finance")),
    ("demo-auditor", gettext_lazy("auditor")),
    ("demo-executive", gettext_lazy("executive")),
    ("demo-data", gettext_lazy("data administrator")),
    ("demo-admin", gettext_lazy("administrator")),
)


class Command(BaseCommand):
    """Make the demonstration once, say how to sign in, and serve it."""

    help = "Fill an empty database with an invented company and serve it on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--no-serve", action="store_true", help="make the company, do not serve it")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day it is told from; left out: today"
        )
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what is not ours, make what is missing, serve."""
        if settings.PRODUCTION:
            raise CommandError(
                _(
                    "This is a production installation; the demonstration's known password must not open it. "
                    "Run it without DATABASE_URL, or set PRODUCTION=0 on a database of its own."
                )
            )
        call_command("migrate", verbosity=0)
        self._make(
            options["today"] or business_day(timezone.now(), str(ZONE)), quiet=options["verbosity"] == 0
        )
        self._say_sign_ins(options["port"])
        if not options["no_serve"]:
            call_command("serve", port=options["port"])

    def _make(self, today: date, *, quiet: bool) -> None:
        state = database_state()
        if state is State.FINISHED:
            return
        if state is not State.EMPTY:
            raise CommandError(_refusal(state) % {"database": settings.DATABASES["default"]["NAME"]})
        try:
            self._build(build_world(today=today), quiet=quiet)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _build(self, world: World, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True, quiet=quiet)
        with Progress(*columns, console=console) as bar, tempfile.TemporaryDirectory() as folder:
            tasks = {
                stage: bar.add_task(str(name), total=None, start=False) for stage, name in STAGES.items()
            }

            def report(stage: str, done: int, total: int) -> None:
                bar.start_task(tasks[stage])
                bar.update(tasks[stage], completed=done, total=total)

            build_demo(world, folder=Path(folder), report=report)

    def _say_sign_ins(self, port: int) -> None:
        self.stdout.write(_("The demonstration is at http://127.0.0.1:%(port)s/") % {"port": port})
        self.stdout.write(_("One password for all: %(password)s") % {"password": PASSWORD})
        for name, who in SIGN_INS:
            self.stdout.write(f"  {name:<24}{who}")


def _refusal(state: State) -> str:
    if state is State.INTERRUPTED:
        return _(
            "The demonstration in %(database)s was interrupted while it was being made. "
            "Delete that database and start again."
        )
    return _(
        "%(database)s holds data that is not the demonstration's; nothing was changed. "
        "Point VAR_DIR or DATABASE_URL at an empty database."
    )
