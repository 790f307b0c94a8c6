"""One cell of the facts: what each source says of it, which one speaks, and the delivery behind each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.choices import Aggregation, CorrectionState, Grain, Source
from metrics.definitions import MeasureDefinition
from metrics.models import Correction, Fetch, VideoCredit, VideoDay, VideoSnapshot
from metrics.selectors.precedence import DAY_MODELS, RANK
from people.models import AccountShare

VIDEO_MODELS: dict[Grain, Any] = {Grain.VIDEO_SNAPSHOT: VideoSnapshot, Grain.VIDEO_DAY: VideoDay}
FACT_MODELS: dict[Grain, Any] = {**DAY_MODELS, **VIDEO_MODELS}
"""The grains whose cells can be corrected."""


def fields_behind(definition: MeasureDefinition) -> tuple[str, ...]:
    """Return the fields whose cells a measure can be corrected by; none for counts and what people enter."""
    if definition.aggregation in (Aggregation.OVER_OPENING_STOCK, Aggregation.LOSS):
        return (*definition.fields, "followers_total")
    return definition.fields


@dataclass(frozen=True)
class FactKey:
    """Where a cell stands. ``video_id`` and ``about_id`` are 0 where the grain has none.

    ``date`` is the day, for a lifetime counter the day it was read on.
    """

    grain: Grain
    account_id: int
    date: date
    field: str
    video_id: int = 0
    about_id: int = 0

    @property
    def model(self) -> Any:
        """Return the model of the grain. Raises ``KeyError`` for one without cells."""
        return FACT_MODELS[self.grain]

    @property
    def lookup(self) -> dict[str, object]:
        """Return what finds the rows of every source."""
        if self.grain is Grain.VIDEO_SNAPSHOT:
            return {"video_id": self.video_id, "captured_on": self.date}
        if self.grain is Grain.VIDEO_DAY:
            return {"video_id": self.video_id, "date": self.date}
        about = {} if self.grain is Grain.ACCOUNT_DAY else {"about_id": self.about_id}
        return {"account_id": self.account_id, "date": self.date, **about}

    def natural(self, source: str) -> str:
        """Return the key under which a replaced value of this row is kept."""
        if self.video_id:
            return f"video {self.video_id}|{source}"
        return f"{self.account_id}|{source}|{self.about_id}"


def key_of(correction: Correction) -> FactKey:
    """Return the cell that a correction is about."""
    return FactKey(
        Grain(correction.grain), correction.account_id, correction.date, correction.field,
        correction.video_id, correction.about_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What one source says of a cell; ``value`` None with a ``gap`` where it has none."""

    source: str
    value: int | Decimal | None
    gap: str
    fetch: Fetch | None

    @property
    def speaks(self) -> bool:
        """Say whether this source decides: it has the value, or people declared that there is none."""
        return self.value is not None or (self.source == Source.CORRECTED and bool(self.gap))


@dataclass(frozen=True)
class Fact:
    """A cell with everything that is stored of it, best source first."""

    key: FactKey
    said: tuple[Said, ...]

    @property
    def best(self) -> Said | None:
        """Return the source that speaks, or None where nobody has the value."""
        return next((one for one in self.said if one.speaks), None)

    @property
    def value(self) -> int | Decimal | None:
        """Return the value that readers use."""
        return self.best.value if self.best else None

    @property
    def text(self) -> str:
        """Return the value as it is kept: empty where there is none."""
        return value_text(self.value)


def value_text(value: int | Decimal | None) -> str:
    """Write a value as corrections and restatements keep it: plain, empty where there is none."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def fact_of(key: FactKey) -> Fact:
    """Return what every source says of a cell now."""
    return facts_of(key, [key.field])[0]


def facts_of(key: FactKey, fields: Collection[str]) -> list[Fact]:
    """Return what every source says of several fields of one row, in two statements."""
    rows = sorted(key.model.objects.filter(**key.lookup), key=lambda row: RANK[row.source])
    wanted = {_fetch_id(row, field) for row in rows for field in fields} - {0}
    known = Fetch.objects.select_related("account").defer("result").in_bulk(wanted)
    return [
        Fact(replace(key, field=field), tuple(_said(row, field, known) for row in rows)) for field in fields
    ]


def _said(row: Any, field: str, known: Mapping[int, Fetch]) -> Said:
    fetch = known.get(_fetch_id(row, field))
    return Said(row.source, getattr(row, field), row.gaps.get(field, ""), fetch)


def _fetch_id(row: Any, field: str) -> int:
    by_field = getattr(row, "fetches", None)
    return int(row.fetch_id if by_field is None else by_field.get(field, 0) or 0)


def corrections_of(key: FactKey, fields: Collection[str]) -> list[Correction]:
    """Return everything that was ever proposed for some fields of one row, newest first."""
    rows = Correction.objects.filter(
        grain=key.grain.value, account=key.account_id, video_id=key.video_id, about_id=key.about_id,
        date=key.date, field__in=fields,
    )  # fmt: skip
    return list(rows.order_by("-pk"))


def confirmed_corrections(
    grain: Grain, *, accounts: Collection[int], fields: Collection[str], videos: Collection[int] = ()
) -> list[Correction]:
    """Return the confirmed corrections of some fields of accounts (or of their videos), oldest first."""
    rows = Correction.objects.filter(
        grain=grain.value, account__in=accounts, field__in=fields, state=CorrectionState.CONFIRMED
    )
    if videos:
        rows = rows.filter(video_id__in=videos)
    return list(rows.order_by("pk"))


def corrected_readings(videos: Collection[int]) -> set[tuple[int, date, str]]:
    """Return video, day of the reading and field of every corrected cell, those carried on included."""
    if not videos:
        return set()
    rows = VideoSnapshot.objects.filter(video_id__in=videos, source=Source.CORRECTED)
    return {
        (row.video_id, row.captured_on, name)
        for row in rows
        for name in VideoSnapshot.VALUES
        if getattr(row, name) is not None or name in row.gaps
    }


def feeds_score_of(employee_id: int | None, key: FactKey) -> bool:
    """Say whether a cell can count for a person: they hold or have held the account, or have a part in it."""
    if employee_id is None:
        return False
    if AccountShare.objects.filter(employee=employee_id, period__account=key.account_id).exists():
        return True
    return bool(key.video_id) and (
        VideoCredit.objects.filter(video_id=key.video_id, employee=employee_id).exists()
    )
