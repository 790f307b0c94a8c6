"""Both languages are complete: the catalogues, and what the pages say."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import translation

from common.management.commands import check_messages
from common.management.commands.check_messages import collected_texts, entries, faults_of
from incentives.models import BonusSheetLine
from metrics.importing.profiles import ALL
from tests.access import table as access
from tests.access.world import ROLES, Scene, scene

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Language: zh_Hans\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
TEXTS = {"Waiting": "Waiting", "%(n)s card left.\0%(n)s cards left.": "%(n)s card left.\0%(n)s cards left."}
GOOD = 'msgid "Waiting"\nmsgstr "等待中"\n\n'
PLURAL = 'msgid "%(n)s card left."\nmsgid_plural "%(n)s cards left."\nmsgstr[0] "还剩 %(n)s 张。"\n\n'


# The catalogues


@pytest.fixture(scope="module")
def texts():
    return collected_texts()


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_text_is_translated_and_compiled(language, texts):
    catalogue = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
    assert faults_of(catalogue, texts) == []


def test_texts_are_collected_wherever_they_stand(texts):
    assert "Each month %(percent)s %% of the %(base)s on top of the salary." in texts, "from translate(…)"
    assert "%(file)s is empty. Download it again." in texts, "from the importer's own gettext_noop"
    assert "Show as table" in texts, "from a component"
    assert len(texts) > 1000


def checked(folder, entries_of_po, texts=TEXTS):
    catalogue = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write_text(HEADER + entries_of_po, encoding="utf-8")
    return [fault.partition("django.po: ")[2] for fault in faults_of(catalogue, texts)]


def compiled(folder, entries_of_po):
    checked(folder, entries_of_po)
    source = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.with_suffix(".mo").write_bytes(check_messages._run("msgfmt", "-o", "-", str(source)))
    return folder


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (PLURAL, "no translation of 'Waiting'"),
        ('msgid "Waiting"\nmsgstr ""\n\n' + PLURAL, "no translation of 'Waiting'"),
        ('#, fuzzy\nmsgid "Waiting"\nmsgstr "等"\n\n' + PLURAL, "no translation of 'Waiting'"),
        (GOOD + PLURAL.replace("%(n)s 张", "几张"), "other places in the translation of"),
        (GOOD + PLURAL.replace("%(n)s 张", "%(m)s 张"), "other places in the translation of"),
        (GOOD + PLURAL + 'msgid "Gone"\nmsgstr "没了"\n', "'Gone' is used no longer"),
    ],
)
def test_a_fault_of_a_catalogue_is_named(tmp_path, broken, fault):
    found = checked(compiled(tmp_path, broken), broken)
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_a_compiled_file_that_is_missing_or_old_is_named(tmp_path):
    assert checked(tmp_path, GOOD + PLURAL) == ["the .mo file is not current; run make messages"]
    compiled(tmp_path, GOOD + PLURAL)
    assert checked(tmp_path, GOOD + PLURAL) == []
    assert checked(tmp_path, GOOD.replace("等待中", "等待") + PLURAL) == [
        "the .mo file is not current; run make messages"
    ]


def test_the_command_fails_when_a_catalogue_does(tmp_path, settings, monkeypatch):
    settings.LOCALE_PATHS, settings.LANGUAGES = [tmp_path], [("zh-hans", "中文")]
    monkeypatch.setattr(check_messages, "collected_texts", lambda: TEXTS)
    compiled(tmp_path, GOOD)
    with pytest.raises(CommandError, match="no translation of '%"):
        call_command("check_messages")
    compiled(tmp_path, GOOD + PLURAL)
    call_command("check_messages")
    settings.LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
    with pytest.raises(CommandError, match="has no catalogue"):
        call_command("check_messages")


def test_entries_keep_contexts_and_plurals_and_drop_the_header(tmp_path):
    compiled(tmp_path, PLURAL + 'msgctxt "state"\nmsgid "Open"\nmsgstr "进行中"\n')
    assert entries((tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.mo").read_bytes()) == {
        "%(n)s card left.\0%(n)s cards left.": "还剩 %(n)s 张。",
        "state\4Open": "进行中",
    }


# What pages say

SPOKEN = ("alt", "aria-label", "data-label", "placeholder", "title")
SILENT = ("code", "kbd", "script", "style")
HAN = re.compile(r"[一-鿿]")
ENGLISH = re.compile(r"[A-Za-z]+,? [a-z]+,? [a-z]+")
OTHER_LANGUAGE = {"Switch to English", "切换到中文", "中文"}
BRAND = "绩映"


class Texts(HTMLParser):
    """Collect what a reader sees and what a screen reader says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in SILENT
        self.found += [" ".join(value.split()) for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag):
        self.silent -= tag in SILENT

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.found.append(" ".join(data.split()))


def said(page: str) -> list[str]:
    reader = Texts()
    reader.feed(page)
    return [text for text in reader.found if text not in OTHER_LANGUAGE]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/nothing/here/"])
def test_a_stranger_reads_one_language(client, address):
    chinese = client.get(address, headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()
    english = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert '<html lang="zh-hans"' in chinese
    assert [text for text in said(chinese) if ENGLISH.search(text)] == []
    assert '<html lang="en"' in english
    assert [text for text in said(english) if HAN.search(text.replace(BRAND, ""))] == []


@pytest.mark.django_db
def test_whoever_names_no_language_reads_chinese(client, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    assert "登录" in said(client.get("/accounts/login/").content.decode())


@pytest.fixture
def company() -> Iterator[Scene]:
    with translation.override("en"):
        yield scene()


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", ENGLISH), ("en", HAN)])
def test_no_page_mixes_the_languages(company, language, foreign):
    """Names of people, teams and files are English in the scene, sheets are in the company's Chinese."""
    mixed, notes = {}, set(BonusSheetLine.objects.values_list("note", flat=True))
    for role, page in _pages(company, language):
        for text in said(page.text):
            if foreign.search(_without_names(text)) and not _is_data(text) and text not in notes:
                mixed[text] = f"{page.address} as {role}"
    assert mixed == {}


NAMED_FILES = frozenset(profile.title for profile in ALL)
"""Files go by the names that their platforms give them, in any language."""


def _without_names(text: str) -> str:
    for name in (BRAND, *NAMED_FILES):
        text = text.replace(name, "")
    return text


def _is_data(text: str) -> bool:
    return "Morning Light" in text or re.search(r"(Operator|Manager|Team) T\d|operator", text) is not None


def _pages(company: Scene, language: str) -> Iterator[tuple[str, SimpleNamespace]]:
    for role in ROLES:
        user = company.users[role]
        user.language = language
        user.save()
        browser, seen = Client(), set()
        for entry in access.entries():
            if entry.method != "GET" or entry.expected[role] != 200 or entry.name in seen:
                continue
            seen.add(entry.name)
            browser.force_login(user)
            address = access.address(company, entry, role)
            with transaction.atomic():
                answer = browser.get(address)
                transaction.set_rollback(True)
            if answer.get("Content-Type", "").startswith("text/html"):
                yield role, SimpleNamespace(address=address, text=answer.content.decode())
