"""The collection board: which account lacks which file, who owes it, and what is done about it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from metrics.collection import CellState
from metrics.policies import (
    Scope,
    collection_scope,
    deeds_on,
    get_collected_account,
    may_set_due_days,
    may_supply,
    require_waiving,
    vouchable_accounts,
)
from metrics.requests import board_for, frame_for, late_for, owed_for, period_for
from metrics.selectors.collection import Cell, board, owed_by_person, periods_offered, summary_of
from metrics.services.collecting import end_waiver, remind_debtors, set_due_days, waive_file
from people.access import require
from people.models import PLATFORM_LABELS, Account, Employee
from people.requests import actor_for, viewer_for

ACCOUNTS_A_PAGE, NAMES_SHOWN = 40, 12
FILTERS = ("team", "platform", "state")


@require_safe
def collection(request: HttpRequest) -> HttpResponse:
    """Show accounts by needed file for a month or week, with counts and filters."""
    viewer, period = viewer_for(request), period_for(request)
    cells, scope, frame = board_for(request, period)
    shown = _filtered(cells, request.GET)
    page = Paginator(_by_account(shown), ACCOUNTS_A_PAGE).get_page(request.GET.get("page"))
    owed = _remindable(shown, scope)
    context = {
        "period": period,
        "due": frame.due,
        "periods": periods_offered(viewer.day),
        "summary": summary_of(_filtered(cells, request.GET, names=("team", "platform"))),
        "page": page,
        "filters": _filters(cells, request),
        "scope": scope,
        "remind": list(owed.items())[:NAMES_SHOWN],
        "may_supply": may_supply(viewer),
        "remind_count": len(owed),
        "vouchable": _vouchable(request) if any(cell.waiting for cell in shown) else (),
        "actor": actor_for(request).text,
        "due_days": frame.due_days if may_set_due_days(viewer) else None,
    }
    return render(request, "metrics/collection.html", context)


@require_safe
def collection_owed(request: HttpRequest) -> HttpResponse:
    """Say, as a part of another page, what the person owes; nothing where that is nothing."""
    return render(request, "metrics/_owed.html", {"owed": owed_for(request)})


@require_safe
def collection_late(request: HttpRequest) -> HttpResponse:
    """Say, as a part of another page, how much is late on the person's board."""
    return render(request, "metrics/_late.html", {"late": late_for(request)})


def _filtered(cells: list[Cell], chosen: Mapping[str, str], *, names: Sequence[str] = FILTERS) -> list[Cell]:
    """Return the cells that fit those of the chosen filters; a value nobody knows fits nothing."""
    team, platform, state = (chosen.get(name, "") if name in names else "" for name in FILTERS)
    return [
        cell
        for cell in cells
        if (not team or (cell.team is not None and str(cell.team[0]) == team))
        and (not platform or cell.account.platform == platform)
        and (not state or _is_in(cell, state))
    ]


def _is_in(cell: Cell, state: str) -> bool:
    if state == "owed":
        return cell.verdict.is_owed
    return bool(cell.waiting) if state == "waiting" else cell.state == state


def _filters(cells: list[Cell], request: HttpRequest) -> dict[str, Any]:
    teams = sorted({cell.team for cell in cells if cell.team}, key=lambda team: team[1])
    chosen = {name: request.GET.get(name, "")[:20] for name in FILTERS}
    platforms = sorted({cell.account.platform for cell in cells})
    return {
        "teams": [(str(pk), name) for pk, name in teams],
        "platforms": [(one, PLATFORM_LABELS[one]) for one in platforms],  # type: ignore[index]
        "states": [state.value for state in CellState],
        "kept": urlencode({name: chosen[name] for name in ("team", "platform") if chosen[name]}),
        "sent": [(name, value) for name, value in chosen.items() if value],
        **chosen,
    }


def _by_account(cells: list[Cell]) -> list[dict[str, Any]]:
    """Return one row per account, in the order of the cells."""
    rows: dict[int, dict[str, Any]] = {}
    for cell in cells:
        row = rows.setdefault(
            cell.account.pk, {"account": cell.account, "debtor": cell.debtor, "lists": [], "days": []}
        )
        row["lists" if cell.need.grain == "video_snapshot" else "days"].append(cell)
    return list(rows.values())


def _remindable(cells: list[Cell], scope: Scope) -> dict[Employee, list[Cell]]:
    owed = owed_by_person(cells)
    return {person: files for person, files in owed.items() if scope.may_remind(person.pk)}


def _vouchable(request: HttpRequest) -> set[int]:
    return set(vouchable_accounts(viewer_for(request)).values_list("pk", flat=True))


def board_address(request: HttpRequest) -> str:
    """Return the board with the period and filters that were sent along."""
    kept = {name: request.POST.get(name, "") for name in ("period", "team", "platform", "state")}
    return reverse("metrics:collection", query={name: value for name, value in kept.items() if value})


@require_POST
def collection_remind(request: HttpRequest) -> HttpResponse:
    """Ask everybody on the board who owes something, each at most once a day."""
    viewer, period = viewer_for(request), period_for(request)
    cells, scope, frame = board_for(request, period)
    require(scope.may_act)
    asked = remind_debtors(
        owed=_remindable(_filtered(cells, request.POST), scope), period=period, due=frame.due, day=viewer.day,
        actor=actor_for(request), at=timezone.now(),
    )  # fmt: skip
    if asked:
        text = ngettext("%(count)s person was reminded.", "%(count)s people were reminded.", len(asked))
        messages.success(request, text % {"count": len(asked)})
    else:
        messages.info(request, _("Everybody who owes something was reminded today or has no sign-in."))
    return redirect(board_address(request))


@require_POST
def collection_due(request: HttpRequest) -> HttpResponse:
    """Set on which working day after a period its files are due."""
    require(may_set_due_days(viewer_for(request)))
    text = request.POST.get("days", "")
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    set_due_days(days=days, actor=actor_for(request), at=timezone.now())
    messages.success(request, _("The due day is changed; it holds for all periods."))
    return redirect(board_address(request))


@require_safe
def collection_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account's files of a period: what there is, what is missing, what was refused and why."""
    viewer, period = viewer_for(request), period_for(request)
    scope = collection_scope(viewer)
    account, frame = get_collected_account(scope, pk), frame_for(request, period)
    may_deliver, may_waive, may_vouch = deeds_on(viewer, scope, pk)
    context = {
        "account": account,
        "period": period,
        "due": frame.due,
        "cells": _cells_of(request, account, scope),
        "actor": actor_for(request).text,
        "may_supply": may_deliver,
        "may_waive": may_waive,
        "vouchable": {pk} if may_vouch else (),
    }
    return render(request, "metrics/collection_account.html", context)


def _cells_of(request: HttpRequest, account: Account, scope: Scope) -> list[Cell]:
    """Return the account's cells that the viewer sees."""
    frame = frame_for(request, period_for(request))
    cells = board(scope.accounts.filter(pk=account.pk), frame)
    return [cell for cell in cells if scope.sees(cell)]


@require_POST
def collection_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the account needs no such file for the period."""
    viewer, period = viewer_for(request), period_for(request)
    scope = collection_scope(viewer)
    account = get_collected_account(scope, pk)
    require_waiving(viewer, scope, account.pk)
    need = request.POST.get("need", "")
    if need not in {cell.need.key for cell in _cells_of(request, account, scope)}:
        raise Refusal("unknown_need", _("This account needs no such file. Reload the page."))
    waive_file(
        account_id=account.pk, need=need, period=period, reason=request.POST.get("reason", ""),
        actor=actor_for(request), at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("The file is marked as not needed. Scores are not changed by this."))
    return redirect(_account_address(pk, period.label))


@require_POST
def collection_unwaive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take "not needed" back."""
    viewer, period = viewer_for(request), period_for(request)
    scope = collection_scope(viewer)
    account = get_collected_account(scope, pk)
    require_waiving(viewer, scope, account.pk)
    text = request.POST.get("waiver", "")
    waiver = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    end_waiver(waiver_id=waiver, account_id=account.pk, actor=actor_for(request), at=timezone.now())
    messages.success(request, _("The file is needed again."))
    return redirect(_account_address(pk, period.label))


def _account_address(pk: int, period: str) -> str:
    return reverse("metrics:collection_account", args=[pk], query={"period": period})
