"""What a comparison found, as the pages Compare and What if show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import streamlit as st

from datamap import registers
from datamap.comparison import Change, Comparison, LegChange, Status, What
from datamap.transfers import Outcome
from datamap.ui.components.answers import chip, cited, flow_words, mechanism_name, place_words, regime_name, tile
from datamap.ui.components.downloads import excel_and_json
from datamap.ui.components.markup import Child, Markup, counted, joined, listed, show, tag
from datamap.ui.components.tables import table

MOST_LEGS = 60
MOST_NEEDS = 4
_WIDTHS = (18, 9, 12, 22, 18, 21)  # of the columns of a table of transfers, in percent
_WIDTHS_WITHOUT_REASONS = (17, 9, 12, 12, 24, 26)
_TOLD = {
    "worse": ("Worse", Outcome.GAP, "In both, and flagged with a worse outcome than before."),
    "new, flagged": ("New and flagged", Outcome.GAP, "A transfer that was not there before, and that asks for attention."),
    "no longer known": ("No longer known", Outcome.UNDETERMINED, "Facts are missing that were there before: neither better nor worse."),
    "still flagged, changed": ("Still flagged, and changed", Outcome.GAP, "Flagged before for other facts, or with other things missing: what was accepted then is not what is flagged now."),
    "changed": ("Changed otherwise", Outcome.UNDETERMINED, "Another country, category, role, ground, mechanism or safeguard, or other questions."),
    "better": ("Better", Outcome.PERMITTED, "In both, flagged before, and with a better outcome now."),
    "new": ("New", Outcome.NOT_TRANSFER, "A transfer that was not there before, and that is not flagged."),
    "gone": ("Gone", Outcome.NOT_TRANSFER, "A transfer that is no longer there."),
    "same": ("As before", Outcome.NOT_TRANSFER, "Nothing about it differs."),
}  # fmt: skip
"""For each verdict on a transfer its words, the outcome whose colours it has, and what it means."""


def change_tiles(found: Comparison) -> Markup:
    """How many answers have each verdict; those none has are left out."""
    counts = Counter(leg.verdict for leg in found.legs)
    tiles = (
        tile(counts[verdict], "answer", words, colours, says)
        for verdict, (words, colours, says) in _TOLD.items()
        if counts[verdict]
    )
    return tag("div", *tiles, class_="dm-tiles")


def transfers_changed(found: Comparison, *, supposed: bool = False) -> None:
    """A table for each verdict, worse first: the answers before and after, what differs, and what each would need."""
    for verdict, (words, _, says) in _TOLD.items():
        legs = [leg for leg in found.legs if leg.verdict == verdict]
        if verdict == "same" or not legs:
            continue
        st.header(f"{words}: {counted(len(legs), 'answer')}", anchor=False, help=says)
        show(
            _legs(
                found, legs[:MOST_LEGS], "As recorded" if supposed else "Before", "As supposed" if supposed else "Now"
            )
        )
        if (more := len(legs) - MOST_LEGS) > 0:
            st.caption(f"{counted(more, 'more answer')} {'is' if more == 1 else 'are'} in the Excel file.")


def _legs(found: Comparison, legs: Sequence[LegChange], before: str, after: str) -> Markup:
    headings = ("Flow", "Regime", before, after, "What differs", "What it would need")
    differs = any(_differences(found, leg) for leg in legs)
    needs = any(leg.needs(found.after) for leg in legs)
    shown = [h for h in headings if (h != "What differs" or differs) and (h != "What it would need" or needs)]
    rows = []
    for leg in legs:
        parts: dict[str, Child] = dict(zip(headings, _leg(found, leg), strict=True))
        rows.append(tag("tr", *(tag("td", parts[heading]) for heading in shown)))
    widths = dict(zip(headings, _WIDTHS if any(map(_reason, legs)) else _WIDTHS_WITHOUT_REASONS, strict=True))
    head = tag("tr", *(tag("th", h, scope="col", style=f"width: {widths[h]}%") for h in shown))
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="dm-table dm-changes")


def _leg(found: Comparison, leg: LegChange) -> tuple[Child, ...]:
    answer = leg.answer
    flow = answer.leg.flow
    words = flow_words(flow)
    where = place_words(answer.leg)
    name = where if flow.id == words else f"{flow.id}; {where}"
    side = found.after if leg.after else found.before
    return (
        joined((tag("b", words), tag("div", name, class_="dm-quiet"))),
        regime_name(side, leg.regime),
        chip(leg.before.outcome) if leg.before else tag("span", "not there", class_="dm-quiet"),
        _after(leg),
        _differences(found, leg),
        _needs(found, leg),
    )


def _after(leg: LegChange) -> Markup:
    if leg.after is None:
        return tag("span", "not there", class_="dm-quiet")
    why = _reason(leg)
    return joined((chip(leg.after.outcome), tag("p", why, class_="dm-quiet") if why else None))


def _reason(leg: LegChange) -> Markup | None:
    """Why the answer is what it is now, where it was another."""
    if leg.after is None or not (leg.outcome_changed or leg.before is None):
        return None
    return joined((leg.after.reason, cited(leg.after)), " ")


def _differences(found: Comparison, leg: LegChange) -> Markup | None:
    def words(change: Change, value: str) -> str:
        return mechanism_name(found.law_of(leg), value) if change.what is What.MECHANISM else value

    said = [
        joined(
            (tag("b", change.what.capitalize()), ": ", words(change, change.before), " → ", words(change, change.after))
        )
        for change in leg.changes
        if change.what not in (What.OUTCOME, What.MISSING)
    ]
    if not said and [change.what for change in leg.changes] == [What.MISSING]:
        said = [joined(("What is missing",))]
    return listed(said) if said else None


def _needs(found: Comparison, leg: LegChange) -> Markup | None:
    needs = leg.needs(found.after)
    if not needs:
        return None
    any_of = tag("p", "Any one of:") if leg.answer.outcome is Outcome.GAP and len(needs) > 1 else None
    more = len(needs) - MOST_NEEDS
    rest = tag("details", tag("summary", f"{more} more"), listed(needs[MOST_NEEDS:])) if more > 0 else None
    return joined((any_of, listed(needs[:MOST_NEEDS]), rest))


def records_changed(found: Comparison) -> None:
    """Every record that is new or gone, and every fact that is said otherwise, with the cells of both."""
    if not found.records:
        st.info("Every record says the same.")
        return
    frame = registers.changes_table(registers.CHANGED_RECORDS, found)
    codes = frame["Column"] == "Mechanism"
    for column in ("Before", "After"):
        frame.loc[codes, column] = [_named(found, words) for words in frame.loc[codes, column]]
    table(
        frame,
        alt="Records that are new, gone or changed, with each fact as it was and as it is, and its cells",
        widths={"What happened": 110, "Sheet": 130, "Name": 180, "Column": 130, "Before": "medium", "After": "medium"},
    )


def _named(found: Comparison, words: str) -> str:
    """The words of a cell, with the name of the mechanism behind its code."""
    name = mechanism_name(found.after.law, words)
    return words if name == words else f"{words} ({name})"


def flags_changed(found: Comparison) -> None:
    """The flags of other rules that are new, gone or say something else."""
    if all(flag.status is Status.SAME for flag in found.flags):
        st.info(f"The flags of other rules are the same: {len(found.flags):,}.")
        return
    st.caption(found.flags_sentence)
    table(
        registers.changes_table(registers.CHANGED_FLAGS, found),
        alt="Flags of other rules that are new, gone or say something else",
        widths={"What happened": 110, "Code": 110, "About": 200, "Message": "large"},
    )


def downloads(found: Comparison, name: str) -> None:
    """The comparison as an Excel workbook and as JSON."""
    excel_and_json(
        "the changes",
        f"{name} {found.after.on}",
        partial(registers.changes_bytes, found),
        partial(registers.json_comparison, found),
    )
