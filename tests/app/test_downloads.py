"""Files to download: a workbook and JSON under one name, made when they are asked for, and the calendar."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from datamap import ics
from datamap.assessment import assess
from datamap.timeline import lapses
from datamap.ui.components import downloads
from tests.app.test_pages import example, on_page, opened, upload, words
from tests.test_checks import SAFEGUARDS as DEEDS
from tests.test_checks import assessed

SYSTEMS = "System,Categories,Recipients,Locations\nShop,Name,Mailer,NZ\n"
RECIPIENTS = "Recipient,Country,Role,Own purposes,Locations\nMailer,US,controller,yes,US\n"
ORGANISATIONS = "Organisation,Country,Regimes\nKowhai,NZ,nz\n"
SAFEGUARDS = (
    "Safeguard,Mechanism,Recipients,Signed,Starts,Expires,Review due,Document\n"
    "Terms,agreement,Mailer,2026-01-01,2026-01-01,2026-12-24,,C/1\n"
    "Old terms,agreement,Mailer,2020-01-01,2020-01-01,2021-12-24,,C/0\n"
    "Other,agreement,Mailer,2026-01-01,2026-01-01,,2027-01-15,C/2\n"
)
FILES = {
    "Systems.csv": SYSTEMS, "Recipients.csv": RECIPIENTS, "Organisations.csv": ORGANISATIONS, "Safeguards.csv": SAFEGUARDS,
}  # fmt: skip


def test_a_pair_has_one_name_and_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[tuple[str, Callable[[], Any], dict[str, Any]]] = []
    made: list[str] = []

    def button(words: str, data: Callable[[], Any], **others: Any) -> None:
        offered.append((words, data, others))

    def workbook() -> bytes:
        made.append("workbook")
        return b"PK"

    monkeypatch.setattr(st, "download_button", button)
    downloads.excel_and_json("the changes", "changes 2026", workbook, lambda: {"name": "Café"})
    downloads.excel_and_json("the register", "register", workbook, lambda: "[1]\n", help="Every answer.")
    assert [(words, o["file_name"]) for words, _, o in offered] == [
        ("Download the changes (Excel)", "changes 2026.xlsx"),
        ("Download as JSON", "changes 2026.json"),
        ("Download the register (Excel)", "register.xlsx"),
        ("Download as JSON", "register.json"),
    ]
    assert not made
    texts = [data() for _, data, _ in offered]
    assert texts[0] == b"PK"
    assert json.loads(texts[1]) == {"name": "Café"}
    assert "Café" in texts[1]
    assert texts[1].endswith("}\n")
    assert texts[3] == "[1]\n"
    assert all(o["on_click"] == "ignore" for _, _, o in offered)


def test_the_register_is_offered_as_a_pair() -> None:
    app = on_page(example("Lead Management"), "Transfers")
    labels = [d.proto.label for d in app.get("download_button")]
    assert sum(words.endswith("(Excel)") for words in labels) == 1
    assert labels.count("Download as JSON") == 1


def test_what_lapses_has_a_calendar_of_the_days_ahead() -> None:
    app = upload(opened(), FILES)
    app.query_params["part"] = "What lapses"
    app = on_page(app, "Transfers")
    found = next(d.proto for d in app.get("download_button") if d.proto.label == "Download a calendar (.ics)")
    said = words(app)
    reading = app.session_state["loaded"].reading
    due = ics.due(assess(reading, on=app.session_state["as_of"]), within=90)
    assert len(due) > 1
    assert not found.disabled
    assert f"{len(due)} entries within 90 days" in said
    assert "1 expiry or review before" in said
    assert "is not in it" in said


def test_a_calendar_of_nothing_is_not_offered() -> None:
    app = example("Lead Management")
    app.query_params["part"] = "What lapses"
    app = on_page(app, "Transfers")
    found = next(d.proto for d in app.get("download_button") if d.proto.label == "Download a calendar (.ics)")
    assert found.disabled
    assert "0 entries within 90 days" in words(app)


def test_what_lapses_may_have_been_looked_for_before() -> None:
    assessment = assessed(safeguards=DEEDS)
    found = lapses(assessment, within=365)
    assert found
    assert ics.due(assessment, within=365, found=found) == ics.due(assessment, within=365)
    assert ics.due(assessment, within=365, found=()) != ics.due(assessment, within=365)
