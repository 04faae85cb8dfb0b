"""One journey through the real app in a real browser, and not one request that leaves this computer."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Dialog, FilePayload, Page, expect

from datamap.transfers import LABELS, Outcome

pytestmark = pytest.mark.browser

HERE = ("127.0.0.1", "localhost")
WAIT = 30_000


expect.set_options(timeout=WAIT)


def recorded(page: Page) -> list[str]:
    """Every address that the page asks for from now on, sockets included."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    return asked


def outside(asked: list[str]) -> list[str]:
    return [url for url in asked if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname not in HERE]


def at_rest(page: Page) -> None:
    """Wait until the page is no longer being made: what is clicked before that may be drawn anew under the click."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_timeout(300)


def visit(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()


def pick(page: Page, words: str) -> None:
    """Choose a box or a line of the diagram by what it says, as the keyboard does."""
    part = page.locator(f'.viewer .pick[aria-label*="{words}"]').first
    expect(part).to_be_attached(timeout=WAIT)
    at_rest(page)
    part.focus()
    part.press("Enter")


def test_from_the_example_to_the_register_and_back(chromium: BrowserContext, app: str, tmp_path: Path) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    asked = recorded(page)

    page.goto(f"{app}/?as_of=2026-11-23")
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("In short, under the law of 23 November 2026")).to_be_visible()

    visit(page, "Flows")
    page.get_by_text("Flagged only").click()
    expect(page.get_by_role("paragraph").filter(has_text="flows hidden")).to_be_visible()  # the picture says it too
    page.locator('.viewer .pick[aria-label*="F1: Website → Google Analytics"] text').first.click()
    expect(page.get_by_role("heading", name="Website → Google Analytics")).to_be_visible()
    beside = page.get_by_role("button", name="Open in Transfers")
    expect(beside).to_be_visible()
    pick(page, "Google Analytics, recipient")
    expect(page.get_by_role("heading", name="Google Analytics", exact=True)).to_be_visible()
    expect(beside).to_be_hidden()
    pick(page, "F1: Website → Google Analytics")
    beside.click()

    expect(page.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    expect(page.get_by_text("How the answer was reached")).to_be_visible()
    expect(page.get_by_text("Is Google Analytics a foreign person or entity?")).to_be_visible()
    expect(page.locator(".dm-trace code", has_text="focus-technology!Recipients!C").first).to_be_visible()
    expect(page.locator(".dm-chip", has_text=LABELS[Outcome.GAP]).first).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the register (Excel)").click()
    file = tmp_path / "register.xlsx"
    download.value.save_as(file)
    rows = load_workbook(file)["Transfers"].iter_rows(values_only=True)
    heading = next(rows)
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [
        (row["Flow"], row["To"], row["Regime"], row["Outcome"])
        for row in found
        if row["Outcome"] == LABELS[Outcome.GAP]
    ] == [("F1", "Google Analytics", "New Zealand", "No safeguard")]

    visit(page, "Law")
    expect(page.get_by_role("heading", name="Australia: Privacy Act 1988")).to_be_visible()

    assert asked
    assert not outside(asked)


def test_a_row_of_the_register_is_picked_with_the_mouse(chromium: BrowserContext, app: str) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/?as_of=2026-11-23")
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("In short, under")).to_be_visible()
    visit(page, "Transfers")
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    page.wait_for_timeout(1000)
    table.click(position={"x": 15, "y": 36 + 33 * 4 + 16})
    expect(page.get_by_role("heading", name="Billing and credit checks → Payment provider")).to_be_visible()


def test_words_from_a_file_run_nothing(chromium: BrowserContext, app: str) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    asked = recorded(page)
    ran: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismissed)
    hostile = "<img src=https://example.invalid/x onerror=alert(1)> ![a](https://example.invalid/y) :red[z]"
    files = {
        "Organisations.csv": "Organisation,Country\nKowhai Limited,NZ\n",
        "Systems.csv": f'System,Categories,Recipients\nShop,Name,"{hostile}"\n',
        "Information categories.csv": "Category\nName\n",
        "Recipients.csv": f'Recipient,Country,Role,Own purposes\n"{hostile}",US,controller,yes\n',
    }
    page.goto(app)
    sent: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()
    ]
    page.locator('input[type="file"]').set_input_files(sent)
    expect(page.get_by_text("In short, under")).to_be_visible()
    expect(page.get_by_text(hostile).first).to_be_visible()
    visit(page, "Flows")
    pick(page, "onerror")
    expect(page.get_by_role("heading", name=hostile).first).to_be_visible()
    page.get_by_role("combobox", name="Around").click()
    expect(page.get_by_role("option", name=hostile)).to_be_visible()
    page.keyboard.press("Escape")
    visit(page, "Transfers")
    expect(page.get_by_role("heading", name=f"Shop → {hostile}")).to_be_visible()
    assert not ran
    assert not outside(asked)
