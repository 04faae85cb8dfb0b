"""The world map and the Sankey as the files they are saved as: a specification drawn in a child process, with the shipped font."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from datamap.pictures.engine import FONT_FAMILY, Format, PictureFailed
from datamap.pictures.flows import default_title
from datamap.views import Selection

DRAWING_SECONDS = 60.0
_HERE = Path(__file__).parent
_SIZE = 10.5
"""Of the words in a file, in points: those of the shipped font are as long then as those on the page are at theirs."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture as a Vega-Lite specification that holds all of its data, and its title and what it shows in words.

    The same specification gives the same bytes. `notes` say what is not on it. `smallest` is the size of its smallest words,
    `around` what its PDF leaves free around it, in points.
    """

    title: str
    description: str
    spec: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    smallest: float = _SIZE
    around: float = 0.0

    @cached_property
    def svg(self) -> str:
        """As Vega draws it. Raises `PictureFailed`."""
        return _run("svg", json.dumps(self.spec)).decode()

    def drawn(self, format: Format) -> bytes:
        """As SVG, PNG, or a PDF of one page. Raises `PictureFailed`."""
        if format == "svg":
            return self.svg.encode()
        made = _run(format, self.svg)
        return _in_order(made) if format == "pdf" else made


def world_chart(selection: Selection, *, title: str | None = None, headed: bool = True) -> Chart:
    """The world map of a selection, to be saved: `headed` by its title, day, filters and what is not on it.

    Without a heading, what is not on it is only in `notes`.
    """
    from datamap.pictures.world import world_map

    title = title or f"{default_title(selection)}, on a map of the world"
    found = world_map(selection, title=title if headed else None)
    return Chart(title, found.description, _for_paper(found.spec), found.notes)


def sankey_chart(selection: Selection, *, title: str | None = None, headed: bool = True) -> Chart:
    """The Sankey of a selection, to be saved: `headed` by its title, day, filters and what is not on it.

    Without a heading, what it gathers is only in `notes`.
    """
    from datamap.pictures.bands import specification
    from datamap.pictures.sankey import ON_THE_PAGE, sankey

    title = title or f"{default_title(selection)}, as a Sankey"
    found = sankey(selection)
    description = found.description.removesuffix(ON_THE_PAGE)
    return Chart(
        title, description, _for_paper(specification(selection, found, title if headed else None)), found.notes
    )


def _for_paper(spec: Mapping[str, Any]) -> dict[str, Any]:
    """With the font that datamap ships, and nothing that only a page does."""
    config = spec["config"]
    fonts = {"font": FONT_FAMILY, "subtitleFont": FONT_FAMILY}
    return {key: value for key, value in spec.items() if key != "params"} | {
        "config": config
        | {
            "font": FONT_FAMILY,
            "text": config["text"] | {"font": FONT_FAMILY, "fontSize": _SIZE},
            "title": config["title"] | fonts | {"fontSize": 13, "subtitleFontSize": _SIZE},
        }
    }


_STARTS: Mapping[str, bytes] = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}


def _run(task: Format, given: str) -> bytes:
    command = [sys.executable, "-P", str(_HERE / "vega.py"), task, str(_HERE / "fonts")]
    try:
        done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=DRAWING_SECONDS)
    except subprocess.TimeoutExpired:
        raise PictureFailed("The picture took longer to draw than it is given; narrow it with a filter.") from None
    except OSError as failure:
        raise PictureFailed(f"The picture could not be drawn ({failure.strerror or failure}).") from failure
    if done.returncode == 0 and done.stdout.startswith(_STARTS[task]):
        return done.stdout
    said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["its library gave up"])[-1]
    raise PictureFailed(f"The picture could not be drawn ({said}).")


def _in_order(pdf: bytes) -> bytes:
    """The PDF with its names and objects in a fixed order, which the library leaves to chance."""
    from pypdf import PdfReader, PdfWriter

    page = PdfReader(BytesIO(pdf)).pages[0]
    _sort(page["/Resources"], set())
    writer = PdfWriter()
    writer.add_page(page)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _sort(found: Any, seen: set[int]) -> None:
    found = found.get_object()
    if id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, dict):
        items = sorted(found.items())
        found.clear()
        found.update(items)
        for _, value in items:
            _sort(value, seen)
    elif isinstance(found, list):
        for value in found:
            _sort(value, seen)
