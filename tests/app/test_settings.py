"""The app is served as safely from anywhere as it is from the project's own folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click
from streamlit.web.cli import main_run

from datamap.ui import PAGES, SERVER_OPTIONS, server_flags

ROOT = Path(__file__).parents[2]


def test_the_configuration_file_and_the_options_agree() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    written = {
        f"{table}.{name}": tuple(value) if isinstance(value, list) else value
        for table in ("server", "browser", "client", "runner")
        for name, value in config[table].items()
    }
    assert written == dict(SERVER_OPTIONS)


def test_only_this_computer_is_served_and_nothing_is_sent() -> None:
    assert SERVER_OPTIONS["server.address"] == "127.0.0.1"
    assert SERVER_OPTIONS["server.allowedHosts"] == ("localhost", "127.0.0.1")
    assert SERVER_OPTIONS["browser.gatherUsageStats"] is False
    assert SERVER_OPTIONS["client.showErrorDetails"] == "none"


def test_streamlit_understands_every_flag() -> None:
    context = click.Context(main_run)
    main_run.make_parser(context).parse_args([str(ROOT / "app.py"), *server_flags()])
    known = {option.name for option in main_run.params}
    assert {name.replace(".", "_") for name in SERVER_OPTIONS} <= known


def test_every_page_is_a_file_of_its_own() -> None:
    assert len({p.path for p in PAGES}) == len(PAGES) == len({p.title for p in PAGES})
    assert all(p.path.is_file() for p in PAGES)


def test_one_module_touches_the_state_of_a_session() -> None:
    inside = [p for p in (ROOT / "datamap" / "ui").rglob("*.py") if "session_state" in p.read_text("utf-8")]
    assert [p.name for p in inside] == ["session.py"]
    everything = [p.read_text("utf-8") for p in (ROOT / "datamap").rglob("*.py")]
    assert not any(
        word in text for text in everything for word in ("st.cache_", "unsafe_allow_html", "st.map(", "pydeck")
    )
