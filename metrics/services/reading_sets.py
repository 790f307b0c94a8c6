"""Storing staged readings of videos as whole sets, as ``store_snapshots`` does row by row. PostgreSQL only."""

from metrics.choices import FindingKind, Gap, Grain, Source
from metrics.models import Finding
from metrics.services.results import Restated
from metrics.services.statements import execute, pieces_of, row_of, rows_of
from metrics.services.video_sets import VideoSets
from metrics.services.videos import finding

FILE = Source.FILE.value
_NOT_SUPPLIED = Gap.NOT_SUPPLIED.value


class ReadingSets:
    """The readings of rows whose videos are known."""

    def __init__(self, sets: VideoSets) -> None:
        """Take rows that were matched and whose videos are stored."""
        self.sets, self.delivery, self.fields = sets, sets.delivery, sets.fields

    def store(self, *, listed: int) -> tuple[list[tuple[int, Restated]], int, int]:
        """Store the readings; return replaced values (at most ``listed``), how many there are, and how many fell.

        A reading that adds nothing to the one before it is not written.
        """
        tally, fields = self.delivery.tally, ", ".join(self.fields)
        written = execute(
            f"""INSERT INTO metrics_videosnapshot (video_id, captured_on, source, {fields}, fetch_id, gaps)
            SELECT video_id, day, '{FILE}', {fields}, fetch_id, {self._gaps("")} FROM resolved
            WHERE NOT is_stored AND NOT adds_nothing"""
        )
        silent = 0
        if self.sets.new:
            silent = row_of("SELECT count(*) FROM resolved WHERE adds_nothing AND differs IS NULL")[0]
        tally.inserted += written + silent
        tally.unchanged += self.sets.rows - self.sets.stored - written - silent
        fell = 0
        if self.sets.higher:
            fell = self._find_lower(
                f"SELECT r.video_id, r.account_id, r.day, v.title, r.higher, r.{self._plays} FROM resolved r "
                "JOIN metrics_video v ON v.id = r.video_id "
                "WHERE NOT is_stored AND NOT adds_nothing AND higher IS NOT NULL"
            )
        if not self.sets.stored:
            return [], 0, fell
        restated, count, fell_again = self._merge_stored(listed)
        return restated, count, fell + fell_again

    @property
    def _plays(self) -> str:
        return "plays" if "plays" in self.fields else "higher"

    def _gaps(self, more: str) -> str:
        """Return what is missing as JSON: fields without a value, where ``more`` holds of each."""
        told = ", ".join(
            f"'{name}', CASE WHEN {name} IS NULL{more.format(name=name)} THEN '{_NOT_SUPPLIED}' END"
            for name in self.fields
        )
        all_there = " AND ".join(f"{name} IS NOT NULL" for name in self.fields)
        return (
            f"CASE WHEN {all_there} THEN '{{}}'::jsonb ELSE jsonb_strip_nulls(jsonb_build_object({told})) END"
        )

    def _merge_stored(self, listed: int) -> tuple[list[tuple[int, Restated]], int, int]:
        """Put values into readings of the same day: missing replaces nothing, older replaces nothing newer."""
        olds = ", ".join(f"o.{name} AS old_{name}" for name in self.fields)
        execute("CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM resolved WHERE is_stored")
        execute("ANALYZE again")
        execute(
            f"""CREATE TEMP TABLE same_day ON COMMIT DROP AS SELECT r.*, o.id AS reading_id, o.fetch_id AS old_fetch_id,
                o.gaps, {olds}, coalesce(f.as_of > r.as_of, false) AS is_older, f.as_of AS newest
            FROM again r CROSS JOIN LATERAL (SELECT * FROM metrics_videosnapshot o WHERE o.video_id = r.video_id
                AND o.captured_on = r.day AND o.source = '{FILE}' LIMIT 1) o
            LEFT JOIN metrics_fetch f ON f.id = o.fetch_id"""
        )
        self._count_merged()
        higher = self._update_readings()
        return *self._restate(listed), higher

    def _takes(self, name: str) -> str:
        return f"({name} IS NOT NULL AND {name} IS DISTINCT FROM old_{name} AND (old_{name} IS NULL OR NOT is_older))"

    def _count_merged(self) -> None:
        any_taken = " OR ".join(map(self._takes, self.fields))
        kept = " + ".join(f"coalesce(({n} <> old_{n} AND is_older)::int, 0)" for n in self.fields)
        updated, rows, newer, newest = row_of(
            f"SELECT count(*) FILTER (WHERE {any_taken}), count(*), sum({kept}), max(newest) FILTER (WHERE {kept} > 0) "
            "FROM same_day"
        )
        tally = self.delivery.tally
        tally.updated += updated
        tally.unchanged += rows - updated
        tally.kept_newer += int(newer or 0)
        if newest is not None and (tally.newest_as_of is None or newest > tally.newest_as_of):
            tally.newest_as_of = newest

    def _update_readings(self) -> int:
        taken = " OR ".join(map(self._takes, self.fields))
        values = ", ".join(
            f"CASE WHEN {self._takes(n)} THEN {n} ELSE old_{n} END AS new_{n}" for n in self.fields
        )
        popped = ", ".join(f"CASE WHEN {self._takes(n)} THEN '{n}' END" for n in self.fields)
        gaps = (
            f"(gaps || {self._gaps(' AND old_{name} IS NULL')}) - array_remove(ARRAY[{popped}]::text[], NULL)"
        )
        execute(
            f"""CREATE TEMP TABLE changed_readings ON COMMIT DROP AS SELECT * FROM (SELECT reading_id, video_id, account_id,
                day, {values}, CASE WHEN {taken} THEN fetch_id ELSE old_fetch_id END AS new_fetch_id, {gaps} AS new_gaps,
                gaps AS old_gaps, ({taken}) AS is_taken FROM same_day) merged
            WHERE is_taken OR new_gaps <> old_gaps"""
        )
        changes = ", ".join(f"{n} = c.new_{n}" for n in self.fields)
        execute(
            f"UPDATE metrics_videosnapshot o SET {changes}, fetch_id = c.new_fetch_id, gaps = c.new_gaps "
            "FROM changed_readings c WHERE o.id = c.reading_id"
        )
        fell = self._find_lower(
            f"""SELECT c.video_id, c.account_id, c.day, v.title, b.plays, o.plays FROM changed_readings c
            JOIN metrics_videosnapshot o ON o.id = c.reading_id JOIN metrics_video v ON v.id = c.video_id
            JOIN LATERAL (SELECT plays FROM metrics_videosnapshot b WHERE b.video_id = c.video_id AND b.source = '{FILE}'
                AND b.captured_on < c.day ORDER BY b.captured_on DESC LIMIT 1) b ON b.plays > o.plays"""
        )
        execute("DROP TABLE changed_readings")
        return fell

    def _restate(self, listed: int) -> tuple[list[tuple[int, Restated]], int]:
        cells = ", ".join(
            f"({place}, '{n}', old_{n}::text, {n}::text, old_{n} IS NOT NULL AND {self._takes(n)})"
            for place, n in enumerate(self.fields)
        )
        each = (
            f"FROM same_day r CROSS JOIN LATERAL (VALUES {cells}) cell (place, field, old, new, is_restated)"
        )
        count = execute(
            f"""INSERT INTO metrics_restatement (grain, account_id, key, date, field, old, new, old_fetch_id, fetch_id, at)
            SELECT '{Grain.VIDEO_SNAPSHOT.value}', account_id, 'video ' || video_id || '|{FILE}', day, field, old, new,
                old_fetch_id, fetch_id, %s {each} WHERE is_restated""",
            [self.delivery.at],
        )
        told = rows_of(
            f"SELECT r.account_id, left(v.title, 80), r.day, field, old, new {each} "
            "JOIN metrics_video v ON v.id = r.video_id WHERE is_restated "
            f"ORDER BY r.day, r.account_id, r.row_number, place LIMIT {int(listed)}"
        )
        names = {pk: str(account) for pk, account in self.delivery.accounts.items()}
        found = [
            (pk, Restated(names[pk], title or names[pk], day, field, old, new))
            for pk, title, day, field, old, new in told
        ]
        return found, count

    def _find_lower(self, query: str) -> int:
        """Put lifetime counters that fell on the list; they are kept as they are."""
        count = 0
        for rows in pieces_of(query):
            found = []
            for pk, account_id, day, title, old, new in rows:
                details = {"video": pk, "title": title, "field": "plays", "old": old, "new": new}
                one = finding(FindingKind.DECREASE, account_id, f"{pk}|{day}", details, self.delivery)
                one.date = day
                found.append(one)
            Finding.objects.bulk_create(found, ignore_conflicts=True)
            count += len(found)
        return count
