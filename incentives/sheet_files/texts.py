"""Text that is safe in a cell: one line, nothing invisible, never a formula."""

import re

LONGEST_CELL = 16_000
"""Characters of a text cell: a cell holds 32 767 units, and some characters take two."""

_FORMULA_LEADS = tuple("=+-@|\t\r\n＝＋－＠｜")
_BREAKS = re.compile(r"[\t\r\n\v\f\u0085\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def plain_text(text: str) -> str:
    """Return ``text`` on one line, without control, direction and invisible characters."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _BREAKS.sub(" ", text))


def csv_text(text: str) -> str:
    """Return ``text`` fit for a CSV cell: plain, and never read as a formula."""
    plain = plain_text(text)
    risky = text.startswith(_FORMULA_LEADS) or plain.lstrip().startswith(_FORMULA_LEADS)
    return f"'{plain}" if risky else plain


def cell_text(text: str) -> str:
    """Return ``text`` fit for a workbook's text cell: plain, cut visibly if too long.

    The writer passes text that looks like its own rich-text markup through unescaped, so
    such text is broken by an apostrophe.
    """
    plain = plain_text(text)
    if len(plain) > LONGEST_CELL:
        plain = plain[:LONGEST_CELL] + "…"
    return f"'{plain}" if plain.startswith("<r>") else plain
