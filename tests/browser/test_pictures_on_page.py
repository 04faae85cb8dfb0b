"""The world map, the Sankey and the matrix in a real browser: drawn, clicked, and nothing fetched for them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Dialog, FilePayload, Locator, Page, expect

from tests.browser.test_app import WAIT, at_rest, outside, recorded, visit

pytestmark = pytest.mark.browser


def opened(context: BrowserContext, app: str) -> tuple[Page, list[str]]:
    page = context.pages[0] if context.pages else context.new_page()
    page.set_default_timeout(WAIT)
    asked = recorded(page)
    page.goto(f"{app}/?as_of=2026-11-23")
    return page, asked


def example(page: Page) -> None:
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("In short, under")).to_be_visible()


def show_as(page: Page, way: str) -> None:
    visit(page, "Flows")
    at_rest(page)
    page.get_by_test_id("stButtonGroup").get_by_text(way, exact=True).click()
    expect(page).to_have_url(re.compile(rf"shown_as={way.replace(' ', '.')}"))


def on_map(page: Page, said: str) -> Locator:
    found = page.locator(f'[data-testid="stVegaLiteChart"] path[aria-label^="{said}"]').first
    expect(found).to_be_visible()
    at_rest(page)
    return found


def test_the_map_is_drawn_and_a_click_narrows_every_page(chromium: BrowserContext, app: str) -> None:
    page, asked = opened(chromium, app)
    example(page)
    show_as(page, "World map")
    on_map(page, "Australia: 14 flows").click()
    expect(page).to_have_url(re.compile("country=Australia"))
    expect(page.get_by_text("14 flows shown.")).to_be_visible()
    on_map(page, "Australia: 14 flows").click()
    expect(page).not_to_have_url(re.compile("country="))
    on_map(page, "New Zealand to United States: 1 flow, No safeguard").dispatch_event("click")
    expect(page).to_have_url(re.compile(r"country=United.States.*outcome=No.safeguard"))
    page.get_by_role("button", name="Undo the last step").click()
    expect(page).not_to_have_url(re.compile("country="))
    on_map(page, "not stated: 11 flows").click()
    expect(page).to_have_url(re.compile("country=not.one.country"))
    assert not outside(asked)


def test_a_box_of_the_sankey_narrows_and_a_cell_of_the_matrix_opens_its_flows(
    chromium: BrowserContext, app: str
) -> None:
    page, asked = opened(chromium, app)
    example(page)
    show_as(page, "Sankey")
    chart = page.get_by_test_id("stEChartsChart")
    expect(chart.locator("svg").first).to_be_visible()
    at_rest(page)
    page.wait_for_timeout(500)
    box = chart.bounding_box()
    assert box
    for y in range(20, int(box["height"]), 12):  # down the boxes of the first column, until one that is one category
        chart.click(position={"x": 18, "y": y})
        page.wait_for_timeout(400)
        if "category=" in page.url:
            break
    expect(page).to_have_url(re.compile("category="))
    at_rest(page)
    page.get_by_role("button", name="Undo the last step").click()
    expect(page).not_to_have_url(re.compile("category="))

    page.get_by_test_id("stButtonGroup").get_by_text("Matrix", exact=True).click()
    cell = page.get_by_role("button", name="IP address, United States: 1 flow, No safeguard")
    expect(cell).to_be_visible()
    at_rest(page)
    cell.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name=re.compile("^IP address: "))).to_be_focused()
    cell.click()
    expect(page.get_by_role("heading", name="The same flows as a table")).to_be_visible()
    expect(page).to_have_url(re.compile(r"category=IP.address.*country=United.States"))
    expect(page.get_by_text("1 flow shown.")).to_be_visible()
    assert not outside(asked)


def many() -> list[FilePayload]:
    """An inventory with more of everything than a Sankey shows, and long names."""
    long = "with a name that is much longer than the room that there is for it"
    systems = [f"System {n} {long},Category {n % 23} {long},Recipient {n % 37} {long}" for n in range(60)]
    recipients = [
        f"Recipient {n} {long},{('US', 'AU', 'SG', 'IE', 'IN', 'JP')[n % 6]},agent,no,{f'Recipient {n + 1} {long}' if n % 3 == 0 else ''}"
        for n in range(37)
    ]
    files = {
        "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
        "Systems.csv": "\n".join(("System,Categories,Recipients", *systems)),
        "Recipients.csv": "\n".join(("Recipient,Country,Role,Own purposes,Sub-processors", *recipients)),
    }
    return [{"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()]


LABELS = """() => [...document.querySelectorAll('[data-testid="stEChartsChart"] svg text')].map((text) => {
  const { left, top, right, bottom } = text.getBoundingClientRect();
  return [text.textContent, left, top, right, bottom];
})"""


def meeting(labels: list[tuple[str, float, float, float, float]]) -> list[tuple[str, str]]:
    """Lines of labels that lie over one another; the letters' own height reaches a little over that of a line."""
    found = []
    for n, (words, left, top, right, bottom) in enumerate(labels):
        for other, left2, top2, right2, bottom2 in labels[n + 1 :]:
            if left < right2 - 1 and left2 < right - 1 and top < bottom2 - 2.5 and top2 < bottom - 2.5:
                found.append((words, other))
    return found


def test_no_two_labels_of_a_sankey_meet_and_the_matrix_says_that_it_scrolls(chromium: BrowserContext, app: str) -> None:
    page, _ = opened(chromium, app)
    page.locator('input[type="file"]').set_input_files(many())
    expect(page.get_by_text("In short, under")).to_be_visible()
    show_as(page, "Sankey")
    chart = page.get_by_test_id("stEChartsChart")
    for width in (1920, 1280, 768):
        page.set_viewport_size({"width": width, "height": 1000})
        expect(chart.locator("svg text").first).to_be_visible()
        at_rest(page)
        page.wait_for_timeout(1000)
        labels = page.evaluate(LABELS)
        assert len(labels) > 80
        assert any(words.startswith("20 other recipients") for words, *_ in labels)
        assert any(words.endswith("…") for words, *_ in labels)
        assert not meeting(labels), width
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.get_by_test_id("stButtonGroup").get_by_text("Matrix", exact=True).click()
    page.get_by_text("Systems × recipients").click()
    said = page.get_by_text(re.compile(r"^\d+ of 37 columns are in view: scroll sideways"))
    expect(said).to_be_visible()
    row = page.locator(".dm-matrix tbody th").first
    before = row.bounding_box()
    page.locator(".dm-matrix").evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    expect(page.locator(".dm-matrix tbody td").nth(36)).to_be_in_viewport()
    assert row.bounding_box() == before
    expect(said).to_be_visible()


def test_words_from_a_file_run_nothing_in_any_picture(chromium: BrowserContext, app: str) -> None:
    page, asked = opened(chromium, app)
    ran: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismissed)
    hostile = "<img src=https://example.invalid/x onerror=alert(1)> {b}"
    files = {
        "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
        "Systems.csv": f'System,Categories,Recipients\n"{hostile}","{hostile}","{hostile}"\n',
        "Recipients.csv": f'Recipient,Country,Role,Own purposes\n"{hostile}","not stated {hostile}",controller,yes\n',
    }
    sent: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()
    ]
    page.locator('input[type="file"]').set_input_files(sent)
    expect(page.get_by_text("In short, under")).to_be_visible()
    for way, picture in (("World map", "stVegaLiteChart"), ("Sankey", "stEChartsChart")):
        show_as(page, way)
        chart = page.get_by_test_id(picture)
        expect(chart).to_be_visible()
        at_rest(page)
        box = chart.bounding_box()
        assert box
        for x in range(30, int(box["width"]), 90):
            chart.hover(position={"x": x, "y": box["height"] / 2})
    show_as(page, "Matrix")
    page.get_by_text("Systems × recipients").click()
    expect(page.get_by_role("button", name=f"{hostile}, {hostile}: 1 flow")).to_be_visible()
    assert not ran
    assert not outside(asked)


def test_the_map_is_saved_as_it_is_shown(chromium: BrowserContext, app: str) -> None:
    page, asked = opened(chromium, app)
    example(page)
    show_as(page, "World map")
    on_map(page, "Australia: 14 flows")
    bare = page.get_by_test_id("stFullScreenFrame").filter(has=page.get_by_test_id("stVegaLiteChart"))
    bare.hover()
    expect(bare.get_by_test_id("stElementToolbarButton").last).to_be_visible()
    expect(bare.get_by_test_id("stElementToolbarButton").first).to_be_hidden()  # a picture without day and filters
    expect(page.get_by_text("collected or moved inside")).to_have_count(1)
    page.get_by_role("button", name="Save the map").click()
    for ending, begins in (("svg", b"<svg"), ("pdf", b"%PDF")):
        with page.expect_download(timeout=WAIT) as download:
            page.get_by_role("button", name=f"as {ending.upper()}", exact=True).click()
        assert download.value.suggested_filename == f"map.{ending}"
        data = download.value.path().read_bytes()
        assert data.startswith(begins)
        if ending == "svg":
            assert "Law of 23 November 2026." in data.decode()
    assert not outside(asked)


def test_the_sankey_is_saved_with_its_day_and_what_it_leaves_out(chromium: BrowserContext, app: str) -> None:
    page, asked = opened(chromium, app)
    example(page)
    show_as(page, "Sankey")
    expect(page.get_by_test_id("stEChartsChart").locator("svg").first).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Save the Sankey").click()
    for ending, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!doctype html>")):
        with page.expect_download(timeout=WAIT) as download:
            page.get_by_role("button", name=f"as {ending.upper()}", exact=True).click()
        assert download.value.suggested_filename == f"sankey.{ending}"
        data = download.value.path().read_bytes()
        assert data.startswith(begins)
        if ending == "svg":
            assert "Law of 23 November 2026." in data.decode()
            assert "26 of 69 flows drawn; 43 have no place in a Sankey" in data.decode()
    assert not outside(asked)
