"""Where a person's information is, and what a leak reaches: who is told, who may be, who is left out and why."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib import resources
from io import BytesIO
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given as drawn_at_random
from hypothesis import settings
from hypothesis import strategies as st

from datamap import breach, checklists, law
from datamap.assessment import Assessment, assess
from datamap.breach import At, leak
from datamap.graph import NodeKind
from datamap.law import BREACH_FACTS, CONCERNS, BadLaw
from datamap.people import NoSuchName, where
from datamap.timeline import history
from tests.conftest import AU_COMPANY, NZ_COMPANY, TODAY, reading
from tests.test_cli import DAY, Draw, Run, inventory, run

__all__ = ["inventory", "run"]  # the fixtures of the command line

LAW = law.load()

SYSTEMS = """
System | Kind | Locations | Provider | Categories | Individuals | Retention | Security | Owner
Shop | website | NZ | Host | Name; Card number | Customers | 2 years | Encrypted | Mia
Payroll | database | NZ | | Name; Salary | Staff | 7 years | | Tom
Archive | paper | not stated | | not stated | not stated | | |
"""
CATEGORIES = "Category | Kind | Sensitive\nName | identity | no\nCard number | financial | yes\nSalary | employment |"
RECIPIENTS = """
Recipient | Country | Role | Own purposes | Sub-processors
Host | AU | agent | no | Vault
Vault | IE | agent | no |
Ads | US | controller | yes |
Idle | FR | controller | yes |
Bank | NZ | | |
"""
FLOWS = """
Flow | From | To | Categories | Individuals | Method | Started | Ended
F1 | Shop | Ads | Name | Customers | tag | |
F2 | Payroll | Bank | Salary | Staff | file | |
F3 | Shop | Idle | Name | Customers | | 2030-01-01 |
F4 | Ads | Resellers | not stated | not stated | | |
"""


def assessed(organisations: str = NZ_COMPANY, on: date = TODAY, **sheets: str) -> Assessment:
    drawn = {"systems": SYSTEMS, "categories": CATEGORIES, "recipients": RECIPIENTS, "flows": FLOWS, **sheets}
    return assess(reading(organisations=organisations, **drawn), on=on)


def names(holders: tuple[object, ...]) -> list[str]:
    return [h.node.name for h in holders]  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------- where


def test_every_system_and_recipient_is_told_once_as_holder_as_perhaps_or_with_the_reason_why_not() -> None:
    found = where(assessed(), ["customers"])
    assert names(found.recorded) == ["Shop", "Ads", "Host", "Vault"]
    assert names(found.perhaps) == ["Archive", "Resellers"]
    assert {n.node.name: n.why for n in found.not_held} == {
        "Payroll": "It is recorded as about Staff.",
        "Bank": "It is recorded as about Staff.",
        "Idle": "What goes to it starts on 2030-01-01.",
    }
    assert found.other_individuals == ("Staff",)


def test_a_holder_tells_what_it_holds_from_where_it_came_and_the_cells_that_say_so() -> None:
    shop, ads, host, vault = where(assessed(), ["Customers"]).recorded
    assert (shop.categories, shop.categories_known) == (("Name", "Card number"), True)
    assert [f.id for f in ads.flows] == ["F1"]
    assert {str(c) for c in ads.cells} >= {"case.xlsx!Flows!C2", "case.xlsx!Flows!E2"}
    assert [leg.country for leg in host.legs] == ["NZ"]  # where the system that it runs is
    assert vault.flows[0].origin.name == "Host"


def test_who_may_hold_it_says_what_is_not_stated() -> None:
    archive, resellers = where(assessed(), ["Customers"]).perhaps
    assert archive.why == ("The system does not say whose information it holds.",)
    assert resellers.why == ("The flow Ads → Resellers does not say whose information it carries.",)


def test_categories_narrow_and_an_unknown_category_never_takes_anybody_out() -> None:
    found = where(assessed(), ["Customers"], ["card NUMBER"])
    assert names(found.recorded) == ["Shop", "Host", "Vault"]
    assert found.recorded[0].categories == ("Card number",)
    assert names(found.perhaps) == ["Archive", "Resellers"]
    assert {n.node.name: n.why for n in found.not_held}["Ads"] == (
        "It is recorded with none of the categories that were asked for."
    )


def test_a_flow_that_does_not_say_whose_it_is_carries_no_more_than_its_system_holds() -> None:
    flows = "Flow | From | To | Categories | Individuals\nF1 | Shop | Ads | Name | not stated"
    about_customers, about_staff = (where(assessed(flows=flows), [who]) for who in ("Customers", "Staff"))
    assert "Ads" in names(about_customers.perhaps)
    assert "Ads" in names(about_staff.not_held)


def test_what_came_to_a_system_may_go_on_with_a_flow_that_does_not_say_whose_it_is() -> None:
    found = where(
        assessed(
            systems="System | Categories | Individuals\nHR | Salary | Employees\nLake | Salary | Customers",
            recipients="Recipient | Country | Role\nBI | US | controller\nDeep | IN | controller\nShop | US | controller",
            flows=(
                "Flow | From | To | Individuals\nF1 | HR | Lake |\nF2 | Lake | BI |\nF3 | BI | Deep |\nF4 | Lake | Shop | Customers"
            ),
        ),
        ["Employees"],
    )
    assert names(found.recorded) == ["HR", "Lake"]
    assert names(found.perhaps) == ["BI", "Deep"]
    assert [n.node.name for n in found.not_held] == ["Shop"]


def test_what_the_individuals_send_themselves_is_theirs() -> None:
    flows = "Flow | From | To | Categories\nF1 | Visitors | Ads | Name"
    systems = f"{SYSTEMS}Counter | | NZ | | Name | Visitors | | | "
    found = where(assessed(flows=flows, systems=systems), ["Visitors"])
    assert names(found.recorded) == ["Counter", "Ads"]


def test_what_ended_may_still_be_there_and_what_has_not_begun_is_left_out_and_counted() -> None:
    flows = FLOWS.replace("tag | |", "tag | | 2026-01-31")
    document = checklists.where_document(where(assessed(flows=flows), ["Customers"]))
    holders = {row[0]: "; ".join(map(document.words, row)) for row in document.table("Holds it").rows}
    assert "Shop → Ads ended on 2026-01-31" in holders["Ads"]
    assert "Whether it still has what came before the flow ended." in holders["Ads"]
    assert any("1 flow that starts only after this day is left out." in s for s in document.says)


def test_names_that_are_not_there_are_answered_with_the_nearest() -> None:
    with pytest.raises(NoSuchName, match="'Custmers'; did you mean 'Customers'"):
        where(assessed(), ["Custmers"])
    with pytest.raises(NoSuchName, match="'Nme'"):
        where(assessed(), ["Customers"], ["Nme"])
    with pytest.raises(NoSuchName, match="the map has: Customers, Staff"):
        where(assessed(), [])


def test_where_the_map_names_nobody_everything_may_hold_it_whoever_is_asked_about() -> None:
    systems = "System | Categories | Recipients\nShop | Name | Ads"
    assessment = assessed(systems=systems, recipients="Recipient | Country\nAds | US", flows="")
    for whom in ([], ["Customers"]):
        found = where(assessment, whom)
        assert names(found.recorded) == []
        assert names(found.perhaps) == ["Shop", "Ads"]


def test_what_is_held_for_a_principal_says_so() -> None:
    recipients = f"{RECIPIENTS}Rimu Club | NZ | principal | |\n"
    flows = f"{FLOWS}F8 | Shop | Rimu Club | Name | Customers | | |\n"
    document = checklists.where_document(where(assessed(recipients=recipients, flows=flows), ["Customers"]))
    shop = next(row for row in document.table("Holds it").rows if row[0] == "Shop")
    assert "Held for Rimu Club, to whom it goes back" in "; ".join(map(document.words, shop))


def test_somebody_with_two_roles_is_told_of_both() -> None:
    flows = f"{FLOWS}F9 | Shop | Ads | Card number | Customers | | |\n".replace("| Method", "| Role")
    flows = flows.replace("Name | Customers | tag", "Name | Customers | agent").replace("| file |", "| |")
    assert {c for n, c in owed(assessed(flows=flows)) if n == "Ads"} == {
        "Privacy Act 2020, IPP 7(5)",
        "Privacy Act 2020, s 11",
    }


def test_a_regime_that_came_out_as_not_applying_is_told_as_that() -> None:
    small = AU_COMPANY.replace("| no |", "| yes |")
    document = checklists.where_document(where(assessed(organisations=small), ["Customers"]))
    assert any(
        "Under Australia every transfer of the map came out as Regime does not apply" in s for s in document.says
    )


def test_somebody_information_comes_from_is_told_as_a_source() -> None:
    flows = f"{FLOWS}F9 | Bureau | Shop | Name | Customers | file | |\n"
    recipients = f"{RECIPIENTS}Bureau | NZ | controller | |\n"
    found = where(assessed(flows=flows, recipients=recipients), ["Customers"])
    assert [f.id for f in found.sources] == ["F9"]
    (bureau,) = [n for n in found.not_held if n.node.name == "Bureau"]
    assert bureau.why == "No flow to it is recorded. It is one of those that information is collected from."


@settings(max_examples=25, deadline=None)
@drawn_at_random(st.data())
def test_nobody_is_lost_whatever_is_stated(data: st.DataObject) -> None:
    people = st.sampled_from(["Customers", "Staff", "Customers; Staff", "not stated", "none", ""])
    what = st.sampled_from(["Name", "Salary", "not stated", "none", ""])
    systems = "System | Categories | Individuals\n" + "\n".join(
        f"S{n} | {data.draw(what)} | {data.draw(people)}" for n in range(3)
    )
    ends = st.sampled_from(["S0", "S1", "Ads", "Host", "Somebody"])
    flows = "Flow | From | To | Categories | Individuals | Started\n" + "\n".join(
        f"F{n} | {data.draw(ends)} | {data.draw(ends)} | {data.draw(what)} | {data.draw(people)} | "
        f"{data.draw(st.sampled_from(['', '2020-01-01', '2040-01-01']))}"
        for n in range(4)
    )
    assessment = assessed(systems=f"{systems}\nS9 | Name | Customers; Staff", flows=flows)
    found = where(assessment, ["Customers"], data.draw(st.sampled_from([[], ["Name"], ["Salary"]])))
    told = [h.node for h in found.holders] + [n.node for n in found.not_held]
    assert len(told) == len(set(told))
    systems_and_recipients = {n for n in assessment.map.nodes if n.kind in (NodeKind.SYSTEM, NodeKind.RECIPIENT)}
    reached = {f.destination for f in assessment.map.flows if f.destination.kind is not NodeKind.INDIVIDUALS}
    assert set(told) == systems_and_recipients | reached


def test_the_order_of_the_rows_does_not_matter() -> None:
    head, *rows = FLOWS.strip().splitlines()
    told = set()
    for order in permutations(rows):
        found = where(assessed(flows="\n".join([head, *order])), ["Customers"])
        told.add((tuple(names(found.holders)), tuple(names(found.not_held))))
    assert len(told) == 1


# ------------------------------------------------------------------------------------- access and correction


def owed(assessment: Assessment, table: str = "Whom to tell of a correction") -> set[tuple[str, str]]:
    document = checklists.where_document(where(assessment, ["Customers"]))
    columns = document.table(table).columns
    name, citation = columns.index("Recipient"), columns.index("Citation")
    return {(str(row[name]), str(row[citation])) for row in document.table(table).rows}


def test_new_zealand_has_those_told_to_whom_it_was_disclosed_and_agents_correct_what_they_hold() -> None:
    assert {(n, c) for n, c in owed(assessed()) if n in ("Ads", "Host")} == {
        ("Ads", "Privacy Act 2020, IPP 7(5)"),
        ("Host", "Privacy Act 2020, s 11"),
    }


def test_where_a_role_is_not_known_both_are_told() -> None:
    recipients = RECIPIENTS.replace("Ads | US | controller | yes", "Ads | US | | ")
    assert {c for n, c in owed(assessed(recipients=recipients)) if n == "Ads"} == {
        "Privacy Act 2020, IPP 7(5)",
        "Privacy Act 2020, s 11",
    }


def test_the_gdpr_has_every_recipient_told_and_the_person_told_of_transfers() -> None:
    company = "Organisation | Country | Regimes\nErle GmbH | DE | eu"
    assessment = assessed(organisations=company)
    assert {n for n, c in owed(assessment) if c == "GDPR, Art 19"} == {"Ads", "Host", "Vault", "Resellers"}
    document = checklists.where_document(where(assessment, ["Customers"]))
    said = {str(row[0]): "; ".join(map(document.words, row)) for row in document.table("Holds it").rows}
    assert "GDPR, Art 15(2)" in said["Ads"]
    assert "GDPR, Art 15(2)" not in said["Vault"]  # Ireland
    assert "GDPR, Art 15(1)(c)" in said["Vault"]


def test_the_law_is_that_of_the_day_and_what_is_not_loaded_is_said() -> None:
    before = where(assessed(on=date(2020, 6, 1)), ["Customers"])
    assert (before.rights, [r.code for r in before.without_rights]) == ((), ["nz"])
    japan = where(assessed(organisations="Organisation | Country | Regimes\nSakura KK | JP | jp"), ["Customers"])
    assert any("of access and correction of Japan" in s for s in checklists.where_document(japan).says)


# ------------------------------------------------------------------------------------------------------ breach


def test_wherever_law_is_cited_it_says_whether_it_is_to_be_verified() -> None:
    for document in (
        checklists.where_document(where(assessed(), ["Customers"])),
        checklists.breach_document(leak(assessed(), At.RECIPIENT, "Ads")),
    ):
        cited = [table for table in document.tables if "Citation" in table.columns]
        assert cited
        for table in cited:
            assert "To be verified" in table.columns
        plain = checklists.to_json(document)
        rows = [
            entry for value in plain.values() if isinstance(value, list) for entry in value if isinstance(entry, dict)
        ]
        assert all("to_be_verified" in entry for entry in rows if "citation" in entry)


def test_a_leak_at_a_system_tells_whose_which_how_it_got_there_and_who_has_it_since() -> None:
    found = leak(assessed(), At.SYSTEM, "SHOP")
    (hit,) = found.hits
    assert (hit.node.name, hit.certain, found.individuals) == ("Shop", True, ("Customers",))
    assert [(e.name, e.category.sensitive.value if e.category else None) for e in found.exposures] == [
        ("Card number", True),
        ("Name", False),
    ]
    assert [(o.node.name, o.hops, o.certain) for o in found.onward] == [
        ("Ads", 1, True),
        ("Host", 1, True),
        ("Vault", 2, True),
        ("Resellers", 2, False),
    ]
    assert dict(found.countries) == {"IE": ("Vault",), "NZ": ("Shop", "Host"), "US": ("Ads",)}


def test_a_leak_at_a_recipient_goes_up_to_the_system_and_down_to_those_it_was_passed_on_to() -> None:
    found = leak(assessed(), At.RECIPIENT, "vault")
    assert [f.origin.name for f in found.upstream] == ["Host", "Shop"]
    assert found.onward == ()
    assert found.individuals == ("Customers",)


def test_what_goes_back_to_the_system_it_came_from_is_not_followed_through_it() -> None:
    flows = f"{FLOWS}F5 | Ads | Shop | Name | Customers | | |\n"
    assert [o.node.name for o in leak(assessed(flows=flows), At.RECIPIENT, "Ads").onward] == ["Resellers"]


def drawn_map(data: st.DataObject, people: list[str]) -> Assessment:
    """A few systems, recipients and flows, of which each says or leaves open what it carries and about whom."""
    who, what = (
        st.sampled_from(people),
        st.sampled_from(["Name", "Salary", "Name; Salary", "not stated", "none", "", ""]),
    )
    ends = st.sampled_from(["S0", "S1", "Ads", "Host", "Bank", "Somebody"])
    to = st.sampled_from(["S1", "S1", "Host", "Bank"])
    systems = "System | Categories | Individuals | Recipients\n" + "\n".join(
        f"S{n} | {data.draw(what)} | {data.draw(who)} | {data.draw(st.sampled_from(['', 'Host', 'Bank']))}"
        for n in range(2)
    )
    flows = "Flow | From | To | Categories | Individuals | Started\n" + "\n".join(
        f"F{n} | {data.draw(ends)} | {data.draw(ends)} | {data.draw(what)} | {data.draw(who)} | "
        f"{data.draw(st.sampled_from(['', '', '2020-01-01', '2040-01-01']))}"
        for n in range(5)
    )
    flows += f"\nG0 | S0 | Ads | Name | {people[0]} |\nG1 | Ads | {data.draw(to)} | Name | {people[0]} |"
    return assessed(systems=systems, flows=flows)


@settings(max_examples=120, deadline=None)
@drawn_at_random(st.data())
def test_a_leak_at_a_recipient_tells_all_whom_a_search_tells_beyond_it(data: st.DataObject) -> None:
    assessment = drawn_map(data, ["Customers", "Staff", "not stated", "", ""])
    for name in breach.offered(assessment)[At.RECIPIENT]:
        found = leak(assessment, At.RECIPIENT, name)
        stops = {h.node.id for h in found.hits} | {
            f.origin.id for f in found.upstream if f.origin.kind is NodeKind.SYSTEM
        }
        told = {(o.node.id, c) for o in found.onward for c in o.categories}
        for hit in found.hits:
            for person in hit.individuals:
                for category in hit.categories:
                    brought = [f for h in where(assessment, [person], [category]).holders for f in h.flows]
                    beyond, waiting = set[str](), [hit.node.id]
                    while waiting:
                        at = waiting.pop()
                        there = {f.destination.id for f in brought if f.origin.id == at} - stops - beyond
                        beyond |= there
                        waiting += there
                    assert {(node, category) for node in beyond} <= told


@settings(max_examples=60, deadline=None)
@drawn_at_random(st.data())
def test_where_nobody_is_named_a_search_tells_all_whom_a_leak_tells(data: st.DataObject) -> None:
    assessment = drawn_map(data, ["", "not stated"])
    for name in breach.offered(assessment)[At.RECIPIENT]:
        for after in leak(assessment, At.RECIPIENT, name).onward:
            for category in after.categories:
                assert after.node in {h.node for h in where(assessment, ["anybody"], [category]).holders}


def test_what_came_to_a_system_may_go_on_from_it_whatever_its_sheet_says() -> None:
    systems = "System | Categories | Individuals | Recipients\nDesk | Salary | Staff | Bank\nShop | Name | Customers |"
    flows = "Flow | From | To | Categories | Individuals\nF1 | Shop | Ads | Name | Customers\nF2 | Ads | Desk | Name | Customers"
    found = leak(assessed(systems=systems, flows=flows), At.RECIPIENT, "Ads")
    assert [(o.node.name, o.certain, o.categories) for o in found.onward] == [
        ("Desk", True, ("Name",)),
        ("Bank", False, ("Name",)),
    ]


@settings(max_examples=80, deadline=None)
@drawn_at_random(st.data())
def test_what_a_search_finds_at_a_place_leaks_from_it_or_is_said_to_be_open(data: st.DataObject) -> None:
    assessment = drawn_map(data, ["Customers", "Staff", "Customers", "not stated", ""])
    of_whom = {i: where(assessment, [i]) for i in assessment.map.individuals}
    of_what = {c: where(assessment, assessment.map.individuals, [c]) for c in assessment.map.categories}
    for at in (At.SYSTEM, At.RECIPIENT):
        for name in breach.offered(assessment)[at]:
            for hit in leak(assessment, at, name).hits:
                for found, told, known in (
                    (of_whom, hit.individuals, hit.individuals_known),
                    (of_what, hit.categories, hit.categories_known),
                ):
                    for asked, search in found.items():
                        if hit.node in {h.node for h in search.recorded}:
                            assert asked in told
                        if hit.node in {h.node for h in search.perhaps}:
                            assert asked in told or not known


def test_what_a_system_sends_leaks_from_it_though_its_sheet_does_not_say_so() -> None:
    systems = "System | Categories | Individuals | Recipients\nShop | Name | Customers | Host"
    flows = "Flow | From | To | Categories | Individuals\nF1 | Shop | Ads | Card number | Staff"
    found = leak(assessed(systems=systems, flows=flows), At.SYSTEM, "Shop")
    (hit,) = found.hits
    assert (hit.categories, hit.individuals) == (("Card number", "Name"), ("Customers", "Staff"))
    assert {o.node.name: o.categories for o in found.onward} == {
        "Ads": ("Card number",),
        "Host": ("Name",),
        "Vault": ("Name",),
    }


def test_what_individuals_send_themselves_is_about_them() -> None:
    flows = "Flow | From | To | Categories\nF1 | Customers | Ads | Name"
    (hit,) = leak(assessed(flows=flows), At.RECIPIENT, "Ads").hits
    assert (hit.individuals, hit.individuals_known) == (("Customers",), True)


def test_where_more_may_have_come_before_what_leaks_is_not_said_to_be_all() -> None:
    systems = "System | Categories | Individuals | Recipients\nDesk | Salary | Staff | Bank\nShop | Name | Customers |"
    flows = "Flow | From | To | Categories | Individuals\nF1 | Shop | Desk | Name | Customers"
    (hit,) = leak(assessed(systems=systems, flows=flows), At.RECIPIENT, "Bank").hits
    assert (hit.categories, hit.categories_known, hit.individuals_known) == (("Salary",), False, False)
    (hit,) = leak(
        assessed(systems=systems, flows="Flow | From | To | Categories\nF2 | Shop | Ads | Name"), At.RECIPIENT, "Bank"
    ).hits
    assert (hit.categories, hit.categories_known, hit.individuals_known) == (("Salary",), True, True)


def test_only_the_categories_that_leak_are_followed() -> None:
    flows = (
        f"{FLOWS}F6 | Shop | Mailer | Card number | Customers | | |\nF7 | Mailer | Printer | Name | Customers | | |\n"
    )
    assert {o.node.name for o in leak(assessed(flows=flows), At.SYSTEM, "Shop").onward} == {
        "Ads", "Host", "Vault", "Resellers", "Mailer",
    }  # fmt: skip


def test_a_leak_in_a_country_tells_who_is_there_and_who_may_be() -> None:
    found = leak(assessed(), At.COUNTRY, "US")
    assert names(tuple(h for h in found.hits if h.certain)) == ["Ads"]
    perhaps = {h.node.name: h.why for h in found.hits if not h.certain}
    assert perhaps == {
        "Archive": ("Where it is held is recorded as not stated, so it may be United States.",),
        "Resellers": ("The place, which is not stated, may be United States.",),
    }


def test_a_recipient_established_in_the_country_that_holds_elsewhere_may_be_hit() -> None:
    recipients = "Recipient | Country | Locations | Role\nAds | US | IE | controller"
    found = leak(assessed(recipients=recipients), At.COUNTRY, "US")
    (ads,) = [h for h in found.hits if h.node.name == "Ads"]
    assert ads.why == ("It is established in United States; the record does not place the information there.",)


def test_a_country_with_nothing_in_it_is_answered_and_letters_that_are_none_are_refused() -> None:
    systems = "System | Locations | Categories | Individuals\nShop | NZ | Name | Customers"
    found = leak(assessed(systems=systems, recipients="", flows=""), At.COUNTRY, "IS")
    assert found.hits == ()
    assert "The record shows nothing at Iceland." in checklists.breach_document(found).says
    with pytest.raises(NoSuchName):
        leak(assessed(), At.COUNTRY, "ZZ")
    with pytest.raises(NoSuchName, match="did you mean 'Payroll'"):
        leak(assessed(), At.SYSTEM, "Payrol")


def test_principals_are_told_of_with_whether_the_record_is_sure() -> None:
    company = "Organisation | Country | Regimes | Acts for\nKowhai Limited | NZ | nz | Rata Bank"
    recipients = f"{RECIPIENTS}Rimu Club | NZ | principal | |\n"
    flows = f"{FLOWS}F8 | Shop | Rimu Club | Name | Customers | | |\n"
    found = leak(assessed(organisations=company, recipients=recipients, flows=flows), At.SYSTEM, "Shop")
    assert [(p.name, p.certain) for p in found.principals] == [("Rimu Club", True), ("Rata Bank", False)]


@pytest.mark.parametrize(
    ("company", "regime", "cited"),
    [
        (NZ_COMPANY, "nz", {"Privacy Act 2020, s 114", "Privacy Act 2020, s 115"}),
        (AU_COMPANY, "au", {"Privacy Act 1988, s 26WH", "Privacy Act 1988, s 26WK", "Privacy Act 1988, s 26WL"}),
        ("Organisation | Country\nErle GmbH | DE", "eu", {"GDPR, Art 33(1)", "GDPR, Art 33(2)", "GDPR, Art 34(1)"}),
        ("Organisation | Country\nYew Ltd | GB", "uk", {"UK GDPR, Art 33(1)", "UK GDPR, Art 34(1)"}),
    ],
)
def test_whom_to_tell_is_cited_for_each_regime(company: str, regime: str, cited: set[str]) -> None:
    found = leak(assessed(organisations=company), At.SYSTEM, "Shop")
    told = {piece.citation for r, piece in found.law if piece.kind in ("assess", "tell") and r.code == regime}
    assert cited <= told
    for r, piece in found.law:
        assert piece.whom or piece.kind != "tell", (r.code, piece.id)


def test_limits_are_counted_from_when_somebody_became_aware() -> None:
    found = leak(assessed(organisations=AU_COMPANY.replace("| au", "| au; eu")), At.SYSTEM, "Shop")
    document = checklists.breach_document(found, datetime(2026, 11, 20, 14))
    table = document.table("Whom to tell")
    limits = {
        str(row[table.columns.index("Citation")]): row[table.columns.index("At the latest")] for row in table.rows
    }
    assert limits["GDPR, Art 33(1)"] == "2026-11-23 14:00"
    assert limits["Privacy Act 1988, s 26WH"] == "2026-12-20 14:00"
    assert limits["Privacy Act 1988, s 26WK"] == ""
    without = checklists.breach_document(found).table("Whom to tell")
    assert {row[without.columns.index("At the latest")] for row in without.rows} == {""}


def test_every_test_of_the_law_has_what_the_map_shows_and_nothing_is_decided() -> None:
    found = leak(assessed(), At.SYSTEM, "Shop")
    document = checklists.breach_document(found)
    tests = {str(row[1]): document.words(row[2]) for row in document.table("Tests of the law").rows}
    assert tests["Is the information sensitive?"].startswith("Recorded as sensitive: Card number.")
    assert tests["Is the information protected by a security measure?"] == "Shop: Encrypted"
    assert tests["What was done to reduce the risk of harm?"] == "The map cannot show this: find it out."
    said = json.dumps(checklists.to_json(document))
    assert "is notifiable" not in said
    assert "must be notified" not in said


def test_the_answers_under_a_regime_bear_on_whether_it_counts_as_held() -> None:
    found = leak(assessed(organisations=AU_COMPANY), At.RECIPIENT, "Ads")
    (held,) = [piece for _, piece in found.law if piece.id == "held"]
    (shown,) = found.facts(held, LAW.regimes["au"])
    assert shown.says.startswith("Shop → Ads (United States): No safeguard.")
    assert shown.cells


# --------------------------------------------------------------------------------------------------------- law


def test_the_law_of_people_and_breaches_is_cited_dated_and_sourced() -> None:
    pieces = [p for r in LAW.regimes.values() for p in (*r.breach, *r.rights)]
    assert len(pieces) > 50
    for piece in pieces:
        assert piece.citation
        assert piece.starts
        assert piece.sources
        assert piece.checked <= date(2026, 11, 22)
    assert {code for code, r in LAW.regimes.items() if r.breach} == {"au", "eu", "nz", "uk"}
    assert all(p.to_be_verified for c in ("eu", "uk") for p in LAW.regimes[c].breach)


def test_each_fact_that_a_test_may_name_has_its_function_and_is_used() -> None:
    assert set(breach.FACTS) == set(BREACH_FACTS)
    assert {f for r in LAW.regimes.values() for p in r.breach for f in p.facts} == set(BREACH_FACTS)
    assert {right.concerns for r in LAW.regimes.values() for right in r.rights} == set(CONCERNS)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('facts = ["sensitivity"]', 'facts = ["mood"]', "'mood' is not one of"),
        ('whom = "the Privacy Commissioner"\n', "", "whom to tell is missing"),
        ('concerns = "systems"', 'concerns = "everybody"', "'everybody' is not one of"),
        ('id = "serious-harm"', 'id = "breach"', "two have one id"),
        ('kind = "know"', 'kind = "know"\nhours = 3', "only what is to be done has a time"),
        ('request = "access"', 'request = "erasure"', "'erasure' is not one of"),
    ],
)
def test_law_of_breaches_that_is_not_sound_is_refused(old: str, new: str, says: str) -> None:
    text = (resources.files("datamap.law") / "nz.toml").read_text("utf-8")
    head, _, tail = text.partition("[[breach]]")
    tail = "[[breach]]" + tail
    assert old in tail
    with pytest.raises(BadLaw, match=says):
        law.load_files({"nz.toml": (head + tail.replace(old, new, 1)).encode()})


def test_your_own_law_of_breaches_is_marked_as_yours() -> None:
    text = (resources.files("datamap.law") / "nz.toml").read_text("utf-8")
    own = law.load_files({"nz.toml": text.encode()}).regimes["nz"]
    assert all(piece.yours for piece in (*own.breach, *own.rights))


def test_the_law_of_breaches_changes_no_history() -> None:
    """Only law that can decide a transfer has days on which an answer may change."""
    assessment = assessed(organisations=AU_COMPANY)
    days = {span.starts for span in history(assessment, assessment.map.flow("F1"))}
    assert date(2018, 2, 22) not in days


# --------------------------------------------------------------------------------------------------- documents


def test_a_workbook_has_the_rows_of_the_document_boxes_to_tick_and_what_was_asked() -> None:
    document = checklists.where_document(where(assessed(), ["Customers"], ["Name"]))
    assert checklists.workbook_bytes(document) == checklists.workbook_bytes(document)
    book = openpyxl.load_workbook(BytesIO(checklists.workbook_bytes(document)))
    assert book.sheetnames == [*(t.name for t in document.tables), "About"]
    for table in document.tables:
        assert book[table.name].max_row == max(len(table.rows), 1) + 1
    holds = book["Holds it"]
    assert [c.value for c in holds[1]][-4:] == ["Done", "By whom", "On", "Result"]
    assert holds.cell(2, holds.max_column - 3).value == "☐"
    assert holds.oddHeader is not None
    assert "As of 2026-11-22" in str(holds.oddHeader.left.text)
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert (about["Individuals"], about["Information categories"], about["As of"]) == (
        "Customers",
        "Name",
        "2026-11-22",
    )


def test_text_of_a_file_stays_text_in_the_workbook() -> None:
    systems = "System | Categories | Individuals\n=1+1 | Name | A & B"
    document = checklists.where_document(where(assessed(systems=systems, recipients="", flows=""), ["A & B"]))
    book = openpyxl.load_workbook(BytesIO(checklists.workbook_bytes(document)))
    assert (book["Holds it"]["A2"].value, book["Holds it"]["A2"].data_type) == ("=1+1", "s")
    header = book["Holds it"].oddHeader
    assert header is not None
    assert "A && B" in str(header.left.text)


def test_json_has_every_row_and_cells_with_their_file() -> None:
    document = checklists.breach_document(leak(assessed(), At.SYSTEM, "Shop"))
    said = checklists.to_json(document)
    assert json.loads(json.dumps(said)) == said
    assert len(said["went_on_to"]) == 4
    assert "case.xlsx!Systems!A2" in said["what_leaks"][0]["cells"]
    assert said["as_of"] == "2026-11-22"


def test_a_leak_of_what_is_supposed_says_so() -> None:
    from datamap.hypothesis import parse, suppose

    supposed = suppose(assessed(), [parse("add:Shop>Acme (India, agent)")])
    document = checklists.breach_document(leak(supposed, At.RECIPIENT, "Acme"))
    assert document.about[0][0] == "Hypothetical"
    assert checklists.to_json(document)["hypothetical"]


# ------------------------------------------------------------------------------------------------ command line


def test_where_on_the_command_line(inventory: Draw, run: Run, tmp_path: Path) -> None:
    ran = run("where", inventory(), "--individuals", "customers", *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert "Holds it (2)" in ran.out.splitlines()
    assert "Mail" in ran.out
    assert "(New Zealand: Privacy Act 2020, IPP 6)" in " ".join(ran.out.split())
    told = json.loads(run("where", inventory("b"), "--individuals", "Customers", "--format", "json", *DAY).out)
    assert [row["where"] for row in told["holds_it"]] == ["Mail", "Ads"]
    ran = run("where", inventory("c"), "--individuals", "Customers", "-o", tmp_path / "w.xlsx", *DAY)
    assert (ran.code, ran.out) == (0, "")
    assert "2 are recorded as holding it" in ran.err
    assert openpyxl.load_workbook(tmp_path / "w.xlsx").sheetnames[0] == "Holds it"


def test_where_says_whom_it_can_look_for(inventory: Draw, run: Run) -> None:
    assert run("where", inventory(), *DAY).refused() == "Name the kind of individual; the map has: Customers."
    assert "did you mean 'Customers'" in run("where", inventory("b"), "--individuals", "Custmers", *DAY).refused()


def test_breach_on_the_command_line(inventory: Draw, run: Run) -> None:
    ran = run("breach", inventory(), "--recipient", "ads", "--aware", "2026-11-20T09:30", *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert "     At the latest: 2026-11-23 09:30" in ran.out.splitlines()
    ran = run("breach", inventory("b"), "--country", "United States", "--format", "json", *DAY)
    assert [row["where"] for row in json.loads(ran.out)["what_leaks"]] == ["Ads"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Say where it leaks with one of"),
        (["--system", "Mail", "--recipient", "Ads"], "Say where it leaks with one of"),
        (["--system", "Mial"], "No system is called 'Mial'"),
        (["--country", "Atlantis"], "'Atlantis' is not a country"),
        (["--country", "not stated"], "Name a country"),
        (["--recipient", "Ads", "--aware", "yesterday"], "'yesterday' is not a moment"),
        (["--recipient", "Ads", "--aware", "2026-11-30T14:00+13:00"], "names a time zone"),
        (["--recipient", "Ads", "--aware", "9999-12-31T23:59"], "is no day of this century"),
    ],
)
def test_breach_that_cannot_be_told_is_refused_in_one_sentence(
    inventory: Draw, run: Run, arguments: list[str], says: str
) -> None:
    assert says in run("breach", inventory(), *arguments, *DAY).refused()
