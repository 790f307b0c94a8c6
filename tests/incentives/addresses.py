"""The bonus pages alone, with stand-ins for what higher layers add."""

from django.http import HttpResponse
from django.urls import include, path

from config.urls import urlpatterns as framework


def _card(request, cycle, number):
    return HttpResponse(f"card {cycle} {number}")


reviews = ([path("scorecards/<str:cycle>/<str:number>/", _card, name="card")], "reviews")
urlpatterns = [
    path("bonus/", include("incentives.urls")),
    path("", include(reviews)),
    path("", lambda request: HttpResponse("home")),
    *[pattern for pattern in framework if "bonus" not in str(pattern.pattern)],
]
