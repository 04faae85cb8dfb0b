"""The inventory edited in a real browser: typed, reloaded, undone, and seen by nobody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.browser.test_app import WAIT, at_rest, outside, recorded, visit

pytestmark = pytest.mark.browser

HEADINGS, ROW_HEIGHT = 35, 33  # of the table, in pixels


def cell(page: Page, row: int, across: int) -> None:
    """Pick a cell of the table: the row from 0, and how far across in pixels."""
    at_rest(page)
    grid = page.locator('[data-testid="stDataFrame"] canvas').first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    page.mouse.click(box["x"] + across, box["y"] + HEADINGS + ROW_HEIGHT * row + 16)
    page.wait_for_timeout(300)


def write(page: Page, words: str) -> None:
    """Type in the cell that is picked."""
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words, delay=30)
    page.keyboard.press("Enter")
    at_rest(page)


def open_inventory(page: Page, app: str) -> None:
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/?as_of=2026-11-23")
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("In short, under the law of 23 November 2026")).to_be_visible()
    visit(page, "Inventory")
    page.get_by_role("radio", name=re.compile("^Recipients")).or_(
        page.get_by_role("button", name=re.compile("^Recipients"))
    ).first.click()
    expect(page.get_by_text("Known recipients: ")).to_be_visible()


def test_an_edit_outlives_a_reload_and_nobody_else_sees_it(chromium: BrowserContext, app: str) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    asked = recorded(page)
    open_inventory(page, app)
    cell(page, 0, 722)
    write(page, "Atlantis")
    expect(page.get_by_text("Your edits: 1")).to_be_visible()
    expect(page.get_by_text("1 cell to mend.")).to_be_visible()

    before = page.evaluate("sessionStorage.getItem('datamap tab')")
    page.reload()
    expect(page.get_by_text("Your edits: 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Inventory", exact=True, level=1)).to_be_visible()
    at_rest(page)
    after = page.evaluate("sessionStorage.getItem('datamap tab')")
    assert before
    assert after
    assert before != after
    assert before not in page.url
    assert after not in page.url

    another = chromium.new_page()
    another.set_default_timeout(WAIT)
    another.goto(page.url)
    expect(another.get_by_text("No inventory is open")).to_be_visible()
    at_rest(another)
    expect(another.get_by_text("Your edits")).to_have_count(0)
    another.close()

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Your edits: 1")).to_have_count(0)
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(page.get_by_text("Your edits: 1")).to_be_visible()
    at_rest(page)

    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("No inventory is open")).to_be_visible()
    at_rest(page)
    assert page.evaluate("sessionStorage.getItem('datamap tab')") is None
    page.reload()
    at_rest(page)
    expect(page.get_by_text("No inventory is open")).to_be_visible()
    assert asked
    assert not outside(asked)


FILES = {
    "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
    "Information categories.csv": "Category\nName\n",
    "Systems.csv": "System,Categories,Recipients\nShop,Name,Courier\nTill,Name,Courier\n",
    "Recipients.csv": "Recipient,Country,Role,Own purposes\nCourier,US,controller,yes\n",
}


def test_what_evidence_changes_elsewhere_is_seen_before_it_is_recorded(chromium: BrowserContext, app: str) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/transfers?as_of=2026-11-23&outcome=No+safeguard")
    at_rest(page)
    page.get_by_role("button", name="Go to Start").click()
    at_rest(page)
    sent: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in FILES.items()
    ]
    page.locator('input[type="file"]').first.set_input_files(sent)
    told = page.get_by_text("that the address you came with asks for")
    expect(told).to_be_visible()
    at_rest(page)
    bar, box = page.get_by_test_id("stHeader").bounding_box(), told.bounding_box()
    assert bar
    assert box
    assert box["y"] >= bar["y"] + bar["height"], "what is told is not behind the bar at the top"
    page.get_by_text("Record evidence that would clear this").click()
    at_rest(page)
    document = page.get_by_role("textbox", name="Document (needed)")
    document.fill("C/2026/1")
    document.press("Tab")
    at_rest(page)
    expect(document).to_have_value("C/2026/1")
    page.get_by_role("button", name="Record this evidence").click()
    expect(page.get_by_text("It would change 1 other answer as well:")).to_be_visible()
    at_rest(page)
    expect(page.get_by_text("Nothing is recorded yet.")).to_be_visible()
    page.get_by_role("button", name="Record this evidence").click()
    expect(page.get_by_text("It changed 1 other answer as well: Till → Courier")).to_be_visible()
