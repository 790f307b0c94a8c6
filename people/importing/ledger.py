"""The running account of one import: who imports, what changed, what was refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from django.db import transaction

from common.audit import Actor
from common.errors import Refusal
from people.importing.records import Change, Outcome, Problem, Row


class By(TypedDict):
    """Who makes a change and when, as the services take it."""

    actor: Actor
    at: datetime


@dataclass
class Ledger:
    """Collects the outcome while rows are stored one after another."""

    actor: Actor
    at: datetime
    may_grant: bool
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def by(self) -> By:
        """Return actor and time as the services take them."""
        return {"actor": self.actor, "at": self.at}

    def note(self, row: Row, action: str, what: object) -> None:
        """Note what a row did: created, changed or ended."""
        self.outcome.changes.append(Change(row.sheet, row.number, action, str(what)))

    def same(self) -> None:
        """Count a row, or a part of it, that was so already."""
        self.outcome.unchanged += 1

    def refuse(self, row: Row, column: str, reason: object) -> None:
        """Note why a row was not taken."""
        self.outcome.problems.append(
            Problem(row.sheet, row.number, row.headings.get(column, column), str(reason))
        )

    @contextmanager
    def taking(self, row: Row, column: str) -> Iterator[None]:
        """Turn a refusal inside into a problem of the row; what it had begun is undone."""
        try:
            with transaction.atomic():
                yield
        except Refusal as refusal:
            self.refuse(row, column, refusal)
