"""Importing one day of readings of every old video: the plain CSV to committed rows, against COPY and the upsert.

``python -m benchmarks.importing FILE`` is the measured side: one import in a process of its
own, so that the memory it reports is the import's and not that of whoever built the world.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import django

from benchmarks.measure import Row, median_of

AIM, MEMORY_AIM = 2, 400


@dataclass(frozen=True)
class Taken:
    """One import: seconds, peak memory in megabytes, and what it said."""

    seconds: float
    megabytes: int
    report: dict[str, int]


def importing(_cycle: object, *, times: int) -> Iterator[Row]:
    """Import the day: validated, matched by id, compared with what is stored, with provenance, committed."""
    from benchmarks import importing_world as world

    with tempfile.TemporaryDirectory() as folder:
        file, ready = Path(folder) / "day.csv", Path(folder) / "rows.csv"
        world.prepare()
        world.write_file(file)
        world.write_rows(ready)
        taken, digests = [], set()
        for _turn in range(times):
            world.put_back()
            taken.append(_in_a_process_of_its_own(file))
            digests.add(world.digest())
        world.put_back()
        floor = median_of(times, lambda: copy_and_upsert(ready), between=world.put_back)
    report, peak = taken[0].report, max(one.megabytes for one in taken)
    note = (
        f"{report['accepted']} rows: {report['inserted']} new, {report['updated']} changed, {report['restated']} values "
        f"restated; peak {peak} MB (≤ {MEMORY_AIM}), hash {' / '.join(sorted(one[:16] for one in digests))}"
    )
    yield Row("import of a day of videos", median(one.seconds for one in taken), floor, AIM, note)


def copy_and_upsert(rows: Path) -> None:
    """Do the least that stores the same readings, committed.

    The floor gets what the import must first find out: its file holds the rows of
    ``metrics_videosnapshot`` themselves, the videos' keys, the fetch and the JSON of gaps
    ready made, and none of the texts. It copies them into a temporary table and upserts
    all columns under the same unique key, constraints and indexes, in one transaction
    with the same settings. Nothing is checked, matched, compared or remembered.
    """
    from django.db import connection, transaction

    from benchmarks.importing_world import FIGURES

    columns = ["video_id", "captured_on", "source", *FIGURES, "fetch_id", "gaps"]
    names = ", ".join(columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns[3:])
    with transaction.atomic(), connection.cursor() as cursor, rows.open("rb") as file:
        cursor.execute(
            f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {names} FROM metrics_videosnapshot WITH NO DATA"
        )
        cursor.copy_expert(f"COPY staged ({names}) FROM STDIN WITH (FORMAT csv)", file)
        cursor.execute(
            f"INSERT INTO metrics_videosnapshot ({names}) SELECT {names} FROM staged "
            f"ON CONFLICT (video_id, captured_on, source) DO UPDATE SET {changes}"
        )


def _in_a_process_of_its_own(file: Path) -> Taken:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.importing", str(file)], stdout=subprocess.PIPE, check=True
    )
    found = json.loads(done.stdout)
    return Taken(found["seconds"], found["megabytes"], found["report"])


def main() -> None:
    """Import one file and print what it took; the settings are those of the process that started it."""
    django.setup()
    from benchmarks.world import ACTOR, AT
    from metrics.services.large_files import store_file

    path = Path(sys.argv[1])
    started = time.perf_counter()
    result = store_file(path=path, name=path.name, account=None, actor=ACTOR, actor_employee=None, at=AT)
    seconds = time.perf_counter() - started
    [table] = result.files
    if not table.is_stored:
        raise SystemExit(f"{path} was not taken: {table.refused}")
    report = {
        "accepted": table.accepted, "inserted": table.inserted, "updated": table.updated,
        "restated": len(table.restated),
    }  # fmt: skip
    print(json.dumps({"seconds": seconds, "megabytes": _peak(), "report": report}))


def _peak() -> int:
    """Return the most memory this program held; what its parent held before is not in it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


if __name__ == "__main__":
    main()
