"""The one decision procedure: every regime's steps are run in the same way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any, Generic, NamedTuple, TypeVar

from datamap import places
from datamap.graph import Leg
from datamap.inventory import Fact, Inventory, Place, Prohibition, Safeguard, items, name_key
from datamap.law import CONFIDENCES, Cited, Confidence, ListEntry, Mechanism, Regime, Step
from datamap.sheets import Cell
from datamap.transfers.answers import Answers, Outcome, ReliedOn, Ruling, TraceStep
from datamap.transfers.cases import WORDS, Brief, Case, Facts, Read, Reads, Shelf, case_of, names_of
from datamap.transfers.evidence import Cover, Evidence, claim, escape, pleads, quoted, weigh
from datamap.transfers.findings import (
    PLACE,
    Bench,
    Finding,
    Found,
    Question,
    Terms,
    destinations,
    find,
    listed,
    pleaded,
    together,
)

T = TypeVar("T")

_ALL_LEFT = "everything"  # stands for all categories where their names do not matter
EXCEPTIONAL = frozenset({"derogation", "exemption", "list", "scheme"})
ENDS_SOON = timedelta(days=366)  # a list decision that ends within this is said to


class _Tried(NamedTuple):
    """A step that was tried, with names and cells still to be joined in."""

    step: Step
    finding: Finding


class _Open(NamedTuple):
    """A step that could not be told: what the outcome would be if it were so, and what to ask."""

    outcome: Outcome
    asks: tuple[Question, ...]
    step: Step


class _Decided(NamedTuple):
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
    rule: str
    would_clear: tuple[str, ...]
    confidence: Confidence
    to_be_verified: bool
    yours: bool

    @cached_property
    def looked_at(self) -> tuple[str | Cell, ...]:
        """Names of facts, and cells beside them, in the order in which the steps looked at them, each once."""
        found: dict[str | Cell, None] = {}
        for tried in self.tried:
            found.update(dict.fromkeys(tried.finding.cells))
            found.update(dict.fromkeys(tried.finding.facts))
        return tuple(found)

    def steps_of(self, regime: Regime) -> tuple[tuple[str, str], ...]:
        """The rule and the citation of each step that was tried."""
        return tuple((f"{regime.code}/{t.step.id}", t.step.citation) for t in self.tried)


class _Procedure:
    """One run of one regime's steps over one case."""

    def __init__(self, case: Brief, terms: Terms, parts: _Parts | None) -> None:
        self.bench = Bench(case, terms)
        self.parts = parts
        self.opened: dict[str, Found] = {}
        self.case, self.terms, self.regime, self.on = case, terms, terms.regime, terms.on
        self.open: list[_Open] = []
        self.tried: list[_Tried] = []
        self.shortfalls: list[str] = []
        self.incomplete: _Decided | None = None
        self.own: list[Cited] = []  # the user's own law that was weighed on the way
        self.clearing: tuple[Mechanism, ...] | None = None

    def run(self) -> Verdict:
        if not self.regime.holds(self.on):
            return self._before_the_law()
        for step in self.terms.steps:
            decided = _KINDS[step.kind](self, step)
            if decided:
                return self._verdict(decided)
        raise AssertionError("the last step always decides")

    def _before_the_law(self) -> Verdict:
        regime = self.regime
        reason = f"{regime.law} was not in force on {self.on.isoformat()}."
        first = _Tried(regime.steps[0], Finding(Found.NO, says=reason))
        return Verdict(
            Outcome.NOT_APPLICABLE, None, regime.citation, reason, (), (), None, None, (first,),
            f"{regime.code}/{regime.steps[0].id}", (), regime.confidence,
            regime.to_be_verified, regime.yours,
        )  # fmt: skip

    def _part(self, key: Hashable, work: Callable[[Bench], T]) -> T:
        """What a part of the procedure finds, which is worked out once for all legs that it can tell no difference between."""
        return self.parts.find(key, self.bench, work) if self.parts else work(self.bench)

    def _weighed(self, safeguard: Safeguard, mechanism: Mechanism) -> Evidence:
        return self._part((safeguard.name, mechanism.code), lambda bench: weigh(safeguard, mechanism, bench))

    # -- kinds of step

    def tests(self, step: Step) -> _Decided | None:
        every = bool(step.needs_all or step.if_all)
        finding = self._part(step.id, lambda bench: together(step.tests, bench, every=every))
        self.tried.append(_Tried(step, finding))
        if finding.found is (Found.NO if step.is_gate else Found.YES):
            result = Outcome((step.otherwise if step.is_gate else step.then) or "")
            missing = self._ways(step) if result is Outcome.GAP else (step.ask,) if step.ask else ()
            return _Decided(result, step, step.reason, step.citation, missing=missing, duties=step.duties)
        if finding.found is Found.UNKNOWN and step.not_known == "ask":
            result = Outcome((step.otherwise if step.is_gate else step.then) or "")
            self.open.append(_Open(result, finding.asks, step))
        return None

    def prohibitions(self, step: Step) -> _Decided | None:
        matches = [(p, self._prohibits(p)) for p in self.case.prohibitions]
        matches = [(p, m) for p, m in matches if m is not False]
        hit = next((p for p, m in matches if m), None)
        found = Found.YES if hit else Found.UNKNOWN if matches else Found.NO
        looked = ("place", "flow.categories") if self.case.prohibitions else ()
        says = f"Notice: {escape(hit.name)}." if hit else ""
        cells = tuple(p.cell for p, _ in matches if p.cell)
        self.tried.append(_Tried(step, Finding(found, looked, says=says, cells=cells)))
        if hit:
            until = f" (conditions: {hit.conditions.value})" if hit.conditions.value else ""
            reason = step.reason.replace("{prohibition}", escape(hit.name + until))
            lift = f"What would lift the prohibition {quoted(hit.name)}"
            return _Decided(Outcome(step.then or ""), step, reason, step.citation, missing=(lift,))
        for prohibition, _ in matches:
            name = quoted(prohibition.name)
            ask = Question(f"whether {name} covers this transfer", f"Does the prohibition {name} cover this transfer?")
            self.open.append(_Open(Outcome(step.then or ""), (ask,), step))
        return None

    def _prohibits(self, notice: Prohibition) -> bool | None:
        if notice.regime.value and notice.regime.value != self.regime.code:
            return False
        if (notice.starts.value and notice.starts.value > self.on) or (
            notice.until.value and notice.until.value < self.on
        ):
            return False
        answers = [
            _named(notice.organisation, lambda: self.case.sender),
            _listed(notice.recipients, lambda: (self.case.recipient,)),
            _listed(notice.categories, lambda: self._categories),
            _placed(notice.countries, self.case),
            None if not notice.regime.known else True,
        ]
        return False if False in answers else None if None in answers else True

    @property
    def _categories(self) -> tuple[str, ...] | None:
        return self.case.categories if self.case.fact("flow.categories").known else None

    def lists(self, step: Step) -> _Decided | None:
        finding, entries = listed(self.bench)
        if own := [e for e in self.regime.entries if e.yours]:
            abroad = {country for group in destinations(self.bench)[0] for country in group}
            self.own += [e for e in own if e.country in (*abroad, "*")]
        self.tried.append(_Tried(step, finding._replace(says=_list_says(self.regime, entries))))
        if finding.found is Found.UNKNOWN:
            self.open.append(_Open(Outcome(step.then or ""), finding.asks, step))
        if finding.found is not Found.YES:
            return None
        citation = "; ".join(dict.fromkeys(e.citation for e in entries))
        return _Decided(
            Outcome(step.then or ""),
            step,
            step.reason,
            citation,
            step.ground,
            duties=step.duties,
            entry=entries[0],
            law=entries,
        )

    def grounds(self, step: Step) -> _Decided | None:
        evidence = self._evidence(step)
        self.own += [e.mechanism for e in evidence if e.mechanism.yours]
        complete = [e for e in evidence if e.cover is Cover.COMPLETE]
        partly = [e for e in evidence if e.cover in (Cover.COMPLETE, Cover.INCOMPLETE)]
        looked = ("flow.ground", "place")
        says = _evidence_says(evidence)
        cells = tuple(dict.fromkeys(c for e in evidence for c in e.cells))
        if not self._left(complete):
            self.tried.append(_Tried(step, Finding(Found.YES, looked, says=says, cells=cells)))
            best = complete[0] if len(complete) == 1 else max(complete, key=self._breadth)
            return _Decided(
                Outcome(step.then or ""),
                step,
                f"{{recipient}}: {escape(best.mechanism.name)} is recorded, and its evidence is complete and current.",
                self._cite(best.mechanism),
                best.mechanism.citation,
                duties=step.duties,
                evidence=best,
                law=(best.mechanism,),
            )
        open_evidence = [e for e in evidence if e.cover is Cover.OPEN]
        found = Found.UNKNOWN if open_evidence else Found.NO
        self.tried.append(_Tried(step, Finding(found, looked, says=says, cells=cells)))
        for item in open_evidence:
            would = Outcome.INCOMPLETE if item.short else Outcome.SAFEGUARDED
            self.open.append(_Open(would, item.asks, step))
        left = self._left(partly)
        if not left:
            short = tuple(dict.fromkeys(s for e in partly for s in e.short))
            if self.incomplete is None:
                best = partly[0]
                self.incomplete = _Decided(
                    Outcome.INCOMPLETE,
                    step,
                    f"{escape(best.mechanism.name)} is recorded for {{recipient}}, but this is missing: {'; '.join(short)}.",
                    self._cite(best.mechanism),
                    best.mechanism.citation,
                    missing=short,
                    duties=step.duties,
                    evidence=best,
                    law=(best.mechanism,),
                )
        else:
            if partly:
                self.shortfalls.append(f"nothing covers {escape(', '.join(left))}")
            self.shortfalls += [s for e in evidence if e.cover is Cover.NONE for s in e.short]
        return None

    def _left(self, evidence: list[Evidence]) -> list[str]:
        """The categories that some safeguards leave over between them; nothing covers anything where there are none."""
        if not evidence:
            return [_ALL_LEFT]
        claimed: set[str] = set()
        for item in evidence:
            if item.covered is None:
                return []
            claimed |= item.covered
        return sorted(c for c in self.case.categories if name_key(c) not in claimed)

    def _breadth(self, evidence: Evidence) -> int:
        moved = frozenset(map(name_key, self.case.categories))
        return len(moved if evidence.covered is None else evidence.covered)

    def _evidence(self, step: Step) -> list[Evidence]:
        found: list[Evidence] = []
        if step.needs_ground and not ({self.regime.ground(g) for g in step.needs_ground} & pleaded(self.bench).grounds):
            return found
        for safeguard in self.case.claims:
            called = self.regime.called(safeguard.mechanism.value) if safeguard.mechanism.value else ()
            weighed = [self._weighed(safeguard, m) for m in called if m.code in step.grounds]
            if weighed:
                found.append(self._fitting(weighed))
        on_file = {e.mechanism.code for e in found}
        return found + [claim(m, self.bench) for m in pleads(self.bench, step) if m.code not in on_file]

    def _fitting(self, weighed: list[Evidence]) -> Evidence:
        """Where words may mean several mechanisms (a set of clauses in modules), the one that is open here."""
        open_here = [e for e in weighed if self._open(e.mechanism) is not Found.NO]
        return min(open_here or weighed, key=lambda e: list(Cover).index(e.cover))

    def otherwise(self, step: Step) -> _Decided:
        if self.incomplete:
            return self.incomplete
        reason = step.reason
        shortfalls = tuple(dict.fromkeys(self.shortfalls))
        foreign = [
            s for s in self.case.claims if s.mechanism.value and self.regime.mechanism(s.mechanism.value) is None
        ]
        if foreign:
            shortfalls += tuple(f"{quoted(s.name)} is no mechanism of this law" for s in foreign)
        if shortfalls:
            reason = f"{reason.rstrip('.')} that holds: {'; '.join(shortfalls)}."
        cells = tuple(dict.fromkeys(c for s in foreign for c in (*s.mechanism.cells, s.cell) if c))
        self.tried.append(_Tried(step, Finding(Found.NO, ("flow.ground",), cells=cells)))
        return _Decided(
            Outcome(step.then or ""), step, reason, self._cite(None), missing=self._ways(step), duties=step.duties
        )

    # -- words

    def _ways(self, step: Step) -> tuple[str, ...]:
        """What is missing where no ground holds: what the step asks, and each way to clear it."""
        clearing = self._would_clear()
        ways = [m.name + f" ({m.citation})" + (f": {m.needs_detail}" if m.needs_detail else "") for m in clearing]
        unplaced = not self.case.ask("stated")
        return (
            *([step.ask] if step.ask else []),
            *map(escape, ways),
            *self._questions(clearing),
            *([PLACE.ask] if unplaced else []),  # no safeguard covers a place that is not known
        )

    def _would_clear(self) -> tuple[Mechanism, ...]:
        """The mechanisms any one of which would clear it: those open for certain before those that depend on a fact,
        and exceptional ones only where nothing else is open."""
        if self.clearing is None:
            self.clearing = self._open_ways()
        return self.clearing

    def _open_ways(self) -> tuple[Mechanism, ...]:
        for exceptional in (False, True):
            for found in ({Found.YES}, {Found.YES, Found.UNKNOWN}):
                ways = [
                    m for m in self.terms.clearing if (m.type in EXCEPTIONAL) is exceptional and self._open(m) in found
                ]
                if ways:
                    return tuple(ways)
        return ()

    def _open(self, mechanism: Mechanism) -> Found:
        """Whether the tests that the regime sets for a mechanism hold here."""
        conditions = self.regime.conditions.get(mechanism.code, ())
        if not conditions:
            return Found.YES
        if (found := self.opened.get(mechanism.code)) is None:
            finding = self._part(("open", mechanism.code), lambda bench: together(conditions, bench, every=True))
            found = self.opened[mechanism.code] = finding.found
        return found

    def _questions(self, mechanisms: Iterable[Mechanism]) -> tuple[str, ...]:
        """What has to be known before it can be told whether any of them is open."""
        if any(self._open(m) is Found.YES for m in mechanisms):
            return ()
        tests = [t for m in mechanisms for t in self.regime.conditions.get(m.code, ())]
        return tuple(
            q.ask for t in tests for q in find(t, self.bench).asks if find(t, self.bench).found is Found.UNKNOWN
        )

    def _clearing(self, decided: _Decided) -> tuple[str, ...]:
        if decided.outcome is Outcome.INCOMPLETE and decided.evidence:
            return (decided.evidence.mechanism.code,)
        none_left = decided.outcome is Outcome.GAP or decided.step.kind == "otherwise"
        return tuple(m.code for m in self._would_clear()) if none_left else ()

    def _cite(self, mechanism: Mechanism | None) -> str:
        base = _full_citation(self.regime, mechanism)
        practice = self.bench.practice
        return f"{practice.name}, {practice.rule} (to be verified); compare {base}" if practice else base

    # -- the answer

    def _verdict(self, decided: _Decided) -> Verdict:
        """Weigh the decision against the open questions: it stands only if it holds however they come out."""
        depends = [o for o in self.open if o.outcome.flagged != decided.outcome.flagged]
        if decided.outcome is Outcome.UNDETERMINED:
            depends = [o for o in self.open if o.asks]
        law: list[Cited] = [decided.step, *decided.law]
        if decided.step.kind in ("grounds", "otherwise", "lists") and self.bench.practice:
            law.append(self.bench.practice)
        duties = self._duties(decided)
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
            Outcome.UNDETERMINED,
            None,
            citations,
            reason,
            tuple(dict.fromkeys(missing)),
            (),
            None,
            None,
            tuple(self.tried),
            self._rule(decided),
            (),
            _weakest(law),
            any(c.to_be_verified for c in law),
            self._rests_on_own(law, flagged=True),
        )

    def _rule(self, decided: _Decided) -> str:
        return f"{self.regime.code}/{decided.step.id}"

    def _duties(self, decided: _Decided) -> tuple[str, ...]:
        owed = [self.regime.duties[k] for k in decided.duties]
        found = [
            f"{d.text} ({d.citation}{', to be verified' if d.to_be_verified else ''})"
            for d in owed
            if d.holds(self.on) and all(find(t, self.bench).found is Found.YES for t in d.if_all)
        ]
        for entry in decided.law:
            if isinstance(entry, ListEntry) and entry.ends and entry.ends - self.on <= ENDS_SOON:
                found.append(
                    f"{entry.country_name}: this decision ends on {(entry.ends - timedelta(days=1)).isoformat()} ({entry.citation})"
                )
        return tuple(found)

    def _stands(self, decided: _Decided, duties: tuple[str, ...], law: list[Cited]) -> Verdict:
        missing = decided.missing
        if decided.outcome.flagged:  # what else would still be open once the rest is on file
            missing += tuple(q.ask for o in self.open for q in o.asks)
        return Verdict(
            decided.outcome,
            decided.ground,
            decided.citation,
            decided.reason,
            tuple(dict.fromkeys(missing)),
            duties,
            decided.evidence,
            decided.entry,
            tuple(self.tried),
            self._rule(decided),
            self._clearing(decided),
            _weakest(law),
            any(c.to_be_verified for c in law),
            self._rests_on_own(law, flagged=decided.outcome.flagged),
        )

    def _rests_on_own(self, law: list[Cited], *, flagged: bool) -> bool:
        """Whether the user's own law decided, or kept a flagged answer from being better."""
        return any(c.yours for c in (*law, *(self.own if flagged else ())))


def _weakest(law: list[Cited]) -> Confidence:
    return max((c.confidence for c in law), key=CONFIDENCES.index)


def _join_words(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def _join_citations(citations: list[str], law: str) -> str:
    """Several citations as one, naming the Act once."""
    places_ = list(dict.fromkeys(c.removeprefix(f"{law}, ") for c in citations))
    return (
        f"{law}, {'; '.join(places_)}"
        if all(c.startswith(law) for c in citations)
        else "; ".join(dict.fromkeys(citations))
    )


_KINDS: Mapping[str, Callable[[_Procedure, Step], _Decided | None]] = {
    "tests": _Procedure.tests,
    "prohibitions": _Procedure.prohibitions,
    "lists": _Procedure.lists,
    "grounds": _Procedure.grounds,
    "otherwise": _Procedure.otherwise,
}


def _named(fact: Fact[str], name: Callable[[], str]) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    return name_key(fact.value) == name_key(name()) if fact.value else None


def _listed(fact: Fact[tuple[str, ...]], names: Callable[[], tuple[str, ...] | None]) -> bool | None:
    """Whether a notice's list (blank: all) touches any of the names, which are None where they are not known."""
    if fact.blank or fact.is_none:
        return True
    if not fact.known or (found := names()) is None:
        return None
    wanted = {name_key(n) for n in items(fact)}
    return any(name_key(n) in wanted for n in found)


def _placed(fact: Fact[tuple[Place, ...]], case: Brief) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    if not fact.known or (where := case.ask("where")) is None:
        return None
    place = Place(*where)
    answers = [place.is_in(p.country) if p.country else None for p in items(fact)]
    return True if True in answers else None if None in answers else False


def _list_says(regime: Regime, entries: tuple[ListEntry, ...]) -> str:
    if entries:
        return " ".join(
            f"{escape(e.citation)}{f', through {(e.ends - timedelta(days=1)).isoformat()}' if e.ends else ''}: {escape(e.scope)}."
            for e in entries
        )
    empty = [e for e in regime.entries if e.status in ("none prescribed", "no list mechanism")]
    return (
        f"Nothing is prescribed (checked {empty[0].checked.isoformat()})."
        if empty
        else "No decision in force covers it."
    )


def _evidence_says(evidence: list[Evidence]) -> str:
    if not evidence:
        return "No safeguard on file answers to this."
    parts = []
    for item in evidence:
        detail = f" ({'; '.join(item.short)})" if item.short else ""
        parts.append(f"{item.title} as {item.mechanism.citation}: {item.cover.value}{detail}.")
    return " ".join(parts)


def _full_citation(regime: Regime, mechanism: Mechanism | None) -> str:
    if mechanism is None:
        return regime.citation
    cited = mechanism.citation
    return cited if cited.startswith((regime.law, "OAIC")) else f"{regime.law}, {cited}"


SHOWN = 5  # values of a long list that a step of the trace spells out


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
        each = [places.place_name(v) if isinstance(v, Place) else str(getattr(v, "name", v)) for v in value]
        more = f" and {len(each) - SHOWN} more" if len(each) > SHOWN else ""
        shown = ", ".join(each[:SHOWN]) + more
    else:
        shown = str(value)
    return f"{words}: {shown}"


def _trace(
    verdict: Verdict, facts: Mapping[str, Fact[Any]], names: Mapping[str, str], regime: Regime
) -> tuple[TraceStep, ...]:
    steps = []
    for tried in verdict.tried:
        step, finding = tried.step, tried.finding
        shown = [_fact_says(n, facts[n], names) for n in finding.facts if n in facts]
        record = "; ".join(shown)
        record = f"{record[:1].upper()}{record[1:]}." if record else ""
        says = " ".join(part for part in (finding.says.format(**names), record) if part)
        cells = tuple(dict.fromkeys((*finding.cells, *(c for n in finding.facts for c in facts[n].cells))))
        steps.append(
            TraceStep(
                step.asks.format(**names),
                finding.found.value,
                says,
                step.citation,
                cells,
                step.confidence,
                step.to_be_verified,
                f"{regime.code}/{step.id}",
            )
        )
    return tuple(steps)


def relied_on(verdict: Verdict) -> ReliedOn | None:
    """The safeguard or list entry that a verdict rests on."""
    if verdict.entry:
        entry = verdict.entry
        last = entry.ends - timedelta(days=1) if entry.ends else None
        return ReliedOn("list", entry.country_name, entry.citation, entry.starts, last, None, None)
    evidence = verdict.evidence
    if evidence is None or evidence.safeguard is None:
        return None
    safeguard = evidence.safeguard
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    return ReliedOn(
        "safeguard",
        safeguard.name,
        evidence.mechanism.code,
        max(begins) if begins else None,
        safeguard.expires.value,
        safeguard.document.value,
        safeguard.cell,
    )


def decide(brief: Brief, terms: Terms, parts: _Parts | None = None) -> Verdict:
    """The answer for a leg under one regime. What it depends on is then in the brief's `reads`.

    `parts` remembers what parts of the procedure found for other legs under the same terms.
    """
    return _Procedure(brief, terms, parts).run()


class Judged(NamedTuple):
    """One leg under one regime. Legs that share every fact that matters share one `verdict`, the very same object."""

    leg: Leg
    case: Case
    regime: Regime
    verdict: Verdict
    tried: tuple[tuple[str, str], ...]
    names: dict[str, str]


def judge(
    legs: Iterable[Leg], inventory: Inventory, regimes_of: Callable[[Leg], Iterable[Regime]], on: date
) -> Iterator[Judged]:
    """Each leg under each regime that could apply to it, in the order of the legs. `regimes_of` says which those are."""
    shelf = Shelf(inventory, on)
    court = _Court(shelf, on)
    for leg in legs:
        case, names = case_of(leg, shelf), names_of(leg)
        for regime in regimes_of(leg):
            ruling = court.ruling(leg, regime)
            yield Judged(leg, case, regime, ruling.verdict, ruling.tried, names)


def answers(
    legs: Iterable[Leg], inventory: Inventory, regimes_of: Callable[[Leg], Iterable[Regime]], on: date
) -> Answers:
    """One answer for each leg under each regime that could apply to it, in the order of the legs (see `judge`)."""
    legs = tuple(legs)
    court = _Court(Shelf(inventory, on), on)
    rows: dict[tuple[Ruling, ...], int] = {}
    which = array("L")
    for leg in legs:
        row: tuple[Ruling, ...] = tuple([court.ruling(leg, regime) for regime in regimes_of(leg)])
        which.append(rows.setdefault(row, len(rows)))
    return Answers(legs, list(rows), which)


class _Court:
    """Judges by the law of one day, and what is alike but once: under each regime a tree of reads leads to the rulings.

    A branch is the read that the procedure makes next, with a twig for each number that it gave; which read that is
    depends only on what was read before. A leg that ends at a ruling shares it; one that ends nowhere is judged, and the
    reads made on the way make the rest of its way (see `Brief`).
    """

    def __init__(self, shelf: Shelf, on: date) -> None:
        self.shelf, self.on = shelf, on
        self._reads = Reads(shelf)
        self._trees: dict[str, tuple[Terms, _Tree[_Ruling], _Parts]] = {}

    def ruling(self, leg: Leg, regime: Regime) -> _Ruling:
        known = self._trees.get(regime.code)
        if known is None:
            known = Terms(regime, self.on), _Tree[_Ruling](self._reads), _Parts(self._reads)
            self._trees[regime.code] = known
        terms, tree, parts = known
        found = tree.find(leg)
        if found is None:
            brief = Brief(leg, self.shelf)
            found = _Ruling(decide(brief, terms, parts), regime)
            tree.grow(leg, brief.reads, found)
        return found


class _Tree(Generic[T]):
    """What is found for legs, by what was read of each on the way to it."""

    def __init__(self, reads: Reads) -> None:
        self._reads, self.root = reads, _Branch()

    def find(self, leg: Leg) -> T | None:
        """What was found for a leg of which the same reads give the same; None when there was none."""
        branch = self.root
        while (number := branch.number) is not None:
            twig = branch.twigs.get(number(leg))
            if twig is None:
                return None
            branch = twig
        found: T | None = branch.end
        return found

    def grow(self, leg: Leg, reads: Iterable[Read], end: T) -> None:
        branch = self.root
        for read in reads:
            if branch.number is None:
                branch.read, branch.number = read, self._reads.of(read)
            assert branch.read == read, "what is read next depends on what was read before, and on nothing else"
            branch = branch.twigs.setdefault(branch.number(leg), _Branch())
        branch.end = end


class _Branch:
    """A place in a tree of reads: an end, or the read that is made next and where each number leads."""

    __slots__ = ("end", "number", "read", "twigs")

    def __init__(self) -> None:
        self.end: Any = None
        self.read: Read | None = None
        self.number: Callable[[Leg], int] | None = None
        self.twigs: dict[int, _Branch] = {}


class _Parts:
    """What parts of the procedure found under one regime, each a tree of its own; the reads are made as if anew."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._trees: dict[Hashable, _Tree[Any]] = {}

    def find(self, key: Hashable, bench: Bench, work: Callable[[Bench], T]) -> T:
        tree = self._trees.get(key)
        if tree is None:
            tree = self._trees[key] = _Tree(self._reads)
        leg, reads, branch = bench.case.leg, bench.case.reads, tree.root
        twig: _Branch | None = branch
        while twig is not None and (number := twig.number) is not None:
            reads[twig.read] = None  # type: ignore[index]
            twig = twig.twigs.get(number(leg))
        if twig is not None and twig.end is not None:
            known: T = twig.end
            return known
        brief = Brief(leg, bench.case.shelf)
        found = work(Bench(brief, bench.terms))
        reads.update(brief.reads)
        tree.grow(leg, brief.reads, found)
        return found


class _Ruling:
    """A verdict under a regime, from which the answer for each leg of its case is told."""

    def __init__(self, verdict: Verdict, regime: Regime) -> None:
        self.verdict, self.law = verdict, regime
        self.regime, self.outcome, self.yours = regime.code, verdict.outcome, verdict.yours

    @cached_property
    def tried(self) -> tuple[tuple[str, str], ...]:
        return self.verdict.steps_of(self.law)

    @cached_property
    def relied_on(self) -> ReliedOn | None:
        return relied_on(self.verdict)

    def told(self, field: str, leg: Leg) -> Any:
        verdict = self.verdict
        if field == "reason":
            reason = verdict.reason.format_map(_Words(leg))
            return reason[:1].upper() + reason[1:]
        if field in ("missing", "duties"):
            said: tuple[str, ...] = getattr(verdict, field)
            return tuple([text.format_map(_Words(leg)) for text in said]) if said else said
        if field == "explain":
            return partial(_trace, verdict, Facts(leg), names_of(leg), self.law)
        if field == "looked_at":
            return partial(_cells, verdict, Facts(leg))
        return getattr(self, field) if field in _OF_RULING else getattr(verdict, field)


_OF_RULING = frozenset({"regime", "tried", "relied_on"})


class _Words(dict[str, str]):
    """What the sentences of a verdict are filled in with for a leg, when one of them names anything."""

    __slots__ = ("_leg",)

    def __init__(self, leg: Leg) -> None:
        self._leg = leg

    def __missing__(self, name: str) -> str:
        self.update(_words(Facts(self._leg), names_of(self._leg)))
        return self[name]


def words_of(leg: Leg, names: Mapping[str, str]) -> dict[str, str]:
    """What the sentences of a verdict are filled in with."""
    return _words(Facts(leg), names)


def _words(facts: Mapping[str, Fact[Any]], names: Mapping[str, str]) -> dict[str, str]:
    return {**names, "ground": ", ".join(items(facts["flow.ground"])) or "no ground", "code": "A code of practice"}


def _cells(verdict: Verdict, facts: Mapping[str, Fact[Any]]) -> tuple[Cell, ...]:
    """Every cell that the steps looked at, each once, in order of use."""
    found: dict[Cell, None] = {}
    for each in verdict.looked_at:
        found.update(dict.fromkeys((each,) if isinstance(each, Cell) else facts[each].cells))
    return tuple(found)
