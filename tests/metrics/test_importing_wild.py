# ruff: noqa: E501
"""Shapes of exports that people send besides the plain ones: other languages, other hands, other tables."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from metrics.importing.parse import parse_upload
from metrics.importing.profiles.base import fold_header
from metrics.importing.records import LIFETIME

TODAY, AS_OF = date(2026, 11, 23), date(2026, 11, 1)
SOFT = "\u00ad"
ID, OTHER_ID = "aBcDeFgH1_-", "xYz0123456_"


def parse(content, **given):
    options = {
        "as_of": AS_OF, "day_first": None, "period": LIFETIME, "platform": None, "today": TODAY, "name": "f.csv", **given
    }  # fmt: skip
    return parse_upload(content=content if isinstance(content, bytes) else content.encode(), **options)


def one(content, **given):
    [parsed] = parse(content, **given)
    return parsed


def refusal(content, **given):
    [parsed] = parse(content, **given)
    assert parsed.records == ()
    return parsed.refused and parsed.refused.code


def as_csv(*rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def codes(parsed):
    return [warning.code for warning in parsed.warnings]


def workbook(*sheets, **options):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        for name, rows, hidden in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write_formula(number, place, cell[0], value=cell[1])
                    else:
                        sheet.write(number, place, cell)
            if hidden:
                sheet.hide()
    return buffer.getvalue()


# YouTube ---------------------------------------------------------------------


def test_a_list_of_videos_with_soft_hyphens_and_every_figure():
    header = (
        f"Video,Video title,Video publish time,Comments ad{SOFT}ded,Shares,Dis{SOFT}likes,Likes,Sub{SOFT}scribers lost,"
        f"Sub{SOFT}scribers gained,RPM (EUR),CPM (USD),Av{SOFT}er{SOFT}age % viewed,Av{SOFT}er{SOFT}age view dur{SOFT}a{SOFT}tion,"
        "Video views,Watch time (hours),Sub\u00adscribers,Your estimated revenue (JPY),Im\u00adpres\u00adsions,Im\u00adpres\u00adsions click-through rate (%)"
    )
    content = (
        f"\ufeff{header}\r\n"
        "Total,,,100,200,3,400,5,60,1.2,3.4,40.1,0:03:10,1000,50.2,55,12.3,9000,3.14\r\n"
        f'{ID},"One, two","May 8, 2020",60,120,2,250,3,40,1.5,3,36.65,0:03:09,600,30,37,10,5000,3.00\r\n'
        f" -{OTHER_ID[1:]},Two,,40,80,1,150,2,20,1.5,3,136.65,1:03:09,400,20.2,18,2.3,4000,3.3\r\n"
    )
    parsed = one(content)
    assert parsed.profile == "youtube_content"
    assert [record.platform_id for record in parsed.records] == [ID, "-" + OTHER_ID[1:]]
    assert parsed.totals == {
        "comments": 100,
        "shares": 200,
        "likes": 400,
        "followers_gained": 60,
        "plays": 1000,
    }
    assert parsed.records[1].values["average_play_seconds"] == 3789
    assert "columns_unknown" not in codes(parsed)
    assert "total_differs" not in codes(parsed)


LISTS = {
    "fr": "Contenu,Titre de la vidéo,Heure de publication de la vidéo,Durée,Vues",
    "it": "Contenuti,Titolo del video,Ora pubblicazione del video,Durata,Visualizzazioni",
    "tr": "İçerik,Video başlığı,Video yayınlanma zamanı,Süre,Görüntüleme",
    "vi": "Nội dung,Tiêu đề video,Thời gian xuất bản video,Thời lượng,Số lượt xem",
    "pl": "Treść,Tytuł filmu,Czas publikacji filmu,Czas trwania,Wyświetlenia",
    "th": "เนื้อหา,ชื่อวิดีโอ,เวลาที่เผยแพร่วิดีโอ,ความยาว,การดู",
    "ar": "المحتوى,عنوان الفيديو,وقت نشر الفيديو,المدة,المشاهدات",
    "uk": "Вміст,Назва відео,Час публікації відео,Тривалість,Перегляди",
    "nl": "Content,Videotitel,Publicatietijd van video,Duur,Weergaven",
    "id": "Konten,Judul video,Waktu publikasi video,Durasi,Penayangan",
    "ko": "콘텐츠,동영상 제목,동영상 게시 시간,길이,조회수",
    "ja": "コンテンツ,動画のタイトル,動画公開時刻,長さ,視聴回数",
}


@pytest.mark.parametrize("language", LISTS)
def test_lists_of_videos_in_more_languages(language):
    parsed = one(f'{LISTS[language]}\n{ID},One,"May 8, 2020",30,1234\n')
    assert (parsed.profile, parsed.totals) == ("youtube_content", {"plays": 1234})
    assert parsed.records[0].published_on == date(2020, 5, 8)
    assert codes(parsed) == []


@pytest.mark.parametrize("word", ["Gesamtsumme", "Yhteensä", "Σύνολα", "कुल", "Sumatotalis"])
def test_a_word_in_place_of_an_id_is_a_total_in_any_language(word):
    parsed = one(
        f'Content,Video title,Video publish time,Duration,Views\n{word},,,,99\n{ID},One,"May 8, 2020",30,5\n'
    )
    assert (parsed.totals, parsed.rejected) == ({"plays": 5}, ())
    assert "total_differs" in codes(parsed)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Date,Engaged views", "2026-01-01,5"),
        ("Date,Average view duration", "2026-01-01,0:01:05"),
        ("Date,Content,Video title,Video publish time,Duration,Engaged views", f'2026-01-01,{ID},One,"May 8, 2020",30,5'),
        ("Date,Content,Video title,Video publish time,Duration,Average view duration", f'2026-01-01,{ID},One,"May 8, 2020",30,0:00:10'),
        ("Conteúdo,Título do vídeo,Horário de publicação do vídeo,Duração,Visualizações intencionais", f'{ID},One,"May 8, 2020",30,5'),
    ],
)  # fmt: skip
def test_files_without_views_say_what_to_choose(header, cells):
    parsed = one(f"{header}\n{cells}\n")
    assert parsed.refused.code == "no_figure"
    assert "Choose views" in parsed.refused.sentence


@pytest.mark.parametrize(
    "rows",
    [
        ["2026-01-01,XX,5", "2026-01-02,XX,6"],
        ["2026-01-01,XX,5", "2026-01-01,YY,5", "2026-01-02,XX,6", "2026-01-02,YY,6"],
        ["2026-01-01,XX,5", "2026-01-01,YY,7"],
    ],
)
def test_days_split_by_what_nobody_knows_are_no_days_of_the_channel(rows):
    content = "\n".join(["Date,Zonen,Views", *rows])
    assert refusal(content) == "split_by_words"


def test_a_note_beside_the_days_does_no_harm():
    parsed = one("Date,Views,Weekday,Note\n2026-01-01,5,Thu,\n2026-01-02,6,Fri,launch\n")
    assert parsed.totals == {"plays": 11}


def test_parts_of_a_day_that_happen_to_be_equal():
    assert refusal("日期,播放量,来源\n2026-03-01,5,推荐\n2026-03-01,5,搜索\n") == "split_days"
    assert one("日期,播放量,来源\n2026-03-01,5,推荐\n2026-03-01,5,推荐\n").totals == {"plays": 5}


@pytest.mark.parametrize("day", ["2021-01-01", "2021-01-01T00:00:00Z"])
def test_comments_one_by_one_are_declined(day):
    content = f"Comments,Comment_ID,Reply_Count,Like_Count,Date,VidId,user_ID\r\n5,abc,0,1,{day},{ID},u1\r\n"
    assert refusal(content) == "comments_declined"


def test_two_tables_saved_by_a_data_frame():
    header = (
        "Date,Views,Watch time (hours),Average view duration,Estimated revenue (USD),Video title,Video publish time,Duration,"
        "Video views,Watch time (hours).1,Subscribers,Video estimated revenue (USD)"
    )
    days, videos = parse(
        f"{header}\n11/26/24,10,1,0:17:53,1,One,27-Jul-20,2553,500,8,6,2\n11/25/24,20,1,0:17:53,1,Two,12-Dec-23,49,600,8,6,2\n"
        "11/24/24,30,1,0:17:53,1,,,,,,,\n"
    )
    assert (days.profile, days.totals, days.accepted) == ("youtube_days", {"plays": 60}, 3)
    assert (videos.profile, videos.totals, videos.accepted) == ("youtube_content", {"plays": 1100}, 2)


def test_days_and_videos_side_by_side_under_unlike_names():
    days, videos = parse("Date,Views,Video title,Video views\n2026-01-01,5,One,7\n2026-01-02,6,,\n")
    assert (days.totals, videos.totals) == ({"plays": 11}, {"plays": 7})


@pytest.mark.parametrize(
    "spans", [["2026-01", "2026-02"], ["2026-01-04 - 2026-01-10", "2026-01-11 - 2026-01-17"]]
)
def test_months_and_spans_are_no_days(spans):
    assert refusal("\n".join(["Date,Views", *(f"{span},5" for span in spans)])) == "not_daily"


def test_days_that_may_be_months_are_asked():
    rows = ["01/01/26,5", "02/01/26,6", "03/01/26,7"]
    asked = one("\n".join(["Date,Views", *rows]))
    assert ([question.code for question in asked.questions], asked.records) == (["day_first"], ())
    assert one("\n".join(["Date,Views", *rows]), day_first=True).totals == {"plays": 18}
    assert refusal("\n".join(["Date,Views", *rows]), day_first=False) == "not_daily"


# TikTok ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["Gender,Distribution", "Top territories,Distribution", "Date,Hour,Active followers"]
)
def test_what_followers_are_like_is_declined(header):
    assert refusal(f"{header}\n{','.join('x' for _ in header.split(','))}\n") == "audience_declined"


CONTENT = "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,Total play time,Average watch time,Watched full video,Add to favorites"


def test_a_share_that_may_be_a_fraction_or_a_percentage_is_not_taken():
    rows = [
        f"A{n},https://www.tiktok.com/@a/video/740000000000000000{n},2026-10-0{n} 09:10,3,2,1,50,,12.5,{{}},4"
        for n in (1, 2)
    ]
    parsed = one("\n".join([CONTENT, rows[0].format("0.31"), rows[1].format("0.5")]))
    assert [record.values["completion_rate"] for record in parsed.records] == [None, None]
    assert "rate_unit_open" in codes(parsed)
    assert parsed.totals["favourites"] == 8
    parsed = one("\n".join([CONTENT, rows[0].format("0.31"), rows[1].format("50")]))
    assert [record.values["completion_rate"] for record in parsed.records] == [
        Decimal("0.0031"),
        Decimal("0.5"),
    ]


def content_of(*days):
    return as_csv(
        ["Video title", "Post time", "Total views"], *([f"v{n}", day, "5"] for n, day in enumerate(days))
    )


def test_publish_days_of_two_years_need_an_order_that_shows_it():
    assert refusal(content_of("March 8", "October 8", "September 20")) in ("year_open", "year_unclear")
    assert refusal(content_of("March 8", "January 5", "October 8"), as_of=date(2026, 3, 9)) == "year_open"
    assert refusal(content_of("March 8", "October 8")) == "year_open"
    newest_first = ["March 8", "February 2", "January 9", "December 1", "November 3", "October 8"]
    parsed = one(content_of(*newest_first), as_of=date(2026, 3, 9))
    assert [record.published_on.year for record in parsed.records] == [2026, 2026, 2026, 2025, 2025, 2025]
    assert "publish_years" in codes(parsed)


def test_an_old_file_without_its_day_is_asked_for_it():
    content = as_csv(["Date", "Video Views"], ["March 1", "5"], ["March 2", "6"])
    parsed = one(content, as_of=None)
    assert ([question.code for question in parsed.questions], parsed.records) == (["as_of"], ())
    fresh = one(as_csv(["Date", "Video Views"], ["November 19", "5"], ["November 20", "6"]), as_of=None)
    assert (fresh.totals, "year_assumed" in codes(fresh)) == ({"plays": 11}, True)


def test_days_that_lie_ahead_have_a_wrong_year():
    rows = [["Date", "Video Views"], ["2026-04-14", "5"], ["2026-12-30", "6"]]
    assert refusal(as_csv(*rows)) == "days_ahead"
    ordered = as_csv(["Date", "Video Views"], ["01/12/26", "5"])
    assert refusal(ordered, day_first=True) == "days_ahead"
    assert one(ordered, day_first=False).totals == {"plays": 5}


@pytest.mark.parametrize("step", [1, -1])
def test_one_year_put_to_days_of_two(step):
    days = ["2026-11-01", "2026-11-02", "2026-01-01", "2026-01-02"][::step]
    assert refusal(as_csv(["Date", "Video Views"], *([day, "5"] for day in days))) == "year_falls_back"


def test_a_year_that_was_added_is_told():
    parsed = one(
        as_csv(
            ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"], ["2026-03-01", *"12345"]
        )
    )
    assert codes(parsed) == ["year_added"]


def test_units_behind_a_header():
    parsed = one("日期,播放量（次）,作品点赞(个)\n2026-03-01,5,6\n")
    assert parsed.totals == {"plays": 5, "likes": 6}


# Other files ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "Date,Campaign,Cost,Impressions,Clicks,Video Views",
        "Date,Views,Likes,Spend,Campaign name",
        "日期,计划名称,消耗,播放量",
    ],
)
def test_advertising_by_campaign_is_declined(header):
    cells = ["2026-01-01", *("5" for _ in header.split(",")[1:])]
    assert refusal(f"{header}\n{','.join(cells)}\n") == "ads_by_campaign"


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("日期,账号名称,播放量", ["2026-03-01,甲,1", "2026-03-02,乙,2"]),
        ("作品名称,发布时间,体裁,审核状态,播放量,账号", ["a,2026-03-01 09:00:00,视频,通过,5,甲", "b,2026-03-02 09:00:00,视频,通过,5,乙"]),
    ],
)  # fmt: skip
def test_rows_of_several_accounts_in_one_platform_s_file(header, rows):
    assert refusal("\n".join([header, *rows])) == "several_accounts"
    alike = [row.replace("乙", "甲") for row in rows]
    assert one("\n".join([header, *alike])).accepted == 2


def test_a_stacked_file_with_another_column():
    text = 'sep=,\n"Instagram follows"\n"Date","Primary","Comparison"\n"2026-01-01T00:00:00","20","11"\n'
    parsed = one(text.encode("utf-16"))
    assert (parsed.totals, codes(parsed)) == ({"followers_gained": 20}, ["columns_unknown"])


def test_a_figure_that_may_be_of_a_page_is_told():
    text = 'sep=,\n"Views"\n"Date","Primary"\n"2026-01-01T00:00:00","20"\n'
    parsed = one(text.encode("utf-16"))
    assert (parsed.totals, codes(parsed)) == ({"plays": 20}, ["page_not_said"])
    assert codes(one(text.replace("Views", "Instagram views").encode("utf-16"))) == []


def test_xiaohongshu_in_its_longer_names():
    header = "笔记标题,首次发布时间,体裁,曝光量,观看量,封面点击率,点赞量,评论量,收藏量,涨粉量,分享量,人均观看时长,弹幕量"
    parsed = one(f"{header}\n甲,2026年03月25日09时49分34秒,视频,9,20,9.9%,3,4,5,-6,7,12.5,0\n")
    assert parsed.totals == {
        "plays": 20,
        "likes": 3,
        "comments": 4,
        "favourites": 5,
        "followers_gained": -6,
        "shares": 7,
    }
    assert parsed.records[0].values["cover_click_rate"] == Decimal("0.099")


# Tables in a file -------------------------------------------------------------


def test_two_tables_below_each_other():
    first, second = parse(
        "Date,Video Views,Likes\n2026-01-01,1,3\n2026-01-02,2,4\n\nFollowers by day\n"
        "Date,Followers,Difference in followers from previous day\n2026-01-01,100,3\n2026-01-02,99,-1\n"
    )
    assert (first.profile, first.totals, first.rejected) == ("tiktok_overview", {"plays": 3, "likes": 7}, ())
    assert (second.profile, second.totals) == ("tiktok_followers", {"followers_net": 2})
    assert [record.row for record in second.records] == [7, 8]


def test_what_stands_below_an_unknown_header_is_not_read_as_the_first_table():
    parsed = one("Date,Views\n2026-01-01,1\n\nDate,Reach\n2026-02-01,900\n2026-02-02,900\n")
    assert (parsed.totals, codes(parsed)) == ({"plays": 1}, ["sheet_skipped"])


def test_files_put_below_each_other_repeat_their_header():
    parsed = one("Date,Views\n2026-01-01,1\nDate,Views\n2026-01-02,2\n")
    assert (parsed.totals, codes(parsed)) == ({"plays": 3}, ["header_again"])


DAYS = [["日期", "播放量"], ["2026-03-01", 10], ["2026-03-02", 20]]


def test_a_sheet_of_each_account_is_refused():
    other = [["日期", "播放量"], ["2026-03-02", 21]]
    tables = parse(workbook(("甲", DAYS, False), ("乙", other, False)))
    assert [table.refused.code for table in tables] == ["sheets_contradict"] * 2
    assert all(table.records == () for table in tables)
    agreeing = [["日期", "作品点赞"], ["2026-03-02", 21]]
    tables = parse(workbook(("甲", DAYS, False), ("乙", agreeing, False)))
    assert [table.totals for table in tables] == [{"plays": 30}, {"likes": 21}]


def test_blank_rows_and_columns_before_the_table():
    rows = [[]] * 12 + [["", "", *row] for row in DAYS]
    parsed = one(workbook(("数据", rows, False)))
    assert (parsed.totals, [record.row for record in parsed.records]) == ({"plays": 30}, [14, 15])
    assert one("\n" * 12 + "日期,播放量\n2026-03-01,5\n").totals == {"plays": 5}


def test_hidden_sheets_are_left_out():
    parsed = one(workbook(("数据", DAYS, False), ("旧", [["日期", "播放量"], ["2026-03-01", 99]], True)))
    assert (parsed.totals, codes(parsed)) == ({"plays": 30}, ["sheet_hidden"])


def test_cells_that_show_an_error_are_told():
    rows = [["日期", "播放量"], ["2026-03-01", ("=5*2", 10)], ["2026-03-02", ("=NA()", "#N/A")]]
    parsed = one(workbook(("数据", rows, False)))
    assert [record.values["plays"] for record in parsed.records] == [10, None]
    assert set(codes(parsed)) == {"formulas", "error_cells"}


def test_bare_numbers_of_days_that_count_from_1904():
    rows = [["日期", "播放量"], [44620, 10]]
    assert one(workbook(("数据", rows, False), date_1904=True)).records[0].day == date(2026, 3, 1)
    assert one(workbook(("数据", rows, False))).records[0].day == date(2022, 2, 28)


@pytest.mark.parametrize(
    "header", ["Görüntüleme sayısı", "İzleyici sayısı", "Größe", "Προβολές", "Views", "Мои просмотры"]
)
def test_headers_in_capitals_are_the_same_headers(header):
    assert fold_header(header.upper()) == fold_header(header)
