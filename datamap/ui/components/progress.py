"""How far a reading is, while it goes on, and the button that stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from datamap.sheets import LIMITS, Progress, Unreadable
from datamap.ui.components.markup import label
from datamap.ui.session import Tell


@contextmanager
def reading_bar(files: int, cancel: Callable[[], None], *, of: str = "rows") -> Iterator[Tell]:
    """A bar for so many files, with what is being read, and *Cancel*; all of it is gone afterwards. `of` is what is counted.

    A click asks Streamlit to run the page again. That takes effect when the bar is next moved, by an exception that has
    to be let through; before the page runs again `cancel` is called.
    """
    place = st.empty()
    with place.container(border=True):
        said, button = st.columns([6, 1], vertical_alignment="center")
        bar = said.progress(0.0, "Reading")
        button.button("Cancel", on_click=cancel, key="cancel reading", width="stretch")

    def tell(done: int, progress: Progress) -> None:
        if progress.of is not None:
            words = f"Understanding {progress.file}: {progress.rows:,} of {progress.of:,} {of}"
            bar.progress(progress.rows / max(progress.of, 1), label(words))
            return
        which = f" (file {done + 1} of {files})" if files > 1 else ""
        words = f"Reading {progress.file}{which}: {progress.rows:,} rows, {progress.seconds:.1f} seconds"
        share = (done + min(progress.seconds / LIMITS.seconds, 1)) / files
        bar.progress(share, label(words))

    try:
        yield tell
    except Unreadable:
        place.empty()
        raise
    place.empty()
