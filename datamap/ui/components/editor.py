"""The sheets of the inventory, edited in place: a table to type in, what is wrong with it, what was edited, and undo."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from datamap.law import Law
from datamap.problems import Problem
from datamap.sheets import Cell
from datamap.ui import session
from datamap.ui.components.answers import mechanism_name
from datamap.ui.components.markup import counted, label, listed, show, tag
from datamap.ui.components.tables import ADVICE, MESSAGE, height_of, table
from datamap.workbook import SHEETS, Reading, SheetLayout, columns, writing
from datamap.workbook.editing import EDITS, Edit, Left, Slot, Where, WorkingCopy

MOST_ROWS = 5_000
"""Rows that stand in the table at once. All of them travel to the browser, so that of a larger sheet a part is shown."""
SPARE_ROWS = 20
"""Blank rows at the end of the table, to type or paste new ones in."""
MORE_ROWS = 200
FEW_ROWS = 12
MOST_TOLD = 500
MOST_EDITS = 1_000
MOST_MEANT = 6
HEIGHT = 520
ROW_HEIGHT = 35
BLANK_ROWS_SEEN = 6
_ROW_WIDTH = 170

_ROW, _DELETE, _MEND = "row", "delete", "mend"  # columns beside those of the sheet, which are called c0, c1 …
_MENDED = "color: #2a0a00; background-color: #fbdccb"
Found = Mapping[int, Sequence[tuple[str, Problem]]]
"""The problems of a sheet: by the number of the row, each with the heading of its column."""


def choose_sheet() -> SheetLayout:
    """The sheet that is looked at, to be chosen among all, with how many rows of each are to be mended."""
    copy, reading = session.working_copy(), session.working_copy().reading
    troubled = {layout.name: len(_problems(copy, layout.name)) for layout in SHEETS if reading.problems}
    said = {layout.name: _counted(copy, layout, troubled.get(layout.name, 0)) for layout in SHEETS}
    first = next((layout for layout in SHEETS if copy.rows[layout.name]), SHEETS[0])
    session.sheet_among(said, first.name)
    name = st.segmented_control(
        "Sheet",
        list(said),
        format_func=lambda sheet: said[sheet],
        key=session.SHEET,
        required=True,
        on_change=_another_sheet,
        label_visibility="collapsed",
        persist_state="session",
    )
    return next(layout for layout in SHEETS if layout.name == (name or first.name))


def _another_sheet() -> None:
    session.show_row(session.sheet_among({layout.name: "" for layout in SHEETS}, SHEETS[0].name), None)


def _counted(copy: WorkingCopy, layout: SheetLayout, troubled: int) -> str:
    rows = len(copy.rows[layout.name])
    mend = f", {troubled:,} to mend" if troubled else ""
    return f"{layout.name} ({rows:,}{mend})" if rows else layout.name


def _problems(copy: WorkingCopy, sheet: str) -> Found:
    """What is wrong in the rows of a sheet. What only says how a file was read is left out."""
    return session.kept(("problems by sheet",), partial(_looked_up, copy)).get(sheet, {})


def _looked_up(copy: WorkingCopy) -> Mapping[str, Found]:
    """The problems of every sheet that has any: each cell is looked up once."""
    found: dict[str, dict[int, list[tuple[str, Problem]]]] = {}
    for problem in copy.reading.problems:
        if problem.kind.notice:
            continue
        stands = copy.at(problem.cell)
        for sheet in dict.fromkeys(where.sheet for where in stands):
            here = [where for where in stands if where.sheet == sheet]
            meant = [where for where in here if where.slot.heading == problem.column] or here
            for where in meant[:1] if not problem.column else meant:
                found.setdefault(sheet, {}).setdefault(where.number, []).append((where.slot.heading, problem))
    return {sheet: dict(sorted(rows.items())) for sheet, rows in found.items()}


# ---------------------------------------------------------------------------------------------------- the table


def sheet_editor(layout: SheetLayout) -> None:
    """The rows of a sheet to type in, and below them what is wrong with them."""
    copy = session.working_copy()
    with st.container():  # is there always, so that the table keeps its place
        names_left()
    alone = _alone(copy, layout)
    found = _problems(copy, layout.name)
    words, only = "", False
    look, mend, lists = st.columns([3, 2, 3], vertical_alignment="center")
    if alone is None and len(copy.rows[layout.name]) > FEW_ROWS:
        words = look.text_input(
            "Search this sheet",
            key=f"search {layout.name}",
            placeholder="Search this sheet",
            label_visibility="collapsed",
            persist_state="session",
        )
    if alone is None:
        only = mend.checkbox(f"Only rows to mend ({len(found):,})", key=f"only {layout.name}", disabled=not found)
    offered = lists.toggle(
        "Drop-downs",
        value=True,
        key="drop-downs",
        persist_state="session",
        help="Columns that take only certain words offer them. Switch this off to paste words that are not among them, such "
        "as *processor* for *agent*: they are read as in a file.",
    )
    asked = (layout.name, alone, words, only, session.more_rows())
    grid = session.grid(asked, lambda c: _chosen(c, layout, alone, words, set(found) if only and found else None))
    _hidden(copy, layout, grid, alone)
    spare = 0 if alone else SPARE_ROWS + MORE_ROWS * session.more_rows()
    if grid.blanked:
        st.warning(
            f"{counted(grid.blanked, 'cell')} stayed blank, because what was pasted is not in the drop-down of the column. "
            "Undo, switch *Drop-downs* off, and paste again: then any words are taken, and checked."
        )
    _table(layout, grid, found, spare, offered=offered)
    if not alone:
        said, more = st.columns([5, 1.3], vertical_alignment="center")
        said.caption(
            "Type or paste into the blank rows at the end to add rows. A tick under *Delete* deletes the row at once; a row "
            "whose cells are all cleared is deleted too. Every edit can be undone."
        )
        more.button(f"{MORE_ROWS} more blank rows", on_click=session.add_blank_rows, width="stretch")
    _told(layout, found, alone)


def _alone(copy: WorkingCopy, layout: SheetLayout) -> int | None:
    """The row that is looked at alone, when there is one."""
    number = session.row_asked_for()
    if number is None:
        return None
    if number not in copy.rows[layout.name]:
        session.show_row(layout.name, None)
        return None
    said, back = st.columns([5, 1.3], vertical_alignment="center")
    said.info(f"Row {number} of {layout.name} alone: {label(copy.name(layout.name, number) or 'without a name')}")
    back.button("Show every row", on_click=session.show_row, args=(layout.name, None), width="stretch")
    return number


def _chosen(
    copy: WorkingCopy, layout: SheetLayout, alone: int | None, words: str, only: Collection[int] | None
) -> list[int]:
    """The numbers of the rows that pass, as many as may stand in the table."""
    if alone is not None:
        return [alone]
    wanted = words.casefold().split()
    slots = copy.slots(layout.name)

    def passes(number: int) -> bool:
        if only is not None and number not in only:
            return False
        said = " ".join(copy.text(layout.name, number, slot) for slot in slots).casefold() if wanted else ""
        return all(word in said for word in wanted)

    return [number for number in copy.rows[layout.name] if passes(number)][:MOST_ROWS]


def _hidden(copy: WorkingCopy, layout: SheetLayout, grid: session.Grid, alone: int | None) -> None:
    rows = copy.rows[layout.name]
    hidden = len(rows) - sum(number in rows for number in grid.numbers)
    added = sum(number not in grid.drawn.rows[layout.name] for number in rows)
    hidden -= added if alone is None else 0
    if hidden > 0:
        why = "" if alone is None else " while one is looked at alone"
        most = f" At most {MOST_ROWS:,} are shown at once: search for the others." if len(rows) > MOST_ROWS else ""
        st.caption(f"{counted(hidden, 'row')} of {len(rows):,} hidden{why}.{most}")


def _table(layout: SheetLayout, grid: session.Grid, found: Found, spare: int, *, offered: bool) -> None:
    copy, sheet = grid.drawn, layout.name  # the browser itself lays what was typed over what was drawn
    slots = copy.slots(sheet)
    first = copy.next_number(sheet)
    numbers = (*grid.numbers, *range(first, first + spare))
    texts = [[copy.text(sheet, number, slot) or None for slot in slots] for number in numbers]
    frame = pd.DataFrame(texts, columns=[f"c{n}" for n in range(len(slots))], dtype="string")
    now = session.working_copy()  # so that a row is called what it is called by now
    frame.insert(0, _ROW, [f"{number}  {now.name(sheet, number)}".rstrip() for number in numbers])
    frame.insert(1, _MEND, ["; ".join(dict.fromkeys(h for h, _ in found.get(n, ()))) for n in numbers])
    frame.insert(2, _DELETE, pd.Series([False] * len(frame), dtype="boolean"))
    lists = {slot: words for slot in slots if (words := _words(layout, slot))} if offered else {}
    closed = frozenset(lists)
    styled: Any = frame
    if len(frame) <= MOST_ROWS:
        ink = "#ffffff" if st.context.theme.type == "dark" else "#000000"
        styled = frame.style.map(lambda words: _MENDED if words else "", subset=[_MEND])
        styled = styled.map(lambda _: f"color: {ink}", subset=[_ROW])
    st.data_editor(
        styled,
        key=grid.key,
        hide_index=True,
        height=min(HEIGHT, ROW_HEIGHT * (1 + len(grid.numbers) + BLANK_ROWS_SEEN)) if spare else "content",
        column_config=_configured(layout, slots, frame, lists),
        placeholder="",
        on_change=_typed,
        args=(sheet, grid, slots, numbers, closed),
        alt=f"{sheet}: one row for each of its rows, to be edited",
    )


def _configured(
    layout: SheetLayout, slots: Sequence[Slot], frame: pd.DataFrame, lists: Mapping[Slot, Sequence[str]]
) -> dict[str, Any]:
    """How each column of the table is edited: a drop-down where the workbook takes only its words, else text."""
    text = st.column_config.TextColumn
    configured: dict[str, Any] = {
        _ROW: text(
            "Row",
            disabled=True,
            pinned=True,
            width=_ROW_WIDTH,
            help="The number of the row, as in a cell's address, and what it is about. It stays in view; its name is edited "
            "in the column of its own.",
        ),
        _MEND: text(
            "To mend",
            disabled=True,
            pinned=True,
            width=120,
            help="The columns of this row that are to be mended. Below the table stands what to do.",
        ),
        _DELETE: st.column_config.CheckboxColumn("Delete", pinned=True, width=75, help="Tick to delete the row."),
    }
    for n, slot in enumerate(slots):
        if slot.extra:
            configured[f"c{n}"] = text(slot.heading, help=_YOURS)
            continue
        column = layout.headed(slot.heading)
        heading, help = f"{column.heading} *" if column.required else column.heading, writing.explained(column)
        if slot in lists:
            options = list(dict.fromkeys((*lists[slot], *sorted(frame[f"c{n}"].dropna().unique()))))
            named = partial(_named, session.law()) if column.parse in (columns.regime, columns.mechanism) else None
            configured[f"c{n}"] = st.column_config.SelectboxColumn(
                heading, help=help, options=options, format_func=named, width="medium" if named else None
            )
        else:
            # Streamlit draws every pinned column faint, as if it could not be edited: the name stands in Row as well
            configured[f"c{n}"] = text(heading, help=help, width="medium" if n == 0 else None)
    return configured


def _named(law: Law, words: str) -> str:
    """A code of a regime or mechanism with its name; other words as they are."""
    name = law.regimes[words].name if words in law.regimes else mechanism_name(law, words)
    return words if name == words else f"{name} ({words})"


_YOURS = "A column of yours that datamap has no meaning for. It is kept, and appears again in the registers."


def _words(layout: SheetLayout, slot: Slot) -> tuple[str, ...]:
    """The words of a column that takes no others; none for any other column."""
    column = None if slot.extra else layout.headed(slot.heading)
    if column and (column.strict or column.parse in (columns.regime, columns.mechanism)):
        return writing.offered(column, session.law())[1]
    return ()


def _typed(
    sheet: str, grid: session.Grid, slots: Sequence[Slot], numbers: Sequence[int], closed: Collection[Slot]
) -> None:
    """Take what was typed in the table since it was drawn."""
    gone = []
    cells: dict[int, dict[Slot, str]] = {}
    new: set[Any] = set()
    for place, row in session.typed(grid).items():
        number = numbers[place]
        if row.get(_DELETE):
            gone.append(number)
        said = {slots[int(column[1:])]: value for column, value in row.items() if column != _DELETE}
        cells[number] = {slot: str(value or "") for slot, value in said.items()}
        new |= {(number, slot, value) for slot, value in said.items()}
    blanked = {(number, slot) for number, slot, value in new - grid.typed if value is None and slot in closed}
    pasted = any(value for _, _, value in new - grid.typed)
    grid.typed, grid.blanked = new, len(blanked) if pasted else 0
    session.edit_in(grid, grid.drawn.written(sheet, cells).without(sheet, gone))
    if gone:
        session.redraw()


# ---------------------------------------------------------------------------------------------------- what is wrong


def _told(layout: SheetLayout, found: Found, alone: int | None) -> None:
    """The problems of the sheet, each leading to its row; for a row alone with what can be written instead."""
    told = [(number, heading, problem) for number, each in found.items() for heading, problem in each]
    if alone is not None:
        told = [each for each in told if each[0] == alone]
    if not told:
        here = "this row" if alone is not None else "this sheet"
        st.success(f"Every cell of {here} was understood.")
        return
    cells = counted(len({(n, h) for n, h, _ in told}), "cell")
    st.text(f"{cells} to mend. Their rows are kept, with the fact unknown, unless it says that the row was left out.")
    if alone is not None:
        _meant(layout, told)
    named = [(layout.name, number) for number, _, _ in told[:MOST_TOLD]]
    key = f"to mend {layout.name}"
    table(
        [
            {
                "Row": str(number),
                "Column": heading,
                "Value": problem.value,
                "Message": problem.message,
                "What to do": f"Did you mean “{problem.nearest}”?" if problem.nearest else problem.hint,
                "Cell": _cell(problem.cell),
                "Code": problem.code,
            }
            for number, heading, problem in told[:MOST_TOLD]
        ],
        alt=f"Cells of {layout.name} that are to be mended",
        key=key,
        picked=partial(_go_to, key, named) if alone is None else None,
        widths={"Row": 55, "Column": 130, "Value": 150, "Message": MESSAGE, "What to do": ADVICE, "Code": 65},
        row_height=height_of([problem for _, _, problem in told[:MOST_TOLD]]),
    )
    if (more := len(told) - MOST_TOLD) > 0:
        st.caption(f"{counted(more, 'more problem')} of this sheet follow when these are dealt with.")
    elif alone is None:
        st.caption("Pick a row to look at it alone.")


def _cell(cell: Cell) -> str:
    return f"{cell.sheet}!{cell.address} (edited)" if cell.file == EDITS else f"{cell.sheet}!{cell.address}"


def _go_to(key: str, named: Sequence[tuple[str, int]]) -> None:
    row = session.chosen_row(key)
    if row is not None and row < len(named):
        session.show_row(*named[row])


def _meant(layout: SheetLayout, told: Sequence[tuple[int, str, Problem]]) -> None:
    """A button for each value that was perhaps meant."""
    near = [(n, h, p, p.nearest) for n, h, p in told if p.nearest and p.value and p.nearest != p.value]
    for place, (number, heading, problem, nearest) in enumerate(near[:MOST_MEANT]):
        st.button(
            label(f"Write “{nearest}” instead of “{problem.value[:60]}” in {heading}"),
            key=f"meant {layout.name} {number} {place} {problem.value}",
            on_click=_write_meant,
            args=(Where(layout.name, number, Slot(heading)), problem.value, nearest),
        )


def _write_meant(where: Where, value: str, nearest: str) -> None:
    copy = session.working_copy()
    session.edit(copy.written(where.sheet, {where.number: {where.slot: copy.text(*where).replace(value, nearest)}}))


# ---------------------------------------------------------------------------------------------------- what was edited


def steps() -> None:
    """Undo and redo, and the workbook to download."""
    edited = session.edited()
    undo, redo, every, save, _ = st.columns([1, 1, 1, 1.6, 3.4], vertical_alignment="center")
    last = f"Takes back: {label(edited.done[-1].says)}" if edited.done else None
    undo.button("Undo", on_click=session.undo, disabled=not edited.done, help=last, width="stretch", key="undo edit")
    again = f"Does again: {label(edited.undone[-1].says)}" if edited.undone else None
    redo.button("Redo", on_click=session.redo, disabled=not edited.undone, help=again, width="stretch")
    every.button("Undo all", on_click=session.undo_all, disabled=not edited.done, width="stretch")
    with save.popover("Download the workbook", width="stretch"):
        workbook_downloads()


_FILES = (
    ("Excel (.xlsx)", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("OpenDocument (.ods)", ".ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("CSV files in a .zip", ".zip", "application/zip"),
)


def workbook_downloads() -> None:
    """The inventory as it stands, with the edits, as files that datamap reads again as the same inventory."""
    reading = session.working_copy().reading
    for words, ending, mime in _FILES:
        st.download_button(
            words,
            partial(_written, reading, ending),
            file_name=f"datamap inventory{ending}",
            mime=mime,
            key=f"download {ending}",
            on_click="ignore",
            width="stretch",
        )
    st.caption(
        "The inventory as it stands now, with your edits. Excel cuts a cell after 32,767 characters; the others do not."
    )


def _written(reading: Reading, ending: str) -> bytes:
    return writing.written(reading, ending)[0]


def edits_made() -> None:
    """What differs from what was opened, each to be put back by itself, and the edits that could not be kept."""
    found, edited = session.loaded(), session.edited()
    if found and found.unplaced:
        show(
            tag("p", "These edits fit no cell since the files were read otherwise, and were let go:", role="alert"),
            listed(str(edit) for edit in found.unplaced[:MOST_TOLD]),
        )
    edits = edited.copy.edits
    if not edits:
        return
    with st.expander(f"Your edits: {len(edits):,}", expanded=len(edits) <= FEW_ROWS):
        key = "edits"
        table(
            [_row(edit) for edit in edits[:MOST_EDITS]],
            alt="Your edits: each cell with what it said before and says now",
            key=key,
            picked=lambda: None,
            widths={"Row": 55, "Before": "medium", "Now": "medium"},
        )
        if (more := len(edits) - MOST_EDITS) > 0:
            st.caption(f"{counted(more, 'more edit')} not shown here.")
        row = session.chosen_row(key)
        chosen = edits[row] if row is not None and row < len(edits) else None
        back, there, _ = st.columns([1.4, 1.4, 4])
        back.button("Put this one back", disabled=chosen is None, on_click=_put_back, args=(chosen,), width="stretch")
        gone = chosen is None or (chosen.slot is None and not chosen.after)
        there.button(
            "Show its row",
            disabled=gone,
            on_click=session.show_row,
            args=(chosen.sheet, chosen.number) if chosen else None,
            width="stretch",
        )
        if chosen is None:
            st.caption("Pick an edit to put it back or to see its row.")


def _row(edit: Edit) -> dict[str, str]:
    whole = edit.slot is None
    done = "added" if not edit.before else "deleted"
    return {
        "Sheet": edit.sheet,
        "Row": str(edit.number),
        "Name": edit.name,
        "Column": f"the row was {done}" if whole else edit.slot.heading if edit.slot else "",
        "Before": "" if whole else edit.before,
        "Now": "" if whole else edit.after,
    }


def _put_back(edit: Edit | None) -> None:
    if edit:
        session.edit(session.working_copy().put_back(edit), f"Put back: {edit}")
        session.choose("edits", None)


def names_left() -> None:
    """The names that were changed or deleted, while other cells still say them; renamed there when the reader says so."""
    for left in session.working_copy().names_left:
        said, button = st.columns([5, 1.6], vertical_alignment="center")
        where = ", ".join(_places(left))
        was = f"renamed to “{label(left.after)}”" if left.after else "deleted"
        said.warning(
            f"“{label(left.before)}” was {was} on {left.sheet}, and {counted(len(left.cells), 'cell')} "
            f"still {'says' if len(left.cells) == 1 else 'say'} it: {where}."
        )
        if left.after:
            button.button(
                "Rename it there too",
                key=f"rename {left.sheet} {left.before}",
                on_click=_rename,
                args=(left,),
                width="stretch",
            )


def _rename(left: Left) -> None:
    copy = session.working_copy()
    session.edit(copy.renamed(left), f"“{left.before}” renamed to “{left.after}” in {counted(len(left.cells), 'cell')}")


def _places(left: Left) -> Iterator[str]:
    for sheet, number, slot in left.cells[:MOST_MEANT]:
        yield f"{sheet} row {number} ({slot.heading})"
    if (more := len(left.cells) - MOST_MEANT) > 0:
        yield f"and {more:,} more"
