"""Publish a scheme from a YAML file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from metrics.services.definitions import load_measures
from performance.schemes import BUILTIN, disagreements
from performance.services.schemes import publish_scheme, read_scheme_file


class Command(BaseCommand):
    """Publish a scheme from a YAML file as its next version; the same text again changes nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file; without one, the scheme that ships with the product."""
        parser.add_argument("file", nargs="?", type=Path, default=BUILTIN)

    def handle(self, *args: object, **options: object) -> None:
        """Read, check and publish."""
        now = timezone.now()
        try:
            load_measures(at=now)
            document = read_scheme_file(Path(str(options["file"])))
            version, new = publish_scheme(
                document=document, actor=Actor.system("load_scheme", "shell"), at=now
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for row in disagreements(document):
            self.stderr.write(row.sentence)
        self.stdout.write(f"{version} {'published' if new else 'is already the newest'}")
