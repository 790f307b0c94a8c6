"""Problems of a rule set and reasons of a line: a code, its numbers, an English sentence.

The sentences are gettext message ids with ``%(name)s`` places, so that whoever
shows them can translate first and fill in afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass

REASONS = {
    "total_in_tier": "Total %(total)s lies in %(range)s: %(tier)s.",
    "total_below_tiers": "Total %(total)s is below %(from)s, where the first tier begins: nothing is added.",
    "tier_without_monthly_reward": "%(tier)s has no monthly reward: nothing is added this month.",
    "reading_total_pay": (
        "%(percent)s %% of the %(pay_base)s is paid in place of 100 %%, so the line pays %(share)s of it."
    ),
    "reading_on_top": "%(percent)s %% of the %(pay_base)s is paid on top of the salary.",
    "full_month": "In post on all %(days_of_month)s days of %(month)s.",
    "part_month": "In post on %(days_in_post)s of %(days_of_month)s days of %(month)s: factor %(factor)s.",
    "salary_changed": (
        "The salary changed within the month: %(rate)s is its average over the days in post,"
        " rounded here for reading."
    ),
    "calculation": "%(rate)s × %(factor)s × %(share)s = %(amount)s %(currency)s.",
    "too_few_days": (
        "In post on %(days_in_post)s of %(days_of_month)s days of %(month)s, and %(minimum)s are needed:"
        " nothing is added."
    ),
    "no_score": "Held: the card of %(month)s has no total yet.",
    "no_salary": (
        "Held: no salary on record for %(days)s of the days in post in %(month)s,"
        " the first being %(first_day)s."
    ),
    "mixed_currencies": (
        "Held: the salary records of %(month)s are in more than one currency (%(currencies)s)."
    ),
}


@dataclass(frozen=True)
class ReasonPart:
    """One step of a reason: a ``code`` of ``REASONS`` and the numbers of its sentence, as text."""

    code: str
    params: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """Return the English sentence with its numbers; keys are written as words."""
        return REASONS[self.code] % {name: text.replace("_", " ") for name, text in self.params.items()}


@dataclass(frozen=True)
class Problem:
    """Why a rule set is refused: ``where`` is a path such as ``tiers[1].from``."""

    code: str
    where: str
    sentence: str


class RuleSetProblems(ValueError):
    """The rule set cannot be used; ``problems`` lists everything found, in order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the text is one line for each."""
        super().__init__("\n".join(f"{problem.where}: {problem.sentence}" for problem in problems))
        self.problems = problems
