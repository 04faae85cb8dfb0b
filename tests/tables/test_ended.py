"""Whatever ends a run (a kill, the server, a full disk), it goes on with the same answers, and two runs never mix."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import datamap
from datamap.tables import CannotAssess, DuckDB, Postgres, assess_tables, engines
from tests.tables.conftest import Opened, Server
from tests.tables.small import FILE, ON, by_tables, in_memory, into_folder, into_schema
from tests.tables.test_engines import tortured
from tests.tables.test_run import Ended, assessed, engine_at
from tests.tables.test_written_elsewhere import plain, typed

STAGES = ("values_origin", "coded", "judged_legs", "answers", "summary")


def ended(engine: str, source: str, target: str, table: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.tables.ended", engine, source, target, table, *more]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])


# --------------------------------------------------------------------------------------------------------- folders


@pytest.mark.parametrize("stage", ["coded", "answers"])
def test_killed_in_the_middle_of_a_write(stage: str, tmp_path: Path) -> None:
    sheets = tortured(5, 12)
    into_folder(sheets, tmp_path / "from")
    place = tmp_path / "to"
    assert ended("duckdb", str(tmp_path / "from"), str(place), stage).returncode == -signal.SIGKILL
    assert list(place.rglob("*.half")), "it was in the middle"
    engine = DuckDB(str(tmp_path / "from"), str(place))
    assert by_tables(engine) == in_memory(sheets)
    engine.close()
    assert sorted(p.name for p in place.iterdir()) == ["answers", "cases", "manifest.json", "problems", "summary"]
    assert not list(place.rglob(".*")), "nothing is left of what was half written"


def test_two_runs_do_not_write_to_one_place(tmp_path: Path) -> None:
    into_folder(tortured(5, 3), tmp_path / "from")
    engine = engine_at(tmp_path)
    with pytest.raises(CannotAssess, match=r"Another run is writing to '.*to'; wait until it is at its end"):
        engine_at(tmp_path)
    engine.close()
    engine_at(tmp_path).close()
    assert list((tmp_path / "to").iterdir()) == []


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """As on a disk that is full: the system refuses to write more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_the_run_goes_on_once_there_is_room(tmp_path: Path) -> None:
    sheets = tortured(5, 30)
    into_folder(sheets, tmp_path / "from")
    place = tmp_path / "to"
    for size in (100, 700, 3_000):
        engine = engine_at(tmp_path, 30)
        with no_file_above(size), pytest.raises(CannotAssess, match=r"The disk of '.*to' is full: make room, and run"):
            assessed(engine)
        engine.close()
        assert not list(place.rglob("*.half")), "what was half written takes no room"
        assert size == 100 or (place / "manifest.json").is_file()
    engine = engine_at(tmp_path, 30)
    assert by_tables(engine) == in_memory(sheets)
    engine.close()


def test_a_restart_that_was_ended_leaves_nothing_of_the_run_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into_folder(tortured(5, 30), tmp_path / "from")
    engine = engine_at(tmp_path, 7)
    assessed(engine)

    def clear(self: Any) -> None:
        raise Ended

    monkeypatch.setattr(DuckDB, "clear", clear)
    with pytest.raises(Ended):
        assessed(engine, restart=True)
    engine.close()
    monkeypatch.undo()
    fewer = tortured(5, 8)
    (tmp_path / "from").rename(tmp_path / "before")
    into_folder(fewer, tmp_path / "from")
    engine = engine_at(tmp_path, 7)
    assert by_tables(engine) == in_memory(fewer)
    engine.close()
    assert len(list((tmp_path / "to" / "answers").iterdir())) == 3


def test_what_was_written_and_is_gone_is_said(tmp_path: Path) -> None:
    into_folder(tortured(5, 12), tmp_path / "from")
    engine = engine_at(tmp_path)
    first = assessed(engine)
    part = tmp_path / "to" / "answers" / "part-00001.parquet"
    content = part.read_bytes()
    part.unlink()
    with pytest.raises(CannotAssess, match=r"Of the table answers, .* something is gone or was changed; start anew"):
        assessed(engine)
    part.write_bytes(content[:-20])
    with pytest.raises(CannotAssess, match="Of the table answers"):
        assessed(engine)
    part.write_bytes(content)
    assert assessed(engine) == first
    engine.close()


def test_a_run_that_was_ended_does_not_go_on_with_tables_that_changed_meanwhile(tmp_path: Path) -> None:
    into_folder(tortured(5, 12), tmp_path / "from")
    file = tmp_path / "from" / "Flows" / "part-001.parquet"
    stat, content = file.stat(), file.read_bytes()

    def change(words: str) -> None:
        if words.startswith("writing answers"):
            (tmp_path / "from" / "Systems.parquet").touch()

    engine = engine_at(tmp_path)
    with pytest.raises(CannotAssess, match=r"The tables changed while they were read \(Systems\.parquet\)"):
        assessed(engine, progress=change)
    into_folder(tortured(6, 12), tmp_path / "other")
    file.write_bytes(
        (tmp_path / "other" / "Flows" / "part-001.parquet").read_bytes().ljust(len(content))[: len(content)]
    )
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(CannotAssess, match=r"the tables read changed \(Flows/part-001\.parquet, Systems\.parquet\)"):
        assessed(engine)
    engine.close()


def test_a_manifest_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    into_folder(tortured(5, 3), tmp_path / "from")
    (tmp_path / "to" / "answers").mkdir(parents=True)
    (tmp_path / "to" / "manifest.json").write_text('{"name": "a page"}')
    with pytest.raises(CannotAssess, match=r"manifest\.json' is not what such a run notes"):
        engine_at(tmp_path)
    assert sorted(p.name for p in (tmp_path / "to").iterdir()) == ["answers", "manifest.json"]


# ------------------------------------------------------------------------------------------------------ PostgreSQL


def tables_in(address: str, schema: str) -> list[str]:
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = %s", [schema])
        return sorted(row[0] for row in found)


def postgres_at(address: str, schema: str) -> Postgres:
    """Once it is there: a server needs a moment to recover."""
    for _ in range(200):
        try:
            return Postgres(f"{address}&schema={schema}", f"{address}&schema={schema}_answers")
        except CannotAssess as wrong:
            if "could not be reached" not in str(wrong):
                raise
            time.sleep(0.1)
    pytest.fail("the server did not recover")


def test_a_database_that_ends_while_it_is_opened_could_not_be_reached(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that starts anew after another process of it was killed."""
    pytest.importorskip("ibis")
    real = Postgres._begin

    def begin(self: Postgres) -> None:
        pid = self._con.con.info.backend_pid
        assert pid > 1
        os.kill(pid, signal.SIGKILL)
        real(self)

    monkeypatch.setattr(Postgres, "_begin", begin)
    with pytest.raises(CannotAssess, match=r"^The database could not be reached: "):
        Postgres(f"{postgres_server.address}&schema=one", f"{postgres_server.address}&schema=other")
    monkeypatch.undo()
    with pytest.raises(CannotAssess, match="has no schema 'one'"):
        postgres_at(postgres_server.address, "one")


def test_killed_in_the_middle_of_each_stage_a_database_loses_nothing(postgres_address: str) -> None:
    pytest.importorskip("ibis")
    sheets = tortured(5, 12)
    into_schema(sheets, postgres_address, "killed")
    where = [f"{postgres_address}&schema={schema}" for schema in ("killed", "killed_answers")]
    for stage in ("values_origin", "coded", "answers"):
        assert ended("postgres", *where, stage).returncode == -signal.SIGKILL
    engine = postgres_at(postgres_address, "killed")
    assert by_tables(engine) == in_memory(sheets)
    engine.close()
    assert tables_in(postgres_address, "killed_answers") == ["answers", "cases", "manifest", "problems", "summary"]


@pytest.mark.parametrize("how", ["its backend is killed", "the server is stopped at once"])
def test_the_server_ended_in_the_middle_of_each_stage_it_goes_on(
    how: str, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ibis")
    sheets, schema = tortured(5, 12), f"served{len(how)}"
    into_schema(sheets, postgres_server.address, schema)
    left = list(STAGES)
    real = Postgres._run

    def run(self: Postgres, statement: str, *names: str, **more: Any) -> Any:
        """The statement that follows a write in which the server ended."""
        if left and statement.startswith("ANALYZE") and f"_{left[0]}_0" in names[1]:
            left.pop(0)
            if how == "its backend is killed":
                os.kill(self._con.con.info.backend_pid, signal.SIGKILL)
            else:
                postgres_server.restart()
        if not left and statement.startswith("ALTER") and names[2] == "problems":
            left.append("never")
            os.kill(self._con.con.info.backend_pid, signal.SIGKILL)
        return real(self, statement, *names, **more)

    monkeypatch.setattr(Postgres, "_run", run)
    for _ in range(len(STAGES) + 1):
        engine = postgres_at(postgres_server.address, schema)
        with pytest.raises(
            CannotAssess, match=r"The database ended before the work was done \(.*\); once it is there again, run it"
        ):
            assess_tables(engine, name=FILE, on=ON, law=datamap.load_law())
        engine.close()
    assert left == ["never"], "it was ended in each stage, and when all was put in its place"
    engine = postgres_at(postgres_server.address, schema)
    assert by_tables(engine) == in_memory(sheets)
    engine.close()
    assert tables_in(postgres_server.address, f"{schema}_answers") == [
        "answers",
        "cases",
        "manifest",
        "problems",
        "summary",
    ]


def test_a_schema_keeps_what_is_not_of_a_run(postgres: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    engine = postgres(tortured(5, 5))
    assert isinstance(engine, Postgres)
    schema, address = engine._into, engine._con.con.info.dsn
    monkeypatch.setattr(engines, "_PATIENCE", "50ms")
    where = f"postgresql://datamap@/postgres?host={engine._con.con.info.host}"

    def again() -> Postgres:
        return Postgres(f"{where}&schema={engine._schema}", f"{where}&schema={schema}")

    with pytest.raises(CannotAssess, match=f"Another run is writing to '{schema}'"):
        again()
    full = engine.sentence(psycopg.errors.DiskFull("wrote only 4096 of 8192 bytes"))
    assert full == "The disk of the database is full: make room, and run it again to go on where it stopped."
    assess_tables(engine, name=FILE, on=ON, law=datamap.load_law())
    with psycopg.connect(address, autocommit=True) as own:
        own.execute(f"CREATE TABLE {schema}.answers_2025 AS SELECT * FROM {schema}.answers")
        own.execute(f"CREATE VIEW {schema}.gaps AS SELECT * FROM {schema}.answers")
        with pytest.raises(
            CannotAssess, match=r"answers of an earlier run cannot be deleted, because view .*gaps depends"
        ):
            assess_tables(engine, name=FILE, on=ON, law=datamap.load_law(), restart=True)
        own.execute(f"DROP VIEW {schema}.gaps")
        assess_tables(engine, name=FILE, on=ON, law=datamap.load_law(), restart=True)
        assert "answers_2025" in tables_in(address, schema)
        own.execute(f"DROP TABLE {schema}.manifest")
        engine.close()
        with pytest.raises(CannotAssess, match=f"The schema '{schema}' has a table answers that is not of such a run"):
            again()


# ----------------------------------------------------------------------------------------------------------- Spark


def test_spark_ended_in_the_middle_goes_on_and_reads_what_other_tools_write(spark: Opened) -> None:
    engine = spark(plain())
    source, target = Path(engine._source), Path(engine._target)  # type: ignore[attr-defined]
    for number, unusual in enumerate((False, True)):
        pq.write_table(typed(unusual).slice(2 * number, 2 - number), source / "Flows" / f"part-{number:03}.parquet")
    engine._lock.close()  # type: ignore[attr-defined]
    said = ended("spark", str(source), str(target), "values_origin", "JVM").stderr
    assert said.splitlines()[-1] == "Spark ended before the work was done; run it again to go on where it stopped."
    assert "Traceback" not in said
    assert ended("spark", str(source), str(target), "coded").returncode == -signal.SIGKILL
    assert list(target.rglob("*.half")), "it was in the middle"
    assert by_tables(engine) == in_memory(plain())
    assert not list(target.rglob(".*.half"))
