"""Reading a request's parameters strictly: what is not known is refused."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from common.errors import Refusal

PAGE_SIZE, LARGEST_PAGE = 50, 200


@dataclass(frozen=True)
class PageOf:
    """Which page of a list is asked for; pages count from 1."""

    number: int
    size: int

    @property
    def first(self) -> int:
        """Return how many rows come before the page."""
        return (self.number - 1) * self.size


def only(request: Request, *names: str) -> dict[str, str]:
    """Return the query's parameters. Raises ``Refusal`` for unknown, repeated ones and zero bytes."""
    unknown = sorted(set(request.query_params) - set(names))
    if unknown:
        raise Refusal(
            "unknown_parameter",
            _("Unknown parameter: %(name)s. Known are: %(known)s.")
            % {"name": unknown[0][:40], "known": ", ".join(names) or "–"},
        )
    for name in request.query_params:
        values = request.query_params.getlist(name)
        if len(values) > 1 or "\x00" in values[0]:
            raise Refusal("bad_parameter", _("Give %(name)s once, as plain text.") % {"name": name})
    return {name: request.query_params[name] for name in request.query_params}


def page_of(given: dict[str, str]) -> PageOf:
    """Return the page asked for. Raises ``Refusal`` for what is no whole number from 1."""
    number = _whole(given, "page", 1)
    return PageOf(number, min(_whole(given, "page_size", PAGE_SIZE), LARGEST_PAGE))


def _whole(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) >= 1):
        raise Refusal("bad_parameter", _("%(name)s is a whole number from 1.") % {"name": name})
    return int(text)
