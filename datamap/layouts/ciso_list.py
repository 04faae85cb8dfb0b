"""CISO Assistant's flat list of processings, and its workbook of third parties, whose sheets name each other by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from datamap.inventory import name_key
from datamap.layouts.layout import Flat, Keyed, Keys, Layout
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import NOT_STATED, Entry, Translated, one_name, place_answer, translate
from datamap.sheets import Book
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Row, Said


def _alone(*headings: str) -> tuple[tuple[str, ...], ...]:
    """Marks that come in one language only."""
    return tuple((heading,) for heading in headings)


# ------------------------------------------------------------------------------------------- the list of processings

_ONE_PROCESSING = {
    name_key(w) for w in ("Purposes", "Personal data", "Data subjects", "Data recipients", "Contractors", "Transfers")
}
"""Sheets of the workbook of one processing, whose first sheet has the headings of the list."""

_PROCESSINGS = Flat(
    "CISO Assistant list of processings",
    {
        "ref_id": Meaning.REFERENCE,
        "name": Meaning.ACTIVITY,
        "description": Meaning.NOTES,
        "status": Meaning.OTHER,
        "processing_nature": Meaning.OTHER,
        "folder": Meaning.OTHER,
        "domain": Meaning.OTHER,
        "assigned_to": Meaning.OWNER,
        "labels": Meaning.OTHER,
        "dpia_required": Meaning.OTHER,
        "dpia_reference": Meaning.OTHER,
        "information_channel": Meaning.OTHER,
        "usage_channel": Meaning.OTHER,
        "internal_id": Meaning.OTHER,
    },
    marks=(
        *_alone("ref_id", "name", "status", "processing_nature"),
        ("folder", "domain"),
        *_alone("assigned_to", "labels", "dpia_required", "dpia_reference"),
    ),
)


def _recognises_list(book: Book) -> float:
    if sum(name_key(sheet.name) in _ONE_PROCESSING for sheet in book.sheets) > 1:
        return 0.0
    return _PROCESSINGS.recognises(book)


PROCESSINGS = Layout(_PROCESSINGS.name, _recognises_list, _PROCESSINGS.drafts)

# ------------------------------------------------------------------------------------ the workbook of third parties

_ENTITIES, _SOLUTIONS, _CONTRACTS, _PEOPLE = "entity", "solution", "contract", "representative"
_PROVIDER, _SOLUTION, _PARENT = "provider_entity_ref_id", "solution_ref_id", "parent_entity_ref_id"


def _kept(*headings: str) -> dict[str, Meaning]:
    return dict.fromkeys(headings, Meaning.OTHER)


_KINDS = {
    _ENTITIES: Flat(
        "entities",
        {
            "ref_id": Meaning.REFERENCE,
            "name": Meaning.RECIPIENT,
            "description": Meaning.NOTES,
            "country": Meaning.RECIPIENT_COUNTRY,
            **_kept("mission", "currency", _PARENT, "dependency", "penetration", "maturity", "trust", "domain"),
        },
        marks=_alone(
            "ref_id",
            "name",
            "mission",
            "country",
            "currency",
            _PARENT,
            "dependency",
            "penetration",
            "maturity",
            "trust",
        ),
    ),
    _SOLUTIONS: Flat(
        "solutions",
        {
            "ref_id": Meaning.REFERENCE,
            "name": Meaning.SYSTEM,
            "description": Meaning.NOTES,
            _PROVIDER: Meaning.PROVIDER,
            "criticality": Meaning.OTHER,
        },
        marks=_alone("ref_id", "name", _PROVIDER, "criticality"),
        least=0.7,
    ),
    _CONTRACTS: Flat(
        "contracts",
        {
            "ref_id": Meaning.REFERENCE,
            "name": Meaning.DOCUMENT,
            "description": Meaning.NOTES,
            "end_date": Meaning.EXPIRES,
            **_kept(_PROVIDER, _SOLUTION, "status", "start_date", "annual_expense", "currency", "domain"),
            **_kept("lei", "euid", "vat", "duns"),
        },
        marks=_alone("ref_id", "name", _PROVIDER, _SOLUTION, "status", "start_date", "end_date", "annual_expense"),
    ),
    _PEOPLE: Flat(
        "representatives",
        _kept("email", "first_name", "last_name", "description", "phone", "role", _PROVIDER),
        marks=_alone("email", "first_name", "last_name", "phone", "role", _PROVIDER),
    ),
}


def _aside(kind: str, entry: Entry) -> str | None:
    return (
        "contact details of a person, which no inventory of systems and recipients needs" if kind == _PEOPLE else None
    )


def _rows(kind: str, found: list[Entry], keys: Keys) -> Translated:
    if kind == _SOLUTIONS:
        for entry in found:
            if provider := entry.one(Meaning.PROVIDER):
                entry.said[Meaning.PROVIDER] = [keys.named(_ENTITIES, provider, entry)]
        return translate(found)
    made = Translated()
    for entry in found:
        made.rows += _entity(entry, keys) if kind == _ENTITIES else _contract(entry, keys)
        made.problems += entry.problems
    return made


def _entity(entry: Entry, keys: Keys) -> Iterable[Row]:
    name = entry.one(Meaning.RECIPIENT) or entry.one(Meaning.REFERENCE)
    if name is None:
        return
    extra = _extra(entry, {_PARENT: ("Parent entity", _ENTITIES)}, keys)
    facts = {
        "Recipient": Said(one_name(as_text(name.value)), name.cell),
        "Country": place_answer(entry.one(Meaning.RECIPIENT_COUNTRY)),
        "Notes": entry.one(Meaning.NOTES),
    }
    yield Row("Recipients", entry.at, {h: s for h, s in facts.items() if s}, extra)


def _contract(entry: Entry, keys: Keys) -> Iterable[Row]:
    """A contract, with the days it runs. That it is one of the safeguards that law asks for, the file does not say."""
    name = entry.one(Meaning.DOCUMENT) or entry.one(Meaning.REFERENCE)
    if name is None:
        return
    provider = entry.extra.pop(_PROVIDER, None)
    facts = {
        "Safeguard": Said(one_name(as_text(name.value)), name.cell),
        "Mechanism": Said(NOT_STATED, name.cell),
        "Recipients": keys.named(_ENTITIES, provider, entry) if provider else None,
        "Starts": entry.extra.pop("start_date", None),
        "Expires": entry.one(Meaning.EXPIRES),
        "Document": entry.one(Meaning.REFERENCE),
        "Notes": entry.one(Meaning.NOTES),
    }
    extra = _extra(entry, {_SOLUTION: ("Solution", _SOLUTIONS)}, keys)
    yield Row("Safeguards", entry.at, {h: s for h, s in facts.items() if s}, extra)


def _extra(entry: Entry, keyed: Mapping[str, tuple[str, str]], keys: Keys) -> dict[str, Said]:
    """What the workbook has no heading for; of what names a row by its key, the name."""
    extra = dict(entry.extra)
    if reference := entry.one(Meaning.REFERENCE):
        extra["Reference"] = reference
    for heading, (shown, kind) in keyed.items():
        if heading in extra:
            extra[shown] = keys.named(kind, extra.pop(heading), entry)
    return extra


THIRD_PARTIES = Keyed("CISO Assistant workbook of third parties", _KINDS, _rows, _aside).layout()
