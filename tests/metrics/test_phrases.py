"""What stands inside the importer's sentences is said in the reader's language."""

import pytest
from django.utils import translation

from metrics.importing.messages import note
from metrics.importing.profiles import ALL
from metrics.phrases import PHRASES, phrase
from metrics.services.sentences import as_plain, said, said_again, translated

EXPORT_NAMES = {"成交范围"}
"""What a platform itself calls a split; it stays as it is in every language."""


def test_every_kind_of_file_can_be_named():
    assert {profile.title for profile in ALL} <= PHRASES
    assert {str(profile.declined_params.get("by", "city")) for profile in ALL} - EXPORT_NAMES <= PHRASES


@pytest.mark.parametrize(
    ("telling", "chinese"),
    [
        (note("day_order_found", order="month first"), "日期按月在前读取。"),
        (note("not_a_table", file="a.csv", found="a PDF"), "a.csv 不是 CSV 或 XLSX 表格（PDF 文件）"),
        (note("resaved", signs="semicolons; dates as numbers"), "分号分隔; 日期变成数字"),
        (said("stored_other_way", day="2026-08-01", way="for the whole account"), "已按整个账号保存"),
        (note("wrong_platform", file="a", title="Douyin 作品列表", platform="kuaishou"), "所选账号属于快手"),
        (note("too_many_bad_rows", file="a", limit=5, row=3, why=note("no_day")), "该行没有日期。"),
    ],
)
def test_words_inside_a_sentence_are_translated(telling, chinese):
    with translation.override("zh-hans"):
        assert chinese in translated(telling)
    with translation.override("en"):
        assert translated(telling) == telling.sentence.replace("kuaishou", "Kuaishou")


def test_a_kept_sentence_changes_its_words_with_the_reader():
    plain = as_plain(note("day_order_found", order="day first"))
    with translation.override("zh-hans"):
        assert said_again(plain) == "日期按日在前读取。"
    with translation.override("en"):
        assert said_again(plain) == "The dates were read day first."


def test_text_of_a_file_is_never_translated():
    with translation.override("zh-hans"):
        assert "city" in translated(note("not_a_number", value="city"))
        assert phrase("my own words; city") == "my own words; 城市"
