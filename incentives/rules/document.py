"""The values a rule set is made of. Frozen; made and checked by ``parse_rule_set``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from incentives.choices import (
    Cadence,
    IncomeKind,
    InnovationReading,
    Payable,
    PayBase,
    Reading,
    RewardKind,
    SalaryComponent,
    Shortfall,
)

Names = Mapping[str, str]
"""A text by language code (``en``, ``zh-hans``); English is always there when any is."""


def text_in(names: Names, language: str) -> str:
    """Return the text in ``language``, else in English, else empty."""
    return names.get(language) or names.get("en", "")


@dataclass(frozen=True)
class VestingTerms:
    """How granted units become owned: all in ``months``, none before ``cliff_months``."""

    months: int = 48
    cliff_months: int = 12
    every_months: int = 1


@dataclass(frozen=True)
class Reward:
    """What a tier earns. Which fields are filled depends on ``kind``.

    ``salary_multiple``: ``multiple`` (1.20 is 120 %), ``reading``, ``pay_base`` and, for a
    fixed pay base, ``fixed_base`` a month. ``annual_bonus``: ``amount`` a year.
    ``equity_units``: ``units_by_position`` (an absent position has no stated number) and
    ``vesting``. Annual rewards state ``months_in_post``, what happens below it, and
    whether the person must be in post on pay day.
    """

    kind: RewardKind
    cadence: Cadence
    income: IncomeKind
    multiple: Decimal | None = None
    reading: Reading = Reading.TOTAL_PAY
    pay_base: PayBase = PayBase.STANDARD_SALARY
    fixed_base: Decimal | None = None
    amount: Decimal | None = None
    units_by_position: Mapping[str, int] = field(default_factory=dict)
    vesting: VestingTerms = VestingTerms()
    months_in_post: int = 6
    shortfall: Shortfall = Shortfall.NOTHING
    in_post_on_pay_day: bool = False

    @property
    def paid_share(self) -> Decimal:
        """Return the share of the pay base that the line pays; never below zero."""
        multiple = self.multiple or Decimal(0)
        if self.reading is Reading.ON_TOP:
            return max(multiple, Decimal(0))
        return max(multiple - 1, Decimal(0))


@dataclass(frozen=True)
class Tier:
    """A range of totals in per cent and what it earns; ``to`` is None for "and above"."""

    key: str
    names: Names
    from_total: Decimal
    to_total: Decimal | None
    from_included: bool = True
    to_included: bool = False
    includes_lower_tiers: bool = True
    rewards: tuple[Reward, ...] = ()

    def __contains__(self, total: Decimal) -> bool:
        """Say whether ``total`` lies in the range, ends as stated."""
        if total < self.from_total or (total == self.from_total and not self.from_included):
            return False
        if self.to_total is None:
            return True
        return total < self.to_total or (total == self.to_total and self.to_included)

    @property
    def range_text(self) -> str:
        """Return the range as mathematicians write it: ``[80, 90)``."""
        left = "[" if self.from_included else "("
        right = "]" if self.to_included else ")"
        upper = "∞" if self.to_total is None else f"{self.to_total:f}"
        return f"{left}{self.from_total:f}, {upper}{right}"

    def name_in(self, language: str) -> str:
        """Return the tier's name in ``language``."""
        return text_in(self.names, language)


@dataclass(frozen=True)
class StandardSalary:
    """The named sum of salary components that "standard salary" stands for."""

    names: Names
    components: tuple[SalaryComponent, ...]


@dataclass(frozen=True)
class Innovation:
    """The once-only award for a record video; needs a yearly budget to be enabled."""

    names: Names
    enabled: bool
    plays: int
    amount: Decimal
    income: IncomeKind = IncomeKind.WAGES
    reading: InnovationReading = InnovationReading.PER_VIDEO
    within_days: int = 90
    hold_days: int = 30
    yearly_budget: Decimal | None = None
    cap_per_person: Decimal | None = None
    second_confirmation_above: Decimal = Decimal("50000.00")


@dataclass(frozen=True)
class RuleSetDocument:
    """One version of the rules from totals to money; ``tiers`` run from low to high.

    ``basis`` is ``total`` or names what the tier is decided on instead
    (``level:base``, ``dimension:content``, ``leaf:completion``).
    """

    key: str
    names: Names
    notes: Names
    currency: str
    basis: str
    minimum_days_in_post: int
    payable: Payable
    standard_salary: StandardSalary
    tiers: tuple[Tier, ...]
    innovation: Innovation | None = None

    def tier(self, key: str) -> Tier:
        """Return the tier called ``key``. Raises ``KeyError``."""
        for tier in self.tiers:
            if tier.key == key:
                return tier
        raise KeyError(key)

    def rewards_of(self, tier: Tier) -> tuple[Reward, ...]:
        """Return everything ``tier`` earns, with the lower tiers' rewards if it includes them.

        There is one reward of a kind: a tier's own replaces the lower one of that kind.
        """
        by_kind: dict[RewardKind, Reward] = {}
        for step in self.tiers[: self.tiers.index(tier) + 1]:
            if not step.includes_lower_tiers:
                by_kind = {}
            by_kind |= {reward.kind: reward for reward in step.rewards}
        return tuple(by_kind[kind] for kind in RewardKind if kind in by_kind)

    def components_of(self, pay_base: PayBase) -> tuple[SalaryComponent, ...]:
        """Return the salary components that ``pay_base`` adds; none for a fixed sum."""
        return {
            PayBase.STANDARD_SALARY: self.standard_salary.components,
            PayBase.BASE_SALARY: (SalaryComponent.BASE,),
            PayBase.PERFORMANCE_PAY: (SalaryComponent.PERFORMANCE,),
            PayBase.FIXED: (),
        }[pay_base]
