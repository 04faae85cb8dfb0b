"""Editing: what is not touched stays as it was read, what is undone was never done, and what is written is read again."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import datamap
from datamap import law
from datamap.inventory import Fact, Inventory, Nothing, name_key
from datamap.sheets import Book, Cell, Sheet
from datamap.workbook import SHEETS, Reading, editing, parse
from datamap.workbook.drafts import Draft
from datamap.workbook.editing import EDITS, Edit, Edited, Slot, WorkingCopy
from datamap.workbook.writing import written
from tests.conftest import reading
from tests.properties.test_round_trip import CELLS, FILES, MANY, books, drafts, same

LAW = law.load()


def copy_of(found: Reading) -> WorkingCopy:
    return WorkingCopy.of(found, LAW)


def again(copy: WorkingCopy) -> Reading:
    """What the rows say when they are read, whether or not anything differs from what was opened."""
    return editing._parsed(copy.rows, LAW, copy.opened.same)


def with_cells(inventory: Inventory) -> list[Any]:
    """Everything that an inventory says, with the cells of each fact, each once."""
    return [(type(r).__name__, r.name, {f.name: _plain(getattr(r, f.name)) for f in fields(r)}) for r in inventory]


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.value, value.nothing, set(value.cells)
    return {h: (f.value, f.cell) for h, f in value.items()} if isinstance(value, dict) else value


def spelled_alike(inventory: Inventory) -> list[Any]:
    """Everything an inventory says, with names as what makes them the same: of several spellings the first is shown."""
    return [(kind, name_key(name), {f: _keyed(v) for f, v in facts.items()}) for kind, name, facts in same(inventory)]


def _keyed(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_keyed, value))
    return name_key(value) if type(value) is str else value


def cell(sheet: str, address: tuple[int, int], file: str = "case.xlsx") -> Cell:
    return Cell(file, sheet, *address)


CASE = {
    "organisations": "Organisation | Country\nKowhai Limited | NZ",
    "systems": "System | Categories | Recipients | Locations\nShop | Name; Health | Courier; Mailer | NZ\nTill | Name | Courier | Atlantis",
    "categories": "Category\nName\nHealth",
    "recipients": "Recipient | Country | Role | Signed up\nCourier | US | controller | 2020\nMailer | | boss |",
    "flows": "Flow | From | To | Categories | Started\n | Shop | Courier | Name | 31/02/2026\nF2 | Shop | Mailer | Name | 2026-01-05",
    "safeguards": "Safeguard | Mechanism | Recipients\nDPA | agreement | Courier",
}


def case(**sheets: str) -> WorkingCopy:
    return copy_of(reading(**{**CASE, **sheets}))


def codes(copy: WorkingCopy) -> list[tuple[str, Cell]]:
    return [(p.code, p.cell) for p in copy.reading.problems]


# ---------------------------------------------------------------------------------------------- nothing edited


@MANY
@given(st.one_of(books(), drafts()))
def test_without_an_edit_it_is_what_was_read(source: Book | Draft) -> None:
    first = parse([source], LAW)
    copy = copy_of(first)
    assert copy.reading is first
    assert same(again(copy).inventory) == same(first.inventory)
    assert copy.edits == ()


@MANY
@given(st.lists(books(), min_size=2, max_size=3))
def test_several_files_read_together_are_one_copy(found: list[Book]) -> None:
    named = [Book(f"x{n}", tuple(Sheet(f"x{n}", s.name, s.rows) for s in b.sheets)) for n, b in enumerate(found)]
    first = parse(named, LAW)
    assert spelled_alike(again(copy_of(first)).inventory) == spelled_alike(first.inventory)


def test_what_is_not_edited_keeps_its_cells() -> None:
    first = reading(**CASE)
    assert with_cells(again(copy_of(first)).inventory) == with_cells(first.inventory)
    assert codes(copy_of(first)) == [(p.code, p.cell) for p in again(copy_of(first)).problems]


@pytest.mark.skipif(not FILES, reason="the files of others are not here")
@pytest.mark.parametrize("number", range(len(FILES)), ids=lambda n: FILES[n].name)
def test_a_foreign_file_is_the_same_inventory_with_its_cells(number: int) -> None:
    try:
        first = datamap.read(FILES[number])
    except datamap.Unreadable:
        return  # it holds no inventory
    copy = copy_of(first)
    assert with_cells(again(copy).inventory) == with_cells(first.inventory)
    sheet = next(s for s in SHEETS if copy.rows[s.name])
    slot = Slot("Notes")
    edited = copy.written(sheet.name, {editing.FIRST_ROW: {slot: "Looked at"}})
    assert edited.reading.inputs == first.inputs
    assert edited.reading.left_out == first.left_out
    assert {p for p in first.problems if not copy.at(p.cell)} <= set(edited.reading.problems)
    assert set(edited.reading.problems) <= set(first.problems)


# ---------------------------------------------------------------------------------------------- edited, undone, written


@st.composite
def edited(draw: st.DrawFn) -> Edited:
    """Cells changed, rows added and rows deleted, in any order."""
    found = Edited(copy_of(parse([draw(st.one_of(books(), drafts()))], LAW)))
    for _ in range(draw(st.integers(1, 5))):
        copy = found.copy
        sheet = draw(st.sampled_from([s.name for s in SHEETS]))
        number = draw(st.sampled_from([*copy.rows[sheet], copy.next_number(sheet)]))
        if draw(st.integers(0, 4)):
            slots = draw(st.lists(st.sampled_from(copy.slots(sheet)), min_size=1, max_size=3, unique=True))
            copy = copy.written(sheet, {number: {slot: draw(st.sampled_from(("", *CELLS))) for slot in slots}})
        else:
            copy = copy.without(sheet, [number])
        found = found.did(copy)
    return found


@MANY
@given(edited())
def test_undone_it_is_what_was_read_and_done_again_it_is_what_it_was(found: Edited) -> None:
    back = found.undo_all()
    assert back.copy.reading is found.copy.opened.reading
    assert back.copy.edits == ()
    forth = back
    while forth.undone:
        forth = forth.redo()
    assert forth.done == found.done
    assert forth.copy.edits == found.copy.edits
    assert same(forth.copy.reading.inventory) == same(found.copy.reading.inventory)


@MANY
@given(edited())
def test_each_edit_can_be_put_back_by_itself(found: Edited) -> None:
    copy = found.copy
    while copy.edits:
        copy = copy.put_back(copy.edits[-1])
    assert not copy.changed


@MANY
@given(edited())
def test_the_counts_balance_whatever_is_edited(found: Edited) -> None:
    for report in found.copy.reading.inputs:
        assert report.rows_read == report.rows_in_inventory + report.rows_left_out
        assert min(report.rows_in_inventory, report.rows_left_out) >= 0


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".zip"])
def test_what_is_edited_is_written_and_read_again(ending: str, tmp_path: Path) -> None:
    @MANY
    @given(edited())
    def check(found: Edited) -> None:
        first = found.copy.reading
        path = tmp_path / f"again{ending}"
        path.write_bytes(written(first, ending)[0])
        assert same(datamap.read(path).inventory) == same(first.inventory)

    check()


# ---------------------------------------------------------------------------------------------- cells and rows


def row_named(copy: WorkingCopy, sheet: str, name: str) -> int:
    return next(n for n in copy.rows[sheet] if copy.name(sheet, n) == name)


def test_a_cell_that_was_not_understood_shows_what_it_says_and_is_mended() -> None:
    copy = case()
    mailer, first = row_named(copy, "Recipients", "Mailer"), min(copy.rows["Flows"])
    assert copy.text("Recipients", mailer, Slot("Role")) == "boss"
    assert copy.text("Flows", first, Slot("Started")) == "31/02/2026"
    assert copy.text("Systems", row_named(copy, "Systems", "Till"), Slot("Locations")) == "Atlantis"
    mended = copy.written("Recipients", {mailer: {Slot("Role"): "processor"}})
    gone = set(codes(copy)) - set(codes(mended))
    assert gone == {("P102", cell("Recipients", (3, 3)))}
    assert not set(codes(mended)) - set(codes(copy))


def test_a_date_that_was_not_understood_proves_nothing_about_the_others() -> None:
    flows = "Flow | From | To | Categories | Started | Ended\nF1 | Shop | Courier | Name | 13/4/2026 | 4/13/2026"
    copy = case(flows=flows)
    (number,) = copy.rows["Flows"]
    assert copy.text("Flows", number, Slot("Ended")) == "4/13/2026"
    edited = copy.written("Flows", {number: {Slot("Purpose"): "Delivery"}})
    (flow,) = edited.reading.inventory.flows
    assert flow.started.value == date(2026, 4, 13)
    assert flow.ended.nothing is Nothing.UNREADABLE
    assert codes(edited) == codes(copy)


def test_an_edit_has_an_address_of_its_own_and_typing_it_back_gives_the_first() -> None:
    copy = case()
    number = row_named(copy, "Recipients", "Courier")
    edited = copy.written("Recipients", {number: {Slot("Country"): " Fiji "}})
    recipient = edited.reading.inventory.recipient("Courier")
    assert recipient
    assert recipient.country.cell == Cell(EDITS, "Recipients", number, 3)
    assert recipient.role.cell == cell("Recipients", (2, 3))
    assert edited.edits == (Edit("Recipients", number, Slot("Country"), "Courier", "US", "Fiji"),)
    assert str(edited.edits[0]) == f"Recipients, row {number}, Country: “US” is now “Fiji”"
    assert edited.at(Cell(EDITS, "Recipients", number, 3)) == (("Recipients", number, Slot("Country")),)
    back = edited.written("Recipients", {number: {Slot("Country"): "US"}})
    assert not back.changed
    assert back.reading is copy.opened.reading


@pytest.mark.parametrize("words", ["not stated", "none", "unknown", "N/A", "-"])
def test_words_for_nothing_stay(words: str) -> None:
    copy = case()
    edited = copy.written("Recipients", {row_named(copy, "Recipients", "Courier"): {Slot("Managed from"): words}})
    assert edited.text("Recipients", row_named(edited, "Recipients", "Courier"), Slot("Managed from")) == words


def test_a_column_without_a_meaning_is_kept_and_edited() -> None:
    copy = case()
    number, slot = row_named(copy, "Recipients", "Courier"), Slot("Signed up", extra=True)
    assert slot in copy.slots("Recipients")
    assert copy.text("Recipients", number, slot) == "2020"
    edited = copy.written("Recipients", {number: {slot: "2021"}})
    recipient = edited.reading.inventory.recipient("Courier")
    assert recipient
    assert recipient.extra["Signed up"].value == "2021"


def test_a_row_that_was_left_out_is_there_to_be_mended_and_the_counts_follow() -> None:
    copy = case(recipients="Recipient | Country\nCourier | US\n | FR\nMailer | NZ")
    (report,) = copy.reading.inputs
    assert report.rows_left_out == 1
    (out,) = copy.reading.left_out
    found = copy.row_of(out.cell)
    assert found
    assert copy.text(*found, Slot("Country")) == "FR"
    mended = copy.written(found[0], {found[1]: {Slot("Recipient"): "Printer"}})
    assert mended.reading.inventory.recipient("Printer")
    assert mended.reading.left_out == ()
    assert not [code for code, _ in codes(mended) if code == "P301"]
    assert mended.reading.inputs[0].rows_left_out == 0
    assert mended.reading.inputs[0].rows_in_inventory == report.rows_in_inventory + 1
    gone = copy.without(*(found[0], [found[1]]))
    assert gone.reading.left_out == ()
    assert gone.reading.inputs[0].rows_read == report.rows_read - 1


def test_a_row_without_a_name_is_told_and_not_lost() -> None:
    copy = case()
    number = copy.next_number("Recipients")
    edited = copy.written("Recipients", {number: {Slot("Country"): "FR"}})
    assert ("P301", Cell(EDITS, "Recipients", number, 1)) in codes(edited)
    assert [(o.cell.file, o.row[2]) for o in edited.reading.left_out] == [(EDITS, "FR")]
    assert edited.reading.inputs[-1].rows_left_out == 1


def test_a_name_that_is_typed_twice_is_told() -> None:
    copy = case()
    number = copy.next_number("Recipients")
    edited = copy.written("Recipients", {number: {Slot("Recipient"): "COURIER", Slot("Country"): "NZ"}})
    assert ("P204", Cell(EDITS, "Recipients", number, 1)) in codes(edited)
    assert "P202" in dict(codes(edited))


def test_a_rename_says_who_still_says_the_old_name_and_renames_there() -> None:
    copy = case()
    edited = copy.written("Recipients", {row_named(copy, "Recipients", "Courier"): {Slot("Recipient"): "Parcel Post"}})
    (left,) = edited.names_left
    assert (left.before, left.after) == ("Courier", "Parcel Post")
    assert [(w.sheet, w.slot.heading) for w in left.cells] == [
        ("Systems", "Recipients"), ("Systems", "Recipients"), ("Flows", "To"), ("Safeguards", "Recipients"),
    ]  # fmt: skip
    assert [code for code, _ in codes(edited)].count("P201") == 4
    renamed = edited.renamed(left)
    assert renamed.names_left == ()
    assert "P201" not in dict(codes(renamed))
    assert [f.destination.value for f in renamed.reading.inventory.flows] == ["Parcel Post", "Mailer"]


def test_deleting_a_row_that_others_name_says_so() -> None:
    copy = case()
    edited = copy.without("Recipients", [row_named(copy, "Recipients", "Mailer")])
    assert [(left.before, left.after, len(left.cells)) for left in edited.names_left] == [("Mailer", "", 2)]


def test_the_name_of_a_flow_that_was_made_from_its_ends_follows_them() -> None:
    copy = case()
    first = min(copy.rows["Flows"])
    assert copy.text("Flows", first, Slot("Flow")) == ""
    edited = copy.written("Flows", {first: {Slot("To"): "Mailer"}})
    assert [f.name for f in edited.reading.inventory.flows] == ["Shop → Mailer", "F2"]


def test_evidence_is_added_and_named_in_its_flow() -> None:
    copy = case()
    texts = {"Safeguard": "New terms", "Mechanism": "NZ-12-1-F", "Recipients": "Mailer"}
    edited = copy.with_evidence(texts, "F2")
    safeguard = edited.reading.inventory.safeguard("New terms")
    assert safeguard
    assert safeguard.signed.blank
    assert [f.safeguards.value for f in edited.reading.inventory.flows] == [None, ("New terms",)]
    assert edited.with_evidence({**texts, "Safeguard": "More"}, "F2").text("Flows", 3, Slot("Safeguards")) == (
        "New terms; More"
    )
    assert copy.with_evidence(texts, "Till → Courier").rows["Flows"] is copy.rows["Flows"]


@pytest.mark.parametrize("name", ["", "  ", "none", "dpa", "DPA"])
def test_evidence_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        case().with_evidence({"Safeguard": name, "Mechanism": "agreement"})


# ---------------------------------------------------------------------------------------------- read otherwise


def test_steps_are_made_again_where_they_fit_and_told_where_not() -> None:
    first = case()
    courier, mailer = (row_named(first, "Recipients", n) for n in ("Courier", "Mailer"))
    steps = Edited(first)
    steps = steps.did(steps.copy.written("Recipients", {courier: {Slot("Country"): "NZ"}}), accepted=1)
    steps = steps.did(steps.copy.written("Recipients", {mailer: {Slot("Country"): "AU"}}))
    steps = steps.did(steps.copy.named("Recipients", "Printer", {"Country": "FJ"}))
    other = case(recipients="Recipient | Country | Role\nCourier | DE | controller\nMailer | | agent")
    moved, lost = steps.onto(other)
    countries = {r.name: [p.text for p in r.country.value or ()] for r in moved.copy.reading.inventory.recipients}
    assert countries == {"Courier": ["DE"], "Mailer": ["AU"], "Printer": ["FJ"]}
    assert [(e.name, e.before, e.after) for e in lost] == [("Courier", "US", "NZ")]
    assert moved.undo_all().copy.reading is other.opened.reading


def test_on_the_same_files_every_step_is_made_again() -> None:
    first = case()
    steps = Edited(first)
    steps = steps.did(steps.copy.without("Recipients", [row_named(first, "Recipients", "Mailer")]))
    steps = steps.did(steps.copy.written("Systems", {row_named(first, "Systems", "Till"): {Slot("Locations"): "NZ"}}))
    moved, lost = steps.onto(case())
    assert not lost
    assert same(moved.copy.reading.inventory) == same(steps.copy.reading.inventory)
    assert [s.says for s in moved.done] == [s.says for s in steps.done]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("case.xlsx!Flows!C4", Cell("case.xlsx", "Flows", 4, 3)),
        ("a!b.xlsx!My sheet!AA10", Cell("a!b.xlsx", "My sheet", 10, 27)),
        ("Flows!C4", None), ("a!b!C0", None), ("a!b!4", None), ("", None),
    ],
)  # fmt: skip
def test_an_address_names_a_cell(words: str, found: Cell | None) -> None:
    assert editing.cell_named(words) == found
    assert found is None or str(found) == words


def test_names_beside_what_is_not_stated_are_kept_through_an_edit() -> None:
    copy = case(flows="Flow | From | To | Categories\nF1 | Shop | Courier | Name; not stated")
    (number,) = copy.rows["Flows"]
    assert copy.text("Flows", number, Slot("Categories")) == "Name; not stated"
    edited = copy.written("Flows", {number: {Slot("Purpose"): "Delivery"}})
    assert edited.reading.inventory.flows[0].categories.words == "Name; not stated"
    told = edited.written("Flows", {number: {Slot("Categories"): "Name"}})
    assert told.reading.inventory.flows[0].categories.words is None
