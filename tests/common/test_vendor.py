"""What was not written here: complete, unchanged, without outside names."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
VENDOR = STATIC / "vendor"
PACKAGES = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))["packages"]
FILES = [(path, digest) for package in PACKAGES for path, digest in package["files"].items()]


@pytest.mark.parametrize(("path", "digest"), FILES)
def test_vendored_files_have_the_recorded_checksum(path, digest):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_listed_and_every_package_has_its_licence():
    listed = {path for path, _ in FILES} | {package["licence_file"] for package in PACKAGES}
    present = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert present == listed | {"VENDOR.json", "trim_tabler.py"}
    assert all(package["version"] and package["licence"] for package in PACKAGES)


@pytest.mark.parametrize(("path", "digest"), FILES)
def test_vendored_files_point_at_no_source_map(path, digest):
    assert b"sourceMappingURL" not in (VENDOR / path).read_bytes()


def test_style_sheets_load_nothing_from_elsewhere():
    for sheet in STATIC.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", text), sheet


@pytest.mark.parametrize(
    ("names", "kilobytes"),
    [
        (["css/jiying.css"], 15),
        (["js/app.js", "js/theme.js", "vendor/htmx/htmx.min.js"], 45),
        (["css/jiying.css", "vendor/tabler/tabler.min.css"], 75),
    ],
)
def test_what_every_page_loads_stays_small(names, kilobytes):
    size = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)
    assert size <= kilobytes * 1024
