"""The distinct flows of a table as columns of numbers, and what each of their legs answers to what a rule asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from datamap import places
from datamap.graph import Leg, MappedFlow, legs_of
from datamap.inventory import Fact, Nothing, Organisation
from datamap.law import Regime
from datamap.tables.coding import Coding
from datamap.transfers.cases import FACTS, UNPLACED, Plain, Read, Reads
from datamap.transfers.columns import Columns, Numbers

_KEPT = 1 << 16  # flows whose legs are kept, for what looks at them next


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


class Distinct(Columns):
    """Distinct flows, a row each, and their legs: `flow` and `entry` say of each leg whose it is and what is written of it."""

    def __init__(self, coding: Coding, rows: pa.Table, reads: Reads) -> None:
        self.coding = coding
        self._plain: dict[str, Numbers] = {n: rows.column(n).to_numpy() for n in rows.column_names}
        self._columns = dict(self._plain)
        for key, group in zip(coding.keys, coding.parts, strict=True):
            packed = self._columns.pop(key)
            for part in group:
                packed, self._columns[f"part {part.name}"] = np.divmod(packed, part.size)
        self._legs_of = lru_cache(_KEPT)(self._legs)
        self.entries: dict[str, list[Any]] = {n: [] for n in ("entry", "leg", "place", "country", "activity")}
        self._places: list[Fact[Any]] = []
        self._established: list[
            int
        ] = []  # other than 0 where the place of a leg stands for the country of its recipient
        self.flow, self.entry = self._expand()
        super().__init__(reads, len(self.flow))

    def _part(self, name: str) -> Numbers:
        return self._columns[f"part {name}"]

    # -- legs

    def _flow(self, number: int) -> MappedFlow:
        row = {name: int(column[number]) for name, column in self._plain.items()}
        return self.coding.mapper.typed(self.coding.record(row))

    def _legs(self, number: int) -> list[Leg]:
        return list(legs_of(self._flow(number)))

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
        if isinstance(read, str | tuple):
            self._require(read)
        return super().numbers(read, rows)

    def _require(self, read: Plain) -> None:
        """Raises `NotCoded` where a read asks for what the numbers of the flows leave out."""
        asks = self.coding.asks
        if isinstance(read, tuple):
            asked, about = read
            if asked == "any kind" and not about[0] <= asks.kinds:
                raise NotCoded(f"no number says {read!r}")
        elif (
            read in ("identifiers", "sensitive")
            and {"identifiers": "unique_identifier"}.get(read, read) not in asks.tests
        ):
            raise NotCoded(f"no number says {read!r}")

    def column(self, name: str, rows: Numbers) -> Numbers:
        if name == "place":
            return self.entry[rows]
        if name == "established":
            return self._stand_ins[self.entry[rows]]
        flow = self.flow[rows]
        if name == "parties":
            return self._parties[self._part("to_")[flow]]
        if name == "categories":
            return self._columns["c"][flow]
        if name.startswith("recipient unless "):  # who receives, unless the flow itself says
            own = self._part(self._part_of(name.removeprefix("recipient unless ")))[flow]
            return np.where(own == 0, self._part("to_")[flow] + 1, 0)
        found = self._part(self._part_of(name))[flow]
        if name in ("names", "individuals", "system"):
            kept = found < len(self.coding.said["categories"]) if name == "names" else found > 0
            if not kept.all():
                raise NotCoded(f"the numbers of some flows leave out {name!r}")
        return found

    def _part_of(self, name: str) -> str:
        """The part of a key that has a column of legs. Raises `NotCoded`."""
        found = _PARTS_OF.get(name) or f"k_{name}"
        if found not in self.coding.sizes:
            raise NotCoded(f"no number says {name!r}")
        return found

    def size(self, name: str) -> int:
        if name in ("place", "established"):
            return len(self._places) + 1
        if name in ("categories", "names"):
            return len(self.coding.said["categories"])
        if name == "parties" or name.startswith("recipient unless "):
            return self.coding.sizes["to_"] + 1
        return self.coding.sizes[self._part_of(name)]

    @cached_property
    def _stand_ins(self) -> Numbers:
        return np.array(self._established, dtype=np.int64)

    @cached_property
    def _parties(self) -> Numbers:
        """For each number of those that receive one that it shares with those whom the same safeguards name."""
        numbers: dict[Hashable, int] = {}
        named = (tuple(s.name for s in self.coding.shelf.with_recipient(r)) for r in self.coding.receivers)
        return np.array([numbers.setdefault(n, len(numbers)) for n in named], dtype=np.int64)


_PARTS_OF: Mapping[str, str] = {
    "recipient": "to_",
    "sender": "from_",
    "upstream": "from_",
    "movement": "from_",
    "names": "c",
    "individuals": "i",
    "system": "at",
}
"""Columns of legs that are not a field of the flow's own: the part of a key that has them."""
