"""What `sheets.read` makes of files, good and hostile. Every fixture is made here."""

from __future__ import annotations

import ast
import copy
import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time as clock
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from datamap import sheets
from datamap.sheets import (
    Book,
    Cell,
    ErrorValue,
    Leaf,
    Progress,
    Sheet,
    Uncomputed,
    Unreadable,
    Value,
    column_letters,
    read,
    read_bytes,
    tree,
)
from tests.fuzz import children, is_one_sentence, ods, package

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


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<text:p>tab<text:tab/>here</text:p>", "tab\there"),
        ("<text:p>two<text:line-break/>lines</text:p>", "two\nlines"),
        ('<text:p>a<text:tab/>b<text:s text:c="3"/>c<text:s/>d</text:p><text:p>e</text:p>', "a\tb   c d\ne"),
        ("<text:p>in <text:span>a<text:tab text:tab-ref='1'/>span</text:span></text:p>", "in a\tspan"),
        ("<office:annotation><text:p>a<text:tab/>note</text:p></office:annotation><text:p>text</text:p>", "text"),
        ("<office:annotation><text:p>a note</text:p></office:annotation>\n<text:p>a<text:tab/>b</text:p>\n", "a\tb"),
        ("<text:p>&lt;<text:tab/>&amp;</text:p>", "<\t&"),
    ],
)
def test_tabs_and_line_breaks_of_ods(cell: str, expected: str) -> None:
    text = f'<table:table-cell office:value-type="string" table:number-columns-repeated="2">{cell}</table:table-cell>'
    number = (
        '<table:table-cell office:value-type="float" office:value="3"><text:p>3<text:tab/></text:p></table:table-cell>'
    )
    given = text.replace(" table:number-columns-repeated", ' office:string-value="given" table:number-columns-repeated')
    body = (
        '<table:table table:name="S"><table:table-row/>'
        f"<table:table-row><table:table-cell/>{text}{number}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{given}{text}</table:table-row></table:table>'
    )
    both = ["given", "given", expected, expected]
    assert read_bytes("x.ods", ods(body)).sheets[0].rows == [[], [None, expected, expected, 3], both, both]


# --- merged ranges, and what is hidden ---


def test_merged_ranges_and_hidden_rows_and_columns_of_xlsx() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        sheet["B2"] = "Title"
        sheet["D6"] = "last"
        sheet.merge_cells("B2:D3")
        sheet.merge_cells("A5:A6")
        for row in (3, 5, 9):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions.group("F", "XFD", hidden=True)

    sheet = read_bytes("x.xlsx", workbook(fill)).sheets[0]
    assert set(sheet.merged) == {(2, 2, 3, 4), (5, 1, 6, 1)}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ((3, 5), (3,))
    assert sheet.rows[1:3] == [[None, "Title"], []]


def test_what_is_hidden_is_found_without_references_and_under_a_prefix() -> None:
    body = "<row><c><v>1</v></c></row><row hidden='true'><c><v>2</v></c></row><row hidden='0'><c><v>3</v></c></row>"
    data = sheet_xml(body)
    assert read_bytes("x.xlsx", data).sheets[0].hidden_rows == (2,)

    def prefixed(xml: bytes) -> bytes:
        merged = xml.replace(b"</sheetData>", b"</sheetData><mergeCells><mergeCell ref='A3:A2'/></mergeCells>")
        return re.sub(rb"<(/?)(?=[a-z])", rb"<\1s:", merged).replace(b"xmlns=", b"xmlns:s=")

    sheet = read_bytes("x.xlsx", with_part(data, "xl/worksheets/sheet1.xml", prefixed)).sheets[0]
    assert (sheet.hidden_rows, sheet.merged) == ((2,), ((2, 1, 3, 1),))


def test_many_hidden_rows_are_all_told() -> None:
    body = "".join(
        f"<row r='{n}' spans='1:2' hidden='{n % 2}'><c r='A{n}'><v>{n}</v></c></row>" for n in range(1, 60_000)
    )
    sheet = read_bytes("x.xlsx", sheet_xml(body)).sheets[0]
    assert sheet.hidden_rows == tuple(range(1, 60_000, 2))
    body = "".join(f"<row hidden='1' r='{n}'><c r='A{n}'><v>{n}</v></c></row>" for n in range(1, 60_000))
    assert read_bytes("x.xlsx", sheet_xml(body)).sheets[0].hidden_rows == tuple(range(1, 60_000))


def test_merged_ranges_and_hidden_rows_and_columns_of_ods() -> None:
    text = '<table:table-cell {} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    covered = "<table:covered-table-cell/>"
    spans = 'table:number-columns-spanned="2" table:number-rows-spanned="3"'
    body = (
        '<table:table table:name="S"><table:table-column/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="1000"/>'
        f"<table:table-row>{text.format(spans, 'a')}"
        f"{covered}{text.format('', 'b')}</table:table-row>"
        f'<table:table-row table:visibility="filter" table:number-rows-repeated="2">{covered}{covered}'
        f"{text.format('', 'c')}</table:table-row>"
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048573"/></table:table>'
    )
    sheet = read_bytes("x.ods", ods(body)).sheets[0]
    assert sheet.rows == [["a", None, "b"], [None, None, "c"], [None, None, "c"]]
    assert (sheet.merged, sheet.hidden_rows, sheet.hidden_columns) == (((1, 1, 3, 2),), (2, 3), (2, 3))


def test_absurd_merged_ranges_end_where_the_sheet_does(limit: Callable[..., None]) -> None:
    def merged(*references: str) -> bytes:
        cells = "".join(f"<mergeCell ref='{reference}'/>" for reference in references)
        return with_part(
            one_sheet({"A1": "a", "C2": "b"}),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b"</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>".encode()),
        )

    odd = ("A1:XFD1048576", "A1:A1", "B9:XFD1048576", "A1:ZZZ9", "A1", "A1:A99999999")
    assert read_bytes("x.xlsx", merged(*odd)).sheets[0].merged == ((1, 1, 2, 3),)
    limit(merges=2)
    many = merged("A1:B1", "A2:B2", "A3:B3")
    assert "more than 2 merged ranges on sheet Sheet" in sentence(lambda: read_bytes("x.xlsx", many))
    limit(cells=8)
    wide = merged("A1:H1", "A2:H2")
    assert "merges more than 8 cells" in sentence(lambda: read_bytes("x.xlsx", wide))


# --- YAML and JSON ---


def at(book: Book, *where: tuple[int, int]) -> list[Value]:
    return [book.sheets[0].rows[row - 1][column - 1] for row, column in where]


def plain(node: Any) -> Any:
    """A tree with the values alone."""
    match node:
        case Leaf():
            return node.value
        case dict():
            return {key: plain(below) for key, below in node.items()}
        case list():
            return [plain(below) for below in node]
    return node


def test_every_value_of_a_yaml_file_stands_in_its_line_beside_its_path() -> None:
    text = """# ours
system:
  - fides_key: crm
    "odd.key": [ä, 'b', null]
    text: |
      two
      lines
    privacy_declarations:
    - data_categories:
        - user.name
"""
    book = read_bytes("Our systems.yml", text.encode())
    assert (book.kind, book.sheets[0].name) == ("yaml", "Our systems")
    assert book.sheets[0].rows == [
        [],
        [],
        ["system[0].fides_key", "crm"],
        ['system[0]["odd.key"][0]', "ä", 'system[0]["odd.key"][1]', "b"],
        ["system[0].text", "two\nlines"],
        [],
        [],
        [],
        [],
        ["system[0].privacy_declarations[0].data_categories[0]", "user.name"],
    ]
    found = tree(book.sheets[0])
    assert isinstance(found, dict)
    assert plain(found) == {
        "system": [
            {
                "fides_key": "crm",
                "odd.key": ["ä", "b"],
                "text": "two\nlines",
                "privacy_declarations": [{"data_categories": ["user.name"]}],
            }
        ]
    }
    leaf: Any = found["system"]
    assert str(leaf[0]["odd.key"][1].cell) == "Our systems.yml!Our systems!D4"


def test_words_of_yaml_stay_words() -> None:
    text = "country: NO\non: yes\nday: 2024-01-01\nversion: 1.10\nid: 0o17\nsize: 1_000\nt: !!python/object:os.x 1\nn: ~\nq: 'null'"
    book = read_bytes("x.yaml", text.encode())
    expected = {
        "country": "NO",
        "on": "yes",
        "day": "2024-01-01",
        "version": "1.10",
        "id": "0o17",
        "size": "1_000",
        "t": "1",
    }
    assert plain(tree(book.sheets[0])) == expected | {"q": "null"}
    odd = b'a:\n  <<: 5\n  b: x\nc: {"<<": 6}\n'
    assert plain(tree(read_bytes("x.yml", odd).sheets[0])) == {"a": {"<<": "5", "b": "x"}, "c": {"<<": "6"}}
    assert plain(tree(read_bytes("x.yml", b'{"a": "\\ud83e\\udd89"}').sheets[0])) == {"a": "🦉"}


def test_repeated_parts_of_yaml_stand_where_they_were_written() -> None:
    book = read_bytes("x.yml", b"base: &b\n  place: NZ\n  role: agent\nhr:\n  <<: *b\n  role: owner\npay: [*b]\n")
    assert plain(tree(book.sheets[0])) == {
        "base": {"place": "NZ", "role": "agent"},
        "hr": {"place": "NZ", "role": "owner"},
        "pay": [{"place": "NZ", "role": "agent"}],
    }
    assert book.sheets[0].rows[1] == ["base.place", "NZ", "hr.place", "NZ", "pay[0].place", "NZ"]


def test_documents_in_one_file_are_a_list() -> None:
    assert plain(tree(read_bytes("x.yml", b"a: 1\n---\nb: 2\n").sheets[0])) == [{"a": "1"}, {"b": "2"}]
    assert plain(tree(read_bytes("x.json", b'{"a":1}\n{"a":2}\n').sheets[0])) == [{"a": "1"}, {"a": "2"}]


def test_json() -> None:
    text = '{\n\t"a": [1.10, true, null, {"x.y": "\\ud83e\\udd89 \\u00e9 \\"q\\" \\\\ud83d"}],\n\t"b": "", "c"\n:\t"c:\\/ \\t", "d": "\\ud800"\n}'
    book = read_bytes("x.json", text.encode())
    assert book.kind == "json"
    expected = {"a": ["1.10", "true", None, {"x.y": '🦉 é "q" \\ud83d'}], "c": "c:/ \t", "d": "\ufffd"}
    assert plain(tree(book.sheets[0])) == expected
    assert at(book, (2, 2), (4, 1)) == ["1.10", "c"]
    assert read_bytes("x.txt", b'\xef\xbb\xbf[{"a": 1}]').kind == "json"
    assert plain(tree(read_bytes("x.json", '{"a": "é"}'.encode("utf-16")).sheets[0])) == {"a": "é"}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.yml", b"a: 1\nb:\n\tc: 1\n", "YAML from line 3 on"),
        ("x.yml", b"a: [1,\nb: }", "YAML from line 2 on"),
        ("x.yml", b"a: 'open\n\n\n", "YAML from line 1 on"),
        ("x.yml", b"a: 1\nb: @x", "YAML from line 2 on"),
        ("x.yml", b"a: " + b"x" * 99 + b"\nb: \x01", "YAML from line 2 on"),
        ("x.yml", b"a: 1\na: 2\n", "the key a twice in one place, in line 2"),
        ("x.yml", b"? [a, b]\n: c\n", "a key in line 1 that is no text"),
        ("x.yml", b"a: *b\n", "repeats *b in line 1"),
        ("x.yml", b"only words\n", "no list and no mapping"),
        ("x.yml", b"\n  \n", "is blank"),
        ("x.yml", b"a: &a [*a, *a]\n", "more than 100 levels"),
        ("x.yml", b"a: &a {<<: *a, b: *a}\n", "more than 100 levels"),
        ("x.yml", b"[" * 100_000, "more than 100 levels deep in line 1"),
        ("x.yml", b"- " * 101 + b"x", "more than 100 levels deep in line 1"),
        ("x.yml", b"a: &a [x,x,x,x,x,x,x,x]\n" + b"".join(
            b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 8)) for n in range(98, 120)), "more than 100,000"),
        ("x.yml", b"a: &a []\n" + b"".join(
            b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 8)) for n in range(98, 120)), "more than 100,000"),
        ("x.yml", b"x" * 1001 + b": 1\n", "a key of more than 1,000 characters in line 1"),
        ("x.json", b'{"a": [1, 2\n', "JSON from line 1 on"),
        ("x.json", b'{"a": 1,\n}', "JSON from line 2 on"),
        ("x.json", b"{'a': 1}", "JSON from line 1 on"),
        ("x.json", b'[1, NaN]', "JSON from line 1 on"),
        ("x.json", b'{"a": "b\nc"}', "JSON from line 1 on"),
        ("x.json", b'[1\n 2]', "JSON from line 2 on"),
        ("x.json", b'{"a": 1]', "JSON from line 1 on"),
        ("x.json", b'{"a": 1, "a": 2}', "the key a twice"),
        ("x.json", b'"a"', "no list and no mapping"),
        ("x.json", b"[" * 100_000, "more than 100 levels"),
        ("x.json", b"<html></html>", "web page"),
        ("x.xlsx", b'{"a": 1}', "rename it to .json"),
    ],
)  # fmt: skip
def test_yaml_and_json_that_cannot_be_read_are_told_by_line(name: str, data: bytes, expected: str) -> None:
    text = sentence(lambda: read_bytes(name, data))
    assert expected in text
    assert text.startswith(f"{name} ")


@pytest.mark.parametrize(
    ("limits", "text", "expected"),
    [
        ({"text_bytes": 3}, b"a: 1\n", "the most that is read of a YAML file"),
        ({"depth": 2}, b"a: {b: {c: 1}}", "more than 2 levels"),
        ({"key": 2}, b"abc: 1", "more than 2 characters"),
        ({"repeats": 2}, b"a: &a [x, x, x, x]\nb: *a\n", "more than 2 times"),
        ({"repeats": 2}, b"a: &a {x: 1, y: 2, z: 3}\nb: {<<: *a}\n", "more than 2 times"),
    ],
)
def test_every_limit_of_yaml_has_its_sentence(
    limits: dict[str, Any], text: bytes, expected: str, limit: Callable[..., None]
) -> None:
    assert read_bytes("x.yml", text).sheets
    limit(**limits)
    assert expected in sentence(lambda: read_bytes("x.yml", text))


@pytest.mark.parametrize(
    "cells",
    [
        ["a"], ["a", 1], ["a.", "x"], [".a", "x"], ["a]b", "x"], ['["a', "x"], ["a", "x", "a", "y"], ["", "x"], [None, "x"],
        ["a", "x", "a.b", "y"], ["a", "x", "[0]", "y"], ["[999999999]", "x"], ["a" + "[0]" * 5000, "x"], ['["\\q"]', "x"],
    ],
)  # fmt: skip
def test_a_sheet_that_is_no_tree_gives_none(cells: list[Value]) -> None:
    assert tree(Sheet("x.xlsx", "S", [cells])) is None
    assert tree(Sheet("x.xlsx", "S", [])) is None


# --- Markdown and plain text ---


def test_tables_of_markdown_stand_under_their_headings_at_their_lines() -> None:
    text = """# Sub-processors #

| Name | Country | |
|:-----|:-------:|-|
| **Acme** [Inc](https://x.test/(a)) | `US`<br/>NZ | a \\| b |
| | *n/a* | 1 \\* 2 &amp; <https://x.test>
after

Others
------
a|b
-|-
1|2|3

```
| no | no |
|----|----|
```
> | q |
> |---|
> | r |
"""
    book = read_bytes("list.md", text.encode())
    assert book.kind == "markdown"
    assert [(sheet.name, [(n, row) for n, row in enumerate(sheet.rows, 1) if row]) for sheet in book.sheets] == [
        (
            "Sub-processors",
            [
                (3, ["Name", "Country"]),
                (5, ["Acme Inc", "US\nNZ", "a | b"]),
                (6, [None, "n/a", "1 * 2 & https://x.test"]),
            ],
        ),
        ("Others", [(11, ["a", "b"]), (13, ["1", "2", "3"])]),
        ("Others (2)", [(19, ["q"]), (21, ["r"])]),
    ]


def test_text_is_a_table_only_where_it_looks_like_one() -> None:
    prose = b"We collect names, addresses and more.\nWe keep them.\nWe, our agents, and others, use them.\n"
    for name in ("policy.md", "policy.txt", "policy"):
        assert "holds text but no table" in sentence(partial(read_bytes, name, prose))
    assert rows("x.txt", b"a;b\n1;2\n3;4\n") == [["a", "b"], ["1", "2"], ["3", "4"]]
    assert rows("x", b"a\tb\n1\t2\n") == [["a", "b"], ["1", "2"]]
    assert rows("x.txt", b"Our list:\n\n|a|b|\n|-|-|\n|1|2|\n") == [[], [], ["a", "b"], [], ["1", "2"]]
    assert "is blank" in sentence(lambda: read_bytes("x.md", b" \n"))
    assert "not text" in sentence(lambda: read_bytes("x.md", bytes(range(1, 9)) * 40))


def test_markdown_that_is_made_to_be_slow_is_not() -> None:
    lines = ["-" * 100_000 + "|", " " * 900_000 + "x|", "a|b", "-|-", "`" * 300_000 + "|" + "[" * 300_000]
    lines += ["[a](" * 90_000 + "|" + "**" * 90_000, " " * 300_000 + "<br" + " " * 300_000 + "|" + "<http://" * 30_000]
    started = clock.monotonic()
    assert read_bytes("x.md", "\n".join(lines).encode()).sheets
    assert clock.monotonic() - started < 10


# --- progress and cancelling ---


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files; every read is by a child that says nothing for a minute."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    program = tmp_path / "program"
    program.mkdir()
    (program / "_read_child.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(sheets, "__file__", str(program / "sheets.py"))
    return tmp_path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="children are counted there")
def test_what_progress_raises_ends_the_reading(slow: Path) -> None:
    class Stop(Exception):
        pass

    seen: list[Progress] = []

    def progress(at: Progress) -> None:
        seen.append(at)
        if at.seconds > 0.5:
            raise Stop

    before, started = children(), clock.monotonic()
    with pytest.raises(Stop):
        read_bytes("x.csv", b"a,b\n", progress=progress)
    assert clock.monotonic() - started < 1.5
    assert children() <= before
    assert [path.name for path in slow.iterdir()] == ["program"]
    assert (seen[0].file, seen[0].rows) == ("x.csv", 0)
    steps = [later.seconds - earlier.seconds for earlier, later in pairwise(seen)]
    assert max(steps) < 0.45


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="children are counted there")
def test_the_keyboard_ends_the_reading(slow: Path) -> None:
    before, started = children(), clock.monotonic()
    timer = threading.Timer(0.3, signal.raise_signal, (signal.SIGINT,))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        read_bytes("x.csv", b"a,b\n")
    timer.join()
    assert clock.monotonic() - started < 1.5
    assert children() <= before
    assert [path.name for path in slow.iterdir()] == ["program"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="children are counted there")
def test_a_reading_that_was_begun_is_ended_when_its_reader_leaves(slow: Path) -> None:
    path = slow / "x.csv"
    path.write_text("a,b\n")
    before, started = children(), clock.monotonic()
    with sheets.begun(path):
        assert len(children() - before) == 1
    assert clock.monotonic() - started < 1.5
    assert children() <= before


def test_a_file_is_read_while_its_reader_does_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, program, told = tmp_path / "x.csv", tmp_path / "program", tmp_path / "told"
    path.write_text("a,b\n")
    program.mkdir()
    said = "".join(f"print({json.dumps(line)!r})\n" for line in ({"sheet": "S", "hidden": False}, {"done": True}))
    (program / "_read_child.py").write_text(f"{said}open({str(told)!r}, 'w').close()\n")
    monkeypatch.setattr(sheets, "__file__", str(program / "sheets.py"))
    seen: list[Progress] = []
    with sheets.begun(path) as book:
        until = clock.monotonic() + 30
        while not told.exists() and clock.monotonic() < until:
            clock.sleep(0.01)
        assert told.exists()
        assert [sheet.name for sheet in book(seen.append).sheets] == ["S"]
    assert [at.rows for at in seen] == [0, 0]


@pytest.mark.parametrize("name", ["none.xlsx", "x.csv"])
def test_what_is_wrong_with_a_file_is_told_when_it_is_asked_for(
    name: str, tmp_path: Path, limit: Callable[..., None]
) -> None:
    limit(file_bytes=3)
    (tmp_path / "x.csv").write_text("a,b\n")
    with sheets.begun(tmp_path / name) as book:
        pass
    assert sentence(lambda: book(None)) == sentence(lambda: read(tmp_path / name))


def test_progress_counts_the_rows_that_have_come(tmp_path: Path) -> None:
    seen: list[Progress] = []
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" * 200_000)
    book = read(path, name="shown.csv", progress=seen.append)
    assert seen[0].file == "shown.csv"
    assert (seen[0].rows, seen[-1].rows) == (0, 200_000) == (0, len(book.sheets[0].rows))
    assert [at.rows for at in seen] == sorted(at.rows for at in seen)
    assert seen[-1].received > 200_000


def test_a_read_can_be_cancelled_while_its_rows_come_in(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def progress(at: Progress) -> None:
        if at.rows:
            raise Stop

    path = tmp_path / "x.csv"
    path.write_text("a,b,c,d,e,f\n" * 600_000)
    with pytest.raises(Stop):
        read(path, progress=progress)


# --- hostile workbooks ---


@pytest.mark.parametrize("corner", ["A9", "XFD1048576"])  # read by calamine, and by openpyxl
def test_escapes_of_xlsx_are_undone_by_either_reader(corner: str) -> None:
    texts = {
        "_x005F_x000D_": "_x000D_", "_x0041_": "A", "_x005f_": "_", "a_x0009_b": "a\tb", "_x005F_x005F_x0041_": "_x005FA",
        "_xD83D__xDE00_": "_xD83D__xDE00_", "_x00zz_": "_x00zz_", "x_y": "x_y",
    }  # fmt: skip
    cells = {f"B{row}": text for row, text in enumerate(texts, 1)}
    rows = read_bytes("x.xlsx", one_sheet({**cells, corner: "last"})).sheets[0].rows
    assert [row[1] for row in rows[: len(texts)]] == list(texts.values())


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
    assert sentence(lambda: read_bytes("x.ods", data)).endswith(
        "more than 10,000,000 cells: split it into smaller files."
    )


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


SECRET = "/".join([".."] * 9 + ["etc", "passwd"])
STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def parts_of(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def strict(data: bytes) -> bytes:
    made: dict[str, str | bytes] = {}
    for name, content in parts_of(data).items():
        assert isinstance(content, bytes)
        for usual, other in STRICT:
            content = content.replace(usual, other)
        made[name] = content
    return package(made)


def without(data: bytes, name: str) -> bytes:
    return package({part: content for part, content in parts_of(data).items() if part != name})


SHEET1 = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "change",
    [
        strict,
        lambda data: without(data, "_rels/.rels"),
        lambda data: without(data, "[Content_Types].xml"),
        lambda data: without(data, "xl/styles.xml"),
        lambda data: without(data, "xl/theme/theme1.xml"),
        lambda data: with_part(data, SHEET1, lambda x: re.sub(rb'(<dimension ref=")[^"]*', rb"\1A1:XFD1048576", x)),
        lambda data: with_part(data, SHEET1, lambda x: re.sub(rb'(<dimension ref=")[^"]*', rb"\1A1", x)),
        lambda data: with_part(data, SHEET1, lambda x: x.replace(b"<sheetData>", b"<sheetData>" + b"<a>" * 200_000)),
        lambda data: with_part(data, "xl/styles.xml", lambda x: re.sub(rb' count="\d+"', b' count="4294967295"', x)),
        lambda data: package({**parts_of(data), "xl/externalLinks/externalLink1.xml": b"<x/>"}),
    ],
)
def test_odd_workbooks_whose_cells_are_certain_are_read(change: Callable[[bytes], bytes]) -> None:
    assert rows("x.xlsx", change(one_sheet({"A1": "System", "B2": 5}))) == [["System"], [None, 5]]


def twice(data: bytes) -> bytes:
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as zipped, warnings.catch_warnings(action="ignore"):
        zipped.writestr(SHEET1, zipped.read(SHEET1))
    return file.getvalue()


def sheets_named(count: int, name: str) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        found = re.search(rb"<sheet [^>]*/>", xml)
        assert found is not None
        each = [re.sub(rb'name="[^"]*"', b'name="%s"' % name.format(n).encode(), found[0]) for n in range(count)]
        return xml.replace(found[0], b"".join(each))

    return lambda data: with_part(data, "xl/workbook.xml", change)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda data: without(data, SHEET1), "its sheet Sheet is missing"),
        (lambda data: without(data, "xl/workbook.xml"), "holds no workbook"),
        (lambda data: without(data, "xl/_rels/workbook.xml.rels"), "its sheet Sheet is missing"),
        (lambda data: with_part(data, "xl/_rels/workbook.xml.rels", lambda x: x.replace(b"/xl/worksheets/sheet1.xml", SECRET.encode())), "its sheet Sheet is missing"),
        (lambda data: with_part(data, "xl/_rels/workbook.xml.rels", lambda x: x.replace(b"/xl/worksheets/sheet1.xml", b"http://x.test/s.xml")), "its sheet Sheet is missing"),
        (twice, "two parts named xl/worksheets/sheet1.xml"),
        (sheets_named(2, "Same"), "two sheets named Same"),
        (sheets_named(501, "S{}"), "more than 500 sheets"),
        (sheets_named(0, ""), "no sheet of cells"),
        (lambda data: package({**parts_of(data), **{f"x/{n}": "" for n in range(10_001)}}), "more than 10,000 files"),
        (lambda data: sheet_xml("<row r='1'><c r='A1' t='s'><v>99</v></c></row>"), "damaged"),
        (lambda data: sheet_xml("<row r='4294967295'><c r='A4294967295'><v>1</v></c></row>"), "damaged"),
        (lambda data: b"MZ" + bytes(range(256)), "neither a workbook nor text"),
    ],
)  # fmt: skip
def test_workbooks_whose_cells_are_not_certain_are_refused(change: Callable[[bytes], bytes], expected: str) -> None:
    assert expected in sentence(lambda: read_bytes("x.xlsx", change(one_sheet({"A1": "System", "B2": 5}))))


def test_numbers_that_are_none_are_errors_and_formulas_are_never_run() -> None:
    body = (
        "<row r='1'><c r='A1'><v>NaN</v></c><c r='B1'><v>1e999</v></c><c r='C1'><f>cmd|'/C calc'!A0</f><v>9</v></c>"
        "<c r='D1'><f>WEBSERVICE(\"http://x.test\")</f></c></row>"
    )
    found = rows("x.xlsx", sheet_xml(body))[0]
    assert found == [ErrorValue("#NUM!"), ErrorValue("#NUM!"), 9, Uncomputed('=WEBSERVICE("http://x.test")')]


def test_the_name_of_a_sheet_is_one_short_line() -> None:
    data = sheets_named(1, "a&#10;b\u202e" + "z" * 400)(one_sheet({"A1": 1}))
    name = read_bytes("x.xlsx", data).sheets[0].name
    assert name.startswith("a b z")
    assert len(name) == 255
    assert read_bytes("x.xlsx", sheets_named(1, "")(one_sheet({"A1": 1}))).sheets[0].name == "Sheet"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<table:table-row table:number-rows-repeated="-3">{}</table:table-row>', "damaged"),
        ('<table:table-row table:number-rows-repeated="x">{}</table:table-row>', "damaged"),
        ("", "no sheet of cells"),
        ("{0}", "two sheets named S"),
    ],
)
def test_hostile_ods(body: str, expected: str) -> None:
    text = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
    table = f'<table:table table:name="S">{body.format(text + "</table:table-cell>")}</table:table>' if body else ""
    data = ods(table * 2 if body == "{0}" else table)
    assert expected in sentence(lambda: read_bytes("x.ods", data))


@pytest.mark.skipif(sys.platform == "win32", reason="such names and files are not there")
def test_odd_paths(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    for path in (tmp_path / "loop.csv", tmp_path / ("x" * 300 + ".csv"), Path("a\0.csv"), Path("/dev/zero")):
        sentence(partial(read, path))
    odd = tmp_path / "a\nb\u202e\udcff.csv"
    odd.write_text("a,b\n")
    book = read(odd)
    assert (book.file, book.sheets[0].file, book.sheets[0].name) == ("a b  .csv", "a b  .csv", "a b")
    assert sentence(lambda: read_bytes("x" * 5000 + ".csv", b"")).startswith("x" * 254 + "… is empty")
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "a.csv").write_text("a,b\n")
    assert [sheet.name for sheet in read(folder).sheets] == ["a"]
    if os.geteuid():
        odd.chmod(0)
        assert "allowed to read" in sentence(lambda: read(odd))


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
        ("x.doc", b"a: 1\nb: 2\n", ".doc file"),
        ("x.csv", b'{"a": 1}', "JSON"),
        ("x.csv", b"a,b\n\x00\x01\x02,c\n" * 9, "not text"),
        ("x.csv", b"a,b\n" * 5000 + b"\x00", "not text"),
        ("x.csv", bytes(range(1, 9)) * 40, "not text"),
        ("x.csv", b" \n\t \r\n", "is blank"),
        ("x.csv", b"\xef\xbb\xbf", "is blank"),
        ("x.csv", "é,ü\nõ,".encode() + b"\xe9\n", "mixes character encodings"),
        ("x.csv", "é,ü\nõ,é".encode()[:-1], "mixes character encodings"),
        ("x.csv", "系統,國家\n會計,台灣\n".encode("big5"), "encoding that cannot be told"),
        ("x.csv", b"ID;PWXL;N;E\nC;Y1;X1;K1\n", "SYLK"),
        ("x.wk1", b"\0\0\2\0\6\4\6\0\x08\0", "Lotus"),
        ("x.zip", package({"y.zip": package({"a.csv": "a,b"})}), "without a .csv file"),
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
        ("システム,国\n会計,日本\n".encode("utf-16-be"), [["システム", "国"], ["会計", "日本"]]),
        ("システム名,国\n会計システム,日本\n".encode("cp932"), [["システム名", "国"], ["会計システム", "日本"]]),
        (b"a,b\r\nc,d\ne,f\rg,h\n", [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]]),
        (b"System,Country\n", [["System", "Country"]]),
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
    files = sorted(path for folder in ("torture", "inventories", "policies") for path in (REAL / folder).iterdir())
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
    assert set(refused) == {
        "csv-actually-png.csv",
        "csv-empty-zero-bytes.csv",
        "flat-ods.fods",
        "mullvad.md",
        "nz-abbio-derived.txt",
        "nz-mega.txt",
        "pair-37signals-privacy.md",
        "pair-bento-privacy.md",
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


# --- columns ---


def alike(sheet: Sheet) -> None:
    """What a sheet says by its columns is what its rows say."""
    other = Sheet(sheet.file, sheet.name, sheet.rows)
    assert (sheet.height, sheet.width) == (len(other.rows), max(map(len, other.rows), default=0))
    assert sheet.top(3) == other.rows[:3]
    assert list(sheet.filled(2)) == list(other.filled(2))
    for number, row in enumerate(other.rows, 1):
        assert sheet.row(number) == row
    for column in range(1, sheet.width + 2):
        cells = [sheet.at(row, column) for row in range(1, sheet.height + 2)]
        assert list(map(repr, cells)) == [repr(other.at(row, column)) for row in range(1, sheet.height + 2)]
        values, codes = sheet.column(column)
        assert values[0] is None
        assert [values[code] for code in codes] == cells[: len(codes)]
        assert not any(value is not None for value in cells[len(codes) :])


def test_equal_values_of_different_kinds_stay_apart() -> None:
    mixed = [
        "1",
        1,
        1.5,
        True,
        "x",
        None,
        1,
        date(2026, 3, 4),
        datetime(2026, 3, 4, 5),
        "x",
        False,
        0,
        True,
        "y",
        time(1),
    ]

    def fill(book: Any) -> None:
        for value in [*mixed, *mixed]:
            book.active.append([value, "same", value if value == "x" else None])
        book.active["D3"].value = "#N/A"
        book.active["D3"].data_type = "e"
        book.active["D9"].value = 1

    sheet = read_bytes("x.xlsx", workbook(fill)).sheets[0]
    found = [sheet.at(row, 1) for row in range(1, len(mixed) * 2 + 1)]
    assert [(type(value), value) for value in found] == [(type(value), value) for value in [*mixed, *mixed]]
    assert (sheet.at(3, 4), sheet.at(9, 4), sheet.at(30, 4), sheet.at(99, 1)) == (ErrorValue("#N/A"), 1, None, None)
    alike(sheet)


@pytest.mark.parametrize("names", [200, 255, 256, 257, 700, 60_000])
def test_columns_of_few_and_of_many_values_are_read_alike(names: int) -> None:
    count = 3 * names if names < 10_000 else names + 10
    rows = [[f"n{n % names}", "" if n % 3 else f"é{n % 2}", f"only {n}", "constant"] for n in range(count)]
    sheet = read_bytes("x.csv", "\n".join(",".join(row) for row in rows).encode()).sheets[0]
    assert sheet.rows == [[cell or None for cell in row] for row in rows]
    if count < 1_000:
        alike(sheet)
    _, codes = sheet.column(1)
    assert isinstance(codes, bytearray) is (names < 256)
    assert len(set(map(id, (sheet.at(row, 1) for row in range(1, count, names))))) == 1 or names > 10_000


def test_columns_whose_values_become_more_from_block_to_block_are_read_alike() -> None:
    rows = [[f"{n // 200}", f"{n}", "" if n < 60_000 else f"{n // 100}"] for n in range(90_000)]
    sheet = read_bytes("x.csv", "\n".join(",".join(row) for row in rows).encode()).sheets[0]
    assert [memoryview(sheet.column(c).codes).itemsize for c in (1, 2, 3)] == [2, 4, 2]  # type: ignore[arg-type]
    for number in (1, 2, 3):
        values, codes = sheet.column(number)
        assert [values[code] for code in codes] == [row[number - 1] or None for row in rows]
        some = sheet.column(number).picked(range(2, 50))
        assert [some.values[code] for code in some.codes] == [row[number - 1] or None for row in rows[1:49]]
        few = sheet.column(number).picked([1, 89_000, 95_000])
        assert [few.values[code] for code in few.codes] == [rows[0][number - 1] or None, rows[88_999][number - 1], None]


def test_rows_of_any_width_and_blank_rows_between_them_are_read_alike() -> None:
    lines = ["a,b,c", "", ",,d,,", *[""] * 200, "x", " ", ",".join(map(str, range(300))), *["y"] * 9_000, ",z", "", ""]
    sheet = read_bytes("x.csv", "\n".join(lines).encode()).sheets[0]
    expected: list[list[str | None]] = [[cell or None for cell in line.split(",")] for line in lines]
    for row in expected:
        while row and row[-1] is None:
            row.pop()
    while not expected[-1]:
        expected.pop()
    assert sheet.rows == expected
    assert sheet.height == len(expected)
    assert list(sheet.filled(1))[:3] == [3, 204, 206]
    assert sheet.at(206, 300) == "299"
    short = read_bytes("x.csv", "\n".join(lines[:240]).encode()).sheets[0]
    alike(short)


def test_one_wide_row_far_below_the_others_takes_no_room_for_what_is_between() -> None:
    lines = ["a", *["b"] * 20_000, ",".join(["c"] * 500), *["d"] * 20_000]
    sheet = read_bytes("x.csv", "\n".join(lines).encode()).sheets[0]
    assert "_columns" not in vars(sheet)
    assert sheet.rows == [line.split(",") for line in lines]


def test_a_text_that_fills_many_cells_is_counted_for_each_of_them(limit: Callable[..., None]) -> None:
    limit(result_bytes=2_000_000)
    data = ("a" * 1_000 + "\n") * 3_000
    assert "more than 2 MB of text" in sentence(lambda: read_bytes("x.csv", data.encode()))
    assert read_bytes("x.csv", data[: len(data) // 2].encode()).sheets[0].height == 1_500


@pytest.mark.parametrize(
    "block",
    [
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [[["a"], 2]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [[["a"], -1]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [[["a"], "AQE"]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [[["a"], "AQ=="]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [[["a"], "AQI="]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [[["a"] * 300, "AQI="]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": [["a"]]},
        {"rows": 2, "cells": 2, "bytes": 1, "columns": ["a"]},
    ],
)
def test_codes_that_stand_for_nothing_are_no_block(
    block: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "__file__", str(tmp_path / "sheets.py"))
    sent = [{"sheet": "S", "hidden": False}, block, {"done": True}]
    (tmp_path / "_read_child.py").write_text("".join(f"print({json.dumps(line)!r})\n" for line in sent))
    assert "x.csv" in sentence(lambda: read_bytes("x.csv", b"a,b"))


def test_a_sheet_that_was_read_can_be_copied_and_changed() -> None:
    sheet = read_bytes("x.csv", b"a,'b\n,c\n").sheets[0]
    assert pickle.loads(pickle.dumps(sheet)) == sheet == copy.deepcopy(sheet)
    assert replace(sheet, file="y.csv").rows == [["a", "'b"], [None, "c"]]
    changed = sheet.changed(lambda value: f"{value}!")
    assert (
        changed.rows == [["a!", "'b!"], [None, "c!"]] == Sheet("x.csv", "x", sheet.rows).changed(lambda v: f"{v}!").rows
    )
    with pytest.raises(AttributeError):
        _ = sheet.nothing  # type: ignore[attr-defined]
