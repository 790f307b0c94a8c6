"""The Celery application and its timetable; jobs are named by text."""

import os
from datetime import UTC, datetime, timedelta

from celery import Celery
from celery.beat import BeatLazyFunc
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

NIGHTLY_AT = timedelta(hours=20, minutes=30)
"""Time of day in UTC when the night begins (04:30 in Shanghai)."""

AUDIT_AT = timedelta(hours=16, minutes=5)
"""Time of day in UTC when the audit log gets its daily head."""


def last_due(time_of_day: timedelta, now: datetime | None = None) -> str:
    """Return the latest instant a daily job was due, as ISO text in UTC.

    The clock is read when the timetable fires and never again: a message that
    waits, or is delivered twice, still means the same day.
    """
    moment = now or datetime.now(UTC)
    due = moment.replace(hour=0, minute=0, second=0, microsecond=0) + time_of_day
    return (due if due <= moment else due - timedelta(days=1)).isoformat()


def _daily(job: str, time_of_day: timedelta) -> dict[str, object]:
    minutes = time_of_day // timedelta(minutes=1)
    return {
        "task": "common.start",
        "schedule": crontab(hour=minutes // 60, minute=minutes % 60),
        "args": (job, BeatLazyFunc(last_due, time_of_day)),
    }


app = Celery("jiying")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["common"])
app.conf.beat_schedule = {
    "nightly": _daily("portal.nightly", NIGHTLY_AT),
    "audit-head": _daily("common.audit_head", AUDIT_AT),
    "recover": {"task": "common.recover", "schedule": timedelta(minutes=5), "options": {"expires": 240}},
}
