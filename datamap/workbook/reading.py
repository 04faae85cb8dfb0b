"""Sheets of cells → a typed Inventory and the problems found on the way. Bad input never loses data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from datamap.inventory import Fact, Flow, Inventory, Nothing, Record, name_key
from datamap.law import Law
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, ErrorValue, Sheet, Uncomputed, Unreadable, Value
from datamap.workbook.columns import (
    EXAMPLE_MARK,
    FLOWS,
    INDIVIDUALS,
    OUR_OWN_SHEETS,
    SHEETS,
    Column,
    Context,
    Read,
    SheetLayout,
    Trouble,
    a_date,
    as_text,
    nothing_in,
    numeric_date,
    sheet_called,
    text,
)

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


@dataclass(frozen=True)
class Reading:
    """One or more files, read: the inventory, what was wrong and where, and the counts."""

    inventory: Inventory
    problems: tuple[Problem, ...]
    inputs: tuple[InputReport, ...]


@dataclass
class _Table:
    """One sheet as a layout sees it: which column of the sheet is which column of the layout, and its data rows."""

    sheet: Sheet
    layout: SheetLayout
    columns: dict[int, Column]
    extra: dict[int, str]
    header_row: int
    rows: list[tuple[int, list[Value]]] = field(default_factory=list)

    def cell(self, row: int, column: int) -> Cell:
        return Cell(self.sheet.file, self.sheet.name, row, column)

    def position(self, column: Column) -> int | None:
        return next((n for n, c in self.columns.items() if c is column), None)


def _is_blank(row: Sequence[Value]) -> bool:
    return all(v is None or as_text(v) == "" for v in row)


TITLE_ROWS = 20  # headings are looked for this far down, under titles


def _header(sheet: Sheet, layout: SheetLayout | None = None) -> tuple[int, list[Value]] | None:
    """The row of headings, with its number: the first that names what the layout's rows are, else the first at all."""
    rows = [(n, row) for n, row in enumerate(sheet.rows[:TITLE_ROWS], 1) if not _is_blank(row)]
    if layout:
        wanted = {c.field for c in ((layout.columns[1], layout.columns[2]) if layout is FLOWS else (layout.identity,))}
        for number, row in rows:
            if wanted & {c.field for v in row if (c := layout.column(as_text(v).rstrip("* ")))}:
                return number, row
    return next(((n, row) for n, row in enumerate(sheet.rows, 1) if not _is_blank(row)), None)


def _layout_of(sheet: Sheet) -> SheetLayout | None:
    """Which of the workbook's sheets this is: by its name, else by its headings."""
    if named := sheet_called(sheet.name):
        return named
    found = _header(sheet)
    if not found:
        return None
    headings = [as_text(v) for v in found[1] if as_text(v)]
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
    """Whether any sheet of the book is laid out as datamap's own."""
    return any(_layout_of(sheet) for sheet in book.sheets)


class _Reader:
    """Reads books together, so that a name declared in one file is known in another."""

    def __init__(self, books: Iterable[Book], law: Law) -> None:
        self.books = tuple(books)
        self.law = law
        self.problems: list[Problem] = []
        self.counts: dict[str, dict[str, list[int]]] = {}

    # -- tables

    def tables(self, book: Book) -> Iterator[_Table]:
        for sheet in book.sheets:
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
        rows = sum(not _is_blank(row) for row in sheet.rows[header_row:])
        if sheet.hidden or not rows:
            return
        self._count(sheet, read=rows, kept=0)
        wanted = ", ".join(s.name for s in SHEETS)
        self._problem(Kind.SHEET_UNKNOWN, Cell(sheet.file, sheet.name, header_row, 1), "", sheet.name, wanted)

    def _table(self, sheet: Sheet, layout: SheetLayout, header_row: int, header: Sequence[Value]) -> _Table | None:
        columns: dict[int, Column] = {}
        extra: dict[int, str] = {}
        for number, value in enumerate(header, 1):
            heading = as_text(value).rstrip("* ")
            if not heading:
                continue
            column = layout.column(heading)
            if column is None:
                extra[number] = heading
            elif column in columns.values():
                exact = name_key(heading) == name_key(column.heading)
                earlier = next(n for n, c in columns.items() if c is column)
                if exact and name_key(as_text(header[earlier - 1])) != name_key(column.heading):
                    columns[number] = columns.pop(earlier)  # the true heading wins over a synonym
                    extra[earlier] = as_text(header[earlier - 1])
                else:
                    self._problem(
                        Kind.HEADING_TWICE, Cell(sheet.file, sheet.name, header_row, number), column.heading, heading
                    )
                    extra[number] = heading
            else:
                columns[number] = column
        table = _Table(sheet, layout, columns, extra, header_row)
        for number, row in enumerate(sheet.rows[header_row:], header_row + 1):
            if not _is_blank(row):
                table.rows.append((number, row))
        wanted = (FLOWS.columns[1], FLOWS.columns[2]) if layout is FLOWS else (layout.identity,)
        absent = [c for c in wanted if c not in columns.values()]
        if len(absent) == len(wanted):
            if table.rows:
                self._problem(Kind.HEADING_MISSING, Cell(sheet.file, sheet.name, header_row, 1), absent[0].heading)
                self._count(sheet, read=len(table.rows), kept=0)
            return None
        return table

    # -- bookkeeping

    def _count(self, sheet: Sheet, *, read: int, kept: int) -> None:
        counts = self.counts.setdefault(sheet.file, {}).setdefault(sheet.name, [0, 0])
        counts[0] += read
        counts[1] += kept

    def _problem(
        self, kind: Kind, cell: Cell, column: str = "", value: str = "", wanted: str = "", nearest: str | None = None
    ) -> None:
        self.problems.append(Problem(kind, cell, column, value, wanted, nearest))

    # -- rows

    def read(self) -> Reading:
        tables = [t for book in self.books for t in self.tables(book)]
        context = Context(self.law, self._names(tables))
        orders = {book.file: _month_first(t for t in tables if t.sheet.file == book.file) for book in self.books}
        found: dict[str, dict[str, Record]] = {s.field: {} for s in SHEETS}
        for table in tables:
            in_order = replace(context, month_first=orders[table.sheet.file])
            for number, row in table.rows:
                if _is_example(table, row):
                    continue
                self._count(table.sheet, read=1, kept=0)
                record = self._record(table, number, row, in_order)
                if record:
                    self._count(table.sheet, read=0, kept=1)
                    self._add(found[table.layout.field], record, table.layout)
        inventory = Inventory(**{name: tuple(records.values()) for name, records in found.items()})  # type: ignore[arg-type]
        inputs = tuple(self._report(book.file) for book in self.books)
        problems = sorted(self.problems, key=lambda p: (p.cell.file, p.cell.sheet, p.cell.row, p.cell.column, p.code))
        return Reading(inventory, tuple(problems), inputs)

    def _report(self, file: str) -> InputReport:
        sheets = self.counts.get(file, {})
        read = sum(c[0] for c in sheets.values())
        kept = sum(c[1] for c in sheets.values())
        detail = tuple((name, c[0], c[1]) for name, c in sheets.items())
        return InputReport(file, LAYOUT, read, kept, read - kept, detail)

    def _names(self, tables: Sequence[_Table]) -> dict[str, dict[str, str]]:
        """Every name declared anywhere, and the names of groups of individuals used anywhere."""
        names: dict[str, dict[str, str]] = {s.name: {} for s in SHEETS}
        people: dict[str, str] = {}
        legal: dict[str, str] = {}
        for table in tables:
            identity = table.position(table.layout.identity)
            groups = [n for n, c in table.columns.items() if c.field in ("individuals", "collected_from")]
            entity = next((n for n, c in table.columns.items() if c.field == "legal_entity"), None)
            for _, row in table.rows:
                if _is_example(table, row):
                    continue
                name = as_text(_at(row, identity)) if identity else ""
                if name and not nothing_in(name):
                    names[table.layout.name].setdefault(name_key(name), name)
                    company = as_text(_at(row, entity)) if entity else ""
                    if company and not nothing_in(company):
                        legal.setdefault(name_key(company), name)
                for number in groups:
                    for group in as_text(_at(row, number)).replace("\n", ";").split(";"):
                        if group.strip() and not nothing_in(group.strip()):
                            people.setdefault(name_key(group), group.strip())
        for generic in ("Individuals", "The individual", "Data subjects"):
            people.setdefault(name_key(generic), generic)
        for key, name in legal.items():
            names["Recipients"].setdefault(key, name)
        names[INDIVIDUALS] = people
        return names

    def _record(self, table: _Table, number: int, row: Sequence[Value], context: Context) -> Record | None:
        facts: dict[str, Fact[Any]] = {}
        positions = {c.field: n for n, c in table.columns.items()}
        troubles: list[tuple[int, Column, Trouble]] = []
        for position, column in table.columns.items():
            read = _read(_at(row, position), column, context)
            facts[column.field] = Fact(read.value, read.nothing, table.cell(number, position))
            troubles += [(position, column, t) for t in read.troubles]
        layout = table.layout
        named = facts.pop("name", Fact())
        if layout is FLOWS:
            ends = (facts.get("origin", Fact()), facts.get("destination", Fact()))
            if not any(e.known for e in ends):
                self._problem(
                    Kind.NO_ENDPOINTS, table.cell(number, positions.get("origin", positions.get("destination", 1)))
                )
                return None
        elif not named.known:
            position = positions["name"]
            seen = as_text(_at(row, position))
            for _, column, trouble in troubles:
                if column is layout.identity:
                    self._problem(trouble.kind, table.cell(number, position), column.heading, trouble.value)
            self._problem(Kind.NO_IDENTITY, table.cell(number, position), layout.identity.heading, seen)
            return None
        for position, column, trouble in troubles:
            self._problem(
                trouble.kind,
                table.cell(number, position),
                column.heading,
                trouble.value,
                trouble.wanted,
                trouble.nearest,
            )
        for column in layout.columns:
            position_or_none = positions.get(column.field)
            if column.required and position_or_none and column is not layout.identity and facts[column.field].blank:
                self._problem(Kind.BLANK, table.cell(number, position_or_none), column.heading)
        for position, value in enumerate(row, 1):
            if position not in table.columns and position not in table.extra and as_text(value):
                self._problem(Kind.OUTSIDE_TABLE, table.cell(number, position), "", as_text(value))
        extra = {
            heading: Fact.of(as_text(_at(row, position)), table.cell(number, position))
            for position, heading in table.extra.items()
            if as_text(_at(row, position))
        }
        cell = named.cell or table.cell(number, min(table.columns))
        return layout.record(name=named.value or "", cell=cell, extra=extra, **facts)

    def _add(self, records: dict[str, Record], record: Record, layout: SheetLayout) -> None:
        if layout is FLOWS:
            self._add_flow(records, record)
            return
        key = name_key(record.name)
        if key in records:
            if record.cell:
                first = records[key].cell
                self._problem(Kind.ROWS_JOINED, record.cell, layout.identity.heading, record.name, str(first or ""))
            records[key] = self._join(records[key], record, layout)
        else:
            records[key] = record

    def _add_flow(self, records: dict[str, Record], record: Record) -> None:
        assert isinstance(record, Flow)
        if record.name and name_key(record.name) in records:
            assert record.cell
            self._problem(Kind.FLOWS_TWICE, record.cell, "Flow", record.name)
        name = record.name or f"{record.origin.value or 'not stated'} → {record.destination.value or 'not stated'}"
        unique = name
        if name_key(name) in records and record.cell:
            unique = f"{name} (row {record.cell.row} of {record.cell.file})"
        records[name_key(unique)] = replace(record, name=unique)

    def _join(self, first: Record, second: Record, layout: SheetLayout) -> Record:
        """Rows that name the same thing are one record: lists are joined, blanks filled, and differences reported."""
        joined: dict[str, Fact[Any]] = {}
        for column in layout.columns:
            if column is layout.identity:
                continue
            a: Fact[Any] = getattr(first, column.field)
            b: Fact[Any] = getattr(second, column.field)
            if b.blank or (a.known and a.value == b.value):
                continue
            if a.blank:
                joined[column.field] = b
            elif column.several and not column.one and a.known and b.known:
                values = tuple(dict.fromkeys((*(a.value or ()), *(b.value or ()))))
                joined[column.field] = Fact(values, None, a.cell, (*a.also, *b.cells))
            elif column.parse is text and a.known and b.known:
                joined[column.field] = Fact(f"{a.value}\n{b.value}", None, a.cell, (*a.also, *b.cells))
            elif (a.value, a.nothing) != (b.value, b.nothing):
                assert b.cell
                difference = f"{_shown(a)} at {a.cell}, {_shown(b)} here"
                self._problem(Kind.NAMES_TWICE, b.cell, column.heading, second.name, difference)
                joined[column.field] = Fact(None, Nothing.UNREADABLE, a.cell, (*a.also, *b.cells))
        return replace(first, extra={**second.extra, **first.extra}, **joined)  # type: ignore[arg-type]


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


def _at(row: Sequence[Value], position: int | None) -> Value:
    return row[position - 1] if position and position <= len(row) else None


def _is_example(table: _Table, row: Sequence[Value]) -> bool:
    identity = table.position(table.layout.identity)
    return as_text(_at(row, identity)).casefold().startswith(EXAMPLE_MARK.strip())


def _read(value: Value, column: Column, context: Context) -> Read:
    if isinstance(value, ErrorValue):
        return Read.bad(Kind.ERROR_VALUE, value.text)
    if isinstance(value, Uncomputed):
        return Read.bad(Kind.NOT_COMPUTED, as_text(value))
    return column.parse(value, column, context)


def _month_first(tables: Iterable[_Table]) -> bool | None:
    """Whether the texts of a file's date columns prove that it writes the month first (True) or the day first (False)."""
    proofs: set[bool] = set()
    for table in tables:
        positions = [n for n, c in table.columns.items() if c.parse is a_date]
        for _, row in table.rows:
            for position in positions:
                value = _at(row, position)
                numbers = numeric_date(value) if isinstance(value, str) else None
                if numbers and (numbers[0] > 12) != (numbers[1] > 12):
                    proofs.add(numbers[1] > 12)
    return proofs.pop() if len(proofs) == 1 else None


def _named_apart(books: Iterable[Book]) -> Iterator[Book]:
    """Two files of one name are told apart, so that a cell's address names one cell."""
    taken: set[str] = set()
    for book in books:
        name, number = book.file, 1
        while name in taken:
            number += 1
            name = f"{book.file} ({number})"
        taken.add(name)
        yield book if name == book.file else Book(name, tuple(replace(sheet, file=name) for sheet in book.sheets))


def parse(books: Iterable[Book], law: Law) -> Reading:
    """Read books that are laid out as datamap's own workbook, together.

    Raises `Unreadable` when a book has no sheet that datamap knows.
    """
    books = tuple(_named_apart(books))
    for book in books:
        if not recognises(book):
            seen = ", ".join(sheet.name for sheet in book.sheets[:5]) + (" …" if len(book.sheets) > 5 else "")
            wanted = ", ".join(s.name for s in SHEETS[:4])
            raise Unreadable(
                f"{book.file} holds no inventory in datamap's layout (its sheets: {seen or 'none'}); name the sheets {wanted}, "
                "or start from the blank workbook (datamap template)."
            )
    return _Reader(books, law).read()
