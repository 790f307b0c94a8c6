"""``manage.py check_messages``: every text has its translation, and the compiled files are current."""

import contextlib
import io
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from common.management.commands.makemessages import Collection

PLACE = re.compile(r"%\(\w+\)[a-z]")
CATALOGUE = "LC_MESSAGES/django.po"
CURE = "run make messages"
Entries = Mapping[str, str]


class Command(BaseCommand):
    """Fail for a text that is not collected, not translated or in doubt, and for a stale compiled file."""

    help = "Check that the translations are complete and compiled (needs GNU gettext)."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Name every fault; raise when there is one."""
        if shutil.which("msgfmt") is None:
            raise CommandError("msgfmt is missing. On Debian and Ubuntu install the package gettext.")
        texts = collected_texts()
        catalogues = sorted(Path(settings.LOCALE_PATHS[0]).glob(f"*/{CATALOGUE}"))
        if len(catalogues) < len(settings.LANGUAGES):
            raise CommandError(f"A language has no catalogue; {CURE}.")
        faults = [fault for catalogue in catalogues for fault in faults_of(catalogue, texts)]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(catalogues)} catalogues of {len(texts)} texts are complete and compiled.")


def collected_texts() -> Entries:
    """Return what the code and the templates say now, as ``entries`` does."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(settings.BASE_DIR):
        pot = Path(folder) / "django.pot"
        collection = Collection(Path(folder))
        call_command(collection, locale=["en"], keep_pot=True, verbosity=0, stdout=io.StringIO())
        return entries(_run("msgfmt", "-o", "-", "-", given=_run("msgen", "-o", "-", str(pot))))


def faults_of(catalogue: Path, texts: Entries) -> list[str]:
    """Return what is wrong with one ``.po`` file and the ``.mo`` file beside it."""
    try:
        translated = entries(_run("msgfmt", "--check", "-o", "-", str(catalogue)))
    except CommandError as broken:
        return [str(broken)]
    compiled = catalogue.with_suffix(".mo")
    faults = [f"no translation of {text!r}" for text in texts if text not in translated]
    faults += [f"{text!r} is used no longer; {CURE}" for text in translated if text not in texts]
    faults += [
        f"other places in the translation of {text!r}"
        for text, translation in translated.items()
        if not _same_places(text, translation)
    ]
    if not compiled.exists() or entries(compiled.read_bytes()) != translated:
        faults.append(f"the .mo file is not current; {CURE}")
    return [f"{catalogue}: {fault}" for fault in faults]


def entries(compiled: bytes) -> Entries:
    r"""Return text and translation of a compiled catalogue without its header.

    A context stands before its text (``\4`` between them); plural forms are parted by ``\0``.
    """
    _magic, _version, count, texts, translations = struct.unpack("<5I", compiled[:20])
    pairs = {
        _entry(compiled, texts + 8 * number): _entry(compiled, translations + 8 * number)
        for number in range(count)
    }
    pairs.pop("", None)
    return pairs


def _entry(compiled: bytes, at: int) -> str:
    length, start = struct.unpack("<2I", compiled[at : at + 8])
    return compiled[start : start + length].decode()


def _same_places(text: str, translation: str) -> bool:
    """Each form of the translation has the places of its text; Chinese has one form, of the plural."""
    wanted = [set(PLACE.findall(form)) for form in text.split("\0")]
    given = [set(PLACE.findall(form)) for form in translation.split("\0")]
    return wanted[-len(given) :] == given


def _run(*command: str, given: bytes | None = None) -> bytes:
    environment = {"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    result = subprocess.run(command, input=given, capture_output=True, env=environment)  # noqa: S603
    if result.returncode:
        raise CommandError(result.stderr.decode(errors="replace").strip())
    return result.stdout
