"""Who delivered, who vouches, and what the log keeps."""

import json
from datetime import date, timedelta

import pytest

from common.audit import Actor, verify_chain
from common.errors import Conflict, NotAllowed, Refusal
from common.models import AuditEvent
from metrics.importing.records import VideoDayRecord
from metrics.matching import Identity, VideoBook, title_hash
from metrics.models import Fetch, Payload, Restatement, Video, VideoDay
from metrics.services.fetches import confirm_fetch, payload_bytes
from metrics.services.orders import company_zone
from metrics.services.pending import drop_pending, forget_old_pending, keep_pending, pending_bytes
from metrics.services.store import Delivery, write_restatements
from metrics.services.uploads import store_upload
from metrics.services.video_days import store_video_days
from metrics.services.videos import store_videos
from tests.factories.metrics import AT, FetchFactory, csv_file
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory, hold, make_operator

pytestmark = pytest.mark.django_db

ANN, BOB = Actor("user:1", "Ann"), Actor("user:2", "Bob")
DAY = date(2026, 8, 10)


def deliver(account, employee=None, day=DAY, plays=1):
    content = csv_file(["date", "plays"], [[day, plays]])
    store_upload(content=content, name="days.csv", account=account, actor=ANN,
                 actor_employee=employee and employee.pk, at=AT)  # fmt: skip
    return content, Fetch.objects.latest("pk")


@pytest.mark.parametrize(
    ("starts", "ends", "marked"),
    [
        (date(2026, 8, 1), None, True),
        (date(2026, 8, 10), date(2026, 8, 10), True),
        (date(2026, 8, 1), date(2026, 8, 9), False),
        (date(2026, 8, 11), None, False),
    ],
)
def test_a_file_is_marked_when_it_feeds_the_one_who_delivers_it(starts, ends, marked):
    account, employee = AccountFactory(), EmployeeFactory()
    hold(account, employee, starts_on=starts, ends_on=ends)
    assert deliver(account, employee)[1].self_supplied is marked


def test_a_file_of_somebody_elses_account_is_not_marked():
    account = AccountFactory()
    hold(account, EmployeeFactory())
    assert not deliver(account, EmployeeFactory())[1].self_supplied
    assert not deliver(account, None, plays=2)[1].self_supplied


def own():
    account, employee = AccountFactory(), EmployeeFactory()
    hold(account, employee)
    return employee, deliver(account, employee)[1]


def test_a_confirmation_says_who_and_when():
    _employee, fetch = own()
    confirm_fetch(fetch_id=fetch.pk, actor=BOB, actor_employee=EmployeeFactory().pk, at=AT)
    fetch.refresh_from_db()
    assert (fetch.confirmed_by, fetch.confirmed_at) == ("user:2", AT)
    assert verify_chain(f"metrics.fetch:{fetch.pk}") == []
    with pytest.raises(Conflict):
        confirm_fetch(fetch_id=fetch.pk, actor=BOB, actor_employee=None, at=AT)


def test_neither_the_uploader_nor_a_holder_confirms():
    employee, fetch = own()
    for actor, person in ((ANN, None), (BOB, employee.pk)):
        with pytest.raises(NotAllowed):
            confirm_fetch(fetch_id=fetch.pk, actor=actor, actor_employee=person, at=AT)
    fetch.refresh_from_db()
    assert fetch.confirmed_at is None


def test_what_needs_no_confirmation_takes_none():
    with pytest.raises(Refusal) as refused:
        confirm_fetch(fetch_id=FetchFactory().pk, actor=BOB, actor_employee=None, at=AT)
    assert refused.value.code == "nothing_to_confirm"


def test_the_bytes_are_kept_once_and_whole():
    content, fetch = deliver(AccountFactory())
    assert payload_bytes(fetch.payload) == content
    assert fetch.payload.size == len(content)
    fetch.payload.content = None
    with pytest.raises(Refusal):
        payload_bytes(fetch.payload)


def test_waiting_bytes_are_dropped_but_delivered_ones_stay():
    content, fetch = deliver(AccountFactory())
    user = make_operator("Ann")
    delivered, waiting = (keep_pending(one, user_id=user.pk, at=AT) for one in (content, b"waiting"))
    assert pending_bytes(waiting, user_id=user.pk, at=AT) == b"waiting"
    assert drop_pending([delivered, waiting], user_id=user.pk) == 1
    assert Payload.objects.get() == fetch.payload
    with pytest.raises(Refusal):
        pending_bytes(waiting, user_id=user.pk, at=AT)


def test_waiting_bytes_are_for_their_uploader_and_for_a_day():
    ann, bob = make_operator("Ann"), make_operator("Bob")
    waiting = keep_pending(b"waiting", user_id=ann.pk, at=AT)
    with pytest.raises(Refusal):
        pending_bytes(waiting, user_id=bob.pk, at=AT)
    with pytest.raises(Refusal):
        pending_bytes(waiting, user_id=ann.pk, at=AT + timedelta(hours=24))
    assert forget_old_pending(at=AT + timedelta(hours=23)) == 0
    assert forget_old_pending(at=AT + timedelta(hours=24)) == 1
    assert not Payload.objects.exists()


def test_bytes_that_somebody_else_previews_too_stay():
    ann, bob = make_operator("Ann"), make_operator("Bob")
    for user in (ann, bob):
        waiting = keep_pending(b"waiting", user_id=user.pk, at=AT)
    assert drop_pending([waiting], user_id=ann.pk) == 0
    assert pending_bytes(waiting, user_id=bob.pk, at=AT) == b"waiting"
    assert drop_pending([waiting], user_id=bob.pk) == 1


def test_an_import_is_in_the_log():
    _content, fetch = deliver(AccountFactory())
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("facts.imported", "user:1")
    assert f'"fetches":[{fetch.pk}]' in event.payload.replace(" ", "")


def test_each_account_keeps_its_own_part_of_a_long_report(monkeypatch):
    monkeypatch.setattr("metrics.services.fetches.RESTATED_KEPT", 2)
    for plays in (1, 2):
        rows = [[DAY + timedelta(days=n), f"douyin:{name}", plays] for name in "ab" for n in range(3)]
        result = store_upload(
            content=csv_file(["date", "account", "plays"], rows), name="days.csv", account=None, actor=ANN,
            actor_employee=None, at=AT, create_account=True,
        )  # fmt: skip
    assert len(result.files[0].restated) == 6
    for fetch in Fetch.objects.order_by("-pk")[:2]:
        report = json.loads(fetch.result)
        assert report["restated_count"] == 3
        assert [one["account"] for one in report["restated"]] == [str(fetch.account)] * 2


def test_days_of_videos_are_merged_like_other_days():
    CompanyFactory()
    account = AccountFactory()

    def take(plays):
        fetch = FetchFactory(account=account, grain="video_day")
        delivery = Delivery({account.pk: account}, {account.pk: fetch}, AT)
        record = VideoDayRecord(
            row=2, account=None, platform_id="7001", title="Dawn", published_at=None, published_on=DAY,
            day=DAY + timedelta(days=1), values={"plays": plays, "likes": None},
            gaps={"likes": "not_supplied"},
        )  # fmt: skip
        rows = store_videos([(account.pk, record)], delivery=delivery, zone=company_zone())
        store_video_days(rows, delivery=delivery)
        write_restatements(delivery)
        tally = delivery.tally
        return tally.inserted, tally.updated, tally.unchanged, len(tally.restated)

    assert [take(5), take(5), take(6)] == [(1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 1)]
    stored = VideoDay.objects.get()
    assert (stored.plays, stored.likes, stored.gaps) == (6, None, {"likes": "not_supplied"})
    assert Restatement.objects.get().grain == "video_day"
    assert Video.objects.get().published_on == DAY


class Stored:
    """A video as the matcher sees it."""

    def __init__(self, title, minute=AT, platform_id=None):
        self.title_hash, self.published_at, self.platform_id = title_hash(title), minute, platform_id
        self.published_on, self.earlier_hashes, self.timed_by = minute and minute.date(), "", ""


def found(videos, *identities):
    matches = VideoBook(videos).match(
        [Identity(pid, minute, title_hash(title)) for pid, minute, title in identities]
    )
    return [
        "ambiguous"
        if m.ambiguous
        else videos.index(m.video)
        if m.video
        else [videos.index(d) for d in m.doubts]
        for m in matches.values()
    ]


LATER = AT + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("videos", "identities", "expected"),
    [
        ([Stored("a", platform_id="1")], [("1", LATER, "b")], [0]),
        ([Stored("a")], [("1", AT, "a")], [0]),
        ([Stored("a")], [("1", AT, "b")], [0]),
        ([Stored("a")], [("1", LATER, "a")], [[]]),
        ([Stored("a"), Stored("b")], [("1", AT, "c")], [[0, 1]]),
        ([Stored("a"), Stored("b")], [("1", AT, "c"), ("2", AT, "b")], [0, 1]),
        ([Stored("a")], [("1", AT, "b"), ("2", AT, "c")], [[0], [0]]),
        ([Stored("a", platform_id="1")], [("2", AT, "a")], [[]]),
        ([Stored("a", platform_id="1")], [(None, AT, "a")], [0]),
        ([Stored("a", platform_id="1"), Stored("a", platform_id="2")], [(None, AT, "a")], ["ambiguous"]),
        ([Stored("a", platform_id="1")], [(None, AT, "b")], [[0]]),
        ([Stored("a", minute=None)], [(None, None, "a")], [0]),
        ([], [("1", AT, "a")], [[]]),
    ],
)
def test_a_video_is_recognised_or_doubted_never_guessed(videos, identities, expected):
    assert found(videos, *identities) == expected
