"""The page Transfers: sorting, grouping, columns, what lapses, and the argument of an answer."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from datamap import law
from datamap.law.readable import day
from datamap.problems import Kind
from datamap.transfers import LABELS, WORST_FIRST
from datamap.ui.components.glossary import OUTCOMES, SHORT_FORMS, TERMS, meaning, with_short_forms
from datamap.ui.components.tables import ASIDE
from tests.app.test_changes import SHEETS, zipped
from tests.app.test_overview import judged, unusual
from tests.app.test_pages import EXAMPLES, example, fine, on_page, opened, part, upload, words


def transfers(name: str = "Focus Technology") -> AppTest:
    return on_page(unusual() if name == "unusual" else example(name), "Transfers")


def register(app: AppTest) -> pd.DataFrame:
    (frame,) = [f.value for f in app.dataframe if "Source cells" in f.value]
    assert isinstance(frame, pd.DataFrame)
    return frame


def choose(app: AppTest, key: str, value: str) -> AppTest:
    return fine(app.selectbox(key=key).set_value(value).run())


def test_the_worst_of_each_flow_is_one_row_a_flow() -> None:
    app = transfers("unusual")
    every = register(app)
    shown = register(choose(app, "rows", "Worst of each flow"))
    assert sorted(shown["Flow"]) == sorted(set(every["Flow"]))
    for flow, outcome in zip(shown["Flow"], shown["Outcome"], strict=True):
        ranks = [list(LABELS.values()).index(label) for label in every[every["Flow"] == flow]["Outcome"]]
        assert list(LABELS.values()).index(outcome) == min(ranks)
    assert f"{len(shown)} of {len(every)} answers that pass the filters." in words(app)


@pytest.mark.parametrize("by", ["Worst first", "Recipient", "Country", "System", "Last day of the safeguard"])
def test_sorting_keeps_every_row(by: str) -> None:
    app = transfers("unusual")
    before = register(app)
    after = register(choose(app, "sorted_by", by))
    assert sorted(map(tuple, after.to_numpy())) == sorted(map(tuple, before.to_numpy()))
    if by == "Worst first":
        ranks = [[o.label for o in WORST_FIRST].index(label) for label in after["Outcome"]]
        assert ranks == sorted(ranks)
    if by == "Last day of the safeguard":
        days = [d for d in after["Safeguard until"] if d]
        assert days == sorted(days)
        assert list(after["Safeguard until"])[: len(days)] == days


@pytest.mark.parametrize("name", [*EXAMPLES, "unusual"])
@pytest.mark.parametrize("by", ["Recipient", "Country", "Outcome", "Regime", "System", "Owner of the system"])
def test_groups_are_all_the_answers_and_each_opens(name: str, by: str) -> None:
    app = transfers(name)
    every = len(register(app))
    app = choose(app, "grouped_by", by)
    (groups,) = [f.value for f in app.dataframe if "Flagged answers" in f.value]
    assert sum(groups["Answers"]) == every
    assert len(set(groups[by])) == len(groups)
    for group, answers in zip(groups[by], groups["Answers"], strict=True):
        assert len(register(choose(app, "group", group))) == answers
    assert app.query_params["group"]


def test_an_owner_is_asked_for_what_leaves_the_systems_that_are_hers() -> None:
    app = choose(transfers("unusual"), "grouped_by", "Owner of the system")
    shown = register(choose(app, "group", "Mere"))
    assert set(shown["From"]) == {"Shop"}
    (groups,) = [f.value for f in app.dataframe if "Flagged answers" in f.value]
    assert "no owner on record" in set(groups["Owner of the system"])


def test_columns_stand_in_the_address_and_in_their_order() -> None:
    app = transfers()
    fine(app.button(key="columns Law").click().run())
    chosen = app.multiselect(key="columns").value
    assert chosen[0] == "Outcome"
    assert "Ground" in chosen
    assert list(app.query_params["columns"]) == chosen
    fine(app.multiselect(key="columns").set_value(["Regime", "Flow"]).run())
    (order,) = [f.proto.column_order for f in app.dataframe if "Source cells" in f.value]
    assert list(order) == ["Regime", "Flow"]
    fine(app.button(key="columns In short").click().run())
    assert not app.multiselect(key="columns").value


def test_what_lapses_is_told_with_its_day_and_the_transfers_it_costs() -> None:
    app = part(transfers("unusual"), "What lapses")
    (lapses,) = [f.value for f in app.dataframe if "What changes" in f.value]
    assert list(lapses["Day"]) == ["2026-12-25"]
    assert "“Terms” expires" in lapses["What changes"][0]
    assert lapses["Cell"][0].startswith("Safeguards.csv!Safeguards!F")
    assert int(lapses["Answers"][0]) > 0
    assert any("25 December 2026" in e.label for e in app.expander)
    app = fine(app.selectbox(key="within").set_value(30).run())
    assert "Nothing on record lapses in the 30 days after 23 November 2026." in words(app)
    assert list(app.query_params["within"]) in (["30 days"], list("30 days"))


def test_lapses_that_the_filters_hide_are_counted() -> None:
    app = part(transfers("unusual"), "What lapses")
    fine(app.selectbox(key="around").set_value("Wards").run())
    assert "1 thing that the filters hide will lapse." in words(app)


@pytest.mark.parametrize("name", [*EXAMPLES, "unusual"])
def test_every_argument_runs_from_cells_to_the_law(name: str) -> None:
    app = transfers(name)
    assessment = judged(app)
    for choice in app.selectbox(key="answer").options:
        said = words(fine(app.selectbox(key="answer").set_value(choice).run()))
        argument = said[said.index("How the answer was reached") : said.index("History", said.index("How the answer"))]
        assert re.search(r"From the record: \S+![^!]+![A-Z]+\d+ “", argument), choice
        assert "So the record shows:" in argument
        assert argument.count("Law checked 22 November 2026.") >= 2, choice
    assert len(app.selectbox(key="answer").options) == len(assessment.answers)


def test_a_long_argument_folds_what_changed_nothing_and_counts_it() -> None:
    app = transfers()
    body = next(e.proto.body for e in app.html if "dm-trace" in e.proto.body)
    answer = judged(app).answers[0]
    told, folded = body.split("<details>")
    numbers = sorted(int(n) for n in re.findall(r'<li value="(\d+)"', body))
    assert numbers == list(range(1, len(answer.trace) + 1))
    count = int(re.search(r"<summary>(\d+) more steps", folded)[1])  # type: ignore[index]
    assert folded.count("<li ") == count
    assert told.count("<li ") == len(answer.trace) - count < len(answer.trace)
    deciding = next(step for step in answer.trace if step.rule == answer.rule)
    assert deciding.question.split("?")[0] in told
    assert all(step.question not in folded for step in answer.trace if step.found != "no")


def test_each_step_says_when_its_law_was_checked() -> None:
    checked = {day(step.checked) for regime in law.load().regimes.values() for step in regime.steps}
    said = words(transfers())
    assert set(re.findall(r"Law checked (\d+ \w+ \d{4})", said)) <= checked
    assert date(2026, 11, 22) in {s.checked for s in law.load().regimes["nz"].steps}


def test_what_would_clear_a_gap_is_said_once() -> None:
    said = words(transfers())
    assert "What would clear this" in said
    assert "Any one of these 3 would do" in said
    assert said.count("Recipient subject to comparable privacy law") == 1


def test_a_rule_narrows_the_flags_and_what_it_hides_is_counted() -> None:
    app = part(transfers(), "Flags")
    rule = app.selectbox(key="rule")
    chosen = next(words_ for words_ in rule.options if "NZ-IPP9" in words_)
    fine(rule.select(chosen).run())
    said = words(app)
    assert "15 flags shown. 12 of other rules are hidden." in said


def test_a_view_of_the_register_can_be_sent() -> None:
    app = transfers("unusual")
    for key, value in {"rows": "Worst of each flow", "grouped_by": "Recipient", "group": "Lab"}.items():
        choose(app, key, value)
    shown = register(app)
    address = dict(app.query_params)
    other = unusual()
    for key, value in address.items():
        other.query_params[key] = value
    assert register(on_page(other, "Transfers")).equals(shown)


def test_every_outcome_and_term_is_explained() -> None:
    assert set(OUTCOMES) == set(WORST_FIRST)
    for said in (*OUTCOMES.values(), *TERMS.values()):
        assert said.endswith(".")
        assert "compliant" not in said.lower()
    assert meaning("No safeguard") == OUTCOMES[WORST_FIRST[1]]
    assert meaning("Regime") == TERMS["Regime"]
    assert meaning("banana") is None
    assert meaning("TIA") == SHORT_FORMS["TIA"]


def test_every_short_form_in_what_a_mechanism_is_called_and_needs_is_explained() -> None:
    plain = {"EU", "NZ", "UK", "US"}
    said = " ".join(f"{m.name} {m.needs_detail or ''}" for m in law.load().every_mechanism())
    found = {short.removesuffix("s") for short in re.findall(r"\b[A-Z]{2,}s?\b", said)}
    assert found - plain == set(SHORT_FORMS)
    assert with_short_forms("<b> TIA, SCCs").startswith("&lt;b&gt; <abbr title=")
    assert with_short_forms("<b> TIA, SCCs").endswith("SCC</abbr>s")


def test_a_safeguard_is_told_by_the_name_of_its_mechanism() -> None:
    without = SHEETS["Recipients"].replace("DPF 2026-10-01", "")
    app = on_page(upload(opened(), {"one.zip": zipped(Recipients=without)}), "Transfers")
    fine(
        app.selectbox(key="answer")
        .set_value(next(n for n in app.selectbox(key="answer").options if "Mailer" in n))
        .run()
    )
    said = words(app)
    assert "The safeguard it rests on" in said
    assert re.search(r"SCC +module 2 controller to processor", said)
    assert "EU-46" not in re.sub("“[^”]*”", "", said), "only what a cell says is shown as it stands there"


@pytest.mark.parametrize("title", ["Start", "Overview", "Transfers", "Inventory"])
def test_every_count_says_what_it_counts(title: str) -> None:
    app = on_page(unusual(), title)
    bodies = "".join(element.proto.body for element in app.html)
    tiles = re.findall(r'<div class="dm-tile[^>]*>.*?</div>', bodies)
    assert all(re.search(r"\d <small>answers?</small>", tile) for tile in tiles)
    buttons = [b.label for b in app.button if str(b.key).startswith("tile ") and str(b.key)[5:] in {*WORST_FIRST}]
    assert all(re.match(r"\*\*\d+ flows?\*\* ", label) for label in buttons)
    assert tiles or buttons or re.search(r"Facts missing +\d+ answers?", words(app))


def test_what_is_only_noticed_stands_apart_from_the_problems() -> None:
    assert {kind for aside in ASIDE for kind in aside.kinds} == {kind for kind in Kind if kind.notice}
