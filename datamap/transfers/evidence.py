"""Whether a safeguard on file answers for a leg: parties, categories, country, dates, people, warning, documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from datamap.inventory import Fact, Nothing, Place, Safeguard, items, name_key
from datamap.law import Mechanism, Step
from datamap.transfers.cases import Case
from datamap.transfers.findings import CATEGORIES, PLACE, Bench, Found, Question, find, pleaded


def escape(text: str) -> str:
    """User text inside a sentence that still has names to be filled in."""
    return text.replace("{", "{{").replace("}", "}}")


class Cover(Enum):
    """How far a safeguard answers for a leg. The order is from best to worst."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OPEN = "cannot be told"
    NONE = "does not cover it"


@dataclass(frozen=True)
class Evidence:
    """One safeguard weighed as one mechanism: what it covers, what fell short."""

    safeguard: Safeguard | None  # None: a ground pleaded on the flow with nothing on file
    mechanism: Mechanism
    cover: Cover
    covered: frozenset[str]  # keys of the categories it covers
    short: tuple[str, ...]  # what is missing or wrong, as phrases
    asks: tuple[Question, ...] = ()


def weigh(safeguard: Safeguard, mechanism: Mechanism, b: Bench, recipient: str) -> Evidence:
    """Whether parties, categories, country, dates, individuals, warning and documents all match this leg."""
    case, on = b.case, b.on
    wrong: list[str] = []
    missing: list[str] = []
    asks: list[Question] = []
    name = f"“{escape(safeguard.name)}”"

    if safeguard.recipients.known and name_key(recipient) not in {name_key(r) for r in items(safeguard.recipients)}:
        wrong.append(f"{name} is with another party")
    elif safeguard.recipients.nothing in (Nothing.NOT_STATED, Nothing.UNREADABLE):
        missing.append(f"who the parties to {name} are")

    _weigh_dates(safeguard, name, on, wrong, missing, mechanism)
    _weigh_place(safeguard, name, case.fact("place"), wrong, asks)
    covered = _weigh_categories(safeguard, name, case, wrong, asks)

    if mechanism.type == "consent" or mechanism.needs_authorisation:
        if safeguard.warning_shown.value is False:
            wrong.append(f"{name} was given without the warning that the law asks for")
        elif not safeguard.warning_shown.known:
            missing.append(f"whether the warning that the law asks for was shown for {name}")
        _weigh_individuals(safeguard, name, case, wrong, missing)
    if mechanism.needs_document and not safeguard.document.known:
        missing.append(f"the document of {name}")
    if mechanism.needs_assessment and not safeguard.assessment.known:
        missing.append(f"the assessment that goes with {name}")
    if mechanism.type == "derogation" and not (safeguard.reason.known or safeguard.assessment.known):
        missing.append(f"the reason for {name}")
    if mechanism.needs_review_date:
        if safeguard.review_due.known and safeguard.review_due.value is not None and safeguard.review_due.value < on:
            missing.append(f"the review of {name}, due on {safeguard.review_due.value.isoformat()}")
        elif not safeguard.review_due.known and not safeguard.expires.known:
            missing.append(f"the day by which {name} is reviewed")
    closed, open_ = conditions(mechanism, b)
    wrong += closed
    asks += open_

    cover = Cover.NONE if wrong else Cover.OPEN if asks else Cover.INCOMPLETE if missing else Cover.COMPLETE
    return Evidence(safeguard, mechanism, cover, covered, tuple(wrong or missing), tuple(asks))


def conditions(mechanism: Mechanism, b: Bench) -> tuple[list[str], list[Question]]:
    """Why a mechanism is not open here, and what has to be known before it can be told."""
    closed: list[str] = []
    asks: list[Question] = []
    for test in b.regime.conditions.get(mechanism.code, ()):
        finding = find(test, b)
        if finding.found is Found.NO:
            closed.append(f"{mechanism.citation} is not open, because {finding.says}")
        elif finding.found is Found.UNKNOWN:
            asks += finding.asks
    return closed, asks


def _weigh_dates(
    safeguard: Safeguard, name: str, on: date, wrong: list[str], missing: list[str], mechanism: Mechanism
) -> None:
    begins = [f.value for f in (safeguard.signed, safeguard.starts) if f.value]
    if begins and max(begins) > on:
        wrong.append(f"{name} holds only from {max(begins).isoformat()}")
    if safeguard.expires.value and safeguard.expires.value < on:
        wrong.append(f"{name} expired on {safeguard.expires.value.isoformat()}")
    elif safeguard.expires.nothing is Nothing.UNREADABLE:
        missing.append(f"the day on which {name} expires")
    unread = [f for f in (safeguard.signed, safeguard.starts) if f.nothing is Nothing.UNREADABLE]
    if unread or (mechanism.type in ("contract", "consent") and not begins):
        missing.append(f"the day from which {name} holds")


def _weigh_place(safeguard: Safeguard, name: str, place: Fact[Place], wrong: list[str], asks: list[Question]) -> None:
    """Blank countries mean every country; but a place that is not known is not a country."""
    if place.value is None or not place.value.stated:
        asks.append(PLACE)
        return
    if safeguard.countries.blank or safeguard.countries.is_none:
        return
    allowed = items(safeguard.countries)
    if place.value.country is None:
        inside = place.value.within is not None and all(
            any(a.is_in(c) or (a.country is None and a.within and c in a.within) for a in allowed)
            for c in place.value.within
        )
    else:
        country = place.value.country
        inside = any(
            a.country == country or (a.country is None and a.within is not None and country in a.within)
            for a in allowed
        )
        inside = inside or any(not a.stated and a.text and _everywhere(a) for a in allowed)
    if inside:
        return
    if any(not a.stated for a in allowed) or not allowed:
        asks.append(Question(f"which countries {name} covers", f"{name}: which countries does it cover?"))
    else:
        wrong.append(f"{name} does not cover {{place}}")


def _everywhere(place: Place) -> bool:
    return name_key(place.text) in {"global", "worldwide", "anywhere", "allcountries"}


def _weigh_categories(
    safeguard: Safeguard, name: str, case: Case, wrong: list[str], asks: list[Question]
) -> frozenset[str]:
    """The leg's categories that the safeguard covers. Blank categories mean all of them."""
    moved = {name_key(c): c for c in case.categories}
    if safeguard.categories.blank:
        return frozenset(moved)
    if not case.fact("flow.categories").known:
        asks.append(CATEGORIES)
        return frozenset()
    allowed = {name_key(c) for c in items(safeguard.categories)}
    covered = frozenset(moved) & allowed
    if not covered:
        wrong.append(f"{name} covers other categories")
    return covered


def _weigh_individuals(safeguard: Safeguard, name: str, case: Case, wrong: list[str], missing: list[str]) -> None:
    gave = {name_key(i) for i in items(safeguard.individuals)}
    if not safeguard.individuals.known:
        missing.append(f"which individuals gave {name}")
        return
    others = [i for i in case.individuals if name_key(i) not in gave]
    if others and len(others) == len(case.individuals):
        wrong.append(f"{name} was given by other people than {escape(', '.join(others))}")
    elif others:
        wrong.append(f"{name} was not given by {escape(', '.join(others))}")


def pleads(b: Bench, step: Step) -> list[Mechanism]:
    """Mechanisms pleaded in the flow's *Ground*, and those its ground of disclosure opens, without evidence of their own."""
    found = [
        m for words in items(b.case.fact("flow.ground")) if (m := b.regime.mechanism(words)) and m.code in step.grounds
    ]
    if {b.regime.ground(g) for g in step.needs_ground} & pleaded(b):
        found += [b.regime.mechanisms[code] for code in step.grounds]
    return list(dict.fromkeys(found))
