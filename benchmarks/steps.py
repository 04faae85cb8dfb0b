"""What is timed inside a process of its own. Each step prepares, yields, and does what is timed; it may tell something.

Usage: python -m benchmarks.steps STEP [ARGUMENT ...]. It prints one line of JSON: seconds, processor (seconds of it and of
its children), and what the step tells; a step may measure seconds, processor or `mib` itself.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import sys
import time
from collections.abc import Callable, Generator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datamap import Assessment, Reading

DAY = date(2026, 11, 23)
Step = Generator[None, None, Any]
REGIMES = ("nz", "au", "uk", "eu")


def read(file: str, flows: str, warm: str = "") -> Step:
    """Read and validate. With `warm`, another file first, as in the app: the first one also loads the names of countries."""
    import datamap
    import datamap.layouts

    law = datamap.load_law()
    if warm:
        datamap.read(warm, law=law)
    yield
    reading = datamap.read(file, law=law)
    assert len(reading.inventory.flows) == int(flows), "a flow was lost"


def read_every_fact(file: str, flows: str) -> Step:
    """The same, and every fact of every record asked for."""
    import datamap

    law = datamap.load_law()
    yield
    reading = datamap.read(file, law=law)
    held = _every_fact(reading)
    assert held >= int(flows)


def _every_fact(reading: Reading) -> int:
    from datamap.workbook.columns import SHEETS

    records = 0
    for layout in SHEETS:
        for record in getattr(reading.inventory, layout.field):
            for column in layout.columns:
                getattr(record, column.field)
            records += 1
    return records


def calamine(file: str) -> Step:
    """python-calamine reading every sheet to lists."""
    import python_calamine

    yield
    book = python_calamine.CalamineWorkbook.from_path(file)
    kept = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return {"rows": sum(map(len, kept))}


def read_excel(file: str) -> Step:
    """pandas.read_excel opening every sheet with openpyxl."""
    import pandas as pd

    yield
    kept = pd.read_excel(file, sheet_name=None, engine="openpyxl", dtype=str)
    return {"rows": sum(map(len, kept.values()))}


def _assessed(file: str, *regimes: str) -> Assessment:
    import datamap

    return datamap.assess(datamap.read(file), on=DAY, regimes=regimes)


def judge_tables(tables: str, target: str) -> Step:
    """The flows of tables judged under every regime by DuckDB and this process: from the coded columns to a verdict for each
    leg of each distinct flow, with what was judged written for the join. What comes before and after is told, not timed."""
    import datamap
    from datamap.tables import DuckDB, assess_tables

    law = datamap.load_law()
    engine = DuckDB(tables, target)
    marks: list[tuple[str, float, float]] = []

    def progress(words: str) -> None:
        marks.append((words, time.perf_counter(), _processor()))

    yield
    began = time.perf_counter()
    summary = assess_tables(engine, name="tables", on=DAY, law=law, progress=progress)
    whole = time.perf_counter() - began
    first = next(mark for mark in marks if mark[0].startswith("judging"))
    last = next(mark for mark in marks if mark[0].startswith("writing answers"))
    engine.close()
    return {
        "seconds": last[1] - first[1],
        "processor": last[2] - first[2],
        "legs": summary.answers // len(REGIMES),
        "answers": summary.answers,
        "flows": summary.rows,
        "judged": summary.judged,
        "whole": whole,
    }


def judge(file: str) -> Step:
    """Every leg judged under each of four regimes; the map of legs is there."""
    import datamap
    from datamap.assessment import regimes_of
    from datamap.graph import DataMap
    from datamap.transfers import answers

    law = datamap.load_law()
    reading = datamap.read(file, law=law)
    _every_fact(reading)
    map_ = DataMap(reading.inventory)
    four = regimes_of(None, law, DAY, REGIMES)
    gc.collect()
    gc.freeze()
    yield
    found = answers(map_.legs, reading.inventory, lambda leg: four, DAY)
    return {"legs": len(map_.legs), "answers": len(found), "judged": len({id(j) for j, _ in found.numbers()})}


def distinct_tables(folder: str) -> Step:
    """The columns of the flows that count, read from Parquet as categories, and which of their rows are distinct."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from benchmarks.inventories import FLOW_HEADINGS

    columns = [h for h in FLOW_HEADINGS if h not in ("Flow", "Purpose", "Method", "Notes", "Source")]
    yield
    files = sorted(Path(folder, "Flows").glob("*.parquet"))
    parts = [pq.read_table(file, columns=columns, read_dictionary=columns) for file in files]
    key: Any = 0
    for column in pa.concat_tables(parts).unify_dictionaries().columns:
        codes = column.combine_chunks().indices.fill_null(-1).to_numpy()
        key = pd.factorize(key * (int(codes.max()) + 2) + codes + 1)[0].astype("int64")
    return {"distinct": int(key.max()) + 1}


def distinct_codes(flows: str, legs: str) -> Step:
    """As many rows of numbers as there are legs: which are distinct, and a verdict for each regime given back to every row."""
    import numpy as np
    import pandas as pd

    from benchmarks.inventories import Inventory

    judged = (
        "From", "To", "Categories", "Individuals", "Role", "Own purposes", "Effective control", "Ground", "Locations",
        "Safeguards", "Started", "Ended",
    )  # fmt: skip
    (table,) = Inventory.of(int(flows)).parts()
    columns = [table[name].combine_chunks() for name in judged]
    codes = [np.resize(c.indices.fill_null(-1).to_numpy() + 1, int(legs)) for c in columns]
    verdicts = np.random.default_rng(1).integers(0, 8, (len(REGIMES), int(legs)), dtype=np.int8)
    yield
    key, most = np.zeros(int(legs), dtype=np.int64), 1
    for column, values in zip(codes, columns, strict=True):
        size = len(values.dictionary) + 1
        if most * size >= 2**62:
            key, found = pd.factorize(key)
            most = len(found)
        key = key * size + column
        most *= size
    row, found = pd.factorize(key)
    given = [verdict[: len(found)][row] for verdict in verdicts]
    return {"rows": len(given[0]), "distinct": len(found)}


def _reach_arrays(flows: str, seed: str, nodes: int = 10_000, categories: int = 200) -> tuple[Any, Any, Any, Any]:
    """Category, origin and destination of each flow, a few nodes having most; and which nodes are systems, one in ten."""
    import numpy as np

    chance = np.random.default_rng(int(seed))
    count = int(flows)
    kind = chance.integers(0, categories, count)
    within = [chance.permutation(nodes)[:1_500] for _ in range(categories)]
    pools = np.array(within)
    ends = [pools[kind, (1_500 * chance.random(count) ** power).astype(np.int64)] for power in (1.0, 1.6)]
    return kind, ends[0], ends[1], np.arange(0, nodes, 10)


def reach(flows: str, seed: str) -> Step:
    """For each category the shortest way from the nearest system to every node, from the arrays."""
    import numpy as np

    from datamap.paths import Edges

    category, origin, destination, systems = _reach_arrays(flows, seed)
    is_system = np.zeros(10_000, dtype=bool)
    is_system[systems] = True
    yield
    edges = Edges(category, origin, destination, np.arange(len(category)), nodes=10_000)
    ordered = time.perf_counter()
    reached = 0
    for number in range(200):
        carried = edges[number]
        reached += len(carried.search(np.flatnonzero(carried.holds & is_system)).nodes)
    return {"reached": reached, "searching": time.perf_counter() - ordered}


def reach_scipy(flows: str, seed: str) -> Step:
    """The same by scipy: a sparse matrix for each category, with one more node before all systems, searched breadth first."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    nodes = 10_000
    category, origin, destination, systems = _reach_arrays(flows, seed)
    is_system = np.zeros(nodes, dtype=bool)
    is_system[systems] = True
    yield
    order = np.argsort(category, kind="stable")
    origin, destination = origin[order], destination[order]
    bounds = np.searchsorted(category[order], np.arange(201))
    graphs = []
    for number in range(200):
        here = slice(bounds[number], bounds[number + 1])
        present = np.zeros(nodes, dtype=bool)
        present[origin[here]] = present[destination[here]] = True
        starts = np.flatnonzero(present & is_system)
        rows = np.concatenate([origin[here], np.full(len(starts), nodes)])
        columns = np.concatenate([destination[here], starts])
        graphs.append(csr_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(nodes + 1, nodes + 1)))
    ordered = time.perf_counter()
    reached = sum(len(breadth_first_order(graph, nodes)[0]) - 1 for graph in graphs)
    return {"reached": reached, "searching": time.perf_counter() - ordered}


def ways(file: str) -> Step:
    """For each category the ways to every node with the flows on them, from a map of objects."""
    import datamap
    from datamap.graph import DataMap

    map_ = DataMap(datamap.read(file).inventory)
    yield
    return {"ways": sum(len(map_.ways(name)) for name in map_.categories)}


def _register(file: str) -> tuple[Any, Any]:
    """What the transfer register is written from, and its tables."""
    from datamap.registers import RECORDS
    from datamap.registers.books import tables_of
    from datamap.registers.records import shown_in

    shown = shown_in(RECORDS["transfers"], _assessed(file, "nz"))
    return shown, tables_of(RECORDS["transfers"], shown)


def register(file: str) -> Step:
    """The tables of the transfer register as a workbook: styled, coloured, linked."""
    from datamap.registers.books import write_tables

    shown, tables = _register(file)
    data = io.BytesIO()
    yield
    write_tables("Transfer register", shown, tables, data)
    return {"transfers": len(tables[0].rows), "bytes": len(data.getvalue())}


def register_whole(file: str) -> Step:
    """The same from the assessment: every answer put into words, a year ahead judged, chains followed, and written."""
    from datamap import registers

    assessment = _assessed(file, "nz")
    yield
    return {"bytes": len(registers.workbook_bytes(assessment))}


def register_plain(file: str) -> Step:
    """The same cells by openpyxl write-only, without style or link."""
    import openpyxl

    _, tables = _register(file)
    yield
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name)
        for row in (table.columns, *table.rows):
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return {"cells": sum(len(t.columns) * (len(t.rows) + 1) for t in tables), "bytes": len(data.getvalue())}


def picture(file: str) -> Step:
    """The picture that opens first: folded as it needs, laid out, as SVG."""
    from datamap import pictures
    from datamap.views import View, select

    assessment = _assessed(file, "nz")
    yield
    diagram = pictures.flow_diagram(select(assessment, View()))
    svg = pictures.to_svg(diagram)
    return {"flows": len(assessment.map.flows), "bytes": len(svg)}


def unfolded(file: str, target: str) -> Step:
    """Not timed: a box for each end and a labelled line for each flow, as DOT."""
    from benchmarks.picture import unfolded

    yield
    Path(target).write_text(unfolded(_assessed(file, "nz")), "utf-8")


def graphviz(source: str) -> Step:
    """`dot` laying out a graph as SVG: the engine that pygraphviz ships."""
    import pygraphviz

    text = Path(source).read_text("utf-8")
    yield
    return {"bytes": len(pygraphviz.AGraph(string=text).draw(format="svg", prog="dot"))}


def held_objects(file: str, before: str, made: str = "") -> Step:
    """What the records of an inventory hold, in MiB for a million flows. The names of countries are loaded by a file before.

    With `made`, once each record was looked at ("records"), or the map of flows and legs was made of them too ("map").
    """
    import os

    import numpy as np

    import datamap
    import datamap.layouts
    from benchmarks.survey import resident
    from datamap.graph import DataMap

    law = datamap.load_law()
    assert DataMap(datamap.read(before, law=law).inventory).legs
    assert len(np.zeros(1))
    gc.collect()
    empty = resident(os.getpid())
    yield
    reading = datamap.read(file, law=law)
    if made:
        assert all(flow.name for flow in reading.inventory.flows)
    map_ = DataMap(reading.inventory) if made == "map" else None
    gc.collect()
    assert map_ is None or map_.legs
    return {"mib": (resident(os.getpid()) - empty) / 2**20 / len(reading.inventory.flows) * 1e6}


def held_arrow(flows: str) -> Step:
    """What an arrow table of the same columns holds, as texts, in MiB for a million flows."""
    import pyarrow as pa

    from benchmarks.inventories import Inventory

    yield
    (table,) = Inventory.of(int(flows)).parts()
    plain = pa.table(
        {name: column.cast(pa.string()) for name, column in zip(table.column_names, table.columns, strict=True)}
    )
    return {"mib": plain.nbytes / 2**20 / int(flows) * 1e6}


STEPS: dict[str, Callable[..., Step]] = {
    f.__name__: f
    for f in (
        read, read_every_fact, calamine, read_excel, judge, judge_tables, distinct_tables, distinct_codes, reach, reach_scipy, ways, register, register_whole, register_plain,
        picture, unfolded, graphviz, held_objects, held_arrow,
    )
}  # fmt: skip


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    running = STEPS[sys.argv[1]](*sys.argv[2:])
    next(running)
    start, used = time.perf_counter(), _processor()
    said: Any = None
    try:
        next(running)
    except StopIteration as end:
        said = end.value
    told = {"seconds": time.perf_counter() - start, "processor": _processor() - used, "said": said}
    if isinstance(said, dict):  # what a step measured itself
        told |= {name: said[name] for name in ("seconds", "processor", "mib") if name in said}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
