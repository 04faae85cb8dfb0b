"""Known recipients on the Start page: offered, ticked, counted, undone, and written down."""

from __future__ import annotations

from io import BytesIO

import openpyxl
from streamlit.testing.v1 import AppTest

from datamap.inventory import Inventory
from datamap.ui.components import suggestions
from tests.app.test_pages import MINIMAL, click, fine, on_page, opened, upload, words

FILES = {
    **MINIMAL,
    "Systems.csv": "System,Categories,Recipients\nShop,Name,Mailchimp; Courier; Google Analytics\n",
    "Recipients.csv": "Recipient,Country,Role,Own purposes\nMailchimp,,,no\nCourier,US,controller,yes\nGoogle Analytics,DE,,\n",
}


def held(app: AppTest) -> Inventory:
    found: Inventory = app.session_state["loaded"].reading.inventory
    return found


def box(app: AppTest, heading: str) -> int:
    return next(n for n, b in enumerate(app.checkbox) if b.label == heading)


def panel(app: AppTest) -> str:
    return next(e.label for e in app.expander if e.label.startswith("Known recipients"))


def test_what_is_known_is_offered_with_its_source_and_how_sure_it_is() -> None:
    app = upload(opened(), FILES)
    said = words(app)
    assert panel(app).endswith(" suggestions")
    assert "Mailchimp" in said
    assert "United States" in said
    assert "Source: https://mailchimp.com/" in said
    assert "Confidence: high. Checked 22 November 2026." in said
    assert "processor; independent controller for data shared" in said
    assert "The inventory says Germany" in said
    assert not any(b.label == "Own purposes" for b in app.checkbox)


def test_what_is_accepted_is_counted_judged_noted_and_undone() -> None:
    app = upload(opened(), FILES)
    before = held(app)
    first = panel(app)
    app.checkbox[box(app, "Country")].check()
    app = click(app, "Accept the ticked ones")
    mailchimp = held(app).recipient("Mailchimp")
    assert mailchimp is not None
    assert [p.country for p in mailchimp.country.value or ()] == ["US"]
    assert "Country accepted from the catalogue of known recipients" in (mailchimp.notes.value or "")
    assert mailchimp.role.blank
    assert "1 fact accepted" in words(app)
    assert panel(app) != first
    assert any("Download the workbook with these" in str(d.proto) for d in app.get("download_button"))
    rows = on_page(app, "Transfers").dataframe[0].value
    assert set(rows[rows["To"] == "Mailchimp"]["Place"]) == {"United States"}
    app = click(on_page(app, "Start"), "Undo the last")
    assert held(app) == before
    assert "accepted" not in words(app).replace("until you accept it", "")
    assert panel(app) == first


def test_without_a_tick_nothing_is_accepted() -> None:
    app = upload(opened(), FILES)
    before = held(app)
    app = click(app, "Accept the ticked ones")
    assert held(app) == before
    assert "Tick at least one value." in words(app)


def test_the_workbook_says_what_was_accepted() -> None:
    app = upload(opened(), FILES)
    app.checkbox[box(app, "Country")].check()
    app = click(app, "Accept the ticked ones")
    book = openpyxl.load_workbook(BytesIO(suggestions._workbook(app.session_state["loaded"].reading)))
    rows = [[c.value for c in row] for row in book["Recipients"].iter_rows()]
    headings = [str(h) for h in rows[0]]
    row = dict(zip(headings, next(r for r in rows if r[0] == "Mailchimp"), strict=True))
    assert row["Country *" if "Country *" in headings else "Country"] in ("US", "United States")
    assert "accepted from the catalogue of known recipients" in str(row["Notes"])


def test_nobody_known_is_no_panel() -> None:
    app = upload(opened(), MINIMAL)
    assert not [e for e in app.expander if e.label.startswith("Known recipients")]


def test_a_hostile_name_is_only_text() -> None:
    hostile = "<img src=x onerror=alert(1)> **x** (Mailchimp)"
    app = upload(opened(), {**FILES, "Recipients.csv": f"Recipient,Country\n{hostile},\n"})
    assert hostile in words(app)
    assert not any("<img" in e.proto.body for e in app.html)
    app.checkbox[box(app, "Country")].check()
    app = click(app, "Accept the ticked ones")
    assert "1 fact accepted" in words(fine(app.run()))
