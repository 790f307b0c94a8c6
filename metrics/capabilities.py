"""What each platform's own exports can tell at all. Pure.

A field that no export of a platform holds is nobody's debt: it is "unsupported"
there, until somebody brings it another way. Our own plain CSV fits every account,
so a field outside this table is still read where it was supplied.
"""

from collections.abc import Collection, Mapping

from metrics.choices import Grain

_DAILY = frozenset(
    {"plays", "likes", "comments", "shares", "profile_visits", "followers_total", "followers_net"}
)
_COUNTERS = frozenset({"plays", "likes", "comments", "shares"})

EXPORTED: Mapping[str, Mapping[Grain, frozenset[str]]] = {
    "douyin": {
        Grain.ACCOUNT_DAY: _DAILY | {"followers_gained", "followers_lost"},
        Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites", "completion_rate"},
    },
    "tiktok": {
        Grain.ACCOUNT_DAY: _DAILY,
        Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites", "completion_rate"},
    },
    "youtube": {
        Grain.ACCOUNT_DAY: _COUNTERS | {"followers_net", "followers_gained", "followers_lost"},
        Grain.VIDEO_SNAPSHOT: _COUNTERS,
    },
    "xiaohongshu": {Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites", "followers_gained"}},
    "wechat_channels": {Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites", "completion_rate"}},
    "kuaishou": {Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites", "completion_rate"}},
    "bilibili": {Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites"}},
    "instagram": {Grain.VIDEO_SNAPSHOT: _COUNTERS | {"favourites"}},
}


def can_export(platform: str, grain: Grain, fields: Collection[str]) -> bool:
    """Say whether the platform's exports of a grain hold every one of ``fields``.

    Advertising and commerce days come from tools of their own, whatever the platform.
    """
    if grain in (Grain.ADS_DAY, Grain.COMMERCE_DAY):
        return True
    return EXPORTED.get(platform, {}).get(grain, frozenset()).issuperset(fields)
