"""Windows on long tables: so many rows at a time, which they are of how many, and the way to the others."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from datamap.ui import session
from datamap.ui.components.markup import Child, joined, show, tag

ROWS = 1_000
"""As many rows of a table are on the page at once."""


def window(
    count: int, of: str, *, asked: Hashable = None, reading: str | None = None, at: int = 0, also: Child = None
) -> range:
    """Which of `count` rows stand on the page, from 0. Where not all of them do, that is said and the others are offered.

    `of` tells the table from every other. The first rows are shown again when `asked` is no longer the same, and those
    around row `at` when `reading`, what is read of them, is another than before. `also` says what covers all rows.
    """
    if count <= ROWS:
        return range(count)
    starts = range(0, count, ROWS)
    first = session.first_of(of, asked, reading, at) // ROWS * ROWS
    first = min(max(first, 0), starts[-1])

    def words(start: int) -> str:
        return f"{start + 1:,} to {min(start + ROWS, count):,}"

    key = f"rows of {of}"
    session.choose(key, first)
    with st.container(key=f"wraps {key}"):
        before, which, after, said = st.columns([1.1, 1.8, 1.1, 5], vertical_alignment="center")
    before.button(
        "Previous",
        key=f"{key} before",
        disabled=not first,
        on_click=session.turn_to,
        args=(of, first - ROWS),
        width="stretch",
    )
    which.selectbox(
        "Rows shown",
        starts,
        format_func=words,
        key=key,
        on_change=_turned,
        args=(of, key),
        label_visibility="collapsed",
    )
    after.button(
        "Next",
        key=f"{key} after",
        disabled=first == starts[-1],
        on_click=session.turn_to,
        args=(of, first + ROWS),
        width="stretch",
    )
    shown = tag("b", f"Rows {words(first)} of {count:,}.")
    with said:
        show(
            tag(
                "p",
                joined((shown, "The table's own sorting, search and download cover only these.", also), " "),
                role="status",
            )
        )
    return range(first, min(first + ROWS, count))


def _turned(of: str, key: str) -> None:
    session.turn_to(of, session.chosen(key) or 0)


def keyed(of: str, shown: range) -> str:
    """The key of the table that has these rows, so that no other rows are taken for those chosen or sorted in it."""
    return f"{of} {shown.start + 1}" if shown.start else of
