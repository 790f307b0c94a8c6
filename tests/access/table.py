"""Reading the access table and walking the addresses it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, get_resolver, reverse

from tests.access.world import ROLES, Scene

TABLE = Path(__file__).with_name("access.yaml")
METHODS = ("GET", "POST")
GROUPS = {
    "everybody": ROLES,
    "offices": ("hr_people", "hr_pay", "finance", "auditor", "executive", "admin"),
    "pay": ("hr_pay", "finance"),
    "hr": ("hr_people", "hr_pay"),
}
REFUSED = {"302-login", 401, 403, 404, 405}
"""How somebody is kept out; everything else lets the request reach what it asked for."""


@dataclass(frozen=True)
class Entry:
    """One request of the table with the status each role gets."""

    name: str
    method: str
    relation: str
    data: dict[str, Any]
    query: str
    expected: dict[str, Any]


@cache
def table() -> dict[str, dict[str, Any]]:
    """Return the table as written: by name of the address."""
    return yaml.safe_load(TABLE.read_text(encoding="utf-8"))


def entries() -> Iterator[Entry]:
    """Yield every request of the table."""
    for name, row in table().items():
        strangers = row.get("strangers", 401 if name.startswith("api:") else "302-login")
        for key, statuses in row.items():
            method, _, relation = key.partition(" ")
            if method in METHODS:
                expected = {"anonymous": strangers, **_roles(statuses, f"{name} {key}")}
                yield Entry(name, method, relation, row.get("data", {}), row.get("query", ""), expected)


def _roles(statuses: dict[Any, Any], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    others = None
    for status, words in statuses.items():
        if words == "others":
            others = status
            continue
        for role in (role for word in _listed(words) for role in GROUPS.get(word, (word,))):
            assert role in ROLES, f"{where}: {role} is no role"
            assert role not in found, f"{where}: {role} stands twice"
            found[role] = status
    missing = [role for role in ROLES if role not in found]
    assert not missing or others is not None, f"{where}: nothing is said of {missing}"
    return {**found, **dict.fromkeys(missing, others)}


def _listed(words: str | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else words


def patterns() -> dict[str, str]:
    """Return every address of the project: its name and its pattern."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(found: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for one in found:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield space + (one.name or f"unnamed {path}"), path
        else:
            yield from _walk(one.url_patterns, path, f"{space}{one.namespace}:" if one.namespace else space)


def address(scene: Scene, entry: Entry, role: str) -> str:
    """Return the address of an entry for a role."""
    kinds = table()[entry.name].get("args", {})
    given = {name: scene.value(kind, role, entry.relation) for name, kind in kinds.items()}
    return reverse(entry.name, kwargs=given) + entry.query


def body(scene: Scene, entry: Entry, role: str) -> dict[str, Any]:
    """Return what is posted: the table's data with records filled in for ``{kind}``."""
    return {name: _filled(scene, entry, role, value) for name, value in entry.data.items()}


def _filled(scene: Scene, entry: Entry, role: str, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return scene.value(value[1:-1], role, entry.relation)
    return value
