"""The audit log: chained, append-only, in the caller's transaction."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from common.audit import Actor, Break, make_head, record, verify_chain, verify_heads
from common.models import AuditEvent, AuditHead

AT = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
ACTOR = Actor(text="user:7", name="王敏")

pytestmark = pytest.mark.django_db


def write(subject="performance.scorecard:1", action="approved", **details):
    with transaction.atomic():
        return record(subject=subject, actor=ACTOR, action=action, at=AT, **details)


def test_each_subject_counts_and_chains_on_its_own():
    first, other, second = write(), write(subject="performance.scorecard:2"), write(action="returned")
    assert [first.sequence, other.sequence, second.sequence] == [1, 1, 2]
    assert second.previous_hash == first.hash
    assert other.previous_hash == ""


def test_details_are_stored_as_canonical_text():
    event = write(total=Decimal("105.70"), day=date(2026, 8, 31))
    assert event.payload == '{"day":"2026-08-31","total":"105.70"}'
    assert (event.actor, event.actor_name) == ("user:7", "王敏")


def test_whole_chain_has_no_breaks_after_reading_it_back():
    for number in range(3):
        write(number=number)
    assert verify_chain("performance.scorecard:1") == []


def test_float_details_and_naive_times_are_refused():
    with pytest.raises(TypeError), transaction.atomic():
        record(subject="a.b:1", actor=ACTOR, action="x", at=AT, share=0.5)
    with pytest.raises(ValueError, match="zone"), transaction.atomic():
        record(subject="a.b:1", actor=ACTOR, action="x", at=AT.replace(tzinfo=None))
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("model", [AuditEvent, AuditHead])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_a_row(model, change):
    write()
    make_head(day=date(2026, 9, 1), at=AT)
    rows = model.objects.all()
    with pytest.raises(DatabaseError, match="protected"), transaction.atomic():
        rows.update(hash="0" * 64) if change == "update" else rows.delete()
    assert model.objects.get().hash != "0" * 64


@pytest.mark.services
@pytest.mark.parametrize("table", ["common_auditevent", "common_audithead"])
def test_postgresql_refuses_to_empty_the_table(table):
    write()
    with pytest.raises(DatabaseError, match="protected"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
    assert AuditEvent.objects.count() == 1


def test_a_row_forged_past_the_service_is_found():
    first = write()
    AuditEvent.objects.create(
        subject=first.subject, sequence=3, actor="user:7", action="paid", at=AT, payload="{}", hash="f" * 64
    )
    assert verify_chain(first.subject) == [
        Break(first.subject, 2, "missing"),
        Break(first.subject, 3, "altered"),
    ]


def test_heads_follow_each_other_and_notice_a_late_forgery():
    write()
    first = make_head(day=date(2026, 9, 1), at=AT)
    write()
    second = make_head(day=date(2026, 9, 2), at=AT)
    assert second.previous_hash == first.hash
    assert (first.subjects, second.subjects) == (1, 1)
    assert make_head(day=date(2026, 9, 2), at=AT) == second
    assert verify_heads() == []
    AuditEvent.objects.create(
        pk=0, subject="x.y:1", sequence=1, actor="user:7", action="paid", at=AT, payload="{}", hash="f" * 64
    )
    assert [found.sequence for found in verify_heads()] == [first.pk, second.pk]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(RuntimeError, match="transaction"):
        record(subject="a.b:1", actor=ACTOR, action="x", at=AT)
    assert AuditEvent.objects.count() == 0
