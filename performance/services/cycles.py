"""The life of a cycle: open, close, freeze for review, publish, finish."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, Refusal
from common.periods import Month, plus_working_days
from people.models import Position
from performance.choices import CardState, CycleState, PeriodKind, VersionKind
from performance.models import Cycle, CycleScheme, Scorecard, ScorecardLine, ScorecardVersion
from performance.selectors.readiness import problems_before_freezing
from performance.selectors.roster import roster
from performance.selectors.schemes import latest_scheme
from performance.services.scoring import LINE_FIELDS, cycle_versions, score_cycle
from performance.services.targets import fix_targets

UNCONFIRMED = (CardState.LIVE, CardState.SELF_REVIEW, CardState.MANAGER_REVIEW)
REVIEW_WORKING_DAYS = 8
"""Working days after the month's end by which reviews are due."""


@transaction.atomic
def open_cycle(*, month: Month, actor: Actor, at: datetime) -> Cycle:
    """Open the month's cycle: pin the scheme of each scored position and fix the targets.

    Opening it again pins and fixes only what is missing. Raises ``Refusal`` when no
    scheme has been published yet.
    """
    cycle, _created = Cycle.objects.select_for_update().get_or_create(
        kind=PeriodKind.MONTH,
        starts_on=month.first,
        defaults={"ends_on": month.last, "review_due": plus_working_days(month.last, REVIEW_WORKING_DAYS)},
    )
    if cycle.state not in (CycleState.PLANNED, CycleState.OPEN):
        return cycle
    _pin_schemes(cycle)
    if cycle.state == CycleState.PLANNED:
        _move(cycle, CycleState.OPEN, actor=actor, at=at)
    enrol(cycle=cycle, actor=actor, at=at)
    return cycle


def _pin_schemes(cycle: Cycle) -> None:
    version = latest_scheme()
    if version is None:
        raise Refusal(
            "no_scheme",
            _(
                "No scheme has been published yet. Take one on the set-up check list, "
                "or load one with “manage.py load_scheme”."
            ),
        )
    pinned = set(CycleScheme.objects.filter(cycle=cycle).values_list("position_id", flat=True))
    CycleScheme.objects.bulk_create(
        [
            CycleScheme(cycle=cycle, position=position, scheme_version=version)
            for position in Position.objects.filter(scored=True).exclude(pk__in=pinned)
        ]
    )


def enrol(*, cycle: Cycle, actor: Actor, at: datetime) -> int:
    """Fix the targets of people who have none in the cycle yet; return how many targets."""
    _pin_schemes(cycle)
    return fix_targets(cycle, roster(cycle), cycle_versions(cycle), actor=actor, at=at)


@transaction.atomic
def close_cycle(*, cycle_id: int, day: date, actor: Actor, at: datetime) -> Cycle:
    """Begin closing a month that is over: it waits for data that is still owed.

    Raises ``Conflict`` when the cycle is not open, ``Refusal`` when its last day is not over.
    """
    cycle = _locked(cycle_id, CycleState.OPEN)
    if day <= cycle.ends_on:
        raise Refusal(
            "cycle_running", _("%(cycle)s runs until %(day)s.") % {"cycle": cycle.label, "day": cycle.ends_on}
        )
    return _move(cycle, CycleState.CLOSING, actor=actor, at=at)


@transaction.atomic
def freeze_cycle(*, cycle_id: int, day: date, actor: Actor, at: datetime, reason: str = "") -> Cycle:
    """Freeze the figures of a closing cycle and hand its cards to the managers.

    Every card's working version is computed once more and sealed as automatic; the
    review works on a copy. Raises ``Refusal`` with the list of what is missing,
    unless a ``reason`` for going on without it is given.
    """
    cycle = _locked(cycle_id, CycleState.CLOSING)
    score_cycle(cycle_id=cycle.pk, day=day, actor=actor, at=at)
    problems = problems_before_freezing(cycle)
    if problems and not reason.strip():
        raise Refusal(
            "not_ready",
            _("%(count)s things are still owed before %(cycle)s can be frozen: %(first)s")
            % {"count": len(problems), "cycle": cycle.label, "first": problems[0].sentence},
            problems=problems,
        )
    cycle.refresh_from_db()
    _seal_and_copy(cycle, actor, at)
    Scorecard.objects.filter(cycle=cycle, state=CardState.LIVE).update(state=CardState.MANAGER_REVIEW)
    return _move(cycle, CycleState.REVIEW, actor=actor, at=at, reason=reason.strip(), owed=len(problems))


def _seal_and_copy(cycle: Cycle, actor: Actor, at: datetime) -> None:
    cards = list(cycle.scorecards.select_related("current").prefetch_related("current__lines"))
    current = [card.current for card in cards if card.current is not None]
    copies = [copy_version(version, VersionKind.REVIEW, actor, at) for version in current]
    ScorecardVersion.objects.bulk_create(copies, batch_size=500)
    _copy_lines(zip(current, copies, strict=True))
    sealed = [version.pk for version in current]
    ScorecardVersion.objects.filter(pk__in=sealed).update(kind=VersionKind.AUTO, sealed_at=at)
    by_card = {version.card_id: version for version in copies}
    for card in cards:
        card.current = by_card[card.pk]
        card.row_version += 1
    Scorecard.objects.bulk_update(cards, ["current", "row_version"], batch_size=500)


def copy_version(
    version: ScorecardVersion, kind: VersionKind, actor: Actor, at: datetime
) -> ScorecardVersion:
    """Return the next version of the same card with the same figures, not yet stored."""
    return ScorecardVersion(
        card_id=version.card_id,
        number=version.number + 1,
        kind=kind,
        inputs=version.inputs,
        figures_hash=version.figures_hash,
        total=version.total,
        exact_total=version.exact_total,
        dimensions=version.dimensions,
        flags=version.flags,
        days_in_post=version.days_in_post,
        observation=version.observation,
        waiting=version.waiting,
        incomplete=version.incomplete,
        data_through=version.data_through,
        computed_at=version.computed_at,
        made_by=actor.text,
    )


def _copy_lines(pairs: Iterable[tuple[ScorecardVersion, ScorecardVersion]]) -> None:
    ScorecardLine.objects.bulk_create(
        [
            ScorecardLine(version=copy, leaf=line.leaf, **{name: getattr(line, name) for name in LINE_FIELDS})
            for version, copy in pairs
            for line in version.lines.all()
        ],
        batch_size=500,
    )


@transaction.atomic
def publish_cycle(*, cycle_id: int, actor: Actor, at: datetime, reason: str = "") -> Cycle:
    """Open all confirmed results at once. Raises ``Refusal`` while cards are unconfirmed.

    With a ``reason`` the unconfirmed ones stay behind and are counted in the log.
    Publishing a published month again opens the cards confirmed since.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state == CycleState.PUBLISHED:
        return _publish_late(cycle, actor, at)
    _require_state(cycle, CycleState.REVIEW)
    waiting = cycle.scorecards.filter(state__in=UNCONFIRMED).count()
    if waiting and not reason.strip():
        raise Refusal(
            "unconfirmed",
            _("%(count)s cards of %(cycle)s are not confirmed yet.")
            % {"count": waiting, "cycle": cycle.label},
        )
    cycle.scorecards.filter(state=CardState.CONFIRMED).update(state=CardState.PUBLISHED)
    cycle.published_at = at
    return _move(cycle, CycleState.PUBLISHED, actor=actor, at=at, reason=reason.strip(), left_behind=waiting)


def _publish_late(cycle: Cycle, actor: Actor, at: datetime) -> Cycle:
    late = cycle.scorecards.filter(state=CardState.CONFIRMED).update(
        state=CardState.PUBLISHED, row_version=F("row_version") + 1
    )
    if not late:
        raise Refusal(
            "nothing_late", _("No card of %(cycle)s waits to be published.") % {"cycle": cycle.label}
        )
    record(
        subject=f"performance.cycle:{cycle.pk}", actor=actor, action="publish_late_cards", at=at, cards=late
    )
    return cycle


@transaction.atomic
def finish_cycle(*, cycle_id: int, actor: Actor, at: datetime) -> Cycle:
    """Make a published cycle final: the time for appeals has passed."""
    cycle = _locked(cycle_id, CycleState.PUBLISHED)
    open_results = [CardState.PUBLISHED, CardState.ACKNOWLEDGED]
    cycle.scorecards.filter(state__in=open_results).update(state=CardState.FINAL)
    return _move(cycle, CycleState.FINAL, actor=actor, at=at)


def _locked(cycle_id: int, expected: CycleState) -> Cycle:
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    _require_state(cycle, expected)
    return cycle


def _require_state(cycle: Cycle, expected: CycleState) -> None:
    if cycle.state != expected:
        raise Conflict(
            "cycle_state",
            _("%(cycle)s is “%(state)s” by now; reload the page.")
            % {"cycle": cycle.label, "state": cycle.get_state_display()},
        )


def _move(cycle: Cycle, to: CycleState, *, actor: Actor, at: datetime, **details: object) -> Cycle:
    before = cycle.state
    cycle.state = to
    cycle.row_version += 1
    cycle.save(update_fields=["state", "row_version", "published_at"])
    record(
        subject=f"performance.cycle:{cycle.pk}",
        actor=actor,
        action="move_cycle",
        at=at,
        before=str(before),
        after=str(to),
        **details,
    )
    return cycle
