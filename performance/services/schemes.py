"""Loading schemes as published, immutable versions."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.documents import publish_next, read_document
from common.errors import Refusal
from metrics.selectors.definitions import current_measures
from performance.models import Scheme, SchemeVersion
from performance.schemes import BUILTIN, SchemeDocument, SchemeError, parse_scheme, scheme_to_mapping


def read_scheme_file(path: Path) -> SchemeDocument:
    """Read a scheme file. Raises ``Refusal`` naming what is wrong and where."""
    return read_document(path, parse=parse_scheme, problems=SchemeError)


@transaction.atomic
def publish_scheme(*, document: SchemeDocument, actor: Actor, at: datetime) -> tuple[SchemeVersion, bool]:
    """Store and publish the document as the scheme's next version; say whether it is new.

    The text of the newest version again makes no new one. Raises ``Refusal``
    when a leaf names a measure that does not exist.
    """
    unknown = sorted({leaf.measure for leaf in document.leaves} - set(current_measures()))
    if unknown:
        raise Refusal(
            "unknown_measure",
            _("The scheme names measures that do not exist: %(keys)s.") % {"keys": ", ".join(unknown)},
        )
    scheme, _created = Scheme.objects.select_for_update().get_or_create(code=document.code)
    version, is_new = publish_next(scheme.versions, scheme_to_mapping(document), actor=actor, at=at)
    if not is_new:
        return version, False
    record(
        subject=f"performance.scheme:{scheme.pk}",
        actor=actor,
        action="publish_scheme",
        at=at,
        number=version.number,
        text_hash=version.text_hash,
    )
    return version, True


def load_builtin_scheme(*, actor: Actor, at: datetime) -> SchemeVersion:
    """Publish the scheme that ships with the product, unless it is the newest already."""
    version, _new = publish_scheme(document=read_scheme_file(BUILTIN), actor=actor, at=at)
    return version
