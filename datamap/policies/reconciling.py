"""Policy against map: every statement judged by what the map records, and everything in the map that people are not told.

A statement is *supported*, *contradicted* or *not answerable from the map*, always with a sentence why and with the flows
and cells that show it. What is not known never supports; what the map merely does not have never contradicts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from datamap import duties, lexicon, pace, people, places
from datamap.assessment import Assessment
from datamap.duties import Flag, countries_named, is_outside
from datamap.graph import INDIVIDUAL_WORDS, NOT_STATED, PROVIDER, PUBLIC_WORDS, MappedFlow, Movement, NodeKind
from datamap.inventory import (
    Category,
    CategoryKind,
    Fact,
    Nothing,
    Place,
    Recipient,
    Role,
    Says,
    Statement,
    System,
    items,
    name_key,
)
from datamap.law import Regime
from datamap.law.citations import citations
from datamap.law.times import Time, limits, time_in
from datamap.policies.documents import Policy, Sentence
from datamap.policies.periods import longest
from datamap.policies.proposing import NOBODY_ELSE, Proposal, Stance, Topic
from datamap.sheets import Cell, Progress
from datamap.workbook.columns import CATEGORY_KINDS, ROLES, nothing_in


class Verdict(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    OPEN = "not answerable from the map"


@dataclass(frozen=True)
class Claim:
    """One statement to be judged: a row of *Policy statements*, or a proposal of a policy."""

    name: str
    says: Says
    value: str  # without the mark of its stance
    stance: Stance
    about: tuple[str, ...]
    where: str  # the document or section and the line, as far as they are recorded
    quote: str  # the sentence; empty for a row of the sheet
    cells: tuple[Cell, ...]
    proposal: Proposal | None = None
    topic: Topic | None = None

    @property
    def text(self) -> str:
        """The value with the mark of its stance, as the sheet has it."""
        return self.value if self.stance is Stance.SAYS else f"{self.stance}: {self.value}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The values of a claim that lists several."""
        if self.proposal is not None and self.stance is not Stance.ONLY:
            return (self.value,)
        return tuple(p.strip() for p in self.value.split(";") if p.strip())


@dataclass(frozen=True)
class Judged:
    """A claim and what the map makes of it. `flags` are those of the assessment that belong to it; `asks` what to find out."""

    claim: Claim
    verdict: Verdict
    why: str
    flows: tuple[MappedFlow, ...] = ()
    cells: tuple[Cell, ...] = ()
    flags: tuple[Flag, ...] = ()
    asks: tuple[str, ...] = ()


class Kind(StrEnum):
    """What the map has and a policy may leave out."""

    COUNTRY = "country"
    RECIPIENT = "recipient"
    CATEGORY = "category"
    PURPOSE = "purpose"
    SOURCE = "source"
    RETENTION = "retention"
    LAW = "law"


@dataclass(frozen=True)
class Untold:
    """Something in the map that no statement tells people about. `mentioned` is a sentence that comes near, if any."""

    kind: Kind
    name: str
    why: str
    flows: tuple[MappedFlow, ...] = ()
    cells: tuple[Cell, ...] = ()
    mentioned: Sentence | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class NotStated:
    """Somebody whose place the map does not know: it can be told to nobody, and must be asked for by name."""

    name: str
    why: str
    flows: tuple[MappedFlow, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Reconciliation:
    """A policy, or the sheet *Policy statements*, against a map, both ways."""

    judged: tuple[Judged, ...]
    untold: tuple[Untold, ...]
    not_stated: tuple[NotStated, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(j.verdict for j in self.judged)

    @property
    def differs(self) -> bool:
        """Whether anything is contradicted or untold."""
        return bool(self.untold) or any(j.verdict is Verdict.CONTRADICTED for j in self.judged)


class NothingToCompare(ValueError):
    """There is no statement at all. The message says what to give."""


def reconcile(
    assessment: Assessment,
    proposals: Iterable[Proposal] = (),
    *,
    policy: Policy | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Reconciliation:
    """Judge the statements of the inventory's sheet and of a policy, and look for what neither tells people.

    `progress` is told how far it is; what it raises ends the work. Raises `NothingToCompare` when there are no
    statements, and `Unreadable` where it would take more processor time than `LIMITS.understanding`.
    """
    claims = [*map(_of_row, assessment.inventory.statements)]
    claims += [_of_proposal(p) for p in proposals if p.says is not None]
    if not claims:
        raise NothingToCompare(
            "There is no statement to compare: fill in the sheet Policy statements, or give the policy itself."
        )
    bench = _Bench(assessment, tuple(claims), policy)
    with pace.watched(policy.file if policy else "Policy statements", len(claims), progress, advice=_FEWER):
        pace.stage(0.5, len(claims))
        judged = tuple(_JUDGES[c.says](bench, c) for c in pace.steps(claims))
        pace.stage(0.5, len(bench.recipients) + len(bench.held) + len(bench.purposes))
        return Reconciliation(judged, tuple(_untold(bench)), tuple(_not_stated(bench)))


_FEWER = "accept fewer statements, or compare a part of the map"


def _of_row(statement: Statement) -> Claim:
    mark, words = statement.said
    stance = Stance(mark) if mark else Stance.SAYS
    where = ", ".join(v for v in (statement.document.value, statement.section.value) if v)
    cells = tuple(c for c in (statement.cell, *statement.value.cells) if c)
    says = statement.says.value or Says.PURPOSE
    return Claim(statement.name, says, words, stance, items(statement.about), where, "", cells)


def _of_proposal(proposal: Proposal) -> Claim:
    assert proposal.says is not None
    sentence = proposal.sentence
    return Claim(
        f"{proposal.topic.capitalize()}: {proposal.text}",
        proposal.says,
        proposal.value,
        proposal.stance,
        proposal.about,
        sentence.place,
        sentence.whole,
        (),
        proposal,
        proposal.topic,
    )


# -------------------------------------------------------------------------------------------- what may be looked at


class _Spot(NamedTuple):
    """Information at one place: a flow's leg, or a system's own site."""

    name: str
    place: Place | None
    flow: MappedFlow | None
    system: System | None
    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        return f"{self.name} ({places.place_name(self.place)})" if self.place else self.name


class _Held(NamedTuple):
    """A category, and the systems, flows (by id) and cells that have it."""

    name: str
    record: Category | None
    systems: dict[str, None]
    flows: dict[str, MappedFlow]
    cells: dict[Cell, None]

    @property
    def where(self) -> tuple[str, ...]:
        return tuple(self.systems) or tuple(f.destination.name for f in self.flows.values())

    @property
    def words(self) -> str:
        """What it is called, with its examples."""
        return f"{self.name}; {self.record.examples.value}" if self.record and self.record.examples.value else self.name


_OUT = (Movement.DISCLOSURE, Movement.ONWARD)


@dataclass(frozen=True)
class _Bench:
    assessment: Assessment
    claims: tuple[Claim, ...]
    policy: Policy | None

    @cached_property
    def flows(self) -> tuple[MappedFlow, ...]:
        """Those that have not ended by the day."""
        on = self.assessment.on
        return tuple(f for f in self.assessment.map.flows if not f.record.ended.value or f.record.ended.value >= on)

    @cached_property
    def going_out(self) -> tuple[MappedFlow, ...]:
        """The flows by which somebody else receives information."""
        return tuple(f for f in self.flows if f.movement in _OUT)

    @cached_property
    def spots(self) -> tuple[_Spot, ...]:
        live = {f.id for f in self.flows}
        found = [
            _Spot(
                leg.flow.destination.name,
                leg.place.value,
                leg.flow,
                leg.flow.system,
                (*leg.place.cells, *leg.flow.cells),
            )
            for leg in self.assessment.map.legs
            if leg.flow.id in live
        ]
        for system in self.assessment.inventory.systems:
            for place in items(system.locations):
                found.append(_Spot(system.name, place, None, system, system.locations.cells))
            if not system.locations.known and not system.locations.is_none and not system.provider.value:
                found.append(
                    _Spot(
                        system.name,
                        None,
                        None,
                        system,
                        (*system.locations.cells, *((system.cell,) if system.cell else ())),
                    )
                )
        return tuple(found)

    @cached_property
    def recipients(self) -> dict[str, tuple[Recipient, tuple[MappedFlow, ...]]]:
        """Everybody who receives information, by key, with the flows that bring it."""
        found: dict[str, tuple[Recipient, tuple[MappedFlow, ...]]] = {}
        for flow in self.going_out:
            if flow.recipient is None or flow.destination.kind is NodeKind.INDIVIDUALS:
                continue
            key = name_key(flow.recipient.name)
            before = found.get(key, (flow.recipient, ()))[1]
            found[key] = (flow.recipient, (*before, flow))
        return found

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        every = {r.code: r for o in self.assessment.inventory.organisations for r in self.assessment.regimes_of(o)}
        every |= {r.code: r for r in self.assessment.regimes}
        only = self.assessment.only_regimes
        return tuple(every[c] for c in sorted(every) if not only or c in only)

    @cached_property
    def home(self) -> frozenset[str]:
        """The countries of the organisations."""
        return frozenset(
            p.country for o in self.assessment.inventory.organisations for p in items(o.country) if p.country
        )

    @cached_property
    def held(self) -> tuple[_Held, ...]:
        """Every category that is held or moved, by name."""
        inventory = self.assessment.inventory
        found = {name_key(n): _Held(n, inventory.category(n), {}, {}, {}) for n in self.assessment.map.categories}
        for system in inventory.systems:
            for category in items(system.categories):
                entry = found[name_key(category)]
                entry.systems[system.name] = None
                entry.cells.update(dict.fromkeys(system.categories.cells))
        for flow in self.flows:
            for category in items(flow.categories):
                entry = found[name_key(category)]
                entry.flows[flow.id] = flow
                entry.cells.update(dict.fromkeys(flow.categories.cells))
        return tuple(found[key] for key in sorted(found) if found[key].systems or found[key].flows)

    @cached_property
    def purposes(self) -> dict[str, tuple[str, list[MappedFlow], list[Cell]]]:
        """Every purpose of a system or a flow, by key."""
        found: dict[str, tuple[str, list[MappedFlow], list[Cell]]] = {}
        for system in self.assessment.inventory.systems:
            for name in items(system.purposes):
                found.setdefault(name_key(name), (name, [], []))[2].extend(system.purposes.cells)
        for flow in self.flows:
            if flow.movement is Movement.ONWARD:
                continue  # what somebody else does with it is that one's purpose
            if purpose := flow.record.purpose.value:
                entry = found.setdefault(name_key(purpose), (purpose, [], []))
                entry[1].append(flow)
                entry[2].extend(flow.record.purpose.cells)
        return found

    def spots_about(self, claim: Claim) -> tuple[_Spot, ...]:
        """The spots that a claim is about: those of the systems, recipients and categories it names, else all."""
        named = {name_key(n) for n in claim.about}
        if not named:
            return self.spots
        named |= self.categories_of(claim)
        found = []
        for spot in self.spots:
            around = {name_key(spot.name)}
            if spot.system:
                around.add(name_key(spot.system.name))
            if spot.flow:
                around.add(name_key(spot.flow.origin.name))
            if moved := spot.flow or spot.system:
                around |= {name_key(c) for c in items(moved.categories)}
            if around & named or (spot.flow and self._is_about_those(claim, spot.flow)):
                found.append(spot)
        return tuple(found)

    def categories_of(self, claim: Claim) -> frozenset[str]:
        """The keys of the categories that a claim is about, by name or as a kind of information such as *health*."""
        found: set[str] = set()
        for words in claim.about:
            concept = next((c for c in lexicon.CATEGORIES if name_key(c.label) == name_key(words)), None)
            kind = (
                CATEGORY_KINDS.named(words) if concept is None else concept.kind if concept.kind in _SPECIAL else None
            )
            if any(name_key(entry.name) == name_key(words) for entry in self.held):
                found.add(name_key(words))
            elif kind or concept:
                found |= {
                    name_key(entry.name)
                    for entry in self.held
                    if (kind and entry.record and entry.record.kind.value is kind)
                    or lexicon.CATEGORIES.alike(words, entry.words)
                }
        return frozenset(found)

    def _is_about_those(self, claim: Claim, flow: MappedFlow) -> bool:
        """Whether a claim is about the kind of recipient that a flow goes to, such as *service providers*."""
        key = name_key(flow.destination.name)
        if flow.movement not in _OUT or key not in self.recipients:
            return False
        recipient, flows = self.recipients[key]
        return any(
            name_key(words) == name_key(lexicon.ANYBODY)
            or (lexicon.RECIPIENTS.is_label(words) and _is_meant(words, recipient, flows))
            or ((role := ROLES.named(words)) is not None and role is _role(recipient, flows))
            for words in claim.about
        )

    def systems_of(self, claim: Claim) -> tuple[System, ...]:
        """The systems that a claim names or whose individuals it names; every system when it names none."""
        systems = self.assessment.inventory.systems
        named = {name_key(n) for n in claim.about}
        meant = tuple(s for s in systems if named & {name_key(s.name), *(name_key(i) for i in items(s.individuals))})
        return meant or systems

    def flags(self, rule: Callable[..., Any], names: Iterable[str]) -> tuple[Flag, ...]:
        """The flags that a rule raised about some records."""
        wanted = {name_key(n) for n in names}
        return tuple(
            f for f in self.assessment.flags if duties.RULES.get(f.code) is rule and name_key(f.about) in wanted
        )

    def near(self, words: str, vocabulary: lexicon.Vocabulary, labels: frozenset[str]) -> Sentence | None:
        """The first sentence of the policy that has some words, most of them, or speaks of any of some concepts."""
        for sentence in self.policy.sentences if self.policy else ():
            text = sentence.text
            if _names(text, words) or _most_words(words, text) or labels & vocabulary.labels(text):
                return sentence
        return None

    def naming(self, country: str) -> Sentence | None:
        """The first sentence of the policy that names a country (ISO alpha-2)."""
        for sentence in self.policy.sentences if self.policy else ():
            if any(place.country == country for place in places.mentioned(sentence.text)):
                return sentence
        return None


def _flows(spots: Iterable[_Spot]) -> tuple[MappedFlow, ...]:
    return tuple(dict.fromkeys(s.flow for s in spots if s.flow))


def _cells(spots: Iterable[_Spot]) -> tuple[Cell, ...]:
    return tuple(dict.fromkeys(c for s in spots for c in s.cells))


_MOST_NAMED = 8


def _list(names: Iterable[object]) -> str:
    every = list(dict.fromkeys(str(n) for n in names))
    more = len(every) - _MOST_NAMED
    return ", ".join(every) if more <= 0 else f"{', '.join(every[:_MOST_NAMED])} and {more} more"


def _open(claim: Claim, why: str, **more: Any) -> Judged:
    return Judged(claim, Verdict.OPEN, why, **more)


def _is_open(fact: Fact[Any]) -> bool:
    """Whether there may be more than a fact says: nobody filled it in, its cell says "not stated" beside what it names, or
    one of the rows that it was joined from is open."""
    unknown = not fact.known and not fact.is_none
    said = re.split(r"[;\r\n]+", fact.words) if isinstance(fact.words, str) else ()
    partly = any(nothing_in(part) is Nothing.NOT_STATED for part in said)
    return unknown or partly or any(not p.blank and _is_open(p) for p in fact.parts)


def _lacking(bench: _Bench, claim: Claim, column: str, fact_of: Callable[[System], Fact[Any]]) -> Judged | None:
    """That a negative or closed statement cannot be answered while some system that it is about may have more."""
    lacking = [s for s in bench.systems_of(claim) if _is_open(fact_of(s))]
    if not lacking:
        return None
    return _open(
        claim,
        f"Nothing recorded is against it. Not recorded: {column} of {_list(s.name for s in lacking)}.",
        cells=tuple(dict.fromkeys(c for s in lacking for c in fact_of(s).cells)),
        asks=tuple(f"What are the {column} of {s.name}?" for s in lacking),
    )


def _recipients_lacking(bench: _Bench, claim: Claim) -> Judged | None:
    unsaid = tuple(f for f in bench.going_out if name_key(f.destination.name) == name_key(NOT_STATED))
    if unsaid:
        origins = list(dict.fromkeys(f.origin.name for f in unsaid))
        return _open(
            claim,
            f"Nothing recorded is against it. Some flows go to somebody not stated, from {_list(origins)}.",
            flows=unsaid,
            cells=tuple(dict.fromkeys(c for f in unsaid for c in f.cells)),
            asks=tuple(f"Who receives information from {o}?" for o in origins),
        )
    return _lacking(bench, claim, "recipients", lambda s: s.recipients)


def _categories_lacking(bench: _Bench, claim: Claim) -> Judged | None:
    if found := _lacking(bench, claim, "categories", lambda s: s.categories):
        return found
    unsaid = tuple(f for f in bench.flows if _is_open(f.categories))
    if not unsaid or claim.about:
        return None
    return _open(
        claim,
        f"Nothing recorded is against it. Not recorded: what goes by {_list(f.id for f in unsaid)}.",
        flows=unsaid,
        cells=tuple(dict.fromkeys(c for f in unsaid for c in f.cells)),
        asks=tuple(f"What information goes by {f.id}?" for f in unsaid),
    )


# ------------------------------------------------------------------------------------------------- places held


def _countries_of(words: str) -> frozenset[str]:
    """The countries that the words of a claim name; of words that are no list of places, those they mention."""
    named = countries_named(words)
    if named:
        return named
    found = [p for p in places.mentioned(words) if p.stated]
    codes = {c for p in found for c in ([p.country] if p.country else p.within or ())}
    return frozenset(codes | set(lexicon.places_of(words)))


def _is_inside(place: Place | None, inside: frozenset[str]) -> bool:
    if place is None or not place.stated:
        return False
    return place.country in inside if place.country else bool(place.within) and (place.within or frozenset()) <= inside


def _held_in(bench: _Bench, claim: Claim) -> Judged:
    words = claim.value
    if words.startswith("overseas"):
        inside = frozenset(places.countries()) - bench.home if bench.home else frozenset()
    else:
        inside = _countries_of(words)
    if not inside:
        return _open(claim, "It names no place that can be compared with the map.")
    spots = bench.spots_about(claim)
    if not spots:
        return _open(claim, f"The map places nothing of {_list(claim.about) or 'anything'}.")
    unknown = [s for s in spots if s.place is None or not (is_outside(s.place, inside) or _is_inside(s.place, inside))]
    within = [s for s in spots if _is_inside(s.place, inside)]
    without = [s for s in spots if is_outside(s.place, inside)]
    asks = tuple(f"Where is {n}?" for n in dict.fromkeys(s.name for s in unknown))
    not_known = (
        f" Not recorded: where {_list(s.name for s in unknown)} {'is' if len({s.name for s in unknown}) == 1 else 'are'}."
        if unknown
        else ""
    )
    some = (
        claim.topic is Topic.OVERSEAS
        or claim.stance is Stance.MAY
        or bool(re.match(r"(?i)outside|not in|overseas", words))
    )
    if claim.stance is Stance.NOT:
        if within:
            return Judged(
                claim, Verdict.CONTRADICTED, f"The map shows {_list(within)}.", _flows(within), _cells(within)
            )
        if unknown:
            return _open(
                claim, f"Nothing recorded is there.{not_known}", flows=_flows(unknown), cells=_cells(unknown), asks=asks
            )
        return Judged(
            claim, Verdict.SUPPORTED, f"Nothing in the map is there ({len(spots)} places recorded).", (), _cells(spots)
        )
    if some:
        if within:
            return Judged(claim, Verdict.SUPPORTED, f"The map shows {_list(within)}.", _flows(within), _cells(within))
        if unknown:
            return _open(
                claim, f"Nothing recorded is there.{not_known}", flows=_flows(unknown), cells=_cells(unknown), asks=asks
            )
        if claim.stance is Stance.MAY:
            return _open(claim, "It is said with “may”, and nothing in the map is there.")
        return Judged(claim, Verdict.CONTRADICTED, "Nothing in the map is there.", (), _cells(spots))
    if without:
        told = [
            j
            for j in bench.claims
            if j is not claim
            and j.says is Says.HELD_IN
            and j.stance is not Stance.NOT
            and not j.value.startswith(("outside", "overseas"))
        ]
        abroad = sorted({s.place.country for s in without if s.place and s.place.country})
        elsewhere = [code for code in abroad if any(code in _countries_of(j.value) for j in told)]
        aside = f" Elsewhere it tells of {_list(places.country_name(c) for c in elsewhere)}." if elsewhere else ""
        return Judged(
            claim, Verdict.CONTRADICTED, f"The map shows it going to {_list(sorted(map(str, without)))}.{aside}{not_known}",
            _flows(without), _cells(without), bench.flags(duties.told_where_it_is_held, [claim.name]), asks,
        )  # fmt: skip
    if unknown:
        return _open(
            claim, f"All places recorded are there.{not_known}", flows=_flows(unknown), cells=_cells(unknown), asks=asks
        )
    return Judged(
        claim, Verdict.SUPPORTED, f"All {len(spots)} places recorded are there.", _flows(spots), _cells(spots)
    )


# --------------------------------------------------------------------------------------------------- recipients


def _kinds(recipient: Recipient, flows: Iterable[MappedFlow] = ()) -> frozenset[str]:
    """The kinds of recipient that somebody is, by name, role and what they run."""
    named = lexicon.RECIPIENTS.labels(f"{recipient.name}; {recipient.legal_entity.value or ''}")
    role = _role(recipient, flows)
    by_role = {c.label for c in lexicon.RECIPIENTS if role in c.roles}
    hosts = any(
        f.system
        and f.record.implied_by == PROVIDER
        and re.search(r"(?i)host|cloud|server|storage", f.system.kind.value or "")
        for f in flows
    )
    return frozenset(named | by_role | ({"hosting and cloud providers"} if hosts else set()))


def _is_meant(words: str, recipient: Recipient, flows: Iterable[MappedFlow]) -> bool:
    """Whether words for a recipient mean this one: its name, one known under both names, or a kind that it is."""
    if name_key(words) in (name_key(recipient.name), name_key(recipient.legal_entity.value or "-")):
        return True
    if _same_known(words, recipient.name):
        return True
    labels = lexicon.RECIPIENTS.labels(words)
    if not labels:
        return lexicon.RECIPIENTS.alike(words, recipient.name)
    kinds = _kinds(recipient, flows)
    broader = lexicon.RECIPIENTS.broader(kinds)
    role = _role(recipient, flows)
    return bool(labels & kinds) or (role is Role.AGENT and bool(labels & broader))


def _same_known(one: str, other: str) -> bool:
    from datamap import catalogue

    first, second = catalogue.known(one), catalogue.known(other)
    sure = (catalogue.Matched.NAME, catalogue.Matched.ALIAS)
    return bool(first and second and first.how in sure and second.how in sure and first.known.name == second.known.name)


def _disclosed_to(bench: _Bench, claim: Claim) -> Judged:
    if claim.stance is Stance.ONLY or name_key(claim.value) == name_key(NOBODY_ELSE):
        return _nobody_else(bench, claim)
    if claim.stance is Stance.NOT:
        return _not_disclosed(bench, claim)
    systems = {name_key(a) for a in claim.about if bench.assessment.inventory.system(a)}
    found: list[MappedFlow] = []
    missing = []
    for part in claim.parts:
        exact = bench.recipients.get(name_key(part))
        flows = (
            [*exact[1]] if exact else [f for r, fs in bench.recipients.values() if _is_meant(part, r, fs) for f in fs]
        )
        within = [
            f for f in flows if not systems or name_key(f.origin.name) in systems or f.movement is Movement.ONWARD
        ]
        found += within or flows
        if not flows:
            missing.append(f"“{part}”")
    flows = list(dict.fromkeys(found))
    cells = tuple(dict.fromkeys(c for f in flows for c in f.cells))
    if not claim.parts:
        return _open(claim, "It names nobody.")
    if missing:
        why = f"Nobody who receives information in the map is {_list(missing)}, by name, role or what they run."
        return _open(claim, why, flows=tuple(flows), cells=cells)
    names = _list(f"{f.destination.name} (from {f.origin.name})" for f in flows)
    return Judged(claim, Verdict.SUPPORTED, f"The map shows {names}.", tuple(flows), cells)


def _nobody_else(bench: _Bench, claim: Claim) -> Judged:
    untold = [(r, fs) for r, fs in _receiving(bench) if not _told_of_recipient(bench, r, fs)]
    if claim.value and name_key(claim.value) != name_key(NOBODY_ELSE):  # a closed list in the sheet
        listed = [p.strip() for p in claim.value.split(";")]
        untold = [(r, fs) for r, fs in _receiving(bench) if not any(_is_meant(p, r, fs) for p in listed)]
    if untold:
        flows = tuple(f for _, fs in untold for f in fs)
        cells = tuple(dict.fromkeys(c for f in flows for c in f.cells))
        who = _list(r.name for r, _ in untold)
        return Judged(
            claim,
            Verdict.CONTRADICTED,
            f"The map shows information going to {who}, whom it does not tell of.",
            flows,
            cells,
        )
    if lacking := _recipients_lacking(bench, claim):
        return lacking
    everybody = _receiving(bench)
    if not everybody:
        return _open(claim, "The map records nobody who receives information.")
    return Judged(
        claim, Verdict.SUPPORTED, f"Everybody whom the map shows ({_list(r.name for r, _ in everybody)}) is told of.",
        tuple(f for _, fs in everybody for f in fs),
    )  # fmt: skip


_SALE = re.compile(r"(?i)\b(?:sell|sold|sale|selling|broker)\b")


def _not_disclosed(bench: _Bench, claim: Claim) -> Judged:
    if claim.value == "sale" or _SALE.search(claim.value):
        sold = [
            f
            for f in bench.going_out
            if _SALE.search(
                " ".join(
                    (
                        f.destination.name,
                        f.record.purpose.value or "",
                        f.record.method.value or "",
                        *items(f.record.ground),
                    )
                )
            )
        ]
        if sold:
            names = _list(f"{f.destination.name} ({f.record.purpose.value or 'no purpose recorded'})" for f in sold)
            return Judged(
                claim,
                Verdict.CONTRADICTED,
                f"The map shows {names}.",
                tuple(sold),
                tuple(c for f in sold for c in f.cells),
            )
        own = [(r, fs) for r, fs in _receiving(bench) if r.own_purposes.value is True]
        asks = tuple(f"Is anything given in return for what {r.name} receives?" for r, _ in own)
        seen = (
            f" {_list(r.name for r, _ in own)} may use it for {'itself' if len(own) == 1 else 'themselves'}, which some laws call a sale."
            if own
            else ""
        )
        return _open(
            claim,
            f"The map does not record whether anything is sold.{seen}",
            flows=tuple(f for _, fs in own for f in fs),
            asks=asks,
        )
    everybody = _receiving(bench)
    if name_key(claim.value) in (name_key("third parties"), name_key("anybody"), name_key("anyone")):
        met = [(r, fs) for r, fs in everybody if _role(r, fs) not in (Role.AGENT, None)]
        unsure = [r.name for r, fs in everybody if _role(r, fs) is None]
    else:
        met = [(r, fs) for r, fs in everybody if any(_is_meant(p, r, fs) for p in claim.parts)]
        unsure = [r.name for r, fs in everybody if not _kinds(r, fs)]
    if met:
        flows = tuple(f for _, fs in met for f in fs)
        return Judged(
            claim,
            Verdict.CONTRADICTED,
            f"The map shows information going to {_list(r.name for r, _ in met)}.",
            flows,
            tuple(dict.fromkeys(c for f in flows for c in f.cells)),
        )
    if unsure:
        return _open(
            claim,
            f"What {_list(unsure)} {'is' if len(unsure) == 1 else 'are'} to the organisation is not recorded.",
            asks=tuple(f"What is the role of {n}?" for n in unsure),
        )
    if lacking := _recipients_lacking(bench, claim):
        return lacking
    if not everybody:
        return _open(claim, "The map records nobody who receives information.")
    return Judged(
        claim,
        Verdict.SUPPORTED,
        f"None of those who receive information ({_list(r.name for r, _ in everybody)}) is one.",
    )


def _role(recipient: Recipient, flows: Iterable[MappedFlow]) -> Role | None:
    return next((f.record.role.value for f in flows if f.record.role.value), recipient.role.value)


def _receiving(bench: _Bench) -> list[tuple[Recipient, tuple[MappedFlow, ...]]]:
    """Those to whom information is disclosed: not the organisation itself, the person, or a principal who gets its own back."""
    return [
        (r, fs)
        for r, fs in bench.recipients.values()
        if _role(r, fs) not in (Role.SAME_ORGANISATION, Role.INDIVIDUAL)
        and not all(f.for_principal for f in fs)
        and name_key(r.name) != name_key(NOT_STATED)
    ]


def _told_of_recipient(bench: _Bench, recipient: Recipient, flows: tuple[MappedFlow, ...]) -> bool:
    return any(
        _is_meant(part, recipient, flows)
        for claim in bench.claims
        if claim.says is Says.DISCLOSED_TO
        and claim.stance is not Stance.NOT
        and name_key(claim.value) != name_key(NOBODY_ELSE)
        for part in claim.parts
    )


# ------------------------------------------------------------------------------------- categories and sources

_SPECIAL = frozenset(
    {CategoryKind.HEALTH, CategoryKind.BIOMETRIC, CategoryKind.GENETIC, CategoryKind.BELIEFS, CategoryKind.ETHNICITY, CategoryKind.SEXUALITY, CategoryKind.CRIMINAL, CategoryKind.CHILDREN}
)  # fmt: skip
_PERSON, _THIRD, _PUBLIC = "the individual", "third parties", "publicly available sources"


def _source_kind(words: str) -> str:
    """What a source is, of the three kinds that policies tell of; empty for words that name none."""
    if name_key(words) in INDIVIDUAL_WORDS or name_key(words) == name_key(_PERSON):
        return _PERSON
    if name_key(words) in PUBLIC_WORDS or re.search(r"(?i)\bpublic(?:ly)?\b", words):
        return _PUBLIC
    if re.search(r"(?i)\bthird[- ]part|other (?:\w+ )?(?:sources|parties|organi[sz]ations)|\bsources\b", words):
        return _THIRD
    return ""


class _Source(NamedTuple):
    name: str
    kind: str
    system: System
    flow: MappedFlow | None
    cells: tuple[Cell, ...]


def _sources(bench: _Bench) -> tuple[_Source, ...]:
    """Whom each system collects from."""
    found: list[_Source] = []
    inventory = bench.assessment.inventory
    for system in inventory.systems:
        told = {name_key(p) for p in items(system.individuals)}
        for name in items(system.collected_from):
            kind = _PERSON if name_key(name) in told else _source_kind(name) or _THIRD
            found.append(_Source(name, kind, system, None, system.collected_from.cells))
    for flow in bench.flows:
        reached = inventory.system(flow.destination.name)
        if flow.movement is Movement.COLLECTION and reached:
            person = flow.origin.kind is NodeKind.INDIVIDUALS
            kind = _PERSON if person else _source_kind(flow.origin.name) or _THIRD
            found.append(_Source(flow.origin.name, kind, reached, flow, flow.cells))
    return tuple(found)


def _collected(bench: _Bench, claim: Claim) -> Judged:
    kinds = [_source_kind(p) for p in claim.parts]
    if claim.topic is Topic.SOURCE or (claim.parts and all(kinds)):
        return _collected_from(bench, claim, [k for k in kinds if k])
    if claim.stance is Stance.NOT:
        return _not_collected(bench, claim)
    if claim.stance is Stance.ONLY and claim.parts:
        return _only_collected(bench, claim)
    met: dict[str, _Held] = {}
    missing: list[str] = []
    for part in claim.parts:
        found = _categories(bench, part)
        met |= {entry.name: entry for entry in found}
        if not found:
            missing.append(f"“{part}”")
    flows, cells = _of(met.values())
    if not claim.parts:
        return _open(claim, "It names no information.")
    if missing:
        return _open(
            claim, f"No category that a system holds or a flow moves is {_list(missing)}.", flows=flows, cells=cells
        )
    shown = "; ".join(f"{entry.name} in {_list(entry.where)}" for entry in list(met.values())[:_MOST_NAMED])
    return Judged(claim, Verdict.SUPPORTED, f"The map has {shown}.", flows, cells)


def _of(held: Iterable[_Held]) -> tuple[tuple[MappedFlow, ...], tuple[Cell, ...]]:
    """The flows and the cells of some categories, each once."""
    entries = list(held)
    flows = {f.id: f for entry in entries for f in entry.flows.values()}
    return tuple(flows.values()), tuple(dict.fromkeys(c for entry in entries for c in entry.cells))


def _categories(bench: _Bench, words: str) -> list[_Held]:
    """The categories that words mean: the one of that name, else those that are alike."""
    exact = [entry for entry in bench.held if name_key(entry.name) == name_key(words)]
    return exact or [entry for entry in bench.held if lexicon.CATEGORIES.alike(words, entry.words)]


def _within(bench: _Bench, claim: Claim, held: Iterable[_Held]) -> list[_Held]:
    """The categories that the systems which a claim is about hold, or flows bring and take."""
    if not claim.about:
        return list(held)
    names = {name_key(s.name) for s in bench.systems_of(claim)}

    def is_there(entry: _Held) -> bool:
        ends = (end.name for f in entry.flows.values() for end in (f.origin, f.destination))
        return bool(names & {name_key(n) for n in (*entry.systems, *ends)})

    return [entry for entry in held if is_there(entry)]


def _only_collected(bench: _Bench, claim: Claim) -> Judged:
    held = _within(bench, claim, bench.held)
    listed = {name_key(p) for p in claim.parts}
    more = [
        entry
        for entry in held
        if name_key(entry.name) not in listed and not any(lexicon.CATEGORIES.alike(p, entry.words) for p in claim.parts)
    ]
    if more:
        flows, cells = _of(more)
        where = _list(f"{entry.name} in {_list(entry.where)}" for entry in more)
        return Judged(claim, Verdict.CONTRADICTED, f"The map has more than it lists: {where}.", flows, cells)
    if lacking := _categories_lacking(bench, claim):
        return lacking
    if not held:
        return _open(claim, "The map has no categories.")
    flows, cells = _of(held)
    return Judged(
        claim, Verdict.SUPPORTED, f"It lists all that the map has: {_list(e.name for e in held)}.", flows, cells
    )


def _not_collected(bench: _Bench, claim: Claim) -> Judged:
    named = {name_key(p) for p in (claim.value, *claim.parts)}
    concepts = {c.label: c for c in lexicon.CATEGORIES}
    labels = lexicon.CATEGORIES.labels(claim.value)
    kinds = {concepts[label].kind for label in labels if concepts[label].kind in _SPECIAL}
    sensitive = "sensitive information" in labels
    met: list[_Held] = []
    unsure: list[str] = []
    for entry in bench.held:
        record, kind = entry.record, entry.record.kind.value if entry.record else None
        own = lexicon.CATEGORIES.labels(entry.words)
        if (
            name_key(entry.name) in named
            or own & labels
            or kind in kinds
            or (sensitive and ((record and record.sensitive.value) or kind in _SPECIAL))
        ):
            met.append(entry)
        elif not own and kind is None:
            unsure.append(entry.name)
    if met:
        flows, cells = _of(met)
        where = _list(f"{entry.name} in {_list(entry.where)}" for entry in met)
        return Judged(claim, Verdict.CONTRADICTED, f"The map has {where}.", flows, cells)
    if unsure:
        return _open(claim, f"Not recorded: of what kind {_list(unsure)} {'is' if len(unsure) == 1 else 'are'}.")
    if lacking := _categories_lacking(bench, claim):
        return lacking
    if not bench.held:
        return _open(claim, "The map has no categories.")
    return Judged(
        claim, Verdict.SUPPORTED, f"None of the {len(bench.held)} categories of the map is that, by its name or kind."
    )


def _collected_from(bench: _Bench, claim: Claim, kinds: Sequence[str]) -> Judged:
    if claim.stance in (Stance.NOT, Stance.ONLY):
        return _closed_sources(bench, claim, kinds)
    found = [s for s in _sources(bench) if s.kind in kinds]
    lacking = [k for k in dict.fromkeys(kinds) if k not in {s.kind for s in found}]
    systems = list(dict.fromkeys(s.system.name for s in found))
    flows = tuple(dict.fromkeys(s.flow for s in found if s.flow))
    cells = tuple(dict.fromkeys(c for s in found for c in s.cells))
    if lacking:
        return _open(
            claim,
            f"No system of the map is recorded as collecting from {_list(lacking)}: fill in Collected from.",
            flows=flows,
            cells=cells,
        )
    flags = () if _THIRD not in kinds else bench.flags(duties.told_of_indirect_collection, systems)
    owed = f" {len(flags)} of the map's flags say that the notice or an exception is to be recorded." if flags else ""
    return Judged(claim, Verdict.SUPPORTED, f"The map has {_list(systems)} collecting so.{owed}", flows, cells, flags)


def _closed_sources(bench: _Bench, claim: Claim, kinds: Sequence[str]) -> Judged:
    """Information that is said to come from nobody of some kinds, or from nobody else."""
    about = {name_key(s.name) for s in bench.systems_of(claim)}
    sources = [s for s in _sources(bench) if name_key(s.system.name) in about]
    against = [s for s in sources if (s.kind in kinds) is (claim.stance is Stance.NOT)]
    if against:
        return Judged(
            claim,
            Verdict.CONTRADICTED,
            f"The map shows {_list(f'{s.system.name} collecting from {s.name}' for s in against)}.",
            tuple(dict.fromkeys(s.flow for s in against if s.flow)),
            tuple(dict.fromkeys(c for s in against for c in s.cells)),
        )
    if lacking := _lacking(bench, claim, "sources (Collected from)", lambda s: s.collected_from):
        return lacking
    if not sources:
        return _open(claim, "The map records nobody from whom information is collected.")
    cells = tuple(dict.fromkeys(c for s in sources for c in s.cells))
    return Judged(claim, Verdict.SUPPORTED, f"The map has only {_list(s.name for s in sources)}.", (), cells)


# --------------------------------------------------------------------------------------- purposes and retention


def _closed_purposes(bench: _Bench, claim: Claim) -> Judged:
    """Information that is said to be used for none of some purposes, or for no other."""
    about = {name_key(s.name) for s in bench.systems_of(claim)} if claim.about else set()
    cells_there = {c for s in bench.systems_of(claim) for c in s.purposes.cells}
    listed = {name_key(p) for p in claim.parts}
    against, unsure = [], []
    purposes = list(bench.purposes.values())
    for entry in purposes:
        name = entry[0]
        ends = {name_key(end.name) for f in entry[1] for end in (f.origin, f.destination)}
        if about and not (about & ends or cells_there & set(entry[2])):
            continue
        exact = name_key(name) in listed
        alike = exact or any(lexicon.PURPOSES.alike(p, name) for p in claim.parts)
        if alike is (claim.stance is Stance.NOT):
            against.append(entry)
        elif claim.stance is Stance.NOT and not lexicon.PURPOSES.labels(name):
            unsure.append(name)
    if against:
        return Judged(
            claim,
            Verdict.CONTRADICTED,
            f"The map has the purpose {_list(entry[0] for entry in against)}.",
            tuple(dict.fromkeys(f for entry in against for f in entry[1])),
            tuple(dict.fromkeys(c for entry in against for c in entry[2])),
        )
    if lacking := _lacking(bench, claim, "purposes", lambda s: s.purposes):
        return lacking
    if unsure:
        return _open(claim, f"Whether that includes {_list(unsure)} is for people to judge.")
    if not purposes:
        return _open(claim, "The map has no purposes.")
    what = (
        "None of the purposes of the map is that" if claim.stance is Stance.NOT else "It lists every purpose of the map"
    )
    cells = tuple(dict.fromkeys(c for entry in purposes for c in entry[2]))
    return Judged(claim, Verdict.SUPPORTED, f"{what}: {_list(entry[0] for entry in purposes)}.", (), cells)


def _purpose(bench: _Bench, claim: Claim) -> Judged:
    if claim.stance in (Stance.NOT, Stance.ONLY) and claim.parts:
        return _closed_purposes(bench, claim)
    met = []
    for part in claim.parts:
        exact = bench.purposes.get(name_key(part))
        met += [exact] if exact else [e for e in bench.purposes.values() if lexicon.PURPOSES.alike(part, e[0])]
    flows = tuple(dict.fromkeys(f for entry in met for f in entry[1]))
    cells = tuple(dict.fromkeys(c for entry in met for c in entry[2]))
    if met:
        return Judged(
            claim, Verdict.SUPPORTED, f"The map has the purpose {_list(entry[0] for entry in met)}.", flows, cells
        )
    return _open(claim, "No system or flow of the map has this purpose.")


def _retention(bench: _Bench, claim: Claim) -> Judged:
    inventory = bench.assessment.inventory
    named = {name_key(a) for a in claim.about}
    meant = bench.categories_of(claim)
    scoped = [s for s in inventory.systems if name_key(s.name) in named] or [
        s
        for s in inventory.systems
        if any(
            name_key(c) in meant or any(lexicon.CATEGORIES.alike(a, c) for a in claim.about)
            for c in items(s.categories)
        )
    ]
    systems = scoped or ([] if claim.about else list(inventory.systems))
    flags = bench.flags(duties.retention, [s.name for s in systems or inventory.systems])
    promised = longest(claim.value)
    without = [s for s in systems or inventory.systems if not s.retention.value or longest(s.retention.value) is None]
    cells = tuple(dict.fromkeys(c for s in without for c in s.retention.cells))
    if promised is None:
        first = "It gives no period" if claim.value else "It says nothing of how long"
        if without:
            return _open(
                claim,
                f"{first}, and the map has none for {_list(s.name for s in without)}.",
                cells=cells,
                flags=flags,
                asks=tuple(f"How long is {s.name} kept?" for s in without),
            )
        return _open(
            claim,
            f"{first}; whether the periods of the map are no longer than needed is for people to judge.",
            flags=flags,
        )
    if not systems:
        return _open(claim, f"No system of the map holds {_list(claim.about)}.")
    longer = [s for s in systems if s.retention.value and (longest(s.retention.value) or 0) > promised * 1.02]
    known = [s for s in systems if s.retention.value and longest(s.retention.value) is not None]
    told = _list(f"{s.name} ({s.retention.value})" for s in longer)
    kept = tuple(dict.fromkeys(c for s in known for c in s.retention.cells))
    if longer and (scoped or len(longer) == len(systems)):
        return Judged(claim, Verdict.CONTRADICTED, f"The map keeps longer: {told}.", (), kept, flags)
    if longer:
        return _open(claim, f"It does not say of what. Kept longer: {told}.", cells=kept, flags=flags)
    if without:
        return _open(
            claim,
            f"The map has no period for {_list(s.name for s in without)}.",
            cells=cells,
            flags=flags,
            asks=tuple(f"How long is {s.name} kept?" for s in without),
        )
    return Judged(
        claim,
        Verdict.SUPPORTED,
        f"Kept no longer: {_list(f'{s.name} ({s.retention.value})' for s in known)}.",
        (),
        kept,
    )


# ---------------------------------------------------------------------------------------------- rights and times


def _right(bench: _Bench, claim: Claim) -> Judged:
    if claim.topic is Topic.CONTACT:
        return _open(claim, "A contact for people; the map records one under Contact of the organisation.")
    time = time_in(claim.value)
    if time and claim.topic in (None, Topic.TIME):
        return _promised(bench, claim, time)
    exact = {claim.value} & {c.label for c in lexicon.RIGHTS}
    labels = exact or lexicon.RIGHTS.labels(claim.value)
    asked = claim.topic is None and re.search(r"(?i)\bask\b.*\b(?:held|see|correct|update)", claim.value)
    if labels & {"access", "correction", "deletion", "portability"} or asked:
        return _retrievable(bench, claim)
    if "unsubscribing" in labels or re.search(r"(?i)\bmarketing\b.*\bstopped\b", claim.value):
        found = [(r, n) for r in bench.regimes for n in limits(r, "unsubscribing", bench.assessment.on)]
        least = "; ".join(f"{r.name}: at most {n.time} ({n.by.citation})" for r, n in found)
        return _open(
            claim,
            f"It promises no time. Law sets one: {least}." if found else "The map does not record how it is done.",
        )
    return _open(claim, "The map does not record how it is done.")


def _retrievable(bench: _Bench, claim: Claim) -> Judged:
    """Whether the map answers where a person's information is, for every kind of individual."""
    individuals = bench.assessment.map.individuals
    if not individuals:
        return _open(claim, "The map names no kind of individual, so it cannot say where anybody's information is.")
    found = people.where(bench.assessment, individuals)
    unsure = [h for h in found.holders if h.holds is not people.Holds.RECORDED]
    lost = [h for h in found.holders if h.holds is people.Holds.RECORDED and not h.categories_known]
    cells = tuple(dict.fromkeys(c for h in (*unsure, *lost) for c in h.cells))
    flows = tuple(dict.fromkeys(f for h in (*unsure, *lost) for f in h.flows))
    if unsure or lost:
        why = []
        if unsure:
            why.append(f"whose information {_list(h.name for h in unsure)} {'holds' if len(unsure) == 1 else 'hold'}")
        if lost:
            why.append(f"which information {_list(h.name for h in lost)} {'holds' if len(lost) == 1 else 'hold'}")
        return _open(
            claim,
            f"The map does not record {' and '.join(why)}.",
            flows=flows,
            cells=cells,
            asks=tuple(f"Whose information, and which, is in {h.name}?" for h in (*unsure, *lost)),
        )
    return Judged(
        claim, Verdict.SUPPORTED, f"For each of {len(individuals)} kinds of individual the map says who holds what ({len(found.holders)} systems and recipients).",
        (), tuple(dict.fromkeys(c for h in found.holders for c in h.cells)),
    )  # fmt: skip


def _promised(bench: _Bench, claim: Claim, time: Time) -> Judged:
    found = [(r, n) for r in bench.regimes for n in limits(r, time.about, bench.assessment.on)]
    if not found:
        named = ", ".join(r.name for r in bench.regimes) or "any regime of the map"
        return _open(
            claim, f"No longest time for this is among the loaded law of {named}; it is listed as a promise to keep."
        )
    longer = [(r, n) for r, n in found if time.is_longer(n.time)]
    told = "; ".join(f"{r.name}: {n.time} ({n.by.citation})" for r, n in longer or found)
    if longer:
        return Judged(
            claim,
            Verdict.CONTRADICTED,
            f"It promises {time}, longer than law leaves: {told}.",
            flags=bench.flags(duties.promised_times, [claim.name]),
        )
    return Judged(claim, Verdict.SUPPORTED, f"It is not longer than law leaves: {told}.")


# --------------------------------------------------------------------------------------------------------- laws


def _law_cited(bench: _Bench, claim: Claim) -> Judged:
    law, on = bench.assessment.law, bench.assessment.on
    cited = citations(claim.value, law, on, first=bench.regimes)
    wrong = [c for c in cited if c.message]
    if wrong:
        flags = bench.flags(duties.statutes_exist, [claim.name])
        return Judged(claim, Verdict.CONTRADICTED, " ".join(c.message for c in wrong), flags=flags)
    if not cited:
        return _mechanism_cited(bench, claim)
    elsewhere = _people_elsewhere(bench, claim, {c.regime for c in cited})
    if elsewhere:
        return elsewhere
    own = {r.code for r in bench.regimes}
    of = ", ".join(dict.fromkeys(f"{law.regimes[c.regime].name}" for c in cited))
    if not own & {c.regime for c in cited}:
        return _open(claim, f"It is in force ({of}), and nothing shows that it applies to this map.")
    return Judged(claim, Verdict.SUPPORTED, f"It is in force, and the map is judged under it ({of}).")


def _people_elsewhere(bench: _Bench, claim: Claim, cited: set[str]) -> Judged | None:
    """Whether people in another country are told that this law covers them."""
    named = " ; ".join(claim.about)
    countries = {p.country for p in places.mentioned(named) if p.country} | set(lexicon.places_of(named))
    law, on = bench.assessment.law, bench.assessment.on
    others = {
        country: regimes
        for country in sorted(countries)
        if (regimes := [r for r in law.at_home_in(country, on) if r.code not in cited])
    }
    if not others:
        return None
    senders = bench.assessment.inventory.organisations
    told = []
    asks = []
    cells: list[Cell] = []
    for country, regimes in others.items():
        laws = ", ".join(r.law for r in regimes)
        for sender in senders:
            there = sender.carries_on_business_in
            does = any(p.country == country for p in items(there))
            cells += there.cells
            if does:
                told.append(
                    f"{sender.name} carries on business in {places.country_name(country)}, so {laws} may apply as well"
                )
            else:
                told.append(
                    f"whether {laws} applies as well depends on whether {sender.name} carries on business in {places.country_name(country)}, which is {_said(there)}"
                )
                asks.append(f"Does {sender.name} carry on business in {places.country_name(country)}?")
    where = _list(places.country_name(c) for c in others)
    return _open(
        claim, f"People in {where} are told of this law: {'; '.join(told)}.", cells=tuple(cells), asks=tuple(asks)
    )


def _said(fact: Fact[Any]) -> str:
    return fact.nothing.value if fact.nothing else "recorded without it"


def _mechanism_cited(bench: _Bench, claim: Claim) -> Judged:
    """A framework or mechanism that is claimed: the map may have it on file."""
    inventory = bench.assessment.inventory
    wanted = {m.code for r in bench.assessment.law.regimes.values() for m in r.called(claim.value)}
    if wanted:
        filed = [
            s
            for s in inventory.safeguards
            if s.mechanism.value
            and any(
                m.code in wanted for r in bench.assessment.law.regimes.values() for m in r.called(s.mechanism.value)
            )
        ]
        listed = [
            r
            for r in inventory.recipients
            for s in items(r.schemes)
            if any(name_key(claim.value) in g.scheme(s.name) for g in bench.assessment.law.regimes.values())
        ]
        if filed or listed:
            return Judged(
                claim,
                Verdict.SUPPORTED,
                f"The map has it on file: {_list([s.name for s in filed] + [r.name for r in listed])}.",
                (),
                tuple(c for s in filed for c in s.mechanism.cells),
            )
        return _open(claim, "The map has none on file, in Safeguards or in Schemes.")
    return _open(claim, "It is not among the loaded laws, so nothing is said of whether it is in force.")


_JUDGES: dict[Says, Callable[[_Bench, Claim], Judged]] = {
    Says.HELD_IN: _held_in,
    Says.DISCLOSED_TO: _disclosed_to,
    Says.COLLECTED: _collected,
    Says.PURPOSE: _purpose,
    Says.RETENTION: _retention,
    Says.RIGHT: _right,
    Says.LAW_CITED: _law_cited,
}


# ------------------------------------------------------------------------------------------ what people are not told


def _untold(bench: _Bench) -> Iterator[Untold]:
    yield from _countries_untold(bench)
    for recipient, flows in pace.steps(sorted(_receiving(bench), key=lambda pair: name_key(pair[0].name))):
        if not _told_of_recipient(bench, recipient, flows):
            kinds = _kinds(recipient, flows) - {"service providers"}
            near = bench.near(recipient.name, lexicon.RECIPIENTS, kinds)
            origins = _list(f.origin.name for f in flows)
            cells = tuple(dict.fromkeys(c for f in flows for c in f.cells))
            yield Untold(Kind.RECIPIENT, recipient.name, f"It receives information from {origins}.", flows, cells, near)
    yield from _categories_untold(bench)
    yield from _purposes_untold(bench)
    yield from _sources_untold(bench)
    yield from _retention_untold(bench)
    yield from _laws_untold(bench)


def _names(text: str, name: str) -> bool:
    return len(name) > 3 and re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _countries_untold(bench: _Bench) -> Iterator[Untold]:
    told: set[str] = set()
    vaguely = []
    for claim in bench.claims:
        if claim.says is Says.HELD_IN and claim.stance is not Stance.NOT:
            if re.match(r"(?i)outside|overseas|not in", claim.value):
                vaguely.append(claim.value)
            else:
                told |= _countries_of(claim.value)
    found: dict[str, list[_Spot]] = {}
    for spot in bench.spots:
        if spot.place and spot.place.country and spot.place.country not in bench.home:
            found.setdefault(spot.place.country, []).append(spot)
    for country in sorted(found, key=places.country_name):
        if country not in told:
            name = places.country_name(country)
            only = f" The policy says only “{vaguely[0]}”." if vaguely else ""
            near = bench.naming(country)
            yield Untold(
                Kind.COUNTRY,
                name,
                f"The map has {_list(s.name for s in found[country])} there.{only}",
                _flows(found[country]),
                _cells(found[country]),
                near,
            )


def _categories_untold(bench: _Bench) -> Iterator[Untold]:
    told = [p for c in bench.claims if c.says is Says.COLLECTED and c.stance is not Stance.NOT for p in c.parts]
    for entry in pace.steps(bench.held):
        if any(name_key(p) == name_key(entry.name) or lexicon.CATEGORIES.alike(p, entry.words) for p in told):
            continue
        near = bench.near(entry.name, lexicon.CATEGORIES, lexicon.CATEGORIES.labels(entry.words))
        flows, cells = _of([entry])
        yield Untold(Kind.CATEGORY, entry.name, f"It is in {_list(entry.where)}.", flows, cells, near)


def _most_words(name: str, text: str) -> bool:
    words = lexicon.stems(name)
    return len(words) > 1 and words <= lexicon.stems(text)


def _purposes_untold(bench: _Bench) -> Iterator[Untold]:
    told = [p for c in bench.claims if c.says is Says.PURPOSE and c.stance is not Stance.NOT for p in c.parts]
    for purpose, flows, cells in pace.steps(bench.purposes.values()):
        if any(lexicon.PURPOSES.alike(p, purpose) for p in told):
            continue
        near = bench.near(purpose, lexicon.PURPOSES, lexicon.PURPOSES.labels(purpose))
        yield Untold(
            Kind.PURPOSE,
            purpose,
            "A system or flow has this purpose.",
            tuple(dict.fromkeys(flows)),
            tuple(dict.fromkeys(cells)),
            near,
        )


def _sources_untold(bench: _Bench) -> Iterator[Untold]:
    told: set[str] = set()
    for claim in bench.claims:
        if claim.says is Says.COLLECTED and claim.stance is not Stance.NOT:
            told |= {_source_kind(p) for p in claim.parts}
    groups: dict[tuple[str, str], list[_Source]] = {}
    for source in _sources(bench):
        if source.kind != _PERSON and source.kind not in told:
            groups.setdefault((source.kind, name_key(source.name)), []).append(source)
    for key in sorted(groups):
        found = groups[key]
        systems = list(dict.fromkeys(s.system.name for s in found))
        flags = bench.flags(duties.told_of_indirect_collection, systems)
        yield Untold(
            Kind.SOURCE, found[0].name, f"{_list(systems)} {'collects' if len(systems) == 1 else 'collect'} from it.",
            tuple(dict.fromkeys(s.flow for s in found if s.flow)), tuple(dict.fromkeys(c for s in found for c in s.cells)), None, flags,
        )  # fmt: skip


def _retention_untold(bench: _Bench) -> Iterator[Untold]:
    if any(c.says is Says.RETENTION and c.value and c.stance is not Stance.NOT for c in bench.claims):
        return
    systems = bench.assessment.inventory.systems
    flags = bench.flags(duties.retention, [s.name for s in systems])
    without = [s.name for s in systems if not s.retention.value]
    lacks = f" The map has no period for {_list(without)} either." if without else ""
    yield Untold(
        Kind.RETENTION,
        "how long information is kept",
        f"No statement says so.{lacks}",
        (),
        tuple(dict.fromkeys(c for s in systems for c in s.retention.cells)),
        None,
        flags,
    )


def _laws_untold(bench: _Bench) -> Iterator[Untold]:
    cited = {
        c.regime
        for claim in bench.claims
        if claim.says is Says.LAW_CITED
        for c in citations(claim.value, bench.assessment.law, bench.assessment.on, first=bench.regimes)
    }
    if not any(c.says is Says.LAW_CITED for c in bench.claims):
        return  # a policy need not cite a law; one that does is read as saying which apply
    home = [r for r in bench.regimes if r.code not in cited]
    for regime in home:
        titles = ", ".join(f"{s.title} {s.year}" for s in regime.statutes) or regime.law
        if not _law_named(bench, regime):
            yield Untold(
                Kind.LAW,
                titles,
                f"The map is judged under the law of {regime.name} too, and the policy cites only other laws.",
            )


def _law_named(bench: _Bench, regime: Regime) -> bool:
    names = [
        regime.law,
        *(s.title for s in regime.statutes),
        "GDPR" if regime.code == "eu" else "UK GDPR" if regime.code == "uk" else "",
    ]
    values = [c.value for c in bench.claims if c.says is Says.LAW_CITED]
    unique = [
        n
        for n in names
        if n and sum(n in (s.title for s in r.statutes) for r in bench.assessment.law.regimes.values()) < 2
    ]
    return any(_names(v, n) for v in values for n in unique)


def _not_stated(bench: _Bench) -> Iterator[NotStated]:
    found: dict[str, list[_Spot]] = {}
    for spot in bench.spots:
        place = spot.place
        if place is None or place.country is None:
            principal = spot.flow and spot.flow.for_principal
            if not principal:
                found.setdefault(spot.name, []).append(spot)
    for name in sorted(found, key=name_key):
        stated = sorted({places.place_name(s.place) for s in found[name] if s.place and s.place.stated})
        why = f"The map says only “{', '.join(stated)}”." if stated else "The map does not say in which country."
        yield NotStated(name, why, _flows(found[name]), _cells(found[name]))
