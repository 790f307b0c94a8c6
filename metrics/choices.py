"""Closed sets of the metrics layer. Plain values, never labels."""

from enum import StrEnum


class Source(StrEnum):
    """Where a fact cell comes from, best first.

    ``corrected`` is a value that two people put in place of what a platform or a file says.
    """

    CORRECTED = "corrected"
    NATIVE = "native"
    FILE = "file"
    DERIVED = "derived"


SOURCE_ORDER = (Source.CORRECTED, Source.NATIVE, Source.FILE, Source.DERIVED)
"""Best first: every reader takes each field from the first source that has it."""


class FetchKind(StrEnum):
    """How data reached us."""

    FILE = "file"
    API = "api"
    SYSTEM = "system"
    CORRECTION = "correction"


class FetchState(StrEnum):
    """How a fetch ended."""

    DONE = "done"
    REFUSED = "refused"


class Media(StrEnum):
    """What kind of work a platform says it is (体裁)."""

    VIDEO = "video"
    IMAGE = "image"
    LIVE = "live"
    UNKNOWN = "unknown"


class Originality(StrEnum):
    """Whether a work counts as original."""

    UNCHECKED = "unchecked"
    ORIGINAL = "original"
    ADAPTED = "adapted"
    REPOSTED = "reposted"
    EXCLUDED = "excluded"


class Grain(StrEnum):
    """What one row of facts is about."""

    ACCOUNT_DAY = "account_day"
    VIDEO_SNAPSHOT = "video_snapshot"
    VIDEO_DAY = "video_day"
    ADS_DAY = "ads_day"
    COMMERCE_DAY = "commerce_day"
    PERIOD_SUM = "period_sum"
    MANUAL = "manual"


class Basis(StrEnum):
    """Which cells a measure reads."""

    FLOW = "flow"
    COHORT = "cohort"
    MANUAL = "manual"


class Aggregation(StrEnum):
    """How the cells of a period become one number."""

    SUM = "sum"
    RATIO = "ratio"
    COUNT = "count"
    OVER_OPENING_STOCK = "over_opening_stock"
    LOSS = "loss"
    PER_PLATFORM = "per_platform"


class Credit(StrEnum):
    """How much of an account's facts a holder is credited with."""

    SHARE = "share"
    FULL = "full"
    CREDIT = "credit"


class FindingKind(StrEnum):
    """Something about the data that a person should look at."""

    VIDEO_DOUBT = "video_doubt"
    SPIKE = "spike"
    DECREASE = "decrease"
    GAP = "gap"
    VIDEO_WITHOUT_TIME = "video_without_time"
    NOBODY_HOLDS = "nobody_holds"
    SHIFTED_DAYS = "shifted_days"
    CORRECTION_DIFFERS = "correction_differs"
    CORRECTION_PASSED = "correction_passed"
    SAME_WORK = "same_work"


class EntryState(StrEnum):
    """How far a manual entry got."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class CorrectionState(StrEnum):
    """How far a correction of a fact got."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Gap(StrEnum):
    """Why a cell or a measured figure has no value."""

    UNSUPPORTED = "unsupported"
    NOT_FINAL = "not_final"
    FETCH_FAILED = "fetch_failed"
    NO_PERMISSION = "no_permission"
    NOT_SUPPLIED = "not_supplied"
    HELD_FOR_CHECK = "held_for_check"
    NO_BASE = "no_base"
    INCOMPLETE = "incomplete"


CELL_GAPS = (
    Gap.UNSUPPORTED, Gap.NOT_FINAL, Gap.FETCH_FAILED, Gap.NO_PERMISSION, Gap.NOT_SUPPLIED, Gap.HELD_FOR_CHECK,
)  # fmt: skip
"""Why a single cell has no value; the other gaps speak of measured figures."""


class RowNote(StrEnum):
    """Why a source row counts specially, or does not count."""

    COUNTED = "counted"
    LATE_READING = "late_reading"
    WITHDRAWN = "withdrawn"
    NO_ROW = "no_row"
    LACKS_VALUE = "lacks_value"
    NO_OPENING_STOCK = "no_opening_stock"
    OTHER_MEDIA = "other_media"
    NOT_ORIGINAL = "not_original"
    SAME_WORK = "same_work"
    NO_READING = "no_reading"
    NOT_CONFIRMED = "not_confirmed"


COUNTING_NOTES = frozenset({RowNote.COUNTED, RowNote.LATE_READING, RowNote.WITHDRAWN})
