"""The CNIL's simplified register: a list of processing activities, and a form on a sheet of its own for each of them.

People copy the form once per activity, under any name, and rows move. So the sections of a form are found by the text
in column A, and a column of a section by its heading. Layout: CNIL, registre-traitement-simplifie.ods.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from datamap.inventory import CategoryKind, Nothing, Role, name_key
from datamap.layouts import cells
from datamap.layouts.gathered import also, by_category, gathered
from datamap.layouts.layout import Layout
from datamap.layouts.rows import NOT_STATED, movement, one_name, place_answer
from datamap.layouts.tables import filled_rows, value_at
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, Sheet
from datamap.workbook.columns import NO_WORDS, YES_WORDS, as_text
from datamap.workbook.drafts import Draft, LeftOut, Row, Said, joined

NAME = "CNIL simplified register"

ABOUT, ACTORS, PURPOSES, CATEGORIES = "about", "actors", "purposes", "categories"
SENSITIVE, INDIVIDUALS, RECIPIENTS, SECURITY, TRANSFERS = (
    "sensitive",
    "individuals",
    "recipients",
    "security",
    "transfers",
)
_SECTIONS = {
    ABOUT: r"descriptiondutraitement|identificationdutraitement",
    ACTORS: r"acteurs",
    PURPOSES: r"finalites?(?:dutraitement(?:effectues?)?)?|finalitesdutraitementeffectue",
    CATEGORIES: r"categoriesdedonnees(?:personnelles|acaracterepersonnel)?(?:concernees|traitees)?",
    SENSITIVE: r"donneessensibles",
    INDIVIDUALS: r"categoriesdepersonnes(?:concernees)?",
    RECIPIENTS: r"destinataires|categoriesdedestinataires",
    SECURITY: r"mesuresdesecurite(?:techniques?etorganisationnelles?)?",
    TRANSFERS: r"transferts?(?:dedonnees)?hors(?:del)?ue|transferts?hors(?:del)?unioneuropeenne",
}
_COLUMNS: Mapping[str, Mapping[str, tuple[str, int]]] = {
    ABOUT: {"value": (r"valeur|reponse", 2)},
    ACTORS: {
        "name": (r"nom|societe", 2), "address": (r"adresse", 3), "postcode": (r"codepostal", 4), "town": (r"ville", 5),
        "country": (r"pays", 6), "telephone": (r"telephone", 7), "e-mail": (r"adressemel|mel|email|courriel", 8),
    },
    PURPOSES: {"value": (r"description|finalites?", 2)},
    CATEGORIES: {"value": (r"description", 2), "detail": (r"dureedeconservation", 5)},
    SENSITIVE: {"value": (r"description", 2), "detail": (r"dureedeconservation", 5)},
    INDIVIDUALS: {"value": (r"description", 2), "detail": (r"precisions?", 5)},
    RECIPIENTS: {"value": (r"typededestinataires?", 2), "detail": (r"precisions?", 5)},
    SECURITY: {"value": (r"typedemesuredesecurite", 2), "detail": (r"precisions?", 5)},
    TRANSFERS: {
        "value": (r"destinataires?", 2), "country": (r"pays", 3), "guarantee": (r"(?:typede)?garanties?", 4),
        "document": (r"liens?(?:verslesdocuments|versladocumentation)?|documentation", 6),
    },
}  # fmt: skip
"""The columns of each section: what their heading says, and where they stand in the form as published."""

_KINDS = (
    (r"^etatcivil", CategoryKind.IDENTITY),
    (r"^informationsdordreeconomique", CategoryKind.FINANCIAL),
    (r"^donneesdeconnexion", CategoryKind.ONLINE_IDENTIFIER),
    (r"^donneesdelocalisation", CategoryKind.LOCATION),
    (r"securitesociale|nir$", CategoryKind.IDENTITY),
    (r"origineracialeouethnique", CategoryKind.ETHNICITY),
    (r"opinionspolitiques|convictionsreligieuses|appartenancesyndicale", CategoryKind.BELIEFS),
    (r"genetiques", CategoryKind.GENETIC),
    (r"biometriques", CategoryKind.BIOMETRIC),
    (r"sante$", CategoryKind.HEALTH),
    (r"viesexuelle|orientationsexuelle", CategoryKind.SEXUALITY),
    (r"condamnationspenales|infractions", CategoryKind.CRIMINAL),
)
_ROLES = (
    (r"serviceinterne|servicesinternes", Role.SAME_ORGANISATION),
    (r"soustraitants?(?:ulterieurs?)?", Role.AGENT),
    (r"(?:responsables?)?conjoints?", Role.JOINT_CONTROLLER),
)
_GUARANTEES = {
    name_key(theirs): ours
    for ours, every in {
        "SCC": "Clauses contractuelles types (CCT); Clauses contractuelles types; Clauses contractuelles types (SCC); CCT",
        "BCR": "Règles d'entreprise contraignantes (BCR); Règles d'entreprise contraignantes; "
        "Règles contraignantes d'entreprise; Règles contraignantes d'entreprise (BCR)",
        "code of conduct": "Code de conduite",
        "explicit consent": "Consentement explicite",
    }.items()
    for theirs in every.split("; ")
}
_LONGEST_NAME = 100
_LOOKED_AT = 300
"""A form's sections begin within so many rows of its sheet."""
_GUIDE = "►"


def _key(text: str) -> str:
    """Letters and figures only, without accents, so that any spelling of a section's title is found."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"^\d+", "", name_key(bare))


def _nothing(words: str) -> Nothing | None:
    """Which kind of nothing an answer is; the form's questions may be answered with a plain `non`."""
    return Nothing.NONE if words.casefold() in NO_WORDS else cells.nothing(words)


def _section(words: str) -> str | None:
    key = _key(words)
    return next((name for name, pattern in _SECTIONS.items() if re.fullmatch(pattern, key)), None)


# --------------------------------------------------------------------------------------------------------- one form


@dataclass(frozen=True)
class _Answer:
    """One row of a section: its label in column A, and what stands in the section's columns, in one of them at least."""

    label: Said | None
    says: Mapping[str, Said]

    def __getitem__(self, column: str) -> Said | None:
        return self.says.get(column)

    @property
    def key(self) -> str:
        return _key(as_text(self.label.value)) if self.label else ""

    @property
    def whole(self) -> Said:
        """All that it says."""
        said = joined(self.says.values())
        assert said
        return said


@dataclass
class _Form:
    """A sheet with the form: its answers by section, and the rows that are no answers."""

    sheet: Sheet
    answers: dict[str, list[_Answer]] = field(default_factory=dict)
    titles: list[Cell] = field(default_factory=list)
    unanswered: list[Cell] = field(default_factory=list)
    guides: list[Cell] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)
    stray: list[Said] = field(default_factory=list)

    def of(self, section: str) -> list[_Answer]:
        return self.answers.get(section, [])

    def about(self, pattern: str) -> Said | None:
        return next((a["value"] for a in self.of(ABOUT) if re.fullmatch(pattern, a.key)), None)

    @property
    def filled(self) -> bool:
        """Whether the form is about an activity: a model may have its number, and who is responsible, filled in."""
        return self.about(_ACTIVITY) is not None or any(self.of(s) for s in _SECTIONS if s not in (ABOUT, ACTORS))

    @property
    def says_example(self) -> bool:
        """Whether the form says of itself, in its title and in its number, that it is an example."""
        words = [" ".join(as_text(v) for v in self.sheet.rows[cell.row - 1]) for cell in self.titles]
        reference = self.about(_REFERENCE)
        return (
            "exemple" in " ".join(words).casefold() and "exemple" in as_text(reference and reference.value).casefold()
        )


_REFERENCE = r"(?:n|no|numero)?(?:o)?ref(?:erence)?"
_ACTIVITY = r"nomdu(?:traitement|fichier)|nomdelactivite|activite"


def _anchors(sheet: Sheet) -> list[str]:
    """The sections whose titles stand in column A."""
    titles = (
        row[0] for row in sheet.rows[:_LOOKED_AT] if row and isinstance(row[0], str) and len(row[0]) < _LONGEST_NAME
    )
    return [section for title in titles if (section := _section(title))]


def _form(sheet: Sheet) -> _Form | None:
    if len(set(_anchors(sheet))) < 3:
        return None
    form = _Form(sheet)
    section, columns = "", dict[str, int]()
    for first, words in filled_rows(sheet).items():
        at = first.row
        label = _said(sheet, at, 1)
        if label and (found := _section(as_text(label.value))):
            section, columns = found, _columns_of(sheet, at, found)
            form.headings.add(at)
            continue
        if not section:
            form.titles.append(first)
            continue
        says = {name: said for name, column in columns.items() if (said := _said(sheet, at, column))}
        read = {1, *columns.values()}
        others = [s for c in range(2, len(sheet.rows[at - 1]) + 1) if c not in read and (s := _said(sheet, at, c))]
        form.stray += [s for s in others if not as_text(s.value).startswith(_GUIDE)]
        if says:
            form.answers.setdefault(section, []).append(_Answer(label, says))
        elif label or not words.startswith(_GUIDE):
            form.unanswered.append(first)
        else:
            form.guides.append(first)
    return form


def _columns_of(sheet: Sheet, row: int, section: str) -> dict[str, int]:
    headings = {c: _key(as_text(v)) for c, v in enumerate(sheet.rows[row - 1], 1) if c > 1 and as_text(v)}
    found: dict[str, int] = {}
    for name, (pattern, usual) in _COLUMNS[section].items():
        column = next((c for c, key in headings.items() if re.fullmatch(pattern, key)), None)
        if column or usual not in headings:
            found[name] = column or usual
    return found


def _said(sheet: Sheet, row: int, column: int) -> Said | None:
    value = value_at(sheet, row, column)
    if isinstance(value, str):
        value = cells.plain(value).strip()
        if not value or cells.prompt(value) or not any(c.isalnum() for c in value):
            return None
    return None if value is None else Said(value, Cell(sheet.file, sheet.name, row, column))


# ------------------------------------------------------------------------------------------------- a form → the rows


class _Activity:
    """One filled form as rows of the workbook."""

    def __init__(self, form: _Form, listed: Sequence[_Listed]) -> None:
        self.form = form
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.extra: dict[str, Said] = {}
        self.countries: dict[str, list[Said]] = {}
        self.listed = listed
        self.name = _named(form)

    def run(self) -> None:
        form, name = self.form, self.name
        owner = self.owner()
        purposes = self.values(PURPOSES)
        held, kept_for = self.categories()
        people = joined(Said(_one(_with_detail(a)), *_cells(a)) for a in self.answered(INDIVIDUALS))
        security = joined((Said(_with_detail(a), *_cells(a)) for a in self.answered(SECURITY)), "\n")
        for answer in form.of(ABOUT):
            if answer["value"] is not None and answer["value"].cell != name.cell:
                self.keep("", answer)
        for listed in self.listed:
            self.extra |= {h: s for h, s in listed.others.items() if h not in self.extra}
        moved = {"Categories": held, "Individuals": people, "Purpose": purposes[0] if purposes else None}
        nobody = self.flows(moved)
        self.row(
            "Systems",
            name.cell,
            {
                "System": also(name, *(cell for listed in self.listed for cell in listed.cells)),
                "Organisation": owner,
                "Kind": Said("processing activity", name.cell),
                "Categories": held,
                "Individuals": people,
                "Recipients": nobody,
                "Purposes": joined(Said(_one(as_text(p.value)), p.cell, p.also) for p in purposes),
                "Retention": kept_for,
                "Security": security,
            },
            self.extra,
        )

    def row(
        self, sheet: str, at: Cell, facts: Mapping[str, Said | None], extra: Mapping[str, Said] | None = None
    ) -> None:
        self.rows.append(Row(sheet, at, {h: s for h, s in facts.items() if s is not None}, extra or {}))

    def keep(self, section: str, answer: _Answer) -> None:
        """An answer that the workbook has no heading for."""
        label = as_text(answer.label.value) if answer.label else section
        said = answer.whole
        self.extra[label if label not in self.extra else f"{label} ({said.cell.address})"] = said

    def answered(self, section: str) -> Iterator[_Answer]:
        """The answers of a section that say something; those that say that there is none are kept as such."""
        for answer in self.form.of(section):
            told = answer["value"] or answer["detail"]
            if told is None or (_nothing(as_text(told.value)) is not None and answer["detail"] in (None, told)):
                self.keep(section, answer)
            else:
                yield answer

    def values(self, section: str) -> list[Said]:
        return [said for answer in self.answered(section) if (said := answer["value"])]

    def owner(self) -> Said | None:
        """The organisation, where the form says in which country it is."""
        owner = None
        for answer in self.form.of(ACTORS):
            name, country = answer["name"], answer["country"]
            if owner is None and answer.key.startswith("responsabledutraitement") and name and country:
                owner = Said(one_name(as_text(name.value)), name.cell)
                others = [s for column, s in answer.says.items() if column not in ("name", "country")]
                facts = {"Organisation": owner, "Country": place_answer(country), "Contact": joined(others)}
                self.row("Organisations", name.cell, facts)
            else:
                self.keep(ACTORS, answer)
        return owner

    def categories(self) -> tuple[Said | None, Said | None]:
        held: list[Said] = []
        kept_for: list[tuple[str, Said]] = []
        for section in (CATEGORIES, SENSITIVE):
            for answer in self.form.of(section):
                told, duration = answer["value"], answer["detail"]
                if told and _nothing(as_text(told.value)) is not None:
                    self.keep(section, answer)
                    continue
                name, examples = _category(answer)
                held.append(name)
                if duration and _nothing(as_text(duration.value)) is None:
                    kept_for.append((as_text(name.value), duration))
                elif duration:
                    self.extra[f"{as_text(name.value)}: durée de conservation"] = duration
                self.row("Information categories", name.cell, _about_category(answer, section, name, examples))
        return joined(held), by_category(kept_for, len(held))

    # -- who receives it

    def flows(self, moved: Mapping[str, Said | None]) -> Said | None:
        """The flows to each recipient; where the form says that there is none, those words."""
        known: dict[str, tuple[Said, Said | None]] = {}
        nobody = None
        for answer in self.form.of(RECIPIENTS):
            names, role = _recipients(answer)
            if not names:
                nobody = nobody or answer.whole
                self.keep(RECIPIENTS, answer)
            for name in names:
                known.setdefault(name_key(as_text(name.value)), (name, role))
        reached: set[str] = set()
        for answer in self.form.of(TRANSFERS):
            nobody_there = self.transfer(answer, moved, known, reached)
            if nobody_there:
                self.keep(TRANSFERS, answer)
        for key, (name, role) in known.items():
            its_own = self.countries.get(key, [])
            country = its_own[0] if len(its_own) == 1 else None  # the form asks for the country of each body
            self.row("Recipients", name.cell, {"Recipient": name, "Role": role, "Country": country})
            if key not in reached:
                self.move(name.cell, {"From": self.name, "To": name, **moved, "Role": role})
        return Said("none", nobody.cell) if nobody and not known else None

    def transfer(
        self,
        answer: _Answer,
        moved: Mapping[str, Said | None],
        known: dict[str, tuple[Said, Said | None]],
        reached: set[str],
    ) -> bool:
        """A transfer to one recipient or to several in one country; whether there is none."""
        told, country, guarantee = answer["value"], place_answer(answer["country"]), answer["guarantee"]
        told_none = told is not None and _nothing(as_text(told.value)) is Nothing.NONE
        if told_none and not country and not guarantee:
            return True
        if not told and not country and not guarantee and not answer["document"]:
            return True
        ends: list[Said | None] = [None]
        if told and _nothing(as_text(told.value)) is None:
            ends = [Said(one_name(part), told.cell) for part in cells.split(as_text(told.value)).parts]
        for end in ends:
            role = None
            if end:
                key = name_key(as_text(end.value))
                name, role = known.get(key, (end, None))
                reached.add(key)
                known.setdefault(key, (end, None))
                if country and len(ends) == 1:
                    self.countries.setdefault(key, []).append(country)
                end = name if name.cell == end.cell else name._replace(cell=end.cell, also=(name.cell, *name.also))
            at = (told or country or guarantee or next(iter(answer.says.values()))).cell
            facts = {"From": self.name, "To": end or Said(NOT_STATED, at), **moved, "Role": role, "Locations": country}
            self.move(at, facts, guarantee, answer["document"])
        return False

    def move(
        self, at: Cell, facts: Mapping[str, Said | None], guarantee: Said | None = None, document: Said | None = None
    ) -> None:
        found = movement(at, facts, guarantee, {"Document": document}, words=_GUARANTEES)
        self.rows += found.rows
        self.problems += found.problems


def _named(form: _Form) -> Said:
    """The activity's name; where the form has none its number, and then the name of the sheet."""
    name, reference = form.about(_ACTIVITY), form.about(_REFERENCE)
    for said in (name, reference):
        if said and _nothing(as_text(said.value)) is None:
            return Said(one_name(as_text(said.value)), said.cell)
    first = next(a for found in form.answers.values() for a in found)
    return Said(one_name(form.sheet.name.replace("_", " ")), first.whole.cell)


def _cells(answer: _Answer) -> tuple[Cell, tuple[Cell, ...]]:
    return answer.whole.cell, answer.whole.also


def _one(words: str) -> str:
    return " ".join(words.replace(";", ",").split())


def _with_detail(answer: _Answer) -> str:
    """`Autres (préciser)` and what is specified; else the word of the list, with what is said of it in brackets."""
    word, detail = answer["value"], answer["detail"]
    if detail is None or _nothing(as_text(detail.value)) is not None:
        return as_text(word.value) if word else ""
    if word is None or re.match(r"autres?(?:mesures|a)?(?:a?preciser)?$", _key(as_text(word.value))):
        return as_text(detail.value)
    return f"{as_text(word.value)} ({as_text(detail.value)})"


def _category(answer: _Answer) -> tuple[Said, Said | None]:
    """The category that a row describes: by the description when that can be a name, else by the row's own heading."""
    told = answer["value"]
    words = ", ".join(cells.split(as_text(told.value)).parts) if told and "\n" in as_text(told.value) else ""
    words = one_name(words or (as_text(told.value) if told else ""))
    ticked = words.casefold() in (*YES_WORDS, "x", "")
    heading = one_name(as_text(answer.label.value)) if answer.label else ""
    if told and (not heading or (not ticked and len(words) <= _LONGEST_NAME)):
        return Said(words, told.cell), None
    at, also = _cells(answer)
    return Said(heading.rstrip("….") or words, at, also), None if ticked else told


def _about_category(answer: _Answer, section: str, name: Said, examples: Said | None) -> dict[str, Said | None]:
    label = answer.label
    kind = next((k for pattern, k in _KINDS if re.search(pattern, answer.key)), None)
    national = re.search(r"securitesociale|nir$", answer.key)
    return {
        "Category": name,
        "Kind": Said(kind.value, label.cell) if label and kind else None,
        "Sensitive": Said("yes", label.cell if label else name.cell) if section == SENSITIVE else None,
        "Unique identifier": Said("yes", label.cell) if label and national else None,
        "Examples": examples,
        "Notes": label if label and name_key(as_text(label.value)) != name_key(as_text(name.value)) else None,
    }


def _recipients(answer: _Answer) -> tuple[list[Said], Said | None]:
    """The recipients of one row and their role: the names are in what is specified, else the type is a class of them."""
    word, detail = answer["value"], answer["detail"]
    specified = detail if detail and _nothing(as_text(detail.value)) is None else None
    role = None
    if word:
        found = next((r for pattern, r in _ROLES if re.match(pattern, _key(as_text(word.value)))), None)
        role = Said(found.value, word.cell) if found else None
    told = specified or word
    if told is None or _nothing(as_text(told.value)) is not None:
        return [], None
    also = tuple(s.cell for s in (word, detail) if s and s is not told)
    parts = cells.split(as_text(told.value)).parts if specified else (as_text(told.value),)
    return [Said(one_name(part), told.cell, also) for part in parts], role


# --------------------------------------------------------------------------------------------------------- the list


@dataclass(frozen=True)
class _Listed:
    """One row of the list of activities."""

    name: Said
    example: bool
    says: Mapping[str, Said]

    @property
    def cells(self) -> list[Cell]:
        return [self.name.cell, *(said.cell for said in self.says.values())]

    @property
    def purpose(self) -> Said | None:
        return next((s for h, s in self.says.items() if _key(h).startswith("finalite")), None)

    @property
    def others(self) -> dict[str, Said]:
        return {h: s for h, s in self.says.items() if s is not self.purpose}


def _list_heading(sheet: Sheet) -> int | None:
    """The row with the headings of the list of activities."""
    for number, row in enumerate(sheet.rows[:40], 1):
        keys = {_key(as_text(v)) for v in row if v is not None}
        if (
            any(re.fullmatch(_ACTIVITY, k) for k in keys)
            and any("dela" in k or "ref" in k for k in keys)
            and len(keys) > 2
        ):
            return number
    return None


def _listed(sheet: Sheet, header: int) -> Iterator[_Listed]:
    above = sheet.rows[header - 2] if header > 1 else []
    width = max(len(sheet.rows[header - 1]), len(above))
    headings = {}
    for column in range(1, width + 1):
        own, over = (
            as_text(value_at(sheet, header, column)),
            as_text(value_at(sheet, header - 1, column)) if above else "",
        )
        if not over.startswith(_GUIDE) and (words := own if own and _key(own) != "ouinon" else over):
            headings[column] = words
    named = next(c for c, h in headings.items() if re.fullmatch(_ACTIVITY, _key(h)))
    for number in range(header + 1, len(sheet.rows) + 1):
        name = _said(sheet, number, named)
        if name is None or _nothing(as_text(name.value)) is not None:
            continue
        says = {h: s for c, h in headings.items() if c != named and (s := _said(sheet, number, c))}
        example = cells.example(as_text(name.value))
        yield _Listed(Said(example or one_name(as_text(name.value)), name.cell), example is not None, says)


# --------------------------------------------------------------------------------------------------------- the book


def recognises(book: Book) -> float:
    """By the titles of the form's sections, of which a form may lack some; else by the list of activities."""
    forms = max((len(set(_anchors(sheet))) for sheet in book.sheets), default=0)
    listed = any(_list_heading(sheet) and _contact_block(sheet) for sheet in book.sheets)
    return min(1.0, max(forms / 5, 0.9 if listed else 0.0))


def _contact_block(sheet: Sheet) -> bool:
    return any(_key(as_text(row[0])).startswith("coordonneesd") for row in sheet.rows[:10] if row)


def _draft(book: Book) -> Draft:
    forms: list[_Form] = []
    lists: list[tuple[Sheet, int]] = []
    left_out: list[LeftOut] = []
    problems: list[Problem] = []
    rows: list[Row] = []
    read: dict[Cell, str] = {}
    for sheet in book.sheets:
        filled = filled_rows(sheet)
        form, header = _form(sheet), _list_heading(sheet)
        headings: set[int] = set()
        if form:
            forms.append(form)
            headings = form.headings
        elif header:
            lists.append((sheet, header))
            headings = {header - 1, header}
        elif filled:
            why = "the lists of choices of the form" if sheet.hidden else "no form of the register"
            left_out.append(LeftOut(next(iter(filled)), tuple(c.row for c in filled), why, sheet.name))
        read |= {cell: words for cell, words in filled.items() if cell.row not in headings}
    listed = [found for sheet, header in lists for found in _listed(sheet, header)]
    theirs = {name_key(as_text(x.name.value)) for x in listed if not x.example}
    samples = [f for f in forms if f.filled and f.says_example and name_key(as_text(_named(f).value)) not in theirs]
    filled_forms = [f for f in forms if f.filled and f not in samples] or ([] if theirs else samples)
    done: set[str] = set()
    for form in forms:
        if form not in filled_forms:
            why = "an example, beside what was filled in" if form.filled else "a form that nobody filled in"
            cells_of = list(filled_rows(form.sheet))
            numbers = tuple(cell.row for cell in cells_of if cell.row not in form.headings)
            left_out.append(LeftOut(cells_of[0], numbers, why, form.sheet.name))
            continue
        key = name_key(as_text(_named(form).value))
        activity = _Activity(form, [] if key in done else [x for x in listed if name_key(as_text(x.name.value)) == key])
        activity.run()
        done.add(key)
        rows += activity.rows
        problems += activity.problems
        problems += [Problem(Kind.OUTSIDE_TABLE, s.cell, "", as_text(s.value)) for s in form.stray]
        left_out += _asides(form)
    for sheet, header in lists:
        of_sheet = [x for x in listed if x.name.cell.sheet == sheet.name]
        for found in of_sheet:
            if name_key(as_text(found.name.value)) in done:
                continue
            if found.example:
                numbers = (found.name.cell.row,)
                left_out.append(LeftOut(found.name.cell, numbers, "an example", as_text(found.name.value)))
            else:
                rows.append(_without_form(found))
        contacts = _contacts(sheet, header)
        first = next((n for n, row in enumerate(rows) if row.sheet == "Systems"), None)
        used = {x.name.cell.row for x in of_sheet}
        if first is not None:
            rows[first] = replace(rows[first], extra={**contacts, **rows[first].extra})
            used |= {cell.row for said in contacts.values() for cell in (said.cell, *said.also)}
        left_out += _beside_list(sheet, header, used)
    return Draft(book.file, NAME, gathered(rows), read, tuple(left_out), tuple(problems))


def _without_form(found: _Listed) -> Row:
    purpose = found.purpose
    facts = {"System": found.name, "Kind": Said("processing activity", found.name.cell)}
    if purpose:
        facts["Purposes"] = purpose
    return Row("Systems", found.name.cell, facts, found.others)


def _asides(form: _Form) -> Iterator[LeftOut]:
    """The rows of a filled form that are no answers, as one thing."""
    parts = {"titles": form.titles, "guides": form.guides, "unanswered questions": form.unanswered}
    every = sorted(cell for found in parts.values() for cell in found)
    if every:
        *first, last = (what for what, found in parts.items() if found)
        why = f"{', '.join(first)} and {last}" if first else last
        words = as_text(value_at(form.sheet, every[0].row, every[0].column))
        yield LeftOut(every[0], tuple(cell.row for cell in every), f"{why} of the form", words)


def _beside_list(sheet: Sheet, header: int, used: set[int]) -> Iterator[LeftOut]:
    filled = filled_rows(sheet)
    for rows, why in (
        ([c for c in filled if c.row < header - 1 and c.row not in used], "questions that nobody answered"),
        ([c for c in filled if c.row > header and c.row not in used], "a row without the name of an activity"),
    ):
        if rows:
            yield LeftOut(rows[0], tuple(c.row for c in rows), why, filled[rows[0]].split("\n")[0])


def _contacts(sheet: Sheet, header: int) -> dict[str, Said]:
    """The contact details at the head of a list that somebody filled in, by whose they are."""
    found: dict[str, list[Said]] = {}
    whose = ""
    for row in range(1, header - 1):
        whose = as_text(value_at(sheet, row, 1)).split("\n")[0] or whose
        for column in range(2, len(sheet.rows[row - 1])):
            label, beside = as_text(value_at(sheet, row, column)), _said(sheet, row, column + 1)
            if label.endswith(":") and beside:
                found.setdefault(whose or "Coordonnées", []).append(
                    beside._replace(value=f"{label} {as_text(beside.value)}")
                )
    return {whose: said for whose, parts in found.items() if (said := joined(parts))}


LAYOUT = Layout(NAME, recognises, lambda books: [_draft(book) for book in books])
