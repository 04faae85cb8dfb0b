"""A selection → the flow diagram as DOT text, and what each part of the picture stands for.

Text from an inventory reaches DOT only through `engine.label` and `engine.card`, and only as a label; every identifier
is generated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from datamap import views
from datamap.graph import MappedFlow, Node, NodeKind
from datamap.inventory import items
from datamap.pictures.engine import BOLD, FONT, SMALL, card, label, plain, wrapped
from datamap.pictures.folding import Box, Fold, Line, Plan, place_words, plan
from datamap.transfers import WORST_FIRST, Answer
from datamap.views import FRAME, INK, PAPER, QUIET, STYLE, UNASSESSED, OutcomeStyle, Selection

if TYPE_CHECKING:
    import graphviz

MOST_WORDS = 8
"""So many flows of one line are written out in the picture's own text; the page beside it lists more."""
ROOMY_LINES = 30
"""Above so many lines there are words only on those that somebody judged, and fewer on those of several flows."""
_OURS = "#e8eff7"
_SHAPES: Mapping[NodeKind, Mapping[str, str]] = {
    NodeKind.INDIVIDUALS: {"shape": "ellipse", "fillcolor": "#f4f5f7", "margin": "0.05,0.02"},
    NodeKind.SOURCE: {"shape": "hexagon", "fillcolor": "#f4f5f7", "margin": "0.02,0.02"},
    NodeKind.SYSTEM: {"shape": "box", "fillcolor": _OURS, "style": "filled,rounded"},
    NodeKind.RECIPIENT: {"shape": "box", "fillcolor": PAPER},
    NodeKind.OWN_SITE: {"shape": "component", "fillcolor": _OURS},
    NodeKind.UNDECLARED: {"shape": "note", "fillcolor": PAPER, "style": "filled,dashed"},
}
_CATEGORY = {"shape": "folder", "fillcolor": "#f1ecf7"}
_BORDER = "#6c7480"
NIGHT: Mapping[str, str] = {
    **views.NIGHT, "#f4f5f7": "#24282d", _OURS: "#1d2b3a", "#f1ecf7": "#2d2638", _BORDER: "#8a929d"
}  # fmt: skip
"""Every colour of a diagram as it is on dark ground."""


@dataclass(frozen=True)
class Diagram:
    """A diagram as DOT text, and what each part of its SVG stands for.

    `source` is the same text for the same selection, fold and opened groups. `flows` maps the SVG id of a line to the
    ids of its flows (several when folded), `nodes` the SVG id of a box to its nodes, `ends` the SVG id of a line to those
    of its two boxes, `names` the SVG id of a folded box to what it says. Ids are `flow-3`, `node-7`, `group-1f2e3d4c`;
    they are of the whole assessment, so they outlive a change of filter or fold. `opens` maps the SVG id of a folded box
    or line to the name by which it is opened. `texts` holds the words of each part by SVG id. `coarse_source` keeps title
    and description for a layout that drops frames.

    `folded` says in a sentence what is folded, and is empty when nothing is; `by_itself` is whether that is more than was
    asked for, `readable` whether what is drawn can be read at a glance. `smallest` is the size of its smallest words,
    `around` what its PDF leaves free around it, in points.
    """

    source: str
    coarse_source: str
    title: str
    description: str
    flows: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, tuple[Node, ...]]
    ends: Mapping[str, tuple[str, str]]
    names: Mapping[str, str]
    opens: Mapping[str, str]
    texts: Mapping[str, str]
    folded: str
    by_itself: bool
    readable: bool
    smallest: float = SMALL
    around: float = 36.0


def flow_diagram(
    selection: Selection, *, title: str | None = None, fold: Fold | None = None, opened: Sequence[str] = ()
) -> Diagram:
    """Who sends what to whom, left to right.

    Without a `fold` it is folded only as far as it must be to be read; with one, at least so far. It says what is folded.
    `opened` names groups and lines of `Diagram.opens` to draw member by member; unknown names are passed over.
    """
    return _draw(plan(selection, fold, opened), title or default_title(selection))


def country_diagram(
    selection: Selection, *, title: str | None = None, fold: Fold | None = None, opened: Sequence[str] = ()
) -> Diagram:
    """The same flows with recipients folded into their countries, unless another fold is asked for."""
    title = title or f"{default_title(selection)}, by country"
    return flow_diagram(selection, title=title, fold=fold or Fold.COUNTRY, opened=opened)


def _line_words(line: Line, *, roomy: bool, categories: bool) -> list[str]:
    """What stands on a line: its outcome and how many flows have it, then, where there is room, its categories and purpose."""
    many = len(line.flows)
    count = "" if many == 1 else f" ×{line.worst:,}" if line.worst == many else f" ×{line.worst:,} of {many:,}"
    heading = f"{many:,} flows" if many > 1 else ""
    if not line.moved_inside:
        heading = (line.outcome.label if line.outcome else "Not assessed") + count
    if not roomy and (many > 1 or line.moved_inside):
        return [heading] if heading else []
    said = [_one_of((c for flow in line.flows for c in items(flow.categories)), "categories")] if categories else []
    if implied := sum(flow.implied for flow in line.flows):
        said.append("implied" if implied == many else f"{implied:,} implied")
    purpose = _one_of((p for flow in line.flows if (p := flow.record.purpose.value)), "purposes", "") if roomy else ""
    if line.moved_inside:
        return [", ".join(filter(None, (heading, *said))), *filter(None, [purpose])]
    return [heading, *filter(None, (", ".join(said), purpose))]


def _one_of(names: Iterable[str], many: str, none: str = "categories not stated") -> str:
    found = set(names)
    if len(found) < 2:
        return wrapped(min(found), 22, 1)[0] if found else none
    return f"{len(found)} {many}"


def _line_text(selection: Selection, line: Line) -> str:
    """A line in full sentences, one paragraph a flow; of many flows the first."""
    paragraphs = [plain(" ".join(_flow_sentences(selection, flow))) for flow in line.flows[:MOST_WORDS]]
    if more := len(line.flows) - MOST_WORDS:
        paragraphs += [f"And {more:,} more flows."] if more > 0 else []
    return "\n".join(paragraphs)


def _flow_sentences(selection: Selection, flow: MappedFlow) -> Iterator[str]:
    answers: Sequence[Answer] = selection.answers_of.get(flow.id, ())
    yield f"{flow.id}: {flow.origin.name} → {flow.destination.name}."
    if outcome := selection.outcomes.get(flow.id):
        yield f"{outcome.label}."
    categories = items(flow.categories)
    yield f"Categories: {', '.join(categories)}." if categories else "Categories not stated."
    if flow.record.purpose.value:
        yield f"Purpose: {flow.record.purpose.value.rstrip('.')}."
    if len(answers) > 1 or any(answer.leg.country for answer in answers):
        yield "; ".join(f"{place_words(a.leg.place)}, {a.regime}: {a.outcome.label}" for a in answers) + "."
    if flow.record.implied_by:
        yield f"Implied by {flow.record.implied_by}."


def default_title(selection: Selection) -> str:
    """What a picture is called that nobody gave a title."""
    names = [o.name for o in selection.assessment.inventory.organisations]
    return "Flows of personal information" + (f": {', '.join(names)}" if names else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _notes(drawn: Plan) -> list[str]:
    selection = drawn.selection
    notes = [f"Hypothetical: {' '.join(supposed)}"] if (supposed := selection.assessment.hypothetical) else []
    notes.append(f"As at {_day(selection.assessment.on)}. {selection.filter_sentence()}")
    shown = f"{len(selection.flows):,} {'flow' if len(selection.flows) == 1 else 'flows'} shown."
    notes.append(f"{shown} {selection.hidden_sentence()}")
    if drawn.says:
        notes.append(_folded(drawn))
    if len(drawn.lines) > ROOMY_LINES and any(line.moved_inside for line in drawn.lines):
        notes.append("Words on lines of what is collected or moved inside are left out.")
    return notes


def _folded(drawn: Plan) -> str:
    if not drawn.says:
        return ""
    lines = f"{len(drawn.lines):,} {'line' if len(drawn.lines) == 1 else 'lines'}"
    why = f"Folded into {lines} by itself, to stay readable" if drawn.by_itself else f"Folded into {lines}"
    return f"{why}: {drawn.says}."


def _draw(drawn: Plan, title: str) -> Diagram:
    import graphviz

    notes = _notes(drawn)
    graph = graphviz.Digraph(
        "datamap",
        graph_attr={
            "rankdir": "LR", "label": label(wrapped(title, 90, 2), r"\l"), "labelloc": "t", "labeljust": "l",
            "fontname": BOLD, "fontsize": "17", "fontcolor": INK, "bgcolor": PAPER, "pad": "0.3",
            "nodesep": "0.11", "ranksep": "0.7", "id": "datamap", "newrank": "true",
        },
        node_attr={
            "fontname": FONT, "fontsize": "11", "fontcolor": INK, "color": _BORDER, "penwidth": "1.1",
            "style": "filled", "margin": "0.11,0.05", "height": "0.36",
        },
        edge_attr={"fontname": FONT, "fontsize": "9.5", "arrowsize": "0.7"},
    )  # fmt: skip
    with graph.subgraph(name="cluster_page") as page:
        lines = [line for note in notes for line in wrapped(note, 130, 4)]
        page.attr(label=label(lines, r"\l"), fontname=FONT, fontsize="11", penwidth="0", margin="14", id="page")
        for n, (frame, boxes) in enumerate(_framed(drawn.boxes.values()), 1):
            if frame:
                with page.subgraph(name=f"cluster_{n}") as cluster:
                    cluster.attr(label=label(wrapped(frame, 30, 3), r"\l"), fontname=BOLD, fontsize="10.5")
                    cluster.attr(color=FRAME, penwidth="1", style="rounded", margin="10", id=f"frame-{n}")
                    cluster.attr(fontcolor=QUIET)
                    _draw_boxes(cluster, boxes)
            else:
                _draw_boxes(page, boxes)
        if not drawn.boxes:
            page.node("nothing", label="Nothing to show", shape="plaintext", style="", fontcolor=QUIET, id="nothing")
        _draw_lines(page, drawn)
        _draw_legend(page, drawn.lines)
    source = graph.source
    heading = label([plain(title), *notes, "Laid out coarsely, to finish in the time allowed."], r"\l")
    graph.attr("graph", label=heading, fontname=FONT, fontsize="11")
    parts: list[Box | Line] = [*drawn.boxes.values(), *drawn.lines]
    texts = {box.id: box.text for box in drawn.boxes.values()}
    texts |= {line.id: _line_text(drawn.selection, line) for line in drawn.lines}
    return Diagram(
        source=source,
        coarse_source=graph.source,
        title=plain(title),
        description=plain(" ".join(notes)),
        flows={line.id: tuple(flow.id for flow in line.flows) for line in drawn.lines},
        nodes={box.id: box.nodes for box in drawn.boxes.values()},
        ends={line.id: (line.tail, line.head) for line in drawn.lines},
        names={box.id: box.name for box in drawn.boxes.values() if box.opens},
        opens={part.id: part.opens for part in parts if part.opens},
        texts=texts,
        folded=_folded(drawn),
        by_itself=drawn.by_itself,
        readable=drawn.readable,
    )


def _dot_id(svg_id: str) -> str:
    return svg_id.replace("-", "")


def _framed(boxes: Iterable[Box]) -> list[tuple[str, list[Box]]]:
    """Boxes by heading: none, organisations, countries, and last those whose country is not stated."""
    frames: dict[tuple[int, bool, str], list[Box]] = defaultdict(list)
    for box in boxes:
        frames[box.column if box.frame else -1, box.frame == "Country not stated", box.frame].append(box)
    return [(key[2], frames[key]) for key in sorted(frames)]


def _draw_boxes(graph: graphviz.Digraph, boxes: Iterable[Box]) -> None:
    for box in boxes:
        look, ink, quiet = {**_SHAPES[box.kind]}, INK, QUIET
        if box.category:
            look = {**_CATEGORY}
        if box.outcome:
            style = STYLE[box.outcome]
            look, ink, quiet = {"shape": "box", "fillcolor": style.fill, "color": style.ink}, style.ink, style.ink
        if len(box.nodes) > 1 and look["shape"] == "box":
            look["peripheries"] = "2"
        words = card(wrapped(box.name, 24, 3), wrapped(box.small, 28, 3), ink=ink, quiet=quiet)
        graph.node(_dot_id(box.id), label=words, id=box.id, **look, **{"class": "pick"})


def _draw_lines(graph: graphviz.Digraph, drawn: Plan) -> None:
    """The lines, and unseen ones that keep the columns: individuals and sources, systems, recipients.

    A line from a recipient back to a system is laid out the other way round and its arrow turned, to run as straight.
    """
    roomy = len(drawn.lines) <= ROOMY_LINES
    categories = not any(box.category for box in drawn.boxes.values())
    for line in drawn.lines:
        style, backwards = line.style, drawn.boxes[line.tail].column > drawn.boxes[line.head].column
        inside = (
            drawn.boxes[line.tail].column == drawn.boxes[line.head].column == 1 and not drawn.boxes[line.tail].category
        )
        beside = inside and line.tail != line.head and not roomy
        words = [] if beside else _line_words(line, roomy=roomy, categories=categories)
        ends = (line.head, line.tail) if backwards else (line.tail, line.head)
        graph.edge(
            *map(_dot_id, ends), label=label([f" {each} " for each in words]) if words else None, id=line.id,
            color=style.ink, fontcolor=style.ink, style=style.dash, penwidth=str(style.width),
            dir="back" if backwards else None, weight="1" if line.moved_inside else "3", constraint="false" if inside else None, **{"class": "pick"},
        )  # fmt: skip
    columns: tuple[list[str], list[str], list[str]] = ([], [], [])
    for id, box in sorted(drawn.boxes.items()):
        columns[box.column].append(_dot_id(id))
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


def _draw_legend(graph: graphviz.Digraph, lines: Sequence[Line]) -> None:
    """One line for each look that is used, worst first."""
    used: dict[str, OutcomeStyle] = {}
    for outcome in WORST_FIRST:
        if any(line.outcome is outcome for line in lines):
            used[outcome.label] = STYLE[outcome]
    if any(line.outcome is None and not line.moved_inside for line in lines):
        used["Not assessed"] = UNASSESSED
    if any(line.moved_inside for line in lines):
        used["Collected, or moved inside"] = UNASSESSED
    if not used:
        return
    with graph.subgraph(name="cluster_legend") as legend:
        heading = label(["Lines"], r"\l")
        legend.attr(label=heading, fontname=BOLD, fontsize="10.5", fontcolor=QUIET)
        legend.attr(color=FRAME, penwidth="1", style="rounded", margin="10", id="legend")
        with legend.subgraph() as column:
            column.attr(rank="same")
            for n, (words, style) in reversed(list(enumerate(used.items(), 1))):
                column.node(
                    f"key{n}", label=words, shape="box", style=style.dash, color=style.ink, penwidth=str(style.width),
                    fontcolor=style.ink, fontsize=str(SMALL), margin="0.05,0.02", height="0.24", width="1.9", id=f"key-{n}",
                )  # fmt: skip
