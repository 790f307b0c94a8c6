"""Run the measurements on a PostgreSQL of one's own and print ratios.

``python -m benchmarks [--people 10000] [--times 3] [--only pages]`` makes a database called
``jiying_bench_<random>`` on the server of ``DATABASE_URL`` (default: the local
one) and drops it again.
"""

import argparse
import os
import secrets
import signal
import sys
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"
HEAD = "| measurement | ratio | aim | | |\n|---|---|---|---|---|"


def main() -> None:
    """Make the database, measure, drop the database."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended from outside, it drops its database too
    server = os.environ.get("DATABASE_URL", LOCAL)
    name = f"jiying_bench_{secrets.token_hex(4)}"
    _execute(server, f'CREATE DATABASE "{name}"')
    try:
        parts = urlsplit(server)
        os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
        os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        django.setup()
        _run(arguments)
    finally:
        from django.db import connections

        connections.close_all()
        _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--old-videos", type=int, default=600_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument(
        "--only", default="", help="one measurement by name: scoring, workbook, importing, pages"
    )
    return parser.parse_args()


def _run(arguments: argparse.Namespace) -> None:
    from django.core.management import call_command

    from benchmarks import cases
    from benchmarks.world import Size, build

    call_command("migrate", verbosity=0)
    cycle = build(Size(people=arguments.people, old_videos=arguments.old_videos))
    if arguments.only != cases.pages.__name__:  # its table has columns of its own
        print(HEAD)
    for case in cases.ALL:
        if arguments.only not in ("", case.__name__):
            continue
        for row in case(cycle, times=arguments.times):
            print(row, flush=True)


def _execute(server: str, statement: str) -> None:
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


if __name__ == "__main__":
    main()
