"""Statements proposed from a policy: written on the sheet Policy statements once they are accepted, and found there again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st

from datamap import policies
from datamap.inventory import Statement
from datamap.policies import Policy, Proposal
from datamap.ui import session
from datamap.ui.components.markup import counted
from datamap.ui.components.undoing import last_step
from datamap.workbook.columns import STATEMENTS


def on_the_sheet(policy: Policy, proposals: Sequence[Proposal], statements: Sequence[Statement]) -> tuple[bool, ...]:
    """Whether each proposal stands among the statements: those of this policy's file with its sentence in their *Notes*.

    A proposal whose *Value* was reworded when it was accepted is found by its sentence alone, where that leaves no other.
    """
    there: dict[object, list[str]] = defaultdict(list)
    for statement in statements:
        if (statement.document.value or "").startswith(f"{policy.file}, "):
            there[_key(statement)].append(statement.value.value or "")
    rows = [policies.accepted([proposal], document="") for proposal in proposals]
    keys = [_key(row[0]) if row else None for row in rows]
    found = [False] * len(proposals)
    for exactly in (True, False):
        for number, (key, proposal) in enumerate(zip(keys, proposals, strict=True)):
            left = there.get(key) if key else None
            if found[number] or not left or (exactly and proposal.text not in left):
                continue
            left.remove(proposal.text if exactly else left[0])
            found[number] = True
    return tuple(found)


def _key(statement: Statement) -> object:
    """What does not change when a statement is reworded: what kind of thing it says, and its sentence."""
    return statement.says.value, (statement.notes.value or "").removeprefix("Said with “may”. ")


def record(policy: Policy, accepted: Sequence[Proposal]) -> None:
    """A button that writes what is accepted on the sheet, as one step of editing, and the way back."""
    statements = session.working_copy().reading.inventory.statements
    rows = policies.accepted(
        accepted, document=policies.document_of(policy, accepted), taken=[s.name for s in statements]
    )
    write, said = st.columns([2.2, 4.8], vertical_alignment="center")
    if write.button(
        f"Write {counted(len(rows), 'statement')} on the sheet" if rows else "Write what is accepted on the sheet",
        type="primary" if rows else "secondary",
        disabled=not rows,
        width="stretch",
        key="write statements",
        help="On the sheet Policy statements of what is open, as edits: the page Inventory shows them and has the workbook.",
    ):
        copy = session.working_copy()
        headings = [c.heading for c in STATEMENTS.columns if c is not STATEMENTS.identity]
        for row in rows:
            copy = copy.filled(STATEMENTS.name, row, headings)
        session.edit(copy, f"{counted(len(rows), 'statement')} of {policy.file} written on the sheet Policy statements")
        session.accept_of_policy("")
        st.rerun()
    if other := len(accepted) - len(rows):
        have = "has" if other == 1 else "have"
        said.caption(f"{counted(other, 'accepted proposal')} {have} no place on the sheet.")
    last_step("statements")
