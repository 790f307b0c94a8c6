"""Rows of plain values come back as given and are written all or not at all, on every database."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from common.models import JobRun, JobUnit
from common.streaming import insert_rows, reserve_keys, upsert_rows, written_ahead

AT = datetime(2026, 9, 1, 8, 30, 15, 123456, tzinfo=UTC)
AWKWARD = 'a "quoted", comma\nnew line \r \\N \\. \\\\ 绩映 \t tab; NULL'
RUN = (
    "job", "key", "requested_at", "error", "business_date", "params", "result", "state", "task_id",
    "requested_by", "done", "total", "failed", "attempts",
)  # fmt: skip
UNIT = ("run_id", "key", "state", "attempts", "error")
pytestmark = pytest.mark.django_db


def runs(*keys):
    empty = "{}" if connection.vendor == "postgresql" else {}
    return [("common.x", key, AT, key, None, empty, empty, "pending", "", "", 0, 0, 0, 0) for key in keys]


def units(parent, count, state="pending"):
    return ((parent.pk, str(number), state, 0, "") for number in range(count))


@pytest.fixture
def parent():
    return JobRun.objects.create(job="common.x", key="parent", requested_at=AT)


def test_rows_come_back_exactly_as_given():
    insert_rows(JobRun, RUN, runs(AWKWARD, ""))
    stored = JobRun.objects.get(key=AWKWARD)
    assert (stored.error, stored.requested_at, stored.business_date) == (AWKWARD, AT, None)
    assert JobRun.objects.get(key="").error == ""


def test_rows_that_exist_change_only_in_the_named_fields(parent):
    insert_rows(JobUnit, UNIT, units(parent, 1_300))
    changed = [(parent.pk, "7", "done", 4, "x"), (parent.pk, "new", "failed", 1, "y")]
    upsert_rows(JobUnit, UNIT, changed, unique_fields=("run_id", "key"), update_fields=("state",))
    seventh = parent.units.get(key="7")
    assert (seventh.state, seventh.attempts, seventh.error) == ("done", 0, "")
    assert parent.units.get(key="new").error == "y"
    assert parent.units.count() == 1_301


def test_nothing_to_write_is_no_error(parent):
    insert_rows(JobUnit, UNIT, [])
    upsert_rows(JobUnit, UNIT, [], unique_fields=("run_id", "key"), update_fields=("state",))
    assert not parent.units.exists()


def test_a_row_the_database_refuses_leaves_nothing_behind(parent):
    rows = [*units(parent, 3), (parent.pk, "bad", "???", 0, "")]
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_rows(JobUnit, UNIT, rows)
    assert not parent.units.exists()


def test_an_error_while_rows_are_made_is_told_as_it_is_and_leaves_nothing_behind(parent):
    def made():
        yield from units(parent, 3)
        raise LookupError("no fourth row")

    with pytest.raises(LookupError, match="no fourth row"), transaction.atomic():
        insert_rows(JobUnit, UNIT, made())
    assert not parent.units.exists()


def test_reserved_keys_are_nobody_elses(parent):
    with transaction.atomic():
        keys = reserve_keys(JobUnit, 3)
        insert_rows(JobUnit, ("id", *UNIT), [(key, parent.pk, str(key), "pending", 0, "") for key in keys])
        again = reserve_keys(JobUnit, 2)
    other = JobUnit.objects.create(run=parent, key="other")
    assert len({*keys, *again}) == 5
    assert other.pk not in keys
    assert set(parent.units.values_list("pk", flat=True)) == {*keys, other.pk}
    assert reserve_keys(JobUnit, 0) == []


@pytest.mark.parametrize("size", [1, 200, 1 << 18])
def test_rows_written_ahead_come_back_the_same(parent, size):
    rows = [*units(parent, 700), (parent.pk, AWKWARD, "pending", 0, "")]
    written = written_ahead(iter(rows), size=size)
    assert len(written.pieces) > {1: 700, 200: 10, 1 << 18: 0}[size]
    if connection.vendor != "postgresql":
        with pytest.raises(TypeError, match="does not copy"):
            insert_rows(JobUnit, UNIT, written)
        return
    insert_rows(JobUnit, UNIT, written)
    assert set(parent.units.values_list("key", flat=True)) == {row[1] for row in rows}
    assert not written.pieces
    insert_rows(JobUnit, UNIT, written_ahead([]))


def test_an_error_while_rows_are_written_ahead_is_told_at_once():
    def made():
        yield (1, "a")
        raise LookupError("no second row")

    with pytest.raises(LookupError, match="no second row"):
        written_ahead(made())
