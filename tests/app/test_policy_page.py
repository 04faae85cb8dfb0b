"""The page Policy without a browser: the sheet alone, an upload, pasted text, acceptance, and what cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from datamap import pace, policies
from datamap.inventory import Fact
from datamap.sheets import LIMITS
from datamap.ui.components.statements import on_the_sheet
from tests.app.test_pages import click, example, fine, on_page, opened, words

TEXT = (
    "Privacy\nWe collect your name and your health information. All of it is held in Fiji. We never sell your data.\n"
)


def test_the_sheet_alone_is_judged() -> None:
    said = words(on_page(example("Focus Technology"), "Policy"))
    assert "Holding places" in said
    assert "Google Analytics (United States)" in said
    assert "Credit reporters" in said


def test_an_uploaded_policy_is_proposed_and_compared() -> None:
    app = on_page(example("Lead Management"), "Policy")
    app = fine(app.file_uploader(key="policy file").set_value([("policy.txt", TEXT.encode(), "text/plain")]).run())
    said = words(app)
    assert "What it seems to say (4)" in said
    assert "Nothing of the policy is accepted yet" in said
    assert "held in Fiji" in said
    app = click(app, "Accept all")
    assert "Nothing of the policy is accepted yet" not in words(app)


def test_pasted_text_is_read_and_can_be_left() -> None:
    app = on_page(example("Lead Management"), "Policy")
    app.text_area[0].set_value(TEXT)
    app = click(app, "Read this text")
    assert "What it seems to say (4)" in words(app)
    app = click(app, "Leave this policy")
    assert "What it seems to say" not in words(app)


def test_what_cannot_be_read_is_said() -> None:
    app = on_page(example("Lead Management"), "Policy")
    app = fine(app.file_uploader(key="policy file").set_value([("p.pdf", b"%PDF-1.4 torn", "application/pdf")]).run())
    assert any("is damaged or oddly made" in e.value for e in app.error)


def test_nothing_open_leads_to_start() -> None:
    assert "No inventory is open" in words(on_page(opened(), "Policy"))


def statements(app: AppTest) -> list[tuple[str, str, str]]:
    """The statements of what is open: their document, what they say and their cell's file."""
    found = app.session_state["loaded"].reading.inventory.statements
    return [(s.document.value, s.value.value, s.value.cell.file) for s in found]


def with_policy(name: str = "Lead Management", file: str = "policy.txt") -> AppTest:
    app = on_page(example(name), "Policy")
    return fine(app.file_uploader(key="policy file").set_value([(file, TEXT.encode(), "text/plain")]).run())


def test_what_is_accepted_is_written_on_the_sheet_and_judged_from_there() -> None:
    app = with_policy()
    before = statements(app)
    app = click(click(app, "Accept all"), "Write 4 statements on the sheet")
    added = statements(app)[len(before) :]
    assert statements(app)[: len(before)] == before
    assert {document for document, _, _ in added} == {"policy.txt, undated"}
    assert {file for _, _, file in added} == {"your edits"}
    assert "Fiji" in [value for _, value, _ in added]
    said = words(app)
    assert "4 of them are on the sheet Policy statements and not offered again" in said
    assert "Nothing of the policy is accepted yet" not in said
    assert "Last step: 4 statements of policy.txt written on the sheet Policy statements" in said
    done = app.session_state["loaded"].edited.done
    assert [step.says for step in done] == ["4 statements of policy.txt written on the sheet Policy statements"]
    app = click(app, "Undo")
    assert statements(app) == before
    assert "Nothing of the policy is accepted yet" in words(app)


def test_only_what_was_accepted_is_written_as_it_was_worded() -> None:
    app = with_policy()
    before = len(statements(app))
    table = next(d for d in app.dataframe if "Accept" in d.value.columns)
    place = list(table.value["Value"]).index("Fiji")
    state = app._tree.get_widget_states()
    sent = state.widgets.add()
    sent.id = table.proto.id
    typed = {str(place): {"Accept": True, "Value": "only: Tonga"}}
    sent.string_value = json.dumps({"edited_rows": typed, "added_rows": [], "deleted_rows": []})
    app = click(fine(app._run(state)), "Write 1 statement on the sheet")
    assert [value for _, value, _ in statements(app)[before:]] == ["only: Tonga"]
    said = words(app)
    assert "1 of them is on the sheet" in said
    assert "What it seems to say (4)" in said
    assert not next(b for b in app.button if b.key == "undo statements").disabled
    assert next(b for b in app.button if b.key == "write statements").disabled


def test_a_policy_that_was_written_before_is_found_again() -> None:
    app = click(click(with_policy(), "Accept all"), "Write 4 statements on the sheet")
    app = click(app, "Leave this policy")
    app = fine(app.file_uploader(key="policy file").set_value([("policy.txt", TEXT.encode(), "text/plain")]).run())
    assert "4 of them are on the sheet" in words(app)


def test_each_statement_stands_for_one_proposal() -> None:
    policy = policies.read_text(TEXT, name="p.txt")
    proposals = policies.propose(policy)
    rows = policies.accepted(proposals, document="p.txt, undated")
    assert len(rows) > 2
    every = [p.says is not None for p in proposals]
    assert list(on_the_sheet(policy, proposals, rows)) == every
    assert not any(on_the_sheet(policy, proposals, ()))
    assert sum(on_the_sheet(policy, proposals, rows[1:])) == len(rows) - 1
    assert not on_the_sheet(policy, proposals, rows[1:])[0]
    others = [replace(row, document=Fact.of("q.txt, undated")) for row in rows]
    assert not any(on_the_sheet(policy, proposals, others))
    reworded = [replace(rows[0], value=Fact.of("only: Tonga")), *rows[1:]]
    assert list(on_the_sheet(policy, proposals, reworded)) == every


def test_a_policy_that_takes_too_long_is_said_and_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    app = on_page(example("Lead Management"), "Policy")
    monkeypatch.setattr(pace, "EVERY", 0.0)
    monkeypatch.setattr(pace, "LIMITS", replace(LIMITS, understanding=0.0))
    app = fine(app.file_uploader(key="policy file").set_value([("policy.txt", TEXT.encode(), "text/plain")]).run())
    said = [e.value for e in app.error]
    assert any("would take more than 0 seconds to understand" in each for each in said), said
    assert "What it seems to say" not in words(app)
