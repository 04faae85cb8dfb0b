"""What the cells of a large table of flows say, found from their distinct values, and how much of it an answer can turn on.

A column's distinct values are few beside its rows. Each is read once, by the workbook's own columns, and given a number;
numbers that an answer cannot tell apart become one. So a flow is a row of small numbers, and flows with equal numbers have
equal answers but for the names in the sentences.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import narwhals as nw
import pyarrow as pa

from datamap.graph import Mapper, Node, NodeKind, with_rest
from datamap.inventory import (
    CategoryKind,
    Fact,
    Flow,
    Inventory,
    Names,
    Organisation,
    Recipient,
    System,
    items,
    name_key,
)
from datamap.law import Law, Regime
from datamap.problems import Problem
from datamap.sheets import Book, Sheet, Value
from datamap.tables.engines import ROW, CannotAssess, Engine, Frame
from datamap.transfers.cases import Shelf, asks_whose, restricts
from datamap.workbook import parse
from datamap.workbook.columns import EXAMPLE_MARK, FLOWS, NONE_WORDS, NOT_STATED_WORDS

MOST_VALUES = 1_000_000  # distinct values of one column, or rows of a table other than Flows: they are held here

ENDS = ("origin", "destination")
PLAIN = (
    "role", "own_purposes", "effective_control", "ground", "locations", "safeguards", "started", "ended", "frequency",
    "volume",
)  # fmt: skip
"""Fields of a flow whose cell says the same whatever else the row says."""
COUNTS = (*ENDS, "categories", "individuals", *PLAIN)
"""The fields of a flow that its answers, or those of flows that follow from it, can depend on."""
NAME, ENDS_KNOWN = "name", "ends"
_STAND_IN = "datamap"  # an end for rows of the sheet of distinct values that have none of their own


@dataclass(frozen=True)
class Values:
    """The distinct texts of one column, in the order in which they come, with how often and the first row of each."""

    texts: tuple[str, ...]
    times: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """The flows as they are looked at: which of the table's columns is which field, and which rows are the template's own."""

    columns: Mapping[str, str]  # field → column of the table
    examples: int

    def frame(self, flows: Frame) -> Frame:
        """Row numbers and the columns that count, as texts; a blank is the empty text."""
        if self.examples:
            flows = flows.filter(~_is_example(self.columns[NAME]))
        return flows.select(ROW, *(_words(c).alias(f) for f, c in self.columns.items() if f in (NAME, *COUNTS)))


def _words(column: str) -> nw.Expr:
    return nw.col(column).cast(nw.String).fill_null("")


def _is_example(column: str) -> nw.Expr:
    return _words(column).str.strip_chars().str.to_lowercase().str.starts_with(EXAMPLE_MARK.strip())


def find_columns(engine: Engine) -> Source:
    """Which column is which. Raises `CannotAssess` when there is no table of flows, or it does not say from where to where."""
    if FLOWS.name not in engine.sheets():
        raise CannotAssess("There is no table Flows; without large flows, `datamap check` reads the inventory itself.")
    flows = engine.flows()
    found: dict[str, str] = {}
    for name in flows.collect_schema().names():
        column = FLOWS.column(name)
        if column and (column.field not in found or name == column.heading):
            found[column.field] = name
    for field_ in ENDS:
        if field_ not in found:
            raise CannotAssess(f"The table Flows has no column {FLOWS.fields[field_].heading}.")
    examples = 0
    if NAME in found:
        counted = engine.pull(flows.filter(_is_example(found[NAME])).select(nw.len().alias("n")))
        examples = int(counted.column("n")[0].as_py())
    return Source(found, examples)


def distinct(engine: Engine, source: Source, field_: str) -> Values:
    """The distinct texts of one column. Raises `CannotAssess` when they are too many to be held."""
    frame = source.frame(engine.flows())
    grouped = frame.group_by(field_).agg(nw.len().alias("times"), nw.col(ROW).min().alias("first"))
    found = engine.pull(grouped.head(MOST_VALUES + 1))
    if found.num_rows > MOST_VALUES:
        heading = FLOWS.fields[field_].heading
        raise CannotAssess(
            f"The column {heading} of Flows has more than {MOST_VALUES:,} different values; move what differs in every "
            "row to Notes."
        )
    found = found.sort_by("first")
    return Values(*(tuple(found.column(c).to_pylist()) for c in (field_, "times", "first")))


@dataclass(frozen=True)
class Understood:
    """The tables, read: the inventory without its flows, what each distinct value of a column says, and the problems."""

    inventory: Inventory
    facts: Mapping[str, tuple[Fact[Any], ...]]  # field → the fact of each distinct value
    problems: tuple[tuple[Problem, int, int], ...]  # problem, first row of the table, how many rows have it
    rows: tuple[tuple[str, int, int], ...]  # small table, rows read, rows in the inventory


def understand(name: str, small: Iterable[tuple[str, pa.Table]], values: Mapping[str, Values], law: Law) -> Understood:
    """Read the small tables and the distinct values of the large one, by the workbook's own columns."""
    sheets = [Sheet(name, sheet, _rows(table)) for sheet, table in small]
    # A sheet with a row to each distinct value. A row is only read when one of its ends says something, so the others lend
    # an end to the values of all other columns, and each end has rows of its own.
    fields_ = list(values)
    places = {f: n for n, f in enumerate(fields_)}
    most = max((len(v.texts) for f, v in values.items() if f not in ENDS), default=0)
    begins = {"origin": most, "destination": most + len(values["origin"].texts)}
    wide: list[list[Value]] = [
        [None] * len(fields_) for _ in range(begins["destination"] + len(values["destination"].texts))
    ]
    for f, v in values.items():
        for n, text in enumerate(v.texts, begins.get(f, 0)):
            wide[n][places[f]] = text or None
    for n, row in enumerate(wide):
        if not begins["origin"] <= n < begins["destination"]:
            row[places["origin"]] = _STAND_IN
        if n < begins["destination"]:
            row[places["destination"]] = _STAND_IN
    headings: list[Value] = [FLOWS.fields[f].heading for f in fields_]
    reading = parse([Book(name, (*sheets, Sheet(name, FLOWS.name, [headings, *wide])), "tables")], law)
    flows = reading.inventory.flows
    assert len(flows) == len(wide), "a distinct value was not read"
    facts = {
        f: tuple(getattr(flow, f) for flow in flows[begins.get(f, 0) :][: len(v.texts)]) for f, v in values.items()
    }
    problems = []
    for problem in reading.problems:
        if problem.cell.sheet != FLOWS.name:
            problems.append((problem, problem.cell.row - 1, 1))
            continue
        f = fields_[problem.cell.column - 1]
        n = problem.cell.row - 2 - begins.get(f, 0)
        if 0 <= n < len(values[f].texts):
            problems.append((problem, values[f].rows[n], values[f].times[n]))
    rows = tuple(counts for i in reading.inputs for counts in i.sheets if counts[0] != FLOWS.name)
    return Understood(replace(reading.inventory, flows=()), facts, tuple(problems), rows)


def _rows(table: pa.Table) -> list[list[Value]]:
    columns = [[_value(v) for v in column.to_pylist()] for column in table.columns]
    return [list(table.column_names), *map(list, zip(*columns, strict=True))]


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return "; ".join(str(v) for v in value if v is not None)
    return value if isinstance(value, Value) else str(value)


class _Numbers:
    """Things numbered in the order in which they come; `first` has what was first given with each."""

    def __init__(self) -> None:
        self.of: dict[Hashable, int] = {}
        self.first: list[Any] = []

    def __call__(self, thing: Hashable, what: Any = None) -> int:
        number = self.of.setdefault(thing, len(self.of))
        if number == len(self.first):
            self.first.append(what)
        return number


class End(NamedTuple):
    """One of the ends that send, of those that answers cannot tell apart."""

    sender: Organisation | None
    upstream: Recipient | None
    system: System | None
    node: Node


@dataclass(frozen=True)
class Asks:
    """What the regimes that could apply ask of a flow beyond what all of them do."""

    tests: frozenset[str]
    kinds: frozenset[str | None]

    @classmethod
    def of(cls, regimes: Iterable[Regime]) -> Asks:
        tests: set[str] = set()
        kinds: set[str | None] = {None, CategoryKind.EMPLOYMENT.value}
        for regime in regimes:
            every = [t for step in regime.steps for t in step.tests]
            every += [t for conditions in regime.conditions.values() for t in conditions]
            every += [t for duty in regime.duties.values() for t in duty.if_all]
            every += [t for entry in regime.entries for t in entry.needs]
            tests |= {t.name for t in every}
            kinds |= {kind for t in every if t.name == "categories" for kind in t.values}
            kinds |= {kind for practice in regime.practices for kind in practice.categories}
        return cls(frozenset(tests), frozenset(kinds))

    @property
    def fields(self) -> tuple[str, ...]:
        """The plain fields of a flow that are asked for."""
        unasked = {f for test, f in (("occasional", "frequency"), ("volume_under", "volume")) if test not in self.tests}
        return tuple(f for f in PLAIN if f not in unasked)


@dataclass(frozen=True)
class Part:
    """One of the numbers that a key is made of, below `size`."""

    name: str
    size: int


@dataclass
class Coding:
    """Distinct values → numbers. `dims` has a table to each column of the flows: its text, and what it becomes.

    `name` of an end is its own number, whatever answers turn on; `kept` are the columns of the coded flows.
    """

    understood: Understood
    values: Mapping[str, Values]
    mapper: Mapper
    shelf: Shelf
    asks: Asks
    sizes: dict[str, int] = field(default_factory=dict)
    senders: list[End] = field(default_factory=list)  # one to each number of the ends that send
    receivers: list[Recipient | None] = field(default_factory=list)  # of those that receive; None: a system

    @cached_property
    def inventory(self) -> Inventory:
        return self.understood.inventory

    # -- what a value is, whatever the other columns say

    @cached_property
    def nodes(self) -> dict[str, tuple[Node, ...]]:
        """The two ends that the distinct values name."""
        prefer = {"origin": NodeKind.SYSTEM, "destination": NodeKind.RECIPIENT}
        return {f: tuple(self.mapper.node(fact, prefer=prefer[f]) for fact in self.understood.facts[f]) for f in ENDS}

    @cached_property
    def several(self) -> dict[str, dict[tuple[Any, Any], int]]:
        """The distinct facts of categories and of individuals, of flows and of systems, numbered; a blank is 0."""
        found: dict[str, dict[tuple[Any, Any], int]] = {}
        for f in ("categories", "individuals"):
            numbers = _Numbers()
            numbers(_said(Fact()))
            for fact in (*self.understood.facts.get(f, ()), *(getattr(s, f) for s in self.inventory.systems)):
                numbers(_moved(f, fact))
            found[f] = numbers.of  # type: ignore[assignment]
        return found

    @cached_property
    def said(self) -> dict[str, tuple[tuple[Any, Any], ...]]:
        """What each number of a field stands for."""
        found: dict[str, tuple[tuple[Any, Any], ...]] = {f: tuple(of) for f, of in self.several.items()}
        for f in PLAIN:
            numbers = _Numbers()
            numbers(_said(Fact()))
            for fact in self.understood.facts.get(f, ()):
                numbers(_said(fact))
            found[f] = tuple(numbers.of)  # type: ignore[arg-type]
        return found

    @cached_property
    def _facts(self) -> dict[tuple[str, int], Fact[Any]]:
        return {}

    def fact(self, f: str, number: int) -> Fact[Any]:
        """What a number of a field stands for, as a fact: of one number the very same."""
        known = self._facts.get((f, number))
        return known or self._facts.setdefault((f, number), Fact(*self.said[f][number]))

    # -- what of it an answer can turn on

    @cached_property
    def _classes(self) -> tuple[list[int], list[int]]:
        """For each number of categories: its class beside others that answers cannot tell from it, and whether it asks whose
        information it is."""
        numbers, whose = _Numbers(), []
        classes = []
        for value, nothing in self.said["categories"]:
            kinds, asked = self.shelf.kinds(value or ()), self.asks.tests
            key = (
                nothing, bool(value), kinds & self.asks.kinds,
                "sensitive" in asked and self.shelf.sensitive(value or ()),
                "unique_identifier" in asked and self.shelf.identifiers(value or ()),
            )  # fmt: skip
            classes.append(numbers(key))
            whose.append(int(asks_whose(kinds, Fact())))
        return classes, whose

    def _sender(self, end: End) -> Hashable:
        """All that an answer can depend on of the end that sends."""
        sender, upstream, system, node = end
        return (
            node.kind in (NodeKind.SYSTEM, NodeKind.RECIPIENT, NodeKind.INDIVIDUALS) and node.kind,
            sender is not None
            and (
                *map(_said, (sender.country, sender.kind, sender.sector, sender.carries_on_business_in)),
                *map(_said, (sender.small_business, sender.regimes)),
            ),
            self.shelf.about_sender(sender),
            upstream is not None
            and tuple(map(_said, (upstream.role, upstream.own_purposes, upstream.effective_control))),
            system is not None and name_key(system.name) in self.mapper.for_principals,
        )

    def _recipient(self, fact: Fact[str]) -> Recipient | None:
        """Who receives: None where it is a system."""
        return self.mapper.typed(Flow(name="", destination=fact)).recipient

    def _receiver(self, recipient: Recipient | None) -> Hashable:
        """All that an answer can depend on of the end that receives."""
        if recipient is None:
            return NodeKind.SYSTEM
        facts = (
            recipient.country, recipient.managed_from, recipient.role, recipient.own_purposes, recipient.effective_control,
            recipient.sector, recipient.schemes, recipient.bound_by, recipient.nz_business, recipient.locations,
        )  # fmt: skip
        return (*map(_said, facts), self.shelf.about_recipient(recipient))

    def dims(self) -> dict[str, pa.Table]:
        """For each column of the flows a table: its texts in `t`, and the numbers that stand for them."""
        classes, whose = self._classes
        every = len(classes)
        narrow = {s.name for s in self.inventory.safeguards if restricts(s)}
        senders, receivers, located = _Numbers(), _Numbers(), _Numbers()
        located("not looked at")
        found: dict[str, pa.Table] = {}
        rows: list[tuple[int, ...]] = []
        for fact, node in zip(self.understood.facts["origin"], self.nodes["origin"], strict=True):
            system = self.inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
            cats = self.several["categories"][_moved("categories", system.categories)] if system else 0
            inds = self.several["individuals"][_said(system.individuals)] if system else 0
            places = located(system.locations.value if system else None)
            known = int(fact.known)
            upstream = self.inventory.recipient(node.name) if node.kind is NodeKind.RECIPIENT else None
            end = End(self.mapper.organisation(system), upstream, system, node)
            rows.append((senders(self._sender(end), end), places, cats, classes[cats], whose[cats], inds, known))
        found["origin"] = self._dim(
            "origin", ("from_", "at", "c_held", "cc_held", "whose_held", "i_held", "from_known"), rows
        )
        rows = []
        for fact in self.understood.facts["destination"]:
            recipient = self._recipient(fact)
            claims = self.shelf.with_recipient(recipient)
            narrows = any(s.name in narrow for s in claims)
            rows.append(
                (receivers(self._receiver(recipient), recipient), int(bool(claims)), int(narrows), int(fact.known))
            )
        found["destination"] = self._dim("destination", ("to_", "claims_to", "narrow_to", "to_known"), rows)
        facts = self.understood.facts
        if "categories" in self.values:
            numbers = [self.several["categories"][_moved("categories", f)] for f in facts["categories"]]
            found["categories"] = self._dim(
                "categories", ("c_own", "cc_own", "whose_own"), [(n, classes[n], whose[n]) for n in numbers]
            )
        if "individuals" in self.values:
            found["individuals"] = self._dim(
                "individuals", ("i_own",), [(self.several["individuals"][_said(f)],) for f in facts["individuals"]]
            )
        for f in self.asks.fields:
            if f not in self.values:
                continue
            numbered = {said: n for n, said in enumerate(self.said[f])}
            keys = self._keys(f)
            rows = []
            for fact in facts[f]:
                n = numbered[_said(fact)]
                more: tuple[int, ...] = ()
                if f == "ground":
                    more = (int(fact.known),)
                elif f == "safeguards":
                    claims = tuple(s for name in items(fact) if (s := self.inventory.safeguard(name)))
                    more = int(bool(claims)), int(any(s.name in narrow for s in claims))
                rows.append((keys[n], *more))
            names = {"ground": ("pleads",), "safeguards": ("claims_own", "narrow_own")}.get(f, ())
            found[f] = self._dim(f, (f"k_{f}", *names), rows)
        self.senders, self.receivers = senders.first, receivers.first
        self.sizes = {
            "from_": len(senders.of), "to_": len(receivers.of), "c": every + max(classes) + 1,
            "i": len(self.said["individuals"]) + 1, "at": len(located.of),
            **{f"k_{f}": len(self.said[f]) for f in self.asks.fields},
        }  # fmt: skip
        return found

    def _keys(self, f: str) -> list[int]:
        """For each number of a field the first that answers cannot tell from it."""
        first: dict[Hashable, int] = {}
        found = []
        for n, (value, nothing) in enumerate(self.said[f]):
            key: Hashable = value, nothing
            fact: Fact[Any] = Fact(value, nothing)
            if f == "started":
                key = self.shelf.days(fact, Fact())
            elif f == "ended":
                key = self.shelf.days(Fact(), fact)
            found.append(first.setdefault(key, n))
        return found

    def _dim(self, f: str, names: Sequence[str], rows: Sequence[Sequence[int]]) -> pa.Table:
        texts = self.values[f].texts
        columns = [pa.array(c, pa.int64()) for c in zip(*rows, strict=True)]
        own = [pa.array(range(len(texts)), pa.int64())] if f in ENDS else []
        own_name = [f"n_{f}"] if f in ENDS else []
        return pa.table([pa.array(texts, pa.string()), *own, *columns], ["t", *own_name, *names])

    # -- rows as numbers

    @cached_property
    def parts(self) -> list[list[Part]]:
        """The numbers that are put together into one, below 2^62, until all are used. Known once `dims` are made."""
        assert self.sizes, "dims come first"
        groups: list[list[Part]] = [[]]
        product = 1
        for name, size in self.sizes.items():
            size = max(size, 1)
            if product * size >= 1 << 62:
                groups.append([])
                product = 1
            product *= size
            groups[-1].append(Part(name, size))
        return groups

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(f"key{n}" for n in range(len(self.parts)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the coded flows beside the row and the name."""
        return ("n_origin", "n_destination", "c", "i", "k_role", *self.keys)

    def coded(self, flows: Frame, dims: Mapping[str, Frame]) -> Frame:
        """Rows of flows as numbers, with the name of each flow, and how many of its ends are known."""
        for f, dim in dims.items():
            flows = flows.join(dim.rename({"t": f}), on=f, how="inner")
            if f not in ENDS:
                flows = flows.drop(f)
        absent: dict[str, int] = {}
        if "categories" not in dims:
            absent |= {"c_own": 0, "cc_own": self._classes[0][0], "whose_own": self._classes[1][0]}
        if "individuals" not in dims:
            absent |= {"i_own": 0}
        for f, names in (("ground", ("pleads",)), ("safeguards", ("claims_own", "narrow_own"))):
            if f not in dims:
                absent |= dict.fromkeys(names, 0)
        absent |= {f"k_{f}": 0 for f in self.asks.fields if f not in dims}
        if absent:
            flows = flows.with_columns(*(nw.lit(v, nw.Int64).alias(n) for n, v in absent.items()))
        every = len(self.said["categories"])
        blank, column = nw.col("c_own") == 0, nw.col
        names_matter = (
            nw.lit(True) if self.shelf.prohibits_categories else column("narrow_to") + column("narrow_own") > 0
        )
        flows = flows.with_columns(
            (column("from_known") + column("to_known")).alias(ENDS_KNOWN),
            nw.when(blank).then(column("c_held")).otherwise(column("c_own")).alias("c"),
            nw.when(blank).then(column("cc_held")).otherwise(column("cc_own")).alias("cc"),
            nw.when(blank).then(column("whose_held")).otherwise(column("whose_own")).alias("whose"),
            nw.when(column("i_own") == 0).then(column("i_held")).otherwise(column("i_own")).alias("i"),
            (column("claims_to") + column("claims_own")).alias("claims"),
        )
        flows = flows.with_columns(
            nw.when(names_matter).then(column("c")).otherwise(column("cc") + every).alias("part_c"),
            nw.when(column("claims") + column("whose") + column("pleads") > 0)
            .then(column("i") + 1)
            .otherwise(nw.lit(0, nw.Int64))
            .alias("part_i"),
            nw.when(column("claims") + column("pleads") > 0)
            .then(column("at"))
            .otherwise(nw.lit(0, nw.Int64))
            .alias("part_at"),
        )
        packed = []
        for name, group in zip(self.keys, self.parts, strict=True):
            number: nw.Expr = nw.lit(0, nw.Int64)
            radix = 1
            for part in group:
                number = number + column(f"part_{part.name}" if part.name in ("c", "i", "at") else part.name) * radix
                radix *= part.size
            packed.append(number.alias(name))
        called = _name() if NAME in flows.collect_schema().names() else nw.lit("")
        return flows.select(ROW, called.alias(NAME), ENDS_KNOWN, *self.columns[:5], *packed)

    def unpacked(self, keys: Mapping[str, int]) -> dict[str, int]:
        """The numbers that were put together into a row's keys."""
        found = {}
        for name, group in zip(self.keys, self.parts, strict=True):
            key = keys[name]
            for part in group:
                key, found[part.name] = divmod(key, part.size)
        return found

    def record(self, row: Mapping[str, int]) -> Flow:
        """A flow with the facts of a coded row."""
        facts: dict[str, Any] = {f: self.understood.facts[f][row[f"n_{f}"]] for f in ENDS}
        facts["categories"] = self.fact("categories", row["c"])
        facts["individuals"] = self.fact("individuals", row["i"])
        unpacked = self.unpacked({k: row[k] for k in self.keys})
        for f in self.asks.fields:
            facts[f] = self.fact(f, unpacked[f"k_{f}"])
        return Flow(name=f"row {row[ROW]}", **facts)


def _name() -> nw.Expr:
    """The name of a flow, empty where it has none."""
    words = nw.col(NAME).str.strip_chars()
    nothing = words.str.to_lowercase().is_in(["", *NONE_WORDS, *NOT_STATED_WORDS])
    return nw.when(nothing).then(nw.lit("")).otherwise(words)


def _said(fact: Any) -> tuple[Any, Any]:
    """What a fact says, whatever the cell."""
    return fact.value, fact.nothing


def _moved(f: str, fact: Names) -> tuple[Any, Any]:
    """What categories or individuals say as they move."""
    return _said(with_rest(fact) if f == "categories" else fact)
