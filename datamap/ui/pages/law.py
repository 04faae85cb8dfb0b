"""Law: what is in force on the chosen day, written from the same data that judges."""

from __future__ import annotations

from datetime import date

import streamlit as st

from datamap import law as laws
from datamap.law import Cited, Law, ListEntry, Mechanism, Regime, Step
from datamap.transfers import Outcome
from datamap.ui import session
from datamap.ui.components.answers import chip, day, to_be_verified
from datamap.ui.components.markup import Child, Markup, facts, joined, listed, show, tag
from datamap.ui.components.tables import Row, table


def standing(cited: Cited, on: date) -> str:
    """Whether something holds on a day, and from when to when."""
    if cited.starts and on < cited.starts:
        return f"not yet in force: starts {day(cited.starts)}"
    if cited.ends and cited.ends <= on:
        return f"ended: no longer in force from {day(cited.ends)}"
    since = f"in force since {day(cited.starts)}" if cited.starts else "in force"
    return f"{since}; ends {day(cited.ends)}" if cited.ends else since


def sureness(cited: Cited) -> Child:
    """When it was read, how sure we are, and whether it is to be verified."""
    said = f"checked {day(cited.checked)}, confidence {cited.confidence}"
    return joined((said, to_be_verified(cited.to_be_verified)), " ")


def beneath(cited: Cited, on: date) -> Markup:
    return tag("p", joined((cited.citation, standing(cited, on), sureness(cited)), "; "), class_="dm-quiet")


_WHEN = {
    "lists": "With an entry in force",
    "grounds": "With one whose evidence is complete",
    "otherwise": "In every other case",
}


def step(step: Step, on: date) -> Markup:
    leads = step.then or step.otherwise
    when = "Without it" if step.is_gate else "With it"
    result = joined((f"{_WHEN.get(step.kind, when)}:", chip(Outcome(leads))), " ") if leads else None
    return tag(
        "li",
        tag("b", general(step.asks)),
        tag("p", result) if result else None,
        tag("p", step.note) if step.note else None,
        beneath(step, on),
    )


NAMES = {
    "sender": "the organisation",
    "recipient": "the recipient",
    "upstream": "the recipient before",
    "place": "the place",
}


def general(text: str) -> str:
    """Words of a rule with names in general for the places where an answer names somebody."""
    for key, words in NAMES.items():
        text = text.replace(f"{{{key}}}", words)
    return text[:1].upper() + text[1:]


def mechanism_row(mechanism: Mechanism) -> Row:
    needs = {
        "a document": mechanism.needs_document,
        "an assessment": mechanism.needs_assessment,
        "an authorisation": mechanism.needs_authorisation,
        "a review date": mechanism.needs_review_date,
    }
    return {
        "Code": mechanism.code,
        "Mechanism": mechanism.name,
        "Evidence needed": ", ".join([w for w, needed in needs.items() if needed]) or "none by itself",
        "In detail": mechanism.needs_detail,
        "Citation": mechanism.citation,
        "To be verified": "to be verified" if mechanism.to_be_verified else "",
        "Checked": mechanism.checked.isoformat(),
        "Notes": mechanism.note,
    }


def entry_row(entry: ListEntry, on: date) -> Row:
    return {
        "Country or scheme": entry.country_name,
        "Scope": entry.scope,
        "Status": entry.status,
        "On this day": standing(entry, on) if entry.decides else "no decision",
        "Citation": entry.citation,
        "To be verified": "to be verified" if entry.to_be_verified else "",
        "Checked": entry.checked.isoformat(),
        "Notes": entry.note,
    }


def regime_tab(regime: Regime, on: date) -> None:
    show(
        tag("h3", f"{regime.name}: {regime.law}"),
        facts(
            ("What is a transfer", regime.transfer),
            ("On this day", standing(regime, on)),
            ("How sure", sureness(regime)),
            ("Citation", regime.citation),
            ("Notes", regime.note),
        ),
    )
    st.subheader("The steps, in order", anchor=False)
    st.caption("The first step that decides gives the answer. A fact that is not known never lets a transfer through.")
    show(tag("ol", *(step(s, on) for s in regime.steps), class_="dm-trace dm-said"))
    if regime.mechanisms:
        st.subheader("Ways to cover a transfer, and the evidence each needs", anchor=False)
        table(
            [mechanism_row(m) for m in regime.mechanisms.values()],
            alt=f"Mechanisms of {regime.name} with the evidence each needs",
            widths={"Mechanism": "medium", "Evidence needed": "medium", "In detail": "large", "Notes": "large"},
        )
    if regime.entries:
        st.subheader("Decisions on countries and schemes", anchor=False)
        entries = [entry_row(e, on) for e in regime.entries]
        table(entries, alt=f"List entries of {regime.name}", widths={"Notes": "large"})
    if regime.practices:
        st.subheader("Codes of practice", anchor=False)
        noted = ((p, tag("p", p.note) if p.note else None) for p in regime.practices)
        show(listed(joined((tag("b", p.name), note, beneath(p, on))) for p, note in noted))
    if regime.duties:
        st.subheader("Duties that remain after an answer", anchor=False)
        show(listed(joined((general(d.text), beneath(d, on))) for d in regime.duties.values()))
    if regime.rules:
        st.subheader("Rules that raise flags", anchor=False)
        show(listed(joined((tag("b", f"{r.title} ({r.code})"), beneath(r, on))) for r in regime.rules.values()))
    if regime.source:
        st.subheader("Sources", anchor=False)
        rows = (tag("tr", tag("td", key), tag("td", source)) for key, source in regime.source.items())
        show(tag("table", *rows, class_="dm-table"))


def others(law: Law, on: date) -> None:
    st.caption("Decisions of regimes whose steps datamap does not judge by. They are kept for reference.")
    table(
        [{"Regime": e.regime, **entry_row(e, on)} for e in law.other_entries],
        alt="List entries of regimes that are not loaded",
        widths={"Notes": "large"},
        highest=620,
    )


def page() -> None:
    st.title("Law")
    law, on = laws.load(), session.as_of()
    st.markdown(f"What datamap judges by on **{day(on)}**. Choose another day, or fewer regimes, at the left.")
    codes = session.regimes() or tuple(law.regimes)
    regimes = [law.regimes[code] for code in law.regimes if code in codes]
    tabs = st.tabs([*(r.name for r in regimes), "Lists of other regimes"])
    for tab, regime in zip(tabs, regimes, strict=False):
        with tab:
            regime_tab(regime, on)
    with tabs[-1]:
        others(law, on)


page()
