"""What is still owed before a cycle can be frozen."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from metrics.selectors.coverage import unconfirmed_accounts
from people.models import Account
from performance.models import Cycle, ScorecardLine


@dataclass(frozen=True)
class Owed:
    """One thing that is missing: whose, which, and a sentence."""

    kind: str
    subject: str
    sentence: object


def problems_before_freezing(cycle: Cycle, *, most: int | None = None) -> list[Owed]:
    """List held lines and files that only their own earner has vouched for; the first ``most`` if given."""
    held = (
        ScorecardLine.objects.filter(
            version__card__cycle=cycle, version__card__current__isnull=False, status="held"
        )
        .select_related("version__card__employee")
        .defer("version__inputs", "version__dimensions", "details")
    )
    lines = [
        Owed(
            "held_line",
            f"performance.scorecard:{line.version.card_id}",
            _("%(person)s: “%(leaf)s” waits (%(reason)s).")
            % {"person": line.version.card.employee.name, "leaf": line.leaf, "reason": line.reason},
        )
        for line in held.order_by("version__card__employee__number", "position")[:most]
    ]
    waiting = unconfirmed_accounts(first=cycle.starts_on, last=cycle.ends_on)
    accounts = [
        Owed(
            "unconfirmed_file",
            f"people.account:{account.pk}",
            _("A file of %(account)s was supplied by the person it pays and is not confirmed.")
            % {"account": account.shown_name},
        )
        for account in Account.objects.filter(pk__in=waiting)[:most]
    ]
    return [*lines, *accounts][:most]
