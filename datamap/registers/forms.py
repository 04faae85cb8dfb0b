"""The records that are also layouts: an authority's own form, filled in so that it is read again as that form.

A form has fewer places than an inventory. What it cannot hold is counted, heading by heading. What it does hold is read
back, by the same layout that reads anybody's copy, before the file is given away; whatever would be read otherwise is
named. Headings are the authority's, the words under them the user's own. Nothing that datamap concludes is written in.
Layouts: CNIL, registre-traitement-simplifie.ods; ICO, documentation template for controllers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from datamap import layouts
from datamap.graph import MappedFlow, Movement
from datamap.inventory import (
    Category,
    CategoryKind,
    Fact,
    Inventory,
    Nothing,
    Organisation,
    Place,
    Role,
    Safeguard,
    System,
    items,
    name_key,
)
from datamap.layouts import ico
from datamap.places import named, place_name
from datamap.registers.tables import Row, Shown, recipient_name, says
from datamap.sheets import Book, Sheet, Unreadable, Value
from datamap.workbook import SHEETS
from datamap.workbook.columns import plain_text
from datamap.workbook.opendocument import Form


class Piece(NamedTuple):
    """One thing that a form says of an activity, in words: `recipient`, `Payroll`, `Pay bureau`."""

    what: str
    of: str
    says: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.what, name_key(self.of), self.says if self.what in _TEXTS else name_key(self.says)


_TEXTS = ("purpose", "retention", "security measure")
"""What is a text, in which punctuation and capitals count."""


@dataclass(frozen=True)
class Filled:
    """A form filled in: its sheets, and what the file says beside them of what is not in it."""

    sheets: tuple[Form, ...]
    said: tuple[Row, ...]


@dataclass(frozen=True)
class FormOf:
    """A form that is also a layout: how it is filled in, its layout's name, and the kinds of file it can be.

    `fill` gives the sheets and what they say, piece by piece. `holds` are the (sheet, heading) of the workbook that have
    a place in it; `pieces` are the kinds of piece that the layout reads again.
    """

    layout: str
    fill: Callable[[Shown, Sequence[Activity]], tuple[list[Form], list[Piece]]]
    home: str  # the group of countries that the form's transfers are out of
    holds: frozenset[tuple[str, str]]
    pieces: frozenset[str]
    endings: tuple[str, ...] = (".ods", ".xlsx")

    def filled(self, shown: Shown, systems: Sequence[System]) -> Filled:
        """The form for some systems, and all that it does not hold."""
        home = named(self.home)
        assert home
        abroad = home.within or frozenset({home.country or ""})
        activities = [Activity(shown, system, abroad) for system in systems]
        sheets, meant = self.fill(shown, activities)
        said: list[Row] = [
            ("Form", f"{self.layout}. Its headings are the authority's, the words under them those of the inventory.")
        ]
        said += _flows_said(shown, activities)
        said += _places_said(activities, self.home)
        said += _not_held(shown, activities, self.holds)
        said += self._read_back(shown, sheets, meant)
        return Filled(tuple(sheets), tuple(said))

    def _read_back(self, shown: Shown, sheets: Sequence[Form], meant: Sequence[Piece]) -> Iterator[Row]:
        """What the layout makes of the sheets, held against what they were meant to say."""
        file = f"form{self.endings[0]}"
        rows = [Sheet(file, s.name, [[_as_read(v) for v in row] for row in s.rows]) for s in sheets]
        wanted = {p.key: p for p in meant if p.what in self.pieces}
        try:
            found = layouts.read([Book(file, tuple(rows), self.endings[0][1:])], shown.assessment.law)
        except Unreadable as reason:
            yield "Read back", f"The form could not be read back: {reason}"
            return
        read = {p.key for p in pieces_of(found.inventory)}
        lost = [p for key, p in wanted.items() if key not in read]
        as_layout = found.inputs[0].layout
        yield (
            "Read back",
            f"As {as_layout}: {len(wanted)} facts written, {len(wanted) - len(lost)} of them read again as they stand.",
        )
        for piece in lost:
            yield "Read otherwise", f"{piece.what}: “{piece.says}” of “{piece.of}”"


def _as_read(value: Value) -> Value:
    return (plain_text(value) or None) if isinstance(value, str) else value


# ---------------------------------------------------------------------------------------------- an activity


class Transfer(NamedTuple):
    """Where a recipient has it outside the form's own countries, and the agreements on file that it could rest on."""

    recipient: str
    place: Fact[Place]
    safeguards: tuple[Safeguard, ...]


class Activity:
    """One system as a processing activity of a form."""

    def __init__(self, shown: Shown, system: System, home: frozenset[str]) -> None:
        self.shown, self.system, self.home = shown, system, home
        self.name = system.name
        self.flows = shown.leaving(system)

    @property
    def organisation(self) -> Organisation | None:
        inventory = self.shown.assessment.inventory
        if self.system.organisation.value:
            return inventory.organisation(self.system.organisation.value)
        return inventory.organisations[0] if len(inventory.organisations) == 1 else None

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """The purposes of the system, and those of its flows, each once."""
        return _once((*items(self.system.purposes), *(f.record.purpose.value or "" for f in self.flows)))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """What it holds; a category that no sheet declares is a bare record."""
        inventory = self.shown.assessment.inventory
        return tuple(inventory.category(c) or Category(name=c) for c in items(self.system.categories))

    @cached_property
    def recipients(self) -> dict[str, Fact[Role]]:
        """Everybody outside who receives something of it, with their role there."""
        found: dict[str, Fact[Role]] = {}
        for flow in self.flows:
            if flow.movement is not Movement.OWN_SITE:
                own = flow.recipient.role if flow.recipient else _NO_ROLE
                found.setdefault(recipient_name(flow), flow.record.role.or_else(own))
        return found

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        """Every place outside the form's own countries, or not stated, each once for a recipient."""
        found: dict[tuple[str, str], Transfer] = {}
        for flow in self.flows:
            for leg in self.shown.legs.get(flow.id, ()):
                if not (place := leg.place.value) or not _inside(place, self.home):
                    name = recipient_name(flow)
                    held = self._on_file(flow, place)
                    known = found.get((name_key(name), place_key(place)))
                    both = dict.fromkeys((*(known.safeguards if known else ()), *held))
                    found[name_key(name), place_key(place)] = Transfer(name, leg.place, tuple(both))
        return tuple(found.values())

    @property
    def at_home(self) -> int:
        """How many of its places the form has no column for, because they are in its own countries."""
        legs = (leg for flow in self.flows for leg in self.shown.legs.get(flow.id, ()))
        return sum(1 for leg in legs if leg.place.value and _inside(leg.place.value, self.home))

    def _on_file(self, flow: MappedFlow, place: Place | None) -> Iterator[Safeguard]:
        """The safeguards that the flow names, else those that are with its recipient for what it carries, there."""
        inventory, on = self.shown.assessment.inventory, self.shown.assessment.on
        named_there = [s for n in items(flow.record.safeguards) if (s := inventory.safeguard(n))]
        key = name_key(recipient_name(flow))
        carried = {name_key(c) for c in items(flow.categories)}
        for safeguard in named_there or inventory.safeguards:
            with_it = key in map(name_key, items(safeguard.recipients))
            covers = {name_key(c) for c in items(safeguard.categories)}
            there = items(safeguard.countries)
            fits = (
                with_it
                and (not covers or bool(covers & carried))
                and (not there or (place is not None and any(p.country == place.country for p in there)))
            )
            if (safeguard in named_there or fits) and standing(safeguard, on) in _ON_FILE:
                yield safeguard

    @property
    def security(self) -> tuple[str, ...]:
        return _once(_whole(line) for line in (self.system.security.value or "").splitlines())

    def kept_for(self) -> dict[str, str]:
        """How long each category is kept."""
        return _kept_for(self.system.retention.value or "", [c.name for c in self.categories])

    def pieces(self) -> Iterator[Piece]:
        """What there is to say of it that some form holds."""
        of = self.name
        yield Piece("activity", of, of)
        yield from (Piece("purpose", of, _whole(p)) for p in self.purposes)
        yield from (Piece("category", of, c.name) for c in self.categories)
        yield from (Piece("individuals", of, i) for i in items(self.system.individuals))
        yield from (Piece("security measure", of, line) for line in self.security)
        for name, role in self.recipients.items():
            yield Piece("recipient", of, name)
            if role.value in _ROLES:
                yield Piece("role", of, f"{name}: {role.value}")
        for to in self.transfers:
            yield Piece("transfer", of, f"{to.recipient}: {place_key(to.place.value)}")
            for safeguard in to.safeguards:
                yield Piece("kind of guarantee", of, f"{to.recipient}: {says(safeguard.mechanism)}")
                if safeguard.document.value:
                    yield Piece("document", of, f"{to.recipient}: {safeguard.document.value}")
        yield from (Piece("retention", of, f"{c}: {_whole(t)}") for c, t in self.kept_for().items())
        if self.system.retention.value and not self.categories:
            yield Piece("retention", of, _whole(self.system.retention.value))


def pieces_of(inventory: Inventory) -> Iterator[Piece]:
    """The same of an inventory that a form was read as."""
    for system in inventory.systems:
        of = system.name
        yield Piece("activity", of, of)
        yield from (Piece("purpose", of, _whole(p)) for p in items(system.purposes))
        yield from (Piece("category", of, c) for c in items(system.categories))
        yield from (Piece("individuals", of, i) for i in items(system.individuals))
        yield from (Piece("security measure", of, _whole(p)) for p in (system.security.value or "").splitlines())
        yield from (Piece("collected from", of, c) for c in items(system.collected_from))
        yield from (Piece("owner", of, text) for text in (system.owner.value or "",) if text)
        yield from (Piece("held at", of, place_key(p)) for p in items(system.locations))
        kept = _kept_for(system.retention.value or "", items(system.categories))
        yield from (Piece("retention", of, f"{c}: {_whole(t)}") for c, t in kept.items())
        if system.retention.value:
            yield Piece("retention", of, _whole(system.retention.value))
    for flow in inventory.flows:
        of, to = flow.origin.value or "", flow.destination.value or ""
        declared = inventory.recipient(to)
        role = flow.role.or_else(declared.role if declared else _NO_ROLE).value
        yield Piece("recipient", of, to)
        if role in _ROLES:
            yield Piece("role", of, f"{to}: {role.value}")
        own = declared.locations.or_else(declared.country) if declared else _NO_PLACE
        where = flow.locations.or_else(own)
        yield from (Piece("transfer", of, f"{to}: {place_key(p)}") for p in items(where))
        if not where.known:
            yield Piece("transfer", of, f"{to}: {place_key(None)}")
        for name in items(flow.safeguards):
            if safeguard := inventory.safeguard(name):
                yield Piece("kind of guarantee", of, f"{to}: {says(safeguard.mechanism)}")
                for document in (safeguard.document.value or "").splitlines():
                    yield Piece("document", of, f"{to}: {document}")


def _inside(place: Place, home: frozenset[str]) -> bool:
    """Whether a place is for certain in one of some countries."""
    return place.country in home if place.country else bool(place.within) and frozenset(place.within or ()) <= home


def place_key(place: Place | None) -> str:
    """A place in words that say all of it."""
    if place is None:
        return "not stated"
    where = place_name(place) if place.stated else place.text
    return f"{where} ({place.activity})" if place.activity else where


_NO_ROLE: Fact[Role] = Fact()
_NO_PLACE: Fact[tuple[Place, ...]] = Fact()
_ON_FILE = ("on file", "review overdue", "not signed or started by a day on record")


def standing(safeguard: Safeguard, on: Any) -> str:
    """How a safeguard stands on a day: `on file`, `ended`, `not yet`, `review overdue`, or that no day is recorded."""
    starts = max((d for d in (safeguard.signed.value, safeguard.starts.value) if d), default=None)
    ends, review = safeguard.expires.value, safeguard.review_due.value
    if starts is None:
        return "not signed or started by a day on record"
    if starts > on:
        return "not yet"
    if ends and ends < on:
        return "ended"
    return "review overdue" if review and review < on else "on file"


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for t in texts if t.strip()))


def _whole(text: str) -> str:
    return " ".join(text.split())


def _kept_for(retention: str, categories: Sequence[str]) -> dict[str, str]:
    """One text on how long a system keeps things → how long it keeps each category, where the text says it of each."""
    known = {name_key(c): c for c in categories}
    found: dict[str, str] = {}
    for line in retention.splitlines():
        category, colon, text = line.partition(": ")
        if not colon or name_key(category) not in known or not text.strip():
            return dict.fromkeys(categories, retention) if retention else {}
        found[known[name_key(category)]] = text
    return found


# ---------------------------------------------------------------------------------------------- what is not in it


def _flows_said(shown: Shown, activities: Sequence[Activity]) -> Iterator[Row]:
    within = {f.id for a in activities for f in a.flows}
    left = Counter(_why(flow) for flow in shown.flows if flow.id not in within)
    out = "; ".join(f"{n} {why}" for why, n in sorted(left.items()))
    yield "Flows", f"{len(shown.flows)} flows, {len(within)} in this form{f'; left out: {out}' if out else ''}."


def _why(flow: MappedFlow) -> str:
    match flow.movement:
        case Movement.COLLECTION:
            return "that collect information (the form has no flows in)"
        case Movement.INTERNAL:
            return "between systems (the form has no such flows)"
        case Movement.ONWARD:
            return "that a recipient sends on (the form has no such flows)"
    return "of systems that are not in this form" if flow.system else "that leave no system of the inventory"


def _places_said(activities: Sequence[Activity], home: str) -> Iterator[Row]:
    if inside := sum(a.at_home for a in activities):
        yield "Places", f"{inside} places inside {home} are not in the form: it asks only for those outside."
    lapsed = sum(
        1
        for s in (activities[0].shown.assessment.inventory.safeguards if activities else ())
        if standing(s, activities[0].shown.assessment.on) not in _ON_FILE
    )
    if lapsed:
        yield "Safeguards", f"{lapsed} that ended or have not begun are not written as guarantees."


def _not_held(shown: Shown, activities: Sequence[Activity], holds: frozenset[tuple[str, str]]) -> Iterator[Row]:
    """The facts that somebody filled in and the form has no place for, by the heading they stand under."""
    inventory = shown.assessment.inventory
    flows = [f for a in activities for f in a.flows]
    reached = {name_key(recipient_name(f)) for f in flows}
    records: Mapping[str, Iterable[Any]] = {
        "Organisations": {id(o): o for a in activities if (o := a.organisation)}.values(),
        "Systems": [a.system for a in activities],
        "Information categories": {c.name: c for a in activities for c in a.categories}.values(),
        "Recipients": [r for r in inventory.recipients if name_key(r.name) in reached],
        "Flows": {f.id: f.record for f in flows if not f.implied}.values(),
        "Safeguards": {s.name: s for a in activities for t in a.transfers for s in t.safeguards}.values(),
    }
    for layout in SHEETS:
        every = getattr(inventory, layout.field)
        if layout.name not in records:
            if every:
                yield f"Not in the form: {layout.name}", f"{len(every)} {'row' if len(every) == 1 else 'rows'}"
            continue
        counts: Counter[str] = Counter()
        for record in records[layout.name]:
            for column in layout.columns:
                held = column is layout.identity or (layout.name, column.heading) in holds
                if not held and not getattr(record, column.field).blank:
                    counts[column.heading] += 1
            counts.update(heading for heading, fact in record.extra.items() if not fact.blank)
        if counts:
            told = "; ".join(f"{heading} ({n})" for heading, n in counts.items())
            yield f"Not in the form: {layout.name}", f"{told}. In brackets: in how many rows it is filled in."


# ---------------------------------------------------------------------------------------------- CNIL

_ROLES = {
    Role.AGENT: "Sous-traitants",
    Role.SAME_ORGANISATION: "Service interne qui traite les données",
    Role.JOINT_CONTROLLER: "Responsables conjoints",
}
"""The roles that the CNIL's form has words for."""
_OTHER = "Autre (Préciser)"
_UNKNOWN, _NONE = "non renseigné", "néant"
_ORDINARY = {
    CategoryKind.IDENTITY: "État civil, identité, données d'identification, images…",
    CategoryKind.FINANCIAL: "Informations d'ordre économique et financier (revenus, situation financière, situation fiscale, etc.)",
    CategoryKind.ONLINE_IDENTIFIER: "Données de connexion (adress IP, logs, etc.)",
    CategoryKind.LOCATION: "Données de localisation (déplacements, données GPS, GSM, etc.)",
}
_SENSITIVE = {
    CategoryKind.ETHNICITY: "Données révélant l'origine raciale ou ethnique",
    CategoryKind.BELIEFS: "Données révélant les opinions politiques, les convictions religieuses ou philosophiques, l'appartenance syndicale",
    CategoryKind.GENETIC: "Données génétiques",
    CategoryKind.BIOMETRIC: "Données biométriques",
    CategoryKind.HEALTH: "Données concernant la santé",
    CategoryKind.SEXUALITY: "Données concernant la vie sexuelle ou l'orientation sexuelle",
    CategoryKind.CRIMINAL: "Données relatives à des condamnations pénales ou infractions",
}
_OTHER_DATA, _OTHER_SENSITIVE = "Autres données", "Autres données, sensibles selon l'inventaire"
_GUARANTEES = {
    name_key("SCC"): "Clauses contractuelles types (CCT)",
    name_key("BCR"): "Règles d'entreprise contraignantes (BCR)",
    name_key("code of conduct"): "Code de conduite",
}
_FORM_WIDTHS = (38.0, 34.0, 18.0, 24.0, 34.0, 20.0, 14.0, 20.0)
_LIST_WIDTHS = (30.0, 9.0, 18.0, 20.0, 44.0, 12.0, 12.0, 12.0)


def _cnil(shown: Shown, activities: Sequence[Activity]) -> tuple[list[Form], list[Piece]]:
    sheets = [_cnil_list(activities)]
    sheets += [_cnil_form(number, activity) for number, activity in enumerate(activities, 1)]
    return sheets, [p for a in activities for p in a.pieces()]


def _cnil_list(activities: Sequence[Activity]) -> Form:
    organisations = {id(o): o for a in activities if (o := a.organisation)}
    only = next(iter(organisations.values())) if len(organisations) == 1 else None
    rows: list[tuple[Value, ...]] = []
    for whose, name, contact in (
        (
            "Coordonnées du responsable de l'organisme",
            only.name if only else None,
            says(only.contact) if only else None,
        ),
        ("Coordonnées du représentant", None, None),
        ("Coordonnées du délégué à la protection des données (DPO)", None, None),
    ):
        rows.append((whose, "Nom :", name, "Prénom :", None, "Adresse :", contact or None))
        rows.append((None, "Code postal :", None, "Ville :", None, "Téléphone :"))
    rows.append(
        ("Identification du traitement", None, None, None, "Finalité du traitement", None, None, "Données sensibles ?")
    )
    rows.append(
        (
            "Nom du traitement", "N° / RÉF", "Date de création de la fiche", "Dernière mise à jour de la fiche",
            None, None, None, "Oui/non",
        )
    )  # fmt: skip
    for number, activity in enumerate(activities, 1):
        sensitive = [_is_sensitive(c) for c in activity.categories]
        answer = "Oui" if any(sensitive) else None
        if sensitive and all(c.sensitive.value is False for c in activity.categories) and not answer:
            answer = "Non"
        purposes = "\n".join(activity.purposes) or None
        rows.append((activity.name, str(number), None, None, purposes, None, None, answer))
    return Form("2_-_Liste_des_traitements", _LIST_WIDTHS, _even(rows, 8), frozenset({6, 7}))


def _cnil_form(number: int, activity: Activity) -> Form:
    system, organisation = activity.system, activity.organisation
    rows: list[tuple[Value, ...]] = [("Fiche de registre de traitement",), ()]
    heads = [0]

    def section(*headings: Value) -> None:
        heads.append(len(rows))
        rows.append(headings)

    section("Description du traitement")
    rows.append(("Nom du traitement", activity.name))
    rows.append(("N° / RÉF", str(number)))
    rows += [("Date de création du traitement",), ("Mise à jour du traitement",), ()]

    section("Acteurs", "Nom", "Adresse", "Code Postal", "Ville", "Pays", "Téléphone", "Adresse mél")
    if organisation:
        contact = says(organisation.contact) or None
        mail = bool(contact and re.fullmatch(r"\S+@\S+", contact))
        country = "; ".join(map(place_key, items(organisation.country))) or _UNKNOWN
        rows.append(
            ("Responsable du traitement", organisation.name, None if mail else contact, None, None, country, None, contact if mail else None)
        )  # fmt: skip
    else:
        rows.append(("Responsable du traitement",))
    rows += [("Délégué à la protection des données",), ("Société du DPO (si celui-ci est externe)",), ("Représentant",)]
    rows += [("Responsable(s) conjoint(s)",), ()]

    section("Finalité(s) du traitement effectué")
    purposes = activity.purposes or (_nothing(system.purposes),)
    rows += [(f"Sous-finalité {n}" if n else "Finalité principale", text) for n, text in enumerate(purposes)]
    rows.append(())

    kept = activity.kept_for()
    unkept = _nothing(system.retention)
    ordinary = [c for c in activity.categories if not _is_sensitive(c)]
    section("Catégories de données personnelles concernées", "Description", None, None, "Durée de conservation")
    rows += [(_ORDINARY.get(c.kind.value, _OTHER_DATA) if c.kind.value else _OTHER_DATA, c.name, None, None, kept.get(c.name, unkept)) for c in ordinary]  # fmt: skip
    if not activity.categories:
        rows.append((_OTHER_DATA, _nothing(system.categories)))
    rows.append(())
    section("Données sensibles", "Description", None, None, "Durée de conservation")
    for category in activity.categories:
        if _is_sensitive(category):
            label = _SENSITIVE.get(category.kind.value, _OTHER_SENSITIVE) if category.kind.value else _OTHER_SENSITIVE
            rows.append((label, category.name, None, None, kept.get(category.name, unkept)))
    rows.append(())

    section("Catégories de personnes concernées", "Description", None, None, "Précisions")
    people: list[tuple[Value, Value]] = [("Autres (préciser)", i) for i in items(system.individuals)] or [
        (_nothing(system.individuals), None)
    ]
    rows += [(f"Catégorie de personnes {n}", word, None, None, text) for n, (word, text) in enumerate(people, 1)]
    rows.append(())

    section("Destinataires", "Type de destinataire", None, None, "Précisions")
    to: list[tuple[Value, Value]] = [
        (_ROLES.get(role.value, _OTHER) if role.value else _OTHER, name) for name, role in activity.recipients.items()
    ]
    to = to or [(_nothing(system.recipients), None)]
    rows += [(f"Destinataire {n}", word, None, None, text) for n, (word, text) in enumerate(to, 1)]
    rows.append(())

    section("Mesures de sécurité", "Type de mesure de sécurité", None, None, "Précisions")
    measures: list[tuple[Value, Value]] = [("Autres mesures (à préciser)", line) for line in activity.security]
    measures = measures or [(_nothing(system.security), None)]
    rows += [(f"Mesure de sécurité {n}", word, None, None, text) for n, (word, text) in enumerate(measures, 1)]
    rows.append(())

    section("Transferts hors UE", "Destinataire", "Pays", "Type de Garanties", None, "Liens vers la documentation")
    for n, transfer in enumerate(_one_document_each(activity.transfers), 1):
        guarantees = "\n".join(_once(_guarantee(s) for s in transfer.safeguards)) or None
        document = next((says(s.document) for s in transfer.safeguards if s.document.value), None)
        where = place_key(transfer.place.value) if transfer.place.value else _UNKNOWN
        rows.append((f"Organisme destinataire {n}", transfer.recipient, where, guarantees, None, document))
    name = re.sub(r"[^\w .&()-]", " ", activity.name)
    return Form(_whole(f"{number} {name}")[:31].strip(), _FORM_WIDTHS, _even(rows, 8), frozenset(heads))


def _is_sensitive(category: Category) -> bool:
    return category.kind.value in _SENSITIVE or category.sensitive.value is True


def _guarantee(safeguard: Safeguard) -> str:
    words = says(safeguard.mechanism)
    return _GUARANTEES.get(name_key(words), words)


def _one_document_each(transfers: Iterable[Transfer]) -> Iterator[Transfer]:
    """Transfers such that what stands on one row of the form is of one document."""
    for transfer in transfers:
        by_document: dict[str, list[Safeguard]] = {}
        for safeguard in transfer.safeguards:
            by_document.setdefault(says(safeguard.document), []).append(safeguard)
        for safeguards in by_document.values() or [[]]:
            yield transfer._replace(safeguards=tuple(safeguards))


def _nothing(fact: Fact[Any]) -> str | None:
    """What the French form says where the inventory has no value; nothing at all where nobody filled it in."""
    return {Nothing.NOT_STATED: _UNKNOWN, Nothing.UNREADABLE: _UNKNOWN, Nothing.NONE: _NONE}.get(
        fact.nothing or Nothing.BLANK
    )


def _even(rows: Iterable[Sequence[Value]], width: int) -> tuple[tuple[Value, ...], ...]:
    return tuple((*row, *(None for _ in range(width - len(row)))) for row in rows)


CNIL = FormOf(
    "CNIL simplified register",
    _cnil,
    "EU",
    frozenset(
        {
            ("Organisations", "Country"), ("Organisations", "Contact"), ("Systems", "Organisation"),
            ("Systems", "Categories"), ("Systems", "Individuals"), ("Systems", "Recipients"), ("Systems", "Purposes"),
            ("Systems", "Retention"), ("Systems", "Security"), ("Information categories", "Sensitive"),
            ("Flows", "From"), ("Flows", "To"), ("Flows", "Purpose"), ("Flows", "Locations"), ("Flows", "Safeguards"),
            ("Safeguards", "Mechanism"), ("Safeguards", "Recipients"), ("Safeguards", "Document"),
        }
    ),
    frozenset(
        {
            "activity", "purpose", "category", "individuals", "security measure", "recipient", "role", "transfer",
            "kind of guarantee", "document", "retention",
        }
    ),
)  # fmt: skip


# ---------------------------------------------------------------------------------------------- ICO

_ICO_WIDTH = 30.0
_ICO_PEOPLE = ("Controller", "Data protection officer", "Representative")
_ICO_LABELS = ("Name", "Address", "Email", "Telephone")
_OF_ICO = dict(zip("ABCDEFGHIJKRT", (*range(11), 17, 19), strict=True))


def _ico(shown: Shown, activities: Sequence[Activity]) -> tuple[list[Form], list[Piece]]:
    rows, meant = _ico_head(activities), list[Piece]()
    rows.append(ico.HEADINGS)
    for activity in activities:
        for purpose in activity.purposes or ("",):
            name = _whole(f"{purpose} ({activity.name})" if purpose else activity.name)
            rows.append(_ico_row(activity, name))
            meant += _ico_pieces(activity, name)
    width = len(ico.HEADINGS)
    return [Form("Template", tuple(_ICO_WIDTH for _ in range(width)), _even(rows, width), frozenset({0, 8}))], meant


def _ico_head(activities: Sequence[Activity]) -> list[tuple[Value, ...]]:
    """The block of contact details, rows 1 to 6, and two blank rows."""
    organisations = {id(o): o for a in activities if (o := a.organisation)}
    only = next(iter(organisations.values())) if len(organisations) == 1 else None
    contact = says(only.contact) if only else ""
    mail = bool(re.fullmatch(r"\S+@\S+", contact))
    said: dict[str, Value] = {"Name": only.name if only else None, ("Email" if mail else "Address"): contact or None}
    rows: list[tuple[Value, ...]] = [tuple(v for who in _ICO_PEOPLE for v in (who, None))]
    for label in _ICO_LABELS:
        rows.append((label, said.get(label), label, None, label, None))
    return [*rows, (), (), ()]


def _ico_row(activity: Activity, name: str) -> tuple[Value, ...]:
    system = activity.system
    row: list[Value] = [None] * len(ico.HEADINGS)
    for number, heading in enumerate(ico.HEADINGS):
        theirs = next(
            (f for h, f in system.extra.items() if name_key(h) in map(name_key, ico.spellings(heading))), None
        )
        row[number] = (says(theirs) or None) if theirs else None
    abroad: dict[str, list[Transfer]] = {}
    for transfer in activity.transfers:
        abroad.setdefault(transfer.recipient, []).append(transfer)
    names = list(dict.fromkeys((*activity.recipients, *abroad)))
    joint = [n for n, role in activity.recipients.items() if role.value is Role.JOINT_CONTROLLER]
    documents = _once(says(s.document) for t in activity.transfers for s in t.safeguards)
    said = {
        "A": says(system.owner),
        "B": name,
        "C": "\n".join(joint),
        "D": _listed(system.individuals),
        "E": _listed(system.categories),
        "F": "\n".join(names) or _listed(system.recipients),
        "G": "\n".join(documents),
        "H": _in_order(names, lambda n: "; ".join(place_key(t.place.value) for t in abroad.get(n, ())) or "none"),
        "I": _in_order(names, lambda n: "; ".join(_once(says(s.mechanism) for t in abroad.get(n, ()) for s in t.safeguards)) or "not stated"),
        "J": says(system.retention),
        "K": says(system.security),
        "R": _listed(system.collected_from),
        "T": "; ".join(map(place_key, items(system.locations))) or says(system.locations),
    }  # fmt: skip
    for letter, text in said.items():
        row[_OF_ICO[letter]] = text or row[_OF_ICO[letter]]
    return tuple(row)


def _listed(fact: Fact[tuple[str, ...]]) -> str:
    return "\n".join(items(fact)) or says(fact)


def _in_order(names: Sequence[str], of: Callable[[str], str]) -> str:
    """What is said of each name, in the order of the names; nothing where nothing is said of any."""
    found = [of(name) for name in names]
    return "\n".join(found) if any(text not in ("none", "not stated") for text in found) else ""


def _ico_pieces(activity: Activity, name: str) -> Iterator[Piece]:
    system = activity.system
    for piece in activity.pieces():
        if piece.what in ("activity", "purpose"):
            continue
        if piece.what != "retention":
            yield piece._replace(of=name)
    yield Piece("activity", name, name)
    yield Piece("purpose", name, name)
    if system.retention.value:
        yield Piece("retention", name, _whole(system.retention.value))
    if system.owner.value:
        yield Piece("owner", name, system.owner.value)
    yield from (Piece("collected from", name, c) for c in items(system.collected_from))
    yield from (Piece("held at", name, place_key(p)) for p in items(system.locations))


ICO = FormOf(
    ico.NAME,
    _ico,
    "UK",
    frozenset(
        {
            ("Organisations", "Contact"), ("Systems", "Organisation"), ("Systems", "Owner"), ("Systems", "Categories"),
            ("Systems", "Individuals"), ("Systems", "Recipients"), ("Systems", "Purposes"), ("Systems", "Retention"),
            ("Systems", "Security"), ("Systems", "Collected from"), ("Systems", "Locations"),
            ("Flows", "From"), ("Flows", "To"), ("Flows", "Purpose"), ("Flows", "Locations"), ("Flows", "Safeguards"),
            ("Safeguards", "Mechanism"), ("Safeguards", "Recipients"), ("Safeguards", "Document"),
        }
    ),
    frozenset(
        {
            "activity", "purpose", "category", "individuals", "security measure", "recipient", "transfer",
            "kind of guarantee", "retention", "owner", "collected from", "held at",
        }
    ),
    (".xlsx", ".ods"),
)  # fmt: skip
