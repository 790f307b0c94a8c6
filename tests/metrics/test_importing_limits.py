# ruff: noqa: E501
"""What hostile files may cost: measured in a process of its own, in processor time and memory.

Two seconds are those of the machine the limit was set on. Each measurement times a known piece of work
just before and after the file, so that a slower or busier machine is given as much more time as it needs
for that work, and never less than two seconds.
"""

import copy
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest
import xlsxwriter

from metrics.importing import archive, sheet
from metrics.importing.messages import ImportRefused
from metrics.importing.reader import read_tables

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2, 256
KNOWN = 0.05
"""Seconds the known work takes on the machine of the limit."""
TURNS = 3
"""A measurement that another process disturbed is made again; a file that costs too much fails each time."""
MEASURE = """
import json, resource, sys, time
from datetime import date
from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME

def known_work():
    started = time.process_time()
    texts = [str(number * 7919 % 100_003) for number in range(150_000)]
    sum(int(text) for text in dict.fromkeys(texts))
    return time.process_time() - started

content = sys.stdin.buffer.read()
known = min(known_work() for _ in range(3))
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
started = time.process_time()
parsed = parse_upload(name="f", content=content, as_of=date(2026, 5, 1), day_first=None, period=LIFETIME,
                      platform=None, today=date(2026, 11, 23))
seconds = time.process_time() - started
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([parsed[0].refused.code if parsed[0].refused else None, len(parsed[0].records),
                  seconds, max(known, min(known_work() for _ in range(3))), peak / 1024]))
"""
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = b"<worksheet " + MAIN + b"><sheetData>"
TAIL = b"</sheetData></worksheet>"


def workbook():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "a")
    return buffer.getvalue()


def repacked(**parts):
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "book": "xl/workbook.xml",
    }
    changes = {names[name]: data for name, data in parts.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, data in changes.items():
            new.writestr(name, data)
    return buffer.getvalue()


def numbers(rows, columns=10):
    random = Random(1)
    row = b"".join(b"<c><v>%d</v></c>" % random.randrange(10**9) for _ in range(columns * 100))
    each = [row[start:] for start in range(0, 1000, 7)]
    cells = (
        b"<row>" + b"".join(each[place % 100].split(b"</c>", 1)[1:]) + b"</row>"
        for place in range(rows // 100)
    )
    return HEAD + b"".join(cells) + TAIL


def zipped(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in entries:
            target.writestr(name, body)
    return buffer.getvalue()


def shared(text, cells):
    random = Random(2)
    strings = b"<sst " + MAIN + b"><si><t>" + text + b"</t></si></sst>"
    shown = b"".join(b'<c t="s" s="%d"><v>0</v></c>' % random.randrange(10**6) for _ in range(cells))
    return repacked(strings=strings, sheet=HEAD + b"<row>" + shown + b"</row>" + TAIL)


def noise(length):
    random = Random(3)
    return bytes(random.choices(b"abcdefghijklmnopqrstuvwxyz", k=length))


def sheets(count):
    random = Random(4)
    listed = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, random.randrange(10**9)) for n in range(count)
    )
    return repacked(book=b"<workbook " + MAIN + b' xmlns:r="r"><sheets>' + listed + b"</sheets></workbook>")


def quadratic():
    body = (
        b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 50_000 + b'">]><worksheet>' + b"&a;" * 50_000 + b"</worksheet>"
    )
    return repacked(sheet=body)


def random_days(rows):
    random = Random(5)
    return b"date,plays\n" + b"".join(b"2026-03-01,%d\n" % random.randrange(10**6) for _ in range(rows))


def elements(before, each, after, count):
    """Return a body of ``count`` elements that do not pack away."""
    random = Random(6)
    return before + b"".join(each % random.randrange(10**9) for _ in range(count)) + after


def other_part(name, body):
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, body)
    return buffer.getvalue()


def overlapping(count):
    """Return a zip whose directory shows one packed body under many names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a.csv", random_days(60_000))
        for number in range(count):
            entry = copy.copy(target.filelist[0])
            entry.filename = f"{number}.csv"
            target.filelist.append(entry)
    return buffer.getvalue()


HOSTILE = {
    "a sheet nested without end": lambda: (repacked(sheet=elements(HEAD, b"<a%d>", TAIL, 500_000)), "empty_file"),
    "a million styles": lambda: (other_part("xl/styles.xml", elements(b"<styleSheet " + MAIN + b"><cellXfs>", b'<xf numFmtId="%d"/>', b"</cellXfs></styleSheet>", 10**6)), "unknown_header"),
    "half a million names": lambda: (repacked(book=elements(b"<workbook " + MAIN + b"><sheets/><definedNames>", b'<definedName name="n">A%d</definedName>', b"</definedNames></workbook>", 500_000)), "empty_file"),
    "a million merged cells": lambda: (repacked(sheet=elements(HEAD + b"<row><c><v>1</v></c></row></sheetData><mergeCells>", b'<mergeCell ref="A%d:B9"/>', b"</mergeCells></worksheet>", 900_000)), "unknown_header"),
    "a text of ten megabytes in a row's number": lambda: (repacked(sheet=HEAD + b'<row r="' + noise(10_000_000) + b'"><c><v>1</v></c></row>' + TAIL), "broken_archive"),
    "one packed body under many names": lambda: (overlapping(1900), "unpacks_too_large"),
    "a picture in front of a workbook": lambda: (b"\x89PNG" + workbook(), "not_a_table"),
    "a table in front of a workbook": lambda: (b"date,plays\n2026-03-01,5\n" + workbook(), "nul_bytes"),
    "headers again and again": lambda: (b"".join(b"Date,Views\n2026-03-01,5\nDate,Likes\n2026-03-01,5\n" for _ in range(24_000)), "too_many_bad_rows"),
    "utf-16 without its mark": lambda: (("date,plays\n" + "2026-03-01,5\n" * 2_000_000).encode("utf-16-le"), "too_many_rows"),
    "chinese without end": lambda: ("日期,播放量\n".encode("gb18030") + "很长很长的一行,5\n".encode("gb18030") * 2_500_000, "too_many_rows"),
    "words to be told from figures": lambda: (b"Date,Views,X\n" + b"".join(b"2026-03-01,5," + b"1" * 200 + b" " * 200 + b"%d!\n" % n for n in range(50_000)), "split_by_words"),
    "parts of one day": lambda: (b"Date,Views,X\n" + b"".join(b"2026-03-01,5,%d\n" % n for n in range(99_000)), "split_days"),
    "days without a year in no order": lambda: (b"Date,Video Views\n" + b"".join(b"March %d,5\n" % (n % 28 + 1) for n in range(99_000)), "year_unclear"),
    "a part that unpacks to 180 MB": lambda: (repacked(sheet=b"0" * 180_000_000), "suspicious_ratio"),
    "a million sheets": lambda: (sheets(10**6), "too_many_sheets"),
    "three million cells": lambda: (repacked(sheet=numbers(300_000)), "too_many_cells"),
    "one string in every cell": lambda: (shared(noise(30_000), 300_000), "too_much_text"),
    "entities in entities": lambda: (quadratic(), "xml_entities"),
    "a zip of tables": lambda: (zipped([(f"{n}.csv", random_days(150_000)) for n in range(50)]), "unpacks_too_large"),
    "a zip in a zip": lambda: (zipped([("a.zip", zipped([("b.csv", random_days(1000))]))]), "nested_archive"),
    "two million rows": lambda: (random_days(2_000_000), "too_many_rows"),
    "fifty million empty lines": lambda: (b"date,plays\n" + b"\n" * 50_000_000, "too_many_rows"),
    "one line of fifty million cells": lambda: (b"date;plays\n" + b";" * 50_000_000, "too_many_columns"),
    "one cell of fifty megabytes": lambda: (b'date,plays\n"' + b'""' * 25_000_000, "too_many_columns"),
    "wide headers": lambda: (b"date,plays," + b"date," * 190_000 + b"\n" + b"1," * 190_000 + b"\n", "unknown_header"),
    "long titles that double in memory": lambda: (("title,plays\n" + ("x" * 100_000 + "\U0001f600,1\n") * 540).encode(), "too_much_text"),
    "rows nobody can read": lambda: (b"date,plays,likes\n" + b"".join(b"q%d,1e%d,z\n" % (n, n) for n in range(99_000)), "too_many_bad_rows"),
    "figures nobody can read": lambda: (b"date,plays\n" + b"2026-03-01,1e999\n" * 99_000, "too_many_bad_rows"),
    "dates nobody can order": lambda: (b"date,plays\n" + b"".join(b"%02d/%02d/24,%d\n" % (n % 12 + 1, n // 12 % 12 + 1, n) for n in range(99_000)), None),
    "the same video": lambda: (b"title,published_at,plays\n" + b"a,2026-03-01,5\n" * 99_000, "too_many_bad_rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(name):
    content, code = HOSTILE[name]()
    for _ in range(TURNS):
        found, records, seconds, known, megabytes = measured(content)
        assert (found, records) == (code, 0)
        assert megabytes < MEGABYTES
        if seconds < SECONDS * max(1, known / KNOWN):
            return
    pytest.fail(f"{seconds:.2f} s, while the known work took {known:.3f} s instead of {KNOWN} s")


def measured(content):
    """Return the refusal's code, the records, the seconds, those of the known work and the megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=content, capture_output=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-500:]
    return json.loads(done.stdout)


def test_a_workbook_at_the_limit_is_read(monkeypatch):
    monkeypatch.setattr(archive, "MAX_CELLS", 40)
    body = HEAD + b"<row>" + b"<c><v>1</v></c>" * 40 + b"</row>" + TAIL
    [table] = read_tables(name="f.xlsx", content=repacked(sheet=body))
    assert table.rows == [[1.0] * 40]
    with pytest.raises(ImportRefused) as refusal:
        read_tables(name="f.xlsx", content=repacked(sheet=body.replace(b"<row>", b"<row><c/>")))
    assert refusal.value.code == "too_many_cells"


def test_parts_in_another_encoding_are_not_read():
    body = (HEAD + TAIL).decode().encode("utf-16")
    with pytest.raises(ImportRefused) as refusal:
        read_tables(name="f.xlsx", content=repacked(sheet=body))
    assert refusal.value.code == "broken_archive"


def test_the_limit_of_bad_rows_is_one_of_the_file():
    assert sheet.MAX_REJECTED == 5000
