"""Bytes → tables, and every file that is refused before it is read."""

import contextlib
import io
import os
import struct
import time
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from metrics.importing import archive
from metrics.importing.messages import ImportRefused
from metrics.importing.reader import read_tables, split_upload

HEADER = "日期,播放量"


def workbook(rows, **options):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def zipped(entries, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        for name, content in entries:
            target.writestr(name, content)
    return buffer.getvalue()


def repacked(content, changes):
    """Return a workbook with some of its parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    return zipped({**parts, **changes}.items())


def rows_of(content, name="f.csv"):
    [table] = read_tables(name=name, content=content)
    return table.rows


def code_of(content, name="f.xlsx"):
    with pytest.raises(ImportRefused) as refusal:
        read_tables(name=name, content=content)
    assert name in refusal.value.sentence
    return refusal.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_encodings_and_separators(encoding, mark):
    text = f"日期{mark}播放量\r\n2026-03-01{mark}12\r\n"
    assert rows_of(text.encode(encoding)) == [["日期", "播放量"], ["2026-03-01", "12"]]


def test_big_endian_utf16():
    assert rows_of(b"\xfe\xff" + "a,b\n1,2".encode("utf-16-be")) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(encoding):
    text = '"Date","Video Views"\n"3月25日","12"\n"28 мая","1"\n'
    assert rows_of(text.encode(encoding)) == [["Date", "Video Views"], ["3月25日", "12"], ["28 мая", "1"]]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("euc_kr", "가상의 동영상 제목입니다"),
        ("euc_jp", "架空の動画のタイトルです"),
        ("cp1253", "Φανταστικό βίντεο"),
        ("shift_jis", "架空の動画のタイトル"),
        ("big5", "虛構的影片標題"),
        ("cp1251", "Вымышленное видео"),
        ("cp1252", "Größe für Übung"),
    ],
)
def test_other_encodings_are_not_taken_for_chinese(encoding, title):
    assert code_of(f"Video title,Total views\n{title},5\n".encode(encoding), "f.csv") == "unknown_encoding"


def test_chinese_whose_characters_all_stand_early_is_chinese():
    text = "日期,播放量\n2026年3月1日,5\n2026年3月2日,6\n"
    assert rows_of(text.encode("gb18030"))[0] == ["日期", "播放量"]


def test_chinese_titles_below_english_headers_in_gb18030():
    assert rows_of("title,plays\n我的第一个视频,5\n".encode("gb18030"))[1] == ["我的第一个视频", "5"]


def test_a_western_encoding_is_not_taken_for_chinese():
    assert code_of("title,plays\ncafé olé señor,5\n".encode("latin-1"), "f.csv") == "unknown_encoding"


def test_newlines_and_separators_inside_cells():
    assert rows_of(b'a,b\n"x\ny, z;",2\n')[1] == ["x\ny, z;", "2"]


def test_a_declared_separator():
    assert rows_of(b"sep=;\na;b\n1,2;3\n")[1:] == [["a", "b"], ["1,2", "3"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"  \n ", "empty_file"),
        (b"a,b\n1\x00,2\n", "nul_bytes"),
        (b"a\x00\x00\x00,b\n", "nul_bytes"),
        ("a,b\n1,2\n".encode("utf-16-le") + b"\x00", "nul_bytes"),
        ("a,b".encode("utf-32"), "unknown_encoding"),
        (b'a,b\n"open,2\n3,4\n', "broken_csv"),
        (b'a,b\n"x"y,2\n', "broken_csv"),
        (b"\xff\xff\xff", "unknown_encoding"),
        (b"<html><table></table></html>", "not_a_table"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "not_a_table"),
        (b"<svg onload='x'/>", "not_a_table"),
        (b"%PDF-1.7", "not_a_table"),
        (b"\x89PNG\r\n", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
        (b"\x1f\x8b\x08", "not_a_table"),
        (b"PK\x03\x04 this is no archive", "broken_archive"),
    ],
)
def test_refused_by_content(content, code):
    assert code_of(content) == code


def test_a_field_beyond_every_title_is_refused():
    assert code_of(b"a,b\n" + b"x" * 200_000 + b",1\n") == "broken_csv"


def test_too_large(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UPLOAD", 10)
    assert code_of(b"a,b\n1,2\n3,4\n") == "too_large"


def test_too_many_cells_of_csv(monkeypatch):
    monkeypatch.setattr(archive, "MAX_CELLS", 5)
    assert code_of(b"a,b\n1,2\n3,4\n") == "too_many_cells"


def test_workbook():
    content = workbook([["日期", "播放量"], ["2026-03-01", 12], ["2026-03-02", "-"]])
    assert rows_of(content, "x") == [["日期", "播放量"], ["2026-03-01", 12.0], ["2026-03-02", "-"]]


def test_row_numbers_are_those_of_the_sheet():
    assert rows_of(workbook([[], [], ["a", "b"]]))[2] == ["a", "b"]


def test_macros_are_refused():
    content = workbook([["a"]])
    assert code_of(repacked(content, {"xl/vbaProject.bin": b"x"})) == "macros"
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        types = source.read("[Content_Types].xml")
    macro = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert macro != types
    assert code_of(repacked(content, {"[Content_Types].xml": macro})) == "macros"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_refused(part):
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    assert code_of(repacked(workbook([["a"]]), {part: bomb})) == "xml_entities"
    external = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
    assert code_of(repacked(workbook([["a"]]), {part: external})) == "xml_entities"


def test_a_bomb_costs_nothing():
    sheet = (
        b"<worksheet><sheetData>"
        + b'<row><c t="n"><v>1</v></c></row>' * 1_000_000
        + b"</sheetData></worksheet>"
    )
    content = repacked(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet})
    started = time.perf_counter()
    assert code_of(content) == "suspicious_ratio"
    assert time.perf_counter() - started < 2


def test_far_away_cells_are_refused_before_they_are_laid_out():
    near, far = b'<row r="1"><c r="A1"/></row>', b'<row r="1048576"><c r="XFD1048576"/></row>'
    sheet = b"<worksheet><sheetData>" + near + far + b"</sheetData></worksheet>"
    assert code_of(repacked(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet})) == "sparse_sheet"


def test_cells_under_a_namespace_prefix_are_counted(monkeypatch):
    monkeypatch.setattr(archive, "MAX_CELLS", 5)
    sheet = (
        b'<x:worksheet xmlns:x="u"><x:sheetData><x:row>'
        + b"<x:c/>" * 6
        + b"</x:row></x:sheetData></x:worksheet>"
    )
    assert code_of(repacked(workbook([["a"]]), {"xl/worksheets/sheet1.xml": sheet})) == "too_many_cells"


def test_one_long_string_shown_a_thousand_times_is_refused(monkeypatch):
    monkeypatch.setattr(archive, "MAX_TEXT", 100_000)
    assert code_of(workbook([["x" * 20_000]] * 10)) == "too_much_text"
    [table] = read_tables(name="f.xlsx", content=workbook([["x" * 20_000], *[["short"]] * 100]))
    assert len(table.rows) == 101


def test_too_many_parts(monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    assert code_of(workbook([["a"]])) == "too_many_entries"


def test_too_large_unpacked(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    assert code_of(workbook([["a"]])) == "unpacks_too_large"


def test_a_directory_that_lies_about_sizes_is_refused():
    content = bytearray(repacked(workbook([["a"]]), {"xl/extra.xml": b"<a>" + b"x" * 5000 + b"</a>"}))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as source:
        entry = source.getinfo("xl/extra.xml")
    place = content.rindex(b"xl/extra.xml") - 46
    assert struct.unpack_from("<I", content, place + 24)[0] == entry.file_size
    struct.pack_into("<I", content, place + 24, 10)
    assert code_of(bytes(content)) == "broken_archive"


def test_an_encrypted_part_is_refused():
    content = bytearray(workbook([["a"]]))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    assert code_of(bytes(content)) == "encrypted"


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "C:/x.csv", "a/../../x.csv", "..\\x.csv"])
def test_unsafe_names_are_refused(name):
    with pytest.raises(ImportRefused) as refusal:
        split_upload(name="u.zip", content=zipped([(name, b"a,b\n1,2\n")]))
    assert refusal.value.code == "unsafe_name"


def test_other_office_files_are_refused():
    assert (
        code_of(zipped([("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>")])) == "not_a_table"
    )
    assert code_of(zipped([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")])) == "not_a_table"


def test_a_zip_of_files():
    content = zipped(
        [
            ("a/Overview.csv", b"a,b\n1,2\n"),
            ("数据.xlsx", workbook([["a"]])),
            ("__MACOSX/._x.csv", b"junk"),
            ("read.md", b"hi"),
        ]
    )
    parts, skipped = split_upload(name="u.zip", content=content)
    assert [part.name for part in parts] == ["u.zip/Overview.csv", "u.zip/数据.xlsx"]
    assert [entry.params["part"] for entry in skipped] == ["read.md"]


def test_a_long_name_inside_a_zip():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("内容" * 60 + ".csv", b"date,plays\n2026-03-01,5\n")
    parts, skipped = split_upload(name="f.zip", content=packed.getvalue())
    assert (len(parts), skipped) == (1, [])


def test_a_chinese_name_that_does_not_say_so():
    content = zipped([("name.csv", b"a,b\n1,2\n")]).replace(b"name", "数据".encode("gb18030"))
    [part], _ = split_upload(name="u.zip", content=content)
    assert part.name == "u.zip/数据.csv"


def test_many_small_bombs_are_one():
    content = zipped([(f"{number}.csv", b"0" * 900_000) for number in range(6)])
    with pytest.raises(ImportRefused) as refusal:
        split_upload(name="u.zip", content=content)
    assert refusal.value.code == "suspicious_ratio"


def test_a_zip_in_a_zip_is_refused():
    inner = zipped([("x.csv", b"a,b\n1,2\n")])
    for name in ("inner.zip", "inner.csv"):
        with pytest.raises(ImportRefused) as refusal:
            split_upload(name="u.zip", content=zipped([(name, inner)]))
        assert refusal.value.code == "nested_archive"


def test_a_zip_without_tables_is_refused():
    with pytest.raises(ImportRefused) as refusal:
        split_upload(name="u.zip", content=zipped([("a.txt.exe", b"MZ")]))
    assert refusal.value.code == "nothing_inside"


def test_formulas_are_told():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1", None, 2)
    [table] = read_tables(name="f.xlsx", content=buffer.getvalue())
    assert [entry.code for entry in table.notes] == ["formulas"]


def test_no_file_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_tables(name="f.xlsx", content=workbook([["a"]]))
    assert os.listdir(tmp_path) == []


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(content):
    for start in (b"", b"PK\x03\x04", b"\xff\xfe"):
        try:
            tables = read_tables(name="f", content=start + content)
        except ImportRefused:
            continue
        assert tables


@given(st.binary(min_size=1, max_size=20), st.integers(0, 6000))
def test_a_damaged_workbook_is_read_or_refused(noise, place):
    content = bytearray(WORKBOOK)
    place %= len(content)
    content[place : place + len(noise)] = noise
    with contextlib.suppress(ImportRefused):
        assert len(read_tables(name="f.xlsx", content=bytes(content))) <= 1


WORKBOOK = workbook([["日期", "播放量"], ["2026-03-01", 12]])
