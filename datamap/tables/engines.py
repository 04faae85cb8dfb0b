"""Where tables live and who works on them: DuckDB in this process, Spark, or a PostgreSQL database.

All of them are given the same lines of narwhals. What differs between them is here: how tables are found, how rows are
numbered, how a small table is handed over, and how one is written so that a run that is ended loses nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq

from datamap.workbook import SHEETS
from datamap.workbook.columns import FLOWS, sheet_called

Frame = nw.LazyFrame[Any]

ROW = "row"
"""The number of a row of the table of flows, counted from 1."""
MANIFEST = "manifest.json"
STAGED = "in-work"


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
        """The flows with the numbers `first` to `last`, in the columns of the table and `ROW`."""

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        """A small table of ours, there."""

    def pull(self, frame: Frame) -> pa.Table:
        """A small table of theirs, here."""

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        """Write one part of a table, all of it or nothing, in the place of what stood there; how many rows it has."""

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        """Parts of a table that were written."""

    def outcome(self, name: str, parts: Iterable[int]) -> Frame:
        """One of `OUTPUTS`, once a run is at its end."""

    def manifest(self) -> dict[str, Any] | None:
        """What the run that wrote here last says of itself."""

    def keep_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write it, all of it or nothing."""

    def clear(self) -> None:
        """Delete what a run wrote here, and nothing else."""

    def tidy(self) -> None:
        """Delete what was only needed on the way."""

    def close(self) -> None: ...


OUTPUTS = ("answers", "cases", "problems", "summary")
"""The tables that a run leaves behind."""


class _Folders:
    """Tables that are Parquet files in folders which this process can reach."""

    def __init__(self, source: str, target: str) -> None:
        self._source, self._target = Path(source), Path(target)
        _folders(self._source, self._target)
        self._tables = _tables_in(self._source)

    def sheets(self) -> Mapping[str, str]:
        return {sheet: path.name for sheet, path in self._tables.items()}

    def _files(self, sheet: str) -> list[Path]:
        return _parts_of(self._tables[sheet])

    def fingerprint(self) -> dict[str, Any]:
        return {
            str(file.relative_to(self._source)): [file.stat().st_size, file.stat().st_mtime_ns]
            for sheet in self._tables
            for file in self._files(sheet)
        }

    def small(self, table: str, most: int) -> pa.Table:
        parts = []
        rows = 0
        for file in self._files(table):
            rows += _rows_in(file)
            if rows > most:
                raise CannotAssess(_too_large(table, most))
            parts.append(pq.ParquetFile(file).read())
        return pa.concat_tables(parts, promote_options="permissive")

    def _numbered(self) -> list[tuple[Path, int, int]]:
        """The files of flows, each with the number before its first row and its number of rows."""
        found, before = [], 0
        for file in self._files(FLOWS.name):
            rows = _rows_in(file)
            found.append((file, before, rows))
            before += rows
        return found

    def count(self) -> int:
        return sum(rows for _, _, rows in self._numbered())

    def _place(self, name: str) -> Path:
        return (self._target if name in OUTPUTS else self._target / STAGED) / name

    def manifest(self) -> dict[str, Any] | None:
        return _manifest_in(self._target)

    def keep_manifest(self, manifest: Mapping[str, Any]) -> None:
        _keep_manifest_in(self._target, manifest)

    def clear(self) -> None:
        _clear(self._target)

    def tidy(self) -> None:
        shutil.rmtree(self._target / STAGED, ignore_errors=True)


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
        self._con.execute("SET temp_directory = ?", [str(work)])
        self._con.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        try:
            self._con.execute("SET memory_limit = ?", [memory or _half_of_memory()])
        except duckdb.Error as wrong:
            raise CannotAssess(f"{memory!r} is no amount of memory; write it as 4GB.") from wrong

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        pieces = []
        for file, before, rows in self._numbered():
            if rows and before + rows >= first and (last is None or before < last):
                relation = self._con.read_parquet(str(_plain(file)), file_row_number=True)
                piece = relation.project(f"*, file_row_number + {before + 1} AS {ROW}")
                begins, ends = max(first - before - 1, 0), min(rows, (last or before + rows) - before)
                if begins or ends < rows:
                    piece = piece.filter(f"file_row_number >= {begins} AND file_row_number < {ends}")
                pieces.append(piece)
        if not pieces:
            raise CannotAssess("The table Flows has no rows.")
        columns = pieces[0].columns
        together = pieces[0]
        for piece in pieces[1:]:
            if set(piece.columns) != set(columns):
                raise CannotAssess("The files of Flows do not all have the same columns.")
            together = together.union(piece.select(*columns))
        return nw.from_native(together)

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        self._con.register(f"arrow_{name}", table)
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arrow_{name}")  # noqa: S608
        self._con.unregister(f"arrow_{name}")
        return nw.from_native(self._con.table(name))

    def pull(self, frame: Frame) -> pa.Table:
        with _said(self._db.Error):
            return frame.collect(backend="pyarrow").to_native()

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        folder = self._place(name)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"part-{part:05}.parquet"
        half = folder / f".{path.name}.half"
        with _said(self._db.Error):
            native = (frame.sort(*order) if order else frame).to_native()
            native.write_parquet(str(_plain(half)), compression="zstd")
        _settled(half, path)
        return _rows_in(path)

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        files = [str(_plain(self._place(name) / f"part-{part:05}.parquet")) for part in parts]
        return nw.from_native(self._con.read_parquet(files))

    outcome = written

    def close(self) -> None:
        self._con.close()


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


class _said:
    """While an engine works: what it cannot do is said in a sentence."""

    def __init__(self, *errors: type[BaseException]) -> None:
        self.errors = errors

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is not None and isinstance(error, self.errors):
            words = " ".join(str(error).split())
            if "No space left" in words or ("disk" in words.casefold() and "full" in words.casefold()):
                raise CannotAssess(
                    "The disk is full: make room, and run it again to go on where it stopped."
                ) from error
            raise CannotAssess(f"The engine could not go on: {words[:300].rstrip('.')}.") from error


# ------------------------------------------------------------------------------------------------------- folders


def _folders(source: Path, target: Path) -> None:
    """Raises `CannotAssess` when the folders are not what they should be."""
    if not source.is_dir():
        raise CannotAssess(f"{str(source)!r} is not a folder of tables.")
    if target.resolve() == source.resolve() or source.resolve() in target.resolve().parents:
        raise CannotAssess(f"{str(target)!r} is where the tables are read from; write to another folder.")
    if target.exists() and not target.is_dir():
        raise CannotAssess(f"{str(target)!r} is a file; write to a folder.")
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise CannotAssess(f"{str(target)!r} holds files that are not of such a run; write to an empty folder.")
    target.mkdir(parents=True, exist_ok=True)


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


def _parts_of(path: Path) -> list[Path]:
    """The Parquet files of a table, in the order of their names."""
    if path.is_file():
        return [path] if path.suffix == ".parquet" else []
    return sorted(p for p in path.rglob("*.parquet") if p.is_file() and not p.name.startswith((".", "_")))


def _rows_in(file: Path) -> int:
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError) as wrong:
        raise CannotAssess(f"{str(file)!r} is no sound Parquet file.") from wrong


def _settled(half: Path, path: Path) -> None:
    """What was written becomes the file, once it is on the disk."""
    with half.open("rb") as file:
        os.fsync(file.fileno())
    half.replace(path)


def _manifest_in(folder: Path) -> dict[str, Any] | None:
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise CannotAssess(f"{str(path)!r} cannot be understood; start anew with --restart.") from wrong
    return found


def _keep_manifest_in(folder: Path, manifest: Mapping[str, Any]) -> None:
    half = folder / f".{MANIFEST}.half"
    half.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _settled(half, folder / MANIFEST)


def _clear(folder: Path) -> None:
    for name in (*OUTPUTS, STAGED):
        shutil.rmtree(folder / name, ignore_errors=True)
    with suppress(FileNotFoundError):
        (folder / MANIFEST).unlink()


# --------------------------------------------------------------------------------------------------------- Spark


class Spark(_Folders):
    """Parquet files that Spark reads and writes, on this machine or on the cluster that its settings name.

    The folders are paths that every worker can reach. The manifest is a file beside the answers, so `target` has to be a
    folder that this process can reach too, such as a mounted one.
    """

    name = "spark"
    rows_at_a_time: int | None = None

    def __init__(self, source: str, target: str, master: str | None = None) -> None:
        try:
            import pyspark
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
        except ImportError as missing:
            raise CannotAssess(_install("PySpark", "spark")) from missing
        del pyspark
        if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
            raise CannotAssess(
                "Spark needs Java 17 or later, and there is none here; on Debian and Ubuntu: "
                "apt-get install openjdk-17-jre-headless."
            )
        super().__init__(source, target)
        self._wrong = PySparkException
        settings = SparkSession.builder.appName("datamap")
        if master or "SPARK_REMOTE" not in os.environ:
            settings = settings.master(master or "local[*]")
        try:
            self._spark = (
                settings.config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.adaptive.enabled", "true")
                .getOrCreate()
            )
        except Exception as wrong:
            raise CannotAssess(f"Spark did not start: {' '.join(str(wrong).split())[:300].rstrip('.')}.") from wrong
        self._spark.sparkContext.setLogLevel("ERROR")

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        from pyspark.sql import functions as f

        together = None
        for file, before, rows in self._numbered():
            if rows and before + rows >= first and (last is None or before < last):
                frame = self._spark.read.parquet(str(file))
                frame = frame.withColumn(ROW, f.col("_metadata.row_index") + f.lit(before + 1))
                together = frame if together is None else together.unionByName(frame)
        if together is None:
            raise CannotAssess("The table Flows has no rows.")
        if first > 1 or last is not None:
            together = together.filter((f.col(ROW) >= first) & (f.col(ROW) <= (last or 1 << 62)))
        return nw.from_native(together)

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        """By way of a file: what is handed over may be too large for one message to the workers."""
        folder = self._target / STAGED / "handed" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        pq.write_table(table, folder / "part-0.parquet")
        return nw.from_native(self._spark.read.parquet(str(folder)))

    def pull(self, frame: Frame) -> pa.Table:
        with _said(self._wrong):
            return frame.to_native().toArrow()

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        folder = self._place(name) / f"part-{part:05}.parquet"
        with _said(self._wrong):
            frame.to_native().write.mode("overwrite").option("compression", "zstd").parquet(str(folder))
        return sum(_rows_in(file) for file in _parts_of(folder))

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        folders = [str(self._place(name) / f"part-{part:05}.parquet") for part in parts]
        return nw.from_native(self._spark.read.parquet(*folders))

    outcome = written

    def close(self) -> None:
        self._spark.stop()


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
        self._wrong = psycopg.Error
        self._sql = psycopg.sql
        try:
            self._con = ibis.postgres.connect(**_parameters(where, psycopg), schema=self._schema)
            self._run("SET client_min_messages TO warning")
            self._run("CREATE SCHEMA IF NOT EXISTS {}", self._into)
        except psycopg.Error as wrong:
            words = " ".join(str(wrong).split())
            raise CannotAssess(f"The database could not be reached: {words[:300].rstrip('.')}.") from wrong
        self._tables: dict[str, str] = {}
        for table in sorted(self._con.list_tables(database=self._schema)):
            layout = sheet_called(table)
            if layout and layout.name in self._tables:
                raise CannotAssess(f"{self._tables[layout.name]} and {table} are both the table {layout.name}.")
            if layout:
                self._tables[layout.name] = table

    def _run(self, statement: str, *names: str) -> Any:
        """A statement of ours, with names put in as names."""
        composed = self._sql.SQL(statement).format(*map(self._sql.Identifier, names))
        with self._con.con.cursor() as cursor:
            cursor.execute(composed)
            found = cursor.fetchall() if cursor.description else None
        self._con.con.commit()
        return found

    def sheets(self) -> Mapping[str, str]:
        return {s.name: self._tables[s.name] for s in SHEETS if s.name in self._tables}

    def fingerprint(self) -> dict[str, Any]:
        """The number of rows of each table, and a sum over what stands in them."""
        found = {}
        for sheet, table in self.sheets().items():
            rows = self._run(
                "SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {}.{} AS t", self._schema, table
            )
            found[sheet] = [int(n) for n in rows[0]]
        return found

    def small(self, table: str, most: int) -> pa.Table:
        native = self._con.table(self._tables[table], database=self._schema)
        found = native.limit(most + 1).to_pyarrow()
        if found.num_rows > most:
            raise CannotAssess(_too_large(table, most))
        named = next((c for c in found.column_names if c == ROW), None)
        return (
            found.sort_by(ROW).drop_columns([ROW])
            if named
            else found.sort_by([(c, "ascending") for c in found.column_names])
        )

    def count(self) -> int:
        table = self._tables[FLOWS.name]
        if ROW not in self._con.table(table, database=self._schema).columns:
            raise CannotAssess(
                f"The table {table} has no column {ROW}, by which its rows are known: ALTER TABLE {table} ADD COLUMN "
                f"{ROW} bigint GENERATED ALWAYS AS IDENTITY."
            )
        rows, numbered, least, most = self._run(
            "SELECT count(*), count(DISTINCT {}), min({}), max({}) FROM {}.{}", ROW, ROW, ROW, self._schema, table
        )[0]
        if not rows:
            raise CannotAssess("The table Flows has no rows.")
        if rows != numbered or least != 1 or most != rows:
            raise CannotAssess(f"The column {ROW} of {table} does not number its rows from 1, each once.")
        return int(rows)

    def flows(self, first: int = 1, last: int | None = None) -> Frame:
        native = self._con.table(self._tables[FLOWS.name], database=self._schema)
        frame = _frame(native).with_columns(nw.col(ROW).cast(nw.Int64))
        return frame if last is None else frame.filter((nw.col(ROW) >= first) & (nw.col(ROW) <= last))

    def hand_over(self, name: str, table: pa.Table) -> Frame:
        with _said(self._wrong):
            self._con.create_table(f"handed_{name}", table, database=self._into, overwrite=True)
        return _frame(self._con.table(f"handed_{name}", database=self._into))

    def pull(self, frame: Frame) -> pa.Table:
        with _said(self._wrong):
            return frame.to_native().to_pyarrow()

    def write(self, frame: Frame, name: str, part: int, order: Sequence[str]) -> int:
        table = f"{name}_{part}"
        with _said(self._wrong):
            self._con.create_table(table, frame.to_native(), database=self._into, overwrite=True)
        return int(self._run("SELECT count(*) FROM {}.{}", self._into, table)[0][0])

    def written(self, name: str, parts: Iterable[int]) -> Frame:
        frames = [_frame(self._con.table(f"{name}_{part}", database=self._into)) for part in parts]
        return nw.concat(frames) if len(frames) > 1 else frames[0]

    def outcome(self, name: str, parts: Iterable[int]) -> Frame:
        return _frame(self._con.table(name, database=self._into))

    def manifest(self) -> dict[str, Any] | None:
        if "manifest" not in self._con.list_tables(database=self._into):
            return None
        found: dict[str, Any] = json.loads(self._run("SELECT words FROM {}.{}", self._into, "manifest")[0][0])
        return found

    def keep_manifest(self, manifest: Mapping[str, Any]) -> None:
        words = self._sql.Literal(json.dumps(manifest, ensure_ascii=False))
        composed = self._sql.SQL(
            "CREATE TABLE IF NOT EXISTS {t} (words text); DELETE FROM {t}; INSERT INTO {t} VALUES ({w})"
        ).format(t=self._sql.Identifier(self._into, "manifest"), w=words)
        with self._con.con.cursor() as cursor:
            cursor.execute(composed)
        self._con.con.commit()

    def _ours(self) -> list[str]:
        return [t for t in self._con.list_tables(database=self._into) if _NAME_OF_OURS.fullmatch(t)]

    def clear(self) -> None:
        for table in sorted(self._ours(), key=lambda t: t == "manifest"):
            self._drop(table)

    def _drop(self, table: str) -> None:
        for kind in ("VIEW", "TABLE"):
            with suppress(self._wrong):
                self._run(f"DROP {kind} IF EXISTS {{}}.{{}} CASCADE", self._into, table)
            self._con.con.rollback()

    def tidy(self) -> None:
        """The parts of each table become the table; what was needed on the way goes."""
        for name in OUTPUTS:
            parts = sorted(
                (t for t in self._ours() if re.fullmatch(rf"{name}_\d+", t)), key=lambda t: int(t.rpartition("_")[2])
            )
            for part in parts[1:]:
                self._run("INSERT INTO {}.{} SELECT * FROM {}.{}", self._into, parts[0], self._into, part)
                self._drop(part)
            if parts:
                self._drop(name)
                self._run("ALTER TABLE {}.{} RENAME TO {}", self._into, parts[0], name)
        for table in self._ours():
            if table not in (*OUTPUTS, "manifest"):
                self._drop(table)

    def close(self) -> None:
        self._con.con.close()


_NAME_OF_OURS = re.compile(
    rf"manifest|handed_\w+|(?:{'|'.join(OUTPUTS)})(?:_\d+)?|(?:coded|entries|judged_\w+|values_\w+)_\d+"
)


def _schema_of(address: str) -> tuple[str, str]:
    """The schema that an address names, and the address without it."""
    parts = urlsplit(address)
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
    if engine == "duckdb":
        return DuckDB(source, target, memory)
    return Spark(source, target, master) if engine == "spark" else Postgres(source, target)


def shown(source: str) -> str:
    """What tables are called in problems: a folder's name, or a schema's."""
    return _schema_of(source)[0] if "://" in source else Path(source).resolve().name
