"""Accounts and who holds them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people import access
from people.forms import AccountForm, EndForm, HandOverForm, HoldForm, NewAccountForm, SharesForm
from people.models import Account, AccountPeriod
from people.requests import viewer_for
from people.selectors import accounts as selectors
from people.services import accounts as services
from people.views.forms import bound, form_page


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the visible accounts with today's holders; ``q`` searches, ``after`` pages on."""
    viewer = viewer_for(request)
    search, after = request.GET.get("q", "").strip()[:80], request.GET.get("after", "")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    page = selectors.list_accounts(viewer, search=search, after=key)
    context = {"page": page, "search": search, "can_edit": access.can_edit_accounts(viewer)}
    return render(request, "people/accounts.html", context)


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account and its periods."""
    viewer = viewer_for(request)
    found = access.get_account_for(viewer, pk)
    context = {
        "account": found,
        "periods": selectors.account_periods(viewer, account=found),
        "can_edit": access.can_edit_accounts(viewer),
        "today": viewer.day,
    }
    return render(request, "people/account.html", context)


def account_new(request: HttpRequest) -> HttpResponse:
    """Enter a new account."""
    access.require(access.can_edit_accounts(viewer_for(request)))

    def save(**values: Any) -> str:
        return _page_of(services.create_account(**values).pk)

    form = bound(NewAccountForm, request)
    return form_page(request, form, title=_("New account"), back=reverse("people:accounts"), save=save)


def account_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of an account."""
    found = _editable(request, pk)
    initial = {name: getattr(found, name) for name in ("name", "kind", "opened_on", "closed_on")}
    initial["supplier"] = found.supplier.number if found.supplier else ""

    def save(**values: Any) -> str:
        return _page_of(services.change_account(account=found, **values).pk)

    form = bound(AccountForm, request, initial)
    return form_page(request, form, title=found.shown_name, back=_page_of(pk), save=save)


def account_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who holds an account over a span."""
    found = _editable(request, pk)

    def save(*, actor: Any, at: Any, starts_on: Any, ends_on: Any, shares: Any, **_fields: Any) -> str:
        services.hold_account(
            account=found, shares=shares, starts_on=starts_on, ends_on=ends_on, actor=actor, at=at
        )
        return _page_of(pk)

    title = _("Holders of %(account)s") % {"account": found.shown_name}
    return form_page(request, bound(HoldForm, request), title=title, back=_page_of(pk), save=save)


def account_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account to others from a whole day on."""
    found = _editable(request, pk)

    def save(*, actor: Any, at: Any, starts_on: Any, shares: Any, **_fields: Any) -> str:
        services.hand_over_account(account=found, shares=shares, starts_on=starts_on, actor=actor, at=at)
        return _page_of(pk)

    title = _("Hand over %(account)s") % {"account": found.shown_name}
    return form_page(request, bound(HandOverForm, request), title=title, back=_page_of(pk), save=save)


def period_correct(request: HttpRequest, pk: int, period_pk: int) -> HttpResponse:
    """Mend the shares of a period."""
    period = _period(request, pk, period_pk)
    initial: dict[str, Any] = {}
    for line, share in enumerate(period.shares.all(), start=1):
        initial |= {f"holder_{line}": share.employee.number, f"share_{line}": share.share.normalize()}

    def save(*, actor: Any, at: Any, shares: Any, **_fields: Any) -> str:
        services.correct_shares(period=period, shares=shares, actor=actor, at=at)
        return _page_of(pk)

    form = bound(SharesForm, request, initial)
    return form_page(request, form, title=_("Correct the shares"), back=_page_of(pk), save=save)


def period_end(request: HttpRequest, pk: int, period_pk: int) -> HttpResponse:
    """End a period."""
    period = _period(request, pk, period_pk)

    def save(**values: Any) -> str:
        services.end_holding(period=period, **values)
        return _page_of(pk)

    form = bound(EndForm, request, {"ends_on": period.ends_on})
    return form_page(request, form, title=_("End the period"), back=_page_of(pk), save=save)


def _editable(request: HttpRequest, pk: int) -> Account:
    viewer = viewer_for(request)
    found = access.get_account_for(viewer, pk)
    access.require(access.can_edit_accounts(viewer))
    return found


def _period(request: HttpRequest, pk: int, period_pk: int) -> AccountPeriod:
    found = _editable(request, pk)
    period = selectors.account_periods(viewer_for(request), account=found).filter(pk=period_pk).first()
    if period is None:
        raise access.not_visible()
    return period


def _page_of(pk: int) -> str:
    return reverse("people:account", args=[pk])
