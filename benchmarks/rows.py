"""The figures of the benchmark, each declared once: what is measured, beside what, at which sizes, and what is to be reached."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.inventories import SEED, Inventory, write_tables, write_xlsx
from benchmarks.measuring import ROOT, Command, Failed, measure, step

PEERS = ("pytm==1.4.0", "fideslang==3.1.4", "pandas", "networkx", "openpyxl", "pygraphviz", "scipy")
LEGS = 2.2  # places that a flow of these inventories has, one with another, at least
FOUR = "nz; au; uk; eu"
DRAWN = Inventory(flows=0, systems=1_000, recipients=300, organisations=4, categories=40)
"""The sizes of the map whose first picture is measured, at 10,000 flows."""


@dataclass(frozen=True)
class Workshop:
    """A folder in which inventories are made once, and the peers' own environment."""

    folder: Path
    environment: Path

    def once(self, name: str, make: Callable[[Path], None]) -> Path:
        """A file or folder of that name, made when it is first asked for."""
        path = self.folder / name
        if not path.exists():
            unfinished = self.folder / f"making {name}"
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(path)
        return path

    def workbook(self, flows: int) -> Path:
        return self.once(f"{flows}.xlsx", lambda path: write_xlsx(path, Inventory.of(flows)))

    def tables(self, flows: int) -> Path:
        """The inventory as Parquet."""
        return self.once(f"tables-{flows}", lambda path: write_tables(path, Inventory.of(flows)))

    def tables_of_four(self, flows: int) -> Path:
        """The same, where every organisation names four regimes."""
        return self.once(f"four-{flows}", lambda path: write_tables(path, Inventory.of(flows, regimes=FOUR)))

    def drawn(self, flows: int) -> Path:
        """A workbook of so many flows whose map has 1,000 systems at 10,000 flows, and fewer at fewer."""
        part = flows / 10_000
        inventory = Inventory(
            flows, max(10, int(DRAWN.systems * part)), max(10, int(DRAWN.recipients * part)), 4, DRAWN.categories
        )
        return self.once(f"drawn-{flows}.xlsx", lambda path: write_xlsx(path, inventory))

    def target(self, name: str) -> Path:
        """An empty folder to write into."""
        path = self.folder / f"target-{name}"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    @cached_property
    def peers(self) -> Path:
        """The Python of an environment that has the peers, made when it is first asked for."""
        python = self.environment / "bin" / "python"
        ready = self.environment / "ready"
        if not ready.exists() or ready.read_text("utf-8").split() != list(PEERS):
            try:
                subprocess.run([sys.executable, "-m", "venv", str(self.environment)], check=True, capture_output=True)
                install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
                subprocess.run([*install, *PEERS], check=True, capture_output=True, timeout=600)
            except (OSError, subprocess.SubprocessError) as failure:
                raise Failed(f"the peers could not be installed ({type(failure).__name__})") from None
            ready.write_text("\n".join(PEERS), "utf-8")
        return python

    def peer(self, script: str, *arguments: object) -> Command:
        return [str(self.peers), str(ROOT / "benchmarks" / "peers" / f"{script}.py"), *map(str, arguments)]


START_UP = "what datamap loads of law and of names of countries is the same at every size, and is most of the time at the smallest."
SECONDS = {
    "start": 60, "read": 300, "check": 180, "assess": 480, "reach": 100, "register": 240, "picture": 180, "peers": 240,
    "memory": 120, "duckdb": 240, "spark": 240, "browser": 270, "large": 7_200,
}  # fmt: skip
"""What each part may take before it is ended."""

Make = Callable[[Workshop, int], Command]


@dataclass(frozen=True)
class Row:
    """One figure. `ours` and `theirs` are processes; what they took is compared, at each of the sizes in turn.

    `target` is the most that ours may take in proportion, of `measures`: seconds or memory. The last of `sizes` is where it is
    to be reached. `theirs` is ended after `limit` seconds, and then the ratio is at most what it is to the limit. `why` says
    what the cause is where the target is not reached; it claims no figure.
    """

    part: str
    what: str
    yardstick: str
    ours: Make
    theirs: Make | None
    sizes: tuple[int, ...]
    quick: tuple[int, ...]
    unit: str = "flows"
    target: float | None = None
    measures: str = "seconds"  # or "memory"
    limit: float = 60
    most_runs: int = 5
    why: str = ""


def _python(code: str) -> Command:
    return [sys.executable, "-c", code]


def _check(w: Workshop, flows: int) -> Command:
    return [sys.executable, "-m", "datamap", "check", str(w.workbook(flows)), "--as-of", "2026-11-23"]


def _unfolded(w: Workshop, flows: int) -> Path:
    """The map of `drawn` with a line for each flow, as DOT."""

    def make(path: Path) -> None:
        measure(step("unfolded", w.drawn(flows), path), limit=300)

    return w.once(f"unfolded-{flows}.dot", make)


def _manifests(w: Workshop, flows: int) -> Path:
    def make(path: Path) -> None:
        measure(w.peer("fideslang_manifests", w.workbook(flows), path), limit=300)

    return w.once(f"manifests-{flows}", make)


def _assess_tables(engine: str) -> Make:
    def command(w: Workshop, flows: int) -> Command:
        target = w.target(f"{engine}-{flows}")
        return [sys.executable, "-m", "datamap", "assess", "--from", str(w.tables(flows)), "--to", str(target / "answers"),
                "--engine", engine, "--as-of", "2026-11-23"]  # fmt: skip

    return command


def _ours(w: Workshop, flows: int) -> Command:
    script = ROOT / "benchmarks" / "peers" / "datamap_map.py"
    return [sys.executable, str(script), str(w.workbook(flows)), str(w.target("map"))]


ROWS: tuple[Row, ...] = (
    Row(
        "start", "`datamap check`, whole process", "`python -c \"import pandas\"`",
        _check, lambda w, n: _python("import pandas"), (200, 2_000, 20), (200, 20), target=1.5, most_runs=7,
        why="importing does not grow with a file; checking does.",
    ),
    Row(
        "read", "read and validate a workbook, the first file a process reads", "python-calamine, the same file to lists",
        lambda w, n: step("read", w.workbook(n), n), lambda w, n: step("calamine", w.workbook(n)),
        (5_000, 50_000, 500_000), (2_000, 5_000, 10_000), target=2.5, most_runs=3,
        why="reading starts a guarded process and loads the names of countries once, whatever the size: what that takes weighs "
        "on small files and on the first.",
    ),
    Row(
        "read", "read and validate a workbook as a later file, as in the app", "python-calamine, the same file to lists",
        lambda w, n: step("read", w.workbook(n), n, w.workbook(20)), lambda w, n: step("calamine", w.workbook(n)),
        (5_000, 20_000, 50_000), (2_000, 5_000), target=2.5, most_runs=3,
        why="starting the guarded process takes as long for a small file as for a large one.",
    ),
    Row(
        "read", "read and validate a workbook, and every fact of every record asked for", "python-calamine, the same file to lists",
        lambda w, n: step("read_every_fact", w.workbook(n), n), lambda w, n: step("calamine", w.workbook(n)),
        (5_000, 20_000, 50_000), (2_000, 5_000, 10_000), most_runs=3,
    ),
    Row(
        "read", "memory while a workbook is read, with the process that reads", "python-calamine, the same file to lists",
        lambda w, n: step("read", w.workbook(n), n), lambda w, n: step("calamine", w.workbook(n)),
        (5_000, 50_000, 500_000), (2_000, 5_000, 10_000), target=2.0, measures="memory", most_runs=3,
        why="the libraries of two processes, the app's and the guarded one's, weigh the same whatever the size.",
    ),
    Row(
        "check", "`datamap check`, whole process", "`pandas.read_excel` (openpyxl) opening the file",
        _check, lambda w, n: step("read_excel", w.workbook(n)), (5_000, 20_000, 50_000), (1_000, 2_000, 4_000), target=0.4,
        most_runs=3, limit=120,
        why="the yardstick opens the file; the check also validates every cell, judges every leg under the law of its sender "
        "and writes out the problems, the flags and the worst thousand transfers.",
    ),
    Row(
        "assess", "flows judged under 4 regimes from the map of objects, in memory",
        "category codes: distinct rows, verdicts given back",
        lambda w, n: step("judge", w.workbook(n)), lambda w, n: step("distinct_codes", n, int(LEGS * n)),
        (2_000, 10_000, 50_000), (500, 1_000, 2_000), most_runs=3,
    ),
    Row(
        "assess", "legs judged under 4 regimes, from the columns of numbers: distinct flows, a verdict for each leg of them",
        "category codes: distinct rows, verdicts given back",
        lambda w, n: step("judge_tables", w.tables_of_four(int(n / LEGS)), w.target(f"judged-{n}")),
        lambda w, n: step("distinct_codes", int(n / LEGS), n),
        (30_000, 100_000, 1_000_000), (5_000, 10_000), unit="legs", target=10, most_runs=3,
        why="the yardstick tells rows apart and decides nothing. Here the rules are run once for each way through them, in "
        "Python, the flows nobody typed are judged too, and what was found is written for the join.",
    ),
    Row(
        "reach", "onward reach over 10,000 nodes and 200 categories, arrays ordered and searched",
        "scipy: a sparse matrix a category, `breadth_first_order`",
        lambda w, n: step("reach", n, SEED), lambda w, n: [str(w.peers), *step("reach_scipy", n, SEED)[1:]],
        (10_000, 100_000, 1_000_000), (10_000, 30_000, 100_000), target=5,
    ),
    Row(
        "reach", "ways of every category with the flows on them, from the map of objects", "none",
        lambda w, n: step("ways", w.workbook(n)), None, (5_000, 20_000, 50_000), (1_000, 2_000, 5_000), most_runs=3,
    ),
    Row(
        "register", "transfer register from its tables: styled, coloured, linked", "openpyxl write-only, the same cells, plain",
        lambda w, n: step("register", w.workbook(n)), lambda w, n: step("register_plain", w.workbook(n)),
        (2_000, 8_000, 22_000), (500, 1_000, 2_000), target=0.5, most_runs=3,
    ),
    Row(
        "register", "transfer register from the assessment: answers put into words, a year ahead judged, chains followed",
        "openpyxl write-only, the same cells, plain",
        lambda w, n: step("register_whole", w.workbook(n)), lambda w, n: step("register_plain", w.workbook(n)),
        (2_000, 8_000, 22_000), (500, 1_000, 2_000), most_runs=3,
    ),
    Row(
        "picture", "the first picture, folded", "Graphviz `dot`, a line for each flow",
        lambda w, n: step("picture", w.drawn(n)), lambda w, n: step("graphviz", _unfolded(w, n)),
        (100, 1_000, 10_000), (100, 300, 1_000), target=0.1, most_runs=3,
        why="a small picture takes as long as starting and loading the law does.",
    ),
    *(
        Row(
            "peers", what, yardstick, _ours, theirs, sizes, (20, 100, 200), target=1.0, most_runs=3, why=why,
        )
        for what, yardstick, theirs, sizes, why in (
            (
                "map and table of flagged flows", "pandas and networkx, as an analyst would write it",
                lambda w, n: w.peer("analyst", w.workbook(n), w.target("analyst")), (20, 200, 2_000, 10_000),
                f"the script knows one list of countries and no rule; {START_UP}",
            ),
            (
                "map and table of flagged flows", "pytm: diagram and report",
                lambda w, n: w.peer("pytm_map", w.workbook(n), w.target("pytm")), (100, 300, 1_000), START_UP,
            ),
            (
                "map and table of flagged flows", "fideslang: parse and checks alone, no map, no flags",
                lambda w, n: w.peer("fideslang_map", _manifests(w, n)), (20, 200, 2_000, 10_000),
                f"fideslang draws nothing and judges nothing; {START_UP}",
            ),
        )
    ),
    Row(
        "memory", "MiB held by an inventory that was read, scaled to a million flows", "an arrow table of the same columns, as texts",
        lambda w, n: step("held_objects", w.workbook(n), w.workbook(20)), lambda w, n: step("held_arrow", n),
        (20_000, 50_000, 200_000), (2_000, 5_000, 10_000), target=3, measures="memory", most_runs=1,
        why="beside what the cells say it keeps the names of the flows and the problems that were found.",
    ),
    Row(
        "memory", "MiB held once every record was looked at, scaled to a million flows", "an arrow table of the same columns, as texts",
        lambda w, n: step("held_objects", w.workbook(n), w.workbook(20), "records"), lambda w, n: step("held_arrow", n),
        (20_000, 50_000, 200_000), (2_000, 5_000, 10_000), target=3, measures="memory", most_runs=1,
        why="each record, once it is made, is an object that has a place for each of its facts and knows its row.",
    ),
    Row(
        "memory", "MiB held with the map of flows and legs, scaled to a million flows", "an arrow table of the same columns, as texts",
        lambda w, n: step("held_objects", w.workbook(n), w.workbook(20), "map"), lambda w, n: step("held_arrow", n),
        (20_000, 50_000, 200_000), (2_000, 5_000, 10_000), measures="memory", most_runs=1,
    ),
    Row(
        "duckdb", "`datamap assess --engine duckdb`, Parquet to Parquet, whole process",
        "pyarrow: the same columns read from the same files as categories, distinct rows",
        _assess_tables("duckdb"), lambda w, n: step("distinct_tables", w.tables(n)), (20_000, 100_000, 500_000), (5_000, 10_000), most_runs=1,
    ),
    Row(
        "spark", "`datamap assess --engine spark`, on this machine", "the same on DuckDB",
        _assess_tables("spark"), _assess_tables("duckdb"), (10_000, 30_000, 100_000), (5_000,), most_runs=1, limit=120,
    ),
    Row(
        "large", "`datamap assess --engine duckdb`, Parquet to Parquet, whole process",
        "pyarrow: the same columns read from the same files as categories, distinct rows",
        _assess_tables("duckdb"), lambda w, n: step("distinct_tables", w.tables(n)), (10_000_000,), (20_000,), most_runs=1,
    ),
)  # fmt: skip
