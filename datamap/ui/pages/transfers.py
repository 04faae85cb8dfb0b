"""Transfers: the register on screen, and for the answer picked in it the argument from cell to section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import pandas as pd
import streamlit as st

from datamap import registers, reports
from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import NodeKind
from datamap.law.readable import day
from datamap.timeline import Lapse, history
from datamap.transfers import LABELS, WORST_FIRST, Answer, Outcome, worst
from datamap.ui import session
from datamap.ui.components.answers import (
    answer_in_full,
    answer_name,
    answer_words,
    cells,
    chip,
    cited,
    flow_words,
    place_words,
    regime_name,
    tiles,
    trace,
    would_clear,
)
from datamap.ui.components.downloads import calendar, excel_and_json
from datamap.ui.components.evidence import evidence_form, mechanisms
from datamap.ui.components.filters import filter_row, shown_and_hidden
from datamap.ui.components.glossary import words_used
from datamap.ui.components.history import history_table
from datamap.ui.components.markup import counted, joined, label, listed, show, tag
from datamap.ui.components.questions import (
    ANSWERS,
    BY_COUNTRY,
    BY_OWNER,
    BY_RECIPIENT,
    EVERY_ANSWER,
    FLAGS,
    LAPSES,
    ONWARD,
    PARTS,
    PROBLEMS,
    SOON,
    TO_ASK,
    WORST_OF_EACH,
    soon,
)
from datamap.ui.components.tables import THREE_LINES, Row, problem_table, table
from datamap.ui.components.unjudged import nothing_judged, rule_titles, unjudged_sentence
from datamap.ui.components.windows import keyed, window
from datamap.views import Selection

REGISTER, GROUPS_TABLE = "register", "groups"
SETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "In short": ("Outcome", "Flow", "From", "To", "Place", "Regime", "Citation", "Reason", "Missing", "Categories"),
        "What moves": ("Flow", "From", "To", "Categories", "Individuals", "Purpose", "Role", "Country", "Activity", "Outcome"),
        "Law": ("Outcome", "Flow", "To", "Country", "Regime", "Ground", "Citation", "To be verified", "Your own law", "Reason"),
        "Evidence": ("Outcome", "Flow", "To", "Safeguard", "Safeguard from", "Safeguard until", "Missing", "Duties", "Source cells"),
    }
)  # fmt: skip
# The first is shown until others are chosen.

WIDTHS = {
    "Flow": 90,
    "From": "medium",
    "To": "medium",
    "Regime": 130,
    "Outcome": 190,
    "Citation": "medium",
    "Role": 110,
}
GROUPED_BY: Mapping[str, str] = MappingProxyType(
    {
        BY_RECIPIENT: "To",
        BY_COUNTRY: "Country",
        "Outcome": "Outcome",
        "Regime": "Regime",
        "System": "From",
        BY_OWNER: "",
    }
)
# What the register may be grouped by, and its column that has it; no column has the owner.

SORTED_BY: Mapping[str, str] = MappingProxyType(
    {
        "Worst first": "Outcome",
        "Recipient": "To",
        "Country": "Country",
        "System": "From",
        "Last day of the safeguard": "Safeguard until",
    }
)
NO_OWNER = "no owner on record"
DAYS_AHEAD = (30, SOON, 180, 365)
MOST_FLAGS = 300
MOST_LOST, MOST_ASKED = 100, 60


def downloads(selection: Selection) -> None:
    assessment = selection.assessment
    excel_and_json(
        "the register",
        f"transfer register {assessment.on}",
        partial(registers.workbook_bytes, assessment, selection),
        partial(registers.json_text, assessment),
        help="Every answer, whatever the filters, as `datamap check --format json` prints it.",
    )
    with st.popover("Download a report", width="stretch"):
        st.caption(
            "To read on paper, for what is shown: contents, pictures, findings, questions to ask, the law relied on."
        )
        for name, (ending, mime) in zip(("Word", "PDF"), reports.ENDINGS.items(), strict=True):
            st.download_button(
                f"as {name}",
                partial(reports.report_bytes, assessment, ending, selection),
                file_name=f"report {assessment.on}{ending}",
                mime=mime,
                on_click="ignore",
                width="stretch",
            )


def register(selection: Selection) -> None:
    """The table of answers, and the one that is read in full below it. Either may be used to choose."""
    assessment = selection.assessment
    if not selection.answers:
        nothing_judged(assessment)
        if assessment.answers:
            st.info("No transfer passes these filters.")
        return
    every = session.kept(("headings", selection.view), lambda: list(registers.some_transfers(selection, ()).columns))
    columns = table_controls(every)
    with st.spinner("Writing the register", show_time=True):
        rows = session.kept(
            ("rows", selection.view, *map(session.chosen, (session.ROWS, session.SORTED))), lambda: ordered(selection)
        )
        names = session.kept(("names", selection.view), lambda: list(map(answer_name, selection.answers)))
    rows = one_group(selection, rows)
    asked = (
        "register",
        selection.view,
        *map(session.chosen, (session.ROWS, session.SORTED, session.GROUPED, session.GROUP)),
    )
    places = session.kept((*asked, "places"), lambda: {names[rows[n]]: n for n in reversed(range(len(rows)))})
    chosen = session.answer_among(places, names[rows[0]])
    at = places[chosen]
    if len(rows) < len(names):
        show(tag("p", f"{len(rows):,} of {counted(len(names), 'answer')} that pass the filters.", class_="dm-quiet"))
    also = joined((tag("i", "Sort by"), "and", tag("i", "Download the register"), "cover all of them."), " ")
    shown = window(len(rows), REGISTER, asked=asked, reading=chosen, at=at, also=also)
    here = [rows[n] for n in shown]
    named = [names[row] for row in here]
    key = keyed(REGISTER, shown)
    session.choose_row(key, at - shown.start if at in shown else None)
    with st.spinner("Writing the register", show_time=True):
        frame = session.kept((*asked, shown), lambda: registers.some_transfers(selection, here))
    table(
        frame,
        alt="The register: one row for each answer, which is a flow at a place under a regime, with its outcome",
        key=key,
        picked=partial(session.read_row, key, named),
        order=columns,
        widths={name: WIDTHS[name] for name in columns if name in WIDTHS},  # type: ignore[misc]
    )
    if at not in shown:
        said, back = st.columns([5, 1.2], vertical_alignment="center")
        with said:
            show(tag("p", f"What is read below stands in row {at + 1:,}, which is not among these.", role="status"))
        back.button("Show its row", on_click=session.turn_to, args=(REGISTER, at), width="stretch")
    others = {} if at in shown else {chosen: rows[at]}
    offered = {**others, **dict(zip(named, here, strict=True))}
    words = {name: answer_words(assessment, selection.answers[row]) for name, row in offered.items()}
    with session.in_the_address({}, {session.ANSWER: {name: name for name in offered}}):
        st.selectbox(
            "Answer to read",
            list(offered),
            format_func=lambda name: words.get(name, name),
            key=session.ANSWER,
            persist_state="session",
        )
    in_full(assessment, selection.answers[rows[at]])


def table_controls(every: Sequence[str]) -> tuple[str, ...]:
    """What the table is sorted and grouped by, which rows it has, and its columns, which are returned."""
    with session.in_the_address(
        {session.COLUMNS: {name: name for name in every}},
        {
            session.ROWS: {WORST_OF_EACH: WORST_OF_EACH},
            session.SORTED: {name: name for name in SORTED_BY},
            session.GROUPED: {name: name for name in GROUPED_BY},
        },
    ):
        with st.container(key="wraps table"):
            which, sort, group, columns = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
        which.selectbox(
            "Rows",
            [WORST_OF_EACH],
            index=None,
            placeholder=EVERY_ANSWER,
            key=session.ROWS,
            persist_state="session",
            help="A flow has an answer for each place and regime. Choose whether all of them are shown, or the worst one.",
        )
        sort.selectbox(
            "Sort by",
            list(SORTED_BY),
            index=None,
            placeholder="As in the files",
            key=session.SORTED,
            persist_state="session",
            help="A click on a heading sorts the table on the page as well.",
        )
        group.selectbox(
            "Group by",
            list(GROUPED_BY),
            index=None,
            placeholder="Not grouped",
            key=session.GROUPED,
            persist_state="session",
        )
        chosen = session.chosen(session.COLUMNS)
        with columns.popover(f"Columns ({len(chosen)})" if chosen else "Columns", width="stretch"):
            st.caption("The columns on the page, kept in its address. The download always has all of them.")
            for name, names in (*SETS.items(), ("Everything", tuple(every))):
                value = None if name == next(iter(SETS)) else list(names)
                st.button(
                    name, key=f"columns {name}", on_click=session.choose, args=(session.COLUMNS, value), width="stretch"
                )
            st.multiselect(
                "Columns, in this order",
                every,
                placeholder=f"{next(iter(SETS))}",
                key=session.COLUMNS,
                persist_state="session",
            )
    return tuple(session.chosen(session.COLUMNS) or next(iter(SETS.values())))


def ordered(selection: Selection) -> list[int]:
    """The rows of the register that are wanted, in the order that is wanted."""
    answers = selection.answers
    rows = list(range(len(answers)))
    if session.chosen(session.ROWS):
        worst_row: dict[str, int] = {}
        for row in sorted(rows, key=lambda row: (WORST_FIRST.index(answers[row].outcome), row)):
            worst_row.setdefault(answers[row].leg.flow.id, row)
        rows = sorted(worst_row.values())
    match SORTED_BY.get(session.chosen(session.SORTED) or ""):
        case None:
            return rows
        case "Outcome":
            return sorted(rows, key=lambda row: WORST_FIRST.index(answers[row].outcome))
        case column:
            values = registers.one_of_transfers(selection, column)
            return sorted(rows, key=lambda row: (not values[row], values[row].casefold(), values[row]))


def one_group(selection: Selection, rows: list[int]) -> list[int]:
    """The groups as a table, when rows are grouped, and the rows of the group that is chosen in it."""
    by = session.chosen(session.GROUPED)
    if not by:
        session.choose(session.GROUP, None)
        return rows
    groups: dict[str, list[int]] = {}
    values = registers.one_of_transfers(selection, GROUPED_BY[by]) if GROUPED_BY[by] else None
    for row in rows:
        value = values[row] if values else owner_of(selection.assessment, selection.answers[row])
        groups.setdefault(value, []).append(row)

    def gravest(name: str) -> Outcome:
        return worst(selection.answers[row].outcome for row in groups[name]) or WORST_FIRST[-1]

    def order(name: str) -> tuple[int, int, str]:
        return WORST_FIRST.index(gravest(name)), -len(groups[name]), name.casefold()

    names = sorted(groups, key=order)
    with session.in_the_address({}, {session.GROUP: {name: name for name in names}}):
        st.selectbox(
            f"{by} shown", names, index=None, placeholder="All groups", key=session.GROUP, persist_state="session"
        )
    chosen = session.chosen(session.GROUP)
    at = names.index(chosen) if chosen else 0
    shown = window(len(names), GROUPS_TABLE, asked=(by, selection.view), reading=chosen, at=at)
    key, here = keyed(GROUPS_TABLE, shown), [names[n] for n in shown]
    session.choose_row(key, at - shown.start if chosen and at in shown else None)
    table(
        [summary_row(by, name, [selection.answers[row] for row in groups[name]], gravest(name)) for name in here],
        alt=f"The answers grouped by {by.lower()}: how many, how many flows, and the worst outcome of each group",
        key=key,
        picked=partial(pick_group, key, here),
        highest=300,
    )
    return groups[chosen] if chosen else rows


def summary_row(by: str, name: str, answers: Sequence[Answer], gravest: Outcome) -> Row:
    counts = Counter(answer.outcome for answer in answers)
    worst_word = "Worst outcome" if by == "Outcome" else "Outcome"
    return {
        by: name,
        "Flows": len({answer.leg.flow.id for answer in answers}),
        "Answers": len(answers),
        "Flagged answers": sum(answer.outcome.flagged for answer in answers),
        **({worst_word: gravest.label} if by != "Outcome" else {}),
        "Answers by outcome": "; ".join(f"{LABELS[o]}: {counts[o]}" for o in WORST_FIRST if counts[o]),
    }


def pick_group(key: str, names: Sequence[str]) -> None:
    row = session.chosen_row(key)
    session.choose(session.GROUP, None if row is None else names[row])


def owner_of(assessment: Assessment, answer: Answer) -> str:
    """Who answers for the system that the flow leaves."""
    origin = answer.leg.flow.origin
    if origin.kind is not NodeKind.SYSTEM:
        return f"sent on by {origin.name}" if answer.leg.flow.upstream else NO_OWNER
    system = assessment.inventory.system(origin.name)
    return (system.owner.value if system else None) or NO_OWNER


def in_full(assessment: Assessment, answer: Answer) -> None:
    """One answer: what it says, the argument for it, what would clear it, and how it came to be."""
    with st.container(key="stacks argument"):
        said, argued = st.columns([1, 1.15], gap="large")
    with said:
        show(answer_in_full(assessment, answer))
        if answer.cells and st.button("Show it in the inventory", key="in the inventory"):
            session.look_up(answer.cells[0])
        show(would_clear(answer, mechanisms(assessment, answer)))
    with argued:
        show(tag("h2", "How the answer was reached"), trace(assessment, answer, session.seen))
    evidence_form(assessment, answer)
    flow = answer.leg.flow
    spans = history(assessment, flow)
    show(tag("h2", "History"), history_table(s for s in spans if s.regime == answer.regime and s.leg == answer.leg))


def what_lapses(selection: Selection) -> None:
    """What loses its cover in the days ahead, by what lapses, and below it the transfers that lose it."""
    assessment = selection.assessment
    days = {n: f"{n} days" for n in DAYS_AHEAD}
    with session.in_the_address({}, {session.WITHIN: days}):
        st.selectbox(
            "In the next",
            list(days),
            index=None if session.chosen(session.WITHIN) else DAYS_AHEAD.index(SOON),
            format_func=lambda n: days[n],
            key=session.WITHIN,
            persist_state="session",
            width=220,
        )
    within = session.chosen(session.WITHIN) or SOON
    shown = {flow.id for flow in selection.flows}
    with st.spinner("Looking ahead", show_time=True):
        every = soon(assessment, within)
    calendar(assessment, within, every)
    found = [lapse for lapse in every if any(flow.id in shown for flow in lapse.flows)]
    if not found:
        others = f" {counted(len(every), 'thing')} that the filters hide will lapse." if every else ""
        st.info(f"Nothing on record lapses in the {within} days after {day(assessment.on)}.{others}")
        return
    hidden = f" {len(every) - len(found):,} more are hidden by the filters." if len(every) > len(found) else ""
    st.caption(
        f"{counted(len(found), 'thing')} will lapse in the {within} days after {day(assessment.on)}, and at least one "
        f"answer gets worse by each.{hidden}"
    )
    table(
        [lapse_row(lapse, shown) for lapse in found],
        alt="What lapses, by day: what it is, how many answers get worse by it, and where it is recorded",
        widths={"Day": 110, "What changes": "large", "Outcome": 190, "Categories": "large"},
    )
    for lapse in found[:MOST_LOST]:
        losses = [loss for loss in lapse.losses if loss.answer.leg.flow.id in shown]
        points = (
            joined(
                (
                    f"{flow_words(loss.answer.leg.flow)}, {place_words(loss.answer.leg)}, "
                    f"{regime_name(assessment, loss.answer.regime)}:",
                    chip(loss.before),
                    "becomes",
                    chip(loss.answer.outcome),
                ),
                " ",
            )
            for loss in losses[:MOST_LOST]
        )
        with st.expander(label(f"{day(lapse.on)}: {lapse.says} ({counted(len(losses), 'answer')})")):
            show(listed(points))
            if (more := len(losses) - MOST_LOST) > 0:
                are = "is" if more == 1 else "are"
                st.caption(f"{counted(more, 'more answer')} {are} in the register, on the sheet What lapses.")


def lapse_row(lapse: Lapse, shown: set[str]) -> Row:
    losses = [loss for loss in lapse.losses if loss.answer.leg.flow.id in shown]
    gravest = worst(loss.answer.outcome for loss in losses)
    return {
        "Day": lapse.on.isoformat(),
        "What changes": f"{lapse.says[:1].upper()}{lapse.says[1:]}",
        "Answers": len(losses),
        "Outcome": gravest.label if gravest else "",
        "Categories": ", ".join(lapse.categories),
        "Cell": str(lapse.cell) if lapse.cell else "",
    }


def flags(assessment: Assessment) -> None:
    if not assessment.flags:
        st.info("No duty asks for attention.")
        return
    st.caption(
        "Duties beside the rules on transfers: retention, indirect collection, identifiers and others. "
        "All of them are here, whatever the filters."
    )
    rules = rule_titles(assessment)
    raised = Counter(flag.code for flag in assessment.flags)
    words = {code: f"{rules.get(code, code)} ({code}): {raised[code]}" for code in sorted(raised)}
    with session.in_the_address({}, {session.RULE: words}):
        st.selectbox(
            "Rule",
            list(words),
            index=None,
            format_func=lambda code: words[code],
            placeholder="Every rule",
            key=session.RULE,
            persist_state="session",
        )
    rule = session.chosen(session.RULE)
    found = [flag for flag in assessment.flags if rule in (None, flag.code)]
    hidden = f" {len(assessment.flags) - len(found):,} of other rules are hidden." if rule else ""
    show(tag("p", tag("b", f"{counted(len(found), 'flag')} shown."), hidden))
    if len(found) > MOST_FLAGS:
        rows_of_flags = [flag_row(flag) for flag in found]
        said = {name for row in rows_of_flags for name, value in row.items() if value}
        table(
            rows_of_flags,
            order=[name for name in rows_of_flags[0] if name in said],
            alt="Flags: what each is about, what the record shows, the law and the cells",
            widths={"About": 150, "Message": 480, "Citation": 170, "Cells": "medium"},
            row_height=THREE_LINES,
        )
        return
    head = tag(
        "tr", *(tag("th", heading, scope="col") for heading in ("About", "What the record shows", "Law", "Cells"))
    )
    rows = (
        tag(
            "tr",
            tag("td", tag("b", flag.about)),
            tag("td", flag.message),
            tag("td", cited(flag)),
            tag("td", cells(flag.cells)),
        )
        for flag in found
    )
    show(tag("table", head, *rows, class_="dm-table dm-flags"))


def flag_row(flag: Flag) -> Row:
    return {
        "About": flag.about,
        "Message": flag.message,
        "Citation": flag.citation,
        "To be verified": "to be verified" if flag.to_be_verified else "",
        "Your own law": "yours" if flag.yours else "",
        "Cells": "; ".join(map(str, flag.cells)),
        "Code": flag.code,
    }


def questions(selection: Selection) -> None:
    """What to find out, by whom it is about."""
    assessment = selection.assessment
    asked = session.kept(
        ("questions", selection.view), lambda: registers.table(registers.QUESTIONS, assessment, selection)
    )
    if asked.empty:
        st.info("Nothing is left to find out for the transfers that are shown.")
        return
    groups = list(asked.groupby("Recipient", sort=False))
    st.caption(
        f"{counted(len(asked), 'question')} about {counted(len(groups), 'name')}: what to find out or put on file, by the "
        "recipient it is about, for the transfers that are shown."
    )
    for recipient, about in groups[:MOST_ASKED]:
        points = (
            joined((row["Question"], tag("span", f"{row['About flows']} ({row['Regimes']})", class_="dm-quiet")), " ")
            for row in about.to_dict("records")
        )
        show(tag("h2", f"{recipient} ({len(about)})"), listed(points))
    if rest := groups[MOST_ASKED:]:
        st.caption(
            f"And {counted(sum(len(about) for _, about in rest), 'question')} about {counted(len(rest), 'more name')}:"
        )
        table(pd.concat([about for _, about in rest]), alt="The other questions, by the recipient each is about")


def onward(selection: Selection) -> None:
    """What reaches each country, and the shortest way of each category there."""
    assessment = selection.assessment
    countries, chains = session.kept(
        ("onward", selection.view),
        lambda: registers.several((registers.DESTINATIONS, registers.CHAINS), assessment, selection),
    )
    if countries.empty:
        st.info("Nothing that is shown reaches a place.")
        return
    st.caption(
        "What reaches each country, and below it the shortest way of each category there. Longer ways are left out."
    )
    table(countries, alt="Countries: how many categories and systems reach each, and the worst outcome there")
    table(
        chains,
        alt="Chains: for each category and country the shortest way, the worst outcome, and what is on file for each hop",
        order=("Category", "Country", "Outcome", "In words", "Path", "Hops", "Hop by hop", "From systems"),
        widths={"In words": "large", "Path": "medium", "Outcome": 190},
    )


SHOWN: Mapping[str, Callable[[Selection], None]] = MappingProxyType(
    {
        ANSWERS: register,
        LAPSES: what_lapses,
        FLAGS: lambda selection: flags(selection.assessment),
        ONWARD: onward,
        TO_ASK: questions,
        PROBLEMS: lambda selection: problem_table(selection.assessment.problems),
    }
)


def page() -> None:
    st.title("Transfers")
    assessment = session.current()
    selection = filter_row(assessment)
    said, save = st.columns([4, 1.2], vertical_alignment="center")
    with said:
        counts = selection.answers.counts
        answers = f"{counted(len(selection.answers), 'answer')}, one for each flow, place and regime."
        answers = " ".join(filter(None, (answers, unjudged_sentence(selection))))
        show(
            shown_and_hidden(selection),
            tag("p", f"Law of {day(assessment.on)}. {answers}", class_="dm-quiet"),
            tiles(counts),
        )
    with save:
        downloads(selection)
        words_used(wide=True)
    with session.in_the_address({}, {session.PART: {part: part for part in PARTS}}):
        parts = st.tabs(PARTS, key=session.PART, on_change="rerun")
    for name, part in zip(PARTS, parts, strict=True):
        if part.open:
            with part:
                SHOWN[name](selection)


page()
