"""One row of somebody else's table → rows of the workbook.

Nothing is understood here that the workbook's columns can understand: cells are moved to the heading they belong under,
with their addresses. What this module decides is what belongs to what: which recipient a country, a role or a safeguard
stands for. It ties them only where the file shows it (one recipient; parts that line up; a name beside the value), and
says so where the file does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from datamap import places
from datamap.inventory import Activity, Nothing, Role, name_key
from datamap.layouts import cells, names
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.pace import step, steps
from datamap.problems import Kind, Problem
from datamap.sheets import Cell, ErrorValue, Uncomputed
from datamap.workbook.columns import NO_WORDS, ROLES, YES_WORDS, as_text, nothing_in
from datamap.workbook.drafts import Draft, Row, Said, joined

NOT_STATED = "not stated"
THE_INDIVIDUAL = "the individual"
_SEVERAL = (
    Meaning.CATEGORIES, Meaning.SENSITIVE_CATEGORIES, Meaning.INDIVIDUALS, Meaning.COLLECTED_FROM, Meaning.PURPOSE,
    Meaning.SECURITY, Meaning.NOTES, Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.INTERNAL,
)  # fmt: skip
"""Meanings that may stand in several columns of one table, each adding to the others."""
_OF_RECIPIENT = (
    Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.ROLE, Meaning.LEGAL_ENTITY, Meaning.SCHEMES,
    Meaning.SUB_PROCESSORS, Meaning.DESTINATIONS, Meaning.MECHANISM, Meaning.DOCUMENT, Meaning.ASSESSMENT,
    Meaning.ASSESSED, Meaning.SIGNED, Meaning.EXPIRES, Meaning.REVIEW,
)  # fmt: skip
_PLACES = (Meaning.LOCATIONS, Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.DESTINATIONS)
_EXTERNAL = (Meaning.RECIPIENT, Meaning.RECIPIENTS, Meaning.PROCESSORS)
_OF_SAFEGUARD = {
    Meaning.DOCUMENT: "Document",
    Meaning.ASSESSMENT: "Assessment",
    Meaning.ASSESSED: "Assessment date",
    Meaning.SIGNED: "Signed",
    Meaning.EXPIRES: "Expires",
    Meaning.REVIEW: "Review due",
}


TICKS = frozenset({*YES_WORDS, "x", "xx", "×", "✓", "✔", "✅", "☑", "☒", "●", "•", "■", "j", "si"})
_UNTICKED = frozenset({*NO_WORDS, "☐", "□", "○", "✗", "✘", "❌"})


@dataclass
class Entry:
    """One row of a table: what each meaning says, and the columns that have none.

    A meaning may stand in several columns. `at` is the cell that the row is about; `problems` are those found while the
    row was read.
    """

    at: Cell
    said: dict[Meaning, list[Said]] = field(default_factory=dict)
    extra: dict[str, Said] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, meaning: Meaning, heading: str, said: Said) -> None:
        """Take in a cell of a column of a meaning. A tick, an `x` or a yes under `Meaning.TICKED` is the category of its heading."""
        if meaning is Meaning.OTHER:
            self.extra.setdefault(heading, said)
        elif meaning is not Meaning.TICKED:
            self.said.setdefault(meaning, []).append(said)
        elif (words := as_text(said.value).casefold().strip(" .")) not in _UNTICKED and nothing_in(
            words
        ) is not Nothing.NONE:
            self.said.setdefault(Meaning.CATEGORIES, []).append(said._replace(value=one_name(heading)))
            if words not in TICKS:
                self.problems.append(Problem(Kind.NOT_YES_OR_NO, said.cell, heading, as_text(said.value)))

    def one(self, meaning: Meaning) -> Said | None:
        """The first thing said under a meaning; None when nothing is."""
        found = self.said.get(meaning)
        return found[0] if found else None

    def text(self, meaning: Meaning) -> str:
        found = self.one(meaning)
        return as_text(found.value) if found else ""


@dataclass
class Translated:
    """Rows of the workbook, and what was wrong on the way."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Party(NamedTuple):
    """Somebody outside that a row names, or `not stated`, and the column that names it."""

    name: Said
    column: Said
    meaning: Meaning

    @property
    def key(self) -> str:
        return as_text(self.name.value)

    @property
    def stated(self) -> bool:
        return self.key != NOT_STATED


def translate(entries: Iterable[Entry], *, origin: Said | None = None, providers: Collection[int] = ()) -> Translated:
    """Rows of the workbook from the rows of a table.

    `origin` names the system or the recipient that a list of recipients belongs to, for tables that do not say so.
    `providers` are the numbers of the columns that name who provides the system of their row.
    """
    out = Translated()
    rows: list[_Translation] = []
    for entry in steps(entries):
        out.problems += (*entry.problems, *_without_faults(entry))
        rows.append(_Translation(entry, origin, out, providers))
    shared = _Shared(rows)
    for row in steps(rows):
        row.run(shared)
    return out


class _Shared:
    """What the rows of a table say differently of the same recipient, or of the same system.

    That is a fact of each row's own flow, and none of the recipient's or the system's.
    """

    def __init__(self, rows: Sequence[_Translation]) -> None:
        placed = [(party, row) for row in steps(rows, 0) for party in row.parties if party.stated and row.placed(party)]
        self.one_name = names.one_name(Counter(party.key for party, _ in placed).elements())
        self.countries = self._differing(placed, (Meaning.RECIPIENT_COUNTRY,))
        self.country_as: dict[str, str] = {}
        for party, row in placed:
            said = place_answer(row.tied[party.key].get(Meaning.RECIPIENT_COUNTRY))
            if said and isinstance(said.value, str):
                self.country_as.setdefault(self.one(party), said.value)
        self.locations = self._differing(placed, (Meaning.RECIPIENT_LOCATIONS, Meaning.LOCATIONS))
        hosts: dict[str, set[str]] = {}
        for row in steps(rows, 0):
            for holder in row.holders if row.host else ():
                hosts.setdefault(name_key(as_text(holder.value)), set()).add(name_key(row.host.key if row.host else ""))
        self.systems = {system for system, found in hosts.items() if len(found) > 1}

    def _differing(self, placed: Iterable[tuple[_Party, _Translation]], meanings: Sequence[Meaning]) -> set[str]:
        found: dict[str, set[object]] = {}
        for party, row in steps(placed, 0):
            for meaning in meanings:
                said = row.tied[party.key].get(meaning) or row.untied.get(meaning)
                if meaning is Meaning.LOCATIONS:
                    said = row.entry.one(meaning)
                if said and place_answer(said):
                    found.setdefault(self.one(party), set()).add(_place_key(as_text(said.value)))
        return {name for name, each in found.items() if len(each) > 1}

    def country(self, party: _Party, said: Said | None) -> Said | None:
        """A recipient's country, in the words of the first row that says it; None where rows differ."""
        name, found = self.one(party), place_answer(said)
        if found is None or name in self.countries:
            return None
        return found._replace(value=self.country_as[name]) if isinstance(found.value, str) else found

    def one(self, party: _Party) -> str:
        return self.one_name.get(party.key, party.key)


@lru_cache(maxsize=4_096)
def _place_key(text: str) -> object:
    read = places.read_places(text)
    if read.unknown or not read.places:
        return name_key(text)
    return frozenset((p.country, p.within, p.activity, "" if p.country else p.text) for p in read.places)


def _without_faults(entry: Entry) -> Iterator[Problem]:
    """Takes the spreadsheet's own errors out of names and lists, and says so. A fact that is one is reported when read."""
    faulty: dict[Cell, Said] = {}
    for meaning in (*SUBJECTS, *_SEVERAL, Meaning.PROVIDER, Meaning.SUB_PROCESSORS, Meaning.MECHANISM):
        found = entry.said.get(meaning, [])
        faulty |= {s.cell: s for s in found if isinstance(s.value, ErrorValue | Uncomputed)}
        if faulty and found:
            entry.said[meaning] = [s for s in found if s.cell not in faulty]
    for cell, said in faulty.items():
        kind = Kind.ERROR_VALUE if isinstance(said.value, ErrorValue) else Kind.NOT_COMPUTED
        yield Problem(kind, cell, "", as_text(said.value))


class _Translation:
    def __init__(self, entry: Entry, origin: Said | None, out: Translated, providers: Collection[int]) -> None:
        self.entry = entry
        self.origin = origin
        self.out = out
        self.notes = [s for s in entry.said.get(Meaning.NOTES, ()) if as_text(s.value)]
        self.answers: list[tuple[Said, Nothing]] = []
        self.struck = False
        self.holders = self._holders()
        for meaning in _PLACES:
            if len(found := entry.said.get(meaning, [])) > 1:
                entry.said[meaning] = sorted(found, key=lambda said: not _answers_where(said))
        self._part_slashed()
        self.parties = list(self._parties())
        self.internal = list(self._internal()) if self.holders else []
        provide = [p for p in self.parties if p.meaning is Meaning.PROCESSORS or p.name.cell.column in providers]
        self.own = self._own_premises(providers)
        """The cell that says that the organisation holds the system on its own premises."""
        hosted = self.holders and not self.own and place_answer(entry.one(Meaning.LOCATIONS))
        self.host = self._host(provide) if hosted else None
        """Who holds the system at the row's location."""
        self.untied: dict[Meaning, Said] = {}
        self.tied = self._tied()
        if self.holders:
            self._collected_from()

    # -- what is written

    def row(self, sheet: str, facts: Mapping[str, Said | None], extra: Mapping[str, Said] | None = None) -> None:
        self.out.rows.append(Row(sheet, self.entry.at, {h: s for h, s in facts.items() if s is not None}, extra or {}))

    def problem(self, kind: Kind, said: Said, wanted: str = "", column: str = "") -> None:
        self.out.problems.append(Problem(kind, said.cell, column, as_text(said.value), wanted))

    def run(self, shared: _Shared) -> None:
        rows, problems = len(self.out.rows), len(self.out.problems)
        self.translate(shared)
        if len(self.out.rows) > rows:
            self.keep_the_rest(rows, problems)

    def keep_the_rest(self, rows: int, problems: int) -> None:
        """Put what no row of the workbook made of this one has a heading for beside the first of them that has room."""
        made = self.out.rows[rows:]
        told = {c for row in made for s in (*row.facts.values(), *row.extra.values()) for c in (s.cell, *s.also)}
        told |= {problem.cell for problem in self.out.problems[problems:]}
        rest = {
            meaning.value.capitalize(): lines
            for meaning, found in self.entry.said.items()
            if (lines := joined([s for s in found if s.cell not in told and as_text(s.value)], "\n"))
        }
        if rest:
            at = next((n for n, row in enumerate(made) if row.sheet == _about_sheet(self.entry)), len(made) - 1)
            first = made[at]
            self.out.rows[rows + at] = replace(first, extra={**rest, **first.extra})

    def translate(self, shared: _Shared) -> None:
        entry, holders, parties, tied = self.entry, self.holders, self.parties, self.tied
        listed, sensitive = self.listed(Meaning.CATEGORIES), self.listed(Meaning.SENSITIVE_CATEGORIES)
        held = joined(s for s in (listed, sensitive) if s)
        kept = self.kept(holders)
        self.categories(listed, sensitive)
        self.systems(held, kept, shared)
        self.recipient_rows(None if holders else kept, shared)
        start, end = entry.one(Meaning.ORIGIN), entry.one(Meaning.DESTINATION)
        if start or end:
            self.flow(start, end, held, tied[None], kept, joined(self.notes, "\n"))
            return
        for start, party in product(holders or [self.origin or Said(NOT_STATED, entry.at)], parties):
            facts = tied[party.key]
            where = self.places_of(party, self.abroad(facts) if holders and len(parties) == 1 else facts, shared)
            self.flow(start, party.name, held, {**facts, Meaning.ROLE: self.role(party, facts)}, {}, where=where)
        for start, name in product(holders, self.internal):
            role = Said(Role.SAME_ORGANISATION.value, name.cell)
            self.flow(start, name, held, {Meaning.ROLE: role}, {})
        goes = entry.one(Meaning.TRANSFER) if self.goes_abroad() and not parties else None
        somewhere = place_answer(tied[None].get(Meaning.DESTINATIONS)) or goes
        if somewhere:
            for start in holders:
                anybody = Said(NOT_STATED, somewhere.cell)
                self.flow(start, anybody, held, self.abroad(tied[None]) if goes else tied[None], {})

    def role(self, party: _Party, facts: Mapping[Meaning, Said]) -> Said | None:
        """What the row's column of roles says, else the recipient's own name, else the heading that names it."""
        said = facts.get(Meaning.ROLE)
        if said and cells.nothing(as_text(said.value)) is Nothing.NOT_STATED:
            return Said(NOT_STATED, said.cell)
        if said and cells.nothing(as_text(said.value)) is None:
            return said
        by_heading = Said(Role.AGENT.value, party.name.cell) if party.meaning is Meaning.PROCESSORS else None
        return _role_of(party.name) or by_heading

    def placed(self, party: _Party) -> bool:
        """Whether the row says in which country or where a recipient is."""
        facts = {**self.untied, **self.tied[party.key]}
        in_row = self.entry.one(Meaning.LOCATIONS) and self.lists_recipients()
        return bool(in_row or facts.get(Meaning.RECIPIENT_COUNTRY) or facts.get(Meaning.RECIPIENT_LOCATIONS))

    def lists_recipients(self) -> bool:
        """Whether where something is held is where the recipient holds it: the row names no system."""
        return self.entry.one(Meaning.RECIPIENT) is not None and Meaning.SYSTEM not in self.entry.said

    def places_of(self, party: _Party, facts: Mapping[Meaning, Said], shared: _Shared) -> Said | None:
        """The places of this row's flow to a recipient: all that the row ties to it that is no fact of the recipient's own."""
        name = shared.one(party)
        own = [facts.get(Meaning.DESTINATIONS)]
        if self.holders or not party.stated or name in shared.locations:
            own.append(facts.get(Meaning.RECIPIENT_LOCATIONS))
            own.append(self.entry.one(Meaning.LOCATIONS) if self.lists_recipients() else None)
        if not party.stated or name in shared.countries:
            own.append(facts.get(Meaning.RECIPIENT_COUNTRY))
        found = [place for said in own if said and (place := place_answer(said))]
        where = self.entry.one(Meaning.LOCATIONS)
        if self.host and party.key == self.host.key and where:
            found.append(where)
        for said in found:
            if not isinstance(said.value, str) or said.value == NOT_STATED:
                return said
        kept: list[Said] = []
        for said in found:
            there = _countries(as_text(said.value))
            if not there or not any(there <= _countries(as_text(k.value)) for k in kept):
                kept.append(_stored(said) if said is where and not self.lists_recipients() else said)
        return kept[0] if len(kept) == 1 else joined(kept)

    def goes_abroad(self) -> bool:
        """Whether the file itself says that the information goes abroad."""
        return self.entry.text(Meaning.TRANSFER).casefold() in YES_WORDS

    def abroad(self, facts: Mapping[Meaning, Said]) -> Mapping[Meaning, Said]:
        """What is said of a recipient; where it goes abroad by the file's word, and the row names one place only, there."""
        placed = (Meaning.DESTINATIONS, Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS)
        where = self.entry.one(Meaning.LOCATIONS)
        if where is None or not self.goes_abroad() or any(m in facts for m in placed):
            return facts
        return {**facts, Meaning.DESTINATIONS: where}

    # -- what is held

    def _holders(self) -> list[Said]:
        """The systems of the row; where it names none, the processing activity stands for them."""
        entry = self.entry
        whole = entry.one(Meaning.SYSTEM)
        if whole and cells.nothing(as_text(whole.value)) is None:
            about = entry.one(Meaning.ACTIVITY) or entry.one(Meaning.RECIPIENT)
            names = cells.items(as_text(whole.value)) if about else (as_text(whole.value),)
            return [Said(one_name(n), whole.cell, whole.also) for n in names]
        about = entry.one(Meaning.ACTIVITY)
        if about is None and not any(entry.one(m) for m in SUBJECTS):
            about = entry.one(Meaning.REFERENCE)
        if about and cells.nothing(as_text(about.value)) is None:
            return [Said(one_name(as_text(about.value)), about.cell, about.also)]
        return []

    def kept(self, holders: list[Said]) -> dict[str, Said]:
        """What the row says that the workbook has no heading for, or not for this kind of row."""
        entry = self.entry
        extra = dict(entry.extra)
        unheaded = [Meaning.TRANSFER, Meaning.REFERENCE, Meaning.ORGANISATION]
        if not holders and entry.one(Meaning.RECIPIENT):
            unheaded += [Meaning.PURPOSE, Meaning.INTERNAL]
        if not entry.one(Meaning.CATEGORY):
            unheaded.append(Meaning.SENSITIVE)
        if not entry.one(Meaning.MECHANISM):
            unheaded += _OF_SAFEGUARD
        for meaning in (Meaning.DESTINATIONS, Meaning.MECHANISM):
            if cells.nothing(entry.text(meaning)) is not None:
                unheaded.append(meaning)
        provider = entry.one(Meaning.PROVIDER)
        if provider and not self.own and cells.nothing(as_text(provider.value)) is Nothing.NONE:
            extra.setdefault("Provider in the file", provider)
        for meaning in unheaded:
            said = entry.one(meaning)
            if said and said.cell not in [h.cell for h in holders]:
                extra.setdefault(meaning.value.capitalize(), said)
        for meaning, found in entry.said.items():
            if meaning in _SEVERAL:
                continue
            for number, said in enumerate(found[1:], 2):
                extra[f"{meaning.value.capitalize()} ({number})"] = said
                if as_text(said.value) != as_text(found[0].value):
                    self.problem(Kind.TWO_COLUMNS, said, repr(as_text(found[0].value)))
        return extra

    def systems(self, held: Said | None, kept: Mapping[str, Said], shared: _Shared) -> None:
        entry, holders = self.entry, self.holders
        activity, kind = entry.one(Meaning.ACTIVITY), entry.one(Meaning.SYSTEM_KIND)
        purposes = self.listed(Meaning.PURPOSE)
        if activity and [h.cell for h in holders] == [activity.cell]:
            kind = kind or Said("processing activity", activity.cell)
        elif activity:
            purposes = joined(s for s in (activity, purposes) if s)
        said = {kind for _, kind in self.answers} if not self.parties and not self.internal else set()
        nobody = None
        if said and said <= {Nothing.NONE, Nothing.BLANK}:
            nobody = Said("none", self.answers[0][0].cell)
        elif said:
            nobody = next(Said(NOT_STATED, told.cell) for told, kind in self.answers if kind is Nothing.NOT_STATED)
        provider = self.provider() if holders else None
        for number, holder in enumerate(holders):
            self.row(
                "Systems",
                {
                    "System": holder,
                    "Kind": kind,
                    "Provider": None if self.host and name_key(as_text(holder.value)) in shared.systems else provider,
                    "Locations": None
                    if self.host and name_key(as_text(holder.value)) in shared.systems
                    else place_answer(entry.one(Meaning.LOCATIONS)),
                    "Categories": held,
                    "Individuals": self.listed(Meaning.INDIVIDUALS),
                    "Recipients": nobody,
                    "Collected from": self.listed(Meaning.COLLECTED_FROM),
                    "Purposes": purposes,
                    "Retention": entry.one(Meaning.RETENTION),
                    "Security": joined(entry.said.get(Meaning.SECURITY, ()), "\n"),
                    "Owner": entry.one(Meaning.OWNER),
                    "Notes": joined(self.notes, "\n"),
                },
                kept if number == 0 else {},
            )

    def provider(self) -> Said | None:
        said = self.entry.one(Meaning.PROVIDER)
        words = as_text(said.value) if said else ""
        if self.own:
            if nothing_in(as_text(self.own.value)) is None and self.own.cell not in {n.cell for n in self.notes}:
                self.notes.append(self.own)
            return Said("none", self.own.cell)
        kind = cells.nothing(words)
        if said and kind is Nothing.NOT_STATED:
            return Said(NOT_STATED, said.cell)
        if said is None or kind is not None:
            return self.host.name if self.host else None
        name = Said(one_name(words), said.cell, said.also)
        self.row("Recipients", {"Recipient": name})
        return name

    def _own_premises(self, providers: Collection[int]) -> Said | None:
        entry = self.entry
        found = [entry.one(Meaning.PROVIDER), entry.one(Meaning.SYSTEM_KIND), entry.one(Meaning.LOCATIONS)]
        found += [told for told, kind in self.answers if kind is Nothing.NONE and told.cell.column in providers]
        provider = entry.text(Meaning.PROVIDER)
        if provider and cells.nothing(provider) is None and not cells.own_premises(provider):
            return None
        return next((s for s in found if s and cells.own_premises(as_text(s.value))), None)

    def _host(self, provide: Sequence[_Party]) -> _Party | None:
        """Who holds the system: the only one that the row names as its provider."""
        provider = self.entry.one(Meaning.PROVIDER)
        if provider and cells.nothing(as_text(provider.value)) is None:
            key = one_name(as_text(provider.value))
            return next((p for p in self.parties if p.key == key), None)
        if provider and cells.nothing(as_text(provider.value)) is Nothing.NOT_STATED:
            return None
        return provide[0] if len(provide) == 1 and provide[0].stated else None

    def _collected_from(self) -> None:
        """Write the individuals themselves alike, whatever the file calls them."""
        found = self.entry.said.get(Meaning.COLLECTED_FROM, [])
        people = "; ".join(as_text(s.value) for s in self.entry.said.get(Meaning.INDIVIDUALS, ()))
        for at, said in enumerate(found):
            parts = [(p, cells.from_the_individual(p, people)) for p in cells.items(as_text(said.value))]
            if any(themselves for _, themselves in parts):
                words = "; ".join(dict.fromkeys(THE_INDIVIDUAL if themselves else p for p, themselves in parts))
                found[at] = said._replace(value=words)
                if any(themselves and len(p.split()) > 2 for p, themselves in parts):
                    self.notes.append(said)

    def listed(self, meaning: Meaning) -> Said | None:
        """All that is listed under a meaning, as one text with `;` between; the cell's own words when it lists nothing."""
        found = self.entry.said.get(meaning, [])
        parts = [
            Said(part, s.cell, s.also)
            for s in found
            if cells.nothing(as_text(s.value)) is None
            for part in (_sentences if meaning is Meaning.PURPOSE else cells.items)(as_text(s.value))
        ]
        if parts:
            return joined(parts)
        for said in found:
            match cells.nothing(as_text(said.value)):
                case Nothing.NONE:
                    return Said("none", said.cell, said.also)
                case Nothing.NOT_STATED:
                    return Said(NOT_STATED, said.cell, said.also)
        return None

    def categories(self, plain: Said | None, sensitive: Said | None) -> None:
        entry = self.entry
        single = entry.one(Meaning.CATEGORY)
        if single:
            flag = self.sensitive_of([as_text(single.value)]).get(as_text(single.value))
            self.row(
                "Information categories",
                {"Category": single, "Sensitive": flag, "Notes": joined(self.notes, "\n")},
                entry.extra,
            )
        for listed, is_sensitive in ((plain, False), (sensitive, True)):
            if listed is None or as_text(listed.value) in ("none", NOT_STATED):
                continue
            found = as_text(listed.value).split("; ")
            flags = {} if is_sensitive or single else self.sensitive_of(found)
            for name in found:
                flag = Said("yes", listed.cell) if is_sensitive else flags.get(name)
                self.row(
                    "Information categories", {"Category": Said(name, listed.cell, listed.also), "Sensitive": flag}
                )

    def sensitive_of(self, categories: Sequence[str]) -> dict[str, Said]:
        """Which categories of the row its answer on sensitive information is about; of several only those that it names."""
        said = self.entry.one(Meaning.SENSITIVE)
        words = as_text(said.value) if said else ""
        if said is None or not words:
            return {}
        told = cells.after_yes(words)
        if len(categories) == 1:
            if told == words or self.entry.one(Meaning.CATEGORY) is None:
                return {categories[0]: said if told == words else Said("yes", said.cell)}
            self.notes.append(said)
            return {categories[0]: Said("yes", said.cell)}
        if words.casefold() in NO_WORDS or cells.nothing(words) is not None:
            return {}
        said_words = [_word_set(part) for part in cells.items(told)] if words.casefold() not in YES_WORDS else []
        named = [c for c in categories if any(w <= _word_set(c) or _word_set(c) <= w for w in said_words if w)]
        if not named:
            self.problem(Kind.NOT_TIED, said, ", ".join(categories), Meaning.SENSITIVE.value)
        return {c: Said("yes", said.cell) for c in named}

    # -- who receives it

    def _parties(self) -> Iterator[_Party]:
        """Those outside that the row names, each once; `not stated` for somebody that it does not name."""
        seen: set[str] = set()
        for meaning in _EXTERNAL:
            for said in self.entry.said.get(meaning, ()):
                for name in self._named(said, meaning):
                    if name not in seen:
                        seen.add(name)
                        yield _Party(Said(name, said.cell, said.also), said, meaning)
        unstated = next((told for told, kind in self.answers if kind is Nothing.NOT_STATED), None)
        if unstated and not seen:
            yield _Party(Said(NOT_STATED, unstated.cell), unstated, Meaning.RECIPIENTS)

    def _named(self, said: Said, meaning: Meaning) -> list[str]:
        """The names in a cell; an answer instead of a name is remembered, and so are words that no name has."""
        words = as_text(said.value)
        if meaning is Meaning.RECIPIENT:
            bare = cells.unstruck(words)
            if not bare:
                self.problem(Kind.SET_ASIDE, said, "it is struck out")
            name = one_name(bare) if cells.nothing(words) is None else ""
            return [name] if name and cells.nothing(name) is None else []
        if (kind := cells.nothing(words)) is not None:
            self.answers.append((said, kind))
            if kind is Nothing.NONE and nothing_in(words) is None:
                self.notes.append(said)
            return []
        self.struck = self.struck or "~~" in words
        if not cells.unstruck(words):
            self.notes.append(said)
            return []
        parts = cells.split(cells.after_yes(cells.unstruck(words))).parts
        found = [_name_of(part) for part in parts]
        if not any(isinstance(f, str) for f in found):
            kinds = {f for f in found if isinstance(f, Nothing)}
            somebody = Nothing.NOT_STATED in kinds
            self.answers.append((said, Nothing.NOT_STATED if somebody else Nothing.NONE))
            self.notes.append(said)
            return [NOT_STATED] if somebody else []
        if any(isinstance(f, Nothing) for f in found) or "~~" in words:
            self.notes.append(said)
        return [
            NOT_STATED if f is Nothing.NOT_STATED else f for f in found if isinstance(f, str) or f is Nothing.NOT_STATED
        ]

    def _internal(self) -> Iterator[Said]:
        """Those within the organisation that the row names, each once."""
        seen = {p.key for p in self.parties}
        for said in self.entry.said.get(Meaning.INTERNAL, ()):
            words = as_text(said.value)
            found = [_name_of(part) for part in cells.split(words).parts] if cells.nothing(words) is None else []
            if not all(isinstance(f, str) for f in found) or not found:
                self.notes.append(said)
            for name in found:
                if isinstance(name, str) and name not in seen:
                    seen.add(name)
                    yield Said(name, said.cell, said.also)

    def _part_slashed(self) -> None:
        """Part names at a slash without blanks (`Alpha/Beta`), where a column beside them has as many parts."""
        others = {s.cell.column: s for m in _OF_RECIPIENT for s in self.entry.said.get(m, ())}
        for meaning in (Meaning.RECIPIENTS, Meaning.PROCESSORS):
            found = self.entry.said.get(meaning, [])
            for at, said in enumerate(found):
                parts = _slashed(as_text(said.value))
                if not parts or cells.split(as_text(said.value)).separator or not all(len(p) > 1 for p in parts):
                    continue
                beside = [s for c, s in self._columns().items() if abs(c - said.cell.column) == 1 or c in others]
                if any(_parts_in(as_text(s.value)) == len(parts) for s in beside if s is not said):
                    found[at] = said._replace(value=" / ".join(parts))
        for meaning in _OF_RECIPIENT:
            for at, said in enumerate(found := self.entry.said.get(meaning, [])):
                parts = _slashed(as_text(said.value))
                if parts and _parts_in(as_text(said.value)) == len(parts):
                    found[at] = said._replace(value=" / ".join(parts))

    def _columns(self) -> dict[int, Said]:
        entry = self.entry
        return {s.cell.column: s for s in (*entry.extra.values(), *(s for each in entry.said.values() for s in each))}

    def _tied(self) -> dict[str | None, dict[Meaning, Said]]:
        """What is said of each recipient by its name; under None what is said of no particular one."""
        entry = self.entry
        keys = [p.key for p in self.parties]
        found: dict[str | None, dict[Meaning, Said]] = {key: {} for key in keys}
        found[None] = {}
        for meaning in _OF_RECIPIENT:
            said = entry.one(meaning)
            if said is None or not as_text(said.value):
                continue
            if not keys:
                found[None][meaning] = said
            elif len(keys) == 1:
                pairs = self._by_position(self.parties[0].column, as_text(said.value)) if self.struck else None
                value = pairs.get(keys[0]) if pairs else None
                found[keys[0]][meaning] = said if value is None else said._replace(value=value)
            elif cells.nothing(as_text(said.value)) is not None:
                for key in keys:
                    found[key][meaning] = said
            elif (pairs := self._pairs(said)) is not None:
                for key, value in pairs.items():
                    found[key][meaning] = Said(value, said.cell, said.also)
            else:
                self.problem(Kind.NOT_TIED, said, ", ".join(keys), meaning.value)
                self.untied[meaning] = said
                if meaning in (Meaning.DESTINATIONS, Meaning.MECHANISM, *_OF_SAFEGUARD):
                    found[None][meaning] = said
                elif meaning in (Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS):
                    found[None].setdefault(Meaning.DESTINATIONS, said)
                else:
                    self.notes.append(said)
        if NOT_STATED in found:
            found[NOT_STATED] = {**found[None], **found[NOT_STATED]}
            found[None] = {}
        somewhere = place_answer(found[None].get(Meaning.DESTINATIONS)) or (not keys and self.goes_abroad())
        if not somewhere and not entry.one(Meaning.ORIGIN) and not entry.one(Meaning.DESTINATION):
            self.notes += [
                said
                for meaning, said in found[None].items()
                if cells.nothing(as_text(said.value)) is None
                and (meaning not in _OF_SAFEGUARD or Meaning.MECHANISM in entry.said)
            ]
            found[None] = {}
        return found

    def _pairs(self, said: Said) -> dict[str, str] | None:
        """What a cell says of each of several recipients, where the row shows it; None where it does not."""
        words = as_text(said.value)
        columns = {p.column.cell.column: p.column for p in self.parties}
        beside = self._beside(said, columns) if len(columns) > 1 else None
        for among in ([beside], columns) if beside is not None else (columns,):
            by_position = [pairs for column in among if (pairs := self._by_position(columns[column], words))]
            if len(by_position) == 1:
                return by_position[0]
        if by_name := cells.tied([p.key for p in self.parties], words):
            return by_name
        theirs = [p.key for p in self.parties if p.column.cell.column == beside]
        return {theirs[0]: words} if len(theirs) == 1 and len(cells.items(words)) == 1 else None

    def _beside(self, said: Said, columns: Collection[int]) -> int | None:
        """The column of recipients that a column of theirs follows, with nothing but other such columns between, or precedes."""
        if (said.cell.file, said.cell.sheet) != (self.entry.at.file, self.entry.at.sheet):
            return None
        theirs = {s.cell.column for m in (*_OF_RECIPIENT, Meaning.INTERNAL) for s in self.entry.said.get(m, ())}
        column = said.cell.column - 1
        while column in theirs:
            column -= 1
        if column in columns:
            return column
        return said.cell.column + 1 if said.cell.column + 1 in columns else None

    def _by_position(self, listed: Said, words: str) -> dict[str, str] | None:
        """The parts of a cell by the recipients that stand in the same order in another."""
        whole = cells.after_yes(as_text(listed.value))
        cut = cells.split(whole)
        named = [part for part in cut.parts if _name_of(part) is not Nothing.NONE]
        between = cut.separator if cut.separator in ("\n", " / ", " + ") else f"{cut.separator} "
        for text in dict.fromkeys((whole, between.join(named))):
            pairs = cells.aligned(text, words)
            if pairs is None:
                continue
            found: dict[str, str] = {}
            for part, value in pairs:
                name = _name_of(part)
                key = NOT_STATED if name is Nothing.NOT_STATED else name
                if isinstance(key, str) and key in {p.key for p in self.parties}:
                    found[key] = value
                elif "~~" not in part and cells.nothing(value) is None:
                    break
            else:
                return found
        return None

    def recipient_rows(self, kept: Mapping[str, Said] | None, shared: _Shared) -> None:
        entry = self.entry
        about = entry.one(Meaning.RECIPIENT)
        stated = [p for p in self.parties if p.stated]
        for number, party in enumerate(stated):
            name, one = party.name, shared.one(party)
            facts = self.tied[party.key]
            subs = facts.get(Meaning.SUB_PROCESSORS)
            held_at = facts.get(Meaning.RECIPIENT_LOCATIONS)
            if place_answer(held_at) is None and self.lists_recipients():
                held_at = entry.one(Meaning.LOCATIONS)
            row = {
                "Recipient": name,
                "Legal entity": facts.get(Meaning.LEGAL_ENTITY),
                "Country": shared.country(party, facts.get(Meaning.RECIPIENT_COUNTRY)),
                "Role": self.role(party, facts) if about else None,
                "Locations": None if self.holders or one in shared.locations else place_answer(held_at),
                "Schemes": facts.get(Meaning.SCHEMES),
                "Sub-processors": joined(Said(p, subs.cell) for p in cells.items(as_text(subs.value)))
                if subs
                else None,
            }
            if kept is not None and number == 0:
                row["Notes"] = joined(self.notes, "\n")
            self.row("Recipients", row, kept if kept is not None and number == 0 else {})
        for name in self.internal:
            self.row("Recipients", {"Recipient": name})

    # -- what moves

    def flow(
        self,
        start: Said | None,
        end: Said | None,
        held: Said | None,
        facts: Mapping[Meaning, Said | None],
        extra: Mapping[str, Said],
        notes: Said | None = None,
        *,
        where: Said | None = None,
    ) -> None:
        step(0)
        entry = self.entry
        moved = movement(
            entry.at,
            {
                "From": start,
                "To": end,
                "Categories": held,
                "Individuals": self.listed(Meaning.INDIVIDUALS),
                "Purpose": entry.one(Meaning.PURPOSE) or entry.one(Meaning.ACTIVITY),
                "Role": facts.get(Meaning.ROLE) or (_role_of(end) if end else None),
                "Locations": where or place_answer(facts.get(Meaning.DESTINATIONS)),
                "Frequency": entry.one(Meaning.FREQUENCY),
                "Method": entry.one(Meaning.METHOD),
                "Volume": entry.one(Meaning.VOLUME),
                "Notes": notes,
            },
            facts.get(Meaning.MECHANISM),
            {heading: facts.get(meaning) for meaning, heading in _OF_SAFEGUARD.items()},
            extra=extra,
        )
        self.out.rows += moved.rows
        self.out.problems += moved.problems


def movement(
    at: Cell,
    facts: Mapping[str, Said | None],
    mechanism: Said | None = None,
    evidence: Mapping[str, Said | None] | None = None,
    *,
    words: Mapping[str, str] | None = None,
    extra: Mapping[str, Said] | None = None,
) -> Translated:
    """A row of Flows, and one of Safeguards for each that `mechanism` names; each part of a list counts by itself.

    `facts` are the flow's and `evidence` the safeguards' by heading. `words` says what a layout's own words (by
    `name_key`) are called in the workbook. A part that is a conclusion in law is no safeguard: the flow keeps it as the
    file's own words, and a problem says so.
    """
    out = Translated()
    end, named, claims = facts.get("To"), [], []
    with_whom = as_text(end.value) if end else NOT_STATED
    said = mechanism if mechanism and cells.nothing(as_text(mechanism.value)) is None else None
    parts = cells.split(as_text(said.value)).parts if said else ()
    if said and (assessed := [p for p in parts if _ASSESSED.fullmatch(p)]) and len(assessed) < len(parts):
        parts = tuple(p for p in parts if p not in assessed)
        if not (evidence or {}).get("Assessment"):
            evidence = {**(evidence or {}), "Assessment": said._replace(value="; ".join(assessed))}
    for part in parts:
        assert said
        own = Said(part, said.cell, said.also)
        if cells.claims_adequacy(part):
            claims.append(own)
            out.problems.append(Problem(Kind.CLAIM, said.cell, "", part))
            continue
        nobody = with_whom == NOT_STATED
        named.append(Said(one_name(f"{part} ({said.cell.address})" if nobody else f"{with_whom}: {part}"), said.cell))
        safeguard = {
            "Safeguard": named[-1],
            "Mechanism": own._replace(value=(words or {}).get(name_key(part), part)),
            "Recipients": None if nobody else end,
            "Countries": facts.get("Locations"),
            **(evidence or {}),
        }
        out.rows.append(Row("Safeguards", at, {h: s for h, s in safeguard.items() if s is not None}))
    unused = {} if named else {heading: said for heading, said in (evidence or {}).items() if said}
    kept = {**(extra or {}), **unused}
    if claim := joined(claims):
        kept["The file says"] = claim
    flow = {**facts, "Safeguards": joined(named)}
    out.rows.append(Row("Flows", at, {h: s for h, s in flow.items() if s is not None}, kept))
    return out


_ASSESSED = re.compile(
    r"(?:with |and )?(?:an? |our )?(?:t[ir]a|transfer (?:impact|risk) assessment)s?\b(?!.*\b(?:no|not)\b).*", re.I
)
"""A part of a cell of safeguards that is the assessment which goes with the others: `SCCs + TIA`."""


def settled(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Drafts with what only all files together show of a system: its provider, and how else its name is written.

    Every system that has a place has a provider: that which a row names, else `not stated`. That nobody says who hosts a
    system is no word that the organisation does: it is asked. Only a row that says so itself (on premises, own server)
    gives `none`.
    """
    drafts = tuple(drafts)
    systems = [row for draft in drafts for row in draft.rows if row.sheet == "Systems" and "System" in row.facts]
    told = {name_key(as_text(row.facts["System"].value)) for row in systems if "Provider" in row.facts}
    written = {name_key(name): name for row in reversed(systems) if (name := as_text(row.facts["System"].value))}
    return tuple(
        replace(draft, rows=tuple(_hosted(_spelled(row, written), told) for row in steps(draft.rows)))
        for draft in drafts
    )


def _spelled(row: Row, written: Mapping[str, str]) -> Row:
    name = row.facts.get("System") if row.sheet == "Systems" else None
    if name is None or written.get(name_key(as_text(name.value)), name.value) == as_text(name.value):
        return row
    return replace(row, extra={names.ALSO_WRITTEN: name, **row.extra})


def _hosted(row: Row, told: Collection[str]) -> Row:
    where = row.facts.get("Locations") if row.sheet == "Systems" else None
    if where is None or name_key(as_text(row.facts["System"].value)) in told:
        return row
    own = next(
        (s for h in ("Kind", "Locations") if (s := row.facts.get(h)) and cells.own_premises(as_text(s.value))), None
    )
    provider = Said("none", own.cell) if own else Said(NOT_STATED, where.cell)
    return replace(row, facts={**row.facts, "Provider": provider})


def _about_sheet(entry: Entry) -> str:
    """The sheet of the workbook whose rows a row is about."""
    if entry.one(Meaning.ORIGIN) or entry.one(Meaning.DESTINATION):
        return "Flows"
    if entry.one(Meaning.SYSTEM) or entry.one(Meaning.ACTIVITY):
        return "Systems"
    return "Recipients" if entry.one(Meaning.RECIPIENT) else "Information categories"


def _name_of(part: str) -> str | Nothing:
    """Who is meant by an item of a list of recipients, as the workbook may hold the name, or which kind of nothing it says."""
    found = cells.party(part)
    if isinstance(found, Nothing):
        return found
    name = one_name(found)
    return cells.nothing(name) or name


def _slashed(text: str) -> list[str]:
    """The parts of a text that has slashes without blanks, such as `Alpha/Beta`; none for any other."""
    if "/" not in text or re.search(r"\s/|/\s|://|\d/\d", text) or cells.nothing(text) is not None:
        return []
    parts = [part.strip() for part in text.split("/")]
    return parts if all(parts) else []


def _parts_in(text: str) -> int:
    """How many parts a cell beside names has, where slashes part it for certain: with blanks, places, or yes and no."""
    cut = cells.split(text)
    if cut.separator == " / ":
        return len(cut.parts)
    parts = [] if cut.separator else _slashed(text)
    answers = (*YES_WORDS, *NO_WORDS)
    sure = all(p.casefold() in answers for p in parts) or all(places.named(p) for p in parts)
    return len(parts) if sure else 0


@lru_cache(maxsize=4_096)
def _countries(text: str) -> frozenset[str]:
    """The countries and groups of countries that a text names; none where any of it is no place."""
    read = places.read_places(text)
    return frozenset() if read.unknown else frozenset(p.country or p.text for p in read.places)


def _stored(said: Said) -> Said:
    """Places as those at which something is stored, where they say no more than which they are."""
    words = as_text(said.value)
    marked = "; ".join(f"{part} ({Activity.STORAGE.value})" for part in cells.items(words))
    plain, read = places.read_places(words), places.read_places(marked)
    if "(" in words or plain.unknown or read.unknown or any(p.activity for p in plain.places):
        return said
    same = [p.country for p in plain.places] == [p.country for p in read.places]
    return said._replace(value=marked) if same and all(p.activity is Activity.STORAGE for p in read.places) else said


def _word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold())) - {"data", "information", "and", "of", "the", "records"}


def _sentences(text: str) -> tuple[str, ...]:
    """The parts of a text that is prose: a comma parts none, nor does any other mark within a line."""
    cut = cells.split(text)
    return (text.strip(),) if cut.separator in (",", " + ", " / ") else cut.parts


def one_name(text: str) -> str:
    """A name as the workbook may hold it: on one line, and without what would part it in two."""
    name = " ".join(text.replace(";", ",").split())
    return cells.example(name) or name


def place_answer(said: Said | None) -> Said | None:
    """A place, or the kind of nothing that the cell says in any language."""
    if said is None:
        return None
    match cells.nothing(as_text(said.value)):
        case Nothing.BLANK | Nothing.NONE:
            return None
        case Nothing.NOT_STATED:
            return Said(NOT_STATED, said.cell, said.also)
    return said


def _answers_where(said: Said) -> bool:
    """Whether a cell says where: places that are all understood, or that it is not stated."""
    found = place_answer(said)
    if found is None or not isinstance(found.value, str):
        return False
    return found.value == NOT_STATED or not places.read_places(found.value).unknown


def _role_of(name: Said) -> Said | None:
    """The role that the recipient's own name states: `Payroll Ltd (processor)`, `Internal IT team`."""
    words = as_text(name.value)
    bracket = re.fullmatch(r".*\(([^()]+)\)", words)
    role = ROLES.named(bracket[1]) if bracket else None
    if role is None and re.match(r"(?:internal|in-house|interne?s?)\b", words, re.I):
        role = Role.SAME_ORGANISATION
    return Said(role.value, name.cell) if role else None
