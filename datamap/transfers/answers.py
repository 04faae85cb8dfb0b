"""What is said of a leg: the nine outcomes, the trace, the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from datamap.graph import Leg
from datamap.sheets import Cell


class Outcome(StrEnum):
    """The nine outcomes, worst first (the order of `WORST_FIRST`)."""

    BLOCKED = "blocked"
    GAP = "gap"
    UNDETERMINED = "undetermined"
    INCOMPLETE = "incomplete"
    SAFEGUARDED = "safeguarded"
    PERMITTED = "permitted"
    AGENT_ONLY = "agent_only"
    NOT_TRANSFER = "not_transfer"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The words users see."""
        return LABELS[self]

    @property
    def flagged(self) -> bool:
        return self in FLAGGED


WORST_FIRST: tuple[Outcome, ...] = tuple(Outcome)
FLAGGED = frozenset({Outcome.BLOCKED, Outcome.GAP, Outcome.UNDETERMINED, Outcome.INCOMPLETE})
LABELS = {
    Outcome.BLOCKED: "Prohibited",
    Outcome.GAP: "No safeguard",
    Outcome.UNDETERMINED: "Facts missing",
    Outcome.INCOMPLETE: "Evidence incomplete",
    Outcome.SAFEGUARDED: "Safeguarded",
    Outcome.PERMITTED: "Permitted",
    Outcome.AGENT_ONLY: "Agent only",
    Outcome.NOT_TRANSFER: "Not a cross-border transfer",
    Outcome.NOT_APPLICABLE: "Regime does not apply",
}


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The worst of several outcomes; None when there are none."""
    return min(outcomes, key=WORST_FIRST.index, default=None)


@dataclass(frozen=True)
class TraceStep:
    """One test that was tried, in order."""

    question: str  # "Is Google Analytics a foreign person or entity?"
    found: str  # "yes" | "no" | "not known"
    says: str  # what the record shows, in one sentence
    citation: str
    cells: tuple[Cell, ...]  # the cells whose facts were looked at
    confidence: str  # high | medium | low
    to_be_verified: bool
    rule: str  # id of the law's rule, such as `nz/foreign`, to link to the Law page


@dataclass(frozen=True)
class ReliedOn:
    """The safeguard or list entry an answer rests on."""

    kind: str  # "safeguard" | "list"
    name: str
    mechanism: str  # mechanism code or list citation
    starts: date | None
    ends: date | None  # last day it holds
    document: str | None
    cell: Cell | None


@dataclass(frozen=True)
class Answer:
    """What the record shows for one leg under one regime on one day."""

    leg: Leg
    regime: str  # code: "nz"
    outcome: Outcome
    ground: str | None  # "IPP 12(1)(f)"
    citation: str
    reason: str  # one sentence
    missing: tuple[str, ...]  # what to find out or put on file
    duties: tuple[str, ...]  # what remains owed
    relied_on: ReliedOn | None
    rule: str  # the step of law that decided, such as `nz/agent`
    would_clear: tuple[str, ...]  # codes of the mechanisms any one of which would do, once its evidence is complete
    confidence: str
    to_be_verified: bool
    explain: Callable[[], tuple[TraceStep, ...]] = field(compare=False, repr=False)  # tells the trace when asked
    yours: bool = False  # rests on the user's own law
    tried: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)  # rule and citation of each step
    looked_at: Callable[[], tuple[Cell, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def trace(self) -> tuple[TraceStep, ...]:
        """Every test that was tried, in order, with the cells whose facts were looked at."""
        return self.explain()

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the flow and of every fact the answer rests on, each once, in order of use."""
        used = (*self.leg.flow.cells, *self.leg.place.cells, *self.looked_at())
        return tuple(dict.fromkeys(used))
