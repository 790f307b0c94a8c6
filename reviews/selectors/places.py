"""Where every card of a cycle stands in a viewer's queue, told by the database for all of them at once.

``reviews.attention`` holds the rule; the conditions here say the same of columns, so that ten
thousand cards need not become objects to show fifty. A test holds the two against each other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Round

from common.models import AuditEvent
from common.money import SCORE_PLACES
from common.periods import Month
from metrics.selectors.coverage import unconfirmed_files
from people.access import Viewer, managed_employees, visible_employees
from people.choices import Role
from people.models import AccountShare, Posting
from performance.choices import CardState
from performance.models import Cycle, Scorecard, ScorecardLine, TargetSetting
from performance.services.cards import card_number, card_subject
from reviews.attention import BLOCKING, EDGE_POINTS, MOVED_POINTS, NEW_MONTHS, SETTLED, TOLD_ONLY
from reviews.choices import Action, Attention, Group
from reviews.selectors.questions import asked_cards
from reviews.selectors.standing import active_user, holding, managers_of
from reviews.selectors.tiers import Tiers

DECISIONS = (
    Action.APPROVE,
    Action.HOLD,
    Action.RETURN,
    Action.SUBMIT,
    Action.UNDO,
    Action.REOPEN,
    Action.RECALL,
)
ORDER = (Group.BLOCKED, Group.LOOK, Group.CLEAN, Group.DONE)
NEVER = Q(pk__in=[])


class Place(NamedTuple):
    """One card's place: rank of its group in ``ORDER``, the person's number, the card, may it be approved."""

    rank: int
    number: str
    card: int
    can_approve: bool

    @property
    def group(self) -> Group:
        """Return the group the card stands in."""
        return ORDER[self.rank]


@dataclass(frozen=True)
class Marks:
    """The few cards and people of a cycle that something lies on, such as a figure put in by hand.

    ``editors`` says who put figures into which card, ``edited`` whose card that is;
    about the cards of ``asked`` a data question is open.
    """

    editors: dict[int, frozenset[str]]
    edited: dict[int, int]
    held: frozenset[int]
    asked: frozenset[int]


def marks_of(cycle: Cycle) -> Marks:
    """Read what lies on the cycle's cards; a fixed number of statements."""
    editors, edited = _editors(cycle)
    return Marks(editors=editors, edited=edited, held=_held(cycle), asked=frozenset(asked_cards(cycle)))


def new_since(cycle: Cycle) -> date:
    """Return the first day on which somebody hired is new in the cycle."""
    return Month.of(cycle.starts_on).plus(-NEW_MONTHS).first


def places_of(viewer: Viewer, cycle: Cycle, tiers: Tiers, marks: Marks) -> tuple[Place, ...]:
    """Return the places of the cards the viewer answers for, in working order."""
    conditions = attention_conditions(cycle, tiers.edges, marks)
    own_edits = [card for card, actors in marks.editors.items() if f"user:{viewer.user_id}" in actors]
    cards = _with_month_before(cycle.scorecards.filter(_is_mine(viewer, marks)), cycle)
    rows = cards.annotate(rank=_rank(conditions), can=_can_approve(own_edits)).order_by()
    found = rows.values_list("rank", "employee__number", "pk", "can")
    # Sorted here: a database orders numbers by its own language, the page by their characters.
    return tuple(sorted(map(Place._make, found)))


def attention_conditions(cycle: Cycle, edges: Collection[Decimal], marks: Marks) -> dict[Attention, Q]:
    """Return when each reason holds, over a card's columns and its ``change`` on the month before."""
    near = NEVER
    for edge in edges:
        near |= Q(current__total__range=(edge - EDGE_POINTS, edge + EDGE_POINTS))
    has_veto = Q(current__flags__contains="veto_cap") & ~Q(current__flags__contains='"veto_cap":null')
    waits = Q(current__waiting=True)
    return {
        Attention.APPEALED: Q(state=CardState.APPEALED),
        Attention.WITH_PERSON: Q(state=CardState.SELF_REVIEW),
        Attention.WAITS: waits,
        Attention.NO_TOTAL: Q(current__total__isnull=True) & ~waits,
        Attention.HELD: Q(pk__in=marks.held),
        Attention.VETO: has_veto,
        Attention.QUESTION: Q(pk__in=marks.asked),
        Attention.SELF_SUPPLIED: Q(employee__in=own_files(cycle).order_by().values("employee")),
        Attention.MANUAL: Q(pk__in=list(marks.editors)),
        Attention.MOVED: Q(change__gt=MOVED_POINTS) | Q(change__lt=-MOVED_POINTS),
        Attention.TIER_EDGE: near,
        Attention.INCOMPLETE: Q(current__incomplete=True),
        Attention.OBSERVATION: Q(current__observation=True),
        Attention.NEW_JOINER: Q(employee__hired_on__gte=new_since(cycle)),
        Attention.TARGET_CHANGED: Q(employee__in=changed_targets(cycle).order_by().values("scope_id")),
    }


def _rank(conditions: dict[Attention, Q]) -> Case:
    blocked, look = NEVER, NEVER
    for reason, condition in conditions.items():
        if reason in BLOCKING:
            blocked |= condition
        elif reason not in TOLD_ONLY:
            look |= condition
    return Case(
        When(state__in=SETTLED, then=Value(ORDER.index(Group.DONE))),
        When(blocked, then=Value(ORDER.index(Group.BLOCKED))),
        When(look, then=Value(ORDER.index(Group.LOOK))),
        default=Value(ORDER.index(Group.CLEAN)),
    )


def _can_approve(own_edits: Collection[int]) -> Case:
    is_open = Q(state=CardState.MANAGER_REVIEW, current__total__isnull=False, current__waiting=False)
    able = is_open & ~Q(pk__in=own_edits)
    return Case(When(able, then=Value(True)), default=Value(False), output_field=BooleanField())


def _with_month_before(cards: QuerySet[Scorecard], cycle: Cycle) -> QuerySet[Scorecard]:
    """Add ``change``: the total less that of the month before, None while one of them is missing."""
    first = Month.of(cycle.starts_on).plus(-1).first
    earlier = Cycle.objects.filter(kind=cycle.kind, starts_on=first).values("pk")
    before = FilteredRelation(
        "employee__scorecards", condition=Q(employee__scorecards__cycle=Subquery(earlier))
    )
    # Rounded, because SQLite subtracts decimals as floats.
    change = Round(F("current__total") - F("before__current__total"), precision=SCORE_PLACES)
    return cards.annotate(before=before, change=change)


def _is_mine(viewer: Viewer, marks: Marks) -> Q:
    """Say of which cards the viewer is the manager, or stands in for one who is missing or may not."""
    mine = Q(employee__in=managed_employees(viewer).order_by().values("pk"))
    if Role.HR_PEOPLE in viewer.roles:
        there = Q(manager__left_on__isnull=True) | Q(manager__left_on__gte=viewer.day)
        decided_by = Posting.objects.filter(
            holding(viewer.day), there, employee=OuterRef("employee"), manager__user__is_active=True
        )
        stands_in = ~Exists(decided_by) | Q(pk__in=_edited_by_manager(viewer, marks))
        mine |= stands_in & Q(employee__in=visible_employees(viewer).order_by().values("pk"))
    return mine & ~Q(employee=viewer.employee_id or 0)


def _edited_by_manager(viewer: Viewer, marks: Marks) -> list[int]:
    managers = managers_of(set(marks.edited.values()), day=viewer.day)
    users = {card: active_user(managers.get(employee)) for card, employee in marks.edited.items()}
    return [card for card, user in users.items() if user and f"user:{user}" in marks.editors[card]]


def _editors(cycle: Cycle) -> tuple[dict[int, frozenset[str]], dict[int, int]]:
    """Return who put figures into a current version, and whose card it is, both by card."""
    rows = ScorecardLine.objects.filter(version__card__cycle=cycle, version__card__current=F("version"))
    rows = rows.filter(manual__isnull=False).exclude(manual_by="").order_by()
    editors: dict[int, frozenset[str]] = {}
    edited: dict[int, int] = {}
    for card, employee, actor in rows.values_list(
        "version__card_id", "version__card__employee_id", "manual_by"
    ):
        editors[card] = editors.get(card, frozenset()) | {actor}
        edited[card] = employee
    return editors, edited


def _held(cycle: Cycle) -> frozenset[int]:
    """Return the cards whose last decision put them aside; none is older than the month."""
    since = datetime.combine(cycle.starts_on, time.min, tzinfo=UTC)
    later = AuditEvent.objects.filter(
        subject=OuterRef("subject"), sequence__gt=OuterRef("sequence"), action__in=DECISIONS
    )
    held = AuditEvent.objects.filter(
        action=Action.HOLD, at__gte=since, subject__startswith=card_subject(0).removesuffix("0")
    ).exclude(Exists(later))
    return frozenset(card_number(subject) for subject in held.order_by().values_list("subject", flat=True))


def own_files(cycle: Cycle) -> QuerySet[AccountShare]:
    """Return the shares in accounts with a file of the month that only their own earner vouches for."""
    files = unconfirmed_files(first=cycle.starts_on, last=cycle.ends_on)
    held = Q(period__starts_on__lte=cycle.ends_on) & ~Q(period__ends_on__lt=cycle.starts_on)
    return AccountShare.objects.filter(held, period__account__in=files.order_by().values("account"))


def changed_targets(cycle: Cycle) -> QuerySet[TargetSetting]:
    """Return the targets of single people that were set anew in the month."""
    span = (cycle.starts_on, cycle.ends_on)
    return TargetSetting.objects.filter(scope="person", starts_on__range=span)
