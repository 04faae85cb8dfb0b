"""A selection → pictures, and the files they are saved as. A new picture is one entry in `PICTURES` or `CHARTS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from datamap.assessment import Assessment
from datamap.pictures.charts import Chart, sankey_chart, world_chart
from datamap.pictures.engine import Format, PictureFailed, render
from datamap.pictures.files import Drawing, drawn, to_html, to_svg, viewer_parts
from datamap.pictures.flows import Diagram, country_diagram, flow_diagram
from datamap.pictures.folding import FOLD_WORDS, OPENED_AT_ONCE, READABLE_BOXES, READABLE_LINES, Fold
from datamap.views import Selection, View, select

if TYPE_CHECKING:
    from datamap.pictures.pages import Paper, to_pdf

__all__ = [
    "CHARTS",
    "FOLD_WORDS",
    "OPENED_AT_ONCE",
    "PICTURES",
    "READABLE_BOXES",
    "READABLE_LINES",
    "Chart",
    "Diagram",
    "Drawing",
    "Fold",
    "Paper",
    "PictureFailed",
    "country_diagram",
    "drawn",
    "flow_diagram",
    "render",
    "sankey_chart",
    "save",
    "to_html",
    "to_pdf",
    "to_svg",
    "viewer_parts",
    "world_chart",
]

PICTURES: Mapping[str, Callable[..., Diagram]] = MappingProxyType({"flows": flow_diagram, "countries": country_diagram})
"""Diagrams by name: `(selection, *, title=None, fold=None, opened=()) -> Diagram`."""

CHARTS: Mapping[str, Callable[..., Chart]] = MappingProxyType({"map": world_chart, "sankey": sankey_chart})
"""Pictures that are not folded, by name: `(selection, *, title=None) -> Chart`."""


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
    """Write a picture in the format of the path's suffix (svg, png, pdf or html), and return what it shows.

    `picture` is a name of `PICTURES` or `CHARTS`. `fold` and `opened` are those of `flow_diagram`, and a chart has neither.
    A PDF has the pages of `to_pdf`.

    Raises ValueError for another suffix and for a chart to be folded, `PictureFailed` when it cannot be laid out, OSError when it cannot be written.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in ("html", *get_args(Format)):
        raise ValueError(f"A picture can be saved as .svg, .png, .pdf or .html, not as “{path.name}”.")
    if picture in CHARTS and (fold or opened):
        raise ValueError(f"Nothing is folded in a {picture}.")
    selection = select(assessment, view)
    made: Drawing
    if picture in CHARTS:
        made = CHARTS[picture](selection, title=title)
    else:
        made = PICTURES[picture](selection, title=title, fold=fold, opened=opened)
    match suffix:
        case "svg":
            content = to_svg(made).encode()
        case "html":
            content = to_html(made).encode()
        case "png":
            content = drawn(made, "png")
        case _:
            from datamap.pictures.pages import to_pdf

            content = to_pdf(made, paper)
    path.write_bytes(content)
    return selection


def __getattr__(name: str) -> Any:
    if name in ("Paper", "to_pdf"):  # what writes PDF is loaded when it is used
        from datamap.pictures import pages

        return getattr(pages, name)
    raise AttributeError(f"module 'datamap.pictures' has no attribute {name!r}")
