"""An organisation that no law judges: it is said first of all, nothing else is claimed of its flows, and it can be mended there."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.test_pages import MINIMAL, fine, on_page, opened, upload, words

TOLD = "Nothing that Kowhai Limited sends is judged: no law for United States is loaded."
FILES = {**MINIMAL, "Organisations.csv": "Organisation,Country\nKowhai Limited,US\n"}


def judged_by(app: AppTest, codes: list[str]) -> AppTest:
    next(m for m in app.multiselect if m.label.startswith("Laws that")).set_value(codes)
    return fine(next(b for b in app.button if b.label == "Judge by these").click().run())


@pytest.mark.parametrize("title", ["Start", "Overview", "Transfers"])
def test_it_is_said_and_the_law_is_named_where_it_is_said(title: str) -> None:
    app = upload(opened(), FILES)
    app = app if title == "Start" else on_page(app, title)
    assert TOLD in words(app)
    assert "no transfer to judge" not in words(app)
    app = judged_by(app, ["nz", "au"])
    assert TOLD not in words(app)
    assert (
        app.session_state["loaded"].edited.done[-1].says
        == "Kowhai Limited to be judged by the law of New Zealand and Australia"
    )
    (organisation,) = app.session_state["loaded"].reading.inventory.organisations
    assert organisation.regimes.value == ("nz", "au")
    assert organisation.country.value[0].country == "US"
    register = on_page(app, "Transfers")
    assert {regime for table in register.dataframe if "Regime" in table.value for regime in table.value["Regime"]} == {
        "New Zealand",
        "Australia",
    }


def test_who_was_named_beside_the_files_gets_a_row() -> None:
    app = upload(opened(), {name: text for name, text in FILES.items() if name != "Organisations.csv"})
    next(t for t in app.text_input if t.label == "Organisation").set_value("Kowhai Limited")
    next(s for s in app.selectbox if s.label == "Country").set_value("US")
    app = fine(next(b for b in app.button if b.label == "Go on").click().run())
    assert TOLD in words(app)
    app = judged_by(app, ["nz"])
    assert TOLD not in words(app)
    assert "New Zealand, Privacy Act 2020." in words(app)


def test_a_transfer_that_no_law_judges_is_not_said_to_move_inside() -> None:
    app = upload(opened(), FILES)
    for title in ("Transfers", "Flows"):
        said = words(on_page(app, title))
        assert "1 flow is to a recipient or abroad and judged by no law that is loaded or chosen." in said
        assert "collected or moved inside" not in said.replace("Leave out what is collected or moved inside", "")


def test_regimes_at_the_left_that_leave_out_every_law_are_said_to() -> None:
    app = upload(opened(), MINIMAL)
    app = fine(app.sidebar.multiselect[0].set_value(["au"]).run())
    assert "no law that could apply to it is chosen in Regimes, at the left" in words(app)
    assert "Judge by these" not in [b.label for b in app.button]


def test_where_nothing_goes_anywhere_there_is_no_transfer_to_judge() -> None:
    app = upload(opened(), {**MINIMAL, "Systems.csv": "System,Categories\nShop,Name\n"})
    assert "No flow goes to a recipient or abroad, so there is no transfer to judge." in words(app)
