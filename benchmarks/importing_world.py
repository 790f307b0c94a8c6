"""One day's readings of every old video: what is stored before, and the plain CSV that says them.

Everything follows from hashes of the videos' numbers, so the same world gives the same file. Of all
cells of figures 3 % are missing; every video has a reading of the day before; 1 % have one of the
day itself with another value, so there is something to restate.
"""

from pathlib import Path

from django.db import connection

DAY, DAY_BEFORE = "2026-09-02", "2026-09-01"
FIGURES = ("plays", "likes", "comments", "shares", "favourites", "completion_rate", "average_play_seconds")
_OLD = "v.platform_id LIKE 'old%'"
_STORED = "video_id, captured_on, source, {figures}, fetch_id, gaps"


def _hash(key: str, limit: int) -> str:
    return f"(('x' || substr(md5({key}), 1, 8))::bit(32)::bigint % {limit})"


def _of(what: str, limit: int) -> str:
    return _hash(f"v.id || '{what}'", limit)


def _figures(more: int) -> dict[str, str]:
    """Return an expression per figure; ``more`` raises the counters."""
    whole = {
        "plays": f"{5000 + more} + {_of('n', 200000)}",
        "likes": f"{300 + more} + {_of('k', 9000)}",
        "comments": f"{20 + more} + {_of('c', 900)}",
        "shares": f"{10 + more} + {_of('s', 700)}",
        "favourites": f"{10 + more} + {_of('f', 800)}",
        "completion_rate": f"round(({_of('r', 9000)} + 1000) / 10000.0, 4)",
        "average_play_seconds": f"round(({_of('t', 5000)} + 200) / 100.0, 2)",
    }
    return {name: f"CASE WHEN {_of(name, 100)} >= 3 THEN {told} END" for name, told in whole.items()}


def prepare() -> None:
    """Store what is known before the file comes; safe to call again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM metrics_videosnapshot WHERE fetch_id = 2")
        cursor.execute(_readings(DAY_BEFORE, more=0))
    put_back()


def put_back() -> None:
    """Take out what an import or a floor left, and store the day's 1 % again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM metrics_videosnapshot USING metrics_video v WHERE video_id = v.id AND {_OLD} "
            f"AND captured_on = '{DAY}'"
        )
        cursor.execute("DELETE FROM metrics_restatement")
        cursor.execute("DELETE FROM metrics_finding")
        cursor.execute("DELETE FROM metrics_fetch WHERE payload_id IS NOT NULL")
        cursor.execute("DELETE FROM metrics_payload")
        cursor.execute(f"{_readings(DAY, more=3)} AND {_of('again', 100)} = 0")
        for table in (
            "metrics_videosnapshot",
            "metrics_video",
            "metrics_fetch",
            "metrics_restatement",
            "metrics_payload",
        ):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def _readings(day: str, *, more: int) -> str:
    columns, told = ", ".join(FIGURES), ", ".join(_figures(more).values())
    return (
        f"INSERT INTO metrics_videosnapshot ({_STORED.format(figures=columns)}) "
        f"SELECT v.id, '{day}', 'file', {told}, 2, '{{}}' FROM metrics_video v WHERE {_OLD}"
    )


def write_file(path: Path) -> int:
    """Write the day's plain CSV; return its size in bytes."""
    figures = _figures(more=7)
    told = ", ".join(f"{expression} AS {name}" for name, expression in figures.items())
    select = (
        "SELECT a.platform || ':' || a.handle AS account, v.platform_id, v.title, "
        "to_char(v.published_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') AS published_at, "
        f"'{DAY}' AS captured_on, {told} FROM metrics_video v JOIN people_account a ON a.id = v.account_id "
        f"WHERE {_OLD} ORDER BY v.account_id, v.id"
    )
    with path.open("wb") as file, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({select}) TO STDOUT WITH (FORMAT csv, HEADER)", file)
    return path.stat().st_size


def write_rows(path: Path) -> None:
    """Write the same figures as rows of the table itself, their videos known: what the floor copies."""
    told = ", ".join(_figures(more=7).values())
    gaps = ", ".join(
        f"'{name}', CASE WHEN ({one}) IS NULL THEN 'not_supplied' END" for name, one in _figures(7).items()
    )
    select = (
        f"SELECT v.id, '{DAY}', 'file', {told}, 3, jsonb_strip_nulls(jsonb_build_object({gaps})) FROM metrics_video v "
        f"WHERE {_OLD} ORDER BY v.account_id, v.id"
    )
    with path.open("wb") as file, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({select}) TO STDOUT WITH (FORMAT csv)", file)


def digest() -> str:
    """Return a hash over every stored reading of the day and every restatement, without generated keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(md5(concat_ws('|', v.platform_id, s.plays, s.likes, s.comments, s.shares, s.favourites, "
            "s.completion_rate, s.average_play_seconds, s.gaps, f.account_id, p.sha256)), '' ORDER BY v.id)) || "
            "(SELECT coalesce(md5(string_agg(concat_ws('|', key, date, field, old, new, old_fetch_id), '' "
            "ORDER BY key, field)), '') FROM metrics_restatement) "
            "FROM metrics_videosnapshot s JOIN metrics_video v ON v.id = s.video_id "
            "LEFT JOIN metrics_fetch f ON f.id = s.fetch_id LEFT JOIN metrics_payload p ON p.id = f.payload_id "
            f"WHERE {_OLD} AND s.captured_on = '{DAY}'"
        )
        return str(cursor.fetchone()[0])
