"""Publishing rule sets as immutable versions, and pinning one to a cycle."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.documents import publish_next, read_document
from common.errors import Conflict, Refusal
from incentives.models import Award, CycleRuleSet, RuleSet, RuleSetVersion
from incentives.rules import RuleSetDocument, RuleSetProblems, parse_rule_set, rule_set_to_mapping
from incentives.selectors.rule_sets import latest_rule_set
from performance.models import Cycle

BUILTIN = Path(__file__).resolve().parent.parent / "builtin" / "standard.yaml"


def read_rule_set_file(path: Path) -> RuleSetDocument:
    """Read a rule set file. Raises ``Refusal`` naming what is wrong and where."""
    return read_document(path, parse=parse_rule_set, problems=RuleSetProblems)


@transaction.atomic
def publish_rule_set(*, document: RuleSetDocument, actor: Actor, at: datetime) -> tuple[RuleSetVersion, bool]:
    """Store and publish the document as the rule set's next version; say whether it is new.

    The text of the newest version again makes no new one. Raises ``Refusal`` for a basis
    other than the total: the ledger reads the stored total of a card.
    """
    if document.basis != "total":
        raise Refusal(
            "basis_unsupported",
            _("The tiers are decided on “%(basis)s”; only “total” is paid so far.")
            % {"basis": document.basis},
        )
    rule_set, _created = RuleSet.objects.get_or_create(code=document.key)
    RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    version, is_new = publish_next(rule_set.versions, rule_set_to_mapping(document), actor=actor, at=at)
    if not is_new:
        return version, False
    record(
        subject=f"incentives.ruleset:{rule_set.pk}", actor=actor, action="publish_rule_set", at=at,
        number=version.number, text_hash=version.text_hash,
    )  # fmt: skip
    return version, True


def load_builtin_rule_set(*, actor: Actor, at: datetime) -> RuleSetVersion:
    """Publish the rule set that ships with the product, unless it is the newest already."""
    version, _new = publish_rule_set(document=read_rule_set_file(BUILTIN), actor=actor, at=at)
    return version


@transaction.atomic
def pin_rule_set(
    *, cycle: Cycle, actor: Actor, at: datetime, version: RuleSetVersion | None = None
) -> RuleSetVersion:
    """Fix the version a cycle pays by (the newest unless given) and return it.

    A cycle that is pinned keeps its version, unless another is given and no award has
    been made yet. Raises ``Refusal`` when no rule set has been published, ``Conflict``
    when awards were already made by the pinned one.
    """
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    pins = CycleRuleSet.objects.select_related("rule_set_version__rule_set")
    pin = pins.filter(cycle=cycle).first()
    if pin is not None and version in (None, pin.rule_set_version):
        return pin.rule_set_version
    chosen = version or latest_rule_set()
    if chosen is None or not chosen.published_at:
        raise Refusal(
            "no_rule_set",
            _("No rule set has been published yet; load one with “manage.py load_rule_set” first."),
        )
    _store_pin(cycle, chosen)
    record(
        subject=f"performance.cycle:{cycle.pk}", actor=actor, action="pin_rule_set", at=at,
        before=str(pin.rule_set_version) if pin else None, after=str(chosen),
    )  # fmt: skip
    return chosen


def _store_pin(cycle: Cycle, version: RuleSetVersion) -> None:
    if Award.objects.filter(cycle=cycle).exists():
        raise Conflict(
            "awards_made",
            _("Awards of %(cycle)s were already made by the rule set it is pinned to.")
            % {"cycle": cycle.label},
        )
    CycleRuleSet.objects.update_or_create(cycle=cycle, defaults={"rule_set_version": version})
