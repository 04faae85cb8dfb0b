"""The registers say what the assessment says: nothing more, nothing lost, and safe to open."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from datamap import law, registers
from datamap.assessment import Assessment
from datamap.registers import (
    ABOUT,
    CHAINS,
    DESTINATIONS,
    DUTIES,
    FLAGGED,
    LAPSES,
    LAW,
    NOT_ADVICE,
    PROBLEMS,
    QUESTIONS,
    REGISTERS,
    TRANSFERS,
    Register,
    books,
    json_text,
    save,
    table,
    tables,
    to_json,
    workbook_bytes,
)
from datamap.transfers import LABELS, WORST_FIRST, Outcome
from datamap.views import STYLE, View, select
from tests.conftest import Given, Result

SYSTEMS = """
System | Organisation | Categories | Individuals | Recipients | Locations | Retention
CRM    |              | Contact details; Health notes | Customers | Mail house | NZ | 7 years
"""
CATEGORIES = """
Category | Kind
Contact details | contact
Health notes | health
"""
RECIPIENTS = """
Recipient  | Country | Role       | Own purposes | Locations      | Sub-processors
Mail house | AU      | agent      | no           | AU (storage)   | Deep store
Ad seller  | US      | controller | yes          | US             |
Partner    | JP      | controller | yes          | JP             |
Adviser    |         | controller | yes          | somewhere else |
Deep store | SG      | agent      | no           | SG             |
"""
FLOWS = """
Flow | From | To        | Categories      | Individuals | Purpose | Ground       | Safeguards | Ended | Team   | Outcome
F1   | CRM  | Ad seller | Contact details | Customers   | Ads     |              |            |       | =1+1   | fine
F2   | CRM  | Partner   | Contact details | Customers   | Support | IPP 11(1)(a) | DPA        | mial  | @sales |
F3   | CRM  | Adviser   | Health notes    | Customers   | Advice  |              |            |       |        |
"""
SAFEGUARDS = """
Safeguard | Mechanism | Recipients | Signed     | Expires    | Document  | Assessment | Review due
DPA       | agreement | Partner    | 2026-01-15 | 2028-01-31 | C/2026/14 | Note 7     | 2027-01-31
"""


@pytest.fixture
def result(given: Given) -> Result:
    return given(systems=SYSTEMS, categories=CATEGORIES, recipients=RECIPIENTS, flows=FLOWS, safeguards=SAFEGUARDS)


@pytest.fixture
def assessment(result: Result) -> Assessment:
    return result.assessment


def records(register: Register, assessment: Assessment, **only: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = table(register, assessment, only.get("selection")).to_dict("records")  # type: ignore[assignment]
    return found


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


class TestTransfers:
    def test_one_row_for_every_leg_under_every_regime(self, assessment: Assessment) -> None:
        rows = records(TRANSFERS, assessment)
        assert [(r["Flow"], r["Regime"], r["Outcome"]) for r in rows] == [
            (a.leg.flow.id, assessment.law.regimes[a.regime].name, a.outcome.label) for a in assessment.answers
        ]
        assert len(rows) >= 5

    def test_a_row_says_what_the_answer_says(self, assessment: Assessment, result: Result) -> None:
        (row,) = [r for r in records(TRANSFERS, assessment) if r["Flow"] == "F2"]
        answer = result.answer("F2")
        assert (row["Organisation"], row["From"], row["To"], row["Country"]) == (
            "Kowhai Limited",
            "CRM",
            "Partner",
            "Japan",
        )
        assert (row["Categories"], row["Individuals"], row["Purpose"], row["Role"]) == (
            "Contact details", "Customers", "Support", "controller",
        )  # fmt: skip
        assert (row["Reason"], row["Citation"]) == (answer.reason, answer.citation)
        assert row["Safeguard"] == "DPA (C/2026/14)"
        assert (row["Safeguard from"], row["Safeguard until"]) == ("2026-01-15", "2028-01-31")
        assert (row["Implied"], row["Onward"]) == ("no", "no")
        assert row["Source cells"].startswith("Flows!C3; Flows!B3; Flows!A3")

    def test_implied_and_onward_flows_say_so(self, assessment: Assessment) -> None:
        rows = {r["Flow"]: r for r in records(TRANSFERS, assessment)}
        assert rows["CRM → Mail house"]["Implied"] == "yes (Systems: Recipients)"
        assert rows["CRM → Mail house"]["Activity"] == "storage"
        assert rows["Mail house → Deep store"]["Onward"] == "yes"

    def test_what_is_not_known_is_never_blank_where_it_matters(self, assessment: Assessment) -> None:
        (row,) = [r for r in records(TRANSFERS, assessment) if r["Flow"] == "F3"]
        assert (row["Country"], row["Place"]) == ("not stated", "somewhere else")

    def test_extra_columns_of_typed_flows_are_carried_through(self, assessment: Assessment) -> None:
        frame = table(TRANSFERS, assessment)
        assert list(frame.columns[-2:]) == ["Team", "Outcome (from the file)"]
        assert {r["Flow"]: r["Team"] for r in records(TRANSFERS, assessment) if r["Team"]} == {
            "F1": "=1+1",
            "F2": "@sales",
        }

    def test_file_names_are_shown_when_there_are_several_files(self, assessment: Assessment) -> None:
        two = Assessment(**{**vars_of(assessment), "inputs": assessment.inputs * 2})
        assert records(TRANSFERS, two)[0]["Source cells"].startswith("case.xlsx!Flows!C2")


class TestFlagged:
    def test_only_the_flagged_ones_worst_first(self, assessment: Assessment) -> None:
        shown = [r["Outcome"] for r in records(FLAGGED, assessment)]
        flagged = [a.outcome for a in assessment.answers if a.outcome.flagged]
        assert shown == [o.label for o in WORST_FIRST for f in flagged if f is o]
        assert len(set(shown)) > 1

    def test_what_would_clear_a_gap_stands_beside_it(self, assessment: Assessment) -> None:
        (row,) = [r for r in records(FLAGGED, assessment) if r["Flow"] == "F1"]
        assert row["Outcome"] == "No safeguard"
        assert "IPP 12(1)(f)" in row["Missing"]


class TestQuestions:
    def test_they_are_grouped_by_recipient_and_asked_once(self, assessment: Assessment) -> None:
        rows = records(QUESTIONS, assessment)
        asked = [(r["Recipient"], r["Question"]) for r in rows]
        assert len(asked) == len(set(asked)) > 0
        grouped = [r["Recipient"] for r in rows]
        assert grouped == [who for who in dict.fromkeys(grouped) for _ in range(grouped.count(who))]

    def test_they_come_from_missing_facts_and_never_from_a_gap(self, assessment: Assessment, result: Result) -> None:
        rows = records(QUESTIONS, assessment)
        assert "Ad seller" not in {r["Recipient"] for r in rows}
        about = [r["Question"] for r in rows if r["Recipient"] == "Adviser"]
        assert about == [
            m if m.endswith("?") else f"To record or put on file: {m}." for m in result.answer("F3").missing
        ]
        assert {r["Why it matters"] for r in rows} <= {"Facts missing", "Evidence incomplete"}

    def test_what_is_asked_of_the_organisation_is_asked_once_for_all_recipients(self, given: Given) -> None:
        found = given(
            organisations="Organisation | Country | Sector\nWattle | AU | private",
            systems="System | Categories\nCRM | Contact details",
            categories=CATEGORIES,
            recipients="Recipient | Country | Role\nA | US | controller\nB | JP | controller",
            flows="Flow | From | To | Categories\nF1 | CRM | A | Contact details\nF2 | CRM | B | Contact details",
        )
        rows = records(QUESTIONS, found.assessment)
        small = [r for r in rows if "small business" in r["Question"]]
        assert [(r["Recipient"], r["About flows"]) for r in small] == [("Wattle (the organisation itself)", "F1; F2")]


class TestDutiesAndProblems:
    def test_every_flag_and_every_duty_that_remains(self, assessment: Assessment) -> None:
        rows = records(DUTIES, assessment)
        flags = [r for r in rows if r["Kind"] == "Flag"]
        assert [(r["Code"], r["About"], r["Message"]) for r in flags] == [
            (f.code, f.about, f.message) for f in assessment.flags
        ]
        owed = {(r["About"], f"{r['Message']} ({r['Citation']})") for r in rows if r["Kind"] == "Remains owed"}
        assert owed == {(registers.recipient_name(a.leg.flow), d) for a in assessment.answers for d in a.duties}
        assert owed

    def test_a_problem_names_its_cell_and_what_to_do(self, assessment: Assessment) -> None:
        assert [(r["Sheet"], r["Cell"], r["Code"], r["Value"]) for r in records(PROBLEMS, assessment)] == [
            (p.cell.sheet, p.cell.address, p.code, p.value) for p in assessment.problems
        ]
        (row,) = [r for r in records(PROBLEMS, assessment) if r["Value"] == "mial"]
        assert row["What to do"] == "Write it as 2026-11-30."


class TestLaw:
    def test_every_rule_tried_is_listed_once_with_its_dates_and_sources(self, assessment: Assessment) -> None:
        rows = records(LAW, assessment)
        keys = [(r["Regime"], r["Rule"]) for r in rows]
        assert len(keys) == len(set(keys))
        tried = {s.rule.partition("/")[2] for a in assessment.answers for s in a.trace}
        assert tried | {f.code for f in assessment.flags} | {"NZ-12-1-F"} <= {r["Rule"] for r in rows}
        assert all(r["Citation"] and r["Checked"] and r["Confidence"] and r["Sources"] for r in rows)
        assert not any("{" in r["What it asks"] for r in rows)

    def test_each_citation_leads_to_its_rule(self, assessment: Assessment) -> None:
        book = opened(workbook_bytes(assessment))
        for name in ("Transfers", "Flagged"):
            headings = [c.value for c in book[name][1]]
            column = headings.index("Citation")
            cells = [row[column] for row in book[name].iter_rows(min_row=2)]
            assert cells
            for cell in cells:
                assert cell.hyperlink
                assert cell.hyperlink.target is None
                row = re.fullmatch(r"'Law relied on'!A(\d+)", cell.hyperlink.location or "")
                assert row
                cited, shown = str(book["Law relied on"].cell(int(row[1]), 3).value), str(cell.value)
                assert cited.split(",")[-1].strip() in shown, (cited, shown)

    def test_no_links_above_the_limit_and_about_says_so(
        self, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tables, "MOST_LINKS", 1)
        book = opened(workbook_bytes(assessment))
        assert not any(c.hyperlink for row in book["Transfers"].iter_rows() for c in row)
        assert "Links" in [r[0].value for r in book["About"].iter_rows()]


class TestTimeAndDistance:
    def test_what_lapses_in_a_year_is_a_row_for_each_leg_and_regime(self, assessment: Assessment) -> None:
        (row,) = [r for r in records(LAPSES, assessment) if r["Flow"] == "F2"]
        assert (row["Day"], row["What changes"]) == (
            "2027-02-01",
            "The review of “DPA” is overdue (due 2027-01-31)",
        )
        assert (row["Until then"], row["Outcome"]) == (Outcome.SAFEGUARDED.label, Outcome.INCOMPLETE.label)
        assert row["Cells"].startswith("Safeguards!H2")

    def test_the_chains_are_those_of_the_flows_that_are_shown(self, assessment: Assessment) -> None:
        every = records(CHAINS, assessment)
        onward = next(r for r in every if r["Country"] == "Singapore" and r["Category"] == "Contact details")
        assert (onward["Hops"], onward["Path"]) == ("2", "CRM → Mail house → Deep store")
        assert onward["Hop by hop"].startswith(
            "1. CRM → Mail house: New Zealand: Agent only\n2. Mail house → Deep store:"
        )
        selection = select(assessment, View(countries=("SG",)))
        shown = records(CHAINS, assessment, selection=selection)
        assert {r["Country"] for r in shown} == {"Singapore"} < {r["Country"] for r in every}
        assert {r["Country"] for r in records(DESTINATIONS, assessment)} == {r["Country"] for r in every}


class TestAbout:
    def test_it_says_what_was_read_and_judged(self, assessment: Assessment) -> None:
        said = {r["What"]: r["Value"] for r in records(ABOUT, assessment)}
        assert said["What this is"] == NOT_ADVICE
        assert said["Law as of"] == "2026-11-22"
        assert said["Filters"] == "No filters. Nothing hidden."
        report = assessment.inputs[0]
        assert f"left out: {report.rows_left_out}" in said["File: case.xlsx"]
        shown = {label: int(said[label]) for label in LABELS.values() if label in said}
        assert shown == {o.label: n for o, n in assessment.counts.items()}

    def test_a_selection_narrows_the_sheets_and_says_what_it_hides(self, assessment: Assessment) -> None:
        selection = select(assessment, View(categories=("Health notes",)))
        rows = records(TRANSFERS, assessment, selection=selection)
        assert 0 < len(rows) < len(assessment.answers)
        assert all("Health notes" in r["Categories"] for r in rows)
        said = {r["What"]: r["Value"] for r in records(ABOUT, assessment, selection=selection)}
        assert said["Filters"] == "Categories: Health notes."
        assert said["Hidden by the filters"] == selection.hidden_sentence()
        assert said["Answers shown"].startswith(f"{len(rows)} of {len(assessment.answers)}.")
        book = opened(workbook_bytes(assessment, selection))
        assert book["Transfers"].max_row == len(rows) + 1


class TestWorkbook:
    def test_the_sheets_hold_what_the_tables_hold(self, assessment: Assessment) -> None:
        book = opened(workbook_bytes(assessment))
        assert book.sheetnames == [r.name for r in REGISTERS]
        for register in REGISTERS:
            frame = table(register, assessment)
            shown = [
                ["" if v is None else shown_as(v) for v in row]
                for row in book[register.name].iter_rows(values_only=True)
            ]
            assert shown == [list(frame.columns), *frame.to_numpy().tolist()]

    def test_no_cell_is_a_formula_and_nothing_leads_outside(self, assessment: Assessment) -> None:
        data = workbook_bytes(assessment)
        for sheet in opened(data):
            assert {c.data_type for row in sheet.iter_rows() for c in row if c.value is not None} <= {"s", "n", "d"}
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for name in parts.namelist():
                text = parts.read(name).decode()
                assert "<f>" not in text
                assert "TargetMode" not in text

    def test_an_outcome_has_its_colour_and_its_words(self, assessment: Assessment) -> None:
        sheet = opened(workbook_bytes(assessment))["Flagged"]
        labels = {label: outcome for outcome, label in LABELS.items()}
        for row in range(2, sheet.max_row + 1):
            cell = sheet.cell(row, 1)
            style = STYLE[labels[str(cell.value)]]
            assert cell.fill.fgColor.rgb == f"FF{style.fill[1:].upper()}"
            assert cell.font.color.rgb == f"FF{style.ink[1:].upper()}"

    def test_it_is_set_up_for_reading_and_for_print(self, assessment: Assessment) -> None:
        book = opened(workbook_bytes(assessment))
        assert book.properties.title == "Transfer register, 2026-11-22"
        for sheet in book:
            assert sheet.freeze_panes == "B2"
            assert sheet.auto_filter.ref == sheet.dimensions
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.page_setup.fitToHeight == 0
            assert sheet.print_title_cols == "$A:$A"
            assert sheet.sheet_properties.pageSetUpPr
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.print_title_rows == "$1:$1"
            assert sheet["A2" if sheet.max_row > 1 else "A1"].alignment.wrap_text

    def test_another_reader_opens_it(self, assessment: Assessment, tmp_path: Path) -> None:
        path = tmp_path / "register.xlsx"
        save(assessment, path)
        book = CalamineWorkbook.from_path(str(path))
        assert book.sheet_names == [r.name for r in REGISTERS]
        assert len(book.get_sheet_by_name("Transfers").to_python()) == len(assessment.answers) + 1

    def test_the_same_bytes_every_time(self, assessment: Assessment) -> None:
        assert workbook_bytes(assessment) == workbook_bytes(assessment)

    def test_rows_over_the_limit_go_to_the_next_sheet(
        self, assessment: Assessment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(books, "MOST_ROWS", 3)
        book = opened(workbook_bytes(assessment))
        parts = [n for n in book.sheetnames if n.startswith("Transfers")]
        assert len(parts) > 1
        assert sum(book[n].max_row - 1 for n in parts) == len(assessment.answers)

    def test_control_characters_do_not_stop_it(self, given: Given) -> None:
        found = given(
            systems="System | Categories | Recipients\nCR\x07M | Contact details | Ad\x00seller",
            recipients="Recipient | Country | Role\nAd\x00seller | US | controller",
        )
        sheet = opened(workbook_bytes(found.assessment))["Transfers"]
        assert [c.value for c in sheet[2]][2:4] == ["CR␇M", "Ad␀seller"]


def shown_as(value: Any) -> str:
    return value.date().isoformat() if hasattr(value, "date") else str(value)


class TestJson:
    CONTRACT = frozenset(
        [
            "flow",
            "organisation",
            "source",
            "recipient",
            "country",
            "activity",
            "categories",
            "regime",
            "outcome",
            "ground",
            "citation",
            "reason",
            "missing",
            "duties",
            "safeguard",
            "cells",
        ]
    )

    def test_it_has_every_key_of_the_contract_and_plain_types(self, assessment: Assessment) -> None:
        found = to_json(assessment)
        assert json.loads(json.dumps(found)) == found
        assert {"as_of", "inputs", "problems", "transfers", "flags", "counts"} <= set(found)
        assert found["as_of"] == "2026-11-22"
        assert set(found["inputs"][0]) == {"file", "layout", "rows_read", "rows_in_inventory", "rows_left_out"}
        assert {"code", "file", "sheet", "cell", "value", "message", "hint"} <= set(found["problems"][0])
        assert {"code", "about", "message", "citation", "cells"} <= set(found["flags"][0])
        assert len(found["transfers"]) == len(assessment.answers)
        assert all(set(t) >= self.CONTRACT for t in found["transfers"])

    def test_a_transfer_in_full(self, assessment: Assessment, result: Result) -> None:
        by_flow = {t["flow"]: t for t in to_json(assessment)["transfers"]}
        first = by_flow["F2"]
        assert (first["source"], first["recipient"], first["country"], first["activity"]) == (
            "CRM",
            "Partner",
            "JP",
            None,
        )
        assert (first["regime"], first["outcome"], first["safeguard"]) == ("nz", "safeguarded", "DPA")
        assert first["ground"] == "IPP 12(1)(f)"
        assert first["cells"][0] == "case.xlsx!Flows!C3"
        assert [s["rule"] for s in first["trace"]] == [s.rule for s in result.answer("F2").trace]
        assert first["checked"] == "2026-11-22"
        assert first["relied_on"]["checked"] == "2026-11-22"
        assert first["relied_on"]["sources"] == ["IPP 12(1)(f)"]
        assert by_flow["F3"]["country"] is None
        assert by_flow["CRM → Mail house"]["implied"] is True

    def test_each_step_says_where_its_law_was_read_and_when_it_was_checked(self, assessment: Assessment) -> None:
        """The same as the page shows beside it, and the same as the sheet of the law relied on."""
        regimes = assessment.law.regimes
        steps = {f"{r.code}/{s.id}": (r, s) for r in regimes.values() for s in r.steps}
        told = [step for t in to_json(assessment)["transfers"] for step in t["trace"]]
        assert told
        for step in told:
            regime, law = steps[step["rule"]]
            assert step["checked"] == law.checked.isoformat()
            assert step["sources"] == list(regime.cite_sources(law.sources))
            assert all(len(source) > 3 for source in step["sources"]), "a source in full and not its key"
            assert step["yours"] is False

    def test_an_answer_was_checked_when_the_oldest_piece_of_its_law_was(self, given: Given) -> None:
        shipped = law.load()
        nz = shipped.regimes["nz"]
        old = dataclasses.replace(nz.mechanisms["NZ-12-1-F"], checked=date(2025, 1, 31))
        regime = dataclasses.replace(nz, mechanisms={**nz.mechanisms, "NZ-12-1-F": old})
        under = dataclasses.replace(shipped, regimes={**shipped.regimes, "nz": regime})
        result = given(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=RECIPIENTS,
            flows=FLOWS,
            safeguards=SAFEGUARDS,
            under=under,
        )
        checked = {t["flow"]: t["checked"] for t in to_json(result.assessment)["transfers"]}
        assert checked["F2"] == "2025-01-31"
        assert checked["F3"] == "2026-11-22"
        rows = table(TRANSFERS, result.assessment)
        assert rows.loc[rows["Flow"] == "F2", "Law checked"].tolist() == ["2025-01-31"]

    def test_counts_are_worst_first_and_only_of_what_is_there(self, assessment: Assessment) -> None:
        counts = to_json(assessment)["counts"]
        assert list(counts) == [o.value for o in WORST_FIRST if assessment.counts[o]]
        assert sum(counts.values()) == len(assessment.answers)
        assert counts[Outcome.GAP.value] >= 1

    def test_the_text_is_the_same_every_time_and_keeps_its_letters(self, assessment: Assessment) -> None:
        text = json_text(assessment)
        assert text == json_text(assessment)
        assert "→" in text
        assert json.loads(text)["as_of"] == "2026-11-22"


def test_nothing_to_write_is_written_as_such(given: Given) -> None:
    found = given(categories=CATEGORIES, on=date(2026, 1, 1))
    book = opened(workbook_bytes(found.assessment))
    assert book["Transfers"].max_row == 1
    assert to_json(found.assessment)["transfers"] == []


def vars_of(assessment: Assessment) -> dict[str, Any]:
    return {n: getattr(assessment, n) for n in Assessment.__dataclass_fields__}


def test_a_transfer_that_rests_on_a_cell_that_was_not_understood_is_marked(given: Given) -> None:
    result = given(
        systems="System | Categories\nMail | Name",
        categories="Category | Kind\nName | identity",
        recipients="Recipient | Country | Role | Own purposes\nMailer | US | agent | no\nOther | US | agent | maybe",
        flows="Flow | From | To | Categories\nF1 | Mial | Mailer | Name\nF2 | Mail | Mailer | Name\nF3 | Mail | Other | Name",
    )
    marked = {t["flow"]: t["not_understood"] for t in registers.json_transfers(result.assessment)}
    assert marked == {"F1": ["case.xlsx!Flows!B2"], "F2": [], "F3": ["case.xlsx!Recipients!D3"]}
    table = registers.table(registers.TRANSFERS, result.assessment)
    assert list(table["Cells not understood"]) == ["Flows!B2", "", "Recipients!D3"]
