"""What is said of a leg: the nine outcomes, the trace, the answer."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, starmap
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast, overload

from datamap.graph import Leg
from datamap.sheets import Cell

T = TypeVar("T")


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
    checked: date  # the day on which the rule was last held against its sources
    sources: tuple[str, ...]  # where the rule was read
    yours: bool  # a rule of the user's own law


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
    checked: date  # the day on which the list entry or the mechanism was last held against its sources
    sources: tuple[str, ...]  # where it was read


class Ruling(Protocol):
    """What legs of one case share under one regime, and how what is said of each of them is told."""

    regime: str
    outcome: Outcome
    yours: bool

    def told(self, field: str, leg: Leg) -> Any:
        """One field of the answer for a leg."""
        raise NotImplementedError


class _Deferred:
    """The side of an answer that makes its fields when they are first asked for: most answers are only counted."""

    __slots__ = ("_cells", "_judged", "_trace")

    if TYPE_CHECKING:
        _cells: tuple[Cell, ...]
        _trace: tuple[TraceStep, ...]
    else:

        def __getattr__(self, field: str) -> Any:
            if field.startswith("_") or field not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} has no {field!r}")
            found = self._judged.told(field, self.leg)
            object.__setattr__(self, field, found)
            return found


@dataclass(frozen=True, slots=True)
class Answer(_Deferred):
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
    also_on: tuple[ReliedOn, ...] = ()  # what it rests on besides, where `relied_on` does not cover everything
    checked: date | None = None  # the earliest day on which a piece of the law that decided was last checked
    tried: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)  # rule and citation of each step
    looked_at: Callable[[], tuple[Cell, ...]] = field(default=tuple, compare=False, repr=False)

    @staticmethod
    def of(leg: Leg, judged: Ruling) -> Answer:
        """The answer for a leg, whose fields are told when they are asked for."""
        made = object.__new__(Answer)
        object.__setattr__(made, "leg", leg)
        object.__setattr__(made, "_judged", judged)
        return made

    @property
    def rests_on(self) -> tuple[ReliedOn, ...]:
        """Everything on record that it rests on: what most of it does first."""
        return (self.relied_on, *self.also_on) if self.relied_on else ()

    @property
    def trace(self) -> tuple[TraceStep, ...]:
        """Every test that was tried, in order, with the cells whose facts were looked at."""
        try:
            return self._trace
        except AttributeError:
            object.__setattr__(self, "_trace", self.explain())
            return self._trace

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the flow and of every fact the answer rests on, each once, in order of use."""
        try:
            return self._cells
        except AttributeError:
            used = (*self.leg.flow.cells, *self.leg.place.cells, *self.looked_at())
            object.__setattr__(self, "_cells", tuple(dict.fromkeys(used)))
            return self._cells


class Answers(Sequence[Answer]):
    """Answers in the order of their legs, each made when somebody looks at it and then kept.

    Equal to any sequence of equal answers. `judged()` goes through all of them without making one.
    """

    def __init__(
        self,
        legs: Sequence[Leg],
        rows: Sequence[Sequence[Ruling]],
        which: Sequence[int],
        made: dict[tuple[int, int], Answer] | None = None,
    ) -> None:
        """`which` gives for each leg the number of its row: what it was judged to be, regime by regime."""
        self._legs, self._rows, self._which = legs, rows, which
        self._made: dict[tuple[int, int], Answer] = {} if made is None else made
        lengths = list(map(len, rows))
        self._starts = array("Q", accumulate(map(lengths.__getitem__, which), initial=0))

    @staticmethod
    def holding(given: Iterable[Answer]) -> Answers:
        """Answers that were made already."""
        if isinstance(given, Answers):
            return given
        held = tuple(given)
        made = {(id(a.leg), id(a)): a for a in held}
        return Answers([a.leg for a in held], [(cast(Ruling, a),) for a in held], range(len(held)), made)

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Answer]:
        return starmap(self._answer, self.judged())

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Answer, ...]: ...
    def __getitem__(self, index: int | slice) -> Answer | tuple[Answer, ...]:
        if isinstance(index, slice):
            return tuple(self[n] for n in range(*index.indices(len(self))))
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError("no answer has that number")
        leg = bisect_right(self._starts, number) - 1
        return self._answer(self._legs[leg], self._rows[self._which[leg]][number - self._starts[leg]])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} answers>"

    def _answer(self, leg: Leg, judged: Ruling) -> Answer:
        key = id(leg), id(judged)
        return self._made.get(key) or self._made.setdefault(key, Answer.of(leg, judged))

    def by_leg(self) -> Iterator[tuple[Leg, Sequence[Ruling]]]:
        """Every leg with what it was judged to be under each regime."""
        return zip(self._legs, map(self._rows.__getitem__, self._which), strict=True)

    def judged(self) -> Iterator[tuple[Leg, Ruling]]:
        """Leg and judgement of every answer."""
        return ((leg, judged) for leg, row in self.by_leg() for judged in row)

    def passing(self) -> Iterator[Answer]:
        """Every answer, none of which is kept for having been looked at: for writing out more than memory holds."""
        made = self._made
        return (made.get((id(leg), id(judged))) or Answer.of(leg, judged) for leg, judged in self.judged())

    def numbers(self) -> Iterator[tuple[Ruling, int]]:
        """Each judgement, with how many answers it gives; one may come several times."""
        for row, times in Counter(self._which).items():
            for judged in self._rows[row]:
                yield judged, times

    @cached_property
    def counts(self) -> Counter[Outcome]:
        """How many of them have each outcome."""
        found: Counter[Outcome] = Counter()
        for judged, times in self.numbers():
            found[judged.outcome] += times
        return found

    def narrowed(self, flows: Container[str], regimes: Collection[str] = ()) -> Answers:
        """Those of the flows with these ids, under these regimes or under all."""
        rows: Sequence[Sequence[Ruling]] = self._rows
        if regimes:
            rows = [tuple(j for j in row if j.regime in regimes) for row in rows]
        kept = [n for n, leg in enumerate(self._legs) if leg.flow.id in flows]
        which = array("Q", map(self._which.__getitem__, kept))
        return Answers([self._legs[n] for n in kept], rows, which, self._made)

    def that_are(self, *outcomes: Outcome) -> Answers:
        """Those that have any of some outcomes."""
        rows = [tuple(j for j in row if j.outcome in outcomes) for row in self._rows]
        return Answers(self._legs, rows, self._which, self._made)

    def worst_by_leg(self, regimes: Collection[str] = ()) -> Iterator[tuple[Leg, Outcome]]:
        """Each leg's worst outcome under these regimes or under all; legs that none of them judges are left out."""
        at_worst = [worst(j.outcome for j in row if not regimes or j.regime in regimes) for row in self._rows]
        found = zip(self._legs, map(at_worst.__getitem__, self._which), strict=True)
        return ((leg, outcome) for leg, outcome in found if outcome)

    def by_flow(self) -> Mapping[str, tuple[Answer, ...]]:
        """The answers of each flow that has any, by flow id."""
        return _ByFlow(self)

    def flow_ids(self) -> Iterator[str]:
        """The ids of the flows that have answers, in order."""
        return (flow for flow, legs in self._of_flow.items() if any(self._rows[self._which[n]] for n in legs))

    def shared(self, find: Callable[[Answer], T]) -> Iterator[tuple[Answer, T]]:
        """Every answer with what `find` says of it, asked once of the legs that share a judgement."""
        found: dict[int, T] = {}
        for leg, judged in self.judged():
            answer, key = self._answer(leg, judged), id(judged)
            if key not in found:
                found[key] = find(answer)
            yield answer, found[key]

    def one_of_each(self) -> Iterator[Answer]:
        """The first answer of each judgement."""
        seen: set[int] = set()
        for leg, judged in self.judged():
            if id(judged) not in seen:
                seen.add(id(judged))
                yield self._answer(leg, judged)

    def about(self, flow: str) -> tuple[Answer, ...]:
        """The answers of the flow with that id."""
        return tuple(starmap(self._answer, self._judged_of(flow)))

    def worst_of(self, flow: str) -> Outcome | None:
        """The worst outcome of the flow with that id; None when nothing judges it."""
        return worst(judged.outcome for _, judged in self._judged_of(flow))

    def _judged_of(self, flow: str) -> Iterator[tuple[Leg, Ruling]]:
        for n in self._of_flow.get(flow, ()):
            leg = self._legs[n]
            for judged in self._rows[self._which[n]]:
                yield leg, judged

    @cached_property
    def _of_flow(self) -> dict[str, list[int]]:
        """The numbers of the legs of each flow."""
        found: dict[str, list[int]] = {}
        for n, leg in enumerate(self._legs):
            found.setdefault(leg.flow.id, []).append(n)
        return found


class _ByFlow(Mapping[str, tuple[Answer, ...]]):
    """The answers of each flow, made when they are asked for."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def __getitem__(self, flow: str) -> tuple[Answer, ...]:
        if found := self._answers.about(flow):
            return found
        raise KeyError(flow)

    def __iter__(self) -> Iterator[str]:
        return self._answers.flow_ids()

    def __len__(self) -> int:
        return sum(1 for _ in self)
