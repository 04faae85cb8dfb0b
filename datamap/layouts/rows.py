"""One row of somebody else's table → rows of the workbook.

Nothing is understood here that the workbook's columns can understand: cells are moved to the heading they belong under,
with their addresses. What this module decides is what belongs to what: which recipient a country, a role or a safeguard
stands for. It ties them only where the file shows it (one recipient; parts that line up; a name beside the value), and
says so where the file does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from datamap.inventory import Nothing, Role, name_key
from datamap.layouts import cells
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.problems import Kind, Problem
from datamap.sheets import Cell, ErrorValue, Uncomputed
from datamap.workbook.columns import ROLES, YES_WORDS, as_text, nothing_in
from datamap.workbook.drafts import Row, Said, joined

NOT_STATED = "not stated"
_SEVERAL = (
    Meaning.CATEGORIES, Meaning.SENSITIVE_CATEGORIES, Meaning.INDIVIDUALS, Meaning.COLLECTED_FROM, Meaning.PURPOSE,
    Meaning.SECURITY, Meaning.NOTES, Meaning.RECIPIENTS,
)  # fmt: skip
"""Meanings that may stand in several columns of one table, each adding to the others."""
_OF_RECIPIENT = (
    Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.ROLE, Meaning.LEGAL_ENTITY, Meaning.SCHEMES,
    Meaning.SUB_PROCESSORS, Meaning.DESTINATIONS, Meaning.MECHANISM, Meaning.DOCUMENT, Meaning.ASSESSMENT,
    Meaning.SIGNED, Meaning.EXPIRES, Meaning.REVIEW,
)  # fmt: skip
_OF_SAFEGUARD = {
    Meaning.DOCUMENT: "Document",
    Meaning.ASSESSMENT: "Assessment",
    Meaning.SIGNED: "Signed",
    Meaning.EXPIRES: "Expires",
    Meaning.REVIEW: "Review due",
}


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


def translate(entries: Iterable[Entry], *, origin: Said | None = None) -> Translated:
    """Rows of the workbook from the rows of a table.

    `origin` names the system or the recipient that a list of recipients belongs to, for tables that do not say so.
    """
    out = Translated()
    for entry in entries:
        out.problems += (*entry.problems, *_without_faults(entry))
        _Translation(entry, origin, out).run()
    return out


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
    def __init__(self, entry: Entry, origin: Said | None, out: Translated) -> None:
        self.entry = entry
        self.origin = origin
        self.out = out
        self.notes = [s for s in entry.said.get(Meaning.NOTES, ()) if as_text(s.value)]

    # -- what is written

    def row(self, sheet: str, facts: Mapping[str, Said | None], extra: Mapping[str, Said] | None = None) -> None:
        self.out.rows.append(Row(sheet, self.entry.at, {h: s for h, s in facts.items() if s is not None}, extra or {}))

    def problem(self, kind: Kind, said: Said, wanted: str = "", column: str = "") -> None:
        self.out.problems.append(Problem(kind, said.cell, column, as_text(said.value), wanted))

    def run(self) -> None:
        entry = self.entry
        holders = self.holders()
        names = list(self.recipients())
        listed, sensitive = self.listed(Meaning.CATEGORIES), self.listed(Meaning.SENSITIVE_CATEGORIES)
        held = joined(s for s in (listed, sensitive) if s)
        tied = self.tied(names)
        kept = self.kept(holders)
        self.categories(listed, sensitive)
        self.systems(holders, held, bool(names), kept)
        self.recipient_rows(names, tied, None if holders else kept)
        start, end = entry.one(Meaning.ORIGIN), entry.one(Meaning.DESTINATION)
        if start or end:
            self.flow(start, end, held, tied[None], kept, joined(self.notes, "\n"))
            return
        for start, name in product(holders or [self.origin or Said(NOT_STATED, entry.at)], names):
            facts = tied[as_text(name.value)]
            self.flow(start, name, held, self.abroad(facts) if holders and len(names) == 1 else facts, {})
        goes = entry.one(Meaning.TRANSFER) if self.goes_abroad() and not names else None
        somewhere = place_answer(tied[None].get(Meaning.DESTINATIONS)) or goes
        if somewhere:
            for start in holders:
                anybody = Said(NOT_STATED, somewhere.cell)
                self.flow(start, anybody, held, self.abroad(tied[None]) if goes else tied[None], {})

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

    def holders(self) -> list[Said]:
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
            unheaded.append(Meaning.PURPOSE)
        if not entry.one(Meaning.CATEGORY):
            unheaded.append(Meaning.SENSITIVE)
        if not entry.one(Meaning.MECHANISM):
            unheaded += _OF_SAFEGUARD
        for meaning in (Meaning.DESTINATIONS, Meaning.MECHANISM):
            if cells.nothing(entry.text(meaning)) is not None:
                unheaded.append(meaning)
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

    def systems(self, holders: list[Said], held: Said | None, named: bool, kept: Mapping[str, Said]) -> None:
        entry = self.entry
        activity, kind = entry.one(Meaning.ACTIVITY), entry.one(Meaning.SYSTEM_KIND)
        purposes = self.listed(Meaning.PURPOSE)
        if activity and [h.cell for h in holders] == [activity.cell]:
            kind = kind or Said("processing activity", activity.cell)
        elif activity:
            purposes = joined(s for s in (activity, purposes) if s)
        told = entry.one(Meaning.RECIPIENTS)
        nobody = None
        if told and not named and cells.nothing(as_text(told.value)) is Nothing.NONE:
            nobody = Said("none", told.cell)
            if nothing_in(as_text(told.value)) is None:
                self.notes.append(told)
        provider = self.provider() if holders else None
        for number, holder in enumerate(holders):
            self.row(
                "Systems",
                {
                    "System": holder,
                    "Kind": kind,
                    "Provider": provider,
                    "Locations": place_answer(entry.one(Meaning.LOCATIONS)),
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
        if said is None or cells.nothing(as_text(said.value)) is not None:
            return said
        name = Said(one_name(as_text(said.value)), said.cell, said.also)
        self.row("Recipients", {"Recipient": name})
        return name

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
            self.row(
                "Information categories",
                {"Category": single, "Sensitive": entry.one(Meaning.SENSITIVE), "Notes": joined(self.notes, "\n")},
                entry.extra,
            )
        for listed, is_sensitive in ((plain, False), (sensitive, True)):
            if listed is None or as_text(listed.value) in ("none", NOT_STATED):
                continue
            names = as_text(listed.value).split("; ")
            flag = entry.one(Meaning.SENSITIVE) if len(names) == 1 and not is_sensitive else None
            if is_sensitive:
                flag = Said("yes", listed.cell)
            for name in names:
                self.row(
                    "Information categories", {"Category": Said(name, listed.cell, listed.also), "Sensitive": flag}
                )

    # -- who receives it

    def recipients(self) -> Iterator[Said]:
        """The recipients that the row names, each once."""
        seen: set[str] = set()
        for meaning in (Meaning.RECIPIENT, Meaning.RECIPIENTS):
            for said in self.entry.said.get(meaning, ()):
                words = as_text(said.value)
                if cells.nothing(words) is not None:
                    continue
                for part in (words,) if meaning is Meaning.RECIPIENT else cells.split(words).parts:
                    name = one_name(part)
                    if cells.nothing(name) is None and name not in seen:
                        seen.add(name)
                        yield Said(name, said.cell, said.also)

    def tied(self, names: list[Said]) -> dict[str | None, dict[Meaning, Said]]:
        """What is said of each recipient by its name; under None what is said of no particular one."""
        entry = self.entry
        found: dict[str | None, dict[Meaning, Said]] = {as_text(n.value): {} for n in names}
        found[None] = {}
        listed = entry.one(Meaning.RECIPIENT) or entry.one(Meaning.RECIPIENTS)
        for meaning in _OF_RECIPIENT:
            said = entry.one(meaning)
            if said is None or not as_text(said.value):
                continue
            words = as_text(said.value)
            if not names:
                found[None][meaning] = said
            elif len(names) == 1:
                found[as_text(names[0].value)][meaning] = said
            elif cells.nothing(words) is not None:
                for name in names:
                    found[as_text(name.value)][meaning] = said
            elif listed and (pairs := cells.aligned(as_text(listed.value), words)):
                for part, value in pairs:
                    if one_name(part) in found:
                        found[one_name(part)][meaning] = Said(value, said.cell, said.also)
            elif by_name := cells.tied([as_text(n.value) for n in names], words):
                for part, value in by_name.items():
                    found[part][meaning] = Said(value, said.cell, said.also)
            else:
                self.problem(Kind.NOT_TIED, said, ", ".join(as_text(n.value) for n in names), meaning.value)
                if meaning in (Meaning.DESTINATIONS, Meaning.MECHANISM, *_OF_SAFEGUARD):
                    found[None][meaning] = said
                elif meaning in (Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS):
                    found[None].setdefault(Meaning.DESTINATIONS, said)
                else:
                    self.notes.append(said)
        somewhere = place_answer(found[None].get(Meaning.DESTINATIONS)) or (not names and self.goes_abroad())
        if not somewhere and not entry.one(Meaning.ORIGIN) and not entry.one(Meaning.DESTINATION):
            self.notes += [
                said
                for meaning, said in found[None].items()
                if cells.nothing(as_text(said.value)) is None
                and (meaning not in _OF_SAFEGUARD or Meaning.MECHANISM in entry.said)
            ]
            found[None] = {}
        return found

    def recipient_rows(
        self, names: list[Said], tied: Mapping[str | None, Mapping[Meaning, Said]], kept: Mapping[str, Said] | None
    ) -> None:
        entry = self.entry
        about = entry.one(Meaning.RECIPIENT)
        for number, name in enumerate(names):
            facts = tied[as_text(name.value)]
            subs = facts.get(Meaning.SUB_PROCESSORS)
            row = {
                "Recipient": name,
                "Legal entity": facts.get(Meaning.LEGAL_ENTITY),
                "Country": place_answer(facts.get(Meaning.RECIPIENT_COUNTRY)),
                "Role": (facts.get(Meaning.ROLE) or _role_of(name)) if about else None,
                "Locations": place_answer(facts.get(Meaning.RECIPIENT_LOCATIONS))
                or (place_answer(entry.one(Meaning.LOCATIONS)) if about and Meaning.SYSTEM not in entry.said else None),
                "Schemes": facts.get(Meaning.SCHEMES),
                "Sub-processors": joined(Said(p, subs.cell) for p in cells.items(as_text(subs.value)))
                if subs
                else None,
            }
            if kept is not None and number == 0:
                row["Notes"] = joined(self.notes, "\n")
            self.row("Recipients", row, kept if number == 0 else {})

    # -- what moves

    def flow(
        self,
        start: Said | None,
        end: Said | None,
        held: Said | None,
        facts: Mapping[Meaning, Said],
        extra: Mapping[str, Said],
        notes: Said | None = None,
    ) -> None:
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
                "Locations": place_answer(facts.get(Meaning.DESTINATIONS)),
                "Frequency": entry.one(Meaning.FREQUENCY),
                "Method": entry.one(Meaning.METHOD),
                "Volume": entry.one(Meaning.VOLUME),
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
    for part in cells.split(as_text(said.value)).parts if said else ():
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


def _role_of(name: Said) -> Said | None:
    """The role that the recipient's own name states: `Payroll Ltd (processor)`, `Internal IT team`."""
    words = as_text(name.value)
    bracket = re.fullmatch(r".*\(([^()]+)\)", words)
    role = ROLES.named(bracket[1]) if bracket else None
    if role is None and re.match(r"(?:internal|in-house|interne?s?)\b", words, re.I):
        role = Role.SAME_ORGANISATION
    return Said(role.value, name.cell) if role else None
