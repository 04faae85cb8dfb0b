"""What is usually true of the recipients that datamap knows: offered fact by fact, and taken only when ticked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from datamap import catalogue
from datamap.catalogue import Kind, Matched, Suggestion
from datamap.inventory import name_key
from datamap.law.readable import day
from datamap.ui import session
from datamap.ui.components.answers import marks
from datamap.ui.components.markup import Markup, counted, joined, label, show, tag
from datamap.workbook import Reading, writing

MOST_RECIPIENTS = 40


def known_recipients(reading: Reading) -> None:
    """The suggestions for what is loaded, a box to tick for each value on offer, and what was accepted before."""
    found = session.kept(("suggestions",), lambda: catalogue.suggestions(reading.inventory))
    accepted = session.facts_accepted()
    if not found and not accepted:
        return
    with st.expander(f"Known recipients: {counted(len(found), 'suggestion')}"):
        st.caption(
            "What is usually true of companies that many organisations use. It may not be true of your contract, and no "
            "answer rests on it until you accept it. What you accept is noted in the recipient's *Notes*."
        )
        if found:
            _offers(found)
    if accepted:
        _accepted(reading, accepted)


def _offers(found: Sequence[Suggestion]) -> None:
    by_recipient = [list(group) for _, group in groupby(found, key=lambda s: s.recipient)]
    with st.form("known recipients", border=False):
        ticked = [s for about in by_recipient[:MOST_RECIPIENTS] for s in _about(about)]
        on_offer = any(s.kind is Kind.OFFER for about in by_recipient[:MOST_RECIPIENTS] for s in about)
        sent = st.form_submit_button("Accept the ticked ones", type="primary", disabled=not on_offer)
    if (more := len(by_recipient) - MOST_RECIPIENTS) > 0:
        st.caption(
            f"{more:,} more known recipients follow when these are dealt with; `datamap suggest` prints them all."
        )
    if sent and ticked:
        session.accept_suggestions(ticked)
        st.rerun()
    elif sent:
        st.warning("Tick at least one value.")


def _about(about: Sequence[Suggestion]) -> list[Suggestion]:
    """One recipient's suggestions as a table, and those of them that are ticked."""
    first = about[0]
    known = first.known
    by = "" if first.matched is Matched.NAME else f", found by {first.matched} “{first.by}”"
    perhaps = "perhaps " if first.matched is Matched.NEAR else ""
    head = tag("tr", *(tag("th", heading) for heading in ("Fact", "Usually", "The catalogue's words", "What to do")))
    show(
        tag("h2", first.recipient),
        tag("p", f"{perhaps}{known.name}{by}", class_="dm-quiet"),
        tag("table", head, *map(_row, about), class_="dm-table"),
        tag("p", f"Source: {'; '.join(known.sources)}. {_how_sure(first)}", class_="dm-quiet"),
        tag("p", f"Note: {known.notes}", class_="dm-quiet") if known.notes else None,
    )
    offers = [s for s in about if s.kind is Kind.OFFER]
    columns = st.columns(max(len(offers), 3)) if offers else ()
    return [
        offer
        for column, offer in zip(columns, offers, strict=False)
        if column.checkbox(offer.heading, key=f"accept {name_key(offer.recipient)} {offer.field}")
    ]


_WITHOUT_VALUE = {Kind.QUESTION: "to be asked", Kind.DIFFERS: "something else"}


def _row(suggestion: Suggestion) -> Markup:
    doing = "Tick it below to accept it." if suggestion.kind is Kind.OFFER else suggestion.message
    return tag(
        "tr",
        tag("td", tag("b", suggestion.heading), style="white-space: nowrap"),
        tag(
            "td",
            joined(
                (suggestion.text or _WITHOUT_VALUE[suggestion.kind], marks(to_be_verified=suggestion.to_be_verified)),
                " ",
            ),
        ),
        tag("td", suggestion.says),
        tag("td", doing),
    )


def _how_sure(suggestion: Suggestion) -> str:
    return f"Confidence: {suggestion.known.confidence}. Checked {day(suggestion.known.checked)}."


def _accepted(reading: Reading, accepted: int) -> None:
    said, undo, download = st.columns([3, 1, 2], vertical_alignment="center")
    done = session.edited().done
    others = "" if done[-1].accepted else f" The last step was another: {label(done[-1].says)}."
    said.caption(
        f"{counted(accepted, 'fact')} accepted from the catalogue of known recipients, in this session only.{others}"
    )
    undo.button(
        "Undo the last",
        on_click=session.undo,
        help=f"Takes back: {label(done[-1].says)}",
        key="undo accepted",
        width="stretch",
    )
    download.download_button(
        "Download the workbook with these",
        lambda: _workbook(reading),
        file_name="datamap inventory.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        width="stretch",
    )


def _workbook(reading: Reading) -> bytes:
    return writing.written(reading, ".xlsx")[0]
