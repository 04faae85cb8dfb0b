"""What passes each filter of a view, and what each hides."""

from __future__ import annotations

import pytest

from datamap.assessment import Assessment
from datamap.views import View, select
from tests.conftest import NZ_COMPANY, TODAY, reading


@pytest.fixture(scope="module")
def shop() -> Assessment:
    """Customers → Website → CRM → Mailer → Printer, and CRM → Auditor; payments go another way."""
    from datamap.assessment import assess

    return assess(
        reading(
            organisations=NZ_COMPANY,
            systems="System | Categories | Owner\nWebsite | Email; Phone | Sales\nCRM | Email; Phone | Sales\nLedger | Card | Finance",
            categories="Category\nEmail\nPhone\nCard",
            recipients="""
                Recipient | Country | Role
                Mailer | US | agent
                Printer | AU | controller
                Auditor | NZ | controller
                Bank | AU | controller
            """,
            flows="""
                Flow | From | To | Categories | Individuals
                F1 | Customers | Website | Email; Phone | Customers
                F2 | Website | CRM | Email; Phone | Customers
                F3 | CRM | Mailer | Email | Customers
                F4 | Mailer | Printer | Email | Customers
                F5 | CRM | Auditor | Phone | Customers
                F6 | Ledger | Bank | Card | Employees
            """,
        ),
        on=TODAY,
    )


@pytest.mark.parametrize(
    ("view", "flows"),
    [
        (View(), "F1 F2 F3 F4 F5 F6"),
        (View(focus="Website"), "F1 F2"),
        (View(focus="Website", steps=2), "F1 F2 F3 F4 F5"),
        (View(focus="Customers", steps=2), "F1 F2"),
        (View(focus="crm"), "F2 F3 F4 F5"),
        (View(focus="CRM", downstream=True), "F3 F4 F5"),
        (View(focus="Customers", downstream=True), "F1 F2 F3 F4 F5"),
        (View(focus="Auditor", downstream=True), ""),
        (View(towards="Printer"), "F1 F2 F3 F4"),
        (View(towards="Auditor"), "F1 F2 F5"),
        (View(towards="Website"), "F1"),
        (View(focus="CRM", towards="Printer"), "F3 F4"),
        (View(focus="Website", towards="Printer"), "F2 F3 F4"),
        (View(focus="Printer", towards="Website"), ""),
        (View(focus="Ledger", towards="Printer"), ""),
        (View(individuals=("employees",)), "F6"),
        (View(recipients=("Mailer", "bank")), "F3 F6"),
        (View(senders=("crm",)), "F3 F5"),
        (View(senders=("CRM",), recipients=("Auditor",)), "F5"),
        (View(owners=("Finance",)), "F6"),
        (View(owners=("sales",)), "F1 F2 F3 F5"),
        (View(assessed_only=True), "F3 F4 F5 F6"),
        (View(towards="Printer", categories=("Phone",)), "F1 F2"),
    ],
)
def test_what_passes(shop: Assessment, view: View, flows: str) -> None:
    selection = select(shop, view)
    typed = [flow.id for flow in selection.flows if not flow.implied]
    assert typed == flows.split()
    assert len(selection.flows) + sum(selection.hidden.values()) == len(shop.map.flows)


def test_what_is_hidden_is_counted_under_the_first_filter_that_hid_it(shop: Assessment) -> None:
    selection = select(shop, View(towards="Printer", categories=("Phone",), assessed_only=True))
    assert list(selection.hidden) == ["towards", "category", "assessed"]
    assert "not on the way" in selection.hidden_sentence()
    assert "collected or moved inside" in selection.hidden_sentence()


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (View(focus="CRM", steps=3), "Around: CRM, 3 steps."),
        (View(towards="Bank"), "On the way to: Bank."),
        (View(focus="CRM", towards="Bank"), "On the way from: CRM. To: Bank."),
        (
            View(individuals=("Customers",), recipients=("Bank",), owners=("Sales",)),
            "Individuals: Customers. Recipients: Bank. Owners: Sales.",
        ),
        (View(assessed_only=True), "Without what is collected or moved inside."),
    ],
)
def test_the_filters_in_words(shop: Assessment, view: View, says: str) -> None:
    assert select(shop, view).filter_sentence() == says


def test_a_selection_knows_the_answers_of_each_flow(shop: Assessment) -> None:
    selection = select(shop, View(recipients=("Mailer",)))
    assert set(selection.answers_of) == {"F3"}
    assert selection.answers_of["F3"] == selection.answers
    assert set(selection.outcomes) == {"F3"}
    nobody = select(shop, View(recipients=("Mailer",), regimes=("uk",)))
    assert not nobody.answers_of
    assert not nobody.outcomes
