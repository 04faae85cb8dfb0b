"""What a layout makes of a file that is not laid out as datamap's own: rows of the workbook's sheets, with their cells.

A draft only moves cells to where the workbook would have them. What a cell means is decided by the workbook's columns,
so a place, a date or a mechanism is read alike whatever file it stands in, and every problem names the file's own cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from datamap.problems import Problem
from datamap.sheets import Cell, Value


class Said(NamedTuple):
    """A value, whole or part of what a cell says, and that cell; `also` are further cells that it was put together from."""

    value: Value
    cell: Cell
    also: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of one of the workbook's sheets.

    `sheet` is the sheet's name and the keys of `facts` are its headings, both as the workbook's contract has them.
    Several values stand in one text, parted by `;`. `extra` holds columns that the workbook has no heading for. `at`
    is the cell of the file that the row is about.
    """

    sheet: str
    at: Cell
    facts: Mapping[str, Said]
    extra: Mapping[str, Said] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """Rows of the file that are no data, and what they are instead: `a footer`, `an example`, `no inventory`.

    `rows` are row numbers on the sheet of `cell`, counted from 1; `value` is what the first of them says.
    """

    cell: Cell
    rows: tuple[int, ...]
    why: str
    value: str = ""


@dataclass(frozen=True)
class Draft:
    """One file as rows of the workbook.

    `read` has the first filled cell of every row of the file that is neither blank nor a heading, and what it says. Each
    such row is in the inventory when a record kept has a cell of it, and left out otherwise: for the reason in
    `left_out`, or with the problem that nothing of it was understood.
    """

    file: str
    layout: str
    rows: tuple[Row, ...]
    read: Mapping[Cell, str]
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[Problem, ...] = ()


def joined(parts: Iterable[Said], between: str = "; ") -> Said | None:
    """Several values as one text, each once, with the cells of all; None when there is none."""
    found = [p for p in parts if p.value not in (None, "")]
    if not found:
        return None
    cells = dict.fromkeys(cell for p in found for cell in (p.cell, *p.also))
    first, *others = cells
    return Said(between.join(dict.fromkeys(str(p.value) for p in found)), first, tuple(others))
