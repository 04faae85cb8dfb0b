"""Owner packs: the inventory split by who owns each system, and what the owners send back, merged.

A pack is a workbook in datamap's own layout with one owner's systems and what goes with them. It holds, on a hidden
sheet, what it said when it was sent. So what an owner changed is told from what was changed in the inventory meanwhile,
whatever became of either; where two owners, or an owner and the inventory, say different things, neither wins.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from datamap.assessment import Assessment
from datamap.comparison import FactChange, fact_changes
from datamap.graph import MappedFlow, Movement, Node
from datamap.inventory import Fact, Inventory, Record, System, items, name_key
from datamap.law import Law
from datamap.registers.pack_books import pack_workbook
from datamap.registers.tables import Shown
from datamap.registers.transfer import NOT_ADVICE, QUESTIONS
from datamap.sheets import Book, Cell, Sheet, Value
from datamap.views import Selection, View
from datamap.workbook import SHEETS, SheetLayout, parse
from datamap.workbook.columns import MARK_START, as_text, unguarded
from datamap.workbook.editing import Slot, WorkingCopy, is_usable
from datamap.workbook.opendocument import Table
from datamap.workbook.writing import csv_bytes, rows_of, typed

NO_OWNER = "No owner"
MARK, YOURS, CONTEXT = "Yours or context", "yours to confirm", "context"
"""The column that a pack adds to each of its sheets, and what it says of a row."""
ABOUT, ASKED, SENT = "About this pack", "Questions", "As sent"
"""The sheets that a pack adds."""
ANSWER = "Your answer"
OVERVIEW = "Which rows are in which pack.csv"

Key = tuple[str, str]
"""A row of the inventory: its sheet, and its name as a key."""


class NotAPack(ValueError):
    """A file that was to be merged is no owner pack. The message is one sentence for the user."""


@dataclass(frozen=True)
class Pack:
    """What one owner is sent. `theirs` are the rows that they are asked to confirm; the others are context."""

    owner: str
    file: str
    inventory: Inventory
    theirs: frozenset[Key]
    questions: tuple[tuple[str, ...], ...]  # about, question, why it is asked, cells
    about: tuple[tuple[str, str], ...]

    def workbook(self) -> bytes:
        """The pack as the bytes of an .xlsx. The same assessment gives the same bytes."""
        marked = _marked(self.inventory, self.theirs)
        questions = tuple((n, *asked, None) for n, asked in enumerate(self.questions, 1))
        tables = [
            Table(ABOUT, (("What", 26.0), ("Value", 96.0)), self.about),
            Table(
                ASKED,
                (("No.", 6.0), ("About", 30.0), ("Question", 64.0), ("Why it is asked", 32.0), ("Cells of the whole inventory", 30.0), (ANSWER, 50.0)),
                questions,
            ),
            _as_sent(marked),
        ]  # fmt: skip
        return pack_workbook(marked, tables, mark=(MARK, CONTEXT), answer=ANSWER, hidden=SENT)


@dataclass(frozen=True)
class Split:
    """An inventory split by owner: every row is in a pack, or in `nowhere` with the reason."""

    packs: tuple[Pack, ...]
    nowhere: tuple[tuple[str, str, str], ...]  # sheet, name, why
    rows: tuple[tuple[str, str, str], ...]  # sheet, name, which packs: every row of the inventory

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The name and the bytes of each file: the packs, and the overview of which row is where."""
        for pack in self.packs:
            yield pack.file, pack.workbook()
        headings = (("Sheet", 24.0), ("Row", 40.0), ("Packs", 60.0))
        yield OVERVIEW, csv_bytes(Table("Packs", headings, self.rows))

    def zipped(self) -> bytes:
        """All of them in one zip. The same assessment gives the same bytes."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in self.files():
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return file.getvalue()


# ---------------------------------------------------------------------------------------------- split


def split(assessment: Assessment) -> Split:
    """The inventory as packs, by owner in their order by name; those without an owner come last."""
    inventory = assessment.inventory
    owners = {name_key(o): o for s in reversed(inventory.systems) if (o := s.owner.value)}
    found = _Rows(assessment)
    everybody = [o for _, o in sorted(owners.items())]
    if any(not s.owner.value for s in inventory.systems):
        everybody.append("")
    taken: set[str] = {OVERVIEW.casefold()}
    files = {owner: _file_name(owner, taken) for owner in everybody}
    packs = tuple(_pack(assessment, found, owner, files[owner]) for owner in everybody)
    rows: list[tuple[str, str, str]] = []
    nowhere: list[tuple[str, str, str]] = []
    for layout in SHEETS:
        for record in typed(layout, inventory):
            holders = found.of[layout.name, _key(layout, record.name)]
            if holders:
                in_which = "; ".join(
                    f"{files[o]} ({YOURS if holders[o] else CONTEXT})" for o in everybody if o in holders
                )
            else:
                why = _FOR_THE_TEAM.get(layout.name, "no system of the inventory needs it")
                in_which = f"none: {why}"
                nowhere.append((layout.name, record.name, why))
            rows.append((layout.name, record.name, in_which))
    return Split(packs, tuple(nowhere), tuple(rows))


_FOR_THE_TEAM = {
    "Prohibitions": "notices and blocks are for those who keep the inventory",
    "Policy statements": "what was published is for those who keep the inventory",
}
_KEYS_OF_FLOWS = re.compile("→")


def _key(layout: SheetLayout, name: str) -> str:
    return name_key(_KEYS_OF_FLOWS.sub(" ", name)) if layout.name == "Flows" else name_key(name)


def _owner(system: System | None) -> str | None:
    """The key of a system's owner: empty where it has none, None where there is no system."""
    return None if system is None else name_key(system.owner.value) if system.owner.value else ""


class _Rows:
    """Which packs each row of the inventory is in, and whether it is theirs to confirm there."""

    def __init__(self, assessment: Assessment) -> None:
        self.inventory = inventory = assessment.inventory
        names = {name_key(o): o for s in reversed(inventory.systems) if (o := s.owner.value)} | {"": ""}
        self.names = names
        self.of: dict[Key, dict[str, bool]] = defaultdict(dict)
        self.flows: dict[str, list[MappedFlow]] = defaultdict(list)
        self.declared = _rows(inventory).keys()
        for system in inventory.systems:
            owner = names[_owner(system) or ""]
            self.note("Systems", system.name, owner, True)
            self.note("Organisations", system.organisation.value or "", owner, False)
            if len(inventory.organisations) == 1:
                self.note("Organisations", inventory.organisations[0].name, owner, False)
        for flow in assessment.map.flows:
            self._flow(flow)
        self._onward([f for f in assessment.map.flows if f.movement is Movement.ONWARD])
        self._safeguards()
        self._categories()

    def note(self, sheet: str, name: str, owner: str, theirs: bool) -> None:
        layout = _LAYOUTS[sheet]
        key = sheet, _key(layout, name)
        if name and key in self.declared:
            self.of[key][owner] = theirs or self.of[key].get(owner, False)

    def _system(self, node: Node) -> System | None:
        return self.inventory.system(node.name)

    def _flow(self, flow: MappedFlow) -> None:
        ends = [self._system(node) for node in (flow.origin, flow.destination)]
        at_ends = [_owner(system) for system in ends]
        first = next((o for o in at_ends if o is not None), None)
        if first is None or flow.movement is Movement.ONWARD:
            return
        for key in dict.fromkeys(o for o in at_ends if o is not None):
            owner, theirs = self.names[key], key == first
            if theirs:
                self.flows[owner].append(flow)
            if not flow.implied:
                self.note("Flows", flow.record.name, owner, theirs)
            for system in ends:
                if system:
                    self.note("Systems", system.name, owner, False)
            for node in (flow.origin, flow.destination):
                self.note("Recipients", node.name, owner, theirs and node is flow.destination)

    def _onward(self, flows: Sequence[MappedFlow]) -> None:
        """Whoever a recipient of a pack sends on to is context there, as far as it goes."""
        sent: dict[str, list[MappedFlow]] = defaultdict(list)
        for flow in flows:
            sent[name_key(flow.origin.name)].append(flow)
        for owner in list(self.names.values()):
            reached = [
                key for (sheet, key), holders in list(self.of.items()) if sheet == "Recipients" and owner in holders
            ]
            seen = set(reached)
            while reached:
                for flow in sent.get(reached.pop(), ()):
                    if not flow.implied:
                        self.note("Flows", flow.record.name, owner, False)
                    self.note("Recipients", flow.destination.name, owner, False)
                    key = name_key(flow.destination.name)
                    if key not in seen:
                        seen.add(key)
                        reached.append(key)

    def _safeguards(self) -> None:
        named: dict[str, set[Key]] = defaultdict(set)
        for flow in self.inventory.flows:
            for name in flow.told("safeguards").value or ():
                named[name_key(name)].add(("Flows", _key(_LAYOUTS["Flows"], flow.name)))
        for safeguard in self.inventory.safeguards:
            goes_with = [("Recipients", name_key(r)) for r in items(safeguard.recipients)]
            for key in (*goes_with, *sorted(named[name_key(safeguard.name)])):
                for owner, theirs in list(self.of.get(key, {}).items()):
                    self.note("Safeguards", safeguard.name, owner, theirs)

    def _categories(self) -> None:
        """A category is theirs where nobody else's system holds it."""
        held: dict[str, set[str]] = defaultdict(set)
        for system in self.inventory.systems:
            for category in items(system.categories):
                held[name_key(category)].add(self.names[_owner(system) or ""])
        for owner, flows in self.flows.items():
            for flow in flows:
                for category in items(flow.categories):
                    held[name_key(category)].add(owner)
        for category_ in self.inventory.categories:
            holders = held[name_key(category_.name)]
            for owner in holders:
                self.note("Information categories", category_.name, owner, len(holders) == 1)

    def pack(self, owner: str) -> tuple[Inventory, frozenset[Key]]:
        """The rows of an owner's pack, in the order of the inventory, and those that are theirs."""
        kept: dict[str, tuple[Record, ...]] = {}
        theirs: set[Key] = set()
        for layout in SHEETS:
            records = []
            for record in typed(layout, self.inventory):
                key = layout.name, _key(layout, record.name)
                if owner in self.of.get(key, {}):
                    records.append(record)
                    theirs |= {key} if self.of[key][owner] else set()
            kept[layout.field] = tuple(records)
        return Inventory(**kept), frozenset(theirs)  # type: ignore[arg-type]


_LAYOUTS: Mapping[str, SheetLayout] = {layout.name: layout for layout in SHEETS}


def _pack(assessment: Assessment, found: _Rows, owner: str, file: str) -> Pack:
    inventory, theirs = found.pack(owner)
    questions = tuple(_questions(assessment, inventory, theirs, found.flows[owner], owner))
    yours = sum(1 for _ in theirs)
    rows = sum(len(typed(layout, inventory)) for layout in SHEETS)
    files = ", ".join(report.file for report in assessment.inputs)
    about = (
        ("Pack of", owner or NO_OWNER),
        ("What to do", f"Answer the questions on the sheet {ASKED}, in its column {ANSWER}. Correct the rows that are marked “{YOURS}”; add rows that are missing; delete those that are wrong. Rows marked “{CONTEXT}”, in grey, are there to be understood by: what you change in them is proposed and not done."),
        ("What to leave", f"The names in the first column of each sheet, and the column {MARK}: by them your rows are found again. A name that changes counts as a row deleted and another added."),
        ("Rows", f"{rows} rows: {yours} to confirm, {rows - yours} context."),
        ("Questions", f"{len(questions)}"),
        ("From", files or "an inventory"),
        ("Law as of", assessment.on.isoformat()),
        ("What this is", NOT_ADVICE),
    )  # fmt: skip
    return Pack(owner or NO_OWNER, file, inventory, theirs, questions, about)


def _questions(
    assessment: Assessment, inventory: Inventory, theirs: frozenset[Key], flows: Sequence[MappedFlow], owner: str
) -> Iterator[tuple[str, ...]]:
    """What is to be found out about an owner's rows: who owns them, what answers lack, what flags and problems say."""
    yours = [
        (layout, r)
        for layout in SHEETS
        for r in typed(layout, inventory)
        if (layout.name, _key(layout, r.name)) in theirs
    ]
    shown = Shown(assessment)
    for _, system in yours if not owner else ():
        if isinstance(system, System):
            at = [system.cell] if system.cell else []
            yield system.name, "Who owns this system?", "nobody is recorded as its owner", shown.cells(at)
    ids = {f.id for f in flows}
    answers = assessment.answers.narrowed(ids)
    of_theirs = Selection(assessment, View(), tuple(flows), answers, {})
    for about, question, named, _, why, where in QUESTIONS.table(Shown(assessment, of_theirs))[1]:
        yield str(about), str(question), f"{why}: {named}", str(where)
    names = {name_key(r.name) for _, r in yours} | {name_key(id_) for id_ in ids}
    for flag in assessment.flags:
        if name_key(flag.about) in names:
            yield flag.about, flag.message, flag.citation, shown.cells(flag.cells)
    rows = {(c.file, c.sheet, c.row) for _, r in yours for c in _cells(r)}
    for problem in assessment.problems:
        cell = problem.cell
        if (cell.file, cell.sheet, cell.row) in rows and not problem.kind.notice:
            yield (
                problem.value,
                f"{problem.message} {problem.hint}".strip(),
                "the cell is not understood",
                shown.cells([cell]),
            )


def _cells(record: Record) -> Iterator[Cell]:
    if record.cell:
        yield record.cell
    layout = next(layout for layout in SHEETS if layout.record is type(record))
    for column in layout.columns[1:]:
        yield from getattr(record, column.field).cells


def _marked(inventory: Inventory, theirs: frozenset[Key]) -> Inventory:
    def marked(layout: SheetLayout) -> tuple[Record, ...]:
        return tuple(
            replace(r, extra={**r.extra, MARK: Fact.of(YOURS if (layout.name, _key(layout, r.name)) in theirs else CONTEXT)})
            for r in getattr(inventory, layout.field)
        )  # fmt: skip

    return Inventory(**{layout.field: marked(layout) for layout in SHEETS})  # type: ignore[arg-type]


def _as_sent(inventory: Inventory) -> Table:
    """Every cell of the pack with its sheet, row and heading, as it is when the pack is sent."""
    rows: list[tuple[Value, ...]] = []
    for sheet, (headings, *below) in rows_of(inventory).items():
        for number, row in enumerate(below, 2):
            rows += [(sheet, number, h, v) for h, v in zip(headings, row, strict=True) if v not in (None, "")]
    return Table(SENT, (("Sheet", 24.0), ("Row", 8.0), ("Heading", 24.0), ("Value", 60.0)), tuple(rows))


_LONGEST_NAME = 60


def _file_name(owner: str, taken: set[str]) -> str:
    """A file name that no system takes for a path, a device or a hidden file, and that no other pack has."""
    words = " ".join(re.sub(r"[^\w\-. ]", " ", owner).split())[:_LONGEST_NAME].strip(" .") or NO_OWNER
    name, number = f"Pack {words}.xlsx", 1
    while name.casefold() in taken:
        number += 1
        name = f"Pack {words} {number}.xlsx"
    taken.add(name.casefold())
    return name


# ---------------------------------------------------------------------------------------------- what comes back


@dataclass(frozen=True)
class Returned:
    """A pack that came back: what it said when it was sent, what it says now, and the answers to its questions."""

    owner: str
    file: str
    sent: Inventory
    now: Inventory
    theirs: frozenset[Key]
    answers: tuple[tuple[str, str, str], ...]  # about, question, answer
    problems: int = 0  # cells that are not understood now, and were not there when it was sent

    @cached_property
    def before(self) -> dict[Key, Record]:
        return _rows(self.sent)

    @cached_property
    def after(self) -> dict[Key, Record]:
        return _rows(self.now)


def is_pack(book: Book) -> bool:
    """Whether a file is an owner pack."""
    return {ABOUT, SENT} <= {sheet.name for sheet in book.sheets}


def returned(book: Book, law: Law) -> Returned:
    """A pack as it came back. Raises `NotAPack`."""
    by_name = {sheet.name: sheet for sheet in book.sheets}
    if not is_pack(book):
        raise NotAPack(
            f"{book.file} is no owner pack: it lacks the sheets {ABOUT!r} and {SENT!r} that datamap writes. "
            "A pack is sent back as a workbook (.xlsx or .ods)."
        )
    about = {as_text(row[0]): as_text(row[1]) for row in by_name[ABOUT].rows if len(row) > 1}
    cells: dict[str, dict[int, dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
    for row in by_name[SENT].rows[1:]:
        if len(row) > 3 and as_text(row[1]).isdigit():
            cells[as_text(row[0])][int(as_text(row[1]))][as_text(row[2])] = row[3]
    before: list[Sheet] = []
    for name, rows in cells.items():
        headings = list(dict.fromkeys(h for row in rows.values() for h in row))
        table: list[list[Value]] = [[*headings], *([row.get(h) for h in headings] for _, row in sorted(rows.items()))]
        before.append(Sheet(book.file, name, table))
    if not before:
        raise NotAPack(f"{book.file} holds nothing on its sheet {SENT!r}, so what was changed in it cannot be told.")
    now = tuple(sheet for sheet in book.sheets if sheet.name in _LAYOUTS and len(sheet.rows) > 1)
    empty = Inventory()
    first = parse([Book(book.file, tuple(before), book.kind)], law)
    second = parse([Book(book.file, now, book.kind)], law) if now else None
    theirs = frozenset(
        (layout.name, _key(layout, r.name))
        for layout in SHEETS
        for r in typed(layout, first.inventory)
        if (mark := r.extra.get(MARK)) and mark.value == YOURS
    )
    newly = len(second.problems if second else ()) - len(first.problems)
    return Returned(
        about.get("Pack of", NO_OWNER), book.file, _unmarked(first.inventory),
        _unmarked(second.inventory) if second else empty, theirs, tuple(_answers(by_name.get(ASKED))), max(0, newly),
    )  # fmt: skip


def _answers(sheet: Sheet | None) -> Iterator[tuple[str, str, str]]:
    if sheet is None or not sheet.rows:
        return
    at = {as_text(heading): column for column, heading in enumerate(sheet.rows[0])}
    if not {"About", "Question", ANSWER} <= at.keys():
        return
    for row in sheet.rows[1:]:
        about, question, answer = (
            as_text(row[at[h]]) if at[h] < len(row) else "" for h in ("About", "Question", ANSWER)
        )
        if answer:
            yield about, question, answer


def _unmarked(inventory: Inventory) -> Inventory:
    return Inventory(
        **{
            layout.field: tuple(
                replace(r, extra={h: f for h, f in r.extra.items() if name_key(h) != name_key(MARK)})
                for r in typed(layout, inventory)
            )
            for layout in SHEETS
        }  # type: ignore[arg-type]
    )


# ---------------------------------------------------------------------------------------------- merge


class Became(StrEnum):
    """What became of something that a pack says otherwise."""

    MERGED = "merged"
    DELETED = "deleted"
    CONFLICT = "conflict"
    PROPOSED = "proposed"
    ALREADY = "already so"


class Change(NamedTuple):
    """One thing that a pack says otherwise than it did when it was sent, and what became of it, with the reason."""

    pack: str
    sheet: str
    name: str
    heading: str  # empty where it is the row itself
    before: str
    after: str
    became: Became
    why: str = ""


@dataclass(frozen=True)
class Merged:
    """The inventory with what the packs say, everything that they say otherwise, and the answers to their questions."""

    inventory: Inventory
    changes: tuple[Change, ...]
    answers: tuple[tuple[str, str, str, str], ...]  # pack, about, question, answer
    not_returned: tuple[str, ...]  # owners of systems of whom no pack came back; nothing of theirs was changed

    def having(self, became: Became) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.became is became)

    @property
    def in_order(self) -> tuple[Change, ...]:
        """The changes, conflicts first, then what is proposed, then what was done."""
        order = (Became.CONFLICT, Became.PROPOSED, Became.DELETED, Became.MERGED, Became.ALREADY)
        return tuple(sorted(self.changes, key=lambda c: order.index(c.became)))

    @property
    def sentence(self) -> str:
        """`3 merged, 1 conflict, 2 proposed; 4 answers.`"""
        counted = [(len(self.having(b)), b.value) for b in Became]
        said = ", ".join(f"{n} {words}" for n, words in counted if n) or "Nothing differs"
        return f"{said}; {len(self.answers)} {'answer' if len(self.answers) == 1 else 'answers'}."


class _Said(NamedTuple):
    """What a pack says of one fact of a row that it was sent."""

    pack: Returned
    change: FactChange
    fact: Fact[Any]


@dataclass
class _Merging:
    """The rows of the inventory while packs are merged into them."""

    records: dict[Key, Record]
    changes: list[Change] = field(default_factory=list)

    def tell(
        self, pack: Returned, key: Key, name: str, fact: tuple[str, str, str], became: Became, why: str = ""
    ) -> None:
        self.changes.append(Change(pack.file, key[0], name, *fact, became, why))

    def put(self, key: Key, heading: str, fact: Fact[Any]) -> None:
        record = self.records[key]
        column = _LAYOUTS[key[0]].column(heading)
        if column is None:
            self.records[key] = replace(record, extra={**record.extra, heading: fact})
        else:
            self.records[key] = replace(record, **{column.field: fact})  # type: ignore[arg-type]


def merge(
    original: Inventory,
    packs: Sequence[Returned],
    *,
    accept_deletions: bool = False,
    accept_context: bool = False,
) -> Merged:
    """The inventory with what the packs changed, fact by fact.

    A fact is taken over where every pack that changed it says the same and the inventory still says what was sent. A row
    that is missing from a pack is deleted only with `accept_deletions`, if it was the owner's to confirm and no other pack
    still has it. What was changed in a row of context is taken over only with `accept_context`.
    """
    packs = sorted(packs, key=lambda p: (name_key(p.owner), p.file))
    work = _Merging(_rows(original))
    _changed(work, packs, accept_context)
    _added(work, packs)
    _deleted(work, packs, accept_deletions)
    kept = {
        layout.field: tuple(r for (sheet, _), r in work.records.items() if sheet == layout.name) for layout in SHEETS
    }
    back = {name_key(p.owner) for p in packs}
    owners = {name_key(o): o for s in reversed(original.systems) for o in (s.owner.value or NO_OWNER,)}
    return Merged(
        Inventory(**kept),  # type: ignore[arg-type]
        tuple(work.changes),
        tuple((p.file, *answer) for p in packs for answer in p.answers),
        tuple(o for key, o in sorted(owners.items()) if key not in back),
    )


def _rows(inventory: Inventory) -> dict[Key, Record]:
    return {(layout.name, _key(layout, r.name)): r for layout in SHEETS for r in typed(layout, inventory)}


def _fact(record: Record, sheet: str, heading: str) -> Fact[Any]:
    column = _LAYOUTS[sheet].column(heading)
    found: Fact[Any] = getattr(record, column.field) if column else record.extra.get(heading, Fact())
    return found


def _changed(work: _Merging, packs: Sequence[Returned], accept_context: bool) -> None:
    said: dict[tuple[Key, str], list[_Said]] = defaultdict(list)
    for pack in packs:
        sent, now = pack.before, pack.after
        for key in sent.keys() & now.keys():
            for change in fact_changes(_LAYOUTS[key[0]], sent[key], now[key]):
                said[key, change.heading].append(_Said(pack, change, _fact(now[key], key[0], change.heading)))
    for (key, heading), by in sorted(said.items(), key=lambda item: (_order(item[0][0]), item[0][1])):
        became, why = _verdict(work, key, heading, by, accept_context)
        if became is Became.MERGED:
            work.put(key, heading, by[0].fact)
        for each in by:
            name = each.pack.before[key].name
            work.tell(each.pack, key, name, (heading, each.change.before, each.change.after), became, why)


def _order(key: Key) -> tuple[int, str]:
    return list(_LAYOUTS).index(key[0]), key[1]


def _verdict(work: _Merging, key: Key, heading: str, by: Sequence[_Said], accept_context: bool) -> tuple[Became, str]:
    record, layout = work.records.get(key), _LAYOUTS[key[0]]
    if record is None:
        return Became.CONFLICT, "the row is no longer in the inventory"
    first = by[0].pack.after[key]
    for other in by[1:]:
        if any(c.heading == heading for c in fact_changes(layout, first, other.pack.after[key])):
            told = "; ".join(f"{s.pack.owner}: {s.change.after or 'blank'}" for s in by)
            return Became.CONFLICT, f"packs say different things: {told}"
    if not any(c.heading == heading for c in fact_changes(layout, record, first)):
        return Became.ALREADY, "the inventory says so by now"
    since = next((c for c in fact_changes(layout, by[0].pack.before[key], record) if c.heading == heading), None)
    if since:
        return Became.CONFLICT, f"the inventory was changed since the pack was sent, to: {since.after or 'blank'}"
    if not accept_context and not any(key in s.pack.theirs for s in by):
        return Became.PROPOSED, "the row was sent as context"
    return Became.MERGED, ""


def _added(work: _Merging, packs: Sequence[Returned]) -> None:
    new: dict[Key, Returned] = {}
    for pack in packs:
        for key, record in pack.after.items():
            if key in pack.before:
                continue
            known = work.records.get(key)
            if known is not None and key[0] == "Flows" and _ends(known) != _ends(record):
                record = replace(record, name=f"{record.name} ({pack.owner})")
                key, known = (key[0], _key(_LAYOUTS[key[0]], record.name)), None
            if known is None:
                work.records[key] = record
                new[key] = pack
                work.tell(pack, key, record.name, ("", "", "a new row"), Became.MERGED)
                continue
            for change in fact_changes(_LAYOUTS[key[0]], known, record):
                fact = (change.heading, change.before, change.after)
                theirs = _fact(record, key[0], change.heading)
                if theirs.blank:
                    continue
                if _fact(known, key[0], change.heading).blank:
                    work.put(key, change.heading, theirs)
                    work.tell(pack, key, record.name, fact, Became.MERGED, "the row was added, and is in the inventory")
                else:
                    whose = new[key].owner if key in new else "the inventory"
                    why = f"the row was added, and {whose} says: {change.before}"
                    work.tell(pack, key, record.name, fact, Became.CONFLICT, why)


def _ends(record: Any) -> tuple[str, str]:
    return name_key(record.origin.value or ""), name_key(record.destination.value or "")


def _deleted(work: _Merging, packs: Sequence[Returned], accept: bool) -> None:
    gone: dict[Key, list[Returned]] = defaultdict(list)
    kept: dict[Key, list[str]] = defaultdict(list)
    for pack in packs:
        for key in pack.before:
            if key in pack.after:
                kept[key].append(pack.owner)
            else:
                gone[key].append(pack)
    for key, by in sorted(gone.items(), key=lambda item: _order(item[0])):
        record = work.records.get(key)
        if record is None:
            continue
        became, why = Became.PROPOSED, "rows are deleted only when that is accepted"
        if kept[key]:
            became, why = Became.CONFLICT, f"the row is still in the pack of {', '.join(kept[key])}"
        elif not any(key in pack.theirs for pack in by):
            why = "the row was sent as context"
        elif accept:
            became, why = Became.DELETED, ""
            del work.records[key]
        for pack in by:
            work.tell(pack, key, record.name, ("", "a row", "deleted"), became, why)


def onto(copy: WorkingCopy, merged: Merged) -> WorkingCopy:
    """A working copy with all that was merged into its inventory: each fact, new row and deletion as edits of its cells.

    `merged` is of `copy.reading.inventory`.
    """
    before, after = _rows(copy.reading.inventory), _rows(merged.inventory)
    found = copy
    for layout in SHEETS:
        sheet = layout.name
        numbers = _numbers(copy, layout)
        gone = [n for key in before.keys() - after.keys() if key[0] == sheet for n in numbers[key[1]]]
        cells: dict[int, dict[Slot, str]] = defaultdict(dict)
        free = copy.next_number(sheet)
        for key, record in after.items():
            was = before.get(key)
            if key[0] != sheet or record is was:
                continue
            slots = [*(Slot(c.heading) for c in layout.columns), *(Slot(h, True) for h in record.extra)]
            rows = _texts(layout, record)
            if was is None:
                for row in rows:
                    cells[free] = {slot: words for slot, words in zip(slots, row, strict=True) if words}
                    free += 1
                continue
            headings = {change.heading for change in fact_changes(layout, was, record)}
            for at, slot in enumerate(slots):
                if slot.heading not in headings:
                    continue
                said = [row[at] for row in rows if row[at]] or [""]
                here = numbers[key[1]]
                for number, words in zip(here, (*said, *[said[-1]] * len(here)), strict=False):
                    cells[number][slot] = words
                for words in said[len(here) :]:
                    cells[free] = {slots[0]: record.name, slot: words}
                    free += 1
        found = found.written(sheet, cells).without(sheet, gone)
    return found


def _numbers(copy: WorkingCopy, layout: SheetLayout) -> Mapping[str, list[int]]:
    """The rows of a working copy by the key of the record that they say something of."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = copy.rows[layout.name]
    if layout.name == "Flows":
        usable = (number for number, row in rows.items() if is_usable(layout, row))
        for flow, number in zip(typed(layout, copy.reading.inventory), usable, strict=True):
            found[_key(layout, flow.name)].append(number)
        return found
    for number in rows:
        found[name_key(copy.text(layout.name, number, Slot(layout.identity.heading)))].append(number)
    return found


def _texts(layout: SheetLayout, record: Record) -> list[list[str]]:
    """A record as the texts of its rows: one, or several where only rows that differ can say it."""
    _, *rows = rows_of(Inventory(**{layout.field: (record,)}))[layout.name]  # type: ignore[arg-type]
    return [[as_text(unguarded(v, MARK_START) if isinstance(v, str) else v) for v in row] for row in rows]


def changes_csv(merged: Merged) -> bytes:
    """Everything that packs say otherwise, conflicts first, then what is proposed; then the answers. As CSV."""
    headings = ("What became of it", "Pack", "Sheet", "Row", "Heading", "Before", "After", "Why")
    rows = [(c.became.value, c.pack, c.sheet, c.name, c.heading, c.before, c.after, c.why) for c in merged.in_order]
    rows += [("answer", pack, "", about, question, "", answer, "") for pack, about, question, answer in merged.answers]
    return csv_bytes(Table("Changes", tuple((h, 30.0) for h in headings), tuple(rows)))
