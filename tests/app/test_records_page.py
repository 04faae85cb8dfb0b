"""The page Records: each record, each scope, and the packs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from datamap.assessment import assess
from datamap.packs import split
from datamap.registers import RECORDS
from tests.app.test_pages import blank_workbook, click, example, fine, on_page, refused, words
from tests.conftest import TODAY

TITLE = "Records"


@pytest.mark.parametrize("code", RECORDS)
def test_every_record_is_previewed(code: str) -> None:
    app = on_page(example("Focus Technology"), TITLE)
    app = fine(app.selectbox(key="record").set_value(code).run())
    said = words(app)
    assert RECORDS[code].help in said
    if RECORDS[code].form:
        assert "What is not in the form" in said


def test_a_record_is_about_all_or_the_filters_or_one_system() -> None:
    app = on_page(example("Lead Management"), TITLE)
    assert "11 systems, 10 in this record; left out: 1 held for somebody else" in words(app)
    app = fine(app.button_group[0].set_value("One system").run())
    assert "Choose a system." in words(app)
    app = fine(app.selectbox(key="record_of_system").set_value("Fax").run())
    assert "1 system, 1 in this record." in words(app)
    app = fine(app.button_group[0].set_value("What passes the filters").run())
    assert "Nothing hidden." in words(app)


def test_the_packs_are_counted() -> None:
    said = words(on_page(example("Lead Management"), TITLE))
    assert "rows of the inventory are in one or more packs." in said
    assert "datamap merge" in said


def sent_packs() -> dict[str, bytes]:
    """The packs of an example, by file."""
    app = on_page(example("Lead Management"), TITLE)
    reading = app.session_state["loaded"].reading
    return dict(split(assess(reading, on=TODAY)).files())


def back(edit: Callable[[Any], None], sent: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sent))
    edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def came_back(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    sent = [(name, data, "application/zip") for name, data in files]
    return fine(app.file_uploader(key="packs that came back").set_value(sent).run())


def changes(app: AppTest) -> list[tuple[str, str, str, str]]:
    found = next((d.value for d in app.dataframe if "What becomes of it" in d.value.columns), None)
    rows = [] if found is None else found.to_dict("records")
    return [(r["What becomes of it"], r["Row"], r["Column"], r["Came back"]) for r in rows]


def test_a_pack_that_came_back_is_shown_taken_over_and_undone() -> None:
    packs = sent_packs()
    file = next(name for name in packs if name.endswith(".xlsx"))
    name = ""

    def edit(book: Any) -> None:
        nonlocal name
        sheet = book["Systems"]
        headings = [str(c.value).rstrip(" *") for c in sheet[1]]
        marked = headings.index("Yours or context")
        row = next(r for r in sheet.iter_rows(min_row=2) if r[marked].value == "yours to confirm")
        name = row[0].value
        row[headings.index("Retention")].value = "41 days"

    app = on_page(example("Lead Management"), TITLE)
    before = app.session_state["loaded"].reading
    app = came_back(app, (file, back(edit, packs[file])), ("other.xlsx", blank_workbook()))
    assert "is no owner pack" in refused(app)[0]
    assert changes(app) == [("to be taken over", name, "Retention", "41 days")]
    assert app.session_state["loaded"].reading is before
    app = click(app, "Take over 1 change")
    after = app.session_state["loaded"]
    system = after.reading.inventory.system(name)
    assert system.retention.value == "41 days"
    assert system.retention.cell.file == "your edits"
    assert [(e.slot.heading, e.after) for e in after.edited.copy.edits] == [("Retention", "41 days")]
    assert "1 change taken over from the packs of" in words(app)
    assert changes(app) == [("already so", name, "Retention", "41 days")]
    assert next(b for b in app.button if b.key == "take over packs").disabled
    after.edited = after.edited.undo()
    assert after.edited.copy.reading is before


def test_conflicts_and_deletions_are_shown_and_not_taken_unasked() -> None:
    packs = sent_packs()
    file = next(name for name in packs if name.endswith(".xlsx"))
    gone = ""

    def put(words: str, delete: bool = False) -> Callable[[Any], None]:
        def edit(book: Any) -> None:
            nonlocal gone
            sheet = book["Systems"]
            headings = [str(c.value).rstrip(" *") for c in sheet[1]]
            rows = [
                r
                for r in sheet.iter_rows(min_row=2)
                if r[headings.index("Yours or context")].value == "yours to confirm"
            ]
            rows[0][headings.index("Retention")].value = words
            if delete:
                gone = rows[1][0].value
                sheet.delete_rows(rows[1][0].row)

        return edit

    app = on_page(example("Lead Management"), TITLE)
    app = came_back(app, (file, back(put("1 day"), packs[file])), (f"2 {file}", back(put("2 days"), packs[file])))
    assert [c[0] for c in changes(app)] == ["in conflict"] * 2
    assert next(b for b in app.button if b.key == "take over packs").disabled
    app = came_back(app, (file, back(put("1 day", delete=True), packs[file])))
    assert ("only proposed", gone, "the row", "deleted") in changes(app)
    app = fine(next(t for t in app.toggle if t.label.startswith("Delete the rows")).set_value(True).run())
    assert ("to be deleted", gone, "the row", "deleted") in changes(app)
    app = click(app, "Take over 2 changes")
    assert app.session_state["loaded"].reading.inventory.system(gone) is None


def test_what_is_no_workbook_is_said() -> None:
    app = came_back(on_page(example("Lead Management"), TITLE), ("Pack.xlsx", b"torn"))
    assert refused(app)
    assert not changes(app)
