"""Write a published scheme version as YAML."""

import json

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from performance.selectors.schemes import latest_scheme


class Command(BaseCommand):
    """Write the newest published version of a scheme to standard output, ready for ``load_scheme``."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the scheme's code; without one, the newest of all."""
        parser.add_argument("code", nargs="?")

    def handle(self, *args: object, **options: object) -> None:
        """Find and write."""
        version = latest_scheme(options["code"])  # type: ignore[arg-type]
        if version is None:
            raise CommandError("no such scheme has been published; load one with load_scheme")
        self.stdout.write(yaml.safe_dump(json.loads(version.text), allow_unicode=True, sort_keys=False))
