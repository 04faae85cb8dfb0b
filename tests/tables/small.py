"""Small inventories as tables of texts, put where each engine wants them, and what the in-memory assessment says of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import datamap
from datamap.sheets import Book, Sheet
from datamap.tables import Engine, assess_tables, filled
from datamap.workbook import parse

Sheets = dict[str, list[tuple[str | None, ...]]]
"""Sheet → headings, then rows; a blank cell is empty or None."""

ON = date(2026, 11, 22)
FILE = "tables"


def table_of(rows: list[tuple[str | None, ...]]) -> pa.Table:
    headings, *cells = rows
    columns = list(zip(*cells, strict=True)) or [()] * len(headings)
    return pa.table([pa.array(c, pa.string()) for c in columns], [str(h) for h in headings])


def into_folder(sheets: Sheets, folder: Path) -> None:
    """Parquet files; the flows in several, of different lengths."""
    folder.mkdir(parents=True)
    for name, rows in sheets.items():
        table = table_of(rows)
        if name != "Flows":
            pq.write_table(table, folder / f"{name}.parquet")
            continue
        (folder / name).mkdir()
        for number, start in enumerate(range(0, max(table.num_rows, 1), 5)):
            pq.write_table(table.slice(start, 5), folder / name / f"part-{number:03}.parquet")


def into_schema(sheets: Sheets, address: str, schema: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for name, (headings, *rows) in sheets.items():
            table = sql.Identifier(schema, name.lower().replace(" ", "_"))
            columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(str(h))) for h in headings)
            cursor.execute(sql.SQL("CREATE TABLE {} ({}, row bigint)").format(table, columns))
            marks = sql.SQL(", ").join([sql.Placeholder()] * (len(headings) + 1))
            # The order of rows is nothing a database keeps.
            for number, row in sorted(enumerate(rows, 1), key=lambda r: (r[0] * 7) % 5):
                cursor.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(table, marks), (*row, number))


def in_memory(sheets: Sheets, **asked: Any) -> Counter[tuple[Any, ...]]:
    """The answers of the assessment that everything else of datamap uses, an entry each."""
    book = Book(FILE, tuple(Sheet(FILE, n, [list(r) for r in rows]) for n, rows in sheets.items()), "tables")
    assessment = datamap.assess(parse([book], datamap.load_law()), on=ON, **asked)
    numbers: Counter[tuple[str, str]] = Counter()
    legs: dict[tuple[str, int], int] = {}
    found: Counter[tuple[Any, ...]] = Counter()
    for answer in assessment.answers:
        flow, place = answer.leg.flow, answer.leg.place.value
        if (flow.id, id(answer.leg)) not in legs:
            numbers[flow.id, ""] += 1
            legs[flow.id, id(answer.leg)] = numbers[flow.id, ""]
        relied = answer.relied_on
        row = 0 if flow.implied or flow.record.origin.cell is None else flow.record.origin.cell.row - 1
        found[
            row, flow.record.name if flow.implied else "", flow.record.implied_by or "", flow.origin.name,
            flow.destination.name, flow.organisation.name if flow.organisation else "the organisation",
            legs[flow.id, id(answer.leg)], answer.leg.country or "",
            place.activity.value if place and place.activity else "", answer.regime, answer.outcome.value,
            answer.ground or "", answer.citation, answer.rule, answer.reason, answer.missing, answer.duties,
            "; ".join(answer.would_clear), "; ".join(r.name for r in answer.rests_on),
            relied.mechanism if relied else "", answer.confidence, answer.to_be_verified,
        ] += 1  # fmt: skip
    return found


def by_tables(engine: Engine, **asked: Any) -> Counter[tuple[Any, ...]]:
    """The same of an engine."""
    summary = assess_tables(engine, name=FILE, on=ON, law=datamap.load_law(), **asked)
    parts = -(-summary.rows // (engine.rows_at_a_time or summary.rows))
    answers = read_back(engine, "answers", parts + 1)
    cases = {c["case"]: c for c in read_back(engine, "cases", 1)}
    found: Counter[tuple[Any, ...]] = Counter()
    keys = Counter((a["row"], a["leg"], a["regime"]) for a in answers)
    assert set(keys.values()) <= {1}, "a leg has two answers under one regime"
    assert len(answers) == summary.answers
    for a in answers:
        case = cases[a["case"]]
        assert (case["regime"], case["outcome"]) == (a["regime"], a["outcome"])
        assert None not in a.values()
        implied = bool(a["implied_by"])
        assert (a["row"] > summary.rows) is implied
        found[
            0 if implied else a["row"], a["flow"] if implied else "", a["implied_by"], a["origin"], a["destination"],
            a["sender"], a["leg"], a["country"], a["activity"], a["regime"], a["outcome"], case["ground"], case["citation"],
            case["rule"], filled(case["reason"], a, begins=True), tuple(_lines(case["missing"], a)),
            tuple(_lines(case["duties"], a)), case["would_clear"], case["relied_on"], case["mechanism"], case["confidence"],
            case["to_be_verified"] == "yes",
        ] += 1  # fmt: skip
    return found


def _lines(text: str, answer: dict[str, Any]) -> list[str]:
    return [filled(line, answer) for line in text.split("\n")] if text else []


def read_back(engine: Engine, name: str, parts: int) -> list[dict[str, Any]]:
    """All rows of a table that was written."""
    frame = engine.outcome(name, range(parts))
    rows: list[dict[str, Any]] = engine.pull(frame).to_pylist()
    return rows
