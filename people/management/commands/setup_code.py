"""``manage.py setup_code``: print the one-time code that opens the first-run pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refusal
from people.selectors.company import has_administrator
from people.services.setup import make_setup_code


class Command(BaseCommand):
    """Print a new code; earlier ones stop working."""

    help = "Print a one-time code for the first-run pages at /setup/ (valid for a day)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--if-needed``."""
        parser.add_argument(
            "--if-needed", action="store_true", help="say nothing when there is an administrator already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code, or refuse once the company is set up."""
        if options["if_needed"] and has_administrator():
            return
        try:
            code = make_setup_code(at=timezone.now())
        except Refusal as refusal:
            raise CommandError(_("There is an administrator already; /setup/ stays closed.")) from refusal
        self.stdout.write(
            _("Open /setup/ in the browser. One-time code, valid for a day: %(code)s") % {"code": code}
        )
