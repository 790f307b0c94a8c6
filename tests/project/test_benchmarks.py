"""The measurements of pages run as ``make bench`` runs them, on a company small enough for a test."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = [pytest.mark.slow, pytest.mark.services]
MOST_STATEMENTS, MOST_KILOBYTES, SECONDS = 25, 80, 600
LOOKED_AT = {
    "dashboard of an operator", "team board of everybody, executive", "queue of everybody, HR",
    "queue of a manager", "bonus sheet of everybody",
}  # fmt: skip


def _measured(people):
    """Return statements and kilobytes of each page by its name."""
    options = ["--only", "pages", "--people", str(people), "--old-videos", "0", "--times", "1"]
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=settings.BASE_DIR, env={**os.environ, "PYTHONWARNINGS": "ignore"}, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in run.stdout.splitlines()]
    return {row[0]: (int(row[2]), int(row[3])) for row in cells if len(row) == 8 and row[1] == str(people)}


def test_no_page_takes_more_statements_for_more_people():
    few, more = _measured(10), _measured(60)
    assert few.keys() == more.keys() > LOOKED_AT
    assert {name: found[0] for name, found in few.items()} == {name: found[0] for name, found in more.items()}
    assert max(statements for statements, _size in more.values()) <= MOST_STATEMENTS, more
    assert max(size for _statements, size in more.values()) <= MOST_KILOBYTES, more
