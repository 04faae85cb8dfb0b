"""Every engine gives the answers that the in-memory assessment gives: each row, each leg, each regime, all that is said."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.inventories import FLOW_HEADINGS, Inventory
from tests.tables.conftest import Opened
from tests.tables.small import Sheets, by_tables, in_memory

ENGINES = ("duckdb", "spark", "postgres")


def generated(flows: int, **sizes: Any) -> Sheets:
    inventory = Inventory(flows, **{"systems": 6, "recipients": 14, "organisations": 3, "categories": 14, **sizes})
    sheets: Sheets = {name: list(rows) for name, rows in inventory.sheets.items()}
    columns = [c.to_pylist() for table in inventory.parts() for c in table.columns]
    sheets["Flows"] = [FLOW_HEADINGS, *zip(*columns, strict=True)]
    return sheets


_NOTHING = ("", None, "  ", "not stated", "none", "n/a", "?")
_PLACES = (
    "NZ",
    "US",
    "AU (storage); PH (support access)",
    "EU",
    "Global",
    "the cloud",
    "IE; DE; Ireland",
    "outside New Zealand",
    "US (transit)",
)
_CATEGORIES = ("Health", "Name; Health", "name", "Payroll", "Unheard of", "Name, Health", "Number", "Name; not stated")
_PEOPLE = ("Customers", "Staff; Applicants", "staff", "Patients")
_SYSTEMS = ("CRM", "crm ", "Payroll system", "Not declared", "Archive")
_RECIPIENTS = (
    "Mailer",
    "mailer",
    "Host",
    "Sub",
    "Loop",
    "Client",
    "Ghost",
    "Customers",
    "Archive",
    "Bare {place}",
    "Group",
)
_CELLS: dict[str, tuple[str | None, ...]] = {
    "Flow": ("F1", "F1", "f2", *_NOTHING),
    "From": (*_SYSTEMS, *_SYSTEMS, "Mailer", "Customers", *_NOTHING),
    "To": (*_RECIPIENTS, *_RECIPIENTS, "CRM", *_NOTHING),
    "Categories": (*_CATEGORIES, *_NOTHING),
    "Individuals": (*_PEOPLE, *_NOTHING),
    "Role": ("agent", "processor", "controller", "principal", "rubbish", *_NOTHING),
    "Own purposes": ("yes", "no", "maybe", *_NOTHING),
    "Effective control": ("yes", "no", *_NOTHING),
    "Ground": ("IPP 11(1)(a)", "s 24", "APP 6.1; IPP 11(1)(e)", "s 7B(3)", "because", *_NOTHING),
    "Locations": (*_PLACES, *_NOTHING, *_NOTHING),
    "Safeguards": ("Agreement", "SCC set; Agreement", "Consent", "None such", *_NOTHING),
    "Started": ("2026-01-01", "2027-01-01", "03/04/2026", "yesterday", *_NOTHING),
    "Ended": ("2025-12-31", "2026-11-22", "13/02/2030", *_NOTHING),
    "Frequency": ("once", "daily", "often", *_NOTHING),
    "Volume": ("200 people", "2 million", "12k", "many", *_NOTHING),
}  # fmt: skip


def tortured(seed: int, flows: int) -> Sheets:
    """An inventory in which everything that can be written wrongly is, somewhere."""
    r = random.Random(seed)

    def some(*values: str | None) -> str | None:
        return r.choice((*values, *_NOTHING))

    organisations = [
        ("Ours", "NZ", "private", "general", ""),
        ("Theirs", "IE", some("public"), "", ""),
        ("Aussie", "AU", "", "", "au; nz; eu; uk; ch; cn; jp"),
    ]
    sheets: Sheets = {
        "Organisations": [("Organisation", "Country", "Sector", "Kind", "Regimes"), *r.sample(organisations, r.choice((1, 3)))],
        "Systems": [
            ("System", "Organisation", "Provider", "Locations", "Categories", "Individuals", "Recipients", "Collected from"),
            ("CRM", "Ours", some("Host"), some(*_PLACES), some(*_CATEGORIES), some(*_PEOPLE), some("Mailer; Client", "Loop"), some("Broker")),
            ("Payroll system", some("Theirs", "Aussie"), "none", some("NZ; US"), some(*_CATEGORIES), "Staff", some("Mailer"), "the individual"),
            ("Archive", "", "not stated", some(*_PLACES), "", "", "", ""),
        ],
        "Information categories": [
            ("Category", "Kind", "Sensitive", "Unique identifier"),
            ("Health", "health", "", ""),
            ("Name", some("identity"), "no", some("no")),
            ("Payroll", "employment", some("yes"), ""),
            ("Number", "", "", "yes"),
        ],
        "Recipients": [
            ("Recipient", "Country", "Managed from", "Role", "Sector", "Bound by", "Own purposes", "Locations", "NZ business", "Schemes", "Sub-processors", "Effective control"),
            ("Mailer", some("US"), some("NZ"), some("agent"), some("private"), some("PIPEDA"), some("no"), some(*_PLACES), some("no"), some("DPF 2026-08-01; UK Extension"), some("Sub; Loop"), some("yes")),
            ("Host", some(*_PLACES), "", "agent", "", "", "no", "", "", "", some("Sub"), ""),
            ("Sub", some("IN"), "", some("agent"), "", "", "", some(*_PLACES), "", "", some("Loop"), ""),
            ("Loop", "SG", "", some("controller"), "public", "", "yes", "", "yes", "", some("Mailer", "Sub; Nobody"), "no"),
            ("Client", "AU", "", "principal", "", "", "", "", "", "", "", ""),
            ("Bare {place}", some("JP; KR"), "", "", "", "", "", "", "", "", "", ""),
            ("Group", "US; FR; NZ", "", some("affiliate"), "", "", some("no"), some("", "CA"), "", "DPF", "", ""),
        ],
        "Safeguards": [
            ("Safeguard", "Mechanism", "Recipients", "Categories", "Countries", "Module", "Signed", "Starts", "Expires", "Review due", "Document", "Assessment", "Warning shown", "Individuals"),
            ("Agreement", some("agreement", "NZ-12-1-F"), some("Mailer", "Host; Loop"), some("Name", "Health; Name"), some("US; IE"), "", "2025-01-01", "", some("2027-01-01"), some("2027-01-01"), some("a.pdf"), some("note"), "", ""),
            ("SCC set", "SCC", some("Sub; Mailer"), "", "", some("2", "1"), some("2024-05-01"), "", "", "", "scc.pdf", some("TIA"), "", ""),
            ("Consent", some("NZ-12-1-A", "EU-49-A"), "", some("Health"), "", "", "2026-01-01", "", "", "", "form", "note", some("yes", "no"), some("Customers", "Patients")),
        ],
        "Prohibitions": [
            ("Notice", "Regime", "Organisation", "Recipients", "Categories", "Countries", "From", "Until"),
            *r.sample(
                [
                    ("Notice 1", "nz", some("Ours"), some("Host", "Sub"), some("Health"), some("US", "SG"), "2026-01-01", some("2030-01-01")),
                    ("Notice 2", "au", "", some("Loop"), "", "", "", ""),
                ],
                r.choice((0, 0, 1, 2)),
            ),
        ],
        "Flows": [tuple(_CELLS), *(tuple(r.choice(values) for values in _CELLS.values()) for _ in range(flows))],
    }  # fmt: skip
    if not any(row[1] and row[1].strip() for row in sheets["Flows"][1:]):
        sheets["Flows"].append(("Z", "CRM", "Mailer", *([""] * (len(_CELLS) - 3))))
    return sheets


def test_a_row_with_neither_end_names_no_individuals(duckdb: Opened) -> None:
    sheets = tortured(1, 0)
    row = dict.fromkeys(_CELLS, "")
    sheets["Flows"] = [
        tuple(_CELLS),
        tuple({**row, "From": "Strangers", "To": "Mailer"}.values()),
        tuple({**row, "From": "?", "To": "not stated", "Individuals": "Strangers"}.values()),
    ]
    same(sheets, duckdb(sheets))


def same(sheets: Sheets, engine: Any, **asked: Any) -> None:
    there, here = by_tables(engine, **asked), in_memory(sheets, **asked)
    assert there - here == here - there


@pytest.mark.parametrize("engine", ENGINES)
def test_an_inventory_of_the_benchmark_has_the_same_answers(engine: str, request: pytest.FixtureRequest) -> None:
    sheets = generated(60)
    same(sheets, request.getfixturevalue(engine)(sheets))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_tortured_inventory_has_the_same_answers(engine: str, seed: int, request: pytest.FixtureRequest) -> None:
    sheets = tortured(seed, 40)
    same(sheets, request.getfixturevalue(engine)(sheets))


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), flows=st.integers(1, 60))
def test_any_inventory_has_the_same_answers(duckdb: Opened, seed: int, flows: int) -> None:
    sheets = tortured(seed, flows)
    same(sheets, duckdb(sheets))
