"""Exports whose days are labelled one day off: noticed, asked about, never restated in silence."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.audit import Actor
from common.errors import Refusal
from metrics.choices import Grain
from metrics.models import AccountDay, CommerceDay, Finding, Restatement
from metrics.selectors.facts import FactKey
from metrics.services.corrections import Wanted, confirm_correction, propose_correction
from metrics.services.findings import answer_finding, undo_answer
from metrics.services.uploads import preview_upload, store_upload
from tests.factories.metrics import AT, csv_file
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

ACTOR = Actor("user:1", "Ann")
FIRST = date(2026, 8, 1)
PLAYS = [510, 480, 733, 20, 912, 610, 455, 702]


@pytest.fixture
def account():
    CompanyFactory()
    account = AccountFactory(handle="dawn")
    hold(account, EmployeeFactory())
    return account


def rows(values, *, later=0, likes=None):
    given = likes or [value // 10 for value in values]
    return [
        [FIRST + timedelta(days=place + later), value, like]
        for place, (value, like) in enumerate(zip(values, given, strict=True))
    ]


def deliver(content, account=None, *, take=store_upload, **more):
    result = take(
        content=content, name="days.csv", account=account, actor=ACTOR, actor_employee=None, at=AT, **more
    )
    (table,) = result.files
    assert table.refused is None, table.refused
    return table


def file(given, header=("date", "plays", "likes")):
    return csv_file(header, given)


def codes(table):
    return [one.code for one in table.warnings]


def plays(account):
    days = AccountDay.objects.filter(account=account, source="file").order_by("date")
    return dict(days.values_list("date", "plays"))


def series(values, later=0):
    return {day: value for day, value, _likes in rows(values, later=later)}


def say(word):
    finding = Finding.objects.get(kind="shifted_days", answered_at=None)
    return answer_finding(finding_id=finding.pk, answer=word, actor=ACTOR, at=AT)


@pytest.mark.parametrize(("later", "code"), [(1, "days_shifted_later"), (-1, "days_shifted_earlier")])
def test_moved_days_wait_and_nothing_is_restated(account, later, code):
    deliver(file(rows(PLAYS)), account)
    before = list(AccountDay.objects.values())
    table = deliver(file(rows(PLAYS, later=later)), account)
    assert (table.accepted, table.inserted, table.updated, table.restated) == (8, 0, 0, ())
    assert code in codes(table)
    assert list(AccountDay.objects.values()) == before
    assert not Restatement.objects.exists()
    found = Finding.objects.get()
    assert (found.kind, found.details["shift"], found.details["field"]) == ("shifted_days", later, "likes")
    assert len(found.details["rows"]) == 8


def test_the_preview_says_so_before_anything_is_stored(account):
    deliver(file(rows(PLAYS)), account)
    table = deliver(file(rows(PLAYS, later=1)), account, take=preview_upload)
    assert "days_shifted_later" in codes(table)
    assert table.accepted == 8
    assert not Finding.objects.exists()


def test_the_same_file_and_the_same_rows_again_ask_nothing_twice(account):
    deliver(file(rows(PLAYS)), account)
    moved = file(rows(PLAYS, later=1))
    deliver(moved, account)
    assert codes(deliver(moved, account)) == ["days_still_wait", "same_file_again"]
    again = deliver(file(rows(PLAYS, later=1), header=("date", "plays", "点赞量")), account)
    assert codes(again) == ["days_shifted_later"]
    assert Finding.objects.count() == 1
    assert plays(account) == series(PLAYS)


def test_the_stored_days_are_right(account):
    deliver(file(rows(PLAYS)), account)
    deliver(file(rows(PLAYS, later=1)), account)
    finding = say("stored_right")
    assert plays(account) == series(PLAYS)
    again = deliver(file(rows(PLAYS, later=1), header=("日期", "plays", "likes")), account)
    assert codes(again) == ["shifted_dropped"]
    assert plays(account) == series(PLAYS)
    assert Finding.objects.count() == 1
    undo_answer(finding_id=finding.pk, actor=ACTOR, at=AT)
    assert Finding.objects.get().answered_at is None


def test_the_new_file_is_right_and_only_then_restates(account):
    deliver(file(rows(PLAYS)), account)
    deliver(file(rows([*PLAYS, 99], later=1)), account)
    finding = say("new_right")
    assert plays(account) == {FIRST: 510, **series([*PLAYS, 99], later=1)}
    replaced = Restatement.objects.filter(field="plays").order_by("date")
    assert [(one.date.day, one.old, one.new) for one in replaced] == [
        (day, str(PLAYS[day - 1]), str(PLAYS[day - 2])) for day in range(2, 9)
    ]
    assert {one.fetch_id for one in replaced} == {finding.fetch_id}
    assert set(AccountDay.objects.get(date=FIRST + timedelta(days=9)).fetches.values()) == {finding.fetch_id}
    with pytest.raises(Refusal):
        undo_answer(finding_id=finding.pk, actor=ACTOR, at=AT)
    assert codes(deliver(file(rows([*PLAYS, 99, 98], later=1)), account)) == []


def test_an_answer_holds_against_a_newer_export_that_is_stored(account):
    deliver(file(rows(PLAYS)), account, as_of=date(2026, 9, 4))
    deliver(file(rows(PLAYS, later=1)), account, as_of=date(2026, 9, 3))
    say("new_right")
    assert plays(account)[FIRST + timedelta(days=1)] == PLAYS[0]


def test_other_accounts_of_the_file_are_stored(account):
    other = AccountFactory(handle="dusk")
    deliver(file(rows(PLAYS)), account)
    both = [[day, "douyin:dawn", value, like] for day, value, like in rows(PLAYS, later=1)]
    both += [[day, "douyin:dusk", value, like] for day, value, like in rows(PLAYS)]
    table = deliver(file(both, header=("date", "account", "plays", "likes")))
    assert (table.accepted, table.inserted) == (16, 8)
    assert plays(account) == series(PLAYS)
    assert plays(other) == series(PLAYS)


@pytest.mark.parametrize(
    "values", [[100] * 8, [0, 0, 3, 0, 0, 4, 0, 0], list(range(100, 108)), [v + 1 for v in PLAYS]]
)
def test_coincidence_and_true_restatements_are_stored(account, values):
    stored = PLAYS if values[0] == 511 else values
    later = 0 if values[0] == 511 else 1
    deliver(file(rows(stored, likes=[1] * 8)), account)
    table = deliver(file(rows(values, later=later, likes=[1] * 8)), account)
    assert "days_shifted_later" not in codes(table)
    assert table.inserted + table.updated > 0


def test_days_of_shops_are_watched_too(account):
    shop = AccountFactory(handle="stall", kind="shop")
    header = ("date", "gmv", "paid_orders")
    given = [[day, f"{value}.50", like] for day, value, like in rows(PLAYS)]
    deliver(file(given, header=header), shop)
    moved = [[day, f"{value}.50", like] for day, value, like in rows(PLAYS, later=1)]
    assert codes(deliver(file(moved, header=header), shop)) == ["days_shifted_later", "nobody_operates"]
    before = CommerceDay.objects.count()
    say("new_right")
    assert CommerceDay.objects.count() == before + 1
    assert str(CommerceDay.objects.order_by("date").last().gmv) == "702.50"


def test_the_derived_cells_follow_an_answer(account):
    header = ("date", "followers_gained", "followers_lost")
    deliver(file(rows(PLAYS), header=header), account)
    deliver(file(rows(PLAYS, later=1), header=header), account)
    say("new_right")
    derived = AccountDay.objects.get(source="derived", date=FIRST + timedelta(days=8))
    assert derived.followers_net == PLAYS[7] - PLAYS[7] // 10


def test_noticing_costs_the_same_for_many_days(account):
    def statements(count, start):
        values = [(number * 37) % 101 + number for number in range(count)]
        day = FIRST - timedelta(days=start)
        given = [[day + timedelta(days=place), value, value // 3] for place, value in enumerate(values)]
        deliver(file(given), account)
        moved = [[day + timedelta(days=1), value, like] for day, value, like in given]
        with CaptureQueriesContext(connection) as captured:
            assert "days_shifted_later" in codes(deliver(file(moved), account))
        return len(captured)

    assert statements(8, 100) == statements(200, 400)


def test_days_taken_over_a_correction_are_shown_like_those_of_a_file(account):
    deliver(file(rows(PLAYS)), account)
    day = FIRST + timedelta(days=2)
    correction = propose_correction(
        key=FactKey(Grain.ACCOUNT_DAY, account.pk, day, "plays"), wanted=Wanted(Decimal(900)), seen="733",
        reason="seen on the platform", evidence="", actor=ACTOR, actor_employee=None, at=AT, today=AT.date(),
    )  # fmt: skip
    confirm_correction(correction_id=correction.pk, actor=Actor("user:2", "Ben"), actor_employee=None, at=AT)
    deliver(file(rows(PLAYS, later=1)), account)
    say("new_right")
    assert plays(account)[day] == 480
    found = Finding.objects.get(kind="correction_differs")
    assert (found.details["corrected"], found.details["brought"]) == ("900", "480")
