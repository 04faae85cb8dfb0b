"""What belongs to what in a row of somebody else's table: tied where the file shows it, and said where it does not."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from datamap import law
from datamap.graph import DataMap, Movement
from datamap.inventory import Activity, Fact, Nothing, System, items
from datamap.layouts import mapper
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.layouts.rows import settled, translate
from datamap.layouts.tables import entries, filled_rows, table_with
from datamap.places import place_name
from datamap.sheets import Book, Sheet
from datamap.workbook import Reading, parse
from datamap.workbook.drafts import Draft
from tests.conftest import drawn

M = Meaning


def reading_of(table: str, *meanings: Meaning, providers: Collection[int] = ()) -> Draft:
    """A drawn table, of whose columns the meanings are given in order; `providers` are columns of who provides systems."""
    sheet = Sheet("t.xlsx", "Sheet1", drawn(table))
    headings = [str(v) for v in sheet.rows[0]]
    found = table_with(sheet, headings)
    assert found
    made = translate(entries(found, dict(enumerate(meanings, 1))), providers=providers)
    read = {cell: words for cell, words in filled_rows(sheet).items() if cell.row > 1}
    return Draft("t.xlsx", "drawn", tuple(made.rows), read, (), tuple(made.problems))


def reading(table: str, *meanings: Meaning, providers: Collection[int] = ()) -> Reading:
    """The reading of such a table alone."""
    return parse(settled([reading_of(table, *meanings, providers=providers)]), law.load())


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


# ------------------------------------------------------------------------------------------------------- who hosts


def provider(read: Reading, name: str) -> Fact[str]:
    system = read.inventory.system(name)
    assert isinstance(system, System)
    return system.provider


def own_sites(read: Reading) -> list[str]:
    return [leg.flow.origin.name for leg in DataMap(read.inventory).legs if leg.flow.movement is Movement.OWN_SITE]


def test_the_only_provider_of_a_row_holds_the_system_where_the_row_says() -> None:
    read = reading("System | Data | Vendor | Hosting\nCRM | Name | Pail Inc | USA", M.SYSTEM, M.CATEGORIES, M.RECIPIENTS, M.LOCATIONS, providers=[3])  # fmt: skip
    assert provider(read, "CRM").value == "Pail Inc"
    (leg,) = DataMap(read.inventory).legs
    assert leg.flow.destination.name == "Pail Inc"
    assert leg.place.value is not None
    assert (leg.place.value.country, leg.place.value.activity) == ("US", Activity.STORAGE)


@pytest.mark.parametrize("who", ["", "Alpha; Beta", "Tax office"])
def test_that_nobody_says_who_hosts_is_no_word_that_the_organisation_does(who: str) -> None:
    providers = [] if who == "Tax office" else [2]  # a recipient that is does not provide it hosts nothing
    read = reading(
        f"System | Who | Kept in\nCRM | {who} | USA", M.SYSTEM, M.RECIPIENTS, M.LOCATIONS, providers=providers
    )
    assert provider(read, "CRM").nothing is Nothing.NOT_STATED
    assert provider(read, "CRM").cell == read.inventory.systems[0].locations.cell
    assert own_sites(read) == []


@pytest.mark.parametrize(
    ("kind", "host", "where", "own"),
    [
        ("On-premises", "", "Fiji", True),
        ("", "In-house", "Fiji", True),
        ("", "intern gehostet", "Fiji", True),
        ("", "", "Own server in Fiji", True),
        ("Serveurs internes", "", "Fiji", True),
        ("Cloud", "", "Fiji", False),
        ("", "None", "Fiji", False),
        ("", "n/a", "Fiji", False),
        ("", "", "Fiji", False),
        ("On-premises at Rack Ltd", "", "Fiji", False),
    ],
)
def test_a_system_is_the_organisation_s_own_only_where_the_file_says_so(
    kind: str, host: str, where: str, own: bool
) -> None:
    read = reading(f"System | Kind | Host | Where\nCRM | {kind} | {host} | {where}", M.SYSTEM, M.SYSTEM_KIND, M.PROVIDER, M.LOCATIONS)  # fmt: skip
    assert provider(read, "CRM").nothing is (Nothing.NONE if own else Nothing.NOT_STATED)


def test_one_row_that_names_the_host_answers_for_the_others() -> None:
    one = reading_of("System | Where\nCRM | USA", M.SYSTEM, M.LOCATIONS)
    other = reading_of("System | Host\nC.R.M. | Rack Ltd", M.SYSTEM, M.PROVIDER)
    read = parse(settled([one, other]), law.load())
    assert provider(read, "CRM").value == "Rack Ltd"
    assert read.inventory.systems[0].extra["Also written"].value == "C.R.M."
    assert codes(read) == []


def test_a_system_with_a_provider_in_each_row_has_the_place_of_each_at_its_flow() -> None:
    read = reading("System | Vendor | Where\nCRM | Pail | USA\nCRM | Post | Fiji", M.SYSTEM, M.RECIPIENTS, M.LOCATIONS, providers=[2])  # fmt: skip
    assert [f[1:3] for f in flows(read)] == [("Pail", "United States"), ("Post", "Fiji")]
    assert own_sites(read) == []
    assert codes(read) == []


def test_where_a_provider_is_established_does_not_hide_where_it_hosts() -> None:
    read = reading("System | Vendor | Vendor country | Goes to | Hosted\nCRM | Pail | New Zealand | India | USA", M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_COUNTRY, M.DESTINATIONS, M.LOCATIONS, providers=[2])  # fmt: skip
    assert flows(read)[0][2] == "India, United States"
    assert [p.country for p in items(read.inventory.recipients[0].country)] == ["NZ"]


# ------------------------------------------------------------------------------------------------ each row's own place


def test_what_two_rows_say_differently_of_a_recipient_is_each_row_s_own() -> None:
    read = reading(
        "System | Vendor | Country\nCRM | Pail | USA\nAds | Pail Inc. | Ireland\nWeb | Post | Fiji\nShop | Post | FJ",
        M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_COUNTRY,
    )  # fmt: skip
    assert [f[2] for f in flows(read)] == ["United States", "Ireland", "", ""]
    assert {r.name: [p.country for p in items(r.country)] for r in read.inventory.recipients}["Post"] == ["FJ"]
    assert all(r.country.blank for r in read.inventory.recipients if r.name != "Post")
    assert "P202" not in codes(read)


def test_a_country_of_one_row_is_not_read_into_another_that_names_another_for_several() -> None:
    read = reading("System | Vendor | Country\nCRM | Pail | Fiji\nAds | Pail, Post | USA", M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_COUNTRY)  # fmt: skip
    assert [f[1:3] for f in flows(read)] == [("Pail", "Fiji"), ("Pail", ""), ("Post", ""), ("?", "United States")]
    assert all(r.country.blank for r in read.inventory.recipients)


def test_where_a_recipient_holds_it_belongs_to_the_row_that_says_so() -> None:
    read = reading("System | Vendor | Held at\nCRM | Pail | USA\nAds | Pail |", M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_LOCATIONS)  # fmt: skip
    assert [f[2] for f in flows(read)] == ["United States", ""]
    assert read.inventory.recipients[0].locations.blank


def test_a_list_that_has_a_recipient_twice_keeps_both_places() -> None:
    read = reading("Vendor | Data | Country\nPail | Mail | USA\nPail | Files | Germany", M.RECIPIENT, M.CATEGORIES, M.RECIPIENT_COUNTRY)  # fmt: skip
    assert [f[2] for f in flows(read)] == ["United States", "Germany"]
    assert codes(read) == []


# ------------------------------------------------------------------------------------------- processors, and own staff


def test_processors_are_agents_and_internal_recipients_have_no_part_in_pairing() -> None:
    read = reading(
        "Activity | Internal | Processors | Country | How\nAds | Marketing; Sales | Pail | USA | SCC",
        M.ACTIVITY, M.INTERNAL, M.PROCESSORS, M.DESTINATIONS, M.MECHANISM,
    )  # fmt: skip
    assert [(f[1], f[2]) for f in flows(read)] == [("Pail", "United States"), ("Marketing", ""), ("Sales", "")]
    roles = {f.destination.value: str(f.role.value) for f in read.inventory.flows}
    assert roles == {"Pail": "agent", "Marketing": "same organisation", "Sales": "same organisation"}
    assert codes(read) == []


@pytest.mark.parametrize(("said", "role"), [("controller", "controller"), ("", "agent"), ("TBC", "None")])
def test_a_column_of_roles_goes_before_the_heading(said: str, role: str) -> None:
    read = reading(f"Activity | Processors | Role\nAds | Pail | {said}", M.ACTIVITY, M.PROCESSORS, M.ROLE)
    assert str(read.inventory.flows[0].role.value) == role


def test_of_two_columns_of_recipients_that_beside_the_countries_or_as_long_as_they_has_them() -> None:
    read = reading(
        "Activity | Recipients | Processors | Country\n"
        "Ads | Tax office | Pail | USA\nPay | Tax office | Pail; Post | USA; Fiji\nFun | Pail; Post | Rack | USA; Fiji\n"
        "Odd | Pail; Post | Rack; Till | USA",
        M.ACTIVITY, M.RECIPIENTS, M.PROCESSORS, M.DESTINATIONS,
    )  # fmt: skip
    placed = [(f[0], f[1], f[2]) for f in flows(read) if f[2]]
    assert placed == [
        ("Ads", "Pail", "United States"), ("Pay", "Pail", "United States"), ("Pay", "Post", "Fiji"),
        ("Fun", "Pail", "United States"), ("Fun", "Post", "Fiji"), ("Odd", "?", "United States"),
    ]  # fmt: skip
    assert codes(read) == ["P402"]


# --------------------------------------------------------------------------------------------------- answers, no names


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("No", []), ("No third parties", []), ("custom (no third party)", []), ("n/a (internal)", []), ("Ninguno", []),
        ("Yes", ["?"]), ("see contract", ["?"]), ("as above", ["?"]), ("various", ["?"]), ("TBC", ["?"]),
        ("Yes - Xero", ["Xero"]), ("Oui : OVH", ["OVH"]), ("Pail; no others", ["Pail"]),
        ("See Tickets", ["See Tickets"]), ("Yes Bank", ["Yes Bank"]), ("~~Fresh Desk~~ removed 2025", []),
        ("~~Fresh Desk~~; Zen Desk", ["Zen Desk"]),
    ],
)  # fmt: skip
def test_an_answer_is_no_recipient_and_its_words_stay(said: str, names: list[str]) -> None:
    read = reading(f"System | Who | Where\nCRM | {said} | USA", M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_COUNTRY)
    assert [f[1] for f in flows(read)] == names
    assert "?" not in names or flows(read)[0][2] == "United States"
    if names != [said]:
        assert said in str(read.inventory.systems[0].notes.value) or said in ("Yes - Xero", "Oui : OVH", "TBC")


def test_pairs_stay_intact_beside_an_answer_or_a_name_that_is_struck_out() -> None:
    read = reading("System | Who | Where\nA | Pail; Post; no others | USA; Fiji\nB | ~~Old~~; New Co | USA; Fiji", M.SYSTEM, M.RECIPIENTS, M.DESTINATIONS)  # fmt: skip
    assert [f[1:3] for f in flows(read)] == [("Pail", "United States"), ("Post", "Fiji"), ("New Co", "Fiji")]
    assert codes(read) == []


@pytest.mark.parametrize(
    ("names", "where", "parts"),
    [
        ("Pine/Weave", "USA / Netherlands", 2), ("Pine/Weave", "USA/Netherlands", 2), ("Pine/Weave", "USA", 1),
        ("Pine/Weave/Quad", "USA / Fiji", 1), ("TCP/IP Ltd", "USA", 1),
    ],
)  # fmt: skip
def test_a_slash_without_blanks_parts_names_only_beside_as_many_parts(names: str, where: str, parts: int) -> None:
    read = reading(f"System | Who | Where\nA | {names} | {where}", M.SYSTEM, M.RECIPIENTS, M.RECIPIENT_COUNTRY)
    assert len(read.inventory.recipients) == parts
    assert parts == 1 or all(len(items(r.country)) == 1 for r in read.inventory.recipients)


# ------------------------------------------------------------------------------------------- sources and sensitivity


@pytest.mark.parametrize("said", ["Employee", "Directly from the customer", "Data subject", "Usager", "the customer themselves", "Betroffene Person"])  # fmt: skip
def test_the_individual_in_any_words_is_no_third_source(said: str) -> None:
    read = reading(f"System | From\nA | {said}\nB | Credit bureau; {said}", M.SYSTEM, M.COLLECTED_FROM)
    assert [items(s.collected_from) for s in read.inventory.systems] == [
        ("the individual",),
        ("Credit bureau", "the individual"),
    ]
    assert (read.inventory.systems[0].notes.value == said) == (len(said.split()) > 2)


def test_who_is_no_individual_of_the_row_is_a_source() -> None:
    read = reading("System | People | From\nA | Next of kin | Employee", M.SYSTEM, M.INDIVIDUALS, M.COLLECTED_FROM)
    assert items(read.inventory.systems[0].collected_from) == ("Employee",)


@pytest.mark.parametrize(
    ("said", "marked", "told"),
    [
        ("Yes - health", ["Health notes"], False), ("Yes - beliefs", [], True), ("Yes", [], True), ("No", [], False),
    ],
)  # fmt: skip
def test_of_several_categories_only_what_the_answer_names_is_sensitive(
    said: str, marked: list[str], told: bool
) -> None:
    read = reading(f"System | Data | Special\nA | Name; Health notes | {said}", M.SYSTEM, M.CATEGORIES, M.SENSITIVE)
    assert [c.name for c in read.inventory.categories if c.sensitive.value] == marked
    assert codes(read) == (["P402"] if told else [])
    assert read.inventory.systems[0].extra["Sensitive"].value == said


# --------------------------------------------------------------------------------------------- tables joined on an id


def joined_reading(*tables: str) -> Reading:
    books = [
        Book(f"{n}.csv", (Sheet(f"{n}.csv", f"part{n}", drawn(table)),), "csv") for n, table in enumerate(tables, 1)
    ]
    found = mapper.drafts(mapper.propose(books))
    return parse(settled(found), law.load())


@pytest.mark.parametrize(
    ("heading", "hosts", "role"),
    [
        ("Vendor", True, None), ("Supplier", True, None), ("Third-party provider", True, None), ("Processor", True, "agent"),
        ("Data processors", True, "agent"), ("Auftragsverarbeiter", True, "agent"), ("Sous-traitants", True, "agent"),
        ("Shared with", False, None), ("Recipient", False, None), ("Internal recipients", False, "same organisation"),
    ],
)  # fmt: skip
def test_the_heading_says_who_hosts_and_in_what_role(heading: str, hosts: bool, role: str | None) -> None:
    read = joined_reading(f"System | Personal data | {heading} | Hosting region\nCRM | Name | Pail | USA")
    assert provider(read, "CRM").value == ("Pail" if hosts else None)
    assert own_sites(read) == []
    (flow,) = read.inventory.flows
    assert flow.role.value == role
    assert [p.country for p in items(flow.locations)] == (["US"] if hosts else [])


SYSTEMS = "System ID | System name | Owner | Vendor\nS1 | Pay run | HR | Pail\nS2 | Leads | Sales | Post; Till\nS3 | Wiki | IT | Rack"


def test_what_another_table_says_of_a_system_is_its_only_recipient_s() -> None:
    read = joined_reading(SYSTEMS, "System ID | Personal data | Hosting country | Safeguards\nS1 | Salary | Fiji | SCC\nS3 | Names | India |")  # fmt: skip
    assert [f for f in flows(read) if f[1] in ("Pail", "Rack")] == [
        ("Pay run", "Pail", "Fiji", "Pail: SCC"),
        ("Wiki", "Rack", "India", ""),
    ]
    assert provider(read, "Pay run").value == "Pail"
    assert codes(read) == []


def test_what_cannot_be_joined_is_said() -> None:
    read = joined_reading(
        SYSTEMS,
        "System ID | Personal data | Hosting country | Safeguards\n"
        "S1 | Salary | Fiji | SCC\nS1 | Names | India | BCR\nS2 | Email | Fiji | SCC\nS9 | Mail | Fiji |",
    )
    found = {(p.code, p.cell.row) for p in read.problems}
    assert {("P402", 2), ("P402", 3), ("P402", 4), ("P201", 5)} <= found
    assert not any(f[2] for f in flows(read) if f[1] in ("Pail", "Post", "Till"))
    assert own_sites(read) == []


SUBJECT_COLUMNS = [(M.SYSTEM,), (M.ACTIVITY,), (M.RECIPIENT,), (M.CATEGORY,), (M.ORIGIN, M.DESTINATION), (M.REFERENCE,)]
SAYS = {
    M.LOCATIONS: "France",
    M.RECIPIENT_COUNTRY: "Spain",
    M.RECIPIENT_LOCATIONS: "Italy",
    M.DESTINATIONS: "Japan",
    M.MECHANISM: "SCC",
    M.ROLE: "processor",
    M.TRANSFER: "yes",
    M.SENSITIVE: "yes",
}


@pytest.mark.parametrize("subject", SUBJECT_COLUMNS, ids=lambda s: s[0].value)
@pytest.mark.parametrize("meaning", [m for m in M if m not in (M.OTHER, *SUBJECTS)], ids=lambda m: m.value)
def test_no_cell_of_a_row_is_lost(subject: tuple[Meaning, ...], meaning: Meaning) -> None:
    headings = [*(m.value for m in subject), meaning.value]
    cells = [*(f"the {m.value}" for m in subject), SAYS.get(meaning, f"the {meaning.value}")]
    made = reading_of(f"{' | '.join(headings)}\n{' | '.join(cells)}", *subject, meaning)
    told = {
        cell
        for row in made.rows
        for said in (*row.facts.values(), *row.extra.values())
        for cell in (said.cell, *said.also)
    }
    told |= {problem.cell for problem in made.problems}
    assert {cell.column for cell in told} >= set(range(1, len(cells) + 1))


def test_what_a_list_of_recipients_says_beside_stays_with_the_recipient() -> None:
    read = reading(
        "Vendor | Country | Owner | Kept for\nMailer | US | Marketing | 2 years",
        M.RECIPIENT, M.RECIPIENT_COUNTRY, M.OWNER, M.RETENTION,
    )  # fmt: skip
    (recipient,) = read.inventory.recipients
    assert {h: f.value for h, f in recipient.extra.items()} == {"Owner": "Marketing", "Retention": "2 years"}


def test_a_flow_keeps_its_notes() -> None:
    read = reading("From | To | Remarks\nShop | Mailer | nightly batch", M.ORIGIN, M.DESTINATION, M.NOTES)
    assert read.inventory.flows[0].notes.value == "nightly batch"


@pytest.mark.parametrize(("first", "second"), [("SaaS", "NZ"), ("N/A", "NZ"), ("NZ", "SaaS")])
def test_of_two_columns_of_places_the_one_that_is_understood_is_used(first: str, second: str) -> None:
    read = reading(f"System | Hosting | Residency\nShop | {first} | {second}", M.SYSTEM, M.LOCATIONS, M.LOCATIONS)
    (shop,) = read.inventory.systems
    assert [place_name(p) for p in items(shop.locations)] == ["New Zealand"]
    (problem,) = [p for p in read.problems if p.code == "P403"]
    assert problem.message.endswith("; 'NZ' was used.")
