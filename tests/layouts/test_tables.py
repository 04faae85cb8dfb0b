"""Finding tables: headings under titles, in two rows, several on a sheet, and what each of the other rows is."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamap.layouts.meanings import Meaning
from datamap.layouts.tables import Table, entries, headed_sideways, tables, turned, without
from datamap.sheets import Sheet, Value
from tests.conftest import drawn

Merged = tuple[tuple[int, int, int, int], ...]


def sheet(text: str, merged: Merged = ()) -> Sheet:
    return Sheet("t.xlsx", "Sheet1", drawn(text), merged=merged)


def only(text: str, merged: Merged = ()) -> Table:
    found = tables(sheet(text, merged))
    assert len(found) == 1, [list(t.headings.values()) for t in found]
    return found[0]


def left_out(table: Table) -> dict[int, str]:
    return {row: out.why for out in table.left_out for row in out.rows}


TITLE_BLOCK = """
    Inventory of personal information
    Made by the privacy team
    Organisation | | [ORG NAME] | | Last updated | | [DATE]
    |
    System name | Data held | Where stored | Owner
    Payroll | Bank details | NZ | HR
    CRM | Names | AU | Sales
    """


def test_headings_stand_below_titles() -> None:
    found = only(TITLE_BLOCK)
    assert found.heading_rows == (5,)
    assert found.rows == (6, 7)
    assert left_out(found) == dict.fromkeys((1, 2, 3), "a title above the headings")
    assert found.title == "Inventory of personal information Made by the privacy team"


def test_a_table_need_not_begin_in_the_first_cell() -> None:
    found = only("""
        | | Register
        |
        | | No. | System | Data held
        | | 1 | Payroll | Bank details
        | | 2 | CRM | Names
        | | 3
        """)
    assert found.headings == {3: "No.", 4: "System", 5: "Data held"}
    assert found.rows == (4, 5)
    assert left_out(found)[6] == "a number and nothing else"


@pytest.mark.parametrize(
    "footer",
    [
        "Add more rows above this line",
        "NOTES",
        "Source: the asset team",
        "© 2026 Kowhai Limited",
        "This template is for guidance only.",
        "Quelle: Fachbereiche",
        "Last updated: March 2026",
    ],
)
def test_footers_are_named(footer: str) -> None:
    found = only(f"""
        System | Data held | Hosted in
        Payroll | Bank details | NZ
        CRM | Names | AU
        |
        {footer}
        |
        PRIORITY ACTIONS
        1. Ask every provider for its agreement, and file the answers with the register.
        Risk: High = money (bank | health | children) and the like
        """)
    assert found.rows == (2, 3)
    assert set(left_out(found).values()) == {"a footer below the table"}
    assert sorted(left_out(found)) == [5, 7, 8, 9]


def test_a_row_that_only_has_its_name_is_data() -> None:
    found = only("""
        System | Data held | Hosted in | Owner
        Payroll | Bank details | NZ | HR
        Old intranet
        CRM | Names | AU | Sales
        New wiki
        """)
    assert found.rows == (2, 3, 4, 5)


def test_blank_rows_part_no_table() -> None:
    found = only("""
        System | Data held | Hosted in
        Payroll | Bank details | NZ
        |
        |
        CRM | Names | AU
        """)
    assert found.rows == (2, 5)


def test_lines_between_the_rows_and_headings_again() -> None:
    found = only("""
        System | Data held | Hosted in
        EUROPE
        Payroll | Bank details | FR
        System | Data held | Hosted in
        ASIA AND PACIFIC
        CRM | Names | AU
        Grand total: | 2 | 3
        """)
    assert found.rows == (3, 6)
    assert left_out(found) == {
        2: "a line between the rows",
        4: "the headings again",
        5: "a line between the rows",
        7: "a total",
    }


@pytest.mark.parametrize("total", ["Total", "TOTAL:", "Total: 2 systems", "Summe"])
def test_totals(total: str) -> None:
    found = only(f"""
        System | Records | Hosted in
        Payroll | 40 | NZ
        CRM | 60 | AU
        {total} | 100
        """)
    assert left_out(found) == {4: "a total"}


def test_a_name_that_begins_like_a_total_is_data() -> None:
    found = only("""
        Vendor | Services | Country
        Total Recall Software | Backup | NZ
        TotalSecure | Guards | AU
        """)
    assert found.rows == (2, 3)


@pytest.mark.parametrize(
    ("helps", "why"),
    [
        ("Enter the system | List the data held | Say which country", "an instruction"),
        ("Indiquer le nom | Décrire les données | Préciser le pays", "an instruction"),
        ("(as in the service desk) | (every kind of data) | (of every copy of it)", "an instruction"),
        ("Free text | Drop-down | Mandatory", "units or kinds of values, under the headings"),
        ("(1) | (2) | (3)", "numbers of the columns"),
        ("A | B | C", "numbers of the columns"),
    ],
)
def test_rows_of_help_below_the_headings(helps: str, why: str) -> None:
    found = only(f"System | Data held | Hosted in\n{helps}\nPayroll | Bank details | NZ\nCRM | Names | AU")
    assert left_out(found) == {2: why}
    assert found.rows == (3, 4)


@pytest.mark.parametrize("mark", ["Example", "(EXEMPLE) Paie", "e.g.", "[Example: Shopify]", "z. B. Lohn", "Beispiel"])
def test_an_example_among_other_rows_is_left_out(mark: str) -> None:
    found = only(f"""
        System | Data held | Hosted in
        {mark} | Names | NZ
        Payroll | Bank details | NZ
        """)
    assert left_out(found) == {2: "an example"}
    assert found.examples == ()


def test_rows_that_are_all_examples_are_read() -> None:
    found = only("""
        System | Data held
        [Example: Shop] | Names
        [Example: Payroll] | Bank details
        """)
    assert found.rows == found.examples == (2, 3)
    assert not found.left_out


def test_a_template_with_nothing_but_a_bare_example_has_no_rows() -> None:
    found = only("""
        Nr | System | Data held
        Example | Payroll | Bank details
        1
        2
        """)
    assert found.rows == ()
    assert left_out(found) == {2: "an example", 3: "a number and nothing else", 4: "a number and nothing else"}


def test_two_rows_of_headings_that_are_merged() -> None:
    found = only(
        """
        Register
        System | Data held | Transfers abroad | |
        | | Recipient | Country | Safeguard
        Payroll | Bank details | PayCo | IN | SCC
        """,
        ((2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 5)),
    )
    assert found.heading_rows == (2, 3)
    assert list(found.headings.values()) == [
        "System",
        "Data held",
        "Transfers abroad - Recipient",
        "Transfers abroad - Country",
        "Transfers abroad - Safeguard",
    ]
    assert found.rows == (4,)


def test_three_rows_of_headings() -> None:
    found = only(
        """
        About the processing | | | Recipients | |
        Identity | | Why | Name | Where |
        System | Owner | Purpose | Recipient | Country | Region
        Payroll | HR | Pay | PayCo | IN | Pune
        CRM | Sales | Sell | Mailer | US | Ohio
        """,
        ((1, 1, 1, 3), (1, 4, 1, 6), (2, 1, 2, 2), (2, 5, 2, 6)),
    )
    assert found.heading_rows == (1, 2, 3)
    assert found.headings[2] == "About the processing - Identity - Owner"
    assert found.headings[6] == "Recipients - Where - Region"


def test_help_within_a_heading_is_no_part_of_it() -> None:
    rows: list[list[Value]] = [
        ["Name of\nsystem", "Purpose of processing\nSay why it is held, in words that the person would know."],
        ["Payroll", "Pay"],
    ]
    (found,) = tables(Sheet("t.xlsx", "S", rows))
    assert list(found.headings.values()) == ["Name of system", "Purpose of processing"]


def test_years_and_rich_text_among_the_headings() -> None:
    found = only("<b>System</b> | 2024 | 2025 | <p>Data held</p>\nPayroll | 10 | 20 | Names\nCRM | 30 | 40 | Names")
    assert list(found.headings.values()) == ["System", "2024", "2025", "Data held"]
    assert found.rows == (2, 3)


def test_groups_that_are_not_merged() -> None:
    found = only("""
        Verarbeitung | | | Drittland |
        Bezeichnung | Zweck | Betroffene | Land | Garantien
        Lohn | Auszahlung | Beschäftigte | Indien | SDK
        """)
    assert found.heading_rows == (1, 2)
    assert found.headings[2] == "Verarbeitung - Zweck"
    assert found.headings[4] == "Drittland - Land"
    assert found.headings[5] == "Drittland - Garantien"


def test_notes_strewn_above_the_headings_are_no_groups() -> None:
    found = only("""
        people | | write
        notes | at | the | top
        of | their | | tables
        System | Data held | Purpose | Country
        Payroll | Bank details | Pay | NZ
        """)
    assert found.heading_rows == (4,)


def test_several_tables_below_each_other() -> None:
    first, second = tables(
        sheet("""
        Systems
        System | Data held | Hosted in
        Payroll | Bank details | NZ
        |
        Vendors
        Vendor | Country | Purpose | Transfer mechanism
        PayCo | IN | Payroll | SCC
        """)
    )
    assert (first.heading_rows, first.rows) == ((2,), (3,))
    assert (second.heading_rows, second.rows, second.title) == ((6,), (7,), "Vendors")


def test_tables_with_the_same_headings_below_each_other_are_one() -> None:
    found = only("""
        Vendors in Europe
        Vendor | Country | Data shared
        Mailer | IE | Names
        |
        Vendors in Asia
        Vendor | Country | Data shared
        PayCo | IN | Banks
        """)
    assert found.rows == (3, 7)
    assert left_out(found)[5] == "a title above the headings"


def test_footnotes_and_notes_at_the_bottom() -> None:
    found = only("""
        System | Records | Since | Hosted in
        Payroll | 40 | 2020-01-01 | NZ
        CRM | 60 | 2021-01-01 | AU
        ERP | 70 | 2021-05-01 | AU
        Wiki | 80 | 2022-01-01 | AU
        * as counted in March
        | and this was
        | | | written under it
        """)
    assert found.rows == (2, 3, 4, 5)
    assert set(left_out(found).values()) == {"a footer below the table"}


def test_tables_beside_each_other_may_share_a_heading() -> None:
    found = tables(
        sheet("""
        Vendor | Country | | Vendor | Purpose
        PayCo | IN | | PayCo | Payroll
        Mailer | US | | Mailer | Newsletters
        """)
    )
    assert [list(t.headings.values()) for t in found] == [["Vendor", "Country"], ["Vendor", "Purpose"]]
    assert [t.rows for t in found] == [(2, 3), (2, 3)]


def test_a_blank_column_within_one_table_parts_nothing() -> None:
    found = only("""
        System | Owner | | Data held | Hosted in
        Payroll | HR | | Bank details | NZ
        CRM | Sales | | Names | AU
        """)
    assert list(found.headings.values()) == ["System", "Owner", "Data held", "Hosted in"]


def test_columns_without_a_heading_keep_their_letter_and_twins_are_told_apart() -> None:
    found = only("""
        System | Notes | Notes
        Payroll | a | b | stray
        CRM | c | d | more
        """)
    assert list(found.headings.values()) == ["System", "Notes", "Notes (2)", "column D"]


def test_headings_may_be_asked_for_by_row() -> None:
    (found,) = tables(sheet("a | b\nc | d\nx | y\n1 | 2"), heading_row=2)
    assert found.heading_rows == (2,)
    assert list(found.headings.values()) == ["c", "d"]


def test_rows_left_out_by_the_mapping() -> None:
    table = without(only("System | Data held\nPayroll | Names\nTEST entry | Names"), ["test"])
    assert table.rows == (2,)
    assert left_out(table) == {3: "left out by the mapping"}


def test_headings_in_the_first_column_are_noticed() -> None:
    assert headed_sideways(
        sheet("System name | Payroll | CRM\nHosted in | NZ | AU\nData held | a | b\nRetention | 1 | 2")
    )
    assert not headed_sideways(sheet("Field | Value\nOwner | Ann\nVersion | 2\nStatus | Draft"))
    assert not headed_sideways(sheet(TITLE_BLOCK))


@pytest.mark.parametrize(
    "text", ["x", "1 | 2\n3 | 4", "Some prose that stands alone.\nAnd more of it.", "a@x.example | b"]
)
def test_no_headings_no_table(text: str) -> None:
    assert tables(sheet(text)) == ()


def test_merged_data_cells_are_filled_downwards_only() -> None:
    of = sheet(
        "Function | System | Data | Purpose\nHR | Payroll | Names |\n | Leave | Dates | Rest",
        ((2, 1, 3, 1), (2, 3, 2, 4)),
    )
    (table,) = tables(of)
    meanings = {1: Meaning.OWNER, 2: Meaning.SYSTEM, 3: Meaning.CATEGORIES, 4: Meaning.PURPOSE}
    first, second = entries(table, meanings)
    assert (first.text(Meaning.OWNER), second.text(Meaning.OWNER)) == ("HR", "HR")
    assert first.one(Meaning.PURPOSE) is None
    assert second.at.address == "B3"


def test_a_merged_range_over_everything_is_no_burden() -> None:
    of = sheet("System | Data held\nPayroll | Names", ((1, 1, 1_048_576, 16_384),))
    started = process_time()
    for table in tables(of):
        list(entries(table, {}))
    assert process_time() - started < 2


WORDS = st.sampled_from(
    [
        "System",
        "Vendor",
        "Country",
        "Purpose",
        "Total",
        "Example",
        "NOTES",
        "Payroll",
        "x",
        "12",
        "2026-01-01",
        "",
        "",
        None,
    ]
)


@given(st.lists(st.lists(WORDS, max_size=6), max_size=14))
def test_no_row_is_two_things_at_once(rows: list[list[str | None]]) -> None:
    of = Sheet("t.xlsx", "S", [[v or None for v in row] for row in rows])
    found = tables(of)
    for table in found:
        told = [*table.heading_rows, *table.rows, *left_out(table)]
        assert len(told) == len(set(told)), "a row is two things at once"
        assert set(table.examples) <= set(table.rows)
        assert all(table.headings.values())


@pytest.mark.parametrize(
    "pattern",
    [
        [["System", "Data held", "Hosted in"], *[[f"S{n}", "Names", "NZ"] for n in range(20_000)]],
        [
            row
            for n in range(4_000)
            for row in (["System", "Hosted in"] if n % 2 else ["Vendor", "Country"], ["x", "y"], [])
        ],
        [row for n in range(10_000) for row in ([f"S{n}", "a", "b"], [])],
        [[("System", "Country", None)[c % 3] for c in range(6_000)]] * 3,
    ],
    ids=["long", "many tables", "gaps", "wide"],
)
def test_no_shape_takes_long(pattern: list[list[Value]]) -> None:
    started = process_time()
    tables(Sheet("t.xlsx", "S", pattern))
    assert process_time() - started < 10


ROWS = "System | Data held | Recipient | Country\nCRM | Names | Mailer | US\nHR | Salary | PayCo | IE\n"


@pytest.mark.parametrize(
    "words",
    [
        "Erstellt von: M. Muster", "Erstellt von: | M. Muster", "Note 1: see above", "* = mandatory", "Contact IT for changes",
        "Stand: 1.2.2026", "Version 1.2", "Next review | 2027-02-01", "Établi par : la DPO", "Document owner: Sam",
        "Contact the privacy team with questions",
    ],
)  # fmt: skip
def test_what_stands_below_a_table_is_no_row(words: str) -> None:
    table = only(f"{ROWS}{words}")
    assert table.rows == (2, 3)
    assert left_out(table) == {4: "a footer below the table"}


@pytest.mark.parametrize("words", ["Total | 7 systems", "Total: 2", "Summe | 2"])
def test_a_total_is_no_row_and_no_title(words: str) -> None:
    assert left_out(only(f"{ROWS}{words}")) == {4: "a total"}
    above, below = tables(sheet(f"{ROWS}{words}\n|\nOthers\nVendor | Country | Data shared\nPayCo | IN | Names"))
    assert left_out(above) == {4: "a total"}
    assert left_out(below) == {6: "a title above the headings"}


@pytest.mark.parametrize(
    "row",
    [
        "Contact desk for staff | Names | Mailer | US",
        "Version control | Code | Hub | US",
        "Mailer",
        "Stand-by | | | NZ",
    ],
)
def test_a_row_that_begins_like_a_footer_is_data(row: str) -> None:
    assert only(f"{ROWS}{row}").rows == (2, 3, 4)


def test_a_line_that_nobody_filled_in_is_no_row() -> None:
    assert left_out(only(f"{ROWS}[System name] | [data] | [recipient]")) == {4: "a line to be filled in"}


@pytest.mark.parametrize(
    "above",
    [
        "Cross-border disclosure register | | Document owner: Sam |",
        "Register | | Confidential",
        "Systems | | Last updated 2026",
    ],
)
def test_a_title_in_two_cells_is_no_heading_of_groups(above: str) -> None:
    table = only(f"{above}\n{ROWS}")
    assert list(table.headings.values()) == ["System", "Data held", "Recipient", "Country"]
    assert left_out(table) == {1: "a title above the headings"}


def test_nothing_of_a_wide_row_is_lost() -> None:
    rows = "\n".join(f"V{n} | NZ | Names" for n in range(90))
    table = only(f"Vendor | Country | Data shared\n{rows}\nPayCo | | | stray\nMailer | US | Names | one | two")
    assert list(table.headings.values())[3:] == ["column D", "column E"]
    *_, stray, wide = entries(table, {1: Meaning.RECIPIENT})
    assert stray.extra["column D"].value == "stray"
    assert [wide.extra[f"column {c}"].value for c in "DE"] == ["one", "two"]


def test_a_turned_table_keeps_its_addresses() -> None:
    (table,) = turned(sheet("Register\nSystem name | Payroll | CRM\nHosted in | NZ | AU\nOwner\nData held | a | b"))
    assert list(table.headings.items()) == [(2, "System name"), (3, "Hosted in"), (4, "Owner"), (5, "Data held")]
    assert table.rows == (2, 3)
    assert table.lines() == ({4}, {2, 3, 5})
    assert left_out(table) == {1: "a title above the headings"}
    first, second = entries(table, {2: Meaning.SYSTEM, 3: Meaning.LOCATIONS})
    assert (second.at.address, second.said[Meaning.LOCATIONS][0].cell.address) == ("C2", "C3")
    assert first.text(Meaning.SYSTEM) == "Payroll"
