"""Closed sets of the people layer. Plain values, never labels."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is granted to do, named by duty.

    Operator and manager are no grants: they follow from postings.
    """

    HR_PEOPLE = "hr_people"
    HR_PAY = "hr_pay"
    FINANCE = "finance"
    AUDITOR = "auditor"
    EXECUTIVE = "executive"
    DATA_ADMIN = "data_admin"
    ADMIN = "admin"


class Platform(StrEnum):
    """Where an account lives."""

    DOUYIN = "douyin"
    KUAISHOU = "kuaishou"
    WECHAT_CHANNELS = "wechat_channels"
    XIAOHONGSHU = "xiaohongshu"
    BILIBILI = "bilibili"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"


class AccountKind(StrEnum):
    """What an account produces facts about."""

    CREATOR = "creator"
    ADVERTISER = "advertiser"
    SHOP = "shop"


class PostingStatus(StrEnum):
    """How somebody holds a position."""

    REGULAR = "regular"
    PROBATION = "probation"


class Theme(StrEnum):
    """The colours a person reads in."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
