"""The page Policy without a browser: the sheet alone, an upload, pasted text, acceptance, and what cannot be read."""

from __future__ import annotations

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
