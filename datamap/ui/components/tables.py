"""Tables on the page. Cells are shown as text, never as markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from datamap.problems import Problem
from datamap.transfers import LABELS
from datamap.views import STYLE

Row = Mapping[str, str | int | None]
Width = Literal["small", "medium", "large"] | int

STYLED_CELLS = 100_000
"""Above this many cells a table has words without colours, to stay quick."""

_LOOKS = {LABELS[outcome]: f"color: {look.ink}; background-color: {look.fill}" for outcome, look in STYLE.items()}
_HIGHEST = 460
FEW_ROWS = 12


def table(
    rows: pd.DataFrame | Sequence[Row],
    *,
    alt: str,
    key: str | None = None,
    picked: Callable[[], None] | None = None,
    widths: Mapping[str, Width] | None = None,
    order: Sequence[str] | None = None,
    highest: int = _HIGHEST,
) -> None:
    """Show rows that have the same columns. A column *Outcome* has the outcomes' colours behind their words.

    `alt` says what the table holds, for those who cannot see it. With `picked` a row can be chosen; it is called then,
    and `session.chosen_row(key)` says which.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    styled = frame.style.map(lambda word: _LOOKS.get(word, ""), subset=["Outcome"]) if "Outcome" in frame else frame
    columns = {name: st.column_config.TextColumn(width=width) for name, width in (widths or {}).items()}
    st.dataframe(
        styled if frame.size <= STYLED_CELLS else frame,
        hide_index=True,
        height=highest if len(frame) > FEW_ROWS else "content",
        key=key,
        on_select=picked or "ignore",
        selection_mode="single-row",
        column_config=columns,
        column_order=order,
        placeholder="",
        alt=alt,
    )


def problem_table(problems: Sequence[Problem]) -> None:
    """Every cell that could not be used as it stands: where, what it holds, what is wrong and what to do."""
    if not problems:
        st.success("Every cell was understood.")
        return
    sheets = Counter(f"{p.cell.sheet}" for p in problems)
    counted = ", ".join(f"{count} on {sheet}" for sheet, count in sorted(sheets.items()))
    count = len(problems)
    st.text(
        f"{count} {'cell was' if count == 1 else 'cells were'} not understood: {counted}. "
        "Their rows are kept, with the fact unknown, unless it says that the row was left out."
    )
    table(
        [
            {
                "Cell": str(p.cell),
                "Value": p.value,
                "Message": p.message,
                "What to do": f"Did you mean “{p.nearest}”?" if p.nearest else p.hint,
                "Code": p.code,
            }
            for p in problems
        ],
        alt="Problems: where each is, the value seen, what is wrong with it and what to do",
        widths={"Cell": "medium", "Value": "small", "Message": "large", "What to do": "large", "Code": 70},
    )
