"""The world map on the page: a click on a country, an arc or a card narrows every page to what goes there."""

from __future__ import annotations

import streamlit as st

from datamap.pictures.world import CABLES, SOURCE, World, world_map
from datamap.tallies import outcome_words, without_places_sentence
from datamap.ui import session
from datamap.ui.components.markup import listed, show, tag
from datamap.ui.components.narrowing import fresh_key, narrow, way_back
from datamap.ui.components.tables import table
from datamap.views import Selection


def draw(selection: Selection) -> None:
    """The map, what it does not show, and the same countries as a table."""
    found = session.kept(("world map", selection.view), lambda: world_map(selection))
    if not (found.countries or found.elsewhere):
        st.info("Nothing that is shown goes to a place. Widen the filters, or look at the flows as a table.")
        return
    key = fresh_key("world map")
    st.vega_lite_chart(
        found.night if st.context.theme.type == "dark" else found.spec,
        theme=None,
        key=key,
        on_select=lambda: _narrow(key, found),
        selection_mode="picked",
        width="stretch",
        alt=found.description,
    )
    st.caption(
        f"Click a country, an arc or a card to see only what goes there; click it again to see everything. {CABLES} "
        "An arc starts in the one country where its system is held, else where its organisation is; it is as wide as its "
        f"flows are many. {SOURCE}"
    )
    way_back("map")
    told_on_top = without_places_sentence(selection)
    show(listed(note for note in found.notes if note != told_on_top))
    _countries(found)


def _narrow(key: str, found: World) -> None:
    state = session.chosen(key)
    chosen = state["selection"].get("picked") if state else None
    what = found.picked(str(chosen[0].get("pick", ""))) if chosen else None
    if what is None:
        return
    country, outcome = what
    narrow({session.COUNTRY: [country]} | ({session.OUTCOME: [outcome]} if outcome else {}))


def _countries(found: World) -> None:
    show(tag("h2", "The same by country"))
    table(
        [
            {
                "Country": spot.name,
                "Flows": spot.flows,
                "Outcome": outcome_words(spot.outcome),
                "What is there": ", ".join(f"{total.flows:,} {kind}" for kind, total in spot.kinds.items()),
            }
            for spot in (*found.countries, *found.elsewhere)
        ],
        alt="Every place that the map shows or counts: how many flows go there, their worst outcome, and what is there",
        widths={"Country": "medium", "Outcome": 220, "What is there": "large"},
    )
