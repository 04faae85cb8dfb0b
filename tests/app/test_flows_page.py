"""The page Flows: whatever the shape, what is drawn and what is said to have no place in it are the rows of the table."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_pandas_df_to_arrow_bytes
from streamlit.testing.v1 import AppTest

from datamap import pictures
from datamap.ui import SERVER_OPTIONS
from datamap.ui.components import tables
from datamap.views import STYLE
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


def at(address: dict[str, str]) -> AppTest:
    """The page as an address leads to it."""
    found = upload(opened(), {f"{name}.csv": csv(sheet) for name, sheet in SHEETS.items()})
    for key, value in address.items():
        found.query_params[key] = value
    return on_page(found, "Flows")


GROUP = "country: Country not stated"


@pytest.mark.parametrize("picked", [{}, {"picked": GROUP}])
def test_an_address_that_opens_a_group_selects_it(picked: dict[str, str]) -> None:
    diagram = pictures.flow_diagram(pictured.shown(), fold=pictures.Fold.COUNTRY)
    folded = next(diagram.nodes[box] for box, opens in diagram.opens.items() if opens == GROUP)
    app = at({"fold": "By country", "opened": GROUP, **picked})
    said = words(app)
    assert "Nothing picked" not in said
    assert f"Country not stated {len(folded)} box" in said
    for node in folded:
        assert node.name in said
    assert "Close it again" in [button.label for button in app.button]


def test_a_large_table_says_the_same_in_fewer_bytes_and_with_its_colours(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.session_state["flagged"] = False
    small = shown_as(app, "Table").dataframe[0]
    monkeypatch.setattr(tables, "STYLED_CELLS", 0)
    large = shown_as(app, "Table").dataframe[0]
    outcomes = [", ".join(words) for words in large.value["Outcome"]]
    assert outcomes == list(small.value["Outcome"])
    assert "" in outcomes
    assert len(set(outcomes)) > 2
    others = [name for name in small.value.columns if name != "Outcome"]
    assert list(large.value.columns) == list(small.value.columns)
    assert large.value[others].astype(str).to_dict() == small.value[others].astype(str).to_dict()
    options = json.loads(large.proto.columns)["Outcome"]["type_config"]["options"]
    assert {option["value"]: option["color"] for option in options} == {o.label: look.fill for o, look in STYLE.items()}
    many = pd.DataFrame({"From": ["A system with a name"] * 9_000, "Outcome": ["No safeguard"] * 9_000})
    packed = convert_pandas_df_to_arrow_bytes(tables._packed(many))
    assert len(packed) < len(convert_pandas_df_to_arrow_bytes(many))


def test_a_run_does_not_walk_through_everything_that_is_open() -> None:
    """A full collection of garbage after each run, which is Streamlit's way, takes longer than the run on a large inventory."""
    assert SERVER_OPTIONS["runner.postScriptGC"] is False
