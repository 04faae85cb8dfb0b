"""Documents on the page: their tables as they are read and printed, and the files to download."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import partial

import streamlit as st

from datamap import checklists
from datamap.checklists import Document, Table, Value
from datamap.sheets import Cell
from datamap.ui.components.answers import cells, marks
from datamap.ui.components.downloads import excel_and_json
from datamap.ui.components.markup import Markup, counted, joined, listed, show, tag
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
    """A table of a document with several of its columns in each column of the page.

    What several rows say at length is written out once, above them, and told in them by its number.
    """
    found = document.table(name)
    st.header(f"{name} ({len(found.rows):,})", anchor=False)
    st.caption(found.says if found.rows else found.empty)
    if not found.rows:
        return
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows[:MOST_ROWS]]
    once = _said_once(rows, {column for columns in layout.values() for column in columns})
    if once:
        show(tag("p", tag("b", "Said in several rows:")), listed(once, ordered=True))
    head = tag("tr", *(tag("th", heading) for heading in layout))
    body = (_row(document, row, layout, once) for row in rows)
    show(tag("table", head, *body, class_="dm-table"))
    if (more := len(found.rows) - MOST_ROWS) > 0:
        st.caption(f"{counted(more, 'more row')} {'is' if more == 1 else 'are'} in the file to download.")


def _said_once(rows: Sequence[Mapping[str, Value]], shown: Set[str]) -> dict[str, int]:
    """The long texts that several rows say, and their numbers, in their order."""
    counts: Counter[str] = Counter()
    for row in rows:
        values = (value for column, value in row.items() if column in shown)
        counts.update(list(dict.fromkeys(text for value in values for text in _texts(value))))
    long = (text for text, count in counts.items() if count >= _SEVERAL and len(text) > _AT_LENGTH)
    return {text: number for number, text in enumerate(long, 1)}


_SEVERAL, _AT_LENGTH = 2, 60


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, str))


def beside(document: Document, name: str, *, expanded: bool = False) -> None:
    """A table of a document, closed until somebody opens it."""
    found = document.table(name)
    with st.expander(f"{name} ({len(found.rows):,})", expanded=expanded):
        st.caption(found.says if found.rows else found.empty)
        if found.rows:
            table(_words(document, found), alt=found.says)


def _row(document: Document, row: Mapping[str, Value], layout: Layout, once: Mapping[str, int]) -> Markup:
    fields = (_field(document, row, columns, not number, once) for number, columns in enumerate(layout.values()))
    return tag("tr", *fields)


def _words(document: Document, found: Table) -> list[dict[str, str]]:
    return [
        {heading: document.words(value) for heading, value in zip(found.columns, row, strict=True)}
        for row in found.rows
    ]


def _field(
    document: Document, row: Mapping[str, Value], columns: Sequence[str], heads: bool, once: Mapping[str, int]
) -> Markup:
    """The values of a row that stand together: the first by itself, the others beneath it with their headings.

    `heads` is whether this is what the row is about, `once` the texts that stand above the table by number.
    """
    parts: list[Markup | None] = []
    for number, column in enumerate(columns):
        value = row[column]
        if column in _MARKED:
            if value is True:
                yours = column == "Your own law"
                parts.append(marks(to_be_verified=not yours, yours=yours))
        elif said := _said(document, value, once):
            named = number and column not in _PLAIN
            said = tag("b", said) if heads and not number else said
            parts.append(tag("div", tag("span", f"{column}: ", class_="dm-quiet") if named else None, said))
    return tag("td", *parts, style=_WIDE if {"Cells", "Citation"} & set(columns) else None)


_WIDE = "min-width: 7.5rem"
_PLAIN = ("What", "Regime", "Note", "Why")
"""Columns that need no heading beneath another."""


def _said(document: Document, value: Value, once: Mapping[str, int]) -> Markup | None:
    if isinstance(value, tuple):
        found = [each for each in value if isinstance(each, Cell)]
        if found:
            more = len(found) - MOST_CELLS
            rest = tag("span", f" and {more} more", class_="dm-quiet") if more > 0 else None
            return joined((cells(found[:MOST_CELLS], file=len(document.assessment.inputs) != 1), rest))
        said = [str(each) for each in value]
        if any(each.endswith((".", ")")) or len(each) > _LONG for each in said):
            return joined(tag("div", _above(each, once) or each) for each in said)
        return joined(said, ", ") or None
    words = document.words(value)
    return joined([_above(words, once) or words]) if words else None


def _above(text: str, once: Mapping[str, int]) -> Markup | None:
    """The number by which a text that stands above the table is told; None for one that does not."""
    return tag("abbr", f"see {once[text]} above", title=text, class_="dm-above") if text in once else None


_LONG = 45
MOST_CELLS = 6
