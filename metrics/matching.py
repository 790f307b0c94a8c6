"""Recognising a video again: by id, else by publish minute and title. Pure."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

TITLE_LIMIT = 500
DOUBTS_SHOWN = 5
"""A title that more stored videos bear says nothing of which one is meant."""


ENTERED_WITHIN = timedelta(days=3)
"""So far may a publish time that a person entered lie from what a file tells later."""


def normal_title(title: str) -> str:
    """Return the title in compatibility form with single blanks."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", title)).strip()


def title_hash(title: str, day: date | None = None) -> str:
    """Return the hash of a title; ``day`` joins it where only the publish day is known."""
    text = normal_title(title) + (f"\n{day.isoformat()}" if day else "")
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file tells of who a video is.

    ``minute`` is aware; ``day`` is set when only the day is known, and then part of
    ``hash``. ``local_day`` is the publish day in the company's zone, ``title_only`` and
    ``with_day`` are the hashes of the title without and with it: they find a video that
    another file tells more or less of.
    """

    platform_id: str | None
    minute: datetime | None
    hash: str
    day: date | None = None
    local_day: date | None = None
    title_only: str = ""
    with_day: str = ""


@dataclass(slots=True)
class Match:
    """What was found for one identity: the stored video, or doubtful ones, or too many."""

    video: Any | None = None
    doubts: tuple[Any, ...] = ()
    ambiguous: bool = False


@dataclass(slots=True)
class VideoBook:
    """The stored videos of one account, to be recognised in a file.

    A video has ``platform_id``, ``published_at``, ``published_on``, ``title_hash``,
    ``earlier_hashes`` and ``timed_by``. What is certain is taken in this order: the
    id; the minute and title, or a title it had before; the day and title where one
    side knows no minute; the title alone of a video whose time a person entered. A
    video without any time is never taken for one with a time: that is a doubt.
    """

    videos: Sequence[Any]
    by_id: dict[str, Any] = field(default_factory=dict)
    by_key: dict[tuple[datetime | None, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_minute: dict[datetime, list[Any]] = field(default_factory=lambda: defaultdict(list))

    by_former: dict[tuple[datetime | None, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_day: dict[tuple[date, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_title: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Index the videos."""
        for video in self.videos:
            if video.platform_id:
                self.by_id[video.platform_id] = video
            self.by_key[video.published_at, video.title_hash].append(video)
            for former in video.earlier_hashes.split():
                self.by_former[video.published_at, former].append(video)
            if video.published_at is not None:
                self.by_minute[video.published_at].append(video)
            if video.published_on is not None:
                self.by_day[video.published_on, video.title_hash].append(video)
            self.by_title[video.title_hash].append(video)

    def match(self, identities: Iterable[Identity]) -> dict[Identity, Match]:
        """Find each identity's video: first what is certain, then lone ones of the same day or minute.

        Each stored video is found once among those that share a day, a minute or a
        title; nobody's guess takes it from the row that names it for certain.
        """
        wanted = list(dict.fromkeys(identities))
        found = {identity: self._certain(identity) for identity in wanted}
        claimed = {id(match.video) for match in found.values() if match.video is not None}
        for step in (self._on_the_day, self._in_the_minute, self._by_title):
            left = [one for one in wanted if _is_open(found[one])]
            step(left, found, claimed)
            claimed |= {id(found[one].video) for one in left if found[one].video is not None}
        return found

    def _certain(self, identity: Identity) -> Match:
        if identity.platform_id and identity.platform_id in self.by_id:
            return Match(self.by_id[identity.platform_id])
        key = (identity.minute, identity.hash)
        same = self.by_key.get(key) or (self.by_former.get(key, []) if identity.minute else [])
        if identity.platform_id:
            same = [video for video in same if not video.platform_id]
            return Match(same[0] if len(same) == 1 else None)
        without_id = [video for video in same if not video.platform_id]
        candidates = without_id or same
        if len(candidates) > 1:
            return Match(ambiguous=True)
        return Match(candidates[0] if candidates else None)

    def _on_the_day(
        self, left: Sequence[Identity], found: dict[Identity, Match], claimed: Collection[int]
    ) -> None:
        """Same day and title where one side knows no minute: one such pair is certain, more are doubts."""
        groups: dict[tuple[date, str], list[Identity]] = defaultdict(list)
        for identity in left:
            if identity.local_day is not None and identity.title_only:
                groups[identity.local_day, identity.title_only].append(identity)
        for (day, _title), group in groups.items():
            for identity in group:
                key = identity.title_only if identity.minute is None else identity.with_day
                others = _free(self.by_day.get((day, key), []), identity, claimed)
                if len(others) == 1 and len(group) == 1:
                    found[identity] = Match(others[0])
                elif others:
                    found[identity] = Match(doubts=tuple(others))

    def _in_the_minute(
        self, left: Sequence[Identity], found: dict[Identity, Match], claimed: Collection[int]
    ) -> None:
        crowd: dict[datetime, int] = defaultdict(int)
        for identity in left:
            if identity.minute is not None:
                crowd[identity.minute] += 1
        for identity in left:
            if identity.minute is not None and not found[identity].doubts:
                others = [one for one in self.by_minute.get(identity.minute, []) if id(one) not in claimed]
                found[identity] = _by_minute(identity, others, alone=crowd[identity.minute] == 1)

    def _by_title(
        self, left: Sequence[Identity], found: dict[Identity, Match], claimed: Collection[int]
    ) -> None:
        """The title where one side knows no time at all: certain for a time that a person entered."""
        for identity in left:
            if found[identity].doubts or not identity.title_only:
                continue
            same = _free(self.by_title.get(identity.title_only, []), identity, claimed)
            timed = [video for video in same if video.timed_by]
            if identity.local_day is None and len(timed) == 1:
                found[identity] = Match(timed[0])
                continue
            doubts = [one for one in same if _may_be(one, identity.local_day)]
            found[identity] = Match(doubts=tuple(doubts) if len(doubts) <= DOUBTS_SHOWN else ())


def _is_open(match: Match) -> bool:
    return match.video is None and not match.ambiguous


def _may_be(video: Any, day: date | None) -> bool:
    """Say whether a video of the same title may be one published on ``day`` (None: not known)."""
    if day is None or video.published_on is None:
        return True
    return bool(video.timed_by) and abs(video.published_on - day) <= ENTERED_WITHIN


def _free(videos: Sequence[Any], identity: Identity, claimed: Collection[int]) -> list[Any]:
    """Return the videos that no other row is and that are not known by another id."""
    return [
        one for one in videos if id(one) not in claimed and not (identity.platform_id and one.platform_id)
    ]


def _by_minute(identity: Identity, others: Sequence[Any], *, alone: bool) -> Match:
    without_id = [video for video in others if not video.platform_id]
    if identity.platform_id and alone and len(without_id) == 1:
        return Match(without_id[0])
    doubtful = without_id if identity.platform_id else others
    return Match(doubts=tuple(doubtful))
