"""Chart geometry inside templates: ``{% load charts %}``; each tag is used with ``as``."""

from collections.abc import Sequence
from decimal import Decimal

from django import template

from common import charts

register = template.Library()


@register.simple_tag
def bullet_chart(
    value: charts.Number | None,
    target: charts.Number | None,
    expected: charts.Number | None = None,
    bands: Sequence[charts.Number] = (),
    top: charts.Number | None = None,
) -> charts.Bullet:
    """Lay out a bullet bar; see ``common.charts.bullet``. Empty text counts as missing."""
    return charts.bullet(
        value=_known(value),
        target=_known(target),
        expected=_known(expected),
        bands=bands or (),
        top=_known(top),
    )


@register.simple_tag
def spark_chart(
    values: Sequence[charts.Number | None], reference: Sequence[charts.Number | None] = (), size: str = ""
) -> charts.Sparkline:
    """Lay out a line of values, small by default, ``size="wide"`` for a panel."""
    width, height = (640, 160) if size == "wide" else (120, 28)
    return charts.sparkline(
        list(values or ()),
        reference=list(reference or ()),
        width=width,
        height=height,
        from_zero=size == "wide",
    )


@register.simple_tag
def tier_chart(total: charts.Number | None, lines: Sequence[charts.Number] = ()) -> charts.TierBar:
    """Lay out the tier bar of a total."""
    return charts.tier_bar(_known(total), lines=lines or charts.TIER_LINES)


@register.simple_tag
def strip_chart(
    own: charts.Number | None,
    low: charts.Number,
    median: charts.Number,
    high: charts.Number,
    people: int,
    dots: Sequence[charts.Number] = (),
) -> charts.Strip | None:
    """Lay out a private comparison, or None for too few people."""
    if people < charts.MIN_COMPARED:
        return None
    return charts.strip(own=_known(own), low=low, median=median, high=high, people=people, dots=dots or ())


@register.simple_tag
def waterfall_chart(
    steps: Sequence[charts.Step], total: Decimal, lines: Sequence[charts.Number] = ()
) -> charts.Waterfall:
    """Lay out the steps from zero to the total."""
    return charts.waterfall(steps, total=total, lines=lines or charts.TIER_LINES)


@register.simple_tag
def progress_share(done: int, total: int) -> str:
    """Return how far ``done`` is of ``total`` as an SVG length, ``0%`` … ``100%``."""
    share = 0.0 if total <= 0 else min(max(done / total, 0.0), 1.0) * 100
    return f"{share:.1f}%"


@register.filter
def pairs(values: Sequence[object], labels: Sequence[object]) -> list[tuple[object, object]]:
    """Pair labels with values for a table twin; ``{% for label, value in values|pairs:labels %}``."""
    return list(zip(labels or range(1, len(values) + 1), values, strict=False))


def _known(value: charts.Number | str | None) -> charts.Number | None:
    return None if value is None or isinstance(value, str) else value
