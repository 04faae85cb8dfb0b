"""Which distinct flows a rule tells apart: each is judged with all others of which the same reads give the same numbers.

The procedure is run on one leg, and what it reads is written down (`Brief`). Every other leg of which the same reads give
the same numbers has the same verdict, whatever else differs; those of which one gives another number go on together, and
the procedure is run on one of those. So the number of runs is that of the ways through the rules, and not that of flows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from datamap.graph import Leg
from datamap.transfers.cases import Brief, Read, Shelf
from datamap.transfers.findings import Terms
from datamap.transfers.procedure import Verdict, decide

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def sift(
    rows: Numbers, leg: Callable[[int], Leg], numbers: Callable[[Read, Numbers], Numbers], terms: Terms, shelf: Shelf
) -> Iterator[tuple[Verdict, Leg, Numbers]]:
    """The verdicts under one regime, each with a leg that has it and the rows, of those given, that have it too.

    `leg` makes the leg of a row; `numbers` gives the numbers of a read for some rows.
    """
    waiting: list[tuple[Numbers, int]] = [(rows, 0)] if len(rows) else []
    while waiting:
        left, settled = waiting.pop()
        first = leg(int(left[0]))
        brief = Brief(first, shelf)
        verdict = decide(brief, terms)
        for number, read in enumerate(brief.reads):
            if number < settled:
                continue
            found = numbers(read, left)
            same = found == found[0]
            if same.all():
                continue
            others, told = left[~same], found[~same]
            order = np.argsort(told, kind="stable")
            edges = np.flatnonzero(np.diff(told[order])) + 1
            waiting += [(group, number + 1) for group in np.split(others[order], edges)]
            left = left[same]
        yield verdict, first, left
