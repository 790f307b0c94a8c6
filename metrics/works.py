"""Which uploads may be one creation. Pure: uploads in, groups out.

Two uploads are alike when they have the same bare title, or one that is close
enough, and their durations, days and media fit (see ``likeness``). Groups are
built from the strongest likeness to the weakest, and two groups never join
across a pair that cannot be one work (see ``excluded``). The answer does not
depend on the order of the uploads.

Nothing is compared but uploads that share a title, its first four characters or
its last four, so that the cost grows with the uploads and not with their square.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from itertools import combinations

DAYS_APART = 7
SECONDS_APART = Decimal(2)
REUPLOAD_AFTER = timedelta(minutes=10)
SHORT_TITLE, PREFIX_TITLE = 8, 12
"""Widths of titles, an ideograph being two: shorter ones say little; shorter ones are nobody's start."""

CLOSE = (85, 100)
RECURRING = 3
"""A title that one account uses so often in the window is a heading, not a title."""

EDGE, BLOCK_LIMIT, TITLE_LIMIT, GROUP_LIMIT = 4, 500, 200, 30
NUMBERS = re.compile(r"\d+|[一二三四五六七八九十百千上中下]")
TAGS = re.compile(r"#[^\s#@]+\[[^\]]*\]#|#[^\s#@]+|@[^\s#@]+")
UNKNOWN = "unknown"
Pair = tuple[int, int]


class Likeness(IntEnum):
    """Why two uploads may be one creation, strongest first."""

    IDENTICAL = 1
    SAME_TITLE = 2
    SAME_TITLE_ALONE = 3
    CLOSE_TITLE = 4


@dataclass(frozen=True, slots=True)
class Upload:
    """One video: ``work`` is 0 when it belongs to none, ``duration`` is in seconds."""

    video: int
    account: int
    title: str
    media: str
    day: date
    duration: Decimal | None = None
    minute: datetime | None = None
    work: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Uploads that may be one creation, first published first.

    ``identical``: title, duration and medium are the same everywhere and no account
    stands twice. ``reuploaded``: one account stands more than once.
    """

    uploads: tuple[Upload, ...]
    likeness: Likeness
    identical: bool
    reuploaded: bool

    @property
    def key(self) -> str:
        """Return a short text that names exactly these videos."""
        ids = sorted(one.video for one in self.uploads)
        return f"{ids[0]}-{hashlib.sha256(repr(ids).encode()).hexdigest()[:32]}"


def bare_title(title: str) -> str:
    """Return what two platforms agree on: no case, hashtags, mentions, signs, blanks or emoji."""
    text = TAGS.sub(" ", unicodedata.normalize("NFKC", title))
    text = unicodedata.normalize("NFKC", text.casefold())
    return unicodedata.normalize("NFC", "".join(filter(_says_something, text)))


def _says_something(character: str) -> bool:
    if "\ufe00" <= character <= "\ufe0f":
        return False
    return unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc"}


def width(bare: str) -> int:
    """Return how much a title says: two per ideograph, one per letter."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in bare)


def close_titles(one: str, other: str) -> bool:
    """Say whether two different bare titles are close enough to be asked about.

    Either the shorter one (six ideographs or more) is the start of the longer one
    and not cut inside a number, or both name the same numbers, start or end with the
    same four characters, and their pairs of neighbouring characters agree by 85 %.
    """
    short, long = sorted((one, other), key=lambda text: (len(text), text))
    if width(short) < SHORT_TITLE or short == long:
        return False
    if long.startswith(short):
        return width(short) >= PREFIX_TITLE and not (short[-1].isdigit() and long[len(short)].isdigit())
    if NUMBERS.findall(short) != NUMBERS.findall(long):
        return False
    if short[:EDGE] != long[:EDGE] and short[-EDGE:] != long[-EDGE:]:
        return False
    first, second = _neighbours(short), _neighbours(long)
    part, whole = CLOSE
    return 2 * len(first & second) * whole >= part * (len(first) + len(second))


def _neighbours(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


@dataclass(slots=True)
class _Titled:
    upload: Upload
    bare: str


def likeness(one: Upload, other: Upload, *, recurring: Collection[str] = ()) -> Likeness | None:
    """Say why two uploads may be one creation, None when nothing speaks for it.

    The same title needs durations within two seconds, or no contradiction when one of
    them is not known. A short title needs both durations and at most a day between
    the two; an empty or recurring one is never enough. A close title needs both durations.
    """
    return _likeness(
        _Titled(one, bare_title(one.title)), _Titled(other, bare_title(other.title)), frozenset(recurring)
    )


def _likeness(one: _Titled, other: _Titled, recurring: frozenset[str]) -> Likeness | None:
    a, b = one.upload, other.upload
    known = a.duration is not None and b.duration is not None
    if known and abs(a.duration - b.duration) > SECONDS_APART:  # type: ignore[operator]  # both are known
        return None
    if {one.bare, other.bare} & recurring or not one.bare or not other.bare:
        return None
    if one.bare != other.bare:
        return Likeness.CLOSE_TITLE if known and close_titles(one.bare, other.bare) else None
    if width(one.bare) < SHORT_TITLE and not (known and abs(a.day - b.day) <= timedelta(days=1)):
        return None
    if not known:
        return Likeness.SAME_TITLE_ALONE
    return Likeness.IDENTICAL if a.duration == b.duration else Likeness.SAME_TITLE


def excluded(one: Upload, other: Upload, rejected: Collection[Pair] = ()) -> bool:
    """Say whether two uploads cannot be one work, whatever else speaks for it.

    They are more than seven days apart, of different known media, a person said
    that they are different works, or one account published both and it was no plausible
    re-upload: only the same title with the same known duration, ten minutes later or
    after the first was withdrawn, is one.
    """
    if abs((one.day - other.day).days) > DAYS_APART:
        return True
    if one.media != other.media and UNKNOWN not in (one.media, other.media):
        return True
    if pair_of(one.video, other.video) in rejected:
        return True
    return one.account == other.account and not _reuploaded(one, other)


def _reuploaded(one: Upload, other: Upload) -> bool:
    if one.duration is None or other.duration is None or bare_title(one.title) != bare_title(other.title):
        return False
    if abs(one.duration - other.duration) > SECONDS_APART:
        return False
    if one.minute is None or other.minute is None:
        return one.day != other.day
    first = min(one, other, key=_order)
    return first.withdrawn or abs(one.minute - other.minute) >= REUPLOAD_AFTER


def pair_of(one: int, other: int) -> Pair:
    """Return a pair of videos, the lower number first."""
    return (one, other) if one < other else (other, one)


def suggest(uploads: Iterable[Upload], *, rejected: Collection[Pair] = ()) -> list[Group]:
    """Return the groups of uploads that may be one creation and are not one work already.

    Ordered by their first upload. ``rejected`` holds pairs that a person parted.
    """
    titled = sorted(
        (_Titled(one, bare_title(one.title)) for one in uploads), key=lambda one: one.upload.video
    )
    recurring = _recurring(titled)
    links = {}
    for one, other in _candidates(titled, recurring):
        found = _likeness(one, other, recurring)
        if found is not None and not excluded(one.upload, other.upload, rejected):
            links[one.upload.video, other.upload.video] = found
    groups = _Groups([one.upload for one in titled], links, rejected)
    return groups.joined(links)


def _recurring(titled: Sequence[_Titled]) -> frozenset[str]:
    uses: dict[tuple[int, str], int] = defaultdict(int)
    for one in titled:
        uses[one.upload.account, one.bare] += 1
    return frozenset(bare for (_account, bare), count in uses.items() if count >= RECURRING)


def _candidates(titled: Sequence[_Titled], recurring: frozenset[str]) -> Iterator[tuple[_Titled, _Titled]]:
    """Yield the pairs worth a look, the lower video first; each at least once."""
    same: dict[str, list[_Titled]] = defaultdict(list)
    edges: dict[tuple[int, str], list[_Titled]] = defaultdict(list)
    for one in titled:
        if not one.bare or one.bare in recurring:
            continue
        same[one.bare].append(one)
        if one.upload.duration is not None and width(one.bare) >= SHORT_TITLE:
            edges[0, one.bare[:EDGE]].append(one)
            edges[1, one.bare[-EDGE:]].append(one)
    for block in same.values():
        if 1 < len(block) <= TITLE_LIMIT:
            yield from combinations(block, 2)
    for block in edges.values():
        if 1 < len(block) <= BLOCK_LIMIT:
            yield from _near_in_length(block)


def _near_in_length(block: Sequence[_Titled]) -> Iterator[tuple[_Titled, _Titled]]:
    by_length = sorted(block, key=lambda one: (one.upload.duration, one.upload.video))
    for place, one in enumerate(by_length):
        for other in by_length[place + 1 :]:
            if other.upload.duration - one.upload.duration > SECONDS_APART:  # type: ignore[operator]  # known
                break
            if one.bare != other.bare:
                yield (one, other) if one.upload.video < other.upload.video else (other, one)


@dataclass
class _Groups:
    """Uploads being joined into groups, works that are known already being joined first."""

    uploads: Sequence[Upload]
    links: dict[Pair, Likeness]
    rejected: Collection[Pair]
    head: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[Upload]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with one group per linked upload and per work."""
        linked = {video for pair in self.links for video in pair}
        works = {one.work for one in self.uploads if one.work and one.video in linked}
        first: dict[int, int] = {}
        for one in self.uploads:
            if one.video not in linked and one.work not in works:
                continue
            head = first.setdefault(one.work, one.video) if one.work else one.video
            self.head[one.video] = head
            self.members.setdefault(head, []).append(one)

    def joined(self, links: dict[Pair, Likeness]) -> list[Group]:
        """Join along the links, strongest first, and return the groups worth asking about."""
        by_video = {one.video: one for group in self.members.values() for one in group}
        used: dict[int, Likeness] = {}
        for pair in sorted(links, key=lambda pair: _strength(links[pair], *(by_video[one] for one in pair))):
            one, other = self.head[pair[0]], self.head[pair[1]]
            if one != other and self._may_join(one, other):
                for upload in self.members.pop(other):
                    self.head[upload.video] = one
                    self.members[one].append(upload)
                used[one] = max(links[pair], used.get(one, links[pair]), used.pop(other, links[pair]))
        found = [_group(self.members[head], likeness) for head, likeness in used.items()]
        return sorted(found, key=lambda group: _order(group.uploads[0]))

    def _may_join(self, one: int, other: int) -> bool:
        mine, others = self.members[one], self.members[other]
        if len(mine) + len(others) > GROUP_LIMIT:
            return False
        return not any(excluded(a, b, self.rejected) for a in mine for b in others)


def _strength(likeness: Likeness, one: Upload, other: Upload) -> tuple[object, ...]:
    """Order links: by likeness, then by the nearer length, the nearer day, the lower videos."""
    lengths = abs((one.duration or Decimal(0)) - (other.duration or Decimal(0)))
    return likeness, lengths, abs((one.day - other.day).days), one.video, other.video


def _order(upload: Upload) -> tuple[object, ...]:
    return upload.day, upload.minute.timestamp() if upload.minute else float("inf"), upload.video


def _group(uploads: Sequence[Upload], likeness: Likeness) -> Group:
    accounts = {one.account for one in uploads}
    same = (
        len({bare_title(one.title) for one in uploads}) == 1
        and len({one.duration for one in uploads}) == 1
        and uploads[0].duration is not None
        and len({one.media for one in uploads}) == 1
        and len(accounts) == len(uploads)
    )
    return Group(tuple(sorted(uploads, key=_order)), likeness, same, len(accounts) < len(uploads))
