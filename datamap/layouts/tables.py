"""Tables on sheets: where the headings are, which rows are data, and what the other rows are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from datamap.inventory import name_key
from datamap.layouts import cells
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.layouts.rows import Entry
from datamap.sheets import Cell, Sheet, Value
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import LeftOut, Said

HEADING_ROWS = 40
"""Headings are looked for this far down a sheet."""


@dataclass(frozen=True)
class Table:
    """A table found on a sheet. Rows and columns count from 1.

    `headings` are the texts over the columns in use, a group's heading and a column's own joined by ` - `. Every row of
    the sheet that is not blank is a heading row, a data row (`rows`), or left out for a reason.
    """

    sheet: Sheet
    headings: Mapping[int, str]
    heading_rows: tuple[int, ...]
    rows: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        return Cell(self.sheet.file, self.sheet.name, row, column)


def value_at(sheet: Sheet, row: int, column: int) -> Value:
    """The value of a cell, by its row and column from 1; None beyond the sheet."""
    if row > len(sheet.rows) or column > len(sheet.rows[row - 1]):
        return None
    return sheet.rows[row - 1][column - 1]


def filled_rows(sheet: Sheet) -> dict[Cell, str]:
    """The first filled cell of every row that is not blank, and what it says."""
    found: dict[Cell, str] = {}
    for number, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row, 1):
            if words := as_text(value):
                found[Cell(sheet.file, sheet.name, number, column)] = words
                break
    return found


def table_with(sheet: Sheet, wanted: Collection[str], *, least: float = 0.6) -> Table | None:
    """The table of a layout that is known: its headings are the row that has the most of those wanted.

    Rows above the headings are titles. None when no row has the share `least` of the headings wanted.
    """
    keys = {name_key(w) for w in wanted}
    best: tuple[float, int] | None = None
    for number, row in enumerate(sheet.rows[:HEADING_ROWS], 1):
        share = len(keys & {name_key(as_text(v)) for v in row if v is not None}) / len(keys)
        if share >= least and (best is None or share > best[0]):
            best = share, number
    if best is None:
        return None
    header = best[1]
    headings = {c: words for c, v in enumerate(sheet.rows[header - 1], 1) if (words := as_text(v))}
    filled = filled_rows(sheet)
    above = {cell: words for cell, words in filled.items() if cell.row < header}
    rows = tuple(cell.row for cell in filled if cell.row > header)
    return Table(sheet, headings, (header,), rows, titles(above))


def titles(above: Mapping[Cell, str]) -> tuple[LeftOut, ...]:
    """Rows above the headings, as one thing that is left out."""
    if not above:
        return ()
    first, words = next(iter(above.items()))
    return (LeftOut(first, tuple(cell.row for cell in above), "a title above the headings", words),)


def entries(table: Table, meanings: Mapping[int, Meaning], *, down: Collection[int] = ()) -> Iterator[Entry]:
    """The data rows of a table by what their columns mean; `meanings` is by column, those not in it are kept as extra.

    Rich text becomes plain text and a prompt that nobody answered becomes blank. A blank in a column of `down`, or in a
    merged cell, says what the cell above it says.
    """
    merged = {
        (row, column): (top, left)
        for top, left, bottom, right in getattr(table.sheet, "merged", ())
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if row > table.heading_rows[-1]
    }
    above: dict[int, Said] = {}
    for number in table.rows:
        entry: Entry | None = None
        for column, heading in table.headings.items():
            said = _said(table, *merged.get((number, column), (number, column)))
            if said is None and column in down:
                said = above.get(column)
            if said is None:
                continue
            above[column] = said
            meaning = meanings.get(column, Meaning.OTHER)
            entry = entry or Entry(said.cell)
            if meaning is Meaning.OTHER:
                entry.extra.setdefault(heading, said)
            else:
                entry.said.setdefault(meaning, []).append(said)
        if entry:
            about = next((entry.one(m) for m in SUBJECTS if entry.one(m)), None)
            if about and about.cell.row == number:
                entry.at = about.cell
            yield entry


def _said(table: Table, row: int, column: int) -> Said | None:
    value = value_at(table.sheet, row, column)
    if isinstance(value, str):
        value = cells.plain(value).strip()
        if not value or cells.prompt(value):
            return None
    return None if value is None else Said(value, table.cell(row, column))
