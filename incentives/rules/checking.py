"""What must hold across the tiers of a rule set: contiguous ranges, and more for more."""

from itertools import pairwise

from incentives.choices import RewardKind
from incentives.rules.document import Reward, RuleSetDocument, Tier
from incentives.rules.sentences import Problem


def range_problems(document: RuleSetDocument) -> list[Problem]:
    """Return every empty range, gap and overlap, and a highest tier that ends."""
    problems = [problem for tier in document.tiers if (problem := _empty(tier))]
    problems += [problem for pair in pairwise(document.tiers) if (problem := _join(*pair))]
    if document.tiers and document.tiers[-1].to_total is not None:
        problems.append(_ends(document.tiers[-1]))
    return problems


def multiple_problems(document: RuleSetDocument) -> list[Problem]:
    """Return the tiers whose own salary multiple replaces a larger one of a lower tier.

    A tier that pays less on purpose says so by not including the lower tiers.
    """
    problems = []
    for lower, upper in pairwise(document.tiers):
        own, replaced = _multiple(upper.rewards), _multiple(document.rewards_of(lower))
        if not (own and replaced and upper.includes_lower_tiers):
            continue
        same_base = (own.pay_base, own.fixed_base) == (replaced.pay_base, replaced.fixed_base)
        if same_base and own.paid_share < replaced.paid_share:
            problems.append(_pays_less(upper, lower))
    return problems


def _empty(tier: Tier) -> Problem | None:
    if tier.to_total is None or tier.from_total < tier.to_total:
        return None
    if tier.from_total == tier.to_total and tier.from_included and tier.to_included:
        return None
    sentence = (
        f"The range {tier.range_text} of {tier.key} holds no total; its end must be above its beginning."
    )
    return Problem("empty_range", f"tiers.{tier.key}", sentence)


def _join(lower: Tier, upper: Tier) -> Problem | None:
    where = f"tiers.{lower.key}–{upper.key}"
    both = f"{lower.key} {lower.range_text} and {upper.key} {upper.range_text}"
    start, end = upper.from_total, lower.to_total
    if end is None or start < end:
        last = upper.to_total if end is None else end
        span = f"from {start:f}" if last is None else f"from {start:f} to {last:f}"
        return Problem("overlap", where, f"{both} overlap {span}; let one begin where the other ends.")
    if start > end:
        sentence = f"Between {both} no tier covers {end:f} to {start:f}; let one begin where the other ends."
        return Problem("gap", where, sentence)
    if lower.to_included and upper.from_included:
        sentence = f"{both} both hold {start:f}; exclude it from one of them."
        return Problem("overlap", where, sentence)
    if not lower.to_included and not upper.from_included:
        return Problem("gap", where, f"Neither {both} holds {start:f}; include it in one of them.")
    return None


def _ends(tier: Tier) -> Problem:
    sentence = f"No tier covers totals above {tier.key} {tier.range_text}; leave its upper end empty."
    return Problem("gap", f"tiers.{tier.key}.to", sentence)


def _multiple(rewards: tuple[Reward, ...]) -> Reward | None:
    return next((reward for reward in rewards if reward.kind is RewardKind.SALARY_MULTIPLE), None)


def _pays_less(upper: Tier, lower: Tier) -> Problem:
    sentence = (
        f"{upper.key} would pay less of the salary than {lower.key} below it; raise its multiple,"
        " or state that it does not include the lower tiers."
    )
    return Problem("pays_less", f"tiers.{upper.key}.rewards", sentence)
