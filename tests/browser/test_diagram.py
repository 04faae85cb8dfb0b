"""The diagram in a real browser: focus, folds, paths, search, the address, and what is saved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
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
    at_rest(other)
    other.get_by_role("button", name="Open that view").click()
    expect(other.locator(".viewer .pick[data-from]")).to_have_count(1)
    at_rest(other)
    assert other.locator(".viewer .pick").evaluate_all("all => all.map((g) => g.id)") == page.locator(
        ".viewer .pick"
    ).evaluate_all("all => all.map((g) => g.id)")


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
    before = page.locator(".viewer svg").element_handle()
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
