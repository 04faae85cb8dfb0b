"""Where numbers and questions lead: a page with exactly the rows behind them.

`QUESTIONS` declares the questions that a reader may start from; a new one is one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from datamap import registers, timeline
from datamap.assessment import Assessment
from datamap.inventory import items
from datamap.overview import LEAVES, UNCOVERED, UNSETTLED, sensitive_categories
from datamap.timeline import Lapse
from datamap.ui import session
from datamap.ui.components.markup import counted
from datamap.views import View, select

ANSWERS, LAPSES, FLAGS, ONWARD, TO_ASK, PROBLEMS = (
    "Transfers",
    "What lapses",
    "Flags",
    "Onward",
    "Questions to ask",
    "Problems",
)
PARTS = (ANSWERS, LAPSES, FLAGS, ONWARD, TO_ASK, PROBLEMS)
"""The parts of the page Transfers, in their order."""

EVERY_ANSWER, WORST_OF_EACH = "Every answer", "Worst of each flow"
BY_RECIPIENT, BY_COUNTRY, BY_OWNER = "Recipient", "Country", "Owner of the system"
SOON = 90  # days ahead
EARLIER, EDITS = "what was open before", "as it was opened"
"""What the page Compare compares with."""


@dataclass(frozen=True)
class Rows:
    """Where rows stand: the page, what passes its filters, and how it shows it (keys of the session's widgets)."""

    page: str
    view: View
    shows: Mapping[str, Any]


def flows_of(view: View, **shows: Any) -> Rows:
    """The judged flows that a view lets through: one row each, with its worst answer."""
    return Rows("Transfers", view, {session.ROWS: WORST_OF_EACH, **shows})


def part(name: str, **shows: Any) -> Rows:
    """A part of the page Transfers, with no filters."""
    return Rows("Transfers", View(), {session.PART: name, **shows})


def open_rows(rows: Rows) -> None:
    """Open the page with these rows and no other filters."""
    session.ask({**_held(rows.view), **rows.shows})
    session.go(rows.page)


def leads(words: str, rows: Rows | None, key: str, *, help: str | None = None, wide: bool = False) -> None:
    """Words on the page that lead to rows, or nowhere. `words` is Markdown of our own; names in it go through `label`."""
    kind: Literal["secondary", "tertiary"] = "secondary" if wide else "tertiary"
    width: Literal["stretch", "content"] = "stretch" if wide else "content"
    if st.button(words, key=key, help=help, type=kind, width=width, disabled=rows is None) and rows:
        open_rows(rows)


def _held(view: View) -> dict[str, Any]:
    """What the filters hold when they let through what a view does."""
    held = {
        session.FOCUS: view.focus,
        session.STEPS: view.steps if view.steps > 1 else None,
        session.TOWARDS: view.towards,
        session.CATEGORY: list(view.categories),
        session.INDIVIDUAL: list(view.individuals),
        session.DOWNSTREAM: view.downstream or None,
        session.SENDER: list(view.senders),
        session.RECIPIENT: list(view.recipients),
        session.OWNER: list(view.owners),
        session.COUNTRY: list(view.countries),
        session.OUTCOME: list(view.outcomes),
        session.ASSESSED: view.assessed_only or None,
        session.FLAGGED: view.flagged_only or None,
    }
    return {key: value for key, value in held.items() if value}


# ---------------------------------------------------------------------------------------------------- what is counted


def soon(assessment: Assessment, within: int = SOON) -> tuple[Lapse, ...]:
    """What lapses in so many days."""
    return session.kept(("lapses", within), lambda: timeline.lapses(assessment, within=within))


def to_find_out(assessment: Assessment) -> int:
    """How many facts are to be found out or put on file."""
    return session.kept(("to find out",), lambda: registers.questions_asked(assessment))


def _flows(assessment: Assessment, view: View) -> int:
    selection = session.kept(("selection", view), lambda: select(assessment, view))
    return len(selection.flows)


# ---------------------------------------------------------------------------------------------------- the questions


@dataclass(frozen=True)
class Question:
    """A question to start from: what it needs to be chosen first, and where the rows are that answer it.

    `needs` says what is chosen, and `offers` gives the choices; a question that needs nothing has neither. `rows` gets
    the choice, or "", and returns None when there can be no rows, for which `nothing` says why. `count` says how many rows
    there are, in words.
    """

    title: str
    rows: Callable[[Assessment, str], Rows | None]
    count: Callable[[Assessment, Rows], str]
    needs: str = ""
    offers: Callable[[Assessment], tuple[str, ...]] = lambda assessment: ()
    nothing: str = ""


def _count_flows(assessment: Assessment, rows: Rows) -> str:
    return counted(_flows(assessment, rows.view), "flow")


def _systems(assessment: Assessment) -> tuple[str, ...]:
    on_the_map = {node.name for node in assessment.map.nodes}
    return tuple(s.name for s in assessment.inventory.systems if s.name in on_the_map)


def _individuals(assessment: Assessment) -> tuple[str, ...]:
    found = {name for flow in assessment.map.flows for name in items(flow.individuals)}
    return tuple(sorted(found, key=lambda name: (name.casefold(), name)))


def _diagram(view: View) -> Rows:
    return Rows("Flows", view, {session.SHOWN_AS: "Diagram"})


def _sensitive_abroad(assessment: Assessment, choice: str) -> Rows | None:
    sensitive = sensitive_categories(assessment)
    return flows_of(View(categories=sensitive, outcomes=LEAVES)) if sensitive else None


def _flagged_by_owner(assessment: Assessment, choice: str) -> Rows:
    return flows_of(View(flagged_only=True), **{session.GROUPED: BY_OWNER})


QUESTIONS: tuple[Question, ...] = (
    Question("What leaves the country without a safeguard?", lambda a, c: flows_of(View(outcomes=UNCOVERED)), _count_flows),
    Question(
        "What leaves the country, and cannot be judged yet?", lambda a, c: flows_of(View(outcomes=UNSETTLED)), _count_flows
    ),
    Question(
        "Which health or other sensitive information leaves the country?", _sensitive_abroad, _count_flows,
        nothing="no category is recorded as sensitive",
    ),
    Question(
        "What must I ask of whom?",
        lambda a, c: part(TO_ASK),
        lambda a, rows: counted(to_find_out(a), "question"),
    ),
    Question(
        f"What lapses in the next {SOON} days?",
        lambda a, c: part(LAPSES, **{session.WITHIN: SOON}),
        lambda a, rows: counted(len(soon(a)), "thing"),
    ),
    Question("Who answers for the systems with open flags?", _flagged_by_owner, _count_flows),
    Question(
        "Who receives this category?",
        lambda a, choice: _diagram(View(categories=(choice,), assessed_only=True)),
        _count_flows,
        "Information category",
        lambda a: a.map.categories,
    ),
    Question(
        "Where does this system's information end up?", lambda a, choice: _diagram(View(focus=choice, downstream=True)), _count_flows,
        "System", _systems,
    ),
    Question(
        "Who receives information about these people?",
        lambda a, choice: _diagram(View(individuals=(choice,), assessed_only=True)),
        _count_flows,
        "Individuals",
        _individuals,
    ),
)  # fmt: skip


def questions(assessment: Assessment) -> None:
    """The questions as buttons, each with how many rows answer it, and a choice where it needs one."""
    plain = [q for q in QUESTIONS if not q.needs]
    with st.container(key="stacks plain"):
        halves = st.columns(2, gap="medium")
    for number, column in enumerate(halves):
        with column:
            for question in plain[number::2]:
                _asked(question, assessment, "")
    chosen = [(q, offered) for q in QUESTIONS if q.needs and (offered := q.offers(assessment))]
    with st.container(key="stacks chosen"):
        columns = st.columns(max(len(chosen), 1), gap="medium")
    for column, (question, offered) in zip(columns, chosen, strict=False):
        with column:
            choice = st.selectbox(question.needs, offered, key=f"choice {question.title}")
            _asked(question, assessment, choice or offered[0])


def _asked(question: Question, assessment: Assessment, choice: str) -> None:
    rows = question.rows(assessment, choice)
    said = question.count(assessment, rows) if rows else question.nothing
    leads(f"{question.title} **{said}**", rows, f"question {question.title}", wide=True)
