"""Loading measure definitions as immutable versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from common.canonical import canonical_text, text_hash
from metrics.definitions import builtin_documents, parse_definition
from metrics.models import MeasureVersion


@transaction.atomic
def load_measures(
    *, at: datetime, documents: Sequence[Mapping[str, object]] | None = None
) -> list[MeasureVersion]:
    """Store the documents (default: those that ship) whose text is new; return the new versions.

    Loading the same documents again changes nothing.
    """
    made = []
    for document in documents if documents is not None else builtin_documents():
        definition = parse_definition(document)
        text = canonical_text(document)
        latest = MeasureVersion.objects.filter(key=definition.key).order_by("-number").first()
        if latest is not None and latest.text == text:
            continue
        number = latest.number + 1 if latest else 1
        made.append(
            MeasureVersion.objects.create(
                key=definition.key, number=number, text=text, text_hash=text_hash(text), published_at=at
            )
        )
    return made
