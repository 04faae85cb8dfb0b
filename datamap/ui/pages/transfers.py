"""Transfers: the register on screen, and for the answer picked in it the argument from cell to section."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pandas as pd
import streamlit as st

from datamap import registers
from datamap.assessment import Assessment
from datamap.law.readable import day
from datamap.timeline import history
from datamap.ui import session
from datamap.ui.components.answers import answer_in_full, answer_name, cells, cited, tiles, trace
from datamap.ui.components.filters import filter_row, shown_and_hidden
from datamap.ui.components.history import history_table
from datamap.ui.components.markup import joined, listed, show, tag
from datamap.ui.components.tables import problem_table, table
from datamap.views import Selection

REGISTER = "register"
COLUMNS = ("Outcome", "Flow", "From", "To", "Place", "Regime", "Citation", "Reason", "Missing", "Categories")
MOST_FLAGS = 300
MOST_NAMED = 2_000


def downloads(selection: Selection) -> None:
    assessment = selection.assessment
    st.download_button(
        "Download the register (Excel)",
        lambda: registers.workbook_bytes(assessment, selection),
        file_name=f"transfer register {assessment.on}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        type="primary",
        width="stretch",
    )
    st.download_button(
        "Download as JSON",
        lambda: registers.json_text(assessment),
        file_name=f"transfers {assessment.on}.json",
        mime="application/json",
        help="Every answer, whatever the filters, as `datamap check --format json` prints it.",
        on_click="ignore",
        width="stretch",
    )


def register(selection: Selection) -> None:
    """The table of answers, and the one that is read in full below it. Either may be used to choose."""
    answers = {answer_name(answer): answer for answer in selection.answers}
    named = list(answers)
    if not named:
        st.info("No transfer passes these filters.")
        return
    chosen = session.answer_among(named)
    session.choose_row(REGISTER, named.index(chosen))
    assessment = selection.assessment
    made = partial(registers.table, registers.TRANSFERS, assessment, selection)
    table(
        session.kept(("register", selection.view), made),
        alt="The register: one row for each flow at each place under each regime, with its outcome",
        key=REGISTER,
        picked=partial(session.read_row, REGISTER, named),
        order=COLUMNS,
        widths={"Flow": 90, "From": "medium", "To": "medium", "Regime": 130, "Outcome": 190, "Citation": "medium"},
    )
    with session.in_the_address({}, {session.ANSWER: dict(zip(named, named, strict=True))}):
        if len(named) <= MOST_NAMED:
            st.selectbox("Answer to read", named, key=session.ANSWER, persist_state="session")
    answer = answers[chosen]
    said, argued = st.columns([1, 1.15], gap="large")
    with said:
        show(answer_in_full(assessment, answer))
    with argued:
        show(tag("h3", "How the answer was reached"), trace(answer))
    flow = answer.leg.flow
    spans = history(assessment, flow)
    show(tag("h3", "History"), history_table(s for s in spans if s.regime == answer.regime and s.leg == answer.leg))


def flags(assessment: Assessment) -> None:
    if not assessment.flags:
        st.info("No duty asks for attention.")
        return
    st.caption(
        "Duties beside the rules on transfers: retention, indirect collection, identifiers and others. "
        "All of them are here, whatever the filters."
    )
    head = tag("tr", *(tag("th", heading) for heading in ("About", "What the record shows", "Law", "Cells")))
    rows = (
        tag(
            "tr",
            tag("td", tag("b", flag.about)),
            tag("td", flag.message),
            tag("td", cited(flag)),
            tag("td", cells(flag.cells)),
        )
        for flag in assessment.flags[:MOST_FLAGS]
    )
    show(tag("table", head, *rows, class_="dm-table dm-flags"))
    if (more := len(assessment.flags) - MOST_FLAGS) > 0:
        st.caption(f"{more:,} more are in the register, on the sheet Duties.")


def questions(selection: Selection) -> None:
    asked = registers.table(registers.QUESTIONS, selection.assessment, selection)
    if asked.empty:
        st.info("Nothing is left to find out for the transfers that are shown.")
        return
    st.caption("What to find out or put on file, by the recipient it is about, for the transfers that are shown.")
    for recipient, about in asked.groupby("Recipient", sort=False):
        points = (
            joined((row["Question"], tag("span", f"{row['About flows']} ({row['Regimes']})", class_="dm-quiet")), " ")
            for row in about.to_dict("records")
        )
        show(tag("h4", str(recipient)), listed(points))


def onward(selection: Selection) -> None:
    """What reaches each country, and the shortest way of each category there."""
    assessment = selection.assessment
    key = selection.view

    def made(register: registers.Register) -> pd.DataFrame:
        return session.kept((register.name, key), lambda: registers.table(register, assessment, selection))

    countries = made(registers.DESTINATIONS)
    if countries.empty:
        st.info("Nothing that is shown reaches a place.")
        return
    st.caption(
        "What reaches each country, and below it the shortest way of each category there. Longer ways are left out."
    )
    table(countries, alt="Countries: how many categories and systems reach each, and the worst outcome there")
    table(
        made(registers.CHAINS),
        alt="Chains: for each category and country the shortest way, the worst outcome, and what is on file for each hop",
        order=("Category", "Country", "Outcome", "In words", "Path", "Hops", "Hop by hop", "From systems"),
        widths={"In words": "large", "Path": "medium", "Outcome": 190},
    )


def page() -> None:
    st.title("Transfers")
    assessment = session.current()
    selection = filter_row(assessment)
    said, save = st.columns([4, 1.2], vertical_alignment="center")
    with said:
        counted = f"Law of {day(assessment.on)}. {len(selection.answers)} answers, one for each flow, place and regime."
        counts = Counter(answer.outcome for answer in selection.answers)
        show(shown_and_hidden(selection), tag("p", counted, class_="dm-quiet"), tiles(counts))
    with save:
        downloads(selection)
    transfers, duties, chains, open_questions, cell_problems = st.tabs(
        ["Transfers", "Flags", "Onward", "Questions to ask", "Problems"]
    )
    with transfers:
        register(selection)
    with duties:
        flags(assessment)
    with chains:
        onward(selection)
    with open_questions:
        questions(selection)
    with cell_problems:
        problem_table(assessment.problems)


page()
