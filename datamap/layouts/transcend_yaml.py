"""Transcend's configuration: processing activities, vendors, business entities and data silos.

A data silo that an activity names is taken as a recipient. Most of them are somebody's online service, so the
information leaves the organisation; a silo read as a system of its own would have no flow, and nothing would ask where
the information goes. Where an activity's information is stored, the file says, and not by whom: that is not stated, and
never the organisation itself. A headquarters is where a company is established, and never where it holds anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamap import places
from datamap.layouts.gathered import (
    also,
    branch,
    branches,
    distinct,
    documents,
    entries,
    gathered,
    kept,
    leaves,
    movements,
    text_of,
)
from datamap.layouts.layout import Layout
from datamap.layouts.rows import NOT_STATED, one_name
from datamap.layouts.tables import filled_rows
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Node
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Draft, Row, Said, joined

NAME = "Transcend configuration"

ACTIVITIES, VENDORS, ENTITIES, SILOS = "processing-activities", "vendors", "business-entities", "data-silos"
_MARKS = {
    ACTIVITIES: ("dataSiloTitles", "controllerships", "storageRegions", "transferRegions", "retentionType",
                 "processingSubPurposes", "dataSubCategories", "dataSubjectTypes", "saaSCategories", "ownerEmails",
                 "dataProtectionImpactAssessmentStatus", "securityMeasureDetails", "teamNames"),
    VENDORS: ("headquarterCountry", "headquarterSubDivision", "dataProcessingAgreementLink", "websiteUrl",
              "businessEntity", "contactName", "address"),
    ENTITIES: ("headquarterCountry", "headquarterSubDivision", "dataProtectionOfficerName", "address",
               "dataProtectionOfficerEmail"),
    SILOS: ("integrationName", "outer-type", "datapoints", "data-subjects", "identity-keys", "owners", "teams"),
}  # fmt: skip
_DAYS_A_PERIOD = "STATED_PERIOD"


def recognises(book: Book) -> float:
    """A list of things with titles under one of Transcend's keys, with keys that only Transcend has."""
    found = documents(book, *_MARKS)
    marked = any(
        isinstance(entry, dict) and not entry.keys().isdisjoint(marks)
        for key, marks in _MARKS.items()
        for entry in entries(found, key, "title")
    )
    return 1.0 if marked else 0.0


class _Configuration:
    """One file as rows of the workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.documents = documents(book)
        self.rows: list[Row] = []
        self.problems: list[Problem] = []

    def draft(self) -> Draft:
        for key, take in (
            (ENTITIES, self.entity), (VENDORS, self.vendor), (SILOS, self.silo), (ACTIVITIES, self.activity),
        ):  # fmt: skip
            for entry in entries(self.documents, key, "title"):
                take(entry)
        read = {cell: words for sheet in self.book.sheets for cell, words in filled_rows(sheet).items()}
        rows = list(gathered(self.rows))
        others = {h: s for d in self.documents for h, s in kept(d, _MARKS).items()}
        if rows and others:
            rows[0] = Row(rows[0].sheet, rows[0].at, rows[0].facts, {**rows[0].extra, **others})
        return Draft(self.book.file, NAME, tuple(rows), read, (), tuple(self.problems))

    def row(self, sheet: str, name: Said, facts: Mapping[str, Said | None], extra: Mapping[str, Said]) -> None:
        self.rows.append(Row(sheet, name.cell, {h: s for h, s in facts.items() if s is not None}, extra))

    # -- who

    def entity(self, entry: Node) -> None:
        name = _title(entry)
        facts = {
            "Organisation": name,
            "Country": self.headquarters(entry),
            "Contact": joined(s for k in ("Name", "Email") if (s := text_of(entry, f"dataProtectionOfficer{k}"))),
            "Notes": text_of(entry, "description"),
        }
        used = (
            "title",
            "description",
            *_HEADQUARTERS,
            "dataProtectionOfficerName",
            "dataProtectionOfficerEmail",
            "attributes",
        )
        self.row("Organisations", name, facts, {**kept(entry, used), **_attributes(entry)})

    def vendor(self, entry: Node) -> None:
        name, where = _title(entry), self.headquarters(entry)
        facts = {"Recipient": name, "Country": where, "Managed from": where, "Notes": text_of(entry, "description")}
        used = ("title", "description", *_HEADQUARTERS, "attributes")
        self.row("Recipients", name, facts, {**kept(entry, used), **_attributes(entry)})

    def silo(self, entry: Node) -> None:
        name = _title(entry)
        facts = {"Recipient": name, "Notes": text_of(entry, "description")}
        used = ("title", "description", "attributes")
        self.row("Recipients", name, facts, {**kept(entry, used), **_attributes(entry)})

    def headquarters(self, entry: Node) -> Said | None:
        """The country of the headquarters; an address that ends in a place of another country is a problem."""
        where = _region(branch(entry, "headquarterCountry"), branch(entry, "headquarterSubDivision"))
        address = text_of(entry, "address")
        if where and address:
            read = places.read_places(as_text(where.value)).places
            elsewhere = _country_of(as_text(address.value))
            if elsewhere and read and read[0].country not in (None, elsewhere):
                wanted = f"{as_text(address.value)!r} ({places.country_name(elsewhere)})"
                self.problems.append(Problem(Kind.TWO_COLUMNS, where.cell, "", as_text(where.value), wanted))
        return where

    # -- activities

    def activity(self, entry: Node) -> None:
        name = _title(entry)
        held = distinct(_pairs(branch(entry, "dataSubCategories"), "category"))
        for category in held:
            self.row("Information categories", category, {"Category": category}, {})
        purposes = distinct(_pairs(branch(entry, "processingSubPurposes"), "purpose"))
        people = distinct(leaves(branch(entry, "dataSubjectTypes")))
        stored = _regions(branch(entry, "storageRegions"))
        facts = {
            "System": name,
            "Kind": Said("processing activity", name.cell),
            "Provider": Said(NOT_STATED, stored.cell, stored.also) if stored else None,
            "Locations": stored,
            "Categories": joined(held),
            "Individuals": joined(people),
            "Purposes": joined(purposes),
            "Retention": _retention(entry),
            "Security": text_of(entry, "securityMeasureDetails"),
            "Owner": text_of(entry, "ownerEmails"),
            "Notes": text_of(entry, "description"),
        }
        used = (
            "title", "description", "securityMeasureDetails", "storageRegions", "transferRegions", "retentionType",
            "retentionPeriod", "dataSiloTitles", "dataSubjectTypes", "ownerEmails", "processingSubPurposes",
            "dataSubCategories", "attributes",
        )  # fmt: skip
        self.row("Systems", name, facts, {**kept(entry, used), **_attributes(entry)})
        moved = {"Categories": joined(held), "Individuals": joined(people), "Purpose": joined(purposes)}
        silos = distinct(s._replace(value=one_name(as_text(s.value))) for s in leaves(branch(entry, "dataSiloTitles")))
        for silo in silos:
            self.row("Recipients", silo, {"Recipient": silo}, {})
        found = movements(
            name,
            [(silo, moved) for silo in silos],
            moved,
            _regions(branch(entry, "transferRegions")),
            goes=text_of(entry, "saaSCategories"),
        )
        self.rows += found.rows
        self.problems += found.problems


_HEADQUARTERS = ("headquarterCountry", "headquarterSubDivision")


def _title(entry: Node) -> Said:
    said = text_of(entry, "title")
    assert said
    return said._replace(value=one_name(as_text(said.value)))


def _region(country: Node, part: Node) -> Said | None:
    """A country and its part in brackets; a part alone (`US-NJ`, ISO 3166-2) begins with its country."""
    whole, inner = text_of(country), text_of(part)
    if inner is None:
        return whole
    letters = as_text(whole.value) if whole else as_text(inner.value).partition("-")[0]
    at = whole or inner
    return Said(f"{letters} ({as_text(inner.value)})", at.cell, (*at.also, *(() if at is inner else (inner.cell,))))


def _regions(node: Node) -> Said | None:
    found = []
    for each in branches(node):
        is_pair = isinstance(each, dict)
        said = _region(branch(each, "country"), branch(each, "countrySubDivision")) if is_pair else text_of(each)
        if said:
            found.append(said)
    return joined(found)


def _pairs(node: Node, group: str) -> Iterator[Said]:
    """`CONTACT: Email` from a group and a name; what else the entry says is told in brackets."""
    for each in branches(node):
        of_group = text_of(each, group) if isinstance(each, dict) else text_of(each)
        said = [s for s in (of_group, text_of(branch(each, "name"))) if s]
        rest = list(kept(each, (group, "name")).values())
        if not said and not rest:
            continue
        words = ": ".join(as_text(s.value) for s in said)
        if rest:
            words = f"{words} ({', '.join(as_text(s.value) for s in rest)})".strip()
        first, *others = [cell for s in (*said, *rest) for cell in (s.cell, *s.also)]
        yield Said(one_name(words), first, tuple(others))


def _retention(entry: Node) -> Said | None:
    """How long, in days; `UNSPECIFIED` says that nobody stated it."""
    kind, days = text_of(entry, "retentionType"), text_of(entry, "retentionPeriod")
    if days:
        said = Said(f"{as_text(days.value)} days", days.cell, days.also)
        if kind and as_text(kind.value) != _DAYS_A_PERIOD:
            said = said._replace(value=f"{said.value} ({as_text(kind.value)})")
        return said._replace(also=(kind.cell,)) if kind else said
    if kind is None:
        return None
    unstated = as_text(kind.value).upper() in ("UNSPECIFIED", "UNKNOWN", _DAYS_A_PERIOD)
    return kind._replace(value=NOT_STATED if unstated else as_text(kind.value).replace("_", " ").lower())


def _attributes(entry: Node) -> dict[str, Said]:
    """Fields of the file's own: each by its name."""
    found: dict[str, Said] = {}
    for each in branches(branch(entry, "attributes")):
        key = text_of(each, "key", "name")
        values = joined(kept(each, ("key",)).values())
        said = also(values, key.cell) if values and key else values or key
        if said:
            found[as_text(key.value) if key else "attributes"] = said
    return found


def _country_of(address: str) -> str | None:
    """The country that the last part of an address names, or whose place it is; None when it is nobody's for certain."""
    read = places.read_places(address)
    if len(read.places) == 1 and read.places[0].country:
        return read.places[0].country
    last = places.read_places(address.rpartition(",")[2].strip())
    if len(last.places) == 1 and last.places[0].country:
        return last.places[0].country
    hint = last.unknown[0][1] if len(last.unknown) == 1 else None
    place = places.named(hint) if hint and places.nearest(last.unknown[0][0], [hint]) is None else None
    return place.country if place else None


LAYOUT = Layout(NAME, recognises, lambda books: [_Configuration(book).draft() for book in books])
