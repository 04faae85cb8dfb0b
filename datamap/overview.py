"""What an assessment comes to, for somebody with ten seconds: counts of flows, each with the view that shows them.

A flow counts where it is judged, by its worst answer, as in `views.select`; so every count is the number of flows with
answers that its view lets through.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from datamap.assessment import Assessment
from datamap.graph import Leg
from datamap.inventory import items, name_key
from datamap.places import country_name
from datamap.transfers import WORST_FIRST, Outcome, worst
from datamap.transfers.cases import Shelf
from datamap.views import View

UNCOVERED = (Outcome.BLOCKED, Outcome.GAP)
"""What leaves the country without anything on record that lets it."""
UNSETTLED = (Outcome.UNDETERMINED, Outcome.INCOMPLETE)
"""What cannot be told, or is not yet shown."""
LEAVES = tuple(o for o in WORST_FIRST if o not in (Outcome.NOT_TRANSFER, Outcome.NOT_APPLICABLE))
"""The outcomes of what leaves the country, whatever is on record for it."""


@dataclass(frozen=True)
class Count:
    """How many judged flows share something, how many of them are flagged, and the worst of their outcomes.

    For a country `worst` is the worst answer at a place in that country. A flow to several countries counts in each, one
    to a group of countries in each of it that another flow names. `view` lets exactly these flows through.
    """

    name: str
    flows: int
    flagged: int
    worst: Outcome
    view: View


@dataclass(frozen=True)
class Finding:
    """Something that stands out, in one clause without a number, and the flows that it is about."""

    says: str
    flows: int
    view: View


@dataclass(frozen=True)
class Overview:
    """The counts, each group worst first; groups and findings without a flow are left out."""

    flows: int  # of the whole map, judged or not
    judged: int
    outcomes: Mapping[Outcome, int]
    countries: tuple[Count, ...]
    recipients: tuple[Count, ...]
    findings: tuple[Finding, ...]


def overview(assessment: Assessment) -> Overview:
    """Count what an assessment comes to. Takes one pass over its answers."""
    outcomes: dict[str, Outcome] = {}
    there: dict[str, dict[str, list[Outcome]]] = {
        leg.country or "": defaultdict(list) for leg, _ in assessment.answers.judged()
    }
    for leg, judged in assessment.answers.judged():
        id_ = leg.flow.id
        outcomes[id_] = worst((judged.outcome, outcomes.get(id_, judged.outcome))) or judged.outcome
        for country in countries_of(leg):
            if country in there:
                there[country][id_].append(judged.outcome)
    received: dict[str, dict[str, Outcome]] = defaultdict(dict)
    called: dict[str, str] = {}
    for flow in assessment.map.flows:
        if flow.recipient and flow.id in outcomes:
            key = name_key(flow.destination.name)
            called.setdefault(key, flow.destination.name)
            received[key][flow.id] = outcomes[flow.id]
    return Overview(
        len(assessment.map.flows),
        len(outcomes),
        _in_order(Counter(outcomes.values())),
        _worst_first(
            _count(
                country_name(code) if code else "Not one country",
                [outcomes[id_] for id_ in flows],
                (o for found in flows.values() for o in found),
                View(countries=(code,)),
            )
            for code, flows in there.items()
        ),
        _worst_first(
            _count(called[key], list(flows.values()), flows.values(), View(recipients=(called[key],)))
            for key, flows in received.items()
        ),
        tuple(_findings(assessment, outcomes, there)),
    )


def sensitive_categories(assessment: Assessment) -> tuple[str, ...]:
    """The categories on the map that are recorded as sensitive, or of a kind that always is."""
    shelf = Shelf(assessment.inventory)
    return tuple(name for name in assessment.map.categories if True in shelf.sensitive((name,)))


def countries_of(leg: Leg) -> tuple[str, ...]:
    """The countries that a leg counts under, as the filter *Country* has them: `""` stands for no one country."""
    if leg.country is not None:
        return (leg.country,)
    within = (leg.place.value.within if leg.place.value else None) or frozenset()
    return ("", *sorted(within))


def _findings(
    assessment: Assessment, outcomes: Mapping[str, Outcome], there: Mapping[str, Mapping[str, object]]
) -> Iterator[Finding]:
    sensitive = frozenset(map(name_key, names := sensitive_categories(assessment)))
    carrying = [
        outcomes[f.id]
        for f in assessment.map.flows
        if f.id in outcomes and any(name_key(c) in sensitive for c in items(f.categories))
    ]
    if flows := _among(outcomes.values(), (Outcome.BLOCKED,)):
        yield Finding("A prohibition is in the way", flows, View(outcomes=(Outcome.BLOCKED,)))
    if flows := _among(carrying, UNCOVERED):
        view = View(categories=names, outcomes=UNCOVERED)
        yield Finding("Sensitive information leaves without a safeguard", flows, view)
    if flows := _among(carrying, UNSETTLED):
        view = View(categories=names, outcomes=UNSETTLED)
        yield Finding("Sensitive information leaves, and it is not settled whether it may", flows, view)
    if flows := sum(outcomes[id_].flagged for id_ in there.get("", ())):
        view = View(countries=("",), flagged_only=True)
        yield Finding("It is not on record in which country the information ends up", flows, view)


def _among(found: Iterable[Outcome], wanted: Sequence[Outcome]) -> int:
    return sum(outcome in wanted for outcome in found)


def _count(name: str, flows: Sequence[Outcome], there: Iterable[Outcome], view: View) -> Count:
    return Count(name, len(flows), sum(o.flagged for o in flows), min(there, key=WORST_FIRST.index), view)


def _worst_first(counts: Iterable[Count]) -> tuple[Count, ...]:
    def order(count: Count) -> tuple[int, int, int, str, str]:
        return WORST_FIRST.index(count.worst), -count.flagged, -count.flows, count.name.casefold(), count.name

    return tuple(sorted(counts, key=order))


def _in_order(counts: Mapping[Outcome, int]) -> dict[Outcome, int]:
    return {outcome: counts[outcome] for outcome in WORST_FIRST if counts.get(outcome)}
