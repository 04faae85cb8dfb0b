"""What datamap makes of every file of a folder: a table of what was read, what was left out and why, time and memory.

Each file is checked by a process of its own, started as a user would start it; time and memory are of that process and
its children together. A file that ends in anything but an answer or one sentence is a failure, and so is one over the
limits. Usage: python benchmarks/survey.py FOLDER [-o TABLE.md]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_SECONDS, MOST_MIB = 20.0, 1024.0
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    """One file, checked: what was printed, and what it took."""

    code: int
    answer: str
    sentence: str
    seconds: float
    mib: float


def check(file: Path) -> Run:
    """Run `datamap check` on one file; where it does not say who sends, for a sender in New Zealand."""
    run = _check(file)
    return _check(file, "--country", "NZ", "--organisation", "Surveyed") if "--country COUNTRY" in run.sentence else run


def _check(file: Path, *options: str) -> Run:
    command = [sys.executable, "-m", "datamap", "check", str(file), "--format", "json", *options]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, text=True)
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.01)
        seconds = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        return Run(process.returncode, out.read(), err.read().strip(), seconds, peak / 2**20)


def resident(pid: int) -> int:
    """Bytes of memory that a process and all below it hold. Linux only."""
    total = 0
    for each in family(pid):
        with suppress(OSError, IndexError):
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * PAGE
    return total


def family(pid: int) -> list[int]:
    """A process and all below it. Linux only."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [one for child in (task / "children").read_text().split() for one in family(int(child))]
    return found


def row(file: Path, run: Run) -> tuple[list[str], str | None]:
    """The row of the table for one file, and what failed."""
    took = [f"{run.seconds:.1f}", f"{run.mib:.0f}"]
    failed = None
    if run.seconds > MOST_SECONDS or run.mib > MOST_MIB:
        failed = f"{file.name}: {run.seconds:.1f} s, {run.mib:.0f} MiB"
    if run.code == 2 and run.sentence.count("\n") == 0 and run.sentence and "Traceback" not in run.sentence:
        return [file.name, "", "", "", "", "", "", *took, run.sentence], failed
    if run.code not in (0, 1):
        return [file.name, "", "", "", "", "", "", *took, "FAILED"], f"{file.name}: exit code {run.code}"
    answer = json.loads(run.answer)
    counted = answer["inputs"][0]
    if counted["rows_read"] != counted["rows_in_inventory"] + counted["rows_left_out"]:
        failed = f"{file.name}: its rows do not balance"
    flagged = sum(
        n for outcome, n in answer["counts"].items() if outcome in ("blocked", "gap", "undetermined", "incomplete")
    )
    cells = [file.name, counted["layout"], counted["rows_read"], counted["rows_in_inventory"], counted["rows_left_out"]]
    return [
        *map(str, cells),
        str(len(answer["problems"])),
        f"{flagged} of {len(answer['transfers'])}",
        *took,
        left_out(answer),
    ], failed


def left_out(answer: dict[str, Any]) -> str:
    """Why rows were left out, in the product's words."""
    whys = Counter(p["message"].split(": ", 1)[-1] for p in answer["problems"] if p["code"] in ("P303", "P304", "P307"))
    whys.update("not understood" for p in answer["problems"] if p["code"] in ("P301", "P302", "P308"))
    return "; ".join(
        f"{why.removesuffix('.').removesuffix(', so it was left out')} ({n})" for why, n in whys.most_common()
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("-o", "--output", type=Path)
    given = arguments.parse_args()
    headings = [
        "File",
        "Layout",
        "Rows read",
        "In",
        "Out",
        "Problems",
        "Flagged",
        "Seconds",
        "MiB",
        "Left out, or why it is not read",
    ]
    lines = [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}"]
    failures = []
    for file in sorted(p for p in given.folder.rglob("*") if p.is_file()):
        cells, failed = row(file, check(file))
        lines.append("| " + " | ".join(" ".join(c.replace("|", "\\|").split()) for c in cells) + " |")
        failures += [failed] if failed else []
        print(cells[0], cells[1] or cells[-1], file=sys.stderr)
    summary = (
        f"{len(lines) - 2} files, {len(failures)} failed; each within {MOST_SECONDS:.0f} s and {MOST_MIB:.0f} MiB."
    )
    text = "\n".join(
        ["# Files of others, read", "", (__doc__ or "").split("\n\n")[0].strip(), "", summary, "", *lines, ""]
    )
    if given.output:
        given.output.write_text(text, "utf-8")
    else:
        print(text)
    for failed in failures:
        print("FAILED", failed, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
