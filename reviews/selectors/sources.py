"""The rows behind a figure: exact sides, why they count or not, and the delivery each came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from django.utils.translation import gettext as _

from common.money import round_half_up
from metrics.choices import COUNTING_NOTES, Aggregation, Credit, EntryState, Grain, Source
from metrics.crediting import FULL_SHARE
from metrics.definitions import MeasureDefinition
from metrics.models import Correction, Fetch, ManualEntry, Video, VideoSnapshot
from metrics.selectors.facts import confirmed_corrections, corrected_readings
from metrics.selectors.precedence import DAY_MODELS, source_rank
from metrics.texts import FIELD_LABELS
from people.models import Account
from reviews.words import NOTES


@dataclass(frozen=True)
class SourceRow:
    """One row behind a figure: its two sides after the share, exact, and why it counts or not."""

    account: str
    label: str
    day: date | None
    read_on: date | None
    share: Fraction
    numerator: Fraction | None
    denominator: Fraction | None
    counts: bool
    note: str
    video: int | None = None
    account_id: int | None = None
    delivery: Fetch | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def place(self) -> str:
        """Return what a question about this row is about, as a part of an address."""
        parts = {"account": self.account_id, "video": self.video, "day": self.day}
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def top(self) -> Decimal | None:
        """Return the numerator for reading, to four decimals."""
        return None if self.numerator is None else round_half_up(self.numerator, 4)

    @property
    def bottom(self) -> Decimal | None:
        """Return the denominator for reading, to four decimals."""
        return None if self.denominator is None else round_half_up(self.denominator, 4)


def with_deliveries(definition: MeasureDefinition, rows: Sequence[SourceRow]) -> list[SourceRow]:
    """Name, for the rows of one page, the video, the delivery each came from, and what people corrected."""
    videos = Video.objects.in_bulk([row.video for row in rows if row.video])
    fetches = _fetch_ids(definition, rows, videos)
    deliveries = Fetch.objects.defer("result").in_bulk(set(fetches.values()))
    corrected = _corrections(definition, rows)
    found = []
    for place, row in enumerate(rows):
        video = videos.get(row.video) if row.video else None
        delivery = deliveries.get(fetches.get(place, 0))
        label = video.title if video else row.label
        cells = corrected.get(place, ())
        found.append(_replace(row, label=label, delivery=delivery, corrections=cells))
    return found


def _corrections(
    definition: MeasureDefinition, rows: Sequence[SourceRow]
) -> dict[int, tuple[Correction, ...]]:
    """Return, by place, the corrections in force of the cells behind the rows, in two statements at most."""
    accounts = {row.account_id for row in rows if row.account_id}
    if not accounts:
        return {}
    known = confirmed_corrections(definition.grain, accounts=accounts, fields=definition.fields)
    readings = corrected_readings({one.video_id for one in known if one.video_id})
    found: dict[int, tuple[Correction, ...]] = {}
    for place, row in enumerate(rows):
        cells = {one.field: one for one in known if _is_behind(row, one, readings)}
        if cells:
            found[place] = tuple(cells.values())
    return found


def _is_behind(row: SourceRow, one: Correction, readings: set[tuple[int, date, str]]) -> bool:
    """Say whether a corrected cell stands behind a row; a reading may carry one of an earlier day."""
    if one.video_id:
        day = row.read_on
        return (
            day is not None
            and one.date <= day
            and (row.video, day, one.field) in readings
            and (one.video_id == row.video)
        )
    return row.video is None and one.account_id == row.account_id and one.date == row.day


def _replace(row: SourceRow, **changes: Any) -> SourceRow:
    return SourceRow(**{**row.__dict__, **changes})


def _fetch_ids(
    definition: MeasureDefinition, rows: Sequence[SourceRow], videos: dict[int, Video]
) -> dict[int, int]:
    if definition.grain is Grain.VIDEO_SNAPSHOT:
        wanted = [row.video for row in rows if row.video]
        read = VideoSnapshot.objects.filter(video_id__in=wanted).exclude(source=Source.CORRECTED)
        read = read.order_by("source")
        by_reading = {(one.video_id, one.captured_on): one.fetch_id for one in reversed(read)}
        listed = {pk: video.fetch_id for pk, video in videos.items()}
        return {
            place: by_reading.get((row.video or 0, row.read_on or date.min), 0)
            or listed.get(row.video or 0, 0)
            for place, row in enumerate(rows)
        }
    model = DAY_MODELS.get(definition.grain)
    if model is None:
        return {}
    days = {row.day for row in rows if row.day}
    accounts = {row.account_id for row in rows if row.account_id}
    rows_of_days = model._default_manager.filter(account_id__in=accounts, date__in=days)
    delivered = rows_of_days.exclude(source=Source.CORRECTED).order_by(source_rank())
    facts = delivered.values_list("account_id", "date", "fetches")
    found: dict[tuple[int, date], int] = {}
    for account, day, fetches in facts:
        ids = [fetches[field] for field in definition.fields if fetches.get(field)]
        if ids:
            found.setdefault((account, day), ids[0])
    return {
        place: found[(row.account_id, row.day)]
        for place, row in enumerate(rows)
        if row.account_id and row.day and (row.account_id, row.day) in found
    }


def rows_of(definition: MeasureDefinition, frame: pd.DataFrame, names: dict[int, str]) -> list[SourceRow]:
    """Return the measure's rows after the share, by day; ``names`` names the accounts."""
    ratio = definition.aggregation not in (Aggregation.COUNT, Aggregation.SUM)
    label = " / ".join(str(FIELD_LABELS.get(field, field)) for field in definition.fields)
    found = []
    for row in frame.sort_values("date").to_dict("records"):
        share = share_of(definition, int(row["share"]))
        found.append(
            SourceRow(
                account=names.get(int(row["account"]), ""),
                label=label,
                day=row["date"],
                read_on=_known_day(row.get("captured_on")),
                share=share,
                numerator=_side(row["numerator"], definition.numerator_places, share),
                denominator=_side(row["denominator"], definition.denominator_places, share)
                if ratio
                else None,
                counts=row["note"] in COUNTING_NOTES,
                note=str(NOTES.get(row["note"], row["note"])),
                video=int(row["video"]) if "video" in row else None,
                account_id=int(row["account"]),
            )
        )
    return found


def _side(value: Any, places: int, share: Fraction) -> Fraction | None:
    return None if value is None or pd.isna(value) else Fraction(int(value), 10**places) * share


def share_of(definition: MeasureDefinition, share: int) -> Fraction:
    """Return the part of an account's facts that the holder is credited with."""
    return Fraction(1) if definition.credit is Credit.FULL else Fraction(share, FULL_SHARE)


def _known_day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else value


def account_names(accounts: Any) -> dict[int, str]:
    """Return platform and name of each account."""
    rows = Account.objects.filter(pk__in={int(account) for account in accounts})
    return {account.pk: f"{account.get_platform_display()} · {account.shown_name}" for account in rows}


def entry_row(entry: ManualEntry) -> SourceRow:
    """Return an entry as a row; it counts once confirmed."""
    counts = entry.state == EntryState.CONFIRMED
    states = {
        EntryState.CLAIMED: _("waits for confirmation"),
        EntryState.CONFIRMED: _("counted"),
        EntryState.REFUSED: _("refused"),
    }
    return SourceRow(
        account="",
        label=entry.title,
        day=entry.date,
        read_on=None,
        share=Fraction(1),
        numerator=Fraction(entry.value),
        denominator=None,
        counts=counts,
        note=states[EntryState(entry.state)],
    )
