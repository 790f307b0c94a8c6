"""What each account is to achieve in each month, before it is spread over days and videos. Pure.

A plan is exact: the files made from it add up to it. Levels are set so that
over the months every tier occurs; ``levels`` says what is special about whom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from common.periods import Month
from people.choices import AccountKind, Platform
from portal.demo import edge, worked
from portal.demo.chance import chance
from portal.demo.exact import nearest
from portal.demo.timeline import PAST_MONTHS
from portal.demo.world import WORKED, DemoAccount, World

REFERENCE = worked.ENOUGH_MONTHS
IMAGE_PLAYS = 12_500
"""Plays of every image post: few enough to matter little, round enough to be exact."""
STAGES: tuple[tuple[int, Fraction, int], ...] = (
    (500_000, Fraction(1, 100), 1_000_000),
    (100_000, Fraction(2, 100), 300_000),
    (0, Fraction(4, 100), 100_000),
)
"""From so many followers: growth asked a month, followers asked a year."""

LEVELS: Mapping[str, float] = {
    "Y001": 1.00, "Y002": 0.97, "Y003": 0.92, "Y004": 1.10, "Y005": 1.04, "Y006": 0.96,
    "Y007": 1.00, "Y008": 0.90, "Y009": 0.88, "Y010": 0.94, "Y011": 1.02, "Y012": 0.86,
    "Y013": 1.18, "Y014": 0.80, "Y015": 0.78, "Y016": 0.75, "Y017": 1.20, "Y018": 0.99,
    "Y019": 1.06, "Y020": 0.84, "Y021": 1.12, "Y022": 0.72, "Y023": 0.95,
}  # fmt: skip
"""How well an operator does on the whole; 1.00 is at the targets."""

LAST_MONTH: Mapping[str, float] = {"Y004": 0.74, "Y015": 1.12}
"""Whose last month breaks with the months before."""

_FOLLOWERS: Mapping[str, int] = {
    "Y003": 620_000, "Y013": 540_000, "Y017": 310_000, "Y005": 230_000, "Y021": 260_000, "Y011": 180_000,
}  # fmt: skip
_HITS: Mapping[tuple[str, int], int] = {("Y013", 3): 1_260_000, ("Y015", 5): 1_480_000, ("Y017", 5): 640_000}
"""(operator, month from 0) → plays of the month's hit when its list is exported."""


@dataclass(frozen=True, slots=True)
class CreatorPlan:
    """A creator account's month.

    ``completion`` and ``depth`` hold over its videos as of the export after its
    end. ``depth`` is comments and shares per play; ``hit`` is the plays of one outstanding video, or 0.
    """

    month: Month
    opening: int
    gained: int
    lost: int
    originals: int
    images: int
    plays: int
    completion: Fraction
    depth: Fraction
    hit: int = 0

    @property
    def all_plays(self) -> int:
        """Return the plays of videos and image posts together."""
        return self.plays + self.images * IMAGE_PLAYS


@dataclass(frozen=True, slots=True)
class AdsPlan:
    """An advertiser's month in fen; the return is (gmv − refunds) / spend."""

    month: Month
    spend: int
    gmv: int
    refunds: int


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """A shop's month; money in fen."""

    month: Month
    clicks: int
    orders: int
    gmv: int
    refunds: int


Plan = CreatorPlan | AdsPlan | ShopPlan


def plans_of(world: World, account: DemoAccount) -> tuple[Plan, ...]:
    """Return the account's seven months, oldest first."""
    plans = _made(world, account)
    if account.kind == AccountKind.ADVERTISER and account.lead in edge.WANTED:
        plans[PAST_MONTHS - 1] = _beside_an_edge(world, account, plans[PAST_MONTHS - 1])
    return tuple(plans)


def _made(world: World, account: DemoAccount) -> list[Plan]:
    makers = {AccountKind.CREATOR: _creator, AccountKind.ADVERTISER: _ads, AccountKind.SHOP: _shop}
    return makers[account.kind](world.timeline.months, account)


def stage_of(followers: int) -> tuple[Fraction, int]:
    """Return (growth asked a month, followers asked a year) of an account that size."""
    return next((growth, goal) for least, growth, goal in STAGES if followers >= least)


def level_of(number: str, place: int) -> float:
    """Return how well the operator does in month ``place`` (0 is the oldest, 6 the running one)."""
    usual = LEVELS[number] * (1 + 0.008 * (place - 3))
    if place == PAST_MONTHS - 1:
        return LAST_MONTH.get(number, usual)
    return usual


def _share(value: float, places: int = 6) -> Fraction:
    return Fraction(round(value * 10**places), 10**places)


# Creators ------------------------------------------------------------------


def _creator(months: Sequence[Month], account: DemoAccount) -> list[Plan]:
    if account.lead == WORKED:
        return list(_worked_creator(months, account))
    plans: list[Plan] = []
    opening = _first_followers(account)
    for place, month in enumerate(months):
        plan = _usual_creator(account, place, month, opening)
        plans.append(plan)
        opening += plan.gained - plan.lost
    return plans


def _first_followers(account: DemoAccount) -> int:
    known = _FOLLOWERS.get(account.lead)
    if known is not None and not account.handle.endswith(("b", "pair")):
        return known
    return chance(account.key, "followers").randint(38_000, 150_000)


def _usual_creator(account: DemoAccount, place: int, month: Month, opening: int) -> CreatorPlan:
    rng = chance(account.key, month, "creator")
    level = level_of(account.lead, place)
    net = _net_followers(rng, level, opening)
    lost = nearest(
        _share(_loss_rate(account) / level**0.4 * rng.uniform(0.97, 1.03)) * (opening + max(net, 0))
    )
    originals = max(6, round(30 * level * rng.uniform(0.95, 1.05)))
    hit = _HITS.get((account.lead, place), 0) if not account.handle.endswith("b") else 0
    return CreatorPlan(
        month=month,
        opening=opening,
        gained=net + lost,
        lost=lost,
        originals=originals,
        images=rng.randint(0, 4),
        plays=round(originals * _plays_each(opening) * rng.uniform(0.85, 1.2)) + hit,
        completion=_share(min(0.7 * level**0.6 * rng.uniform(0.97, 1.03), 0.93)),
        depth=_share(_depth_base(account) * _above_reference(place, level, 1.2) * rng.uniform(0.97, 1.03)),
        hit=hit,
    )


def _net_followers(rng: Random, level: float, opening: int) -> int:
    _, goal = stage_of(opening)
    return round(min(goal / 12 * 0.86, opening * 0.16) * level * rng.uniform(0.88, 1.12))


def _plays_each(followers: int) -> float:
    return 4_000 + followers * 0.11


def _loss_rate(account: DemoAccount) -> float:
    return chance(account.key, "loss").uniform(0.018, 0.034)


def _depth_base(account: DemoAccount) -> float:
    return chance(account.key, "depth").uniform(0.013, 0.026)


def _above_reference(place: int, level: float, growth: float) -> float:
    """The first three months are the reference; from then on the target is ``growth`` times them."""
    return 1.0 if place < REFERENCE else growth * level


def _worked_creator(months: Sequence[Month], account: DemoAccount) -> list[CreatorPlan]:
    plans = []
    path = worked.follower_path(months[:PAST_MONTHS])
    for place, (month, followers) in enumerate(zip(months, path, strict=False)):
        rng = chance(account.key, month, "creator")
        last = place == PAST_MONTHS - 1
        plans.append(
            CreatorPlan(
                month=month,
                opening=followers.opening,
                gained=followers.gained,
                lost=followers.lost,
                originals=worked.ORIGINALS if last else 25 + rng.randint(0, 4),
                images=3,
                plays=25_000 * (100 + 2 * place),
                completion=worked.COMPLETION if last else _share(rng.uniform(0.61, 0.68)),
                depth=worked.DEPTH if last else worked.DEPTH_BEFORE,
            )
        )
    running = _usual_creator(account, PAST_MONTHS, months[-1], worked.OPENING + worked.NET_FOLLOWERS)
    return [*plans, replace(running, depth=worked.DEPTH)]


# Advertisers and shops -----------------------------------------------------


def _ads(months: Sequence[Month], account: DemoAccount) -> list[Plan]:
    return [_ads_month(account, place, month) for place, month in enumerate(months)]


def _ads_month(account: DemoAccount, place: int, month: Month) -> AdsPlan:
    rng = chance(account.key, month, "ads")
    spend = rng.randint(900, 4200) * 1000
    level = level_of(account.lead, place)
    earned = Fraction(round(2000 * level**1.3 * rng.uniform(0.95, 1.05)), 1000)
    if account.lead == WORKED:
        earned = worked.ROI if place == PAST_MONTHS - 1 else earned + Fraction(15 * place, 100)
        spend = 3_800_000 + 50_000 * place
    refunds = nearest(earned * spend * Fraction(rng.randint(30, 80), 1000))
    return AdsPlan(month, spend, nearest(earned * spend) + refunds, refunds)


def _shop(months: Sequence[Month], account: DemoAccount) -> list[Plan]:
    return [_shop_month(account, place, month) for place, month in enumerate(months)]


def _shop_month(account: DemoAccount, place: int, month: Month) -> ShopPlan:
    rng = chance(account.key, month, "shop")
    level = level_of(account.lead, place)
    base = chance(account.key, "conversion").uniform(0.015, 0.03)
    clicks = rng.randint(60, 480) * 100
    rate = _share(base * _above_reference(place, level, 1.3) * rng.uniform(0.97, 1.03))
    if account.lead == WORKED:
        clicks = 50_000 if place == PAST_MONTHS - 1 else 46_000 + 1_000 * place
        rate = worked.CONVERSION if place == PAST_MONTHS - 1 else worked.CONVERSION_BEFORE
    orders = nearest(rate * clicks)
    gmv = orders * rng.randint(5_900, 12_900)
    return ShopPlan(month, clicks, orders, gmv, nearest(Fraction(gmv * rng.randint(20, 70), 1000)))


def _beside_an_edge(world: World, account: DemoAccount, plan: Plan) -> AdsPlan:
    """Return the month with the return that brings its operator's card beside a tier's edge."""
    assert isinstance(plan, AdsPlan)  # noqa: S101 - an advertiser's plans
    earned = edge.wanted_return(_planned_past(world, account.lead), total=edge.WANTED[account.lead])
    return replace(plan, gmv=nearest(earned * plan.spend) + plan.refunds)


def _planned_past(world: World, number: str) -> edge.Past:
    past = world.timeline.past
    own = [account for account in world.accounts if account.lead == number]
    every = [plan for account in own for plan in _made(world, account) if plan.month in past]
    creators = [plan for plan in every if isinstance(plan, CreatorPlan)]
    shops = [plan for plan in every if isinstance(plan, ShopPlan)]
    quarter = past[-1].plus(-((past[-1].number - 1) % 3)).first
    growth, goal = stage_of(creators[-1].opening)
    return edge.Past(
        months=past,
        followers=[worked.Followers(plan.opening, plan.gained, plan.lost) for plan in creators],
        depths=[(nearest(plan.depth * plan.all_plays), plan.all_plays) for plan in creators],
        conversions=[(plan.orders, plan.clicks) for plan in shops],
        originals=creators[-1].originals,
        completion=creators[-1].completion,
        campaigns=sum(c.number == number and quarter <= c.date <= past[-1].last for c in world.campaigns),
        growth=growth,
        goal=goal,
    )


def is_tiktok(account: DemoAccount) -> bool:
    """Say whether the account's files come from TikTok Studio."""
    return account.platform == Platform.TIKTOK
