"""Two at the same time: one wins, nobody works twice."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import jobs
from common.audit import Actor, record, verify_chain
from common.models import AuditEvent, JobRun
from tests.factories.racing import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 9, 1, tzinfo=UTC)


def at_the_same_time(work, times=4):
    """Run ``work(number)`` in threads that start together; return what they returned."""
    return at_once(*(partial(work, number) for number in range(times)))


def test_one_unit_has_one_worker():
    run = JobRun.objects.create(job="common.x", key="k", requested_at=timezone.now())
    jobs.plan_units(run, ["account:1"])
    assert sum(at_the_same_time(lambda _: jobs.claim_unit(run, "account:1", now=AT))) == 1


def test_one_key_makes_one_run():
    due = "2026-08-31T16:05:00+00:00"
    runs = at_the_same_time(lambda _: jobs.enqueue("common.audit_head", key="same", due=due).pk)
    assert len(set(runs)) == 1
    assert JobRun.objects.get().attempts == 1


def test_a_writer_without_the_subjects_lock_cannot_fork_the_chain():
    def write(number):
        try:
            with transaction.atomic():
                record(subject="a.b:1", actor=Actor(f"user:{number}"), action="x", at=AT)
        except IntegrityError:
            return 0
        return 1

    written = sum(at_the_same_time(write))
    assert written == AuditEvent.objects.count() >= 1
    assert verify_chain("a.b:1") == []
