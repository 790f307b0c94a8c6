"""TikTok Studio: Overview, FollowerHistory, Content, Viewers and what followers are like. Data only.

Likes, comments and shares of a day may be below zero: the platform takes back
what it counted before.
"""

from metrics.importing.profiles.base import Column, Kind, Profile, known
from metrics.importing.records import Grain

OVERVIEW = Profile(
    key="tiktok_overview",
    title="TikTok Studio Overview",
    yearless=True,
    platform="tiktok",
    grain=Grain.ACCOUNT_DAY,
    columns=(
        Column("day", Kind.DAY, ("Date",), required=True),
        Column("plays", Kind.COUNT, ("Video Views",), required=True),
        Column("profile_visits", Kind.COUNT, ("Profile Views",), expected=True),
        Column("likes", Kind.SIGNED, ("Likes",), expected=True),
        Column("comments", Kind.SIGNED, ("Comments",), expected=True),
        Column("shares", Kind.SIGNED, ("Shares",), expected=True),
        known("Unique viewers", "Reached audience"),
    ),
)

FOLLOWERS = Profile(
    key="tiktok_followers",
    title="TikTok Studio FollowerHistory",
    yearless=True,
    platform="tiktok",
    grain=Grain.ACCOUNT_DAY,
    columns=(
        Column("day", Kind.DAY, ("Date",), required=True),
        Column("followers_total", Kind.COUNT, ("Followers",), required=True),
        Column(
            "followers_net",
            Kind.SIGNED,
            ("Difference in followers from previous day",),
            required=True,
        ),
    ),
)

CONTENT = Profile(
    key="tiktok_content",
    title="TikTok Studio Content",
    platform="tiktok",
    grain=Grain.VIDEO_SNAPSHOT,
    default_media="video",
    id_in_url=r"/(?:video|photo)/([0-9]{5,25})(?:[/?#]|$)",
    columns=(
        Column("title", Kind.TEXT, ("Video title",), required=True),
        Column("plays", Kind.COUNT, ("Total views",), required=True),
        Column("url", Kind.TEXT, ("Video link",)),
        Column(
            "published",
            Kind.MOMENT,
            ("Post time", "Post day", "Post date"),
            expected=True,
        ),
        Column("likes", Kind.COUNT, ("Total likes",), expected=True),
        Column("comments", Kind.COUNT, ("Total comments",), expected=True),
        Column("shares", Kind.COUNT, ("Total shares",), expected=True),
        Column(
            "favourites",
            Kind.COUNT,
            ("Total saves", "Total favorites", "Add to favorites", "Total favourites"),
        ),
        Column("duration_seconds", Kind.SECONDS, ("Total video time", "Video duration")),
        Column(
            "average_play_seconds",
            Kind.SECONDS,
            ("Avg watch time", "Average watch time"),
        ),
        Column(
            "completion_rate",
            Kind.PERCENT_NUMBER,
            (
                "Full watch percentage",
                "Watched full video",
                "Full watch percentage (%)",
                "Watched full video (%)",
            ),
        ),
        Column("followers_gained", Kind.SIGNED, ("New followers",)),
        known("Time", "Total play time"),
    ),
)

VIEWERS = Profile(
    key="tiktok_viewers",
    title="TikTok Studio Viewers",
    platform="tiktok",
    grain=Grain.DECLINED,
    needs_measure=False,
    columns=(
        Column("day", Kind.IGNORED, ("Date",), required=True),
        Column("viewers", Kind.IGNORED, ("Total Viewers",), required=True),
        known("New Viewers", "Returning Viewers"),
    ),
    declined="viewers_declined",
)


def _audience(key: str, title: str, first: str, *others: str) -> Profile:
    columns = tuple(Column("", Kind.IGNORED, (header,), required=True) for header in (first, *others))
    return Profile(
        key=key, title=title, platform="tiktok", grain=Grain.DECLINED, needs_measure=False,
        columns=columns, declined="audience_declined",
    )  # fmt: skip


AUDIENCE = (
    _audience("tiktok_follower_gender", "TikTok Studio FollowerGender", "Gender", "Distribution"),
    _audience(
        "tiktok_follower_places", "TikTok Studio FollowerTopTerritories", "Top territories", "Distribution"
    ),
    _audience("tiktok_follower_hours", "TikTok Studio FollowerActivity", "Date", "Hour", "Active followers"),
)

PROFILES = (OVERVIEW, FOLLOWERS, CONTENT, VIEWERS, *AUDIENCE)
