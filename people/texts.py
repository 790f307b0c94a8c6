"""Names and codes as people type or paste them."""

import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

# Zero-width and direction marks make two names look alike that are not.
INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co"})


def clean_name(text: str) -> str:
    """Return the text in NFC, without invisible characters, single-spaced and trimmed."""
    normal = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in normal
        if letter.isspace() or unicodedata.category(letter) not in INVISIBLE
    )
    return " ".join(visible.split())


def clean_code(text: str) -> str:
    """Return a code or number in NFKC (full-width digits become plain ones), cleaned like a name."""
    return clean_name(unicodedata.normalize("NFKC", text))


def required(text: str, what: str | Promise) -> str:
    """Return the text. Raises ``Refusal`` when nothing is left of it."""
    if not text:
        raise Refusal("missing", _("Please give %(what)s; it is empty.") % {"what": what})
    return text
