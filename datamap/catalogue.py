"""Known recipients: what is usually true of companies that many organisations send information to.

The catalogue (`law/vendors.csv`) only ever proposes. No rule reads it, so nothing in it changes an answer: an analyst
accepts one fact at a time, and each accepted fact says in the recipient's *Notes* where it came from. Where the catalogue
itself names several roles, companies or places that depend on the contract, there is no value to accept but a question
to ask. A listing is never accepted from here: only a day on which somebody looked counts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from datamap.inventory import Fact, Inventory, Nothing, Place, Recipient, Role, Scheme, items, name_key
from datamap.law import CONFIDENCES, BadLaw, Confidence
from datamap.places import countries, country_name, nearest, place_name, read_places

Answered = Literal["yes", "no", "partly", "unknown"]


@dataclass(frozen=True, kw_only=True)
class KnownRecipient:
    """What is usually true of one recipient, in the catalogue's own words. Source: a row of `vendors.csv`."""

    name: str
    legal_entity: str  # often several companies, by region
    country: str  # ISO alpha-2, of the head office or of the company named
    hosting: str
    usual_role: str
    own_purpose_use: Answered
    dpf_participant: Answered
    dpf_basis: str
    public_dpa_scc: Answered
    aliases: tuple[str, ...]
    domains: tuple[str, ...]  # lower case; some go on with a path
    sources: tuple[str, ...]
    confidence: Confidence
    notes: str
    checked: date

    @property
    def to_be_verified(self) -> bool:
        """Low confidence, or anything in the row stated from general knowledge."""
        return self.confidence == "low" or "general knowledge" in " ".join((*self.sources, self.notes))

    @property
    def company(self) -> str | None:
        """The one company the row names; None when it names several, or none exactly."""
        if _SEVERAL_COMPANIES.search(self.legal_entity):
            return None
        return re.sub(r" \([^()]*\)$", "", self.legal_entity)

    @property
    def role(self) -> Role | None:
        """The usual role, when there is exactly one."""
        return _ONE_ROLE.get(self.usual_role)

    @property
    def own_purposes(self) -> bool | None:
        """Whether it uses information for itself; None when only for a part of it, or not known."""
        return {"yes": True, "no": False}.get(self.own_purpose_use)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it holds information, when the row names places and nothing else; empty when it depends."""
        return _places_named(self.hosting)


_SEVERAL_COMPANIES = re.compile(r";| / |: |\) and |\), | and affiliates|\bentity\b")
_ONE_ROLE = MappingProxyType(
    {
        "processor (agent)": Role.AGENT,
        "independent controller": Role.CONTROLLER,
        "independent controller (credit reporter)": Role.CONTROLLER,
        "independent controller (credit reporting body)": Role.CONTROLLER,
    }
)
_NOT_KNOWN = ("not verified", "unknown")


@cache
def _places_named(hosting: str) -> tuple[Place, ...]:
    read = read_places(hosting)
    anywhere = (read_places(note) for note in re.findall(r"\(([^()]+)\)", hosting))
    if read.unknown or not all(p.stated for p in read.places) or any(_anywhere(n.places, n.unknown) for n in anywhere):
        return ()
    return read.places


def _anywhere(places: tuple[Place, ...], unknown: tuple[object, ...]) -> bool:
    return not unknown and not all(p.stated for p in places)


# ---------------------------------------------------------------------------------------------------- loading

COLUMNS = (
    "name", "legal_entity", "hq_country_iso2", "hosting", "usual_role", "own_purpose_use", "dpf_participant", "dpf_basis",
    "public_dpa_scc", "domains_aliases", "source", "confidence", "notes", "checked",
)  # fmt: skip
_VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "own_purpose_use": ("yes", "no", "partly", "unknown"),
    "dpf_participant": ("yes", "no", "unknown"),
    "public_dpa_scc": ("yes", "no", "unknown"),
    "confidence": CONFIDENCES,
}
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/[\w./-]+)?")


def parse(text: str, where: str) -> tuple[KnownRecipient, ...]:
    """The rows of a catalogue, in their order. Raises `BadLaw`, naming `where` and the row, when one is not sound."""
    rows = csv.DictReader(io.StringIO(text))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise BadLaw(f"{where}: the columns must be {', '.join(COLUMNS)}")
    found: list[KnownRecipient] = []
    taken: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        place = f"{where}, row {number}"
        if None in row or None in row.values():
            raise BadLaw(f"{place}: {len(COLUMNS)} columns are wanted")
        known = _row(row, f"{place} ({row['name']})")
        for called in dict.fromkeys(name_key(n) for n in (known.name, *known.aliases, *known.domains)):
            if called in taken:
                raise BadLaw(f"{place} ({known.name}): it is called as {taken[called]} is ({called})")
            taken[called] = known.name
        found.append(known)
    return tuple(found)


def _row(row: Mapping[str, str], place: str) -> KnownRecipient:
    for column, value in row.items():
        if value != value.strip() or (not value and column != "notes"):
            raise BadLaw(f"{place}: {column} is empty or has spaces around it")
    for column, words in _VOCABULARIES.items():
        if row[column] not in words:
            raise BadLaw(f"{place}: {column} is {row[column]!r}; {', '.join(words)} are wanted")
    if row["hq_country_iso2"] not in countries():
        raise BadLaw(f"{place}: {row['hq_country_iso2']!r} is not the code of a country")
    try:
        checked = date.fromisoformat(row["checked"])
    except ValueError as wrong:
        raise BadLaw(f"{place}: checked is {row['checked']!r}; a day such as 2026-11-22 is wanted") from wrong
    called = row["domains_aliases"].split("|")
    if not all(c and c == c.strip() for c in called):
        raise BadLaw(f"{place}: domains_aliases has an empty part or spaces around one")
    taken: dict[str, Any] = {f.name: row[f.name] for f in fields(KnownRecipient) if f.name in row}
    return KnownRecipient(
        **{
            **taken,
            "country": row["hq_country_iso2"],
            "aliases": tuple(c for c in called if not _DOMAIN.fullmatch(c)),
            "domains": tuple(c for c in called if _DOMAIN.fullmatch(c)),
            "sources": tuple(s.strip() for s in row["source"].split(" ; ")),
            "checked": checked,
        }
    )


@cache
def catalogue() -> tuple[KnownRecipient, ...]:
    """The known recipients that datamap ships. Raises `BadLaw` when the data is not sound."""
    return parse((resources.files("datamap.law") / "vendors.csv").read_text("utf-8"), "vendors.csv")


# ---------------------------------------------------------------------------------------------------- finding


class Matched(StrEnum):
    """How a name led to a known recipient. `NEAR` is a guess, to be confirmed before anything is made of it."""

    NAME = "name"
    ALIAS = "alias"
    DOMAIN = "domain"
    NEAR = "near"


@dataclass(frozen=True)
class Match:
    """A known recipient, and the name, alias or domain by which it was found."""

    known: KnownRecipient
    how: Matched
    by: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may follow a name without making it another: legal forms, countries, and the places and sides of hosting regions.
_LEGAL_FORMS = _words(
    "ab ag bv co company corp corporation gmbh inc incorporated limited llc lp ltd nv oü ou pbc plc pte pty pvt sa sarl "
    "sas sl srl uc ulc"
)
_REGION_WORDS = _words(
    "region east west north south central southeast northeast amsterdam auckland brisbane california canberra dublin "
    "frankfurt london melbourne montreal mumbai ohio oregon osaka oslo paris perth seoul stockholm sydney tokyo toronto "
    "virginia wellington zurich"
)
_NO_OTHER = _LEGAL_FORMS | _REGION_WORDS
_REGION_CODE = re.compile(r"[a-z]{2}-[a-z]+-\d")
_SHORT_PLACES = frozenset({"AU", "CA", "EU", "GB", "NZ", "UK", "US"})  # other short words are as likely to be words
_TOO_GENERAL = frozenset({"analytics", "api", "chatbot", "enterprise", "helpdesk", "team"})
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?([a-z0-9.-]+\.[a-z]{2,})\.?(?::\d+)?(/[^?#\s]*)?(?:[?#]\S*)?", re.I)
_LEAST_LETTERS_FOR_NEAR = 5
_NEAR_ENOUGH = 0.85


@lru_cache(maxsize=16_384)
def known(name: str) -> Match | None:
    """The known recipient that a name means, or None.

    A name is found whole, under `name_key`: the catalogue's name or alias, with or without a legal form, a place or a
    note in brackets behind it (`AWS Sydney`, `Google Analytics (GA4)`); or as a web address on one of its domains.
    What is only near (another spelling, a domain without its ending, a name in brackets) comes back as `Matched.NEAR`.
    A name that could mean two known recipients finds neither.
    """
    text = " ".join(name.split())
    if not name_key(text):
        return None
    return _by_name(text) or _by_domain(text) or _near(text)


def _by_name(text: str) -> Match | None:
    head = re.sub(r"\s*\([^()]*\)$", "", text)
    bare = re.sub(r"[()\[\],;:|/–—]| - ", " ", text).split()
    for spelling in (text, head):
        if found := _names().get(name_key(spelling)):
            return found
    for n in range(len(bare) - 1, 0, -1):
        if (found := _names().get(name_key(" ".join(bare[:n])))) and _adds_nothing(bare[n:]):
            return found
    return None


def _adds_nothing(words: list[str]) -> bool:
    rest = [w for w in words if name_key(w) not in _NO_OTHER and not _REGION_CODE.fullmatch(w)]
    if len(rest) == 1 and len(rest[0]) < 4:
        return rest[0] in _SHORT_PLACES
    read = read_places(" ".join(rest))
    return not read.unknown and all(p.stated for p in read.places)


def _by_domain(text: str) -> Match | None:
    address = _ADDRESS.fullmatch(text)
    if not address:
        return None
    host, path = address[1].lower(), (address[2] or "").lower()
    found = [
        (len(domain), Match(each, Matched.DOMAIN, domain))
        for each in catalogue()
        for domain in each.domains
        if _is_on(host, path, domain)
    ]
    return max(found, key=lambda f: f[0])[1] if found else None


def _is_on(host: str, path: str, domain: str) -> bool:
    wanted, slash, below = domain.partition("/")
    return (host == wanted or host.endswith(f".{wanted}")) and f"{path}/".startswith(f"/{below}/" if slash else "/")


def _near(text: str) -> Match | None:
    for note in re.findall(r"\(([^()]+)\)", text):
        if found := _by_name(note) or _by_domain(note):
            return replace(found, how=Matched.NEAR)
    key = name_key(text)
    if len(key) < _LEAST_LETTERS_FOR_NEAR:
        return None
    if found := _first_labels().get(key):
        return found
    spelling = nearest(text, _spellings(), _NEAR_ENOUGH)
    return replace(_names()[name_key(spelling)], how=Matched.NEAR) if spelling else None


@cache
def _names() -> Mapping[str, Match]:
    """Every name by its key. A name in the row comes before one made from it; a made one that two rows share is gone."""
    stated: dict[str, Match] = {}
    made: dict[str, dict[str, Match]] = {}
    for each in catalogue():
        stated.setdefault(name_key(each.name), Match(each, Matched.NAME, each.name))
        for alias in each.aliases:
            how = Matched.NEAR if name_key(alias) in _TOO_GENERAL else Matched.ALIAS
            stated.setdefault(name_key(alias), Match(each, how, alias))
        for name in _parts_of_name(each):
            made.setdefault(name_key(name), {})[each.name] = Match(each, Matched.NAME, name)
        for alias in _made_aliases(each):
            made.setdefault(name_key(alias), {}).setdefault(each.name, Match(each, Matched.ALIAS, alias))
    alone = {key: next(iter(matches.values())) for key, matches in made.items() if len(matches) == 1}
    return MappingProxyType({**alone, **stated})


def _parts_of_name(each: KnownRecipient) -> Iterator[str]:
    """`Freshworks (Freshdesk, Freshservice)`, `Okta / Auth0`, `LinkedIn Insight Tag and Ads`, `Equifax New Zealand`."""
    head, _, note = each.name.partition(" (")
    labels = _labels(each)
    yield head
    first, *others = re.split(r" and ", head)
    yield first
    for other in others:
        yield f"{first.split()[0]} {other}"
        if other.istitle() and " " in other:
            yield other
    products = note.rstrip(")").split(", ")
    for product in products if len(products) > 1 else []:
        yield f"{head} {product}"
        if name_key(product) not in _TOO_GENERAL:
            yield product
    if head.endswith(f" {country_name(each.country)}"):
        for part in head.removesuffix(country_name(each.country)).split(" / "):
            yield f"{part.strip()} {country_name(each.country)}"
            yield f"{part.strip()} {each.country}"
    else:
        yield from (part for part in (*head.split(" / "), head.partition(" ")[2]) if name_key(part) in labels)


def _made_aliases(each: KnownRecipient) -> Iterator[str]:
    """The first company it names, and each alias behind the maker's name (`Amazon S3`)."""
    yield re.split(r" \(|;| / | and affiliates| d/b/a | dba ", each.legal_entity)[0]
    for alias in each.aliases:
        yield f"{each.name.split()[0]} {alias}"


def _labels(each: KnownRecipient) -> frozenset[str]:
    """What its domains are called before their endings; a part of a domain, such as `docs.google.com`, is not."""
    return frozenset(name_key(found[1]) for found in map(_OWN_DOMAIN.fullmatch, each.domains) if found)


_OWN_DOMAIN = re.compile(r"([^./]+)\.(?:[a-z]+|(?:com?|govt?)\.[a-z]{2})")


@cache
def _first_labels() -> Mapping[str, Match]:
    found: dict[str, list[Match]] = {}
    for each in catalogue():
        for label in _labels(each):
            domain = next(d for d in each.domains if name_key(d.split(".")[0]) == label)
            found.setdefault(label, []).append(Match(each, Matched.NEAR, domain))
    return {label: matches[0] for label, matches in found.items() if len(matches) == 1}


@cache
def _spellings() -> tuple[str, ...]:
    """The spellings a near one may be meant for; long enough that a letter more or less is a slip."""
    return tuple(sorted(m.by for key, m in _names().items() if len(key) >= _LEAST_LETTERS_FOR_NEAR))


# ---------------------------------------------------------------------------------------------------- suggesting


class Kind(StrEnum):
    """What a suggestion asks of the analyst."""

    OFFER = "offer"  # a value to accept or leave
    QUESTION = "question"  # it depends: no value to accept
    DIFFERS = "differs"  # the inventory says otherwise; it is never overwritten


HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "legal_entity": "Legal entity",
        "country": "Country",
        "role": "Role",
        "own_purposes": "Own purposes",
        "locations": "Locations",
        "schemes": "Schemes",
    }
)
"""The facts that suggestions are about, in their order: the field of `Recipient` and its heading in the workbook."""
PAPERS = "safeguards"
"""What stands for a recipient's papers where a suggestion has a field: they have a sheet of their own, *Safeguards*."""

_QUESTIONS = {
    "legal_entity": "Which company does your agreement name?",
    "role": "What is it to you? It usually has more than one role: say so flow by flow.",
    "own_purposes": "Does it use your information for itself? It usually does so for a part of it.",
    "locations": "Where does it hold your information? It depends on the account.",
    "schemes": "Check the listing of the very company you deal with, and record the day you looked, as in DPF 2026-01-31.",
    PAPERS: "No paper with it is on the sheet Safeguards. Look whether such an agreement is part of your contract, and "
    "record it with its day and module.",
}


@dataclass(frozen=True)
class Suggestion:
    """One fact of one recipient of an inventory, beside what is usually true of it.

    `text` is the value as the workbook takes it and `value` the same as the inventory holds it; both are empty unless
    `kind` is `OFFER`. `yours` is what the inventory says, for `DIFFERS`.
    """

    recipient: str
    known: KnownRecipient
    matched: Matched
    by: str
    field: str
    kind: Kind
    says: str
    text: str = ""
    value: object = None
    yours: str = ""

    @property
    def heading(self) -> str:
        return "Safeguards" if self.field == PAPERS else HEADINGS[self.field]

    @property
    def message(self) -> str:
        """What to do about it, in a sentence."""
        match self.kind:
            case Kind.OFFER:
                return f"{self.heading} is usually {self.text}."
            case Kind.QUESTION:
                return _QUESTIONS[self.field]
            case Kind.DIFFERS:
                return f"The inventory says {self.yours}; usually it is: {self.says}. Check which is right for you."

    @property
    def to_be_verified(self) -> bool:
        """Whether somebody should check it before relying on it: the row is unsure, or its words are, or the match is."""
        unsure = any(
            words in self.says for words in ("general knowledge", "general understanding", "verified", "may be")
        )
        return self.known.to_be_verified or self.matched is Matched.NEAR or unsure


def suggestions(inventory: Inventory) -> tuple[Suggestion, ...]:
    """What the catalogue can say about an inventory's recipients, by recipient and then in the order of `HEADINGS`, papers last.

    Recipients are those declared, and those only named by a system, a flow or a recipient that sends on. A fact that the
    inventory does not know gives an offer or a question; one that it knows gives something only where it differs. Of papers
    it is asked where the recipient is said to publish one, and the inventory has none with it.
    """
    signed = _signed(inventory)
    return tuple(s for key, record in sorted(_recipients(inventory).items()) for s in _about(record, key in signed))


def _recipients(inventory: Inventory) -> dict[str, Recipient]:
    found = {name_key(r.name): r for r in inventory.recipients}
    for name in _named(inventory):
        key = name_key(name)
        if key not in found and not inventory.system(name) and not inventory.organisation(name):
            found[key] = Recipient(name=name)
    return found


def _signed(inventory: Inventory) -> frozenset[str]:
    """The recipients that a paper on file is with: those it names, and those to whom a flow that names it goes."""
    parties = (name for safeguard in inventory.safeguards for name in items(safeguard.recipients))
    sent = (flow.told("destination").value for flow in inventory.flows if flow.told("safeguards").value)
    return frozenset(name_key(name) for name in (*parties, *sent) if name)


def _named(inventory: Inventory) -> Iterator[str]:
    for system in inventory.systems:
        yield from (system.provider.value or "", *items(system.recipients))
    for flow in inventory.flows:
        yield from (flow.told("origin").value or "", flow.told("destination").value or "")
    for recipient in inventory.recipients:
        yield from items(recipient.sub_processors)


def _about(record: Recipient, signed: bool) -> Iterator[Suggestion]:
    match = known(record.name)
    if match is None:
        return
    for field in HEADINGS:
        kind, said = _compared(record, field, match.known)
        if kind:
            yield Suggestion(record.name, match.known, match.how, match.by, field, kind, **said)
    if match.known.public_dpa_scc == "yes" and not signed:
        yield Suggestion(record.name, match.known, match.how, match.by, PAPERS, Kind.QUESTION, _PUBLISHED)


def _compared(record: Recipient, field: str, usual: KnownRecipient) -> tuple[Kind | None, dict[str, Any]]:
    fact: Fact[Any] = getattr(record, field)
    says, value = _usual(field, usual)
    if field == "schemes":
        kind = _listing(fact, usual)
        return kind, {"says": says, "yours": _text(fact) if kind is Kind.DIFFERS else ""}
    if fact.known or fact.is_none:
        return (Kind.DIFFERS if _differs(field, fact, usual) else None), {"says": says, "yours": _text(fact)}
    if value is not None:
        return Kind.OFFER, {"says": says, "value": value, "text": _text(Fact.of(value))}
    return (None if says in _NOT_KNOWN else Kind.QUESTION), {"says": says}


def _usual(field: str, usual: KnownRecipient) -> tuple[str, object]:
    """The catalogue's words about a fact, and the value that they come to; None when they come to none."""
    match field:
        case "legal_entity":
            return usual.legal_entity, usual.company
        case "country":
            where = "" if usual.company else " (head office; the company you deal with may be established elsewhere)"
            return f"{country_name(usual.country)}{where}", (Place(country=usual.country, text=usual.country),)
        case "role":
            return usual.usual_role, usual.role
        case "own_purposes":
            return usual.own_purpose_use, usual.own_purposes
        case "locations":
            return usual.hosting, usual.places or None
        case _:
            return f"{_DPF[usual.dpf_participant]} ({usual.dpf_basis})", None


_DPF = {
    "yes": "in the Data Privacy Framework, it is said",
    "no": "not in the Data Privacy Framework, it is said",
    "unknown": "not established whether it is in the Data Privacy Framework",
}
_PUBLISHED = "publishes an agreement on processing with standard contractual clauses, it is said"
_DPF_WORDS = ("dpf", "privacyframework")


def _listing(fact: Fact[tuple[Scheme, ...]], usual: KnownRecipient) -> Kind | None:
    listed = [s for s in items(fact) if any(w in name_key(s.name) for w in _DPF_WORDS)]
    if usual.dpf_participant == "no":
        return Kind.DIFFERS if listed else None
    if listed:
        return None if all(s.checked for s in listed) else Kind.QUESTION
    return Kind.QUESTION if usual.dpf_participant == "yes" and not fact.is_none else None


def _differs(field: str, fact: Fact[Any], usual: KnownRecipient) -> bool:
    """Whether what the inventory says is not what is usually true. Saying more than the catalogue does is no difference."""
    yours: Any = fact.value
    match field:
        case "legal_entity":
            return fact.is_none or name_key(yours) not in name_key(usual.legal_entity)
        case "country":
            return fact.is_none or _elsewhere(yours, (Place(country=usual.country),))
        case "role":
            split = usual.role is None and "controller" in usual.usual_role
            return yours is Role.AGENT if split else usual.role not in (None, yours)
        case "own_purposes":
            return yours is not True if usual.own_purpose_use == "partly" else usual.own_purposes is (not yours)
        case _:
            return bool(usual.places) and (fact.is_none or _elsewhere(yours, usual.places))


def _elsewhere(yours: tuple[Place, ...], usual: tuple[Place, ...]) -> bool:
    if not all(p.stated for p in yours):
        return False
    return _countries(yours).isdisjoint(_countries(usual))


def _countries(places: tuple[Place, ...]) -> frozenset[str]:
    return frozenset(c for p in places for c in ((p.country,) if p.country else p.within or ()))


def _text(fact: Fact[Any]) -> str:
    """A fact as the workbook has it."""
    if fact.nothing is Nothing.NONE:
        return "none"
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return "; ".join(map(_word, values))


def _word(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Place():
            return place_name(value)
        case Scheme():
            return " ".join((value.name, *(str(d) for d in (value.checked,) if d)))
    return str(value)


# ---------------------------------------------------------------------------------------------------- accepting


def accept(inventory: Inventory, chosen: Iterable[Suggestion], *, on: date) -> Inventory:
    """The inventory with the chosen facts filled in, and nothing else changed.

    An accepted fact has no cell here; where it becomes an edit, as in the app, its cell is one of *your edits*. The
    recipient's *Notes* say from where, how sure and on which day it was accepted.
    A recipient that was only named is declared, below the others. Raises `ValueError` for what is no offer, or is not
    an offer for this inventory: a fact that somebody filled in is never overwritten.
    """
    taken = sorted(set(chosen), key=lambda s: (name_key(s.recipient), (*HEADINGS, PAPERS).index(s.field)))
    if not taken:
        return inventory
    offered = {s for s in suggestions(inventory) if s.kind is Kind.OFFER}
    for suggestion in taken:
        if suggestion not in offered:
            raise ValueError(f"{suggestion.heading} of {suggestion.recipient} is not on offer for this inventory")
    everybody = _recipients(inventory)
    for suggestion in taken:
        key = name_key(suggestion.recipient)
        everybody[key] = _with(everybody[key], suggestion, on)
    order = dict.fromkeys(
        name_key(name) for name in (*(r.name for r in inventory.recipients), *(s.recipient for s in taken))
    )
    return replace(inventory, recipients=tuple(everybody[key] for key in order))


def _with(record: Recipient, suggestion: Suggestion, on: date) -> Recipient:
    known = suggestion.known
    where = "; ".join((*known.sources, f"confidence {known.confidence}, checked {known.checked}"))
    sentence = f"{suggestion.heading} accepted from the catalogue of known recipients ({where}), on {on}."
    before = record.notes.value or ""
    notes = replace(record.notes, value=f"{before} {sentence}".strip(), nothing=None, words=None, parts=())
    changed: dict[str, Any] = {suggestion.field: Fact.of(suggestion.value), "notes": notes}
    return replace(record, **changed)
