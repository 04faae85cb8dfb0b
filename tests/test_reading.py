"""The canonical workbook is read as the contract says: nothing lost, every problem at its cell, the counts in balance."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest

from datamap import law, layouts
from datamap.inventory import Activity, Binding, Nothing, Notice, NoticeGiven, Role, Scheme, name_key, whole
from datamap.sheets import Book, ErrorValue, Sheet, Uncomputed, Unreadable, Value
from datamap.workbook import SHEETS, Reading, parse, recognises
from datamap.workbook.columns import FREQUENCIES
from tests.conftest import reading

CATEGORIES = "Category | Kind\nContact details | contact\nName, contact details | identity\nPages | behaviour"
RECIPIENTS = "Recipient | Country\nMail house | NZ\nGoogle Analytics | US"
SYSTEMS = "System | Categories\nCRM | Contact details\nMail | Contact details"


def problems(read: Reading) -> list[tuple[str, str, str, str]]:
    """Sheet, cell, code and hint of each problem: short enough to compare."""
    return [(p.cell.sheet, p.cell.address, p.code, p.hint) for p in read.problems]


def rows(sheet: str, *lines: list[Value]) -> Reading:
    return parse([Book("x.xlsx", (Sheet("x.xlsx", sheet, [list(line) for line in lines]),))], law.load())


def fact(sheet: str, heading: str, value: Value, identity: str = "Thing") -> Any:
    """One cell as the reader understands it."""
    layout = next(s for s in SHEETS if s.name == sheet)
    read = rows(sheet, [layout.identity.heading, heading], [identity, value])
    column = layout.column(heading)
    assert column
    return getattr(getattr(read.inventory, layout.field)[0], column.field)


class TestProblemsNameTheirCell:
    def test_a_misspelt_name_is_reported_and_its_row_stays(self) -> None:
        read = reading(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=RECIPIENTS,
            flows="Flow | From | To | Categories\nF1 | CRM | Mail house | Contact details\nF2 | CRM | Google Analytics | Contact details\nF3 | CRM | mial | Contact details",
        )
        assert problems(read) == [("Flows", "C4", "P201", "Mail")]
        assert [f.name for f in read.inventory.flows] == ["F1", "F2", "F3"]
        assert read.inventory.flows[2].destination.value == "mial"
        assert str(read.problems[0].cell) == "case.xlsx!Flows!C4"
        assert read.problems[0].value == "mial"

    @pytest.mark.parametrize(
        ("about", "wanted", "codes"),
        [
            ("CRM", ("CRM",), []),
            ("service providers", ("service providers",), []),
            ("Recipients", ("Recipients",), []),
            ("IP address; payment details", ("IP address", "payment details"), []),
            ("health, biometrics", ("health", "biometrics"), []),
            ("Contact details, IP address", ("Contact details", "IP address"), []),
            ("processor", ("processor",), []),
            ("people in Australia", ("people in Australia",), []),
            ("people in Narnia", ("people in Narnia",), ["P201"]),
            ("service provider's cat", ("service provider's cat",), ["P201"]),
            ("CRN", ("CRN",), ["P201"]),
        ],
    )
    def test_a_statement_may_be_about_a_kind(self, about: str, wanted: tuple[str, ...], codes: list[str]) -> None:
        read = reading(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=RECIPIENTS,
            statements=f"Statement | Says | About | Value\nS1 | held in | {about} | NZ",
        )
        assert (read.inventory.statements[0].about.value, [p.code for p in read.problems]) == (wanted, codes)

    def test_a_kind_stands_for_no_name_elsewhere(self) -> None:
        read = reading(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=RECIPIENTS,
            flows="From | To | Categories\nCRM | service providers | health",
        )
        assert [(p.cell.address, p.code) for p in read.problems] == [("B2", "P201"), ("C2", "P201")]

    def test_the_same_name_spelled_otherwise_is_the_same_name(self) -> None:
        read = reading(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=RECIPIENTS,
            flows="From | To | Categories\ncrm | GOOGLE-analytics | contact  details",
        )
        assert read.problems == ()
        flow = read.inventory.flows[0]
        assert (flow.name, flow.destination.value, flow.categories.value) == (
            "CRM → Google Analytics",
            "Google Analytics",
            ("Contact details",),
        )

    @pytest.mark.parametrize(
        ("sheet", "heading", "value", "code", "hint"),
        [
            ("Recipients", "Role", "procesor", "P102", "agent"),
            ("Recipients", "Role", "pirate", "P102", None),
            ("Recipients", "Country", "Austalia", "P103", "Australia"),
            ("Recipients", "Own purposes", "maybe", "P104", None),
            ("Recipients", "Own purposes", "Yes - for its own analytics", "P104", "yes"),
            ("Recipients", "Own purposes", "no (agent only)", "P104", "no"),
            ("Recipients", "Own purposes", "no longer", "P104", None),
            ("Systems", "Notice given", "yes - on the website", "P102", "yes"),
            ("Recipients", "Locations", "NZ?", "P103", "New Zealand"),
            ("Recipients", "Locations", "AWS Sydney + backup Oregon", "P103", "Australia; United States"),
            ("Recipients", "Schemes", "DPF withdrawn", "P102", None),
            ("Recipients", "Schemes", "not DPF", "P102", None),
            ("Safeguards", "Expires", 46568, "P105", "2027-06-30"),
            ("Safeguards", "Expires", "46568", "P105", "2027-06-30"),
            ("Safeguards", "Expires", "31 Dec 2026 (renews itself)", "P105", "2026-12-31"),
            ("Safeguards", "Expires", "1 Jan 2024 to 3 Feb 2025", "P105", None),
            ("Safeguards", "Expires", "May 2024", "P105", None),
            ("Safeguards", "Signed", "soon", "P105", None),
            ("Safeguards", "Signed", "31/02/2026", "P105", None),
            ("Safeguards", "Mechanism", "handshake", "P109", None),
            ("Safeguards", "Mechanism", "SCC module 7", "P113", None),
            ("Safeguards", "Mechanism", "SCC M5", "P113", None),
            ("Safeguards", "Mechanism", "SCC module 2 (controller to controller)", "P113", None),
            ("Safeguards", "Mechanism", "M2", "P109", "SCC module 2"),
            ("Safeguards", "Mechanism", "SCCM3", "P109", "SCC module 3"),
            ("Safeguards", "Mechanism", "SCC module 1-4", "P113", None),
            ("Safeguards", "Mechanism", "SCC (module ?)", "P113", None),
            ("Safeguards", "Mechanism", "SCC module 2?", "P113", None),
            ("Safeguards", "Mechanism", "SCC?", "P109", "SCC"),
            ("Safeguards", "Mechanism", "NZ-12-1-F ?", "P109", "NZ-12-1-F"),
            ("Safeguards", "Module", "2?", "P102", None),
            ("Recipients", "Role", "agent?", "P102", "agent"),
            ("Recipients", "Bound by", "PIPEDA?", "P102", None),
            ("Recipients", "Schemes", "DPF?", "P102", None),
            ("Organisations", "Regimes", "nz?", "P102", "nz"),
            ("Safeguards", "Mechanism", "EU-US DPF", "P112", None),
            ("Safeguards", "Mechanism", "Data Privacy Framework (active)", "P112", None),
            ("Safeguards", "Mechanism", "SCC and DPF", "P112", None),
            ("Prohibitions", "Regime", "nz; au", "P102", None),
            ("Flows", "Ground", "IPP 99", "P110", None),
            ("Systems", "Notice given", "exception", "P111", None),
            ("Safeguards", "Module", "two and a half", "P102", None),
            ("Recipients", "Bound by", "small business", "P102", None),
            ("Organisations", "Regimes", "nz; atlantis", "P102", None),
            ("Organisations", "Kind", "heath agency", "P102", "health agency"),
        ],
    )
    def test_a_cell_that_is_not_understood(
        self, sheet: str, heading: str, value: str, code: str, hint: str | None
    ) -> None:
        layout = next(s for s in SHEETS if s.name == sheet)
        lead = ["From", "To"] if sheet == "Flows" else [layout.identity.heading]
        read = rows(sheet, [*lead, heading], [*["Thing"] * len(lead), value])
        (problem,) = [p for p in read.problems if p.code == code]
        assert problem.cell.address == f"{'C' if sheet == 'Flows' else 'B'}2"
        assert read.inputs[0].rows_in_inventory == 1
        if hint:
            assert problem.nearest == hint

    def test_a_required_cell_left_blank(self) -> None:
        read = reading(organisations="Organisation | Country | Sector\nKowhai | | private")
        assert problems(read) == [("Organisations", "B2", "P101", "Fill it in, or write 'not stated'.")]
        assert read.inventory.organisations[0].country.nothing is Nothing.BLANK

    def test_error_values_and_formulas_without_a_value_are_never_blanks(self) -> None:
        read = rows(
            "Recipients", ["Recipient", "Own purposes", "Country"], ["A", ErrorValue("#N/A"), Uncomputed("=B1")]
        )
        assert [(p.cell.address, p.code) for p in read.problems] == [("B2", "P107"), ("C2", "P108")]
        recipient = read.inventory.recipients[0]
        assert recipient.own_purposes.nothing is recipient.country.nothing is Nothing.UNREADABLE

    def test_a_row_that_cannot_be_placed_is_left_out_and_counted(self) -> None:
        read = reading(
            systems="System | Kind\nCRM | database\n | website",
            recipients=RECIPIENTS,
            flows="Flow | From | To | Categories\nF1 | | | Contact details\nF2 | CRM | | Contact details",
        )
        assert [(c, k) for _, c, k, _ in problems(read)] == [("B2", "P302"), ("C3", "P101"), ("A3", "P301")]
        assert (read.inputs[0].rows_read, read.inputs[0].rows_in_inventory, read.inputs[0].rows_left_out) == (6, 4, 2)

    def test_a_row_that_is_longer_than_the_headings_is_told_and_keeps_its_cells(self) -> None:
        read = rows("Systems", ["System", "Notes"], ["CRM", "Acme", " Inc", "Sydney"], ["Shop", "-"])
        assert [(p.cell.address, p.code, p.value) for p in read.problems] == [
            ("C2", "P315", "Inc"),
            ("D2", "P315", "Sydney"),
        ]
        crm, shop = read.inventory.systems
        assert {h: (f.value, str(f.cell)) for h, f in crm.extra.items()} == {
            "column C": ("Inc", "x.xlsx!Systems!C2"), "column D": ("Sydney", "x.xlsx!Systems!D2"),
        }  # fmt: skip
        assert (shop.extra, read.left_out) == ({}, ())

    def test_so_does_one_with_a_single_column(self) -> None:
        read = rows("Recipients", ["Recipient"], ["Acme", "Inc"], ["Zeta"])
        assert [(p.cell.address, p.code) for p in read.problems] == [("B2", "P315")]
        assert [r.name for r in read.inventory.recipients] == ["Acme", "Zeta"]

    def test_a_cell_under_a_blank_heading_is_told_and_kept(self) -> None:
        read = rows("Systems", ["System", None, "column B"], ["CRM", "stray", "own"])
        assert [(p.cell.address, p.code) for p in read.problems] == [("B2", "P314")]
        assert {h: f.value for h, f in read.inventory.systems[0].extra.items()} == {
            "column B": "own",
            "column B (2)": "stray",
        }

    def test_a_column_without_a_heading_is_told_once(self) -> None:
        lines: list[list[Value]] = [[f"S{n}", f"note {n}"] for n in range(1, 6)]
        read = rows("Systems", ["System"], *lines)
        (problem,) = read.problems
        assert (problem.cell.address, problem.code) == ("B2", "P314")
        assert "as were the 4 others below it" in problem.message
        assert [f.value for s in read.inventory.systems for f in s.extra.values()] == [f"note {n}" for n in range(1, 6)]

    def test_a_first_column_that_only_counts_the_rows_is_not_told(self) -> None:
        assert rows("Systems", [None, "System"], [1, "CRM"], [2, "Shop"]).problems == ()

    def test_a_sheet_that_is_none_of_ours_is_named(self) -> None:
        book = Book(
            "x.xlsx",
            (
                Sheet("x.xlsx", "Systems", [["System"], ["CRM"]]),
                Sheet("x.xlsx", "Sweets", [["Sweet", "Price"], ["Toffee", 3]]),
            ),
        )
        read = parse([book], law.load())
        assert [(p.cell.sheet, p.code) for p in read.problems] == [("Sweets", "P303")]
        assert (read.inputs[0].rows_read, read.inputs[0].rows_left_out) == (2, 1)

    def test_no_sheet_of_ours_at_all_is_said_in_one_sentence(self) -> None:
        with pytest.raises(Unreadable, match="no inventory in datamap's layout"):
            rows("Sweets", ["Sweet", "Price"], ["Toffee", 3])


class TestCells:
    @pytest.mark.parametrize(
        ("value", "nothing"),
        [
            (None, Nothing.BLANK),
            ("", Nothing.BLANK),
            ("not stated", Nothing.NOT_STATED),
            ("Unknown", Nothing.NOT_STATED),
            ("none", Nothing.NONE),
            ("N/A", Nothing.NONE),
            ("not applicable", Nothing.NONE),
        ],
    )
    @pytest.mark.parametrize(
        "heading", ["Legal entity", "Country", "Role", "Own purposes", "Sub-processors", "Schemes", "Bound by"]
    )
    def test_three_kinds_of_nothing_are_kept_apart(self, heading: str, value: str | None, nothing: Nothing) -> None:
        found = fact("Recipients", heading, value)
        assert (found.value, found.nothing) == (None, nothing)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("yes", True),
            ("Y", True),
            (True, True),
            ("no", False),
            ("N", False),
            (False, False),
            ("unknown", None),
            (None, None),
        ],
    )
    def test_yes_no_has_a_third_state(self, value: Value, expected: bool | None) -> None:
        assert fact("Recipients", "Own purposes", value).value is expected

    def test_namibia_and_norway_are_countries(self) -> None:
        assert [p.country for p in fact("Recipients", "Country", "NA; NO").value] == ["NA", "NO"]

    def test_places_say_what_happens_there(self) -> None:
        found = fact("Recipients", "Locations", "US (storage); PH (support access)").value
        assert [(p.country, p.activity) for p in found] == [("US", Activity.STORAGE), ("PH", Activity.SUPPORT_ACCESS)]

    def test_a_comma_parts_places_only_when_each_is_one(self) -> None:
        assert len(fact("Recipients", "Locations", "United States, EEA").value) == 2
        assert [p.country for p in fact("Recipients", "Locations", "Korea, Republic of").value] == ["KR"]

    def test_a_comma_parts_names_only_when_each_is_declared(self) -> None:
        read = reading(
            systems="System | Categories\nCRM | name, contact details\nMail | Pages, Contact details",
            categories=CATEGORIES,
        )
        assert [s.categories.value for s in read.inventory.systems] == [
            ("Name, contact details",),
            ("Pages", "Contact details"),
        ]
        assert read.problems == ()

    def test_lines_and_semicolons_part_values(self) -> None:
        read = rows("Systems", ["System", "Individuals"], ["CRM", "Customers; Staff\nVisitors"])
        assert read.inventory.systems[0].individuals.value == ("Customers", "Staff", "Visitors")

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (date(2026, 4, 3), date(2026, 4, 3)),
            (datetime(2026, 4, 3, 9, 30), date(2026, 4, 3)),
            ("2026-04-03", date(2026, 4, 3)),
            ("3 April 2026", date(2026, 4, 3)),
            ("3rd Apr 2026", date(2026, 4, 3)),
            ("April 3, 2026", date(2026, 4, 3)),
            ("13/04/2026", date(2026, 4, 13)),
            ("13.4.26", date(2026, 4, 13)),
        ],
    )
    def test_dates(self, value: Value, expected: date) -> None:
        assert fact("Safeguards", "Signed", value).value == expected

    @pytest.mark.parametrize(
        ("value", "role"),
        [
            ("agent", Role.AGENT),
            ("Processor", Role.AGENT),
            ("agent/processor", Role.AGENT),
            ("Data controller", Role.CONTROLLER),
            ("joint-controller", Role.JOINT_CONTROLLER),
            ("affiliate", Role.RELATED_COMPANY),
            ("public authority", Role.PUBLIC_AUTHORITY),
            ("The individual", Role.INDIVIDUAL),
        ],
    )
    def test_roles_in_plain_words(self, value: str, role: Role) -> None:
        assert fact("Recipients", "Role", value).value is role

    @pytest.mark.parametrize(
        "words", ["SCC", "standard contractual clauses", "CCT", "model clauses", "NZ-12-1-F", "consent", "EU-46-SCC-M2"]
    )
    def test_mechanisms_in_plain_words(self, words: str) -> None:
        assert fact("Safeguards", "Mechanism", words).value == words

    @pytest.mark.parametrize(
        "words",
        [
            "Cláusulas contractuales tipo", "cláusulas tipo", "Clausole contrattuali standard", "Clausole contrattuali tipo",
            "Cláusulas contratuais-tipo", "Cláusulas contratuais padrão", "Modelcontractbepalingen", "Clauses types",
            "Standardvertragsklauseln", "EU-Standardvertragsklauseln (2021/914)", "SCCs 2021", "SCCs (2021), module 2",
            "Clausole contrattuali tipo della Commissione europea", "Clauses contractuelles types de la Commission européenne",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("code", ["NZ-12-1-F", "AU-8-1", "EU-46-SCC-M2", "CH-16-2-D"])
    def test_standard_clauses_in_other_languages(self, words: str, code: str) -> None:
        said = fact("Safeguards", "Mechanism", words).value
        regime = next(r for r in law.load().regimes.values() if code in r.mechanisms)
        assert name_key(said) in {name_key(w) for w in regime.words[code]}

    def test_of_two_regimes_where_one_is_wanted_none_is_taken(self) -> None:
        assert fact("Prohibitions", "Regime", "nz; au").nothing is Nothing.UNREADABLE
        assert fact("Prohibitions", "Regime", "nz; Privacy Act 2020").value == "nz"

    def test_schemes_with_days_and_spans(self) -> None:
        found = fact(
            "Recipients", "Schemes", "Swiss-US DPF; DPF 2025-03-01..2026-10-20; UK Extension; DPF HR 2026-08-01"
        ).value
        assert found == (
            Scheme("Swiss-US DPF"),
            Scheme("DPF", date(2025, 3, 1), date(2026, 10, 20)),
            Scheme("UK Extension", date(2025, 3, 1), date(2026, 10, 20)),
            Scheme("DPF HR", date(2026, 8, 1)),
        )

    def test_laws_that_bind_and_laws_that_do_not(self) -> None:
        found = fact("Recipients", "Bound by", "PIPEDA; AU Privacy Act: no, small business").value
        assert found == (Binding("PIPEDA", True), Binding("AU Privacy Act", False, "small business"))

    def test_an_exception_keeps_its_reason(self) -> None:
        assert fact("Systems", "Notice given", "exception: publicly available").value == Notice(
            NoticeGiven.EXCEPTION, "publicly available"
        )


class TestDatesThatCouldBeReadTwoWays:
    def test_day_first_and_reported(self) -> None:
        read = rows("Safeguards", ["Safeguard", "Signed"], ["A", "03/04/2026"])
        assert read.inventory.safeguards[0].signed.value == date(2026, 4, 3)
        assert [(p.code, p.wanted) for p in read.problems if p.code == "P106"] == [("P106", "2026-04-03")]

    def test_the_file_may_prove_the_month_first(self) -> None:
        read = rows("Safeguards", ["Safeguard", "Signed", "Expires"], ["A", "03/04/2026", "12/31/2027"])
        assert read.inventory.safeguards[0].signed.value == date(2026, 3, 4)
        assert [p for p in read.problems if p.code == "P106"] == []

    def test_or_the_day_first(self) -> None:
        read = rows("Safeguards", ["Safeguard", "Signed", "Expires"], ["A", "03/04/2026", "31/12/2027"])
        assert read.inventory.safeguards[0].signed.value == date(2026, 4, 3)
        assert [p for p in read.problems if p.code == "P106"] == []


class TestSheetsAndHeadings:
    def test_headings_ignore_case_punctuation_and_stars_and_accept_synonyms(self) -> None:
        read = rows("recipient", ["VENDOR *", "hosting  country", "Data Controller?"], ["Acme", "US", "x"])
        recipient = read.inventory.recipients[0]
        assert (recipient.name, [p.country for p in recipient.locations.value or ()]) == ("Acme", ["US"])
        assert {k: f.value for k, f in recipient.extra.items()} == {"Data Controller?": "x"}

    def test_headings_may_stand_under_a_title(self) -> None:
        read = rows("Systems", ["My company's systems", None], [None], ["System", "Owner"], ["CRM", "Ana"])
        assert [(s.name, s.owner.value, str(s.cell)) for s in read.inventory.systems] == [
            ("CRM", "Ana", "x.xlsx!Systems!A4")
        ]
        assert read.problems == ()

    def test_a_name_that_cannot_be_read_says_why(self) -> None:
        read = rows("Systems", ["System"], [Uncomputed("=1+1")], [ErrorValue("#REF!")], ["none"], ["CRM"])
        assert [(p.cell.address, p.code, p.value) for p in read.problems] == [
            ("A2", "P108", "=1+1"),
            ("A2", "P301", "=1+1"),
            ("A3", "P107", "#REF!"),
            ("A3", "P301", "#REF!"),
            ("A4", "P301", "none"),
        ]

    def test_rows_above_the_heading_may_be_blank(self) -> None:
        read = rows("Systems", [], [None], ["System"], ["CRM"])
        assert str(read.inventory.systems[0].cell) == "x.xlsx!Systems!A4"

    def test_a_sheet_of_any_name_is_known_by_its_headings(self) -> None:
        read = rows("Tabelle1", ["Recipient", "Country", "Role"], ["Acme", "US", "agent"])
        assert [r.name for r in read.inventory.recipients] == ["Acme"]

    def test_three_sheets_are_enough_for_a_map(self) -> None:
        read = reading(
            systems="System | Categories | Recipients\nCRM | Contact details | Acme",
            categories=CATEGORIES,
            recipients="Recipient\nAcme",
        )
        assert read.problems == ()
        assert len(read.inventory.systems) == 1


class TestRowsThatNameTheSameThing:
    def test_lists_are_joined_and_blanks_filled(self) -> None:
        read = rows(
            "Systems", ["System", "Categories", "Owner"], ["CRM", "Contact details", None], ["crm", "Pages", "Ana"]
        )
        system = read.inventory.systems[0]
        assert (system.categories.value, system.owner.value) == (("Contact details", "Pages"), "Ana")
        assert [c.address for c in system.categories.cells] == ["B2", "B3"]
        assert read.inputs[0].rows_in_inventory == 2

    def test_a_difference_is_reported_and_the_fact_unknown(self) -> None:
        read = rows("Recipients", ["Recipient", "Role"], ["Acme", "agent"], ["ACME", "controller"])
        assert [(p.cell.address, p.code) for p in read.problems] == [("A3", "P204"), ("B3", "P202")]
        assert read.inventory.recipients[0].role.nothing is Nothing.UNREADABLE

    def test_a_country_is_one_fact(self) -> None:
        read = rows("Recipients", ["Recipient", "Country"], ["Acme", "US"], ["Acme", "NZ"])
        assert [p.code for p in read.problems] == ["P204", "P202"]
        assert read.inventory.recipients[0].country.nothing is Nothing.UNREADABLE

    def test_over_several_files(self) -> None:
        one = Book("one.xlsx", (Sheet("one.xlsx", "Systems", [["System", "Recipients"], ["CRM", "Acme"]]),))
        two = Book("two.xlsx", (Sheet("two.xlsx", "Recipients", [["Recipient", "Country"], ["Acme", "US"]]),))
        read = parse([one, two], law.load())
        assert read.problems == ()
        assert [(i.file, i.rows_read) for i in read.inputs] == [("one.xlsx", 1), ("two.xlsx", 1)]

    def test_two_flows_of_one_name_both_stay(self) -> None:
        read = reading(
            systems=SYSTEMS,
            recipients=RECIPIENTS,
            flows="Flow | From | To | Categories\nF1 | CRM | Mail house | Pages\nF1 | Mail | Mail house | Pages",
        )
        assert [f.name for f in read.inventory.flows] == ["F1", "F1 (row 3 of case.xlsx)"]
        assert [(p.cell.address, p.code) for p in read.problems] == [("A3", "P203")]

    def test_two_files_of_one_name_are_told_apart(self) -> None:
        one = Book("x.xlsx", (Sheet("x.xlsx", "Systems", [["System"], ["CRM"]]),))
        two = Book("x.xlsx", (Sheet("x.xlsx", "Systems", [["System"], ["Shop"]]),))
        read = layouts.read([one, two], law.load())
        assert [(i.file, i.rows_read) for i in read.inputs] == [("x.xlsx", 1), ("x.xlsx (2)", 1)]
        assert [str(s.cell) for s in read.inventory.systems] == ["x.xlsx!Systems!A2", "x.xlsx (2)!Systems!A2"]


class TestWhoseLayoutItIs:
    """A table that only resembles one of datamap's sheets is somebody else's."""

    @pytest.mark.parametrize(
        ("sheet", "headings", "ours"),
        [
            ("Systems", ["System"], True),
            ("Systems", ["System", "Kind", "Provider", "Locations", "Risk"], True),
            ("Systems", ["Application", "Hosted by", "Data location"], True),  # every heading is understood
            ("inventory", ["System", "Provider", "Locations", "Categories"], True),
            ("systems", ["System", "Vendor", "Hosting location", "Personal data we hold"], False),
            ("Vendors", ["Vendor", "Service", "Country", "Data shared"], False),
            (
                "h2",
                ["Processing activity", "Data subjects", "Personal data", "Recipient", "Country", "Safeguard"],
                False,
            ),
            ("Transfers", ["name", "description", "entity", "country", "transfer_mechanism"], False),
            ("Systems", [], True),  # blank, but ours by its name
        ],
    )
    def test_by_its_headings(self, sheet: str, headings: list[str], ours: bool) -> None:
        rows: list[list[Value]] = [list(headings), ["x"] * len(headings)] if headings else []
        assert recognises(Book("x.xlsx", (Sheet("x.xlsx", sheet, rows),))) is ours

    def test_one_sheet_of_ours_is_enough(self) -> None:
        ours = Sheet("x.xlsx", "Systems", [["System", "Categories"], ["CRM", "Name"]])
        other = Sheet("x.xlsx", "Recipients", [["Vendor", "Mood", "Weather"], ["A", "b", "c"]])
        assert recognises(Book("x.xlsx", (other, ours)))


class TestNamesBesideNotStated:
    @pytest.mark.parametrize(
        ("value", "names", "words"),
        [
            ("Zeta; not stated", ("Zeta",), "Zeta; not stated"),
            ("not stated;Zeta\nEta", ("Zeta", "Eta"), "not stated;Zeta\nEta"),
            ("Zeta; unknown; tbc", ("Zeta",), "Zeta; unknown; tbc"),
            ("Zeta; Eta", ("Zeta", "Eta"), None),
            ("Zeta; none; ", ("Zeta",), None),
        ],
    )
    def test_a_list_keeps_that_others_are_not_stated(
        self, value: str, names: tuple[str, ...], words: str | None
    ) -> None:
        for sheet, heading in (("Flows", "Categories"), ("Systems", "Recipients"), ("Recipients", "Sub-processors")):
            if sheet == "Flows":
                found = (
                    rows(sheet, ["Flow", "From", "To", heading], ["F", "A", "B", value]).inventory.flows[0].categories
                )
            else:
                found = fact(sheet, heading, value)
            assert (found.value, found.nothing, found.words) == (names, None, words)
            assert whole(found) is (words is None)

    def test_nothing_beside_it_is_a_kind_of_nothing_as_ever(self) -> None:
        for value, nothing, all_of_it in (
            ("not stated; ?", Nothing.NOT_STATED, False),
            ("none", Nothing.NONE, True),
            (None, Nothing.BLANK, False),
        ):
            found = fact("Systems", "Categories", value)
            assert (found.value, found.nothing, found.words) == (None, nothing, None)
            assert whole(found) is all_of_it

    @pytest.mark.parametrize("cells", [("Zeta", "Zeta; not stated"), ("Zeta; not stated", "Zeta"), ("Zeta; ?", "Eta")])
    def test_rows_that_are_joined_keep_it(self, cells: tuple[str, str]) -> None:
        lines: list[list[Value]] = [["System", "Categories"], ["A", cells[0]], ["A", cells[1]]]
        found = rows("Systems", *lines).inventory.systems[0]
        assert not whole(found.categories)
        same = rows("Systems", ["System", "Categories"], ["A", "Zeta"], ["A", "Zeta"]).inventory.systems[0]
        assert whole(same.categories)


def test_a_large_sheet_says_what_a_small_one_says_row_by_row() -> None:
    lines: list[list[Value]] = [["Flow", "From", "To", "Categories", "Started", "Remark"], []]
    for n in range(700):
        day: list[Value] = [date(2026, 1, 1), "2026-02-30", "2026-03-04", None, "3/4/2026"]
        lines.append(
            [
                f"F{n}",
                f"System {n % 300}",
                ["B", None, "nobody"][n % 3],
                "x;y" if n % 2 else None,
                day[n % 5],
                n % 7 or " ",
            ]
        )
        lines += [[], [" "]] if n % 100 == 0 else []
    found = rows("Flows", *lines)
    for flow in (found.inventory.flows[n] for n in (0, 1, 2, 3, 4, 299, 300, 699)):
        assert flow.cell
        alone = rows("Flows", lines[0], *[[]] * (flow.cell.row - 2), lines[flow.cell.row - 1]).inventory.flows[0]
        assert alone == flow
        assert dict(alone.extra) == dict(flow.extra)
    assert len(found.inventory.flows) == found.inputs[0].rows_read == 700
    assert Counter(p.cell.column for p in found.problems) == {3: 233, 4: 350, 5: 280}


class TestTwoColumnsThatAreOne:
    def test_the_one_that_is_filled_in_is_read(self) -> None:
        read = rows("Systems", ["System", "Shared with", "Recipients"], ["Shop", "Mailer", None])
        assert read.inventory.systems[0].recipients.value == ("Mailer",)
        assert (read.inventory.systems[0].extra, read.problems) == ({}, ())

    def test_of_two_the_true_heading_is_read_and_the_other_is_told(self) -> None:
        read = rows("Systems", ["System", "Shared with", "Recipients"], ["Shop", "Mailer", "Bank"])
        (shop,) = read.inventory.systems
        assert (shop.recipients.value, shop.extra["Shared with"].value) == (("Bank",), "Mailer")
        assert problems(read) == [("Systems", "B1", "P305", "Join the two columns.")]
        assert read.problems[0].message == "Two columns are both Recipients; 'Shared with' was kept as an extra column."


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("DPF 1 Aug 2026", [("DPF", date(2026, 8, 1))]),
        ("DPF (checked 13/08/2026)", [("DPF", date(2026, 8, 13))]),
        ("DPF: active, checked 3 May 2026", [("DPF", date(2026, 5, 3))]),
        ("EU-US DPF active", [("EU-US DPF", None)]),
        ("DPF (HR)", [("DPF (HR)", None)]),
        ("DPF, UK Extension", [("DPF", None), ("UK Extension", None)]),
        ("DPF 2026-08-01, UK Extension", [("DPF", date(2026, 8, 1)), ("UK Extension", date(2026, 8, 1))]),
        ("ISO 27001", [("ISO 27001", None)]),
    ],
)
def test_a_scheme_and_the_day_of_the_look_in_plain_words(said: str, wanted: list[tuple[str, date | None]]) -> None:
    found = fact("Recipients", "Schemes", said)
    assert [(s.name, s.checked) for s in found.value] == wanted


@pytest.mark.parametrize(
    ("said", "wanted"), [("nightly", "regular"), ("On demand", "occasional"), ("one time", "once")]
)
def test_how_often_in_other_words(said: str, wanted: str) -> None:
    assert FREQUENCIES.named(said) == wanted


class TestPapersThatAreNotThere:
    @pytest.mark.parametrize("heading", ["Document", "Assessment"])
    @pytest.mark.parametrize(
        "said",
        ["No", "no - in progress", "In progress", "Draft", "Not done yet", "pending legal review", "DPA 7 (unsigned)"],
    )
    def test_they_are_none_and_keep_their_words(self, heading: str, said: str) -> None:
        paper = fact("Safeguards", heading, said)
        assert (paper.value, paper.nothing, paper.words) == (None, Nothing.NONE, said)

    @pytest.mark.parametrize(
        "said", ["Yes", "No. 14/2026", "Note 7", "Missing Persons MoU", "North Ltd contract", "Drafting note 5"]
    )
    def test_a_paper_may_be_called_anything_else(self, said: str) -> None:
        assert fact("Safeguards", "Assessment", said).value == said


@pytest.mark.parametrize(
    ("mechanism", "module", "wanted"),
    [
        ("SCCs (Module 2)", None, "2"),
        ("SCC Module Two", None, "2"),
        ("SCCs, modules 2 and 3", None, "2, 3"),
        ("SCC C2P", None, "2"),
        ("SCCs Module 2, 3 May 2024", None, "2"),
        ("SCCs 2021", None, None),
        ("SCCs (Module 2)", "3", "3"),
        ("SCC M2", None, "2"),
        ("SCCs (M3)", None, "3"),
        ("EU SCC mod 2", None, "2"),
        ("SCC M2/M3, signed 4 June 2024", None, "2, 3"),
        ("SCC M2, 3 May 2024", None, "2"),
        ("SCC 2", None, None),
        ("SCC v2", None, None),
    ],
)
def test_a_module_may_stand_beside_the_mechanism(mechanism: str, module: str | None, wanted: str | None) -> None:
    read = rows("Safeguards", ["Safeguard", "Mechanism", "Module"], ["S", mechanism, module])
    (safeguard,) = read.inventory.safeguards
    assert (safeguard.mechanism.known, safeguard.module.value, read.problems) == (True, wanted, ())
    if wanted and not module:
        assert safeguard.module.cell == safeguard.mechanism.cell


class TestHeadingsThatAreMisspelt:
    def test_a_column_called_much_like_one_that_is_missing_is_told(self) -> None:
        read = rows("Systems", ["System", "Locatons", "Retension", "Ticket"], ["Shop", "NZ", "6 years", "7"])
        assert problems(read) == [("Systems", "B1", "P313", "Locations"), ("Systems", "C1", "P313", "Retention")]
        assert {h: f.value for h, f in read.inventory.systems[0].extra.items()} == {
            "Locatons": "NZ",
            "Retension": "6 years",
            "Ticket": "7",
        }

    def test_an_empty_one_or_one_beside_the_column_itself_is_not(self) -> None:
        read = rows("Systems", ["System", "Locations", "Locatons", "Retension"], ["Shop", "NZ", "x", None])
        assert problems(read) == []

    def test_where_the_rows_have_no_name_the_cell_of_the_heading_is_named(self) -> None:
        read = rows("Systems", ["Ref", "Sytem"], ["1", "Shop"])
        assert [(c, a) for _, a, c, _ in problems(read)] == [("P304", "B1"), ("P313", "B1")]


class TestNamesThatStandTogether:
    @pytest.mark.parametrize(
        ("said", "offered"),
        [
            ("Mail house, Zeta", "Mail house; Zeta"),
            ("mail house and Google Analytics and Zeta", "Mail house; Google Analytics; Zeta"),
            ("Zeta and Eta", None),
        ],
    )
    def test_are_offered_apart_where_one_is_known(self, said: str, offered: str | None) -> None:
        read = reading(recipients=RECIPIENTS, systems=f"System | Recipients\nCRM | {said}")
        (problem,) = [p for p in read.problems if p.code == "P201"]
        assert problem.nearest == offered

    @pytest.mark.parametrize("said", ["self hosted", "In-house", "on-prem"])
    def test_a_provider_that_is_the_organisation_itself_is_none(self, said: str) -> None:
        read = reading(recipients=RECIPIENTS, systems=f"System | Provider\nCRM | {said}")
        assert [p.nearest for p in read.problems if p.code == "P201"] == ["none"]


def test_a_row_that_is_left_out_names_no_group_of_people() -> None:
    systems = Sheet("x.xlsx", "Systems", [["System", "Individuals"], [None, "Staff"], ["Shop", "STAFF"]])
    read = parse([Book("x.xlsx", (systems,))], law.load())
    assert [s.individuals.value for s in read.inventory.systems] == [("STAFF",)]
    assert [p.code for p in read.problems] == ["P301"]
