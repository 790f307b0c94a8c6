"""Legal entities, positions and teams: create and change."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from people.lines import closes_loop
from people.models import LegalEntity, Position, Team
from people.services.locks import lock, lock_all, subject_of
from people.texts import clean_code, clean_name, required


@transaction.atomic
def create_legal_entity(*, code: str, name: str, actor: Actor, at: datetime) -> LegalEntity:
    """Create an employer of record. Raises ``Refusal`` when the code is taken."""
    fields = _coded(LegalEntity, code, name)
    entity = LegalEntity.objects.create(**fields)
    record(subject=subject_of(entity), actor=actor, action="legal_entity.create", at=at, **fields)
    return entity


@transaction.atomic
def change_legal_entity(*, entity: LegalEntity, name: str, actor: Actor, at: datetime) -> LegalEntity:
    """Rename an employer of record."""
    return _store(
        lock(LegalEntity, entity.pk), {"name": _name(name)}, actor=actor, at=at, action="legal_entity.change"
    )


@transaction.atomic
def create_position(*, code: str, name: str, scored: bool = True, actor: Actor, at: datetime) -> Position:
    """Create a job. Raises ``Refusal`` when the code is taken."""
    fields = {**_coded(Position, code, name), "scored": scored}
    position = Position.objects.create(**fields)
    record(subject=subject_of(position), actor=actor, action="position.create", at=at, **fields)
    return position


@transaction.atomic
def change_position(*, position: Position, name: str, scored: bool, actor: Actor, at: datetime) -> Position:
    """Rename a job or change whether it is scored."""
    fields = {"name": _name(name), "scored": scored}
    return _store(lock(Position, position.pk), fields, actor=actor, at=at, action="position.change")


@transaction.atomic
def create_team(*, code: str, name: str, parent: Team | None = None, actor: Actor, at: datetime) -> Team:
    """Create a team under ``parent`` (at the top when None). Raises ``Refusal`` when the code is taken."""
    fields = _coded(Team, code, name)
    team = Team.objects.create(**fields, parent=parent)
    details = {**fields, "parent": parent.pk if parent else None}
    record(subject=subject_of(team), actor=actor, action="team.create", at=at, **details)
    return team


@transaction.atomic
def change_team(*, team: Team, name: str, parent: Team | None, actor: Actor, at: datetime) -> Team:
    """Rename a team or hang it elsewhere. Raises ``Refusal`` when it would hang below itself."""
    lock_all(Team)
    team = lock(Team, team.pk)
    parent_id = parent.pk if parent else None
    above = dict(Team.objects.values_list("pk", "parent"))
    if closes_loop(above, child=team.pk, parent=parent_id):
        raise Refusal(
            "team_loop",
            _("%(team)s cannot hang below %(parent)s, which is itself or below it. Choose another parent.")
            % {"team": team.name, "parent": parent},
        )
    fields: dict[str, object] = {"name": _name(name), "parent_id": parent_id}
    return _store(team, fields, actor=actor, at=at, action="team.change")


def _coded(model: type[LegalEntity] | type[Position] | type[Team], code: str, name: str) -> dict[str, str]:
    code = required(clean_code(code), _("the code"))
    if model.objects.filter(code__iexact=code).exists():
        raise Refusal("code_taken", _("The code %(code)s is taken. Choose another one.") % {"code": code})
    return {"code": code, "name": _name(name)}


def _name(name: str) -> str:
    return required(clean_name(name), _("the name"))


Row = TypeVar("Row", LegalEntity, Position, Team)


def _store(row: Row, fields: dict[str, object], *, actor: Actor, at: datetime, action: str) -> Row:
    changed = {key: [getattr(row, key), value] for key, value in fields.items() if getattr(row, key) != value}
    if not changed:
        return row
    for key, (_old, new) in changed.items():
        setattr(row, key, new)
    row.save(update_fields=list(changed))
    record(subject=subject_of(row), actor=actor, action=action, at=at, **changed)
    return row
