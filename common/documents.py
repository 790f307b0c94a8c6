"""Rules that are kept as documents: read from a YAML file, stored as numbered versions of canonical text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.audit import Actor
from common.canonical import canonical_text, text_hash
from common.errors import Refusal

Document = TypeVar("Document")
Version = TypeVar("Version", bound="DocumentVersion")


class DocumentVersion(models.Model):
    """One version of a document as canonical text; immutable once published."""

    number = models.PositiveIntegerField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True


def read_document(
    path: Path, *, parse: Callable[[Mapping[str, Any]], Document], problems: type[Exception]
) -> Document:
    """Read and parse a document. Raises ``Refusal`` that names the file, what is wrong and where.

    ``problems`` is what ``parse`` raises for a document that breaks its rules.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refusal(
            "document_unreadable",
            _("%(file)s cannot be read as YAML: %(error)s") % {"file": path, "error": error},
        ) from error
    if not isinstance(content, Mapping):
        raise Refusal("document_unreadable", _("%(file)s does not hold a document.") % {"file": path})
    try:
        return parse(content)
    except problems as error:
        raise Refusal("document_wrong", _("%(file)s: %(error)s") % {"file": path, "error": error}) from error


def publish_next(
    versions: "models.Manager[Version]", content: Mapping[str, Any], *, actor: Actor, at: datetime
) -> tuple[Version, bool]:
    """Publish the content as the next of one document's ``versions``; say whether it is new.

    ``versions`` is the related manager of the document, whose row the caller has
    locked. The text of the newest version again makes no new one.
    """
    text = canonical_text(content)
    latest = versions.order_by("-number").first()
    if latest is not None and latest.text == text and latest.published_at:
        return latest, False
    made = versions.create(
        number=latest.number + 1 if latest else 1,
        text=text,
        text_hash=text_hash(text),
        published_at=at,
        published_by=actor.text,
    )
    return made, True
