"""Records: what a law or an authority asks for, previewed and written as files; and packs for the owners of systems."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from datamap.assessment import Assessment
from datamap.law.readable import day
from datamap.registers import RECORDS, Record, filled_in, held_in, one_system, record_bytes
from datamap.registers.forms import Filled
from datamap.sheets import column_letters
from datamap.ui import session
from datamap.ui.components.filters import filter_row, shown_and_hidden
from datamap.ui.components.markup import facts, show, tag
from datamap.ui.components.owner_packs import owner_packs
from datamap.ui.components.tables import table
from datamap.views import Selection

RECORD, SCOPE, SYSTEM = "record", "record_of", "record_of_system"
ALL, FILTERED, ONE = "The whole inventory", "What passes the filters", "One system"
MOST_ROWS = 200  # of a preview
_KINDS = {
    ".xlsx": ("Excel (.xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".ods": ("OpenDocument (.ods)", "application/vnd.oasis.opendocument.spreadsheet"),
    ".zip": ("All as CSV (.zip)", "application/zip"),
    ".csv": ("CSV (.csv)", "text/csv"),
    ".json": ("JSON (.json)", "application/json"),
}


def chosen_record() -> Record:
    words = {code: record.title for code, record in RECORDS.items()}
    with session.in_the_address({}, {RECORD: words}):
        code = st.selectbox(
            "Record",
            list(words),
            format_func=lambda code: words[code],
            index=0 if session.chosen(RECORD) else list(words).index("art-30-1"),
            key=RECORD,
            persist_state="session",
        )
    return RECORDS[code or "art-30-1"]


def chosen_scope(assessment: Assessment) -> Selection | None:
    """What the record is about: None is everything. Draws the filters, or the systems to choose from."""
    words = {scope: scope for scope in (ALL, FILTERED, ONE)}
    with session.in_the_address({}, {SCOPE: words}):
        asked = st.segmented_control(
            "About",
            list(words),
            default=None if session.chosen(SCOPE) else ALL,
            required=True,
            key=SCOPE,
            persist_state="session",
            help="The filters are those of the pages Flows and Transfers. What was chosen is written in the file.",
        )
    if asked == FILTERED:
        selection = filter_row(assessment)
        show(shown_and_hidden(selection))
        return selection
    if asked == ONE:
        names = {s.name: s.name for s in assessment.inventory.systems}
        if not names:
            st.info("The inventory has no systems, so the record is about all of it.")
            return None
        with session.in_the_address({}, {SYSTEM: names}):
            name = st.selectbox(
                "System", list(names), index=None, placeholder="Choose one", key=SYSTEM, persist_state="session"
            )
        if name is None:
            st.info("Choose a system. Until then the record is about all of them.")
            return None
        return one_system(assessment, name)
    return None


def about(record: Record, assessment: Assessment, selection: Selection | None) -> None:
    held = held_in(record, assessment, selection)
    show(
        tag("p", record.help),
        facts(
            ("Asked for by", record.asked_by or "no law that datamap knows; it is there because people need it"),
            ("Rows", held or None),
            ("Law", f"As of {day(assessment.on)}. The day is written in the file."),
        ),
    )


_Preview = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""The columns and rows of a record's first register."""


def previewed(record: Record, assessment: Assessment, selection: Selection | None) -> _Preview | Filled:
    """What is previewed: the rows of a record, or the form that it is filled in on."""
    shown, filled = filled_in(record, assessment, selection)
    return filled or record.registers[0].table(shown)


def preview(record: Record, found: _Preview | Filled) -> None:
    if not isinstance(found, Filled):
        register, (columns, rows) = record.registers[0], found
        st.header(f"{register.name} ({len(rows):,})", anchor=False)
        st.caption(register.help)
        if not rows:
            st.info("No row is in this record.")
            return
        _grid([dict(zip(columns, _texts(row), strict=True)) for row in rows[:MOST_ROWS]], register.help)
        if len(rows) > MOST_ROWS:
            st.caption(f"{len(rows) - MOST_ROWS:,} more rows are in the file to download.")
        return
    names = [sheet.name for sheet in found.sheets]
    at = 0
    if len(names) > 1:
        at = names.index(
            st.selectbox("Sheet of the form", names, help="A form has a list, and a sheet for each activity.")
        )
    form = found.sheets[at]
    last = 0 if at else max(form.heads)  # a list has one row of headings over its rows, a form many
    named = [column_letters(n) for n in range(1, len(form.widths) + 1)]
    below = form.rows
    if not at:
        above = form.rows[last - 1] if last else form.rows[last]
        named = [str(v or a or letter) for v, a, letter in zip(form.rows[last], above, named, strict=True)]
        below = form.rows[last + 1 :]
    _grid([dict(zip(named, _texts(row), strict=True)) for row in below[:MOST_ROWS]], form.name)
    if len(below) > MOST_ROWS:
        st.caption(f"{len(below) - MOST_ROWS:,} more rows are in the file to download.")


def not_in_it(filled: Filled) -> None:
    st.header("What is not in the form", anchor=False)
    st.caption("The form has fewer places than the inventory. This is written in the file too, on its sheet About.")
    show(facts(*((str(what), str(how)) for what, how in filled.said[:MOST_ROWS])))
    if len(filled.said) > MOST_ROWS:
        st.caption(f"{len(filled.said) - MOST_ROWS:,} more are in the file to download.")


def _texts(row: tuple[object, ...]) -> list[str]:
    return ["" if value is None else str(value) for value in row]


def _grid(rows: list[dict[str, str]], alt: str) -> None:
    filled = {column for row in rows for column, value in row.items() if value}
    table([{c: v for c, v in row.items() if c in filled} for row in rows], alt=alt)


def downloads(record: Record, assessment: Assessment, selection: Selection | None) -> None:
    st.caption("Download the record as")
    name = f"{record.title} {assessment.on}"
    for column, (number, ending) in zip(st.columns(len(record.endings)), enumerate(record.endings), strict=True):
        words, mime = _KINDS[ending]
        with column:
            st.download_button(
                words,
                partial(record_bytes, record, assessment, ending, selection),
                file_name=f"{name}{ending}",
                mime=mime,
                key=f"download_record_{ending}",
                on_click="ignore",
                type="primary" if number == 0 else "secondary",
                width="stretch",
            )


def page() -> None:
    st.title("Records")
    assessment = session.current()
    left, _ = st.columns([2, 3])
    with left:
        record = chosen_record()
    selection = chosen_scope(assessment)
    about(record, assessment, selection)
    downloads(record, assessment, selection)
    key = ("record", record.code, repr(selection.view) if selection else None, type(selection).__name__)
    with st.spinner("Writing the record", show_time=True):
        found = session.kept(key, lambda: previewed(record, assessment, selection))
    preview(record, found)
    if isinstance(found, Filled):
        not_in_it(found)
    owner_packs(assessment)


page()
