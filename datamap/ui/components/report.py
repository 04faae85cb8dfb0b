"""What was read of each file: its layout, how many rows are in the inventory, and why the others are not."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from datamap.problems import Kind
from datamap.ui.components.markup import Markup, counted, joined, listed, show, tag
from datamap.ui.components.tables import problem_table
from datamap.workbook import InputReport, Reading

MOST_REASONS = 8
MOST_HIDDEN = 6
_OWN = "datamap"
_SHORTLY = {
    Kind.NO_IDENTITY: "they have no name",
    Kind.NO_ENDPOINTS: "flows that say neither where they come from nor where they go",
    Kind.NOT_USED: "nothing in them was understood",
    Kind.SHEET_UNKNOWN: "a sheet that is none of datamap's",
    Kind.HEADING_MISSING: "a sheet without the column that names its rows",
}


def left_out(reading: Reading, file: str) -> list[tuple[int, str]]:
    """Why rows of a file were left out, and how many for each reason, the most first. Together they are all of them."""
    shortly = {p.message: _SHORTLY[p.kind] for p in reading.problems if p.kind in _SHORTLY and p.cell.file == file}
    found = Counter(shortly.get(out.why, out.why) for out in reading.left_out if out.cell.file == file)
    return [(count, words) for words, count in found.most_common()]


def load_report(reading: Reading) -> None:
    """What was read, file by file, then what was read otherwise than it is written, and the problems."""
    st.header("What was read", anchor=False)
    numbers = (_number("th", heading) for heading in ("Rows read", "In the inventory", "Left out"))
    heads = (tag("th", "File"), tag("th", "Layout"), *numbers, tag("th", "Why left out"))
    show(tag("table", tag("tr", *heads), *(_row(i, reading) for i in reading.inputs), class_="dm-table"))
    hidden = [p for p in reading.problems if p.kind is Kind.HIDDEN]
    if hidden:
        where = (joined((tag("code", f"{p.cell.file}!{p.cell.sheet}"), p.message), ": ") for p in hidden[:MOST_HIDDEN])
        show(listed(where))
    if (more := len(hidden) - MOST_HIDDEN) > 0:
        st.caption(f"{counted(more, 'more hidden part')}: see *Hidden parts* below.")
    problem_table(reading.problems)


def _row(report: InputReport, reading: Reading) -> Markup:
    numbers = (report.rows_read, report.rows_in_inventory, report.rows_left_out)
    reasons = left_out(reading, report.file)
    said = [f"{counted(count, 'row')}: {words}" for count, words in reasons[:MOST_REASONS]]
    if rest := sum(count for count, _ in reasons[MOST_REASONS:]):
        said.append(f"{counted(rest, 'row')}: for other reasons")
    return tag(
        "tr",
        tag("td", report.file),
        tag("td", "datamap's own" if report.layout == _OWN else report.layout),
        *(_number("td", f"{n:,}") for n in numbers),
        tag("td", joined(tag("div", words) for words in said)),
    )


def _number(name: str, text: str) -> Markup:
    return tag(name, text, class_="dm-number")
