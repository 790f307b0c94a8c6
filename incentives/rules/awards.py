"""One person's award for one month, with every number it came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from common.money import FEN, round_half_up
from common.periods import Month, Span
from incentives.choices import Cadence, IncomeKind, Outcome, PayBase, RewardKind
from incentives.rules.document import Reward, RuleSetDocument, Tier
from incentives.rules.months import (
    MixedCurrencies,
    NoSalary,
    SalaryBase,
    SalarySegment,
    SalarySpan,
    days_in_post,
    part_month_factor,
    salary_base,
)
from incentives.rules.sentences import ReasonPart
from incentives.rules.tiers import stored_total, tier_for

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class OnTrack:
    """An annual reward the month's tier would earn if the year ended like this; not paid here.

    ``amount`` is money in ``currency``; ``units`` are options and stay None while the rule
    set states no number for the position.
    """

    kind: RewardKind
    income: IncomeKind
    amount: Decimal | None
    currency: str
    units: int | None
    reward: Reward


@dataclass(frozen=True)
class AwardLine:
    """What the rules say about one person and month.

    ``amount`` is None exactly when the line is held; otherwise it is rounded to the fen
    and never below zero. ``inputs`` holds every number used and has a canonical text.
    """

    outcome: Outcome
    month: Month
    tier: Tier | None
    kind: RewardKind
    income: IncomeKind
    currency: str
    amount: Decimal | None
    rate: Decimal | None
    factor: Decimal | None
    inputs: Mapping[str, object]
    reason: tuple[ReasonPart, ...]
    on_track: tuple[OnTrack, ...] = ()

    @property
    def sentence(self) -> str:
        """Return the reason in English."""
        return " ".join(part.sentence for part in self.reason)


@dataclass(frozen=True)
class _Case:
    """The facts of one person and month, and what follows from them alone."""

    document: RuleSetDocument
    month: Month
    total: Decimal | None
    salary: Sequence[SalarySpan]
    in_post: Sequence[Span]
    position: str | None
    tier: Tier | None
    days: int

    @property
    def rewards(self) -> tuple[Reward, ...]:
        return self.document.rewards_of(self.tier) if self.tier else ()

    @property
    def monthly(self) -> Reward | None:
        return next((reward for reward in self.rewards if reward.cadence is Cadence.MONTH), None)

    @property
    def currency(self) -> str:
        on_record = {span.currency for span in self.salary}
        return on_record.pop() if len(on_record) == 1 else self.document.currency


def monthly_award(
    *,
    document: RuleSetDocument,
    total: Decimal | None,
    month: Month,
    in_post: Sequence[Span],
    salary: Sequence[SalarySpan],
    position: str | None = None,
) -> AwardLine:
    """Return the one award line of a monthly card.

    ``total`` is the card's stored total in per cent on the rule set's basis, None while
    the card has none. ``in_post`` are the days in post (clipped to the month, days counted
    once); ``salary`` the person's dated components. ``position`` picks the option units.
    The order of questions: enough days in post → a total → a tier with a monthly reward →
    a salary on record → the amount. Raises ``ValueError`` for a total with more than two
    decimals and for two amounts of one component on one day.
    """
    stored = None if total is None else stored_total(total)
    case = _Case(
        document, month, stored, salary, in_post, position,
        tier=tier_for(document, stored), days=len(days_in_post(in_post, month)),
    )  # fmt: skip
    if case.days < document.minimum_days_in_post:
        return _line(case, Outcome.ZERO, (_too_few_days(case),))
    if stored is None:
        return _line(case, Outcome.HELD, (ReasonPart("no_score", {"month": str(month)}),))
    if case.monthly is None:
        return _line(case, Outcome.ZERO, _nothing_monthly(case))
    return _paid_line(case, case.monthly)


def control_sum(amounts: Iterable[tuple[Decimal | None, str]]) -> Decimal:
    """Return the sum of (amount, currency) pairs to the fen; held lines (None) add nothing.

    Raises ``MixedCurrencies`` when more than one currency appears.
    """
    rows = list(amounts)
    currencies = {currency for _, currency in rows}
    if len(currencies) > 1:
        raise MixedCurrencies(currencies)
    return round_half_up(sum((amount for amount, _ in rows if amount is not None), ZERO), FEN)


def _paid_line(case: _Case, reward: Reward) -> AwardLine:
    try:
        base = _base(case, reward)
    except MixedCurrencies as error:
        params = {"month": str(case.month), "currencies": ", ".join(error.currencies)}
        return _line(case, Outcome.HELD, (ReasonPart("mixed_currencies", params),))
    if isinstance(base, NoSalary):
        params = {"month": str(case.month), "days": str(base.days), "first_day": base.first_day.isoformat()}
        return _line(case, Outcome.HELD, (_in_tier(case), ReasonPart("no_salary", params)))
    exact = base.exact * Fraction(reward.paid_share)
    amount = max(round_half_up(exact, FEN), ZERO)
    reason = _reason(case, reward, base, amount)
    inputs = _base_inputs(reward, base) | {"exact_amount": exact}
    outcome = Outcome.PAYS if amount else Outcome.ZERO
    return _line(case, outcome, reason, amount=amount, base=base, inputs=inputs)


def _base(case: _Case, reward: Reward) -> SalaryBase | NoSalary:
    if reward.pay_base is not PayBase.FIXED:
        counted = case.document.components_of(reward.pay_base)
        return salary_base(case.salary, case.month, in_post=case.in_post, counted=counted)
    monthly = reward.fixed_base or ZERO
    return SalaryBase(
        rate=Fraction(monthly),
        factor=part_month_factor(case.days, case.month.days),
        days_in_post=case.days,
        days_of_month=case.month.days,
        currency=case.document.currency,
        segments=(SalarySegment(case.month.first, case.month.last, monthly),),
    )


def _line(
    case: _Case,
    outcome: Outcome,
    reason: tuple[ReasonPart, ...],
    *,
    amount: Decimal = ZERO,
    base: SalaryBase | None = None,
    inputs: Mapping[str, object] | None = None,
) -> AwardLine:
    reward = case.monthly
    return AwardLine(
        outcome=outcome,
        month=case.month,
        tier=case.tier,
        kind=reward.kind if reward else RewardKind.SALARY_MULTIPLE,
        income=reward.income if reward else IncomeKind.WAGES,
        currency=base.currency if base else case.currency,
        amount=None if outcome is Outcome.HELD else amount,
        rate=round_half_up(base.rate, FEN) if base else None,
        factor=base.factor if base else None,
        inputs=_case_inputs(case) | dict(inputs or {}),
        reason=reason,
        on_track=tuple(_on_track(case, item) for item in case.rewards if item.cadence is Cadence.YEAR),
    )


def _on_track(case: _Case, reward: Reward) -> OnTrack:
    units = reward.units_by_position.get(case.position) if case.position else None
    return OnTrack(reward.kind, reward.income, reward.amount, case.document.currency, units, reward)


def _case_inputs(case: _Case) -> dict[str, object]:
    return {
        "rule_set": case.document.key,
        "basis": case.document.basis,
        "month": str(case.month),
        "total": case.total,
        "tier": case.tier.key if case.tier else None,
        "tier_range": case.tier.range_text if case.tier else None,
        "days_in_post": case.days,
        "days_of_month": case.month.days,
        "minimum_days_in_post": case.document.minimum_days_in_post,
    }


def _base_inputs(reward: Reward, base: SalaryBase) -> dict[str, object]:
    return {
        "reading": reward.reading,
        "multiple": reward.multiple,
        "paid_share": reward.paid_share,
        "pay_base": reward.pay_base,
        "rate": base.rate,
        "factor": base.factor,
        "currency": base.currency,
        "salary": [
            {"first": part.first, "last": part.last, "monthly": part.monthly} for part in base.segments
        ],
    }


def _too_few_days(case: _Case) -> ReasonPart:
    minimum = {"minimum": str(case.document.minimum_days_in_post)}
    return ReasonPart("too_few_days", _days(case) | minimum)


def _days(case: _Case) -> dict[str, str]:
    return {
        "month": str(case.month),
        "days_in_post": str(case.days),
        "days_of_month": str(case.month.days),
    }


def _nothing_monthly(case: _Case) -> tuple[ReasonPart, ...]:
    if case.tier:
        name = {"tier": case.tier.key}
        return (_in_tier(case), ReasonPart("tier_without_monthly_reward", name))
    lowest = case.document.tiers[0].from_total
    return (ReasonPart("total_below_tiers", {"total": f"{case.total}", "from": f"{lowest:f}"}),)


def _in_tier(case: _Case) -> ReasonPart:
    tier = case.tier
    if tier is None or case.total is None:
        raise ValueError("only a total within a tier has this reason")
    params = {"total": f"{case.total:f}", "range": tier.range_text, "tier": tier.key}
    return ReasonPart("total_in_tier", params)


def _reason(case: _Case, reward: Reward, base: SalaryBase, amount: Decimal) -> tuple[ReasonPart, ...]:
    share = f"{reward.paid_share.normalize():f}"
    percent = f"{((reward.multiple or ZERO) * 100).normalize():f}"
    rate = f"{round_half_up(base.rate, FEN):f}"
    steps = [
        _in_tier(case),
        ReasonPart(
            f"reading_{reward.reading}",
            {"percent": percent, "pay_base": str(reward.pay_base), "share": share},
        ),
        ReasonPart(
            "full_month" if case.days == case.month.days else "part_month",
            _days(case) | {"factor": f"{base.factor:f}"},
        ),
    ]
    if len({part.monthly for part in base.segments}) > 1:
        steps.append(ReasonPart("salary_changed", {"rate": rate}))
    calculation = {
        "rate": rate,
        "factor": f"{base.factor:f}",
        "share": share,
        "amount": f"{amount:f}",
        "currency": base.currency,
    }
    return (*steps, ReasonPart("calculation", calculation))
