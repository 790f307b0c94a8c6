"""Files that are recognised and not taken, each with the sentence that says why. Data only."""

from metrics.importing.profiles.base import Column, Kind, Profile
from metrics.importing.records import Grain


def _declined(
    key: str, title: str, headers: tuple[tuple[str, ...], ...], reason: str, **params: object
) -> Profile:
    required = tuple(Column("", Kind.IGNORED, aliases, required=True) for aliases in headers)
    return Profile(
        key=key, title=title, platform=None, grain=Grain.DECLINED, columns=required,
        needs_measure=False, declined=reason, declined_params=params,
    )  # fmt: skip


PROFILES = (
    _declined(
        "period_summary",
        "近30日 summary",
        (("指标",), ("数值",), ("环比",)),
        "summary_declined",
        instead="作品列表",
    ),
    _declined(
        "ads_without_days",
        "advertisements without days",
        (("ad_id", "Ad ID"), ("Spent", "spend"), ("Impressions",)),
        "ads_without_days",
    ),
    _declined(
        "ads_over_a_period",
        "Meta advertisements over a period",
        (("Reporting starts",), ("Reporting ends",), ("Impressions", "Reach", "Results")),
        "ads_without_days",
    ),
    _declined(
        "ads_by_campaign",
        "advertising by campaign",
        (
            ("Date", "Day", "By Day", "Reporting date", "日期", "时间", "统计时间"),
            (
                "Campaign",
                "Campaign name",
                "Ad group name",
                "Ad name",
                "Ad set name",
                "计划名称",
                "广告计划",
                "项目名称",
                "单元名称",
            ),
            (
                "Cost",
                "Spend",
                "Spent",
                "Amount spent",
                "Amount spent (USD)",
                "Amount spent (EUR)",
                "Amount spent (CNY)",
                "Total cost",
                "消耗",
                "总消耗",
                "花费",
            ),
        ),
        "ads_by_campaign",
    ),
    _declined(
        "comments",
        "list of comments",
        (
            ("Comment_ID", "Comment ID", "commentId", "评论ID"),
            (
                "Comments",
                "Comment",
                "Comment text",
                "text",
                "textDisplay",
                "Reply_Count",
                "Like_Count",
                "评论内容",
            ),
        ),
        "comments_declined",
    ),
)
