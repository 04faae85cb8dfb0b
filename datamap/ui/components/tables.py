"""Tables on the page. Cells are shown as text, never as markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from datamap.problems import Kind, Problem
from datamap.transfers import LABELS
from datamap.views import STYLE

Row = Mapping[str, str | int | None]
Width = Literal["small", "medium", "large"] | int

STYLED_CELLS = 100_000
"""Above this many cells a table has words without colours, to stay quick."""

_LOOKS = {LABELS[outcome]: f"color: {look.ink}; background-color: {look.fill}" for outcome, look in STYLE.items()}
_LOOKS_AT_NIGHT = {
    LABELS[outcome]: f"color: {look.fill}; background-color: {look.ink}59" for outcome, look in STYLE.items()
}
HIGHEST = 460
FEW_ROWS = 12
MOST_PROBLEMS = 2_000
MOST_SHEETS = 6


def table(
    rows: pd.DataFrame | Sequence[Row],
    *,
    alt: str,
    key: str | None = None,
    picked: Callable[[], None] | None = None,
    widths: Mapping[str, Width] | None = None,
    order: Sequence[str] | None = None,
    highest: int = HIGHEST,
) -> None:
    """Show rows that have the same columns. A column *Outcome* has the outcomes' colours behind their words.

    `alt` says what the table holds, for those who cannot see it. With `picked` a row can be chosen; it is called then,
    and `session.chosen_row(key)` says which.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if order and frame.size > STYLED_CELLS:
        frame = frame[[name for name in order if name in frame]]
    looks = _LOOKS_AT_NIGHT if st.context.theme.type == "dark" else _LOOKS
    styled = frame.style.map(lambda word: looks.get(word, ""), subset=["Outcome"]) if "Outcome" in frame else frame
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


@dataclass(frozen=True)
class _Aside:
    """Kinds of problem that nothing may have to be done about: told apart, so that those that matter are seen."""

    kinds: tuple[Kind, ...]
    title: str
    says: str


ASIDE = (
    _Aside((Kind.COLUMN_GUESSED, Kind.COLUMN_DIFFERS), "Columns that were guessed", "What datamap took headings of another layout to mean."),
    _Aside((Kind.SPELLING,), "Other spellings of one name", "Names that are certainly one were read as one. The other spellings are kept."),
    _Aside((Kind.EXAMPLES,), "Rows marked as examples", "They were read like all others, because a row may be true all the same."),
    _Aside((Kind.SET_ASIDE,), "Titles, footers and other rows apart", "Rows that are no part of an inventory, as far as datamap can tell."),
    _Aside((Kind.HIDDEN,), "Hidden parts", "What is hidden in a file was read like the rest."),
)  # fmt: skip


def problem_table(problems: Sequence[Problem]) -> None:
    """Every cell that could not be used as it stands: where, what it holds, what is wrong and what to do.

    What was merely taken otherwise than it is written stands apart, below.
    """
    apart = {kind for aside in ASIDE for kind in aside.kinds}
    found = [p for p in problems if p.kind not in apart]
    if found:
        sheets = Counter(p.cell.sheet for p in found)
        counted = ", ".join(f"{count:,} on {sheet}" for sheet, count in sorted(sheets.items())[:MOST_SHEETS])
        others = f" and {len(sheets) - MOST_SHEETS:,} other sheets" if len(sheets) > MOST_SHEETS else ""
        st.text(
            f"{len(found):,} {'cell was' if len(found) == 1 else 'cells were'} not understood: {counted}{others}. "
            "Their rows are kept, with the fact unknown, unless it says that the row was left out."
        )
        _problems(_filtered(found), "Problems")
    else:
        st.success("Every cell was understood.")
    for aside in ASIDE:
        if told := [p for p in problems if p.kind in aside.kinds]:
            with st.expander(f"{aside.title}: {len(told):,}"):
                st.caption(aside.says)
                _problems(told, aside.title)


def _filtered(problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems of the files, sheets and codes that the reader chose; the choice is offered where it can help."""
    kinds = {k.code: f"{k.code} {k.name.lower().replace('_', ' ')}" for k in {p.kind for p in problems}}
    offered: tuple[tuple[str, list[str], Callable[[Problem], str]], ...] = (
        ("File", sorted({p.cell.file for p in problems}), lambda p: p.cell.file),
        ("Sheet", sorted({p.cell.sheet for p in problems}), lambda p: p.cell.sheet),
        ("Kind", sorted(kinds), lambda p: p.code),
    )
    if len(problems) <= FEW_ROWS:
        return problems
    for column, (name, values, of) in zip(st.columns(3), offered, strict=True):
        if len(values) > 1:
            chosen = column.multiselect(
                name, values, placeholder="All", format_func=lambda v: kinds.get(v, v), key=f"problems {name}"
            )
            problems = [p for p in problems if not chosen or of(p) in chosen]
    return problems


def _problems(problems: Sequence[Problem], what: str) -> None:
    table(
        [
            {
                "Sheet": p.cell.sheet,
                "Cell": p.cell.address,
                "Value": p.value,
                "Message": p.message,
                "What to do": p.advice,
                "Code": p.code,
                "File": p.cell.file,
            }
            for p in problems[:MOST_PROBLEMS]
        ],
        alt=f"{what}: where each is, the value seen, what is wrong with it and what to do",
        widths={
            "Sheet": 130,
            "Cell": 60,
            "Value": 130,
            "Message": "large",
            "What to do": 280,
            "Code": 60,
            "File": "medium",
        },
    )
    if (more := len(problems) - MOST_PROBLEMS) > 0:
        st.caption(f"{more:,} more are not shown here. They are all in the file with the problems marked.")
