"""What a figure would be if one cell said something else: the same measuring, nothing written."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pandas as pd

from metrics.choices import Grain
from metrics.crediting import Holding, Measured
from metrics.definitions import SCALE, MeasureDefinition
from metrics.selectors.fact_reader import FactReader, Reading
from metrics.selectors.facts import FactKey
from metrics.selectors.measured import measure_people

Value = int | Decimal | None


class SupposedReader(FactReader):
    """Reads facts once, as they are and, while ``supposing``, but for one cell."""

    def __init__(self, definition: MeasureDefinition, key: FactKey, value: Value) -> None:
        """Note the cell and the value it is supposed to have."""
        super().__init__([definition])
        self._here = False  # figures come from the frames, where a cell can be put in
        self.supposing = True
        self._key = key
        self._units = None if value is None else int(value * 10 ** SCALE.get(key.field, 0))

    def day_cells(
        self, definition: MeasureDefinition, reading: Reading, held: Sequence[Holding]
    ) -> pd.DataFrame:
        """Return the dated cells with the supposed value in its place."""
        frame = super().day_cells(definition, reading, held)
        if not self.supposing:
            return frame
        frame = frame.copy()
        place = (frame["account"] == self._key.account_id) & (frame["date"] == self._key.date)
        if not place.any() and reading.first <= self._key.date <= reading.last:
            row = {"account": self._key.account_id, "date": self._key.date}
            empty = {name: pd.array([pd.NA], dtype="Int64") for name in frame.columns if name not in row}
            frame = pd.concat([frame, pd.DataFrame({**row, **empty})], ignore_index=True)
            place = (frame["account"] == self._key.account_id) & (frame["date"] == self._key.date)
        return self._put(frame, place)

    def video_cells(
        self, definition: MeasureDefinition, reading: Reading, held: Sequence[Holding]
    ) -> pd.DataFrame:
        """Return the readings that count with the supposed value in its place."""
        frame = super().video_cells(definition, reading, held)
        if not self.supposing:
            return frame
        frame = frame.copy()
        days = pd.Series([_is_day(day, self._key.date) for day in frame["captured_on"]], index=frame.index)
        return self._put(frame, (frame["video"] == self._key.video_id) & days.astype(bool))

    def _put(self, frame: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
        if self._key.field in frame.columns:
            frame.loc[place, self._key.field] = pd.NA if self._units is None else self._units
        return frame


def _is_day(found: object, day: date) -> bool:
    return isinstance(found, date) and found == day


def suppose(
    definition: MeasureDefinition, *, employee: int, reading: Reading, key: FactKey, value: Value
) -> tuple[Measured, Measured] | None:
    """Return a person's figure as the facts are and as it would be; None where it cannot be worked out.

    It cannot for cells of single creators of one advertiser or shop, and for opening stocks.
    """
    if key.field not in definition.fields or key.about_id or key.grain != definition.grain:
        return None
    if key.grain is not Grain.VIDEO_SNAPSHOT and not reading.first <= key.date <= reading.last:
        return None
    people, reader = {employee}, SupposedReader(definition, key, value)
    reader.supposing = False
    now = measure_people(definition, employees=people, reading=reading, reader=reader)
    reader.supposing = True
    then = measure_people(definition, employees=people, reading=reading, reader=reader)
    return now[employee], then[employee]
