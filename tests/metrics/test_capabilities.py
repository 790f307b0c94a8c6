"""What a platform's exports can tell at all."""

import pytest

from metrics.capabilities import can_export
from metrics.choices import Grain


@pytest.mark.parametrize(
    ("platform", "grain", "fields", "answer"),
    [
        ("douyin", Grain.ACCOUNT_DAY, ["followers_lost", "followers_gained"], True),
        ("tiktok", Grain.ACCOUNT_DAY, ["followers_net"], True),
        ("tiktok", Grain.ACCOUNT_DAY, ["followers_lost", "followers_gained"], False),
        ("xiaohongshu", Grain.VIDEO_SNAPSHOT, ["completion_rate", "plays"], False),
        ("wechat_channels", Grain.ACCOUNT_DAY, ["followers_net"], False),
        ("wechat_channels", Grain.ADS_DAY, ["gmv", "refunds", "spend"], True),
        ("unknown", Grain.VIDEO_SNAPSHOT, ["plays"], False),
        ("bilibili", Grain.VIDEO_SNAPSHOT, [], True),
    ],
)
def test_each_platform_has_its_fields(platform, grain, fields, answer):
    assert can_export(platform, grain, fields) is answer
