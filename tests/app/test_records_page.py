"""The page Records: each record, each scope, and the packs."""

from __future__ import annotations

import pytest

from datamap.registers import RECORDS
from tests.app.test_pages import example, fine, on_page, words

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
