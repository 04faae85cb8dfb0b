"""The figures of the benchmark, beside yardsticks of the same run, written as a table.

Usage: python -m benchmarks [PART ...] [--quick] [--seconds N]. Without a part all but `large` are measured, in some 25
minutes on two cores. Each part is a process of its own with a time limit: one that fails or is ended says so in the table,
and what others found, now or in an earlier run, stays. `--quick` takes small sizes and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.inventories import SEED, Inventory
from benchmarks.measuring import ROOT, Failed, Took, busy, exponent, machine, measure
from benchmarks.rows import ROWS, SECONDS, Row, Workshop
from benchmarks.survey import family

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
FOUND = ROOT / "benchmarks" / "results.json"
PARTS = (*dict.fromkeys(row.part for row in ROWS), "browser")
WITH_MEMORY = ("duckdb", "spark", "large")  # parts whose times are told with the memory that was held
ASKED_FOR = ("large",)  # parts that take too long to be measured unless they are named

Figures = dict[str, Any]
"""What was found of one row: `runs` and the measurements `ours` and `theirs` of each of its `sizes`; `failed` is why there
are no more."""
Keep = Callable[[Figures], None]


def measured(
    row: Row,
    workshop: Workshop,
    sizes: Sequence[int],
    seconds: float,
    keep: Keep = lambda figures: None,
    known: dict[str, Figures] | None = None,
) -> Figures:
    """Each size in turn: ours and theirs alternately, as often as fits into `seconds`, once at least.

    `keep` is given what there is after each size. `known` are the measurements of other rows, by the processes that were
    measured: time and memory of the same two are of the same runs.
    """
    known = {} if known is None else known
    found: list[Figures] = []
    for size in sizes:
        try:
            name = repr((size, row.ours(workshop, size), row.theirs(workshop, size) if row.theirs else None))
            if name not in known:
                known[name] = one_size(row, workshop, size, seconds)
        except Failed as failure:
            if not found:
                raise
            return {"sizes": found, "failed": f"{size:,} {row.unit}: {failure}"}
        found.append(known[name])
        print(f"  {size:>10,} {row.unit}: {line_of(found[-1], row)}", flush=True)
        keep({"sizes": found, "failed": "the part was ended"} if size != sizes[-1] else {"sizes": found})
    return {"sizes": found}


def one_size(row: Row, workshop: Workshop, size: int, seconds: float) -> Figures:
    start = time.perf_counter()
    pairs: list[tuple[Took, Took | None]] = []
    while len(pairs) < row.most_runs and (not pairs or spent(start) * (1 + 1 / len(pairs)) < seconds):
        ours = measure(row.ours(workshop, size), limit=SECONDS.get(row.part, 600))
        if not ours.done:
            raise Failed(f"not done after {ours.seconds:.0f} s")
        theirs = measure(row.theirs(workshop, size), limit=row.limit) if row.theirs else None
        pairs.append((ours, theirs))
        if theirs and not theirs.done:
            break
    return {
        "size": size,
        "runs": len(pairs),
        "ours": middle([ours for ours, _ in pairs]),
        "theirs": middle([theirs for _, theirs in pairs if theirs]),
    }


def spent(start: float) -> float:
    return time.perf_counter() - start


def middle(taken: Sequence[Took]) -> Figures | None:
    """The medians of several measurements."""
    if not taken:
        return None
    medians = {name: statistics.median(getattr(t, name) for t in taken) for name in ("seconds", "processor", "mib")}
    return {**asdict(taken[0]), **medians}


def ratio(figure: Figures, row: Row) -> tuple[float, bool] | None:
    """Ours in proportion to theirs, and whether that is the most it can be, because theirs was ended."""
    ours, theirs = figure["ours"], figure["theirs"]
    name = "mib" if row.measures == "memory" else "seconds"
    return (ours[name] / theirs[name], not theirs["done"]) if theirs and theirs[name] else None


def amount(took: Figures | None, row: Row) -> str:
    if took is None:
        return ""
    if row.measures == "memory":
        return f"{took['mib']:,.0f} MiB"
    if not took["done"]:
        return f"not done after {took['seconds']:.0f} s"
    held = f", {took['mib']:,.0f} MiB" if row.part in WITH_MEMORY else ""
    return f"{took['seconds']:,.{3 if took['seconds'] < 1 else 1}f} s{held}"


def proportion(figure: Figures, row: Row) -> str:
    found = ratio(figure, row)
    if not found:
        return ""
    value, at_most = found
    return f"{'< ' if at_most else ''}{rounded(value)}"


def rounded(value: float) -> str:
    """A ratio to three places, so that one just beside its target is told from it."""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def line_of(figure: Figures, row: Row) -> str:
    return " · ".join(
        filter(None, (amount(figure["ours"], row), amount(figure["theirs"], row), proportion(figure, row)))
    )


def verdict(figure: Figures, row: Row) -> str:
    found = ratio(figure, row)
    if row.target is None or not found:
        return ""
    if found[0] <= row.target:
        return "yes"
    return "not known: the yardstick was ended" if found[1] else "**no**"


# ---------------------------------------------------------------------------------------------- the page


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def page(found: Mapping[str, Any]) -> str:
    """RESULTS.md from what was found."""
    lines = ["# How fast, beside what", "", (__doc__ or "").partition("\n")[0], ""]
    lines += [f"Machine: {found['machine']}.", ""] if found.get("machine") else []
    lines += [
        f"Inventories are made by `benchmarks/inventories.py` from seed {SEED}; one of 50,000: {Inventory.of(50_000)}. Each "
        "figure is the median of as many runs as the last column tells, each in a process of its own, ours and the "
        "yardstick alternately; *ratio* is of wall time (or of memory), *processor* the same of processor time. What takes "
        "long is run less often. Run again with `make bench`, or one part with "
        "`python -m benchmarks PART`; every part has a time limit, and what was ended says so.",
        "",
    ]
    shown = [(row, found["rows"].get(key_of(row))) for row in ROWS]
    reached, growing, notes = [], [], []
    for row, figures in shown:
        if figures is None:
            reached.append([row.what, row.yardstick, "", "not measured yet", "", "", "", "", "", ""])
            continue
        failed = figures.get("failed")
        if not figures.get("sizes"):
            reached.append([row.what, row.yardstick, "", f"not measured: {failed}", "", "", "", "", "", ""])
            continue
        *_, last = figures["sizes"]
        met = verdict(last, row)
        if failed:  # the size where it is to be reached is not there
            met = f"not known: stopped after this size ({failed})"
        reached.append(
            [
                row.what, row.yardstick, f"{last['size']:,} {row.unit}", amount(last["ours"], row), amount(last["theirs"], row),
                proportion(last, row), by_processor(last, row), f"≤ {row.target:g}" if row.target else "", met, str(last["runs"]),
            ]
        )  # fmt: skip
        growing.append(
            [row.what, row.yardstick, "; ".join(grown(f, row) for f in by_size(figures)), *powers(figures, row)]
        )
        behind = row.target is not None and any(
            (beside := ratio(f, row)) and beside[0] > row.target for f in figures["sizes"]
        )
        if behind:
            cause = f" The cause: {row.why}" if row.why else ""
            notes.append(f"- *{row.what}*, beside {row.yardstick}: {where_behind(figures, row)}.{cause}")
    lines += table(
        ["what", "yardstick", "size", "ours", "yardstick", "ratio", "processor", "to reach", "met", "runs"], reached
    )
    if notes:
        lines += [
            "## Where a target is not reached, at any size",
            "",
            "A target is set for the size in the table above; the other sizes are told for what they show.",
            "",
            *notes,
            "",
        ]
    lines += [
        "## How it grows",
        "",
        "The power of the size with which time (or memory) grows, over all the sizes measured (and between the two largest, "
        "where the start weighs least): 1 is linear.",
        "",
    ]
    lines += table(["what", "yardstick", "ours at each size (ratio)", "ours", "yardstick"], growing)
    told = [
        [
            row.what,
            f"{last['size']:,} {row.unit}",
            counts(last["ours"]["said"]),
            counts((last["theirs"] or {}).get("said")),
        ]
        for row, figures in shown
        if figures and figures.get("sizes")
        for last in [figures["sizes"][-1]]
        if isinstance(last["ours"]["said"], dict) and counts(last["ours"]["said"])
    ]
    if told:
        lines += ["## What the steps counted", "", "Of the first run at the last size; seconds where it says so.", ""]
        lines += table(["what", "size", "ours", "yardstick"], told)
    if browser := found["rows"].get("browser"):
        lines += ["## In a browser", "", *browser.get("said", [f"Not measured: {browser.get('failed')}"]), ""]
    lines += ["## When", ""]
    lines += table(
        ["part", "took", "processes that wanted a core, for each core"],
        [[p, f"{w['seconds']:.0f} s", f"{w['busy']:.1f}"] for p, w in sorted(found["parts"].items())],
    )
    return "\n".join(lines)


def counts(said: Any) -> str:
    """What a step told of itself beside the figure that was taken."""
    if not isinstance(said, dict):
        return ""
    return ", ".join(
        f"{name} {value:,.3g} s" if isinstance(value, float) else f"{name} {value:,}"
        for name, value in said.items()
        if name not in ("seconds", "processor", "mib")
    )


def where_behind(figures: Figures, row: Row) -> str:
    """At which sizes the target is missed and at which it is reached."""
    sides: dict[bool, list[str]] = {False: [], True: []}
    for figure in by_size(figures):
        if found := ratio(figure, row):
            sides[found[0] <= (row.target or 0)].append(f"{figure['size']:,} ({proportion(figure, row)})")
    parts = [
        f"{words} at {', '.join(sides[met])}"
        for met, words in ((False, "not reached"), (True, "reached"))
        if sides[met]
    ]
    return f"{'; '.join(parts)} {row.unit}"


def by_size(figures: Figures) -> list[Figures]:
    return sorted(figures["sizes"], key=lambda f: int(f["size"]))


def grown(figure: Figures, row: Row) -> str:
    found = proportion(figure, row)
    return f"{figure['size']:,}: {amount(figure['ours'], row)}{f' ({found})' if found else ''}"


def powers(figures: Figures, row: Row) -> Iterator[str]:
    name = "mib" if row.measures == "memory" else "seconds"
    for side in ("ours", "theirs"):
        done = [(f["size"], f[side][name]) for f in by_size(figures) if f[side] and f[side]["done"]]
        found = exponent([s for s, _ in done], [t for _, t in done])
        last = growth(*done[-2:]) if len(done) > 1 else None
        yield "" if found is None else f"{found:.2f}{'' if last is None else f' ({last:.2f})'}"


def growth(smaller: tuple[float, float], larger: tuple[float, float]) -> float | None:
    """The power of the size with which a time grew from one size to the next."""
    (size, took), (larger_size, longer) = smaller, larger
    return math.log(longer / took) / math.log(larger_size / size) if took > 0 and longer > 0 else None


def by_processor(figure: Figures, row: Row) -> str:
    ours, theirs = figure["ours"], figure["theirs"]
    if row.measures == "memory" or not theirs or not theirs["processor"] or not theirs["done"]:
        return ""
    return rounded(ours["processor"] / theirs["processor"])


def key_of(row: Row) -> str:
    return f"{row.part}: {row.what} / {row.yardstick}"


# ---------------------------------------------------------------------------------------------- a run


def browser(flows: int) -> Figures:
    from benchmarks import picture

    return {"said": picture.figures(flows)}


def guarded(what: str, find: Callable[[], Figures]) -> Figures:
    """What was found, or the sentence why nothing was: one row that fails takes no other with it."""
    print(what, flush=True)
    try:
        return find()
    except Failed as failure:
        said = str(failure)
    except Exception as failure:
        said = f"{type(failure).__name__}: {failure}"
    said = _PATH.sub("", " ".join(said.split()))[:300]
    print(f"  failed: {said}", flush=True)
    return {"failed": said}


_PATH = re.compile(r"(?<![\w.])/(?:[\w.-]+/)+")  # where this machine has its files


def measure_part(part: str, folder: Path, quick: bool, seconds: float) -> None:
    """One part, in this process. What there is of it is kept in `figures-PART.json` of the folder after each size."""
    workshop = Workshop(folder, ROOT / "build" / "peers")
    rows: dict[str, Figures] = {}
    known: dict[str, Figures] = {}
    kept = folder / f"figures-{part}.json"

    def keep(key: str, figures: Figures) -> None:
        rows[key] = figures
        unfinished = kept.with_suffix(".new")
        unfinished.write_text(json.dumps(rows), "utf-8")
        unfinished.replace(kept)

    for row in (row for row in ROWS if row.part == part):
        key = key_of(row)

        def find(row: Row = row, key: str = key) -> Figures:
            sizes = row.quick if quick else row.sizes
            return measured(row, workshop, sizes, 5 if quick else seconds, lambda figures: keep(key, figures), known)

        keep(key, guarded(f"{row.part}: {row.what} beside {row.yardstick}", find))
    if part == "browser":
        keep(part, guarded(part, lambda: browser(1_000 if quick else 10_000)))


def part_ended(part: str, folder: Path, quick: bool, seconds: float) -> dict[str, Figures]:
    """One part, in a process of its own that is ended, with all below it, when its time is over; the figures of its rows."""
    start = time.perf_counter()
    options = ["--workshop", str(folder), "--seconds", str(seconds), *(["--quick"] if quick else [])]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks", part, *options], cwd=ROOT, start_new_session=True)
    why = ""
    try:
        if process.wait(SECONDS[part]):
            why = f"its process ended with {process.returncode}"
    except subprocess.TimeoutExpired:
        why = f"the part was ended after {spent(start):.0f} s"
        print(f"  {why}", flush=True)
    finally:
        if process.poll() is None:
            for each in family(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            process.wait()
    kept = folder / f"figures-{part}.json"
    rows: dict[str, Figures] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for key in [part] if part == "browser" else [key_of(row) for row in ROWS if row.part == part]:
        figures = rows.setdefault(key, {"failed": why})
        if why and figures.get("failed") == "the part was ended":
            figures["failed"] = why
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("parts", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)}")
    arguments.add_argument("--quick", action="store_true", help="small sizes, printed and not written")
    arguments.add_argument("--seconds", type=float, default=20, help="for the runs of one size, beyond the first (20)")
    arguments.add_argument("--workshop", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        arguments.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if given.workshop:
        for part in given.parts:
            measure_part(part, given.workshop, given.quick, given.seconds)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the part under way is ended too
    found: dict[str, Any] = {"rows": {}, "parts": {}}
    if FOUND.exists() and not given.quick:
        found = json.loads(FOUND.read_text("utf-8"))
    found["rows"] = {key: found["rows"][key] for key in (*map(key_of, ROWS), "browser") if key in found["rows"]}
    found["machine"] = machine()
    print(f"{found['machine']}; seed {SEED}", flush=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for part in given.parts or [p for p in PARTS if p not in ASKED_FOR]:
            start = time.perf_counter()
            found["rows"] |= part_ended(part, Path(folder), given.quick, given.seconds)
            found["parts"][part] = {"seconds": spent(start), "busy": busy()}
            if not given.quick:
                FOUND.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
                RESULTS.write_text(page(found), "utf-8")
    if given.quick:
        print(page(found))
    failed = [key for key, figures in found["rows"].items() if "failed" in figures]
    if failed:
        sys.exit(f"Not measured: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
