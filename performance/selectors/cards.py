"""Cards as pages, the API and the commands read them."""

from django.db.models import Prefetch, QuerySet

from common.canonical import canonical_text, text_hash
from performance.models import Cycle, Scorecard, ScorecardLine


def cards_of(cycle: Cycle) -> QuerySet[Scorecard]:
    """Return the cycle's cards with everything a list shows, by employee number."""
    return (
        cycle.scorecards.select_related(
            "employee", "current", "cycle", "posting__team", "posting__position", "posting__manager",
            "scheme_version__scheme",
        )
        .order_by("employee__number")
    )  # fmt: skip


def with_lines(cards: QuerySet[Scorecard]) -> QuerySet[Scorecard]:
    """Add the current version's lines in one more statement."""
    lines = Prefetch("current__lines", queryset=ScorecardLine.objects.order_by("position"))
    return cards.prefetch_related(lines)


def cycle_report(cycle: Cycle) -> dict[str, object]:
    """Return the cycle's figures as plain values, with the hash over all cards."""
    cards = [_card(card) for card in with_lines(cards_of(cycle))]
    return {"cycle": cycle.label, "cards": cards, "hash": text_hash(canonical_text(cards))}


def _card(card: Scorecard) -> dict[str, object]:
    version = card.current
    return {
        "employee": card.employee.number,
        "state": card.state,
        "total": _text(version.total) if version else None,
        "hash": version.figures_hash if version else "",
        "waiting": bool(version and version.waiting),
        "lines": [_line(line) for line in version.lines.all()] if version else [],
    }


def _line(line: ScorecardLine) -> dict[str, object]:
    fields = ("auto", "manual", "target", "achievement", "effective_percent", "contribution", "coverage")
    plain: dict[str, object] = {name: _text(getattr(line, name)) for name in fields}
    return {
        "leaf": line.leaf,
        "status": line.status,
        "reason": line.reason,
        "effective": line.effective,
        **plain,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
