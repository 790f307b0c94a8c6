"""A person's notices."""

from django.db.models import QuerySet

from common.models import Notice
from people.access import Viewer


def notices_for(viewer: Viewer) -> QuerySet[Notice]:
    """Return the viewer's own notices, newest first."""
    return Notice.objects.filter(recipient=viewer.user_id).order_by("-created_at", "-pk")
