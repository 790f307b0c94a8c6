"""A rule set as plain values, ready for YAML or canonical text; ``parse_rule_set`` reads it back."""

from collections.abc import Mapping
from decimal import Decimal

from incentives.choices import Cadence, PayBase, RewardKind
from incentives.rules.document import Innovation, Reward, RuleSetDocument, Tier

FORMAT = 1


def rule_set_to_mapping(document: RuleSetDocument) -> dict[str, object]:
    """Return the document as mappings, lists, text, integers and None; numbers are text."""
    return {
        "format": FORMAT,
        "key": document.key,
        "name": dict(document.names),
        "notes": dict(document.notes),
        "currency": document.currency,
        "basis": document.basis,
        "minimum_days_in_post": document.minimum_days_in_post,
        "payable": document.payable.value,
        "standard_salary": {
            "name": dict(document.standard_salary.names),
            "components": [component.value for component in document.standard_salary.components],
        },
        "tiers": [_tier(tier) for tier in document.tiers],
        "innovation": _innovation(document.innovation) if document.innovation else None,
    }


def _tier(tier: Tier) -> dict[str, object]:
    return {
        "key": tier.key,
        "name": dict(tier.names),
        "from": _text(tier.from_total),
        "from_included": tier.from_included,
        "to": _text(tier.to_total),
        "to_included": tier.to_included,
        "includes_lower_tiers": tier.includes_lower_tiers,
        "rewards": [_reward(reward) for reward in tier.rewards],
    }


def _reward(reward: Reward) -> dict[str, object]:
    plain: dict[str, object] = {
        "kind": reward.kind.value,
        "cadence": reward.cadence.value,
        "income": reward.income.value,
    }
    if reward.kind is RewardKind.SALARY_MULTIPLE:
        plain |= {
            "multiple": _text(reward.multiple),
            "reading": reward.reading.value,
            "pay_base": reward.pay_base.value,
        }
        if reward.pay_base is PayBase.FIXED:
            plain["fixed_base"] = _text(reward.fixed_base)
    if reward.kind is RewardKind.ANNUAL_BONUS:
        plain["amount"] = _text(reward.amount)
    if reward.kind is RewardKind.EQUITY_UNITS:
        plain["units_by_position"] = dict(reward.units_by_position)
        plain["vesting"] = vars(reward.vesting) | {}
    if reward.cadence is Cadence.YEAR:
        plain |= {
            "months_in_post": reward.months_in_post,
            "shortfall": reward.shortfall.value,
            "in_post_on_pay_day": reward.in_post_on_pay_day,
        }
    return plain


def _innovation(innovation: Innovation) -> Mapping[str, object]:
    return {
        "name": dict(innovation.names),
        "enabled": innovation.enabled,
        "plays": innovation.plays,
        "amount": _text(innovation.amount),
        "income": innovation.income.value,
        "reading": innovation.reading.value,
        "within_days": innovation.within_days,
        "hold_days": innovation.hold_days,
        "yearly_budget": _text(innovation.yearly_budget),
        "cap_per_person": _text(innovation.cap_per_person),
        "second_confirmation_above": _text(innovation.second_confirmation_above),
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
