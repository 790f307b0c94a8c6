"""Schemes as documents."""

import json
from functools import lru_cache

from performance.models import SchemeVersion
from performance.schemes import SchemeDocument, parse_scheme


@lru_cache(maxsize=64)
def _document(text: str) -> SchemeDocument:
    return parse_scheme(json.loads(text))


def scheme_document(version: SchemeVersion) -> SchemeDocument:
    """Return the version's content. Texts are immutable, so the parsed form is kept."""
    return _document(version.text)


def latest_scheme(code: str | None = None) -> SchemeVersion | None:
    """Return the newest published version, of one scheme or of any."""
    versions = SchemeVersion.objects.filter(published_at__isnull=False).select_related("scheme")
    if code:
        versions = versions.filter(scheme__code=code)
    return versions.order_by("-published_at", "-number").first()
