"""The map is the same however its records came to be, and whether its flows are looked at one by one or all at once."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any
from unittest.mock import patch

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import graph, inventory, law
from datamap.assessment import assess
from datamap.graph import DataMap, Mapper, Movement, legs_of
from datamap.inventory import Fact, Flow, Inventory, Nothing, Recipient, Record, Role, name_key
from datamap.layouts.names import likely_same
from datamap.sheets import Book, Cell, Sheet, Value
from datamap.workbook import Reading, parse
from tests.conftest import TODAY

LAW = law.load()
SYSTEMS, RECIPIENTS = ("CRM", "Shop", "HR system"), ("Acme", "Beta", "Gamma", "Host", "Shop")
NAMES = (*SYSTEMS, *RECIPIENTS, "crm", "Nobody", "Customers", "the individual", "not stated", "none", "")
PLACES = ("US", "NZ; AU", "US (storage); US (backup); Sydney", "EU", "not stated", "none", "somewhere", "")
ROLES = ("agent", "principal", "controller", "the individual", "unknown", "?", "")
HEADINGS = {
    "Organisations": ("Organisation", "Country", "Regimes"),
    "Systems": (
        "System", "Organisation", "Provider", "Locations", "Individuals", "Recipients", "Collected from", "Categories",
    ),
    "Recipients": ("Recipient", "Country", "Role", "Locations", "Sub-processors"),
    "Flows": ("Flow", "From", "To", "Role", "Locations", "Categories", "Individuals", "Safeguards"),
    "Safeguards": ("Safeguard", "Recipients", "Document", "Signed"),
}  # fmt: skip


def one(*among: str) -> st.SearchStrategy[str]:
    return st.sampled_from(among)


def some(*among: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(among), max_size=3, unique=True).map("; ".join)


def table(first: st.SearchStrategy[Any], *cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    return st.lists(st.tuples(first, *cells), max_size=8)


ROWS = st.fixed_dictionaries(
    {
        "Organisations": st.sampled_from([[("Kowhai", "NZ", "nz")], [("Kowhai", "NZ", "nz"), ("Wattle", "AU", "au")]]),
        "Systems": table(
            one(*SYSTEMS), one("Kowhai", "Wattle", ""), one(*NAMES), one(*PLACES), some("Customers", "Staff"),
            some(*NAMES), some(*NAMES), some("Contact", "Health"),
        ),
        "Recipients": table(one(*RECIPIENTS), one(*PLACES), one(*ROLES), one(*PLACES), some(*RECIPIENTS, "Elsewhere")),
        "Flows": table(
            one("F1", "F2", "F3", "Acme → Beta", ""), one(*NAMES), one(*NAMES), one(*ROLES), one(*PLACES),
            some("Contact", "Health", "Unheard of"), some("Customers", "Nobody"), some("DPA", "Old DPA"),
        ),
        "Safeguards": table(one("DPA", "Old DPA"), some(*RECIPIENTS), one("D-1", "none", ""), one("2020-01-01", "2030-01-01", "")),
    }
)  # fmt: skip


def reading(rows: dict[str, list[tuple[str, ...]]]) -> Reading:
    made: list[Sheet] = []
    for name, of_sheet in rows.items():
        cells: list[list[Value]] = [list(HEADINGS[name])]
        cells += [[cell or None for cell in row] for row in of_sheet]
        made.append(Sheet("a.xlsx", name, cells))
    return parse([Book("a.xlsx", tuple(made))], LAW)


def copied(record: Record) -> Any:
    return type(record)(**{f.name: getattr(record, f.name) for f in fields(record)})


def from_fields(read: Inventory) -> Inventory:
    """The same inventory, of records that were made from their fields."""
    return Inventory(**{f.name: tuple(map(copied, getattr(read, f.name))) for f in fields(read)})


@contextmanager
def all_at_once() -> Iterator[None]:
    """As if there were many records."""
    with patch.object(graph, "MANY", 0), patch.object(inventory, "MANY", 0):
        yield


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_the_map_does_not_depend_on_how_records_came_to_be(rows: dict[str, list[tuple[str, ...]]]) -> None:
    read = reading(rows)
    plain = replace(read, inventory=from_fields(read.inventory))
    expected = DataMap(read.inventory)
    assessed = assess(read, on=TODAY, law=LAW)
    likely = likely_same(read.inventory)
    for each in (reading(rows), plain):
        with all_at_once():
            found = DataMap(each.inventory)
            again = assess(each, on=TODAY, law=LAW)
            assert likely_same(each.inventory) == likely
        assert found.flows == expected.flows == DataMap(each.inventory).flows
        assert found.legs == expected.legs
        assert found.nodes == expected.nodes
        assert again.flags == assessed.flags
        assert again.answers == assessed.answers


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_a_flow_is_what_it_would_be_alone(rows: dict[str, list[tuple[str, ...]]]) -> None:
    read = reading(rows).inventory
    with all_at_once():
        map_ = DataMap(read)
    mapper = Mapper(read)
    assert list(map_.flows[: len(read.flows)]) == [mapper.typed(record) for record in read.flows]
    assert list(map_.legs) == [leg for flow in map_.flows for leg in legs_of(flow)]
    assert len({flow.id for flow in map_.flows}) == len(map_.flows)
    assert [said.value for said in map_.told("role")] == [flow.record.role.value for flow in map_.flows]
    for flow in map_.flows:
        assert (flow.recipient is None) == (flow.movement in (Movement.COLLECTION, Movement.INTERNAL))


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_whose_information_goes_back_to_a_principal(rows: dict[str, list[tuple[str, ...]]]) -> None:
    read = reading(rows).inventory
    given_back: set[str] = set()
    for record in read.flows:
        origin, destination, role = record.origin.value, record.destination.value, record.role
        if origin and destination:
            to = read.recipient(destination) if role.nothing is Nothing.BLANK else None
            if (to.role if to else role).value is Role.PRINCIPAL:
                given_back.add(name_key(origin))
    for system in read.systems:
        to_all = (read.recipient(name) for name in system.recipients.value or ())
        if any(to and to.role.value is Role.PRINCIPAL for to in to_all):
            given_back.add(name_key(system.name))
    for at_once in (False, True):
        with patch.object(graph, "MANY", 0 if at_once else 1_000):
            assert Mapper(read).for_principals == given_back


def test_flows_of_one_name_are_told_apart_as_one_by_one() -> None:
    names = ("F1", "F2", "F1", "F1 (2)", "F1")
    made = Inventory(flows=tuple(Flow(name=name, destination=Fact.of("Acme")) for name in names))
    mapper = Mapper(made)
    ids = [flow.id for flow in DataMap(made).flows]
    assert ids == [mapper.typed(record).id for record in made.flows]
    assert len(set(ids)) == len(names)
    assert ids[:3] == ["F1", "F2", "F1 (2)"]


KEYS = "abcdefgh"


@settings(max_examples=300, deadline=None)
@given(st.permutations(KEYS), st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=20))
def test_everybody_comes_after_all_who_send_to_them_and_circles_together(
    order: list[str], pairs: list[tuple[str, str]]
) -> None:
    sends = {key: [to for by, to in pairs if by == key] for key in order}
    plain: nx.DiGraph[str] = nx.DiGraph()
    plain.add_nodes_from(order)
    plain.add_edges_from(pairs)
    circles = nx.condensation(plain)
    members = {n: sorted(circles.nodes[n]["members"], key=order.index) for n in circles}
    expected = nx.lexicographical_topological_sort(circles, key=lambda n: order.index(members[n][0]))
    assert list(graph._in_order(sends)) == [members[n] for n in expected]


def test_a_long_chain_of_sub_processors_has_an_order() -> None:
    sends = {str(n): [str(n + 1)] for n in reversed(range(20_000))} | {"20000": ["0"], "alone": []}
    first, last = graph._in_order(sends)
    assert first == [str(n) for n in (*reversed(range(20_000)), 20_000)]
    assert last == ["alone"]


def test_somebody_no_sheet_declares_is_a_record_like_any_other() -> None:
    cell = Cell("a.xlsx", "Flows", 2, 3)
    record = Flow(name="F1", destination=Fact.of("the individual", cell))
    flow, other = (
        DataMap(Inventory(flows=(r,))).flows[0] for r in (record, replace(record, destination=Fact.of("Acme")))
    )
    assert flow.recipient == Recipient(name="the individual", cell=cell, role=Fact.of(Role.INDIVIDUAL, cell))
    assert other.recipient == Recipient(name="Acme")
    assert flow.recipient is not None
    assert flow.recipient.extra == {}
    assert hash(flow.recipient) == hash(copied(flow.recipient))
    for again in (copy.deepcopy(flow), pickle.loads(pickle.dumps(flow))):
        assert again == flow
        assert again.recipient == flow.recipient
