"""The demonstration's figures as files that platforms would export. Pure but for the disk.

Douyin: 作品列表 and the daily series, one workbook a month. TikTok Studio:
Overview, FollowerHistory and Content. Ads and shops: the plain CSV, one file a
month for all accounts.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from common.periods import Month
from people.choices import AccountKind
from portal.demo.plans import is_tiktok
from portal.demo.series import (
    AccountDayRow,
    AdsDayRow,
    AdsSeries,
    CreatorSeries,
    DemoVideo,
    ShopDayRow,
    ShopSeries,
    ads_series,
    creator_series,
    shop_series,
)
from portal.demo.world import DemoAccount, World

WORKS_HEADER = (
    "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "2s跳出率", "平均播放时长",
    "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
)  # fmt: skip
DAILY_HEADER = (
    "日期", "播放量", "作品点赞", "作品评论", "作品分享", "主页访问", "净增粉丝", "取关粉丝", "总粉丝量",
)  # fmt: skip
OVERVIEW_HEADER = ("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares")
FOLLOWERS_HEADER = ("Date", "Followers", "Difference in followers from previous day")
CONTENT_HEADER = (
    "Video title", "Video link", "Post time", "Total likes", "Total comments", "Total shares", "Total views",
    "Total saves", "Full watch percentage",
)  # fmt: skip
UNFOLLOWS_HEADER = ("date", "account", "followers_lost")
ADS_HEADER = ("date", "account", "spend", "impressions", "clicks", "conversions", "gmv", "refunds")
COMMERCE_HEADER = ("date", "account", "product_clicks", "paid_orders", "gmv", "refunds")

LISTED_BACK = timedelta(days=35)
"""A list of works reaches this far back from the day of its export."""
MISSING_SHOP = "yunque-shop-07"
"""Whose last month nobody supplied."""
INCOMPLETE_ACCOUNT = "yunque-11"
"""Whose last month lacks a few days."""
SELF_SUPPLIED = {"yunque-06": "demo-operator-06"}
"""Whose running month is brought by the very person whose score it feeds."""
MISSING_DAYS = frozenset({8, 9, 10})
RESTATED_ACCOUNT = "yunque-02"
"""Whose last month was first exported a day early and delivered again."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One export: where it lies, which account it is of (None: named in the file), and when it was made.

    ``lifetime`` answers the question whether the figures run from publication on;
    ``by`` is the sign-in name of who brings it.
    """

    path: Path
    account: str | None
    as_of: date
    lifetime: bool = False
    by: str = "demo-data"


@dataclass(frozen=True, slots=True)
class _Days:
    """A month's export of daily figures: which days it holds and when it was made."""

    month: Month
    as_of: date


def write_files(world: World, folder: Path) -> list[DemoFile]:
    """Write every export into ``folder`` and return them in the order they were made."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[DemoFile] = []
    for account in world.accounts:
        if account.kind == AccountKind.CREATOR:
            series = creator_series(world, account)
            write = _tiktok_files if is_tiktok(account) else _douyin_files
            made.extend(write(world, series, folder))
    made.extend(_unfollow_files(world, folder))
    made.extend(_ads_files(world, folder))
    made.extend(_commerce_files(world, folder))
    return sorted(made, key=lambda file: (file.as_of, file.path.name))


def _exports(world: World) -> Iterator[_Days]:
    timeline = world.timeline
    for month in timeline.past:
        yield _Days(month, timeline.settled_on(month))
    if timeline.nights():
        yield _Days(timeline.running, timeline.today)


def _rows_of(world: World, series: CreatorSeries, export: _Days) -> list[AccountDayRow]:
    """Return the month's days; the first month's file also holds the day before, for the opening stock."""
    first = export.month == world.timeline.past[0]
    since = date.min if first else export.month.first
    rows = [row for row in series.days if since <= row.day <= export.month.last]
    if series.account.handle == INCOMPLETE_ACCOUNT and export.month == world.timeline.last_month:
        return [row for row in rows if row.day.day not in MISSING_DAYS]
    return rows


def _listed(series: CreatorSeries, as_of: date) -> list[DemoVideo]:
    """Return the works a list exported on ``as_of`` shows, newest first, with that day's counters."""
    shown = [
        video.at(as_of) for video in series.videos if as_of - LISTED_BACK <= video.published_at.date() < as_of
    ]
    return shown[::-1]


# Douyin --------------------------------------------------------------------


def _douyin_files(world: World, series: CreatorSeries, folder: Path) -> Iterator[DemoFile]:
    handle, key = series.account.handle, series.account.key
    for export in _exports(world):
        path = folder / f"{handle}_{export.month}_数据趋势.xlsx"
        _workbook(path, DAILY_HEADER, map(_daily_cells, _rows_of(world, series, export)))
        running = export.month == world.timeline.running
        by = SELF_SUPPLIED.get(handle, "demo-data") if running else "demo-data"
        yield DemoFile(path, key, export.as_of, by=by)
    if handle == RESTATED_ACCOUNT:
        yield _first_delivery(world, series, folder)
    for as_of in world.timeline.list_days():
        path = folder / f"{handle}_{as_of}_作品列表.xlsx"
        _workbook(path, WORKS_HEADER, map(_works_cells, _listed(series, as_of)))
        yield DemoFile(path, key, as_of, lifetime=True)


def _first_delivery(world: World, series: CreatorSeries, folder: Path) -> DemoFile:
    """Write the last days of the last month as they stood the morning after, some plays still uncounted."""
    month = world.timeline.last_month
    rows = [row for row in series.days if row.day in month.span][-5:]
    early = [(*_daily_cells(row)[:1], row.plays * 97 // 100, *_daily_cells(row)[2:]) for row in rows]
    path = folder / f"{series.account.handle}_{month}_数据趋势_首次.xlsx"
    _workbook(path, DAILY_HEADER, early)
    return DemoFile(path, series.account.key, min(month.last + timedelta(days=1), world.timeline.today))


def _daily_cells(row: AccountDayRow) -> tuple[object, ...]:
    return (
        row.day.isoformat(), row.plays, row.likes, row.comments, row.shares, row.profile_visits,
        row.net, row.lost, row.total,
    )  # fmt: skip


def _works_cells(video: DemoVideo) -> tuple[str, ...]:
    """Return one row of the list; the platform writes every figure as text."""
    rate = f"{video.completion / 10**6:.6f}"
    return (
        video.title, f"{video.published_at:%Y-%m-%d %H:%M:%S}", "视频" if video.is_video else "图文", "公开",
        str(video.plays), rate, _rate_beside(video, 1180), _exit_rate(video), f"{float(video.seconds):.6f}",
        str(video.likes), str(video.shares), str(video.comments), str(video.favourites),
        str(video.plays // 26), str(video.plays // 420),
    )  # fmt: skip


def _rate_beside(video: DemoVideo, thousandths: int) -> str:
    return f"{min(video.completion * thousandths // 1000, 990_000) / 10**6:.6f}"


def _exit_rate(video: DemoVideo) -> str:
    return f"{(10**6 - video.completion) * 6 // 10 / 10**6:.6f}"


def _workbook(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Sheet1")
    for place, row in enumerate([header, *rows]):
        sheet.write_row(place, 0, row)
    book.close()


# TikTok --------------------------------------------------------------------


def _tiktok_files(world: World, series: CreatorSeries, folder: Path) -> Iterator[DemoFile]:
    handle, key = series.account.handle, series.account.key
    for export in _exports(world):
        rows = _rows_of(world, series, export)
        overview = folder / f"{handle}_{export.month}_Overview.csv"
        followers = folder / f"{handle}_{export.month}_FollowerHistory.csv"
        _csv(overview, OVERVIEW_HEADER, map(_overview_cells, rows), quoted=True)
        _csv(followers, FOLLOWERS_HEADER, map(_follower_cells, rows), quoted=True)
        yield DemoFile(overview, key, export.as_of)
        yield DemoFile(followers, key, export.as_of)
    for as_of in world.timeline.list_days():
        path = folder / f"{handle}_{as_of}_Content.csv"
        _csv(path, CONTENT_HEADER, (_content_cells(handle, video) for video in _listed(series, as_of)))
        yield DemoFile(path, key, as_of, lifetime=True)


def _yearless(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}"


def _overview_cells(row: AccountDayRow) -> tuple[object, ...]:
    return (_yearless(row.day), row.plays, row.profile_visits, row.likes, row.comments, row.shares)


def _follower_cells(row: AccountDayRow) -> tuple[object, ...]:
    return (_yearless(row.day), row.total, row.net)


def _content_cells(handle: str, video: DemoVideo) -> tuple[object, ...]:
    kind = "video" if video.is_video else "photo"
    link = f"https://www.tiktok.com/@{handle}/{kind}/{video.platform_id}"
    watched = f"{video.completion / 10**4:.4f}"
    posted = f"{video.published_at:%Y-%m-%d %H:%M:%S}"
    return (
        video.title, link, posted, video.likes, video.comments, video.shares, video.plays,
        video.favourites, watched,
    )  # fmt: skip


# Plain CSV -----------------------------------------------------------------


def _unfollow_files(world: World, folder: Path) -> Iterator[DemoFile]:
    """TikTok Studio does not export who left; somebody brings those figures in the plain CSV."""
    accounts = [a for a in world.accounts if a.kind == AccountKind.CREATOR and is_tiktok(a)]
    every = [creator_series(world, account) for account in accounts]
    for export in _exports(world) if every else ():
        path = folder / f"unfollows_{export.month}.csv"
        _csv(
            path,
            UNFOLLOWS_HEADER,
            (cells for series in every for cells in _unfollow_rows(series, export.month)),
        )
        yield DemoFile(path, None, export.as_of)


def _unfollow_rows(series: CreatorSeries, month: Month) -> Iterator[tuple[object, ...]]:
    for row in series.days:
        if row.day in month.span:
            yield (row.day.isoformat(), series.account.key, row.lost)


def _ads_files(world: World, folder: Path) -> Iterator[DemoFile]:
    accounts = [account for account in world.accounts if account.kind == AccountKind.ADVERTISER]
    every = [ads_series(world, account) for account in accounts]
    for export in _exports(world):
        path = folder / f"ads_{export.month}.csv"
        _csv(path, ADS_HEADER, (cells for series in every for cells in _ads_rows(series, export.month)))
        yield DemoFile(path, None, export.as_of)


def _ads_rows(series: AdsSeries, month: Month) -> Iterator[tuple[object, ...]]:
    for row in series.days:
        if row.day in month.span:
            yield _ads_cells(series.account, row)


def _ads_cells(account: DemoAccount, row: AdsDayRow) -> tuple[object, ...]:
    counts = (row.impressions, row.clicks, row.conversions)
    return (row.day.isoformat(), account.key, _yuan(row.spend), *counts, _yuan(row.gmv), _yuan(row.refunds))


def _commerce_files(world: World, folder: Path) -> Iterator[DemoFile]:
    accounts = [account for account in world.accounts if account.kind == AccountKind.SHOP]
    every = [shop_series(world, account) for account in accounts]
    for export in _exports(world):
        missing = MISSING_SHOP if export.month == world.timeline.last_month else None
        supplied = [series for series in every if series.account.handle != missing]
        path = folder / f"commerce_{export.month}.csv"
        _csv(
            path,
            COMMERCE_HEADER,
            (cells for series in supplied for cells in _shop_rows(series, export.month)),
        )
        yield DemoFile(path, None, export.as_of)


def _shop_rows(series: ShopSeries, month: Month) -> Iterator[tuple[object, ...]]:
    for row in series.days:
        if row.day in month.span:
            yield _shop_cells(series.account, row)


def _shop_cells(account: DemoAccount, row: ShopDayRow) -> tuple[object, ...]:
    counts = (row.product_clicks, row.paid_orders)
    return (row.day.isoformat(), account.key, *counts, _yuan(row.gmv), _yuan(row.refunds))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, quoted: bool = False
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerows([header, *rows])
    path.write_bytes(buffer.getvalue().encode("utf-8-sig"))
