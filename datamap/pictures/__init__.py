"""A selection → pictures: diagrams, and the files they are saved as. A new diagram is one entry in `PICTURES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from datamap.assessment import Assessment
from datamap.pictures.engine import Format, PictureFailed, render
from datamap.pictures.files import to_html, to_svg, viewer_parts
from datamap.pictures.flows import Diagram, country_diagram, flow_diagram
from datamap.pictures.folding import FOLD_WORDS, OPENED_AT_ONCE, READABLE_BOXES, READABLE_LINES, Fold
from datamap.pictures.pages import Paper, to_pdf
from datamap.views import Selection, View, select

__all__ = [
    "FOLD_WORDS",
    "OPENED_AT_ONCE",
    "PICTURES",
    "READABLE_BOXES",
    "READABLE_LINES",
    "Diagram",
    "Fold",
    "Paper",
    "PictureFailed",
    "country_diagram",
    "flow_diagram",
    "render",
    "save",
    "to_html",
    "to_pdf",
    "to_svg",
    "viewer_parts",
]

PICTURES: Mapping[str, Callable[..., Diagram]] = MappingProxyType({"flows": flow_diagram, "countries": country_diagram})
"""Diagrams by name: `(selection, *, title=None, fold=None, opened=()) -> Diagram`."""


def save(
    assessment: Assessment,
    view: View,
    path: Path,
    *,
    picture: str = "flows",
    title: str | None = None,
    fold: Fold | None = None,
    opened: Sequence[str] = (),
    paper: Paper = "a4",
) -> Selection:
    """Write a diagram in the format of the path's suffix (svg, png, pdf or html), and return what it shows.

    `fold` and `opened` are those of `flow_diagram`. A PDF has the pages of `to_pdf`.

    Raises ValueError for another suffix, `PictureFailed` when it cannot be laid out, OSError when it cannot be written.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in ("html", *get_args(Format)):
        raise ValueError(f"A diagram can be saved as .svg, .png, .pdf or .html, not as “{path.name}”.")
    selection = select(assessment, view)
    diagram = PICTURES[picture](selection, title=title, fold=fold, opened=opened)
    match suffix:
        case "svg":
            content = to_svg(diagram).encode()
        case "html":
            content = to_html(diagram).encode()
        case "png":
            content = render(diagram.source, "png", coarse_source=diagram.coarse_source)
        case _:
            content = to_pdf(diagram, paper)
    path.write_bytes(content)
    return selection
