"""A run that is ended goes on where it stopped, and what it cannot do it says in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import datamap
from datamap.cli import main
from datamap.tables import CannotAssess, Different, DuckDB, Postgres, assess_tables, run
from tests.tables.small import FILE, ON, Sheets, by_tables, in_memory, into_folder, table_of
from tests.tables.test_engines import generated, tortured


class Ended(BaseException):
    """As if the process were killed."""


def engine_at(place: Path, rows: int = 7) -> DuckDB:
    engine = DuckDB(str(place / "from"), str(place / "to"))
    engine.rows_at_a_time = rows
    return engine


def assessed(engine: DuckDB, **asked: Any) -> Any:
    return assess_tables(engine, name=FILE, on=ON, law=datamap.load_law(), **asked)


def test_ended_at_any_write_it_goes_on_and_judges_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = tortured(5, 12)
    into_folder(sheets, tmp_path / "from")
    wrote: list[tuple[str, int]] = []
    judged = 0
    real_write, real_keep = DuckDB.write, DuckDB.keep_manifest
    left = 1

    def counted(work: Any) -> Any:
        def done(*given: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Ended
            return work(*given)

        return done

    def write(self: DuckDB, frame: Any, name: str, part: int, order: Any) -> int:
        rows = counted(real_write)(self, frame, name, part, order)
        wrote.append((name, part))
        return int(rows)

    def judging(self: Any) -> Any:
        nonlocal judged
        found = real_judging(self)
        judged += 1
        return found

    real_judging = run._Judging.write
    monkeypatch.setattr(DuckDB, "write", write)
    monkeypatch.setattr(DuckDB, "keep_manifest", counted(real_keep))
    monkeypatch.setattr(run._Judging, "write", judging)
    for step in range(1, 40):
        engine = engine_at(tmp_path)
        left = 6 + step % 4  # killed after so many writes of a table or of the manifest, again and again
        try:
            assessed(engine)
            break
        except Ended:
            continue
        finally:
            engine.close()
    else:
        pytest.fail("it never came to its end")
    assert step > 4
    monkeypatch.undo()
    engine = engine_at(tmp_path)
    there, here = by_tables(engine), in_memory(sheets)
    engine.close()
    assert there == here
    answers = [at for at in wrote if at[0] == "answers"]
    assert len(answers) <= 2 * len(set(answers)), "a part is written again only if nobody noted that it was"
    assert judged <= 2, "what was judged is judged again only if nobody noted that it was"
    assert not (tmp_path / "to" / "in-work").exists()


def test_killed_for_good_it_goes_on(tmp_path: Path) -> None:
    sheets = generated(3_000, systems=40, recipients=60)
    into_folder({**sheets, "Flows": sheets["Flows"][:1]}, tmp_path / "from")
    pq.write_table(table_of(sheets["Flows"]), tmp_path / "from" / "Flows" / "part-000.parquet")
    script = (
        "import sys, datetime, datamap; from datamap.tables import DuckDB, assess_tables; e = DuckDB(*sys.argv[1:3]); "
        "e.rows_at_a_time = 100; assess_tables(e, name='tables', on=datetime.date(2026, 11, 22), law=datamap.load_law())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "from"), str(tmp_path / "to")]
    done: set[str] = set()
    for until in ("coded", "answers"):
        process = subprocess.Popen(command)
        place = tmp_path / "to" / ("in-work/coded" if until == "coded" else "answers")
        for _ in range(6_000):
            if process.poll() is not None or len(list(place.glob("part-*.parquet"))) > 3:
                break
            time.sleep(0.01)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kept = {f"{p.parent.name}/{p.name}": p.stat().st_mtime_ns for p in (tmp_path / "to").rglob("part-*.parquet")}
        assert done <= {f"{k} {t}" for k, t in kept.items()}, "what was finished is written again"
        noted = str((tmp_path / "to" / "manifest.json").read_text())
        done = {
            f"coded/part-{n:05}.parquet {kept[f'coded/part-{n:05}.parquet']}"
            for n in range(30)
            if f'"coded {n}"' in noted and '"summary 0"' not in noted
        }
    engine = engine_at(tmp_path, 100)
    there = by_tables(engine)
    engine.close()
    assert there == in_memory(sheets)


def test_it_does_not_go_on_with_another_input_or_law_or_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into_folder(generated(20), tmp_path / "from")
    engine = engine_at(tmp_path)
    first = assessed(engine)
    assert assessed(engine) == first, "a run that came to its end is told again"
    with pytest.raises(Different, match="the regimes changed; start anew with --restart"):
        assessed(engine, regimes=["nz"])
    law = datamap.load_law()
    less = replace(law, regimes={code: regime for code, regime in law.regimes.items() if code != "jp"})
    own = {"name": FILE, "law": law, "on": ON}
    for changed, words in (
        ({"on": date(2026, 11, 23)}, "the day"),
        ({"law": less}, "the law"),
        ({"organisation": "Ours"}, "the organisation"),
        ({"country": "NZ"}, "the country"),
    ):
        with pytest.raises(Different, match=f"since then {words} changed"):
            assess_tables(engine, **{**own, **changed})  # type: ignore[arg-type]
    with monkeypatch.context() as later:
        later.setattr(run, "__version__", "99")
        with pytest.raises(Different, match="since then the version of datamap changed"):
            assessed(engine)
    table = pq.read_table(tmp_path / "from" / "Flows" / "part-000.parquet")
    pq.write_table(pa.concat_tables([table, table]), tmp_path / "from" / "Flows" / "part-000.parquet")
    with pytest.raises(Different, match="the tables read changed"):
        assessed(engine)
    assert assessed(engine, restart=True).rows == first.rows + table.num_rows
    engine.close()


def test_rows_are_all_accounted_for(tmp_path: Path) -> None:
    sheets = tortured(11, 30)
    sheets["Flows"] += [
        ("(example) F1", "CRM", "Mailer", *([""] * 12)),
        ("nowhere", "", None, *([""] * 12)),
        ("inside", "CRM", "Archive", *([""] * 12)),
    ]
    into_folder(sheets, tmp_path / "from")
    engine = engine_at(tmp_path)
    found = assessed(engine)
    engine.close()
    assert found.rows == len(sheets["Flows"]) - 1
    assert found.rows == found.examples + found.left_out + found.not_assessed + found.assessed
    assert found.examples == 1
    assert found.left_out >= 1
    assert found.not_assessed >= 1


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["assess", "--as-of", "2026-11-22", *arguments])
    return code, capsys.readouterr().err.strip().splitlines()[-1]


def spoiled(place: Path, **tables: list[tuple[str | None, ...]] | None) -> tuple[str, str, str, str]:
    sheets: Sheets = generated(5)
    for name, rows in tables.items():
        if rows is None:
            del sheets[name]
        else:
            sheets[name] = rows
    into_folder(sheets, place / "from")
    return "--from", str(place / "from"), "--to", str(place / "to")


def test_what_is_wrong_with_the_tables_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = ran(capsys, "--from", str(tmp_path / "none"), "--to", str(tmp_path / "x"))
    assert (code, said) == (2, f"{str(tmp_path / 'none')!r} is not a folder of tables.")
    code, said = ran(capsys, *spoiled(tmp_path / "a", Flows=None))
    assert code == 2
    assert "There is no table Flows" in said
    code, said = ran(capsys, *spoiled(tmp_path / "b", Flows=[("Flow", "To"), ("F1", "Recipient 1")]))
    assert (code, said) == (2, "The table Flows has no column From.")
    code, said = ran(capsys, *spoiled(tmp_path / "g", Flows=[("Something",), ("else",)]))
    assert (code, said) == (2, "The table Flows has no column From.")
    code, said = ran(capsys, *spoiled(tmp_path / "c", Flows=[("From", "To")]))
    assert (code, said) == (2, "The table Flows has no rows.")
    where = spoiled(tmp_path / "d")
    (tmp_path / "d" / "to").mkdir()
    (tmp_path / "d" / "to" / "mine.txt").write_text("mine")
    code, said = ran(capsys, *where)
    assert code == 2
    assert "holds files that are not of such a run" in said
    where = spoiled(tmp_path / "e")
    (tmp_path / "e" / "from" / "Systems.parquet").write_bytes(b"not parquet")
    code, said = ran(capsys, *where)
    assert code == 2
    assert "is no sound Parquet file" in said
    code, said = ran(capsys, *spoiled(tmp_path / "f"), "--memory", "plenty")
    assert (code, said) == (2, "'plenty' is no amount of memory; write it as 4GB.")


def test_the_command_says_what_it_came_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "--as-of", "2026-11-22", *spoiled(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("As of 2026-11-22: ")
    assert "5 flows read: 5 with answers" in said.out
    assert "judging the distinct cases" in said.err


def test_a_database_that_is_not_there_is_said() -> None:
    pytest.importorskip("ibis")
    nobody = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(CannotAssess, match="The database could not be reached"):
        Postgres(f"{nobody}?schema=a", f"{nobody}?schema=b")
    with pytest.raises(CannotAssess, match="names its schema"):
        Postgres(nobody, nobody)
    with pytest.raises(CannotAssess, match="write to another one"):
        Postgres(f"{nobody}?schema=a", f"{nobody}?schema=a")


def test_spark_without_java_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    code, said = ran(capsys, *spoiled(tmp_path), "--engine", "spark")
    assert code == 2
    assert "Spark needs Java 17 or later, and there is none here" in said
