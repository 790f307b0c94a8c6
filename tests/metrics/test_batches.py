"""Many files in one go: what each is taken for, which account it is from, and what is stored."""

import hashlib
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from common.models import Notice
from metrics.collection import Period
from metrics.importing.records import LIFETIME
from metrics.models import (
    AccountDay,
    Fetch,
    Payload,
    PendingUpload,
    RefusedFile,
    Reminder,
    Restatement,
    UploadChoice,
    VideoSnapshot,
)
from metrics.selectors.collection import Frame, board, owed_by_person
from metrics.services import batches
from metrics.services.batch_parts import MOST_FILES, parts_of
from metrics.services.batches import Answers, Supplier, preview_batch, store_one
from metrics.services.collecting import remind_debtors
from metrics.services.definitions import load_measures
from metrics.services.guessing import Voice, named_in, stem_of
from metrics.services.pending import drop_pending, keep_pending, pending_bytes
from metrics.services.uploads import company_zone
from people.choices import Role
from people.models import Account
from tests.factories.metrics import AT, csv_file, xlsx_file
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)
from tests.factories.racing import at_once

DAILY = ("日期", "播放量", "净增粉丝")
WORKS = ("作品名称", "发布时间", "体裁", "播放量")


def daily(plays=100, first=date(2026, 8, 1), count=3):
    rows = [[str(first + timedelta(days=n)), plays + n, 1] for n in range(count)]
    return xlsx_file(DAILY, rows)


def works(name="work", count=3):
    return xlsx_file(
        WORKS, [[f"{name} {n}", f"2026-08-0{n + 1} 09:00:00", "视频", 100 + n] for n in range(count)]
    )


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def team():
    """Bob manages Alice and Carol; Alice holds dawn and noon, Carol dusk; Dana looks after the data."""
    CompanyFactory()
    people = {"bob": make_manager("Bob")}
    for name in ("alice", "carol"):
        people[name] = make_operator(name.title(), manager=people["bob"])
    people["dana"] = make_officer("Dana", Role.DATA_ADMIN)
    for handle, holder in (("dawn", "alice"), ("noon", "alice"), ("dusk", "carol")):
        people[handle] = AccountFactory(platform="douyin", handle=handle, name=f"{handle} show")
        hold(people[handle], people[holder])
    return people


@pytest.fixture
def look(team):
    """Preview (name, content) pairs as somebody, with the same answers for all."""

    def call(*files, by="alice", answers=None):
        found, _skipped = parts_of(files)
        supplier = supplier_of(team[by])
        return preview_batch([(one, answers or Answers()) for one in found], supplier=supplier, at=AT)

    return call


def supplier_of(user):
    offered = list(Account.objects.filter(periods__shares__employee=user.employee_id).order_by("pk"))
    return Supplier(user.pk, Actor.user(user), user.employee_id, offered, {one.pk for one in offered})


def taken(one):
    return (one.guess.account and one.guess.account.handle, one.guess.voice)


pytestmark = pytest.mark.django_db


# Which account


def test_a_file_is_recognised_by_its_works(team, look):
    (first,) = look(("list.xlsx", works()))
    assert taken(first) == (None, Voice.NONE)
    assert first.asks_account
    store_one(first.part, Answers(team["noon"], date(2026, 9, 1)), supplier=supplier_of(team["alice"]), at=AT)
    UploadChoice.objects.all().delete()
    (again,) = look(("other name.xlsx", works(count=4)), answers=Answers(as_of=date(2026, 9, 2)))
    assert taken(again) == ("noon", Voice.WORKS)
    assert again.may_be_stored


@pytest.mark.parametrize(
    ("path", "handle"),
    [
        ("dawn.xlsx", "dawn"), ("export/noon/数据.xlsx", "noon"), ("Dawn Show_2026-08.xlsx", "dawn"),
        ("dawn and noon.xlsx", None), ("data.xlsx", None), ("dusk.xlsx", None),
    ],
)  # fmt: skip
def test_a_name_or_a_folder_names_the_account(look, path, handle):
    (one,) = look(("all.zip", zipped({path: daily()})))
    assert taken(one) == (handle, Voice.NAME if handle else Voice.NONE)


def test_a_longer_name_beats_the_one_inside_it():
    short, long = Account(pk=1, handle="山海", name=""), Account(pk=2, handle="山海日记", name="")
    assert named_in("山海日记 8月.xlsx", [short, long]) == {2}
    assert named_in("山海 8月.xlsx", [short, long]) == {1}
    assert named_in("a.xlsx", [Account(pk=1, handle="a", name="")]) == set()


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("作品列表_20260903.xlsx", "作品列表"), ("作品列表 (2).xlsx", "作品列表"),
        ("a/b/Content 2026-08.csv", "content"), ("数据表现 2026年8月3日.xlsx", "数据表现"),
        ("20260903.csv", ""),
    ],
)  # fmt: skip
def test_a_stem_has_no_days_and_no_numbers_of_copies(path, stem):
    assert stem_of(path) == stem


def test_the_only_account_it_can_be_is_taken(look):
    (one,) = look(("data.xlsx", daily()), by="carol")
    assert taken(one) == ("dusk", Voice.ONLY_ONE)


def test_rows_that_name_their_accounts_need_no_other(look):
    content = csv_file(["date", "account", "plays"], [["2026-08-01", "douyin:dawn", 5]])
    (one,) = look(("dusk.csv", content))
    assert taken(one) == (None, Voice.ROWS)
    assert one.may_be_stored


def test_an_answer_is_taken_the_next_time_and_can_be_forgotten(team, look):
    (one,) = look(("数据 2026-08.xlsx", daily()))
    assert taken(one) == (None, Voice.NONE)
    stored = store_one(one.part, Answers(team["noon"]), supplier=supplier_of(team["alice"]), at=AT)
    assert stored.result.is_stored
    (again,) = look(("数据 2026-09.xlsx", daily(first=date(2026, 9, 1))))
    assert taken(again) == ("noon", Voice.LAST_TIME)
    assert taken(look(("别的.xlsx", daily()))[0]) == (None, Voice.NONE)
    batches.forget_choice(choice_id=UploadChoice.objects.get().pk, user_id=team["carol"].pk)
    assert UploadChoice.objects.count() == 1
    batches.forget_choice(choice_id=UploadChoice.objects.get().pk, user_id=team["alice"].pk)
    assert taken(look(("数据 2026-09.xlsx", daily()))[0]) == (None, Voice.NONE)


def test_two_answers_for_one_name_are_no_answer(team, look):
    for handle, plays in (("dawn", 1), ("noon", 2)):
        (one,) = look(("数据.xlsx", daily(plays)))
        store_one(one.part, Answers(team[handle]), supplier=supplier_of(team["alice"]), at=AT)
    assert taken(look(("数据.xlsx", daily(3)))[0]) == (None, Voice.NONE)


def test_a_remembered_account_never_beats_what_the_file_says(team, look):
    remember(team, "list", "douyin_works", "dawn")
    (one,) = look(("all.zip", zipped({"noon/list.xlsx": works()})))
    assert taken(one) == ("noon", Voice.NAME)


def test_a_remembered_account_whose_works_are_others_is_asked(team, look):
    remember(team, "list", "douyin_works", "dawn")
    (first,) = look(("list.xlsx", works("mine", 6)))
    assert taken(first) == ("dawn", Voice.LAST_TIME)
    store_one(first.part, Answers(team["dawn"], date(2026, 9, 1)), supplier=supplier_of(team["alice"]), at=AT)
    (strange,) = look(("list.xlsx", works("theirs", 6)))
    assert taken(strange) == (None, Voice.NONE)


def test_a_remembered_account_of_another_platform_is_not_offered(team, look):
    remember(team, "overview", "tiktok_overview", "dawn")
    content = csv_file(["Date", "Video Views"], [["August 1", 5], ["August 2", 6]])
    (one,) = look(("Overview.csv", content), answers=Answers(as_of=date(2026, 8, 3)))
    assert one.guess.account is None


def test_two_lists_of_works_do_not_fall_to_one_account_by_habit(team, look):
    remember(team, "list", "douyin_works", "dawn")
    found = look(("list.xlsx", works("a")), ("list (1).xlsx", works("b")))
    assert [taken(one) for one in found] == [(None, Voice.NONE)] * 2
    assert all(one.asks_account for one in found)


def test_two_files_of_the_same_days_do_not_fall_to_one_account_by_habit(team, look):
    remember(team, "days", "douyin_daily", "dawn")
    found = look(("days.xlsx", daily()), ("days (1).xlsx", daily(500)))
    assert [taken(one) for one in found] == [(None, Voice.NONE)] * 2
    months = look(("days.xlsx", daily()), ("days (1).xlsx", daily(first=date(2026, 7, 1))))
    assert [taken(one) for one in months] == [("dawn", Voice.LAST_TIME)] * 2
    named = look(("dawn days.xlsx", daily()), ("days.xlsx", daily(500)))
    assert [taken(one) for one in named] == [("dawn", Voice.NAME), (None, Voice.NONE)]


def test_a_name_of_days_alone_remembers_no_account(team, look):
    (one,) = look(("20260801.xlsx", daily()))
    store_one(one.part, Answers(team["noon"]), supplier=supplier_of(team["alice"]), at=AT)
    (next_one,) = look(("20260802.xlsx", daily(first=date(2026, 8, 2))))
    assert taken(next_one) == (None, Voice.NONE)
    assert next_one.asks_account


def remember(team, stem, profile, handle, **given):
    return UploadChoice.objects.create(
        user=team["alice"], profile=profile, stem=stem, account=team[handle], used_at=AT, **given
    )


def test_what_a_list_covers_is_answered_as_last_time_and_said(team, look):
    header = ("Video title", "Total views", "Video link", "Post time", "Total likes")
    tok = AccountFactory(platform="tiktok", handle="tok")
    hold(tok, team["alice"])
    content = csv_file(
        header, [["a", 5, "https://www.tiktok.com/@tok/video/7000000000000000001", "August 1", 1]]
    )
    answers = Answers(as_of=date(2026, 8, 3))
    (one,) = look(("Content.csv", content), answers=answers)
    assert taken(one) == ("tok", Voice.ONLY_ONE)
    assert {question.code for question in one.result.questions} == {"lifetime_or_period"}
    store_one(one.part, Answers(tok, date(2026, 8, 3), LIFETIME), supplier=supplier_of(team["alice"]), at=AT)
    (again,) = look(("Content.csv", content.replace(b",5,", b",6,")), answers=Answers(as_of=date(2026, 8, 4)))
    assert (again.remembered, again.result.questions) == ({"covers"}, ())
    assert again.answers.period == LIFETIME


# The same file twice


def test_one_file_for_two_accounts_is_refused_for_both(team, look):
    content = daily()
    found = look(("dawn.xlsx", content), ("noon.xlsx", content), ("dawn 2.xlsx", daily(7)))
    codes = [one.result.files[0].refused and one.result.files[0].refused.code for one in found]
    assert codes == ["same_file_two_accounts", "same_file_two_accounts", None]
    assert [one.may_be_stored for one in found] == [False, False, True]
    assert {one.account for one in RefusedFile.objects.all()} == {team["dawn"], team["noon"]}


def test_one_file_twice_for_one_account_is_taken_once(look):
    content = daily()
    found = look(("dawn.xlsx", content), ("dawn (1).xlsx", content))
    codes = [one.result.files[0].refused and one.result.files[0].refused.code for one in found]
    assert codes == [None, "same_file_twice"]
    assert not RefusedFile.objects.exists()


def test_a_file_of_another_account_is_refused_and_remembered_for_the_board(team, look):
    content = daily()
    (one,) = look(("dawn.xlsx", content))
    store_one(one.part, Answers(team["dawn"]), supplier=supplier_of(team["alice"]), at=AT)
    (again,) = look(("noon.xlsx", content))
    assert again.result.files[0].refused.code == "other_account"
    (trace,) = RefusedFile.objects.all()
    assert (trace.account, trace.grain, trace.actor_name) == (team["noon"], "account_day", "Alice")
    assert "already taken for douyin:dawn" in trace.reason["sentence"]
    look(("noon.xlsx", content))
    assert RefusedFile.objects.count() == 1


def test_a_refusal_of_an_account_one_may_not_supply_leaves_no_trace(team):
    (part,), _skipped = parts_of([("x.xlsx", daily())])
    mine = supplier_of(team["alice"])
    preview_batch([(part, Answers(team["dusk"]))], supplier=mine, at=AT)
    assert not RefusedFile.objects.exists()


# Storing


def test_a_preview_stores_nothing(team, look):
    look(("dawn.xlsx", daily()), ("noon.xlsx", works()), answers=Answers(as_of=date(2026, 9, 1)))
    assert not any(model.objects.exists() for model in (Fetch, AccountDay, VideoSnapshot, UploadChoice))


def test_a_file_that_fails_leaves_the_others_alone(team, look, monkeypatch):
    found = look(("dawn.xlsx", daily()), ("noon.xlsx", daily(5)), ("dawn w.xlsx", works()),
                 answers=Answers(as_of=date(2026, 9, 1)))  # fmt: skip
    real = batches.store_upload

    def failing(*, name, **kwargs):
        result = real(name=name, **kwargs)
        if name == "noon.xlsx":
            raise ZeroDivisionError
        return result

    monkeypatch.setattr(batches, "store_upload", failing)
    supplier = supplier_of(team["alice"])
    stored = [store_one(one.part, one.answers, supplier=supplier, at=AT) for one in found]
    codes = [one.result.files[0].refused and one.result.files[0].refused.code for one in stored]
    assert codes == [None, "not_stored", None]
    assert {fetch.account for fetch in Fetch.objects.all()} == {team["dawn"]}
    assert not AccountDay.objects.filter(account=team["noon"]).exists()
    assert UploadChoice.objects.count() == 2


def test_a_delivery_notes_which_fields_it_had(team, look):
    (one,) = look(("dawn.xlsx", daily()))
    store_one(one.part, one.answers, supplier=supplier_of(team["alice"]), at=AT)
    assert Fetch.objects.get().fields == "followers_net plays"


# Archives


def test_a_zip_gives_its_files_with_their_folders():
    content = zipped(
        {"晨光/作品列表.xlsx": works(), "b/作品列表.xlsx": works("b"), "__MACOSX/x": b"x", "r.md": b"x"}
    )
    found, skipped = parts_of([("all.zip", content), ("one.xlsx", daily())])
    assert [(one.name, one.path) for one in found] == [
        ("all.zip/作品列表.xlsx", "all.zip/晨光/作品列表.xlsx"),
        ("all.zip/作品列表.xlsx", "all.zip/b/作品列表.xlsx"),
        ("one.xlsx", "one.xlsx"),
    ]
    assert [note.code for note in skipped] == ["part_skipped"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped({"../a.csv": b"x"}), "unsafe_name"),
        (zipped({"a.csv": b"0" * 3_000_000}), "suspicious_ratio"),
        (zipped({"in.zip": zipped({"a.csv": b"x"})}), "nested_archive"),
        (zipped({"a.txt.gz": b"\x1f\x8b1"}), "nested_archive"),
        (b"PK\x03\x04nonsense", "broken_archive"),
    ],
)
def test_a_hostile_archive_is_one_refused_file(look, content, code):
    (one,) = look(("all.zip", content))
    assert one.result.files[0].refused.code == code
    assert not one.may_be_stored


def test_more_files_than_one_page_shows_are_refused():
    content = zipped({f"{n}.csv": b"date,plays\n" for n in range(MOST_FILES + 1)})
    with pytest.raises(Refusal, match="At most 100 files"):
        parts_of([("all.zip", content)])


def test_the_files_of_one_archive_share_its_limit(look, monkeypatch):
    monkeypatch.setattr(batches, "MAX_ROWS", 4)
    inside = {f"dawn {n}.xlsx": daily(n) for n in range(4)}
    found = look(("all.zip", zipped(inside)), ("dawn own.xlsx", daily(9)))
    codes = [one.result.files[0].refused and one.result.files[0].refused.code for one in found]
    assert codes == [None, None, "archive_too_long", "archive_too_long", None]


# The pages


def send(client, *files, **answers):
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("metrics:upload"), {"exports": given, **answers})


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1]


def confirm(client, page):
    return client.post(reverse("metrics:upload_confirm"), {"token": hidden(page, "token")}, follow=True)


def test_a_zip_is_looked_at_answered_and_stored_from_one_page(client, team):
    client.force_login(team["alice"])
    content = zipped(
        {"dawn/日.xlsx": daily(), "x/日.xlsx": daily(50), "noon/list.xlsx": works(), "bad.csv": b"a,b\n1,2\n"}
    )
    page = send(client, ("all.zip", content))
    text = page.content.decode()
    assert "4 files were read." in text
    assert (page.context["takeable"], page.context["questions"]) == (1, 2)
    assert "named in the file name" in text
    answers = {"pending": hidden(page, "pending"), "f0-account": "douyin:dawn", "f1-account": "douyin:noon",
               "f2-account": "douyin:noon", "f2-as_of": "2026-09-01"}  # fmt: skip
    again = client.post(reverse("metrics:upload"), answers)
    assert (again.context["takeable"], again.context["questions"]) == (3, 0)
    assert not Fetch.objects.exists()
    done = confirm(client, again)
    assert done.redirect_chain[-1][0] == reverse("metrics:upload_result")
    result = done.content.decode()
    assert "3 of 4 tables were taken" in result
    assert "bad.csv has no known header" in result
    named = Account.objects.get(handle="noon")
    assert f"{named.get_platform_display()} · {named.shown_name}" in result
    assert "douyin:noon" not in result
    assert sorted(Fetch.objects.values_list("account__handle", "grain")) == [
        ("dawn", "account_day"), ("noon", "account_day"), ("noon", "video_snapshot"),
    ]  # fmt: skip
    assert all(Fetch.objects.values_list("self_supplied", flat=True))
    assert not PendingUpload.objects.exists()
    assert Payload.objects.count() == 3


def test_one_answer_for_all_files_of_a_kind(client, team):
    client.force_login(team["alice"])
    files = [("dawn list.xlsx", works("d")), ("noon list.xlsx", works("n")), ("dawn days.xlsx", daily())]
    page = send(client, *files)
    assert page.context["questions"] == 2
    answers = {"pending": hidden(page, "pending"), "f0-as_of": "2026-09-01", "f0-same_kind": "on"}
    again = client.post(reverse("metrics:upload"), answers)
    assert (again.context["takeable"], again.context["questions"]) == (3, 0)
    as_of = [row.one.answers.as_of for row in again.context["rows"]]
    assert as_of == [date(2026, 9, 1), date(2026, 9, 1), None]
    handles = [row.one.guess.account.handle for row in again.context["rows"]]
    assert handles == ["dawn", "noon", "dawn"]


def test_an_answer_with_a_mistake_is_shown_beside_its_file(client, team):
    client.force_login(team["alice"])
    page = send(client, ("dawn.xlsx", daily()), ("noon.xlsx", daily(5)))
    answers = {"pending": hidden(page, "pending"), "f0-account": "douyin:dusk", "f1-account": "douyin:noon"}
    again = client.post(reverse("metrics:upload"), answers)
    assert "There is no account douyin:dusk for which you may deliver data." in again.content.decode()
    assert again.context["takeable"] == 1


def test_a_confirmation_for_an_account_taken_away_stores_nothing(client, team):
    client.force_login(team["alice"])
    page = send(client, ("dawn.xlsx", daily()), ("noon.xlsx", daily(5)))
    team["noon"].periods.get().shares.all().delete()
    answer = client.post(reverse("metrics:upload_confirm"), {"token": hidden(page, "token")})
    assert answer.status_code == 422
    assert not Fetch.objects.exists()


def test_a_preview_is_taken_up_by_its_uploader_only(client, team):
    client.force_login(team["alice"])
    page = send(client, ("dawn.xlsx", daily()))
    client.force_login(team["dana"])
    sent = {"pending": hidden(page, "pending")}
    assert client.post(reverse("metrics:upload"), sent).status_code == 422


def test_remembered_answers_are_listed_and_taken_out(client, team):
    client.force_login(team["alice"])
    confirm(client, send(client, ("dawn days.xlsx", daily())))
    choice = UploadChoice.objects.get()
    assert "dawn days" in client.get(reverse("metrics:upload")).content.decode()
    client.post(reverse("metrics:upload_forget", args=[choice.pk]))
    assert not UploadChoice.objects.exists()


def test_a_page_of_a_hundred_files_stays_small(client, team):
    client.force_login(team["dana"])
    for number in range(40):
        hold(AccountFactory(platform="douyin", handle=f"account{number:03}"), make_operator(f"P{number}"))
    inside = {f"account{n % 40:03}/{n}.xlsx": daily(n) for n in range(MOST_FILES)}
    page = send(client, ("all.zip", zipped(inside)))
    assert page.context["takeable"] == MOST_FILES
    assert len(page.content) <= 120 * 1024


def test_too_many_files_are_said_on_the_form(client, team):
    client.force_login(team["dana"])
    content = zipped({f"{n}.csv": b"date,plays\n" for n in range(MOST_FILES + 1)})
    page = send(client, ("all.zip", content))
    assert page.status_code == 422
    assert "At most 100 files are looked at together." in page.content.decode()


# Two at the same moment


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_people_storing_the_same_files_store_them_once(team):
    content = zipped({f"dawn {n}.xlsx": daily(n, first=date(2026, 8, 1 + 3 * n)) for n in range(5)})

    def everything(user):
        def call():
            supplier = supplier_of(user)
            supplier = Supplier(user.pk, supplier.actor, user.employee_id, [team["dawn"]], None)
            return [
                store_one(part, Answers(team["dawn"]), supplier=supplier, at=timezone.now())
                for part in parts_of([("all.zip", content)])[0]
            ]

        return call

    results = at_once(everything(team["alice"]), everything(team["dana"]))
    assert Fetch.objects.count() == 5
    assert AccountDay.objects.count() == 15
    assert not Restatement.objects.exists()
    tables = [table for stored in results for one in stored for table in one.result.files]
    assert [table.refused for table in tables] == [None] * 10
    assert sum(table.repeated for table in tables) == 5


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_people_storing_one_file_for_two_accounts_store_it_once(team):
    (part,), _skipped = parts_of([("x.xlsx", daily())])

    def store(user, handle):
        supplier = Supplier(user.pk, Actor.user(user), user.employee_id, [team[handle]], None)
        return lambda: store_one(part, Answers(team[handle]), supplier=supplier, at=timezone.now())

    results = at_once(store(team["alice"], "dawn"), store(team["dana"], "dusk"))
    refused = [one.result.files[0].refused for one in results]
    assert sorted(one.code for one in refused if one) == ["other_account"]
    assert Fetch.objects.count() == 1
    assert RefusedFile.objects.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_dropping_a_preview_while_another_keeps_the_same_bytes(team):
    content = b"date,plays\n2026-08-01,5\n"
    alice, dana = team["alice"].pk, team["dana"].pk
    sha256 = hashlib.sha256(content).hexdigest()
    for _round in range(5):
        keep_pending(content, user_id=alice, at=AT)
        at_once(
            lambda: drop_pending([sha256], user_id=alice),
            lambda: keep_pending(content, user_id=dana, at=AT),
        )
        assert pending_bytes(sha256, user_id=dana, at=AT) == content
        drop_pending([sha256], user_id=dana)
        assert not Payload.objects.exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_reminders_at_once_are_one(team):
    load_measures(at=AT)
    period = Period.parse("2026-08")
    frame = Frame(period, date(2026, 9, 4), 3, company_zone())

    def remind(user):
        owed = owed_by_person(board(Account.objects.all(), frame))
        return lambda: remind_debtors(
            owed=owed, period=period, due=frame.due, day=frame.day, actor=Actor.user(user), at=AT
        )

    results = at_once(remind(team["dana"]), remind(team["bob"]))
    assert sorted(len(asked) for asked in results) == [0, 2]
    assert Reminder.objects.count() == Notice.objects.filter(kind="data.owed").count() == 2
