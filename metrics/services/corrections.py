"""Corrections of single facts: proposed by one person, confirmed by another.

A confirmed correction is a new fact: a row of the source ``corrected``, which is read
before every other. What it replaces stays where it is, is kept as a restatement too,
and the delivery behind the new value is a fetch with both names.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, NotAllowed, Refusal
from common.money import to_decimal
from metrics.choices import CELL_GAPS, CorrectionState, FetchKind, FetchState, Grain, Source
from metrics.models import AccountDay, Correction, Fetch, Video
from metrics.selectors.facts import Fact, FactKey, fact_of, feeds_score_of, key_of, value_text
from metrics.services.derived import derive_followers
from metrics.services.standing import hold_against_corrections, take_back_carried
from metrics.services.store import Delivery, Subject, fit, keep_old, write_restatements
from people.models import Account

MIN_REASON, MOST_REASON = 10, 1000
NUMBER_LIMIT = Decimal(10) ** 16


@dataclass(frozen=True)
class Wanted:
    """What a cell should say: a value, or None with the reason why there is none."""

    value: Decimal | None
    gap: str = ""


def correction_subject(correction: Correction | int) -> str:
    """Return the correction's name in audit and notices."""
    return f"metrics.correction:{correction if isinstance(correction, int) else correction.pk}"


@transaction.atomic
def propose_correction(
    *,
    key: FactKey,
    wanted: Wanted,
    seen: str,
    reason: str,
    evidence: str,
    actor: Actor,
    actor_employee: int | None,
    at: datetime,
    today: date,
) -> Correction:
    """Store what a cell should say; nothing is read differently before somebody else confirms it.

    ``seen`` is the value that was on the screen, as text. Raises ``Refusal`` for a value
    that the cell cannot have, for the value it has already, a short reason or a day in
    the future; ``NotAllowed`` for somebody whose score the account feeds; ``Conflict``
    when the value moved meanwhile or another proposal waits.
    """
    _require_reason(reason)
    _require_stranger(key, actor_employee)
    _lock_account(key.account_id)
    value = possible_value(key, wanted, today=today)
    fact = fact_of(key)
    _require_seen(fact, seen)
    if value == fact.value:
        raise Refusal("nothing_changes", _("The fact says this already; enter another value."))
    correction = Correction(
        grain=key.grain.value, account_id=key.account_id, video_id=key.video_id, about_id=key.about_id,
        date=key.date, field=key.field, old=fact.text, new=value_text(value),
        gap=wanted.gap if value is None else "", reason=reason.strip(), evidence=evidence.strip(),
        state=CorrectionState.PROPOSED, proposed_by=actor.text, proposed_by_name=actor.name, proposed_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "proposal_waits",
            _("Another correction of this very figure waits for its second person. Decide that one first."),
        ) from error
    _record(correction, "propose_correction", actor, at, reason=correction.reason)
    return correction


@transaction.atomic
def confirm_correction(
    *, correction_id: int, actor: Actor, actor_employee: int | None, at: datetime, remark: str = ""
) -> Correction:
    """Make a proposed correction a fact, as another person than the one who proposed it.

    Raises ``NotAllowed`` for the proposer and for somebody whose score it feeds,
    ``Conflict`` when it was decided already or the fact moved since it was proposed.
    """
    _lock_account(Correction.objects.values_list("account_id", flat=True).get(pk=correction_id))
    correction = _locked(correction_id)
    _require_second(correction, actor, actor_employee)
    _require_same_way(key_of(correction))
    fact = fact_of(key_of(correction))
    if fact.text != correction.old:
        raise _moved_since(correction.old, fact.text)
    fetch = _fetch(correction, actor, at)
    correction.fetch_id = fetch.pk
    _decide(correction, CorrectionState.CONFIRMED, actor, at, remark)
    _write(correction, fact, fetch, at)
    _record(correction, "confirm_correction", actor, at, fetch=fetch.pk, remark=remark.strip())
    if key_of(correction).grain is Grain.VIDEO_SNAPSHOT:
        take_back_carried(correction)
    hold_against_corrections([correction.account_id], at=at)
    return correction


@transaction.atomic
def refuse_correction(
    *, correction_id: int, actor: Actor, actor_employee: int | None, at: datetime, reason: str
) -> Correction:
    """Turn a proposed correction down with a reason, as another person. Raises as confirming does."""
    correction = _locked(correction_id)
    _require_second(correction, actor, actor_employee)
    _require_reason(reason)
    _decide(correction, CorrectionState.REFUSED, actor, at, reason)
    _record(correction, "refuse_correction", actor, at, reason=reason.strip())
    return correction


@transaction.atomic
def withdraw_correction(*, correction_id: int, actor: Actor, at: datetime) -> Correction:
    """Take one's own proposal back. Raises ``NotAllowed`` for everybody else, ``Conflict`` once decided."""
    correction = _locked(correction_id)
    if correction.proposed_by != actor.text:
        raise NotAllowed("not_yours", _("Only the person who proposed a correction withdraws it."))
    _require_waiting(correction)
    _decide(correction, CorrectionState.WITHDRAWN, actor, at, "")
    _record(correction, "withdraw_correction", actor, at)
    return correction


def possible_value(key: FactKey, wanted: Wanted, *, today: date) -> int | Decimal | None:
    """Return the value as the cell keeps it, held to the same bounds as what files bring.

    Raises ``Refusal``.
    """
    _require_cell(key, today)
    if wanted.value is None:
        if wanted.gap not in CELL_GAPS:
            raise Refusal("gap_missing", _("Say why there is no value."))
        return None
    value = _number(wanted.value)
    column = key.model._meta.get_field(key.field)
    if not isinstance(column, models.DecimalField) and value != value.to_integral_value():
        raise Refusal("whole_number", _("This figure is counted in whole numbers."))
    try:
        fitted: int | Decimal | None = fit(key.model, {key.field: value})[key.field]
        row = key.model(**{key.field: fitted})
        for constraint in key.model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                constraint.validate(key.model, row)
    except (OverflowError, ValidationError) as error:
        raise Refusal("out_of_bounds", _("This figure cannot have that value.")) from error
    return fitted


def _number(value: Decimal) -> Decimal:
    try:
        found = to_decimal(value)
    except ValueError as error:
        raise Refusal("no_number", _("The figure is not a number.")) from error
    if abs(found) >= NUMBER_LIMIT:
        raise Refusal("out_of_bounds", _("This figure cannot have that value."))
    return found


def _require_cell(key: FactKey, today: date) -> None:
    if key.grain not in (Grain.VIDEO_SNAPSHOT, Grain.VIDEO_DAY) and key.video_id:
        raise Refusal("no_such_fact", _("There is no such figure."))
    if key.field not in key.model.VALUES:
        raise Refusal("no_such_fact", _("There is no such figure."))
    if key.video_id and not Video.objects.filter(pk=key.video_id, account=key.account_id).exists():
        raise Refusal("no_such_fact", _("There is no such figure."))
    if key.date > today:
        raise Refusal("future_day", _("%(day)s lies in the future.") % {"day": key.date})
    _require_same_way(key)


def _require_same_way(key: FactKey) -> None:
    """Refuse a figure of the whole day where files tell it creator by creator, and the other way round."""
    if key.grain not in (Grain.ADS_DAY, Grain.COMMERCE_DAY):
        return
    day = key.model.objects.filter(account=key.account_id, date=key.date)
    if (day.filter(about_id=0) if key.about_id else day.exclude(about_id=0)).exists():
        raise Refusal(
            "told_other_way",
            _(
                "Files tell this day the other way, as a whole or creator by creator, and both would be "
                "added up. Upload a corrected file of the day instead."
            ),
        )


def _require_reason(reason: str) -> None:
    if not MIN_REASON <= len(reason.strip()) <= MOST_REASON:
        raise Refusal(
            "reason_short", _("Give a reason of at least %(count)s characters.") % {"count": MIN_REASON}
        )


def _require_stranger(key: FactKey, employee: int | None) -> None:
    if feeds_score_of(employee, key):
        raise NotAllowed(
            "feeds_own_score",
            _("This figure can count for your own score, so two other people correct it."),
        )


def _require_seen(fact: Fact, seen: str) -> None:
    if fact.text != seen:
        raise _moved_since(seen, fact.text)


def _moved_since(old: str, new: str) -> Conflict:
    return Conflict(
        "fact_moved",
        _("The fact changed meanwhile: it was %(old)s and is %(new)s. Look at it again, then decide.")
        % {"old": old or "–", "new": new or "–"},
    )


def _lock_account(account_id: int) -> None:
    """Wait for deliveries and merges of the account, which lock it too, and have them wait."""
    list(Account.objects.select_for_update().filter(pk=account_id).values_list("pk"))


def _locked(correction_id: int) -> Correction:
    return Correction.objects.select_for_update(of=("self",)).select_related("account").get(pk=correction_id)


def _require_waiting(correction: Correction) -> None:
    if correction.state == CorrectionState.PROPOSED:
        return
    raise Conflict(
        "decided",
        _("%(who)s decided this on %(when)s: %(state)s. Nothing was changed.")
        % {
            "who": correction.decided_by_name,
            "when": f"{correction.decided_at:%Y-%m-%d %H:%M}",
            "state": correction.get_state_display(),
        },
    )


def _require_second(correction: Correction, actor: Actor, employee: int | None) -> None:
    if correction.proposed_by == actor.text:
        raise NotAllowed(
            "own_proposal", _("You proposed this correction, so somebody else confirms or refuses it.")
        )
    _require_stranger(key_of(correction), employee)
    _require_waiting(correction)


def _decide(
    correction: Correction, state: CorrectionState, actor: Actor, at: datetime, decision: str
) -> None:
    correction.state = state
    correction.decided_by, correction.decided_by_name = actor.text, actor.name
    correction.decided_at, correction.decision = at, decision.strip()
    correction.save(
        update_fields=["state", "decided_by", "decided_by_name", "decided_at", "decision", "fetch_id"]
    )


def _fetch(correction: Correction, actor: Actor, at: datetime) -> Fetch:
    """Write the delivery behind the new value: both names, the old value and why."""
    restated = {
        "date": correction.date.isoformat(), "subject": _name(correction), "field": correction.field,
        "old": correction.old or "–", "new": correction.new or "–",
    }  # fmt: skip
    result = {
        "accepted": 1, "rows": 1, "inserted": 0, "updated": 1, "unchanged": 0,
        "restated": [restated], "restated_count": 1,
        "correction": {
            "id": correction.pk, "proposed_by": correction.proposed_by_name, "confirmed_by": actor.name,
            "reason": correction.reason, "evidence": correction.evidence,
        },
    }  # fmt: skip
    return Fetch.objects.create(
        account=correction.account, kind=FetchKind.CORRECTION, state=FetchState.DONE, at=at,
        actor=correction.proposed_by, actor_name=correction.proposed_by_name[:120], grain=correction.grain,
        first_day=correction.date, last_day=correction.date, confirmed_by=actor.text, confirmed_at=at,
        result=json.dumps(result, ensure_ascii=False),
    )  # fmt: skip


def _name(correction: Correction) -> str:
    video = Video.objects.filter(pk=correction.video_id).first() if correction.video_id else None
    return str(video.title[:80] if video else correction.account)


def _write(correction: Correction, fact: Fact, fetch: Fetch, at: datetime) -> None:
    """Put the value into the row of corrections, keep the old one, and derive again what follows from it."""
    key = fact.key
    row = _row(key)
    value = None if correction.new == "" else fit(key.model, {key.field: Decimal(correction.new)})[key.field]
    setattr(row, key.field, value)
    gaps = {name: gap for name, gap in row.gaps.items() if name != key.field}
    row.gaps = gaps if value is not None else {**gaps, key.field: correction.gap}
    if hasattr(row, "fetches"):
        row.fetches = {**row.fetches, key.field: fetch.pk}
    else:
        row.fetch_id = fetch.pk
    row.save()
    delivery = Delivery({correction.account_id: correction.account}, {correction.account_id: fetch}, at)
    best = fact.best
    subject = Subject(key.grain, key.account_id, key.natural(best.source if best else ""), key.date)
    origin = best.fetch.pk if best and best.fetch else 0
    keep_old(delivery, subject, key.field, (fact.value, value), origin)
    if key.grain is Grain.ACCOUNT_DAY:
        _derive(key, delivery)
    write_restatements(delivery)


def _row(key: FactKey) -> Any:
    rows = key.model.objects.select_for_update().filter(**key.lookup, source=Source.CORRECTED.value)
    if (found := rows.first()) is not None:
        return found
    maps: dict[str, dict[str, object]] = {"gaps": {}} if key.video_id else {"gaps": {}, "fetches": {}}
    return key.model(**key.lookup, source=Source.CORRECTED.value, **maps)


def _derive(key: FactKey, delivery: Delivery) -> None:
    rows = AccountDay.objects.filter(account=key.account_id, date=key.date)
    stored = {(row.account_id, row.date, row.source, 0): row for row in rows}
    derive_followers([(key.account_id, key.date)], stored, delivery)


def _record(correction: Correction, action: str, actor: Actor, at: datetime, **details: object) -> None:
    record(
        subject=correction_subject(correction), actor=actor, action=action, at=at,
        grain=correction.grain, account=correction.account_id, video=correction.video_id,
        about=correction.about_id, date=correction.date, field=correction.field,
        old=correction.old, new=correction.new, gap=correction.gap, state=str(correction.state), **details,
    )  # fmt: skip
