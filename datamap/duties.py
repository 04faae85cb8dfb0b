"""The other rules (retention, indirect collection, identifiers …): one small cited function each.

A rule's citation, dates and confidence are in its regime's file under `rules`; `RULES` maps each code to its function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from datamap import places
from datamap.graph import INDIVIDUAL_WORDS, PUBLIC_WORDS, DataMap, Leg, MappedFlow, NodeKind
from datamap.inventory import (
    Category,
    Fact,
    Frequency,
    Nothing,
    NoticeGiven,
    Organisation,
    Place,
    Recipient,
    Role,
    Safeguard,
    Says,
    System,
    items,
    name_key,
)
from datamap.law import Law, Regime, Rule
from datamap.law.citations import citations
from datamap.law.times import limits, time_in
from datamap.sheets import Cell
from datamap.transfers import Answers


@dataclass(frozen=True)
class Flag:
    """A rule asks for attention to a record. Transfers have answers; everything else has flags."""

    code: str  # "NZ-IPP9"
    about: str  # name of the record
    message: str
    citation: str
    cells: tuple[Cell, ...]
    confidence: str
    to_be_verified: bool
    yours: bool = False  # rests on the user's own law


@dataclass(frozen=True)
class Bench:
    """What a rule may look at."""

    map: DataMap
    regime: Regime
    rule: Rule
    law: Law
    legs: tuple[Leg, ...]  # those that are judged under this regime
    organisations: frozenset[str]  # those the regime could apply to
    on: date

    @cached_property
    def _terms(self) -> tuple[Safeguard, ...]:
        """The safeguards whose document is on file and that hold on the day."""
        return tuple(s for s in self.map.inventory.safeguards if s.document.known and _holds(s, self.on))

    @cached_property
    def parties_with_terms(self) -> frozenset[str]:
        """Who is party to any of those, by key."""
        return frozenset(name_key(r) for s in self._terms for r in items(s.recipients))

    @cached_property
    def flows_with_terms(self) -> frozenset[int]:
        """The flows that name any of those, by their identities."""
        keys = {name_key(s.name) for s in self._terms}
        known: dict[int, bool] = {}
        found: list[int] = []
        for flow, said in zip(self.map.flows, self.map.told("safeguards"), strict=True) if keys else ():
            named = known.get(id(said))
            if named is None:
                named = known[id(said)] = any(name_key(name) in keys for name in said.value or ())
            if named:
                found.append(id(flow))
        return frozenset(found)

    def flag(self, about: str, message: str, cells: Iterable[Cell | None]) -> Flag:
        used = tuple(dict.fromkeys(c for c in cells if c))
        rule = self.rule
        return Flag(rule.code, about, message, rule.citation, used, rule.confidence, rule.to_be_verified, rule.yours)

    @property
    def systems(self) -> Iterator[System]:
        """The systems of organisations the regime could apply to."""
        every = self.map.inventory.organisations
        for system in self.map.inventory.systems:
            owner = system.organisation.value or (every[0].name if len(every) == 1 else None)
            if owner is None or owner in self.organisations:
                yield system


def _says_nothing(fact: Fact[Any]) -> str:
    assert fact.nothing
    return fact.nothing.value


_NO_PERIOD = re.compile(
    r"indefinite|forever|permanent|no limit|as long as|so long as|as required|duration|no longer (needed|required)|"
    r"when needed|until needed|ongoing",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(\d+(\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)\s*[-–]?\s*"
    r"(hour|day|week|fortnight|month|quarter|year|yr|[dmy]\b|an\b|jour|mois|tag|monat|jahr)",
    re.IGNORECASE,
)


_POINTS_ELSEWHERE = re.compile(
    r"\s*(<?(https?://|www\.|file:|\\\\)\S+|"
    r"(please\s+)?(see|refer to|cf\.?|as (set out|described|stated|defined|specified) in|(as )?per|according to|"
    r"in (line|accordance|keeping) with|under|defined (in|by)|link(ed)?( to)?:?)\b.*\b"
    r"(https?://\S+|(polic(y|ies)|schedules?|plans?|standards?|procedures?|registers?|documents?|sheets?|tabs?|appendix|annex|wiki|sharepoint|intranet|authority)\b.*))\s*",
    re.IGNORECASE | re.DOTALL,
)


def retention(bench: Bench) -> Iterator[Flag]:
    """A system without a period says nothing of how long information may be kept.

    "As long as required" is no period, and neither is a link or a pointer to another document.
    """
    for system in bench.systems:
        kept = system.retention
        if kept.value is None:
            yield bench.flag(
                system.name,
                f"No retention period for {system.name}: {_says_nothing(kept)}.",
                kept.cells or (system.cell,),
            )
        elif _NO_PERIOD.search(kept.value) and not _PERIOD.search(kept.value):
            yield bench.flag(
                system.name, f"The retention of {system.name} gives no period: “{kept.value}”.", kept.cells
            )
        elif _POINTS_ELSEWHERE.fullmatch(kept.value) and not _PERIOD.search(kept.value):
            yield bench.flag(
                system.name,
                f"The retention of {system.name} points to something else, so the period is not on record here: “{kept.value}”.",
                kept.cells,
            )


def _indirect_sources(bench: Bench, system: System) -> Iterator[tuple[str, tuple[Cell, ...], date | None, bool]]:
    """Who else information is collected from: name, cells, since when, and whether it still goes on."""
    people = {name_key(i) for i in items(system.individuals)}
    seen: set[str] = set()
    for flow in bench.map.flows_into.get(name_key(system.name), []):
        key = name_key(flow.origin.name)
        if key in people | INDIVIDUAL_WORDS or flow.origin.kind is NodeKind.INDIVIDUALS or key in seen:
            continue
        if flow.upstream and flow.record.role.or_else(flow.upstream.role).value is Role.AGENT:
            continue
        seen.add(key)
        going_on = flow.record.frequency.value in (Frequency.REGULAR, Frequency.CONTINUOUS)
        since = flow.record.started.or_else(system.collected_since)
        yield flow.origin.name, (*flow.cells, *since.cells), since.value, going_on and not flow.record.ended.known
    for source in items(system.collected_from):
        key = name_key(source)
        if key in people | INDIVIDUAL_WORDS | seen:
            continue
        recipient = bench.map.inventory.recipient(source)
        if recipient and recipient.role.value in (Role.AGENT, Role.SAME_ORGANISATION):
            continue
        since = system.collected_since
        yield source, (*system.collected_from.cells, *since.cells), since.value, False


def collected_from_others(bench: Bench) -> Iterator[Flag]:
    """Information is collected from the individual, unless an exception applies."""
    for system in bench.systems:
        if name_key(system.name) in bench.map.held_for_principals:
            continue
        for source, cells, _, _ in _indirect_sources(bench, system):
            message = f"{system.name} collects from {source} and not from the individual: record which exception of IPP 2 applies."
            yield bench.flag(system.name, message, cells)


def told_of_indirect_collection(bench: Bench) -> Iterator[Flag]:
    """From 1 May 2026 people are told when their information is collected from somebody else (not retrospective)."""
    begins = bench.rule.starts
    assert begins
    for system in bench.systems:
        if name_key(system.name) in bench.map.held_for_principals:
            continue
        notice = system.notice_given
        if notice.value and notice.value.given is not NoticeGiven.NO:
            continue
        for source, cells, since, going_on in _indirect_sources(bench, system):
            if name_key(source) in PUBLIC_WORDS or (since and since < begins and not going_on):
                continue
            when = "on a day that is not recorded" if since is None else f"since {since.isoformat()}"
            told = "no notice was given" if notice.value else f"the notice is {_says_nothing(notice)}"
            message = (
                f"{system.name} collects from {source} {when}, and {told}. What is collected on or after "
                f"{begins.isoformat()} needs a notice to the individual or an exception."
            )
            yield bench.flag(system.name, message, (*cells, *notice.cells))


def holders_kept_in_check(bench: Bench) -> Iterator[Flag]:
    """A provider that holds information for the agency needs terms on file and a known place: the check that remains."""
    for recipient, found in _held_by_agents(bench):
        lacking = []
        if not _terms_on_file(bench, recipient, found):
            lacking.append("terms on file that cover security, breach reporting, sub-agents and return or deletion")
        held_at = {id(leg.place.value): leg.place.value for leg in found}
        if any(place is None or place.country is None for place in held_at.values()):
            lacking.append("the country in which it holds the information")
        if not lacking:
            continue
        senders = {leg.flow.upstream.name for leg in found if leg.flow.upstream}
        sub = f", a sub-agent of {', '.join(sorted(senders))}," if senders else ""
        at = sorted({places.place_name(place) for place in held_at.values() if place and place.stated})
        where = f" (places recorded: {', '.join(at)})" if at else ""
        message = f"{recipient.name}{sub} holds information as agent{where}; not recorded: {'; '.join(lacking)}."
        facts = {id(leg.place): leg.place for leg in found}
        yield bench.flag(
            recipient.name,
            message,
            [recipient.cell, *recipient.role.cells, *(c for fact in facts.values() for c in fact.cells)],
        )


def _held_by_agents(bench: Bench) -> Iterable[tuple[Recipient, list[Leg]]]:
    """The legs to each recipient that is an agent for them, in the order in which the recipients come."""
    found: dict[str, tuple[Recipient, list[Leg]]] = {}
    agents = _flows_to_agents(bench.map)
    flow, those = None, None
    for leg in bench.legs:
        if leg.flow is not flow:
            flow = leg.flow
            recipient = agents.get(id(flow))
            those = found.setdefault(name_key(recipient.name), (recipient, []))[1] if recipient else None
        if those is not None:
            those.append(leg)
    return found.values()


def _flows_to_agents(map_: DataMap) -> dict[int, Recipient]:
    """Who receives as an agent, by the identity of flows: the flow says so, or says nothing and the recipient's row does."""
    usual = {id(r) for r in map_.inventory.recipients if r.role.value is Role.AGENT}
    return {
        id(flow): recipient
        for flow, own in zip(map_.flows, map_.told("role"), strict=True)
        if (recipient := flow.recipient)
        and (id(recipient) in usual if own.nothing is Nothing.BLANK else own.value is Role.AGENT)
    }


def _terms_on_file(bench: Bench, recipient: Recipient, found: list[Leg]) -> bool:
    with_terms = bench.flows_with_terms
    return name_key(recipient.name) in bench.parties_with_terms or any(id(leg.flow) in with_terms for leg in found)


def _holds(safeguard: Safeguard, on: date) -> bool:
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    return not (any(b > on for b in begins) or (safeguard.expires.value and safeguard.expires.value < on))


def identifiers(bench: Bench) -> Iterator[Flag]:
    """Another agency's identifier is not one's own key. Recording it only to deal with that agency is not adopting it."""
    for category in bench.map.inventory.categories:
        if category.used_as_key.value is True:
            message = f"{category.name} is another agency's identifier and is used as a key for people."
            yield bench.flag(category.name, message, (*category.used_as_key.cells, category.cell))
        elif category.unique_identifier.value is True and category.used_as_key.value is None:
            known = _identifier(bench.regime, category)
            if known and _only_for_its_agency(bench, category, known):
                continue
            message = (
                f"{category.name} is a unique identifier, and whether it is used as a key for people is "
                f"{_says_nothing(category.used_as_key)}."
            )
            yield bench.flag(category.name, message, (*category.unique_identifier.cells, *category.used_as_key.cells))


def _identifier(regime: Regime, category: Category) -> tuple[str, ...]:
    text = f"{category.name} {category.examples.value or ''}".casefold()
    return next((i.agency for i in regime.identifiers if any(w in text for w in i.words)), ())


def _only_for_its_agency(bench: Bench, category: Category, agency: tuple[str, ...]) -> bool:
    """Whether every system that holds the category has to do with the agency that assigned it."""
    key = name_key(category.name)
    holding = [s for s in bench.map.inventory.systems if any(name_key(c) == key for c in items(s.categories))]
    if not holding:
        return False
    for system in holding:
        words = [system.name, *items(system.purposes), *items(system.recipients)]
        words += [
            f"{f.destination.name} {f.record.purpose.value or ''}"
            for f in bench.map.flows_out_of.get(name_key(system.name), ())
        ]
        text = " ".join(words).casefold()
        if not any(re.search(rf"\b{re.escape(w)}\b", text) for w in agency):
            return False
    return True


def told_where_it_is_held(bench: Bench) -> Iterator[Flag]:
    """A published "held in" that the map contradicts."""
    for statement in bench.map.inventory.statements:
        if statement.says.value is not Says.HELD_IN or not statement.value.value:
            continue
        mark, told = statement.said
        inside = countries_named(told)
        if not inside or mark in ("not", "may"):
            continue
        about = frozenset(map(name_key, items(statement.about)))
        stated = {id(leg.place.value): leg.place.value for leg in bench.legs}
        out = {key for key, place in stated.items() if is_outside(place, inside)}
        outside = [leg for leg in bench.legs if id(leg.place.value) in out and _about(about, leg.flow)]
        if outside:
            where = sorted(
                {
                    f"{leg.flow.destination.name} ({places.place_name(leg.place.value)})"
                    for leg in outside
                    if leg.place.value
                }
            )
            message = f"People are told that information is held in “{told}”{' only' if mark else ''}; the map shows it going to {', '.join(where)}."
            cells = [
                statement.cell,
                *statement.value.cells,
                *(c for leg in outside for c in (*leg.place.cells, *leg.flow.cells)),
            ]
            yield bench.flag(statement.name, message, cells)


def _about(about: frozenset[str], flow: MappedFlow) -> bool:
    """Whether a flow is about any of what is named, by key; where nothing is named, any flow is."""
    if not about:
        return True
    names = (flow.origin.name, flow.destination.name, *items(flow.categories))
    return any(name_key(name) in about for name in names)


def countries_named(words: str) -> frozenset[str]:
    """The countries (ISO alpha-2) that the words of a "held in" name; empty where they do not all name places."""
    read = places.read_places(words)
    return frozenset(
        () if read.unknown else (c for p in read.places for c in ([p.country] if p.country else p.within or ()))
    )


def is_outside(place: Place | None, inside: frozenset[str]) -> bool:
    """Whether a place is certainly in none of some countries."""
    return place is not None and place.stated and all(place.is_in(c) is False for c in inside)


def statutes_exist(bench: Bench) -> Iterator[Flag]:
    """A published citation of an Act of a year in which there is none by that name, or of one that has ended."""
    for statement in bench.map.inventory.statements:
        if statement.says.value is not Says.LAW_CITED or not statement.value.value:
            continue
        for cited in citations(statement.value.value, bench.law, bench.on, first=[bench.regime]):
            if cited.message and cited.regime == bench.regime.code:
                yield bench.flag(statement.name, cited.message, (*statement.value.cells, statement.cell))


def promised_times(bench: Bench) -> Iterator[Flag]:
    """A published promise of a time that is longer than law leaves; each with the law that sets the time."""
    for statement in bench.map.inventory.statements:
        mark, told = statement.said
        time = time_in(told) if statement.says.value is Says.RIGHT and mark != "not" else None
        for limit in limits(bench.regime, time.about, bench.on) if time and time.about != "breach" else ():
            if time and time.is_longer(limit.time):
                by = limit.by
                flag = bench.flag(
                    statement.name,
                    f"People are promised “{told}”; law leaves {limit.time}. {limit.says}",
                    (*statement.value.cells, statement.cell),
                )
                yield replace(
                    flag,
                    citation=by.citation,
                    confidence=by.confidence,
                    to_be_verified=by.to_be_verified,
                    yours=by.yours,
                )


RULES: Mapping[str, Callable[[Bench], Iterator[Flag]]] = {
    "AU-APP1": told_where_it_is_held,
    "AU-TIMES": promised_times,
    "EU-ART13": told_where_it_is_held,
    "EU-TIMES": promised_times,
    "NZ-IPP2": collected_from_others,
    "NZ-IPP3": told_where_it_is_held,
    "NZ-IPP3A": told_of_indirect_collection,
    "NZ-IPP5B": holders_kept_in_check,
    "NZ-IPP9": retention,
    "NZ-IPP13": identifiers,
    "NZ-STATUTE": statutes_exist,
    "NZ-TIMES": promised_times,
    "UK-ART13": told_where_it_is_held,
    "UK-TIMES": promised_times,
}


def flags_of(
    map_: DataMap, law: Law, regimes_of: Mapping[str, tuple[str, ...]], answers: Answers, on: date
) -> tuple[Flag, ...]:
    """Every flag, in the order of the rules and then of the records.

    `regimes_of` maps each organisation's name to the codes of the regimes it is judged under.
    """
    found: list[Flag] = []
    for organisation in map_.inventory.organisations:
        if not regimes_of.get(organisation.name):
            found.append(_no_law(organisation, law))
    rows = {id(row): row for _, row in answers.by_leg()}
    for regime in law.regimes.values():
        judged = frozenset(o for o, codes in regimes_of.items() if regime.code in codes)
        if not judged:
            continue
        judges = {key for key, row in rows.items() if any(ruling.regime == regime.code for ruling in row)}
        every = len(judges) == len(rows)
        legs = map_.legs if every else tuple(leg for leg, row in answers.by_leg() if id(row) in judges)
        for code, rule in regime.rules.items():
            if rule.holds(on):
                found += RULES[code](Bench(map_, regime, rule, law, legs, judged, on))
    return tuple(dict.fromkeys(found))


def _no_law(organisation: Organisation, law: Law) -> Flag:
    loaded = ", ".join(f"{r.code} ({r.name})" for r in law.regimes.values())
    countries = [places.country_name(p.country) for p in items(organisation.country) if p.country]
    where = f"for {', '.join(countries)}" if countries else "for it"
    message = f"Nothing of {organisation.name} was judged: no law {where} is loaded or asked for. Loaded: {loaded}. Name one in Regimes."
    cells = (*organisation.country.cells, *organisation.regimes.cells) or (
        (organisation.cell,) if organisation.cell else ()
    )
    return Flag("NO-REGIME", organisation.name, message, "no law loaded", tuple(cells), "high", False)
