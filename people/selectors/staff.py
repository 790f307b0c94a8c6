"""Reads about people, postings and teams."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet

from people.access import Viewer, not_visible, visible_employees, visible_teams
from people.models import Employee, LegalEntity, Position, Posting, Team

PAGE_SIZE = 50
NO_MANAGER = None


@dataclass(frozen=True)
class Page:
    """A page of a list that goes on after ``next_cursor`` (empty on the last page)."""

    rows: list[object]
    next_cursor: str
    total: int


@dataclass
class TeamNode:
    """A team with the teams below it and the number of people posted to it on a day."""

    team: Team
    people: int = 0
    children: list["TeamNode"] = field(default_factory=list)

    @property
    def people_below(self) -> int:
        """Return the people of this team and of all teams below."""
        return self.people + sum(child.people_below for child in self.children)


def posting_on(employee: Employee | int, *, day: date) -> Posting | None:
    """Return the person's posting on ``day`` with team, position and manager, or None."""
    pk = employee if isinstance(employee, int) else employee.pk
    return postings_on(day=day).filter(employee=pk).first()


def postings_on(*, day: date) -> QuerySet[Posting]:
    """Return everybody's postings of ``day`` with employee, team, position and manager."""
    return (
        Posting.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
        .select_related("employee", "team", "position", "manager")
        .order_by("employee__number")
    )


def postings_between(*, first: date, last: date) -> QuerySet[Posting]:
    """Return all postings that share a day with ``first … last``, by person and start."""
    return (
        Posting.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)
        .select_related("employee", "team", "position", "manager")
        .order_by("employee__number", "starts_on")
    )


def manager_on(employee: Employee | int, *, day: date) -> Employee | None:
    """Return who the dated reporting line names on ``day``; for a leaver, who it named last.

    None means that HR's queue has to take it.
    """
    pk = employee if isinstance(employee, int) else employee.pk
    postings = Posting.objects.filter(employee=pk, starts_on__lte=day).select_related("manager")
    still = Q(ends_on__isnull=True) | Q(ends_on__gte=day) | Q(ends_on=F("employee__left_on"))
    posting = postings.filter(still).order_by("-starts_on").first()
    return posting.manager if posting else NO_MANAGER


def list_employees(
    viewer: Viewer,
    *,
    search: str = "",
    team: int | None = None,
    leavers: bool = False,
    after: str = "",
    limit: int = PAGE_SIZE,
) -> Page:
    """Return visible people by number, each with ``posting`` of the viewer's day (or None).

    ``search`` matches the number's beginning or a part of the name; ``after`` is
    the number that the page before ended with; ``limit`` is at most 200.
    """
    people = visible_employees(viewer)
    if not leavers:
        people = people.filter(Q(left_on__isnull=True) | Q(left_on__gte=viewer.day))
    if search:
        people = people.filter(Q(number__istartswith=search) | Q(name__icontains=search))
    if team is not None:
        people = people.filter(
            pk__in=postings_on(day=viewer.day).filter(team=team).order_by().values("employee")
        )
    total = people.count()
    rows = list(_with_posting(people.filter(number__gt=after), day=viewer.day)[: _capped(limit) + 1])
    return _page(rows, limit=_capped(limit), total=total)


def employee_postings(viewer: Viewer, *, employee: Employee) -> QuerySet[Posting]:
    """Return all postings of a visible person, latest first; the caller fetched the person for ``viewer``."""
    visible = visible_employees(viewer).filter(pk=employee.pk)
    return (
        Posting.objects.filter(employee__in=visible)
        .select_related("team", "position", "manager")
        .order_by("-starts_on")
    )


def get_posting(viewer: Viewer, *, employee: Employee, pk: int) -> Posting:
    """Return one posting of a visible person. Raises ``NotVisible``."""
    posting = employee_postings(viewer, employee=employee).filter(pk=pk).first()
    if posting is None:
        raise not_visible()
    return posting


def get_position(pk: int) -> Position:
    """Return a position, for those who edit. Raises ``NotVisible``."""
    found = Position.objects.filter(pk=pk).first()
    if found is None:
        raise not_visible()
    return found


def get_legal_entity(pk: int) -> LegalEntity:
    """Return a legal entity, for those who edit. Raises ``NotVisible``."""
    found = LegalEntity.objects.filter(pk=pk).first()
    if found is None:
        raise not_visible()
    return found


def reports_of(viewer: Viewer, *, employee: Employee) -> list[Posting]:
    """Return the postings of the viewer's day that name the person as manager, of visible people only."""
    postings = postings_on(day=viewer.day).filter(manager=employee, employee__in=visible_employees(viewer))
    return list(postings)


def team_members(viewer: Viewer, *, team: Team) -> list[Posting]:
    """Return the postings to the team on the viewer's day, of visible people only."""
    return list(postings_on(day=viewer.day).filter(team=team, employee__in=visible_employees(viewer)))


def team_tree(viewer: Viewer) -> list[TeamNode]:
    """Return the visible teams as a forest; a team whose parent is not visible stands at the top."""
    nodes = {team.pk: TeamNode(team) for team in visible_teams(viewer).order_by("code")}
    visible = visible_employees(viewer).order_by().values("pk")
    for team_id in postings_on(day=viewer.day).filter(employee__in=visible).values_list("team", flat=True):
        if team_id in nodes:
            nodes[team_id].people += 1
    return _forest(nodes.values(), nodes)


def flat_tree(roots: Iterable[TeamNode], depth: int = 0) -> list[tuple[int, TeamNode]]:
    """Return the forest as rows of (depth, node), each parent before its children."""
    rows: list[tuple[int, TeamNode]] = []
    for node in roots:
        rows.append((depth, node))
        rows.extend(flat_tree(node.children, depth + 1))
    return rows


def team_and_below(*, team: Team | int) -> set[int]:
    """Return the keys of the team and all teams below it."""
    wanted = {team if isinstance(team, int) else team.pk}
    children: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    waiting = list(wanted)
    while waiting:
        below = [pk for pk in children.get(waiting.pop(), []) if pk not in wanted]
        wanted.update(below)
        waiting.extend(below)
    return wanted


def all_teams() -> QuerySet[Team]:
    """Return all teams by code, for forms of those who edit."""
    return Team.objects.order_by("code")


def all_positions() -> QuerySet[Position]:
    """Return all positions by code."""
    return Position.objects.order_by("code")


def all_legal_entities() -> QuerySet[LegalEntity]:
    """Return all legal entities by code."""
    return LegalEntity.objects.order_by("code")


def employee_by_number(number: str) -> Employee | None:
    """Return the person with that employee number, for forms of those who may see everybody."""
    return Employee.objects.filter(number=number.strip()).first()


def _with_posting(people: QuerySet[Employee], *, day: date) -> QuerySet[Employee]:
    prefetch = Prefetch("postings", queryset=postings_on(day=day), to_attr="postings_today")
    return people.select_related("legal_entity").prefetch_related(prefetch).order_by("number")


def _page(rows: list[Employee], *, limit: int, total: int) -> Page:
    shown = rows[:limit]
    for person in shown:
        person.posting = person.postings_today[0] if person.postings_today else None  # type: ignore[attr-defined]
    return Page(rows=list(shown), next_cursor=shown[-1].number if len(rows) > limit else "", total=total)


def _capped(limit: int) -> int:
    return max(1, min(limit, 200))


def _forest(nodes: Iterable[TeamNode], by_key: dict[int, TeamNode]) -> list[TeamNode]:
    roots: list[TeamNode] = []
    for node in nodes:
        parent = by_key.get(node.team.parent_id or 0)
        (parent.children if parent else roots).append(node)
    return roots
