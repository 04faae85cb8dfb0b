"""One run: tables of an inventory in, tables of answers out, in stages and parts that are each done once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from datamap import __version__
from datamap.assessment import asked_for, named, regimes_of
from datamap.graph import NOT_STATED, Leg, MappedFlow, Mapper, NodeKind, legs_of
from datamap.inventory import Fact, Flow, Organisation, Role, items
from datamap.law import Law, Regime
from datamap.pace import all_kept
from datamap.tables.coding import (
    COUNTS,
    ENDS,
    ENDS_KNOWN,
    MOST_VALUES,
    NAME,
    Asks,
    Coding,
    Source,
    Understood,
    Values,
    distinct,
    find_columns,
    understand,
)
from datamap.tables.distinct import Distinct, entry_of
from datamap.tables.engines import ROW, CannotAssess, Engine, Frame
from datamap.transfers.answers import Outcome
from datamap.transfers.cases import SENDER, UPSTREAM, Shelf
from datamap.transfers.columns import Numbers
from datamap.transfers.procedure import Court, Judged, Verdict, also_on, relied_on, words_of
from datamap.workbook.columns import FLOWS

FORMAT = 2  # of what is written, and of the work on the way
_HELD = 20_000_000  # distinct flows that are judged here at most: about 0.5 kB of memory to each


class Different(CannotAssess):
    """What was read, or asked, is not what the run that is to be gone on with had."""


@dataclass(frozen=True)
class Summary:
    """What one run came to."""

    on: date
    rows: int  # flows read
    examples: int  # rows of the template's own
    left_out: int  # rows with neither end
    not_assessed: int  # rows that stay within or are collected
    assessed: int  # rows with answers
    implied: int  # flows nobody typed, with answers
    answers: int
    cases: int  # distinct sentences
    judged: int  # distinct flows
    outcomes: Mapping[str, int]  # outcome → answers
    problems: int  # distinct problems
    sheets: tuple[tuple[str, int, int], ...]  # small table, rows read, rows in the inventory

    @property
    def flagged(self) -> bool:
        return any(count and Outcome(outcome).flagged for outcome, count in self.outcomes.items())

    def lines(self) -> list[str]:
        """The same in words."""
        counts = ", ".join(f"{Outcome(outcome).label} {count:,}" for outcome, count in self.outcomes.items())
        return [
            f"As of {self.on.isoformat()}: {self.answers:,} answers ({counts})."
            if counts
            else f"As of {self.on.isoformat()}: no answers.",
            f"{self.rows:,} flows read: {self.assessed:,} with answers, {self.not_assessed:,} that are no disclosure, "
            f"{self.left_out:,} left out because they say neither from where nor to where"
            + (f", {self.examples:,} examples of the blank workbook." if self.examples else "."),
            f"{self.implied:,} flows that nobody typed have answers too.",
            f"{self.judged:,} distinct flows were judged; {self.cases:,} distinct answers; {self.problems:,} distinct problems of cells.",
        ]


def assess_tables(
    engine: Engine,
    *,
    name: str,
    on: date,
    law: Law,
    regimes: Iterable[str] = (),
    organisation: str | None = None,
    country: str | None = None,
    restart: bool = False,
    progress: Callable[[str], None] = lambda words: None,
) -> Summary:
    """Judge every flow of large tables, where they are, as `assess` judges those of a file.

    `name` is what the tables are called in problems. A run that was ended is gone on with: what it had written is kept.
    Raises `CannotAssess`, `NobodySends` or `NoSuchRegime`, and `Different` when the tables, the law or what is asked are
    not what they were then; `restart` deletes what it wrote and starts anew.
    """
    only = asked_for(regimes, law)
    try:
        asked = {
            "format": [FORMAT, engine.rows_at_a_time],
            "version": __version__,
            "engine": engine.name,
            "on": on.isoformat(),
            "regimes": sorted(only),
            "organisation": organisation or "",
            "country": country or "",
            "law": hashlib.sha256(repr(law).encode()).hexdigest(),
            "read": engine.fingerprint(),
        }
        before = engine.manifest()
        if restart or before is None or not before["done"]:
            engine.keep_manifest({"asked": {}, "done": {}})  # ended from here on, nothing that stands there counts
            engine.clear()
            before = {"asked": asked, "done": {}}
            engine.keep_manifest(before)
        _same(before["asked"], asked)
        return _Run(engine, before, name, on, law, only, organisation, country, progress).run()
    except CannotAssess:
        raise
    except Exception as wrong:
        if sentence := engine.sentence(wrong):
            raise CannotAssess(sentence) from wrong
        raise


_WORDS = {
    "format": "the way in which tables are written",
    "version": "the version of datamap",
    "engine": "the engine",
    "on": "the day",
    "regimes": "the regimes",
    "organisation": "the organisation",
    "country": "the country",
    "law": "the law",
    "read": "the tables read",
}


def _same(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    differs = [words for key, words in _WORDS.items() if before.get(key) != now[key]]
    if differs:
        read = before.get("read")
        tables = _changed(read, now["read"]) if isinstance(read, dict) else []
        which = f" ({', '.join(tables[:3])}{' and others' if len(tables) > 3 else ''})" if tables else ""
        raise Different(
            f"An earlier run wrote there, and since then {' and '.join(differs)} changed{which}; start anew with --restart, or "
            "write somewhere else."
        )


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What of the tables read is not as it was: files, or tables of a database."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


class _Run:
    def __init__(
        self,
        engine: Engine,
        manifest: dict[str, Any],
        name: str,
        on: date,
        law: Law,
        only: tuple[str, ...],
        organisation: str | None,
        country: str | None,
        progress: Callable[[str], None],
    ) -> None:
        self.engine, self.manifest, self.name, self.on, self.law, self.only = engine, manifest, name, on, law, only
        self.organisation, self.country, self.progress = organisation, country, progress

    # -- what was done before

    def done(self, stage: str, part: int = 0) -> Any:
        return self.manifest["done"].get(f"{stage} {part}")

    def finish(self, stage: str, part: int, what: Any) -> None:
        self.manifest["done"][f"{stage} {part}"] = what
        self.engine.keep_manifest(self.manifest)

    def check(self, name: str, parts: Iterable[int], rows: int) -> None:
        """Raises `CannotAssess` when a table that was noted as written is not there as it was."""
        if self.engine.kept(name, parts) != rows:
            raise CannotAssess(
                f"Of the table {name}, which an earlier run wrote, something is gone or was changed; start anew with --restart."
            )

    # -- the stages

    def run(self) -> Summary:
        if summary := self.done("summary"):
            self.engine.tidy()
            parts = 1 + sum(key.startswith("answers ") for key in self.manifest["done"])
            self.check("answers", range(parts), summary["answers"])
            self.check("cases", [0], summary["cases"])
            self.check("problems", [0], summary["problems"])
            return Summary(on=self.on, **{**summary, "sheets": tuple(map(tuple, summary["sheets"]))})
        self.progress("looking at the columns")
        source = find_columns(self.engine)
        self.rows = self.engine.count()
        size = self.engine.rows_at_a_time or max(self.rows, 1)
        self.ranges = [(at, min(at + size - 1, self.rows)) for at in range(1, self.rows + 1, size)]
        small = [(s, self.engine.small(s, MOST_VALUES)) for s in self.engine.sheets() if s != FLOWS.name]
        values = {f: self._values(source, f) for f in COUNTS if f in source.columns}
        self.progress("understanding what the cells say")
        understood = understand(self.name, small, values, self.law)
        inventory = named(understood.inventory, organisation=self.organisation, country=self.country)
        understood = replace(understood, inventory=inventory)
        mapper = self._mapper(source, understood, values)
        nodes = (mapper.node(fact, prefer=NodeKind.SYSTEM) for fact in understood.facts["origin"])
        systems = (inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None for node in nodes)
        senders = {s and s.name: s for s in map(mapper.organisation, systems)}
        regimes = {r.code: r for s in senders.values() for r in self.regimes_of(s)}
        coding = Coding(understood, values, mapper, Shelf(inventory, self.on), Asks.of(regimes.values()))
        dims = {f: self.engine.hand_over(f"dim_{f}", table) for f, table in coding.dims().items()}
        counted = [self._code(part, source, coding, dims) for part in range(len(self.ranges))]
        if sum(counted) != self.rows - source.examples:
            raise CannotAssess("The table Flows changed while it was read; start anew with --restart.")
        coded = self.coded(range(len(self.ranges)))
        if judging := self.done("judged"):
            self.check("answers", [len(self.ranges)], judging["implied_answers"])
            for table, rows in judging["tables"].items():
                self.check(table, [0], rows)
        else:
            with all_kept():
                self.progress("looking for the flows nobody typed")
                implied = self._implied(coded, coding)
                self.progress("judging the distinct cases")
                found = _Judging(self, coding, coded, implied)
            self.finish("judged", 0, found.write())
        judged = _Judged(self.engine, coding.keys)
        ends = self._ends(coding)
        told = [self._answer(part, judged, ends) for part in range(len(self.ranges))]
        return self._conclude(source, understood, told)

    def coded(self, parts: Iterable[int]) -> Frame:
        """The flows as numbers, without those that have no end."""
        return self.engine.written("coded", parts).filter(nw.col(ENDS_KNOWN) > 0)

    def regimes_of(self, sender: Organisation | None) -> tuple[Regime, ...]:
        return regimes_of(sender, self.law, self.on, self.only)

    def _values(self, source: Source, f: str) -> Values:
        if not self.done("values", COUNTS.index(f)):
            self.progress(f"finding the distinct values of {FLOWS.fields[f].heading}")
            found = distinct(self.engine, source, f)
            table = pa.table(
                {
                    "at": pa.array(range(len(found.texts)), pa.int64()),
                    "text": pa.array(found.texts, pa.string()),
                    "times": pa.array(found.times, pa.int64()),
                    "first": pa.array(found.rows, pa.int64()),
                }
            )
            self.engine.write(self.engine.hand_over("values_found", table), f"values_{f}", 0, ("at",))
            self.finish("values", COUNTS.index(f), table.num_rows)
        else:
            self.check(f"values_{f}", [0], self.done("values", COUNTS.index(f)))
        table = self.engine.pull(self.engine.written(f"values_{f}", [0])).sort_by("at")
        return Values(*(tuple(table.column(c).to_pylist()) for c in ("text", "times", "first")))

    def _mapper(self, source: Source, understood: Understood, values: Mapping[str, Values]) -> Mapper:
        """Who is who, from what the whole table says: whose names are of individuals, and who is a principal of whom."""
        people = tuple(Flow(name="", individuals=fact) for fact in self._people(source, understood, values))
        inventory = understood.inventory
        principals = {n for n, f in enumerate(understood.facts.get("role", ())) if f.value is Role.PRINCIPAL}
        usual = [
            n
            for n, fact in enumerate(understood.facts["destination"])
            if fact.value and (r := inventory.recipient(fact.value)) and r.role.value is Role.PRINCIPAL
        ]
        if not principals and not usual:
            return Mapper(replace(inventory, flows=people))
        fields_ = [f for f in ("origin", "destination", "role") if f in values]
        flows = source.frame(self.engine.flows())
        for f in fields_:
            marked = [
                int(n in (principals if f == "role" else usual if f == "destination" else ()))
                for n in range(len(values[f].texts))
            ]
            table = pa.table(
                {
                    f: pa.array(values[f].texts, pa.string()),
                    f"n_{f}": pa.array(range(len(marked)), pa.int64()),
                    f"p_{f}": pa.array(marked, pa.int64()),
                }
            )
            flows = flows.join(self.engine.hand_over(f"principal_{f}", table), on=f, how="inner")
        marks = [nw.col(f"p_{f}") for f in fields_]
        flows = flows.filter(sum(marks[1:], marks[0]) > 0).select(*(f"n_{f}" for f in fields_)).unique()
        found = self.engine.pull(flows).to_pylist()
        records = tuple(
            Flow(name="", **{f: understood.facts[f][row[f"n_{f}"]] for f in fields_})
            for row in sorted(found, key=lambda r: tuple(r.values()))
        )
        return Mapper(replace(inventory, flows=(*people, *records)))

    def _people(self, source: Source, understood: Understood, values: Mapping[str, Values]) -> tuple[Fact[Any], ...]:
        """Whose information flows carry, of those that are read: a row with neither end is not."""
        facts = understood.facts.get("individuals", ())
        known = {f: [int(fact.known) for fact in understood.facts[f]] for f in ENDS}
        if not facts or any(map(all, known.values())):
            return facts
        flows = source.frame(self.engine.flows())
        for f in ENDS:
            table = pa.table({f: pa.array(values[f].texts, pa.string()), f"k_{f}": pa.array(known[f], pa.int64())})
            flows = flows.join(self.engine.hand_over(f"known_{f}", table), on=f, how="inner")
        read = flows.filter(nw.col("k_origin") + nw.col("k_destination") > 0).select("individuals").unique()
        texts = set(self.engine.pull(read).column("individuals").to_pylist())
        return tuple(fact for text, fact in zip(values["individuals"].texts, facts, strict=True) if text in texts)

    def _code(self, part: int, source: Source, coding: Coding, dims: Mapping[str, Frame]) -> int:
        """Write a part of the flows as numbers; how many rows it has."""
        if (known := self.done("coded", part)) is not None:
            self.check("coded", [part], known)
            return int(known)
        first, last = self.ranges[part]
        self.progress(f"putting flows into numbers: {last:,} of {self.rows:,}")
        flows = source.frame(self.engine.flows(first, last))
        written = self.engine.write(coding.coded(flows, dims), "coded", part, (ROW,))
        self.finish("coded", part, written)
        return written

    def _implied(self, coded: Frame, coding: Coding) -> list[MappedFlow]:
        """The flows nobody typed. What they turn on is asked of the engine: which ends have a flow that was typed, and what
        those who send on receive."""
        inventory, mapper = coding.inventory, coding.mapper
        nodes = coding.nodes
        sending = {r.name for r in inventory.recipients if items(r.sub_processors)}
        onward = [n for n, node in enumerate(nodes["destination"]) if node.name in sending]
        wanted: list[Frame] = []
        alone = list(mapper.implied(()))
        ends = {(f.origin.id, f.destination.id) for f in alone}
        starts = {id_ for id_, _ in ends}
        stops = {id_ for _, id_ in ends}
        marks = {
            "origin": [int(node.id in starts) for node in nodes["origin"]],
            "destination": [int(node.id in stops) for node in nodes["destination"]],
        }
        if ends:
            flows = coded
            for f, marked in marks.items():
                table = pa.table(
                    {f"n_{f}": pa.array(range(len(marked)), pa.int64()), f"m_{f}": pa.array(marked, pa.int64())}
                )
                flows = flows.join(self.engine.hand_over(f"implied_{f}", table), on=f"n_{f}", how="inner")
            flows = flows.filter(nw.col("m_origin") + nw.col("m_destination") == 2)
            wanted.append(flows.group_by("n_origin", "n_destination").agg(nw.col(ROW).min().alias(ROW)).select(ROW))
        if onward:
            table = pa.table({"n_destination": pa.array(onward, pa.int64())})
            flows = coded.join(self.engine.hand_over("sending", table), on="n_destination", how="inner")
            systems = (
                inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None for node in nodes["origin"]
            )
            senders = [mapper.organisation(system) for system in systems]
            numbers = {name: n for n, name in enumerate(dict.fromkeys(s and s.name for s in senders))}
            of_origin = {"n_origin": list(range(len(senders))), "n_sender": [numbers[s and s.name] for s in senders]}
            table = pa.table({n: pa.array(v, pa.int64()) for n, v in of_origin.items()})
            flows = flows.join(self.engine.hand_over("senders", table), on="n_origin", how="inner")
            keys = ("n_sender", "n_destination", "c", "i")
            wanted.append(flows.group_by(*keys).agg(nw.col(ROW).min().alias(ROW)).select(ROW))
        rows: dict[int, None] = {}
        for frame in wanted:
            found = self.engine.pull(frame.head(_HELD + 1))
            if found.num_rows > _HELD:
                raise CannotAssess(_too_many("combinations of ends, categories and individuals"))
            rows.update(dict.fromkeys(found.column(ROW).to_pylist()))
        found = self.coded_rows(coded, pa.array(list(rows), pa.int64()), coding)
        typed = [mapper.typed(coding.record(row)) for batch in found.to_batches(10_000) for row in batch.to_pylist()]
        return list(mapper.implied(typed))

    def coded_rows(self, coded: Frame, rows: pa.Array, coding: Coding) -> pa.Table:
        """Some coded rows, by number, in order."""
        wanted = self.engine.hand_over("wanted_rows", pa.table({ROW: rows}))
        return self.engine.pull(coded.join(wanted, on=ROW, how="inner").select(ROW, *coding.columns)).sort_by(ROW)

    def _ends(self, coding: Coding) -> dict[str, Frame]:
        """The names of the two ends, by their numbers."""
        found = {}
        for f, prefix in (("origin", "from"), ("destination", "to")):
            facts, nodes = coding.understood.facts[f], coding.nodes[f]
            table = {
                f"n_{f}": pa.array(range(len(facts)), pa.int64()),
                f: pa.array([node.name for node in nodes], pa.string()),
                f"{prefix}_words": pa.array([fact.value or NOT_STATED for fact in facts], pa.string()),
            }
            if f == "origin":
                senders = (
                    coding.mapper.organisation(coding.inventory.system(node.name) if node.kind == "system" else None)
                    for node in nodes
                )
                table["sender"] = pa.array([s.name if s else SENDER for s in senders], pa.string())
            found[f] = self.engine.hand_over(f"ends_{f}", pa.table(table))
        return found

    def _answer(self, part: int, judged: _Judged, ends: Mapping[str, Frame]) -> dict[str, int]:
        if (known := self.done("answers", part)) is not None:
            self.check("answers", [part], known["answers"])
            return dict(known)
        self.progress(f"writing answers: {self.ranges[part][1]:,} of {self.rows:,} flows")
        coded = self.coded([part])
        expected = judged.expected(coded)
        frame = coded.join(judged.flows, on=list(judged.keys), how="inner")
        frame = frame.join(judged.legs, on="judged", how="inner")
        for f, dim in ends.items():
            frame = frame.join(dim, on=f"n_{f}", how="inner")
        made = nw.concat_str(nw.col("from_words"), nw.col("to_words"), separator=" → ")
        frame = frame.with_columns(
            nw.when(nw.col(NAME) == "").then(made).otherwise(nw.col(NAME)).alias("flow"), nw.lit("").alias("implied_by")
        ).select(*ANSWERS)
        written = self.engine.write(frame, "answers", part, (ROW, "leg", "regime"))
        if written != expected["answers"]:
            raise CannotAssess(
                f"Part {part} has {written:,} answers where {expected['answers']:,} were to be; nothing of it can be used."
            )
        self.finish("answers", part, expected)
        return expected

    def _conclude(self, source: Source, understood: Understood, told: list[dict[str, int]]) -> Summary:
        engine, judged = self.engine, self.done("judged")
        engine.write(engine.hand_over("problems_found", _problems_table(understood)), "problems", 0, ("number",))
        outcomes = engine.pull(
            engine.written("answers", range(len(self.ranges) + 1)).group_by("outcome").agg(nw.len().alias("answers"))
        )
        counts = dict(zip(outcomes.column("outcome").to_pylist(), outcomes.column("answers").to_pylist(), strict=True))
        with_ends = sum(t["flows"] for t in told)
        assessed = sum(t["rows"] for t in told)
        summary = Summary(
            on=self.on,
            rows=self.rows,
            examples=source.examples,
            left_out=self.rows - source.examples - with_ends,
            not_assessed=with_ends - assessed,
            assessed=assessed,
            implied=judged["implied"],
            answers=sum(t["answers"] for t in told) + judged["implied_answers"],
            cases=judged["cases"],
            judged=judged["distinct"],
            outcomes={o.value: int(counts[o.value]) for o in Outcome if o.value in counts},
            problems=len(understood.problems),
            sheets=understood.rows,
        )
        if sum(summary.outcomes.values()) != summary.answers:
            raise CannotAssess("The answers that were written do not add up; start anew with --restart.")
        if tables := _changed(self.manifest["asked"]["read"], engine.fingerprint()):
            raise CannotAssess(f"The tables changed while they were read ({tables[0]}); start anew with --restart.")
        kept = {f: v for f, v in vars(summary).items() if f != "on"}
        engine.write(
            engine.hand_over("summary_found", _summary_table(summary, self.manifest["asked"])),
            "summary",
            0,
            ("number",),
        )
        self.finish("summary", 0, {**kept, "sheets": [list(s) for s in summary.sheets]})
        engine.tidy()
        return summary


def _too_many(what: str) -> str:
    return f"The flows have more than {_HELD:,} different {what}; assess them in several runs."


ANSWERS = (
    ROW, "flow", "implied_by", "origin", "destination", "sender", "leg", "place", "country", "activity", "regime", "outcome",
    "case",
)  # fmt: skip


class _Judging:
    """The distinct flows, each judged once."""

    def __init__(self, run: _Run, coding: Coding, coded: Frame, implied: Sequence[MappedFlow]) -> None:
        self.run, self.coding = run, coding
        self.court = Court(coding.shelf, run.on, coding.asks.kinds)
        self.cases: list[dict[str, Any]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._known: dict[tuple[Any, ...], int] = {}
        keys = coding.keys
        found = run.engine.pull(coded.group_by(*keys).agg(nw.col(ROW).min().alias(ROW)).head(_HELD + 1))
        if found.num_rows > _HELD:
            raise CannotAssess(_too_many("cases"))
        rows = run.coded_rows(coded, found.column(ROW), coding)
        self.number = rows.num_rows
        distinct = Distinct(coding, rows, self.court.reads)
        answers: list[tuple[Numbers, Numbers, Numbers]] = []
        for regime, which in distinct.under(run.regimes_of):
            for judged, alike in self.court.sift(regime, which, distinct):
                for legs in _of_the_same_words(judged.verdict, alike, distinct):
                    flows, entries = distinct.flow[legs], distinct.entry[legs]
                    case = self._case(distinct.leg(int(legs[0])), judged)
                    answers.append((flows, entries, np.full(len(legs), case, dtype=np.int64)))
        run.progress(
            f"{self.number:,} distinct flows, {len(distinct.flow):,} legs, {len(answers):,} ways, {len(self.cases):,} cases"
        )
        each = [np.concatenate(parts) if parts else np.zeros(0, np.int64) for parts in zip(*answers, strict=True)]
        each = each or [np.zeros(0, np.int64)] * 3
        order = np.lexsort((each[2], each[1], each[0]))
        times = np.bincount(each[0], minlength=self.number)
        self.flows = pa.table(
            {k: rows.column(k) for k in keys} | {"judged": pa.array(np.arange(self.number)), "answers": pa.array(times)}
        )
        self.legs = pa.table({n: v[order] for n, v in zip(("judged", "entry", "case"), each, strict=True)})
        self.entries = _typed(distinct.entries)
        self.implied = [(f, a) for f, a in zip(implied, self._answers(implied), strict=True) if a]

    def write(self) -> dict[str, Any]:
        """Write what was found, for `_Judged` to read; how much it is."""
        run = self.run
        implied = self._implied_table(run.rows)
        names = list(self.cases[0]) if self.cases else ["case", "regime", "outcome"]
        cases = _typed({name: [case[name] for case in self.cases] for name in names})
        for name, part, table, order in (
            ("judged_flows", 0, self.flows, ("judged",)),
            ("judged_legs", 0, self.legs, ("judged", "entry", "case")),
            ("entries", 0, self.entries, ("entry",)),
            ("cases", 0, cases, ("case",)),
            ("answers", len(run.ranges), implied, (ROW, "leg", "regime")),
        ):
            run.engine.write(run.engine.hand_over(f"{name}_found", table), name, part, order)
        tables = {"judged_flows": self.flows, "judged_legs": self.legs, "entries": self.entries, "cases": cases}
        return {
            "tables": {name: table.num_rows for name, table in tables.items()},
            "distinct": self.number,
            "cases": cases.num_rows,
            "implied": len(self.implied),
            "implied_answers": implied.num_rows,
        }

    def _answers(self, flows: Sequence[MappedFlow]) -> Iterator[list[dict[str, Any]]]:
        """For each flow its answers: of each leg under each regime that could apply."""
        legs = [(number, at, leg) for number, flow in enumerate(flows) for at, leg in enumerate(legs_of(flow), 1)]
        rows, which = self.court.judge(
            [leg for *_, leg in legs], lambda leg: self.run.regimes_of(leg.flow.organisation)
        )
        found: list[list[dict[str, Any]]] = [[] for _ in flows]
        for (number, at, leg), row in zip(legs, which, strict=True):
            entry = entry_of(leg, at)
            for judged in rows[row]:
                case = self._case(leg, judged)
                found[number].append({**entry, "regime": judged.regime, "outcome": judged.outcome.value, "case": case})
        yield from found

    def _case(self, leg: Leg, judged: Judged) -> int:
        """The number of a verdict; its sentences still have names to be filled in: {sender}, {recipient}, {origin}, {place}."""
        key = id(judged), leg.flow.upstream is None, leg.flow.record.ground.value
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._written(leg, judged)
        return known

    def _written(self, leg: Leg, judged: Judged) -> int:
        verdict = judged.verdict
        upstream = "{origin}" if leg.flow.upstream else UPSTREAM
        names = {n: f"{{{n}}}" for n in ("sender", "recipient", "origin", "place")} | {"upstream": upstream}
        words = words_of(leg, names)
        relied = relied_on(verdict)
        rests_on = [relied, *also_on(verdict)] if relied else []
        made = {
            "regime": judged.regime,
            "outcome": verdict.outcome.value,
            "ground": verdict.ground or "",
            "citation": verdict.citation,
            "rule": verdict.rule,
            "reason": verdict.reason.format(**words),
            "missing": "\n".join(m.format(**words) for m in verdict.missing),
            "duties": "\n".join(d.format(**words) for d in verdict.duties),
            "would_clear": "; ".join(verdict.would_clear),
            "relied_on": "; ".join(r.name for r in rests_on),
            "relied_on_kind": relied.kind if relied else "",
            "mechanism": relied.mechanism if relied else "",
            "starts": relied.starts.isoformat() if relied and relied.starts else "",
            "ends": relied.ends.isoformat() if relied and relied.ends else "",
            "document": (relied.document or "") if relied else "",
            "confidence": verdict.confidence,
            "to_be_verified": "yes" if verdict.to_be_verified else "no",
            "yours": "yes" if verdict.yours else "no",
        }
        number = self._numbers.setdefault(tuple(made.values()), len(self.cases))
        if number == len(self.cases):
            self.cases.append({"case": number, **made})
        return number

    def _implied_table(self, rows: int) -> pa.Table:
        """The answers of the flows nobody typed. They are numbered on from the last row."""
        made: dict[str, list[Any]] = {name: [] for name in ANSWERS}
        for number, (flow, answers) in enumerate(self.implied, rows + 1):
            for answer in answers:
                own = {
                    ROW: number, "flow": flow.record.name, "implied_by": flow.record.implied_by,
                    "origin": flow.origin.name, "destination": flow.destination.name,
                    "sender": flow.organisation.name if flow.organisation else SENDER,
                }  # fmt: skip
                for name in ANSWERS:
                    made[name].append(own[name] if name in own else answer[name])
        return _typed(made)


def _of_the_same_words(verdict: Verdict, legs: Numbers, distinct: Distinct) -> Iterator[Numbers]:
    """Legs of one verdict, told apart where its sentences name what is not the same for all of them."""
    said = (verdict.reason, *verdict.missing, *verdict.duties)
    named = [name for name in ("ground", "upstream") if any(f"{{{name}}}" in text for text in said)]
    lots = [legs]
    for name in named:
        lots = [lot for each in lots for lot in distinct.lots(name, each)]
    yield from lots


class _Judged:
    """What `_Judging` wrote: `flows` numbers the distinct flows by their keys, `legs` has the answers of each."""

    def __init__(self, engine: Engine, keys: tuple[str, ...]) -> None:
        self.engine, self.keys = engine, keys
        self.flows = engine.written("judged_flows", [0])
        legs, entries = engine.written("judged_legs", [0]), engine.written("entries", [0])
        cases = engine.written("cases", [0]).select("case", "regime", "outcome")
        self.legs = legs.join(entries, on="entry", how="inner").join(cases, on="case", how="inner")

    def expected(self, coded: Frame) -> dict[str, int]:
        """How many answers a part has to have, and of how many flows. Raises `CannotAssess` when a flow was not judged."""
        keys = list(self.keys)
        counted = coded.group_by(*keys).agg(nw.len().alias("times"))
        found = counted.join(self.flows, on=keys, how="left").with_columns(
            nw.col("answers").fill_null(-1).alias("answers")
        )
        totals = self.engine.pull(
            found.select(
                nw.when(nw.col("answers") < 0).then(nw.col("times")).otherwise(nw.lit(0, nw.Int64)).sum().alias("lost"),
                nw.col("times").sum().alias("flows"),
                (nw.col("times") * nw.col("answers")).sum().alias("answers"),
                nw.when(nw.col("answers") > 0).then(nw.col("times")).otherwise(nw.lit(0, nw.Int64)).sum().alias("rows"),
            )
        ).to_pylist()[0]
        if totals["lost"]:
            raise CannotAssess("A flow has no answer; start anew with --restart.")
        return {name: int(totals[name] or 0) for name in ("answers", "rows", "flows")}


_NUMBERS = frozenset({ROW, "leg", "case", "entry", "number", "rows", "count"})


def _typed(columns: Mapping[str, list[Any]]) -> pa.Table:
    return pa.table({n: pa.array(v, pa.int64() if n in _NUMBERS else pa.string()) for n, v in columns.items()})


def _problems_table(understood: Understood) -> pa.Table:
    """What was wrong with cells: the first row of the table that has it, and how many have."""
    every = sorted(
        understood.problems, key=lambda p: (p[0].cell.sheet, p[1], p[0].cell.column, p[0].code, p[0].message)
    )
    return _typed(
        {
            "number": list(range(len(every))),
            "table": [p.cell.sheet for p, _, _ in every],
            ROW: [row for _, row, _ in every],
            "rows": [times for _, _, times in every],
            "column": [p.column for p, _, _ in every],
            "code": [p.code for p, _, _ in every],
            "value": [p.value for p, _, _ in every],
            "message": [p.message for p, _, _ in every],
            "advice": [p.advice for p, _, _ in every],
        }
    )


def _summary_table(summary: Summary, asked: Mapping[str, Any]) -> pa.Table:
    lines: list[tuple[str, str, int]] = [
        ("rows", "flows read", summary.rows),
        ("rows", "flows with answers", summary.assessed),
        ("rows", "flows that are no disclosure (collected, or moved between systems)", summary.not_assessed),
        ("rows", "flows left out, because they say neither from where nor to where", summary.left_out),
        ("rows", "examples of the blank workbook, never read", summary.examples),
        ("implied", "flows nobody typed, with answers", summary.implied),
        ("answers", "answers", summary.answers),
        *(("outcome", Outcome(o).label, n) for o, n in summary.outcomes.items()),
        ("problems", "distinct problems of cells", summary.problems),
        *(("table", f"{sheet}: rows read", read) for sheet, read, _ in summary.sheets),
        *(("table", f"{sheet}: rows left out", read - kept) for sheet, read, kept in summary.sheets),
    ]
    told = [(k, str(asked[k])) for k in ("on", "regimes", "engine", "version", "law")]
    return _typed(
        {
            "number": list(range(len(lines) + len(told))),
            "what": [w for w, _, _ in lines] + ["asked"] * len(told),
            "words": [w for _, w, _ in lines] + [f"{k}: {v}" for k, v in told],
            "count": [n for _, _, n in lines] + [0] * len(told),
        }
    )


_MARKS = re.compile(r"\{(sender|recipient|origin|place)\}")


def filled(sentence: str, answer: Mapping[str, Any], *, begins: bool = False) -> str:
    """A sentence of a case with the names of an answer, a row of *answers*, put in; `begins` with a capital letter."""
    found = _MARKS.sub(lambda mark: str(answer["destination" if mark[1] == "recipient" else mark[1]]), sentence)
    return found[:1].upper() + found[1:] if begins else found
