"""What a layout is, and the one shape that most known layouts have: a flat table with headings of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from datamap import places
from datamap.inventory import name_key
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import Entry, Translated, one_name, translate
from datamap.layouts.tables import HEADING_ROWS, Table, entries, filled_rows, table_with, value_at
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, Sheet
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Draft, LeftOut, Row, Said


@dataclass(frozen=True)
class Layout:
    """One layout that analysts have.

    `recognises` gives the share, 0 to 1, of what marks the layout that a book has; the name of the file never counts.
    `drafts` reads all the books that were recognised, together, so that one may name what another holds; it gives one
    draft a book, in their order.
    """

    name: str
    recognises: Callable[[Book], float]
    drafts: Callable[[Sequence[Book]], Sequence[Draft]]


@dataclass(frozen=True)
class Flat:
    """A layout that is one table: its headings, in every language it comes in, and what each means.

    `marks` are the headings that make it this layout (each a tuple of the same heading in several languages); `down`
    are headings whose blanks repeat what stands above; `mend` changes the entries of a table before they are translated,
    for cells that mean something other than they say and for rows that belong together.
    """

    name: str
    columns: Mapping[str, Meaning]
    marks: tuple[tuple[str, ...], ...]
    least: float = 0.8
    down: Collection[str] = ()
    mend: Callable[[Table, Iterable[Entry]], Iterable[Entry]] = field(default=lambda table, found: found)

    def layout(self) -> Layout:
        return Layout(self.name, self.recognises, self.drafts)

    def recognises(self, book: Book) -> float:
        return max((self.share(sheet) for sheet in book.sheets), default=0.0)

    def drafts(self, books: Sequence[Book]) -> Sequence[Draft]:
        return [draft(book, self.name, self.read) for book in books]

    def share(self, sheet: Sheet) -> float:
        """The share of the marks, 0 to 1, that a sheet has."""
        table = self._table(replace(sheet, rows=sheet.rows[:HEADING_ROWS]))
        if table is None:
            return 0.0
        keys = {name_key(h) for h in table.headings.values()}
        return sum(any(name_key(word) in keys for word in mark) for mark in self.marks) / len(self.marks)

    def table(self, sheet: Sheet) -> Table | None:
        """The table of this layout on a sheet; None when it has too few of the marks."""
        return self._table(sheet) if self.share(sheet) >= self.least else None

    def entries(self, table: Table) -> Iterator[Entry]:
        """The data rows of a table of this layout, not mended."""
        known = self.known(table)
        repeated = {name_key(h) for h in self.down}
        meanings = {column: self.columns[heading] for column, heading in known.items()}
        return entries(table, meanings, down=[c for c, h in known.items() if name_key(h) in repeated])

    def read(self, sheet: Sheet) -> tuple[Table, Translated] | None:
        """What a sheet says, and the table that says it; None when it has no table of this layout."""
        table = self.table(sheet)
        if table is None:
            return None
        made = translate(self.mend(table, self.entries(table)))
        made.problems += self.guesses(table)
        return table, made

    def guesses(self, table: Table) -> Iterator[Problem]:
        """The headings that were taken for others of this layout that they are almost the same as."""
        for column, heading in self.known(table).items():
            seen = table.headings[column]
            if name_key(seen) != name_key(heading):
                at = table.cell(table.heading_rows[-1], column)
                yield Problem(Kind.COLUMN_GUESSED, at, "", seen, repr(heading))

    def known(self, table: Table) -> dict[int, str]:
        """Which of the layout's headings each column of a table has: the same, else the nearest that no column has."""
        known = {name_key(h): h for h in self.columns}
        found = {c: known[key] for c, h in table.headings.items() if (key := name_key(h)) in known}
        taken = {self.columns[h] for h in found.values()} | {Meaning.OTHER}
        for column, heading in table.headings.items():
            free = [h for h, meaning in self.columns.items() if meaning not in taken]
            if column in found or column in table.unheaded:
                continue
            if near := places.nearest(heading, free, 0.8):
                found[column] = near
                taken.add(self.columns[near])
        return found

    def _table(self, sheet: Sheet) -> Table | None:
        return table_with(sheet, self.columns, least=min(0.1, 2 / len(self.columns)))


_NAMED = (Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.RECIPIENT, Meaning.CATEGORY)


class Keys:
    """The rows of several tables, by the kind of table and the row's key in it."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, list[Entry]]] = {}

    def add(self, kind: str, entry: Entry) -> None:
        self._rows.setdefault(kind, {}).setdefault(entry.text(Meaning.REFERENCE), []).append(entry)

    def row(self, kind: str, key: Said) -> Entry | None:
        """The row of a kind of table that a cell gives the key of; None when no table read has it, or several differ.

        A table of the cell's own file is asked first where two files have the same key for different things.
        """
        rows = self._rows.get(kind, {}).get(as_text(key.value), [])
        if len(_names(rows)) > 1:
            rows = [row for row in rows if row.at.file == key.cell.file]
        return rows[0] if len(_names(rows)) == 1 else None

    def named(self, kind: str, key: Said, entry: Entry) -> Said:
        """The name of the row that a cell of an entry gives the key of; a key that no table has stays visible as one."""
        row = self.row(kind, key)
        if row and (about := _about(row)):
            return Said(one_name(row.text(about)), key.cell, key.also)
        words = as_text(key.value)
        if words in self._rows.get(kind, {}):
            why = "its tables differ"
        else:
            why = "is not in its table" if kind in self._rows else "its table was not given"
        entry.problems.append(Problem(Kind.NO_SUCH_NAME, key.cell, "", words, kind))
        return Said(f"{kind} {words} ({why})", key.cell, key.also)


def _about(entry: Entry) -> Meaning | None:
    """The meaning under which an entry names what it is about; None for a flow, which is about its ends."""
    return next((meaning for meaning in _NAMED if entry.text(meaning)), None)


def _names(rows: Iterable[Entry]) -> set[str]:
    return {name_key(row.text(about)) for row in rows if (about := _about(row))}


def _tell_apart(rows: Iterable[tuple[str, Entry]]) -> None:
    """Adds to names that are the same to the workbook, and are not the same thing, what kind it is or which row.

    Things of different kinds are never one. Things of one kind are when their names are spelled alike.
    """
    same: dict[tuple[Meaning, str], list[tuple[str, Meaning, Entry]]] = {}
    for kind, entry in rows:
        if about := _about(entry):
            of = Meaning.SYSTEM if about is Meaning.ACTIVITY else about
            same.setdefault((of, name_key(entry.text(about))), []).append((kind, about, entry))
    for several in same.values():
        kinds = {kind for kind, _, _ in several}
        spellings = {kind: {e.text(a).casefold() for k, a, e in several if k == kind} for kind in kinds}
        for kind, about, entry in several:
            if len(spellings[kind]) > 1:
                mark = f" ({kind} {entry.text(Meaning.REFERENCE)})"
            else:
                mark = f" ({kind})" if len(kinds) > 1 else ""
            first, *others = entry.said[about]
            entry.said[about] = [first._replace(value=as_text(first.value) + mark), *others]


@dataclass(frozen=True)
class Keyed:
    """A layout of several tables, on sheets or in files of their own, whose rows name each other by key.

    `kinds` are its tables; the column that means `Meaning.REFERENCE` has the key. `aside` says why a row of a kind is left
    out, or None; `rows` makes rows of the workbook of the others.
    """

    name: str
    kinds: Mapping[str, Flat]
    rows: Callable[[str, list[Entry], Keys], Translated]
    aside: Callable[[str, Entry], str | None]

    def layout(self) -> Layout:
        return Layout(self.name, self.recognises, self.drafts)

    def recognises(self, book: Book) -> float:
        return max((kind.recognises(book) for kind in self.kinds.values()), default=0.0)

    def drafts(self, books: Sequence[Book]) -> Sequence[Draft]:
        found = {(s.file, s.name): of_kind for book in books for s in book.sheets if (of_kind := self._entries(s))}
        keys = Keys()
        for kind, _, listed in found.values():
            for entry in listed:
                keys.add(kind, entry)
        _tell_apart((kind, e) for kind, _, listed in found.values() for e in listed if not self.aside(kind, e))

        def read(sheet: Sheet) -> tuple[Table, Translated] | None:
            if (sheet.file, sheet.name) not in found:
                return None
            kind, table, every = found[sheet.file, sheet.name]
            aside: dict[str, list[Entry]] = {}
            kept = []
            for entry in every:
                if why := self.aside(kind, entry):
                    aside.setdefault(why, []).append(entry)
                else:
                    kept.append(entry)
            left_out = tuple(
                LeftOut(
                    out[0].at,
                    tuple(e.at.row for e in out),
                    why,
                    as_text(value_at(sheet, *out[0].at[2:])) if kept or len(aside) > 1 else sheet.name,
                )
                for why, out in aside.items()
            )
            made = self.rows(kind, kept, keys)
            made.problems += self.kinds[kind].guesses(table)
            return replace(table, left_out=(*table.left_out, *left_out)), made

        return [draft(book, self.name, read) for book in books]

    def _entries(self, sheet: Sheet) -> tuple[str, Table, list[Entry]] | None:
        tables = {name: table for name, kind in self.kinds.items() if (table := kind.table(sheet))}
        if not tables:
            return None
        name = max(tables, key=lambda name: len(self.kinds[name].known(tables[name])))
        return name, tables[name], list(self.kinds[name].entries(tables[name]))


def draft(book: Book, layout: str, read: Callable[[Sheet], tuple[Table, Translated] | None]) -> Draft:
    """One book as a draft: the tables that `read` finds on its sheets. A sheet without one is left out whole."""
    rows: list[Row] = []
    problems: list[Problem] = []
    left_out: list[LeftOut] = []
    said: dict[Cell, str] = {}
    for sheet in book.sheets:
        filled = filled_rows(sheet)
        found = read(sheet)
        if found is None:
            said |= filled
            left_out += whole_sheet(filled, "not a table of this layout")
            continue
        table, made = found
        said |= {cell: words for cell, words in filled.items() if cell.row not in table.heading_rows}
        left_out += table.left_out
        rows += made.rows
        problems += [*made.problems, *table.without_heading()]
    return Draft(book.file, layout, tuple(rows), said, tuple(left_out), tuple(problems))


def whole_sheet(filled: Mapping[Cell, str], why: str) -> Iterable[LeftOut]:
    """A sheet of which nothing is read, and why."""
    if filled:
        first = next(iter(filled))
        yield LeftOut(first, tuple(cell.row for cell in filled), why, first.sheet)
