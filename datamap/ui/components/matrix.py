"""The matrix on the page: how many flows, and their worst outcome, by two things at once; a click opens the flows."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from datamap.law.readable import day
from datamap.tallies import Axis, Line, Matrix, Part, matrix, outcome_words, to_csv
from datamap.transfers import WORST_FIRST, Outcome
from datamap.ui import session
from datamap.ui.components.answers import chip
from datamap.ui.components.filters import Say
from datamap.ui.components.markup import counted, joined, listed, show, tag
from datamap.ui.components.narrowing import filter_for
from datamap.views import Selection

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

MOST_ROWS, MOST_COLUMNS = 100, 40
"""As many lines are shown at once; the others are counted, and found by their names."""

PAIRS: dict[str, tuple[Axis, Axis]] = {
    f"{rows.capitalize()} × {columns}": (rows, columns)
    for rows, columns in (
        (Axis.CATEGORIES, Axis.COUNTRIES),
        (Axis.SYSTEMS, Axis.RECIPIENTS),
        (Axis.RECIPIENTS, Axis.COUNTRIES),
        (Axis.SYSTEMS, Axis.COUNTRIES),
        (Axis.CATEGORIES, Axis.RECIPIENTS),
    )
}
"""What the matrix can be of."""

MARKS: dict[Outcome | None, str] = {
    Outcome.BLOCKED: "✕",
    Outcome.GAP: "!",
    Outcome.UNDETERMINED: "?",
    Outcome.INCOMPLETE: "…",
    Outcome.SAFEGUARDED: "S",
    Outcome.PERMITTED: "P",
    Outcome.AGENT_ONLY: "A",
    Outcome.NOT_TRANSFER: "N",
    Outcome.NOT_APPLICABLE: "–",
    None: "·",
}
"""One letter an outcome, beside its colour."""

_KEY, _FIND = "matrix", "find in the matrix"
_WHERE = "in this matrix"


def draw(selection: Selection, say: Say) -> None:
    """The matrix of the reader's choice, what it leaves out, and the whole of it as a file."""
    across, columns = _choice()
    found = session.kept(("matrix", selection.view, across, columns), lambda: matrix(selection, across, columns))
    if not found.rows:
        say(found.outside, _WHERE)
        st.info("Nothing that is shown stands in this matrix. Widen the filters, or choose another matrix.")
        return
    finding, saving = st.columns([5, 1.6], vertical_alignment="bottom")
    words = finding.text_input(
        "Find a row or a column",
        key=_FIND,
        placeholder="Part of a name",
        help="Shows only the lines whose name has it.",
    )
    saving.download_button(
        "Download as CSV",
        partial(_csv, selection, found),
        file_name="matrix.csv",
        mime="text/csv",
        on_click="ignore",
        width="stretch",
    )
    part = found.part(rows=MOST_ROWS, columns=MOST_COLUMNS, words=words or "")
    say(part.outside(), _WHERE)
    _legend(found)
    notes = [note for note in (part.hidden_sentence(), _more_than_counted(found)) if note]
    show(listed(notes) if notes else None)
    if not (part.rows and part.columns):
        st.info("No row and no column has these words in its name.")
        return
    key = f"matrix {across} {columns}"
    _component()(
        key=key,
        data=_data(part),
        height="content",
        on_opened_change=lambda: _open(selection, part, key),
    )
    st.caption(
        "A cell says how many flows, and their worst outcome. A flow with several categories or places counts in each of "
        "their cells, and once in a total. Click a cell or a heading to read its flows as a table; arrow keys move between cells."
    )


def _choice() -> tuple[Axis, Axis]:
    words = {pair: pair for pair in PAIRS}
    with session.in_the_address({}, {_KEY: words}):
        chosen = st.segmented_control(
            "Matrix of",
            list(words),
            default=None if session.chosen(_KEY) else next(iter(words)),
            required=True,
            key=_KEY,
            persist_state="session",
        )
    return PAIRS[chosen or next(iter(words))]


def _legend(found: Matrix) -> None:
    seen = {cell.outcome for cell in found.cells.values()}
    marked = (joined((tag("b", MARKS[o]), chip(o)), " ") for o in (*WORST_FIRST, None) if o in seen)
    show(tag("p", joined(("Worst outcome:", *marked), "  ")))


def _more_than_counted(found: Matrix) -> str:
    if Axis.COUNTRIES not in found.across or not found.in_groups:
        return ""
    return (
        f"{counted(found.in_groups, 'flow')} to a group of countries: counted as not one country, and among the flows of each "
        "country of the group when these are opened."
    )


def _data(part: Part) -> dict[str, Any]:
    whole = part.whole
    outcomes = (*WORST_FIRST, None)
    number = {outcome: at for at, outcome in enumerate(outcomes)}

    def line(line: Line) -> list[Any]:
        return [line.name.words, line.total.flows, number[line.total.outcome]]

    cells = (
        (r, c, whole.cells.get((row.name.key, column.name.key)))
        for r, row in enumerate(part.rows)
        for c, column in enumerate(part.columns)
    )
    rows, columns = whole.across
    return {
        "corner": f"{rows.singular.capitalize()} × {columns.singular}",
        "looks": [[f"dm-{o}" if o else "dm-unjudged", MARKS[o], outcome_words(o)] for o in outcomes],
        "rows": [line(row) for row in part.rows],
        "columns": [line(column) for column in part.columns],
        "cells": [[r, c, cell.flows, number[cell.outcome]] for r, c, cell in cells if cell],
        "total": [whole.total.flows, number[whole.total.outcome]],
    }


def _open(selection: Selection, part: Part, key: str) -> None:
    """Show the flows of the cell, row or column that was clicked as a table."""
    state = session.chosen(key)
    opened = state.get("opened") if state else None
    if not (isinstance(opened, list) and len(opened) == 2 and all(isinstance(at, int) for at in opened)):
        return
    filters: dict[str, Any] = {}
    for at, lines, axis in zip(opened, (part.rows, part.columns), part.whole.across, strict=True):
        if 0 <= at < len(lines):
            filters |= filter_for(selection, axis, lines[at].name)
    if filters:
        session.look_at(**filters)
        session.choose(session.SHOWN_AS, "Table")


def _csv(selection: Selection, found: Matrix) -> bytes:
    notes = (f"Law of {day(selection.assessment.on)}.", selection.filter_sentence(), selection.hidden_sentence())
    return to_csv(found, *notes).encode("utf-8-sig")


@cache
def _component() -> ComponentRenderer:
    here = Path(__file__).parent
    return st.components.v2.component(
        "datamap.matrix",
        html='<p class="dm-matrix-more" role="status"></p><div class="dm-matrix"></div>',
        css=(here / "matrix.css").read_text("utf-8"),
        js=(here / "matrix.js").read_text("utf-8"),
        isolate_styles=False,
    )
