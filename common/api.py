"""What every answer of the API shares: how a refusal is written down."""

from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import Refusal


def answer_for(error: Exception, context: dict[str, object]) -> Response | None:
    """Return a refusal as ``{"code", "sentence"}`` with its status; leave the rest to the framework."""
    if isinstance(error, Refusal):
        return Response({"code": error.code, "sentence": str(error)}, status=error.status)
    return exception_handler(error, context)
