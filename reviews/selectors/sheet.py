"""A whole card as its page shows it: sentence, waterfall, indicators, history, log."""

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common.charts import Columns, Step, columns
from common.models import AuditEvent
from common.templatetags.jiying import isodatetime
from people.access import Viewer
from people.models import AccountShare
from performance.choices import CardState, CycleState, LineStatus
from performance.inputs import card_input
from performance.models import Scorecard, ScorecardLine, ScorecardVersion
from performance.outlook import Route, routes_to
from performance.scoring import PreparedScheme
from performance.selectors.schemes import scheme_document
from performance.services.cards import card_subject
from performance.services.scoring import manual_values
from reviews.choices import Action
from reviews.selectors.indicators import Row, RowGroup, why_not
from reviews.selectors.questions import LineQuestions, questions_by_leaf
from reviews.selectors.tiers import Tiers, tiers_of
from reviews.words import EVENTS, LIMITS, figure, name_in

HISTORY_MONTHS = 12
SPARK_MONTHS = 6
SHOWN_EVENTS = 12
STAGES = (
    (CardState.LIVE, Action.FREEZE),
    (CardState.MANAGER_REVIEW, Action.FREEZE),
    (CardState.CONFIRMED, Action.APPROVE),
    (CardState.PUBLISHED, Action.PUBLISH),
    (CardState.ACKNOWLEDGED, Action.ACKNOWLEDGE),
)
RANK = {
    CardState.LIVE: 0,
    CardState.SELF_REVIEW: 1,
    CardState.MANAGER_REVIEW: 1,
    CardState.CONFIRMED: 2,
    CardState.PUBLISHED: 3,
    CardState.APPEALED: 3,
    CardState.ACKNOWLEDGED: 4,
    CardState.FINAL: 5,
}


class Sheet:
    """A card with its current version, lines, past and log; reads each thing once, when asked."""

    def __init__(
        self, viewer: Viewer, card: Scorecard, tiers: Tiers | None = None, *, bare: bool = False
    ) -> None:
        """Note whose eyes read which card; ``bare`` leaves out its past and its questions."""
        self.viewer, self.card, self.bare = viewer, card, bare
        self.tiers = tiers_of(card.cycle) if tiers is None else tiers
        self.cycle = card.cycle
        self.person = card.employee
        self.document = scheme_document(card.scheme_version)

    @property
    def version(self) -> ScorecardVersion | None:
        """Return the current version."""
        return self.card.current

    @property
    def provisional(self) -> bool:
        """Say whether the figures may still move."""
        return self.card.state in (CardState.LIVE, CardState.SELF_REVIEW, CardState.MANAGER_REVIEW)

    @property
    def is_own(self) -> bool:
        """Say whether the card is the reader's own."""
        return self.viewer.is_self(self.person.pk)

    @property
    def comment_hidden(self) -> bool:
        """Say whether the reader is the subject and results are not published yet."""
        return self.is_own and RANK[CardState(self.card.state)] < RANK[CardState.PUBLISHED]

    @property
    def comment(self) -> str:
        """Return the manager's comment; the subject reads it once results are published."""
        return "" if self.comment_hidden else self.card.comment

    @property
    def url(self) -> str:
        """Return the address of the card."""
        return reverse("reviews:card", args=[self.cycle.label, self.person.number])

    @cached_property
    def total(self) -> Decimal | None:
        """Return the total; while a line is held, what is measured so far."""
        if self.version is None:
            return None
        provisional = self.flags.get("provisional")
        if self.version.total is None and provisional is not None:
            return Decimal(provisional)
        return self.version.total

    @cached_property
    def flags(self) -> dict[str, Any]:
        """Return adjustments, veto and waiting lines of the version."""
        found: dict[str, Any] = json.loads(self.version.flags) if self.version else {}
        return found

    @property
    def tier(self) -> str:
        """Return the tier's key; empty while the card has no total."""
        return self.tiers.key(self.version.total if self.version else None)

    @cached_property
    def lines(self) -> dict[str, ScorecardLine]:
        """Return the version's lines by leaf."""
        return self._lines.get(self.card.current_id or 0, {})

    @cached_property
    def _lines(self) -> dict[int, dict[str, ScorecardLine]]:
        """Return the lines of this card and of those before it, by version and leaf."""
        versions = {self.card.current_id, *(card.current_id for card in self.history[-SPARK_MONTHS:])}
        found: dict[int, dict[str, ScorecardLine]] = {}
        for line in ScorecardLine.objects.filter(version__in=versions - {None}).order_by("position"):
            found.setdefault(line.version_id, {})[line.leaf] = line
        return found

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Return every indicator in the order of the tree."""
        found = []
        for leaf in self.document.leaves:
            line = self.lines.get(leaf.key)
            if line is not None:
                address = reverse("reviews:leaf", args=[self.cycle.label, self.person.number, leaf.key])
                asked = self._questions.get(leaf.key, LineQuestions())
                found.append(Row(leaf, line, address, self._spark(leaf.key), asked))
        return tuple(found)

    @cached_property
    def _questions(self) -> dict[str, LineQuestions]:
        return {} if self.bare else questions_by_leaf(self.card)

    @property
    def groups(self) -> list[RowGroup]:
        """Return the rows by dimension, with subtotals."""
        by_key = {row.leaf.key: row for row in self.rows}
        found = []
        for dimension in self.document.dimensions:
            rows = tuple(by_key[leaf.key] for leaf in dimension.leaves if leaf.key in by_key)
            if rows:
                found.append(RowGroup(name_in(dimension.name), rows))
        return found

    def _spark(self, leaf: str) -> tuple[Decimal | None, ...]:
        """Return the achievements of the last months; nothing while fewer than two are known."""
        lines = [self._lines.get(card.current_id or 0, {}).get(leaf) for card in self.history[-SPARK_MONTHS:]]
        values = tuple(line.achievement if line else None for line in lines)
        return values if sum(value is not None for value in values) > 1 else ()

    @cached_property
    def history(self) -> list[Scorecard]:
        """Return the person's cards of the last twelve months, oldest first."""
        if self.bare:
            return []
        cards = Scorecard.objects.filter(
            employee=self.person, cycle__kind=self.cycle.kind, cycle__starts_on__lte=self.cycle.starts_on
        )
        found = cards.select_related("cycle", "current", "scheme_version").defer(
            "current__inputs", "current__flags", "current__dimensions", "scheme_version__text"
        )
        return list(reversed(found.order_by("-cycle__starts_on")[:HISTORY_MONTHS]))

    @property
    def history_chart(self) -> Columns:
        """Lay the months out as bars with their tiers; a change of the scheme is marked."""
        items, kinds, marks = [], [], []
        scheme = None
        for card in self.history:
            total = card.current.total if card.current else None
            items.append((card.cycle.label, total))
            tier = "" if total is None or not self.tiers.shown else self.tiers.key(total)
            kinds.append(tier if tier not in ("", "pending") else "")
            number = f"v{card.scheme_version.number}"
            marks.append(
                "" if scheme in (None, card.scheme_version_id) else _("scheme %(n)s") % {"n": number}
            )
            scheme = card.scheme_version_id
        return columns(items, lines=self.tiers.edges, kinds=kinds, marks=marks)

    @property
    def before(self) -> Decimal | None:
        """Return the total of the cycle before, if there is one."""
        past = [card for card in self.history if card.cycle_id != self.card.cycle_id and card.current]
        return past[-1].current.total if past and past[-1].current else None

    @property
    def months(self) -> list[dict[str, object]]:
        """Return the person's other months, newest first, for going from card to card."""
        return [
            {
                "label": card.cycle.label,
                "url": reverse("reviews:card", args=[card.cycle.label, self.person.number]),
                "current": card.cycle_id == self.card.cycle_id,
            }
            for card in reversed(self.history)
        ]

    @property
    def delta(self) -> Decimal | None:
        """Return the change against the cycle before."""
        now = self.version.total if self.version else None
        return None if now is None or self.before is None else now - self.before

    @property
    def steps(self) -> list[Step]:
        """Return the waterfall: each indicator's points, then events and the veto."""
        steps = [
            Step(row.name, row.line.contribution, full=row.full, note=row.note, url=row.url)
            for row in self.rows
            if row.line.status == LineStatus.MEASURED
        ]
        names = {rule.key: name_in(rule.name) for rule in self.document.adjustment_rules}
        for rule, event, counted, limited in self.flags.get("adjustments", []):
            note = " · ".join(part for part in (event, str(LIMITS.get(limited, ""))) if part)
            steps.append(Step(names.get(rule, rule), Decimal(counted), kind="adjustment", note=note))
        cut = self._cut(steps)
        if cut:
            cap = self.flags.get("veto_cap")
            label = _("Veto: at most %(cap)s") % {"cap": cap} if cap else _("Not below 0")
            steps.append(Step(label, cut, kind="cap"))
        return steps

    def _cut(self, steps: Sequence[Step]) -> Decimal:
        """Return what the veto or the floor changed; the rounding of the total is no step."""
        if self.total is None:
            return Decimal(0)
        difference = self.total - sum((step.change for step in steps), Decimal(0))
        return difference if abs(difference) >= Decimal("0.01") else Decimal(0)

    @property
    def gain(self) -> Row | None:
        """Return the indicator with the most points."""
        rows = [row for row in self.rows if row.line.contribution > 0]
        return max(rows, key=lambda row: row.line.contribution, default=None)

    @property
    def loss(self) -> tuple[Row, Decimal] | None:
        """Return the indicator furthest below its full points, and the points missing."""
        rows = [
            (row, row.full - row.line.contribution)
            for row in self.rows
            if row.line.status == LineStatus.MEASURED
        ]
        found = max(rows, key=lambda pair: pair[1], default=None)
        return found if found and found[1] > 0 else None

    @property
    def moved(self) -> list[tuple[str, str, str]]:
        """Return the indicators whose weight went elsewhere: name, weight, why."""
        found = []
        for row in self.rows:
            gone = sum((Fraction(weight) for _leaf, weight, _kind in row.details["moved_to"]), Fraction(0))
            if gone:
                found.append((row.name, figure(gone, "share"), why_not(row)))
        return found

    @cached_property
    def events(self) -> list[AuditEvent]:
        """Return the card's log, newest first."""
        return list(AuditEvent.objects.filter(subject=card_subject(self.card)).order_by("-sequence")[:60])

    @property
    def log(self) -> list[dict[str, Any]]:
        """Return the newest events in words: who, when, what, old → new, reason."""
        told = [_told(event) for event in self.events[:SHOWN_EVENTS]]
        if self.comment_hidden:
            for event in told:
                event["reason"] = "" if event["action"] == Action.APPROVE else event["reason"]
        return told

    @property
    def stages(self) -> list[dict[str, str]]:
        """Return the card's way with names and times."""
        labels = {
            CardState.LIVE: _("Computed"),
            CardState.MANAGER_REVIEW: _("In review"),
            CardState.CONFIRMED: _("Confirmed"),
            CardState.PUBLISHED: _("Published"),
            CardState.ACKNOWLEDGED: _("Read"),
        }
        rank = RANK[CardState(self.card.state)]
        return [
            {
                "label": labels[state],
                "state": _stage(place, rank),
                "note": self._stage_note(state, action, rank),
            }
            for place, (state, action) in enumerate(STAGES)
        ]

    def _stage_note(self, state: CardState, action: Action, rank: int) -> str:
        if rank < RANK[state]:
            return ""
        if state is CardState.LIVE:
            return isodatetime(self.version.computed_at) if self.version else ""
        if state is CardState.PUBLISHED:
            return isodatetime(self.cycle.published_at) if self.cycle.published_at else ""
        event = next((one for one in self.events if one.action == action), None)
        return f"{event.actor_name} {isodatetime(event.at)}" if event else ""

    @cached_property
    def versions(self) -> list[ScorecardVersion]:
        """Return every version of the card, newest first, without their inputs."""
        rows = self.card.versions.defer("inputs", "dimensions", "flags", "exact_total")
        return list(rows.order_by("-number"))

    @cached_property
    def accounts(self) -> int:
        """Return how many accounts the person held in the cycle."""
        shares = AccountShare.objects.filter(employee=self.person, period__starts_on__lte=self.cycle.ends_on)
        shares = shares.exclude(period__ends_on__lt=self.cycle.starts_on)
        return shares.values("period__account").distinct().count()

    @property
    def days_off(self) -> int:
        """Return the days of the cycle that do not count though the person was with the company."""
        first = max(self.cycle.starts_on, self.person.hired_on)
        last = min(self.cycle.ends_on, self.person.left_on or self.cycle.ends_on)
        return max(0, (last - first).days + 1 - (self.version.days_in_post if self.version else 0))

    @property
    def routes(self) -> list[dict[str, object]]:
        """Return what one indicator alone would have to do for the next tier, cheapest first."""
        found = self.tiers.next_up(self.version.total if self.version else None)
        if found is None or self.version is None or self.cycle.state != CycleState.OPEN:
            return []
        values, _reasons = manual_values(self.version)
        card = card_input(json.loads(self.version.inputs), PreparedScheme(self.document), manual=values)
        return [self._route(route) for route in routes_to(card, found[1])]

    def _route(self, route: Route) -> dict[str, object]:
        row = next(row for row in self.rows if row.leaf.key == route.leaf)
        return {
            "name": row.name,
            "now": figure(route.actual, row.leaf.unit),
            "needed": figure(route.needed, row.leaf.unit),
        }

    @property
    def next_tier(self) -> tuple[str, Decimal, Decimal] | None:
        """Return name, threshold and missing points of the next tier."""
        return self.tiers.next_up(self.version.total if self.version else None)


def _stage(place: int, rank: int) -> str:
    if place < rank:
        return "done"
    return "current" if place == rank else "todo"


def _told(event: AuditEvent) -> dict[str, Any]:
    payload = json.loads(event.payload)
    before, after = payload.get("total_before"), payload.get("total_after")
    return {
        "action": event.action,
        "who": event.actor_name,
        "at": event.at,
        "what": EVENTS.get(event.action, event.action),
        "reason": payload.get("reason", ""),
        "change": f"{before} → {after}" if before != after else "",
    }
