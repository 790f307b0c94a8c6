"""Looking ahead with the same scoring function: the next tier and the month's end. Pure.

Nothing here is a promise: every answer is what ``score_card`` would say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from performance.achievement import is_monotone
from performance.choices import Accrual, LineStatus, Unit
from performance.scheme_tree import Leaf
from performance.scoring import CardInput, CardResult, LeafInput, LineResult, score_card

MAX_ROUTES = 3
_STEP = {Unit.COUNT: Fraction(1), Unit.SHARE: Fraction(1, 10_000), Unit.RATIO: Fraction(1, 100)}
"""The smallest change worth naming: a piece, a hundredth of a per cent, a hundredth."""
_MOST_DOUBLINGS = 40


@dataclass(frozen=True)
class Route:
    """One leaf that alone would lift the total to the threshold, the others unchanged.

    ``needed`` is the least actual that does it, ``effort`` the gain of the leaf's
    achievement in per cent.
    """

    leaf: str
    actual: Fraction
    needed: Fraction
    achievement: Decimal
    total: Decimal
    effort: Decimal


def routes_to(card: CardInput, threshold: Decimal, *, limit: int = MAX_ROUTES) -> tuple[Route, ...]:
    """Return at most ``limit`` single-leaf ways to a total of ``threshold``, cheapest first.

    Cheapest is the smallest gain of achievement. Empty when the total is already
    there, when nothing is measured or when no leaf alone suffices.
    """
    now = score_card(card)
    if now.provisional is None or now.provisional >= threshold:
        return ()
    found = [
        route
        for line in now.lines
        if _can_rise(line) and (route := _route(card, line, threshold)) is not None
    ]
    return tuple(sorted(found, key=lambda route: (route.effort, route.leaf))[:limit])


def _can_rise(line: LineResult) -> bool:
    return (
        line.status is LineStatus.MEASURED
        and line.reason is None
        and line.actual is not None
        and line.given.manual is None
        and is_monotone(line.leaf)
        and line.achievement is not None
        and line.achievement < line.leaf.cap
    )


def _route(card: CardInput, line: LineResult, threshold: Decimal) -> Route | None:
    grid = _Grid(card, line, threshold)
    steps = grid.least_steps()
    if steps is None or line.actual is None or line.achievement is None:
        return None
    result = grid.score(steps)
    reached = result.line(line.key)
    if result.provisional is None or reached.achievement is None or reached.actual is None:
        return None
    return Route(
        leaf=line.key,
        actual=line.actual,
        needed=reached.actual,
        achievement=reached.achievement,
        total=result.provisional,
        effort=reached.achievement - line.achievement,
    )


class _Grid:
    """The better actuals of one leaf, as numbered steps, each scored with the whole card."""

    def __init__(self, card: CardInput, line: LineResult, threshold: Decimal) -> None:
        self.card, self.line, self.threshold = card, line, threshold
        self.step = _STEP[line.leaf.unit]
        self.start = line.actual or Fraction(0)

    def actual(self, steps: int) -> Fraction:
        """Return the actual ``steps`` whole steps better, on the grid."""
        if self.line.leaf.lower_is_better:
            return max((-(-self.start // self.step) - steps) * self.step, Fraction(0))
        return (self.start // self.step + steps) * self.step

    def score(self, steps: int) -> CardResult:
        """Score the card with that actual."""
        return score_card(_with_actual(self.card, self.line.key, self.actual(steps)))

    def reaches(self, steps: int) -> bool:
        """Say whether that actual lifts the total to the threshold."""
        total = self.score(steps).provisional
        return total is not None and total >= self.threshold

    def most_steps(self) -> int | None:
        """Return the end of the search: a natural bound, or steps that are known to reach."""
        leaf = self.line.leaf
        if leaf.lower_is_better:
            floor = Fraction(leaf.bounds.low or 0)
            return int((self.start - floor) // self.step) + 1
        if leaf.bounds.high is not None:
            return int((Fraction(leaf.bounds.high) - self.start) // self.step)
        steps = 1
        for _ in range(_MOST_DOUBLINGS):
            if self.reaches(steps) or self._at_cap(steps):
                return steps
            steps *= 2
        return None

    def least_steps(self) -> int | None:
        """Return the fewest steps that reach the threshold, by bisection."""
        high = self.most_steps()
        if high is None or high < 1 or not self.reaches(high):
            return None
        low = 0
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.reaches(middle) else (middle, high)
        return high

    def _at_cap(self, steps: int) -> bool:
        achievement = self.score(steps).line(self.line.key).achievement
        return achievement is not None and achievement >= self.line.leaf.cap


def _with_actual(card: CardInput, key: str, actual: Fraction) -> CardInput:
    leaves = tuple(given._replace(actual=actual) if given.key == key else given for given in card.leaves)
    return replace(card, leaves=leaves)


@dataclass(frozen=True)
class Closing:
    """Pace and days in post a leaf will have when the month closes."""

    pace: Fraction
    post: Decimal = Decimal(1)


def at_month_end(card: CardInput, closing: Mapping[str, Closing], *, nothing_more: bool = False) -> CardInput:
    """Return the card as it would stand at the month's end.

    Counts go on as they have gone so far, in proportion to their targets; with
    ``nothing_more`` they stay where they are. Rates stay in both cases. Leaves
    that ``closing`` does not name are left alone.
    """
    leaves = tuple(
        _at_end(card.scheme.leaves[card.scheme.index[given.key]], given, closing.get(given.key), nothing_more)
        for given in card.leaves
    )
    return replace(card, leaves=leaves)


def _at_end(leaf: Leaf, given: LeafInput, closing: Closing | None, nothing_more: bool) -> LeafInput:
    if closing is None or leaf.accrual is not Accrual.COUNT:
        return given
    moved = given._replace(pace=closing.pace, post=closing.post)
    now = given.pace * Fraction(given.post)
    if nothing_more or given.actual is None or not now:
        return moved
    return moved._replace(actual=Fraction(given.actual) * closing.pace * Fraction(closing.post) / now)
