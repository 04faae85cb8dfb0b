"""The map: who sends what to whom, at which places, and where a category ends up."""

from __future__ import annotations

from itertools import permutations

import networkx as nx
import pytest

from datamap.graph import DataMap, Movement, Node, NodeKind
from datamap.inventory import Activity
from tests.conftest import NZ_COMPANY, reading

CATEGORIES = "Category\nContact\nHealth"


def mapped(**sheets: str) -> DataMap:
    return DataMap(reading(organisations=NZ_COMPANY, categories=CATEGORIES, **sheets).inventory)


def legs(map_: DataMap) -> list[tuple[str, str | None, str | None]]:
    return [(leg.flow.id, leg.country, leg.place.value.activity if leg.place.value else None) for leg in map_.legs]


def test_three_sheets_alone_give_flows() -> None:
    map_ = mapped(
        systems="System | Categories | Individuals | Recipients\nCRM | Contact | Customers | Acme; Beta",
        recipients="Recipient | Country\nAcme | US\nBeta | FJ",
    )
    assert isinstance(map_.graph, nx.MultiDiGraph)
    assert [(f.origin.name, f.destination.name, f.movement.value) for f in map_.flows] == [
        ("CRM", "Acme", "disclosure"),
        ("CRM", "Beta", "disclosure"),
        ("Customers", "CRM", "collection"),
    ]
    assert legs(map_) == [("CRM → Acme", "US", None), ("CRM → Beta", "FJ", None)]
    assert all(f.implied for f in map_.flows)


def test_parallel_and_opposite_flows_stay_separate() -> None:
    map_ = mapped(
        systems="System | Categories\nCRM | Contact\nShop | Contact",
        recipients="Recipient | Country\nAcme | US",
        flows="Flow | From | To | Categories\nF1 | CRM | Acme | Contact\nF2 | CRM | Acme | Health\nF3 | Acme | CRM | Health\nF4 | CRM | Shop | Contact\nF5 | Shop | CRM | Contact",
    )
    assert map_.graph.number_of_edges("system:crm", "recipient:acme") == 2
    assert map_.graph.number_of_edges("recipient:acme", "system:crm") == 1
    assert [map_.flow(f).movement for f in ("F3", "F4", "F5")] == [
        Movement.COLLECTION,
        Movement.INTERNAL,
        Movement.INTERNAL,
    ]


def test_a_typed_flow_replaces_the_implied_one_with_the_same_ends() -> None:
    map_ = mapped(
        systems="System | Categories | Recipients | Provider | Locations\nCRM | Contact | Acme; Beta | Host | AU",
        recipients="Recipient | Country\nAcme | US\nBeta | FJ\nHost | US",
        flows="Flow | From | To | Categories\nF1 | CRM | Acme | Contact\nF2 | CRM | Host | Contact",
    )
    assert [f.id for f in map_.flows if f.movement is Movement.DISCLOSURE] == ["F1", "F2", "CRM → Beta"]


def test_a_provider_gives_a_leg_at_each_place_of_the_system() -> None:
    map_ = mapped(
        systems="System | Categories | Provider | Locations\nCRM | Contact | Host | AU; PH (support access)",
        recipients="Recipient | Country | Locations\nHost | US | IE",
    )
    assert legs(map_) == [("CRM → Host", "AU", Activity.STORAGE), ("CRM → Host", "PH", Activity.SUPPORT_ACCESS)]


def test_the_nearest_place_wins() -> None:
    recipients = "Recipient | Country | Locations\nAcme | US | IE; SG\nBeta | US | \nGamma | | "
    flows = "Flow | From | To | Categories | Locations\nF1 | CRM | Acme | Contact | FJ\nF2 | CRM | Acme | Contact | \nF3 | CRM | Beta | Contact | \nF4 | CRM | Gamma | Contact | \nF5 | CRM | Acme | Contact | not stated"
    map_ = mapped(systems="System | Categories\nCRM | Contact", recipients=recipients, flows=flows)
    assert [(f, c) for f, c, _ in legs(map_)] == [
        ("F1", "FJ"),
        ("F2", "IE"),
        ("F2", "SG"),
        ("F3", "US"),
        ("F4", None),
        ("F5", None),
    ]


def test_two_cities_in_one_country_are_one_leg() -> None:
    map_ = mapped(
        systems="System | Categories | Recipients\nCRM | Contact | Acme",
        recipients="Recipient | Locations\nAcme | Dublin, Ireland; Cork, Ireland",
    )
    assert [(c, a) for _, c, a in legs(map_)] == [("IE", None)]


def test_sub_processors_pass_on_what_the_recipient_receives() -> None:
    map_ = mapped(
        systems="System | Categories | Individuals | Recipients\nCRM | Contact | Customers | Acme\nClinic | Health | Patients | Acme",
        recipients="Recipient | Country | Sub-processors\nBeta | US | Gamma\nAcme | NZ | Beta\nGamma | IN | none",
    )
    onward = {f.id: f for f in map_.flows if f.movement is Movement.ONWARD}
    assert set(onward) == {"Acme → Beta", "Beta → Gamma"}
    assert onward["Beta → Gamma"].categories.value == ("Contact", "Health")
    assert onward["Beta → Gamma"].organisation
    assert str(onward["Acme → Beta"].cells[0]) == "case.xlsx!Recipients!C3"
    reached = {
        r.destination.name: [f.id for f in r.path] for r in map_.onward("Health", Node(NodeKind.SYSTEM, "Clinic"))
    }
    assert reached == {
        "Acme": ["Clinic → Acme"],
        "Beta": ["Clinic → Acme", "Acme → Beta"],
        "Gamma": ["Clinic → Acme", "Acme → Beta", "Beta → Gamma"],
    }


def test_sub_processors_that_name_each_other_end() -> None:
    map_ = mapped(
        systems="System | Categories | Recipients\nCRM | Contact | Acme",
        recipients="Recipient | Sub-processors\nAcme | Beta\nBeta | Acme",
    )
    assert [f.id for f in map_.flows if f.movement is Movement.ONWARD] == ["Acme → Beta", "Beta → Acme"]


def test_who_holds_a_category_and_where() -> None:
    map_ = mapped(
        systems="System | Categories | Locations | Recipients\nCRM | Contact | NZ | Acme\nClinic | Health | NZ | Acme",
        recipients="Recipient | Country\nAcme | US",
    )
    held = {h.node.name: [p.country for p in h.places] for h in map_.holders("health")}
    assert held == {"Clinic": ["NZ"], "Acme": ["US"]}
    assert all(h.cells for h in map_.holders("Contact"))


def test_a_system_and_a_recipient_may_share_a_name() -> None:
    map_ = mapped(
        systems="System | Categories | Provider\nXero | Contact | Xero", recipients="Recipient | Country\nXero | NZ"
    )
    (flow,) = [f for f in map_.flows if f.movement is Movement.DISCLOSURE]
    assert (flow.origin.kind, flow.destination.kind) == (NodeKind.SYSTEM, NodeKind.RECIPIENT)
    assert {n.id for n in map_.find("xero")} == {"system:xero", "recipient:xero"}


def test_a_provider_recorded_as_not_stated_is_still_somebody() -> None:
    map_ = mapped(systems="System | Categories | Provider\nCRM | Contact | not stated", recipients="Recipient\nAcme")
    assert legs(map_) == [("CRM → Provider of CRM", None, None)]


def test_own_sites_abroad_need_no_provider_and_certainty() -> None:
    systems = "System | Categories | Locations\nA | Contact | NZ; AU\nB | Contact | NZ\nC | Contact | Global\nD | Contact | EU"
    map_ = mapped(systems=systems, recipients="Recipient\nAcme")
    assert [f.origin.name for f in map_.flows if f.movement is Movement.OWN_SITE] == ["A", "D"]


def test_cells_that_imply_more_flows_than_can_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from datamap import graph
    from datamap.sheets import Unreadable

    monkeypatch.setattr(graph, "MOST_IMPLIED", 20)
    names = "; ".join(f"R{n}" for n in range(6))
    rows = "\n".join(f"R{n} | {names}" for n in range(6))
    crossed = reading(systems=f"System | Recipients\nS | {names}", recipients=f"Recipient | Sub-processors\n{rows}")
    with pytest.raises(Unreadable, match="implies more than 20 flows"):
        DataMap(crossed.inventory)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_what_is_sent_on_does_not_depend_on_the_order_of_the_rows(order: tuple[int, ...]) -> None:
    rows = ("Alpha | Gamma", "Beta | Gamma; Alpha", "Gamma | Delta", "Delta | none")
    found = mapped(
        systems="System | Categories | Recipients\nOne | Names | Beta\nTwo | Health notes | Alpha\nThree | Images | Gamma",
        recipients="\n".join(("Recipient | Sub-processors", *(rows[n] for n in order))),
    )
    carried = {
        (f.origin.name, f.destination.name): set(f.carries) for f in found.flows if f.movement is Movement.ONWARD
    }
    assert carried == {
        ("Beta", "Alpha"): {"Names"},
        ("Beta", "Gamma"): {"Names"},
        ("Alpha", "Gamma"): {"Names", "Health notes"},
        ("Gamma", "Delta"): {"Names", "Health notes", "Images"},
    }


def test_recipients_that_send_in_a_circle_all_receive_what_any_of_them_does() -> None:
    found = mapped(
        systems="System | Categories | Recipients\nOne | Names | Acme\nTwo | Images | Beta",
        recipients="Recipient | Sub-processors\nAcme | Beta\nBeta | Acme; Gamma",
    )
    carried = {
        (f.origin.name, f.destination.name): set(f.carries) for f in found.flows if f.movement is Movement.ONWARD
    }
    assert set(carried) == {("Acme", "Beta"), ("Beta", "Acme"), ("Beta", "Gamma")}
    assert all(categories == {"Names", "Images"} for categories in carried.values())


def test_a_way_back_that_somebody_typed_makes_no_circle() -> None:
    """Beta receives what the flow says and nothing else, and sends that on."""
    found = mapped(
        systems="System | Categories | Recipients\nOne | Names; Images | Acme",
        recipients="Recipient | Sub-processors\nAcme | Beta\nBeta | Acme",
        flows="Flow | From | To | Categories\nF1 | Acme | Beta | Names",
    )
    carried = {
        (f.origin.name, f.destination.name): set(f.carries) for f in found.flows if f.movement is Movement.ONWARD
    }
    assert carried == {("Acme", "Beta"): {"Names"}, ("Beta", "Acme"): {"Names"}}


def test_a_source_that_a_system_and_a_flow_name_is_one_node() -> None:
    found = mapped(
        systems="System | Collected from\nRecruitment | Referees\nPayroll | the individual",
        flows="Flow | From | To\nF1 | referees | Payroll",
    )
    assert [n.kind for n in found.nodes if n.name == "Referees"] == [NodeKind.SOURCE]
    assert found.find("Referees") == (found.flow("F1").origin,)
