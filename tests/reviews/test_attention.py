"""Which cards ask for a look: each reason by itself, and at its threshold."""

from datetime import date
from decimal import Decimal

import pytest

from performance.choices import CardState
from reviews.attention import Signals, attention_of, group_of
from reviews.choices import Attention, Group

EDGES = (Decimal(80), Decimal(90), Decimal(110))
NEW_SINCE = date(2026, 6, 1)
CLEAN = {"state": CardState.MANAGER_REVIEW, "total": Decimal("85.00"), "before": Decimal("84.00")}


def _reasons(**changes):
    return list(attention_of(Signals(**{**CLEAN, **changes}), edges=EDGES, new_since=NEW_SINCE))


def test_a_clean_card_has_no_reason():
    assert _reasons() == []
    assert group_of(CardState.MANAGER_REVIEW, []) is Group.CLEAN


@pytest.mark.parametrize(
    ("changes", "reasons", "group"),
    [
        ({"total": Decimal("99.00")}, [], Group.CLEAN),
        ({"total": Decimal("99.01")}, [Attention.MOVED], Group.LOOK),
        ({"total": Decimal("68.99")}, [Attention.MOVED], Group.LOOK),
        ({"before": None}, [], Group.CLEAN),
        ({"total": Decimal("79.50")}, [Attention.TIER_EDGE], Group.LOOK),
        ({"total": Decimal("79.49")}, [], Group.CLEAN),
        ({"total": Decimal("90.50")}, [Attention.TIER_EDGE], Group.LOOK),
        ({"total": Decimal("90.51")}, [], Group.CLEAN),
        ({"manual": True}, [Attention.MANUAL], Group.LOOK),
        ({"incomplete": True}, [Attention.INCOMPLETE], Group.LOOK),
        ({"self_supplied": True}, [Attention.SELF_SUPPLIED], Group.LOOK),
        ({"veto": True}, [Attention.VETO], Group.LOOK),
        ({"observation": True}, [Attention.OBSERVATION], Group.LOOK),
        ({"capped": True}, [Attention.CAPPED], Group.CLEAN),
        ({"target_changed": True}, [Attention.TARGET_CHANGED], Group.LOOK),
        ({"hired_on": date(2026, 6, 1)}, [Attention.NEW_JOINER], Group.LOOK),
        ({"hired_on": date(2026, 5, 31)}, [], Group.CLEAN),
        ({"held": True}, [Attention.HELD], Group.BLOCKED),
        ({"total": None, "waiting": True}, [Attention.WAITS], Group.BLOCKED),
        ({"total": None}, [Attention.NO_TOTAL], Group.BLOCKED),
        ({"state": CardState.SELF_REVIEW}, [Attention.WITH_PERSON], Group.BLOCKED),
        ({"state": CardState.APPEALED}, [Attention.APPEALED], Group.BLOCKED),
        ({"state": CardState.CONFIRMED, "manual": True}, [Attention.MANUAL], Group.DONE),
    ],
)
def test_each_reason_at_its_threshold(changes, reasons, group):
    assert _reasons(**changes) == reasons
    assert group_of(changes.get("state", CardState.MANAGER_REVIEW), reasons) is group
