"""Teams as a tree, positions, legal entities."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people import access
from people.forms import CodedForm, NameForm, NewPositionForm, NewTeamForm, PositionForm, TeamForm
from people.requests import viewer_for
from people.selectors import staff
from people.services import organisation as services
from people.views.forms import bound, form_page


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Show the visible teams as a tree with the number of people in each."""
    viewer = viewer_for(request)
    rows = staff.flat_tree(staff.team_tree(viewer))
    return render(request, "people/teams.html", {"rows": rows, "can_edit": access.can_edit_people(viewer)})


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one team and its people of today."""
    viewer = viewer_for(request)
    found = access.get_team_for(viewer, pk)
    context = {
        "team": found,
        "members": staff.team_members(viewer, team=found),
        "can_edit": access.can_edit_people(viewer),
    }
    return render(request, "people/team.html", context)


def team_new(request: HttpRequest) -> HttpResponse:
    """Create a team."""
    _require_editor(request)

    def save(**values: Any) -> str:
        return reverse("people:team", args=[services.create_team(**values).pk])

    form = bound(NewTeamForm, request)
    return form_page(request, form, title=_("New team"), back=reverse("people:teams"), save=save)


def team_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a team or hang it elsewhere."""
    found = access.get_team_for(viewer_for(request), pk)
    _require_editor(request)
    back = reverse("people:team", args=[pk])

    def save(**values: Any) -> str:
        services.change_team(team=found, **values)
        return back

    form = bound(TeamForm, request, {"name": found.name, "parent": found.parent})
    return form_page(request, form, title=found.name, back=back, save=save)


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """List positions and legal entities."""
    _require_editor(request)
    context = {"positions": staff.all_positions(), "entities": staff.all_legal_entities()}
    return render(request, "people/organisation.html", context)


def position_new(request: HttpRequest) -> HttpResponse:
    """Create a position."""
    _require_editor(request)

    def save(**values: Any) -> str:
        services.create_position(**values)
        return _home()

    form = bound(NewPositionForm, request)
    return form_page(request, form, title=_("New position"), back=_home(), save=save)


def position_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a position or change whether it is scored."""
    _require_editor(request)
    found = staff.get_position(pk)

    def save(**values: Any) -> str:
        services.change_position(position=found, **values)
        return _home()

    form = bound(PositionForm, request, {"name": found.name, "scored": found.scored})
    return form_page(request, form, title=found.name, back=_home(), save=save)


def entity_new(request: HttpRequest) -> HttpResponse:
    """Create a legal entity."""
    _require_editor(request)

    def save(**values: Any) -> str:
        services.create_legal_entity(**values)
        return _home()

    form = bound(CodedForm, request)
    return form_page(request, form, title=_("New legal entity"), back=_home(), save=save)


def entity_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a legal entity."""
    _require_editor(request)
    found = staff.get_legal_entity(pk)

    def save(**values: Any) -> str:
        services.change_legal_entity(entity=found, **values)
        return _home()

    form = bound(NameForm, request, {"name": found.name})
    return form_page(request, form, title=found.name, back=_home(), save=save)


def _require_editor(request: HttpRequest) -> None:
    access.require(access.can_edit_people(viewer_for(request)))


def _home() -> str:
    return reverse("people:organisation")
