"""Where the information about some kind of individual is: who holds it, who may, and why the others do not.

Every system and every recipient of the map is in one of the three. A fact that is not known never takes anybody out:
who may hold it is told apart from who is recorded as holding it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from datamap.assessment import Assessment
from datamap.graph import INDIVIDUAL_WORDS, Leg, MappedFlow, Movement, Node, NodeKind
from datamap.inventory import Fact, Names, Organisation, Recipient, Role, System, items, name_key
from datamap.law import Regime, Right
from datamap.places import nearest, place_in_words
from datamap.sheets import Cell
from datamap.transfers import Outcome

ANYBODY = "anybody"
"""Who is asked about where the map names no kind of individual."""


class NoSuchName(ValueError):
    """Something was asked about that the map does not have. The message is one sentence, with the nearest name."""


class Holds(StrEnum):
    """Whether somebody holds the information, as far as the record shows."""

    RECORDED = "holds it"
    MAY = "may hold it"


@dataclass(frozen=True)
class Holder:
    """A system, a recipient or a site of one's own that holds the information or may.

    `categories` are what it holds of what was asked for, as far as that is known, and `categories_known` whether that is
    all; `others` are further individuals that the same cells name. `flows` bring it there, or for a system say that it is
    there. `why` are sentences: what is not stated of a holder that only may hold it.
    """

    node: Node
    holds: Holds
    why: tuple[str, ...]
    system: System | None
    recipient: Recipient | None
    organisations: tuple[Organisation | None, ...]  # of whom it holds it; None stands for somebody not stated
    categories: tuple[str, ...]
    categories_known: bool
    others: tuple[str, ...]
    flows: tuple[MappedFlow, ...]
    legs: tuple[Leg, ...]
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def roles(self) -> frozenset[Role | None]:
        """What a recipient is to the sender, flow by flow; None stands for a role that is not known."""
        return frozenset(f.record.role.or_else(f.recipient.role).value if f.recipient else None for f in self.flows)

    @property
    def is_ours(self) -> bool:
        """Whether the organisation holds it itself."""
        return self.system is not None or self.node.kind is NodeKind.OWN_SITE or self.roles == {Role.SAME_ORGANISATION}

    def concerned(self, right: Right, regime: Regime, assessment: Assessment) -> bool:
        """Whether a right is about this holder. Where its role or place is not known, it may be, and so it is."""
        if self.roles == {Role.INDIVIDUAL}:
            return False
        match right.concerns:
            case "systems":
                return self.is_ours
            case "agents":
                return not self.is_ours and not self.roles.isdisjoint({Role.AGENT, None})
            case "others":
                return not self.is_ours and self.roles != {Role.AGENT}
            case "recipients":
                return not self.is_ours
            case "transfers":
                home = regime.homes(assessment.on)
                return not self.is_ours and (not self.legs or any(leg.country not in home for leg in self.legs))
        return False


@dataclass(frozen=True)
class NotHeld:
    """A system or recipient that the record does not show as holding the information, and why, in one sentence."""

    node: Node
    why: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Whereabouts:
    """Where the information is that was asked for. `holders` and `not_held` are every system and recipient of the map.

    Both are in the order: systems, own sites, recipients, others; then by name. Who is recorded stands before who may.
    """

    assessment: Assessment
    individuals: tuple[str, ...]
    categories: tuple[str, ...]  # those asked for; empty for all
    holders: tuple[Holder, ...]
    not_held: tuple[NotHeld, ...]
    sources: tuple[MappedFlow, ...]  # flows that bring it in from somebody else than the individuals

    @property
    def recorded(self) -> tuple[Holder, ...]:
        return tuple(h for h in self.holders if h.holds is Holds.RECORDED)

    @property
    def perhaps(self) -> tuple[Holder, ...]:
        return tuple(h for h in self.holders if h.holds is Holds.MAY)

    @property
    def other_individuals(self) -> tuple[str, ...]:
        """The kinds of individual in the map that were not looked for; a person may be of several kinds."""
        asked = set(map(name_key, self.individuals))
        return tuple(i for i in self.assessment.map.individuals if name_key(i) not in asked)

    @cached_property
    def organisations(self) -> tuple[Organisation | None, ...]:
        """Whose information it is held as."""
        return tuple(dict.fromkeys(o for h in self.holders for o in h.organisations)) or tuple(
            self.assessment.inventory.organisations
        )

    @cached_property
    def rights(self) -> tuple[tuple[Regime, Right], ...]:
        """The law of access and correction of each regime that could apply, as it holds on the day."""
        on = self.assessment.on
        return tuple(
            (r, right) for r in regimes_of(self.assessment, self.organisations) for right in r.rights if right.holds(on)
        )

    @cached_property
    def without_rights(self) -> tuple[Regime, ...]:
        """The regimes that could apply and whose law of access and correction is not loaded, or not in force."""
        told = {regime.code for regime, _ in self.rights}
        return tuple(r for r in regimes_of(self.assessment, self.organisations) if r.code not in told)


def regimes_of(assessment: Assessment, organisations: Iterable[Organisation | None]) -> tuple[Regime, ...]:
    """The regimes that could apply to any of the organisations, in the order of their codes."""
    found = {r.code: r for o in organisations for r in assessment.regimes_of(o)}
    return tuple(found[code] for code in sorted(found))


def do_not_apply(assessment: Assessment, regimes: Iterable[Regime]) -> tuple[Regime, ...]:
    """Those of the regimes under which every transfer that runs on the day came out as *Regime does not apply*."""
    found: dict[str, set[Outcome]] = defaultdict(set)
    for leg, judged in assessment.answers.judged():
        ended = leg.flow.record.ended.value
        if begun(leg.flow, assessment) and not (ended and ended < assessment.on):
            found[judged.regime].add(judged.outcome)
    return tuple(r for r in regimes if found.get(r.code) == {Outcome.NOT_APPLICABLE})


def held_for(assessment: Assessment, systems: Iterable[System]) -> tuple[MappedFlow, ...]:
    """The flows that give the information of some systems back to a principal, for whom it is held; one from a system to
    itself gives nothing to anybody."""
    keys = {name_key(s.name) for s in systems}
    return tuple(f for f in assessment.map.given_back if f.system and name_key(f.system.name) in keys)


def where(assessment: Assessment, individuals: Iterable[str], categories: Iterable[str] = ()) -> Whereabouts:
    """Every system and recipient that holds information about some kinds of individual, and about categories if given.

    Names match whatever their case, spacing and punctuation. Where the map names no kind of individual at all, anybody may
    be asked about, and everything may hold it. Raises `NoSuchName` for a name that the map does not have, or when no kind
    of individual is named and the map names some.
    """
    named = assessment.map.individuals
    people = tuple(dict.fromkeys(known_name(i, named, "kind of individual") if named else i for i in individuals))
    what = tuple(dict.fromkeys(known_name(c, assessment.map.categories, "information category") for c in categories))
    if not people and named:
        raise NoSuchName(f"Name the kind of individual; the map has: {', '.join(named)}.")
    return _Search(assessment, people or (ANYBODY,), what).found()


def known_name(name: str, among: Iterable[str], what: str) -> str:
    """The one of the names that a name means. Raises `NoSuchName`, with the nearest of them."""
    names = tuple(among)
    for candidate in names:
        if name_key(candidate) == name_key(name):
            return candidate
    near = nearest(name, names)
    raise NoSuchName(f"No {what} is called {name!r}{f'; did you mean {near!r}?' if near else '.'}")


# ---------------------------------------------------------------------------------------------------- the search

NO, MAY, YES = 0, 1, 2

ORDER = {
    kind: n
    for n, kind in enumerate(
        (
            NodeKind.SYSTEM,
            NodeKind.OWN_SITE,
            NodeKind.RECIPIENT,
            NodeKind.UNDECLARED,
            NodeKind.SOURCE,
            NodeKind.INDIVIDUALS,
        )
    )
}
"""The order in which holders are told."""


def in_order(node: Node) -> tuple[int, str, str]:
    return ORDER[node.kind], node.name.casefold(), node.name


def begun(flow: MappedFlow, assessment: Assessment) -> bool:
    """Whether a flow has started by the day. One that has ended may have left there what it brought."""
    started = flow.record.started.value
    return started is None or started <= assessment.on


def not_begun(assessment: Assessment) -> tuple[MappedFlow, ...]:
    """The flows that start only after the day: what they will bring is nowhere yet."""
    return tuple(f for f in assessment.map.flows if not begun(f, assessment))


def _named(fact: Names, wanted: frozenset[str]) -> int:
    if fact.is_none:
        return NO
    named = {name_key(n) for n in items(fact)}
    if named & wanted:
        return YES
    return MAY if named <= INDIVIDUAL_WORDS else NO


def _weigh(fact: Names, wanted: frozenset[str], ends: Iterable[Names]) -> int:
    """How far a fact of a flow meets what is wanted; one that is not known holds no more than the systems at its ends."""
    if not wanted:
        return YES
    weight = _named(fact, wanted)
    return NO if weight == MAY and any(_named(end, wanted) == NO for end in ends) else weight


def carries(flow: MappedFlow, wanted: frozenset[str], assessment: Assessment) -> int:
    """How far a flow says that it carries one of some categories (their keys): NO, MAY or YES."""
    return _weigh(flow.categories, wanted, [s.categories for s in systems_at(flow, assessment)])


def carries_on(flow: MappedFlow, wanted: frozenset[str], assessment: Assessment) -> int:
    """The same of what came to where the flow begins: it may go on by a flow that does not say itself what it carries.

    What its system's sheet says is about what the system holds; what came to it besides may go on with it.
    """
    return max(carries(flow, wanted, assessment), MAY if says_nothing(flow) else NO)


def whose(flow: MappedFlow) -> Names:
    """Whose information a flow carries: where it does not say, but comes from a kind of individual, that of theirs."""
    if flow.origin.kind is NodeKind.INDIVIDUALS and not flow.individuals.known:
        return Fact.of((flow.origin.name,), flow.record.origin.cell)
    return flow.individuals


def says_nothing(flow: MappedFlow) -> bool:
    """Whether a flow does not say itself what it carries: what is told of it is told by its system's sheet."""
    return flow.implied or flow.record.categories.blank


def says_nobody(flow: MappedFlow) -> bool:
    """The same of whose information it is."""
    return flow.implied or flow.record.individuals.blank


def goes_no_further(flow: MappedFlow, assessment: Assessment) -> bool:
    """Whether what a flow carries is not followed: nothing came by it yet, or it goes back to the individuals."""
    return flow.destination.kind is NodeKind.INDIVIDUALS or not begun(flow, assessment)


def systems_at(flow: MappedFlow, assessment: Assessment) -> list[System]:
    """The systems at the ends of a flow."""
    ends = (assessment.inventory.system(n.name) for n in (flow.origin, flow.destination) if n.kind is NodeKind.SYSTEM)
    return [system for system in ends if system]


@dataclass(frozen=True)
class _Said:
    """What one record says: about whom, what, and how far that meets what was asked (NO, MAY or YES)."""

    flow: MappedFlow | None  # None for what a system says itself
    individuals: Names
    categories: Names
    about: int
    what: int

    @property
    def weight(self) -> int:
        return min(self.about, self.what)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (*self.individuals.cells, *self.categories.cells, *(self.flow.cells if self.flow else ()))


class _Search:
    def __init__(self, assessment: Assessment, individuals: tuple[str, ...], categories: tuple[str, ...]) -> None:
        self.assessment = assessment
        self.individuals, self.categories = individuals, categories
        self.people = frozenset(map(name_key, individuals))
        self.what = frozenset(map(name_key, categories))
        self.into: dict[str, list[MappedFlow]] = defaultdict(list)
        self.out_of: dict[str, list[MappedFlow]] = defaultdict(list)
        for flow in assessment.map.flows:
            self.into[flow.destination.id].append(flow)
            self.out_of[flow.origin.id].append(flow)
        self.legs: dict[str, list[Leg]] = defaultdict(list)
        for leg in assessment.map.legs:
            self.legs[leg.flow.id].append(leg)
        self.perhaps = frozenset[str]()
        self.perhaps = frozenset(self._carried_on())

    def _carried_on(self) -> Iterator[str]:
        """The flows by which what was asked for may go on from where another flow brought it (see `carries_on`)."""
        waiting = [f for f in self.assessment.map.flows if self._of_flow(f).weight != NO]
        told = {f.id for f in waiting}
        while waiting:
            came = waiting.pop()
            for flow in () if goes_no_further(came, self.assessment) else self.out_of[came.destination.id]:
                about = self._of_flow(flow).about != NO or says_nobody(flow)
                what = not self.what or carries_on(flow, self.what, self.assessment) != NO
                if flow.id not in told and about and what:
                    told.add(flow.id)
                    waiting.append(flow)
                    yield flow.id

    def found(self) -> Whereabouts:
        told = [self._system(n) if n.kind is NodeKind.SYSTEM else self._recipient(n) for n in self._nodes()]
        holders = [one for one in told if isinstance(one, Holder)]
        return Whereabouts(
            self.assessment,
            self.individuals,
            self.categories,
            tuple(sorted(holders, key=lambda h: h.holds is Holds.MAY)),
            tuple(one for one in told if isinstance(one, NotHeld)),
            tuple(self._sources()),
        )

    def _nodes(self) -> list[Node]:
        """Every system, and everybody who is declared a recipient or to whom something goes."""
        every = sorted(self.assessment.map.nodes, key=in_order)
        own = (NodeKind.SYSTEM, NodeKind.RECIPIENT)
        return [n for n in every if n.kind in own or (n.kind is not NodeKind.INDIVIDUALS and self.into[n.id])]

    def _sources(self) -> Iterator[MappedFlow]:
        for flow in self.assessment.map.flows:
            people = flow.origin.kind in (NodeKind.INDIVIDUALS, NodeKind.SYSTEM)
            if flow.movement is Movement.COLLECTION and not people and self._of_flow(flow).weight != NO:
                yield flow

    # -- what a record says

    def _of_flow(self, flow: MappedFlow) -> _Said:
        individuals = whose(flow)
        ends = systems_at(flow, self.assessment)
        about = _weigh(individuals, self.people, [s.individuals for s in ends])
        what = carries(flow, self.what, self.assessment)
        if flow.id in self.perhaps:
            about, what = max(about, MAY), max(what, MAY)
        return _Said(flow, individuals, flow.categories, about, what)

    # -- one holder

    def _system(self, node: Node) -> Holder | NotHeld:
        inventory = self.assessment.inventory
        system = inventory.system(node.name)
        assert system is not None
        about, what = _weigh(system.individuals, self.people, ()), _weigh(system.categories, self.what, ())
        own = _Said(None, system.individuals, system.categories, about, what)
        flows = [f for f in (*self.into[node.id], *self.out_of[node.id]) if begun(f, self.assessment)]
        only = inventory.organisations[0] if len(inventory.organisations) == 1 else None
        named = system.organisation.value
        organisation = inventory.organisation(named) if named else only
        return self._judged(node, [own, *map(self._of_flow, flows)], system, None, (organisation,))

    def _recipient(self, node: Node) -> Holder | NotHeld:
        every = self.into[node.id]
        flows = [f for f in every if begun(f, self.assessment)]
        declared = self.assessment.inventory.recipient(node.name) if node.kind is NodeKind.RECIPIENT else None
        recipient = declared or next((f.recipient for f in flows if f.recipient), None)
        if flows:
            organisations = tuple(dict.fromkeys(f.organisation for f in flows))
            return self._judged(node, list(map(self._of_flow, flows)), None, recipient, organisations)
        starts = [f.record.started.value for f in every if f.record.started.value]
        why = f"What goes to it starts on {min(starts)}." if starts else "No flow to it is recorded."
        if any(f.movement is Movement.COLLECTION for f in self.out_of[node.id]):
            why += " It is one of those that information is collected from."
        return NotHeld(node, why, tuple(dict.fromkeys(c for f in every for c in f.cells)) or _own_cell(recipient))

    def _judged(
        self,
        node: Node,
        said: list[_Said],
        system: System | None,
        recipient: Recipient | None,
        organisations: tuple[Organisation | None, ...],
    ) -> Holder | NotHeld:
        best = max(one.weight for one in said)
        if best == NO:
            about = any(one.about != NO for one in said)
            looked = dict.fromkeys(c for one in said for c in (one.categories if about else one.individuals).cells)
            return NotHeld(node, _why_not(said), tuple(looked) or _own_cell(system or recipient))
        backing = [one for one in said if one.weight == best]
        categories = {name_key(c): c for one in backing for c in items(one.categories)}
        others = {name_key(i): i for one in backing for i in items(one.individuals)}
        flows = tuple(o.flow for o in said if o.flow and o.flow.destination == node and o.weight != NO)
        legs = tuple(leg for f in flows for leg in self.legs[f.id])
        cells = dict.fromkeys(
            (*(c for one in backing for c in one.cells), *(c for leg in legs for c in leg.place.cells))
        )
        return Holder(
            node,
            Holds.RECORDED if best == YES else Holds.MAY,
            () if best == YES else _why_perhaps([o for o in backing if not o.flow] or backing),
            system,
            recipient,
            organisations,
            tuple(c for key, c in categories.items() if not self.what or key in self.what),
            all(one.categories.known or one.categories.is_none for one in backing),
            tuple(
                sorted((i for key, i in others.items() if key not in self.people | INDIVIDUAL_WORDS), key=str.casefold)
            ),
            flows,
            legs,
            tuple(cells) or _own_cell(system or recipient),
        )


def _why_perhaps(said: Iterable[_Said]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in said:
        about = f"The flow {one.flow.origin.name} → {one.flow.destination.name}" if one.flow else "The system"
        if one.about == MAY:
            found[f"{about} does not say whose information it {'carries' if one.flow else 'holds'}."] = None
        if one.what == MAY:
            found[f"{about} does not say which categories it {'carries' if one.flow else 'holds'}."] = None
    return tuple(found)


def _why_not(said: Iterable[_Said]) -> str:
    told = list(said)
    if any(one.about != NO for one in told):
        return "It is recorded with none of the categories that were asked for."
    named = dict.fromkeys(i for one in told for i in items(one.individuals))
    return (
        f"It is recorded as about {', '.join(named)}."
        if named
        else "It is recorded as about nobody, or only through systems about others."
    )


def _own_cell(record: System | Recipient | None) -> tuple[Cell, ...]:
    return (record.cell,) if record and record.cell else ()


def place_words(legs: Iterable[Leg]) -> tuple[str, ...]:
    """The places of legs in words, each once, with what happens there; `not stated` for those that are not known."""
    return tuple(dict.fromkeys(place_in_words(leg.place.value) for leg in legs))
