"""Layouts that are tables: every heading of theirs where it belongs, and the traps that each is known for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from datamap import law, layouts, sheets
from datamap.assessment import Assessment, assess
from datamap.inventory import Fact, Flow, Nothing, Place, Record, Role, System
from datamap.layouts import ciso_list, fides_workbook, ico, mercator, privado, subprocessors
from datamap.layouts.known import LAYOUTS, LEAST
from datamap.layouts.layout import Layout
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Sheet, Value
from datamap.transfers import Outcome
from datamap.workbook import Reading

TODAY = date(2026, 11, 22)
LAW = law.load()
Rows = Sequence[Sequence[Value]]


def book(
    tables: Mapping[str, Rows] | Rows, file: str = "mine.xlsx", *, merged: tuple[tuple[int, int, int, int], ...] = ()
) -> Book:
    """A file with a table on each sheet, or with one table."""
    named = tables if isinstance(tables, Mapping) else {"Blatt 1": tables}
    return Book(file, tuple(Sheet(file, n, [list(row) for row in rows], merged=merged) for n, rows in named.items()))


def table(headings: Sequence[str], *rows: Mapping[str, Value]) -> list[list[Value]]:
    """A table from rows by heading, or by how a heading begins."""
    for row in rows:
        for wanted in row:
            assert any(h.startswith(wanted) for h in headings), wanted
    return [list(headings), *([_under(h, headings, row) for h in headings] for row in rows)]


def _under(heading: str, headings: Sequence[str], row: Mapping[str, Value]) -> Value:
    return next((v for k, v in row.items() if k == heading or (k not in headings and heading.startswith(k))), None)


def read(*books: Book) -> Reading:
    return layouts.read(books, LAW)


def layout_of(of: Book) -> Layout | None:
    """The known layout that a file has most of, when it has enough of it."""
    nearest = max(LAYOUTS, key=lambda layout: layout.recognises(of))
    return nearest if nearest.recognises(of) >= LEAST else None


def assessed(*books: Book) -> Assessment:
    return assess(read(*books), on=TODAY, organisation="Quince Mutual", country="FR")


def system(found: Reading | Assessment, name: str) -> System:
    one = found.inventory.system(name)
    assert one, [s.name for s in found.inventory.systems]
    return one


def flows(found: Reading | Assessment) -> dict[tuple[str, str], Flow]:
    return {(f.origin.value or "not stated", f.destination.value or "not stated"): f for f in found.inventory.flows}


def countries(fact: Fact[tuple[Place, ...]]) -> list[str | None]:
    return [place.country for place in fact.value or ()]


def told(found: Reading | Assessment, kind: Kind) -> list[Problem]:
    return [p for p in found.problems if p.kind is kind]


def extra(record: Record | None, heading: str) -> str | None:
    assert record
    return record.extra[heading].value if heading in record.extra else None


# ------------------------------------------------------------------------------------------------------- ICO template

ICO_HEADINGS = (
    "Business function",
    "Purpose of processing",
    "Name and contact details of joint controller (if applicable)",
    "Categories of individuals",
    "Categories of personal data",
    "Categories of recipients",
    "Link to contract with processor",
    "Names of third countries or international organisations that personal data are transferred to (if applicable)",
    "Safeguards for exceptional transfers of personal data to third countries or international organisations (if applicable)",
    "Retention schedule (if possible)",
    "General description of technical and organisational security measures (if possible)",
    "Article 6 lawful basis for processing personal data",
    "Article 9 condition for processing special category data",
    "Legitimate interests for the processing (if applicable)",
    "Link to record of legitimate interests assessment (if applicable)",
    "Rights available to individuals",
    "Existence of automated decision-making, including profiling (if applicable)",
    "The source of the personal data (if applicable)",
    "Link to record of consent",
    "Location of personal data",
    "Data Protection Impact Assessment required?",
    "Data Protection Impact Assessment progress",
    "Link to Data Protection Impact Assessment",
    "Has a personal data breach occurred?",
    "Link to record of personal data breach",
    "Data Protection Act 2018 Schedule 1 Condition for processing",
    "GDPR Article 6 lawful basis for processing",
    "Link to retention and erasure policy document",
    "Is personal data retained and erased in accordance with the policy document?",
    "Reasons for not adhering to policy document (if applicable)",
)
CONTACTS: Rows = (
    (
        "Name and contact details",
        None,
        "Data Protection Officer (if applicable)",
        None,
        "Representative (if applicable)",
    ),
    ("Name", "Quince Mutual Ltd", "Name", "Ada Quill", "Name", None),
    ("Address", "1 Orchard Lane", "Address", None, "Address", None),
    ("Email", "hello@quince.example", "Email", "dpo@quince.example", "Email", None),
    ("Telephone", None, "Telephone", None, "Telephone", None),
    (),
    (),
    ("Article 30 Record of Processing Activities",),
)


def ico_book(
    *rows: Mapping[str, Value], above: Rows = CONTACTS, headings: Sequence[str] = ICO_HEADINGS, **more: Any
) -> Book:
    notes: Rows = (("Notes",), ("Headings in green are required.",))
    return book({"Feuille 7": [*above, *table(headings, *rows)], "Remarks": notes}, **more)


# --------------------------------------------------------------------------------------------- Fides Article 30 workbook

FIDES_HEADINGS = (
    "Fides dataset",
    "Fides system",
    "Department or Business function",
    "Purpose of processing",
    "Name and contact details of joint controller (if applicable)",
    "Categories of individuals",
    "Categories of personal data (Fides taxonomy)",
    "Categories of recipients",
    "Link to contract with processor",
    "Names of third countries or international organisations that personal data are transferred to (if applicable)",
    "Safeguards for exceptional transfers of personal data to third countries or international organisations (if applicable)",
    "Retention schedule (if possible)",
    "General description of technical and organisational security measures (if possible)",
    "Role or Responsibility",
    "Article 6 lawful basis for processing personal data",
    "Article 9 condition for processing special category data",
    "Legitimate interests for the processing (if applicable)",
    "Link to record of legitimate interests assessment (if applicable)",
    "Rights available to individuals",
    "Existence of automated decision-making, including profiling (if applicable)",
    "The source of the personal data (if applicable)",
    "Data Protection Impact Assessment required?",
    "Data Protection Impact Assessment progress",
    "Link to Data Protection Impact Assessment",
)
FIDES_ABOVE: Rows = (
    (None, None, "Controller"),
    (
        None,
        None,
        "Organization Name and contact details",
        None,
        "Data Protection Officer (if applicable)",
        None,
        "Representative (if applicable)",
    ),
    (None, None, "Name", "Quince Mutual Ltd", "Name", "N/A"),
    (None, None, "Address", "1 Orchard Lane"),
    (),
    (),
    (),
    ("Fides annotation", None, "Article 30 Record of Processing Activities"),
)


def fides_book(*rows: Mapping[str, Value], headings: Sequence[str] = FIDES_HEADINGS) -> Book:
    return book({"sheet1": [*FIDES_ABOVE, *table(headings, *rows)]})


# ------------------------------------------------------------------------------------------------------------ Mercator

REGISTER_EN = (
    "Name",
    "Description",
    "Data controller",
    "Purposes of the processing",
    "Lawfulness of processing",
    "Categories of recipients",
    "Data source",
    "Mandatory or optional nature of data collection and consequences of non-provision",
    "Recipients of the data",
    "Data transfers",
    "Automated decision-making",
    "retention periods",
    "Rights of data subjects",
    "Date of last update",
    "Processes",
    "Applications",
    "Information",
    "Security measures",
)
REGISTER_FR = (
    "Nom",
    "Description",
    "Responsable du traitement",
    "Finalités du traitement",
    "Base juridique du traitement",
    "Catégories de personnes concernées",
    "Source des données",
    "Recueil des données",
    "Catégories de destinataires des données",
    "Transferts de données",
    "Prise de décision automatisée",
    "Durée de conservation des données",
    "Droits des personnes concernées",
    "Date de dernière mise à jour",
    "Processus",
    "Applications",
    "Informations",
    "Mesures de sécurité",
)
REGISTER_ROWS: Rows = (
    (
        "Visitor badges",
        "<p>Badges for people who visit the plant.</p>",
        "<p>Head of site</p>",
        "<p>Knowing who is in the plant, day and night.</p>",
        "Legitimate interest",
        "<ul><li>Visitors</li><li>Photo, name</li></ul>",
        None,
        None,
        "<ul><li>Guard Co</li><li>Badge Cloud</li></ul>",
        "<p>No transfers outside the EU.</p>",
        None,
        "<p>One year</p>",
        None,
        "03/02/2026",
        None,
        "DoorKeeper, BadgePrint",
        "Photo, Name",
        "Locks, Encryption",
    ),
    (
        "Parking",
        None,
        None,
        "Parking spaces",
        None,
        "Staff; number plates",
        None,
        None,
        "Guard Co",
        "United States",
        None,
        None,
        None,
        None,
        None,
        "DoorKeeper",
        None,
        None,
    ),
)


def objects(**tables: Rows) -> list[Book]:
    """Mercator's objects as it exports them, a file for each kind."""
    return [book({"Sheet": rows}, f"export-{number}.csv") for number, rows in enumerate(tables.values())]


TRACE = ("created_at", "updated_at", "deleted_at")
ENTITIES = ("id", "name", "icon_id", "security_level", "contact_point", "description", "is_external", "entity_type", "attributes", "reference", "parent_entity_id", "external_ref_id", *TRACE)  # fmt: skip
APPLICATIONS = ("id", "name", "description", "vendor", "product", "responsible", "functional_referent", "type", "technology", "external", "users", "editor", "entity_resp_id", "application_block_id", "documentation", "rto", "rpo", *TRACE)  # fmt: skip
DATABASES = ("id", "name", "type", "description", "responsible", "external", "entity_resp_id", "security_need_c", "security_need_i", "security_need_a", "security_need_t", *TRACE)  # fmt: skip
INFORMATION = ("id", "name", "description", "owner", "administrator", "storage", "security_need_c", "sensitivity", "constraints", "retention", *TRACE)  # fmt: skip
RELATIONS = ("id", "importance", "name", "type", "description", "source_id", "destination_id", "attributes", "reference", "responsible", "order_number", "active", "start_date", "end_date", "comments", *TRACE)  # fmt: skip
PROCESSING = ("id", "name", "legal_basis", "description", "responsible", "purpose", "categories", "recipients", "transfert", "retention", "controls", "informations", *TRACE)  # fmt: skip


# -------------------------------------------------------------------------------------------- CISO Assistant and Privado

PROCESSINGS = (None, "ref_id", "name", "description", "status", "processing_nature", "folder", "assigned_to", "labels", "dpia_required", "dpia_reference")  # fmt: skip
THIRD_PARTIES: Mapping[str, Rows] = {
    "Entities": table(
        ("ref_id", "name", "description", "mission", "country", "currency", "parent_entity_ref_id", "dependency", "penetration", "maturity", "trust", "domain"),
        {"ref_id": "E1", "name": "Harbour Hosting", "country": "US", "mission": "Hosting"},
        {"ref_id": "E2", "name": "Harbour Lyon", "country": "FR", "parent_entity_ref_id": "E1"},
    ),
    "Solutions": table(
        ("ref_id", "name", "description", "provider_entity_ref_id", "criticality"),
        {"ref_id": "S1", "name": "File store", "description": "Scans of letters", "provider_entity_ref_id": "E1", "criticality": 4},
        {"ref_id": "S2", "name": "Survey tool", "provider_entity_ref_id": "E9"},
    ),
    "Contracts": table(
        ("ref_id", "name", "description", "provider_entity_ref_id", "solution_ref_id", "status", "start_date", "end_date", "annual_expense", "currency", "domain", "lei", "euid", "vat", "duns"),
        {"ref_id": "C1", "name": "File store agreement", "provider_entity_ref_id": "E1", "solution_ref_id": "S1", "status": "active", "start_date": "2023-01-01", "end_date": "2024-12-31", "annual_expense": 900},
    ),
    "Representatives": table(
        ("email", "first_name", "last_name", "description", "phone", "role", "provider_entity_ref_id"),
        {"email": "pia@harbour.example", "first_name": "Pia", "last_name": "Anker", "role": "DPO", "provider_entity_ref_id": "E1"},
    ),
}  # fmt: skip
PRIVADO = ("Processing Activity", "Description", "Function", "Purpose of Processing", "Controller Details", "Joint controller address(if applicable)", "Individual Category", "Personal data category", "International data transfer(if applicable)", "Transfer Safeguards(if applicable)", "Retention schedule(if possible)", "Technical Security Measures", "Organizational Security Measure")  # fmt: skip


# ------------------------------------------------------------------------------------------------------- recognised by

BENTO = ("Service provider", "Purpose", "Customer data involved", "Region", "Notes")
KNOWN: Mapping[str, tuple[Layout, Rows | Mapping[str, Rows]]] = {
    "ico": (ico.LAYOUT, [*CONTACTS, ICO_HEADINGS]),
    "fides": (fides_workbook.LAYOUT, [*FIDES_ABOVE, FIDES_HEADINGS]),
    "mercator in English": (mercator.REGISTER, [REGISTER_EN]),
    "mercator in French": (mercator.REGISTER, [REGISTER_FR]),
    "mercator entities": (mercator.OBJECTS, [ENTITIES]),
    "mercator applications": (mercator.OBJECTS, [APPLICATIONS]),
    "mercator databases": (mercator.OBJECTS, [DATABASES]),
    "mercator information": (mercator.OBJECTS, [INFORMATION]),
    "mercator relations": (mercator.OBJECTS, [RELATIONS]),
    "mercator processing": (mercator.OBJECTS, [PROCESSING]),
    "ciso list": (ciso_list.PROCESSINGS, [PROCESSINGS]),
    "ciso third parties": (ciso_list.THIRD_PARTIES, {name: rows[:1] for name, rows in THIRD_PARTIES.items()}),
    "privado": (privado.LAYOUT, [PRIVADO]),
    "tailscale": (subprocessors.LAYOUT, [("Subprocessor", "Purpose of Processing", "Data Processed", "Location")]),
    "supabase": (subprocessors.LAYOUT, [("Name of Sub-processor", "Description of Processing")]),
    "service providers": (subprocessors.LAYOUT, [BENTO]),
    "entities": (subprocessors.LAYOUT, [("Entity", "Purpose", "Country")]),
}


@pytest.mark.parametrize("known", KNOWN)
def test_a_blank_file_of_a_layout_is_recognised_and_holds_nothing(known: str) -> None:
    layout, rows = KNOWN[known]
    blank = book(rows)
    assert layout_of(blank) is layout
    found = read(blank)
    assert not list(found.inventory)
    assert [i.layout for i in found.inputs] == [layout.name]


@pytest.mark.parametrize("known", KNOWN)
def test_a_layout_is_not_taken_for_another(known: str) -> None:
    layout, rows = KNOWN[known]
    others = {other.name: other.recognises(book(rows)) for other in LAYOUTS if other is not layout}
    assert all(score < LEAST for score in others.values()), others


@pytest.mark.parametrize("known", ["ico", "fides", "mercator in English", "mercator in French", "privado"])
def test_a_few_headings_may_have_been_renamed(known: str) -> None:
    layout, rows = KNOWN[known]
    assert not isinstance(rows, Mapping)
    *above, headings = rows
    renamed = [f"Our column {n}" if n in (2, 6) else heading for n, heading in enumerate(headings)]
    assert layout_of(book([*above, renamed])) is layout


@pytest.mark.parametrize(
    "headings",
    [
        ("System", "Purpose", "Country"),
        ("Name", "Purpose", "Location"),
        ("Vendor", "Risk", "Owner", "Country", "Purpose"),
        ("Entity", "Country"),
        ("Size", "Colour", "Price"),
        ("Vendor", "Purpose", "Country", "A", "B", "C", "D", "E", "F"),
        ("Entity", "Entity Type", "Purpose", "Country"),
        ("Subprocessor " * 20_000, "Purpose", "Country"),
    ],
)
def test_other_tables_are_none_of_these(headings: Sequence[str]) -> None:
    assert layout_of(book([headings, ["x"] * len(headings)])) is None


def test_a_list_of_vendors_beside_other_tables_does_not_make_the_file_a_list() -> None:
    vendors: Rows = (("Vendor", "Purpose", "Country"), ("Harbour", "Hosting", "US"))
    other: Rows = (("Dataset", "Colour"), ("Orders", "blue"))
    assert layout_of(book({"a": other, "b": other, "c": vendors})) is None


# ------------------------------------------------------------------------------------------------------------------ ICO


def test_ico_rows_become_activities_with_everything_the_template_asks() -> None:
    found = assessed(
        ico_book(
            {
                "Business function": "Human resources",
                "Purpose": "Payroll",
                "Name and contact details of joint": "Quince Bank",
                "Categories of individuals": "Staff",
                "Categories of personal": "Bank details, Salary",
                "Categories of recipients": "Payroll bureau",
                "Link to contract": "contracts/7",
                "Names of third": "India",
                "Safeguards": "SCCs",
                "Retention": "7 years",
                "General description": "Encrypted",
                "Article 6": "Contract",
                "Location": "Shelf and SharePoint",
            }
        )
    )
    payroll = system(found, "Payroll")
    assert payroll.owner.value == "Human resources"
    assert payroll.purposes.value == ("Payroll",)
    assert payroll.categories.value == ("Bank details", "Salary")
    assert payroll.individuals.value == ("Staff",)
    assert (payroll.retention.value, payroll.security.value) == ("7 years", "Encrypted")
    assert payroll.locations.blank
    assert extra(payroll, "Location of personal data") == "Shelf and SharePoint"
    assert extra(payroll, "Link to contract with processor") == "contracts/7"
    assert extra(payroll, ICO_HEADINGS[2]) == "Quince Bank"
    assert extra(payroll, "Controller") == "Quince Mutual Ltd"
    flow = flows(found)["Payroll", "Payroll bureau"]
    assert countries(flow.locations) == ["IN"]
    assert flow.locations.cell
    assert flow.locations.cell.address == "H10"
    (safeguard,) = found.inventory.safeguards
    assert flow.safeguards.value == (safeguard.name,)
    assert safeguard.mechanism.value == "SCCs"
    assert safeguard.document.blank, "the contract with a processor is no evidence of the clauses"
    assert not told(found, Kind.TWO_COLUMNS)


@pytest.mark.parametrize("above", [(), CONTACTS[:3], ((), ("Register of Quince",), *CONTACTS, (), ())])
def test_ico_headings_are_found_wherever_they_stand(above: Rows) -> None:
    found = read(ico_book({"Purpose": "Payroll", "Categories of personal": "Salary"}, above=above))
    assert [s.name for s in found.inventory.systems] == ["Payroll"]


def test_ico_the_controller_is_not_its_data_protection_officer() -> None:
    nameless = [["Name", None, "Name", "Ada Quill"] if row[:1] == ("Name",) else row for row in CONTACTS]
    found = read(ico_book({"Purpose": "Payroll", "Categories of personal": "Salary"}, above=nameless))
    payroll = system(found, "Payroll")
    assert extra(payroll, "Controller") is None
    assert extra(payroll, "Controller's contact") == "Address: 1 Orchard Lane; Email: hello@quince.example"
    assert extra(payroll, "Data protection officer") == "Ada Quill; Email: dpo@quince.example"


@pytest.mark.parametrize(
    "above",
    [
        CONTACTS,
        (("Controller",), ("Name", "Quince"), ("Email", "q@x.example"), (), ("DPO",), ("Name", "Ada Quill"), ("Representative",), ("Name", "Rui Rook")),
        (("Name: Quince", None, "DPO", None, "Representative"), (None, None, "Ada Quill", None, "Rui Rook")),
    ],
)  # fmt: skip
def test_ico_every_word_of_the_contacts_is_kept_and_its_row_counted(above: Rows) -> None:
    filled = [["Name", "Quince", "Name", "Ada Quill", "Name", "Rui Rook"] if r[:2] == ("Name", "Quince Mutual Ltd") else r for r in above]  # fmt: skip
    found = read(
        ico_book({"Purpose": "Payroll"}, {"Purpose": "Orders", "Categories of personal": "Names"}, above=filled)
    )
    said = "\n".join(fact.value or "" for fact in system(found, "Payroll").extra.values())
    assert all(word in said for word in ("Quince", "Ada Quill", "Rui Rook"))
    assert extra(system(found, "Payroll"), "Representative") == "Rui Rook"
    assert extra(system(found, "Orders"), "Data protection officer") is None
    inputs = found.inputs[0]
    holding = sum(any(str(w).endswith(("Quince", "Quill", "Rook", "example", "Lane")) for w in r if w) for r in filled)
    assert inputs.rows_in_inventory == 2 + holding


def test_ico_recipients_that_share_a_country_are_not_tied_to_it() -> None:
    found = assessed(
        ico_book(
            {
                "Purpose": "Claims",
                "Categories of personal": "Claims",
                "Categories of recipients": "Assessors; Repairers",
                "Names of third": "United States",
                "Safeguards": "Standard contractual clauses",
            }
        )
    )
    by_end = flows(found)
    assert set(by_end) == {("Claims", "Assessors"), ("Claims", "Repairers"), ("Claims", "not stated")}
    assert countries(by_end["Claims", "not stated"].locations) == ["US"]
    assert by_end["Claims", "not stated"].safeguards.value
    for name in ("Assessors", "Repairers"):
        assert not by_end["Claims", name].locations.known
        assert not by_end["Claims", name].safeguards.known
    assert [a.leg.country for a in found.answers if a.leg.flow.destination.name != "not stated"] == [None, None]
    assert all(answer.outcome.flagged for answer in found.answers)
    assert {p.cell.address for p in told(found, Kind.NOT_TIED)} == {"H10", "I10"}


def test_ico_functions_and_purposes_repeat_downwards() -> None:
    first = {"Business function": "Sales", "Purpose": "Orders", "Categories of personal": "Names"}
    more = {"Categories of personal": "Cards", "Categories of recipients": "Bank"}
    found = read(ico_book(first, more, {"Purpose": "Returns", "Categories of personal": "Parcels"}))
    assert [(s.name, s.owner.value) for s in found.inventory.systems] == [("Orders", "Sales"), ("Returns", "Sales")]
    assert system(found, "Orders").categories.value == ("Names", "Cards")
    assert flows(found)["Orders", "Bank"].categories.value == ("Cards",)
    assert not told(found, Kind.NOT_USED)


def test_ico_merged_functions_and_purposes_count_for_all_their_rows() -> None:
    first = {"Business function": "Sales", "Purpose": "Orders", "Categories of personal": "Names"}
    rows = [first, {"Categories of personal": "Cards"}, {"Categories of personal": "Parcels"}]
    found = read(ico_book(*rows, merged=((10, 1, 12, 1), (10, 2, 11, 2), (12, 2, 12, 2))))
    assert system(found, "Orders").categories.value == ("Names", "Cards", "Parcels")


def test_ico_a_new_function_does_not_take_over_the_purpose_above() -> None:
    found = read(
        ico_book(
            {"Business function": "Sales", "Purpose": "Orders", "Categories of personal": "Names"},
            {"Business function": "Legal", "Categories of personal": "Disputes"},
        )
    )
    assert system(found, "Orders").categories.value == ("Names",)
    assert system(found, "Legal").categories.value == ("Disputes",)


def test_ico_one_purpose_of_two_functions_is_two_activities_in_one_file_or_two() -> None:
    sales = {"Business function": "Sales", "Purpose": "Complaints", "Categories of personal": "Orders"}
    care = {"Business function": "Care", "Purpose": "complaints", "Categories of personal": "Health"}
    together = read(ico_book(sales, care))
    apart = read(ico_book(sales, file="a.xlsx"), ico_book(care, file="b.xlsx"))
    for found in (together, apart):
        held = {s.name: s.categories.value for s in found.inventory.systems}
        assert held == {"Complaints (Sales)": ("Orders",), "complaints (Care)": ("Health",)}


def test_ico_two_lawful_bases_that_differ_are_told() -> None:
    row = {"Purpose": "Orders", "Article 6 lawful": "Contract", "GDPR Article 6": "Consent"}
    found = read(ico_book(row, {"Purpose": "Returns", "Article 6 lawful": "contract", "GDPR Article 6": "Contract"}))
    (problem,) = told(found, Kind.TWO_COLUMNS)
    assert problem.cell.address == "AA10"
    assert extra(system(found, "Orders"), "Article 6 lawful basis for processing personal data") == "Contract"
    assert extra(system(found, "Orders"), "GDPR Article 6 lawful basis for processing") == "Consent"


def test_ico_conclusions_in_law_are_the_files_own_words() -> None:
    found = assessed(
        ico_book(
            {
                "Purpose": "Orders",
                "Categories of personal": "Names",
                "Categories of recipients": "Harbour",
                "Names of third": "United States",
                "Safeguards": "Privacy Shield",
            }
        )
    )
    assert not found.inventory.safeguards
    assert told(found, Kind.CLAIM)
    assert extra(flows(found)["Orders", "Harbour"], "The file says") == "Privacy Shield"
    assert all(answer.outcome.flagged for answer in found.answers)


def test_ico_no_transfer_makes_no_flow_and_keeps_the_words() -> None:
    found = read(
        ico_book(
            {"Purpose": "Orders", "Categories of personal": "Names", "Names of third": "None", "Safeguards": "N/A"}
        )
    )
    assert not found.inventory.flows
    assert extra(system(found, "Orders"), "Transfer countries") == "None"


def test_ico_a_safeguard_of_no_stated_transfer_is_kept() -> None:
    found = read(ico_book({"Purpose": "Orders", "Categories of personal": "Names", "Safeguards": "SCCs of 2023"}))
    assert system(found, "Orders").notes.value == "SCCs of 2023"


def test_ico_a_place_under_location_is_a_place() -> None:
    found = read(ico_book({"Purpose": "Orders", "Categories of personal": "Names", "Location": "Ireland"}))
    assert countries(system(found, "Orders").locations) == ["IE"]


@pytest.mark.parametrize(
    ("where", "holder", "country"),
    [
        ("United States", "Provider of Orders", "US"),
        ("Ledgerly (hosted in the United States)", "Provider of Orders", "US"),
        ("Mailchimp", "Mailchimp", None),
        ("AWS (United States)", "AWS", "US"),
        ("Mailchimp; Salesforce", "Provider of Orders", None),
        ("Filing cabinet", None, None),
    ],
)
def test_ico_where_something_is_held_is_no_site_of_the_organisation_s_own(
    where: str, holder: str | None, country: str | None
) -> None:
    found = assessed(ico_book({"Purpose": "Orders", "Categories of personal": "Names", "Location": where}))
    assert [(a.leg.flow.destination.name, a.leg.country, a.outcome) for a in found.answers] == (
        [(holder, country, Outcome.UNDETERMINED)] if holder else []
    )


def test_ico_the_sheet_notes_and_the_contacts_are_left_out_with_a_reason() -> None:
    found = read(ico_book({"Purpose": "Orders", "Categories of personal": "Names"}))
    aside = {p.cell.sheet: p.wanted for p in told(found, Kind.SET_ASIDE)}
    assert aside == {"Remarks": "not a table of this layout", "Feuille 7": "a title above the headings"}
    assert not told(found, Kind.NOT_USED)


def test_a_heading_that_is_almost_the_templates_is_taken_for_it_and_told() -> None:
    headings = ["Purposes of processing" if h == "Purpose of processing" else h for h in ICO_HEADINGS]
    found = read(ico_book({"Purposes": "Orders", "Categories of personal": "Names"}, headings=headings))
    assert [s.name for s in found.inventory.systems] == ["Orders"]
    (problem,) = told(found, Kind.COLUMN_GUESSED)
    assert (problem.cell.address, problem.value) == ("B9", "Purposes of processing")


def test_ico_errors_of_the_spreadsheet_are_told_and_never_names() -> None:
    error, uncomputed = sheets.ErrorValue("#REF!"), sheets.Uncomputed("=A1")
    row = {"Business function": "Sales", "Purpose": "Orders", "Categories of recipients": "Harbour"}
    found = assessed(
        ico_book(
            {**row, "Categories of personal": error, "Names of third": error, "Safeguards": uncomputed},
            {"Purpose": error, "Categories of personal": "Names"},
        )
    )
    assert {(p.kind, p.cell.address) for p in found.problems if p.kind in (Kind.ERROR_VALUE, Kind.NOT_COMPUTED)} == {
        (Kind.ERROR_VALUE, "E10"),
        (Kind.ERROR_VALUE, "H10"),
        (Kind.NOT_COMPUTED, "I10"),
        (Kind.ERROR_VALUE, "B11"),
    }
    assert not any("#REF!" in record.name for record in found.inventory)
    assert not found.inventory.safeguards
    assert flows(found)["Orders", "Harbour"].locations.nothing is Nothing.UNREADABLE


def test_ico_what_continued_rows_say_beside_is_kept() -> None:
    first = {
        "Business function": "Sales",
        "Purpose": "Orders",
        "Categories of personal": "Names",
        "Article 6": "Contract",
    }
    found = read(ico_book(first, {"Categories of personal": "Cards", "Article 6": "Consent"}))
    said = extra(system(found, "Orders"), "Article 6 lawful basis for processing personal data")
    assert said
    assert {"Contract", "Consent"} <= set(said.replace("; ", "\n").split("\n"))


def test_ico_from_a_real_file(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in [*CONTACTS, *table(ICO_HEADINGS, {"Business function": "Sales", "Purpose": "Orders", "Categories of personal": "Names"}, {"Categories of personal": "Cards"})]:  # fmt: skip
        sheet.append(list(row))
    sheet.merge_cells("A10:A11")
    sheet.merge_cells("B10:B11")
    workbook.save(tmp_path / "whatever.xlsx")
    found = read(sheets.read(tmp_path / "whatever.xlsx"))
    assert system(found, "Orders").categories.value == ("Names", "Cards")
    assert found.inputs[0].layout == "ICO controller template"


# ---------------------------------------------------------------------------------------------------------------- Fides


def fides_rows(**same: Value) -> list[Mapping[str, Value]]:
    """The cross product that Fides writes: two datasets, two groups of people, two categories."""
    return [
        {"Fides dataset": d, "Categories of individuals": i, "Categories of personal": c, **same}
        for d in ("events", "accounts")
        for i in ("customer", "visitor")
        for c in ("user.contact", "user.device")
    ]


def test_fides_rows_of_one_cross_product_are_one_record_and_all_count() -> None:
    rows = fides_rows(**{"Fides system": "warehouse", "Purpose": "improve", "Names of third": "USA, GBR", "Cost": "77"})
    found = assessed(fides_book(*rows, headings=(*FIDES_HEADINGS, "Cost centre")))
    (warehouse,) = found.inventory.systems
    assert warehouse.name == "warehouse"
    assert warehouse.purposes.value == ("improve",)
    assert warehouse.categories.value == ("user.contact", "user.device")
    assert warehouse.individuals.value == ("customer", "visitor")
    assert extra(warehouse, "Cost centre") == "77"
    assert extra(warehouse, "Controller") == "Quince Mutual Ltd"
    assert [countries(f.locations) for f in found.inventory.flows] == [["US", "GB"]]
    assert extra(warehouse, "Fides dataset") == "events\naccounts"
    assert extra(warehouse, "Controller's contact") == "Address: 1 Orchard Lane"
    (inputs,) = found.inputs
    assert inputs.rows_read == 8 + 5
    assert inputs.rows_in_inventory == 8 + 2
    assert not told(found, Kind.NOT_USED)


def test_fides_rows_without_a_dataset_say_nothing_new() -> None:
    same = {"Fides system": "shop", "Purpose": "sell", "Categories of recipients": "Harbour", "Names of third": "USA"}
    held = [{"Fides dataset": d, "Categories of personal": c, **same} for d in ("orders", "N/A") for c in ("a", "b")]
    found = assessed(fides_book(*held))
    (only,) = found.inventory.flows
    assert only.categories.value == ("a", "b")
    assert [(a.leg.flow.destination.name, a.leg.country) for a in found.answers] == [("Harbour", "US")]
    assert found.inputs[0].rows_in_inventory == 4 + 2


def test_fides_contacts_below_their_titles_are_kept() -> None:
    above = [*FIDES_ABOVE[:2], (None, None, "Quince Mutual Ltd", None, "Ada Quill", None, "N/A"), *FIDES_ABOVE[4:]]
    row = {"Fides system": "desk", "Purpose": "answer", "Categories of personal": "user"}
    found = read(book({"sheet1": [*above, *table(FIDES_HEADINGS, row)]}))
    desk = system(found, "desk")
    assert extra(desk, "Controller") == "Quince Mutual Ltd"
    assert extra(desk, "Data protection officer") == "Ada Quill"
    assert extra(desk, "Representative") is None
    assert extra(desk, "Controller's contact") is None


def test_fides_not_applicable_is_blank() -> None:
    rows = fides_rows(**{"Fides system": "desk", "Purpose": "answer", "Names of third": "N/A", "Categories of recipients": "N/A", "Retention": "N/A"})  # fmt: skip
    found = read(fides_book(*rows))
    assert not found.inventory.flows
    assert not found.inventory.recipients
    assert system(found, "desk").retention.nothing is Nothing.BLANK
    assert "Transfer countries" not in system(found, "desk").extra


def test_fides_rows_that_differ_in_their_transfer_stay_apart() -> None:
    same = {"Fides dataset": "events", "Fides system": "desk", "Purpose": "answer", "Categories of personal": "user"}
    found = read(
        fides_book(
            {**same, "Categories of recipients": "Harbour", "Names of third": "USA"},
            {**same, "Categories of recipients": "Anker", "Names of third": "CAN"},
        )
    )
    by_end = flows(found)
    assert countries(by_end["desk", "Harbour"].locations) == ["US"]
    assert countries(by_end["desk", "Anker"].locations) == ["CA"]


# ------------------------------------------------------------------------------------------------------------ Mercator


@pytest.mark.parametrize("headings", [REGISTER_EN, REGISTER_FR])
def test_mercator_register_in_both_languages(headings: Sequence[str]) -> None:
    found = assessed(book([headings, *REGISTER_ROWS]))
    badges = system(found, "Visitor badges")
    assert badges.purposes.value == ("Knowing who is in the plant, day and night.",)
    assert badges.categories.value == ("Photo", "Name")
    assert badges.notes.value == "Badges for people who visit the plant."
    assert badges.retention.value == "One year"
    assert extra(badges, "Data subjects and categories") == "Visitors\nPhoto, name"
    assert {"Guard Co", "Badge Cloud"} == {r.name for r in found.inventory.recipients}
    parking = system(found, "Parking")
    assert parking.categories.value == ("Staff, number plates",)
    assert parking.individuals.nothing is Nothing.NOT_STATED
    assert parking.categories.cell
    assert parking.categories.cell.address == "F3"
    assert countries(flows(found)["Parking", "Guard Co"].locations) == ["US"]
    assert extra(badges, "Transfer countries") == "No transfers outside the EU."
    assert not told(found, Kind.NO_PLACE)


@pytest.mark.parametrize(
    ("both", "people", "held"),
    [
        ("Patients: health records, national ID", ("Patients",), ("health records", "national ID")),
        (
            "<ul><li>Staff: name</li><li>Guests, drivers: plate</li></ul>",
            ("Staff", "Guests", "drivers"),
            ("name", "plate"),
        ),
        ("Personnes concernées : patients\nDonnées : santé, NIR", ("patients",), ("santé", "NIR")),
        ("Patients and their records", None, ("Patients and their records",)),
        ("Patients, health; images", None, ("Patients, health, images",)),
        ("Staff: name\nand others", None, ("Staff: name and others",)),
        ("CISO (kind: own)", None, ("CISO (kind: own)",)),
        ("None", None, None),
    ],
)
def test_mercator_people_and_information_in_one_cell(
    both: str, people: tuple[str, ...] | None, held: tuple[str, ...] | None
) -> None:
    row = ["Care", *[None] * 4, both, *[None] * 12]
    care = table(PROCESSING, {"id": 1, "name": "Care", "categories": both})
    for mine in (book([REGISTER_EN, row]), book(care)):
        found = read(mine)
        one = system(found, "Care")
        assert (one.individuals.value, one.categories.value) == (people, held)
        assert {c.name for c in found.inventory.categories} == set(held or ())
    row[16] = "Diagnosis"
    assert ("Diagnosis" in (system(read(book([REGISTER_EN, row])), "Care").categories.value or ())) is True


@pytest.mark.parametrize(
    ("words", "country", "mechanism"),
    [
        ("États-Unis (Perch), clauses contractuelles types", "US", "clauses contractuelles types"),
        ("Transfer to the United States (Perch), standard contractual clauses signed.", "US", "standard contractual clauses signed"),
        ("Perch - India", "IN", None),
        ("United States (Perch), unless the court forbids it", None, None),
        ("United States (Rook), SCC", None, None),
    ],
)  # fmt: skip
def test_mercator_a_transfer_in_words_is_the_recipient_s_where_that_is_all(
    words: str, country: str | None, mechanism: str | None
) -> None:
    row = ["Care", *[None] * 7, "Perch", words, *[None] * 8]
    found = assessed(book([REGISTER_EN, row]))
    to_perch = flows(found)["Care", "Perch"]
    assert [c for c in countries(to_perch.locations) if c] == ([country] if country else [])
    named = [s.mechanism.value for s in found.inventory.safeguards if s.name in (to_perch.safeguards.value or ())]
    assert len(named) == (mechanism is not None)
    if country:
        assert extra(system(found, "Care"), "Data transfers") == words
    else:
        assert all(a.outcome is Outcome.UNDETERMINED for a in found.answers)


def test_mercator_applications_are_systems_and_no_flow_is_invented_for_them() -> None:
    found = read(book([REGISTER_EN, *REGISTER_ROWS]))
    keeper = system(found, "DoorKeeper")
    assert (keeper.kind.value, keeper.purposes.value) == ("application", ("Visitor badges", "Parking"))
    assert {f.origin.value for f in found.inventory.flows} == {"Visitor badges", "Parking"}


def test_mercator_an_application_called_like_an_activity_is_another_thing() -> None:
    found = read(book([REGISTER_EN, ("Payroll", *[None] * 14, "Payroll", None, None)]))
    assert [s.name for s in found.inventory.systems] == ["Payroll", "Payroll (application)"]


MERCATOR = {
    "entities": table(
        ENTITIES,
        {"id": 1, "name": "Quince", "is_external": 0, "entity_type": "Internal", "description": "<p>Our&nbsp;selves</p>"},
        {"id": 2, "name": "Quince IT", "entity_type": "Internal", "parent_entity_id": 1},
        {"id": 3, "name": "Harbour", "is_external": 1, "entity_type": "Supplier", "security_level": "ISO 27001"},
        {"id": 4, "name": "Anker", "entity_type": "Supplier"},
        {"id": 5, "name": "Gone", "is_external": 1, "deleted_at": "2024-01-02 03:04:05"},
        {"id": 6},
    ),
    "applications": table(
        APPLICATIONS,
        {"id": 1, "name": "Ledger+", "description": "<p>Books</p>", "responsible": "Ines", "entity_resp_id": 3},
        {"id": 2, "name": "Roster", "entity_resp_id": 2},
    ),
    "databases": table(DATABASES, {"id": 1, "name": "LEDGER", "type": "SQL", "entity_resp_id": 3}),
    "information": table(
        INFORMATION,
        {"id": 1, "name": "Diagnosis", "sensitivity": "medical data", "description": "<p>What ails people</p>"},
        {"id": 2, "name": "Old", "sensitivity": "Personal data", "deleted_at": "2024-01-02"},
    ),
    "relations": table(
        RELATIONS,
        {"id": 1, "name": "Support", "source_id": 1, "destination_id": 3, "description": "<p>Help</p>", "end_date": "2025-12-31"},
        {"id": 2, "name": "Lost", "source_id": 1, "destination_id": 77},
    ),
    "processing": table(
        PROCESSING,
        {
            "id": 1,
            "name": "Care",
            "purpose": "<p>Treating people.</p>",
            "categories": "<ul><li>Patients</li><li>Doctors</li></ul>",
            "recipients": "<ul><li>Laboratory – <strong>Category</strong>:</li><li>Harbour</li></ul>",
            "transfert": "<p>None.</p>",
            "informations": "1",
        },
        {"id": 2, "name": "Checks", "recipients": "Courts", "transfert": "<p>None, except on request of a court abroad.</p>", "categories": "Staff"},
    ),
}  # fmt: skip


def test_mercator_objects_are_read_together() -> None:
    found = assessed(*objects(**MERCATOR))
    inventory = found.inventory
    roles = {r.name: r.role.value for r in inventory.recipients}
    own = Role.SAME_ORGANISATION
    assert roles == {
        "Quince": own,
        "Quince IT": own,
        "Harbour": None,
        "Anker": None,
        "Laboratory": None,
        "entity 77 (is not in its table)": None,
        "Courts": None,
    }
    assert not any(r.country.known or r.locations.known for r in inventory.recipients), "Mercator has no countries"
    assert extra(inventory.recipient("Quince IT"), "parent_entity_id") == "Quince"
    assert extra(inventory.recipient("Harbour"), "security_level") == "ISO 27001"
    quince = inventory.recipient("Quince")
    assert quince
    assert quince.notes.value == "Our selves"
    ledger = system(found, "Ledger+ (application)")
    assert (ledger.provider.value, ledger.owner.value, ledger.notes.value) == ("Harbour", "Ines", "Books")
    assert system(found, "LEDGER (database)").provider.value == "Harbour"
    roster = system(found, "Roster")
    assert roster.provider.blank
    assert roster.owner.value == "Quince IT"
    diagnosis = inventory.category("Diagnosis")
    assert extra(diagnosis, "sensitivity") == "medical data"
    assert diagnosis
    assert diagnosis.sensitive.blank


def test_mercator_relations_are_flows_between_entities() -> None:
    found = read(*objects(**MERCATOR))
    by_end = flows(found)
    support = by_end["Quince", "Harbour"]
    assert support.purpose.value == "Help"
    assert support.ended.blank, "a contract that ended does not say that nothing flows"
    assert extra(support, "end_date") == "2025-12-31"
    assert by_end["Quince", "entity 77 (is not in its table)"]
    assert [p.value for p in told(found, Kind.NO_SUCH_NAME) if p.cell.file == "export-4.csv"][:1] == ["77"]


@pytest.mark.parametrize("country", ["FR", "NZ", "AU", "BR"])
def test_mercator_relations_clear_nothing(country: str) -> None:
    relations = table(
        RELATIONS,
        {"id": 1, "name": "Hosting", "source_id": 4, "destination_id": 1, "description": "Servers"},
        {"id": 2, "name": "Desk", "type": "service", "source_id": 2, "destination_id": 1, "description": "IT for all"},
        {"id": 3, "name": "Help", "source_id": 3, "destination_id": 4},
    )
    found = assess(
        read(*objects(entities=MERCATOR["entities"], relations=relations)), on=TODAY, organisation="Q", country=country
    )
    assert {(a.leg.flow.origin.name, a.leg.flow.destination.name) for a in found.answers} == {
        ("Quince", "Anker"),
        ("Harbour", "Anker"),
    }
    assert {a.outcome for a in found.answers} == {Outcome.UNDETERMINED}
    desk = found.inventory.recipient("Quince IT")
    assert extra(desk, "Relation to") == "Quince"
    assert {extra(desk, heading) for heading in ("name", "type", "Purpose")} == {"Desk", "service", "IT for all"}
    assert found.inputs[1].rows_in_inventory == 3


def test_mercator_an_external_application_is_somebody_s() -> None:
    found = assessed(*objects(a=table(APPLICATIONS, {"id": 1, "name": "Ledger", "external": "external"}, {"id": 2, "name": "Roster", "external": "Internal"})))  # fmt: skip
    assert [(a.leg.flow.origin.name, a.outcome) for a in found.answers] == [("Ledger", Outcome.UNDETERMINED)]


def test_mercator_processing_keeps_what_it_does_not_say() -> None:
    found = assessed(*objects(**MERCATOR))
    care, checks = system(found, "Care"), system(found, "Checks")
    assert care.categories.value == ("Diagnosis",)
    assert extra(care, "Data subjects and categories") == "Patients\nDoctors"
    assert extra(care, "Transfer countries") == "None."
    assert (checks.categories.value, checks.individuals.nothing) == (("Staff",), Nothing.NOT_STATED)
    courts = flows(found)["Checks", "Courts"]
    assert [place.stated for place in courts.locations.value or ()] == [False]
    assert all(a.outcome.flagged for a in found.answers if a.leg.flow.id == courts.name)


def test_mercator_deleted_rows_and_orders_to_delete_are_left_out() -> None:
    found = read(*objects(**MERCATOR))
    assert not found.inventory.recipient("Gone")
    assert not found.inventory.category("Old")
    why = {(p.cell.file, p.cell.row): p.wanted for p in told(found, Kind.SET_ASIDE)}
    assert why["export-0.csv", 6] == "deleted in Mercator on 2024-01-02 03:04:05"
    assert why["export-0.csv", 7] == "only a key, which Mercator takes as an order to delete"
    assert why["export-3.csv", 3].startswith("deleted")
    assert [(i.rows_read, i.rows_in_inventory) for i in found.inputs] == [
        (6, 4),
        (2, 2),
        (1, 1),
        (2, 1),
        (2, 2),
        (2, 2),
    ]


def test_mercator_a_key_whose_table_was_not_given_stays_visible() -> None:
    found = assessed(*objects(applications=MERCATOR["applications"]))
    assert system(found, "Ledger+").provider.value == "entity 3 (its table was not given)"
    assert {(p.cell.address, p.value) for p in told(found, Kind.NO_SUCH_NAME)} == {("M2", "3"), ("M3", "2")}
    assert all(a.outcome is Outcome.UNDETERMINED for a in found.answers)


def test_mercator_a_key_is_that_of_its_own_file_where_two_files_differ() -> None:
    one = {"e": table(ENTITIES, {"id": 1, "name": "Anker", "is_external": 1}), "a": table(APPLICATIONS, {"id": 1, "name": "Ledger", "entity_resp_id": 1})}  # fmt: skip
    two = {"e": table(ENTITIES, {"id": 1, "name": "Harbour", "is_external": 1}), "a": table(APPLICATIONS, {"id": 1, "name": "Roster", "entity_resp_id": 1})}  # fmt: skip
    third = book(table(APPLICATIONS, {"id": 9, "name": "Desk", "entity_resp_id": 1}), "c.csv")
    found = read(book(one, "a.xlsx"), book(two, "b.xlsx"), third)
    providers = {s.name: s.provider.value for s in found.inventory.systems}
    assert providers == {"Ledger": "Anker", "Roster": "Harbour", "Desk": "entity 1 (its tables differ)"}


def test_mercator_names_that_only_look_the_same_stay_apart_and_the_same_thing_twice_is_one() -> None:
    twice = table(ENTITIES, {"id": 1, "name": "Medi+"}, {"id": 2, "name": "MEDI"}, {"id": 3, "name": "Anker"}, {"id": 4, "name": "Anker"}, {"id": 5, "name": "anker.", "deleted_at": "2024-01-02"})  # fmt: skip
    found = read(*objects(entities=twice))
    assert [r.name for r in found.inventory.recipients] == ["Medi+ (entity 1)", "MEDI (entity 2)", "Anker"]


def test_mercator_applications_are_none_of_its_databases_when_columns_are_missing() -> None:
    left = [h for h in APPLICATIONS if h not in ("rto", "rpo", "users")]
    headings = [*left, "security_need_c", "security_need_i", "security_need_a"]
    found = read(book(table(headings, {"id": 1, "name": "Ledger"})))
    assert system(found, "Ledger").kind.value == "application"


def test_mercator_objects_may_stand_on_sheets_of_one_file_in_any_order_of_columns() -> None:
    turned = {name: [list(reversed(row)) for row in rows] for name, rows in MERCATOR.items()}
    apart, together = read(*objects(**MERCATOR)), read(book(turned))
    for records in ("systems", "recipients", "categories", "flows"):
        assert {r.name for r in getattr(together.inventory, records)} == {
            r.name for r in getattr(apart.inventory, records)
        }


# -------------------------------------------------------------------------------------------- CISO Assistant and Privado


def test_ciso_list_keeps_blanks_in_place_and_markdown_as_text() -> None:
    found = read(
        book(
            [
                PROCESSINGS,
                (0, "PRC-1", "Payroll", "# pay", "Draft", None, "People", None, None, False, None),
                (1, "PRC-2", "Hiring", None, None, None, None, "ines@quince.example"),
            ]
        )
    )
    payroll, hiring = system(found, "Payroll"), system(found, "Hiring")
    assert payroll.notes.value == "# pay"
    assert [extra(payroll, h) for h in ("status", "folder", "dpia_required", "Reference")] == [
        "Draft",
        "People",
        "no",
        "PRC-1",
    ]
    assert hiring.owner.value == "ines@quince.example"
    assert not found.problems


def test_ciso_workbook_of_one_processing_is_not_the_list() -> None:
    one: Mapping[str, Rows] = {
        "Processing": [PROCESSINGS[1:]],
        "Purposes": [("name",)],
        "Data subjects": [("name", "category")],
    }
    assert ciso_list.PROCESSINGS.recognises(book(one)) == 0


def test_ciso_third_parties_join_on_their_keys() -> None:
    found = assessed(book(THIRD_PARTIES))
    assert {r.name: countries(r.country) for r in found.inventory.recipients if r.country.known} == {"Harbour Hosting": ["US"], "Harbour Lyon": ["FR"]}  # fmt: skip
    assert extra(found.inventory.recipient("Harbour Lyon"), "Parent entity") == "Harbour Hosting"
    assert system(found, "File store").provider.value == "Harbour Hosting"
    assert system(found, "Survey tool").provider.value == "entity E9 (is not in its table)"
    assert [p.cell.address for p in told(found, Kind.NO_SUCH_NAME)] == ["D3"]
    (contract,) = found.inventory.safeguards
    assert contract.recipients.value == ("Harbour Hosting",)
    assert (contract.starts.value, contract.expires.value) == (date(2023, 1, 1), date(2024, 12, 31))
    assert contract.mechanism.nothing is Nothing.NOT_STATED, "a contract is not by itself what the law asks for"
    assert extra(contract, "Solution") == "File store"
    assert all(a.outcome.flagged for a in found.answers)


def test_ciso_representatives_are_left_out_and_not_named() -> None:
    found = read(book(THIRD_PARTIES))
    (aside,) = told(found, Kind.SET_ASIDE)
    assert aside.cell.sheet == "Representatives"
    assert "pia@" not in str(aside)
    assert not any("pia@" in str(record) for record in found.inventory)


def test_privado_report() -> None:
    found = assessed(
        book(
            table(
                PRIVADO,
                {
                    "Processing": "Newsletter",
                    "Description": "Monthly",
                    "Function": "Marketing",
                    "Purpose": "Sending news, offers",
                    "Controller": "Quince",
                    "Individual": "Subscribers",
                    "Personal": "E-mail address",
                    "International": "Brazil",
                    "Transfer": "SCCs",
                    "Technical": "TLS",
                    "Organizational": "Training",
                },
                {"Processing": "Fairs", "Personal": "Names", "International": "No"},
                {"Processing": "Talks", "Personal": "Names", "International": "Yes"},
            )
        )
    )
    news = system(found, "Newsletter")
    assert (news.owner.value, news.purposes.value, news.notes.value) == (
        "Marketing",
        ("Sending news, offers",),
        "Monthly",
    )
    assert news.security.value == "TLS\nTraining"
    assert extra(news, "Controller Details") == "Quince"
    by_end = flows(found)
    assert set(by_end) == {("Newsletter", "not stated"), ("Talks", "not stated")}
    assert countries(by_end["Newsletter", "not stated"].locations) == ["BR"]
    assert by_end["Newsletter", "not stated"].safeguards.value
    assert extra(system(found, "Fairs"), "Goes abroad") == "No"
    assert all(a.outcome.flagged for a in found.answers)


def test_privado_norway_is_a_country_where_nobody_answers_yes_or_no() -> None:
    found = read(book(table(PRIVADO, {"Processing": "News", "Personal": "Names", "International": "NO"})))
    assert countries(flows(found)["News", "not stated"].locations) == ["NO"]


# ----------------------------------------------------------------------------------------- published sub-processor lists


def test_subprocessors_with_all_their_columns() -> None:
    found = assessed(
        book(
            [
                ("Our sub-processors",),
                (),
                ("Subprocessor", "Purpose of Processing", "Data Processed", "Location"),
                ("Harbour, Inc.", "Hosting, backup", "Names, Orders", "United States, EEA"),
                ("Anker GmbH", "Mail", "Names", "Germany"),
            ]
        )
    )
    harbour = found.inventory.recipient("Harbour, Inc.")
    assert harbour
    assert harbour.role.value is Role.AGENT
    assert harbour.role.cell
    assert harbour.role.cell.address == "A3"
    assert len(harbour.locations.value or ()) == 2
    assert harbour.country.blank
    flow = flows(found)["not stated", "Harbour, Inc."]
    assert flow.purpose.value == "Hosting, backup"
    assert flow.categories.value == ("Names", "Orders")
    assert not found.inventory.systems
    assert found.inputs[0].rows_left_out == 1


@pytest.mark.parametrize(
    ("headings", "is_country"),
    [
        (("Entity", "Purpose", "Country"), False),
        (("Country", "Purpose", "Entity Name"), False),
        (("Vendor name", "Services provided", "Data location"), False),
        (("Third party", "Service", "Hosting region"), False),
        (("Third-Party Sub-processor", "Nature of processing", "Location of Processing"), False),
        (("Sub-processor name", "Description of services", "Corporate location"), True),
        (("Entity Name", "Purpose", "Entity country"), True),
        (("Subprocessor", "Function", "Headquarters"), True),
        (("Company", "Purpose", "Country of incorporation"), True),
        (("Sub processors", "Activity", "Registered office"), True),
        (("Infrastructure Subprocessor", "Subprocessing Activities", "Place of processing"), False),
        (("Third-party provider", "What it does", "Where data is hosted"), False),
    ],
)
def test_subprocessors_in_any_order_and_wording(headings: Sequence[str], is_country: bool) -> None:
    row = {"Harbour": 0, "Hosting": 1, "US": 2}
    order = [0, 1, 2] if headings[0] != "Country" else [2, 1, 0]
    cells = list(row)
    found = read(book([headings, [cells[n] for n in order]]))
    assert found.inputs[0].layout == subprocessors.NAME
    harbour = found.inventory.recipient("Harbour")
    assert harbour
    assert countries(harbour.country) == (["US"] if is_country else [])
    assert countries(harbour.locations) == ([] if is_country else ["US"])
    assert flows(found)["not stated", "Harbour"].purpose.value == "Hosting"


def test_subprocessors_beside_a_log_of_changes() -> None:
    found = read(
        book(
            {
                "Our list": [("Subprocessor", "Purpose", "Location"), ("Harbour", "Hosting", "US")],
                "Log": [("Date", "Change"), ("1 May", "Harbour joined")],
            }
        )
    )
    assert found.inputs[0].layout == subprocessors.NAME
    assert [r.name for r in found.inventory.recipients] == ["Harbour"]
    assert [p.cell.sheet for p in told(found, Kind.SET_ASIDE)] == ["Log"]


@pytest.mark.parametrize(
    ("tables", "role"),
    [
        ({"a": [("Entity", "Purpose", "Country"), ("Harbour", "Hosting", "US")]}, Role.AGENT),
        ({"a": [("Vendor", "Purpose", "Country"), ("Harbour", "Hosting", "US")]}, None),
        ({"Sub-processors": [("Vendor", "Purpose", "Country"), ("Harbour", "Hosting", "US")]}, Role.AGENT),
        ({"a": [("Our subprocessors",), (), ("Vendor", "Purpose", "Country"), ("Harbour", "Hosting", "US")]}, Role.AGENT),
        (
            {
                "a": [("Subprocessor", "Purpose"), ("Anker", "Mail")],
                "b": [("Vendor", "Service", "Region"), ("Harbour", "Hosting", "US")],
                "c": [("Key", "Meaning"), ("US", "United States")],
            },
            Role.AGENT,
        ),
        (
            {"Sub-processors": [("Third Party Service / Vendor", "Nature of processing", "Processing location(s)"), ("Harbour", "Hosting", "US")]},
            Role.AGENT,
        ),
    ],
)  # fmt: skip
def test_subprocessors_are_agents_where_the_list_calls_them_so(tables: Mapping[str, Rows], role: Role | None) -> None:
    found = assessed(book(tables))
    assert found.inputs[0].layout == subprocessors.NAME
    harbour = found.inventory.recipient("Harbour")
    assert harbour
    assert harbour.role.value is role


def test_subprocessors_without_places_are_never_cleared() -> None:
    found = assessed(book([("Name of Sub-processor", "Description of Processing"), ("Harbour", "Hosting")]))
    assert [(a.leg.country, a.outcome) for a in found.answers] == [(None, Outcome.UNDETERMINED)]


def test_subprocessors_named_for_several_products_are_one_recipient_with_a_flow_each() -> None:
    found = read(
        book(
            [
                ("Entity Name", "Relevant Products", "Purpose of Processing", "Location of Subprocessors"),
                ("Harbour, Inc.", "Cloud", "Hosting", "United States"),
                ("Harbour, Inc.", "Desk", "Caching", "Canada"),
                ("Anker", "Desk", "Mail", "Varies"),
            ]
        )
    )
    assert [r.name for r in found.inventory.recipients] == ["Harbour, Inc.", "Anker"]
    assert [f.purpose.value for f in found.inventory.flows] == ["Hosting", "Caching", "Mail"]
    assert found.inventory.recipients[0].role.value is Role.AGENT
    assert found.inputs[0].rows_in_inventory == 3


def test_subprocessors_notes_and_second_purposes_are_kept() -> None:
    found = read(
        book(
            [
                ("Service provider", "Service", "Purpose", "Region", "Notes"),
                ("Harbour", "Cloud", "Hosting", "US", "Main one"),
            ]
        )
    )
    harbour = found.inventory.recipient("Harbour")
    assert harbour
    assert harbour.notes.value == "Main one"
    assert flows(found)["not stated", "Harbour"].purpose.value == "Cloud; Hosting"


def test_a_cell_beyond_the_headings_is_told_and_kept() -> None:
    found = read(book([("Subprocessor", "Purpose", "Country"), ("Harbour", "Hosting", "US", "and the moon")]))
    assert [p.cell.address for p in told(found, Kind.ROW_LONGER)] == ["D2"]
    kept = {(h, f.value) for record in found.inventory.recipients for h, f in record.extra.items()}
    assert ("column D", "and the moon") in kept


# ----------------------------------------------------------------------------------------- files that others have written

FILES = Path(__file__).parents[3] / "shared" / "real-data" / "inventories"


@pytest.mark.skipif(not FILES.is_dir(), reason="the files that others have written are not here")
@pytest.mark.parametrize(
    ("pattern", "layout"),
    [
        ("derived-subprocessors-*.csv", subprocessors.NAME),
        ("derived-mercator-*.csv", "Mercator objects"),
        ("ropa-ciso-assistant-processings.xlsx", "CISO Assistant list of processings"),
        ("thirdparties-ciso-assistant-relational.xlsx", "CISO Assistant workbook of third parties"),
    ],
)
def test_files_that_others_have_written(pattern: str, layout: str) -> None:
    found = assessed(*(sheets.read(path) for path in sorted(FILES.glob(pattern))))
    assert {i.layout for i in found.inputs} == {layout}
    assert all(i.rows_in_inventory for i in found.inputs)
    assert not told(found, Kind.NOT_USED)
