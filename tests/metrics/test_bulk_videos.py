# ruff: noqa: E501
"""A large plain CSV of videos stores and reports what an upload of the same rows does."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.audit import Actor
from common.models import AuditEvent
from common.periods import Span
from metrics.matching import title_hash
from metrics.models import Fetch, Finding, Payload, PeriodSum, Restatement, Video, VideoSnapshot
from metrics.services import bulk_videos
from metrics.services.bulk_videos import store_large
from metrics.services.fetches import payload_bytes
from metrics.services.orders import Order, company_zone
from metrics.services.uploads import store_upload
from people.models import Account
from tests.factories.people import AccountFactory

ACTOR = Actor("user:1", "Lin")
AT = datetime(2026, 9, 10, 2, tzinfo=UTC)
HEADER = [
    "account", "platform_id", "title", "url", "published_at", "captured_on", "media", "status", "duration_seconds", "plays",
    "likes", "followers_gained", "completion_rate", "average_play_seconds", "note",
]  # fmt: skip
ROW = dict(
    zip(
        HEADER,
        ["douyin:north", "v1001", "A first film", "", "2026-08-01 09:30", "2026-09-02", "视频", "", "12.5", "1200", "30", "-4",
         "0.25", "4.5", "n"],
        strict=True,
    )
)  # fmt: skip


@pytest.fixture
def accounts(db):
    return [AccountFactory(handle=name, platform="douyin") for name in ("north", "south")]


def as_csv(rows, header=HEADER):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([row[name] for name in header] for row in rows)
    return text.getvalue().encode()


def by_row(content, *, at=AT, as_of=None, period=None, chosen=None, create=False):
    return store_upload(
        content=content, name="f.csv", account=chosen, actor=ACTOR, actor_employee=None, at=at, as_of=as_of, period=period,
        create_account=create,
    )  # fmt: skip


def as_sets(content, tmp_path, *, at=AT, as_of=None, period=None, chosen=None, create=False, **more):
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    order = Order(
        contents={}, account=chosen, named=None, create=create, allowed=None, actor=ACTOR, actor_employee=None, at=at,
        zone=company_zone(), period=period, day_first=None,
    )  # fmt: skip
    return store_large(path=path, name="f.csv", order=order, as_of=as_of, **more)


def stored():
    """Everything stored, without generated keys."""
    fetches = {
        pk: place for place, pk in enumerate(Fetch.objects.order_by("pk").values_list("pk", flat=True))
    }
    videos = {
        one.pk: (str(one.account), one.platform_id, one.title, str(one.published_at), one.title_hash)
        for one in Video.objects.select_related("account")
    }
    names = {one.pk: str(one) for one in Account.objects.all()}
    return {
        "videos": sorted(
            str((videos[one.pk], str(one.published_on), one.media, one.duration_seconds, one.url, one.status,
                 one.originality, fetches.get(one.fetch_id)))
            for one in Video.objects.all()
        ),
        "snapshots": sorted(
            str((videos[one.video_id], one.captured_on, one.source, [getattr(one, name) for name in one.VALUES],
                 sorted(one.gaps.items()), fetches.get(one.fetch_id)))
            for one in VideoSnapshot.objects.all()
        ),
        "restatements": sorted(
            str((one.grain, names[one.account_id], videos.get(_pk(one.key)), one.key.split("|")[1], one.date, one.field, one.old,
                 one.new, fetches.get(one.old_fetch_id), fetches[one.fetch_id], one.at))
            for one in Restatement.objects.all()
        ),
        "sums": sorted(
            str((videos[one.subject_id], one.first_day, one.last_day, sorted(one.values.items())))
            for one in PeriodSum.objects.all()
        ),
        "findings": sorted(
            str((one.kind, names[one.account_id], one.date, videos.get(one.details.get("video")), one.details.get("title"),
                 one.details.get("field"), one.details.get("old"), one.details.get("new"),
                 sorted(str(videos.get(pk)) for pk in one.details.get("others", [])), fetches.get(one.fetch_id)))
            for one in Finding.objects.all()
        ),
        "fetches": [
            (str(one.account), one.kind, one.state, one.at, one.actor, one.file_name, one.profile, one.grain, one.as_of,
             one.first_day, one.last_day, one.self_supplied, json.loads(one.result), one.payload.sha256,
             one.payload.size)
            for one in Fetch.objects.select_related("account", "payload").order_by("pk")
        ],
        "audit": [(one.action, sorted(json.loads(one.payload))) for one in AuditEvent.objects.order_by("pk")],
    }  # fmt: skip


def _pk(key):
    return int(key.split("|")[0].removeprefix("video "))


def told(result):
    """The report without generated keys and without the cells of rejected rows."""
    [table] = result.files
    return {
        **table.as_json(), "period": table.period, "grain": table.grain, "title": table.title, "as_of": table.as_of,
        "columns": table.columns, "repeated": table.repeated, "codes": [one.code for one in table.warnings],
    }  # fmt: skip


def undone(work):
    """Do something, look at what is stored, and undo it."""
    with transaction.atomic():
        result = work()
        seen = stored()
        transaction.set_rollback(True)
    return result, seen


def assert_agree(content, tmp_path, **options):
    """Both doors say and store the same; return the report."""
    row, seen = undone(lambda: by_row(content, **options))
    sets, seen_too = undone(lambda: as_sets(content, tmp_path, **options))
    [one] = sets.files
    if one.refused is not None and one.refused.code.startswith("stream_"):
        assert seen_too == undone(lambda: None)[1]
        return sets
    for name in seen:
        assert seen_too[name] == seen[name], name
    assert told(sets) == told(row)
    assert sets.sha256 == row.sha256
    return sets


def rows(*changes):
    return [{**ROW, **change} for change in changes]


STORED = rows(
    {},
    {"platform_id": "v1002", "title": "Second", "plays": "500"},
    {"platform_id": "", "title": "Without an id", "published_at": "2026-08-02 10:00"},
    {
        "account": "douyin:south",
        "platform_id": "v2001",
        "title": "Southern one",
        "published_at": "2026-08-03 11:11",
    },
    {
        "account": "douyin:south",
        "platform_id": "v2002",
        "title": "Southern two",
        "published_at": "2026-08-03 12:12",
    },
)

CASES = {
    "new ids": rows({"account": "douyin:south", "platform_id": "v2003", "title": "Neu", "published_at": "2026-08-05 10:10:59"}),
    "new ids beside an entry without one": rows({"platform_id": "v1003", "title": "Another", "published_at": "2026-08-05 10:10"}),
    "an id that adopts": rows({"platform_id": "v1009", "title": "Without an id", "published_at": "2026-08-02 10:00"}),
    "an id that adopts by its minute": rows({"platform_id": "v1009", "title": "Renamed", "published_at": "2026-08-02 10:00"}),
    "a doubt": rows({"platform_id": "v1009", "published_at": "2026-08-02 10:00", "title": "a"}, {"platform_id": "v1010", "published_at": "2026-08-02 10:00", "title": "b"}),
    "restated": rows({"plays": "1300", "likes": "30"}, {"account": "douyin:south", "platform_id": "v2001", "title": "Southern one", "plays": "1", "completion_rate": "0", "average_play_seconds": "0.0000004"}),
    "missing cells": rows({"plays": "", "captured_on": "2026-09-03"}, {"account": "douyin:south", "platform_id": "v2001", "likes": "", "completion_rate": ""}),
    "nothing given": rows({"account": "douyin:south", "platform_id": "v2009", "title": "Silent", **dict.fromkeys(HEADER[9:14], "")}),
    "equal to the day before": rows({"captured_on": "2026-09-03"}, {"account": "douyin:south", "platform_id": "v2001", "captured_on": "2026-09-03"}),
    "lower than the day before": rows({"captured_on": "2026-09-03", "plays": "3"}, {"account": "douyin:south", "platform_id": "v2001", "captured_on": "2026-09-03", "plays": "7"}),
    "an older day": rows({"captured_on": "2026-09-01", "plays": "7000"}, {"account": "douyin:south", "platform_id": "v2002", "captured_on": "2026-09-01"}),
    "described anew": rows({"title": "Renamed", "url": "https://example.com/photo/1", "status": "hidden", "duration_seconds": "", "media": "image"}, {"account": "douyin:south", "platform_id": "v2001", "title": "！Ｆｕｌｌ  width", "media": "whatever"}),
    "day alone": rows({"account": "douyin:south", "platform_id": "v2001", "published_at": "2026-08-03"}, {"account": "douyin:south", "platform_id": "v2004", "published_at": "2026-08-04", "title": "By day"}),
    "without a time": rows({"account": "douyin:south", "platform_id": "v2005", "published_at": "", "title": "Timeless"}),
    "several days": rows({"captured_on": "2026-09-02"}, {"captured_on": "2026-09-03", "plays": "1400"}, {"captured_on": "2026-09-04", "plays": "1400"}),
    "one id twice, the same": rows({"plays": "9"}, {"plays": "9"}, {"platform_id": "v1002", "title": "Second"}),
    "one id twice, different": rows({"plays": "9"}, {"plays": "10"}, {"platform_id": "v1002", "title": "Second"}),
    "one id thrice": rows({"plays": "9"}, {"platform_id": "v1002", "title": "Second"}, {"plays": "10"}, {"plays": "11"}),
    "one id thrice, twice the same": rows({"plays": "9"}, {"plays": "9"}, {"plays": "10"}, {"platform_id": "v1002", "title": "Second"}),
    "one id under two names of the account": rows({}, {"account": "north"}, {"platform_id": "v1002", "title": "Second"}),
    "one new id under two titles": rows({"platform_id": "v77"}, {"platform_id": "v77", "account": "north", "title": "Other"}),
    "twins without ids": rows({"platform_id": "", "title": "Twin"}, {"platform_id": "", "title": "Twin"}, {}),
    "an unknown account": rows({}, {"account": "douyin:nobody"}),
    "rejected rows": rows({"plays": "-5"}, {"plays": "NaN", "platform_id": "v7"}, {"likes": "1.234", "platform_id": "v8"}, {"captured_on": "2027-01-01"}, {"published_at": "2026-09-03 10:00"}, {"platform_id": "v9" * 50}, {"average_play_seconds": "999:59:59"}, {"platform_id": "v1002"}),
    "only rejected rows": rows({"plays": "-5"}, {"plays": "x"}),
    "rows too big to keep only": rows({"platform_id": "v9" * 50}),
    "quoted, padded, rounded, with a total": rows({"title": 'He said "no", twice', "plays": "1.2万", "likes": " 7 "}, {"platform_id": "v1002", "title": "two\nlines"}, {"platform_id": "", "title": "合计", "published_at": "", "plays": "12001"}),
    "signs that end a line elsewhere": rows({"platform_id": "v1003", "title": "a\u2028b\x0bc\x1cd\x85e\x0cf"}, {"platform_id": "v1004", "plays": "1,200"}),
    "no value": rows({"account": "", "plays": "-"}),
    "an unusual word": rows({"status": "UNDEFINED", "url": "undefined", "title": "undefined"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_both_doors_agree(accounts, tmp_path, name):
    by_row(as_csv(STORED), as_of=date(2026, 9, 2))
    result = assert_agree(as_csv(CASES[name]), tmp_path)
    refused = {"an unknown account", "no value", "only rejected rows", "rows too big to keep only"}
    assert result.files[0].is_stored == (name not in refused)


@pytest.mark.parametrize("odd", ["1200", "1,200"])
def test_a_file_may_mix_its_line_ends(accounts, tmp_path, odd):
    content = as_csv(rows({}, {"platform_id": "v1002", "plays": odd}, {"platform_id": "v1003"}))
    for count in (1, 2, 3):
        result = assert_agree(content.replace(b"\r\n", b"\n", count), tmp_path)
        assert result.files[0].inserted == 3


def test_what_an_older_export_may_not_replace(accounts, tmp_path):
    by_row(as_csv(STORED), as_of=date(2026, 9, 5))
    older = rows(
        {"plays": "1", "title": "Old name"},
        {"account": "douyin:south", "platform_id": "v2001", "plays": "3", "likes": "30"},
    )
    header = [name for name in HEADER if name != "captured_on"]
    by_row(as_csv(rows({"plays": "77"}, {"account": "douyin:south", "platform_id": "v2001", "likes": ""}), header), as_of=date(2026, 9, 8))  # fmt: skip
    Fetch.objects.update(as_of=date(2026, 9, 9))
    result = assert_agree(as_csv(older), tmp_path)
    assert [one.code for one in result.files[0].warnings][-3:].count("older_export") == 1


def test_replaced_values_are_told_in_digits(accounts, tmp_path):
    by_row(as_csv(STORED))
    as_sets(as_csv(rows({"completion_rate": "0", "average_play_seconds": "0.0000004"})), tmp_path)
    told = Restatement.objects.order_by("field").values_list("field", "old", "new")
    assert list(told) == [
        ("average_play_seconds", "4.500000", "0.000000"),
        ("completion_rate", "0.25000000", "0.00000000"),
    ]


def test_a_list_of_days_takes_no_minute_out_of_a_hash(accounts, tmp_path):
    by_row(as_csv(STORED))
    before = Video.objects.get(platform_id="v1001").title_hash
    by_row(as_csv(rows({"published_at": "2026-08-01", "captured_on": "2026-09-04"})))
    assert Video.objects.get(platform_id="v1001").title_hash == before == title_hash("A first film")


def test_the_same_file_twice_changes_nothing(accounts, tmp_path):
    content = as_csv(STORED)
    as_sets(content, tmp_path)
    before = stored()
    again = as_sets(content, tmp_path)
    assert again.files[0].repeated
    assert (again.files[0].inserted, again.files[0].unchanged) == (0, 5)
    assert stored() == before
    assert payload_bytes(Payload.objects.get()) == content
    assert by_row(content).files[0].repeated


def test_sums_over_a_period(accounts, tmp_path):
    by_row(as_csv(STORED))
    august = Span(date(2026, 8, 1), date(2026, 8, 31))
    assert_agree(as_csv(STORED), tmp_path, period=august)


def test_a_chosen_account_and_a_day_of_the_export(accounts, tmp_path):
    header = ["title", "platform_id", "published_at", "plays"]
    content = as_csv(rows({}, {"platform_id": "v3", "title": "Three"}), header)
    assert_agree(content, tmp_path, chosen=accounts[0], as_of=date(2026, 9, 2))
    assert_agree(content, tmp_path, as_of=date(2026, 9, 2))


def test_accounts_are_made_where_that_was_asked(accounts, tmp_path):
    content = as_csv(rows({"account": "douyin:new"}, {"account": "douyin:newer"}))
    assert_agree(content, tmp_path, create=True)


def test_nothing_is_left_of_a_crash(accounts, tmp_path, monkeypatch):
    by_row(as_csv(STORED))
    before = stored()

    def crash(*_args, **_given):
        raise RuntimeError("gone")

    monkeypatch.setattr(bulk_videos, "write_reports", crash)
    with pytest.raises(RuntimeError), transaction.atomic():
        as_sets(as_csv(CASES["restated"]), tmp_path)
    assert stored() == before


def test_a_rehearsal_tells_all_and_keeps_nothing(accounts, tmp_path):
    before = stored()
    result = as_sets(as_csv(STORED), tmp_path, keep=False)
    assert (result.files[0].accepted, result.files[0].inserted) == (5, 5)
    assert stored() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"published_at": "March 5"}, "stream_dates"),
        ({"published_at": "09/10/24"}, "stream_dates"),
        ({"captured_on": ""}, "stream_no_day"),
    ],
)
def test_what_a_large_file_may_not_write(accounts, tmp_path, change, code):
    result = as_sets(as_csv(rows({}, change)), tmp_path)
    assert result.files[0].refused.code == code
    assert not Fetch.objects.exists()


def test_a_large_file_is_utf_8(accounts, tmp_path):
    result = as_sets(
        "title,platform_id,plays\n标题在这里,v1,3\n".encode("gb18030"), tmp_path, as_of=date(2026, 9, 2)
    )
    assert result.files[0].refused.code == "stream_encoding"


CELLS = {
    "account": ["douyin:north", "north", "douyin:south", "DOUYIN:south", " south ", "undefined"],
    "platform_id": ["v1001", "v1002", "v1003", "1001", "0012", "", "-", "1e5", "7-a_B", "total1"],
    "title": ["A first film", "Second", "", "-", "Total", "合计", " padded ", "two\nlines", "标题，在这里", "a,b", 'q"q', "ｆｕｌｌ"],
    "url": ["", "https://example.com/photo/1", "https://example.com/v/2", "-", "null", "x" * 600],
    "published_at": ["2026-08-01 09:30", "2026-08-01T09:30:59", "2026-08-01", "2026-08-02 10:00", "", "-", "2026/8/5", "2026-09-03 10:00", "2026-02-30"],
    "captured_on": ["2026-09-02", "2026-09-03", "2026-09-01", "2026/09/02", "2027-01-01"],
    "media": ["视频", "video", "图文", "image", "直播", "", "other", "Video"],
    "status": ["", "public", "hidden now", "null", "a state that is described in far more than forty characters"],
    "duration_seconds": ["", "12.5", "12.5004", "0:01:23", "x", "10秒"],
    "plays": ["1200", "1201", "5", "0", "", "-", "1.2万", "1,234", "-5", "NaN", "007", "+5", "99999999999999999"],
    "likes": ["30", "31", "", "x"],
    "followers_gained": ["-4", "4", "", "--3"],
    "completion_rate": ["0.25", "0", "1", "0.123456789", "", "1e-3", ".5"],
    "average_play_seconds": ["4.5", "0", "", "00:12", "1.23456789"],
    "note": ["n", "", "more"],
}  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(cells) for name, cells in CELLS.items()}),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=ROWS, second=ROWS, day=st.sampled_from([None, date(2026, 9, 2), date(2026, 9, 4)]))
def test_any_two_files_are_taken_alike(accounts, tmp_path, first, second, day):
    with transaction.atomic():
        by_row(as_csv(rows(*first)), as_of=date(2026, 9, 3), at=datetime(2026, 9, 9, 2, tzinfo=UTC))
        assert_agree(as_csv(rows(*second)), tmp_path, as_of=day)
        transaction.set_rollback(True)


def test_sets_are_what_is_tested_on_postgresql(accounts, tmp_path, monkeypatch):
    """Otherwise everything above would hold for the row path alone."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    monkeypatch.setattr(bulk_videos, "store_videos", None)
    assert as_sets(as_csv(CASES["restated"]), tmp_path).files[0].inserted == 2
    assert Account.objects.count() == 2


@pytest.mark.parametrize("name", ["described anew", "missing cells", "rejected rows"])
def test_doors_agree_where_patterns_do_not_hold(accounts, tmp_path, monkeypatch, name):
    monkeypatch.setattr("metrics.importing.stream.PATTERNS_HOLD", False)
    by_row(as_csv(STORED), as_of=date(2026, 9, 2))
    assert assert_agree(as_csv(CASES[name]), tmp_path).files[0].is_stored
