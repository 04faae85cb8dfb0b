"""Tables that analysts already have → the workbook. One file a layout, and a mapper for those nobody has seen before.

A layout is recognised by what stands in a file, never by the file's name. It moves cells under the workbook's headings;
what they mean in law is left to the law on record, and a conclusion that the file draws itself is kept as its own words.

What reads other layouts than datamap's own is imported when a file has one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from datamap.law import Law
from datamap.layouts import names
from datamap.pace import all_kept, stage, watched
from datamap.problems import Kind, Problem
from datamap.sheets import LIMITS, Book, Cell, Progress, Sheet, Unreadable, column_letters
from datamap.workbook import Reading, parse, recognises
from datamap.workbook.columns import BLANK_WORKBOOK, is_problems_sheet
from datamap.workbook.drafts import Draft
from datamap.workbook.reading import LAYOUT as OURS
from datamap.workbook.reading import has_a_name_of_ours

if TYPE_CHECKING:
    from datamap.layouts.mapper import Proposal
    from datamap.layouts.profiles import Profile


def read(
    books: Iterable[Book],
    law: Law,
    *,
    profiles: Sequence[Profile] = (),
    wanted: Sequence[Profile] = (),
    same: Iterable[tuple[str, str, str]] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Reading:
    """Read books of any layout together.

    A table that one of `profiles` fits is read by it, whatever layout it has. Otherwise a book is read in the layout that
    it is known by, or by a mapping proposed from its headings and values. `same` holds names that are said to be one, as
    (sheet of the workbook, name, name to use); profiles may hold more. Those of `wanted` must fit a table.

    `progress` is called at least about every quarter of a second; whatever it raises ends the work and is raised here.

    Raises `Unreadable`, with one sentence, when a book holds no inventory or they take too long together, and
    `BadProfile` when a mapping cannot be used.
    """
    books = tuple(_named_apart(books))
    with watched(_together(books), _count(books), progress):
        return _read(books, law, profiles, wanted, same)


def _together(books: Sequence[Book]) -> str:
    return books[0].file if len(books) == 1 else f"{len(books)} files"


def _read(
    books: Sequence[Book],
    law: Law,
    profiles: Sequence[Profile],
    wanted: Sequence[Profile],
    same: Iterable[tuple[str, str, str]],
) -> Reading:
    if wanted:
        _refuse_unused(books, wanted)
    pairs = [*same, *(pair for profile in profiles for pair in profile.same)]
    try:
        decided = names.accepted(pairs)
    except ValueError as reason:
        from datamap.layouts.profiles import BadProfile

        raise BadProfile(str(reason)) from None
    with all_kept():
        drafted = tuple(drafts(books, profiles).values())
        made = sum(len(draft.rows) for draft in drafted)
        stage(_NAMING if made else 0.0, 3 * made)
        if drafted:
            from datamap.layouts import rows

            drafted = names.rename(drafted, names.certain(drafted))
            drafted = rows.settled(names.rename(drafted, decided, assumed=False))
        renamed = {draft.file: draft for draft in drafted}
        ours = _count(book for book in books if book.file not in renamed)
        stage(1 - _FINDING - _MOVING - _NAMING if made else 1.0, 3 * (made + ours))
        reading = parse([renamed.get(book.file, book) for book in books], law, decided, books)
    return _with_what_is_hidden(reading, books)


def _refuse_unused(books: Sequence[Book], wanted: Sequence[Profile]) -> None:
    from datamap.layouts import mapper
    from datamap.layouts.profiles import BadProfile

    if idle := mapper.unused(wanted, mapper.propose(books, wanted)):
        raise BadProfile(idle[0])


_FINDING, _MOVING, _NAMING = 0.1, 0.45, 0.15
"""The share of the work that it takes to find the tables of foreign files, to move their rows, and to see who is one."""


def _count(books: Iterable[Book]) -> int:
    return sum(sheet.height for book in books for sheet in book.sheets)


def _refuse_long(books: Iterable[Book], foreign: Collection[str]) -> None:
    for book in books:
        most = LIMITS.rows if book.file not in foreign else min(LIMITS.rows, LIMITS.foreign_rows)
        if _count((book,)) <= most:
            continue
        count = sum(sum(map(bool, sheet.rows)) for sheet in book.sheets)
        if count > LIMITS.rows:
            raise Unreadable(
                f"{book.file} has {count:,} rows, more than the {LIMITS.rows:,} that are understood at once: split it."
            )
        if book.file in foreign and book.kind not in ("yaml", "json") and count > LIMITS.foreign_rows:
            raise Unreadable(
                f"{book.file} has {count:,} rows, more than the {LIMITS.foreign_rows:,} that are understood of a table "
                f"that is not laid out as datamap's own: split it, or fill in {BLANK_WORKBOOK}."
            )


def drafts(books: Sequence[Book], profiles: Sequence[Profile] = ()) -> dict[str, Draft]:
    """The draft of every book that is not laid out as datamap's own, by its file. Raises `Unreadable`."""
    foreign = [book for book in books if not recognises(book)]
    _refuse_long(books, {book.file for book in foreign})
    if not (foreign or profiles):
        return {}
    from datamap.layouts import known, mapper

    stage(_FINDING if foreign else 0.0, 2 * _count(foreign))
    layouts = {book.file: known.layout_of(book) for book in foreign}
    maybe = {book.file for book in books if any(profile.could_fit(book) for profile in profiles)}
    unknown = {file for file, (layout, _) in layouts.items() if layout is None}
    proposals = mapper.propose([book for book in books if book.file in maybe | unknown], profiles)
    mapped = [p for p in proposals if p.book.file in unknown or any(table.profile for table in p.tables)]
    by_mapping = {proposal.book.file for proposal in mapped}
    found: dict[str, Draft] = {}
    stage(_MOVING if foreign else 0.0, 3 * _count(foreign))
    for layout in dict.fromkeys(layout for layout, _ in layouts.values() if layout):
        of_layout = [b for b in books if b.file not in by_mapping and layouts.get(b.file, (None,))[0] is layout]
        found |= {draft.file: draft for draft in layout.drafts(of_layout)} if of_layout else {}
    for proposal, draft in zip(mapped, mapper.drafts(mapped), strict=True):
        if proposal.inventory:
            found[draft.file] = draft
        elif not has_a_name_of_ours(proposal.book):
            raise Unreadable(mapper.refusal(proposal, layouts[proposal.book.file][1]))
    return found


def proposed(books: Iterable[Book], profiles: Sequence[Profile] = ()) -> tuple[Proposal, ...]:
    """What the columns of each book would be taken for if it were read by a mapping, for the analyst to correct."""
    from datamap.layouts import mapper

    return mapper.propose(tuple(_named_apart(books)), profiles)


def known_as(book: Book) -> str:
    """The name of the layout that a book is read in without any mapping; empty when there is none."""
    if recognises(book):
        return OURS
    from datamap.layouts import known

    layout, _ = known.layout_of(book)
    return layout.name if layout else ""


def _with_what_is_hidden(reading: Reading, books: Iterable[Book]) -> Reading:
    """The reading with a problem for all that it read where the file hides it."""
    used = {(report.file, sheet) for report in reading.inputs for sheet, _, kept in report.sheets if kept}
    told = [
        Problem(Kind.HIDDEN, Cell(sheet.file, sheet.name, row, column), "", "", wanted)
        for book in books
        for sheet in book.sheets
        if (sheet.file, sheet.name) in used
        for row, column, wanted in _hidden(sheet)
    ]
    if not told:
        return reading
    problems = sorted((*reading.problems, *told), key=lambda p: (p.cell, p.code))
    return replace(reading, problems=tuple(problems))


def _hidden(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """The first cell of what is hidden, and what it is, as the subject of a sentence with its verb."""
    if sheet.hidden:
        yield 1, 1, f"The sheet {sheet.name!r} is"
    if rows := sheet.hidden_rows:
        yield rows[0], 1, f"Rows {_runs(rows, str)} are" if len(rows) > 1 else f"Row {rows[0]} is"
    if columns := sheet.hidden_columns:
        words = _runs(columns, column_letters)
        yield 1, columns[0], f"Columns {words} are" if len(columns) > 1 else f"Column {words} is"


def _runs(numbers: Sequence[int], word: Callable[[int], str]) -> str:
    """Numbers as runs: `4 to 6, 9`."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    return ", ".join(word(run[0]) if len(run) == 1 else f"{word(run[0])} to {word(run[-1])}" for run in runs)


def _named_apart(books: Iterable[Book]) -> Iterator[Book]:
    """Two files of one name are told apart, so that a cell's address names one cell; what marking added is taken off."""
    taken: set[str] = set()
    for book in books:
        name, number = book.file, 1
        while name in taken:
            number += 1
            name = f"{book.file} ({number})"
        taken.add(name)
        kept = [sheet for sheet in book.sheets if not is_problems_sheet(sheet)]
        if name != book.file or len(kept) < len(book.sheets):
            book = replace(book, file=name, sheets=tuple(replace(sheet, file=name) for sheet in kept))
        yield book
