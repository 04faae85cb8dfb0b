"""Windows on long tables: what is shown and what is not are all rows, and whatever is asked for is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from datamap import registers
from datamap.assessment import Assessment
from datamap.transfers import WORST_FIRST
from datamap.ui import session
from datamap.ui.components import tables, windows
from datamap.views import View, select
from tests.app.test_overview import UNUSUAL, judged, unusual
from tests.app.test_pages import fine, on_page, opened, part, upload, words
from tests.app.test_transfers import choose, register, transfers

FEW = 4


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "ROWS", FEW)


def whole(app: AppTest) -> pd.DataFrame:
    """The register of all that is open, as the library has it."""
    return registers.table(registers.TRANSFERS, judged(app))


def press(app: AppTest, key: str) -> AppTest:
    return fine(app.button(key=key).click().run())


def said_rows(app: AppTest) -> tuple[int, int, int]:
    (found,) = re.findall(r"Rows ([\d,]+) to ([\d,]+) of ([\d,]+)\.", words(app))
    first, last, every = (int(number.replace(",", "")) for number in found)
    return first, last, every


def turned_through(app: AppTest, of: str, shown: str) -> pd.DataFrame:
    """All rows of the table that has a column `shown`, a window at a time."""
    found: list[pd.DataFrame] = []
    while True:
        (frame,) = (f.value for f in app.dataframe if shown in f.value)
        first, last, _ = said_rows(app)
        assert first == sum(map(len, found)) + 1
        assert len(frame) == last - first + 1 <= FEW
        found.append(frame)
        if app.button(key=f"rows of {of} after").disabled:
            break
        press(app, f"rows of {of} after")
    assert last == said_rows(app)[2]
    return pd.concat(found, ignore_index=True)


@pytest.mark.usefixtures("small")
def test_the_windows_of_the_register_are_all_its_rows() -> None:
    app = transfers("unusual")
    every = whole(app)
    assert len(every) > 2 * FEW
    assert said_rows(app) == (1, FEW, len(every))
    assert app.button(key="rows of register before").disabled
    assert turned_through(app, "register", "Source cells").equals(every)
    press(app, "rows of register before")
    assert said_rows(app)[1] <= len(every) - 1
    app = fine(app.selectbox(key="rows of register").set_value(0).run())
    assert register(app).equals(every[:FEW])


def test_few_rows_are_shown_as_they_always_were() -> None:
    app = transfers("unusual")
    assert register(app).equals(whole(app))
    assert "Rows 1 to" not in words(app)
    assert not [b.key for b in app.button if b.key and b.key.startswith("rows of")]
    assert len(app.selectbox(key="answer").options) == len(whole(app)) > 0


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("by", ["Worst first", "Recipient", "Last day of the safeguard"])
def test_sorting_sorts_all_rows_and_begins_with_the_first(by: str) -> None:
    app = transfers("unusual")
    press(app, "rows of register after")
    app = choose(app, "sorted_by", by)
    assert said_rows(app)[0] == 1
    shown = turned_through(app, "register", "Source cells")
    every = whole(app)
    assert sorted(map(tuple, shown.to_numpy())) == sorted(map(tuple, every.to_numpy()))
    if by == "Worst first":
        ranks = [[o.label for o in WORST_FIRST].index(label) for label in shown["Outcome"]]
        assert ranks == sorted(ranks)
        assert ranks != [[o.label for o in WORST_FIRST].index(label) for label in every["Outcome"]]
    if by == "Recipient":
        assert all(a.casefold() <= b.casefold() for a, b in pairwise(shown["To"]))


@pytest.mark.usefixtures("small")
def test_an_address_of_an_answer_opens_its_window() -> None:
    first = transfers("unusual")
    every = whole(first)
    while not first.button(key="rows of register after").disabled:
        press(first, "rows of register after")
    last = choose(first, "answer", first.selectbox(key="answer").options[-1])
    address = {key: last.query_params[key] for key in last.query_params}
    other = unusual()
    for key, value in address.items():
        other.query_params[key] = value
    on_page(other, "Transfers")
    assert said_rows(other) == said_rows(last)
    assert said_rows(other)[1] == len(every)
    assert other.session_state["answer"] == last.session_state["answer"]
    assert list(register(other)["Flow"])[-1] == every["Flow"].iloc[-1]
    assert "What is read below" not in words(other)


@pytest.mark.usefixtures("small")
def test_what_is_read_stays_when_the_reader_turns_on_and_is_found_again() -> None:
    app = transfers("unusual")
    read = app.session_state["answer"]
    press(app, "rows of register after")
    assert app.session_state["answer"] == read
    assert "What is read below stands in row 1, which is not among these." in words(app)
    app = fine(next(b for b in app.button if b.label == "Show its row").click().run())
    assert said_rows(app)[0] == 1
    assert "What is read below" not in words(app)
    press(app, "rows of register after")
    app = choose(app, "answer", app.selectbox(key="answer").options[2])
    assert app.session_state["answer"] != read
    assert said_rows(app)[0] == FEW + 1


@pytest.mark.usefixtures("small")
def test_a_row_that_is_picked_is_the_one_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[pd.DataFrame, Sequence[str]]] = []
    draw = tables.table

    def noting(rows: pd.DataFrame, **how: Any) -> None:
        if how.get("picked") and str(how["key"]).startswith("register"):
            told.append((rows, how["picked"].args[1]))
        draw(rows, **how)

    monkeypatch.setattr(tables, "table", noting)
    app = transfers("unusual")
    press(app, "rows of register after")
    assert "What is read below" in words(app)
    rows, named = told[-1]
    assert len(named) == len(rows)
    for name, system, recipient in zip(named, rows["From"], rows["To"], strict=True):
        assert f"{system} → {recipient}" in name


@pytest.mark.usefixtures("small")
def test_filters_and_groups_count_all_rows_and_begin_with_the_first() -> None:
    app = transfers("unusual")
    every = whole(app)
    press(app, "rows of register after")
    app = fine(app.toggle(key="flagged").set_value(True).run())
    flagged = registers.table(registers.TRANSFERS, judged(app), select(judged(app), View(flagged_only=True)))
    assert said_rows(app) == (1, FEW, len(flagged))
    app = fine(app.toggle(key="flagged").set_value(False).run())
    app = choose(app, "grouped_by", "Outcome")
    (groups,) = [f.value for f in app.dataframe if "Flagged answers" in f.value]
    counts = every["Outcome"].value_counts()
    assert dict(zip(groups["Outcome"], groups["Answers"], strict=True)).items() <= dict(counts).items()
    largest = counts.index[0]
    app = choose(app, "group", largest)
    assert set(register(app)["Outcome"]) == {largest}
    assert f"of {counts.iloc[0]:,}." in words(app)


@pytest.mark.usefixtures("small")
def test_other_tables_have_windows_too() -> None:
    app = upload(opened(), UNUSUAL)
    on_page(app, "Flows")
    app.session_state["shown_as"] = "Table"
    fine(app.run())
    flows = turned_through(app, "table of flows", "Places")
    assert len(flows) == len(judged(app).map.flows)
    app = part(on_page(app, "Transfers"), "Onward")
    _, chains = registers.several((registers.DESTINATIONS, registers.CHAINS), judged(app))
    assert len(chains) > FEW
    assert f"of {len(chains):,}." in words(app)


@pytest.mark.parametrize("name", ["Focus Technology", "Lead Management", "unusual"])
def test_some_rows_are_those_of_the_whole_register(name: str) -> None:
    app = transfers(name)
    assessment = judged(app)
    assert isinstance(assessment, Assessment)
    for view in (View(), View(flagged_only=True)):
        selection = select(assessment, view)
        every = registers.table(registers.TRANSFERS, assessment, selection)
        numbers = list(range(len(every)))[::-2]
        some = registers.some_transfers(selection, numbers)
        assert some.equals(every.iloc[numbers].reset_index(drop=True))
        assert list(registers.some_transfers(selection, ()).columns) == list(every.columns)
        for column in ("From", "To", "Country", "Regime", "Outcome", "Safeguard until"):
            assert registers.one_of_transfers(selection, column) == list(every[column])
    assert registers.questions_asked(assessment) == len(registers.table(registers.QUESTIONS, assessment))


def test_the_assessment_is_kept_however_many_windows_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    app = transfers("unusual")
    before = judged(app)
    monkeypatch.setattr(windows, "ROWS", 1)
    monkeypatch.setattr(session, "_KEPT", len(app.session_state["loaded"].kept) + 2)
    fine(app.run())
    for _ in range(6):
        press(app, "rows of register after")
    assert judged(app) is before
