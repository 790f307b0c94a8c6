"""The demonstration's files are what platforms export: the real reader takes every one of them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME, ParsedFile
from people.choices import AccountKind
from portal.demo import files
from portal.demo.files import DemoFile, write_files
from portal.demo.series import ads_series, creator_series, shop_series
from portal.demo.world import World, build_world

TODAY = date(2026, 11, 23)


LEADS = ("Y001", "Y002", "Y007", "Y011", "Y019", "Y020")


def part_of(world: World, *leads: str) -> World:
    return replace(world, accounts=tuple(a for a in world.accounts if a.lead in leads))


@pytest.fixture(scope="module")
def world() -> World:
    """Return the company with the accounts of a few people only: reading all files takes long."""
    return part_of(build_world(today=TODAY), *LEADS)


@pytest.fixture(scope="module")
def made(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[DemoFile]:
    return write_files(world, tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def parsed(made: list[DemoFile]) -> dict[Path, ParsedFile]:
    return {file.path: read(file) for file in made}


def read(file: DemoFile) -> ParsedFile:
    (table,) = parse_upload(
        name=file.path.name,
        content=file.path.read_bytes(),
        as_of=file.as_of,
        day_first=None,
        period=LIFETIME if file.lifetime else None,
        platform=file.account.split(":")[0] if file.account else None,
        today=TODAY,
    )
    return table


def test_the_files_are_few_and_in_the_order_they_were_made(tmp_path: Path) -> None:
    every = write_files(build_world(today=TODAY), tmp_path)
    assert 300 < len(every) <= 700
    assert len({file.path for file in every}) == len(every)
    assert [file.as_of for file in every] == sorted(file.as_of for file in every)
    assert every[-1].as_of == TODAY


def test_the_reader_takes_every_row_of_every_file(parsed: dict[Path, ParsedFile]) -> None:
    for path, table in parsed.items():
        assert table.refused is None, (path.name, str(table.refused))
        assert table.questions == (), path.name
        assert table.rejected == (), path.name
        assert table.accepted == table.rows > 0, path.name


def test_every_profile_is_there(parsed: dict[Path, ParsedFile]) -> None:
    assert {table.profile for table in parsed.values()} == {
        "douyin_works", "douyin_daily", "tiktok_overview", "tiktok_followers", "tiktok_content",
        "plain_accounts", "plain_ads", "plain_commerce",
    }  # fmt: skip


def test_days_read_back_are_the_days_told(world: World, parsed: dict[Path, ParsedFile]) -> None:
    account = next(a for a in world.accounts if a.handle == "yunque-01")
    told = {row.day: row for row in creator_series(world, account).days}
    seen = {}
    for path, table in parsed.items():
        if path.name.startswith("yunque-01_") and table.profile == "douyin_daily":
            seen |= {record.day: record.values for record in table.records}
    assert set(seen) == set(told)
    for day, row in told.items():
        values = seen[day]
        kept = [values[name] for name in ("plays", "followers_net", "followers_lost", "followers_total")]
        assert kept == [row.plays, row.net, row.lost, row.total]


def test_videos_of_a_month_read_back_with_their_counters(
    world: World, made: list[DemoFile], parsed: dict[Path, ParsedFile]
) -> None:
    for handle in ("yunque-01", "yunque-20"):
        account = next(a for a in world.accounts if a.handle == handle)
        month = world.timeline.last_month
        settled = world.timeline.settled_on(month)
        file = next(f for f in made if f.account == account.key and f.lifetime and f.as_of == settled)
        videos = [
            v.at(settled)
            for v in creator_series(world, account).videos
            if v.published_at.date() in month.span
        ]
        seen = {r.title: r for r in parsed[file.path].records if r.published_at.date() in month.span}
        assert set(seen) == {video.title for video in videos}
        for video in videos:
            record = seen[video.title]
            assert record.published_at.replace(second=0) == video.published_at.replace(second=0)
            assert (record.values["plays"], record.values["comments"]) == (video.plays, video.comments)
            assert record.values["completion_rate"] * 10**6 == video.completion
            assert record.media == ("video" if video.is_video else "image")


def test_money_reads_back_to_the_fen(world: World, parsed: dict[Path, ParsedFile]) -> None:
    spend = sum(t.totals["spend"] for t in parsed.values() if t.profile == "plain_ads")
    orders = sum(t.totals["paid_orders"] for t in parsed.values() if t.profile == "plain_commerce")
    ads = [a for a in world.accounts if a.kind == AccountKind.ADVERTISER]
    shops = [a for a in world.accounts if a.kind == AccountKind.SHOP]
    assert spend * 100 == sum(row.spend for account in ads for row in ads_series(world, account).days)
    told = [(a, row) for a in shops for row in shop_series(world, a).days]
    last = world.timeline.last_month.span
    supplied = [r for a, r in told if not (a.handle == files.MISSING_SHOP and r.day in last)]
    assert orders == sum(row.paid_orders for row in supplied) < sum(row.paid_orders for _, row in told)


def test_one_account_lacks_days_and_one_was_delivered_twice(
    world: World, made: list[DemoFile], parsed: dict[Path, ParsedFile]
) -> None:
    last = world.timeline.last_month
    name = f"{files.INCOMPLETE_ACCOUNT}_{last}_数据趋势.xlsx"
    days = [r.day.day for f in made if f.path.name == name for r in parsed[f.path].records]
    assert set(range(1, last.days + 1)) - set(days) == set(files.MISSING_DAYS)
    twice = [f for f in made if f.account == f"douyin:{files.RESTATED_ACCOUNT}" and f"{last}_" in f.path.name]
    first, second = [parsed[file.path] for file in twice]
    plays = {record.day: record.values["plays"] for record in second.records}
    assert all(record.values["plays"] < plays[record.day] for record in first.records)


def test_on_the_first_of_a_month_there_is_no_running_month_yet(tmp_path: Path) -> None:
    made = write_files(part_of(build_world(today=date(2026, 7, 1)), "Y001", "Y020"), tmp_path)
    assert not [file for file in made if "2026-07" in file.path.name and not file.lifetime]
    assert max(file.as_of for file in made) == date(2026, 7, 1)


def test_the_same_date_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    few = part_of(world, "Y001", "Y020")
    one, two = write_files(few, tmp_path / "one"), write_files(few, tmp_path / "two")
    texts = [(a.path, b.path) for a, b in zip(one, two, strict=True) if a.path.suffix == ".csv"]
    assert len(texts) > 20
    assert all(first.read_bytes() == second.read_bytes() for first, second in texts)
