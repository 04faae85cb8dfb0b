"""The diagram on the page: who sends what to whom, and the details of what is picked in it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from datamap import pictures
from datamap.graph import MappedFlow, Node
from datamap.pictures import Diagram
from datamap.ui import session
from datamap.ui.components.answers import cells, chip, flow_words, names, place_words, summary, tiles
from datamap.ui.components.flow_viewer import flow_viewer
from datamap.ui.components.markup import facts, joined, listed, show, tag
from datamap.ui.components.records import record_facts
from datamap.views import Selection

MOST_DETAILS = 20


def several_files(selection: Selection) -> bool:
    return len(selection.assessment.inputs) > 1


def node_details(selection: Selection, node: Node) -> None:
    inventory = selection.assessment.inventory
    show(tag("h3", node.name), tag("p", node.kind.value.capitalize(), class_="dm-quiet"))
    st.button("Show only what is around it", on_click=session.look_around, args=(node.name,), key=f"around {node.id}")
    goes = [(f, f.destination) for f in selection.flows if f.origin == node]
    comes = [(f, f.origin) for f in selection.flows if f.destination == node]
    for heading, flows in (("Goes to", goes), ("Comes from", comes)):
        if flows:
            ends = (joined((end.name, chip(selection.outcomes.get(flow.id))), " ") for flow, end in flows)
            show(tag("h4", heading), listed(ends))
    record = inventory.system(node.name) or inventory.recipient(node.name) or inventory.organisation(node.name)
    if record:
        show(tag("h4", "What the sheets say"), record_facts(record, file=several_files(selection)))
    else:
        show(tag("p", "No sheet declares this name.", class_="dm-quiet"))


def flow_details(selection: Selection, flow: MappedFlow) -> None:
    assessment = selection.assessment
    places = [place_words(leg) for leg in selection.legs.get(flow.id, ())]
    show(
        tag("h3", flow_words(flow)),
        tag("p", chip(selection.outcomes.get(flow.id))),
        facts(
            ("Flow", flow.id if not flow.implied else f"Implied by {flow.record.implied_by}"),
            ("Categories", names(flow.categories)),
            ("Individuals", names(flow.individuals)),
            ("Purpose", flow.record.purpose.value),
            ("Places", ", ".join(places)),
            ("Cells", cells(flow.cells, file=several_files(selection))),
        ),
    )
    answers = [a for a in selection.answers if a.leg.flow.id == flow.id]
    if not answers:
        show(tag("p", f"This is {flow.movement.value}; no regime judges it as a transfer.", class_="dm-quiet"))
        return
    show(tag("h4", "Answers"), *(summary(assessment, answer) for answer in answers))
    if st.button("Open in Transfers", key=f"open {flow.id}", type="primary"):
        session.read_answer(answers[0])
        session.go("Transfers")


def details(selection: Selection, diagram: Diagram, picked: str | None) -> None:
    """What is picked, in words; or how to pick something."""
    if picked is None:
        unjudged = len(selection.flows) - len(selection.outcomes)
        st.subheader("Nothing picked", anchor=False)
        show(
            tag("p", "Click a box or a line to read about it here. Drag to move the picture, turn the wheel to zoom."),
            tag("p", "Flows by outcome, each by its worst answer:", class_="dm-quiet"),
            tiles(Counter(selection.outcomes.values())),
            tag("p", f"{unjudged} more are collected or moved inside.", class_="dm-quiet") if unjudged else None,
        )
    nodes, flows = diagram.nodes.get(picked or "", ()), diagram.flows.get(picked or "", ())
    for node in nodes[:MOST_DETAILS]:
        node_details(selection, node)
    for flow in flows[:MOST_DETAILS]:
        flow_details(selection, selection.assessment.map.flow(flow))
    if (more := len(nodes) + len(flows) - MOST_DETAILS) > 0:
        st.caption(f"{more:,} more are folded into it. Narrow the filters to read them.")


def stable_name(diagram: Diagram, svg_id: str | None) -> str | None:
    """A part of the picture by the flow or node it stands for."""
    flows, nodes = diagram.flows.get(svg_id or "", ()), diagram.nodes.get(svg_id or "", ())
    return next(iter(flows), None) or next((node.id for node in nodes), None)


def svg_id_of(diagram: Diagram, name: str | None) -> str | None:
    lines = (id for id, flows in diagram.flows.items() if name in flows)
    boxes = (id for id, nodes in diagram.nodes.items() if any(name == node.id for node in nodes))
    return next(lines, None) or next(boxes, None)


def draw(selection: Selection) -> None:
    """The diagram, and beside it what is picked in it."""
    diagram = session.kept(("diagram", selection.view), lambda: pictures.flow_diagram(selection))
    drawn, beside = st.columns([2.6, 1], gap="medium")
    try:
        with st.spinner("Drawing the picture", show_time=True):
            svg = session.kept(("svg", selection.view), lambda: pictures.to_svg(diagram))
    except pictures.PictureFailed as sentence:
        show(tag("p", str(sentence), class_="dm-refused", role="alert"))
        return
    with drawn:
        asked = svg_id_of(diagram, session.picked_on_arrival())
        picked = flow_viewer(svg, key="flows picture", height=720, picked=asked)
        session.pick(stable_name(diagram, picked))
    with beside, st.container(height=720, border=False):
        details(selection, diagram, picked)
