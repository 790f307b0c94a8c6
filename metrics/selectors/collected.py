"""What has come for accounts in a period: complete days, lists of works, refused tries, waivers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max, Min, Q

from common.periods import ONE_DAY, Span, plus_working_days
from metrics.choices import FetchState, Grain
from metrics.collection import OPENING_DAYS, Evidence, Listing, Need, Period
from metrics.models import AccountDay, Fetch, FileWaiver, RefusedFile
from metrics.selectors.coverage import DAYS, history_start

NAMED_ACCOUNTS = 5_000
"""More accounts than this are not named one by one in a statement."""
LISTS_READ = timedelta(days=62)
"""Lists of works taken longer than this after the period tell nothing new about it."""


@dataclass(frozen=True)
class Waiting:
    """A delivery that somebody else must vouch for."""

    pk: int
    actor: str
    file_name: str


@dataclass
class Collected:
    """Everything known of the accounts' files in a period, by account (and grain or fields)."""

    days: dict[tuple[int, Grain, tuple[str, ...]], frozenset[date]] = field(default_factory=dict)
    totals: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    listings: dict[int, list[Listing]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[tuple[int, str], list[Waiting]] = field(default_factory=lambda: defaultdict(list))
    reached: dict[tuple[int, str], datetime] = field(default_factory=dict)
    taken: dict[tuple[int, str], datetime] = field(default_factory=dict)
    begins: dict[int, date] = field(default_factory=dict)
    refused: dict[tuple[int, str], RefusedFile] = field(default_factory=dict)
    waivers: dict[tuple[int, str], FileWaiver] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def evidence(self, account: int, need: Need) -> Evidence:
        """Return what there is for one account and need; a refused try of no known kind is left out."""
        grain = need.grain.value
        reached = self.reached.get((account, grain))
        return Evidence(
            days=self.days.get((account, need.grain, need.fields), frozenset()),
            totals=frozenset(self.totals.get(account, ())),
            listings=tuple(self.listings.get(account, ())),
            came_on=reached.astimezone(self.zone).date() if reached else None,
            begins=self.begins.get(account),
            refused=self.last_refused(account, grain) is not None,
            waived=(account, need.key) in self.waivers,
        )

    def last_refused(self, account: int, grain: str) -> RefusedFile | None:
        """Return the last try, where it was refused: nothing of the kind was taken after it."""
        found = self.refused.get((account, grain))
        taken = self.taken.get((account, grain))
        return found if found is not None and (taken is None or found.at > taken) else None


def collect(
    *,
    firsts: Mapping[int, Collection[date]],
    needs: Iterable[Need],
    period: Period,
    due_days: int,
    zone: ZoneInfo,
) -> Collected:
    """Read what came for the accounts, each with the days on which a holding of it begins.

    The number of statements does not depend on how many accounts there are.
    """
    found, accounts = Collected(zone=zone), list(firsts)
    by_grain: dict[Grain, set[tuple[str, ...]]] = defaultdict(set)
    for need in needs:
        by_grain[need.grain].add(need.fields)
    for grain in DAYS:
        if by_grain.get(grain):
            found.days.update(_complete_days(grain, sorted(by_grain[grain]), accounts, period.span))
    _read_fetches(found, accounts, period.span, zone)
    if Grain.ACCOUNT_DAY in by_grain:
        found.begins = history_start(accounts=accounts)
        _read_totals(found, firsts, period.span)
    _read_refused(found, accounts, period, due_days, zone)
    waivers = FileWaiver.objects.filter(
        first_day__lte=period.span.first, last_day__gte=period.span.last, ended_at__isnull=True
    )
    found.waivers = {(one.account_id, one.need): one for one in waivers}
    return found


def _complete_days(
    grain: Grain, sets: list[tuple[str, ...]], accounts: Collection[int], span: Span
) -> dict[tuple[int, Grain, tuple[str, ...]], frozenset[date]]:
    """Return the days that have each set of fields, every day one bit of a sum made in the database."""
    days = list(span)
    statement, values = _mask_statement(grain, sets, accounts, days)
    found: dict[tuple[int, Grain, tuple[str, ...]], frozenset[date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for account, *masks in cursor.fetchall():
            for fields, mask in zip(sets, masks, strict=True):
                found[account, grain, fields] = _days_in(int(mask or 0), tuple(days))
    return found


@lru_cache(maxsize=4096)
def _days_in(mask: int, days: tuple[date, ...]) -> frozenset[date]:
    return frozenset(day for place, day in enumerate(days) if mask >> place & 1)


def _mask_statement(
    grain: Grain, sets: list[tuple[str, ...]], accounts: Collection[int], days: list[date]
) -> tuple[str, list[str | int]]:
    """Return the statement: rows → cells of a day from any source → one row of masks per account.

    A day told for single creators counts when each of them has the fields.
    """
    model = DAYS[grain]
    table = connection.ops.quote_name(model._meta.db_table)
    known = {one.column for one in model._meta.concrete_fields}
    if not known.issuperset(name for fields in sets for name in fields):
        raise ValueError(f"{grain} has no such fields")
    about = "" if grain is Grain.ACCOUNT_DAY else ", about_id"
    flags = [" AND ".join(f"COUNT({name}) > 0" for name in fields) or "1 = 1" for fields in sets]
    flagged = ", ".join(f"CASE WHEN {flag} THEN 1 ELSE 0 END AS f{n}" for n, flag in enumerate(flags))
    lowest = ", ".join(f"MIN(f{n}) AS f{n}" for n in range(len(sets)))
    bits = " ".join(f"WHEN %s THEN {1 << place}" for place in range(len(days)))
    masks = ", ".join(f"SUM(f{n} * bit)" for n in range(len(sets)))
    shown = [day.isoformat() for day in days]
    scope, ids = _named(accounts)
    cells = (
        f"SELECT account_id, date, {flagged} FROM {table} WHERE date BETWEEN %s AND %s{scope} "  # noqa: S608 (names of columns, checked above)
        f"GROUP BY account_id, date{about}"
    )
    whole = f"SELECT account_id, {lowest}, CASE date {bits} END AS bit FROM ({cells}) cells GROUP BY account_id, date"  # noqa: S608, E501
    statement = f"SELECT account_id, {masks} FROM ({whole}) days GROUP BY account_id"  # noqa: S608
    return statement, [*shown, shown[0], shown[-1], *ids]


def _named(accounts: Collection[int]) -> tuple[str, list[str | int]]:
    if len(accounts) > NAMED_ACCOUNTS:
        return "", []
    marks = ", ".join(["%s"] * len(accounts)) or "NULL"
    return f" AND account_id IN ({marks})", list(accounts)


def _read_totals(found: Collected, firsts: Mapping[int, Collection[date]], span: Span) -> None:
    """Read on which days shortly before a holding begins a follower total is known."""
    others: dict[date, list[int]] = defaultdict(list)
    for account, begins in firsts.items():
        for one in begins:
            if one != span.first:
                others[one].append(account)
    wanted = Q(date__range=_days_before(span.first))
    for one, accounts in sorted(others.items()):
        wanted |= Q(date__range=_days_before(one), account__in=accounts)
    rows = AccountDay.objects.filter(wanted, followers_total__isnull=False)
    if len(firsts) <= NAMED_ACCOUNTS:
        rows = rows.filter(account__in=list(firsts))
    for account, day in rows.values_list("account_id", "date"):
        found.totals[account].add(day)


def _days_before(first: date) -> tuple[date, date]:
    return first - timedelta(days=OPENING_DAYS), first - ONE_DAY


def _read_fetches(found: Collected, accounts: Collection[int], span: Span, zone: ZoneInfo) -> None:
    done = Fetch.objects.filter(state=FetchState.DONE, account__isnull=False)
    if len(accounts) <= NAMED_ACCOUNTS:
        done = done.filter(account__in=accounts)
    touching = Q(first_day__lte=span.last, last_day__gte=span.first)
    lists = Q(grain=Grain.VIDEO_SNAPSHOT, as_of__gte=span.first, as_of__lte=span.last + LISTS_READ)
    open_ones = touching & Q(self_supplied=True, confirmed_at__isnull=True)
    rows = done.filter(lists | open_ones).order_by("pk").values_list(
        "pk", "account_id", "grain", "as_of", "at", "fields", "self_supplied", "confirmed_at", "actor",
        "file_name", "first_day", "last_day",
    )  # fmt: skip
    for pk, account, grain, as_of, at, fields, own, confirmed, actor, name, first, last in rows:
        if grain == Grain.VIDEO_SNAPSHOT and as_of and as_of >= span.first:
            known = frozenset(fields.split()) if fields else None
            found.listings[account].append(Listing(as_of, at.astimezone(zone).date(), known))
        if own and confirmed is None and first and last and first <= span.last and last >= span.first:
            found.waiting[account, grain].append(Waiting(pk, actor, name))
    came = done.filter(touching).order_by().values("account_id", "grain")
    ends = came.annotate(reached=Min("at", filter=Q(last_day__gte=span.last)), taken=Max("at"))
    for account, grain, reached, taken in ends.values_list("account_id", "grain", "reached", "taken"):
        found.taken[account, grain] = taken
        if reached is not None:
            found.reached[account, grain] = reached


def _read_refused(
    found: Collected, accounts: Collection[int], period: Period, due_days: int, zone: ZoneInfo
) -> None:
    """Read the tries made after the files of the period before were due and until those after it are."""
    span = period.span
    opens = max(plus_working_days(span.first - ONE_DAY, due_days) + ONE_DAY, span.first)
    closes = plus_working_days(span.last + timedelta(days=span.days), due_days) + ONE_DAY
    tries = RefusedFile.objects.filter(
        at__gte=datetime(opens.year, opens.month, opens.day, tzinfo=zone),
        at__lt=datetime(closes.year, closes.month, closes.day, tzinfo=zone),
    )
    if len(accounts) <= NAMED_ACCOUNTS:
        tries = tries.filter(account__in=accounts)
    for one in tries.order_by("at", "pk"):
        found.refused[one.account_id, one.grain] = one
