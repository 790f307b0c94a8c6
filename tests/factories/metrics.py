"""Factories for facts, and generators of the files that platforms export."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
import xlsxwriter
from factory.django import DjangoModelFactory

from metrics.choices import FetchKind, FetchState, Media, Source
from metrics.models import AccountDay, AdsDay, CommerceDay, Fetch, Video, VideoSnapshot
from tests.factories.people import AccountFactory

AT = datetime(2026, 9, 5, 2, 0, tzinfo=UTC)


class FetchFactory(DjangoModelFactory):
    """A delivery of account days, by nobody in particular."""

    class Meta:
        model = Fetch

    account = factory.SubFactory(AccountFactory)
    kind = FetchKind.FILE.value
    state = FetchState.DONE.value
    at = AT
    actor = "system:test"
    actor_name = "test"
    file_name = "days.csv"
    grain = "account_day"


class AccountDayFactory(DjangoModelFactory):
    """One day of an account, from a file."""

    class Meta:
        model = AccountDay

    account = factory.SubFactory(AccountFactory)
    date = date(2026, 8, 1)
    source = Source.FILE.value


class AdsDayFactory(DjangoModelFactory):
    """One day of an advertiser account, from a file."""

    class Meta:
        model = AdsDay

    account = factory.SubFactory(AccountFactory, kind="advertiser")
    date = date(2026, 8, 1)
    source = Source.FILE.value


class CommerceDayFactory(DjangoModelFactory):
    """One day of a shop, from a file."""

    class Meta:
        model = CommerceDay

    account = factory.SubFactory(AccountFactory, kind="shop")
    date = date(2026, 8, 1)
    source = Source.FILE.value


class VideoFactory(DjangoModelFactory):
    """A video published on the first of August, known by its id."""

    class Meta:
        model = Video

    account = factory.SubFactory(AccountFactory)
    platform_id = factory.Sequence(lambda n: f"70000000{n:06d}")
    title = factory.LazyAttribute(lambda o: f"Video {o.platform_id}")
    title_hash = factory.LazyAttribute(lambda o: o.title)
    published_on = date(2026, 8, 1)
    media = Media.VIDEO.value


class VideoSnapshotFactory(DjangoModelFactory):
    """A reading of a video on the third day after August."""

    class Meta:
        model = VideoSnapshot

    captured_on = date(2026, 9, 3)
    source = Source.FILE.value
    fetch_id = 1
    plays = 1000
    completion_rate = Decimal("0.25000000")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV in UTF-8 with a mark, as our own template and most exports are."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a workbook of one sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def days(first: date, count: int) -> list[date]:
    """Return ``count`` days from ``first`` on."""
    return [first + timedelta(days=offset) for offset in range(count)]
