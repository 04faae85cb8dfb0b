"""The Streamlit app: its pages, and the settings it is served with. Nothing here imports streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class Page(NamedTuple):
    """One page: its file, and its name in the menu. No icon: Streamlit fetches them from outside."""

    path: Path
    title: str


_HERE = Path(__file__).parent / "pages"

PAGES: tuple[Page, ...] = (
    Page(_HERE / "start.py", "Start"),
    Page(_HERE / "overview.py", "Overview"),
    Page(_HERE / "inventory.py", "Inventory"),
    Page(_HERE / "flows.py", "Flows"),
    Page(_HERE / "transfers.py", "Transfers"),
    Page(_HERE / "people.py", "People and breaches"),
    Page(_HERE / "policy.py", "Policy"),
    Page(_HERE / "what_if.py", "What if"),
    Page(_HERE / "compare.py", "Compare"),
    Page(_HERE / "records.py", "Records"),
    Page(_HERE / "law.py", "Law"),
)
"""Every page, in the order of the menu; the first is where the app opens."""

SERVER_OPTIONS: Mapping[str, str | bool | int | tuple[str, ...]] = MappingProxyType(
    {
        "server.address": "127.0.0.1",
        "server.allowedHosts": ("localhost", "127.0.0.1"),
        "server.headless": True,
        "server.maxUploadSize": 50,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "viewer",
        "runner.magicEnabled": False,
        "runner.postScriptGC": False,
    }
)
"""How the app is served wherever it is started from; `.streamlit/config.toml` says the same for `streamlit run`.

A full collection of garbage after every run would walk through everything that is open: on a large inventory it keeps the
next click waiting longer than the click takes. Python collects by itself as that grows.

Files are not watched: reloading a module under an open session would leave two kinds of each record. After a change,
start the app again.
"""


def server_flags() -> list[str]:
    """`SERVER_OPTIONS` as arguments of `streamlit run`."""
    flags = []
    for option, value in SERVER_OPTIONS.items():
        for each in value if isinstance(value, tuple) else (value,):
            flags.append(f"--{option}={str(each).lower() if isinstance(each, bool) else each}")
    return flags
