"""The pages that grow with the company: statements, bytes, and time on two workers against the smallest page."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.company import (
    EXECUTIVE,
    HR,
    MANAGER,
    OPERATOR,
    PASSWORD,
    PAY,
    Stage,
    freeze,
    prepare,
    publish,
    stand_in,
)
from benchmarks.site import Session, running
from people.models import User
from performance.models import Cycle

HEAD = (
    "| page | people | statements | KB | p50 | p95 | p95, two at once | ≤ 25 · ≤ 80 KB · p95 ≤ 200 ms |\n"
    "|---|---|---|---|---|---|---|---|"
)
WARM_UPS, REQUESTS, AT_ONCE = 3, 14, 2
"""Requests before the clock runs; requests for each time a page is measured; browsers at once."""
LONGEST = 20.0
"""Seconds after which a page is not asked for again."""
MOST_STATEMENTS, MOST_KILOBYTES, MOST_SECONDS = 25, 80, 0.2
FLOOR = ("the floor: an operator's empty list of notices", OPERATOR, "/notices/")
PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@dataclass(frozen=True)
class PageRow:
    """One page at one size; times as ratios over the floor's median."""

    name: str
    people: int
    statements: int
    size: int
    taken: list[float]
    at_once: list[float]
    floor: float

    @property
    def verdict(self) -> str:
        """Say whether the page keeps to the budgets, and which it misses."""
        kept = {
            "statements": self.statements <= MOST_STATEMENTS,
            "KB": self.size <= MOST_KILOBYTES * 1024,
            "time": quantile(self.taken, 0.95) <= MOST_SECONDS,
        }
        missed = [name for name, is_kept in kept.items() if not is_kept]
        return f"missed: {', '.join(missed)}" if missed else "within"

    def __str__(self) -> str:
        """Return the line as a table row."""
        times = (quantile(self.taken, 0.5), quantile(self.taken, 0.95), quantile(self.at_once, 0.95))
        ratios = " | ".join(f"{taken / self.floor:.1f} ×" for taken in times)
        return (
            f"| {self.name} | {self.people} | {self.statements} | {self.size / 1024:.0f} | {ratios} | "
            f"{self.verdict} |"
        )


def pages(cycle: Cycle, *, times: int) -> Iterator[object]:
    """Lead the month from open to published and measure each page where it has something to show."""
    yield HEAD
    opened = prepare(cycle)
    with running() as address:
        measure = _Measure(address, people=cycle.scorecards.count(), requests=REQUESTS * times)
        yield measure.floor
        yield from map(measure.page, _pages_of(opened))
        for lead in (freeze, stand_in, publish):
            yield from map(measure.page, _pages_of(lead(cycle)))


def _pages_of(stage: Stage) -> list[tuple[str, str, str]]:
    """Return what is looked at in a stage: name, whose session, address."""
    month = stage.cycle.label
    if stage.name == "open":
        return [
            ("dashboard of an operator", OPERATOR, "/me/"),
            ("tasks and team of a manager", MANAGER, "/home/"),
            ("team board of a manager", MANAGER, "/team/"),
            ("team board of everybody, executive", EXECUTIVE, "/team/"),
            ("team board of everybody, last page", EXECUTIVE, "/team/?page=9999"),
            ("the month while it runs, HR", HR, f"/cycles/{month}/"),
        ]
    if stage.name == "review":
        return [
            ("queue of a manager", MANAGER, "/review/"),
            ("tasks of a manager in review", MANAGER, "/home/"),
        ]
    if stage.name == "stand_in":
        return [
            ("queue of everybody, HR", HR, "/review/"),
            ("queue of everybody, last page", HR, "/review/?page=9999"),
            ("a card in HR's queue", HR, f"/review/{month}/{stage.person}/"),
            ("clean cards to approve, HR", HR, "/review/approve/"),
            ("the month in review, HR", HR, f"/cycles/{month}/"),
        ]
    return [
        ("bonus sheet of everybody", PAY, f"/bonus/{stage.sheet}/"),
        ("bonus sheet, last page", PAY, f"/bonus/{stage.sheet}/?page=9999"),
        ("bonus sheet, one team", PAY, f"/bonus/{stage.sheet}/?team=1"),
        ("list of sheets", PAY, "/bonus/"),
        ("dashboard of an operator, published", OPERATOR, "/me/"),
    ]


class _Measure:
    """The sessions of everybody who looks, and what each page is held against."""

    def __init__(self, address: str, *, people: int, requests: int) -> None:
        self.people, self.requests = people, requests
        everybody = (OPERATOR, MANAGER, HR, PAY, EXECUTIVE)
        self.sessions = {name: Session(address, name, PASSWORD) for name in everybody}
        self.least = 1.0
        floor = self.page(FLOOR)
        self.least = quantile(floor.taken, 0.5)
        self.floor = replace(floor, floor=self.least)

    def page(self, page: tuple[str, str, str]) -> PageRow:
        """Measure one page: alone, then from two browsers at once."""
        name, who, path = page
        session = self.sessions[who]
        content = [session.get(path) for _turn in range(WARM_UPS)][-1]
        taken = self._timed(session, path, self.requests)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            each = self.requests // AT_ONCE
            parts = pool.map(lambda _: self._timed(session, path, each), range(AT_ONCE))
            at_once = [one for part in parts for one in part]
        return PageRow(name, self.people, statements_of(who, path), len(content), taken, at_once, self.least)

    def _timed(self, session: Session, path: str, times: int) -> list[float]:
        taken: list[float] = []
        while len(taken) < times and sum(taken) < LONGEST:
            started = time.perf_counter()
            session.get(path)
            taken.append(time.perf_counter() - started)
        return taken


def statements_of(who: str, path: str) -> int:
    """Return how many statements a page takes, counted in this process on the same database."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=who))
    with override_settings(STORAGES=PLAIN_FILES):
        client.get(path, secure=True)  # the session notes that it was seen
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path, secure=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(seen)


def quantile(taken: list[float], part: float) -> float:
    """Return the value that ``part`` of the times do not exceed (nearest rank)."""
    ordered = sorted(taken)
    return ordered[max(0, -(-int(part * 100) * len(ordered) // 100) - 1)]
