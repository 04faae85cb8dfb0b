"""The distinct flows of a table as columns of numbers, and what each of their legs answers to what a rule asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from datamap import places
from datamap.graph import Leg, MappedFlow, legs_of
from datamap.inventory import Fact, Nothing, Organisation
from datamap.law import Regime
from datamap.tables.coding import Coding
from datamap.tables.sifting import Numbers
from datamap.transfers.cases import FACTS, UNPLACED, Read, Reads


class NotCoded(AssertionError):
    """A rule asked for something that the numbers of the flows leave out."""


def entry_of(leg: Leg, number: int) -> dict[str, Any]:
    """What is written of a leg that is the so-manieth of its flow."""
    place = leg.place.value
    return {
        "leg": number,
        "place": places.place_name(place) if place else UNPLACED,
        "country": leg.country or "",
        "activity": place.activity.value if place and place.activity else "",
    }


def country_of(leg: Leg) -> Fact[Any] | None:
    return leg.flow.recipient.country if leg.flow.recipient else None


class Distinct:
    """Distinct flows, a row each, and their legs: `flow` and `entry` say of each leg whose it is and what is written of it."""

    def __init__(self, coding: Coding, rows: pa.Table) -> None:
        self.coding = coding
        self._plain: dict[str, Numbers] = {n: rows.column(n).to_numpy() for n in rows.column_names}
        self._columns = dict(self._plain)
        for key, group in zip(coding.keys, coding.parts, strict=True):
            packed = self._columns.pop(key)
            for part in group:
                packed, self._columns[f"part {part.name}"] = np.divmod(packed, part.size)
        self._made: tuple[int, list[Leg]] = -1, []
        self._reads, self._known = Reads(coding.shelf), dict[Read, dict[int, int]]()
        self.entries: dict[str, list[Any]] = {n: [] for n in ("entry", "leg", "place", "country", "activity")}
        self._places: list[Fact[Any]] = []
        self._established: list[
            int
        ] = []  # other than 0 where the place of a leg stands for the country of its recipient
        self._legs: dict[tuple[str, ...], dict[int, Leg]] = {}
        self.flow, self.entry = self._expand()

    def _part(self, name: str) -> Numbers:
        return self._columns[f"part {name}"]

    # -- legs

    def _flow(self, number: int) -> MappedFlow:
        row = {name: int(column[number]) for name, column in self._plain.items()}
        return self.coding.mapper.typed(self.coding.record(row))

    def _legs_of(self, number: int) -> list[Leg]:
        if self._made[0] != number:
            self._made = number, list(legs_of(self._flow(number)))
        return self._made[1]

    def leg(self, row: int) -> Leg:
        flow = int(self.flow[row])
        number: int = self.entries["leg"][int(self.entry[row])]
        return self._legs_of(flow)[number - 1]

    def _expand(self) -> tuple[Numbers, Numbers]:
        """The legs of all flows: those with the same places, or else the same recipient, have the same."""
        coding, to = self.coding, self._part("to_")
        own = self._part("k_locations")
        stated = np.array([n not in (Nothing.BLANK, Nothing.NONE) for _, n in coding.said["locations"]])
        judged = np.array([r is not None for r in coding.receivers])
        group = np.where(stated[own], own, len(stated) + to)
        group = np.where(judged[to], group, -1)
        groups, first, which = np.unique(group, return_index=True, return_inverse=True)
        begins, counts = [], []
        for name, number in zip(groups.tolist(), first.tolist(), strict=True):
            legs = self._legs_of(number) if name >= 0 else []
            begins.append(len(self._places))
            counts.append(len(legs))
            for at, leg in enumerate(legs, 1):
                for n, value in {"entry": len(self._places), **entry_of(leg, at)}.items():
                    self.entries[n].append(value)
                place_of_country = FACTS["recipient.country"](leg) is not country_of(leg)
                self._places.append(leg.place)
                self._established.append(len(self._places) if place_of_country else 0)
        times = np.array(counts, dtype=np.int64)[which] if len(groups) else np.zeros(0, np.int64)
        flow = np.repeat(np.arange(len(times)), times)
        ends = np.cumsum(times)
        within = np.arange(len(flow)) - np.repeat(ends - times, times)
        return flow, np.array(begins, dtype=np.int64)[which][flow] + within if len(flow) else flow

    def under(self, regimes_of: Callable[[Organisation | None], Iterable[Regime]]) -> Iterator[tuple[Regime, Numbers]]:
        """Each regime that could apply to any leg, and the legs."""
        senders = [tuple(regimes_of(end.sender)) for end in self.coding.senders]
        sender = self._part("from_")[self.flow]
        for regime in {r.code: r for regimes in senders for r in regimes}.values():
            could = np.array([any(r.code == regime.code for r in regimes) for regimes in senders])
            if len(rows := np.flatnonzero(could[sender])):
                yield regime, rows

    # -- what is read of them

    def numbers(self, read: Read, rows: Numbers) -> Numbers:
        """The numbers of a read for some legs: equal where the procedure can tell no difference.

        A read depends on a few columns; it is made once for each combination of theirs.
        """
        if read == "kinds":  # of which only those count that some rule asks for
            return self._kinds[self._columns["c"][self.flow[rows]]]
        depends = self._depends(read)
        packed = self._column(depends[0], rows)
        for name in depends[1:]:
            packed = packed * self._size(name) + self._column(name, rows)
        known = self._known.setdefault(read, {})
        distinct, first, which = np.unique(packed, return_index=True, return_inverse=True)
        number, legs = self._reads.of(read), self._legs.setdefault(depends, {})
        found = []
        for n, row in zip(distinct.tolist(), first.tolist(), strict=True):
            if n not in known:
                leg = legs.get(n)
                if leg is None:
                    leg = legs[n] = self.leg(int(rows[row]))
                known[n] = number(leg)
            found.append(known[n])
        return np.array(found, dtype=np.int64)[which]

    @cached_property
    def _kinds(self) -> Numbers:
        coding = self.coding
        numbers: dict[Hashable, int] = {}
        each = (coding.shelf.kinds(value or ()) & coding.asks.kinds for value, _ in coding.said["categories"])
        return np.array([numbers.setdefault(kinds, len(numbers)) for kinds in each], dtype=np.int64)

    def _column(self, name: str, rows: Numbers) -> Numbers:
        if name == "entry":
            return self.entry[rows]
        if name == "established":
            return self._stand_ins[self.entry[rows]]
        flow = self.flow[rows]
        if name == "parties":
            return self._parties[self._part("to_")[flow]]
        if name.startswith("unless "):  # who receives, unless the flow itself says
            return np.where(self._part(name.removeprefix("unless "))[flow] == 0, self._part("to_")[flow] + 1, 0)
        if name == "c":
            return self._columns["c"][flow]
        found = self._part("c" if name == "names" else name)[flow]
        kept = found < len(self.coding.said["categories"]) if name == "names" else found > 0
        if name in ("names", "i", "at") and not kept.all():
            raise NotCoded(f"the numbers of some flows leave out {name!r}")
        return found

    def _size(self, name: str) -> int:
        said = len(self.coding.said["categories"])
        own = {"entry": len(self._places), "c": said, "names": said, "established": len(self._places) + 1}
        return own.get(name) or self.coding.sizes.get(name) or self.coding.sizes["to_"] + 1

    @cached_property
    def _stand_ins(self) -> Numbers:
        return np.array(self._established, dtype=np.int64)

    @cached_property
    def _parties(self) -> Numbers:
        """For each number of those that receive one that it shares with those whom the same safeguards name."""
        numbers: dict[Hashable, int] = {}
        named = (tuple(s.name for s in self.coding.shelf.with_recipient(r)) for r in self.coding.receivers)
        return np.array([numbers.setdefault(n, len(numbers)) for n in named], dtype=np.int64)

    def _depends(self, read: Read) -> tuple[str, ...]:
        """The columns that decide what a read gives."""
        if not isinstance(read, str):
            asked, about = read
            if asked == "any kind" and not about[0] <= self.coding.asks.kinds:
                raise NotCoded(f"no number says {read!r}")
            read = about[0] if asked == "all inside" else asked
        if read in ("identifiers", "sensitive"):
            test = {"identifiers": "unique_identifier"}.get(read, read)
            if test not in self.coding.asks.tests:
                raise NotCoded(f"no number says {read!r}")
        found: tuple[str, ...] | None = _DEPENDS.get(read) or _DEPENDS.get(read.partition(".")[0])
        if found is None or any(name.startswith("k_") and name not in self.coding.sizes for name in found):
            raise NotCoded(f"no number says {read!r}")
        return found


_DEPENDS: Mapping[str, tuple[str, ...]] = {
    "place": ("entry",),
    "activity": ("entry",),
    "stated": ("entry",),
    "where": ("entry",),
    "any kind": ("c",),
    "pleads": ("k_ground",),
    "recipient.country": ("to_", "established"),
    "recipient.role": ("unless k_role", "k_role"),
    "recipient.own_purposes": ("unless k_own_purposes", "k_own_purposes"),
    "recipient.control": ("unless k_effective_control", "k_effective_control"),
    "recipient": ("to_",),
    "sender": ("from_",),
    "upstream": ("from_",),
    "onward": ("from_",),
    "by_individual": ("from_",),
    "for_principal": ("from_",),
    "claims": ("parties", "k_safeguards"),
    "categories": ("names",),
    "identifiers": ("c",),
    "sensitive": ("c",),
    "flow.categories": ("c",),
    "individuals": ("i",),
    "flow.individuals": ("i",),
    "system.locations": ("at",),
    "flow.ground": ("k_ground",),
    "flow.started": ("k_started",),
    "flow.ended": ("k_ended",),
    "flow.frequency": ("k_frequency",),
    "flow.volume": ("k_volume",),
}
"""The columns that decide what a read gives, by its name or what stands before the point in it."""
