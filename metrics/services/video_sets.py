"""Storing staged rows of videos as whole sets: one statement per step, whatever their number. PostgreSQL only.

It decides only what needs no judgement: rows with an id, each video once, of
accounts in which every id is either known or surely new. What it writes is what
``store_videos`` and ``store_snapshots`` write, row for row; everything else is theirs.
"""

import io
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models

from common.bulk import copy_in
from metrics.choices import FindingKind, Originality, Source
from metrics.matching import TITLE_LIMIT, title_hash
from metrics.models import Finding, VideoSnapshot
from metrics.services.staging import TABLE, Staging
from metrics.services.statements import execute, pieces_of, row_of, rows_of
from metrics.services.store import Delivery
from metrics.services.videos import STATUS_LIMIT, URL_LIMIT, finding

FILE = Source.FILE.value


class VideoSets:
    """The rows of a file that are stored as sets, from the match to the readings."""

    def __init__(
        self, staging: Staging, delivery: Delivery, zone: ZoneInfo, accounts: dict[str, int]
    ) -> None:
        """Take staged rows and the account of each name they use ("" where they name none)."""
        self.staging, self.delivery, self.zone = staging, delivery, zone
        self.fields = staging.figures
        self.rows = self.new = self.differing = self.stored = self.higher = 0
        self._name(accounts)

    def _name(self, accounts: dict[str, int]) -> None:
        execute("DROP TABLE IF EXISTS named, resolved, described, again, same_day")
        execute(
            "CREATE TEMP TABLE named (account text, account_id bigint, fetch_id bigint, as_of date) ON COMMIT DROP"
        )
        lines = (
            f"{_quoted(text)},{pk},{self.delivery.fetch_id(pk)},{self.delivery.as_of(pk) or ''}"
            for text, pk in accounts.items()
        )
        text = "".join(f"{line}\n" for line in lines)
        copy_in("named", ["account", "account_id", "fetch_id", "as_of"], io.StringIO(text))
        execute("ANALYZE named")

    # Matching ---------------------------------------------------------------

    def resolve(self) -> None:
        """Find each row's video by its id, and the last reading up to the row's day."""
        kept = ", ".join(f"{self._kept(name)} AS {name}" for name in self.fields)
        equal = " AND ".join(f"({self._kept(n)} IS NULL OR b.{n} = {self._kept(n)})" for n in self.fields)
        empty = " AND ".join(f"s.{name} IS NULL" for name in self.fields)
        day, plays = self.staging.day, "s.plays" if "plays" in self.fields else "NULL::bigint"
        execute(
            f"""CREATE TEMP TABLE resolved ON COMMIT DROP AS
            SELECT s.row_number, n.account_id, n.fetch_id, n.as_of, v.id AS video_id, {day} AS day, {kept},
                coalesce({self._differs()}, false) AS differs, coalesce({self._renamed()}, false) AS renamed, coalesce(b.captured_on = {day}, false) AS is_stored,
                ({empty}) OR coalesce(b.captured_on < {day} AND {equal}, false) AS adds_nothing,
                CASE WHEN b.captured_on < {day} AND b.plays > {plays} THEN b.plays END AS higher
            FROM {TABLE} s JOIN named n ON n.account = coalesce(s.account, '')
            LEFT JOIN metrics_video v ON v.account_id = n.account_id AND v.platform_id = s.platform_id
            LEFT JOIN LATERAL (SELECT * FROM metrics_videosnapshot b WHERE b.video_id = v.id AND b.source = '{FILE}'
                AND b.captured_on <= {day} ORDER BY b.captured_on DESC LIMIT 1) b ON true"""
        )

    def _kept(self, name: str) -> str:
        """Return the expression of a figure as its column keeps it."""
        column = VideoSnapshot._meta.get_field(name)
        if not isinstance(column, models.DecimalField):
            return f"s.{name}"
        return f"round(s.{name}, {column.decimal_places})"

    def _differs(self) -> str:
        """Return the condition under which the file may describe a video otherwise than is stored."""
        return f"""{self.staging.media} NOT IN (v.media, 'unknown')
            OR s.duration_seconds <> coalesce(v.duration_seconds, -1)
            OR s.url <> v.url OR s.status <> v.status"""

    def _renamed(self) -> str:
        """Return the condition under which the file tells another title or a publish moment that was not known.

        What a video is found by hangs on both, so such a row needs judgement.
        """
        day_alone = "CASE WHEN length(s.published) = 10 THEN E'\\n' || s.published ELSE '' END"
        hashed = f"encode(sha256(convert_to(s.title || {day_alone}, 'UTF8')), 'hex')"
        # Where the minute is known the hash is that of the title alone, so equal titles have equal hashes.
        return f"""v.id IS NOT NULL AND ((v.published_on IS NULL AND s.published IS NOT NULL)
            OR (v.published_at IS NULL AND length(s.published) > 10)
            OR v.title <> s.title OR length(s.title) > {TITLE_LIMIT}
            OR (s.title <> '' AND v.published_at IS NULL AND v.title_hash <> {hashed}))"""

    def undecided(self) -> set[int] | None:
        """Return the accounts with rows that need judgement; None when a video is named twice."""
        new = (
            f"SELECT r.account_id, s.platform_id FROM resolved r JOIN {TABLE} s USING (row_number) "
            "WHERE r.video_id IS NULL"
        )
        rows, known, videos = self._look()
        if known > videos:
            return None
        judged = {pk for (pk,) in rows_of("SELECT DISTINCT account_id FROM resolved WHERE renamed")}
        if rows == known:
            return judged
        if row_of(f"SELECT count(*) <> count(DISTINCT (account_id, platform_id)) FROM ({new}) new")[0]:
            return None
        without_id = (
            "SELECT DISTINCT account_id FROM metrics_video WHERE platform_id IS NULL AND account_id IN "
            "(SELECT account_id FROM resolved WHERE video_id IS NULL)"
        )
        return judged | {pk for (pk,) in rows_of(without_id)}

    def _look(self) -> tuple[int, int, int]:
        """Look over the rows once: how many, how many with a video, how many videos, and what is to be done."""
        rows, known, videos, self.differing, self.stored, self.higher = row_of(
            "SELECT count(*), count(video_id), count(DISTINCT video_id), count(*) FILTER (WHERE differs), "
            "count(*) FILTER (WHERE is_stored), count(higher) FROM resolved"
        )
        self.rows, self.new = rows, rows - known
        return rows, known, videos

    def repeating(self) -> set[int]:
        """Return the accounts in which a video is named more than once."""
        known = "SELECT account_id FROM resolved WHERE video_id IS NOT NULL GROUP BY account_id, video_id HAVING count(*) > 1"
        new = (
            f"SELECT r.account_id FROM resolved r JOIN {TABLE} s USING (row_number) WHERE r.video_id IS NULL "
            "GROUP BY r.account_id, s.platform_id HAVING count(*) > 1"
        )
        return {pk for (pk,) in rows_of(f"{known} UNION {new}")}

    def leave_out(self, accounts: Collection[int]) -> None:
        """Leave accounts to the path that judges row by row."""
        if accounts:
            execute(
                f"DELETE FROM resolved WHERE account_id IN ({', '.join(str(int(pk)) for pk in accounts)})"
            )
            self._look()

    # Videos -----------------------------------------------------------------

    def store_videos(self) -> None:
        """Insert the new videos and take what the file tells of those that are known."""
        if not (self.new or self.differing):
            return
        if self.new:
            self._hash_titles()
            self._insert_videos()
        if self.differing:
            self._describe_videos()

    def _hash_titles(self) -> None:
        """Work out hashes and publish instants here: they follow our Unicode and time zone tables."""
        execute(
            "CREATE TEMP TABLE described (row_number integer, title_hash text, published_at timestamptz) ON COMMIT DROP"
        )
        query = (
            f"SELECT s.row_number, s.title, s.published FROM resolved r JOIN {TABLE} s USING (row_number) "
            "WHERE r.video_id IS NULL"
        )
        for rows in pieces_of(query):
            text = io.StringIO("".join(self._described(*row) for row in rows))
            copy_in("described", ["row_number", "title_hash", "published_at"], text)
        execute("ANALYZE described")

    def _described(self, row: int, title: str | None, published: str | None) -> str:
        at = datetime.fromisoformat(published) if published and len(published) > 10 else None
        day = date.fromisoformat(published) if published and at is None else None
        minute = at.replace(second=0, microsecond=0, tzinfo=self.zone).isoformat() if at else ""
        return f"{row},{title_hash(title or '', day)},{minute}\n"

    def _insert_videos(self) -> None:
        told = f"""SELECT r.account_id, s.platform_id, left(coalesce(s.title, ''), {TITLE_LIMIT}) AS title, d.title_hash,
                d.published_at, left(s.published, 10)::date AS published_on, {self.staging.media} AS media,
                round(s.duration_seconds, 3) AS duration_seconds,
                CASE WHEN length(s.url) <= {URL_LIMIT} THEN s.url ELSE '' END AS url,
                left(coalesce(s.status, ''), {STATUS_LIMIT}) AS status, r.fetch_id
            FROM resolved r JOIN {TABLE} s USING (row_number) JOIN described d USING (row_number)
            WHERE r.video_id IS NULL ORDER BY r.account_id, r.row_number"""
        names = (
            "account_id, platform_id, title, title_hash, published_at, published_on, media, duration_seconds, url, "
            "status, fetch_id"
        )
        execute(
            f"""WITH made AS (INSERT INTO metrics_video ({names}, originality, originality_by, originality_evidence)
                SELECT {names.replace("url,", "coalesce(url, ''),")}, '{Originality.UNCHECKED.value}', '', ''
                FROM ({told}) told RETURNING id, account_id, platform_id)
            UPDATE resolved r SET video_id = made.id, differs = NULL FROM made, {TABLE} s
            WHERE s.row_number = r.row_number AND r.video_id IS NULL AND made.account_id = r.account_id
                AND made.platform_id = s.platform_id"""
        )
        self._find_timeless()

    def _find_timeless(self) -> None:
        query = (
            "SELECT r.video_id, r.account_id, v.title FROM resolved r JOIN metrics_video v ON v.id = r.video_id "
            "WHERE r.differs IS NULL AND v.published_on IS NULL"
        )
        for rows in pieces_of(query):
            Finding.objects.bulk_create(
                [
                    finding(
                        FindingKind.VIDEO_WITHOUT_TIME,
                        account_id,
                        str(pk),
                        {"video": pk, "title": title},
                        self.delivery,
                    )
                    for pk, account_id, title in rows
                ],
                ignore_conflicts=True,
            )

    def _describe_videos(self) -> None:
        """Change what differs; an older export tells nothing."""
        described = {
            "media": f"nullif({self.staging.media}, 'unknown')",
            "duration_seconds": "round(s.duration_seconds, 3)",
            "url": f"CASE WHEN length(s.url) <= {URL_LIMIT} THEN nullif(s.url, '') END",
            "status": f"left(nullif(s.status, ''), {STATUS_LIMIT})",
        }
        told = ", ".join(f"coalesce({value}, v.{name}) AS {name}" for name, value in described.items())
        before, after = (", ".join(f"{side}.{name}" for name in described) for side in ("v", "told"))
        execute(
            f"""UPDATE metrics_video v SET {", ".join(f"{n} = told.{n}" for n in described)}, fetch_id = told.fetch_id
            FROM (SELECT v.id, r.fetch_id, {told}
                FROM resolved r JOIN {TABLE} s USING (row_number)
                JOIN metrics_video v ON v.id = r.video_id LEFT JOIN metrics_fetch f ON f.id = v.fetch_id
                WHERE r.differs AND (f.as_of > r.as_of) IS NOT TRUE) told
            WHERE v.id = told.id AND ({before}) IS DISTINCT FROM ({after})"""
        )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
