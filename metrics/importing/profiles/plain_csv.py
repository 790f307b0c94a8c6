"""Our own plain CSV: days of accounts, videos, ads and shops. Data only; see ``docs/imports.md``.

The English headers are the names of our fields; each has its Chinese twin. An
``account`` column lets one file hold many accounts.
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile
from metrics.importing.records import Grain

_ACCOUNT = Column("account", Kind.TEXT, ("account", "账号"))
_ABOUT = Column("about", Kind.TEXT, ("about", "达人", "关联账号"))
_DAY = Column("day", Kind.DAY, ("date", "day", "日期"), required=True)

ACCOUNTS = Profile(
    key="plain_accounts",
    title="plain CSV of account days",
    platform=None,
    grain=Grain.ACCOUNT_DAY,
    forbidden=(
        "title",
        "标题",
        "spend",
        "消耗",
        "paid_orders",
        "支付订单数",
        "gmv",
        "成交额",
    ),
    columns=(
        _DAY,
        _ACCOUNT,
        Column("plays", Kind.COUNT, ("plays", "播放量")),
        Column("likes", Kind.SIGNED, ("likes", "点赞量")),
        Column("comments", Kind.SIGNED, ("comments", "评论量")),
        Column("shares", Kind.SIGNED, ("shares", "分享量")),
        Column("favourites", Kind.SIGNED, ("favourites", "favorites", "收藏量")),
        Column("profile_visits", Kind.COUNT, ("profile_visits", "主页访问量")),
        Column("followers_total", Kind.COUNT, ("followers_total", "总粉丝量")),
        Column("followers_gained", Kind.COUNT, ("followers_gained", "新增粉丝")),
        Column("followers_lost", Kind.COUNT, ("followers_lost", "取关粉丝")),
        Column("followers_net", Kind.SIGNED, ("followers_net", "净增粉丝")),
        Column("posts", Kind.COUNT, ("posts", "发布数")),
    ),
)

VIDEOS = Profile(
    key="plain_videos",
    title="plain CSV of videos",
    platform=None,
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME_UNLESS_SAID,
    default_media="video",
    columns=(
        Column("title", Kind.TEXT, ("title", "标题"), required=True),
        _ACCOUNT,
        Column("platform_id", Kind.ID, ("platform_id", "视频ID", "作品ID")),
        Column("url", Kind.TEXT, ("url", "链接")),
        Column("published", Kind.MOMENT, ("published_at", "发布时间"), expected=True),
        Column("captured_on", Kind.DAY, ("captured_on", "统计日期")),
        Column("media", Kind.MEDIA, ("media", "体裁")),
        Column("status", Kind.TEXT, ("status", "状态")),
        Column("duration_seconds", Kind.SECONDS, ("duration_seconds", "时长")),
        Column("plays", Kind.COUNT, ("plays", "播放量")),
        Column("likes", Kind.COUNT, ("likes", "点赞量")),
        Column("comments", Kind.COUNT, ("comments", "评论量")),
        Column("shares", Kind.COUNT, ("shares", "分享量")),
        Column("favourites", Kind.COUNT, ("favourites", "favorites", "收藏量")),
        Column("profile_visits", Kind.COUNT, ("profile_visits", "主页访问量")),
        Column("followers_gained", Kind.SIGNED, ("followers_gained", "粉丝增量")),
        Column("completion_rate", Kind.RATE, ("completion_rate", "完播率")),
        Column("five_second_rate", Kind.RATE, ("five_second_rate", "5秒完播率")),
        Column("two_second_exit_rate", Kind.RATE, ("two_second_exit_rate", "2秒跳出率")),
        Column("cover_click_rate", Kind.RATE, ("cover_click_rate", "封面点击率")),
        Column(
            "average_play_seconds",
            Kind.SECONDS,
            ("average_play_seconds", "平均播放时长"),
        ),
    ),
)

ADS = Profile(
    key="plain_ads",
    title="plain CSV of ads days",
    platform=None,
    grain=Grain.ADS_DAY,
    columns=(
        _DAY,
        _ACCOUNT,
        _ABOUT,
        Column("spend", Kind.MONEY, ("spend", "消耗"), required=True),
        Column("impressions", Kind.COUNT, ("impressions", "展示数")),
        Column("clicks", Kind.COUNT, ("clicks", "点击数")),
        Column("conversions", Kind.COUNT, ("conversions", "转化数")),
        Column("gmv", Kind.MONEY, ("gmv", "成交额")),
        Column("refunds", Kind.MONEY, ("refunds", "退款额")),
    ),
)

COMMERCE = Profile(
    key="plain_commerce",
    title="plain CSV of commerce days",
    platform=None,
    grain=Grain.COMMERCE_DAY,
    forbidden=("spend", "消耗"),
    columns=(
        _DAY,
        _ACCOUNT,
        _ABOUT,
        Column("product_clicks", Kind.COUNT, ("product_clicks", "商品点击数")),
        Column("paid_orders", Kind.COUNT, ("paid_orders", "支付订单数")),
        Column("gmv", Kind.MONEY, ("gmv", "成交额")),
        Column("refunds", Kind.MONEY, ("refunds", "退款额")),
    ),
)

PROFILES = (ACCOUNTS, VIDEOS, ADS, COMMERCE)
