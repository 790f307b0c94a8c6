"""The queue of a month under review, for whoever decides: a fixed number of statements."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import overload

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from common.models import AuditEvent
from common.periods import Month
from people.access import Viewer
from performance.choices import CardState
from performance.models import Cycle, Scorecard, ScorecardLine
from performance.services.cards import card_subject
from reviews.attention import Signals, attention_of, near_edge
from reviews.choices import Action, Attention, Group
from reviews.selectors.places import (
    DECISIONS,
    ORDER,
    Marks,
    Place,
    changed_targets,
    marks_of,
    new_since,
    own_files,
    places_of,
)
from reviews.selectors.standing import Standing, managers_of, standing_of
from reviews.selectors.tiers import Tiers, tiers_of
from reviews.words import MARKS


@dataclass(frozen=True)
class Chip:
    """One reason on a row: which, in words with its figure, and what the threshold is."""

    reason: Attention
    label: str
    text: str


@dataclass(frozen=True)
class QueueRow:
    """One card of the queue with what decides where it stands."""

    card: Scorecard
    group: Group
    total: Decimal | None
    delta: Decimal | None
    tier: str
    chips: tuple[Chip, ...]
    can_approve: bool
    decided_by: str
    url: str
    standing: Standing

    @property
    def number(self) -> str:
        """Return the person's employee number."""
        return self.card.employee.number

    @property
    def more(self) -> int:
        """Return how many reasons are not shown on the row."""
        return max(0, len(self.chips) - 2)


class Rows(Sequence[QueueRow]):
    """The rows of a queue in working order; what a slice shows is read when it is taken."""

    def __init__(self, queue: "Queue") -> None:
        self._queue = queue

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._queue.places)

    @overload
    def __getitem__(self, index: int) -> QueueRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[QueueRow]: ...
    def __getitem__(self, index: int | slice) -> QueueRow | list[QueueRow]:
        """Return a row, or a stretch of rows in a fixed number of statements."""
        if isinstance(index, slice):
            return self._queue.load(self._queue.places[index])
        return self._queue.load([self._queue.places[index]])[0]

    def __iter__(self) -> Iterator[QueueRow]:
        """Go through all rows, read at once."""
        return iter(self[:])


@dataclass(frozen=True)
class Queue:
    """The places of all cards in working order, what the header says of them, and rows on demand."""

    viewer: Viewer
    cycle: Cycle
    places: tuple[Place, ...]
    marks: Marks
    tiers: Tiers

    @property
    def rows(self) -> Rows:
        """Return the rows in working order."""
        return Rows(self)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many cards each group has."""
        found = Counter(place.rank for place in self.places)
        return {group.value: found[rank] for rank, group in enumerate(ORDER)}

    @property
    def size(self) -> int:
        """Return how many cards there are."""
        return len(self.places)

    @property
    def left(self) -> int:
        """Return how many cards are still to be decided."""
        return self.size - self.done

    @property
    def done(self) -> int:
        """Return how many cards are decided."""
        return self.counts[Group.DONE.value]

    @cached_property
    def approvable(self) -> list[Place]:
        """Return the clean cards that the viewer may approve now."""
        return [place for place in self.places if place.group is Group.CLEAN and place.can_approve]

    def place(self, number: str) -> int | None:
        """Return where a person stands in the queue, from 0."""
        return next((at for at, place in enumerate(self.places) if place.number == number), None)

    def first_open(self) -> Place | None:
        """Return the first card that is still to be decided."""
        return self.places[0] if self.left else None

    def after(self, number: str) -> Place | None:
        """Return the next open card after a person, starting over at the top; None when all are decided."""
        at = self.place(number)
        start = 0 if at is None else at + 1
        places = chain(self.places[start:], self.places[:start])
        return next(
            (place for place in places if place.group is not Group.DONE and place.number != number), None
        )

    def url(self, place: Place) -> str:
        """Return the address of a card in the review's layout."""
        return review_url(self.cycle, place.number)

    def load(self, places: Sequence[Place]) -> list[QueueRow]:
        """Return the rows of some places, in their order; the statements do not depend on how many."""
        cards = {card.pk: card for card in _cards(self.cycle, [place.card for place in places])}
        known = _Known(self, list(cards.values()))
        return [known.row(place, cards[place.card]) for place in places if place.card in cards]


def review_queue(viewer: Viewer, cycle: Cycle) -> Queue:
    """Return the cards of a cycle that the viewer answers for: own reports, and for HR who has nobody."""
    tiers, marks = tiers_of(cycle), marks_of(cycle)
    return Queue(viewer, cycle, places_of(viewer, cycle, tiers, marks), marks, tiers)


def review_url(cycle: Cycle, number: str) -> str:
    """Return the address of a person's card in the review's layout."""
    return reverse("reviews:review_card", args=[cycle.label, number])


def _cards(cycle: Cycle, numbers: Collection[int]) -> QuerySet[Scorecard]:
    capped = ScorecardLine.objects.filter(version=OuterRef("current"), details__contains='"limited":"cap"')
    return (
        cycle.scorecards.filter(pk__in=numbers)
        .select_related("employee", "current", "cycle")
        .annotate(
            total_before=_total_before(cycle),
            capped=Exists(capped),
            self_supplied=Exists(own_files(cycle).filter(employee=OuterRef("employee"))),
            target_changed=Exists(changed_targets(cycle).filter(scope_id=OuterRef("employee"))),
        )
        .defer("current__inputs", "current__dimensions", "current__exact_total")
    )


class _Known:
    """What is read once for all rows that are shown."""

    def __init__(self, queue: Queue, cards: Collection[Scorecard]) -> None:
        self.queue, self.marks = queue, queue.marks
        people = {card.employee_id for card in cards}
        self.managers = managers_of(people, day=queue.viewer.day)
        self.last = _last_decisions(cards)

    def _standing(self, card: Scorecard) -> Standing:
        return standing_of(
            self.queue.viewer,
            card.employee_id,
            manager=self.managers.get(card.employee_id),
            editors=self.marks.editors.get(card.pk, ()),
        )

    def row(self, place: Place, card: Scorecard) -> QueueRow:
        tiers, cycle = self.queue.tiers, self.queue.cycle
        event = self.last.get(card_subject(card))
        signals = self._signals(card, event)
        reasons = attention_of(signals, edges=tiers.edges, new_since=new_since(cycle))
        total, before = signals.total, signals.before
        return QueueRow(
            card=card,
            group=place.group,
            total=total,
            delta=None if total is None or before is None else total - before,
            tier=tiers.key(total),
            chips=tuple(chip(reason, signals, tiers, cycle) for reason in reasons),
            can_approve=place.can_approve,
            decided_by=event.actor_name if event and place.group is Group.DONE else "",
            url=review_url(cycle, card.employee.number),
            standing=self._standing(card),
        )

    def _signals(self, card: Scorecard, event: AuditEvent | None) -> Signals:
        version = card.current
        return Signals(
            state=CardState(card.state),
            total=version.total if version else None,
            before=_before(card),
            waiting=bool(version and version.waiting),
            incomplete=bool(version and version.incomplete),
            observation=bool(version and version.observation),
            veto=bool(version and '"veto_cap":null' not in version.flags and "veto_cap" in version.flags),
            held=bool(event and event.action == Action.HOLD),
            question=card.pk in self.marks.asked,
            manual=card.pk in self.marks.editors,
            capped=_told(card, "capped"),
            self_supplied=_told(card, "self_supplied"),
            target_changed=_told(card, "target_changed"),
            hired_on=card.employee.hired_on,
        )


def chip(reason: Attention, signals: Signals, tiers: Tiers, cycle: Cycle) -> Chip:
    """Return a reason in words, with its figure where it has one."""
    label, text = (str(part) for part in MARKS[reason])
    if reason is Attention.MOVED and signals.total is not None and signals.before is not None:
        change = signals.total - signals.before
        month = Month.of(cycle.starts_on).plus(-1)
        label = f"{'+' if change > 0 else '−'}{abs(change):.2f} / {month}"
    if reason is Attention.TIER_EDGE and signals.total is not None:
        edge = near_edge(signals.total, tiers.edges)
        if edge is not None:
            label = f"{label} {edge}: {signals.total - edge:+.2f}".replace("-", "−")
    return Chip(reason, label, text)


def _total_before(cycle: Cycle) -> Subquery:
    month = Month.of(cycle.starts_on).plus(-1)
    cards = Scorecard.objects.filter(
        cycle__kind=cycle.kind, cycle__starts_on=month.first, employee=OuterRef("employee")
    )
    return Subquery(cards.order_by().values("current__total")[:1])


def _before(card: Scorecard) -> Decimal | None:
    found: Decimal | None = getattr(card, "total_before", None)
    return found


def _told(card: Scorecard, name: str) -> bool:
    return bool(getattr(card, name))


def _last_decisions(cards: Collection[Scorecard]) -> dict[str, AuditEvent]:
    subjects = [card_subject(card) for card in cards]
    events = AuditEvent.objects.filter(subject__in=subjects, action__in=DECISIONS)
    return {event.subject: event for event in events.order_by("subject", "sequence").defer("payload")}


def due_in_days(cycle: Cycle, today: date) -> int | None:
    """Return the days until reviews are due, negative when late; None without a date."""
    return None if cycle.review_due is None else (cycle.review_due - today).days


def groups_of(rows: Collection[QueueRow]) -> Iterator[tuple[Group, list[QueueRow]]]:
    """Yield each group that has rows, in working order."""
    for group in ORDER:
        found = [row for row in rows if row.group is group]
        if found:
            yield group, found
