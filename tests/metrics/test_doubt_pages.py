"""The list of doubts: what each person sees of it and may answer, with one click and back."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from metrics.models import AccountDay, Finding, FindingVideo, Video, Work
from metrics.services.works import suggest_works
from people.choices import Role
from tests.factories.metrics import AT, FetchFactory, VideoFactory, VideoSnapshotFactory, csv_file
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 3)
LONG = "山海之间的第一缕晨光"
LIST = "metrics:doubts"


@pytest.fixture
def world():
    """Bob manages Alice (dawn, noon); Carol holds dusk and has no manager here; Dana looks after the data."""
    CompanyFactory()
    people = {"bob": make_manager("Bob")}
    people["alice"] = make_operator("Alice", manager=people["bob"])
    people["carol"] = make_operator("Carol")
    people["dana"] = make_officer("Dana", Role.DATA_ADMIN)
    people["fay"] = make_officer("Fay", Role.FINANCE)
    dawn, noon, dusk = (AccountFactory(handle=name, name=name) for name in ("dawn", "noon", "dusk"))
    hold(dawn, people["alice"])
    hold(noon, people["alice"])
    hold(dusk, people["carol"])
    return {**people, "dawn": dawn, "noon": noon, "dusk": dusk}


def upload(account, after=0, **more):
    day = DAY + timedelta(days=after)
    given = {"title": LONG, "duration_seconds": Decimal("61.5"), "url": "https://video.example/1", **more}
    moment = datetime(day.year, day.month, day.day, 9, 30, tzinfo=timezone.get_current_timezone())
    return VideoFactory(account=account, published_on=day, published_at=moment, **given)


def suggestion(*accounts, **more):
    """Return the one open question about an upload on each account."""
    for after, account in enumerate(accounts):
        VideoSnapshotFactory(video_id=upload(account, after, **more).pk, plays=12_345)
    suggest_works(day=DAY + timedelta(days=10), at=AT)
    return Finding.objects.get(kind="same_work", answered_at=None)


def listed(client, user, **query):
    client.force_login(user)
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client, user, name, finding=None, **data):
    client.force_login(user)
    return client.post(reverse(f"metrics:{name}", args=[finding.pk] if finding else []), data)


def test_everything_that_tells_is_on_the_page(client, world):
    suggestion(world["dawn"], world["noon"])
    page = listed(client, world["dana"])
    for text in (LONG, "dawn", "noon", "2026-08-03 09:30", "2026-08-04 09:30", "61.5", "12,345",
                 "https://video.example/1", "Same title, same duration."):  # fmt: skip
        assert text in page


def test_an_address_that_is_none_is_no_link(client, world):
    suggestion(world["dawn"], world["noon"], url="javascript:alert(1)")
    assert "javascript:" not in listed(client, world["dana"])


@pytest.mark.parametrize(
    ("who", "sees", "answers"),
    [
        ("dana", True, True),
        ("bob", True, True),
        ("alice", True, False),
        ("fay", True, False),
        ("carol", False, False),
    ],
)
def test_who_sees_and_who_answers(client, world, who, sees, answers):
    finding = suggestion(world["dawn"], world["noon"])
    page = listed(client, world[who])
    assert (LONG in page) is sees
    assert (f'id="answer-{finding.pk}"' in page) is answers
    status = post(client, world[who], "finding_answer", finding, answer="same").status_code
    assert status == (302 if answers else 403 if sees else 404)
    assert Work.objects.exists() is answers


@pytest.mark.parametrize(
    ("who", "status"), [("dana", 302), ("bob", 404), ("alice", 404), ("carol", 404), ("fay", 403)]
)
def test_a_work_over_several_peoples_accounts_is_for_who_sees_them_all(client, world, who, status):
    finding = suggestion(world["dawn"], world["dusk"])
    assert (LONG in listed(client, world[who])) is (status != 404)
    assert post(client, world[who], "finding_answer", finding, answer="same").status_code == status


def test_a_data_administrator_who_holds_an_account_does_not_answer_for_it(client, world):
    both = make_operator("Eve")
    from_role = make_officer("Eve office", Role.DATA_ADMIN)
    from_role.employee = both.employee
    both.employee = None
    both.save()
    from_role.save()
    own = AccountFactory(handle="eve")
    hold(own, from_role.employee)
    finding = suggestion(own, world["dusk"])
    assert "Waits for a data administrator" in listed(client, from_role)
    assert post(client, from_role, "finding_answer", finding, answer="same").status_code == 403


def test_an_answer_leads_back_to_the_list_and_can_be_taken_back(client, world):
    finding = suggestion(world["dawn"], world["noon"])
    answer = post(client, world["bob"], "finding_answer", finding, answer="same", kind="same_work", page="2")
    assert answer.url == f"{reverse(LIST)}?kind=same_work&page=2&done={finding.pk}"
    page = client.get(answer.url).content.decode()
    assert "One work" in page
    assert "next night" in page
    assert reverse("metrics:finding_undo", args=[finding.pk]) in page
    assert post(client, world["alice"], "finding_undo", finding).status_code == 403
    assert post(client, world["bob"], "finding_undo", finding).status_code == 302
    assert not Work.objects.exists()
    assert post(client, world["bob"], "finding_undo", finding).status_code == 409


def test_the_ticked_ones_of_three_are_one_work(client, world):
    finding = suggestion(world["dawn"], world["noon"], world["dusk"])
    first, _second, third = finding.subjects.order_by("video_id").values_list("video_id", flat=True)
    page = listed(client, world["dana"])
    assert page.count('name="chosen"') == 3
    given = {"answer": "same", "choosing": "1", "chosen": [first, third]}
    assert post(client, world["dana"], "finding_answer", finding, **given).status_code == 302
    assert set(Video.objects.filter(work__isnull=False).values_list("pk", flat=True)) == {first, third}
    answered = listed(client, world["dana"], answered="1")
    assert "The ticked ones are one work" in answered
    assert answered.count("belongs</span>") == 2


@pytest.mark.parametrize("chosen", [[], ["1"], ["x"]])
def test_ticks_that_cannot_be_change_nothing(client, world, chosen):
    finding = suggestion(world["dawn"], world["noon"], world["dusk"])
    given = {"answer": "same", "choosing": "1", "chosen": chosen}
    assert post(client, world["dana"], "finding_answer", finding, **given).status_code in (302, 400)
    assert not Work.objects.exists()
    finding.refresh_from_db()
    assert finding.answered_at is None


def test_a_work_of_many_uploads_is_shown_whole_on_its_own(client, world):
    finding = suggestion(*(AccountFactory() for _number in range(8)))
    page = listed(client, world["dana"])
    assert "Show 2 more uploads and choose" in page
    assert 'name="chosen"' not in page
    assert listed(client, world["dana"], finding=finding.pk).count('name="chosen"') == 8


def test_identical_ones_are_accepted_at_once_for_ones_own_people_only(client, world):
    suggestion(world["dawn"], world["noon"])
    suggestion_two = [
        upload(world["dawn"], title="另一条海边的完整记录"),
        upload(world["dusk"], title="另一条海边的完整记录"),
    ]
    suggest_works(day=DAY + timedelta(days=10), at=AT)
    assert "Accept 1 with same title" in listed(client, world["bob"])
    assert "Accept 2 with same title" in listed(client, world["dana"])
    assert post(client, world["alice"], "identical_works").status_code == 403
    assert post(client, world["bob"], "identical_works").status_code == 302
    assert Work.objects.count() == 1
    assert Video.objects.get(pk=suggestion_two[0].pk).work is None


def doubt(account, *titles):
    older = [upload(account, title=title, platform_id=None) for title in titles]
    newer = upload(account, title="Dawn, renamed", platform_id="7001")
    details = {"video": newer.pk, "title": newer.title, "others": [one.pk for one in older],
               "titles": [one.title for one in older]}  # fmt: skip
    finding = Finding.objects.create(
        kind="video_doubt", account=account, key=str(newer.pk), details=details, found_at=AT
    )
    return finding, older, newer


def test_which_of_several_videos_it_is_takes_one_click(client, world):
    finding, (one, two), newer = doubt(world["dawn"], "One title", "Two titles")
    page = listed(client, world["bob"])
    assert "Same as “One title”" in page
    assert post(client, world["bob"], "finding_answer", finding, same_as=two.pk).status_code == 302
    assert set(Video.objects.values_list("pk", "platform_id")) == {(one.pk, None), (two.pk, "7001")}
    assert post(client, world["bob"], "finding_undo", finding).status_code == 302
    assert Video.objects.get(pk=newer.pk).platform_id == "7001"


def without_time(account):
    video = VideoFactory(
        account=account, title="No time", title_hash="t", platform_id=None, published_on=None
    )
    return video, Finding.objects.create(
        kind="video_without_time", account=account, key=str(video.pk), found_at=AT,
        details={"video": video.pk, "title": video.title},
    )  # fmt: skip


def test_a_publish_time_is_entered_in_the_companys_zone_and_taken_back(client, world):
    video, finding = without_time(world["dawn"])
    answer = post(
        client, world["bob"], "finding_answer", finding, answer="entered", published="2026-08-03T09:30"
    )
    assert answer.status_code == 302
    video.refresh_from_db()
    assert video.published_at.isoformat() == "2026-08-03T01:30:00+00:00"
    assert (video.published_on, video.timed_by) == (DAY, f"user:{world['bob'].pk}")
    post(client, world["bob"], "finding_undo", finding)
    video.refresh_from_db()
    assert (video.published_at, video.published_on, video.timed_by) == (None, None, "")
    assert post(client, world["bob"], "finding_answer", finding, answer="left_out").status_code == 302
    video.refresh_from_db()
    assert video.published_on is None


@pytest.mark.parametrize(
    ("published", "status"), [("", 400), ("soon", 302), ("2999-01-01T00:00", 400), ("2026-08-03T09:30", 409)]
)
def test_a_time_that_cannot_be_is_refused(client, world, published, status):
    video, finding = without_time(world["dawn"])
    upload(world["dawn"], title="No time", title_hash="t")
    answer = post(client, world["bob"], "finding_answer", finding, answer="entered", published=published)
    assert answer.status_code == status
    video.refresh_from_db()
    assert video.published_on is None


def test_days_stand_side_by_side(client, world):
    fetch = FetchFactory(account=world["dawn"])
    details = {"grain": "account_day", "about": 0, "shift": 1, "field": "plays", "agreeing": 7, "rows": [],
               "series": [["2026-08-01", "510", None], ["2026-08-02", "480", "510"]]}  # fmt: skip
    Finding.objects.create(
        kind="shifted_days", account=world["dawn"], key="k", details=details, found_at=AT, fetch_id=fetch.pk
    )
    page = listed(client, world["bob"])
    assert "labels are one day later" in page
    assert page.count("510</td>") == 2
    assert "Replace the stored days?" in page


def test_kinds_are_counted_filtered_and_empty_states_say_what_comes(client, world):
    assert "Nothing waits" in listed(client, world["dana"])
    suggestion(world["dawn"], world["noon"])
    without_time(world["dusk"])
    everything = listed(client, world["dana"])
    assert "All 2" in everything
    assert everything.index("One work or several?</h2>") < everything.index(
        "Videos without a publish time</h2>"
    )
    only = listed(client, world["dana"], kind="video_without_time")
    assert LONG not in only
    assert "Nothing of this kind waits" in listed(client, world["dana"], kind="decrease")
    assert listed(client, world["dana"], page="x", finding="y", done="z")
    assert "Nothing was answered yet" in listed(client, world["dana"], answered="1")


def test_what_contradicts_a_correction_is_counted_too(client, world):
    for kind in ("correction_differs", "correction_passed"):
        details = {"field": "plays", "corrected": "5", "brought": "7", "day": "2026-08-03", "title": ""}
        Finding.objects.create(kind=kind, account=world["dawn"], key=kind, details=details, found_at=AT)
    page = listed(client, world["dana"])
    assert "All 2" in page
    assert "?kind=correction_differs" in page
    assert "?kind=correction_passed" in page


def fill(count):
    for number in range(count):
        accounts = [AccountFactory() for _number in range(6)]
        title = f"海边的第{number}次日出与晚风" + "#很长的话题" * 70
        videos = [
            upload(account, title=title, title_hash=f"{number}", url="https://video.example/" + "1" * 60)
            for account in accounts
        ]
        finding = Finding.objects.create(
            kind="same_work", account=accounts[0], key=f"{videos[0].pk}", found_at=AT,
            details={"title": title[:300], "count": 6, "likeness": "identical", "identical": True},
        )  # fmt: skip
        FindingVideo.objects.bulk_create(
            FindingVideo(finding=finding, video_id=video.pk, account=video.account) for video in videos
        )


def test_the_page_costs_the_same_for_ten_and_many_doubts(client, world):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            page = listed(client, world["dana"])
        assert len(page.encode()) <= 80 * 1024
        return len(captured)

    fill(10)
    cost()
    few = cost()
    fill(60)
    assert cost() == few
    assert few <= 25


def test_a_preview_warns_of_moved_days_and_storing_leaves_the_question(client, world):
    plays = [510, 480, 733, 20, 912, 610]
    for offset in (0, 1):
        rows = [[DAY + timedelta(days=place + offset), value] for place, value in enumerate(plays)]
        client.force_login(world["bob"])
        content = SimpleUploadedFile("days.csv", csv_file(["date", "plays"], rows))
        page = client.post(reverse("metrics:upload"), {"account": "douyin:dawn", "exports": [content]})
        shown = page.content.decode()
        assert ("look like the stored days with labels one day later" in shown) is bool(offset)
        token = re.search(r'name="token" value="([^"]+)"', shown)[1]
        done = client.post(reverse("metrics:upload_confirm"), {"token": token}, follow=True)
        assert ("1 question about these files waits for an answer." in done.content.decode()) is bool(offset)
    finding = Finding.objects.get(kind="shifted_days")
    assert post(client, world["alice"], "finding_answer", finding, answer="new_right").status_code == 403
    assert post(client, world["bob"], "finding_answer", finding, answer="new_right").status_code == 302
    moved = AccountDay.objects.order_by("date").values_list("plays", flat=True)
    assert list(moved) == [510, *plays]
    assert post(client, world["bob"], "finding_undo", finding).status_code == 400
