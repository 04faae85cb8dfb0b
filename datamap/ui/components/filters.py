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
    categories = {name: name for name in assessment.map.categories}
    codes = {leg.country or "" for leg in assessment.map.legs}
    named = {code: country_name(code) if code else "not one country" for code in codes}
    countries = {code: named[code] for code in sorted(codes, key=lambda code: (not code, named[code]))}
    outcomes = {o: o.label for o in WORST_FIRST if assessment.counts[o]}
    ends = {name: name for name in sorted({node.name for node in assessment.map.nodes}, key=str.casefold)}
    with session.in_the_address(
        {session.CATEGORY: categories, session.COUNTRY: countries, session.OUTCOME: outcomes},
        {session.FOCUS: ends, session.FLAGGED: {True: "yes"}},
    ):
        view = View(
            categories=tuple(
                category.multiselect(
                    "Information category",
                    list(categories),
                    placeholder="Every category",
                    key=session.CATEGORY,
                    persist_state="session",
                )
            ),
            countries=tuple(
                country.multiselect(
                    "Country",
                    list(countries),
                    format_func=lambda code: countries[code],
                    placeholder="Every country",
                    key=session.COUNTRY,
                    persist_state="session",
                )
            ),
            outcomes=tuple(
                outcome.multiselect(
                    "Outcome",
                    list(outcomes),
                    format_func=lambda o: outcomes[o],
                    placeholder="Every outcome",
                    key=session.OUTCOME,
                    persist_state="session",
                )
            ),
            focus=around.selectbox(
                "Around",
                list(ends),
                index=None,
                placeholder="Everything",
                key=session.FOCUS,
                persist_state="session",
                help="What goes into and out of one system or recipient, and where its recipients send it on.",
            ),
            flagged_only=flagged.toggle("Flagged only", key=session.FLAGGED, persist_state="session"),
        )
    return session.kept(("selection", view), lambda: select(assessment, view))


def shown_and_hidden(selection: Selection) -> Markup:
    """How much is shown and how much each filter hides, in words."""
    count = len(selection.flows)
    shown = f"{count} {'flow' if count == 1 else 'flows'} shown."
    return tag("p", joined((tag("b", shown), selection.hidden_sentence()), " "))
