"""Which source speaks for a cell: the order is data (``metrics.choices.SOURCE_ORDER``).

Readers take each field from the best source that has it. One thing the order alone
cannot say: two people may have decided that a cell has *no* value. Such a cell is a
corrected row without the value and with a gap; it hides what the other sources say.
Readers select ``emptied_gaps`` beside the fields: NULL but for corrected rows.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TypeAlias

import pandas as pd
from django.db.models import Case, F, IntegerField, JSONField, Model, When

from metrics.choices import SOURCE_ORDER, Grain, Source
from metrics.models import AccountDay, AdsDay, CommerceDay

DAY_MODELS: dict[Grain, type[Model]] = {
    Grain.ACCOUNT_DAY: AccountDay,
    Grain.ADS_DAY: AdsDay,
    Grain.COMMERCE_DAY: CommerceDay,
}
Best: TypeAlias = tuple[int, date, int]
RANK = {source.value: rank for rank, source in enumerate(SOURCE_ORDER)}


def source_rank() -> Case:
    """Return the place of a row's source in the order, for ``order_by``."""
    whens = [When(source=source, then=place) for source, place in RANK.items()]
    return Case(*whens, default=len(RANK), output_field=IntegerField())


def emptied_gaps() -> Case:
    """Return the gaps of corrected rows, NULL for every other source."""
    return Case(When(source=Source.CORRECTED.value, then=F("gaps")), output_field=JSONField())


def hide_emptied(
    frame: pd.DataFrame, rows: pd.DataFrame, *, key: Sequence[str], fields: Collection[str]
) -> pd.DataFrame:
    """Take the values of emptied cells out of ``frame``.

    ``rows`` holds the key columns of what was read and ``gaps``, empty where a row is
    not a corrected one. Nothing corrected, nothing touched.
    """
    emptied = {
        tuple(row[:-1]): [field for field in fields if field in row[-1]]
        for row in rows[rows["gaps"].notna()][[*key, "gaps"]].itertuples(index=False, name=None)
        if row[-1]
    }
    if not any(emptied.values()):
        return frame
    for place, one in zip(frame.index, frame[list(key)].itertuples(index=False, name=None), strict=True):
        for field in emptied.get(tuple(one), ()):
            frame.loc[place, field] = pd.NA
    return frame


def best_values(
    rows: Iterable[tuple[int, date, int | None, dict[str, str] | None]], field: str
) -> list[Best]:
    """Return account, day and value of one field, from rows that come best source first.

    Each row has account, day, value and ``emptied_gaps``; emptied cells are left out.
    """
    seen: set[tuple[int, date]] = set()
    found: list[Best] = []
    for account, day, value, gaps in rows:
        if (account, day) in seen or (value is None and field not in (gaps or {})):
            continue
        seen.add((account, day))
        if value is not None:
            found.append((account, day, value))
    return found
