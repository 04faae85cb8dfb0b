"""Fides's manifests: systems with their privacy declarations and data flows, and datasets with the fields' categories.

A flow is declared at both of its ends, as egress and as ingress, and is one flow. Keys of Fides's taxonomy
(`user.contact.email`) stay as they are written. Keys of systems and datasets are looked up in all files given together.
A system that is somebody else's by its type is a recipient; a dataset is the organisation's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from datamap.inventory import Role, name_key
from datamap.layouts import cells
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
from datamap.layouts.rows import NOT_STATED, Translated, movement, one_name, place_answer
from datamap.layouts.tables import filled_rows
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Leaf, Node
from datamap.workbook.columns import NO_WORDS, YES_WORDS, as_text
from datamap.workbook.drafts import Draft, Row, Said, joined

NAME = "Fides manifest"

_SYSTEM_MARKS = ("privacy_declarations", "egress", "ingress", "system_type", "data_responsibility_title", "administrating_department")  # fmt: skip
_MECHANISMS = {"bcrs": "BCR", "sccs": "SCC", "standardcontractualclauses": "SCC", "bindingcorporaterules": "BCR"}
_NO_MECHANISM = ("supplementarymeasures",)
_SOMEBODY_ELSES = re.compile(
    r"\b(?:(?:third|3rd)[\s-]*part(?:y|ies)|vendors?|suppliers?|saas|(?:sub|data|payment)[\s-]*processors?|"
    r"(?:service|cloud|hosting)[\s-]*providers?|external[\s-]*(?:system|service|part(?:y|ies)|application|tool|platform|recipient|compan(?:y|ies))s?)\b"
    r"|^(?:external|partners?|processors?)$",
    re.I,
)
"""Types of a system that make it somebody else's; what kinds there are is not laid down."""
_ROLES = {"processor": Role.AGENT, "subprocessor": Role.AGENT, "controller": Role.CONTROLLER, "jointcontroller": Role.JOINT_CONTROLLER}  # fmt: skip


def _entries(within: Sequence[Node], kind: str) -> list[Node]:
    return entries(within, kind, "fides_key", "name")


def recognises(book: Book) -> float:
    """A list `system` with privacy declarations or flows, or a list `dataset` with collections of fields."""
    found = documents(book, "system", "dataset")
    systems = any(branch(e, mark) is not None for e in _entries(found, "system") for mark in _SYSTEM_MARKS)
    datasets = any(branch(e, "collections") is not None for e in _entries(found, "dataset"))
    return 1.0 if systems or datasets else 0.0


# --------------------------------------------------------------------------------------------------------- the books


@dataclass
class _Flow:
    """One flow, from whichever ends it is declared. `ends` are the keys that declared it."""

    origin: Said
    destination: Said
    categories: list[Said] = field(default_factory=list)
    individuals: list[Said] = field(default_factory=list)
    purposes: list[Said] = field(default_factory=list)
    extra: dict[str, Said] = field(default_factory=dict)


@dataclass(frozen=True)
class _Stranger:
    """A system that is somebody else's: where its information goes, on what basis, and what it is declared to hold."""

    name: Said
    countries: Said | None
    mechanism: Said | None
    other_basis: Said | None
    declared: Mapping[str, Said | None]


class _Manifests:
    """All manifests that are read together."""

    def __init__(self, books: Sequence[Book]) -> None:
        self.documents = {book.file: documents(book) for book in books}
        self.books = books
        self.names: dict[str, Said] = {}
        self.datasets: dict[str, list[Said]] = {}
        self.flows: dict[tuple[str, str], tuple[str, _Flow]] = {}
        self.strangers: dict[str, _Stranger] = {}
        self.rows: dict[str, list[Row]] = {book.file: [] for book in books}
        self.problems: dict[str, list[Problem]] = {book.file: [] for book in books}
        for book in books:
            for kind in ("system", "dataset"):
                for entry in _entries(self.documents[book.file], kind):
                    key, name = text_of(entry, "fides_key"), _name(entry)
                    for said in (key, name):
                        if said:
                            self.names.setdefault(as_text(said.value), name)
                    if kind == "dataset":
                        held = distinct(_data_categories(entry))
                        self.datasets[as_text((key or name).value)] = held

    def drafts(self) -> list[Draft]:
        for book in self.books:
            for entry in _entries(self.documents[book.file], "dataset"):
                self.dataset(book.file, entry)
            for entry in _entries(self.documents[book.file], "system"):
                self.system(book.file, entry)
        for file, flow in self.flows.values():
            self.moved(file, self.flow(flow))
        reached = {end for _, end in self.flows}
        for key, stranger in self.strangers.items():
            if key not in reached:
                at = stranger.name.cell
                anybody = {"From": Said(NOT_STATED, at), "To": stranger.name, **stranger.declared}
                self.moved(at.file, _to_stranger(anybody, stranger, {}))
        return [self.draft(book) for book in self.books]

    def draft(self, book: Book) -> Draft:
        others: dict[str, Said] = {}
        for document in self.documents[book.file]:
            others |= kept(document, ("system", "dataset"))
        rows = list(gathered(self.rows[book.file]))
        for number, row in enumerate(rows):
            if row.sheet == "Systems" and others:
                rows[number] = Row(row.sheet, row.at, row.facts, {**row.extra, **others})
                break
        read = {cell: words for sheet in book.sheets for cell, words in filled_rows(sheet).items()}
        return Draft(book.file, NAME, tuple(rows), read, (), tuple(self.problems[book.file]))

    def moved(self, file: str, found: Translated) -> None:
        self.rows[file] += found.rows
        self.problems[file] += found.problems

    def flow(self, flow: _Flow) -> Translated:
        facts = {
            "From": flow.origin,
            "To": flow.destination,
            "Categories": joined(distinct(flow.categories)),
            "Individuals": joined(distinct(flow.individuals)),
            "Purpose": joined(distinct(flow.purposes)),
        }
        stranger = self.strangers.get(name_key(as_text(flow.destination.value)))
        if stranger:
            return _to_stranger(facts, stranger, flow.extra)
        return movement(flow.origin.cell, facts, extra=flow.extra)

    def row(
        self, file: str, sheet: str, facts: Mapping[str, Said | None], extra: Mapping[str, Said] | None = None
    ) -> None:
        known = {h: s for h, s in facts.items() if s is not None}
        self.rows[file].append(Row(sheet, next(iter(known.values())).cell, known, extra or {}))

    def categories(self, file: str, said: Iterable[Said]) -> None:
        for category in said:
            self.row(file, "Information categories", {"Category": category})

    # -- datasets

    def dataset(self, file: str, entry: Node) -> None:
        name = _name(entry)
        held = distinct(_data_categories(entry))
        self.categories(file, held)
        facts = {
            "System": name,
            "Kind": Said("database", name.cell),
            "Categories": joined(held),
            "Retention": text_of(entry, "retention"),
            "Notes": text_of(entry, "description"),
        }
        used = ("name", "description", "retention", "third_country_transfers", "legal_basis_for_transfers", "data_categories", "collections")  # fmt: skip
        extra = kept(entry, used)
        for path, categories, own in _fields(entry):
            if not categories and own:
                extra[path] = joined(own) or own[0]
            for category in categories:
                words = f"{path} ({'; '.join(as_text(s.value) for s in own[1:])})" if own[1:] else path
                example = Said(words, own[0].cell, tuple(s.cell for s in own[1:])) if own else None
                self.row(file, "Information categories", {"Category": category, "Examples": example})
        self.row(file, "Systems", facts, extra)
        self.abroad(file, name, [], held, [], entry)

    # -- systems

    def system(self, file: str, entry: Node) -> None:
        name = _name(entry)
        declarations = [d for d in branches(branch(entry, "privacy_declarations")) if isinstance(d, dict)]
        own = leaves(branch(entry, "data_categories"))
        declared = [c for d in declarations for c in leaves(branch(d, "data_categories"))]
        referenced = [key for d in (*declarations, entry) for key in leaves(branch(d, "dataset_references"))]
        held = distinct((*own, *declared))
        self.categories(file, held)
        known = {as_text(c.value) for c in held}
        for key in referenced:
            of_dataset = self.datasets.get(as_text(key.value), [])
            held += [Said(c.value, key.cell, (c.cell,)) for c in of_dataset if as_text(c.value) not in known]
            known |= {as_text(c.value) for c in of_dataset}
        people = distinct(s for d in declarations for s in leaves(branch(d, "data_subjects")))
        purposes = [p for d in declarations if (p := _purpose(d))]
        stranger = self.is_stranger(entry)
        sources = self.ends(file, name, entry, stranger)
        if stranger:
            holds = {"Categories": joined(held), "Individuals": joined(people), "Purpose": joined(purposes)}
            self.stranger(file, name, entry, declarations, holds)
            return
        provider = self.provider(file, name, entry)
        facts = {
            "System": name,
            "Kind": text_of(entry, "system_type"),
            "Provider": provider,
            "Categories": joined(held),
            "Individuals": joined(people),
            "Collected from": joined(sources),
            "Purposes": joined(purposes),
            "Retention": joined((p for d in declarations if (p := text_of(d, "retention_period"))), "\n"),
            "Security": text_of(entry, "data_security_practices"),
            "Owner": text_of(entry, "administrating_department"),
            "Notes": text_of(entry, "description"),
        }
        used = (
            "name", "system_type", "data_security_practices", "administrating_department", "description", "egress",
            "ingress", "privacy_declarations", "third_country_transfers", "legal_basis_for_transfers",
            "data_categories", "dataset_references", *(("legal_name", "responsibility") if provider else ()),
        )  # fmt: skip
        not_again = ("name", "data_use", "data_categories", "data_subjects", "retention_period", "third_parties", "shared_categories", "egress", "ingress")  # fmt: skip
        extra = {**kept(entry, used), **_declared(declarations, name, not_again)}
        self.row(file, "Systems", facts, extra)
        self.abroad(file, name, self.third_parties(file, name, declarations), held, people, entry)

    def is_stranger(self, entry: Node) -> bool:
        """Whether a system is somebody else's: by its type, or because it is a vendor of Fides's list of vendors."""
        said = text_of(entry, "system_type")
        of_type = said is not None and _SOMEBODY_ELSES.search(as_text(said.value).replace("_", " ").strip())
        return bool(of_type) or text_of(entry, "vendor_id") is not None

    def stranger(
        self, file: str, name: Said, entry: Node, declarations: Sequence[Node], declared: Mapping[str, Said | None]
    ) -> None:
        """A system that is somebody else's, as a recipient: it holds information in the third countries it declares."""
        legal, role = text_of(entry, "legal_name"), _role(entry)
        countries = text_of(entry, "third_country_transfers")
        mechanism, other = _bases(entry)
        facts = {
            "Recipient": name,
            "Legal entity": legal,
            "Role": role,
            "Locations": place_answer(countries),
            "Notes": text_of(entry, "description"),
        }
        used = ("name", "description", "legal_name", "egress", "ingress", "privacy_declarations", "third_country_transfers", *(("responsibility",) if role else ()))  # fmt: skip
        extra = {**kept(entry, used), **_declared(declarations, name, ("egress", "ingress"))}
        self.row(file, "Recipients", facts, extra)
        self.strangers[name_key(as_text(name.value))] = _Stranger(name, countries, mechanism, other, declared)
        onward = self.third_parties(file, name, declarations)
        self.moved(file, movements(name, onward, declared, None))

    def provider(self, file: str, name: Said, entry: Node) -> Said | None:
        """Whose system it is by its legal name, as a recipient, in the role that the manifest gives it."""
        legal = text_of(entry, "legal_name")
        if legal is None:
            return None
        legal = legal._replace(value=one_name(as_text(legal.value)))
        said, role = text_of(entry, "responsibility"), _role(entry)
        extra = {"responsibility": said} if said and role is None else {}
        self.row(file, "Recipients", {"Recipient": legal, "Role": role}, extra)
        return legal

    def ends(self, file: str, name: Said, entry: Node, stranger: bool) -> list[Said]:
        """The flows that a system declares; and the people whom it collects from, where it is the organisation's."""
        sources: list[Said] = []
        declarations = [d for d in branches(branch(entry, "privacy_declarations")) if isinstance(d, dict)]
        for inwards, key in ((False, "egress"), (True, "ingress")):
            for end in branches(branch(entry, key)):
                said = text_of(end, "fides_key", "name") if isinstance(end, dict) else text_of(end)
                if said is None:
                    continue
                categories = leaves(branch(end, "data_categories"))
                self.categories(file, distinct(categories))
                extra = {} if isinstance(end, Leaf) else kept(end, ("fides_key", "name", "data_categories"), "")
                kind = as_text(extra["type"].value) if "type" in extra else ""
                if kind == "user" and inwards and not stranger:
                    sources.append(Said("the individual", said.cell, (extra.pop("type").cell,)))
                    continue
                far = Said("the individual", said.cell) if kind == "user" else self.far(said)
                if kind == "dataset" and as_text(said.value) not in self.names:
                    self.row(file, "Systems", {"System": far, "Kind": Said("database", extra["type"].cell)})
                self.move(file, name, far, inwards, categories, [], [], extra)
            for declaration in declarations:
                for said in leaves(branch(declaration, key)):
                    purpose = text_of(declaration, "name", "data_use")
                    self.move(
                        file, name, self.far(said), inwards,
                        distinct(leaves(branch(declaration, "data_categories"))),
                        leaves(branch(declaration, "data_subjects")),
                        [purpose] if purpose else [], {},
                    )  # fmt: skip
        return sources

    def far(self, said: Said) -> Said:
        """The other end: the name of the system or dataset with that key; the key when nothing given has it."""
        name = self.names.get(as_text(said.value))
        return said._replace(value=name.value) if name else said

    def move(
        self,
        file: str,
        name: Said,
        far: Said,
        inwards: bool,
        categories: Sequence[Said],
        individuals: Sequence[Said],
        purposes: Sequence[Said],
        extra: Mapping[str, Said],
    ) -> None:
        ends = (far, name) if inwards else (name, far)
        key = name_key(as_text(ends[0].value)), name_key(as_text(ends[1].value))
        _, flow = self.flows.setdefault(key, (file, _Flow(*ends)))
        flow.origin, flow.destination = also(flow.origin, ends[0].cell), also(flow.destination, ends[1].cell)
        flow.categories += categories
        flow.individuals += individuals
        flow.purposes += purposes
        for heading, said in extra.items():
            flow.extra[heading] = also(flow.extra[heading], said.cell) if heading in flow.extra else said

    # -- third parties and third countries

    def third_parties(
        self, file: str, name: Said, declarations: Sequence[Node]
    ) -> list[tuple[Said, dict[str, Said | None]]]:
        found: list[tuple[Said, dict[str, Said | None]]] = []
        for declaration in declarations:
            shares = text_of(declaration, "data_shared_with_third_parties")
            named = leaves(branch(declaration, "third_parties"))
            shared = leaves(branch(declaration, "shared_categories"))
            self.categories(file, distinct(shared))
            facts = {
                "Categories": joined(shared or leaves(branch(declaration, "data_categories"))),
                "Individuals": joined(leaves(branch(declaration, "data_subjects"))),
                "Purpose": _purpose(declaration),
            }
            named = [s for s in named if cells.nothing(as_text(s.value)) is None]
            names = [Said(one_name(p), s.cell) for s in named for p in cells.split(as_text(s.value)).parts]
            for to in names:
                self.row(file, "Recipients", {"Recipient": to})
                found.append((to, facts))
            if not names and shares and as_text(shares.value).casefold() in YES_WORDS:
                found.append((Said(NOT_STATED, shares.cell), facts))
            if names and shares and as_text(shares.value).casefold() in NO_WORDS:
                said = joined(names) or names[0]
                self.problems[file].append(Problem(Kind.TWO_COLUMNS, said.cell, "", as_text(said.value), "'no'"))
        return found

    def abroad(
        self,
        file: str,
        name: Said,
        to: Sequence[tuple[Said, dict[str, Said | None]]],
        held: Sequence[Said],
        people: Sequence[Said],
        entry: Node,
    ) -> None:
        """The flows to third parties; third countries and safeguards are theirs only where there is one of them."""
        mechanism, other = _bases(entry)
        goes = text_of(entry, "does_international_transfers")
        found = movements(
            name,
            to,
            {"Categories": joined(held), "Individuals": joined(people)},
            text_of(entry, "third_country_transfers"),
            mechanism,
            goes=goes if goes and as_text(goes.value).casefold() in YES_WORDS else None,
            words=_MECHANISMS,
            extra={"legal_basis_for_transfers": other} if other else {},
        )
        self.moved(file, found)


def _bases(entry: Node) -> tuple[Said | None, Said | None]:
    """On what basis a system's information goes abroad: what may be a mechanism, and what is none."""
    bases = leaves(branch(entry, "legal_basis_for_transfers"))
    none = [b for b in bases if name_key(as_text(b.value)) in _NO_MECHANISM]
    return joined(b for b in bases if b not in none), joined(none)


def _role(entry: Node) -> Said | None:
    """The role that a system gives its company; None when it gives none, or several."""
    said = leaves(branch(entry, "responsibility"))
    roles = {_ROLES.get(name_key(as_text(s.value))) for s in said}
    role = next(iter(roles)) if len(roles) == 1 else None
    return Said(role.value, said[0].cell) if role else None


def _declared(declarations: Sequence[Node], name: Said, not_again: Collection[str]) -> dict[str, Said]:
    """What a system's declarations say under other keys, by the declaration."""
    found = {}
    for number, declaration in enumerate(declarations, 1):
        label = text_of(declaration, "name") or Said(str(number), name.cell)
        for heading, told in kept(declaration, not_again).items():
            found[f"{as_text(label.value)}: {heading}"] = told
    return found


def _to_stranger(facts: Mapping[str, Said | None], stranger: _Stranger, extra: Mapping[str, Said]) -> Translated:
    """A flow to somebody else's system, where that holds information and on its basis."""
    other = {"legal_basis_for_transfers": stranger.other_basis} if stranger.other_basis else {}
    where = {"Locations": place_answer(stranger.countries)}
    at = facts["From"] or stranger.name
    return movement(at.cell, {**facts, **where}, stranger.mechanism, words=_MECHANISMS, extra={**extra, **other})


def _name(entry: Node) -> Said:
    said = text_of(entry, "name", "fides_key")
    assert said
    return said._replace(value=one_name(as_text(said.value)))


def _purpose(declaration: Node) -> Said | None:
    """What a declaration is for: its name, and the taxonomy's key for the use in brackets."""
    name, use = text_of(declaration, "name"), text_of(declaration, "data_use")
    if name and use:
        words = one_name(as_text(name.value))
        return Said(f"{words} ({as_text(use.value)})", name.cell, (*name.also, use.cell, *use.also))
    return name._replace(value=one_name(as_text(name.value))) if name else use


def _data_categories(node: Node) -> Iterator[Said]:
    """Every category below a dataset: its own, its collections' and their fields'."""
    if isinstance(node, dict):
        yield from leaves(node.get("data_categories"))
        for key, below in node.items():
            if key != "data_categories":
                yield from _data_categories(below)
    elif isinstance(node, list):
        for below in node:
            yield from _data_categories(below)


def _fields(node: Node, path: str = "") -> Iterator[tuple[str, list[Said], list[Said]]]:
    """Each collection and field of a dataset: its path, its own categories, and what else it says of itself."""
    below = ("collections", "fields")
    for each in (n for key in below for n in branches(branch(node, key)) if isinstance(n, dict)):
        name = text_of(each, "name")
        inner = f"{path}.{as_text(name.value)}".strip(".") if name else path
        own = [s for key, n in each.items() if key not in (*below, "name", "data_categories") for s in leaves(n)]
        yield inner, leaves(each.get("data_categories")), [*([name] if name else []), *own]
        yield from _fields(each, inner)


LAYOUT = Layout(NAME, recognises, lambda books: _Manifests(books).drafts())
