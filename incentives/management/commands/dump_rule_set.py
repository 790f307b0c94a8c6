"""Write a published rule set version as YAML."""

import json

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from incentives.selectors.rule_sets import latest_rule_set


class Command(BaseCommand):
    """Write the newest published version of a rule set to standard output, ready for ``load_rule_set``."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the rule set's code; without one, the newest of all."""
        parser.add_argument("code", nargs="?")

    def handle(self, *args: object, **options: object) -> None:
        """Find and write."""
        version = latest_rule_set(options["code"])  # type: ignore[arg-type]
        if version is None:
            raise CommandError("no such rule set has been published; load one with load_rule_set")
        self.stdout.write(yaml.safe_dump(json.loads(version.text), allow_unicode=True, sort_keys=False))
