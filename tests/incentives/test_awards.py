"""The ledger: one line for each person, corrected only by further lines."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from common.errors import Conflict, NotVisible, Refusal
from common.models import AuditEvent
from incentives.models import Award, CycleRuleSet, RuleSetVersion, SalaryRecord
from incentives.rules.sentences import REASONS
from incentives.selectors.awards import estimate_for, own_awards, told_by
from incentives.selectors.reasons import SENTENCES
from incentives.selectors.rule_sets import rule_set_document
from incentives.services.awards import project_awards
from incentives.services.rule_sets import load_builtin_rule_set, pin_rule_set, publish_rule_set
from people.access import viewer_of
from people.choices import Role
from performance.choices import CardState, CycleState
from performance.models import Scorecard
from tests.factories.incentives import AT, TEST, add_people, new_version, published_month
from tests.factories.people import make_manager, make_officer, make_operator

pytestmark = pytest.mark.django_db


def project(month):
    return project_awards(cycle_id=month.cycle.pk, actor=TEST, at=AT)


def ledger():
    return list(Award.objects.order_by("pk").values_list("amount", "status"))


def net():
    return sum(award.amount or 0 for award in Award.objects.all())


@pytest.mark.parametrize(
    ("total", "tier", "amount"),
    [
        ("66.50", "", "0.00"),
        ("79.99", "", "0.00"),
        ("80.00", "bronze", "2000.00"),
        ("90.00", "silver", "2000.00"),
        ("110.00", "silver", "2000.00"),
        ("110.01", "gold", "2000.00"),
    ],
)
def test_a_card_becomes_one_line(total, tier, amount):
    month = published_month()
    month.add(make_operator().employee, total)
    project(month)
    award = Award.objects.get()
    assert (award.tier, award.amount, award.currency) == (tier, Decimal(amount), "CNY")
    assert (award.kind, award.status, award.income_kind) == ("salary_multiple", "proposed", "wages")


def test_projecting_again_changes_nothing():
    month = published_month()
    month.add(make_operator("Alice").employee, "85.00")
    month.add(make_operator("Carol").employee, None)
    first = project(month)
    before = list(Award.objects.values())
    again = project(month)
    assert (first.made, first.held) == (2, 1)
    assert (again.made, again.corrected, again.unchanged) == (0, 0, 2)
    assert list(Award.objects.values()) == before
    assert AuditEvent.objects.filter(action="project_awards").count() == 1


@pytest.mark.parametrize("state", [CardState.MANAGER_REVIEW, CardState.CONFIRMED, CardState.LIVE])
def test_a_card_that_stayed_behind_earns_nothing_yet(state):
    month = published_month()
    month.add(make_operator("Alice").employee, "85.00", state=state)
    month.add(make_operator("Carol").employee, "85.00")
    project(month)
    assert Award.objects.get().employee.name == "Carol"


@pytest.mark.parametrize("state", ["published", "acknowledged", "appealed", "final"])
def test_published_cards_are_paid(state):
    month = published_month()
    month.add(make_operator().employee, "85.00", state=CardState(state))
    project(month)
    assert Award.objects.get().amount == Decimal("2000.00")


@pytest.mark.parametrize("state", [CycleState.OPEN, CycleState.CLOSING, CycleState.REVIEW])
def test_awards_wait_for_published_results(state):
    month = published_month(state=state)
    month.add(make_operator().employee, "85.00")
    with pytest.raises(Refusal) as refusal:
        project(month)
    assert refusal.value.code == "not_published"
    assert not Award.objects.exists()


def test_without_a_salary_the_line_is_held_and_no_zero():
    month = published_month()
    month.add(make_operator().employee, "85.00", salary=None)
    project(month)
    award = Award.objects.get()
    assert (award.amount, award.status, award.held_reason) == (None, "held", "no_salary")


def test_a_salary_of_zero_is_a_salary():
    month = published_month()
    month.add(make_operator().employee, "85.00", salary="0.00")
    project(month)
    assert Award.objects.get().amount == Decimal("0.00")


def test_ten_digit_salaries_stay_exact():
    month = published_month()
    month.add(make_operator().employee, "85.00", salary="9999999999.99")
    project(month)
    assert Award.objects.get().amount == Decimal("2000000000.00")


@pytest.mark.parametrize(("hired", "amount"), [(date(2026, 8, 17), "967.80"), (date(2026, 8, 18), "0.00")])
def test_a_part_month_counts_its_days(hired, amount):
    month = published_month()
    month.add(make_operator(hired_on=hired).employee, "85.00")
    project(month)
    assert Award.objects.get().amount == Decimal(amount)  # 15 of 31 days: 0.4839


def test_a_salary_entered_later_resolves_the_held_line():
    month = published_month()
    card = month.add(make_operator().employee, "85.00", salary=None)
    project(month)
    month.cards.clear()
    SalaryRecord.objects.create(
        employee=card.employee, component="base", amount=Decimal(10000), currency="CNY",
        starts_on=date(2024, 1, 1), entered_by="user:1",
    )  # fmt: skip
    assert project(month).corrected == 1
    assert ledger() == [(None, "void"), (None, "void"), (Decimal("2000.00"), "proposed")]
    assert project(month).corrected == 0


def test_a_changed_card_is_reversed_and_written_anew():
    month = published_month()
    card = month.add(make_operator().employee, "85.00")
    project(month)
    new_version(card, "70.00")
    project(month)
    old, reversal, fresh = Award.objects.order_by("pk")
    assert reversal.reverses_id == old.pk
    assert (old.amount, reversal.amount, fresh.amount) == (Decimal(2000), Decimal(-2000), Decimal(0))
    assert (old.status, reversal.status, fresh.status) == ("void", "void", "proposed")
    assert net() == Decimal(0)


def test_a_salary_corrected_twice_leaves_one_line_that_counts():
    month = published_month()
    month.add(make_operator().employee, "85.00")
    project(month)
    for amount in ("12000.00", "9000.00"):
        SalaryRecord.objects.update(amount=Decimal(amount))
        project(month)
    live = Award.objects.exclude(status="void").get()
    assert live.amount == Decimal("1800.00")
    assert Award.objects.count() == 5
    assert net() == Decimal("1800.00")


def test_a_card_taken_back_and_published_again():
    month = published_month()
    card = month.add(make_operator().employee, "85.00")
    project(month)
    Scorecard.objects.filter(pk=card.pk).update(state="manager_review")
    project(month)
    assert not Award.objects.exclude(status="void").exists()
    Scorecard.objects.filter(pk=card.pk).update(state="published")
    project(month)
    assert Award.objects.exclude(status="void").get().amount == Decimal("2000.00")
    assert net() == Decimal("2000.00")


def test_the_number_of_statements_does_not_grow():
    counts = []
    for number, people in ((7, 10), (8, 200)):
        month = published_month(number)
        add_people(month, people, prefix=f"M{number}-")
        with CaptureQueriesContext(connection) as captured:
            project(month)
        # SQLite cuts a bulk insert into pieces; everything else must not grow.
        counts.append(sum(not row["sql"].startswith("INSERT") for row in captured))
        assert Award.objects.filter(cycle=month.cycle).count() == people
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda: Award.objects.update(amount=1),
        lambda: Award.objects.update(inputs="{}"),
        lambda: Award.objects.update(tier="gold"),
        lambda: Award.objects.all()._raw_delete("default"),
        lambda: RuleSetVersion.objects.update(text="{}"),
        lambda: RuleSetVersion.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_change_the_ledger(change):
    month = published_month()
    month.add(make_operator().employee, "85.00")
    project(month)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        change()
    Award.objects.update(status="confirmed")


# Rule sets


def test_the_same_rule_set_again_is_no_new_version():
    load_builtin_rule_set(actor=TEST, at=AT)
    load_builtin_rule_set(actor=TEST, at=AT)
    assert RuleSetVersion.objects.get().number == 1


def test_a_cycle_keeps_the_rule_set_it_paid_by():
    month = published_month()
    month.add(make_operator().employee, "85.00")
    project(month)
    pinned = CycleRuleSet.objects.get().rule_set_version
    newer, new = publish_rule_set(
        document=replace(rule_set_document(pinned), minimum_days_in_post=20), actor=TEST, at=AT
    )
    assert (new, newer.number) == (True, 2)
    project(month)
    assert Award.objects.get().rule_set_version == pinned
    with pytest.raises(Conflict):
        pin_rule_set(cycle=month.cycle, actor=TEST, at=AT, version=newer)


def test_the_reasons_have_the_words_of_the_rules():
    with translation.override(None):
        assert {code: str(text) for code, text in SENTENCES.items()} == REASONS


# Who reads them


def test_an_estimate_is_for_the_person_hr_and_finance_only():
    month = published_month(state=CycleState.OPEN)
    bob = make_manager("Bob")
    alice = make_operator("Alice", manager=bob)
    card = month.add(alice.employee, "85.00", state=CardState.LIVE)
    for user in (alice, make_officer("Erin", Role.HR_PAY), make_officer("Frank", Role.FINANCE)):
        assert estimate_for(viewer_of(user, day=date(2026, 8, 20)), card).amount == Decimal("2000.00")
    for user in (bob, make_officer("Audrey", Role.AUDITOR), make_officer("Hugh", Role.HR_PEOPLE)):
        with pytest.raises(NotVisible):
            estimate_for(viewer_of(user, day=date(2026, 8, 20)), card)
    assert not Award.objects.exists()


def test_a_published_month_tells_what_the_ledger_says():
    month = published_month()
    alice = make_operator("Alice")
    card = month.add(alice.employee, "85.00")
    project(month)
    viewer = viewer_of(alice, day=date(2026, 9, 10))
    SalaryRecord.objects.filter(employee=alice.employee).update(amount=Decimal("99999.00"))
    assert estimate_for(viewer, card).amount == own_awards(viewer).get().amount == Decimal("2000.00")


def test_own_awards_are_ones_own():
    month = published_month()
    alice, carol = make_operator("Alice"), make_operator("Carol")
    month.add(alice.employee, "85.00")
    month.add(carol.employee, "85.00", salary="20000.00")
    project(month)
    mine = own_awards(viewer_of(alice, day=date(2026, 9, 10)))
    assert [award.amount for award in mine] == [Decimal("2000.00")]
    assert [code for code, _params in told_by(mine[0]).reason][-1] == "calculation"
