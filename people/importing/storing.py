"""Store a whole import in one transaction, or roll it back and say what it would do."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from common.audit import Actor, record
from people.importing.ledger import Ledger
from people.importing.parsing import parse_sheets
from people.importing.reading import read_files
from people.importing.records import Batch, Outcome, Problem, SalaryStep
from people.importing.steps_accounts import store_accounts, store_holdings
from people.importing.steps_people import (
    end_leavers,
    store_people,
    store_positions,
    store_postings,
    store_sign_ins,
    store_teams,
)
from people.models import Company
from people.services.locks import lock_all

SALARIES = "salaries"


def import_company(
    *,
    files: list[tuple[str, bytes]],
    actor: Actor,
    at: datetime,
    may_grant: bool = False,
    salary_step: SalaryStep | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Import (name, content) files: all rows or, when one is refused, none.

    ``salary_step`` stores the salaries sheet in the same transaction; without it
    such a sheet is refused. With ``dry_run`` everything is tried and rolled
    back. Raises ``Refusal`` for files that are not the template.
    """
    return import_batch(
        batch=parse_sheets(read_files(files)), actor=actor, at=at, may_grant=may_grant,
        salary_step=salary_step, dry_run=dry_run,
    )  # fmt: skip


def import_batch(
    *,
    batch: Batch,
    actor: Actor,
    at: datetime,
    may_grant: bool = False,
    salary_step: SalaryStep | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Store parsed rows like ``import_company``."""
    ledger = Ledger(actor=actor, at=at, may_grant=may_grant)
    ledger.outcome.problems.extend(batch.problems)
    with transaction.atomic():
        lock_all(Company)  # one import at a time
        _run_steps(batch, ledger)
        _run_salaries(batch, ledger, salary_step)
        ledger.outcome.stored = not dry_run and not ledger.outcome.problems
        if ledger.outcome.stored and ledger.outcome.changes:
            _log(ledger)
        if not ledger.outcome.stored:
            transaction.set_rollback(True)
    return ledger.outcome


def _log(ledger: Ledger) -> None:
    told = ledger.outcome.as_plain()
    counts = {key: told[key] for key in ("created", "changed", "ended", "unchanged")}
    record(subject="people.import", actor=ledger.actor, action="people.import", at=ledger.at, **counts)


def _run_steps(batch: Batch, ledger: Ledger) -> None:
    """Run the steps in the order in which each may rely on the ones before."""
    store_teams(batch.of("teams"), ledger)
    store_positions(batch.of("positions"), ledger)
    people = batch.of("people")
    store_people(people, ledger)
    store_postings(people, ledger)
    store_accounts(batch.of("accounts"), ledger)
    store_holdings(batch.of("holdings"), ledger)
    end_leavers(people, ledger)
    store_sign_ins(people, ledger)


def _run_salaries(batch: Batch, ledger: Ledger, step: SalaryStep | None) -> None:
    rows = batch.of(SALARIES)
    if not rows:
        return
    if step is None:
        reason = _("Salaries are imported by HR for pay. Take the sheet out or ask them to import it.")
        ledger.outcome.problems.append(Problem(rows[0].sheet, 1, "", reason))
        return
    with transaction.atomic():
        told = step(rows)
    ledger.outcome.changes.extend(told.changes)
    ledger.outcome.problems.extend(told.problems)
    ledger.outcome.unchanged += told.unchanged
