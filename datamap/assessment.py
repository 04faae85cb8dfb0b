"""assess(reading, on=day) → Assessment: the answers, flags and counts everything else is written from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from datamap.duties import Flag
from datamap.graph import DataMap
from datamap.inventory import Inventory
from datamap.transfers import Answer, Outcome


@dataclass(frozen=True)
class Assessment:
    """One inventory under the law of one day. Registers, pictures, JSON and pages are written from this and nothing else."""

    on: date
    inventory: Inventory
    map: DataMap
    answers: tuple[Answer, ...]  # every leg × regime, in a stable order
    flags: tuple[Flag, ...]

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(a.outcome for a in self.answers)
