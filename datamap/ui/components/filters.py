"""The row of filters. It is the same on every page that has it, so pictures, tables and files show one selection."""

from __future__ import annotations

import streamlit as st

from datamap.assessment import Assessment
from datamap.places import country_name
from datamap.transfers import WORST_FIRST
from datamap.ui import session
from datamap.ui.components.markup import Markup, joined, tag
from datamap.views import Selection, View, select


def filter_row(assessment: Assessment) -> Selection:
    """Draw the filters, and return what passes them."""
    category, country, outcome, around, flagged = st.columns([3, 3, 3, 3, 2], vertical_alignment="bottom")
    countries = {leg.country or "" for leg in assessment.map.legs}
    names = {code: country_name(code) if code else "not stated" for code in countries}
    nodes = sorted({node.name for node in assessment.map.nodes}, key=str.casefold)
    view = View(
        categories=tuple(
            category.multiselect(
                "Information category",
                assessment.map.categories,
                placeholder="Every category",
                key=session.CATEGORY,
                bind="query-params",
            )
        ),
        countries=tuple(
            country.multiselect(
                "Country",
                sorted(countries, key=lambda code: (not code, names[code])),
                format_func=lambda code: names[code],
                placeholder="Every country",
                key=session.COUNTRY,
                bind="query-params",
            )
        ),
        outcomes=tuple(
            outcome.multiselect(
                "Outcome",
                [o for o in WORST_FIRST if assessment.counts[o]],
                format_func=lambda o: o.label,
                placeholder="Every outcome",
                key=session.OUTCOME,
                bind="query-params",
            )
        ),
        focus=around.selectbox(
            "Around",
            nodes,
            index=None,
            placeholder="Everything",
            key=session.FOCUS,
            bind="query-params",
            help="What goes into and out of one system or recipient, and where its recipients send it on.",
        ),
        flagged_only=flagged.toggle("Flagged only", key=session.FLAGGED, bind="query-params"),
    )
    return session.kept(("selection", view), lambda: select(assessment, view))


def shown_and_hidden(selection: Selection) -> Markup:
    """How much is shown, how much each filter hides, and the day, in words."""
    count = len(selection.flows)
    shown = f"{count} {'flow' if count == 1 else 'flows'} shown."
    return tag("p", joined((tag("b", shown), selection.hidden_sentence()), " "))
