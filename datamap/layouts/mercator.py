"""Mercator: the register of processing that it exports, and its objects, one table for each kind of object."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from datamap import places
from datamap.inventory import Role, name_key
from datamap.layouts import cells
from datamap.layouts.layout import Flat, Keyed, Keys, Layout, draft
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import NOT_STATED, Entry, Translated, one_name, translate
from datamap.layouts.tables import Table
from datamap.sheets import Sheet
from datamap.workbook.columns import NO_WORDS, ROLES, as_text
from datamap.workbook.drafts import Row, Said, joined

# ------------------------------------------------------------------------------------------------------ the register

_BOTH = "Data subjects and categories"
"""What the register's column F holds: Mercator's English heading, *Categories of recipients*, is wrong."""
_COLUMNS: tuple[tuple[str, str, Meaning], ...] = (
    ("Name", "Nom", Meaning.ACTIVITY),
    ("Description", "Description", Meaning.NOTES),
    ("Data controller", "Responsable du traitement", Meaning.OTHER),
    ("Purposes of the processing", "Finalités du traitement", Meaning.PURPOSE),
    ("Lawfulness of processing", "Base juridique du traitement", Meaning.OTHER),
    ("Categories of recipients", "Catégories de personnes concernées", Meaning.OTHER),
    ("Data source", "Source des données", Meaning.COLLECTED_FROM),
    (
        "Mandatory or optional nature of data collection and consequences of non-provision",
        "Recueil des données",
        Meaning.OTHER,
    ),
    ("Recipients of the data", "Catégories de destinataires des données", Meaning.RECIPIENTS),
    ("Data transfers", "Transferts de données", Meaning.DESTINATIONS),
    ("Automated decision-making", "Prise de décision automatisée", Meaning.OTHER),
    ("retention periods", "Durée de conservation des données", Meaning.RETENTION),
    ("Rights of data subjects", "Droits des personnes concernées", Meaning.OTHER),
    ("Date of last update", "Date de dernière mise à jour", Meaning.OTHER),
    ("Processes", "Processus", Meaning.OTHER),
    ("Applications", "Applications", Meaning.OTHER),
    ("Information", "Informations", Meaning.CATEGORIES),
    ("Security measures", "Mesures de sécurité", Meaning.SECURITY),
)


def _mended(found: Iterable[Entry]) -> Iterator[Entry]:
    used_for: dict[str, list[tuple[Said, Said]]] = {}
    activities: set[str] = set()
    for entry in found:
        for heading in ("Categories of recipients", "Catégories de personnes concernées"):
            if both := next((h for h in entry.extra if name_key(h) == name_key(heading)), None):
                _subjects_and_categories(entry, entry.extra.pop(both))
        _without_labels(entry)
        _transfer_in_words(entry)
        activity = entry.one(Meaning.ACTIVITY)
        activities.add(name_key(entry.text(Meaning.ACTIVITY)))
        listed = entry.extra.get("Applications")
        if activity and listed and cells.nothing(as_text(listed.value)) is None:
            for part in cells.items(as_text(listed.value)):
                used_for.setdefault(name_key(part), []).append((Said(one_name(part), listed.cell), activity))
        yield entry
    for key, uses in used_for.items():
        first = uses[0][0]
        name = as_text(first.value) + (" (application)" if key in activities else "")
        also = tuple(said.cell for said, _ in uses[1:])
        yield _application(Said(name, first.cell, also), [activity for _, activity in uses])


def _application(name: Said, activities: list[Said]) -> Entry:
    """An application that the register names for activities; which recipients it sends to, the register does not say."""
    said = {
        Meaning.SYSTEM: [name],
        Meaning.SYSTEM_KIND: [Said("application", name.cell)],
        Meaning.PURPOSE: activities,
    }
    return Entry(name.cell, said)


_DANGLING = re.compile(r"(?<!\s)\s+[–—-]\s+[^\W\d_]+\s*:\s*$", re.M)


def _without_labels(entry: Entry) -> None:
    """Takes labels that nothing was written behind off the recipients: `Doctors – Category:`."""
    if said := entry.one(Meaning.RECIPIENTS):
        entry.said[Meaning.RECIPIENTS] = [said._replace(value=_DANGLING.sub("", as_text(said.value)))]


_PEOPLE = re.compile(
    r"(?:categor(?:y|ies) (?:of )?)?(?:data subjects?|individuals?|persons?|people|(?:persons?|people) concerned)|"
    r"(?:cat[ée]gories? de )?personnes?(?: concern[ée]es?)?",
    re.I,
)
_INFORMATION_WORDS = re.compile(
    r"\b(?:data|information|categor(?:y|ies)|donn[ée]es?|cat[ée]gories?|informations)\b", re.I
)
_LONGEST_LABEL = 80


def _subjects_and_categories(entry: Entry, both: Said) -> None:
    """Takes a text on people and on their information apart where each of its lines is `people: list`.

    Of any other text it is not known which is which: the people are not stated, and where no other column names
    the information, the whole text does (see `_whole_texts`).
    """
    entry.extra[_BOTH] = both
    words = as_text(both.value)
    if cells.nothing(words) is not None:
        return
    people: list[Said] = []
    held: list[Said] = []
    for line in filter(None, map(str.strip, words.split("\n"))):
        label, colon, listed = (part.strip() for part in line.partition(":"))
        if not (label and colon and listed) or len(label) > _LONGEST_LABEL or label.count("(") != label.count(")"):
            people, held = [], []
            break
        if _PEOPLE.fullmatch(label):
            people.append(Said(listed, both.cell))
            continue
        held.append(Said(listed, both.cell))
        if not _INFORMATION_WORDS.search(label):
            people.append(Said(label, both.cell))
    if held:
        others = [s for s in entry.said.get(Meaning.CATEGORIES, ()) if cells.nothing(as_text(s.value)) is None]
        entry.said[Meaning.CATEGORIES] = [*others, *held]
    if people:
        entry.said.setdefault(Meaning.INDIVIDUALS, people)
    for meaning in (Meaning.INDIVIDUALS, Meaning.CATEGORIES):
        entry.said.setdefault(meaning, [Said(NOT_STATED, both.cell)])


def _whole_texts(made: Translated, of: Iterable[Entry]) -> None:
    """Names the information by the whole text where a row has only a text on people and information together."""
    whole = {both.cell: both for entry in of if (both := entry.extra.get(_BOTH))}
    for number, row in enumerate(made.rows):
        said = row.facts.get("Categories")
        if said and said.value == NOT_STATED and said.cell in whole:
            name = said._replace(value=one_name(as_text(whole[said.cell].value)))
            made.rows[number] = replace(row, facts={**row.facts, "Categories": name})
            made.rows.append(Row("Information categories", said.cell, {"Category": name}))


_FILLING = re.compile(
    r"^(?:data )?(?:transfers?|transferred|transferts?|transf[ée]r[ée]e?s?)(?: de donn[ée]es)?\b(?: (?:to|vers|aux?|en)\b)?"
    r"|^(?:to|vers|with|under|by|avec|par|sous|via|aux?|en|the|les?|la)\b",
    re.I,
)
_CLAUSES = re.compile(
    r"(?:signed |approved |eu )?(?:standard contractual clauses|model clauses|sccs?|binding corporate rules|bcrs?|"
    r"clauses contractuelles types|cct|règles d['’]entreprise contraignantes)(?: \((?:sccs?|bcrs?|cct)\))?"
    r"(?: (?:signed|sign[ée]es?|in place|en place))?",
    re.I,
)
_PIECES = re.compile(r"\s*[,;()\n]\s*|\s+[–—-]\s+|\.(?:\s|$)")


def _transfer_in_words(entry: Entry) -> None:
    """Ties `United States (Perch), standard contractual clauses` to Perch, when that is all of the text.

    The text must be places, the one recipient of the row and at most one kind of clauses; its words are kept.
    """
    said, listed = entry.one(Meaning.DESTINATIONS), entry.one(Meaning.RECIPIENTS)
    if said is None or listed is None or entry.one(Meaning.MECHANISM):
        return
    names = {name_key(one_name(part)) for part in cells.split(as_text(listed.value)).parts}
    where: list[str] = []
    clauses: list[str] = []
    named = 0
    for piece in filter(None, map(_bare, _PIECES.split(as_text(said.value)))):
        if name_key(piece) in names:
            named += 1
        elif _CLAUSES.fullmatch(piece):
            clauses.append(piece)
        elif places.named(piece):
            where.append(piece)
        else:
            return
    if len(names) == 1 and named == 1 and where and len(clauses) < 2:
        entry.extra["Data transfers"] = said
        entry.said[Meaning.DESTINATIONS] = [said._replace(value="; ".join(where))]
        if clauses:
            entry.said[Meaning.MECHANISM] = [said._replace(value=clauses[0])]


def _bare(piece: str) -> str:
    """A piece of a text without the words that only lead to it: `transfer to the`."""
    while (shorter := _FILLING.sub("", piece).strip()) != piece:
        piece = shorter
    return piece


_REGISTER = Flat(
    "Mercator register",
    {heading: meaning for english, french, meaning in _COLUMNS for heading in (english, french)},
    marks=tuple((english, french) for english, french, _ in _COLUMNS),
)


def _read_register(sheet: Sheet) -> tuple[Table, Translated] | None:
    table = _REGISTER.table(sheet)
    if table is None:
        return None
    found = list(_mended(_REGISTER.entries(table)))
    made = translate(found)
    _whole_texts(made, found)
    made.problems += _REGISTER.guesses(table)
    return table, made


REGISTER = Layout(
    _REGISTER.name,
    _REGISTER.recognises,
    lambda books: [draft(book, _REGISTER.name, _read_register) for book in books],
)


# ------------------------------------------------------------------------------------------------------- the objects

_ENTITY, _APPLICATION, _DATABASE, _INFORMATION = "entity", "application", "database", "information"
_PROCESSING, _RELATION = "processing", "relation"
_TRACE = ("created_at", "updated_at", "deleted_at")
_NEEDS = ("security_need_c", "security_need_i", "security_need_a", "security_need_t", "security_need_auth")
_REFERENCES = {
    "entity_resp_id": _ENTITY,
    "parent_entity_id": _ENTITY,
    "entities": _ENTITY,
    "applications": _APPLICATION,
    "databases": _DATABASE,
    "informations": _INFORMATION,
}
"""Columns that hold keys, several with commas between, and what they are keys of."""


def _object(marks: str, kept: str, meanings: dict[str, Meaning]) -> Flat:
    """A kind of object: the columns that mark its table, those that it may have beside them, and what columns mean."""
    columns = dict.fromkeys((*marks.split(), *kept.split(), *_NEEDS, *_TRACE), Meaning.OTHER)
    return Flat(
        "Mercator objects",
        {**columns, "id": Meaning.REFERENCE, "description": Meaning.NOTES, **meanings},
        marks=tuple((mark,) for mark in ("id", *marks.split())),
    )


_KINDS = {
    _ENTITY: _object(
        "name security_level contact_point is_external entity_type",
        "attributes reference parent_entity_id external_ref_id",
        {"name": Meaning.RECIPIENT},
    ),
    _APPLICATION: _object(
        "name functional_referent technology users editor entity_resp_id application_block_id",
        "vendor product type responsible external documentation version rto rpo",
        {"name": Meaning.SYSTEM, "responsible": Meaning.OWNER},
    ),
    _DATABASE: _object(
        "name type responsible external entity_resp_id security_need_c security_need_i security_need_a",
        "",
        {"name": Meaning.SYSTEM, "responsible": Meaning.OWNER},
    ),
    _INFORMATION: _object(
        "name owner administrator storage sensitivity constraints", "retention", {"name": Meaning.CATEGORY}
    ),
    _PROCESSING: _object(
        "name legal_basis description responsible purpose categories recipients transfert retention",
        "controls lawfulness applications informations processes documents",
        {
            "name": Meaning.ACTIVITY,
            "purpose": Meaning.PURPOSE,
            "recipients": Meaning.RECIPIENTS,
            "transfert": Meaning.DESTINATIONS,
            "retention": Meaning.RETENTION,
            "data_source": Meaning.COLLECTED_FROM,
        },
    ),
    # says who serves whom, not which way information moves: it is taken to go from the organisation to the other
    _RELATION: _object(
        "name importance type source_id destination_id",
        "attributes reference responsible order_number active start_date end_date comments",
        {"source_id": Meaning.ORIGIN, "destination_id": Meaning.DESTINATION, "description": Meaning.PURPOSE},
    ),
}


_ENDS = (Meaning.ORIGIN, Meaning.DESTINATION)
_EXTERNAL = re.compile(r"extern(?:al|e|es|o|a)?|outer|yes|oui|true|1|saas|cloud|hosted|outsourced", re.I)


def _aside(kind: str, entry: Entry) -> str | None:
    if "deleted_at" in entry.extra:
        return f"deleted in Mercator on {as_text(entry.extra['deleted_at'].value)}"
    if not entry.extra and set(entry.said) <= {Meaning.REFERENCE}:
        return "only a key, which Mercator takes as an order to delete"
    return None


def _rows(kind: str, found: list[Entry], keys: Keys) -> Translated:
    if kind == _ENTITY:
        made = Translated()
        for entry in found:
            made.rows += _entity(entry, keys)
            made.problems += entry.problems
        return made
    strangers: list[Row] = []
    moving: list[Entry] = []
    for entry in found:
        ends = [key for meaning in _ENDS if (key := entry.one(meaning))]
        entities = [keys.row(_ENTITY, key) for key in ends]
        unknown = [key.cell for key, entity in zip(ends, entities, strict=True) if entity is None]
        own = [entity is not None and _own(entity) is not None for entity in entities]
        _resolve(kind, entry, keys)
        named = (end for meaning in _ENDS if (end := entry.one(meaning)) and end.cell in unknown)
        strangers += [Row("Recipients", entry.at, {"Recipient": end}) for end in named]
        if own == [True, True]:
            strangers.append(_relation(entry))
            continue
        if own == [False, True]:
            first, second = _ENDS
            entry.said[first], entry.said[second] = entry.said[second], entry.said[first]
        moving.append(entry)
    made = translate(moving)
    _whole_texts(made, moving)
    made.rows += strangers
    return made


def _relation(entry: Entry) -> Row:
    """A relation between two parts of the organisation, kept at the first: which way anything moves it does not say."""
    (first, second), extra = (entry.one(meaning) for meaning in _ENDS), dict(entry.extra)
    assert first
    assert second
    for meaning in (Meaning.REFERENCE, Meaning.PURPOSE):
        if said := entry.one(meaning):
            extra[meaning.value.capitalize()] = said
    return Row("Recipients", entry.at, {"Recipient": first}, {"Relation to": second, **extra})


def _entity(entry: Entry, keys: Keys) -> Iterator[Row]:
    """An entity, external ones and the organisation's own parts alike. None of them has a country in Mercator."""
    _named_keys(entry, keys)
    name = entry.one(Meaning.RECIPIENT)
    if name is None:
        return
    own = _own(entry)
    extra = dict(entry.extra)
    if reference := entry.one(Meaning.REFERENCE):
        extra["Reference"] = reference
    facts = {
        "Recipient": Said(one_name(as_text(name.value)), name.cell),
        "Role": Said("same organisation", own.cell) if own else None,
        "Notes": entry.one(Meaning.NOTES),
    }
    yield Row("Recipients", entry.at, {h: s for h, s in facts.items() if s}, extra)


def _own(entity: Entry) -> Said | None:
    """What says that an entity is part of the organisation itself; None when nothing does."""
    external, kind = entity.extra.get("is_external"), entity.extra.get("entity_type")
    if external:
        return external if as_text(external.value).casefold() in NO_WORDS else None
    return kind if kind and ROLES.named(as_text(kind.value)) is Role.SAME_ORGANISATION else None


def _resolve(kind: str, entry: Entry, keys: Keys) -> None:
    """Names for keys, and each fact where it belongs."""
    if kind == _PROCESSING:
        if informations := entry.extra.pop("informations", None):
            entry.said[Meaning.CATEGORIES] = _all(_INFORMATION, informations, entry, keys)
        if both := entry.extra.pop("categories", None):
            _subjects_and_categories(entry, both)
    if kind in (_APPLICATION, _DATABASE):
        entry.said[Meaning.SYSTEM_KIND] = [Said(kind, entry.at)]
        if key := entry.extra.pop("entity_resp_id", None):
            responsible = keys.row(_ENTITY, key)
            meaning = Meaning.OWNER if responsible and _own(responsible) else Meaning.PROVIDER
            entry.said[meaning] = [joined((*entry.said.get(meaning, ()), keys.named(_ENTITY, key, entry))) or key]
        external = entry.extra.get("external")
        if external and Meaning.PROVIDER not in entry.said and _EXTERNAL.fullmatch(as_text(external.value)):
            entry.said[Meaning.PROVIDER] = [external._replace(value=NOT_STATED)]
    _without_labels(entry)
    _transfer_in_words(entry)
    for meaning in _ENDS:
        if key := entry.one(meaning):
            entry.said[meaning] = [keys.named(_ENTITY, key, entry)]
    _named_keys(entry, keys)


def _named_keys(entry: Entry, keys: Keys) -> None:
    for heading, kind in _REFERENCES.items():
        if said := entry.extra.get(heading):
            named = joined(_all(kind, said, entry, keys))
            if named:
                entry.extra[heading] = named


def _all(kind: str, listed: Said, entry: Entry, keys: Keys) -> list[Said]:
    parts = [p for p in re.split(r"[,;\s]+", as_text(listed.value)) if p]
    return [keys.named(kind, Said(p, listed.cell), entry) for p in parts]


OBJECTS = Keyed("Mercator objects", _KINDS, _rows, _aside).layout()
