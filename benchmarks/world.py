"""A fixed world of any size, made by the database itself from hashes of row numbers.

The same size gives the same rows everywhere: nothing is drawn at random. One
month (August 2026), three accounts for two people, twenty videos an account
with ten snapshots each, and old videos that only make the indexes large. Three
cells of a hundred are missing (whole days of accounts, single cells of
snapshots), one of a hundred was restated and keeps its old value, and two
accounts of a hundred pass to somebody else within the month.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from common.audit import Actor
from common.periods import Month
from metrics.services.definitions import load_measures
from performance.models import Cycle
from performance.services.cycles import open_cycle
from performance.services.schemes import load_builtin_scheme

MONTH = Month(2026, 8)
AT = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
ACTOR = Actor("system:bench#1", "bench")
DAY = date(2026, 9, 9)


@dataclass(frozen=True)
class Size:
    """How large the world is."""

    people: int
    old_videos: int = 0
    videos: int = 20
    snapshots: int = 10

    @property
    def accounts(self) -> int:
        """Return the number of creator accounts: three for two people."""
        return self.people * 3 // 2


# A whole number below a limit, the same for the same key everywhere.
HASH = "(('x' || substr(md5({key}), 1, 8))::bit(32)::bigint % {limit})"


def _hash(key: str, limit: int) -> str:
    return HASH.format(key=key, limit=limit)


def build(size: Size) -> Cycle:
    """Fill an empty PostgreSQL database and open the month's cycle."""
    with connection.cursor() as cursor:
        for statement in _statements(size):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    load_measures(at=AT)
    load_builtin_scheme(actor=ACTOR, at=AT)
    return open_cycle(month=MONTH, actor=ACTOR, at=AT)


def _statements(size: Size) -> list[str]:
    return [
        *_people(size),
        *_accounts(size),
        *_days(size),
        *_videos(size),
        *_restatements(),
        *_sequences(),
    ]


def _people(size: Size) -> list[str]:
    managers = max(1, size.people // 25)
    teams = max(1, size.people // 25)
    return [
        'INSERT INTO people_company (id, name, time_zone, currency, language, is_demo, "only", data_due_days) '
        "VALUES (1, 'Bench', 'Asia/Shanghai', 'CNY', 'en', false, 1, 3)",
        "INSERT INTO people_legalentity (id, code, name) VALUES (1, 'B', 'Bench')",
        "INSERT INTO people_position (id, code, name, scored) "
        "VALUES (1, 'operator', 'Operator', true), (2, 'manager', 'Manager', false)",
        f"INSERT INTO people_team (id, code, name) SELECT t, 'T' || t, 'Team ' || t FROM generate_series(1, {teams}) t",
        f"""INSERT INTO people_employee (id, number, name, legal_entity_id, cost_centre, hired_on)
            SELECT e, 'E' || lpad(e::text, 6, '0'), 'Person ' || e, 1, '', '2024-01-01'
            FROM generate_series(1, {size.people + managers}) e""",
        f"""INSERT INTO people_posting (employee_id, team_id, position_id, manager_id, status, starts_on)
            SELECT e, 1 + e % {teams}, 1, {size.people} + 1 + e % {managers}, 'regular', '2024-01-01'
            FROM generate_series(1, {size.people}) e""",
        f"""INSERT INTO people_posting (employee_id, team_id, position_id, status, starts_on)
            SELECT e, 1, 2, 'regular', '2024-01-01'
            FROM generate_series({size.people + 1}, {size.people + managers}) e""",
    ]


def _accounts(size: Size) -> list[str]:
    """Two of every hundred accounts pass to somebody else on the 11th."""
    accounts = size.accounts
    handed = f"{_hash('a::text', 50)} = 0"
    return [
        f"""INSERT INTO people_account (id, platform, handle, name, kind, opened_on)
            SELECT a, 'douyin', 'a' || a, 'Account ' || a, 'creator', '2024-01-01'
            FROM generate_series(1, {accounts}) a""",
        f"""INSERT INTO people_account (id, platform, handle, name, kind, opened_on)
            SELECT {accounts} + e, 'douyin', 'ads' || e, 'Ads ' || e, 'advertiser', '2024-01-01'
            FROM generate_series(1, {size.people}) e""",
        f"""INSERT INTO people_account (id, platform, handle, name, kind, opened_on)
            SELECT {accounts + size.people} + e, 'douyin', 'shop' || e, 'Shop ' || e, 'shop', '2024-01-01'
            FROM generate_series(1, {size.people}) e""",
        f"""INSERT INTO people_accountperiod (id, account_id, starts_on, ends_on)
            SELECT a, a, '2024-01-01', CASE WHEN {handed} THEN '2026-08-10'::date END
            FROM generate_series(1, {accounts + 2 * size.people}) a""",
        f"""INSERT INTO people_accountperiod (id, account_id, starts_on)
            SELECT {accounts + 2 * size.people} + a, a, '2026-08-11'
            FROM generate_series(1, {accounts + 2 * size.people}) a WHERE {handed}""",
        f"""INSERT INTO people_accountshare (period_id, employee_id, share)
            SELECT p.id, CASE WHEN p.starts_on = '2026-08-11' THEN 1 + owner % {size.people} ELSE owner END, 100
            FROM people_accountperiod p CROSS JOIN LATERAL (SELECT
                CASE WHEN p.account_id <= {accounts} THEN 1 + (p.account_id - 1) % {size.people}
                     WHEN p.account_id <= {accounts + size.people} THEN p.account_id - {accounts}
                     ELSE p.account_id - {accounts + size.people} END AS owner) o""",
        f"""INSERT INTO metrics_fetch (account_id, kind, state, at, actor, actor_name, file_name, profile, grain, as_of,
                first_day, last_day, self_supplied, confirmed_by, fields, result)
            SELECT a, 'file', 'done', '2026-09-02', 'system:bench#1', 'bench', '', '', 'video_snapshot', '2026-09-02',
                '2026-08-01', '2026-08-31', false, '', '', '{{}}' FROM generate_series(1, {accounts}) a""",
    ]


def _days(size: Size) -> list[str]:
    """Three cells of a hundred are missing."""
    accounts = size.accounts
    there = f"{_hash('a || d::text', 100)} >= 3"
    gained, lost = _hash("a || 'g' || d", 400), _hash("a || 'l' || d", 150)
    columns = "account_id, date, source, fetches, gaps"
    days = "generate_series('2026-08-01'::date, '2026-08-31', '1 day') d"
    return [
        f"""INSERT INTO metrics_accountday ({columns}, plays, likes, comments, shares, followers_gained,
                followers_lost, followers_net)
            SELECT a, d::date, 'file', '{{}}', '{{}}', {_hash("a || 'p' || d", 100000)}, 100, 10, 10,
                {gained}, {lost}, {gained} - {lost}
            FROM generate_series(1, {accounts}) a, {days} WHERE {there}""",
        f"""INSERT INTO metrics_accountday ({columns}, followers_total)
            SELECT a, '2026-07-31', 'file', '{{}}', '{{}}', 50000 + {_hash("'t' || a", 900000)}
            FROM generate_series(1, {accounts}) a""",
        f"""INSERT INTO metrics_accountday ({columns}, followers_total)
            SELECT a, '2026-08-10', 'file', '{{}}', '{{}}', 50000 + {_hash("'t' || a", 900000)}
            FROM generate_series(1, {accounts}) a
            ON CONFLICT (account_id, date, source) DO UPDATE SET followers_total = excluded.followers_total""",
        f"""INSERT INTO metrics_adsday ({columns}, about_id, spend, impressions, clicks, gmv, refunds)
            SELECT {accounts} + a, d::date, 'file', '{{}}', '{{}}', 0, 200 + {_hash("a || 's' || d", 300)}, 10000, 300,
                400 + {_hash("a || 'm' || d", 900)}, 10
            FROM generate_series(1, {size.people}) a, {days} WHERE {there}""",
        f"""INSERT INTO metrics_commerceday ({columns}, about_id, product_clicks, paid_orders, gmv, refunds)
            SELECT {accounts + size.people} + a, d::date, 'file', '{{}}', '{{}}', 0, 500 + {_hash("a || 'c' || d", 900)},
                {_hash("a || 'o' || d", 40)}, 900, 5
            FROM generate_series(1, {size.people}) a, {days} WHERE {there}""",
    ]


def _videos(size: Size) -> list[str]:
    count = size.accounts * size.videos
    moment = "'2026-08-01'::timestamptz + make_interval(days => v % 31, mins => v % 1440)"

    def there(cell: str) -> str:
        drawn = _hash(f"v || '{cell}' || s", 100)
        return f"CASE WHEN {drawn} >= 3 THEN"

    columns = """account_id, platform_id, title, title_hash, published_at, published_on, media, url, status, originality,
        originality_by, originality_evidence, fetch_id"""
    return [
        f"""INSERT INTO metrics_video (id, {columns})
            SELECT v, 1 + v % {size.accounts}, 'v' || v, 'Video ' || v, md5(v::text), {moment},
                (('2026-08-01'::date) + v % 31), 'video', '', '', 'unchecked', '', '', 1
            FROM generate_series(1, {count}) v""",
        f"""INSERT INTO metrics_video (id, {columns})
            SELECT {count} + v, 1 + v % {size.accounts}, 'old' || v, 'Old ' || v, md5('o' || v),
                '2025-01-01'::timestamptz + make_interval(mins => v % 500000),
                '2025-01-01'::date + (v % 347), 'video', '', '', 'unchecked', '', '', 1
            FROM generate_series(1, {max(size.old_videos, 1)}) v""",
        f"""INSERT INTO metrics_videosnapshot (video_id, captured_on, source, plays, likes, comments, shares,
                completion_rate, fetch_id, gaps)
            SELECT v, '2026-08-23'::date + s, 'file', {there("plays")} 500 * s + {_hash("v || 'p'", 20000)} END,
                50 * s, {there("comments")} 5 * s END, {there("shares")} 4 * s END,
                {there("rate")} ({_hash("v || 'r'", 90)} + 10) / 100.0 END, 1, '{{}}'
            FROM generate_series(1, {count}) v, generate_series(1, {size.snapshots}) s""",
    ]


def _restatements() -> list[str]:
    """One cell of a hundred once had another value, which is kept with the delivery that replaced it."""
    columns = "grain, account_id, key, date, field, old, new, old_fetch_id, fetch_id, at"
    moved = ", 1, 2, '2026-09-02'"
    return [
        f"""INSERT INTO metrics_restatement ({columns})
            SELECT '{grain}', account_id, account_id::text, date, '{field}', ({field} + 7)::text, {field}::text{moved}
            FROM metrics_{table} WHERE {field} IS NOT NULL AND {_hash(f"'{field}' || id", 100)} = 0"""
        for grain, table, field in (
            ("account_day", "accountday", "followers_net"), ("account_day", "accountday", "followers_lost"),
            ("ads_day", "adsday", "spend"), ("ads_day", "adsday", "gmv"), ("commerce_day", "commerceday", "paid_orders"),
        )
    ] + [
        f"""INSERT INTO metrics_restatement ({columns})
            SELECT 'video_snapshot', v.account_id, s.video_id::text, s.captured_on, '{field}', ({field} + 7)::text,
                {field}::text{moved}
            FROM metrics_videosnapshot s JOIN metrics_video v ON v.id = s.video_id
            WHERE {field} IS NOT NULL AND {_hash(f"'{field}' || s.id", 100)} = 0"""
        for field in ("plays", "comments", "shares")
    ]  # fmt: skip


def _sequences() -> list[str]:
    tables = (
        "people_company", "people_legalentity", "people_position", "people_team", "people_employee", "people_account",
        "people_accountperiod", "metrics_video",
    )  # fmt: skip
    return [
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        for table in tables
    ]
