"""The closed vocabulary of tests that a step of law may name: one small function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from datamap import places
from datamap.inventory import Activity, Fact, OrganisationKind, Place, Role, Sector, items
from datamap.law import ListEntry, Practice, Regime, Test
from datamap.sheets import Cell
from datamap.transfers.cases import Case


class Found(Enum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"

    @classmethod
    def of(cls, value: bool | None) -> Found:
        return cls.UNKNOWN if value is None else cls.YES if value else cls.NO

    def turned(self) -> Found:
        return {Found.YES: Found.NO, Found.NO: Found.YES, Found.UNKNOWN: Found.UNKNOWN}[self]


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


@dataclass(frozen=True)
class Finding:
    """What a test found, the facts it looked at, and what to ask when it cannot be told."""

    found: Found
    facts: tuple[str, ...] = ()
    asks: tuple[Question, ...] = ()
    says: str = ""
    cells: tuple[Cell, ...] = ()  # beside those of the facts: of safeguards and prohibitions

    def turned(self) -> Finding:
        return replace(self, found=self.found.turned())


@dataclass(frozen=True)
class Bench:
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


def _sender_here(b: Bench, test: Test) -> Finding:
    return Finding(
        Found.of(_in(b.case.fact("sender.country"), b.regime.country)), ("sender.country",), (SENDER_COUNTRY,)
    )


def _sender_carries_on_business_here(b: Bench, test: Test) -> Finding:
    here = places.country_name(b.regime.country)
    ask = Question(
        f"whether {{sender}} carries on business in {here}", f"{{sender}}: does it carry on business in {here}?"
    )
    return Finding(Found.of(_any_in(b.case.fact("sender.business"), b.regime.country)), ("sender.business",), (ask,))


def _sender_kind(b: Bench, test: Test) -> Finding:
    kind: Fact[OrganisationKind] = b.case.fact("sender.kind")
    wanted = " or a ".join(test.values)
    ask = Question(f"whether {{sender}} is a {wanted}", f"{{sender}}: a {wanted}?")
    return Finding(Found.of(kind.value in test.values if kind.known else None), ("sender.kind",), (ask,))


def _sender_public(b: Bench, test: Test) -> Finding:
    sector: Fact[Sector] = b.case.fact("sender.sector")
    found = Found.of(sector.value is not Sector.PRIVATE if sector.known else None)
    return Finding(
        found, ("sender.sector",), (SENDER_PUBLIC,), "" if found is Found.YES else "{sender} is not a public body"
    )


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
    place: Place | None = b.case.fact("place").value
    return Finding(Found.of(place is not None and place.activity is Activity.TRANSIT), ("place",))


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


def _recipient_outside(b: Bench, test: Test) -> Finding:
    """Overseas if established abroad, or if the information is held or reached abroad; here only when both are here."""
    established = _in(b.case.fact("recipient.country"), b.regime.country)
    place: Fact[Place] = b.case.fact("place")
    at = place.value.is_in(b.regime.country) if place.value else None
    looked = ("recipient.country", "place")
    if established is False or at is False:
        return Finding(Found.YES, looked)
    return Finding(Found.NO if established and at else Found.UNKNOWN, looked, (HOLDS_AT,))


def _held_overseas(b: Bench, test: Test) -> Finding:
    """Whether any of the system's places is abroad."""
    locations: Fact[tuple[Place, ...]] = b.case.fact("system.locations")
    abroad = [p.is_in(b.regime.country) for p in items(locations)]
    found = True if False in abroad else None if None in abroad or not abroad else False
    home = places.country_name(b.regime.country)
    ask = Question(f"whether the information is held outside {home}", f"{{origin}}: is it held outside {home}?")
    return Finding(Found.of(found), ("system.locations",), (ask,), f"the information is not held outside {home}")


def _prescribed(b: Bench, test: Test) -> Finding:
    """Whether regulations prescribe the country or a scheme on the day."""
    return Finding(Found.of(bool(entries_in_force(b))), ("place",), says="no country or scheme is prescribed")


def entries_in_force(b: Bench) -> list[ListEntry]:
    """The decisions of the regime in force on the day for the leg's country."""
    place: Place | None = b.case.fact("place").value
    if place is None or place.country is None:
        return []
    return [e for e in b.regime.entries if e.decides and e.holds(b.on) and e.country in (place.country, "*")]


def _recipient_may_do_business_here(b: Bench, test: Test) -> Finding:
    """No only where the record denies it: otherwise the note that goes with the ground answers for it."""
    denied = b.case.fact("recipient.nz_business").value is False
    return Finding(
        Found.of(not denied),
        ("recipient.nz_business",),
        says="{recipient} is recorded as not carrying on business here",
    )


def _recipient_may_be_bound(b: Bench, test: Test) -> Finding:
    """No only where the record says of every law it names that it does not bind the recipient."""
    bound = items(b.case.fact("recipient.bound_by"))
    denied = bool(bound) and not any(law.binds for law in bound)
    return Finding(
        Found.of(not denied),
        ("recipient.bound_by",),
        says="the law recorded does not bind {recipient} for this information",
    )


def pleaded(b: Bench) -> frozenset[str]:
    return frozenset(code for words in items(b.case.fact("flow.ground")) if (code := b.regime.ground(words)))


def _ground(b: Bench, test: Test) -> Finding:
    wanted = {b.regime.ground(v) for v in test.values if v != "none"}
    nothing = not items(b.case.fact("flow.ground"))
    return Finding(Found.of(bool(pleaded(b) & wanted) or ("none" in test.values and nothing)), ("flow.ground",))


def _code_applies(b: Bench, test: Test) -> Finding:
    looked = ("sender.kind", "flow.categories")
    if b.practice:
        return Finding(Found.YES, looked, says=f"{b.practice.name} applies.")
    if b.practice_open:
        name = b.practice_open.name
        ask = Question(
            f"whether the {name} applies",
            f"What kind of organisation is {{sender}}, and of what kind is each category ({name})?",
        )
        return Finding(Found.UNKNOWN, looked, (ask,))
    return Finding(Found.NO, looked)


TESTS: Mapping[str, Callable[[Bench, Test], Finding]] = {
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


def find(test: Test, b: Bench) -> Finding:
    finding = TESTS[test.name](b, test)
    return finding.turned() if test.negated else finding


def together(tests: tuple[Test, ...], b: Bench, *, every: bool) -> Finding:
    """Several tests as one: all of them, or any. The first that settles it is what is shown."""
    decisive = Found.NO if every else Found.YES
    findings = [find(t, b) for t in tests]
    settled = [f for f in findings if f.found is decisive]
    if settled:
        return Finding(decisive, settled[0].facts, says=settled[0].says)
    facts = tuple(dict.fromkeys(n for f in findings for n in f.facts))
    unknown = [f for f in findings if f.found is Found.UNKNOWN]
    says = " ".join(f.says for f in findings if f.says)
    if unknown:
        return Finding(Found.UNKNOWN, facts, tuple(dict.fromkeys(q for f in unknown for q in f.asks)), says)
    return Finding(Found.YES if every else Found.NO, facts, says=says)


def practice_of(case: Case, regime: Regime, on: date) -> tuple[Practice | None, Practice | None]:
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
        if who is not False and what is not False and practice.kinds:
            maybe = maybe or practice
    return None, maybe
