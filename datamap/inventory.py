"""The typed records of a personal-information inventory. No input or output happens here.

Every fact is a `Fact`: a value, or one of the three kinds of nothing (or a cell that could not be understood), together
with the cell it came from. Records never lose a fact's cell, so any later stage can name it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from datamap.sheets import Cell, Value

T = TypeVar("T")
R = TypeVar("R", bound="Record")


_NOT_IN_KEYS = {code: None for code in range(128) if not chr(code).isalnum()}


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> str:
    """The form under which two spellings are the same name: case, spacing and punctuation do not count.

    A name made of nothing but punctuation keeps its own text, so that it is never confused with another.
    """
    if text.isascii():
        lower = text.lower()
        if (key := lower.replace(" ", "")).isalnum():
            return key
        return lower.translate(_NOT_IN_KEYS) or " ".join(lower.split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    key = "".join(c for c in folded if c.isalnum() or unicodedata.category(c).startswith("M"))
    return key or " ".join(folded.split())


class Nothing(Enum):
    """Why a fact has no value. Kinds of nothing are never confused, and none of them ever clears a transfer."""

    BLANK = "left blank"
    NOT_STATED = "recorded as not stated"
    NONE = "recorded as none"
    UNREADABLE = "not understood"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One value of the inventory with the cell it came from.

    `nothing` is None exactly when `value` is known. `words` are what the cell says, kept where the value does not say
    all of it. `parts` are the facts of the rows that were joined into one record, where they say different things.
    Neither makes two facts differ.
    """

    value: T | None = None
    nothing: Nothing | None = Nothing.BLANK
    cell: Cell | None = None
    also: tuple[Cell, ...] = ()  # further cells, when rows that name the same thing were joined
    words: Value = field(default=None, compare=False)
    parts: tuple[Fact[T], ...] = field(default=(), compare=False)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.cell, *self.also) if self.cell else self.also

    @classmethod
    def of(cls, value: T, cell: Cell | None = None) -> Fact[T]:
        return cls(value, None, cell)

    @property
    def known(self) -> bool:
        return self.nothing is None

    @property
    def blank(self) -> bool:
        return self.nothing is Nothing.BLANK

    @property
    def is_none(self) -> bool:
        """The answer is "none": somebody answered, and there is nothing."""
        return self.nothing is Nothing.NONE

    def or_else(self, other: Fact[T]) -> Fact[T]:
        """This fact unless nobody filled it in, then the other."""
        return other if self.blank else self


def items(fact: Fact[tuple[T, ...]]) -> tuple[T, ...]:
    """The values of a several-valued fact; empty when it has none or they are not known."""
    return fact.value or ()


def whole(fact: Names) -> bool:
    """Whether a list is known to name all: somebody filled it in, and no cell of it says *not stated* beside a name."""
    return fact.is_none or (fact.known and fact.words is None and all(map(whole, fact.parts)))


class Role(StrEnum):
    """What a recipient is to the sender, for one flow."""

    AGENT = "agent"
    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint controller"
    RELATED_COMPANY = "related company"
    SAME_ORGANISATION = "same organisation"
    PRINCIPAL = "principal"
    INDIVIDUAL = "the individual"
    PUBLIC_AUTHORITY = "public authority"


class Sector(StrEnum):
    PRIVATE = "private"
    PUBLIC = "public"
    INTERNATIONAL = "international organisation"


class OrganisationKind(StrEnum):
    """Kinds of organisation that some law treats differently."""

    GENERAL = "general"
    HEALTH = "health agency"
    CREDIT = "credit reporter"
    TELECOMMUNICATIONS = "telecommunications agency"
    NEWS = "news entity"
    COMMONWEALTH = "commonwealth agency"
    STATE = "state or territory body"


class CategoryKind(StrEnum):
    """Kinds of information category; law attaches to several of them."""

    IDENTITY = "identity"
    CONTACT = "contact"
    FINANCIAL = "financial"
    CREDIT = "credit"
    HEALTH = "health"
    BIOMETRIC = "biometric"
    GENETIC = "genetic"
    IMAGE = "image"
    LOCATION = "location"
    ONLINE_IDENTIFIER = "online identifier"
    COMMUNICATIONS = "communications"
    EMPLOYMENT = "employment"
    BEHAVIOUR = "behaviour"
    CHILDREN = "children"
    CRIMINAL = "criminal"
    BELIEFS = "beliefs"
    ETHNICITY = "ethnicity"
    SEXUALITY = "sexuality"
    TELECOMMUNICATIONS = "telecommunications"
    TECHNICAL = "technical"
    OTHER = "other"


class Activity(StrEnum):
    """What happens to the information at a place."""

    STORAGE = "storage"
    PROCESSING = "processing"
    BACKUP = "backup"
    SUPPORT_ACCESS = "support access"
    REMOTE_ACCESS = "remote access"
    ONWARD = "onward"
    TRANSIT = "transit"


class Frequency(StrEnum):
    ONCE = "once"
    OCCASIONAL = "occasional"
    REGULAR = "regular"
    CONTINUOUS = "continuous"


class Says(StrEnum):
    """What kind of thing a published statement says."""

    HELD_IN = "held in"
    DISCLOSED_TO = "disclosed to"
    COLLECTED = "collected"
    PURPOSE = "purpose"
    RETENTION = "retention"
    RIGHT = "right"
    LAW_CITED = "law cited"


class NoticeGiven(StrEnum):
    """Whether people were told that their information was collected from somebody else."""

    YES = "yes"
    NO = "no"
    BY_ANOTHER = "by another"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Notice:
    """What was told to people about an indirect collection; an exception comes with its reason."""

    given: NoticeGiven
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happens: a country, or a group of them, or words that name neither.

    `country` is ISO 3166 alpha-2 and None for a group or when the place is not stated.
    `within` holds every country that the place may be; None means that it may be any.
    """

    country: str | None = None
    within: frozenset[str] | None = None
    activity: Activity | None = None
    text: str = ""

    @property
    def stated(self) -> bool:
        return self.country is not None or self.within is not None

    def is_in(self, country: str) -> bool | None:
        """Whether the place is in that country (ISO alpha-2); None when that cannot be told."""
        if self.country is not None:
            return self.country == country
        if self.within is None or country in self.within:
            return None
        return False


@dataclass(frozen=True, slots=True)
class Scheme:
    """Membership of a scheme, and when somebody looked: on one day, or over a span of days (both ends included)."""

    name: str
    checked: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A law said to bind a recipient for this information, or said not to, and why."""

    law: str
    binds: bool
    why: str = ""


Names = Fact[tuple[str, ...]]
Places = Fact[tuple[Place, ...]]


class Told(Protocol):
    """What a field says: its value, or the kind of nothing it is."""

    @property
    def value(self) -> Any: ...
    @property
    def nothing(self) -> Nothing | None: ...


class Source(Protocol):
    """Rows of which records are made."""

    def fact(self, field: str, row: int) -> Any:
        """A field of the record that a row is."""

    def said(self, field: str, row: int) -> Told | None:
        """What it says, the very same object for all rows in which the cell is the same; None where it stands nowhere."""


_new, _set = object.__new__, object.__setattr__


class Deferred:
    """A record whose facts are made when they are first asked for: most of a large inventory never is.

    A record made by `record` differs from one made from its fields only in when its facts come to be.
    """

    __slots__ = ("_source",)

    @staticmethod
    def record(kind: type[R], name: str, source: Source, row: int) -> R:
        """The record that a row is, of which `source` gives every field but its name."""
        made = _new(kind)
        _set(made, "name", name)
        _set(made, "_source", (source, row))
        return made

    def shared(self, field: str) -> Told | None:
        """What a field says, as an object that records of one source share, so that it is looked at once for all of them.

        None for a record that was made from its fields, and where no cell says anything.
        """
        source: Source
        try:
            source, row = self._source  # type: ignore[attr-defined]
        except AttributeError:
            return None
        return source.said(field, row)

    def told(self, field: str) -> Told:
        """What a field says, without asking where."""
        return self.shared(field) or getattr(self, field)

    if not TYPE_CHECKING:

        def __getattr__(self, field: str) -> Any:
            if field.startswith("_") or field not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} has no {field!r}")
            source, row = self._source
            found = source.fact(field, row)
            object.__setattr__(self, field, found)
            return found


def distinct(records: Iterable[R], field: str) -> Iterator[tuple[R, Told]]:
    """All that a field says among some records, each with the first record that says it; what they share is there once."""
    seen: set[int] = set()
    for record in records:
        said = record.shared(field)
        if said is None:
            yield record, record.told(field)
        elif id(said) not in seen:
            seen.add(id(said))
            yield record, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Deferred):
    """What all records share: their name, the cell that names them, and columns datamap has no meaning for."""

    name: str
    cell: Cell | None = None
    notes: Fact[str] = Fact()
    source: Fact[str] = Fact()
    extra: Mapping[str, Fact[str]] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Record):
    """Who is sending."""

    country: Places = Fact()
    sector: Fact[Sector] = Fact()
    kind: Fact[OrganisationKind] = Fact()
    carries_on_business_in: Places = Fact()
    small_business: Fact[bool] = Fact()
    regimes: Names = Fact()
    acts_for: Names = Fact()
    contact: Fact[str] = Fact()


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Record):
    """A place that holds or handles personal information, paper included."""

    organisation: Fact[str] = Fact()
    kind: Fact[str] = Fact()
    provider: Fact[str] = Fact()
    locations: Places = Fact()
    categories: Names = Fact()
    individuals: Names = Fact()
    recipients: Names = Fact()
    collected_from: Names = Fact()
    collected_since: Fact[date] = Fact()
    notice_given: Fact[Notice] = Fact()
    purposes: Names = Fact()
    retention: Fact[str] = Fact()
    security: Fact[str] = Fact()
    owner: Fact[str] = Fact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Record):
    """A category of personal information."""

    kind: Fact[CategoryKind] = Fact()
    sensitive: Fact[bool] = Fact()
    unique_identifier: Fact[bool] = Fact()
    used_as_key: Fact[bool] = Fact()
    examples: Fact[str] = Fact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(Record):
    """Somebody the information goes to."""

    legal_entity: Fact[str] = Fact()
    country: Places = Fact()
    managed_from: Places = Fact()
    role: Fact[Role] = Fact()
    sector: Fact[Sector] = Fact()
    bound_by: Fact[tuple[Binding, ...]] = Fact()
    own_purposes: Fact[bool] = Fact()
    locations: Places = Fact()
    nz_business: Fact[bool] = Fact()
    schemes: Fact[tuple[Scheme, ...]] = Fact()
    sub_processors: Names = Fact()
    effective_control: Fact[bool] = Fact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Record):
    """One movement of information. `implied_by` names the column that implied it when nobody typed it."""

    origin: Fact[str] = Fact()
    destination: Fact[str] = Fact()
    categories: Names = Fact()
    individuals: Names = Fact()
    purpose: Fact[str] = Fact()
    role: Fact[Role] = Fact()
    own_purposes: Fact[bool] = Fact()
    effective_control: Fact[bool] = Fact()
    ground: Names = Fact()
    locations: Places = Fact()
    safeguards: Names = Fact()
    started: Fact[date] = Fact()
    ended: Fact[date] = Fact()
    frequency: Fact[Frequency] = Fact()
    method: Fact[str] = Fact()
    volume: Fact[str] = Fact()
    implied_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguard(Record):
    """The evidence on file for one or more transfers. `expires` is the last day it holds."""

    mechanism: Fact[str] = Fact()
    recipients: Names = Fact()
    categories: Names = Fact()
    countries: Places = Fact()
    module: Fact[str] = Fact()
    signed: Fact[date] = Fact()
    starts: Fact[date] = Fact()
    expires: Fact[date] = Fact()
    review_due: Fact[date] = Fact()
    document: Fact[str] = Fact()
    assessment: Fact[str] = Fact()
    assessment_date: Fact[date] = Fact()
    warning_shown: Fact[bool] = Fact()
    individuals: Names = Fact()
    reason: Fact[str] = Fact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition(Record):
    """A notice or block in effect. `until` is the last day it applies."""

    regime: Fact[str] = Fact()
    organisation: Fact[str] = Fact()
    recipients: Names = Fact()
    categories: Names = Fact()
    countries: Places = Fact()
    starts: Fact[date] = Fact()
    until: Fact[date] = Fact()
    conditions: Fact[str] = Fact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Record):
    """Something the organisation has published about what it does."""

    document: Fact[str] = Fact()
    section: Fact[str] = Fact()
    says: Fact[Says] = Fact()
    about: Names = Fact()
    value: Fact[str] = Fact()

    @property
    def said(self) -> tuple[str, str]:
        """The mark before its value (`not`, `only`, `may`, or empty), which says how it is meant, and the value without it."""
        words = self.value.value or ""
        mark = re.match(r"(?i)\s*(not|only|may)\s*:\s*", words)
        return (mark[1].lower(), words[mark.end() :]) if mark else ("", words)


@dataclass(frozen=True)
class Inventory:
    """Everything that was read, in the order of the sheets. Names are unique within each tuple (see `name_key`)."""

    organisations: tuple[Organisation, ...] = ()
    systems: tuple[System, ...] = ()
    categories: tuple[Category, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    flows: tuple[Flow, ...] = ()
    safeguards: tuple[Safeguard, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    statements: tuple[Statement, ...] = ()

    def __iter__(self) -> Iterator[Record]:
        yield from self.organisations
        yield from self.systems
        yield from self.categories
        yield from self.recipients
        yield from self.flows
        yield from self.safeguards
        yield from self.prohibitions
        yield from self.statements

    @cached_property
    def _systems(self) -> dict[str, System]:
        return {name_key(s.name): s for s in self.systems}

    @cached_property
    def _recipients(self) -> dict[str, Recipient]:
        return {name_key(r.name): r for r in self.recipients}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {name_key(c.name): c for c in self.categories}

    @cached_property
    def _organisations(self) -> dict[str, Organisation]:
        return {name_key(o.name): o for o in self.organisations}

    @cached_property
    def _safeguards(self) -> dict[str, Safeguard]:
        return {name_key(s.name): s for s in self.safeguards}

    def system(self, name: str) -> System | None:
        return self._systems.get(name_key(name))

    def recipient(self, name: str) -> Recipient | None:
        return self._recipients.get(name_key(name))

    def category(self, name: str) -> Category | None:
        return self._categories.get(name_key(name))

    def organisation(self, name: str) -> Organisation | None:
        return self._organisations.get(name_key(name))

    def safeguard(self, name: str) -> Safeguard | None:
        return self._safeguards.get(name_key(name))
