"""Each way through the rules is gone once: which legs the procedure can tell apart, and what it finds for all the others.

What the procedure reads of a leg is written down (`Brief`). Which read comes next depends on nothing but what was read before,
so the reads form a tree, with what was found at its ends. A leg whose reads lead to an end has what stands there; for one that
leads nowhere the procedure is run, and the way that it went is added.

A part of the procedure has a tree of its own, and to the whole it is one read, whose number is that of what the part finds. So
the ways through the whole are those that differ in what was found, and not those that differ in what was read to find it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from datamap.graph import Leg
from datamap.transfers.cases import Brief, Read, Reads

if TYPE_CHECKING:
    from datamap.transfers.columns import Columns, Numbers

T = TypeVar("T")

_NOWHERE: Any = object()


class _Branch:
    """A place in a tree of reads: an end, or the read that is made next and where each number leads; `after` the read before."""

    __slots__ = ("after", "end", "number", "read", "twigs")

    def __init__(self, after: Read | None = None) -> None:
        self.after = after
        self.end: Any = _NOWHERE
        self.read: Read | None = None
        self.number: Callable[[Leg], int] | None = None
        self.twigs: dict[int, _Branch] = {}


class Tree(Generic[T]):
    """What some work finds for legs, by what it reads of each on the way."""

    def __init__(self, reads: Reads, parts: Parts, work: Callable[[Brief], T]) -> None:
        self._reads, self._parts, self._work = reads, parts, work
        self._root = _Branch()
        self._rank: dict[Read, int] = {}

    def find(self, leg: Leg) -> T:
        """What the work finds for a leg."""
        branch, depth = self._root, 0
        while (number := branch.number) is not None:
            here = number(leg)
            depth += 1
            twig = branch.twigs.get(here)
            if twig is None:
                twig = branch.twigs[here] = _Branch(branch.read)
                return self._grow(leg, twig, depth)
            branch = twig
        found: T = branch.end
        return self._grow(leg, branch, depth) if found is _NOWHERE else found

    def _grow(self, leg: Leg, branch: _Branch, depth: int) -> T:
        """Do the work for a leg whose first so many reads lead to a branch from which nobody went on, and note its way."""
        brief = Brief(leg, self._reads.shelf, self._parts)
        found = self._work(brief)
        reads = list(brief.reads)
        assert not depth or reads[depth - 1] == branch.after, (
            "what is read next depends on what was read before, and on nothing else"
        )
        for read in reads[depth:]:
            self._rank.setdefault(read, len(self._rank))
            branch.read, branch.number = read, self._reads.of(read)
            twig = branch.twigs[branch.number(leg)] = _Branch(read)
            branch = twig
        branch.end = found
        return found

    def sift(self, rows: Numbers, columns: Columns) -> Iterator[tuple[T, Numbers]]:
        """What the work finds for the legs that are some rows of columns, with the rows for which it finds it."""
        waiting: dict[Read, list[tuple[_Branch, _Way, Numbers]]] = {}
        arrived: list[tuple[_Branch, _Way, Numbers]] = [(self._root, None, rows)] if len(rows) else []
        while arrived:
            for branch, way, here in arrived:
                if branch.number is None and branch.end is _NOWHERE:
                    leg = columns.leg(int(here[0]))
                    self._grow(leg, branch, _went(leg, way))
                if branch.read is None:
                    yield branch.end, here
                else:
                    waiting.setdefault(branch.read, []).append((branch, way, here))
            arrived = []
            if waiting:  # all that wait for one read make it together
                read = min(waiting, key=self._rank.__getitem__)
                branches, ways, each = zip(*waiting.pop(read), strict=True)
                for owner, number, here in columns.split(read, each):
                    twigs = branches[owner].twigs
                    twig = twigs.get(number)
                    if twig is None:
                        twig = twigs[number] = _Branch(read)
                    arrived.append((twig, (ways[owner], read, number), here))


_Way = tuple[Any, Read, int] | None
"""The way to a branch: that to the branch before it, the read that was made there and the number that it gave."""


def _went(leg: Leg, way: _Way) -> int:
    """How many reads a way has. The parts among them are told what they found for the leg, which need not be found again."""
    depth = 0
    while way is not None:
        way, read, number = way
        depth += 1
        if isinstance(read, Part):
            read.found(leg, number)
    return depth


class Part(Generic[T]):
    """A part of the procedure under one regime: as a read, its number is that of what it finds."""

    __slots__ = ("_found", "_last", "_numbers", "_same", "_tree", "_work")

    def __init__(
        self, reads: Reads, parts: Parts, work: Callable[[Brief], T], same: Callable[[T], Hashable] | None
    ) -> None:
        self._work, self._same = work, same
        self._tree = Tree(reads, parts, self._done)
        self._numbers: dict[Hashable, int] = {}
        self._found: list[T] = []
        self._last: tuple[Leg | None, int] = None, 0

    def find(self, leg: Leg) -> T:
        """What it finds for a leg, the very same for all that it cannot tell apart."""
        return self._found[self.number(leg)]

    def number(self, leg: Leg) -> int:
        last, number = self._last
        if last is not leg:
            number = self._tree.find(leg)
            self._last = leg, number
        return number

    def found(self, leg: Leg, number: int) -> None:
        """Say which number a leg has, where that is known."""
        self._last = leg, number

    def numbers(self, rows: Numbers, columns: Columns) -> Numbers:
        """The same for many legs at once."""
        return columns.told(rows, list(self._tree.sift(rows, columns)))

    def _done(self, brief: Brief) -> int:
        found = self._work(brief)
        number = self._numbers.setdefault(self._same(found) if self._same else found, len(self._numbers))
        if number == len(self._found):
            self._found.append(found)
        return number


class Parts:
    """The parts of the procedure under one regime, by what tells them apart."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._known: dict[Hashable, Part[Any]] = {}

    def part(self, key: Hashable, work: Callable[[Brief], T], same: Callable[[T], Hashable] | None = None) -> Part[T]:
        """The part of that key. The work depends on nothing but the key and what it reads of its brief.

        `same` gives what two findings that differ in nothing have in common, where that is not the finding itself.
        """
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Part(self._reads, self, work, same)
        return known
