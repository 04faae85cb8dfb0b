"""A selection → pictures: diagrams, and the files they are saved as. A new diagram is one entry in `PICTURES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from datamap.assessment import Assessment
from datamap.pictures.engine import Format, PictureFailed, render
from datamap.pictures.files import to_html, to_svg, viewer_parts
from datamap.pictures.flows import READABLE_FLOWS, Diagram, country_diagram, flow_diagram
from datamap.views import Selection, View, select

__all__ = [
    "PICTURES",
    "READABLE_FLOWS",
    "Diagram",
    "PictureFailed",
    "country_diagram",
    "flow_diagram",
    "render",
    "save",
    "to_html",
    "to_svg",
    "viewer_parts",
]

PICTURES: Mapping[str, Callable[..., Diagram]] = MappingProxyType({"flows": flow_diagram, "countries": country_diagram})
"""Diagrams by name: `(selection, *, title=None) -> Diagram`."""


def save(
    assessment: Assessment, view: View, path: Path, *, picture: str = "flows", title: str | None = None
) -> Selection:
    """Write a diagram in the format of the path's suffix (svg, png, pdf or html), and return what it shows.

    Raises ValueError for another suffix, `PictureFailed` when it cannot be laid out, OSError when it cannot be written.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in ("html", *get_args(Format)):
        raise ValueError(f"A diagram can be saved as .svg, .png, .pdf or .html, not as “{path.name}”.")
    selection = select(assessment, view)
    diagram = PICTURES[picture](selection, title=title)
    match suffix:
        case "svg":
            content = to_svg(diagram).encode()
        case "html":
            content = to_html(diagram).encode()
        case "png":
            content = render(diagram.source, "png", coarse_source=diagram.coarse_source)
        case _:
            content = render(diagram.source, "pdf", coarse_source=diagram.coarse_source)
    path.write_bytes(content)
    return selection
