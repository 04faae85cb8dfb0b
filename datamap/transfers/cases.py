"""Everything about a leg that its answer can depend on, gathered once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from datamap import places
from datamap.graph import Leg, MappedFlow, Movement, NodeKind
from datamap.inventory import (
    CategoryKind,
    Fact,
    Inventory,
    Nothing,
    Organisation,
    Place,
    Prohibition,
    Recipient,
    Safeguard,
    Told,
    items,
    name_key,
)

if TYPE_CHECKING:
    from datamap.transfers.ways import Parts

T = TypeVar("T")

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
    "recipient.sector": "sector of {recipient}",
    "recipient.schemes": "schemes",
    "recipient.bound_by": "bound by",
    "recipient.nz_business": "NZ business",
    "upstream.role": "role of {upstream}",
    "upstream.own_purposes": "own purposes of {upstream}",
    "upstream.control": "effective control at {upstream}",
    "flow.ground": "ground",
    "flow.started": "started",
    "flow.ended": "ended",
    "flow.frequency": "frequency",
    "flow.volume": "volume",
    "flow.individuals": "individuals",
    "flow.categories": "categories",
    "system.locations": "where the system is",
    "place": "place",
}


@dataclass(frozen=True)
class Case:
    """Everything about a leg that its answer can depend on."""

    facts: Mapping[str, Fact[Any]]
    categories: tuple[str, ...]
    kinds: frozenset[CategoryKind | None]  # None: a category whose kind is not known
    identifiers: frozenset[bool | None]  # whether the categories are unique identifiers
    sensitive: frozenset[bool | None]  # whether the categories are sensitive
    individuals: tuple[str, ...]
    for_principal: bool
    onward: bool
    by_individual: bool
    claims: tuple[Safeguard, ...]
    prohibitions: tuple[Prohibition, ...]

    def fact(self, name: str) -> Fact[Any]:
        return self.facts[name]


SENDER, UPSTREAM, UNPLACED = "the organisation", "the recipient before it", "a place that is not stated"


def names_of(leg: Leg) -> dict[str, str]:
    flow = leg.flow
    return {
        "sender": flow.organisation.name if flow.organisation else SENDER,
        "recipient": flow.recipient.name if flow.recipient else flow.destination.name,
        "upstream": flow.upstream.name if flow.upstream else UPSTREAM,
        "origin": flow.origin.name,
        "place": places.place_name(leg.place.value) if leg.place.value else UNPLACED,
    }


@dataclass(frozen=True)
class Shelf:
    """The inventory's safeguards and prohibitions by recipient, and what of a fact counts on a day; found once for all legs.

    Without a day the dates of flows count as they stand.
    """

    inventory: Inventory
    on: date | None = None

    @cached_property
    def _by_recipient(self) -> dict[str, list[Safeguard]]:
        shelf: dict[str, list[Safeguard]] = {}
        for safeguard in self.inventory.safeguards:
            for name in items(safeguard.recipients):
                shelf.setdefault(name_key(name), []).append(safeguard)
        return shelf

    @cached_property
    def _claims(self) -> dict[tuple[tuple[str, ...], str | None], tuple[Safeguard, ...]]:
        return {}

    def claims(self, flow: MappedFlow) -> tuple[Safeguard, ...]:
        """The safeguards the flow names, then those that name its recipient."""
        names: tuple[str, ...] = flow.record.told("safeguards").value or ()
        key = names, flow.recipient.name if flow.recipient else None
        found = self._claims.get(key)
        if found is None:
            named = [self.inventory.safeguard(n) for n in names]
            every = {id(s): s for s in (*named, *self.with_recipient(flow.recipient)) if s}
            found = self._claims[key] = tuple(every.values())
        return found

    def with_recipient(self, recipient: Recipient | None) -> tuple[Safeguard, ...]:
        """The safeguards that name a recipient as a party."""
        return tuple(self._by_recipient.get(name_key(recipient.name), ())) if recipient else ()

    @cached_property
    def misspelt(self) -> Mapping[str, str]:
        """What prohibitions name that is not on record, and the recipient or category that it is most like: as `name_key`s."""
        on_record = [
            ("recipients", (*self.inventory.recipients, *self.inventory.systems, *self.inventory.organisations)),
            ("categories", self.inventory.categories),
        ]
        found = {}
        for field, records in on_record:
            names = tuple(record.name for record in records)
            keys = frozenset(map(name_key, names))
            said = (word for notice in self.inventory.prohibitions for word in items(getattr(notice, field)))
            for word in said:
                if name_key(word) not in keys and (near := places.nearest(word, names)):
                    found[name_key(word)] = name_key(near)
        return found

    @cached_property
    def _parties_prohibited(self) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
        named = ((p.name, frozenset(map(name_key, items(p.recipients)))) for p in self.inventory.prohibitions)
        return tuple((n, keys, frozenset(self.misspelt[k] for k in keys & self.misspelt.keys())) for n, keys in named)

    def about_recipient(self, recipient: Recipient | None) -> tuple[tuple[str, ...], tuple[tuple[str, bool], ...]]:
        """All that the name of a recipient decides: the safeguards that name it, and the prohibitions that do or may."""
        key = name_key(recipient.name) if recipient else ""
        notices = self._parties_prohibited
        prohibited = tuple((name, key in sure) for name, sure, perhaps in notices if key in sure or key in perhaps)
        return tuple(s.name for s in self.with_recipient(recipient)), prohibited

    def about_sender(self, sender: Organisation | None) -> tuple[str, ...]:
        """All that the name of a sender decides: the prohibitions that name it. Nobody known goes by their stand-in's name."""
        key = name_key(sender.name if sender else SENDER)
        named = ((p.name, p.organisation.value) for p in self.inventory.prohibitions)
        return tuple(name for name, organisation in named if organisation and name_key(organisation) == key)

    @cached_property
    def organisations(self) -> frozenset[str]:
        """The keys of the organisations that are on record; of nobody known, the stand-in's."""
        return frozenset(name_key(o.name) for o in self.inventory.organisations) or frozenset({name_key(SENDER)})

    @cached_property
    def prohibits_categories(self) -> bool:
        """Whether any prohibition is about some categories only."""
        return any(not p.categories.blank for p in self.inventory.prohibitions)

    def days(self, started: Fact[date], ended: Fact[date]) -> tuple[Any, ...]:
        """What of the days on which a flow began and ended an answer can depend on: whether it runs on the day."""
        if self.on is None:
            return started.value, started.nothing, ended.value, ended.nothing
        after, before = started.value and started.value > self.on, ended.value and ended.value < self.on
        return bool(after), started.nothing, bool(before), ended.nothing

    def day(self, name: str, fact: Told) -> tuple[Any, Nothing | None]:
        """The same of one of them, `flow.started` or `flow.ended`."""
        value = fact.value
        if self.on is None or value is None:
            return value, fact.nothing
        return value > self.on if name == "flow.started" else value < self.on, fact.nothing

    def kinds(self, categories: Iterable[str]) -> frozenset[CategoryKind | None]:
        found = [self.inventory.category(c) for c in categories]
        return frozenset(c.kind.value if c else None for c in found)

    def sensitive(self, categories: Iterable[str]) -> frozenset[bool | None]:
        """Whether each category is recorded as sensitive; several kinds are sensitive whatever is recorded."""
        found = [self.inventory.category(c) for c in categories]
        answers = {True if c and c.kind.value in SENSITIVE_KINDS else c.sensitive.value if c else None for c in found}
        return frozenset(answers) or frozenset({None})

    def identifiers(self, categories: Iterable[str]) -> frozenset[bool | None]:
        found = [self.inventory.category(c) for c in categories]
        return frozenset(c.unique_identifier.value if c else None for c in found) or frozenset({None})


SENSITIVE_KINDS = frozenset(
    {
        CategoryKind.HEALTH,
        CategoryKind.BIOMETRIC,
        CategoryKind.GENETIC,
        CategoryKind.CHILDREN,
        CategoryKind.BELIEFS,
        CategoryKind.ETHNICITY,
        CategoryKind.SEXUALITY,
        CategoryKind.CRIMINAL,
    }
)
_NO_FACT: Fact[Any] = Fact()


def restricts(safeguard: Safeguard) -> bool:
    """Whether a safeguard is about some categories only, so that their names matter."""
    return not safeguard.categories.blank


def asks_whose(kinds: frozenset[CategoryKind | None], ground: Fact[Any]) -> bool:
    """Whether it may matter whose information it is, with nothing on file: it may be about staff, or the ground may turn on it."""
    return not kinds or None in kinds or CategoryKind.EMPLOYMENT in kinds or ground.known


def _of_sender(field: str) -> Callable[[Leg], Fact[Any]]:
    return lambda leg: getattr(leg.flow.organisation, field) if leg.flow.organisation else _NO_FACT


def _of_recipient(field: str) -> Callable[[Leg], Fact[Any]]:
    return lambda leg: getattr(leg.flow.recipient, field) if leg.flow.recipient else _NO_FACT


def _of_upstream(field: str) -> Callable[[Leg], Fact[Any]]:
    return lambda leg: getattr(leg.flow.upstream, field) if leg.flow.upstream else _NO_FACT


def _of_record(field: str) -> Callable[[Leg], Fact[Any]]:
    return lambda leg: getattr(leg.flow.record, field)


def _of_either(field: str) -> Callable[[Leg], Fact[Any]]:
    """What the flow says of the recipient, else what is said of it everywhere."""
    general = _of_recipient(field)

    def found(leg: Leg) -> Fact[Any]:
        own: Fact[Any] = getattr(leg.flow.record, field)
        return general(leg) if own.blank else own

    return found


FACTS: Mapping[str, Callable[[Leg], Fact[Any]]] = {
    "sender.country": _of_sender("country"),
    "sender.kind": _of_sender("kind"),
    "sender.sector": _of_sender("sector"),
    "sender.business": _of_sender("carries_on_business_in"),
    "sender.small": _of_sender("small_business"),
    "recipient.country": lambda leg: _established(leg, leg.flow.recipient),
    "recipient.managed": _of_recipient("managed_from"),
    "recipient.role": _of_either("role"),
    "recipient.own_purposes": _of_either("own_purposes"),
    "recipient.control": _of_either("effective_control"),
    "recipient.sector": _of_recipient("sector"),
    "recipient.schemes": _of_recipient("schemes"),
    "recipient.bound_by": _of_recipient("bound_by"),
    "recipient.nz_business": _of_recipient("nz_business"),
    "upstream.role": _of_upstream("role"),
    "upstream.own_purposes": _of_upstream("own_purposes"),
    "upstream.control": _of_upstream("effective_control"),
    "flow.ground": _of_record("ground"),
    "flow.started": _of_record("started"),
    "flow.ended": _of_record("ended"),
    "flow.frequency": _of_record("frequency"),
    "flow.volume": _of_record("volume"),
    "flow.individuals": lambda leg: leg.flow.individuals,
    "flow.categories": lambda leg: leg.flow.categories,
    "system.locations": lambda leg: leg.flow.system.locations if leg.flow.system else _NO_FACT,
    "place": lambda leg: leg.place,
}


class Facts(Mapping[str, Fact[Any]]):
    """The facts of a leg by the names in `WORDS`, each looked up when it is asked for."""

    __slots__ = ("_leg",)

    def __init__(self, leg: Leg) -> None:
        self._leg = leg

    def __getitem__(self, name: str) -> Fact[Any]:
        return FACTS[name](self._leg)

    def __iter__(self) -> Iterator[str]:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


def case_of(leg: Leg, shelf: Shelf) -> Case:
    flow = leg.flow
    categories = items(flow.categories)
    return Case(
        {name: fact(leg) for name, fact in FACTS.items()},
        categories,
        shelf.kinds(categories),
        shelf.identifiers(categories),
        shelf.sensitive(categories),
        items(flow.individuals),
        flow.for_principal,
        flow.movement is Movement.ONWARD,
        _by_individual(flow),
        shelf.claims(flow),
        shelf.inventory.prohibitions,
    )


def _by_individual(flow: MappedFlow) -> bool:
    return flow.origin.kind is NodeKind.INDIVIDUALS and flow.movement is Movement.DISCLOSURE


@runtime_checkable
class Numbered(Protocol):
    """A read that numbers legs itself."""

    def number(self, leg: Leg) -> int: ...


class Reads:
    """What can be read of a leg, as numbers: equal where the procedure can tell no difference.

    A read is the name of a fact or of another part of a `Brief`, or a question about one with what it asks for. What stands
    behind a number is found once for each record, cell or place that legs share, and not for each leg.
    """

    def __init__(self, shelf: Shelf, kinds: frozenset[str | None] | None = None) -> None:
        """`kinds` are the kinds of categories that any rule asks for; without them all count."""
        self.shelf, self._kinds = shelf, kinds
        self._numbers: dict[Read, dict[Any, int]] = {}
        self._kept: list[object] = []  # what is known by its identity is kept, so that nothing else gets that
        self._known: dict[Read, Callable[[Leg], int]] = {}

    def of(self, read: Read) -> Callable[[Leg], int]:
        """The function that gives the number of a read for a leg."""
        return self._known.get(read) or self._known.setdefault(read, self._made(read))

    def _made(self, read: Read) -> Callable[[Leg], int]:
        shelf = self.shelf
        if isinstance(read, Numbered):
            return read.number
        if not isinstance(read, str):
            return self._question(read, *read)
        if read == "kinds":
            return self._shared(read, _carried("categories"), self._kinds_that_count)
        if read in ("identifiers", "sensitive"):
            find = {"identifiers": shelf.identifiers, "sensitive": shelf.sensitive}[read]
            return self._shared(read, _carried("categories"), lambda leg: find(items(leg.flow.categories)))
        if read == "recipient in safeguards":
            return self._shared(read, _recipient, lambda leg: shelf.about_recipient(leg.flow.recipient)[0])
        if read == "recipient in notices":
            return self._shared(read, _recipient, lambda leg: shelf.about_recipient(leg.flow.recipient)[1])
        if read == "sender":
            return self._shared(read, _sender, lambda leg: shelf.about_sender(leg.flow.organisation))
        if read == "claims":
            return self._shared(read, _nobody, lambda leg: tuple([s.name for s in shelf.claims(leg.flow)]))
        if read in _PARTS:
            return self._shared(read, _carried(read) if read in _CARRIED else _nobody, _PARTS[read])
        return self._fact(read)

    def _fact(self, name: str) -> Callable[[Leg], int]:
        find = FACTS[name]
        owner, _, field = name.partition(".")
        if name == "flow.categories":  # the names are another read
            return self._shared(name, _carried("categories"), lambda leg: leg.flow.categories.nothing)
        if name == "flow.individuals":
            return self._shared(name, _carried("individuals"), lambda leg: _says(leg.flow.individuals))
        if name in ("flow.started", "flow.ended"):
            return self._shared(name, _written(field), lambda leg: self.shelf.day(name, leg.flow.record.told(field)))
        if owner == "flow":
            return self._shared(name, _written(field), lambda leg: _says(leg.flow.record.told(field)))
        if owner == "recipient" and field in FROM_RECIPIENT:
            return self._either(name, FROM_RECIPIENT[field])
        return self._shared(name, _owner_of(name), lambda leg: _says(find(leg)))

    def _question(self, read: Read, asked: str, of: Any) -> Callable[[Leg], int]:
        answer = QUESTIONS[asked]
        about = of[0] if asked == "all inside" else asked
        shared = {"pleads": _written("ground"), "any kind": _carried("categories")}.get(asked) or _owner_of(about)
        return self._shared(read, shared, lambda leg: answer(leg, self.shelf, of))

    def _kinds_that_count(self, leg: Leg) -> frozenset[str | None]:
        kinds = self.shelf.kinds(items(leg.flow.categories))
        return kinds if self._kinds is None else kinds & self._kinds

    def _shared(self, read: Read, of: Callable[[Leg], object], find: Callable[[Leg], Any]) -> Callable[[Leg], int]:
        """What is the same for all legs that share an object, known by its identity; each alone where there is none."""
        known: dict[int, int] = {}
        numbers = self._numbers.setdefault(read, {})

        def number(leg: Leg) -> int:
            one = of(leg)
            found = known.get(id(one)) if one is not None else None
            if found is None:
                found = numbers.setdefault(find(leg), len(numbers))
                if one is not None:
                    self._kept.append(one)
                    known[id(one)] = found
            return found

        return number

    def _either(self, read: str, field: str) -> Callable[[Leg], int]:
        """What the flow's own row says, else what is said of its recipient everywhere."""
        find = _of_recipient(field)
        own = self._shared(read, _written(field), lambda leg: _says(leg.flow.record.told(field)))
        general = self._shared(read, _recipient, lambda leg: _says(find(leg)))

        def number(leg: Leg) -> int:
            blank = leg.flow.record.told(field).nothing is Nothing.BLANK
            return general(leg) if blank else own(leg)

        return number


Plain = str | tuple[str, Any]
Read = Plain | Numbered

_PARTS: Mapping[str, Callable[[Leg], Any]] = {
    "categories": lambda leg: items(leg.flow.categories),
    "individuals": lambda leg: items(leg.flow.individuals),
    "for_principal": lambda leg: leg.flow.for_principal,
    "onward": lambda leg: leg.flow.movement is Movement.ONWARD,
    "by_individual": lambda leg: _by_individual(leg.flow),
}


_CARRIED = frozenset({"categories", "individuals"})
FROM_RECIPIENT: Mapping[str, str] = {"role": "role", "own_purposes": "own_purposes", "control": "effective_control"}
"""What a flow may say of its recipient itself, by the name of the fact: the field of either."""

_recipient, _sender = attrgetter("flow.recipient"), attrgetter("flow.organisation")
_OWNERS: Mapping[str, Callable[[Leg], object]] = {
    "sender": _sender,
    "recipient": _recipient,
    "upstream": attrgetter("flow.upstream"),
    "system": attrgetter("flow.system"),
}


def _nobody(leg: Leg) -> None:
    """Nothing that other legs share decides it."""


def _owner_of(name: str) -> Callable[[Leg], object]:
    """Whom or what a fact is about."""
    if name == "recipient.country":
        return _only_established
    return _OWNERS.get(name.partition(".")[0]) or attrgetter("place.value")


def _only_established(leg: Leg) -> Recipient | None:
    """The recipient, where it is established in one country: the same whatever the leg."""
    recipient = leg.flow.recipient
    return recipient if recipient is None or len(items(recipient.country)) < 2 else None


def _written(field: str) -> Callable[[Leg], object]:
    """The cell of the flow's own row, the same for all rows that say the same."""
    return lambda leg: leg.flow.record.shared(field)


def _carried(field: str) -> Callable[[Leg], object]:
    """What decides the categories or individuals of a flow: its own cell, else its system."""

    def found(leg: Leg) -> object:
        flow = leg.flow
        own = flow.record.shared(field)
        if own is not None and own.nothing is not Nothing.BLANK:
            return own
        return flow.system if flow.record.told(field).nothing is Nothing.BLANK else None

    return found


def _says(fact: Told) -> tuple[Any, Nothing | None]:
    return fact.value, fact.nothing


def inside(place: Place, home: frozenset[str]) -> bool | None:
    """Whether a place is at home; None when that cannot be told."""
    if place.country is not None:
        return place.country in home
    if place.within is None:
        return None
    return True if place.within <= home else None if place.within & home else False


def _all_inside(leg: Leg, shelf: Shelf, asked: tuple[str, frozenset[str]]) -> bool | None:
    """Whether all places of a fact are at home (True), none is (False), or it cannot be told."""
    name, home = asked
    fact = FACTS[name](leg)
    if not fact.known:
        return None
    answers = {inside(p, home) for p in (fact.value if isinstance(fact.value, tuple) else (fact.value,))}
    return answers.pop() if len(answers) == 1 else None


def _any_kind(leg: Leg, shelf: Shelf, asked: tuple[frozenset[CategoryKind], bool]) -> bool | None:
    """Whether any category is of one of some kinds; None where one may be. Whether no category at all may be is asked too."""
    wanted, unnamed = asked
    categories = leg.flow.categories
    kinds = shelf.kinds(items(categories))
    if wanted & kinds:
        return True
    return None if None in kinds or not categories.known or (unnamed and not kinds) else False


QUESTIONS: Mapping[str, Callable[[Leg, Shelf, Any], Any]] = {
    "all inside": _all_inside,
    "any kind": _any_kind,
    "activity": lambda leg, shelf, activity: leg.place.value is not None and leg.place.value.activity is activity,
    "pleads": lambda leg, shelf, terms: terms.pleads(items(leg.flow.record.ground)),
    "stated": lambda leg, shelf, _: leg.place.value is not None and leg.place.value.stated,
    "where": lambda leg, shelf, _: (leg.place.value.country, leg.place.value.within) if leg.place.value else None,
}
"""Questions about parts of a leg that have few answers where the parts are many."""


class Brief:
    """A leg as the procedure sees it. What is read of it is written down, in order, in `reads`.

    So a verdict depends on nothing but the reads that were made on the way to it, and holds for every leg of which the
    same reads give the same numbers (see `Reads`). Cells are no part of it. With `parts`, what a part of the procedure
    finds is one read; without, each read that it makes.
    """

    def __init__(self, leg: Leg, shelf: Shelf, parts: Parts | None = None) -> None:
        self.leg, self.shelf, self.parts = leg, shelf, parts
        self.reads: dict[Read, None] = {}

    def part(self, key: Hashable, work: Callable[[Brief], T], same: Callable[[T], Hashable] | None = None) -> T:
        """What a part of the procedure finds (see `Parts.part`)."""
        if self.parts is None:
            return work(self)
        part = self.parts.part(key, work, same)
        self.reads[part] = None
        return part.find(self.leg)

    def fact(self, name: str) -> Fact[Any]:
        self.reads[name] = None
        return FACTS[name](self.leg)

    def ask(self, question: str, of: Any = None) -> Any:
        """The answer to one of `QUESTIONS`."""
        self.reads[question, of] = None
        return QUESTIONS[question](self.leg, self.shelf, of)

    def _part(self, name: str) -> Any:
        self.reads[name] = None
        return _PARTS[name](self.leg)

    @property
    def categories(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self._part("categories")
        return found

    @property
    def individuals(self) -> tuple[str, ...]:
        found: tuple[str, ...] = self._part("individuals")
        return found

    @property
    def for_principal(self) -> bool:
        return bool(self._part("for_principal"))

    @property
    def onward(self) -> bool:
        return bool(self._part("onward"))

    @property
    def by_individual(self) -> bool:
        return bool(self._part("by_individual"))

    @property
    def kinds(self) -> frozenset[CategoryKind | None]:
        """Of the categories; None is among them for one whose kind is not known."""
        self.reads["kinds"] = None
        return self.shelf.kinds(items(self.leg.flow.categories))

    @property
    def identifiers(self) -> frozenset[bool | None]:
        """Whether the categories are unique identifiers."""
        self.reads["identifiers"] = None
        return self.shelf.identifiers(items(self.leg.flow.categories))

    @property
    def sensitive(self) -> frozenset[bool | None]:
        """Whether the categories are sensitive."""
        self.reads["sensitive"] = None
        return self.shelf.sensitive(items(self.leg.flow.categories))

    @property
    def recipient_in_safeguards(self) -> str:
        """The recipient's name, to be held against those that safeguards name, and for nothing else."""
        self.reads["recipient in safeguards"] = None
        return names_of(self.leg)["recipient"]

    @property
    def recipient_in_notices(self) -> str:
        """The same name, to be held against those that prohibitions name, and for nothing else."""
        self.reads["recipient in notices"] = None
        return names_of(self.leg)["recipient"]

    @property
    def sender(self) -> str:
        """The sender's name, to be held against those that prohibitions name, and for nothing else."""
        self.reads["sender"] = None
        return names_of(self.leg)["sender"]

    @property
    def claims(self) -> tuple[Safeguard, ...]:
        self.reads["claims"] = None
        return self.shelf.claims(self.leg.flow)

    @property
    def prohibitions(self) -> tuple[Prohibition, ...]:
        return self.shelf.inventory.prohibitions


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
