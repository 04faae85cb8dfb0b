"""The page People and breaches: each question asked, and the same rows on the page and in the file."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.test_pages import MINIMAL, example, fine, on_page, opened, upload, words

TITLE = "People and breaches"


def asking(app: AppTest, question: str) -> AppTest:
    return fine(app.button_group[0].set_value(question).run())


def index(app: AppTest) -> Any:
    """What chooses the part of the answer that is read."""
    return next(group for group in app.button_group if str(group.key).endswith("_part"))


def parts(app: AppTest) -> list[str]:
    return [option.content for option in index(app).proto.options]


def test_it_asks_whose_information_before_it_tells() -> None:
    app = on_page(example("Focus Technology"), TITLE)
    assert "Choose whose information is looked for." in words(app)
    app = fine(app.multiselect(key="whose").set_value(["Website visitors"]).run())
    said = words(app)
    assert "6 are recorded as holding it, 3 may hold it, and 18 are not recorded as holding it." in said
    assert parts(app) == [
        "Holds it (6)",
        "May hold it (3)",
        "Whom to tell of a correction (10)",
        *parts(app)[3:5],
        "Not recorded as holding it (18)",
        "Everything",
    ]
    assert "May hold it (3)" not in said
    assert "May hold it (3)" in words(fine(index(app).set_value("May hold it").run()))
    said = words(fine(index(app).set_value("Everything").run()))
    assert "Holds it (6) May hold it (3) Whom to tell of a correction (10)" in said
    assert "Google Analytics" in said
    app = fine(app.multiselect(key="of_category").set_value(["Visit times"]).run())
    assert "Holds it (4)" in words(app)
    assert app.query_params["where_part"] in ("Everything", ["Everything"])


def test_what_several_rows_say_at_length_is_written_out_once() -> None:
    security = "Locked in a room of its own that nobody enters without a second person beside them"
    rows = "\n".join(f"{name},Name,Customers,{security}" for name in ("Shop", "Till", "Archive"))
    files = {**MINIMAL, "Systems.csv": f"System,Categories,Individuals,Security\n{rows}\n"}
    app = on_page(upload(opened(), files), TITLE)
    app = fine(app.multiselect(key="whose").set_value(["Customers"]).run())
    shown = "".join(element.proto.body for element in app.html)
    said = re.sub(r"<[^>]+>", " ", shown)
    assert said.count(security) == 1
    number = 1 + re.findall(r"<li>(.*?)</li>", shown).index(f"Security: {security}")
    assert said.count(f"see {number} above") == 3
    assert shown.count(f'title="Security: {security}"') == 3, "a pointer reads it in place"


def test_a_leak_is_told_with_its_limits_only_when_somebody_became_aware() -> None:
    app = asking(on_page(example("Lead Management"), TITLE), "If this leaks")
    assert "Choose where it leaks." in words(app)
    app = fine(app.selectbox(key="leak").set_value("Call recordings").run())
    said = words(app)
    assert "Whether this is to be notified is for people to decide" in said
    assert "the Privacy Commissioner" in said.replace("The Privacy", "the Privacy")
    assert "At the latest" not in said
    became = next(d for d in app.date_input if d.label == "Became aware on")
    app = fine(became.set_value(date(2026, 11, 20)).run())
    assert "2026-11-23 00:00" in words(app)


@pytest.mark.parametrize(("kind", "name"), [("Recipient", "Overseas cloud provider"), ("Country", "United States")])
def test_a_leak_may_be_at_a_recipient_or_in_a_country(kind: str, name: str) -> None:
    app = asking(on_page(example("Lead Management"), TITLE), "If this leaks")
    app = fine(app.button_group[1].set_value(kind).run())
    app = fine(app.selectbox(key="leak").select(name).run())
    assert "What leaks (" not in words(app)
    app = fine(index(app).set_value("What leaks").run())
    assert "What leaks (" in words(app)
    assert "Whom to tell (" not in words(app)


def test_where_nobody_is_named_everything_may_be_about_anybody() -> None:
    app = on_page(upload(opened(), MINIMAL), TITLE)
    assert "names no kind of individual" in words(app)
    assert "0 are recorded as holding it, 2 may hold it, and 0 are not recorded" in words(app)


def test_names_of_a_file_are_never_markup() -> None:
    name = "<img src=x onerror=alert(1)> **bold**"
    files = {**MINIMAL, "Systems.csv": f"System,Categories,Individuals,Recipients\n{name},Name,{name},Courier\n"}
    app = on_page(upload(opened(), files), TITLE)
    app = fine(app.multiselect(key="whose").set_value([name]).run())
    assert all("<img" not in element.proto.body for element in app.html)
    assert name in words(app)
