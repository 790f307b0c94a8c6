"""Shares of an account in per cent. Pure."""

from collections.abc import Mapping
from decimal import Decimal

WHOLE = Decimal(100)
PLACES = Decimal("0.0001")


def share_problem(shares: Mapping[int, Decimal]) -> str:
    """Return what is wrong with one period's shares: "", "none", "part" or "sum".

    Each part lies in (0, 100] with at most four decimals; together they make
    exactly 100.
    """
    if not shares:
        return "none"
    if not all(_is_part(share) for share in shares.values()):
        return "part"
    return "" if sum(shares.values()) == WHOLE else "sum"


def _is_part(share: Decimal) -> bool:
    return share.is_finite() and 0 < share <= WHOLE and share == share.quantize(PLACES)
