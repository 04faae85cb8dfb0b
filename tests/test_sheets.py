"""What `sheets.read` makes of files, good and hostile. Every fixture is made here."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from datamap import sheets
from datamap.sheets import Book, Cell, ErrorValue, Uncomputed, Unreadable, Value, column_letters, read, read_bytes

REAL = Path(__file__).parents[2] / "shared" / "real-data"


def rows(name: str, data: bytes) -> list[list[Value]]:
    book = read_bytes(name, data)
    assert len(book.sheets) == 1
    return book.sheets[0].rows


def sentence(reading: Callable[[], object]) -> str:
    with pytest.raises(Unreadable) as refusal:
        reading()
    text = str(refusal.value)
    assert is_one_sentence(text), text
    return text


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and text.isprintable() and re.search(r"[.!?] +[A-Z]", text) is None


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def one_sheet(cells: dict[str, Any]) -> bytes:
    def fill(book: Any) -> None:
        for address, value in cells.items():
            book.active[address] = value

    return workbook(fill)


def package(parts: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        parts: dict[str, str | bytes] = {part: zipped.read(part) for part in zipped.namelist()}
    found = parts[name]
    assert isinstance(found, bytes)
    parts[name] = change(found)
    return package(parts)


def sheet_xml(body: str) -> bytes:
    """A workbook whose one sheet has these rows of raw XML."""
    start, end = b"<sheetData>", b"</sheetData>"

    def change(xml: bytes) -> bytes:
        return xml[: xml.index(start) + len(start)] + body.encode() + xml[xml.index(end) :]

    return with_part(one_sheet({"A1": 1}), "xl/worksheets/sheet1.xml", change)


def ods(body: str, manifest: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest xmlns="m">{manifest}</manifest>',
            "content.xml": content,
        }
    )


def ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(s.encode("utf-16-le") for s in streams)


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_limits(**limits: Any) -> None:
        monkeypatch.setattr(sheets, "LIMITS", replace(sheets.LIMITS, **limits))

    return set_limits


# --- values and addresses ---


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")])
def test_column_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters


def test_a_cell_is_shown_with_its_file_and_sheet() -> None:
    assert str(Cell("acme.xlsx", "Flows", 4, 3)) == "acme.xlsx!Flows!C4"


def test_kinds_of_values_stay_apart() -> None:
    cells = {
        "A1": "007",
        "B1": "NA",
        "C1": "#hello",
        "D1": 5.0,
        "E1": 5.5,
        "F1": True,
        "G1": date(2026, 3, 4),
        "H1": datetime(2026, 3, 4, 5, 6, 7),
        "I1": time(3, 4),
        "J1": timedelta(hours=30),
        "K1": "tab\tline\nMāori 🦉",
        "L1": 2147483648,
    }
    found = rows("x.xlsx", one_sheet(cells))[0]
    assert found == list(cells.values())
    assert [type(value) for value in found[3:7]] == [int, float, bool, date]


def test_rows_and_columns_are_those_of_the_sheet() -> None:
    found = rows("x.xlsx", one_sheet({"C4": "first", "B6": "second"}))
    assert found == [[], [], [], [None, None, "first"], [], [None, "second"]]


def test_trailing_blanks_are_left_out_and_an_empty_text_is_blank() -> None:
    found = rows(
        "x.xlsx", sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="C1" t="str"><v></v></c></row><row r="9"/>')
    )
    assert found == [[1]]


def test_dates_of_the_1904_system() -> None:
    def fill(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active["A1"] = date(2026, 3, 4)

    data = workbook(fill)
    assert b"date1904" in zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    assert rows("x.xlsx", data) == [[date(2026, 3, 4)]]


def test_hidden_sheets_are_read_and_chart_sheets_are_not() -> None:
    def fill(book: Any) -> None:
        book.active.title = "Shown"
        book.create_chartsheet("Chart")
        book.create_sheet("Hidden").sheet_state = "hidden"
        book.create_sheet("Deep").sheet_state = "veryHidden"
        book["Deep"]["A1"] = 1

    book = read_bytes("x.xlsx", workbook(fill))
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("Shown", False), ("Hidden", True), ("Deep", True)]
    assert book.sheets[2].rows == [[1]]


# --- errors and formulas ---


def test_error_cells_are_not_blank() -> None:
    found = rows("x.xlsx", one_sheet({"B2": "#N/A", "D3": "#DIV/0!", "E3": "kept"}))
    assert found == [[], [None, ErrorValue("#N/A")], [None, None, None, ErrorValue("#DIV/0!"), "kept"]]


def test_a_formula_without_a_value_is_uncomputed_and_one_with_a_value_is_its_value() -> None:
    body = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1&amp;"x"</f></c><c r="C1"><f>A1</f><v/></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    expected = [[2, Uncomputed('=A1&"x"'), Uncomputed("=A1"), None, ErrorValue("#DIV/0!")]]
    assert rows("x.xlsx", sheet_xml(body)) == expected


def test_a_shared_formula_without_values_is_told_in_every_cell() -> None:
    body = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>4</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
    )
    assert rows("x.xlsx", sheet_xml(body)) == [[4], [Uncomputed("=B1*2")]]


def test_special_cells_are_found_without_references_and_under_a_prefix() -> None:
    body = "<row><c><v>1</v></c><c><f>A1</f></c></row><row><c t='e'><v>#REF!</v></c></row>"
    expected = [[1, Uncomputed("=A1")], [ErrorValue("#REF!")]]
    assert rows("x.xlsx", sheet_xml(body)) == expected

    def prefixed(xml: bytes) -> bytes:
        named = re.sub(rb"<(/?)(?=[a-z])", rb"<\1s:", xml)
        return named.replace(b"xmlns=", b"xmlns:s=")

    assert rows("x.xlsx", with_part(sheet_xml(body), "xl/worksheets/sheet1.xml", prefixed)) == expected


def test_special_cells_are_found_wherever_they_fall_in_a_long_sheet() -> None:
    filler = "y" * 101
    wanted = {row: row % 3 for row in range(1, 24_000, 7)}
    kinds = ("<c r='B{}' t='e'><v>#N/A</v></c>", "<c r='B{}'><f>A1+1</f><v></v></c>", "<c r='B{}'><f>A1+1</f></c>")
    body = "".join(
        f"<row r='{row}'><c r='A{row}' t='inlineStr'><is><t>{filler}</t></is></c>"
        + (kinds[wanted[row]].format(row) if row in wanted else "")
        + "</row>"
        for row in range(1, 24_000)
    )
    found = rows("x.xlsx", sheet_xml(body))
    special = {number: row[1] for number, row in enumerate(found, 1) if len(row) > 1}
    assert special == {row: Uncomputed("=A1+1") if kind else ErrorValue("#N/A") for row, kind in wanted.items()}


def test_ods_values_errors_formulas_and_repeats() -> None:
    float_cell = '<table:table-cell {} office:value-type="float" office:value="{}"><text:p/></table:table-cell>'
    cells = (
        '<table:table-cell office:value-type="string"><text:p>Text</text:p></table:table-cell>',
        '<table:table-cell table:number-columns-repeated="2"/>',
        float_cell.format("", 5),
        '<table:table-cell office:value-type="date" office:date-value="2026-03-04"><text:p/></table:table-cell>',
        float_cell.format('table:formula="of:=1+1"', 2),
        '<table:table-cell table:formula="of:=[.A1]"/>',
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
    )
    blank = '<table:table-cell table:number-columns-repeated="1024"/>'
    body = (
        f'<table:table table:name="Näme"><table:table-row>{"".join(cells)}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="1048575">{blank}</table:table-row></table:table>'
    )
    book = read_bytes("x.ods", ods(body))
    values = ["Text", None, None, 5, date(2026, 3, 4), 2, Uncomputed("=[.A1]"), ErrorValue("#DIV/0!")]
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [("Näme", [values])]


# --- hostile workbooks ---


def test_a_stray_cell_in_the_last_corner_is_read_within_the_limits() -> None:
    cells = {"A1": "first", "B2": "=1+1", "C2": date(2026, 3, 4), "XFD1048576": "last"}
    found = rows("x.xlsx", one_sheet(cells))
    assert found[:2] == [["first"], [None, Uncomputed("=1+1"), date(2026, 3, 4)]]
    assert len(found) == 1_048_576
    assert found[-1][-1] == "last"
    assert len(found[-1]) == 16_384


def test_cells_repeated_without_end_are_refused() -> None:
    row = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
    body = f'<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576">{row}'
    data = ods(f"{body}</table:table-cell></table:table-row></table:table>")
    assert sentence(lambda: read_bytes("x.ods", data)).endswith("save it as .xlsx.")


@pytest.mark.skipif(sys.platform == "win32", reason="no memory limit there")
def test_a_file_that_needs_too_much_memory_is_refused(limit: Callable[..., None]) -> None:
    row = '<table:table-cell table:number-columns-repeated="1000" office:value-type="string"><text:p>x</text:p>'
    body = f'<table:table table:name="S"><table:table-row table:number-rows-repeated="20000">{row}'
    data = ods(f"{body}</table:table-cell></table:table-row></table:table>")
    limit(memory_bytes=200 << 20)
    assert "more than 200 MB of memory" in sentence(lambda: read_bytes("x.ods", data))


def test_a_zip_bomb_is_refused() -> None:
    def change(xml: bytes) -> bytes:
        return xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 150_000_000)

    data = with_part(one_sheet({"A1": 1}), "xl/worksheets/sheet1.xml", change)
    assert len(data) < 300_000
    assert "unpacks to more than" in sentence(lambda: read_bytes("x.xlsx", data))


@pytest.mark.parametrize("name", ["xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_xml_entities_are_refused(name: str) -> None:
    def change(xml: bytes) -> bytes:
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        declaration, _, rest = xml.rpartition(b"?>")
        bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode()
        return (declaration + b"?>" if declaration else b"") + bomb + rest

    data = with_part(one_sheet({"A1": "text"}), name, change)
    assert "XML entities" in sentence(lambda: read_bytes("x.xlsx", data))


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.99])
def test_a_truncated_workbook_is_refused(kept: float) -> None:
    data = one_sheet({"A1": "text"})
    assert "cut short" in sentence(lambda: read_bytes("x.xlsx", data[: int(len(data) * kept)]))


def test_damaged_contents_are_refused() -> None:
    data = with_part(one_sheet({"A1": 1}), "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert "is damaged" in sentence(lambda: read_bytes("x.xlsx", data))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"cells": 5}, "more than 5 cells"),
        ({"sheets": 1}, "more than 1 sheets"),
        ({"text": 3}, "more than 3 characters in one cell (row 1, column 1 of sheet Sheet)"),
        ({"result_bytes": 20}, "MB of text"),
        ({"file_bytes": 100}, "is larger than"),
        ({"expanded_bytes": 100}, "unpacks to more than"),
        ({"ratio": 1, "ratio_from": 10}, "unpacks to more than"),
        ({"seconds": 0.0}, "takes more than 0 seconds"),
    ],
)
def test_every_limit_has_its_sentence(limits: dict[str, Any], expected: str, limit: Callable[..., None]) -> None:
    def fill(book: Any) -> None:
        book.active.append(["text", 2, 3])
        book.create_sheet().append([4, 5, 6])

    data = workbook(fill)
    assert len(read_bytes("x.xlsx", data).sheets) == 2
    limit(**limits)
    assert expected in sentence(lambda: read_bytes("x.xlsx", data))


def test_whatever_the_child_prints_the_parent_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "_read_child.py"
    monkeypatch.setattr(sheets, "__file__", str(tmp_path / "sheets.py"))
    for printed in (
        '[["x"]]',
        "not json",
        '{"sheet": 1}',
        "[" * 100_000,
        '{"sheet":"S","hidden":false}',
        '{"date":"x"}',
    ):
        child.write_text(f"print({printed!r})")
        assert "x.csv" in sentence(lambda: read_bytes("x.csv", b"a,b"))


# --- what is no spreadsheet ---


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.csv", b"", "is empty"),
        ("x.xlsx", b"", "is empty"),
        ("x.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG image"),
        ("x.xlsx", b"%PDF-1.7\n", "PDF document"),
        ("x.xls", b"\r\n <html><table><tr><td>1</td></tr></table></html>", "web page (HTML)"),
        ("x.csv", b"<!DOCTYPE html>", "web page (HTML)"),
        ("x.xls", b"\xef\xbb\xbf<?xml?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "2003"),
        ("x.fods", b"<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:x'/>", ".ods"),
        ("x.xls", b"a\tb\n1\t2\n", "rename it to .csv"),
        ("x.yml", b"a: 1\nb: 2\n", ".yml file"),
        ("x.csv", b'{"a": 1}', "JSON"),
        ("x.csv", b"a,b\n\x00\x01\x02,c\n" * 9, "not text"),
        ("x.csv", b"a,b\n" * 5000 + b"\x00", "not text"),
        ("x.csv", bytes(range(1, 9)) * 40, "not text"),
        ("x.xlsx", ole("EncryptedPackage", "StrongEncryptionDataSpace"), "password"),
        ("x.xlsx", ole("EncryptedPackage", "DRMEncryptedDataSpace"), "rights management"),
        ("x.xls", ole("\tDRMContent", "Workbook"), "rights management"),
        ("x.xls", ole("WordDocument"), "Word document"),
        ("x.xls", ole("Workbook"), "is damaged or oddly made"),
        ("x.xls", ole("Workbook") + b"\x09\x08\x10\0\0\6\5\0" + bytes(12) + b"\x2f\0\x36\0", "password"),
        ("x.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00", "Excel 4"),
        ("x.ods", ods("", '<file-entry><encryption-data/></file-entry>'), "password"),
        ("x.ods", package({"mimetype": "application/vnd.oasis.opendocument.text"}), "text document"),
        ("x.numbers", package({"Index/Document.iwa": "x"}), "Numbers"),
        ("x.xlsx", package({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), "Word document"),
        ("x.xlsx", package({"[Content_Types].xml": "<Types/>"}), "no workbook"),
        ("x.zip", package({"a.txt": "x"}), "without a .csv file"),
        ("x.zip", package({"a/b.xlsx": "x"}), "unpack it"),
        ("x.zip", package({"a/Flows.csv": "x", "b/Flows.csv": "x"}), "two files named Flows.csv"),
        ("x.zip", package({"Flows.csv": b"%PDF-1.7"}), "its file Flows.csv is a PDF document"),
    ],
)  # fmt: skip
def test_one_sentence_says_what_the_file_is(name: str, data: bytes, expected: str) -> None:
    text = sentence(lambda: read_bytes(name, data))
    assert expected in text
    assert text.startswith(f"{name} ")


def test_kind_is_told_from_the_content() -> None:
    data = one_sheet({"A1": "text"})
    assert rows("x.csv", data) == rows("x.zip", data) == rows("x", data) == [["text"]]


def test_the_sentence_is_one_line_whatever_the_name() -> None:
    assert sentence(lambda: read_bytes("a\nb\x1b[0m.csv", b"")).startswith("a b [0m.csv is empty")


def test_missing_files_and_pipes_are_not_opened(tmp_path: Path) -> None:
    assert "was not found" in sentence(lambda: read(tmp_path / "none.xlsx"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert "is not a file" in sentence(lambda: read(tmp_path / "pipe.csv"))


# --- CSV ---


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Code,N\nNA,007\nN/A,None\n", [["Code", "N"], ["NA", "007"], ["N/A", "None"]]),
        (b"\xef\xbb\xbfa;b\r\n1,5;2\r\n", [["a", "b"], ["1,5", "2"]]),
        ("a,b\nœuvre,l’été “x” – 5€\nM\u00fcller,na\u00efve\n".encode("cp1252"),
         [["a", "b"], ["œuvre", "l’été “x” – 5€"], ["Müller", "naïve"]]),
        ("имя,страна\nКонтакты клиентов компании,Россия\n".encode("cp1251"),
         [["имя", "страна"], ["Контакты клиентов компании", "Россия"]]),
        ("a,b\nMāori,🦉\n".encode("utf-16"), [["a", "b"], ["Māori", "🦉"]]),
        ("a;b\nMāori;x\n".encode("utf-16-le"), [["a", "b"], ["Māori", "x"]]),
        ("a\tb\nx\ty\n".encode("utf-16-be"), [["a", "b"], ["x", "y"]]),
        (b'a,b\n"line\none, two","say ""hi"""\n', [["a", "b"], ["line\none, two", 'say "hi"']]),
        (b"System,Categories\nCRM,name;email;phone\nERP,name;email;pay\n",
         [["System", "Categories"], ["CRM", "name;email;phone"], ["ERP", "name;email;pay"]]),
        (b"a|b|c\n1|x, y|3\n", [["a", "b", "c"], ["1", "x, y", "3"]]),
        (b"sep=;\na;b,c\n", [["a", "b,c"]]),
        (b"a,b,c\n1\n\n1,2,3,4,,\n", [["a", "b", "c"], ["1"], [], ["1", "2", "3", "4"]]),
        (b"a, b\n1, \"6,000\"\n", [["a", "b"], ["1", "6,000"]]),
        (b"one\ncolumn\n", [["one"], ["column"]]),
        (b"old\rmac,x\r", [["old"], ["mac", "x"]]),
        (b"=cmd(),+1\n", [["=cmd()", "+1"]]),
    ],
)  # fmt: skip
def test_csv(data: bytes, expected: list[list[Value]]) -> None:
    assert rows("x.csv", data) == expected


def test_a_csv_is_a_sheet_named_after_its_file(tmp_path: Path) -> None:
    (tmp_path / "Flow list.csv").write_text("a,b\n")
    book = read(tmp_path / "Flow list.csv")
    assert (book.file, book.sheets[0].file, book.sheets[0].name) == ("Flow list.csv", "Flow list.csv", "Flow list")
    book = read(tmp_path / "Flow list.csv", name="Shown.csv")
    assert (book.file, book.sheets[0].name) == ("Shown.csv", "Shown")


def test_a_long_cell_is_read_and_one_that_is_too_long_is_refused(limit: Callable[..., None]) -> None:
    data = b"a,b\n" + b"x" * 200_000 + b",y\n"
    assert rows("x.csv", data)[1] == ["x" * 200_000, "y"]
    limit(text=100_000)
    assert "row 2" in sentence(lambda: read_bytes("x.csv", data))


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    text = sentence(lambda: read_bytes("x.csv", b'a,b\n"open,1\n2,3\n4,5\n'))
    assert "opens in row 2 and is never closed" in text
    assert rows("x.csv", b'a,b\n5" pipe,1\n') == [["a", "b"], ['5" pipe', "1"]]


def test_a_folder_of_csv_files(tmp_path: Path) -> None:
    folder = tmp_path / "Acme"
    folder.mkdir()
    (folder / "Systems.csv").write_text("System\nCRM\n")
    (folder / "Flows.CSV").write_text("From;To\nCRM;Bank\n")
    (folder / "Empty.csv").write_bytes(b"")
    (folder / "notes.txt").write_text("x")
    (folder / "._Systems.csv").write_bytes(b"\0\5\26\7")
    (tmp_path / "secret.csv").write_text("secret\n")
    if sys.platform != "win32":
        (folder / "Outside.csv").symlink_to(tmp_path / "secret.csv")
    book = read(folder)
    assert book.file == "Acme"
    assert [(sheet.file, sheet.name, sheet.rows) for sheet in book.sheets] == [
        ("Acme", "Empty", []),
        ("Acme", "Flows", [["From", "To"], ["CRM", "Bank"]]),
        ("Acme", "Systems", [["System"], ["CRM"]]),
    ]


def test_a_folder_without_csv_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "folder without a .csv file" in sentence(lambda: read(tmp_path))


def test_a_zip_of_csv_files_is_read_by_base_names_and_extracts_nothing(tmp_path: Path) -> None:
    data = package(
        {
            "acme/Systems.csv": "System\nCRM\n",
            "../../Flows.csv": "From,To\n",
            "__MACOSX/acme/._Systems.csv": b"\0\5",
            "acme/.hidden.csv": "x",
            "readme.md": "x",
        }
    )
    path = tmp_path / "inner" / "acme.zip"
    path.parent.mkdir()
    path.write_bytes(data)
    book = read(path)
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [
        ("Flows", [["From", "To"]]),
        ("Systems", [["System"], ["CRM"]]),
    ]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["acme.zip", "inner"]


def test_a_zip_bomb_of_csv_is_refused() -> None:
    data = package({"x.csv": b"," * 150_000_000})
    assert "unpacks to more than" in sentence(lambda: read_bytes("x.zip", data))


# --- the module itself ---


def test_an_upload_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert rows("x.csv", b"a,b\n") == [["a", "b"]]
    sentence(lambda: read_bytes("x.csv", b""))
    assert list(tmp_path.iterdir()) == []


def test_the_child_imports_nothing_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("python_calamine", "json", "csv", "datamap"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert rows("x.xlsx", one_sheet({"A1": 1})) == [[1]]
    assert rows("x.csv", b"a,b\n") == [["a", "b"]]


def test_importing_sheets_is_cheap() -> None:
    program = "import sys, datamap.sheets; print(sorted(m for m in sys.modules if '.' not in m))"
    loaded = ast.literal_eval(
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout.decode()
    )
    assert not {"pandas", "openpyxl", "python_calamine", "fastexcel", "streamlit"} & set(loaded)


def test_same_bytes_same_book() -> None:
    data = one_sheet({"A1": "x", "B2": "#N/A", "C3": "=1"})
    assert read_bytes("x.xlsx", data) == read_bytes("x.xlsx", data)


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared real files are not here")
def test_every_real_file_gives_a_book_or_one_sentence() -> None:
    refused: dict[str, str] = {}
    files = sorted(path for folder in ("torture", "inventories") for path in (REAL / folder).iterdir())
    assert len(files) > 50
    for path in files:
        try:
            book = read(path)
        except Unreadable as refusal:
            refused[path.name] = str(refusal)
        else:
            assert isinstance(book, Book)
            assert book.sheets, path.name
    assert [text for text in refused.values() if not is_one_sentence(text)] == []
    assert {name for name in refused if not name.endswith(".yml")} == {
        "csv-actually-png.csv",
        "csv-empty-zero-bytes.csv",
        "flat-ods.fods",
        "password-agile.xlsx",
        "password-rc4.xls",
        "password.ods",
        "password.xlsb",
        "truncated-zip-fuzz.xlsx",
        "xls-65536x256-blank.xls",
        "xls-too-small.xls",
        "xmlbomb-billion-laughs.xlsx",
        "xmlbomb-empty.xlsx",
    }
