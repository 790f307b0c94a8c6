"""Two people at one question at the same moment, on a database that lets them really be two."""

import pytest

from common.errors import Refusal
from metrics.models import AccountDay, Correction, Fetch, Restatement
from people.choices import Role
from reviews.choices import QuestionAction, QuestionState
from reviews.models import DataQuestion
from reviews.services.question_corrections import withdraw
from reviews.services.questions import move_question
from tests.factories.people import make_officer
from tests.factories.questions import REASON, make_asking
from tests.factories.racing import at_once
from tests.factories.reviews import NOW

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asking():
    return make_asking()


def _refusals(results):
    return [(one.status, one.code) for one in results if isinstance(one, Refusal)]


def test_one_of_two_answerers_wins_and_the_other_is_told(asking):
    question = asking.ask()
    given = {"question_id": question.pk, "row_version": 1, "text": REASON, "at": NOW}
    dora, dan = asking.viewer(asking.dora), asking.viewer(asking.dan)
    results = at_once(
        lambda: move_question(viewer=dora, action=QuestionAction.EXPLAIN, **given),
        lambda: move_question(viewer=dan, action=QuestionAction.NOT_OURS, **given),
    )
    assert _refusals(results) == [(409, "question_moved")]
    found = DataQuestion.objects.get()
    (told,) = [one for one in results if isinstance(one, Refusal)]
    assert found.moved_by_name in str(told)
    assert found.row_version == 2


def test_one_of_two_confirmers_wins_and_the_fact_is_written_once(asking):
    question = asking.propose(asking.ask(), 400)
    dan, eve = asking.dan, make_officer("Eve", Role.DATA_ADMIN)
    results = at_once(lambda: asking.confirm(question, dan), lambda: asking.confirm(question, eve))
    assert _refusals(results) == [(409, "question_moved")]
    assert Correction.objects.get().state == "confirmed"
    assert Fetch.objects.filter(kind="correction").count() == 1
    assert Restatement.objects.filter(field="followers_net").count() == 1
    assert AccountDay.objects.filter(source="corrected").count() == 1


def test_confirming_and_withdrawing_at_once_leaves_one_decision(asking):
    question = asking.propose(asking.ask(), 400)
    dora = asking.viewer(asking.dora)
    results = at_once(
        lambda: asking.confirm(question, asking.dan),
        lambda: withdraw(question_id=question.pk, viewer=dora, row_version=2, at=NOW),
    )
    assert [status for status, _code in _refusals(results)] == [409]
    state = DataQuestion.objects.get().state
    written = AccountDay.objects.filter(source="corrected").exists()
    assert (state, written) in ((QuestionState.CORRECTED, True), (QuestionState.LOOKED_AT, False))


def test_two_proposals_for_one_cell_from_two_questions_leave_one(asking):
    first, second = asking.ask(), asking.ask(asking.world.bob)
    dora, dan = asking.dora, asking.dan
    results = at_once(
        lambda: asking.propose(first, 400, dora),
        lambda: asking.propose(second, 500, dan),
    )
    assert _refusals(results) == [(409, "proposal_waits")]
    assert Correction.objects.count() == 1
    states = sorted(DataQuestion.objects.values_list("state", flat=True))
    assert states == [QuestionState.ASKED, QuestionState.PROPOSED]


def test_the_same_question_twice_at_once_is_asked_once(asking):
    results = at_once(asking.ask, asking.ask)
    assert _refusals(results) == [(409, "asked_before")]
    assert DataQuestion.objects.count() == 1
