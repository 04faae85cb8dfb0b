"""The diagram in a real browser: focus, folds, paths, search, the address, and what is saved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.test_app import WAIT, at_rest, outside, pick, recorded, visit

pytestmark = pytest.mark.browser


def opened(chromium: BrowserContext, app: str) -> Page:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/?as_of=2026-11-23")
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("Open: Focus Technology")).to_be_visible()
    at_rest(page)
    visit(page, "Flows")
    expect(page.locator(".viewer .pick").first).to_be_attached()
    at_rest(page)
    return page


def box(page: Page, name: str) -> Locator:
    return page.locator(f'.viewer .pick[data-name="{name}"]')


def test_from_a_box_to_its_surroundings_and_back(chromium: BrowserContext, app: str) -> None:
    page = opened(chromium, app)
    asked = recorded(page)
    pick(page, "Website, website")
    page.get_by_role("button", name="Only what is around it").click()
    expect(box(page, "Billing and credit checks")).to_have_count(0)
    expect(box(page, "Website")).to_be_attached()
    at_rest(page)
    page.get_by_role("button", name="One step further around it").click()
    expect(page).to_have_url(re.compile("steps=2"))
    at_rest(page)
    page.get_by_role("button", name="Undo the last step").click()
    expect(page).not_to_have_url(re.compile("steps=2"))
    at_rest(page)
    page.get_by_role("button", name="Undo the last step").click()
    expect(box(page, "Billing and credit checks")).to_be_attached()
    assert not outside(asked)


def test_a_group_is_opened_and_only_one_path_is_shown(chromium: BrowserContext, app: str) -> None:
    page = opened(chromium, app)
    page.get_by_role("combobox", name="Fold").click()
    page.get_by_role("option", name="By country").click()
    expect(box(page, "United States")).to_be_attached()
    expect(box(page, "Google Analytics")).to_have_count(0)
    pick(page, "United States, 1 recipient")
    page.get_by_role("button", name="Open it").click()
    expect(box(page, "Google Analytics")).to_be_attached()
    at_rest(page)
    pick(page, "F1: Website → Google Analytics")
    page.get_by_role("button", name="Only this path").click()
    expect(page.locator(".viewer .pick[data-from]")).to_have_count(1)
    at_rest(page)
    address = page.url
    assert "opened=" in address
    assert "towards=Google+Analytics" in address

    other = chromium.new_page()
    other.set_default_timeout(WAIT)
    other.goto(address)
    other.get_by_role("button", name="Go to Start").click()
    at_rest(other)
    other.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(other.locator(".viewer .pick[data-from]")).to_have_count(1)
    at_rest(other)
    assert other.locator(".viewer .pick").evaluate_all("all => all.map((g) => g.id)") == page.locator(
        ".viewer .pick"
    ).evaluate_all("all => all.map((g) => g.id)")


LOOK = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)];
  const viewer = roots.map((root) => root.querySelector(".viewer")).find(Boolean);
  const paper = viewer.querySelector(".paper").getBoundingClientRect(), whole = viewer.getBoundingClientRect();
  const svg = viewer.querySelector(".paper svg");
  const at = (e) => { const r = e.getBoundingClientRect();
    return [r.left - paper.left, r.top - paper.top, r.right - paper.left, r.bottom - paper.top]; };
  return {
    scale: paper.width / svg.viewBox.baseVal.width,
    paper: [paper.width, paper.height],
    boxes: [...svg.querySelectorAll(".pick[data-name]")].map(at),
    picked: Object.fromEntries([...svg.querySelectorAll(".picked")].map((g) => [g.dataset.name || g.id, at(g)])),
    keys: [...viewer.querySelectorAll(".keys span")].map((e) => { const r = e.getBoundingClientRect();
      return [e.textContent, r.left >= whole.left && r.right <= whole.right && r.top >= paper.bottom && r.bottom <= whole.bottom]; }),
    hint: getComputedStyle(viewer.querySelector(".part")).visibility,
  };
}"""
"""How the picture lies in its frame, in pixels from the corner of what shows it."""


def middle(box: list[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def inside(box: list[float], paper: list[float]) -> bool:
    return box[0] >= -1 and box[1] >= -1 and box[2] <= paper[0] + 1 and box[3] <= paper[1] + 1


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_picture_opens_at_its_beginning_with_names_that_can_be_read(
    chromium: BrowserContext, app: str, width: int
) -> None:
    page = opened(chromium, app)
    page.set_viewport_size({"width": width, "height": 1000})
    page.reload()
    expect(page.locator(".viewer .pick").first).to_be_attached()
    at_rest(page)
    look = page.evaluate(LOOK)
    assert look["scale"] >= 0.999, "names are 11 units high"
    leftmost = min(box[0] for box in look["boxes"])
    assert 0 <= leftmost < 120
    assert any(inside(box, look["paper"]) for box in look["boxes"] if box[0] < leftmost + 200)
    assert {words for words, _ in look["keys"]} >= {"No safeguard", "Facts missing", "Collected, or moved inside"}
    assert all(whole for _, whole in look["keys"])
    assert look["hint"] == "visible"
    heading = page.locator(".viewer .head")
    expect(heading).to_contain_text("Flows of personal information: Focus Technology")
    expect(heading).to_contain_text("Words on lines of what is collected or moved inside are left out.")
    expect(
        page.locator(".viewer .paper").get_by_text("Flows of personal information").filter(visible=True)
    ).to_have_count(0)
    page.get_by_role("button", name="Whole picture").click()
    look = page.evaluate(LOOK)
    assert all(inside(box, look["paper"]) for box in look["boxes"])
    assert look["hint"] == "hidden"


AROUND = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)];
  const paper = roots.map((root) => root.querySelector(".viewer .paper")).find(Boolean), whole = paper.getBoundingClientRect();
  const seen = [...paper.querySelectorAll(".pick, [id^='frame-']")].map((e) => e.getBoundingClientRect());
  return [Math.min(...seen.map((r) => r.left)) - whole.left, Math.min(...seen.map((r) => r.top)) - whole.top,
    whole.right - Math.max(...seen.map((r) => r.right)), whole.bottom - Math.max(...seen.map((r) => r.bottom))];
}"""
"""How far what is drawn is from the left, the top, the right and the bottom of what shows it, in pixels."""


def opened_files(chromium: BrowserContext, app: str, files: dict[str, str]) -> Page:
    """The Flows page of an inventory of these CSV files, at rest."""
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/?as_of=2026-11-23")
    at_rest(page)
    sent: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()
    ]
    page.locator('input[type="file"]').first.set_input_files(sent)
    expect(page.get_by_text("In short, under")).to_be_visible()
    visit(page, "Flows")
    expect(page.locator(".viewer .pick").first).to_be_attached()
    at_rest(page)
    return page


def test_a_small_picture_is_in_the_middle_and_as_large_as_it_may_be(chromium: BrowserContext, app: str) -> None:
    page = opened_files(
        chromium,
        app,
        {
            "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
            "Systems.csv": "System,Categories,Recipients\nShop,Name,Courier\nTill,Name,Printer\n",
            "Recipients.csv": "Recipient,Country,Role\nCourier,US,agent\nPrinter,US,agent\n",
        },
    )
    look = page.evaluate(LOOK)
    left, above, right, below = page.evaluate(AROUND)
    assert abs(above - below) < 3
    assert abs(left - right) < 3
    assert look["scale"] > 1.2
    assert look["hint"] == "hidden"


def test_a_picture_that_nearly_fits_is_shown_whole(chromium: BrowserContext, app: str) -> None:
    page = opened_files(
        chromium,
        app,
        {
            "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
            "Systems.csv": "System,Categories,Individuals,Recipients\nWages and salaries,Name,Members of staff,Inland Revenue\n",
            "Recipients.csv": "Recipient,Country,Role\nInland Revenue of the northern islands,US,agent\n",
        },
    )
    page.set_viewport_size({"width": 1340, "height": 1000})
    page.reload()
    expect(page.locator(".viewer .pick").first).to_be_attached()
    at_rest(page)
    look = page.evaluate(LOOK)
    assert 0.8 <= look["scale"] < 0.999
    assert all(inside(box, look["paper"]) for box in look["boxes"])
    assert look["hint"] == "hidden"


def test_what_is_opened_stays_where_it_was_and_stays_picked(chromium: BrowserContext, app: str) -> None:
    page = opened(chromium, app)
    name = "Focus Technology Group (NZ) Limited, New Zealand"
    page.get_by_role("combobox", name="Fold").click()
    page.get_by_role("option", name="By recipient").click()
    expect(box(page, name)).to_be_attached()
    at_rest(page)
    box(page, name).focus()
    box(page, name).press("Enter")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    before = page.evaluate(LOOK)
    assert list(before["picked"]) == [name]
    page.get_by_role("button", name=re.compile("^Open (it|the)")).click()
    expect(page.get_by_role("button", name="Close it again")).to_be_visible()
    expect(box(page, name)).to_have_count(0)
    at_rest(page)
    after = page.evaluate(LOOK)
    assert after["scale"] == pytest.approx(before["scale"], rel=0.01)
    assert len(after["picked"]) > 1
    assert any(inside(each, after["paper"]) for each in after["picked"].values())
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Close it again").click()
    expect(box(page, name)).to_be_attached()
    at_rest(page)
    again = page.evaluate(LOOK)
    assert list(again["picked"]) == [name]
    assert again["scale"] == pytest.approx(before["scale"], rel=0.01)
    page.get_by_role("combobox", name="Fold").click()
    page.get_by_role("option", name="By country").click()
    expect(box(page, "Australia")).to_be_attached()
    at_rest(page)
    folded = page.evaluate(LOOK)
    assert folded["scale"] == pytest.approx(before["scale"], rel=0.01)
    assert len(folded["picked"]) >= len(after["picked"])
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.locator(".viewer .paper").press("Escape")
    expect(page.get_by_role("heading", name="Nothing picked")).to_be_visible()


def test_a_line_that_is_drawn_apart_stays_picked_in_its_place(chromium: BrowserContext, app: str) -> None:
    page = opened(chromium, app)
    page.get_by_role("combobox", name="Fold").click()
    page.get_by_role("option", name="By country").click()
    expect(box(page, "Australia")).to_be_attached()
    at_rest(page)
    line = page.locator(".viewer .pick[data-from][data-opens]").first
    line.focus()
    line.press("Enter")
    expect(page.get_by_text("flows in one line.")).to_be_visible()
    before = page.evaluate(LOOK)
    page.get_by_role("button", name="Draw each flow as a line").click()
    expect(page.get_by_text(re.compile(r"flows in \d+ lines\."))).to_be_visible()
    at_rest(page)
    after = page.evaluate(LOOK)
    assert after["scale"] == pytest.approx(before["scale"], rel=0.01)
    assert len(after["picked"]) > 1
    (was,) = before["picked"].values()
    lefts = [each[0] for each in after["picked"].values()] + [each[2] for each in after["picked"].values()]
    tops = [each[1] for each in after["picked"].values()] + [each[3] for each in after["picked"].values()]
    now = (min(lefts) + max(lefts)) / 2, (min(tops) + max(tops)) / 2
    assert 0 < now[0] < after["paper"][0]
    assert 0 < now[1] < after["paper"][1]
    page.get_by_role("button", name="Draw them as one line again").click()
    expect(page.get_by_text("flows in one line.")).to_be_visible()
    at_rest(page)
    assert page.evaluate(LOOK)["picked"].keys() == before["picked"].keys()
    assert was


GROUND = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)];
  const viewer = roots.map((root) => root.querySelector(".viewer")).find(Boolean);
  const fill = (words) => getComputedStyle(viewer.querySelector(words)).fill;
  return [getComputedStyle(viewer).backgroundColor, fill(".paper svg .graph > polygon"), fill(".paper svg .node text")];
}"""


def test_on_a_dark_page_the_picture_is_dark_and_its_file_is_white(
    chromium: BrowserContext, app: str, tmp_path: Path
) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.emulate_media(color_scheme="dark")
    page = opened(chromium, app)
    assert page.evaluate(GROUND) == ["rgb(23, 25, 28)", "rgb(23, 25, 28)", "rgb(230, 232, 235)"]
    page.get_by_role("button", name="Save the diagram").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="as HTML").click()
    saved = tmp_path / "flows.html"
    download.value.save_as(saved)
    page.emulate_media(color_scheme="light")
    at_rest(page)
    white = ["rgb(255, 255, 255)", "rgb(255, 255, 255)", "rgb(34, 38, 43)"]
    assert page.evaluate(GROUND) == white
    offline = chromium.new_page()
    offline.emulate_media(color_scheme="dark")
    offline.goto(saved.as_uri())
    expect(offline.locator(".viewer .pick").first).to_be_attached()
    assert offline.evaluate(GROUND) == white


def test_a_name_is_found_in_the_picture_and_a_hidden_one_is_said_to_be(chromium: BrowserContext, app: str) -> None:
    page = opened(chromium, app)
    find, told = page.locator(".viewer .find input"), page.locator(".viewer .find output")
    find.fill("CUSTOMERS IN")
    expect(told).to_have_text("1 of 2")
    find.press("Enter")
    expect(told).to_have_text("2 of 2")
    expect(page.locator(".viewer .pick.found")).to_have_count(1)
    find.fill("nobody")
    expect(told).to_have_text("No such name in the inventory")
    page.get_by_text("Flagged only").click()
    expect(box(page, "Recruitment files")).to_have_count(0)
    at_rest(page)
    find.fill("recruitment")
    expect(told).to_have_text("Hidden by the filters: Recruitment files")


def test_a_click_sends_the_details_and_not_the_picture(chromium: BrowserContext, app: str) -> None:
    page = opened(chromium, app)
    sent: list[int] = []
    page.on("websocket", lambda s: s.on("framereceived", lambda data: sent.append(len(data))))
    page.reload()
    expect(page.locator(".viewer .pick").first).to_be_attached()
    at_rest(page)
    picture = max(sent)
    before = page.locator(".viewer .paper svg").element_handle()
    sent.clear()
    pick(page, "Website, website")
    expect(page.get_by_role("heading", name="Website", exact=True)).to_be_visible()
    at_rest(page)
    assert sent
    assert sum(sent) < picture / 2
    assert page.evaluate("svg => svg.isConnected", before)


def test_the_picture_is_saved_as_it_is_on_the_screen(chromium: BrowserContext, app: str, tmp_path: Path) -> None:
    page = opened(chromium, app)
    page.get_by_role("combobox", name="Fold").click()
    page.get_by_role("option", name="By recipient").click()
    expect(page.get_by_text("systems are shown by organisation").first).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Save the diagram").click()
    saved = {}
    for kind in ("SVG", "PNG", "PDF", "HTML"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"as {kind}").click()
        saved[kind] = tmp_path / f"flows.{kind.lower()}"
        download.value.save_as(saved[kind])
    assert "systems are shown by organisation" in saved["SVG"].read_text("utf-8")
    assert saved["PNG"].read_bytes().startswith(b"\x89PNG")
    assert PdfReader(saved["PDF"]).pages

    offline = chromium.new_page()
    asked = recorded(offline)
    offline.goto(saved["HTML"].as_uri())
    offline.locator(".find input").fill("mobile applic")
    expect(offline.locator(".find output")).to_have_text(
        "1 of 1, folded into Focus Technology Group (NZ) Limited, New Zealand"
    )
    offline.locator('.pick[data-name="Google Analytics"] text').first.click()
    expect(offline.locator("#said")).to_contain_text("Google Analytics, recipient")
    before = offline.locator(".paper svg").get_attribute("viewBox")
    offline.get_by_role("button", name="Zoom in").click()
    assert offline.locator(".paper svg").get_attribute("viewBox") != before
    assert all(url.startswith("file:") for url in asked)
