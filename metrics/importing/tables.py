"""What the readers hand on: tables of cells, and the files they come from. Pure."""

from dataclasses import dataclass

from metrics.importing.messages import Note
from metrics.importing.values import Cell


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: ``rows[0]`` is row 1 of the sheet.

    ``name`` is empty for CSV; ``ragged`` says that rows may differ in length;
    ``delimiter`` is that of a CSV. A piece of a sheet keeps where it starts.
    """

    name: str
    rows: list[list[Cell]]
    ragged: bool = False
    notes: tuple[Note, ...] = ()
    delimiter: str = ""
    first_row: int = 0
    first_column: int = 0
    family: str | None = None
    pieces: int = 1
    days_from_1904: bool = False
    """The workbook counts its days from 1904, as old Macs did."""


@dataclass(frozen=True, slots=True)
class Part:
    """One CSV or XLSX of an upload: its name for people and its bytes."""

    name: str
    content: bytes
