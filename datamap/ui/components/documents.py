"""Documents on the page: their tables as they are read and printed, and the files to download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from datamap import checklists
from datamap.checklists import Document, Table, Value
from datamap.sheets import Cell
from datamap.ui.components.answers import cells, marks
from datamap.ui.components.downloads import excel_and_json
from datamap.ui.components.markup import Markup, counted, joined, show, tag
from datamap.ui.components.tables import table

Layout = Mapping[str, Sequence[str]]
"""The columns of a table on the page: the heading of each, and the columns of the document that stand in it together."""

MOST_ROWS = 100
_MARKED = ("To be verified", "Your own law")


def downloads(document: Document) -> None:
    """The document as a workbook to tick off, and as JSON."""
    excel_and_json(
        "the checklist",
        f"{document.name} {document.assessment.on}",
        partial(checklists.workbook_bytes, document),
        partial(checklists.to_json, document),
    )


def laid_out(document: Document, name: str, layout: Layout) -> None:
    """A table of a document with several of its columns in each column of the page."""
    found = document.table(name)
    st.header(f"{name} ({len(found.rows):,})", anchor=False)
    st.caption(found.says if found.rows else found.empty)
    if not found.rows:
        return
    head = tag("tr", *(tag("th", heading) for heading in layout))
    body = (_row(document, dict(zip(found.columns, row, strict=True)), layout) for row in found.rows[:MOST_ROWS])
    show(tag("table", head, *body, class_="dm-table"))
    if (more := len(found.rows) - MOST_ROWS) > 0:
        st.caption(f"{counted(more, 'more row')} {'is' if more == 1 else 'are'} in the file to download.")


def beside(document: Document, name: str, *, expanded: bool = False) -> None:
    """A table of a document, closed until somebody opens it."""
    found = document.table(name)
    with st.expander(f"{name} ({len(found.rows):,})", expanded=expanded):
        st.caption(found.says if found.rows else found.empty)
        if found.rows:
            table(_words(document, found), alt=found.says)


def _row(document: Document, row: Mapping[str, Value], layout: Layout) -> Markup:
    return tag("tr", *(_field(document, row, columns, not number) for number, columns in enumerate(layout.values())))


def _words(document: Document, found: Table) -> list[dict[str, str]]:
    return [
        {heading: document.words(value) for heading, value in zip(found.columns, row, strict=True)}
        for row in found.rows
    ]


def _field(document: Document, row: Mapping[str, Value], columns: Sequence[str], heads: bool) -> Markup:
    """The values of a row that stand together: the first by itself, the others beneath it with their headings.

    `heads` is whether this is what the row is about.
    """
    parts: list[Markup | None] = []
    for number, column in enumerate(columns):
        value = row[column]
        if column in _MARKED:
            if value is True:
                yours = column == "Your own law"
                parts.append(marks(to_be_verified=not yours, yours=yours))
        elif said := _said(document, value):
            named = number and column not in _PLAIN
            said = tag("b", said) if heads and not number else said
            parts.append(tag("div", tag("span", f"{column}: ", class_="dm-quiet") if named else None, said))
    return tag("td", *parts, style=_WIDE if {"Cells", "Citation"} & set(columns) else None)


_WIDE = "min-width: 7.5rem"
_PLAIN = ("What", "Regime", "Note", "Why")
"""Columns that need no heading beneath another."""


def _said(document: Document, value: Value) -> Markup | None:
    if isinstance(value, tuple):
        found = [each for each in value if isinstance(each, Cell)]
        if found:
            more = len(found) - MOST_CELLS
            rest = tag("span", f" and {more} more", class_="dm-quiet") if more > 0 else None
            return joined((cells(found[:MOST_CELLS], file=len(document.assessment.inputs) != 1), rest))
        said = [str(each) for each in value]
        if any(each.endswith((".", ")")) or len(each) > _LONG for each in said):
            return joined(tag("div", each) for each in said)
        return joined(said, ", ") or None
    words = document.words(value)
    return joined([words]) if words else None


_LONG = 45
MOST_CELLS = 6
