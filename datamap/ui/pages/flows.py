"""Flows: one selection of them as a diagram, a world map, a Sankey, matrices or a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from datamap import pictures
from datamap.law.readable import day
from datamap.tallies import outside_places
from datamap.ui import session
from datamap.ui.components import diagram, matrix, sankey, world_map
from datamap.ui.components.answers import names, place_words
from datamap.ui.components.filters import Say, filter_row, shown_and_hidden
from datamap.ui.components.markup import show
from datamap.ui.components.tables import table
from datamap.ui.components.windows import window
from datamap.views import Selection

FORMATS = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "html": "text/html"}


PAPERS: Mapping[pictures.Paper, str] = {"a4": "A4", "a3": "A3", "one": "One page"}


def saved(
    selection: Selection,
    picture: str,
    suffix: str,
    paper: pictures.Paper,
    fold: pictures.Fold | None,
    opened: Sequence[str],
) -> bytes:
    with TemporaryDirectory(prefix="datamap-") as folder:
        path = Path(folder) / f"{picture}.{suffix}"
        pictures.save(
            selection.assessment, selection.view, path, picture=picture, fold=fold, opened=opened, paper=paper
        )
        return path.read_bytes()


def save_buttons(selection: Selection, picture: str, words: str) -> None:
    fold, opened = (None, ()) if picture in pictures.CHARTS else (session.chosen(session.FOLD), session.opened())
    with st.popover(f"Save the {words}", width="stretch"):
        st.caption("What is on the screen, with title, day, filters and legend.")
        paper = st.segmented_control(
            "Pages of a PDF",
            list(PAPERS),
            default="a4",
            required=True,
            format_func=lambda paper: PAPERS[paper],
            help="A picture that does not fit one sheet goes on over several, with words no smaller than 6 points.",
        )
        for suffix, mime in FORMATS.items():
            st.download_button(
                f"as {suffix.upper()}",
                partial(saved, selection, picture, suffix, paper or "a4", fold, opened),
                file_name=f"{picture}.{suffix}",
                mime=mime,
                on_click="ignore",
                width="stretch",
            )


def columns(selection: Selection, shown: range) -> pd.DataFrame:
    flows, legs, outcomes = selection.flows[shown.start : shown.stop], selection.legs, selection.outcomes
    return pd.DataFrame(
        {
            "Flow": ["implied" if flow.implied else flow.id for flow in flows],
            "From": [flow.origin.name for flow in flows],
            "To": [flow.destination.name for flow in flows],
            "Places": [", ".join(map(place_words, legs.get(flow.id, ()))) for flow in flows],
            "Outcome": [outcomes[flow.id].label if flow.id in outcomes else "" for flow in flows],
            "Categories": [names(flow.categories) for flow in flows],
            "Movement": [flow.movement.value for flow in flows],
        },
        dtype="str",
    )


def map_of_the_world(selection: Selection, say: Say) -> None:
    say(outside_places(selection), "on a map")
    world_map.draw(selection)


def flow_table(selection: Selection, say: Say) -> None:
    say({}, "in the table")
    st.header("The same flows as a table", anchor=False)
    shown = window(len(selection.flows), "table of flows", asked=selection.view)
    table(
        session.kept(("table of flows", selection.view, shown), lambda: columns(selection, shown)),
        alt="Every flow that the picture shows, with its ends, places, outcome and categories",
        widths={"Flow": 80, "From": "medium", "To": "medium", "Outcome": 200, "Categories": "large"},
    )


SHOWN_AS: Mapping[str, Callable[[Selection, Say], None]] = {
    "Diagram": diagram.draw,
    "World map": map_of_the_world,
    "Sankey": sankey.draw,
    "Matrix": matrix.draw,
    "Table": flow_table,
}
"""Each way to show a selection: the word for it, and what draws it and says first what it has no place for."""

SAVED_AS: Mapping[str, tuple[str, str]] = {
    "Diagram": ("flows", "diagram"),
    "World map": ("map", "map"),
    "Sankey": ("sankey", "Sankey"),
}
"""The ways that are saved as a picture: the name of the picture, and the word for it."""


def page() -> None:
    st.title("Flows")
    assessment = session.current()
    selection = filter_row(assessment)
    ways = {word: word for word in SHOWN_AS}
    first = next(iter(ways))
    with st.container(key="stacks-ways"):
        shown_as, fold, save = st.columns([5, 1.6, 1.6], vertical_alignment="center")
    with session.in_the_address({}, {session.SHOWN_AS: ways, session.FOLD: pictures.FOLD_WORDS}):
        way = shown_as.segmented_control(
            "Show as",
            list(ways),
            default=None if session.chosen(session.SHOWN_AS) else first,
            required=True,
            key=session.SHOWN_AS,
            persist_state="session",
            label_visibility="collapsed",
        )
        if way == first:
            with fold:
                diagram.fold_choice()
    if kind := SAVED_AS.get(way or first):
        with save:
            save_buttons(selection, *kind)
    above = st.empty()

    def say(outside: Mapping[str, int], where: str) -> None:
        with above:
            show(shown_and_hidden(selection, f"Law of {day(assessment.on)}.", outside=outside, where=where))

    SHOWN_AS[way or first](selection, say)


page()
