"""The last step of editing beside what made it: said, and taken back."""

from __future__ import annotations

import streamlit as st

from datamap.ui import session
from datamap.ui.components.markup import label, show, tag


def last_step(key: str) -> None:
    """What was done last to what is open, with a button that takes it back; nothing before anything is done."""
    done = session.edited().done
    if not done:
        return
    undo, said = st.columns([1, 6], vertical_alignment="center")
    undo.button(
        "Undo", on_click=session.undo, help=f"Takes back: {label(done[-1].says)}", width="stretch", key=f"undo {key}"
    )
    with said:
        show(tag("p", tag("b", "Last step: "), f"{done[-1].says}. The page Inventory has it too.", role="status"))
