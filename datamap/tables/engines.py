"""Where tables live and who works on them: DuckDB in this process, Spark, or a PostgreSQL database.

All of them are given the same lines of narwhals. What differs between them is here: how tables are found, how rows are
numbered, how a small table is handed over, and how one is written so that a run that is ended loses nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq

from datamap.workbook import SHEETS
from datamap.workbook.columns import FLOWS, SheetLayout, as_text, sheet_called

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Frame = nw.LazyFrame[Any]

ROW = "row"
"""The number of a row of the table of flows, counted from 1."""
BETWEEN = "; "
"""What stands between the items of a list that is read as one text."""
MANIFEST = "manifest.json"
STAGED = "in-work"
_LOCK = ".lock"
_ASKED, _DONE = "asked", "done"  # the two halves of a manifest


class CannotAssess(ValueError):
    """The tables cannot be assessed as asked. The message is one sentence for the user."""


class Engine(Protocol):
    """Tables that are read, worked on and written where they are."""

    name: str
    rows_at_a_time: int | None
    """How many flows make a part that is written by itself; None: all of them."""

    def sheets(self) -> Mapping[str, str]:
        """The tables of the inventory by the name of their sheet, as they are called there."""

    def fingerprint(self) -> dict[str, Any]:
        """What tells that the tables are still the same."""

    def small(self, table: str, most: int) -> pa.Table:
        """A whole table, in order. Raises `CannotAssess` when it has more rows than `most`."""

    def count(self) -> int:
        """How many flows there are."""

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        """The flows with the numbers `first` to `last`: `ROW`, and as texts those columns that datamap knows.

        A day is written as 2026-11-22, whatever its time; yes and no as such; a whole number without a point; a list with
        `BETWEEN` its items; and a number that is none (NaN) is null.
        """

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        """A small table of ours, there."""

    def pull(self, frame: Frame) -> pa.Table:
        """A small table of theirs, here."""

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        """Write one part of a table, all of it or nothing, in the place of what stood there; how many rows it has."""

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        """Parts of a table that were written."""

    def kept(self, name: str, parts: Iterable[int]) -> int | None:
        """How many rows parts of a table have that were written; None where one of them is gone."""

    def outcome(self, name: str, parts: Iterable[int]) -> Frame:
        """One of `OUTPUTS`, once a run is at its end."""

    def manifest(self) -> dict[str, Any] | None:
        """What the run that wrote here last says of itself."""

    def keep_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write it, all of it or nothing."""

    def clear(self) -> None:
        """Delete what a run wrote here, but its manifest, and nothing else."""

    def tidy(self) -> None:
        """Delete what was only needed on the way. Done twice it is as done once."""

    def sentence(self, error: Exception) -> str | None:
        """What went wrong, for the user; None when it is no matter of the tables or of who works on them."""

    def close(self) -> None:
        """Let go of everything, whatever state it is in; others may then write there."""


OUTPUTS = ("answers", "cases", "problems", "summary")
"""The tables that a run leaves behind."""


@dataclass(frozen=True)
class _File:
    """One Parquet file of a table. `layout` is equal in files whose columns have the same names and types."""

    path: Path
    called: str
    rows: int
    columns: Mapping[str, pa.DataType]  # those that datamap knows, where files say which type
    folders: Mapping[str, str | None]  # the columns that only the names of its folders say: key=value
    layout: tuple[Any, ...]


class _Folders:
    """Tables that are Parquet files in folders which this process can reach."""

    def __init__(self, source: str, target: str) -> None:
        self._source, self._target = Path(source), Path(target)
        _folders(self._source, self._target)
        self._lock: IO[bytes] | None = _locked(self._target)
        self._seen: dict[str, list[_File]] = {}
        try:
            if _manifest_in(self._target) is None and (others := _not_ours(self._target)):
                raise CannotAssess(
                    f"{str(self._target)!r} holds files that are not of such a run ({others[0]}); write to an empty folder."
                )
            self._tables = _tables_in(self._source)
        except BaseException:
            _Folders.close(self)
            raise

    def sheets(self) -> Mapping[str, str]:
        return {sheet: path.name for sheet, path in self._tables.items()}

    def _files(self, sheet: str) -> list[_File]:
        """The files of a table. Raises `CannotAssess` when one cannot be read as it is, or is unlike the others."""
        if sheet not in self._seen:
            layout = next(layout for layout in SHEETS if layout.name == sheet)
            found = [_looked_at(file, self._source, layout) for file in _parts_of(self._tables[sheet])]
            _alike([file for file in found if file.rows])
            self._seen[sheet] = found
        return self._seen[sheet]

    def fingerprint(self) -> dict[str, Any]:
        self._seen.clear()
        found: dict[str, Any] = {}
        for path in self._tables.values():
            for file in _parts_of(path):
                stat = file.stat()
                found[file.relative_to(self._source).as_posix()] = [stat.st_size, stat.st_mtime_ns, _footer_of(file)]
        return found

    def small(self, table: str, most: int) -> pa.Table:
        files = self._files(table)
        if sum(file.rows for file in files) > most:
            raise CannotAssess(_too_large(table, most))
        columns: dict[str, list[str]] = {}
        before = 0
        for file in [f for f in files if f.rows] or files[:1]:
            for name, texts in _texts_in(file).items():
                columns.setdefault(name, [""] * before).extend(texts)
            before += file.rows
            for texts in columns.values():
                texts += [""] * (before - len(texts))
        return pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})

    def _numbered(self) -> list[tuple[_File, int]]:
        """The files of flows that have any, each with the number before its first row."""
        found, before = [], 0
        for file in self._files(FLOWS.name):
            if file.rows:
                found.append((file, before))
            before += file.rows
        if not found:
            raise CannotAssess("The table Flows has no rows.")
        return found

    def count(self) -> int:
        return sum(file.rows for file in self._files(FLOWS.name))

    def _place(self, name: str) -> Path:
        return (self._target if name in OUTPUTS else self._target / STAGED) / name

    def _part(self, name: str, part: int) -> Path:
        return self._place(name) / f"part-{part:05}.parquet"

    def kept(self, name: str, parts: Iterable[int]) -> int | None:
        rows = 0
        for part in parts:
            try:
                rows += sum(_rows_in(file) for file in _parts_of(self._part(name, part), there=True))
            except CannotAssess:
                return None
        return rows

    def manifest(self) -> dict[str, Any] | None:
        return _manifest_in(self._target)

    def keep_manifest(self, manifest: Mapping[str, Any]) -> None:
        _keep_manifest_in(self._target, manifest)

    def clear(self) -> None:
        for name in (*OUTPUTS, STAGED):
            shutil.rmtree(self._target / name, ignore_errors=True)

    def tidy(self) -> None:
        shutil.rmtree(self._target / STAGED, ignore_errors=True)
        for name in OUTPUTS:
            for half in (self._target / name).glob(".*.half"):
                _gone(half)

    def sentence(self, error: Exception) -> str | None:
        return _sentence(error, repr(str(self._target)))

    def close(self) -> None:
        if self._lock:
            _unlocked(self._lock, self._target)
            self._lock = None


class DuckDB(_Folders):
    """Parquet files in folders, by DuckDB in this process. Memory is bounded; what does not fit goes to the disk."""

    name = "duckdb"
    rows_at_a_time: int | None = 1_000_000

    def __init__(self, source: str, target: str, memory: str | None = None) -> None:
        try:
            import duckdb
        except ImportError as missing:
            raise CannotAssess(_install("DuckDB", "tables")) from missing
        super().__init__(source, target)
        self._db = duckdb
        self._con = duckdb.connect()
        work = self._target / STAGED / "memory"
        shutil.rmtree(work, ignore_errors=True)  # a run that was killed leaves there what had no room in memory
        self._con.execute("SET temp_directory = ?", [str(work)])
        self._con.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        try:
            self._con.execute("SET memory_limit = ?", [memory or _half_of_memory()])
        except duckdb.Error as wrong:
            self.close()
            raise CannotAssess(f"{memory!r} is no amount of memory; write it as 4GB.") from wrong

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        """Files of one layout are read together, but for those of which only some rows are wanted."""
        together: dict[tuple[Any, ...], list[tuple[_File, int]]] = {}
        pieces: list[str] = []
        for file, before in self._numbered():
            begins, ends = max(first - before - 1, 0), min(file.rows, (last or before + file.rows) - before)
            if begins >= ends:
                continue
            if begins or ends < file.rows:
                kept = f" WHERE file_row_number >= {begins} AND file_row_number < {ends}"
                pieces.append(self._reading([(file, before)]) + kept)
            else:
                together.setdefault((file.layout, tuple(file.folders.items())), []).append((file, before))
        pieces += map(self._reading, together.values())
        return nw.from_native(self._con.sql(" UNION ALL ".join(pieces)))

    def _reading(self, files: Sequence[tuple[_File, int]]) -> str:
        """The statement that reads files of one layout."""
        file, first = files[0][0], self._numbered()[0][0]
        texts = []
        for name in (*first.columns, *first.folders):  # in one order, since what is put together goes by places
            value = file.folders.get(name)
            constant = f"CAST({'NULL' if value is None else _literal(value)} AS VARCHAR)"
            kind = file.columns.get(name)
            texts.append(f"{_duckdb_text(_quoted(name), kind) if kind is not None else constant} AS {_quoted(name)}")
        paths = [_literal(str(_plain(f.path))) for f, _ in files]
        options = "file_row_number = true, hive_partitioning = false"
        if len(files) == 1:
            number, joined = str(files[0][1]), ""
        else:
            number, options = "began.rows_before", f"{options}, filename = 'name_of_file_read'"
            rows = ", ".join(f"({path}, {before})" for path, (_, before) in zip(paths, files, strict=True))
            joined = f" JOIN (VALUES {rows}) AS began(of_file, rows_before) ON name_of_file_read = of_file"
        return (
            f"SELECT {', '.join([f'CAST(file_row_number + {number} + 1 AS BIGINT) AS {ROW}', *texts])} "  # noqa: S608
            f"FROM read_parquet([{', '.join(paths)}], {options}){joined}"
        )

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        self._con.register(f"arrow_{name}", table)
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arrow_{name}")  # noqa: S608
        self._con.unregister(f"arrow_{name}")
        return nw.from_native(self._con.table(name))

    def pull(self, frame: Frame) -> pa.Table:
        return frame.collect(backend="pyarrow").to_native()

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        path = self._part(name, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.parent / f".{path.name}.half"
        try:
            native = (frame.sort(*order) if order else frame).to_native()
            native.write_parquet(str(_plain(half)), compression="zstd")
            _settled(half, path)
        except Exception:
            _gone(half)
            raise
        return _rows_in(path)

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        files = [str(_plain(self._part(name, part))) for part in parts]
        return nw.from_native(self._con.read_parquet(files, hive_partitioning=False))

    outcome = written

    def sentence(self, error: Exception) -> str | None:
        if (words := super().sentence(error)) or not isinstance(error, self._db.Error):
            return words
        if isinstance(error, self._db.OutOfMemoryException):
            if "max_temp_directory_size" in str(error):
                return _disk_full(repr(str(self._target)))
            return (
                "DuckDB has too little memory; give it more with --memory, and run it again to go on where it stopped."
            )
        return next(map(_not_sound, filter(_spoiled, self._every_file())), _could_not(error))

    def _every_file(self) -> Iterator[Path]:
        return (file.path for files in self._seen.values() for file in files)

    def close(self) -> None:
        self._con.close()
        super().close()


def _frame(native: Any) -> Frame:
    found: Frame = nw.from_native(native)
    return found


def _install(what: str, extra: str) -> str:
    return f"{what} is not installed; install it with: pip install 'datamap[{extra}]'."


def _half_of_memory() -> str:
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        whole = 8 << 30
    return f"{max(min(whole // 2, 8 << 30) >> 20, 512)}MiB"


def _plain(path: Path) -> Path:
    """A path that DuckDB takes for one file."""
    if set(str(path)) & set("*?[]{}"):
        raise CannotAssess(
            f"{str(path)!r} has a character that stands for several files (*, ?, [, {{); rename the folder."
        )
    return path


def _too_large(table: str, most: int) -> str:
    return f"The table {table} has more than {most:,} rows; only Flows may have more."


_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def _sentence(error: Exception, target: str) -> str | None:
    """What is wrong whoever works on the tables."""
    words = str(error).casefold()
    if (isinstance(error, OSError) and error.errno in _FULL) or any(
        w in words for w in ("no space left", "disk full", "disk quota", "file too large")
    ):
        return _disk_full(target)
    if isinstance(error, OSError):
        where = f"{error.filename!r}: " if error.filename else ""
        return f"The system would not do it: {where}{error.strerror or error}."
    if isinstance(error, MemoryError):
        return (
            "There is too little memory for the distinct cases; make room, and run it again to go on where it stopped."
        )
    return _could_not(error) if isinstance(error, pa.ArrowException) else None


def _disk_full(target: str) -> str:
    return f"The disk of {target} is full: make room, and run it again to go on where it stopped."


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300].rstrip(".: ")


def _could_not(error: object) -> str:
    return f"The engine could not go on: {_one_line(error)}."


# --------------------------------------------------------------------------------------------------- types as texts


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_list(kind: pa.DataType) -> bool:
    views = (getattr(pa.types, name, None) for name in ("is_list_view", "is_large_list_view"))
    return bool(
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or any(view and view(kind) for view in views)
    )


def _fractional(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values, whatever way they are stored in."""
    if isinstance(kind, pa.ExtensionType | pa.BaseExtensionType):
        return _plain_type(kind.storage_type)
    return _plain_type(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _is_scalar(kind: pa.DataType) -> bool:
    return bool(
        _is_text(kind)
        or pa.types.is_null(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or _fractional(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_time(kind)
    )


def _readable(kind: pa.DataType) -> bool:
    """Whether values of a type are read as texts."""
    return _is_scalar(_plain_type(kind.value_type)) if _is_list(kind) else _is_scalar(kind)


def _text(value: Any) -> str:
    """A value of a small table as text, as `Engine.flows` has it."""
    if isinstance(value, list):
        return BETWEEN.join(_text(v) for v in value if v is not None)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str | bool) or value is None:
        return as_text(value)
    words = str(value)
    if words == "nan":
        return ""
    whole = re.fullmatch(r"(-?\d{1,15})\.0*", words)
    return whole[1] if whole else words


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _literal(words: str) -> str:
    doubled = words.replace("'", "''")
    return f"'{doubled}'"


def _duckdb_text(column: str, kind: pa.DataType) -> str:
    words = f"CAST({column} AS VARCHAR)"
    if pa.types.is_null(kind):
        return "CAST(NULL AS VARCHAR)"
    if _is_list(kind):
        return f"array_to_string({column}, {_literal(BETWEEN)})"
    if pa.types.is_boolean(kind):
        return f"CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' END"
    if pa.types.is_timestamp(kind):
        return f"CAST(CAST({column} AS DATE) AS VARCHAR)"
    if _fractional(kind):
        none = f"WHEN isnan({column}) THEN NULL " if pa.types.is_floating(kind) else ""
        return (
            f"CASE {none}WHEN abs({column}) < 1e15 AND {column} = trunc({column}) "
            f"THEN CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) ELSE {words} END"
        )
    return words


# ------------------------------------------------------------------------------------------------------- folders


def _folders(source: Path, target: Path) -> None:
    """Raises `CannotAssess` when the folders are not what they should be."""
    if not source.is_dir():
        raise CannotAssess(f"{str(source)!r} is not a folder of tables.")
    if target.resolve() == source.resolve() or source.resolve() in target.resolve().parents:
        raise CannotAssess(f"{str(target)!r} is where the tables are read from; write to another folder.")
    if target.exists() and not target.is_dir():
        raise CannotAssess(f"{str(target)!r} is a file; write to a folder.")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise CannotAssess(f"The folder {str(target)!r} cannot be made: {wrong.strerror}.") from wrong


def _not_ours(target: Path) -> list[str]:
    """What is in a folder that no run has written to yet, but for what one that ended at once may have left."""
    return sorted(p.name for p in target.iterdir() if p.name not in (_LOCK, f".{MANIFEST}.half"))


def _locked(target: Path) -> IO[bytes] | None:
    """The mark that a run works here; the system takes it away when the run ends, however it does."""
    path = target / _LOCK
    while True:
        try:
            file = path.open("ab")
        except OSError as wrong:
            raise CannotAssess(f"Nothing can be written to {str(target)!r}: {wrong.strerror}.") from wrong
        try:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as wrong:
            file.close()
            if wrong.errno not in (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK):
                return None  # a file system without such marks
            raise CannotAssess(_busy(str(target))) from wrong
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()  # the run that had it deleted it in between


def _unlocked(file: IO[bytes], target: Path) -> None:
    if sys.platform == "win32":
        file.close()  # or it cannot be deleted
    with suppress(OSError):
        (target / _LOCK).unlink()
    file.close()


def _busy(target: str) -> str:
    return f"Another run is writing to {target!r}; wait until it is at its end, or write somewhere else."


def _gone(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _tables_in(folder: Path) -> dict[str, Path]:
    """The Parquet files, and folders of them, that are named after sheets."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        layout = sheet_called(path.stem if path.is_file() else path.name)
        if layout is None or path.name.startswith((".", "_")) or not _parts_of(path):
            continue
        if layout.name in found:
            raise CannotAssess(f"{found[layout.name].name} and {path.name} are both the table {layout.name}.")
        found[layout.name] = path
    return {s.name: found[s.name] for s in SHEETS if s.name in found}


_LAKES = {"_delta_log": "Delta", ".hoodie": "Hudi", "metadata": "Iceberg"}


def _parts_of(path: Path, there: bool = False) -> list[Path]:
    """The Parquet files of a table, in the order of their names. What begins with a point or _ is no part of it.

    Raises `CannotAssess` when the folder is of a kind of table in which not all of the files count, or when it has to be
    `there` and is not.
    """
    if path.is_file():
        return [path] if path.suffix == ".parquet" else []
    if there and not path.is_dir():
        raise CannotAssess(f"{str(path)!r} is not there.")
    for name, lake in _LAKES.items():
        if (path / name).is_dir() and (name != "metadata" or any((path / name).glob("*.metadata.json"))):
            raise CannotAssess(
                f"{str(path)!r} is a table of {lake}, in which not every file counts; write what it says now as Parquet files."
            )
    return sorted(
        p
        for p in path.rglob("*.parquet")
        if p.is_file() and not any(part.startswith((".", "_")) for part in p.relative_to(path).parts)
    )


def _looked_at(path: Path, source: Path, layout: SheetLayout) -> _File:
    """What a file says of itself. Raises `CannotAssess` when a column that datamap knows cannot be read as text."""
    called = path.relative_to(source).as_posix()
    try:
        with pq.ParquetFile(path) as file:
            rows, schema = int(file.metadata.num_rows), file.schema_arrow
    except (pa.ArrowException, OSError) as wrong:
        raise CannotAssess(_not_sound(path)) from wrong
    known = {field.name: _plain_type(field.type) for field in schema if layout.column(field.name)}
    for name, kind in known.items():
        if not _readable(kind):
            raise CannotAssess(
                f"The column {name} of {called} holds values of the type {kind}; texts, numbers, days, yes or no, or lists of "
                "these are wanted."
            )
        same = [field.name for field in schema if field.name.casefold() == name.casefold()]
        if len(same) > 1:
            raise CannotAssess(f"{called} has several columns {name} ({', '.join(same)}); rename all but one.")
    folders: dict[str, str | None] = {}
    for part in path.relative_to(source).parts[1:-1]:
        key, is_, value = part.partition("=")
        name = unquote(key)
        if is_ and layout.column(name) and name not in known:
            folders[name] = None if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)
    return _File(path, called, rows, known, folders, tuple((field.name, str(field.type)) for field in schema))


def _alike(files: Sequence[_File]) -> None:
    """Raises `CannotAssess` when files of one table do not have the same columns, of those that datamap knows."""
    for file in files[1:]:
        one, other = ({*f.columns, *f.folders} for f in (files[0], file))
        for some, names in ((file, sorted(one - other)), (files[0], sorted(other - one))):
            if names:
                has = files[0] if some is file else file
                raise CannotAssess(
                    f"{some.called} has no column {names[0]}, which {has.called} has; the files of one table have equal columns."
                )


_INDEX = re.compile(r"__index_level_\d+__")


def _texts_in(file: _File) -> dict[str, list[str]]:
    """The columns of a file of a small table, as texts."""
    try:
        with pq.ParquetFile(file.path) as opened:
            table = opened.read()
    except (pa.ArrowException, OSError) as wrong:
        raise CannotAssess(_not_sound(file.path)) from wrong
    found: dict[str, list[str]] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if not _readable(_plain_type(column.type)) or _INDEX.fullmatch(name):
            continue
        try:
            found[name] = [_text(value) for value in column.to_pylist()]
        except (pa.ArrowException, ValueError, OverflowError) as wrong:
            raise CannotAssess(f"The column {name} of {file.called} cannot be read: {_one_line(wrong)}.") from wrong
    return found | {name: [value or ""] * file.rows for name, value in file.folders.items()}


def _spoiled(file: Path) -> bool:
    """Whether what a file holds cannot be read, whatever it says of itself. All of it is looked at."""
    try:
        with pq.ParquetFile(file) as opened:
            for _ in opened.iter_batches():
                pass
    except (pa.ArrowException, OSError):
        return True
    return False


def _not_sound(file: Path) -> str:
    return f"{str(file)!r} is no sound Parquet file; it may have been cut off, so write it again."


def _rows_in(file: Path) -> int:
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError) as wrong:
        raise CannotAssess(_not_sound(file)) from wrong


def _footer_of(file: Path) -> str:
    """What tells the description that stands at the end of a Parquet file from any other."""
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(size - 8, 0))
        length = int.from_bytes(opened.read(4), "little")
        opened.seek(max(size - 8 - length, 0))
        return hashlib.sha256(opened.read()).hexdigest()[:16]


def _settled(half: Path, path: Path) -> None:
    """What was written becomes the file, once it is on the disk."""
    with half.open("rb") as file:
        os.fsync(file.fileno())
    half.replace(path)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            with suppress(OSError):  # some file systems know no such thing of folders
                os.fsync(folder)
        finally:
            os.close(folder)


def _manifest_in(folder: Path) -> dict[str, Any] | None:
    path = folder / MANIFEST
    if not path.is_file():
        return None
    return _understood(path.read_text(encoding="utf-8", errors="replace"), repr(str(path)))


def _understood(words: str, called: str) -> dict[str, Any]:
    """A manifest. Raises `CannotAssess` when it is none of ours."""
    with suppress(ValueError):
        found = json.loads(words)
        if isinstance(found, dict) and all(isinstance(found.get(half), dict) for half in (_ASKED, _DONE)):
            return found
    raise CannotAssess(f"{called} is not what such a run notes; write somewhere else, or delete it.")


def _keep_manifest_in(folder: Path, manifest: Mapping[str, Any]) -> None:
    half = folder / f".{MANIFEST}.half"
    try:
        half.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        _settled(half, folder / MANIFEST)
    except OSError:
        _gone(half)
        raise


# --------------------------------------------------------------------------------------------------------- Spark


@contextmanager
def _quiet() -> Iterator[None]:
    """What Spark says of versions of pandas is nothing that a user could act on: pandas is not used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _not_of_py4j(record: logging.LogRecord) -> bool:
    """By its own name and by that of the root it tells with tracebacks that Spark's Java has ended."""
    return "py4j" not in Path(record.pathname).parts


class Spark(_Folders):
    """Parquet files that Spark reads and writes, on this machine or on the cluster that its settings name.

    The folders are paths that every worker can reach. The manifest is a file beside the answers, so `target` has to be a
    folder that this process can reach too, such as a mounted one.
    """

    name = "spark"
    rows_at_a_time: int | None = None

    def __init__(self, source: str, target: str, master: str | None = None) -> None:
        try:
            with _quiet():
                import pyspark
                from pyspark.errors import PySparkException
                from pyspark.sql import SparkSession
        except ImportError as missing:
            raise CannotAssess(_install("PySpark", "spark")) from missing
        del pyspark
        elsewhere = "SPARK_REMOTE" in os.environ and not master
        home = os.environ.get("JAVA_HOME")
        if not (elsewhere or shutil.which("java", path=str(Path(home, "bin")) if home else None)):
            where = f"at {home!r}, as JAVA_HOME has it" if home else "here"
            raise CannotAssess(
                f"Spark needs Java 17 or later, and there is none {where}; on Debian and Ubuntu: "
                "apt-get install openjdk-17-jre-headless."
            )
        super().__init__(source, target)
        self._wrong = PySparkException
        self._halves = count()
        logging.getLogger().addFilter(_not_of_py4j)
        settings = SparkSession.builder.appName("datamap")
        if not elsewhere:
            settings = settings.master(master or "local[*]")
        try:
            with _quiet():
                self._spark = (
                    settings.config("spark.ui.enabled", "false")
                    .config("spark.ui.showConsoleProgress", "false")
                    .config("spark.sql.session.timeZone", "UTC")
                    .config("spark.sql.adaptive.enabled", "true")
                    .config("spark.sql.legacy.parquet.nanosAsLong", "true")
                    .config("spark.sql.caseSensitive", "true")
                    .getOrCreate()
                )
            if not elsewhere:
                self._spark.sparkContext.setLogLevel("FATAL")  # what ends a run is said in a sentence
        except Exception as wrong:
            super().close()
            raise CannotAssess(f"Spark, which needs Java 17 or later, did not start: {_one_line(wrong)}.") from wrong

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        from pyspark.sql import functions as f

        pieces = []
        for file, before in self._numbered():
            if before + file.rows < first or (last is not None and before >= last):
                continue
            number = (f.col("_metadata.row_index") + f.lit(before + 1)).cast("bigint").alias(ROW)
            texts = [self._text(c, t).alias(c) for c, t in file.columns.items()]
            texts += [f.lit(value).cast("string").alias(c) for c, value in file.folders.items()]
            pieces.append(self._spark.read.parquet(str(file.path)).select(number, *texts))
        while len(pieces) > 1:  # two by two, so that many files do not make a plan that is as deep as they are many
            pairs = [pieces[n : n + 2] for n in range(0, len(pieces), 2)]
            pieces = [pair[0].unionByName(pair[1]) if len(pair) > 1 else pair[0] for pair in pairs]
        together = pieces[0]
        if first > 1 or last is not None:
            together = together.filter((f.col(ROW) >= first) & (f.col(ROW) <= (last or 1 << 62)))
        return nw.from_native(together)

    def _text(self, name: str, kind: pa.DataType) -> Any:
        from pyspark.sql import functions as f

        doubled = name.replace("`", "``")
        column = f.col(f"`{doubled}`")
        if pa.types.is_null(kind):
            return f.lit(None).cast("string")
        if _is_list(kind):
            return f.array_join(column.cast("array<string>"), BETWEEN)
        if pa.types.is_boolean(kind):
            return f.when(column, "yes").when(~column, "no")
        if pa.types.is_timestamp(kind):
            time = f.expr(f"timestamp_micros(`{doubled}` div 1000)") if kind.unit == "ns" else column
            return time.cast("date").cast("string")
        if _fractional(kind):
            whole = (f.abs(column) < 1e15) & (column == f.floor(column))
            words = f.when(whole, column.cast("bigint").cast("string")).otherwise(column.cast("string"))
            return f.when(~f.isnan(column), words) if pa.types.is_floating(kind) else words
        return column.cast("string")

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        """By way of a file: what is handed over may be too large for one message to the workers."""
        folder = self._target / STAGED / "handed" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        pq.write_table(table, folder / "part-0.parquet")
        return nw.from_native(self._spark.read.parquet(str(folder)))

    def pull(self, frame: Frame) -> pa.Table:
        with _quiet():
            return frame.to_native().toArrow()

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        """Into a folder of this process's own first: a Spark whose run was killed may still be writing to another."""
        folder = self._part(name, part)
        folder.parent.mkdir(parents=True, exist_ok=True)
        for left in folder.parent.glob(f".{folder.name}.*.half"):
            _gone(left)
        half = folder.parent / f".{folder.name}.{os.getpid()}-{next(self._halves)}.half"
        try:
            frame.to_native().write.option("compression", "zstd").parquet(str(half))
            _gone(folder)
            half.replace(folder)
        except Exception:
            _gone(half)
            raise
        return sum(_rows_in(file) for file in _parts_of(folder, there=True))

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        folders = [str(self._part(name, part)) for part in parts]
        return nw.from_native(self._spark.read.parquet(*folders))

    outcome = written

    def sentence(self, error: Exception) -> str | None:
        of_py4j = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.startswith("py4j.")}
        silent = of_py4j and "Py4JJavaError" not in of_py4j and "does not exist" not in str(error)
        if silent or isinstance(error, ConnectionError | EOFError):
            return "Spark ended before the work was done; run it again to go on where it stopped."
        if words := super().sentence(error):
            return words
        causes = re.findall(r"^Caused by: (.*)", str(error), re.MULTILINE)
        of_spark = of_py4j or isinstance(error, self._wrong)
        return _could_not(" ".join(dict.fromkeys((causes[0], causes[-1]))) if causes else error) if of_spark else None

    def close(self) -> None:
        with suppress(Exception):  # it may have ended by itself
            self._spark.stop()
        super().close()


# ---------------------------------------------------------------------------------------------------- PostgreSQL


class Postgres:
    """Tables of a PostgreSQL database: from one schema, into another, by statements that run there (through Ibis).

    Addresses are `postgresql://user@host/database?schema=name`. The rows of *flows* are numbered in a column `row`.
    """

    name = "postgres"
    rows_at_a_time: int | None = None

    def __init__(self, source: str, target: str) -> None:
        try:
            import ibis
            import psycopg
        except ImportError as missing:
            raise CannotAssess(_install("The way to PostgreSQL", "postgres")) from missing
        self._schema, where = _schema_of(source)
        self._into, there = _schema_of(target)
        if where != there:
            raise CannotAssess("Both addresses have to be of one database: tables are read and written where they are.")
        if self._schema == self._into:
            raise CannotAssess(f"{self._into!r} is the schema that is read; write to another one (?schema=…).")
        self._wrong, self._sql, self._ibis = psycopg, psycopg.sql, ibis
        self._views: set[str] = set()
        try:
            self._con = ibis.postgres.connect(**_parameters(where, psycopg))
        except (psycopg.Error, ValueError) as wrong:
            raise CannotAssess(f"The database could not be reached: {_one_line(wrong)}.") from wrong
        try:
            self._begin()
        except psycopg.Error as wrong:
            said = "could not be reached" if self._con.con.closed else "would not do it"  # ended: it is starting anew
            self.close()
            raise CannotAssess(f"The database {said}: {_one_line(wrong)}.") from wrong
        except CannotAssess:
            self.close()
            raise

    def _begin(self) -> None:
        self._run("SET client_min_messages TO warning")
        with suppress(self._wrong.Error):  # so that what a killed run asked for is not worked on any longer; from 14 on
            self._run("SET client_connection_check_interval TO '1s'")
        if not self._run("SELECT 1 FROM pg_namespace WHERE nspname = {}", literals=(self._schema,)):
            raise CannotAssess(f"The database has no schema {self._schema!r}.")
        try:
            self._run("SET lock_timeout TO {}", literals=(_PATIENCE,))
            self._run("SELECT pg_advisory_lock(hashtext('datamap'), hashtext({}))", literals=(self._into,))
            self._run("RESET lock_timeout")
        except self._wrong.errors.LockNotAvailable as wrong:
            raise CannotAssess(_busy(self._into)) from wrong
        if not self._run("SELECT 1 FROM pg_namespace WHERE nspname = {}", literals=(self._into,)):
            self._run("CREATE SCHEMA {}", self._into)
        if self.manifest() is None and (others := self._ours()):
            raise CannotAssess(
                f"The schema {self._into!r} has a table {others[0]} that is not of such a run; write to another one."
            )
        self._tables: dict[str, str] = {}
        for table in self._tables_of(self._schema):
            layout = sheet_called(table)
            if layout and layout.name in self._tables:
                raise CannotAssess(f"{self._tables[layout.name]} and {table} are both the table {layout.name}.")
            if layout:
                self._tables[layout.name] = table

    def _run(self, statement: str, *names: str, literals: Sequence[str] = ()) -> Any:
        """A statement of ours, with names put in as names, and then texts as texts."""
        put = [*map(self._sql.Identifier, names), *map(self._sql.Literal, literals)]
        with self._con.con.cursor() as cursor:
            cursor.execute(self._sql.SQL(statement).format(*put))
            return cursor.fetchall() if cursor.description else None

    def _tables_of(self, schema: str) -> list[str]:
        return [
            row[0]
            for row in self._run(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = {} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1",
                literals=(schema,),
            )
        ]

    def _columns_of(self, table: str) -> list[tuple[str, str, str, str]]:
        """The columns of a table that is read: name, type in words, its name and its category."""
        found: list[tuple[str, str, str, str]] = self._run(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod), t.typname, t.typcategory::text FROM pg_attribute a "
            "JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = {} AND c.relname = {} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            literals=(self._schema, table),
        )
        return found

    def sheets(self) -> Mapping[str, str]:
        return {s.name: self._tables[s.name] for s in SHEETS if s.name in self._tables}

    def fingerprint(self) -> dict[str, Any]:
        """The columns of each table, its number of rows, and a sum over what stands in them."""
        found = {}
        for sheet, table in self.sheets().items():
            columns = [f"{name} {words}" for name, words, _, _ in self._columns_of(table)]
            rows, total = self._run(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {}.{} AS t",
                self._schema,
                table,
            )[0]
            found[sheet] = [columns, int(rows), str(total)]
        return found

    def _texts(self, sheet: str) -> Any:
        """A table that is read, its columns as texts: a view that only this run sees."""
        table, sql = self._tables[sheet], self._sql
        layout = next(layout for layout in SHEETS if layout.name == sheet)
        view = f"datamap_texts_of_{table}"
        if sheet not in self._views:
            shown = []
            for name, words, kind, category in self._columns_of(table):
                if name == ROW:
                    shown.append(sql.SQL("{}::bigint AS {}").format(sql.Identifier(name), sql.Identifier(name)))
                    continue
                if not layout.column(name):
                    continue
                if category == "C" or kind == "bytea":
                    raise CannotAssess(
                        f"The column {name} of {table} holds values of the type {words}; texts, numbers, days, yes or no, or "
                        "lists of these are wanted."
                    )
                text = sql.SQL(_postgres_text(kind, category)).format(c=sql.Identifier(name), between=BETWEEN)
                shown.append(sql.SQL("{} AS {}").format(text, sql.Identifier(name)))
            if not shown:
                raise CannotAssess(f"The table {table} has no column that datamap knows.")
            made = sql.SQL("CREATE OR REPLACE TEMP VIEW {} AS SELECT {} FROM {}").format(
                sql.Identifier(view), sql.SQL(", ").join(shown), sql.Identifier(self._schema, table)
            )
            with self._con.con.cursor() as cursor:
                cursor.execute(made)
            self._views.add(sheet)
        return self._con.table(view)

    def small(self, table: str, most: int) -> pa.Table:
        found = self._texts(table).limit(most + 1).to_pyarrow()
        if found.num_rows > most:
            raise CannotAssess(_too_large(table, most))
        if ROW in found.column_names:
            return found.sort_by(ROW).drop_columns([ROW])
        return found.sort_by([(c, "ascending") for c in found.column_names]) if found.column_names else found

    def count(self) -> int:
        table = self._tables[FLOWS.name]
        of = next((words for name, words, _, _ in self._columns_of(table) if name == ROW), None)
        if of is None:
            raise CannotAssess(
                f"The table {table} has no column {ROW}, by which its rows are known: ALTER TABLE {table} ADD COLUMN "
                f"{ROW} bigint GENERATED ALWAYS AS IDENTITY."
            )
        if of not in ("bigint", "integer", "smallint"):
            raise CannotAssess(f"The column {ROW} of {table} is of the type {of}; bigint is wanted, from 1, each once.")
        rows, numbered, least, most = self._run(
            "SELECT count(*), count(DISTINCT {}), min({}), max({}) FROM {}.{}", ROW, ROW, ROW, self._schema, table
        )[0]
        if not rows:
            raise CannotAssess("The table Flows has no rows.")
        if rows != numbered or least != 1 or most != rows:
            raise CannotAssess(
                f"The column {ROW} of {table} does not number its {rows:,} rows from 1, each once: it goes from {least} to "
                f"{most}, with {numbered:,} different numbers."
            )
        return int(rows)

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        frame = _frame(self._texts(FLOWS.name))
        return frame if last is None else frame.filter((nw.col(ROW) >= first) & (nw.col(ROW) <= last))

    def _table(self, name: str) -> Frame:
        return _frame(self._con.table(name, database=(self._into,)))

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        called, sql = f"{_IN_WORK}handed_{name}", self._sql
        whole = sql.Identifier(self._into, called)
        types = [sql.SQL("bigint" if pa.types.is_integer(f.type) else "text") for f in table.schema]
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(n), t) for n, t in zip(table.column_names, types, strict=True)
        ]
        with self._con.con.transaction(), self._con.con.cursor() as cursor:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(whole))
            cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(whole, sql.SQL(", ").join(columns)))
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(whole)) as copy:
                for batch in table.to_batches(10_000):
                    for row in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                        copy.write_row(row)
        self._run("ANALYZE {}.{}", self._into, called)
        return self._table(called)

    def pull(self, frame: Frame) -> pa.Table:
        return frame.to_native().to_pyarrow()

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        table = _in_work(name, part)
        with self._con.con.transaction():
            self._run("DROP TABLE IF EXISTS {}.{}", self._into, table)
            self._con.create_table(table, frame.to_native(), database=self._into)
        self._run("ANALYZE {}.{}", self._into, table)
        return self._rows(table)

    def _rows(self, table: str) -> int:
        return int(self._run("SELECT count(*) FROM {}.{}", self._into, table)[0][0])

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        frames = [self._table(_in_work(name, part)) for part in parts]
        return nw.concat(frames) if len(frames) > 1 else frames[0]

    def kept(self, name: str, parts: Iterable[int]) -> int | None:
        tables = [name] if name in (there := self._tables_of(self._into)) else [_in_work(name, part) for part in parts]
        return sum(map(self._rows, tables)) if {*tables} <= {*there} else None

    def outcome(self, name: str, parts: Iterable[int]) -> Frame:
        return self._table(name)

    def manifest(self) -> dict[str, Any] | None:
        """What stands in the table of this name. Raises `CannotAssess` when it is none of ours."""
        if MANIFEST_TABLE not in self._tables_of(self._into):
            return None
        called = f"The table {MANIFEST_TABLE} of the schema {self._into!r}"
        try:
            rows = self._run("SELECT words FROM {}.{}", self._into, MANIFEST_TABLE)
        except self._wrong.errors.UndefinedColumn:
            rows = []
        return _understood(str(rows[0][0]) if rows else "", called)

    def keep_manifest(self, manifest: Mapping[str, Any]) -> None:
        with self._con.con.transaction():
            self._run("CREATE TABLE IF NOT EXISTS {}.{} (words text)", self._into, MANIFEST_TABLE)
            self._run("DELETE FROM {}.{}", self._into, MANIFEST_TABLE)
            words = json.dumps(manifest, ensure_ascii=False)
            self._run("INSERT INTO {}.{} VALUES ({})", self._into, MANIFEST_TABLE, literals=(words,))

    def _ours(self) -> list[str]:
        """The tables of a run, but its manifest."""
        return [t for t in self._tables_of(self._into) if t in OUTPUTS or t.startswith(_IN_WORK)]

    def _drop(self, tables: Iterable[str]) -> None:
        for table in tables:
            try:
                self._run("DROP TABLE {}.{}", self._into, table)
            except self._wrong.errors.DependentObjectsStillExist as wrong:
                raise CannotAssess(
                    f"The table {table} of an earlier run cannot be deleted, because {_one_line(wrong.diag.message_detail)}; "
                    "delete that first, or write to another schema."
                ) from wrong

    def clear(self) -> None:
        with self._con.con.transaction():
            self._drop(self._ours())

    def tidy(self) -> None:
        """The parts of each table become the table; what was needed on the way goes. All of it at once, or nothing."""
        with self._con.con.transaction():
            for name in OUTPUTS:
                parts = sorted(t for t in self._ours() if re.fullmatch(rf"{_IN_WORK}{name}_\d+", t))
                for part in parts[1:]:
                    self._run("INSERT INTO {}.{} SELECT * FROM {}.{}", self._into, parts[0], self._into, part)
                if parts:
                    self._run("ALTER TABLE {}.{} RENAME TO {}", self._into, parts[0], name)
            self._drop(t for t in self._ours() if t not in OUTPUTS)

    def sentence(self, error: Exception) -> str | None:
        if isinstance(error, self._wrong.OperationalError) and self._con.con.closed:
            return (
                f"The database ended before the work was done ({_one_line(error)}); once it is there again, run it again to go on where "
                "it stopped."
            )
        if isinstance(error, self._wrong.errors.DiskFull):
            return _disk_full("the database")
        if words := _sentence(error, "the database"):
            return words
        return _could_not(error) if isinstance(error, self._wrong.Error | self._ibis.IbisError) else None

    def close(self) -> None:
        with suppress(self._wrong.Error):  # the database would do it too, but somewhat later
            self._run("DISCARD TEMP")
        self._con.con.close()


MANIFEST_TABLE = "manifest"
_PATIENCE = "5s"  # what a killed run leaves behind in the database is given so long to end
_IN_WORK = "in_work_of_datamap_"


def _in_work(name: str, part: int) -> str:
    return f"{_IN_WORK}{name}_{part:05}"


def _postgres_text(kind: str, category: str) -> str:
    """What makes a text of the column {c}, of a type with this name and of this category."""
    if category == "A":
        return "array_to_string({c}, {between})"
    if category == "B":
        return "CASE WHEN {c} THEN 'yes' WHEN NOT {c} THEN 'no' END"
    if kind in ("timestamp", "timestamptz"):
        return "{c}::date::text"
    if kind in ("float4", "float8", "numeric"):
        return (
            "CASE WHEN {c} = 'NaN' THEN NULL WHEN abs({c}) < 1e15 AND {c} = trunc({c}) THEN {c}::bigint::text "
            "ELSE {c}::text END"
        )
    return "{c}::text"


def _schema_of(address: str) -> tuple[str, str]:
    """The schema that an address names, and the address without it."""
    try:
        parts = urlsplit(address)
    except ValueError as wrong:
        raise CannotAssess(f"The address of PostgreSQL cannot be understood: {_one_line(wrong)}.") from wrong
    if parts.scheme not in ("postgresql", "postgres"):
        raise CannotAssess("An address of PostgreSQL begins with postgresql:// and ends in ?schema=name.")
    query = dict(parse_qsl(parts.query))
    schema = query.pop("schema", "")
    if not schema:
        raise CannotAssess("An address of PostgreSQL names its schema: postgresql://user@host/database?schema=name.")
    return schema, urlunsplit(parts._replace(query=urlencode(query)))


def _parameters(address: str, psycopg: Any) -> dict[str, Any]:
    """What Ibis wants to know of an address."""
    known = psycopg.conninfo.conninfo_to_dict(address)
    names = {"dbname": "database"}
    return {names.get(name, name): int(value) if name == "port" else value for name, value in known.items()}


def opened(engine: str, source: str, target: str, *, memory: str | None = None, master: str | None = None) -> Engine:
    """The engine of that name, with the tables to read and where to write. Raises `CannotAssess`."""
    if memory and engine != "duckdb":
        raise CannotAssess("--memory is for DuckDB: Spark and PostgreSQL have settings of their own.")
    if master and engine != "spark":
        raise CannotAssess("--master is for Spark.")
    if engine != "postgres" and (address := next((t for t in (source, target) if "://" in t), None)):
        kind = address.partition("://")[0]
        raise CannotAssess(
            "An address of PostgreSQL goes with --engine postgres."
            if kind in ("postgresql", "postgres")
            else f"Tables at {kind}:// cannot be reached; name folders that this machine can."
        )
    if engine == "duckdb":
        return DuckDB(source, target, memory)
    return Spark(source, target, master) if engine == "spark" else Postgres(source, target)


def shown(source: str) -> str:
    """What tables are called in problems: a folder's name, or a schema's."""
    return _schema_of(source)[0] if "://" in source else Path(source).resolve().name
