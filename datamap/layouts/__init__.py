"""Tables that analysts already have → the workbook. One file a layout, and a mapper for those nobody has seen before.

A layout is recognised by what stands in a file, never by the file's name. It moves cells under the workbook's headings;
what they mean in law is left to the law on record, and a conclusion that the file draws itself is kept as its own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from datamap.law import Law
from datamap.layouts.layout import Layout
from datamap.sheets import Book
from datamap.workbook import Reading, parse, recognises
from datamap.workbook.drafts import Draft

LAYOUTS: tuple[Layout, ...] = ()
LEAST = 0.8
"""The share of a layout's marks that a book must have to be read as it."""


def layout_of(book: Book) -> Layout | None:
    """The known layout that a book has; None for datamap's own and for those that are not known."""
    if recognises(book):
        return None
    scores = [(layout.recognises(book), -number) for number, layout in enumerate(LAYOUTS)]
    if not scores or max(scores)[0] < LEAST:
        return None
    return LAYOUTS[-max(scores)[1]]


def read(books: Iterable[Book], law: Law) -> Reading:
    """Read books of any layout together.

    Raises `Unreadable` when a book holds no inventory.
    """
    books = tuple(_named_apart(books))
    drafts: dict[str, Draft] = {}
    for layout in LAYOUTS:
        of_layout = [book for book in books if layout_of(book) is layout]
        drafts |= {draft.file: draft for draft in layout.drafts(of_layout)} if of_layout else {}
    return parse([drafts.get(book.file, book) for book in books], law)


def _named_apart(books: Iterable[Book]) -> Iterator[Book]:
    """Two files of one name are told apart, so that a cell's address names one cell."""
    taken: set[str] = set()
    for book in books:
        name, number = book.file, 1
        while name in taken:
            number += 1
            name = f"{book.file} ({number})"
        taken.add(name)
        sheets = tuple(replace(sheet, file=name) for sheet in book.sheets)
        yield book if name == book.file else replace(book, file=name, sheets=sheets)
