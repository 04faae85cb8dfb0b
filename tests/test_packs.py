"""Owner packs: which rows and questions each owner is sent, and what is made of what comes back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from datamap import cli, law, sheets
from datamap.assessment import Assessment, assess
from datamap.comparison import fact_changes
from datamap.inventory import Inventory, items
from datamap.packs import (
    ANSWER,
    ASKED,
    CONTEXT,
    MARK,
    OVERVIEW,
    SENT,
    YOURS,
    Became,
    Merged,
    NotAPack,
    Returned,
    merge,
    onto,
    returned,
    split,
)
from datamap.workbook import SHEETS
from datamap.workbook.editing import Edited, WorkingCopy
from datamap.workbook.writing import rows_of, typed
from tests.conftest import NZ_COMPANY, TODAY, Given, reading

SYSTEMS = """
System   | Categories                    | Individuals | Recipients        | Purposes  | Locations | Retention | Owner
Payroll  | Bank details; Contact details | Employees   | Pay bureau        | Wages     | NZ        | 7 years   | Mere
Campaign | Contact details               | Customers   | Pay bureau        | Calls     | NZ        |           | Tane
Website  | Contact details               | Visitors    | Ad seller; Helper | Analytics | NZ        | 2 years   |
Ledger   | Bank details                  | Employees   |                   | Wages     | NZ        | 7 years   | mere
"""
CATEGORIES = "Category | Kind\nBank details | financial\nContact details | contact\nShoe size | other"
RECIPIENTS = """
Recipient  | Country | Role       | Own purposes | Locations    | Sub-processors
Pay bureau | AU      | agent      | no           | AU (storage) | Deep store
Ad seller  | US      | controller | yes          | US           |
Helper     |         |            |              |              |
Deep store | SG      | agent      | no           | SG           |
Nobody's   | SG      | agent      | no           | SG           |
"""
FLOWS = "Flow | From | To | Categories | Purpose | Safeguards\nF1 | Payroll | Pay bureau | Bank details | Wages | Bureau\nF2 | Payroll | Ledger | Bank details | Books |"
SAFEGUARDS = """
Safeguard | Mechanism | Recipients | Signed     | Expires    | Document
Bureau    | agreement | Pay bureau | 2026-01-15 | 2027-01-31 | C/1
Old       | agreement | Ad seller  | 2020-01-15 | 2021-01-31 | C/0
"""
STATEMENTS = "Statement | Document | Section | Says | About | Value\nS1 | Policy | 1 | purpose | Payroll | Wages"
LAW = law.load()


@pytest.fixture
def assessment(given: Given) -> Assessment:
    return given(
        systems=SYSTEMS, categories=CATEGORIES, recipients=RECIPIENTS, flows=FLOWS, safeguards=SAFEGUARDS,
        statements=STATEMENTS,
    ).assessment  # fmt: skip


Edit = Callable[[Any], object]


def back(assessment: Assessment, owner: str, edit: Edit = bool) -> Returned:
    """An owner's pack as it comes back, after somebody edited the workbook."""
    pack = next(p for p in split(assessment).packs if p.owner == owner)
    book = openpyxl.load_workbook(io.BytesIO(pack.workbook()))
    edit(book)
    file = io.BytesIO()
    book.save(file)
    return returned(sheets.read_bytes(pack.file, file.getvalue()), LAW)


def put(sheet: str, row: str, heading: str, value: object) -> Edit:
    def edit(book: Any) -> None:
        headings = [str(c.value).rstrip(" *") for c in book[sheet][1]]
        for cells in book[sheet].iter_rows(min_row=2):
            if cells[0].value == row:
                cells[headings.index(heading)].value = value
                return
        raise AssertionError(row)

    return edit


def without(sheet: str, row: str) -> Edit:
    def edit(book: Any) -> None:
        book[sheet].delete_rows(next(c.row for c in book[sheet]["A"] if c.value == row))

    return edit


def with_row(sheet: str, **cells: str) -> Edit:
    def edit(book: Any) -> None:
        headings = [str(c.value).rstrip(" *") for c in book[sheet][1]]
        book[sheet].append([cells.get(h.replace(" ", "_").lower()) for h in headings])

    return edit


def told(merged: Merged) -> list[tuple[str, str, str, str]]:
    return [(c.became.value, c.name, c.heading, c.after) for c in merged.changes]


class TestSplit:
    def test_every_owner_has_a_pack_and_so_has_nobody(self, assessment: Assessment) -> None:
        packs = split(assessment).packs
        assert [(p.owner, p.file) for p in packs] == [
            ("Mere", "Pack Mere.xlsx"), ("Tane", "Pack Tane.xlsx"), ("No owner", "Pack No owner.xlsx"),
        ]  # fmt: skip
        assert [[s.name for s in p.inventory.systems] for p in packs] == [
            ["Payroll", "Ledger"],
            ["Campaign"],
            ["Website"],
        ]

    def test_what_a_system_needs_goes_with_it(self, assessment: Assessment) -> None:
        mere, tane, nobody = split(assessment).packs
        assert [r.name for r in mere.inventory.recipients] == ["Pay bureau", "Deep store"]
        assert [f.name for f in mere.inventory.flows] == ["F1", "F2"]
        assert [s.name for s in tane.inventory.safeguards] == ["Bureau"]
        assert [r.name for r in nobody.inventory.recipients] == ["Ad seller", "Helper"]
        assert ("Recipients", "paybureau") in mere.theirs & tane.theirs
        assert ("Recipients", "deepstore") not in mere.theirs
        assert ("Information categories", "bankdetails") in mere.theirs
        assert ("Information categories", "contactdetails") not in mere.theirs

    def test_every_row_is_in_a_pack_or_it_is_said_why_not(self, assessment: Assessment) -> None:
        found = split(assessment)
        everything = sum(len(rows) - 1 for rows in rows_of(assessment.inventory).values())
        assert len(found.rows) == everything
        assert [name for _, name, _ in found.nowhere] == ["Shoe size", "Nobody's", "S1"]
        in_packs = {(type(r), r.name) for p in found.packs for r in p.inventory}
        assert len(in_packs) + len(found.nowhere) == everything

    def test_the_questions_are_about_their_rows(self, assessment: Assessment) -> None:
        mere, tane, nobody = split(assessment).packs
        asked = [[about for about, *_ in pack.questions] for pack in (mere, tane, nobody)]
        assert "Campaign" in asked[1]
        assert "Campaign" not in asked[0] + asked[2]
        assert nobody.questions[0][:2] == ("Website", "Who owns this system?")
        assert any("Helper" in about for about in asked[2])

    def test_the_workbook_says_what_is_theirs(self, assessment: Assessment) -> None:
        book = openpyxl.load_workbook(io.BytesIO(split(assessment).packs[0].workbook()))
        assert book.sheetnames[:2] == ["About this pack", ASKED]
        assert book[SENT].sheet_state == "hidden"
        rows = list(book["Recipients"].iter_rows(values_only=True))
        at = rows[0].index(MARK)
        assert {row[0]: row[at] for row in rows[1:]} == {"Pay bureau": YOURS, "Deep store": CONTEXT}
        assert [c.value for c in book[ASKED][1]][-1] == ANSWER

    def test_the_same_inventory_gives_the_same_bytes(self, assessment: Assessment) -> None:
        assert split(assessment).zipped() == split(assessment).zipped()

    @pytest.mark.parametrize(
        "owner",
        ["../../etc/passwd", "C:\\x", "CON", "=1+1", "a/b", ".", "..", "x" * 300, "No owner", "\u202egnp.exe", "日本"],
    )
    def test_no_owner_makes_a_path(self, given: Given, owner: str) -> None:
        found = split(given(systems=f"System | Owner\nOne | {owner}\nTwo |").assessment)
        names = zipfile.ZipFile(io.BytesIO(found.zipped())).namelist()
        assert len({n.casefold() for n in names}) == len(names) == 3
        assert names[-1] == OVERVIEW
        for name in names[:-1]:
            assert name.startswith("Pack ")
            assert name.endswith(".xlsx")
            assert len(name) < 100
            assert not set(name) & set('/\\:*?"<>|\u202e')


class TestMerge:
    def test_untouched_packs_change_nothing(self, assessment: Assessment) -> None:
        merged = merge(assessment.inventory, [back(assessment, o) for o in ("Mere", "Tane", "No owner")])
        assert merged.changes == ()
        assert rows_of(merged.inventory) == rows_of(assessment.inventory)
        assert merged.not_returned == ()

    def test_what_an_owner_writes_is_taken_over(self, assessment: Assessment) -> None:
        merged = merge(
            assessment.inventory, [back(assessment, "Tane", put("Systems", "Campaign", "Retention", "1 year"))]
        )
        assert told(merged) == [("merged", "Campaign", "Retention", "1 year")]
        campaign = merged.inventory.system("Campaign")
        assert campaign
        assert campaign.retention.value == "1 year"
        assert campaign.retention.cell
        assert campaign.retention.cell.file == "Pack Tane.xlsx"
        assert merged.not_returned == ("Mere", "No owner")

    def test_owners_who_disagree_are_told_and_neither_wins(self, assessment: Assessment) -> None:
        packs = [
            back(assessment, "Mere", put("Recipients", "Pay bureau", "Country", "Fiji")),
            back(assessment, "Tane", put("Recipients", "Pay bureau", "Country", "Chile")),
        ]
        merged = merge(assessment.inventory, packs)
        assert [c.became for c in merged.changes] == [Became.CONFLICT] * 2
        assert merged.changes[0].why == "packs say different things: Mere: Fiji; Tane: Chile"
        assert rows_of(merged.inventory) == rows_of(assessment.inventory)

    def test_owners_who_agree_are_taken_at_their_word(self, assessment: Assessment) -> None:
        edit = put("Recipients", "Pay bureau", "Country", "Fiji")
        merged = merge(assessment.inventory, [back(assessment, "Mere", edit), back(assessment, "Tane", edit)])
        assert {c.became for c in merged.changes} == {Became.MERGED}

    def test_what_was_changed_meanwhile_is_not_undone(self, given: Given, assessment: Assessment) -> None:
        pack = back(assessment, "Tane", put("Systems", "Campaign", "Owner", "Tane Mahuta"))
        since = given(systems=SYSTEMS.replace("Calls ", "Polls "), recipients=RECIPIENTS, flows=FLOWS).assessment
        merged = merge(since.inventory, [pack])
        campaign = merged.inventory.system("Campaign")
        assert campaign
        assert (items(campaign.purposes), campaign.owner.value) == (("Polls",), "Tane Mahuta")

    def test_the_inventory_and_an_owner_who_disagree_are_told(self, given: Given, assessment: Assessment) -> None:
        pack = back(assessment, "Mere", put("Systems", "Payroll", "Retention", "8 years"))
        since = given(systems=SYSTEMS.replace("7 years", "9 years")).assessment
        merged = merge(since.inventory, [pack])
        assert told(merged) == [("conflict", "Payroll", "Retention", "8 years")]
        assert merged.changes[0].why == "the inventory was changed since the pack was sent, to: 9 years"

    def test_rows_are_deleted_only_when_that_is_accepted(self, assessment: Assessment) -> None:
        pack = back(assessment, "Mere", without("Systems", "Ledger"))
        merged = merge(assessment.inventory, [pack])
        assert told(merged) == [("proposed", "Ledger", "", "deleted")]
        assert merged.inventory.system("Ledger")
        assert merge(assessment.inventory, [pack], accept_deletions=True).inventory.system("Ledger") is None

    def test_a_row_that_another_pack_still_has_stays(self, assessment: Assessment) -> None:
        packs = [back(assessment, "Mere", without("Recipients", "Pay bureau")), back(assessment, "Tane")]
        merged = merge(assessment.inventory, packs, accept_deletions=True)
        assert told(merged) == [("conflict", "Pay bureau", "", "deleted")]
        assert merged.inventory.recipient("Pay bureau")

    def test_context_is_proposed(self, assessment: Assessment) -> None:
        pack = back(assessment, "Mere", put("Recipients", "Deep store", "Country", "Fiji"))
        assert told(merge(assessment.inventory, [pack])) == [("proposed", "Deep store", "Country", "Fiji")]
        assert told(merge(assessment.inventory, [pack], accept_context=True))[0][0] == "merged"

    def test_new_rows_are_added_once(self, assessment: Assessment) -> None:
        packs = [
            back(assessment, "Mere", with_row("Recipients", recipient="Printer", country="NZ")),
            back(assessment, "Tane", with_row("Recipients", recipient="PRINTER", country="NZ", role="agent")),
        ]
        merged = merge(assessment.inventory, packs)
        found = [r for r in merged.inventory.recipients if r.name.casefold() == "printer"]
        assert [(r.name, r.role.value) for r in found] == [("Printer", "agent")]

    def test_new_rows_that_differ_are_told(self, assessment: Assessment) -> None:
        packs = [
            back(assessment, "Mere", with_row("Recipients", recipient="Printer", country="NZ")),
            back(assessment, "Tane", with_row("Recipients", recipient="Printer", country="AU")),
        ]
        assert ("conflict", "Printer", "Country", "AU") in told(merge(assessment.inventory, packs))

    def test_answers_come_back(self, assessment: Assessment) -> None:
        def answer(book: Any) -> None:
            book[ASKED].cell(2, 6).value = "The web team"

        merged = merge(assessment.inventory, [back(assessment, "No owner", answer)])
        assert merged.answers == (("Pack No owner.xlsx", "Website", "Who owns this system?", "The web team"),)

    def test_something_else_is_no_pack(self) -> None:
        with pytest.raises(NotAPack, match="is no owner pack"):
            returned(sheets.Book("x.xlsx", (sheets.Sheet("x.xlsx", "Systems", [["System"], ["A"]]),)), LAW)

    def test_an_empty_inventory_has_no_packs(self) -> None:
        assert merge(Inventory(), []).sentence == "Nothing differs; 0 answers."


class TestOnto:
    """What was merged as edits of a working copy: it says the same, each cell by itself, and can be taken back."""

    @pytest.mark.parametrize(
        ("owner", "edit", "accept"),
        [
            ("Tane", put("Systems", "Campaign", "Retention", "1 year"), False),
            ("Mere", put("Systems", "Payroll", "Categories", "Bank details"), False),
            ("Mere", put("Systems", "Payroll", "Locations", "NZ; AU (backup)"), False),
            ("Mere", put("Systems", "Payroll", "Retention", None), False),
            ("Mere", put("Flows", "F1", "Purpose", "Wages and tax"), False),
            ("Mere", put("Recipients", "Pay bureau", "Schemes", "DPF 2025-01-01; ISO 27001; DPF 2026-02-01"), False),
            ("Mere", put("Safeguards", "Bureau", "Expires", "2028-01-31"), False),
            ("Mere", with_row("Recipients", recipient="'(error) Printer", country="NZ"), False),
            ("Mere", with_row("Flows", **{"from": "Payroll", "to": "Printer", "purpose": "Payslips"}), False),
            ("Mere", with_row("Systems", system="+1 (not stated?)", owner="Mere"), False),
            ("Mere", put("Recipients", "Deep store", "Country", "Fiji"), True),
            ("Mere", without("Systems", "Ledger"), True),
            ("Mere", without("Flows", "F2"), True),
        ],
    )
    def test_the_copy_says_what_was_merged(self, owner: str, edit: Edit, accept: bool) -> None:
        read = reading(
            systems=SYSTEMS, categories=CATEGORIES, recipients=RECIPIENTS, flows=FLOWS, safeguards=SAFEGUARDS,
            statements=STATEMENTS, organisations=NZ_COMPANY,
        )  # fmt: skip
        pack = back(assess(read, on=TODAY), owner, edit)
        copy = WorkingCopy.of(read, LAW)
        merged = merge(read.inventory, [pack], accept_deletions=accept, accept_context=accept)
        assert merged.having(Became.MERGED) or merged.having(Became.DELETED)
        after = onto(copy, merged)
        assert rows_of(after.reading.inventory) == rows_of(merged.inventory)
        assert after.edits
        assert len(after.edits) == len(merged.changes)
        edited = Edited(copy).did(after)
        assert edited.undo().copy.reading is read
        again = merge(after.reading.inventory, [pack], accept_deletions=accept, accept_context=accept)
        assert {c.became for c in again.changes} <= {Became.ALREADY}

    def test_several_rows_of_one_record_and_flows_without_a_name(self) -> None:
        read = reading(
            organisations=NZ_COMPANY,
            systems="System | Locations | Owner\nPayroll | NZ | Mere\nPayroll | AU |",
            flows="Flow | From | To | Purpose\n | Payroll | Bureau | Wages\n | Payroll | Bank | Wages\nF3 | Payroll | Bank | Tax",
            recipients="Recipient | Schemes\nBureau | DPF 2025-01-01\nBureau | ISO 27001\nBank |",
        )
        ends = "Payroll → Bank"

        def edit(book: Any) -> None:
            put("Systems", "Payroll", "Locations", "NZ; FJ")(book)
            headings = [str(c.value).rstrip(" *") for c in book["Flows"][1]]
            row = next(r for r in book["Flows"].iter_rows(min_row=2) if r[headings.index("To")].value == "Bank")
            row[headings.index("Purpose")].value = "Savings"

        pack = back(assess(read, on=TODAY), "Mere", edit)
        merged = merge(read.inventory, [pack])
        assert ("merged", ends, "Purpose", "Savings") in told(merged)
        after = onto(WorkingCopy.of(read, LAW), merged)
        for layout in SHEETS:
            before, now = (typed(layout, inventory) for inventory in (merged.inventory, after.reading.inventory))
            assert [r.name for r in before] == [r.name for r in now]
            assert not [
                fact_changes(layout, a, b) for a, b in zip(before, now, strict=True) if fact_changes(layout, a, b)
            ]

    def test_nothing_merged_is_the_same_copy(self, assessment: Assessment) -> None:
        read = reading(systems=SYSTEMS, recipients=RECIPIENTS, organisations=NZ_COMPANY)
        copy = WorkingCopy.of(read, LAW)
        pack = back(assess(read, on=TODAY), "Tane")
        assert not copy.changes_to(onto(copy, merge(read.inventory, [pack])))


class TestCommands:
    def test_there_and_back(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder = tmp_path / "inventory"
        folder.mkdir()
        (folder / "Systems.csv").write_text("System,Organisation,Owner\nCRM,Kowhai,Mere\nHR,Kowhai,Tane\n", "utf-8")
        (folder / "Organisations.csv").write_text("Organisation,Country\nKowhai,NZ\n", "utf-8")
        packs, target = tmp_path / "packs", tmp_path / "merged.xlsx"
        assert cli.main(["packs", str(folder), "-o", str(packs)]) == 0
        assert sorted(p.name for p in packs.iterdir()) == ["Pack Mere.xlsx", "Pack Tane.xlsx", OVERVIEW]
        assert cli.main(["packs", str(folder), "-o", str(packs)]) == 2
        assert cli.main(["merge", str(folder), str(packs / "Pack Mere.xlsx"), "-o", str(target)]) == 0
        assert "No pack came back of Tane" in capsys.readouterr().out
        assert cli.main(["diff", str(folder), str(target)]) == 0

    @pytest.mark.parametrize("named", ["inventory", "pack"])
    def test_both_are_asked_for(self, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "Systems.csv").write_text("System,Owner\nCRM,Mere\n", "utf-8")
        assert cli.main(["packs", str(tmp_path / "Systems.csv"), "--country", "NZ", "-o", str(tmp_path / "p")]) == 0
        file = tmp_path / "Systems.csv" if named == "inventory" else tmp_path / "p" / "Pack Mere.xlsx"
        assert cli.main(["merge", str(file), "-o", str(tmp_path / "m.xlsx")]) == 2
        assert "Name the inventory" in (said := capsys.readouterr().err) or "None of the files is an owner pack" in said
