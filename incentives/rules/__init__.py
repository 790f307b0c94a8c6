"""From a total to money: the pure rules. No Django, no clock, no database.

The algorithm in prose, with worked examples: ``docs/algorithms/incentives.md``.
"""

from incentives.rules.awards import AwardLine, OnTrack, control_sum, monthly_award
from incentives.rules.document import (
    Innovation,
    Names,
    Reward,
    RuleSetDocument,
    StandardSalary,
    Tier,
    VestingTerms,
)
from incentives.rules.equity import Vesting, VestingPosition, vesting_position, vesting_schedule
from incentives.rules.mapping import rule_set_to_mapping
from incentives.rules.months import (
    MixedCurrencies,
    NoSalary,
    SalaryBase,
    SalarySegment,
    SalarySpan,
    part_month_factor,
    salary_base,
)
from incentives.rules.reading import parse_rule_set
from incentives.rules.sentences import Problem, ReasonPart, RuleSetProblems
from incentives.rules.tiers import TierDistance, distance_to_next_tier, tier_for

__all__ = [
    "AwardLine",
    "Innovation",
    "MixedCurrencies",
    "Names",
    "NoSalary",
    "OnTrack",
    "Problem",
    "ReasonPart",
    "Reward",
    "RuleSetDocument",
    "RuleSetProblems",
    "SalaryBase",
    "SalarySegment",
    "SalarySpan",
    "StandardSalary",
    "Tier",
    "TierDistance",
    "Vesting",
    "VestingPosition",
    "VestingTerms",
    "control_sum",
    "distance_to_next_tier",
    "monthly_award",
    "parse_rule_set",
    "part_month_factor",
    "rule_set_to_mapping",
    "salary_base",
    "tier_for",
    "vesting_position",
    "vesting_schedule",
]
