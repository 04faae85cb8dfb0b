"""What if: an assessment with things supposed that nobody recorded, and the short text in which each is written.

`suppose(assessment, changes)` judges anew; `datamap.comparison` says what it changes. A supposed fact has a cell of the
file *supposed*, so that a trace shows where the record ends. Nothing is supposed beyond what is said: a recipient whose
role was not given has no role, and a paper that is signed has no assessment.

    end:DPF@2027-01-01                  a list decision, scheme or mechanism no longer holds from a day
    move:CRM=Germany                    a system, or a recipient, holds the information somewhere else
    move:CRM=Germany>Host (Germany)     … with another provider; `none` when the organisation runs it itself
    add:CRM>Acme (India, agent)         a system sends to a recipient, which may be new
    sub:Acme>Beta (India)               a recipient passes on to another
    drop:CRM>Acme                       a system or recipient no longer sends to another
    based:Acme=India                    a recipient is established in a country
    role:Acme=agent                     what a recipient is to the sender
    sign:Acme terms=SCC module 2>Acme@2026-12-01..2028-11-30
                                        a safeguard is signed, and holds through a last day when one is given
    assess:Acme terms@2026-12-01        the assessment that goes with a safeguard is made
    lapse:Acme terms@2026-12-01         a safeguard no longer holds from a day

A name that holds one of `"=>@():` stands in quotation marks, doubled inside: `drop:CRM>"Acme (US)"`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar

from datamap import places
from datamap.assessment import Assessment, assess
from datamap.graph import NodeKind
from datamap.inventory import (
    Activity,
    Fact,
    Flow,
    Inventory,
    Nothing,
    Places,
    Recipient,
    Role,
    Safeguard,
    System,
    items,
    name_key,
)
from datamap.law import Law, ListEntry, Mechanism, Regime, Step
from datamap.places import nearest, place_in_words
from datamap.sheets import Cell
from datamap.workbook import Reading
from datamap.workbook.columns import ROLES, SAFEGUARDS, Context, mechanism, modules_in, nothing_in

SUPPOSED = "supposed"
"""The file of the cells of supposed facts."""

R = TypeVar("R", System, Recipient, Safeguard)
A_DAY = timedelta(days=1)


class CannotSuppose(ValueError):
    """Something cannot be supposed as it was said. The message is one sentence for the user, with the nearest name.

    `change` is the change that could not be made, where there was one.
    """

    change: Supposition | None = None


# ---------------------------------------------------------------------------------------------------- as text

_QUOTED = re.compile(r'["=>@():]|^\s|\s$|^$')
_SPAN = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:\.\.(?P<last>\d{4}-\d{2}-\d{2}))?")


def quoted(name: str) -> str:
    """A name as it stands in the text of a supposition."""
    return '"' + name.replace('"', '""') + '"' if _QUOTED.search(name) else name


def _bare(text: str) -> str:
    """A name without the quotation marks around it."""
    text = text.strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _outside(text: str, sign: str) -> list[int]:
    """Where a sign stands outside quotation marks."""
    found, inside = [], False
    for at, character in enumerate(text):
        inside ^= character == '"'
        if character == sign and not inside:
            found.append(at)
    return found


def _cut(text: str, sign: str) -> tuple[str, str | None]:
    """The text before and after the first such sign outside quotation marks; None after it when there is none."""
    at = _outside(text, sign)
    return (text[: at[0]], text[at[0] + 1 :]) if at else (text, None)


@dataclass(frozen=True)
class Party:
    """A recipient, and for a new one where it is established and its role, as they stand in the bracket."""

    name: str
    note: str = ""

    @classmethod
    def parse(cls, text: str) -> Party:
        text = text.strip()
        opened = _outside(text, "(")
        if text.endswith(")") and opened and opened[0]:
            return cls(_bare(text[: opened[0]]), text[opened[0] + 1 : -1].strip())
        return cls(_bare(text))

    def __str__(self) -> str:
        return f"{quoted(self.name)} ({self.note})" if self.note else quoted(self.name)


@dataclass(frozen=True)
class Supposition:
    """One thing that is supposed. `str()` gives its text, which `parse` reads back."""

    kind: ClassVar[str]
    form: ClassVar[str]
    """How it is written, for those who wrote it otherwise."""

    @property
    def day(self) -> date | None:
        """The day from which it is supposed, for what has one."""
        return None

    @classmethod
    def read(cls, text: str) -> Supposition:
        """Raises `ValueError` when a part is missing."""
        raise NotImplementedError


@dataclass(frozen=True)
class End(Supposition):
    """A list decision, a scheme such as the DPF, or a mechanism no longer holds from a day."""

    what: str
    regime: str = ""  # code; empty for every regime that the words fit
    on: date | None = None  # the first day on which it no longer holds; None: the day of the assessment
    kind = "end"
    form = "end:DPF@2027-01-01 or end:eu:New Zealand"

    @property
    def day(self) -> date | None:
        return self.on

    @classmethod
    def read(cls, text: str) -> End:
        words, on, _ = _dated(text)
        regime, what = _cut(words, ":")
        return cls(_wanted(words if what is None else what), "" if what is None else regime.strip().lower(), on)

    def __str__(self) -> str:
        return f"end:{f'{self.regime}:' if self.regime else ''}{quoted(self.what)}{_at(self.on)}"


@dataclass(frozen=True)
class Move(Supposition):
    """A system, or a recipient, holds the information somewhere else; a system perhaps with another provider."""

    name: str
    where: str
    provider: Party | None = None
    kind = "move"
    form = "move:CRM=Germany"

    @classmethod
    def read(cls, text: str) -> Move:
        name, rest = _cut(text, "=")
        where, provider = _cut(rest or "", ">")
        return cls(_wanted(name), _wanted(where), _party(provider) if provider is not None else None)

    def __str__(self) -> str:
        where = quoted(self.where) if re.search(r'["=>@]|^\s|\s$', self.where) else self.where
        return f"move:{quoted(self.name)}={where}{f'>{self.provider}' if self.provider else ''}"


@dataclass(frozen=True)
class Add(Supposition):
    """A system sends its information to a recipient. (Where a recipient is named first, it passes on what it receives.)"""

    sender: str
    recipient: Party
    kind = "add"
    form = "add:CRM>Acme (India)"

    @classmethod
    def read(cls, text: str) -> Supposition:
        sender, recipient = _cut(text, ">")
        return cls(_wanted(sender), _party(recipient))

    def __str__(self) -> str:
        return f"{self.kind}:{quoted(self.sender)}>{self.recipient}"


@dataclass(frozen=True)
class Sub(Add):
    """A recipient passes what it receives on to another."""

    kind = "sub"
    form = "sub:Acme>Beta (India)"


@dataclass(frozen=True)
class Drop(Supposition):
    """A system or a recipient no longer sends to a recipient."""

    sender: str
    recipient: str
    kind = "drop"
    form = "drop:CRM>Acme"

    @classmethod
    def read(cls, text: str) -> Drop:
        sender, recipient = _cut(text, ">")
        return cls(_wanted(sender), _wanted(recipient))

    def __str__(self) -> str:
        return f"drop:{quoted(self.sender)}>{quoted(self.recipient)}"


@dataclass(frozen=True)
class Based(Supposition):
    """A recipient is established in another country."""

    recipient: str
    where: str
    kind = "based"
    form = "based:Acme=India"

    @classmethod
    def read(cls, text: str) -> Supposition:
        recipient, where = _cut(text, "=")
        return cls(_wanted(recipient), _wanted(where))

    def __str__(self) -> str:
        return f"{self.kind}:{quoted(self.recipient)}={quoted(self.where)}"


@dataclass(frozen=True)
class Acts(Based):
    """What a recipient is to the sender. `where` is the role."""

    kind = "role"
    form = "role:Acme=agent"


@dataclass(frozen=True)
class Sign(Supposition):
    """A safeguard is signed on a day; mechanism and recipient are needed for one that is not on record."""

    name: str
    mechanism: str = ""
    recipient: str = ""
    on: date | None = None
    last: date | None = None  # the last day it holds
    kind = "sign"
    form = "sign:Acme terms=SCC module 2>Acme@2026-12-01"

    @property
    def day(self) -> date | None:
        return self.on

    @classmethod
    def read(cls, text: str) -> Sign:
        words, on, last = _dated(text)
        rest, recipient = _cut(words, ">")
        name, words_ = _cut(rest, "=")
        return cls(_wanted(name), _bare(words_ or ""), _bare(recipient or ""), on, last)

    def __str__(self) -> str:
        mechanism_ = f"={quoted(self.mechanism)}" if self.mechanism else ""
        recipient = f">{quoted(self.recipient)}" if self.recipient else ""
        return f"sign:{quoted(self.name)}{mechanism_}{recipient}{_at(self.on, self.last)}"


@dataclass(frozen=True)
class Assess(Supposition):
    """The assessment that goes with a safeguard is made on a day."""

    name: str
    on: date | None = None
    kind = "assess"
    form = "assess:Acme terms@2026-12-01"

    @property
    def day(self) -> date | None:
        return self.on

    @classmethod
    def read(cls, text: str) -> Supposition:
        name, on, _ = _dated(text)
        return cls(_wanted(name), on)

    def __str__(self) -> str:
        return f"{self.kind}:{quoted(self.name)}{_at(self.on)}"


@dataclass(frozen=True)
class Lapse(Assess):
    """A safeguard no longer holds from a day."""

    kind = "lapse"
    form = "lapse:Acme terms@2026-12-01"


KINDS: Mapping[str, type[Supposition]] = {
    kind.kind: kind for kind in (End, Move, Add, Sub, Drop, Based, Acts, Sign, Assess, Lapse)
}


def parse(text: str) -> Supposition:
    """The supposition that a text says. Raises `CannotSuppose`."""
    kind, rest = _cut(text, ":")
    word = kind.strip().lower()
    if rest is None or word not in KINDS:
        near = nearest(word, KINDS)
        known = f"did you mean {near!r}?" if near else f"it begins with one of {', '.join(KINDS)}, and a colon."
        raise CannotSuppose(f"{text!r} cannot be supposed: {known}")
    try:
        return KINDS[word].read(rest)
    except ValueError as wrong:
        why = f" ({wrong})" if str(wrong) else ""
        raise CannotSuppose(f"{text!r} is not complete{why}; write it as {KINDS[word].form}.") from None


def _wanted(text: str | None) -> str:
    if not (name := _bare(text or "")):
        raise ValueError
    return name


def _party(text: str | None) -> Party:
    party = Party.parse(text or "")
    _wanted(quoted(party.name) if party.name else "")
    return party


def _dated(text: str) -> tuple[str, date | None, date | None]:
    """The text without the day at its end, the day, and the last day of a span."""
    at = _outside(text, "@")
    if not at:
        return text, None, None
    words = text[at[-1] + 1 :].strip()
    found = _SPAN.fullmatch(words)
    try:
        day, last = (date.fromisoformat(d) if d else None for d in found.groups()) if found else (None, None)
    except ValueError:
        day = last = None
    if day is None:
        raise ValueError(f"{words!r} is not a day such as 2026-11-30")
    return text[: at[-1]], day, last


def _at(on: date | None, last: date | None = None) -> str:
    return f"@{on}{f'..{last}' if last else ''}" if on else ""


# ---------------------------------------------------------------------------------------------------- supposing


def suppose(assessment: Assessment, changes: Iterable[Supposition | str], *, on: date | None = None) -> Assessment:
    """The assessment as it would be, on `on`: by default the latest day that a change names, if it is later.

    A change is a `Supposition` or its text, such as `end:DPF@2027-01-01`, and is made to what those before it left. The
    result says in `hypothetical` what is supposed. With no change it is the same inventory judged on another day, and
    real. Raises `CannotSuppose`.
    """
    made = [parse(change) if isinstance(change, str) else change for change in changes]
    day = on or max([assessment.on, *(change.day for change in made if change.day)])
    if not made and day == assessment.on:
        return assessment
    draft = _Draft(assessment)
    said = [draft.make(change, number) for number, change in enumerate(made, 1 + len(assessment.hypothetical))]
    reading = Reading(draft.inventory(), assessment.problems, assessment.inputs)
    found = assess(reading, on=day, regimes=assessment.only_regimes, law=draft.law())
    return replace(found, hypothetical=(*assessment.hypothetical, *said))


_HOSTING = frozenset({None, Activity.STORAGE, Activity.PROCESSING, Activity.BACKUP, Activity.TRANSIT})
"""What moves when hosting moves. Access from elsewhere does not."""


class _Draft:
    """An inventory and its law, being changed."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.on = assessment.on
        inventory = assessment.inventory
        self.systems = {name_key(s.name): s for s in inventory.systems}
        self.recipients = {name_key(r.name): r for r in inventory.recipients}
        self.safeguards = {name_key(s.name): s for s in inventory.safeguards}
        self.flows = list(inventory.flows)
        self.regimes = dict(assessment.law.regimes)
        named = (NodeKind.RECIPIENT, NodeKind.UNDECLARED)
        self.only_named = {name_key(n.name): n.name for n in assessment.map.nodes if n.kind in named}
        self.cell = Cell(SUPPOSED, SUPPOSED, 1, 1)

    def inventory(self) -> Inventory:
        return replace(
            self.assessment.inventory,
            systems=tuple(self.systems.values()),
            recipients=tuple(self.recipients.values()),
            safeguards=tuple(self.safeguards.values()),
            flows=tuple(self.flows),
        )

    def law(self) -> Law:
        return replace(self.assessment.law, regimes=self.regimes)

    def make(self, change: Supposition, number: int) -> str:
        """Make one change and say it in a sentence."""
        self.cell = Cell(SUPPOSED, f"Supposition {number}", 1, 1)
        makes: Callable[[Any], str] = getattr(self, f"_{change.kind}")
        try:
            words = makes(change)
        except CannotSuppose as reason:
            reason.change = change
            raise
        return f"{words[:1].upper()}{words[1:]}."

    def _fact(self, value: Any, before: Fact[Any]) -> Fact[Any]:
        """A supposed fact; the cells of what it stands for come after its own."""
        return Fact(value, None, self.cell, before.cells)

    # -- names

    def _find(self, name: str, among: Mapping[str, R], what: str) -> R:
        if found := among.get(name_key(name)):
            return found
        raise CannotSuppose(_unknown(name, [r.name for r in among.values()], what))

    def _recipient(self, name: str) -> Recipient:
        """A recipient on record, declared now if it was only named."""
        key = name_key(name)
        if key not in self.recipients and key in self.only_named:
            self.recipients[key] = Recipient(name=self.only_named[key], cell=self.cell)
        if found := self.recipients.get(key):
            return found
        every = [*(r.name for r in self.recipients.values()), *self.only_named.values()]
        raise CannotSuppose(_unknown(name, every, "recipient"))

    def _sender(self, name: str) -> Recipient:
        """A recipient, where a system could have been named too."""
        if name_key(name) not in {*self.recipients, *self.only_named}:
            every = [r.name for r in (*self.systems.values(), *self.recipients.values())]
            raise CannotSuppose(_unknown(name, [*every, *self.only_named.values()], "system or recipient"))
        return self._recipient(name)

    def _party(self, party: Party) -> Recipient:
        """A recipient on record, or a new one with what the bracket says of it."""
        whole = f"{party.name} ({party.note})"
        if party.note and (name_key(whole) in self.recipients or name_key(whole) in self.only_named):
            return self._recipient(whole)
        if name_key(party.name) in self.recipients or name_key(party.name) in self.only_named:
            found = self._recipient(party.name)
            if party.note:
                raise CannotSuppose(
                    f"{found.name} is on record: leave out “({party.note})”, or suppose it with {Based.kind}: or {Acts.kind}:."
                )
            return found
        made = Recipient(name=party.name, cell=self.cell)
        role = next((r for part in party.note.split(",") if (r := ROLES.named(part.strip()))), None)
        where = ", ".join(p.strip() for p in party.note.split(",") if not ROLES.named(p.strip()) and p.strip())
        if role:
            made = replace(made, role=Fact.of(role, self.cell))
        if where:
            made = replace(made, country=self._places(where, Fact()))
        self.recipients[name_key(made.name)] = made
        return made

    def _places(self, words: str, before: Places) -> Places:
        if nothing := nothing_in(words):
            return Fact(None, nothing, self.cell, before.cells)
        read = places.read_places(words)
        if read.unknown:
            word, hint = read.unknown[0]
            raise CannotSuppose(
                f"{word!r} is not a place that datamap knows{f'; did you mean {hint!r}?' if hint else '.'}"
            )
        found: Places = self._fact(read.places, before)
        return found

    # -- what ends

    def _end(self, change: End) -> str:
        day = change.on or self.on
        if change.regime and change.regime not in self.regimes:
            raise CannotSuppose(_unknown(change.regime, self.regimes, "regime"))
        regimes = [r for r in self.regimes.values() if change.regime in ("", r.code)]
        chosen = _meant(
            change, [t for r in regimes for t in _targets(r, day)], {r.code for r in self.assessment.regimes}
        )
        for target in chosen:
            self.regimes[target.regime.code] = _without(self.regimes[target.regime.code], target.piece, day)
        return f"no longer in force from {day}: {'; '.join(t.title for t in chosen)}"

    # -- who holds it where

    def _move(self, change: Move) -> str:
        key = name_key(change.name)
        if key in self.systems:
            return self._system_moves(self.systems[key], change)
        recipient = self._sender(change.name)
        if change.provider:
            raise CannotSuppose(
                f"{change.name} is a recipient, so it has no provider: write it as move:{change.name}=PLACE."
            )
        return self._recipient_moves(recipient, change.where)

    def _system_moves(self, system: System, change: Move) -> str:
        moved = self._hosted(system.locations, change.where)
        provider = system.provider
        by = ""
        if change.provider and nothing_in(change.provider.name) is Nothing.NONE:
            provider, by = Fact(None, Nothing.NONE, self.cell, provider.cells), ", run by the organisation itself"
        elif change.provider:
            host = self._party(change.provider)
            provider, by = self._fact(host.name, provider), f" by {host.name}"
        before = name_key(system.provider.value or "")
        if name_key(provider.value or "") != before:
            self.flows = [f for f in self.flows if not _joins(f, system.name, before)]
        else:
            self.flows = [
                self._flow_moves(f, change.where, moved) if _joins(f, system.name, before) else f for f in self.flows
            ]
        self.systems[name_key(system.name)] = replace(system, locations=moved, provider=provider)
        return f"{system.name} is hosted in {_said(change.where)}{by}{_stays(moved, system.locations)}"

    def _recipient_moves(self, recipient: Recipient, where: str) -> str:
        """What it hosts for systems moves with it."""
        key = name_key(recipient.name)
        moved = self._hosted(recipient.locations, where)
        self.recipients[key] = replace(recipient, locations=moved)
        hosted = [s for s in self.systems.values() if name_key(s.provider.value or "") == key and not s.locations.blank]
        for system in hosted:
            self.systems[name_key(system.name)] = replace(system, locations=self._hosted(system.locations, where))
        to_it = [name_key(f.destination.value or "") == key for f in self.flows]
        self.flows = [
            self._flow_moves(f, where, moved) if its and not f.locations.blank else f
            for f, its in zip(self.flows, to_it, strict=True)
        ]
        also = f", and with it {', '.join(s.name for s in hosted)}" if hosted else ""
        return f"{recipient.name} holds the information in {_said(where)}{also}{_stays(moved, recipient.locations)}"

    def _flow_moves(self, flow: Flow, where: str, moved: Places) -> Flow:
        return replace(flow, locations=moved if flow.locations.blank else self._hosted(flow.locations, where))

    def _hosted(self, before: Places, where: str) -> Places:
        """The new place of what is held, beside the places from which it is only reached."""
        new = self._places(where, before)
        reached = tuple(p for p in items(before) if p.activity not in _HOSTING)
        return replace(new, value=(*items(new), *reached), nothing=None) if reached else new

    # -- who receives it

    def _add(self, change: Add) -> str:
        system = self.systems.get(name_key(change.sender))
        if system is None:
            self._sender(change.sender)
            return self._sub(change)
        receives = {name_key(n) for n in (*items(system.recipients), system.provider.value or "")}
        recipient = self._new_to(system.name, change.recipient, receives)
        names = (*items(system.recipients), recipient.name)
        self.systems[name_key(system.name)] = replace(system, recipients=self._fact(names, system.recipients))
        return f"{system.name} sends its information to {_party_words(change.recipient, recipient)}"

    def _sub(self, change: Add) -> str:
        upstream = self._recipient(change.sender)
        recipient = self._new_to(upstream.name, change.recipient, {name_key(n) for n in items(upstream.sub_processors)})
        if recipient.name == upstream.name:
            raise CannotSuppose(f"{upstream.name} cannot pass information on to itself.")
        names = (*items(upstream.sub_processors), recipient.name)
        known = self._fact(names, upstream.sub_processors)
        self.recipients[name_key(upstream.name)] = replace(self._recipient(upstream.name), sub_processors=known)
        return f"{upstream.name} passes what it receives on to {_party_words(change.recipient, recipient)}"

    def _new_to(self, sender: str, party: Party, receives: set[str]) -> Recipient:
        """The recipient, which does not yet receive anything from the sender."""
        key = name_key(party.name)
        if key in receives or any(_joins(f, sender, key) for f in self.flows):
            raise CannotSuppose(f"{sender} sends to {party.name} already.")
        return self._party(party)

    def _drop(self, change: Drop) -> str:
        key, to = name_key(change.sender), name_key(change.recipient)
        system = self.systems.get(key)
        recipient = None if system else self._sender(change.sender)
        sender = system or recipient
        assert sender is not None
        named = system.recipients if system else recipient.sub_processors if recipient else Fact()
        receivers = {name_key(n): n for n in items(named)}
        if system and system.provider.value:
            receivers.setdefault(name_key(system.provider.value), system.provider.value)
        receivers |= {
            name_key(f.destination.value): f.destination.value
            for f in self.flows
            if f.destination.value and name_key(f.origin.value or "") == name_key(sender.name)
        }
        if to not in receivers:
            near = nearest(change.recipient, list(receivers.values()))
            hint = f"; did you mean {near!r}?" if near else f"; it sends to {_listed(receivers.values())}."
            raise CannotSuppose(f"{sender.name} does not send to {change.recipient!r}{hint}")
        self.flows = [f for f in self.flows if not _joins(f, sender.name, to)]
        left = tuple(n for n in items(named) if name_key(n) != to)
        fact: Fact[Any] = named
        if len(left) < len(items(named)):
            fact = self._fact(left, named) if left else Fact(None, Nothing.NONE, self.cell, named.cells)
        hosting = ""
        if system:
            provider = system.provider
            if name_key(provider.value or "") == to:
                provider = Fact(None, Nothing.NOT_STATED, self.cell, provider.cells)
                hosting = "; who hosts it then is not known"
            self.systems[key] = replace(system, recipients=fact, provider=provider)
        elif recipient:
            self.recipients[key] = replace(recipient, sub_processors=fact)
        return f"{sender.name} no longer sends to {receivers[to]}{hosting}"

    # -- what a recipient is

    def _based(self, change: Based) -> str:
        recipient = self._recipient(change.recipient)
        country = self._places(change.where, recipient.country)
        self.recipients[name_key(recipient.name)] = replace(recipient, country=country)
        stays = (
            f"; it still holds the information in {_places_words(recipient.locations)}"
            if recipient.locations.known
            else ""
        )
        return f"{recipient.name} is established in {_said(change.where)}{stays}"

    def _role(self, change: Acts) -> str:
        recipient = self._recipient(change.recipient)
        role = ROLES.named(change.where)
        if role is None:
            raise CannotSuppose(_unknown(change.where, ROLES.words_of, "role"))
        key = name_key(recipient.name)
        self.recipients[key] = replace(recipient, role=self._fact(role, recipient.role))
        self.flows = [
            replace(f, role=self._fact(role, f.role))
            if not f.role.blank and name_key(f.destination.value or "") == key
            else f
            for f in self.flows
        ]
        return f"{recipient.name} is {_ROLES[role]}"

    # -- papers

    def _sign(self, change: Sign) -> str:
        day = change.on or self.on
        if change.last and change.last < day:
            raise CannotSuppose(f"{change.name!r} cannot hold only until {change.last} when it is signed on {day}.")
        paper = self.safeguards.get(name_key(change.name))
        if paper is None and not (change.mechanism and change.recipient):
            raise CannotSuppose(
                f"{_unknown(change.name, [s.name for s in self.safeguards.values()], 'safeguard')} "
                f"To suppose a new one say what it is and with whom: {Sign.form}."
            )
        paper = paper or Safeguard(name=change.name, cell=self.cell)
        new: dict[str, Any] = {}
        if change.mechanism:
            read = mechanism(change.mechanism, SAFEGUARDS.fields["mechanism"], Context(self.assessment.law))
            if read.value is None:
                near = next((t.nearest for t in read.troubles if t.nearest), None)
                hint = f"; did you mean {near!r}?" if near else "."
                raise CannotSuppose(f"{change.mechanism!r} is not a mechanism that datamap knows{hint}")
            new["mechanism"] = self._fact(read.value, paper.mechanism)
            if named := modules_in(change.mechanism):
                new["module"] = self._fact(named, paper.module)
        if change.recipient:
            recipient = self._recipient(change.recipient)
            new["recipients"] = self._fact((recipient.name,), paper.recipients)
        new["signed"] = self._fact(day, paper.signed)
        new["starts"] = Fact() if paper.starts.blank else self._fact(day, paper.starts)
        if not paper.document.known:
            new["document"] = self._fact(f"{SUPPOSED} to be signed", paper.document)
        if change.last:
            new["expires"] = self._fact(change.last, paper.expires)
        elif not paper.expires.value or paper.expires.value < day:
            new["expires"] = Fact()
        if paper.review_due.value and paper.review_due.value < day:
            new["review_due"] = Fact()
        self.safeguards[name_key(paper.name)] = signed = replace(paper, **new)
        by_code = {code: m.name for r in self.regimes.values() for code, m in r.mechanisms.items()}
        mechanism_words = signed.mechanism.value or ""
        words = f" ({by_code.get(mechanism_words, mechanism_words)})" if mechanism_words else ""
        parties = f" with {_listed(items(signed.recipients))}" if items(signed.recipients) else ""
        last = f", to hold through {change.last}" if change.last else ""
        return f"“{signed.name}”{words} is signed{parties} on {day}{last}"

    def _assess(self, change: Assess) -> str:
        day = change.on or self.on
        paper = self._find(change.name, self.safeguards, "safeguard")
        made = paper.assessment if paper.assessment.known else self._fact(f"{SUPPOSED} to be made", paper.assessment)
        made_on = self._fact(day, paper.assessment_date)
        self.safeguards[name_key(paper.name)] = replace(paper, assessment=made, assessment_date=made_on)
        return f"the assessment that goes with “{paper.name}” is made on {day}"

    def _lapse(self, change: Lapse) -> str:
        day = change.on or self.on
        paper = self._find(change.name, self.safeguards, "safeguard")
        last = day - A_DAY
        if paper.expires.value is None or paper.expires.value > last:
            paper = replace(paper, expires=self._fact(last, paper.expires))
        self.safeguards[name_key(paper.name)] = paper
        return f"“{paper.name}” no longer holds from {day}"


_ROLES = {
    Role.AGENT: "an agent",
    Role.CONTROLLER: "a controller, which acts for itself",
    Role.JOINT_CONTROLLER: "a joint controller",
    Role.RELATED_COMPANY: "a related company",
    Role.SAME_ORGANISATION: "the same organisation",
    Role.PRINCIPAL: "a principal",
    Role.INDIVIDUAL: "the individual",
    Role.PUBLIC_AUTHORITY: "a public authority",
}


def _joins(flow: Flow, sender: str, to: str) -> bool:
    """Whether a typed flow goes from a system or recipient to the one with a key."""
    return name_key(flow.origin.value or "") == name_key(sender) and name_key(flow.destination.value or "") == to


def _unknown(name: str, known: Iterable[str], what: str, where: str = "") -> str:
    """No such name, with the nearest; else with those that have it in them, or else what there is, or where it is listed."""
    names = sorted(set(known), key=str.casefold)
    near = nearest(name, names)
    longer = [n for n in names if name_key(name) in name_key(n)] if len(name_key(name)) > 2 else []
    meant = [near] if near else longer[:3]
    if meant:
        return f"No {what} is called {name!r}; did you mean {' or '.join(map(repr, meant))}?"
    return f"No {what} is called {name!r}; {where or f'known are {_listed(names)}'}."


def _listed(names: Iterable[str]) -> str:
    every = sorted(names, key=str.casefold)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return f"{', '.join(every[:_SHOWN])}{more}" if every else "nobody"


_SHOWN = 6


def _said(where: str) -> str:
    return "a place that is not stated" if nothing_in(where) else where


def _places_words(fact: Places) -> str:
    return ", ".join(map(place_in_words, items(fact))) or "a place that is not stated"


def _stays(moved: Places, before: Places) -> str:
    reached = [p for p in items(before) if p in items(moved) and p.activity not in _HOSTING]
    return f"; {', '.join(map(place_in_words, reached))} stays" if reached else ""


def _party_words(party: Party, recipient: Recipient) -> str:
    return f"{recipient.name} ({party.note})" if party.note and party.name == recipient.name else recipient.name


# ---------------------------------------------------------------------------------------------------- what can end


@dataclass(frozen=True)
class Ending:
    """Something of the law that can be supposed to end: as `End` wants it, in words, and how many answers rest on it now."""

    what: str
    regime: str
    title: str
    answers: int


def endings(assessment: Assessment, *, on: date | None = None) -> tuple[Ending, ...]:
    """What can be supposed to end under the regimes that were judged; what most answers rest on first."""
    day = on or assessment.on
    found: dict[tuple[str, str], Ending] = {}
    for regime in assessment.regimes:
        answers = [a for a in assessment.answers if a.regime == regime.code and a.relied_on]
        for target in _targets(regime, day):
            piece = target.piece
            resting = sum(
                any(
                    r.mechanism == piece.code
                    if isinstance(piece, Mechanism)
                    else (r.mechanism, r.name) == (piece.citation, piece.country_name)
                    for r in a.rests_on
                )
                for a in answers
            )
            key = (
                target.schemes[0]
                if target.schemes
                else piece.code
                if isinstance(piece, Mechanism)
                else piece.country_name
            )
            found[key, regime.code] = Ending(key, regime.code, target.title, resting)
    return tuple(sorted(found.values(), key=lambda e: (-e.answers, e.title)))


@dataclass(frozen=True)
class _Target:
    """A piece of law that can end, and the names by which it is meant."""

    regime: Regime
    piece: ListEntry | Mechanism
    schemes: tuple[str, ...]  # that a list decision asks for
    names: frozenset[str]  # keys

    @property
    def title(self) -> str:
        piece = self.piece
        if isinstance(piece, Mechanism):
            return f"{piece.name} ({self.regime.name}, {piece.citation})"
        scheme = f" under {' and '.join(self.schemes)}" if self.schemes else ""
        return f"{piece.country_name}{scheme} ({self.regime.name}, {piece.citation})"


def _targets(regime: Regime, day: date) -> Iterable[_Target]:
    """The list decisions that hold on a day, and the mechanisms that its steps weigh."""
    for entry in regime.entries:
        if entry.decides and entry.holds(day):
            schemes = tuple(t.values[0] for t in entry.needs if t.name == "scheme_listed" and not t.negated)
            words = frozenset(key for s in schemes for key in regime.scheme(s)) | {name_key(entry.citation)}
            yield _Target(regime, entry, schemes, words)
    weighed = {code for s in regime.steps if s.kind == "grounds" and s.holds(day) for code in s.grounds}
    for code, piece in regime.mechanisms.items():
        if code in weighed:
            words = frozenset(map(name_key, (code, piece.name, piece.citation, *regime.words.get(code, ()))))
            yield _Target(regime, piece, (), words)


def _meant(change: End, targets: Sequence[_Target], judged: set[str]) -> list[_Target]:
    """What is meant to end: what is called so; else the decisions on a country that is called so."""
    key = name_key(change.what)
    place = places.named(change.what)
    country = place.country if place else None
    found = [t for t in targets if key in t.names]
    lists = [t for t in found if t.schemes]
    if not found and country:
        found = [t for t in targets if isinstance(t.piece, ListEntry) and t.piece.country == country]
    if not found:
        known = [
            w
            for t in targets
            for w in (*t.schemes, t.piece.country_name if isinstance(t.piece, ListEntry) else t.piece.name)
        ]
        raise CannotSuppose(
            _unknown(
                change.what,
                set(known),
                "list decision, scheme or mechanism that holds then",
                "the page Law, or 'datamap law', lists them",
            )
        )
    if lists:
        return lists
    codes = list(dict.fromkeys(t.regime.code for t in found))
    codes = [code for code in codes if code in judged] or codes
    if len(codes) > 1:
        forms = " or ".join(f"end:{code}:{quoted(change.what)}" for code in codes)
        raise CannotSuppose(f"{change.what!r} is known to several regimes: write {forms}.")
    return [t for t in found if t.regime.code == codes[0]]


def _without(regime: Regime, piece: ListEntry | Mechanism, day: date) -> Regime:
    """A regime in which a list decision or a mechanism no longer holds from a day."""
    if isinstance(piece, ListEntry):
        ended = replace(piece, ends=day, citation=f"{piece.citation} (supposed to end on {day})")
        return replace(regime, entries=tuple(ended if e == piece else e for e in regime.entries))
    steps: list[Step] = []
    for step in regime.steps:
        if piece.code in step.grounds and (step.ends is None or day < step.ends):
            left = tuple(code for code in step.grounds if code != piece.code)
            begins = max(day, step.starts) if step.starts else day
            if step.starts is None or step.starts < day:
                steps.append(replace(step, ends=day))
            steps.append(replace(step, starts=begins, grounds=left, id=f"{step.id} (supposed)"))
        else:
            steps.append(step)
    return replace(regime, steps=tuple(steps))
