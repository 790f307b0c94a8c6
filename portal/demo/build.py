"""Making the demonstration from its first person to its last night."""

from collections.abc import Callable
from pathlib import Path

from portal.demo.deliveries import deliver
from portal.demo.files import write_files
from portal.demo.months import enter_campaigns, live_through
from portal.demo.people import Staff
from portal.demo.stage import bring_people, create_company, load_rules, mark_finished
from portal.demo.world import World

PASSWORD = "yunque-demo-2026"  # noqa: S105 - printed for everybody; never taken in production
"""The one password of all demonstration sign-ins."""
Report = Callable[[str, int, int], None]
"""Hears (stage, done, total) as the work goes on."""


def build_demo(world: World, *, folder: Path, report: Report) -> None:
    """Fill an empty database with the demonstration; ``folder`` takes its export files.

    Raises ``Refusal`` with the sentence of whatever was not taken.
    """
    report("people", 0, 3)
    create_company(world)
    bring_people(world, password=PASSWORD)
    report("people", 2, 3)
    load_rules(world)
    report("people", 3, 3)
    _import_files(world, folder, report)
    staff = Staff.load()
    enter_campaigns(world, staff)
    nights = len(world.timeline.past) + len(world.timeline.nights())
    live_through(world, staff, tick=_counter("nights", nights, report))
    mark_finished(world)


def _import_files(world: World, folder: Path, report: Report) -> None:
    report("files", 0, 1)
    files = write_files(world, folder)
    report("files", 1, 1)
    deliver(files, tick=_counter("import", len(files), report))


def _counter(stage: str, total: int, report: Report) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        report(stage, done, total)

    return tick
