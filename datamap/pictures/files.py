"""A diagram → files: a clean SVG, one self-contained page, and whatever the engine draws."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from pathlib import Path

from datamap.pictures.charts import Chart
from datamap.pictures.engine import BOLD, FONT, FONT_FAMILY, Format, plain, render
from datamap.pictures.flows import Diagram
from datamap.views import PAPER

_HERE = Path(__file__).parent
_SVG = "http://www.w3.org/2000/svg"


Drawing = Diagram | Chart
"""A picture that can be saved."""


def drawn(picture: Drawing, format: Format) -> bytes:
    """The picture as the engine draws it: an SVG that is not clean yet, a PNG, a PDF of one page. Raises `PictureFailed`."""
    if isinstance(picture, Chart):
        return picture.drawn(format)
    return render(picture.source, format, coarse_source=picture.coarse_source)


def to_svg(picture: Drawing) -> str:
    """The picture as one clean SVG element: no document type, no script, no reference to anything outside.

    It carries a title and a description; a diagram on each part its words as `<title>`: parts that can be picked have the
    class `pick`, lines `data-from` and `data-to`, boxes `data-name`, folded ones the names in them as `data-holds`, and what can
    be opened `data-opens`. Raises `PictureFailed`.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawn(picture, "svg"))  # noqa: S314
    if isinstance(picture, Diagram):
        _named(root, picture)
    root.set("role", "img")
    root.set("aria-label", picture.title)
    for tag, text in (("desc", picture.description), ("title", picture.title)):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(0, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def _named(root: ET.Element, diagram: Diagram) -> None:
    """Give each part of a drawn diagram its words, and what says what it stands for."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in list(root.iter(f"{{{_SVG}}}title")):
        parent = parents[element]
        text = diagram.texts.get(parent.get("id", ""))
        if text is None:
            parent.remove(element)
        else:
            element.text = text
    for element in root.iter():
        if (font := element.get("font-family")) in (FONT, BOLD):
            element.set("font-family", FONT_FAMILY)
            if font == BOLD:
                element.set("font-weight", "bold")
        if element.get("class", "").startswith(("edge", "cluster")):
            for label in element.iter(f"{{{_SVG}}}text"):
                label.attrib |= {
                    "stroke": PAPER,
                    "stroke-width": "3",
                    "stroke-linejoin": "round",
                    "paint-order": "stroke",
                }
        id = element.get("id", "")
        if ends := diagram.ends.get(id):
            element.set("data-from", ends[0])
            element.set("data-to", ends[1])
        if nodes := diagram.nodes.get(id):
            element.set("data-name", plain(diagram.names.get(id, nodes[0].name)))
            if id in diagram.names:
                element.set("data-holds", plain("; ".join(node.name for node in nodes)))
        if id in diagram.opens:
            element.set("data-opens", "")


def to_html(picture: Drawing) -> str:
    """The picture as one self-contained page with zoom, pan and pick; it fetches nothing. Raises `PictureFailed`."""
    markup, css, js = viewer_parts()
    svg = to_svg(picture)
    show = (
        'const said = document.getElementById("said"), drawn = document.getElementById("drawn");\n'
        "const text = new XMLSerializer().serializeToString(drawn.content.firstElementChild);\n"
        'const words = (id) => document.getElementById(id)?.querySelector("title")?.textContent;\n'
        'const viewer = makeViewer(document.querySelector(".viewer"), (id) => {\n'
        "  said.textContent = (id && words(id)) || said.dataset.empty;\n});\n"
        "viewer.show(text);\n"
    )
    hint = "Pick a box or a line to read it in full." if isinstance(picture, Diagram) else picture.description
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(picture.title)}</title>\n"
        f"<style>\n{css}\n"
        "html, body { height: 100%; margin: 0; }\n"
        "body { display: flex; flex-direction: column; gap: 8px; padding: 12px; box-sizing: border-box;\n"
        "  background: #fff; color: #22262b; font: 15px/1.4 system-ui, sans-serif; }\n"
        ".viewer { flex: 1; }\n#said { margin: 0; min-height: 3em; white-space: pre-line; }\n"
        "noscript svg { max-width: 100%; height: auto; }\n"
        "</style>\n</head>\n<body>\n"
        f'{markup}\n<p id="said" role="status" data-empty="{html.escape(hint)}">{html.escape(hint)}</p>\n'
        f'<template id="drawn">{svg}</template>\n<noscript>{svg}</noscript>\n'
        f"<script>\n{js}\n{show}</script>\n</body>\n</html>\n"
    )


def viewer_parts() -> tuple[str, str, str]:
    """The HTML, CSS and JavaScript that show an SVG of `to_svg` with zoom, pan and pick.

    The script defines `makeViewer(element, onPick, onOpen)`, which returns `{show(svgText, hiddenNames), highlight(id)}`.
    """
    markup = (
        '<div class="viewer"><div class="head"></div><div class="bar"><div class="find" role="search"><input type="search" placeholder="Find a name" '
        'aria-label="Find a name in the picture. Enter goes to the next."><output></output></div>'
        '<div class="tools" role="toolbar" aria-label="Picture">'
        '<button type="button" data-do="in" aria-label="Zoom in" title="Zoom in">+</button>'
        '<button type="button" data-do="out" aria-label="Zoom out" title="Zoom out">−</button>'
        '<button type="button" data-do="fit" title="Make it as small as it must be to be seen whole">Whole picture</button>'
        '</div></div><div class="paper" tabindex="0" role="group" aria-label="Diagram. Arrow keys move it, '
        'plus and minus zoom, zero shows it whole, Enter picks a box or a line, Escape clears."></div>'
        '<div class="foot"><div class="keys" role="list" aria-label="What the lines mean"></div><p class="part">You see a part of the '
        "picture. Drag to move it; “Whole picture” shows all of it.</p></div></div>"
    )
    return markup, (_HERE / "viewer.css").read_text("utf-8"), (_HERE / "viewer.js").read_text("utf-8")
