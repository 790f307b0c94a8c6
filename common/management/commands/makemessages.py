"""``manage.py makemessages``: Django's own, with the habits of this project."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

SOURCE_LANGUAGE = "en"
IGNORED = [".venv/*", "benchmarks/*", "static/*", "staticfiles/*", "tests/*", "var/*"]


class BuildFile(makemessages.BuildFile):
    """A template whose Python twin is written to a folder of its own, never beside the template."""

    command: "Command"

    @property
    def work_path(self) -> str:
        """Return where xgettext reads the file."""
        if not self.is_templatized:
            return str(self.path)
        return str(Path(self.command.workshop_path) / f"{self.path[2:].replace('/', '__')}.py")

    def postprocess_messages(self, msgs: str) -> str:
        """Name the template instead of its twin."""
        return msgs.replace(self.work_path, self.path[2:]) if self.is_templatized else msgs


class Command(makemessages.Command):
    """Collect texts from ``translate(...)`` too, guess nothing, and write what diffs well."""

    build_file_class = BuildFile
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=translate"]
    workshop_path = ""
    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect from the project's folders into the catalogues asked for."""
        options |= {
            "no_wrap": True,
            "no_obsolete": True,
            "add_location": None if options["no_location"] else "file",
            "ignore_patterns": [*options["ignore_patterns"], *IGNORED],
        }
        with tempfile.TemporaryDirectory() as self.workshop_path:
            super().handle(*args, **options)

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Leave out the moment of collecting; the source language translates itself."""
        super().write_po_file(potfile, locale)
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        if locale == SOURCE_LANGUAGE:
            filled = ["msgen", "--no-wrap", "-o", str(catalogue), str(catalogue)]
            subprocess.run(filled, check=True)  # noqa: S603
        lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith('"POT-Creation-Date:')]
        catalogue.write_text("".join(kept), encoding="utf-8")


class Collection(Command):
    """Collect every text into one ``.pot`` file of ``folder`` and touch no catalogue."""

    def __init__(self, folder: Path) -> None:
        """Keep where the texts go."""
        super().__init__()
        self.folder = folder

    def find_files(self, root: str) -> list[Any]:
        """Send every file's texts to the one folder."""
        self.locale_paths = [str(self.folder)]
        files = super().find_files(root)
        self.locale_paths = [str(self.folder)]
        for file in files:
            file.locale_dir = str(self.folder)
        return list(files)

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Write none."""
