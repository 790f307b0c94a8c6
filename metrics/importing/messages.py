"""What the importer says: stable codes, plain parameters, English sentences.

Pure, so nothing is translated here: the Django layer translates ``note.template``
before it fills in ``note.params``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.importing.templates import TEMPLATES

__all__ = ["TEMPLATES", "BadValue", "ImportRefused", "Note", "note"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell: ``code`` is stable, ``sentence`` is English, ``params`` are plain."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Return the untranslated sentence with ``%(name)s`` places."""
        return TEMPLATES[self.code]

    @property
    def sentence(self) -> str:
        """Return the English sentence."""
        return self.template % self.params

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.sentence


def note(code: str, **params: object) -> Note:
    """Return a note. Raises ``KeyError`` for a code that has no sentence."""
    TEMPLATES[code]
    return Note(code, params)


class ImportRefused(Exception):
    """The file is not taken at all; nothing of it may be stored."""

    def __init__(self, code: str, **params: object) -> None:
        """Keep the note made of ``code`` and ``params``."""
        super().__init__(code)
        self.note = note(code, **params)
        self.code = code
        self.params = self.note.params

    @property
    def sentence(self) -> str:
        """Return the English sentence."""
        return self.note.sentence

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.sentence


class BadValue(ValueError):
    """One cell cannot be read; its row is rejected."""

    def __init__(self, code: str, **params: object) -> None:
        """Keep the note made of ``code`` and ``params``."""
        super().__init__(code)
        self.note = note(code, **params)
        self.code = code
