"""Reading a rule set from plain values: every problem is found and named, none is guessed away."""

from collections.abc import Mapping
from typing import Any

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
from incentives.rules.checking import multiple_problems, range_problems
from incentives.rules.document import (
    Innovation,
    Reward,
    RuleSetDocument,
    StandardSalary,
    Tier,
    VestingTerms,
)
from incentives.rules.fields import Fields, ProblemList
from incentives.rules.mapping import FORMAT
from incentives.rules.sentences import RuleSetProblems

CADENCES = {
    RewardKind.SALARY_MULTIPLE: Cadence.MONTH,
    RewardKind.ANNUAL_BONUS: Cadence.YEAR,
    RewardKind.EQUITY_UNITS: Cadence.YEAR,
}
"""The card each kind of tier reward follows."""


def parse_rule_set(mapping: Mapping[str, Any]) -> RuleSetDocument:
    """Return the rule set written as plain values, as ``rule_set_to_mapping`` gives them.

    Tiers may come in any order and are sorted from low to high. Numbers are integers or
    text, never floats. Raises ``RuleSetProblems`` with everything that is wrong: unknown
    or missing keys, values outside their set, ranges with a gap, an overlap or no end, a
    higher tier whose own multiple is smaller than the one it replaces.
    """
    problems = ProblemList()
    fields = Fields(mapping, "", problems)
    if fields.whole("format", smallest=1) != FORMAT:
        problems.add("format", "format", f"Only format {FORMAT} is known; write {FORMAT}.")
    document = RuleSetDocument(
        key=fields.key("key", longest=40),
        names=fields.names("name"),
        notes=fields.names("notes", required=False),
        currency=fields.currency("currency"),
        basis=fields.basis("basis"),
        minimum_days_in_post=fields.whole("minimum_days_in_post", smallest=1, largest=31, default=15),
        payable=fields.member("payable", Payable, default=Payable.PUBLISHED),
        standard_salary=_standard_salary(fields.child("standard_salary")),
        tiers=_tiers(fields),
        innovation=_innovation(fields),
    )
    fields.refuse_the_rest()
    problems.extend(range_problems(document))
    problems.extend(multiple_problems(document))
    if problems.found:
        raise RuleSetProblems(tuple(problems.found))
    return document


def _standard_salary(fields: Fields) -> StandardSalary:
    names = fields.names("name")
    components = fields.members("components", SalaryComponent)
    fields.refuse_the_rest()
    return StandardSalary(names=names, components=components)


def _tiers(fields: Fields) -> tuple[Tier, ...]:
    tiers = [_tier(item) for item in fields.children("tiers")]
    if not tiers:
        fields.problems.add("no_tiers", "tiers", "State at least one tier.")
    keys = [tier.key for tier in tiers]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        fields.problems.add("double_key", "tiers", f"Two tiers are called {key!r}; give each its own key.")
    return tuple(sorted(tiers, key=lambda tier: tier.from_total))


def _tier(fields: Fields) -> Tier:
    tier = Tier(
        key=fields.key("key", longest=20),
        names=fields.names("name"),
        from_total=fields.score("from"),
        to_total=fields.score_or_none("to"),
        from_included=fields.flag("from_included", default=True),
        to_included=fields.flag("to_included", default=False),
        includes_lower_tiers=fields.flag("includes_lower_tiers", default=True),
        rewards=tuple(_reward(item) for item in fields.children("rewards")),
    )
    fields.refuse_the_rest()
    kinds = [reward.kind for reward in tier.rewards]
    for kind in RewardKind:
        if kinds.count(kind) > 1:
            fields.problems.add(
                "double_reward",
                fields.path("rewards"),
                f"A tier states one {kind.value} at most; merge them.",
            )
    return tier


def _reward(fields: Fields) -> Reward:
    kind = fields.member("kind", RewardKind, default=None)
    cadence = fields.member("cadence", Cadence, default=CADENCES.get(kind, Cadence.ONCE))
    _check_kind(fields, kind, cadence)
    income = fields.member("income", IncomeKind, default=None)
    reward = _READERS.get(kind, _no_reward)(fields, kind, cadence, income)
    fields.refuse_the_rest()
    return reward


def _check_kind(fields: Fields, kind: RewardKind, cadence: Cadence) -> None:
    wanted = CADENCES.get(kind)
    if wanted is None:
        fields.problems.add(
            "kind", fields.path("kind"), f"A tier cannot give {kind.value}; it has its own section."
        )
    elif cadence is not wanted:
        fields.problems.add(
            "cadence", fields.path("cadence"), f"A reward of kind {kind.value} is by {wanted.value}."
        )


def _multiple(fields: Fields, kind: RewardKind, cadence: Cadence, income: IncomeKind) -> Reward:
    pay_base = fields.member("pay_base", PayBase, default=PayBase.STANDARD_SALARY)
    reading = fields.member("reading", Reading, default=Reading.TOTAL_PAY)
    multiple = fields.number("multiple", places=4, largest=100)
    if reading is Reading.TOTAL_PAY and multiple < 1:
        fields.problems.add(
            "deducts",
            fields.path("multiple"),
            f"{multiple} in place of 1.00 would deduct, and a tier only adds; write 1 or more.",
        )
    fixed = fields.money("fixed_base") if pay_base is PayBase.FIXED else None
    return Reward(
        kind, cadence, income, multiple=multiple, reading=reading, pay_base=pay_base, fixed_base=fixed
    )


def _bonus(fields: Fields, kind: RewardKind, cadence: Cadence, income: IncomeKind) -> Reward:
    return Reward(kind, cadence, income, amount=fields.money("amount"), **_annual(fields))


def _equity(fields: Fields, kind: RewardKind, cadence: Cadence, income: IncomeKind) -> Reward:
    units = fields.whole_numbers("units_by_position")
    return Reward(
        kind,
        cadence,
        income,
        units_by_position=units,
        vesting=_vesting(fields.child("vesting", required=False)),
        **_annual(fields),
    )


def _no_reward(fields: Fields, kind: RewardKind, cadence: Cadence, income: IncomeKind) -> Reward:
    return Reward(kind, cadence, income)


_READERS = {
    RewardKind.SALARY_MULTIPLE: _multiple,
    RewardKind.ANNUAL_BONUS: _bonus,
    RewardKind.EQUITY_UNITS: _equity,
}


def _annual(fields: Fields) -> dict[str, Any]:
    return {
        "months_in_post": fields.whole("months_in_post", smallest=0, largest=12, default=6),
        "shortfall": fields.member("shortfall", Shortfall, default=Shortfall.NOTHING),
        "in_post_on_pay_day": fields.flag("in_post_on_pay_day", default=False),
    }


def _vesting(fields: Fields) -> VestingTerms:
    months = fields.whole("months", smallest=1, largest=120, default=48)
    cliff = fields.whole("cliff_months", smallest=0, largest=120, default=12)
    every = fields.whole("every_months", smallest=1, largest=120, default=1)
    fields.refuse_the_rest()
    if cliff > months or (months - cliff) % every:
        fields.problems.add(
            "vesting",
            fields.where,
            f"Steps of {every} months after {cliff} do not end with month {months}; change one of them.",
        )
    return VestingTerms(months, cliff, every)


def _innovation(fields: Fields) -> Innovation | None:
    if not fields.has("innovation"):
        return None
    inner = fields.child("innovation")
    innovation = Innovation(
        names=inner.names("name"),
        enabled=inner.flag("enabled", default=False),
        plays=inner.whole("plays", smallest=1),
        amount=inner.money("amount"),
        income=inner.member("income", IncomeKind, default=IncomeKind.WAGES),
        reading=inner.member("reading", InnovationReading, default=InnovationReading.PER_VIDEO),
        within_days=inner.whole("within_days", smallest=1, largest=3660, default=90),
        hold_days=inner.whole("hold_days", smallest=0, largest=366, default=30),
        yearly_budget=inner.money_or_none("yearly_budget"),
        cap_per_person=inner.money_or_none("cap_per_person"),
        second_confirmation_above=inner.money("second_confirmation_above"),
    )
    inner.refuse_the_rest()
    if innovation.enabled and innovation.yearly_budget is None:
        fields.problems.add(
            "no_budget", inner.path("yearly_budget"), "An enabled innovation award needs a yearly budget."
        )
    return innovation
