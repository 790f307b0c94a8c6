"""Data questions: who asks, who answers, two people for a correction, and what a card does."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.audit import verify_chain
from common.errors import Conflict, NotAllowed, NotVisible, Refusal
from common.models import Notice
from metrics.choices import Grain
from metrics.models import Correction
from metrics.selectors.facts import FactKey
from people.choices import Role
from people.models import Account
from performance.choices import CardState
from performance.models import Cycle, Scorecard, ScorecardVersion
from performance.services.scoring import score_cycle
from reviews.choices import Attention, QuestionAction, QuestionKind, QuestionState
from reviews.models import DataQuestion
from reviews.questioning import MOST_A_DAY, MOST_OPEN
from reviews.selectors.question_page import QuestionPage
from reviews.selectors.questions import question_subject, thread
from reviews.selectors.queue import review_queue
from reviews.services.decisions import approve_card
from reviews.services.figures import refresh_figures
from reviews.services.question_corrections import refuse, withdraw
from reviews.services.questions import Place, move_question
from reviews.words import figure
from tests.factories.people import AccountShareFactory, grant, make_officer
from tests.factories.questions import REASON, TEXT, Asking, make_asking
from tests.factories.reviews import NOW, SYSTEM, make_world

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 3)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def asking():
    return make_asking()


@pytest.fixture
def running():
    """The month is open; data reaches the eleventh."""
    return make_asking(frozen=False, through=date(2026, 8, 11))


def moved(asking, question, user, action, text=TEXT, at=NOW, **more):
    question.refresh_from_db()
    given = {"row_version": question.row_version, **more}
    return move_question(
        question_id=question.pk, viewer=asking.viewer(user), action=action, text=text, at=at, **given
    )  # fmt: skip


def told(kind=None):
    rows = Notice.objects.order_by("pk")
    return [(one.kind, one.recipient) for one in (rows.filter(kind=kind) if kind else rows)]


# Asking


def test_the_subject_the_line_above_hr_ask_about_a_card(asking):
    world = asking.world
    for user in (world.alice, world.bob, world.dave):
        assert asking.ask(user).state == QuestionState.ASKED
    assert DataQuestion.objects.count() == 3


@pytest.mark.parametrize("who", ["carol", "ann", "cody", "dora"])
def test_a_card_outside_the_scope_is_not_there_to_ask_about(asking, who):
    with pytest.raises(NotVisible):
        asking.ask(getattr(asking.world, who, None) or asking.dora)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.EXECUTIVE, Role.ADMIN, Role.HR_PAY])
def test_offices_that_see_every_card_do_not_ask(asking, role):
    with pytest.raises(NotAllowed):
        asking.ask(make_officer("Olga", role))
    assert not DataQuestion.objects.exists()


def test_a_manager_with_an_office_still_asks_for_the_own_people(asking):
    grant(asking.world.bob, Role.EXECUTIVE)
    assert asking.ask(asking.world.bob).pk


def test_those_who_answer_are_told_without_figures_and_the_asker_is_not(asking):
    asking.ask(value_shown="3.10 %")
    assert sorted(told()) == sorted(
        [("reviews.question_asked", asking.dora.pk), ("reviews.question_asked", asking.dan.pk)]
    )
    assert all("3.10" not in str(one.params) for one in Notice.objects.all())


def test_hr_is_told_where_nobody_looks_after_the_data():
    world = make_world()
    asking = Asking(world, world.dave, world.erin)
    asking.ask(world.dave)
    assert told() == [("reviews.question_asked", world.erin.pk)]


def test_one_open_question_a_person_line_and_place(asking):
    question = asking.ask()
    with pytest.raises(Conflict) as again:
        asking.ask()
    assert again.value.code == "asked_before"
    assert asking.ask(asking.world.bob).pk
    assert asking.ask(place=asking.place(DAY + timedelta(days=1))).pk
    assert asking.ask(leaf="loss_month", field="").pk
    moved(asking, question, asking.world.alice, QuestionAction.TAKE_BACK)
    assert asking.ask().pk


@pytest.mark.parametrize("text", ["", "too short", " " * 40, "x" * 1001])
def test_a_question_says_what_is_wrong(asking, text):
    with pytest.raises(Refusal) as refused:
        asking.ask(text=text)
    assert refused.value.code == "reason_short"


def test_a_question_is_about_what_the_line_reads(asking):
    foreign = Account.objects.get(handle=f"dy-{asking.world.cody.employee.number}")
    for wrong in (
        {"leaf": "nonsense"},
        {"field": "plays"},
        {"place": Place(account_id=foreign.pk, day=DAY)},
        {"place": Place(video_id=asking.video.pk)},
        {"place": Place(account_id=foreign.pk, video_id=asking.video.pk)},
        {"place": asking.place(date(2026, 9, 11))},
    ):
        with pytest.raises(Refusal):
            asking.ask(**wrong)
    assert asking.ask(place=Place(), field="").place == "0|0|"


def test_a_person_has_only_so_many_questions(asking):
    for number in range(MOST_OPEN):
        asking.ask(place=asking.place(date(2026, 8, 1) + timedelta(days=number)))
    with pytest.raises(Refusal) as open_ones:
        asking.ask(place=Place(), field="")
    assert open_ones.value.code == "too_many_open"
    DataQuestion.objects.update(state=QuestionState.EXPLAINED)
    for number in range(MOST_A_DAY - MOST_OPEN):
        asking.ask(place=asking.place(date(2026, 8, 1) + timedelta(days=number)))
    with pytest.raises(Refusal) as today:
        asking.ask(place=Place(), field="")
    assert today.value.code == "too_many_today"
    assert asking.ask(place=Place(), field="", at=NOW + timedelta(days=2)).pk


def test_a_final_month_takes_no_questions_and_says_so(asking):
    Cycle.objects.update(state="final")
    with pytest.raises(Conflict) as closed:
        asking.ask()
    assert closed.value.code == "questions_closed"
    assert "2026-08" in str(closed.value)


# Answering


def test_a_question_is_looked_at_and_explained(asking):
    question = asking.ask()
    moved(asking, question, asking.dora, QuestionAction.LOOK, text="")
    found = moved(asking, question, asking.dan, QuestionAction.EXPLAIN, text=REASON)
    assert (found.state, found.answer, found.row_version) == (QuestionState.EXPLAINED, REASON, 3)
    assert [event.action for event in thread(question)] == ["ask", "look", "explain"]
    assert verify_chain(question_subject(question)) == []
    assert told("reviews.question_moved") == [("reviews.question_moved", asking.world.alice.pk)] * 2


def test_asker_and_answerer_write_to_each_other(asking):
    question = asking.ask()
    moved(asking, question, asking.dora, QuestionAction.REMARK, text="which page shows it?")
    moved(asking, question, asking.world.alice, QuestionAction.REMARK, text="the creator back office")
    assert question.state == QuestionState.ASKED
    assert told("reviews.question_remarked") == [
        ("reviews.question_remarked", asking.world.alice.pk),
        ("reviews.question_remarked", asking.dora.pk),
        ("reviews.question_remarked", asking.dan.pk),
    ]


@pytest.mark.parametrize(
    "action",
    [QuestionAction.LOOK, QuestionAction.EXPLAIN, QuestionAction.NOT_OURS],
)
def test_nobody_answers_their_own_question(asking, action):
    question = asking.ask(asking.world.dave)
    with pytest.raises(NotAllowed) as refused:
        moved(asking, question, asking.world.dave, action)
    assert refused.value.code == "own_question"
    assert moved(asking, question, asking.world.erin, action).pk


def test_the_subject_does_not_answer_about_the_own_card_even_as_data_administrator(asking):
    grant(asking.world.alice, Role.DATA_ADMIN)
    question = asking.ask(asking.world.bob)
    with pytest.raises(NotAllowed):
        moved(asking, question, asking.world.alice, QuestionAction.EXPLAIN)


def test_nor_does_a_holder_of_the_account(asking):
    grant(asking.world.ann, Role.DATA_ADMIN)
    question = asking.ask()
    assert moved(asking, question, asking.world.ann, QuestionAction.LOOK).pk
    AccountShareFactory(period=asking.account.periods.get(), employee=asking.world.ann.employee, share=1)
    with pytest.raises(NotAllowed):
        moved(asking, question, asking.world.ann, QuestionAction.EXPLAIN)


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_managers_and_subjects_read_and_do_not_answer(asking, who):
    question = asking.ask(asking.world.dave)
    with pytest.raises(NotAllowed):
        moved(asking, question, getattr(asking.world, who), QuestionAction.EXPLAIN)


@pytest.mark.parametrize("who", ["carol", "ann"])
def test_strangers_do_not_find_the_question(asking, who):
    question = asking.ask()
    with pytest.raises(NotVisible):
        moved(asking, question, getattr(asking.world, who), QuestionAction.EXPLAIN)


def test_whoever_is_late_is_told_who_was_faster(asking):
    question = asking.ask()
    seen = question.row_version
    moved(asking, question, asking.dora, QuestionAction.LOOK, text="")
    for action in (QuestionAction.LOOK, QuestionAction.EXPLAIN):
        with pytest.raises(Conflict) as late:
            moved(asking, question, asking.dan, action, row_version=seen)
        assert (late.value.status, late.value.code) == (409, "question_moved")
        assert "Dora" in str(late.value)
        assert "2026-09-10 02:00" in str(late.value)


# Correcting


def test_a_correction_takes_two_answerers(asking):
    question = asking.propose(asking.ask(), 400)
    assert question.state == QuestionState.PROPOSED
    assert asking.net() == [("file", 100)]
    with pytest.raises(NotAllowed):
        asking.confirm(question, asking.dora)
    with pytest.raises(NotAllowed):
        asking.confirm(question, asking.world.alice)
    asking.confirm(question, asking.dan)
    question.refresh_from_db()
    assert question.state == QuestionState.CORRECTED
    assert asking.net() == [("corrected", 400), ("file", 100)]
    assert [event.action for event in thread(question)] == ["ask", "propose", "confirm"]


def test_the_asker_confirms_no_correction_even_as_hr(asking):
    question = asking.propose(asking.ask(asking.world.dave), 400)
    with pytest.raises(NotAllowed) as refused:
        asking.confirm(question, asking.world.dave)
    assert refused.value.code == "own_question"
    assert asking.net() == [("file", 100)]
    asking.confirm(question, asking.world.erin)
    assert asking.net()[0] == ("corrected", 400)


def test_the_second_person_is_told_and_so_are_asker_and_subject(asking):
    question = asking.propose(asking.ask(asking.world.bob), 400)
    assert told("reviews.question_proposed") == [("reviews.question_proposed", asking.dan.pk)]
    asking.confirm(question)
    assert told("reviews.question_moved") == [("reviews.question_moved", asking.world.bob.pk)] * 2
    assert told("reviews.question_corrected") == [("reviews.question_corrected", asking.world.alice.pk)]


def test_a_refused_and_a_withdrawn_proposal_leave_the_question_open(asking):
    question = asking.propose(asking.ask(), 400)
    given = {"question_id": question.pk, "at": NOW}
    refuse(viewer=asking.viewer(asking.dan), row_version=question.row_version, text=REASON, **given)
    question = asking.propose(question, 300, asking.dan)
    with pytest.raises(NotAllowed):
        withdraw(viewer=asking.viewer(asking.dora), row_version=question.row_version, **given)
    withdraw(viewer=asking.viewer(asking.dan), row_version=question.row_version, **given)
    question.refresh_from_db()
    assert question.state == QuestionState.LOOKED_AT
    assert list(Correction.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "withdrawn"]
    assert asking.net() == [("file", 100)]


def test_only_what_the_question_is_about_is_corrected(asking):
    question = asking.ask()
    key = asking.key(question)
    other = Account.objects.get(handle=f"dy-{asking.world.ann.employee.number}")
    for wrong in (replace(key, field="plays"), replace(key, account_id=other.pk)):
        with pytest.raises(Refusal):
            asking.propose(question, 400, key=wrong)
    whole = asking.ask(place=Place(), field="")
    with pytest.raises(Refusal):
        asking.propose(whole, 400, key=replace(key, account_id=other.pk))
    assert asking.propose(whole, 400, key=key).pk


# The card


def test_an_open_month_follows_with_the_next_score_exactly(running):
    """Eleven days of 100 net followers on 77 500, one of them really 1 199: 2 199 instead of 1 100."""
    before = running.world.card(running.world.alice).current.lines.get(leaf="growth_month")
    assert before.numerator == Decimal("1100.0000")
    running.confirm(running.propose(running.ask(), 1199))
    assert running.world.card(running.world.alice).current.lines.get(leaf="growth_month").auto == before.auto
    score_cycle(cycle_id=running.world.cycle.pk, day=date(2026, 8, 11), actor=SYSTEM, at=LATER)
    after = running.world.card(running.world.alice).current.lines.get(leaf="growth_month")
    assert after.numerator == Decimal("2199.0000")
    assert after.denominator == before.denominator
    assert after.auto == (Decimal(2199) / before.denominator).quantize(Decimal("1.0000000000"))
    year = running.world.card(running.world.alice).current.lines.get(leaf="followers_year")
    assert year.numerator == Decimal("2199.0000")


def test_the_preview_says_what_the_score_will_be(running):
    question = running.propose(running.ask(), 1199)
    page = QuestionPage(running.viewer(running.world.dave), question)
    preview = page.waiting_preview()
    assert running.net() == [("file", 100)]
    total = running.world.card(running.world.alice).current.total
    assert preview.total_before == total
    assert QuestionPage(running.viewer(running.dora), question).waiting_preview().total_before is None
    running.confirm(question)
    score_cycle(cycle_id=running.world.cycle.pk, day=date(2026, 8, 11), actor=SYSTEM, at=LATER)
    line = running.world.card(running.world.alice).current.lines.get(leaf="growth_month")
    assert preview.after == figure(line.auto, "share")
    assert preview.before != preview.after


def test_the_preview_of_a_videos_figure_is_what_the_refreshed_card_says(asking):
    """27 videos of 10 000 plays at 66.5 %; one of them really at 90 %."""
    read = date(2026, 9, 2)
    place = replace(asking.place(), video_id=asking.video.pk, day=asking.video.published_on, read_on=read)
    question = asking.ask(leaf="completion", field="completion_rate", place=place)
    key = FactKey(Grain.VIDEO_SNAPSHOT, asking.account.pk, read, "completion_rate", asking.video.pk)
    question = asking.propose(question, "0.9", key=key)
    preview = QuestionPage(asking.viewer(asking.world.dave), question).waiting_preview()
    assert (preview.before, preview.after) == ("66.50 %", "67.37 %")
    asking.confirm(question)
    card = asking.world.card(asking.world.alice)
    refresh_figures(
        card_id=card.pk, viewer=asking.viewer(asking.world.dave), reason=REASON,
        row_version=card.row_version, at=LATER,
    )  # fmt: skip
    version = asking.world.card(asking.world.alice).current
    assert figure(version.lines.get(leaf="completion").auto, "share") == preview.after
    assert version.total == preview.total_after


def test_a_frozen_card_follows_only_when_hr_reads_the_figures_once_more(asking):
    card = asking.world.card(asking.world.alice)
    digest = card.current.figures_hash
    asking.confirm(asking.propose(asking.ask(), 1199))
    assert asking.world.card(asking.world.alice).current.figures_hash == digest
    assert told("reviews.question_sealed") == [
        ("reviews.question_sealed", asking.world.dave.pk), ("reviews.question_sealed", asking.world.erin.pk),
    ]  # fmt: skip
    card = asking.world.card(asking.world.alice)
    refresh_figures(
        card_id=card.pk, viewer=asking.viewer(asking.world.dave), reason=REASON,
        row_version=card.row_version, at=LATER,
    )  # fmt: skip
    line = asking.world.card(asking.world.alice).current.lines.get(leaf="growth_month")
    assert line.numerator == Decimal("4199.0000")


def test_a_confirmed_card_never_changes(asking):
    seen = asking.world.seen(asking.world.alice)
    approve_card(viewer=asking.world.viewer(asking.world.bob), at=NOW, **seen)
    before = _sealed(asking)
    asking.confirm(asking.propose(asking.ask(), 1199))
    card = asking.world.card(asking.world.alice)
    assert card.state == CardState.CONFIRMED
    with pytest.raises(Refusal):
        refresh_figures(
            card_id=card.pk, viewer=asking.viewer(asking.world.dave), reason=REASON,
            row_version=card.row_version, at=LATER,
        )  # fmt: skip
    assert _sealed(asking) == before
    assert [kind for kind, _user in told("reviews.question_sealed")] == ["reviews.question_sealed"] * 2


def _sealed(asking):
    card = asking.world.card(asking.world.alice)
    versions = ScorecardVersion.objects.filter(card=card).order_by("pk")
    return [(one.pk, one.figures_hash, one.total, one.inputs, one.sealed_at) for one in versions]


def test_without_corrections_every_figure_is_the_same_to_the_byte(running):
    """A question that was asked, proposed and refused leaves no trace in any card."""
    hashes = list(Scorecard.objects.order_by("pk").values_list("current__figures_hash", "current__inputs"))
    question = running.propose(running.ask(), 1199)
    refuse(
        question_id=question.pk, viewer=running.viewer(running.dan), row_version=question.row_version,
        at=NOW, text=REASON,
    )  # fmt: skip
    score_cycle(cycle_id=running.world.cycle.pk, day=date(2026, 8, 11), actor=SYSTEM, at=LATER)
    again = list(Scorecard.objects.order_by("pk").values_list("current__figures_hash", "current__inputs"))
    assert again == hashes


# The queue


def test_an_open_question_makes_a_card_an_exception_until_it_is_answered(asking):
    def reasons():
        queue = review_queue(asking.world.viewer(asking.world.bob), asking.world.cycle)
        return {row.number: {chip.reason for chip in row.chips} for row in queue.rows}

    number = asking.world.alice.employee.number
    assert Attention.QUESTION not in reasons()[number]
    question = asking.ask()
    found = reasons()
    assert Attention.QUESTION in found.pop(number)
    assert all(Attention.QUESTION not in others for others in found.values())
    moved(asking, question, asking.dora, QuestionAction.NOT_OURS)
    assert Attention.QUESTION not in reasons()[number]


@pytest.mark.parametrize("kind", QuestionKind)
def test_every_kind_can_be_asked(asking, kind):
    assert asking.ask(kind=kind).get_kind_display()
