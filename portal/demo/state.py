"""What stands in the database before the demonstration is made."""

from enum import StrEnum

from common.models import AuditEvent
from people.models import Account, Company, Employee, User
from portal.demo.stage import FINISHED, company_subject


class State(StrEnum):
    """How far the database is from being the demonstration."""

    EMPTY = "empty"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FOREIGN = "foreign"


def database_state() -> State:
    """Return what the database holds: nothing, the whole demonstration, a part of it, or something else."""
    company = Company.objects.first()
    if company is None:
        anything = any(model.objects.exists() for model in (User, Employee, Account))
        return State.FOREIGN if anything else State.EMPTY
    if not company.is_demo:
        return State.FOREIGN
    finished = AuditEvent.objects.filter(subject=company_subject(company), action=FINISHED).exists()
    return State.FINISHED if finished else State.INTERRUPTED
