"""Douyin creator centre: the list of works and the daily series (创作者中心). Data only.

Likes, comments, shares and favourites of a day may be below zero: what people
take back counts on the day they take it back.
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.records import Grain

WORKS = Profile(
    key="douyin_works",
    title="Douyin 作品列表",
    platform="douyin",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME,
    columns=(
        Column("title", Kind.TEXT, ("作品名称",), required=True),
        Column("published", Kind.MOMENT, ("发布时间",), required=True),
        Column("media", Kind.MEDIA, ("体裁",), expected=True),
        Column("status", Kind.TEXT, ("审核状态", "发布状态")),
        Column("plays", Kind.COUNT, ("播放量",), expected=True),
        Column("completion_rate", Kind.RATE, ("完播率",), expected=True),
        Column("five_second_rate", Kind.RATE, ("5s完播率", "5秒完播率"), expected=True),
        Column("cover_click_rate", Kind.RATE, ("封面点击率",)),
        Column("two_second_exit_rate", Kind.RATE, ("2s跳出率", "2秒跳出率"), expected=True),
        Column("average_play_seconds", Kind.SECONDS, ("平均播放时长",), expected=True),
        Column("duration_seconds", Kind.SECONDS, ("作品时长",)),
        Column("likes", Kind.COUNT, ("点赞量",), expected=True),
        Column("shares", Kind.COUNT, ("分享量",), expected=True),
        Column("comments", Kind.COUNT, ("评论量",), expected=True),
        Column("favourites", Kind.COUNT, ("收藏量",), expected=True),
        Column("profile_visits", Kind.COUNT, ("主页访问量",), expected=True),
        Column("followers_gained", Kind.SIGNED, ("粉丝增量",), expected=True),
        known("作品链接", "序号"),
    ),
)

DAILY = Profile(
    key="douyin_daily",
    title="Douyin daily series",
    platform="douyin",
    grain=Grain.ACCOUNT_DAY,
    columns=(
        Column("day", Kind.DAY, ("日期",), required=True),
        Column("plays", Kind.COUNT, ("播放量", "作品播放", "作品播放量")),
        Column("likes", Kind.SIGNED, ("作品点赞", "点赞量", "作品点赞量")),
        Column("comments", Kind.SIGNED, ("作品评论", "评论量", "作品评论量")),
        Column("shares", Kind.SIGNED, ("作品分享", "分享量", "作品分享量")),
        Column("favourites", Kind.SIGNED, ("作品收藏", "收藏量", "作品收藏量")),
        Column("profile_visits", Kind.COUNT, ("主页访问", "主页访问量")),
        # The file called "new followers" holds the net change; only 新增 is what was gained.
        Column("followers_net", Kind.SIGNED, ("净增粉丝", "净增粉丝量", "净涨粉")),
        Column("followers_gained", Kind.COUNT, ("新增粉丝", "新增关注", "新增粉丝量")),
        Column("followers_lost", Kind.COUNT, ("取关粉丝", "取消关注", "取关粉丝量")),
        Column("followers_total", Kind.COUNT, ("总粉丝量", "总粉丝数", "粉丝总量")),
        Column("posts", Kind.COUNT, ("投稿量", "周期内投稿量")),
        known("封面点击率", "完播率", "5s完播率", "2s跳出率", "平均播放时长"),
    ),
)

COVER_CLICKS = Profile(
    key="douyin_cover_clicks",
    title="Douyin daily 封面点击率",
    platform="douyin",
    grain=Grain.DECLINED,
    needs_measure=False,
    columns=(
        Column("day", Kind.IGNORED, ("日期",), required=True),
        Column("rate", Kind.IGNORED, ("封面点击率",), required=True),
    ),
    declined="rate_declined",
    declined_params={"column": "封面点击率", "instead": "作品列表"},
)

SUMMARY = Profile(
    key="douyin_summary",
    title="Douyin 投稿汇总",
    platform="douyin",
    grain=Grain.DECLINED,
    needs_measure=False,
    columns=(
        Column("posts", Kind.IGNORED, ("周期内投稿量",), required=True),
        known(
            "条均点击率",
            "条均5s完播率",
            "条均2s跳出率",
            "条均播放时长",
            "播放量中位数",
            "条均点赞数",
            "条均评论量",
            "条均分享量",
        ),
    ),
    forbidden=("日期",),
    declined="summary_declined",
    declined_params={"instead": "作品列表"},
)

PROFILES = (WORKS, DAILY, COVER_CLICKS, SUMMARY)
