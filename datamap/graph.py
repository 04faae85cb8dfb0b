"""Inventory → a networkx MultiDiGraph of flows, and the questions people ask of it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from datamap.inventory import (
    MANY,
    Activity,
    Deferred,
    Fact,
    Flow,
    Inventory,
    Names,
    Nothing,
    Organisation,
    Place,
    Places,
    Recipient,
    Record,
    Role,
    System,
    Told,
    coded,
    items,
    name_key,
    whole,
)
from datamap.sheets import Cell, Unreadable

if TYPE_CHECKING:
    import networkx as nx

    from datamap.paths import Carried, Tree

NOT_STATED = "not stated"
PROVIDER = "Systems: Provider"
"""What implies a flow from a system to whoever runs it."""
INDIVIDUAL_WORDS = frozenset(
    name_key(w)
    for w in ("the individual", "individual", "individuals", "the person", "the data subject", "data subjects")
)
PUBLIC_WORDS = frozenset(
    name_key(w)
    for w in ("public", "publicly available", "publicly available sources", "public sources", "public register")
)


class NodeKind(StrEnum):
    INDIVIDUALS = "individuals"
    SYSTEM = "system"
    RECIPIENT = "recipient"
    SOURCE = "source"  # somebody information is collected from who is not a declared recipient
    OWN_SITE = "own site"  # the organisation itself, at another place
    UNDECLARED = "undeclared"  # a name no sheet declares


class Node(NamedTuple):
    kind: NodeKind
    name: str

    @property
    def id(self) -> str:
        """Stable within one map: `recipient:googleanalytics`."""
        return f"{self.kind}:{name_key(self.name)}"


class Movement(StrEnum):
    """What a flow is, seen from the organisation."""

    COLLECTION = "collection"  # individuals or a source → system
    INTERNAL = "internal"  # system → system
    DISCLOSURE = "disclosure"  # system (or individuals) → recipient
    OWN_SITE = "own site"  # system → the organisation's own site abroad
    ONWARD = "onward"  # recipient → recipient


ASSESSED = frozenset({Movement.DISCLOSURE, Movement.OWN_SITE, Movement.ONWARD})


@dataclass(frozen=True, slots=True)
class MappedFlow:
    """A flow with its two ends found, its categories and individuals filled in, and the sender known."""

    id: str  # unique within the map; the flow's own name where that is unique
    record: Flow
    origin: Node
    destination: Node
    movement: Movement
    organisation: Organisation | None
    system: System | None  # the system it leaves, for a disclosure
    recipient: Recipient | None  # the recipient it reaches; a bare record when no sheet declares it
    upstream: Recipient | None  # the recipient that sends it on, for an onward flow
    for_principal: bool = False  # the system's information is held for a principal, to whom it goes back

    @property
    def implied(self) -> bool:
        return self.record.implied_by is not None

    @property
    def categories(self) -> Names:
        """The flow's own, else those of the system it leaves."""
        own = self.record.categories
        return with_rest(own.or_else(self.system.categories) if self.system else own)

    @property
    def individuals(self) -> Names:
        """The flow's own, else those of the system it leaves."""
        own = self.record.individuals
        return own.or_else(self.system.individuals) if self.system else own

    @property
    def carries(self) -> tuple[str, ...]:
        """The names of its categories; `not stated` alone when they are not known, and nothing when there are none."""
        return items(self.categories) or (() if self.categories.is_none else (NOT_STATED,))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that say there is this flow: of the fact that implied it, else of its two ends."""
        record = self.record
        cells = (record.cell,) if self.implied else (record.destination.cell, record.origin.cell, record.cell)
        return tuple(dict.fromkeys(c for c in cells if c))


@dataclass(frozen=True, slots=True)
class Leg:
    """One flow at one place. `place.nothing` says why when no place is stated."""

    flow: MappedFlow
    place: Fact[Place]

    @property
    def country(self) -> str | None:
        """ISO alpha-2, or None when not stated (or a group of countries)."""
        return self.place.value.country if self.place.value else None


@dataclass(frozen=True)
class Reach:
    """Where one category of information ends up: the shortest way there, flow by flow."""

    category: str
    destination: Node
    path: tuple[MappedFlow, ...]


@dataclass(frozen=True)
class Holding:
    """Somebody or something that holds a category: a system, a recipient, and where."""

    node: Node
    places: tuple[Place, ...]
    cells: tuple[Cell, ...]


MOST_FLOWS = 1_000_000
MOST_IMPLIED = 100_000
"""Flows that nobody typed: a few cells can imply more than any memory holds."""


def _limited(implied: Iterable[MappedFlow], typed: int = 0) -> Iterator[MappedFlow]:
    """The flows that nobody typed, as long as there are not more of them, or with those typed, than can be held."""
    _check_number(0, typed)
    for number, flow in enumerate(implied, 1):
        _check_number(number, typed)
        yield flow


def _check_number(implied: int, typed: int) -> None:
    if implied <= MOST_IMPLIED and implied + typed <= MOST_FLOWS:
        return
    what = f"implies more than {MOST_IMPLIED:,}" if implied > MOST_IMPLIED else f"has more than {MOST_FLOWS:,}"
    raise Unreadable(
        f"The inventory {what} flows: leave out Recipients, Providers and Sub-processors that stand in too many rows, or "
        "split it."
    )


class DataMap:
    """The map of one inventory. `graph` is a networkx MultiDiGraph: nodes are `Node.id` with attribute `node`,
    edges are keyed by `MappedFlow.id` with attribute `flow`. Parallel and opposite flows stay separate.

    Raises `Unreadable` when the inventory implies more flows than can be held."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        mapper = Mapper(inventory)
        typed = mapper.every_typed()
        self.flows: tuple[MappedFlow, ...] = (*typed, *_limited(mapper.implied(typed), len(typed)))
        self.legs: tuple[Leg, ...] = tuple(_legs(self.flows, self.told("locations")))

    def told(self, field: str) -> Iterator[Told]:
        """What the record of each flow says in a field; the very same object where it stands in the same words."""
        typed = len(self.inventory.flows)
        return chain(_each_says(self.inventory.flows, field), (f.record.told(field) for f in self.flows[typed:]))

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_nodes_from((id_, {"node": node}) for id_, node in self._nodes.items())
        for flow in self.flows:
            graph.add_edge(flow.origin.id, flow.destination.id, key=flow.id, flow=flow)
        return graph

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        """The nodes by their ids: what is declared first, then the ends of flows; of two spellings the last stands."""
        declared = [Node(NodeKind.SYSTEM, system.name) for system in self.inventory.systems]
        declared += [Node(NodeKind.RECIPIENT, recipient.name) for recipient in self.inventory.recipients]
        ends = chain.from_iterable((flow.origin, flow.destination) for flow in self.flows)
        found: dict[str, Node] = {}
        for node in chain(declared, ends):
            found[node.id] = node
        return found

    def node(self, node_id: str) -> Node:
        """The node with that id. Raises KeyError when there is none."""
        return self._nodes[node_id]

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(self._nodes.values())

    def flow(self, flow_id: str) -> MappedFlow:
        """The flow with that id. Raises KeyError when there is none."""
        return self._flows_by_id[flow_id]

    @cached_property
    def _flows_by_id(self) -> dict[str, MappedFlow]:
        return {f.id: f for f in self.flows}

    @cached_property
    def flows_into(self) -> dict[str, list[MappedFlow]]:
        """The flows that collect into each system, typed ones only, by the system's key."""
        found: dict[str, list[MappedFlow]] = {}
        for flow in self.flows:
            if flow.movement is Movement.COLLECTION and not flow.implied:
                found.setdefault(name_key(flow.destination.name), []).append(flow)
        return found

    @cached_property
    def flows_out_of(self) -> dict[str, list[MappedFlow]]:
        """The flows that leave each system, by the system's key."""
        found: dict[str, list[MappedFlow]] = {}
        for flow in self.flows:
            if flow.system:
                found.setdefault(name_key(flow.system.name), []).append(flow)
        return found

    @cached_property
    def given_back(self) -> tuple[MappedFlow, ...]:
        """The flows from a system to a principal, for whom what they carry is held there."""
        return tuple(
            flow
            for flow, own in zip(self.flows, self.told("role"), strict=True)
            if flow.system
            and flow.recipient
            and flow.origin != flow.destination
            and (flow.recipient.role if own.nothing is Nothing.BLANK else own).value is Role.PRINCIPAL
        )

    @cached_property
    def held_for_principals(self) -> frozenset[str]:
        """The systems, by key, whose information goes back to a principal, who answers for its collection."""
        return frozenset(name_key(flow.system.name) for flow in self.flows if flow.for_principal and flow.system)

    def find(self, name: str) -> tuple[Node, ...]:
        """The nodes of that name, however it is spelled."""
        key = name_key(name)
        return tuple(n for n in self.nodes if name_key(n.name) == key)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Each node's number, by its id: in the order of ids, so that the first number is the first name."""
        return {id_: number for number, id_ in enumerate(sorted(self._nodes))}

    @cached_property
    def _numbered(self) -> tuple[Node, ...]:
        """The nodes by their numbers."""
        return tuple(map(self.node, self._numbers))

    @cached_property
    def _by_category(self) -> dict[str, Carried]:
        """What carries each category, so that reach never has to look at the whole map."""
        from datamap.paths import Edges

        names: dict[str, int] = {}
        listed: dict[tuple[str, ...], list[int]] = {}
        ends: dict[Node, int] = {}
        columns: tuple[array[int], ...] = tuple(array("q") for _ in range(4))
        for number, flow in enumerate(self.flows):
            carries = flow.carries
            if carries not in listed:
                listed[carries] = [names.setdefault(name_key(c), len(names)) for c in carries]
            for node in (flow.origin, flow.destination):
                if node not in ends:
                    ends[node] = self._numbers[node.id]
            for category in listed[carries]:
                row = (category, ends[flow.origin], ends[flow.destination], number)
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
        edges = Edges(*columns, nodes=len(self._numbers))
        return {name: edges[category] for name, category in names.items()}

    def onward(self, category: str, start: Node) -> tuple[Reach, ...]:
        """Everywhere a category goes from a node, each by its shortest way, nearest first.

        Of ways of one length the one whose flows stand first stands.
        """
        carried = self._by_category.get(name_key(category))
        number = self._numbers.get(start.id)
        if carried is None or number is None or not carried.holds[number]:
            return ()
        ways = self._ways(carried.first_rows_first.search([number]))
        found = (Reach(category, self._numbered[end], way) for end, way in ways if way)
        return tuple(sorted(found, key=lambda r: (len(r.path), r.destination.id)))

    def ways(self, category: str) -> Mapping[str, tuple[MappedFlow, ...]]:
        """The shortest way that a category takes to each node, by node id: from the nearest system, which has the empty way.

        What no system sends has its way from wherever the record has it first. Of ways of one length the one through
        the first names stands, whatever the order of the rows.
        """
        carried = self._by_category.get(name_key(category))
        if carried is None:
            return {}
        systems = [n for n in carried.nodes if self._numbered[n].kind is NodeKind.SYSTEM]
        return {self._numbered[n].id: way for tree in carried.covered(systems) for n, way in self._ways(tree)}

    def _ways(self, tree: Tree) -> Iterator[tuple[int, tuple[MappedFlow, ...]]]:
        """Each node of a search, by its number, with the flows that lead to it."""
        ways: list[tuple[MappedFlow, ...]] = []
        for node, before, flow in zip(*(numbers.tolist() for numbers in tree), strict=True):
            ways.append(() if before < 0 else (*ways[before], self.flows[flow]))
            yield node, ways[-1]

    def systems_that_send(self, category: str, nodes: Iterable[Node]) -> tuple[System, ...]:
        """The systems from which a category gets to any of the nodes, in any number of hops; by name."""
        carried = self._by_category.get(name_key(category))
        if carried is None:
            return ()
        ends = {self._numbers[n.id] for n in nodes if n.id in self._numbers}
        before = carried.turned.search(sorted(n for n in ends if carried.holds[n])).nodes
        found = (self._numbered[n] for n in before)
        systems = (self.inventory.system(node.name) for node in found if node.kind is NodeKind.SYSTEM)
        return tuple(sorted((s for s in systems if s), key=lambda s: name_key(s.name)))

    def holders(self, category: str) -> tuple[Holding, ...]:
        """Every system and recipient that holds a category, and where: the answer to "who has this?"."""
        return self._holders(category, lambda holder: holder.categories)

    def holders_about(self, individuals: str) -> tuple[Holding, ...]:
        """Every system and recipient that holds information about a group of individuals, and where."""
        return self._holders(individuals, lambda holder: holder.individuals)

    def _holders(self, name: str, what: Callable[[System | MappedFlow], Names]) -> tuple[Holding, ...]:
        key = name_key(name)
        held: dict[str, Holding] = {}
        for system in self.inventory.systems:
            if any(name_key(n) == key for n in items(what(system))):
                node = Node(NodeKind.SYSTEM, system.name)
                held[node.id] = Holding(node, items(system.locations), what(system).cells)
        for leg in self.legs:
            if any(name_key(n) == key for n in items(what(leg.flow))):
                self._hold(held, leg)
        return tuple(held[k] for k in sorted(held))

    @staticmethod
    def _hold(held: dict[str, Holding], leg: Leg) -> None:
        node = leg.flow.destination
        before = held.get(node.id, Holding(node, (), ()))
        places = (leg.place.value,) if leg.place.value else ()
        held[node.id] = Holding(
            node,
            tuple(dict.fromkeys((*before.places, *places))),
            tuple(dict.fromkeys((*before.cells, *leg.flow.cells))),
        )

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category that is declared, held or moved, in alphabetical order."""
        every = [c.name for c in self.inventory.categories]
        every += [c for s in self.inventory.systems for c in items(s.categories)]
        every += [c for f in self.flows for c in items(f.categories)]
        return _distinct(every)

    @property
    def individuals(self) -> tuple[str, ...]:
        """Every group of individuals, in alphabetical order."""
        every = [i for s in self.inventory.systems for i in items(s.individuals)]
        return _distinct(every + [i for f in self.flows for i in items(f.individuals)])


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name_key(n): n for n in reversed(list(names))}.values(), key=str.casefold))


def legs_of(flow: MappedFlow) -> list[Leg]:
    """A flow's own locations win over the recipient's; the recipient's over its country; nothing at all is not stated.

    Where somebody wrote that a place is not stated, nothing stands in for it.
    """
    return list(_legs((flow,), (flow.record.told("locations"),)))


def _legs(flows: Sequence[MappedFlow], locations: Iterable[Told]) -> Iterator[Leg]:
    """The legs of all flows, each with what it says of its locations. Places of a recipient are shared."""
    known: dict[int, tuple[Fact[Place], ...]] = {}  # by the identity of recipients
    apart: dict[int, tuple[Place, ...]] = {}
    places: list[tuple[Fact[Place], ...]] = []
    for flow, own in zip(flows, locations, strict=True):
        recipient = flow.recipient
        if recipient is None:  # it goes to a system
            places.append(())
        elif own.nothing not in _NOWHERE:
            places.append(_each(flow.record.locations, apart))
        else:
            found = known.get(id(recipient))
            if found is None:
                nowhere = recipient.locations.nothing in _NOWHERE
                found = known[id(recipient)] = _each(recipient.country if nowhere else recipient.locations, apart)
            places.append(found)
    each = chain.from_iterable(map(repeat, flows, map(len, places)))
    return map(Leg, each, chain.from_iterable(places))


_NOWHERE = (Nothing.BLANK, Nothing.NONE)


def _each(places: Places, apart: dict[int, tuple[Place, ...]]) -> tuple[Fact[Place], ...]:
    """Each place of several as a fact; `apart` keeps the different ones of a value by its identity."""
    if places.value is None:
        return (Fact(None, places.nothing, places.cell, places.also),)
    found = apart.get(id(places.value))
    if found is None:
        distinct = {(p.country, p.within, p.activity, "" if p.stated else p.text): p for p in reversed(places.value)}
        found = apart[id(places.value)] = tuple(reversed(distinct.values()))
    return tuple([Fact(place, None, places.cell, places.also) for place in found])


def _in_numbers(records: Sequence[Record], field: str) -> tuple[Sequence[int], list[Told]]:
    """What each record says in a field, as a number, and what the numbers stand for."""
    if len(records) >= MANY:
        found, firsts = coded(records, field)
        return found.tolist(), [told for _, told in firsts]
    known: dict[int, int] = {}
    said: list[Told] = []
    numbers: list[int] = []
    for record in records:
        told = record.told(field)
        number = known.setdefault(id(told), len(said))
        if number == len(said):
            said.append(told)
        numbers.append(number)
    return numbers, said


def _each_says(records: Sequence[Record], field: str) -> Iterator[Told]:
    numbers, said = _in_numbers(records, field)
    return map(said.__getitem__, numbers)


class _From(NamedTuple):
    """What all flows that leave one end have alike."""

    node: Node
    system: System | None
    upstream: Recipient | None
    organisation: Organisation | None
    for_principal: bool


class _To(NamedTuple):
    """What all flows that reach one end have alike."""

    node: Node
    system: System | None
    recipient: Recipient | None  # of those declared
    organisation: Organisation | None


class Mapper:
    """Finds the two ends of each flow and adds the flows nobody typed.

    What flows have to say about each other it takes from `inventory.flows`: who the individuals are, and whose information
    is held for a principal. Flows that say nothing else about either may be left out there and still be `typed`.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.only = inventory.organisations[0] if len(inventory.organisations) == 1 else None
        self.people = {
            name_key(i)
            for facts in (
                [s.individuals for s in inventory.systems],
                _in_numbers(inventory.flows, "individuals")[1],
                [s.individuals for s in inventory.safeguards],
            )
            for fact in facts
            for i in fact.value or ()
        }
        self.sources = {name_key(name): name for s in inventory.systems for name in items(s.collected_from)}
        self.taken: dict[str, int] = {}  # names of flows, each with the last number that one of that name was given
        self._ends: tuple[dict[str | None, Node], ...] = ({}, {})
        self._begins: dict[Node, _From] = {}
        self._arrives: dict[Node, _To] = {}
        self.for_principals = self._held_for_principals()
        self.implied_recipients = {
            name_key(name)
            for fact in (
                *(s.recipients for s in inventory.systems),
                *(r.sub_processors for r in inventory.recipients),
            )
            for name in items(fact)
        } | {name_key(s.provider.value) for s in inventory.systems if s.provider.value}

    def _held_for_principals(self) -> frozenset[str]:
        """The systems, by key, whose information goes back to a principal: the organisation is its agent there."""
        flows, recipients = self.inventory.flows, self.inventory.recipients
        numbers, roles = _in_numbers(flows, "role")
        if not any(role.value is Role.PRINCIPAL for role in chain((r.role for r in recipients), roles)):
            return frozenset()
        found = {name_key(s.name) for s in self.inventory.systems if any(map(self._is_principal, items(s.recipients)))}
        reaching, destinations = _in_numbers(flows, "destination")
        named = [bool(said.value) for said in destinations]
        usually = [bool(said.value) and self._is_principal(said.value) for said in destinations]
        here = [None if role.nothing is Nothing.BLANK else role.value is Role.PRINCIPAL for role in roles]
        leaving, origins = _in_numbers(flows, "origin")
        sending = {
            origin
            for origin, destination, role in zip(leaving, reaching, numbers, strict=True)
            if (usually[destination] if here[role] is None else here[role] and named[destination])
        }
        return frozenset(found.union(name_key(name) for name in (origins[n].value for n in sending) if name))

    def _is_principal(self, name: str) -> bool:
        recipient = self.inventory.recipient(name)
        return recipient is not None and recipient.role.value is Role.PRINCIPAL

    # -- ends

    def node(self, name: Told, *, prefer: NodeKind) -> Node:
        """The end of a flow that a name stands for: of one name the very same."""
        known = self._ends[prefer is NodeKind.SYSTEM]
        if (found := known.get(name.value)) is None:
            found = known[name.value] = self._node(name, prefer)
        return found

    def _node(self, name: Told, prefer: NodeKind) -> Node:
        if name.value is None:
            return Node(NodeKind.UNDECLARED, NOT_STATED)
        system, recipient = self.inventory.system(name.value), self.inventory.recipient(name.value)
        order: tuple[System | Recipient | None, ...] = (
            (system, recipient) if prefer is NodeKind.SYSTEM else (recipient, system)
        )
        for found in order:
            if isinstance(found, System):
                return Node(NodeKind.SYSTEM, found.name)
            if found:
                return Node(NodeKind.RECIPIENT, found.name)
        key = name_key(name.value)
        if key in self.people or key in INDIVIDUAL_WORDS:
            return Node(NodeKind.INDIVIDUALS, name.value)
        if key in self.implied_recipients:
            return Node(NodeKind.RECIPIENT, name.value)
        if prefer is NodeKind.SYSTEM and key in self.sources:
            return Node(NodeKind.SOURCE, self.sources[key])
        return Node(NodeKind.UNDECLARED, name.value)

    def organisation(self, system: System | None) -> Organisation | None:
        if system and system.organisation.value:
            return self.inventory.organisation(system.organisation.value)
        return self.only

    def unique(self, name: str) -> str:
        unique, number = name, self.taken.get(name, 0)
        while number and unique in self.taken:
            number += 1
            unique = f"{name} ({number})"
        self.taken[name] = max(number, 1)
        self.taken.setdefault(unique, 1)
        return unique

    # -- flows

    def every_typed(self) -> list[MappedFlow]:
        """The flows that somebody typed."""
        records = self.inventory.flows
        begins, origins = _in_numbers(records, "origin")
        arrives, destinations = _in_numbers(records, "destination")
        leaving = [self._leaving(self.node(said, prefer=NodeKind.SYSTEM)) for said in origins]
        reaching = [self._reaching(self.node(said, prefer=NodeKind.RECIPIENT)) for said in destinations]
        names = [record.name for record in records]
        if self.taken or len(set(names)) < len(names):
            names = list(map(self.unique, names))
        else:
            self.taken = dict.fromkeys(names, 1)
        ends = map(leaving.__getitem__, begins), map(reaching.__getitem__, arrives)
        return list(map(_between, names, records, *ends))

    def typed(self, record: Flow) -> MappedFlow:
        """A flow that somebody typed."""
        origin = self.node(record.told("origin"), prefer=NodeKind.SYSTEM)
        return self._mapped(record, origin, self.node(record.told("destination"), prefer=NodeKind.RECIPIENT))

    def implied(self, typed: Sequence[MappedFlow]) -> Iterator[MappedFlow]:
        """The flows that nobody typed, beside those that somebody did."""
        ends = {id(node): node for f in typed for node in (f.origin, f.destination)}
        ids = {number: node.id for number, node in ends.items()}
        replaced = {(ids[id(f.origin)], ids[id(f.destination)]) for f in typed}
        implied = list(_limited(f for s in self.inventory.systems for f in self._implied_by(s, replaced)))
        yield from implied
        yield from self._implied_onward(replaced, chain(typed, implied))
        yield from self._collection(replaced)

    def _leaving(self, node: Node) -> _From:
        found = self._begins.get(node)
        if found is None:
            system = self.inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
            upstream = self.inventory.recipient(node.name) if node.kind is NodeKind.RECIPIENT else None
            held = system is not None and name_key(system.name) in self.for_principals
            found = self._begins[node] = _From(node, system, upstream, self.organisation(system), held)
        return found

    def _reaching(self, node: Node) -> _To:
        found = self._arrives.get(node)
        if found is None:
            system = self.inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
            recipient = None if system else self.inventory.recipient(node.name)
            found = self._arrives[node] = _To(node, system, recipient, self.organisation(system))
        return found

    def _mapped(self, record: Flow, origin: Node, destination: Node) -> MappedFlow:
        return _between(self.unique(record.name), record, self._leaving(origin), self._reaching(destination))

    def _implied_by(self, system: System, replaced: set[tuple[str, str]]) -> Iterator[MappedFlow]:
        origin = Node(NodeKind.SYSTEM, system.name)
        for name in items(system.recipients):
            yield from self._implied_disclosure(
                system, origin, name, "Systems: Recipients", system.recipients, Fact(), replaced
            )
        provider = system.provider
        if provider.value:
            yield from self._implied_disclosure(
                system, origin, provider.value, PROVIDER, provider, _stored(system.locations), replaced
            )
        elif provider.nothing in (Nothing.NOT_STATED, Nothing.UNREADABLE):
            unknown = Node(NodeKind.UNDECLARED, f"Provider of {system.name}")
            yield self._implied(system, origin, unknown, PROVIDER, provider.cells, system.locations.or_else(Fact()))
        else:
            yield from self._own_sites(system, origin)

    def _implied_disclosure(
        self,
        system: System,
        origin: Node,
        name: str,
        implied_by: str,
        fact: Fact[str] | Names,
        locations: Places,
        replaced: set[tuple[str, str]],
    ) -> Iterator[MappedFlow]:
        destination = self.node(Fact.of(name), prefer=NodeKind.RECIPIENT)
        if destination.kind is not NodeKind.RECIPIENT:
            destination = Node(NodeKind.RECIPIENT, name)
        if (origin.id, destination.id) in replaced:
            return
        yield self._implied(system, origin, destination, implied_by, fact.cells, locations)

    def _implied(
        self,
        system: System,
        origin: Node,
        destination: Node,
        implied_by: str,
        cells: tuple[Cell, ...],
        locations: Places,
    ) -> MappedFlow:
        record = self._implied_record(
            system, destination.name, implied_by, cells[0] if cells else system.cell, locations
        )
        return self._mapped(record, origin, destination)

    @staticmethod
    def _implied_record(
        system: System, destination: str, implied_by: str, cell: Cell | None, locations: Places
    ) -> Flow:
        return Flow(
            name=f"{system.name} → {destination}",
            cell=cell,
            origin=Fact.of(system.name, system.cell),
            destination=Fact.of(destination, cell),
            categories=system.categories,
            individuals=system.individuals,
            locations=locations,
            implied_by=implied_by,
        )

    def _own_sites(self, system: System, origin: Node) -> Iterator[MappedFlow]:
        """The organisation's own site abroad is a leg to the same organisation."""
        organisation = self.organisation(system)
        home = items(organisation.country) if organisation else ()
        at_home = {p.country for p in home if p.country}
        abroad = tuple(p for p in items(system.locations) if all(p.is_in(country) is False for country in at_home))
        if not organisation or not at_home or not abroad:
            return
        destination = Node(NodeKind.OWN_SITE, organisation.name)
        cell = system.locations.cell
        places = Fact.of(abroad, cell)
        record = self._implied_record(system, organisation.name, "Systems: Locations", cell, places)
        recipient = Recipient(
            name=organisation.name,
            cell=organisation.cell,
            legal_entity=Fact.of(organisation.name, organisation.cell),
            country=organisation.country,
            role=Fact.of(Role.SAME_ORGANISATION, cell),
            own_purposes=Fact.of(False, cell),
        )
        yield MappedFlow(
            self.unique(record.name), record, origin, destination, Movement.OWN_SITE, organisation, system,
            recipient, None,
        )  # fmt: skip

    # -- onward

    def _implied_onward(self, replaced: set[tuple[str, str]], flows: Iterable[MappedFlow]) -> Iterator[MappedFlow]:
        """Each sub-processor gives an onward flow with what the recipient receives.

        A recipient comes after everybody who sends on to it, so that it has all of what they receive; those that send
        to each other in a circle all receive what any of them does.
        """
        sending = {name_key(r.name): r for r in self.inventory.recipients if items(r.sub_processors)}
        if not sending:
            return
        received: dict[str, list[MappedFlow]] = {key: [] for key in sending}
        for flow in flows:
            if flow.recipient and (receives := received.get(name_key(flow.recipient.name))) is not None:
                receives.append(flow)
        sends: dict[str, list[str]] = {key: [] for key in sending}
        for key, recipient in sending.items():
            for after in map(name_key, items(recipient.sub_processors)):
                ends = f"{NodeKind.RECIPIENT}:{key}", f"{NodeKind.RECIPIENT}:{after}"
                if after in sends and ends not in replaced:
                    sends[key].append(after)
        for members in _in_order(sends):
            inbound = {key: list(received[key]) for key in members}
            reaching = [flow for flows in inbound.values() for flow in flows]
            held = _union(f.categories for f in reaching), _union(f.individuals for f in reaching)
            for key in members:
                for name in items(sending[key].sub_processors):
                    onward = self._onward(sending[key], name, inbound[key] or reaching, held, replaced)
                    if onward:
                        assert onward.recipient
                        received.get(name_key(onward.recipient.name), []).append(onward)
                        yield onward

    def _onward(
        self,
        recipient: Recipient,
        name: str,
        inbound: list[MappedFlow],
        held: tuple[Names, Names],
        replaced: set[tuple[str, str]],
    ) -> MappedFlow | None:
        origin = Node(NodeKind.RECIPIENT, recipient.name)
        destination = self.node(Fact.of(name), prefer=NodeKind.RECIPIENT)
        if destination.kind is not NodeKind.RECIPIENT:
            destination = Node(NodeKind.RECIPIENT, name)
        if (origin.id, destination.id) in replaced or origin.id == destination.id:
            return None
        record = Flow(
            name=f"{recipient.name} → {destination.name}",
            cell=recipient.sub_processors.cell,
            origin=Fact.of(recipient.name, recipient.cell),
            destination=Fact.of(destination.name, recipient.sub_processors.cell),
            categories=held[0],
            individuals=held[1],
            implied_by="Recipients: Sub-processors",
        )
        flow = self._mapped(record, origin, destination)
        senders = {f.organisation.name: f.organisation for f in inbound if f.organisation}
        return replace(flow, organisation=next(iter(senders.values()))) if len(senders) == 1 else flow

    # -- collection

    def _collection(self, replaced: set[tuple[str, str]]) -> Iterator[MappedFlow]:
        """Individuals and other sources → systems."""
        for system in self.inventory.systems:
            for origin, fact in self._sources(system):
                destination = Node(NodeKind.SYSTEM, system.name)
                if (origin.id, destination.id) in replaced:
                    continue
                record = Flow(
                    name=f"{origin.name} → {system.name}",
                    cell=fact.cell or system.cell,
                    origin=Fact.of(origin.name, fact.cell),
                    destination=Fact.of(system.name, system.cell),
                    categories=system.categories,
                    individuals=system.individuals,
                    implied_by="Systems: Collected from" if fact is system.collected_from else "Systems: Individuals",
                )
                yield self._mapped(record, origin, destination)

    def _sources(self, system: System) -> Iterator[tuple[Node, Names]]:
        people = items(system.individuals)
        sources = items(system.collected_from)
        direct = [s for s in sources if name_key(s) in INDIVIDUAL_WORDS or name_key(s) in self.people]
        if direct or not sources:
            for person in people or tuple(direct):
                yield Node(NodeKind.INDIVIDUALS, person), (system.individuals if people else system.collected_from)
        for source in sources:
            if source in direct:
                continue
            found = self.inventory.recipient(source)
            yield (
                Node(NodeKind.RECIPIENT, found.name) if found else Node(NodeKind.SOURCE, source),
                system.collected_from,
            )


def _in_order(sends: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Each after all who send to it; those that send to each other in a circle together; else as they stand."""
    row = {key: number for number, key in enumerate(sends)}
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(sends, ()))
    for key, receivers in sends.items():
        for receiver in receivers:
            order.add(receiver, key)
    try:
        order.prepare()
    except CycleError:
        yield from _in_order_of_circles(sends, row)
        return
    ready: list[tuple[int, str]] = []
    while order.is_active():
        for key in order.get_ready():
            heappush(ready, (row[key], key))
        _, key = heappop(ready)
        yield [key]
        order.done(key)


def _in_order_of_circles(sends: Mapping[str, Sequence[str]], row: Mapping[str, int]) -> Iterator[list[str]]:
    import networkx as nx

    directed: nx.DiGraph[str] = nx.DiGraph()
    directed.add_nodes_from(sends)
    directed.add_edges_from((key, receiver) for key, receivers in sends.items() for receiver in receivers)
    circles = nx.condensation(directed)
    members = {circle: sorted(circles.nodes[circle]["members"], key=row.__getitem__) for circle in circles}
    for circle in nx.lexicographical_topological_sort(circles, key=lambda c: row[members[c][0]]):
        yield members[circle]


def _between(name: str, record: Flow, begins: _From, arrives: _To) -> MappedFlow:
    """The flow of that name from one end to another."""
    origin, system, upstream, sender, for_principal = begins
    destination, into, recipient, owner = arrives
    if into:
        movement = Movement.INTERNAL if system else Movement.COLLECTION
    else:
        movement = Movement.ONWARD if upstream else Movement.DISCLOSURE
        recipient = recipient or Deferred.record(Recipient, destination.name, _Bare(destination, record), 0)
    return MappedFlow(
        name, record, origin, destination, movement, sender if system else owner, system, recipient, upstream,
        for_principal,
    )  # fmt: skip


class _Bare:
    """What is known of somebody no sheet declares: a name, and the cell of a flow that has it."""

    __slots__ = ("destination", "record")

    def __init__(self, destination: Node, record: Flow) -> None:
        self.destination, self.record = destination, record

    def fact(self, field: str, row: int) -> Any:
        said = self.record.destination.cell
        if field == "cell":
            return said or self.record.cell
        if field == "extra":
            return {}
        if field == "role" and self.destination.kind is NodeKind.INDIVIDUALS:
            return Fact.of(Role.INDIVIDUAL, said)
        return _NOT_SAID

    def said(self, field: str, row: int) -> None:
        return None

    def column(self, field: str) -> None:
        return None


_NOT_SAID: Fact[Any] = Fact()


def _stored(locations: Places) -> Places:
    """A provider's places are where it stores the information, unless the bracket says otherwise."""
    if not locations.known:
        return Fact() if locations.blank else locations
    stored = tuple(replace(p, activity=p.activity or Activity.STORAGE) for p in items(locations))
    return replace(locations, value=stored)


def with_rest(categories: Names) -> Names:
    """Categories as they move: where the cell says that others are not stated, these are one more that nobody declared."""
    if not categories.known or whole(categories):
        return categories
    return replace(categories, value=(*items(categories), NOT_STATED))


def _union(facts: Iterable[Names]) -> Names:
    facts = [f for f in facts if f.known]
    if not facts:
        return Fact()
    values = tuple(dict.fromkeys(v for f in facts for v in items(f)))
    first, *others = dict.fromkeys(c for f in facts for c in f.cells) or [None]
    return Fact(values, None, first, tuple(c for c in others if c))
