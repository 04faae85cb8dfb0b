"""The records that a law or an authority asks for: each a register over the assessment, like any other.

A `Record` is what is written to one file: its registers, and how many of the things it could hold are not in it, and why.
Where a law asks for it the record says which; those citations are marked, and none of them decides an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Any

from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import ASSESSED, MappedFlow, Movement
from datamap.inventory import Fact, Organisation, Place, Recipient, Role, System, items, name_key
from datamap.people import held_for
from datamap.places import place_name
from datamap.registers.forms import CNIL, ICO, Filled, FormOf, standing
from datamap.registers.tables import (
    Register,
    Row,
    Shown,
    country_words,
    covered,
    missing_words,
    place_words,
    recipient_name,
    role_words,
    safeguard_words,
    says,
    yes,
)
from datamap.registers.transfer import ABOUT, LAW, REGISTERS
from datamap.sheets import Cell
from datamap.transfers import Answer, Outcome
from datamap.views import Selection, View

Left = tuple[str, int]
"""Why something is not in a record, and how many are not for that reason."""


@dataclass(frozen=True)
class Record:
    """What is written to one file. `code` names it on the command line.

    `asked_by` is the law that asks for it, empty where none does; it is from general knowledge and to be verified.
    `left_out` says what is not in it: rows + left out = all that `counts` names. A record that is an authority's own form
    has that, and of the registers only what the file says of itself.
    """

    code: str
    title: str
    help: str
    registers: tuple[Register, ...]
    asked_by: str = ""
    counts: str = ""
    whole: Callable[[Shown], int] = lambda shown: 0
    left_out: Callable[[Shown], Iterable[Left]] = lambda shown: ()
    form: FormOf | None = None

    @property
    def endings(self) -> tuple[str, ...]:
        """What it can be written as."""
        return self.form.endings if self.form else ENDINGS


ENDINGS = (".xlsx", ".ods", ".zip", ".csv", ".json")
"""What a record can be written as that is no form; a .zip holds a CSV file for each of its registers."""


# ---------------------------------------------------------------------------------------------- who and what


def _organisation(assessment: Assessment, system: System) -> Organisation | None:
    inventory = assessment.inventory
    if system.organisation.value:
        return inventory.organisation(system.organisation.value)
    return inventory.organisations[0] if len(inventory.organisations) == 1 else None


@dataclass(frozen=True)
class OneSystem(Selection):
    """One system by itself, and the flows into it and out of it."""

    system: str = ""

    def filter_sentence(self) -> str:
        return f"Only the system {self.system}."


def one_system(assessment: Assessment, name: str) -> Selection:
    """The scope of a record that is about one system. Of another system there is nothing in it."""
    key = name_key(name)
    flows = tuple(
        f
        for f in assessment.map.flows
        if (name_key(f.system.name) == key if f.system else key in map(name_key, (f.origin.name, f.destination.name)))
    )
    ids = {f.id for f in flows}
    answers = assessment.answers.narrowed(ids)
    hidden = {"focus": n} if (n := len(assessment.map.flows) - len(flows)) else {}
    return OneSystem(assessment, View(focus=name), flows, answers, hidden, name)


def _systems(shown: Shown) -> tuple[System, ...]:
    """The systems shown: all of them, the only one, or those that a shown flow leaves or reaches."""
    every = shown.assessment.inventory.systems
    if isinstance(shown.selection, OneSystem):
        return tuple(s for s in every if name_key(s.name) == name_key(shown.selection.system))
    if shown.selection is None or not shown.selection.hidden:
        return every
    ends = {name_key(end.name) for flow in shown.flows for end in (flow.origin, flow.destination)}
    return tuple(s for s in every if name_key(s.name) in ends)


def _held_for(shown: Shown, system: System) -> tuple[str, ...]:
    """The names of those for whom a system's information is held; empty where it is the organisation's own."""
    return tuple(dict.fromkeys(recipient_name(flow) for flow in held_for(shown.assessment, [system])))


def _abroad(shown: Shown, system: System) -> Iterator[tuple[MappedFlow, Fact[Place]]]:
    """Where a system's information goes outside the countries of its organisation, places not stated among them."""
    organisation = _organisation(shown.assessment, system)
    home = {p.country for p in items(organisation.country) if p.country} if organisation else set()
    legs = shown.legs
    for flow in shown.leaving(system):
        for leg in legs.get(flow.id, ()):
            if leg.country is None or leg.country not in home:
                yield flow, leg.place


def _where(place: Fact[Place]) -> str:
    if place.value is None:
        return "not stated"
    return f"{place_name(place.value)}{f' ({place.value.activity})' if place.value.activity else ''}"


def _lines(said: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(s for s in said if s))


def _stated(fact: Fact[Any]) -> str:
    return says(fact) or "not stated"


def _recipients(flows: Iterable[MappedFlow]) -> str:
    return _lines(f"{recipient_name(f)}{f' ({role})' if (role := role_words(f)) else ''}" for f in flows)


def _covers(shown: Shown, flows: Iterable[MappedFlow]) -> str:
    """What each flow abroad rests on under each regime, or that nothing is on record."""
    ids = [flow.id for flow in flows]
    said = []
    for answer in chain.from_iterable(map(shown.answers.about, ids)):
        if answer.outcome not in _NOT_ABROAD:
            rests = safeguard_words(answer) or answer.ground or answer.outcome.label
            place = country_words(answer.leg.place.value)
            said.append(f"{recipient_name(answer.leg.flow)}, {place} ({shown.regime(answer.regime).name}): {rests}")
    return _lines(said) or ("" if not ids else "none on record")


_NOT_ABROAD = frozenset({Outcome.NOT_APPLICABLE, Outcome.NOT_TRANSFER})


# ---------------------------------------------------------------------------------------------- processing


def _of_controller(shown: Shown) -> Iterator[Row]:
    for system in _systems(shown):
        if _held_for(shown, system):
            continue
        organisation, leaving, abroad = (
            _organisation(shown.assessment, system),
            shown.leaving(system),
            [*_abroad(shown, system)],
        )
        purposes = (*items(system.purposes), *(f.record.purpose.value or "" for f in leaving))
        yield (
            system.name,
            organisation.name if organisation else "not stated",
            _stated(organisation.contact) if organisation else "not stated",
            _lines(purposes) or "not stated",
            _stated(system.individuals),
            _stated(system.categories),
            _recipients(leaving) or "none on record",
            _lines(f"{recipient_name(f)}: {_where(p)}" for f, p in abroad),
            _covers(shown, {f.id: f for f, _ in abroad}.values()),
            _stated(system.retention),
            _stated(system.security),
            says(system.owner),
            shown.cells(_cells(system)),
        )


def _of_processor(shown: Shown) -> Iterator[Row]:
    for system in _systems(shown):
        organisation, abroad = _organisation(shown.assessment, system), [*_abroad(shown, system)]
        for principal in _held_for(shown, system):
            yield (
                system.name,
                organisation.name if organisation else "not stated",
                _stated(organisation.contact) if organisation else "not stated",
                principal,
                _lines(items(system.purposes)) or "not stated",
                _stated(system.categories),
                _lines(f"{recipient_name(f)}: {_where(p)}" for f, p in abroad),
                _covers(shown, {f.id: f for f, _ in abroad}.values()),
                _stated(system.security),
                shown.cells(_cells(system)),
            )


def _cells(system: System) -> list[Cell]:
    facts = (system.categories, system.individuals, system.purposes, system.retention, system.security)
    return [c for c in (system.cell, *(c for fact in facts for c in fact.cells)) if c]


def _held_for_others(shown: Shown) -> Iterator[Left]:
    if held := sum(1 for s in _systems(shown) if _held_for(shown, s)):
        yield "held for somebody else (see the processor's record)", held


def _own(shown: Shown) -> Iterator[Left]:
    if own := sum(1 for s in _systems(shown) if not _held_for(shown, s)):
        yield "held for the organisation itself (see the controller's record)", own


# ---------------------------------------------------------------------------------------------- disclosure abroad


def _of_regime(code: str) -> Callable[[Shown], Iterator[Row]]:
    def rows(shown: Shown) -> Iterator[Row]:
        for answer in shown.answers:
            if answer.regime == code and answer.outcome not in _NOT_ABROAD:
                yield _disclosure(shown, answer)

    return rows


def _disclosure(shown: Shown, answer: Answer) -> Row:
    flow = answer.leg.flow
    recipient = flow.recipient
    return (
        flow.id,
        flow.organisation.name if flow.organisation else "not stated",
        flow.origin.name,
        recipient_name(flow),
        says(recipient.legal_entity) if recipient else "",
        "; ".join(place_name(p) for p in items(recipient.country)) if recipient else "",
        place_words(answer.leg) or "not stated",
        says(flow.categories) or "not stated",
        says(flow.individuals) or "not stated",
        says(flow.record.purpose) or "not stated",
        role_words(flow) or "not stated",
        says(flow.record.ground),
        answer.outcome.label,
        answer.ground or "",
        answer.citation,
        yes(answer.to_be_verified),
        safeguard_words(answer),
        *covered(answer),
        answer.reason,
        missing_words(answer, shown.regime(answer.regime)),
        "\n".join(answer.duties),
        says(flow.record.started),
        says(flow.record.frequency),
        shown.cells(answer.cells),
    )


def _answers_of(code: str) -> Callable[[Shown], int]:
    return lambda shown: sum(1 for a in shown.answers if a.regime == code)


def _not_abroad(code: str) -> Callable[[Shown], Iterator[Left]]:
    def left(shown: Shown) -> Iterator[Left]:
        counts = Counter(a.outcome for a in shown.answers if a.regime == code)
        for outcome in (Outcome.NOT_TRANSFER, Outcome.NOT_APPLICABLE):
            if counts[outcome]:
                yield outcome.label, counts[outcome]

    return left


# ---------------------------------------------------------------------------------------------- lists


def _acts_for_us(shown: Shown) -> dict[str, tuple[Recipient, list[MappedFlow]]]:
    """Everybody who receives something as an agent, and whoever they send it on to, in the order of the map."""
    found: dict[str, tuple[Recipient, list[MappedFlow]]] = {}
    for flow in shown.flows:
        if flow.recipient is None or flow.movement not in ASSESSED or flow.movement is Movement.OWN_SITE:
            continue
        role = flow.record.role.or_else(flow.recipient.role).value
        if role is Role.AGENT or flow.movement is Movement.ONWARD:
            found.setdefault(name_key(flow.recipient.name), (flow.recipient, []))[1].append(flow)
    return found


def _sub_processors(shown: Shown) -> Iterator[Row]:
    for recipient, flows in _acts_for_us(shown).values():
        legs = [leg for flow in flows for leg in shown.legs.get(flow.id, ())]
        yield (
            recipient.name,
            says(recipient.legal_entity),
            "; ".join(place_name(p) for p in items(recipient.country)) or _stated(recipient.country),
            _lines(_where(leg.place) for leg in legs) or "not stated",
            _lines(f.record.purpose.value or "" for f in flows) or "not stated",
            "; ".join(dict.fromkeys(c for f in flows for c in items(f.categories))) or "not stated",
            _lines(
                f.upstream.name if f.upstream else f.organisation.name if f.organisation else "not stated"
                for f in flows
            ),
            shown.cells(dict.fromkeys(c for c in (recipient.cell, *(c for f in flows for c in f.cells)) if c)),
        )


def _others(shown: Shown) -> Iterator[Left]:
    roles: dict[str, set[Role | None]] = {}
    for flow in shown.flows:
        if flow.recipient and flow.movement in ASSESSED:
            role = flow.record.role.or_else(flow.recipient.role).value
            roles.setdefault(name_key(flow.recipient.name), set()).add(role)
    acting = _acts_for_us(shown)
    others = [found for key, found in roles.items() if key not in acting]
    unknown = sum(None in found for found in others)
    if known := len(others) - unknown:
        yield "that do not act for the organisation", known
    if unknown:
        yield "of whom it is not stated whether they do", unknown


def _safeguards(shown: Shown) -> Iterator[Row]:
    depend: dict[str, dict[str, Answer]] = {}
    named: dict[str, dict[str, None]] = {}
    with_them: dict[str, list[str]] = {}
    for safeguard in shown.assessment.inventory.safeguards:
        for name in items(safeguard.recipients):
            with_them.setdefault(name_key(name), []).append(safeguard.name)
    for flow in shown.flows:
        could = with_them.get(name_key(flow.recipient.name), ()) if flow.recipient else ()
        for name in (*items(flow.record.safeguards), *could):
            named.setdefault(name_key(name), {})[flow.id] = None
    for answer in shown.answers:
        for relied in answer.rests_on:
            if relied.kind == "safeguard":
                depend.setdefault(name_key(relied.name), {})[answer.leg.flow.id] = answer
    for safeguard in shown.assessment.inventory.safeguards:
        flows = depend.get(name_key(safeguard.name), {})
        yield (
            safeguard.name,
            _stated(safeguard.mechanism),
            _stated(safeguard.recipients),
            "; ".join(place_name(p) for p in items(safeguard.countries)) or says(safeguard.countries),
            says(safeguard.categories),
            safeguard.signed.value,
            safeguard.starts.value,
            safeguard.expires.value,
            safeguard.review_due.value,
            _stated(safeguard.document),
            standing(safeguard, shown.assessment.on),
            len(flows),
            "; ".join(flows),
            "; ".join(named.get(name_key(safeguard.name), ())),
            shown.cells([safeguard.cell] if safeguard.cell else []),
        )


def _cited(flag: Flag) -> str:
    return f"{flag.citation} ({_ASKED})" if flag.to_be_verified else flag.citation


_RETENTION = frozenset({"NZ-IPP9"})
"""The rules of law that ask for a period."""


def _retention(shown: Shown) -> Iterator[Row]:
    flags = {name_key(f.about): f for f in shown.assessment.flags if f.code in _RETENTION}
    for system in _systems(shown):
        flag = flags.get(name_key(system.name))
        yield (
            system.name,
            says(system.organisation),
            says(system.owner),
            _stated(system.categories),
            _stated(system.individuals),
            _stated(system.purposes),
            _stated(system.retention),
            flag.message if flag else "",
            _cited(flag) if flag else "",
            shown.cells([c for c in (system.cell, *system.retention.cells) if c]),
        )


# ---------------------------------------------------------------------------------------------- the records

_DISCLOSURE = (
    "Flow", "Organisation", "From", "To", "Legal entity", "Established in", "Place", "Categories", "Individuals",
    "Purpose", "Role", "Ground recorded", "Outcome", "Ground", "Citation", "To be verified", "Safeguard",
    "Safeguard from", "Safeguard until", "Reason", "Missing", "Duties", "Since", "Frequency", "Source cells",
)  # fmt: skip
_ASKED = "to be verified"


def _disclosures(code: str, title: str, help: str, table: str, *, regime: str, country: str) -> Record:
    """The record of what one regime calls a disclosure abroad, with what it rests on."""
    register = Register(table, "One row for each flow at each place.", _DISCLOSURE, _of_regime(regime))
    return Record(
        code,
        title,
        help,
        (register, LAW, ABOUT),
        counts=f"answers under the law of {country}",
        whole=_answers_of(regime),
        left_out=_not_abroad(regime),
    )


_ALL = (
    Record("transfers", "Transfer register", "Every flow at every place under every regime.", REGISTERS),
    Record(
        "art-30-1",
        "Record of processing, controller",
        "What is processed, about whom, why, who receives it, where it goes, how long it is kept.",
        (
            Register(
                "Record of processing", "One row for each system that holds information for the organisation itself.",
                (
                    "Processing", "Controller", "Contact", "Purposes", "Individuals", "Categories", "Recipients",
                    "Transfers abroad", "Safeguards", "Kept for", "Security measures", "Owner", "Source cells",
                ),
                _of_controller,
            ),
            ABOUT,
        ),
        asked_by=f"GDPR Art 30(1); UK GDPR Art 30(1) ({_ASKED})",
        counts="systems",
        whole=lambda shown: len(_systems(shown)),
        left_out=_held_for_others,
    ),
    Record(
        "art-30-2",
        "Record of processing, processor",
        "What is processed for whom, where it goes, how it is secured.",
        (
            Register(
                "Record of processing", "One row for each system and each of those for whom its information is held.",
                (
                    "Processing", "Processor", "Contact", "On behalf of", "Kinds of processing", "Categories",
                    "Transfers abroad", "Safeguards", "Security measures", "Source cells",
                ),
                _of_processor,
            ),
            ABOUT,
        ),
        asked_by=f"GDPR Art 30(2); UK GDPR Art 30(2) ({_ASKED})",
        counts="systems",
        whole=lambda shown: len(_systems(shown)),
        left_out=_own,
    ),
    _disclosures(
        "ipp-12",
        "Disclosures outside New Zealand",
        "Every disclosure to a foreign person or entity, the ground it rests on and the evidence on file.",
        "IPP 12 disclosures",
        regime="nz",
        country="New Zealand",
    ),
    _disclosures(
        "app-8",
        "Disclosures to overseas recipients, Australia",
        "Every cross-border disclosure, the exception or the reasonable steps it rests on and the evidence on file.",
        "APP 8 disclosures",
        regime="au",
        country="Australia",
    ),
    Record(
        "sub-processors",
        "Sub-processors and their sites",
        "Who handles information for the organisation, where, and for what.",
        (
            Register(  # datamap reads it again as a published list, which has eight columns at most
                "Sub-processors", "One row for each agent, and for everybody they send information on to.",
                (
                    "Sub-processor", "Legal entity", "Established in", "Location of processing", "Purpose",
                    "Categories of data", "Engaged by", "Source cells",
                ),
                _sub_processors,
            ),
            ABOUT,
        ),
        counts="recipients",
        whole=lambda shown: len({name_key(f.recipient.name) for f in shown.flows if f.recipient and f.movement in ASSESSED}),
        left_out=_others,
    ),
    Record(
        "cnil",
        "CNIL simplified register",
        "The form of the French authority filled in: the list of activities, and one sheet for each.",
        (ABOUT,),
        asked_by=f"GDPR Art 30(1); the form is the CNIL's ({_ASKED})",
        counts="systems",
        whole=lambda shown: len(_systems(shown)),
        left_out=_held_for_others,
        form=CNIL,
    ),
    Record(
        "ico",
        "ICO controller documentation",
        "The template of the United Kingdom's authority filled in: one row for each purpose of each system.",
        (ABOUT,),
        asked_by=f"UK GDPR Art 30(1); the template is the ICO's ({_ASKED})",
        counts="systems",
        whole=lambda shown: len(_systems(shown)),
        left_out=_held_for_others,
        form=ICO,
    ),
    Record(
        "safeguards",
        "Safeguards",
        "Every agreement on file, when it ends, and the flows that depend on it.",
        (
            Register(
                "Safeguards", "One row for each safeguard, whether anything depends on it or not.",
                (
                    "Safeguard", "Mechanism", "With", "Countries", "Categories", "Signed", "Starts", "Expires",
                    "Review due", "Document", "On this day", "How many flows rest on it", "Flows that rest on it", "Flows it could be for", "Source cells",
                ),
                _safeguards,
            ),
            ABOUT,
        ),
        counts="safeguards",
        whole=lambda shown: len(shown.assessment.inventory.safeguards),
    ),
    Record(
        "retention",
        "Retention schedule",
        "How long each system keeps what it holds, and where no period is recorded.",
        (
            Register(
                "Retention schedule", "One row for each system.",
                (
                    "System", "Organisation", "Owner", "Categories", "Individuals", "Purposes", "Kept for",
                    "What the record shows", "Citation", "Source cells",
                ),
                _retention,
            ),
            ABOUT,
        ),
        counts="systems",
        whole=lambda shown: len(_systems(shown)),
    ),
)  # fmt: skip

RECORDS: Mapping[str, Record] = MappingProxyType({record.code: record for record in _ALL})
"""Every record by its code, the transfer register first."""


def held_in(record: Record, assessment: Assessment, selection: Selection | None = None) -> str:
    """`3 systems, 2 in this record; left out: 1 …`: nothing for a record that counts nothing."""
    return _held(record, Shown(assessment, selection))


def _held(record: Record, shown: Shown) -> str:
    if not record.counts:
        return ""
    left = tuple(record.left_out(shown))
    whole = record.whole(shown)
    out = f"; left out: {'; '.join(f'{n} {why}' for why, n in left)}" if left else ""
    counted = record.counts if whole != 1 else re.sub(r"s\b", "", record.counts, count=1)
    return f"{whole} {counted}, {whole - sum(n for _, n in left)} in this record{out}."


def shown_in(record: Record, assessment: Assessment, selection: Selection | None = None) -> Shown:
    """What a record is written from, and what it says of itself on the sheet About."""
    shown = Shown(assessment, selection)
    said: list[Row] = [("Record", f"{record.title}. {record.help}")] if record.counts else []
    if record.asked_by:
        said.append(("Asked for by", record.asked_by))
    if record.counts:
        said.append(("Held against the map", _held(record, shown)))
    return replace(shown, beside=tuple(said))


def filled_in(
    record: Record, assessment: Assessment, selection: Selection | None = None
) -> tuple[Shown, Filled | None]:
    """What a record is written from; with it the form filled in, where the record is one, and what it says of itself."""
    shown = shown_in(record, assessment, selection)
    if record.form is None:
        return shown, None
    filled = record.form.filled(shown, [s for s in _systems(shown) if not _held_for(shown, s)])
    return replace(shown, beside=(*shown.beside, *filled.said)), filled
