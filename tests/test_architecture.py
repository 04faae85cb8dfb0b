"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from datamap.cli import cli
from datamap.layouts import headings
from datamap.layouts.known import LAYOUTS
from datamap.layouts.layout import Layout
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.ui import PAGES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "datamap"


def _strings(file: Path) -> Iterator[str]:
    if file.suffix == ".py":
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    else:
        yield file.read_text("utf-8")


def _shipped(*suffixes: str) -> list[Path]:
    files = [f for f in sorted(PACKAGE.rglob("*")) if f.suffix in suffixes]
    assert files
    return files


def test_imports_go_downwards_and_heavy_libraries_have_one_home() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken." in done.stdout


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in cli.commands if f"datamap {name}" not in readme] == []


def test_the_product_never_says_that_somebody_complies() -> None:
    said = [
        (file.name, text)
        for file in _shipped(".py", ".toml", ".csv", ".js", ".css")
        for text in _strings(file)
        if re.search(r"\bcompliant\b", text, re.IGNORECASE)
    ]
    assert said == []


def test_the_menu_is_the_pages_that_there_are() -> None:
    files = {f for f in (PACKAGE / "ui" / "pages").glob("*.py") if f.name != "__init__.py"}
    assert {page.path for page in PAGES} == files
    assert len({page.title for page in PAGES}) == len(PAGES) == len(files)


def _pins() -> dict[str, list[Requirement]]:
    pins: dict[str, list[Requirement]] = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        pin = Requirement(line)
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def _wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    every = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    return [Requirement(d) for d in every]


@pytest.mark.parametrize("wanted", _wanted(), ids=lambda r: r.name)
def test_every_dependency_has_a_pin_that_it_allows(wanted: Requirement) -> None:
    pins = _pins()[canonicalize_name(wanted.name)]
    assert all(p.specifier and wanted.specifier.contains(str(p.specifier).removeprefix("==")) for p in pins)


def test_the_pins_name_no_address() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    assert "http" not in pins
    assert "/" not in pins
    assert all(str(p.specifier).startswith("==") and not p.url for each in _pins().values() for p in each)


def test_every_layout_is_listed_once_and_has_a_name_of_its_own() -> None:
    written = [
        value
        for file in sorted((PACKAGE / "layouts").glob("*.py"))
        for value in vars(importlib.import_module(f"datamap.layouts.{file.stem}")).values()
        if isinstance(value, Layout) and file.stem != "__init__"
    ]
    assert {id(layout) for layout in written} == {id(layout) for layout in LAYOUTS}
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)


def test_every_meaning_has_headings_and_a_place_to_go() -> None:
    headed = {meaning for meaning, _ in headings.every()}
    translated = (PACKAGE / "layouts" / "rows.py").read_text("utf-8")
    for meaning in Meaning:
        if meaning is not Meaning.OTHER:
            by_its_heading = meaning is Meaning.TICKED
            assert meaning in headed or meaning in SUBJECTS or by_its_heading, meaning
            assert f"Meaning.{meaning.name}" in translated, meaning
