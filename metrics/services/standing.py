"""Corrections against what comes later: they stand, and what contradicts them is shown.

* A delivery that says something else of the very cell changes nothing that is read; a
  finding tells of the other value, which is kept beside the correction.
* A later reading of a lifetime counter that still shows the value that was corrected,
  or a counter that has not reached the corrected one, carries the same fault: the
  correction holds for that day too. Any other later reading counts, and a finding
  says so where it does not simply go on from the correction.
* A cell may be corrected more than once: the last correction says what it reads, the first
  what the fault looked like. What was carried on from an earlier one is carried anew.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from metrics.choices import SOURCE_ORDER, CorrectionState, FindingKind, Grain, Source
from metrics.models import Correction, Finding, Video, VideoSnapshot
from metrics.selectors.facts import FACT_MODELS, key_of, value_text

DELIVERED = [source.value for source in SOURCE_ORDER if source not in (Source.CORRECTED, Source.DERIVED)]
COUNTERS = frozenset(VideoSnapshot.COUNTS)


def hold_against_corrections(accounts: Collection[int], *, at: datetime) -> int:
    """Compare what was delivered for the accounts with their corrections.

    Returns for how many later readings a correction was carried on; one statement
    where nothing was ever corrected.
    """
    rows = Correction.objects.filter(account__in=accounts, state=CorrectionState.CONFIRMED)
    cells: dict[tuple[Any, ...], list[Correction]] = {}
    for one in rows.order_by("decided_at", "pk"):
        cells.setdefault(tuple(getattr(one, name) for name in one.CELL), []).append(one)
    findings: list[Finding] = []
    held = 0
    for made in cells.values():
        findings += _differing(made, at)
        if made[-1].grain == Grain.VIDEO_SNAPSHOT:
            held += _hold_later(made, findings, at)
    Finding.objects.bulk_create(findings, ignore_conflicts=True)
    return held


def take_back_carried(correction: Correction) -> None:
    """Take out what earlier corrections of the cell put into later readings, so that it is carried anew."""
    field = correction.field
    made = Correction.objects.filter(
        grain=correction.grain, video_id=correction.video_id, field=field, state=CorrectionState.CONFIRMED
    ).exclude(pk=correction.pk)
    earlier = set(made.filter(date=correction.date).values_list("new", flat=True))
    own = set(made.filter(date__gt=correction.date).values_list("date", flat=True))
    later = VideoSnapshot.objects.filter(
        video_id=correction.video_id, captured_on__gt=correction.date, source=Source.CORRECTED
    )
    for row in later.order_by("captured_on") if earlier else ():
        if row.captured_on in own:
            break
        if _is_told(row, field) and value_text(getattr(row, field)) in earlier:
            _empty(row, field)


def _is_told(row: VideoSnapshot, field: str) -> bool:
    return getattr(row, field) is not None or field in row.gaps


def _empty(row: VideoSnapshot, field: str) -> None:
    setattr(row, field, None)
    row.gaps = {name: gap for name, gap in row.gaps.items() if name != field}
    if any(_is_told(row, name) for name in VideoSnapshot.VALUES):
        row.save()
    else:
        row.delete()


def _differing(made: Sequence[Correction], at: datetime) -> Iterable[Finding]:
    """Return a finding for each value that was delivered since and is neither an old nor a new one."""
    correction, key = made[-1], key_of(made[-1])
    known = {value for one in made for value in (one.old, one.new)}
    rows = FACT_MODELS[key.grain].objects.filter(**key.lookup, source__in=DELIVERED)
    brought = (value_text(getattr(row, key.field)) for row in rows)
    return [
        _finding(FindingKind.CORRECTION_DIFFERS, correction, value, at)
        for value in brought
        if value and value not in known
    ]


def _hold_later(made: Sequence[Correction], findings: list[Finding], at: datetime) -> int:
    """Carry a correction to later readings with the same fault; stop at the first that is another."""
    correction, old = made[-1], made[0].old
    field = correction.field
    later = VideoSnapshot.objects.filter(
        video_id=correction.video_id, captured_on__gt=correction.date, source__in=DELIVERED,
        **{f"{field}__isnull": False},
    ).order_by("captured_on")  # fmt: skip
    held = 0
    for reading in later:
        value = getattr(reading, field)
        if not _is_same_fault(correction, old, value):
            if not _goes_on(correction, value):
                findings.append(_finding(FindingKind.CORRECTION_PASSED, correction, value_text(value), at))
            break
        if not _carry(correction, reading):
            break
        held += 1
        if value_text(value) != old:
            findings.append(_finding(FindingKind.CORRECTION_DIFFERS, correction, value_text(value), at))
    return held


def _is_same_fault(correction: Correction, fault: str, value: int | Decimal) -> bool:
    """Say whether a later reading is wrong in the same way as the first value, ``fault``.

    It shows the value that was corrected; or, for a counter that stood too low, it has
    not reached the corrected value; or, for one that stood too high, it went on from there.
    """
    if value_text(value) == fault:
        return True
    if correction.field not in COUNTERS or not fault or correction.new in ("", fault):
        return False
    old, new = Decimal(fault), Decimal(correction.new)
    return old <= value < new if new > old else value >= old


def _goes_on(correction: Correction, value: int | Decimal) -> bool:
    """Say whether a later reading fits the corrected one: the same, or a counter that grew from it."""
    if correction.new == "":
        return False
    grew = correction.field in COUNTERS and value > Decimal(correction.new)
    return value_text(value) == correction.new or grew


def _carry(correction: Correction, reading: VideoSnapshot) -> bool:
    """Write the corrected value for the day of a later reading; False where people corrected that day."""
    field = correction.field
    key: dict[str, Any] = {
        "video_id": reading.video_id,
        "captured_on": reading.captured_on,
        "source": Source.CORRECTED.value,
    }
    row = VideoSnapshot.objects.filter(**key).first() or VideoSnapshot(**key, fetch_id=0, gaps={})
    standing = getattr(row, field)
    if _is_told(row, field):
        return value_text(standing) == correction.new
    setattr(row, field, Decimal(correction.new) if correction.new else None)
    row.gaps = row.gaps if correction.new else {**row.gaps, field: correction.gap}
    row.fetch_id = correction.fetch_id
    row.save()
    return True


def _finding(kind: FindingKind, correction: Correction, brought: str, at: datetime) -> Finding:
    video = Video.objects.filter(pk=correction.video_id).first() if correction.video_id else None
    return Finding(
        kind=kind.value, account_id=correction.account_id, date=correction.date,
        key=f"{correction.pk}|{brought}", found_at=at, fetch_id=correction.fetch_id,
        details={
            "field": correction.field, "corrected": correction.new or "–", "brought": brought,
            "day": correction.date.isoformat(), "title": video.title if video else "",
        },
    )  # fmt: skip
