"""Words for facts: ``{% load metrics_words %}``."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.text import Truncator

from metrics import texts
from metrics.choices import FindingKind
from metrics.collection import Need, Period
from metrics.models import Finding
from metrics.phrases import phrase
from metrics.services.findings import can_undo
from metrics.services.sentences import Telling, said_again, translated

register = template.Library()
TITLE_SHOWN, ACCOUNTS_SHOWN = 80, 3


@register.filter
def field_label(name: str) -> str:
    """Name a field of facts."""
    return str(texts.FIELD_LABELS.get(name, name))


@register.filter
def grain_label(name: str) -> str:
    """Name what a file holds."""
    return str(texts.GRAINS.get(name, name))


@register.filter
def outcome(column: Any) -> str:
    """Say what a column of a file was taken for."""
    return (
        field_label(column.field or "") if column.outcome == "taken" else str(texts.OUTCOMES[column.outcome])
    )


@register.filter
def state_word(state: str) -> str:
    """Say the state of a day."""
    return str(texts.STATES[state])


@register.filter
def source_word(source: str) -> str:
    """Say where a value comes from."""
    return str(texts.SOURCES.get(source, source))


@register.filter
def gap_word(gap: str) -> str:
    """Say why a value is missing."""
    return str(texts.GAPS.get(gap, gap))


@register.filter
def in_words(text: str | None) -> str:
    """Name a kind of file in the reader's language."""
    return phrase(text or "")


@register.filter
def told(telling: Telling) -> str:
    """Say a note of the importer in the reader's language."""
    return translated(telling)


@register.filter
def kept(plain: dict[str, Any]) -> str:
    """Say a sentence kept with a delivery in the reader's language."""
    return said_again(plain)


@register.filter
def finding_text(finding: Finding) -> str:
    """Say what was found; long titles are cut."""
    titles = ", ".join(f"“{_cut(title)}”" for title in finding.details.get("titles", []))
    params = {"old": "", "new": "", **finding.details, "titles": titles}
    params["title"] = _cut(finding.details.get("title", ""))
    params["field"] = field_label(params.get("field", ""))
    return str(texts.FINDINGS[finding.kind]) % params


def _cut(title: str) -> str:
    return Truncator(title).chars(TITLE_SHOWN)


@register.filter
def doubt_kind(kind: str) -> str:
    """Name a kind of doubt."""
    return str(texts.DOUBTS.get(kind, kind))


@register.filter
def likeness_word(name: str) -> str:
    """Say why uploads may be one work."""
    return str(texts.LIKENESS.get(name, ""))


@register.filter
def answer_word(finding: Finding) -> str:
    """Say how a finding was answered."""
    if finding.kind == FindingKind.SAME_WORK and finding.answer in texts.WORK_ANSWERS:
        return str(texts.WORK_ANSWERS[finding.answer])
    return str(texts.ANSWERS.get(finding.answer, finding.answer))


@register.filter
def is_undoable(finding: Finding) -> bool:
    """Say whether an answer can be taken back."""
    return can_undo(finding)


@register.filter
def cell_word(state: str) -> str:
    """Say how a file stands on the collection board."""
    return str(texts.CELL_STATES[state])


@register.filter
def voice_word(voice: str) -> str:
    """Say why a file is taken for an account's."""
    return str(texts.VOICES[voice])


@register.filter
def accounts_word(labels: Sequence[str], names: Mapping[str, str]) -> str:
    """Name the first accounts of those written ``platform:handle``; an unknown one stays as written."""
    shown = ", ".join(names.get(label, label) for label in labels[:ACCOUNTS_SHOWN])
    return f"{shown} … ({len(labels)})" if len(labels) > ACCOUNTS_SHOWN else shown


@register.filter
def period_word(label: str) -> str:
    """Name a month or a week: a week says its days."""
    period = Period.parse(label)
    if "W" not in label:
        return label
    return f"{label} ({period.span.first:%m-%d} – {period.span.last:%m-%d})"


@register.filter
def titles(need: Need) -> str:
    """Name a needed file; alternatives stand beside each other."""
    return " / ".join(phrase(title) for title in need.titles)
