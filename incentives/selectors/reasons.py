"""The reasons of award lines as sentences in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incentives.choices import PayBase
from incentives.rules import RuleSetDocument

SENTENCES = {
    "total_in_tier": _("Total %(total)s lies in %(range)s: %(tier)s."),
    "total_below_tiers": _(
        "Total %(total)s is below %(from)s, where the first tier begins: nothing is added."
    ),
    "tier_without_monthly_reward": _("%(tier)s has no monthly reward: nothing is added this month."),
    "reading_total_pay": _(
        "%(percent)s %% of the %(pay_base)s is paid in place of 100 %%, so the line pays %(share)s of it."
    ),
    "reading_on_top": _("%(percent)s %% of the %(pay_base)s is paid on top of the salary."),
    "full_month": _("In post on all %(days_of_month)s days of %(month)s."),
    "part_month": _("In post on %(days_in_post)s of %(days_of_month)s days of %(month)s: factor %(factor)s."),
    "salary_changed": _(
        "The salary changed within the month: %(rate)s is its average over the days in post,"
        " rounded here for reading."
    ),
    "calculation": _("%(rate)s × %(factor)s × %(share)s = %(amount)s %(currency)s."),
    "too_few_days": _(
        "In post on %(days_in_post)s of %(days_of_month)s days of %(month)s, and %(minimum)s are needed:"
        " nothing is added."
    ),
    "no_score": _("Held: the card of %(month)s has no total yet."),
    "no_salary": _(
        "Held: no salary on record for %(days)s of the days in post in %(month)s,"
        " the first being %(first_day)s."
    ),
    "mixed_currencies": _(
        "Held: the salary records of %(month)s are in more than one currency (%(currencies)s)."
    ),
}
"""The rules' sentences, where translators find them; a test holds both to the same words."""

PAY_BASES = {
    PayBase.STANDARD_SALARY: _("standard salary"),
    PayBase.BASE_SALARY: _("base salary"),
    PayBase.PERFORMANCE_PAY: _("performance pay"),
    PayBase.FIXED: _("fixed sum"),
}


def sentences(parts: Iterable[tuple[str, Mapping[str, str]]], document: RuleSetDocument) -> list[str]:
    """Return each step of a reason as a sentence, tiers and pay bases by their names."""
    return [str(SENTENCES[code]) % _words(params, document) for code, params in parts]


def tier_name(key: str, document: RuleSetDocument) -> str:
    """Return the tier's name in the active language; empty for no tier."""
    if not key:
        return ""
    try:
        return document.tier(key).name_in(get_language() or "en")
    except KeyError:
        return key


def _words(params: Mapping[str, str], document: RuleSetDocument) -> dict[str, str]:
    words = dict(params)
    if "tier" in words:
        words["tier"] = tier_name(words["tier"], document)
    if "pay_base" in words:
        words["pay_base"] = str(PAY_BASES[PayBase(words["pay_base"])])
    return words
