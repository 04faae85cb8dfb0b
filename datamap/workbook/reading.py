"""Sheets of cells → a typed Inventory and the problems found on the way. Bad input never loses data."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, NamedTuple

from datamap.inventory import (
    Deferred,
    Fact,
    Flow,
    Inventory,
    Nothing,
    Recipient,
    Record,
    Records,
    Safeguard,
    System,
    items,
    name_key,
    name_keys,
)
from datamap.law import Law
from datamap.pace import all_kept, step, steps, watched
from datamap.problems import Kind, Problem, without_heading
from datamap.sheets import Book, Cell, Coded, ErrorValue, Progress, Sheet, Uncomputed, Unreadable, Value, is_blank
from datamap.workbook import columns
from datamap.workbook.columns import (
    BLANK_WORKBOOK,
    ERROR_MARK,
    EXAMPLE_MARK,
    FLOWS,
    FORMULA_MARK,
    FORMULA_START,
    INDIVIDUALS,
    MARK_START,
    OUR_OWN_SHEETS,
    SAFEGUARDS,
    SAYS_SOMETHING,
    SHEETS,
    Column,
    Context,
    Read,
    SheetLayout,
    Trouble,
    a_date,
    as_text,
    evidence,
    kept_as,
    modules_in,
    no_heading,
    nothing_in,
    numeric_date,
    sheet_called,
    text,
    unguarded,
)
from datamap.workbook.drafts import Draft, Row, Said

LAYOUT = "datamap"


@dataclass(frozen=True)
class InputReport:
    """What became of one file's rows. rows_read = rows_in_inventory + rows_left_out, always."""

    file: str
    layout: str
    rows_read: int
    rows_in_inventory: int
    rows_left_out: int
    sheets: tuple[tuple[str, int, int], ...] = ()  # sheet, rows read, rows in the inventory

    def __post_init__(self) -> None:
        assert self.rows_read == self.rows_in_inventory + self.rows_left_out, "rows do not balance"


class RowLeftOut(NamedTuple):
    """A row that is not in the inventory: its first filled cell, all its values, and why it was left out."""

    cell: Cell
    row: Sequence[Value]
    why: str


@dataclass(frozen=True)
class Reading:
    """One or more files, read: the inventory, what was wrong and where, and the counts."""

    inventory: Inventory
    problems: tuple[Problem, ...]
    inputs: tuple[InputReport, ...]
    left_out: tuple[RowLeftOut, ...] = ()


class _Rows:
    """Rows of one of the workbook's sheets, column by column, whatever file they stand in.

    `columns` has the cells of each column, all equally long; `at` is the cell that a row is about.
    """

    def __init__(self, layout: SheetLayout, columns: Mapping[Column, Coded], count: int) -> None:
        self.layout = layout
        self.columns = columns
        self.count = count
        self.used = _Used(columns)
        self.reads: dict[Column, _Reads] = {}  # what each says
        self._said: dict[str, tuple[Mapping[int, Read], Sequence[int] | None]] = {}

    def cells(self, column: Column, row: int) -> tuple[Cell | None, tuple[Cell, ...]]:
        """The cell of a column in a row, and others that its value was put together from; none where nothing is said."""
        raise NotImplementedError

    def at(self, row: int) -> Cell:
        raise NotImplementedError

    def unmapped(self, row: int) -> dict[str, Fact[str]]:
        raise NotImplementedError

    def understand(self, context: Context) -> None:
        """Read each distinct value of each column once; plain text that says something when it is asked for."""
        for column, (values, _) in self.columns.items():
            reads = self.reads[column] = _Reads(self, column, context)
            step(self.count // len(self.columns))
            plain = not column.refers_to and column.parse in (columns.name, columns.text)
            if plain and _TEXTS.issuperset(map(type, values)):
                begin = [value[:1] if type(value) is str else "" for value in values]
                maybe = {begins for begins in set(begin) if _may_say_nothing(begins)}
                used = [code for code, begins in enumerate(begin) if begins in maybe]
            else:
                used = self.used[column]
            for code in steps(used, 0):
                reads[code]

    def meant(self, value: Value, column: Column) -> Value:
        """What a cell stands for, where datamap wrote it for something that a cell cannot hold."""
        return value

    def value(self, column: Column, row: int) -> Value:
        values, codes = self.columns[column]
        return values[codes[row]]

    def texts(self, field: str) -> tuple[dict[int, str], Sequence[int]]:
        """The texts of a column by their codes, empty for errors and formulas, and the codes of its rows."""
        column = self.layout.fields.get(field)
        if column is None or column not in self.columns:
            return {}, ()
        values, codes = self.columns[column]
        meant = {code: self.meant(values[code], column) for code in self.used[column]}
        return {
            code: "" if isinstance(value, ErrorValue | Uncomputed) else as_text(value) for code, value in meant.items()
        }, codes

    def read(self, column: Column, row: int) -> Read:
        """What a cell says, once `understand` was called."""
        return self.reads[column][self.columns[column].codes[row]]

    def names(self, identity: Column) -> list[str | None]:
        """What each row is called, if it is called anything."""
        reads = self.reads[identity]
        values, codes = self.columns[identity]
        called = [reads[code].value if code in reads else as_text(value) for code, value in enumerate(values)]
        return list(map(called.__getitem__, codes))

    def reached(self, row: int) -> str:
        """The key of the name of whom a flow goes to."""
        said = self.said("destination", row)
        return name_key(said.value or "") if said else ""

    def silent(self, column: Column) -> set[int]:
        """The rows in which a column says nothing."""
        nothing = {code for code, read in self.reads[column].items() if read.nothing is not None}
        return {row for row, code in enumerate(self.columns[column].codes) if code in nothing} if nothing else set()

    def fact(self, field: str, row: int) -> Any:
        """A field of the record that a row is."""
        if field == "cell":
            return self.at(row)
        if field == "extra":
            return self.unmapped(row)
        column = self.layout.fields.get(field)
        if column is None or column not in self.columns:
            return self.layout.record.__dataclass_fields__[field].default
        cell, also = self.cells(column, row)
        if cell is None:
            return _NOT_SAID
        read = self.read(column, row)
        return Fact(read.value, read.nothing, cell, also, read.words)

    def said(self, field: str, row: int) -> Read | None:
        """What a field of it says, the very same object for all rows in which the cell is the same; None without a cell."""
        found = self._said.get(field)
        if found is None:
            column = self.layout.fields.get(field)
            there = column is not None and column in self.columns
            found = (self.reads[column], self.columns[column].codes) if column and there else ({}, None)
            self._said[field] = found
        reads, codes = found
        return None if codes is None else reads[codes[row]]

    def column(self, field: str) -> tuple[Sequence[int], Callable[[int], Read | None]] | None:
        """The codes of what the rows say in a field, as an array, and what a code stands for."""
        column = self.layout.fields.get(field)
        if column is None or column not in self.columns:
            return None
        return _as_array(self.columns[column].codes), self.reads[column].__getitem__


_NOT_SAID: Fact[Any] = Fact()


def _as_array(codes: Sequence[int]) -> Sequence[int]:
    """Codes as numpy has them, without another copy."""
    import numpy as np

    return np.asarray(memoryview(codes))  # type: ignore[return-value,arg-type]


class _Used(dict[Column, list[int]]):
    """The codes that there are in each column, found when they are first asked for."""

    def __init__(self, columns: Mapping[Column, Coded]) -> None:
        self.columns = columns

    def __missing__(self, column: Column) -> list[int]:
        used = self[column] = self.columns[column].used()
        return used


class _Reads(dict[int, Read]):
    """What the values of one column say, by their codes, read when they are first asked for."""

    def __init__(self, rows: _Rows, column: Column, context: Context) -> None:
        self.rows, self.column, self.context = rows, column, context

    def __missing__(self, code: int) -> Read:
        value = self.rows.meant(self.rows.columns[self.column].values[code], self.column)
        read = self[code] = _read(value, self.column, self.context)
        return read


def _may_say_nothing(begins: str) -> bool:
    """Whether a text that begins so may be blank, a word for nothing, or a mark for what a cell cannot hold."""
    return begins in _MARKS or not SAYS_SOMETHING.match(begins)


_MARKS = frozenset(mark[:1] for mark in (ERROR_MARK, FORMULA_MARK))
_TEXTS = frozenset({str, type(None)})


class _SheetRows(_Rows):
    """Rows of one sheet of datamap's own layout: which column of the sheet is which, and the numbers of its data rows."""

    def __init__(
        self,
        sheet: Sheet,
        layout: SheetLayout,
        positions: Mapping[Column, int],
        others: Mapping[int, str],
        numbers: Sequence[int],
        unheaded: Collection[int],
    ) -> None:
        columns: dict[Column, Coded] = {}
        for column, position in steps(positions.items(), 0):
            coded = sheet.column(position)
            if column is layout.identity:
                coded = coded.changed(_name_in)
            columns[column] = coded.picked(numbers)
        super().__init__(layout, columns, len(numbers))
        self.sheet = sheet
        self.positions = positions
        self.others = others  # which columns are kept as they are, and what they are called
        self.unheaded = frozenset(unheaded)  # those of them that have no heading
        self.numbers = numbers
        self.first = min(positions.values(), default=1)

    def meant(self, value: Value, column: Column) -> Value:
        if type(value) is not str or column is self.layout.identity or value[:1] not in _GUARDED:
            return value
        if value.startswith(ERROR_MARK):
            return ErrorValue(as_text(value.removeprefix(ERROR_MARK)))
        if value.startswith(FORMULA_MARK):
            return Uncomputed(as_text(value.removeprefix(FORMULA_MARK)))
        return unguarded(value, MARK_START)

    def cell(self, row: int, position: int) -> Cell:
        return Cell(self.sheet.file, self.sheet.name, self.numbers[row], position)

    def cells(self, column: Column, row: int) -> tuple[Cell | None, tuple[Cell, ...]]:
        return self.cell(row, self.positions[column]), ()

    def at(self, row: int) -> Cell:
        return self.cell(row, self.positions.get(self.layout.identity, self.first))

    def unmapped(self, row: int) -> dict[str, Fact[str]]:
        said = ((h, p, as_text(self.sheet.at(self.numbers[row], p))) for p, h in self.others.items())
        return {heading: Fact.of(words, self.cell(row, position)) for heading, position, words in said if words}


_GUARDED = _MARKS | {"'"}


def _name_in(value: Value) -> Value:
    return unguarded(value, MARK_START) if type(value) is str and value[:1] == "'" else value


class _DraftRows(_Rows):
    """The rows that a layout made for one sheet of the workbook."""

    def __init__(self, layout: SheetLayout, rows: Sequence[Row]) -> None:
        first: dict[object, int] = {}  # flows may repeat, any other row that says the same again adds nothing
        self.again: list[list[Row]] = []
        kept: list[Row] = []
        for number, row in enumerate(steps(rows)):
            key = number if layout is FLOWS else tuple(_says(row))
            place = first.setdefault(key, len(kept))
            if place == len(kept):
                kept.append(row)
                self.again.append([])
            else:
                self.again[place].append(row)
        rows = kept
        headings = dict.fromkeys(heading for row in rows for heading in row.facts)
        columns = {layout.headed(heading): heading for heading in headings}
        coded = {
            c: Coded.of(row.facts[h].value if h in row.facts else None for row in rows) for c, h in columns.items()
        }
        super().__init__(layout, coded, len(rows))
        self.headings = columns
        self.rows = rows

    def cells(self, column: Column, row: int) -> tuple[Cell | None, tuple[Cell, ...]]:
        said = self.rows[row].facts.get(self.headings[column])
        return (said.cell, said.also) if said else (None, ())

    def said(self, field: str, row: int) -> Read | None:
        column = self.layout.fields.get(field)
        heading = self.headings.get(column) if column else None
        return super().said(field, row) if heading in self.rows[row].facts else None

    def column(self, field: str) -> tuple[Sequence[int], Callable[[int], Read | None]] | None:
        found = super().column(field)
        if found is None:
            return None
        import numpy as np

        codes, says = found
        column = self.layout.fields[field]
        heading, absent = self.headings[column], len(self.columns[column].values)
        said = np.fromiter((heading in row.facts for row in self.rows), bool, len(self.rows))
        return np.where(said, codes, absent), lambda code: None if code == absent else says(code)  # type: ignore[return-value]

    def at(self, row: int) -> Cell:
        said = self.rows[row].facts.get(self.layout.identity.heading)
        return said.cell if said else self.rows[row].at

    def unmapped(self, row: int) -> dict[str, Fact[str]]:
        said = self.rows[row].extra.items()
        return {_heading(h) or "-": Fact.of(words, s.cell) for h, s in said if (words := as_text(s.value))}

    def is_loose(self, row: int) -> bool:
        """Whether a flow says no more than that somebody not stated sends something to somebody."""
        made = self.rows[row]
        said = made.facts.get("From")
        return (
            said is not None
            and nothing_in(as_text(said.value)) is Nothing.NOT_STATED
            and made.facts.keys() <= {"From", "To", "Purpose", "Role"}
            and not made.extra
        )

    def touches(self, row: int, file: str) -> Iterator[tuple[str, int]]:
        """The sheets and rows of a file that a row rests on."""
        for made in (self.rows[row], *self.again[row]):
            for said in (Said("", made.at), *made.facts.values(), *made.extra.values()):
                for cell in (said.cell, *said.also):
                    if cell.file == file:
                        yield cell.sheet, cell.row


def _run(numbers: Sequence[int]) -> Sequence[int]:
    """Growing numbers in little room."""
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return range(numbers[0], numbers[-1] + 1)
    return array("I", numbers)


def _says(row: Row) -> Iterator[tuple[str, type, Value]]:
    """All that a row says, whatever the cells that say it."""
    for heading, (value, _, _) in (*row.facts.items(), *row.extra.items()):
        yield heading, type(value), value


def _heading(value: Value) -> str:
    return as_text(value).rstrip("* ")


def _says_anything(sheet: Sheet, column: int, below: int) -> bool:
    """Whether a column has anything below a row."""
    values, codes = sheet.column(column)
    return any(as_text(values[code]) for code in set(codes[below:]))


HEADINGS = 1_000  # columns in which the headings that make a sheet ours are looked for
TITLE_ROWS = 20  # headings are looked for this far down, under titles


def _header(sheet: Sheet, layout: SheetLayout | None = None) -> tuple[int, list[Value]] | None:
    """The row of headings, with its number: the first that names what the layout's rows are, else the first at all."""
    rows = [(n, row) for n, row in enumerate(sheet.top(TITLE_ROWS), 1) if not is_blank(row)]
    if layout:
        wanted = {c.field for c in ((layout.columns[1], layout.columns[2]) if layout is FLOWS else (layout.identity,))}
        for number, row in rows:
            if wanted & {c.field for v in row if (c := layout.column(as_text(v).rstrip("* ")))}:
                return number, row
    if rows:
        return rows[0]
    first = next(iter(sheet.filled(TITLE_ROWS)), None)
    return (first, sheet.row(first)) if first else None


TEXT_KINDS = frozenset({"csv", "folder", "zip"})  # of files in which an apostrophe keeps a text from being a formula


def _plain(sheet: Sheet) -> Sheet:
    """A sheet of a text file without the apostrophes that guard its texts (see `writing.write_csv`)."""
    return sheet.changed(lambda value: unguarded(value, FORMULA_START) if type(value) is str else value)


def _layout_of(sheet: Sheet) -> SheetLayout | None:
    """Which of the workbook's sheets this is: by its name, else by its headings."""
    if named := sheet_called(sheet.name):
        return named
    found = _header(sheet)
    if not found:
        return None
    headings = [as_text(v) for v in found[1][:HEADINGS] if as_text(v)]
    scores = []
    for layout in SHEETS:
        known = [h for h in headings if layout.column(h)]
        named_by = any(
            layout.column(h) is layout.identity and name_key(h) == name_key(layout.identity.heading) for h in headings
        )
        if named_by and len(known) >= 3 and len(known) * 3 >= len(headings) * 2:
            scores.append((len(known), -SHEETS.index(layout), layout))
    return max(scores)[2] if scores else None


def recognises(book: Book) -> bool:
    """Whether a book is laid out as datamap's own: some sheet of it is, by its headings and not only by its name.

    A sheet with one of the names that is blank counts as well.
    """
    return any(_is_ours(sheet) for sheet in book.sheets)


def has_a_name_of_ours(book: Book) -> bool:
    """Whether any sheet of the book has the name of one of datamap's, whatever stands on it."""
    return any(sheet_called(sheet.name) for sheet in book.sheets)


def _is_ours(sheet: Sheet) -> bool:
    """Whether a sheet is laid out as one of datamap's, so that nobody else's table is taken for it.

    Its rows must be named, and most of its headings be the very ones of the layout; or all of them be headings or
    synonyms of it, under the sheet's own name.
    """
    layout = _layout_of(sheet)
    found = _header(sheet, layout)
    if layout is None or found is None:
        return layout is not None
    headings = [words for v in found[1][:HEADINGS] if (words := _heading(v))]
    known = [c for h in headings if (c := layout.column(h))]
    exact = [c for h in headings if (c := layout.column(h)) and name_key(h) == name_key(c.heading)]
    needed = set(FLOWS.columns[1:3]) if layout is FLOWS else {layout.identity}
    if not needed & set(known):
        return False
    if needed & set(exact) and len(exact) * 2 >= len(headings):
        return True
    return len(known) == len(headings) and name_key(sheet.name) == name_key(layout.name)


Same = Mapping[str, Mapping[str, str]]
"""Names that somebody said are the same: sheet → the key of a name (see `name_key`) → the name to use instead."""


class _Reader:
    """Reads books and drafts together, so that a name declared in one file is known in another."""

    def __init__(self, sources: Iterable[Book | Draft], law: Law, same: Same, books: Iterable[Book]) -> None:
        self.sources = tuple(sources)
        self.sheets = {(sheet.file, sheet.name): sheet for book in books for sheet in book.sheets}
        self.law = law
        self.same = same
        self.problems: list[Problem] = []
        self.counts: dict[str, dict[str, list[int]]] = {}
        self.left_out: list[RowLeftOut] = []
        self.again: dict[tuple[SheetLayout, str], list[Record]] = {}  # records of one name, in their order
        self.flows: list[tuple[_Rows, Sequence[int], list[str]]] = []  # rows that are flows, and what each is called
        self.taken: set[str] = set()  # keys of their names

    # -- tables

    def tables(self, book: Book) -> Iterator[_SheetRows]:
        for sheet in map(_plain, book.sheets) if book.kind in TEXT_KINDS else book.sheets:
            layout = _layout_of(sheet)
            found = _header(sheet, layout)
            if found is None or sheet.name in OUR_OWN_SHEETS:
                continue
            if layout is None:
                self._left_out_whole(sheet, found[0])
                continue
            table = self._table(sheet, layout, *found)
            if table:
                yield table

    def _left_out_whole(self, sheet: Sheet, header_row: int) -> None:
        rows = sheet.filled(header_row)
        if sheet.hidden or not rows:
            return
        self._count(sheet.file, sheet.name, read=len(rows), kept=0)
        wanted = ", ".join(s.name for s in SHEETS)
        self._problem(Kind.SHEET_UNKNOWN, Cell(sheet.file, sheet.name, header_row, 1), "", sheet.name, wanted)
        self._leave_out(sheet, rows)

    def _table(self, sheet: Sheet, layout: SheetLayout, header_row: int, header: Sequence[Value]) -> _SheetRows | None:
        columns: dict[int, Column] = {}
        extra: dict[int, str] = {}
        for number, value in enumerate(header, 1):
            heading = _heading(value)
            if not heading:
                continue
            column = layout.column(heading)
            if column is None:
                extra[number] = kept_as(heading, layout)
            elif column in columns.values():
                earlier = next(n for n, c in columns.items() if c is column)
                del columns[earlier]
                used = max(  # one that is filled in, the true heading, the first
                    (earlier, number),
                    key=lambda n: (
                        _says_anything(sheet, n, header_row),
                        name_key(_heading(header[n - 1])) == name_key(column.heading),
                        -n,
                    ),
                )
                columns[used] = column
                other = number if used == earlier else earlier
                extra[other] = _heading(header[other - 1])
                if _says_anything(sheet, other, header_row):
                    cell = Cell(sheet.file, sheet.name, header_row, other)
                    self._problem(Kind.HEADING_TWICE, cell, column.heading, extra[other])
            else:
                columns[number] = column
        self._misspelt(sheet, layout, header_row, columns, extra)
        unheaded = {n for n in range(1, sheet.width + 1) if n not in columns and n not in extra}
        unheaded = {n for n in unheaded if _says_anything(sheet, n, header_row)}
        extra |= {n: no_heading(n) for n in sorted(unheaded)}
        times: Counter[str] = Counter()
        for number, heading in extra.items():
            times[heading] += 1
            if times[heading] > 1:
                extra[number] = f"{heading} ({times[heading]})"
        numbers = sheet.filled(header_row)
        step(sheet.height - header_row)
        wanted = (FLOWS.columns[1], FLOWS.columns[2]) if layout is FLOWS else (layout.identity,)
        absent = [c for c in wanted if c not in columns.values()]
        if len(absent) == len(wanted):
            if numbers:
                close = next((n for n, heading in extra.items() if layout.near(heading) in wanted), None)
                cell = Cell(sheet.file, sheet.name, header_row, close or 1)
                self._problem(Kind.HEADING_MISSING, cell, absent[0].heading, extra[close] if close else "")
                self._count(sheet.file, sheet.name, read=len(numbers), kept=0)
                self._leave_out(sheet, numbers)
            return None
        named = next((n for n, c in columns.items() if c is layout.identity), None)
        positions = {column: number for number, column in columns.items()}
        if named:
            values, codes = sheet.column(named)
            ours = {code for code, v in enumerate(values) if type(v) is str and "(" in v and _is_example(v)}
            numbers = [n for n in numbers if n > len(codes) or codes[n - 1] not in ours] if ours else numbers
        return _SheetRows(sheet, layout, positions, extra, _run(numbers), frozenset(unheaded))

    def _misspelt(
        self,
        sheet: Sheet,
        layout: SheetLayout,
        header_row: int,
        columns: Mapping[int, Column],
        extra: Mapping[int, str],
    ) -> None:
        """Say which extra columns are called much like one that the sheet does not have."""
        for number, heading in extra.items():
            near = layout.near(heading)
            free = near is None or near.field in ("notes", "source")
            if near and not free and near not in columns.values() and _says_anything(sheet, number, header_row):
                cell = Cell(sheet.file, sheet.name, header_row, number)
                self._problem(Kind.HEADING_NEAR, cell, "", heading, near.heading, near.heading)

    # -- bookkeeping

    def _count(self, file: str, sheet: str, *, read: int, kept: int) -> None:
        counts = self.counts.setdefault(file, {}).setdefault(sheet, [0, 0])
        counts[0] += read
        counts[1] += kept

    def _problem(
        self, kind: Kind, cell: Cell, column: str = "", value: str = "", wanted: str = "", nearest: str | None = None
    ) -> None:
        self.problems.append(Problem(kind, cell, column, value, wanted, nearest))

    def _leave_out(self, sheet: Sheet, numbers: Iterable[int]) -> None:
        """Remember rows that are left out, for the reason of the last problem."""
        why = self.problems[-1].message
        for number in numbers:
            row = sheet.row(number)
            at = next(n for n, value in enumerate(row, 1) if as_text(value))
            self.left_out.append(RowLeftOut(Cell(sheet.file, sheet.name, number, at), row, why))

    # -- rows

    def read(self) -> Reading:
        found: dict[str, dict[str, Record]] = {s.field: {} for s in SHEETS}
        tables = [list(self._rows_of(source)) for source in self.sources]
        names = self._names(rows for of_source in tables for rows in of_source)
        for source, of_source in zip(self.sources, tables, strict=True):
            context = Context(self.law, names, _month_first(of_source))
            used: set[tuple[str, int]] = set()
            for rows in of_source:
                rows.understand(context)
                kept = self._records(rows, found[rows.layout.field])
                if isinstance(rows, _SheetRows):
                    self._count(source.file, rows.sheet.name, read=rows.count, kept=len(kept))
                    self._beside(rows, kept)
                elif isinstance(rows, _DraftRows):
                    used.update(where for row in steps(kept) for where in rows.touches(row, source.file))
            if isinstance(source, Draft):
                self._account(source, used)
        for (layout, key), records in steps(self.again.items(), 0):
            found[layout.field][key] = self._joined(records, layout)
        self._tie(found)
        safeguards = found[SAFEGUARDS.field]
        for key, record in steps(safeguards.items(), 0):
            safeguards[key] = _with_module(record)
        every: dict[str, Any] = {name: tuple(records.values()) for name, records in found.items()}
        inventory = Inventory(**every | {FLOWS.field: Records(Flow, self.flows)})
        inputs = tuple(self._report(source) for source in self.sources)
        once: dict[tuple[Cell, str], list[Problem]] = {}  # one cell may give several facts
        code_of = {kind: kind.code for kind in Kind}
        for p in steps(self.problems, 0):
            once.setdefault((p.cell, code_of[p.kind]), []).append(p)
        problems: list[Problem] = []
        for where in sorted(once):
            if len(alike := once[where]) > 1:
                told = {p.message: p for p in alike}
                alike = [told[message] for message in sorted(told)]
            problems += alike
        left_out = sorted(self.left_out, key=lambda out: out.cell)
        return Reading(inventory, tuple(problems), inputs, tuple(left_out))

    def _rows_of(self, source: Book | Draft) -> Iterator[_Rows]:
        if isinstance(source, Book):
            yield from self.tables(source)
            return
        for layout in SHEETS:
            rows = [row for row in source.rows if row.sheet == layout.name]
            if rows:
                yield _DraftRows(layout, rows)

    def _report(self, source: Book | Draft) -> InputReport:
        sheets = self.counts.get(source.file, {})
        read = sum(c[0] for c in sheets.values())
        kept = sum(c[1] for c in sheets.values())
        detail = tuple((name, c[0], c[1]) for name, c in sheets.items())
        layout = source.layout if isinstance(source, Draft) else LAYOUT
        return InputReport(source.file, layout, read, kept, read - kept, detail)

    def _tie(self, found: Mapping[str, dict[str, Record]]) -> None:
        """Drop the flows that say only that a listed recipient receives something, where another names who sends it."""
        loose = [
            {row for row in steps(kept, 0) if rows.is_loose(row)} if isinstance(rows, _DraftRows) else set()
            for rows, kept, _ in self.flows
        ]
        if not any(loose):
            return
        reached: set[str] = set()
        for (rows, kept, _), left in zip(self.flows, loose, strict=True):
            reached.update(rows.reached(row) for row in kept if row not in left)
        for system in found["systems"].values():
            assert isinstance(system, System)
            reached |= {name_key(n) for n in (*items(system.recipients), system.provider.value or "")}
        for recipient in found["recipients"].values():
            assert isinstance(recipient, Recipient)
            reached |= {name_key(n) for n in items(recipient.sub_processors)}
        for number, ((rows, kept, names), left) in enumerate(zip(self.flows, loose, strict=True)):
            stay = [at for at, row in enumerate(kept) if row not in left or rows.reached(row) not in reached]
            self.flows[number] = rows, _run([kept[at] for at in stay]), [names[at] for at in stay]

    def _account(self, draft: Draft, used: set[tuple[str, int]]) -> None:
        """Say of every row of a file that was not used why it was not."""
        self.problems += draft.problems
        aside = {(out.cell.sheet, number): out.why for out in draft.left_out for number in out.rows}
        for out in draft.left_out:
            self._problem(Kind.SET_ASIDE, out.cell, "", out.value, out.why)
        for cell, seen in steps(draft.read.items(), 0):
            where = (cell.sheet, cell.row)
            self._count(draft.file, cell.sheet, read=1, kept=int(where in used))
            if where in used:
                continue
            if where not in aside:
                self._problem(Kind.NOT_USED, cell, "", seen)
            sheet = self.sheets.get((cell.file, cell.sheet))
            row: list[Value] = sheet.row(cell.row) if sheet else [*[None] * (cell.column - 1), seen]
            self.left_out.append(RowLeftOut(cell, row, aside.get(where) or self.problems[-1].message))

    def _names(self, tables: Iterable[_Rows]) -> dict[str, dict[str, str]]:
        """Every name declared anywhere, and the names of groups of individuals used anywhere."""
        names: dict[str, dict[str, str]] = {s.name: {} for s in SHEETS}
        people: dict[str, str] = {}
        legal: dict[str, str] = {}
        for rows in tables:
            layout = rows.layout
            if layout is not FLOWS:  # no column refers to a flow by its name
                called, codes = rows.texts("name")
                companies, beside = rows.texts("legal_entity")
                for code, other in steps(dict.fromkeys(zip_longest(codes, beside)), 0):
                    name, company = called.get(code), companies.get(other)
                    if name and not nothing_in(name):
                        names[layout.name].setdefault(name_key(name), name)
                        if company and not nothing_in(company):
                            legal.setdefault(name_key(company), name)
            for field in ("individuals", "collected_from"):
                said, groups = rows.texts(field)
                if layout is not FLOWS:  # a row without a name is left out, and names nobody
                    pairs = dict.fromkeys(zip(groups, codes, strict=False))
                    named = {g for g, c in pairs if (n := called.get(c)) and not nothing_in(n)}
                    said = {code: words for code, words in said.items() if code in named}
                for words in steps(said.values(), 0):
                    for group in words.replace("\n", ";").split(";"):
                        if group.strip() and not nothing_in(group.strip()):
                            people.setdefault(name_key(group), group.strip())
        for generic in ("Individuals", "The individual", "Data subjects"):
            people.setdefault(name_key(generic), generic)
        for key, name in legal.items():
            names["Recipients"].setdefault(key, name)
        for sheet, renamed in self.same.items():
            known = dict(names[sheet])
            names[sheet] |= {key: known.get(name_key(name), name) for key, name in renamed.items()}
        names[INDIVIDUALS] = people
        return names

    def _records(self, rows: _Rows, records: dict[str, Record]) -> Sequence[int]:
        """Add the record of every row that has one; the rows that have."""
        layout = rows.layout
        needed = (FLOWS.columns[1], FLOWS.columns[2]) if layout is FLOWS else (layout.identity,)
        silent = [rows.silent(c) for c in needed if c in rows.columns]
        unusable = set.intersection(*silent) if silent else set(range(rows.count))
        kept = _run([row for row in range(rows.count) if row not in unusable]) if unusable else range(rows.count)
        self._keep(rows, kept, records)
        for column, reads in rows.reads.items():
            bad = {code: found for code, read in reads.items() if (found := self._troubles(column, read, layout))}
            codes = rows.columns[column].codes if bad else ()
            for row in steps([row for row, code in enumerate(codes) if code in bad], 0):
                if row not in unusable and (cell := rows.cells(column, row)[0]):
                    for t in bad[codes[row]]:
                        self._problem(t.kind, cell, column.heading, t.value, t.wanted, t.nearest)
        for row in sorted(unusable):
            self._unusable(rows, row, next((c for c in needed if c in rows.columns), layout.identity))
        rows.used.clear()
        return kept

    def _keep(self, rows: _Rows, kept: Sequence[int], records: dict[str, Record]) -> None:
        """Add the records of these rows."""
        layout = rows.layout
        names = rows.names(layout.identity) if layout.identity in rows.columns else [None] * rows.count
        if layout is FLOWS:
            self.flows.append((rows, kept, self._flows_called(rows, kept, names)))
            return
        repeats = isinstance(rows, _DraftRows)
        renamed = self.same.get(layout.name)
        for row in steps(kept, quick=True):
            name = names[row] or ""
            name = renamed.get(name_key(name), name) if renamed else name
            self._add(records, Deferred.record(layout.record, name, rows, row), layout, repeats=repeats)

    @staticmethod
    def _troubles(column: Column, read: Read, layout: SheetLayout) -> tuple[Trouble, ...]:
        blank = column.required and column is not layout.identity and read.nothing is Nothing.BLANK
        return (*read.troubles, Trouble(Kind.BLANK, "")) if blank else read.troubles

    def _unusable(self, rows: _Rows, row: int, column: Column) -> None:
        """Say why a row without a name, or a flow without ends, was left out."""
        cell = (rows.cells(column, row)[0] if column in rows.columns else None) or rows.at(row)
        if rows.layout is FLOWS:
            self._problem(Kind.NO_ENDPOINTS, cell)
        else:
            there = column in rows.columns
            for trouble in rows.read(column, row).troubles if there else ():
                self._problem(trouble.kind, cell, column.heading, trouble.value)
            value = rows.value(column, row) if there else None
            self._problem(Kind.NO_IDENTITY, cell, column.heading, as_text(value))
        if isinstance(rows, _SheetRows):
            self._leave_out(rows.sheet, [rows.numbers[row]])

    def _beside(self, rows: _SheetRows, kept: Sequence[int]) -> None:
        """Say what stands under no heading in the rows that were kept."""
        last = max(({*rows.positions.values(), *rows.others} - rows.unheaded), default=0)
        for position in sorted(rows.unheaded):
            values, codes = rows.sheet.column(position)
            said = {code: words for code, value in enumerate(values) if (words := as_text(value))}
            numbers = ((row, rows.numbers[row]) for row in steps(kept, 0))
            told = [
                (rows.cell(row, position), words)
                for row, number in numbers
                if number <= len(codes) and (words := said.get(codes[number - 1], ""))
            ]
            self.problems += without_heading(told, rows.others[position], last=last, rows=len(kept))

    def _add(self, records: dict[str, Record], record: Record, layout: SheetLayout, *, repeats: bool) -> None:
        """Add a record; one of a name that is there is joined to it later. `repeats` where rows are expected to name a
        thing again.
        """
        key = name_key(record.name)
        first = records.setdefault(key, record)
        if first is not record:
            if record.cell and not repeats:
                self._problem(
                    Kind.ROWS_JOINED, record.cell, layout.identity.heading, record.name, str(first.cell or "")
                )
            self.again.setdefault((layout, key), [first]).append(record)

    def _flows_called(self, rows: _Rows, kept: Sequence[int], names: Sequence[str | None]) -> list[str]:
        """A name for each of some rows that no flow has yet: its own, or one made from its ends."""
        step(len(kept))
        called = [names[row] or "" for row in kept]
        keys = name_keys(called)
        once = set(keys)
        if len(once) == len(keys) and all(called) and self.taken.isdisjoint(once):
            self.taken = self.taken | once if self.taken else once
            return called
        for at, (row, key) in enumerate(zip(steps(kept, 0), keys, strict=True)):
            if not called[at] or key in self.taken:
                key, called[at] = self._flow_called(called[at], rows, row)
            self.taken.add(key)
        return called

    def _flow_called(self, name: str, rows: _Rows, row: int) -> tuple[str, str]:
        """A name that no flow has yet, its key first: the flow's own, or one made from its ends."""
        cell = rows.at(row)
        if name:
            self._problem(Kind.FLOWS_TWICE, cell, "Flow", name)
        else:
            ends = (
                rows.read(c, row).value if c in rows.columns else None for c in (FLOWS.columns[1], FLOWS.columns[2])
            )
            name = " → ".join(end or "not stated" for end in ends)
        unique, number = name, 0
        while (key := _flow_key(unique)) in self.taken:
            number += 1
            unique = f"{name} (row {cell.row} of {cell.file}{f', {number}' if number > 1 else ''})"
        return key, unique

    def _joined(self, records: Sequence[Record], layout: SheetLayout) -> Record:
        """Rows that name the same thing as one record: lists are joined, blanks filled, and differences reported."""
        first = records[0]
        joined: dict[str, Any] = {}
        for column in layout.columns:
            if column is layout.identity:
                continue
            facts: list[Fact[Any]] = [getattr(record, column.field) for record in steps(records, 0)]
            joined[column.field], differences = _together(column, facts)
            for number, words in differences:
                cell = facts[number].cell
                assert cell
                self._problem(Kind.NAMES_TWICE, cell, column.heading, records[number].name, words)
        headings = dict.fromkeys(heading for record in reversed(records) for heading in record.extra)
        extra = {h: _lines([record.extra[h] for record in records if h in record.extra]) for h in headings}
        return replace(first, extra=extra, **joined)


def _with_module(record: Record) -> Record:
    """A safeguard with the module that its *Mechanism* names, where *Module* is blank."""
    assert isinstance(record, Safeguard)
    words = record.mechanism.words or record.mechanism.value
    if not isinstance(words, str) or not record.module.blank or not (named := modules_in(words)):
        return record
    return replace(record, module=Fact(named, None, record.mechanism.cell, record.mechanism.also))


def _together(column: Column, facts: Sequence[Fact[Any]]) -> tuple[Fact[Any], list[tuple[int, str]]]:
    """What several rows say of one thing in a column, and where they differ: the number of the fact, and how."""
    now, *others = facts
    listed, written = column.several and not column.one, column.parse in (text, evidence)
    more: list[Fact[Any]] = []
    values: dict[Any, None] = {}
    length = 0
    differences: list[tuple[int, str]] = []

    def so_far() -> Fact[Any]:
        if not more:
            return now
        also = (*now.also, *(cell for fact in more for cell in fact.cells))
        if written and now.known and not differences:
            return Fact("\n".join(str(fact.value) for fact in (now, *more)), None, now.cell, also)
        parts = (*(now.parts or (now,)), *more)
        if values and not differences:
            return Fact(tuple(values), None, now.cell, also, parts=parts)
        return Fact(None, Nothing.UNREADABLE, now.cell, also, parts=parts)

    for number, fact in enumerate(others, 1):
        first: Any = now.value
        said: Any = fact.value
        if fact.blank:
            continue
        if now.blank:
            now = fact
        elif now.known and fact.known and not differences and listed:
            values = values or dict.fromkeys(first)
            open_ended = column.parse is columns.names and fact.words is not None
            if open_ended or len(values) != len(said) or tuple(values) != said:
                values.update(dict.fromkeys(said))
                more.append(fact)
        elif now.known and fact.known and not differences and written:
            length = length or len(first)
            if length != len(said) or so_far().value != said:
                length += 1 + len(said)
                more.append(fact)
        elif not differences and (now.value, now.nothing) == (fact.value, fact.nothing):
            more += [fact] if now.nothing is Nothing.UNREADABLE else []
        elif not differences:
            now, more = so_far(), [fact]
            differences.append((number, f"{_shown(now)} at {now.cell}, {_shown(fact)} here"))
        else:
            more.append(fact)
            if fact.nothing is not Nothing.UNREADABLE:
                before = Nothing.UNREADABLE.value
                differences.append((number, f"{before} at {now.cell}, {_shown(fact)} here"))
    return so_far(), differences


def _lines(said: Sequence[Fact[str]]) -> Fact[str]:
    """Texts of several rows as lines, each once."""
    first, *others = said
    lines = dict.fromkeys(str(first.value).split("\n"))
    more: list[Fact[str]] = []
    for fact in others:
        if fact.value not in lines:
            lines.update(dict.fromkeys(str(fact.value).split("\n")))
            more.append(fact)
    if not more:
        return first
    words = "\n".join(str(fact.value) for fact in (first, *more))
    return Fact(words, None, first.cell, (*first.also, *(cell for fact in more for cell in fact.cells)))


def _flow_key(name: str) -> str:
    """`name_key` of a flow's name; the arrow in those that were made counts as little, and would make that slow."""
    return name_key(name.replace("→", " "))


def _shown(fact: Fact[Any]) -> str:
    if fact.nothing:
        return fact.nothing.value
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    return (
        str(fact.value)
        if not isinstance(fact.value, tuple)
        else "; ".join(str(getattr(v, "text", v)) for v in fact.value)
    )


def _is_example(named: str) -> bool:
    return named.lstrip().casefold().startswith(EXAMPLE_MARK.strip())


def _read(value: Value, column: Column, context: Context) -> Read:
    if isinstance(value, ErrorValue):
        return Read.bad(Kind.ERROR_VALUE, value.text)._replace(words=value)
    if isinstance(value, Uncomputed):
        return Read.bad(Kind.NOT_COMPUTED, as_text(value))._replace(words=value)
    return column.parse(value, column, context)


def _month_first(tables: Iterable[_Rows]) -> bool | None:
    """Whether the texts of a file's date columns prove that it writes the month first (True) or the day first (False)."""
    proofs: set[bool] = set()
    dates = ((rows, column) for rows in tables for column in rows.columns if column.parse is a_date)
    for value in (rows.columns[column].values[code] for rows, column in dates for code in rows.used[column]):
        numbers = numeric_date(value) if isinstance(value, str) else None
        if numbers and (numbers[0] > 12) != (numbers[1] > 12):
            proofs.add(numbers[1] > 12)
    return proofs.pop() if len(proofs) == 1 else None


def parse(
    sources: Iterable[Book | Draft],
    law: Law,
    same: Same | None = None,
    books: Iterable[Book] = (),
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Reading:
    """Read books that are laid out as datamap's own, and drafts of others, together.

    No two of them may have one name. Records of `same` are read as one; `books` have the whole rows of what drafts leave
    out. `progress` is called now and then, as in `layouts.read`.

    Raises `Unreadable` when a book has no sheet that datamap knows, or when it takes too long.
    """
    sources = tuple(sources)
    for source in sources:
        if isinstance(source, Book) and not recognises(source) and not has_a_name_of_ours(source):
            seen = ", ".join(sheet.name for sheet in source.sheets[:5]) + (" …" if len(source.sheets) > 5 else "")
            wanted = ", ".join(s.name for s in SHEETS[:4])
            raise Unreadable(
                f"{source.file} holds no inventory in datamap's layout (its sheets: {seen or 'none'}); name the sheets "
                f"{wanted}, or start from {BLANK_WORKBOOK}."
            )
    count = sum(len(s.rows) if isinstance(s, Draft) else sum(sheet.height for sheet in s.sheets) for s in sources)
    with all_kept(), watched(", ".join(source.file for source in sources), count, progress):
        return _Reader(sources, law, same or {}, books).read()
