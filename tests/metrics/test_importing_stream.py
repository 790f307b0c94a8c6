# ruff: noqa: E501
"""The streamed door gives what the upload gives, batch by batch."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.periods import Span
from metrics.importing.messages import ImportRefused
from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME
from metrics.importing.rows import set_twins_aside
from metrics.importing.stream import stream_videos

TODAY, AS_OF = date(2026, 11, 23), date(2026, 4, 1)
ROOT = Path(__file__).parents[2]
HEADER = [
    "account", "platform_id", "title", "published_at", "captured_on", "duration_seconds", "plays", "likes",
    "followers_gained", "completion_rate", "average_play_seconds", "note",
]  # fmt: skip
ROW = [
    "douyin:a",
    "7001",
    "One",
    "2026-03-01 09:30",
    "2026-03-31",
    "12.5",
    "1200",
    "3",
    "-4",
    "0.25",
    "4.5",
    "n",
]


def as_csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def stream(rows, *, batch=4, **given):
    options = {"name": "f.csv", "as_of": AS_OF, "period": None, "today": TODAY, **given}
    return stream_videos(io.BytesIO(as_csv(rows)), batch=batch, **options)


def changed(**cells):
    return [cells.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]


def refused(rows, **given):
    with pytest.raises(ImportRefused) as refusal:
        for _ in stream(rows, **given):
            pass
    return refusal.value.code


def test_a_batch_of_columns():
    opened = stream([HEADER, ROW, changed(platform_id="7002", plays="", completion_rate="")])
    [batch] = list(opened)
    assert (batch.rows, batch.platform_id, batch.account) == ([2, 3], ["7001", "7002"], ["douyin:a"] * 2)
    assert batch.published_at == [datetime(2026, 3, 1, 9, 30)] * 2
    assert (batch.published_on, batch.captured_on) == ([date(2026, 3, 1)] * 2, [date(2026, 3, 31)] * 2)
    assert batch.values == {
        "plays": [1200, None], "likes": [3, 3], "followers_gained": [-4, -4],
        "completion_rate": [Decimal("0.25"), None], "average_play_seconds": [Decimal("4.5")] * 2,
    }  # fmt: skip
    assert (opened.rows, opened.accepted) == (2, 2)
    assert (opened.sha256, batch.media) == (
        hashlib.sha256(
            as_csv([HEADER, ROW, changed(platform_id="7002", plays="", completion_rate="")])
        ).hexdigest(),
        ["video", "video"],
    )


def test_every_row_is_read_across_batches():
    rows = [HEADER, *[changed(platform_id=str(7000 + n), plays=str(n)) for n in range(23)]]
    opened = stream(rows)
    batches = list(opened)
    assert [len(batch) for batch in batches] == [4, 4, 4, 4, 4, 3]
    assert [one for batch in batches for one in batch.values["plays"]] == list(range(23))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["a", "b"], ["1", "2"]], "unknown_header"),
        ([HEADER], "no_rows"),
        ([HEADER, changed(published_at="March 5")], "stream_dates"),
        ([HEADER, changed(published_at="09/10/24")], "stream_dates"),
        ([HEADER, *[changed(platform_id=str(n), completion_rate="36.6") for n in range(3)]], "stream_rates"),
    ],
)
def test_files_the_stream_refuses(rows, code):
    assert refused(rows) == code


def test_a_stream_needs_its_day():
    assert refused([["title", "platform_id", "plays"], ["a", "1", "2"]], as_of=None) == "stream_as_of"
    assert refused([HEADER, changed(captured_on="")], as_of=None) == "stream_no_day"


def test_sums_of_a_period():
    march = Span(date(2026, 3, 1), date(2026, 3, 31))
    [batch] = list(stream([HEADER, changed(captured_on="")], as_of=None, period=march))
    assert batch.captured_on == [None]


CELLS = {
    "platform_id": st.sampled_from(["", "-", "1e5", "7-a_B", "0012", "undefined", "NaN"]),
    "title": st.sampled_from(["", "-", "x", "Total", "合计", " padded ", "undefined", "two\nlines", "nul", "NAN", "长标题在这里"]),
    "published_at": st.sampled_from(["", "-", "2026-03-05", "2026-03-05 10:00:09", "2026-03-05T10:00", "2026/3/5", "2026-03-05T10:00+01", "2027-01-01", "2026-02-30", "20260305", "x"]),
    "captured_on": st.sampled_from(["", "2026-03-31", "2026/03/31", "2026-03-02", "2028-01-01", "-"]),
    "duration_seconds": st.sampled_from(["", "12", "0:01:23", "10秒", "x", "-1"]),
    "plays": st.one_of(st.integers(-5, 10**16).map(str), st.sampled_from(["", "-", "1.2万", "1,234", "1.234", "1_000", "+5", "٣", " 7", "0x1", "8.0"])),
    "followers_gained": st.sampled_from(["", "-", "--", "-3", "--3", "5", "- 3"]),
    "completion_rate": st.sampled_from(["", "-", "0.5", "1", "1.0", ".5", "0.5000000000000000001", "-0.5", "0,5", "1e-3"]),
    "average_play_seconds": st.sampled_from(["", "4.5", "4.", "00:12", "inf"]),
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(CELLS)), st.none(), max_size=2), min_size=1, max_size=14),
    st.data(),
)
def test_the_stream_and_the_upload_agree(places, data):
    rows = [HEADER]
    for number, names in enumerate(places):
        row = changed(
            platform_id=f"id{number}x",
            title=f"Title {number}",
            published_at=f"2026-03-0{number % 9 + 1} 10:{number:02}",
        )
        for name in names:
            row[HEADER.index(name)] = data.draw(CELLS[name])
        rows.append(row)
    [upload] = parse_upload(
        name="f.csv",
        content=as_csv(rows),
        as_of=AS_OF,
        day_first=None,
        period=LIFETIME,
        platform=None,
        today=TODAY,
    )
    try:
        opened = stream(rows)
        batches = list(opened)
    except ImportRefused:
        return  # refusing is never wrong
    records = [record for batch in batches for record in batch.records()]
    assert upload.refused is None
    held = {column.field for column in upload.columns if column.outcome == "held"}
    assert not held
    twins = set_twins_aside(records)
    assert twins.kept == list(upload.records)
    assert opened.rejected + len(twins.rejected) == len(upload.rejected)


MEASURE = """
import io, json, random, sys, time, csv
from datetime import date, datetime, timedelta
from metrics.importing.stream import stream_videos
random.seed(1)
start = datetime(2026, 1, 1)
lines = ["account,platform_id,title,published_at,captured_on,plays,likes,comments,shares,favourites,completion_rate"]
for n in range(int(sys.argv[1])):
    lines.append(f"douyin:a{n % 15000},{7 * 10**18 + n},标题 {n},{start + timedelta(minutes=n % 100000):%Y-%m-%d %H:%M},2026-04-01,"
                 f"{random.randrange(10**6)},{n % 977},{n % 97},{n % 31},{n % 7},0.{n % 9999 + 1:04}")
open(sys.argv[2], "w", encoding="utf-8").write("\\n".join(lines) + "\\n")
"""
RUN = """
import json, sys, time, csv
from datetime import date
from metrics.importing.stream import stream_videos
started = time.process_time()
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = sum(1 for _ in csv.reader(file))
floor = time.process_time() - started
started = time.process_time()
with open(sys.argv[1], "rb") as file:
    opened = stream_videos(file, name="f", as_of=None, period=None, today=date(2026, 11, 23))
    accepted = sum(len(batch) for batch in opened)
seconds = time.process_time() - started
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([accepted, seconds, seconds / floor, peak / 1024]))
"""


@pytest.mark.slow
def test_six_hundred_thousand_rows_in_bounded_memory(tmp_path):
    file = tmp_path / "big.csv"
    subprocess.run([sys.executable, "-c", MEASURE, "600000", str(file)], cwd=ROOT, check=True)
    done = subprocess.run([sys.executable, "-c", RUN, str(file)], cwd=ROOT, capture_output=True, check=True)
    accepted, seconds, ratio, megabytes = json.loads(done.stdout)
    print(f"{accepted / seconds:.0f} rows/s, {ratio:.1f} x csv.reader, {megabytes:.0f} MB")
    assert accepted == 600_000
    assert megabytes < 200
    assert ratio < 15
