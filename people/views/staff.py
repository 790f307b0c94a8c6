"""People, their postings and their sign-ins."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people import access
from people.choices import PostingStatus
from people.forms import EmployeeForm, LeaveForm, NewEmployeeForm, PostingForm, RolesForm, SignInForm
from people.requests import actor_for, site_address, viewer_for
from people.selectors import accounts, signins, staff
from people.services import signins as signin_services
from people.services import staff as staff_services
from people.services.staff import PostingTerms
from people.views.forms import bound, form_page


@require_safe
def employees(request: HttpRequest) -> HttpResponse:
    """List the visible people; ``q`` searches, ``leavers`` adds those gone, ``after`` pages on."""
    viewer = viewer_for(request)
    query: dict[str, Any] = {
        "search": request.GET.get("q", "").strip()[:80],
        "leavers": request.GET.get("leavers") == "1",
        "after": request.GET.get("after", "")[:32],
    }
    page = staff.list_employees(viewer, **query)
    context = {"page": page, "query": query, "can_edit": access.can_edit_people(viewer)}
    return render(request, "people/employees.html", context)


@require_safe
def employee(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: postings, accounts and, for those who look after them, the sign-in."""
    viewer = viewer_for(request)
    person = access.get_employee_for(viewer, pk)
    user = signins.user_of(viewer, employee=person)
    context = {
        "person": person,
        "postings": staff.employee_postings(viewer, employee=person),
        "reports": staff.reports_of(viewer, employee=person),
        "holdings": accounts.employee_holdings(viewer, employee=person),
        "signin": user,
        "roles": user.grants.all() if user else [],
        "invitation": signins.open_invitation(user, now=timezone.now()) if user else None,
        "can_edit": access.can_edit_people(viewer),
        "can_grant": access.can_grant_roles(viewer),
        "today": viewer.day,
    }
    return render(request, "people/employee.html", context)


def employee_new(request: HttpRequest) -> HttpResponse:
    """Enter a new person."""
    access.require(access.can_edit_people(viewer_for(request)))

    def save(**values: Any) -> str:
        return _page_of(staff_services.create_employee(**values).pk)

    form = bound(NewEmployeeForm, request)
    return form_page(request, form, title=_("New person"), back=reverse("people:employees"), save=save)


def employee_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's own fields."""
    person = _editable(request, pk)
    fields = ("name", "legal_entity", "cost_centre", "hired_on")
    form = bound(EmployeeForm, request, {name: getattr(person, name) for name in fields})

    def save(**values: Any) -> str:
        return _page_of(staff_services.change_employee(employee=person, **values).pk)

    return form_page(request, form, title=person.name, back=_page_of(pk), save=save)


def employee_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a person from a day on; the running posting ends the day before."""
    person = _editable(request, pk)
    current = staff.posting_on(person, day=viewer_for(request).day)
    form = bound(
        PostingForm, request, _posting_initial(current) if current else {"starts_on": person.hired_on}
    )

    def save(*, starts_on: Any, ends_on: Any, actor: Any, at: Any, **terms: Any) -> str:
        staff_services.post_employee(
            employee=person,
            terms=PostingTerms(**terms),
            starts_on=starts_on,
            ends_on=ends_on,
            actor=actor,
            at=at,
        )
        return _page_of(pk)

    title = _("New posting of %(name)s") % {"name": person.name}
    return form_page(request, form, title=title, back=_page_of(pk), save=save)


def posting_correct(request: HttpRequest, pk: int, posting_pk: int) -> HttpResponse:
    """Mend a posting that was entered wrongly."""
    person = _editable(request, pk)
    posting = staff.get_posting(viewer_for(request), employee=person, pk=posting_pk)
    initial = {**_posting_initial(posting), "starts_on": posting.starts_on, "ends_on": posting.ends_on}

    def save(*, starts_on: Any, ends_on: Any, actor: Any, at: Any, **terms: Any) -> str:
        staff_services.correct_posting(
            posting=posting,
            terms=PostingTerms(**terms),
            starts_on=starts_on,
            ends_on=ends_on,
            actor=actor,
            at=at,
        )
        return _page_of(pk)

    title = _("Correct a posting of %(name)s") % {"name": person.name}
    return form_page(request, bound(PostingForm, request, initial), title=title, back=_page_of(pk), save=save)


def employee_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a person's last day."""
    person = _editable(request, pk)

    def save(**values: Any) -> str:
        return _page_of(staff_services.end_employment(employee=person, **values).pk)

    form = bound(LeaveForm, request, {"left_on": person.left_on})
    title = _("Last day of %(name)s") % {"name": person.name}
    return form_page(request, form, title=title, back=_page_of(pk), save=save)


def signin_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a sign-in; the invitation comes next."""
    person = _editable(request, pk)

    def save(**values: Any) -> str:
        signin_services.create_user(employee=person, **values)
        return _page_of(pk)

    title = _("Sign-in of %(name)s") % {"name": person.name}
    return form_page(request, bound(SignInForm, request), title=title, back=_page_of(pk), save=save)


def signin_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Give and take roles."""
    viewer = viewer_for(request)
    user = access.get_user_for(viewer, pk)
    access.require(access.can_grant_roles(viewer))
    back = _back_of(user)

    def save(**values: Any) -> str:
        signin_services.set_roles(user=user, **values)
        return back

    form = bound(RolesForm, request, {"roles": [role.value for role in signins.roles_of(user)]})
    return form_page(request, form, title=_("Roles of %(name)s") % {"name": user}, back=back, save=save)


@require_POST
def signin_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    viewer = viewer_for(request)
    user = access.get_user_for(viewer, pk)
    access.require(access.may_look_after(viewer, user))
    invitation, token = signin_services.invite(user=user, actor=actor_for(request), at=timezone.now())
    link = site_address(request) + reverse("people:invitation", args=[token])
    context = {"signin": user, "invitation": invitation, "link": link, "back": _back_of(user)}
    return render(request, "people/invited.html", context)


@require_POST
def signin_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Activate or deactivate a sign-in."""
    viewer = viewer_for(request)
    user = access.get_user_for(viewer, pk)
    access.require(access.may_look_after(viewer, user))
    active = request.POST.get("active") == "1"
    signin_services.set_user_active(user=user, active=active, actor=actor_for(request), at=timezone.now())
    messages.success(request, _("Saved."))
    return redirect(_back_of(user))


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """List all sign-ins with their roles."""
    viewer = viewer_for(request)
    access.require(access.can_edit_people(viewer))
    page = signins.list_page(viewer, after=request.GET.get("after", "")[:150])
    context = {"page": page, "can_grant": access.can_grant_roles(viewer)}
    return render(request, "people/users.html", context)


def _editable(request: HttpRequest, pk: int) -> Any:
    viewer = viewer_for(request)
    person = access.get_employee_for(viewer, pk)
    access.require(access.can_edit_people(viewer))
    return person


def _posting_initial(posting: Any) -> dict[str, Any]:
    return {
        "team": posting.team,
        "position": posting.position,
        "manager": posting.manager.number if posting.manager else "",
        "status": PostingStatus(posting.status).value,
    }


def _page_of(pk: int) -> str:
    return reverse("people:employee", args=[pk])


def _back_of(user: Any) -> str:
    return _page_of(user.employee_id) if user.employee_id else reverse("people:users")
