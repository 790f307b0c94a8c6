"""Kuaishou creator centre: the list of works (作品列表). Data only.

Nobody has seen in which unit it writes rates, so they are taken only where each
value says "%".
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.records import Grain

WORKS = Profile(
    key="kuaishou_works",
    title="Kuaishou 作品列表",
    platform="kuaishou",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME,
    default_media="video",
    forbidden=("体裁", "审核状态", "粉丝增量", "日期"),
    columns=(
        Column("title", Kind.TEXT, ("作品", "作品名称", "作品标题", "作品描述"), required=True),
        Column("published", Kind.MOMENT, ("发布时间", "发布日期"), required=True),
        Column("platform_id", Kind.ID, ("作品ID", "作品编号")),
        Column("url", Kind.TEXT, ("作品链接",)),
        Column("plays", Kind.COUNT, ("播放量", "播放数"), required=True),
        Column("likes", Kind.COUNT, ("点赞量", "点赞数"), expected=True),
        Column("comments", Kind.COUNT, ("评论量", "评论数"), expected=True),
        Column("shares", Kind.COUNT, ("分享量", "分享数"), expected=True),
        Column("favourites", Kind.COUNT, ("收藏量", "收藏数"), expected=True),
        Column("followers_gained", Kind.SIGNED, ("涨粉量", "涨粉数"), expected=True),
        Column("completion_rate", Kind.RATE_WITH_SIGN, ("完播率",)),
        Column("five_second_rate", Kind.RATE_WITH_SIGN, ("5秒完播率", "5s完播率")),
        Column("two_second_exit_rate", Kind.RATE_WITH_SIGN, ("2秒跳出率", "2s跳出率")),
        Column("cover_click_rate", Kind.RATE_WITH_SIGN, ("封面点击率",)),
        Column("average_play_seconds", Kind.SECONDS, ("平均播放时长",)),
        Column("duration_seconds", Kind.SECONDS, ("作品时长",)),
        known("序号", "3秒完播率", "3s完播率", "播放完成率"),
    ),
)

PROFILES = (WORKS,)
