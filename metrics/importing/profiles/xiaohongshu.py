"""Xiaohongshu: the list of notes (笔记列表明细表), with a banner above its header. Data only."""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.records import Grain

NOTES = Profile(
    key="xiaohongshu_notes",
    title="Xiaohongshu 笔记列表明细表",
    platform="xiaohongshu",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME,
    columns=(
        Column("title", Kind.TEXT, ("笔记标题",), required=True),
        Column("published", Kind.MOMENT, ("首次发布时间", "发布时间"), required=True),
        Column("media", Kind.MEDIA, ("体裁",), expected=True),
        Column("plays", Kind.COUNT, ("观看量", "观看数"), expected=True),
        Column("cover_click_rate", Kind.RATE, ("封面点击率",), expected=True),
        Column("likes", Kind.COUNT, ("点赞", "点赞量", "点赞数"), expected=True),
        Column("comments", Kind.COUNT, ("评论", "评论量", "评论数"), expected=True),
        Column("favourites", Kind.COUNT, ("收藏", "收藏量", "收藏数"), expected=True),
        Column("followers_gained", Kind.SIGNED, ("涨粉", "涨粉量", "涨粉数"), expected=True),
        Column("shares", Kind.COUNT, ("分享", "分享量", "分享数"), expected=True),
        Column("average_play_seconds", Kind.SECONDS, ("人均观看时长",), expected=True),
        known("曝光", "曝光量", "曝光数", "弹幕", "弹幕量", "弹幕数"),
    ),
)

PROFILES = (NOTES,)
