"""CISO Assistant's workbook of one processing: a sheet for it, and one for each of what belongs to it.

One file is one activity. Sheets may be missing and stand in any order; what they hold belongs to the activity because
it is in the same file. Values are the program's raw words (`privacy_data_processor`) or their English labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from datamap import places
from datamap.inventory import CategoryKind, Nothing, Role, name_key
from datamap.layouts import cells
from datamap.layouts.gathered import by_category, gathered
from datamap.layouts.layout import Layout, whole_sheet
from datamap.layouts.rows import NOT_STATED, movement, one_name, place_answer
from datamap.layouts.tables import Table, filled_rows, table_with, value_at
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, Sheet
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Draft, LeftOut, Row, Said, joined

NAME = "CISO Assistant workbook"

PROCESSING, PURPOSES, DATA, SUBJECTS = "Processing", "Purposes", "Personal data", "Data subjects"
RECIPIENTS, CONTRACTORS, TRANSFERS = "Data recipients", "Contractors", "Transfers"
_HEADINGS = {
    PROCESSING: ("ref_id", "name", "description", "domain", "status", "processing_nature", "information_channel",
                 "usage_channel", "dpia_required", "dpia_reference", "assigned_to", "labels"),
    PURPOSES: ("name", "description", "legal_basis", "article_9_condition"),
    DATA: ("name", "description", "category", "retention", "deletion_policy", "is_sensitive", "assets"),
    SUBJECTS: ("name", "description", "category"),
    RECIPIENTS: ("name", "description", "category"),
    CONTRACTORS: ("name", "description", "entity", "relationship_type", "country", "documentation_link"),
    TRANSFERS: ("name", "description", "entity", "country", "transfer_mechanism", "guarantees", "documentation_link"),
}  # fmt: skip
_MARKS = {
    PROCESSING: ("processing_nature", "information_channel", "usage_channel", "dpia_required"),
    PURPOSES: ("legal_basis", "article_9_condition"),
    DATA: ("deletion_policy", "is_sensitive", "retention"),
    CONTRACTORS: ("relationship_type",),
    TRANSFERS: ("transfer_mechanism",),
}
"""Headings by which a sheet is known under any name; the others need their name."""

_KINDS = {
    CategoryKind.IDENTITY: "identification data; identity data; personal identification; national identification number",
    CategoryKind.CONTACT: "contact data; contact information; contact details",
    CategoryKind.FINANCIAL: "financial data; financial information; economic and financial data; payment data",
    CategoryKind.HEALTH: "health data; health information; medical data",
    CategoryKind.BIOMETRIC: "biometric data",
    CategoryKind.GENETIC: "genetic data",
    CategoryKind.LOCATION: "location data; geolocation data",
    CategoryKind.ONLINE_IDENTIFIER: "connection data; online identifiers; cookies; cookie data",
    CategoryKind.COMMUNICATIONS: "communication data; communications",
    CategoryKind.EMPLOYMENT: "employment data; professional data; employment information; hr data",
    CategoryKind.BEHAVIOUR: "behavioral data; behavioural data; usage data",
    CategoryKind.CHILDREN: "children data; minors data",
    CategoryKind.CRIMINAL: "criminal data; criminal records; judicial data; criminal convictions",
    CategoryKind.BELIEFS: "political opinions; religious beliefs; philosophical beliefs; trade union membership",
    CategoryKind.ETHNICITY: "racial or ethnic origin; ethnic origin; racial origin; racial ethnic origin",
    CategoryKind.SEXUALITY: "sexual orientation; sex life; sexual orientation data",
}
_ROLES = {
    Role.AGENT: "data processor; processor; sub processor; subprocessor; service provider",
    Role.CONTROLLER: "independent controller; data controller; controller",
    Role.JOINT_CONTROLLER: "joint controller",
    Role.SAME_ORGANISATION: "internal team; internal department; internal",
    Role.PUBLIC_AUTHORITY: "public authority; authorities; regulatory authority; government authority",
}
_KIND_OF = {name_key(word): kind for kind, words in _KINDS.items() for word in words.split("; ")}
_ROLE_OF = {name_key(word): role for role, words in _ROLES.items() for word in words.split("; ")}
_MECHANISMS = {"codesofconduct": "code of conduct", "certificationmechanisms": "certification"}


def _word(said: Said) -> Said:
    """A raw word as its label: `privacy_data_processor` → `data processor`."""
    text = as_text(said.value)
    return (
        said._replace(value=text.removeprefix("privacy_").replace("_", " "))
        if re.match(r"privacy_\w+$", text)
        else said
    )


# ------------------------------------------------------------------------------------------------------ the sheets


@dataclass(frozen=True)
class _Line:
    """One row of a sheet, by the layout's headings; what stands under others is in `extra`."""

    says: Mapping[str, Said]
    extra: Mapping[str, Said]

    def __getitem__(self, heading: str) -> Said | None:
        return self.says.get(heading)

    @property
    def first(self) -> Said:
        return next(iter((*self.says.values(), *self.extra.values())))

    def named(self, *headings: str) -> Said | None:
        """The first of some headings that names something."""
        for heading in headings:
            said = self[heading]
            if said and cells.nothing(as_text(said.value)) is None:
                return said._replace(value=one_name(as_text(said.value)))
        return None

    def kept(self, *used: str) -> dict[str, Said]:
        return {**{h: s for h, s in self.says.items() if h not in used}, **self.extra}


def _what(sheet: Sheet) -> str | None:
    """Which of the layout's sheets this is: by headings that only it has, else by its name with the headings it needs."""
    rows = [{name_key(as_text(v)) for v in row if v is not None} for row in sheet.rows[:10]]
    for what, marks in _MARKS.items():
        if any({"name", name_key(marks[0])} <= row or len({name_key(m) for m in marks} & row) > 1 for row in rows):
            return what
    named = next((what for what in _HEADINGS if name_key(what) == name_key(sheet.name)), None)
    if named and any(len({name_key(h) for h in _HEADINGS[named]} & row) > 1 for row in rows):
        return named
    return None


def recognises(book: Book) -> float:
    """The sheet of the processing with any other of the layout's, or most of the others without it."""
    found = {what for sheet in book.sheets if (what := _what(sheet))}
    others = found - {PROCESSING}
    return 1.0 if others and PROCESSING in found else min(1.0, len(others) / 4)


def _lines(table: Table) -> Iterator[_Line]:
    known = {name_key(h): h for headings in _HEADINGS.values() for h in headings}
    for number in table.rows:
        says: dict[str, Said] = {}
        extra: dict[str, Said] = {}
        for column, heading in table.headings.items():
            value = value_at(table.sheet, number, column)
            if isinstance(value, str):
                value = cells.plain(re.sub(r"^'(?=[=+\-@\t\r])", "", value)).strip() or None
            if value is None:
                continue
            said = Said(value, table.cell(number, column))
            theirs = known.get(name_key(heading))
            (says if theirs and theirs not in says else extra)[theirs or heading] = said
        if says or extra:
            yield _Line(says, extra)


# --------------------------------------------------------------------------------------------------------- the book


@dataclass
class _Activity:
    """One workbook as rows."""

    file: str
    lines: Mapping[str, Sequence[_Line]]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of(self, what: str) -> Sequence[_Line]:
        return self.lines.get(what, ())

    def row(self, sheet: str, line: _Line, facts: Mapping[str, Said | None], extra: Mapping[str, Said]) -> None:
        self.rows.append(Row(sheet, line.first.cell, {h: s for h, s in facts.items() if s is not None}, extra))

    def run(self) -> None:
        processing = self.of(PROCESSING)
        if len({name_key(as_text(name.value)) for line in processing if (name := line.named("name", "ref_id"))}) > 1:
            self.several(processing)
            return
        held, kept_for = self.categories()
        purposes, why = self.listed(PURPOSES, "legal_basis", "article_9_condition", "description")
        people, who = self.listed(SUBJECTS, "category", "description")
        name = self.name()
        moved = {"Categories": held, "Individuals": people, "Purpose": _first(self.of(PURPOSES))}
        self.flows(name, moved, self.recipients())
        facts = {
            "Kind": Said("processing activity", name.cell),
            "Categories": held,
            "Individuals": people,
            "Purposes": purposes,
            "Retention": kept_for,
        }
        self.system(name, processing[0] if processing else None, facts, {**why, **who})
        for line in processing[1:]:
            self.system(name._replace(cell=line.first.cell), line, {}, {})

    def system(
        self, name: Said, line: _Line | None, facts: Mapping[str, Said | None], extra: Mapping[str, Said]
    ) -> None:
        about = {"Owner": line["assigned_to"], "Notes": line["description"]} if line else {}
        known = {h: s for h, s in {"System": name, **facts, **about}.items() if s is not None}
        kept = line.kept("name", "assigned_to", "description") if line else {}
        self.rows.append(Row("Systems", name.cell, known, {**kept, **extra}))

    def several(self, processing: Sequence[_Line]) -> None:
        """More than one activity: nothing says which of them the other sheets are about, so they are tied to none."""
        names = []
        for line in processing:
            if name := line.named("name", "ref_id"):
                names.append(as_text(name.value))
                self.system(name, line, {"Kind": Said("processing activity", name.cell)}, {})
        for lines in (self.of(what) for what in _HEADINGS if what != PROCESSING):
            if lines:
                first = lines[0].first
                self.problems.append(Problem(Kind.NOT_TIED, first.cell, "", as_text(first.value), ", ".join(names)))
        self.categories()
        anybody = Said(NOT_STATED, processing[0].first.cell)
        self.flows(anybody, {}, self.recipients())

    def name(self) -> Said:
        """The activity's name; without a sheet that names it, the file's."""
        for line in self.of(PROCESSING):
            if named := line.named("name", "ref_id"):
                return named
        first = next(line for lines in self.lines.values() for line in lines)
        return Said(one_name(PurePath(self.file).stem) or self.file, first.first.cell)

    def listed(self, what: str, *others: str) -> tuple[Said | None, dict[str, Said]]:
        """The names on a sheet as one list, and the other columns by what they are said of."""
        names: list[Said] = []
        extra: dict[str, Said] = {}
        for line in self.of(what):
            name = line.named("name", *others)
            if name:
                names.append(name)
            for heading, said in line.kept("name").items():
                if name is None or said.cell != name.cell:
                    extra[f"{what}: {as_text(name.value) if name else said.cell.address}: {heading}"] = said
        return joined(names), extra

    def categories(self) -> tuple[Said | None, Said | None]:
        held: list[Said] = []
        kept_for: list[tuple[str, Said]] = []
        for line in self.of(DATA):
            name, category, retention = line.named("name", "category"), line["category"], line["retention"]
            if name is None:
                self.problems.append(Problem(Kind.NO_IDENTITY, line.first.cell, "name", as_text(line.first.value)))
                continue
            name = _word(name)
            held.append(name)
            if retention and cells.nothing(as_text(retention.value)) is None:
                kept_for.append((as_text(name.value), retention))
            kind = _KIND_OF.get(name_key(as_text(_word(category).value))) if category else None
            facts = {
                "Category": name,
                "Kind": Said(kind.value, category.cell) if category and kind else None,
                "Sensitive": line["is_sensitive"],
                "Examples": line["description"],
            }
            used = ("name", "is_sensitive", "description", "retention")
            self.row("Information categories", line, facts, line.kept(*used, *(("category",) if kind else ())))
        return joined(held), by_category(kept_for, len(held))

    # -- who receives it

    def recipients(self) -> dict[str, tuple[Said, _Line]]:
        """Recipients and contractors by the key of each name that ties a transfer to them; a name of two ties none."""
        found: dict[str, tuple[Said, _Line]] = {}
        shared: set[str] = set()
        for what, of_role in ((RECIPIENTS, "category"), (CONTRACTORS, "relationship_type")):
            for line in self.of(what):
                name = line.named("name", "entity")
                if name is None:
                    said = line.first
                    self.problems.append(Problem(Kind.NO_IDENTITY, said.cell, "name", as_text(said.value)))
                    continue
                entity = line.named("entity")
                role = _role(line[of_role])
                facts = {
                    "Recipient": name,
                    "Legal entity": entity if entity and entity.cell != name.cell else None,
                    "Country": place_answer(line["country"]),
                    "Role": role,
                    "Notes": line["description"],
                }
                used = ("name", "entity", "country", "description", *((of_role,) if role else ()))
                self.row("Recipients", line, facts, line.kept(*used))
                for key in {name_key(as_text(s.value)) for s in (name, entity) if s}:
                    if key in found and name_key(as_text(found[key][0].value)) != name_key(as_text(name.value)):
                        shared.add(key)
                    found.setdefault(key, (name, line))
        return {key: one for key, one in found.items() if key not in shared}

    def flows(self, name: Said, moved: Mapping[str, Said | None], known: Mapping[str, tuple[Said, _Line]]) -> None:
        """The transfers, each in its own country; and what recipients and contractors get in theirs.

        A transfer to a contractor stands for the contractor's own flow only where it names no other country: its
        mechanism says nothing of the contractor at home.
        """
        reached: set[str] = set()
        for line in self.of(TRANSFERS):
            end, tied = self.end(line, known)
            where = place_answer(line["country"])
            if tied:
                home = place_answer(tied[1]["country"])
                if home and not where:
                    where = Said(NOT_STATED, end.cell)
                if not home or _same_place(home, where):
                    reached.add(name_key(as_text(tied[0].value)))
            role = _role(tied[1]["relationship_type"] or tied[1]["category"]) if tied else None
            mechanism = line["transfer_mechanism"]
            facts = {"From": name, "To": end, **moved, "Role": role, "Locations": where}
            extra = line.kept("name", "entity", "country", "transfer_mechanism", "guarantees", "documentation_link")
            if line["name"] and line["name"].cell != end.cell:
                extra["Transfer"] = line["name"]
            if line["entity"] and line["entity"].cell != end.cell:
                extra["entity"] = line["entity"]
            found = movement(
                line.first.cell,
                facts,
                _word(mechanism) if mechanism else None,
                {"Document": line["documentation_link"], "Notes": line["guarantees"]},
                words=_MECHANISMS,
                extra=extra,
            )
            self.rows += found.rows
            self.problems += found.problems
        done: set[str] = set()
        for what, of_role in ((RECIPIENTS, "category"), (CONTRACTORS, "relationship_type")):
            for line in self.of(what):
                to = line.named("name", "entity")
                if to and (key := name_key(as_text(to.value))) not in reached | done:
                    done.add(key)
                    self.rows += movement(
                        line.first.cell, {"From": name, "To": to, **moved, "Role": _role(line[of_role])}
                    ).rows

    def end(self, line: _Line, known: Mapping[str, tuple[Said, _Line]]) -> tuple[Said, tuple[Said, _Line] | None]:
        """Who a transfer goes to: the contractor or recipient of that entity or name, else whom the transfer names."""
        for said in (line.named("entity"), line.named("name")):
            if said and (tied := known.get(name_key(as_text(said.value)))):
                return tied[0]._replace(cell=said.cell, also=(tied[0].cell,)), tied
        to = line.named("entity", "name")
        if to is None:
            return Said(NOT_STATED, line.first.cell), None
        self.row("Recipients", line, {"Recipient": to}, {})
        return to, None


def _same_place(one: Said, other: Said | None) -> bool:
    first, second = (places.read_places(as_text(said.value)) for said in (one, other or one))
    countries = [[place.country for place in read.places] for read in (first, second)]
    known = bool(countries[0]) and all(countries[0]) and not (first.unknown or second.unknown)
    return other is not None and known and countries[0] == countries[1]


def _first(lines: Sequence[_Line]) -> Said | None:
    return next((name for line in lines if (name := line.named("name"))), None)


def _role(said: Said | None) -> Said | None:
    role = _ROLE_OF.get(name_key(as_text(_word(said).value))) if said else None
    return Said(role.value, said.cell) if said and role else None


def _draft(book: Book) -> Draft:
    lines: dict[str, list[_Line]] = {}
    read: dict[Cell, str] = {}
    left_out: list[LeftOut] = []
    problems: list[Problem] = []
    for sheet in book.sheets:
        what, filled = _what(sheet), filled_rows(sheet)
        table = table_with(sheet, _HEADINGS[what], least=0.1) if what else None
        if what is None or table is None:
            read |= filled
            left_out += whole_sheet(filled, "no sheet of this layout")
            continue
        read |= {cell: words for cell, words in filled.items() if cell.row not in table.heading_rows}
        left_out += table.left_out
        problems += table.without_heading()
        for line in _lines(table):
            named = line.named("name", "entity", "ref_id")
            none = line["name"] and cells.nothing(as_text(line["name"].value)) is Nothing.NONE
            if named is None and none and not place_answer(line["country"]) and not line["transfer_mechanism"]:
                said = line.first
                left_out.append(LeftOut(said.cell, (said.cell.row,), "it says that there is none", as_text(said.value)))
                continue
            lines.setdefault(what, []).append(line)
    activity = _Activity(book.file, lines)
    if lines:
        activity.run()
    return Draft(book.file, NAME, gathered(activity.rows), read, tuple(left_out), (*activity.problems, *problems))


LAYOUT = Layout(NAME, recognises, lambda books: [_draft(book) for book in books])
