"""Whether a safeguard on file answers for a leg: parties, categories, country, dates, people, warning, documents."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from datamap.inventory import Fact, Nothing, Place, Safeguard, items, name_key
from datamap.law import Mechanism, Step, module_named
from datamap.sheets import Cell
from datamap.transfers.findings import CATEGORIES, INDIVIDUALS, PLACE, Bench, Found, Question, closed_by, find, pleaded


def escape(text: str) -> str:
    """User text inside a sentence that still has names to be filled in."""
    return text.replace("{", "{{").replace("}", "}}")


class Cover(Enum):
    """How far a safeguard answers for a leg."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OPEN = "cannot be told"
    NONE = "does not cover it"


@dataclass(frozen=True)
class Evidence:
    """One safeguard weighed as one mechanism: what it covers, what fell short, and the cells that show it."""

    safeguard: Safeguard | None  # None: a ground pleaded on the flow with nothing on file
    mechanism: Mechanism
    cover: Cover
    covered: frozenset[str] | None  # keys of the categories it covers; None stands for all that move
    short: tuple[str, ...]  # what is missing or wrong, as phrases
    asks: tuple[Question, ...]
    cells: tuple[Cell, ...]

    @property
    def looked_like(self) -> Hashable:
        """What two of them that differ in nothing have in common."""
        name = self.safeguard.name if self.safeguard else None
        return name, self.mechanism.code, self.cover, self.covered, self.short, self.asks, self.cells

    @property
    def title(self) -> str:
        return quoted(self.safeguard.name) if self.safeguard else "The ground recorded"


def quoted(name: str) -> str:
    return f"“{escape(name)}”"


def claim(mechanism: Mechanism, b: Bench) -> Evidence:
    """A mechanism that the flow's *Ground* pleads, with nothing on file for it."""
    scale = _Scale(mechanism, b)
    scale.conditions()
    if not scale.wrong:
        scale.missing.append(f"the evidence for {mechanism.citation}: {mechanism.needs_detail or 'the document'}")
    return scale.reading(None, None)


def weigh(safeguard: Safeguard, mechanism: Mechanism, b: Bench) -> Evidence:
    """Whether parties, categories, country, dates, individuals, warning and documents all match this leg."""
    scale = _Scale(mechanism, b, quoted(safeguard.name))
    scale.note(safeguard.mechanism, Fact(cell=safeguard.cell))
    scale.parties(safeguard)
    scale.dates(safeguard)
    scale.place(safeguard)
    covered = scale.categories(safeguard)
    scale.module(safeguard)
    scale.adaptation(safeguard)
    if mechanism.type == "consent" or mechanism.needs_authorisation:
        scale.warning(safeguard)
        scale.people(safeguard)
    scale.papers(safeguard)
    scale.conditions()
    return scale.reading(safeguard, covered)


class _Scale:
    """One weighing: what is wrong, what is missing, what has to be asked, and the cells looked at."""

    def __init__(self, mechanism: Mechanism, b: Bench, name: str = "") -> None:
        self.mechanism, self.bench, self.name = mechanism, b, name
        self.wrong: list[str] = []
        self.missing: list[str] = []
        self.asks: list[Question] = []
        self.cells: dict[Cell, None] = {}

    def note(self, *facts: Fact[Any]) -> None:
        """Keep the cells of facts that bear on the result."""
        self.cells.update(dict.fromkeys(c for f in facts for c in f.cells))

    def lacks(self, what: str, *facts: Fact[Any]) -> None:
        self.missing.append(what)
        self.note(*facts)

    def fails(self, why: str, *facts: Fact[Any]) -> None:
        self.wrong.append(why)
        self.note(*facts)

    def reading(self, safeguard: Safeguard | None, covered: frozenset[str] | None) -> Evidence:
        cover = (
            Cover.NONE
            if self.wrong
            else Cover.OPEN
            if self.asks
            else Cover.INCOMPLETE
            if self.missing
            else Cover.COMPLETE
        )
        short = tuple(self.wrong or self.missing)
        return Evidence(safeguard, self.mechanism, cover, covered, short, tuple(self.asks), tuple(self.cells))

    def parties(self, safeguard: Safeguard) -> None:
        parties = safeguard.recipients
        if parties.known and name_key(self.bench.case.recipient_in_safeguards) not in {
            name_key(r) for r in items(parties)
        }:
            self.fails(f"{self.name} is with another party", parties)
        elif parties.nothing in (Nothing.NOT_STATED, Nothing.UNREADABLE):
            self.lacks(f"who the parties to {self.name} are", parties)

    def dates(self, safeguard: Safeguard) -> None:
        on, signed, starts, expires = self.bench.on, safeguard.signed, safeguard.starts, safeguard.expires
        begins = [f for f in (signed, starts) if f.value]
        latest = max((f.value for f in begins if f.value), default=None)
        if latest and latest > on:
            self.fails(f"{self.name} holds only from {latest.isoformat()}", *begins)
        if expires.value and expires.value < on:
            self.fails(f"{self.name} expired on {expires.value.isoformat()}", expires)
        elif expires.nothing is Nothing.UNREADABLE:
            self.lacks(f"the day on which {self.name} expires", expires)
        for older in self.bench.regime.older:
            of_that_set = self.mechanism.code in older.clauses and signed.value and signed.value < older.before
            if of_that_set and not older.holds(on):
                self.fails(f"{self.name} is of {older.says}", signed)
        if signed.nothing in (Nothing.NOT_STATED, Nothing.NONE) and self.mechanism.type in ("contract", "consent"):
            self.lacks(f"the day on which {self.name} was signed", signed)
        unread = Nothing.UNREADABLE in (signed.nothing, starts.nothing)
        if unread or (self.mechanism.type in ("contract", "consent") and not begins):
            self.lacks(f"the day from which {self.name} holds", signed, starts)

    def place(self, safeguard: Safeguard) -> None:
        """Blank countries mean every country; but a place that is not known is not a country."""
        case = self.bench.case
        if not case.ask("stated"):
            self.asks.append(PLACE)
            return
        countries = safeguard.countries
        if countries.blank or countries.is_none:
            return
        place = Place(*case.ask("where"))
        allowed = items(countries)
        wanted = {place.country} if place.country else place.within or frozenset()
        if any(_everywhere(a) for a in allowed) or all(any(_contains(a, c) for a in allowed) for c in wanted if c):
            return
        self.note(countries)
        if all(a.stated for a in allowed) and allowed:
            self.fails(f"{self.name} does not cover {{place}}", countries)
        else:
            self.asks.append(
                Question(f"which countries {self.name} covers", f"{self.name}: which countries does it cover?")
            )

    def categories(self, safeguard: Safeguard) -> frozenset[str] | None:
        """The leg's categories that the safeguard covers. Blank categories mean all of them."""
        case = self.bench.case
        if safeguard.categories.blank:
            return None
        if not case.fact("flow.categories").known:
            self.asks.append(CATEGORIES)
            return frozenset()
        self.note(safeguard.categories)
        if safeguard.categories.nothing in (Nothing.NOT_STATED, Nothing.UNREADABLE):
            asked = Question(f"which categories {self.name} covers", f"{self.name}: which categories does it cover?")
            self.asks.append(asked)
            return frozenset()
        covered = frozenset(map(name_key, case.categories)) & {name_key(c) for c in items(safeguard.categories)}
        if not covered:
            self.fails(f"{self.name} covers other categories", safeguard.categories)
        return covered

    def module(self, safeguard: Safeguard) -> None:
        """Clauses that come in modules count only in the one that fits the two parties' roles; a processor that uses the
        data for its own purposes as well is in two."""
        wanted = self.mechanism.module
        if wanted is None:
            return
        words = (safeguard.mechanism.value or "", *re.split("[,;]", safeguard.module.value or ""))
        recorded = {m for part in words if (m := module_named(part))}
        by_code = name_key(safeguard.mechanism.value or "") == name_key(self.mechanism.code)
        if recorded and wanted not in recorded and not by_code:
            self.fails(
                f"{self.name} uses module {', '.join(sorted(recorded))}, and this wants module {wanted}",
                safeguard.module,
            )
        elif not recorded and not by_code:
            self.lacks(f"which module {self.name} uses (module {wanted} is wanted)", safeguard.module)
        own: Fact[bool] = self.bench.case.fact("recipient.own_purposes")
        if wanted in FOR_PROCESSORS and own.value and "1" not in recorded:
            self.lacks(f"module 1 of {self.name}, {OWN_PART}", safeguard.module, own)

    def adaptation(self, safeguard: Safeguard) -> None:
        """Clauses of another law that count only with changes, which *Mechanism* or *Module* has to name."""
        words = self.bench.regime.adaptations.get(self.mechanism.code)
        named = {
            name_key(w) for w in (safeguard.mechanism.value or "", *re.split("[,;]", safeguard.module.value or ""))
        }
        if words and not named & {name_key(w) for w in (self.mechanism.code, *words)}:
            self.lacks(f"that {self.name} has the {words[0]} (say so in Module: {words[0]})", safeguard.module)

    def warning(self, safeguard: Safeguard) -> None:
        shown = safeguard.warning_shown
        if shown.value is False:
            self.fails(f"{self.name} was given without the warning that the law asks for", shown)
        elif not shown.known:
            self.lacks(f"whether the warning that the law asks for was shown for {self.name}", shown)

    def people(self, safeguard: Safeguard) -> None:
        gave = {name_key(i) for i in items(safeguard.individuals)}
        if not safeguard.individuals.known:
            self.lacks(f"which individuals gave {self.name}", safeguard.individuals)
            return
        if not self.bench.case.fact("flow.individuals").known:
            self.asks.append(INDIVIDUALS)
        others = [i for i in self.bench.case.individuals if name_key(i) not in gave]
        if others:
            self.fails(f"{self.name} was not given by {escape(', '.join(others))}", safeguard.individuals)

    def papers(self, safeguard: Safeguard) -> None:
        mechanism, review = self.mechanism, safeguard.review_due
        if mechanism.needs_document and not safeguard.document.known:
            self.lacks(f"the document of {self.name}", safeguard.document)
        if mechanism.needs_assessment and not safeguard.assessment.known:
            self.lacks(f"the assessment that goes with {self.name}", safeguard.assessment)
        if mechanism.type == "derogation" and not (safeguard.reason.known or safeguard.assessment.known):
            self.lacks(f"the reason for {self.name}", safeguard.reason)
        if mechanism.needs_review_date:
            if review.value and review.value < self.bench.on:
                self.lacks(f"the review of {self.name}, due on {review.value.isoformat()}", review)
            elif not review.known and not safeguard.expires.known:
                self.lacks(f"the day by which {self.name} is reviewed", review)

    def conditions(self) -> None:
        """Tests that the regime sets for the mechanism itself."""
        for test in self.bench.regime.conditions.get(self.mechanism.code, ()):
            finding = find(test, self.bench)
            if finding.found is Found.NO:
                self.wrong.append(f"{self.mechanism.citation} is not open, because {closed_by(test)}")
            elif finding.found is Found.UNKNOWN:
                self.asks += finding.asks


FOR_PROCESSORS = frozenset({"2", "3"})  # the modules for an importer that only acts for the exporter
OWN_PART = "for what {recipient} does with the data for its own purposes"


def _contains(allowed: Place, country: str) -> bool:
    return allowed.country == country or bool(allowed.country is None and allowed.within and country in allowed.within)


def _everywhere(place: Place) -> bool:
    return not place.stated and name_key(place.text) in {"global", "worldwide", "anywhere", "allcountries"}


def pleads(b: Bench, step: Step) -> list[Mechanism]:
    """Mechanisms pleaded in the flow's *Ground*, and those its ground of disclosure opens, without evidence of their own."""
    said = pleaded(b)
    found = [b.regime.mechanisms[code] for code in said.mechanisms if code in step.grounds]
    if {b.regime.ground(g) for g in step.needs_ground} & said.grounds:
        found += [b.regime.mechanisms[code] for code in step.grounds]
    return list(dict.fromkeys(found))
