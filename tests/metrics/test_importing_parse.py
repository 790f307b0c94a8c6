"""Files → records: profiles, row rules, totals, questions, refusals."""

import csv
import hashlib
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from common.periods import Span
from metrics.importing.messages import ImportRefused
from metrics.importing.parse import parse_file, parse_upload
from metrics.importing.profiles import ALL, plain_csv
from metrics.importing.records import LIFETIME, Grain

TODAY = date(2026, 11, 23)
WORKS = [
    "作品名称",
    "发布时间",
    "体裁",
    "审核状态",
    "播放量",
    "完播率",
    "5s完播率",
    "封面点击率",
    "2s跳出率",
    "平均播放时长",
    "点赞量",
    "分享量",
    "评论量",
    "收藏量",
    "主页访问量",
    "粉丝增量",
]
WORK = [
    "第一条",
    "2026-04-03 21:26:39",
    "视频",
    "公开",
    "34606",
    "0.366807",
    "0.4",
    "0.1",
    "0.425530",
    "4.586155",
    "1155",
    "69",
    "45",
    "84",
    "6549",
    "-7",
]
OVERVIEW = ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"]


def as_csv(rows, encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def options(**given):
    return {"as_of": None, "day_first": None, "period": None, "platform": None, "today": TODAY, **given}


def parse(rows, *, form=as_csv, name="f.csv", **given):
    [parsed] = parse_upload(name=name, content=form(rows), **options(**given))
    return parsed


def refused(rows, **given):
    parsed = parse(rows, **given)
    assert parsed.refused is not None
    assert parsed.records == ()
    return parsed.refused.code


def codes(notes):
    return [entry.code for entry in notes]


def rejections(parsed):
    return [(row.row, row.column, row.reason.code) for row in parsed.rejected]


# Douyin --------------------------------------------------------------------


def works(*rows, **given):
    return parse([WORKS, *rows], form=as_xlsx, **{"as_of": date(2026, 4, 12), **given})


def changed(**cells):
    names = dict(zip(["title", "published", "media", "status", "plays", "completion"], range(6), strict=True))
    row = list(WORK)
    for name, value in cells.items():
        row[names[name]] = value
    return row


def test_douyin_works():
    parsed = works(WORK)
    [video] = parsed.records
    assert (parsed.profile, parsed.platform, parsed.grain) == ("douyin_works", "douyin", Grain.VIDEO_SNAPSHOT)
    assert (video.row, video.title, video.media, video.status) == (2, "第一条", "video", "公开")
    assert (video.published_at, video.published_on) == (datetime(2026, 4, 3, 21, 26, 39), date(2026, 4, 3))
    assert (video.captured_on, video.platform_id, video.duration_seconds) == (date(2026, 4, 12), None, None)
    assert video.values == {
        "plays": 34606,
        "completion_rate": Decimal("0.366807"),
        "five_second_rate": Decimal("0.4"),
        "cover_click_rate": Decimal("0.1"),
        "two_second_exit_rate": Decimal("0.425530"),
        "average_play_seconds": Decimal("4.586155"),
        "likes": 1155,
        "shares": 69,
        "comments": 45,
        "favourites": 84,
        "profile_visits": 6549,
        "followers_gained": -7,
    }
    assert parsed.totals == {
        "plays": 34606,
        "likes": 1155,
        "shares": 69,
        "comments": 45,
        "favourites": 84,
        "profile_visits": 6549,
        "followers_gained": -7,
    }
    assert (parsed.rows, parsed.accepted, parsed.rejected, parsed.warnings, parsed.questions) == (
        1,
        1,
        (),
        (),
        (),
    )
    assert parsed.period == (date(2026, 4, 3), date(2026, 4, 3))


def test_douyin_works_in_their_other_shape():
    headers = [{"审核状态": "发布状态", "封面点击率": "作品时长"}.get(header, header) for header in WORKS]
    row = list(WORK)
    row[7] = "00:31"
    parsed = parse([headers, row], form=as_xlsx, as_of=date(2026, 4, 12))
    assert parsed.records[0].duration_seconds == 31
    assert "cover_click_rate" not in parsed.records[0].values


def test_columns_in_another_order_and_spelling():
    order = list(reversed(range(len(WORKS))))
    headers = [f" {WORKS[place][:1]}\u00ad{WORKS[place][1:]} " for place in order]
    parsed = parse([headers, [WORK[place] for place in order]], as_of=date(2026, 4, 12))
    assert parsed.records[0].values == works(WORK).records[0].values


def test_values_without_figure_are_gaps():
    [video] = works(changed(plays="-", completion="")).records
    assert video.values["plays"] is None
    assert video.gaps == {"plays": "not_supplied", "completion_rate": "not_supplied"}
    assert works(changed(plays="-")).totals["plays"] is None


def test_a_works_list_asks_for_its_day():
    parsed = works(WORK, as_of=None)
    assert codes(parsed.questions) == ["as_of"]
    assert (parsed.records, parsed.usable, parsed.totals["plays"]) == ((), False, 34606)


def test_a_works_list_is_never_a_period():
    assert works(WORK, period=Span(date(2026, 4, 1), date(2026, 4, 30))).refused.code == "period_does_not_fit"


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"plays": "NaN"}, "播放量", "not_finite"),
        ({"plays": "1e400"}, "播放量", "not_finite"),
        ({"plays": True}, "播放量", "not_a_number"),
        ({"plays": "-5"}, "播放量", "negative"),
        ({"plays": 1.5}, "播放量", "not_whole"),
        ({"completion": "1.5"}, "完播率", "not_a_fraction"),
        ({"completion": "Infinity"}, "完播率", "not_finite"),
        ({"published": "soon"}, "发布时间", "not_a_date"),
        ({"published": "2026-04-13 00:00:00"}, "发布时间", "after_as_of"),
        ({"published": "2027-01-01 00:00:00"}, "发布时间", "in_future"),
        ({"title": "", "published": "-"}, "作品名称", "no_title"),
    ],
)
def test_one_bad_row_leaves_the_others(cells, column, code):
    good = changed(title="好")
    parsed = works(good, changed(**cells), changed(title="也好"))
    assert rejections(parsed) == [(3, column, code)]
    assert [record.row for record in parsed.records] == [2, 4]
    assert (parsed.rows, parsed.accepted) == (3, 2)
    assert parsed.totals["plays"] == 2 * 34606
    assert parsed.rejected[0].cells[2] == "视频"


def test_a_rejected_row_of_one_rate_unit_among_others():
    assert rejections(works(WORK, changed(title="b", completion="36.68%"))) == [
        (3, "完播率", "not_a_fraction")
    ]
    whole = works(changed(completion="36.68%"), changed(title="b", completion="5%"))
    assert [record.values["completion_rate"] for record in whole.records] == [
        Decimal("0.3668"),
        Decimal("0.05"),
    ]


def test_a_column_that_now_gives_per_cent_is_held():
    parsed = works(
        changed(completion="36.6"),
        changed(title="b", completion="13.1"),
        changed(title="c", completion="0.4"),
    )
    assert [record.values["completion_rate"] for record in parsed.records] == [None, None, None]
    assert parsed.records[2].gaps == {"completion_rate": "held_for_check"}
    assert codes(parsed.warnings) == ["rate_unit_doubtful"]


def test_twins_cannot_be_told_apart():
    parsed = works(WORK, changed(plays="1", published="2026-04-03 21:26:01"), changed(title="x"))
    assert rejections(parsed) == [(2, "作品名称", "same_video"), (3, "作品名称", "same_video")]
    assert [record.row for record in parsed.records] == [4]


def test_a_video_without_publish_time_is_kept():
    parsed = works(changed(published="-"))
    assert (parsed.records[0].published_at, parsed.period) == (None, None)
    assert codes(parsed.warnings) == ["without_publish_time"]


@pytest.mark.parametrize(
    ("header", "field", "value"),
    [
        ("播放量", "plays", 12),
        ("作品点赞", "likes", -2),
        ("作品评论", "comments", -1),
        ("作品分享", "shares", 0),
        ("主页访问", "profile_visits", 4),
        ("净增粉丝", "followers_net", -9),
        ("新增粉丝", "followers_gained", 3),
        ("新增关注", "followers_gained", 3),
        ("取关粉丝", "followers_lost", 2),
        ("总粉丝量", "followers_total", 900),
    ],
)
def test_douyin_daily(header, field, value):
    parsed = parse([["日期", header], ["2026-03-14", value]], form=as_xlsx, platform="douyin")
    assert (parsed.profile, parsed.records[0].day, parsed.records[0].values) == (
        "douyin_daily",
        date(2026, 3, 14),
        {field: value},
    )
    assert parsed.totals == ({} if field == "followers_total" else {field: value})


def test_several_daily_series_in_one_file():
    parsed = parse([["日期", "播放量", "净增粉丝", "封面点击率"], ["2026-03-14", "5", "-1", "25.00%"]])
    assert parsed.records[0].values == {"plays": 5, "followers_net": -1}
    assert codes(parsed.warnings) == ["known_not_stored"]
    assert [(column.outcome, column.field) for column in parsed.columns] == [
        ("taken", "day"),
        ("taken", "plays"),
        ("taken", "followers_net"),
        ("known", None),
    ]


@pytest.mark.parametrize("header", ["播放量", "总粉丝量", "取关粉丝", "主页访问", "新增粉丝"])
def test_figures_that_cannot_be_negative(header):
    parsed = parse([["日期", header], ["2026-03-14", "-5"], ["2026-03-15", "5"]])
    assert rejections(parsed) == [(2, header, "negative")]
    assert parsed.accepted == 1


# TikTok --------------------------------------------------------------------


def test_tiktok_overview_through_new_year():
    parsed = parse(
        [OVERVIEW, ["December 31", 5, 1, -2, 0, 1], ["January 1", 6, 1, 3, -1, 0]], as_of=date(2026, 4, 12)
    )
    assert (parsed.profile, parsed.period) == ("tiktok_overview", (date(2025, 12, 31), date(2026, 1, 1)))
    assert parsed.totals == {"plays": 11, "profile_visits": 2, "likes": 1, "comments": -1, "shares": 1}
    assert parsed.warnings == ()


def test_tiktok_overview_in_words_of_others():
    for word in ("28 мая", "5月28日", "28 de mayo", "28 Μαΐου"):
        assert parse([OVERVIEW, [word, 5, 1, 2, 0, 1]], as_of=date(2026, 6, 1)).records[0].day == date(
            2026, 5, 28
        )


def test_tiktok_followers():
    header = ["Date", "Followers", "Difference in followers from previous day"]
    parsed = parse([header, ["May 1", 100, -3]], as_of=date(2026, 6, 1))
    assert parsed.profile == "tiktok_followers"
    assert parsed.records[0].values == {"followers_total": 100, "followers_net": -3}
    assert parsed.totals == {"followers_net": -3}


def test_tiktok_content():
    header = [
        "Video title",
        "Video link",
        "Post time",
        "Total likes",
        "Total comments",
        "Total shares",
        "Total views",
    ]
    rows = [
        header,
        ["a", "https://www.tiktok.com/@x/video/7312345678901234567?x=1", "May 1", 3, 2, 1, 50],
        ["b", "https://www.tiktok.com/@x/photo/7312345678901234568", "May 2", 3, 2, 1, 50],
    ]
    parsed = parse(rows, as_of=date(2026, 6, 1), period=LIFETIME)
    assert [(video.platform_id, video.media) for video in parsed.records] == [
        ("7312345678901234567", "video"),
        ("7312345678901234568", "image"),
    ]
    assert parsed.totals == {"plays": 100, "likes": 6, "comments": 4, "shares": 2}


ENRICHED = [
    "Post day",
    "Video title",
    "Total video time",
    "Total views",
    "Total likes",
    "Total comments",
    "Total shares",
    "Total saves",
    "Avg watch time",
    "Full watch percentage",
    "New followers",
    "Tags1",
]


def test_tiktok_content_with_more_columns():
    parsed = parse(
        [ENRICHED, ["25/09/24", "a", 33, 4577, 120, 27, 10, 9, 16.8, "13.6", 16, "x"]],
        as_of=date(2025, 1, 1),
        period=LIFETIME,
    )
    [video] = parsed.records
    assert (video.published_on, video.published_at, video.duration_seconds) == (date(2024, 9, 25), None, 33)
    assert video.values["completion_rate"] == Decimal("0.136")
    assert video.values["average_play_seconds"] == Decimal("16.8")
    assert (video.values["favourites"], video.values["followers_gained"]) == (9, 16)
    assert "Tags1" in parsed.warnings[0].sentence


def test_content_asks_what_it_covers_and_takes_the_answer():
    rows = [ENRICHED, ["25/09/24", "a", 33, 4577, 120, 27, 10, 9, 16.8, "13.6", 16, "x"]]
    assert codes(parse(rows).questions) == ["lifetime_or_period", "as_of"]
    span = Span(date(2024, 9, 1), date(2024, 9, 30))
    parsed = parse(rows, period=span)
    assert (parsed.grain, parsed.span, parsed.questions) == (Grain.PERIOD_SUM, span, ())
    assert parsed.records[0].captured_on is None


def test_an_open_order_of_dates_is_asked():
    rows = [OVERVIEW, ["01/02/24", 5, 1, 2, 0, 1], ["03/04/24", 5, 1, 2, 0, 1]]
    asked = parse(rows)
    assert (codes(asked.questions), asked.records, asked.rejected, asked.rows) == (["day_first"], (), (), 2)
    assert [record.day for record in parse(rows, day_first=True).records] == [
        date(2024, 2, 1),
        date(2024, 4, 3),
    ]


def test_viewers_are_declined_with_the_file_to_use():
    parsed = parse([["Date", "Total Viewers", "New Viewers", "Returning Viewers"], ["May 1", 1, 1, 0]])
    assert (parsed.refused.code, parsed.grain) == ("viewers_declined", Grain.DECLINED)
    assert "Overview.csv" in parsed.refused.sentence


# Xiaohongshu and WeChat Channels ----------------------------------------------


def test_xiaohongshu_notes_below_their_banner():
    header = [
        "笔记标题",
        "首次发布时间",
        "体裁",
        "曝光",
        "观看量",
        "封面点击率",
        "点赞",
        "评论",
        "收藏",
        "涨粉",
        "分享",
        "人均观看时长",
        "弹幕",
    ]
    row = ["a", "2026年03月25日09时49分34秒", "视频", 12235, 6174, 0.221, 15, 41, 5, -1, 14, 17, 0]
    parsed = parse([["最多导出排序后前1000条笔记"] * 13, header, row], form=as_xlsx, as_of=date(2026, 4, 1))
    [video] = parsed.records
    assert (parsed.profile, video.row, video.media) == ("xiaohongshu_notes", 3, "video")
    assert video.published_at == datetime(2026, 3, 25, 9, 49, 34)
    assert (video.values["cover_click_rate"], video.values["average_play_seconds"]) == (Decimal("0.221"), 17)
    assert parsed.totals == {
        "plays": 6174,
        "likes": 15,
        "comments": 41,
        "favourites": 5,
        "followers_gained": -1,
        "shares": 14,
    }


def test_wechat_channels_works():
    header = [
        "视频描述",
        "视频ID",
        "发布时间",
        "完播率",
        "平均播放时长",
        "播放量",
        "推荐",
        "喜欢",
        "评论量",
        "分享量",
        "关注量",
        "设为铃声",
    ]
    row = ["a\nb", "export/UzFfAgt", "2026/03/05", "28.64%", "10秒", "1,234", "5", "6", "7", "8", "9", "0"]
    parsed = parse([header, row], as_of=date(2026, 4, 1))
    [video] = parsed.records
    assert (video.platform_id, video.title, video.published_on) == (
        "export/UzFfAgt",
        "a\nb",
        date(2026, 3, 5),
    )
    assert (video.values["completion_rate"], video.values["average_play_seconds"]) == (Decimal("0.2864"), 10)
    assert (video.values["likes"], video.values["favourites"], parsed.totals["plays"]) == (5, 6, 1234)
    fraction = parse([header, [*row[:3], "0.2864", *row[4:]]], as_of=date(2026, 4, 1))
    assert rejections(fraction) == [(2, "完播率", "not_a_percent")]


# Our own CSV -----------------------------------------------------------------


def test_plain_account_days():
    parsed = parse(
        [
            ["date", "account", "plays", "followers_total"],
            ["2026-03-01", "douyin:a", "1,000", "7"],
            ["2026-03-01", "b", 2, ""],
        ]
    )
    assert parsed.profile == "plain_accounts"
    assert [(record.account, record.values["plays"]) for record in parsed.records] == [
        ("douyin:a", 1000),
        ("b", 2),
    ]
    assert parsed.records[1].gaps == {"followers_total": "not_supplied"}


def test_plain_account_days_in_chinese_for_another_platform():
    parsed = parse([["日期", "播放量", "新增粉丝"], ["2026-03-01", 3, 1]], platform="kuaishou")
    assert (parsed.profile, parsed.totals) == ("plain_accounts", {"plays": 3, "followers_gained": 1})


def test_plain_videos():
    header = ["title", "platform_id", "published_at", "captured_on", "plays", "completion_rate"]
    parsed = parse(
        [
            header,
            ["Total", "v1", "2026-03-01 10:00", "2026-03-09", 3, "0.5"],
            ["x", "v2", "", "2026-03-09", 4, ""],
        ]
    )
    assert [(video.title, video.platform_id, video.captured_on) for video in parsed.records] == [
        ("Total", "v1", date(2026, 3, 9)),
        ("x", "v2", date(2026, 3, 9)),
    ]
    assert parsed.questions == ()


def test_ids_tell_twins_apart():
    header = ["title", "platform_id", "published_at", "plays"]
    at = "2026-03-01 10:00"
    apart = parse([header, ["a", "1", at, 5], ["a", "2", at, 6]], as_of=date(2026, 3, 9))
    assert apart.accepted == 2
    same = parse([header, ["a", "1", at, 5], ["a", "1", at, 6], ["b", "3", at, 1]], as_of=date(2026, 3, 9))
    assert codes([row.reason for row in same.rejected]) == ["same_video_id", "same_video_id"]
    again = parse([header, ["a", "1", at, 5], ["a", "1", at, 5]], as_of=date(2026, 3, 9))
    assert (again.accepted, codes(again.warnings)) == (1, ["identical_rows"])
    half = parse([header, ["a", "1", at, 5], ["a", "", at, 6]], as_of=date(2026, 3, 9))
    assert codes([row.reason for row in half.rejected]) == ["same_video", "same_video"]


def test_plain_ads_and_commerce():
    ads = parse(
        [["date", "spend", "gmv", "about", "clicks"], ["2026-03-01", "12.3", "¥1,000.00", "douyin:x", 4]]
    )
    [record] = ads.records
    assert (ads.profile, ads.grain, record.about) == ("plain_ads", Grain.ADS_DAY, "douyin:x")
    assert {name: str(value) for name, value in record.values.items()} == {
        "spend": "12.30",
        "gmv": "1000.00",
        "clicks": "4",
    }
    shop = parse(
        [
            ["date", "paid_orders", "gmv", "refunds"],
            ["2026-03-01", 3, "10", "1.5"],
            ["2026-03-02", 1, "0.1", ""],
        ]
    )
    assert (shop.profile, shop.grain) == ("plain_commerce", Grain.COMMERCE_DAY)
    assert shop.totals == {"paid_orders": 4, "gmv": Decimal("10.10"), "refunds": Decimal("1.50")}


# Rows and totals ---------------------------------------------------------------


def day_rows(*rows, **given):
    return parse([["日期", "播放量"], *rows], **given)


def test_identical_days_are_one():
    parsed = day_rows(["2026-03-01", "5"], ["2026-03-01", "5"], ["2026-03-02", "6"])
    assert (parsed.rows, parsed.accepted, parsed.totals) == (3, 2, {"plays": 11})
    assert codes(parsed.warnings) == ["identical_rows"]


def test_days_that_contradict_each_other_refuse_the_file():
    parsed = day_rows(["2026-03-01", "5"], ["2026-03-01", "6"])
    assert (parsed.refused.code, parsed.records) == ("duplicate_days", ())
    assert "2, 3" in parsed.refused.sentence


def test_days_in_the_future():
    assert rejections(day_rows(["2026-11-23", 1], ["2026-11-24", 2])) == [(3, "日期", "in_future")]


def test_totals_are_compared_and_never_imported():
    right = day_rows(["合计", "11"], ["2026-03-01", "5"], ["2026-03-02", "6"])
    assert (right.rows, right.totals, codes(right.warnings)) == (2, {"plays": 11}, ["total_row_left_out"])
    wrong = day_rows(["2026-03-01", "5"], ["Total", "12"])
    assert wrong.warnings[1].params == {"column": "播放量", "total": "12", "sum": "5"}


def test_blank_rows_are_no_rows_and_numbers_stay():
    parsed = day_rows(["", ""], ["2026-03-01", "x"])
    assert (parsed.rows, rejections(parsed)) == (1, [(3, "播放量", "not_a_number")])


def test_rows_with_a_separator_too_many_or_too_few():
    content = "日期,播放量,作品点赞\n2026-03-01,1,234,5\n2026-03-02,7\n2026-03-03,1,2\n".encode()
    [parsed] = parse_upload(name="f.csv", content=content, **options())
    assert rejections(parsed) == [(2, None, "more_cells"), (3, None, "fewer_cells")]
    assert parsed.totals == {"plays": 1, "likes": 2}


def test_a_banner_above_the_header():
    parsed = parse([["导出说明"], [], ["日期", "播放量"], ["2026-03-01", 5]], form=as_xlsx)
    assert (parsed.header_row, parsed.records[0].row) == (3, 4)


def test_rounded_numbers_are_told():
    parsed = day_rows(["2026-03-01", "1.2万"])
    assert (parsed.totals, codes(parsed.warnings)) == ({"plays": 12000}, ["rounded_numbers"])


def test_missing_and_unknown_columns_are_told():
    parsed = parse([["Date", "Video Views", "Novelty"], ["2026-03-01", 5, "x"]])
    assert codes(parsed.warnings) == ["columns_unknown", "columns_missing", "year_added"]
    assert "Novelty" in parsed.warnings[0].sentence
    assert "Likes" in parsed.warnings[1].sentence


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["foo", "bar"], ["1", "2"]], "unknown_header"),
        ([["日期", "播放量"]], "no_rows"),
        ([["日期", "播放量", "播放量"], ["2026-03-01", "1", "2"]], "column_twice"),
        ([["日期", "新增粉丝", "新增关注"], ["2026-03-01", "1", "1"]], "column_twice"),
        ([["日期", "封面点击率"], ["2026-03-01", "25%"]], "rate_declined"),
        ([["Date", "Geography", "Views"], ["2026-03-01", "FR", "5"]], "breakdown_declined"),
        ([["ad_id", "Impressions", "Spent"], ["1", "2", "3"]], "ads_without_days"),
        ([["指标", "数值", "环比"], ["净涨粉", "2", "3%"]], "summary_declined"),
        ([["Date", "Engaged views"], ["2026-03-01", "5"]], "no_figure"),
        ([["x"], ["x"], ["x"], ["x"], ["x"], ["日期", "播放量"], ["2026-03-01", "1"]], "unknown_header"),
    ],
)
def test_files_that_are_refused(rows, code):
    assert refused(rows) == code


def test_a_refusal_names_the_file_and_its_headers():
    sentence = parse([["foo", "bar"], ["1", "2"]], name="报表.csv").refused.sentence
    assert "报表.csv" in sentence
    assert "foo, bar" in sentence


def test_a_file_of_another_platform():
    assert refused([OVERVIEW, ["May 1", 5, 1, 2, 0, 1]], platform="douyin") == "wrong_platform"


def test_an_as_of_date_in_the_future():
    assert refused([["日期", "播放量"], ["2026-03-01", "1"]], as_of=date(2026, 12, 1)) == "as_of_in_future"


def test_parse_file_raises():
    with pytest.raises(ImportRefused) as refusal:
        parse_file(name="f.csv", content=b"", **options())
    assert refusal.value.code == "empty_file"
    content = as_csv([["日期", "播放量"], ["2026-03-01", "1"]])
    parsed = parse_file(name="f.csv", content=content, **options())
    assert parsed.sha256 == hashlib.sha256(content).hexdigest()


def test_a_zip_gives_each_file_its_own_answer():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("Overview.csv", as_csv([OVERVIEW, ["May 1", 5, 1, 2, 0, 1]]))
        target.writestr("Viewers.csv", as_csv([["Date", "Total Viewers"], ["May 1", 5]]))
    parsed = parse_upload(name="e.zip", content=buffer.getvalue(), **options(as_of=date(2026, 6, 1)))
    assert [(table.file, table.accepted, table.refused is None) for table in parsed] == [
        ("e.zip/Overview.csv", 1, True),
        ("e.zip/Viewers.csv", 0, False),
    ]


def test_sheets_that_are_no_tables_are_told():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("说明").write(0, 0, "hello")
        data = book.add_worksheet("数据")
        data.write_row(0, 0, ["日期", "播放量"])
        data.write_row(1, 0, ["2026-03-01", 5])
        book.add_worksheet("空")
    [parsed] = parse_upload(name="f.xlsx", content=buffer.getvalue(), **options())
    assert (parsed.table, codes(parsed.warnings)) == ("数据", ["sheet_skipped"])


def test_profiles_have_unlike_keys_and_headers():
    assert len({profile.key for profile in ALL}) == len(ALL)
    for profile in ALL:
        aliases = [alias for column in profile.columns for alias in column.aliases]
        assert len(profile.index()) == len({*profile.index()})
        assert len(aliases) == len(set(aliases)), profile.key


def test_the_documentation_names_every_header_of_the_plain_csv():
    text = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([^`]+)`", text))
    for profile in plain_csv.PROFILES:
        for column in profile.columns:
            assert {alias for alias in column.aliases if alias not in ("day", "favorites")} <= words, (
                column.field
            )


# Properties ------------------------------------------------------------------

CELLS = st.one_of(
    st.integers(-50, 10**9).map(str),
    st.sampled_from(["", "-", "NaN", "1.2万", "1e9", "1,234", "1.234", "undefined", "5%", "TRUE"]),
)


def expected_plays(cell):
    """An independent reading of the few shapes above; None for rows that may not count."""
    known = {"1.2万": 12000, "1,234": 1234}
    return known.get(cell, int(cell) if cell.isdigit() else None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(CELLS, min_size=1, max_size=15),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.permutations([0, 1, 2]),
)
def test_no_wrong_number_whatever_the_file_looks_like(cells, encoding, order):
    first = date(2026, 3, 1)
    table = [["日期", "播放量", "备注"]] + [
        [f"{first + timedelta(days=n)}", cell, f"注{n}"] for n, cell in enumerate(cells)
    ]
    content = as_csv([[row[place] for place in order] for row in table], encoding)
    [parsed] = parse_upload(name="f.csv", content=content, **options())
    stored = {record.day: record.values["plays"] for record in parsed.records}
    assert parsed.rows == len(cells) == parsed.accepted + len(parsed.rejected)
    for number, cell in enumerate(cells):
        assert stored.get(first + timedelta(days=number)) == expected_plays(cell)
    present = [value for value in stored.values() if value is not None]
    assert parsed.totals["plays"] == (sum(present) if present else None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=8))
def test_any_table_is_answered(rows):
    for parsed in (
        parse_upload(name="f.csv", content=as_csv([*rows, ["x"]], "utf-8"), **options())
        if _encodable(rows)
        else []
    ):
        assert parsed.refused is not None or parsed.profile is not None


def _encodable(rows):
    try:
        as_csv(rows, "utf-8")
    except (UnicodeEncodeError, csv.Error):
        return False
    return True
