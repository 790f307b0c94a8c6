"""The outbox: one row per person, read or not."""

from datetime import UTC, datetime, timedelta

import pytest

from common.notices import mark_read, notify, unread

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_notices_are_read_per_person_and_per_subject():
    card, sheet = "performance.scorecard:7", "incentives.bonussheet:1"
    first = notify(kind="card_returned", recipient=3, subject=card, at=AT, params={"cycle": "2026-08"})
    second = notify(kind="sheet_ready", recipient=3, subject=sheet, at=AT + timedelta(hours=1))
    other = notify(kind="card_returned", recipient=4, subject=card, at=AT)
    assert list(unread(recipient=3)) == [second, first]
    assert first.params == {"cycle": "2026-08"}
    assert mark_read(recipient=3, subject=card, at=AT + timedelta(hours=2)) == 1
    assert list(unread(recipient=3)) == [second]
    assert mark_read(recipient=3, at=AT + timedelta(hours=3)) == 1
    assert list(unread(recipient=4)) == [other]
    first.refresh_from_db()
    assert first.read_at == AT + timedelta(hours=2)
