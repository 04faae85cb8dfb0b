"""What is shown of an assessment, and in which colours: one selection feeds the picture, the table and the file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, TypeVar
from weakref import finalize

from datamap.assessment import Assessment
from datamap.graph import ASSESSED, Leg, MappedFlow, Movement, Node, NodeKind
from datamap.inventory import Inventory, items, name_key
from datamap.places import country_name
from datamap.transfers import WORST_FIRST, Answer, Answers, Outcome

T = TypeVar("T")


@dataclass(frozen=True)
class OutcomeStyle:
    """How one outcome looks everywhere. Never colour alone: the dash differs between outcomes of like colour, and every
    use stands beside the outcome's words.

    `ink` is for lines and text (contrast with white and with `fill` at least 4.5 to 1), `fill` for cells; both are
    `#rrggbb`. `dash` is `solid`, `dashed` or `dotted`; `width` is in points.
    """

    ink: str
    fill: str
    dash: str
    width: float


STYLE: Mapping[Outcome, OutcomeStyle] = MappingProxyType(
    {
        Outcome.BLOCKED: OutcomeStyle("#6b0f3a", "#f6dfe9", "solid", 3.0),
        Outcome.GAP: OutcomeStyle("#b03a06", "#fde8dc", "solid", 2.0),
        Outcome.UNDETERMINED: OutcomeStyle("#7a5500", "#fcf1d0", "dotted", 2.0),
        Outcome.INCOMPLETE: OutcomeStyle("#7a5500", "#fcf1d0", "dashed", 1.6),
        Outcome.SAFEGUARDED: OutcomeStyle("#0b5a9c", "#e0edf9", "solid", 1.4),
        Outcome.PERMITTED: OutcomeStyle("#00665a", "#dcf1ed", "solid", 1.4),
        Outcome.AGENT_ONLY: OutcomeStyle("#00665a", "#dcf1ed", "dashed", 1.4),
        Outcome.NOT_TRANSFER: OutcomeStyle("#565d66", "#eef0f2", "dotted", 1.4),
        Outcome.NOT_APPLICABLE: OutcomeStyle("#565d66", "#eef0f2", "dashed", 1.2),
    }
)

PAPER, INK, QUIET, FRAME = "#ffffff", "#22262b", "#565d66", "#c9ced6"
"""The ground, the text, the lesser text and the thin lines of every picture."""

NIGHT: Mapping[str, str] = MappingProxyType(
    {
        PAPER: "#17191c", INK: "#e6e8eb", QUIET: "#98a1ab", FRAME: "#454b53",
        "#6b0f3a": "#ffc2e0", "#f6dfe9": "#43142b",
        "#b03a06": "#ff7a45", "#fde8dc": "#47200f",
        "#7a5500": "#edc658", "#fcf1d0": "#3d2f0a",
        "#0b5a9c": "#6db3ee", "#e0edf9": "#12304c",
        "#00665a": "#35d6b0", "#dcf1ed": "#0c3833",
        "#eef0f2": "#2a2e33",
    }
)  # fmt: skip
"""Each of these colours, and of those of `STYLE`, as a picture has it on dark ground: on the screen alone, never in a file."""


def by_night(spec: Any, fields: Container[str], more: Mapping[str, str] = MappingProxyType({})) -> Any:
    """A specification with the colours in those fields as they are on dark ground; `more` are colours besides `NIGHT`."""
    if isinstance(spec, Mapping):
        return {
            key: more.get(value) or NIGHT.get(value, value)
            if key in fields and isinstance(value, str)
            else by_night(value, fields, more)
            for key, value in spec.items()
        }
    return [by_night(each, fields, more) for each in spec] if isinstance(spec, list) else spec


UNASSESSED = OutcomeStyle(QUIET, PAPER, "solid", 0.8)
"""How a flow looks that no regime judges: collected, or moved inside."""


@dataclass(frozen=True)
class View:
    """What somebody asked to see. An empty filter lets everything through.

    `focus` is the name of a system, recipient or other end of a flow: shown are the flows up to `steps` steps around it,
    in either direction, and the onward flows of the recipients they reach; with `downstream`, what goes on from it and how
    far, each category by itself. `towards` is such a name as well: shown is
    what lies on a way of one information category to it, from `focus` if there is one, however many steps that is.
    `senders` are names of those a flow comes from, `recipients` of those
    a flow goes to, `individuals` of those it is about, `owners` of those who answer for the system it leaves or reaches.
    `countries` are ISO 3166 alpha-2; `""` stands for places that are not stated as one country. `outcomes` looks at a
    flow's worst outcome under the chosen `regimes` (codes such as `nz`). `assessed_only` leaves out what is collected or
    moved inside.
    """

    focus: str | None = None
    steps: int = 1
    downstream: bool = False
    towards: str | None = None
    categories: tuple[str, ...] = ()
    individuals: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    regimes: tuple[str, ...] = ()
    assessed_only: bool = False
    flagged_only: bool = False


_HIDDEN = {
    "focus": "by focus",
    "towards": "not on the way",
    "category": "by category",
    "individuals": "by individuals",
    "sender": "by sender",
    "recipient": "by recipient",
    "owner": "by owner",
    "country": "by country",
    "outcome": "by outcome",
    "assessed": "collected or moved inside",
    "flagged": "not flagged",
}


@dataclass(frozen=True)
class Selection:
    """The part of an assessment that a view shows, in the order of the assessment.

    `answers` are those of the shown flows' legs under the chosen regimes. `hidden` counts the flows each filter hid, by
    `focus`, `towards`, `category`, `individuals`, `sender`, `recipient`, `owner`, `country`, `outcome`, `assessed` and `flagged`; a
    flow counts once, under the first of these that hid it, and filters that hid nothing are left out. So
    `len(flows) + sum(hidden.values())` is the number of all flows.
    """

    assessment: Assessment
    view: View
    flows: tuple[MappedFlow, ...]
    answers: Answers
    hidden: Mapping[str, int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", Answers.holding(self.answers))

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The worst outcome of each shown flow that has answers, by flow id."""
        every = _outcomes(self.assessment, self.view.regimes)
        return {flow.id: every[flow.id] for flow in self.flows if flow.id in every}

    @cached_property
    def legs(self) -> Mapping[str, tuple[Leg, ...]]:
        """The legs of every flow of the whole map, by flow id; flows without legs are left out."""
        return legs_of(self.assessment)

    @cached_property
    def answers_of(self) -> Mapping[str, tuple[Answer, ...]]:
        """The answers of each shown flow that has any, by flow id."""
        return self.answers.by_flow()

    def filter_sentence(self) -> str:
        """The filters in words: `Categories: Email address. Regimes: New Zealand.`, or `No filters.`"""
        view, said = self.view, []
        if view.focus is not None and view.towards is not None:
            said.append(f"On the way from: {view.focus}")
        elif view.focus is not None and view.downstream:
            said.append(f"Onward from: {view.focus}")
        elif view.focus is not None:
            said.append(f"Around: {view.focus}{f', {view.steps} steps' if view.steps > 1 else ''}")
        if view.towards is not None:
            said.append(f"{'To' if view.focus is not None else 'On the way to'}: {view.towards}")
        named = (
            ("Categories", view.categories),
            ("Individuals", view.individuals),
            ("From", view.senders),
            ("Recipients", view.recipients),
            ("Owners", view.owners),
        )
        said += (f"{what}: {', '.join(names)}" for what, names in named if names)
        if view.countries:
            said.append(f"Countries: {', '.join(country_name(c) if c else 'not stated' for c in view.countries)}")
        if view.outcomes:
            said.append(f"Outcomes: {', '.join(o.label for o in WORST_FIRST if o in view.outcomes)}")
        if codes := view.regimes or self.assessment.only_regimes:
            regimes = self.assessment.law.regimes
            said.append(f"Regimes: {', '.join(regimes[c].name if c in regimes else c for c in codes)}")
        if view.assessed_only:
            said.append("Without what is collected or moved inside")
        if view.flagged_only:
            said.append("Flagged only")
        return f"{'. '.join(said)}." if said else "No filters."

    def hidden_sentence(self) -> str:
        """`4 flows hidden: 3 by category, 1 by outcome.`, or `Nothing hidden.`"""
        count = sum(self.hidden.values())
        if not count:
            return "Nothing hidden."
        parts = ", ".join(f"{n:,} {_HIDDEN[why]}" for why, n in self.hidden.items())
        return f"{count:,} {'flow' if count == 1 else 'flows'} hidden: {parts}."


def select(assessment: Assessment, view: View) -> Selection:
    """The flows and answers that pass every filter of the view, and how many flows each filter hid."""
    outcomes, legs = _outcomes(assessment, view.regimes), legs_of(assessment)
    categories, individuals, senders, recipients, owners = (
        frozenset(map(name_key, names))
        for names in (view.categories, view.individuals, view.senders, view.recipients, view.owners)
    )
    passes: dict[str, Callable[[MappedFlow], bool]] = {}
    if view.towards is not None:
        on_the_way = _on_the_way(assessment.map.flows, view)
        passes["towards"] = lambda f: f.id in on_the_way
    elif view.focus is not None and view.downstream:
        onward = _on_the_way(assessment.map.flows, view)
        passes["focus"] = lambda f: f.id in onward
    elif view.focus is not None:
        around = _around(assessment.map.flows, view.focus, view.steps)
        passes["focus"] = lambda f: f.id in around
    if categories:
        passes["category"] = lambda f: any(name_key(c) in categories for c in items(f.categories))
    if individuals:
        passes["individuals"] = lambda f: any(name_key(i) in individuals for i in items(f.individuals))
    if senders:
        passes["sender"] = lambda f: name_key(f.origin.name) in senders
    if recipients:
        passes["recipient"] = lambda f: name_key(f.destination.name) in recipients
    if owners:
        passes["owner"] = lambda f: not owners.isdisjoint(_owners(assessment.inventory, f))
    if view.countries:
        passes["country"] = lambda f: any(_is_in(leg, view.countries) for leg in legs.get(f.id, ()))
    if view.outcomes:
        passes["outcome"] = lambda f: outcomes.get(f.id) in view.outcomes
    if view.assessed_only:
        passes["assessed"] = lambda f: f.movement in ASSESSED
    if view.flagged_only:
        passes["flagged"] = lambda f: f.id in outcomes and outcomes[f.id].flagged
    shown: list[MappedFlow] = []
    hidden: Counter[str] = Counter()
    for flow in assessment.map.flows:
        stopped = next((why for why, passed in passes.items() if not passed(flow)), None)
        if stopped is None:
            shown.append(flow)
        else:
            hidden[stopped] += 1
    ids = {f.id for f in shown}
    return Selection(
        assessment,
        view,
        tuple(shown),
        assessment.answers.narrowed(ids, view.regimes) if hidden or view.regimes else assessment.answers,
        {why: hidden[why] for why in passes if hidden[why]},
    )


def once(make: Callable[[Assessment], T]) -> Callable[[Assessment], T]:
    """A function of an assessment that works once for each, and keeps what it found for as long as there is that one.

    What it returns must not hold the assessment.
    """
    kept: dict[int, T] = {}

    def found(assessment: Assessment) -> T:
        key = id(assessment)
        if key not in kept:
            kept[key] = make(assessment)
            finalize(assessment, kept.pop, key, None)
        return kept[key]

    return found


_RANK = {outcome: n for n, outcome in enumerate(WORST_FIRST)}


@once
def _by_regimes(assessment: Assessment) -> dict[tuple[str, ...], Mapping[str, Outcome]]:
    return {}


def _outcomes(assessment: Assessment, regimes: tuple[str, ...]) -> Mapping[str, Outcome]:
    """The worst outcome of each flow under the regimes, or under all, by flow id."""
    known = _by_regimes(assessment)
    if regimes not in known:
        worst: dict[str, Outcome] = {}
        for leg, outcome in assessment.answers.worst_by_leg(regimes):
            flow = leg.flow.id
            if flow not in worst or _RANK[outcome] < _RANK[worst[flow]]:
                worst[flow] = outcome
        known[regimes] = worst
    return known[regimes]


@once
def legs_of(assessment: Assessment) -> dict[str, tuple[Leg, ...]]:
    """The legs of every flow that has any, by flow id."""
    found: dict[str, list[Leg]] = defaultdict(list)
    for leg in assessment.map.legs:
        found[leg.flow.id].append(leg)
    return {flow: tuple(legs) for flow, legs in found.items()}


def _is_in(leg: Leg, countries: tuple[str, ...]) -> bool:
    """Whether the leg is in one of the countries; a leg in a group of countries is in each that it may be."""
    if leg.country is not None:
        return leg.country in countries
    within = (leg.place.value.within if leg.place.value else None) or frozenset()
    return "" in countries or any(c in within for c in countries)


def _owners(inventory: Inventory, flow: MappedFlow) -> Iterator[str]:
    for node in (flow.origin, flow.destination):
        system = inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
        if system and system.owner.value:
            yield name_key(system.owner.value)


_NOT_PASSED = frozenset({NodeKind.INDIVIDUALS, NodeKind.SOURCE})
"""What is around these is not nearer to anything else: most systems hold information on the same individuals."""


def _around(flows: Iterable[MappedFlow], focus: str, steps: int) -> frozenset[str]:
    """The flows within so many steps of a name, either way, and all onward flows from where they lead."""
    flows = tuple(flows)
    at: dict[str, list[MappedFlow]] = defaultdict(list)
    for flow in flows:
        at[flow.origin.id].append(flow)
        at[flow.destination.id].append(flow)
    key = name_key(focus)
    near = {end for flow in flows for end in (flow.origin, flow.destination) if name_key(end.name) == key}
    seen, shown, reached = set(near), set[str](), set[str]()
    for _ in range(steps):
        after = set()
        for node in near:
            for flow in at[node.id]:
                shown.add(flow.id)
                after |= {flow.origin, flow.destination}
                if flow.origin == node:
                    reached.add(flow.destination.id)
        near = {node for node in after - seen if node.kind not in _NOT_PASSED}
        seen |= after
    waiting = sorted(reached)
    while waiting:
        node_id = waiting.pop()
        for flow in at[node_id]:
            if flow.movement is Movement.ONWARD and flow.origin.id == node_id:
                shown.add(flow.id)
                if flow.destination.id not in reached:
                    reached.add(flow.destination.id)
                    waiting.append(flow.destination.id)
    return frozenset(shown)


def _on_the_way(flows: Iterable[MappedFlow], view: View) -> frozenset[str]:
    """The flows on any way of one category from `view.focus` and to `view.towards`, where there are these."""
    flows = tuple(flows)

    @cache
    def keys(names: tuple[str, ...]) -> frozenset[str]:
        return frozenset(map(name_key, names))

    carried: Mapping[str, frozenset[str]] = {flow.id: keys(flow.carries) for flow in flows}
    on_the_way = carried
    if view.towards is not None:
        backwards = _reach(flows, carried, view.towards, lambda f: (f.destination, f.origin))
        on_the_way = {f.id: _held_at(f.destination, on_the_way[f.id], backwards) for f in flows}
    if view.focus is not None:
        forwards = _reach(flows, carried, view.focus, lambda f: (f.origin, f.destination))
        on_the_way = {f.id: _held_at(f.origin, on_the_way[f.id], forwards) for f in flows}
    return frozenset(flow for flow, categories in on_the_way.items() if categories)


def _held_at(node: Node, categories: frozenset[str], reached: frozenset[tuple[str, str]]) -> frozenset[str]:
    id_ = node.id
    return frozenset(c for c in categories if (id_, c) in reached)


def _reach(
    flows: Sequence[MappedFlow],
    carried: Mapping[str, frozenset[str]],
    start: str,
    ends: Callable[[MappedFlow], tuple[Node, Node]],
) -> frozenset[tuple[str, str]]:
    """Every (node id, category) that is reached from a name along flows that carry the category."""
    leaving: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    key, waiting = name_key(start), set[tuple[str, str]]()
    for flow in flows:
        here, there = ends(flow)
        leaving[here.id].append((there.id, carried[flow.id]))
        if name_key(here.name) == key:
            waiting |= {(here.id, category) for category in carried[flow.id]}
    reached = set(waiting)
    while waiting:
        node_id, category = waiting.pop()
        for after, categories in leaving[node_id]:
            if category in categories and (after, category) not in reached:
                reached.add((after, category))
                waiting.add((after, category))
    return frozenset(reached)
