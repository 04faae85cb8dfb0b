"""What differs between two assessments, in transfer terms: two inventories, two days, or one and its hypothesis.

A leg under a regime is matched by what it is and not by where it stands: by the two ends of its flow, then by what the
flow carries, then by its name, then by its place. So rows may be in another order and flows numbered anew. Names that
are perhaps one under another name are proposed, and treated as one only when that was accepted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import Leg, MappedFlow, Node, NodeKind
from datamap.inventory import (
    Category,
    Fact,
    Inventory,
    Nothing,
    Place,
    Recipient,
    Record,
    Safeguard,
    System,
    items,
    name_key,
)
from datamap.law import Law
from datamap.layouts.names import likely_same
from datamap.places import nearest, place_in_words
from datamap.sheets import Cell
from datamap.transfers import WORST_FIRST, Answer, Outcome, ReliedOn
from datamap.transfers.cases import WORDS, Shelf, case_of, names_of
from datamap.workbook import SHEETS, Column, SheetLayout
from datamap.workbook.columns import as_text

T = TypeVar("T")


class CannotCompare(ValueError):
    """A rename that was said to be accepted cannot be one. The message is one sentence for the user."""


class Status(StrEnum):
    """What became of something: in which of the two it is, and whether it is the same in both."""

    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"
    SAME = "same"


class What(StrEnum):
    """What can differ in the answer of a leg under a regime."""

    OUTCOME = "outcome"
    COUNTRY = "country"
    ACTIVITY = "activity"
    CATEGORIES = "categories"
    ROLE = "role"
    MECHANISM = "mechanism"
    GROUND = "ground"
    SAFEGUARD = "safeguard"
    MISSING = "missing"
    ENTITY = "legal entity"
    ESTABLISHED = "recipient established in"
    MANAGED = "recipient managed from"
    OWN_PURPOSES = "own purposes"
    INDIVIDUALS = "individuals"
    PURPOSE = "purpose"
    FACTS = "other facts"
    REASON = "reason"


class Rename(NamedTuple):
    """One name on a sheet of the workbook in the older inventory, and the name for the same thing in the newer."""

    sheet: str  # "Recipients"
    before: str
    after: str


@dataclass(frozen=True)
class Proposal:
    """Names that are perhaps one: the one is only in the older inventory, the other only in the newer."""

    rename: Rename
    why: str
    score: float  # 0 to 1
    before_cells: tuple[Cell, ...]
    after_cells: tuple[Cell, ...]


class Change(NamedTuple):
    """One thing that differs in an answer, as it was and as it is."""

    what: What
    before: str
    after: str


@dataclass(frozen=True)
class LegChange:
    """One leg under one regime: its answers before and after (None where it is not there), and what differs."""

    before: Answer | None
    after: Answer | None
    changes: tuple[Change, ...] = ()
    otherwise: bool = False  # flagged in both, and not the flag it was: who accepted that has not accepted this

    @property
    def status(self) -> Status:
        if self.before is None:
            return Status.NEW
        if self.after is None:
            return Status.GONE
        return Status.CHANGED if self.changes else Status.SAME

    @property
    def answer(self) -> Answer:
        """The answer as it is, or as it last was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def regime(self) -> str:
        return self.answer.regime

    @property
    def worse(self) -> bool:
        """In both, and flagged with a worse outcome than before."""
        return bool(self.before and self.after and self.after.outcome.flagged) and not self.lost and self._turn > 0

    @property
    def better(self) -> bool:
        """In both, flagged before, and with a better outcome now."""
        return bool(self.before and self.after and self.before.outcome.flagged) and not self.lost and self._turn < 0

    @property
    def lost(self) -> bool:
        """In both, and what could be told before can be told no longer: neither better nor worse."""
        unknown = Outcome.UNDETERMINED
        return self.outcome_changed and self.after is not None and self.after.outcome is unknown

    @property
    def still_flagged(self) -> bool:
        """Flagged with the same outcome in both, for other facts or with other things missing."""
        return self.otherwise and not self.outcome_changed

    @property
    def asks_again(self) -> bool:
        """Whether it is flagged and not as it was: what a baseline of before does not accept."""
        return self.worse or self.lost or self.newly_flagged or self.otherwise

    @property
    def newly_flagged(self) -> bool:
        """Flagged now, and not flagged or not there before."""
        was = self.before is not None and self.before.outcome.flagged
        return self.after is not None and self.after.outcome.flagged and not was

    @property
    def outcome_changed(self) -> bool:
        return bool(self.before and self.after and self.before.outcome is not self.after.outcome)

    @property
    def _turn(self) -> int:
        """How many ranks the outcome has become worse; less than nothing when it has become better."""
        assert self.before
        assert self.after
        return WORST_FIRST.index(self.before.outcome) - WORST_FIRST.index(self.after.outcome)

    @property
    def verdict(self) -> str:
        """What happened to it, in a few words: one of `VERDICTS`."""
        if self.worse:
            return "worse"
        if self.lost:
            return "no longer known"
        if self.still_flagged:
            return "still flagged, changed"
        if self.better:
            return "better"
        if self.status is Status.NEW and self.newly_flagged:
            return "new, flagged"
        return self.status.value

    def needs(self, assessment: Assessment) -> tuple[str, ...]:
        """What a flagged leg would need: what is missing, else the ways that would clear it."""
        found = self.after
        if found is None or not found.outcome.flagged:
            return ()
        mechanisms = assessment.law.regimes[found.regime].mechanisms
        return found.missing or tuple(mechanisms[code].name for code in found.would_clear)


class FactChange(NamedTuple):
    """One fact that a record says otherwise, in words, with its cells in the older and in the newer file."""

    heading: str
    before: str
    after: str
    before_cells: tuple[Cell, ...]
    after_cells: tuple[Cell, ...]


@dataclass(frozen=True)
class RecordChange:
    """One record that is new, gone, or says something else. `name` is as it is, or as it last was."""

    sheet: str
    name: str
    status: Status
    before: Record | None
    after: Record | None
    facts: tuple[FactChange, ...] = ()


@dataclass(frozen=True)
class FlagChange:
    """A flag of another rule that is new, gone, still there, or still there and saying something else."""

    before: Flag | None
    after: Flag | None
    otherwise: bool = False

    @property
    def status(self) -> Status:
        if self.before is None or self.after is None:
            return Status.NEW if self.before is None else Status.GONE
        return Status.CHANGED if self.otherwise else Status.SAME

    @property
    def flag(self) -> Flag:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class Comparison:
    """What differs between two assessments. Every leg × regime of either is in `legs` exactly once.

    `legs` stand with what became worse first; `records` leave out what is the same. `proposed` are renames that nobody
    accepted yet, likeliest first.
    """

    before: Assessment
    after: Assessment
    legs: tuple[LegChange, ...]
    records: tuple[RecordChange, ...]
    flags: tuple[FlagChange, ...]
    same: tuple[Rename, ...]
    proposed: tuple[Proposal, ...]

    def having(self, status: Status) -> tuple[LegChange, ...]:
        return tuple(leg for leg in self.legs if leg.status is status)

    @property
    def worse(self) -> tuple[LegChange, ...]:
        return tuple(leg for leg in self.legs if leg.worse)

    @property
    def better(self) -> tuple[LegChange, ...]:
        return tuple(leg for leg in self.legs if leg.better)

    @property
    def flows_changed(self) -> tuple[str, ...]:
        """The ids of the flows of which any leg changes outcome, is new or is gone; each once."""
        return tuple(
            dict.fromkeys(
                leg.answer.leg.flow.id
                for leg in self.legs
                if leg.outcome_changed or leg.status in (Status.NEW, Status.GONE)
            )
        )

    @cached_property
    def counts(self) -> Counter[Status]:
        """How many legs × regimes have each status. Changed, same and gone are all of before; changed, same and new all of after."""
        return Counter(leg.status for leg in self.legs)

    def law_of(self, leg: LegChange) -> Law:
        """The law that a leg was judged by: of after, or of before for one that is gone."""
        return (self.after if leg.after else self.before).law

    @property
    def flags_sentence(self) -> str:
        """`1 new, 1 changed, 2 gone; 24 as before.`"""
        counts = Counter(f.status for f in self.flags)
        said = ", ".join(f"{counts[s]} {s.value}" for s in (Status.NEW, Status.CHANGED, Status.GONE) if counts[s])
        return f"{said or 'None new, none gone'}; {counts[Status.SAME]} as before."

    @property
    def got_worse(self) -> bool:
        """Whether anything is flagged that was not flagged so: what `check` with a baseline of before would not accept.

        That is what is newly flagged, worse, no longer known, or still flagged for other facts or with other things missing.
        """
        return any(leg.asks_again for leg in self.legs) or any(
            f.status in (Status.NEW, Status.CHANGED) for f in self.flags
        )

    @property
    def differs(self) -> bool:
        """Whether anything at all is not the same."""
        return (
            bool(self.records)
            or any(leg.status is not Status.SAME for leg in self.legs)
            or any(f.status is not Status.SAME for f in self.flags)
        )

    @property
    def sentence(self) -> str:
        """`2 worse, 1 no longer known, 1 better, 3 new (1 of them flagged), 1 gone, 2 changed otherwise; 40 as before.`"""
        new = self.having(Status.NEW)
        flagged = sum(leg.newly_flagged for leg in new)
        worse, better = len(self.worse), len(self.better)
        lost, still = sum(leg.lost for leg in self.legs), sum(leg.still_flagged for leg in self.legs)
        counted = (
            (worse, "worse"),
            (lost, "no longer known"),
            (still, "still flagged and changed"),
            (better, "better"),
            (len(new), f"new ({flagged} of them flagged)" if flagged else "new"),
            (self.counts[Status.GONE], "gone"),
            (self.counts[Status.CHANGED] - worse - better - lost - still, "changed otherwise"),
        )
        said = ", ".join(f"{number} {words}" for number, words in counted if number)
        return f"{said or 'Nothing changed'}; {self.counts[Status.SAME]} as before."


def compare(before: Assessment, after: Assessment, *, same: Iterable[Rename | tuple[str, str, str]] = ()) -> Comparison:
    """What differs between two assessments.

    `same` are accepted renames: (sheet, name in `before`, name in `after`). Raises `CannotCompare` when one of these names
    is not where it is said to be.
    """
    accepted = tuple(sorted({Rename(*each) for each in same}))
    names = _Names(before, after, accepted)
    pairs = _flow_pairs(before, after, names)
    facts = FlagFacts(before, names), FlagFacts(after)
    legs = [leg for pair in pairs for leg in _leg_changes(before, after, *pair, names, facts)]
    return Comparison(
        before,
        after,
        tuple(sorted(legs, key=_order)),
        tuple(_record_changes(before, after, pairs, names)),
        tuple(_flag_changes(before, after, names)),
        accepted,
        _proposed(before, after, names),
    )


VERDICTS = (
    "worse", "new, flagged", "no longer known", "still flagged, changed", "changed", "better", "new", "gone", "same",
)  # fmt: skip
"""What may have happened to a leg, in the order in which it is told."""


def _order(leg: LegChange) -> tuple[Any, ...]:
    """Worse first; the same order whatever the order of the rows."""
    answer = leg.answer
    flow = answer.leg.flow
    return (
        VERDICTS.index(leg.verdict),
        not leg.outcome_changed,
        WORST_FIRST.index(answer.outcome),
        name_key(flow.origin.name),
        name_key(flow.destination.name),
        place_words(answer.leg),
        answer.regime,
        sorted(items(flow.categories)),
        flow.record.purpose.value or "",
        flow.id,
    )


# ---------------------------------------------------------------------------------------------------- names

SYSTEMS, RECIPIENTS, CATEGORIES, SAFEGUARDS = "Systems", "Recipients", "Information categories", "Safeguards"
RENAMED_SHEETS = (SYSTEMS, RECIPIENTS, CATEGORIES, SAFEGUARDS)
"""The sheets on which names may be said to be one."""

_OF_NODE = {
    NodeKind.SYSTEM: SYSTEMS,
    NodeKind.RECIPIENT: RECIPIENTS,
    NodeKind.UNDECLARED: RECIPIENTS,
    NodeKind.SOURCE: RECIPIENTS,
}


class _Names:
    """The names of both inventories, and under which key a name of the older one is looked for in the newer."""

    def __init__(self, before: Assessment, after: Assessment, same: Sequence[Rename]) -> None:
        self.before = _named(before)
        self.after = _named(after)
        self._renamed: dict[str, dict[str, str]] = defaultdict(dict)
        for sheet, old, new in same:
            if sheet not in RENAMED_SHEETS:
                raise CannotCompare(f"{sheet!r} is no sheet of names; wanted is {', '.join(RENAMED_SHEETS)}.")
            self._check(sheet, old, self.before, self.after, "older")
            self._check(sheet, new, self.after, self.before, "newer")
            if name_key(old) in self._renamed[sheet] or name_key(new) in self._renamed[sheet].values():
                raise CannotCompare(
                    f"{old!r} and {new!r} cannot be one name: one of them is said to be another already."
                )
            self._renamed[sheet][name_key(old)] = name_key(new)
        self.texts = {old: new for _, old, new in same}

    @staticmethod
    def _check(
        sheet: str, name: str, here: Mapping[str, Mapping[str, str]], there: Mapping[str, Mapping[str, str]], which: str
    ) -> None:
        other = "newer" if which == "older" else "older"
        if name_key(name) not in here[sheet]:
            near = nearest(name, sorted(set(here[sheet].values()) - set(there[sheet].values())))
            hint = f"; did you mean {near!r}?" if near else "."
            raise CannotCompare(f"The {which} inventory has no {name!r} on {sheet}{hint}")
        if name_key(name) in there[sheet]:
            raise CannotCompare(f"{name!r} on {sheet} is in the {other} inventory too, so it was not renamed.")

    def key(self, sheet: str, name: str) -> str:
        """The key of a name of the older inventory, as the newer one has it."""
        key = name_key(name)
        return self._renamed[sheet].get(key, key) if sheet in self._renamed else key

    def of_node(self, node: Node) -> str:
        return self.key(_OF_NODE.get(node.kind, ""), node.name)

    def any(self, name: str, sheets: Sequence[str]) -> str:
        """The key of a name that may be of any of some sheets."""
        key = name_key(name)
        return next((self._renamed[s][key] for s in sheets if key in self._renamed.get(s, ())), key)

    def text(self, words: str) -> str:
        """A sentence about the older inventory with the names that the newer one has."""
        for old, new in self.texts.items():
            words = words.replace(old, new)
        return words

    def only(self, sheet: str) -> tuple[dict[str, str], dict[str, str]]:
        """The names of a sheet that only the older and only the newer inventory has, by key."""
        renamed = self._renamed.get(sheet, {})
        old = {k: n for k, n in self.before[sheet].items() if k not in self.after[sheet] and k not in renamed}
        taken = set(renamed.values())
        new = {k: n for k, n in self.after[sheet].items() if k not in self.before[sheet] and k not in taken}
        return old, new


def _named(assessment: Assessment) -> dict[str, dict[str, str]]:
    """Every name by sheet and key: what sheets declare, and what is only named elsewhere."""
    inventory, map_ = assessment.inventory, assessment.map
    found: dict[str, dict[str, str]] = {sheet: {} for sheet in RENAMED_SHEETS}
    for layout in SHEETS:
        if layout.name in found:
            for record in getattr(inventory, layout.field):
                found[layout.name].setdefault(name_key(record.name), record.name)
    for node in map_.nodes:
        if sheet := _OF_NODE.get(node.kind):
            found[sheet].setdefault(name_key(node.name), node.name)
    for category in map_.categories:
        found[CATEGORIES].setdefault(name_key(category), category)
    return found


def sheets_with(assessment: Assessment, name: str) -> tuple[str, ...]:
    """The sheets of `RENAMED_SHEETS` on which an inventory has a name, or would have it if it declared it."""
    return tuple(sheet for sheet, names in _named(assessment).items() if name_key(name) in names)


# ---------------------------------------------------------------------------------------------------- flows

_Features = frozenset[tuple[str, Hashable]]
_FlowPair = tuple[MappedFlow | None, MappedFlow | None]


class _Side(NamedTuple):
    """One flow and what is told apart by."""

    flow: MappedFlow
    name: str  # key of the name that somebody gave it; empty when nobody did
    content: _Features


def _flow_pairs(before: Assessment, after: Assessment, names: _Names) -> list[_FlowPair]:
    """Every flow of both maps once, with its counterpart where there is one."""
    older, newer = _by_ends(before, names), _by_ends(after, None)
    pairs: list[_FlowPair] = []
    for ends in sorted({*older, *newer}):
        pairs += _between(older.get(ends, []), newer.get(ends, []), names)
    return pairs


def _by_ends(assessment: Assessment, names: _Names | None) -> dict[tuple[str, str], list[MappedFlow]]:
    found: dict[tuple[str, str], list[MappedFlow]] = defaultdict(list)
    for flow in assessment.map.flows:
        ends = [names.of_node(n) if names else name_key(n.name) for n in (flow.origin, flow.destination)]
        found[ends[0], ends[1]].append(flow)
    return found


def _between(older: Sequence[MappedFlow], newer: Sequence[MappedFlow], names: _Names) -> list[_FlowPair]:
    """The flows between the same two ends, each with its counterpart: by content, then by name, then by likeness."""
    if len(older) <= 1 and len(newer) <= 1:
        return [(next(iter(older), None), next(iter(newer), None))]
    left = sorted((_side(f, names) for f in older), key=_by_content)
    right = sorted((_side(f, None) for f in newer), key=_by_content)
    pairs: list[_FlowPair] = []
    same: tuple[Callable[[_Side], Hashable], ...] = (
        lambda s: (s.name, s.content),
        lambda s: s.content,
        lambda s: s.name or None,
    )
    for identity in same:
        waiting = _grouped(right, identity)
        found: list[tuple[_Side, _Side]] = []
        for side in left:
            key = identity(side)
            if key is not None and waiting.get(key):
                found.append((side, waiting[key].pop(0)))
        pairs += [(old.flow, new.flow) for old, new in found]
        done = {id(side) for pair in found for side in pair}
        left, right = ([s for s in sides if id(s) not in done] for sides in (left, right))
    pairs += _alike(left, right)
    return pairs


def _alike(left: list[_Side], right: list[_Side]) -> Iterator[_FlowPair]:
    """What is left over on both sides: the two that say most of the same first, and those alone in the end."""
    if len(left) * len(right) <= _MOST_LIKENED:
        scores = sorted(
            (-_overlap(a.content, b.content), i, j)
            for i, a in enumerate(left)
            for j, b in enumerate(right)
            if a.content & b.content
        )
        taken: tuple[set[int], set[int]] = (set(), set())
        for _, i, j in scores:
            if i not in taken[0] and j not in taken[1]:
                taken[0].add(i)
                taken[1].add(j)
                yield left[i].flow, right[j].flow
        left = [side for i, side in enumerate(left) if i not in taken[0]]
        right = [side for j, side in enumerate(right) if j not in taken[1]]
    if len(left) == len(right) == 1:
        yield left[0].flow, right[0].flow
        return
    yield from ((side.flow, None) for side in left)
    yield from ((None, side.flow) for side in right)


_MOST_LIKENED = 40_000  # pairs of parallel flows between two ends that are weighed one against the other


def _overlap(a: frozenset[Any], b: frozenset[Any]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def _by_content(side: _Side) -> tuple[Any, ...]:
    return sorted(map(repr, side.content)), side.name, side.flow.id


def _side(flow: MappedFlow, names: _Names | None) -> _Side:
    record = flow.record
    unnamed = flow.implied or name_key(record.name) == name_key(f"{flow.origin.name} → {flow.destination.name}")
    said: list[tuple[str, Hashable]] = [
        ("category", names.key(CATEGORIES, c) if names else name_key(c)) for c in items(flow.categories)
    ]
    said += [("individuals", name_key(i)) for i in items(flow.individuals)]
    said += [("place", _place_key(p)) for p in items(record.locations)]
    said += [("ground", name_key(g)) for g in items(record.ground)]
    said += [("safeguard", names.key(SAFEGUARDS, s) if names else name_key(s)) for s in items(record.safeguards)]
    for field in ("purpose", "method", "role", "started", "ended", "frequency"):
        if (value := getattr(record, field).value) is not None:
            said.append((field, name_key(value) if isinstance(value, str) else value))
    return _Side(flow, "" if unnamed else name_key(record.name), frozenset(said))


# ---------------------------------------------------------------------------------------------------- legs


def _place_key(place: Place) -> tuple[Hashable, ...]:
    return (*_country_key(place), place.activity or "")


def _country_key(place: Place | None) -> tuple[Hashable, ...]:
    if place is None:
        return ("",)
    if place.country:
        return (place.country,)
    return ("within", *sorted(place.within)) if place.within else ("words", name_key(place.text))


def place_words(leg: Leg) -> str:
    """Where a leg is and what happens there, in words: `India (support access)`, `not stated`."""
    return place_in_words(leg.place.value)


@dataclass(frozen=True)
class _Judged:
    """One leg of a flow and its answers by regime."""

    leg: Leg
    answers: dict[str, Answer]

    @property
    def country(self) -> tuple[Hashable, ...]:
        return _country_key(self.leg.place.value)

    @property
    def activity(self) -> str:
        return self.leg.place.value.activity or "" if self.leg.place.value else ""


def _judged(assessment: Assessment, flow: MappedFlow | None) -> list[_Judged]:
    found: dict[int, _Judged] = {}
    for answer in assessment.answers_for(flow) if flow else ():
        found.setdefault(id(answer.leg), _Judged(answer.leg, {})).answers[answer.regime] = answer
    return sorted(found.values(), key=lambda j: (repr(j.country), j.activity))


def _leg_changes(
    before: Assessment,
    after: Assessment,
    older: MappedFlow | None,
    newer: MappedFlow | None,
    names: _Names,
    facts: tuple[FlagFacts, FlagFacts],
) -> Iterator[LegChange]:
    for old, new in _leg_pairs(_judged(before, older), _judged(after, newer)):
        was, now = (old.answers if old else {}), (new.answers if new else {})
        for regime in sorted({*was, *now}):
            a, b = was.get(regime), now.get(regime)
            if a is None or b is None:
                yield LegChange(a, b)
                continue
            changes, otherwise = [*_differences(a, b, names)], False
            if a.outcome.flagged and b.outcome.flagged:
                here, there = facts[0].of(a), facts[1].of(b)
                otherwise = here != there
                changes += _facts_changed(a, b, {key for key in here if here[key] != there[key]}, facts)
            yield LegChange(a, b, tuple(changes), otherwise)


def _leg_pairs(older: list[_Judged], newer: list[_Judged]) -> list[tuple[_Judged | None, _Judged | None]]:
    """Legs of one flow: at the same place, then in the same country, then where only one is left for what happens there."""
    pairs: list[tuple[_Judged | None, _Judged | None]] = []
    identities: tuple[Callable[[_Judged], Hashable], ...] = (
        lambda j: (j.country, j.activity),
        lambda j: j.country,
        lambda j: j.activity,
        lambda j: True,
    )
    for exact, identity in zip((True, False, False, False), identities, strict=True):
        left, right = _grouped(older, identity), _grouped(newer, identity)
        for key in left:
            here, there = left[key], right.get(key, [])
            if there and (exact or len(here) == len(there) == 1):
                for old, new in zip(here, there, strict=False):
                    pairs.append((old, new))
                    older = [j for j in older if j is not old]
                    newer = [j for j in newer if j is not new]
    return [*pairs, *((old, None) for old in older), *((None, new) for new in newer)]


def _grouped(found: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for each in found:
        groups[key(each)].append(each)
    return groups


_Form = Hashable
_TOLD_ELSEWHERE = frozenset(
    {"flow.started", "flow.ended", "system.locations", "flow.categories", "flow.individuals", "place"}
)
"""Facts of a case that are told in another way, or that count only by the outcome that comes of them."""


class FlagFacts:
    """What makes a flag of a transfer of one inventory what it is: every fact that its case depends on, in plain form.

    Cells, flow names, the order of rows and of what stands in a cell, and spelling do not count. Two flags with equal
    facts are one; who accepted the one accepted the other.
    """

    def __init__(self, assessment: Assessment, names: _Names | None = None) -> None:
        self._names = names
        self._shelf = Shelf(assessment.inventory)
        self._of_leg: dict[int, dict[str, _Form]] = {}

    def of(self, answer: Answer) -> dict[str, _Form]:
        """The facts by their names; every value is text, a truth, None, or a tuple of these."""
        facts = self._of_leg.get(id(answer.leg))
        if facts is None:
            facts = self._of_leg[id(answer.leg)] = self._facts(answer.leg)
        missing = [self._names.text(m) if self._names else m for m in answer.missing]
        return {
            **facts,
            "regime": answer.regime,
            "outcome": answer.outcome.value,
            "rule": answer.rule,
            "missing": tuple(sorted(missing)),
        }

    def words(self, answer: Answer, key: str) -> str:
        """One of these facts as users read it."""
        found: Fact[Any] | None = None
        if key == "legal entity":
            found = answer.leg.flow.recipient.legal_entity if answer.leg.flow.recipient else None
        elif key == "purpose":
            found = answer.leg.flow.record.purpose
        elif key == "individuals":
            found = answer.leg.flow.individuals
        elif key == "safeguards":
            return "; ".join(map(_claim_words, case_of(answer.leg, self._shelf).claims)) or "none"
        elif key in WORDS:
            found = case_of(answer.leg, self._shelf).fact(key)
        else:
            return _plain_words(self.of(answer)[key])
        if found is None or not found.known:
            return "none" if found and found.is_none else "not stated"
        values = found.value if isinstance(found.value, tuple) else (found.value,)
        return "; ".join(map(_value_words, values))

    def _facts(self, leg: Leg) -> dict[str, _Form]:
        flow, place, case = leg.flow, leg.place.value, case_of(leg, self._shelf)

        def key(sheet: str, name: str) -> str:
            return self._names.key(sheet, name) if self._names else name_key(name)

        def node(node: Node) -> _Form:
            return node.kind.value, self._names.of_node(node) if self._names else name_key(node.name)

        entity = flow.recipient.legal_entity if flow.recipient else Fact[str]()
        facts: dict[str, _Form] = {
            "organisation": name_key(flow.organisation.name) if flow.organisation else "",
            "from": node(flow.origin),
            "to": node(flow.destination),
            "legal entity": name_key(entity.value or ""),
            "place": _plain(_country_key(place)),
            "activity": _activity(leg),
            "categories": tuple(sorted({key(CATEGORIES, c) for c in flow.carries})),
            "individuals": tuple(sorted({name_key(i) for i in items(flow.individuals)})),
            "purpose": name_key(flow.record.purpose.value or ""),
            "kinds of information": _plain(case.kinds),
            "unique identifiers": _plain(case.identifiers),
            "sensitive": _plain(case.sensitive),
            "for a principal": case.for_principal,
            "safeguards": _plain(
                frozenset(
                    (
                        key(SAFEGUARDS, s.name),
                        *(
                            _fact_form(getattr(s, field))
                            for field in ("mechanism", "module", "signed", "starts", "expires")
                        ),
                    )
                    for s in case.claims
                )
            ),
        }
        return facts | {name: _fact_form(fact) for name, fact in case.facts.items() if name not in _TOLD_ELSEWHERE}


def _fact_form(fact: Fact[Any]) -> _Form:
    """A fact without its cells; unknown is one thing, whatever the cell says."""
    if not fact.known:
        return Nothing.NONE.value if fact.is_none else None
    return _plain(frozenset(fact.value) if isinstance(fact.value, tuple) else fact.value)


def _plain(value: Any) -> _Form:
    """A value as text, a truth, None, or a tuple of these, the same whatever the order of a set."""
    if isinstance(value, Place):
        return _plain(_place_key(value))
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return name_key(value) or value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, frozenset):
        return tuple(sorted(map(_plain, value), key=repr))
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value):
        return tuple(_plain(getattr(value, f.name)) for f in fields(value))
    return str(value)


def _claim_words(safeguard: Safeguard) -> str:
    """A safeguard on record as users read it: `Acme terms (SCC module 2, signed 2026-01-31, expires 2027-01-31)`."""
    dated = (("signed", safeguard.signed), ("starts", safeguard.starts), ("expires", safeguard.expires))
    said = [words for fact in (safeguard.mechanism, safeguard.module) if (words := fact.value)]
    said += [f"{word} {fact.value.isoformat()}" for word, fact in dated if fact.value]
    return f"{safeguard.name} ({', '.join(said) or 'nothing else stated'})"


def _value_words(value: Any) -> str:
    if isinstance(value, Place):
        return place_in_words(value)
    return str(value) if isinstance(value, str) else _plain_words(_plain(value))


def _plain_words(form: _Form) -> str:
    if isinstance(form, tuple):
        return ", ".join(filter(None, map(_plain_words, form))) or "none"
    if isinstance(form, bool):
        return "yes" if form else "no"
    return "not stated" if form is None else str(form)


def _differences(a: Answer, b: Answer, names: _Names) -> Iterator[Change]:
    was, now = a.leg, b.leg
    if a.outcome is not b.outcome:
        yield Change(What.OUTCOME, a.outcome.label, b.outcome.label)
    if _country_key(was.place.value) != _country_key(now.place.value):
        yield Change(What.COUNTRY, place_words(was), place_words(now))
    elif place_words(was) != place_words(now) and _activity(was) != _activity(now):
        yield Change(What.ACTIVITY, _activity(was) or "not stated", _activity(now) or "not stated")
    if {names.key(CATEGORIES, c) for c in was.flow.carries} != {name_key(c) for c in now.flow.carries}:
        yield Change(What.CATEGORIES, "; ".join(was.flow.carries), "; ".join(now.flow.carries))
    if (old := _role(was.flow)) != (new := _role(now.flow)):
        yield Change(What.ROLE, old, new)
    if (old := _mechanisms(a)) != (new := _mechanisms(b)):
        yield Change(What.MECHANISM, old or "none", new or "none")
    if (a.ground or "") != (b.ground or ""):
        yield Change(What.GROUND, a.ground or "none", b.ground or "none")
    before = [(names.key(SAFEGUARDS, r.name), r.starts, r.ends, r.document) for r in _papers(a)]
    if before != [(name_key(r.name), r.starts, r.ends, r.document) for r in _papers(b)]:
        yield Change(What.SAFEGUARD, _paper_words(a), _paper_words(b))
    if sorted(map(names.text, a.missing)) != sorted(b.missing):
        yield Change(What.MISSING, "\n".join(a.missing) or "nothing", "\n".join(b.missing) or "nothing")


_APART = {
    "legal entity": What.ENTITY,
    "recipient.country": What.ESTABLISHED,
    "recipient.managed": What.MANAGED,
    "recipient.own_purposes": What.OWN_PURPOSES,
    "individuals": What.INDIVIDUALS,
    "purpose": What.PURPOSE,
}
_TOLD_ALREADY = frozenset({"outcome", "missing", "place", "activity", "categories", "recipient.role", "flow.ground"})


def _facts_changed(a: Answer, b: Answer, differ: set[str], facts: tuple[FlagFacts, FlagFacts]) -> Iterator[Change]:
    """What else makes a flag of a leg another than it was."""
    for key, what in _APART.items():
        if key in differ:
            yield Change(what, facts[0].words(a, key), facts[1].words(b, key))
    of_categories = {"kinds of information", "unique identifiers", "sensitive"} if "categories" in differ else set()
    others = sorted(differ - {*_APART, *_TOLD_ALREADY, *of_categories, "rule"})
    if others:
        said = (
            "; ".join(f"{_heading(key, x)}: {side.words(x, key)}" for key in others)
            for x, side in ((a, facts[0]), (b, facts[1]))
        )
        yield Change(What.FACTS, *said)
    if "rule" in differ:
        yield Change(What.REASON, a.reason, b.reason)


def _heading(key: str, answer: Answer) -> str:
    return WORDS[key].format(**names_of(answer.leg)) if key in WORDS else key


def _activity(leg: Leg) -> str:
    return leg.place.value.activity or "" if leg.place.value else ""


def _role(flow: MappedFlow) -> str:
    role = flow.record.role.or_else(flow.recipient.role) if flow.recipient else flow.record.role
    return role.value or "not stated"


def _mechanisms(answer: Answer) -> str:
    return "; ".join(dict.fromkeys(r.mechanism for r in answer.rests_on))


def _papers(answer: Answer) -> list[ReliedOn]:
    return [r for r in answer.rests_on if r.kind == "safeguard"]


def _paper_words(answer: Answer) -> str:
    said = []
    for relied in _papers(answer):
        until = f", to {relied.ends.isoformat()}" if relied.ends else ""
        since = f" from {relied.starts.isoformat()}" if relied.starts else ""
        said.append(f"{relied.name}{since}{until}")
    return "; ".join(said) or "none"


# ---------------------------------------------------------------------------------------------------- records


def _record_changes(
    before: Assessment, after: Assessment, pairs: Iterable[_FlowPair], names: _Names
) -> Iterator[RecordChange]:
    """What is new, gone or changed, in the order of the sheets and then of the names."""
    for layout in SHEETS:
        older: tuple[Record, ...] = getattr(before.inventory, layout.field)
        newer: tuple[Record, ...] = getattr(after.inventory, layout.field)
        if layout.name == "Flows":
            matched = [(_typed(a), _typed(b)) for a, b in pairs]
        else:
            counterparts = {name_key(r.name): r for r in newer}
            matched = [(r, counterparts.pop(names.key(layout.name, r.name), None)) for r in older]
            matched += [(None, r) for r in counterparts.values()]
        found = [c for a, b in matched if (c := _record_change(layout, a, b, names))]
        yield from sorted(found, key=lambda c: (name_key(c.name), c.name, c.status.value, [f[:3] for f in c.facts]))


def _typed(flow: MappedFlow | None) -> Record | None:
    return None if flow is None or flow.implied else flow.record


def _record_change(
    layout: SheetLayout, older: Record | None, newer: Record | None, names: _Names
) -> RecordChange | None:
    if older is None or newer is None:
        if found := newer or older:
            return RecordChange(layout.name, found.name, Status.NEW if newer else Status.GONE, older, newer)
        return None
    facts = tuple(_fact_changes(layout, older, newer, names))
    return RecordChange(layout.name, newer.name, Status.CHANGED, older, newer, facts) if facts else None


def fact_changes(layout: SheetLayout, older: Record, newer: Record) -> tuple[FactChange, ...]:
    """What one record of a sheet says otherwise than another: spelling, order and cells do not count."""
    return tuple(_fact_changes(layout, older, newer, None))


def _fact_changes(layout: SheetLayout, older: Record, newer: Record, names: _Names | None) -> Iterator[FactChange]:
    renamed = layout.name in RENAMED_SHEETS and name_key(older.name) != name_key(newer.name)
    if renamed:  # a flow is not told by its name, so a number of its own is no fact
        cells = [(r.cell,) if r.cell else () for r in (older, newer)]
        yield FactChange(layout.identity.heading, older.name, newer.name, cells[0], cells[1])
    for column in layout.columns:
        if column is not layout.identity:
            a, b = getattr(older, column.field), getattr(newer, column.field)
            if _form(a, column, names) != _form(b, column, None):
                yield FactChange(column.heading, words_of(a, column), words_of(b, column), a.cells, b.cells)
    for heading in sorted({*older.extra, *newer.extra}):
        a, b = older.extra.get(heading, Fact()), newer.extra.get(heading, Fact())
        if (a.value, a.nothing) != (b.value, b.nothing):
            yield FactChange(heading, a.value or "", b.value or "", a.cells, b.cells)


def _form(fact: Fact[Any], column: Column, names: _Names | None) -> Hashable:
    """What a fact says, in a form in which spelling, order and cells do not count."""
    if fact.nothing is not None:
        return fact.nothing.value, str(fact.words) if fact.nothing is Nothing.UNREADABLE else ""

    def key(value: Any) -> Hashable:
        if isinstance(value, Place):
            return _place_key(value)
        if isinstance(value, str) and column.refers_to:
            return names.any(value, column.refers_to) if names else name_key(value)
        return " ".join(value.split()) if isinstance(value, str) else value

    return frozenset(map(key, fact.value)) if isinstance(fact.value, tuple) else key(fact.value)


def words_of(fact: Fact[Any], column: Column) -> str:
    """A fact as its cell has it; nothing at all when nobody filled it in."""
    from datamap.workbook.writing import values_of

    return "; ".join(as_text(value) for value, _ in values_of(fact, column) if value is not None)


# ---------------------------------------------------------------------------------------------------- flags


def _flag_changes(before: Assessment, after: Assessment, names: _Names) -> Iterator[FlagChange]:
    """Flags of one rule about one thing are one, changed where their words differ; new ones first."""
    older = _grouped(before.flags, lambda f: (f.code, names.any(f.about, RENAMED_SHEETS)))
    newer = _grouped(after.flags, lambda f: (f.code, name_key(f.about)))
    found: list[FlagChange] = []
    for key in {**older, **newer}:
        left = sorted(older.get(key, []), key=lambda f: names.text(f.message))
        right = sorted(newer.get(key, []), key=lambda f: f.message)
        alike = {f.message: f for f in right}
        for flag in list(left):
            if counterpart := alike.pop(names.text(flag.message), None):
                left.remove(flag)
                right.remove(counterpart)
                found.append(FlagChange(flag, counterpart))
        found += [FlagChange(a, b, True) for a, b in zip(left, right, strict=False)]
        found += [FlagChange(a, None) for a in left[len(right) :]]
        found += [FlagChange(None, b) for b in right[len(left) :]]
    order = [Status.NEW, Status.CHANGED, Status.GONE, Status.SAME]
    yield from sorted(found, key=lambda f: (order.index(f.status), f.flag.code, name_key(f.flag.about), f.flag.message))


# ---------------------------------------------------------------------------------------------------- renames

_MOST_NAMES = 5_000  # names only one side has, among which likely renames are looked for
_LEAST_ALIKE = 0.6
_RECORD = {SYSTEMS: System, RECIPIENTS: Recipient, CATEGORIES: Category, SAFEGUARDS: Safeguard}


def _proposed(before: Assessment, after: Assessment, names: _Names) -> tuple[Proposal, ...]:
    """For each sheet the names that are perhaps one, each name at most once, the likeliest first."""
    found: list[Proposal] = []
    for sheet in RENAMED_SHEETS:
        old, new = names.only(sheet)
        if not old or not new or len(old) + len(new) > _MOST_NAMES:
            continue
        scored: dict[tuple[str, str], tuple[float, str]] = {}
        for pair, score, why in (*_by_spelling(sheet, old, new), *_by_surroundings(before, after, names, sheet)):
            scored[pair] = max(scored.get(pair, (0.0, "")), (score, why))
        taken: tuple[set[str], set[str]] = (set(), set())
        cells = _cells_of(before, sheet), _cells_of(after, sheet)
        for (a, b), (score, why) in sorted(scored.items(), key=lambda item: (-item[1][0], item[0])):
            if a not in taken[0] and b not in taken[1]:
                taken[0].add(a)
                taken[1].add(b)
                rename = Rename(sheet, old[a], new[b])
                found.append(Proposal(rename, why, round(score, 2), cells[0].get(a, ()), cells[1].get(b, ())))
    return tuple(sorted(found, key=lambda p: (-p.score, RENAMED_SHEETS.index(p.rename.sheet), p.rename)))


_Scored = Iterator[tuple[tuple[str, str], float, str]]


def _by_spelling(sheet: str, old: Mapping[str, str], new: Mapping[str, str]) -> _Scored:
    """Pairs whose names are likely one, as the likely duplicates of one inventory are found."""
    field = next(layout.field for layout in SHEETS if layout.name == sheet)
    together = {**new, **old}
    records = tuple(_RECORD[sheet](name=name) for _, name in sorted(together.items()))
    for one in likely_same(Inventory(**{field: records})) if sheet != SAFEGUARDS else ():
        first, second = name_key(one.first), name_key(one.second)
        for pair in ((first, second), (second, first)):
            if pair[0] in old and pair[1] in new:
                yield pair, one.score, one.why


def _by_surroundings(before: Assessment, after: Assessment, names: _Names, sheet: str) -> _Scored:
    """Pairs that stand in the same place under another name: the same flows, categories, countries or papers."""
    only = names.only(sheet)
    old, new = _surroundings(before, sheet, only[0], names), _surroundings(after, sheet, only[1], None)
    having: dict[tuple[str, Hashable], list[str]] = defaultdict(list)
    for key, features in new.items():
        for feature in features:
            having[feature].append(key)
    for key, features in old.items():
        for other in {o for f in features if f[0] in _TELLING[sheet] for o in having.get(f, ())}:
            score = _overlap(features, new[other])
            shared = len(features & new[other])
            if score >= _LEAST_ALIKE and shared > 1 and not _apart(features, new[other]):
                yield (key, other), min(score, 0.95), _WHY[sheet]


_TELLING = {SYSTEMS: {"holds", "sends"}, RECIPIENTS: {"flow", "legal_entity"}, CATEGORIES: {"in", "examples"}, SAFEGUARDS: {"recipient", "document"}}  # fmt: skip
_WHY = {
    SYSTEMS: "it holds the same information and sends it to the same recipients",
    RECIPIENTS: "the same information goes to it from the same systems",
    CATEGORIES: "it is held in the same systems and goes to the same recipients",
    SAFEGUARDS: "it is with the same recipients on the same footing",
}


def _apart(a: _Features, b: _Features) -> bool:
    """Whether both say where they are established, and say different countries."""
    countries = [{f for f in features if f[0] == "country"} for features in (a, b)]
    return all(countries) and not (countries[0] & countries[1])


def _surroundings(
    assessment: Assessment, sheet: str, only: Mapping[str, str], names: _Names | None
) -> dict[str, _Features]:
    """For each of some names what is around it, by key."""
    inventory = assessment.inventory
    found: dict[str, set[tuple[str, Hashable]]] = {key: set() for key in only}

    def key(of: str, name: str) -> str:
        return names.key(of, name) if names else name_key(name)

    def note(name: str, *features: tuple[str, Hashable]) -> None:
        if (own := name_key(name)) in found:
            found[own].update(features)

    if sheet in (RECIPIENTS, SYSTEMS):
        for flow in assessment.map.flows:
            carried = frozenset(key(CATEGORIES, c) for c in items(flow.categories))
            if sheet == RECIPIENTS:
                note(flow.destination.name, ("flow", ("from", key(SYSTEMS, flow.origin.name), carried)))
                note(flow.origin.name, ("flow", ("to", key(RECIPIENTS, flow.destination.name), carried)))
            else:
                note(flow.origin.name, ("sends", (key(RECIPIENTS, flow.destination.name), carried)))
    for recipient in inventory.recipients if sheet == RECIPIENTS else ():
        note(recipient.name, *(("country", p.country) for p in items(recipient.country) if p.country))
        note(recipient.name, *(("place", _place_key(p)) for p in items(recipient.locations) if p.stated))
        for field in ("legal_entity", "role"):
            if (value := getattr(recipient, field).value) is not None:
                note(recipient.name, (field, name_key(value)))
    for system in inventory.systems:
        if sheet == SYSTEMS:
            note(system.name, *(("holds", key(CATEGORIES, c)) for c in items(system.categories)))
            note(system.name, *(("about", name_key(i)) for i in items(system.individuals)))
            note(system.name, *(("place", _place_key(p)) for p in items(system.locations) if p.stated))
        elif sheet == CATEGORIES:
            for category in items(system.categories):
                note(category, ("in", key(SYSTEMS, system.name)))
    for category_ in inventory.categories if sheet == CATEGORIES else ():
        for field in ("kind", "examples"):
            if (value := getattr(category_, field).value) is not None:
                note(category_.name, (field, name_key(value)))
    for safeguard in inventory.safeguards if sheet == SAFEGUARDS else ():
        note(safeguard.name, *(("recipient", key(RECIPIENTS, r)) for r in items(safeguard.recipients)))
        for field in ("mechanism", "document", "signed"):
            if (value := getattr(safeguard, field).value) is not None:
                note(safeguard.name, (field, str(value).casefold()))
    return {k: frozenset(v) for k, v in found.items() if v}


def _cells_of(assessment: Assessment, sheet: str) -> dict[str, tuple[Cell, ...]]:
    layout = next(layout for layout in SHEETS if layout.name == sheet)
    return {name_key(r.name): (r.cell,) if r.cell else () for r in getattr(assessment.inventory, layout.field)}
