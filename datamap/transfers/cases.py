"""Everything about a leg that its answer can depend on, gathered once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from datamap import places
from datamap.graph import Leg, MappedFlow, Movement, NodeKind
from datamap.inventory import CategoryKind, Fact, Inventory, Prohibition, Recipient, Safeguard, items, name_key

WORDS = {
    "sender.country": "country of {sender}",
    "sender.kind": "kind of organisation",
    "sender.sector": "sector of {sender}",
    "sender.business": "carries on business in",
    "sender.small": "small business",
    "recipient.country": "country of {recipient}",
    "recipient.managed": "managed from",
    "recipient.role": "role",
    "recipient.own_purposes": "own purposes",
    "recipient.control": "effective control",
    "recipient.sector": "sector of {recipient}",
    "recipient.schemes": "schemes",
    "recipient.bound_by": "bound by",
    "recipient.nz_business": "NZ business",
    "upstream.role": "role of {upstream}",
    "upstream.own_purposes": "own purposes of {upstream}",
    "upstream.control": "effective control at {upstream}",
    "flow.ground": "ground",
    "flow.started": "started",
    "flow.ended": "ended",
    "flow.frequency": "frequency",
    "flow.volume": "volume",
    "flow.individuals": "individuals",
    "flow.categories": "categories",
    "system.locations": "where the system is",
    "place": "place",
}


@dataclass(frozen=True)
class Case:
    """Everything about a leg that its answer can depend on. Equal cases have equal verdicts: cells do not count."""

    facts: Mapping[str, Fact[Any]] = field(compare=False)
    key: tuple[Any, ...]
    categories: tuple[str, ...]
    kinds: frozenset[CategoryKind | None]  # None: a category whose kind is not known
    identifiers: frozenset[bool | None]  # whether the categories are unique identifiers
    sensitive: frozenset[bool | None]  # whether the categories are sensitive
    individuals: tuple[str, ...]
    for_principal: bool
    onward: bool
    by_individual: bool
    claims: tuple[Safeguard, ...]
    prohibitions: tuple[Prohibition, ...]

    def fact(self, name: str) -> Fact[Any]:
        return self.facts[name]


def names_of(leg: Leg) -> dict[str, str]:
    flow = leg.flow
    return {
        "sender": flow.organisation.name if flow.organisation else "the organisation",
        "recipient": flow.recipient.name if flow.recipient else flow.destination.name,
        "upstream": flow.upstream.name if flow.upstream else "the recipient before it",
        "origin": flow.origin.name,
        "place": places.place_name(leg.place.value) if leg.place.value else "a place that is not stated",
    }


@dataclass(frozen=True)
class Shelf:
    """The inventory's safeguards and prohibitions by recipient, found once for all legs."""

    inventory: Inventory

    @cached_property
    def _by_recipient(self) -> dict[str, list[Safeguard]]:
        shelf: dict[str, list[Safeguard]] = {}
        for safeguard in self.inventory.safeguards:
            for name in items(safeguard.recipients):
                shelf.setdefault(name_key(name), []).append(safeguard)
        return shelf

    def claims(self, flow: MappedFlow) -> tuple[Safeguard, ...]:
        """The safeguards the flow names, then those that name its recipient."""
        named = [self.inventory.safeguard(n) for n in items(flow.record.safeguards)]
        recipient = self._by_recipient.get(name_key(flow.recipient.name), []) if flow.recipient else []
        return tuple(dict.fromkeys(s for s in (*named, *recipient) if s))

    def kinds(self, categories: Iterable[str]) -> frozenset[CategoryKind | None]:
        found = [self.inventory.category(c) for c in categories]
        return frozenset(c.kind.value if c else None for c in found)

    def sensitive(self, categories: Iterable[str]) -> frozenset[bool | None]:
        """Whether each category is recorded as sensitive; several kinds are sensitive whatever is recorded."""
        found = [self.inventory.category(c) for c in categories]
        answers = {True if c and c.kind.value in SENSITIVE_KINDS else c.sensitive.value if c else None for c in found}
        return frozenset(answers) or frozenset({None})

    def identifiers(self, categories: Iterable[str]) -> frozenset[bool | None]:
        found = [self.inventory.category(c) for c in categories]
        return frozenset(c.unique_identifier.value if c else None for c in found) or frozenset({None})


SENSITIVE_KINDS = frozenset(
    {
        CategoryKind.HEALTH,
        CategoryKind.BIOMETRIC,
        CategoryKind.GENETIC,
        CategoryKind.CHILDREN,
        CategoryKind.BELIEFS,
        CategoryKind.ETHNICITY,
        CategoryKind.SEXUALITY,
        CategoryKind.CRIMINAL,
    }
)
_NO_FACT: Fact[Any] = Fact()
_NAMES_ONLY = frozenset({"flow.categories", "flow.individuals", "system.locations"})  # counted only where they matter


def case_of(leg: Leg, shelf: Shelf) -> Case:
    flow, record, recipient, upstream = leg.flow, leg.flow.record, leg.flow.recipient, leg.flow.upstream
    sender = flow.organisation
    onward = flow.movement is Movement.ONWARD
    facts: dict[str, Fact[Any]] = {
        "sender.country": sender.country if sender else _NO_FACT,
        "sender.kind": sender.kind if sender else _NO_FACT,
        "sender.sector": sender.sector if sender else _NO_FACT,
        "sender.business": sender.carries_on_business_in if sender else _NO_FACT,
        "sender.small": sender.small_business if sender else _NO_FACT,
        "recipient.country": _established(leg, recipient),
        "recipient.managed": recipient.managed_from if recipient else _NO_FACT,
        "recipient.role": record.role.or_else(recipient.role if recipient else _NO_FACT),
        "recipient.own_purposes": record.own_purposes.or_else(recipient.own_purposes if recipient else _NO_FACT),
        "recipient.control": record.effective_control.or_else(recipient.effective_control if recipient else _NO_FACT),
        "recipient.sector": recipient.sector if recipient else _NO_FACT,
        "recipient.schemes": recipient.schemes if recipient else _NO_FACT,
        "recipient.bound_by": recipient.bound_by if recipient else _NO_FACT,
        "recipient.nz_business": recipient.nz_business if recipient else _NO_FACT,
        "upstream.role": upstream.role if upstream else _NO_FACT,
        "upstream.own_purposes": upstream.own_purposes if upstream else _NO_FACT,
        "upstream.control": upstream.effective_control if upstream else _NO_FACT,
        "flow.ground": record.ground,
        "flow.started": record.started,
        "flow.ended": record.ended,
        "flow.frequency": record.frequency,
        "flow.volume": record.volume,
        "flow.individuals": flow.individuals,
        "flow.categories": flow.categories,
        "system.locations": flow.system.locations if flow.system else _NO_FACT,
        "place": leg.place,
    }
    categories = items(flow.categories)
    kinds, identifiers, sensitive = shelf.kinds(categories), shelf.identifiers(categories), shelf.sensitive(categories)
    whose = (None in kinds or CategoryKind.EMPLOYMENT in kinds or record.ground.known) and items(flow.individuals)
    claims = shelf.claims(flow)
    by_individual = flow.origin.kind is NodeKind.INDIVIDUALS and flow.movement is Movement.DISCLOSURE
    weighed = bool(claims or shelf.inventory.prohibitions)  # only then do names count, and not just kinds
    key = (
        tuple((name, f.value, f.nothing) for name, f in facts.items() if name not in _NAMES_ONLY),
        (flow.categories.nothing, kinds, identifiers, sensitive, onward, by_individual, flow.for_principal, whose),
        tuple(s.name for s in claims),
        (recipient.name if recipient else "", sender.name if sender else "", categories) if weighed else (),
        (items(flow.individuals), flow.individuals.nothing) if weighed else (),
        facts["system.locations"].value if weighed or record.ground.known else None,
    )
    return Case(
        facts,
        key,
        categories,
        kinds,
        identifiers,
        sensitive,
        items(flow.individuals),
        flow.for_principal,
        onward,
        by_individual,
        claims,
        shelf.inventory.prohibitions,
    )


def _established(leg: Leg, recipient: Recipient | None) -> Fact[Any]:
    """Where the recipient is established. A class of recipients in several countries has a leg in each of them."""
    if recipient is None:
        return _NO_FACT
    country = recipient.country
    several = len(items(country)) > 1
    from_country = country.known and leg.place.cell == country.cell and leg.place.value in items(country)
    if several and from_country:
        return Fact((leg.place.value,), None, country.cell, country.also)
    return country
