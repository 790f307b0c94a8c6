"""Two approvers at the same moment, on a database that lets them really be two."""

import pytest

from common.errors import Refusal
from common.models import AuditEvent, Notice
from performance.choices import CardState
from performance.models import ScorecardVersion
from performance.services.cards import card_subject
from reviews.services.decisions import approve_card, return_card
from tests.factories.racing import at_once
from tests.factories.reviews import NOW, make_world

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
REASON = "three videos were counted twice"


@pytest.fixture
def world():
    world = make_world()
    world.alice.employee.postings.update(manager=None)
    return world


def test_one_of_two_approvers_wins_and_the_other_is_told(world):
    seen = world.seen(world.alice)
    dave, erin = world.viewer(world.dave), world.viewer(world.erin)
    results = at_once(
        lambda: approve_card(viewer=dave, at=NOW, **seen),
        lambda: approve_card(viewer=erin, at=NOW, **seen),
    )
    refused = [result for result in results if isinstance(result, Refusal)]
    assert [(one.status, one.code) for one in refused] == [(409, "already_approved")]
    winner = AuditEvent.objects.get(subject=card_subject(world.card(world.alice)), action="approve")
    assert winner.actor_name in str(refused[0])
    assert world.card(world.alice).state == CardState.CONFIRMED
    assert ScorecardVersion.objects.filter(card=seen["card_id"]).count() == 2
    assert Notice.objects.filter(recipient=world.alice.pk).count() == 1


def test_approving_and_returning_at_once_leaves_one_decision(world):
    seen = world.seen(world.alice)
    dave, erin = world.viewer(world.dave), world.viewer(world.erin)
    results = at_once(
        lambda: approve_card(viewer=dave, at=NOW, **seen),
        lambda: return_card(
            viewer=erin, at=NOW, reason=REASON, card_id=seen["card_id"], row_version=seen["row_version"]
        ),
    )
    refused = [result for result in results if isinstance(result, Refusal)]
    assert [one.status for one in refused] == [409]
    assert world.card(world.alice).state in (CardState.CONFIRMED, CardState.SELF_REVIEW)
