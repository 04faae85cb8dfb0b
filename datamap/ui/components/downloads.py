"""Files to download: what stands beside a page as a workbook and as JSON, and the calendar of what falls due."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from datamap import ics
from datamap.assessment import Assessment
from datamap.law.readable import day
from datamap.timeline import Lapse
from datamap.ui import session
from datamap.ui.components.markup import counted

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel_and_json(
    words: str,
    name: str,
    workbook: Callable[[], bytes],
    found: Callable[[], Any],
    *,
    help: str | None = None,
) -> None:
    """`Download {words} (Excel)` and `Download as JSON`, files of this name, each made when it is asked for.

    `found` returns what the JSON holds, or its text. `help` is what the JSON is.
    """

    def text() -> str:
        value = found()
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False) + "\n"

    st.download_button(
        f"Download {words} (Excel)",
        workbook,
        file_name=f"{name}.xlsx",
        mime=EXCEL,
        on_click="ignore",
        type="primary",
        width="stretch",
    )
    st.download_button(
        "Download as JSON",
        text,
        file_name=f"{name}.json",
        mime="application/json",
        help=help,
        on_click="ignore",
        width="stretch",
    )


def calendar(assessment: Assessment, within: int, lapsing: Sequence[Lapse]) -> None:
    """The reviews, expiries and lapses of the days ahead as a calendar, and what is in none because its day has passed."""
    found = session.kept(("due", within), lambda: ics.due(assessment, within=within, found=lapsing))
    before = ics.overdue(assessment)
    left, said = st.columns([1, 3], vertical_alignment="center")
    left.download_button(
        "Download a calendar (.ics)",
        lambda: ics.calendar(assessment, found),
        file_name=f"reviews and expiries {assessment.on}.ics",
        mime="text/calendar",
        on_click="ignore",
        disabled=not found,
        width="stretch",
    )
    late = (
        f" {counted(before, 'expiry or review', 'expiries and reviews')} before {day(assessment.on)} "
        f"{'is' if before == 1 else 'are'} not in it."
        if before
        else ""
    )
    said.caption(
        f"For any calendar program: {counted(len(found), 'entry', 'entries')} within {within} days, the reviews and expiries of "
        f"all safeguards and what lapses by them, whatever the filters.{late}"
    )
