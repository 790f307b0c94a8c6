"""Publish a rule set from a YAML file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from incentives.services.rule_sets import BUILTIN, publish_rule_set, read_rule_set_file


class Command(BaseCommand):
    """Publish a rule set from a YAML file as its next version; the same text again changes nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file; without one, the rule set that ships with the product."""
        parser.add_argument("file", nargs="?", type=Path, default=BUILTIN)

    def handle(self, *args: object, **options: object) -> None:
        """Read, check and publish."""
        try:
            version, new = publish_rule_set(
                document=read_rule_set_file(Path(str(options["file"]))),
                actor=Actor.system("load_rule_set", "shell"),
                at=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{version} {'published' if new else 'is already the newest'}")
