"""Writing many rows at once means the same on every database."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from common.bulk import upsert
from common.models import JobRun, JobUnit

AT = datetime(2026, 9, 1, 8, 30, 15, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def run(key, **values):
    return JobRun(**({"job": "common.x", "key": key, "requested_at": AT} | values))


AWKWARD = 'a "quoted", comma\nnew line \\N \\. 绩映 \t tab; NULL'


def test_rows_come_back_exactly_as_given():
    params = {"text": AWKWARD, "list": [1, None, True], "none": None}
    upsert(JobRun, [run(AWKWARD, params=params), run("")], unique_fields=["key"], update_fields=["params"])
    stored = JobRun.objects.get(key=AWKWARD)
    assert (stored.params, stored.requested_at, stored.started_at) == (params, AT, None)
    assert (stored.error, stored.total) == ("", 0)
    assert JobRun.objects.filter(key="").count() == 1


def test_rows_that_exist_change_only_in_the_named_fields():
    upsert(JobRun, [run("k", error="old", done=1, total=9)], unique_fields=["key"], update_fields=["error"])
    first = JobRun.objects.get()
    given = [run("k", error="new", done=5, total=9), run("k2")]
    assert upsert(JobRun, given, unique_fields=["key"], update_fields=["error"]) == 2
    again = JobRun.objects.get(key="k")
    assert (again.pk, again.error, again.done) == (first.pk, "new", 1)
    assert JobRun.objects.count() == 2


def test_without_fields_to_update_existing_rows_are_left_alone():
    upsert(JobRun, [run("k", error="old")], unique_fields=["key"], update_fields=[])
    upsert(JobRun, [run("k", error="new"), run("k2")], unique_fields=["key"], update_fields=[])
    assert list(JobRun.objects.order_by("key").values_list("key", "error")) == [("k", "old"), ("k2", "")]


def test_foreign_keys_and_keys_of_two_columns():
    parent = run("parent")
    parent.save()
    units = [JobUnit(run=parent, key=str(number)) for number in range(1_200)]
    upsert(JobUnit, units, unique_fields=["run", "key"], update_fields=["state"])
    changed = [JobUnit(run=parent, key="7", state="done")]
    upsert(JobUnit, changed, unique_fields=["run", "key"], update_fields=["state"])
    assert parent.units.count() == 1_200
    assert parent.units.get(key="7").state == "done"


def test_a_row_the_database_refuses_leaves_nothing_behind():
    with pytest.raises(DatabaseError), transaction.atomic():
        upsert(JobRun, [run("fine"), run("bad", state="???")], unique_fields=["key"], update_fields=["error"])
    assert not JobRun.objects.exists()


def test_no_rows_are_no_work(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert upsert(JobRun, [], unique_fields=["key"], update_fields=["error"]) == 0
