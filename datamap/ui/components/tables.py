"""Tables on the page. Cells are shown as text, never as markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from datamap.problems import Kind, Problem
from datamap.transfers import LABELS
from datamap.ui.components.windows import window
from datamap.views import NIGHT, STYLE

Row = Mapping[str, str | int | None]
Width = Literal["small", "medium", "large"] | int

STYLED_CELLS = 20_000
"""Above this many cells a table is sent to the page in another way, to stay quick: each distinct text once, and outcomes as
coloured labels."""

_LOOKS = {LABELS[outcome]: f"color: {look.ink}; background-color: {look.fill}" for outcome, look in STYLE.items()}
_LOOKS_AT_NIGHT = {
    LABELS[outcome]: f"color: {look.fill}; background-color: {look.ink}59" for outcome, look in STYLE.items()
}
_GROUNDS = {LABELS[outcome]: look.fill for outcome, look in STYLE.items()}
_GROUNDS_AT_NIGHT = {LABELS[outcome]: NIGHT[look.fill] for outcome, look in STYLE.items()}
HIGHEST = 460
THREE_LINES, FIVE_LINES = 66, 104
"""The height of a row of so many lines, in pixels; Streamlit wraps words in no lower one. What is longer still is read by a click."""
FEW_HIGH_ROWS = 6
MESSAGE, ADVICE = 310, 280
"""How wide what is wrong with a cell and what to do stand in a table of problems, in pixels."""
FEW_ROWS = 12
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
    row_height: int | None = None,
) -> None:
    """Show rows that have the same columns. A column *Outcome* has the outcomes' colours behind their words.

    In rows of a `row_height`, in pixels, words go on over several lines. `alt` says what the table holds, for those who
    cannot see it. Of many rows a window is shown. With `picked` a row can be chosen; it is called then, and
    `session.chosen_row(key)` says which; the caller opens the window itself.
    """
    if picked is None:
        shown_rows = window(len(rows), key or alt, asked=len(rows))
        if len(shown_rows) < len(rows):
            rows = rows[shown_rows.start : shown_rows.stop]
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    night = st.context.theme.type == "dark"
    text = st.column_config.TextColumn
    columns: dict[str, Any] = {name: text(width=width) for name, width in (widths or {}).items()}
    shown: Any = frame
    if frame.size > STYLED_CELLS:
        shown = _packed(frame[[name for name in order if name in frame]] if order else frame)
        columns = {name: columns.get(name) or text() for name in shown if shown[name].dtype == "category"}
        if "Outcome" in shown:
            columns["Outcome"] = _labels((widths or {}).get("Outcome"), night)
    elif "Outcome" in frame:
        looks = _LOOKS_AT_NIGHT if night else _LOOKS
        shown = frame.style.map(lambda word: looks.get(word, ""), subset=["Outcome"])
    st.dataframe(
        shown,
        hide_index=True,
        height=highest if len(frame) > (FEW_HIGH_ROWS if row_height else FEW_ROWS) else "content",
        key=key,
        on_select=picked or "ignore",
        selection_mode="single-row",
        column_config=columns,
        column_order=order,
        row_height=row_height,
        placeholder="",
        alt=alt,
    )


def _packed(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows, with each distinct text once, and outcomes as lists of labels: what Streamlit takes for colours."""
    made: dict[str, Any] = {}
    for name, column in frame.items():
        if name == "Outcome":
            labels = {word: [word] if word else [] for word in column.unique()}
            made[str(name)] = [labels[word] for word in column]
        else:
            made[str(name)] = column.astype("category") if pd.api.types.is_string_dtype(column) else column
    return pd.DataFrame(made)


def _labels(width: Width | None, night: bool) -> Any:
    grounds = _GROUNDS_AT_NIGHT if night else _GROUNDS
    return st.column_config.MultiselectColumn(width=width, options=list(grounds), color=list(grounds.values()))


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


def height_of(problems: Sequence[Problem]) -> int | None:
    """How high the rows of a table of problems are: of three lines when many say more than one line holds."""
    long = sum(len(p.message) > MESSAGE / 6.5 or len(p.advice) > ADVICE / 6.5 for p in problems)
    return THREE_LINES if long > len(problems) / 5 else None


def _problems(problems: Sequence[Problem], what: str) -> None:
    shown = window(len(problems), what, asked=len(problems))
    here = problems[shown.start : shown.stop]
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
            for p in here
        ],
        alt=f"{what}: where each is, the value seen, what is wrong with it and what to do",
        widths={
            "Sheet": 120,
            "Cell": 60,
            "Value": 140,
            "Message": MESSAGE,
            "What to do": ADVICE,
            "Code": 60,
            "File": "medium",
        },
        row_height=height_of(here),
    )
