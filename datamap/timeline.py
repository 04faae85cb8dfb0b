"""When each answer held: the history of a flow, and what will lapse.

An answer can change only on a day that something it rests on names: the flow, its safeguards, notices, the listings of
its recipient, or the law itself. Only those days are judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from datamap.assessment import Assessment
from datamap.graph import Leg, MappedFlow
from datamap.inventory import Fact, Prohibition, Safeguard, items, name_key
from datamap.law import Cited, ListEntry, Practice, Regime
from datamap.sheets import Cell
from datamap.transfers import WORST_FIRST, Answer, Outcome, answers
from datamap.transfers.cases import Shelf
from datamap.transfers.findings import LISTING_COUNTS_FOR

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One leg under one regime, for as long as it had one outcome.

    `starts` is None when it always had it, `ends` (the last day) is None when nothing recorded will change it. `changed`
    says what happened on the first day. `reason` and `citation` are those of the first day that was judged.
    """

    regime: str  # code: "nz"
    leg: Leg
    outcome: Outcome
    starts: date | None
    ends: date | None
    changed: tuple[str, ...]
    reason: str
    citation: str
    to_be_verified: bool
    yours: bool  # rests on the user's own law


@dataclass(frozen=True)
class Loss:
    """A leg that loses its cover under a regime: its outcome until then, and its answer from that day."""

    before: Outcome
    answer: Answer


@dataclass(frozen=True)
class Lapse:
    """One thing that changes on one day, and every leg whose answer gets worse by it and is flagged from then on.

    `kind` is safeguard, review, listing, list, notice, flow or law. `name` is what lapses, `says` is one clause that
    tells it, and `cell` is where it is recorded, for what is recorded in the inventory.
    """

    on: date
    kind: str
    name: str
    says: str
    cell: Cell | None
    losses: tuple[Loss, ...]

    @property
    def flows(self) -> tuple[MappedFlow, ...]:
        """The flows that depend on it, each once."""
        return tuple({loss.answer.leg.flow.id: loss.answer.leg.flow for loss in self.losses}.values())

    @property
    def categories(self) -> tuple[str, ...]:
        """The information categories of those flows, in alphabetical order."""
        found = {name_key(c): c for flow in reversed(self.flows) for c in reversed(items(flow.categories))}
        return tuple(sorted(found.values(), key=str.casefold))


def history(assessment: Assessment, flow: MappedFlow) -> tuple[Span, ...]:
    """From when to when each leg of a flow had which outcome under each of its regimes, oldest first.

    Spans of one leg under one regime stand together, in the order of the assessment, and leave no day out. A flow that
    no regime judges has none.
    """
    return next(histories(assessment, (flow,)))[1]


def histories(assessment: Assessment, flows: Iterable[MappedFlow]) -> Iterator[tuple[MappedFlow, tuple[Span, ...]]]:
    """The history of each of the flows, in their order."""
    flows = tuple(flows)
    calendar = _Calendar(assessment)
    days: dict[date, list[MappedFlow]] = defaultdict(list)
    for flow in flows:
        for day in calendar.days(flow):
            days[day].append(flow)
    judged: dict[str, dict[date, tuple[Answer, ...]]] = defaultdict(dict)
    for day, running in days.items():
        for id_, found in calendar.judge(running, day).items():
            judged[id_][day] = found
    for flow in flows:
        yield flow, tuple(_spans(calendar, flow, judged[flow.id]))


def lapses(assessment: Assessment, *, within: int) -> tuple[Lapse, ...]:
    """What changes for the worse in the `within` days after the day of the assessment, by day and by what lapses.

    Counted is a leg whose outcome under a regime is worse than on the day before, and flagged.
    """
    last = assessment.on + timedelta(days=max(0, min(within, (date.max - assessment.on).days)))
    calendar = _Calendar(assessment, (assessment.on, last))
    days: dict[date, dict[str, MappedFlow]] = defaultdict(dict)
    for flow in assessment.map.flows:
        for regime in calendar.regimes(flow):
            for event in calendar.events(flow, regime):
                if calendar.looked_at(event.day):
                    days[event.day][flow.id] = flow
    now: dict[str, tuple[Answer, ...]] = {}
    lost: dict[tuple[date, _Event], list[Loss]] = defaultdict(list)
    for day in sorted(days):
        for id_, found in calendar.judge(days[day].values(), day).items():
            before = now.get(id_) or assessment.answers_for(days[day][id_])
            for earlier, later in zip(before, found, strict=True):
                if later.outcome.flagged and _rank(later.outcome) < _rank(earlier.outcome):
                    for event in _causes(calendar, earlier, later, day):
                        lost[day, event].append(Loss(earlier.outcome, later))
            now[id_] = found
    found_ = (Lapse(day, e.kind, e.name, e.says, e.cell, tuple(losses)) for (day, e), losses in lost.items())
    return tuple(sorted(found_, key=lambda lapse: (lapse.on, lapse.kind, lapse.name, lapse.says)))


def _rank(outcome: Outcome) -> int:
    return WORST_FIRST.index(outcome)


# ---------------------------------------------------------------------------------------------------- what is dated


class _Event(NamedTuple):
    """Something an answer can depend on that begins or ends on a day. `helps`: it can only better an answer."""

    day: date
    kind: str
    name: str
    says: str
    helps: bool = False
    cell: Cell | None = None


class _Calendar:
    """The days on which the answers of an assessment can change, and the answers on those days."""

    def __init__(self, assessment: Assessment, between: tuple[date, date] | None = None) -> None:
        """`between` are the days, the first of which does not count, outside of which the law's own days are let go."""
        self.assessment, self.between = assessment, between
        self.shelf = Shelf(assessment.inventory)
        self.legs: dict[str, list[Leg]] = defaultdict(list)
        for leg in assessment.map.legs:
            self.legs[leg.flow.id].append(leg)
        self._claims: dict[str, tuple[Safeguard, ...]] = {}
        self._laws: dict[str, tuple[tuple[Cited, tuple[_Event, ...]], ...]] = {}

    def regimes(self, flow: MappedFlow) -> tuple[Regime, ...]:
        """The regimes that the assessment judged the flow under."""
        if self.between is None:
            codes = dict.fromkeys(a.regime for a in self.assessment.answers_for(flow))
        else:
            codes = self._every_code.get(flow.id, {})
        return tuple(self.assessment.law.regimes[code] for code in codes)

    @cached_property
    def _every_code(self) -> dict[str, dict[str, None]]:
        """The codes of the regimes that each flow was judged under, without making an answer."""
        found: dict[str, dict[str, None]] = {}
        for leg, judged in self.assessment.answers.judged():
            found.setdefault(leg.flow.id, {})[judged.regime] = None
        return found

    def looked_at(self, day: date) -> bool:
        """Whether a day is one of those that are looked at: all of them, or those that the calendar is for."""
        return self.between is None or self.between[0] < day <= self.between[1]

    def claims(self, flow: MappedFlow) -> tuple[Safeguard, ...]:
        if flow.id not in self._claims:
            self._claims[flow.id] = self.shelf.claims(flow)
        return self._claims[flow.id]

    def judge(self, flows: Iterable[MappedFlow], on: date) -> dict[str, tuple[Answer, ...]]:
        """The answers of some flows on a day, by flow, each in the order of the assessment's own."""
        flows = tuple(flows)
        regimes = {flow.id: self.regimes(flow) for flow in flows}
        wanted = {s.name for flow in flows for s in self.claims(flow)}
        inventory = self.assessment.inventory
        inventory = replace(inventory, safeguards=tuple(s for s in inventory.safeguards if s.name in wanted))
        legs = [leg for flow in flows for leg in self.legs[flow.id]]
        found: dict[str, list[Answer]] = {flow.id: [] for flow in flows}
        for answer in answers(legs, inventory, lambda leg: regimes[leg.flow.id], on):
            found[answer.leg.flow.id].append(answer)
        return {id_: tuple(each) for id_, each in found.items()}

    def days(self, flow: MappedFlow) -> frozenset[date]:
        """The days to judge for a whole history: each day on which anything changes, and the day before the first."""
        return frozenset(day for regime in self.regimes(flow) for day in self.days_under(flow, regime))

    def days_under(self, flow: MappedFlow, regime: Regime) -> tuple[date, ...]:
        days = sorted({event.day for event in self.events(flow, regime)}) or [self.assessment.on]
        return (days[0] - A_DAY, *days) if days[0] > date.min else tuple(days)

    def events(self, flow: MappedFlow, regime: Regime) -> Iterator[_Event]:
        """Everything dated that the flow's answers under a regime can depend on."""
        record = flow.record
        yield from _begins(record.started, "flow", flow.id, "the flow starts")
        yield from _ends(record.ended, "flow", flow.id, "the flow has ended", helps=True)
        for safeguard in self.claims(flow):
            words = safeguard.mechanism.value
            if words is None or regime.mechanism(words):
                yield from _of_safeguard(safeguard)
        for notice in self.assessment.inventory.prohibitions:
            if _may_touch(notice, flow, regime):
                yield from _of_notice(notice)
        if flow.recipient:
            for scheme in items(flow.recipient.schemes):
                yield from _of_listing(flow.recipient.name, scheme.name, scheme.checked, scheme.until, flow)
        yield from self._of_law(flow, regime)

    def _of_law(self, flow: MappedFlow, regime: Regime) -> Iterator[_Event]:
        dated = self._law_events(regime)
        countries = {c for leg in self.legs[flow.id] for c in _countries(leg)} if dated else set()
        for cited, events in dated:
            if not isinstance(cited, ListEntry) or _concerns(cited, countries):
                yield from events

    def _law_events(self, regime: Regime) -> tuple[tuple[Cited, tuple[_Event, ...]], ...]:
        if regime.code not in self._laws:
            days = (
                (cited, tuple(event for event in _of_cited(cited, regime) if self.looked_at(event.day)))
                for cited in _dated_law(regime)
            )
            self._laws[regime.code] = tuple((cited, events) for cited, events in days if events)
        return self._laws[regime.code]


def _begins(fact: Fact[date], kind: str, name: str, says: str, *, helps: bool = False) -> Iterator[_Event]:
    if fact.value:
        yield _Event(fact.value, kind, name, says, helps, fact.cell)


def _ends(fact: Fact[date], kind: str, name: str, says: str, *, helps: bool = False) -> Iterator[_Event]:
    """What holds through its last day changes on the day after."""
    if fact.value and fact.value < date.max:
        yield _Event(fact.value + A_DAY, kind, name, says, helps, fact.cell)


def _of_safeguard(safeguard: Safeguard) -> Iterator[_Event]:
    name = safeguard.name
    yield from _begins(safeguard.signed, "safeguard", name, f"“{name}” is signed", helps=True)
    yield from _begins(safeguard.starts, "safeguard", name, f"“{name}” starts", helps=True)
    yield from _begins(safeguard.assessment_date, "safeguard", name, f"“{name}” is assessed", helps=True)
    if safeguard.expires.value:
        says = f"“{name}” expires (last day {safeguard.expires.value.isoformat()})"
        yield from _ends(safeguard.expires, "safeguard", name, says)
    if safeguard.review_due.value:
        says = f"the review of “{name}” is overdue (due {safeguard.review_due.value.isoformat()})"
        yield from _ends(safeguard.review_due, "review", name, says)


def _of_notice(notice: Prohibition) -> Iterator[_Event]:
    yield from _begins(notice.starts, "notice", notice.name, f"the notice “{notice.name}” begins")
    yield from _ends(notice.until, "notice", notice.name, f"the notice “{notice.name}” ends", helps=True)


def _of_listing(
    recipient: str, scheme: str, checked: date | None, until: date | None, flow: MappedFlow
) -> Iterator[_Event]:
    cell = flow.recipient.schemes.cell if flow.recipient else None
    name = f"{recipient}: {scheme}"
    if checked:
        yield _Event(checked, "listing", name, f"{recipient} is found on the list of {scheme}", True, cell)
    if until and until < date.max:
        says = f"the listing of {recipient} under {scheme} ends (last day {until.isoformat()})"
        yield _Event(until + A_DAY, "listing", name, says, False, cell)
    elif checked and not until and checked < date.max - LISTING_COUNTS_FOR:
        says = f"the listing of {recipient} under {scheme} was last checked on {checked.isoformat()}, too long ago"
        yield _Event(checked + LISTING_COUNTS_FOR + A_DAY, "listing", name, says, False, cell)


def _may_touch(notice: Prohibition, flow: MappedFlow, regime: Regime) -> bool:
    if notice.regime.value and notice.regime.value != regime.code:
        return False
    named = {name_key(r) for r in items(notice.recipients)}
    recipient = flow.recipient.name if flow.recipient else flow.destination.name
    return not named or name_key(recipient) in named


_DECIDES_NOTHING = frozenset({"duties", "rules", "breach", "rights", "formers", "limits"})


def _dated_law(regime: Regime) -> Iterator[Cited]:
    """Every piece of a regime's law that can decide a transfer; the others only go with an answer, or with none."""
    yield regime
    for field in fields(regime):
        if field.name not in _DECIDES_NOTHING:
            value = getattr(regime, field.name)
            pieces = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
            yield from (piece for piece in pieces if isinstance(piece, Cited))


def _of_cited(cited: Cited, regime: Regime) -> Iterator[_Event]:
    kind = "list" if isinstance(cited, ListEntry) else "law"
    name = regime.law if cited is regime else cited.name if isinstance(cited, Practice) else cited.citation
    about = f"{name} ({cited.country_name})" if isinstance(cited, ListEntry) else name
    if cited.starts:
        yield _Event(cited.starts, kind, name, f"{about} begins to apply", kind == "list")
    if cited.ends:
        yield _Event(cited.ends, kind, name, f"{about} no longer applies")


def _countries(leg: Leg) -> frozenset[str]:
    place = leg.place.value
    if place is None:
        return frozenset()
    return frozenset({place.country}) if place.country else place.within or frozenset()


def _concerns(entry: ListEntry, countries: set[str]) -> bool:
    """A decision concerns the legs at its place; who belongs to the regime's home concerns every leg."""
    return entry.status == "internal" or entry.country == "*" or entry.country in countries


# ---------------------------------------------------------------------------------------------------- spans and causes


def _spans(calendar: _Calendar, flow: MappedFlow, judged: Mapping[date, tuple[Answer, ...]]) -> Iterator[Span]:
    events: dict[str, tuple[_Event, ...]] = {}
    for regime in calendar.regimes(flow):
        events[regime.code] = tuple(calendar.events(flow, regime))
    for position, answer in enumerate(calendar.assessment.answers_for(flow)):
        regime = calendar.assessment.law.regimes[answer.regime]
        days = calendar.days_under(flow, regime)
        spans: list[Span] = []
        for day in days:
            found = judged[day][position]
            if spans and spans[-1].outcome is found.outcome:
                continue
            if spans:
                spans[-1] = replace(spans[-1], ends=day - A_DAY)
            changed = _said(e for e in events[regime.code] if e.day == day) if spans else ()
            spans.append(
                Span(
                    regime.code, answer.leg, found.outcome, day if spans else None, None, changed, found.reason,
                    found.citation, found.to_be_verified, found.yours,
                )
            )  # fmt: skip
        yield from spans


def _said(events: Iterable[_Event]) -> tuple[str, ...]:
    """What happens on a day; when a whole law begins, its parts need no mention."""
    found = list(dict.fromkeys((e.kind, e.says) for e in events))
    other = [says for kind, says in found if kind not in ("law", "list")]
    law = [says for kind, says in found if kind in ("law", "list")]
    return tuple(other + law[:1])


def _causes(calendar: _Calendar, earlier: Answer, later: Answer, day: date) -> Iterator[_Event]:
    """What made the answer worse on a day: what it relied on, when that is what ended, else everything that may have."""
    flow = later.leg.flow
    regime = calendar.assessment.law.regimes[later.regime]
    happened = list(dict.fromkeys(e for e in calendar.events(flow, regime) if e.day == day))
    worse = [e for e in happened if not e.helps] or happened
    names = {name for relied in earlier.rests_on for name in (relied.name, relied.mechanism)}
    ended = [e for e in worse if e.name in names]
    yield from ended or _without_parts(worse)


def _without_parts(events: list[_Event]) -> list[_Event]:
    """What is recorded explains a change before the law does, and a whole law before its parts."""
    recorded = [e for e in events if e.kind not in ("law", "list")]
    return recorded or events[:1]
