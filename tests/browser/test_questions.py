"""From a question, or a number on the overview, to its rows; and the address that can be sent to a colleague."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_app import WAIT, at_rest, visit

pytestmark = pytest.mark.browser


def opened(chromium: BrowserContext, app: str, address: str = "/") -> Page:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}{address}")
    at_rest(page)
    return page


def with_example(page: Page) -> Page:
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("In short, under")).to_be_visible()
    at_rest(page)
    return page


def test_from_a_question_on_start_to_the_answer_and_its_argument(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    page.get_by_role("button", name="What leaves the country without a safeguard?").click()
    expect(page.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    expect(page.get_by_text("1 flow shown.").first).to_be_visible()
    expect(page.get_by_role("heading", name="Website → Google Analytics")).to_be_visible()
    expect(page.get_by_text("What would clear this")).to_be_visible()
    expect(page.get_by_text("Law checked 22 November 2026.").first).to_be_visible()
    folded = page.get_by_text("more steps that changed nothing")
    expect(page.get_by_text("Does the individual send the information themselves?")).to_be_hidden()
    folded.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Does the individual send the information themselves?")).to_be_visible()


def test_a_question_with_a_choice_opens_the_picture_of_it(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    visit(page, "Overview")
    at_rest(page)
    page.get_by_role("button", name="Where does this system's information end up?").click()
    expect(page.get_by_role("heading", name="Flows", exact=True, level=1)).to_be_visible()
    expect(page.locator('.viewer .pick[aria-label*="Website"]').first).to_be_attached()
    expect(page).to_have_url(re.compile(r"around=Website"))


def test_a_number_on_the_overview_is_used_with_the_keyboard(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    visit(page, "Overview")
    at_rest(page)
    tile = page.get_by_role("button", name="12 flows Facts missing")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    expect(page.get_by_text("12 flows shown.").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"12 of \d+ answers that pass the filters"))).to_be_visible()


def test_the_address_of_a_view_shows_it_to_a_colleague(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    visit(page, "Overview")
    at_rest(page)
    page.get_by_role("button", name="Who answers for the systems with open flags?").click()
    expect(page.get_by_text("13 flows shown.").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"grouped_by=Owner"))
    at_rest(page)
    address = page.url.removeprefix(app)

    theirs = chromium.new_page()
    theirs.set_default_timeout(WAIT)
    theirs.goto(f"{app}{address}")
    expect(theirs.get_by_text("No inventory is open.")).to_be_visible()
    at_rest(theirs)
    theirs.get_by_role("button", name="Go to Start").click()
    at_rest(theirs)
    theirs.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(theirs.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    expect(theirs.get_by_text("that the address you came with asks for")).to_be_visible()
    expect(theirs.get_by_text("13 flows shown.").first).to_be_visible()
    expect(theirs).to_have_url(re.compile(r"grouped_by=Owner"))


def test_back_and_forward_lead_to_the_page_before_as_it_was_left(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    visit(page, "Overview")
    at_rest(page)
    page.get_by_role("button", name="12 flows Facts missing").click()
    expect(page.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    at_rest(page)
    page.get_by_text("Flagged only").click()
    expect(page).to_have_url(re.compile("flagged=yes"))
    at_rest(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Overview", exact=True, level=1)).to_be_visible()
    at_rest(page)

    page.get_by_role("button", name="1 flow No safeguard").click()
    expect(page.get_by_text("1 flow shown.").first).to_be_visible()
    at_rest(page)
    visit(page, "Law")
    at_rest(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    expect(page.get_by_text("1 flow shown.").first).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_text("Nothing hidden.").first).to_be_visible()
    at_rest(page)
    visit(page, "Flows")
    at_rest(page)
    page.get_by_text("Flagged only").click()
    expect(page).to_have_url(re.compile("/flows.*flagged=yes"))
    at_rest(page)

    page.go_back()
    expect(page.get_by_role("heading", name="Transfers", exact=True, level=1)).to_be_visible()
    expect(page.get_by_text("Nothing hidden.").first).to_be_visible()
    at_rest(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Overview", exact=True, level=1)).to_be_visible()
    at_rest(page)
    page.go_back()
    expect(page.get_by_role("heading", name="datamap", exact=True, level=1)).to_be_visible()
    at_rest(page)
    for title in ("Overview", "Transfers", "Flows"):
        page.go_forward()
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
        at_rest(page)
    expect(page.get_by_text("Narrowed.")).to_be_visible()
    expect(page.get_by_role("switch", name="Flagged only").or_(page.get_by_label("Flagged only"))).to_be_checked()


def test_a_link_leaves_the_address_of_its_page_as_it_is(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    page.get_by_role("button", name="What leaves the country without a safeguard?").click()
    expect(page.get_by_text("1 flow shown.").first).to_be_visible()
    at_rest(page)
    left = page.url
    page.get_by_role("button", name="Show it in the inventory").click()
    expect(page.get_by_text("alone: F1")).to_be_visible()
    at_rest(page)
    assert "outcome" not in page.url
    page.go_back()
    expect(page.get_by_text("1 flow shown.").first).to_be_visible()
    at_rest(page)
    assert page.url == left


def test_what_the_words_mean_is_at_hand(chromium: BrowserContext, app: str) -> None:
    page = with_example(opened(chromium, app, "/?as_of=2026-11-23"))
    visit(page, "Transfers")
    at_rest(page)
    page.get_by_role("button", name="What the words mean").click()
    expect(page.get_by_text("What is not known never clears a transfer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(
        page.locator("abbr[title]", has_text="Ground").or_(page.locator("abbr[title]", has_text="Regime")).first
    ).to_be_visible()
