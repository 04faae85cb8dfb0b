"""The records that a law or an authority asks for: what is in them, what is not, and in which files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from datamap import cli, law, layouts, sheets
from datamap.assessment import Assessment
from datamap.registers import ENDINGS, RECORDS, Record, filled_in, held_in, one_system, record_bytes
from datamap.registers.records import shown_in
from datamap.views import View, select
from tests.conftest import Given

SYSTEMS = """
System   | Categories      | Individuals | Recipients        | Purposes  | Locations | Retention | Owner | Security
Payroll  | Bank details    | Employees   | Pay bureau        | Wages     | NZ        | 7 years   | Mere  | locked
Campaign | Contact details | Customers   | Client Ltd        | Calls     | NZ        |           | Tane  |
Website  | Contact details | Visitors    | Ad seller; Helper | Analytics | NZ        | 2 years   |       |
"""
CATEGORIES = "Category | Kind\nBank details | financial\nContact details | contact"
RECIPIENTS = """
Recipient  | Country | Role       | Own purposes | Locations    | Sub-processors
Pay bureau | AU      | agent      | no           | AU (storage) | Deep store
Client Ltd | NZ      | principal  |              | NZ           |
Ad seller  | US      | controller | yes          | US           |
Helper     |         |            |              |              |
Deep store | SG      | agent      | no           | SG           |
"""
SAFEGUARDS = """
Safeguard | Mechanism | Recipients | Signed     | Expires    | Document | Review due
Bureau    | agreement | Pay bureau | 2026-01-15 | 2027-01-31 | C/1      | 2026-06-30
Old       | agreement | Ad seller  | 2020-01-15 | 2021-01-31 | C/0      |
"""


@pytest.fixture
def assessment(given: Given) -> Assessment:
    return given(systems=SYSTEMS, categories=CATEGORIES, recipients=RECIPIENTS, safeguards=SAFEGUARDS).assessment


def rows_of(record: Record, assessment: Assessment, selection: Any = None) -> list[dict[str, Any]]:
    columns, rows = record.registers[0].table(shown_in(record, assessment, selection))
    return [dict(zip(columns, row, strict=True)) for row in rows]


def about(record: Record, assessment: Assessment, selection: Any = None) -> dict[str, Any]:
    _, rows = record.registers[-1].table(shown_in(record, assessment, selection))
    return {str(what): value for what, value in rows}


class TestWhatIsInThem:
    def test_a_controller_records_its_own_processing_and_a_processor_the_rest(self, assessment: Assessment) -> None:
        own, others = (rows_of(RECORDS[code], assessment) for code in ("art-30-1", "art-30-2"))
        assert [r["Processing"] for r in own] == ["Payroll", "Website"]
        assert [(r["Processing"], r["On behalf of"]) for r in others] == [("Campaign", "Client Ltd")]

    def test_what_article_30_asks_for(self, assessment: Assessment) -> None:
        payroll, website = rows_of(RECORDS["art-30-1"], assessment)
        assert payroll["Recipients"] == "Pay bureau (agent)"
        assert payroll["Transfers abroad"] == "Pay bureau: Australia (storage)"
        assert "Bureau" in payroll["Safeguards"] or "Agent only" in payroll["Safeguards"]
        assert (payroll["Kept for"], payroll["Security measures"], payroll["Owner"]) == ("7 years", "locked", "Mere")
        assert website["Transfers abroad"].splitlines() == ["Ad seller: United States", "Helper: not stated"]
        assert "Ad seller, United States (New Zealand): No safeguard" in website["Safeguards"]
        assert website["Contact"] == website["Security measures"] == "not stated"

    def test_only_disclosures_abroad_are_in_the_register_of_ipp_12(self, assessment: Assessment) -> None:
        rows = rows_of(RECORDS["ipp-12"], assessment)
        assert {r["To"] for r in rows} == {"Pay bureau", "Ad seller", "Helper", "Deep store"}
        assert {(r["To"], r["Outcome"]) for r in rows} >= {("Ad seller", "No safeguard"), ("Helper", "Facts missing")}
        assert rows_of(RECORDS["app-8"], assessment) == []

    def test_sub_processors_are_agents_and_those_they_send_on_to(self, assessment: Assessment) -> None:
        rows = rows_of(RECORDS["sub-processors"], assessment)
        assert [(r["Sub-processor"], r["Location of processing"], r["Engaged by"]) for r in rows] == [
            ("Pay bureau", "Australia (storage)", "Kowhai Limited"),
            ("Deep store", "Singapore", "Pay bureau"),
        ]

    def test_those_of_whom_it_is_not_known_are_counted_apart(self, assessment: Assessment) -> None:
        said = about(RECORDS["sub-processors"], assessment)["Held against the map"]
        assert said == (
            "5 recipients, 2 in this record; left out: 2 that do not act for the organisation; "
            "1 of whom it is not stated whether they do."
        )

    def test_safeguards_say_how_they_stand_on_the_day(self, assessment: Assessment) -> None:
        rows = {r["Safeguard"]: r for r in rows_of(RECORDS["safeguards"], assessment)}
        assert rows["Bureau"]["On this day"] == "review overdue"
        assert rows["Old"]["On this day"] == "ended"
        assert rows["Old"]["Flows it could be for"] == "Website → Ad seller"
        assert rows["Old"]["How many flows rest on it"] == 0

    def test_a_system_without_a_period_says_so(self, assessment: Assessment) -> None:
        rows = {r["System"]: r for r in rows_of(RECORDS["retention"], assessment)}
        assert rows["Campaign"]["Kept for"] == "not stated"
        assert rows["Website"]["Kept for"] == "2 years"


class TestWhatIsNot:
    @pytest.mark.parametrize("code", [code for code, record in RECORDS.items() if record.counts and not record.form])
    @pytest.mark.parametrize("focus", [None, "Payroll", "Ad seller"])
    def test_rows_in_are_rows_out_and_those_left_out(
        self, assessment: Assessment, code: str, focus: str | None
    ) -> None:
        record, selection = RECORDS[code], select(assessment, View(focus=focus))
        shown = shown_in(record, assessment, selection)
        named = {
            next(v for k, v in r.items() if k in _KEYS) + str(r.get("Place", ""))
            for r in rows_of(record, assessment, selection)
        }
        assert len(named) == record.whole(shown) - sum(n for _, n in record.left_out(shown))

    def test_the_file_says_what_is_not_in_it(self, assessment: Assessment) -> None:
        said = about(RECORDS["art-30-1"], assessment)
        assert said["Held against the map"] == (
            "3 systems, 2 in this record; left out: 1 held for somebody else (see the processor's record)."
        )
        assert said["Asked for by"].endswith("(to be verified)")

    def test_what_a_system_sends_to_itself_makes_it_held_for_nobody(self, given: Given) -> None:
        flows = "Flow | From | To | Role\nF1 | Payroll | Payroll | principal"
        found = given(systems=SYSTEMS, categories=CATEGORIES, recipients=RECIPIENTS, flows=flows).assessment
        assert [r["Processing"] for r in rows_of(RECORDS["art-30-2"], found)] == ["Campaign"]
        assert "Payroll" in {r["Processing"] for r in rows_of(RECORDS["art-30-1"], found)}

    @pytest.mark.parametrize(
        ("code", "ending"),
        [
            (r.code, e)
            for r in RECORDS.values()
            if r.asked_by
            for e in (r.form.endings if r.form else ENDINGS)
            if e != ".csv"
        ],
    )
    def test_the_law_that_asks_for_it_is_marked_in_every_file(
        self, assessment: Assessment, code: str, ending: str
    ) -> None:
        data = record_bytes(RECORDS[code], assessment, ending)
        parts = [data]
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = [package.read(name) for name in package.namelist()]
        text = b"".join(parts).decode("utf-8", "replace")
        asked_by = RECORDS[code].asked_by
        assert text.count(asked_by.partition(" (")[0]) == text.count(asked_by) > 0

    def test_a_filter_narrows_it_and_is_written_in_it(self, assessment: Assessment) -> None:
        selection = select(assessment, View(focus="Payroll"))
        assert [r["Processing"] for r in rows_of(RECORDS["art-30-1"], assessment, selection)] == ["Payroll"]
        assert about(RECORDS["art-30-1"], assessment, selection)["Filters"] == "Around: Payroll."


_KEYS = ("Processing", "Flow", "Sub-processor", "Safeguard", "System")


class TestFiles:
    @pytest.mark.parametrize("ending", ENDINGS)
    @pytest.mark.parametrize("code", [code for code, record in RECORDS.items() if not record.form])
    def test_the_same_rows_in_every_kind_of_file(self, assessment: Assessment, code: str, ending: str) -> None:
        record = RECORDS[code]
        data = record_bytes(record, assessment, ending)
        assert data == record_bytes(record, assessment, ending)
        register = record.registers[0]
        columns, rows = register.table(shown_in(record, assessment))
        found = _read_back(data, ending, register.name)
        assert len(found) == len(rows) + 1
        assert found[0][: len(columns)] == list(columns)
        for row, wanted in zip(found[1:], rows, strict=True):
            assert row[0] == ("" if wanted[0] is None else str(wanted[0]))

    def test_a_csv_says_the_day_and_the_filter_on_each_row(self, assessment: Assessment) -> None:
        selection = select(assessment, View(focus="Payroll"))
        data = record_bytes(RECORDS["retention"], assessment, ".csv", selection)
        (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        assert (row["System"], row["Law as of"], row["Filters"]) == ("Payroll", "2026-11-22", "Around: Payroll.")
        assert row["Hidden"].startswith(f"{selection.hidden['focus']} flows hidden")

    def test_another_ending_is_refused(self, assessment: Assessment) -> None:
        with pytest.raises(ValueError, match=r"not as “\.doc”"):
            record_bytes(RECORDS["retention"], assessment, ".doc")

    def test_wide_sheets_are_printed_on_several_pages_and_stay_readable(self, assessment: Assessment) -> None:
        for code, record in RECORDS.items():
            book = openpyxl.load_workbook(io.BytesIO(record_bytes(record, assessment, ".xlsx")))
            for sheet in book:
                across = sum(d.width for d in sheet.column_dimensions.values())
                inches = 16.5 if sheet.page_setup.paperSize == 8 else 11.7
                scale = min(1.0, int(sheet.page_setup.fitToWidth or 1) * (inches - 0.8) / (across * 5.25 / 72))
                assert 11 * scale >= 6, (code, sheet.title, scale)


def _read_back(data: bytes, ending: str, name: str) -> list[list[str]]:
    if ending == ".json":
        rows = json.loads(data)["tables"][name]
        return [
            list(rows[0]) if rows else list(_no_rows(name)),
            *(["" if v is None else str(v) for v in r.values()] for r in rows),
        ]
    if ending in (".csv", ".zip"):
        text = data if ending == ".csv" else zipfile.ZipFile(io.BytesIO(data)).read(f"{name}.csv")
        return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    book = sheets.read_bytes(f"record{ending}", data)
    (sheet,) = [s for s in book.sheets if s.name == name]
    return [["" if v is None else str(v) for v in row] for row in sheet.rows]


def _no_rows(name: str) -> tuple[str, ...]:
    return next(r.registers[0].columns for r in RECORDS.values() if r.registers[0].name == name)


class TestForms:
    """The forms of authorities: filled in, and read again as what they are."""

    def test_the_form_of_the_cnil(self, assessment: Assessment) -> None:
        book = sheets.read_bytes("f.ods", record_bytes(RECORDS["cnil"], assessment, ".ods"))
        assert [s.name for s in book.sheets] == ["2_-_Liste_des_traitements", "1 Payroll", "2 Website", "About"]
        rows = {str(row[0]): row for row in book.sheets[1].rows if row and row[0]}
        assert rows["Nom du traitement"][1] == "Payroll"
        assert rows["Finalité principale"][1] == "Wages"
        financial = next(r for label, r in rows.items() if label.startswith("Informations d'ordre économique"))
        assert (financial[1], financial[4]) == ("Bank details", "7 years")
        assert rows["Destinataire 1"][1:5] == ["Sous-traitants", None, None, "Pay bureau"]
        assert rows["Organisme destinataire 1"][1:6] == ["Pay bureau", "Australia (storage)", "agreement", None, "C/1"]

    def test_an_agreement_that_ended_is_no_guarantee(self, assessment: Assessment) -> None:
        book = sheets.read_bytes("f.ods", record_bytes(RECORDS["cnil"], assessment, ".ods"))
        row = next(row for row in book.sheets[2].rows if row and row[0] == "Organisme destinataire 1")
        assert row[1:3] == ["Ad seller", "United States"]
        assert len(row) < 4 or row[3] is None

    def test_the_template_of_the_ico(self, assessment: Assessment) -> None:
        book = sheets.read_bytes("f.xlsx", record_bytes(RECORDS["ico"], assessment, ".xlsx"))
        rows = book.sheets[0].rows
        assert rows[1][:2] == ["Name", "Kowhai Limited"]
        assert (rows[8][0], rows[8][29]) == (
            "Business function",
            "Reasons for not adhering to policy document (if applicable)",
        )
        assert rows[9][:2] == ["Mere", "Wages (Payroll)"]
        assert rows[10][5:9] == ["Ad seller\nHelper", None, "United States\nnot stated", None]

    @pytest.mark.parametrize(
        ("code", "layout"), [("cnil", "CNIL simplified register"), ("ico", "ICO controller template")]
    )
    def test_it_is_read_again_as_that_form(self, assessment: Assessment, code: str, layout: str) -> None:
        for ending in RECORDS[code].endings:
            data = record_bytes(RECORDS[code], assessment, ending)
            assert data == record_bytes(RECORDS[code], assessment, ending)
            again = layouts.read([sheets.read_bytes(f"f{ending}", data)], law.load())
            assert again.inputs[0].layout == layout
            assert len(again.inventory.systems) == 2

    def test_what_it_has_no_place_for_is_counted(self, assessment: Assessment) -> None:
        _, filled = filled_in(RECORDS["cnil"], assessment)
        assert filled
        said = {str(row[0]): str(row[1]) for row in filled.said}
        assert said["Not in the form: Systems"].startswith("Locations (2); Owner (1)")
        assert said["Flows"].startswith(f"{len(assessment.map.flows)} flows, 3 in this form; left out: ")
        assert said["Safeguards"] == "1 that ended or have not begun are not written as guarantees."

    def test_what_would_be_read_otherwise_is_named(self, given: Given) -> None:
        found = given(
            systems="System | Recipients | Retention\nnone at present | Alpha and Beta Ltd | 2 years"
        ).assessment
        _, filled = filled_in(RECORDS["cnil"], found)
        assert filled
        assert ("Read otherwise", "retention: “2 years” of “none at present”") in filled.said

    def test_it_is_written_as_nothing_else(self, assessment: Assessment) -> None:
        with pytest.raises(ValueError, match=r"can be written as \.ods, \.xlsx"):
            record_bytes(RECORDS["cnil"], assessment, ".json")

    def test_one_system_is_a_scope(self, assessment: Assessment) -> None:
        selection = one_system(assessment, "Payroll")
        assert held_in(RECORDS["cnil"], assessment, selection) == "1 system, 1 in this record."
        assert about(RECORDS["cnil"], assessment, selection)["Filters"] == "Only the system Payroll."
        assert len(selection.flows) + sum(selection.hidden.values()) == len(assessment.map.flows)


class TestCommand:
    @pytest.mark.parametrize("code", RECORDS)
    def test_the_command_knows_what_each_can_be_written_as(
        self, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "Systems.csv").write_text("System\nCRM\n", "utf-8")
        assert (
            cli.main(["register", str(tmp_path / "Systems.csv"), "--record", code, "-o", str(tmp_path / "x.no")]) == 2
        )
        said = capsys.readouterr().err
        assert all((ending in said) == (ending in RECORDS[code].endings) for ending in ENDINGS)

    def test_the_command_offers_every_record(self) -> None:
        assert tuple(RECORDS) == cli.RECORDS

    def test_a_record_is_written(self, tmp_path: Path) -> None:
        folder = tmp_path / "inventory"
        folder.mkdir()
        (folder / "Systems.csv").write_text("System,Organisation,Retention\nCRM,Kowhai Limited,3 years\n", "utf-8")
        (folder / "Organisations.csv").write_text("Organisation,Country\nKowhai Limited,NZ\n", "utf-8")
        target = tmp_path / "retention.csv"
        assert cli.main(["register", str(folder), "--record", "retention", "-o", str(target)]) == 0
        assert "CRM,Kowhai Limited" in target.read_text("utf-8-sig")
