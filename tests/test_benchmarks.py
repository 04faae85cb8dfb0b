"""What the benchmark tells of its measurements: it measures nothing here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks.measuring import Failed, Took, exponent, measure
from benchmarks.rows import ROWS, SECONDS, Row, Workshop


def a_row(ours: str = "pass", theirs: str = "pass", **declared: Any) -> Row:
    def run(code: str) -> Any:
        return lambda workshop, size: [sys.executable, "-c", code]

    given: dict[str, Any] = {"sizes": (1, 2, 4), "quick": (1,), "most_runs": 1, "target": 2.0, **declared}
    return Row("part", "what", "yardstick", run(ours), run(theirs), **given)


def figure(ours: float, theirs: float, *, done: bool = True) -> dict[str, Any]:
    took = {"processor": 1.0, "mib": 1.0, "said": None}
    return {
        "size": 10,
        "runs": 3,
        "ours": {**took, "seconds": ours, "done": True},
        "theirs": {**took, "seconds": theirs, "done": done},
    }


def test_growth_is_the_power_of_the_size() -> None:
    assert exponent([10, 100, 1_000], [0.3, 3, 30]) == pytest.approx(1)
    assert exponent([10, 100, 1_000], [1, 100, 10_000]) == pytest.approx(2)
    assert exponent([10, 100], [1, 2]) is None


def test_a_yardstick_that_was_ended_gives_the_most_that_the_ratio_can_be() -> None:
    row = a_row()
    assert (bench.proportion(figure(1, 2), row), bench.verdict(figure(1, 2), row)) == ("0.5", "yes")
    assert (bench.proportion(figure(9, 2), row), bench.verdict(figure(9, 2), row)) == ("4.5", "**no**")
    ended = figure(1, 120, done=False)
    assert bench.proportion(ended, row).startswith("< 0.008")
    assert bench.verdict(ended, row) == "yes"
    assert bench.verdict(figure(300, 120, done=False), row) == "not known: the yardstick was ended"


def test_a_process_is_timed_and_one_that_fails_says_so() -> None:
    took = measure([sys.executable, "-c", "sum(range(10**6))"], limit=60)
    assert isinstance(took, Took)
    assert took.done
    assert took.processor > 0
    assert not measure([sys.executable, "-c", "import time; time.sleep(60)"], limit=0.3).done
    with pytest.raises(Failed, match="ValueError: no"):
        measure([sys.executable, "-c", "raise ValueError('no')"], limit=60)


def test_what_fails_leaves_the_other_rows_and_is_told(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, tmp_path / "peers")
    good, bad = a_row(), a_row(ours="raise ValueError('no | one')")
    figures = [bench.guarded("", lambda row=row: bench.measured(row, workshop, row.sizes, 1)) for row in (good, bad)]  # type: ignore[misc]
    assert [f["size"] for f in figures[0]["sizes"]] == [1, 2, 4]
    assert "ValueError: no | one" in figures[1]["failed"]
    told = bench.page({"rows": {bench.key_of(ROWS[0]): figures[0], bench.key_of(ROWS[1]): figures[1]}, "parts": {}})
    assert "not measured: " in told
    assert "no \\| one" in told
    assert told.count("not measured yet") == len(ROWS) - 2


def test_each_row_stands_once_and_its_last_size_is_the_one_that_counts() -> None:
    assert len({bench.key_of(row) for row in ROWS}) == len(ROWS)
    assert all(row.sizes and row.quick and row.measures in ("seconds", "memory") for row in ROWS)
    assert all(row.theirs for row in ROWS if row.target)
    assert set(SECONDS) == set(bench.PARTS), "every part has a time limit"
