"""Addresses under ``/api/``."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated

from common.security import with_inline_styles
from portal.api.views import MyScorecard, OneBonusSheet, OneScorecard, Scorecards, Session

app_name = "api"
SIGNED_IN = {
    "authentication_classes": [Session],
    "permission_classes": [IsAuthenticated],
    "http_method_names": ["get", "head"],
}

urlpatterns = [
    path("v1/me/scorecard", MyScorecard.as_view(), name="me_scorecard"),
    path("v1/scorecards", Scorecards.as_view(), name="scorecards"),
    path("v1/scorecards/<str:cycle>/<str:number>", OneScorecard.as_view(), name="scorecard"),
    path("v1/bonus-sheets/<str:number>", OneBonusSheet.as_view(), name="bonus_sheet"),
    path("schema/", SpectacularAPIView.as_view(**SIGNED_IN), name="schema"),
    path(
        "docs/",
        with_inline_styles(SpectacularSwaggerSplitView.as_view(url_name="api:schema", **SIGNED_IN)),
        name="docs",
    ),
]
