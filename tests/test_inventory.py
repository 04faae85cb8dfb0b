"""Records that are made when they are looked at are those that there are, and what they say is the same told at once."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import law
from datamap.inventory import Fact, Flow, Inventory, Records, Told, coded, distinct, name_key, name_keys
from datamap.sheets import Book, Cell, Sheet, Value
from datamap.workbook import parse
from datamap.workbook.drafts import Draft, Row, Said

HEADINGS = ("Flow", "From", "To", "Role", "Purpose", "Categories", "Started", "Locations")
FIELDS = ("origin", "destination", "role", "purpose", "categories", "started", "locations", "volume", "notes")
CELLS = st.sampled_from(
    [None, None, "Shop", "shop", "Acme", "none", "not stated", "agent", "2026-02-01", "AU; NZ", "'quoted", 7, 7.5, True]
)
LAW = law.load()


def flows_of(rows: Sequence[Sequence[Value]], file: str = "a.xlsx", headings: Sequence[Value] = HEADINGS) -> Book:
    return Book(file, (Sheet(file, "Flows", [list(headings), *map(list, rows)]),))


def drafted(rows: Sequence[Sequence[Value]], file: str = "b.xlsx") -> Draft:
    """Rows of a layout, in which a heading may not be there at all."""
    made = []
    for number, cells in enumerate(rows, 2):
        said = {
            heading: Said(None if value == "none" else value, Cell(file, "Sheet", number, at))
            for at, (heading, value) in enumerate(zip(HEADINGS, cells, strict=True), 1)
            if value is not None
        }
        made.append(Row("Flows", Cell(file, "Sheet", number, 1), said))
    return Draft(file, "other", tuple(made), {})


def one_by_one(records: Sequence[Flow], field: str) -> tuple[list[int], list[tuple[Flow, Told]]]:
    numbers: dict[int, int] = {}
    found: list[tuple[Flow, Told]] = []
    each = []
    for record in records:
        said = record.told(field)
        if id(said) not in numbers:
            numbers[id(said)] = len(found)
            found.append((record, said))
        each.append(numbers[id(said)])
    return each, found


def same(records: Sequence[Flow], among: Sequence[Flow]) -> None:
    for field in FIELDS:
        numbers, found = coded(among, field)
        wanted, first = one_by_one(records, field)
        assert numbers.tolist() == wanted, field
        assert [id(record) for record, _ in found] == [id(record) for record, _ in first]
        assert [id(said) for _, said in found] == [id(said) for _, said in first]


ROWS = st.lists(st.tuples(*(CELLS for _ in HEADINGS)), max_size=30)


@settings(max_examples=30, deadline=None)
@given(ROWS, ROWS, ROWS, st.data())
def test_what_records_say_told_at_once_is_what_each_says(
    first: list[tuple[Value, ...]], other: list[tuple[Value, ...]], loose: list[tuple[Value, ...]], data: st.DataObject
) -> None:
    narrow = flows_of([row[:3] for row in other], "c.xlsx", HEADINGS[:3])
    read = parse([flows_of(first), narrow, drafted(loose)], LAW).inventory.flows
    same(read, read)
    mixed: list[Flow] = [*read]
    shared = Fact.of("made here")
    for flow in data.draw(st.lists(st.sampled_from(read), max_size=10)) if read else ():
        mixed.append(replace(flow, name="made", purpose=shared))
    if mixed:
        mixed = data.draw(st.lists(st.sampled_from(mixed), max_size=60))
    same(mixed, mixed)
    same(mixed, Records.of(mixed))


@given(st.lists(st.text() | st.sampled_from(["F 1", "f1", "", "-", "a\nb", "\n", "A → B", "x\u2028y"]), max_size=6))
def test_the_keys_of_many_names_are_those_of_each(names: list[str]) -> None:
    assert name_keys(names) == [name_key(name) for name in names]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([None, "F1", "f 1", "F2", "F-2", "none", " "]), max_size=8))
def test_flows_of_one_name_are_told_apart(names: list[str | None]) -> None:
    flows = parse([flows_of([(name, "Shop", "Acme", *[None] * 5) for name in names])], LAW).inventory.flows
    keys = [name_key(f.name.replace("→", " ")) for f in flows]
    assert len(set(keys)) == len(keys) == len(names)


def test_flows_are_equal_to_the_tuple_of_them_and_always_the_very_same() -> None:
    rows = [(f"F{n}", "Shop", "Acme", None, None, None, None, None) for n in range(9)]
    flows = parse([flows_of(rows), drafted(rows[:3])], LAW).inventory.flows
    assert isinstance(flows, Records)
    assert (flows[-1].name, flows[3].name, len(flows), bool(flows)) == ("F2 (row 4 of b.xlsx)", "F3", 12, True)
    assert flows[3] is flows[3] is list(flows)[3] is next(f for f in flows if f.name == "F3")
    assert flows[2:7:2] == tuple(flows)[2:7:2]
    assert all(a is b for a, b in zip(flows[-3:], list(flows)[-3:], strict=True))
    assert flows == tuple(flows)
    assert tuple(flows) == flows
    assert flows != tuple(flows)[1:]
    assert flows != list(flows)
    assert hash(flows) == hash(tuple(flows))
    assert repr(flows) == repr(tuple(flows))
    assert flows[4] in flows
    assert flows.index(flows[4]) == 4
    assert Records.of(flows) is flows
    with pytest.raises(IndexError):
        flows[12]
    with pytest.raises(IndexError):
        flows[-13]
    with pytest.raises(IndexError):
        parse([flows_of([])], LAW).inventory.flows[0]


def test_inventories_are_equal_and_can_be_changed_whatever_was_looked_at() -> None:
    rows = [
        ("F1", "Shop", "Acme", "agent", None, None, None, None),
        ("F2", "Shop", "Beta", None, None, None, None, None),
    ]
    one, other = (parse([flows_of(rows)], LAW).inventory for _ in range(2))
    assert one.flows[1].destination.value == "Beta"
    assert one == other
    assert hash(one) == hash(other)
    fewer = replace(one, flows=tuple(f for f in one.flows if f.name == "F1"))
    assert (fewer.flows, fewer) == (one.flows[:1], replace(other, flows=other.flows[:1]))
    assert fewer != one
    assert replace(one, systems=()).flows is one.flows
    assert Inventory().flows == parse([flows_of([])], LAW).inventory.flows == ()
    assert [r.name for r in one] == ["F1", "F2"]
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one


def test_a_record_is_made_once_by_however_many_at_a_time() -> None:
    rows = [(f"F{n}", "Shop", "Acme", None, None, None, None, None) for n in range(3000)]
    flows = parse([flows_of(rows)], LAW).inventory.flows
    ready, seen = Barrier(4), []

    def look(begin: int) -> None:
        ready.wait()
        alone = [flows[n] for n in range(begin, len(flows), 7)]
        seen.append([id(f) for f in flows])
        assert all(f is flows[n] for f, n in zip(alone, range(begin, len(flows), 7), strict=True))

    threads = [Thread(target=look, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert all(ids == seen[0] for ids in seen)


def test_what_many_say_is_looked_at_once() -> None:
    rows = [(f"F{n}", f"S{n % 3}", "Acme", None, None, None, None, None) for n in range(5000)]
    flows = parse([flows_of(rows)], LAW).inventory.flows
    assert [(f.name, said.value) for f, said in distinct(flows, "origin")] == [("F0", "S0"), ("F1", "S1"), ("F2", "S2")]
    assert [(f.name, said.value) for f, said in distinct(flows[:4], "origin")] == [
        ("F0", "S0"), ("F1", "S1"), ("F2", "S2"),
    ]  # fmt: skip
    numbers, _ = coded(flows, "origin")
    assert numbers.tolist() == [n % 3 for n in range(5000)]
    assert coded((), "origin")[0].tolist() == []
    assert coded((), "origin")[1] == []
