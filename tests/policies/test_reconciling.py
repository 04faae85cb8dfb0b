"""Statements against a map: supported, contradicted, not answerable; and what nobody is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from datamap import law, policies
from datamap.assessment import Assessment, assess
from datamap.cli import main
from datamap.law.citations import citations
from datamap.policies import Judged, NothingToCompare, Reconciliation, Verdict
from tests.conftest import AU_COMPANY, NZ_COMPANY, TODAY, reading

SYSTEMS = (
    "System | Locations | Categories | Individuals | Recipients | Purposes | Retention | Collected from\n"
    "Shop | NZ | Name; E-mail address | Customers | Stripe | Billing | 2 years | the individual"
)
RECIPIENTS = "Recipient | Country | Role\nStripe | US | agent"


def mapped(**sheets: str) -> Assessment:
    sheets = {"organisations": NZ_COMPANY, "systems": SYSTEMS, "recipients": RECIPIENTS, **sheets}
    return assess(reading(**sheets), on=TODAY)


def compared(text: str, **sheets: str) -> Reconciliation:
    map_ = mapped(**sheets)
    policy = policies.read_text(text)
    proposals = policies.propose(policy, names=[r.name for r in map_.inventory.recipients])
    return policies.reconcile(map_, proposals, policy=policy)


def only(found: Reconciliation, value: str) -> Judged:
    (judged,) = (j for j in found.judged if j.claim.value == value)
    return judged


def row(says: str, value: str, about: str = "") -> str:
    return f"Statement | Says | Value | About\nS1 | {says} | {value} | {about}"


def verdict(says: str, value: str, about: str = "", **sheets: str) -> Judged:
    (judged,) = policies.reconcile(mapped(statements=row(says, value, about), **sheets)).judged
    return judged


def untold(found: Reconciliation) -> set[tuple[str, str]]:
    return {(u.kind.value, u.name) for u in found.untold}


@pytest.mark.parametrize(
    ("says", "value", "wanted"),
    [
        ("held in", "NZ", "contradicted"),
        ("held in", "NZ; US", "supported"),
        ("held in", "only: NZ", "contradicted"),
        ("held in", "may: US", "supported"),
        ("held in", "not: US", "contradicted"),
        ("held in", "not: France", "supported"),
        ("held in", "outside New Zealand", "supported"),
        ("held in", "somewhere nice", "not answerable from the map"),
        ("disclosed to", "Stripe", "supported"),
        ("disclosed to", "service providers", "supported"),
        ("disclosed to", "insurers", "not answerable from the map"),
        ("disclosed to", "not: service providers", "contradicted"),
        ("disclosed to", "not: third parties", "supported"),
        ("disclosed to", "not: sale", "not answerable from the map"),
        ("disclosed to", "only: Stripe", "supported"),
        ("disclosed to", "only: insurers", "contradicted"),
        ("collected", "name", "supported"),
        ("collected", "Name; E-mail address", "supported"),
        ("collected", "Name; health information", "not answerable from the map"),
        ("collected", "not: name", "contradicted"),
        ("collected", "not: health information", "supported"),
        ("collected", "the individual", "supported"),
        ("collected", "third parties", "not answerable from the map"),
        ("purpose", "to bill you for what you buy", "supported"),
        ("purpose", "research", "not answerable from the map"),
        ("retention", "kept for 2 years", "supported"),
        ("retention", "kept for 6 months", "contradicted"),
        ("retention", "kept for one to two years", "supported"),
        ("retention", "kept for 6 to 18 months", "contradicted"),
        ("retention", "kept for a year and a half", "contradicted"),
        ("retention", "deleted after a fortnight", "contradicted"),
        ("retention", "deleted every fortnight", "contradicted"),
        ("retention", "kept for twenty-four (24) months", "supported"),
        ("retention", "as long as needed", "not answerable from the map"),
        ("right", "access", "supported"),
        ("right", "unsubscribing: within 10 working days", "contradicted"),
        ("right", "unsubscribing: within 5 working days", "supported"),
        ("right", "unsubscribing: within 14 days", "contradicted"),
        ("right", "complaint: acknowledge within 2 days", "not answerable from the map"),
        ("law cited", "Privacy Act 2020", "supported"),
        ("law cited", "Privacy Act 2000", "contradicted"),
        ("law cited", "Privacy Act 1993", "contradicted"),
        ("law cited", "Privacy Shield", "contradicted"),
        ("law cited", "Swedish Accounting Act", "not answerable from the map"),
    ],
)
def test_every_kind_of_statement(says: str, value: str, wanted: str) -> None:
    judged = verdict(says, value)
    assert judged.verdict.value == wanted, judged.why
    assert judged.why.endswith(".")


CLOSED = (
    "System | Locations | Categories | Individuals | Recipients | Purposes | Retention | Collected from\n"
    "CRM | NZ | Name; Blood type | Customers | Stripe | Billing; Marketing | 2 years | the individual"
)
LAKE = "\nLake | NZ | {0} | Customers | {1} | {2} | 2 years | {3}"


@pytest.mark.parametrize(
    ("says", "value", "shown"),
    [
        ("collected", "only: name", "Blood type"),
        ("collected", "not: Blood type", "Blood type"),
        ("collected", "only: third parties", "the individual"),
        ("collected", "not: the individual", "the individual"),
        ("purpose", "only: billing", "Marketing"),
        ("purpose", "not: marketing", "Marketing"),
    ],
)
def test_what_goes_beyond_a_closed_statement_contradicts_it(says: str, value: str, shown: str) -> None:
    judged = verdict(says, value, systems=CLOSED)
    assert judged.verdict is Verdict.CONTRADICTED, judged.why
    assert shown in judged.why
    assert judged.cells


CLOSED_AND_TRUE = [
    ("collected", "only: name; blood type"),
    ("collected", "only: the individual"),
    ("collected", "not: third parties"),
    ("purpose", "only: billing; marketing"),
    ("purpose", "not: research"),
    ("disclosed to", "only: Stripe"),
    ("disclosed to", "not: advertisers"),
]


@pytest.mark.parametrize(("says", "value"), [*CLOSED_AND_TRUE, ("collected", "not: location")])
@pytest.mark.parametrize("unknown", ["not stated", ""])
def test_a_closed_statement_needs_every_system_known(says: str, value: str, unknown: str) -> None:
    known = CLOSED.replace("Blood type", "Blood type" if value != "not: location" else "E-mail address")
    full = known + LAKE.format("Name", "none", "Billing", "the individual")
    assert verdict(says, value, systems=full).verdict is Verdict.SUPPORTED
    judged = verdict(says, value, systems=known + LAKE.format(*[unknown] * 4))
    assert judged.verdict is Verdict.OPEN, judged.why
    assert any("Lake" in ask for ask in judged.asks)
    assert "Lake" in judged.why


def test_a_closed_statement_about_one_system_asks_nothing_of_the_others() -> None:
    systems = CLOSED + LAKE.format(*["not stated"] * 4)
    for says, value in CLOSED_AND_TRUE:
        assert verdict(says, value, about="CRM", systems=systems).verdict is Verdict.SUPPORTED, value


def test_not_stated_beside_a_name_leaves_a_closed_statement_open() -> None:
    map_ = mapped(statements=row("disclosed to", "only: Stripe"))
    (system,) = map_.inventory.systems
    partly = replace(system, recipients=replace(system.recipients, words="Stripe; not stated"))
    found = policies.reconcile(replace(map_, inventory=replace(map_.inventory, systems=(partly,))))
    assert found.judged[0].verdict is Verdict.OPEN, found.judged[0].why


def test_only_tells_of_what_it_lists() -> None:
    statements = "Statement | Says | Value\nS1 | collected | only: name\nS2 | disclosed to | only: Stripe"
    told = untold(policies.reconcile(mapped(statements=statements)))
    assert ("category", "E-mail address") in told
    assert not {("category", "Name"), ("recipient", "Stripe")} & told


@pytest.mark.parametrize("value", ["name", "only: name", "not: name", "may: name"])
def test_the_text_of_a_claim_carries_its_stance(value: str) -> None:
    assert verdict("collected", value).claim.text == value


def test_unknown_never_supports() -> None:
    nowhere = "Recipient | Country | Role\nStripe | not stated | not stated"
    for says, value in [("held in", "NZ"), ("held in", "not: US"), ("disclosed to", "not: third parties")]:
        assert verdict(says, value, recipients=nowhere).verdict is Verdict.OPEN, value
    asked = verdict("held in", "NZ", recipients=nowhere)
    assert asked.asks == ("Where is Stripe?",)
    blank = "System | Locations | Categories | Individuals\nShop | NZ | Name | Customers\nAttic | NZ | |"
    assert verdict("right", "access", systems=blank).verdict is Verdict.OPEN
    assert "Attic" in verdict("right", "access", systems=blank).why
    kindless = "System | Locations | Categories | Individuals\nShop | NZ | Things | Customers"
    assert verdict("collected", "not: health information", systems=kindless).verdict is Verdict.OPEN


def test_what_contradicts_is_shown_with_its_flows_and_cells() -> None:
    judged = verdict("held in", "NZ")
    assert "Stripe (United States)" in judged.why
    assert [f.destination.name for f in judged.flows] == ["Stripe"]
    assert {c.sheet for c in judged.cells} >= {"Recipients", "Systems"}
    assert [f.code for f in judged.flags] == ["NZ-IPP3"]


def test_a_statement_may_be_about_some_of_the_map_only() -> None:
    two = SYSTEMS + "\nPaper | NZ | Name | Customers | | Billing | 7 years | the individual"
    assert verdict("held in", "NZ", "Paper", systems=two).verdict is Verdict.SUPPORTED
    assert verdict("retention", "kept for 2 years", "Paper", systems=two).verdict is Verdict.CONTRADICTED
    assert verdict("retention", "kept for 2 years", systems=two).verdict is Verdict.OPEN


def test_health_information_is_met_by_its_kind() -> None:
    found = verdict(
        "collected",
        "not: health information",
        categories="Category | Kind\nName | health",
    )
    assert found.verdict is Verdict.CONTRADICTED


def test_a_policy_is_judged_and_what_it_leaves_out_is_told() -> None:
    found = compared("We collect your name. We may disclose your information to our lawyers.")
    assert only(found, "name").verdict is Verdict.SUPPORTED
    assert only(found, "professional advisers").verdict is Verdict.OPEN
    assert untold(found) == {
        ("country", "United States"),
        ("recipient", "Stripe"),
        ("category", "E-mail address"),
        ("purpose", "Billing"),
        ("retention", "how long information is kept"),
    }
    assert found.differs


def test_a_policy_that_tells_all_leaves_nothing_out() -> None:
    found = compared(
        "We collect your name and e-mail address from you. We use your information to bill you. "
        "Payments are processed by Stripe. Your information is held in New Zealand and the United States. "
        "We keep your data for two years."
    )
    assert untold(found) == set()
    assert {j.verdict for j in found.judged} == {Verdict.SUPPORTED}
    assert not found.differs


def test_what_comes_near_is_shown_beside_what_is_untold() -> None:
    found = compared("We collect your name. You can reach Stripe by e-mail address of its own in the United States.")
    near = {u.name: u.mentioned.text if u.mentioned else "" for u in found.untold}
    assert near["Stripe"].startswith("You can reach")
    assert near["United States"].startswith("You can reach")
    assert near["Billing"] == ""


def test_sources_that_nobody_is_told_of_come_with_their_flags() -> None:
    systems = SYSTEMS.replace("the individual", "Credit bureau")
    found = compared("We collect your name.", systems=systems)
    (source,) = (u for u in found.untold if u.kind == "source")
    assert source.name == "Credit bureau"
    assert {f.code for f in source.flags} == {"NZ-IPP3A"}
    told = compared("We collect your name. We collect information from third parties.", systems=systems)
    assert only(told, "third parties").flags
    assert not [u for u in told.untold if u.kind == "source"]


def test_recipients_without_a_country_are_to_be_asked_for_by_name() -> None:
    found = compared("We collect your name.", recipients="Recipient | Country\nStripe | not stated")
    assert [n.name for n in found.not_stated] == ["Stripe"]


def test_people_elsewhere_who_are_told_of_one_law_only() -> None:
    text = "We follow the Privacy Act 2020. Information about Australian individuals is subject to the Privacy Act."
    judged = next(j for j in compared(text).judged if j.claim.about)
    assert judged.verdict is Verdict.OPEN
    assert "carries on business in Australia, which is left blank" in judged.why
    assert judged.asks == ("Does Kowhai Limited carry on business in Australia?",)
    both = NZ_COMPANY.replace("Regimes\n", "Regimes | Carries on business in\n") + "; au | AU"
    found = compared(text, organisations=both)
    assert ("law", "Privacy Act 1988") in untold(found)


def test_times_are_checked_by_the_law_of_the_map() -> None:
    australian = {"organisations": AU_COMPANY}
    found = verdict("right", "unsubscribing: within 10 working days", **australian)
    assert found.verdict is Verdict.CONTRADICTED
    assert "Spam Act 2003" in found.why
    british = "Organisation | Country | Regimes\nRowan Ltd | GB | uk"
    assert (
        verdict("right", "complaint: acknowledge within 45 days", organisations=british).verdict is Verdict.CONTRADICTED
    )
    assert verdict("right", "complaint: acknowledge within 20 days", organisations=british).verdict is Verdict.SUPPORTED


def test_no_statement_at_all_is_said_so() -> None:
    with pytest.raises(NothingToCompare, match="no statement to compare"):
        policies.reconcile(mapped())


@pytest.mark.parametrize(
    ("words", "standing", "meant"),
    [
        ("Privacy Act 2020", "in force", ""),
        ("the Privacy Act 1993", "ended", "Privacy Act 2020"),
        ("Companies Act 2000", "none such", "Companies Act 1993"),
        ("EU-US Privacy Shield", "ended", "Data Privacy Framework"),
        ("Safe Harbor", "ended", "Data Privacy Framework"),
        ("Data Protection Directive", "ended", "General Data Protection Regulation"),
        ("Data Protection Act 1998", "ended", "Data Protection Act 2018"),
    ],
)
def test_citations(words: str, standing: str, meant: str) -> None:
    loaded = law.load()
    (found,) = citations(words, loaded, TODAY, first=[loaded.regimes["nz"]])
    assert found.standing == standing
    assert meant in found.meant


def test_a_law_had_not_ended_before_it_ended() -> None:
    loaded = law.load()
    from datetime import date

    assert not [c for c in citations("Privacy Shield", loaded, date(2019, 1, 1)) if c.standing == "ended"]


# ------------------------------------------------------------------------------------------------ command line

CSV = {
    "Organisations": "Organisation,Country,Regimes\nKowhai Limited,NZ,nz\n",
    "Systems": "System,Locations,Categories,Individuals,Recipients\nShop,NZ,Name,Customers,Stripe\n",
    "Recipients": "Recipient,Country,Role\nStripe,US,agent\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inventory = tmp_path / "map"
    inventory.mkdir()
    for name, text in CSV.items():
        (inventory / f"{name}.csv").write_text(text, "utf-8")
    (tmp_path / "policy.txt").write_text("We collect your name. It is all held in New Zealand.\n", "utf-8")
    return tmp_path


def test_the_command_compares(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", str(folder / "map"), str(folder / "policy.txt")]) == 1
    said = capsys.readouterr().out
    assert "Contradicted (1 statement)" in said
    assert "Recipient: Stripe" in said
    assert said.rstrip().endswith("What is not known supports nothing.")


def test_the_command_prints_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", str(folder / "map"), str(folder / "policy.txt"), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["policy"]["kind"] == "text"
    assert {s["verdict"] for s in told["statements"]} == {"supported", "contradicted"}
    assert {u["name"] for u in told["untold"]} >= {"Stripe", "United States"}
    (held,) = (s for s in told["statements"] if s["verdict"] == "contradicted")
    assert held["flows"] == [{"flow": "Shop → Stripe", "from": "Shop", "to": "Stripe"}]
    assert held["cells"]


def test_statements_are_written_and_read_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.xlsx"
    main(["policy", str(folder / "map"), str(folder / "policy.txt"), "-o", str(out)])
    assert "2 proposed statements" in capsys.readouterr().err
    assert main(["policy", str(out)]) == 1
    said = capsys.readouterr().out
    assert "Place held: New Zealand" in said
    assert "“It is all held in New Zealand.”" not in said


def test_a_policy_alone_is_only_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", str(folder / "policy.txt")]) == 0
    assert "2 statements proposed. Nothing counts before somebody accepts it." in capsys.readouterr().out
    assert main(["policy", str(folder / "policy.txt"), "-o", str(folder / "rows.xlsx")]) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["map", "nothing.txt"], "nothing.txt was not found"),
        (["map"], "There is no statement to compare"),
        (["map", "policy.txt", "-o", "out.csv"], "its name must end in .xlsx"),
        (["map", "-o", "out.xlsx"], "There is no"),
    ],
)
def test_what_cannot_be_done(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    given = [a if a.startswith("-") else str(folder / a) for a in arguments]
    assert main(["policy", *given]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    ("value", "flagged"),
    [("NZ", True), ("only: NZ", True), ("Only : New Zealand", True), ("NZ; US", False), ("may: NZ", False), ("not: NZ", False)],
)  # fmt: skip
def test_a_closed_place_is_flagged_by_check_as_by_policy(value: str, flagged: bool) -> None:
    flags = [f for f in mapped(statements=row("held in", value)).flags if f.code == "NZ-IPP3"]
    assert bool(flags) is flagged
    if value.lower().startswith("only"):
        assert f"held in “{value.rpartition(': ')[2]}” only;" in flags[0].message


def test_a_promise_that_is_too_long_is_told_by_both_with_one_law() -> None:
    judged = verdict("right", "unsubscribing: within 10 working days")
    assert "5 working days (Unsolicited Electronic Messages Act 2007, s 9(2))" in judged.why
    (flag,) = judged.flags
    assert (flag.code, flag.citation) == ("NZ-TIMES", "Unsolicited Electronic Messages Act 2007, s 9(2)")
    assert "10 working days" in flag.message


def test_what_an_authority_expects_is_no_limit_of_law() -> None:
    judged = verdict("right", "data breach: notify within 5 days")
    assert judged.verdict is Verdict.OPEN
    assert "No longest time" in judged.why


TWO = "Recipient | Country | Role\nHost | US | agent\nBank | NZ | controller"


@pytest.mark.parametrize(
    ("about", "value", "wanted"),
    [
        ("service providers", "only: NZ", "contradicted"),
        ("service providers", "only: US", "supported"),
        ("service providers", "may: US", "supported"),
        ("service providers", "not: NZ", "supported"),
        ("recipients", "only: US", "contradicted"),
        ("recipients", "only: NZ; US", "supported"),
        ("insurers", "only: NZ", "not answerable from the map"),
        ("Bank", "only: NZ", "supported"),
    ],
)
def test_where_a_kind_of_recipient_is(about: str, value: str, wanted: str) -> None:
    systems = SYSTEMS.replace("Stripe", "Host; Bank")
    judged = verdict("held in", value, about, systems=systems, recipients=TWO)
    assert judged.verdict.value == wanted, judged.why
    assert "Shop" not in judged.why


@pytest.mark.parametrize(("kind", "wanted"), [("cloud server", "supported"), ("paper", "not answerable from the map")])
def test_whoever_runs_a_system_in_the_cloud_hosts_it(kind: str, wanted: str) -> None:
    systems = f"System | Kind | Locations | Categories | Provider\nShop | {kind} | NZ | Name | Zeta"
    judged = verdict(
        "disclosed to", "hosting and cloud providers", systems=systems, recipients="Recipient | Country\nZeta | NZ"
    )
    assert judged.verdict.value == wanted, judged.why


@pytest.mark.parametrize(
    ("kept", "verdict_"),
    [
        ("a fortnight", "supported"),
        ("7–14 days", "supported"),
        ("two to three weeks", "contradicted"),
        ("half a month", "contradicted"),
        ("2wks", "supported"),
        ("P14D", "not answerable from the map"),
    ],
)
def test_a_period_of_the_map_is_read_as_one_of_a_policy(kept: str, verdict_: str) -> None:
    systems = f"System | Locations | Categories | Retention\nShop | NZ | Name | {kept}"
    assert verdict("retention", "kept for 14 days", systems=systems).verdict.value == verdict_


KINDS_OF_INFORMATION = "Category | Kind\nWard notes | health\nOrder numbers | other"
TWO_PLACES = (
    "System | Locations | Categories | Recipients | Retention\nWards | NZ | Ward notes | | 10 years\n"
    "Shop | AU | Order numbers | Stripe | 2 years"
)


@pytest.mark.parametrize(
    ("says", "value", "about", "verdict_"),
    [
        ("held in", "only: NZ", "health", "supported"),
        ("held in", "only: AU", "health information", "contradicted"),
        ("held in", "only: US", "agent", "supported"),
        ("held in", "only: NZ", "processor", "contradicted"),
        ("held in", "only: NZ", "public authority", "not answerable from the map"),
        ("retention", "kept for 3 years", "health", "contradicted"),
        ("retention", "kept for 3 years", "other", "supported"),
        ("retention", "kept for 3 years", "biometric", "not answerable from the map"),
    ],
)
def test_a_row_is_about_a_kind_of_information_or_of_recipient(says: str, value: str, about: str, verdict_: str) -> None:
    found = verdict(says, value, about, systems=TWO_PLACES, categories=KINDS_OF_INFORMATION)
    assert found.verdict.value == verdict_
