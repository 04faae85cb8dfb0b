"""The analyst's own files back, each problem marked in its cell."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import PurePath

import streamlit as st

from datamap.sheets import Unreadable
from datamap.ui import session
from datamap.ui.components.markup import counted, listed, show, tag
from datamap.workbook.marking import Marked, mark

MOST_FILES = 40


def files_back() -> None:
    """For each file that is open a copy with its problems marked: made when asked for, with what was not kept of it."""
    found = session.loaded()
    if found is None or not found.opened.problems:
        return
    with_problems = {p.cell.file for p in found.opened.problems}
    numbers = [n for n, report in enumerate(found.opened.inputs) if report.file in with_problems]
    with st.expander(f"Your files back, with the problems marked: {len(numbers):,}"):
        st.caption(
            "Each problem stands as a comment on its cell, in colour, and on a sheet *Problems*. Correct it there, and open it "
            "here again."
        )
        for number in numbers[:MOST_FILES]:
            _file(found, number)
        if (more := len(numbers) - MOST_FILES) > 0:
            st.caption(f"{counted(more, 'more file')}: open fewer together to have these back.")


def _file(found: session.Loaded, number: int) -> None:
    name = found.opened.inputs[number].file
    said, button = st.columns([4, 2], vertical_alignment="center")
    key = ("marked", number)
    made = session.kept_before(key)
    if made is None and button.button("Mark the problems in it", key=f"mark {number}", width="stretch"):
        with st.spinner("Marking the problems"):
            session.kept(key, lambda: _marked(found, number))
        st.rerun()
    with said:
        show(tag("b", name))
    if isinstance(made, str):
        show(tag("p", made, class_="dm-refused", role="alert"))
    elif made:
        data, marked = made
        button.download_button(
            "Download it with the problems marked",
            data,
            file_name=f"{PurePath(name).stem} (problems marked){marked.ending}",
            mime="application/octet-stream",
            key=f"marked {number}",
            on_click="ignore",
            width="stretch",
        )
        with said:
            show(
                tag(
                    "p",
                    f"{counted(marked.cells, 'cell')} marked, {counted(marked.listed, 'problem')} listed.",
                    class_="dm-quiet",
                )
            )
            show(listed(marked.notes))


def _marked(found: session.Loaded, number: int) -> tuple[bytes, Marked] | str:
    """The marked copy, or a sentence that says why there is none."""
    file, name = found.files[number], found.opened.inputs[number].file
    written = BytesIO()
    try:
        marked = mark(replace(file.book, file=name), file.source, found.opened.problems, written)
    except Unreadable as sentence:
        return str(sentence)
    return written.getvalue(), marked
