"""Names that are perhaps one: proposed with the reason, joined only when ticked, and parted again."""

from __future__ import annotations

import streamlit as st

from datamap.layouts.names import Likeness, likely_same
from datamap.sheets import Cell
from datamap.ui import session
from datamap.ui.components.answers import cells
from datamap.ui.components.markup import counted, joined, show, tag

MOST = 30
MOST_CELLS = 3


def perhaps_the_same() -> None:
    """The pairs of names of what is open, a box to tick for each, and the pairs that were joined before."""
    found = session.loaded()
    if found is None:
        return
    pairs = session.kept(("likely same",), lambda: likely_same(found.reading.inventory))
    if not pairs and not found.same:
        return
    with st.expander(f"Perhaps the same: {counted(len(pairs), 'pair')} of names"):
        if pairs:
            st.caption(
                "Names that are perhaps one thing, written in two ways. Nothing is joined until you say so; the other spelling "
                "is kept beside the name that is used."
            )
            _offers(pairs)
        for sheet, name, use in found.same:
            said, undo = st.columns([6, 1], vertical_alignment="center")
            with said:
                show(tag("p", joined((tag("b", name), " is read as ", tag("b", use), f" on {sheet}."))))
            undo.button(
                "Undo",
                key=f"part {sheet} {name} {use}",
                on_click=session.part_names,
                args=((sheet, name, use),),
                width="stretch",
            )


def _offers(pairs: tuple[Likeness, ...]) -> None:
    with st.form("perhaps the same", border=False):
        chosen = [said for pair in pairs[:MOST] if (said := _offer(pair))]
        sent = st.form_submit_button("Read the ticked ones as one", type="primary")
    if (more := len(pairs) - MOST) > 0:
        st.caption(f"{counted(more, 'more pair')} follow when these are dealt with.")
    if sent and chosen:
        if sentence := session.join_names(chosen):
            show(tag("p", sentence, class_="dm-refused", role="alert"))
        else:
            st.rerun()
    elif sent:
        st.warning("Tick at least one pair.")


def _offer(pair: Likeness) -> session.Joined | None:
    """One pair: what the reader said of it, if it was ticked."""
    said, same, use = st.columns([4, 1.4, 2.6], vertical_alignment="center")
    with said:
        show(
            tag("p", joined((tag("b", pair.first), " and ", tag("b", pair.second)))),
            tag(
                "p",
                f"{pair.sheet}: {pair.why} ({pair.score:.0%} alike). ",
                _cells(pair.first_cells + pair.second_cells),
                class_="dm-quiet",
            ),
        )
    key = f"{pair.sheet} {pair.first} {pair.second}"
    ticked = same.checkbox("They are the same", key=f"same {key}")
    name = use.selectbox("Name to use", (pair.first, pair.second), key=f"use {key}")
    other = pair.second if name == pair.first else pair.first
    return (pair.sheet, other, name) if ticked else None


def _cells(found: tuple[Cell, ...]) -> str:
    more = len(found) - MOST_CELLS
    return joined((cells(found[:MOST_CELLS]), f" and {more} more" if more > 0 else None))
