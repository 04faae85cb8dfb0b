"""A real Chromium and a real server. Without a browser the tests say loudly that they did not run, and fail on CI.

The browser and the server are started once for these tests. Each test has a context of its own, which is a new profile,
and with it a new session of the app: nothing that one test does is there for the next.
"""

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
from typing import NoReturn
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from tests.conftest import NOT_RUN

ROOT = Path(__file__).parents[2]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
    "--no-first-run", "--disable-gpu",
]  # fmt: skip


def not_run(request: pytest.FixtureRequest, reason: str) -> NoReturn:
    """Leave this test out and have the end of the run say so loudly, from whichever process; on CI the test fails."""
    request.node.user_properties.append((NOT_RUN, reason))
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def _browser() -> Iterator[Browser | str]:
    """A system Chromium, or else Playwright's own, or else why there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        except Error as failure:
            yield f"no Chromium could be started ({failure.message.splitlines()[0]})"
            return
        yield browser
        browser.close()


@pytest.fixture
def chromium(_browser: Browser | str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A new profile."""
    if isinstance(_browser, str):
        not_run(request, _browser)
    with _browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True) as context:
        yield context


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served by a child process that ends with these tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    with (tmp_path_factory.mktemp("app") / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


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
