"""Pages of cards: who sees what, what is refused, what the numbers say."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from metrics.models import AccountDay, ManualEntry
from performance.choices import CardState
from performance.models import ScorecardLine
from reviews.services.figures import set_figure
from tests.factories.people import make_manager
from tests.factories.reviews import NOW, make_world, many_cards

pytestmark = pytest.mark.django_db
REASON = "three videos were counted twice"
MOST_STATEMENTS = 25
MOST_BYTES = 80 * 1024


@pytest.fixture
def world():
    with time_machine.travel(NOW, tick=False):
        yield make_world()


@pytest.fixture
def running():
    with time_machine.travel("2026-08-12T02:00:00Z", tick=False):
        yield make_world(frozen=False, through=date(2026, 8, 11))


def _of(world, user, *more):
    return [world.cycle.label, user.employee.number, *more]


def _sent(world, user, **more):
    seen = world.seen(user)
    return {"seen_hash": seen["seen_hash"], "row_version": seen["row_version"], **more}


@pytest.mark.parametrize(
    ("who", "status"),
    [("bob", 200), ("alice", 200), ("dave", 200), ("carol", 404), ("ann", 404), ("cody", 404)],
)
@pytest.mark.parametrize("name", ["card", "leaf", "rows", "review_card"])
def test_who_sees_a_card_and_its_lines(world, client, who, status, name):
    client.force_login(getattr(world, who))
    more = ["originality"] if name in ("leaf", "rows") else []
    assert client.get(reverse(f"reviews:{name}", args=_of(world, world.alice, *more))).status_code == status


def test_a_strangers_card_reads_like_one_that_is_not_there(world, client):
    client.force_login(world.carol)
    there = client.get(reverse("reviews:card", args=_of(world, world.alice)))
    not_there = client.get(reverse("reviews:card", args=["2026-08", "E99999"]))
    no_month = client.get(reverse("reviews:card", args=["nonsense", "E99999"]))
    assert there.status_code == not_there.status_code == no_month.status_code == 404
    assert len({_without_address(answer) for answer in (there, not_there, no_month)}) == 1


def _without_address(answer):
    """Take out what differs between any two requests: the form's token and the address asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'name="next" value="[^"]*"', "", text)


def test_a_line_that_is_not_on_the_card_is_not_there(world, client):
    client.force_login(world.bob)
    assert client.get(reverse("reviews:leaf", args=_of(world, world.alice, "nonsense"))).status_code == 404


def test_the_card_says_total_tier_and_why(world, client):
    client.force_login(world.bob)
    text = client.get(reverse("reviews:card", args=_of(world, world.alice))).content.decode()
    card = world.card(world.alice)
    assert f"{card.current.total}" in text
    assert "Biggest gain: " in text
    assert "Provisional" not in text or "With the manager" in text
    assert "standard v1" in text
    assert card.current.figures_hash in text
    assert "¥" not in text


def test_four_levels_add_up(world, client):
    """Sentence and waterfall → formula → rows: each level's sum is the one above."""
    client.force_login(world.bob)
    version = world.card(world.alice).current
    lines = list(version.lines.all())
    whole = sum((line.contribution for line in lines), Decimal(0))
    assert abs(whole - version.total) < Decimal("0.01")
    line = version.lines.get(leaf="originality")
    page = client.get(reverse("reviews:leaf", args=_of(world, world.alice, "originality")))
    assert page.context["trace"].formula == "27 / 30 = 90.00 %"
    product = Decimal(line.achievement) * line.effective_percent / 100
    assert abs(product - line.contribution) < Decimal("0.0002")
    for leaf in ("originality", "completion", "growth_month", "loss_month", "followers_year", "campaigns"):
        page = client.get(reverse("reviews:rows", args=_of(world, world.alice, leaf)))
        stored = version.lines.get(leaf=leaf)
        sums = page.context["sums"]
        assert (leaf, sums.numerator, sums.denominator) == (leaf, stored.numerator, stored.denominator)
        assert sums.agrees


def test_rows_lead_to_their_delivery_and_say_why_they_do_not_count(world, client):
    client.force_login(world.bob)
    page = client.get(reverse("reviews:rows", args=_of(world, world.alice, "completion")))
    row = page.context["page"].object_list[0]
    assert row.delivery.file_name.endswith("video_snapshot.csv")
    assert reverse("metrics:delivery", args=[row.delivery.pk]) in page.content.decode()
    entry = ManualEntry.objects.create(
        measure="hot_event_campaigns", employee=world.alice.employee, date="2026-08-20", value=1,
        title="Moon festival", state="claimed", entered_by="user:0", entered_at=NOW,
    )  # fmt: skip
    page = client.get(reverse("reviews:rows", args=_of(world, world.alice, "campaigns")), {"excluded": "1"})
    assert [(row.label, row.counts) for row in page.context["page"].object_list] == [(entry.title, False)]


def test_a_frozen_card_says_when_todays_data_differs(world, client):
    client.force_login(world.bob)
    address = reverse("reviews:rows", args=_of(world, world.alice, "followers_year"))
    day = (
        AccountDay.objects.filter(account__handle=f"dy-{world.alice.employee.number}")
        .order_by("-date")
        .first()
    )
    AccountDay.objects.filter(pk=day.pk).update(followers_net=400)
    page = client.get(address)
    assert not page.context["sums"].agrees
    assert "Today's data adds up to 3,400; the card was computed with 3,100" in page.content.decode().replace(
        "&#x27;", "'"
    )


def test_approving_goes_on_to_the_next_card(world, client):
    client.force_login(world.bob)
    answer = client.post(
        reverse("reviews:act", args=_of(world, world.alice, "approve")),
        _sent(world, world.alice, origin="page"),
    )
    assert answer.status_code == 302
    assert world.card(world.alice).state == CardState.CONFIRMED
    following = client.get(answer.url)
    assert f"/review/{world.cycle.label}/" in answer.url
    assert "Alice: Confirmed." in following.content.decode()


def test_the_stale_page_gets_a_clear_refusal(world, client):
    client.force_login(world.bob)
    stale = _sent(world, world.alice)
    address = reverse("reviews:act", args=_of(world, world.alice, "approve"))
    assert client.post(address, stale).status_code == 302
    second = client.post(address, stale)
    assert second.status_code == 409
    assert "already approved by Bob at 10:00" in second.content.decode()


def test_changed_figures_are_told_old_and_new(world, client):
    stale = _sent(world, world.alice)
    before = world.card(world.alice).current.total
    seen = world.seen(world.alice)
    set_figure(
        viewer=world.viewer(world.bob), leaf="originality", value=Decimal(15), reason=REASON, at=NOW,
        card_id=seen["card_id"], row_version=seen["row_version"],
    )  # fmt: skip
    client.force_login(world.dave)
    answer = client.post(reverse("reviews:act", args=_of(world, world.alice, "approve")), stale)
    assert answer.status_code == 409
    assert f"{before} → {world.card(world.alice).current.total}" in answer.content.decode()


def test_a_fragment_is_what_the_whole_page_includes(world, client):
    client.force_login(world.bob)
    address = reverse("reviews:review_card", args=_of(world, world.alice))
    whole, part = client.get(address), client.get(address, headers={"HX-Request": "true"})
    assert "HX-Request" in whole["Vary"]
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b'name="origin" value="split"' in part.content


@pytest.mark.parametrize("action", ["return", "hold"])
def test_a_reason_that_is_too_short_is_said_in_the_form(world, client, action):
    client.force_login(world.bob)
    address = reverse("reviews:act", args=_of(world, world.alice, action))
    assert client.get(address).status_code == 200
    answer = client.post(address, _sent(world, world.alice, reason="short"))
    assert answer.status_code == 422
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW
    assert client.post(address, _sent(world, world.alice, reason=REASON)).status_code == 302


def test_extra_fields_change_nothing(world, client):
    client.force_login(world.bob)
    before = world.card(world.alice).current.total
    sent = _sent(world, world.alice, total="100", score="100", state="final", approved_at="2020-01-01")
    client.post(reverse("reviews:act", args=_of(world, world.alice, "approve")), sent)
    card = world.card(world.alice)
    assert (card.state, card.current.total) == (CardState.CONFIRMED, before)


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("dave", 403), ("carol", 404), ("bob", 302)])
def test_who_may_send_an_approval(world, client, who, status):
    client.force_login(getattr(world, who))
    answer = client.post(
        reverse("reviews:act", args=_of(world, world.alice, "approve")), _sent(world, world.alice)
    )
    assert answer.status_code == status
    assert (world.card(world.alice).state == CardState.CONFIRMED) is (status == 302)


def test_hr_refreshes_and_reopens_and_the_approver_takes_back(world, client):
    def post(who, action, **more):
        client.force_login(who)
        address = reverse("reviews:act", args=_of(world, world.alice, action))
        return client.post(address, _sent(world, world.alice, **more)).status_code

    assert post(world.bob, "refresh", reason=REASON) == 403
    assert post(world.dave, "refresh", reason=REASON) == 302
    assert post(world.bob, "approve", comment="Well done.") == 302
    assert post(world.dave, "undo") == 400
    assert post(world.bob, "undo") == 302
    assert post(world.bob, "approve") == 302
    assert post(world.bob, "reopen", reason=REASON) == 403
    assert post(world.dave, "reopen", reason=REASON) == 302
    card = world.card(world.alice)
    assert (card.state, card.comment, card.current.number) == (CardState.MANAGER_REVIEW, "Well done.", 4)


def test_the_subject_reads_no_comment_before_the_results_are_out(world, client):
    client.force_login(world.bob)
    sent = _sent(world, world.alice, comment="A very private remark.")
    client.post(reverse("reviews:act", args=_of(world, world.alice, "approve")), sent)
    address = reverse("reviews:card", args=_of(world, world.alice))
    assert "A very private remark." in client.get(address).content.decode()
    client.force_login(world.alice)
    assert "A very private remark." not in client.get(address).content.decode()


def test_unknown_actions_are_not_there(world, client):
    client.force_login(world.bob)
    assert client.post(reverse("reviews:act", args=_of(world, world.alice, "publish"))).status_code == 404


def test_many_at_once_names_everybody_first_and_answers_one_by_one(world, client):
    client.force_login(world.bob)
    address = reverse("reviews:approve_many")
    ids = [world.card(user).pk for user in (world.alice, world.ann)]
    asked = client.get(address, {"card": ids})
    assert [row.card.employee.name for row in asked.context["rows"]] == ["Alice", "Ann"]
    rows = [
        f"{s['card_id']}:{s['seen_hash']}:{s['row_version']}"
        for s in map(world.seen, (world.alice, world.cody))
    ]
    answer = client.post(address, {"row": [*rows, "nonsense"]})
    assert [outcome.code for outcome, _row in answer.context["outcomes"]] == [
        "approved",
        "not_found",
        "not_found",
    ]
    assert "Cody" not in answer.content.decode()
    assert world.card(world.cody).state == CardState.MANAGER_REVIEW


def test_a_figure_is_entered_in_the_unit_of_the_page(world, client):
    client.force_login(world.bob)
    address = reverse("reviews:figure", args=_of(world, world.alice, "completion"))
    sent = {"value": "70", "reason": REASON, "row_version": world.card(world.alice).row_version}
    assert client.post(address, sent).status_code == 302
    line = ScorecardLine.objects.get(version=world.card(world.alice).current, leaf="completion")
    assert line.manual == Decimal("0.70")
    answer = client.post(address, {**sent, "value": "NaN"})
    assert answer.status_code == 422


def test_an_entry_is_claimed_by_one_and_confirmed_by_another(world, client):
    client.force_login(world.alice)
    sent = {"title": "Moon festival", "day": "2026-08-20", "value": "1", "evidence": "three videos"}
    assert (
        client.post(reverse("reviews:entry_new", args=_of(world, world.alice, "campaigns")), sent).status_code
        == 302
    )
    entry = ManualEntry.objects.get(title="Moon festival")
    address = reverse("reviews:entry_decide", args=_of(world, world.alice, "campaigns", entry.pk))
    assert client.post(address, {"confirm": "1"}).status_code == 403
    client.force_login(world.carol)
    assert client.post(address, {"confirm": "1"}).status_code == 404
    client.force_login(world.bob)
    assert client.post(address, {"confirm": "0"}).status_code == 400
    assert client.post(address, {"confirm": "1"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by) == ("confirmed", f"user:{world.bob.pk}")
    assert client.post(address, {"confirm": "1"}).status_code == 409


@pytest.mark.parametrize("who", ["alice", "bob", "dave", "carol"])
def test_the_queue_holds_whom_one_decides_about(world, client, who):
    client.force_login(getattr(world, who))
    names = [row.card.employee.name for row in client.get(reverse("reviews:queue")).context["queue"].rows]
    assert sorted(names) == {"alice": [], "bob": ["Alice", "Amy", "Ann"], "dave": [], "carol": ["Cody"]}[who]


def test_hr_finds_cards_without_a_manager_in_the_queue(world, client):
    world.alice.employee.postings.update(manager=None)
    client.force_login(world.dave)
    rows = client.get(reverse("reviews:queue")).context["queue"].rows
    assert [row.card.employee.name for row in rows] == ["Alice"]


def test_the_running_month_on_the_board_and_on_the_card(running, client):
    client.force_login(running.bob)
    board = client.get(reverse("reviews:team"))
    assert [one.card.employee.name for one in board.context["people"]] == ["Alice", "Ann", "Amy"]
    assert client.get(reverse("reviews:queue")).status_code == 200
    client.force_login(running.alice)
    page = client.get(reverse("reviews:card", args=_of(running, running.alice)))
    assert page.status_code == 200
    assert "Provisional" in page.content.decode() or "Live" in page.content.decode()
    leaf = client.get(reverse("reviews:leaf", args=_of(running, running.alice, "campaigns")))
    assert leaf.context["trace"].formula == "2 / 1.354839 = 147.62 %"
    assert leaf.context["trace"].target_now == "3 × 14/31 = 1.354839"
    for leaf in ("originality", "growth_month", "loss_year", "followers_year"):
        rows = client.get(reverse("reviews:rows", args=_of(running, running.alice, leaf)))
        assert (leaf, rows.context["sums"].agrees) == (leaf, True)


def test_who_leads_leaders_sees_everybody_below(running, client):
    head = make_manager("Hana")
    running.bob.employee.postings.update(manager=head.employee)
    client.force_login(head)
    board = client.get(reverse("reviews:team"))
    assert [one.card.employee.name for one in board.context["people"]] == ["Alice", "Ann", "Amy"]
    members = client.get(reverse("portal:manager")).context["members"]
    assert {one.card.employee.name for one in members} == {"Alice", "Ann", "Amy"}


def _measured(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(address)
    return len(queries), len(answer.content)


@pytest.mark.parametrize("name", ["queue", "approve_many", "review_card"])
def test_statements_and_size_do_not_grow_with_people(world, client, name):
    client.force_login(world.bob)
    address = reverse(f"reviews:{name}", args=_of(world, world.alice) if name == "review_card" else [])
    many_cards(world, 10)
    few, _size = _measured(client, address)
    many_cards(world, 1000, first=10)
    many, size = _measured(client, address)
    assert few == many <= MOST_STATEMENTS
    assert size <= MOST_BYTES


def test_the_board_does_not_grow_with_people(running, client):
    client.force_login(running.bob)
    address = reverse("reviews:team")
    many_cards(running, 10)
    few, _size = _measured(client, address)
    many_cards(running, 1000, first=10)
    many, size = _measured(client, address)
    assert few == many <= MOST_STATEMENTS
    assert size <= MOST_BYTES


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("card", []),
        ("leaf", ["completion"]),
        ("leaf", ["loss_year"]),
        ("leaf", ["campaigns"]),
        ("rows", ["completion"]),
        ("rows", ["loss_year"]),
    ],
)
def test_a_cards_pages_stay_small(world, client, name, more):
    client.force_login(world.bob)
    statements, size = _measured(client, reverse(f"reviews:{name}", args=_of(world, world.alice, *more)))
    assert statements <= MOST_STATEMENTS
    assert size <= MOST_BYTES
