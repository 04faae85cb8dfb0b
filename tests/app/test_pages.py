"""Journeys through the pages without a browser: cold, empty, broken, both examples, and two people at once."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from datamap import registers
from datamap.transfers import LABELS, Outcome
from datamap.ui import PAGES
from datamap.ui.components.questions import PARTS
from datamap.workbook import writing

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
EXAMPLES = ("Focus Technology", "Lead Management")
MINIMAL = {
    "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
    "Systems.csv": "System,Categories,Recipients\nShop,Name,Courier\n",
    "Information categories.csv": "Category\nName\n",
    "Recipients.csv": "Recipient,Country,Role,Own purposes\nCourier,US,controller,yes\n",
}


def opened(day: date = DAY) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.sidebar.date_input[0].set_value(day).run()
    return fine(app)


def fine(app: AppTest) -> AppTest:
    assert not app.exception, [e.message for e in app.exception]
    return app


def on_page(app: AppTest, title: str) -> AppTest:
    page = next(p for p in PAGES if p.title == title)
    return fine(app.switch_page(str(page.path.relative_to(ROOT))).run())


def part(app: AppTest, name: str) -> AppTest:
    """Open one of the tabs of the page Transfers."""
    app.session_state["part"] = name
    return fine(app.run())


def click(app: AppTest, label: str) -> AppTest:
    return fine(next(b for b in app.button if b.label == label).click().run())


def example(name: str, day: date = DAY) -> AppTest:
    return click(opened(day), f"Open an example: {name}")


def upload(app: AppTest, files: Mapping[str, str | bytes]) -> AppTest:
    sent = [(name, data.encode() if isinstance(data, str) else data, "") for name, data in files.items()]
    return fine(app.file_uploader[0].set_value(sent).run())


def words(app: AppTest) -> str:
    """Everything that is said on the page, as a reader sees it."""
    said = [re.sub(r"<style.*?</style>|<[^>]+>", " ", e.proto.body, flags=re.DOTALL) for e in app.html]
    said = [html.unescape(text) for text in said]
    elements = (
        *app.title,
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.success,
        *app.warning,
        *app.text,
    )
    return re.sub(r"\s+", " ", " ".join([*said, *(str(e.value) for e in elements)]))


def refused(app: AppTest) -> list[str]:
    """The sentences about files that were not taken."""
    said = "".join(e.proto.body for e in app.html)
    return [html.unescape(s) for s in re.findall(r'<p class="dm-refused" role="alert">(.*?)</p>', said, re.DOTALL)]


def blank_workbook() -> bytes:
    written = BytesIO()
    writing.write_template(written)
    return written.getvalue()


@pytest.mark.parametrize("title", [p.title for p in PAGES])
def test_each_page_opens_with_nothing_loaded(title: str) -> None:
    app = on_page(opened(), title)
    assert app.title[0].value in (title, "datamap")
    if title in ("Overview", "Flows", "Transfers"):
        assert "No inventory is open" in words(app)
        assert "Go to Start" in [b.label for b in app.button]


@pytest.mark.parametrize("title", [p.title for p in PAGES])
def test_each_page_opens_with_an_empty_inventory(title: str) -> None:
    app = upload(opened(), {"blank.xlsx": blank_workbook()})
    assert "holds no record yet" in words(app)
    app = on_page(app, title)
    if title in ("Overview", "Flows", "Transfers"):
        assert "is empty" in words(app)


@pytest.mark.parametrize("title", [p.title for p in PAGES])
@pytest.mark.parametrize("name", EXAMPLES)
def test_each_page_opens_with_each_example(name: str, title: str) -> None:
    app = on_page(example(name), title)
    assert "No inventory is open" not in words(app)
    if title != "Law":
        assert "23 November 2026" in words(app)


def test_a_stop_leads_to_start() -> None:
    app = click(on_page(opened(), "Flows"), "Go to Start")
    assert app.title[0].value == "datamap"


def test_from_the_example_to_the_cells_of_the_trace() -> None:
    app = example("Focus Technology")
    assert "Website → Google Analytics" in words(app)
    app = on_page(app, "Transfers")
    choice = app.selectbox(key="answer")
    named = next(
        o for o in choice.options if o.startswith("F1: Website → Google Analytics") and o.endswith("New Zealand")
    )
    said = words(fine(choice.set_value(named).run()))
    assert LABELS[Outcome.GAP] in said
    assert "Privacy Act 2020, IPP 12(1)" in said
    assert "How the answer was reached" in said
    assert "Is Google Analytics a foreign person or entity?" in said
    assert re.search(r"focus-technology!Flows!C\d+", said)
    assert re.search(r"focus-technology!Recipients!C\d+", said)


def test_choosing_an_answer_marks_its_row() -> None:
    app = on_page(example("Focus Technology"), "Transfers")
    rows = app.dataframe[0].value
    row = int(rows.index[rows["To"] == "Payment provider"][0])
    choice = app.selectbox(key="answer")
    fine(choice.set_value(choice.options[row]).run())
    assert app.session_state["register"]["selection"]["rows"] == [row]
    assert "Billing and credit checks → Payment provider" in words(app)


def test_read_why_leads_to_the_answer() -> None:
    app = click(example("Focus Technology"), "Read why")
    assert app.title[0].value == "Transfers"
    assert str(app.selectbox(key="answer").value).startswith("F1: Website → Google Analytics")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_register_on_screen_is_the_register_in_the_file(name: str) -> None:
    app = on_page(example(name), "Transfers")
    assessment = app.session_state["loaded"].kept
    made = next(v for k, v in assessment.items() if k[0] == "assessment")
    assert app.dataframe[0].value.to_dict() == registers.table(registers.TRANSFERS, made).to_dict()


def test_a_filter_holds_on_both_pages_and_what_it_hides_is_counted() -> None:
    app = on_page(example("Focus Technology"), "Flows")
    app.session_state["shown_as"] = "Table"
    every = len(fine(app.run()).dataframe[0].value)
    assert f"{every} flows shown. Nothing hidden." in words(app)
    fine(app.selectbox(key="around").set_value("Google Analytics").run())
    shown = len(app.dataframe[0].value)
    assert 0 < shown < every
    assert f"{shown} flows shown. {every - shown} flows hidden: {every - shown} by focus." in words(app)
    on_page(app, "Transfers")
    assert app.selectbox(key="around").value == "Google Analytics"
    assert f"{shown} flows shown." in words(app)


def by_menu(app: AppTest, title: str) -> AppTest:
    """Open a page by the menu, which clears the address."""
    app.query_params.clear()
    return on_page(app, title)


@pytest.mark.parametrize("title", ["Flows", "Transfers"])
def test_what_still_narrows_a_page_is_said_at_its_top_and_taken_away_by_one_click(title: str) -> None:
    app = example("Focus Technology")
    app = by_menu(app, "Overview")
    app = click(app, next(b.label for b in app.button if b.label.endswith("Facts missing")))
    assert "Narrowed. Outcomes: Facts missing." in words(app)
    app = by_menu(by_menu(app, "Overview"), title)
    shown = int(re.search(r"(\d+) flows? shown", words(app))[1])  # type: ignore[index]
    hidden = re.search(r"Narrowed. Outcomes: Facts missing. (\d+) of (\d+) flows hidden.", words(app))
    assert hidden
    assert shown == int(hidden[2]) - int(hidden[1])
    assert app.query_params["outcome"] in ("Facts missing", ["Facts missing"])
    fine(app.toggle(key="flagged").set_value(True).run())
    app = click(app, "Show all")
    assert "Narrowed" not in words(app)
    assert "Nothing hidden." in words(app)
    assert "outcome" not in app.query_params
    assert "flagged" not in app.query_params


def test_a_page_opened_by_the_menu_has_every_row() -> None:
    app = example("Focus Technology")
    app = by_menu(app, "Overview")
    app = click(app, next(b.label for b in app.button if b.label.endswith("Facts missing")))
    assert app.selectbox(key="rows").value == "Worst of each flow"
    app = click(by_menu(by_menu(app, "Overview"), "Transfers"), "Show all")
    assert app.selectbox(key="rows").value is None


def test_an_address_that_is_come_back_to_speaks_before_what_was_chosen_since() -> None:
    app = on_page(example("Focus Technology"), "Flows")
    fine(app.selectbox(key="around").set_value("Google Analytics").run())
    left = {key: app.query_params[key] for key in app.query_params}
    app = by_menu(app, "Transfers")
    fine(app.selectbox(key="around").set_value("Payment provider").run())
    fine(app.sidebar.multiselect[0].set_value(["nz"]).run())
    app.query_params.clear()
    for key, value in left.items():
        app.query_params[key] = value
    app = on_page(app, "Flows")
    assert app.selectbox(key="around").value == "Google Analytics"
    assert app.sidebar.multiselect[0].value == []


def test_a_filter_that_lets_nothing_through_is_no_failure() -> None:
    app = on_page(example("Focus Technology"), "Flows")
    app.multiselect(key="outcome").set_value([Outcome.GAP])
    fine(app.selectbox(key="around").set_value("Employees").run())
    assert "0 flows shown." in words(app)
    assert "No transfer passes these filters" in words(on_page(app, "Transfers"))


def test_what_an_address_asks_for_and_the_inventory_lacks_is_said() -> None:
    app = example("Focus Technology")
    app.query_params["category"] = "Shoe sizes"
    on_page(app, "Flows")
    assert "Not in this inventory, so nothing is filtered by it: category: Shoe sizes." in words(app)
    fine(next(b for b in app.button if b.label == "Leave it out").click().run())
    assert "Shoe sizes" not in words(app)


def test_a_regime_narrows_every_page() -> None:
    app = example("Focus Technology")
    fine(app.sidebar.multiselect[0].set_value(["nz"]).run())
    assert "Australia, Privacy Act" not in words(app)
    on_page(app, "Transfers")
    assert set(app.dataframe[0].value["Regime"]) == {"New Zealand"}
    assert [t.label for t in on_page(app, "Law").tabs] == ["New Zealand", "Lists of other regimes"]


def test_questions_flags_and_problems_have_their_tabs() -> None:
    app = on_page(example("Lead Management"), "Transfers")
    assert [t.label for t in app.tabs] == list(PARTS)
    assert "No retention period for Live chat" in words(part(app, "Flags"))
    assert "Every cell was understood." in words(part(app, "Problems"))


def test_an_answer_has_its_history_and_its_onward_chains() -> None:
    app = on_page(example("Focus Technology"), "Transfers")
    choice = app.selectbox(key="answer")
    named = next(
        o for o in choice.options if o.startswith("F1: Website → Google Analytics") and o.endswith("New Zealand")
    )
    said = words(fine(choice.set_value(named).run()))
    assert re.search(r"History .* always 30 November 2020 Regime does not apply", said)
    assert "1 December 2020 no end recorded No safeguard Privacy Act 2020 begins to apply" in said
    app = part(app, "Onward")
    (countries,) = [f.value for f in app.dataframe if "Fewest hops" in f.value]
    (chains,) = [f.value for f in app.dataframe if "In words" in f.value]
    assert set(chains["Country"]) == set(countries["Country"])
    assert chains["In words"].str.contains(r"through .*(?:has|have) no agreement on file").any()


def test_a_file_that_cannot_be_read_gets_its_sentence() -> None:
    app = upload(opened(), {"holiday.xlsx": b"this is no workbook"})
    (sentence,) = refused(app)
    assert sentence.startswith("holiday.xlsx ")
    assert "In short" not in words(app)
    assert "No inventory is open" in words(on_page(app, "Flows"))


def test_a_file_that_can_be_read_is_kept_beside_one_that_cannot() -> None:
    app = upload(opened(), {**MINIMAL, "holiday.xlsx": b"this is no workbook"})
    said = words(app)
    assert "holiday.xlsx" in said
    assert "Shop → Courier" in said


def test_a_problem_names_its_cell_and_the_nearest_name() -> None:
    flows = "Flow,From,To,Categories\nF1,Shpo,Courier,Name\n"
    app = upload(opened(), {**MINIMAL, "Flows.csv": flows})
    problems = app.dataframe[0].value
    assert problems[["File", "Sheet", "Cell"]].to_numpy().tolist() == [["Flows.csv", "Flows", "B2"]]
    assert "Shop" in problems["What to do"][0]
    assert "1 cell was not understood: 1 on Flows." in words(app)


def test_when_nobody_sends_the_page_asks_and_goes_on() -> None:
    app = upload(opened(), {k: v for k, v in MINIMAL.items() if k != "Organisations.csv"})
    assert "Who sends?" in words(app)
    assert "not yet known who sends" in words(on_page(app, "Transfers"))
    on_page(app, "Start")
    app.text_input[0].set_value("Kowhai Limited")
    app.selectbox[0].set_value("NZ")
    said = words(click(app, "Go on"))
    assert "Who sends?" not in said
    assert "Shop → Courier" in said


def test_text_from_a_file_is_never_markup() -> None:
    hostile = "<img src=x onerror=alert(1)><b>bold</b> **stars** :red[red] $x$ [a](javascript:alert(1))"
    files = {name: text.replace("Courier", f'"{hostile}"') for name, text in MINIMAL.items()}
    app = upload(opened(), files)
    for title in ("Start", "Flows", "Transfers"):
        on_page(app, title)
        said = [e.proto.body for e in app.html if "onerror" in e.proto.body]
        assert title == "Flows" or said
        assert not any("<img" in body or "<b>bold" in body for body in said)
        assert not any("onerror" in str(e.value) for e in (*app.markdown, *app.caption, *app.info, *app.header))


def test_two_people_never_see_each_other() -> None:
    mine, theirs = opened(), opened(date(2015, 6, 30))
    click(mine, "Open an example: Focus Technology")
    on_page(mine, "Transfers")
    assert "No inventory is open" in words(on_page(theirs, "Transfers"))
    on_page(theirs, "Start")
    upload(theirs, MINIMAL)
    assert "Focus" not in words(on_page(theirs, "Transfers"))
    assert "30 June 2015" in words(theirs)
    said = words(fine(mine.run()))
    assert "Google Analytics" in said
    assert "Courier" not in said
    assert "23 November 2026" in said


def test_opening_something_else_forgets_what_was_asked_of_the_first() -> None:
    app = on_page(example("Focus Technology"), "Flows")
    fine(app.selectbox(key="around").set_value("Google Analytics").run())
    on_page(app, "Start")
    click(app, "Open an example: Lead Management")
    on_page(app, "Flows")
    assert app.selectbox(key="around").value is None
    assert "Nothing hidden." in words(app)


def test_the_law_of_another_day_is_said_to_be_that_day() -> None:
    said = words(on_page(opened(date(2019, 1, 1)), "Law"))
    assert "1 January 2019" in said
    assert "not yet in force: starts 1 December 2020" in said


def test_the_address_says_what_is_looked_at_and_is_understood() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["as_of"] = "2024-05-06"
    app.query_params["regime"] = "New Zealand"
    click(fine(app.run()), "Open an example: Focus Technology")
    assert app.query_params["as_of"] in ("2024-05-06", ["2024-05-06"])
    app.query_params["around"] = "Google Analytics"
    said = words(on_page(app, "Flows"))
    assert "6 May 2024" in said
    assert "2 flows shown." in said


@pytest.mark.parametrize("address", [{"as_of": "soon"}, {"as_of": "1066-10-14"}, {"regime": "zz"}, {"around": "<b>"}])
def test_an_address_that_makes_no_sense_is_ignored(address: dict[str, str]) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    click(fine(app.run()), "Open an example: Focus Technology")
    assert "Nothing hidden." in words(on_page(app, "Flows"))


def test_what_is_closed_is_forgotten() -> None:
    app = click(on_page(example("Focus Technology"), "Transfers"), "Close it")
    assert "No inventory is open" in words(app)
    assert "Google" not in words(on_page(app, "Start"))


def test_many_regimes_stand_in_one_table() -> None:
    app = fine(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run())
    sheets = {
        "Organisations.csv": "Organisation,Country\nKowhai,not stated\n",
        "Systems.csv": "System,Organisation,Recipients\nCRM,Kowhai,Acme\n",
        "Recipients.csv": "Recipient,Country\nAcme,US\n",
    }
    app.file_uploader[0].set_value([(name, text.encode(), "text/csv") for name, text in sheets.items()])
    fine(app.run())
    said = next(text for text in (str(getattr(h, "body", "")) for h in app.get("html")) if "<th>Regime</th>" in text)
    assert said.count("<tr>") > 5
    assert "New Zealand" in said
