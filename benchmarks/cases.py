"""What is measured."""

import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection

from benchmarks import floors
from benchmarks.importing import importing
from benchmarks.measure import Row, median_of, peak_megabytes
from benchmarks.pages import pages
from benchmarks.world import ACTOR, AT, DAY, MONTH
from incentives.choices import SheetState
from incentives.sheet_files.as_xlsx import write_xlsx
from incentives.sheet_files.document import SheetDocument, SheetRow
from performance.models import Cycle, Scorecard, ScorecardLine, ScorecardTrace, ScorecardVersion
from performance.selectors.cards import cycle_report
from performance.services.scoring import score_cycle


def scoring(cycle: Cycle, *, times: int) -> Iterator[Row]:
    """Score the month to committed lines, inputs and hashes, in one process."""

    def forget() -> None:
        ScorecardTrace.objects.all().delete()
        Scorecard.objects.update(current=None)
        for model in (ScorecardLine, ScorecardVersion, Scorecard):
            model._default_manager.all()._raw_delete("default")
        # What was deleted is no part of scoring and must not slow the next turn down.
        with connection.cursor() as cursor:
            for model in (ScorecardLine, ScorecardVersion, Scorecard, ScorecardTrace):
                cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")

    ours = median_of(
        times, lambda: score_cycle(cycle_id=cycle.pk, day=DAY, actor=ACTOR, at=AT), between=forget
    )
    peak = peak_megabytes()
    lines = floors.lines_as_csv()
    floor = median_of(times, lambda: floors.aggregate_and_copy_lines(lines))
    digest = str(cycle_report(cycle)["hash"])[:16]
    people = cycle.scorecards.count()
    each = f"{ours:.1f} s, {1000 * ours / people:.2f} ms a person"
    yield Row(f"scoring {people} people", ours, floor, 3, f"hash {digest}, {each}, peak {peak} MB")


def workbook(cycle: Cycle, *, times: int) -> Iterator[Row]:
    """Write the bonus sheet of everybody."""
    document = _sheet(cycle.scorecards.count())
    cells = [[str(getattr(row, field.name)) for field in fields(row)] for row in document.rows]
    numeric = [[float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in row] for row in cells]
    ours = median_of(times, lambda: write_xlsx(document, io.BytesIO()))
    floor = median_of(times, lambda: floors.bare_workbook(numeric))
    yield Row(f"workbook of {len(cells)} people", ours, floor, 2)


def _sheet(people: int) -> SheetDocument:
    amount = Decimal("2080.00")
    rows = tuple(
        SheetRow(
            employee_number=f"E{number:06d}", name=f"Person {number}", team=f"Team {number // 25}",
            position="Operator", scheme="standard v1", score=Decimal("101.11"), tier="Silver", tier_key="silver",
            base=Decimal("10400.00"), factor=Decimal("1.0000"), amount=amount, adjustments=Decimal("0.00"),
            total=amount, change=Decimal("0.00"), state="paid", note="",
        )
        for number in range(people)
    )  # fmt: skip
    return SheetDocument(
        number="JY-2026-08-B-1", company="Bench", legal_entity="Bench", cycle=str(MONTH), currency="CNY",
        state=SheetState.DRAFT, state_label="Draft", rule_set_version="standard v1", scheme_version="standard v1",
        computed_at=AT, exported_at=datetime(2026, 9, 10, tzinfo=UTC), exported_by="bench", snapshot_hash="0" * 64,
        control_sum=amount * people, rows=rows, sign_offs=(),
    )  # fmt: skip


ALL = (scoring, workbook, importing, pages)
