"""What the columns of a table were taken for: shown with how sure that is, corrected by the reader, and saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from datamap.inventory import Fact, Record
from datamap.layouts import mapper, profiles
from datamap.layouts.mapper import SURE, USED, Column, Mapped, Proposal
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.layouts.profiles import Profile
from datamap.ui import session
from datamap.ui.components.markup import counted, label, show, tag
from datamap.ui.components.records import fact_words
from datamap.ui.components.tables import FEW_ROWS, HIGHEST, Row, table
from datamap.workbook import SHEETS, SheetLayout, parse

MOST_TABLES = 12
MOST_FILES = 12
PREVIEW_ROWS = 4
TAKEN_FOR = "Taken for"
_HOLDERS = {Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.ORIGIN}
_MEANINGS = [Meaning.OTHER.value, *(m.value for m in Meaning if m is not Meaning.OTHER)]


def mappings() -> None:
    """An editor for each file that is open and read by a mapping."""
    for name, file in session.read_by_mapping()[:MOST_FILES]:
        _editor(file, name, "What the columns of {} were taken for")


def mapping_of_refused(file: session.File) -> None:
    """An editor for a file that was refused, when it has tables."""
    _editor(file, file.book.file, "Read {} all the same: say what its columns mean")


def _editor(file: session.File, name: str, title: str) -> None:
    proposal = session.proposal(file)
    if not proposal.tables:
        return
    shown = proposal.tables[:MOST_TABLES]
    with st.expander(title.format(label(name))):
        st.caption(
            "Correct what a column was taken for. A column that is kept as it is stays with its row and means nothing to "
            "datamap."
        )
        if (more := len(proposal.tables) - MOST_TABLES) > 0:
            st.caption(f"{counted(more, 'more table')} of the file not shown here.")
        tabs: Sequence[Any] = st.tabs([label(w) for w in _named(shown)]) if len(shown) > 1 else [st.container()]
        corrected = []
        for number, tab in enumerate(tabs):
            with tab:
                corrected.append(_table(proposal, number, f"{file.key} {number}"))
        wanted = [profile for profile in corrected if profile]
        if st.button("Read it so", key=f"read so {file.key}", type="primary", disabled=not wanted):
            with st.spinner("Reading it so"):
                sentence = session.read_so(file, wanted)
            if sentence is None:
                st.rerun()
            show(tag("p", sentence, class_="dm-refused", role="alert"))


def _named(tables: Sequence[Mapped]) -> Iterator[str]:
    """What each table is called: its sheet, and where it begins when the sheet has several."""
    sheets = [mapped.sheet for mapped in tables]
    for mapped in tables:
        several = sheets.count(mapped.sheet) > 1
        first = mapped.table.cell(mapped.table.heading_rows[0], min(mapped.table.headings))
        yield f"{mapped.sheet}, {first.address}" if several else mapped.sheet


def _table(proposal: Proposal, number: int, key: str) -> Profile | None:
    """One table to correct; the mapping by which it is to be read when the reader said something of it."""
    mapped = proposal.tables[number]
    show(
        tag(
            "p",
            f"{counted(len(mapped.table.rows), 'row')}. {'Read' if mapped.inventory else 'Not read'}: {mapped.reason}.",
        )
    )
    wanted = st.checkbox("Read this table", value=mapped.inventory, key=f"read {key}")
    frame = pd.DataFrame([_row(column) for column in mapped.columns])
    edited = st.data_editor(
        frame,
        key=f"columns {key}",
        hide_index=True,
        height="content" if len(frame) <= FEW_ROWS else HIGHEST,
        disabled=[name for name in frame.columns if name != TAKEN_FOR],
        column_config={
            "Column": st.column_config.TextColumn(width=65),
            "Heading": st.column_config.TextColumn(width=170),
            TAKEN_FOR: st.column_config.SelectboxColumn(width=190, options=_MEANINGS, required=True),
            "How sure": st.column_config.TextColumn(width=110),
            "First values": st.column_config.TextColumn(width=260),
            "Why": st.column_config.TextColumn(width="large"),
        },
    )
    changed = changed_meanings(mapped, list(edited[TAKEN_FOR]))
    corrected = proposal.corrected(number, changed, inventory=wanted).tables[number]
    before = mapped.profile.origin if mapped.profile else ""
    origin = before
    if Meaning.RECIPIENT in corrected.meanings.values() and not _HOLDERS & set(corrected.meanings.values()):
        origin = st.text_input(
            "This list belongs to",
            value=before,
            placeholder="A system or a recipient",
            help="Who or what gives the information to the recipients of this list, where the list does not say so itself.",
            key=f"origin {key}",
        ).strip()
    if not wanted:
        return mapper.profile_of(corrected, PurePath(corrected.table.sheet.file).stem) if mapped.inventory else None
    if not any(meaning in (*SUBJECTS, Meaning.REFERENCE) for meaning in corrected.meanings.values()):
        st.warning(
            "No column says what the rows are about. Take one for a system, a processing activity or a recipient."
        )
        return None
    profile = mapper.profile_of(corrected, PurePath(corrected.table.sheet.file).stem, origin=origin)
    _preview(proposal, corrected, origin)
    st.download_button(
        "Download the mapping",
        _saved(profile),
        file_name=f"{profile.name}{profiles.ENDING}",
        mime="application/toml",
        help="A small text file. Opened together with the next file of this shape, or lying beside it, it reads that file.",
        on_click="ignore",
        key=f"mapping {key}",
    )
    return profile if changed or origin != before or not mapped.inventory else None


def _saved(profile: Profile) -> str:
    """The mapping as a file: with the names that the reader joined, which belong to the next file of the shape too."""
    found = session.loaded()
    same = tuple(profiles.Same(*pair) for pair in found.same) if found else ()
    return profiles.dump(replace(profile, same=same))


def changed_meanings(mapped: Mapped, words: Sequence[str]) -> dict[int, Meaning]:
    """The columns that the reader takes for something else, by their number. `words` has a meaning for each column."""
    said = zip(mapped.columns, map(Meaning, words), strict=True)
    return {column.number: meaning for column, meaning in said if meaning is not _used(column)}


def _used(column: Column) -> Meaning:
    return column.meaning if column.confidence >= USED else Meaning.OTHER


def _row(column: Column) -> Mapping[str, str]:
    return {
        "Column": column.letter,
        "Heading": column.heading,
        TAKEN_FOR: _used(column).value,
        "How sure": how_sure(column),
        "First values": "  |  ".join(column.samples),
        "Why": column.why,
    }


def how_sure(column: Column) -> str:
    """How sure what a column was taken for is, in a word and a number; and what it was nearly taken for."""
    number = f"{column.confidence:.0%}"
    if column.meaning is Meaning.OTHER:
        return ""
    if column.confidence >= SURE:
        return f"sure, {number}"
    return f"likely, {number}" if column.confidence >= USED else f"unsure, {number}: {column.meaning.value}"


def _preview(proposal: Proposal, mapped: Mapped, origin: str) -> None:
    """The first rows of a table as records of the inventory."""
    few = mapped.table.rows[:PREVIEW_ROWS]
    sheet = replace(mapped.table.sheet, rows=mapped.table.sheet.rows[: max(few, default=0)])
    cut = replace(mapped, table=replace(mapped.table, sheet=sheet, rows=few, examples=()))
    book = replace(proposal.book, sheets=(sheet,))
    reading = parse(mapper.drafts([Proposal(book, (cut,))], origin=origin or None), session.law())
    st.caption("Its first rows, as they are in the inventory")
    for layout in SHEETS:
        records: tuple[Record, ...] = getattr(reading.inventory, layout.field)
        if records:
            st.text(layout.name)
            table(_rows(records, layout), alt=f"Preview: {layout.name} as they will be in the inventory")


def _rows(records: Sequence[Record], layout: SheetLayout) -> list[Row]:
    """Records as rows of a table, with the columns that any of them fills."""
    columns = [c for c in layout.columns if c is not layout.identity]
    filled = [c for c in columns if any(not getattr(r, c.field).blank for r in records)]
    return [
        {layout.identity.heading: r.name, **{c.heading: _filled(getattr(r, c.field)) for c in filled}} for r in records
    ]


def _filled(fact: Fact[Any]) -> str:
    return "" if fact.blank else fact_words(fact)
