"""``manage.py setup``: name the company and its first administrator."""

import getpass
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from people.selectors.company import has_administrator
from people.services.setup import CompanyTerms, FirstAdministrator, set_up

QUESTIONS = (
    ("company", "Company name", ""),
    ("zone", "Time zone", "Asia/Shanghai"),
    ("currency", "Currency", "CNY"),
    ("language", "Language (zh-hans or en)", "zh-hans"),
    ("username", "Sign-in name of the first administrator", "admin"),
    ("name", "Name of the first administrator", ""),
)


class Command(BaseCommand):
    """Ask what is not given as an option; works once, while nobody administers."""

    help = (
        "Set up the company and the first administrator. The password is asked for, or read from "
        "standard input with --password-stdin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add an option for each question."""
        for key, question, default in QUESTIONS:
            parser.add_argument(f"--{key}", help=f"{question} (default {default or 'asked'})")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
        parser.add_argument(
            "--admin-only",
            action="store_true",
            help="do not add HR for people and HR for pay to the administrator",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, store, and say what comes next."""
        if has_administrator():
            raise CommandError("The company is set up already; sign in to change it.")
        answers = {key: options[key] or self._ask(question, default) for key, question, default in QUESTIONS}
        administrator = FirstAdministrator(
            username=answers["username"],
            name=answers["name"],
            password=self._password(options),
            looks_after_people=not options["admin_only"],
        )
        self._store(answers, administrator)
        self.stdout.write("Done. Sign in and follow the check list at /setup/checklist/.")

    def _store(self, answers: dict[str, str], administrator: FirstAdministrator) -> None:
        company = CompanyTerms(
            name=answers["company"],
            time_zone=answers["zone"],
            currency=answers["currency"],
            language=answers["language"],
        )
        try:
            set_up(
                company=company,
                administrator=administrator,
                actor=Actor.system("setup", os.getpid()),
                at=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _ask(self, question: str, default: str) -> str:
        if not sys.stdin.isatty():
            if default:
                return default
            raise CommandError(f"{question}: give it as an option, nobody is there to answer.")
        return input(f"{question} [{default}]: " if default else f"{question}: ").strip() or default

    def _password(self, options: dict[str, Any]) -> str:
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\n")
        if not sys.stdin.isatty():
            raise CommandError("Give the password with --password-stdin; nobody is there to type it.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ. Nothing was stored.")
        return password
