"""The law as dated, cited data, loaded strictly.

A regime is one TOML file beside this module; decisions on countries and schemes are `adequacy.csv`, and the ways to cover
a transfer are `mechanisms.csv`. An unknown key, a missing citation or a wrong date stops the load with `BadLaw`.
`ends` is always the first day on which something no longer holds.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal, TypeVar

from datamap.inventory import name_key

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
    "flow_not_running",
    "ground",
    "held_overseas",
    "occasional",
    "onward",
    "own_purposes",
    "prescribed",
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
    "sent_by_individual",
    "staff_data_listed",
    "transit_only",
    "unique_identifier",
    "upstream_acts_for_itself",
    "upstream_effective_control",
)


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

    @property
    def to_be_verified(self) -> bool:
        """Low confidence, or stated from general knowledge: users are told that it is to be verified."""
        return self.unread or self.confidence == "low"

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
        return cls(name, tuple(v.strip() for v in values.split(",") if v.strip()), negated)

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


@dataclass(frozen=True, kw_only=True)
class Rule(Cited):
    """A rule of `duties.py` that raises flags: its code and its title."""

    code: str
    title: str


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
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    entries: tuple[ListEntry, ...] = ()

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
        return tuple(r for r in self.regimes.values() if country in r.homes(on))

    def mechanism_words(self) -> tuple[str, ...]:
        """Every code, name and plain word for a mechanism, for validating what analysts write."""
        words = [w for r in self.regimes.values() for ws in r.words.values() for w in ws]
        every = [m for r in self.regimes.values() for m in r.mechanisms.values()] + list(self.other_mechanisms)
        words += [w for m in every for w in (m.code, m.name)]
        return tuple(dict.fromkeys(words))

    def ground_words(self) -> tuple[str, ...]:
        """Every code and word for a ground: the grounds of disclosure, and mechanisms pleaded as one."""
        words = [w for r in self.regimes.values() for g in r.grounds for w in (g.code, *g.words)]
        return tuple(dict.fromkeys((*words, *self.mechanism_words(), *self._references())))

    def _references(self) -> Iterator[str]:
        for regime in self.regimes.values():
            yield from (m.citation for m in regime.mechanisms.values())


# ---------------------------------------------------------------------------------------------------- loading

_T = TypeVar("_T")


def _convert(kind: Any, value: Any, where: str) -> Any:
    """Check one TOML value against the annotation of the field it is for."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _convert(next(a for a in args if a is not type(None)), value, where)
    if origin is Literal:
        if value not in args:
            raise BadLaw(f"{where}: {value!r} is not one of {', '.join(map(str, args))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise BadLaw(f"{where}: a list is wanted, not {value!r}")
        return tuple(_convert(args[0], v, where) for v in value)
    if kind is Test:
        try:
            return Test.parse(value)
        except ValueError as wrong:
            raise BadLaw(f"{where}: {wrong}") from wrong
    if type(value) is not kind:
        raise BadLaw(f"{where}: {kind.__name__} is wanted, not {value!r}")
    return value


def _build(cls: type[_T], row: Mapping[str, Any], where: str) -> _T:
    """A record from a table, refusing unknown keys, missing keys and values of the wrong kind."""
    hints = typing.get_type_hints(cls)
    known = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(row) - set(known)):
        raise BadLaw(f"{where}: unknown key {unknown[0]!r}")
    required = [
        n for n, f in known.items() if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    if missing := [n for n in required if n not in row]:
        raise BadLaw(f"{where}: {missing[0]!r} is missing")
    built = cls(**{k: v if k in _READY else _convert(hints[k], v, f"{where}, {k}") for k, v in row.items()})
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


def _check_step(step: Step, where: str) -> None:
    ways = [bool(step.needs_any), bool(step.needs_all), bool(step.if_any), bool(step.if_all), step.kind != "tests"]
    if sum(ways) != 1:
        raise BadLaw(f"{where}: a step is exactly one of needs_any, needs_all, if_any, if_all or a kind")
    result = step.otherwise if step.is_gate else step.then
    if result not in OUTCOMES:
        raise BadLaw(f"{where}: {result!r} is not an outcome")
    if step.kind != "grounds" and not step.reason:
        raise BadLaw(f"{where}: no reason to show")


def _regime(text: str, where: str, entries: tuple[ListEntry, ...], mechanisms: tuple[Mechanism, ...]) -> Regime:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadLaw(f"{where}: {wrong}") from wrong
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
    data["schemes"] = {
        k: _convert(tuple[str, ...], v, f"{where}, schemes {k!r}") for k, v in data.get("schemes", {}).items()
    }
    data["practices"] = tuple(
        _build(Practice, row, f"{where}, practice {row.get('name')!r}") for row in data.pop("practice", [])
    )
    data["duties"] = {k: _build(Duty, row, f"{where}, duty {k!r}") for k, row in data.get("duties", {}).items()}
    data["rules"] = {
        k: _build(Rule, {"code": k, **row}, f"{where}, rule {k!r}") for k, row in data.get("rules", {}).items()
    }
    data["statutes"] = tuple(_build(Statute, row, f"{where}, statute") for row in data.pop("statute", []))
    data["identifiers"] = tuple(_build(Identifier, row, f"{where}, identifier") for row in data.pop("identifier", []))
    data["words"] = {k: _convert(tuple[str, ...], v, f"{where}, words {k!r}") for k, v in data.get("words", {}).items()}
    data["conditions"] = {
        k: _convert(tuple[Test, ...], v, f"{where}, conditions {k!r}") for k, v in data.get("conditions", {}).items()
    }
    data["mechanisms"] = {m.code: m for m in mechanisms if m.regime == code}
    data["entries"] = tuple(e for e in entries if e.regime == code)
    grounds = data.pop("grounds")
    regime = _build(Regime, {**data, "grounds": []}, where)
    regime = dataclasses.replace(regime, grounds=grounds)
    _check_references(regime, where)
    return regime


def _check_references(regime: Regime, where: str) -> None:
    last = regime.steps[-1]
    if last.ends or (last.starts and regime.starts and last.starts > regime.starts):
        raise BadLaw(f"{where}, step {last.id!r}: the last step must hold as long as the regime does")
    wanted = [
        (f"step {s.id!r}", m) for s in regime.steps for m in (*s.grounds, *([s.mechanism] if s.mechanism else []))
    ]
    wanted += [("words", m) for m in regime.words] + [("conditions", m) for m in regime.conditions]
    wanted += [("older", m) for o in regime.older for m in o.clauses]
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
    ]
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


@cache
def load() -> Law:
    """The law that datamap ships. Raises `BadLaw` when the data is not sound."""
    folder = resources.files("datamap.law")
    entries = _entries((folder / "adequacy.csv").read_text("utf-8"), "adequacy.csv")
    mechanisms = _mechanisms((folder / "mechanisms.csv").read_text("utf-8"), "mechanisms.csv")
    files = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    loaded = [_regime((folder / name).read_text("utf-8"), name, entries, mechanisms) for name in files]
    regimes = {r.code: r for r in sorted(loaded, key=lambda r: r.code)}
    return Law(
        regimes,
        tuple(e for e in entries if e.regime not in regimes),
        tuple(m for m in mechanisms if m.regime not in regimes),
    )
