"""If this leaks: whose information it is and which, how it got there, where it went on to, and whom the law has told.

Whether a breach is notifiable is never decided here. Each test of the law is given with the facts the map has for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from datamap.assessment import Assessment
from datamap.graph import Leg, MappedFlow, Movement, Node, NodeKind
from datamap.inventory import Category, Names, Nothing, Organisation, Recipient, System, items, name_key
from datamap.law import AfterBreach, Regime
from datamap.people import (
    MAY,
    NO,
    YES,
    NoSuchName,
    begun,
    carries,
    carries_on,
    goes_no_further,
    held_for,
    in_order,
    known_name,
    place_words,
    regimes_of,
    says_nobody,
    says_nothing,
    systems_at,
    whose,
)
from datamap.places import countries, country_name, place_name
from datamap.sheets import Cell
from datamap.transfers import Answer


class At(StrEnum):
    """What a leak is at."""

    SYSTEM = "system"
    RECIPIENT = "recipient"
    COUNTRY = "country"


@dataclass(frozen=True)
class Hit:
    """A system, recipient or own site whose information leaks, or may.

    `why` is empty for what is certainly hit, else a sentence for each reason to think that it may be. `categories_known`
    and `individuals_known` say whether what is recorded is all. `inflows` are the flows that brought it there.
    """

    node: Node
    why: tuple[str, ...]
    system: System | None
    recipient: Recipient | None
    organisations: tuple[Organisation | None, ...]
    categories: tuple[str, ...]
    categories_known: bool
    individuals: tuple[str, ...]
    individuals_known: bool
    places: tuple[str, ...]
    inflows: tuple[MappedFlow, ...]
    cells: tuple[Cell, ...]

    @property
    def certain(self) -> bool:
        return not self.why


@dataclass(frozen=True)
class Onward:
    """Somebody or something that information went on to from what is hit. `hops` is the fewest flows on the way there.

    `certain` is False where a flow on the way does not say itself what it carries (see `people.carries_on`).
    """

    node: Node
    certain: bool
    hops: int
    categories: tuple[str, ...]
    flows: tuple[MappedFlow, ...]  # the last of the way, each once

    @property
    def recipient(self) -> Recipient | None:
        return next((f.recipient for f in self.flows if f.recipient), None)


@dataclass(frozen=True)
class Shown:
    """One fact of the map that bears on a test of the law."""

    says: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Exposure:
    """A category of information that leaks: what the record says of it, and where of what is hit it is."""

    name: str
    category: Category | None  # None for one that no sheet declares
    at: tuple[str, ...]
    certain: bool


@dataclass(frozen=True)
class Principal:
    """Somebody for whom the organisation holds information that leaks, or may: whoever holds it is to tell them."""

    name: str
    says: str
    certain: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Leak:
    """What a leak at one system, recipient or country reaches. `at` and `name` are what was asked."""

    assessment: Assessment
    at: At
    name: str
    country: str | None  # ISO 3166 alpha-2, for a leak in a country
    hits: tuple[Hit, ...]  # certain first, then as `people.in_order` has them
    upstream: tuple[MappedFlow, ...]  # how it got there: from the systems, or into the system, nearest first
    onward: tuple[Onward, ...]

    @cached_property
    def organisations(self) -> tuple[Organisation | None, ...]:
        """Whose information leaks; None stands for somebody not stated."""
        return tuple(dict.fromkeys(o for hit in self.hits for o in hit.organisations))

    @cached_property
    def individuals(self) -> tuple[str, ...]:
        """The kinds of individual whose information leaks, certainly or perhaps, in alphabetical order."""
        return _named(i for hit in self.hits for i in hit.individuals)

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """Every category that leaks, sensitive ones first, then those of which that is not stated; else by name."""
        at: dict[str, dict[str, bool]] = defaultdict(dict)
        names: dict[str, str] = {}
        for hit in self.hits:
            for category in hit.categories:
                names.setdefault(name_key(category), category)
                at[name_key(category)][hit.node.name] = hit.certain
        found = [
            Exposure(names[key], self.assessment.inventory.category(names[key]), tuple(where), any(where.values()))
            for key, where in at.items()
        ]
        return tuple(sorted(found, key=lambda e: (_sensitive_first(e.category), e.name.casefold(), e.name)))

    @cached_property
    def flows(self) -> tuple[MappedFlow, ...]:
        """The flows that brought the information to what is hit, each once."""
        return tuple({f.id: f for hit in self.hits for f in hit.inflows}.values())

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The answers of the legs of those flows."""
        return tuple(a for flow in self.flows for a in self.assessment.answers_for(flow))

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        """The regimes that could apply to those whose information leaks."""
        return regimes_of(self.assessment, self.organisations)

    @cached_property
    def law(self) -> tuple[tuple[Regime, AfterBreach], ...]:
        """The law of breaches of those regimes, as it holds on the day."""
        return tuple((r, piece) for r in self.regimes for piece in r.breach if piece.holds(self.assessment.on))

    @cached_property
    def without_law(self) -> tuple[Regime, ...]:
        """Those of the regimes whose law of breaches is not loaded, or not in force."""
        told = {regime.code for regime, _ in self.law}
        return tuple(r for r in self.regimes if r.code not in told)

    @cached_property
    def countries(self) -> Mapping[str, tuple[str, ...]]:
        """Where the information is or went on to: ISO alpha-2 → names of who holds it there. In the order of the names."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for hit in self.hits:
            codes = [leg.country for leg in self.legs(hit.inflows)]
            codes += [p.country for p in items(hit.system.locations)] if hit.system else []
            for code in codes:
                if code and self.country in (None, code):
                    found[code][hit.node.name] = None
        for after in self.onward:
            for leg in self.legs(after.flows):
                if leg.country:
                    found[leg.country][after.node.name] = None
        return {code: tuple(found[code]) for code in sorted(found, key=country_name)}

    @cached_property
    def principals(self) -> tuple[Principal, ...]:
        """For whom the organisation holds what leaks: of whom the record says so, and of whom it leaves that open."""
        found: dict[str, Principal] = {}
        systems = [*(h.system for h in self.hits if h.system), *(f.system for f in self.upstream if f.system)]
        for flow in held_for(self.assessment, systems):
            name = flow.destination.name
            says = f"{flow.origin.name} goes back to {name}, for whom it is held."
            found.setdefault(name_key(name), Principal(name, says, True, flow.cells))
        for organisation in self.organisations:
            for name in items(organisation.acts_for) if organisation else ():
                assert organisation is not None
                says = f"{organisation.name} acts for {name}; that it holds this information for it is not recorded."
                found.setdefault(name_key(name), Principal(name, says, False, organisation.acts_for.cells))
        return tuple(found.values())

    def legs(self, flows: Iterable[MappedFlow]) -> tuple[Leg, ...]:
        """The legs of some flows, in their order."""
        return tuple(leg for flow in flows for leg in self._legs[flow.id])

    @cached_property
    def _legs(self) -> Mapping[str, list[Leg]]:
        return _legs(self.assessment)

    def facts(self, test: AfterBreach, regime: Regime) -> tuple[Shown, ...]:
        """What the map has for a test of the law; empty when it can show nothing of it."""
        return tuple(f for name in test.facts for f in FACTS[name](self, regime))


def latest(piece: AfterBreach, aware: datetime) -> datetime | None:
    """The last moment that the law gives for something, counted from when somebody became aware; None without a limit."""
    if piece.hours is not None:
        return aware + timedelta(hours=piece.hours)
    return aware + timedelta(days=piece.days) if piece.days is not None else None


def leak(assessment: Assessment, at: At, name: str) -> Leak:
    """What a leak at a system, a recipient or in a country reaches.

    A country is ISO 3166 alpha-2, the others are names, whatever their case, spacing and punctuation. Raises
    `people.NoSuchName` when the map does not have it.
    """
    return _Tracer(assessment).traced(at, name)


def offered(assessment: Assessment) -> Mapping[At, tuple[str, ...]]:
    """What a leak may be at: the systems, everybody something goes to, and the countries (alpha-2) by name."""
    map_ = assessment.map
    nodes = sorted(map_.nodes, key=in_order)
    reached = {f.destination.id for f in map_.flows}
    kinds = (NodeKind.RECIPIENT, NodeKind.UNDECLARED, NodeKind.OWN_SITE)
    recipients = (n.name for n in nodes if n.kind in kinds and (n.id in reached or n.kind is NodeKind.RECIPIENT))
    codes = {leg.country for leg in map_.legs if leg.country}
    codes |= {p.country for s in assessment.inventory.systems for p in items(s.locations) if p.country}
    codes |= {p.country for r in assessment.inventory.recipients for p in items(r.country) if p.country}
    return {
        At.SYSTEM: tuple(n.name for n in nodes if n.kind is NodeKind.SYSTEM),
        At.RECIPIENT: tuple(dict.fromkeys(recipients)),
        At.COUNTRY: tuple(sorted(codes, key=country_name)),
    }


# ---------------------------------------------------------------------------------------------------- the trace


class _Tracer:
    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.into: dict[str, list[MappedFlow]] = defaultdict(list)
        self.out_of: dict[str, list[MappedFlow]] = defaultdict(list)
        for flow in assessment.map.flows:
            if begun(flow, assessment):
                self.into[flow.destination.id].append(flow)
                self.out_of[flow.origin.id].append(flow)
        self.legs = _legs(assessment)

    def traced(self, at: At, name: str) -> Leak:
        country = None
        if at is At.COUNTRY:
            if name not in countries():
                raise NoSuchName(f"{name!r} is not the two letters of a country.")
            country, name = name, country_name(name)
            hits = self._in_country(country)
        else:
            name = known_name(name, offered(self.assessment)[at], at.value)
            hits = [self._hit(node) for node in self._nodes(at, name)]
        hits.sort(key=lambda h: (not h.certain, *in_order(h.node)))
        upstream = self._upstream(hits)
        before = {f.origin.id for f in upstream if f.origin.kind is NodeKind.SYSTEM}
        return Leak(self.assessment, at, name, country, tuple(hits), upstream, self._onward(hits, before))

    def _nodes(self, at: At, name: str) -> list[Node]:
        kinds = (NodeKind.SYSTEM,) if at is At.SYSTEM else (NodeKind.RECIPIENT, NodeKind.UNDECLARED, NodeKind.OWN_SITE)
        return [n for n in self.assessment.map.find(name) if n.kind in kinds]

    # -- what is hit

    def _hit(
        self, node: Node, why: Iterable[str] = (), flows: list[MappedFlow] | None = None, places: Iterable[str] = ()
    ) -> Hit:
        """What is hit at a node: all it holds, or only what certain flows brought there."""
        inventory = self.assessment.inventory
        system = inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
        inflows = self.into[node.id] if flows is None else flows
        declared = inventory.recipient(node.name) if node.kind is NodeKind.RECIPIENT else None
        recipient = declared or next((f.recipient for f in inflows if f.recipient), None)
        own: list[tuple[Names, Names]] = [(system.categories, system.individuals)] if system else []
        out = self.out_of[node.id] if system and flows is None else []  # what a system sends it has
        facts = [*own, *((f.categories, whose(f)) for f in (*inflows, *out))]
        said = own if system and all(fact.known or fact.is_none for fact in own[0]) else facts
        leaking = _named(c for categories, _ in facts for c in items(categories))
        people = _named(i for _, individuals in facts for i in items(individuals))
        organisations = tuple(dict.fromkeys(f.organisation for f in inflows))
        if system:
            only = inventory.organisations[0] if len(inventory.organisations) == 1 else None
            named = system.organisation.value
            organisations = (inventory.organisation(named) if named else only,)
        legs = [leg for f in inflows for leg in self.legs[f.id]]
        where = tuple(places) or (tuple(map(place_name, items(system.locations))) if system else place_words(legs))
        cells = [c for pair in facts for fact in pair for c in fact.cells] + [c for f in inflows for c in f.cells]
        record = system or recipient
        if record and record.cell:
            cells.insert(0, record.cell)
        return Hit(
            node,
            tuple(dict.fromkeys(why)),
            system,
            recipient,
            organisations or tuple(inventory.organisations),
            leaking,
            bool(said)
            and all(categories.known or categories.is_none for categories, _ in said)
            and not self._more_may_have_come(leaking, inflows, says_nothing, lambda one: one.categories),
            people,
            bool(said)
            and all(individuals.known or individuals.is_none for _, individuals in said)
            and not self._more_may_have_come(people, inflows, says_nobody, _whose),
            where or ("not stated",),
            tuple(inflows),
            tuple(dict.fromkeys(cells)),
        )

    def _more_may_have_come(
        self,
        recorded: Iterable[str],
        inflows: list[MappedFlow],
        silent: Callable[[MappedFlow], bool],
        of: Callable[[MappedFlow | System], Names],
    ) -> bool:
        """Whether more than what is recorded may have come there, by flows that do not say it themselves.

        So does `people.where` follow what came to where such a flow begins.
        """
        told = set(map(name_key, recorded))
        waiting, seen = [f.origin.id for f in inflows if silent(f)], {f.destination.id for f in inflows}
        while waiting:
            origin = waiting.pop()
            if origin in seen:
                continue
            seen.add(origin)
            for flow in self.into[origin]:
                fact = of(flow)
                if not told.issuperset(map(name_key, items(fact))):
                    return True
                if not (fact.known or fact.is_none or any(of(s).known for s in systems_at(flow, self.assessment))):
                    return True
                if silent(flow):
                    waiting.append(flow.origin.id)
        return False

    def _in_country(self, country: str) -> list[Hit]:
        found: list[Hit] = []
        here = country_name(country)
        for system in self.assessment.inventory.systems:
            node = Node(NodeKind.SYSTEM, system.name)
            is_there = [(p, p.is_in(country)) for p in items(system.locations)]
            sure = [place_name(p) for p, there in is_there if there]
            perhaps = [f"Its location {place_name(p)} may be {here}." for p, there in is_there if there is None]
            if system.locations.nothing in (Nothing.BLANK, Nothing.NOT_STATED, Nothing.UNREADABLE):
                perhaps = [f"Where it is held is {system.locations.nothing.value}, so it may be {here}."]
            if sure or perhaps:
                found.append(self._hit(node, () if sure else perhaps, None, sure))
        for node in sorted(self.assessment.map.nodes, key=in_order):
            if node.kind in (NodeKind.RECIPIENT, NodeKind.UNDECLARED, NodeKind.OWN_SITE):
                found += self._recipient_in(country, node)
        return found

    def _recipient_in(self, country: str, node: Node) -> Iterator[Hit]:
        """What of a recipient is in a country, else why it may be there."""
        here = country_name(country)
        sure: dict[str, MappedFlow] = {}
        perhaps: dict[str, MappedFlow] = {}
        places, why = [], []
        for flow in self.into[node.id]:
            for leg in self.legs[flow.id]:
                place = leg.place.value
                there = place.is_in(country) if place else None
                if there:
                    sure[flow.id] = flow
                    places.append(leg)
                elif there is None:
                    perhaps[flow.id] = flow
                    said = (
                        f"The place {place_name(place)}"
                        if place and place.stated
                        else "The place, which is not stated,"
                    )
                    why.append(f"{said} may be {here}.")
        recipient = self.assessment.inventory.recipient(node.name)
        based = any(p.is_in(country) for p in items(recipient.country)) if recipient else False
        if sure:
            yield self._hit(node, (), list(sure.values()), place_words(places))
        elif perhaps or (based and self.into[node.id]):
            if based:
                why.insert(0, f"It is established in {here}; the record does not place the information there.")
            flows = list(perhaps.values()) if perhaps and not based else self.into[node.id]
            yield self._hit(node, why, flows)

    # -- how it got there, and where it went on to

    def _upstream(self, hits: Iterable[Hit]) -> tuple[MappedFlow, ...]:
        """The flows into what is hit, and into the recipients before it, as far as the systems; nearest first."""
        found: dict[str, MappedFlow] = {}
        waiting = [(hit.inflows, frozenset(map(name_key, hit.categories)), hit.categories_known) for hit in hits]
        seen: set[str] = set()
        while waiting:
            after = []
            for flows, carried, known in waiting:
                for flow in flows:
                    if known and carried and not _carries(flow.categories, carried):
                        continue
                    found.setdefault(flow.id, flow)
                    if flow.movement is Movement.ONWARD and flow.origin.id not in seen:
                        seen.add(flow.origin.id)
                        after.append((tuple(self.into[flow.origin.id]), carried, known))
            waiting = after
        return tuple(found.values())

    def _onward(self, hits: Iterable[Hit], before: set[str]) -> tuple[Onward, ...]:
        """Everywhere the categories of what is hit went on to, the systems `before` left out: it came from there."""
        hits = tuple(hits)
        start = {hit.node.id for hit in hits} | before
        came = {h.node.id: {name_key(c) for n in _brought(h) for c in items(n)} for h in hits}
        reached: dict[str, dict[str, bool]] = defaultdict(dict)  # node id → category key → certain
        hops: dict[str, int] = {}
        last: dict[str, dict[str, MappedFlow]] = defaultdict(dict)
        names: dict[str, str] = {}
        frontier: list[tuple[str, str, bool]] = []
        for hit in hits:
            for category in hit.categories or ("",):
                names.setdefault(name_key(category) if category else "", category)
                frontier.append((hit.node.id, name_key(category) if category else "", hit.certain and bool(category)))
        distance = 0
        while frontier:
            distance += 1
            after: list[tuple[str, str, bool]] = []
            for node, category, certain in frontier:
                for flow in self.out_of[node]:
                    if goes_no_further(flow, self.assessment) or (flow.categories.is_none and not says_nothing(flow)):
                        continue
                    carried = {name_key(c) for c in items(flow.categories)}
                    sent = distance == 1 and category not in came[node]  # there only by a flow that takes it away
                    weigh = carries if sent else carries_on
                    weight = weigh(flow, frozenset([category]), self.assessment) if category else MAY
                    if weight == NO:
                        continue
                    if not category:
                        for name in items(flow.categories):
                            names.setdefault(name_key(name), name)
                    there = flow.destination.id
                    sure = certain and weight == YES
                    for reached_as in [category] if category else sorted(carried) or [""]:
                        known_before = reached[there].get(reached_as)
                        last[there][flow.id] = flow
                        if there not in start and (known_before is None or (sure and not known_before)):
                            reached[there][reached_as] = sure
                            hops.setdefault(there, distance)
                            after.append((there, reached_as, sure))
            frontier = after
        found = [
            Onward(
                self.assessment.map.node(node),
                any(categories.values()),
                hops[node],
                _named(names[key] for key in categories if key),
                tuple(last[node].values()),
            )
            for node, categories in reached.items()
            if node in hops
        ]
        return tuple(sorted(found, key=lambda o: (o.hops, *in_order(o.node))))


def _brought(hit: Hit) -> Iterator[Names]:
    """What the record says is in what is hit, by its sheet and by what came to it."""
    if hit.system:
        yield hit.system.categories
    yield from (flow.categories for flow in hit.inflows)


def _whose(one: MappedFlow | System) -> Names:
    return one.individuals if isinstance(one, System) else whose(one)


def _carries(fact: Names, wanted: frozenset[str]) -> bool:
    """Whether a fact names one of the categories, or may."""
    if fact.is_none:
        return False
    return not fact.known or not wanted.isdisjoint(map(name_key, items(fact)))


def _legs(assessment: Assessment) -> dict[str, list[Leg]]:
    found: dict[str, list[Leg]] = defaultdict(list)
    for leg in assessment.map.legs:
        found[leg.flow.id].append(leg)
    return found


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name_key(n): n for n in reversed(list(names))}.values(), key=str.casefold))


def _sensitive_first(category: Category | None) -> int:
    sensitive = category.sensitive.value if category else None
    return 0 if sensitive else 2 if sensitive is False else 1


# ---------------------------------------------------------------------------------------------------- what the map shows


_USES = {True: "it also uses this for itself", False: "it does not use this for itself"}


def _holders(leak: Leak, regime: Regime) -> Iterator[Shown]:
    for hit in leak.hits:
        said: dict[str, tuple[Cell, ...]] = {}
        for flow in hit.inflows if hit.recipient else ():
            assert hit.recipient is not None
            role = flow.record.role.or_else(hit.recipient.role)
            own = flow.record.own_purposes.or_else(hit.recipient.own_purposes)
            uses = "whether it uses this for itself is not stated" if own.value is None else _USES[own.value]
            named = f"is recorded as {role.value.value}" if role.value else "has no role recorded"
            said.setdefault(f"{hit.node.name} {named}; {uses}.", (*role.cells, *own.cells))
        yield from (Shown(says, cells) for says, cells in said.items())
    if leak.onward:
        yield Shown(f"It went on to {_listed(o.node.name for o in leak.onward)}.")


def _people(leak: Leak, regime: Regime) -> Iterator[Shown]:
    if leak.individuals:
        cells = dict.fromkeys(c for hit in leak.hits if hit.system for c in hit.system.individuals.cells)
        yield Shown(f"It is about {_listed(leak.individuals)}.", tuple(cells))
    if unknown := [hit.node.name for hit in leak.hits if not hit.individuals_known]:
        yield Shown(f"Whose information it is is not stated, or not all of it, of {_listed(unknown)}.")


def _places(leak: Leak, regime: Regime) -> Iterator[Shown]:
    if leak.countries:
        yield Shown(f"It is, or went on to, {_listed(map(country_name, leak.countries))}.")
    else:
        yield Shown("No country is recorded for it.")


def _principals(leak: Leak, regime: Regime) -> Iterator[Shown]:
    yield from (Shown(p.says, p.cells) for p in leak.principals)
    if not leak.principals:
        yield Shown("The record names nobody for whom it is held.")


def _security(leak: Leak, regime: Regime) -> Iterator[Shown]:
    for hit in leak.hits:
        if hit.system and hit.system.security.known:
            yield Shown(f"{hit.node.name}: {hit.system.security.value}", hit.system.security.cells)
        else:
            yield Shown(f"{hit.node.name}: no security is recorded.", hit.system.security.cells if hit.system else ())


def _sensitivity(leak: Leak, regime: Regime) -> Iterator[Shown]:
    for rank, words in enumerate(
        ("Recorded as sensitive", "Not stated whether sensitive", "Recorded as not sensitive")
    ):
        found = [e for e in leak.exposures if _sensitive_first(e.category) == rank]
        if found:
            cells = dict.fromkeys(c for e in found if e.category for c in e.category.sensitive.cells)
            yield Shown(f"{words}: {_listed(e.name for e in found)}.", tuple(cells))
    if unknown := [hit.node.name for hit in leak.hits if not hit.categories_known]:
        yield Shown(f"Which categories is not stated, or not all of them, of {_listed(unknown)}.")


def _transfers(leak: Leak, regime: Regime) -> Iterator[Shown]:
    for answer in leak.answers:
        if answer.regime == regime.code:
            flow = answer.leg.flow
            ends = f"{flow.origin.name} → {flow.destination.name} ({', '.join(place_words((answer.leg,)))})"
            yield Shown(f"{ends}: {answer.outcome.label}. {answer.reason}", answer.cells)


def _volume(leak: Leak, regime: Regime) -> Iterator[Shown]:
    said = [f for f in leak.flows if f.record.volume.known]
    for flow in said:
        ends = f"{flow.origin.name} → {flow.destination.name}"
        yield Shown(f"Volume of {ends}: {flow.record.volume.value}.", flow.record.volume.cells)
    if not said:
        yield Shown("How many people it is about is not recorded.")


def _listed(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


FACTS: Mapping[str, Callable[[Leak, Regime], Iterator[Shown]]] = MappingProxyType(
    {
        "holders": _holders,
        "people": _people,
        "places": _places,
        "principals": _principals,
        "security": _security,
        "sensitivity": _sensitivity,
        "transfers": _transfers,
        "volume": _volume,
    }
)
"""What the map can show of a test, by the names in `law.BREACH_FACTS`."""
