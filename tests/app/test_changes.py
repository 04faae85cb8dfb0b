"""What if and Compare without a browser: from a question to its answer, and back by the address."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.test_pages import DAY, EXAMPLES, ROOT, click, example, fine, on_page, opened, refused, upload, words

SHEETS = {
    "Organisations": "Organisation | Country | Sector | Kind | Regimes\nAcme SA | FR | private | general | eu",
    "Systems": "System | Locations | Categories | Individuals | Recipients\nCRM | FR | Name | Customers | Mailer; Printer",
    "Information categories": "Category | Kind\nName | identity",
    "Recipients": "Recipient | Country | Role | Own purposes | Schemes\n"
    "Mailer | US | agent | no | DPF 2026-10-01\nPrinter | NZ | agent | no |",
    "Safeguards": "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires\n"
    "Mailer clauses | EU-46-SCC-M2 | Mailer | D-1 | TIA-1 | 2026-01-01 | 2026-12-31",
}


def zipped(**sheets: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for sheet, text in {**SHEETS, **sheets}.items():
            rows = io.StringIO(newline="")
            csv.writer(rows).writerows([[cell.strip() for cell in line.split("|")] for line in text.splitlines()])
            archive.writestr(f"{sheet}.csv", rows.getvalue())
    return data.getvalue()


def choose(app: AppTest, label: str, value: Any) -> AppTest:
    """Choose in a form, which tells nothing before it is sent."""
    next(box for box in app.selectbox if box.label == label).set_value(value)
    return app


def address(app: AppTest, key: str) -> list[str]:
    found = app.query_params.get(key, [])
    return [found] if isinstance(found, str) else list(found)


def with_addresses(**asked: str | list[str]) -> AppTest:
    """The app, opened at an address, with the inventory."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in asked.items():
        app.query_params[key] = value
    app.run()
    app.sidebar.date_input[0].set_value(DAY).run()
    return fine(app)


class TestWhatIf:
    def test_with_nothing_supposed_it_offers_questions(self) -> None:
        app = on_page(upload(opened(), {"one.zip": zipped()}), "What if")
        assert "Hypothetical" in words(app)
        assert "Nothing is supposed yet" in words(app)
        tried = [b.label for b in app.button if b.label.startswith("What if")]
        assert any("DPF" in label for label in tried)
        app = click(app, tried[0])
        assert "2 flows would change outcome" not in words(app)
        assert "1 flow would change outcome" in words(app)

    def test_a_decision_ends_by_the_form(self) -> None:
        app = on_page(upload(opened(), {"one.zip": zipped()}), "What if")
        ending = next(o for box in app.selectbox if box.label == "What ends" for o in box.options if "New Zealand" in o)
        assert "1 answer rests on it" in ending
        app = choose(app, "What ends", ending)
        app = click(app, "Suppose it")
        assert address(app, "if") == ["end:eu:New Zealand@2026-11-23"]
        said = words(app)
        for told in ("CRM → Printer", "Permitted", "No safeguard", "SCC module 2", "As recorded", "As supposed"):
            assert told in said
        app = click(app, "Remove")
        assert address(app, "if") == []
        assert "Nothing is supposed yet" in words(app)

    @pytest.mark.parametrize("number", range(10))
    def test_every_kind_of_supposition_has_a_form_that_asks_for_what_it_is_about(self, number: int) -> None:
        app = on_page(upload(opened(), {"one.zip": zipped()}), "What if")
        kinds = next(box for box in app.selectbox if box.label == "Suppose that …")
        app = fine(kinds.set_value(kinds.options[number]).run())
        app = click(app, "Suppose it")
        assert "Choose what it is about first" in words(app)

    def test_what_cannot_be_is_refused_in_a_sentence(self) -> None:
        app = on_page(upload(opened(), {"one.zip": zipped()}), "What if")
        app = fine(choose(app, "Suppose that …", "A system sends to one more recipient").run())
        app = choose(choose(app, "System that sends", "CRM"), "To", "Mailer")
        app = click(app, "Suppose it")
        assert refused(app) == ["CRM sends to Mailer already."]

    def test_an_address_that_was_sent_shows_the_same(self) -> None:
        texts = ["end:DPF@2026-12-24", "lapse:Mailer clauses@2026-12-24", "drop:CRM>Nobody", "nonsense"]
        app = with_addresses(**{"if": texts})
        app = on_page(app, "What if")
        assert "No inventory is open" in words(app)
        app = on_page(upload(on_page(app, "Start"), {"one.zip": zipped()}), "What if")
        assert address(app, "if") == texts
        assert len(refused(app)) == 2
        assert "judged as of 24 December 2026" in words(app)

    def test_nothing_that_is_shown_is_a_code(self) -> None:
        texts = [
            "end:eu:New Zealand@2026-12-01",
            "sign:New one=EU-46-SCC-M2>Printer@2026-12-01",
            "lapse:Mailer clauses",
        ]
        app = on_page(upload(with_addresses(**{"if": texts}), {"one.zip": zipped()}), "What if")
        assert address(app, "if") == texts
        said = words(app)
        assert "“New one” (SCC module 2 controller to processor) is signed" in said
        assert not re.search(r"\b(end|sign|lapse):|EU-46", said)

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_the_examples(self, name: str) -> None:
        app = on_page(example(name), "What if")
        app = click(app, next(b.label for b in app.button if b.label.startswith("What if")))
        assert "judged as of 23 November 2026" in words(app)


class TestCompare:
    def test_it_asks_what_to_compare_with(self) -> None:
        app = on_page(upload(opened(), {"one.zip": zipped()}), "Compare")
        assert "Choose what to compare with" in words(app)

    def against(self, app: AppTest, what: str) -> AppTest:
        app.session_state["against"] = what
        return fine(app.run())

    def test_another_day(self) -> None:
        data = zipped(Recipients=SHEETS["Recipients"].replace("DPF 2026-10-01", ""))
        app = self.against(on_page(upload(opened(), {"one.zip": data}), "Compare"), "another day")
        other = next(d for d in app.date_input if d.label == "The other day")
        app = fine(other.set_value(date(2027, 1, 1)).run())
        said = words(app)
        assert "1 flow has another outcome" in said
        assert "Worse: 1 answer" in said
        assert (address(app, "against"), address(app, "other_day")) == (["another day"], ["2027-01-01"])
        app = fine(next(d for d in app.date_input if d.label == "The other day").set_value(DAY).run())
        assert "Both days are 23 November 2026" in words(app)

    def test_a_day_before_the_law_says_from_which_day_it_applies(self) -> None:
        app = self.against(on_page(upload(opened(), {"one.zip": zipped()}), "Compare"), "another day")
        other = next(d for d in app.date_input if d.label == "The other day")
        said = words(fine(other.set_value(date(2000, 7, 25)).run()))
        assert "The rules of GDPR on record apply from 2018-05-25. On 25 July 2000 nothing is judged by them." in said
        assert "2000-07-25" not in said

    def test_another_file_that_does_not_say_who_sends_says_what_to_press(self) -> None:
        app = self.against(on_page(upload(opened(), {"one.zip": zipped()}), "Compare"), "another file")
        said = words(upload(app, {"old.zip": zipped(Organisations="Organisation | Country")}))
        assert "Add a sheet Organisations" in said
        assert "open it on the Start page" in said
        assert "--" not in said

    def test_another_file_and_a_rename_that_is_accepted(self) -> None:
        renamed = {sheet: SHEETS[sheet].replace("Printer", "Printer Ltd") for sheet in ("Systems", "Recipients")}
        app = self.against(on_page(upload(opened(), {"new.zip": zipped(**renamed)}), "Compare"), "another file")
        assert "Choose the file" in words(app)
        app = upload(app, {"old.zip": zipped()})
        assert "Compared with: old.zip" in words(app)
        assert "2 flows have another outcome, came or went" in words(app)
        app = click(app, "It is the same")
        assert "No outcome changed" in words(app)
        app = click(app, "Undo")
        assert "2 flows have another outcome, came or went" in words(app)

    def test_a_file_that_cannot_be_read(self) -> None:
        app = self.against(on_page(upload(opened(), {"one.zip": zipped()}), "Compare"), "another file")
        app = upload(app, {"bad.xlsx": b"not a workbook"})
        assert refused(app)
        assert "Choose the file" in words(app)

    def test_what_was_open_before(self) -> None:
        app = on_page(click(example(EXAMPLES[0]), f"Open an example: {EXAMPLES[1]}"), "Compare")
        app = self.against(app, "what was open before")
        assert f"What was open before: {EXAMPLES[0]}" in words(app)
        assert "54" in words(app)


def test_two_sessions_suppose_apart() -> None:
    one, other = (on_page(upload(opened(), {"one.zip": zipped()}), "What if") for _ in range(2))
    one = click(one, next(b.label for b in one.button if b.label.startswith("What if")))
    assert "Nothing is supposed yet" in words(fine(other.run()))
    assert "Nothing is supposed yet" not in words(fine(one.run()))
