"""The closed vocabulary of tests that a step of law may name: one small function each."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

from datamap.inventory import (
    Activity,
    Binding,
    CategoryKind,
    Fact,
    Frequency,
    Nothing,
    OrganisationKind,
    Place,
    Role,
    Scheme,
    Sector,
    items,
    name_key,
)
from datamap.law import ListEntry, Mechanism, Practice, Regime, Step, Test
from datamap.sheets import Cell
from datamap.transfers.cases import Brief, inside

T = TypeVar("T")


class Found(Enum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"

    @classmethod
    def of(cls, value: bool | None) -> Found:
        return cls.UNKNOWN if value is None else cls.YES if value else cls.NO


_TURNED = {Found.YES: Found.NO, Found.NO: Found.YES, Found.UNKNOWN: Found.UNKNOWN}


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
ESTABLISHED = Question(
    "where {recipient} is established", "{recipient}: established in which country, and managed from where?"
)
MANAGED = Question("from where {recipient} is managed", "{recipient}: centrally managed from which country?")
HOLDS_AT = Question(
    "where {recipient} holds or reaches the information",
    "{recipient}: in which country, and where is the information held or reached?",
)
PLACE = Question(
    "where {recipient} holds the information", "{recipient}: in which country is the information held or reached?"
)
CATEGORIES = Question(
    "which information categories move", "Which information categories go from {origin} to {recipient}?"
)
INDIVIDUALS = Question(
    "whose information moves", "Whose information goes from {origin} to {recipient} (which individuals)?"
)
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
SENDER_COMMONWEALTH = Question(
    "whether {sender} is a Commonwealth agency", "{sender}: a Commonwealth agency, or a body of a state or territory?"
)
SENDER_SMALL = Question(
    "whether {sender} is exempt as a small business",
    "{sender}: exempt as a small business (turnover of A$3 million or less)?",
)


class Finding(NamedTuple):
    """What a test found, the facts it looked at, and what to ask when it cannot be told."""

    found: Found
    facts: tuple[str, ...] = ()
    asks: tuple[Question, ...] = ()
    says: str = ""
    cells: tuple[Cell, ...] = ()  # beside those of the facts: of safeguards and prohibitions

    def turned(self) -> Finding:
        return self._replace(found=_TURNED[self.found])


# Why a mechanism is closed when a test that its regime sets for it does not hold.
CLOSED: Mapping[str, str] = {
    "not sensitive": "sensitive information moves",
    "volume_under": "it is about more people than that",
    "held_overseas": "the information is not held abroad",
    "not sender_is_agent": "a processor is the one that exports",
    "not sender_public": "public authorities cannot use it for their public powers",
    "occasional": "the transfer is not occasional",
    "prescribed": "no country or scheme is prescribed",
    "recipient_may_be_bound": "the law recorded does not bind {recipient} for this information",
    "recipient_may_do_business_here": "{recipient} is recorded as not carrying on business here",
    "recipient_public": "{recipient} is not recorded as a public body",
    "role": "it is for recipients in another role",
    "processor_may_export": "no processor is the one that exports",
    "sender_public": "{sender} is not a public body",
}


def closed_by(test: Test) -> str:
    """Why, in words, a mechanism whose regime sets this test is not open."""
    name = f"{'not ' if test.negated else ''}{test.name}"
    return CLOSED.get(name, "the record does not fit it")


class Pleaded(NamedTuple):
    """What a flow's *Ground* says in the words of one regime."""

    grounds: frozenset[str]  # of disclosure, by their codes
    mechanisms: tuple[str, ...]  # by their codes
    anything: bool  # whether it says anything at all


@dataclass(frozen=True, eq=False)
class Terms:
    """One regime as it stands on a day: what is the same for every case."""

    regime: Regime
    on: date

    @cached_property
    def home(self) -> frozenset[str]:
        return self.regime.homes(self.on)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(s for s in self.regime.steps if s.holds(self.on))

    @cached_property
    def decisions(self) -> tuple[ListEntry, ...]:
        """The decisions of lists that are in force."""
        return tuple(e for e in self.regime.entries if e.decides and e.holds(self.on))

    @cached_property
    def practices(self) -> tuple[Practice, ...]:
        return tuple(p for p in self.regime.practices if p.holds(self.on))

    def pleads(self, words: tuple[str, ...]) -> Pleaded:
        """What the words of a *Ground* mean under this regime."""
        grounds = frozenset(code for w in words if (code := self.regime.ground(w)))
        mechanisms = (m.code for w in words if (m := self.regime.mechanism(w)))
        return Pleaded(grounds, tuple(mechanisms), bool(words))

    @cached_property
    def clearing(self) -> tuple[Mechanism, ...]:
        """The mechanisms that can clear a transfer whatever the ground of its disclosure, in the order of the steps."""
        steps = (s for s in self.steps if s.kind == "grounds" and not s.needs_ground)
        return tuple(self.regime.mechanisms[code] for s in steps for code in s.grounds)


class Bench:
    """What the tests look at, with what they found: no test is run twice for one case."""

    def __init__(self, case: Brief, terms: Terms) -> None:
        self.case, self.terms = case, terms
        self.regime, self.on, self.home = terms.regime, terms.on, terms.home
        self.found: dict[int, Finding] = {}  # by the identity of the test, which the regime keeps

    def part(self, key: Hashable, work: Callable[[Bench], T], same: Callable[[T], Hashable] | None = None) -> T:
        """What a part of the procedure finds (see `Brief.part`)."""
        if self.case.parts is None:
            return work(self)
        return self.case.part(key, lambda brief: work(Bench(brief, self.terms)), same)

    @cached_property
    def practices(self) -> tuple[Practice | None, Practice | None]:
        """The code of practice that applies, and one that may: the kind of organisation or category is not known."""
        return self.part("practices", practice_of, lambda found: tuple(map(id, found)))

    @property
    def practice(self) -> Practice | None:
        return self.practices[0]


def _all_in(name: str, b: Bench) -> bool | None:
    """Whether all places of a fact are at home (True), none is (False), or it cannot be told."""
    found: bool | None = b.case.ask("all inside", (name, b.home))
    return found


def _any_in(fact: Fact[Any], home: frozenset[str]) -> bool | None:
    if fact.is_none:
        return False
    if not fact.known:
        return None
    answers = [inside(p, home) for p in items(fact)]
    return True if True in answers else None if None in answers else False


def _sender_here(b: Bench, test: Test) -> Finding:
    return Finding(Found.of(_all_in("sender.country", b)), ("sender.country",), (SENDER_COUNTRY,))


def _sender_carries_on_business_here(b: Bench, test: Test) -> Finding:
    here = b.regime.home_name
    ask = Question(
        f"whether {{sender}} carries on business in {here}", f"{{sender}}: does it carry on business in {here}?"
    )
    return Finding(Found.of(_any_in(b.case.fact("sender.business"), b.home)), ("sender.business",), (ask,))


def _sender_kind(b: Bench, test: Test) -> Finding:
    kind: Fact[OrganisationKind] = b.case.fact("sender.kind")
    wanted = " or a ".join(test.values)
    ask = Question(f"whether {{sender}} is a {wanted}", f"{{sender}}: a {wanted}?")
    if not kind.known and set(test.values) <= PUBLIC_KINDS and _plainly_no_public_body_here(b):
        return Finding(Found.NO, ("sender.kind", "sender.sector"))
    return Finding(Found.of(kind.value in test.values if kind.known else None), ("sender.kind",), (ask,))


PUBLIC_KINDS = frozenset({OrganisationKind.COMMONWEALTH.value, OrganisationKind.STATE.value})


def _plainly_no_public_body_here(b: Bench) -> bool:
    private = b.case.fact("sender.sector").value is Sector.PRIVATE
    return private or _all_in("sender.country", b) is False


def _sender_public(b: Bench, test: Test) -> Finding:
    sector: Fact[Sector] = b.case.fact("sender.sector")
    found = Found.of(sector.value is not Sector.PRIVATE if sector.known else None)
    return Finding(found, ("sender.sector",), (SENDER_PUBLIC,))


def _sender_not_small(b: Bench, test: Test) -> Finding:
    small: Fact[bool] = b.case.fact("sender.small")
    if b.case.fact("sender.sector").value is Sector.PUBLIC:
        return Finding(Found.UNKNOWN, ("sender.sector", "sender.kind"), (SENDER_COMMONWEALTH,))
    return Finding(Found.of(not small.value if small.known else None), ("sender.small",), (SENDER_SMALL,))


def _flow_not_running(b: Bench, test: Test) -> Finding:
    started, ended = b.case.fact("flow.started"), b.case.fact("flow.ended")
    over = bool((started.value and started.value > b.on) or (ended.value and ended.value < b.on))
    looked = tuple(n for n in ("flow.started", "flow.ended") if b.case.fact(n).known)
    return Finding(Found.of(over), looked)


def _sent_by_individual(b: Bench, test: Test) -> Finding:
    sent = b.case.by_individual
    return Finding(Found.of(sent), says="The flow comes from individuals." if sent else "The flow comes from a system.")


def _transit_only(b: Bench, test: Test) -> Finding:
    return Finding(Found.of(b.case.ask("activity", Activity.TRANSIT)), ("place",))


def _onward(b: Bench, test: Test) -> Finding:
    return Finding(Found.of(b.case.onward), says="" if b.case.onward else "The flow does not come from a recipient.")


def _role(b: Bench, test: Test) -> Finding:
    role: Fact[Role] = b.case.fact("recipient.role")
    return Finding(Found.of(role.value in test.values if role.known else None), ("recipient.role",), (ROLE,))


def _own_purposes(b: Bench, test: Test) -> Finding:
    own: Fact[bool] = b.case.fact("recipient.own_purposes")
    return Finding(Found.of(own.value), ("recipient.own_purposes",), (OWN_PURPOSES,))


def _upstream_acts_for_itself(b: Bench, test: Test) -> Finding:
    role: Fact[Role] = b.case.fact("upstream.role")
    own: Fact[bool] = b.case.fact("upstream.own_purposes")
    looked = ("upstream.role", "upstream.own_purposes")
    if own.value is True or (role.known and role.value is not Role.AGENT):
        return Finding(Found.YES, looked, (UPSTREAM,))
    settled = role.value is Role.AGENT and own.value is False
    return Finding(Found.NO if settled else Found.UNKNOWN, looked, (UPSTREAM,))


def _effective_control(b: Bench, test: Test) -> Finding:
    control: Fact[bool] = b.case.fact("recipient.control")
    return Finding(Found.of(control.value), ("recipient.control",), (CONTROL,))


def _upstream_effective_control(b: Bench, test: Test) -> Finding:
    control: Fact[bool] = b.case.fact("upstream.control")
    return Finding(Found.of(bool(control.value)), ("upstream.control",))


def _recipient_foreign(b: Bench, test: Test) -> Finding:
    """A body is local if established here or centrally managed here; a blank management follows the establishment."""
    managed: Fact[tuple[Place, ...]] = b.case.fact("recipient.managed")
    here = b.home
    looked = ("recipient.country", "recipient.managed") if not managed.blank else ("recipient.country",)
    established = _all_in("recipient.country", b)
    if established is True or (managed.known and _any_in(managed, here) is True):
        return Finding(Found.NO, looked)
    if established is None:
        return Finding(Found.UNKNOWN, looked, (ESTABLISHED,))
    if managed.blank or _any_in(managed, here) is False:
        return Finding(Found.YES, looked)
    return Finding(Found.UNKNOWN, looked, (MANAGED,))


def _recipient_outside(b: Bench, test: Test) -> Finding:
    """Overseas if established abroad, or if the information is held or reached abroad; here only when both are here."""
    established, at = _all_in("recipient.country", b), _all_in("place", b)
    looked = ("recipient.country", "place")
    if established is False or at is False:
        return Finding(Found.YES, looked)
    return Finding(Found.NO if established and at else Found.UNKNOWN, looked, (HOLDS_AT,))


def _held_overseas(b: Bench, test: Test) -> Finding:
    """Whether any of the system's places is abroad."""
    locations: Fact[tuple[Place, ...]] = b.case.fact("system.locations")
    abroad = [inside(p, b.home) for p in items(locations)]
    found = True if False in abroad else None if None in abroad or not abroad else False
    home = b.regime.home_name
    ask = Question(f"whether the information is held outside {home}", f"{{origin}}: is it held outside {home}?")
    return Finding(Found.of(found), ("system.locations",), (ask,))


def _prescribed(b: Bench, test: Test) -> Finding:
    """Whether regulations prescribe the country or a scheme on the day."""
    return listed(b)[0]._replace(says="")


def destinations(b: Bench) -> tuple[tuple[frozenset[str], ...], bool]:
    """Where the recipient is established or holds the information, abroad: for each place the countries that it may
    be (one, or those of a group), and whether every place is known."""
    ends = [_abroad(b, end) for end in DESTINATIONS]
    return tuple(dict.fromkeys(group for groups, _ in ends for group in groups)), all(certain for _, certain in ends)


DESTINATIONS = ("recipient.country", "place")


def _abroad(b: Bench, end: str) -> tuple[tuple[frozenset[str], ...], bool]:
    """The same of one of `DESTINATIONS`."""
    if end == "place":
        where = b.case.ask("where")
        every, known = [Place(*where)] if where else [], where is not None
    else:
        established: Fact[tuple[Place, ...]] = b.case.fact(end)
        every, known = list(items(established)), established.known
    abroad = [p for p in every if inside(p, b.home) is not True]
    each = (frozenset({p.country}) if p.country else (p.within or frozenset()) - b.home for p in abroad if p.stated)
    return tuple(dict.fromkeys(each)), known and all(p.stated for p in abroad)


def listed(b: Bench) -> tuple[Finding, tuple[ListEntry, ...]]:
    """Whether list decisions in force cover every place the information goes to, within their scopes."""
    if not b.terms.decisions:
        return Finding(Found.NO, ("place",)), ()
    ends = [b.part(("listed", end), partial(_end_listed, end), _same_end) for end in DESTINATIONS]
    judged, certain = [found for each, _ in ends for found in each], all(known for _, known in ends)
    facts = tuple(dict.fromkeys(("recipient.country", "place", *(n for f, _ in judged for n in f.facts))))
    chosen = tuple(dict.fromkeys(e for _, es in judged for e in es))
    outside = [f for f, _ in judged if f.found is Found.NO]
    if outside or (certain and not judged):
        return Finding(Found.NO, facts, says="; ".join(dict.fromkeys(f.says for f in outside if f.says))), ()
    asks = [q for f, _ in judged if f.found is Found.UNKNOWN for q in f.asks]
    if not certain:
        asks.append(PLACE if b.case.fact("recipient.country").known else ESTABLISHED)
    if asks:
        return Finding(Found.UNKNOWN, facts, tuple(dict.fromkeys(asks))), chosen
    return Finding(Found.YES, facts), chosen


_EndListed = tuple[tuple[tuple[Finding, tuple[ListEntry, ...]], ...], bool]


def _end_listed(end: str, b: Bench) -> _EndListed:
    """What list decisions say of each place of one of `DESTINATIONS`, and whether every one is known."""
    groups, certain = _abroad(b, end)
    return tuple(_group_listed(b, b.terms.decisions, countries) for countries in groups), certain


def _same_end(found: _EndListed) -> Hashable:
    judged, certain = found
    return tuple((finding, tuple(map(id, entries))) for finding, entries in judged), certain


def _group_listed(
    b: Bench, entries: tuple[ListEntry, ...], countries: frozenset[str]
) -> tuple[Finding, tuple[ListEntry, ...]]:
    """Whether decisions cover a place that may be any of some countries: all of them, none, or it cannot be told."""
    best, outside = [], []
    for country in sorted(countries):
        tried = [(_scope(b, e), e) for e in entries if e.country in (country, "*")]
        best.append(next((t for f in (Found.YES, Found.UNKNOWN) for t in tried if t[0].found is f), None))
        outside += [f for f, _ in tried if f.found is Found.NO]
    known = [t for t in best if t]
    facts = tuple(dict.fromkeys(n for f in (*(f for f, _ in known), *outside) for n in f.facts))
    if not known:
        return Finding(Found.NO, facts, says="; ".join(dict.fromkeys(f.says for f in outside if f.says))), ()
    asks = [q for f, _ in known if f.found is Found.UNKNOWN for q in f.asks]
    if len(known) < len(best):
        asks.append(PLACE)
    found = Found.UNKNOWN if asks else Found.YES
    return Finding(found, facts, tuple(dict.fromkeys(asks))), tuple(dict.fromkeys(e for _, e in known))


def _scope(b: Bench, entry: ListEntry) -> Finding:
    return together(entry.needs, b, every=True) if entry.needs else Finding(Found.YES)


def _scheme_listed(b: Bench, test: Test) -> Finding:
    """A listing counts on a day on which somebody looked, over the span recorded, and for a year after one look."""
    fact: Fact[tuple[Scheme, ...]] = b.case.fact("recipient.schemes")
    (name,) = test.values
    ask = Question(
        f"whether {{recipient}} is on the list of {name} on this day",
        f"{{recipient}}: on the list of {name}, and checked on which day?",
    )
    looked = ("recipient.schemes",)
    if fact.nothing in (Nothing.NOT_STATED, Nothing.UNREADABLE):
        return Finding(Found.UNKNOWN, looked, (ask,))
    wanted = b.regime.scheme(name)
    on_this = [scheme for scheme in items(fact) if name_key(scheme.name) in wanted]
    answers = {_listing(scheme, b.on) for scheme in on_this}
    found = True if True in answers else None if None in answers else False
    says = ""
    if found is False and fact.known:
        ended = max((scheme.until for scheme in on_this if scheme.until), default=None)
        says = f"{{recipient}} is not recorded as listed on {name}"
        says = f"the listing of {{recipient}} on {name} ended on {ended.isoformat()}" if ended else says
    return Finding(Found.of(found), looked, (ask,), says)


LISTING_COUNTS_FOR = timedelta(days=365)  # schemes are joined for a year at a time


def _listing(scheme: Scheme, on: date) -> bool | None:
    if scheme.checked is None or scheme.checked > on:
        return None
    if scheme.until is not None:
        return on <= scheme.until
    return True if on - scheme.checked <= LISTING_COUNTS_FOR else None


STAFF = frozenset(name_key(w) for w in ("staff", "employees", "employee", "workers", "contractors", "job applicants"))


def _staff_data_listed(b: Bench, test: Test) -> Finding:
    """Staff data wants a listing that covers it; other information does not."""
    looked = ("flow.categories", "recipient.schemes")
    if CategoryKind.EMPLOYMENT in b.case.kinds:
        listing = _scheme_listed(b, test)
        says = f"staff data moves, and {listing.says}" if listing.says else ""
        return listing._replace(facts=looked, says=says)
    if None in b.case.kinds and STAFF & {name_key(i) for i in b.case.individuals}:
        listing = _scheme_listed(b, test)
        ask = Question(
            "whether this is staff data", "Of what kind is each category that goes to {recipient}: is it staff data?"
        )
        return Finding(Found.YES if listing.found is Found.YES else Found.UNKNOWN, looked, (ask,))
    return Finding(Found.YES, looked)


def _recipient_bound_by(b: Bench, test: Test) -> Finding:
    """Whether a law is recorded as binding the recipient for this information."""
    fact: Fact[tuple[Binding, ...]] = b.case.fact("recipient.bound_by")
    (law,) = test.values
    ask = Question(
        f"whether {law} binds {{recipient}} for this information",
        f"{{recipient}}: does {law} bind it for this information?",
    )
    named = [x.binds for x in items(fact) if name_key(law) in name_key(x.law)]
    if named:
        says = "" if all(named) else f"{law} is recorded as not binding {{recipient}} for this information"
        return Finding(Found.of(all(named)), ("recipient.bound_by",), (ask,), says)
    public = b.case.fact("recipient.sector").value is Sector.PUBLIC
    settled = fact.known or fact.is_none or public
    says = f"{law} is not recorded as binding {{recipient}}" if fact.known else ""
    return Finding(Found.NO if settled else Found.UNKNOWN, ("recipient.bound_by", "recipient.sector"), (ask,), says)


def _recipient_sector(b: Bench, test: Test) -> Finding:
    sector: Fact[Sector] = b.case.fact("recipient.sector")
    ask = Question("whether {recipient} is private or public", "{recipient}: private or public?")
    found = sector.value in test.values if sector.known else None
    says = f"{{recipient}} is recorded as {sector.value}" if found is False else ""
    return Finding(Found.of(found), ("recipient.sector",), (ask,), says)


def _recipient_public(b: Bench, test: Test) -> Finding:
    role, sector = b.case.fact("recipient.role").value, b.case.fact("recipient.sector").value
    return Finding(
        Found.of(sector is Sector.PUBLIC or role is Role.PUBLIC_AUTHORITY), ("recipient.sector", "recipient.role")
    )


def _recipient_international(b: Bench, test: Test) -> Finding:
    return Finding(Found.of(b.case.fact("recipient.sector").value is Sector.INTERNATIONAL), ("recipient.sector",))


def _categories(b: Bench, test: Test) -> Finding:
    found = b.case.ask("any kind", (frozenset(map(CategoryKind, test.values)), False))
    ask = Question(
        "of what kind the categories are",
        f"Is any category that goes to {{recipient}} of this kind: {', '.join(test.values)}?",
    )
    return Finding(Found.of(found), ("flow.categories",), (ask,))


def _unique_identifier(b: Bench, test: Test) -> Finding:
    found = True if True in b.case.identifiers else None if None in b.case.identifiers else False
    ask = Question("whether a unique identifier moves", "Is any category that goes to {recipient} a unique identifier?")
    return Finding(Found.of(found), ("flow.categories",), (ask,))


def _occasional(b: Bench, test: Test) -> Finding:
    frequency: Fact[Frequency] = b.case.fact("flow.frequency")
    found = frequency.value in (Frequency.ONCE, Frequency.OCCASIONAL) if frequency.known else None
    ask = Question(
        "how often this happens", "How often does this go to {recipient}: once or occasionally, or regularly?"
    )
    return Finding(Found.of(found), ("flow.frequency",), (ask,))


def _sender_is_agent(b: Bench, test: Test) -> Finding:
    """Whether the exporter is a processor: it holds this for a principal, or it is the agent that sends it on."""
    agent_sends_on = b.case.onward and b.case.fact("upstream.role").value is Role.AGENT
    says = "The information is held for a principal." if b.case.for_principal else ""
    return Finding(
        Found.of(b.case.for_principal or agent_sends_on), ("upstream.role",) if b.case.onward else (), says=says
    )


def _processor_may_export(b: Bench, test: Test) -> Finding:
    """As above; or the recipient is at home, so that what is held or reached abroad is its own sub-processor's."""
    if _sender_is_agent(b, test).found is Found.YES:
        return Finding(Found.YES)
    abroad_at_a_local_recipient = _all_in("recipient.country", b) is True and _all_in("place", b) is False
    return Finding(Found.of(abroad_at_a_local_recipient), ("recipient.country", "place"))


def _recipient_may_do_business_here(b: Bench, test: Test) -> Finding:
    """Where nobody filled it in, the note that goes with the ground answers for it."""
    fact: Fact[bool] = b.case.fact("recipient.nz_business")
    found = fact.blank or fact.value if fact.known or fact.blank else None
    ask = Question("whether {recipient} carries on business here", "{recipient}: does it carry on business here?")
    return Finding(Found.of(found), ("recipient.nz_business",), (ask,))


def _recipient_may_be_bound(b: Bench, test: Test) -> Finding:
    """Where nobody filled it in, the note that goes with the ground answers for it."""
    fact: Fact[tuple[Binding, ...]] = b.case.fact("recipient.bound_by")
    found = (
        True if fact.blank else any(law.binds for law in items(fact)) if fact.known else False if fact.is_none else None
    )
    ask = Question(
        "which law binds {recipient} for this information",
        "{recipient}: which law binds it for this information, and does an exemption take it out?",
    )
    return Finding(Found.of(found), ("recipient.bound_by",), (ask,))


EMPLOYEES = frozenset(
    name_key(w)
    for w in (
        "employees",
        "employee",
        "staff",
        "current employees",
        "former employees",
        "current staff",
        "former staff",
    )
)
NOT_EMPLOYEES = (
    "applicant",
    "candidate",
    "contractor",
    "volunteer",
    "customer",
    "client",
    "patient",
    "visitor",
    "prospect",
)


def _employees_only(b: Bench, test: Test) -> Finding:
    """Whether all the individuals are current or former employees; applicants and contractors are not."""
    keys = [name_key(i) for i in b.case.individuals]
    others = any(word in key for key in keys for word in NOT_EMPLOYEES)
    found = False if others else True if keys and set(keys) <= EMPLOYEES else None
    ask = Question(
        "whether all the individuals are employees", "Are all the individuals current or former employees of {sender}?"
    )
    return Finding(Found.of(found), ("flow.individuals",), (ask,))


def _sensitive(b: Bench, test: Test) -> Finding:
    found = True if True in b.case.sensitive else None if None in b.case.sensitive else False
    ask = Question("whether any category is sensitive", "Is any category that goes to {recipient} sensitive?")
    return Finding(Found.of(found), ("flow.categories",), (ask,))


_NUMBER = re.compile(r"(\d[\d,. ]*)\s*(k|thousand|m|million)?\b", re.IGNORECASE)


def _volume_under(b: Bench, test: Test) -> Finding:
    """Whether the number of people in *Volume* is under a number; without one it cannot be told."""
    match = _NUMBER.search(b.case.fact("flow.volume").value or "")
    ask = Question("how many people it is about", "How many people is the information about that goes to {recipient}?")
    if not match:
        return Finding(Found.UNKNOWN, ("flow.volume",), (ask,))
    scale = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}.get((match[2] or "").casefold(), 1)
    digits = match[1].strip().rstrip(".,").replace(" ", "")
    number = float(digits.replace(",", "")) if scale > 1 else float(re.sub(r"[,.]", "", digits))
    return Finding(Found.of(number * scale < float(test.values[0])), ("flow.volume",), (ask,))


def pleaded(b: Bench) -> Pleaded:
    """What the flow pleads as its ground."""
    found: Pleaded = b.case.ask("pleads", b.terms)
    return found


def _ground(b: Bench, test: Test) -> Finding:
    wanted = {b.regime.ground(v) for v in test.values if v != "none"}
    found = pleaded(b)
    pleads = bool(found.grounds & wanted) or ("none" in test.values and not found.anything)
    return Finding(Found.of(pleads), ("flow.ground",))


def _code_applies(b: Bench, test: Test) -> Finding:
    looked = ("sender.kind", "flow.categories")
    if b.practice:
        return Finding(Found.YES, looked, says=f"{b.practice.name} applies.")
    if practice_open := b.practices[1]:
        name = practice_open.name
        ask = Question(
            f"whether the {name} applies",
            f"What kind of organisation is {{sender}}, and of what kind is each category ({name})?",
        )
        return Finding(Found.UNKNOWN, looked, (ask,))
    return Finding(Found.NO, looked)


TESTS: Mapping[str, Callable[[Bench, Test], Finding]] = {
    "categories": _categories,
    "employees_only": _employees_only,
    "sensitive": _sensitive,
    "volume_under": _volume_under,
    "code_applies": _code_applies,
    "effective_control": _effective_control,
    "flow_not_running": _flow_not_running,
    "ground": _ground,
    "held_overseas": _held_overseas,
    "occasional": _occasional,
    "onward": _onward,
    "own_purposes": _own_purposes,
    "prescribed": _prescribed,
    "recipient_bound_by": _recipient_bound_by,
    "recipient_foreign": _recipient_foreign,
    "recipient_international": _recipient_international,
    "recipient_may_be_bound": _recipient_may_be_bound,
    "recipient_may_do_business_here": _recipient_may_do_business_here,
    "recipient_outside": _recipient_outside,
    "recipient_public": _recipient_public,
    "recipient_sector": _recipient_sector,
    "role": _role,
    "scheme_listed": _scheme_listed,
    "sender_carries_on_business_here": _sender_carries_on_business_here,
    "sender_here": _sender_here,
    "processor_may_export": _processor_may_export,
    "sender_is_agent": _sender_is_agent,
    "sender_kind": _sender_kind,
    "sender_not_small": _sender_not_small,
    "sender_public": _sender_public,
    "sent_by_individual": _sent_by_individual,
    "staff_data_listed": _staff_data_listed,
    "transit_only": _transit_only,
    "unique_identifier": _unique_identifier,
    "upstream_acts_for_itself": _upstream_acts_for_itself,
    "upstream_effective_control": _upstream_effective_control,
}


def find(test: Test, b: Bench) -> Finding:
    found = b.found.get(id(test))
    if found is None:
        found = TESTS[test.name](b, test)
        if test.negated:
            found = found.turned()
        b.found[id(test)] = found
    return found


def together(tests: tuple[Test, ...], b: Bench, *, every: bool) -> Finding:
    """Several tests as one: all of them, or any. The first that settles it is what is shown."""
    decisive = Found.NO if every else Found.YES
    findings = []
    for test in tests:
        finding = find(test, b)
        if finding.found is decisive:
            return Finding(decisive, finding.facts, says=finding.says)
        findings.append(finding)
    if len(findings) == 1:
        return findings[0] if findings[0].found is Found.UNKNOWN else findings[0]._replace(asks=())
    facts = tuple(dict.fromkeys(n for f in findings for n in f.facts))
    unknown = [f for f in findings if f.found is Found.UNKNOWN]
    says = " ".join(f.says for f in findings if f.says)
    if unknown:
        return Finding(Found.UNKNOWN, facts, tuple(dict.fromkeys(q for f in unknown for q in f.asks)), says)
    return Finding(Found.YES if every else Found.NO, facts, says=says)


def practice_of(b: Bench) -> tuple[Practice | None, Practice | None]:
    """The code of practice that replaces the base rules here, and one that may (a kind is not known)."""
    case, terms = b.case, b.terms
    kind: Fact[OrganisationKind] = case.fact("sender.kind")
    maybe: Practice | None = None
    for practice in terms.practices:
        who = True if not practice.kinds else kind.value in practice.kinds if kind.known else None
        if who is False:
            continue
        what = case.ask("any kind", (frozenset(map(CategoryKind, practice.categories)), True))
        if who and what:
            return practice, None
        if what is not False and practice.kinds:
            maybe = maybe or practice
    return None, maybe
