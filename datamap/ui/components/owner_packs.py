"""Owner packs on the page: split to be sent, and what comes back, shown change by change before it is taken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from datamap import packs, sheets
from datamap.assessment import Assessment
from datamap.packs import MARK, YOURS, Became, Merged, NotAPack, Returned, Split, split
from datamap.sheets import Unreadable
from datamap.ui import session
from datamap.ui.components.markup import counted, show, tag
from datamap.ui.components.tables import table
from datamap.ui.components.undoing import last_step

MOST_ROWS = 500
_BECAME = {
    Became.CONFLICT: "in conflict",
    Became.PROPOSED: "only proposed",
    Became.DELETED: "to be deleted",
    Became.MERGED: "to be taken over",
    Became.ALREADY: "already so",
}


def owner_packs(assessment: Assessment) -> None:
    """The packs to download, and those that came back."""
    st.header("Owner packs", anchor=False)
    with st.spinner("Sorting the rows by their owners", show_time=True):
        found: Split = session.kept(("packs",), lambda: split(assessment))
    show(
        tag(
            "p",
            "A workbook for each owner of a system, with their rows, what goes with them, and the questions for them. "
            f"Rows marked “{YOURS}” in the column {MARK} are theirs; grey rows are context.",
        )
    )
    if not found.packs:
        st.info("The inventory has no systems, so there is nobody to send a pack to.")
        return
    _sent(found, assessment)
    _back()


def _sent(found: Split, assessment: Assessment) -> None:
    save, said = st.columns([1, 3], vertical_alignment="center")
    save.download_button(
        f"Download {counted(len(found.packs), 'pack')} (zip)",
        found.zipped,
        file_name=f"owner packs {assessment.on}.zip",
        mime="application/zip",
        on_click="ignore",
        type="primary",
        width="stretch",
    )
    inside, out = len(found.rows) - len(found.nowhere), len(found.nowhere)
    rest = f" {counted(out, 'row')} in none; a file in the zip says which and why." if out else ""
    with said:
        show(tag("p", f"{inside:,} of {len(found.rows):,} rows of the inventory are in one or more packs.{rest}"))
    table(
        [
            {
                "Owner": pack.owner,
                "File": pack.file,
                "Rows to confirm": len(pack.theirs),
                "Rows of context": sum(1 for _ in pack.inventory) - len(pack.theirs),
                "Questions": len(pack.questions),
            }
            for pack in found.packs
        ],
        alt="The packs: whose each is, its file, and how many rows and questions it holds",
    )


# ---------------------------------------------------------------------------------------------- what came back


def _back() -> None:
    st.subheader("Packs that came back", anchor=False)
    st.caption(
        "What an owner changed is told from what was changed here meanwhile. Where owners say different things, or an owner "
        "and the inventory, neither is taken. A pack that does not come back changes nothing. `datamap merge` does the same."
    )
    uploaded = st.file_uploader(
        "Packs that came back (.xlsx or .ods)",
        type=["xlsx", "ods"],
        accept_multiple_files=True,
        key="packs that came back",
    )
    if not uploaded:
        return
    key = ("packs that came back", *(file.file_id for file in uploaded))
    if session.kept_before(key) is None:
        with st.spinner("Reading the packs", show_time=True):
            session.kept(key, lambda: _read(uploaded))
    back, refused = session.kept(key, lambda: _read(uploaded))
    for sentence in refused:
        show(tag("p", sentence, class_="dm-refused", role="alert"))
    if not back:
        return
    deletions = st.toggle(
        "Delete the rows that their owners deleted",
        help="Only rows that are theirs, and in no other pack that came back.",
    )
    context = st.toggle(
        "Take over what was changed in rows of context", help="Rows that were sent to be understood by."
    )
    copy = session.working_copy()
    merged = packs.merge(copy.reading.inventory, back, accept_deletions=deletions, accept_context=context)
    _differences(merged, back)
    _take_over(merged, back)


def _read(uploaded: Sequence[Any]) -> tuple[tuple[Returned, ...], tuple[str, ...]]:
    """The packs among the files, and a sentence for each other one."""
    found, refused = [], []
    for file in uploaded:
        try:
            found.append(packs.returned(sheets.read_bytes(file.name, file.getvalue()), session.law()))
        except (Unreadable, NotAPack) as sentence:
            refused.append(str(sentence))
    return tuple(found), tuple(refused)


def _differences(merged: Merged, back: Sequence[Returned]) -> None:
    """Everything that the packs say otherwise, the conflicts first, and the answers to their questions."""
    counts = ((len(merged.having(became)), words) for became, words in _BECAME.items())
    said = ", ".join(f"{n:,} {words}" for n, words in counts if n) or "nothing differs from what was sent"
    answers = f"; {counted(len(merged.answers), 'answer')}" if merged.answers else ""
    show(tag("p", tag("b", f"{counted(len(back), 'pack')} read: "), f"{said}{answers}."))
    for pack in back:
        if pack.problems:
            st.warning(f"{counted(pack.problems, 'cell')} of what {pack.owner} sent back {'is' if pack.problems == 1 else 'are'} not understood.")  # fmt: skip
    if merged.not_returned:
        st.caption(f"No pack came back of {', '.join(merged.not_returned)}: those rows are as they were.")
    if merged.changes:
        reasons = any(change.why for change in merged.changes)
        table(
            [
                {
                    "What becomes of it": _BECAME[change.became],
                    "Sheet": change.sheet,
                    "Row": change.name,
                    "Column": change.heading or "the row",
                    "As sent": change.before,
                    "Came back": change.after,
                    **({"Why": change.why} if reasons else {}),
                    "Pack": change.pack,
                }
                for change in merged.in_order[:MOST_ROWS]
            ],
            alt="What the packs say otherwise than when they were sent: each cell, what becomes of it and why",
            widths={"What becomes of it": 160, "As sent": "medium", "Came back": "medium", "Why": "large"},
        )
        if (more := len(merged.changes) - MOST_ROWS) > 0:
            st.caption(f"{counted(more, 'more change')} in the CSV to download.")
    if merged.answers:
        table(
            [
                {"Pack": pack, "About": about, "Question": question, "Answer": answer}
                for pack, about, question, answer in merged.answers[:MOST_ROWS]
            ],
            alt="The answers that owners gave to the questions of their packs",
            widths={"Question": "large", "Answer": "large"},
        )
        st.caption("Answers are words, and nothing is filled in by them: write what they mean on the page Inventory.")


def _take_over(merged: Merged, back: Sequence[Returned]) -> None:
    taken = len(merged.having(Became.MERGED)) + len(merged.having(Became.DELETED))
    take, save, said = st.columns([1.4, 1.4, 3], vertical_alignment="center")
    pressed = take.button(
        f"Take over {counted(taken, 'change')}" if taken else "Nothing to take over",
        type="primary" if taken else "secondary",
        disabled=not taken,
        width="stretch",
        key="take over packs",
    )
    save.download_button(
        "Download all of this (CSV)",
        lambda: packs.changes_csv(merged),
        file_name="what the packs changed.csv",
        mime="text/csv",
        on_click="ignore",
        disabled=not (merged.changes or merged.answers),
        width="stretch",
    )
    if left := len(merged.having(Became.CONFLICT)):
        said.caption(f"{counted(left, 'conflict')}: write what is right on the page Inventory.")
    if pressed:
        owners = ", ".join(dict.fromkeys(pack.owner for pack in back))
        session.edit(
            packs.onto(session.working_copy(), merged),
            f"{counted(taken, 'change')} taken over from the packs of {owners}",
        )
        st.rerun()
    last_step("packs")
