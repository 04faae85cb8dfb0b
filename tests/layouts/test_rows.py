"""What belongs to what in a row of somebody else's table: tied where the file shows it, and said where it does not."""

from __future__ import annotations

import pytest

from datamap import law
from datamap.graph import DataMap
from datamap.inventory import items
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import translate
from datamap.layouts.tables import entries, filled_rows, table_with
from datamap.places import place_name
from datamap.sheets import Book, Sheet
from datamap.workbook import Reading, parse
from datamap.workbook.drafts import Draft
from tests.conftest import drawn

M = Meaning


def reading_of(table: str, *meanings: Meaning) -> Draft:
    """A drawn table, of whose columns the meanings are given in order."""
    sheet = Sheet("t.xlsx", "Sheet1", drawn(table))
    headings = [str(v) for v in sheet.rows[0]]
    found = table_with(sheet, headings)
    assert found
    made = translate(entries(found, dict(enumerate(meanings, 1))))
    read = {cell: words for cell, words in filled_rows(sheet).items() if cell.row > 1}
    return Draft("t.xlsx", "drawn", tuple(made.rows), read, (), tuple(made.problems))


def reading(table: str, *meanings: Meaning) -> Reading:
    """The reading of such a table alone."""
    return parse([reading_of(table, *meanings)], law.load())


def flows(read: Reading) -> list[tuple[str, str, str, str]]:
    """From, to, the places of the flow's own, and its safeguards."""
    return [
        (
            f.origin.value or "?",
            f.destination.value or "?",
            ", ".join(place_name(p) for p in items(f.locations)),
            ", ".join(items(f.safeguards)),
        )
        for f in read.inventory.flows
    ]


def codes(read: Reading) -> list[str]:
    return [p.code for p in read.problems]


def test_a_system_sends_to_each_recipient_of_its_row() -> None:
    read = reading(
        "System | Data | Shared with\nShop | Name, email | Parcel Post; Mailer", M.SYSTEM, M.CATEGORIES, M.RECIPIENTS
    )
    assert [s.name for s in read.inventory.systems] == ["Shop"]
    assert items(read.inventory.systems[0].categories) == ("Name", "email")
    assert [c.name for c in read.inventory.categories] == ["Name", "email"]
    assert [f[:2] for f in flows(read)] == [("Shop", "Parcel Post"), ("Shop", "Mailer")]
    assert codes(read) == []


def test_columns_whose_parts_line_up_are_tied_by_position() -> None:
    read = reading(
        "System | Who | Country\nShop | Alpha Ltd / Beta Ltd | USA / Germany",
        M.SYSTEM,
        M.RECIPIENTS,
        M.RECIPIENT_COUNTRY,
    )
    countries = {r.name: [p.country for p in items(r.country)] for r in read.inventory.recipients}
    assert countries == {"Alpha Ltd": ["US"], "Beta Ltd": ["DE"]}
    assert codes(read) == []


def test_one_country_for_several_recipients_belongs_to_none_of_them() -> None:
    read = reading(
        "System | Who | Country\nShop | Alpha, Beta, Gamma | USA", M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_COUNTRY
    )
    assert all(r.country.blank for r in read.inventory.recipients)
    assert ("Shop", "?", "United States", "") in flows(read)
    assert codes(read) == ["P402"]
    assert "Alpha, Beta, Gamma" in read.problems[0].message


def test_a_safeguard_for_several_recipients_covers_only_what_the_row_ties_it_to() -> None:
    read = reading(
        "Purpose | Recipients | Countries | Safeguard\nPayroll | Bank; Tax office | USA | SCCs",
        M.ACTIVITY, M.RECIPIENTS, M.DESTINATIONS, M.MECHANISM,
    )  # fmt: skip
    assert [(f[1], f[2], bool(f[3])) for f in flows(read)] == [
        ("Bank", "", False),
        ("Tax office", "", False),
        ("?", "United States", True),
    ]
    assert set(codes(read)) == {"P402"}


def test_one_recipient_has_every_country_and_the_safeguard_of_its_row() -> None:
    read = reading(
        "Activity | Recipient | To | How | Document\nNews | Mailer Inc | US; Brazil | Standard contractual clauses (SCC) | DPA 7",
        M.ACTIVITY, M.RECIPIENTS, M.DESTINATIONS, M.MECHANISM, M.DOCUMENT,
    )  # fmt: skip
    assert flows(read) == [
        ("News", "Mailer Inc", "United States, Brazil", "Mailer Inc: Standard contractual clauses (SCC)")
    ]
    (safeguard,) = read.inventory.safeguards
    assert safeguard.document.value == "DPA 7"
    assert items(safeguard.recipients) == ("Mailer Inc",)
    assert codes(read) == []


@pytest.mark.parametrize("words", ["Adequate country", "Pays adéquat", "Privacy Shield"])
def test_a_conclusion_in_law_is_kept_as_words_and_is_no_safeguard(words: str) -> None:
    read = reading(
        f"Activity | Recipient | To | How\nNews | Mailer | US | {words}",
        M.ACTIVITY, M.RECIPIENTS, M.DESTINATIONS, M.MECHANISM,
    )  # fmt: skip
    assert read.inventory.safeguards == ()
    (flow,) = read.inventory.flows
    assert flow.extra["The file says"].value == words
    assert codes(read) == ["P401"]


def test_no_recipient_is_an_answer_and_its_words_are_kept() -> None:
    read = reading("System | Shared with\nLedger | None - kept in house", M.SYSTEM, M.RECIPIENTS)
    (system,) = read.inventory.systems
    assert system.recipients.is_none
    assert system.notes.value == "None - kept in house"
    assert read.inventory.flows == ()


def test_what_goes_abroad_without_a_name_is_a_flow_to_somebody_not_stated() -> None:
    read = reading("System | Abroad?\nLedger | Yes\nPaper | No", M.SYSTEM, M.TRANSFER)
    assert flows(read) == [("Ledger", "?", "", "")]
    assert read.inventory.systems[0].extra["Goes abroad"].value == "Yes"
    (leg,) = DataMap(read.inventory).legs
    assert leg.country is None


def test_the_file_s_own_no_clears_nothing() -> None:
    read = reading("System | Who | Abroad?\nLedger | Bookkeeper | No", M.SYSTEM, M.RECIPIENTS, M.TRANSFER)
    assert flows(read) == [("Ledger", "Bookkeeper", "", "")]
    assert read.inventory.recipients[0].country.blank


def test_a_list_of_recipients_has_flows_from_where_it_does_not_say() -> None:
    read = reading(
        "Vendor | Location | Data\nAlpha | Sydney, Australia | Email", M.RECIPIENT, M.RECIPIENT_LOCATIONS, M.CATEGORIES
    )
    assert flows(read) == [("?", "Alpha", "", "")]
    assert [p.country for p in items(read.inventory.recipients[0].locations)] == ["AU"]


def test_a_processing_activity_stands_for_a_system_where_the_row_names_none() -> None:
    read = reading(
        "Activity | System | Purpose\nHiring | | Choosing staff\nPayroll | PayDay | Paying",
        M.ACTIVITY,
        M.SYSTEM,
        M.PURPOSE,
    )
    found = {s.name: (s.kind.value, items(s.purposes)) for s in read.inventory.systems}
    assert found == {"Hiring": ("processing activity", ("Choosing staff",)), "PayDay": (None, ("Payroll", "Paying"))}


def test_a_place_that_is_none_is_a_problem_of_its_cell() -> None:
    read = reading("System | Where\nCRM | Cloud SaaS", M.SYSTEM, M.LOCATIONS)
    assert [(p.code, p.cell.address) for p in read.problems] == [("P103", "B2")]
    assert [s.name for s in read.inventory.systems] == ["CRM"]


def test_every_column_without_a_meaning_is_carried_through() -> None:
    read = reading("System | Mood | Weather\nCRM | blue | rain", M.SYSTEM, M.OTHER)
    assert {h: f.value for h, f in read.inventory.systems[0].extra.items()} == {"Mood": "blue", "Weather": "rain"}


def test_a_row_of_which_nothing_is_understood_is_counted_and_said() -> None:
    read = reading("System | Mood\n | blue\nCRM | red", M.SYSTEM)
    (report,) = read.inputs
    assert (report.rows_read, report.rows_in_inventory, report.rows_left_out) == (2, 1, 1)
    assert [(p.code, p.cell.address) for p in read.problems] == [("P308", "B2")]


def test_sensitive_categories_are_marked_so() -> None:
    read = reading(
        "Activity | Data | Special data\nCare | Name | Health, Beliefs",
        M.ACTIVITY,
        M.CATEGORIES,
        M.SENSITIVE_CATEGORIES,
    )
    assert {c.name: c.sensitive.value for c in read.inventory.categories} == {
        "Name": None,
        "Health": True,
        "Beliefs": True,
    }
    assert items(read.inventory.systems[0].categories) == ("Name", "Health", "Beliefs")


def test_a_role_in_the_recipient_s_name_is_its_role() -> None:
    read = reading("System | Who\nCRM | Mailer Inc (processor); Internal IT team", M.SYSTEM, M.RECIPIENTS)
    assert {f.destination.value: str(f.role.value) for f in read.inventory.flows} == {
        "Mailer Inc (processor)": "agent",
        "Internal IT team": "same organisation",
    }


def test_two_columns_for_one_thing_are_told_when_they_differ() -> None:
    read = reading("System | Kept | Kept until\nCRM | 1 year | 2 years", M.SYSTEM, M.RETENTION, M.RETENTION)
    (system,) = read.inventory.systems
    assert system.retention.value == "1 year"
    assert system.extra["Retention (2)"].value == "2 years"
    assert codes(read) == ["P403"]


def test_a_list_of_recipients_adds_no_flow_where_another_file_says_who_sends() -> None:
    listed = reading_of(
        "Vendor | Country | Purpose\nAlpha | USA | Mail\nBeta | India | Chat",
        M.RECIPIENT,
        M.RECIPIENT_COUNTRY,
        M.PURPOSE,
    )
    systems = Book("own.xlsx", (Sheet("own.xlsx", "Systems", drawn("System | Recipients\nShop | Alpha")),))
    read = parse([systems, listed], law.load())
    assert [(f.origin.value, f.destination.value) for f in read.inventory.flows] == [(None, "Beta")]
    assert [i.rows_in_inventory for i in read.inputs] == [1, 2]
    alpha = read.inventory.recipient("Alpha")
    assert alpha is not None
    assert alpha.extra["Purpose"].value == "Mail"
