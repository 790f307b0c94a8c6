"""Which door a file takes, and the page's way of looking first and storing then."""

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from common.models import JobRun
from metrics.models import Fetch, Video
from metrics.services import large_files
from metrics.services.large_files import is_large
from tests.factories.people import AccountFactory, EmployeeFactory, UserFactory, hold
from tests.metrics.test_bulk_videos import STORED, as_csv, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def low_limit(monkeypatch):
    monkeypatch.setattr(large_files, "MAX_ROWS", 3)


@pytest.mark.parametrize(
    ("content", "limit", "large"),
    [
        (as_csv(STORED), 3, True),
        (as_csv(STORED), 100_000, False),
        (b"date,account,plays\n" + b"2026-08-01,douyin:a,1\n" * 9, 3, False),
        (b"PK\x03\x04" + b"\n" * 9, 3, False),
        (b"", 3, False),
        (as_csv(STORED).replace(b",", b";"), 3, True),
        (b"\xef\xbb\xbf" + as_csv(STORED), 3, True),
    ],
)
def test_only_plain_lists_of_videos_beyond_the_limit_are_large(content, limit, large, monkeypatch):
    monkeypatch.setattr(large_files, "MAX_ROWS", limit)
    assert is_large(io.BytesIO(content)) is large


def report_of(path, capsys):
    call_command("import_metrics", str(path), "--json")
    return json.loads(capsys.readouterr().out)["files"]


def test_the_command_says_the_same_of_both(tmp_path, capsys, monkeypatch):
    for handle in ("north", "south"):
        AccountFactory(handle=handle, platform="douyin")
    path = tmp_path / "day.csv"
    path.write_bytes(as_csv([*STORED, *rows({"platform_id": "v5", "plays": "x"})]))
    small = report_of(path, capsys)
    Fetch.objects.all().delete()
    Path(path).write_bytes(path.read_bytes() + b"\n")
    monkeypatch.setattr(large_files, "MAX_ROWS", 3)
    large = report_of(path, capsys)
    assert set(large[0]) == set(small[0])
    assert (large[0]["accepted"], large[0]["rejected"]) == (5, small[0]["rejected"])


@pytest.fixture
def holder(client):
    employee = EmployeeFactory()
    for handle in ("north", "south"):
        hold(AccountFactory(handle=handle, platform="douyin"), employee)
    client.force_login(UserFactory(employee=employee))
    return employee


def send(client, *contents):
    files = [SimpleUploadedFile(f"day{n}.csv", one) for n, one in enumerate(contents)]
    return client.post(reverse("metrics:upload"), {"exports": files})


def test_a_large_file_is_looked_through_then_stored(
    client, holder, low_limit, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, as_csv(STORED))
    run = JobRun.objects.get()
    assert answer["Location"] == reverse("metrics:large_run", args=[run.pk])
    assert (run.state or run.error) == "done"
    assert (run.result["accepted"], run.result["may_be_stored"], Video.objects.count()) == (5, True, 0)
    page = client.get(answer["Location"])
    assert reverse("metrics:large_store", args=[run.pk]).encode() in page.content
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("metrics:large_store", args=[run.pk]))
    client.post(reverse("metrics:large_store", args=[run.pk]))
    assert (Video.objects.count(), JobRun.objects.count()) == (5, 2)
    assert b"Stored." in client.get(answer["Location"]).content
    assert Fetch.objects.filter(self_supplied=True).count() == 2


def test_a_large_file_of_somebody_elses_account_is_refused(
    client, holder, low_limit, django_capture_on_commit_callbacks
):
    AccountFactory(handle="foreign", platform="douyin")
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, as_csv([*STORED, *rows({"account": "douyin:foreign"})]))
    page = client.get(answer["Location"]).content.decode()
    assert "may not supply" in page
    run = JobRun.objects.get()
    client.post(reverse("metrics:large_store", args=[run.pk]))
    assert (Video.objects.count(), JobRun.objects.count()) == (0, 1)


def test_a_large_file_comes_alone(client, holder, low_limit):
    assert send(client, as_csv(STORED), as_csv(STORED[:1])).status_code == 422
    assert not JobRun.objects.exists()


def test_a_run_is_shown_to_who_asked_for_it(client, holder, low_limit):
    send(client, as_csv(STORED))
    other = EmployeeFactory()
    hold(AccountFactory(handle="east", platform="douyin"), other)
    client.force_login(UserFactory(employee=other))
    assert client.get(reverse("metrics:large_run", args=[JobRun.objects.get().pk])).status_code == 404
