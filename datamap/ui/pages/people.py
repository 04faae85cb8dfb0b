"""People and breaches: where somebody's information is, and what a leak would reach, each with a checklist to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

import streamlit as st

from datamap.assessment import Assessment
from datamap.breach import At, leak, offered
from datamap.checklists import Document, breach_document, where_document
from datamap.law.readable import day
from datamap.people import where
from datamap.places import countries, country_name
from datamap.ui import session
from datamap.ui.components.documents import Layout, beside, downloads, laid_out
from datamap.ui.components.markup import show, tag

QUESTION, WHOSE, OF, AT, LEAK = "asked_for", "whose", "of_category", "leak_at", "leak"

_HOLDER: Layout = {
    "Where": ("Where", "What"),
    "Information": ("Categories", "Also about"),
    "Held": ("Held at", "How it is held", "Retention"),
    "Ask": ("Ask",),
    "What is owed": ("What is owed",),
    "To find out": ("To find out",),
    "Cells": ("Cells",),
}
_PERHAPS: Layout = {**_HOLDER, "Where": ("Where", "What", "Why")}
_LAW = ("Citation", "Regime", "To be verified", "Your own law")


def where_is(assessment: Assessment) -> Document | None:
    people = {name: name for name in assessment.map.individuals}
    categories = {name: name for name in assessment.map.categories}
    if not people:
        st.info("The inventory names no kind of individual, so whatever it records may be about anybody.")
        return session.kept(("where",), lambda: where_document(where(assessment, ())))
    whose, what = st.columns(2)
    with session.in_the_address({WHOSE: people, OF: categories}, {}):
        with whose:
            st.multiselect(
                "Whose information",
                list(people),
                placeholder="Choose one or several kinds of individual",
                key=WHOSE,
                persist_state="session",
                help="A person may be of several kinds: choose each.",
            )
        with what:
            st.multiselect(
                "Only these categories", list(categories), placeholder="Every category", key=OF, persist_state="session"
            )
    chosen, only = session.chosen(WHOSE), session.chosen(OF) or ()
    if not chosen:
        st.info("Choose whose information is looked for.")
        return None
    return session.kept(("where", *chosen, None, *only), lambda: where_document(where(assessment, chosen, only)))


def as_they_stand(document: Document, name: str) -> Layout:
    """Each column of a table by itself."""
    return {heading: (heading,) for heading in document.table(name).columns}


def show_where(document: Document) -> None:
    corrections: Layout = {
        "Recipient": ("Recipient", "Holds it", "Role"),
        "Information": ("Categories",),
        "Held at": ("Held at",),
        "What is owed": ("What is owed",),
        "Law": _LAW,
        "Cells": ("Cells",),
    }
    in_parts(
        document,
        "where_part",
        {"Holds it": _HOLDER, "May hold it": _PERHAPS, "Whom to tell of a correction": corrections},
        ("The law", "Where it came from", "Not recorded as holding it"),
    )


EVERYTHING = "Everything"


def in_parts(document: Document, key: str, parts: Mapping[str, Layout], lists: Sequence[str]) -> None:
    """An index of the document's tables with how many rows each has, and the one that is chosen in it, or all of them.

    `lists` are the tables that are shown as they stand.
    """
    rows = {name: len(document.table(name).rows) for name in (*parts, *lists)}
    said = {**{name: f"{name} ({count:,})" for name, count in rows.items()}, EVERYTHING: EVERYTHING}
    with session.in_the_address({}, {key: {name: name for name in said}}):
        chosen = st.segmented_control(
            "Part",
            list(said),
            default=None if session.chosen(key) else next(iter(said)),
            required=True,
            format_func=lambda name: said[name],
            key=key,
            persist_state="session",
            label_visibility="collapsed",
        )
    chosen = chosen or next(iter(said))
    for name, layout in parts.items():
        if chosen in (name, EVERYTHING):
            laid_out(document, name, layout)
    for name in lists:
        if chosen in (name, EVERYTHING):
            beside(document, name, expanded=chosen == name)


_AT = {At.SYSTEM: "System", At.RECIPIENT: "Recipient", At.COUNTRY: "Country"}


def leaks(assessment: Assessment) -> Document | None:
    choices = offered(assessment)
    rest = tuple(code for code in countries() if code not in choices[At.COUNTRY])
    with session.in_the_address({}, {AT: {at: at.value for at in At}}):
        kind, named, on, at_time = st.columns([2.2, 3, 1.4, 1.2], vertical_alignment="bottom")
        with kind:
            st.segmented_control(
                "It leaks from",
                list(_AT),
                default=None if session.chosen(AT) else At.SYSTEM,
                required=True,
                format_func=lambda at: _AT[at],
                key=AT,
                persist_state="session",
            )
    at = session.chosen(AT) or At.SYSTEM
    names = choices[at] if at is not At.COUNTRY else (*choices[at], *rest)
    words = {name: country_name(name) if at is At.COUNTRY else name for name in names}
    with session.in_the_address({}, {LEAK: words}), named:
        st.selectbox(
            "Which",
            list(words),
            index=None,
            format_func=lambda name: words[name],
            placeholder="Choose one",
            key=LEAK,
            persist_state="session",
        )
    with on:
        became = st.date_input(
            "Became aware on",
            value=None,
            format="YYYY-MM-DD",
            help="Where the law has a limit, it is counted from then.",
        )
    with at_time:
        clock = st.time_input("At", value=None, disabled=became is None)
    name = session.chosen(LEAK)
    if name is None:
        st.info("Choose where it leaks.")
        return None
    aware = datetime.combine(became, clock or time()) if became else None
    return session.kept(("breach", at, name, aware), lambda: breach_document(leak(assessment, at, name), aware))


def show_leak(document: Document) -> None:
    in_parts(
        document,
        "leak_part",
        {
            "Whom to tell": {
                "Whom": ("Whom", "Falls on"),
                "What": ("What", "Note"),
                "By when": ("By when", "At the latest"),
                "Law": _LAW,
            },
            "What leaks": {
                "Where": ("Where", "What", "Sure", "Why"),
                "Information": ("Categories", "Individuals"),
                "Held": ("Held at", "Retention"),
                "Ask": ("Ask",),
                "To find out": ("To find out",),
                "Cells": ("Cells",),
            },
            "Information": as_they_stand(document, "Information"),
            "Countries and authorities": as_they_stand(document, "Countries and authorities"),
            "Tests of the law": {
                "Question": ("Question", "Note"),
                "What the map shows": ("What the map shows",),
                "Law": _LAW,
                "Cells": ("Cells",),
            },
            "Held for somebody else": {
                "Name": ("Name", "Sure"),
                "What the record shows": ("What the record shows",),
                "Cells": ("Cells",),
            },
        },
        ("Went on to", "How it got there", "What else to know"),
    )


Asking = tuple[Callable[[Assessment], Document | None], Callable[[Document], None]]
QUESTIONS: Mapping[str, Asking] = {
    "Where is this person's information?": (where_is, show_where),
    "If this leaks": (leaks, show_leak),
}
"""Each question of the page: what asks for its document, and what shows it."""


def page() -> None:
    st.title("People and breaches")
    assessment = session.current()
    words = {question: question for question in QUESTIONS}
    with session.in_the_address({}, {QUESTION: words}):
        asked = st.segmented_control(
            "Question",
            list(words),
            default=None if session.chosen(QUESTION) else next(iter(words)),
            required=True,
            key=QUESTION,
            persist_state="session",
            label_visibility="collapsed",
        )
    as_at = f"Law of {day(assessment.on)}. What was asked and the day are written in the files."
    show(tag("p", as_at, class_="dm-quiet"))
    ask, answer = QUESTIONS[asked or next(iter(words))]
    document = ask(assessment)
    if document is None:
        return
    said, save = st.columns([4, 1.2], vertical_alignment="center")
    with said:
        show(*(tag("p", sentence) for sentence in document.says))
    with save:
        downloads(document)
    answer(document)


page()
