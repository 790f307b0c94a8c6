"""Names and word groups that stand inside the importer's sentences, in the reader's language.

The importer is pure and fills its sentences with English words; this list is
where translators find them. A test holds the titles of all files to it.
"""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from metrics.texts import FIELD_LABELS
from people.models import PLATFORM_LABELS

PARTED_BY = "; "
PHRASES = frozenset(
    {
        # Kinds of files.
        _("Douyin 作品列表"),
        _("Douyin daily series"),
        _("Douyin daily 封面点击率"),
        _("Douyin 投稿汇总"),
        _("TikTok Studio Overview"),
        _("TikTok Studio FollowerHistory"),
        _("TikTok Studio Content"),
        _("TikTok Studio Viewers"),
        _("TikTok Studio FollowerGender"),
        _("TikTok Studio FollowerTopTerritories"),
        _("TikTok Studio FollowerActivity"),
        _("Xiaohongshu 笔记列表明细表"),
        _("WeChat Channels 动态数据明细"),
        _("Kuaishou 作品列表"),
        _("Bilibili 近期稿件对比"),
        _("YouTube Studio table by content"),
        _("YouTube Studio days of videos"),
        _("YouTube Studio days of the channel"),
        _("YouTube Studio by geography"),
        _("YouTube Studio by city"),
        _("YouTube Studio by traffic source"),
        _("YouTube Studio by subscription status"),
        _("YouTube Studio by age"),
        _("YouTube Studio by gender"),
        _("YouTube Studio by device"),
        _("YouTube Studio by playback location"),
        _("YouTube Studio by audience"),
        _("YouTube Studio days and videos"),
        _("YouTube Studio without views"),
        _("YouTube Studio days without views"),
        _("Instagram posts (Meta Business Suite)"),
        _("Instagram days (Meta Business Suite)"),
        _("Meta days of another figure"),
        _("Facebook posts (Meta Business Suite)"),
        _("抖店罗盘 成交概览"),
        _("抖店罗盘 成交概览, split"),
        _("百应 商品"),
        _("plain CSV of account days"),
        _("plain CSV of videos"),
        _("plain CSV of ads days"),
        _("plain CSV of commerce days"),
        _("近30日 summary"),
        _("advertisements without days"),
        _("Meta advertisements over a period"),
        _("advertising by campaign"),
        _("list of comments"),
        # What a file is split by.
        _("geography"),
        _("city"),
        _("traffic source"),
        _("subscription status"),
        _("age"),
        _("gender"),
        _("device"),
        _("playback location"),
        _("audience"),
        # What a file is instead of a table.
        _("a PDF"),
        _("a picture"),
        _("a gzip archive"),
        _("a RAR archive"),
        _("a 7z archive"),
        _("a database"),
        _("a Parquet file"),
        _("a program"),
        _("a web page or XML"),
        _("no XLSX workbook"),
        _("an office file of another kind"),
        # Signs that a file was saved again.
        _("semicolons"),
        _("XLSX instead of CSV"),
        _("CSV instead of XLSX"),
        _("dates like 2026/3/5"),
        _("dates as numbers"),
        _("dates as cells"),
        _("empty rows at the end"),
        # How dates are read, how days are kept.
        _("day first"),
        _("month first"),
        _("for single creators"),
        _("for the whole account"),
    }
)
PHRASE_NAMES = frozenset({"title", "by", "found", "signs", "order", "way"})
LABELS: Mapping[str, Mapping[str, object]] = {
    "platform": {platform.value: label for platform, label in PLATFORM_LABELS.items()},
    "field": FIELD_LABELS,
}


def phrase(text: str) -> str:
    """Return a phrase, or several parted by semicolons, in the active language; other text as it is."""
    return PARTED_BY.join(gettext(part) if part in PHRASES else part for part in text.split(PARTED_BY))


def in_words(name: str, value: object) -> object:
    """Return a sentence's parameter ``name`` in the active language."""
    if not isinstance(value, str):
        return value
    if name in PHRASE_NAMES:
        return phrase(value)
    return str(LABELS.get(name, {}).get(value, value))
