"""Fixing the targets of a cycle: rule, baseline and number, once, when it opens."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.bulk import upsert
from common.canonical import canonical_text
from common.errors import Refusal
from common.periods import Month
from metrics.selectors.coverage import last_follower_totals
from metrics.selectors.definitions import current_measures
from people.models import Account, Team
from performance.baselines import Baseline, Past, find_baseline
from performance.choices import AccountStage, MissingReason, TargetKind, TargetScope
from performance.models import Cycle, SchemeVersion, Target
from performance.models import TargetSetting as TargetSettingRow
from performance.scheme_rules import read_target
from performance.scheme_tree import Leaf, TargetRule
from performance.scheme_values import Reader
from performance.scheme_writing import target_to_mapping
from performance.selectors.past import PastReader
from performance.selectors.roster import Member
from performance.selectors.schemes import scheme_document
from performance.targets import (
    ResolvedTarget,
    Subjects,
    TargetBook,
    TargetSetting,
    TargetValue,
    account_stage,
    compute_target,
)

STAGE_LOOK_BACK = 35
"""Days before a cycle in which a follower total still tells an account's stage."""


def fix_targets(
    cycle: Cycle,
    members: Collection[Member],
    versions: Mapping[int, SchemeVersion],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Store the target of every leaf for every member that has none yet; return how many.

    Targets that exist are never touched. Runs inside the caller's transaction.
    """
    known = set(Target.objects.filter(cycle=cycle).values_list("employee_id", "leaf"))
    newcomers = [
        member
        for member in members
        if member.position in versions
        and any(
            (member.employee, leaf.key) not in known
            for leaf in scheme_document(versions[member.position]).leaves
        )
    ]
    if not newcomers:
        return 0
    rows = [
        row for row in _resolve_all(cycle, newcomers, versions) if (row.employee_id, row.leaf) not in known
    ]
    upsert(Target, rows, unique_fields=("cycle", "employee", "leaf"), update_fields=())
    record(
        subject=f"performance.cycle:{cycle.pk}", actor=actor, action="fix_targets", at=at, targets=len(rows)
    )
    return len(rows)


def _resolve_all(
    cycle: Cycle, members: Collection[Member], versions: Mapping[int, SchemeVersion]
) -> list[Target]:
    reader = PastReader(cycle, members, current_measures())
    book = TargetBook(_settings())
    subjects = _subjects(reader, members)
    rows = []
    leaves = {leaf.key: leaf for version in versions.values() for leaf in scheme_document(version).leaves}
    pasts = {
        leaf.key: reader.past_of(leaf) if leaf.target.kind is not TargetKind.ABSOLUTE else {}
        for leaf in leaves.values()
    }
    for member in members:
        for leaf in scheme_document(versions[member.position]).leaves:
            resolved = book.resolve(leaf, subjects=subjects[member.employee], on=cycle.starts_on)
            stage = subjects[member.employee].stage
            rows.append(_target(cycle, member, leaf, resolved, stage, pasts[leaf.key].get(member.employee)))
    return rows


def _target(
    cycle: Cycle,
    member: Member,
    leaf: Leaf,
    resolved: ResolvedTarget,
    stage: AccountStage | None,
    past: Past | None,
) -> Target:
    month = Month.of(cycle.starts_on)
    baseline = _baseline(leaf, resolved.rule, past, month)
    value = compute_target(
        resolved.rule,
        baseline=baseline,
        month=month,
        stage=stage,
        bounds=leaf.bounds,
        lower_is_better=leaf.lower_is_better,
    )
    return Target(
        cycle=cycle,
        employee_id=member.employee,
        leaf=leaf.key,
        value=value.value,
        baseline=value.baseline.value if value.baseline else None,
        reason=value.reason.value if value.reason else "",
        provenance=canonical_text(_provenance(resolved, stage, value)),
    )


def _baseline(
    leaf: Leaf, rule: TargetRule, past: Past | None, month: Month
) -> Baseline | MissingReason | None:
    if rule.kind is TargetKind.ABSOLUTE:
        return None
    return find_baseline(leaf, past=past or Past(), month=month)


def _provenance(
    resolved: ResolvedTarget, stage: AccountStage | None, value: TargetValue
) -> dict[str, object]:
    baseline = value.baseline
    return {
        "scope": resolved.scope.value,
        "subject": resolved.subject,
        "reference": resolved.reference,
        "rule": target_to_mapping(resolved.rule),
        "stage": stage.value if stage else "",
        "limited": value.limited.value if value.limited else "",
        "baseline": None
        if baseline is None
        else {
            "value": baseline.value,
            "source": baseline.source.value,
            "window": baseline.window.value,
            "method": baseline.method.value,
            "months": [str(month) for month in baseline.months],
            "accounts": list(baseline.accounts),
            "people": baseline.people,
        },
    }


def _settings() -> list[TargetSetting]:
    return [
        TargetSetting(
            leaf=row.leaf,
            scope=TargetScope(row.scope),
            subject=str(row.scope_id),
            rule=parse_target_rule(json.loads(row.rule)),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            reference=f"performance.targetsetting:{row.pk}",
        )
        for row in TargetSettingRow.objects.order_by("id")
    ]


def parse_target_rule(document: object) -> TargetRule:
    """Read a target rule such as ``{kind: absolute, value: "0.04"}``. Raises ``Refusal``."""
    reader = Reader([])
    rule = read_target(reader, document, "target")
    if reader.problems:
        raise Refusal("target_rule", " ".join(reader.problems))
    return rule


def _subjects(reader: PastReader, members: Collection[Member]) -> dict[int, Subjects]:
    stages = _stages(reader)
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    accounts: dict[int, list[str]] = {}
    for row in reader.held_now.itertuples(index=False):
        accounts.setdefault(row.employee, []).append(str(row.account))
    return {
        member.employee: Subjects(
            person=str(member.employee),
            accounts=tuple(accounts.get(member.employee, ())),
            stage=stages.get(member.employee),
            teams=tuple(str(team) for team in _upwards(member.team, parents)),
            position=str(member.position),
        )
        for member in members
    }


def _upwards(team: int | None, parents: Mapping[int, int | None]) -> list[int]:
    line: list[int] = []
    while team is not None and team not in line:
        line.append(team)
        team = parents.get(team)
    return line


def _stages(reader: PastReader) -> dict[int, AccountStage]:
    """Return each person's stage: that of the largest creator account held when the cycle opens."""
    held = reader.held_now[reader.held_now["kind"] == "creator"]
    totals = last_follower_totals(
        accounts=set(held["account"]),
        first=reader.cycle.starts_on - timedelta(days=STAGE_LOOK_BACK),
        last=reader.cycle.starts_on - timedelta(days=1),
    )
    opened = dict(Account.objects.filter(pk__in=set(held["account"])).values_list("pk", "opened_on"))
    largest: dict[int, tuple[int, AccountStage]] = {}
    for row in held.itertuples(index=False):
        followers = totals.get(row.account)
        stage = account_stage(
            followers_at_start=followers, age_days=_age(opened.get(row.account), reader.cycle.starts_on)
        )
        size = -1 if followers is None else followers
        if stage is not None and size > largest.get(row.employee, (-2, stage))[0]:
            largest[row.employee] = (size, stage)
    return {employee: stage for employee, (_size, stage) in largest.items()}


def _age(opened: date | None, on: date) -> int | None:
    return None if opened is None else (on - opened).days


@transaction.atomic
def set_target(
    *,
    scope: TargetScope,
    scope_id: int,
    leaf: str,
    rule: Mapping[str, object],
    starts_on: date,
    ends_on: date | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> TargetSettingRow:
    """State a target for one person, account, team or position from a day on.

    It holds for cycles that open on or after that day; open cycles keep theirs.
    Raises ``Refusal`` for a rule that cannot be read or a missing reason.
    """
    parse_target_rule(rule)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why this target differs from the scheme's."))
    row = TargetSettingRow.objects.create(
        scope=scope.value,
        scope_id=scope_id,
        leaf=leaf,
        rule=canonical_text(rule),
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        entered_by=actor.text,
        entered_at=at,
    )
    record(
        subject=f"performance.targetsetting:{row.pk}",
        actor=actor,
        action="set_target",
        at=at,
        scope=scope.value,
        scope_id=scope_id,
        leaf=leaf,
        rule=row.rule,
        reason=row.reason,
    )
    return row
