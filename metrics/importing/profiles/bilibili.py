"""Bilibili creative centre: the comparison of recent works (近期稿件对比). Data only.

The user picks the columns and at most ten works per export. The three-second
exit rate is not the two-second one, and 播放进度 is not a completion rate.
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.records import Grain

COMPARED = Profile(
    key="bilibili_compare",
    title="Bilibili 近期稿件对比",
    platform="bilibili",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME,
    default_media="video",
    forbidden=("日期",),
    columns=(
        Column("title", Kind.TEXT, ("视频标题", "稿件标题"), required=True),
        Column("published", Kind.MOMENT, ("发布时间", "发布日期"), required=True),
        Column("platform_id", Kind.ID, ("BV号", "bvid", "稿件BV号")),
        Column("url", Kind.TEXT, ("视频链接", "稿件链接")),
        Column("plays", Kind.COUNT, ("播放量", "播放数"), required=True),
        Column("likes", Kind.COUNT, ("点赞量", "点赞数", "点赞")),
        Column("comments", Kind.COUNT, ("评论量", "评论数", "评论")),
        Column("shares", Kind.COUNT, ("转发量", "分享量", "分享数", "分享")),
        Column("favourites", Kind.COUNT, ("收藏量", "收藏数", "收藏")),
        Column("followers_gained", Kind.SIGNED, ("涨粉量", "涨粉数", "涨粉")),
        Column("completion_rate", Kind.RATE_WITH_SIGN, ("完播率",)),
        Column("average_play_seconds", Kind.SECONDS, ("平均播放时长", "平均观看时长")),
        Column("duration_seconds", Kind.SECONDS, ("视频时长", "稿件时长")),
        known(
            "弹幕量",
            "弹幕数",
            "弹幕",
            "投币量",
            "投币数",
            "投币",
            "游客播放占比",
            "粉丝观看率",
            "互动率",
            "粉丝互动率",
            "游客互动率",
            "播转粉率",
            "点赞率",
            "评论率",
            "弹幕率",
            "收藏率",
            "投币率",
            "转发率",
            "平均播放进度",
            "粉丝3秒跳出率",
            "游客3秒跳出率",
            "粉丝封标点击率",
            "游客封标点击率",
            "3秒跳出率",
            "3s跳出率",
            "封标点击率",
            "封面点击率",
        ),
    ),
)

PROFILES = (COMPARED,)
