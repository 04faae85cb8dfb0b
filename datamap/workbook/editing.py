"""An inventory while it is edited: the workbook's sheets as rows of texts, each of which remembers where it was read.

Nothing here changes anything in place. An edit gives a new `WorkingCopy`, and what it says is read by the columns that
read files. A cell that nobody edited keeps its address in the analyst's own file; one that was edited has an address in
`EDITS`. Rows keep the number they were given, so that an address means the same cell for as long as somebody edits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from datamap.inventory import Flow, Inventory, Record, name_key
from datamap.law import Law
from datamap.pace import all_kept
from datamap.problems import Kind, Problem
from datamap.sheets import Cell, ErrorValue, Uncomputed, Value
from datamap.workbook.columns import (
    ERROR_MARK,
    FLOWS,
    FORMULA_MARK,
    MARK_START,
    SAFEGUARDS,
    SHEETS,
    SheetLayout,
    a_date,
    as_text,
    nothing_in,
    unguarded,
)
from datamap.workbook.drafts import Draft, Row, Said
from datamap.workbook.reading import LAYOUT, InputReport, Reading, RowLeftOut, Same, parse
from datamap.workbook.writing import typed, values_of

EDITS = "your edits"
"""Stands for the file in the address of a cell that was edited, or is in a row that was added."""
TYPED = "typed here"
FIRST_ROW = 2
_OF = {layout.name: layout for layout in SHEETS}
_DATES = {(layout.name, column.heading) for layout in SHEETS for column in layout.columns if column.parse is a_date}
_NO_PROOF = " ?"  # what `writing` puts behind a text that is no date here, but would prove how a file writes its dates


class Slot(NamedTuple):
    """One column of a sheet: the workbook's own, or one that datamap has no meaning for."""

    heading: str
    extra: bool = False


class Where(NamedTuple):
    """A cell of the working copy: its sheet, the number of its row, and its column."""

    sheet: str
    number: int
    slot: Slot


class Change(NamedTuple):
    """One row before and after; None where there is none."""

    sheet: str
    number: int
    before: Row | None
    after: Row | None


class Edit(NamedTuple):
    """What one cell, or one whole row, said before and says now. `slot` is None for a row that was added or deleted."""

    sheet: str
    number: int
    slot: Slot | None
    name: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.slot is None:
            done = "added" if not self.before else "deleted"
            return f"{self.sheet}, row {self.number}: {done} ({self.after or self.before})"
        before, after = (f"“{words}”" if words else "blank" for words in (self.before, self.after))
        return f"{self.sheet}, row {self.number}, {self.slot.heading}: {before} is now {after}"


class Left(NamedTuple):
    """A name that a sheet no longer has, although other cells still say it. `after` is the new name; empty when deleted."""

    sheet: str
    before: str
    after: str
    cells: tuple[Where, ...]


Rows = Mapping[str, Mapping[int, Row]]
Texts = Mapping[Slot, str]


@dataclass(frozen=True, eq=False)
class _Opened:
    """What was opened, as rows, and how reading those rows differs from reading the files."""

    reading: Reading
    rows: Rows
    law: Law
    same: Same

    @cached_property
    def _read_again(self) -> frozenset[tuple[Cell, str, str]]:
        return frozenset(map(_key, _parsed(self.rows, self.law, self.same).problems))

    @cached_property
    def carried(self) -> tuple[Problem, ...]:
        """The problems that only the files themselves show: how a layout was understood, what is hidden, dates guessed."""
        return tuple(p for p in self.reading.problems if _key(p) not in self._read_again)

    @cached_property
    def untold(self) -> frozenset[tuple[Cell, str, str]]:
        """The problems that the rows have and the files have not."""
        return self._read_again - set(map(_key, self.reading.problems))

    @cached_property
    def used(self) -> _Used:
        return _Used(self.rows, self.rows)

    @cached_property
    def index(self) -> _Index:
        return _indexed(self.rows)


class _Used:
    """The rows of files that rows of the workbook were made from: all of them, and those that are in the inventory."""

    def __init__(self, rows: Rows, opened: Rows) -> None:
        self.every: set[tuple[str, str, int]] = set()
        self.kept: set[tuple[str, str, int]] = set()
        for sheet, numbered in rows.items():
            for number, row in numbered.items():
                found = {cell[:3] for cell in _cells(opened[sheet].get(number, row))}
                self.every |= found
                if is_usable(_OF[sheet], row):
                    self.kept |= found


@dataclass(frozen=True, eq=False)
class WorkingCopy:
    """The rows of an inventory as they stand now, and what was opened."""

    opened: _Opened
    rows: Rows

    @classmethod
    def of(cls, reading: Reading, law: Law, same: Same | None = None) -> WorkingCopy:
        """A working copy of what was read, by this law, with names that somebody said are one (see `Same`).

        Rows that were left out of the inventory because they lack a name or ends are in it, so that they can be mended,
        where they stand on a sheet in datamap's own layout of which other rows are in the inventory.
        """
        with all_kept():
            rows = {layout.name: dict(enumerate(_rows(layout, reading.inventory), FIRST_ROW)) for layout in SHEETS}
        for row in _mendable(reading):
            rows[row.sheet][max(rows[row.sheet], default=FIRST_ROW - 1) + 1] = row
        return cls(_Opened(reading, rows, law, same or {}), rows)

    # -- looking

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was opened."""
        return any(
            self.rows[sheet] is not rows and self.rows[sheet] != rows for sheet, rows in self.opened.rows.items()
        )

    def slots(self, sheet: str) -> tuple[Slot, ...]:
        """The columns of a sheet: the workbook's own, then those that datamap has no meaning for."""
        extra = dict.fromkeys(heading for row in self.rows[sheet].values() for heading in row.extra)
        return (*(Slot(c.heading) for c in _OF[sheet].columns), *(Slot(heading, True) for heading in extra))

    def text(self, sheet: str, number: int, slot: Slot) -> str:
        """What a cell says, as the analyst would read it; empty for a blank, and for a row that is not there."""
        row = self.rows[sheet].get(number)
        return _text(row, slot) if row else ""

    def name(self, sheet: str, number: int) -> str:
        """What a row is about, in words."""
        row = self.rows[sheet].get(number)
        return _named(_OF[sheet], row) if row else ""

    def next_number(self, sheet: str) -> int:
        """The number that the next row to be added gets."""
        both = (*self.rows[sheet], *self.opened.rows[sheet])
        return max(both, default=FIRST_ROW - 1) + 1

    @cached_property
    def _index(self) -> _Index:
        return self.opened.index if self.rows is self.opened.rows else _indexed(self.rows)

    def at(self, cell: Cell) -> tuple[Where, ...]:
        """Where what a cell of a file says, or of `EDITS`, stands in the working copy; empty when it stands nowhere."""
        return _at(cell, self.rows, self._index)

    def row_of(self, cell: Cell) -> tuple[str, int] | None:
        """The sheet and the number of the first row that a cell is in: by the cell, else by its row in the file."""
        if found := self.at(cell):
            return found[0][:2]
        return next(iter(self._index.get(cell[:3], ())), None)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """All that differs from what was opened, cell by cell, in the order of the sheets."""
        return tuple(
            edit
            for layout in SHEETS
            for number in sorted({*self.rows[layout.name], *self.opened.rows[layout.name]})
            for edit in _edits(
                layout, number, self.opened.rows[layout.name].get(number), self.rows[layout.name].get(number)
            )
        )

    def references(self, sheet: str, name: str) -> tuple[Where, ...]:
        """The cells of other columns that give a name of a sheet."""
        key = name_key(name)
        if not key:
            return ()
        return tuple(
            Where(layout.name, number, Slot(column.heading))
            for layout in SHEETS
            for column in layout.columns
            if sheet in column.refers_to
            for number, row in sorted(self.rows[layout.name].items())
            if any(name_key(part) == key for part in _parts(_text(row, Slot(column.heading)))[::2])
        )

    @cached_property
    def names_left(self) -> tuple[Left, ...]:
        """The names that were changed or deleted on their sheet, while other cells still say them."""
        found: dict[tuple[str, str], Left] = {}
        for edit in self.edits:
            layout = _OF[edit.sheet]
            named = edit.slot is None or edit.slot == Slot(layout.identity.heading)
            if layout is FLOWS or not named or not edit.before:
                continue
            still = {name_key(_text(row, Slot(layout.identity.heading))) for row in self.rows[edit.sheet].values()}
            cells = self.references(edit.sheet, edit.before)
            if name_key(edit.before) not in still and cells:
                found[edit.sheet, edit.before] = Left(edit.sheet, edit.before, edit.after, cells)
        return tuple(found.values())

    # -- understanding

    @cached_property
    def reading(self) -> Reading:
        """What the working copy says, read like a file; the very reading that was opened while nothing differs from it."""
        before = self.opened.reading
        if not self.changed:
            return before
        found = _parsed(self.rows, self.opened.law, self.opened.same)
        used = _Used(self.rows, self.opened.rows)
        told = {_key(p): p for p in found.problems if _key(p) not in self.opened.untold}
        told |= {_key(p): p for p in self.opened.carried if self._still(p, used)}
        told |= {_key(p): p for p in self._said_twice()}
        problems = tuple(told[key] for key in sorted(told))
        out = self._left_out(found.problems, used)
        return Reading(found.inventory, problems, tuple(self._inputs(used)), out)

    def _still(self, problem: Problem, used: _Used) -> bool:
        """Whether a problem of a file still stands: its cell was not edited, and its row not deleted."""
        cell = problem.cell
        if problem.kind in (Kind.NO_IDENTITY, Kind.NO_ENDPOINTS):
            return cell[:3] not in used.kept
        if _at(cell, self.opened.rows, self.opened.index):
            return bool(self.at(cell))
        where = cell[:3]
        return where not in self.opened.used.every or where in used.every

    def _said_twice(self) -> Iterator[Problem]:
        """The names that were typed although another row has them."""
        for layout in SHEETS:
            if layout is FLOWS:
                continue
            identity, first = layout.identity.heading, dict[str, Cell]()
            named = [row.facts[identity] for row in self.rows[layout.name].values() if identity in row.facts]
            for value, cell, _ in sorted(named, key=lambda said: said.cell.file == EDITS):
                name = as_text(value)
                if not name or nothing_in(name):
                    continue
                at = first.setdefault(name_key(name), cell)
                if at != cell and cell.file == EDITS:
                    yield Problem(Kind.ROWS_JOINED, cell, identity, name, str(at))

    def _left_out(self, problems: Sequence[Problem], used: _Used) -> tuple[RowLeftOut, ...]:
        """Rows that are not in the inventory: those of the files that were not mended, and those typed without a name."""
        kept = [
            out
            for out in self.opened.reading.left_out
            if (where := out.cell[:3]) not in used.kept and (where in used.every or where not in self.opened.used.every)
        ]
        known = {out.cell[:3] for out in kept}
        why = {p.cell: p.message for p in problems if p.kind in (Kind.NO_IDENTITY, Kind.NO_ENDPOINTS)}
        for sheet, rows in self.rows.items():
            slots = self.slots(sheet)
            for row in rows.values():
                if is_blank(row) or is_usable(_OF[sheet], row) or row.at[:3] in known:
                    continue
                said = next((why[c] for c in _cells(row) if c in why), Kind.NO_IDENTITY.value[2])
                kept.append(RowLeftOut(row.at, [_text(row, slot) or None for slot in slots], said))
        return tuple(sorted(kept, key=lambda out: out.cell))

    def _inputs(self, used: _Used) -> Iterator[InputReport]:
        """The counts of each file, less the rows deleted, and those of the rows that were added."""
        before = self.opened.used
        for report in self.opened.reading.inputs:
            sheets = []
            for sheet, read, kept in report.sheets:
                here = {w for w in before.every | used.every if w[:2] == (report.file, sheet)}
                read -= len((here & before.every) - used.every)
                kept += len((here & used.kept) - before.kept) - len((here & before.kept) - used.kept)
                sheets.append((sheet, read, max(0, min(kept, read))))
            read, kept = sum(s[1] for s in sheets), sum(s[2] for s in sheets)
            yield replace(
                report, rows_read=read, rows_in_inventory=kept, rows_left_out=read - kept, sheets=tuple(sheets)
            )
        added = []
        for sheet, rows in self.rows.items():
            new = [row for number, row in rows.items() if number not in self.opened.rows[sheet] and not is_blank(row)]
            if new:
                added.append((sheet, len(new), sum(is_usable(_OF[sheet], row) for row in new)))
        if added:
            read, kept = sum(s[1] for s in added), sum(s[2] for s in added)
            yield InputReport(EDITS, TYPED, read, kept, read - kept, tuple(added))

    # -- editing

    def written(self, sheet: str, cells: Mapping[int, Texts]) -> WorkingCopy:
        """With these texts in these cells, by the number of the row; a number that no row has adds one.

        A text that a cell had when it was opened gives it its own address again. A row of which every cell is blank is
        no row.
        """
        rows = dict(self.rows[sheet])
        for number, texts in cells.items():
            opened = self.opened.rows[sheet].get(number)
            row = rows.get(number) or opened or Row(sheet, _cell(sheet, number, 1), {})
            row = _with(row, number, texts, opened)
            if is_blank(row):
                rows.pop(number, None)
            else:
                rows[number] = row
        return self._having(sheet, rows)

    def without(self, sheet: str, numbers: Iterable[int]) -> WorkingCopy:
        """Without these rows."""
        gone = set(numbers)
        return self._having(sheet, {n: row for n, row in self.rows[sheet].items() if n not in gone})

    def named(self, sheet: str, name: str, texts: Mapping[str, str]) -> WorkingCopy:
        """With these texts, by heading, in every row of this name; in a new row when there is none."""
        identity = Slot(_OF[sheet].identity.heading)
        key = name_key(name)
        numbers = [n for n, row in self.rows[sheet].items() if name_key(_text(row, identity)) == key]
        said = {Slot(heading): words for heading, words in texts.items()}
        if numbers:
            return self.written(sheet, dict.fromkeys(numbers, said))
        return self.written(sheet, {self.next_number(sheet): {identity: name, **said}})

    def filled(self, sheet: str, record: Record, headings: Iterable[str]) -> WorkingCopy:
        """With what a record says under these headings in the rows of its name."""
        facts = {h: values_of(getattr(record, _OF[sheet].headed(h).field), _OF[sheet].headed(h)) for h in headings}
        return self.named(sheet, record.name, {h: as_text(values[0][0]) for h, values in facts.items()})

    def renamed(self, left: Left) -> WorkingCopy:
        """With the new name in every cell that still says the old one."""
        found, key = self, name_key(left.before)
        for sheet, number, slot in left.cells:
            parts = _parts(self.text(sheet, number, slot))
            parts[::2] = [left.after if name_key(part) == key else part for part in parts[::2]]
            found = found.written(sheet, {number: {slot: "".join(parts)}})
        return found

    def flow_row(self, name: str) -> int | None:
        """The number of the row of a flow of the inventory; None for one that nobody typed."""
        numbers = (n for n, row in self.rows[FLOWS.name].items() if is_usable(FLOWS, row))
        flows = zip(typed(FLOWS, self.reading.inventory), numbers, strict=True)
        return next((number for flow, number in flows if flow.name == name), None)

    def with_evidence(self, texts: Mapping[str, str], flow: str | None = None) -> WorkingCopy:
        """With a new row on Safeguards, by heading, named in the *Safeguards* of the flow of this name.

        A flow that nobody typed has no row: the safeguard's own *Recipients* and *Categories* say what it covers then.
        Raises `ValueError` when the row has no name or another one has it already.
        """
        identity = Slot(SAFEGUARDS.identity.heading)
        name = texts.get(identity.heading, "").strip()
        taken = {name_key(_text(row, identity)) for row in self.rows[SAFEGUARDS.name].values()}
        if not name or nothing_in(name):
            raise ValueError("Give the safeguard a name.")
        if name_key(name) in taken:
            raise ValueError(f"A safeguard called “{name}” is on record already. Give this one a name of its own.")
        found = self.named(SAFEGUARDS.name, name, {h: words for h, words in texts.items() if h != identity.heading})
        number = self.flow_row(flow) if flow else None
        if number is not None:
            slot = Slot("Safeguards")
            before = self.text(FLOWS.name, number, slot)
            said = [before] if before and nothing_in(before) is None else []
            found = found.written(FLOWS.name, {number: {slot: "; ".join((*said, name))}})
        return found

    def put_back(self, edit: Edit) -> WorkingCopy:
        """With one cell, or one row, as it was opened."""
        if edit.slot is not None:
            opened = self.opened.rows[edit.sheet].get(edit.number)
            return self.written(edit.sheet, {edit.number: {edit.slot: _text(opened, edit.slot) if opened else ""}})
        rows = dict(self.rows[edit.sheet])
        if opened := self.opened.rows[edit.sheet].get(edit.number):
            rows[edit.number] = opened
        else:
            rows.pop(edit.number, None)
        return self._having(edit.sheet, rows)

    def changes_to(self, other: WorkingCopy) -> tuple[Change, ...]:
        """What makes this copy the other one, row by row."""
        return tuple(
            Change(sheet, number, before.get(number), after.get(number))
            for sheet, before in self.rows.items()
            if (after := other.rows[sheet]) is not before
            for number in sorted({*before, *after})
            if before.get(number) is not after.get(number) and before.get(number) != after.get(number)
        )

    def after(self, changes: Iterable[Change], *, back: bool = False) -> WorkingCopy:
        """With changes made, or taken back."""
        rows = {sheet: dict(numbered) for sheet, numbered in self.rows.items()}
        for change in changes:
            row = change.before if back else change.after
            if row is None:
                rows[change.sheet].pop(change.number, None)
            else:
                rows[change.sheet][change.number] = row
        found = self
        for sheet in dict.fromkeys(change.sheet for change in changes):
            found = found._having(sheet, rows[sheet])
        return found

    def _having(self, sheet: str, rows: Mapping[int, Row]) -> WorkingCopy:
        """With other rows on a sheet, in the order of their numbers."""
        opened = self.opened.rows[sheet]
        ordered: Mapping[int, Row] = dict(sorted(rows.items()))
        return WorkingCopy(self.opened, {**self.rows, sheet: opened if ordered == opened else ordered})


# ---------------------------------------------------------------------------------------------------- steps


class Step(NamedTuple):
    """What was done at once: in words, row by row, and how many facts it accepted from the catalogue."""

    says: str
    changes: tuple[Change, ...]
    accepted: int = 0


@dataclass(frozen=True, eq=False)
class Edited:
    """A working copy with the steps that led to it, the last of them last, and those that were undone, the next one last."""

    copy: WorkingCopy
    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = field(default=())

    def did(self, copy: WorkingCopy, says: str = "", accepted: int = 0) -> Edited:
        """After one more step; the same when it changes nothing. Without words it is described by what it changes."""
        changes = self.copy.changes_to(copy)
        if not changes:
            return self
        return Edited(copy, (*self.done, Step(says or _described(changes), changes, accepted)))

    def undo(self) -> Edited:
        """Before the last step."""
        if not self.done:
            return self
        *before, last = self.done
        return Edited(self.copy.after(last.changes, back=True), tuple(before), (*self.undone, last))

    def redo(self) -> Edited:
        """After the step that was undone last."""
        if not self.undone:
            return self
        *rest, step = self.undone
        return Edited(self.copy.after(step.changes), (*self.done, step), tuple(rest))

    def undo_all(self) -> Edited:
        """Before every step; they can be done again."""
        found = self
        while found.done:
            found = found.undo()
        return found

    def onto(self, copy: WorkingCopy) -> tuple[Edited, tuple[Edit, ...]]:
        """The same steps on another copy, such as of the same files read otherwise, and the edits that fit no cell of it.

        An edit fits where the row stands in the same cell and says what it said before, or nothing. Nothing that
        somebody filled in is written over.
        """
        moved = _Moved(copy)
        for step in self.done:
            for change in step.changes:
                moved.make(change)
            moved.edited = moved.edited.did(moved.copy, step.says, step.accepted)
        return moved.edited, tuple(moved.lost)


class _Moved:
    """Steps of one copy while they are made on another, and which row of it each row became."""

    def __init__(self, copy: WorkingCopy) -> None:
        self.copy = copy
        self.edited = Edited(copy)
        self.numbers: dict[tuple[str, int], int] = {}
        self.lost: list[Edit] = []
        self.rows = {(sheet, _known_by(sheet, row)): n for sheet, rows in copy.rows.items() for n, row in rows.items()}

    def make(self, change: Change) -> None:
        sheet = change.sheet
        layout = _OF[sheet]
        number = self.numbers.get((sheet, change.number))
        if number is None and change.before is not None:
            number = self.rows.get((sheet, _known_by(sheet, change.before)))
        if number is None and change.before is None:
            number = self.copy.next_number(sheet)
        edits = list(_edits(layout, change.number, change.before, change.after))
        if number is None:
            self.lost += edits
            return
        self.numbers[sheet, change.number] = number
        if change.after is None:
            self.copy = self.copy.without(sheet, [number])
            return
        slots = dict.fromkeys((*map(Slot, change.after.facts), *(Slot(h, True) for h in change.after.extra)))
        for slot in slots:
            before, after = (_text(row, slot) if row else "" for row in (change.before, change.after))
            if before == after:
                continue
            if self.copy.text(sheet, number, slot) in ("", before):
                self.copy = self.copy.written(sheet, {number: {slot: after}})
            else:
                self.lost.append(Edit(sheet, change.number, slot, _named(layout, change.after), before, after))


def _known_by(sheet: str, row: Row) -> tuple[Cell, str]:
    return row.at, name_key(_text(row, Slot(_OF[sheet].identity.heading)))


def _described(changes: Sequence[Change]) -> str:
    edits = [e for c in changes for e in _edits(_OF[c.sheet], c.number, c.before, c.after)]
    if len(edits) == 1:
        return str(edits[0])
    sheets = dict.fromkeys(e.sheet for e in edits)
    return f"{len(edits):,} changes on {', '.join(sheets)}"


# ---------------------------------------------------------------------------------------------------- rows


def _rows(layout: SheetLayout, inventory: Inventory) -> Iterator[Row]:
    """The records of a sheet as rows: one each, or several where rows that differ were joined."""
    number = FIRST_ROW
    for record in typed(layout, inventory):
        for row in _record_rows(layout, record, number):
            yield row
            number += 1


def _record_rows(layout: SheetLayout, record: Record, number: int) -> Iterator[Row]:
    at = record.cell or _cell(layout.name, number, 1)
    name = _flow_name(record) if isinstance(record, Flow) else record.name
    said = [(c, values_of(getattr(record, c.field), c)) for c in layout.columns if c is not layout.identity]
    height = max(len(values) for _, values in said)
    for down in range(height):
        facts = {layout.identity.heading: Said(name, at)}
        for column, values in said:
            alone = len(values) == 1 and column.required and getattr(record, column.field).known
            if down >= len(values) and not alone:
                continue
            value, cells = values[0 if alone else down]
            if cells:
                facts[column.heading] = Said(value, cells[0], cells[1:])
            elif value is not None:
                facts[column.heading] = Said(value, at)
        extra = {h: Said(f.value, f.cell or at, f.also) for h, f in record.extra.items()} if down == 0 else {}
        yield Row(layout.name, at, facts, extra)


def _flow_name(flow: Flow) -> str | None:
    """What the analyst called a flow; None where its name was made from its ends."""
    name = flow.name
    if flow.cell:
        name = name.split(f" (row {flow.cell.row} of {flow.cell.file}", 1)[0]
    ends = " → ".join(end.value or "not stated" for end in (flow.origin, flow.destination))
    return None if name == ends else name


def _mendable(reading: Reading) -> Iterator[Row]:
    """Rows of datamap's own layout that were left out for want of a name or of ends, as far as their columns are known."""
    ours = {report.file for report in reading.inputs if report.layout == LAYOUT}
    lacking = {
        p.cell[:3] for p in reading.problems if p.kind in (Kind.NO_IDENTITY, Kind.NO_ENDPOINTS) and p.cell.file in ours
    }
    columns: dict[tuple[str, str], tuple[SheetLayout, dict[int, Slot]]] = {}
    for layout in SHEETS if lacking else ():
        for record in typed(layout, reading.inventory):
            facts = [(Slot(c.heading), getattr(record, c.field)) for c in layout.columns if c is not layout.identity]
            facts += [(Slot(h, True), fact) for h, fact in record.extra.items()]
            for slot, fact in facts:
                for cell in fact.cells:
                    columns.setdefault((cell.file, cell.sheet), (layout, {}))[1][cell.column] = slot
            if record.cell:
                found = columns.setdefault((record.cell.file, record.cell.sheet), (layout, {}))[1]
                found.setdefault(record.cell.column, Slot(layout.identity.heading))
    for out in reading.left_out:
        file, sheet = out.cell.file, out.cell.sheet
        if out.cell[:3] not in lacking or (file, sheet) not in columns:
            continue
        layout, slots = columns[file, sheet]
        said = {
            slot: Said(_meant(out.row[n - 1] if n <= len(out.row) else None), Cell(file, sheet, out.cell.row, n))
            for n, slot in sorted(slots.items())
        }
        yield Row(
            layout.name,
            out.cell,
            {slot.heading: s for slot, s in said.items() if not slot.extra},
            {slot.heading: s for slot, s in said.items() if slot.extra},
        )


_ADDRESS = re.compile(r"(.+)!(.+)!([A-Z]{1,3})([1-9]\d{0,6})", re.DOTALL)


def cell_named(words: str) -> Cell | None:
    """The cell that an address names, as `str` of a cell gives it: `acme.xlsx!Flows!C4`. None for any other words."""
    found = _ADDRESS.fullmatch(words)
    if not found:
        return None
    column = 0
    for letter in found[3]:
        column = 26 * column + ord(letter) - 64
    return Cell(found[1], found[2], int(found[4]), column)


_Index = Mapping[tuple[str, str, int], Sequence[tuple[str, int]]]
"""The rows of a workbook, by sheet and number, that any cell of a row of a file is in: by file, sheet and row."""


def _indexed(rows: Rows) -> _Index:
    found: dict[tuple[str, str, int], dict[tuple[str, int], None]] = {}
    for sheet, numbered in rows.items():
        for number, row in numbered.items():
            for file_row in {cell[:3] for cell in _cells(row)}:
                found.setdefault(file_row, {})[sheet, number] = None
    return {file_row: tuple(where) for file_row, where in found.items()}


def _at(cell: Cell, rows: Rows, index: _Index) -> tuple[Where, ...]:
    """Where a cell stands; the cell that a row is about stands for its name where no column has it."""
    found: list[Where] = []
    for sheet, number in index.get(cell[:3], ()):
        row, identity = rows[sheet][number], _OF[sheet].identity.heading
        slots = [(Slot(h), s) for h, s in row.facts.items() if h != identity]
        slots += [(Slot(h, True), s) for h, s in row.extra.items()]
        in_columns = [Where(sheet, number, slot) for slot, said in slots if cell in (said.cell, *said.also)]
        name = row.facts.get(identity)
        if not in_columns and cell in (row.at, name.cell if name else None):
            in_columns = [Where(sheet, number, Slot(identity))]
        found += in_columns
    return tuple(found)


def _meant(value: Value) -> Value:
    """What a cell of datamap's own layout stands for, where it was written for something that a cell cannot hold."""
    if not isinstance(value, str):
        return value
    if value.startswith(ERROR_MARK):
        return ErrorValue(as_text(value.removeprefix(ERROR_MARK)))
    if value.startswith(FORMULA_MARK):
        return Uncomputed(as_text(value.removeprefix(FORMULA_MARK)))
    return unguarded(value, MARK_START)


def _parsed(rows: Rows, law: Law, same: Same) -> Reading:
    said = tuple(row for layout in SHEETS for row in rows[layout.name].values() if not is_blank(row))
    return parse([Draft(EDITS, TYPED, said, {})], law, same)


def _key(problem: Problem) -> tuple[Cell, str, str]:
    return problem.cell, problem.code, problem.message


def _cells(row: Row) -> Iterator[Cell]:
    yield row.at
    for said in (*row.facts.values(), *row.extra.values()):
        yield said.cell
        yield from said.also


def _cell(sheet: str, number: int, column: int) -> Cell:
    return Cell(EDITS, sheet, number, column)


def _text(row: Row, slot: Slot) -> str:
    said = (row.extra if slot.extra else row.facts).get(slot.heading)
    words = as_text(said.value) if said else ""
    if not slot.extra and words.endswith(_NO_PROOF) and (row.sheet, slot.heading) in _DATES:
        return words.removesuffix(_NO_PROOF)
    return words


def _named(layout: SheetLayout, row: Row) -> str:
    own = _text(row, Slot(layout.identity.heading))
    if own or layout is not FLOWS:
        return own
    return " → ".join(_text(row, Slot(h)) or "not stated" for h in ("From", "To"))


def is_blank(row: Row) -> bool:
    """Whether no cell of a row says anything."""
    return not any(as_text(said.value) for said in (*row.facts.values(), *row.extra.values()))


def is_usable(layout: SheetLayout, row: Row) -> bool:
    """Whether a row is in the inventory: it has a name, or is a flow with an end."""
    headings = ("From", "To") if layout is FLOWS else (layout.identity.heading,)
    return any(_says_something(row.facts[h].value) for h in headings if h in row.facts)


def _says_something(value: Value) -> bool:
    return not isinstance(value, ErrorValue | Uncomputed) and nothing_in(as_text(value)) is None


def _with(row: Row, number: int, texts: Texts, opened: Row | None) -> Row:
    """A row with other texts in some cells; those that say what they said keep their addresses."""
    facts, extra = dict(row.facts), dict(row.extra)
    layout = _OF[row.sheet]
    position = {c.heading: n for n, c in enumerate(layout.columns, 1)}
    for slot, words in texts.items():
        said, before = (extra, opened and opened.extra) if slot.extra else (facts, opened and opened.facts)
        new = as_text(words)
        if new == _text(row, slot):
            continue
        if opened and new == _text(opened, slot):
            if slot.heading in (before or {}):
                said[slot.heading] = (before or {})[slot.heading]
            else:
                said.pop(slot.heading, None)
            continue
        beyond = len(position) + 1 + [*extra, slot.heading].index(slot.heading)
        at = beyond if slot.extra else position[slot.heading]
        said[slot.heading] = Said(new or None, _cell(row.sheet, number, at))
    return Row(row.sheet, row.at, facts, extra)


def _edits(layout: SheetLayout, number: int, before: Row | None, after: Row | None) -> Iterator[Edit]:
    """What differs between two states of a row."""
    if before is after:
        return
    if before is None or after is None:
        name = next(_named(layout, row) for row in (after, before) if row)
        yield Edit(layout.name, number, None, name, name if before else "", name if after else "")
        return
    extra = (Slot(h, True) for h in (*before.extra, *after.extra))
    for slot in dict.fromkeys((*(Slot(c.heading) for c in layout.columns), *extra)):
        said = _text(before, slot), _text(after, slot)
        if said[0] != said[1]:
            yield Edit(layout.name, number, slot, _named(layout, after), *said)


_BETWEEN = re.compile(r"(\s*[;\r\n]\s*)")


def _parts(text: str) -> list[str]:
    """The names in a cell, with what stands between them in every second place."""
    return _BETWEEN.split(text)
