"""The row of filters. It is the same on every page that has it, so pictures, tables and files show one selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from datamap.assessment import Assessment
from datamap.graph import MappedFlow
from datamap.inventory import items
from datamap.places import country_name
from datamap.tallies import drawn_sentences
from datamap.transfers import WORST_FIRST
from datamap.ui import session
from datamap.ui.components.markup import Markup, counted, joined, show, tag
from datamap.views import Selection, View, select

MOST_STEPS = 5

Say = Callable[[Mapping[str, int], str], None]
"""Told once by each picture what it has no place for, as `drawn_sentences` is, before anything slow is drawn."""


def filter_row(assessment: Assessment) -> Selection:
    """Draw the filters, and return what passes them. While they hide anything, that stands above them, with a way out."""
    narrowed = st.container()
    offered = session.kept(("offered",), lambda: _offered(assessment))
    several = {key: offered[key] for key in _SEVERAL}
    steps = {n: str(n) for n in range(2, MOST_STEPS + 1)}
    ends = offered[session.FOCUS]
    single: dict[str, dict[Any, str]] = {
        session.FOCUS: ends,
        session.TOWARDS: ends,
        session.STEPS: steps,
        session.DOWNSTREAM: {True: "only"},
        session.ASSESSED: {True: "only"},
        session.FLAGGED: {True: "yes"},
    }
    category, country, outcome, around, more = st.columns([3, 3, 3, 3, 2], vertical_alignment="bottom")
    with session.in_the_address(several, single):
        for column, key in ((category, session.CATEGORY), (country, session.COUNTRY), (outcome, session.OUTCOME)):
            with column:
                _several(key, several[key])
        with around:
            _end("Around", session.FOCUS, ends, "Everything", _AROUND)
        hidden_filters = [
            k
            for k in (*_MORE, session.TOWARDS, session.STEPS, session.DOWNSTREAM, session.ASSESSED)
            if session.chosen(k)
        ]
        with more.popover(
            f"More filters ({len(hidden_filters)})" if hidden_filters else "More filters", width="stretch"
        ):
            for key in _MORE:
                _several(key, several[key])
            _end("On the way to", session.TOWARDS, ends, "Anywhere", _TOWARDS)
            st.selectbox(
                "Steps around",
                list(steps),
                index=None,
                format_func=lambda n: f"{n} steps",
                placeholder="1 step",
                key=session.STEPS,
                persist_state="session",
                help="How far around what is chosen in Around; groups of individuals are not gone through.",
            )
            st.toggle(
                "Only what goes on from there",
                key=session.DOWNSTREAM,
                persist_state="session",
                help="Follows each category from what is chosen in Around for as many steps as it goes.",
            )
            st.toggle(
                "Leave out what is collected or moved inside",
                key=session.ASSESSED,
                persist_state="session",
                help="Shows only what goes to a recipient or to a site of your own abroad.",
            )
        with more:
            st.toggle("Flagged only", key=session.FLAGGED, persist_state="session")
        view = _view()
    if missing := session.not_offered():
        named = "; ".join(f"{key}: {', '.join(words)}" for key, words in missing.items())
        said, drop = st.columns([5, 1], vertical_alignment="center")
        with said:
            show(
                tag(
                    "p",
                    f"Not in this inventory, so nothing is filtered by it: {named}.",
                    class_="dm-refused",
                    role="alert",
                )
            )
        drop.button("Leave it out", on_click=session.drop_not_offered, width="stretch")
    selection = session.kept(("selection", view), lambda: select(assessment, view))
    if view != View():
        with narrowed:
            _narrowed(selection)
    return selection


def _narrowed(selection: Selection) -> None:
    """What the filters let through, how much they hide, and a button that lets everything through."""
    hidden, every = sum(selection.hidden.values()), len(selection.assessment.map.flows)
    hides = f"{hidden:,} of {counted(every, 'flow')} hidden." if hidden else "Nothing is hidden by it."
    with st.container(key="narrowed"):
        said, every_flow = st.columns([6, 1], vertical_alignment="center")
    with said:
        show(
            tag("p", joined((tag("b", "Narrowed."), selection.filter_sentence(), tag("b", hides)), " "), role="status")
        )
    every_flow.button("Show all", key="show all", on_click=_show_all, width="stretch", help="Take every filter away.")


def _show_all() -> None:
    toggles = (session.DOWNSTREAM, session.ASSESSED, session.FLAGGED)
    session.look_at(**{key: [] if key in _SEVERAL else False if key in toggles else None for key in session.FILTERS})


_LABELS = {
    session.CATEGORY: ("Information category", "Every category"),
    session.COUNTRY: ("Country", "Every country"),
    session.OUTCOME: ("Outcome", "Every outcome"),
    session.SENDER: ("From", "Everywhere"),
    session.RECIPIENT: ("Recipient", "Every recipient"),
    session.INDIVIDUAL: ("Individuals", "Everybody"),
    session.OWNER: ("Owner of the system", "Every owner"),
}
_SEVERAL = tuple(_LABELS)
_MORE = (session.SENDER, session.RECIPIENT, session.INDIVIDUAL, session.OWNER)
_AROUND = "What goes into and out of one system or recipient, and where its recipients send it on."
_TOWARDS = "Only the flows on a way of one category to this system or recipient; from what is chosen in Around, if anything is."


def _offered(assessment: Assessment) -> dict[str, dict[Any, str]]:
    """What each filter offers: value → words."""
    codes = {leg.country or "" for leg in assessment.map.legs}
    named = {code: country_name(code) if code else "not one country" for code in codes}

    def of(values: Callable[[MappedFlow], Iterable[str]]) -> dict[Any, str]:
        found = {value for flow in assessment.map.flows for value in values(flow)}
        return {value: value for value in sorted(found, key=lambda name: (name.casefold(), name))}

    owners = {s.owner.value for s in assessment.inventory.systems if s.owner.value}
    return {
        session.CATEGORY: {name: name for name in assessment.map.categories},
        session.COUNTRY: {code: named[code] for code in sorted(codes, key=lambda code: (not code, named[code]))},
        session.OUTCOME: {o: o.label for o in WORST_FIRST},
        session.SENDER: of(lambda flow: [flow.origin.name]),
        session.RECIPIENT: of(lambda flow: [flow.destination.name] if flow.recipient else []),
        session.INDIVIDUAL: of(lambda flow: items(flow.individuals)),
        session.OWNER: {name: name for name in sorted(owners, key=str.casefold)},
        session.FOCUS: {n: n for n in sorted({node.name for node in assessment.map.nodes}, key=str.casefold)},
    }


def _several(key: str, offered: dict[Any, str]) -> None:
    words, placeholder = _LABELS[key]
    st.multiselect(
        words,
        list(offered),
        format_func=lambda value: offered[value],
        placeholder=placeholder,
        key=key,
        persist_state="session",
    )


def _end(words: str, key: str, ends: dict[Any, str], placeholder: str, says: str) -> None:
    st.selectbox(words, list(ends), index=None, placeholder=placeholder, key=key, persist_state="session", help=says)


def _view() -> View:
    held = {key: tuple(session.chosen(key) or ()) for key in _SEVERAL}
    return View(
        focus=session.chosen(session.FOCUS),
        steps=session.chosen(session.STEPS) or 1,
        downstream=bool(session.chosen(session.DOWNSTREAM)),
        towards=session.chosen(session.TOWARDS),
        categories=held[session.CATEGORY],
        individuals=held[session.INDIVIDUAL],
        senders=held[session.SENDER],
        recipients=held[session.RECIPIENT],
        owners=held[session.OWNER],
        countries=held[session.COUNTRY],
        outcomes=held[session.OUTCOME],
        assessed_only=bool(session.chosen(session.ASSESSED)),
        flagged_only=bool(session.chosen(session.FLAGGED)),
    )


def shown_and_hidden(
    selection: Selection, *also: str, outside: Mapping[str, int] = MappingProxyType({}), where: str = ""
) -> Markup:
    """How much is shown, how much a picture has no place for and how much each filter hides, in words, and what else is
    to be said. `outside` and `where` are those of `drawn_sentences`."""
    shown, hidden = drawn_sentences(selection, outside, where)
    said = (tag("span", words, class_="dm-quiet") for words in also)
    return tag("p", joined((tag("b", shown), hidden, *said), " "))
