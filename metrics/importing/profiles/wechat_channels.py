"""WeChat Channels: the list of posts (动态数据明细). Data only.

推荐 is the platform's word for a like that others see, 喜欢 for one kept to
oneself.
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.records import Grain

WORKS = Profile(
    key="wechat_channels_works",
    title="WeChat Channels 动态数据明细",
    platform="wechat_channels",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME,
    default_media="video",
    columns=(
        Column("title", Kind.TEXT, ("视频描述",), required=True),
        Column("platform_id", Kind.ID, ("视频ID",), required=True),
        Column("published", Kind.MOMENT, ("发布时间",), expected=True),
        Column("completion_rate", Kind.PERCENT_TEXT, ("完播率",), expected=True),
        Column("average_play_seconds", Kind.SECONDS, ("平均播放时长",), expected=True),
        Column("plays", Kind.COUNT, ("播放量",), required=True),
        Column("likes", Kind.COUNT, ("推荐",), expected=True),
        Column("favourites", Kind.COUNT, ("喜欢",), expected=True),
        Column("comments", Kind.COUNT, ("评论量",), expected=True),
        Column("shares", Kind.COUNT, ("分享量",), expected=True),
        Column("followers_gained", Kind.SIGNED, ("关注量",), expected=True),
        known(
            "转发聊天和朋友圈",
            "设为铃声",
            "设为状态",
            "设为朋友圈封面",
            "企微链接点击次数",
            "企微链接点击人数",
            "添加到通讯录次数",
            "添加到通讯录人数",
        ),
    ),
)

PROFILES = (WORKS,)
