"""Reading other people's files in a real browser: stopped while it goes on, corrected, and given back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect

from tests.app.test_import import SUPPLIERS
from tests.browser.test_app import WAIT, at_rest, outside, recorded

pytestmark = pytest.mark.browser

SMALL = "System,Categories,Recipients\nShop,Name,Courier\n"


def opened(chromium: BrowserContext, app: str) -> Page:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/?as_of=2026-11-23")
    expect(page.get_by_text("Open an example: Focus Technology")).to_be_visible()
    return page


def upload(page: Page, *files: Path) -> None:
    page.locator('input[type="file"]').set_input_files(list(files))


def readers(app: str) -> Iterator[int]:
    """The processes that read a file for this app."""
    port = urlsplit(app).port
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            parent = next(
                line.split()[1]
                for line in (folder / "status").read_text("utf-8").splitlines()
                if line.startswith("PPid:")
            )
            started_by = Path(f"/proc/{parent}/cmdline").read_bytes()
        except OSError:
            continue
        if b"_read_child.py" in words and f"--server.port={port}".encode() in started_by:
            yield int(folder.name)


def reads(app: str, page: Page, wanted: bool) -> bool:
    """Whether a file is read for this app, or none is, within some seconds: processes come and go beside the page."""
    for _ in range(40):
        if bool([*readers(app)]) is wanted:
            return True
        page.wait_for_timeout(100)
    return False


def test_a_long_reading_is_cancelled_and_can_be_begun_again(chromium: BrowserContext, app: str, tmp_path: Path) -> None:
    small, big = tmp_path / "Systems.csv", tmp_path / "big.csv"
    small.write_text(SMALL, encoding="utf-8")
    line = "Supplier {n},Name; email address,Ireland,Germany,SCC,none,Ana,S-{n}\n"
    big.write_text(
        "Supplier,Data shared,Country,Where stored,Contract,Notes,Owner,Code\n"
        + "".join(line.format(n=n) for n in range(600_000)),
        encoding="utf-8",
    )
    page = opened(chromium, app)
    upload(page, small)
    expect(page.get_by_text("Open: Systems.csv")).to_be_visible()

    upload(page, big)
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    cancelled = page.get_by_text("Reading was cancelled. What was open before is still open.")
    expect(page.get_by_text("Reading big.csv")).to_be_visible()
    if Path("/proc").is_dir():
        assert reads(app, page, True)
    cancel.click()
    expect(cancelled).to_be_visible()
    expect(cancel).to_be_hidden()
    assert reads(app, page, False)
    expect(page.get_by_text("Open: Systems.csv")).to_be_visible()

    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("Reading big.csv")).to_be_visible()
    expect(cancelled).to_be_hidden()
    cancel.click()
    expect(cancelled).to_be_visible()
    assert reads(app, page, False)


def test_a_file_that_takes_long_to_understand_is_cancelled(chromium: BrowserContext, app: str, tmp_path: Path) -> None:
    small, long = tmp_path / "Systems.csv", tmp_path / "long.csv"
    small.write_text(SMALL, encoding="utf-8")
    line = 'Activity {n},System {n},"Supplier {n} Ltd, Mail {n} Inc.",Name; email address,Ireland,SCC\n'
    long.write_text(
        "Processing activity,System,Recipients,Categories of personal data,Country of recipient,Transfer mechanism\n"
        + "".join(line.format(n=n) for n in range(60_000)),
        encoding="utf-8",
    )
    page = opened(chromium, app)
    upload(page, small)
    expect(page.get_by_text("Open: Systems.csv")).to_be_visible()

    upload(page, long)
    expect(page.get_by_text(re.compile(r"Understanding 2 files: [\d,]+ of 60,003 rows"))).to_be_visible()
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    cancel.click()
    expect(page.get_by_text("Reading was cancelled. What was open before is still open.")).to_be_visible()
    expect(cancel).to_be_hidden()
    expect(page.get_by_text("Open: Systems.csv")).to_be_visible()


def test_a_column_is_corrected_saved_and_read_so(chromium: BrowserContext, app: str, tmp_path: Path) -> None:
    file = tmp_path / "suppliers.csv"
    file.write_text(SUPPLIERS, encoding="utf-8")
    page = opened(chromium, app)
    asked = recorded(page)
    upload(page, file)
    panel = page.get_by_test_id("stExpander").filter(has_text="What the columns of suppliers.csv were taken for")
    panel.locator("summary").click()
    read_so = panel.get_by_role("button", name="Read it so")
    expect(read_so).to_be_disabled()

    editor = panel.get_by_test_id("stDataFrame").first
    expect(editor).to_be_visible()
    page.wait_for_timeout(1000)
    editor.dblclick(position={"x": 65 + 170 + 60, "y": 36 + 35 + 17})
    choosing = page.locator("#portal input[role=combobox]")
    expect(choosing).to_be_focused()
    page.keyboard.type("purpose")
    expect(choosing).to_have_value("purpose")
    page.keyboard.press("Enter")
    expect(read_so).to_be_enabled()
    with page.expect_download() as download:
        panel.get_by_role("button", name="Download the mapping").click()
    assert download.value.suggested_filename == "suppliers.mapping.toml"
    saved = tmp_path / "saved.toml"
    download.value.save_as(saved)
    assert tomllib.loads(saved.read_text("utf-8"))["columns"]["What they do"] == "purpose"
    read_so.click()
    expect(page.get_by_text("mapping suppliers").first).to_be_visible()

    at_rest(page)
    page.get_by_text("Your files back").click()
    at_rest(page)
    page.get_by_role("button", name="Mark the problems in it").click()
    at_rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it with the problems marked").click()
    back = tmp_path / "back.xlsx"
    download.value.save_as(back)
    assert "Problems" in load_workbook(back).sheetnames
    assert not outside(asked)
