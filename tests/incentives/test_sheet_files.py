import csv
import io
import random
import re
import time
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from incentives.choices import SheetState
from incentives.sheet_files.as_csv import write_csv
from incentives.sheet_files.as_xlsx import write_xlsx
from incentives.sheet_files.document import ENGLISH, SheetDocument, SheetRow, SignOff
from incentives.sheet_files.texts import cell_text, csv_text

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 9, 3, 12, 0, tzinfo=ZONE)
HOSTILE = [
    '=HYPERLINK("http://127.0.0.1/?"&A2,"x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "|cmd",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    " =1+1",
    "\u200b=1+1",
    "{=1+1}",
    "<r><t>x</t></r>",
    '<r></r></is></c><c r="Z9"><f>1+1</f></c><c><is><r></r>',
    "http://127.0.0.1/x",
    "mailto:a@b",
    "internal:Sheet2!A1",
]


def make_row(**changes):
    row = SheetRow(
        employee_number="007",
        name="李雷",
        team="内容一组",
        position="运营",
        scheme="标准 v1",
        score=Decimal("85.00"),
        tier="青铜",
        tier_key="bronze",
        base=Decimal("10000.00"),
        factor=Decimal("0.5000"),
        amount=Decimal("1000.00"),
        adjustments=Decimal("0.00"),
        total=Decimal("1000.00"),
        change=None,
        state="ok",
    )
    return replace(row, **changes)


def make_document(rows, **changes):
    document = SheetDocument(
        number="BS-2026-08-01",
        company="示例公司",
        legal_entity="示例（上海）",
        cycle="2026-08",
        currency="CNY",
        state=SheetState.RECHECKED,
        state_label="Rechecked",
        rule_set_version="standard v1",
        scheme_version="standard v1",
        computed_at=NOON,
        exported_at=NOON,
        exported_by="hr",
        snapshot_hash="ab" * 32,
        control_sum=sum((row.total for row in rows if row.total is not None), Decimal(0)),
        rows=tuple(rows),
        sign_offs=(SignOff(SheetState.PREPARED, "王制表", NOON), SignOff(SheetState.REVIEWED, "赵审核")),
    )
    return replace(document, **changes)


def xlsx_of(document):
    stream = io.BytesIO()
    write_xlsx(document, stream)
    return stream.getvalue()


def csv_of(document):
    stream = io.BytesIO()
    write_csv(document, stream)
    return stream.getvalue()


def csv_rows(document):
    return list(csv.DictReader(io.StringIO(csv_of(document).decode("utf-8-sig"), newline="")))


def grid(content, name="Bonus sheet"):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def formulas(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    return [formula for text in texts for formula in re.findall(r"<f[ >/].*?(?:</f>|/>)", text)]


def fen(value):
    return Decimal(repr(value)).quantize(Decimal("0.01"))


THREE = [
    make_row(team="B组", employee_number="003", amount=Decimal("0.10"), total=Decimal("0.10")),
    make_row(team="A组", employee_number="001", amount=Decimal("0.20"), total=Decimal("0.20")),
    make_row(
        team="A组",
        employee_number="002",
        tier="",
        tier_key="",
        amount=Decimal("2000.50"),
        adjustments=Decimal("-500.25"),
        total=Decimal("1500.25"),
        change=Decimal("-12.50"),
    ),
]


def test_rows_stand_by_team_with_a_subtotal_each_and_a_grand_total():
    cells = grid(xlsx_of(make_document(THREE)))

    assert cells[0] == list(ENGLISH.columns.values())
    assert [row[0] for row in cells[1:6]] == ["001", "002", "", "003", ""]
    assert [row[1] for row in (cells[3], cells[5], cells[6])] == [
        "Subtotal A组",
        "Subtotal B组",
        "Grand total",
    ]
    assert [fen(row[11]) for row in (cells[3], cells[5], cells[6])] == [
        Decimal("1500.45"), Decimal("0.10"), Decimal("1500.55"),
    ]  # fmt: skip


def test_totals_are_our_formulas_and_skip_hidden_rows():
    assert formulas(xlsx_of(make_document(THREE)))[6:] == [
        "<f>SUBTOTAL(109,J2:J6)</f>", "<f>SUBTOTAL(109,K2:K6)</f>", "<f>SUBTOTAL(109,L2:L6)</f>",
    ]  # fmt: skip


def test_cached_totals_are_numbers_beside_the_formula():
    with zipfile.ZipFile(io.BytesIO(xlsx_of(make_document(THREE)))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>SUBTOTAL(109,L2:L6)</f><v>1500.55</v>" in sheet


def test_header_and_two_columns_are_frozen_and_filtered():
    with zipfile.ZipFile(io.BytesIO(xlsx_of(make_document(THREE)))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert '<pane xSplit="2" ySplit="1" topLeftCell="C2"' in sheet
    assert '<autoFilter ref="A1:O6"' in sheet


def test_sign_off_block_names_three_people_with_real_dates():
    cells = grid(xlsx_of(make_document(THREE)))[-3:]

    assert [row[:2] for row in cells] == [
        ["Prepared by", "王制表"], ["Reviewed by", "赵审核"], ["Rechecked by", ""],
    ]  # fmt: skip
    assert cells[0][2] == datetime(2026, 9, 3, 12, 0)


def test_summary_adds_by_team_and_by_tier():
    cells = grid(xlsx_of(make_document(THREE)), "Summary")

    assert [row[:3] + row[5:] for row in cells[1:4]] == [
        ["A组", 2, 0, 1500.45], ["B组", 1, 0, 0.1], ["Grand total", 3, 0, 1500.55],
    ]  # fmt: skip
    assert [row[:2] for row in cells[-3:]] == [["No tier", 1], ["青铜", 2], ["Grand total", 3]]


def test_about_says_where_the_figures_come_from():
    held = make_row(amount=None, total=None, base=None, factor=None, score=None)
    about = dict(grid(xlsx_of(make_document([*THREE, held])), "About"))

    assert about["Sheet number"] == "BS-2026-08-01"
    assert (about["Rows"], about["Held"], fen(about["Control sum"])) == (4, 1, Decimal("1500.55"))
    assert about["Hash of the figures"] == "ab" * 32
    assert about["Computed at"] == datetime(2026, 9, 3, 12, 0)


def test_held_line_stays_empty_and_is_not_zero():
    held = make_row(amount=None, total=None, base=None)
    document = make_document([held])

    assert grid(xlsx_of(document))[1][9] == ""
    assert csv_rows(document)[0]["Amount"] == ""


def test_same_document_gives_the_same_bytes():
    document = make_document(THREE)

    assert xlsx_of(document) == xlsx_of(document)
    assert csv_of(document) == csv_of(document)


@pytest.mark.parametrize("write", [xlsx_of, csv_of])
def test_rows_that_do_not_add_up_are_refused(write):
    with pytest.raises(ValueError, match=r"add up to 1500\.55, the control sum is 1500\.56"):
        write(make_document(THREE, control_sum=Decimal("1500.56")))


@pytest.mark.parametrize("value", ["0.005", "99999999999999.00", "NaN"])
def test_numbers_a_spreadsheet_would_change_are_refused(value):
    with pytest.raises(ValueError, match="base"):
        xlsx_of(make_document([make_row(base=Decimal(value))]))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_formula_or_link_ever_comes_from_data(text):
    row = make_row(**dict.fromkeys(["employee_number", "name", "team", "position", "scheme", "note"], text))
    row = replace(row, tier=text, tier_key=text, state=text)
    changes = dict.fromkeys(
        ["number", "company", "legal_entity", "cycle", "state_label", "exported_by"], text
    )
    document = make_document([row], sign_offs=(SignOff(SheetState.PREPARED, text),), **changes)
    content = xlsx_of(document)

    found = formulas(content)
    assert len(found) == 6
    assert all(re.fullmatch(r"<f>SUBTOTAL\(109,[J-L]\d+:[J-L]\d+\)</f>", formula) for formula in found)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<hyperlink" in archive.read(name) for name in archive.namelist())
    assert grid(content)[1][1] == cell_text(text)


@pytest.mark.parametrize("text", HOSTILE[:13])
def test_csv_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    cell = csv_rows(make_document([make_row(name=text)]))[0]["Name"]

    assert cell.startswith("'")
    assert not any(character in cell for character in "\t\r\n\u200b")


def test_negative_numbers_stay_numbers_without_separators():
    cells = csv_rows(make_document(THREE))[2]

    assert (cells["Amount"], cells["Adjustments"]) == ("2000.50", "-500.25")
    assert (cells["Change on last month"], cells["Factor"]) == ("-12.50", "0.5000")


def test_csv_is_utf8_with_bom_crlf_and_iso_times():
    content = csv_of(make_document([make_row(name='a "b", c')]))

    assert content.startswith(b"\xef\xbb\xbfEmployee number,")
    assert content.count(b"\r\n") == 2
    assert b'"a ""b"", c"' in content
    assert b"2026-09-03T12:00:00+08:00" in content


def test_employee_numbers_keep_their_zeros():
    document = make_document([make_row(employee_number="000123")])

    assert csv_rows(document)[0]["Employee number"] == "000123"
    assert grid(xlsx_of(document))[1][0] == "000123"


def test_control_and_direction_characters_are_removed():
    assert cell_text("a\x00b\x1fc\u202ed\ud800e\uffff") == "abcde"
    assert cell_text("line 1\r\nline 2") == "line 1 line 2"
    assert csv_text("👨‍👩‍👧 李") == "👨‍👩‍👧 李"


def test_a_very_long_text_is_cut_visibly_in_the_workbook_only():
    document = make_document([make_row(note="长" * 100_000)])

    assert grid(xlsx_of(document))[1][14] == "长" * 16_000 + "…"
    assert len(csv_rows(document)[0]["Note"]) == 100_000


def test_an_empty_sheet_can_be_written():
    cells = grid(xlsx_of(make_document([])))

    assert (cells[1][1], cells[1][11]) == ("Grand total", 0)
    assert formulas(xlsx_of(make_document([]))) == []


money = st.decimals(min_value="-9999999999.99", max_value="9999999999.99", places=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(money, money, st.text(max_size=30)), min_size=1, max_size=8))
def test_both_files_read_back_equal_to_the_fen(values):
    rows = [
        make_row(employee_number=f"{index}", amount=amount, adjustments=adjustments, total=amount, note=text)
        for index, (amount, adjustments, text) in enumerate(values)
    ]
    document = make_document(rows)
    cells = grid(xlsx_of(document))[1 : len(rows) + 1]
    plain = csv_rows(document)

    assert [(fen(cell[9]), fen(cell[10])) for cell in cells] == [(a, b) for a, b, _ in values]
    assert [(Decimal(row["Amount"]), Decimal(row["Adjustments"])) for row in plain] == [
        (a, b) for a, b, _ in values
    ]
    assert sum(fen(cell[11]) for cell in cells) == document.control_sum
    assert [row["Note"] for row in plain] == [csv_text(text) for *_, text in values]


def bare(rows):
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    style = book.add_format({"num_format": "#,##0.00"})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None:
                sheet.write_number(at, column, value, style)
    book.close()


@pytest.mark.slow
def test_ten_thousand_rows_take_at_most_twice_the_bare_writer():
    chance = random.Random(7)
    rows = [
        make_row(employee_number=f"{index:05}", team=f"组 {chance.randrange(40)}", change=Decimal("1.00"))
        for index in range(10_000)
    ]
    document = make_document(rows)
    names = list(ENGLISH.columns)
    plain = [[getattr(row, name) for name in names] for row in rows]

    def seconds(work):
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    assert min(seconds(lambda: xlsx_of(document)) for _ in range(2)) <= 2 * min(
        seconds(lambda: bare(plain)) for _ in range(2)
    )
