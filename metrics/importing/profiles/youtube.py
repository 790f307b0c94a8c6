# ruff: noqa: E501
"""YouTube Studio: table by content, table and totals by day, days of single videos. Data only.

The platform writes headers in the user's language and lets the user choose the
columns. A table by content covers whatever period was chosen there, which the
file does not say. Views are plays; engaged views, unique viewers and watch time
feed no measure. Percentages of a watched video may exceed 100 and are no
completion rate.
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.profiles.youtube_headers import (
    AVERAGES,
    CLICK_RATES,
    COMMENTS,
    DAY,
    GAINED,
    IDS,
    LENGTHS,
    LIKES,
    LOST,
    NET,
    PUBLISHED,
    SHARES,
    SPLITS,
    TITLES,
    UNUSED,
    VIEWS,
)
from metrics.importing.records import Grain

_SPLIT_HEADERS = tuple(header for headers in SPLITS.values() for header in headers)
_ELSEWHERE = (
    "Campaign", "Campaign name", "Ad group name", "Ad name", "Cost", "Spend", "Spent", "Amount spent",
    "Amount spent (USD)", "Comment_ID", "Comment ID",
)  # fmt: skip
"""Headers of advertising reports and lists of comments, which have a date and views or comments as well."""
ID_SHAPE = r"[A-Za-z0-9_-]{11}"

CONTENT = Profile(
    key="youtube_content",
    title="YouTube Studio table by content",
    platform="youtube",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.ASK,
    default_media="video",
    id_pattern=ID_SHAPE,
    container="csv",
    forbidden=(*DAY, *_SPLIT_HEADERS),
    columns=(
        Column("platform_id", Kind.ID, IDS, expected=True),
        Column("title", Kind.TEXT, TITLES, required=True),
        Column("published", Kind.MOMENT, PUBLISHED, expected=True),
        Column("duration_seconds", Kind.SECONDS, LENGTHS),
        Column("plays", Kind.COUNT, VIEWS, required=True),
        Column("likes", Kind.FLOW, LIKES),
        Column("shares", Kind.FLOW, SHARES),
        Column("comments", Kind.FLOW, COMMENTS),
        Column("followers_gained", Kind.SIGNED, GAINED),
        Column("average_play_seconds", Kind.SECONDS, AVERAGES),
        Column("cover_click_rate", Kind.PERCENT_NUMBER, CLICK_RATES),
        known(*NET, remark="net_is_not_gained"),
        known(*LOST, *UNUSED),
    ),
)

VIDEO_DAYS = Profile(
    key="youtube_video_days",
    title="YouTube Studio days of videos",
    platform="youtube",
    grain=Grain.VIDEO_DAY,
    default_media="video",
    id_pattern=ID_SHAPE,
    daily=True,
    container="csv",
    forbidden=_SPLIT_HEADERS,
    columns=(
        Column("day", Kind.DAY, DAY, required=True),
        Column("platform_id", Kind.ID, IDS, required=True),
        Column("title", Kind.TEXT, TITLES),
        Column("published", Kind.MOMENT, PUBLISHED),
        Column("duration_seconds", Kind.SECONDS, LENGTHS),
        Column("plays", Kind.COUNT, VIEWS),
        Column("likes", Kind.SIGNED, LIKES),
        Column("shares", Kind.SIGNED, SHARES),
        Column("comments", Kind.SIGNED, COMMENTS),
        Column("followers_gained", Kind.COUNT, GAINED),
        Column("followers_lost", Kind.COUNT, LOST),
        known(*NET, *AVERAGES, *CLICK_RATES, *UNUSED),
    ),
)

DAYS = Profile(
    key="youtube_days",
    title="YouTube Studio days of the channel",
    platform="youtube",
    grain=Grain.ACCOUNT_DAY,
    daily=True,
    container="csv",
    forbidden=(*IDS, *TITLES, *_SPLIT_HEADERS, *_ELSEWHERE),
    columns=(
        Column("day", Kind.DAY, DAY, required=True),
        Column("plays", Kind.COUNT, VIEWS),
        Column("likes", Kind.SIGNED, LIKES),
        Column("shares", Kind.SIGNED, SHARES),
        Column("comments", Kind.SIGNED, COMMENTS),
        Column("followers_net", Kind.SIGNED, NET),
        Column("followers_gained", Kind.COUNT, GAINED),
        Column("followers_lost", Kind.COUNT, LOST),
        Column("posts", Kind.COUNT, ("Videos published",)),
        known(*AVERAGES, *CLICK_RATES, *UNUSED),
    ),
)


def _declined(
    key: str,
    title: str,
    required: tuple[tuple[str, ...], ...],
    reason: str,
    *,
    without: tuple[str, ...] = (),
    **params: object,
) -> Profile:
    columns = tuple(Column("", Kind.IGNORED, aliases, required=True) for aliases in required)
    forbidden = without if reason == "breakdown_declined" else (*without, *_SPLIT_HEADERS)
    return Profile(
        key=key, title=title, platform="youtube", grain=Grain.DECLINED, columns=columns, needs_measure=False,
        declined=reason, declined_params=params, forbidden=forbidden,
    )  # fmt: skip


_FIGURES = (*VIEWS, *LIKES, *SHARES, *COMMENTS, *NET, *GAINED, *LOST, *AVERAGES, *CLICK_RATES, *UNUSED)
DECLINED = (
    *(
        _declined(f"youtube_by_{by.split()[0]}", f"YouTube Studio by {by}", (headers, _FIGURES),
                  "breakdown_declined", by=by, instead="Totals.csv")
        for by, headers in SPLITS.items()
    ),
    _declined("youtube_day_beside_title", "YouTube Studio days and videos", (DAY, TITLES, VIEWS), "day_or_video"),
    _declined("youtube_no_views", "YouTube Studio without views",
              (TITLES, (*UNUSED, *AVERAGES, *CLICK_RATES, *LENGTHS)), "no_figure", without=VIEWS),
    _declined("youtube_days_no_views", "YouTube Studio days without views",
              (DAY, (*UNUSED, *AVERAGES, *CLICK_RATES)), "no_figure"),
)  # fmt: skip

PROFILES = (CONTENT, VIDEO_DAYS, DAYS, *DECLINED)
