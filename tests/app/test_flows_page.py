"""The page Flows: whatever the shape, what is drawn and what is said to have no place in it are the rows of the table."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from datamap.ui import SERVER_OPTIONS
from tests import pictured
from tests.app.test_pages import fine, on_page, opened, upload, words

SHEETS = {
    "Organisations": pictured.ORGANISATIONS,
    "Systems": pictured.SYSTEMS,
    "Information categories": pictured.CATEGORIES,
    "Recipients": pictured.RECIPIENTS,
    "Flows": pictured.FLOWS,
}
MATRICES = ("Categories × countries", "Systems × recipients", "Recipients × countries", "Categories × recipients")
FILTERS: tuple[dict[str, object], ...] = (
    {},
    {"category": ["Salary"]},
    {"country": ["US"]},
    {"around": "Shop"},
    {"flagged": True},
    {"category": ["Name"], "around": "Customers"},
)


def csv(sheet: str) -> str:
    return "\n".join(",".join(f'"{cell.strip()}"' for cell in line.split("|")) for line in sheet.strip().splitlines())


@pytest.fixture(scope="module")
def app() -> AppTest:
    found = upload(opened(), {f"{name}.csv": csv(sheet) for name, sheet in SHEETS.items()})
    return on_page(found, "Flows")


def shown_as(app: AppTest, way: str, matrix: str = "") -> AppTest:
    app.session_state["shown_as"] = way
    if matrix:
        app.session_state["matrix"] = matrix
    return fine(app.run())


def counts(app: AppTest) -> tuple[int, int]:
    """How many flows the sentence at the top says are drawn, and how many are not."""
    said = words(app)
    if found := re.search(r"(\d+) of (\d+) flows? drawn; (\d+) ha(?:s|ve) no place [^:]+: ([^.]+)\.", said):
        drawn, every, missing, why = found.groups()
        assert int(drawn) + int(missing) == int(every)
        reasons = re.findall(r"\d+", why)
        assert not reasons or sum(map(int, reasons)) == int(missing)
        assert "Nothing hidden" not in said
        return int(drawn), int(missing)
    only = re.search(r"(\d+) flows? shown\.", said)
    assert only
    return int(only[1]), 0


@pytest.mark.parametrize("filters", FILTERS)
def test_drawn_and_stated_are_the_rows_of_the_table(app: AppTest, filters: dict[str, object]) -> None:
    unfiltered: dict[str, object] = {"category": [], "country": [], "around": None, "flagged": False}
    for key, everything in unfiltered.items():
        app.session_state[key] = filters.get(key, everything)
    app = shown_as(app, "Table")
    rows = len(app.dataframe[0].value)
    assert counts(app) == (rows, 0)
    selection = {way: counts(shown_as(app, way)) for way in ("Diagram", "World map", "Sankey")}
    selection |= {matrix: counts(shown_as(app, "Matrix", matrix)) for matrix in MATRICES}
    assert {way: drawn + missing for way, (drawn, missing) in selection.items()} == dict.fromkeys(selection, rows)
    assert selection["Diagram"] == (rows, 0)
    assert selection["World map"] == selection["Sankey"]
    if not filters:
        whole = pictured.shown()
        placed = {leg.flow.id for leg in pictured.legs(whole)}
        assert selection["World map"] == (len(placed), len(whole.flows) - len(placed))


def test_a_run_does_not_walk_through_everything_that_is_open() -> None:
    """A full collection of garbage after each run, which is Streamlit's way, takes longer than the run on a large inventory."""
    assert SERVER_OPTIONS["runner.postScriptGC"] is False
