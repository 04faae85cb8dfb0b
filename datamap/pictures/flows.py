"""A selection → flow diagrams as DOT text, and what each part of the picture stands for.

Text from an inventory reaches DOT only through `engine.label`, and only as a label; every identifier is generated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from datamap.graph import ASSESSED, MappedFlow, Node, NodeKind
from datamap.inventory import Fact, Organisation, Place, items
from datamap.pictures.engine import BOLD, FONT, label, plain, wrapped
from datamap.places import place_name
from datamap.transfers import WORST_FIRST, Answer, Outcome
from datamap.views import FRAME, INK, PAPER, QUIET, STYLE, UNASSESSED, OutcomeStyle, Selection, View

if TYPE_CHECKING:
    import graphviz

READABLE_FLOWS = 150
"""Above this many lines a diagram is folded."""

_SHAPES: Mapping[NodeKind, Mapping[str, str]] = {
    NodeKind.INDIVIDUALS: {"shape": "ellipse", "fillcolor": "#f4f5f7", "margin": "0.06,0.03"},
    NodeKind.SOURCE: {"shape": "hexagon", "fillcolor": "#f4f5f7", "margin": "0.04,0.04"},
    NodeKind.SYSTEM: {"shape": "box", "fillcolor": "#e8eff7", "style": "filled,rounded"},
    NodeKind.RECIPIENT: {"shape": "box", "fillcolor": PAPER},
    NodeKind.OWN_SITE: {"shape": "component", "fillcolor": "#e8eff7"},
    NodeKind.UNDECLARED: {"shape": "note", "fillcolor": PAPER, "style": "filled,dashed"},
}
_COUNTED = {
    NodeKind.INDIVIDUALS: ("kind of individuals", "kinds of individuals"),
    NodeKind.SOURCE: ("source", "sources"),
    NodeKind.SYSTEM: ("system", "systems"),
    NodeKind.RECIPIENT: ("recipient", "recipients"),
    NodeKind.OWN_SITE: ("own site", "own sites"),
    NodeKind.UNDECLARED: ("name not on any sheet", "names not on any sheet"),
}


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
        return STYLE[self.outcome] if self.outcome else UNASSESSED


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
        return _Box(id, node.kind, node.name, small, frame, nodes, plain(text))
    kinds = Counter(n.kind for n in nodes)
    small = ", ".join(f"{kinds[k]} {_COUNTED[k][kinds[k] > 1]}" for k in NodeKind if k in kinds)
    kind = next(k for k in (NodeKind.RECIPIENT, *NodeKind) if k in kinds)
    name = frame[1] or kind.value.capitalize()
    text = f"{name}, {small}: {', '.join(n.name for n in nodes)}"
    return _Box(id, kind, name, small, (frame[0], ""), nodes, plain(text))


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
    what = wrapped(categories[0], 24, 1)[0] if len(categories) == 1 else f"{len(categories)} categories"
    implied = sum(flow.implied for flow in line.flows)
    said = [f"{outcome}{count}".strip(), what if categories else "categories not stated"]
    if implied:
        said.append("implied" if implied == len(line.flows) else f"{implied} implied")
    return [s for s in said if s]


def _line_text(selection: Selection, line: _Line, answers: Mapping[str, Sequence[Answer]]) -> str:
    """Everything about a line in full sentences, one paragraph a flow."""
    return "\n".join(plain(" ".join(_flow_sentences(selection, f, answers.get(f.id, ())))) for f in line.flows)


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
            "rankdir": "LR", "label": label(wrapped(title, 90, 2), r"\l"), "labelloc": "t", "labeljust": "l",
            "fontname": BOLD, "fontsize": "17", "fontcolor": INK, "bgcolor": PAPER, "pad": "0.3",
            "nodesep": "0.22", "ranksep": "0.9", "id": "datamap", "newrank": "true",
        },
        node_attr={
            "fontname": FONT, "fontsize": "11", "fontcolor": INK, "color": "#6c7480", "penwidth": "1.1",
            "style": "filled", "margin": "0.13,0.07", "height": "0.4",
        },
        edge_attr={"fontname": FONT, "fontsize": "9.5", "arrowsize": "0.7"},
    )  # fmt: skip
    with graph.subgraph(name="cluster_page") as page:
        lines = [line for note in notes for line in wrapped(note, 130, 4)]
        page.attr(label=label(lines, r"\l"), fontname=FONT, fontsize="11", penwidth="0", margin="14", id="page")
        for n, (frame, boxes) in enumerate(_framed(plan.boxes.values()), 1):
            if frame:
                with page.subgraph(name=f"cluster_{n}") as cluster:
                    cluster.attr(label=label(wrapped(frame, 44, 2), r"\l"), fontname=BOLD, fontsize="10.5")
                    cluster.attr(color=FRAME, penwidth="1", style="rounded", margin="12", id=f"frame-{n}")
                    cluster.attr(fontcolor=QUIET)
                    _draw_boxes(cluster, boxes)
            else:
                _draw_boxes(page, boxes)
        if not plan.boxes:
            page.node("nothing", label="Nothing to show", shape="plaintext", style="", fontcolor=QUIET, id="nothing")
        _draw_lines(page, plan)
        _draw_legend(page, plan.lines)
    source = graph.source
    heading = label([plain(title), *notes, "Laid out coarsely, to finish in the time allowed."], r"\l")
    graph.attr("graph", label=heading, fontname=FONT, fontsize="11")
    answers: dict[str, list[Answer]] = defaultdict(list)
    for answer in selection.answers:
        answers[answer.leg.flow.id].append(answer)
    texts = {box.id: box.text for box in plan.boxes.values()}
    texts |= {line.id: _line_text(selection, line, answers) for line in plan.lines}
    return Diagram(
        source=source,
        coarse_source=graph.source,
        title=plain(title),
        description=plain(" ".join(notes)),
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
        words = label([*wrapped(box.name, 24, 3), *wrapped(box.small, 30, 2)])
        graph.node(_dot_id(box.id), label=words, id=box.id, **look, **{"class": "pick"})


def _draw_lines(graph: graphviz.Digraph, plan: _Plan) -> None:
    """The lines, and unseen ones that keep the columns: individuals and sources, systems, recipients.

    A line from a recipient back to a system is laid out the other way round and its arrow turned, to run as straight.
    """
    frames = {id: box.frame[0] for id, box in plan.boxes.items()}
    for line in plan.lines:
        style, backwards = line.style, frames[line.tail] > frames[line.head]
        ends = (line.head, line.tail) if backwards else (line.tail, line.head)
        graph.edge(
            *map(_dot_id, ends), label=label([*_line_words(line), " "]), id=line.id, color=style.ink,
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
                    fontcolor=style.ink, fontsize="9", margin="0.05,0.02", height="0.24", width="1.9", id=f"key-{n}",
                )  # fmt: skip
