"""Engines to try: DuckDB always, Spark where there is Java, PostgreSQL where its programs are. CI has all three."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from datamap.tables import DuckDB, Engine, Postgres, Spark
from tests.tables.small import Sheets, into_folder, into_schema

Opened = Callable[[Sheets], Engine]


def _absent(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI has to try every engine.")
    pytest.skip(f"{what}.")


@pytest.fixture
def duckdb(tmp_path: Path) -> Iterator[Opened]:
    numbers = count()
    engines: list[Engine] = []

    def opened(sheets: Sheets) -> Engine:
        place = tmp_path / str(next(numbers))
        into_folder(sheets, place / "from")
        engine = DuckDB(str(place / "from"), str(place / "to"))
        engine.rows_at_a_time = 7
        engines.append(engine)
        return engine

    yield opened
    for engine in engines:
        engine.close()


# What Spark does so that many rows go fast takes longer than a few rows do.
_SPARK_FOR_FEW_ROWS = (
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' --conf spark.sql.shuffle.partitions=1 "
    "--conf spark.sql.codegen.wholeStage=false pyspark-shell"
)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    if not shutil.which("java"):
        _absent("There is no Java for Spark")
    pytest.importorskip("pyspark")
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", _SPARK_FOR_FEW_ROWS)
    place, numbers = tmp_path_factory.mktemp("spark"), count()
    engines: list[Engine] = []

    def opened(sheets: Sheets) -> Engine:
        folder = place / str(next(numbers))
        into_folder(sheets, folder / "from")
        engines.append(Spark(str(folder / "from"), str(folder / "to"), "local[2]"))
        return engines[-1]

    yield opened
    for engine in engines:  # all of them share one Spark
        engine.close()


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@dataclass(frozen=True)
class Server:
    """A PostgreSQL; `restart` ends it as a loss of power would, and starts it again."""

    address: str
    restart: Callable[[], None]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A database cluster of the test's own, on a socket that nobody else has."""
    programs = _postgres_programs()
    if programs is None:
        _absent("There is no PostgreSQL")
        return
    place = Path(tempfile.mkdtemp(prefix="datamap-pg-", dir="/tmp"))
    user: str | None = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0 else "nobody"
        shutil.chown(place, user)
    data = place / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place)

    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "datamap", "-A", "trust", "-E", "UTF8", "--locale=C")
        start = (str(programs / "pg_ctl"), "-D", str(data), "-o", f"-k {place} -c listen_addresses= -F", "-w", "start")
        run(*start)

        def restart() -> None:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
            run(*start)

        yield Server(f"postgresql://datamap@/postgres?host={place}", restart)
    finally:
        with suppress(subprocess.CalledProcessError):
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def postgres_address(postgres_server: Server) -> str:
    return postgres_server.address


@pytest.fixture
def postgres(postgres_address: str) -> Iterator[Opened]:
    pytest.importorskip("ibis")
    engines: list[Engine] = []

    def opened(sheets: Sheets) -> Engine:
        name = f"inventory{next(_SCHEMAS)}"
        into_schema(sheets, postgres_address, name)
        engines.append(Postgres(f"{postgres_address}&schema={name}", f"{postgres_address}&schema={name}_answers"))
        return engines[-1]

    yield opened
    for engine in engines:
        engine.close()


_SCHEMAS = count()
