"""A file → sheets of cells with their addresses. Every limit against hostile files lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple


def column_letters(column: int) -> str:
    """The spreadsheet's name of a column: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Cell(NamedTuple):
    """The address of one cell. Rows and columns count from 1; `str()` gives `acme.xlsx!Flows!C4`."""

    file: str
    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The cell within its sheet, such as `C4`."""
        return f"{column_letters(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"{self.file}!{self.sheet}!{self.address}"


class ErrorValue(NamedTuple):
    """A spreadsheet's own error in a cell, such as `#N/A`."""

    text: str


class Uncomputed(NamedTuple):
    """A formula whose value the file does not hold. Formulas are never evaluated."""

    formula: str


Value = str | int | float | bool | date | datetime | time | timedelta | ErrorValue | Uncomputed | None


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows[r][c]` is the cell at row r + 1, column c + 1; rows may be ragged; a blank cell is None."""

    file: str
    name: str
    rows: list[list[Value]]
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """One file, read: its name as shown to users and its sheets in order."""

    file: str
    sheets: tuple[Sheet, ...]


class Unreadable(Exception):
    """The file cannot be read at all. The message is one sentence for the user: what it is, and what to do."""


def read(path: Path) -> Book:
    """Read a spreadsheet file, a folder or a zip of CSV files."""
    raise NotImplementedError
