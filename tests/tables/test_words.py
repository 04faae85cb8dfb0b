"""Flows of one verdict whose sentences name what differs between them each have their own words."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from datamap.tables import DuckDB
from tests.tables.small import Sheets, by_tables, in_memory, into_folder

BASE: Sheets = {
    "Organisations": [("Organisation", "Country", "Kind", "Regimes"), ("Sender", "NZ", "general", "nz; au; eu; uk")],
    "Information categories": [("Category", "Kind"), ("Contact", "contact")],
    "Systems": [("System", "Categories", "Individuals"), ("CRM", "Contact", "Customers")],
    "Recipients": [
        ("Recipient", "Country", "Role", "Own purposes", "Effective control"),
        ("Alpha", "US", "controller", "yes", "no"),
        ("Beta", "US", "controller", "yes", "no"),
        ("Gamma", "PH", "agent", "no", "no"),
    ],
}


@pytest.mark.parametrize(
    "flows",
    [
        [("CRM", "Alpha", "IPP 11(1)(b)"), ("CRM", "Beta", "ipp 11 (1)(b)"), ("CRM", "Beta", "IPP 11(1)(d)")],
        [("CRM", "Alpha", ""), ("Alpha", "Gamma", ""), ("Beta", "Gamma", ""), ("CRM", "Gamma", "")],
    ],
)
def test_each_flow_has_its_own_words(tmp_path: Path, flows: list[tuple[str, ...]]) -> None:
    sheets: Sheets = {**BASE, "Flows": [("From", "To", "Ground"), *flows]}
    into_folder(sheets, tmp_path / "from")
    engine = DuckDB(str(tmp_path / "from"), str(tmp_path / "to"))
    with closing(engine):
        found = by_tables(engine)
    assert found == in_memory(sheets)
    assert any(f"relies on {flows[0][2]}" in key[14] for key in found) or not flows[0][2]
