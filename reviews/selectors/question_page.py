"""What the page of a data question shows: its line, the fact behind it, what was done, what would change."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import cached_property

from metrics.choices import CorrectionState, Grain
from metrics.crediting import Measured
from metrics.definitions import MeasureDefinition
from metrics.models import Correction
from metrics.selectors.definitions import current_measures
from metrics.selectors.facts import (
    Fact,
    FactKey,
    corrections_of,
    fact_of,
    facts_of,
    fields_behind,
    key_of,
)
from metrics.selectors.supposed import Value, suppose
from metrics.texts import FIELD_LABELS
from people.access import Viewer, can_see_employee
from people.models import Account, AccountShare
from performance.choices import CardState, CycleState
from performance.inputs import card_input
from performance.models import Scorecard
from performance.scheme_tree import Leaf
from performance.scoring import PreparedScheme, score_card
from performance.services.scoring import manual_values
from reviews.choices import Effect
from reviews.models import DataQuestion
from reviews.questioning import effect_of
from reviews.selectors.questions import indicator_of, leaf_of, thread
from reviews.selectors.sheet import Sheet
from reviews.selectors.sources import with_deliveries
from reviews.selectors.tiers import Tiers
from reviews.selectors.trace import LineTrace
from reviews.words import EFFECTS, QUESTION_EVENTS, figure

MOST_VIDEOS = 200


@dataclass(frozen=True)
class Told:
    """One entry of the thread."""

    who: str
    what: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Preview:
    """The line's figure and the card's total as they are and as they would be.

    Totals are None for eyes that may not see the card, and where nothing is measured.
    """

    before: str
    after: str
    total_before: Decimal | None
    total_after: Decimal | None


class QuestionPage:
    """A question with its card's line; reads each thing once, when asked."""

    def __init__(self, viewer: Viewer, question: DataQuestion) -> None:
        self.viewer, self.question = viewer, question
        self.card = question.card

    @cached_property
    def sees_card(self) -> bool:
        """Say whether the reader may see the card itself with its score."""
        return can_see_employee(self.viewer, self.card.employee_id)

    @cached_property
    def leaf(self) -> Leaf | None:
        """Return the leaf asked about; None once the card follows a scheme without it."""
        return leaf_of(self.card, self.question.leaf)

    @property
    def indicator(self) -> str:
        """Return the indicator's name."""
        return indicator_of(self.question)

    @cached_property
    def definition(self) -> MeasureDefinition | None:
        """Return the measure that the line reads."""
        return current_measures()[self.leaf.measure] if self.leaf else None

    @property
    def has_facts(self) -> bool:
        """Say whether delivered figures stand behind the line, and not entries or works alone."""
        return bool(self.fields)

    @cached_property
    def trace(self) -> LineTrace | None:
        """Return the line of the card as it is now; None once it is no longer on the card."""
        if self.card.current_id is None:
            return None
        sheet = Sheet(self.viewer, self.card, Tiers(None, False), bare=True)
        has_line = any(row.leaf.key == self.question.leaf for row in sheet.rows)
        return LineTrace(sheet, self.question.leaf) if has_line else None

    @property
    def effect(self) -> Effect:
        """Return what a corrected fact does to this card."""
        return effect_on(self.card)

    @property
    def effect_text(self) -> str:
        """Say what a corrected fact does to this card."""
        return str(EFFECTS[self.effect])

    @cached_property
    def thread(self) -> list[Told]:
        """Return what was said and done, oldest first."""
        return [
            Told(
                event.actor_name,
                str(QUESTION_EVENTS.get(event.action, event.action)),
                json.loads(event.payload).get("text", ""),
                event.at,
            )
            for event in thread(self.question)
        ]

    # the fact

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return the figures that the line reads, with their names."""
        names = fields_behind(self.definition) if self.definition else ()
        return [(name, str(FIELD_LABELS.get(name, name))) for name in names]

    @cached_property
    def accounts(self) -> list[Account]:
        """Return the accounts that the card's person holds in the cycle, of the kind that the line reads."""
        if self.question.account is not None:
            return [self.question.account]
        return held_accounts(self.card.employee_id, self.card.cycle.starts_on, self.card.cycle.ends_on)

    @property
    def suggested_day(self) -> date | None:
        """Return the day of the fact: of the reading for a video's counters."""
        return self.question.read_on if self.grain is Grain.VIDEO_SNAPSHOT else self.question.day

    @property
    def grain(self) -> Grain:
        """Return what one row of the line's facts is about."""
        return self.definition.grain if self.definition else Grain.MANUAL

    def key(self, *, field: str, day: date, account_id: int, video_id: int) -> FactKey:
        """Return a cell that the line reads."""
        return FactKey(self.grain, account_id, day, field, video_id)

    @cached_property
    def facts(self) -> list[Fact]:
        """Return what is stored of the cells the question is about, one for each figure asked about."""
        waiting = self.question.correction
        if waiting is not None:
            return [fact_of(key_of(waiting))]
        day, account = self.suggested_day, self.question.account_id
        if not self.has_facts or day is None or account is None:
            return []
        names = [self.question.field] if self.question.field else [name for name, _label in self.fields]
        video = self.question.video_id
        return facts_of(self.key(field=names[0], day=day, account_id=account, video_id=video), names)

    @cached_property
    def past(self) -> list[Correction]:
        """Return everything that was proposed for the cells of the question, newest first."""
        if not self.facts:
            return []
        return corrections_of(self.facts[0].key, [fact.key.field for fact in self.facts])

    # what would change

    def preview(self, key: FactKey, value: Value) -> Preview | None:
        """Work out what a correction would do to the line and the card; nothing is written."""
        trace = self.trace
        if trace is None or self.definition is None or self.leaf is None:
            return None
        reading = trace.reading()
        found = suppose(
            self.definition, employee=self.card.employee_id, reading=reading, key=key, value=value
        )
        if found is None:
            return None
        now, then = found
        unit = self.leaf.unit
        totals = (self._total(trace, now), self._total(trace, then)) if self.sees_card else (None, None)
        return Preview(figure(now.value, unit), figure(then.value, unit), *totals)

    def waiting_preview(self) -> Preview | None:
        """Work out what the correction that waits would do."""
        waiting = self.question.correction
        if waiting is None or waiting.state != CorrectionState.PROPOSED:
            return None
        return self.preview(key_of(waiting), Decimal(waiting.new) if waiting.new else None)

    @cached_property
    def _overrides(self) -> dict[str, Decimal]:
        """Return the figures people put in on the card; they stay in a preview."""
        return manual_values(self.card.current)[0] if self.card.current else {}

    def _total(self, trace: LineTrace, measured: Measured) -> Decimal | None:
        """Score the card's own inputs with one line's figure in place."""
        version = trace.sheet.version
        if version is None:
            return None
        leaves = [
            _with(leaf, measured) if leaf["key"] == self.question.leaf else leaf
            for leaf in trace.inputs["leaves"]
        ]
        scheme = PreparedScheme(trace.sheet.document)
        result = score_card(card_input({**trace.inputs, "leaves": leaves}, scheme, manual=self._overrides))
        return result.provisional if result.total is None else result.total


def _with(leaf: dict[str, Any], measured: Measured) -> dict[str, Any]:
    """Return a leaf's stored inputs with another measured figure."""
    figures = {
        name: getattr(measured, name)
        for name in ("value", "numerator", "denominator", "coverage", "volume", "videos")
    }
    gap = measured.reason.value if measured.reason else "not_supplied"
    was_gap = leaf["value"] is None
    missing = gap if measured.value is None else "" if was_gap else leaf["missing"]
    return {**leaf, **figures, "missing": missing}


def effect_on(card: Scorecard) -> Effect:
    """Say what a corrected fact does to a card."""
    return effect_of(CycleState(card.cycle.state), CardState(card.state))


def held_accounts(employee: int, first: date, last: date) -> list[Account]:
    """Return the accounts somebody holds in a span, by name."""
    shares = AccountShare.objects.filter(employee=employee, period__starts_on__lte=last)
    ids = shares.exclude(period__ends_on__lt=first).values("period__account")
    return list(Account.objects.filter(pk__in=ids).order_by("platform", "handle"))


def videos_behind(trace: LineTrace) -> list[tuple[str, str]]:
    """Return the videos behind a line with their titles, by day; at most 200."""
    rows = [row for row in trace.rows if row.video][:MOST_VIDEOS]
    return [(str(row.video), f"{row.day} · {row.label}") for row in with_deliveries(trace.definition, rows)]
