"""How long a whole `datamap check` takes, beside yardsticks measured in the same run.

Every time is the median of several runs of a whole process, started cold by the same Python. Ratios travel between
machines; seconds do not. Usage: python benchmarks/bench.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

COUNTRIES = ("US", "AU", "NZ", "SG", "not stated", "DE", "outside New Zealand")


def inventory(folder: Path, flows: int) -> Path:
    """A workbook of so many flows, with a system and a recipient for every ten of them, and two safeguards."""
    others = max(2, flows // 10)
    sheets: dict[str, list[tuple[str, ...]]] = {
        "Organisations": [("Organisation", "Country", "Regimes"), ("Kowhai Limited", "NZ", "nz; au")],
        "Systems": [
            ("System", "Locations", "Categories", "Individuals", "Retention"),
            *((f"System {n}", "NZ", "Name; Email address", "Customers", "2 years") for n in range(others)),
        ],
        "Information categories": [("Category", "Kind"), ("Name", "identity"), ("Email address", "contact")],
        "Recipients": [
            ("Recipient", "Country", "Role", "Own purposes", "Locations"),
            *(
                (f"Recipient {n}", COUNTRIES[n % 7], ("agent", "controller")[n % 2], ("no", "yes", "")[n % 3], "US; SG")
                for n in range(others)
            ),
        ],
        "Flows": [
            ("Flow", "From", "To", "Categories", "Purpose", "Safeguards"),
            *(
                (
                    f"F{n}",
                    f"System {n % others}",
                    f"Recipient {n * 7 % others}",
                    ("Name", "Name; Email address")[n % 2],
                    "Support",
                    ("", "Agreement A", "")[n % 3],
                )
                for n in range(flows)
            ),
        ],
        "Safeguards": [
            ("Safeguard", "Mechanism", "Starts", "Expires", "Document"),
            ("Agreement A", "agreement", "2025-01-01", "2027-12-31", "agreements/a.pdf"),
        ],
    }
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / f"{flows}-flows.xlsx"
    book.save(path)
    return path


def seconds(command: list[str], runs: int, allowed: tuple[int, ...] = (0,)) -> float:
    """The median time of a whole process."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        taken.append(time.perf_counter() - start)
        if done.returncode not in allowed:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}.")
    return statistics.median(taken)


CALAMINE = """
import sys, time, resource, python_calamine as c
start = time.perf_counter()
book = c.CalamineWorkbook.from_path(sys.argv[1])
kept = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
"""
DATAMAP = """
import sys, time, resource, datamap, datamap.layouts
law = datamap.load_law()
if sys.argv[3:]:
    datamap.read(sys.argv[3], law=law)
start = time.perf_counter()
kept = datamap.read(sys.argv[1], law=law)
assert len(kept.inventory.flows) == int(sys.argv[2]), "a flow was lost"
"""
MEASURED = """
took = time.perf_counter() - start
most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(took, most / 1024)
"""


def measured(script: str, runs: int, *arguments: str) -> tuple[float, float]:
    """Median seconds of what a script does after its imports, and median MiB of the larger of its processes."""
    found = []
    for _ in range(runs):
        command = [sys.executable, "-c", script + MEASURED, *arguments]
        found.append([float(n) for n in subprocess.run(command, capture_output=True, check=True).stdout.split()])
    took, most = (statistics.median(column) for column in zip(*found, strict=True))
    return took, most


def reading(runs: int, flows: int) -> None:
    """Reading and validating beside calamine reading the same file to lists, both without their imports.

    The first file that a process reads also loads the names of countries; the app has them loaded.
    """
    with tempfile.TemporaryDirectory() as place:
        file, small = str(inventory(Path(place), flows)), str(inventory(Path(place), 20))
        theirs = measured(CALAMINE, runs, file)
        print(
            f"Reading {flows:,} flows: calamine to lists {theirs[0]:.2f} s, {theirs[1]:.0f} MiB. To reach: 3.0 and 2.0 times"
        )
        for name, before in (("first file", ()), ("later file", (small,))):
            ours = measured(DATAMAP, runs, file, str(flows), *before)
            print(
                f"{name:>12}  {ours[0]:>6.2f} s  {ours[1]:>4.0f} MiB   time {ours[0] / theirs[0]:.1f} times, "
                f"memory {ours[1] / theirs[1]:.1f} times calamine's"
            )


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    python = sys.executable
    calamine = (
        "import sys, python_calamine as c\n"
        "book = c.CalamineWorkbook.from_path(sys.argv[1])\n"
        "for name in book.sheet_names: book.get_sheet_by_name(name).to_python()"
    )
    pandas = seconds([python, "-c", "import pandas"], runs)
    print(f"Median of {runs} runs. Yardstick: `import pandas` {pandas:.2f} s")
    print(f"{'inventory':>12}  {'check':>8}  {'calamine':>8}  {'check / pandas':>14}  {'check / calamine':>16}")
    with tempfile.TemporaryDirectory() as place:
        for flows in (20, 2_000):
            file = str(inventory(Path(place), flows))
            check = seconds([python, "-m", "datamap", "check", file, "--as-of", "2026-11-22"], runs, (0, 1))
            lists = seconds([python, "-c", calamine, file], runs)
            ratios = f"{check / pandas:>14.1f}  {check / lists:>16.1f}"
            print(f"{f'{flows:,} flows':>12}  {check:>6.2f} s  {lists:>6.2f} s  {ratios}")
    reading(runs, 50_000)


if __name__ == "__main__":
    main()
