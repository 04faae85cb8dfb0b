"""Outcomes, answers and their traces as they are shown on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import Leg, MappedFlow
from datamap.inventory import Fact, items
from datamap.law.readable import day
from datamap.places import place_name
from datamap.sheets import Cell
from datamap.transfers import WORST_FIRST, Answer, Outcome, ReliedOn, TraceStep
from datamap.ui.components.markup import Child, Markup, facts, joined, listed, tag
from datamap.views import STYLE

NOT_STATED = "not stated"


def flow_words(flow: MappedFlow) -> str:
    return f"{flow.origin.name} → {flow.destination.name}"


def answer_name(answer: Answer) -> str:
    """How one answer is told from every other: flow, ends, place and regime."""
    flow = answer.leg.flow
    words = flow_words(flow)
    return ", ".join((words if words == flow.id else f"{flow.id}: {words}", place_words(answer.leg), answer.regime))


def place_words(leg: Leg) -> str:
    place = leg.place.value
    if place is None:
        return NOT_STATED
    return f"{place_name(place)} ({place.activity})" if place.activity else place_name(place)


def chip(outcome: Outcome | None) -> Markup:
    """The outcome's words in its colours."""
    if outcome is None:
        return tag("span", "Not assessed", class_="dm-chip", style="color: #565d66; background: #ffffff")
    look = STYLE[outcome]
    return tag("span", outcome.label, class_="dm-chip", style=f"color: {look.ink}; background: {look.fill}")


def tiles(counts: Mapping[Outcome, int]) -> Markup:
    """How many answers have each outcome, worst first; those nobody has are left out."""
    found = (
        tag(
            "div", tag("b", f"{counts[o]:,}"), tag("span", o.label), class_="dm-tile",
            style=f"color: {STYLE[o].ink}; background: {STYLE[o].fill}; border-color: {STYLE[o].ink}",
        )
        for o in WORST_FIRST
        if counts.get(o)
    )  # fmt: skip
    return tag("div", *found, class_="dm-tiles")


def cells(found: Iterable[Cell], *, file: bool = True) -> Markup:
    """Where facts came from: file!Sheet!A1, or Sheet!A1."""
    named = (str(c) if file else f"{c.sheet}!{c.address}" for c in dict.fromkeys(found))
    return joined((tag("code", name) for name in named), ", ")


def names(fact: Fact[tuple[str, ...]]) -> str:
    """The values of a fact, or which kind of nothing it is."""
    return ", ".join(items(fact)) or NOT_STATED


def marks(*, to_be_verified: bool, yours: bool = False) -> Markup | None:
    """What a reader has to know of a citation: that it is to be verified, that it is the user's own law."""
    said = [*(["to be verified"] if to_be_verified else []), *(["your own law"] if yours else [])]
    return joined((tag("span", words, class_="dm-mark") for words in said), " ") if said else None


def cited(found: Answer | Flag) -> Markup:
    """The citation of an answer or flag, with its marks."""
    return joined((found.citation, marks(to_be_verified=found.to_be_verified, yours=found.yours)), " ")


def regime_name(assessment: Assessment, code: str) -> str:
    return assessment.law.regimes[code].name


def summary(assessment: Assessment, answer: Answer) -> Markup:
    """An answer in a few lines: outcome, regime, place, reason, citation."""
    where = f"{regime_name(assessment, answer.regime)}. Place: {place_words(answer.leg)}."
    return tag(
        "div",
        tag("p", joined((chip(answer.outcome), where), " ")),
        tag("p", answer.reason),
        tag("p", cited(answer), class_="dm-quiet"),
    )


def answer_in_full(assessment: Assessment, answer: Answer) -> Markup:
    """What the record shows for one leg under one regime, what is missing, what remains owed, and what it rests on."""
    flow, record = answer.leg.flow, answer.leg.flow.record
    role = record.role.or_else(flow.recipient.role if flow.recipient else Fact())
    return joined(
        (
            tag("h3", flow_words(flow)),
            tag("p", chip(answer.outcome)),
            tag("p", answer.reason, class_="dm-said"),
            facts(
                ("Law", cited(answer)),
                ("Regime", regime_name(assessment, answer.regime)),
                ("As of", day(assessment.on)),
                ("Ground", answer.ground),
                ("Confidence", answer.confidence),
            ),
            *_headed("What is missing", answer.missing),
            *_headed("What remains owed", answer.duties),
            *_relied_on(answer.relied_on),
            tag("h4", "The flow"),
            facts(
                ("Flow", flow.id if not flow.implied else None),
                ("Implied by", record.implied_by),
                ("Place", nothing.value if (nothing := answer.leg.place.nothing) else place_words(answer.leg)),
                ("Categories", names(flow.categories)),
                ("Individuals", names(flow.individuals)),
                ("Purpose", record.purpose.value),
                ("Role", role.value or NOT_STATED),
                ("Cells", cells(answer.cells[: len(flow.cells) + len(answer.leg.place.cells)])),
            ),
        )
    )


def _headed(heading: str, points: Iterable[str]) -> tuple[Child, ...]:
    points = tuple(points)
    return (tag("h4", heading), listed(points)) if points else ()


def _relied_on(relied: ReliedOn | None) -> tuple[Child, ...]:
    if relied is None:
        return ()
    heading = "The safeguard it rests on" if relied.kind == "safeguard" else "The list entry it rests on"
    return (
        tag("h4", heading),
        facts(
            ("Name", relied.name),
            ("Mechanism", relied.mechanism),
            ("Starts", day(relied.starts) if relied.starts else NOT_STATED),
            ("Last day", day(relied.ends) if relied.ends else NOT_STATED),
            ("Document", relied.document),
            ("Cell", cells((relied.cell,)) if relied.cell else None),
        ),
    )


def trace(answer: Answer) -> Markup:
    """The argument in order: question, what was found, what the record shows, in which cells, under which section."""
    steps = tag("ol", *(_step(step) for step in answer.trace), class_="dm-trace")
    return joined((steps, tag("p", joined((tag("b", "So the record shows:"), chip(answer.outcome)), " "))))


def _step(step: TraceStep) -> Markup:
    found = tag("span", step.found, class_="dm-found" if step.found in ("yes", "no") else "dm-found dm-found-open")
    return tag(
        "li",
        joined((tag("b", step.question), found)),
        tag("p", step.says) if step.says else None,
        tag("p", cells(step.cells)) if step.cells else None,
        tag("p", joined((step.citation, marks(to_be_verified=step.to_be_verified)), " "), class_="dm-quiet"),
    )
