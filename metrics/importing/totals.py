"""Rows that are no data: totals in every language, and sentences of the platform. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from metrics.importing.values import Cell, is_null, plain

_TOTALS = frozenset((
    "total", "totals", "grandtotal", "合计", "总计", "总和", "汇总", "总量", "合計", "總計",
    "总数", "합계", "итого", "всего", "общее", "усього", "summe", "gesamt", "insgesamt", "totales",
    "totale", "totaux", "totaal", "totalt", "toplam", "łącznie", "suma", "razem", "celkem",
    "összesen", "tổng", "tổngcộng", "tổngsố", "jumlah", "σύνολο", "รวม", "ยอดรวม", "المجموع",
    "الإجمالي", "gesamtsumme", "gesamtergebnis", "totalsumma", "yhteensä", "कुल", "योग", "samlet",
    "الكلي", "סהכ", "סךהכל", "сума", "общо", "ukupno", "skupaj", "viso", "kokku", "kopā",
    "keseluruhan", "kabuuan", "jami", "总合计", "累计", "全部", "sum",
))  # fmt: skip
_REMEMBERED = 60
"""Longer texts are hardly ever seen again in a file."""
_WORD = re.compile(r"[^\W\d_]?[^\W\d_A-Z]+")
"""One word as sentences start with: hardly ever an id, which mixes digits and capitals."""


def is_total(cells: Sequence[Cell], fields: Mapping[str, int], *, shape: str | None) -> bool:
    """Say whether a row is the file's total; ``fields`` are its columns, ``shape`` is how ids look."""
    if "day" in fields:
        return says_total(cells[fields["day"]])
    first, title = cells[0], _cell(cells, fields, "title")
    if shape is not None and _is_word_alone(cells, fields):
        return True
    if not (says_total(first) or says_total(title)):
        return False
    # A video may be called "Total"; it has a publish time or an id then.
    marks = [_cell(cells, fields, name) for name in ("published", "platform_id", "url")]
    return all(is_null(mark) or says_total(mark) for mark in marks)


def _is_word_alone(cells: Sequence[Cell], fields: Mapping[str, int]) -> bool:
    """Say whether a word stands for an id, with nothing that describes a video: a total in some language."""
    if "platform_id" not in fields or not {"title", "published"} <= fields.keys():
        return False
    word = cells[fields["platform_id"]]
    described = [_cell(cells, fields, name) for name in ("title", "published", "url", "duration_seconds")]
    alone = all(cell is None or is_null(cell) for cell in described)
    return alone and isinstance(word, str) and _WORD.fullmatch(plain(word)) is not None


def is_remark(cells: Sequence[Cell], fields: Mapping[str, int], *, shape: str | None) -> bool:
    """Say whether the row is a sentence of the platform, such as "Showing top 500 results"."""
    if shape is None or "platform_id" not in fields:
        return False
    words = cells[fields["platform_id"]]
    alone = sum(not is_null(cell) for cell in cells) == 1
    return alone and isinstance(words, str) and re.fullmatch(shape, words.strip()) is None


def says_total(cell: Cell) -> bool:
    """Say whether the cell is the word for a total in any language exports come in."""
    if not isinstance(cell, str) or "0" <= cell[:1] <= "9":  # no such word starts with a digit
        return False
    return _is_known_word(cell) if len(cell) <= _REMEMBERED else _is_word(cell)


def _is_word(text: str) -> bool:
    return re.sub(r"[\s.\"׳״]", "", plain(text).lower()).rstrip(":") in _TOTALS


_is_known_word = lru_cache(maxsize=4096)(_is_word)


def _cell(cells: Sequence[Cell], fields: Mapping[str, int], name: str) -> Cell:
    return cells[fields[name]] if name in fields else None
