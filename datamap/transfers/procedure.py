"""The one decision procedure: every regime's steps are run in the same way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from datamap import places
from datamap.graph import Leg
from datamap.inventory import MANY, Fact, Inventory, Place, Prohibition, Safeguard, items, name_key
from datamap.law import CONFIDENCES, Cited, Confidence, ListEntry, Mechanism, Regime, Step, Test
from datamap.law.citations import joined
from datamap.sheets import Cell
from datamap.transfers.answers import Answers, Outcome, ReliedOn, TraceStep
from datamap.transfers.cases import WORDS, Brief, Facts, Reads, Shelf, names_of
from datamap.transfers.evidence import FOR_PROCESSORS, OWN_PART, Cover, Evidence, claim, escape, pleads, quoted, weigh
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
from datamap.transfers.ways import Parts, Tree

if TYPE_CHECKING:
    from datamap.transfers.columns import Columns, Numbers

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
    also: tuple[Evidence | ListEntry, ...] = ()
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
    checked: date
    also: tuple[Evidence | ListEntry, ...] = ()  # what it rests on besides, where one does not cover everything

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


class _Weighed(NamedTuple):
    """The evidence that answers to a step, and how much of what moves it covers."""

    evidence: tuple[Evidence, ...] = ()
    best: Evidence | None = None  # the complete one that most rests on, where those that are complete cover all
    also: tuple[tuple[Evidence, tuple[str, ...]], ...] = ()  # complete ones for the categories that it leaves over
    left: tuple[str, ...] = ()  # the categories that neither complete nor incomplete evidence covers


class _Procedure:
    """One run of one regime's steps over one case. What it reads of the case, its parts read (see `Brief.part`)."""

    def __init__(self, case: Brief, terms: Terms) -> None:
        self.bench = Bench(case, terms)
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
        reason = regime.when(self.on)
        first = _Tried(regime.steps[0], Finding(Found.NO, says=reason))
        return Verdict(
            Outcome.NOT_APPLICABLE, None, regime.citation, reason, (), (), None, None, (first,),
            f"{regime.code}/{regime.steps[0].id}", (), regime.confidence,
            regime.to_be_verified, regime.yours, regime.checked,
        )  # fmt: skip

    # -- kinds of step

    def tests(self, step: Step) -> _Decided | None:
        every = bool(step.needs_all or step.if_all)
        finding = self.bench.part(("step", step.id), lambda bench: together(step.tests, bench, every=every))
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
        notices = enumerate(self.case.prohibitions)
        matches = [(p, self.bench.part(("notice", number), partial(_prohibits, p))) for number, p in notices]
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

    def lists(self, step: Step) -> _Decided | None:
        finding, entries, own = self.bench.part(("list", step.id), _listed_here, _same_list)
        self.own += own
        self.tried.append(_Tried(step, finding._replace(says=_list_says(self.regime, entries, finding.says))))
        if finding.found is Found.UNKNOWN:
            self.open.append(_Open(Outcome(step.then or ""), finding.asks, step))
        if finding.found is Found.NO and finding.says:
            self.shortfalls.append(finding.says)
        if finding.found is not Found.YES:
            return None
        citation = joined((e.citation for e in entries), self.regime.law)
        return _Decided(
            Outcome(step.then or ""),
            step,
            step.reason,
            citation,
            step.ground,
            duties=step.duties,
            entry=entries[0],
            also=entries[1:],
            law=entries,
        )

    def grounds(self, step: Step) -> _Decided | None:
        weighed = self.bench.part(("grounds", step.id), partial(_weighed, step), _same_weighed)
        evidence, best = weighed.evidence, weighed.best
        self.own += [e.mechanism for e in evidence if e.mechanism.yours]
        partly = [e for e in evidence if e.cover in (Cover.COMPLETE, Cover.INCOMPLETE)]
        looked = ("flow.ground", "place")
        says = _evidence_says(evidence)
        cells = tuple(dict.fromkeys(c for e in evidence for c in e.cells))
        if best:
            self.tried.append(_Tried(step, Finding(Found.YES, looked, says=says, cells=cells)))
            used = tuple(dict.fromkeys((best.mechanism, *(e.mechanism for e, _ in weighed.also))))
            reason = (
                f"{{recipient}}: {escape(best.mechanism.name)} is recorded, and its evidence is complete and current."
            )
            reason += "".join(
                f" {e.title}, as {e.mechanism.citation}, covers {escape(', '.join(rest))}." for e, rest in weighed.also
            )
            cited = [self._cite(_full_citation(self.regime, m)) for m in used]
            return _Decided(
                Outcome(step.then or ""),
                step,
                reason,
                joined(cited, self.regime.law) if len(cited) > 1 else cited[0],
                "; ".join(m.citation for m in used),
                duties=step.duties,
                evidence=best,
                also=tuple(e for e, _ in weighed.also),
                law=used,
            )
        open_evidence = [e for e in evidence if e.cover is Cover.OPEN]
        found = Found.UNKNOWN if open_evidence else Found.NO
        self.tried.append(_Tried(step, Finding(found, looked, says=says, cells=cells)))
        for item in open_evidence:
            would = Outcome.INCOMPLETE if item.short else Outcome.SAFEGUARDED
            self.open.append(_Open(would, item.asks, step))
        if not weighed.left:
            short = tuple(dict.fromkeys(s for e in partly for s in e.short))
            if self.incomplete is None:
                best = next(e for e in partly if e.short)
                self.incomplete = _Decided(
                    Outcome.INCOMPLETE,
                    step,
                    f"{escape(best.mechanism.name)} is recorded for {{recipient}}, but this is missing: {'; '.join(short)}.",
                    self._cite(_full_citation(self.regime, best.mechanism)),
                    best.mechanism.citation,
                    missing=short,
                    duties=step.duties,
                    evidence=best,
                    law=(best.mechanism,),
                )
        else:
            if partly:
                self.shortfalls.append(f"nothing covers {escape(', '.join(weighed.left))}")
            self.shortfalls += [s for e in evidence if e.cover is Cover.NONE for s in e.short]
        return None

    def otherwise(self, step: Step) -> _Decided:
        if self.incomplete:
            return self.incomplete
        reason = step.reason
        shortfalls = tuple(dict.fromkeys(self.shortfalls))
        foreign = self.bench.part("foreign", _foreign, lambda found: tuple(s.name for s in found))
        if foreign:
            shortfalls += tuple(f"{quoted(s.name)} is no mechanism of this law" for s in foreign)
        if shortfalls:
            reason = f"{reason.rstrip('.')} that holds: {'; '.join(shortfalls)}."
        cells = tuple(dict.fromkeys(c for s in foreign for c in (*s.mechanism.cells, s.cell) if c))
        self.tried.append(_Tried(step, Finding(Found.NO, ("flow.ground",), cells=cells)))
        return _Decided(
            Outcome(step.then or ""),
            step,
            reason,
            self._cite(step.citation),
            missing=self._ways(step),
            duties=step.duties,
        )

    # -- words

    def _ways(self, step: Step) -> tuple[str, ...]:
        """What is missing where no ground holds: what the step asks, and each way to clear it."""
        clearing = self._would_clear()
        unplaced = not self.case.ask("stated")
        return (
            *([step.ask] if step.ask else []),
            *map(self._way, clearing),
            *self._questions(clearing),
            *([PLACE.ask] if unplaced else []),  # no safeguard covers a place that is not known
        )

    def _way(self, mechanism: Mechanism) -> str:
        needs = f": {mechanism.needs_detail}" if mechanism.needs_detail else ""
        in_two = mechanism.module in FOR_PROCESSORS and self.case.fact("recipient.own_purposes").value
        too = f"; module 1 too, {OWN_PART}" if in_two else ""
        return escape(f"{mechanism.name} ({mechanism.citation}){needs}") + too

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
                    m
                    for m in self.terms.clearing
                    if (m.type in EXCEPTIONAL) is exceptional and _open(m, self.bench) in found
                ]
                if ways:
                    return tuple(ways)
        return ()

    def _questions(self, mechanisms: Iterable[Mechanism]) -> tuple[str, ...]:
        """What has to be known before it can be told whether any of them is open."""
        if any(_open(m, self.bench) is Found.YES for m in mechanisms):
            return ()
        asked = (self.bench.part(("asks", m.code), partial(_asks, m)) for m in mechanisms)
        return tuple(question for questions in asked for question in questions)

    def _clearing(self, decided: _Decided) -> tuple[str, ...]:
        if decided.outcome is Outcome.INCOMPLETE and decided.evidence:
            return (decided.evidence.mechanism.code,)
        none_left = decided.outcome is Outcome.GAP or decided.step.kind == "otherwise"
        return tuple(m.code for m in self._would_clear()) if none_left else ()

    def _cite(self, base: str) -> str:
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
        citations = joined([*(s.citation for s in open_steps.values()), decided.citation], self.regime.law)
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
            _checked(law),
        )

    def _rule(self, decided: _Decided) -> str:
        return f"{self.regime.code}/{decided.step.id}"

    def _duties(self, decided: _Decided) -> tuple[str, ...]:
        owed = [(k, self.regime.duties[k]) for k in decided.duties]
        found = [
            d.said
            for k, d in owed
            if d.holds(self.on) and (not d.if_all or self.bench.part(("duty", k), partial(_hold, d.if_all)))
        ]
        for entry in decided.law:
            if isinstance(entry, ListEntry) and entry.ends and entry.ends - self.on <= ENDS_SOON:
                found.append(entry.ending)
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
            _checked(law),
            decided.also,
        )

    def _rests_on_own(self, law: list[Cited], *, flagged: bool) -> bool:
        """Whether the user's own law decided, or kept a flagged answer from being better."""
        return any(c.yours for c in (*law, *(self.own if flagged else ())))


def _weakest(law: list[Cited]) -> Confidence:
    return max((c.confidence for c in law), key=CONFIDENCES.index)


def _checked(law: list[Cited]) -> date:
    return min(c.checked for c in law)


def _join_words(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"


_KINDS: Mapping[str, Callable[[_Procedure, Step], _Decided | None]] = {
    "tests": _Procedure.tests,
    "prohibitions": _Procedure.prohibitions,
    "lists": _Procedure.lists,
    "grounds": _Procedure.grounds,
    "otherwise": _Procedure.otherwise,
}


# -- parts: what each finds depends on nothing but what it reads of its bench


def _prohibits(notice: Prohibition, bench: Bench) -> bool | None:
    case, on = bench.case, bench.on
    if notice.regime.value and notice.regime.value != bench.regime.code:
        return False
    if (notice.starts.value and notice.starts.value > on) or (notice.until.value and notice.until.value < on):
        return False
    answers = [
        _named(notice.organisation, lambda: case.sender, case.shelf.organisations),
        _listed(notice.recipients, lambda: (case.recipient_in_notices,), case.shelf.misspelt),
        _listed(
            notice.categories,
            lambda: case.categories if case.fact("flow.categories").known else None,
            case.shelf.misspelt,
        ),
        _placed(notice.countries, case),
        None if not notice.regime.known else True,
    ]
    return False if False in answers else None if None in answers else True


def _listed_here(bench: Bench) -> tuple[Finding, tuple[ListEntry, ...], tuple[ListEntry, ...]]:
    """What `listed` finds, and the user's own entries about any place that the information goes to."""
    finding, entries = listed(bench)
    own = [e for e in bench.regime.entries if e.yours]
    abroad = {country for group in destinations(bench)[0] for country in group} if own else set[str]()
    return finding, entries, tuple(e for e in own if e.country in (*abroad, "*"))


def _same_list(found: tuple[Finding, tuple[ListEntry, ...], tuple[ListEntry, ...]]) -> Hashable:
    finding, entries, own = found
    return finding, tuple(map(id, entries)), tuple(map(id, own))


def _weighed(step: Step, bench: Bench) -> _Weighed:
    evidence = _evidence(step, bench)
    complete = [e for e in evidence if e.cover is Cover.COMPLETE]
    partly = [e for e in evidence if e.cover in (Cover.COMPLETE, Cover.INCOMPLETE)]
    if _left(complete, bench.case):
        return _Weighed(tuple(evidence), None, left=tuple(_left(partly, bench.case)))
    if len(complete) == 1:
        return _Weighed(tuple(evidence), complete[0])
    names = {name_key(c): c for c in bench.case.categories}
    best = max(complete, key=lambda e: len(names if e.covered is None else e.covered))
    also, left = [], frozenset() if best.covered is None else names.keys() - best.covered
    for item in complete:
        if rest := left & (item.covered or frozenset()):
            also.append((item, tuple(sorted(names[key] for key in rest))))
            left -= rest
    return _Weighed(tuple(evidence), best, tuple(also))


def _same_weighed(found: _Weighed) -> Hashable:
    best, also = found.best and found.best.looked_like, tuple((e.looked_like, rest) for e, rest in found.also)
    return tuple(e.looked_like for e in found.evidence), best, also, found.left


def _left(evidence: list[Evidence], case: Brief) -> list[str]:
    """The categories that some safeguards leave over between them; nothing covers anything where there are none."""
    if not evidence:
        return [_ALL_LEFT]
    claimed: set[str] = set()
    for item in evidence:
        if item.covered is None:
            return []
        claimed |= item.covered
    return sorted(c for c in case.categories if name_key(c) not in claimed)


def _evidence(step: Step, bench: Bench) -> list[Evidence]:
    found: list[Evidence] = []
    regime = bench.regime
    if step.needs_ground and not ({regime.ground(g) for g in step.needs_ground} & pleaded(bench).grounds):
        return found
    for safeguard in bench.case.claims:
        called = regime.called(safeguard.mechanism.value) if safeguard.mechanism.value else ()
        weighed = [
            bench.part(("weigh", safeguard.name, m.code), partial(weigh, safeguard, m), _looks_like)
            for m in called
            if m.code in step.grounds
        ]
        if weighed:
            found.append(_fitting(weighed, bench))
    on_file = {e.mechanism.code for e in found}
    return found + [claim(m, bench) for m in pleads(bench, step) if m.code not in on_file]


def _looks_like(evidence: Evidence) -> Hashable:
    return evidence.looked_like


def _fitting(weighed: list[Evidence], bench: Bench) -> Evidence:
    """Where words may mean several mechanisms (a set of clauses in modules), the one that is open here."""
    open_here = [e for e in weighed if _open(e.mechanism, bench) is not Found.NO]
    return min(open_here or weighed, key=lambda e: list(Cover).index(e.cover))


def _foreign(bench: Bench) -> tuple[Safeguard, ...]:
    """The safeguards on file that are no mechanism of this law."""
    named = ((s, s.mechanism.value) for s in bench.case.claims)
    return tuple(s for s, words in named if words and bench.regime.mechanism(words) is None)


def _open(mechanism: Mechanism, bench: Bench) -> Found:
    """Whether the tests that the regime sets for a mechanism hold here."""
    conditions = bench.regime.conditions.get(mechanism.code, ())
    if not conditions:
        return Found.YES
    return bench.part(("open", mechanism.code), lambda b: together(conditions, b, every=True).found)


def _asks(mechanism: Mechanism, bench: Bench) -> tuple[str, ...]:
    """What has to be asked before it can be told whether a mechanism is open."""
    findings = (find(t, bench) for t in bench.regime.conditions.get(mechanism.code, ()))
    return tuple(q.ask for f in findings if f.found is Found.UNKNOWN for q in f.asks)


def _hold(tests: tuple[Test, ...], bench: Bench) -> bool:
    return all(find(t, bench).found is Found.YES for t in tests)


def _named(fact: Fact[str], name: Callable[[], str], known: frozenset[str]) -> bool | None:
    """Whether a notice's organisation (blank: any) is that of the name; one that is not on record may be any of them."""
    if fact.blank or fact.is_none:
        return True
    if not fact.value or name_key(fact.value) not in known:
        return None
    return name_key(fact.value) == name_key(name())


def _listed(
    fact: Fact[tuple[str, ...]], names: Callable[[], tuple[str, ...] | None], misspelt: Mapping[str, str]
) -> bool | None:
    """Whether a notice's list (blank: all) touches any of the names, which are None where they are not known.

    What it names that is not on record may be the name that is most like it.
    """
    if fact.blank or fact.is_none:
        return True
    if not fact.known or (found := names()) is None:
        return None
    wanted, keys = {name_key(n) for n in items(fact)}, {name_key(n) for n in found}
    if wanted & keys:
        return True
    return None if keys & {misspelt[key] for key in wanted & misspelt.keys()} else False


def _placed(fact: Fact[tuple[Place, ...]], case: Brief) -> bool | None:
    if fact.blank or fact.is_none:
        return True
    if not fact.known or (where := case.ask("where")) is None:
        return None
    place = Place(*where)
    answers = [place.is_in(p.country) if p.country else None for p in items(fact)]
    return True if True in answers else None if None in answers else False


def _list_says(regime: Regime, entries: tuple[ListEntry, ...], outside: str) -> str:
    if entries:
        return " ".join(
            f"{escape(e.citation)}{f', through {e.last_day}' if e.last_day else ''}: {escape(e.scope)}."
            for e in entries
        )
    empty = [e for e in regime.entries if e.status in ("none prescribed", "no list mechanism")]
    return (
        f"Nothing is prescribed (checked {empty[0].checked.isoformat()})."
        if empty
        else f"No decision in force covers it{f': {outside}' if outside else ''}."
    )


def _evidence_says(evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return "No safeguard on file answers to this."
    parts = []
    for item in evidence:
        detail = f" ({'; '.join(item.short)})" if item.short else ""
        parts.append(f"{item.title} as {item.mechanism.citation}: {item.cover.value}{detail}.")
    return " ".join(parts)


def _full_citation(regime: Regime, mechanism: Mechanism) -> str:
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
                step.checked,
                regime.cite_sources(step.sources),
                step.yours,
            )
        )
    return tuple(steps)


def relied_on(verdict: Verdict) -> ReliedOn | None:
    """The safeguard or list entry that a verdict rests on."""
    return _relied_on(verdict.entry or verdict.evidence)


def also_on(verdict: Verdict) -> tuple[ReliedOn, ...]:
    """What a verdict rests on besides, where that one does not cover everything."""
    return tuple(relied for piece in verdict.also if (relied := _relied_on(piece)))


def _relied_on(piece: ListEntry | Evidence | None) -> ReliedOn | None:
    if isinstance(piece, ListEntry):
        e = piece
        return ReliedOn("list", e.country_name, e.citation, e.starts, e.last_day, None, None, e.checked, e.sources)
    if piece is None or piece.safeguard is None:
        return None
    safeguard = piece.safeguard
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    return ReliedOn(
        "safeguard",
        safeguard.name,
        piece.mechanism.code,
        max(begins) if begins else None,
        safeguard.expires.value,
        safeguard.document.value,
        safeguard.cell,
        piece.mechanism.checked,
        piece.mechanism.sources,
    )


def decide(brief: Brief, terms: Terms) -> Verdict:
    """The answer for a leg under one regime. What it depends on is then in the brief's `reads`."""
    return _Procedure(brief, terms).run()


def answers(
    legs: Iterable[Leg], inventory: Inventory, regimes_of: Callable[[Leg], Iterable[Regime]], on: date
) -> Answers:
    """One answer for each leg under each regime that could apply to it, in the order of the legs."""
    legs = tuple(legs)
    return Answers(legs, *Court(Shelf(inventory, on), on).judge(legs, regimes_of))


class Court:
    """Judges by the law of one day, each way through it once (see `ways`)."""

    def __init__(self, shelf: Shelf, on: date, kinds: frozenset[str | None] | None = None) -> None:
        """`kinds`: see `Reads`."""
        self.on = on
        self.reads = Reads(shelf, kinds)
        self._trees: dict[str, Tree[Judged]] = {}

    def _tree(self, regime: Regime) -> Tree[Judged]:
        known = self._trees.get(regime.code)
        if known is None:
            terms = Terms(regime, self.on)
            known = Tree(self.reads, Parts(self.reads), lambda brief: Judged(decide(brief, terms), regime))
            self._trees[regime.code] = known
        return known

    def sift(self, regime: Regime, rows: Numbers, columns: Columns) -> Iterator[tuple[Judged, Numbers]]:
        """What the legs are judged to be that are some rows of columns, each with the rows that are."""
        return self._tree(regime).sift(rows, columns)

    def judge(
        self, legs: Sequence[Leg], regimes_of: Callable[[Leg], Iterable[Regime]]
    ) -> tuple[list[tuple[Judged, ...]], array[int]]:
        """What legs are judged to be under each regime that could apply to them: the different rows of judgements, and for
        each leg the number of its row. `regimes_of` says which regimes those are."""
        if len(legs) >= MANY:
            return self._judge_many(legs, regimes_of)
        rows: dict[tuple[Judged, ...], int] = {}
        which = array("L")
        for leg in legs:
            row = tuple([self._tree(regime).find(leg) for regime in regimes_of(leg)])
            which.append(rows.setdefault(row, len(rows)))
        return list(rows), which

    def _judge_many(
        self, legs: Sequence[Leg], regimes_of: Callable[[Leg], Iterable[Regime]]
    ) -> tuple[list[tuple[Judged, ...]], array[int]]:
        """The same, all legs together."""
        import numpy as np

        from datamap.transfers.columns import LegColumns, compressed

        could: dict[tuple[str, ...], tuple[Regime, ...]] = {}
        numbers: dict[tuple[str, ...], int] = {}
        under = []
        for leg in legs:
            regimes = tuple(regimes_of(leg))
            codes = tuple([r.code for r in regimes])
            could.setdefault(codes, regimes)
            under.append(numbers.setdefault(codes, len(numbers)))
        which = group = np.array(under)  # `which`: a number for each leg, the same for those that were judged alike
        most = len(could)
        columns = LegColumns(legs, self.reads)
        found: dict[str, tuple[list[Judged], Numbers]] = {}
        for code, regime in {r.code: r for regimes in could.values() for r in regimes}.items():
            concerned = np.array([code in codes for codes in could])
            each: list[Judged] = []
            here = np.full(len(legs), -1)
            for judged, rows in self.sift(regime, np.flatnonzero(concerned[group]), columns):
                here[rows] = len(each)
                each.append(judged)
            found[code] = each, here
            which, most = compressed(which * (len(each) + 1) + here + 1, most * (len(each) + 1))
        first = np.empty(most, dtype=np.int64)
        first[which[::-1]] = np.arange(len(legs) - 1, -1, -1)
        regimes_by_group = list(could)
        told = []
        for number in first.tolist():
            of = (found[code] for code in regimes_by_group[under[number]])
            told.append(tuple([each[int(here[number])] for each, here in of]))
        return told, array("L", which.tolist())


class Judged:
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

    @cached_property
    def also_on(self) -> tuple[ReliedOn, ...]:
        return also_on(self.verdict)

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


_OF_RULING = frozenset({"regime", "tried", "relied_on", "also_on"})


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
