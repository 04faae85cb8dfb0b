"""The diagram on the page: who sends what to whom, and the details of what is picked in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from datamap import pictures
from datamap.graph import ASSESSED, MappedFlow, Node
from datamap.inventory import name_key
from datamap.pictures import FOLD_WORDS, Diagram, Fold
from datamap.ui import session
from datamap.ui.components.answers import cells, chip, flow_words, names, place_words, summary, tiles
from datamap.ui.components.filters import MOST_STEPS, Say
from datamap.ui.components.flow_viewer import flow_viewer
from datamap.ui.components.markup import Markup, counted, facts, joined, label, listed, show, tag
from datamap.ui.components.records import record_facts
from datamap.ui.components.tables import table
from datamap.ui.components.unjudged import unjudged_sentence
from datamap.views import Selection

MOST_LISTED = 25
MOST_ROWS = 500
HEIGHT = 720


def current(selection: Selection, *, closed: str | None = None) -> Diagram:
    """The diagram of a selection as the reader has it folded and opened; as if a group or line of this name were not."""
    fold, opened = session.chosen(session.FOLD), tuple(name for name in session.opened() if name != closed)
    return session.kept(
        ("diagram", selection.view, fold, opened),
        lambda: pictures.flow_diagram(selection, fold=fold, opened=opened),
    )


def fold_choice() -> None:
    """The widget that says what is folded. It is drawn within `session.in_the_address`."""
    st.selectbox(
        "Fold",
        list(FOLD_WORDS),
        index=None,
        format_func=lambda fold: FOLD_WORDS[fold],
        placeholder="Fold by itself",
        key=session.FOLD,
        persist_state="session",
        label_visibility="collapsed",
        help="What is drawn together. Whatever is chosen, a picture too large to be read is folded further, and says so.",
    )


def draw(selection: Selection, say: Say) -> None:
    """The diagram, and beside it what is picked in it."""
    diagram = current(selection)
    with st.container():
        _said(selection, diagram)
    with st.container():
        asked_for = diagram.readable or session.opened() or session.chosen(session.FOLD) is Fold.NOTHING
        drawn = bool(asked_for) or _draw_it_all_the_same(selection)
    say(
        {} if drawn else {"too many lines, however they are folded": len(selection.flows)},
        "in a picture that can be read",
    )
    if not drawn:
        return
    key = ("svg", selection.view, session.chosen(session.FOLD), session.opened())
    with st.container():
        try:
            if session.kept_before(key) is None:
                with st.spinner("Drawing the picture", show_time=True):
                    session.kept(key, lambda: pictures.to_svg(diagram))
            svg = session.kept(key, lambda: pictures.to_svg(diagram))
        except pictures.PictureFailed as sentence:
            show(tag("p", str(sentence), class_="dm-refused", role="alert"))
            return
    name, pick = session.picked()
    if not isinstance(pick, _Pick) or pick.name != name:
        whole = current(selection, closed=name)  # in which all that was opened is one part
        pick = _pick(whole, _part_of(whole, name))
        session.pick(name, pick)
    parts = _parts_of(diagram, pick)
    _read(selection, diagram, svg, parts, pick and pick.part, _hidden_names(selection, diagram))


def _draw_it_all_the_same(selection: Selection) -> bool:
    st.info(
        f"{counted(len(selection.flows), 'flow')} are too many for a picture that can be read, however they are folded. "
        "The table shows each of them; a filter, or one system or recipient in Around, makes a picture."
    )
    return st.toggle("Draw it all the same", key="drawn all the same")


class _Pick(NamedTuple):
    """What is picked, whatever stands for it in the picture by now: flows, or nodes. `part` is the SVG id that it was picked
    by, `words` is what a folded box or a line is called."""

    part: str
    name: str
    words: str
    flows: tuple[str, ...]
    nodes: tuple[Node, ...]

    @property
    def folded(self) -> bool:
        """Whether it is a box that others were folded into."""
        return bool(self.nodes and self.words)


def _pick(diagram: Diagram, part: str | None) -> _Pick | None:
    name = _stable_name(diagram, part)
    if part is None or name is None:
        return None
    if part in diagram.flows:
        words = " → ".join(_box_name(diagram, end) for end in diagram.ends[part])
        return _Pick(part, name, words, tuple(diagram.flows[part]), ())
    return _Pick(part, name, diagram.names.get(part, ""), (), tuple(diagram.nodes[part]))


def _parts_of(diagram: Diagram, pick: _Pick | None) -> list[str]:
    """The parts of the picture that stand for what is picked: the one it was, or those that it was opened or folded into."""
    if pick is None:
        return []
    same = [id for id, opens in diagram.opens.items() if opens == pick.name]
    if same and (pick.flows or set(diagram.nodes[same[0]]) >= set(pick.nodes)):
        return same
    parts: Mapping[str, Sequence[object]] = diagram.flows if pick.flows else diagram.nodes
    wanted: set[object] = {*pick.flows, *pick.nodes}
    return [id for id, members in parts.items() if not wanted.isdisjoint(members)]


def _said(selection: Selection, diagram: Diagram) -> None:
    """The ways back and on. What is folded stands on the picture."""
    opened = session.opened()
    buttons: list[tuple[str, Callable[[], None]]] = []
    if session.can_look_back():
        buttons.append(("Undo the last step", session.look_back))
    if opened:
        buttons.append(("Close all", lambda: session.look_at(**{session.OPENED: ()})))
    if diagram.by_itself or not diagram.readable:
        buttons.append(("Show the table", lambda: session.choose(session.SHOWN_AS, "Table")))
    opens = diagram.folded and diagram.opens
    if not buttons and not opens:
        return
    said, *places = st.columns([5, *[1.7] * len(buttons)], vertical_alignment="center")
    with said:
        if opens:
            show(tag("p", "Open a box or a line to see what is in it.", class_="dm-quiet"))
    for place, (words, do) in zip(places, buttons, strict=True):
        place.button(words, on_click=do, width="stretch", key=f"picture: {words}")


def _hidden_names(selection: Selection, diagram: Diagram) -> list[str]:
    shown = {node.id for nodes in diagram.nodes.values() for node in nodes}
    return sorted({node.name for node in selection.assessment.map.nodes if node.id not in shown}, key=str.casefold)


@st.fragment
def _read(
    selection: Selection, diagram: Diagram, svg: str, asked: Sequence[str], last: str | None, hidden: Sequence[str]
) -> None:
    """The picture and the details: a click in it runs this alone, and sends nothing but the details."""
    with st.container(key="stacks-picture"):
        drawn, beside = st.columns([2.8, 1], gap="medium")
    with drawn:
        picked = flow_viewer(svg, key="flows picture", height=HEIGHT, picked=asked, last=last, hidden=hidden)
    pick: _Pick | None = session.picked_as()
    if picked.last != (pick and pick.part):
        pick = _pick(diagram, picked.part)
        session.pick(pick and pick.name, pick)
    if picked.opened and picked.opened in diagram.opens:
        _open(diagram.opens[picked.opened])
    with beside, st.container(height=HEIGHT, border=False):
        _details(selection, diagram, pick)


def _narrow(**changes: object) -> None:
    session.look_at(**changes)
    st.rerun()


def _open(name: str) -> None:
    _narrow(**{session.OPENED: (*session.opened(), name)})


def _stable_name(diagram: Diagram, svg_id: str | None) -> str | None:
    """A part of the picture by what it stands for: a flow, a node, or a name that can be opened."""
    if svg_id is None:
        return None
    flows, nodes = diagram.flows.get(svg_id, ()), diagram.nodes.get(svg_id, ())
    return diagram.opens.get(svg_id) or next(iter(flows), None) or next((node.id for node in nodes), None)


def _part_of(diagram: Diagram, name: str | None) -> str | None:
    """The part of the picture that stands for something, alone or folded with others."""
    folded = (id for id, opens in diagram.opens.items() if opens == name)
    lines = (id for id, flows in diagram.flows.items() if name in flows)
    boxes = (id for id, nodes in diagram.nodes.items() if any(name == node.id for node in nodes))
    return name and next((id for found in (folded, lines, boxes) for id in found), None)


def _details(selection: Selection, diagram: Diagram, pick: _Pick | None) -> None:
    """What is picked, in words; or how to pick something."""
    parts = _parts_of(diagram, pick)
    if pick is None or not parts:
        st.header("Nothing picked", anchor=False)
        show(
            tag("p", "Click a box or a line to read about it here. Drag to move the picture, turn the wheel to zoom."),
            tag("p", "Flows by outcome, each by its worst answer:", class_="dm-quiet") if selection.outcomes else None,
            tiles(Counter(selection.outcomes.values()), "flow"),
            tag("p", unjudged, class_="dm-quiet") if (unjudged := unjudged_sentence(selection)) else None,
        )
    elif pick.flows:
        drawn = {flow for part in parts for flow in diagram.flows[part]}
        flows = [selection.assessment.map.flow(flow) for flow in pick.flows if flow in drawn]
        if len(pick.flows) == 1:
            _flow(selection, flows[0])
        else:
            _bundle(selection, diagram, pick, parts, flows)
    elif pick.folded:
        _group(selection, diagram, pick, parts)
    else:
        _node(selection, pick.nodes[0])


def _several_files(selection: Selection) -> bool:
    return len(selection.assessment.inputs) > 1


def _bundle(
    selection: Selection, diagram: Diagram, pick: _Pick, parts: Sequence[str], flows: Sequence[MappedFlow]
) -> None:
    """A line of several flows: how they come out, and each of them; the one that is chosen in full."""
    where = "in one line" if len(parts) == 1 else f"in {len(parts):,} lines"
    show(tag("h2", pick.words), tag("p", f"{len(flows):,} flows {where}.", class_="dm-quiet"))
    _openers(diagram, pick, parts, "Draw each flow as a line", "Draw them as one line again")
    show(tiles(Counter(o for flow in flows if (o := selection.outcomes.get(flow.id))), "flow"))
    key = f"flows of {pick.part}"
    _flows_listed(selection, flows, key)
    row = session.chosen_row(key)
    if row is not None and row < len(flows):
        _flow(selection, flows[row])
    else:
        st.caption("Choose a row to read about the flow.")


def _openers(diagram: Diagram, pick: _Pick, parts: Sequence[str], more: str, fewer: str) -> None:
    """The button that opens what is picked, while there is more in it, and the one that closes it again."""
    if any(diagram.opens.get(part) == pick.name for part in parts) and st.button(
        more, key=f"open {pick.part}", type="primary"
    ):
        _open(pick.name)
    if pick.name in session.opened() and st.button(fewer, key=f"close {pick.part}"):
        _narrow(**{session.OPENED: tuple(name for name in session.opened() if name != pick.name)})


def _flows_listed(selection: Selection, flows: Sequence[MappedFlow], key: str) -> None:
    listed_flows = flows[:MOST_ROWS]
    table(
        [
            {
                "From": flow.origin.name,
                "To": flow.destination.name,
                "Outcome": outcome.label if (outcome := selection.outcomes.get(flow.id)) else "",
                "Categories": names(flow.categories),
            }
            for flow in listed_flows
        ],
        alt="The flows of the line that is picked: their ends, outcomes and categories",
        key=key,
        picked=_chosen,
        highest=260,
    )
    if (more := len(flows) - MOST_ROWS) > 0:
        st.caption(f"{more:,} more are in the table of all flows.")


def _chosen() -> None:
    """Streamlit runs the details again by itself."""


def _box_name(diagram: Diagram, part: str) -> str:
    return diagram.names.get(part) or diagram.nodes[part][0].name


def _group(selection: Selection, diagram: Diagram, pick: _Pick, parts: Sequence[str]) -> None:
    """A folded box, or what it was opened into: what is in it, and how its flows come out."""
    nodes, whole = pick.nodes, set(parts)
    touching = [id for id, ends in diagram.ends.items() if not whole.isdisjoint(ends)]
    flows = {flow for id in touching for flow in diagram.flows[id]}
    left = next((len(diagram.nodes[part]) for part in parts if diagram.opens.get(part) == pick.name), 0)
    if left == len(nodes):
        said = f"{len(nodes):,} folded into this box; {counted(len(flows), 'flow')}."
    elif left:
        said = f"{len(nodes) - left:,} of {len(nodes):,} have boxes of their own, {left:,} are folded into one; {counted(len(flows), 'flow')}."
    else:
        said = f"{counted(len(nodes), 'box', 'boxes')} in the picture; {counted(len(flows), 'flow')}."
    show(tag("h2", pick.words), tag("p", said, class_="dm-quiet"))
    most = min(left, pictures.OPENED_AT_ONCE)
    if left < len(nodes):
        more = f"Open the next {most}" if most < left else f"Open the other {left}"
    else:
        more = "Open it" if most == left else f"Open the {most} with the worst outcomes"
    _openers(diagram, pick, parts, more, "Close it again")
    show(tiles(Counter(o for flow in sorted(flows) if (o := selection.outcomes.get(flow))), "flow"))
    counts = Counter(end.id for id in flows for end in _ends(selection.assessment.map.flow(id)))
    ranked = sorted(nodes, key=lambda node: (-counts[node.id], node.name.casefold()))
    show(
        tag("h3", "In it"),
        _some(
            joined((n.name, tag("span", f" {n.kind}, {counted(counts[n.id], 'flow')}", class_="dm-quiet")))
            for n in ranked
        ),
    )


def _ends(flow: MappedFlow) -> set[Node]:
    return {flow.origin, flow.destination}


def _some(points: Iterable[Markup]) -> Markup:
    """A list, cut where it is long and saying so."""
    found = list(points)
    more = len(found) - MOST_LISTED
    said = tag("p", f"And {more:,} more.", class_="dm-quiet") if more > 0 else None
    return joined((listed(found[:MOST_LISTED]), said))


def _node(selection: Selection, node: Node) -> None:
    """One system, recipient or other end of flows."""
    inventory, view = selection.assessment.inventory, selection.view
    every = {flow.id for flow in selection.assessment.map.flows if node in (flow.origin, flow.destination)}
    goes = [(f, f.destination) for f in selection.flows if f.origin == node]
    comes = [(f, f.origin) for f in selection.flows if f.destination == node]
    shown = {flow.id for flow, _ in (*goes, *comes)}
    said = f"{str(node.kind).capitalize()}. {len(shown):,} of {counted(len(every), 'flow')} shown."
    show(tag("h2", node.name), tag("p", said, class_="dm-quiet"))
    centred = view.focus is not None and name_key(view.focus) == name_key(node.name) and view.towards is None
    if centred:
        if view.steps < MOST_STEPS and st.button("One step further around it", key=f"further {node.id}"):
            _narrow(**{session.STEPS: view.steps + 1})
    elif st.button("Only what is around it", key=f"around {node.id}"):
        _narrow(**{session.FOCUS: node.name, session.STEPS: None, session.TOWARDS: None})
    start = view.focus if not centred else None
    words = f"Only the ways here from {start}" if start else "Only the ways to it"
    if st.button(label(words), key=f"ways {node.id}", help="What lies on a way of one information category to it."):
        _narrow(**{session.TOWARDS: node.name})
    for heading, flows in (("Goes to", goes), ("Comes from", comes)):
        if flows:
            show(tag("h3", heading), _some(_by_end(selection, flows)))
    record = inventory.system(node.name) or inventory.recipient(node.name) or inventory.organisation(node.name)
    if record:
        show(tag("h3", "What the sheets say"), record_facts(record, file=_several_files(selection)))
    else:
        show(tag("p", "No sheet declares this name.", class_="dm-quiet"))


def _by_end(selection: Selection, flows: Sequence[tuple[MappedFlow, Node]]) -> list[Markup]:
    """Each other end once, with the outcomes of its flows, in the order of the flows."""
    found: dict[Node, list[str]] = {}
    for flow, end in flows:
        found.setdefault(end, []).append(flow.id)
    return [
        joined(
            (
                end.name,
                f"×{len(ids)}" if len(ids) > 1 else None,
                *(chip(o) for o in dict.fromkeys(map(selection.outcomes.get, ids)) if o),
            ),
            " ",
        )
        for end, ids in found.items()
    ]


def _flow(selection: Selection, flow: MappedFlow) -> None:
    assessment = selection.assessment
    places = [place_words(leg) for leg in selection.legs.get(flow.id, ())]
    show(
        tag("h2", flow_words(flow)),
        tag("p", chip(selection.outcomes.get(flow.id))),
        facts(
            ("Flow", flow.id if not flow.implied else f"Implied by {flow.record.implied_by}"),
            ("Categories", names(flow.categories)),
            ("Individuals", names(flow.individuals)),
            ("Purpose", flow.record.purpose.value),
            ("Places", ", ".join(places)),
            ("Cells", cells(flow.cells, file=_several_files(selection))),
        ),
    )
    answers = selection.answers_of.get(flow.id, ())
    if answers and st.button("Open in Transfers", key=f"open {flow.id}", type="primary"):
        session.read_answer(answers[0])
        session.go("Transfers")
    if st.button(
        "Only this path", key=f"path {flow.id}", help="Only the ways of its categories between these two ends."
    ):
        _narrow(**{session.FOCUS: flow.origin.name, session.TOWARDS: flow.destination.name, session.STEPS: None})
    if answers:
        show(tag("h3", "Answers"), *(summary(assessment, answer) for answer in answers))
    else:
        judges = (
            "no law that is loaded or chosen judges it"
            if flow.movement in ASSESSED
            else "no law judges it as a transfer"
        )
        show(tag("p", f"This is {flow.movement.value}; {judges}.", class_="dm-quiet"))
