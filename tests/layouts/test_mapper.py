"""Layouts that nobody described: what columns are taken for, what is no inventory, and the inventory that is made."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import law, sheets
from datamap.inventory import items
from datamap.layouts import mapper
from datamap.layouts.headings import General, about, every, known_heading, meaning_of, meaning_within
from datamap.layouts.mapper import ENOUGH, SURE, USED, Mapped, Proposal, drafts, propose, refusal
from datamap.layouts.meanings import Meaning
from datamap.places import place_name
from datamap.problems import Kind
from datamap.sheets import Book, Sheet, Value
from datamap.workbook import Reading, parse
from datamap.workbook.drafts import Draft
from tests.conftest import drawn

M = Meaning
Merged = tuple[tuple[int, int, int, int], ...]


def book(text: str, name: str = "Sheet1", file: str = "mine.xlsx", merged: Merged = (), kind: str = "xlsx") -> Book:
    return Book(file, (Sheet(file, name, drawn(text), merged=merged),), kind)


def mapped(text: str, name: str = "Sheet1", merged: Merged = (), kind: str = "xlsx") -> Mapped:
    (proposal,) = propose([book(text, name, merged=merged, kind=kind)])
    assert len(proposal.tables) == 1, [list(m.table.headings.values()) for m in proposal.tables]
    return proposal.tables[0]


def used(table: Mapped) -> dict[str, Meaning]:
    return {table.table.headings[n]: meaning for n, meaning in table.meanings.items()}


def meanings(table: Mapped) -> list[Meaning]:
    """What each column is used as, in order; those that are not used are kept as they are."""
    return [table.meanings.get(c.number, M.OTHER) for c in table.columns]


def read(*books: Book, origin: str | None = None) -> Reading:
    made = drafts(propose(books), origin=origin)
    return parse(made, law.load())


def kinds(reading: Reading) -> Counter[Kind]:
    return Counter(p.kind for p in reading.problems)


# ------------------------------------------------------------------------------------------------------ headings


def test_no_heading_of_the_lexicon_means_two_things() -> None:
    from datamap.inventory import name_key

    told: dict[str, Meaning | General] = {}
    for meaning, heading in every():
        assert told.setdefault(name_key(heading), meaning) is meaning, heading


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Vendor / Data Processor Name", M.RECIPIENT),
        ("vendorName", M.RECIPIENT),
        ("VENDOR_NAME", M.RECIPIENT),
        ("3. Name of System *", M.SYSTEM),
        ("Asset/Application", M.SYSTEM),
        ("Categories of personal data", M.CATEGORIES),
        ("Personal data: categories", M.CATEGORIES),
        ("Data categories (see list)", M.CATEGORIES),
        ("hosting_country", M.LOCATIONS),
        ("Where is the data stored?", M.LOCATIONS),
        ("Data Storage Location (Country)", M.LOCATIONS),
        ("Retention peroid", M.RETENTION),
        ("Land des Empfängers", M.RECIPIENT_COUNTRY),
        ("Kategorien betroffener Personen", M.INDIVIDUALS),
        ("Zwecke der Verarbeitung", M.PURPOSE),
        ("Garanties appropriées", M.MECHANISM),
        ("Destinataires", M.RECIPIENTS),
        ("Plazo de conservación", M.RETENTION),
        ("Categorie di interessati", M.INDIVIDUALS),
        ("Bewaartermijn", M.RETENTION),
        ("Categorias de titulares", M.INDIVIDUALS),
        ("Cross-Border Transfer (Y/N)", M.TRANSFER),
        ("Data Processor Location", M.RECIPIENT_LOCATIONS),
        ("Country of the sub-contractor", M.RECIPIENT_COUNTRY),
        ("Where held", M.LOCATIONS),
        ("System purpose", M.PURPOSE),
        ("Vendor's retention", M.RETENTION),
        ("Process description", General.DESCRIPTION),
        ("Backup region", M.LOCATIONS),
        ("HOST_CNTRY", M.LOCATIONS),
        ("Held by (provider)", M.PROVIDER),
        ("Does it leave New Zealand?", M.TRANSFER),
        ("If yes, where?", M.DESTINATIONS),
        ("What tool do you use?", M.SYSTEM),
        ("Personenbezogene Daten (J/N)", General.HINT),
        ("6. b Sensitive personal data (Y/N)", M.SENSITIVE),
        ("Pays", General.COUNTRY),
        ("Personal Data (Y/N)", General.HINT),
        ("Country of origin", General.AGAINST),
        ("Vendor Tier", General.PLAIN),
        ("Which company provides it?", M.PROVIDER),
        ("Do you share the information with anyone? If so, who?", M.RECIPIENTS),
        ("Is this disclosed to any third parties?", M.RECIPIENTS),
        ("Data we share", M.CATEGORIES),
        ("What we send", M.CATEGORIES),
        ("Data classes", M.CATEGORIES),
        ("Kinds of information", M.CATEGORIES),
        ("Datos", M.CATEGORIES),
        ("Who owns it?", M.OWNER),
        ("Files kept in", M.LOCATIONS),
        ("Retention & disposal class", M.RETENTION),
    ],
)
def test_headings(heading: str, meaning: Meaning | General) -> None:
    found = meaning_of(heading)
    assert found
    assert found.meaning is meaning
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize(
    "heading",
    [
        "Vendor contact e-mail address",
        "System administrator's phone",
        "Supplier risk score 2025",
        "Flurbl",
        "",
        "x" * 300,
    ],
)
def test_headings_that_only_resemble_one(heading: str) -> None:
    found = meaning_of(heading)
    assert found is None or isinstance(found.meaning, General)


@pytest.mark.parametrize("heading", ["Vendor onboarding", "Server room", "Application portfolio", "Supplier segment"])
def test_a_subject_beside_another_word_is_too_little(heading: str) -> None:
    found = meaning_of(heading)
    assert found is None or found.confidence < USED


def test_a_group_says_what_its_columns_mean() -> None:
    for group, meaning in [
        ("Transfers", M.DESTINATIONS),
        ("Vendor", M.RECIPIENT_COUNTRY),
        ("Sous-traitant", M.RECIPIENT_COUNTRY),
        ("Hosting", M.LOCATIONS),
    ]:
        found = meaning_within(group, "Country")
        assert found
        assert found.meaning is meaning, group


def test_values_are_not_taken_for_headings() -> None:
    assert known_heading("Categories of personal data")
    for word in ("Names", "Sales", "Stripe", "New Zealand", "Customers", "HR"):
        assert not known_heading(word), word


def test_a_title_says_what_a_table_is_about() -> None:
    assert about("Vendor register 2026") is M.RECIPIENT
    assert about("Liste des traitements") is M.ACTIVITY
    assert about("IT systems (current)") is M.SYSTEM
    assert about("Sheet1") is None


# -------------------------------------------------------------------------------------------- what columns mean


def test_one_country_column_means_what_the_table_is_about() -> None:
    assert used(mapped("Vendor | Country | Purpose\nPayCo | IN | Pay"))["Country"] is M.RECIPIENT_COUNTRY
    assert used(mapped("System | Country | Data held\nPayroll | NZ | Names"))["Country"] is M.LOCATIONS
    assert (
        used(mapped("Processing activity | Purpose | Country | Safeguards\nPay | Wages | IN | SCC"))["Country"]
        is M.DESTINATIONS
    )
    assert (
        used(mapped("System | Data held | Vendor | Country\nPayroll | Names | PayCo | IN"))["Country"]
        is M.RECIPIENT_COUNTRY
    )


def test_a_vendor_is_the_subject_or_one_of_the_recipients() -> None:
    assert used(mapped("Vendor | Country | Data shared\nPayCo | IN | Names"))["Vendor"] is M.RECIPIENT
    assert used(mapped("System | Vendor | Data held\nPayroll | PayCo | Names"))["Vendor"] is M.RECIPIENTS
    both = used(mapped("Vendor | System | Data_Type\nPayCo | Payroll | Names"))
    assert both == {"Vendor": M.RECIPIENT, "System": M.SYSTEM, "Data_Type": M.CATEGORIES}


def test_cells_contradict_a_heading() -> None:
    table = mapped("System | Location | Data held\nPayroll | ann@x.example | Names\nCRM | bob@x.example | Names")
    assert "Location" not in used(table)
    assert "e-mail" in table.columns[1].why
    dates = mapped("System | Data held | Expires\nPayroll | Names | soon\nCRM | Names | later")
    assert "Expires" not in used(dates)
    yes = mapped("System | Data held | Safeguards\nPayroll | Names | Yes\nCRM | Names | No")
    assert "Safeguards" not in used(yes)
    roles = mapped("Vendor | Country | Data shared | Role\nPayCo | IN | Names | Head of sales\nMail | US | Names | CEO")
    assert "Role" not in used(roles)


def test_cells_confirm_a_heading() -> None:
    table = mapped("Vendor | Location | Purpose\nPayCo | India | Pay\nMailer | United States | Post")
    column = table.columns[1]
    assert column.meaning is M.RECIPIENT_LOCATIONS
    assert column.confidence >= SURE
    assert "100 % of its cells are places" in column.why
    vague = mapped("Vendor | Location | Purpose\nPayCo | Tier 3 | Pay\nMailer | Second floor | Post")
    assert USED <= vague.columns[1].confidence < SURE


def test_cells_alone_propose_a_meaning() -> None:
    table = mapped("System | Data held | Xyzzy\nPayroll | Names | India\nCRM | Names | Ireland")
    assert used(table)["Xyzzy"] is M.LOCATIONS
    assert table.columns[2].confidence < SURE
    held = mapped("System | Data held | Blorp\nPayroll | Names | SCC\nCRM | Names | Standard contractual clauses")
    assert used(held)["Blorp"] is M.MECHANISM
    names = mapped("System | Data held | Grault\nA | Names | Stripe\nB | Names | Zendesk\nC | Names | Slack")
    assert used(names)["Grault"] is M.RECIPIENTS


def test_a_yes_or_no_under_a_country_is_a_yes_or_no() -> None:
    table = mapped("Processing activity | Purpose | Third country\nPay | Wages | yes\nPost | News | no")
    assert used(table)["Third country"] is M.TRANSFER


def test_one_column_for_one_meaning() -> None:
    table = mapped("System | Data held | Owner | Business owner\nPayroll | Names | Ann | HR")
    assert [c.meaning for c in table.columns[2:]] == [M.OWNER, M.OTHER]
    assert "already" in table.columns[3].why


def test_what_is_not_known_is_kept_with_a_reason_and_samples() -> None:
    table = mapped("System | Data held | Flurbl\nPayroll | Names | a\nCRM | Names | b\nWiki | Names | c\nX | Names | d")
    column = table.columns[2]
    assert (column.letter, column.meaning, column.confidence) == ("C", M.OTHER, 0)
    assert column.why
    assert column.samples == ("a", "b", "c")


def test_a_bare_name_is_named_by_the_title_the_columns_or_the_values() -> None:
    assert mapped("Name | Country | Purpose\nPayCo | IN | Pay", name="Vendors").about is M.RECIPIENT
    assert mapped("IT systems\nName | Hosting country | Owner\nPayroll | NZ | HR").about is M.SYSTEM
    assert mapped("Name | Purpose | Country\nStripe | Cards | US\nZendesk | Help | US").about is M.RECIPIENT
    assert mapped("Name | Purpose | Data subjects | Retention\nPay | Wages | Staff | 7 years").about is M.ACTIVITY


def test_the_name_of_a_csv_file_says_nothing() -> None:
    text = "Name | Country | Weight\nPayCo | IN | 3"
    assert mapped(text, name="vendor-register", kind="csv").about is None


def test_a_column_is_never_two_subjects() -> None:
    table = mapped("System/Process | Data held\nPayroll | Names\nCRM | Emails")
    assert used(table) == {"System/Process": M.SYSTEM, "Data held": M.CATEGORIES}


# ---------------------------------------------------------------------------------------- inventories, and others

INVENTORIES = {
    "german": """
        Verarbeitungstätigkeit | Zweck | Kategorien betroffener Personen | Datenkategorien | Empfänger | Drittland | Löschfrist
        Lohn | Auszahlung | Beschäftigte | Bankdaten | Lohnbüro Nord | Schweiz | 10 Jahre
        """,
    "german two rows": """
        Verzeichnis
        Stand: 01.03.2026
        |
        Verarbeitung | | | Drittlandübermittlung |
        Bezeichnung | Zwecke der Verarbeitung | Betroffene | Land | Garantien
        Lohn | Auszahlung | Beschäftigte | Indien | Standardvertragsklauseln
        """,
    "french": """
        Nom du traitement | Finalité | Personnes concernées | Destinataires | Pays | Garanties | Durée de conservation
        Paie | Salaires | Salariés | Cabinet Horizon | Maroc | CCT | 5 ans
        """,
    "spanish": """
        Actividad de tratamiento | Finalidad | Categorías de interesados | Encargados del tratamiento | Plazo de conservación
        Nóminas | Salarios | Empleados | Gestoría López | 6 años
        """,
    "italian": """
        Trattamento | Finalità | Categorie di interessati | Dati personali | Destinatari | Trasferimento extra UE
        Paghe | Stipendi | Dipendenti | IBAN | Studio Rossi | no
        """,
    "dutch": """
        Verwerkingsactiviteit | Doel | Categorieën betrokkenen | Persoonsgegevens | Ontvangers | Bewaartermijn
        Salaris | Betalen | Werknemers | NAW | Loonbedrijf | 7 jaar
        """,
    "portuguese": """
        Atividade de tratamento | Finalidade | Categorias de titulares | Dados pessoais | Prazo de retenção
        Folha | Pagamento | Empregados | CPF | 5 anos
        """,
    "questions": """
        What is the system called? | What personal information do we hold? | Who do we share it with? | Where is it stored?
        CRM | Names | Mailer | NZ
        """,
    "assets": "Asset/Application | Owner | Hosting location\nCRM | Ann | Sydney\nWiki | Bob | On-premise, Wellington",
    "no name, only purposes": """
        Business function | Purpose of processing | Categories of individuals | Categories of recipients | Retention schedule
        HR | Payroll | Staff | Bureau | 6 years
        """,
    "sub-processors": "Company | Service | Location\nPayCo | Payroll | India\nMailer | E-mail | United States",
    "flows": "Source system | Target system | Data | Destination country\nCRM | Mailer | Names | US",
    "categories": "Data element | Sensitive | Retention\nName | no | 7 years\nDiagnosis | yes | 10 years",
    "vendors with a system": "Vendor | System | Data_Type | Criticality\nPayCo | Payroll | Names | High",
    "survey": """
        Timestamp | Your name | Your team | What tool do you use? | What data is in it? | Does it leave New Zealand? | If yes, where?
        2026-01-01 | Ann | HR | StaffBook | Staff details | Yes | United States
        2026-01-02 | Cy | IT | Shelf | Logs | No |
        """,
    "transfers": """
        Transfer ID | Exporter | Importer | Destination | Data transferred | Safeguard | Next review
        T1 | Kowhai Ltd | Kowhai Inc | US | Employee data | SCC module 1 | 2026-01-01
        T2 | Kowhai Ltd | PayCo | IN | Payroll | SCC module 2 | 2026-01-01
        """,
    "first column of no known heading": """
        Holding of ours | Kind of personal information | Overseas recipients | Countries | Storage location
        Member database | Name, contact | Mailer | United States | Sydney
        Claims | Health information | None | n/a | On-premise
        """,
    "abbreviated": "SYSTEM_NM | DATA_CAT | PII_FLAG | HOST_CNTRY | VENDOR_NM\nCRM | Names | Y | NZ | Mailer",
    "key and value above": """
        Company | Kowhai Ltd
        Contact | Ann
        Country | NZ
        |
        Application | Vendor | Data centre | Personal information stored
        CRM | Mailer | Sydney, Australia | Names
        Wiki | | on-prem | none
        """,
    "camel case": "systemName | dataCategories | hostingCountry | retentionPeriod\nCRM | Names | NZ | 7 years",
}
OTHERS = {
    "shop": "Product | Size | Price | Country of origin\nToffee | L | 12 | Belgium\nNougat | S | 3 | France",
    "clothes": "Producto | Talla | Color | Precio\nFalda | 40 | rojo | 50\nVestido | 42 | azul | 80",
    "people": "Name | Age | Country | Email\nAnn | 12 | NZ | a@x.example\nBob | 44 | AU | b@x.example",
    "contacts": "Name | Company | Phone | Email | Role\nAnn | PayCo | 1 | a@x.example | CEO",
    "staff": "Employee | Department | Location | Salary | Start date\nAnn | HR | Auckland | 10 | 2020-01-01",
    "budget": "Department | Budget | Actual | Variance\nHR | 100 | 90 | 10",
    "spend": "Vendor | Country | Currency | Payment terms | Annual spend\nPayCo | NZ | NZD | 30 days | 10",
    "scores": "Vendor | Composite score\nPayCo | 74\nMailer | 80",
    "matrix": "Score | Interpretation\n95-100 | Excellent\n90-94 | Strong",
    "weights": "Domain | Weight\nSecurity | 0.25\nGovernance | 0.2",
    "tiers": "Vendor Tier | Monitoring Frequency\nCritical | Continuous\nLow | Annual",
    "dashboard": "Metric | Value\nTotal vendors | 30\nCritical | 5",
    "field and value": "Field | Value\nOwner | Ann\nVersion | 2\nStatus | Draft",
    "drop-downs": "Countries | Safeguards | Roles\nFrance | SCC | Processor\nGermany | BCR | Controller",
    "wine": "Wine | Region | Country | Price\nPinot | Otago | New Zealand | 30",
    "events": "Event | Location | Date | Purpose\nExpo | Sydney | 2026-01-01 | Marketing",
    "orders": "Order number | Customer name | Country | Amount | Date\n1 | Ann | NZ | 10 | 2026-01-01",
    "cities": "City | Country | Population\nSydney | Australia | 5000000",
    "project plan": "Activity | Owner | Start date | Deadline | Status\nDesign | Ann | 2026-01-01 | 2026-02-01 | Open",
    "tickets": "ID | Title | Description | Status | Owner\n1 | Broken | It broke | Open | Ann",
    "controls": "Ref | Label | Description | Maturity | Cost\nA-1 | Access | Who may enter | 3 | 10",
    "breaches": "Incident | Date | Personal data involved | Individuals affected | Country\nLost phone | 2026-01-01 | Names | 12 | NZ",
    "requests": "Request ID | Data subject | Date received | Status\n1 | Ann | 2026-01-01 | Closed",
    "risks": "Risk ID | Risk | Likelihood | Impact | Owner\nR1 | Data breach | 3 | 4 | CISO",
    "devices": "Asset tag | Device | Location | Purchase date | Price\n1 | Laptop | Auckland | 2024-01-01 | 10",
    "licences": "Software | Version | Publisher | Expiry date | Cost\nWriter | 16 | Soft Co | 2026-12-31 | 10",
    "library": "Title | Author | Publisher | Country | Year\nEmma | Austen | Penguin | UK | 1815",
    "cookies": "Cookie name | Provider | Purpose | Duration\n_ga | Google | Analytics | 2 years",
    "parts": "Supplier | Part | Country of origin | Lead time | Unit price\nPayCo | Bolt | China | 30 | 1",
    "travel": "Traveller | Destination | Country | Purpose | From | To\nAnn | Sydney | AU | Talk | 2026-01-01 | 2026-01-05",
    "customers": "Company | Contact name | Email | Country | Industry\nPayCo | Ann | a@x.example | NZ | Retail",
    "recipes": "Name | Category | Description\nSoup | Starter | Hot",
}


TRADE = {
    "shipping": """
        Order | Recipient | Country | Service | Weight
        1 | Ann Lee | Australia | Courier | 1kg
        2 | Bo Ng | USA | Post | 2kg
        """,
    "recipients only": """
        Recipient | Country | Service
        Ann Lee | Australia | Courier
        Bo Ng | USA | Post
        Maria Silva | Brazil | Courier
        """,
    "invoice": """
        Invoice no | Vendor | Date | Description | Amount | Currency | Country
        1001 | AWS | 1/2/2026 | Hosting | 120.00 | USD | USA
        1002 | Xero | 1/2/2026 | Subscription | 60.00 | NZD | New Zealand
        """,
    "purchase orders": """
        PO number | Supplier | Item | Qty | Unit price | Delivery country | Requested by
        PO1 | Dell | Laptop | 4 | 1200 | New Zealand | IT
        PO2 | Lenovo | Dock | 9 | 200 | Australia | IT
        """,
    "payments": """
        Date | Payee | Country | Purpose | Amount | Bank
        1/2/26 | Acme Ltd | USA | Consulting | 900.00 | ANZ
        2/2/26 | Telco | NZ | Phones | 120.10 | ANZ
        """,
    "payments2": """
        Payment ref | Supplier | Supplier country | Service | Paid on | NZD
        1 | Acme Ltd | USA | Consulting | 1/2/2026 | 900.00
        2 | Telco | NZ | Phones | 2/2/2026 | 120.10
        """,
    "deliveries": """
        Delivery no | Receiver | Destination | Carrier | Sent by | Date
        1 | Ann Lee | Sydney | DHL | Warehouse | 1/2/2026
        2 | Bo Ng | Perth | UPS | Warehouse | 2/2/2026
        """,
    "travel": """
        Date | From | To | Purpose | Hotel | Fare
        1/2/26 | Auckland | Sydney | Conference | Ibis | 300
        1/3/26 | Wellington | Melbourne | Client visit | Hilton | 400
        """,
    "travel expenses": """
        Employee | Destination | Country | Purpose | Amount | Approved by
        Ann Lee | Sydney | Australia | Conference | 300 | Boss
        Bo Ng | London | UK | Client | 900 | Boss
        """,
    "newsletter": """
        Email | Name | Country | Source | Subscribed
        a@x.nz | Ann | NZ | Website | yes
        b@x.nz | Bo | AU | Fair | yes
        """,
    "helpdesk": """
        Ticket | System | Requester | Location | Category | Description | Priority | Status
        12 | Outlook | Ann Lee | Auckland | Email | Cannot send | High | Open
        13 | SAP | Bo Ng | Sydney | Access | Password | Low | Closed
        """,
    "helpdesk2": """
        ID | Application | Reported by | Country | Issue | Assigned to | Severity | Opened
        12 | Outlook | Ann Lee | NZ | Cannot send | Sam | High | 1/2/2026
        13 | SAP | Bo Ng | AU | Password | Sam | Low | 2/2/2026
        """,
    "mailing": """
        Name | Address | City | Country | Postcode
        Ann Lee | 1 High St | Sydney | Australia | 2000
        Bo Ng | 2 Low St | Austin | USA | 73301
        """,
    "leave": """
        Employee | Department | Leave type | From | To | Days | Reason
        Ann Lee | HR | Annual | 1/2/2026 | 5/2/2026 | 4 | Holiday
        Bo Ng | IT | Sick | 1/3/2026 | 2/3/2026 | 1 | Flu
        """,
    "event": """
        Registration ID | Name | Organisation | Country | Ticket type | Dietary needs | Source
        1 | Ann Lee | Acme | NZ | Early | Vegan | Email
        2 | Bo Ng | Bravo | AU | Late | None | Web
        """,
    "crm": """
        Company | First name | Last name | Email | Phone | Country | Lead source | Owner
        Acme | Ann | Lee | a@x.nz | 123 | NZ | Fair | Sam
        Bravo | Bo | Ng | b@x.nz | 124 | AU | Web | Sam
        """,
    "crm2": """
        Company | Contact name | Job title | Country | Industry | Purpose of contact | Lead status
        Acme | Ann Lee | CEO | NZ | Dairy | Renewal | Hot
        Bravo | Bo Ng | CFO | AU | Steel | Upsell | Cold
        """,
    "laptops": """
        Asset tag | Asset name | Model | Serial number | Assigned to | Location | Vendor
        L1 | LAP-01 | XPS 13 | S123 | Ann Lee | Auckland | Dell
        L2 | LAP-02 | T14 | S124 | Bo Ng | Sydney | Lenovo
        """,
    "risk": """
        Risk ID | Risk | Asset | Likelihood | Impact | Owner | Mitigation | Location
        R1 | Fire | Server room | Low | High | Sam | Sprinklers | Auckland
        R2 | Flood | Archive | Low | High | Sam | Pumps | Sydney
        """,
    "risk2": """
        Risk | Process | Likelihood | Impact | Existing controls | Owner
        Fraud | Payroll | Low | High | Two people sign | CFO
        Error | Billing | Mid | Low | Checks | CFO
        """,
    "rooms": """
        Room | Booked by | From | To | Purpose | People
        Kea | Ann Lee | 09:00 | 10:00 | Standup | 4
        Tui | Bo Ng | 11:00 | 12:30 | Review | 8
        """,
    "course": """
        Course code | Title | Description | Department | Lecturer | Credits | Location
        C1 | Law 1 | Intro | Law | Ann Lee | 15 | Auckland
        C2 | Art 2 | More | Arts | Bo Ng | 30 | Sydney
        """,
    "course2": """
        Course | Provider | Country | Description | Fee | Duration
        Python | Coursera | USA | Basics | $49 | 6 weeks
        SQL | Udemy | USA | Queries | $19 | 2 weeks
        """,
    "product": """
        SKU | Product | Vendor | Country of origin | Price | Stock
        A1 | Shirt | Textil SL | Spain | 9.90 | 12
        A2 | Shoes | Bata | Czech Republic | 49.00 | 3
        """,
    "product2": """
        Vendor | Product | Category | Country of origin | Price
        Textil SL | Shirt | Clothes | Spain | 9.90
        Bata | Shoes | Shoes | Czech Republic | 49.00
        """,
    "product3": """
        Supplier | Country | Product | Unit | Weight (kg)
        Textil SL | Spain | Shirt | box | 9
        Bata | Czech Republic | Shoes | pair | 3
        """,
    "manifest": """
        Container no | Shipper | Consignee | Origin | Destination | Gross weight | Description of goods
        C1 | Acme | Bravo | China | New Zealand | 2000 | Toys
        C2 | Acme | Delta | China | Australia | 2100 | Tyres
        """,
    "donors": """
        Donor | Country | Amount | Purpose | Date
        Ann Lee | NZ | 50 | Roof | 1/2/2026
        Bo Ng | AU | 60 | Organ | 2/2/2026
        """,
    "donors2": """
        Name | Country | Gift | Reason | Anonymous?
        Ann Lee | NZ | $50 | Roof | No
        Bo Ng | AU | $60 | Organ | Yes
        """,
    "mileage": """
        Date | From | To | Purpose | Km | Vehicle
        1/2/26 | Office | Airport | Pick up | 20 | ABC123
        2/2/26 | Office | Client | Meeting | 33 | ABC123
        """,
    "timesheet": """
        Employee | Activity | Date | Hours | Location | Purpose
        Ann Lee | Testing | 1/2/2026 | 4 | Auckland | Release
        Bo Ng | Design | 1/2/2026 | 5 | Sydney | Release
        """,
    "licences": """
        Software | Vendor | Licence key | Seats | Unit cost | Expiry
        Office | Microsoft | AB-1 | 20 | 12 | 1/2/2027
        Photo | Adobe | AB-2 | 3 | 50 | 1/2/2027
        """,
    "budget": """
        Vendor | Country | Q1 | Q2 | Total
        Acme | USA | 1 | 2 | 3
        Bravo | NZ | 4 | 5 | 9
        """,
    "tenders": """
        Supplier | Country | Bid amount | Score | Rank
        Acme | USA | 100 | 9 | 1
        Bravo | NZ | 120 | 8 | 2
        """,
    "bestellungen": """
        Bestellnummer | Lieferant | Land | Artikel | Menge | Preis
        1 | Acme GmbH | Deutschland | Stuhl | 3 | 90
        2 | Bravo AG | Schweiz | Tisch | 1 | 200
        """,
    "factures": """
        N° facture | Fournisseur | Pays | Objet | Montant HT
        1 | Acme SARL | France | Conseil | 900
        2 | Bravo SA | Belgique | Audit | 800
        """,
    "pedidos": """
        Pedido | Destinatario | País | Servicio | Peso
        1 | Ana López | España | Correo | 1 kg
        2 | Juan Pérez | México | Correo | 2 kg
        """,
    "guests": """
        Guest | Nationality | Room | Arrival | Departure | Purpose of stay
        Ann Lee | NZ | 12 | 1/2/2026 | 3/2/2026 | Holiday
        Bo Ng | AU | 13 | 1/2/2026 | 2/2/2026 | Work
        """,
    "meeting": """
        Action | Owner | Due | Status
        Call Acme | Sam | 1/2/2026 | open
        Write report | Ann | 2/2/2026 | done
        """,
    "visa": """
        Applicant | Country | Purpose | Destination | Date
        Ann Lee | NZ | Study | France | 1/2/2026
        Bo Ng | AU | Work | Japan | 1/2/2026
        """,
    "research": """
        Author | Title | Journal | Year | Country | Data | Method
        Ann Lee | On tides | Sea | 2020 | NZ | buoys | survey
        Bo Ng | On wind | Air | 2021 | AU | masts | survey
        """,
    "test cases": """
        Test case | System | Step | Expected result | Purpose | Result
        T1 | CRM | Open | Opens | Smoke | pass
        T2 | CRM | Save | Saves | Smoke | fail
        """,
    "fleet": """
        Vehicle | Driver | Location | Supplier | Mileage
        Van 1 | Ann Lee | Auckland | Toyota | 1000
        Van 2 | Bo Ng | Sydney | Ford | 2000
        """,
    "servers power": """
        Server | Rack | Location | Watts | Model
        srv1 | R1 | Auckland | 300 | Dell R1
        srv2 | R2 | Sydney | 310 | Dell R2
        """,
    "backlog": """
        Story | Platform | Priority | Sprint | Points | Purpose
        Login | iOS | High | 3 | 5 | Users sign in
        Logout | Android | Low | 4 | 2 | Users sign out
        """,
    "holders": """
        Shareholder | Country | Shares | Price
        Ann Lee | NZ | 10 | 4
        Bo Ng | AU | 20 | 5
        """,
    "orders": """
        Order date | Customer | Product | Shipping country | Total | Vendor
        1/2/2026 | Ann Lee | Shoes | NZ | 90 | Acme
        2/2/2026 | Bo Ng | Hat | AU | 20 | Bravo
        """,
    "deliveries signed for": """
        Recipient | Address | Country | Service | Delivered
        John Smith | 1 High St | NZ | Courier | yes
        Aroha Tane | 2 Low St | AU | Post | no
        Priya Patel | 3 Mid St | IN | Post | yes
        """,
    "bills": """
        Supplier | Invoice | Due date | Amount due | Country
        Acme | 1 | 1/2/2026 | 90 | NZ
        Bravo | 2 | 2/2/2026 | 20 | AU
        """,
    "purchases": """
        Purchase order | Vendor | Description | Quantity | Delivery location
        1 | Acme | Desks | 4 | Auckland
        2 | Bravo | Chairs | 8 | Sydney
        """,
    "expenses": """
        Traveller | From | To | Purpose | Cost
        Ann Lee | Auckland | London | Conference | 3000
        Bo Ng | Sydney | Tokyo | Client | 2000
        """,
    "subscribers": """
        Subscriber | Email | Country | Source | Opt-in date | Status
        Ann Lee | a@x.nz | NZ | Website | 1/2/2026 | active
        Bo Ng | b@x.nz | AU | Event | 2/2/2026 | active
        """,
    "support": """
        Ticket ID | Customer | Product | System | Issue | Agent | Created
        1 | Ann Lee | Shop | Web | Login fails | Sam Roe | 1/2/2026
        2 | Bo Ng | Shop | App | Slow | Sam Roe | 2/2/2026
        """,
    "faults": """
        Ref | Service | Raised by | Location | Description | Status
        1 | Email | Ann Lee | Auckland | Down | Open
        2 | VPN | Bo Ng | Sydney | Slow | Closed
        """,
    "press list": """
        First name | Last name | Company | Country | Category
        Ann | Lee | Acme | NZ | Press
        Bo | Ng | Bravo | AU | Partner
        """,
    "absences": """
        Name | Manager | Leave type | Start | End | Location | Reason
        Ann Lee | Sam Roe | Sick | 1/2/2026 | 2/2/2026 | Auckland | Flu
        Bo Ng | Sam Roe | Annual | 1/2/2026 | 2/2/2026 | Sydney | Holiday
        """,
    "attendees": """
        Attendee | Organisation | Country | Session | Purpose of attendance
        Ann Lee | Acme | NZ | A1 | Learn
        Bo Ng | Bravo | AU | A2 | Sell
        """,
    "accounts": """
        Account name | Contact | Country | Owner | Source | Stage
        Acme | Ann Lee | NZ | Sam | Web | Won
        Bravo | Bo Ng | AU | Sam | Fair | Lost
        """,
    "devices": """
        Device | User | Vendor | Model | Location | Purchase date
        LAP1 | Ann Lee | Dell | XPS | Auckland | 1/2/2024
        LAP2 | Bo Ng | HP | Elite | Sydney | 1/2/2024
        """,
    "hardware": """
        Asset | Type | Vendor | Location | Serial | Assigned user
        LAP1 | Laptop | Dell | Auckland | S1 | Ann Lee
        LAP2 | Laptop | HP | Sydney | S2 | Bo Ng
        """,
    "hazards": """
        ID | Risk description | Process | Cause | Consequence | Likelihood | Impact | Controls | Owner
        1 | Fire | Ops | Wiring | Loss | 2 | 5 | Alarm | Sam
        2 | Theft | Ops | Door | Loss | 3 | 3 | Lock | Sam
        """,
    "meetings": """
        Date | Room | Organiser | Purpose | Location | Attendees
        1/2/2026 | Kea | Ann Lee | Standup | Auckland | 4
        2/2/2026 | Tui | Bo Ng | Review | Sydney | 5
        """,
    "courses by faculty": """
        Course | Title | Faculty | Location | Semester | Purpose
        C1 | Law | Law | Auckland | 1 | Core
        C2 | Art | Arts | Sydney | 2 | Elective
        """,
    "goods": """
        Product | Vendor | Country of origin | Description | Weight
        Tea | Acme | India | Black | 100 g
        Rice | Bravo | China | White | 1 kg
        """,
    "goods by price": """
        Item | Vendor | Country | Unit price | Category
        Tea | Acme | India | 3.00 | Food
        Rice | Bravo | China | 4.00 | Food
        """,
    "cargo": """
        Consignee | Country | Goods | Weight | Pieces
        Acme | USA | Toys | 20 kg | 4
        Bravo | Japan | Cars | 2000 kg | 2
        """,
    "gifts of donors": """
        Donor name | Country | Donation | Purpose | Receipt
        Ann Lee | NZ | $50 | Roof | 1
        Bo Ng | AU | $20 | Organ | 2
        """,
    "distances": """
        Date | Purpose | From | To | Distance (km)
        1/2/2026 | Visit client | Office | Airport | 20
        2/2/2026 | Visit site | Office | Plant | 30
        """,
    "kilometres": """
        Driver | Start location | End location | Purpose | Kilometres
        Ann Lee | Auckland | Hamilton | Client | 120
        Bo Ng | Sydney | Newcastle | Client | 160
        """,
    "bank": """
        Date | Recipient | Purpose | Amount | Country
        1/2/2026 | Acme Ltd | Rent | 900 | NZ
        2/2/2026 | Telco | Phone | 80 | NZ
        """,
    "grants": """
        Recipient | Country | Purpose | Grant amount
        Trust A | NZ | Roof | 9000
        Trust B | Fiji | Well | 8000
        """,
    "grants2": """
        Recipient organisation | Country | Purpose | Awarded
        Trust A | NZ | Roof | $9,000
        Trust B | Fiji | Well | $8,000
        """,
    "awards": """
        Recipient | Award | Country | Year
        Ann Lee | Gold | NZ | 2025
        Bo Ng | Silver | AU | 2026
        """,
    "letters": """
        Sender | Recipient | Date | Subject | Country
        Ann Lee | John Smith | 1/2/1900 | War | NZ
        Bo Ng | Mary Jones | 2/2/1901 | Peace | AU
        """,
    "gifts": """
        Date | Gift | Recipient | Donor | Value | Reason
        1/2/2026 | Wine | Ann Lee | Acme | $20 | Thanks
        2/2/2026 | Book | Bo Ng | Bravo | $30 | Talk
        """,
    "jobs": """
        Position | Company | Location | Applied on | Status
        Dev | Acme | Auckland | 1/2/2026 | open
        Ops | Bravo | Sydney | 2/2/2026 | closed
        """,
    "flights": """
        Flight | From | To | Departure | Aircraft
        NZ1 | AKL | LHR | 10:00 | 777
        NZ2 | SYD | LAX | 12:00 | 787
        """,
    "network": """
        From | To | Port | Protocol
        10.0.0.1 | 10.0.0.2 | 443 | tcp
        10.0.0.3 | 10.0.0.4 | 22 | tcp
        """,
    "email log": """
        From | To | Subject | Date
        ann@x.nz | bo@x.nz | Hello | 1/2/2026
        bo@x.nz | ann@x.nz | Re: Hello | 2/2/2026
        """,
}
"""Tables of trade and of people, with columns that inventories have too."""
PLAIN = {
    "vendors": """
        Vendor | Service | Country | Contact | Email | Phone
        AWS | Hosting | USA | Ann Lee | a@x.nz | 123
        Xero | Accounting | NZ | Bo Ng | b@x.nz | 124
        """,
    "vendors2": """
        Vendor | Country
        AWS | USA
        Xero | NZ
        """,
    "vendors3": """
        Supplier name | Service provided | Country | Contract end | Annual spend | Owner
        AWS | Hosting | USA | 1/2/2027 | 1000 | IT
        Xero | Accounting | NZ | 1/2/2027 | 200 | Fin
        """,
    "vendors4": """
        Vendor | Data shared | Country | Annual cost | Currency
        AWS | All | USA | 1000 | USD
        Xero | Invoices | NZ | 20 | NZD
        """,
    "vendors5": """
        Vendor | Service | Risk tier | Country | Invoice contact | DPA signed
        AWS | Hosting | 1 | USA | a@x.nz | yes
        Xero | Accounting | 2 | NZ | b@x.nz | no
        """,
    "systems": """
        System | Owner | Hosting location | Vendor
        CRM | Sales | Sydney | HubSpot
        HR | HR | Dublin | Workday
        """,
    "systems2": """
        Asset ID | Application | Vendor | Cost | Location | Personal data?
        1 | CRM | HubSpot | 100 | USA | Y
        2 | HR | Workday | 200 | Ireland | Y
        """,
    "systems3": """
        Application | Data held | Hosted in
        Order desk | Orders; names | NZ
        Ship | Addresses | AU
        """,
    "ropa": """
        Processing activity | Purpose | Data subjects | Personal data | Recipients | Country
        Delivery | Send goods | Customers | Addresses; order numbers | DHL | Germany
        Invoicing | Get paid | Customers | Amounts | Xero | NZ
        """,
    "ropa2": """
        Processing | Lawful basis | Retention | Recipient
        Payroll | Law | 7 years | ADP
        Newsletter | Consent | 2 years | Mailchimp
        """,
    "recip": """
        Recipient | Country | What we send | Why | Agreement
        HubSpot | USA | Name, email | CRM | SCC
        Workday | Ireland | Salary | HR | DPA
        """,
    "flows": """
        From | To | Data | Country | Frequency | Method
        CRM | Mailchimp | email | USA | Daily | API
        HRIS | PaySauce | salary | NZ | Monthly | SFTP
        """,
    "flows2": """
        From | To | Purpose | Country
        CRM | Mailchimp | Newsletter | USA
        HRIS | PaySauce | Payroll | NZ
        """,
    "sub": """
        Sub-processor | Purpose | Location
        AWS | Hosting | USA
        Twilio | SMS | USA
        """,
    "saas": """
        Tool | Vendor | Data stored | Region | Price per month
        Slack | Slack | Messages | US | 8
        Notion | Notion | Docs | US | 10
        """,
    "register de": """
        Lieferant | Leistung | Land | Datenkategorien | Vertrag vom
        Acme GmbH | Hosting | Deutschland | Namen | 1.2.2024
        Bravo | Druck | Schweiz | Adressen | 1.2.2023
        """,
    "cmdb": """
        Hostname | Application | Location | Data classification | Serial number
        srv1 | CRM | Auckland | Confidential | S1
        srv2 | HR | Sydney | Restricted | S2
        """,
    "iar": """
        Information asset | Owner | Format | Security classification | Personal information held | Location
        Case files | Legal | Paper | In confidence | Names | Head office
        CCTV | Facilities | Digital | Sensitive | Images | Wellington
        """,
    "persons": """
        System | Data held | Business owner | Vendor contact | Vendor
        CRM | Names | Ann Lee | Bo Ng | HubSpot
        HR | Salary | Sam Roe | Al Dow | Workday
        """,
    "disclosure": """
        Date | Disclosed to | Information disclosed | Purpose | Country
        1/2/2026 | Ann Lee | Her file | Access request | NZ
        2/2/2026 | Police | Names | Investigation | NZ
        """,
    "what vendors cost": """
        Supplier | Service | Country | Contract owner | Payment terms | Annual spend
        Acme | Hosting | USA | Sam | 30 days | 1000
        Bravo | SMS | India | Sam | 30 days | 200
        """,
    "whom to call": """
        Vendor name | Vendor contact | Contact email | Country | Services provided
        Acme | Ann Lee | a@x.nz | USA | Payroll
        Bravo | Bo Ng | b@x.nz | NZ | Mail
        """,
    "systems and users": """
        System | Vendor | Country | Users
        CRM | HubSpot | USA | 20
        HR | Workday | Ireland | 30
        """,
    "what software costs": """
        Software | Supplier | Licence cost | Data stored | Hosting country
        CRM | HubSpot | 20 | Names | USA
        HR | Workday | 30 | Salary | Ireland
        """,
    "events and donations": """
        Processing activity | Individuals | Data | Recipient | Country
        Event booking | Guests | Names | Ticketek | Australia
        Donations | Donors | Names; amounts | Stripe | USA
        """,
    "sub-processors": """
        Subprocessor | Service | Country
        AWS | Hosting | USA
        Stripe | Payments | USA
        """,
    "information assets": """
        Information asset | Owner | Location | Personal information
        Files | Sam | Auckland | Names
        CCTV | Sam | Sydney | Images
        """,
    "third parties by value": """
        Third party | Purpose | Data shared | Location | Contract value
        Acme | Payroll | Salary | USA | 900
        Bravo | Mail | Address | NZ | 20
        """,
    "what goes where": """
        From | To | What | Where
        CRM | Mailer | Names | USA
        HR | PayCo | Salary | India
        """,
    "applications and their people": """
        Application | Business owner | IT owner | Vendor | Hosting
        CRM | Ann Lee | Sam Roe | HubSpot | AWS Sydney
        HR | Bo Ng | Al Dow | Workday | Dublin
        """,
}
"""Inventories that say little, or have a column of trade or of people beside their own."""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("name", "text"), TRADE.items(), ids=TRADE)
def test_tables_of_trade_and_of_people_are_no_inventory(name: str, text: str, kind: str) -> None:
    (proposal,) = propose([book(text, name, kind=kind)])
    assert not proposal.inventory, proposal.tables[0].reason


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_inventories_that_say_little(text: str) -> None:
    assert mapped(text).inventory, mapped(text).reason


@pytest.mark.parametrize(
    "names", ["Ann Lee\nBo Ng\nMaria Silva", "Dr A. Roe\nMs Ida Vos\nMr Z. Quill", "Lee, Ann\nNg, Bo"]
)
def test_people_are_no_recipients(names: str) -> None:
    rows = "\n".join(f"{name} | NZ | Names" for name in names.splitlines())
    table = mapped(f"Recipient | Country | Data sent\n{rows}")
    assert table.columns[0].meaning is M.OTHER
    assert "people" in table.columns[0].why
    assert mapped(
        "Recipient | Country | Data sent\nLee Printing | NZ | x\nMary Kay | US | y\nNg Tax Ltd | NZ | z"
    ).inventory


@pytest.mark.parametrize("text", INVENTORIES.values(), ids=INVENTORIES)
def test_inventories(text: str) -> None:
    table = mapped(text)
    assert table.inventory, table.reason
    reading = read(book(text))
    report = reading.inputs[0]
    assert report.rows_in_inventory == len(table.table.rows)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_tables_that_are_no_inventory(text: str) -> None:
    (proposal,) = propose([book(text)])
    assert not proposal.inventory, proposal.tables[0].reason
    (draft,) = drafts([proposal])
    assert not draft.rows
    assert {row for out in draft.left_out for row in out.rows} == {cell.row for cell in draft.read}
    sentence = refusal(proposal)
    assert "mine.xlsx" in sentence
    assert "datamap template" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_refusal_names_what_was_seen_and_what_it_resembles() -> None:
    (proposal,) = propose([book(OTHERS["shop"], name="Sweets")])
    sentence = refusal(proposal, "CNIL register")
    for words in ("'Sweets'", "Product, Size, Price", "CNIL register", "datamap mapping"):
        assert words in sentence
    (empty,) = propose([Book("none.xlsx", (Sheet("none.xlsx", "A", []),), "xlsx")])
    assert "has no rows" in refusal(empty)
    (prose,) = propose([book("Just a sentence.")])
    assert "no table with a row of headings" in refusal(prose)


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("Vendor\nAcme | Inc\nZeta\nGamma\nBeta", "row 2 is longer"),
        ("Vendor\nAcme | Inc\nZeta\nBeta | Ltd | US", "rows 2 and 4 are longer"),
    ],
)
def test_a_list_of_one_column_is_told_which_rows_are_longer(text: str, which: str) -> None:
    (proposal,) = propose([book(text, file="one.csv", kind="csv")])
    sentence = refusal(proposal)
    for words in ("one heading, 'Vendor'", which, "quotation marks"):
        assert words in sentence
    assert "Acme" not in sentence


def test_a_table_that_lies_on_its_side_is_read() -> None:
    text = "System name | CRM | Payroll\nHosted in | NZ | AU\nData held | Names | Banks\nShared with | | PayCo"
    (proposal,) = propose([book(text)])
    (table,) = proposal.tables
    assert (table.inventory, table.table.turned, [c.letter for c in table.columns]) == (
        True,
        True,
        ["1", "2", "3", "4"],
    )
    reading = read(book(text))
    assert [(s.name, str(s.cell)) for s in reading.inventory.systems] == [
        ("CRM", "mine.xlsx!Sheet1!B1"),
        ("Payroll", "mine.xlsx!Sheet1!C1"),
    ]
    assert [place_name(p) for p in items(reading.inventory.systems[1].locations)] == ["Australia"]
    assert reading.inventory.systems[1].locations.cell == ("mine.xlsx", "Sheet1", 2, 3)
    assert [(f.origin.value, f.destination.value) for f in reading.inventory.flows] == [("Payroll", "PayCo")]
    report = reading.inputs[0]
    assert (report.rows_read, report.rows_in_inventory, report.rows_left_out) == (4, 4, 0)


FORM = "System name | {}\nOwner | Sales\nData held | Names; emails\nHosted in | {}\nShared with | {}"


def test_forms_are_read_one_a_sheet_and_one_below_the_other() -> None:
    one, two = FORM.format("CRM", "NZ", "Mailer"), FORM.format("Payroll", "IN", "none")
    sheets_of = [f"Information sheet\n{one}", f"Question | Answer\n{two}"]
    apart = Book("f.xlsx", tuple(Sheet("f.xlsx", f"S{n}", drawn(t)) for n, t in enumerate(sheets_of)), "xlsx")
    for file in (apart, book(f"Our systems\n{one}\nThe next one\n{two}")):
        reading = read(file)
        assert [s.name for s in reading.inventory.systems] == ["CRM", "Payroll"]
        assert [f.destination.value for f in reading.inventory.flows] == ["Mailer"]
        report = reading.inputs[0]
        assert (report.rows_read, report.rows_in_inventory + report.rows_left_out) == (12, 12)
        assert not [p for p in reading.problems if not p.kind.notice]


@pytest.mark.parametrize(
    "text",
    [
        "Field | Description\n" + FORM.format("The name of the system", "Country", "Who receives it"),
        FORM.format("Enter the name", "", ""),
        "System name | CRM | Payroll\nOwner | Sales | HR | see below\nData held | Names | Banks\nHosted in | NZ | AU",
    ],
    ids=["a guide", "a blank form", "a cell beside the records"],
)
def test_a_form_that_is_not_clear_is_said_to_be_one(text: str) -> None:
    (proposal,) = propose([book(text)])
    assert not proposal.inventory
    assert "a form or a turned table" in refusal(proposal)


def test_people_told_in_a_form_are_no_inventory() -> None:
    assert not propose([book("Name | Ann Lee\nPhone | 123\nAddress | 1 High St\nCountry | NZ")])[0].inventory


def test_a_column_is_of_places_only_when_it_has_some() -> None:
    table = mapped(
        """
        Information asset | System / location | Type of personal information | Data hosted in
        Rates | Altitude | Names | Sydney, Australia
        Dogs | Altitude | Names | As above
        Photos | Maps Online | None | US (N. Virginia)
        Members | Symphony | Names | USA - Georgia
        """
    )
    assert meanings(table) == [M.SYSTEM, M.OTHER, M.CATEGORIES, M.LOCATIONS]


def test_two_columns_of_safeguards_are_one_answer() -> None:
    text = """
        Overseas recipient | Source system | Personal information | APP 8.1 reasonable steps taken | APP 8.2 exception relied upon
        Mailer | CRM | Names | DPA | Nil
        Desk | CRM | Names | None | explicit consent
        """
    reading = read(book(text))
    assert [s.name for s in reading.inventory.safeguards] == ["Mailer: DPA", "Desk: explicit consent"]
    assert Kind.TWO_COLUMNS not in kinds(reading)


def test_the_threshold_is_what_it_says() -> None:
    assert ENOUGH == 3
    assert not mapped("System | Owner\nPayroll | HR").inventory
    assert mapped("System | Owner | Hosting location\nPayroll | HR | NZ").inventory


# ---------------------------------------------------------------------------------------------- what is made of it


def test_places_and_safeguards_end_where_they_belong() -> None:
    reading = read(
        book("""
        System | Personal data | Vendor | Vendor country | Transfer mechanism | Hosting location
        Payroll | Bank details; names | PayCo Ltd | India | SCC | New Zealand
        """)
    )
    (system,), (recipient,), (flow,) = (
        reading.inventory.systems,
        reading.inventory.recipients,
        reading.inventory.flows,
    )
    assert [place_name(p) for p in items(system.locations)] == ["New Zealand"]
    assert (recipient.name, [place_name(p) for p in items(recipient.country)]) == ("PayCo Ltd", ["India"])
    assert (flow.origin.value, flow.destination.value) == ("Payroll", "PayCo Ltd")
    assert system.locations.cell
    assert system.locations.cell.address == "F2"
    assert [s.mechanism.value for s in reading.inventory.safeguards] != [None]


def test_unsure_columns_are_used_and_named_once() -> None:
    reading = read(book("System | Data held | Xyzzy\nPayroll | Names | India\nCRM | Names | Ireland"))
    (problem,) = [p for p in reading.problems if p.kind is Kind.COLUMN_GUESSED]
    assert (problem.cell.address, problem.value, problem.wanted) == ("C1", "Xyzzy", "where it is held")


def test_columns_without_a_meaning_are_carried_along() -> None:
    reading = read(book("System | Data held | Flurbl | Risk\nPayroll | Names | deep | High"))
    extra = reading.inventory.systems[0].extra
    assert {k: v.value if hasattr(v, "value") else v for k, v in extra.items()} == {"Flurbl": "deep", "Risk": "High"}


def test_examples_are_read_when_all_rows_are_examples_and_that_is_said() -> None:
    reading = read(book("System | Data held\n[Example: Shop] | Names\n[Example: Payroll] | Bank details"))
    assert [s.name for s in reading.inventory.systems] == ["Shop", "Payroll"]
    assert kinds(reading)[Kind.EXAMPLES] == 1


@pytest.mark.parametrize("answer", ["Yes - India", "Yes (India)", "Oui : Inde", "Ja, Indien", "India"])
def test_a_transfer_that_says_where_to(answer: str) -> None:
    reading = read(
        book(f"Processing activity | Data subjects | International transfer\nPay | Staff | {answer}\nA | B | No")
    )
    (flow,) = reading.inventory.flows
    assert [place_name(p) for p in items(flow.locations)] == ["India"]


@pytest.mark.parametrize("answer", ["No (confirm the region)", "No transfers outside the EU.", "None.", "-"])
def test_a_transfer_that_is_denied(answer: str) -> None:
    text = (
        f"Processing activity | Data subjects | International transfer\nPay | Staff | {answer}\nA | B | No\nC | D | No"
    )
    assert not read(book(text)).inventory.flows


def test_a_denial_with_an_exception_denies_nothing() -> None:
    text = "Processing activity | Data subjects | International transfer\nPay | Staff | No, except backups to India\nA | B | No"
    (flow,) = read(book(text)).inventory.flows
    assert flow.origin.value == "Pay"


def test_no_is_not_norway() -> None:
    text = "Processing activity | Data subjects | Transfers to third countries\nPay | Staff | India\nPost | Staff | No"
    reading = read(book(text))
    assert "Norway" not in {place_name(p) for f in reading.inventory.flows for p in items(f.locations)}
    codes = read(book("Vendor | Destination country | Data shared\nFjord AS | NO | Names\nPayCo | IN | Names"))
    assert "Norway" in {place_name(p) for f in codes.inventory.flows for p in items(f.locations)}


def test_an_origin_stands_where_the_list_names_none() -> None:
    text = "Sub-processor | Purpose | Location\nPayCo | Payroll | India"
    assert [f.origin.value for f in read(book(text), origin="Helpdesk").inventory.flows] == ["Helpdesk"]
    assert [f.origin.value for f in read(book(text)).inventory.flows] != ["Helpdesk"]


NAMING = "App ID | Application | Owner\nA-1 | CRM | Sales\nA-2 | Payroll | HR"
NAMED = "App ID | Personal data | Data subjects | Hosting country\nA-1 | Names | Customers | NZ\nA-2 | Bank details | Staff | AU"


def test_tables_that_share_a_key_are_joined_whichever_file_they_are_in() -> None:
    apart = [book(NAMED, file="two.xlsx"), book(NAMING, file="one.xlsx")]
    reading = read(*apart)
    assert sorted(s.name for s in reading.inventory.systems) == ["CRM", "Payroll"]
    crm = reading.inventory.system("CRM")
    assert crm
    assert [place_name(p) for p in items(crm.locations)] == ["New Zealand"]
    assert crm.owner.value == "Sales"
    both = Book("all.xlsx", (Sheet("all.xlsx", "A", drawn(NAMING)), Sheet("all.xlsx", "B", drawn(NAMED))), "xlsx")
    assert sorted(s.name for s in read(both).inventory.systems) == ["CRM", "Payroll"]


def test_a_reference_that_nothing_names_is_the_name() -> None:
    reading = read(book(NAMED))
    assert [s.name for s in reading.inventory.systems] == ["A-1", "A-2"]
    more = read(book(NAMING, file="one.xlsx"), book(f"{NAMED}\nA-9 | Photos | Staff | NZ", file="two.xlsx"))
    assert sorted(s.name for s in more.inventory.systems) == ["A-9", "CRM", "Payroll"]


def test_mere_numbers_are_no_key_between_tables_with_other_headings() -> None:
    numbered = NAMED.replace("App ID", "Record ID").replace("A-1", "1").replace("A-2", "2")
    reading = read(book(NAMING.replace("A-", ""), file="one.xlsx"), book(numbered, file="two.xlsx"))
    assert {"1", "2"} <= {s.name for s in reading.inventory.systems}


RELATED = {
    "Systems": "System ID | System name | Hosting\nS1 | CRM | NZ\nS2 | Payroll | AU",
    "Vendors": "Vendor ID | Vendor name | Country\nV1 | Mailer | US\nV2 | PayCo | IN",
    "Sharing": "Flow ID | System ID | Vendor ID | Data categories\nF1 | S1 | V1 | Names\nF2 | S2 | V1; V2 | Salaries\nF3 | S2 | V9 | Dates",
}


def test_a_table_may_refer_to_several_others() -> None:
    file = Book("w.xlsx", tuple(Sheet("w.xlsx", n, drawn(t)) for n, t in RELATED.items()), "xlsx")
    reading = read(file)
    assert [s.name for s in reading.inventory.systems] == ["CRM", "Payroll"]
    found = {(f.origin.value, f.destination.value) for f in reading.inventory.flows if f.origin.value}
    assert found == {("CRM", "Mailer"), ("Payroll", "Mailer"), ("Payroll", "PayCo"), ("Payroll", "V9")}
    (sharing,) = [m for m in propose([file])[0].tables if m.sheet == "Sharing"]
    assert "Systems, Vendors" in sharing.reason
    flow = next(f for f in reading.inventory.flows if f.destination.value == "PayCo" and f.origin.value)
    assert flow.cell
    assert (flow.cell.sheet, flow.cell.row) == ("Sharing", 3)


def test_a_table_that_only_relates_others_is_read() -> None:
    texts = {**RELATED, "Sharing": "System ID | Vendor ID\nS1 | V1\nS2 | V2"}
    reading = read(Book("w.xlsx", tuple(Sheet("w.xlsx", n, drawn(t)) for n, t in texts.items()), "xlsx"))
    found = {(f.origin.value, f.destination.value) for f in reading.inventory.flows if f.origin.value}
    assert found == {("CRM", "Mailer"), ("Payroll", "PayCo")}


def test_a_template_without_rows_is_refused() -> None:
    (proposal,) = propose([book("System | Data held | Hosted in\nExample | Names | NZ")])
    assert proposal.tables[0].inventory
    assert not proposal.inventory
    assert "no rows to read" in refusal(proposal)


def test_of_two_columns_of_places_the_one_that_has_places() -> None:
    table = mapped("System | Hosting | Data location | Data held\nCRM | Cloud | EU | Names\nERP | Own | NZ | Banks")
    assert [c.meaning for c in table.columns[1:3]] == [M.OTHER, M.LOCATIONS]


def test_other_sheets_of_an_inventory_are_named_and_left_out() -> None:
    text = {
        "Vendors": "Vendor | Country | Data shared\nPayCo | IN | Names",
        "Scores": OTHERS["matrix"],
        "Read me": "Hello.",
    }
    file = Book("b.xlsx", tuple(Sheet("b.xlsx", n, drawn(t)) for n, t in text.items()), "xlsx")
    reading = read(file)
    report = reading.inputs[0]
    assert (report.rows_read, report.rows_in_inventory, report.rows_left_out) == (5, 1, 4)
    told = {p.cell.sheet: p.wanted for p in reading.problems if p.kind is Kind.SET_ASIDE}
    assert set(told) == {"Scores", "Read me"}
    assert all(words.startswith("no inventory") for words in told.values())


def test_what_the_analyst_says_of_a_column_holds() -> None:
    (proposal,) = propose([book("Wizard | Flurbl\nPayroll | India")])
    assert not proposal.inventory
    right = proposal.corrected(0, {1: M.SYSTEM, 2: M.LOCATIONS})
    assert right.inventory
    assert right.tables[0].columns[0].confidence == 1
    (draft,) = drafts([right])
    reading = parse([draft], law.load())
    assert [place_name(p) for p in items(reading.inventory.systems[0].locations)] == ["India"]
    kept = right.corrected(0, {2: M.OTHER})
    assert kept.tables[0].meanings == {1: M.SYSTEM}


def test_trees_are_no_tables() -> None:
    file = Book("x.yaml", (Sheet("x.yaml", "x", [["System", "Country"], ["a", "b"]]),), "yaml")
    assert propose([file])[0].tables == ()


# ------------------------------------------------------------------------------------------------- whatever comes

CELLS = st.sampled_from(
    ["System", "Vendor", "Country", "Data held", "ID", "Purpose", "Total", "Example", "NOTES", "Payroll", "NZ", "A-1",
     "12", "yes", "a@x.example", "=1+1", "<b>x</b>", "'); DROP TABLE", "", "", "x" * 300, "SCC", "none"]
)  # fmt: skip


def accounted(draft: Draft) -> None:
    """Each row that was read is in the draft's rows or left out, once."""
    out = [(o.cell.file, o.cell.sheet, row) for o in draft.left_out for row in o.rows]
    assert len(out) == len(set(out))
    touched = {
        (c.file, c.sheet, c.row) for row in draft.rows for said in row.facts.values() for c in (said.cell, *said.also)
    }
    assert not touched & set(out)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=12), st.lists(st.lists(CELLS, max_size=5), max_size=8))
def test_nothing_breaks_on_any_grid(one: list[list[str]], two: list[list[str]]) -> None:
    grids = [[[v or None for v in row] for row in grid] for grid in (one, two)]
    books = [
        Book(f"{n}.xlsx", (Sheet(f"{n}.xlsx", "S", [list(row) for row in grid]),), "xlsx")
        for n, grid in enumerate(grids)
    ]
    proposals = propose(books)
    made = drafts(proposals)
    for proposal, draft in zip(proposals, made, strict=True):
        accounted(draft)
        assert refusal(proposal).endswith(".")
        for table in proposal.tables:
            assert all(0 <= c.confidence <= 1 for c in table.columns)
            assert table.reason
    reading = parse(made, law.load())
    assert all(r.rows_read == r.rows_in_inventory + r.rows_left_out for r in reading.inputs)


def test_a_long_table_is_understood_in_seconds() -> None:
    rows: list[list[Value]] = [["System ID", "System", "Data held", "Vendor", "Vendor country"]]
    rows += [[f"S-{n}", f"System {n}", "Names; emails", f"Vendor {n % 300}", "IN"] for n in range(20_000)]
    started = process_time()
    (proposal,) = propose([Book("big.xlsx", (Sheet("big.xlsx", "A", rows),), "xlsx")])
    assert process_time() - started < 15
    assert len(proposal.tables[0].table.rows) == 20_000


# ------------------------------------------------------------------------------------------------- other people's

REAL = Path(__file__).parent.parent.parent.parent / "shared" / "real-data" / "inventories"
EXPECTED = [
    ("inventory-dpdp-master-template.csv", 5, 10),
    ("inventory-dpdp-lite-template.csv", 5, 10),
    ("inventory-dpdp-ai-saas.csv", 5, 11),
    ("inventory-darwin-grc.csv", 1, 15),
    ("vendors-trustshield.csv", 1, 8),
    ("vendors-assessment-half-life.xlsx", 1, 30),
    ("derived-subprocessors-bento-t1.csv", 1, 19),
    ("derived-subprocessors-retool-t1.csv", 1, 5),
]


def real(name: str) -> Proposal:
    if not (REAL / name).exists():
        pytest.skip("the folder of real files is not here")
    return propose([sheets.read(REAL / name)])[0]


@pytest.mark.parametrize(("name", "heading_row", "rows"), EXPECTED)
def test_real_inventories(name: str, heading_row: int, rows: int) -> None:
    (table,) = [m for m in real(name).tables if m.inventory]
    assert table.table.heading_rows == (heading_row,)
    assert len(table.table.rows) == rows


@pytest.mark.parametrize(
    "name", ["negative-ropa-is-clothing.csv", "derived-inventory-blue-arbor-system-inventory-t1.csv"]
)
def test_real_files_that_are_none(name: str) -> None:
    assert not real(name).inventory


def test_mapper_has_no_say_beyond_its_threshold() -> None:
    assert mapper.USED < mapper.SURE <= 1


def test_a_cell_of_blanks_and_a_very_wide_sheet_are_soon_looked_through() -> None:
    blanks = "<br " + " " * 200_000 + "x"
    book = Book("m.md", (Sheet("m.md", "m", [["Recipient", "Country"], [blanks, "US"], ["Alpha", "NZ"]]),))
    wide = Book("w.csv", (Sheet("w.csv", "w", [[f"c{n}" for n in range(16_384)]] * 20),))
    found = propose([book, wide])
    assert [len(p.tables) <= 1 for p in found] == [True, True]
    assert not found[1].inventory


# ------------------------------------------------------------------------------------- as people really keep them


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Who's info?", M.INDIVIDUALS),
        ("Person affected", M.INDIVIDUALS),
        ("Data exported", M.CATEGORIES),
        ("PII description", M.CATEGORIES),
        ("3rd parties", M.RECIPIENT),
        ("3rd party recipients", M.RECIPIENTS),
        ("Passed to", M.RECIPIENTS),
        ("IPP 12 mechanism", M.MECHANISM),
        ("TIA date", M.ASSESSED),
        ("Agreement ref", M.DOCUMENT),
        ("Delete after", M.RETENTION),
        ("Why collected?", M.PURPOSE),
        ("Where does it come from?", M.COLLECTED_FROM),
        ("No. of records", M.VOLUME),
    ],
)
def test_headings_in_the_words_of_those_who_keep_the_table(heading: str, meaning: Meaning) -> None:
    found = meaning_of(heading)
    assert found
    assert (found.meaning, found.confidence > SURE) == (meaning, True)


def test_data_under_processing_is_what_is_processed() -> None:
    found = meaning_within("Processing", "Data")
    assert found
    assert found.meaning is M.CATEGORIES


def test_which_way_a_flow_goes_is_no_owner() -> None:
    table = mapped("From | To | Data | Direction\nShop | Mailer | Name | Outbound\nTill | Bank | Name | inbound")
    assert meanings(table) == [M.ORIGIN, M.DESTINATION, M.CATEGORIES, M.OTHER]


def test_places_in_lines_are_places() -> None:
    cells: list[list[Value]] = [
        ["System", "Hosting", "Data residency", "Data"],
        ["Shop", "SaaS", "NZ\nAU", "Name"],
        ["Till", "Own cloud", "NZ\nFJ", "Name"],
    ]
    found = read(Book("m.xlsx", (Sheet("m.xlsx", "S", cells),)))
    assert [[p.country for p in items(s.locations)] for s in found.inventory.systems] == [["NZ", "AU"], ["NZ", "FJ"]]
    assert [s.extra["Hosting"].value for s in found.inventory.systems] == ["SaaS", "Own cloud"]


def test_the_unit_of_a_period_may_stand_in_its_heading() -> None:
    found = read(book("System | Data | Retention (years)\nShop | Name | 7\nTill | Name | 5-7\nMail | Name | 6 months"))
    assert [s.retention.value for s in found.inventory.systems] == ["7 years", "5-7 years", "6 months"]


def test_an_assessment_beside_a_safeguard_is_its_assessment() -> None:
    found = read(
        book("System | Data | Shared with | Country | Transfer mechanism\nShop | Name | Mailer | US | SCCs + TIA")
    )
    (safeguard,) = found.inventory.safeguards
    assert (safeguard.mechanism.value, safeguard.assessment.value) == ("SCCs", "TIA")


def test_an_assessment_that_is_not_done_is_none() -> None:
    found = read(
        book(
            "Importer | Exporter | Country | Transfer mechanism | TIA completed | TIA date\n"
            "Mailer | Quill Ltd | US | SCCs | No - in progress |\nBank | Quill Ltd | IN | SCCs | Note 4 | 2025-03-01\nShop | Quill Ltd | BR | SCCs | Note 5 | 2025-04-02"
        )
    )
    told = [
        (s.assessment.value, s.assessment.is_none, str(s.assessment_date.value)) for s in found.inventory.safeguards
    ]
    assert told == [(None, True, "None"), ("Note 4", False, "2025-03-01"), ("Note 5", False, "2025-04-02")]


class TestTicks:
    GRID = (
        "System | Country | Name | E-mail | Loyalty no | Health | Shared with\n"
        "Shop | AU | x | X | ✓ | | Mailer\nClinic | NZ | yes | no | | Y | Insurer\nTill | NZ | x | | | n/a |"
    )

    def test_a_category_is_what_its_column_is_called(self) -> None:
        found = read(book(self.GRID))
        assert {s.name: items(s.categories) for s in found.inventory.systems} == {
            "Shop": ("Name", "E-mail", "Loyalty no"),
            "Clinic": ("Name", "Health"),
            "Till": ("Name",),
        }
        shop = found.inventory.systems[0]
        assert [str(c) for c in shop.categories.cells] == [f"mine.xlsx!Sheet1!{a}2" for a in ("C", "D", "E")]

    def test_a_column_among_them_that_no_kind_is_called_is_told(self) -> None:
        found = read(book(self.GRID))
        assert [p.value for p in found.problems if p.kind is Kind.COLUMN_GUESSED] == ["Loyalty no"]

    def test_what_is_neither_tick_nor_no_is_told_and_counts_as_held(self) -> None:
        found = read(
            book(
                "System | Name | E-mail | Phone\nShop | x | ? | x\n" + "\n".join(f"S{n} | x | x | x" for n in range(20))
            )
        )
        (problem,) = [p for p in found.problems if p.kind is Kind.NOT_YES_OR_NO]
        assert (problem.cell.address, items(found.inventory.systems[0].categories)) == (
            "C2",
            ("Name", "E-mail", "Phone"),
        )

    @pytest.mark.parametrize(
        "table",
        [
            "System | DPIA | Encrypted | Backup | Data\nShop | x | x | | Name",
            "System | Name | Encrypted | Backup | Data\nShop | x | x | x | Name",
            "System | Sensitive | Overseas? | Contract in place | Data\nShop | yes | no | yes | Name",
        ],
    )
    def test_ticks_of_other_things_are_no_categories(self, table: str) -> None:
        assert M.TICKED not in meanings(mapped(table))

    def test_ticks_under_a_group_have_the_name_below_it(self) -> None:
        cells: list[list[Value]] = [
            ["System", "Held", None, None, "Country"],
            [None, "Name", "Photo", "Salary", None],
            ["Payroll", "x", None, "x", "NZ"],
            ["Badges", "x", "x", None, "NZ"],
        ]
        found = read(Book("m.xlsx", (Sheet("m.xlsx", "S", cells, merged=((1, 2, 1, 4), (1, 1, 2, 1), (1, 5, 2, 5))),)))
        assert [items(s.categories) for s in found.inventory.systems] == [("Name", "Salary"), ("Name", "Photo")]


@pytest.mark.parametrize(
    ("said", "country", "mechanism", "module", "assessment"),
    [
        ("USA (SCCs)", "US", "SCCs", None, None),
        ("India - IDTA", "IN", "IDTA", None, None),
        ("USA – SCCs (Module 2), TIA completed 3 May 2024", "US", "SCCs", "2", "TIA completed 3 May 2024"),
        ("US under SCCs", "US", "SCCs", None, None),
        ("Brasilien: Standardvertragsklauseln", "BR", "Standardvertragsklauseln", None, None),
    ],
)
def test_a_safeguard_beside_the_country_of_a_transfer_is_one(
    said: str, country: str, mechanism: str, module: str | None, assessment: str | None
) -> None:
    found = read(
        book(f"Processing activity | Data | Recipients | Transfers to third countries\nNews | Name | Mailer | {said}")
    )
    (flow,), (safeguard,) = found.inventory.flows, found.inventory.safeguards
    assert [p.country for p in items(flow.locations)] == [country]
    assert items(flow.safeguards) == (safeguard.name,)
    told = (safeguard.mechanism.value, safeguard.module.value, safeguard.assessment.value)
    assert told == (mechanism, module, assessment)


@pytest.mark.parametrize("said", ["USA (no SCCs)", "USA (SCCs pending)", "USA (SCCs?)", "USA (Ohio)", "USA; SCCs"])
def test_words_beside_a_country_that_name_no_safeguard_for_certain_are_none(said: str) -> None:
    found = read(
        book(f"Processing activity | Data | Recipients | Transfers to third countries\nNews | Name | Mailer | {said}")
    )
    assert found.inventory.safeguards == ()


def test_a_row_that_is_longer_than_the_headings_is_told() -> None:
    text = """
        System | Vendor | Data categories | Hosting location | Individuals
        CRM | Acme | Inc | Name; e-mail | US | Customers
        Mail | Zeta | Name | NZ | Staff
        Pay | Beta | Name | AU | Staff | ticket 5
        Shop | Beta | Name | AU | Staff
        """
    found = read(book(text))
    told = [(p.cell.address, p.value) for p in found.problems if p.kind is Kind.ROW_LONGER]
    assert told == [("F2", "Customers"), ("F4", "ticket 5")]
    kept = {s.name: {h: f.value for h, f in s.extra.items()} for s in found.inventory.systems}
    assert (kept["CRM"], kept["Pay"]) == ({"column F": "Customers"}, {"column F": "ticket 5"})


def test_a_column_without_a_heading_is_told_once_and_one_of_numbers_not_at_all() -> None:
    rows = "\n".join(f"{n} | Tool {n} | Name | NZ | as agreed {n}" for n in range(6))
    found = read(book(f" | System | Data categories | Hosting location\n{rows}"))
    assert [(p.cell.address, p.code) for p in found.problems if p.kind is Kind.NO_HEADING] == [("E2", "P314")]
    assert not kinds(found)[Kind.ROW_LONGER]
