"""The typed records of a personal-information inventory. No input or output happens here.

Every fact is a `Fact`: a value, or one of the three kinds of nothing (or a cell that could not be understood), together
with the cell it came from. Records never lose a fact's cell, so any later stage can name it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from datamap.pace import all_kept
from datamap.sheets import Cell, Value

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.int64]]

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


def name_keys(names: Sequence[str]) -> list[str]:
    """The `name_key` of each of many names, most of which differ, so that they are not worth keeping."""
    text = "\n".join(names)
    if text.isascii():
        keys = text.lower().translate(_NOT_IN_LINES).split("\n")
        if len(keys) == len(names) and all(keys):
            return keys
    return list(map(name_key.__wrapped__, names))


_NOT_IN_LINES = {code: None for code in _NOT_IN_KEYS if code != ord("\n")}


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

    def column(self, field: str) -> tuple[Sequence[int], Callable[[int], Told | None]] | None:
        """The code from 0 of what each row says in a field, as an array, and what a code stands for, as `said` has it.

        None for a field that no row says anything in. Where nothing is said, the fact of all rows is the very same object.
        """


_new, _set = object.__new__, object.__setattr__


class Deferred:
    """A record whose facts are made when they are first asked for: most of a large inventory never is.

    A record made by `record` differs from one made from its fields only in when its facts come to be.
    """

    __slots__ = ("_row", "_source")

    @staticmethod
    def record(kind: type[R], name: str, source: Source, row: int) -> R:
        """The record that a row is, of which `source` gives every field but its name."""
        made = _new(kind)
        _set(made, "name", name)
        _set(made, "_source", source)
        _set(made, "_row", row)
        return made

    def shared(self, field: str) -> Told | None:
        """What a field says, as an object that records of one source share, so that it is looked at once for all of them.

        None for a record that was made from its fields, and where no cell says anything.
        """
        source: Source
        try:
            source = self._source  # type: ignore[attr-defined]
        except AttributeError:
            return None
        return source.said(field, self._row)  # type: ignore[attr-defined]

    def told(self, field: str) -> Told:
        """What a field says, without asking where."""
        return self.shared(field) or getattr(self, field)

    if not TYPE_CHECKING:

        def __getattr__(self, field: str) -> Any:
            if field.startswith("_") or field not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} has no {field!r}")
            found = self._source.fact(field, self._row)
            object.__setattr__(self, field, found)
            return found


_source_of, _row_of = (Deferred.__dict__[slot].__get__ for slot in ("_source", "_row"))


class Records(Sequence[R]):
    """Records, made when they are first looked at and then kept: equal to the tuple of them, and much smaller until then.

    What all of them say in a field is told at once (see `coded`).
    """

    __slots__ = ("_held", "_kind", "_lock", "_own", "_parts", "_unmade")

    def __init__(self, kind: type[R], parts: Iterable[tuple[Source, Sequence[int], Iterable[str]]]) -> None:
        """The records that rows are: of each source the rows, and their names."""
        self._kind: type[R] | None = kind
        self._held: list[R | str] = []  # a record, or the name of one that is not made
        self._own: Sequence[int] = ()  # places of records that were made from their fields
        self._parts: list[tuple[Source, Sequence[int] | Numbers, Sequence[int] | Numbers]] = []
        for source, rows, names in parts:
            start = len(self._held)
            self._held += names
            if len(self._held) > start:
                self._parts.append((source, range(start, len(self._held)), rows))
        self._unmade, self._lock = len(self._held), Lock()

    @classmethod
    def of(cls, records: Iterable[R]) -> Records[R]:
        """Records that there are, with what `coded` needs to know of each found out once for all fields."""
        if isinstance(records, Records):
            return records
        import numpy as np

        found = object.__new__(cls)
        made = list(records)
        found._held, found._kind, found._unmade, found._lock = [*made], None, 0, Lock()
        found._own, found._parts = (), []
        places: Sequence[int] = range(len(made))
        try:
            sources = list(map(_source_of, made))
        except AttributeError:
            every = [getattr(record, "_source", None) for record in made]
            found._own = [place for place, source in enumerate(every) if source is None]
            places = [place for place, source in enumerate(every) if source is not None]
            sources = [every[place] for place in places]
            made = [made[place] for place in places]
        rows = np.fromiter(map(_row_of, made), np.int64, len(made))
        ids = np.fromiter(map(id, sources), np.int64, len(sources))
        order = np.argsort(ids, kind="stable")
        for at in np.split(order, np.flatnonzero(np.diff(ids[order])) + 1) if sources else ():
            whole = len(at) == len(sources)
            here = (places, rows) if whole else (np.asarray(places)[at], rows[at])
            found._parts.append((sources[at[0]], *here))
        return found

    def _make(self, first: int, last: int) -> None:
        """Make the records from one place to before another, those that are not made."""
        held, kind = self._held, self._kind
        assert kind is not None
        with self._lock:
            for source, places, rows in self._parts if self._unmade else ():
                start = places[0]
                for place in range(max(first, start), min(last, start + len(places))):
                    name = held[place]
                    if type(name) is str:
                        held[place] = Deferred.record(kind, name, source, rows[place - start])
                        self._unmade -= 1

    def _each(self) -> Iterator[R]:
        for first in range(0, len(self._held), _TOGETHER):
            with all_kept():
                self._make(first, first + _TOGETHER)
            yield from self._held[first : first + _TOGETHER]  # type: ignore[misc]

    def __iter__(self) -> Iterator[R]:
        return self._each() if self._unmade else iter(self._held)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...
    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple([self[n] for n in range(*place.indices(len(self._held)))])
        found = self._held[place]
        if type(found) is str:
            at = place % len(self._held)
            self._make(at, at + 1)
            found = self._held[at]
        return found  # type: ignore[return-value]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, tuple | Records) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type, tuple[tuple[R, ...]]]:
        return tuple, (tuple(self),)


_TOGETHER = 1 << 14
MANY = 4096
"""Records or legs from which on to look at each of them takes longer than to load numpy and look at all at once."""


def coded(records: Sequence[R], field: str) -> tuple[Numbers, list[tuple[R, Told]]]:
    """What each of some records says in a field of facts, as a number; and for each number the first that says it, and what.

    The numbers count from 0 in the order in which they come. Records share one where what they say is the very same
    object: `Deferred.shared`, or the fact where there is none. That of records which come of files is found for all at
    once, if they are `Records`: other sequences are better made that (`Records.of`) when several fields are asked for.
    """
    import numpy as np

    among = Records.of(records)
    numbers = np.zeros(len(among), np.int64)
    said: list[tuple[int, Told]] = []  # places, with what is first said there
    for source, places, rows in among._parts:
        here = slice(places.start, places.stop) if isinstance(places, range) else places
        column = source.column(field)
        if column is None:
            numbers[here] = len(said)
            said.append((int(places[0]), among[int(places[0])].told(field)))
            continue
        every = np.asarray(column[0])
        codes = every[slice(rows.start, rows.stop) if isinstance(rows, range) else np.asarray(rows, np.int64)]
        first = np.full(int(codes.max()) + 1, len(codes))
        first[codes[::-1]] = np.arange(len(codes))[::-1]  # of several the last to be set stays
        come = np.flatnonzero(first < len(codes))
        come = come[np.argsort(first[come])]
        number = np.zeros(len(first), np.int64)
        number[come] = np.arange(len(said), len(said) + len(come))
        numbers[here] = number[codes]
        for code, at in zip(come.tolist(), first[come].tolist(), strict=True):
            place = int(places[at])
            said.append((place, column[1](code) or among[place].told(field)))
    for place in among._own:
        numbers[place] = len(said)
        said.append((place, among[place].told(field)))
    known: dict[int, int] = {}
    renumbered = np.zeros(len(said), np.int64)
    found: list[tuple[R, Told]] = []
    for n in sorted(range(len(said)), key=lambda n: said[n][0]):
        place, told = said[n]
        if known.setdefault(id(told), len(found)) == len(found):
            found.append((among[place], told))
        renumbered[n] = known[id(told)]
    return renumbered[numbers], found


def distinct(records: Sequence[R], field: str) -> Iterator[tuple[R, Told]]:
    """All that a field says among some records, each with the first record that says it; what they share is there once."""
    if isinstance(records, Records) and len(records) >= MANY:
        yield from coded(records, field)[1]
        return
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
    flows: Sequence[Flow] = ()
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
