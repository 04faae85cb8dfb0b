"""Whatever is in an inventory is written in datamap's own layout so that it is read again as the same inventory."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import datamap
from datamap import law
from datamap.inventory import Binding, Fact, Inventory, Nothing, Notice, NoticeGiven, Record, Scheme, name_key
from datamap.places import read_places
from datamap.sheets import Book, Cell, ErrorValue, Sheet, Uncomputed, Value
from datamap.workbook import SHEETS, Column, Reading, SheetLayout, columns, parse
from datamap.workbook.drafts import Draft, Row, Said
from datamap.workbook.writing import rows_of, write
from tests.conftest import TODAY

LAW = law.load()
TARGETS = ("again.xlsx", "again.ods", "again.zip", "again")
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def same(inventory: Inventory) -> list[Any]:
    """Everything that an inventory says, without cells."""
    return [(type(r).__name__, r.name, {f.name: _plain(getattr(r, f.name)) for f in fields(r)}) for r in inventory]


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.value, value.nothing
    if isinstance(value, dict):
        return {heading: fact.value for heading, fact in value.items()}
    return None if isinstance(value, Cell) else value


def as_book(inventory: Inventory) -> Book:
    return Book("again", tuple(Sheet("again", name, rows) for name, rows in rows_of(inventory).items()))


def told(reading: Reading) -> list[tuple[str, str, str]]:
    """The problems, without cells; those of a row that was not kept are no more once it is gone."""
    return sorted((p.code, p.column, p.value) for p in reading.problems)


# ---------------------------------------------------------------------------------------------- inventories

TRICKY = (
    "=1+1", "+64 4 123", "-", "- a list", "@here", "'quoted", "'=x", "''-y", "＝1", "#N/A", "#REF!", "NA", "N/A (see notes)",
    "TRUE", "1.10", "007", "1e5", "2026-01-02", "03/04/2026", "(example) x", "'(example) y", "(formulas)", "(error) #N/A", "(formula) =A1", "'(formula) x", "_x0041_", "a;b",
    "two\nlines", "a\n\n  b", 'say "so", he said', "tab\there", "a   b", "𝒜𝓑 🏔", "é", "é", "العربية", "<b>&amp;</b>", "]]>",
    "x" * 400, "{=A1}", "a|b", "C:\\dir", "\u200b", "a\u2028b", "a\x85b", "sep=;", "ID",
)  # fmt: skip


def sayable(text: str) -> bool:
    return columns.as_text(text) == text and columns.nothing_in(text) is None


TEXTS = (st.sampled_from(TRICKY) | st.text(max_size=12)).map(columns.as_text).filter(sayable)
ONE_OF_SEVERAL = TEXTS.filter(lambda t: not set(t) & set(";,/\n\r:") and any(map(str.isalnum, t)))
DAYS = st.dates(date(1900, 3, 1)) | st.dates(date(1000, 1, 1))
NOTHINGS = st.sampled_from((Nothing.BLANK, Nothing.NOT_STATED, Nothing.NONE))

PLACES = (
    "US", "NZ; AU", "US (storage); PH (support access)", "Ireland (backup, storage)", "EU", "EEA", "Global", "Varies",
    "outside New Zealand", "Sydney, Australia", "Dublin (Ireland)", "US (storage, cold)", "Namibia", "Atlantis", "Europe",
    "Netlify - USA", "EU and US cloud regions", "No (confirm VPS region)", "Cloud SaaS", "CA", "Georgia", "US (SCC)",
    "us-east-1; eu-west-1", "Germany - Frankfurt", "1 Main St, Springfield, USA", "EU (Ireland)", "🇳🇿", "Taiwan; Côte d’Ivoire",
    "Global (metadata only)", "Storage: US", "Trinidad and Tobago, Fiji and Chad", "England, UK", "France (traitement)",
)  # fmt: skip


class Names:
    """The names of one inventory: none is another's, whatever its case and punctuation."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.taken = {"everybodywhowrites"}
        self.of = {layout.name: self._some(draw, TEXTS) for layout in SHEETS}
        self.of[columns.INDIVIDUALS] = ["Everybody who writes", *self._some(draw, ONE_OF_SEVERAL)]

    def _some(self, draw: st.DrawFn, texts: st.SearchStrategy[str]) -> list[str]:
        found = []
        for text in draw(st.lists(texts, max_size=4)):
            key = name_key(text)
            if any(map(str.isalnum, key)) and not any(key in k or k in key for k in self.taken):
                self.taken.add(key)
                found.append(text)
        return found


def values(column: Column, names: Names) -> st.SearchStrategy[Any]:
    """The values that a column can have."""
    known = [name for sheet in column.refers_to for name in names.of[sheet]]
    if columns.INDIVIDUALS in column.refers_to and column.several:
        known = [name for name in known if not set(name) & set(";\n")]  # a part of it may be a group of people
    if column.field == "legal_entity":
        return TEXTS.map(lambda t: f"The company {t}")  # or it may be another recipient's name
    match column.parse:
        case columns.names:
            return several(st.sampled_from(known or ["nobody we know"]) if column.refers_to else ONE_OF_SEVERAL)
        case columns.name:
            return st.sampled_from([*known, "nobody we know"])
        case columns.place_list:
            return st.sampled_from(PLACES).map(lambda words: read_places(words).places)
        case columns.yes_no:
            return st.booleans()
        case columns.a_date:
            return DAYS
        case columns.mechanism:
            return st.sampled_from(sorted(LAW.mechanism_words()))
        case columns.grounds:
            return several(st.sampled_from(sorted(LAW.ground_words())).filter(lambda w: not set(w) & set(",;/")))
        case columns.regimes:
            return several(st.sampled_from(sorted(LAW.regimes)))
        case columns.regime:
            return st.sampled_from(sorted(LAW.regimes))
        case columns.module:
            return st.sampled_from(("1", "2", "module 3", "with changes"))
        case columns.notice:
            plain = st.sampled_from((NoticeGiven.YES, NoticeGiven.NO, NoticeGiven.BY_ANOTHER)).map(Notice)
            reason = TEXTS.filter(lambda t: not t.endswith(")"))
            given = st.sampled_from((NoticeGiven.EXCEPTION, NoticeGiven.BY_ANOTHER))
            return plain | st.builds(Notice, given, reason)
        case columns.schemes:
            dated = st.builds(Scheme, st.sampled_from(("DPF", "UK Extension", "DPF HR")), DAYS, st.none() | DAYS)
            bare = st.builds(Scheme, st.sampled_from(("DPF", "Swiss-US DPF", "APEC CBPR")))
            return several(dated | bare)
        case columns.bindings:
            law = ONE_OF_SEVERAL.filter(lambda t: "?" not in t)  # what is doubted binds nobody
            return several(st.builds(Binding, law, st.booleans(), st.just("") | ONE_OF_SEVERAL))
        case columns.Choice(enum=enum):
            return st.sampled_from([*enum.__members__.values()])
    return TEXTS


def several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)


def a_fact(draw: st.DrawFn, column: Column, names: Names) -> Fact[Any]:
    if draw(st.booleans()):
        return Fact.of(draw(values(column, names)))
    return Fact(None, draw(NOTHINGS))


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    """Any inventory whose facts the workbook has words for."""
    names = Names(draw)
    found: dict[str, tuple[Record, ...]] = {}
    for layout in SHEETS:
        headings = draw(st.lists(TEXTS.filter(lambda t: not t.endswith("*")), max_size=2, unique=True))
        records = []
        for name in names.of[layout.name]:
            facts = {c.field: a_fact(draw, c, names) for c in layout.columns[1:]}
            if layout is columns.FLOWS:
                senders = [*names.of["Systems"], *names.of[columns.INDIVIDUALS]]
                facts["origin"] = Fact.of(draw(st.sampled_from(senders)))
            extra = {h: Fact.of(draw(TEXTS)) for h in headings if draw(st.booleans())}
            records.append(layout.record(name=name, extra=extra, **facts))  # type: ignore[arg-type]
        found[layout.field] = tuple(records)
    return Inventory(**found)  # type: ignore[arg-type]


MAY_BE_TOLD = {"P101", "P103", "P102", "P201", "P305"}
"""Blank where needed, a place or a module that is not known, a name that nothing declares, an extra column that is
called as one of the workbook's."""


@MANY
@given(inventories())
def test_its_rows_are_read_as_the_same_inventory(inventory: Inventory) -> None:
    again = parse([as_book(inventory)], LAW)
    assert same(again.inventory) == same(inventory)
    assert {p.code for p in again.problems} <= MAY_BE_TOLD | {"P204"}  # P204: schemes that take two rows
    assert again.left_out == ()
    assert rows_of(again.inventory) == rows_of(inventory)


@pytest.mark.parametrize("target", TARGETS)
@FEW
@given(inventory=inventories())
def test_every_kind_of_file_is_read_as_the_same_inventory(
    target: str, inventory: Inventory, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / target
    assert write(Reading(inventory, (), ()), path) == ()
    again = datamap.read(path)
    assert same(again.inventory) == same(inventory)
    assert told(again) == told(parse([as_book(inventory)], LAW))


# ---------------------------------------------------------------------------------------------- what was read

CELLS = (
    *TRICKY, *PLACES, "yes", "no", "maybe", "not stated", "none", "unknown", "agent", "processor", "boss", "private", "general",
    "contact", "held in", "regular", "agreement", "SCC, signed 2024-05-01", "made-up clauses", "NZ-12-1-F", "s 24", "s 24; because",
    "nz", "nz; au", "nz; zz", "IPP 11(1)(a)", "DPF 2026-08-01; UK Extension", "DPF 2026-08-01; UK 2026-13-01", "DPF",
    "PIPEDA; GDPR: maybe", "AU Privacy Act: no, small", "exempt", "exception", "exception: public, s 7", "by another: them",
    "13/4/2026", "4/13/2026", "31/02/2026", "soon", "A, B", "A", "B", "A; B", "a/b", "|", "•", ";;", "not stated; none",
    "(error) Err:502", ";;(formula) =A1", "a\rb", "a\r\nb", "a\x00b", "a\x0bb", "a\ud800b", " padded ", "SCC; agreement", "Acme  Ltd", "ACME, Ltd",
)  # fmt: skip
OTHER_VALUES = (True, False, 7, 1.5, date(2026, 2, 1), date(1850, 1, 1), ErrorValue("#N/A"), Uncomputed("=A1+B1"))


def cells() -> st.SearchStrategy[Value]:
    said = st.sampled_from(CELLS) | st.lists(st.sampled_from(CELLS), min_size=2, max_size=3).map("; ".join)
    return st.none() | said | st.sampled_from(OTHER_VALUES)


def named() -> st.SearchStrategy[Value]:
    return st.sampled_from(("Acme", "ACME", "Bee")) | cells()  # so that many rows name the same thing


@st.composite
def books(draw: st.DrawFn) -> Book:
    found = []
    for layout in draw(st.lists(st.sampled_from(SHEETS), min_size=1, max_size=4, unique=True)):
        width = len(layout.columns) + 3
        rows = [[draw(named()), *(draw(cells()) for _ in range(width - 1))] for _ in range(draw(st.integers(0, 4)))]
        headings: list[Value] = [*(c.heading for c in layout.columns), "Mine", "Mine", None]
        found.append(Sheet("x", layout.name, [headings, *rows]))
    return Book("x", tuple(found))


@st.composite
def a_row(draw: st.DrawFn, number: int) -> Row:
    layout: SheetLayout = draw(st.sampled_from(SHEETS))
    headings = draw(st.lists(st.sampled_from([c.heading for c in layout.columns]), unique=True))
    facts = {
        heading: Said(value, Cell("f", "s", number, draw(st.integers(1, 3))))
        for heading in (layout.identity.heading, *headings)
        if (value := draw(named() if heading == layout.identity.heading else cells())) is not None
    }
    extra = {h: Said(draw(cells()), Cell("f", "s", number, 9)) for h in draw(st.lists(st.sampled_from(("Type", "Mine *", "")), unique=True))}  # fmt: skip
    return Row(layout.name, Cell("f", "s", number, 1), facts, extra)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    rows = [draw(a_row(number)) for number in range(2, 2 + draw(st.integers(1, 8)))]
    return Draft("f", "some layout", tuple(rows), {Cell("f", "s", row.at.row, 1): "x" for row in rows})


NEWLY_TOLD = {"P101", "P204", "P305"}
"""Of a foreign file: what it has no column for is blank now, rows that differ stand below each other, and an extra column
may be called as one of the workbook's."""


def assert_read_again(first: Reading, second: Reading) -> None:
    assert same(second.inventory) == same(first.inventory)
    assert rows_of(second.inventory) == rows_of(first.inventory)
    assert second.left_out == ()
    assert {p.code for p in second.problems} <= {p.code for p in first.problems} | NEWLY_TOLD


@MANY
@given(books())
def test_what_was_read_is_read_again(book: Book) -> None:
    first = parse([book], LAW)
    assert_read_again(first, parse([as_book(first.inventory)], LAW))
    assert len(first.left_out) == sum(report.rows_left_out for report in first.inputs)


@MANY
@given(drafts())
def test_what_a_layout_made_of_a_foreign_file_is_read_again(draft: Draft) -> None:
    first = parse([draft], LAW)
    assert_read_again(first, parse([as_book(first.inventory)], LAW))
    assert len(first.left_out) == sum(report.rows_left_out for report in first.inputs)


def test_rows_of_a_draft_without_names_or_ends_are_left_out() -> None:
    at = Cell("f", "s", 2, 1)
    rows = (Row("Flows", at, {"Purpose": Said("x", at)}), Row("Systems", at, {"Owner": Said("y", at)}))
    read = parse([Draft("f", "some layout", rows, {at: "x"})], LAW)
    assert list(read.inventory) == []
    assert [p.code for p in read.problems] == ["P301", "P302", "P308"]
    assert [(out.cell, out.row) for out in read.left_out] == [(at, ["x"])]


@pytest.mark.parametrize("target", TARGETS)
@FEW
@given(first=st.one_of(books(), drafts()).map(lambda source: parse([source], LAW)))
def test_what_was_read_is_read_again_from_every_kind_of_file(
    target: str, first: Reading, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / target
    assert write(first, path) == ()
    assert_read_again(first, datamap.read(path))


# ---------------------------------------------------------------------------------------------- real files

REAL = Path(__file__).parents[3] / "shared" / "real-data" / "inventories"
FILES = sorted(REAL.iterdir()) if REAL.is_dir() else []


def judged(reading: Reading) -> list[tuple[object, ...]]:
    """The flows, and what New Zealand's law says of each."""
    assessment = datamap.assess(reading, on=TODAY, regimes=("nz",), country="NZ")
    flows = [(f.id, f.implied, f.carries) for f in assessment.map.flows]
    answers = [(a.leg.flow.id, a.leg.country, a.regime, a.outcome, a.rule) for a in assessment.answers]
    return [*flows, *answers]


@pytest.mark.skipif(not FILES, reason="the files of others are not here")
@pytest.mark.parametrize("number", range(len(FILES)), ids=lambda n: FILES[n].name)
def test_a_foreign_file_converted_is_the_same_inventory(number: int, tmp_path: Path) -> None:
    try:
        first = datamap.read(FILES[number])
    except datamap.Unreadable:
        return  # it holds no inventory
    path = tmp_path / TARGETS[number % len(TARGETS)]
    assert write(first, path) == ()
    second = datamap.read(path)
    assert_read_again(first, second)
    assert judged(second) == judged(first)
    assert len(first.left_out) == sum(report.rows_left_out for report in first.inputs)
