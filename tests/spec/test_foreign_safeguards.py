"""A safeguard of another law covers nothing, and the argument shows its cells."""

from __future__ import annotations

from tests.conftest import Given

RECIPIENT = "Recipient | Country | Role | Own purposes\nAcme Inc | US | controller | yes"
SYSTEM = "System | Categories\nCRM | Contact"
FLOW = "Flow | From | To | Categories | Ground | Safeguards\nF1 | CRM | Acme Inc | Contact | IPP 11(1)(a) | Paper"


def test_the_agreement_of_another_law_is_cited_where_it_is_said_to_be_none_of_this_one(given: Given) -> None:
    result = given(
        systems=SYSTEM,
        recipients=RECIPIENT,
        flows=FLOW,
        safeguards="Safeguard | Mechanism | Recipients\nPaper | IDTA | Acme Inc",
    )
    answer = result.answer("F1")
    assert answer.outcome == "gap"
    assert "“Paper” is no mechanism of this law" in answer.reason
    last = answer.trace[-1]
    assert answer.rule == last.rule
    assert {"case.xlsx!Safeguards!A2", "case.xlsx!Safeguards!B2"} <= set(map(str, last.cells))
    assert {"case.xlsx!Safeguards!A2", "case.xlsx!Safeguards!B2"} <= set(map(str, answer.cells))


def test_without_such_a_safeguard_there_is_nothing_of_it_to_cite(given: Given) -> None:
    result = given(
        systems=SYSTEM,
        recipients=RECIPIENT,
        flows=FLOW,
        safeguards="Safeguard | Mechanism | Recipients\nOther | IDTA | Somebody",
    )
    assert not [cell for cell in result.answer("F1").cells if cell.sheet == "Safeguards"]
