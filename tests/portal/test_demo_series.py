"""The generated series, added up here without the importer or the scorer."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from common.periods import ONE_DAY, Month
from people.choices import AccountKind
from portal.demo.exact import spread
from portal.demo.plans import CreatorPlan, plans_of
from portal.demo.series import AccountDayRow, CreatorSeries, ads_series, creator_series, shop_series
from portal.demo.world import WORKED, World, build_world

TODAYS = [
    date(2026, 11, 23),
    date(2027, 2, 10),
    date(2027, 1, 15),
    date(2026, 7, 1),
    date(2026, 4, 9),
    date(2027, 3, 31),
]
WEIGHTS = {
    "originality": "16", "completion": "10", "interaction": "8.4", "campaigns": "5.6", "growth": "4",
    "goal": "8.5", "retention": "5", "retention_year": "7.5", "roi": "21", "conversion": "14",
}  # fmt: skip


def rounded(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator * 10**12 // value.denominator).scaleb(-12)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def account_of(world: World, kind: AccountKind, number: str = WORKED):
    return next(a for a in world.accounts if a.lead == number and a.kind == kind)


def in_month(rows: Sequence, month: Month) -> list:
    return [row for row in rows if row.day in month.span]


def opening(series: CreatorSeries, first: date) -> int:
    return next(row.total for row in series.days if row.day == first - ONE_DAY)


def cohort(series: CreatorSeries, month: Month, today: date) -> list:
    read_on = min(month.last + timedelta(days=3), today)
    return [video.at(read_on) for video in series.videos if video.published_at.date() in month.span]


def depth(series: CreatorSeries, months: Sequence[Month], today: date) -> Fraction:
    videos = [video for month in months for video in cohort(series, month, today)]
    return Fraction(sum(v.comments + v.shares for v in videos), sum(v.plays for v in videos))


def loss(series: CreatorSeries, months: Sequence[Month], *, span_days: int | None = None) -> Fraction:
    """Pooled monthly loss; with ``span_days`` the loss of one span with its one opening stock."""
    rows = [row for month in months for row in in_month(series.days, month)]
    stock = Fraction(sum(opening(series, month.first) for month in months))
    if span_days is not None:
        stock = Fraction(opening(series, months[0].first) * len(rows), span_days)
    return Fraction(sum(row.lost for row in rows)) / (stock + sum(row.gained for row in rows))


def reference(past: Sequence[Month]) -> Sequence[Month]:
    """Return the months of the year before when there are three of them, else the first three."""
    year_before = [month for month in past[:-1] if month.year == past[-1].year - 1]
    return year_before if len(year_before) >= 3 else past[:3]


def achievement(actual: Fraction, target: Fraction, places: int = 6) -> Decimal:
    return rounded(100 * actual / Fraction(rounded(target, places)), 2)


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def world(request: pytest.FixtureRequest) -> World:
    return build_world(today=request.param)


@pytest.fixture(scope="module")
def lines(world: World) -> dict[str, Decimal]:
    return lines_of(world, WORKED, growth=Fraction(4, 100), goal=1_000_000)


def lines_of(world: World, number: str, *, growth: Fraction, goal: int) -> dict[str, Decimal]:
    """Return the ten achievements of somebody's last month, computed from the series."""
    past, last, today = world.timeline.past, world.timeline.last_month, world.timeline.today
    before = reference(past)
    series = creator_series(world, account_of(world, AccountKind.CREATOR, number))
    ads = ads_series(world, account_of(world, AccountKind.ADVERTISER, number)).days
    shop = shop_series(world, account_of(world, AccountKind.SHOP, number)).days
    moving = [video for video in cohort(series, last, today) if video.is_video]
    completed = Fraction(sum(v.completion * v.plays for v in moving), 10**6 * sum(v.plays for v in moving))
    net = sum(row.net for row in in_month(series.days, last))
    year = [month for month in past if month.year == last.year]
    span_days = (last.last - date(last.year, 1, 1)).days + 1
    spend = sum(row.spend for row in in_month(ads, last))
    earned = sum(row.gmv - row.refunds for row in in_month(ads, last))
    assert spend >= 300_000
    quarter = (last.number - 1) % 3 + 1
    held = [
        c
        for c in world.campaigns
        if c.number == number and last.plus(1 - quarter).first <= c.date <= last.last
    ]

    depth_before = Fraction(rounded(depth(series, before, today), 6))

    def conversion(months: Sequence[Month]) -> Fraction:
        rows = [row for month in months for row in in_month(shop, month)]
        return Fraction(sum(row.paid_orders for row in rows), sum(row.product_clicks for row in rows))

    converted = Fraction(rounded(conversion(before), 6))
    return {
        "originality": achievement(Fraction(len(moving)), Fraction(30)),
        "completion": achievement(completed, Fraction(7, 10)),
        "interaction": achievement(depth(series, [last], today), depth_before * Fraction(12, 10)),
        "campaigns": achievement(Fraction(len(held)), Fraction(3 * quarter, 3)),
        "growth": achievement(Fraction(net, opening(series, last.first)), growth),
        "goal": achievement(Fraction(net), Fraction(goal, 12), 12),
        "retention": rounded(100 * Fraction(rounded(loss(series, before), 6)) / loss(series, [last]), 2),
        "retention_year": rounded(
            100 * Fraction(rounded(loss(series, before, span_days=span_days), 6))
            / loss(series, year, span_days=span_days), 2
        ),
        "roi": achievement(Fraction(earned, spend), Fraction(2)),
        "conversion": achievement(conversion([last]), converted * Fraction(13, 10)),
    }  # fmt: skip


def test_each_line_of_the_worked_example(lines: dict[str, Decimal]) -> None:
    assert {name: str(value) for name, value in lines.items()} == {
        "originality": "90.00", "completion": "95.00", "interaction": "95.00", "campaigns": "100.00",
        "growth": "115.00", "goal": "78.00", "retention": "99.90", "retention_year": "100.00",
        "roi": "130.00", "conversion": "90.00",
    }  # fmt: skip


def test_the_worked_example_adds_up_to_the_cent(lines: dict[str, Decimal]) -> None:
    exact = sum((Decimal(WEIGHTS[name]) * value / 100 for name, value in lines.items()), Decimal(0))
    assert exact == Decimal("101.105")
    assert exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) == Decimal("101.11")


@pytest.mark.parametrize(("number", "total"), [("Y003", "90.20"), ("Y008", "89.80")])
def test_two_cards_end_beside_a_tiers_edge(world: World, number: str, total: str) -> None:
    series = creator_series(world, account_of(world, AccountKind.CREATOR, number))
    followers = opening(series, world.timeline.last_month.first)
    goal = 1_000_000 if followers >= 500_000 else 300_000 if followers >= 100_000 else 100_000
    growth = {1_000_000: Fraction(1, 100), 300_000: Fraction(2, 100), 100_000: Fraction(4, 100)}[goal]
    lines = lines_of(world, number, growth=growth, goal=goal)
    exact = sum(Decimal(WEIGHTS[name]) * min(value, Decimal(150)) / 100 for name, value in lines.items())
    assert lines["roi"] <= 150
    assert abs(exact - Decimal(total)) <= Decimal("0.02")


def test_the_references_of_the_worked_example_are_round(world: World) -> None:
    series = creator_series(world, account_of(world, AccountKind.CREATOR))
    past, last, today = world.timeline.past, world.timeline.last_month, world.timeline.today
    before = reference(past)
    assert rounded(loss(series, before), 6) == Decimal("0.030000")
    assert rounded(loss(series, [last]), 5) == Decimal("0.03003")
    assert rounded(depth(series, before, today), 6) == Decimal("0.020000")
    assert rounded(depth(series, [last], today), 6) == Decimal("0.022800")
    assert opening(series, last.first) == 1_413_043


def test_series_meet_their_plans(world: World) -> None:
    for account in [a for a in world.accounts if a.kind == AccountKind.CREATOR][:6]:
        series = creator_series(world, account)
        for plan in [p for p in plans_of(world, account) if isinstance(p, CreatorPlan)][:6]:
            rows: list[AccountDayRow] = in_month(series.days, plan.month)
            assert (sum(r.plays for r in rows), sum(r.gained for r in rows)) == (plan.plays, plan.gained)
            assert rows[-1].total == plan.opening + plan.gained - plan.lost
            videos = [v for v in cohort(series, plan.month, world.timeline.today) if v.is_video]
            assert (len(videos), sum(v.plays for v in videos)) == (plan.originals, plan.plays)


def test_every_day_follows_from_the_day_before_and_nothing_is_negative(world: World) -> None:
    for account in [a for a in world.accounts if a.kind == AccountKind.CREATOR]:
        days = creator_series(world, account).days
        for before, row in itertools.pairwise(days):
            assert row.day == before.day + ONE_DAY
            assert row.total == before.total + row.gained - row.lost
            assert min(row.plays, row.likes, row.comments, row.shares, row.gained, row.lost, row.total) >= 0


def test_videos_have_their_own_minute_and_only_grow(world: World) -> None:
    for account in [a for a in world.accounts if a.kind == AccountKind.CREATOR][::5]:
        videos = creator_series(world, account).videos
        minutes = [video.published_at.replace(second=0) for video in videos]
        assert len(set(minutes)) == len(minutes)
        for video in videos[::9]:
            plays = [video.at(video.published_at.date() + timedelta(days=age)).plays for age in (1, 3, 9, 40)]
            assert plays == sorted(plays)
            assert 0 <= video.completion <= 10**6


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(10, [1, 1, 1], [4, 3, 3]), (-7, [1, 2], [-2, -5]), (0, [3, 1], [0, 0]), (5, [0, 1], [0, 5])],
)
def test_spread(total: int, weights: list[float], parts: list[int]) -> None:
    assert spread(total, weights) == parts


def test_spread_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="no positive weight"):
        spread(3, [0.0, 0.0])
