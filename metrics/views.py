"""Data health, deliveries and findings."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from metrics.policies import (
    may_see_rows,
    may_supply,
    require_vouching,
    seen_accounts,
    vouchable_accounts,
)
from metrics.requests import owed_for, period_for
from metrics.selectors.doubts import count_by_kind, open_doubts_of, visible_findings
from metrics.selectors.health import account_days, account_health, overall, window
from metrics.selectors.uploads import deliveries as list_deliveries
from metrics.selectors.uploads import delivery_report, still_waiting
from metrics.services.error_sheets import sheet_to_mend
from metrics.services.fetches import confirm_fetch
from metrics.services.sentences import said_again
from people.access import get_account_for
from people.requests import actor_for, viewer_for

ACCOUNTS_A_PAGE, DELIVERIES_SHOWN, DELIVERIES_A_PAGE = 50, 10, 50
UNSAFE_STARTS = tuple("=+-@|\t\r\n＝＋－＠｜")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show which account has which day, what waits for an answer, and the latest deliveries."""
    viewer = viewer_for(request)
    accounts = seen_accounts(viewer).order_by("platform", "handle")
    page = Paginator(accounts, ACCOUNTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "days": window(viewer.day),
        "page": page,
        "rows": account_health(list(page.object_list), today=viewer.day),
        "overall": overall(accounts, today=viewer.day),
        "doubts": count_by_kind(visible_findings(accounts).filter(answered_at__isnull=True)),
        "deliveries": list_deliveries(accounts)[:DELIVERIES_SHOWN],
        "may_supply": may_supply(viewer),
    }
    return render(request, "metrics/health.html", context)


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the stored days of one account, source by source."""
    viewer = viewer_for(request)
    found = seen_accounts(viewer).filter(pk=pk).first() or get_account_for(viewer, pk)
    names, rows = account_days(found, today=viewer.day)
    (state,) = account_health([found], today=viewer.day)
    context = {"account": found, "names": names, "rows": rows, "state": state, "days": window(viewer.day)}
    return render(request, "metrics/account.html", context)


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries for the accounts that the viewer sees."""
    viewer = viewer_for(request)
    found, waiting = list_deliveries(seen_accounts(viewer)), "waiting" in request.GET
    page = Paginator(still_waiting(found) if waiting else found, DELIVERIES_A_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "waiting": waiting,
        "waiting_count": still_waiting(found).count(),
        "may_supply": may_supply(viewer),
    }
    return render(request, "metrics/deliveries.html", context)


@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery with the report kept with it."""
    viewer = viewer_for(request)
    found = delivery_report(seen_accounts(viewer), pk)
    own = found.fetch.actor == actor_for(request).text
    may_confirm = (
        found.waits and not own and vouchable_accounts(viewer).filter(pk=found.fetch.account_id or 0).exists()
    )
    context = {
        "delivery": found,
        "fetch": found.fetch,
        "report": found.report,
        "may_confirm": may_confirm,
        "doubts": open_doubts_of(seen_accounts(viewer), [pk]).count(),
        "owed": owed_for(request) if own else None,
    }
    return render(request, "metrics/delivery.html", context)


@require_POST
def delivery_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Vouch for a delivery that came from somebody whose own score it feeds."""
    viewer = viewer_for(request)
    found = delivery_report(seen_accounts(viewer), pk)
    require_vouching(viewer, found.fetch.account_id)
    confirm_fetch(fetch_id=pk, actor=actor_for(request), actor_employee=viewer.employee_id, at=timezone.now())
    messages.success(request, _("The delivery is confirmed."))
    if "period" in request.POST:
        to_board = request.POST.get("back") == "board"
        account = reverse("metrics:collection_account", args=[found.fetch.account_id])
        back = reverse("metrics:collection") if to_board else account
        return redirect(f"{back}?period={period_for(request).label}")
    return redirect("metrics:delivery", pk=pk)


@require_safe
def delivery_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the rows that were not taken as a CSV whose cells no spreadsheet runs."""
    viewer = viewer_for(request)
    found = delivery_report(seen_accounts(viewer), pk)
    sheet = sheet_to_mend(found.fetch, found.report) if may_see_rows(viewer, found.fetch) else None
    content = sheet or _list_of_reasons(found.report.get("rejected", []))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rows-{pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _list_of_reasons(rejected: Sequence[Mapping[str, Any]]) -> bytes:
    """Return line, column and reason alone, for whoever may not see the file's other cells."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("Column"), _("Reason")])
    for row in rejected:
        writer.writerow([row["row"], safe_cell(row["column"] or ""), safe_cell(said_again(row))])
    return out.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """Return text that a spreadsheet program shows and never computes."""
    return f"'{text}" if text.startswith(UNSAFE_STARTS) else text
