"""A file → sheets of cells with their addresses. Every limit against hostile files lives here.

Files are opened only in a child process (`_read_child.py`, which says how each kind is read): a spreadsheet of a few
kilobytes can make a reader ask for half a terabyte and abort. The child has a memory limit where the system knows one
and a time limit everywhere; it sends plain values as lines of JSON, which are decoded here and never executed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from array import array
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import zip_longest
from operator import is_
from pathlib import Path, PurePath
from queue import Empty, Queue
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias


@lru_cache(maxsize=1024)
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
    """A formula whose value the file does not hold, as typed (`=A1+B1`). Formulas are never evaluated."""

    formula: str


Value = str | int | float | bool | date | datetime | time | timedelta | ErrorValue | Uncomputed | None


Codes: TypeAlias = "bytearray | array[int]"
"""Numbers from 0, as narrow as they can be: of 1, 2 or 4 bytes."""

NARROW, MIDDLING = 1 << 8, 1 << 16  # how many codes a byte has, and two


def _packed(codes: Iterable[int], count: int) -> Codes:
    """Codes below a count."""
    numbers = iter(codes)  # an array takes bytes for what it holds
    return bytearray(numbers) if count <= NARROW else array("H" if count <= MIDDLING else "I", numbers)


class Coded(NamedTuple):
    """The cells of one column: the cell in row r + 1 is `values[codes[r]]`, and blank where there is no such code.

    Code 0 is a blank cell. A value stands among the values once, or a few times. The codes are `Codes` or a view of some.
    """

    values: Sequence[Value]
    codes: Sequence[int]

    @classmethod
    def of(cls, cells: Iterable[Value]) -> Coded:
        """The column that has these cells."""
        known: dict[Any, int] = {None: 0}
        values: list[Value] = [None]
        codes: list[int] = []
        for value in cells:
            key = value if type(value) is str or value is None else (type(value), value)  # 1, 1.0 and True are equal
            code = known.setdefault(key, len(values))
            if code == len(values):
                values.append(value)
            codes.append(code)
        return cls(values, _packed(codes, len(values)))

    def picked(self, rows: Sequence[int]) -> Coded:
        """The cells of these rows, which count from 1; no code is left out."""
        codes = self.codes
        if isinstance(rows, range) and rows.step == 1 and rows.stop <= len(codes) + 1:
            return Coded(self.values, memoryview(codes)[rows.start - 1 : rows.stop - 1])  # type: ignore[arg-type]
        found = (codes[row - 1] if row <= len(codes) else 0 for row in rows)
        return Coded(self.values, _packed(found, len(self.values)))

    def used(self) -> list[int]:
        """The codes that there are, each once, in the order of their first cells."""
        if len(self.values) > NARROW:
            return list(dict.fromkeys(self.codes))
        codes = bytes(self.codes)
        first = {code: codes.find(code) for code in range(len(self.values))}
        return sorted((code for code, at in first.items() if at >= 0), key=first.__getitem__)

    def changed(self, change: Callable[[Value], Value]) -> Coded:
        """The column with every value that is not blank changed."""
        values = [None, *map(change, self.values[1:])]
        return self if all(map(is_, values, self.values)) else Coded(values, self.codes)


def is_blank(row: Iterable[Value]) -> bool:
    """Whether the cells of a row hold nothing but white space."""
    return all(map(_says_nothing, row))


def _says_nothing(value: Value) -> bool:
    return value is None or (type(value) is str and not value.strip())


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows[r][c]` is the cell at row r + 1, column c + 1; rows may be ragged; a blank cell is None.

    `merged` holds (top, left, bottom, right) of each merged range, counted from 1, ends included; its value is in its
    first cell. Hidden rows and columns are read like all others, and named here as far as anything was read in them.
    Merged ranges are known of xlsx, xls and ods, what is hidden of xlsx and ods.

    A sheet that was read from a file keeps its columns, each distinct value once; its rows are made when they are first
    asked for. The methods below need them as little as they can. All their numbers count from 1.
    """

    file: str
    name: str
    rows: list[list[Value]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()

    @classmethod
    def of_columns(cls, file: str, name: str, columns: Sequence[Coded], height: int, *, hidden: bool = False) -> Sheet:
        """The sheet of so many rows that has these columns."""
        sheet = object.__new__(cls)
        sheet.__dict__.update(file=file, name=name, hidden=hidden, _columns=tuple(columns), _height=height)
        return sheet

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name != "rows" or "_columns" not in self.__dict__:
                raise AttributeError(f"{type(self).__name__!r} has no {name!r}")
            rows = self.__dict__["rows"] = self._made(0, self._height)
            return rows

    @property
    def _coded(self) -> tuple[Coded, ...] | None:
        """The columns, if the sheet keeps them."""
        return self.__dict__.get("_columns")

    def _made(self, first: int, last: int) -> list[list[Value]]:
        """Rows made from the columns, from one index to before another."""
        filled = [map(values.__getitem__, codes[first:last]) for values, codes in self._coded or ()]
        rows: list[list[Value]] = list(map(list, zip_longest(*filled)))
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        rows.extend([] for _ in range(min(last, self.height) - first - len(rows)))
        return rows

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows) if self._coded is None else self.__dict__["_height"]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(map(len, self.rows), default=0) if self._coded is None else len(self._coded)

    def top(self, count: int) -> list[list[Value]]:
        """The first rows."""
        return self.rows[:count] if "rows" in self.__dict__ else self._made(0, count)

    def row(self, number: int) -> list[Value]:
        """One row, which there must be."""
        return self.rows[number - 1] if "rows" in self.__dict__ else self._made(number - 1, number)[0]

    def at(self, row: int, column: int) -> Value:
        """One cell, wherever it is."""
        if self._coded is not None:
            values, codes = self.column(column)
            return values[codes[row - 1]] if row <= len(codes) else None
        return self.rows[row - 1][column - 1] if row <= len(self.rows) and column <= len(self.rows[row - 1]) else None

    def column(self, number: int) -> Coded:
        """One column."""
        if (coded := self._coded) is not None:
            return coded[number - 1] if number <= len(coded) else NO_CELLS
        return Coded.of(row[number - 1] if len(row) >= number else None for row in self.rows)

    def filled(self, after: int) -> Sequence[int]:
        """The rows below a row that hold more than white space."""
        if self._coded is None:
            return [n for n, row in enumerate(self.rows[after:], after + 1) if not is_blank(row)]
        blank: Sequence[int] = range(after, self.height)
        for values, codes in self._coded:
            empty = {code for code, value in enumerate(values) if _says_nothing(value)}
            blank = [at for at in blank if at >= len(codes) or codes[at] in empty]
            if not blank:
                return range(after + 1, self.height + 1)
        without = set(blank)
        return [at + 1 for at in range(after, self.height) if at not in without]

    def changed(self, change: Callable[[Value], Value]) -> Sheet:
        """The sheet with every value that is not blank changed. What is hidden or merged is not kept."""
        if self._coded is not None:
            columns = [column.changed(change) for column in self._coded]
            return Sheet.of_columns(self.file, self.name, columns, self.height, hidden=self.hidden)
        rows = [[None if value is None else change(value) for value in row] for row in self.rows]
        return Sheet(self.file, self.name, rows, self.hidden)


NO_CELLS = Coded((None,), bytearray())


@dataclass(frozen=True)
class Book:
    """One file, read: its name as shown to users and its sheets in order.

    `kind` is what the file was found to be: xlsx, xlsb, xls, ods, csv, folder, zip, yaml, json or markdown.
    """

    file: str
    sheets: tuple[Sheet, ...]
    kind: str = ""


class Leaf(NamedTuple):
    """A value at the end of a tree (see `tree`), and the cell that it stands in."""

    value: str
    cell: Cell


Node = dict[str, "Node"] | list["Node"] | Leaf | None
"""Part of a tree. None stands in a list where the file has nothing."""

_STEP = re.compile(r'\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]|(\.?)([\w -]+)')


def tree(sheet: Sheet, row_done: Callable[[], object] = bool) -> dict[str, Node] | list[Node] | None:
    """The mapping or list that a YAML or JSON file holds, from the one sheet it is read as. `row_done` is called at each row.

    None when the sheet holds no such tree: when a cell in an odd column is not the path of a text to its right.
    """
    root: dict[str | int, Any] = {}
    for number, row in enumerate(sheet.rows, 1):
        row_done()
        for at in range(0, len(row), 2):
            path, value = row[at], row[at + 1] if at + 1 < len(row) else None
            steps = _steps(path) if isinstance(path, str) else []
            if not steps or not isinstance(value, str):
                return None
            node = root
            for step in steps[:-1]:
                node = node.setdefault(step, {})
                if not isinstance(node, dict):
                    return None
            if steps[-1] in node:
                return None
            node[steps[-1]] = Leaf(value, Cell(sheet.file, sheet.name, number, at + 2))
    try:
        built = _built(root) if root else None
    except ValueError:
        return None
    return built if isinstance(built, dict | list) else None


def _steps(path: str) -> list[str | int]:
    """`a.b[0]["c.d"]` → a, b, 0, c.d. Empty for what is no path."""
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None or len(steps) > LIMITS.depth or (step[4] and (step[3] == ".") != (at > 0)):
            return []
        index, quoted, _, key = step.groups()
        try:
            steps.append(int(index) if index else json.loads(quoted) if quoted else key)
        except ValueError:
            return []
        at = step.end()
    return steps


def _built(node: Any) -> Node:
    if not isinstance(node, dict):
        return node  # type: ignore[no-any-return]
    if all(isinstance(step, str) for step in node):
        return {step: _built(below) for step, below in node.items()}
    if not all(isinstance(step, int) for step in node) or max(node) > LIMITS.text_bytes // 2:
        raise ValueError
    return [_built(node.get(at)) for at in range(max(node) + 1)]


class Unreadable(Exception):
    """The file cannot be read at all. The message is one sentence for the user: what it is, and what to do."""


@dataclass(frozen=True)
class Limits:
    """How much of a file is read before it is refused, with a sentence that names the limit."""

    file_bytes: int = 200_000_000
    """Size of the file, or of all the CSV files of a folder."""
    expanded_bytes: int = 1_000_000_000
    """Size of the contents of a zip, .xlsx or .ods once unpacked."""
    ratio: int = 200
    """Unpacked bytes per packed byte, once more than `ratio_from` bytes are unpacked."""
    ratio_from: int = 100_000_000
    text_bytes: int = 10_000_000
    """Size of a YAML, JSON, Markdown or plain text file."""
    entries: int = 10_000
    """Files in a zip, .xlsx or .ods, and entries of a folder."""
    sheets: int = 500
    cells: int = 10_000_000
    """Cells of the whole file; a blank row above a filled one counts as one."""
    merges: int = 200_000
    """Merged ranges of one sheet."""
    text: int = 1_000_000
    """Characters of one cell."""
    depth: int = 100
    """Levels of a YAML or JSON file."""
    key: int = 1_000
    """Characters of one key of a YAML or JSON file."""
    repeats: int = 100_000
    """Values that a YAML file has only by repeating others (`*alias`, `<<`)."""
    result_bytes: int = 300_000_000
    """All values together: a short file may repeat one long text very often."""
    seconds: float = 60.0
    """Wall-clock time for reading the whole file. 500,000 flows take 5 seconds of it on a computer with nothing else to do."""
    understanding: float = 20.0
    """Processor time for understanding what was read, of all files together: it does not run out sooner on a busy
    computer. 500,000 rows of datamap's own layout take a fifth of it, 20,000 long rows of another most of it. See `pace`."""
    rows: int = 600_000
    """Rows of one file that are understood, blank ones not counted."""
    foreign_rows: int = 200_000
    """The same of a table that is not laid out as datamap's own, each row of which gives several rows of the workbook."""
    memory_bytes: int = 768 << 20
    """Address space of the child process; with what the cells take here, about 1 GiB. Not enforced on Windows, which lacks the `resource` module."""


LIMITS = Limits()


@dataclass(frozen=True)
class Progress:
    """How far reading has come: `rows` received in `seconds`, which came as so many `received` bytes.

    How much is still to come is not known: a file says nothing of that, or what is not so. Once all is read and it is
    being understood, `of` says how many rows there are, `rows` about how many of them are done, and `file` whose.
    """

    file: str
    seconds: float
    rows: int
    received: int
    of: int | None = None


EVERY = 0.2
"""Seconds between two calls of `progress`, at most and about."""


def read(path: Path, *, name: str | None = None, progress: Callable[[Progress], None] | None = None) -> Book:
    """Read a spreadsheet (.xlsx, .xlsm, .xlsb, .xls, .ods), a .csv file, a folder or a .zip of .csv files, the tables of
    a Markdown file, or a YAML or JSON file.

    The kind is told from the content, and from the name's ending where the content leaves it open. `name` is how the
    file is shown to users (default: its own name). Blank cells and empty texts are None, trailing ones are left out,
    whole numbers are int, days without a time of day are date. Values of text files stay text.

    A CSV file is a book of one sheet that has the name of the file without its ending. So is a YAML or JSON file: its
    rows are the lines of the file, and each value stands on its line to the right of its path (see `tree`); several
    documents in one file are a list of them. Each table of a Markdown file is a sheet with the name of the heading above
    it; its rows are the lines of the file.

    `progress` is called when reading begins and ends and at least every quarter of a second. Whatever it raises ends the
    reading and is raised here.

    Raises `Unreadable` when there is nothing to read, or more than `LIMITS` allows.
    """
    with begun(path, name=name) as book:
        return book(progress)


OnProgress: TypeAlias = "Callable[[Progress], None] | None"


@contextmanager
def begun(path: Path, *, name: str | None = None) -> Iterator[Callable[[OnProgress], Book]]:
    """Begin to read a file in another process, and do something else meanwhile.

    What is given is called once, with `progress` or None, and then waits for the book: it does, gives and raises what
    `read` does, also where the file is not there at all. On leaving, what still reads is ended.
    """
    with ExitStack() as ending:
        try:
            book = ending.enter_context(_reading(*_found(path, name)))
        except Unreadable as refusal:
            book = partial(_refuse, refusal)
        yield book


def _refuse(refusal: Unreadable, progress: OnProgress) -> NoReturn:
    raise refusal


def _found(path: Path, name: str | None) -> tuple[Path, str, int, str]:
    """A file or folder with its name as shown, the size of a file, and the ending."""
    shown = _one_line(name or path.name)
    try:
        shown = _one_line(name or path.resolve().name) or "/"
        if not (path.is_dir() or path.is_file()):
            reason = "is not a file or a folder" if path.exists() else "was not found: check its name and folder"
            raise Unreadable(f"{shown} {reason}.")
        size = path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError, RuntimeError):
        raise Unreadable(f"{shown} cannot be opened: check that you are allowed to read it.") from None
    return path, shown, size, PurePath(shown).suffix or path.suffix


def read_bytes(name: str, data: bytes, *, progress: Callable[[Progress], None] | None = None) -> Book:
    """Read an uploaded file. `name` is what the user called it; see `read`.

    The bytes are kept in a private temporary folder while they are read.
    """
    from tempfile import TemporaryDirectory

    shown = _one_line(name)
    with TemporaryDirectory(prefix="datamap-") as folder:
        path = Path(folder) / "upload"
        if len(data) <= LIMITS.file_bytes:
            path.write_bytes(data)
        with _reading(path, shown, len(data), PurePath(shown).suffix) as book:
            return book(progress)


@contextmanager
def _reading(path: Path, name: str, size: int, suffix: str) -> Iterator[Callable[[OnProgress], Book]]:
    """A child that reads a file, and what waits for its answer. On leaving, the child is ended."""
    if size > LIMITS.file_bytes:
        raise Unreadable(
            f"{name} is larger than {LIMITS.file_bytes // 1_000_000} MB, the most that is read: "
            "split it into smaller files."
        )
    started = monotonic()

    def attempt(*, careful: bool) -> AbstractContextManager[Queue[bytes]]:
        job = {
            "path": str(path.resolve()),
            "name": name,
            "stem": PurePath(name).stem,
            "suffix": suffix.lower(),
            "careful": careful,
            "limits": asdict(LIMITS),
        }
        return _child(json.dumps(job))

    with ExitStack() as ending:
        lines = ending.enter_context(attempt(careful=False))

        def book(progress: OnProgress) -> Book:
            def report(rows: int, received: int) -> None:
                if progress is not None:
                    progress(Progress(name, monotonic() - started, rows, received))

            report(0, 0)
            try:
                return _received(lines, name, started + LIMITS.seconds, report)
            except _GaveUp as first:
                if first.kind != "xlsx":
                    raise
            ending.close()
            again = ending.enter_context(attempt(careful=True))
            return _received(again, name, started + LIMITS.seconds, report)

        yield book


class _GaveUp(Unreadable):
    """The child ended without an answer. `kind` is the kind of file it had found by then, or empty."""

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


def _received(lines: Queue[bytes], name: str, deadline: float, report: Callable[[int, int], None]) -> Book:
    """The book that a child sends as lines. Raises `Unreadable`, and `_GaveUp` where it ended without an answer."""
    kind = ""
    sheets: list[_Growing] = []
    rows = received = 0
    due = monotonic() + EVERY
    while True:
        now = monotonic()
        if now >= deadline:
            raise Unreadable(f"{name} takes more than {LIMITS.seconds:g} seconds to read: {_smaller(kind)}.")
        if now >= due:
            report(rows, received)
            due = monotonic() + EVERY
        try:
            line = lines.get(timeout=max(min(due, deadline) - now, 0))
        except Empty:
            continue
        match _message(line):
            case {"rows": int(more), "cells": int(cells), "bytes": int(size), "columns": list(columns)} if sheets:
                if not sheets[-1].add(more, cells, columns):
                    break
                rows += more
                received += size
            case {"blank": int(more)} if sheets:
                sheets[-1].skip(more)
                rows += more
            case {"sheet": str(sheet), "hidden": bool(hidden)}:
                sheets.append(_Growing(name, sheet, hidden))
            case _Shape() as shape if sheets:
                sheets[-1].shape = shape
            case {"kind": str(found)}:
                kind = found
            case {"refused": str(sentence)}:
                raise Unreadable(sentence)
            case {"damaged": True}:
                raise _GaveUp(
                    f"{name} is damaged or oddly made: open it in a spreadsheet program, then save it as .xlsx.",
                    kind,
                )
            case {"missing": str(module)}:
                raise ModuleNotFoundError(f"No module named {module!r}", name=module)
            case {"done": True}:
                report(rows, received)
                return Book(name, tuple(sheet.grown() for sheet in sheets), kind)
            case None:
                break
    raise _GaveUp(
        f"{name} needs more than {LIMITS.memory_bytes >> 20} MB of memory to read: {_smaller(kind)}.",
        kind,
    )


class _Growing:
    """A sheet whose blocks are coming in (see `_read_child`).

    It keeps columns as long as what they have room for is in proportion to its cells, else rows: one wide row far below
    the others would need long columns of nothing.
    """

    FILL, SMALL = 4, 2_000_000

    def __init__(self, file: str, name: str, hidden: bool) -> None:
        self.file, self.name, self.hidden = file, name, hidden
        self.shape = _Shape((), (), ())
        self.values: list[list[Value]] = []
        self.codes: list[Codes] = []
        self.height = self.cells = 0
        self.rows: list[list[Value]] | None = None

    def skip(self, blank: int) -> None:
        """Add blank rows."""
        self.height += blank
        if self.rows is not None:
            self.rows.extend([] for _ in range(blank))

    def add(self, rows: int, cells: int, columns: list[Any]) -> bool:
        """Add a block of rows; False if it is none."""
        came: list[Codes] = []
        for number, column in enumerate(columns):
            if number == len(self.values):
                self.values.append([None])
                self.codes.append(bytearray())
            codes = self._codes(rows, self.values[number], column)
            if codes is None:
                return False
            came.append(codes)
        self.cells += cells
        room = (self.height + rows) * len(self.codes)
        if self.rows is None and room > self.FILL * self.cells + self.SMALL:
            self.rows = self._sheet().rows
            self.codes = [bytearray() for _ in self.codes]
        if self.rows is not None:
            block = [Coded(values, codes) for values, codes in zip(self.values, came, strict=False)]
            self.rows += Sheet.of_columns(self.file, self.name, block, rows).rows
        else:
            for number, codes in enumerate(came):
                if codes:
                    self._extend(number, codes)
        self.height += rows
        return True

    def _codes(self, rows: int, values: list[Value], column: Any) -> Codes | None:
        """The codes of a column's cells in a block, none where all are blank; its new values are added."""
        match column:
            case [list(new), int(sent) | str(sent)]:
                values += new
            case _:
                return None
        if isinstance(sent, int):
            if not 0 <= sent < len(values):
                return None
            one = _packed((sent,), len(values))
            return one * rows if sent else one[:0]
        try:
            packed = a2b_base64(sent)
            codes: Codes = bytearray(packed) if len(values) <= NARROW else array("I", packed)
        except ValueError:
            return None
        if len(codes) != rows:
            return None
        if isinstance(codes, bytearray):
            return None if codes.translate(None, bytes(range(len(values)))) else codes
        if max(codes) >= len(values):
            return None
        if len(values) > MIDDLING:
            return codes
        halves = memoryview(codes).cast("B").cast("H")
        return array("H", halves[int(sys.byteorder == "big") :: 2].tobytes())

    def _extend(self, number: int, codes: Codes) -> None:
        before = self.codes[number]
        if memoryview(before).format != memoryview(codes).format:  # there are more values than before
            before = self.codes[number] = _packed(before, len(self.values[number]))
        before.extend([0] * (self.height - len(before)))
        before.extend(codes)

    def _sheet(self) -> Sheet:
        columns = [Coded(values, codes) for values, codes in zip(self.values, self.codes, strict=True)]
        return Sheet.of_columns(self.file, self.name, columns, self.height, hidden=self.hidden)

    def grown(self) -> Sheet:
        """The sheet, once all has come."""
        sheet = self._sheet() if self.rows is None else Sheet(self.file, self.name, self.rows, self.hidden)
        merged, hidden_rows, hidden_columns = self.shape
        sheet.__dict__.update(merged=merged, hidden_rows=hidden_rows, hidden_columns=hidden_columns)
        return sheet


def _smaller(kind: str) -> str:
    """What to do about a file that is too much to read."""
    if kind in ("xlsx", "xlsb", "xls", "ods"):
        return "delete blank rows and columns below and beside the tables and save it again as .xlsx, or split it"
    return "split it into smaller files"


_START = (
    "import sys; from importlib.util import module_from_spec, spec_from_file_location as found; "
    "spec = found('_read_child', sys.argv[1]); child = module_from_spec(spec); "
    "sys.modules[spec.name] = child; spec.loader.exec_module(child); child.main()"
)
"""Runs a file, with nothing beside it to be imported, as a module, which Python need not compile each time."""


@contextmanager
def _child(job: str) -> Iterator[Queue[bytes]]:
    """The lines that a child prints about a job, at last one that is no whole line. On leaving, the child is ended."""
    cache = ["-B"] if sys.dont_write_bytecode else []
    if sys.pycache_prefix:
        cache += ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    process = subprocess.Popen(
        [sys.executable, "-I", *cache, "-c", _START, str(Path(__file__).with_name("_read_child.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    lines: Queue[bytes] = Queue(maxsize=4)
    left = threading.Event()

    def receive() -> None:
        assert process.stdout is not None
        most = LIMITS.result_bytes + (64 << 20)
        line = b"\n"
        while line.endswith(b"\n") and not left.is_set():
            line = process.stdout.readline(most)
            most -= len(line)
            lines.put(line)

    receiver = threading.Thread(target=receive, daemon=True)
    try:
        receiver.start()
        assert process.stdin is not None
        with suppress(OSError), process.stdin as stdin:
            stdin.write(job.encode())
        yield lines
    finally:
        left.set()
        process.kill()
        with suppress(Empty):
            while True:
                lines.get_nowait()
        with process:
            receiver.join()


def _message(line: bytes) -> Any:
    """What one line of the child says; None for anything that it never says."""
    if not line.endswith(b"\n"):
        return None
    try:
        return json.loads(line, object_hook=_value)
    except (TypeError, ValueError, RecursionError):
        return None


class _Shape(NamedTuple):
    merged: tuple[tuple[int, int, int, int], ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]


def _value(tagged: dict[str, Any]) -> Any:
    match tagged:
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"datetime": str(text)}:
            return datetime.fromisoformat(text)
        case {"time": str(text)}:
            return time.fromisoformat(text)
        case {"days": int(days), "seconds": int(seconds), "microseconds": int(microseconds)}:
            return timedelta(days, seconds, microseconds)
        case {"error": str(text)}:
            return ErrorValue(text)
        case {"formula": str(text)}:
            return Uncomputed(text)
        case {"merged": list(merged), "hidden_rows": list(rows), "hidden_columns": list(columns)}:
            ranges = tuple((int(top), int(left), int(bottom), int(right)) for top, left, bottom, right in merged)
            return _Shape(ranges, tuple(map(int, rows)), tuple(map(int, columns)))
    return tagged


def _one_line(name: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in name)
    return shown if len(shown) <= 255 else f"{shown[:254]}…"
