"""Which uploads may be one creation: tables, and what holds for any uploads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.works import (
    RECURRING,
    Likeness,
    Upload,
    bare_title,
    close_titles,
    excluded,
    likeness,
    pair_of,
    suggest,
    width,
)

DAY = date(2026, 8, 3)
NOON = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
LONG = "山海之间的第一缕晨光"


def upload(video=1, account=None, title=LONG, *, seconds="60", after=0, minutes=0, **more):
    return Upload(
        video=video,
        account=video if account is None else account,
        title=title,
        media=more.pop("media", "video"),
        day=DAY + timedelta(days=after),
        duration=None if seconds is None else Decimal(seconds),
        minute=NOON + timedelta(days=after, minutes=minutes),
        **more,
    )


def videos(groups):
    return [tuple(one.video for one in group.uploads) for group in groups]


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("山海 之间!", "山海之间"),
        ("Ｄａｗｎ　Walk", "dawnwalk"),
        ("Dawn walk 🌅✨", "dawnwalk"),
        ("Dawn walk #sunrise #山海", "dawnwalk"),
        ("山海之间#日出#山海 @阿岚", "山海之间"),
        ("山海之间 #日出[话题]# 🌄", "山海之间"),
        ("STRASSE, straße", "strassestrasse"),
        ("Cafe\u0301 ☕️", "café"),
        ("👨‍👩‍👧", ""),
        ("#only #tags", ""),
        ("", ""),
    ],
)
def test_titles_are_bared_of_what_platforms_add(title, bare):
    assert bare_title(title) == bare


@pytest.mark.parametrize(("bare", "wide"), [("", 0), ("dawn", 4), ("山海", 4), ("山海ab", 6)])
def test_an_ideograph_says_as_much_as_two_letters(bare, wide):
    assert width(bare) == wide


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("山海之间的第一缕晨光", "山海之间的第一缕晨光啊", True),
        ("山海之间的晨光", "山海之间的晨光完整版附带幕后花絮", True),
        ("山海之间", "山海之间的晨光", False),
        ("afternoonbythelighthouse", "afternoonbythelighthousee", True),
        ("walkalongtheriverepisode1", "walkalongtheriverepisode2", False),
        ("walkalongtheriverepisode1", "walkalongtheriverepisode12", False),
        ("walkalongtheriverepisode1", "walkalongtheriverepisode1ofmany", True),
        ("山海之间的第一缕晨光上", "山海之间的第一缕晨光下", False),
        ("walkalongtheriverinthemorning", "walkalongtheriverinthemornings", True),
        ("walkalongtheriverinthemorning", "runbelowthebridgeatmidnight", False),
        ("dawn", "dawns", False),
        ("samesame", "samesame", False),
    ],
)
def test_close_titles(one, other, close):
    assert close_titles(one, other) is close
    assert close_titles(other, one) is close


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({}, {}, Likeness.IDENTICAL),
        ({}, {"title": f"{LONG}！#日出"}, Likeness.IDENTICAL),
        ({}, {"seconds": "62"}, Likeness.SAME_TITLE),
        ({}, {"seconds": "62.001"}, None),
        ({}, {"seconds": None}, Likeness.SAME_TITLE_ALONE),
        ({"seconds": None}, {"seconds": None}, Likeness.SAME_TITLE_ALONE),
        ({}, {"title": LONG + "啊"}, Likeness.CLOSE_TITLE),
        ({}, {"title": LONG + "啊", "seconds": None}, None),
        ({"title": ""}, {"title": ""}, None),
        ({"title": "#日出"}, {"title": "#山海"}, None),
        ({"title": "日出"}, {"title": "日出"}, Likeness.IDENTICAL),
        ({"title": "日出"}, {"title": "日出", "after": 2}, None),
        ({"title": "日出"}, {"title": "日出", "seconds": None}, None),
        ({}, {"title": "海边的傍晚与晚风吹过的夏天"}, None),
    ],
)
def test_what_speaks_for_one_work(one, other, found):
    first, second = upload(1, **one), upload(2, **other)
    assert likeness(first, second) == found
    assert likeness(second, first) == found


def test_a_recurring_title_is_never_enough():
    assert likeness(upload(1), upload(2), recurring=[bare_title(LONG)]) is None


@pytest.mark.parametrize(
    ("one", "other", "never"),
    [
        ({}, {}, False),
        ({}, {"after": 7}, False),
        ({}, {"after": 8}, True),
        ({}, {"media": "image"}, True),
        ({}, {"media": "unknown"}, False),
        ({"account": 9}, {"account": 9, "minutes": 3}, True),
        ({"account": 9}, {"account": 9, "minutes": 10}, False),
        ({"account": 9, "withdrawn": True}, {"account": 9, "minutes": 3}, False),
        ({"account": 9}, {"account": 9, "minutes": 3, "withdrawn": True}, True),
        ({"account": 9}, {"account": 9, "minutes": 60, "title": LONG + "啊"}, True),
        ({"account": 9}, {"account": 9, "minutes": 60, "seconds": None}, True),
    ],
)
def test_what_can_never_be_one_work(one, other, never):
    first, second = upload(1, **one), upload(2, **other)
    assert excluded(first, second) is never
    assert excluded(second, first) is never


def test_days_without_a_minute_are_no_reupload_of_the_same_day():
    same = [replace(upload(1, 9), minute=None), replace(upload(2, 9), minute=None)]
    assert excluded(*same)
    assert not excluded(same[0], replace(same[1], day=DAY + timedelta(days=1)))


def test_three_platforms_are_one_suggestion():
    found = suggest(
        [upload(3, after=2), upload(1), upload(2, after=1), upload(4, title="别的内容完全不同的标题")]
    )
    assert videos(found) == [(1, 2, 3)]
    assert (found[0].identical, found[0].reuploaded) == (True, False)


def test_uploads_of_one_work_are_not_suggested_again_and_bring_their_work_along():
    joined = [upload(1, work=5), upload(2, work=5)]
    assert suggest(joined) == []
    (group,) = suggest([*joined, upload(3)])
    assert videos([group]) == [(1, 2, 3)]
    assert [one.work for one in group.uploads] == [5, 5, 0]


def test_a_parted_pair_never_comes_back_together():
    three = [upload(1), upload(2), upload(3, seconds="61")]
    assert videos(suggest(three, rejected={(1, 2)})) == [(1, 3)]
    assert suggest(three[:2], rejected={(1, 2)}) == []


def test_two_videos_of_one_account_within_minutes_stay_apart_and_the_nearer_one_is_asked_about():
    found = suggest([upload(1, 9), upload(2, 9, minutes=3, seconds="61"), upload(3, seconds="61")])
    assert videos(found) == [(3, 2)]


def test_a_plausible_reupload_is_suggested_and_says_so():
    (group,) = suggest([upload(1, 9), upload(2, 9, minutes=30)])
    assert (group.reuploaded, group.identical) == (True, False)


def test_a_title_that_an_account_repeats_is_a_heading():
    daily = [upload(n, 9, after=n) for n in range(1, RECURRING + 1)]
    assert suggest([*daily, upload(20)]) == []


def test_uploads_a_week_and_more_apart_are_no_chain():
    found = suggest([upload(1), upload(2, after=6), upload(3, after=12)])
    assert videos(found) == [(1, 2)]


def test_names_of_groups_depend_on_the_videos_alone():
    one, other = upload(1), upload(2)
    assert suggest([one, other])[0].key == suggest([other, replace(one, title=LONG + "!")])[0].key
    assert suggest([one, other])[0].key != suggest([one, upload(3)])[0].key


TITLES = st.sampled_from(
    ["", "日出", LONG, LONG + "啊", LONG + "!!", "walkalongtheriver1", "walkalongtheriver2"]
)
UPLOADS = st.builds(
    upload,
    account=st.integers(1, 4),
    title=TITLES,
    seconds=st.sampled_from([None, "60", "61", "63"]),
    after=st.integers(0, 12),
    minutes=st.integers(0, 30),
    media=st.sampled_from(["video", "image", "unknown"]),
    work=st.sampled_from([0, 0, 0, 1, 2]),
)
MANY = st.lists(UPLOADS, max_size=14).map(
    lambda some: [replace(one, video=number) for number, one in enumerate(some, 1)]
)
PAIRS = st.sets(st.tuples(st.integers(1, 14), st.integers(1, 14)).map(lambda pair: pair_of(*pair)))


@settings(max_examples=150)
@given(MANY, PAIRS, st.randoms(use_true_random=False))
def test_suggestions_do_not_depend_on_the_order_and_part_what_must_be_parted(some, rejected, chance):
    found = suggest(some, rejected=rejected)
    mixed = list(some)
    chance.shuffle(mixed)
    assert suggest(mixed, rejected=rejected) == found
    named = [one.video for group in found for one in group.uploads]
    assert len(named) == len(set(named))
    for group in found:
        assert len({one.work or -one.video for one in group.uploads}) > 1
        for one in group.uploads:
            for other in group.uploads:
                if one is not other and not (one.work and one.work == other.work):
                    assert not excluded(one, other, rejected)


@settings(max_examples=100)
@given(MANY)
def test_a_group_that_was_joined_is_not_suggested_again(some):
    found = suggest(some)
    works = {one.video: 100 + number for number, group in enumerate(found) for one in group.uploads}
    works |= {
        one.video: works[other.video]
        for other in some
        if other.work and other.video in works
        for one in some
        if one.work == other.work
    }
    joined = [replace(one, work=works.get(one.video, one.work)) for one in some]
    again = {frozenset(group) for group in videos(suggest(joined))}
    assert not again & {frozenset(group) for group in videos(found)}


@given(st.text(max_size=40))
def test_baring_a_title_twice_changes_nothing(title):
    bare = bare_title(title)
    assert bare_title(bare) == bare
