"""What a careful analyst finds in the two published policies, asked of the inventories made from them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import BytesIO

import openpyxl
import pytest

import datamap
from datamap import registers
from datamap.assessment import Assessment
from datamap.graph import Node, NodeKind
from datamap.transfers import Answer, Outcome
from datamap.views import View, select
from datamap.workbook.writing import template_bytes
from tests.conftest import ROOT

ON = date(2026, 11, 22)


def assessed(name: str) -> Assessment:
    return datamap.assess(datamap.read(ROOT / "inventories" / name), on=ON)


@pytest.fixture(scope="module")
def focus() -> Assessment:
    return assessed("focus-technology")


@pytest.fixture(scope="module")
def lead() -> Assessment:
    return assessed("lead-management")


def answers(a: Assessment, recipient: str, regime: str = "nz") -> list[Answer]:
    found = [x for x in a.answers if x.leg.flow.destination.name == recipient and x.regime == regime]
    assert found, recipient
    return found


def outcomes(a: Assessment, recipient: str, regime: str = "nz") -> set[str]:
    return {x.outcome.value for x in answers(a, recipient, regime)}


def flagged(a: Assessment, code: str) -> set[str]:
    return {f.about for f in a.flags if f.code == code}


def test_both_are_read_whole(focus: Assessment, lead: Assessment) -> None:
    for a in (focus, lead):
        assert a.problems == ()
        assert a.rows_left_out == 0
    assert len(focus.inventory.systems) >= 14
    assert len(lead.inventory.systems) == 11


def test_1_analytics_has_no_safeguard_and_browsing_is_no_authorisation(focus: Assessment) -> None:
    (nz,) = answers(focus, "Google Analytics")
    assert (nz.leg.flow.id, nz.leg.flow.origin.name, nz.leg.country) == ("F1", "Website", "US")
    assert (nz.outcome, nz.citation, nz.ground, nz.relied_on) == ("gap", "Privacy Act 2020, IPP 12(1)", None, None)
    assert "without the warning" in nz.reason
    agent = next(step for step in nz.trace if step.rule == "nz/agent")
    assert agent.found == "no"
    (au,) = answers(focus, "Google Analytics", "au")
    assert au.outcome == "undetermined"
    assert au.reason.endswith("until it does, it shows: no safeguard.")
    assert "APP 8.1" in au.citation


def test_2_what_analytics_passes_on_is_an_onward_disclosure_to_a_place_nobody_stated(focus: Assessment) -> None:
    (onward,) = answers(focus, "Google's partners")
    assert (onward.outcome, onward.leg.country) == ("undetermined", None)
    assert onward.leg.flow.upstream
    assert onward.leg.flow.upstream.name == "Google Analytics"
    website = Node(NodeKind.SYSTEM, "Website")
    category = onward.leg.flow.categories.value
    assert category
    reached = {r.destination.name: len(r.path) for r in focus.map.onward(category[0], website)}
    assert (reached["Google Analytics"], reached["Google's partners"]) == (1, 2)


def test_3_held_in_new_zealand_or_australia_is_contradicted(focus: Assessment) -> None:
    flag = next(f for f in focus.flags if f.code == "NZ-IPP3")
    assert "Google Analytics (United States)" in flag.message
    assert {c.sheet for c in flag.cells} >= {"Policy statements", "Recipients"}


@pytest.mark.parametrize(
    "recipient",
    [
        "Cloud host",
        "Payment provider",
        "Contractors who serve the customer",
        "Contractors who serve Focus",
        "Credit reporters",
    ],
)
def test_4_a_country_not_stated_cannot_be_cleared(focus: Assessment, recipient: str) -> None:
    for answer in answers(focus, recipient):
        assert (answer.outcome, answer.leg.country) == ("undetermined", None)
        assert any(recipient in question for question in answer.missing)


def test_5_the_overseas_cloud_needs_facts_and_the_check_of_the_agent_stands(lead: Assessment) -> None:
    (answer,) = answers(lead, "Overseas cloud provider")
    assert (answer.outcome, answer.leg.country) == ("undetermined", None)
    assert any("own purposes" in m for m in answer.missing)
    assert any("established" in m for m in answer.missing)
    assert "Overseas cloud provider" in flagged(lead, "NZ-IPP5B")


def test_6_a_related_company_is_somebody_else(lead: Assessment) -> None:
    assert outcomes(lead, "Related companies") == {"undetermined"}


def test_7_what_goes_back_to_the_client_was_the_clients_all_along(lead: Assessment) -> None:
    assert outcomes(lead, "Clients of Lead Management") == {"not_transfer"}
    assert answers(lead, "Clients of Lead Management")[0].citation == "Privacy Act 2020, s 11"


def test_8_law_enforcement_and_threats_have_their_relief_and_need_its_reason(focus: Assessment) -> None:
    bodies = {a.leg.country: a.outcome.value for a in answers(focus, "Bodies the law requires disclosure to")}
    assert bodies == {"NZ": "not_transfer", "AU": "undetermined"}
    (threat,) = answers(focus, "Persons told to prevent a threat")
    assert threat.outcome == "undetermined"
    assert "IPP 12(2)" in threat.citation
    assert any("why complying was not practicable" in m for m in threat.missing)


def test_9_indirect_collection_needs_a_notice_from_1_may_2026(focus: Assessment) -> None:
    assert flagged(focus, "NZ-IPP3A") == {"Recruitment files", "Billing and credit checks"}
    assert flagged(focus, "NZ-IPP2") == {"Recruitment files", "Billing and credit checks"}


def test_10_every_system_without_a_period_is_flagged(focus: Assessment, lead: Assessment) -> None:
    for a in (focus, lead):
        assert flagged(a, "NZ-IPP9") == {s.name for s in a.inventory.systems}


def test_11_laws_that_do_not_exist(focus: Assessment, lead: Assessment) -> None:
    messages = [f.message for f in lead.flags if f.code == "NZ-STATUTE"]
    assert any("Privacy Act 2000" in m and "Privacy Act 2020" in m for m in messages)
    assert any("Companies Act 2000" in m and "Companies Act 1993" in m for m in messages)
    assert flagged(focus, "NZ-STATUTE") == set()


@pytest.mark.parametrize("name", ["focus-technology", "lead-management"])
def test_12_where_is_this_persons_information(name: str) -> None:
    a = assessed(name)
    for individuals in a.map.individuals:
        held = a.map.holders_about(individuals)
        assert held, individuals
        assert all(h.cells for h in held)
    for category in a.map.categories:
        assert a.map.holders(category), category


def test_13_whether_the_australian_act_applies_depends_on_carrying_on_business_there(focus: Assessment) -> None:
    open_ = [a for a in focus.answers if a.regime == "au" and a.outcome == "undetermined"]
    assert all(
        any("carry on business in Australia" in m for m in a.missing)
        for a in open_
        if a.leg.flow.destination.name != "Google's partners"
    )
    assert not any(
        a.outcome in ("gap", "safeguarded", "permitted", "agent_only") for a in focus.answers if a.regime == "au"
    )


def test_every_row_says_where_it_comes_from(focus: Assessment, lead: Assessment) -> None:
    for a in (focus, lead):
        for record in a.inventory:
            if record not in a.inventory.statements:
                assert record.source.value, record.name
                assert "policy" in record.source.value


def test_the_workbooks_hold_the_same_as_the_folders() -> None:
    for name in ("focus-technology", "lead-management"):
        folder, workbook = (datamap.read(ROOT / "inventories" / f"{name}{suffix}") for suffix in ("", ".xlsx"))
        assert workbook.problems == ()
        one = datamap.assess(folder, on=ON)
        other = datamap.assess(workbook, on=ON)
        assert [(a.leg.flow.id, a.leg.place.value, a.regime, a.outcome, a.reason, a.missing) for a in one.answers] == [
            (a.leg.flow.id, a.leg.place.value, a.regime, a.outcome, a.reason, a.missing) for a in other.answers
        ]
        assert [(f.code, f.about, f.message) for f in one.flags] == [(f.code, f.about, f.message) for f in other.flags]


def test_the_blank_workbook_is_the_one_that_would_be_written_now() -> None:
    assert (ROOT / "inventories" / "template.xlsx").read_bytes() == template_bytes()


@pytest.mark.parametrize("name", ["focus-technology", "lead-management"])
def test_every_number_agrees(name: str) -> None:
    """What is judged, shown on screen, written to Excel and printed as JSON is counted from one place."""
    a = assessed(name)
    words = {o.label: o for o in Outcome}
    book = openpyxl.load_workbook(BytesIO(registers.workbook_bytes(a)))
    heading, *rows = book["Transfers"].values
    written = Counter(words[str(row[heading.index("Outcome")])] for row in rows)
    printed = Counter(t["outcome"] for t in registers.json_transfers(a))
    shown = Counter(x.outcome for x in select(a, View()).answers)
    assert written == a.counts == shown
    assert {o.value: n for o, n in a.counts.items()} == printed == registers.to_json(a)["counts"]
    flagged_rows = list(book["Flagged"].values)[1:]
    assert len(flagged_rows) == sum(n for o, n in a.counts.items() if o.flagged)
    assert len(rows) == len(a.answers)
