"""What the API answers: cards and bonus sheets, for the signed-in person's own eyes."""

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incentives.policies import get_sheet_for
from incentives.selectors.awards import estimate_for
from incentives.selectors.sheets import lines_of
from incentives.services.looks import note_look
from people.access import not_visible
from people.requests import actor_for, viewer_for
from performance.selectors.cards import with_lines
from portal.api import serializers
from portal.api.query import only, page_of
from portal.selectors.cycles import month_labelled
from portal.selectors.dashboard import own_card, own_months
from reviews.selectors.cards import get_card_for, visible_cards

CYCLE = OpenApiParameter("cycle", str, description="A month such as 2026-08; left out: the newest.")
PAGE = OpenApiParameter("page", int, description="From 1.")
SIZE = OpenApiParameter("page_size", int, description="At most 200.")


class Session(SessionAuthentication):
    """The session of the pages; who is not signed in is told so with 401."""

    def authenticate_header(self, request: HttpRequest) -> str:
        """Name the scheme, which makes the refusal a 401."""
        return "Session"


class ReadOnly(APIView):
    """A view for signed-in people."""

    authentication_classes = (Session,)
    permission_classes = (IsAuthenticated,)
    http_method_names = ("get", "head", "options")


class MyScorecard(ReadOnly):
    """One's own card with lines and estimate."""

    @extend_schema(parameters=[CYCLE], responses=serializers.OwnCard)
    def get(self, request: Request) -> Response:
        """Return the own card of a month."""
        wanted = only(request, "cycle").get("cycle", "")
        viewer = viewer_for(request._request)
        months = own_months(viewer)
        cycle = next((one for one in months if not wanted or one.label == wanted), None)
        card = own_card(viewer, cycle) if cycle else None
        if card is None:
            raise not_visible()
        context = {"estimate": estimate_for(viewer, card)}
        return Response(serializers.OwnCard(card, context=context).data)


class Scorecards(ReadOnly):
    """The cards of the people one may see."""

    @extend_schema(parameters=[CYCLE, PAGE, SIZE], responses=serializers.CardPage)
    def get(self, request: Request) -> Response:
        """Return a page of cards, newest month first, by employee number."""
        given = only(request, "cycle", "page", "page_size")
        page = page_of(given)
        cards = visible_cards(viewer_for(request._request)).order_by("-cycle__starts_on", "employee__number")
        if "cycle" in given:
            cycle = month_labelled(given["cycle"])
            if cycle is None:
                raise not_visible()
            cards = cards.filter(cycle=cycle)
        found = cards[page.first : page.first + page.size]
        answer = {"count": cards.count(), "page": page.number, "page_size": page.size, "results": found}
        return Response(serializers.CardPage(answer).data)


class OneScorecard(ReadOnly):
    """One card with its lines."""

    @extend_schema(responses=serializers.WholeCard)
    def get(self, request: Request, cycle: str, number: str) -> Response:
        """Return the card of a person in a month."""
        only(request)
        viewer = viewer_for(request._request)
        card = get_card_for(viewer, cycle=cycle, number=number)
        return Response(serializers.WholeCard(with_lines(visible_cards(viewer)).get(pk=card.pk)).data)


class OneBonusSheet(ReadOnly):
    """A bonus sheet, for HR for pay and finance."""

    @extend_schema(responses=serializers.BonusSheet)
    def get(self, request: Request, number: str) -> Response:
        """Return the sheet with its lines; the look is logged."""
        only(request)
        sheet = get_sheet_for(viewer_for(request._request), number)
        note_look(row=sheet, what="api", actor=actor_for(request._request), at=timezone.now())
        sheet.shown_lines = lines_of(sheet)  # type: ignore[attr-defined]
        return Response(serializers.BonusSheet(sheet).data)
