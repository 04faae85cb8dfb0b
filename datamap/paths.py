"""Who gets a category of information from whom, in how many hops: on arrays of numbers, whatever the size of the map.

One sort puts the edges of each category side by side, by origin; a search then takes a level of nodes at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Tree(NamedTuple):
    """The shortest ways from some nodes: the nodes in the order in which they are met, and how each is come to.

    `before` has for each of `nodes` the position in `nodes` that it is come to from, and `flows` by which flow; both are -1
    where a way starts.
    """

    nodes: Numbers
    before: Numbers
    flows: Numbers


class Carried:
    """What carries one category: `origins[i]` → `destinations[i]` by `flows[i]`, once for each two nodes.

    Sorted by origin, then as a search is to prefer.
    """

    def __init__(self, origins: Numbers, destinations: Numbers, flows: Numbers, nodes: int) -> None:
        self._origins, self._destinations, self._flows, self._size = origins, destinations, flows, nodes

    @cached_property
    def holds(self) -> Flags:
        """For each node of the map whether it has the category."""
        found = np.zeros(self._size, dtype=np.bool_)
        found[self._origins] = found[self._destinations] = True
        return found

    @property
    def nodes(self) -> Numbers:
        """Every node that has the category, ascending."""
        return np.flatnonzero(self.holds)

    @cached_property
    def first_rows_first(self) -> Carried:
        """The same, but of ways of one length a search prefers the one whose flows come first."""
        return self._sorted(self._origins, self._destinations, self._flows)

    @cached_property
    def turned(self) -> Carried:
        """The same with every edge turned round."""
        return self._sorted(self._destinations, self._origins, self._origins)

    def _sorted(self, origins: Numbers, destinations: Numbers, by: Numbers) -> Carried:
        order = np.lexsort((by, origins))
        return Carried(origins[order], destinations[order], self._flows[order], self._size)

    @cached_property
    def _leaving(self) -> tuple[Numbers, Numbers]:
        """For each node the first of the edges that leave it, and how many do."""
        heads = np.flatnonzero(np.diff(self._origins, prepend=-1))
        first, many = np.zeros(self._size, dtype=np.int64), np.zeros(self._size, dtype=np.int64)
        first[self._origins[heads]] = heads
        many[self._origins[heads]] = np.diff(heads, append=len(self._origins))
        return first, many

    def search(self, starts: ArrayLike, seen: Flags | None = None) -> Tree:
        """The shortest way from the nearest start to every node that can be come to.

        `starts` are numbers of nodes, each once. Of ways of one length the one that is met first stands, from the starts in
        their order and along the edges in theirs. Nodes that are `seen` are passed by, and those met become seen.
        """
        level = np.asarray(starts, dtype=np.int64)
        if seen is None:
            seen = np.zeros(self._size, dtype=np.bool_)
        first, many = self._leaving
        place = np.empty(self._size, dtype=np.int64)
        nowhere = np.full(len(level), -1, dtype=np.int64)
        levels = [(level, nowhere, nowhere)]
        seen[level] = True
        met = 0
        while len(level):
            counts = many[level]
            skipped = np.cumsum(counts) - counts
            edges = np.arange(counts.sum()) + np.repeat(first[level] - skipped, counts)
            before = np.repeat(np.arange(met, met + len(level)), counts)
            ends = self._destinations[edges]
            new = ~seen[ends]
            edges, before, ends = edges[new], before[new], ends[new]
            order = np.arange(len(ends))
            place[ends[::-1]] = order[::-1]
            met_first = place[ends] == order
            met += len(level)
            level = ends[met_first]
            seen[level] = True
            levels.append((level, before[met_first], self._flows[edges[met_first]]))
        return Tree(*(np.concatenate(parts) for parts in zip(*levels, strict=True)))

    def covered(self, starts: ArrayLike) -> Iterator[Tree]:
        """The shortest ways to every node: from the starts, then from where nothing arrives, then those met by neither."""
        seen = np.zeros(self._size, dtype=np.bool_)
        yield self.search(starts, seen)
        sources = self.holds & ~seen
        sources[self._destinations] = False
        yield self.search(np.flatnonzero(sources), seen)
        rest = np.flatnonzero(self.holds & ~seen)
        nowhere = np.full(len(rest), -1, dtype=np.int64)
        yield Tree(rest, nowhere, nowhere)


class Edges:
    """The edges of every category.

    One entry for each category of each flow, in the order of flows: the numbers of the category, of where it leaves, of where
    it arrives and of the flow. Nodes are numbered from 0 to `nodes`, in the order in which equally short ways are preferred.
    Of several flows between two nodes the first stands.
    """

    def __init__(
        self, categories: ArrayLike, origins: ArrayLike, destinations: ArrayLike, flows: ArrayLike, *, nodes: int
    ) -> None:
        category, origin, destination, flow = (
            np.asarray(numbers, dtype=np.int64) for numbers in (categories, origins, destinations, flows)
        )
        last = int(category.max(initial=-1))
        if (last + 1) * nodes * nodes < 2**63:
            keys = (category * nodes + origin) * nodes + destination
            order = np.argsort(keys, kind="stable")
            first = np.diff(keys[order], prepend=-1) != 0
        else:
            order = np.lexsort((destination, origin, category))
            first = np.any([np.diff(n[order], prepend=-1) != 0 for n in (category, origin, destination)], axis=0)
        kept = order[first]
        self._origins, self._destinations, self._flows = origin[kept], destination[kept], flow[kept]
        self._bounds = np.searchsorted(category[kept], np.arange(last + 2))
        self._nodes = nodes

    def __getitem__(self, category: int) -> Carried:
        """What carries a category, by its number."""
        here = slice(self._bounds[category], self._bounds[category + 1])
        return Carried(self._origins[here], self._destinations[here], self._flows[here], self._nodes)
