"""The state of the data, day by day and over all."""

from datetime import date, timedelta

import pytest

from metrics.selectors.health import account_days, account_health, overall, window
from people.models import Account
from tests.factories.metrics import AccountDayFactory, AdsDayFactory
from tests.factories.people import AccountFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 10)
YESTERDAY = TODAY - timedelta(days=1)


def ago(days):
    return TODAY - timedelta(days=days)


def states(account):
    (found,) = account_health([account], today=TODAY)
    return dict(zip(window(TODAY), (state.name for state in found.states), strict=True))


@pytest.fixture
def account():
    account = AccountFactory()
    hold(account, EmployeeFactory())
    return account


def test_the_window_is_the_last_31_days_up_to_yesterday():
    days = window(TODAY)
    assert (len(days), days[0], days[-1]) == (31, date(2026, 8, 10), YESTERDAY)


def test_a_day_is_complete_partial_late_or_missing(account):
    AccountDayFactory(account=account, date=ago(5), plays=1, likes=1)
    AccountDayFactory(account=account, date=ago(4), plays=1)
    AccountDayFactory(account=account, date=ago(4), source="derived", followers_net=None)
    found = states(account)
    assert (found[ago(5)], found[ago(4)], found[ago(3)]) == ("COMPLETE", "PARTIAL", "MISSING")
    assert (found[ago(2)], found[ago(1)]) == ("LATE", "LATE")


def test_fields_of_several_sources_make_a_day_complete(account):
    AccountDayFactory(account=account, date=ago(5), plays=1, likes=1)
    AccountDayFactory(account=account, date=ago(4), plays=1)
    AccountDayFactory(account=account, date=ago(4), source="native", likes=1)
    assert states(account)[ago(4)] == "COMPLETE"


def test_a_row_of_gaps_alone_is_no_data(account):
    AccountDayFactory(account=account, date=ago(5), gaps={"plays": "not_supplied"})
    assert states(account)[ago(5)] == "MISSING"


def test_nothing_is_expected_before_opening_after_closing_and_without_a_holder():
    account = AccountFactory(opened_on=ago(20), closed_on=ago(3))
    hold(account, EmployeeFactory(), ends_on=ago(6))
    found = states(account)
    assert found[ago(21)] == "NONE_EXPECTED"
    assert found[ago(20)] == "MISSING"
    assert found[ago(6)] == "MISSING"
    assert found[ago(5)] == found[ago(1)] == "NONE_EXPECTED"


def test_runs_cover_the_window_without_a_hole(account):
    AccountDayFactory(account=account, date=ago(5), plays=1)
    (found,) = account_health([account], today=TODAY)
    assert sum(run.length for run in found.runs) == 31
    assert [run.state.name for run in found.runs] == ["MISSING", "COMPLETE", "MISSING", "LATE"]
    assert found.runs[1].glyphs == "●"


def test_overall_counts_held_accounts_only(account):
    behind, silent, ads, nobodys = (
        AccountFactory(),
        AccountFactory(),
        AccountFactory(kind="advertiser"),
        AccountFactory(),
    )
    for one in (behind, silent, ads):
        hold(one, EmployeeFactory())
    AccountDayFactory(account=account, date=YESTERDAY, plays=1)
    AccountDayFactory(account=behind, date=ago(4), plays=1)
    AdsDayFactory(account=ads, date=YESTERDAY, spend=1)
    AccountDayFactory(account=nobodys, date=ago(9), plays=1)
    found = overall(Account.objects.all(), today=TODAY)
    assert (found.accounts, found.through, found.behind, found.silent) == (4, ago(4), 1, 1)


def test_overall_of_nothing():
    found = overall(Account.objects.all(), today=TODAY)
    assert (found.accounts, found.through, found.behind, found.silent) == (0, None, 0, 0)


def test_the_days_of_an_account_are_shown_by_source(account):
    AccountDayFactory(account=account, date=ago(5), plays=7)
    AccountDayFactory(account=account, date=ago(40), plays=7)
    names, rows = account_days(account, today=TODAY)
    assert [(row.day, row.source, row.values[names.index("plays")]) for row in rows] == [(ago(5), "file", 7)]
