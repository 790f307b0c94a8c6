"""The pages of the data: upload, deliveries, health, answers; each by a named person."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from metrics.models import AccountDay, AdsDay, Fetch, Finding, Payload, Video, VideoSnapshot
from metrics.services.sentences import as_plain, said, said_again
from metrics.views import safe_cell
from people.choices import Role
from tests.factories.metrics import (
    AccountDayFactory,
    FetchFactory,
    VideoFactory,
    VideoSnapshotFactory,
    csv_file,
)
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 1)


@pytest.fixture
def world():
    """Bob manages Alice, who holds dawn; Carol holds dusk; Dana looks after the data; Fay is in finance."""
    CompanyFactory()
    people = {"bob": make_manager("Bob")}
    people["alice"] = make_operator("Alice", manager=people["bob"])
    people["carol"] = make_operator("Carol")
    people["dana"] = make_officer("Dana", Role.DATA_ADMIN)
    people["fay"] = make_officer("Fay", Role.FINANCE)
    dawn, dusk = AccountFactory(handle="dawn"), AccountFactory(handle="dusk")
    hold(dawn, people["alice"])
    hold(dusk, people["carol"])
    return {**people, "dawn": dawn, "dusk": dusk}


def sign_in(client, user):
    client.force_login(user)
    return client


def file(*rows, header=("date", "plays"), name="days.csv"):
    return SimpleUploadedFile(name, csv_file(header, rows or [[DAY, 100]]))


def preview(client, *files, account="douyin:dawn", **answers):
    given = {"account": account, "exports": list(files) or [file()], **answers}
    return client.post(reverse("metrics:upload"), given)


def token_of(response):
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def confirm(client, response):
    return client.post(reverse("metrics:upload_confirm"), {"token": token_of(response)})


def test_an_operator_previews_confirms_and_sees_the_delivery(client, world):
    sign_in(client, world["alice"])
    page = preview(client)
    assert page.status_code == 200
    assert not AccountDay.objects.exists()
    assert not Fetch.objects.exists()
    done = confirm(client, page)
    fetch = Fetch.objects.get()
    assert done.status_code == 302
    assert done.url == reverse("metrics:delivery", args=[fetch.pk])
    assert AccountDay.objects.get().plays == 100
    assert fetch.self_supplied
    shown = client.get(done.url).content.decode()
    assert "Waits for a confirmation" in shown
    assert "I have checked it" not in shown


def test_a_confirmed_preview_twice_changes_nothing_more(client, world):
    sign_in(client, world["alice"])
    page = preview(client)
    confirm(client, page)
    confirm(client, page)
    assert Fetch.objects.count() == AccountDay.objects.count() == 1


def test_a_preview_that_is_replaced_leaves_no_bytes_behind(client, world):
    sign_in(client, world["alice"])
    preview(client)
    preview(client, file([DAY, 7]))
    assert Payload.objects.count() == 1


def test_a_token_of_somebody_else_is_refused(client, world):
    sign_in(client, world["alice"])
    page = preview(client)
    client.force_login(world["dana"])
    assert confirm(client, page).status_code == 422
    assert not AccountDay.objects.exists()


@pytest.mark.parametrize(
    ("who", "account", "status"),
    [
        ("alice", "douyin:dawn", 200),
        ("alice", "douyin:dusk", 422),
        ("bob", "douyin:dawn", 200),
        ("bob", "douyin:dusk", 422),
        ("dana", "douyin:dusk", 200),
        ("fay", "douyin:dawn", 403),
    ],
)
def test_who_may_supply_what(client, world, who, account, status):
    assert preview(sign_in(client, world[who]), account=account).status_code == status


def test_an_account_column_does_not_widen_what_one_may_supply(client, world):
    rows = file([DAY, "douyin:dusk", 5], header=("date", "account", "plays"))
    page = preview(sign_in(client, world["alice"]), rows, account="")
    assert page.status_code == 200
    assert "may not supply data" in page.content.decode()
    assert 'name="token"' not in page.content.decode()


def test_a_form_without_files_is_shown_again(client, world):
    page = (
        client.post(reverse("metrics:upload"), {"account": ""}) if sign_in(client, world["alice"]) else None
    )
    assert page.status_code == 422
    assert "Choose at least one file" in page.content.decode()


def test_a_question_is_answered_without_choosing_the_file_again(client, world):
    sign_in(client, world["alice"])
    works = file(
        ["Dawn", "2026-08-01 09:30", 100], header=("title", "published_at", "plays"), name="works.csv"
    )
    page = preview(client, works)
    assert "A question first" in page.content.decode()
    assert 'name="token"' not in page.content.decode()
    pending = re.search(r'name="pending" value="([^"]+)"', page.content.decode())[1]
    again = client.post(
        reverse("metrics:upload"), {"account": "douyin:dawn", "pending": pending, "as_of": "2026-08-10"}
    )
    confirm(client, again)
    assert VideoSnapshot.objects.get().captured_on == date(2026, 8, 10)


def test_rejected_rows_are_named_and_handed_out_safely(client, world):
    sign_in(client, world["dana"])
    page = preview(client, file([DAY, 100], [date(2026, 8, 2), "=1+1"]))
    assert "Store the rest" in page.content.decode()
    confirm(client, page)
    fetch = Fetch.objects.get()
    answer = client.get(reverse("metrics:delivery_errors", args=[fetch.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[1:] == ["date", "plays"]
    assert row == ["Row 3, plays: “=1+1” is not a number.", "2026-08-02", "'=1+1"]


def test_rows_not_taken_are_mended_and_uploaded_again(client, world):
    """Also those that were read and could not be stored; nothing else changes."""
    sign_in(client, world["dana"])
    days = [date(2026, 8, number) for number in (1, 2, 3)]
    header = ("date", "account", "about", "spend", "clicks")
    hold(AccountFactory(handle="ads", kind="advertiser"), world["alice"])
    rows = [[days[0], "douyin:ads", "", "5", 1], [days[1], "douyin:ads", "", "x", 2],
            [days[2], "douyin:ads", "douyin:nobody", "7", 3]]  # fmt: skip
    upload = file(*rows, header=header)
    confirm(client, client.post(reverse("metrics:upload"), {"account": "", "exports": upload}))
    fetch = Fetch.objects.get()
    sheet = client.get(reverse("metrics:delivery_errors", args=[fetch.pk])).content.decode("utf-8-sig")
    assert len(sheet.splitlines()) == 3
    mended = sheet.replace(",x,", ",6,").replace("douyin:nobody", "douyin:dawn")
    upload = SimpleUploadedFile("mended.csv", mended.encode("utf-8-sig"))
    confirm(client, client.post(reverse("metrics:upload"), {"account": "", "exports": upload}))
    stored = AdsDay.objects.order_by("date").values_list("date", "spend", "about_id")
    assert list(stored) == [
        (days[0], Decimal(5), 0), (days[1], Decimal(6), 0), (days[2], Decimal(7), world["dawn"].pk),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["bob", "fay"])
def test_others_see_why_but_not_the_cells_of_a_file(client, world, who):
    upload = file([DAY, 100], [date(2026, 8, 2), "x"])
    confirm(sign_in(client, world["dana"]), preview(client, upload))
    sign_in(client, world[who])
    answer = client.get(reverse("metrics:delivery_errors", args=[Fetch.objects.get().pk]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Row,Column,Reason"
    assert lines[1].startswith("3,plays,")


def test_a_file_whose_bytes_are_gone_still_tells_why(client, world):
    confirm(sign_in(client, world["dana"]), preview(client, file([DAY, 100], [date(2026, 8, 2), "x"])))
    Payload.objects.update(content=None)
    answer = client.get(reverse("metrics:delivery_errors", args=[Fetch.objects.get().pk]))
    assert answer.content.decode("utf-8-sig").splitlines()[0] == "Row,Column,Reason"


def test_a_kept_sentence_is_said_in_the_readers_language(client, world):
    plain = as_plain(said("same_file_again", day=DAY))
    assert said_again(plain) == "The same file was already taken on 2026-08-01; nothing was changed."
    assert said_again({**plain, "code": "gone"}) == plain["sentence"]
    with translation.override("zh-hans"):
        template = translation.gettext("The same file was already taken on %(day)s; nothing was changed.")
        assert said_again(plain) == template % {"day": DAY}


def test_deliveries_that_wait_can_be_listed_alone(client, world):
    own_delivery(world)
    FetchFactory(account=world["dawn"], file_name="other.csv")
    sign_in(client, world["bob"])
    everything = client.get(reverse("metrics:deliveries")).content.decode()
    assert "1 waits for a confirmation" in everything
    assert "other.csv" in everything
    waiting = client.get(reverse("metrics:deliveries"), {"waiting": "1"}).content.decode()
    assert "days.csv" in waiting
    assert "other.csv" not in waiting


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_ever_a_formula(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert safe_cell("1+1") == "1+1"


def test_a_restatement_is_shown_before_it_happens(client, world):
    sign_in(client, world["dana"])
    confirm(client, preview(client))
    page = preview(client, file([DAY, 90])).content.decode()
    assert "Stored values that would be replaced" in page
    assert AccountDay.objects.get().plays == 100


def own_delivery(world):
    return FetchFactory(
        account=world["dawn"],
        self_supplied=True,
        actor=f"user:{world['alice'].pk}",
        first_day=DAY,
        last_day=DAY,
    )


@pytest.mark.parametrize(
    ("who", "status", "confirmed"), [("bob", 302, True), ("dana", 302, True), ("alice", 403, False),
                                     ("fay", 403, False), ("carol", 404, False)]
)  # fmt: skip
def test_a_delivery_is_confirmed_by_somebody_it_does_not_feed(client, world, who, status, confirmed):
    fetch = own_delivery(world)
    answer = sign_in(client, world[who]).post(reverse("metrics:delivery_confirm", args=[fetch.pk]))
    assert answer.status_code == status
    fetch.refresh_from_db()
    assert (fetch.confirmed_at is not None) is confirmed


def test_confirming_twice_is_a_conflict(client, world):
    fetch = own_delivery(world)
    sign_in(client, world["bob"])
    client.post(reverse("metrics:delivery_confirm", args=[fetch.pk]))
    assert client.post(reverse("metrics:delivery_confirm", args=[fetch.pk])).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 200), ("fay", 200), ("carol", 404)])
def test_who_sees_a_delivery(client, world, who, status):
    fetch = own_delivery(world)
    sign_in(client, world[who])
    assert client.get(reverse("metrics:delivery", args=[fetch.pk])).status_code == status
    assert client.get(reverse("metrics:delivery_errors", args=[fetch.pk])).status_code == status
    assert client.get(reverse("metrics:account", args=[world["dawn"].pk])).status_code == status
    listed = client.get(reverse("metrics:deliveries"))
    assert listed.status_code == 200
    assert ("days.csv" in listed.content.decode()) is (status == 200)


def doubt(world, **newer):
    older = VideoFactory(account=world["dawn"], platform_id=None, title="Dawn")
    other = VideoFactory(account=world["dawn"], title="Dawn, renamed", **newer)
    VideoSnapshotFactory(video_id=older.pk, captured_on=DAY, plays=5)
    VideoSnapshotFactory(video_id=other.pk, captured_on=DAY, plays=6)
    VideoSnapshotFactory(video_id=other.pk, captured_on=DAY + timedelta(days=1), plays=9)
    details = {"video": other.pk, "title": other.title, "others": [older.pk], "titles": [older.title]}
    finding = Finding.objects.create(
        kind="video_doubt", account=world["dawn"], key="1", details=details, found_at=timezone.now()
    )
    return finding, older, other


def answer(client, finding, text):
    return client.post(reverse("metrics:finding_answer", args=[finding.pk]), {"answer": text})


def test_the_same_video_becomes_one_with_all_its_readings(client, world):
    finding, older, newer = doubt(world, platform_id="7001")
    assert answer(sign_in(client, world["bob"]), finding, "same").status_code == 302
    kept = Video.objects.get()
    assert (kept.pk, kept.platform_id, kept.title) == (older.pk, "7001", newer.title)
    assert list(VideoSnapshot.objects.order_by("captured_on").values_list("video_id", "plays")) == [
        (older.pk, 5), (older.pk, 9),
    ]  # fmt: skip
    assert answer(client, finding, "same").status_code == 409


def test_different_videos_stay_two(client, world):
    finding, _older, _newer = doubt(world)
    assert answer(sign_in(client, world["dana"]), finding, "different").status_code == 302
    assert Video.objects.count() == 2
    finding.refresh_from_db()
    assert finding.answer == "different"


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("carol", 404), ("fay", 403)])
def test_nobody_answers_for_their_own_account_or_a_strangers(client, world, who, status):
    finding, _older, _newer = doubt(world)
    assert answer(sign_in(client, world[who]), finding, "different").status_code == status
    finding.refresh_from_db()
    assert finding.answered_at is None


def test_an_answer_that_does_not_fit_is_refused(client, world):
    finding, _older, _newer = doubt(world)
    assert answer(sign_in(client, world["bob"]), finding, "seen").status_code == 400
    assert Video.objects.count() == 2


@pytest.mark.parametrize("name", ["health", "upload", "deliveries"])
def test_pages_need_a_sign_in(client, name):
    answer = client.get(reverse(f"metrics:{name}"))
    assert answer.status_code == 302
    assert "login" in answer.url


def fill(count):
    holder = make_operator(f"Holder {count}").employee
    yesterday = timezone.localdate() - timedelta(days=1)
    for _number in range(count):
        account = AccountFactory()
        hold(account, holder)
        for back in range(3):
            AccountDayFactory(account=account, date=yesterday - timedelta(days=back), plays=1)
        FetchFactory(account=account)
        Finding.objects.create(kind="nobody_holds", account=account, key="holders", found_at=timezone.now())


def test_the_pages_cost_the_same_for_ten_and_two_hundred_accounts(client, world):
    sign_in(client, world["dana"])

    def costs():
        result = {}
        for name in ("health", "deliveries", "upload"):
            with CaptureQueriesContext(connection) as captured:
                page = client.get(reverse(f"metrics:{name}"))
            assert page.status_code == 200
            assert len(page.content) <= 80 * 1024, name
            result[name] = len(captured)
        return result

    fill(10)
    client.get(reverse("metrics:health"))
    few = costs()
    fill(190)
    assert costs() == few
    assert max(few.values()) <= 25
