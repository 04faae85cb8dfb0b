"""The page Inventory: typed in, checked like a file, undone, put back, downloaded, and held for the tab that has it open."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from datamap.transfers import Outcome
from datamap.ui import session
from datamap.ui.components.keeper import Keeper
from datamap.workbook import Reading
from datamap.workbook.editing import EDITS, WorkingCopy
from tests.app.test_pages import MINIMAL, ROOT, click, example, fine, on_page, opened, upload, words

FILES = {
    **MINIMAL,
    "Systems.csv": "System,Categories,Recipients\nShop,Name,Courier; Mailer\nTill,Name,Courier\n",
    "Recipients.csv": "Recipient,Country,Role,Own purposes\nCourier,US,controller,yes\nMailer,Fiji,boss,\n",
    "Flows.csv": "Flow,From,To,Categories,Safeguards\nF1,Shop,Mailer,Name,\n",
}
DROP_DOWNS = ("Role",)


def page(files: Mapping[str, str] = FILES, sheet: str = "Recipients") -> AppTest:
    app = upload(opened(), files)
    app.query_params["sheet"] = sheet
    return on_page(app, "Inventory")


def copy(app: AppTest) -> WorkingCopy:
    found: WorkingCopy = app.session_state["loaded"].edited.copy
    return found


def reading(app: AppTest) -> Reading:
    found: Reading = app.session_state["loaded"].reading
    return found


def typed(app: AppTest, cells: Mapping[int, Mapping[str, Any]]) -> AppTest:
    """Say, as the browser does, all that was typed in the table since it was drawn: by place and heading."""
    grid = app.session_state["grid"]
    headings = [slot.heading for slot in grid.drawn.slots(grid.asked[0])]
    said = {
        str(place): {"delete" if h == "Delete" else f"c{headings.index(h)}": value for h, value in row.items()}
        for place, row in cells.items()
    }
    state = app._tree.get_widget_states()
    sent = state.widgets.add()
    sent.id = next(d.proto.id for d in app.dataframe if d.proto.id.endswith(f"-{grid.key}"))
    sent.string_value = json.dumps({"edited_rows": said, "added_rows": [], "deleted_rows": []})
    return fine(app._run(state))


def told(app: AppTest) -> list[str]:
    """The values that are said to be mended on the sheet that is looked at."""
    return [v for d in app.dataframe if "What to do" in d.value.columns for v in d.value["Value"]]


def edits(app: AppTest) -> list[tuple[str, str, str]]:
    found = [d.value for d in app.dataframe if "Before" in d.value.columns]
    return [(r["Column"], r["Before"], r["Now"]) for d in found for r in d.to_dict("records")]


# ---------------------------------------------------------------------------------------------------- typing


def test_a_cell_that_is_typed_is_checked_and_judged_at_once() -> None:
    app = page()
    assert told(app) == ["boss"]
    app = typed(app, {0: {"Country": "Atlantis"}})
    assert told(app) == ["Atlantis", "boss"]
    assert edits(app) == [("Country", "US", "Atlantis")]
    problem = next(p for p in reading(app).problems if p.value == "Atlantis")
    assert (problem.cell.file, problem.cell.address) == (EDITS, "C2")
    app = typed(app, {0: {"Country": "Atlantis"}, 1: {"Role": "agent"}})
    assert told(app) == ["Atlantis"]
    assert len(app.session_state["loaded"].edited.done) == 2


def test_what_was_not_edited_keeps_its_cell_in_the_trace() -> None:
    app = typed(page(), {1: {"Country": "Ireland"}})
    courier, mailer = (reading(app).inventory.recipient(n) for n in ("Courier", "Mailer"))
    assert courier
    assert mailer
    assert str(courier.country.cell) == "Recipients.csv!Recipients!B2"
    assert mailer.country.cell
    assert mailer.country.cell.file == EDITS


def test_rows_are_added_below_and_deleted_by_a_tick() -> None:
    app = typed(page(), {2: {"Recipient": "Printer", "Country": "AU"}})
    assert reading(app).inventory.recipient("Printer")
    assert edits(app) == [("the row was added", "", "")]
    assert reading(app).inputs[-1].file == EDITS
    app = typed(app, {2: {"Recipient": "Printer", "Country": "AU"}, 0: {"Delete": True}})
    assert not reading(app).inventory.recipient("Courier")
    assert "“Courier” was deleted on Recipients, and 2 cells still say it" in words(app)
    assert app.session_state["grid"].numbers == (3, 4)
    app = click(app, "Undo all")
    assert reading(app) is copy(app).opened.reading


def test_a_row_without_a_name_is_told_and_kept_for_mending() -> None:
    app = typed(page(), {2: {"Country": "AU"}})
    messages = next(d.value["Message"] for d in app.dataframe if "Message" in d.value.columns)
    assert any("so it was left out" in message for message in messages)
    assert copy(app).text("Recipients", 4, copy(app).slots("Recipients")[2]) == "AU"
    assert reading(app).inputs[-1].rows_left_out == 1


def test_undo_redo_and_putting_one_edit_back() -> None:
    app = typed(page(), {0: {"Country": "NZ"}})
    app = typed(app, {0: {"Country": "NZ"}, 1: {"Country": "AU"}})
    app = click(app, "Undo")
    assert edits(app) == [("Country", "US", "NZ")]
    app = click(app, "Redo")
    assert edits(app) == [("Country", "US", "NZ"), ("Country", "Fiji", "AU")]
    app.session_state["edits"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app = click(fine(app.run()), "Put this one back")
    assert edits(app) == [("Country", "Fiji", "AU")]
    assert len(app.session_state["loaded"].edited.done) == 3
    app = click(click(click(app, "Undo"), "Undo"), "Undo")
    assert edits(app) == []
    assert next(b for b in app.button if b.label == "Undo").disabled


def test_a_renamed_recipient_is_renamed_where_it_is_named_when_the_reader_says_so() -> None:
    app = typed(page(), {0: {"Recipient": "Parcel Post"}})
    assert "“Courier” was renamed to “Parcel Post” on Recipients, and 2 cells still say it" in words(app)
    assert [p.value for p in reading(app).problems if p.code == "P201"] == ["Courier", "Courier"]
    app = click(app, "Rename it there too")
    assert not [p for p in reading(app).problems if p.code == "P201"]
    assert "still say it" not in words(app)
    assert [s.recipients.value for s in reading(app).inventory.systems] == [("Parcel Post", "Mailer"), ("Parcel Post",)]


def test_what_a_rename_leaves_stands_before_the_table_and_the_name_is_no_grey_column() -> None:
    app = typed(page(), {0: {"Recipient": "Parcel Post"}})

    def types(block: Any) -> Iterator[str]:
        for child in getattr(block, "children", {}).values():
            yield child.type
            yield from types(child)

    order = list(types(app.main))
    assert order.index("warning") < order.index("dataframe")
    (table,) = [d for d in app.dataframe if d.proto.id.endswith(f"-{app.session_state['grid'].key}")]
    configured = json.loads(table.proto.columns)
    assert not configured["c0"].get("pinned")
    assert configured["row"]["pinned"]
    assert configured["row"]["disabled"]
    assert table.value["row"][0] == "2  Parcel Post", "what a row is called now stays in view beside its number"
    assert table.value["row"].iloc[-1].isdecimal(), "a blank row has a number alone"


def test_codes_are_offered_with_their_names() -> None:
    app = page(sheet="Safeguards")
    (table,) = [d for d in app.dataframe if d.proto.id.endswith(f"-{app.session_state['grid'].key}")]
    headings = [slot.heading for slot in app.session_state["grid"].drawn.slots("Safeguards")]
    column = json.loads(table.proto.columns)[f"c{headings.index('Mechanism')}"]
    named = {
        option["value"]: option["label"] for option in column["type_config"]["options"] if isinstance(option, dict)
    }
    assert named["EU-46-SCC-M2"] == "SCC module 2 controller to processor (EU-46-SCC-M2)"


def test_a_near_word_is_written_by_a_button_in_the_row_alone() -> None:
    app = page({**FILES, "Flows.csv": "Flow,From,To,Categories\nF1,Shop,Mailer,Nmae\n"}, "Flows")
    table = next(d for d in app.dataframe if "What to do" in d.value.columns)
    assert list(table.value["Value"]) == ["Nmae"]
    app.session_state["to mend Flows"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.session_state["row"] = 2  # as the pick of a problem says
    app = fine(app.run())
    assert "Row 2 of Flows alone" in words(app)
    app = click(app, "Write “Name” instead of “Nmae” in Categories")
    assert not [p for p in reading(app).problems if p.value == "Nmae"]
    app = click(app, "Show every row")
    assert "Row 2 of Flows alone" not in words(app)


def test_words_that_a_drop_down_lacks_are_not_lost_without_a_word() -> None:
    app = typed(page(), {0: {"Country": "AU", "Role": None}})
    assert "1 cell stayed blank, because what was pasted is not in the drop-down" in words(app)
    app = typed(page(), {0: {"Role": None}})  # cleared by the reader
    assert "stayed blank" not in words(app)


def test_hostile_text_is_only_text() -> None:
    hostile = "<img src=x onerror=alert(1)> **x** [y](http://z) =1+1"
    app = typed(page(), {0: {"Recipient": hostile}})
    assert not any("<img" in e.proto.body for e in app.html)
    assert reading(app).inventory.recipient(hostile)
    fine(click(app, "Rename it there too").run())


# ---------------------------------------------------------------------------------------------------- the page


def test_cold_it_begins_a_new_inventory() -> None:
    app = on_page(opened(), "Inventory")
    assert "No inventory is open" in words(app)
    app = click(app, "Begin a new inventory")
    assert "holds no record yet" in words(app)
    app = typed(app, {0: {"Organisation": "Kowhai Limited", "Country": "NZ"}})
    assert reading(app).inventory.organisation("Kowhai Limited")
    assert not reading(app).problems
    assert "What was read" in words(on_page(app, "Start"))


def test_the_sheet_and_the_row_are_in_the_address() -> None:
    app = page(sheet="Flows")
    assert app.session_state["grid"].asked[0] == "Flows"
    assert app.query_params["sheet"] in ("Flows", ["Flows"])


def test_a_cell_of_a_trace_leads_to_its_row() -> None:
    app = upload(opened(), FILES)
    app.query_params["cell"] = "Recipients.csv!Recipients!B3"
    app = on_page(app, "Inventory")
    assert app.session_state["grid"].asked[:2] == ("Recipients", 3)
    assert "Row 3 of Recipients alone: Mailer" in words(app)


@pytest.mark.parametrize("cell", ["x", "a!b!c", "Recipients.csv!Recipients!B999", "!!!", "a!b!A1"])
def test_a_cell_that_is_nowhere_changes_nothing(cell: str) -> None:
    app = page()
    app.query_params["cell"] = cell
    assert "Show every row" not in [b.label for b in fine(app.run()).button]
    assert app.session_state["grid"].asked[:2] == ("Recipients", None)


def test_a_search_shows_a_part_and_says_what_it_hides() -> None:
    many = "".join(f"R{n},NZ\n" for n in range(40))
    app = page({**FILES, "Recipients.csv": f"Recipient,Country\n{many}"})
    search = next(t for t in app.text_input if t.label == "Search this sheet")
    app = fine(search.set_value("r39").run())
    assert app.session_state["grid"].numbers == (41,)
    assert "39 rows of 40 hidden" in words(app)
    app = typed(app, {0: {"Country": "AU"}, 1: {"Recipient": "New one"}})
    assert "39 rows of 41 hidden" in words(app)
    assert reading(app).inventory.recipient("New one")


def test_a_large_sheet_shows_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datamap.ui.components.editor.MOST_ROWS", 30)
    many = "".join(f"R{n},NZ\n" for n in range(40))
    app = page({**FILES, "Recipients.csv": f"Recipient,Country\n{many}"})
    assert len(app.session_state["grid"].numbers) == 30
    assert "10 rows of 40 hidden. At most 30 are shown at once" in words(app)


def test_suggestions_and_edits_have_one_history() -> None:
    app = page({**FILES, "Recipients.csv": "Recipient,Country\nMailchimp,\nCourier,US\n"})
    app = typed(app, {1: {"Country": "AU"}})
    next(box for box in app.checkbox if box.label == "Country").check()
    app = click(app, "Accept the ticked ones")
    assert "1 fact accepted" in words(app)
    assert ("Country", "", "US") in edits(app)
    app = click(app, "Undo")
    assert edits(app) == [("Country", "US", "AU")]
    assert "fact accepted" not in words(app)
    app = click(app, "Undo")
    assert edits(app) == []


def test_edits_outlive_another_law_and_those_that_no_longer_fit_are_told() -> None:
    app = typed(page(), {0: {"Country": "AU"}, 2: {"Recipient": "Printer"}})
    found = app.session_state["loaded"]
    for n, name in enumerate(("Courier", "Mailer")):
        assert found.reading.inventory.recipients[n].name == name
    app = upload(on_page(app, "Law"), {"adequacy.csv": (ROOT / "datamap/law/adequacy.csv").read_bytes()})
    courier = reading(app).inventory.recipient("Courier")
    assert courier
    assert [p.country for p in courier.country.value or ()] == ["AU"]
    assert reading(app).inventory.recipient("Printer")


def test_the_files_back_are_marked_as_they_were_opened() -> None:
    app = typed(page(), {1: {"Role": "agent"}, 0: {"Country": "Atlantis"}})
    app = on_page(app, "Start")
    assert "Your files back, with the problems marked: 1" in [e.label for e in app.expander]


# ---------------------------------------------------------------------------------------------------- evidence


def form() -> AppTest:
    """A page that draws the form for the first answer that a mechanism would clear."""
    app = AppTest.from_function(_form, default_timeout=60)
    return fine(app.run())


def _form() -> None:
    import streamlit as st

    from datamap.transfers import Outcome
    from datamap.ui import session
    from datamap.ui.components.evidence import evidence_form

    session.sidebar("Transfers")
    if session.loaded() is None:
        session.open_example("Focus Technology")
    assessment = session.current()
    answers = [a for a in assessment.answers if a.leg.flow.id == "F1" and a.regime == "nz"]
    st.text(", ".join(a.outcome.value for a in answers))
    for answer in answers:
        if answer.outcome in (Outcome.GAP, Outcome.INCOMPLETE):
            evidence_form(assessment, answer)


def test_evidence_is_recorded_as_the_reader_has_it_and_judged() -> None:
    app = form()
    before = reading(app).inventory
    assert [t.value for t in app.text] == ["gap"]
    fields = {t.label: t for t in app.text_input}
    assert fields["Recipients"].value == "Google Analytics"
    assert not fields[next(label for label in fields if label.startswith("Document"))].value
    fields[next(label for label in fields if label.startswith("Document"))].set_value("C/2026/14")
    app = click(app, "Record this evidence")
    now = reading(app).inventory
    assert len(now.safeguards) == len(before.safeguards) + 1
    added = now.safeguards[-1]
    assert added.signed.blank
    assert added.document.value == "C/2026/14"
    told = words(app)
    assert "Recorded. F1: Website → Google Analytics" in told
    assert "New Zealand: No safeguard → Evidence incomplete" in told
    flow = next(f for f in now.flows if f.name == "F1")
    assert added.name in (flow.safeguards.value or ())
    assert [t.value for t in app.text] == [Outcome.INCOMPLETE.value]


def test_what_evidence_changes_elsewhere_is_told_before_it_is_recorded() -> None:
    app = on_page(upload(opened(), {**FILES, "Flows.csv": "Flow,From,To,Categories\n"}), "Transfers")
    before = reading(app).inventory
    answers = app.selectbox(key="answer").options
    assert sum("→ Courier" in name for name in answers) == 2
    fine(app.selectbox(key="answer").set_value(next(n for n in answers if "Shop → Courier" in n)).run())

    def document(text: str) -> None:
        next(t for t in app.text_input if t.label.startswith("Document")).set_value(text)

    document("C/2026/14")
    app = click(app, "Record this evidence")
    said = words(app)
    assert "Nothing is recorded yet." in said
    assert "It would change 1 other answer as well:" in said
    assert "Till → Courier, United States, New Zealand: No safeguard becomes Evidence incomplete" in said
    assert reading(app).inventory == before
    document("C/2026/15")
    app = click(app, "Record this evidence")
    assert "Nothing is recorded yet." in words(app), "what was foretold was something else"
    app = click(app, "See first what it would change")
    assert reading(app).inventory == before
    app = click(app, "Record this evidence")
    assert len(reading(app).inventory.safeguards) == 1
    assert "It changed 1 other answer as well: Till → Courier, United States, New Zealand" in words(app)


def test_what_evidence_would_change_may_be_asked_first() -> None:
    app = form()
    next(t for t in app.text_input if t.label.startswith("Document")).set_value("C/2026/14")
    before = reading(app).inventory
    app = click(app, "See first what it would change")
    said = words(app)
    assert "No safeguard becomes Evidence incomplete" in said
    assert "No other answer would have another outcome." in said
    assert reading(app).inventory == before


def test_a_form_without_anything_on_file_records_nothing() -> None:
    app = form()
    before = reading(app).inventory
    app = click(app, "Record this evidence")
    assert "Nothing is recorded: fill in what is on file" in words(app)
    assert reading(app).inventory == before


def test_evidence_of_a_name_that_is_taken_is_not_recorded() -> None:
    app = form()
    field = next(t for t in app.text_input if t.label == "Safeguard")
    taken = reading(app).inventory.safeguards[0].name
    field.set_value(taken)
    next(t for t in app.text_input if t.label.startswith("Document")).set_value("C/2026/14")
    app = click(app, "Record this evidence")
    assert "is on record already" in words(app)
    assert len(reading(app).inventory.safeguards) == 1


# ---------------------------------------------------------------------------------------------------- held for the tab


def test_what_is_open_is_held_under_a_token_of_its_own_and_let_go_when_closed() -> None:
    first, second = page(), page()
    tokens = {app.session_state["tab"] for app in (first, second)}
    assert len(tokens) == 2
    assert all(len(token) > 40 for token in tokens)
    held = session._TABS.restore(first.session_state["tab"])
    assert held is not None
    assert held[0].reading is reading(first)
    assert "Nothing is written to disk" in words(first)
    token = first.session_state["tab"]
    click(first, "Close it")
    assert session._TABS.restore(token) is None
    assert session._TABS.restore(second.session_state["tab"]) is not None


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_tab_gets_back_what_it_kept_and_nobody_else_does() -> None:
    tabs: Keeper[str] = Keeper()
    tabs.keep("a", "mine")
    assert tabs.restore("a") == "mine"
    assert tabs.restore("b") is None


def test_a_restored_tab_and_the_one_it_was_duplicated_from_do_not_mix() -> None:
    tabs: Keeper[str] = Keeper()
    tabs.keep("a", "first")
    work = tabs.restore("a")
    assert work
    tabs.keep("b", work, origin="a")
    tabs.keep("a", "first, further")  # the tab that was duplicated goes on
    tabs.forget("b")
    assert tabs.restore("a") == "first, further"


def test_closing_a_restored_tab_lets_go_of_what_it_was_restored_from() -> None:
    tabs: Keeper[str] = Keeper()
    tabs.keep("a", "first")
    tabs.restore("a")
    tabs.keep("b", "first", origin="a")
    tabs.restore("b")
    tabs.keep("c", "first", origin="b")
    tabs.forget("c")
    assert len(tabs) == 0


def test_what_is_held_is_bounded_by_count_and_age() -> None:
    clock = Clock()
    tabs: Keeper[int] = Keeper(most=3, longest=60, now=clock)
    for n in range(5):
        clock.now = n
        tabs.keep(str(n), n)
    assert len(tabs) == 3
    assert tabs.restore("0") is None
    clock.now = 63
    assert tabs.restore("2") is None
    assert tabs.restore("4") == 4


def test_the_day_is_as_chosen() -> None:
    assert "1 March 2026" in words(on_page(example("Lead Management", date(2026, 3, 1)), "Inventory"))
