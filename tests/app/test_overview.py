"""Every number on the overview is the number of rows that it leads to."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from datamap.assessment import Assessment
from datamap.overview import overview
from datamap.transfers import Outcome
from datamap.ui.components.questions import ANSWERS, EARLIER, FLAGS, LAPSES, PARTS, PROBLEMS, QUESTIONS, TO_ASK
from datamap.views import View, select
from tests.app.test_pages import EXAMPLES, MINIMAL, ROOT, click, example, fine, on_page, opened, upload, words

UNUSUAL = {
    "Organisations.csv": "Organisation,Country,Regimes\nKowhai Limited,NZ,nz; eu\n",
    "Systems.csv": "System,Owner,Categories,Recipients,Individuals\n"
    "Shop,Mere,Name; Blood group,Courier; COURIER; Lab; Many; Cloud,Customers\n"
    "Wards,,Blood group,Lab,Patients\nShed,Tane,Name,,\n",
    "Information categories.csv": "Category,Kind,Sensitive\nName,identity,no\nBlood group,health,\n",
    "Recipients.csv": "Recipient,Country,Role,Own purposes,Sub-processors\n"
    "Courier,US,controller,yes,\nLab,not stated,agent,no,Freezer\nMany,EEA,agent,no,\n"
    "Cloud,Australia; Germany,controller,yes,\nFreezer,JP,agent,no,\n",
    "Flows.csv": "Flow,From,To,Categories,Locations\nF1,Shop,Courier,Name,US; NZ; Europe\nF2,Shpo,Lab,Name,\n",
    "Safeguards.csv": "Safeguard,Mechanism,Recipients,Signed,Starts,Expires,Review due,Document\n"
    "Terms,agreement,Cloud,2024-01-01,2024-01-01,2026-12-24,2027-01-05,terms.pdf\n",
}


def unusual() -> AppTest:
    return upload(opened(), UNUSUAL)


def inventories() -> list[str]:
    return [*EXAMPLES, "unusual"]


def app_of(name: str) -> AppTest:
    return unusual() if name == "unusual" else example(name)


def judged(app: AppTest) -> Assessment:
    kept = app.session_state["loaded"].kept
    found = next(v for k, v in kept.items() if k[0] == "assessment")
    assert isinstance(found, Assessment)
    return found


@pytest.mark.parametrize("name", inventories())
def test_each_count_is_what_its_view_lets_through(name: str) -> None:
    assessment = judged(on_page(app_of(name), "Overview"))
    found = overview(assessment)

    def rows(view: View) -> int:
        return len(select(assessment, view).outcomes)

    assert found.judged == rows(View()) == sum(found.outcomes.values())
    for outcome, flows in found.outcomes.items():
        assert rows(View(outcomes=(outcome,))) == flows
    for count in (*found.countries, *found.recipients):
        assert rows(count.view) == count.flows > 0, count
        flagged = View(countries=count.view.countries, recipients=count.view.recipients, flagged_only=True)
        assert rows(flagged) == count.flagged, count
    for finding in found.findings:
        assert rows(finding.view) == finding.flows > 0, finding
    assert sum(count.flows for count in found.recipients) <= found.judged


def test_the_worst_stands_first() -> None:
    found = overview(judged(on_page(unusual(), "Overview")))
    for counts in (found.recipients, found.countries):
        ranks = [list(Outcome).index(count.worst) for count in counts]
        assert ranks == sorted(ranks)
        assert len(set(ranks)) > 1
    assert list(found.outcomes) == sorted(found.outcomes, key=list(Outcome).index)


def number_of(label: str) -> int | None:
    """The number that a button shows: the one in bold, else the one it begins with."""
    found = re.search(r"\*\*([\d,]+)", label) or re.match(r"([\d,]+) ", label)
    return int(found[1].replace(",", "")) if found else None


def rows_there(app: AppTest) -> int:
    """How many rows the page shows of what it was opened for."""
    said = words(app)
    if app.title[0].value == "Flows":
        return int(re.search(r"([\d,]+) flows? shown", said)[1].replace(",", ""))  # type: ignore[index]
    assert app.title[0].value == "Transfers"
    part = next((p for p in PARTS if p in app.query_params.get("part", ())), ANSWERS)
    bodies = "".join(e.proto.body for e in app.html)
    if part == FLAGS:
        return bodies.split("dm-flags", 1)[1].count("<tr>") - 1 if "dm-flags" in bodies else 0
    if part == TO_ASK:
        return bodies.count("<li>")
    wanted = {LAPSES: "What changes", PROBLEMS: "What to do"}.get(part, "Source cells")
    return sum(len(frame.value) for frame in app.dataframe if wanted in frame.value)


@pytest.mark.parametrize("name", inventories())
def test_every_number_leads_to_as_many_rows(name: str) -> None:
    app = on_page(app_of(name), "Overview")
    labels = {str(b.key): b.label for b in app.main.button if number_of(b.label) is not None}
    assert len(labels) > 12
    for key, label in labels.items():
        fine(app.button(key=key).click().run())
        assert rows_there(app) == number_of(label), (key, label)
        on_page(app, "Overview")
        assert app.button(key=key).label == label


def test_all_of_a_group_can_be_reached() -> None:
    app = on_page(example("Focus Technology"), "Overview")
    (more,) = [b for b in app.button if b.key == "more recipient"]
    hidden = int(re.search(r"\d+", more.label)[0])  # type: ignore[index]
    shown = len([b for b in app.button if re.fullmatch(r"recipient \d+", str(b.key))])
    fine(more.click().run())
    groups = next(frame.value for frame in app.dataframe if "Flagged answers" in frame.value)
    assert len(groups) == shown + hidden
    assert app.selectbox(key="rows").value == "Worst of each flow"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.title)
@pytest.mark.parametrize("origin", ["Start", "Overview"])
def test_each_question_opens_its_rows_from_both_pages(origin: str, question: object) -> None:
    app = on_page(unusual(), origin)
    title = question.title  # type: ignore[attr-defined]
    (button,) = [b for b in app.button if b.label.startswith(title)]
    count = number_of(button.label)
    assert count is not None
    fine(button.click().run())
    assert app.title[0].value in ("Flows", "Transfers")
    assert rows_there(app) == count
    asked = app.query_params
    assert any(key in asked for key in ("outcome", "part", "category", "around", "individuals", "flagged", "within"))


def test_a_question_asks_about_what_was_chosen() -> None:
    app = on_page(unusual(), "Overview")
    choice = next(s for s in app.selectbox if s.label == "Information category")
    fine(choice.set_value("Blood group").run())
    app = click(app, next(b.label for b in app.button if b.label.startswith("Who receives this category?")))
    assert app.multiselect(key="category").value == ["Blood group"]


def test_what_was_asked_before_does_not_narrow_the_next_question() -> None:
    app = on_page(unusual(), "Flows")
    fine(app.selectbox(key="around").set_value("Wards").run())
    on_page(app, "Overview")
    app = click(app, next(b.label for b in app.button if b.label.startswith("What must I ask")))
    assert app.selectbox(key="around").value is None
    assert "Nothing hidden." in words(app)


def test_sensitive_information_without_a_safeguard_stands_out() -> None:
    said = [b.label for b in on_page(unusual(), "Overview").button if str(b.key).startswith("finding")]
    assert any(label.startswith("Sensitive information leaves") for label in said)
    assert any("“Terms” expires" in label for label in said)


def test_a_question_that_can_have_no_rows_leads_nowhere() -> None:
    (button,) = [
        b for b in on_page(example("Lead Management"), "Overview").button if "sensitive information" in b.label
    ]
    assert button.disabled
    assert "no category is recorded as sensitive" in button.label


def test_an_outcome_that_nothing_has_still_filters() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    click(fine(app.run()), "Open an example: Lead Management")
    app.query_params["outcome"] = "Prohibited"
    assert "0 flows shown." in words(on_page(app, "Transfers"))


def test_a_view_that_was_sent_opens_once_there_is_something_to_look_at() -> None:
    app = opened()
    app.query_params["outcome"] = "No safeguard"
    app.query_params["rows"] = "Worst of each flow"
    assert "No inventory is open" in words(on_page(app, "Transfers"))
    app = click(on_page(app, "Start"), "Open an example: Focus Technology")
    assert app.title[0].value == "Transfers"
    assert "This is the view of the page Transfers that the address you came with asks for." in words(app)
    assert rows_there(app) == 1
    app = on_page(app, "Start")
    assert app.title[0].value == "datamap"
    assert "that the address you came with" not in words(app)


def test_what_changed_since_what_was_open_before_leads_to_the_comparison() -> None:
    app = upload(opened(), MINIMAL)
    assert "What changed since last time" not in words(on_page(app, "Overview"))
    app = upload(on_page(app, "Start"), {**MINIMAL, "Recipients.csv": MINIMAL["Recipients.csv"].replace("US", "NZ")})
    app = on_page(app, "Overview")
    (button,) = [b for b in app.button if b.label.startswith("Since what was open before")]
    assert "1 better" in button.label
    fine(button.click().run())
    assert app.title[0].value == "Compare"
    assert app.session_state["against"] == EARLIER
    assert "1 flow has another outcome, came or went." in words(app)


def test_nothing_is_said_to_have_changed_between_inventories_that_share_nothing() -> None:
    app = click(example("Focus Technology"), "Open an example: Lead Management")
    assert "What changed since last time" not in words(on_page(app, "Overview"))
