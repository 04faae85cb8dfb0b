"""The rows of a register are what openpyxl writes for them, cell by cell, whatever they hold."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font, NamedStyle
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from datamap.registers.rows import Body, Links
from datamap.registers.tables import Row
from datamap.workbook.writing import LONGEST_TEXT, add_sheet, cell_at, link_to, new_book, put_row, save_book

LINKED, BOLD = "a link", "an outcome"
WORDS = ("Gap", "Safeguarded")  # texts with a style of their own, in the first column
WIDTHS = (8.0, 20.0, 12.5)

texts = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from("=+-@'<>&\"\t\r\n \x00\x07\ud800\uffffé漢😀_x000D_a"), max_size=12),
    st.sampled_from(["Gap", "Safeguarded", "_x0041_", " x ", "a\r\nb", "007", "1e5", "TRUE", "#N/A"]),
)
values = st.one_of(texts, st.none(), st.integers(-(10**9), 10**12), st.dates(date(1850, 1, 1)))
tables = st.lists(st.tuples(values, values, values), max_size=12)


def book_of(rows: Sequence[Row], leads: Sequence[int | None], *, by_openpyxl: bool) -> bytes:
    book = new_book("Rows")
    for name in (LINKED, BOLD):
        book.add_named_style(NamedStyle(name, font=Font(bold=True, underline="single" if name == LINKED else None)))
    sheet = add_sheet(book, "Table", list(zip("ABC", WIDTHS, strict=True)), len(rows))
    add_sheet(book, "The 'law' & <more>", [("A", 10.0)], 0)
    file = io.BytesIO()
    if by_openpyxl:
        for number, (row, lead) in enumerate(zip(rows, leads, strict=True), 2):
            put_row(sheet, number, row, WIDTHS)
            if row[0] in WORDS:
                cell_at(sheet, number, 1).style = BOLD
            if lead:
                cell_at(sheet, number, 2).style = LINKED
                link_to(cell_at(sheet, number, 2), "The 'law' & <more>", lead)
        save_book(book, file)
    else:
        links = Links(1, LINKED, "The 'law' & <more>", leads)
        body = Body(sheet, rows, WIDTHS, {0: dict.fromkeys(WORDS, BOLD)}, links)
        save_book(book, file, lambda name, part: body.into(part) if name.endswith("/sheet1.xml") else (part,))
    return file.getvalue()


def seen(sheet: Worksheet) -> dict[str, Any]:
    """Everything that a reader of the sheet meets."""
    cells = [
        (
            c.coordinate, c.value, c.data_type, c.style, c.number_format, c.quotePrefix, c.alignment.wrap_text,
            c.font.b, c.hyperlink and (c.hyperlink.ref, c.hyperlink.location, c.hyperlink.target),
        )
        for row in sheet.iter_rows() for c in row
    ]  # fmt: skip
    return {
        "cells": cells,
        "size": sheet.dimensions,
        "heights": {n: (d.height, d.customHeight) for n, d in sheet.row_dimensions.items() if d.height},
        "widths": {n: d.width for n, d in sheet.column_dimensions.items()},
        "set up": (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows, sheet.page_setup.orientation),
        "foot": (sheet.HeaderFooter.oddFooter and sheet.HeaderFooter.oddFooter.left.text, sheet.page_margins.left),
    }


@settings(max_examples=30, deadline=None)
@given(tables, st.data())
def test_the_same_cells_links_heights_and_widths_as_openpyxl_writes(rows: list[Row], data: st.DataObject) -> None:
    leads = [data.draw(st.none() | st.integers(2, 2_000_000)) if row[1] not in (None, "") else None for row in rows]
    ours, theirs = (book_of(rows, leads, by_openpyxl=way) for way in (False, True))
    read, reference = (openpyxl.load_workbook(io.BytesIO(book)) for book in (ours, theirs))
    assert read.sheetnames == reference.sheetnames
    for name in read.sheetnames:
        assert seen(read[name]) == seen(reference[name])
    fast, slow = (CalamineWorkbook.from_filelike(io.BytesIO(book)) for book in (ours, theirs))
    for name in slow.sheet_names:
        assert fast.get_sheet_by_name(name).to_python() == slow.get_sheet_by_name(name).to_python()


def test_many_rows_are_all_there_in_their_order() -> None:
    rows: list[tuple[str, str | None, int]] = [(f"F{n}", "=1+1" if n % 2 else None, n) for n in range(25_000)]
    book = CalamineWorkbook.from_filelike(io.BytesIO(book_of(rows, [2] * len(rows), by_openpyxl=False)))
    read = book.get_sheet_by_name("Table").to_python()[1:]
    assert [tuple(row) for row in read] == [(f, text or "", float(n)) for f, text, n in rows]


def test_a_text_that_is_too_long_says_that_it_was_cut() -> None:
    long = ("a" * LONGEST_TEXT, "a" * (LONGEST_TEXT + 1), "😀" * 17_000)
    for by_openpyxl in (False, True):
        book = openpyxl.load_workbook(io.BytesIO(book_of([long], [None], by_openpyxl=by_openpyxl)))
        whole, cut, pairs = (str(c.value) for c in book["Table"][2])
        assert whole == long[0]
        assert len(cut) == LONGEST_TEXT
        assert cut.endswith("…[cut]")
        assert pairs.endswith("😀…[cut]")
