"""A rule set in words, for everybody it pays."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as translate

from common.templatetags.jiying import money, number
from incentives.choices import Reading, RewardKind
from incentives.models import COMPONENT_LABELS, RuleSetVersion
from incentives.rules import Reward, RuleSetDocument
from incentives.rules.document import text_in
from incentives.selectors.reasons import PAY_BASES
from incentives.selectors.rule_sets import rule_set_document


@dataclass(frozen=True)
class TierWords:
    """One tier: its key, name, range as ``[80, 90)``, and what it earns in sentences."""

    key: str
    name: str
    range: str
    rewards: list[str]


@dataclass(frozen=True)
class RuleWords:
    """A rule set version in the reader's language."""

    name: str
    version: str
    note: str
    salary: str
    components: list[str]
    minimum_days: int
    tiers: list[TierWords]


def rule_words(version: RuleSetVersion) -> RuleWords:
    """Return the version in the active language."""
    document = rule_set_document(version)
    language = get_language() or "en"
    return RuleWords(
        name=text_in(document.names, language),
        version=str(version),
        note=text_in(document.notes, language),
        salary=text_in(document.standard_salary.names, language),
        components=[str(COMPONENT_LABELS[one]) for one in document.standard_salary.components],
        minimum_days=document.minimum_days_in_post,
        tiers=[
            TierWords(
                key=tier.key,
                name=tier.name_in(language),
                range=tier.range_text,
                rewards=list(_rewards(document.rewards_of(tier), document)),
            )
            for tier in document.tiers
        ],
    )


def _rewards(rewards: Iterable[Reward], document: RuleSetDocument) -> Iterable[str]:
    for reward in rewards:
        yield _WORDS[reward.kind](reward, document)


def _multiple(reward: Reward, document: RuleSetDocument) -> str:
    words = {
        "percent": number((reward.multiple or 0) * 100),
        "share": number(reward.paid_share * 100),
        "base": str(PAY_BASES[reward.pay_base]),
    }
    if reward.reading is Reading.ON_TOP:
        return translate("Each month %(percent)s %% of the %(base)s on top of the salary.") % words
    return (
        translate(
            "Each month %(percent)s %% of the %(base)s in place of 100 %%: the line pays %(share)s %% of it."
        )
        % words
    )


def _bonus(reward: Reward, document: RuleSetDocument) -> str:
    words = {"amount": money(reward.amount, document.currency), "months": reward.months_in_post}
    return (
        translate(
            "With the annual card %(amount)s, from %(months)s months in post on; by month only on track."
        )
        % words
    )


def _equity(reward: Reward, document: RuleSetDocument) -> str:
    if not reward.units_by_position:
        return translate("With the annual card option units; no number is stated for any position yet.")
    units = ", ".join(f"{position}: {units}" for position, units in sorted(reward.units_by_position.items()))
    return translate("With the annual card option units by position (%(units)s).") % {"units": units}


def _innovation(reward: Reward, document: RuleSetDocument) -> str:
    return translate("The innovation award, once.")


_WORDS = {
    RewardKind.SALARY_MULTIPLE: _multiple,
    RewardKind.ANNUAL_BONUS: _bonus,
    RewardKind.EQUITY_UNITS: _equity,
    RewardKind.INNOVATION: _innovation,
}
