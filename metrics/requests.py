"""From a request to the collection of files: the period's frame, the viewer's board, what they owe."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from metrics.collection import CellState, Period
from metrics.policies import Scope, accounts_of, collection_scope
from metrics.selectors.collection import Cell, Frame, board, default_period
from people.models import Company
from people.requests import company_for, viewer_for, zone_for

DEFAULT_DUE_DAYS = Company._meta.get_field("data_due_days").default


@dataclass(frozen=True)
class Owed:
    """Files that are owed for a period: for one person, or on a whole board."""

    period: Period
    due: date
    cells: tuple[Cell, ...]
    late: int
    rejected: int

    @property
    def next(self) -> Cell:
        """Return the file to upload next."""
        return self.cells[0]


def period_for(request: HttpRequest) -> Period:
    """Return the period that the address names, the last full month unless it names one."""
    try:
        return Period.parse(request.GET.get("period") or request.POST.get("period", ""))
    except ValueError:
        return default_period(viewer_for(request).day)


def frame_for(request: HttpRequest, period: Period) -> Frame:
    """Return what a board of the period is read for."""
    company = company_for(request)
    days = company.data_due_days if company else DEFAULT_DUE_DAYS
    return Frame(period, viewer_for(request).day, days, ZoneInfo(zone_for(request)))


def board_for(request: HttpRequest, period: Period) -> tuple[list[Cell], Scope, Frame]:
    """Return the cells that the viewer sees of a period, with the scope and the frame they were read for."""
    scope, frame = collection_scope(viewer_for(request)), frame_for(request, period)
    return [cell for cell in board(scope.accounts, frame) if scope.sees(cell)], scope, frame


def owed_for(request: HttpRequest) -> Owed | None:
    """Return what the signed-in person owes for the last full month; None where that is nothing."""
    viewer = viewer_for(request)
    if viewer.employee_id is None:
        return None
    frame = frame_for(request, default_period(viewer.day))
    cells = board(accounts_of({viewer.employee_id}), frame)
    return _owed([cell for cell in cells if cell.debtor and cell.debtor.pk == viewer.employee_id], frame)


def late_for(request: HttpRequest) -> Owed | None:
    """Return what is late or was refused on the viewer's whole board; None where nothing is."""
    cells, _scope, frame = board_for(request, default_period(viewer_for(request).day))
    return _owed([cell for cell in cells if cell.state in (CellState.LATE, CellState.REJECTED)], frame)


def _owed(cells: list[Cell], frame: Frame) -> Owed | None:
    owed = tuple(cell for cell in cells if cell.verdict.is_owed)
    if not owed:
        return None
    states = [cell.state for cell in owed]
    return Owed(frame.period, frame.due, owed, states.count(CellState.LATE), states.count(CellState.REJECTED))
