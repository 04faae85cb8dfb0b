"""The Sankey on the page: a click on a box or a band narrows every page to it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from datamap.pictures.sankey import Column, Sankey, Stop, sankey
from datamap.tallies import Axis, Name, outcome_words
from datamap.transfers import WORST_FIRST
from datamap.ui import session
from datamap.ui.components.answers import chip
from datamap.ui.components.filters import Say
from datamap.ui.components.markup import joined, listed, show, tag
from datamap.ui.components.narrowing import filter_for, fresh_key, narrow, way_back
from datamap.ui.components.tables import table
from datamap.views import Selection


def draw(selection: Selection, say: Say) -> None:
    """The Sankey, what it gathers and leaves out, and the same bands as a table."""
    found = session.kept(("sankey", selection.view), lambda: sankey(selection))
    say(found.outside, "in a Sankey")
    if not found.bands:
        st.info("Nothing that is shown goes to a recipient. Widen the filters, or look at the flows as a table.")
        return
    key = fresh_key("sankey")
    outcomes = {stop.outcome for stop in found.stops}
    chips = (chip(outcome) for outcome in (*WORST_FIRST, None) if outcome in outcomes)
    show(tag("p", joined((tag("span", "Category → system → recipient → place. Worst outcome:"), *chips), " ")))
    with st.container(key="wide-sankey"):
        st.echarts_chart(
            found.night if st.context.theme.type == "dark" else found.option,
            theme=None,
            key=key,
            on_select=lambda: _narrow(selection, key, found),
            renderer="svg",
            width="stretch",
            height=found.height,
            alt=found.description,
        )
    st.caption(
        "A band is as wide as its flows are many; a flow with several categories or places counts in a band of each. "
        "Click a box or a band to see only what passes it; click a box again to see everything."
    )
    way_back("sankey")
    show(listed(found.notes) if found.notes else None)
    show(tag("h2", "The same as a table"))
    table(
        [
            {
                "From": found.stops[band.start].name,
                "To": found.stops[band.end].name,
                "Flows": band.flows,
                "Outcome": outcome_words(band.outcome),
            }
            for band in found.bands
        ],
        alt="Every band of the Sankey: from where, to where, how many flows, and their worst outcome",
        widths={"From": "medium", "To": "medium", "Outcome": 220},
    )


def _narrow(selection: Selection, key: str, found: Sankey) -> None:
    state = session.chosen(key)
    for group in state["selection"]["selected"] if state else ():
        parts = found.stops if group["data_type"] == "node" else found.bands
        at = next(iter(group["data_indices"]), len(parts))
        if at < len(parts):
            part = parts[at]
            stops = (part,) if isinstance(part, Stop) else (found.stops[part.start], found.stops[part.end])
            filters: dict[str, Any] = {}
            for stop in stops:
                filters |= (
                    filter_for(selection, _AXES[stop.column], Name(stop.key, stop.name)) if not stop.gathered else {}
                )
            narrow(filters)
            return


_AXES = {
    Column.CATEGORY: Axis.CATEGORIES,
    Column.SYSTEM: Axis.SYSTEMS,
    Column.RECIPIENT: Axis.RECIPIENTS,
    Column.ONWARD: Axis.RECIPIENTS,
    Column.COUNTRY: Axis.COUNTRIES,
}
