"""Registers → one styled workbook."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from openpyxl.styles import Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from datamap.assessment import Assessment
from datamap.comparison import Comparison
from datamap.pace import all_kept
from datamap.registers.changes import CHANGES
from datamap.registers.forms import Filled
from datamap.registers.records import RECORDS, Record, filled_in, shown_in
from datamap.registers.rows import Body, Links
from datamap.registers.tables import HYPOTHETICAL, Register, Row, Shown, marked, supposed
from datamap.registers.transfer import ABOUT, FLAGGED, LAW, TRANSFERS
from datamap.transfers import LABELS
from datamap.views import STYLE, Selection
from datamap.workbook import opendocument
from datamap.workbook.opendocument import Form, Table
from datamap.workbook.writing import (
    FACE,
    HAIRLINE,
    HEADER_BORDER,
    HEADER_FILL,
    HEADER_FONT,
    INK,
    TOP,
    Target,
    add_sheet,
    cell_at,
    csv_bytes,
    new_book,
    put_row,
    save_book,
    set_up_page,
)

MOST_ROWS = 1_000_000  # rows written to one sheet; what is over goes to the next

_WIDTHS: Mapping[str, float] = {
    "About": 30, "About flows": 28, "Activity": 14, "Categories": 38, "Cells": 40, "Citation": 46, "Code": 15,
    "Country": 17, "Duties": 50, "File": 26, "Flow": 24, "Flows": 28, "From": 26, "Hint": 40, "Individuals": 26,
    "Message": 60, "Missing": 60, "Organisation": 26, "Outcome": 20, "Purpose": 26, "Question": 60, "Reason": 60,
    "Category": 26, "From systems": 30, "Hop by hop": 60, "In words": 60, "Path": 44, "Until then": 20, "What changes": 44,
    "Recipient": 30, "Regime": 15, "Regimes": 18, "Rule": 24, "Safeguard": 30, "Sheet": 22, "Cells not understood": 24, "Notes on the recipient": 40, "Source cells": 40,
    "After": 44, "Before": 44, "Cells before": 40, "Column": 20, "Name": 28, "Outcome before": 20, "Place before": 22,
    "What differs": 44, "What happened": 16, "What it would need": 60,
    "Processing": 26, "Controller": 26, "Processor": 26, "On behalf of": 26, "Purposes": 38, "Recipients": 34, "Transfers abroad": 34,
    "Safeguards": 44, "Kept for": 30, "Security measures": 40, "System": 26, "Owner": 18, "Contact": 30, "Legal entity": 26,
    "Established in": 18, "Ground recorded": 24, "Kinds of processing": 34, "Mechanism": 26, "With": 28, "Document": 32,
    "What the record shows": 44, "Location of processing": 28, "Engaged by": 24, "Sub-processor": 28, "Categories of data": 38,
    "Sources": 60, "To": 26, "Value": 34, "What it asks": 60, "What to do": 44, "Why it matters": 20,
}  # fmt: skip
_ABOUT_WIDTHS = {"What": 30.0, "Value": 100.0}
_WIDE_PAPER = 8  # A3
_ACROSS_A3, _ACROSS_A4 = 300.0, 205.0  # characters of 11 pt that fit across a page when they are printed at 6.5 pt
_LINK = "datamap link"


def workbook_bytes(
    assessment: Assessment, selection: Selection | None = None, record: Record = RECORDS["transfers"]
) -> bytes:
    """A record as one styled .xlsx, a sheet for each of its registers, as bytes. The same assessment gives the same bytes."""
    file = io.BytesIO()
    _write(shown_in(record, assessment, selection), record, file)
    return file.getvalue()


def save(assessment: Assessment, path: Target, selection: Selection | None = None) -> None:
    """Write the transfer register to one styled .xlsx at a path or into an open binary file."""
    record = RECORDS["transfers"]
    _write(shown_in(record, assessment, selection), record, path)


def record_bytes(record: Record, assessment: Assessment, ending: str, selection: Selection | None = None) -> bytes:
    """A record as a file with this ending, one of `record.endings`. The same assessment gives the same bytes.

    A .csv has the first register alone, and on each row the day and the filters, which the others say on the sheet About.
    Raises ValueError for another ending.
    """
    if ending not in record.endings:
        raise ValueError(f"{record.title} can be written as {', '.join(record.endings)}, not as “{ending}”.")
    shown, filled = filled_in(record, assessment, selection)
    if filled:
        return _form_bytes(record, shown, filled, ending)
    if ending == ".xlsx":
        return workbook_bytes(assessment, selection, record)
    if ending == ".json":
        return _json(record, shown).encode()
    file = io.BytesIO()
    match ending:
        case ".ods":
            opendocument.write(file, [_table(register, shown) for register in record.registers])
        case ".zip":
            with zipfile.ZipFile(file, "w") as archive:
                for register in record.registers:
                    table = _table(register, shown)
                    archive.writestr(zipfile.ZipInfo(f"{table.name}.csv"), csv_bytes(table), zipfile.ZIP_DEFLATED)
        case ".csv":
            table = _table(record.registers[0], shown)
            scope = (("Law as of", assessment.on), ("Filters", shown.filters), ("Hidden", shown.hidden))
            headings = (*table.headings, *((heading, 20.0) for heading, _ in scope))
            rows = tuple((*row, *(value for _, value in scope)) for row in table.rows)
            file.write(csv_bytes(Table(table.name, headings, rows)))
    return file.getvalue()


def _form_bytes(record: Record, shown: Shown, filled: Filled, ending: str) -> bytes:
    """An authority's form, and behind its sheets what the file says of itself."""
    file = io.BytesIO()
    if ending == ".ods":
        opendocument.write(file, [*filled.sheets, *(_table(register, shown) for register in record.registers)])
        return file.getvalue()
    book = _Book(f"{record.title}, {shown.assessment.on.isoformat()}", shown.assessment)
    for form in filled.sheets:
        _form_sheet(book.book, form)
    for register in record.registers:
        book.add(register.name, *register.table(shown))
    book.save(file)
    return file.getvalue()


def _form_sheet(book: Workbook, form: Form) -> None:
    sheet: Worksheet = book.create_sheet(form.name)
    set_up_page(sheet)
    wide = sum(form.widths) > _ACROSS_A4
    if wide:
        sheet.page_setup.paperSize = _WIDE_PAPER
    sheet.page_setup.fitToWidth = math.ceil(sum(form.widths) / (_ACROSS_A3 if wide else _ACROSS_A4))
    if wide:
        sheet.print_title_rows = f"{max(form.heads) + 1}:{max(form.heads) + 1}"
        sheet.print_title_cols = "A:B"
        sheet.freeze_panes = cell_at(sheet, max(form.heads) + 2, 3)
    for number, width in enumerate(form.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(form.rows, 1):
        put_row(sheet, number, row, form.widths)
        if number - 1 in form.heads:
            for position in range(1, len(form.widths) + 1):
                cell = cell_at(sheet, number, position)
                cell.font, cell.fill, cell.border, cell.alignment = HEADER_FONT, HEADER_FILL, HEADER_BORDER, TOP


def _table(register: Register, shown: Shown) -> Table:
    columns, rows = register.table(shown)
    widths = _ABOUT_WIDTHS if columns == ABOUT.columns else _WIDTHS
    headings = tuple((c, widths.get(c, len(c) + 6.0)) for c in columns)
    return Table(register.name, headings, tuple(tuple("" if v is None else v for v in row) for row in rows))


def _json(record: Record, shown: Shown) -> str:
    """`{"record", "title", "as_of", "filters", "hidden", "tables": {name: [{heading: value}]}}`, days as 2026-11-30."""
    tables = {}
    for register in record.registers:
        columns, rows = register.table(shown)
        tables[register.name] = [
            {c: v.isoformat() if isinstance(v, date) else v for c, v in zip(columns, row, strict=True)} for row in rows
        ]
    said = {
        "record": record.code,
        "title": record.title,
        "as_of": shown.assessment.on.isoformat(),
        "filters": shown.filters,
        "hidden": shown.hidden,
        "tables": tables,
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def changes_bytes(found: Comparison) -> bytes:
    """A comparison as one styled .xlsx, as bytes. The same comparison gives the same bytes."""
    file = io.BytesIO()
    save_changes(found, file)
    return file.getvalue()


def save_changes(found: Comparison, path: Target) -> None:
    """Write a comparison to one styled .xlsx at a path or into an open binary file."""
    days = " to ".join(dict.fromkeys(side.on.isoformat() for side in (found.before, found.after)))
    book = _Book(f"What changed, {days}", found.after)
    for register in CHANGES:
        book.add(register.name, *marked(register.columns, register.rows(found), found.after))
    book.save(path)


def _write(shown: Shown, record: Record, target: Target) -> None:
    with all_kept():
        write_tables(f"{record.title}, {shown.assessment.on.isoformat()}", shown, tables_of(record, shown), target)


class LinkedTable(NamedTuple):
    """One table of a workbook. `leads` has for each row the row of *Law relied on* that it leads to; nothing without links."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    leads: Sequence[int | None] = ()


def tables_of(record: Record, shown: Shown) -> list[LinkedTable]:
    """The tables of a record, in words."""
    linked = {TRANSFERS.name: shown.answers, FLAGGED.name: shown.flagged} if shown.linked else {}
    return [
        LinkedTable(r.name, *r.table(shown), [shown.leads.get(id(a)) for a in linked.get(r.name, ())])
        for r in record.registers
    ]


def write_tables(title: str, shown: Shown, tables: Iterable[LinkedTable], target: Target) -> None:
    """Write tables to one styled .xlsx at a path or into an open binary file."""
    book = _Book(title, shown.assessment)
    for table in tables:
        book.add(*table)
    book.save(target)


class _Book:
    """A workbook of tables, with a style for each outcome; of a hypothesis with what is supposed as its first sheet."""

    def __init__(self, title: str, assessment: Assessment) -> None:
        hypothetical = list(supposed(assessment))
        self.book = new_book(f"{HYPOTHETICAL}: {title}" if hypothetical else title)
        self._bodies: dict[str, Body] = {}
        for outcome, style in STYLE.items():
            font = Font(name=FACE, size=11, bold=True, color=f"FF{style.ink[1:].upper()}")
            fill = PatternFill("solid", fgColor=f"FF{style.fill[1:].upper()}")
            self.book.add_named_style(
                NamedStyle(f"datamap {outcome.label}", font=font, fill=fill, alignment=TOP, border=HAIRLINE)
            )
        link = Font(name=FACE, size=11, underline="single", color=INK)
        self.book.add_named_style(NamedStyle(_LINK, font=link, alignment=TOP, border=HAIRLINE))
        if hypothetical:
            self.add(HYPOTHETICAL, ABOUT.columns, hypothetical)

    def add(self, name: str, columns: Sequence[str], rows: Sequence[Row], leads: Sequence[int | None] = ()) -> None:
        """A table, on as many sheets as it needs. `leads` has for each row the row of *Law relied on* that it leads to."""
        for part, start in enumerate(range(0, max(len(rows), 1), MOST_ROWS), 1):
            here = slice(start, start + MOST_ROWS)
            self._sheet(name if part == 1 else f"{name} {part}", columns, rows[here], leads[here])

    def _sheet(self, name: str, columns: Sequence[str], rows: Sequence[Row], leads: Sequence[int | None]) -> None:
        widths = _ABOUT_WIDTHS if tuple(columns) == ABOUT.columns else _WIDTHS
        wide = [widths.get(c, len(c) + 6.0) for c in columns]
        sheet = add_sheet(self.book, name, list(zip(columns, wide, strict=True)), len(rows))
        if len(columns) > 10:
            sheet.page_setup.paperSize = _WIDE_PAPER
        sheet.page_setup.fitToWidth = math.ceil(sum(wide) / (_ACROSS_A3 if len(columns) > 10 else _ACROSS_A4))
        sheet.print_title_cols = "A:A"
        coloured = {n: _OUTCOMES for n, c in enumerate(columns) if c in _COLOURED}
        links = Links(columns.index("Citation"), _LINK, LAW.name, leads) if leads else None
        self._bodies[f"xl/worksheets/sheet{len(self.book.worksheets)}.xml"] = Body(sheet, rows, wide, coloured, links)

    def save(self, target: Target) -> None:
        """Write it to a path or into an open binary file."""

        def filled(name: str, part: bytes) -> Iterable[bytes]:
            body = self._bodies.get(name)
            return body.into(part) if body else (part,)

        save_book(self.book, target, filled)


_OUTCOMES = {label: f"datamap {label}" for label in LABELS.values()}
_COLOURED = frozenset({"Outcome", "Outcome before", "Why it matters", "What"})
