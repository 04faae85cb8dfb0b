"""Reach answers what a plain networkx graph of each category answers, ties and all."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap.graph import DataMap, MappedFlow, NodeKind
from datamap.inventory import Fact, Flow, Inventory, Recipient, System, name_key
from datamap.paths import Edges

SYSTEMS, RECIPIENTS = ("B sys", "a sys", "C sys"), ("Acme", "beta", "D", "É", "zed")
ENDS = (*SYSTEMS, *RECIPIENTS, "nobody's", "Customers", "acme")

ends = st.sampled_from(ENDS)
carried = st.lists(st.sampled_from(("Name", "name", "Health")), max_size=3).map(tuple)
rows = st.lists(st.tuples(ends, ends, carried), max_size=25)


def map_of(rows: list[tuple[str, str, tuple[str, ...]]]) -> DataMap:
    flows = (
        Flow(name=f"F{n}", cell=None, origin=Fact.of(a), destination=Fact.of(b), categories=Fact.of(c) if c else Fact())
        for n, (a, b, c) in enumerate(rows)
    )
    systems = tuple(System(name=n, cell=None) for n in SYSTEMS)
    return DataMap(
        Inventory(
            systems=systems, recipients=tuple(Recipient(name=n, cell=None) for n in RECIPIENTS), flows=tuple(flows)
        )
    )


def graphs(map_: DataMap) -> dict[str, nx.DiGraph[str]]:
    found: dict[str, nx.DiGraph[str]] = {}
    for flow in map_.flows:
        for category in flow.carries:
            graph = found.setdefault(name_key(category), nx.DiGraph())
            if not graph.has_edge(flow.origin.id, flow.destination.id):
                graph.add_edge(flow.origin.id, flow.destination.id, flow=flow)
    return found


def ways(map_: DataMap, graph: nx.DiGraph[str]) -> dict[str, tuple[MappedFlow, ...]]:
    found: dict[str, tuple[MappedFlow, ...]] = {}
    systems = [n for n in graph if map_.node(n).kind is NodeKind.SYSTEM]
    for starts in (systems, [n for n in graph if not graph.in_degree(n)], list(graph)):
        for start in sorted(starts):
            found.setdefault(start, ())
        frontier = sorted(n for n in starts if not found[n])
        while frontier:
            reached = []
            for node in frontier:
                for after in sorted(graph[node]):
                    if after not in found:
                        found[after] = (*found[node], graph.edges[node, after]["flow"])
                        reached.append(after)
            frontier = reached
    return found


@settings(max_examples=150, deadline=None)
@given(rows)
def test_reach_is_what_networkx_finds(rows: list[tuple[str, str, tuple[str, ...]]]) -> None:
    map_ = map_of(rows)
    plain = graphs(map_)
    for category in ("Name", "Health", "not stated", "absent"):
        graph = plain.get(name_key(category), nx.DiGraph())
        assert list(map_.ways(category).items()) == list(ways(map_, graph).items())
        for node in map_.nodes:
            before = {node.id, *nx.ancestors(graph, node.id)} if node.id in graph else set()
            names = sorted((map_.node(n).name for n in before if map_.node(n).kind is NodeKind.SYSTEM), key=name_key)
            assert [s.name for s in map_.systems_that_send(category, [node, node])] == names
            paths = nx.single_source_shortest_path(graph, node.id) if node.id in graph else {}
            hops = {end: tuple(graph.edges[e]["flow"] for e in pairwise(path)) for end, path in paths.items()}
            hops.pop(node.id, None)
            reached = map_.onward(category, node)
            assert {r.destination.id: r.path for r in reached} == hops
            assert [(len(r.path), r.destination.id) for r in reached] == sorted((len(p), n) for n, p in hops.items())


def test_of_equal_ways_the_first_names_stand_and_of_two_flows_the_first() -> None:
    rows: list[tuple[str, str, tuple[str, ...]]] = [("a sys", to, ("Name",)) for to in ("zed", "Acme")]
    rows += [(by, "D", ("Name",)) for by in ("zed", "Acme", "Acme")]
    map_ = map_of(rows)
    assert [f.id for f in map_.ways("Name")["recipient:d"]] == ["F1", "F3"]
    (reach,) = [r for r in map_.onward("Name", map_.node("system:asys")) if r.destination.name == "D"]
    assert [f.id for f in reach.path] == ["F0", "F2"]


def test_a_long_chain_is_followed_to_its_end() -> None:
    last = 3_000
    edges = Edges([0] * last, list(range(last)), list(range(1, last + 1)), list(range(last)), nodes=last + 1)
    tree = edges[0].search([0])
    assert tree.nodes.tolist() == list(range(last + 1))
    assert tree.flows.tolist() == [-1, *range(last)]


@pytest.mark.parametrize("nodes", [50, 2**33])
def test_numbers_too_large_for_one_key_are_sorted_alike(nodes: int) -> None:
    chance = np.random.default_rng(3)
    category, origin, destination = (chance.integers(0, size, 400) for size in (5, 50, 50))
    found = Edges(category, origin, destination, np.arange(400), nodes=nodes)
    for number in range(5):
        plain: dict[tuple[int, int], int] = {}
        for row in range(400):
            if category[row] == number:
                plain.setdefault((int(origin[row]), int(destination[row])), row)
        here = found[number]
        kept = zip(here._origins.tolist(), here._destinations.tolist(), here._flows.tolist(), strict=True)
        assert [((a, b), f) for a, b, f in kept] == sorted(plain.items())
