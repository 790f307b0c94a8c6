"""The portal's jobs: the night, and a scheme held against the past."""

from datetime import date as Date
from datetime import datetime

from django.utils import timezone

from common.jobs import job
from common.models import JobRun
from portal.pipeline import JOB, business_date_of, run_night
from portal.services.scheme_choice import compare_with_past


@job(JOB)
def nightly(run: JobRun, *, due: str = "", date: str = "") -> dict[str, object]:
    """Work through the night that is due at an instant, or that of a business date (ISO texts)."""
    business_date = Date.fromisoformat(date) if date else business_date_of(datetime.fromisoformat(due))
    return run_night(date=business_date, clock=timezone.now).as_plain()


@job("portal.compare_scheme")
def compare_scheme(run: JobRun, *, day: str) -> dict[str, object]:
    """Measure the leaves of the built-in scheme in the three months before a day (ISO text)."""
    return compare_with_past(day=Date.fromisoformat(day))
