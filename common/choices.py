"""Closed sets of the common layer. Plain values, never labels."""

from enum import StrEnum


class RunState(StrEnum):
    """How far a run of a job got."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"


class UnitState(StrEnum):
    """How far one unit of a run's work got."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
