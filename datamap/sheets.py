"""A file → sheets of cells with their addresses. Every limit against hostile files lives here.

Files are opened only in a child process (`_read_child.py`, which says how each kind is read): a spreadsheet of a few
kilobytes can make a reader ask for half a terabyte and abort. The child has a memory limit where the system knows one
and a time limit everywhere; it sends plain values as lines of JSON, which are decoded here and never executed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from time import monotonic
from typing import IO, Any, NamedTuple


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
    sheets: int = 500
    cells: int = 10_000_000
    """Cells of the whole file; a blank row above a filled one counts as one."""
    text: int = 1_000_000
    """Characters of one cell."""
    result_bytes: int = 300_000_000
    """All values together: a short file may repeat one long text very often."""
    seconds: float = 60.0
    """Wall-clock time for the whole file."""
    memory_bytes: int = 1 << 30
    """Address space of the child process. Not enforced on Windows, which lacks the `resource` module."""


LIMITS = Limits()


def read(path: Path, *, name: str | None = None) -> Book:
    """Read an .xlsx, .xlsm, .xlsb, .xls, .ods or .csv file, or a folder or a .zip of .csv files.

    The kind is told from the content. `name` is how the file is shown to users (default: its own name). A CSV file is a
    book of one sheet that has the name of the file without its ending. Blank cells and empty texts are None, trailing
    ones are left out, whole numbers are int, days without a time of day are date. CSV values stay text.

    Raises `Unreadable` when there is nothing to read, or more than `LIMITS` allows.
    """
    shown = name or path.resolve().name
    try:
        if not (path.is_dir() or path.is_file()):
            reason = "is not a file or a folder" if path.exists() else "was not found: check its name and folder"
            raise Unreadable(f"{_one_line(shown)} {reason}.")
        size = path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        raise Unreadable(f"{_one_line(shown)} cannot be opened: check that you are allowed to read it.") from None
    return _read(path, shown, size, PurePath(shown).suffix or path.suffix)


def read_bytes(name: str, data: bytes) -> Book:
    """Read an uploaded file. `name` is what the user called it; see `read`.

    The bytes are kept in a private temporary folder while they are read.
    """
    with tempfile.TemporaryDirectory(prefix="datamap-") as folder:
        path = Path(folder) / "upload"
        if len(data) <= LIMITS.file_bytes:
            path.write_bytes(data)
        return _read(path, name, len(data), PurePath(name).suffix)


def _read(path: Path, shown: str, size: int, suffix: str) -> Book:
    if size > LIMITS.file_bytes:
        raise Unreadable(
            f"{_one_line(shown)} is larger than {LIMITS.file_bytes // 1_000_000} MB, the most that is read: "
            "split it into smaller files."
        )
    deadline = monotonic() + LIMITS.seconds
    try:
        return _attempt(path, shown, suffix, deadline)
    except _GaveUp as first:
        if first.kind != "xlsx":
            raise
    return _attempt(path, shown, suffix, deadline, careful=True)


class _GaveUp(Unreadable):
    """The child ended without an answer. `kind` is the kind of file it had found by then, or empty."""

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


def _attempt(path: Path, shown: str, suffix: str, deadline: float, *, careful: bool = False) -> Book:
    name = _one_line(shown)
    job = {
        "path": str(path.resolve()),
        "name": name,
        "stem": PurePath(shown).stem,
        "suffix": suffix.lower(),
        "careful": careful,
        "limits": asdict(LIMITS),
    }
    kind = ""
    sheets: list[Sheet] = []
    with _child(json.dumps(job), deadline - monotonic()) as (output, late):
        for message in _messages(output):
            match message:
                case list() if sheets:
                    sheets[-1].rows.extend(message)
                case {"sheet": str(sheet), "hidden": bool(hidden)}:
                    sheets.append(Sheet(shown, sheet, [], hidden))
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
                    return Book(shown, tuple(sheets))
        if late.is_set():
            raise Unreadable(
                f"{name} takes more than {LIMITS.seconds:g} seconds to read: delete blank rows and columns below and "
                "beside the tables, or split it into smaller files."
            )
    raise _GaveUp(
        f"{name} needs more than {LIMITS.memory_bytes >> 20} MB of memory to read: delete blank rows and columns below "
        "and beside the tables, and save it again as .xlsx.",
        kind,
    )


@contextmanager
def _child(job: str, seconds: float) -> Iterator[tuple[IO[bytes], threading.Event]]:
    """The output of a running child, and an event that is set when it was ended for taking too long."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(Path(__file__).with_name("_read_child.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(max(seconds, 0), end)
    timer.daemon = True
    timer.start()
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError), process.stdin as stdin:
            stdin.write(job.encode())
        yield process.stdout, late
    finally:
        timer.cancel()
        process.kill()
        with process:
            pass


def _messages(output: IO[bytes]) -> Iterator[Any]:
    received = 0
    most = LIMITS.result_bytes + (64 << 20)
    while line := output.readline(most):
        received += len(line)
        if received > most or not line.endswith(b"\n"):
            return
        try:
            message = json.loads(line, object_hook=_value)
        except (ValueError, RecursionError):
            return
        yield message


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
    return tagged


def _one_line(name: str) -> str:
    return "".join(c if c.isprintable() else " " for c in name)
