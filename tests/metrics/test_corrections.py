"""Corrections of facts: by two people, read before every source, kept against what comes later."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from common.audit import Actor, verify_chain
from common.errors import Conflict, NotAllowed, Refusal
from metrics.choices import CorrectionState, Grain
from metrics.models import (
    AccountDay,
    Correction,
    Fetch,
    Finding,
    Restatement,
    VideoCredit,
    VideoSnapshot,
)
from metrics.selectors.coverage import days_through, history_start, last_follower_totals, works_listed_until
from metrics.selectors.facts import FactKey, fact_of
from metrics.selectors.frames import day_cells, follower_totals, holdings_frame, video_cells
from metrics.services.corrections import (
    Wanted,
    confirm_correction,
    correction_subject,
    propose_correction,
    refuse_correction,
    withdraw_correction,
)
from metrics.services.uploads import store_upload
from metrics.templatetags.metrics_words import finding_text
from tests.factories.metrics import (
    AT,
    AccountDayFactory,
    AdsDayFactory,
    CommerceDayFactory,
    FetchFactory,
    VideoFactory,
    VideoSnapshotFactory,
    csv_file,
)
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

FIRST, DAY, LAST = date(2026, 8, 1), date(2026, 8, 5), date(2026, 8, 31)
TODAY = AT.date()
READ = date(2026, 9, 1)
DORA, DAN = Actor("user:11", "Dora"), Actor("user:12", "Dan")
REASON = "the platform shows another figure"


@pytest.fixture
def holder():
    return EmployeeFactory()


@pytest.fixture
def account(holder):
    CompanyFactory()
    account = AccountFactory(handle="dawn")
    hold(account, holder)
    return account


def day_key(account, field="plays", day=DAY):
    return FactKey(Grain.ACCOUNT_DAY, account.pk, day, field)


def wanted(value=None, gap=""):
    return Wanted(None if value is None else Decimal(value), gap)


def proposed(key, value=None, *, gap="", actor=DORA, employee=None, **more):
    given = {"reason": REASON, "evidence": "", "at": AT, "today": TODAY, **more}
    if "seen" not in given:
        given["seen"] = fact_of(key).text
    return propose_correction(
        key=key, wanted=wanted(value, gap), actor=actor, actor_employee=employee, **given
    )


def confirmed(correction, *, actor=DAN, employee=None, at=AT):
    return confirm_correction(correction_id=correction.pk, actor=actor, actor_employee=employee, at=at)


def corrected(key, value=None, **more):
    return confirmed(proposed(key, value, **more))


def plays(account, field="plays"):
    """Return what readers see of a field, by day."""
    frame = day_cells(Grain.ACCOUNT_DAY, accounts={account.pk}, first=FIRST, last=LAST, fields=(field,))
    values = frame[field].astype("object").where(frame[field].notna(), None)
    return dict(zip(frame["date"], values, strict=True))


def upload(account, header, rows, *, at=AT, name="days.csv", **options):
    result = store_upload(
        content=csv_file(header, rows), name=name, account=account, actor=Actor("user:1", "Ann"),
        actor_employee=None, at=at, **options,
    )  # fmt: skip
    (file,) = result.files
    assert file.refused is None
    assert not file.questions
    return file


# Two people


def test_a_proposal_changes_nothing_before_it_is_confirmed(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    correction = proposed(day_key(account), 900)
    assert plays(account) == {DAY: 100}
    assert AccountDay.objects.count() == 1
    assert (correction.state, correction.old, correction.new) == (CorrectionState.PROPOSED, "100", "900")
    confirmed(correction)
    assert plays(account) == {DAY: 900}


def test_the_proposer_does_not_confirm_or_refuse(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    correction = proposed(day_key(account), 900)
    with pytest.raises(NotAllowed) as refused:
        confirmed(correction, actor=DORA)
    assert refused.value.code == "own_proposal"
    with pytest.raises(NotAllowed):
        refuse_correction(
            correction_id=correction.pk, actor=DORA, actor_employee=None, at=AT, reason=REASON
        )  # fmt: skip
    assert plays(account) == {DAY: 100}


def test_the_database_itself_holds_that_they_are_two(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    correction = proposed(day_key(account), 900)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(state="confirmed", decided_by=DORA.text)


def test_nobody_touches_figures_that_feed_their_own_score(account, holder):
    AccountDayFactory(account=account, date=DAY, plays=100)
    with pytest.raises(NotAllowed) as refused:
        proposed(day_key(account), 900, employee=holder.pk)
    assert refused.value.code == "feeds_own_score"
    correction = proposed(day_key(account), 900)
    with pytest.raises(NotAllowed):
        confirmed(correction, employee=holder.pk)
    assert plays(account) == {DAY: 100}


def test_nor_figures_of_a_video_they_have_a_part_in(account):
    editor = EmployeeFactory()
    video = VideoFactory(account=account)
    VideoSnapshotFactory(video_id=video.pk, captured_on=READ, plays=100)
    VideoCredit.objects.create(video_id=video.pk, employee=editor, role="editor", share=100)
    key = FactKey(Grain.VIDEO_SNAPSHOT, account.pk, READ, "plays", video.pk)
    with pytest.raises(NotAllowed):
        proposed(key, 900, employee=editor.pk)
    assert proposed(key, 900, employee=EmployeeFactory().pk).pk


def test_what_is_decided_is_not_decided_again_and_says_by_whom(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    correction = corrected(day_key(account), 900)
    for call in (
        lambda: confirmed(correction, actor=Actor("user:13", "Eve")),
        lambda: withdraw_correction(correction_id=correction.pk, actor=DORA, at=AT),
        lambda: refuse_correction(
            correction_id=correction.pk, actor=DAN, actor_employee=None, at=AT, reason=REASON
        ),
    ):
        with pytest.raises(Conflict) as refused:
            call()
        assert "Dan" in str(refused.value)
        assert "2026-09-05" in str(refused.value)


def test_a_refused_and_a_withdrawn_proposal_leave_the_fact_and_make_room(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    first = proposed(day_key(account), 900)
    with pytest.raises(Conflict) as waits:
        proposed(day_key(account), 800, actor=DAN)
    assert waits.value.code == "proposal_waits"
    refuse_correction(correction_id=first.pk, actor=DAN, actor_employee=None, at=AT, reason=REASON)
    second = proposed(day_key(account), 800, actor=DAN)
    with pytest.raises(NotAllowed):
        withdraw_correction(correction_id=second.pk, actor=DORA, at=AT)
    withdraw_correction(correction_id=second.pk, actor=DAN, at=AT)
    states = list(Correction.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["refused", "withdrawn"]
    assert plays(account) == {DAY: 100}
    assert not Fetch.objects.filter(kind="correction").exists()


def test_a_fact_that_moved_since_is_not_overwritten_blindly(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    with pytest.raises(Conflict) as stale:
        proposed(day_key(account), 900, seen="99")
    assert stale.value.code == "fact_moved"
    correction = proposed(day_key(account), 900)
    AccountDay.objects.update(plays=120)
    with pytest.raises(Conflict) as moved:
        confirmed(correction)
    assert moved.value.code == "fact_moved"
    assert "100" in str(moved.value)
    assert "120" in str(moved.value)
    assert plays(account) == {DAY: 120}


# What may be entered


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("plays", "-1", "out_of_bounds"),
        ("plays", "1.5", "whole_number"),
        ("plays", "1e15", ""),
        ("plays", "1000000000000001", "out_of_bounds"),
        ("plays", "1e30", "out_of_bounds"),
        ("plays", "NaN", "no_number"),
        ("plays", "Infinity", "no_number"),
        ("plays", "100", "nothing_changes"),
        ("followers_net", "-40", ""),
        ("nonsense", "4", "no_such_fact"),
        ("fetches", "4", "no_such_fact"),
    ],
)
def test_a_value_is_held_to_the_bounds_of_imports(account, field, value, code):
    AccountDayFactory(account=account, date=DAY, plays=100)
    key = day_key(account, field)
    seen = "100" if field == "plays" else ""
    with pytest.raises(Refusal) if code else nullcontext() as refused:
        assert proposed(key, value, seen=seen).pk
    assert not code or refused.value.code == code


@pytest.mark.parametrize(
    ("field", "value", "code"), [("completion_rate", "1.2", "out_of_bounds"), ("completion_rate", "0.4", "")]
)
def test_a_rate_is_a_part_of_one(account, field, value, code):
    video = VideoFactory(account=account)
    VideoSnapshotFactory(video_id=video.pk, captured_on=READ, completion_rate=Decimal("0.25"))
    key = FactKey(Grain.VIDEO_SNAPSHOT, account.pk, READ, field, video.pk)
    if not code:
        assert proposed(key, value).new == "0.4"
        return
    with pytest.raises(Refusal) as refused:
        proposed(key, value)
    assert refused.value.code == code


def test_a_video_of_another_account_a_future_day_and_a_short_reason_are_refused(account):
    video = VideoFactory()
    for key, more, code in (
        (FactKey(Grain.VIDEO_SNAPSHOT, account.pk, READ, "plays", video.pk), {}, "no_such_fact"),
        (day_key(account, day=TODAY + timedelta(days=1)), {}, "future_day"),
        (day_key(account), {"reason": "too short"}, "reason_short"),
    ):
        with pytest.raises(Refusal) as refused:
            proposed(key, 900, **more)
        assert refused.value.code == code


def test_no_value_needs_a_reason_that_cells_can_have(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    for gap in ("", "no_base", "nonsense"):
        with pytest.raises(Refusal) as refused:
            proposed(day_key(account), None, gap=gap)
        assert refused.value.code == "gap_missing"


# What it leaves behind


def test_the_old_value_the_two_names_and_the_reason_are_kept(account):
    fetch = FetchFactory(account=account)
    AccountDayFactory(account=account, date=DAY, plays=100, fetches={"plays": fetch.pk})
    correction = corrected(day_key(account), 900)
    delivery = Fetch.objects.get(kind="correction")
    assert (delivery.actor, delivery.confirmed_by, delivery.account) == ("user:11", "user:12", account)
    assert "Dora" in delivery.result
    assert "Dan" in delivery.result
    assert REASON in delivery.result
    old = Restatement.objects.get()
    assert (old.field, old.old, old.new, old.date) == ("plays", "100", "900", DAY)
    assert (old.old_fetch_id, old.fetch_id) == (fetch.pk, delivery.pk)
    assert correction.fetch_id == delivery.pk
    assert AccountDay.objects.get(source="file").plays == 100
    assert verify_chain(correction_subject(correction)) == []


def test_every_source_stays_readable_and_one_speaks(account):
    AccountDayFactory(account=account, date=DAY, source="file", plays=100)
    AccountDayFactory(account=account, date=DAY, source="native", plays=110)
    corrected(day_key(account), 900)
    fact = fact_of(day_key(account))
    assert [(one.source, one.value) for one in fact.said] == [
        ("corrected", 900), ("native", 110), ("file", 100),
    ]  # fmt: skip
    assert fact.best.source == "corrected"
    assert fact.value == 900


def test_a_correction_is_corrected_again(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    corrected(day_key(account), 900)
    confirmed(proposed(day_key(account), 800, actor=DAN), actor=DORA, at=AT + timedelta(hours=1))
    assert plays(account) == {DAY: 800}
    assert [(one.old, one.new) for one in Restatement.objects.order_by("pk")] == [
        ("100", "900"),
        ("900", "800"),
    ]


# Reading


def test_missing_becomes_a_value_and_a_value_becomes_missing(account):
    AccountDayFactory(account=account, date=DAY, plays=100, likes=7)
    next_day = DAY + timedelta(days=1)
    corrected(day_key(account, day=next_day), 50)
    corrected(day_key(account), None, gap="held_for_check")
    assert plays(account) == {DAY: None, next_day: 50}
    assert plays(account, "likes")[DAY] == 7
    row = AccountDay.objects.get(date=DAY, source="corrected")
    assert (row.plays, row.gaps) == (None, {"plays": "held_for_check"})
    assert Restatement.objects.filter(field="plays", old="100", new="").exists()
    confirmed(proposed(day_key(account), 101), at=AT + timedelta(hours=1))
    assert plays(account)[DAY] == 101
    row.refresh_from_db()
    assert row.gaps == {}


@pytest.mark.parametrize("factory_grain", [Grain.ADS_DAY, Grain.COMMERCE_DAY])
def test_days_of_advertisers_and_shops_are_corrected_too(factory_grain):
    CompanyFactory()
    kind = "advertiser" if factory_grain is Grain.ADS_DAY else "shop"
    account, creator = AccountFactory(kind=kind), AccountFactory()
    factory = AdsDayFactory if factory_grain is Grain.ADS_DAY else CommerceDayFactory
    factory(account=account, date=DAY, gmv=Decimal("100.00"), refunds=Decimal("1.00"))
    next_day = DAY + timedelta(days=1)
    factory(
        account=account, date=next_day, about_id=creator.pk, gmv=Decimal("10.00"), refunds=Decimal("0.00")
    )
    corrected(FactKey(factory_grain, account.pk, DAY, "gmv"), "250.5")
    sales = FactKey(factory_grain, account.pk, next_day, "gmv", about_id=creator.pk)
    corrected(sales, "20")
    frame = day_cells(factory_grain, accounts={account.pk}, first=FIRST, last=LAST, fields=("gmv", "refunds"))
    assert frame[["gmv", "refunds"]].astype(int).values.tolist() == [[25_050, 100], [2000, 0]]
    with pytest.raises(Refusal):
        proposed(FactKey(factory_grain, account.pk, DAY, "gmv"), "-1")
    corrected(replace(sales, field="refunds"), None, gap="not_final")
    frame = day_cells(factory_grain, accounts={account.pk}, first=FIRST, last=LAST, fields=("gmv", "refunds"))
    assert frame["refunds"].isna().tolist() == [False, True]


@pytest.mark.parametrize("grain", [Grain.ADS_DAY, Grain.COMMERCE_DAY])
@pytest.mark.parametrize("told_whole", [True, False])
def test_a_day_is_never_corrected_the_other_way_than_files_tell_it(grain, told_whole):
    CompanyFactory()
    kind = "advertiser" if grain is Grain.ADS_DAY else "shop"
    account, creator = AccountFactory(kind=kind), AccountFactory()
    factory = AdsDayFactory if grain is Grain.ADS_DAY else CommerceDayFactory
    told, other = (0, creator.pk) if told_whole else (creator.pk, 0)
    factory(account=account, date=DAY, about_id=told, gmv=Decimal("100.00"), refunds=Decimal("1.00"))
    with pytest.raises(Refusal) as refused:
        proposed(FactKey(grain, account.pk, DAY, "gmv", about_id=other), "250")
    assert refused.value.code == "told_other_way"
    corrected(FactKey(grain, account.pk, DAY, "gmv", about_id=told), "250")
    frame = day_cells(grain, accounts={account.pk}, first=FIRST, last=LAST, fields=("gmv", "refunds"))
    assert frame[["gmv", "refunds"]].astype(int).values.tolist() == [[25_000, 100]]


def read_video(account, field="plays", cutoff=LAST + timedelta(days=3)):
    frame = video_cells(
        accounts={account.pk}, first=FIRST, last=LAST, cutoff=cutoff, late_days=14, fields=(field,)
    )
    (value,) = frame[field].astype("object").where(frame[field].notna(), None)
    (day,) = frame["captured_on"]
    return value, day


def test_a_reading_of_a_video_is_corrected_field_by_field(account):
    video = VideoFactory(account=account)
    VideoSnapshotFactory(video_id=video.pk, captured_on=READ, plays=1000, completion_rate=Decimal("0.25"))
    corrected(FactKey(Grain.VIDEO_SNAPSHOT, account.pk, READ, "plays", video.pk), 4000)
    assert read_video(account) == (4000, READ)
    assert read_video(account, "completion_rate") == (25_000_000, READ)
    key = FactKey(Grain.VIDEO_SNAPSHOT, account.pk, READ, "completion_rate", video.pk)
    corrected(key, None, gap="not_final")
    assert read_video(account, "completion_rate") == (None, READ)
    assert read_video(account) == (4000, READ)


def test_a_video_that_was_never_read_gets_a_reading(account):
    video = VideoFactory(account=account)
    corrected(FactKey(Grain.VIDEO_SNAPSHOT, account.pk, READ, "plays", video.pk), 4000)
    assert read_video(account) == (4000, READ)


def test_the_follower_total_before_the_first_day_can_be_corrected(account):
    before = FIRST - timedelta(days=1)
    AccountDayFactory(account=account, date=before, followers_total=500)
    holdings = holdings_frame(first=FIRST, last=LAST)
    assert follower_totals(holdings)["followers_total"].tolist() == [500]
    corrected(day_key(account, "followers_total", before), 700)
    assert follower_totals(holdings)["followers_total"].tolist() == [700]
    assert last_follower_totals(accounts={account.pk}, first=before, last=before) == {account.pk: 700}
    confirmed(
        proposed(day_key(account, "followers_total", before), None, gap="held_for_check"),
        at=AT + timedelta(hours=1),
    )
    assert follower_totals(holdings).empty
    assert last_follower_totals(accounts={account.pk}, first=before, last=before) == {}


def test_what_is_derived_follows_the_correction(account):
    upload(account, ["date", "followers_gained", "followers_net"], [[DAY, 10, 6]])
    assert plays(account, "followers_lost") == {DAY: 4}
    corrected(day_key(account, "followers_net"), 3)
    assert plays(account, "followers_lost") == {DAY: 7}
    confirmed(
        proposed(day_key(account, "followers_lost"), None, gap="held_for_check"), at=AT + timedelta(hours=1)
    )
    assert plays(account, "followers_lost") == {DAY: None}
    assert not AccountDay.objects.filter(source="derived").exists()


def test_one_corrected_cell_is_no_delivered_day(account):
    AccountDayFactory(account=account, date=DAY, plays=100)
    corrected(day_key(account, day=DAY + timedelta(days=9)), 50)
    corrected(day_key(account, day=DAY - timedelta(days=9)), 50)
    ids = {account.pk}
    assert days_through(accounts=ids, first=FIRST, last=LAST) == {account.pk: DAY}
    assert history_start(accounts=ids) == {account.pk: DAY}
    assert works_listed_until(accounts=ids) == {}


def test_looking_for_corrections_costs_no_statement(account):
    def statements(accounts):
        with CaptureQueriesContext(connection) as found:
            day_cells(Grain.ACCOUNT_DAY, accounts=accounts, first=FIRST, last=LAST, fields=("plays",))
        return len(found)

    few = statements({account.pk})
    others = {AccountFactory().pk for _ in range(30)}
    assert statements(others) == few == 1


# What comes later


def test_a_later_file_does_not_undo_a_correction_and_is_shown(account):
    upload(account, ["date", "plays"], [[DAY, 100]])
    corrected(day_key(account), 900)
    later = AT + timedelta(days=1)
    upload(account, ["date", "plays"], [[DAY, 120]], at=later)
    assert plays(account) == {DAY: 900}
    assert AccountDay.objects.get(source="file").plays == 120
    finding = Finding.objects.get(kind="correction_differs")
    assert (finding.account, finding.date) == (account, DAY)
    text = finding_text(finding)
    assert "120" in text
    assert "900" in text
    assert "Plays" in text
    upload(account, ["date", "plays"], [[DAY, 120]], at=later + timedelta(days=1), name="again.csv")
    assert Finding.objects.filter(kind="correction_differs").count() == 1


@pytest.mark.parametrize("value", [100, 900])
def test_a_later_file_that_says_the_old_or_the_new_value_asks_nothing(account, value):
    upload(account, ["date", "plays"], [[DAY, 100]])
    corrected(day_key(account), 900)
    upload(account, ["date", "plays"], [[DAY, value]], at=AT + timedelta(days=1), name="later.csv")
    assert plays(account) == {DAY: 900}
    assert not Finding.objects.filter(kind__startswith="correction").exists()


def readings(account, *pairs):
    """Import a list of works for each (day, plays)."""
    header = ["title", "platform_id", "published_at", "media", "captured_on", "plays"]
    for place, (day, value) in enumerate(pairs):
        upload(
            account, header, [["Dawn", "7001", "2026-08-02 10:00", "video", day, value]],
            at=AT + timedelta(days=place), name=f"{day}.csv",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "later", "reads", "kinds"),
    [
        (500, 5000, 500, 5000, []),  # the same figure again: the same fault
        (500, 5000, 520, 5000, ["correction_differs"]),  # still short of the corrected one
        (500, 5000, 5100, 5100, []),  # the platform mended it and the counter went on
        (5000, 500, 5100, 500, ["correction_differs"]),  # the fault went on growing
        (5000, 500, 510, 510, []),
    ],
)
def test_a_later_reading_does_not_bring_the_fault_back(account, old, new, later, reads, kinds):
    readings(account, (date(2026, 9, 1), old))
    video = VideoSnapshot.objects.get().video_id
    corrected(FactKey(Grain.VIDEO_SNAPSHOT, account.pk, date(2026, 9, 1), "plays", video), new)
    readings(account, (date(2026, 9, 2), later))
    assert read_video(account)[0] == reads
    assert [one.kind for one in Finding.objects.filter(kind__startswith="correction")] == kinds


@pytest.mark.parametrize(
    ("second", "later", "reads"),
    [
        ("5200", 500, 5200),  # the same fault reads as the last correction says
        ("900", 520, 900),
        ("500", 520, 520),  # the first figure was right after all
        ("500", 500, 500),
        ("", 500, None),
    ],
)
def test_a_reading_that_was_carried_on_follows_a_second_correction(account, second, later, reads):
    readings(account, (date(2026, 9, 1), 500))
    video = VideoSnapshot.objects.get().video_id
    key = FactKey(Grain.VIDEO_SNAPSHOT, account.pk, date(2026, 9, 1), "plays", video)
    corrected(key, 5000)
    readings(account, (date(2026, 9, 1), 500), (date(2026, 9, 2), later))
    VideoSnapshotFactory(video_id=video, captured_on=date(2026, 9, 3), plays=later)
    corrected(replace(key, field="likes"), 7)
    assert read_video(account)[0] == 5000
    confirmed(
        proposed(key, second or None, gap="" if second else "held_for_check"), at=AT + timedelta(hours=1)
    )
    assert read_video(account)[0] == reads
    assert not Finding.objects.filter(kind="correction_passed").exists()


def test_a_second_correction_leaves_what_another_day_was_corrected_to(account):
    readings(account, (date(2026, 9, 1), 500))
    video = VideoSnapshot.objects.get().video_id
    key = FactKey(Grain.VIDEO_SNAPSHOT, account.pk, date(2026, 9, 1), "plays", video)
    corrected(key, 5000)
    VideoSnapshotFactory(video_id=video, captured_on=date(2026, 9, 2), plays=510)
    corrected(replace(key, date=date(2026, 9, 2)), 5000)
    confirmed(proposed(key, 4000), at=AT + timedelta(hours=1))
    assert read_video(account)[0] == 5000


def test_a_later_rate_counts_and_is_shown(account):
    video = VideoFactory(account=account)
    for day, rate in ((1, "0.25"), (2, "0.25"), (3, "0.30")):
        VideoSnapshotFactory(
            video_id=video.pk, captured_on=date(2026, 9, day), completion_rate=Decimal(rate)
        )  # fmt: skip
    key = FactKey(Grain.VIDEO_SNAPSHOT, account.pk, date(2026, 9, 1), "completion_rate", video.pk)
    corrected(key, "0.5")
    second = read_video(account, "completion_rate", date(2026, 9, 2))
    assert second == (50_000_000, date(2026, 9, 2))
    assert read_video(account, "completion_rate", date(2026, 9, 3)) == (30_000_000, date(2026, 9, 3))
    finding = Finding.objects.get(kind="correction_passed")
    assert "0.3" in finding_text(finding)
