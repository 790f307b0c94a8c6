"""``manage.py serve``: the embedded server for a first look or one team."""

import os
import sys
from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from common import jobs


class Command(BaseCommand):
    """Collect the static files, take up lost jobs and serve with one process."""

    help = "Serve the site on this machine with one process and several threads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add address and port."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: object, **options: object) -> None:
        """Prepare, say the address and become the server."""
        host, port = options["host"], options["port"]
        call_command("collectstatic", interactive=False, verbosity=0)
        jobs.recover(now=timezone.now())
        self.stdout.write(
            _("Open http://%(host)s:%(port)s/ in the browser; Ctrl+C ends.") % {"host": host, "port": port}
        )
        self.stdout.flush()
        server = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}"]
        try:
            os.execv(sys.executable, [*server, "--workers", "1", "--threads", "8", "--log-level", "warning"])  # noqa: S606
        except OSError as error:
            raise CommandError(str(error)) from error
