"""``manage.py import_metrics``: options, report, exit code."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from metrics.models import AccountDay, Fetch, PeriodSum, VideoSnapshot
from people.models import Account
from tests.factories.metrics import csv_file, xlsx_file
from tests.factories.people import AccountFactory

pytestmark = pytest.mark.django_db

CONTENT = [
    "Post day", "Video title", "Total video time", "Total views", "Total likes", "Total comments",
    "Total shares", "Total saves", "Avg watch time", "Full watch percentage", "New followers",
]  # fmt: skip


def run(*args, **options):
    out = StringIO()
    call_command("import_metrics", *map(str, args), stdout=out, **options)
    return out.getvalue()


def report(*args):
    (table,) = json.loads(run(*args, "--json"))["files"]
    return table


@pytest.fixture
def series(tmp_path):
    path = tmp_path / "净增粉丝.xlsx"
    path.write_bytes(
        xlsx_file(["日期", "净增粉丝"], [["2026-08-01", 12], ["2026-08-02", -3], ["2026-08-03", "x"]])
    )
    return path


@pytest.fixture
def works(tmp_path):
    path = tmp_path / "Content.csv"
    row = ["2024-09-10", "Dawn", "12", "1,000", "10", "5", "3", "2", "4.5", "0.25", "7"]
    path.write_bytes(csv_file(CONTENT, [row]))
    return path


def test_an_empty_database_takes_a_file_when_the_account_is_to_be_created(series):
    table = report(series, "--account", "douyin:dawn", "--create-account")
    assert Account.objects.get().platform == "douyin"
    assert table["file"] == "净增粉丝.xlsx"
    assert table["profile"].startswith("douyin")
    assert (table["rows"], table["accepted"]) == (3, 2)
    assert [(row["row"], row["column"]) for row in table["rejected"]] == [(4, "净增粉丝")]
    assert "x" in table["rejected"][0]["reason"]
    assert (table["inserted"], table["updated"], table["unchanged"], table["restated"]) == (2, 0, 0, [])
    assert table["period"] == ["2026-08-01", "2026-08-02"]
    assert table["totals"] == {"followers_net": 9}
    assert any("an account nobody operates" in warning for warning in table["warnings"])


def test_an_unknown_account_is_refused_and_nothing_is_written(series):
    with pytest.raises(CommandError, match="--create-account"):
        run(series, "--account", "douyin:dawn")
    assert [model.objects.count() for model in (Account, Fetch, AccountDay)] == [0, 0, 0]


def test_the_same_file_twice_changes_nothing(series):
    report(series, "--account", "douyin:dawn", "--create-account")
    again = report(series, "--account", "douyin:dawn", "--create-account")
    assert (again["inserted"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert Fetch.objects.count() == Account.objects.count() == 1


def test_a_restatement_is_reported(tmp_path):
    AccountFactory(handle="dawn")
    for plays in (100, 90):
        path = tmp_path / f"{plays}.csv"
        path.write_bytes(csv_file(["date", "plays"], [["2026-08-01", plays]]))
        table = report(path, "--account", "douyin:dawn")
    assert table["restated"] == [
        {"account": "douyin:dawn", "subject": "douyin:dawn", "date": "2026-08-01", "field": "plays",
         "old": "100", "new": "90"}
    ]  # fmt: skip


def test_a_question_is_answered_with_the_options_name(works):
    with pytest.raises(CommandError, match=r"--period lifetime.*--as-of"):
        run(works, "--account", "tiktok:t", "--create-account")
    with pytest.raises(CommandError, match="--period lifetime"):
        run(works, "--account", "tiktok:t", "--create-account", "--as-of", "2024-12-31")
    assert [model.objects.count() for model in (Account, Fetch)] == [0, 0]


def test_lifetime_figures_and_sums_of_a_period(works):
    run(works, "--account", "tiktok:t", "--create-account", "--as-of", "2024-12-31", "--period", "lifetime")
    assert VideoSnapshot.objects.get().captured_on == date(2024, 12, 31)
    run(works, "--account", "tiktok:t", "--period", "2024-09-01..2024-09-30")
    assert PeriodSum.objects.get().values["plays"] == "1000"
    assert VideoSnapshot.objects.count() == 1


def test_a_refused_file_does_not_hold_back_the_others(series, tmp_path):
    bad = tmp_path / "notes.txt"
    bad.write_bytes(b"hello")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_metrics", bad, series, "--account=douyin:dawn", "--create-account", "--json", stdout=out
        )
    refused, taken = json.loads(out.getvalue())["files"]
    assert refused["refused"]
    assert refused["accepted"] == 0
    assert taken["refused"] is None
    assert AccountDay.objects.count() == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--account", "dawn"], "PLATFORM:HANDLE"),
        (["--account", "myspace:dawn"], "PLATFORM:HANDLE"),
        (["--account", "douyin:dawn", "--as-of", "31.12.2024"], "YYYY-MM-DD"),
        (["--account", "douyin:dawn", "--period", "2024"], "FROM..TO"),
        (["--account", "douyin:dawn", "--period", "2024-09-30..2024-09-01"], "after the last"),
    ],
)
def test_options_that_cannot_be_read_say_how_to_write_them(series, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(series, *options)
    assert not Account.objects.exists()


def test_a_file_that_is_not_there_imports_nothing(series, tmp_path):
    with pytest.raises(CommandError, match="Nothing was imported"):
        run(series, tmp_path / "gone.csv", "--account", "douyin:dawn", "--create-account")
    assert not AccountDay.objects.exists()


def test_text_for_people_names_rows_and_changes(series):
    text = run(series, "--account", "douyin:dawn", "--create-account")
    assert "2 of 3 rows; 2 inserted, 0 updated, 0 unchanged" in text
    assert "row 4" in text


def test_moved_days_are_told_as_a_warning_and_not_stored(tmp_path):
    AccountFactory(handle="dawn")
    plays = [510, 480, 733, 20, 912, 610]
    tables = []
    for offset in (0, 1):
        rows = [[date(2026, 8, 1 + place + offset), value] for place, value in enumerate(plays)]
        path = tmp_path / f"days{offset}.csv"
        path.write_bytes(csv_file(["date", "plays"], rows))
        tables.append(report(path, "--account", "douyin:dawn"))
    before, table = tables
    assert set(table) == set(before)
    assert (before["inserted"], table["inserted"], table["updated"], table["restated"]) == (6, 0, 0, [])
    assert "labels one day later" in table["warnings"][0]


def test_the_order_of_day_and_month_is_asked_and_answered_either_way(tmp_path):
    path = tmp_path / "Overview.csv"
    path.write_bytes(csv_file(["Date", "Video Views"], [["03/04/26", "5"]]))
    account = ("--account", "tiktok:dawn", "--create-account")
    with pytest.raises(CommandError, match="--month-first"):
        run(path, *account)
    assert report(path, *account, "--month-first")["period"] == ["2026-03-04", "2026-03-04"]
    assert report(path, *account, "--day-first")["period"] == ["2026-04-03", "2026-04-03"]
    with pytest.raises(CommandError, match="not allowed"):
        run(path, *account, "--day-first", "--month-first")


def test_rows_set_aside_are_written_to_be_mended_and_imported(series, tmp_path):
    folder = tmp_path / "aside"
    folder.mkdir()
    run(series, "--account", "douyin:dawn", "--create-account", "--errors", folder)
    (sheet,) = folder.iterdir()
    text = sheet.read_text(encoding="utf-8-sig")
    assert "2026-08-03,x" in text
    assert "4" in text.splitlines()[1].split("净增粉丝")[0]
    sheet.write_text(text.replace(",x", ",7"), encoding="utf-8-sig")
    table = report(sheet, "--account", "douyin:dawn")
    assert (table["inserted"], table["updated"], table["period"]) == (1, 0, ["2026-08-03", "2026-08-03"])
    assert AccountDay.objects.get(date="2026-08-03", source="file").followers_net == 7


def test_a_folder_for_rows_set_aside_must_be_there(series, tmp_path):
    with pytest.raises(CommandError, match="import itself was done"):
        run(series, "--account", "douyin:dawn", "--create-account", "--errors", tmp_path / "none")
