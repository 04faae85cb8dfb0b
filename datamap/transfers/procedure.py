"""The one decision procedure: every regime's steps are run in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from datamap import places
from datamap.graph import Leg
from datamap.inventory import Fact, Inventory, Place, Prohibition, items, name_key
from datamap.law import CONFIDENCES, Cited, Confidence, ListEntry, Mechanism, Regime, Step
from datamap.sheets import Cell
from datamap.transfers.answers import Answer, Outcome, ReliedOn, TraceStep
from datamap.transfers.cases import WORDS, Case, Shelf, case_of, names_of
from datamap.transfers.evidence import Cover, Evidence, claim, escape, pleads, quoted, weigh
from datamap.transfers.findings import (
    PLACE,
    Bench,
    Finding,
    Found,
    Question,
    destinations,
    find,
    listed,
    pleaded,
    practice_of,
    together,
)

EXCEPTIONAL = frozenset({"derogation", "exemption", "list", "scheme"})
ENDS_SOON = timedelta(days=366)  # a list decision that ends within this is said to


@dataclass(frozen=True)
class _Tried:
    """A step that was tried, with names and cells still to be joined in."""

    step: Step
    finding: Finding


@dataclass(frozen=True)
class _Open:
    """A step that could not be told: what the outcome would be if it were so, and what to ask."""

    outcome: Outcome
    asks: tuple[Question, ...]
    step: Step


@dataclass(frozen=True)
class _Decided:
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

    def __init__(self, case: Case, regime: Regime, on: date, recipient: str, sender: str) -> None:
        practice, open_practice = practice_of(case, regime, on)
        self.bench = Bench(case, regime, on, practice, open_practice)
        self.case, self.regime, self.on = case, regime, on
        self.recipient, self.sender = recipient, sender
        self.open: list[_Open] = []
        self.tried: list[_Tried] = []
        self.shortfalls: list[str] = []
        self.incomplete: _Decided | None = None
        self.own: list[Cited] = []  # the user's own law that was weighed on the way

    def run(self) -> Verdict:
        if not self.regime.holds(self.on):
            return self._before_the_law()
        for step in self.regime.steps:
            if not step.holds(self.on):
                continue
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

    # -- kinds of step

    def tests(self, step: Step) -> _Decided | None:
        every = bool(step.needs_all or step.if_all)
        finding = together(step.tests, self.bench, every=every)
        self.tried.append(_Tried(step, finding))
        result = Outcome((step.otherwise if step.is_gate else step.then) or "")
        decides = Found.NO if step.is_gate else Found.YES
        if finding.found is decides:
            missing = self._ways(step) if result is Outcome.GAP else (step.ask,) if step.ask else ()
            return _Decided(result, step, step.reason, step.citation, missing=missing, duties=step.duties)
        if finding.found is Found.UNKNOWN and step.not_known == "ask":
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
            _named(notice.organisation, self.sender),
            _listed(notice.recipients, (self.recipient,)),
            _listed(notice.categories, self.case.categories, self.case.fact("flow.categories").known),
            _placed(notice.countries, self.case.fact("place")),
            None if not notice.regime.known else True,
        ]
        return False if False in answers else None if None in answers else True

    def lists(self, step: Step) -> _Decided | None:
        finding, entries = listed(self.bench)
        abroad, _ = destinations(self.bench)
        self.own += [
            e for e in self.regime.entries if e.yours and e.country in (*(c for group in abroad for c in group), "*")
        ]
        self.tried.append(_Tried(step, replace(finding, says=_list_says(self.regime, entries))))
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
        moved = {name_key(c) for c in self.case.categories}
        complete = [e for e in evidence if e.cover is Cover.COMPLETE]
        partly = [e for e in evidence if e.cover in (Cover.COMPLETE, Cover.INCOMPLETE)]
        covered = frozenset().union(*(e.covered for e in complete))
        claimed = frozenset().union(*(e.covered for e in partly))
        looked = ("flow.ground", "place")
        says = _evidence_says(evidence)
        cells = tuple(dict.fromkeys(c for e in evidence for c in e.cells))
        if complete and covered >= moved:
            self.tried.append(_Tried(step, Finding(Found.YES, looked, says=says, cells=cells)))
            best = max(complete, key=lambda e: len(e.covered))
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
        if partly and claimed >= moved:
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
            left = sorted(c for c in self.case.categories if name_key(c) not in claimed)
            if partly and left:
                self.shortfalls.append(f"nothing covers {escape(', '.join(left))}")
            self.shortfalls += [s for e in evidence if e.cover is Cover.NONE for s in e.short]
        return None

    def _evidence(self, step: Step) -> list[Evidence]:
        found: list[Evidence] = []
        if step.needs_ground and not ({self.regime.ground(g) for g in step.needs_ground} & pleaded(self.bench)):
            return found
        for safeguard in self.case.claims:
            called = self.regime.called(safeguard.mechanism.value) if safeguard.mechanism.value else ()
            weighed = [weigh(safeguard, m, self.bench, self.recipient) for m in called if m.code in step.grounds]
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
        self.tried.append(_Tried(step, Finding(Found.NO, ("flow.ground",))))
        return _Decided(
            Outcome(step.then or ""), step, reason, self._cite(None), missing=self._ways(step), duties=step.duties
        )

    # -- words

    def _ways(self, step: Step) -> tuple[str, ...]:
        """What is missing where no ground holds: what the step asks, and each way to clear it."""
        clearing = self._would_clear()
        ways = [m.name + f" ({m.citation})" + (f": {m.needs_detail}" if m.needs_detail else "") for m in clearing]
        place: Place | None = self.case.fact("place").value
        unplaced = place is None or not place.stated
        return (
            *([step.ask] if step.ask else []),
            *map(escape, ways),
            *self._questions(clearing),
            *([PLACE.ask] if unplaced else []),  # no safeguard covers a place that is not known
        )

    def _would_clear(self) -> tuple[Mechanism, ...]:
        """The mechanisms any one of which would clear it: those open for certain before those that depend on a fact,
        and exceptional ones only where nothing else is open."""
        steps = [s for s in self.regime.steps if s.kind == "grounds" and not s.needs_ground and s.holds(self.on)]
        every = [self.regime.mechanisms[code] for s in steps for code in s.grounds]
        for exceptional in (False, True):
            for found in ({Found.YES}, {Found.YES, Found.UNKNOWN}):
                ways = [m for m in every if (m.type in EXCEPTIONAL) is exceptional and self._open(m) in found]
                if ways:
                    return tuple(ways)
        return ()

    def _open(self, mechanism: Mechanism) -> Found:
        """Whether the tests that the regime sets for a mechanism hold here."""
        conditions = self.regime.conditions.get(mechanism.code, ())
        return together(conditions, self.bench, every=True).found if conditions else Found.YES

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
        if self.bench.practice and decided.step.kind in ("grounds", "otherwise", "lists"):
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


def _named(fact: Fact[str], name: str) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    return name_key(fact.value) == name_key(name) if fact.value else None


def _listed(fact: Fact[tuple[str, ...]], names: tuple[str, ...], known: bool = True) -> bool | None:
    """Whether a notice's list (blank: all) touches any of the names."""
    if fact.blank or fact.is_none:
        return True
    if not fact.known or not known:
        return None
    wanted = {name_key(n) for n in items(fact)}
    return any(name_key(n) in wanted for n in names)


def _placed(fact: Fact[tuple[Place, ...]], place: Fact[Place]) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    if not fact.known or place.value is None:
        return None
    answers = [place.value.is_in(p.country) if p.country else None for p in items(fact)]
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


def _relied_on(verdict: Verdict) -> ReliedOn | None:
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


def answers(
    legs: Iterable[Leg], inventory: Inventory, regimes_of: Callable[[Leg], Iterable[Regime]], on: date
) -> tuple[Answer, ...]:
    """One answer for each leg under each regime that could apply to it, in the order of the legs.

    `regimes_of` says which regimes those are. Legs that share every fact that matters share one verdict.
    """
    shelf = Shelf(inventory)
    judged: dict[tuple[str, Any], tuple[Verdict, tuple[tuple[str, str], ...]]] = {}
    found: list[Answer] = []
    for leg in legs:
        names = names_of(leg)
        case = case_of(leg, shelf)
        for regime in regimes_of(leg):
            key = (regime.code, case.key)
            known = judged.get(key)
            if known is None:
                verdict = _Procedure(case, regime, on, names["recipient"], names["sender"]).run()
                known = judged[key] = verdict, verdict.steps_of(regime)
            found.append(_answer(leg, case, regime, *known, names))
    return tuple(found)


def _answer(
    leg: Leg, case: Case, regime: Regime, verdict: Verdict, tried: tuple[tuple[str, str], ...], names: dict[str, str]
) -> Answer:
    words = {**names, "ground": ", ".join(items(case.fact("flow.ground"))) or "no ground", "code": "A code of practice"}
    reason = verdict.reason.format(**words)
    return Answer(
        leg,
        regime.code,
        verdict.outcome,
        verdict.ground,
        verdict.citation,
        reason[:1].upper() + reason[1:],
        tuple(m.format(**words) for m in verdict.missing),
        tuple(d.format(**words) for d in verdict.duties),
        _relied_on(verdict),
        verdict.rule,
        verdict.would_clear,
        verdict.confidence,
        verdict.to_be_verified,
        lambda: _trace(verdict, case.facts, names, regime),
        verdict.yours,
        tried,
        lambda: _cells(verdict, case.facts),
    )


def _cells(verdict: Verdict, facts: Mapping[str, Fact[Any]]) -> tuple[Cell, ...]:
    """Every cell that the steps looked at, each once, in order of use."""
    found: dict[Cell, None] = {}
    for each in verdict.looked_at:
        found.update(dict.fromkeys((each,) if isinstance(each, Cell) else facts[each].cells))
    return tuple(found)
