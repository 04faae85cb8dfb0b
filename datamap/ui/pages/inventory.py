"""Inventory: the workbook's sheets to edit in place, read anew after every edit."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from datamap.assessment import NobodySends
from datamap.law.readable import day
from datamap.sheets import Unreadable
from datamap.transfers import WORST_FIRST
from datamap.ui import session
from datamap.ui.components.answers import chip
from datamap.ui.components.editor import (
    choose_sheet,
    edits_made,
    sheet_editor,
    steps,
)
from datamap.ui.components.markup import Child, counted, joined, show, tag
from datamap.ui.components.suggestions import known_recipients
from datamap.workbook.columns import RECIPIENTS

MOST_JUDGED = 3_000
"""Rows of Systems, Recipients and Flows up to which the answers are found anew after each edit."""


def nothing_open() -> None:
    st.info("No inventory is open. Open an example or your own files on the Start page, or begin a new one here.")
    start, new, _ = st.columns([1, 1.4, 3])
    if start.button("Go to Start", type="primary", width="stretch"):
        session.go("Start")
    new.button("Begin a new inventory", on_click=session.begin, width="stretch")


def in_short() -> None:
    """How many answers have each outcome now, and how many had it before the edits."""
    inventory = session.working_copy().reading.inventory
    law = f"Law of {day(session.as_of())}."
    if not tuple(inventory):
        st.caption(f"{law} The inventory holds no record yet: type the first rows below.")
        return
    if len(inventory.systems) + len(inventory.recipients) + len(inventory.flows) > MOST_JUDGED:
        st.caption(f"{law} This inventory is large: the other pages judge it anew when you open them.")
        return
    try:
        with st.spinner("Judging each flow"):
            assessment, before = session.assessment(), session.outcomes_when_opened()
    except NobodySends:
        st.caption(f"{law} It is not yet known who sends: fill in Organisations, or say so on the Start page.")
        return
    except Unreadable as sentence:
        show(tag("p", str(sentence), class_="dm-refused", role="alert"))
        return
    now = assessment.counts if assessment else Counter()
    said: list[Child] = []
    for outcome in WORST_FIRST:
        was = before.get(outcome, 0) if before is not None else now[outcome]
        if now[outcome] or was:
            change = f" (was {was:,})" if was != now[outcome] else ""
            said += [chip(outcome), f"{counted(now[outcome], 'answer')}{change} "]
    show(tag("p", joined((law, " ", *said) if said else (law, " No transfer to judge."))))


def page() -> None:
    st.title("Inventory")
    if session.loaded() is None:
        nothing_open()
        return
    session.follow_cell()
    in_short()
    steps()
    layout = choose_sheet()
    sheet_editor(layout)
    if layout is RECIPIENTS:
        known_recipients(session.working_copy().reading)
    edits_made()


page()
