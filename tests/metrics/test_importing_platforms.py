# ruff: noqa: E501
"""The files of each platform: what is taken, what is told, what is declined."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from common.periods import Span
from metrics.importing.parse import parse_upload
from metrics.importing.profiles import ALL
from metrics.importing.profiles.base import fold_header
from metrics.importing.records import LIFETIME, Grain

TODAY = date(2026, 11, 23)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


def as_csv(rows, encoding="utf-8", delimiter=","):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def parse_all(content, **given):
    options = {"as_of": None, "day_first": None, "period": None, "platform": None, "today": TODAY, **given}
    return parse_upload(name="f.csv", content=content, **options)


def parse(rows, form=as_csv, **given):
    [parsed] = parse_all(form(rows), **given)
    return parsed


def codes(notes):
    return [entry.code for entry in notes]


def declined(rows, form=as_csv):
    parsed = parse(rows, form)
    assert parsed.records == ()
    assert parsed.refused is not None
    return parsed.refused


def rejections(parsed):
    return [(row.row, row.column, row.reason.code) for row in parsed.rejected]


def test_no_header_of_a_profile_means_two_things():
    for profile in ALL:
        meanings = {}
        for column in profile.columns:
            for alias in column.aliases:
                assert meanings.setdefault(fold_header(alias), column) is column, (profile.key, alias)


# YouTube -------------------------------------------------------------------

CONTENT = [
    "Content", "Video title", "Video publish time", "Duration", "Views", "Engaged views", "Watch time (hours)",
    "Subscribers", "Subscribers gained", "Average view duration", "Average percentage viewed (%)",
    "Impressions click-through rate (%)", "Likes", "Shares", "Comments added",
]  # fmt: skip
TOTAL = ["Total", "", "", "", "1500", "", "", "", "", "0:01:00", "", "4", "30", "5", "2"]
FIRST = [
    "abcdefghijk",
    "One",
    "Mar 15, 2026",
    "60",
    "1000",
    "900",
    "5.5",
    "7",
    "9",
    "0:01:23",
    "112.5",
    "4.12",
    "31",
    "3",
    "2",
]
SECOND = [
    "-lmnopqrst_",
    "Two",
    "Mar 2, 2026",
    "45",
    "400",
    "300",
    "1.5",
    "-2",
    "",
    "0:00:20",
    "40",
    "",
    "-1",
    "2",
    "0",
]


def test_content_asks_what_its_figures_cover():
    parsed = parse([CONTENT, TOTAL, FIRST, SECOND], as_of=date(2026, 4, 1))
    assert (codes(parsed.questions), parsed.records) == (["lifetime_or_period"], ())


def test_content_over_a_period():
    parsed = parse([CONTENT, TOTAL, FIRST, SECOND], period=MARCH)
    assert (parsed.profile, parsed.platform, parsed.grain) == ("youtube_content", "youtube", Grain.PERIOD_SUM)
    one, two = parsed.records
    assert one.values == {
        "plays": 1000, "followers_gained": 9, "average_play_seconds": Decimal(83),
        "cover_click_rate": Decimal("0.0412"), "likes": 31, "shares": 3, "comments": 2,
    }  # fmt: skip
    assert (one.platform_id, one.title, one.published_on) == ("abcdefghijk", "One", date(2026, 3, 15))
    assert (one.published_at, one.duration_seconds, one.media) == (None, Decimal(60), "video")
    assert (two.platform_id, two.values["likes"], two.values["cover_click_rate"]) == ("-lmnopqrst_", -1, None)
    assert parsed.totals["plays"] == 1400


def test_the_total_of_a_content_table_is_compared_and_left_out():
    parsed = parse([CONTENT, TOTAL, FIRST, SECOND], period=MARCH)
    assert [record.row for record in parsed.records] == [3, 4]
    told = [entry.sentence for entry in parsed.warnings if entry.code == "total_differs"]
    assert told == ["The file's total of Views is 1500, its rows add up to 1400."]


def test_counters_of_a_whole_life_are_not_below_zero():
    parsed = parse([CONTENT, TOTAL, FIRST, SECOND], period=LIFETIME, as_of=date(2026, 4, 1))
    assert (parsed.grain, rejections(parsed)) == (Grain.VIDEO_SNAPSHOT, [(4, "Likes", "negative")])
    assert parsed.records[0].captured_on == date(2026, 4, 1)


def test_a_remark_below_the_videos_is_told():
    remark = ["Showing top 500 results", *[""] * 14]
    parsed = parse([CONTENT, FIRST, remark], period=MARCH)
    assert (parsed.rows, parsed.accepted) == (1, 1)
    assert (
        "Showing top 500 results" in next(w for w in parsed.warnings if w.code == "remark_left_out").sentence
    )


def test_a_row_without_an_id_of_the_platform_is_no_video():
    parsed = parse([CONTENT, ["Insgesamt?", *FIRST[1:]]], period=MARCH)
    assert rejections(parsed) == [(2, "Content", "not_an_id")]


@pytest.mark.parametrize(
    ("header", "total"),
    [
        (["コンテンツ", "動画のタイトル", "動画公開時刻", "長さ", "視聴回数", "高評価数"], "合計"),
        (["內容", "影片標題", "影片發布時間", "時間長度", "觀看次數", "喜歡次數"], "總計"),
        (["内容", "视频标题", "视频发布时间", "时长", "观看次数", "点赞次数"], "总计"),
        (["Inhalte", "Videotitel", "Veröffentlichungszeitpunkt des Videos", "Dauer", "Aufrufe", "Mag ich"], "Gesamt"),
        (["Contenido", "Título del vídeo", "Hora de publicación del vídeo", "Duración", "Visualizaciones", "Me gusta"], "Total"),
        (["Conteúdo", "Título do vídeo", "Horário de publicação do vídeo", "Duração", "Visualizações", "Likes"], "Total"),
        (["Контент", "Название видео", "Время публикации видео", "Продолжительность", "Просмотры", "Отметки \"Нравится\""], "Всего"),
        (["콘텐츠", "동영상 제목", "동영상 게시 시간", "길이", "조회수", "좋아요"], "합계"),
    ],
)  # fmt: skip
def test_content_in_other_languages(header, total):
    rows = [header, [total, "", "", "", "10", "3"], ["abcdefghijk", "x", "Mar 15, 2026", "60", "10", "3"]]
    [video] = parse(rows, period=MARCH).records
    assert (video.platform_id, video.published_on, video.duration_seconds) == (
        "abcdefghijk",
        date(2026, 3, 15),
        60,
    )
    assert (video.values["plays"], video.values["likes"]) == (10, 3)


def test_soft_hyphens_and_wide_brackets_in_headers():
    rows = [
        ["Con\u00adtent", "Video ti\u00adtle", "Views", "Impressions click-through rate （%）"],
        ["abcdefghijk", "x", "1", "5"],
    ]
    [video] = parse(rows, period=MARCH).records
    assert video.values == {"plays": 1, "cover_click_rate": Decimal("0.05")}


def test_days_of_a_channel():
    parsed = parse(
        [
            ["Date", "Views", "Subscribers", "Watch time (hours)"],
            ["2026-03-01", "5", "-2", "0.1"],
            ["2026-03-02", "7", "3", "1"],
        ]
    )
    assert (parsed.profile, parsed.grain) == ("youtube_days", Grain.ACCOUNT_DAY)
    assert [(one.day, one.values) for one in parsed.records] == [
        (date(2026, 3, 1), {"plays": 5, "followers_net": -2}),
        (date(2026, 3, 2), {"plays": 7, "followers_net": 3}),
    ]


@pytest.mark.parametrize("days", [["2026-01-01", "2026-02-01", "2026-03-01"], ["2026-03-02", "2026-03-09"]])
def test_weeks_and_months_are_no_days(days):
    rows = [["Date", "Views"], *[[day, "5"] for day in days]]
    assert declined(rows).code == "not_daily"


def test_headers_written_just_so_tell_files_apart():
    assert parse([["Date", "Likes"], ["2026-03-01", "5"]]).profile == "youtube_days"
    assert parse([["date", "likes"], ["2026-03-01", "5"]]).profile == "plain_accounts"
    assert parse([["Date", "Likes"], ["2026-03-01", "5"]], platform="douyin").profile == "plain_accounts"


def test_days_of_videos():
    header = [
        "Date",
        "Content",
        "Video title",
        "Video publish time",
        "Duration",
        "Views",
        "Subscribers gained",
    ]
    rows = [
        header,
        ["2026-03-01", "abcdefghijk", "One", "Feb 1, 2026", "60", "5", "1"],
        ["2026-03-02", "abcdefghijk", "One", "Feb 1, 2026", "60", "7", ""],
        ["2026-03-01", "lmnopqrstuv", "Two", "", "61", "0", "0"],
    ]
    parsed = parse(rows)
    assert (parsed.profile, parsed.grain, parsed.totals) == (
        "youtube_video_days", Grain.VIDEO_DAY, {"plays": 12, "followers_gained": 1},
    )  # fmt: skip
    one, two, other = parsed.records
    assert (one.platform_id, one.day, one.title) == ("abcdefghijk", date(2026, 3, 1), "One")
    assert (one.published_on, one.published_at, one.media) == (date(2026, 2, 1), None, "video")
    assert (two.values, two.gaps) == (
        {"plays": 7, "followers_gained": None},
        {"followers_gained": "not_supplied"},
    )
    assert (other.published_on, other.duration_seconds) == (None, 61)
    assert parsed.period == (date(2026, 3, 1), date(2026, 3, 2))


def test_a_video_day_given_twice():
    header = ["Date", "Content", "Video title", "Views"]
    day = ["2026-03-01", "abcdefghijk", "One", "5"]
    assert parse([header, day, day, ["2026-03-02", "abcdefghijk", "One", "1"]]).accepted == 2
    other = parse(
        [header, day, ["2026-03-01", "abcdefghijk", "One", "6"], ["2026-03-02", "abcdefghijk", "One", "1"]]
    )
    assert (rejections(other)[0][2], other.accepted) == ("same_video_day", 1)


@pytest.mark.parametrize(
    ("header", "by"),
    [
        (["Geography", "Views", "Watch time (hours)"], "geography"),
        (["Date", "Geography", "Views"], "geography"),
        (["Cities", "City name", "Views"], "city"),
        (["Traffic source", "Views", "Impressions"], "traffic source"),
        (["Date", "Traffic source", "Engaged views"], "traffic source"),
        (["Subscription status", "Views"], "subscription status"),
        (["流量来源", "观看次数"], "traffic source"),
        (["トラフィック ソース", "視聴回数"], "traffic source"),
        (["Geografie", "Aufrufe"], "geography"),
        (["Viewer age", "Viewer gender", "Views"], "age"),
        (["Device type", "Views"], "device"),
        (["Content", "Traffic source", "Video title", "Views"], "traffic source"),
    ],
)
def test_breakdowns_name_the_file_to_use(header, by):
    refusal = declined([header, ["x"] * len(header)])
    assert refusal.code == "breakdown_declined"
    assert (by in refusal.sentence, "Use Totals.csv of the same export" in refusal.sentence) == (True, True)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["Date", "Engaged views"], "no_figure"),
        (["Date", "Average view duration"], "no_figure"),
        (["Content", "Video title", "Video publish time", "Duration", "Engaged views"], "no_figure"),
        (["Date", "Content", "Video title", "Duration", "Average view duration"], "no_figure"),
        (["Date", "Views", "Video title", "Duration"], "day_or_video"),
    ],
)
def test_tables_without_a_figure_of_ours(header, code):
    assert declined([header, ["1"] * len(header)]).code == code


SIDES = [
    "Date", "Views", "Watch time (hours)", "Video title", "Video publish time", "Video views", "Watch time (hours)",
]  # fmt: skip


def test_two_tables_side_by_side():
    rows = [
        SIDES,
        ["03/14/26", "100", "1.5", "One, long", "27-Jul-20", "900", "3"],
        ["03/13/26", "90", "1.5", "Two", "12-Dec-23", "x", "3"],
        ["", "", "", "Three", "7-Nov-19", "30", "1"],
        [""] * 7,
    ]
    days, videos = parse_all(as_csv(rows), period=MARCH)
    assert (days.table, days.profile) == ("A–C", "youtube_days")
    assert [(one.row, one.day, one.values["plays"]) for one in days.records] == [
        (2, date(2026, 3, 14), 100), (3, date(2026, 3, 13), 90),
    ]  # fmt: skip
    assert (videos.table, videos.profile, rejections(videos)) == (
        "D–G",
        "youtube_content",
        [(3, "Video views", "not_a_number")],
    )
    assert [(one.row, one.title, one.published_on, one.values["plays"]) for one in videos.records] == [
        (2, "One, long", date(2020, 7, 27), 900), (4, "Three", date(2019, 11, 7), 30),
    ]  # fmt: skip
    told = next(entry for entry in days.warnings if entry.code == "side_by_side").sentence
    assert "A–C were taken as one (Date, Views, Watch time (hours))" in told
    assert {column.position for column in videos.columns} == {3, 4, 5, 6}


# Kuaishou, Bilibili -----------------------------------------------------------

KUAISHOU = [
    "作品名称",
    "发布时间",
    "播放量",
    "完播率",
    "平均播放时长",
    "点赞量",
    "评论量",
    "分享量",
    "收藏量",
    "涨粉量",
]


def test_kuaishou_works():
    row = ["一", "2026-03-01 10:20:30", "1.2万", "28.64%", "10秒", 5, 4, 3, 2, -1]
    parsed = parse([KUAISHOU, row], as_xlsx, as_of=date(2026, 4, 1))
    assert (parsed.profile, parsed.platform, parsed.grain) == (
        "kuaishou_works",
        "kuaishou",
        Grain.VIDEO_SNAPSHOT,
    )
    [video] = parsed.records
    assert video.published_at == datetime(2026, 3, 1, 10, 20, 30)
    assert video.values == {
        "plays": 12000, "completion_rate": Decimal("0.2864"), "average_play_seconds": Decimal(10), "likes": 5,
        "comments": 4, "shares": 3, "favourites": 2, "followers_gained": -1,
    }  # fmt: skip


def test_rates_of_an_unknown_unit_are_left_out():
    rows = [KUAISHOU, ["一", "2026-03-01", 1, rate := "0.4", 1, 5, 4, 3, 2, 1]]
    parsed = parse(rows, as_xlsx, as_of=date(2026, 4, 1))
    assert parsed.records[0].values["completion_rate"] is None, rate
    assert parsed.records[0].gaps == {"completion_rate": "held_for_check"}
    assert "rate_unit_unknown" in codes(parsed.warnings)


def test_bilibili_comparison():
    header = [
        "视频标题",
        "发布时间",
        "播放量",
        "3秒跳出率",
        "互动率",
        "涨粉量",
        "点赞量",
        "评论量",
        "弹幕量",
        "收藏量",
        "投币量",
        "转发量",
        "平均播放进度",
    ]
    row = ["一,二", "2026-03-01 10:20", "1234", "12.5%", "3%", "-3", "9", "8", "7", "6", "5", "4", "60%"]
    parsed = parse([header, row], as_of=date(2026, 4, 1))
    assert (parsed.profile, parsed.platform) == ("bilibili_compare", "bilibili")
    [video] = parsed.records
    assert (video.title, video.values) == (
        "一,二", {"plays": 1234, "followers_gained": -3, "likes": 9, "comments": 8, "favourites": 6, "shares": 4},
    )  # fmt: skip


# Shops -----------------------------------------------------------------------

OVERVIEW = [
    "日期",
    "用户支付金额",
    "成交订单数",
    "成交人数",
    "客单价",
    "商品曝光人数",
    "商品点击人数",
    "退款金额（支付时间）",
    "投放消耗（店铺被投）",
]


def test_the_days_of_a_shop():
    parsed = parse([OVERVIEW, ["2026-03-01", 1234.5, 12, 11, 102.9, 900, 80, "12.30", 55]], as_xlsx)
    assert (parsed.profile, parsed.grain) == ("compass_overview", Grain.COMMERCE_DAY)
    [day] = parsed.records
    assert (day.day, day.values) == (
        date(2026, 3, 1), {"gmv": Decimal("1234.50"), "paid_orders": 12, "refunds": Decimal("12.30")},
    )  # fmt: skip
    assert {"people_are_no_clicks", "spend_is_ads"} <= set(codes(parsed.warnings))


def test_clicks_of_a_shop_are_taken_where_the_file_counts_clicks():
    parsed = parse([[*OVERVIEW, "商品点击次数"], ["2026/03/01", 1, 1, 1, 1, 1, 80, 0, 0, 95]], as_xlsx)
    assert parsed.records[0].values["product_clicks"] == 95


def test_products_and_splits_of_a_shop_are_declined():
    products = ["商品标题", "商品编号", "成交金额", "成交订单数", "短视频成交金额"]
    assert declined([products, ["a", "1", "2", "3", "4"]], as_xlsx).code == "products_declined"
    split = ["日期", "成交范围", *OVERVIEW[1:]]
    assert declined([split, ["2026-03-01", "自营", *[1] * 8]], as_xlsx).code == "breakdown_declined"


# Meta --------------------------------------------------------------------------

POSTS = [
    "Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)", "Publish time",
    "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares", "Follows", "Comments", "Saves",
]  # fmt: skip


def post(number, published="03/27/2026 06:08", *, user="shanhai", life="Lifetime", kind="IG reel"):
    return [
        f"1790000000000000{number}", "1784", user, "Shan", "Line\nbreak, comma", "32", published,
        f"instagram.com/reel/{number}", kind, "", life, "15,000", "9800", "410", "120", "14", "20", "55",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_instagram_posts(encoding):
    [parsed] = parse_all(
        as_csv([POSTS, post(1), post(2, kind="IG carousel")], encoding), as_of=date(2026, 4, 1)
    )
    assert (parsed.profile, parsed.platform, parsed.questions) == ("instagram_posts", "instagram", ())
    reel, carousel = parsed.records
    assert (reel.platform_id, reel.title, reel.media) == ("17900000000000001", "Line\nbreak, comma", "video")
    assert (reel.published_at, reel.account, carousel.media) == (datetime(2026, 3, 27, 6, 8), None, "image")
    assert reel.values == {
        "plays": 15000, "likes": 410, "shares": 120, "followers_gained": 14, "comments": 20, "favourites": 55,
    }  # fmt: skip


def test_instagram_posts_of_several_accounts_name_them():
    parsed = parse([POSTS, post(1), post(2, user="lvye")], as_of=date(2026, 4, 1))
    assert [record.account for record in parsed.records] == ["shanhai", "lvye"]


def test_instagram_posts_by_day_are_declined():
    assert declined([POSTS, post(1, life="03/28/2026")]).code == "post_days"


def stacked(*tables, encoding="utf-16"):
    lines = ["sep=,"]
    for title, rows in tables:
        lines += [
            f'"{title}"',
            '"Date","Primary"',
            *[f'"{day}T00:00:00","{value}"' for day, value in rows],
            "",
        ]
    return "\r\n".join(lines).encode(encoding)


def test_several_tables_in_one_instagram_file():
    content = stacked(
        ("Instagram follows", [("2026-03-01", 4), ("2026-03-02", 0)]),
        ("Instagram profile visits", [("2026-03-01", 31)]),
        ("Instagram reach", [("2026-03-01", 900)]),
    )
    follows, visits, reach = parse_all(content)
    assert [(one.row, one.day, one.values) for one in follows.records] == [
        (4, date(2026, 3, 1), {"followers_gained": 4}), (5, date(2026, 3, 2), {"followers_gained": 0}),
    ]  # fmt: skip
    assert (follows.table, follows.platform) == ("Instagram follows", "instagram")
    assert [(one.row, one.values) for one in visits.records] == [(9, {"profile_visits": 31})]
    assert (reach.refused.code, "Instagram reach" in reach.refused.sentence) == ("other_figure", True)


def test_a_single_stacked_table():
    [views] = parse_all(stacked(("Views", [("2026-03-01", 5)])))
    assert (views.profile, views.records[0].values) == ("instagram_days", {"plays": 5})


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["ad_id", "age", "Impressions", "Clicks", "Spent"], "ads_without_days"),
        (
            ["Reporting starts", "Reporting ends", "Campaign name", "Impressions", "Amount spent (USD)"],
            "ads_without_days",
        ),
        (["Post ID", "Page ID", "Page name", "Title", "Publish time", "Views", "Reach"], "other_platform"),
    ],
)
def test_other_files_of_meta_are_declined(header, code):
    assert declined([header, ["1"] * len(header)]).code == code


# Saved again -----------------------------------------------------------------


def signs(parsed):
    return next((entry.params["signs"] for entry in parsed.warnings if entry.code == "resaved"), None)


@pytest.mark.parametrize(
    ("days", "delimiter", "found"),
    [
        (["2026-03-04", "2026-03-05"], ",", None),
        (["2026-03-04", "2026-03-05"], ";", "semicolons"),
        (["2026/3/4", "2026/3/5"], ",", "dates like 2026/3/5"),
        (["46085", "46086"], ",", "dates as numbers"),
    ],
)
def test_a_file_saved_again_is_read_and_told(days, delimiter, found):
    rows = [["Date", "Views"], [days[0], "5"], [days[1], "7"]]
    [parsed] = parse_all(as_csv(rows, delimiter=delimiter))
    assert [(one.day, one.values["plays"]) for one in parsed.records] == [
        (date(2026, 3, 4), 5), (date(2026, 3, 5), 7),
    ]  # fmt: skip
    assert signs(parsed) == found


def test_a_csv_saved_as_workbook_is_told():
    assert signs(parse([["Date", "Views"], ["2026-03-04", 5]], as_xlsx)) == "XLSX instead of CSV"


def test_decimal_commas_of_a_file_with_semicolons():
    header = ["title", "plays", "completion_rate", "average_play_seconds"]
    rows = [header, ["a", "1200", "0,25", "4,5"], ["b", "1,234", "0,5", "4"], ["c", "1", "0,125", "4"]]
    [parsed] = parse_all(as_csv(rows, delimiter=";"), as_of=date(2026, 4, 1))
    assert [(one.title, one.values["completion_rate"], one.values["average_play_seconds"]) for one in parsed.records] == [
        ("a", Decimal("0.25"), Decimal("4.5")),
    ]  # fmt: skip
    assert rejections(parsed) == [
        (3, "plays", "point_or_thousand"),
        (4, "completion_rate", "point_or_thousand"),
    ]
