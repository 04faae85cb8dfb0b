"""A list that says others are not stated is not known to be all: unknown clears nothing."""

from __future__ import annotations

import pytest

from tests.conftest import Given

RECIPIENT = "Recipient | Country | Role | Own purposes\nAcme Inc | US | controller | yes"
SAFEGUARD = (
    "Safeguard | Mechanism | Recipients | Categories | Signed | Starts | Document | Assessment | Review due\n"
    "Paper | agreement | Acme Inc | {covers} | 2025-01-01 | 2025-01-01 | paper.pdf | assessment.pdf | 2027-06-01"
)


@pytest.mark.parametrize(
    ("moves", "covers", "outcome"),
    [
        ("Contact", "Contact", "safeguarded"),
        ("Contact; not stated", "Contact", "gap"),
        ("Contact; not stated", "", "safeguarded"),
    ],
)
def test_an_agreement_on_some_categories_does_not_cover_those_nobody_stated(
    given: Given, moves: str, covers: str, outcome: str
) -> None:
    result = given(
        systems="System | Categories\nCRM | Contact",
        categories="Category | Kind\nContact | contact",
        recipients=RECIPIENT,
        flows=f"Flow | From | To | Categories | Ground\nF1 | CRM | Acme Inc | {moves} | IPP 11(1)(a)",
        safeguards=SAFEGUARD.format(covers=covers),
    )
    answer = result.answer("F1")
    assert answer.outcome == outcome
    assert ("not stated" in answer.reason) == (outcome == "gap")


def test_what_a_system_holds_beside_what_is_stated_goes_wherever_it_sends(given: Given) -> None:
    result = given(
        systems="System | Categories | Recipients\nCRM | Contact; not stated | Acme Inc",
        categories="Category | Kind\nContact | contact",
        recipients=RECIPIENT,
        safeguards=SAFEGUARD.format(covers="Contact"),
    )
    assert result.answer("CRM → Acme Inc").outcome == "gap"
