"""A selection → diagrams: DOT text, and from it SVG, PNG, PDF and HTML. A new diagram is one entry in `PICTURES`.

Text from an inventory reaches DOT only through `_text`, and only as a label; every identifier is generated. Layout runs
in a child process with a time limit.
"""

from __future__ import annotations

import atexit
import html
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from datamap.assessment import Assessment
from datamap.graph import ASSESSED, MappedFlow, Node, NodeKind
from datamap.inventory import Fact, Organisation, Place, items
from datamap.places import place_name
from datamap.transfers import WORST_FIRST, Answer, Outcome
from datamap.views import STYLE, OutcomeStyle, Selection, View, select

if TYPE_CHECKING:
    import graphviz

Format = Literal["svg", "png", "pdf"]

READABLE_FLOWS = 150
"""Above this many lines a diagram is folded."""

LAYOUT_SECONDS = 20.0
COARSE_SECONDS = 20.0

FONT = "DejaVu Sans"
_BOLD = f"{FONT} Bold"
_HERE = Path(__file__).parent
_MACHINE_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "WINDOWSFONTDIR")
_SVG = "http://www.w3.org/2000/svg"

_PAPER, _INK, _QUIET, _FRAME = "#ffffff", "#22262b", "#565d66", "#c9ced6"
_UNASSESSED = OutcomeStyle(_QUIET, _PAPER, "solid", 0.8)
_SHAPES: Mapping[NodeKind, Mapping[str, str]] = {
    NodeKind.INDIVIDUALS: {"shape": "ellipse", "fillcolor": "#f4f5f7", "margin": "0.06,0.03"},
    NodeKind.SOURCE: {"shape": "hexagon", "fillcolor": "#f4f5f7", "margin": "0.04,0.04"},
    NodeKind.SYSTEM: {"shape": "box", "fillcolor": "#e8eff7", "style": "filled,rounded"},
    NodeKind.RECIPIENT: {"shape": "box", "fillcolor": _PAPER},
    NodeKind.OWN_SITE: {"shape": "component", "fillcolor": "#e8eff7"},
    NodeKind.UNDECLARED: {"shape": "note", "fillcolor": _PAPER, "style": "filled,dashed"},
}
_COUNTED = {
    NodeKind.INDIVIDUALS: ("kind of individuals", "kinds of individuals"),
    NodeKind.SOURCE: ("source", "sources"),
    NodeKind.SYSTEM: ("system", "systems"),
    NodeKind.RECIPIENT: ("recipient", "recipients"),
    NodeKind.OWN_SITE: ("own site", "own sites"),
    NodeKind.UNDECLARED: ("name not on any sheet", "names not on any sheet"),
}


class PictureFailed(Exception):
    """A picture could not be laid out; the message is one sentence for users."""


@dataclass(frozen=True)
class Diagram:
    """A diagram as DOT text, and what each part of its SVG stands for.

    `source` is the same text for the same selection. `flows` maps the SVG id of a line to the ids of its flows (several
    when folded), `nodes` the SVG id of a box to its nodes, `ends` the SVG id of a line to those of its two boxes. Ids
    are `flow-3`, `node-7`, `group-2`; they are counted over the whole assessment, so they outlive a change of filter.
    `texts` holds the full, untruncated words of each part by SVG id. `coarse_source` keeps title and description for
    a layout that drops frames.
    """

    source: str
    coarse_source: str
    title: str
    description: str
    flows: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, tuple[Node, ...]]
    ends: Mapping[str, tuple[str, str]]
    texts: Mapping[str, str]


def flow_diagram(selection: Selection, *, title: str | None = None) -> Diagram:
    """Who sends what to whom, left to right. Folded above `READABLE_FLOWS` lines, and then it says so."""
    return _draw(selection, title or _default_title(selection), fold=_fold_for(selection))


def country_diagram(selection: Selection, *, title: str | None = None) -> Diagram:
    """The same flows with recipients folded into their countries."""
    fold = max(_BY_COUNTRY, _fold_for(selection))
    return _draw(selection, title or f"{_default_title(selection)}, by country", fold=fold)


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


def to_svg(diagram: Diagram) -> str:
    """The diagram as one clean SVG element: no document type, no script, no reference to anything outside.

    It carries a title, a description, and on each part its words as `<title>`; parts that can be picked have the class
    `pick`, lines `data-from` and `data-to`. Raises `PictureFailed`.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(render(diagram.source, "svg", coarse_source=diagram.coarse_source))  # noqa: S314
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in list(root.iter(f"{{{_SVG}}}title")):
        parent = parents[element]
        text = diagram.texts.get(parent.get("id", ""))
        if text is None:
            parent.remove(element)
        else:
            element.text = text
    for element in root.iter():
        if (font := element.get("font-family")) in (FONT, _BOLD):
            element.set("font-family", f"{FONT},Verdana,Geneva,sans-serif")
            if font == _BOLD:
                element.set("font-weight", "bold")
        if element.get("class", "").startswith("edge"):
            for label in element.iter(f"{{{_SVG}}}text"):
                label.attrib |= {
                    "stroke": _PAPER,
                    "stroke-width": "3",
                    "stroke-linejoin": "round",
                    "paint-order": "stroke",
                }
        if ends := diagram.ends.get(element.get("id", "")):
            element.set("data-from", ends[0])
            element.set("data-to", ends[1])
    root.set("role", "img")
    root.set("aria-label", diagram.title)
    for tag, text in (("desc", diagram.description), ("title", diagram.title)):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(0, element)
    return ET.tostring(root, encoding="unicode") + "\n"


def to_html(diagram: Diagram) -> str:
    """The diagram as one self-contained page with zoom, pan and pick; it fetches nothing. Raises `PictureFailed`."""
    markup, css, js = viewer_parts()
    svg = to_svg(diagram)
    show = (
        'const said = document.getElementById("said"), drawn = document.getElementById("drawn");\n'
        "const text = new XMLSerializer().serializeToString(drawn.content.firstElementChild);\n"
        'const words = (id) => document.getElementById(id)?.querySelector("title")?.textContent;\n'
        'const viewer = makeViewer(document.querySelector(".viewer"), (id) => {\n'
        "  said.textContent = (id && words(id)) || said.dataset.empty;\n});\n"
        "viewer.show(text);\n"
    )
    hint = "Pick a box or a line to read it in full."
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(diagram.title)}</title>\n"
        f"<style>\n{css}\n"
        "html, body { height: 100%; margin: 0; }\n"
        "body { display: flex; flex-direction: column; gap: 8px; padding: 12px; box-sizing: border-box;\n"
        "  background: #fff; color: #22262b; font: 15px/1.4 system-ui, sans-serif; }\n"
        ".viewer { flex: 1; }\n#said { margin: 0; min-height: 3em; white-space: pre-line; }\n"
        "noscript svg { max-width: 100%; height: auto; }\n"
        "</style>\n</head>\n<body>\n"
        f'{markup}\n<p id="said" role="status" data-empty="{hint}">{hint}</p>\n'
        f'<template id="drawn">{svg}</template>\n<noscript>{svg}</noscript>\n'
        f"<script>\n{js}\n{show}</script>\n</body>\n</html>\n"
    )


def viewer_parts() -> tuple[str, str, str]:
    """The HTML, CSS and JavaScript that show an SVG of `to_svg` with zoom, pan and pick.

    The script defines `makeViewer(element, onPick)`, which returns `{show(svgText), highlight(id)}`.
    """
    markup = (
        '<div class="viewer"><div class="tools" role="toolbar" aria-label="Picture">'
        '<button type="button" data-do="in" aria-label="Zoom in" title="Zoom in">+</button>'
        '<button type="button" data-do="out" aria-label="Zoom out" title="Zoom out">−</button>'
        '<button type="button" data-do="fit" title="Show the whole picture">Fit</button>'
        '</div><div class="paper" tabindex="0" role="group" aria-label="Diagram. Arrow keys move it, '
        'plus and minus zoom, zero fits, Enter picks a box or a line, Escape clears."></div></div>'
    )
    return markup, (_HERE / "viewer.css").read_text("utf-8"), (_HERE / "viewer.js").read_text("utf-8")


def render(dot_source: str, format: Format, *, timeout: float = LAYOUT_SECONDS, coarse_source: str = "") -> bytes:
    """Lay out DOT text in a child process: a system `dot` if there is one that works, else pygraphviz's own engine.

    After `timeout` seconds a coarser layout without frames gets `COARSE_SECONDS`, with `coarse_source` if there is one.
    Raises ValueError for an unknown format and `PictureFailed` when neither layout finishes or the engine gives up.
    """
    if format not in get_args(Format):
        raise ValueError(f"A picture can be svg, png or pdf, not “{format}”.")
    resolution = ("dpi=132",) if format == "png" else ()
    try:
        return _run(dot_source, "dot", format, resolution, timeout)
    except subprocess.TimeoutExpired:
        pass
    try:
        return _run(
            coarse_source or dot_source, "sfdp", format, (*resolution, "overlap=prism", "splines=line"), COARSE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PictureFailed(
            "The picture is too large to lay out in the time allowed; narrow it with a filter or a focus."
        ) from None


_STARTS: Mapping[str, tuple[bytes, ...]] = {"svg": (b"<?xml", b"<svg"), "png": (b"\x89PNG",), "pdf": (b"%PDF",)}


def _run(source: str, program: str, format: Format, settings: Sequence[str], timeout: float) -> bytes:
    commands = []
    if system := shutil.which("dot"):
        commands.append([system, f"-K{program}", f"-T{format}", *(f"-G{s}" for s in settings)])
    commands.append([sys.executable, "-P", str(_HERE / "dot.py"), program, format, *settings])
    if not _fontconfig().exists():
        _fontconfig.cache_clear()
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fontconfig()), "PYTHONIOENCODING": "utf-8"}
    said = ""
    for command in commands:
        try:
            done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=timeout, env=environment)
        except OSError as failure:
            said = str(failure)
            continue
        if done.returncode == 0 and done.stdout.startswith(_STARTS[format]):
            return done.stdout
        said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    raise PictureFailed(f"The picture could not be laid out{f' ({said})' if said else ''}.")


@cache
def _fontconfig() -> Path:
    """A fontconfig file naming the shipped font first; a machine's own fonts only fill in letters that it lacks.

    The fonts are copied beside it, since fontconfig writes into the folders it reads.
    """
    folder = Path(tempfile.mkdtemp(prefix="datamap-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(_HERE / "fonts", folder / "fonts")
    places = "\n".join(f"  <dir>{html.escape(p)}</dir>" for p in (str(folder / "fonts"), *_MACHINE_FONTS))
    path = folder / "fonts.conf"
    path.write_text(
        f'<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n{places}\n'
        f"  <cachedir>{html.escape(str(folder / 'cache'))}</cachedir>\n"
        f'  <match target="pattern"><edit name="family" mode="append_last"><string>{FONT}</string></edit></match>\n'
        "</fontconfig>\n",
        "utf-8",
    )
    return path


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _plain(text: str) -> str:
    """One line of text that every picture format can hold: no control characters, nothing that turns its direction."""
    kept = (c for c in " ".join(text.split()) if c not in _BIDI)
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or ord(c) & 0xFFFE == 0xFFFE else c for c in kept
    )


def _wrap(text: str, width: int, lines: int) -> list[str]:
    return textwrap.wrap(_plain(text), width, max_lines=lines, placeholder="…") or [""]


def _text(lines: Iterable[str], end: str = r"\n") -> str:
    """Lines as a DOT label that shows exactly these characters. `end` ends each: `\\n` centred, `\\l` to the left."""
    import graphviz

    label: str = graphviz.nohtml("".join(graphviz.escape(_plain(line).replace("&", "&amp;")) + end for line in lines))
    return label


_ONE_EACH, _BUNDLED, _BY_COUNTRY, _BY_ORGANISATION = range(4)
_FOLDS = {
    _BUNDLED: "flows between the same two ends with the same outcome are one line",
    _BY_COUNTRY: "recipients are shown by country",
    _BY_ORGANISATION: "systems are shown by organisation, and individuals and sources together",
}


@dataclass(frozen=True)
class _Box:
    """One drawn box. `frame` is the heading it stands under, or empty."""

    id: str
    kind: NodeKind
    name: str
    small: str
    frame: tuple[int, str]
    nodes: tuple[Node, ...]
    text: str


@dataclass(frozen=True)
class _Line:
    """One drawn line. `outcome` is None for a flow that has no answers."""

    id: str
    tail: str
    head: str
    outcome: Outcome | None
    flows: tuple[MappedFlow, ...]

    @property
    def moved_inside(self) -> bool:
        return self.outcome is None and not any(f.movement in ASSESSED for f in self.flows)

    @property
    def style(self) -> OutcomeStyle:
        return STYLE[self.outcome] if self.outcome else _UNASSESSED


@dataclass
class _Plan:
    """Which boxes and lines stand for a selection at one fold."""

    selection: Selection
    fold: int
    boxes: dict[str, _Box] = field(default_factory=dict)
    lines: list[_Line] = field(default_factory=list)


def _fold_for(selection: Selection) -> int:
    folds = range(_BY_ORGANISATION)
    return next((f for f in folds if len(_plan(selection, f).lines) <= READABLE_FLOWS), _BY_ORGANISATION)


def _plan(selection: Selection, fold: int) -> _Plan:
    every = {node.id: node for node in sorted(selection.assessment.map.nodes, key=lambda node: node.id)}
    reached: dict[str, list[MappedFlow]] = defaultdict(list)
    for flow in selection.assessment.map.flows:
        reached[flow.destination.id].append(flow)
    frames = {id: _frame(selection, node, reached[id]) for id, node in every.items()}
    homes = {id: _home(node, frames[id], fold) for id, node in every.items()}
    groups = {home: f"group-{n}" for n, home in enumerate(sorted({h for h in homes.values() if h}), 1)}
    ids = {id: groups[home] if (home := homes[id]) else f"node-{n}" for n, id in enumerate(every, 1)}

    positions = {flow.id: n for n, flow in enumerate(selection.assessment.map.flows, 1)}
    bundles: dict[tuple[str, str, Outcome | None, bool, str], list[MappedFlow]] = defaultdict(list)
    for flow in selection.flows:
        ends = ids[flow.origin.id], ids[flow.destination.id]
        alone = flow.id if fold == _ONE_EACH else ""
        bundles[*ends, selection.outcomes.get(flow.id), flow.movement in ASSESSED, alone].append(flow)
    lines = [
        _Line(f"flow-{positions[flows[0].id]}", tail, head, outcome, tuple(flows))
        for (tail, head, outcome, *_), flows in bundles.items()
    ]
    drawn = {end for line in lines for end in (line.tail, line.head)}
    unfiltered = replace(selection.view, regimes=()) == View()
    together: dict[str, list[Node]] = defaultdict(list)
    for id, node in every.items():
        if unfiltered or ids[id] in drawn:
            together[ids[id]].append(node)
    boxes = {
        id: _box(selection, id, tuple(nodes), frames[nodes[0].id], homes[nodes[0].id]) for id, nodes in together.items()
    }
    return _Plan(selection, fold, boxes, sorted(lines, key=lambda line: positions[line.flows[0].id]))


def _frame(selection: Selection, node: Node, reached: Sequence[MappedFlow]) -> tuple[int, str]:
    """The heading a node stands under: the organisation for systems, the country for recipients; and its order."""
    if node.kind is NodeKind.SYSTEM:
        return 0, _organisation(selection, node, reached)
    if node.kind in (NodeKind.RECIPIENT, NodeKind.OWN_SITE) or (node.kind is NodeKind.UNDECLARED and reached):
        return 1, _country(selection, node, reached)
    return 0, ""


def _organisation(selection: Selection, node: Node, reached: Sequence[MappedFlow]) -> str:
    inventory = selection.assessment.inventory
    system = inventory.system(node.name)
    organisation: Organisation | None = None
    if system and system.organisation.value:
        organisation = inventory.organisation(system.organisation.value)
        if organisation is None:
            return system.organisation.value
    elif len(inventory.organisations) == 1:
        organisation = inventory.organisations[0]
    if organisation is None:
        return "Organisation not stated"
    where = ", ".join(_place_words(Fact.of(place)) for place in items(organisation.country))
    return f"{organisation.name}, {where}" if where else organisation.name


_NOT_STATED = "not stated"


def _country(selection: Selection, node: Node, reached: Sequence[MappedFlow]) -> str:
    legs = [leg for flow in reached for leg in selection.legs.get(flow.id, ())]
    names = {_place_words(leg.place) for leg in legs}
    if not names and (recipient := selection.assessment.inventory.recipient(node.name)):
        names = {_place_words(Fact.of(place)) for place in items(recipient.country)}
    stated = sorted(names - {_NOT_STATED})
    if not stated:
        return "Country not stated"
    if len(stated) > 3:
        stated = [f"{len(stated)} countries"]
    return ", ".join([*stated, *({_NOT_STATED} & names)])


def _place_words(place: Fact[Place]) -> str:
    return place_name(place.value) if place.value else _NOT_STATED


def _home(node: Node, frame: tuple[int, str], fold: int) -> tuple[str, str] | None:
    """The group a node is folded into, or None when it stands for itself."""
    if frame[0] == 1:
        return ("recipient", frame[1]) if fold >= _BY_COUNTRY else None
    return (node.kind.value, frame[1]) if fold >= _BY_ORGANISATION else None


def _box(
    selection: Selection, id: str, nodes: tuple[Node, ...], frame: tuple[int, str], home: tuple[str, str] | None
) -> _Box:
    node = nodes[0]
    if home is None:
        small = _small_words(selection, node)
        text = ", ".join(word for word in (node.name, small, frame[1]) if word)
        return _Box(id, node.kind, node.name, small, frame, nodes, _plain(text))
    kinds = Counter(n.kind for n in nodes)
    small = ", ".join(f"{kinds[k]} {_COUNTED[k][kinds[k] > 1]}" for k in NodeKind if k in kinds)
    kind = next(k for k in (NodeKind.RECIPIENT, *NodeKind) if k in kinds)
    name = frame[1] or kind.value.capitalize()
    text = f"{name}, {small}: {', '.join(n.name for n in nodes)}"
    return _Box(id, kind, name, small, (frame[0], ""), nodes, _plain(text))


def _small_words(selection: Selection, node: Node) -> str:
    if node.kind is NodeKind.UNDECLARED:
        return "not on any sheet"
    system = selection.assessment.inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
    if system is None:
        return node.kind.value
    where = sorted({_place_words(Fact.of(place)) for place in items(system.locations)})
    return ", ".join([system.kind.value or "system", *(where if len(where) < 3 else [f"{len(where)} countries"])])


def _line_words(line: _Line) -> list[str]:
    """What stands on a line: its outcome, how many flows, its categories, and whether it was implied."""
    count = f" ×{len(line.flows)}" if len(line.flows) > 1 else ""
    outcome = "" if line.moved_inside else line.outcome.label if line.outcome else "Not assessed"
    categories = sorted({c for flow in line.flows for c in items(flow.categories)})
    what = _wrap(categories[0], 24, 1)[0] if len(categories) == 1 else f"{len(categories)} categories"
    implied = sum(flow.implied for flow in line.flows)
    said = [f"{outcome}{count}".strip(), what if categories else "categories not stated"]
    if implied:
        said.append("implied" if implied == len(line.flows) else f"{implied} implied")
    return [s for s in said if s]


def _line_text(selection: Selection, line: _Line, answers: Mapping[str, Sequence[Answer]]) -> str:
    """Everything about a line in full sentences, one paragraph a flow."""
    return "\n".join(_plain(" ".join(_flow_sentences(selection, f, answers.get(f.id, ())))) for f in line.flows)


def _flow_sentences(selection: Selection, flow: MappedFlow, answers: Sequence[Answer]) -> Iterator[str]:
    yield f"{flow.id}: {flow.origin.name} → {flow.destination.name}."
    if outcome := selection.outcomes.get(flow.id):
        yield f"{outcome.label}."
    categories = items(flow.categories)
    yield f"Categories: {', '.join(categories)}." if categories else "Categories not stated."
    if len(answers) > 1 or any(answer.leg.country for answer in answers):
        yield "; ".join(f"{_place_words(a.leg.place)}, {a.regime}: {a.outcome.label}" for a in answers) + "."
    if flow.record.implied_by:
        yield f"Implied by {flow.record.implied_by}."


def _default_title(selection: Selection) -> str:
    names = [o.name for o in selection.assessment.inventory.organisations]
    return "Flows of personal information" + (f": {', '.join(names)}" if names else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _notes(plan: _Plan) -> list[str]:
    selection = plan.selection
    notes = [f"As at {_day(selection.assessment.on)}. {selection.filter_sentence()}"]
    shown = f"{len(selection.flows)} {'flow' if len(selection.flows) == 1 else 'flows'} shown."
    notes.append(f"{shown} {selection.hidden_sentence()}")
    if plan.fold:
        how = "; ".join(_FOLDS[fold] for fold in range(_BUNDLED, plan.fold + 1))
        notes.append(f"Folded into {len(plan.lines)} {'line' if len(plan.lines) == 1 else 'lines'}: {how}.")
    return notes


def _draw(selection: Selection, title: str, fold: int) -> Diagram:
    import graphviz

    plan = _plan(selection, fold)
    notes = _notes(plan)
    graph = graphviz.Digraph(
        "datamap",
        graph_attr={
            "rankdir": "LR", "label": _text(_wrap(title, 90, 2), r"\l"), "labelloc": "t", "labeljust": "l",
            "fontname": _BOLD, "fontsize": "17", "fontcolor": _INK, "bgcolor": _PAPER, "pad": "0.3",
            "nodesep": "0.22", "ranksep": "0.9", "id": "datamap", "newrank": "true",
        },
        node_attr={
            "fontname": FONT, "fontsize": "11", "fontcolor": _INK, "color": "#6c7480", "penwidth": "1.1",
            "style": "filled", "margin": "0.13,0.07", "height": "0.4",
        },
        edge_attr={"fontname": FONT, "fontsize": "9.5", "arrowsize": "0.7"},
    )  # fmt: skip
    with graph.subgraph(name="cluster_page") as page:
        lines = [line for note in notes for line in _wrap(note, 130, 4)]
        page.attr(label=_text(lines, r"\l"), fontname=FONT, fontsize="11", penwidth="0", margin="14", id="page")
        for n, (frame, boxes) in enumerate(_framed(plan.boxes.values()), 1):
            if frame:
                with page.subgraph(name=f"cluster_{n}") as cluster:
                    cluster.attr(label=_text(_wrap(frame, 44, 2), r"\l"), fontname=_BOLD, fontsize="10.5")
                    cluster.attr(color=_FRAME, penwidth="1", style="rounded", margin="12", id=f"frame-{n}")
                    cluster.attr(fontcolor=_QUIET)
                    _draw_boxes(cluster, boxes)
            else:
                _draw_boxes(page, boxes)
        if not plan.boxes:
            page.node("nothing", label="Nothing to show", shape="plaintext", style="", fontcolor=_QUIET, id="nothing")
        _draw_lines(page, plan)
        _draw_legend(page, plan.lines)
    source = graph.source
    heading = _text([_plain(title), *notes, "Laid out coarsely, to finish in the time allowed."], r"\l")
    graph.attr("graph", label=heading, fontname=FONT, fontsize="11")
    answers: dict[str, list[Answer]] = defaultdict(list)
    for answer in selection.answers:
        answers[answer.leg.flow.id].append(answer)
    texts = {box.id: box.text for box in plan.boxes.values()}
    texts |= {line.id: _line_text(selection, line, answers) for line in plan.lines}
    return Diagram(
        source=source,
        coarse_source=graph.source,
        title=_plain(title),
        description=_plain(" ".join(notes)),
        flows={line.id: tuple(flow.id for flow in line.flows) for line in plan.lines},
        nodes={box.id: box.nodes for box in plan.boxes.values()},
        ends={line.id: (line.tail, line.head) for line in plan.lines},
        texts=texts,
    )


def _dot_id(svg_id: str) -> str:
    return svg_id.replace("-", "")


def _framed(boxes: Iterable[_Box]) -> list[tuple[str, list[_Box]]]:
    """Boxes by heading: none, organisations, countries, and last those whose country is not stated."""
    frames: dict[tuple[int, bool, str], list[_Box]] = defaultdict(list)
    for box in boxes:
        order, heading = box.frame
        frames[order if heading else -1, heading == "Country not stated", heading].append(box)
    return [(key[2], frames[key]) for key in sorted(frames)]


def _draw_boxes(graph: graphviz.Digraph, boxes: Iterable[_Box]) -> None:
    for box in boxes:
        look = _SHAPES[box.kind]
        label = _text([*_wrap(box.name, 24, 3), *_wrap(box.small, 30, 2)])
        graph.node(_dot_id(box.id), label=label, id=box.id, **look, **{"class": "pick"})


def _draw_lines(graph: graphviz.Digraph, plan: _Plan) -> None:
    """The lines, and unseen ones that keep the columns: individuals and sources, systems, recipients.

    A line from a recipient back to a system is laid out the other way round and its arrow turned, to run as straight.
    """
    frames = {id: box.frame[0] for id, box in plan.boxes.items()}
    for line in plan.lines:
        style, backwards = line.style, frames[line.tail] > frames[line.head]
        ends = (line.head, line.tail) if backwards else (line.tail, line.head)
        graph.edge(
            *map(_dot_id, ends), label=_text([*_line_words(line), " "]), id=line.id, color=style.ink,
            fontcolor=style.ink, style=style.dash, penwidth=str(style.width), dir="back" if backwards else None,
            weight="1" if line.moved_inside else "3", **{"class": "pick"},
        )  # fmt: skip
    columns: tuple[list[str], list[str], list[str]] = ([], [], [])
    for id, box in sorted(plan.boxes.items()):
        columns[0 if not box.frame[0] and box.kind is not NodeKind.SYSTEM else 1 + box.frame[0]].append(_dot_id(id))
    with graph.subgraph() as first:
        first.attr(rank="source")
        for id in columns[0]:
            first.node(id)
    for n, (left, right) in enumerate(pairwise(columns), 1):
        if left and right:
            graph.node(f"gate{n}", label="", shape="point", width="0", height="0", style="invis")
            for id in left:
                graph.edge(id, f"gate{n}", style="invis", weight="1" if n > 1 else "0")
            for id in right:
                graph.edge(f"gate{n}", id, style="invis", weight="0", minlen="0")


def _draw_legend(graph: graphviz.Digraph, lines: Sequence[_Line]) -> None:
    """One line for each look that is used, worst first."""
    used: dict[str, OutcomeStyle] = {}
    for outcome in WORST_FIRST:
        if any(line.outcome is outcome for line in lines):
            used[outcome.label] = STYLE[outcome]
    if any(line.outcome is None and not line.moved_inside for line in lines):
        used["Not assessed"] = _UNASSESSED
    if any(line.moved_inside for line in lines):
        used["Collected, or moved inside"] = _UNASSESSED
    if not used:
        return
    with graph.subgraph(name="cluster_legend") as legend:
        heading = _text(["Lines"], r"\l")
        legend.attr(label=heading, fontname=_BOLD, fontsize="10.5", fontcolor=_QUIET)
        legend.attr(color=_FRAME, penwidth="1", style="rounded", margin="10", id="legend")
        with legend.subgraph() as column:
            column.attr(rank="same")
            for n, (words, style) in reversed(list(enumerate(used.items(), 1))):
                column.node(
                    f"key{n}", label=words, shape="box", style=style.dash, color=style.ink, penwidth=str(style.width),
                    fontcolor=style.ink, fontsize="9", margin="0.05,0.02", height="0.24", width="1.9", id=f"key-{n}",
                )  # fmt: skip
