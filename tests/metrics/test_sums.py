"""The database's sums are those of the rows that a page shows, whatever the facts look like."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from metrics import measures
from metrics.choices import SOURCE_ORDER, Basis, CorrectionState, Grain, Source
from metrics.definitions import builtin_definitions
from metrics.models import AccountDay, AdsDay, CommerceDay, Correction, Video, VideoSnapshot, Work
from metrics.selectors import sums
from metrics.selectors.fact_reader import FactReader, Reading
from metrics.selectors.frames import as_frame, holding_list
from metrics.selectors.measured import measure_people
from tests.factories.metrics import AT
from tests.factories.people import AccountFactory, AccountPeriodFactory, EmployeeFactory

FIRST, LAST = date(2026, 8, 1), date(2026, 8, 31)
DEFINITIONS = builtin_definitions()
MEASURED = [definition for definition in DEFINITIONS.values() if definition.basis != Basis.MANUAL]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite adds nothing up itself"),
]


def test_the_names_of_sources_fall_as_their_rank_rises():
    """``sums.BEST_FIRST`` rests on it; accounts with corrections are read by the rank itself."""
    delivered = [source for source in SOURCE_ORDER if source is not Source.CORRECTED]
    assert sorted(delivered, reverse=True) == delivered
    assert set(SOURCE_ORDER) == set(Source)


class _World:
    """Facts of every kind that differs: sources, abouts, gaps, late readings, works, hand-overs, shares."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.people = EmployeeFactory.create_batch(4)
        self.works = [Work.objects.create(title=f"w{number}") for number in range(3)]
        for kind, model, fields in (
            (
                "creator",
                AccountDay,
                ("followers_net", "followers_lost", "followers_gained", "followers_total"),
            ),
            ("advertiser", AdsDay, ("spend", "gmv", "refunds")),
            ("shop", CommerceDay, ("product_clicks", "paid_orders")),
        ):
            for account in AccountFactory.create_batch(3, kind=kind):
                self.hold(account)
                self.days(account, model, fields)
                if kind == "creator":
                    self.corrected(account)
                    self.videos(account)

    def some(self, value, missing=0.2):
        return None if self.draw.random() < missing else value

    def hold(self, account):
        one, other = self.draw.sample(self.people, 2)
        passed = date(2026, 8, self.draw.randint(2, 30))
        AccountPeriodFactory(account=account, ends_on=passed, shares={one: "33.3333", other: "66.6667"})
        AccountPeriodFactory(account=account, starts_on=passed + timedelta(days=1), shares={other: 100})

    def days(self, account, model, fields):
        abouts = [None] if model is AccountDay else [0, 7]
        rows = []
        for offset in range(-6, 33):
            for source in self.sources_of(account):
                for about in abouts:
                    if self.draw.random() < 0.5:
                        continue
                    values = {field: self.some(self.value(field)) for field in fields}
                    more = {} if about is None else {"about_id": about}
                    day = FIRST + timedelta(days=offset)
                    more["gaps"] = self.emptied(source, values)
                    rows.append(model(account=account, date=day, source=source.value, **values, **more))
        model.objects.bulk_create(rows)

    def sources_of(self, account):
        """Every third account has no correction."""
        return [one for one in Source if account.pk % 3 or one is not Source.CORRECTED]

    def emptied(self, source, values):
        """A corrected row may say that there is no value, which hides the other sources."""
        missing = [field for field, value in values.items() if value is None]
        return {
            field: "held_for_check"
            for field in missing
            if source is Source.CORRECTED and self.draw.random() < 0.5
        }

    def corrected(self, account):
        """Note that the account has corrections; which cell they are of does not matter here."""
        if account.pk % 3:
            for grain in (Grain.ACCOUNT_DAY, Grain.VIDEO_SNAPSHOT):
                Correction.objects.create(
                    grain=grain.value, account=account, date=FIRST, field="plays", old="", new="1",
                    reason="x", state=CorrectionState.CONFIRMED, proposed_by="user:1", proposed_at=AT,
                    decided_by="user:2", decided_at=AT,
                )  # fmt: skip

    def value(self, field):
        if field in ("spend", "gmv", "refunds"):
            return Decimal(self.draw.randint(0, 99_999)).scaleb(-2)
        return self.draw.randint(-50 if field == "followers_net" else 0, 10**6)

    def videos(self, account):
        for number in range(12):
            day = FIRST + timedelta(days=self.draw.randint(-2, 32))
            video = Video.objects.create(
                account=account, platform_id=f"{account.pk}-{number}", published_on=day,
                media=self.draw.choice(["video", "video", "image"]),
                work=self.some(self.draw.choice(self.works), 0.6),
                originality=self.draw.choice(["unchecked", "original", "reposted"]),
                withdrawn_on=self.some(day, 0.8),
            )  # fmt: skip
            days = {LAST + timedelta(days=self.draw.randint(-9, 20)) for _ in range(self.draw.randint(0, 3))}
            VideoSnapshot.objects.bulk_create(
                self.reading(video, read, source)
                for read in days
                for source in self.sources_of(account)
                if self.draw.random() < 0.6
            )

    def reading(self, video, read, source):
        rate = Decimal(self.draw.randint(0, 10**8)).scaleb(-8)
        values = {
            "plays": self.some(self.draw.randint(0, 10**12)), "comments": self.some(5),
            "shares": self.some(7), "completion_rate": self.some(rate),
        }  # fmt: skip
        return VideoSnapshot(
            video_id=video.pk, captured_on=read, source=source.value, fetch_id=1,
            gaps=self.emptied(source, values), **values,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cut", [None, date(2026, 8, 17)])
def test_sums_are_those_of_the_rows(seed, cut):
    world = _World(seed)
    reading = Reading(
        first=FIRST,
        last=LAST,
        period_days=31,
        through=None if cut is None else {person.pk: cut for person in world.people[1:]},
        closed=cut is None,
    )
    reader = FactReader(DEFINITIONS.values())
    counted = 0
    for definition in MEASURED:
        held = reader.holdings(reading, definition.account_kind, {person.pk for person in world.people})
        frame = as_frame(held)
        if definition.basis == Basis.COHORT:
            found = reader.cohort(definition, reading, held)
            rows = measures.cohort_rows(definition, frame, reader.video_cells(definition, reading, held))
            expected = measures.cohort_sums(rows)
        else:
            found = reader.flow(definition, reading, held)
            rows = measures.flow_rows(definition, frame, reader.day_cells(definition, reading, held))
            expected = measures.flow_sums(rows)
        assert {key: value for key, value in found.items() if any(value)} == {
            key: value for key, value in expected.items() if any(value)
        }, definition.key
        counted += len(rows)
    assert counted > 100


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_the_same_without_the_databases_sums(seed, monkeypatch):
    people = {person.pk for person in _World(seed).people}
    reading = Reading(first=FIRST, last=LAST, period_days=31)
    here = {d.key: measure_people(d, employees=people, reading=reading) for d in MEASURED}
    monkeypatch.setattr(sums, "added_up_here", lambda: False)
    assert here == {d.key: measure_people(d, employees=people, reading=reading) for d in MEASURED}
    assert any(found.value is not None for figures in here.values() for found in figures.values()) or seed


def test_holdings_without_facts_have_no_sums():
    AccountPeriodFactory(shares={EmployeeFactory(): 100})
    held = holding_list(first=FIRST, last=LAST)
    for definition in MEASURED:
        if definition.basis == Basis.COHORT:
            found = sums.video_sums([definition], held, cutoff=LAST, latest=LAST)
        else:
            found = sums.day_sums(definition.grain, [definition], held)
        assert found == {definition.key: {}}
    assert sums.opening_stock_of(held) == {}
