"""Rule sets as documents, and which one a cycle pays by."""

import json
from functools import lru_cache

from incentives.models import CycleRuleSet, RuleSetVersion
from incentives.rules import RuleSetDocument, parse_rule_set
from performance.models import Cycle


@lru_cache(maxsize=64)
def _document(text: str) -> RuleSetDocument:
    return parse_rule_set(json.loads(text))


def rule_set_document(version: RuleSetVersion) -> RuleSetDocument:
    """Return the version's content. Texts are immutable, so the parsed form is kept."""
    return _document(version.text)


def latest_rule_set(code: str | None = None) -> RuleSetVersion | None:
    """Return the newest published version, of one rule set or of any."""
    versions = RuleSetVersion.objects.filter(published_at__isnull=False).select_related("rule_set")
    if code:
        versions = versions.filter(rule_set__code=code)
    return versions.order_by("-published_at", "-number").first()


def rule_set_of(cycle: Cycle | int) -> RuleSetVersion | None:
    """Return the version the cycle pays by: the pinned one, else the newest; None without any."""
    pk = cycle if isinstance(cycle, int) else cycle.pk
    pin = (
        CycleRuleSet.objects.filter(cycle=pk)
        .select_related("rule_set_version__rule_set")
        .first()
    )  # fmt: skip
    return pin.rule_set_version if pin else latest_rule_set()
