"""Legs as columns of numbers, so that one read is made of all of them at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from datamap.graph import Leg, MappedFlow, NodeKind
from datamap.inventory import Nothing, Records, coded, items
from datamap.transfers.cases import FROM_RECIPIENT, Plain, Read, Reads
from datamap.transfers.ways import Part

Numbers = np.ndarray[Any, np.dtype[np.int64]]

MOST_CODES = 1 << 22  # combinations of numbers that a table has a place for each of

DEPENDS: Mapping[str, tuple[str, ...]] = {
    "place": ("place",),
    "activity": ("place",),
    "stated": ("place",),
    "where": ("place",),
    "any kind": ("categories",),
    "kinds": ("categories",),
    "identifiers": ("categories",),
    "sensitive": ("categories",),
    "categories": ("names",),
    "flow.categories": ("categories",),
    "individuals": ("individuals",),
    "flow.individuals": ("individuals",),
    "pleads": ("ground",),
    "claims": ("parties", "safeguards"),
    "onward": ("movement",),
    "by_individual": ("movement",),
    "for_principal": ("movement",),
    "recipient": ("recipient",),
    "recipient in safeguards": ("parties",),
    "recipient in notices": ("recipient",),
    "recipient.country": ("recipient", "established"),
    **{f"recipient.{name}": (f"recipient unless {field}", field) for name, field in FROM_RECIPIENT.items()},
    "sender": ("sender",),
    "upstream": ("upstream",),
    "system": ("system",),
}
"""The columns that decide what a read gives, by its name or what stands before the point in it. A fact of the flow's own row
has a column of its own."""


def depends(read: Plain) -> tuple[str, ...]:
    """The columns that decide what a read gives."""
    if not isinstance(read, str):
        asked, about = read
        read = about[0] if asked == "all inside" else asked
    owner, _, field = read.partition(".")
    return DEPENDS.get(read) or DEPENDS.get(owner) or (field,)


class Columns(ABC):
    """Legs, a row each, with columns of numbers that decide what is read of them."""

    def __init__(self, reads: Reads, rows: int) -> None:
        self._reads, self._rows = reads, rows
        self._tables: dict[Read, Numbers] = {}
        self._together: dict[
            tuple[str, ...], tuple[Numbers, int]
        ] = {}  # columns with too many combinations for a table
        self._looked_at: dict[tuple[str, ...], dict[int, Leg]] = {}  # a leg for each combination of numbers

    @abstractmethod
    def leg(self, row: int) -> Leg:
        """The leg that a row is."""

    @abstractmethod
    def column(self, name: str, rows: Numbers) -> Numbers:
        """The numbers of a column for some rows, from 0 and below its size."""

    @abstractmethod
    def size(self, name: str) -> int:
        """How many numbers a column has."""

    def numbers(self, read: Read, rows: Numbers) -> Numbers:
        """The numbers of a read for some rows: equal where the procedure can tell no difference (see `Reads`).

        A read is made once for each combination of the numbers that decide it.
        """
        if isinstance(read, Part):
            return read.numbers(rows, self)
        assert isinstance(read, str | tuple)
        names = depends(read)
        codes, size = self._codes(names, rows)
        number, legs = self._reads.of(read), self._looked_at.setdefault(names, {})
        table = self._tables.get(read)
        if table is None:
            table = self._tables[read] = np.full(size, -1, dtype=np.int64)
        found = table[codes]
        if len(missing := np.flatnonzero(found < 0)):
            new, first = _first_of_each(codes[missing], size)
            for code, at in zip(new.tolist(), rows[missing[first]].tolist(), strict=True):
                table[code] = number(legs.get(code) or legs.setdefault(code, self.leg(at)))
            found = table[codes]
        return found

    def _codes(self, names: tuple[str, ...], rows: Numbers) -> tuple[Numbers, int]:
        """What some columns say together of some rows, as one number, and how many such numbers there are at most."""
        if names in self._together:
            codes, size = self._together[names]
            return codes[rows], size
        sizes = [self.size(name) for name in names]
        if prod(sizes) > MOST_CODES:
            every = np.arange(self._rows)
            codes, size = np.zeros(self._rows, dtype=np.int64), 1
            for name, here in zip(names, sizes, strict=True):
                codes, size = compressed(codes * here + self.column(name, every), size * here)
            self._together[names] = codes, size
            return codes[rows], size
        codes = self.column(names[0], rows)
        for name, here in zip(names[1:], sizes[1:], strict=True):
            codes = codes * here + self.column(name, rows)
        return codes, prod(sizes)

    def split(self, read: Read, each: Sequence[Numbers]) -> Iterator[tuple[int, int, Numbers]]:
        """Several lots of rows told apart by a read: the number of the lot, that of the read, and the rows that have it."""
        rows = each[0] if len(each) == 1 else np.concatenate(each)
        numbers = self.numbers(read, rows)
        most = int(numbers.max()) + 1
        if len(each) > 1:
            numbers = numbers + np.repeat(np.arange(len(each)) * most, [len(e) for e in each])
        for number, here in _lots(numbers, rows):
            yield *divmod(number, most), here

    def lots(self, name: str, rows: Numbers) -> Iterator[Numbers]:
        """Rows told apart by a column."""
        return (here for _, here in _lots(self.column(name, rows), rows))

    def told(self, rows: Numbers, found: Sequence[tuple[int, Numbers]]) -> Numbers:
        """For some rows, in their order, the number with which each of them was found."""
        if len(found) == 1:
            return np.full(len(rows), found[0][0], dtype=np.int64)
        every = np.empty(self._rows, dtype=np.int32)  # only the places of these rows are ever touched
        for number, here in found:
            every[here] = number
        return every[rows].astype(np.int64)


def _lots(numbers: Numbers, rows: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Rows told apart by their numbers, in the order of the numbers, each lot in that of its rows."""
    if (numbers[0] == numbers).all():
        yield int(numbers[0]), rows
        return
    by = numbers.astype(np.uint16) if int(numbers.max()) < 1 << 16 else numbers  # two bytes are ordered by their digits
    order = np.argsort(by, kind="stable")
    rows, numbers = rows[order], numbers[order]
    begins = np.concatenate([[0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1])
    ends = [*begins[1:].tolist(), len(rows)]
    for number, begin, end in zip(numbers[begins].tolist(), begins.tolist(), ends, strict=True):
        yield number, rows[begin:end]


class LegColumns(Columns):
    """Legs of a map. A column of flows is made when it is first asked for."""

    def __init__(self, legs: Sequence[Leg], reads: Reads) -> None:
        super().__init__(reads, len(legs))
        self._legs = legs
        self._flows: list[MappedFlow] = []
        flow_of, last = [], None
        for leg in legs:
            if leg.flow is not last:
                last = leg.flow
                self._flows.append(last)
            flow_of.append(len(self._flows) - 1)
        self._flow = np.array(flow_of, dtype=np.int64)
        self._records = Records.of([f.record for f in self._flows])
        self._made: dict[str, tuple[Numbers, int]] = {}

    def leg(self, row: int) -> Leg:
        return self._legs[row]

    def size(self, name: str) -> int:
        return self._column(name)[1]

    def column(self, name: str, rows: Numbers) -> Numbers:
        found = self._column(name)[0]
        return found[rows] if name in ("place", "established") else found[self._flow[rows]]

    def _column(self, name: str) -> tuple[Numbers, int]:
        known = self._made.get(name)
        if known is None:
            known = self._made[name] = self._make(name)
        return known

    def _make(self, name: str) -> tuple[Numbers, int]:
        """A column, and how many numbers it has."""
        flows = self._flows
        if name == "place":
            return _numbered([id(p.value) if p.value is not None else p.nothing for p in (g.place for g in self._legs)])
        if name == "established":
            return self._established()
        if name == "names":
            return self._column("categories")
        if name == "movement":
            return _numbered([(f.movement, f.origin.kind is NodeKind.INDIVIDUALS, f.for_principal) for f in flows])
        if name == "sender":
            return _numbered([id(f.organisation) for f in flows])
        if name in ("recipient", "upstream", "system"):
            return _numbered([id(getattr(f, name)) for f in flows])
        if name == "parties":
            return self._parties()
        if name in ("categories", "individuals"):
            return self._carried(name)
        numbers, said = coded(self._records, name.removeprefix("recipient unless "))
        if name.startswith("recipient unless "):
            recipient, most = self._column("recipient")
            blank = np.array([told.nothing is Nothing.BLANK for _, told in said], dtype=bool)
            return np.where(blank[numbers], recipient + 1, 0), most + 1
        return numbers, len(said)

    def _established(self) -> tuple[Numbers, int]:
        """Where the recipient is established in several countries, in which of them the leg is."""
        several = np.array([f.recipient is not None and len(items(f.recipient.country)) > 1 for f in self._flows])
        found = np.zeros(len(self._legs), dtype=np.int64)
        rows = np.flatnonzero(several[self._flow]) if len(several) else np.zeros(0, np.int64)
        numbers, most = _numbered([id(self._legs[row].place) for row in rows.tolist()])
        found[rows] = numbers + 1
        return found, most + 1

    def _parties(self) -> tuple[Numbers, int]:
        """For each flow the number of those whom the same safeguards name."""
        recipient, most = self._column("recipient")
        _, first = np.unique(recipient, return_index=True)
        shelf = self._reads.shelf
        named = [tuple(s.name for s in shelf.with_recipient(self._flows[at].recipient)) for at in first.tolist()]
        numbers, most = _numbered(named)
        return numbers[recipient], most

    def _carried(self, name: str) -> tuple[Numbers, int]:
        """What a flow itself says, else the number of its system."""
        numbers, said = coded(self._records, name)
        system, most = self._column("system")
        blank = np.array([told.nothing is Nothing.BLANK for _, told in said], dtype=bool)
        return np.where(blank[numbers], system, numbers + most), len(said) + most


def _first_of_each(codes: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """The different codes, in order, and where each comes first."""
    if size > 4 * len(codes):
        return np.unique(codes, return_index=True)
    first = np.full(size, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    there = np.flatnonzero(first >= 0)
    return there, first[there]


def compressed(codes: Numbers, most: int) -> tuple[Numbers, int]:
    """Codes below `most` as numbers from 0 on, none left out, and how many there are."""
    if most > MOST_CODES:
        distinct, which = np.unique(codes, return_inverse=True)
        return which, len(distinct)
    there = np.zeros(most, dtype=np.int64)
    there[codes] = 1
    numbers = np.cumsum(there)
    return numbers[codes] - 1, int(numbers[-1])


def _numbered(things: Iterable[Hashable]) -> tuple[Numbers, int]:
    """Numbers for things in the order in which they come, and how many are different."""
    known: dict[Hashable, int] = {}
    numbers = [known.setdefault(thing, len(known)) for thing in things]
    return np.array(numbers, dtype=np.int64), len(known)
