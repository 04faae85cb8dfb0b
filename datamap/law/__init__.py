"""The law as dated, cited data, loaded strictly.

A regime is one TOML file beside this module; decisions on countries and schemes are `adequacy.csv`, and the ways to cover
a transfer are `mechanisms.csv`. An unknown key, a missing citation or a wrong date stops the load with `BadLaw`.
`ends` is always the first day on which something no longer holds.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import string
import tomllib
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

from datamap import places
from datamap.inventory import CategoryKind, OrganisationKind, Role, Sector, name_key

Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
OUTCOMES = (
    "blocked",
    "gap",
    "undetermined",
    "incomplete",
    "safeguarded",
    "permitted",
    "agent_only",
    "not_transfer",
    "not_applicable",
)

# The closed vocabulary of tests a step may name. `transfers.py` has one small function for each. A test may take values
# after a colon ("role: agent") and may be turned round ("not own_purposes").
TESTS = (
    "categories",
    "code_applies",
    "effective_control",
    "employees_only",
    "flow_not_running",
    "ground",
    "held_overseas",
    "occasional",
    "onward",
    "own_purposes",
    "prescribed",
    "processor_may_export",
    "recipient_bound_by",
    "recipient_foreign",
    "recipient_international",
    "recipient_may_be_bound",
    "recipient_may_do_business_here",
    "recipient_outside",
    "recipient_public",
    "recipient_sector",
    "role",
    "scheme_listed",
    "sender_carries_on_business_here",
    "sender_here",
    "sender_is_agent",
    "sender_kind",
    "sender_not_small",
    "sender_public",
    "sensitive",
    "sent_by_individual",
    "staff_data_listed",
    "transit_only",
    "unique_identifier",
    "upstream_acts_for_itself",
    "upstream_effective_control",
    "volume_under",
)

# The values that tests take; the others take none. An empty tuple stands for words of one's own.
VALUES: Mapping[str, tuple[str, ...]] = {
    "categories": tuple(CategoryKind),
    "ground": (),
    "recipient_bound_by": (),
    "recipient_sector": tuple(Sector),
    "role": tuple(Role),
    "scheme_listed": (),
    "sender_kind": tuple(OrganisationKind),
    "staff_data_listed": (),
    "volume_under": (),
}
ONE_VALUE = frozenset({"recipient_bound_by", "scheme_listed", "staff_data_listed", "volume_under"})


class BadLaw(ValueError):
    """The law data cannot be used; the message names the file, the entry and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Cited:
    """What every piece of law carries: where it stands, from when, where it was read, when, and how sure we are."""

    citation: str
    checked: date
    confidence: Confidence
    sources: tuple[str, ...]
    starts: date | None = None
    ends: date | None = None
    unread: bool = False
    note: str = ""
    yours: bool = False  # from the user's own files; nothing in a file can say so

    @property
    def to_be_verified(self) -> bool:
        """Low confidence, or stated from general knowledge: users are told that it is to be verified."""
        return self.unread or self.confidence == "low"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds."""
        return self.ends - timedelta(days=1) if self.ends else None

    def holds(self, on: date) -> bool:
        return (self.starts is None or self.starts <= on) and (self.ends is None or on < self.ends)


@dataclass(frozen=True)
class Test:
    """One named test of a step, its values, and whether it is turned round."""

    name: str
    values: tuple[str, ...] = ()
    negated: bool = False

    @classmethod
    def parse(cls, text: str) -> Test:
        words, _, values = text.partition(":")
        negated = words.startswith("not ")
        name = words.removeprefix("not ").strip()
        if name not in TESTS:
            raise ValueError(f"{name!r} is not one of the tests ({', '.join(TESTS)})")
        given = tuple(v.strip() for v in values.split(",") if v.strip())
        wanted = VALUES.get(name)
        if wanted is None and given:
            raise ValueError(f"the test {name!r} takes no value, not {given[0]!r}")
        if wanted is not None and (not given or (name in ONE_VALUE and len(given) > 1)):
            raise ValueError(f"the test {name!r} takes {'one value' if name in ONE_VALUE else 'a value'} after a colon")
        if wanted and (unknown := [v for v in given if v not in wanted]):
            raise ValueError(f"{unknown[0]!r} is not one of the values of {name!r} ({', '.join(wanted)})")
        if "{" in text or "}" in text:
            raise ValueError(f"{text!r} has a brace, which has no place here")
        return cls(name, given, negated)

    def __str__(self) -> str:
        values = f": {', '.join(self.values)}" if self.values else ""
        return f"{'not ' if self.negated else ''}{self.name}{values}"


@dataclass(frozen=True, kw_only=True)
class Step(Cited):
    """One step of a regime. Exactly one of a gate, an exit, or a `kind` (see the head of nz.toml)."""

    id: str
    asks: str
    kind: Literal["tests", "prohibitions", "lists", "grounds", "otherwise"] = "tests"
    needs_any: tuple[Test, ...] = ()
    needs_all: tuple[Test, ...] = ()
    if_any: tuple[Test, ...] = ()
    if_all: tuple[Test, ...] = ()
    then: str | None = None
    otherwise: str | None = None
    not_known: Literal["ask", "continue"] = "ask"
    reason: str = ""
    ask: str = ""
    duties: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    needs_ground: tuple[str, ...] = ()
    ground: str | None = None
    mechanism: str | None = None

    @property
    def is_gate(self) -> bool:
        return bool(self.needs_any or self.needs_all)

    @property
    def tests(self) -> tuple[Test, ...]:
        return self.needs_any or self.needs_all or self.if_any or self.if_all


@dataclass(frozen=True, kw_only=True)
class Duty(Cited):
    """What remains owed after an answer, where its tests hold. `text` may name {sender} and {recipient}."""

    text: str
    if_all: tuple[Test, ...] = ()

    @property
    def said(self) -> str:
        """The duty as an answer tells it, with its citation; the names are still to be filled in."""
        return f"{self.text} ({self.citation}{', to be verified' if self.to_be_verified else ''})"


@dataclass(frozen=True, kw_only=True)
class Rule(Cited):
    """A rule of `duties.py` that raises flags: its code and its title."""

    code: str
    title: str


BREACH_FACTS = ("holders", "people", "places", "principals", "security", "sensitivity", "transfers", "volume")
"""What the map can tell of a breach: `breach.FACTS` has one small function for each."""


@dataclass(frozen=True, kw_only=True)
class AfterBreach(Cited):
    """One piece of the law of breaches, for people to apply: none of it is ever decided here.

    `says` is the question of a test, what is to be assessed or told, or what else to know; it may name {sender}. Of a
    test, `facts` are those of the map that bear on it. Of what is to be done, `whom` is told, `by` says when in words,
    and `hours` or `days` count from becoming aware, where there is such a limit. `authority` is whether who is told is a
    public authority. `acts_for` is `agent` where it falls on whoever holds the information for somebody else.
    """

    id: str
    kind: Literal["test", "assess", "tell", "know"]
    says: str
    facts: tuple[str, ...] = ()
    whom: str = ""
    authority: bool = False
    by: str = ""
    hours: int | None = None
    days: int | None = None
    acts_for: Literal["itself", "agent"] = "itself"


CONCERNS = ("request", "systems", "agents", "others", "recipients", "transfers")
"""What a right is about: the request as a whole; the own systems; the recipients that are agents, those that are not, or
all; or the recipients abroad."""


@dataclass(frozen=True, kw_only=True)
class Right(Cited):
    """What a regime asks of whoever answers a person who wants to see or to correct information.

    `says` is what is to be done, and may name {sender}; `concerns` one of `CONCERNS`; `by` when, in words.
    """

    id: str
    request: Literal["access", "correction"]
    says: str
    concerns: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Practice(Cited):
    """A code of practice that replaces the base rules for its kinds of organisation and category."""

    name: str
    rule: str
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    letters_loaded: bool


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A ground of disclosure as people write it in *Ground*."""

    code: str
    says: str
    words: tuple[str, ...]
    unread: bool = False


@dataclass(frozen=True, kw_only=True)
class Statute:
    title: str
    year: int


@dataclass(frozen=True, kw_only=True)
class Former(Cited):
    """A law that people still cite and that has ended: `ends` is the first day it no longer held.

    `words` are further names for it; `meant` is what stands in its place.
    """

    title: str
    year: int | None = None
    words: tuple[str, ...] = ()
    meant: str


LIMITED = ("unsubscribing", "complaint")
"""What people are promised a time for, where law sets the longest; for requests see `Right`, for breaches `AfterBreach`."""


@dataclass(frozen=True, kw_only=True)
class Limit(Cited):
    """The longest time that law leaves for something people may ask for. `about` is one of `LIMITED`; `says` tells it."""

    about: str
    most: int
    unit: Literal["day", "working day"]
    says: str


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """A unique identifier that another agency assigns, the words that show it, and the words that show that agency."""

    name: str
    words: tuple[str, ...]
    agency: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ListEntry(Cited):
    """One decision (or recorded absence of one) on a country or scheme. Source: `adequacy.csv`."""

    regime: str
    country: str  # ISO alpha-2, a private code (XX-EPO), or * for every country
    country_name: str
    scope: str
    status: str
    needs: tuple[Test, ...] = ()  # what the scope asks of the recipient, the categories and the scheme

    @property
    def decides(self) -> bool:
        """Whether this is a decision that lets information go, while it holds."""
        return self.status in ("in force", "invalidated")

    @property
    def ending(self) -> str:
        """That it ends, as an answer that rests on it tells it, with its citation; empty when it does not."""
        return f"{self.country_name}: this decision ends on {self.last_day} ({self.citation})" if self.last_day else ""


@dataclass(frozen=True, kw_only=True)
class Mechanism(Cited):
    """One way to cover a transfer and the evidence it needs. Source: `mechanisms.csv`."""

    regime: str
    code: str
    name: str
    type: str
    needs_document: bool
    needs_assessment: bool
    needs_authorisation: bool
    needs_review_date: bool
    needs_detail: str
    applies_to_roles: str

    @property
    def module(self) -> str | None:
        """The number of the module, for clauses that come in modules (a code that ends in -M2)."""
        stem, _, last = self.code.rpartition("-M")
        return last if stem and last.isdigit() else None


@dataclass(frozen=True, kw_only=True)
class Older(Cited):
    """An earlier set of clauses: what was signed `before` a day is of that set, which counts only until it `ends`."""

    clauses: tuple[str, ...]  # mechanism codes
    before: date
    says: str


_MODULES = {
    "1": ("1", "one", "i", "c2c", "controller to controller"),
    "2": ("2", "two", "ii", "c2p", "controller to processor"),
    "3": ("3", "three", "iii", "p2p", "processor to processor"),
    "4": ("4", "four", "iv", "p2c", "processor to controller"),
}
_BEFORE_MODULE = re.compile(r"^(?:(?:eu)?sccs?)?(?:m[oó]d(?:ul[eo]?|s)?|m(?=\d))?")


def module_named(words: str) -> str | None:
    """The number of the module of standard clauses that words name (`2`, `module two`, `SCC M2`, `C2P`), or None. One that is doubted (`2?`) is none."""
    key = "" if "?" in words else _BEFORE_MODULE.sub("", name_key(words))
    return next((n for n, names in _MODULES.items() if key in {name_key(w) for w in names}), None)


@dataclass(frozen=True, kw_only=True)
class Regime(Cited):
    """One body of privacy law. `words` maps a mechanism's code to the words people use for it."""

    code: str
    name: str
    law: str
    country: str  # ISO alpha-2, or EU
    home_name: str  # "New Zealand", "the EEA"
    transfer: str
    home: tuple[str, ...] = ()  # further countries and territories that count as home
    derived: bool = (
        True  # whether a country leads to it; else it is judged only when named (a law of part of a country)
    )
    steps: tuple[Step, ...]
    grounds: tuple[Ground, ...]
    words: Mapping[str, tuple[str, ...]]
    conditions: Mapping[str, tuple[Test, ...]]
    practices: tuple[Practice, ...]
    duties: Mapping[str, Duty]
    rules: Mapping[str, Rule]
    statutes: tuple[Statute, ...]
    identifiers: tuple[Identifier, ...]
    source: Mapping[str, str]
    schemes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a scheme → the words people use for it
    older: tuple[Older, ...] = ()
    adaptations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # mechanism → words for changes it wants
    breach: tuple[AfterBreach, ...] = ()
    rights: tuple[Right, ...] = ()
    formers: tuple[Former, ...] = ()
    limits: tuple[Limit, ...] = ()
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    entries: tuple[ListEntry, ...] = ()

    def when(self, on: date) -> str:
        """From which day its rules on record apply, or until which they did, for a day on which they do not."""
        if self.starts and on < self.starts:
            return f"The rules of {self.law} on record apply from {self.starts.isoformat()}."
        return f"The rules of {self.law} on record applied until {self.last_day}."

    def homes(self, on: date) -> frozenset[str]:
        """Every country and territory that counts as home on a day: a transfer is out of these."""
        internal = {e.country for e in self.entries if e.status == "internal" and e.holds(on)}
        return frozenset({self.country, *self.home, *internal})

    @cached_property
    def _by_words(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for code, words in self.words.items():
            for word in words:
                found[name_key(word)] = (*found.get(name_key(word), ()), code)
        for mechanism in self.mechanisms.values():
            for word in (mechanism.code, mechanism.name, mechanism.citation):
                found.setdefault(name_key(word), (mechanism.code,))
            found[name_key(mechanism.code)] = (mechanism.code,)
        return found

    @cached_property
    def _grounds_by_words(self) -> dict[str, str]:
        return {name_key(word): g.code for g in self.grounds for word in (g.code, *g.words)}

    def called(self, words: str) -> tuple[Mechanism, ...]:
        """The mechanisms of this regime that a code or plain words may mean; several for "SCC", none for other laws'."""
        return tuple(self.mechanisms[code] for code in self._by_words.get(name_key(words), ()))

    def mechanism(self, words: str) -> Mechanism | None:
        """The first of those, or None."""
        return next(iter(self.called(words)), None)

    def scheme(self, name: str) -> frozenset[str]:
        """The keys of the words that people use for a scheme."""
        return frozenset(name_key(w) for w in (name, *self.schemes.get(name, ())))

    def ground(self, words: str) -> str | None:
        """The code of the ground of disclosure that words name, or None."""
        return self._grounds_by_words.get(name_key(words))

    def cite_sources(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The sources in full, in the order cited."""
        return tuple(self.source.get(k, k) for k in keys)


@dataclass(frozen=True)
class Law:
    """All the law that is loaded, by regime code, in the order of the codes."""

    regimes: Mapping[str, Regime]
    other_entries: tuple[ListEntry, ...] = ()  # list entries of regimes whose steps are not loaded
    other_mechanisms: tuple[Mechanism, ...] = ()

    def at_home_in(self, country: str, on: date) -> tuple[Regime, ...]:
        """The regimes at home in a country (ISO alpha-2) on a day."""
        return tuple(r for r in self.regimes.values() if r.derived and country in r.homes(on))

    @cached_property
    def own(self) -> str:
        """What of this is the user's own, such as "3 list entries, 1 mechanism"; empty when nothing is."""
        regimes = self.regimes.values()
        counts = (
            (sum(r.yours for r in regimes), "regime", "regimes"),
            (sum(e.yours for e in self.every_entry()), "list entry", "list entries"),
            (sum(m.yours for m in self.every_mechanism()), "mechanism", "mechanisms"),
        )
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)

    def every_entry(self) -> tuple[ListEntry, ...]:
        """The list entries of all regimes, of those whose steps are not loaded too."""
        return (*(e for r in self.regimes.values() for e in r.entries), *self.other_entries)

    def every_mechanism(self) -> tuple[Mechanism, ...]:
        """The mechanisms of all regimes, of those whose steps are not loaded too."""
        return (*(m for r in self.regimes.values() for m in r.mechanisms.values()), *self.other_mechanisms)

    def mechanism_words(self) -> tuple[str, ...]:
        """Every code, name and plain word for a mechanism, for validating what analysts write."""
        words = [w for r in self.regimes.values() for ws in r.words.values() for w in ws]
        words += [w for m in self.every_mechanism() for w in (m.code, m.name)]
        return tuple(dict.fromkeys(words))

    def module_words(self) -> tuple[str, ...]:
        """Words that *Module* may hold beside a module: the changes that some regimes want in clauses of another law."""
        return tuple(dict.fromkeys(w for r in self.regimes.values() for ws in r.adaptations.values() for w in ws))

    def ground_words(self) -> tuple[str, ...]:
        """Every code and word for a ground: the grounds of disclosure, and mechanisms pleaded as one."""
        words = [w for r in self.regimes.values() for g in r.grounds for w in (g.code, *g.words)]
        return tuple(dict.fromkeys((*words, *self.mechanism_words(), *self._references())))

    def _references(self) -> Iterator[str]:
        for regime in self.regimes.values():
            yield from (m.citation for m in regime.mechanisms.values())


# ---------------------------------------------------------------------------------------------------- loading

_T = TypeVar("_T")
_N = TypeVar("_N", AfterBreach, Right)


_Check = Callable[[Any, str], Any]
"""A TOML value and where it stands → what a record holds. Raises `BadLaw` for a value of the wrong kind."""


def _ready(value: Any, where: str) -> Any:
    return value


@cache
def _check_of(kind: Any) -> _Check:
    """How a value is checked against the annotation of the field it is for."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _check_of(next(a for a in args if a is not type(None)))

    def one_of(value: Any, where: str) -> Any:
        if value not in args:
            raise BadLaw(f"{where}: {value!r} is not one of {', '.join(map(str, args))}")
        return value

    def several(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise BadLaw(f"{where}: a list is wanted, not {value!r}")
        return tuple([each(v, where) for v in value])

    def test(value: Any, where: str) -> Any:
        if not isinstance(value, str):
            raise BadLaw(f"{where}: the name of a test is wanted, not {value!r}")
        try:
            return Test.parse(value)
        except ValueError as wrong:
            raise BadLaw(f"{where}: {wrong}") from wrong

    def plain(value: Any, where: str) -> Any:
        if type(value) is not kind:
            raise BadLaw(f"{where}: {kind.__name__} is wanted, not {value!r}")
        return value

    if origin is tuple:
        each = _check_of(args[0])
        return several
    return one_of if origin is Literal else test if kind is Test else plain


_TEXTS = _check_of(tuple[str, ...])


@cache
def _fields_of(cls: type[Any]) -> tuple[dict[str, _Check], tuple[str, ...]]:
    """How each field that a table may have is checked, and those that it must have."""
    hints = typing.get_type_hints(cls)
    known = [f for f in dataclasses.fields(cls) if f.name != "yours"]
    required = (f for f in known if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING)
    checks = {f.name: _ready if f.name in _READY else _check_of(hints[f.name]) for f in known}
    return checks, tuple(f.name for f in required)


def _build(cls: type[_T], row: Mapping[str, Any], where: str) -> _T:
    """A record from a table, refusing unknown keys, missing keys and values of the wrong kind."""
    checks, required = _fields_of(cls)  # type: ignore[arg-type]
    if unknown := sorted(row.keys() - checks.keys()):
        raise BadLaw(f"{where}: unknown key {unknown[0]!r}")
    if missing := [name for name in required if name not in row]:
        raise BadLaw(f"{where}: {missing[0]!r} is missing")
    built = cls(**{key: checks[key](value, f"{where}, {key}") for key, value in row.items()})
    if isinstance(built, Cited):
        _check_cited(built, where)
    return built


_READY = frozenset(
    {
        "steps",
        "words",
        "conditions",
        "practices",
        "duties",
        "rules",
        "statutes",
        "identifiers",
        "source",
        "schemes",
        "older",
        "adaptations",
        "breach",
        "rights",
        "formers",
        "limits",
        "mechanisms",
        "entries",
    }
)


def _check_cited(cited: Cited, where: str) -> None:
    if not cited.citation.strip():
        raise BadLaw(f"{where}: no citation")
    if not cited.sources or not all(s.strip() for s in cited.sources):
        raise BadLaw(f"{where}: no source")
    if cited.starts and cited.ends and cited.ends <= cited.starts:
        raise BadLaw(f"{where}: it ends before it starts")
    for name, value in vars(cited).items():
        if isinstance(value, str):
            _check_braces(value, _NAMES.get(name, frozenset()), f"{where}, {name}")


_WHO = frozenset({"sender", "recipient", "upstream", "origin", "place"})
_ALL = _WHO | {"ground", "code"}
_NAMES = {"asks": _WHO, "reason": _ALL | {"prohibition"}, "ask": _ALL, "text": _ALL, "says": _ALL}
"""What the sentences of the law may name in braces."""


def _check_braces(text: str, names: frozenset[str], where: str) -> None:
    if "{" not in text and "}" not in text:
        return
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as wrong:
        raise BadLaw(f"{where}: a brace is not in its place") from wrong
    for _, name, form, conversion in parts:
        if name is not None and (name not in names or form or conversion):
            may = f"; it may name {', '.join(sorted(names))}" if names else ""
            raise BadLaw(f"{where}: {{{name}}} cannot be filled in{may}")
    if not names:
        raise BadLaw(f"{where}: a brace has no place here")


def _check_step(step: Step, where: str) -> None:
    ways = [bool(step.needs_any), bool(step.needs_all), bool(step.if_any), bool(step.if_all), step.kind != "tests"]
    if sum(ways) != 1:
        raise BadLaw(f"{where}: a step is exactly one of needs_any, needs_all, if_any, if_all or a kind")
    result = step.otherwise if step.is_gate else step.then
    if result not in OUTCOMES:
        raise BadLaw(f"{where}: {result!r} is not an outcome")
    if step.kind != "grounds" and not step.reason:
        raise BadLaw(f"{where}: no reason to show")
    if step.kind != "prohibitions" and "{prohibition}" in step.reason:
        raise BadLaw(f"{where}, reason: only a step of kind 'prohibitions' can name {{prohibition}}")


_LISTED = ("step", "ground", "practice", "statute", "identifier", "older", "breach", "right", "former", "limit")
_TABLES = ("duties", "rules", "words", "conditions", "source", "schemes", "adaptations")
_MADE = frozenset(
    {
        "citation",
        "steps",
        "grounds",
        "practices",
        "statutes",
        "identifiers",
        "rights",
        "formers",
        "limits",
        "mechanisms",
        "entries",
    }
)


def _check_shape(data: Mapping[str, Any], where: str) -> None:
    """The tables of a regime's file are tables, before anything is read from them."""
    if made := sorted(_MADE & set(data)):
        raise BadLaw(f"{where}: unknown key {made[0]!r}")
    for key in _LISTED:
        rows = data.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadLaw(f"{where}: {key!r} must be tables, each headed [[{key}]]")
    for key in _TABLES:
        table = data.get(key, {})
        if not isinstance(table, dict):
            raise BadLaw(f"{where}: {key!r} must be a table, headed [{key}]")
        for name, value in table.items():
            if key in ("duties", "rules") and (not isinstance(value, dict) or "code" in value):
                raise BadLaw(f"{where}: each of {key!r} must be a table without a code, headed [{key}.{name}]")
            if key == "source" and not isinstance(value, str):
                raise BadLaw(f"{where}, source {name!r}: a text is wanted, not {value!r}")
    code = data.get("code")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", code):
        raise BadLaw(f"{where}: code {code!r} is not a short name in small letters, such as nz")
    for country in (data.get("country"), *(home if isinstance(home := data.get("home"), list) else ())):
        if country != "EU":
            _check_country(country, where)


def _check_country(code: Any, where: str) -> None:
    """A country's two letters, or a code of the lists for a part of one (AE-DIFC) or for a body (XX-EPO)."""
    if isinstance(code, str) and (code in places.countries() or re.fullmatch(r"[A-Z]{2}-[A-Z0-9]+", code)):
        return
    meant = places.read_places(code).places if isinstance(code, str) else ()
    hint = f"; did you mean {meant[0].country}?" if len(meant) == 1 and meant[0].country else ""
    raise BadLaw(f"{where}: {code!r} is not the two letters of a country{hint}")


def _toml(text: str, where: str) -> dict[str, Any]:
    """What a regime's file holds, its tables in their places."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise BadLaw(f"{where}: {wrong}") from wrong
    _check_shape(data, where)
    return data


def _regime(text: str, where: str, entries: tuple[ListEntry, ...], mechanisms: tuple[Mechanism, ...]) -> Regime:
    data = _toml(text, where)
    data["citation"] = data.pop("general_citation", "")
    code = data.get("code", "?")
    steps = tuple(
        _build(Step, row, f"{where}, step {row.get('id', n)!r}") for n, row in enumerate(data.pop("step", []), 1)
    )
    for step in steps:
        _check_step(step, f"{where}, step {step.id!r}")
    if len({s.id for s in steps}) != len(steps):
        raise BadLaw(f"{where}: two steps have one id")
    if not steps or steps[-1].kind != "otherwise":
        raise BadLaw(f"{where}: the last step must be of kind 'otherwise', so that every transfer has an answer")
    data["steps"] = steps
    data["grounds"] = tuple(
        _build(Ground, row, f"{where}, ground {row.get('code')!r}") for row in data.pop("ground", [])
    )
    data["older"] = tuple(_build(Older, row, f"{where}, older {n}") for n, row in enumerate(data.pop("older", []), 1))
    data["schemes"] = {k: _TEXTS(v, f"{where}, schemes {k!r}") for k, v in data.get("schemes", {}).items()}
    data["adaptations"] = {k: _TEXTS(v, f"{where}, adaptations {k!r}") for k, v in data.get("adaptations", {}).items()}
    data["practices"] = tuple(
        _build(Practice, row, f"{where}, practice {row.get('name')!r}") for row in data.pop("practice", [])
    )
    data["duties"] = {k: _build(Duty, row, f"{where}, duty {k!r}") for k, row in data.get("duties", {}).items()}
    data["rules"] = {
        k: _build(Rule, {"code": k, **row}, f"{where}, rule {k!r}") for k, row in data.get("rules", {}).items()
    }
    data["breach"] = _pieces(AfterBreach, data.pop("breach", []), f"{where}, breach")
    data["rights"] = _pieces(Right, data.pop("right", []), f"{where}, right")
    data["formers"] = tuple(_build(Former, row, f"{where}, former") for row in data.pop("former", []))
    data["limits"] = tuple(_build(Limit, row, f"{where}, limit") for row in data.pop("limit", []))
    data["statutes"] = tuple(_build(Statute, row, f"{where}, statute") for row in data.pop("statute", []))
    data["identifiers"] = tuple(_build(Identifier, row, f"{where}, identifier") for row in data.pop("identifier", []))
    data["words"] = {k: _TEXTS(v, f"{where}, words {k!r}") for k, v in data.get("words", {}).items()}
    data["conditions"] = {
        k: _check_of(tuple[Test, ...])(v, f"{where}, conditions {k!r}") for k, v in data.get("conditions", {}).items()
    }
    data["mechanisms"] = {m.code: m for m in mechanisms if m.regime == code}
    data["entries"] = tuple(e for e in entries if e.regime == code)
    grounds = data.pop("grounds")
    regime = _build(Regime, {**data, "grounds": []}, where)
    regime = dataclasses.replace(regime, grounds=grounds)
    _check_references(regime, where)
    return regime


def _pieces(cls: type[_N], rows: Iterable[Mapping[str, Any]], where: str) -> tuple[_N, ...]:
    """The pieces of the law of breaches or of rights, each with an id of its own."""
    found = tuple(_build(cls, row, f"{where} {row.get('id', n)!r}") for n, row in enumerate(rows, 1))
    if len({piece.id for piece in found}) != len(found):
        raise BadLaw(f"{where}: two have one id")
    for piece in found:
        wrong = f"{where} {piece.id!r}"
        if isinstance(piece, Right):
            if piece.concerns not in CONCERNS:
                raise BadLaw(f"{wrong}: {piece.concerns!r} is not one of {', '.join(CONCERNS)}")
            continue
        if unknown := [f for f in piece.facts if f not in BREACH_FACTS]:
            raise BadLaw(f"{wrong}: {unknown[0]!r} is not one of {', '.join(BREACH_FACTS)}")
        if piece.kind == "tell" and not piece.whom:
            raise BadLaw(f"{wrong}: whom to tell is missing")
        if piece.facts and piece.kind != "test":
            raise BadLaw(f"{wrong}: only a test has facts")
        if (piece.by or piece.hours or piece.days) and piece.kind not in ("assess", "tell"):
            raise BadLaw(f"{wrong}: only what is to be done has a time")
    return found


def _check_references(regime: Regime, where: str) -> None:
    last = regime.steps[-1]
    if last.ends or (last.starts and regime.starts and last.starts > regime.starts):
        raise BadLaw(f"{where}, step {last.id!r}: the last step must hold as long as the regime does")
    wanted = [
        (f"step {s.id!r}", m) for s in regime.steps for m in (*s.grounds, *([s.mechanism] if s.mechanism else []))
    ]
    wanted += [("words", m) for m in regime.words] + [("conditions", m) for m in regime.conditions]
    wanted += [("older", m) for o in regime.older for m in o.clauses] + [("adaptations", m) for m in regime.adaptations]
    for what, code in wanted:
        if code not in regime.mechanisms:
            raise BadLaw(f"{where}, {what}: no mechanism {code!r} in mechanisms.csv")
    for step in regime.steps:
        for duty in step.duties:
            if duty not in regime.duties:
                raise BadLaw(f"{where}, step {step.id!r}: no duty {duty!r}")
        grounds = (*step.needs_ground, *(v for t in step.tests if t.name == "ground" for v in t.values if v != "none"))
        for ground in grounds:
            if regime.ground(ground) is None:
                raise BadLaw(f"{where}, step {step.id!r}: no ground {ground!r}")
    cited: list[Cited] = [
        regime,
        *regime.steps,
        *regime.older,
        *regime.practices,
        *regime.duties.values(),
        *regime.rules.values(),
        *regime.breach,
        *regime.rights,
        *regime.formers,
        *regime.limits,
    ]
    for former in regime.formers:
        if former.ends is None:
            raise BadLaw(f"{where}, former {former.title!r}: it must say when it ended")
    for limit in regime.limits:
        if limit.about not in LIMITED:
            raise BadLaw(f"{where}, limit: {limit.about!r} is not one of {', '.join(LIMITED)}")
    for item in cited:
        for key in item.sources:
            if key not in regime.source:
                raise BadLaw(f"{where}: source {key!r} is not listed")


def _date(text: str, where: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise BadLaw(f"{where}: {text!r} is not a date") from wrong


def _rows(text: str, wanted: tuple[str, ...], where: str) -> Iterator[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != wanted:
        raise BadLaw(f"{where}: the columns must be {', '.join(wanted)}")
    for number, row in enumerate(reader, 2):
        if None in row or None in row.values():
            raise BadLaw(f"{where}, row {number}: {len(wanted)} columns are wanted")
        yield f"{where}, row {number}", row


ADEQUACY_COLUMNS = (
    "regime", "country_iso2", "country", "scope", "needs", "status", "effective_date", "expiry_date", "citation", "source",
    "confidence", "notes", "checked",
)  # fmt: skip
STATUSES = ("in force", "internal", "invalidated", "no decision", "none prescribed", "no list mechanism")


def _entries(text: str, where: str) -> tuple[ListEntry, ...]:
    entries = []
    for place, row in _rows(text, ADEQUACY_COLUMNS, where):
        if row["status"] not in STATUSES:
            raise BadLaw(f"{place}: status {row['status']!r} is not one of {', '.join(STATUSES)}")
        if row["country_iso2"] != "*":
            _check_country(row["country_iso2"], place)
        last = _date(row["expiry_date"], place)
        if last and row["status"] != "invalidated":
            last += timedelta(days=1)  # a decision that lapses holds through its last day; one struck down does not
        checked = _date(row["checked"], place)
        entries.append(
            _build(
                ListEntry,
                {
                    "regime": row["regime"], "country": row["country_iso2"], "country_name": row["country"],
                    "scope": row["scope"], "status": row["status"], "citation": row["citation"],
                    "sources": [s.strip() for s in row["source"].split(" ; ")], "confidence": row["confidence"],
                    "note": row["notes"], "needs": [t.strip() for t in row["needs"].split(";") if t.strip()],
                    **{k: v for k, v in (("starts", _date(row["effective_date"], place)), ("ends", last)) if v},
                    **({"checked": checked} if checked else {}),
                },
                place,
            )
        )  # fmt: skip
    return tuple(entries)


MECHANISM_COLUMNS = (
    "regime", "code", "name", "legal_reference", "type", "needs_document", "needs_assessment", "needs_authorisation",
    "needs_review_date", "needs_detail", "applies_to_roles", "notes", "confidence", "checked",
)  # fmt: skip
MECHANISM_TYPES = (
    "assessment", "block", "consent", "contract", "derogation", "duty", "exemption", "filing", "law", "list",
    "role_exception", "scheme",
)  # fmt: skip


def _mechanisms(text: str, where: str) -> tuple[Mechanism, ...]:
    mechanisms = []
    for place, row in _rows(text, MECHANISM_COLUMNS, where):
        if row["type"] not in MECHANISM_TYPES:
            raise BadLaw(f"{place}: type {row['type']!r} is not one of {', '.join(MECHANISM_TYPES)}")
        if not row["code"].strip() or not row["name"].strip():
            raise BadLaw(f"{place}: a mechanism wants a code and a name")
        needs = {k: row[k] for k in row if k.startswith("needs_") and k != "needs_detail"}
        for column, value in needs.items():
            if value not in ("yes", "no", "optional"):
                raise BadLaw(f"{place}: {column} is {value!r}; yes, no or optional is wanted")
        checked = _date(row["checked"], place)
        mechanisms.append(
            _build(
                Mechanism,
                {
                    "regime": row["regime"], "code": row["code"], "name": row["name"], "citation": row["legal_reference"],
                    "type": row["type"], **{k: v == "yes" for k, v in needs.items()}, "needs_detail": row["needs_detail"],
                    "applies_to_roles": row["applies_to_roles"], "note": row["notes"], "confidence": row["confidence"],
                    "sources": [row["legal_reference"]], **({"checked": checked} if checked else {}),
                },
                place,
            )
        )  # fmt: skip
    codes = [m.code for m in mechanisms]
    if twice := sorted({c for c in codes if codes.count(c) > 1}):
        raise BadLaw(f"{where}: {twice[0]} is there twice")
    return tuple(mechanisms)


def load(folder: Path | None = None) -> Law:
    """The law that datamap ships, and with `folder` the user's own law on top of it (see `load_files`).

    The shipped law is read once; a folder is read each time. Raises `BadLaw` when anything in it is not sound.
    """
    if folder is None:
        return _shipped()
    try:
        found = [f for f in sorted(folder.iterdir()) if f.suffix.lower() in (".csv", ".toml") and f.is_file()]
        return load_files({f"{folder.name}/{f.name}": f.read_bytes() for f in found if not f.name.startswith(".")})
    except OSError as reason:
        raise BadLaw(f"The law in {str(folder)!r} cannot be read: {reason.strerror or reason}") from reason


def load_files(files: Mapping[str, bytes]) -> Law:
    """The shipped law with the user's own: adequacy.csv, mechanisms.csv, and a .toml file for each regime, by file name.

    The formats are those of the shipped files. A list entry of the same regime, country and scope as a shipped one, a
    mechanism of the same code, or a regime of the same code takes the place of the shipped one; others are added. All of
    it is marked `yours`. Raises `BadLaw`, naming the file and its row or entry, when anything is not sound.
    """
    ours = _shipped()
    texts: dict[str, str] = {}
    for name, data in sorted(files.items()):
        kind = name.rpartition("/")[2].lower()
        if not kind.endswith(".toml") and kind not in _TABLE_FILES:
            raise BadLaw(
                f"{name} is no file of law; wanted are {', '.join(_TABLE_FILES)} and a .toml file for each regime"
            )
        if len(data) > MOST_BYTES:
            raise BadLaw(f"{name} is larger than a file of law may be ({MOST_BYTES // 1_000_000} MB)")
        try:
            texts[name] = data.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise BadLaw(f"{name} is not text in UTF-8; save it as UTF-8") from wrong
    if not texts:
        raise BadLaw(f"No law was found; wanted are {', '.join(_TABLE_FILES)} or a .toml file for each regime")
    entries, mechanisms = ours.every_entry(), ours.every_mechanism()
    tomls = [name for name in texts if name.lower().endswith(".toml")]
    codes = {*ours.regimes, *(e.regime for e in entries), *(m.regime for m in mechanisms)}
    codes |= {_toml(texts[name], name)["code"] for name in tomls}
    for name in (n for n in texts if n not in tomls):
        try:
            if name.lower().endswith("adequacy.csv"):
                entries = _put(entries, _entries(texts[name], name), _same_entry, codes, name)
            else:
                mechanisms = _put(mechanisms, _mechanisms(texts[name], name), _same_mechanism, codes, name)
        except csv.Error as wrong:
            raise BadLaw(f"{name}: {wrong}") from wrong
    regimes: dict[str, Regime] = {}
    for name in tomls:
        regime = _as_yours(_regime(texts[name], name, entries, mechanisms))
        if regime.code in regimes:
            raise BadLaw(f"{name}: another of the files holds the regime {regime.code} too")
        if unknown := sorted(set(regime.rules) - {code for r in ours.regimes.values() for code in r.rules}):
            raise BadLaw(f"{name}, rule {unknown[0]!r}: datamap has no such rule, so it could never raise a flag")
        regimes[regime.code] = regime
    for code, regime in ours.regimes.items():
        if code not in regimes:
            regimes[code] = _joined(regime, entries, mechanisms)
    return _law_of(regimes, entries, mechanisms)


_TABLE_FILES = ("adequacy.csv", "mechanisms.csv")
MOST_BYTES = 4_000_000  # of one file of the user's own law; the shipped law's are a tenth of it


@cache
def _shipped() -> Law:
    folder = resources.files("datamap.law")
    entries = _entries((folder / "adequacy.csv").read_text("utf-8"), "adequacy.csv")
    mechanisms = _mechanisms((folder / "mechanisms.csv").read_text("utf-8"), "mechanisms.csv")
    files = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    loaded = [_regime((folder / name).read_text("utf-8"), name, entries, mechanisms) for name in files]
    return _law_of({r.code: r for r in loaded}, entries, mechanisms)


def _law_of(regimes: Mapping[str, Regime], entries: Iterable[ListEntry], mechanisms: Iterable[Mechanism]) -> Law:
    return Law(
        dict(sorted(regimes.items())),
        tuple(e for e in entries if e.regime not in regimes),
        tuple(m for m in mechanisms if m.regime not in regimes),
    )


_P = TypeVar("_P", ListEntry, Mechanism)


def _same_entry(entry: ListEntry) -> tuple[str, ...]:
    return entry.regime, entry.country, name_key(entry.scope)


def _same_mechanism(mechanism: Mechanism) -> tuple[str, ...]:
    return (mechanism.code,)


def _put(
    ours: tuple[_P, ...], theirs: tuple[_P, ...], identity: Callable[[_P], tuple[str, ...]], codes: set[str], where: str
) -> tuple[_P, ...]:
    """The rows of ours with theirs in the place of those that have the same identity, and the others after them."""
    known = {identity(row): row for row in ours}
    new: dict[tuple[str, ...], _P] = {}
    for number, row in enumerate(theirs, 2):
        place, key = f"{where}, row {number}", identity(row)
        if key in new:
            raise BadLaw(f"{place}: {', '.join(key)} is there twice")
        if row.regime not in codes:
            raise BadLaw(f"{place}: no regime is called {row.regime!r}; known are {', '.join(sorted(codes))}")
        if isinstance(row, ListEntry) and row.status == "in force" and row.starts is None:
            raise BadLaw(f"{place}: a decision in force needs the day from which it holds (effective_date)")
        if key in known and known[key].regime != row.regime:
            raise BadLaw(f"{place}: {', '.join(key)} is a mechanism of {known[key].regime}, not of {row.regime}")
        new[key] = dataclasses.replace(row, yours=True)
    return tuple([new.pop(identity(row), row) for row in ours] + list(new.values()))


def _as_yours(regime: Regime) -> Regime:
    def mark(rows: Iterable[_C]) -> tuple[_C, ...]:
        return tuple(dataclasses.replace(row, yours=True) for row in rows)

    return dataclasses.replace(
        regime,
        yours=True,
        steps=mark(regime.steps),
        older=mark(regime.older),
        practices=mark(regime.practices),
        duties=dict(zip(regime.duties, mark(regime.duties.values()), strict=True)),
        rules=dict(zip(regime.rules, mark(regime.rules.values()), strict=True)),
        breach=mark(regime.breach),
        rights=mark(regime.rights),
        formers=mark(regime.formers),
        limits=mark(regime.limits),
    )


_C = TypeVar("_C", bound=Cited)


def _joined(regime: Regime, entries: Iterable[ListEntry], mechanisms: Iterable[Mechanism]) -> Regime:
    """A shipped regime with the user's list entries and mechanisms.

    A mechanism that is new to it is weighed in the step that already weighs most mechanisms of its type.
    """
    own = {m.code: m for m in mechanisms if m.regime == regime.code}
    steps = list(regime.steps)
    for code in (c for c in own if c not in regime.mechanisms):
        kind = own[code].type
        alike = [sum(own[g].type == kind for g in s.grounds) if not s.needs_ground else 0 for s in steps]
        if not any(alike):
            raise BadLaw(
                f"mechanism {code!r}: {regime.name} has no step that weighs a mechanism of type {kind!r}; add the regime's "
                f"own .toml file with a step that names {code}"
            )
        number = alike.index(max(alike))
        steps[number] = dataclasses.replace(steps[number], grounds=(*steps[number].grounds, code))
    found = tuple(e for e in entries if e.regime == regime.code)
    return dataclasses.replace(regime, steps=tuple(steps), mechanisms=own, entries=found)
