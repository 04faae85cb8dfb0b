"""What no law judges: which organisations, why, and the laws by which they are to be judged, for the reader to name."""

from __future__ import annotations

import streamlit as st

from datamap.assessment import Assessment, regimes_of
from datamap.graph import ASSESSED
from datamap.inventory import Organisation, items
from datamap.places import country_name
from datamap.tallies import without_places
from datamap.ui import session
from datamap.ui.components.markup import counted, label
from datamap.views import Selection

MOST_ASKED = 5


def nothing_judged(assessment: Assessment) -> None:
    """Say of each organisation that no law judges why that is, and take the laws by which it is to be judged.

    Says it too when there is no transfer for a law to judge.
    """
    found = [o for o in assessment.inventory.organisations if not assessment.regimes_of(o)]
    for organisation in found[:MOST_ASKED]:
        name = label(organisation.name)
        if assessment.only_regimes and regimes_of(organisation, assessment.law, assessment.on):
            st.warning(
                f"Nothing that {name} sends is judged: no law that could apply to it is chosen in Regimes, at the left."
            )
            continue
        if organisation.regimes.known:
            st.warning(f"Nothing that {name} sends is judged: none of the laws that its Regimes name is loaded.")
        else:
            countries = " and ".join(country_name(p.country) for p in items(organisation.country) if p.country)
            st.warning(f"Nothing that {name} sends is judged: no law for {countries} is loaded. That clears nothing.")
        _ask(assessment, organisation)
    if (more := len(found) - MOST_ASKED) > 0:
        st.caption(
            f"Nothing that {counted(more, 'more organisation')} {'sends' if more == 1 else 'send'} is judged either."
        )
    if not any(flow.movement in ASSESSED for flow in assessment.map.flows):
        st.info("No flow goes to a recipient or abroad, so there is no transfer to judge.")


def _ask(assessment: Assessment, organisation: Organisation) -> None:
    regimes = {code: regime.name for code, regime in assessment.law.regimes.items()}
    with st.form(f"judge {organisation.name}"):
        which, go = st.columns([5, 1.4], vertical_alignment="bottom")
        codes = which.multiselect(
            f"Laws that {label(organisation.name)} has to keep all the same",
            list(regimes),
            format_func=lambda code: regimes[code],
            placeholder="For example because it carries on business there",
            help="They are written in the column Regimes of the sheet Organisations, as an edit that can be undone. Each law "
            "still asks whether it covers the organisation.",
        )
        said = go.form_submit_button("Judge by these", width="stretch")
    if said and codes:
        session.judge_by(organisation, codes)
        st.rerun()
    elif said:
        st.info("Choose at least one law.")


def rule_titles(assessment: Assessment) -> dict[str, str]:
    """What each rule that may raise a flag asks for, by its code; and what is said of whom no law judges."""
    rules = {code: rule.title for regime in assessment.law.regimes.values() for code, rule in regime.rules.items()}
    return {**rules, "NO-REGIME": "A law is loaded for everybody who sends"}


def unjudged_sentence(selection: Selection) -> str:
    """How many of the shown flows have no answer, and why: what is collected or moved inside, and what no law judges."""
    inside = without_places(selection).total()
    judged_by_none = sum(f.movement in ASSESSED and f.id not in selection.outcomes for f in selection.flows)
    said = []
    if inside:
        said.append(f"{_flows(inside)} collected or moved inside, so no law judges {'it' if inside == 1 else 'them'}.")
    if judged_by_none:
        said.append(f"{_flows(judged_by_none)} to a recipient or abroad and judged by no law that is loaded or chosen.")
    return " ".join(said)


def _flows(number: int) -> str:
    return f"{counted(number, 'flow')} {'is' if number == 1 else 'are'}"
