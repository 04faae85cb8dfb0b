"""What analysts are asked, from the question to the file they take away: what if, compare, people, policy, records."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.test_app import WAIT, at_rest, outside, recorded, visit

pytestmark = pytest.mark.browser

BEFORE = {
    "Organisations.csv": "Organisation,Country,Regimes\nKowhai Limited,NZ,nz\n",
    "Systems.csv": (
        "System,Locations,Categories,Individuals,Recipients,Owner\n"
        "Bookings,NZ,Name; Health notes,Patients,Rimu Analytics,Aroha\n"
    ),
    "Recipients.csv": "Recipient,Country,Role,Own purposes\nRimu Analytics,NZ,controller,yes\n",
}
AFTER = {
    **BEFORE,
    "Systems.csv": BEFORE["Systems.csv"].replace("Bookings", "Bookings 2"),
    "Recipients.csv": BEFORE["Recipients.csv"].replace("Analytics,NZ", "Analytics,BR"),
}
POLICY = """# Privacy policy

We hold your personal information in New Zealand only.

We disclose your personal information to Google Analytics and to Acme Widgets Limited.

We keep your personal information for seven years.
"""


def sheets(folder: Path, files: dict[str, str]) -> list[Path]:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return sorted(folder.iterdir())


def with_example(chromium: BrowserContext, app: str, title: str) -> tuple[Page, list[str]]:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    asked = recorded(page)
    page.goto(f"{app}/?as_of=2026-11-23")
    at_rest(page)
    page.get_by_role("button", name="Open an example: Focus Technology").click()
    expect(page.get_by_text("In short, under")).to_be_visible()
    at_rest(page)
    visit(page, title)
    at_rest(page)
    return page, asked


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(f"^{re.escape(field)}|\\. {re.escape(field)}$")).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Tab")
    at_rest(page)


def saved(page: Page, button: Locator) -> bytes:
    at_rest(page)
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path()).read_bytes()


def words_of(workbook: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    return "\n".join(
        str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v is not None
    )


def test_what_if_a_recipient_is_no_longer_sent_to(chromium: BrowserContext, app: str) -> None:
    page, asked = with_example(chromium, app, "What if")
    choose(page, "Suppose that …", "Somebody no longer receives")
    choose(page, "What is no longer sent", "Website → Google Analytics")
    page.get_by_role("button", name="Suppose it").click()
    expect(page.get_by_role("heading", name="1 flow would change outcome, come or go")).to_be_visible()
    expect(page.get_by_text("Hypothetical: what is supposed here is recorded nowhere")).to_be_visible()
    at_rest(page)
    address = page.url

    book = words_of(saved(page, page.get_by_role("button", name=re.compile("Excel"))))
    assert "Google Analytics" in book
    assert "ypothetical" in book

    visit(page, "Transfers")
    at_rest(page)
    expect(page.get_by_role("heading", name="Website → Google Analytics")).to_be_visible()
    expect(page.get_by_text("Hypothetical:")).to_have_count(0)

    visit(page, "What if")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Nothing is supposed yet")).to_be_visible()
    assert "if=drop" in address
    assert not outside(asked)


def test_two_files_are_compared_and_a_renamed_system_is_accepted_as_one(
    chromium: BrowserContext, app: str, tmp_path: Path
) -> None:
    page = chromium.pages[0] if chromium.pages else chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{app}/?as_of=2026-11-23")
    at_rest(page)
    page.locator('input[type="file"]').first.set_input_files(sheets(tmp_path / "now", AFTER))
    expect(page.get_by_text("What was read", exact=True)).to_be_visible()
    at_rest(page)
    visit(page, "Compare")
    at_rest(page)
    page.get_by_role("radio", name="Another file").click()
    at_rest(page)
    page.locator('input[type="file"]').first.set_input_files(sheets(tmp_path / "before", BEFORE))
    expect(page.get_by_text("2 flows have another outcome, came or went.")).to_be_visible()
    at_rest(page)

    page.get_by_role("tab", name="Perhaps renamed (1)").click()
    page.get_by_role("button", name="It is the same").click()
    expect(page.get_by_text("1 flow has another outcome, came or went.")).to_be_visible()
    at_rest(page)
    page.get_by_role("tab", name="Transfers").click()
    expect(page.get_by_text("Brazil").first).to_be_visible()
    found = json.loads(saved(page, page.get_by_role("button", name=re.compile("JSON"))))
    assert "BR" in json.dumps(found) or "Brazil" in json.dumps(found)


def test_where_a_persons_information_is_and_what_a_leak_reaches(chromium: BrowserContext, app: str) -> None:
    page, asked = with_example(chromium, app, "People and breaches")
    choose(page, "Whose information", "Customers in New Zealand")
    expect(page.get_by_role("heading", name=re.compile(r"^Holds it \([1-9]"))).to_be_visible()
    book = words_of(saved(page, page.get_by_role("button", name="Download the checklist (Excel)")))
    assert "Website" in book
    assert "2026-11-23" in book

    page.get_by_role("radio", name="If this leaks").click()
    at_rest(page)
    choose(page, "Which", "Website")
    expect(page.get_by_role("heading", name=re.compile(r"^Whom to tell \([1-9]"))).to_be_visible()
    expect(page.get_by_text("Privacy Act 2020").first).to_be_visible()
    found = json.loads(saved(page, page.get_by_role("button", name="Download as JSON")))
    assert "Website" in json.dumps(found)
    assert "leak=Website" in page.url
    assert not outside(asked)


def test_a_policy_is_read_accepted_and_set_against_the_map(chromium: BrowserContext, app: str) -> None:
    page, asked = with_example(chromium, app, "Policy")
    page.get_by_label("Or its text").fill(POLICY)
    page.get_by_role("button", name="Read this text").click()
    expect(page.get_by_role("heading", name=re.compile(r"^What it seems to say \([1-9]"))).to_be_visible()
    expect(page.get_by_text("Nothing of the policy is accepted yet")).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Accept all", exact=True).click()
    expect(page.get_by_text("Nothing of the policy is accepted yet")).to_have_count(0)
    at_rest(page)
    page.get_by_role("tab", name=re.compile(r"^Contradicted \([1-9]")).click()
    expect(page.get_by_text("We hold your personal information in New Zealand only").first).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Supported")).click()
    expect(page.get_by_text("Google Analytics").first).to_be_visible()

    found = json.loads(saved(page, page.get_by_role("button", name="All of this as JSON")))
    assert "Acme Widgets Limited" in json.dumps(found)
    assert not outside(asked)


def test_a_record_of_one_system_is_written_with_its_scope_and_day(chromium: BrowserContext, app: str) -> None:
    page, asked = with_example(chromium, app, "Records")
    page.get_by_role("radio", name="One system").click()
    at_rest(page)
    choose(page, "System", "Website")
    expect(page.get_by_role("heading", name=re.compile(r"\([1-9]\d*\)$")).first).to_be_visible()
    book = words_of(saved(page, page.get_by_role("button", name="Excel (.xlsx)")))
    assert "Website" in book
    assert "2026-11-23" in book

    packs = zipfile.ZipFile(
        io.BytesIO(saved(page, page.get_by_role("button", name=re.compile(r"Download \d+ packs?"))))
    )
    assert any(name.endswith(".xlsx") for name in packs.namelist())
    assert not outside(asked)
