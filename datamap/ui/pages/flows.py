"""Flows: one selection of them as a diagram, a world map, a Sankey, matrices or a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from datamap import pictures
from datamap.law.readable import day
from datamap.ui import session
from datamap.ui.components import diagram
from datamap.ui.components.answers import names, place_words
from datamap.ui.components.filters import filter_row, shown_and_hidden
from datamap.ui.components.markup import joined, show, tag
from datamap.ui.components.tables import table
from datamap.views import Selection

FORMATS = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "html": "text/html"}


def saved(selection: Selection, suffix: str) -> bytes:
    with TemporaryDirectory(prefix="datamap-") as folder:
        path = Path(folder) / f"flows.{suffix}"
        pictures.save(selection.assessment, selection.view, path)
        return path.read_bytes()


def save_buttons(selection: Selection) -> None:
    with st.popover("Save the picture", width="stretch"):
        for suffix, mime in FORMATS.items():
            st.download_button(
                f"as {suffix.upper()}",
                partial(saved, selection, suffix),
                file_name=f"flows.{suffix}",
                mime=mime,
                on_click="ignore",
                width="stretch",
            )


def flow_table(selection: Selection) -> None:
    st.subheader("The same flows as a table", anchor=False)
    table(
        [
            {
                "Flow": flow.id if not flow.implied else "implied",
                "From": flow.origin.name,
                "To": flow.destination.name,
                "Places": ", ".join(place_words(leg) for leg in selection.legs.get(flow.id, ())),
                "Outcome": outcome.label if (outcome := selection.outcomes.get(flow.id)) else "",
                "Categories": names(flow.categories),
                "Movement": flow.movement.value,
            }
            for flow in selection.flows
        ],
        alt="Every flow that the picture shows, with its ends, places, outcome and categories",
        widths={"Flow": 80, "From": "medium", "To": "medium", "Outcome": 200, "Categories": "large"},
    )


SHOWN_AS: Mapping[str, Callable[[Selection], None]] = {
    "Diagram": diagram.draw,
    "Table": flow_table,
}
"""Each way to show a selection: the word for it, and what draws it."""


def page() -> None:
    st.title("Flows")
    assessment = session.current()
    selection = filter_row(assessment)
    ways = {word: word for word in SHOWN_AS}
    with session.in_the_address({}, {session.SHOWN_AS: ways}):
        way = st.segmented_control(
            "Show as",
            list(ways),
            default=None if session.chosen(session.SHOWN_AS) else next(iter(ways)),
            required=True,
            key=session.SHOWN_AS,
            persist_state="session",
            label_visibility="collapsed",
        )
    said, save = st.columns([5, 1], vertical_alignment="center")
    with said:
        as_at = tag("span", f"Law of {day(assessment.on)}.", class_="dm-quiet")
        show(joined((shown_and_hidden(selection), as_at)))
    with save:
        save_buttons(selection)
    SHOWN_AS[way or next(iter(SHOWN_AS))](selection)


page()
