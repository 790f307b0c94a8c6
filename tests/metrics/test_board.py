"""The collection board: what it says is owed is what scoring calls not supplied; who sees and does what."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.audit import verify_chain
from common.models import AuditEvent, Notice
from common.periods import Span
from metrics.choices import Gap, Grain
from metrics.collection import CellState, Period
from metrics.models import FileWaiver, RefusedFile, Reminder
from metrics.selectors.collection import Frame, board
from metrics.selectors.definitions import current_measures
from metrics.selectors.fact_reader import Reading
from metrics.selectors.measured import measure_people
from metrics.services.definitions import load_measures
from metrics.services.sentences import as_plain, said
from people.choices import Role
from people.models import Account, Company
from tests.factories.metrics import (
    AccountDayFactory,
    AdsDayFactory,
    CommerceDayFactory,
    FetchFactory,
    VideoFactory,
    VideoSnapshotFactory,
)
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    TeamFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)
from tests.factories.world import AT as NOW
from tests.factories.world import AUGUST, crowd, small_world

pytestmark = pytest.mark.django_db

FIRST, LAST = AUGUST.first, AUGUST.last
PERIOD = Period.of_month(AUGUST)
ZONE = ZoneInfo("Asia/Shanghai")
WORKS, DAILY = "video_snapshot.douyin_works", "account_day.douyin_daily"


@pytest.fixture
def measures():
    load_measures(at=NOW)
    return current_measures()


def cells(day=date(2026, 9, 4), *, period=PERIOD, accounts=None):
    chosen = Account.objects.all() if accounts is None else accounts
    return board(chosen, Frame(period, day, 3, ZONE))


def states(**kwargs):
    return {cell.need.key: cell.state for cell in cells(**kwargs)}


def works(account, as_of, *, fields="", **kwargs):
    return FetchFactory(
        account=account, grain="video_snapshot", as_of=as_of, first_day=FIRST, last_day=as_of, fields=fields,
        **{"at": datetime(as_of.year, as_of.month, as_of.day, 4, tzinfo=UTC), **kwargs},
    )  # fmt: skip


def daily(account, first=FIRST, last=LAST, **values):
    given = values or {"followers_net": 1, "followers_lost": 1, "followers_gained": 2, "followers_total": 9}
    for day in Span(first, last):
        AccountDayFactory(account=account, date=day, **given)


# The same as scoring


def nothing(account):
    """Deliver nothing."""


def early_list(account):
    """Deliver a list taken on the month's last day."""
    works(account, LAST)


def whole_list(account):
    """Deliver a list taken after the month, with two works."""
    works(account, LAST + timedelta(days=1))
    for number in (1, 2):
        video = VideoFactory(account=account, published_on=FIRST + timedelta(days=number))
        VideoSnapshotFactory(video_id=video.pk, captured_on=LAST + timedelta(days=1), comments=1, shares=1)


def too_late_list(account):
    """Deliver a list whose readings count no more."""
    works(account, LAST + timedelta(days=30))
    video = VideoFactory(account=account, published_on=FIRST)
    VideoSnapshotFactory(video_id=video.pk, captured_on=LAST + timedelta(days=30))


def whole_days(account):
    """Deliver every day and the follower total before."""
    daily(account, first=FIRST - timedelta(days=1))


def days_without_an_opening_total(account):
    """Deliver every day and no total before the first."""
    daily(account)


def half_the_days(account):
    """Deliver the first half."""
    daily(account, last=FIRST + timedelta(days=15))


def days_from_the_tenth(account):
    """Deliver every day since the records begin."""
    daily(account, first=FIRST + timedelta(days=9))


def days_without_a_field(account):
    """Deliver days that lack what one measure reads."""
    daily(account, followers_net=1)


def days_of_september(account):
    """Begin after the month."""
    daily(account, first=LAST + timedelta(days=1), last=LAST + timedelta(days=3))


@pytest.mark.parametrize("handed_over", [False, True])
@pytest.mark.parametrize(
    "deliver",
    [nothing, early_list, whole_list, too_late_list, whole_days, days_without_an_opening_total,
     half_the_days, days_from_the_tenth, days_without_a_field, days_of_september],
)  # fmt: skip
def test_what_scoring_misses_the_board_calls_owed(measures, deliver, handed_over):
    account, ann, ben = AccountFactory(platform="douyin"), make_operator("Ann"), make_operator("Ben")
    hold(account, ann, starts_on=FIRST, ends_on=FIRST + timedelta(days=14) if handed_over else None)
    if handed_over:
        hold(account, ben, starts_on=FIRST + timedelta(days=15))
    deliver(account)
    reading = Reading(first=FIRST, last=LAST, period_days=31)
    people = {ann.employee_id, ben.employee_id} if handed_over else {ann.employee_id}
    found = {cell.need.grain: cell for cell in cells(date(2026, 10, 20))}
    for key in (
        "completion_rate", "original_works", "followers_net", "follower_loss_rate", "follower_growth_rate"
    ):  # fmt: skip
        measured = measure_people(measures[key], employees=people, reading=reading)
        missed = any(one.reason is Gap.NOT_SUPPLIED for one in measured.values())
        cell = found[measures[key].grain]
        assert not missed or cell.verdict.is_owed, (key, cell.verdict)
    for grain, cell in found.items():
        if cell.state is CellState.RECEIVED:
            reasons = {
                one.reason
                for measure in measures.values()
                if measure.grain is grain and measure.account_kind == "creator"
                for one in measure_people(measure, employees=people, reading=reading).values()
            }
            assert Gap.NOT_SUPPLIED not in reasons, (grain, reasons)


def test_nothing_at_all_is_owed_on_both_sides(measures):
    account, ann = AccountFactory(platform="douyin"), make_operator("Ann")
    hold(account, ann)
    assert states() == {WORKS: CellState.LATE, DAILY: CellState.LATE}
    reading = Reading(first=FIRST, last=LAST, period_days=31)
    for key in ("completion_rate", "followers_net"):
        (measured,) = measure_people(measures[key], employees={ann.employee_id}, reading=reading).values()
        assert measured.reason is Gap.NOT_SUPPLIED


# What a cell is made of


def test_a_day_is_complete_from_several_files_and_sources(measures):
    account = AccountFactory()
    hold(account, make_operator("Ann"))
    AccountDayFactory(account=account, date=FIRST - timedelta(days=2), followers_total=5)
    daily(account, followers_net=1, followers_gained=2)
    assert states()[DAILY] is CellState.LATE
    daily(account, source="derived", followers_lost=1)
    assert states()[DAILY] is CellState.RECEIVED


def test_a_day_told_for_single_creators_needs_each_of_them(measures):
    shop, advertiser = AccountFactory(kind="shop"), AccountFactory(kind="advertiser")
    hold(shop, make_operator("Ann"))
    hold(advertiser, make_operator("Ben"))
    for day in Span(FIRST, LAST):
        CommerceDayFactory(account=shop, date=day, paid_orders=1, product_clicks=2)
        for about in (1, 2):
            gmv = None if (day, about) == (FIRST, 2) else 1
            AdsDayFactory(account=advertiser, date=day, about_id=about, spend=1, refunds=0, gmv=gmv)
    found = {cell.account.kind: cell for cell in cells()}
    assert found["shop"].state is CellState.RECEIVED
    assert found["advertiser"].verdict.missing == (Span(FIRST, FIRST),)


def test_only_accounts_of_people_with_a_card_are_asked_for(measures):
    hold(AccountFactory(), make_manager("Bob"))
    AccountFactory(handle="nobodys")
    assert cells() == []


def test_measures_that_no_scheme_reads_need_no_file():
    world = small_world(teams=1, people=1)
    account = AccountFactory(kind="shop")
    hold(account, world.operators[0])
    in_use = {cell.need.grain for cell in cells()}
    assert in_use == {Grain.VIDEO_SNAPSHOT, Grain.ACCOUNT_DAY, Grain.COMMERCE_DAY} - (
        set() if "ecommerce_conversion" in str(world.cycle.schemes.get().scheme_version.text)
        else {Grain.COMMERCE_DAY}
    )  # fmt: skip


def test_the_supplier_owes_else_who_held_it_last(measures):
    account, ann, ben = AccountFactory(), make_operator("Ann"), make_operator("Ben")
    hold(account, ann, starts_on=FIRST, ends_on=FIRST + timedelta(days=9))
    hold(account, ben, starts_on=FIRST + timedelta(days=10))
    assert {cell.debtor for cell in cells()} == {ben.employee}
    account.supplier = ann.employee
    account.save()
    assert {cell.debtor for cell in cells()} == {ann.employee}
    ann.employee.left_on = date(2026, 8, 20)
    ann.employee.save()
    assert {cell.debtor for cell in cells()} == {ben.employee}


def refuse(account, at, grain="video_snapshot", sha="a"):
    return RefusedFile.objects.create(
        account=account, grain=grain, file_name="x.xlsx", sha256=sha, actor="user:1", actor_name="Ann", at=at,
        reason=as_plain(said("no_account", file="x.xlsx")),
    )  # fmt: skip


def test_a_refused_try_counts_until_a_later_one_is_taken(measures):
    account = AccountFactory()
    hold(account, make_operator("Ann"))
    refuse(account, datetime(2026, 9, 1, 4, tzinfo=UTC))
    assert states()[WORKS] is CellState.REJECTED
    works(account, date(2026, 8, 31), at=datetime(2026, 9, 1, 5, tzinfo=UTC))
    assert states()[WORKS] is CellState.LATE
    refuse(account, datetime(2026, 9, 1, 6, tzinfo=UTC), sha="b")
    assert states()[WORKS] is CellState.REJECTED
    works(account, date(2026, 9, 1))
    assert states()[WORKS] is CellState.RECEIVED


def test_a_file_of_no_known_kind_shows_on_the_first_that_is_owed(measures):
    account = AccountFactory()
    hold(account, make_operator("Ann"))
    works(account, date(2026, 9, 1))
    refuse(account, datetime(2026, 9, 2, 4, tzinfo=UTC), grain="")
    assert states() == {WORKS: CellState.RECEIVED, DAILY: CellState.REJECTED}


@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-08-02", False), ("2026-08-20", True), ("2026-09-20", True), ("2026-10-20", False)],
)
def test_a_try_belongs_to_the_period_being_collected(measures, at, shown):
    account = AccountFactory()
    hold(account, make_operator("Ann"))
    refuse(account, datetime.fromisoformat(f"{at}T04:00:00+00:00"))
    assert (states(day=date(2026, 10, 25))[WORKS] is CellState.REJECTED) is shown


def test_a_week_is_collected_like_a_month(measures):
    account = AccountFactory()
    hold(account, make_operator("Ann"))
    daily(account, first=date(2026, 8, 24), last=date(2026, 8, 30))
    week = Period.parse("2026-W35")
    assert states(period=week)[DAILY] is CellState.RECEIVED
    assert states(period=Period.parse("2026-W36"))[DAILY] is CellState.DUE


# The page


@pytest.fixture
def team(measures):
    """Bob manages Alice, who holds dawn; Carol holds dusk and supplies it; Dana looks after the data."""
    CompanyFactory()
    people = {"bob": make_manager("Bob")}
    people["alice"] = make_operator("Alice", manager=people["bob"])
    people["carol"] = make_operator("Carol", team=TeamFactory())
    people["dana"] = make_officer("Dana", Role.DATA_ADMIN)
    people["helen"] = make_officer("Helen", Role.HR_PEOPLE)
    people["fay"] = make_officer("Fay", Role.FINANCE)
    dawn = AccountFactory(platform="douyin", handle="dawn")
    dusk = AccountFactory(platform="douyin", handle="dusk", supplier=people["carol"].employee)
    hold(dawn, people["alice"])
    hold(dusk, people["carol"])
    with time_machine.travel(datetime(2026, 9, 4, 4, tzinfo=UTC), tick=False):
        yield {**people, "dawn": dawn, "dusk": dusk}


def page(client, user, **query):
    client.force_login(user)
    return client.get(reverse("metrics:collection"), query)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("dana", {"dawn", "dusk"}), ("helen", {"dawn", "dusk"}), ("bob", {"dawn"}), ("alice", {"dawn"}),
        ("carol", {"dusk"}), ("fay", set()),
    ],
)  # fmt: skip
def test_everybody_sees_their_part_of_the_board(client, team, who, sees):
    rows = page(client, team[who]).context["page"].object_list
    assert {row["account"].handle for row in rows} == sees


def test_who_holds_an_account_that_somebody_else_supplies_owes_nothing(client, team):
    team["dawn"].supplier = team["carol"].employee
    team["dawn"].save()
    assert not page(client, team["alice"]).context["page"].object_list
    assert len(page(client, team["carol"]).context["page"].object_list) == 2
    assert len(page(client, team["bob"]).context["page"].object_list) == 1


def test_the_counts_and_filters_agree(client, team):
    works(team["dawn"], date(2026, 9, 2))
    refuse(team["dusk"], datetime(2026, 9, 3, 4, tzinfo=UTC))
    whole = page(client, team["dana"])
    assert "1 of 4 files are in." in whole.content.decode()
    summary = whole.context["summary"]
    assert (summary.files, summary.received, summary.late, summary.rejected) == (4, 1, 2, 1)
    for state, count in (("late", 2), ("rejected", 1), ("received", 1), ("owed", 3), ("nonsense", 0)):
        found = page(client, team["dana"], state=state)
        shown = [cell for row in found.context["page"].object_list for cell in row["lists"] + row["days"]]
        assert (len(shown), found.context["summary"]) == (count, summary), state
    alices = str(team["alice"].employee.postings.get().team_id)
    assert page(client, team["dana"], team=alices).context["summary"].files == 2
    assert page(client, team["dana"], platform="tiktok").context["summary"].files == 0
    assert page(client, team["dana"], period="2026-W36").status_code == 200
    assert page(client, team["dana"], period="x").context["period"].label == "2026-08"


def test_the_counts_lead_to_the_files_of_the_chosen_team(client, team):
    chosen = str(team["alice"].employee.postings.get().team_id)
    text = page(client, team["dana"], team=chosen).content.decode()
    assert f"?period=2026-08&amp;team={chosen}&amp;state=late" in text


def test_somebody_who_owes_nothing_is_told_so(client, team):
    Account.objects.update(supplier=team["dana"].employee)
    text = page(client, team["alice"]).content.decode()
    assert "You owe no files" in text
    assert "0 of 0" not in text


def waive(client, user, account, **given):
    client.force_login(user)
    sent = {"period": "2026-08", "need": WORKS, "reason": "on leave", **given}
    return client.post(reverse("metrics:collection_waive", args=[account.pk]), sent)


def test_a_file_is_marked_as_not_needed_and_needed_again(client, team):
    assert waive(client, team["bob"], team["dawn"]).status_code == 302
    (waiver,) = FileWaiver.objects.all()
    assert (waiver.reason, waiver.actor_name, waiver.first_day) == ("on leave", "Bob", FIRST)
    assert states()[WORKS] in (CellState.NOT_NEEDED, CellState.LATE)
    assert page(client, team["dana"]).context["summary"].not_needed == 1
    shown = client.get(reverse("metrics:collection_account", args=[team["dawn"].pk]), {"period": "2026-08"})
    assert "on leave" in shown.content.decode()
    assert waive(client, team["dana"], team["dawn"]).status_code == 409
    back = reverse("metrics:collection_unwaive", args=[team["dawn"].pk])
    assert client.post(back, {"period": "2026-08", "waiver": waiver.pk}).status_code == 302
    assert client.post(back, {"period": "2026-08", "waiver": waiver.pk}).status_code == 409
    assert page(client, team["dana"]).context["summary"].not_needed == 0
    assert waive(client, team["dana"], team["dawn"]).status_code == 302
    assert verify_chain(f"metrics.filewaiver:{waiver.pk}") == []
    actions = AuditEvent.objects.filter(subject=f"metrics.filewaiver:{waiver.pk}").values_list("action")
    assert [one for (one,) in actions] == ["file.not_needed", "file.needed_again"]


@pytest.mark.parametrize(
    ("who", "given", "status"),
    [
        ("alice", {}, 403), ("carol", {}, 404), ("fay", {}, 404), ("bob", {"reason": "  "}, 400),
        ("bob", {"need": "nonsense"}, 400), ("helen", {}, 302),
    ],
)  # fmt: skip
def test_only_a_manager_or_an_office_says_that_a_file_is_not_needed(client, team, who, given, status):
    assert waive(client, team[who], team["dawn"], **given).status_code == status
    assert FileWaiver.objects.count() == (status == 302)


def remind(client, user, **given):
    client.force_login(user)
    return client.post(reverse("metrics:collection_remind"), {"period": "2026-08", **given})


def test_everybody_who_owes_is_reminded_once_a_day(client, team):
    assert "2 people get a notice" in page(client, team["dana"]).content.decode()
    remind(client, team["dana"])
    notices = {one.recipient: one.params for one in Notice.objects.filter(kind="data.owed")}
    assert set(notices) == {team["alice"].pk, team["carol"].pk}
    assert notices[team["alice"].pk] == {
        "accounts": team["dawn"].shown_name, "period": "2026-08", "due": "2026-09-03",
    }  # fmt: skip
    remind(client, team["helen"])
    remind(client, team["bob"])
    assert Notice.objects.filter(kind="data.owed").count() == Reminder.objects.count() == 2
    with time_machine.travel(datetime(2026, 9, 5, 4, tzinfo=UTC), tick=False):
        remind(client, team["bob"])
    assert Notice.objects.filter(kind="data.owed").count() == 3


def test_a_reminder_keeps_to_the_filters_and_to_those_one_manages(client, team):
    alices = str(team["alice"].employee.postings.get().team_id)
    remind(client, team["dana"], team=alices)
    assert [one.employee for one in Reminder.objects.all()] == [team["alice"].employee]
    assert remind(client, team["carol"]).status_code == 403
    assert remind(client, team["fay"]).status_code == 403


def test_who_owes_nothing_is_not_reminded(client, team):
    works(team["dawn"], date(2026, 9, 2))
    daily(team["dawn"], first=FIRST - timedelta(days=1))
    remind(client, team["dana"])
    assert [one.employee for one in Reminder.objects.all()] == [team["carol"].employee]


def test_the_notice_is_worded(client, team):
    remind(client, team["dana"])
    client.force_login(team["alice"])
    text = client.get(reverse("portal:notices")).content.decode()
    assert "Files for 2026-08 are still missing" in text


@pytest.mark.parametrize(
    ("days", "status", "kept"), [("5", 302, 5), ("0", 400, 3), ("x", 400, 3), ("21", 400, 3)]
)
def test_the_due_day_is_a_working_day(client, team, days, status, kept):
    client.force_login(team["dana"])
    sent = {"period": "2026-08", "days": days}
    assert client.post(reverse("metrics:collection_due"), sent).status_code == status
    assert Company.objects.get().data_due_days == kept
    due = page(client, team["dana"]).context["due"]
    assert due == (date(2026, 9, 7) if kept == 5 else date(2026, 9, 3))


def own_file(team):
    return works(
        team["dawn"],
        date(2026, 9, 2),
        self_supplied=True,
        actor=f"user:{team['alice'].pk}",
        file_name="w.xlsx",
    )


@pytest.mark.parametrize(("who", "offered"), [("bob", True), ("dana", True), ("alice", False)])
def test_a_self_supplied_file_waits_for_somebody_else(client, team, who, offered):
    fetch = own_file(team)
    client.force_login(team[who])
    address = reverse("metrics:collection_account", args=[team["dawn"].pk])
    text = client.get(address, {"period": "2026-08"}).content.decode()
    assert "Waits for a confirmation by somebody else" in text
    confirm = reverse("metrics:delivery_confirm", args=[fetch.pk])
    assert (f'action="{confirm}"' in text) is offered
    answer = client.post(confirm, {"period": "2026-08"})
    fetch.refresh_from_db()
    assert (fetch.confirmed_at is not None) is offered
    if offered:
        assert answer.url == f"{address}?period=2026-08"
        assert "Waits for a confirmation by" not in client.get(answer.url).content.decode()


@pytest.mark.parametrize("who", ["bob", "dana", "alice"])
@pytest.mark.parametrize("waits", [True, False])
def test_one_accounts_files_cost_no_more_than_other_pages(client, team, who, waits):
    if waits:
        own_file(team)
    client.force_login(team[who])
    address = reverse("metrics:collection_account", args=[team["dawn"].pk])
    client.get(address, {"period": "2026-08"})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, {"period": "2026-08"}).status_code == 200
    assert len(captured) <= 25


@pytest.mark.parametrize(("who", "offered"), [("bob", True), ("dana", True), ("alice", False)])
def test_it_is_confirmed_from_the_board_itself(client, team, who, offered):
    fetch = own_file(team)
    confirm = reverse("metrics:delivery_confirm", args=[fetch.pk])
    assert (f'action="{confirm}"' in page(client, team[who]).content.decode()) is offered
    if offered:
        answer = client.post(confirm, {"period": "2026-08", "back": "board"})
        assert answer.url == f"{reverse('metrics:collection')}?period=2026-08"
        assert page(client, team[who]).context["summary"].waiting == 0


def test_what_one_owes_is_offered_on_the_upload_page_and_at_home(client, team):
    client.force_login(team["alice"])
    for name in ("upload", "collection_owed"):
        text = client.get(reverse(f"metrics:{name}")).content.decode()
        assert "2 files for 2026-08 are still owed by you, due on 2026-09-03" in text, name
        assert f"?account=douyin%3Adawn&amp;need={WORKS}" in text
    form = client.get(reverse("metrics:upload"), {"account": "douyin:dawn", "need": WORKS}).context["form"]
    assert (form["account"].value(), form["as_of"].value()) == ("douyin:dawn", date(2026, 9, 4))
    client.force_login(team["bob"])
    late = client.get(reverse("metrics:collection_late")).content.decode()
    assert "2 files for 2026-08 are overdue or were not taken." in late


# What it costs


@pytest.mark.slow
def test_the_board_costs_the_same_for_ten_and_a_thousand_accounts(client):
    world = small_world(teams=1, people=2)
    dana = make_officer("Dana", Role.DATA_ADMIN)
    team, manager = world.teams["T1"], world.managers["T1"]

    def cost(user, name, **query):
        client.force_login(user)
        address = reverse(f"metrics:{name}")
        client.get(address, query)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address, query)
        assert answer.status_code == 200
        return len(captured), len(answer.content)

    asked = [
        (dana, "collection"), (manager, "collection"), (dana, "health"), (world.operators[0], "upload"),
        (world.operators[0], "collection_owed"), (manager, "collection_late"),
    ]  # fmt: skip
    crowd(8, manager=manager, team=team)
    with time_machine.travel(NOW, tick=False):
        few = [cost(*one, period="2026-08") for one in asked]
        crowd(990, manager=manager, team=team)
        many = [cost(*one, period="2026-08") for one in asked]
        assert Account.objects.count() == 1000
    assert [one[0] for one in many] == [one[0] for one in few]
    assert max(one[0] for one in many) <= 25, many
    assert max(one[1] for one in many) <= 80 * 1024, many


@pytest.mark.parametrize("label", ["0001-01", "1999-12", "3000-01", "9999-12", "0001-W01", "9999-W52"])
def test_a_period_at_the_ends_of_the_calendar_is_none(label, client):
    with pytest.raises(ValueError, match=label):
        Period.parse(label)
    CompanyFactory()
    client.force_login(make_officer("Dana", Role.DATA_ADMIN))
    assert client.get(reverse("metrics:collection"), {"period": label}).status_code == 200
