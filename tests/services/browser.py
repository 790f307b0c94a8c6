"""Chromium for the tests that look at pages as people do."""

import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """Return where Chromium is, if it is on the path."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def words() -> str:
    """Say which browser the tests drive."""
    found = executable()
    return f"Chromium at {found}" if found else "none"
