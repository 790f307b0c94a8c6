"""The measures in force."""

import json

from metrics.definitions import MeasureDefinition, parse_definition
from metrics.models import MeasureVersion


def current_measures() -> dict[str, MeasureDefinition]:
    """Return the newest version of every measure, by key."""
    newest: dict[str, MeasureDefinition] = {}
    for version in MeasureVersion.objects.order_by("key", "number"):
        newest[version.key] = parse_definition(json.loads(version.text), number=version.number)
    return newest
