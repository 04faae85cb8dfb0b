"""What is written of an inventory takes steps in proportion to its size. Steps of Python are counted; nothing is timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import datamap
from benchmarks.inventories import Inventory, write_csv
from datamap import checks, overview, packs, pictures, timeline
from datamap.assessment import Assessment
from datamap.comparison import compare
from datamap.registers import RECORDS, REGISTERS, filled_in, held_in, json_text
from datamap.registers.tables import Register, Shown
from datamap.views import View, select
from datamap.workbook.editing import WorkingCopy

FEWER, MORE = 120, 480
MOST = 1.5
"""The power of the size with which steps may grow: 1 is in proportion, 2 looks at each thing for each other."""
DAY = date(2026, 11, 23)


Inventories = dict[int, Path]


@pytest.fixture(scope="module")
def inventories(tmp_path_factory: pytest.TempPathFactory) -> Inventories:
    found = {flows: tmp_path_factory.mktemp("growth") / "inventory" for flows in (FEWER, MORE)}
    for flows, folder in found.items():
        write_csv(folder, Inventory.of(flows))
    return found


def assessed(folder: Path) -> tuple[datamap.Reading, Assessment]:
    """Read and judged anew: of what is kept once it was looked at there is nothing yet."""
    reading = datamap.read(folder)
    return reading, datamap.assess(reading, on=DAY)


def steps(work: Callable[[], Any]) -> int:
    """How many instructions of Python the work runs."""
    count = 0

    def each(frame: FrameType, event: str, what: Any) -> Any:
        nonlocal count
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        count += event == "opcode"
        return each

    before = sys.gettrace()
    sys.settrace(each)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def record(code: str) -> Callable[[datamap.Reading, Assessment], Any]:
    def written(reading: datamap.Reading, assessment: Assessment) -> Any:
        shown, filled = filled_in(RECORDS[code], assessment, None)
        held_in(RECORDS[code], assessment, None)
        return filled or [register.table(shown) for register in RECORDS[code].registers]

    return written


def register(one: Register) -> Callable[[datamap.Reading, Assessment], Any]:
    return lambda reading, assessment: one.table(Shown(assessment))


WORK: dict[str, Callable[[datamap.Reading, Assessment], Any]] = {
    **{f"record {code}": record(code) for code in RECORDS},
    **{f"register {each.name}": register(each) for each in REGISTERS},
    "json": lambda reading, a: json_text(a),
    "findings": lambda reading, a: checks.check(a, ()),
    "packs": lambda reading, a: packs.split(a),
    "lapses": lambda reading, a: timeline.lapses(a, within=90),
    "overview": lambda reading, a: overview.overview(a),
    "comparison": lambda reading, a: compare(a, datamap.assess(reading, on=date(2024, 1, 1))),
    "selection": lambda reading, a: select(a, View(flagged_only=True)),
    "picture": lambda reading, a: pictures.flow_diagram(select(a, View())),
    "editing": lambda reading, a: WorkingCopy.of(reading, a.law).at(reading.problems[-1].cell),
}


@pytest.mark.parametrize("work", WORK)
def test_steps_grow_with_the_size_and_not_with_its_square(work: str, inventories: Inventories) -> None:
    do = WORK[work]
    do(*assessed(inventories[FEWER]))  # what is loaded once is no part of it
    few, many = (assessed(inventories[flows]) for flows in (FEWER, MORE))
    grown = steps(lambda: do(*many)) / steps(lambda: do(*few))
    assert grown < (MORE / FEWER) ** MOST


def test_what_looks_at_each_for_each_other_is_found() -> None:
    def each_for_each(size: int) -> int:
        return sum(1 for _ in range(size) for _ in range(size))

    assert steps(lambda: each_for_each(200)) / steps(lambda: each_for_each(50)) > 4**MOST
