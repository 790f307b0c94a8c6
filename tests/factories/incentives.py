"""Factories for salaries, and a published month with as many people as a test wants."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from common.audit import Actor
from incentives.models import SalaryRecord
from incentives.services.rule_sets import load_builtin_rule_set
from people.models import Employee, Posting
from performance.choices import CardState, CycleState
from performance.models import Cycle, Scheme, SchemeVersion, Scorecard, ScorecardVersion
from tests.factories.people import EmployeeFactory, LegalEntityFactory, PositionFactory, TeamFactory

AT = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
TEST = Actor("system:test#1", "test")


class SalaryRecordFactory(DjangoModelFactory):
    """A base salary of ¥10 000 since 2024 that goes on."""

    class Meta:
        model = SalaryRecord

    employee = factory.SubFactory(EmployeeFactory)
    component = "base"
    amount = Decimal("10000.00")
    currency = "CNY"
    starts_on = date(2024, 1, 1)
    ends_on = None
    entered_by = "system:test#1"


@dataclass
class PublishedMonth:
    """A cycle with published cards; ``add`` puts somebody into it."""

    cycle: Cycle
    scheme: SchemeVersion
    cards: list[Scorecard] = field(default_factory=list)

    def add(
        self,
        employee: Employee,
        total: str | None,
        *,
        salary: str | None = "10000.00",
        state: CardState = CardState.PUBLISHED,
        posting: Posting | None = None,
    ) -> Scorecard:
        """Give a person a sealed card with ``total`` and, unless None, a base salary."""
        posting = posting or employee.postings.get()
        card = Scorecard.objects.create(
            employee=employee, cycle=self.cycle, scheme_version=self.scheme, posting=posting, state=state
        )
        new_version(card, total)
        if salary is not None and not SalaryRecord.objects.filter(employee=employee).exists():
            SalaryRecordFactory(employee=employee, amount=Decimal(salary))
        self.cards.append(card)
        return card


def new_version(card: Scorecard, total: str | None) -> ScorecardVersion:
    """Seal a further version of the card with another total and make it current."""
    version = ScorecardVersion.objects.create(
        card=card, number=card.versions.count() + 1, kind="review", inputs="{}", figures_hash="0" * 64,
        total=None if total is None else Decimal(total), days_in_post=31, computed_at=AT, sealed_at=AT,
        made_by="system:test#1",
    )  # fmt: skip
    card.current = version
    card.save()
    return version


def published_month(number: int = 8, *, state: CycleState = CycleState.PUBLISHED) -> PublishedMonth:
    """Return a published month of 2026 without people, with the built-in rule set."""
    load_builtin_rule_set(actor=TEST, at=AT)
    scheme, _new = Scheme.objects.get_or_create(code="standard")
    version, _new = SchemeVersion.objects.get_or_create(
        scheme=scheme, number=1, defaults={"text": "{}", "text_hash": "0" * 64}
    )
    first = date(2026, number, 1)
    last = date(2026, number + 1, 1).toordinal() - 1
    cycle = Cycle.objects.create(
        kind="month", starts_on=first, ends_on=date.fromordinal(last), state=state, published_at=AT
    )
    return PublishedMonth(cycle=cycle, scheme=version)


def add_people(month: PublishedMonth, count: int, *, total: str = "85.00", prefix: str = "X") -> None:
    """Put ``count`` operators in five teams into the month, with few statements."""
    position = PositionFactory()
    teams = [TeamFactory(code=f"B{number}", name=f"Team B{number}") for number in range(5)]
    entity = LegalEntityFactory()
    people = Employee.objects.bulk_create(
        Employee(
            number=f"{prefix}{number:05d}",
            name=f"Person {number}",
            legal_entity=entity,
            hired_on=date(2024, 1, 1),
        )
        for number in range(count)
    )
    postings = Posting.objects.bulk_create(
        Posting(employee=one, team=teams[index * 5 // count], position=position, starts_on=date(2024, 1, 1))
        for index, one in enumerate(people)
    )
    cards = Scorecard.objects.bulk_create(
        Scorecard(
            employee=one, cycle=month.cycle, scheme_version=month.scheme, posting=posting, state="published"
        )
        for one, posting in zip(people, postings, strict=True)
    )
    versions = ScorecardVersion.objects.bulk_create(
        ScorecardVersion(
            card=card, number=1, kind="review", inputs="{}", figures_hash="0" * 64, total=Decimal(total),
            days_in_post=31, computed_at=AT, sealed_at=AT, made_by="system:test#1",
        )
        for card in cards
    )  # fmt: skip
    for card, version in zip(cards, versions, strict=True):
        card.current = version
    Scorecard.objects.bulk_update(cards, ["current"])
    SalaryRecord.objects.bulk_create(
        SalaryRecord(
            employee=one, component="base", amount=Decimal(8000 + index), currency="CNY",
            starts_on=date(2024, 1, 1), entered_by="system:test#1",
        )
        for index, one in enumerate(people)
    )  # fmt: skip
