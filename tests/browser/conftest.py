"""A real Chromium and a real server. Without a browser the tests say loudly that they did not run, and fail on CI."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import BrowserContext, Error, sync_playwright

ROOT = Path(__file__).parents[2]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
    "--no-first-run", "--disable-gpu",
]  # fmt: skip
NOT_RUN = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if reason := config.stash.get(NOT_RUN, None):
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.line(f"BROWSER TESTS DID NOT RUN: {reason}", red=True, bold=True)


@pytest.fixture
def chromium(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A new profile in a system Chromium, or else in Playwright's own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        try:
            context = playwright.chromium.launch_persistent_context(
                tmp_path / "profile",
                executable_path=program,
                args=ARGUMENTS,
                viewport={"width": 1280, "height": 900},
                accept_downloads=True,
            )
        except Error as failure:
            reason = f"no Chromium could be started ({failure.message.splitlines()[0]})"
            request.config.stash[NOT_RUN] = reason
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield context
        context.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[str]:
    """The address of the app, served by a child process that ends with the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"], cwd=ROOT, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", server)
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the app ended before it could be reached"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the app did not answer in time")
