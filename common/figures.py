"""Plotly figures as plain JSON: the scorecard's waterfall and a daily trend.

The page draws them in the browser over a server-made drawing that says the same.
Colours are names of the style sheet's variables (``var(--jy-…)``), which the page's
script settles, so one figure fits light and dark. Figures only draw: exact numbers
stand in the table beside them.
"""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import plotly.graph_objects as go

from common.charts import TIER_LINES, Number, Step

ACCENT = "var(--jy-accent)"
BAD = "var(--jy-bad)"
WARN = "var(--jy-warn)"
MUTED = "var(--jy-muted)"
LINE = "var(--jy-line-strong)"


def waterfall_figure(
    steps: Sequence[Step],
    *,
    total: Decimal,
    total_label: str,
    lines: Sequence[Number] = TIER_LINES,
) -> dict[str, object]:
    """Return a horizontal waterfall of ``steps`` (points) ending in ``total``, as Plotly JSON."""
    labels = [*(str(step.label) for step in steps), str(total_label)]
    starts = _starts(steps)
    trace = go.Bar(
        orientation="h",
        y=labels,
        base=[*map(float, starts), 0.0],
        x=[*(float(step.change) for step in steps), float(total)],
        text=[*(_signed(step.change) for step in steps), f"{total:.2f}"],
        textposition="outside",
        cliponaxis=False,
        marker={"color": [*(_colour(step) for step in steps), "var(--jy-ink)"]},
        hoverinfo="y+text",
    )
    figure = go.Figure(trace, layout=_layout(height=36 * (len(steps) + 1) + 70))
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=labels)
    for line in lines:
        figure.add_vline(x=float(line), line={"color": LINE, "width": 1, "dash": "dot"})
    return _plain(figure)


def trend_figure(
    days: Sequence[date],
    *,
    actual: Sequence[Number | None],
    actual_label: str,
    expected: Sequence[Number | None] = (),
    expected_label: str = "",
    unit: str = "",
) -> dict[str, object]:
    """Return a daily line of ``actual`` with an optional dashed ``expected`` line, as Plotly JSON.

    A missing day is a gap. Raises ``ValueError`` when the lengths differ.
    """
    if len(actual) != len(days) or (expected and len(expected) != len(days)):
        raise ValueError("each line needs one value per day")
    along = [day.isoformat() for day in days]
    figure = go.Figure(layout=_layout(height=300))
    figure.add_scatter(
        x=along,
        y=_floats(actual),
        name=str(actual_label),
        mode="lines+markers",
        line={"color": ACCENT, "width": 3},
    )
    if expected:
        dashed = {"color": MUTED, "width": 2, "dash": "dash"}
        figure.add_scatter(x=along, y=_floats(expected), name=str(expected_label), mode="lines", line=dashed)
    figure.update_yaxes(title=str(unit), rangemode="tozero")
    figure.update_xaxes(type="date", tickformat="%m-%d")
    return _plain(figure)


def _starts(steps: Sequence[Step]) -> list[Decimal]:
    starts = [Decimal(0)]
    for step in steps:
        starts.append(starts[-1] + step.change)
    return starts[:-1]


def _signed(change: Decimal) -> str:
    return f"{change:+.2f}".replace("-", "−")


def _colour(step: Step) -> str:
    if step.kind == "adjustment":
        return WARN
    return BAD if step.change < 0 else ACCENT


def _layout(*, height: int) -> go.Layout:
    axis = {"automargin": True, "gridcolor": "var(--jy-line)", "zerolinecolor": LINE, "fixedrange": True}
    return go.Layout(
        template="none",
        height=height,
        margin={"l": 8, "r": 48, "t": 16, "b": 32},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": "var(--jy-ink)", "size": 13},
        xaxis=axis,
        yaxis=axis,
        legend={"orientation": "h", "y": 1.12, "x": 0},
        showlegend=None,
    )


def _floats(values: Sequence[Number | None]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _plain(figure: go.Figure) -> dict[str, object]:
    plain: dict[str, object] = json.loads(figure.to_json())
    return plain
