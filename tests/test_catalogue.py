"""Known recipients: found for what they are, offered with their source, and never a word in an answer unless accepted."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields, replace
from datetime import date
from importlib import resources
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import catalogue
from datamap.assessment import Assessment, assess
from datamap.catalogue import HEADINGS, PAPERS, Kind, Matched, Suggestion, accept, known, suggestions
from datamap.cli import main
from datamap.inventory import Fact, Inventory, Nothing, Recipient, Role, items
from datamap.law import BadLaw
from datamap.sheets import read
from datamap.workbook import SHEETS, Reading, parse, writing
from tests.conftest import ROOT, TODAY, reading
from tests.properties.test_answers import LAW, Drawn, inventories, judged

TEXT = (resources.files("datamap.law") / "vendors.csv").read_text("utf-8")
DAY = date(2026, 11, 23)


def inventory(recipients: str, **sheets: str) -> Inventory:
    return reading(recipients=recipients, **sheets).inventory


def about(found: Inventory, recipient: str) -> dict[str, Suggestion]:
    return {s.field: s for s in suggestions(found) if s.recipient == recipient}


# ---------------------------------------------------------------------------------------------------- the data


def test_every_row_has_its_source_day_and_confidence() -> None:
    rows = catalogue.catalogue()
    assert len(rows) > 100
    for row in rows:
        assert row.sources
        assert all(row.sources)
        assert row.checked == date(2026, 11, 22)
        assert row.aliases + row.domains
        assert row.to_be_verified or row.confidence != "low"


def test_the_facts_are_those_that_were_gathered() -> None:
    shared = ROOT.parent / "shared" / "law" / "vendors.csv"
    if not shared.is_file():
        pytest.skip("the table that the catalogue was made from is not here")
    gathered = list(csv.DictReader(io.StringIO(shared.read_text("utf-8"))))
    ours = list(csv.DictReader(io.StringIO(TEXT)))
    assert [{**row, "source": ""} for row in gathered] == [
        {k: v for k, v in {**row, "source": ""}.items() if k != "checked"} for row in ours
    ]
    assert [r["name"] for r, o in zip(gathered, ours, strict=True) if r["source"] != o["source"]] == [
        "Google reCAPTCHA"  # the address there has a word that the product never says
    ]


def changed(column: str, value: str, row: str = "Xero") -> str:
    """The catalogue with one cell of one row changed."""
    rows = list(csv.DictReader(io.StringIO(TEXT)))
    next(r for r in rows if r["name"] == row)[column] = value
    written = io.StringIO()
    table = csv.DictWriter(written, rows[0])
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (changed("confidence", "certain"), "confidence is 'certain'"),
        (changed("own_purpose_use", "maybe"), "own_purpose_use is 'maybe'"),
        (changed("dpf_participant", "partly"), "dpf_participant is 'partly'"),
        (changed("public_dpa_scc", ""), "public_dpa_scc is empty"),
        (changed("hq_country_iso2", "UK"), "'UK' is not the code of a country"),
        (changed("checked", "last week"), "checked is 'last week'"),
        (changed("source", ""), "source is empty"),
        (changed("legal_entity", " Xero"), "legal_entity is empty or has spaces"),
        (changed("domains_aliases", "xero.com||Hubdoc"), "domains_aliases has an empty part"),
        (changed("domains_aliases", "xero.com|AWS"), "it is called as Amazon Web Services is (aws)"),
        (changed("name", "MYOB"), "it is called as MYOB is (myob)"),
    ],
)
def test_a_row_that_is_not_sound_is_refused_and_named(text: str, says: str) -> None:
    with pytest.raises(BadLaw) as refused:
        catalogue.parse(text, "mine.csv")
    assert says in str(refused.value)
    assert "mine.csv, row " in str(refused.value)


def test_columns_are_those_declared() -> None:
    for text in (TEXT.replace("notes,checked", "notes,checked,more", 1), "name\nXero\n", ""):
        with pytest.raises(BadLaw, match=r"mine\.csv: the columns must be"):
            catalogue.parse(text, "mine.csv")
    with pytest.raises(BadLaw, match=r"mine\.csv, row 2: 14 columns are wanted"):
        catalogue.parse(TEXT.splitlines()[0] + "\nXero,Xero Limited\n", "mine.csv")


# ---------------------------------------------------------------------------------------------------- finding


@pytest.mark.parametrize(
    ("name", "means", "how"),
    [
        ("Google Analytics", "Google Analytics", "name"),
        ("GOOGLE  analytics", "Google Analytics", "name"),
        ("Google Analytics (GA4)", "Google Analytics", "name"),
        ("GA4", "Google Analytics", "alias"),
        ("google-analytics.com", "Google Analytics", "domain"),
        ("https://www.google-analytics.com/collect?v=2", "Google Analytics", "domain"),
        ("AWS", "Amazon Web Services", "alias"),
        ("AWS Sydney", "Amazon Web Services", "alias"),
        ("AWS (ap-southeast-2)", "Amazon Web Services", "alias"),
        ("Amazon S3", "Amazon Web Services", "alias"),
        ("Amazon Web Services, Inc.", "Amazon Web Services", "alias"),
        ("Xero Limited", "Xero", "alias"),
        ("Xero NZ", "Xero", "name"),
        ("go.xero.com", "Xero", "domain"),
        ("InnoCraft Limited", "Matomo Cloud", "alias"),
        ("Jira", "Atlassian (Jira, Confluence, Trello)", "name"),
        ("Auth0", "Okta / Auth0", "name"),
        ("Meta Pixel", "Meta Pixel and Conversions API", "name"),
        ("facebook.com/tr", "Meta Pixel and Conversions API", "domain"),
        ("facebook.com/trinkets", "Facebook / Instagram pages and ads", "domain"),
        ("Equifax NZ", "Equifax New Zealand", "name"),
        ("Equifax Australia", "Equifax / Experian / illion Australia", "name"),
        ("Mailchip", "Mailchimp", "near"),
        ("Marketing agency (Mailchimp)", "Mailchimp", "near"),
        ("ChatGPT", "OpenAI (API, ChatGPT business)", "near"),
        ("Helpdesk", "LiveChat", "near"),
    ],
)
def test_a_name_is_found(name: str, means: str, how: str) -> None:
    match = known(name)
    assert match is not None
    assert (match.known.name, match.how) == (means, how)


@pytest.mark.parametrize(
    "name",
    ["Excel", "Payment provider", "laws", "S3rvice", "GA40", "Bylaws Sydney", "S3 bucket", "notxero.com", "xero.com.evil.example",
     "Deputy Principal", "Box office", "Zoom IT", "Microsoft", "Google", "Microsoft Corporation", "Equifax", "Analytics", "Team",
     "Customers", "Harbour Hosting", "", "—", "http://[", "example.com"],
)  # fmt: skip
def test_a_name_that_could_be_anybody_is_nobody(name: str) -> None:
    assert known(name) is None


@pytest.mark.parametrize("row", catalogue.catalogue(), ids=lambda r: r.name)
def test_every_row_is_found_by_its_name_its_domains_and_its_aliases(row: catalogue.KnownRecipient) -> None:
    for called in (row.name, *row.aliases, *row.domains, *(f"https://www.{d}" for d in row.domains)):
        match = known(called)
        assert match is not None, called
        assert match.known is row, called


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_may_be_asked_about(text: str) -> None:
    match = known(text)
    assert match is None or match.known in catalogue.catalogue()


# ---------------------------------------------------------------------------------------------------- suggesting


@pytest.mark.parametrize("cell", ["", "not stated", "Utopia Prime"])
def test_what_the_inventory_does_not_know_is_offered(cell: str) -> None:
    read = reading(recipients=f"Recipient | Country | Role\nMailchimp | {cell} | {cell}")
    found = about(read.inventory, "Mailchimp")
    role = found["role"]
    assert (role.kind, role.text, role.value) == (Kind.OFFER, "agent", Role.AGENT)
    assert role.says == "processor (agent)"
    assert role.known.confidence == "high"
    assert role.known.checked == date(2026, 11, 22)
    if cell != "Utopia Prime":
        assert (found["country"].kind, found["country"].text) == (Kind.OFFER, "United States")
    assert (found["locations"].kind, found["locations"].text) == (Kind.OFFER, "United States")


def test_what_the_inventory_knows_and_agrees_with_is_left_alone() -> None:
    row = "Datto | Datto, LLC | US | agent | no | AU | DPF 2026-08-01"
    recipients = f"Recipient | Legal entity | Country | Role | Own purposes | Locations | Schemes\n{row}"
    found = inventory(recipients, safeguards="Safeguard | Recipients | Mechanism\nPaper | Datto | EU SCC module 2")
    assert suggestions(found) == ()
    assert [s.field for s in suggestions(inventory(recipients))] == [PAPERS]


def test_a_published_agreement_is_asked_about_until_one_is_on_file() -> None:
    """By the recipient that a paper names, or the flow that names a paper; never where none is said to be published."""
    asked = about(inventory("Recipient | Country\nMailchimp | US\nFacebook | US"), "Mailchimp")[PAPERS]
    assert (asked.kind, asked.heading, asked.value, asked.text) == (Kind.QUESTION, "Safeguards", None, "")
    assert "record it with its day and module" in asked.message
    flows = "From | To | Safeguards\nCRM | mailchimp | Our paper"
    paper = "Safeguard | Mechanism\nOur paper | EU SCC module 2"
    named = inventory("Recipient\nMailchimp", flows=flows, safeguards=paper, systems="System\nCRM")
    assert PAPERS not in about(named, "Mailchimp")
    without = inventory("Recipient\nMailchimp", flows="From | To\nCRM | Mailchimp", systems="System\nCRM")
    assert PAPERS in about(without, "Mailchimp")
    for row in catalogue.catalogue():
        assert (PAPERS in about(inventory(f"Recipient\n{row.name}"), row.name)) == (row.public_dpa_scc == "yes")


def test_a_difference_is_said_and_nothing_is_on_offer() -> None:
    row = "Mailchimp | Chimp GmbH | DE | controller | yes | AU | none"
    found = about(
        inventory(f"Recipient | Legal entity | Country | Role | Own purposes | Locations | Schemes\n{row}"), "Mailchimp"
    )
    # own purposes are 'partly' in the catalogue: the careful answer of the inventory is no difference
    assert {f: s.kind for f, s in found.items()} == dict.fromkeys(
        ("legal_entity", "country", "role", "locations"), Kind.DIFFERS
    ) | {PAPERS: Kind.QUESTION}
    assert found["country"].yours == "Germany"
    assert "The inventory says Germany" in found["country"].message
    assert all(s.value is None and not s.text for s in found.values())


def test_roles_and_purposes_that_are_split_are_questions() -> None:
    found = about(inventory("Recipient | Country\nGoogle Analytics | US"), "Google Analytics")
    assert found["role"].kind is found["own_purposes"].kind is found["locations"].kind is Kind.QUESTION
    assert found["role"].says == "processor; independent controller for data shared under 'Google products & services'"
    assert found["own_purposes"].says == "partly"
    assert found["legal_entity"].kind is Kind.QUESTION
    assert all(s.value is None for s in found.values())
    said = about(inventory("Recipient | Role | Own purposes\nGoogle Analytics | agent | no"), "Google Analytics")
    assert said["role"].kind is said["own_purposes"].kind is Kind.DIFFERS


def test_a_listing_is_only_ever_a_question() -> None:
    for schemes, kind in (("", Kind.QUESTION), ("DPF", Kind.QUESTION), ("DPF 2026-08-01", None), ("none", None)):
        found = about(inventory(f"Recipient | Country | Schemes\nSlack | US | {schemes}"), "Slack").get("schemes")
        assert (found.kind if found else None) is kind, schemes
    claimed = about(inventory("Recipient | Schemes\nAnthropic | DPF 2026-08-01"), "Anthropic")["schemes"]
    assert claimed.kind is Kind.DIFFERS
    assert all(s.kind is not Kind.OFFER for r in catalogue.catalogue() for s in offered(r.name) if s.field == "schemes")


def offered(name: str) -> tuple[Suggestion, ...]:
    return suggestions(Inventory(recipients=(Recipient(name=name),)))


def test_every_value_on_offer_is_one_the_workbook_takes_and_reads_as_the_same() -> None:
    columns = {c.field: c.heading for s in SHEETS if s.record is Recipient for c in s.columns}
    assert all(columns[field] == heading for field, heading in HEADINGS.items())
    count = 0
    for row in catalogue.catalogue():
        for s in offered(row.name):
            if s.kind is Kind.OFFER and s.field in ("legal_entity", "role", "own_purposes", "country"):
                read = reading(recipients=f"Recipient | {s.heading}\nX | {s.text}")
                assert not read.problems
                value = getattr(read.inventory.recipients[0], s.field).value
                same = [p.country for p in value] if s.field == "country" else value
                assert same == ([p.country for p in s.value] if isinstance(s.value, tuple) else s.value)
                count += 1
    assert count > 250


def test_what_is_unsure_says_so() -> None:
    low, high = offered("Deputy"), offered("Mailchimp")
    assert low
    assert all(s.to_be_verified for s in low)
    assert not any(s.to_be_verified for s in high)
    assert all(s.to_be_verified for s in offered("Mailchip"))
    assert {s.matched for s in offered("Mailchip")} == {Matched.NEAR}


def test_recipients_that_are_only_named_are_known_too() -> None:
    found = reading(
        systems="System | Provider | Recipients | Categories\nShop | AWS Sydney | Mailchimp | Name\nXero | | | Name",
        categories="Category\nName",
        recipients="Recipient | Sub-processors\nHelper Ltd | Cloudflare",
        flows="Flow | From | To | Categories\nF1 | Shop | Slack | Name\nF2 | Shop | Xero | Name",
    ).inventory
    assert {s.recipient for s in suggestions(found)} == {"AWS Sydney", "Mailchimp", "Cloudflare", "Slack"}
    country = about(found, "Slack")["country"]
    filled = accept(found, [country], on=DAY)
    assert [r.name for r in filled.recipients] == ["Helper Ltd", "Slack"]
    assert items(filled.recipients[1].country)[0].country == "US"


# ---------------------------------------------------------------------------------------------------- accepting


def test_an_accepted_fact_has_no_cell_and_says_where_it_came_from() -> None:
    found = inventory("Recipient | Country | Notes\nMailchimp | not stated | Newsletter.\nCourier | NZ | ")
    country = about(found, "Mailchimp")["country"]
    filled = accept(found, [country], on=DAY)
    before, after = found.recipients[0], filled.recipients[0]
    assert after.country == Fact.of(country.value)
    assert after.country.cell is None
    assert after.notes.cell == before.notes.cell
    assert (after.notes.value or "").startswith("Newsletter. Country accepted from the catalogue of known recipients (")
    assert "confidence high" in (after.notes.value or "")
    assert (after.notes.value or "").endswith("on 2026-11-23.")
    assert replace(after, country=before.country, notes=before.notes) == before
    assert filled.recipients[1:] == found.recipients[1:]
    assert accept(filled, [], on=DAY) is filled


def test_nothing_that_was_filled_in_is_overwritten() -> None:
    known_country = inventory("Recipient | Country\nMailchimp | DE")
    blank = inventory("Recipient | Country\nMailchimp | ")
    offer = about(blank, "Mailchimp")["country"]
    with pytest.raises(ValueError, match="Country of Mailchimp is not on offer"):
        accept(known_country, [offer], on=DAY)
    with pytest.raises(ValueError, match="Country of Mailchimp is not on offer"):
        accept(known_country, [about(known_country, "Mailchimp")["country"]], on=DAY)
    question = about(inventory("Recipient | Country\nGoogle Analytics | US"), "Google Analytics")["role"]
    with pytest.raises(ValueError, match="Role of Google Analytics is not on offer"):
        accept(inventory("Recipient | Country\nGoogle Analytics | US"), [question], on=DAY)


def test_what_was_accepted_survives_the_workbook(tmp_path: Path) -> None:
    read_first = reading(recipients="Recipient | Role\nMailchimp | banana\nMatomo Cloud | ")
    assert read_first.inventory.recipients[0].role.nothing is Nothing.UNREADABLE
    offers = [s for s in suggestions(read_first.inventory) if s.kind is Kind.OFFER]
    filled = accept(read_first.inventory, offers, on=DAY)
    writing.write_workbook(filled, tmp_path / "filled.xlsx")
    again = parse([read(tmp_path / "filled.xlsx")], LAW)
    assert not again.problems
    for first, second in zip(filled.recipients, again.inventory.recipients, strict=True):
        for field in (*HEADINGS, "notes"):
            values = [getattr(r, field).value for r in (first, second)]
            if field in ("country", "locations"):
                values = [[(p.country, p.within) for p in v or ()] for v in values]
            assert values[0] == values[1], field
    assert suggestions(again.inventory) == suggestions(filled)


REAL = {"Alpha": "Google Analytics", "Beta": "AWS Sydney", "Gamma": "Mailchimp", "Nobody declared": "Slack"}


def _real(sheets: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    text = json.dumps(sheets)
    for drawn, real in REAL.items():
        text = text.replace(drawn, real)
    renamed: dict[str, list[dict[str, str]]] = json.loads(text)
    return renamed


known_inventories = inventories().map(lambda drawn: Drawn(_real(drawn.sheets)))


def again(assessment: Assessment, found: Inventory) -> Assessment:
    return assess(Reading(found, assessment.problems, assessment.inputs), on=TODAY)


@given(known_inventories)
@settings(max_examples=40, deadline=None)
def test_what_is_not_accepted_changes_nothing(drawn: Drawn) -> None:
    before = judged(drawn.sheets)
    found = before.map.inventory
    assert suggestions(found)
    assert accept(found, (), on=DAY) == found
    after = again(before, accept(found, (), on=DAY))
    assert (after.answers, after.flags, after.counts) == (before.answers, before.flags, before.counts)
    with patch.object(catalogue, "_names", side_effect=AssertionError("an answer asked the catalogue")):
        without = judged(drawn.sheets)
    assert (without.answers, without.flags) == (before.answers, before.flags)


@given(known_inventories, st.data())
@settings(max_examples=40, deadline=None)
def test_only_the_chosen_facts_change(drawn: Drawn, data: st.DataObject) -> None:
    found = judged(drawn.sheets).map.inventory
    offers = [s for s in suggestions(found) if s.kind is Kind.OFFER]
    chosen = data.draw(st.lists(st.sampled_from(offers), unique=True)) if offers else []
    filled = accept(found, chosen, on=DAY)
    taken = {(s.recipient, s.field) for s in chosen}
    for part in fields(Inventory):
        if part.name != "recipients":
            assert getattr(filled, part.name) == getattr(found, part.name)
    for record in filled.recipients:
        before = found.recipient(record.name) or Recipient(name=record.name)
        differing = {f.name for f in fields(Recipient) if getattr(record, f.name) != getattr(before, f.name)}
        assert differing - {"notes"} == {field for name, field in taken if name == record.name}
        assert ("notes" in differing) is bool(differing - {"notes"})
        assert record.schemes == before.schemes
    left = suggestions(filled)
    assert not {(s.recipient, s.field) for s in left if s.kind is Kind.OFFER} & taken


# ---------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kowhai"
    made.mkdir()
    (made / "Recipients.csv").write_text(
        "Recipient,Country\nMailchimp,\nCourier,NZ\n<b>Mailchip</b>\x1b[1m,NZ\n", "utf-8"
    )
    (made / "Systems.csv").write_text("System,Recipients\nShop,Mailchimp\n", "utf-8")
    return made


def test_suggest_prints_value_source_and_confidence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Country: United States" in said
    assert "confidence high; source https://mailchimp.com/" in said
    assert "Checked 2026-11-22." in said
    assert "Nothing was filled in." in said
    assert "Courier" not in said
    assert "\x1b" not in said


def test_suggest_prints_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(folder), "--format", "json"]) == 0
    first = capsys.readouterr().out
    found = json.loads(first)["suggestions"]
    country = next(s for s in found if s["fact"] == "Country")
    assert country["kind"] == "offer"
    assert country["value"] == "United States"
    assert (country["confidence"], country["checked"]) == ("high", "2026-11-22")
    assert country["matched"] == {"how": "name", "by": "Mailchimp"}
    assert main(["suggest", str(folder), "--format", "json"]) == 0
    assert capsys.readouterr().out == first


def test_suggest_ends_with_2_when_it_cannot_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(tmp_path / "nothing.xlsx")]) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.count("\n") == 1
