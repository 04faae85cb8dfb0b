"""Every file of other people's that is at hand, opened one after the other in one sitting."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.app.test_pages import MINIMAL, ROOT, on_page, opened, refused, upload, words

REAL = ROOT.parent / "shared" / "real-data"
MOST_MORE = 400 << 20
"""Bytes that the app may hold at the end beyond what it held with the first file open."""


def memory() -> int:
    """Bytes of memory that this process holds. Linux only."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not REAL.is_dir(), reason="The files of other people are not at hand")
def test_the_app_survives_every_file_in_one_sitting() -> None:
    app = opened()
    app.sidebar.multiselect[0].set_value(["nz"])
    app = upload(app, MINIMAL)
    files = sorted(p for p in REAL.rglob("*") if p.is_file() and p.name != "INDEX.md")
    before = memory()
    for file in files:
        app = upload(app, {"Organisations.csv": MINIMAL["Organisations.csv"], file.name: file.read_bytes()})
        inputs = {report.file for report in app.session_state["loaded"].reading.inputs}
        sentences = refused(app)
        assert (file.name in inputs) ^ bool(sentences), file.name
        assert all(sentence.startswith(file.name) for sentence in sentences)
        assert "What was read" in words(app)
        for title in ("Flows", "Transfers", "Law", "Start"):
            on_page(app, title)
    assert files
    assert memory() - before < MOST_MORE
