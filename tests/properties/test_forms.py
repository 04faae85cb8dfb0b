"""Registers that are also layouts, and owner packs: what is written is read as what it was, or it is said what is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from datamap import layouts, sheets
from datamap.assessment import Assessment, assess
from datamap.inventory import (
    Category,
    CategoryKind,
    Fact,
    Flow,
    Inventory,
    Nothing,
    Organisation,
    Recipient,
    Role,
    Safeguard,
    System,
    items,
    name_key,
)
from datamap.packs import merge, returned, split
from datamap.places import read_places
from datamap.registers import RECORDS, record_bytes
from datamap.registers.records import shown_in
from datamap.workbook import Reading, parse
from datamap.workbook.writing import rows_of
from tests.conftest import TODAY
from tests.properties.test_round_trip import LAW, as_book, inventories

FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
NZ = "NZ"


# ---------------------------------------------------------------------------------------------- ordinary inventories

_HEADS = (
    "Kauri",
    "Rimu",
    "Totara",
    "Manuka",
    "Kowhai",
    "Nikau",
    "Harakeke",
    "Raupo",
    "Matai",
    "Puriri",
    "Karaka",
    "Tawa",
)
_WHERE = ("NZ", "AU", "US (storage)", "France", "Ireland (processing)", "UK", "US; AU", "Philippines (support access)")
_MECHANISMS = ("SCC", "BCR", "code of conduct", "agreement")
_DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1))


def _named(tail: str, least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(_HEADS), min_size=least, max_size=4, unique=True).map(
        lambda hs: [f"{h} {tail}" for h in hs]
    )


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Fact[Any]]:
    return values.map(Fact.of) | st.sampled_from((Fact(), Fact(None, Nothing.NOT_STATED)))


def _some(names: list[str]) -> st.SearchStrategy[Fact[Any]]:
    return (
        _maybe(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).map(tuple))
        if names
        else st.just(Fact())
    )


@st.composite
def ordinary(draw: st.DrawFn) -> Inventory:
    """An inventory in words that no form takes for anything else."""
    categories, people = draw(_named("details")), [f"{h} people" for h in _HEADS[:3]]
    recipients, systems = draw(_named("hosting", 1)), draw(_named("register", 1))
    purposes, mechanisms = [f"{h} support" for h in _HEADS[3:7]], st.sampled_from(_MECHANISMS).map(Fact.of)
    places = st.sampled_from(_WHERE).map(lambda words: Fact.of(read_places(words).places))
    safeguards = draw(_named("agreement"))
    kinds = _maybe(st.sampled_from([*CategoryKind]))
    texts = _maybe(st.sampled_from(("two years", "until the account is closed", "7 years")))
    return Inventory(
        organisations=(Organisation(name="Harbour Lights", country=Fact.of(read_places(NZ).places), contact=Fact.of("privacy@example.org")),),
        systems=tuple(
            System(
                name=n, categories=draw(_some(categories)), individuals=draw(_some(people)), recipients=draw(_some(recipients)),
                purposes=draw(_some(purposes)), retention=draw(texts), owner=draw(_maybe(st.sampled_from(("Mere", "Tane")))),
                security=draw(_maybe(st.sampled_from(("encrypted", "locked\nlogged in twice")))),
            )
            for n in systems
        ),
        categories=tuple(Category(name=n, kind=draw(kinds), sensitive=draw(_maybe(st.booleans()))) for n in categories),
        recipients=tuple(
            Recipient(name=n, role=draw(_maybe(st.sampled_from([*Role]))), locations=draw(places | st.just(Fact())))
            for n in recipients
        ),
        flows=tuple(
            Flow(
                name=f"F{number}", origin=Fact.of(draw(st.sampled_from(systems))), destination=Fact.of(draw(st.sampled_from(recipients))),
                categories=draw(_some(categories)), purpose=draw(_maybe(st.sampled_from(purposes))),
                locations=draw(places | st.just(Fact())), safeguards=draw(_some(safeguards)),
            )
            for number in range(draw(st.integers(0, 3)))
        ),
        safeguards=tuple(
            Safeguard(name=n, mechanism=draw(mechanisms), signed=Fact.of(draw(_DAYS)), document=draw(_maybe(st.just(f"file {n}"))))
            for n in safeguards
        ),
    )  # fmt: skip


def judged(inventory: Inventory) -> Assessment:
    return assess(parse([as_book(inventory)], LAW), on=TODAY, country=NZ)


def read_back(assessment: Assessment, code: str, ending: str) -> tuple[Reading, dict[str, list[str]]]:
    """What a record's file is read as, and what it says of itself on its sheet About."""
    book = sheets.read_bytes(f"form{ending}", record_bytes(RECORDS[code], assessment, ending))
    about: dict[str, list[str]] = {}
    for row in next(s for s in book.sheets if s.name == "About").rows:
        about.setdefault(str(row[0]), []).append(str(row[1] if len(row) > 1 else ""))
    return layouts.read([book], LAW), about


def said_of(inventory: Inventory) -> set[tuple[object, ...]]:
    """Who holds what about whom, why, for how long, and who receives it: what both forms ask for."""
    found: set[tuple[object, ...]] = set()
    for s in inventory.systems:
        found |= {(s.name, "purpose", p) for p in items(s.purposes)}
        found |= {(s.name, "category", c) for c in items(s.categories)}
        found |= {(s.name, "individuals", i) for i in items(s.individuals)}
        found |= {(s.name, "security", line) for line in (s.security.value or "").splitlines()}
        found |= {(s.name, "kept", s.retention.value)} if s.retention.value and items(s.categories) else set()
        found |= {(s.name, "to", r) for r in items(s.recipients)}
    found |= {(f.origin.value, "to", f.destination.value) for f in inventory.flows}
    return found


def own(assessment: Assessment) -> set[str]:
    """The systems that hold nothing for somebody else: the others are in no controller's record."""
    back = [
        f.system.name
        for f in assessment.map.flows
        if f.for_principal
        and f.system
        and (f.record.role.or_else(f.recipient.role) if f.recipient else f.record.role).value is Role.PRINCIPAL
    ]
    return {s.name for s in assessment.inventory.systems} - set(back)


@pytest.mark.parametrize("ending", [".ods", ".xlsx"])
@FEW
@given(inventory=ordinary())
def test_the_form_of_the_cnil_loses_nothing_that_it_can_hold(ending: str, inventory: Inventory) -> None:
    assessment = judged(inventory)
    mine = own(assessment)
    assume(mine)
    again, about = read_back(assessment, "cnil", ending)
    assert again.inputs[0].layout == "CNIL simplified register"
    of_nothing = {
        f"retention: “{s.retention.value}” of “{s.name}”"
        for s in assessment.inventory.systems
        if s.name in mine and s.retention.value and not items(s.categories)
    }  # the form asks how long each category is kept
    assert set(about.get("Read otherwise", [])) == of_nothing
    assert {s.name for s in again.inventory.systems} == mine
    first, second = (said_of(i) for i in (assessment.inventory, again.inventory))
    assert {s for s in first if s[0] in mine} <= second
    every = len(assessment.inventory.systems)
    held = f"{every} {'system' if every == 1 else 'systems'}, {len(mine)} in this record"
    assert about["Held against the map"][0].startswith(held)


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
@FEW
@given(inventory=ordinary())
def test_the_template_of_the_ico_loses_nothing_that_it_can_hold(ending: str, inventory: Inventory) -> None:
    assessment = judged(inventory)
    mine = own(assessment)
    assume(mine)
    again, about = read_back(assessment, "ico", ending)
    assert again.inputs[0].layout == "ICO controller template"
    assert "Read otherwise" not in about
    of = {s.name: next(n for n in mine if n in s.name) for s in again.inventory.systems}
    assert set(of.values()) == mine
    kinds = ("category", "individuals", "to")
    second = {(of[str(s)], kind, value) for s, kind, value in said_of(again.inventory) if kind in kinds}
    assert {s for s in said_of(assessment.inventory) if s[0] in mine and s[1] in kinds} <= second


@FEW
@given(inventory=ordinary())
def test_a_list_of_sub_processors_is_read_as_one(inventory: Inventory) -> None:
    assessment = judged(inventory)
    record = RECORDS["sub-processors"]
    columns, rows = record.registers[0].table(shown_in(record, assessment))
    assume(rows)
    again, _ = read_back(assessment, "sub-processors", ".xlsx")
    assert again.inputs[0].layout == "Published list of sub-processors"
    written = {str(r[0]): dict(zip(columns, r, strict=True)) for r in rows}
    found = {r.name: r for r in again.inventory.recipients}
    assert found.keys() == written.keys()
    for name, row in written.items():
        places = read_places(str(row["Location of processing"]).replace("\n", "; ")).places
        assert {(p.country, p.activity) for p in items(found[name].locations) if p.stated} == {(p.country, p.activity) for p in places if p.stated}  # fmt: skip
        purposes = {f.purpose.value for f in again.inventory.flows if f.destination.value == name}
        wanted = str(row["Purpose"])
        assert purposes == {None if wanted == "not stated" else wanted}


@FEW
@given(inventory=inventories())
def test_whatever_a_form_would_say_otherwise_is_told(inventory: Inventory) -> None:
    """Any words: a fact that is not read as it was written is named in the file, and there is no third."""
    assessment = judged(inventory)
    mine = own(assessment)
    assume(mine)
    again, about = read_back(assessment, "cnil", ".ods")
    told = "".join(about.get("Read otherwise", []))
    found = {(name_key(str(s)), kind, name_key(str(value))) for s, kind, value in said_of(again.inventory)}
    for system, kind, value in said_of(assessment.inventory):
        if system in mine and kind in ("category", "individuals", "purpose"):
            assert (name_key(str(system)), kind, name_key(str(value))) in found or name_key(str(value)) in name_key(
                told
            )


@FEW
@given(inventory=inventories())
def test_packs_that_nobody_touched_are_the_same_inventory(inventory: Inventory) -> None:
    assessment = judged(inventory)
    found = split(assessment)
    back = [returned(sheets.read_bytes(p.file, p.workbook()), LAW) for p in found.packs]
    merged = merge(assessment.inventory, back)
    assert merged.changes == ()
    assert rows_of(merged.inventory) == rows_of(assessment.inventory)
    everything = [(s, str(r[0])) for s, rows in rows_of(assessment.inventory).items() for r in rows[1:]]
    assert {s for s, _ in everything} == {s for s, *_ in found.rows}
    assert len({(type(r), r.name) for p in found.packs for r in p.inventory}) + len(found.nowhere) == len(found.rows)
