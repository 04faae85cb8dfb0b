"""Where somebody's information is, and what a leak reaches, as documents: tables to read, to print and to tick off.

A `Document` is the tables with what was asked. The page, the text, the JSON object and the workbook are all made of it,
so they have the same rows. Columns to be filled in by hand are in the workbook alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from datamap import __version__
from datamap.assessment import Assessment
from datamap.breach import Hit, Leak, latest
from datamap.graph import MappedFlow
from datamap.inventory import Fact, Names, Organisation, Place, Recipient, System, items
from datamap.law import Cited, Regime, Right
from datamap.people import Holder, Whereabouts, do_not_apply, held_for, not_begun, place_words, regimes_of
from datamap.places import country_name, place_name
from datamap.registers import NOT_ADVICE
from datamap.registers.tables import ABOUT_COLUMNS, HYPOTHETICAL, supposed, yes
from datamap.registers.tables import says as in_words
from datamap.sheets import Cell
from datamap.workbook.writing import Target, add_sheet, new_book, put_row, save_book

Value = str | int | date | Cell | tuple[str, ...] | tuple[Cell, ...] | None
"""What a field holds; of several values each is one of a tuple. A cell is told with its file where there are several."""

NOT_STATED = "not stated"
TO_FILL = {"Done": "☐", "By whom": "", "On": "", "Result": ""}
"""The columns of a checklist that are filled in by hand, with what stands in them before."""


@dataclass(frozen=True)
class Table:
    """One table of a document. `rows` have a value for each of `columns`; `empty` is said when there are none.

    `list` is whether its rows are to be ticked off.
    """

    name: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str
    list: bool = False


@dataclass(frozen=True)
class Document:
    """What was asked, and the tables that answer it. `asked` are names and words, `says` sentences that sum it up."""

    title: str
    name: str  # for the name of a file
    assessment: Assessment
    asked: tuple[tuple[str, str], ...]
    says: tuple[str, ...]
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """The table of that name. Raises KeyError when there is none."""
        return {t.name: t for t in self.tables}[name]

    def words(self, value: Value, between: str = "; ") -> str:
        """A field as text: days as 2026-11-30, nothing as an empty text."""
        return between.join(self._parts(value))

    def _parts(self, value: Value) -> list[str]:
        if isinstance(value, Cell):
            several = len(self.assessment.inputs) != 1
            return [str(value) if several else f"{value.sheet}!{value.address}"]
        if isinstance(value, tuple):
            return [part for each in value for part in self._parts(each)]
        if isinstance(value, bool):
            return [yes(value)]
        return [] if value is None or value == "" else [str(value)]

    @property
    def about(self) -> tuple[tuple[str, str], ...]:
        """What was asked, of which files, under the law of which day, and what this is."""
        inputs = self.assessment.inputs
        rows = (f"{i.file}: {i.rows_read} rows read, {i.rows_left_out} left out" for i in inputs)
        return (
            *((str(what), str(value)) for what, value in supposed(self.assessment)),
            ("What this is", f"{self.title}. {NOT_ADVICE}"),
            *self.asked,
            ("As of", self.assessment.on.isoformat()),
            ("Regimes asked for", ", ".join(self.assessment.only_regimes) or "all that could apply"),
            ("Files", "; ".join(rows)),
            ("In short", " ".join(self.says)),
            ("Written by", f"datamap {__version__}"),
        )


# ---------------------------------------------------------------------------------------------------- where it is

HOLDER_COLUMNS = (
    "Where", "What", "Categories", "Also about", "Held at", "How it is held", "Ask", "Retention", "What is owed", "To find out", "Cells",
)  # fmt: skip


def where_document(found: Whereabouts) -> Document:
    """Where a person's information is, as a checklist for answering a request for access or correction."""
    recorded, perhaps, others = len(found.recorded), len(found.perhaps), len(found.not_held)
    says = [
        f"Of {_count(recorded + perhaps + others, 'system or recipient', 'systems and recipients')} in the map, "
        f"{recorded} {_is(recorded)} recorded as holding it, {perhaps} may hold it, and {others} {_is(others)} not "
        "recorded as holding it."
    ]
    if any(h.others for h in found.holders):
        says.append("Where others stand under Also about, the record does not say which categories are about whom.")
    says += _left_open(
        found.assessment,
        regimes_of(found.assessment, found.organisations),
        found.without_rights,
        "access and correction",
    )
    return Document(
        "Where a person's information is",
        f"where {' '.join(found.individuals)}",
        found.assessment,
        (
            ("Individuals", ", ".join(found.individuals)),
            ("Information categories", ", ".join(found.categories) or "all"),
            ("Other kinds of individual, not looked for", ", ".join(found.other_individuals) or "none"),
        ),
        tuple(says),
        (
            Table(
                "Holds it",
                "Who is recorded as holding the information, and what is owed there.",
                HOLDER_COLUMNS,
                tuple(_holder(h, found) for h in found.recorded),
                "Nobody is recorded as holding it.",
                list=True,
            ),
            Table(
                "May hold it",
                "Who may hold the information: the record leaves it open, so look there too.",
                ("Where", "Why", *HOLDER_COLUMNS[1:]),
                tuple((h.name, h.why, *_holder(h, found)[1:]) for h in found.perhaps),
                "Nobody else may hold it, as far as the record shows.",
                list=True,
            ),
            Table(
                "Whom to tell of a correction",
                "Whom the law has told when the information is corrected.",
                ("Recipient", "Holds it", "Role", "Categories", "Held at", "Regime", "What is owed", *_LAW, "Cells"),
                tuple(_to_tell(found)),
                "No law that is loaded has anybody told of a correction.",
                list=True,
            ),
            Table(
                "The law",
                "What the law asks of whoever answers, under each regime that could apply.",
                ("Regime", "Request", "What is owed", "By when", "Concerns", *_LAW, *_STANDING),
                tuple(_right(regime, right, found) for regime, right in found.rights),
                "datamap has no law of access and correction for the regimes that could apply.",
            ),
            Table(
                "Where it came from",
                "From whom else than the individuals the information was collected.",
                ("From", "Into", "Categories", "Individuals", "Method", "Cells"),
                tuple(
                    (
                        f.origin.name, f.destination.name, _values(f.categories), _values(f.individuals),
                        in_words(f.record.method), f.cells,
                    )
                    for f in found.sources
                ),
                "No other source is recorded.",
            ),
            Table(
                "Not recorded as holding it",
                "Every other system and recipient of the map, and why it is left out.",
                ("Name", "What", "Why", "Cells"),
                tuple((n.node.name, n.node.kind.value, n.why, n.cells) for n in found.not_held),
                "Every system and recipient of the map holds it, or may.",
            ),
        ),
    )  # fmt: skip


_LAW = ("Citation", "To be verified", "Your own law")
_STANDING = ("Confidence", "Checked", "Note")


def _law(cited: Cited) -> tuple[str, bool, bool]:
    return cited.citation, cited.to_be_verified, cited.yours


def _standing(cited: Cited) -> tuple[Value, ...]:
    return cited.confidence, cited.checked, cited.note


def _holder(holder: Holder, found: Whereabouts) -> tuple[Value, ...]:
    owed = (
        f"{_filled(right.says, holder.organisations)} ({_cited(right, regime)})"
        for regime, right in found.rights
        if right.request == "access" and holder.concerned(right, regime, found.assessment)
    )
    return (
        holder.name,
        _what(holder.node.kind.value, holder.system, holder.recipient, holder.flows),
        holder.categories or (NOT_STATED,),
        holder.others,
        _held_at(holder.system, place_words(holder.legs)),
        tuple(_how(holder.system, holder.flows, found.assessment)),
        tuple(_ask(holder.system, holder.flows)),
        in_words(holder.system.retention) if holder.system else "",
        tuple(owed),
        tuple(_open(holder.system, holder.recipient, holder.flows, holder.categories_known, found.assessment.on)),
        holder.cells,
    )


def _what(kind: str, system: System | None, recipient: Recipient | None, flows: Iterable[MappedFlow]) -> str:
    """What a holder is, with the kind of a system or the role of a recipient."""
    if system:
        return f"system ({system.kind.value})" if system.kind.value else "system"
    roles = (f.record.role.or_else(recipient.role) for f in flows) if recipient else ()
    said = ", ".join(dict.fromkeys(role.value.value if role.value else "role not stated" for role in roles))
    return f"{'recipient' if kind == 'undeclared' else kind}{f' ({said})' if said and said != kind else ''}"


def _held_at(system: System | None, places: tuple[str, ...]) -> tuple[str, ...]:
    if system:
        return tuple(map(place_name, items(system.locations))) or (NOT_STATED,)
    return places or (NOT_STATED,)


def _how(system: System | None, flows: Iterable[MappedFlow], assessment: Assessment) -> Iterator[str]:
    """How information is held and gets there, as far as that is recorded."""
    principals = dict.fromkeys(f.destination.name for f in held_for(assessment, (system,))) if system else {}
    if principals:
        yield f"Held for {', '.join(principals)}, to whom it goes back"
    if system and system.provider.value:
        yield f"Run by {system.provider.value}"
    if system and system.security.value:
        yield f"Security: {system.security.value}"
    flows = tuple(flows)
    methods = dict.fromkeys(f.record.method.value for f in flows if f.record.method.value)
    if methods:
        yield f"Gets there by {', '.join(methods)}"
    for flow in flows if not system else ():
        if flow.record.ended.value:
            yield f"{_ends(flow)} ended on {flow.record.ended.value}"


def _ask(system: System | None, flows: Iterable[MappedFlow]) -> Iterator[str]:
    """Whom to ask: the owner of the system, or of those that send it."""
    if system:
        yield system.owner.value or "owner not stated"
    else:
        systems: dict[str, dict[str, None]] = {}
        for flow in flows:
            if flow.system:
                systems.setdefault(flow.system.owner.value or "owner not stated", {})[flow.system.name] = None
            else:
                systems.setdefault(f"{flow.origin.name}, who sends it on", {})
        yield from (f"{who} (of {', '.join(names)})" if names else who for who, names in systems.items())


def _open(
    system: System | None, recipient: Recipient | None, flows: Iterable[MappedFlow], categories_known: bool, on: date
) -> Iterator[str]:
    """What the record leaves open of somebody who holds information, and that matters to whoever asks for it."""
    if not categories_known:
        yield "Which categories it holds."
    if system:
        unknown = (("owner", system.owner), ("retention", system.retention), ("location", system.locations))
        for what, fact in unknown:
            if not fact.known and not fact.is_none:
                yield f"The {what}: {_why_nothing(fact)}."
        return
    for flow in flows:
        if recipient and not flow.record.role.or_else(recipient.role).known:
            yield "Its role: whether it acts for you or for itself."
            break
    if recipient and not any(p.country for f in flows for p in _places(f, recipient)):
        yield "The country: none is recorded."
    if any(f.record.ended.value and f.record.ended.value < on for f in flows):
        yield "Whether it still has what came before the flow ended."


def _places(flow: MappedFlow, recipient: Recipient) -> tuple[Place, ...]:
    found = (flow.record.locations, recipient.locations, recipient.country)
    return tuple(p for fact in found for p in items(fact))


def _to_tell(found: Whereabouts) -> Iterator[tuple[Value, ...]]:
    for regime, right in found.rights:
        if right.request != "correction" or right.concerns not in ("agents", "others", "recipients"):
            continue
        for holder in found.holders:
            if holder.concerned(right, regime, found.assessment):
                roles = tuple(sorted(role.value if role else NOT_STATED for role in holder.roles))
                yield (
                    holder.name, holder.holds.value, roles, holder.categories or (NOT_STATED,),
                    _held_at(None, place_words(holder.legs)), regime.name, _filled(right.says, holder.organisations),
                    *_law(right), holder.cells,
                )  # fmt: skip


def _right(regime: Regime, right: Right, found: Whereabouts) -> tuple[Value, ...]:
    return (
        regime.name, right.request, _filled(right.says, found.organisations), right.by, _CONCERNS[right.concerns],
        *_law(right), *_standing(right),
    )  # fmt: skip


_CONCERNS = {
    "request": "the request as a whole",
    "systems": "what is held in one's own systems",
    "agents": "recipients that are agents",
    "others": "recipients that are not agents",
    "recipients": "every recipient",
    "transfers": "recipients abroad",
}


# ---------------------------------------------------------------------------------------------------- if this leaks


def breach_document(found: Leak, aware: datetime | None = None) -> Document:
    """What a leak reaches, whom the law has told and by when, and the tests of the law with the facts of the map.

    `aware` is when somebody became aware of it: where the law has a limit, the last moment is counted from then.
    """
    certain = sum(hit.certain for hit in found.hits)
    perhaps = len(found.hits) - certain
    says = [
        f"{_count(certain, 'system or recipient', 'systems and recipients')} {_is(certain)} hit, and {perhaps} may be."
        if found.hits
        else f"The record shows nothing at {found.name}."
    ]
    says.append(
        "Whether this is to be notified is for people to decide: the tests of the law stand with what the map shows."
    )
    says += _left_open(found.assessment, found.regimes, found.without_law, "breaches")
    asked = [("Leak at", f"{found.name} ({found.at.value})")]
    asked.append(("Became aware", _moment(aware) if aware else "not said, so no last moment is counted"))
    return Document(
        "If this leaks",
        f"breach {found.name}",
        found.assessment,
        tuple(asked),
        tuple(says),
        (
            Table(
                "Whom to tell",
                "What the law has done and whom it has told, where its tests are met.",
                ("Whom", "What", "By when", "At the latest", "Falls on", "Regime", *_LAW, "Note"),
                tuple(_to_do(found, aware)),
                "datamap has no law of breaches for the regimes that could apply.",
                list=True,
            ),
            Table(
                "What leaks",
                "The systems and recipients whose information leaks, or may.",
                (
                    "Where", "Sure", "Why", "What", "Categories", "Individuals", "Held at", "Retention", "Ask", "How it got there",
                    "To find out", "Cells",
                ),
                tuple(_hit(hit, found) for hit in found.hits),
                f"The record shows nothing at {found.name}.",
            ),
            Table(
                "Information",
                "Each category that leaks, with what the record says of it; the sensitive ones stand first.",
                ("Category", "Sensitive", "Kind", "Unique identifier", "Sure", "At", "Cells"),
                tuple(_exposures(found)),
                "No category is recorded for it.",
            ),
            Table(
                "Tests of the law",
                "What people have to find out before anything is decided, and what the map shows of each.",
                ("Regime", "Question", "What the map shows", *_LAW, "Note", "Cells"),
                tuple(_tests(found)),
                "datamap has no law of breaches for the regimes that could apply.",
                list=True,
            ),
            Table(
                "Countries and authorities",
                "Where the information is or went on to, and the law at home there.",
                ("Country", "Held there by", "Law at home there", "Could it apply to the sender", "Authority"),
                tuple(_countries(found)),
                "No country is recorded.",
            ),
            Table(
                "How it got there",
                "The flows that brought it, nearest first.",
                ("Flow", "From", "To", "Categories", "Individuals", "Purpose", "Method", "Volume", "Ended", "Cells"),
                tuple(
                    (
                        f.id if not f.implied else "implied", f.origin.name, f.destination.name, _values(f.categories),
                        _values(f.individuals), in_words(f.record.purpose), in_words(f.record.method),
                        in_words(f.record.volume), f.record.ended.value, f.cells,
                    )
                    for f in found.upstream
                ),
                "No flow to it is recorded.",
            ),
            Table(
                "Went on to",
                "Who else may have it: everybody it went on to from there.",
                ("Name", "Steps on", "Sure", "Categories", "What", "Held at", "Cells"),
                tuple(
                    (
                        o.node.name, o.hops, _SURE[o.certain], o.categories or (NOT_STATED,),
                        _what(o.node.kind.value, found.assessment.inventory.system(o.node.name) if o.node.kind.value == "system" else None, o.recipient, o.flows),
                        place_words(found.legs(o.flows)) or (NOT_STATED,), tuple(c for f in o.flows for c in f.cells),
                    )
                    for o in found.onward
                ),
                "No flow from it is recorded.",
            ),
            Table(
                "Held for somebody else",
                "For whom the organisation holds it: what is owed to them stands under Whom to tell, and in what was agreed.",
                ("Name", "Sure", "What the record shows", "Cells"),
                tuple((p.name, _SURE[p.certain], p.says, p.cells) for p in found.principals),
                "The record names nobody for whom it is held.",
                list=True,
            ),
            Table(
                "What else to know",
                "What the law says beside this.",
                ("Regime", "What", *_LAW, *_STANDING),
                tuple(
                    (r.name, _filled(piece.says, found.organisations), *_law(piece), *_standing(piece))
                    for r, piece in found.law
                    if piece.kind == "know"
                ),
                "Nothing else is loaded.",
            ),
        ),
    )  # fmt: skip


_SURE = {True: "certain", False: "perhaps"}


def _to_do(found: Leak, aware: datetime | None) -> Iterator[tuple[Value, ...]]:
    pieces = [(r, piece) for r, piece in found.law if piece.kind in ("assess", "tell")]
    pieces.sort(key=lambda pair: (pair[1].hours or (pair[1].days or 0) * 24 or 10**6, pair[0].code))
    for regime, piece in pieces:
        moment = latest(piece, aware) if aware else None
        yield (
            f"{piece.whom[:1].upper()}{piece.whom[1:]}" or "Nobody yet: assess it first", _filled(piece.says, found.organisations), piece.by,
            _moment(moment) if moment else "", _FALLS_ON[piece.acts_for], regime.name, *_law(piece), piece.note,
        )  # fmt: skip


_FALLS_ON = {"itself": "whoever holds it for itself", "agent": "whoever holds it for somebody else"}


def _hit(hit: Hit, found: Leak) -> tuple[Value, ...]:
    return (
        hit.node.name,
        _SURE[hit.certain],
        hit.why,
        _what(hit.node.kind.value, hit.system, hit.recipient, hit.inflows),
        hit.categories or (NOT_STATED,),
        hit.individuals or (NOT_STATED,),
        hit.places,
        in_words(hit.system.retention) if hit.system else "",
        tuple(_ask(hit.system, hit.inflows)),
        tuple(_ends(f) for f in hit.inflows),
        (
            *(() if hit.individuals_known else ("Whose information it is.",)),
            *_open(hit.system, hit.recipient, hit.inflows, hit.categories_known, found.assessment.on),
        ),
        hit.cells,
    )


def _exposures(found: Leak) -> Iterator[tuple[Value, ...]]:
    for exposure in found.exposures:
        category = exposure.category
        facts = (category.sensitive, category.kind, category.unique_identifier) if category else ()
        yield (
            exposure.name,
            *((in_words(fact) or NOT_STATED for fact in facts) if facts else (NOT_STATED,) * 3),
            _SURE[exposure.certain],
            exposure.at,
            tuple(dict.fromkeys(c for fact in facts for c in fact.cells)),
        )


def _tests(found: Leak) -> Iterator[tuple[Value, ...]]:
    for regime, piece in found.law:
        if piece.kind == "test":
            shown = found.facts(piece, regime)
            yield (
                regime.name,
                _filled(piece.says, found.organisations),
                tuple(fact.says for fact in shown) or ("The map cannot show this: find it out.",),
                *_law(piece),
                piece.note,
                tuple(dict.fromkeys(c for fact in shown for c in fact.cells)),
            )


def _countries(found: Leak) -> Iterator[tuple[Value, ...]]:
    could = {r.code for r in found.regimes}
    at_home: dict[str, None] = dict.fromkeys(found.countries)
    for regime in found.regimes:
        if not any(code in regime.homes(found.assessment.on) for code in at_home):
            yield "The sender itself", (), regime.name, True, _authorities(regime, found)
    for code in at_home:
        regimes = found.assessment.law.at_home_in(code, found.assessment.on)
        for regime in regimes:
            yield (
                country_name(code),
                found.countries[code],
                regime.name,
                regime.code in could,
                _authorities(regime, found),
            )
        if not regimes:
            yield country_name(code), found.countries[code], "none is loaded", None, ()


def _authorities(regime: Regime, found: Leak) -> tuple[str, ...]:
    """The authorities that a regime has told of a breach."""
    pieces = (p for p in regime.breach if p.kind == "tell" and p.authority and p.holds(found.assessment.on))
    return tuple(dict.fromkeys(p.whom for p in pieces)) or ("its law of breaches is not loaded",)


# ---------------------------------------------------------------------------------------------------- words


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _left_open(
    assessment: Assessment, regimes: Iterable[Regime], without: tuple[Regime, ...], law: str
) -> Iterator[str]:
    """What is left out of a document, the regimes whose law it does not have, and those that may not apply."""
    for regime in do_not_apply(assessment, regimes):
        yield f"Under {regime.name} every transfer of the map came out as Regime does not apply; its law is told all the same."
    if later := len(not_begun(assessment)):
        yield f"{_count(later, 'flow that starts', 'flows that start')} only after this day {_is(later)} left out."
    if without:
        yield f"The law of {law} of {', '.join(r.name for r in without)}, which could apply too, is not loaded."


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M")


def _ends(flow: MappedFlow) -> str:
    return f"{flow.origin.name} → {flow.destination.name}"


def _values(fact: Names) -> tuple[str, ...]:
    return items(fact) or (in_words(fact) or NOT_STATED,)


def _why_nothing(fact: Fact[Any]) -> str:
    return fact.nothing.value if fact.nothing else ""


def _cited(cited: Cited, regime: Regime) -> str:
    marks = [*(["to be verified"] if cited.to_be_verified else []), *(["your own law"] if cited.yours else [])]
    return ", ".join((f"{regime.name}: {cited.citation}", *marks))


def _filled(text: str, organisations: Iterable[Organisation | None]) -> str:
    """A sentence of the law with the names of the organisations it is about."""
    names = [o.name for o in organisations if o]
    return text.format(sender=" or ".join(names) if 0 < len(names) < 4 else "the organisation")


# ---------------------------------------------------------------------------------------------------- written


def to_json(document: Document) -> dict[str, Any]:
    """A document as plain types in a stable order: a list of objects for each table, keyed by its headings."""
    return {
        "what": document.title,
        "as_of": document.assessment.on.isoformat(),
        "version": __version__,
        "hypothetical": list(document.assessment.hypothetical),
        "asked": {_key(name): words for name, words in document.asked},
        "says": list(document.says),
        **{
            _key(table.name): [
                {_key(heading): _plain(value) for heading, value in zip(table.columns, row, strict=True)}
                for row in table.rows
            ]
            for table in document.tables
        },
    }


def _key(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


def _plain(value: Value) -> Any:
    if isinstance(value, Cell):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value or None if not isinstance(value, int) else value


_WIDTHS: Mapping[str, float] = {
    "Also about": 18, "Ask": 16, "At": 32, "At the latest": 17, "Authority": 30, "By when": 24, "By whom": 12,
    "Categories": 22, "Category": 26, "Cells": 20, "Citation": 22, "Concerns": 20, "Country": 18, "Done": 7,
    "Falls on": 18, "From": 22, "Held at": 15, "Held there by": 30, "How it got there": 26, "How it is held": 24,
    "Individuals": 22, "Into": 22, "Kind": 18, "Name": 28, "Note": 30, "On": 11, "Question": 44, "Recipient": 20, "Regime": 14, "Result": 18,
    "Retention": 18, "Role": 13, "Sure": 10, "To": 22, "To find out": 22, "Value": 100, "What": 17, "What is owed": 32,
    "What the map shows": 56, "What the record shows": 56, "Where": 20, "Whom": 24, "Why": 26,
}  # fmt: skip
_WIDER: Mapping[tuple[str, str], float] = {
    ("About", "What"): 30, ("Whom to tell", "What"): 40, ("What else to know", "What"): 60,
}  # fmt: skip
_A3 = 8
_MOST_ON_A4 = 200  # characters across a page of which the text is still easily read


def workbook_bytes(document: Document) -> bytes:
    """A document as one styled .xlsx, as bytes. The same document gives the same bytes."""
    file = io.BytesIO()
    save(document, file)
    return file.getvalue()


def save(document: Document, path: Target) -> None:
    """Write a document to one styled .xlsx at a path or into an open binary file: a sheet for each table, then *About*.

    Each page carries what was asked, and the day.
    """
    on = document.assessment.on.isoformat()
    title = f"{document.title}: {document.asked[0][1]}"
    book = new_book(f"{HYPOTHETICAL}: {title}" if document.assessment.hypothetical else title)
    about = Table("About", "", ABOUT_COLUMNS, document.about, "")
    for table in (*document.tables, about):
        columns = (*table.columns, *(TO_FILL if table.list else ()))
        widths = [_WIDER.get((table.name, c)) or max(_WIDTHS.get(c, 0), len(c) + 3.0) for c in columns]
        sheet = add_sheet(book, table.name, list(zip(columns, widths, strict=True)), len(table.rows))
        if sum(widths) > _MOST_ON_A4:
            sheet.page_setup.paperSize = _A3
        header = f"{book.properties.title}. As of {on}."
        assert sheet.oddHeader is not None
        sheet.page_margins.top, sheet.page_margins.header = 0.8, 0.35
        sheet.oddHeader.left.text = (header if len(header) <= 180 else f"{header[:180]}…").replace("&", "&&")
        said = [tuple(_written(document, value) for value in row) for row in table.rows]
        for number, row in enumerate(said, 2):
            put_row(sheet, number, (*row, *(TO_FILL.values() if table.list else ())), widths)
        if not said:
            put_row(sheet, 2, (table.empty, *[""] * (len(columns) - 1)), widths)
    save_book(book, path)


def _written(document: Document, value: Value) -> str | int | date | None:
    if isinstance(value, tuple):
        return document.words(value, "; " if any(isinstance(each, Cell) for each in value) else "\n")
    return document.words(value) if isinstance(value, Cell | bool) else value
