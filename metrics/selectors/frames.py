"""Facts as frames of whole numbers, read in a handful of set-based statements.

The columns are those that ``metrics.measures`` names. Reads take sets of accounts
and spans, never one person at a time.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from metrics.choices import Grain, Originality, Source
from metrics.crediting import Holding
from metrics.definitions import SCALE
from metrics.models import AccountDay, Video, VideoSnapshot
from metrics.selectors.precedence import (
    DAY_MODELS,
    RANK,
    best_values,
    emptied_gaps,
    hide_emptied,
    source_rank,
)
from people.models import AccountShare

VIDEO_COLUMNS = ["video", "account", "published_on", "media", "original", "first_upload", "withdrawn"]
NOT_ORIGINAL = (Originality.ADAPTED, Originality.REPOSTED, Originality.EXCLUDED)


def holding_list(
    *, first: date, last: date, kind: str | None = None, employees: Collection[int] | None = None
) -> list[Holding]:
    """Return who held which account when inside ``first … last``, clipped to it."""
    shares = AccountShare.objects.filter(period__starts_on__lte=last).exclude(period__ends_on__lt=first)
    if kind:
        shares = shares.filter(period__account__kind=kind)
    if employees is not None:
        shares = shares.filter(employee_id__in=employees)
    return [
        Holding(
            key, employee, account, platform, max(starts, first), min(ends or last, last), int(share * 10_000)
        )
        for key, employee, account, platform, starts, ends, share in shares.order_by("id").values_list(
            "id", "employee_id", "period__account_id", "period__account__platform",
            "period__starts_on", "period__ends_on", "share",
        )
    ]  # fmt: skip


def holdings_frame(
    *, first: date, last: date, kind: str | None = None, employees: Collection[int] | None = None
) -> pd.DataFrame:
    """Return ``holding_list`` as a frame."""
    return as_frame(holding_list(first=first, last=last, kind=kind, employees=employees))


def as_frame(rows: Collection[Holding]) -> pd.DataFrame:
    """Return holdings as a frame."""
    return pd.DataFrame(list(rows), columns=list(Holding._fields))


def day_cells(
    grain: Grain, *, accounts: Collection[int], first: date, last: date, fields: Sequence[str]
) -> pd.DataFrame:
    """Return one row per account and day with each field from the best source that has it.

    Rows about single creators of one advertiser or shop are added up to the account;
    a field that one of them lacks is missing for the day.
    """
    model = DAY_MODELS[grain]
    narrow = [] if grain is Grain.ACCOUNT_DAY else ["about_id"]
    found = (
        model._default_manager.filter(account_id__in=accounts, date__range=(first, last))
        .order_by("account_id", "date", *narrow, source_rank())
        .values_list("account_id", "date", *narrow, emptied_gaps(), *fields)
    )
    rows = pd.DataFrame.from_records(list(found), columns=["account", "date", *narrow, "gaps", *fields])
    frame = rows.drop(columns="gaps")
    for field in fields:
        frame[field] = whole_units(frame[field], SCALE.get(field, 0))
    frame = frame.groupby(["account", "date", *narrow], as_index=False, sort=True).first()
    frame = hide_emptied(frame, rows, key=["account", "date", *narrow], fields=fields)
    if narrow:
        frame = frame.groupby(["account", "date"], as_index=False)[list(fields)].sum(skipna=False)
    return frame


def whole_units(column: Iterable[Any], places: int) -> pd.Series:
    """Return values as nullable whole numbers of their last decimal place, exactly."""
    factor = 10**places
    units = [None if _missing(value) else _units(value, factor) for value in column]
    return pd.Series(pd.array(units, dtype="Int64"))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value


def _units(value: Any, factor: int) -> int:
    if factor == 1:
        return int(value)
    return int(value * factor) if isinstance(value, Decimal) else round(value * factor)


def video_cells(
    *,
    accounts: Collection[int],
    first: date,
    last: date,
    cutoff: date,
    late_days: int,
    fields: Sequence[str],
) -> pd.DataFrame:
    """Return the videos published in the span with their one reading that counts.

    The latest snapshot not after ``cutoff``; with none, the first one up to
    ``late_days`` after it, marked ``late``; with neither, the fields are missing.
    """
    videos = _videos(accounts, first, last)
    readings = _readings(accounts, first, last, cutoff, cutoff + timedelta(days=late_days), fields)
    frame = videos.merge(readings, on="video", how="left")
    frame["late"] = [bool(day is not None and day == day and day > cutoff) for day in frame["captured_on"]]
    return frame


def _videos(accounts: Collection[int], first: date, last: date) -> pd.DataFrame:
    mine = _standing_uploads().filter(work=OuterRef("work"), media=OuterRef("media"))
    rows = (
        Video.objects.filter(account_id__in=accounts, published_on__range=(first, last))
        .annotate(first_upload=Subquery(mine.values("id")[:1]))
        .order_by("published_at", "id")
        .values_list(
            "id", "account_id", "published_on", "media", "originality", "first_upload", "withdrawn_on"
        )
    )
    return pd.DataFrame(
        [
            (video, account, day, media, originality not in NOT_ORIGINAL, upload or 0, withdrawn is not None)
            for video, account, day, media, originality, upload, withdrawn in rows
        ],
        columns=VIDEO_COLUMNS,
    )


def first_uploads(first: date, last: date) -> dict[tuple[int | None, str], int]:
    """Return, per work with an upload in the span and medium, the upload that stands for it."""
    published = Video.objects.filter(published_on__range=(first, last), work__isnull=False)
    uploads = _standing_uploads().filter(work__in=published.order_by().values("work"))
    leads: dict[tuple[int | None, str], int] = {}
    for video, work, media in uploads.values_list("id", "work_id", "media"):
        leads.setdefault((work, media), video)
    return leads


def _standing_uploads() -> QuerySet[Video]:
    """Return the uploads that may stand for their work, the one that does first.

    It is the first one that is not marked otherwise and that somebody held when it was
    published, whoever it was and whenever: a work counts once, in one month, for one
    account.
    """
    held = AccountShare.objects.filter(
        Q(period__ends_on__isnull=True) | Q(period__ends_on__gte=OuterRef("published_on")),
        period__account=OuterRef("account"),
        period__starts_on__lte=OuterRef("published_on"),
    )
    return (
        Video.objects.filter(Exists(held))
        .exclude(originality__in=NOT_ORIGINAL)
        .order_by("published_on", F("published_at").asc(nulls_last=True), "id")
    )


READINGS = """
SELECT s.video_id, s.captured_on, s.source, CASE WHEN s.source = %s THEN s.gaps END, {fields}
FROM {snapshot} s JOIN (
    SELECT x.video_id,
           MAX(CASE WHEN x.captured_on <= %s THEN x.captured_on END) AS in_time,
           MIN(CASE WHEN x.captured_on > %s THEN x.captured_on END) AS late
    FROM {snapshot} x JOIN {video} v ON v.id = x.video_id
    WHERE v.published_on BETWEEN %s AND %s AND x.captured_on <= %s{scope}
    GROUP BY x.video_id
) chosen ON chosen.video_id = s.video_id AND s.captured_on = COALESCE(chosen.in_time, chosen.late)
"""
SCOPE_LIMIT = 500


def _readings(
    accounts: Collection[int], first: date, last: date, cutoff: date, latest: date, fields: Sequence[str]
) -> pd.DataFrame:
    columns = [connection.ops.quote_name(field) for field in fields]
    scope, scope_values = "", []
    if len(accounts) <= SCOPE_LIMIT:
        marks = ", ".join(["%s"] * len(accounts)) or "NULL"
        scope, scope_values = f" AND v.account_id IN ({marks})", list(accounts)
    statement = READINGS.format(
        fields=", ".join(f"s.{column}" for column in columns),
        snapshot=connection.ops.quote_name(VideoSnapshot._meta.db_table),
        video=connection.ops.quote_name(Video._meta.db_table),
        scope=scope,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [Source.CORRECTED.value, cutoff, cutoff, first, last, latest, *scope_values]
        )
        found = cursor.fetchall()
    columns = ["video", "captured_on", "source", "gaps", *fields]
    return _best_readings(pd.DataFrame(found, columns=columns), fields)


def _best_readings(frame: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """Return one row per video; where sources agree on the day, the better one wins field by field."""
    frame["captured_on"] = [_as_date(day) for day in frame["captured_on"]]
    for field in fields:
        frame[field] = whole_units(frame[field], SCALE.get(field, 0))
    frame = frame.assign(rank=frame["source"].map(RANK)).sort_values(["video", "rank"])
    frame["gaps"] = [None if _missing(gaps) else json.loads(gaps) for gaps in frame["gaps"]]
    best = frame.groupby("video", as_index=False, sort=True)[["captured_on", *fields]].first()
    return hide_emptied(best, frame, key=["video", "captured_on"], fields=fields)


def _as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def follower_totals(holdings: pd.DataFrame) -> pd.DataFrame:
    """Return the totals from which opening stocks are read: the four days before each first day."""
    if holdings.empty:
        return pd.DataFrame(columns=["account", "date", "followers_total"])
    wanted = Q()
    for first in sorted(set(holdings["first"])):
        accounts = holdings.loc[holdings["first"] == first, "account"].tolist()
        days = (first - timedelta(days=4), first - timedelta(days=1))
        wanted |= Q(account_id__in=accounts, date__range=days)
    found = (
        AccountDay.objects.filter(wanted)
        .filter(Q(followers_total__isnull=False) | Q(source=Source.CORRECTED))
        .order_by("account_id", "date", source_rank())
        .values_list("account_id", "date", "followers_total", emptied_gaps())
    )
    rows = best_values(found, "followers_total")
    return pd.DataFrame.from_records(rows, columns=["account", "date", "followers_total"])
