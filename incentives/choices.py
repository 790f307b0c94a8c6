"""Closed sets of the incentives layer. Plain values, never labels."""

from enum import StrEnum


class RewardKind(StrEnum):
    """What a tier, or a record video, earns."""

    SALARY_MULTIPLE = "salary_multiple"
    ANNUAL_BONUS = "annual_bonus"
    EQUITY_UNITS = "equity_units"
    INNOVATION = "innovation"


class PayBase(StrEnum):
    """What a salary multiple is taken of."""

    STANDARD_SALARY = "standard_salary"
    BASE_SALARY = "base_salary"
    PERFORMANCE_PAY = "performance_pay"
    FIXED = "fixed"


class Reading(StrEnum):
    """How "120 % of the salary" is understood.

    ``total_pay``: the salary becomes 1.20 of itself, so the line pays 0.20 of it.
    ``on_top``: 1.20 of the salary is paid beside the salary.
    """

    TOTAL_PAY = "total_pay"
    ON_TOP = "on_top"


class Cadence(StrEnum):
    """Which card a reward follows."""

    MONTH = "month"
    YEAR = "year"
    ONCE = "once"


class Shortfall(StrEnum):
    """What somebody with too few months in post gets of an annual reward."""

    NOTHING = "nothing"
    PRORATED = "prorated"


class IncomeKind(StrEnum):
    """Under which head payroll pays a line."""

    WAGES = "wages"
    ANNUAL_BONUS = "annual_bonus"
    EQUITY = "equity"
    LABOUR_SERVICE = "labour_service"


class SalaryComponent(StrEnum):
    """A dated part of a salary."""

    BASE = "base"
    """基本工资"""
    POST = "post"
    """岗位工资"""
    PERFORMANCE = "performance"
    """绩效工资标准"""
    ALLOWANCE = "allowance"
    """补贴"""


class Payable(StrEnum):
    """From which state of a card its awards may be paid."""

    PUBLISHED = "published"
    FINAL = "final"


class InnovationReading(StrEnum):
    """How often the innovation award is paid."""

    PER_VIDEO = "per_video"
    PER_PERSON_PER_YEAR = "per_person_per_year"
    POOL = "pool"


class Outcome(StrEnum):
    """What a rule says about one person and month."""

    PAYS = "pays"
    ZERO = "zero"
    HELD = "held"


class AwardStatus(StrEnum):
    """How far a ledger line got."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    HELD = "held"
    IN_SHEET = "in_sheet"
    VOID = "void"


class SheetState(StrEnum):
    """How far a bonus sheet got."""

    DRAFT = "draft"
    PREPARED = "prepared"
    REVIEWED = "reviewed"
    RECHECKED = "rechecked"
    EXPORTED = "exported"
    ACCEPTED = "accepted"
    PAID = "paid"
    RETURNED = "returned"
    VOID = "void"
