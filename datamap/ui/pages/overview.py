"""Overview: what the record comes to, in ten seconds. Every number leads to the rows that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from datamap.assessment import Assessment, NobodySends
from datamap.comparison import Comparison, Status, compare
from datamap.law.readable import day
from datamap.overview import Count, Overview, overview
from datamap.sheets import Unreadable
from datamap.ui import session
from datamap.ui.components.answers import chip
from datamap.ui.components.glossary import OUTCOMES, TERMS, words_used
from datamap.ui.components.markup import counted, label, show, tag
from datamap.ui.components.questions import (
    BY_COUNTRY,
    BY_RECIPIENT,
    EARLIER,
    EDITS,
    FLAGS,
    LAPSES,
    PROBLEMS,
    SOON,
    TO_ASK,
    Rows,
    flows_of,
    leads,
    part,
    questions,
    soon,
    to_find_out,
)
from datamap.ui.components.unjudged import nothing_judged, rule_titles
from datamap.views import View

MOST = 6
MOST_RULES = 5
MOST_LAPSES = 3


def outcomes(found: Overview) -> None:
    """How many flows have which worst answer."""
    with st.container(horizontal=True, key="tiles outcomes"):
        for outcome, flows in found.outcomes.items():
            rows = flows_of(View(outcomes=(outcome,)))
            leads(f"**{counted(flows, 'flow')}** {outcome.label}", rows, f"tile {outcome}", help=OUTCOMES[outcome])


def to_do(assessment: Assessment) -> None:
    """What is to be found out, attended to, renewed and corrected."""
    asked, lapsing = to_find_out(assessment), len(soon(assessment))
    cells = sum(not p.kind.notice for p in assessment.problems)
    tiles = (
        (asked, f"{'fact' if asked == 1 else 'facts'} to find out", part(TO_ASK), TERMS["Facts to find out"]),
        (
            len(assessment.flags),
            f"{'flag' if len(assessment.flags) == 1 else 'flags'} of other rules",
            part(FLAGS),
            TERMS["Flag"],
        ),
        (
            lapsing,
            f"{'lapses' if lapsing == 1 else 'lapse'} in {SOON} days",
            part(LAPSES, **{session.WITHIN: SOON}),
            "What loses its cover: safeguards, reviews, listings, decisions on countries and the law itself.",
        ),
        (cells, f"{'problem' if cells == 1 else 'problems'} in cells", part(PROBLEMS), TERMS["Problem"]),
    )
    with st.container(horizontal=True, key="tiles to do"):
        for number, words, rows, says in tiles:
            leads(f"**{number:,}** {words}", rows, f"tile {words}", help=says)


def stands_out(assessment: Assessment, found: Overview) -> None:
    """A few findings in words, the gravest first."""
    said: list[tuple[str, Rows]] = [
        (f"{finding.says}: **{counted(finding.flows, 'flow')}**", flows_of(finding.view)) for finding in found.findings
    ]
    for lapse in soon(assessment)[:MOST_LAPSES]:
        lost = label(f"{lapse.says[:1].upper()}{lapse.says[1:]}")
        rows = part(LAPSES, **{session.WITHIN: SOON})
        said.append((f"{lost}: **{counted(len(lapse.flows), 'flow')}** from {day(lapse.on)}", rows))
    if said:
        st.header("What stands out", anchor=False)
        with st.container(key="findings", gap=None):
            for number, (words, rows) in enumerate(said):
                leads(words, rows, f"finding {number}")


_MANY = {"recipient": "recipients", "country": "countries"}


def counts(what: str, found: Sequence[Count], every: Rows) -> None:
    """The first counts of a group, worst first, and the way to all of them."""
    st.header(f"Flows by {what}", anchor=False)
    if not found:
        st.caption("Nothing is judged.")
    with st.container(key=f"counts {what}", gap=None):
        for number, count in enumerate(found[:MOST]):
            name, worst, flows, flagged = st.columns([3.2, 2.9, 1.4, 1.7], vertical_alignment="center", gap="small")
            with name:
                show(tag("p", count.name))
            with worst:
                show(chip(count.worst))
            with flows:
                rows = flows_of(count.view)
                leads(counted(count.flows, "flow"), rows, f"{what} {number}", help=f"Flows to {label(count.name)}")
            with flagged:
                if count.flagged:
                    rows = flows_of(_flagged(count.view))
                    says = f"Flagged flows to {label(count.name)}"
                    leads(f"{count.flagged:,} flagged", rows, f"{what} {number} flagged", help=says)
    if (more := len(found) - MOST) > 0:
        leads(f"and {counted(more, f'more {what}', f'more {_MANY[what]}')}", every, f"more {what}")


def _flagged(view: View) -> View:
    return View(recipients=view.recipients, countries=view.countries, flagged_only=True)


def changed(assessment: Assessment) -> None:
    """What differs from what was opened before in this session, and from what is open before it was edited."""
    said = []
    for way, words, other in (
        (EDITS, "Since it was opened", session.as_opened()),
        (EARLIER, "Since what was open before", session.opened_earlier()),
    ):
        if other and (found := compared(assessment, other, way)):
            name = "" if way == EDITS else f" ({label(other.name)})"
            rows = Rows("Compare", View(), {session.AGAINST: way})
            said.append((f"{words}{name}: **{found.sentence}**", rows, f"finding {way}"))
    if said:
        st.header("What changed since last time", anchor=False)
        with st.container(key="findings changed", gap=None):
            for words, rows, key in said:
                leads(words, rows, key)


def compared(assessment: Assessment, other: session.Loaded, way: str) -> Comparison | None:
    """What changed; None when the other cannot be judged, or is of somebody else and shares no flow."""
    try:
        before = session.assessment_of(other, assessment.on)
        found = session.kept(("changed", way, id(before)), lambda: compare(before, assessment))
    except (NobodySends, Unreadable):
        return None
    return found if found.counts[Status.SAME] + found.counts[Status.CHANGED] else None


def other_rules(assessment: Assessment) -> None:
    """The flags by the rule that raised them."""
    raised = Counter(flag.code for flag in assessment.flags)
    if not raised:
        return
    st.header("Flags of other rules", anchor=False)
    titles = rule_titles(assessment)
    order = sorted(raised, key=lambda code: (-raised[code], code))
    with st.container(key="rules", gap=None):
        for code in order[:MOST_RULES]:
            title = label(titles.get(code, code).rstrip("."))
            words = f"**{counted(raised[code], 'flag')}** of the rule “{title}” ({label(code)})"
            leads(words, part(FLAGS, **{session.RULE: code}), f"rule {code}")
    if (more := len(order) - MOST_RULES) > 0:
        leads(f"and {counted(more, 'more rule')}", part(FLAGS), "more rules")


def page() -> None:
    st.title("Overview")
    assessment = session.current()
    with st.spinner("Counting what the record comes to", show_time=True):
        found = session.kept(("overview",), lambda: overview(assessment))
        soon(assessment)
        to_find_out(assessment)
    judged = " and ".join(r.name for r in assessment.regimes) or "no regime"
    show(tag("p", f"Law of {day(assessment.on)}, {judged}. A flow counts by its worst answer."))
    with st.container(horizontal=True, key="sizes", vertical_alignment="center"):
        leads(
            f"**{counted(found.flows, 'flow')}** recorded",
            Rows("Flows", View(), {session.SHOWN_AS: "Table"}),
            "all flows",
        )
        judged_flows = f"**{counted(found.judged, 'flow')}** to a recipient or abroad, judged"
        leads(judged_flows, flows_of(View()), "judged flows")
        words_used()
    nothing_judged(assessment)
    outcomes(found)
    to_do(assessment)
    stands_out(assessment, found)
    changed(assessment)
    with st.container(key="stacks groups"):
        recipients, countries = st.columns(2, gap="large")
    with recipients:
        counts("recipient", found.recipients, flows_of(View(), **{session.GROUPED: BY_RECIPIENT}))
    with countries:
        counts("country", found.countries, flows_of(View(), **{session.GROUPED: BY_COUNTRY}))
    other_rules(assessment)
    st.header("Questions to start from", anchor=False)
    questions(assessment)


page()
