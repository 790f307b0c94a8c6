"""Columns of days: exact dates, dates without a year, and 09/10/24. Pure.

A date without a year, or one whose order of day and month is open, can only be
read together with its whole column, so ``read_days`` takes the column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from metrics.importing.messages import BadValue, ImportRefused, Note, note
from metrics.importing.months import FILLERS, MONTHS, fold
from metrics.importing.serials import FIRST_DAY, LAST_DAY, with_serials
from metrics.importing.values import Cell, is_null, plain, show
from metrics.importing.years import Yearless, place_in_years

_HALF = r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_TIME = (
    r"(?:,?[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    + _HALF + r")?"
)  # fmt: skip
_ISO = re.compile(r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})" + _TIME)
_SPACED = re.compile(r"(?P<year>[0-9]{4})\. ?(?P<month>[0-9]{1,2})\. ?(?P<day>[0-9]{1,2})\.?" + _TIME)
_COMPACT = re.compile(r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})" + _TIME)
_CJK = re.compile(
    r"(?:(?P<year>[0-9]{4}) ?[年년] ?)?(?P<month>[0-9]{1,2}) ?[月월] ?(?P<day>[0-9]{1,2}) ?[日일]?"
    r"(?: ?(?P<hour>[0-9]{1,2})(?:时|:|点)(?P<minute>[0-9]{1,2})(?:分|:)?(?:(?P<second>[0-9]{1,2})秒?)?)?"
)
_ORDERED = re.compile(r"(?P<one>[0-9]{1,2})([-/.])(?P<two>[0-9]{1,2})\2(?P<year>[0-9]{4}|[0-9]{2})" + _TIME)
_ZONED = re.compile(r".*[0-9]{2}:[0-9]{2}.*(?:Z|[+-][0-9]{2}:?[0-9]{2}|UTC|GMT)$")
_VIETNAMESE = re.compile(r"([0-9]{1,2}) (?:thang|thg) ([0-9]{1,2})(?:,? (?:nam )?([0-9]{4}))?")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})-([^\W\d_]{3,4})\.?-([0-9]{2})")
_MONTH_FIRST = re.compile(r"[^\W\d_]+\.?-[0-9]{1,2}")
_BUDDHIST_FROM = 2500
_THAI_DOTS = re.compile("(?<=[\u0e00-\u0e7f])\\.")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
MAX_BAD_DAYS = 5000
FRESH = timedelta(days=45)
"""An export taken in with no as-of date is taken for one of today when it ends this near to it."""
_EPOCH = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, with the local time of day when the file gives one."""

    day: date
    clock: time | None = None

    @property
    def at(self) -> datetime | None:
        """Return the naive local instant, or None when only the day is known."""
        return None if self.clock is None else datetime.combine(self.day, self.clock)

    @property
    def text(self) -> str:
        """Return the day, with its time when known, as ISO text."""
        return str(self.at or self.day)


@dataclass(frozen=True, slots=True)
class _Ordered:
    one: int
    two: int
    year: int
    dotted: bool
    day_first: Moment | None
    month_first: Moment | None

    @classmethod
    def of(cls, match: re.Match[str]) -> "_Ordered":
        """Return the day read in both orders. Raises ``ValueError`` for a time that is none."""
        one, two, clock = int(match["one"]), int(match["two"]), _clock(match)
        year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
        return cls(
            one,
            two,
            year,
            match[2] == ".",
            _moment_of(year, two, one, clock),
            _moment_of(year, one, two, clock),
        )

    def read(self, day_first: bool) -> Moment | None:
        """Return the moment in that order, or None when there is no such day."""
        return self.day_first if day_first else self.month_first


def _moment_of(year: int, month: int, day: int, clock: time | None) -> Moment | None:
    try:
        return Moment(date(year, month, day), clock)
    except ValueError:
        return None


_Form = Moment | Yearless | _Ordered
Read = Moment | BadValue | None


@dataclass(slots=True)
class Days:
    """A column read: one entry per cell, what to tell, and what must be asked first."""

    moments: list[Read]
    warnings: list[Note] = field(default_factory=list)
    question: Note | None = None
    years: tuple[date, date] | None = None
    """First and last of the days whose year the file does not give."""


def read_days(
    cells: Sequence[Cell],
    *,
    rows: Sequence[int],
    file: str,
    as_of: date | None,
    day_first: bool | None,
    today: date,
    listed: bool = False,
) -> Days:
    """Read a column of days or instants; ``rows`` are the row numbers for messages.

    ``listed`` says that the rows are works, which need not be in order of their days.

    Cells that are no date come back as ``BadValue``, empty ones as None. Raises
    ``ImportRefused`` when the column as a whole contradicts itself.
    """
    cells = with_serials(cells)
    forms = _forms(cells, rows, file)
    result = Days([form if isinstance(form, (Moment, BadValue)) else None for form in forms])
    ordered = [index for index, form in enumerate(forms) if isinstance(form, _Ordered)]
    if ordered:
        _refuse_resaved(cells, ordered, rows, file)
        _settle_order(result, forms, ordered, rows, file, day_first, cells)
    yearless = [index for index, form in enumerate(forms) if isinstance(form, Yearless)]
    if yearless:
        marks = [form for form in forms if isinstance(form, Yearless)]
        _settle_years(result, marks, yearless, rows, file, as_of, today, cells, listed)
    return result


def is_day(cell: Cell) -> bool:
    """Say whether the cell alone reads as a day, with or without its year."""
    form = _form_or_fault(cell)
    return form is not None and not isinstance(form, BadValue)


def _forms(cells: Sequence[Cell], rows: Sequence[int], file: str) -> list[_Form | BadValue | None]:
    """Read each cell by itself, equal texts once. Raises ``ImportRefused`` when hardly anything is a day."""
    known: dict[str, _Form | BadValue | None] = {}
    forms: list[_Form | BadValue | None] = []
    bad: list[int] = []
    for index, cell in enumerate(cells):
        if isinstance(cell, str):
            if cell not in known:
                known[cell] = _form_or_fault(cell)
            form = known[cell]
        else:
            form = _form_or_fault(cell)
        forms.append(form)
        if isinstance(form, BadValue):
            bad.append(index)
            if len(bad) > MAX_BAD_DAYS:
                why = next(form for form in forms if isinstance(form, BadValue)).note
                raise ImportRefused(
                    "too_many_bad_rows", file=file, limit=MAX_BAD_DAYS, row=rows[bad[0]], why=why
                )
    return forms


def _form_or_fault(cell: Cell) -> _Form | BadValue | None:
    try:
        return None if is_null(cell) else _form(cell)
    except (BadValue, ValueError) as fault:
        return fault if isinstance(fault, BadValue) else BadValue("not_a_date", value=show(cell))


def _form(cell: Cell) -> _Form:
    if isinstance(cell, datetime):
        if cell.tzinfo is not None:
            raise BadValue("zoned_time", value=show(cell))
        # A workbook's number of a moment may fall a hair short of its second.
        whole = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return Moment(whole.date(), whole.time() if whole.time() != time() else None)
    if isinstance(cell, date):
        return Moment(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _serial(cell)
    if not isinstance(cell, str):
        raise BadValue("not_a_date", value=show(cell))
    return _text_form(re.sub(r"\s+", " ", plain(cell).translate(_DIGITS)), cell)


def _serial(number: float) -> Moment:
    if not FIRST_DAY <= number < LAST_DAY + 1:
        raise BadValue("not_a_date", value=show(number))
    moment = _EPOCH + timedelta(seconds=round(number * 86400))
    return Moment(moment.date(), moment.time() if number != int(number) else None)


def _text_form(text: str, cell: str) -> _Form:
    if _ZONED.match(text):
        raise BadValue("zoned_time", value=show(cell))
    for pattern in (_ISO, _SPACED, _COMPACT, _CJK):
        match = pattern.fullmatch(text)
        if match is not None:
            return _dated(match["year"], int(match["month"]), int(match["day"]), _clock(match))
    match = _ORDERED.fullmatch(text)
    if match is not None:
        return _Ordered.of(match)
    return _named(text, cell)


def _dated(year: str | None, month: int, day: int, clock: time | None) -> Moment | Yearless:
    if year is None:
        date(2024, month, day)  # a leap year: refuses only what no year has
        return Yearless(month, day, clock)
    return Moment(date(int(year), month, day), clock)


def _clock(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return None
    hour, half = int(match["hour"]), (match.groupdict().get("half") or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError("no hour of half a day")
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return time(hour, int(match["minute"]), int(match["second"] or 0))


def _named(text: str, cell: str) -> Moment | Yearless:
    """Read a day with the name of its month, in any order of the parts."""
    folded = fold(text)
    clock_match = re.search(
        r"[ ,]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?" + _HALF + "$",
        folded,
    )
    clock = _clock(clock_match) if clock_match else None
    if clock_match:
        folded = folded[: clock_match.start()]
    vietnamese = _VIETNAMESE.fullmatch(folded.removeprefix("ngay "))
    if vietnamese:
        return _dated(vietnamese[3], int(vietnamese[2]), int(vietnamese[1]), clock)
    short = _SHORT_YEAR.fullmatch(folded)
    if short and short[2] in MONTHS:  # 27-Jul-20: how a spreadsheet program shows a day
        return _dated(f"20{short[3]}", MONTHS[short[2]], int(short[1]), clock)
    folded = _THAI_DOTS.sub("", folded)
    words = re.findall(r"[0-9]+|[^\W\d_][^\s\d.,'’/-]*", folded)
    leftovers = re.sub(r"[0-9]+|[^\W\d_][^\s\d.,'’/-]*|[\s.,'’/-]", "", folded)
    numbers = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit() and word not in FILLERS]
    days = [number for number in numbers if len(number) <= 2]
    years = [number for number in numbers if len(number) == 4]
    if (
        leftovers
        or len(names) != 1
        or names[0] not in MONTHS
        or len(days) != 1
        or len(days) + len(years) != len(numbers)
    ):
        raise BadValue("not_a_date", value=show(cell))
    if len(years) > 1:
        raise BadValue("not_a_date", value=show(cell))
    if not years and _MONTH_FIRST.fullmatch(folded):
        raise BadValue("not_a_date", value=show(cell))  # Jul-20: a day of July, or July of 2020
    return _dated(_common_year(years, names[0]), MONTHS[names[0]], int(days[0]), clock)


def _common_year(years: Sequence[str], name: str) -> str | None:
    """Return the year as all the world counts it: Thai months go with Buddhist years, 543 ahead."""
    if not years:
        return None
    is_thai = "\u0e00" <= name[0] <= "\u0e7f" and int(years[0]) > _BUDDHIST_FROM
    return str(int(years[0]) - 543) if is_thai else years[0]


def _refuse_resaved(cells: Sequence[Cell], ordered: list[int], rows: Sequence[int], file: str) -> None:
    # A spreadsheet program of another locale turns 09/10/24 into a date and leaves 13/10/24 as text.
    for index, cell in enumerate(cells):
        if isinstance(cell, (date, datetime, int, float)) and not isinstance(cell, bool):
            first, second = sorted((rows[index], rows[ordered[0]]))
            raise ImportRefused("resaved_dates", file=file, first=first, second=second)


def _settle_order(
    result: Days,
    forms: Sequence[_Form | BadValue | None],
    indexes: list[int],
    rows: Sequence[int],
    file: str,
    day_first: bool | None,
    cells: Sequence[Cell],
) -> None:
    pairs = [form for index in indexes if isinstance(form := forms[index], _Ordered)]
    order = _find_order(pairs, [rows[index] for index in indexes], file, day_first)
    if order is None:
        open_one = next(index for index, pair in zip(indexes, pairs, strict=True) if pair.one != pair.two)
        result.question = note("day_first", value=show(cells[open_one]))
        return
    for index, pair in zip(indexes, pairs, strict=True):
        result.moments[index] = pair.read(order) or BadValue("not_a_date", value=show(cells[index]))
    result.warnings.append(note("day_order_found", order=_order_name(order)))


def _order_name(day_first: bool) -> str:
    return "day first" if day_first else "month first"


def _find_order(
    pairs: Sequence[_Ordered], rows: Sequence[int], file: str, day_first: bool | None
) -> bool | None:
    """Return True for day first, False for month first, None when only the user can know."""
    only = {
        order: [
            index
            for index, pair in enumerate(pairs)
            if pair.read(order) is not None and pair.read(not order) is None
        ]
        for order in (True, False)
    }
    if only[True] and only[False]:
        first, second = sorted((rows[only[True][0]], rows[only[False][0]]))
        raise ImportRefused("mixed_day_order", file=file, first=first, second=second)
    if all(pair.dotted for pair in pairs):
        return True
    if day_first is not None:
        return _said_order(pairs, rows, file, day_first, only[not day_first])
    steps = {order: _day_steps(pairs, order) for order in (True, False)}
    for order in (True, False):
        if only[order]:
            # One impossible row must not overrule a column that runs day by day the other way.
            return order if steps[order] >= steps[not order] else None
    if all(pair.one == pair.two for pair in pairs):
        return True
    complete = [order for order in (True, False) if steps[order] == 1]
    if len(complete) != 1 or _is_by_month(pairs, not complete[0]):
        return None
    return complete[0]


def _is_by_month(pairs: Sequence[_Ordered], order: bool) -> bool:
    """Say whether the rows are the first days of months in that order, as a table of months gives them."""
    moments = [pair.read(order) for pair in pairs]
    days = {moment.day for moment in moments if moment}
    return len(days) > 1 and all(moment is not None and moment.day.day == 1 for moment in moments)


def _said_order(
    pairs: Sequence[_Ordered],
    rows: Sequence[int],
    file: str,
    day_first: bool,
    against: list[int],
) -> bool:
    if against:
        pair, row = pairs[against[0]], rows[against[0]]
        value = f"{pair.one}/{pair.two}/{pair.year}"
        order = _order_name(day_first)
        raise ImportRefused("day_order_does_not_fit", file=file, order=order, row=row, value=value)
    return day_first


def _day_steps(pairs: Sequence[_Ordered], order: bool) -> float:
    """Return the share of neighbouring rows that are one day (or none) apart, at least one of them moving."""
    moments = [pair.read(order) for pair in pairs]
    gaps = [abs((later.day - earlier.day).days) for earlier, later in pairwise(moments) if earlier and later]
    if not any(gaps):
        return 0
    return sum(gap <= 1 for gap in gaps) / max(len(pairs) - 1, 1)


def _settle_years(
    result: Days,
    marks: Sequence[Yearless],
    indexes: Sequence[int],
    rows: Sequence[int],
    file: str,
    as_of: date | None,
    today: date,
    cells: Sequence[Cell],
    listed: bool,
) -> None:
    found = place_in_years(
        marks,
        rows=[rows[index] for index in indexes],
        shown=[show(cells[index]) for index in indexes],
        file=file,
        last=as_of or today,
        listed=listed,
    )
    for index, one, day in zip(indexes, marks, found, strict=True):
        result.moments[index] = Moment(day, one.clock)
    result.years = (min(found), max(found))
    if as_of is None and today - max(found) > FRESH:
        # Only a file of these days ends near today; in which year an older one ended, only the user knows.
        result.question = note("as_of")
    elif as_of is None:
        result.warnings.append(note("year_assumed", first=min(found), last=max(found)))
