"""Plans spread over days and videos: weekly rhythm, hits, long tails. Pure.

Every series adds up to its plan exactly. A video's counters grow with its age
and pass through the planned figures on the day the month's list is exported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import accumulate
from random import Random

from common.periods import ONE_DAY, Month
from portal.demo.chance import chance
from portal.demo.exact import nearest, spread
from portal.demo.plans import IMAGE_PLAYS, AdsPlan, CreatorPlan, ShopPlan, plans_of
from portal.demo.timeline import SETTLED_AFTER, Timeline
from portal.demo.world import DemoAccount, World

_WEEK = (0.94, 0.9, 0.92, 0.97, 1.08, 1.22, 1.17)
"""Monday … Sunday."""
_TAIL = 1.35
"""How steeply a video's daily plays fall with its age."""
_RATE = 10**6

_TOPICS = (
    *("清晨厨房", "一人食", "周末露营", "旧物改造", "通勤穿搭", "阳台种菜", "巷口小吃", "十分钟快手菜"),
    *("雨天读书", "收纳挑战", "夜市探店", "手作陶杯", "公园写生", "骑行日记", "节气茶点", "城市声音"),
    *("老街修鞋铺", "手账开箱", "宠物日常", "早市采购"),
)


_SHARED_WORK = "yunque-05"


@dataclass(frozen=True, slots=True)
class AccountDayRow:
    """One day of a creator account."""

    day: date
    plays: int
    likes: int
    comments: int
    shares: int
    profile_visits: int
    gained: int
    lost: int
    total: int

    @property
    def net(self) -> int:
        """Return gained less lost."""
        return self.gained - self.lost


@dataclass(frozen=True, slots=True)
class AdsDayRow:
    """One day of an advertiser, money in fen."""

    day: date
    spend: int
    impressions: int
    clicks: int
    conversions: int
    gmv: int
    refunds: int


@dataclass(frozen=True, slots=True)
class ShopDayRow:
    """One day of a shop, money in fen."""

    day: date
    product_clicks: int
    paid_orders: int
    gmv: int
    refunds: int


@dataclass(frozen=True, slots=True)
class DemoVideo:
    """A published work. Counters are those of ``settled_on``; ``completion`` is a share in millionths."""

    platform_id: str
    title: str
    published_at: datetime
    is_video: bool
    settled_on: date
    plays: int
    likes: int
    comments: int
    shares: int
    favourites: int
    completion: int
    seconds: Fraction

    def at(self, day: date) -> "DemoVideo":
        """Return the video with its counters as on the morning of ``day``."""
        part = Fraction(self._grown(day), self._grown(self.settled_on))
        return replace(
            self,
            plays=nearest(self.plays * part),
            likes=nearest(self.likes * part),
            comments=nearest(self.comments * part),
            shares=nearest(self.shares * part),
            favourites=nearest(self.favourites * part),
        )

    def _grown(self, day: date) -> int:
        age = max((day - self.published_at.date()).days, 1)
        return _GROWTH[min(age, len(_GROWTH) - 1)]


def _growth(days: int) -> tuple[int, ...]:
    return tuple(accumulate((round(10**6 / age**_TAIL) for age in range(1, days)), initial=0))


_GROWTH = _growth(400)


@dataclass(frozen=True, slots=True)
class CreatorSeries:
    """All that happened on one creator account, one day before the first month included."""

    account: DemoAccount
    days: tuple[AccountDayRow, ...]
    videos: tuple[DemoVideo, ...]


@dataclass(frozen=True, slots=True)
class AdsSeries:
    """All days of one advertiser."""

    account: DemoAccount
    days: tuple[AdsDayRow, ...]


@dataclass(frozen=True, slots=True)
class ShopSeries:
    """All days of one shop."""

    account: DemoAccount
    days: tuple[ShopDayRow, ...]


def creator_series(world: World, account: DemoAccount) -> CreatorSeries:
    """Return the account's days up to yesterday and the videos published by then."""
    plans = [plan for plan in plans_of(world, account) if isinstance(plan, CreatorPlan)]
    videos = [
        video for plan in plans for video in _videos(account, plan, _settled_on(world.timeline, plan.month))
    ]
    days = [_day_before(plans[0]), *(row for plan in plans for row in _creator_days(account, plan))]
    through = world.timeline.through
    return CreatorSeries(
        account,
        tuple(row for row in days if row.day <= through),
        tuple(video for video in videos if video.published_at.date() <= through),
    )


def ads_series(world: World, account: DemoAccount) -> AdsSeries:
    """Return the advertiser's days up to yesterday."""
    rows = [
        row
        for plan in plans_of(world, account)
        if isinstance(plan, AdsPlan)
        for row in _ads_days(account, plan)
    ]
    return AdsSeries(account, tuple(row for row in rows if row.day <= world.timeline.through))


def shop_series(world: World, account: DemoAccount) -> ShopSeries:
    """Return the shop's days up to yesterday."""
    plans = [plan for plan in plans_of(world, account) if isinstance(plan, ShopPlan)]
    rows = [row for plan in plans for row in _shop_days(account, plan)]
    return ShopSeries(account, tuple(row for row in rows if row.day <= world.timeline.through))


def _rhythm(rng: Random, month: Month, noise: float = 0.2) -> list[float]:
    return [_WEEK[day.weekday()] * rng.uniform(1 - noise, 1 + noise) for day in month.span]


# Days of creators ----------------------------------------------------------


def _day_before(plan: CreatorPlan) -> AccountDayRow:
    plays = plan.plays // plan.month.days
    return AccountDayRow(
        day=plan.month.first - ONE_DAY,
        plays=plays,
        likes=plays // 30,
        comments=plays // 90,
        shares=plays // 130,
        profile_visits=plays // 25,
        gained=0,
        lost=0,
        total=plan.opening,
    )


def _creator_days(account: DemoAccount, plan: CreatorPlan) -> Iterator[AccountDayRow]:
    rng = chance(account.key, plan.month, "days")
    rhythm = _rhythm(rng, plan.month)
    interactions = nearest(plan.depth * plan.plays)
    amounts = (plan.plays, plan.plays // 28, interactions * 3 // 5, interactions * 2 // 5, plan.plays // 24)
    plays, likes, comments, shares, visits = (
        spread(amount, [weight * rng.uniform(0.9, 1.1) for weight in rhythm]) for amount in amounts
    )
    gained = spread(plan.gained, [weight * rng.uniform(0.8, 1.2) for weight in rhythm])
    lost = spread(plan.lost, [rng.uniform(0.8, 1.2) for _ in rhythm])
    total = plan.opening
    for index, day in enumerate(plan.month.span):
        total += gained[index] - lost[index]
        yield AccountDayRow(
            day, plays[index], likes[index], comments[index], shares[index], visits[index],
            gained[index], lost[index], total,
        )  # fmt: skip


# Videos --------------------------------------------------------------------


def _settled_on(timeline: Timeline, month: Month) -> date:
    return timeline.settled_on(month) if month in timeline.past else month.last + SETTLED_AFTER


def _videos(account: DemoAccount, plan: CreatorPlan, settled_on: date) -> list[DemoVideo]:
    rng = chance(account.key, plan.month, "videos")
    moments = _moments(rng, plan.month, plan.originals + plan.images)
    still = set(rng.sample(range(len(moments)), plan.images))
    moving = [index for index in range(len(moments)) if index not in still]
    plays = dict(zip(moving, _video_plays(rng, plan), strict=True)) | dict.fromkeys(still, IMAGE_PLAYS)
    acts = dict(
        zip(moving, spread(nearest(plan.depth * plan.plays), [plays[i] for i in moving]), strict=True)
    )
    acts |= dict.fromkeys(still, nearest(plan.depth * IMAGE_PLAYS))
    rates = _completions(rng, plan, [plays[index] for index in moving])
    rate_of = dict(zip(moving, rates, strict=True))
    return [
        replace(
            _video(rng, account, index, moment, plays[index], acts[index], rate_of.get(index)),
            settled_on=settled_on,
        )
        for index, moment in enumerate(moments)
    ]


def _moments(rng: Random, month: Month, count: int) -> list[datetime]:
    """Return publish instants, all in different minutes, oldest first."""
    days = list(month.span)
    chosen = sorted(rng.choices(days, weights=[_WEEK[day.weekday()] for day in days], k=count))
    found: set[datetime] = set()
    for day in chosen:
        moment = datetime.combine(day, time(rng.randint(7, 21), rng.randint(0, 59), rng.randint(0, 59)))
        while moment.replace(second=0) in {other.replace(second=0) for other in found}:
            moment += timedelta(minutes=1)
        found.add(moment)
    return sorted(found)


def _video_plays(rng: Random, plan: CreatorPlan) -> list[int]:
    """Return plays per video, adding up to the plan: many ordinary ones and a few that run."""
    weights = [rng.uniform(0.35, 1.4) ** 2 * (5 if rng.random() < 0.06 else 1) for _ in range(plan.originals)]
    if not plan.hit:
        return spread(plan.plays, weights)
    return [plan.hit, *spread(plan.plays - plan.hit, weights[1:])]


def _completions(rng: Random, plan: CreatorPlan, plays: Sequence[int]) -> list[int]:
    """Return rates in millionths whose mean, weighted by plays, is the plan's to the last digit that fits."""
    wanted = plan.completion * _RATE
    rates = [nearest(wanted * Fraction(rng.randint(880, 1120), 1000)) for _ in plays]
    rates = [min(rate, 990_000) for rate in rates]
    shift = wanted - Fraction(sum(rate * count for rate, count in zip(rates, plays, strict=True)), sum(plays))
    rates = [rate + nearest(shift) for rate in rates]
    largest = max(range(len(plays)), key=lambda index: plays[index])
    rest = wanted * sum(plays) - sum(rate * count for rate, count in zip(rates, plays, strict=True))
    rates[largest] += nearest(rest / plays[largest])
    return rates


def _title(handle: str, month: int, index: int) -> str:
    """Return a title of the account's own; one pair of accounts begins each month with the same work."""
    by = _SHARED_WORK if handle.startswith(_SHARED_WORK) and index == 0 else handle
    topic = _TOPICS[(index + month * 3 + len(by)) % len(_TOPICS)]
    return f"【演示】{topic} {month}月第{index + 1}条 {by}"


def _video(
    rng: Random, account: DemoAccount, index: int, moment: datetime, plays: int, acts: int, rate: int | None
) -> DemoVideo:
    """Return one video with invented likes, saves and length; it settles on its day until told otherwise."""
    comments = acts * rng.randint(45, 70) // 100
    return DemoVideo(
        platform_id=f"7{rng.randrange(10**17, 10**18)}",
        title=_title(account.handle, moment.month, index),
        published_at=moment,
        is_video=rate is not None,
        settled_on=moment.date(),
        plays=plays,
        likes=plays * rng.randint(18, 60) // 1000,
        comments=comments,
        shares=acts - comments,
        favourites=plays * rng.randint(3, 14) // 1000,
        completion=rng.randint(300_000, 500_000) if rate is None else rate,
        seconds=Fraction(rng.randint(6_000_000, 38_000_000), _RATE),
    )


# Advertisers and shops -----------------------------------------------------


def _ads_days(account: DemoAccount, plan: AdsPlan) -> Iterator[AdsDayRow]:
    rng = chance(account.key, plan.month, "ads days")
    rhythm = _rhythm(rng, plan.month, 0.25)
    spend, gmv = (spread(amount, rhythm) for amount in (plan.spend, plan.gmv))
    refunds = spread(plan.refunds, [rng.uniform(0.5, 1.5) for _ in rhythm])
    for index, day in enumerate(plan.month.span):
        impressions = spend[index] * rng.randint(40, 60) // 100
        clicks = impressions * rng.randint(12, 22) // 1000
        orders = gmv[index] // rng.randint(9_000, 12_000)
        yield AdsDayRow(day, spend[index], impressions, clicks, orders, gmv[index], refunds[index])


def _shop_days(account: DemoAccount, plan: ShopPlan) -> Iterator[ShopDayRow]:
    rng = chance(account.key, plan.month, "shop days")
    rhythm = _rhythm(rng, plan.month, 0.25)
    clicks = spread(plan.clicks, rhythm)
    orders = spread(plan.orders, [weight * rng.uniform(0.85, 1.15) for weight in rhythm])
    gmv = spread(plan.gmv, [count * rng.uniform(0.8, 1.2) + 0.001 for count in orders])
    refunds = spread(plan.refunds, [rng.uniform(0.5, 1.5) for _ in rhythm])
    for index, day in enumerate(plan.month.span):
        yield ShopDayRow(day, clicks[index], orders[index], gmv[index], refunds[index])
