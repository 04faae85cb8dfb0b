"""How far information goes: for each category and country the shortest way there, hop by hop, and who sends it that way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from datamap.assessment import Assessment
from datamap.graph import NOT_STATED, Leg, MappedFlow, Movement, Node, NodeKind
from datamap.inventory import Place, Safeguard, name_key
from datamap.places import country_name, place_name
from datamap.transfers import Outcome, worst
from datamap.transfers.cases import Shelf


@dataclass(frozen=True)
class Hop:
    """One flow of a chain.

    `outcomes` are its worst outcome under each regime (by code, in the order of the codes): over all its legs, and for the
    last hop over those in the chain's country. `agreement` is a safeguard with a document that names the flow or its
    recipient, one that holds on the day if there is any. `wanted` is False where nobody agrees with anybody: between the
    sender's own systems and sites, and from or towards the individuals.
    """

    flow: MappedFlow
    outcomes: Mapping[str, Outcome]
    agreement: Safeguard | None
    current: bool
    wanted: bool

    @property
    def outcome(self) -> Outcome | None:
        """The worst under any regime; None when no regime judges it."""
        return worst(self.outcomes.values())

    @property
    def ends(self) -> str:
        return f"{self.flow.origin.name} → {self.flow.destination.name}"


@dataclass(frozen=True)
class Chain:
    """The shortest way of one category to one country, from a system where there is one.

    `country` is ISO 3166 alpha-2, and None for a group of countries and for a place that is not stated. `place` says it
    in words. `systems` are the names of all systems from which the category gets there, by whatever way.
    """

    category: str
    country: str | None
    place: str
    hops: tuple[Hop, ...]
    systems: tuple[str, ...]

    @property
    def outcome(self) -> Outcome | None:
        """The worst outcome of any hop under any regime."""
        return worst(o for o in (hop.outcome for hop in self.hops) if o)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody on the way, the start first."""
        return (self.hops[0].flow.origin.name, *(hop.flow.destination.name for hop in self.hops))

    @property
    def without(self) -> tuple[int, ...]:
        """The numbers of the hops that want an agreement and have none on file, the first hop being 1."""
        return tuple(n for n, hop in enumerate(self.hops, 1) if hop.wanted and hop.agreement is None)

    @property
    def ended(self) -> tuple[int, ...]:
        """The numbers of the hops whose agreement is on file but does not hold on the day."""
        return tuple(n for n, hop in enumerate(self.hops, 1) if hop.wanted and hop.agreement and not hop.current)

    @property
    def sentence(self) -> str:
        """`Health records reach India in 3 hops through Acme and Beta; hop 2 (Acme → Beta) has no agreement on file.`"""
        what = "Information of categories that are not stated" if self.category == NOT_STATED else self.category
        where = "a place that is not stated" if self.place == NOT_STATED else _the(self.place)
        count = f"{len(self.hops)} hop{'' if len(self.hops) == 1 else 's'}"
        through = _joined(self.names[1:-1])
        way = f"in {count} through {through}" if through else f"in {count}, at {self.names[-1]}"
        said = [f"{what} {'reach' if _plural(what) else 'reaches'} {where} {way}"]
        if self.without:
            said.append(f"{self._hops(self.without)} {_has(self.without)} no agreement on file")
        if self.ended:
            said.append(f"{self._hops(self.ended)} {_has(self.ended)} only an agreement that does not hold on this day")
        if not self.without and not self.ended and any(hop.wanted for hop in self.hops):
            said.append("an agreement is on file for each hop" if len(self.hops) > 1 else "an agreement is on file")
        return f"{'; '.join(said)}."

    def _hops(self, numbers: tuple[int, ...]) -> str:
        named = (f"{n} ({self.hops[n - 1].ends})" for n in numbers)
        return f"hop{'' if len(numbers) == 1 else 's'} {_joined(tuple(named))}"


@dataclass(frozen=True)
class Destination:
    """One country (or place that is not one country) and what reaches it. `outcome` is the worst of the last hops."""

    country: str | None
    place: str
    categories: tuple[str, ...]
    systems: tuple[str, ...]
    hops: int  # of the shortest chain
    outcome: Outcome | None


def reaches(assessment: Assessment, category: str | None = None) -> tuple[Chain, ...]:
    """For each category (or the one named) and each country it reaches, the shortest way there.

    In the order of categories, then of countries, places that are not one country last. The home country is one of
    them. Flows whose categories are not known are under the category `not stated`.
    """
    shelf = Shelf(assessment.inventory)
    map_ = assessment.map
    carried: dict[str, dict[tuple[str | None, str], list[Leg]]] = defaultdict(lambda: defaultdict(list))
    names = {name_key(c): c for c in (*map_.categories, NOT_STATED)}
    for leg in map_.legs:
        for key in {name_key(c) for c in leg.flow.carries}:
            carried[key][_where(leg)].append(leg)
    wanted = [name_key(category)] if category is not None else list(names)
    found: list[Chain] = []
    for key in wanted:
        if key not in carried:
            continue
        name, ways = names[key], map_.ways(names[key])
        for (country, place), legs in sorted(carried[key].items(), key=lambda item: _last_when_unknown(*item[0])):
            leaving: dict[Node, list[MappedFlow]] = defaultdict(list)
            for leg in legs:
                leaving[leg.flow.origin].append(leg.flow)
            nearness = {node: _nearness(node, ways) for node in leaving}
            nearest = min(nearness.values())
            near = (flow for node, flows in leaving.items() if nearness[node] == nearest for flow in flows)
            last = min(near, key=lambda flow: (flow.destination.id, flow.id))
            hops = [_hop(assessment, shelf, flow) for flow in ways[last.origin.id]]
            hops.append(_hop(assessment, shelf, last, (country, place)))
            systems = tuple(s.name for s in map_.systems_that_send(name, leaving))
            found.append(Chain(name, country, place, tuple(hops), systems))
    return tuple(found)


def destinations(chains: tuple[Chain, ...]) -> tuple[Destination, ...]:
    """Chains by where they end: how many categories and systems each country has, and the worst outcome there."""
    grouped: dict[tuple[str | None, str], list[Chain]] = defaultdict(list)
    for chain in chains:
        grouped[chain.country, chain.place].append(chain)
    return tuple(
        Destination(
            country,
            place,
            tuple(chain.category for chain in there),
            tuple(sorted({s for chain in there for s in chain.systems}, key=name_key)),
            min(len(chain.hops) for chain in there),
            worst(o for o in (chain.hops[-1].outcome for chain in there) if o),
        )
        for (country, place), there in sorted(grouped.items(), key=lambda item: _last_when_unknown(*item[0]))
    )


def _where(leg: Leg) -> tuple[str | None, str]:
    place: Place | None = leg.place.value
    if place is None or not place.stated:
        return None, NOT_STATED
    return (place.country, country_name(place.country)) if place.country else (None, place_name(place))


def _last_when_unknown(country: str | None, place: str) -> tuple[bool, bool, str, str]:
    return place == NOT_STATED, country is None, place.casefold(), place


def _nearness(node: Node, ways: Mapping[str, tuple[MappedFlow, ...]]) -> tuple[bool, int, str]:
    """From a system before from elsewhere, then the fewest hops, then by name."""
    way = ways[node.id]
    start: Node = way[0].origin if way else node
    return start.kind is not NodeKind.SYSTEM, len(way), node.id


def _hop(assessment: Assessment, shelf: Shelf, flow: MappedFlow, where: tuple[str | None, str] | None = None) -> Hop:
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for answer in assessment.answers_for(flow):
        if where is None or _where(answer.leg) == where:
            outcomes[answer.regime].append(answer.outcome)
    by_regime = {code: outcome for code in sorted(outcomes) if (outcome := worst(outcomes[code]))}
    papers = [s for s in shelf.claims(flow) if s.document.known]
    holding = [s for s in papers if _holds(s, assessment.on)]
    own = flow.movement in (Movement.INTERNAL, Movement.OWN_SITE, Movement.COLLECTION)
    wanted = not own and NodeKind.INDIVIDUALS not in (flow.origin.kind, flow.destination.kind)
    return Hop(flow, by_regime, next(iter(holding or papers), None), bool(holding), wanted)


def _holds(safeguard: Safeguard, on: date) -> bool:
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    expires = safeguard.expires.value
    return all(day <= on for day in begins) and (expires is None or on <= expires)


def _joined(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def _has(numbers: tuple[int, ...]) -> str:
    return "has" if len(numbers) == 1 else "have"


def _plural(words: str) -> bool:
    """Whether a category reads as several things: from the words before any *of*."""
    head = words.casefold().partition(" of ")[0]
    several = (w.endswith("s") and not w.endswith(("ss", "us", "is", "'s", "’s")) for w in head.split())
    return " and " in head or head in ("data", "people") or any(several)


def _the(place: str) -> str:
    """A country's name as it stands in a sentence."""
    article = place.startswith("United ") or place.endswith((" Islands", "Netherlands", "Philippines", " Republic"))
    return f"the {place}" if article else place
