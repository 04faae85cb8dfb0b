"""The one decision procedure: leg × regime × day → Answer with its trace.

Every regime's steps (see `datamap/law/*.toml`) are run in the same way. A test finds yes, no, or that it cannot be told.
What cannot be told is carried along as an open question: an answer is given only if it would hold however the question
came out, and otherwise the answer is that facts are missing. So unknown never clears a transfer.

Legs whose facts are the same share one verdict (`Case`); cells and names are joined back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from datamap import places
from datamap.graph import Leg, MappedFlow, Movement, NodeKind
from datamap.inventory import (
    Activity,
    CategoryKind,
    Fact,
    Inventory,
    Nothing,
    OrganisationKind,
    Place,
    Prohibition,
    Recipient,
    Role,
    Safeguard,
    Sector,
    items,
    name_key,
)
from datamap.law import CONFIDENCES, Cited, Confidence, ListEntry, Mechanism, Practice, Regime, Step, Test
from datamap.sheets import Cell


class Outcome(StrEnum):
    """The nine outcomes, worst first (the order of `WORST_FIRST`)."""

    BLOCKED = "blocked"
    GAP = "gap"
    UNDETERMINED = "undetermined"
    INCOMPLETE = "incomplete"
    SAFEGUARDED = "safeguarded"
    PERMITTED = "permitted"
    AGENT_ONLY = "agent_only"
    NOT_TRANSFER = "not_transfer"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The words users see."""
        return LABELS[self]

    @property
    def flagged(self) -> bool:
        return self in FLAGGED


WORST_FIRST: tuple[Outcome, ...] = tuple(Outcome)
FLAGGED = frozenset({Outcome.BLOCKED, Outcome.GAP, Outcome.UNDETERMINED, Outcome.INCOMPLETE})
LABELS = {
    Outcome.BLOCKED: "Prohibited",
    Outcome.GAP: "No safeguard",
    Outcome.UNDETERMINED: "Facts missing",
    Outcome.INCOMPLETE: "Evidence incomplete",
    Outcome.SAFEGUARDED: "Safeguarded",
    Outcome.PERMITTED: "Permitted",
    Outcome.AGENT_ONLY: "Agent only",
    Outcome.NOT_TRANSFER: "Not a cross-border transfer",
    Outcome.NOT_APPLICABLE: "Regime does not apply",
}


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The worst of several outcomes; None when there are none."""
    return min(outcomes, key=WORST_FIRST.index, default=None)


@dataclass(frozen=True)
class TraceStep:
    """One test that was tried, in order."""

    question: str  # "Is Google Analytics a foreign person or entity?"
    found: str  # "yes" | "no" | "not known"
    says: str  # what the record shows, in one sentence
    citation: str
    cells: tuple[Cell, ...]  # the cells whose facts were looked at
    confidence: str  # high | medium | low
    to_be_verified: bool
    rule: str  # id of the law's rule, such as `nz/foreign`, to link to the Law page


@dataclass(frozen=True)
class ReliedOn:
    """The safeguard or list entry an answer rests on."""

    kind: str  # "safeguard" | "list"
    name: str
    mechanism: str  # mechanism code or list citation
    starts: date | None
    ends: date | None  # last day it holds
    document: str | None
    cell: Cell | None


@dataclass(frozen=True)
class Answer:
    """What the record shows for one leg under one regime on one day."""

    leg: Leg
    regime: str  # code: "nz"
    outcome: Outcome
    ground: str | None  # "IPP 12(1)(f)"
    citation: str
    reason: str  # one sentence
    missing: tuple[str, ...]  # what to find out or put on file
    duties: tuple[str, ...]  # what remains owed
    relied_on: ReliedOn | None
    trace: tuple[TraceStep, ...]
    confidence: str
    to_be_verified: bool

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the flow and of every fact the answer rests on, each once, in order of use."""
        used = (*self.leg.flow.cells, *self.leg.place.cells, *(c for step in self.trace for c in step.cells))
        return tuple(dict.fromkeys(used))


# ---------------------------------------------------------------------------------------------------- the case


class Found(Enum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"

    @classmethod
    def of(cls, value: bool | None) -> Found:
        return cls.UNKNOWN if value is None else cls.YES if value else cls.NO

    def turned(self) -> Found:
        return {Found.YES: Found.NO, Found.NO: Found.YES, Found.UNKNOWN: Found.UNKNOWN}[self]


WORDS = {
    "sender.country": "country of {sender}",
    "sender.kind": "kind of organisation",
    "sender.sector": "sector of {sender}",
    "sender.business": "carries on business in",
    "sender.small": "small business",
    "recipient.country": "country of {recipient}",
    "recipient.managed": "managed from",
    "recipient.role": "role",
    "recipient.own_purposes": "own purposes",
    "recipient.control": "effective control",
    "recipient.schemes": "schemes",
    "recipient.bound_by": "bound by",
    "recipient.nz_business": "NZ business",
    "upstream.role": "role of {upstream}",
    "upstream.own_purposes": "own purposes of {upstream}",
    "upstream.control": "effective control at {upstream}",
    "flow.ground": "ground",
    "flow.started": "started",
    "flow.ended": "ended",
    "flow.categories": "categories",
    "system.locations": "where the system is",
    "place": "place",
}


@dataclass(frozen=True)
class Case:
    """Everything about a leg that its answer can depend on. Equal cases have equal verdicts: cells do not count."""

    facts: Mapping[str, Fact[Any]] = field(compare=False)
    key: tuple[Any, ...]
    categories: tuple[str, ...]
    kinds: frozenset[CategoryKind | None]  # None: a category whose kind is not known
    individuals: tuple[str, ...]
    onward: bool
    by_individual: bool
    claims: tuple[Safeguard, ...]
    prohibitions: tuple[Prohibition, ...]

    def fact(self, name: str) -> Fact[Any]:
        return self.facts[name]


def _names(leg: Leg) -> dict[str, str]:
    flow = leg.flow
    return {
        "sender": flow.organisation.name if flow.organisation else "The organisation",
        "recipient": flow.recipient.name if flow.recipient else flow.destination.name,
        "upstream": flow.upstream.name if flow.upstream else "the recipient before it",
        "origin": flow.origin.name,
        "place": places.place_name(leg.place.value) if leg.place.value else "a place that is not stated",
    }


@dataclass(frozen=True)
class _Shelf:
    """The inventory's safeguards and prohibitions by recipient, found once for all legs."""

    inventory: Inventory

    @cached_property
    def _by_recipient(self) -> dict[str, list[Safeguard]]:
        shelf: dict[str, list[Safeguard]] = {}
        for safeguard in self.inventory.safeguards:
            for name in items(safeguard.recipients):
                shelf.setdefault(name_key(name), []).append(safeguard)
        return shelf

    def claims(self, flow: MappedFlow) -> tuple[Safeguard, ...]:
        """The safeguards the flow names, then those that name its recipient."""
        named = [self.inventory.safeguard(n) for n in items(flow.record.safeguards)]
        recipient = self._by_recipient.get(name_key(flow.recipient.name), []) if flow.recipient else []
        return tuple(dict.fromkeys(s for s in (*named, *recipient) if s))

    def kinds(self, categories: Iterable[str]) -> frozenset[CategoryKind | None]:
        found = [self.inventory.category(c) for c in categories]
        return frozenset(c.kind.value if c else None for c in found)


_NO_FACT: Fact[Any] = Fact()


def _case(leg: Leg, shelf: _Shelf) -> Case:
    flow, record, recipient, upstream = leg.flow, leg.flow.record, leg.flow.recipient, leg.flow.upstream
    sender = flow.organisation
    onward = flow.movement is Movement.ONWARD
    facts: dict[str, Fact[Any]] = {
        "sender.country": sender.country if sender else _NO_FACT,
        "sender.kind": sender.kind if sender else _NO_FACT,
        "sender.sector": sender.sector if sender else _NO_FACT,
        "sender.business": sender.carries_on_business_in if sender else _NO_FACT,
        "sender.small": sender.small_business if sender else _NO_FACT,
        "recipient.country": _established(leg, recipient),
        "recipient.managed": recipient.managed_from if recipient else _NO_FACT,
        "recipient.role": record.role.or_else(_implied_role(leg, recipient)),
        "recipient.own_purposes": record.own_purposes.or_else(recipient.own_purposes if recipient else _NO_FACT),
        "recipient.control": record.effective_control.or_else(recipient.effective_control if recipient else _NO_FACT),
        "recipient.schemes": recipient.schemes if recipient else _NO_FACT,
        "recipient.bound_by": recipient.bound_by if recipient else _NO_FACT,
        "recipient.nz_business": recipient.nz_business if recipient else _NO_FACT,
        "upstream.role": upstream.role if upstream else _NO_FACT,
        "upstream.own_purposes": upstream.own_purposes if upstream else _NO_FACT,
        "upstream.control": upstream.effective_control if upstream else _NO_FACT,
        "flow.ground": record.ground,
        "flow.started": record.started,
        "flow.ended": record.ended,
        "flow.categories": flow.categories,
        "system.locations": flow.system.locations if flow.system else _NO_FACT,
        "place": leg.place,
    }
    categories = items(flow.categories)
    kinds = shelf.kinds(categories)
    claims = shelf.claims(flow)
    by_individual = flow.origin.kind is NodeKind.INDIVIDUALS and flow.movement is Movement.DISCLOSURE
    key = (
        tuple((name, f.value, f.nothing) for name, f in facts.items()),
        flow.categories.nothing, items(flow.individuals), flow.individuals.nothing, onward, by_individual,
        tuple(s.name for s in claims), name_key(recipient.name) if recipient and (claims or shelf.inventory.prohibitions) else "",
        kinds, sender.name if sender and shelf.inventory.prohibitions else "",
    )  # fmt: skip
    return Case(
        facts, key, categories, kinds, items(flow.individuals), onward, by_individual, claims, shelf.inventory.prohibitions
    )


def _established(leg: Leg, recipient: Recipient | None) -> Fact[Any]:
    """Where the recipient is established. A class of recipients in several countries has a leg in each of them."""
    if recipient is None:
        return _NO_FACT
    country = recipient.country
    several = len(items(country)) > 1
    from_country = country.known and leg.place.cell == country.cell and leg.place.value in items(country)
    if several and from_country:
        return Fact((leg.place.value,), None, country.cell, country.also)
    return country


def _implied_role(leg: Leg, recipient: Recipient | None) -> Fact[Role]:
    return recipient.role if recipient else _NO_FACT


# ---------------------------------------------------------------------------------------------------- the tests


class Question(NamedTuple):
    """What the record lacks, as a phrase, and the question that would find it out."""

    lacks: str
    ask: str


ROLE = Question(
    "what {recipient} is to {sender}",
    "{recipient}: an agent that only acts for {sender}, or somebody who acts for itself?",
)
OWN_PURPOSES = Question(
    "whether {recipient} uses the information for its own purposes",
    "{recipient}: is the information used for its own purposes as well?",
)
ESTABLISHED = Question("where {recipient} is established", "{recipient}: established in which country, and managed from where?")
MANAGED = Question("from where {recipient} is managed", "{recipient}: centrally managed from which country?")
HOLDS_AT = Question(
    "where {recipient} holds or reaches the information",
    "{recipient}: in which country, and where is the information held or reached?",
)
PLACE = Question("where {recipient} holds the information", "{recipient}: in which country is the information held or reached?")
CATEGORIES = Question("which information categories move", "Which information categories go from {origin} to {recipient}?")
CONTROL = Question(
    "whether {sender} keeps effective control",
    "{recipient}: does {sender} keep effective control of the information?",
)
UPSTREAM = Question(
    "whether {upstream} only acts for {sender}",
    "{upstream}: does it only act for {sender}, without using the information for its own purposes?",
)
SENDER_COUNTRY = Question("where {sender} is established", "{sender}: established in which country?")
SENDER_PUBLIC = Question("whether {sender} is a public body", "{sender}: private or public?")
SENDER_COMMONWEALTH = Question("whether {sender} is a Commonwealth agency", "{sender}: a Commonwealth agency, or a body of a state or territory?")
SENDER_SMALL = Question(
    "whether {sender} is exempt as a small business",
    "{sender}: exempt as a small business (turnover of A$3 million or less)?",
)


@dataclass(frozen=True)
class Finding:
    """What a test found, the facts it looked at, and what to ask when it cannot be told."""

    found: Found
    facts: tuple[str, ...] = ()
    asks: tuple[Question, ...] = ()
    says: str = ""

    def turned(self) -> Finding:
        return Finding(self.found.turned(), self.facts, self.asks, self.says)


@dataclass(frozen=True)
class _Bench:
    """What the tests look at."""

    case: Case
    regime: Regime
    on: date
    practice: Practice | None
    practice_open: Practice | None  # may apply: the kind of organisation or category is not known


def _in(fact: Fact[Any], country: str) -> bool | None:
    """Whether all places of a fact are in a country (True), none is (False), or it cannot be told."""
    if not fact.known:
        return None
    answers = {p.is_in(country) for p in items(fact)}
    return answers.pop() if len(answers) == 1 else None


def _any_in(fact: Fact[Any], country: str) -> bool | None:
    if fact.is_none:
        return False
    if not fact.known:
        return None
    answers = [p.is_in(country) for p in items(fact)]
    return True if True in answers else None if None in answers else False


def _sender_here(b: _Bench, test: Test) -> Finding:
    return Finding(Found.of(_in(b.case.fact("sender.country"), b.regime.country)), ("sender.country",), (SENDER_COUNTRY,))


def _sender_carries_on_business_here(b: _Bench, test: Test) -> Finding:
    here = places.country_name(b.regime.country)
    ask = Question(f"whether {{sender}} carries on business in {here}", f"{{sender}}: does it carry on business in {here}?")
    return Finding(Found.of(_any_in(b.case.fact("sender.business"), b.regime.country)), ("sender.business",), (ask,))


def _sender_kind(b: _Bench, test: Test) -> Finding:
    kind: Fact[OrganisationKind] = b.case.fact("sender.kind")
    wanted = " or a ".join(test.values)
    ask = Question(f"whether {{sender}} is a {wanted}", f"{{sender}}: a {wanted}?")
    return Finding(Found.of(kind.value in test.values if kind.known else None), ("sender.kind",), (ask,))


def _sender_public(b: _Bench, test: Test) -> Finding:
    sector: Fact[Sector] = b.case.fact("sender.sector")
    found = Found.of(sector.value is not Sector.PRIVATE if sector.known else None)
    return Finding(found, ("sender.sector",), (SENDER_PUBLIC,), "" if found is Found.YES else "{sender} is not a public body")


def _sender_not_small(b: _Bench, test: Test) -> Finding:
    small: Fact[bool] = b.case.fact("sender.small")
    if b.case.fact("sender.sector").value is Sector.PUBLIC:
        return Finding(Found.UNKNOWN, ("sender.sector", "sender.kind"), (SENDER_COMMONWEALTH,))
    return Finding(Found.of(not small.value if small.known else None), ("sender.small",), (SENDER_SMALL,))


def _flow_not_running(b: _Bench, test: Test) -> Finding:
    started, ended = b.case.fact("flow.started"), b.case.fact("flow.ended")
    over = bool((started.value and started.value > b.on) or (ended.value and ended.value < b.on))
    looked = tuple(n for n in ("flow.started", "flow.ended") if b.case.fact(n).known)
    return Finding(Found.of(over), looked)


def _sent_by_individual(b: _Bench, test: Test) -> Finding:
    sent = b.case.by_individual
    return Finding(Found.of(sent), says="The flow comes from individuals." if sent else "The flow comes from a system.")


def _transit_only(b: _Bench, test: Test) -> Finding:
    place: Place | None = b.case.fact("place").value
    return Finding(Found.of(place is not None and place.activity is Activity.TRANSIT), ("place",))


def _onward(b: _Bench, test: Test) -> Finding:
    return Finding(Found.of(b.case.onward), says="" if b.case.onward else "The flow does not come from a recipient.")


def _role(b: _Bench, test: Test) -> Finding:
    role: Fact[Role] = b.case.fact("recipient.role")
    return Finding(Found.of(role.value in test.values if role.known else None), ("recipient.role",), (ROLE,))


def _own_purposes(b: _Bench, test: Test) -> Finding:
    own: Fact[bool] = b.case.fact("recipient.own_purposes")
    return Finding(Found.of(own.value), ("recipient.own_purposes",), (OWN_PURPOSES,))


def _upstream_acts_for_itself(b: _Bench, test: Test) -> Finding:
    role: Fact[Role] = b.case.fact("upstream.role")
    own: Fact[bool] = b.case.fact("upstream.own_purposes")
    looked = ("upstream.role", "upstream.own_purposes")
    if own.value is True or (role.known and role.value is not Role.AGENT):
        return Finding(Found.YES, looked, (UPSTREAM,))
    settled = role.value is Role.AGENT and own.value is False
    return Finding(Found.NO if settled else Found.UNKNOWN, looked, (UPSTREAM,))


def _effective_control(b: _Bench, test: Test) -> Finding:
    control: Fact[bool] = b.case.fact("recipient.control")
    return Finding(Found.of(control.value), ("recipient.control",), (CONTROL,))


def _upstream_effective_control(b: _Bench, test: Test) -> Finding:
    control: Fact[bool] = b.case.fact("upstream.control")
    return Finding(Found.of(bool(control.value)), ("upstream.control",))


def _recipient_foreign(b: _Bench, test: Test) -> Finding:
    """A body is local if established here or centrally managed here; a blank management follows the establishment."""
    country, managed = b.case.fact("recipient.country"), b.case.fact("recipient.managed")
    here = b.regime.country
    looked = ("recipient.country", "recipient.managed") if not managed.blank else ("recipient.country",)
    established = _in(country, here)
    if established is True or (managed.known and _any_in(managed, here) is True):
        return Finding(Found.NO, looked)
    if established is None:
        return Finding(Found.UNKNOWN, looked, (ESTABLISHED,))
    if managed.blank or _any_in(managed, here) is False:
        return Finding(Found.YES, looked)
    return Finding(Found.UNKNOWN, looked, (MANAGED,))


def _recipient_outside(b: _Bench, test: Test) -> Finding:
    """Overseas if established abroad, or if the information is held or reached abroad; here only when both are here."""
    established = _in(b.case.fact("recipient.country"), b.regime.country)
    place: Fact[Place] = b.case.fact("place")
    at = place.value.is_in(b.regime.country) if place.value else None
    looked = ("recipient.country", "place")
    if established is False or at is False:
        return Finding(Found.YES, looked)
    return Finding(Found.NO if established and at else Found.UNKNOWN, looked, (HOLDS_AT,))


def _held_overseas(b: _Bench, test: Test) -> Finding:
    """Whether any of the system's places is abroad."""
    locations: Fact[tuple[Place, ...]] = b.case.fact("system.locations")
    abroad = [p.is_in(b.regime.country) for p in items(locations)]
    found = True if False in abroad else None if None in abroad or not abroad else False
    home = places.country_name(b.regime.country)
    ask = Question(f"whether the information is held outside {home}", f"{{origin}}: is it held outside {home}?")
    return Finding(Found.of(found), ("system.locations",), (ask,), f"the information is not held outside {home}")


def _prescribed(b: _Bench, test: Test) -> Finding:
    """Whether regulations prescribe the country or a scheme on the day."""
    return Finding(Found.of(bool(_entries(b))), ("place",), says="no country or scheme is prescribed")


def _entries(b: _Bench) -> list[ListEntry]:
    """The decisions of the regime in force on the day for the leg's country."""
    place: Place | None = b.case.fact("place").value
    if place is None or place.country is None:
        return []
    return [e for e in b.regime.entries if e.decides and e.holds(b.on) and e.country in (place.country, "*")]


def _recipient_may_do_business_here(b: _Bench, test: Test) -> Finding:
    """No only where the record denies it: otherwise the note that goes with the ground answers for it."""
    denied = b.case.fact("recipient.nz_business").value is False
    return Finding(Found.of(not denied), ("recipient.nz_business",), says="{recipient} is recorded as not carrying on business here")


def _recipient_may_be_bound(b: _Bench, test: Test) -> Finding:
    """No only where the record says of every law it names that it does not bind the recipient."""
    bound = items(b.case.fact("recipient.bound_by"))
    denied = bool(bound) and not any(law.binds for law in bound)
    return Finding(Found.of(not denied), ("recipient.bound_by",), says="the law recorded does not bind {recipient} for this information")


def _pleaded(b: _Bench) -> frozenset[str]:
    return frozenset(code for words in items(b.case.fact("flow.ground")) if (code := b.regime.ground(words)))


def _ground(b: _Bench, test: Test) -> Finding:
    wanted = {b.regime.ground(v) for v in test.values if v != "none"}
    nothing = not items(b.case.fact("flow.ground"))
    return Finding(Found.of(bool(_pleaded(b) & wanted) or ("none" in test.values and nothing)), ("flow.ground",))


def _code_applies(b: _Bench, test: Test) -> Finding:
    looked = ("sender.kind", "flow.categories")
    if b.practice:
        return Finding(Found.YES, looked, says=f"{b.practice.name} applies.")
    if b.practice_open:
        name = b.practice_open.name
        ask = Question(f"whether the {name} applies", f"What kind of organisation is {{sender}}, and of what kind is each category ({name})?")
        return Finding(Found.UNKNOWN, looked, (ask,))
    return Finding(Found.NO, looked)


TESTS: Mapping[str, Callable[[_Bench, Test], Finding]] = {
    "code_applies": _code_applies,
    "effective_control": _effective_control,
    "flow_not_running": _flow_not_running,
    "ground": _ground,
    "held_overseas": _held_overseas,
    "onward": _onward,
    "own_purposes": _own_purposes,
    "prescribed": _prescribed,
    "recipient_may_be_bound": _recipient_may_be_bound,
    "recipient_may_do_business_here": _recipient_may_do_business_here,
    "recipient_foreign": _recipient_foreign,
    "recipient_outside": _recipient_outside,
    "role": _role,
    "sender_carries_on_business_here": _sender_carries_on_business_here,
    "sender_here": _sender_here,
    "sender_kind": _sender_kind,
    "sender_not_small": _sender_not_small,
    "sender_public": _sender_public,
    "sent_by_individual": _sent_by_individual,
    "transit_only": _transit_only,
    "upstream_acts_for_itself": _upstream_acts_for_itself,
    "upstream_effective_control": _upstream_effective_control,
}


# ---------------------------------------------------------------------------------------------------- the evidence


class Cover(Enum):
    """How far a safeguard answers for a leg. The order is from best to worst."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OPEN = "cannot be told"
    NONE = "does not cover it"


@dataclass(frozen=True)
class Evidence:
    """One safeguard weighed as one mechanism: what it covers, what fell short."""

    safeguard: Safeguard | None  # None: a ground pleaded on the flow with nothing on file
    mechanism: Mechanism
    cover: Cover
    covered: frozenset[str]  # keys of the categories it covers
    short: tuple[str, ...]  # what is missing or wrong, as phrases
    asks: tuple[Question, ...] = ()


def _weigh(safeguard: Safeguard, mechanism: Mechanism, b: _Bench, recipient: str) -> Evidence:
    """Whether parties, categories, country, dates, individuals, warning and documents all match this leg."""
    case, on = b.case, b.on
    wrong: list[str] = []
    missing: list[str] = []
    asks: list[Question] = []
    name = f"“{_escape(safeguard.name)}”"

    if safeguard.recipients.known and name_key(recipient) not in {name_key(r) for r in items(safeguard.recipients)}:
        wrong.append(f"{name} is with another party")
    elif safeguard.recipients.nothing in (Nothing.NOT_STATED, Nothing.UNREADABLE):
        missing.append(f"who the parties to {name} are")

    _weigh_dates(safeguard, name, on, wrong, missing, mechanism)
    _weigh_place(safeguard, name, case.fact("place"), wrong, asks)
    covered = _weigh_categories(safeguard, name, case, wrong, asks)

    if mechanism.type == "consent" or mechanism.needs_authorisation:
        if safeguard.warning_shown.value is False:
            wrong.append(f"{name} was given without the warning that the law asks for")
        elif not safeguard.warning_shown.known:
            missing.append(f"whether the warning that the law asks for was shown for {name}")
        _weigh_individuals(safeguard, name, case, wrong, missing)
    if mechanism.needs_document and not safeguard.document.known:
        missing.append(f"the document of {name}")
    if mechanism.needs_assessment and not safeguard.assessment.known:
        missing.append(f"the assessment that goes with {name}")
    if mechanism.type == "derogation" and not (safeguard.reason.known or safeguard.assessment.known):
        missing.append(f"the reason for {name}")
    if mechanism.needs_review_date:
        if safeguard.review_due.known and safeguard.review_due.value is not None and safeguard.review_due.value < on:
            missing.append(f"the review of {name}, due on {safeguard.review_due.value.isoformat()}")
        elif not safeguard.review_due.known and not safeguard.expires.known:
            missing.append(f"the day by which {name} is reviewed")
    closed, open_ = _conditions(mechanism, b)
    wrong += closed
    asks += open_

    cover = Cover.NONE if wrong else Cover.OPEN if asks else Cover.INCOMPLETE if missing else Cover.COMPLETE
    return Evidence(safeguard, mechanism, cover, covered, tuple(wrong or missing), tuple(asks))


def _conditions(mechanism: Mechanism, b: _Bench) -> tuple[list[str], list[Question]]:
    """Why a mechanism is not open here, and what has to be known before it can be told."""
    closed: list[str] = []
    asks: list[Question] = []
    for test in b.regime.conditions.get(mechanism.code, ()):
        finding = _find(test, b)
        if finding.found is Found.NO:
            closed.append(f"{mechanism.citation} is not open, because {finding.says}")
        elif finding.found is Found.UNKNOWN:
            asks += finding.asks
    return closed, asks


def _weigh_dates(
    safeguard: Safeguard, name: str, on: date, wrong: list[str], missing: list[str], mechanism: Mechanism
) -> None:
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    if begins and max(begins) > on:
        wrong.append(f"{name} holds only from {max(begins).isoformat()}")
    if safeguard.expires.value and safeguard.expires.value < on:
        wrong.append(f"{name} expired on {safeguard.expires.value.isoformat()}")
    elif safeguard.expires.nothing is Nothing.UNREADABLE:
        missing.append(f"the day on which {name} expires")
    unread = [f for f in (safeguard.signed, safeguard.starts) if f.nothing is Nothing.UNREADABLE]
    if unread or (mechanism.type in ("contract", "consent") and not begins):
        missing.append(f"the day from which {name} holds")


def _weigh_place(safeguard: Safeguard, name: str, place: Fact[Place], wrong: list[str], asks: list[Question]) -> None:
    """Blank countries mean every country; but a place that is not known is not a country."""
    if place.value is None or not place.value.stated:
        asks.append(PLACE)
        return
    if safeguard.countries.blank or safeguard.countries.is_none:
        return
    allowed = items(safeguard.countries)
    if place.value.country is None:
        inside = place.value.within is not None and all(
            any(a.is_in(c) or (a.country is None and a.within and c in a.within) for a in allowed) for c in place.value.within
        )
    else:
        country = place.value.country
        inside = any(a.country == country or (a.country is None and a.within is not None and country in a.within) for a in allowed)
        inside = inside or any(not a.stated and a.text and _everywhere(a) for a in allowed)
    if inside:
        return
    if any(not a.stated for a in allowed) or not allowed:
        asks.append(Question(f"which countries {name} covers", f"{name}: which countries does it cover?"))
    else:
        wrong.append(f"{name} does not cover {{place}}")


def _everywhere(place: Place) -> bool:
    return name_key(place.text) in {"global", "worldwide", "anywhere", "allcountries"}


def _weigh_categories(
    safeguard: Safeguard, name: str, case: Case, wrong: list[str], asks: list[Question]
) -> frozenset[str]:
    """The leg's categories that the safeguard covers. Blank categories mean all of them."""
    moved = {name_key(c): c for c in case.categories}
    if safeguard.categories.blank:
        return frozenset(moved)
    if not case.fact("flow.categories").known:
        asks.append(CATEGORIES)
        return frozenset()
    allowed = {name_key(c) for c in items(safeguard.categories)}
    covered = frozenset(moved) & allowed
    if not covered:
        wrong.append(f"{name} covers other categories")
    return covered


def _weigh_individuals(safeguard: Safeguard, name: str, case: Case, wrong: list[str], missing: list[str]) -> None:
    gave = {name_key(i) for i in items(safeguard.individuals)}
    if not safeguard.individuals.known:
        missing.append(f"which individuals gave {name}")
        return
    others = [i for i in case.individuals if name_key(i) not in gave]
    if others and len(others) == len(case.individuals):
        wrong.append(f"{name} was given by other people than {_escape(', '.join(others))}")
    elif others:
        wrong.append(f"{name} was not given by {_escape(', '.join(others))}")


def _pleads(b: _Bench, step: Step) -> list[Mechanism]:
    """Mechanisms pleaded in the flow's *Ground*, and those its ground of disclosure opens, without evidence of their own."""
    pleaded = [m for words in items(b.case.fact("flow.ground")) if (m := b.regime.mechanism(words)) and m.code in step.grounds]
    wanted = {b.regime.ground(g) for g in step.needs_ground}
    if wanted & _pleaded(b):
        pleaded += [b.regime.mechanisms[code] for code in step.grounds]
    return list(dict.fromkeys(pleaded))


# ---------------------------------------------------------------------------------------------------- the procedure


@dataclass(frozen=True)
class _Tried:
    """A step that was tried, with names and cells still to be joined in."""

    step: Step
    finding: Finding


@dataclass(frozen=True)
class _Open:
    """A step that could not be told: what the outcome would be if it were so, and what to ask."""

    outcome: Outcome
    asks: tuple[Question, ...]
    step: Step


@dataclass(frozen=True)
class _Decided:
    """What a step says the answer is, before the open questions are weighed."""

    outcome: Outcome
    step: Step
    reason: str
    citation: str
    ground: str | None = None
    missing: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    evidence: Evidence | None = None
    entry: ListEntry | None = None
    law: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer for one distinct case. Sentences still hold {sender}, {recipient}, {upstream} and {place}."""

    outcome: Outcome
    ground: str | None
    citation: str
    reason: str
    missing: tuple[str, ...]
    duties: tuple[str, ...]
    evidence: Evidence | None
    entry: ListEntry | None
    tried: tuple[_Tried, ...]
    confidence: Confidence
    to_be_verified: bool


def _find(test: Test, b: _Bench) -> Finding:
    finding = TESTS[test.name](b, test)
    return finding.turned() if test.negated else finding


def _together(tests: tuple[Test, ...], b: _Bench, *, every: bool) -> Finding:
    """Several tests as one: all of them, or any. The first that settles it is what is shown."""
    decisive = Found.NO if every else Found.YES
    findings = [_find(t, b) for t in tests]
    settled = [f for f in findings if f.found is decisive]
    if settled:
        return Finding(decisive, settled[0].facts, says=settled[0].says)
    facts = tuple(dict.fromkeys(n for f in findings for n in f.facts))
    unknown = [f for f in findings if f.found is Found.UNKNOWN]
    says = " ".join(f.says for f in findings if f.says)
    if unknown:
        return Finding(Found.UNKNOWN, facts, tuple(dict.fromkeys(q for f in unknown for q in f.asks)), says)
    return Finding(Found.YES if every else Found.NO, facts, says=says)


class _Procedure:
    """One run of one regime's steps over one case."""

    def __init__(self, case: Case, regime: Regime, on: date, recipient: str, sender: str) -> None:
        practice, open_practice = _practice(case, regime, on)
        self.bench = _Bench(case, regime, on, practice, open_practice)
        self.case, self.regime, self.on = case, regime, on
        self.recipient, self.sender = recipient, sender
        self.open: list[_Open] = []
        self.tried: list[_Tried] = []
        self.shortfalls: list[str] = []
        self.incomplete: _Decided | None = None

    def run(self) -> Verdict:
        for step in self.regime.steps:
            if not step.holds(self.on):
                continue
            decided = _KINDS[step.kind](self, step)
            if decided:
                return self._verdict(decided)
        raise AssertionError("the last step always decides")

    # -- kinds of step

    def tests(self, step: Step) -> _Decided | None:
        every = bool(step.needs_all or step.if_all)
        finding = _together(step.tests, self.bench, every=every)
        self.tried.append(_Tried(step, finding))
        result = Outcome((step.otherwise if step.is_gate else step.then) or "")
        decides = Found.NO if step.is_gate else Found.YES
        if finding.found is decides:
            missing = (step.ask,) if step.ask else ()
            return _Decided(result, step, step.reason, step.citation, missing=missing, duties=step.duties)
        if finding.found is Found.UNKNOWN and step.not_known == "ask":
            self.open.append(_Open(result, finding.asks, step))
        return None

    def prohibitions(self, step: Step) -> _Decided | None:
        matches = [(p, self._prohibits(p)) for p in self.case.prohibitions]
        matches = [(p, m) for p, m in matches if m is not False]
        hit = next((p for p, m in matches if m), None)
        found = Found.YES if hit else Found.UNKNOWN if matches else Found.NO
        looked = ("place", "flow.categories") if self.case.prohibitions else ()
        self.tried.append(_Tried(step, Finding(found, looked, says=f"Notice: {_escape(hit.name)}." if hit else "")))
        if hit:
            conditions = f" (conditions: {hit.conditions.value})" if hit.conditions.value else ""
            reason = step.reason.replace("{prohibition}", _escape(hit.name + conditions))
            return _Decided(Outcome(step.then or ""), step, reason, step.citation, missing=("What would lift the prohibition",))
        for prohibition, _ in matches:
            name = f"“{_escape(prohibition.name)}”"
            ask = Question(f"whether {name} covers this transfer", f"Does the prohibition {name} cover this transfer?")
            self.open.append(_Open(Outcome(step.then or ""), (ask,), step))
        return None

    def _prohibits(self, notice: Prohibition) -> bool | None:
        if notice.regime.value and notice.regime.value != self.regime.code:
            return False
        if (notice.starts.value and notice.starts.value > self.on) or (notice.until.value and notice.until.value < self.on):
            return False
        answers = [
            _named(notice.organisation, self.sender),
            _listed(notice.recipients, (self.recipient,)),
            _listed(notice.categories, self.case.categories, self.case.fact("flow.categories").known),
            _placed(notice.countries, self.case.fact("place")),
            None if not notice.regime.known else True,
        ]
        return False if False in answers else None if None in answers else True

    def lists(self, step: Step) -> _Decided | None:
        entries = _entries(self.bench)
        entry = entries[0] if entries else None
        self.tried.append(_Tried(step, Finding(Found.of(bool(entry)), ("place",), says=_list_says(self.regime, entry))))
        if not entry:
            return None
        return _Decided(Outcome(step.then or ""), step, step.reason, entry.citation, step.ground, entry=entry, law=(entry,))

    def grounds(self, step: Step) -> _Decided | None:
        evidence = self._evidence(step)
        moved = {name_key(c) for c in self.case.categories}
        complete = [e for e in evidence if e.cover is Cover.COMPLETE]
        partly = [e for e in evidence if e.cover in (Cover.COMPLETE, Cover.INCOMPLETE)]
        covered = frozenset().union(*(e.covered for e in complete))
        claimed = frozenset().union(*(e.covered for e in partly))
        looked = ("flow.ground", "flow.categories", "place")
        says = _evidence_says(evidence)
        if complete and covered >= moved:
            self.tried.append(_Tried(step, Finding(Found.YES, looked, says=says)))
            best = max(complete, key=lambda e: len(e.covered))
            return _Decided(
                Outcome(step.then or ""), step, f"{{recipient}}: {_escape(best.mechanism.name)} is recorded, and its evidence is complete and current.",
                self._cite(best.mechanism), best.mechanism.citation, duties=self._duties(step), evidence=best, law=(best.mechanism,),
            )  # fmt: skip
        open_evidence = [e for e in evidence if e.cover is Cover.OPEN]
        found = Found.UNKNOWN if open_evidence else Found.NO
        self.tried.append(_Tried(step, Finding(found, looked, says=says)))
        for item in open_evidence:
            would = Outcome.INCOMPLETE if item.short else Outcome.SAFEGUARDED
            self.open.append(_Open(would, item.asks, step))
        if partly and claimed >= moved:
            short = tuple(dict.fromkeys(s for e in partly for s in e.short))
            if self.incomplete is None:
                best = partly[0]
                self.incomplete = _Decided(
                    Outcome.INCOMPLETE, step, f"{_escape(best.mechanism.name)} is recorded for {{recipient}}, but this is missing: {'; '.join(short)}.",
                    self._cite(best.mechanism), best.mechanism.citation, missing=short, duties=self._duties(step), evidence=best, law=(best.mechanism,),
                )  # fmt: skip
        else:
            left = sorted(c for c in self.case.categories if name_key(c) not in claimed)
            if partly and left:
                self.shortfalls.append(f"nothing covers {_escape(', '.join(left))}")
            self.shortfalls += [s for e in evidence if e.cover is Cover.NONE for s in e.short]
        return None

    def _evidence(self, step: Step) -> list[Evidence]:
        found: list[Evidence] = []
        if step.needs_ground and not ({self.regime.ground(g) for g in step.needs_ground} & _pleaded(self.bench)):
            return found
        for safeguard in self.case.claims:
            mechanism = self.regime.mechanism(safeguard.mechanism.value) if safeguard.mechanism.value else None
            if mechanism and mechanism.code in step.grounds:
                found.append(_weigh(safeguard, mechanism, self.bench, self.recipient))
        on_file = {e.mechanism.code for e in found}
        every = frozenset(name_key(c) for c in self.case.categories)
        for mechanism in _pleads(self.bench, step):
            if mechanism.code not in on_file:
                closed, asks = _conditions(mechanism, self.bench)
                needs = f"the evidence for {mechanism.citation}: {mechanism.needs_detail or 'the document'}"
                cover = Cover.NONE if closed else Cover.OPEN if asks else Cover.INCOMPLETE
                found.append(Evidence(None, mechanism, cover, every, tuple(closed) or (needs,), tuple(asks)))
        return found

    def otherwise(self, step: Step) -> _Decided:
        if self.incomplete:
            return self.incomplete
        reason = step.reason
        shortfalls = tuple(dict.fromkeys(self.shortfalls))
        foreign = [s for s in self.case.claims if s.mechanism.value and self.regime.mechanism(s.mechanism.value) is None]
        if foreign:
            shortfalls += tuple(f"“{_escape(s.name)}” is a mechanism of another law" for s in foreign)
        if shortfalls:
            reason = f"{reason.rstrip('.')} that holds: {'; '.join(shortfalls)}."
        self.tried.append(_Tried(step, Finding(Found.NO, ("flow.ground",))))
        return _Decided(
            Outcome(step.then or ""), step, reason, self._cite(None), missing=self._would_clear(), duties=self._duties(step)
        )

    # -- words

    def _would_clear(self) -> tuple[str, ...]:
        """What would clear it: each ground that could be recorded, and the evidence it needs."""
        ways = []
        for step in self.regime.steps:
            if step.kind != "grounds" or step.needs_ground:
                continue
            for code in step.grounds:
                mechanism = self.regime.mechanisms[code]
                if mechanism.type in ("exemption", "list", "scheme", "derogation"):
                    continue
                needs = f": {mechanism.needs_detail}" if mechanism.needs_detail else ""
                ways.append(_escape(f"{mechanism.name} ({mechanism.citation}){needs}"))
        return tuple(ways)

    def _cite(self, mechanism: Mechanism | None) -> str:
        base = _full_citation(self.regime, mechanism)
        practice = self.bench.practice
        return f"{practice.name}, {practice.rule} (to be verified); compare {base}" if practice else base

    def _duties(self, step: Step) -> tuple[str, ...]:
        return step.duties

    # -- the answer

    def _verdict(self, decided: _Decided) -> Verdict:
        """Weigh the decision against the open questions: it stands only if it holds however they come out."""
        depends = [o for o in self.open if o.outcome.flagged != decided.outcome.flagged]
        if decided.outcome is Outcome.UNDETERMINED:
            depends = [o for o in self.open if o.asks]
        law: list[Cited] = [decided.step, *decided.law]
        if self.bench.practice and decided.step.kind in ("grounds", "otherwise", "lists"):
            law.append(self.bench.practice)
        duties = tuple(f"{d.text} ({d.citation})" for d in (self.regime.duties[k] for k in decided.duties) if d.holds(self.on))
        if not depends:
            return self._stands(decided, duties, law)
        open_steps = {q: o.step for o in depends for q in o.asks}  # a question is cited by the last step that asks it
        law += open_steps.values()
        missing = [q.ask for q in open_steps]
        if decided.outcome is Outcome.UNDETERMINED:
            reason = decided.reason
            missing = [*decided.missing, *missing]
        else:
            lacks = _join_words([q.lacks for q in open_steps])
            until = f"; until it does, it shows: {decided.outcome.label.lower()}" if decided.outcome.flagged else ""
            reason = f"The record does not say {lacks}{until}."
            if decided.outcome is Outcome.INCOMPLETE:
                missing += decided.missing
        citations = _join_citations([*(s.citation for s in open_steps.values()), decided.citation], self.regime.law)
        return Verdict(
            Outcome.UNDETERMINED, None, citations, reason, tuple(dict.fromkeys(missing)), duties, None, None,
            tuple(self.tried), _weakest(law), any(c.to_be_verified for c in law),
        )  # fmt: skip

    def _stands(self, decided: _Decided, duties: tuple[str, ...], law: list[Cited]) -> Verdict:
        return Verdict(
            decided.outcome, decided.ground, decided.citation, decided.reason, tuple(dict.fromkeys(decided.missing)), duties,
            decided.evidence, decided.entry, tuple(self.tried), _weakest(law), any(c.to_be_verified for c in law),
        )  # fmt: skip


def _weakest(law: list[Cited]) -> Confidence:
    return max((c.confidence for c in law), key=CONFIDENCES.index)


def _join_words(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def _join_citations(citations: list[str], law: str) -> str:
    """Several citations as one, naming the Act once."""
    places_ = list(dict.fromkeys(c.removeprefix(f"{law}, ") for c in citations))
    return f"{law}, {'; '.join(places_)}" if all(c.startswith(law) for c in citations) else "; ".join(dict.fromkeys(citations))


_KINDS: Mapping[str, Callable[[_Procedure, Step], _Decided | None]] = {
    "tests": _Procedure.tests,
    "prohibitions": _Procedure.prohibitions,
    "lists": _Procedure.lists,
    "grounds": _Procedure.grounds,
    "otherwise": _Procedure.otherwise,
}


def _practice(case: Case, regime: Regime, on: date) -> tuple[Practice | None, Practice | None]:
    """The code of practice that replaces the base rules here, and one that may (a kind is not known)."""
    kind: Fact[OrganisationKind] = case.fact("sender.kind")
    maybe: Practice | None = None
    for practice in regime.practices:
        if not practice.holds(on):
            continue
        who = True if not practice.kinds else kind.value in practice.kinds if kind.known else None
        matched = any(k in practice.categories for k in case.kinds)
        unknown = None in case.kinds or not case.categories
        what = True if matched else None if unknown else False
        if who and what:
            return practice, None
        if who is not False and what is not False and practice.kinds and (kind.known or matched):
            maybe = maybe or practice
    return None, maybe


def _named(fact: Fact[str], name: str) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    return name_key(fact.value) == name_key(name) if fact.value else None


def _listed(fact: Fact[tuple[str, ...]], names: tuple[str, ...], known: bool = True) -> bool | None:
    """Whether a notice's list (blank: all) touches any of the names."""
    if fact.blank or fact.is_none:
        return True
    if not fact.known or not known:
        return None
    wanted = {name_key(n) for n in items(fact)}
    return any(name_key(n) in wanted for n in names)


def _placed(fact: Fact[tuple[Place, ...]], place: Fact[Place]) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    if not fact.known or place.value is None:
        return None
    answers = [place.value.is_in(p.country) if p.country else None for p in items(fact)]
    return True if True in answers else None if None in answers else False


def _list_says(regime: Regime, entry: ListEntry | None) -> str:
    if entry:
        until = f" until {entry.ends.isoformat()}" if entry.ends else ""
        return f"{entry.citation} holds{until}: {entry.scope}."
    empty = [e for e in regime.entries if e.status in ("none prescribed", "no list mechanism")]
    return f"Nothing is prescribed (checked {empty[0].checked.isoformat()})." if empty else "No entry is in force."


def _evidence_says(evidence: list[Evidence]) -> str:
    if not evidence:
        return "No safeguard on file answers to this."
    parts = []
    for item in evidence:
        name = f"“{_escape(item.safeguard.name)}”" if item.safeguard else "The ground recorded"
        detail = f" ({'; '.join(item.short)})" if item.short else ""
        parts.append(f"{name} as {item.mechanism.citation}: {item.cover.value}{detail}.")
    return " ".join(parts)


def _full_citation(regime: Regime, mechanism: Mechanism | None) -> str:
    if mechanism is None:
        return regime.citation
    cited = mechanism.citation
    return cited if cited.startswith((regime.law, "OAIC")) else f"{regime.law}, {cited}"


def _escape(text: str) -> str:
    """User text inside a sentence that still has names to be filled in."""
    return text.replace("{", "{{").replace("}", "}}")


# ---------------------------------------------------------------------------------------------------- joining back


def _fact_says(name: str, fact: Fact[Any], names: Mapping[str, str]) -> str:
    words = WORDS[name].format(**names)
    if fact.nothing:
        return f"{words}: {fact.nothing.value}"
    value = fact.value
    if isinstance(value, bool):
        shown = "yes" if value else "no"
    elif isinstance(value, Place):
        shown = places.place_name(value) + (f" ({value.activity})" if value.activity else "")
    elif isinstance(value, tuple):
        shown = ", ".join(places.place_name(v) if isinstance(v, Place) else str(getattr(v, "name", v)) for v in value)
    else:
        shown = str(value)
    return f"{words}: {shown}"


def _trace(verdict: Verdict, facts: Mapping[str, Fact[Any]], names: Mapping[str, str], regime: Regime) -> tuple[TraceStep, ...]:
    steps = []
    for tried in verdict.tried:
        step, finding = tried.step, tried.finding
        shown = [_fact_says(n, facts[n], names) for n in finding.facts if n in facts]
        record = "; ".join(shown)
        record = f"{record[:1].upper()}{record[1:]}." if record else ""
        says = " ".join(part for part in (finding.says.format(**names), record) if part)
        cells = tuple(dict.fromkeys(c for n in finding.facts for c in facts[n].cells))
        steps.append(
            TraceStep(
                step.asks.format(**names), finding.found.value, says, step.citation, cells, step.confidence,
                step.to_be_verified, f"{regime.code}/{step.id}",
            )
        )  # fmt: skip
    return tuple(steps)


def _relied_on(verdict: Verdict) -> ReliedOn | None:
    if verdict.entry:
        entry = verdict.entry
        return ReliedOn("list", entry.country_name, entry.citation, entry.starts, entry.ends, None, None)
    evidence = verdict.evidence
    if evidence is None or evidence.safeguard is None:
        return None
    safeguard = evidence.safeguard
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    return ReliedOn(
        "safeguard", safeguard.name, evidence.mechanism.code, max(begins) if begins else None, safeguard.expires.value,
        safeguard.document.value, safeguard.cell,
    )  # fmt: skip


def answers(legs: Iterable[Leg], inventory: Inventory, regimes_of: Callable[[Leg], Iterable[Regime]], on: date) -> tuple[Answer, ...]:
    """One answer for each leg under each regime that could apply to it, in the order of the legs.

    `regimes_of` says which regimes those are. Legs that share every fact that matters share one verdict.
    """
    shelf = _Shelf(inventory)
    judged: dict[tuple[str, Any], Verdict] = {}
    found: list[Answer] = []
    for leg in legs:
        names = _names(leg)
        case = _case(leg, shelf)
        for regime in regimes_of(leg):
            key = (regime.code, case.key)
            verdict = judged.get(key)
            if verdict is None:
                verdict = judged[key] = _Procedure(case, regime, on, names["recipient"], names["sender"]).run()
            found.append(_answer(leg, case, regime, verdict, names))
    return tuple(found)


def _answer(leg: Leg, case: Case, regime: Regime, verdict: Verdict, names: dict[str, str]) -> Answer:
    words = {**names, "ground": ", ".join(items(case.fact("flow.ground"))) or "no ground", "code": "A code of practice"}
    reason = verdict.reason.format(**words)
    return Answer(
        leg, regime.code, verdict.outcome, verdict.ground, verdict.citation, reason[:1].upper() + reason[1:],
        tuple(m.format(**words) for m in verdict.missing), tuple(d.format(**words) for d in verdict.duties),
        _relied_on(verdict), _trace(verdict, case.facts, names, regime), verdict.confidence, verdict.to_be_verified,
    )  # fmt: skip
