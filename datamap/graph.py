"""Inventory → a networkx MultiDiGraph of flows, and the questions people ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import networkx as nx

from datamap.inventory import Fact, Flow, Inventory, Names, Organisation, Place, Recipient, System, name_key


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
        """Stable within one map, and safe to show: `recipient:google analytics`."""
        return f"{self.kind}:{name_key(self.name)}"


class Movement(StrEnum):
    """What a flow is, seen from the organisation."""

    COLLECTION = "collection"  # individuals or a source → system
    INTERNAL = "internal"  # system → system
    DISCLOSURE = "disclosure"  # system (or individuals) → recipient
    OWN_SITE = "own site"  # system → the organisation's own site abroad
    ONWARD = "onward"  # recipient → recipient


@dataclass(frozen=True)
class MappedFlow:
    """A flow with its two ends found, its categories and individuals filled in, and the sender known."""

    id: str  # unique within the map; the flow's own name where that is unique
    record: Flow
    origin: Node
    destination: Node
    movement: Movement
    categories: Names
    individuals: Names
    organisation: Organisation | None
    system: System | None  # the system it leaves, for a disclosure
    recipient: Recipient | None  # the recipient it reaches; a bare record when no sheet declares it
    upstream: Recipient | None  # the recipient that sends it on, for an onward flow

    @property
    def implied(self) -> bool:
        return self.record.implied_by is not None


@dataclass(frozen=True)
class Leg:
    """One flow at one place. `place.nothing` says why when no place is stated."""

    flow: MappedFlow
    place: Fact[Place]

    @property
    def country(self) -> str | None:
        """ISO alpha-2, or None when not stated (or a group of countries)."""
        return self.place.value.country if self.place.value else None


class DataMap:
    """The map of one inventory. `graph` is a networkx MultiDiGraph: nodes are `Node.id` with attribute `node`,
    edges are keyed by `MappedFlow.id` with attribute `flow`."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.flows: tuple[MappedFlow, ...] = ()
        self.legs: tuple[Leg, ...] = ()
