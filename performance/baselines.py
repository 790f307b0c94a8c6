"""Baselines: what a target that grows from the past is measured against. Pure.

A baseline is computed once, when the cycle opens, from figures frozen then, is
rounded half-up to six decimals and keeps its whole provenance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from common.money import round_half_up
from common.periods import Month
from performance.achievement import exact
from performance.choices import (
    Accrual,
    BaselineMethod,
    BaselineSource,
    BaselineWindow,
    MissingReason,
    PeriodKind,
    SpanRule,
)
from performance.scheme_tree import Leaf

PLACES = 6
ENOUGH_CYCLES = 3
ENOUGH_COLLEAGUES = 3


@dataclass(frozen=True)
class Figure:
    """What a leaf came to in one past monthly cycle, over the span it had there.

    A count has no denominator. ``months`` is how many months the span covered
    (more than one for a leaf that runs from its period's start).
    """

    month: Month
    numerator: Decimal | Fraction
    denominator: Decimal | Fraction | None = None
    months: int = 1

    @property
    def value(self) -> Fraction:
        """Return the figure itself."""
        if self.denominator is None:
            return exact(self.numerator)
        return exact(self.numerator) / exact(self.denominator)


@dataclass(frozen=True)
class Past:
    """What may be known of the past, own first; ``accounts`` names where the second comes from.

    ``colleagues`` holds the figures of the team's other members by person.
    ``excluded`` lists the cycles that were left out as outliers, by their month.
    """

    own: tuple[Figure, ...] = ()
    accounts_held: tuple[Figure, ...] = ()
    accounts: tuple[str, ...] = ()
    colleagues: Mapping[str, tuple[Figure, ...]] | None = None
    excluded: tuple[Month, ...] = ()


@dataclass(frozen=True)
class Baseline:
    """A baseline above 0 with where it comes from. ``people`` counts a team's members behind it."""

    value: Decimal
    source: BaselineSource
    window: BaselineWindow
    method: BaselineMethod
    months: tuple[Month, ...] = ()
    accounts: tuple[str, ...] = ()
    excluded: tuple[Month, ...] = ()
    people: int = 0

    @classmethod
    def rolling(cls, value: Fraction) -> "Baseline":
        """Return a baseline over previous cycles, for a preview."""
        rounded = round_half_up(value, PLACES)
        return cls(rounded, BaselineSource.OWN, BaselineWindow.ROLLING, BaselineMethod.MEAN)

    @property
    def provenance(self) -> str:
        """Say in one plain English line where the baseline comes from."""
        parts = [_SOURCE_TEXT[self.source], _WINDOW_TEXT[self.window], self.method.value]
        if self.source is BaselineSource.FALLBACK:
            parts = parts[:1]
        if self.months:
            parts.append(", ".join(str(month) for month in self.months))
        if self.accounts:
            parts.append("accounts " + ", ".join(self.accounts))
        if self.people:
            parts.append(f"{self.people} people")
        if self.excluded:
            parts.append("without " + ", ".join(str(month) for month in self.excluded))
        return "; ".join(parts)


_SOURCE_TEXT = {
    BaselineSource.OWN: "own past",
    BaselineSource.ACCOUNTS_HELD: "the accounts now held, whoever held them",
    BaselineSource.TEAM_MEDIAN: "median of the team",
    BaselineSource.FALLBACK: "stated in the scheme",
}
_WINDOW_TEXT = {
    BaselineWindow.SAME_CYCLE: "same cycle a year before",
    BaselineWindow.REFERENCE_YEAR: "twelve months of the year before",
    BaselineWindow.FIRST_CYCLES: "first three measured cycles",
    BaselineWindow.ROLLING: "previous cycles",
    BaselineWindow.STATED: "stated",
}


def find_baseline(leaf: Leaf, *, past: Past, month: Month) -> Baseline | MissingReason:
    """Return the first baseline above 0, or why there is none.

    Tried in order: the person's own past, the accounts now held, the median of
    at least three colleagues, the number the leaf states.
    """
    excluded = tuple(sorted(past.excluded))
    own = _from_figures(leaf, past.own, month, excluded)
    if own:
        return own
    held = _from_figures(leaf, past.accounts_held, month, excluded)
    if held:
        return replace(held, source=BaselineSource.ACCOUNTS_HELD, accounts=past.accounts)
    team = _team_median(leaf, past.colleagues or {}, month)
    if team:
        return team
    fallback = leaf.target.fallback
    if fallback is not None and fallback > 0:
        value = round_half_up(fallback, PLACES)
        return Baseline(value, BaselineSource.FALLBACK, BaselineWindow.STATED, leaf.baseline_method)
    return _why_none(past, month)


def _why_none(past: Past, month: Month) -> MissingReason:
    """Too little past is still being built; a past that gives nothing above 0 is no base."""
    longest = max(
        len(_before(past.own, month, past.excluded)), len(_before(past.accounts_held, month, past.excluded))
    )
    return MissingReason.BUILDING_BASELINE if longest < ENOUGH_CYCLES else MissingReason.NO_BASE


def _from_figures(
    leaf: Leaf, figures: Sequence[Figure], month: Month, excluded: tuple[Month, ...]
) -> Baseline | None:
    usable = _before(figures, month, excluded)
    window, chosen = _choose(leaf, usable, month)
    if not chosen:
        return None
    value = round_half_up(
        pooled_value(leaf.baseline_method, [_same_length(leaf, figure, month) for figure in chosen]),
        PLACES,
    )
    if value <= 0:
        return None
    months = tuple(figure.month for figure in chosen)
    return Baseline(value, BaselineSource.OWN, window, leaf.baseline_method, months, excluded=excluded)


def _before(figures: Sequence[Figure], month: Month, excluded: Sequence[Month]) -> list[Figure]:
    """Return the measured figures before the cycle, oldest first."""
    return sorted(
        (
            figure
            for figure in figures
            if figure.month < month
            and figure.month not in excluded
            and (figure.denominator is None or figure.denominator > 0)
        ),
        key=lambda figure: figure.month,
    )


def _choose(leaf: Leaf, figures: Sequence[Figure], month: Month) -> tuple[BaselineWindow, Sequence[Figure]]:
    """Choose the cycles a baseline is read from."""
    if leaf.target.rolling is not None:
        cycles = leaf.target.rolling.cycles
        return BaselineWindow.ROLLING, figures[-cycles:] if len(figures) >= cycles else ()
    reference = [figure for figure in figures if figure.month.year == month.year - 1]
    if len(reference) >= ENOUGH_CYCLES:
        same = [figure for figure in reference if figure.month.number == month.number]
        window = BaselineWindow.SAME_CYCLE if same else BaselineWindow.REFERENCE_YEAR
        return window, same or reference
    first = figures[:ENOUGH_CYCLES]
    return BaselineWindow.FIRST_CYCLES, first if len(first) == ENOUGH_CYCLES else ()


def _same_length(leaf: Leaf, figure: Figure, month: Month) -> Figure:
    """Bring a figure that ran over fewer or more months to the length of this cycle's span."""
    if leaf.span is not SpanRule.TO_DATE or leaf.accrual is Accrual.PLAIN:
        return figure
    months = span_months(leaf, month)
    return replace(figure, numerator=exact(figure.numerator) * Fraction(months, figure.months))


def span_months(leaf: Leaf, month: Month) -> int:
    """Return how many months a leaf's span covers at the end of the cycle ``month``."""
    if leaf.span is not SpanRule.TO_DATE:
        return 1
    return month.number if leaf.period is PeriodKind.YEAR else (month.number - 1) % 3 + 1


def pooled_value(method: BaselineMethod, figures: Sequence[Figure]) -> Fraction:
    """Make one exact number of several figures.

    ``pooled`` is Σ numerators / Σ denominators, for a count the mean; ``mean`` and
    ``median`` look at the figures themselves. Raises ``ValueError`` for no figures.
    """
    if not figures:
        raise ValueError("no figures make no baseline")
    values = sorted(figure.value for figure in figures)
    if method is BaselineMethod.MEDIAN:
        return _median(values)
    denominators = [figure.denominator for figure in figures if figure.denominator is not None]
    if method is BaselineMethod.MEAN or len(denominators) < len(figures):
        return sum(values, Fraction(0)) / len(values)
    numerators = sum((exact(figure.numerator) for figure in figures), Fraction(0))
    return numerators / sum((exact(value) for value in denominators), Fraction(0))


def _median(values: Sequence[Fraction]) -> Fraction:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _team_median(leaf: Leaf, colleagues: Mapping[str, tuple[Figure, ...]], month: Month) -> Baseline | None:
    found = [
        baseline
        for figures in colleagues.values()
        if (baseline := _from_figures(leaf, figures, month, ())) is not None
    ]
    if len(found) < ENOUGH_COLLEAGUES:
        return None
    middle = _median(sorted(Fraction(baseline.value) for baseline in found))
    windows = {baseline.window for baseline in found}
    return Baseline(
        value=round_half_up(middle, PLACES),
        source=BaselineSource.TEAM_MEDIAN,
        window=windows.pop() if len(windows) == 1 else BaselineWindow.FIRST_CYCLES,
        method=BaselineMethod.MEDIAN,
        people=len(found),
    )
