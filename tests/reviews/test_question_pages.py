"""Pages of data questions: from the card's row to the corrected figure, without any script."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from metrics.choices import Grain
from metrics.models import AccountDay, VideoSnapshot
from people.choices import Role
from performance.models import Cycle
from reviews.choices import QuestionState
from reviews.models import DataQuestion
from reviews.services.question_corrections import confirm
from tests.factories.people import make_officer
from tests.factories.questions import REASON, TEXT, make_asking
from tests.factories.reviews import NOW

pytestmark = pytest.mark.django_db
MOST_STATEMENTS, MOST_BYTES = 25, 80 * 1024
DAY = date(2026, 8, 3)


@pytest.fixture
def asking():
    with time_machine.travel(NOW, tick=False):
        yield make_asking()


def _of(asking, *more):
    return [asking.world.cycle.label, asking.world.alice.employee.number, *more]


def _ask_url(asking, leaf="growth_month", query=""):
    return reverse("reviews:ask", args=_of(asking, leaf)) + query


def _text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_each_indicator_and_each_source_row_leads_to_a_question(asking, client):
    client.force_login(asking.world.alice)
    card = _text(client.get(reverse("reviews:card", args=_of(asking))))
    for leaf in ("originality", "completion", "growth_month", "campaigns"):
        assert _ask_url(asking, leaf) in card
    assert _ask_url(asking) in _text(client.get(reverse("portal:me_month", args=["2026-08"])))
    rows = _text(client.get(reverse("reviews:rows", args=_of(asking, "growth_month"))))
    assert f"{_ask_url(asking)}?account={asking.account.pk}&amp;day=2026-08-03" in rows
    assert _ask_url(asking) in _text(client.get(reverse("reviews:leaf", args=_of(asking, "growth_month"))))


def test_who_may_not_ask_is_not_offered_it(asking, client):
    client.force_login(make_officer("Olga", Role.AUDITOR))
    for name, more in (("card", ()), ("rows", ("growth_month",)), ("leaf", ("growth_month",))):
        page = client.get(reverse(f"reviews:{name}", args=_of(asking, *more)))
        assert page.status_code == 200
        assert "Question this" not in _text(page)
    assert client.get(_ask_url(asking)).status_code == 403


def test_a_question_from_a_row_is_filled_in_and_asked(asking, client):
    client.force_login(asking.world.alice)
    query = f"?account={asking.account.pk}&day=2026-08-03"
    page = client.get(_ask_url(asking, query=query))
    text = _text(page)
    assert page.context["place"].row.day == DAY
    assert "2026-08-03" in text
    assert "Dora, Dan" in text
    assert "frozen" in text
    sent = {"kind": "value", "field": "followers_net", "text": TEXT, "expected": "400"}
    answer = client.post(_ask_url(asking, query=query), sent)
    question = DataQuestion.objects.get()
    assert answer["Location"] == reverse("reviews:question", args=[question.pk])
    assert (question.account, question.day, question.value_shown) == (asking.account, DAY, "100")
    assert (question.expected, question.asked_by_name) == ("400", "Alice")
    page = _text(client.get(answer["Location"]))
    assert TEXT in page
    assert "Take the question back" in page
    assert "Explain" not in page
    chip = _text(client.get(reverse("reviews:card", args=_of(asking))))
    assert "1 data question open" in chip


def test_a_question_about_a_video_knows_its_reading(asking, client):
    client.force_login(asking.world.alice)
    rows = client.get(reverse("reviews:rows", args=_of(asking, "completion")))
    row = rows.context["page"].object_list[0]
    answer = client.post(_ask_url(asking, "completion", f"?{row.place}"), {"kind": "value", "text": TEXT})
    assert answer.status_code == 302
    question = DataQuestion.objects.get()
    assert (question.video_id, question.video_title) == (row.video, row.label)
    assert question.read_on == date(2026, 9, 2)
    assert question.value_shown == "6,650 / 10,000"


@pytest.mark.parametrize("query", ["?account=1&day=2026-08-03", "?video=999", "?account=x&video=y&day=z"])
def test_a_row_the_line_does_not_read_is_not_there(asking, client, query):
    client.force_login(asking.world.alice)
    assert client.get(_ask_url(asking, query=query)).status_code == 404
    assert client.post(_ask_url(asking, query=query), {"kind": "value", "text": TEXT}).status_code == 404
    assert not DataQuestion.objects.exists()


def test_a_short_text_comes_back_with_the_form(asking, client):
    client.force_login(asking.world.alice)
    answer = client.post(_ask_url(asking), {"kind": "value", "text": "short"})
    assert answer.status_code == 422
    assert not DataQuestion.objects.exists()


def test_a_line_as_a_whole_can_be_asked_about(asking, client):
    client.force_login(asking.world.bob)
    for leaf in ("growth_month", "campaigns", "originality"):
        assert client.post(_ask_url(asking, leaf), {"kind": "other", "text": TEXT}).status_code == 302
    question = DataQuestion.objects.get(leaf="campaigns")
    client.force_login(asking.dora)
    page = _text(client.get(reverse("reviews:question", args=[question.pk])))
    assert "counts entries or works" in page
    assert "Propose a correction" not in page
    answer = client.get(reverse("reviews:question_correct", args=[question.pk]))
    assert answer.status_code == 400
    assert "counts entries or works" in _text(answer)


def test_a_final_month_says_that_questions_are_closed(asking, client):
    client.force_login(asking.world.alice)
    Cycle.objects.update(state="final")
    text = _text(client.get(_ask_url(asking)))
    assert "Questions are closed" in text
    assert 'name="text"' not in text
    assert client.post(_ask_url(asking), {"kind": "value", "text": TEXT}).status_code == 409
    assert "Question this" not in _text(client.get(reverse("reviews:card", args=_of(asking))))
    assert not DataQuestion.objects.exists()


def test_the_way_of_a_correction_over_the_pages(asking, client):
    question = asking.ask()
    address = reverse("reviews:question", args=[question.pk])
    correct = reverse("reviews:question_correct", args=[question.pk])
    client.force_login(asking.dora)
    page = client.get(correct)
    assert page.context["fact"].text == "100"
    sent = {"row_version": 1, "seen": "100", "value": "1199", "reason": REASON, "evidence": "", "gap": ""}
    before = AccountDay.objects.count()
    preview = client.post(correct, {**sent, "preview": "1"})
    assert preview.status_code == 200
    assert preview.context["preview"].after != preview.context["preview"].before
    assert preview.context["preview"].total_after is None
    assert DataQuestion.objects.get().state == QuestionState.ASKED
    assert client.post(correct, sent)["Location"] == address
    assert AccountDay.objects.count() == before
    own = _text(client.get(address))
    assert "somebody else confirms or refuses it" in own
    assert "Confirm the correction" not in own
    client.force_login(asking.dan)
    page = client.get(address)
    assert "100 → 1199" in _text(page)
    done = client.post(reverse("reviews:question_act", args=[question.pk, "confirm"]), {"row_version": 2})
    assert done["Location"] == address
    assert "Corrected by Dora, confirmed by Dan" in _text(client.get(address))
    client.force_login(asking.world.alice)
    rows = _text(client.get(reverse("reviews:rows", args=_of(asking, "growth_month"))))
    assert "corrected by Dora, confirmed by Dan" in rows
    assert '>100</s> → <strong class="num">1199</strong>' in rows
    delivery = AccountDay.objects.get(source="corrected").fetches["followers_net"]
    assert reverse("metrics:delivery", args=[delivery]) in rows
    page = _text(client.get(reverse("metrics:delivery", args=[delivery])))
    assert "Corrected by Dora, confirmed by Dan" in page
    assert REASON in page
    assert "figure corrected" in _text(client.get(reverse("reviews:card", args=_of(asking))))


def test_hr_sees_what_the_total_would_be(asking, client):
    question = asking.propose(asking.ask(), 1199)
    client.force_login(asking.world.dave)
    preview = client.get(reverse("reviews:question", args=[question.pk])).context["preview"]
    assert preview.total_before == asking.world.card(asking.world.alice).current.total
    assert preview.total_after is not None


def test_data_administrators_see_facts_and_no_scores(asking, client):
    question = asking.ask(asking.world.bob)
    client.force_login(asking.dora)
    page = client.get(reverse("reviews:question", args=[question.pk]))
    card = asking.world.card(asking.world.alice)
    assert "The fact behind it, by source" in _text(page)
    assert "The line on the card now" not in _text(page)
    assert f"{card.current.total}" not in _text(page)
    client.force_login(asking.world.bob)
    assert "The line on the card now" in _text(client.get(reverse("reviews:question", args=[question.pk])))


def test_a_rate_is_entered_in_per_cent(asking, client):
    client.force_login(asking.world.alice)
    rows = client.get(reverse("reviews:rows", args=_of(asking, "completion")))
    row = rows.context["page"].object_list[0]
    client.post(
        _ask_url(asking, "completion", f"?{row.place}"),
        {"kind": "value", "field": "completion_rate", "text": TEXT},
    )  # fmt: skip
    question = DataQuestion.objects.get()
    client.force_login(asking.dora)
    correct = reverse("reviews:question_correct", args=[question.pk])
    assert client.get(correct).context["fact"].text == "0.665"
    sent = {"row_version": 1, "seen": "0.665", "value": "70.5", "reason": REASON}
    assert client.post(correct, sent).status_code == 302
    question.refresh_from_db()
    confirm(question_id=question.pk, viewer=asking.viewer(asking.dan), row_version=2, at=NOW)
    stored = VideoSnapshot.objects.get(source="corrected")
    assert stored.completion_rate == Decimal("0.705")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"value": "", "gap": ""}, 422),
        ({"value": "5", "gap": "not_final"}, 422),
        ({"value": "1.5"}, 422),
        ({"value": "100"}, 422),
        ({"value": "abc"}, 422),
        ({"value": "9" * 17}, 422),
        ({"reason": "short"}, 422),
        ({"seen": "99"}, 409),
        ({"row_version": "7"}, 409),
        ({"value": "", "gap": "held_for_check"}, 302),
    ],
)
def test_what_cannot_be_proposed_says_why(asking, client, sent, status):
    question = asking.ask()
    client.force_login(asking.dora)
    given = {"row_version": 1, "seen": "100", "value": "1199", "reason": REASON, "gap": "", **sent}
    answer = client.post(reverse("reviews:question_correct", args=[question.pk]), given)
    assert answer.status_code == status
    assert (DataQuestion.objects.get().state == QuestionState.PROPOSED) is (status == 302)


def test_the_cell_is_chosen_where_the_question_does_not_name_it(asking, client):
    question = asking.ask(leaf="loss_month", field="")
    client.force_login(asking.dora)
    correct = reverse("reviews:question_correct", args=[question.pk])
    page = client.get(correct)
    assert "fact" not in page.context
    chosen = f"{correct}?field=followers_lost&account={asking.account.pk}&day=2026-08-04"
    assert client.get(chosen).context["fact"].text == "50"
    sent = {"row_version": 1, "seen": "50", "value": "40", "reason": REASON}
    assert client.post(chosen, sent).status_code == 302


def test_the_screen_that_is_stale_says_who_was_faster(asking, client):
    question = asking.ask()
    client.force_login(asking.dora)
    client.post(reverse("reviews:question_act", args=[question.pk, "look"]), {"row_version": 1})
    client.force_login(asking.dan)
    answer = client.post(
        reverse("reviews:question_act", args=[question.pk, "explain"]), {"row_version": 1, "text": REASON}
    )
    assert answer.status_code == 409
    assert "Dora was faster" in _text(answer)
    assert DataQuestion.objects.get().state == QuestionState.LOOKED_AT


def test_the_desk_shows_the_oldest_first_and_filters(asking, client):
    old = asking.ask(at=NOW - timedelta(days=9))
    young = asking.ask(asking.world.bob)
    closed = asking.ask(asking.world.dave, at=NOW - timedelta(days=20))
    DataQuestion.objects.filter(pk=closed.pk).update(state="explained", answer="it is right")
    client.force_login(asking.dora)
    desk = reverse("reviews:questions")

    def listed(query):
        return [row.question.pk for row in client.get(desk, query).context["rows"]]

    assert listed({}) == [old.pk, young.pk]
    assert listed({"age": "7"}) == [old.pk]
    assert listed({"state": "explained"}) == [closed.pk]
    assert listed({"state": "proposed"}) == []
    assert listed({"state": "nonsense", "age": "x"}) == [old.pk, young.pk]
    page = client.get(desk)
    assert {value: count for value, _label, count in page.context["states"]}["asked"] == 2
    assert "waits 9 days" in _text(page)
    client.force_login(asking.world.bob)
    assert client.get(desk).status_code == 403
    mine = client.get(reverse("reviews:my_questions"))
    assert [row.question.pk for row in mine.context["rows"]] == [young.pk]


def test_empty_lists_say_what_will_be_there(asking, client):
    client.force_login(asking.dora)
    assert "No question waits" in _text(client.get(reverse("reviews:questions")))
    assert "You have asked nothing yet" in _text(client.get(reverse("reviews:my_questions")))


def _many(asking, count):
    model = DataQuestion.objects.first()
    names = [field.attname for field in DataQuestion._meta.concrete_fields if field.attname != "id"]
    fields = {name: getattr(model, name) for name in names}
    DataQuestion.objects.bulk_create(
        [DataQuestion(**{**fields, "asked_by": f"user:{9_000_000 + number}"}) for number in range(count)]
    )


@pytest.mark.parametrize("name", ["questions", "my_questions", "question", "card"])
def test_pages_cost_the_same_at_ten_and_a_thousand(asking, client, name):
    question = asking.ask()
    user = asking.world.alice if name == "card" else asking.dora
    client.force_login(user)
    args = {"question": [question.pk], "card": _of(asking)}.get(name, [])

    def cost():
        client.get(reverse(f"reviews:{name}", args=args))
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse(f"reviews:{name}", args=args))
        assert page.status_code == 200
        return len(found), len(page.content)

    _many(asking, 10)
    few, _size = cost()
    DataQuestion.objects.filter(asked_by__startswith="user:9").delete()
    _many(asking, 1000)
    many, size = cost()
    assert many == few <= MOST_STATEMENTS
    assert size <= MOST_BYTES


@pytest.mark.parametrize("leaf", ["loss_month", "completion"])
def test_the_dearest_question_stays_under_the_number_of_statements(asking, client, leaf):
    """HR looks at a proposal about one of several figures: line, facts, thread and preview."""
    key = {"loss_month": "followers_lost", "completion": "plays"}[leaf]
    video = asking.video
    about = {"place": asking.place()}
    if leaf == "completion":
        day = date(2026, 9, 2)
        place = replace(asking.place(), video_id=video.pk, day=video.published_on, read_on=day)
        about = {"place": place}
    question = asking.ask(leaf=leaf, field="", **about)
    cell = asking.key(question, key)
    if leaf == "completion":
        cell = replace(cell, grain=Grain.VIDEO_SNAPSHOT, video_id=video.pk, date=date(2026, 9, 2))
    client.force_login(asking.world.dave)
    address = reverse("reviews:question", args=[question.pk])
    rows = reverse("reviews:rows", args=_of(asking, leaf))
    for _state in ("asked", "proposed", "corrected"):
        client.get(address)
        for page in (address, rows):
            with CaptureQueriesContext(connection) as found:
                assert client.get(page).status_code == 200
            assert len(found) <= MOST_STATEMENTS, (page, _state)
        if _state == "asked":
            asking.propose(question, 9, key=cell)
        elif _state == "proposed":
            asking.confirm(question)


def test_a_question_whose_line_left_the_scheme_is_still_read(asking, client):
    question = asking.ask()
    DataQuestion.objects.update(leaf="gone")
    client.force_login(asking.dora)
    assert client.get(reverse("reviews:question", args=[question.pk])).status_code == 200
    assert client.get(reverse("reviews:questions")).status_code == 200
    assert client.get(reverse("reviews:question_correct", args=[question.pk])).status_code == 400
