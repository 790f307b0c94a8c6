"""Columns of facts and the bounds that the database holds."""

from django.db import models
from django.db.models import Q

COUNT_LIMIT = 10**15
MONEY_LIMIT = "999999999999.99"


def count_field() -> models.BigIntegerField:
    """Return a counter: NULL where nothing is known."""
    return models.BigIntegerField(null=True, blank=True)


def rate_field() -> models.DecimalField:
    """Return a share between 0 and 1, to eight places."""
    return models.DecimalField(max_digits=13, decimal_places=8, null=True, blank=True)


def money_field() -> models.DecimalField:
    """Return an amount to the fen."""
    return models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)


def within(fields: tuple[str, ...], low: object, high: object, name: str) -> models.CheckConstraint:
    """Return a constraint that holds each field between bounds, which also keeps NaN out."""
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (low, high)})
    return models.CheckConstraint(condition=condition, name=name)
