"""Registers → one styled workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl.styles import Font, NamedStyle, PatternFill
from openpyxl.workbook import Workbook

from datamap.assessment import Assessment
from datamap.registers.tables import Row, Shown
from datamap.registers.transfer import ABOUT, FLAGGED, LAW, REGISTERS, TRANSFERS
from datamap.transfers import LABELS, Outcome
from datamap.views import STYLE, Selection
from datamap.workbook.writing import (
    FACE,
    HAIRLINE,
    INK,
    TOP,
    Target,
    add_sheet,
    cell_at,
    link_to,
    new_book,
    put_row,
    save_book,
)

MOST_ROWS = 1_000_000  # rows written to one sheet; what is over goes to the next

_WIDTHS: Mapping[str, float] = {
    "About": 30, "About flows": 28, "Activity": 14, "Categories": 38, "Cells": 40, "Citation": 36, "Code": 15,
    "Country": 17, "Duties": 50, "File": 26, "Flow": 24, "Flows": 28, "From": 26, "Hint": 40, "Individuals": 26,
    "Message": 60, "Missing": 60, "Organisation": 26, "Outcome": 20, "Purpose": 26, "Question": 60, "Reason": 60,
    "Category": 26, "From systems": 30, "Hop by hop": 60, "In words": 60, "Path": 44, "Until then": 20, "What changes": 44,
    "Recipient": 30, "Regime": 15, "Regimes": 18, "Rule": 24, "Safeguard": 30, "Sheet": 22, "Cells not understood": 24, "Notes on the recipient": 40, "Source cells": 40,
    "Sources": 60, "To": 26, "Value": 34, "What it asks": 60, "What to do": 44, "Why it matters": 20,
}  # fmt: skip
_ABOUT_WIDTHS = {"What": 30.0, "Value": 100.0}
_WIDE_PAPER = 8  # A3
_LINK = "datamap link"


def workbook_bytes(assessment: Assessment, selection: Selection | None = None) -> bytes:
    """Every register as a sheet of one styled .xlsx, as bytes. The same assessment gives the same bytes."""
    file = io.BytesIO()
    _write(Shown(assessment, selection), file)
    return file.getvalue()


def save(assessment: Assessment, path: Target, selection: Selection | None = None) -> None:
    """Write every register to one styled .xlsx at a path or into an open binary file."""
    _write(Shown(assessment, selection), path)


def _style(outcome: Outcome) -> str:
    return f"datamap {outcome.label}"


def _write(shown: Shown, target: Target) -> None:
    book = new_book(f"Transfer register, {shown.assessment.on.isoformat()}")
    for outcome, style in STYLE.items():
        font = Font(name=FACE, size=11, bold=True, color=f"FF{style.ink[1:].upper()}")
        fill = PatternFill("solid", fgColor=f"FF{style.fill[1:].upper()}")
        book.add_named_style(NamedStyle(_style(outcome), font=font, fill=fill, alignment=TOP, border=HAIRLINE))
    leads = {
        TRANSFERS.name: [shown.leads.get(id(a)) for a in shown.answers] if shown.linked else [],
        FLAGGED.name: [shown.leads.get(id(a)) for a in shown.flagged] if shown.linked else [],
    }
    link = Font(name=FACE, size=11, underline="single", color=INK)
    book.add_named_style(NamedStyle(_LINK, font=link, alignment=TOP, border=HAIRLINE))
    for register in REGISTERS:
        columns = (*register.columns, *register.more(shown))
        rows = list(register.rows(shown))
        for part, start in enumerate(range(0, max(len(rows), 1), MOST_ROWS), 1):
            name = register.name if part == 1 else f"{register.name} {part}"
            here = slice(start, start + MOST_ROWS)
            _sheet(book, name, columns, rows[here], leads.get(register.name, [])[here])
    save_book(book, target)


_OUTCOMES = {label: outcome for outcome, label in LABELS.items()}


def _sheet(book: Workbook, name: str, columns: Sequence[str], rows: Sequence[Row], leads: Sequence[int | None]) -> None:
    widths = _ABOUT_WIDTHS if name == ABOUT.name else _WIDTHS
    wide = [widths.get(c, len(c) + 6.0) for c in columns]
    sheet = add_sheet(book, name, list(zip(columns, wide, strict=True)), len(rows))
    if len(columns) > 10:
        sheet.page_setup.paperSize = _WIDE_PAPER
    citation = columns.index("Citation") + 1 if leads else 0
    coloured = [n for n, c in enumerate(columns) if c in ("Outcome", "Why it matters", "What")]
    for number, row in enumerate(rows, 2):
        put_row(sheet, number, row, wide)
        for position in coloured:
            if outcome := _OUTCOMES.get(str(row[position])):
                cell_at(sheet, number, position + 1).style = _style(outcome)
        if citation and (lead := leads[number - 2]):
            cell = cell_at(sheet, number, citation)
            cell.style = _LINK
            link_to(cell, LAW.name, lead)
