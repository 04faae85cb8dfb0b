"""Every page can be used by everybody, and asks nothing of anybody outside.

axe-core, which npm puts beside the environment (`.ci/axe`), looks at each page in a real browser, in light and in dark,
with nothing open and with what is open. Nothing of Streamlit's own is left out: it has no grave fault either.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from datamap.ui import PAGES
from datamap.ui.components.questions import PARTS
from datamap.workbook import writing
from tests.app.test_overview import UNUSUAL
from tests.browser.conftest import ROOT, not_run
from tests.browser.test_app import WAIT, at_rest, outside, recorded, visit

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
ORDERED = "heading-order"
EXAMPLE = "Focus Technology"
WIDTHS = (820, 1920, 1280)  # the last with the menu open, for the way to the next page
PLACES = {"What the words mean": "Transfers", "Columns": "Transfers", "More filters": "Transfers"}


@cache
def source_of_axe() -> str:
    """Nothing where it cannot be had."""
    try:
        place = str(Path(sys.prefix) / "share")
        path = subprocess.run(
            [str(ROOT / ".ci" / "axe"), place], capture_output=True, text=True, timeout=300
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return Path(path).read_text(encoding="utf-8") if path else ""


@pytest.fixture
def axe(request: pytest.FixtureRequest) -> str:
    """The source of axe-core. Where it cannot be had the tests say loudly that they did not run, and fail on CI."""
    return source_of_axe() or not_run(
        request, "axe-core could not be had (it wants npm and, the first time, a registry)"
    )


def faults(page: Page, axe: str, where: str, *, both: bool = False) -> list[str]:
    """What axe finds grave on the page as it stands, and headings out of order.

    Where both are asked for, light and dark, the page is turned from the one to the other, its contrast is looked at
    again, and the next page is seen in the other first.
    """
    at_rest(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    found = _found(page, where, "axe.run(document, {resultTypes: ['violations']})")
    if both:
        before = paper(page)
        dark = page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
        turned: Literal["light", "dark"] = "light" if dark else "dark"
        page.emulate_media(color_scheme=turned)
        at_rest(page)
        assert paper(page) != before, f"the page did not turn {turned}"
        found += _found(page, f"{where}, turned {turned}", "axe.run(document, {runOnly: ['color-contrast']})")
    return found


def _found(page: Page, where: str, run: str) -> list[str]:
    return [
        f"{where}: {v['id']} ({v['impact']}): {node['html'][:160]}: {node['failureSummary'][:240]}"
        for v in page.evaluate(f"() => {run}")["violations"]
        if v["impact"] in GRAVE or v["id"] == ORDERED
        for node in v["nodes"][:3]
    ]


def paper(page: Page) -> str:
    """The colour the page stands on."""
    colour: str = page.evaluate("() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    return colour


def everywhere(page: Page) -> Iterator[str]:
    """Go through every page, and say where one is. It may still be drawn."""
    for title in (p.title for p in PAGES):
        page.get_by_role("link", name=title, exact=True).click()
        expect(
            page.get_by_role("heading", level=1).filter(has_text="datamap" if title == "Start" else title)
        ).to_be_visible()
        yield title


def everything(page: Page) -> Iterator[str]:
    """Go through every page, every part of Transfers, every way to show flows, and what opens over a page."""
    yield from everywhere(page)
    visit(page, "Transfers")
    for part in PARTS[1:]:
        page.get_by_role("tab", name=part, exact=True).click()
        expect(page.get_by_role("tabpanel", name=part, exact=True)).to_be_visible()
        yield f"Transfers: {part}"
    page.get_by_role("tab", name=PARTS[0], exact=True).click()
    for button, title in PLACES.items():
        visit(page, title)
        at_rest(page)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
        yield f"{title}: {button}"
        page.keyboard.press("Escape")
    visit(page, "Flows")
    at_rest(page)
    ways = page.get_by_test_id("stButtonGroup").first.get_by_role("radio")
    for number in range(1, ways.count()):
        ways.nth(number).click()
        yield f"Flows: {ways.nth(number).inner_text()}"


def first_page(chromium: BrowserContext) -> Page:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    return page


def sent(files: dict[str, bytes]) -> list[FilePayload]:
    return [{"name": n, "mimeType": "application/octet-stream", "buffer": data} for n, data in files.items()]


def test_no_page_has_a_grave_fault(chromium: BrowserContext, app: str, axe: str) -> None:
    page = first_page(chromium)
    page.emulate_media(color_scheme="light")
    asked = recorded(page)
    page.goto(f"{app}/?as_of=2026-11-23")
    found = [fault for where in everywhere(page) for fault in faults(page, axe, f"{where}, nothing open", both=True)]
    visit_start(page)
    page.get_by_role("button", name=f"Open an example: {EXAMPLE}").click()
    expect(page.get_by_text("In short, under")).to_be_visible()
    found += [fault for where in everything(page) for fault in faults(page, axe, f"{where}, {EXAMPLE}", both=True)]
    assert not found, "\n".join(found)
    assert asked
    assert not outside(asked)


def visit_start(page: Page) -> None:
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name="datamap", exact=True, level=1)).to_be_visible()
    at_rest(page)


@pytest.mark.parametrize("what", ["an empty workbook", "an unusual inventory", "Lead Management"])
def test_no_page_has_a_grave_fault_whatever_is_open(chromium: BrowserContext, app: str, axe: str, what: str) -> None:
    page = first_page(chromium)
    asked = recorded(page)
    page.goto(f"{app}/?as_of=2026-11-23")
    at_rest(page)
    if what == "Lead Management":
        page.get_by_role("button", name=f"Open an example: {what}").click()
    else:
        blank = BytesIO()
        writing.write_template(blank)
        files = {name: text.encode() for name, text in UNUSUAL.items()}
        payload = sent({"blank.xlsx": blank.getvalue()} if what == "an empty workbook" else files)
        page.locator('input[type="file"]').first.set_input_files(payload)
    expect(page.get_by_text("What was read", exact=True)).to_be_visible()
    found = [fault for where in everywhere(page) for fault in faults(page, axe, f"{where}, {what}")]
    assert not found, "\n".join(found)
    assert not outside(asked)


def test_no_page_is_wider_than_the_screen(chromium: BrowserContext, app: str) -> None:
    page = first_page(chromium)
    page.goto(f"{app}/?as_of=2026-11-23")
    at_rest(page)
    page.get_by_role("button", name=f"Open an example: {EXAMPLE}").click()
    expect(page.get_by_text("In short, under")).to_be_visible()
    for where in everywhere(page):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            at_rest(page)
            wide = page.evaluate(
                "() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth]; }"
            )
            assert wide[0] <= wide[1], (where, width, wide)
