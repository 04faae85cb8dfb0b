"""assess(reading, on=day) → Assessment: the answers, flags and counts that everything else is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from datamap import law as laws
from datamap import places
from datamap.duties import Flag, flags_of
from datamap.graph import DataMap, Leg, MappedFlow
from datamap.inventory import Fact, Inventory, Organisation, Place, items, name_key
from datamap.law import Law, Regime
from datamap.pace import all_kept
from datamap.problems import Problem
from datamap.sheets import Cell
from datamap.transfers import Answer, Answers, Outcome, answers
from datamap.workbook import InputReport, Reading


class NobodySends(ValueError):
    """The inventory does not say whose it is, and nobody said so otherwise. The message says what to add.

    `wanted` is what may be said beside the file instead: `organisation`, `country`, or nothing.
    """

    def __init__(self, sentence: str, *wanted: str) -> None:
        super().__init__(sentence)
        self.wanted = wanted


class NoSuchRegime(ValueError):
    """A regime was asked for that is not loaded. The message names those that are."""


@dataclass(frozen=True)
class Assessment:
    """One inventory under the law of one day. Registers, pictures, JSON and pages are written from this and nothing else."""

    on: date
    law: Law
    inventory: Inventory
    map: DataMap
    answers: Answers  # every leg × regime that could apply, in a stable order; any answers may be given
    flags: tuple[Flag, ...]
    problems: tuple[Problem, ...]
    inputs: tuple[InputReport, ...]
    only_regimes: tuple[str, ...] = ()  # the regimes asked for, when that was narrowed
    hypothetical: tuple[str, ...] = ()  # what is supposed and not recorded, a sentence each; empty for a real one

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", Answers.holding(self.answers))

    @property
    def counts(self) -> Counter[Outcome]:
        """How many answers have each outcome."""
        return self.answers.counts

    @property
    def flagged(self) -> bool:
        """Whether anything asks for attention."""
        return bool(self.flags) or any(judged.outcome.flagged for judged, _ in self.answers.numbers())

    @property
    def rows_left_out(self) -> int:
        return sum(i.rows_left_out for i in self.inputs)

    @cached_property
    def _cells_with_problems(self) -> frozenset[Cell]:
        return frozenset(p.cell for p in self.problems)

    def not_understood(self, answer: Answer) -> tuple[Cell, ...]:
        """The cells an answer looked at that could not be used as they stand: each has a problem of its own."""
        return tuple(c for c in answer.cells if c in self._cells_with_problems)

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        """The regimes that any leg was judged under."""
        return tuple(self.law.regimes[code] for code in sorted({judged.regime for judged, _ in self.answers.numbers()}))

    def regimes_of(self, organisation: Organisation | None) -> tuple[Regime, ...]:
        """The regimes that could apply to an organisation, of those asked for; to somebody not known, all of them."""
        return regimes_of(organisation, self.law, self.on, self.only_regimes)

    def answers_for(self, flow: MappedFlow) -> tuple[Answer, ...]:
        """Every answer of a flow: its legs under each regime."""
        return self.answers.about(flow.id)

    def outcome_of(self, flow: MappedFlow) -> Outcome | None:
        """A flow's outcome is its worst leg's; None for a flow that no regime judges (collection, within)."""
        return self.answers.worst_of(flow.id)


def named(inventory: Inventory, *, organisation: str | None = None, country: str | None = None) -> Inventory:
    """The inventory with what was said beside the file about who sends. What the file says is never overruled.

    `organisation` is a name, `country` a place in words or letters. Raises `NobodySends` when neither the file nor
    these say who sends, or the country is not understood.
    """
    place: Fact[tuple[Place, ...]] = Fact()
    if country:
        read = places.read_places(country)
        if read.unknown or len(read.places) != 1 or not read.places[0].country:
            raise NobodySends(f"{country!r} is not a country that datamap knows; write its name or its two letters.")
        place = Fact.of(read.places)
    if not inventory.organisations:
        return replace(inventory, organisations=(_named_by_systems(inventory, organisation, place),))
    if organisation and inventory.organisation(organisation) is None:
        known = "; ".join(o.name for o in inventory.organisations)
        raise NobodySends(f"The inventory has no organisation called {organisation!r}; it has: {known}.")
    filled = tuple(
        replace(o, country=o.country.or_else(place))
        if not organisation or name_key(o.name) == name_key(organisation)
        else o
        for o in inventory.organisations
    )
    return replace(inventory, organisations=filled)


def _named_by_systems(inventory: Inventory, organisation: str | None, place: Fact[tuple[Place, ...]]) -> Organisation:
    """Who sends when there is no sheet Organisations: who was named beside the file, or the one whom the systems name."""
    owners = {name_key(s.organisation.value): s.organisation.value for s in inventory.systems if s.organisation.value}
    named = "; ".join(owners.values())
    if organisation and owners and (len(owners) > 1 or name_key(organisation) not in owners):
        raise NobodySends(
            f"The systems name {named} as their organisation, and not {organisation!r}: add a sheet Organisations."
        )
    if len(owners) > 1:
        raise NobodySends(
            f"The systems name several organisations ({named}): add a sheet Organisations with their countries."
        )
    name = organisation or named
    if not place.known:
        asked = f"In which country is {name} established?" if name else "The inventory does not say who sends."
        raise NobodySends(
            f"{asked} Add a sheet Organisations with the columns Organisation and Country.",
            *(("country",) if name else ("organisation", "country")),
        )
    return Organisation(name=name or "The organisation", country=place)


def regimes_of(organisation: Organisation | None, law: Law, on: date, only: Collection[str] = ()) -> tuple[Regime, ...]:
    """The regimes that could apply to a sender: those it names, else those of its country and of where it carries on business.

    When the country is not known every regime could apply. `only` narrows to those codes, where there are any.
    """
    return tuple(r for r in _could_apply(organisation, law, on) if not only or r.code in only)


def asked_for(regimes: Iterable[str], law: Law) -> tuple[str, ...]:
    """The codes of the regimes asked for, each once. Raises `NoSuchRegime`."""
    only = tuple(dict.fromkeys(code.lower() for code in regimes))
    for code in only:
        if code not in law.regimes:
            raise NoSuchRegime(f"No regime is called {code!r}; loaded are {', '.join(law.regimes)}.")
    return only


def _could_apply(organisation: Organisation | None, law: Law, on: date) -> tuple[Regime, ...]:
    every = tuple(r for r in law.regimes.values() if r.derived)
    if organisation is None:
        return every
    if organisation.regimes.known:
        return tuple(law.regimes[code] for code in items(organisation.regimes) if code in law.regimes)
    if not any(p.country for p in items(organisation.country)):
        return every
    countries = [p.country for p in (*items(organisation.country), *items(organisation.carries_on_business_in))]
    return tuple(r for r in every if r.homes(on) & set(countries))


def assess(
    reading: Reading,
    *,
    on: date,
    regimes: Iterable[str] = (),
    organisation: str | None = None,
    country: str | None = None,
    law: Law | None = None,
) -> Assessment:
    """Judge every leg of an inventory under each regime that could apply, as the law stood on a day.

    `regimes` narrows to those codes; `organisation` and `country` say who sends when the file does not.
    Raises `NobodySends` or `NoSuchRegime`.
    """
    law = law or laws.load()
    only = asked_for(regimes, law)
    inventory = named(reading.inventory, organisation=organisation, country=country)
    with all_kept():
        map_ = DataMap(inventory)
        could = {o.name: regimes_of(o, law, on, only) for o in inventory.organisations}
        anybody = regimes_of(None, law, on, only)

        def regimes_of_leg(leg: Leg) -> tuple[Regime, ...]:
            sender = leg.flow.organisation
            return could[sender.name] if sender else anybody

        found = answers(map_.legs, inventory, regimes_of_leg, on)
        flags = flags_of(map_, law, {k: tuple(r.code for r in v) for k, v in could.items()}, found, on)
    return Assessment(on, law, inventory, map_, found, flags, reading.problems, reading.inputs, only)
