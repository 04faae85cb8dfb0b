"""Start: open files, see what was read of them, and what the record shows in short."""

from __future__ import annotations

from collections import Counter
from functools import partial
from io import BytesIO
from itertools import chain

import streamlit as st

from datamap.assessment import Assessment, NobodySends
from datamap.law.readable import day
from datamap.places import countries
from datamap.sheets import Unreadable
from datamap.transfers import WORST_FIRST, Answer, Outcome
from datamap.ui import session
from datamap.ui.components.answers import chip, flow_words, place_words, tiles
from datamap.ui.components.mapping import MOST_FILES, mapping_of_refused, mappings
from datamap.ui.components.marked import files_back
from datamap.ui.components.markup import counted, joined, show, tag
from datamap.ui.components.progress import reading_bar
from datamap.ui.components.proposals import perhaps_the_same
from datamap.ui.components.questions import FLAGS, leads, part, questions
from datamap.ui.components.report import load_report
from datamap.ui.components.suggestions import known_recipients
from datamap.ui.components.unjudged import nothing_judged
from datamap.workbook import writing

MOST_BESIDE = 3  # regimes whose counts stand beside each other


def open_something() -> None:
    files, ready_made = st.columns([3, 2], gap="large")
    with files:
        uploaded = st.file_uploader(
            "Your inventory, read together",
            accept_multiple_files=True,
            help="Excel and OpenDocument workbooks, CSV files or a zip of them, YAML, JSON and Markdown, in datamap's layout "
            "or another. A saved mapping (.mapping.toml) opened with them is used for them.",
        )
    with ready_made:
        asked_for = [name for name in session.examples() if st.button(f"Open an example: {name}", width="stretch")]
        st.download_button(
            "Download the blank workbook",
            blank_workbook,
            file_name="datamap inventory.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            width="stretch",
        )
        st.caption("Three sheets are enough to begin: Systems, Information categories and Recipients.")
    if session.to_be_read(uploaded):
        with reading_bar(len(uploaded), partial(session.cancel_reading, uploaded)) as tell:
            session.open_uploaded(uploaded, tell)
        st.rerun()
    for name in asked_for:
        with st.spinner("Reading the example"):
            session.open_example(name)
        st.rerun()
    if session.was_cancelled(uploaded):
        said, again = st.columns([5, 1], vertical_alignment="center")
        still = session.loaded()
        said.info(f"Reading was cancelled. {'What was open before is still open.' if still else 'Nothing is open.'}")
        again.button("Read again", on_click=session.read_again, width="stretch")


def blank_workbook() -> bytes:
    written = BytesIO()
    writing.write_template(written)
    return written.getvalue()


def refusals() -> None:
    refused = session.refused()
    show(*(tag("p", each.sentence, class_="dm-refused", role="alert") for each in refused))
    for file in [each.file for each in refused if each.file][:MOST_FILES]:
        mapping_of_refused(file)


def who_sends() -> None:
    st.header("Who sends?", anchor=False)
    st.markdown(
        "The files do not say whose inventory this is. Name the organisation and the country it is established in; "
        "or add a sheet *Organisations* with these two columns."
    )
    with st.form("who sends"):
        name, country, send = st.columns([3, 3, 1], vertical_alignment="bottom")
        organisation = name.text_input("Organisation")
        code = country.selectbox(
            "Country",
            list(countries()),
            index=None,
            format_func=lambda code: countries()[code],
            placeholder="Choose a country",
        )
        said = send.form_submit_button("Go on", type="primary", width="stretch")
    if said and organisation.strip() and code:
        session.say_who_sends(organisation.strip(), code)
        st.rerun()
    elif said:
        st.warning("Fill in both the organisation and its country.")


def worst_of_each_flow(assessment: Assessment, most: int) -> list[Answer]:
    """The worst flagged answer of each flow, worst first, of so many flows."""
    by_flow: dict[str, Answer] = {}
    for answer in chain.from_iterable(assessment.answers.that_are(o) for o in WORST_FIRST if o.flagged):
        by_flow.setdefault(answer.leg.flow.id, answer)
        if len(by_flow) == most:
            break
    return list(by_flow.values())


def in_short(assessment: Assessment) -> None:
    st.header(f"In short, under the law of {day(assessment.on)}", anchor=False)
    found: dict[str, Counter[Outcome]] = {regime.code: Counter() for regime in assessment.regimes}
    for ruling, times in assessment.answers.numbers():
        found[ruling.regime][ruling.outcome] += times
    if len(assessment.regimes) > MOST_BESIDE:
        head = tag("tr", *(tag("th", words) for words in ("Regime", "Answers", "Answers by outcome")))
        rows = (
            tag(
                "tr",
                tag("td", tag("b", regime.name), f", {regime.law}"),
                tag("td", f"{sum(found[regime.code].values()):,}"),
                tag(
                    "td",
                    joined(
                        (joined((chip(o), f"{n:,}"), " ") for o in WORST_FIRST if (n := found[regime.code][o])), " "
                    ),
                ),
            )
            for regime in assessment.regimes
        )
        show(tag("table", head, *rows, class_="dm-table"))
    else:
        for column, regime in zip(
            st.columns(max(len(assessment.regimes), 2), gap="medium"), assessment.regimes, strict=False
        ):
            judged = f"{sum(found[regime.code].values()):,} answers, one for each flow at each place."
            with column:
                show(
                    tag("p", joined((tag("b", f"{regime.name}, {regime.law}."), judged), " ")),
                    tiles(found[regime.code]),
                )
    nothing_judged(assessment)
    if flags := len(assessment.flags):
        other = f"**{counted(flags, 'flag')}** of other rules: retention, indirect collection, identifiers and others"
        with st.container(key="findings"):
            leads(other, part(FLAGS), "finding flags")
    worst = worst_of_each_flow(assessment, 3)
    if worst:
        st.header("Look at these first", anchor=False)
    for number, answer in enumerate(worst):
        with st.container(border=True):
            words, button = st.columns([6, 1], vertical_alignment="center")
            where = f"{place_words(answer.leg)}; {assessment.law.regimes[answer.regime].name}"
            with words:
                show(
                    tag("p", joined((chip(answer.outcome), tag("b", flow_words(answer.leg.flow)), where), " ")),
                    tag("p", answer.reason),
                )
            if button.button("Read why", key=f"worst {number}", width="stretch"):
                session.read_answer(answer)
                session.go("Transfers")
    overview, flows, transfers, _ = st.columns([1, 1, 1, 2])
    if overview.button("See the overview", type="primary", width="stretch"):
        session.go("Overview")
    if flows.button("See the flows", width="stretch"):
        session.go("Flows")
    if transfers.button("See the transfers", width="stretch"):
        session.go("Transfers")
    st.header("Start from a question", anchor=False)
    with st.spinner("Counting the answers", show_time=True):
        questions(assessment)


def page() -> None:
    st.title("datamap")
    st.markdown(
        "Where personal information goes, which of its flows cross a border, and which of those have no safeguard on "
        "record. Each answer cites the law and the cells it rests on."
    )
    open_something()
    refusals()
    loaded = session.loaded()
    if loaded is None:
        return
    st.divider()
    if session.is_empty():
        st.info("The inventory holds no record yet. Fill in its sheets, save it, and open it again.")
    else:
        try:
            with st.spinner("Judging each flow"):
                assessment = session.assessment()
        except NobodySends:
            who_sends()
        except Unreadable as sentence:
            show(tag("p", str(sentence), class_="dm-refused", role="alert"))
        else:
            if assessment:
                session.open_wanted()
                in_short(assessment)
    load_report(loaded.reading)
    mappings()
    perhaps_the_same()
    known_recipients(loaded.reading)
    files_back()


page()
