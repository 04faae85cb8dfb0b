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
    """A place in a tree of reads: an end, or the read that is made next and where each number leads."""

    __slots__ = ("end", "number", "read", "twigs")

    def __init__(self) -> None:
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
        branch = self._root
        while (number := branch.number) is not None:
            twig = branch.twigs.get(number(leg))
            if twig is None:
                return self._grow(leg)
            branch = twig
        found: T = branch.end
        return self._grow(leg) if found is _NOWHERE else found

    def _grow(self, leg: Leg) -> T:
        brief = Brief(leg, self._reads.shelf, self._parts)
        found = self._work(brief)
        branch = self._root
        for read in brief.reads:
            if branch.number is None:
                self._rank.setdefault(read, len(self._rank))
                branch.read, branch.number = read, self._reads.of(read)
            assert branch.read == read, "what is read next depends on what was read before, and on nothing else"
            branch = branch.twigs.setdefault(branch.number(leg), _Branch())
        branch.end = found
        return found

    def sift(self, rows: Numbers, columns: Columns) -> Iterator[tuple[T, Numbers]]:
        """What the work finds for the legs that are some rows of columns, with the rows for which it finds it."""
        waiting: dict[Read, list[tuple[_Branch, Numbers]]] = {}
        arrived = [(self._root, rows)] if len(rows) else []
        while arrived:
            for branch, here in arrived:
                if branch.number is None and branch.end is _NOWHERE:
                    self._grow(columns.leg(int(here[0])))
                if branch.read is None:
                    yield branch.end, here
                else:
                    waiting.setdefault(branch.read, []).append((branch, here))
            arrived = []
            if waiting:  # all that wait for one read make it together
                read = min(waiting, key=self._rank.__getitem__)
                branches, each = zip(*waiting.pop(read), strict=True)
                for owner, number, here in columns.split(read, each):
                    twigs = branches[owner].twigs
                    arrived.append((twigs.get(number) or twigs.setdefault(number, _Branch()), here))


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
