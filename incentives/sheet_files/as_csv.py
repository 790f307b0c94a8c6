"""A bonus sheet as a CSV for payroll."""

import csv
import io
from typing import BinaryIO

from common.money import round_half_up
from incentives.sheet_files.document import (
    ENGLISH,
    PLACES,
    TEXTS,
    SheetDocument,
    SheetLabels,
    SheetRow,
    check_document,
)
from incentives.sheet_files.texts import csv_text


def write_csv(document: SheetDocument, stream: BinaryIO, labels: SheetLabels = ENGLISH) -> None:
    """Write UTF-8 with BOM and CRLF: one line for each row, no totals, plain numbers, ISO times.

    A text that a spreadsheet could take for a formula gets a leading apostrophe; numbers
    stay numbers, below zero too. Raises ``ValueError`` as ``write_xlsx`` does.
    """
    check_document(document)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    tail_labels = (labels.number, labels.cycle, labels.currency, labels.computed_at, labels.snapshot_hash)
    writer.writerow([csv_text(label) for label in (*labels.columns.values(), *tail_labels)])
    texts = (document.number, document.cycle, document.currency)
    tail = [*map(csv_text, texts), document.computed_at.isoformat(), csv_text(document.snapshot_hash)]
    for row in document.rows:
        writer.writerow([*(_csv_value(row, name) for name in labels.columns), *tail])
    text.flush()
    text.detach()


def _csv_value(row: SheetRow, name: str) -> str:
    value = getattr(row, name)
    if value is None:
        return ""
    return csv_text(value) if name in TEXTS else f"{round_half_up(value, PLACES[name]):f}"
