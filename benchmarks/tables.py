"""`datamap assess` from Parquet tables to Parquet tables, at sizes that grow, beside a distinct pass over the same columns.

Each run is a process of its own. Its processor time and its peak memory are measured, and the yardstick is measured after it:
read the columns that count from the same files with pyarrow, as categories, put their codes into one key, and find the
distinct keys. Usage: python -m benchmarks.tables [FLOWS…] (10,000 100,000 1,000,000 unless given; `--spark` adds local Spark)
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inventories import FLOW_HEADINGS, Inventory, write_tables

SIZES = (10_000, 100_000, 1_000_000)
COLUMNS = tuple(h for h in FLOW_HEADINGS if h not in ("Flow", "Purpose", "Method", "Notes", "Source"))

_ASSESS = """
import datetime, sys
import datamap
from datamap.tables import assess_tables, opened
engine = opened(sys.argv[1], sys.argv[2], sys.argv[3], master="local[2]" if sys.argv[1] == "spark" else None)
found = assess_tables(engine, name="tables", on=datetime.date(2026, 11, 22), law=datamap.load_law())
engine.close()
told = found.answers, found.judged, found.cases
"""
_DISTINCT = """
import glob, sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
columns = sys.argv[2].split("|")
files = sorted(glob.glob(sys.argv[1] + "/Flows/*.parquet"))
table = pa.concat_tables([pq.read_table(f, columns=columns, read_dictionary=columns) for f in files]).unify_dictionaries()
key = np.zeros(table.num_rows, dtype=np.int64)
for column in table.columns:
    codes = column.combine_chunks().indices.fill_null(-1).to_numpy()
    _, key = np.unique(key * (int(codes.max()) + 2) + codes + 1, return_inverse=True)
told = int(key.max()) + 1,
"""
_MEASURED = """
import resource, time
took = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
print(time.perf_counter() - began, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *told)
"""


@dataclass(frozen=True)
class Figures:
    """One run: wall and processor seconds, the most MiB it held, and what it told."""

    seconds: float
    processor: float
    memory: float
    told: tuple[int, ...]


def generate(folder: Path, flows: int, *, regimes: str = "") -> Inventory:
    """Write an inventory of so many flows as tables into a new folder."""
    inventory = Inventory.of(flows, regimes=regimes)
    write_tables(folder, inventory)
    return inventory


def _measured(script: str, *arguments: str) -> Figures:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        f"import time; began = time.perf_counter()\n{script}{_MEASURED}",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    seconds, processor, memory, *told = map(float, done.stdout.splitlines()[-1].split())
    return Figures(seconds, processor, memory, tuple(map(int, told)))


def assessed(source: Path, target: Path, engine: str = "duckdb") -> Figures:
    """The whole of `datamap assess` in a process of its own; tells answers, distinct flows and distinct answers."""
    return _measured(_ASSESS, engine, str(source), str(target))


def distinct(source: Path) -> Figures:
    """The yardstick."""
    return _measured(_DISTINCT, str(source), "|".join(COLUMNS))


def main() -> None:
    sizes = [int(a.replace(",", "").replace("_", "")) for a in sys.argv[1:] if not a.startswith("-")] or SIZES
    engines = ("duckdb", "spark") if "--spark" in sys.argv else ("duckdb",)
    print("| engine | flows | answers | distinct flows | processor s | beside a distinct pass | peak MiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for flows in sizes:
        with tempfile.TemporaryDirectory() as place:
            inventory = generate(Path(place) / "from", flows)
            print(f"{inventory}", file=sys.stderr)
            for engine in engines:
                ours, theirs = (
                    assessed(Path(place) / "from", Path(place) / engine, engine),
                    distinct(Path(place) / "from"),
                )
                answers, judged, _ = ours.told
                print(
                    f"| {engine} | {flows:,} | {answers:,} | {judged:,} | {ours.processor:.1f} | "
                    f"{ours.processor / theirs.processor:.1f}× | {ours.memory:,.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
