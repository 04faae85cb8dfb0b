"""Compare: what changed against another file, another day, what was open before, or before it was edited."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from datamap.assessment import Assessment, NobodySends
from datamap.comparison import CannotCompare, Comparison, compare
from datamap.law.readable import day
from datamap.sheets import Unreadable
from datamap.ui import session
from datamap.ui.components.answers import cells
from datamap.ui.components.changes import change_tiles, downloads, flags_changed, records_changed, transfers_changed
from datamap.ui.components.markup import Markup, counted, joined, label, show, tag
from datamap.ui.components.progress import reading_bar
from datamap.ui.components.questions import EARLIER, EDITS

FILE, DAY = "another file", "another day"
MOST_RENAMES = 30
Sides = tuple[Assessment, Assessment, Any]
"""The older, the newer, and what tells this comparison from others."""


def sides(now: Assessment) -> Sides | None:
    """What is compared; None when something has to be chosen first, which is then said."""
    ways = {DAY: DAY, FILE: FILE}
    if earlier := session.opened_earlier():
        ways[EARLIER] = EARLIER
    if opened := session.as_opened():
        ways[EDITS] = EDITS
    with session.in_the_address({}, {session.AGAINST: ways}):
        way = st.segmented_control(
            "Compare what is open with",
            list(ways),
            format_func=lambda way: f"{way[:1].upper()}{way[1:]}",
            key=session.AGAINST,
            persist_state="session",
        )
    if way == DAY:
        return with_day(now)
    if way == FILE:
        return with_file(now)
    if way == EARLIER and earlier:
        st.caption(f"What was open before: {label(earlier.name)}.")
        return against(earlier, now, EARLIER)
    if way == EDITS and opened:
        return against(opened, now, EDITS)
    st.info(
        "Choose what to compare with. Another day shows what lapses or begins; another file shows what an update of the "
        "inventory changed."
    )
    return None


def with_day(now: Assessment) -> Sides | None:
    session.other_day()
    chosen = st.date_input(
        "The other day",
        min_value=session.FIRST_DAY,
        max_value=session.LAST_DAY,
        format="YYYY-MM-DD",
        key=session.OTHER_DAY,
        persist_state="session",
        width=220,
    )
    loaded = session.loaded()
    assert loaded
    if chosen == now.on:
        st.info(f"Both days are {day(now.on)}. Choose another here, or in *Law as of*.")
        return None
    if without := [regime.when(chosen) for regime in now.regimes if not regime.holds(chosen)]:
        st.info(label(f"{' '.join(without)} On {day(chosen)} nothing is judged by them."))
    there = judged(loaded, chosen)
    if there is None:
        return None
    return (there, now, DAY) if chosen < now.on else (now, there, DAY)


def with_file(now: Assessment) -> Sides | None:
    file, older = st.columns([3, 1], gap="large", vertical_alignment="center")
    uploaded = file.file_uploader(
        "The other inventory, read together",
        accept_multiple_files=True,
        key="compare files",
        help="It is read as the files that are open are, with the same saved mappings. What is open stays open.",
    )
    is_newer = older.radio("It is", ["the older one", "the newer one"], key="compare which") == "the newer one"
    if session.to_be_compared(uploaded):
        with reading_bar(len(uploaded), partial(session.leave_compared, uploaded)) as tell:
            session.open_to_compare(uploaded, tell)
        st.rerun()
    other, refused = session.to_compare()
    show(*(tag("p", each.sentence, class_="dm-refused", role="alert") for each in refused))
    if other is None:
        st.info(
            "Choose the file, or files, of the other inventory: last year's, another branch's, or what somebody sent back."
        )
        return None
    st.caption(f"Compared with: {label(other.name)}.")
    return against(other, now, FILE, newer=is_newer)


def against(other: session.Loaded, now: Assessment, way: str, *, newer: bool = False) -> Sides | None:
    there = judged(other, now.on)
    tells = (way, other.name, newer)
    if there is None:
        return None
    return (now, there, tells) if newer else (there, now, tells)


def judged(other: session.Loaded, on: Any) -> Assessment | None:
    try:
        with st.spinner("Judging the other", show_time=True):
            return session.assessment_of(other, on)
    except NobodySends as sentence:
        asks = " Or open it on the Start page, which asks for it." if sentence.wanted else ""
        show(tag("p", f"{other.name}: {sentence}{asks}", class_="dm-refused", role="alert"))
    except Unreadable as sentence:
        show(tag("p", str(sentence), class_="dm-refused", role="alert"))
    return None


def compared(before: Assessment, after: Assessment, tells: Any) -> Comparison:
    accepted = session.renames(tells)

    def made() -> Comparison:
        try:
            return compare(before, after, same=accepted)
        except CannotCompare:  # a file that was read otherwise since may no longer have the names
            return compare(before, after)

    with st.spinner("Comparing", show_time=True):
        return session.kept(("compared", id(before), id(after), accepted), made)


def headline(found: Comparison) -> Markup:
    flows = len(found.flows_changed)
    have = "has" if flows == 1 else "have"
    gist = f"{counted(flows, 'flow')} {have} another outcome, came or went." if flows else "No outcome changed."
    which = [
        f"{', '.join(i.file for i in side.inputs) or 'nothing'}, law of {day(side.on)}"
        for side in (found.before, found.after)
    ]
    return joined(
        (
            tag("p", tag("b", gist)),
            tag("p", f"Before: {which[0]}. Now: {which[1]}.", class_="dm-quiet"),
            change_tiles(found),
        )
    )


def renames(found: Comparison, tells: Any) -> None:
    """Names that are perhaps one under another name: accepted one by one, and parted again."""
    st.caption(
        "A name that is gone and one that is new may be the same thing, renamed. Nothing is taken for one until you say so."
    )
    for one in found.proposed[:MOST_RENAMES]:
        with st.container(border=True):
            said, button = st.columns([6, 1.4], vertical_alignment="center")
            rename = one.rename
            with said:
                cell = cells((*one.before_cells, *one.after_cells))
                show(
                    tag(
                        "p",
                        joined((tag("b", rename.before), " is now ", tag("b", rename.after), f" on {rename.sheet}?")),
                    ),
                    tag(
                        "p",
                        joined((f"{one.why[:1].upper()}{one.why[1:]} ({one.score:.0%} alike). ", cell)),
                        class_="dm-quiet",
                    ),
                )
            button.button(
                "It is the same",
                key=f"rename {rename.sheet} {rename.before} {rename.after}",
                on_click=session.accept_rename,
                args=(tells, tuple(rename)),
                width="stretch",
            )
    if (more := len(found.proposed) - MOST_RENAMES) > 0:
        st.caption(f"{counted(more, 'more pair')} follow when these are dealt with.")
    for rename in found.same:
        said, undo = st.columns([6, 1.4], vertical_alignment="center")
        with said:
            words = (tag("b", rename.before), " is taken for ", tag("b", rename.after), f" on {rename.sheet}.")
            show(tag("p", joined(words)))
        undo.button(
            "Undo", key=f"part {rename}", on_click=session.part_rename, args=(tells, tuple(rename)), width="stretch"
        )
    if not found.proposed and not found.same:
        st.info("No name that is gone looks like one that is new.")


def page() -> None:
    st.title("Compare")
    now = session.current()
    show(tag("p", f"What is open is judged under the law of {day(now.on)}.", class_="dm-quiet"))
    chosen = sides(now)
    if chosen is None:
        return
    before, after, tells = chosen
    found = compared(before, after, tells)
    if not before.answers and not after.answers:
        st.info("Nothing is judged on either side, so no outcome can differ.")
    said, save = st.columns([4, 1.2], vertical_alignment="center")
    with said:
        show(headline(found))
    with save:
        downloads(found, "what changed")
    pairs = len(found.proposed)
    tabs = ["Transfers", f"Records ({len(found.records):,})", "Flags", f"Perhaps renamed ({pairs:,})"]
    transfers, records, flags, names = st.tabs(tabs)
    with transfers:
        if found.counts.total() == sum(leg.verdict == "same" for leg in found.legs):
            st.info("No transfer is new, gone or changed.")
        transfers_changed(found)
    with records:
        records_changed(found)
    with flags:
        flags_changed(found)
    with names:
        renames(found, tells)


page()
