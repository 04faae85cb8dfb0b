"""Names written many ways: what is certainly one, what is only proposed, what is neither, and the change itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamap import law
from datamap.inventory import Category, Fact, Flow, Inventory, Organisation, Recipient, System, name_key
from datamap.layouts.names import ALSO_WRITTEN, Likeness, accepted, certain, likely_same, one_name, rename
from datamap.problems import Kind
from datamap.sheets import Cell
from datamap.workbook.drafts import Draft, Row, Said
from datamap.workbook.reading import parse


def pairs_in(table: str) -> list[tuple[str, str]]:
    return [(a.strip(), b.strip()) for a, b in (line.split("|") for line in table.strip().splitlines())]


CERTAIN = pairs_in("""
Stripe | Stripe, Inc.
Stripe | stripe.com
Stripe | www.stripe.com
Stripe | https://www.stripe.com/nz/legal
Stripe | https://stripe.com/privacy-policy?lang=en#top
Stripe | Stripe (stripe.com)
Stripe | Stripe (payments)
Stripe | STRIPE
Stripe | Stripe®
Stripe | Stripe™
Stripe | Stripe(R)
Stripe | Ｓｔｒｉｐｅ
Stripe | Stri\u200bpe
Stripe | Stripe.
Stripe | js.stripe.com
Klaviyo | Klaviyo Inc. (processor)
Klaviyo Inc | KLAVIYO, INC.
Klaviyo | Klaviyo, Incorporated
Fernhill Limited | Fernhill Ltd
Fernhill Pty Ltd | Fernhill Pty. Limited
Fernhill Pty Ltd | Fernhill (Pty) Ltd
Fernhill Proprietary Limited | Fernhill Pty Ltd
Fernhill GmbH | FERNHILL G.m.b.H.
Fernhill | Fernhill GmbH & Co. KG
Fernhill B.V. | Fernhill BV
Fernhill | Fernhill B. V.
Fernhill | Fernhill S.A.
Nestlé S.A. | Nestle SA
Nestlé | Nestle
Fernhill S.à r.l. | Fernhill SARL
Fernhill | Fernhill SAS
Fernhill Co., Ltd. | Fernhill Co Ltd
Fernhill | Fernhill Co.
Fernhill Company | Fernhill Co
Fernhill Corporation | Fernhill Corp.
Fernhill | Fernhill plc
Fernhill Oy | FERNHILL OYJ
Volvo | Volvo AB
Lego | LEGO A/S
Fernhill | Fernhill ApS
Toyota | Toyota K.K.
Fernhill LP | Fernhill L.P.
Fernhill LLP | Fernhill L.L.P.
Fernhill Pte Ltd | Fernhill Pte. Limited
Fernhill | Fernhill Sp. z o.o.
Johnson & Johnson | Johnson and Johnson
Marks + Spencer | Marks & Spencer
Tiffany & Co. | Tiffany and Company
The Warehouse | Warehouse
The Warehouse Ltd | Warehouse Limited
Harbour-Hosting | Harbour Hosting
Harbour Hosting | Harbour  Hosting Pty Limited
Ørsted | Orsted
Crédit Agricole | Credit Agricole
O’Reilly | O'Reilly
AWS | Amazon Web Services
AWS | Amazon Web Services, Inc.
Amazon Web Services (AWS) | AWS
AWS (Amazon Web Services) | Amazon Web Services
Amazon AWS | AWS
GA4 | Google Analytics
Google Analytics (GA4) | Google Analytics
analytics.google.com | Google Analytics
Google Cloud Platform | GCP
Inland Revenue | IRD
Inland Revenue Department | Inland Revenue (NZ)
ATO | Australian Taxation Office
Twilio Segment | Segment
monday.com | monday.com Ltd.
Salesforce.com, Inc. | Salesforce
Booking.com B.V. | Booking
fernhill.co.nz | Fernhill
Kauri Cycles Ltd (kauricycles.co.nz) | Kauri Cycles
Rimu Advisory Group (RAG) | RAG
Zendesk (helpdesk) | Zendesk, Inc.
Zendesk (Support) | Zendesk
Xero (accounting software) | Xero Limited
Mailchimp [newsletters] | Mailchimp
Mailchimp | mailchimp.com/legal/privacy
3M | 3M Company
7-Eleven | 7 Eleven, Inc.
株式会社テスト | 株式会社 テスト
""")

APART = pairs_in("""
Stripe, Inc. | Stripe Payments Europe Ltd
Google | Google (Ireland)
Google LLC | Google Ireland Limited
Google LLC | Google Asia Pacific Pte. Ltd.
Google LLC | Google Ltd
Fernhill | Fernhill (NZ)
Fernhill | Fernhill NZ
Fernhill Inc | Fernhill Ltd
Fernhill Ltd | Fernhill Pty Ltd
Google | Google Workspace
Google | Google (Workspace)
Google | Google (Analytics)
Google (Ads) | Google (Maps)
Meta | Meta (ads)
Microsoft Azure | Microsoft 365
O365 | Microsoft 365
Salesforce | Tableau
Amazon Web Services | S3
AWS | EC2
AWS | AWS Sydney
PayPal | Braintree
Dropbox | HelloSign
Mailchimp | The Rocket Science Group LLC
Twilio Inc. | SendGrid
Atlassian | Trello
Atlassian | trello.com
Google Workspace | docs.google.com
Datacom | Datacom Payroll
MYOB | MYOB Essentials
Okta | Auth0
Square | Afterpay
Vonage | Vonage Holdings Corp.
Equifax New Zealand | Equifax Australia
Cloud provider | Cloud hosting provider
Bank | Bank Ltd
Bank | Bank (processor)
Bank A | Bank B
Suppliers | Supplier
Suppliers | The suppliers
Customers | Customer
Company | Co.
Ltd | Limited company
Database (prod) | Database (test)
Site 1 | Site 2
Merck | Merck & Co.
Uniting | Uniting SA
TAFE | TAFE SA
Southern Cross (insurance) | Southern Cross (hospital)
Smith (Michael) | Smith (John)
Facebook | https://www.facebook.com/kauricycles
GitHub | github.com/kauricycles
Zendesk | kauri.zendesk.com
fernhill.co.nz | fernhill.com.au
Stripe | Strpie
Xero | Xero accounting
Salesforce | Salesforce CRM
Xero | Zero
Müller | Mueller
Fernhill Holdings Ltd | Fernhill Ltd
Fernhill Group | Fernhill
Ministry of Health | Ministry of Education
University of Auckland | Auckland University of Technology
Fernhill (formerly Rimu) | Fernhill
Fernhill (part of Rimu) | Fernhill
Fernhill c/o Rimu | Fernhill
HubSpot Australia Pty Ltd | HubSpot
Orange | Orange Bank
Box | Dropbox
Apple | Apple Pay
N/A | None
й | и
ガ | カ
🐝 | 🦆
""")

PROBABLE = pairs_in("""
systems: Online shop | Online shhop
systems: Customer database | Customer databse
systems: Salesforce | Salesforce CRM
systems: Xero | Xero accounting
systems: Payroll | Payroll system
systems: HRIS | Human resources information system
systems: Café till | Cafe till
systems: Stock list | List of stock
systems: Complaints register | Complaint register
systems: Amazon Web Services | AWS
systems: Mail archive | Mail archives
systems: SharePoint | Sharepiont
systems: Müller CRM | Mueller CRM
systems: Zendesk | Zendesk support
systems: Harbor bookings | Harbour bookings
systems: Visitor log | Vistor log
systems: Membership app | Membership application
systems: Intranet | Intranet site
systems: HR mgmt system | HR management system
systems: Timesheets | Timesheet
systems: Research and development wiki | Research & development wikis
categories: Email address | Address, email
categories: E-mail addresses | Email address
categories: Contact details | Contact detials
categories: Contact | Contact details
categories: Date of birth | Birth date
categories: DOB | Date of birth
categories: Health info | Health information
categories: Bank account | Bank accounts
categories: Payment information | Payment info
categories: Employment | Employment records
categories: Salary | Salaries
categories: Online identifier | Online identifiers
categories: Dietary needs | Diatary needs
categories: Next of kin | Next-of-kin details
categories: Donnée bancaire | Données bancaires
categories: Photographs | Photograph
recipients: Stripe | Strpie
recipients: Stripe | Stirpe
recipients: Klaviyo | Klavyio
recipients: Acme Inc | Acme Ltd
recipients: Harbour Hosting | Harbor Hosting
recipients: Stripe | Stripe, Inc.
recipients: Xero | Xero accounting
recipients: Salesforce | Salesforce CRM
recipients: Customer | Customers
recipients: Rimu Advisory Group | RAG
recipients: Parcel Post | Post Parcel
recipients: Mailchimp | Mailchmp
recipients: Cloudflare | Cloudfare
recipients: Microsoft | Micosoft
recipients: Microsoft | Mircosoft
recipients: Microsoft | MSFT
recipients: Microsoft | Microsoft Inc.
recipients: Microsoft Inc. | Microsoft Corporation
recipients: Azure | Microsoft Azure
systems: Azure | Microsoft Azure
recipients: S3 | Amazon S3
recipients: Kauri NZ | Kauri New Zealand
recipients: Nestlé | Nestlé SA
recipients: Müller | Mueller
recipients: Merck | Merck & Co.
recipients: Fernhill | fernhill.co.nz
recipients: Fernhill | Fernhill (payments)
recipients: Fernhill Holding Ltd | Fernhill Holdings Ltd
organisations: Kauri Cycles | Kauri Cycles Limited
organisations: Kauri Cycles | Kauri Cycels
organisations: Rata Foundation | Rata Fundation
organisations: Rata Trust | The Ratta Trust
""")

NEITHER = pairs_in("""
systems: Site 1 | Site 2
systems: SYS-001 | SYS-002
systems: SYS001 | SYS002
systems: Payroll NZ | Payroll AU
systems: Database (prod) | Database (test)
systems: Node A | Node B
systems: Server01 | Server02
systems: Phase II | Phase III
systems: Version XIII | Version XVIII
systems: CRM 2023 | CRM 2024
systems: Backup 1 | Backup 10
systems: Acme Australia | Acme Austria
systems: Customer portal | Customer database
systems: Shop East | Shop West
systems: North depot | South depot
systems: Xero | Zero
systems: Slack | Black
systems: Box | Fox
systems: Xero payroll | Xero accounting
systems: NZ to AU feed | AU to NZ feed
systems: Active customers | Inactive customers
systems: Google Analytics | Google Ads
systems: Google | Google Workspace
systems: Salesforce | Tableau
systems: Data | Data system
systems: Paper files | Paper forms
systems: Door log | Floor log
systems: Camera 3 (entrance) | Camera 4 (entrance)
categories: Employer | Employee
categories: Employer details | Employee details
categories: Contact details | Contract details
categories: Police checks | Policy checks
categories: Patient records | Patent records
categories: Health | Wealth
categories: Person details | Prison details
categories: Location | Vocation
categories: Staff | Stuff
categories: Tax number | Fax number
categories: Email | Mail
categories: Address 1 | Address 2
categories: Internal notes | External notes
categories: Payer | Payee
categories: Trainer names | Trainee names
categories: Name | Names and addresses
categories: Vitamin B levels | Vitamin D levels
categories: Address | Email address
recipients: Neon | None Ltd
recipients: Bank A | Bank B
recipients: Cloud provider | Cloud hosting provider
recipients: Bank | Bank services
recipients: Google (Ireland) | Google
recipients: Stripe, Inc. | Stripe Payments Europe Ltd
recipients: Niger | Nigeria
recipients: Iran | Iraq
recipients: Branch 12 | Branch 13
recipients: Acme (NZ) | Acme (AU)
recipients: Acme NZ | Acme AU
recipients: Region East | Region West
recipients: NZ | Nelson Zinc
recipients: Microsoft Azure | Microsoft 365
recipients: Supplier A | Supplier AB
recipients: Twilio | Trello
recipients: MSFT | Mindsight
recipients: NZTA | Nozterra
recipients: Stripe | Acme Stripe
recipients: Msft | Microsoft
recipients: Delta Airlines | Delta Dental
recipients: IRD | ATO
recipients: Harbour Hosting | Harbour Holdings
organisations: Kauri One | Kauri Two
organisations: Team 3 | Team 4
organisations: Ministry of Health | Ministry of Housing
organisations: Branch A | Branch C
""")

RECORDS: dict[str, Any] = {
    "systems": System, "categories": Category, "recipients": Recipient, "organisations": Organisation
}  # fmt: skip


def likely(first: str, second: str) -> tuple[Likeness, ...]:
    field, _, first = first.partition(": ")
    return likely_same(Inventory(**{field: tuple(RECORDS[field](name=n) for n in (first, second))}))


# ------------------------------------------------------------------------------------------------- certainly one


@pytest.mark.parametrize(("first", "second"), CERTAIN)
def test_spellings_that_only_noise_parts_are_one(first: str, second: str) -> None:
    assert one_name([first, second])[first] == one_name([second, first])[second]


@pytest.mark.parametrize(("first", "second"), APART)
def test_names_that_more_than_noise_parts_stay_as_written(first: str, second: str) -> None:
    assert one_name([first, second]) == {first: first, second: second}


def test_the_most_frequent_spelling_is_used_then_the_fullest_without_noise() -> None:
    assert set(one_name(["Stripe", "Stripe, Inc.", "Stripe"]).values()) == {"Stripe"}
    assert set(one_name(["Stripe", "Stripe, Inc.", "stripe.com", "STRIPE"]).values()) == {"Stripe, Inc."}
    assert set(one_name(["https://www.stripe.com/privacy", "Stripe"]).values()) == {"Stripe"}
    assert set(one_name(["Fernhill (Ltd)", "Fernhill, Ltd"]).values()) == {"Fernhill, Ltd"}
    assert set(one_name(["Xero (accounting)", "XERO LIMITED", "Xero Ltd"]).values()) == {"Xero Ltd"}


@pytest.mark.parametrize(
    "spellings",
    [
        ["Google", "Google LLC", "Google Ltd"],
        ["Google", "Google LLC", "Google Ireland Ltd"],
        ["Fernhill", "Fernhill Ltd", "Fernhill (NZ)"],
        ["Fernhill", "fernhill.co.nz", "fernhill.com.au"],
        ["BOA", "Bank of Alba (BOA)", "Bank of Ayr (BOA)"],
        ["AWS", "Apex Web Studio (AWS)"],
    ],
)
def test_what_could_be_either_of_two_is_joined_with_neither(spellings: list[str]) -> None:
    assert one_name(spellings) == {s: s for s in spellings}


def test_a_note_that_is_also_written_as_part_of_the_name_is_part_of_the_name() -> None:
    joined = one_name(["Fernhill", "Fernhill (payments)", "Fernhill Payments", "Fernhill Payments Ltd"])
    assert joined["Fernhill"] == "Fernhill"
    assert joined["Fernhill (payments)"] == joined["Fernhill Payments Ltd"] == "Fernhill Payments Ltd"


EVERY = sorted({n for pair in (*CERTAIN, *APART) for n in pair})


@given(st.lists(st.sampled_from(EVERY), max_size=40), st.randoms(use_true_random=False))
def test_joining_is_settled_at_once_and_does_not_depend_on_the_order(names: list[str], rnd: random.Random) -> None:
    joined = one_name(names)
    shuffled = rnd.sample(names, len(names))
    assert joined.keys() == set(names)
    assert one_name(shuffled) == joined
    again = one_name(joined[n] for n in names)
    assert all(again[to] == to for to in joined.values())


@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_text_is_taken(names: list[str]) -> None:
    joined = one_name(names)
    assert set(joined.values()) <= set(names)
    by_key: dict[str, set[str]] = {}
    for name, to in joined.items():
        if to != name:
            by_key.setdefault(name_key(name), set()).add(to)
    assert all(len(to) == 1 for to in by_key.values())


def test_one_name_is_used_for_all_that_are_one_by_their_key() -> None:
    for names in (["S.A.", "SA"], ["Stripe Inc", "StripeInc"], ["Acme (payments)", "Acme payments"]):
        assert len(set(one_name(names).values())) == 1


# ------------------------------------------------------------------------------------------------ probably one


@pytest.mark.parametrize(("first", "second"), PROBABLE)
def test_probable_names_are_proposed(first: str, second: str) -> None:
    (found,) = likely(first, second)
    assert {found.first, found.second} == {first.partition(": ")[2], second}
    assert 0 < found.score < 1
    assert found.why


@pytest.mark.parametrize(("first", "second"), NEITHER)
def test_names_that_differ_by_more_or_by_an_index_are_not_proposed(first: str, second: str) -> None:
    assert likely(first, second) == ()


def cell(row: int, column: int = 1, sheet: str = "Systems", file: str = "a.xlsx") -> Cell:
    return Cell(file, sheet, row, column)


def test_a_proposal_names_its_sheet_its_cells_and_the_reason() -> None:
    inventory = Inventory(
        systems=(System(name="Online shop", cell=cell(2)), System(name="Online shops", cell=cell(9))),
        recipients=(Recipient(name="Parcel Post", cell=cell(2, sheet="Recipients")),),
        flows=(Flow(name="F1", destination=Fact.of("Parcle Post", cell(3, 3, "Flows"))),),
    )
    assert likely_same(inventory) == (
        Likeness("Systems", "Online shop", "Online shops", "singular and plural", 0.93, (cell(2),), (cell(9),)),
        Likeness(
            "Recipients", "Parcel Post", "Parcle Post", "'parcle' and 'parcel' differ by a slip", 0.83,
            (cell(2, sheet="Recipients"),), (cell(3, 3, "Flows"),),
        ),
    )  # fmt: skip


def test_sheets_are_not_compared_with_each_other() -> None:
    assert likely_same(Inventory(systems=(System(name="Xero"),), recipients=(Recipient(name="Xero Ltd"),))) == ()


def test_proposals_do_not_depend_on_the_order_of_the_rows() -> None:
    names = sorted({n for a, b in PROBABLE for n in (a.partition(": ")[2], b)})
    keyed = list({name_key(n): n for n in names}.values())
    forwards = likely_same(Inventory(systems=tuple(System(name=n) for n in keyed)))
    backwards = likely_same(Inventory(systems=tuple(System(name=n) for n in reversed(keyed))))
    assert forwards == backwards
    assert len({(p.first, p.second) for p in forwards}) == len(forwards)


def test_two_words_that_both_stand_often_are_both_meant() -> None:
    wards = [f"{word} {rest}" for word in ("Marlon", "Marlin") for rest in ("ward", "clinic", "kitchen")]
    assert likely_same(Inventory(systems=tuple(System(name=n) for n in wards))) == ()


def test_a_long_series_of_names_gives_no_proposals_and_takes_no_long_time() -> None:
    """5,000 names take under a second on a laptop; compared each with each they would take minutes."""
    rnd = random.Random(4)
    words = ["".join(rnd.choice("abcdefgh") for _ in range(7)) for _ in range(3000)]
    names = [f"System {n}" for n in range(2500)] + [f"{rnd.choice(words)} {rnd.choice(words)}" for _ in range(2500)]
    found = likely_same(Inventory(systems=tuple(System(name=n) for n in dict.fromkeys(names))))
    assert not [p for p in found if p.first.startswith("System ")]


# ------------------------------------------------------------------------------------------------- the decisions


def test_accepted_pairs_follow_chains_to_their_last_name() -> None:
    pairs = [
        ("Systems", "CRM", "Salesforce CRM"),
        ("Systems", "Salesforce CRM", "Salesforce"),
        ("Recipients", "A", "B"),
    ]
    assert accepted(pairs) == {
        "Systems": {"crm": "Salesforce", "salesforcecrm": "Salesforce"}, "Recipients": {"a": "B"}
    }  # fmt: skip
    assert accepted([("Systems", "ONLINE shop", "Online shop")]) == {"Systems": {"onlineshop": "Online shop"}}


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("Systems", "A", "B"), ("Systems", "B", "C"), ("Systems", "C", "A")], "that name is to become"),
        ([("Systems", "A", "B"), ("Systems", "B", "C"), ("Systems", "C", "B")], "that name is to become"),
        ([("Systems", "A", "B"), ("Systems", "a", "C")], "both 'B' and 'C'"),
        ([("Flows", "A", "B")], "cannot be joined"),
        ([("Systems", "A", " ")], "a name is wanted"),
        ([("Systems", "n/a", "B")], "a name is wanted"),
    ],
)
def test_decisions_that_lead_nowhere_are_refused(pairs: list[tuple[str, str, str]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        accepted(pairs)


# ---------------------------------------------------------------------------------------------------- the change


def row(sheet: str, number: int, file: str = "a.xlsx", **facts: object) -> Row:
    said = {
        heading.replace("_", " "): Said(str(value), cell(number, n, "Sheet1", file))
        for n, (heading, value) in enumerate(facts.items(), 1)
    }
    return Row(sheet, cell(number, 1, "Sheet1", file), said)


def draft(*rows: Row, file: str = "a.xlsx") -> Draft:
    return Draft(file, "test", tuple(rows), {r.at: "" for r in rows})


def values(drafts: Sequence[Draft]) -> list[dict[str, object]]:
    return [{h: s.value for h, s in r.facts.items()} for d in drafts for r in d.rows]


def test_a_recipient_written_many_ways_becomes_one_wherever_it_is_named() -> None:
    drafts = (
        draft(
            row("Recipients", 2, Recipient="Stripe", Country="US"),
            row("Recipients", 3, Recipient="Mailchimp", **{"Sub-processors": "Stripe Inc; Twilio"}),
            row(
                "Systems",
                4,
                System="Online shop",
                Provider="Fernhill",
                Recipients="Mailchimp; stripe.com\nStripe, Inc.",
            ),
            row("Flows", 5, From="Online shop", To="Stripe (payments)"),
            row("Safeguards", 6, Safeguard="Stripe agreement", Recipients="Stripe, Inc."),
        ),
        draft(row("Recipients", 2, "b.xlsx", Recipient="STRIPE, INC", Role="agent"), file="b.xlsx"),
    )
    changed = rename(drafts, certain(drafts))
    assert values(changed) == [
        {"Recipient": "Stripe, Inc.", "Country": "US"},
        {"Recipient": "Mailchimp", "Sub-processors": "Stripe, Inc.; Twilio"},
        {"System": "Online shop", "Provider": "Fernhill", "Recipients": "Mailchimp; Stripe, Inc.\nStripe, Inc."},
        {"From": "Online shop", "To": "Stripe, Inc."},
        {"Safeguard": "Stripe agreement", "Recipients": "Stripe, Inc."},
        {"Recipient": "Stripe, Inc.", "Role": "agent"},
    ]
    kept = changed[0].rows[0].extra[ALSO_WRITTEN]
    assert kept.value == "Stripe; Stripe Inc; stripe.com; Stripe (payments); STRIPE, INC"
    assert [str(c) for c in (kept.cell, *kept.also)] == [
        "a.xlsx!Sheet1!A2", "a.xlsx!Sheet1!B3", "a.xlsx!Sheet1!C4", "a.xlsx!Sheet1!B5", "b.xlsx!Sheet1!A2"
    ]  # fmt: skip
    assert [(p.kind, p.cell.address, p.column, p.value, p.wanted) for p in changed[0].problems] == [
        (Kind.SPELLING, "A2", "Recipient", "Stripe", "Stripe, Inc."),
        (Kind.SPELLING, "C4", "Recipients", "stripe.com", "Stripe, Inc."),
        (Kind.SPELLING, "B5", "To", "Stripe (payments)", "Stripe, Inc."),
    ]
    assert changed[1].problems == ()
    assert rename(changed, certain(changed)) == changed


def test_what_is_renamed_keeps_its_cells() -> None:
    (before,) = drafts = (
        draft(row("Recipients", 2, Recipient="Xero"), row("Systems", 3, System="Till", Provider="Xero Ltd")),
    )
    (after,) = rename(drafts, certain(drafts))
    assert [[s.cell for s in r.facts.values()] for r in after.rows] == [
        [s.cell for s in r.facts.values()] for r in before.rows
    ]
    assert after.read == before.read


def test_names_with_commas_in_a_list_are_parted_only_where_all_of_them_are_known() -> None:
    drafts = (
        draft(
            row("Recipients", 2, Recipient="Stripe"),
            row("Recipients", 3, Recipient="Xero"),
            row("Systems", 4, System="Bank feed", Provider="Stripe"),
            row("Systems", 5, System="Ledger", Provider="Xero"),
            row("Systems", 6, System="Till", Recipients="Stripe, Inc., Xero"),
            row("Systems", 7, System="Shop", Recipients="Stripe Inc, Xero Ltd"),
            row("Systems", 8, System="Post", Recipients="Stripe, Inc.; none"),
        ),
    )
    said = values(rename(drafts, certain(drafts)))
    assert [s["Recipients"] for s in said[4:]] == ["Stripe, Inc., Xero", "Stripe; Xero", "Stripe; none"]


def test_the_name_of_a_system_is_not_taken_for_a_recipient() -> None:
    drafts = (
        draft(
            row("Systems", 2, System="Xero", Provider="XERO LIMITED"),
            row("Recipients", 3, Recipient="Xero"),
            row("Flows", 4, From="Xero", To="Xero Limited"),
            row("Flows", 5, From="xero.com", To="Xero"),
        ),
    )
    said = values(rename(drafts, certain(drafts)))
    assert said[0] == {"System": "Xero", "Provider": "XERO LIMITED"}
    assert said[1] == {"Recipient": "XERO LIMITED"}
    assert said[2]["From"] == said[3]["To"] == "Xero"
    assert said[3]["From"] == "xero.com"


def test_groups_of_people_and_kinds_of_nothing_are_left_alone() -> None:
    drafts = (
        draft(
            row("Systems", 2, System="Till", Individuals="Members", Provider="none", Recipients="N/A"),
            row("Recipients", 3, Recipient="Members Ltd"),
            row("Flows", 4, From="Members", To="Till"),
        ),
    )
    assert rename(drafts, certain(drafts)) == drafts


def test_what_is_no_text_and_not_renamed_stays_what_it_is() -> None:
    at = cell(2, 1, "Sheet1")
    drafts = (Draft("a.xlsx", "test", (Row("Recipients", at, {"Recipient": Said(3, at)}),), {at: ""}),)
    assert rename(drafts, certain(drafts)) == drafts


def test_a_legal_entity_is_not_joined_with_another_recipient() -> None:
    drafts = (
        draft(
            row("Recipients", 2, Recipient="Rimu", **{"Legal entity": "Fernhill Ltd"}),
            row("Recipients", 3, Recipient="Fernhill"),
            row("Safeguards", 4, Safeguard="Agreement", Recipients="Fernhill Ltd"),
        ),
    )
    assert rename(drafts, certain(drafts)) == drafts


def test_what_the_analyst_decided_is_renamed_on_every_sheet_without_a_problem() -> None:
    drafts = (
        draft(
            row("Systems", 2, System="CRM", Categories="Contact; Health", Organisation="Kauri"),
            row("Systems", 3, System="Salesforce"),
            row("Information categories", 4, Category="Contact details"),
            row("Organisations", 5, Organisation="Kauri Cycles Limited"),
            row("Flows", 6, From="CRM", To="crm", Categories="Contact"),
            row("Policy statements", 7, Statement="P1", About="CRM; Contact"),
        ),
    )
    decided = accepted(
        [
            ("Systems", "CRM", "Salesforce"),
            ("Information categories", "Contact", "Contact details"),
            ("Organisations", "Kauri", "Kauri Cycles Limited"),
        ]
    )
    (after,) = rename(drafts, decided, assumed=False)
    assert values([after]) == [
        {"System": "Salesforce", "Categories": "Contact details; Health", "Organisation": "Kauri Cycles Limited"},
        {"System": "Salesforce"},
        {"Category": "Contact details"},
        {"Organisation": "Kauri Cycles Limited"},
        {"From": "Salesforce", "To": "Salesforce", "Categories": "Contact details"},
        {"Statement": "P1", "About": "Salesforce; Contact"},
    ]
    assert after.problems == ()
    assert [str(r.extra[ALSO_WRITTEN].value) for r in after.rows if r.extra] == ["CRM; crm", "Contact", "Kauri"]


def test_the_workbook_reads_one_recipient_from_many_spellings() -> None:
    drafts = (
        draft(
            row("Recipients", 2, Recipient="Stripe", Country="US"),
            row("Recipients", 3, Recipient="Stripe, Inc.", Role="processor"),
            row("Systems", 4, System="Online shop", Recipients="stripe.com", Categories="Contact details"),
        ),
    )
    read = parse(rename(drafts, certain(drafts)), law.load())
    (stripe,) = read.inventory.recipients
    assert (stripe.name, stripe.extra[ALSO_WRITTEN].value) == ("Stripe, Inc.", "Stripe; stripe.com")
    assert read.inventory.systems[0].recipients.value == ("Stripe, Inc.",)
    assert Kind.NO_SUCH_NAME not in {p.kind for p in read.problems}
    assert [p.value for p in read.problems if p.kind is Kind.SPELLING] == ["Stripe", "stripe.com"]
