"""What is shown of an assessment, and in which colours: one selection feeds the picture, the table and the file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from datamap.assessment import Assessment
from datamap.graph import Leg, MappedFlow, Movement
from datamap.inventory import items, name_key
from datamap.places import country_name
from datamap.transfers import WORST_FIRST, Answer, Outcome, worst


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


@dataclass(frozen=True)
class View:
    """What somebody asked to see. An empty filter lets everything through.

    `focus` is the name of a system, recipient or other end of a flow: shown are the flows one step around it and the
    onward flows of the recipients they reach. `countries` are ISO 3166 alpha-2; `""` stands for places that are not
    stated as one country. `outcomes` looks at a flow's worst outcome under the chosen `regimes` (codes such as `nz`).
    """

    focus: str | None = None
    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    regimes: tuple[str, ...] = ()
    flagged_only: bool = False


_HIDDEN = {
    "focus": "by focus",
    "category": "by category",
    "country": "by country",
    "outcome": "by outcome",
    "flagged": "not flagged",
}


@dataclass(frozen=True)
class Selection:
    """The part of an assessment that a view shows, in the order of the assessment.

    `answers` are those of the shown flows' legs under the chosen regimes. `hidden` counts the flows each filter hid, by
    `focus`, `category`, `country`, `outcome` and `flagged`; a flow counts once, under the first of these that hid it,
    and filters that hid nothing are left out. So `len(flows) + sum(hidden.values())` is the number of all flows.
    """

    assessment: Assessment
    view: View
    flows: tuple[MappedFlow, ...]
    answers: tuple[Answer, ...]
    hidden: Mapping[str, int]

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The worst outcome of each shown flow that has answers, by flow id."""
        return _worst(self.answers)

    @cached_property
    def legs(self) -> Mapping[str, tuple[Leg, ...]]:
        """The legs of every flow of the whole map, by flow id; flows without legs are left out."""
        return _legs(self.assessment)

    def filter_sentence(self) -> str:
        """The filters in words: `Categories: Email address. Regimes: New Zealand.`, or `No filters.`"""
        view, said = self.view, []
        if view.focus is not None:
            said.append(f"Around: {view.focus}")
        if view.categories:
            said.append(f"Categories: {', '.join(view.categories)}")
        if view.countries:
            said.append(f"Countries: {', '.join(country_name(c) if c else 'not stated' for c in view.countries)}")
        if view.outcomes:
            said.append(f"Outcomes: {', '.join(o.label for o in WORST_FIRST if o in view.outcomes)}")
        if codes := view.regimes or self.assessment.only_regimes:
            regimes = self.assessment.law.regimes
            said.append(f"Regimes: {', '.join(regimes[c].name if c in regimes else c for c in codes)}")
        if view.flagged_only:
            said.append("Flagged only")
        return f"{'. '.join(said)}." if said else "No filters."

    def hidden_sentence(self) -> str:
        """`4 flows hidden: 3 by category, 1 by outcome.`, or `Nothing hidden.`"""
        count = sum(self.hidden.values())
        if not count:
            return "Nothing hidden."
        parts = ", ".join(f"{n} {_HIDDEN[why]}" for why, n in self.hidden.items())
        return f"{count} {'flow' if count == 1 else 'flows'} hidden: {parts}."


def select(assessment: Assessment, view: View) -> Selection:
    """The flows and answers that pass every filter of the view, and how many flows each filter hid."""
    answers = tuple(a for a in assessment.answers if not view.regimes or a.regime in view.regimes)
    outcomes = _worst(answers)
    legs = _legs(assessment)
    around = _around(assessment.map.flows, view.focus) if view.focus is not None else frozenset()
    categories = {name_key(c) for c in view.categories}
    passes: dict[str, Callable[[MappedFlow], bool]] = {
        "focus": lambda f: view.focus is None or f.id in around,
        "category": lambda f: not categories or any(name_key(c) in categories for c in items(f.categories)),
        "country": lambda f: not view.countries or any(_is_in(leg, view.countries) for leg in legs.get(f.id, ())),
        "outcome": lambda f: not view.outcomes or outcomes.get(f.id) in view.outcomes,
        "flagged": lambda f: not view.flagged_only or (f.id in outcomes and outcomes[f.id].flagged),
    }
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
        tuple(a for a in answers if a.leg.flow.id in ids),
        {why: hidden[why] for why in passes if hidden[why]},
    )


def _worst(answers: Iterable[Answer]) -> dict[str, Outcome]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for answer in answers:
        found[answer.leg.flow.id].append(answer.outcome)
    return {flow: outcome for flow, outcomes in found.items() if (outcome := worst(outcomes))}


def _legs(assessment: Assessment) -> dict[str, tuple[Leg, ...]]:
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


def _around(flows: Iterable[MappedFlow], focus: str) -> frozenset[str]:
    key = name_key(focus)
    shown: set[str] = set()
    reached: set[str] = set()
    onward: dict[str, list[MappedFlow]] = defaultdict(list)
    for flow in flows:
        leaves, arrives = name_key(flow.origin.name) == key, name_key(flow.destination.name) == key
        if leaves or arrives:
            shown.add(flow.id)
        if leaves:
            reached.add(flow.destination.id)
        if flow.movement is Movement.ONWARD:
            onward[flow.origin.id].append(flow)
    waiting = sorted(reached)
    while waiting:
        for flow in onward[waiting.pop()]:
            shown.add(flow.id)
            if flow.destination.id not in reached:
                reached.add(flow.destination.id)
                waiting.append(flow.destination.id)
    return frozenset(shown)
