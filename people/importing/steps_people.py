"""Steps of an import: teams, positions, people, postings, leavers, sign-ins."""

from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from people.choices import PostingStatus
from people.importing.ledger import Ledger
from people.importing.records import Row
from people.models import Employee, LegalEntity, Position, Posting, RoleGrant, Team, User
from people.services import organisation, signins, staff
from people.services.staff import PostingTerms
from people.texts import clean_code


def store_teams(rows: list[Row], ledger: Ledger) -> None:
    """Create and rename teams first, then hang them under their parents."""
    for row in rows:
        with ledger.taking(row, "code"):
            _store_team(row, ledger)
    for row in rows:
        if row["parent"]:
            with ledger.taking(row, "parent"):
                _hang_team(row, ledger)


def _store_team(row: Row, ledger: Ledger) -> None:
    team = find_team(row["code"])
    if team is None:
        ledger.note(row, "created", organisation.create_team(code=row["code"], name=row["name"], **ledger.by))
    elif team.name != row["name"]:
        organisation.change_team(team=team, name=row["name"], parent=team.parent, **ledger.by)
        ledger.note(row, "changed", row["name"])
    else:
        ledger.same()


def _hang_team(row: Row, ledger: Ledger) -> None:
    team, parent = find_team(row["code"]), find_team(row["parent"])
    if parent is None:
        ledger.refuse(row, "parent", _("There is no team %(code)s.") % {"code": row["parent"]})
    elif team and team.parent_id != parent.pk:
        organisation.change_team(team=team, name=team.name, parent=parent, **ledger.by)
        ledger.note(row, "changed", f"{parent} › {team}")


def store_positions(rows: list[Row], ledger: Ledger) -> None:
    """Create and change positions."""
    for row in rows:
        with ledger.taking(row, "code"):
            _store_position(row, ledger)


def _store_position(row: Row, ledger: Ledger) -> None:
    position = find_position(row["code"])
    if position is None:
        scored = True if row["scored"] is None else row["scored"]
        created = organisation.create_position(code=row["code"], name=row["name"], scored=scored, **ledger.by)
        ledger.note(row, "created", created)
        return
    scored = position.scored if row["scored"] is None else row["scored"]
    if (position.name, position.scored) == (row["name"], scored):
        ledger.same()
        return
    organisation.change_position(position=position, name=row["name"], scored=scored, **ledger.by)
    ledger.note(row, "changed", row["name"])


def store_people(rows: list[Row], ledger: Ledger) -> None:
    """Create people and correct their own fields; an empty cell leaves a field alone."""
    for row in rows:
        with ledger.taking(row, "number"):
            _store_person(row, ledger)


def _store_person(row: Row, ledger: Ledger) -> None:
    person = find_employee(row["number"])
    if person is None:
        _create_person(row, ledger)
        return
    entity = _entity(row, ledger) if row["legal_entity"] else person.legal_entity
    hired_on, centre = row["hired_on"] or person.hired_on, row["cost_centre"] or person.cost_centre
    before = (person.name, person.legal_entity_id, person.hired_on, person.cost_centre)
    if before == (row["name"], entity.pk, hired_on, centre):
        ledger.same()
        return
    staff.change_employee(
        employee=person,
        name=row["name"],
        legal_entity=entity,
        hired_on=hired_on,
        cost_centre=centre,
        **ledger.by,
    )
    ledger.note(row, "changed", f"{person.number} {row['name']}")


def _create_person(row: Row, ledger: Ledger) -> None:
    hired_on = row["hired_on"] or row["starts_on"]
    if hired_on is None:
        ledger.refuse(row, "hired_on", _("Somebody new needs the day of hiring."))
        return
    entity = _entity(row, ledger)
    person = staff.create_employee(
        number=row["number"], name=row["name"], legal_entity=entity, hired_on=hired_on,
        cost_centre=row["cost_centre"] or "", **ledger.by,
    )  # fmt: skip
    ledger.note(row, "created", f"{person.number} {person.name}")


def _entity(row: Row, ledger: Ledger) -> LegalEntity:
    """Return the employer that the cell names by code or name, created when new; the only one when empty."""
    named = row["legal_entity"]
    if not named and LegalEntity.objects.count() == 1:
        return LegalEntity.objects.get()
    named = named or "1"
    found = (
        LegalEntity.objects.filter(code__iexact=named).first()
        or LegalEntity.objects.filter(name=named).first()
    )
    if found:
        return found
    created = organisation.create_legal_entity(code=named[:32], name=named, **ledger.by)
    ledger.note(row, "created", created)
    return created


def store_postings(rows: list[Row], ledger: Ledger) -> None:
    """Make dated postings, earliest first, so that each one ends the one before."""
    posted = [row for row in rows if row["team"] or row["position"] or row["manager"] or row["starts_on"]]
    for row in sorted(posted, key=lambda one: one["starts_on"] or date.min):
        person = find_employee(row["number"])
        if person:
            with ledger.taking(row, "starts_on"):
                _store_posting(person, row, ledger)


def _store_posting(person: Employee, row: Row, ledger: Ledger) -> None:
    starts_on = row["starts_on"]
    current = _posting_for(person, row)
    terms = _terms(row, current, ledger)
    if terms is None:
        return
    if current and terms.matches(current) and row["ends_on"] in (None, current.ends_on):
        ledger.same()
        return
    if starts_on is None and current:
        ledger.refuse(row, "starts_on", _("The posting changes; say from which day."))
        return
    if current and current.starts_on == starts_on:
        ends_on = row["ends_on"] or current.ends_on
        staff.correct_posting(posting=current, terms=terms, starts_on=starts_on, ends_on=ends_on, **ledger.by)
        ledger.note(row, "changed", _posted(person, terms))
        return
    staff.post_employee(
        employee=person,
        terms=terms,
        starts_on=starts_on or person.hired_on,
        ends_on=row["ends_on"],
        **ledger.by,
    )
    ledger.note(row, "changed" if current else "created", _posted(person, terms))


def _posting_for(person: Employee, row: Row) -> Posting | None:
    """Return the posting running on the row's first day; without a day, the latest one."""
    postings = Posting.objects.filter(employee=person).order_by("-starts_on")
    day = row["starts_on"]
    return postings.filter(starts_on__lte=day).exclude(ends_on__lt=day).first() if day else postings.first()


def _terms(row: Row, current: Posting | None, ledger: Ledger) -> PostingTerms | None:
    team = find_team(row["team"]) if row["team"] else (current.team if current else None)
    position = find_position(row["position"]) if row["position"] else (current.position if current else None)
    manager = find_employee(row["manager"]) if row["manager"] else (current.manager if current else None)
    missing = [
        ("team", row["team"], team, True),
        ("position", row["position"], position, True),
        ("manager", row["manager"], manager, False),
    ]
    for column, named, found, needed in missing:
        if found is None and (named or needed):
            reason = _("There is no %(name)s in the system or in this import.") % {"name": named or column}
            ledger.refuse(row, column, reason)
            return None
    if team is None or position is None:
        return None
    status = row["status"] or PostingStatus(current.status if current else PostingStatus.REGULAR)
    return PostingTerms(team=team, position=position, manager=manager, status=status)


def _posted(person: Employee, terms: PostingTerms) -> str:
    return f"{person.number} {person.name} → {terms.team} / {terms.position}"


def end_leavers(rows: list[Row], ledger: Ledger) -> None:
    """End the employment of those with a last day."""
    for row in rows:
        person = find_employee(row["number"]) if row["left_on"] else None
        if person and person.left_on != row["left_on"]:
            with ledger.taking(row, "left_on"):
                staff.end_employment(employee=person, left_on=row["left_on"], **ledger.by)
                ledger.note(row, "ended", f"{person.number} {person.name}")


def store_sign_ins(rows: list[Row], ledger: Ledger) -> None:
    """Create sign-ins and give roles; roles are given, never taken, by an import."""
    for row in rows:
        person = find_employee(row["number"]) if row["username"] or row["roles"] else None
        if person:
            with ledger.taking(row, "username"):
                _store_sign_in(person, row, ledger)


def _store_sign_in(person: Employee, row: Row, ledger: Ledger) -> None:
    user = User.objects.filter(employee=person).first()
    if user is None and row["username"]:
        user = signins.create_user(username=row["username"], employee=person, **ledger.by)
        ledger.note(row, "created", user.username)
    if user is None:
        ledger.refuse(row, "username", _("A role needs a sign-in name."))
    elif row["username"] and user.username != clean_code(row["username"]):
        reason = _("%(name)s signs in as %(username)s already.") % {
            "name": person.name,
            "username": user.username,
        }
        ledger.refuse(row, "username", reason)
    else:
        _give_roles(user, row, ledger)


def _give_roles(user: User, row: Row, ledger: Ledger) -> None:
    held = set(RoleGrant.objects.filter(user=user).values_list("role", flat=True))
    for role in row["roles"] or ():
        if role.value in held:
            continue
        if not ledger.may_grant:
            ledger.refuse(
                row, "roles", _("Only an administrator gives roles. Empty the cell or ask one to import.")
            )
            return
        signins.grant_role(user=user, role=role, **ledger.by)
        ledger.note(row, "changed", f"{user.username}: {role.value}")


def find_employee(number: str) -> Employee | None:
    """Return the person with the number, however it was typed."""
    people, number = Employee.objects.select_related("legal_entity"), clean_code(number)
    # The exact number is an index away; another case is looked for only then.
    return people.filter(number=number).first() or people.filter(number__iexact=number).first()


def find_team(named: str) -> Team | None:
    """Return the team with that code, else the only one with that name."""
    return _coded(Team, named)


def find_position(named: str) -> Position | None:
    """Return the position with that code, else the only one with that name."""
    return _coded(Position, named)


Coded = TypeVar("Coded", Team, Position)


def _coded(model: type[Coded], named: str) -> Coded | None:
    by_code = model.objects.filter(code__iexact=clean_code(named)).first()
    by_name = list(model.objects.filter(name=named)[:2])
    return by_code or (by_name[0] if len(by_name) == 1 else None)
