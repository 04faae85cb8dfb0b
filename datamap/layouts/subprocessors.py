"""Lists of sub-processors as companies publish them: a few columns, in any order and wording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from datamap.inventory import name_key
from datamap.layouts.layout import Layout, draft
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import Entry, Translated, translate
from datamap.layouts.tables import HEADING_ROWS, Table, entries, table_with
from datamap.sheets import Book, Sheet
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Draft, Said, joined

NAME = "Published list of sub-processors"
MOST_COLUMNS = 8
"""A list with more columns than this is a register of another kind."""
LONGEST_HEADING = 120
"""Characters; what is longer is prose."""

_SUB = r"(?:third[- ]party )?sub[- ]?(?:data )?processors?"
_ONE = rf"(?:{_SUB}|entity|vendor|third[- ]party(?: entity| vendor| service provider| provider| service)?|(?:service )?provider|supplier|company|organi[sz]ation|affiliate)"
_WHO = rf"{_ONE}(?: ?(?:/|or|and|&) ?{_ONE})?"
_WORDS: tuple[tuple[Meaning, str], ...] = (
    (Meaning.RECIPIENT, rf"(?:name(?: of)?(?: the| our)? )?{_WHO}s?(?:['’]s?)?(?: (?:name|entity|entity name|company))?|(?!.*\bof\b)(?:[\w-]+ ){{1,2}}{_SUB}(?: names?)?|name"),
    (Meaning.LEGAL_ENTITY, rf"(?:{_WHO} )?(?:legal (?:entity|name)(?: name)?|contracting entity|corporate entity|full (?:legal )?name)"),
    (
        Meaning.RECIPIENT_COUNTRY,
        rf"(?:{_WHO} )?(?:(?:corporate|company|headquarters?|hq|registered|head office|entity|legal) "
        r"(?:location|country|address|seat|office|place|region|jurisdiction|headquarters?|hq)s?(?: .*)?|"
        r"headquarters?|hq|head office|headquartered in|"
        r"(?:country|place|location|jurisdiction) of (?:incorporation|registration|establishment|headquarters?)|based in|"
        r"(?:established|incorporated) in)",
    ),
    (
        Meaning.RECIPIENT_LOCATIONS,
        rf"(?:{_WHO} |(?:data )?(?:processing|hosting|storage|server|service|data(?: cent(?:er|re))?) )?"
        r"(?:locations?|places?|countr(?:y|ies)|country/region|regions?|hosting|geograph(?:y|ic location)|data residency|jurisdiction)"
        rf"(?:\(s\)|\(ies\))?(?: of (?:the |data |personal data )?(?:{_SUB}|entity|vendor|processing|data|hosting|storage|servers?))?"
        r"(?: \([^)]*\))?|where (?:data|personal data|it|the data) is (?:processed|stored|hosted|held)|"
        r"(?:countr(?:y|ies)|locations?) (?:where|in which) .*",
    ),
    (
        Meaning.PURPOSE,
        r"(?:(?:processing|service|sub-?processing) )?(?:purposes?|functions?|services?|activit(?:y|ies)|use|usage|description)"
        r"(?: of (?:the )?(?:sub-?)?(?:processing|use|services?|data processing)(?: activit(?:y|ies))?)?"
        r"|(?:nature|subject[- ]matter|purpose|description)(?: (?:and|&|/) (?:nature|purpose|duration|subject[- ]matter))* of (?:the )?(?:processing|services?)"
        r"|services? (?:provided|performed|description)|service type|type of services?|what (?:they|it) (?:do|does)|reason|used for"
        r"|(?:applicable|description of) services?(?: provided)?|processing activit(?:y|ies)|nature of services?",
    ),
    (
        Meaning.CATEGORIES,
        r"(?:(?:personal|customer|user|client|type of|types of|categor(?:y|ies) of) )*(?:data|information)"
        r"(?: (?:processed|involved|accessed|shared|types?|categories|category|elements|collected|transferred))?"
        r"|data (?:types?|categor(?:y|ies))|(?:what|which) data.*",
    ),
    (Meaning.INDIVIDUALS, r"(?:categories of )?data subjects|individuals"),
    (Meaning.MECHANISM, r"(?:data |international )?(?:transfer (?:mechanism|safeguard|basis)s?|safeguards?|legal (?:transfer )?mechanism|appropriate safeguards?)(?: .*)?"),
    (Meaning.NOTES, r"notes?|comments?|remarks?|(?:additional|further|more) (?:information|details)|details"),
    (
        Meaning.OTHER,
        r"(?:website|url|link(?: to .*)?|web ?page|address|contact|e-?mail|phone|dpa|privacy policy|(?:security|privacy) (?:page|policy|link)"
        r"|data processing (?:agreement|addendum)|certifications?|(?:date|since|added|effective date|start date|last updated|changes?|status|duration|retention)(?: .*)?"
        r"|engaged by|source cells|#|no\.?|id|logo|(?:.* )?(?:products?|plans?|features?|offerings?|(?:relevant|applicable|affected|covered) .*services?)(?: .*)?|sub-?processor type|type|category|optional|required\??)",
    ),
)  # fmt: skip
_PATTERNS = tuple((meaning, re.compile(pattern, re.I)) for meaning, pattern in _WORDS)
_NAMED = re.compile(rf"\b{_SUB}\b", re.I)
_AGENT = re.compile(rf"\b{_SUB}\b|^service providers?\b", re.I)
_OTHERS = re.compile(
    r"\b(?:vendor|third[- ]?part(?:y|ies)|supplier|company|companies|organi[sz]ation|affiliate|partner)", re.I
)


def meaning_of(heading: str) -> Meaning | None:
    """What a heading of such a list means; None when it is not one that such lists have."""
    words = " ".join(re.sub(r"[*:_]+", " ", heading).split())
    if len(words) > LONGEST_HEADING:
        return None
    return next((meaning for meaning, pattern in _PATTERNS if pattern.fullmatch(words)), None)


def _meanings(headings: Mapping[int, str]) -> dict[int, Meaning] | None:
    """What each column means; None when these are not the headings of such a list.

    A list whose headings say *sub-processor* needs its purposes, another one also its places.
    """
    if not 2 <= len(headings) <= MOST_COLUMNS:
        return None
    found: dict[int, Meaning] = {}
    for column, heading in headings.items():
        meaning = meaning_of(heading)
        if meaning is Meaning.RECIPIENT and meaning in found.values():
            meaning = Meaning.OTHER
        if meaning:
            found[column] = meaning
    said = set(found.values())
    if not {Meaning.RECIPIENT, Meaning.PURPOSE} <= said:
        return None
    unknown = len(headings) - len(found)
    if any(_NAMED.search(heading) for heading in headings.values()):
        return found if unknown <= 1 else None
    who = next(headings[column] for column, meaning in found.items() if meaning is Meaning.RECIPIENT)
    placed = said & {Meaning.RECIPIENT_LOCATIONS, Meaning.RECIPIENT_COUNTRY}
    return found if placed and not unknown and name_key(who) != "name" else None


def _table(sheet: Sheet) -> tuple[Table, dict[int, Meaning]] | None:
    for row in sheet.rows[:HEADING_ROWS]:
        headings = {column: words for column, value in enumerate(row, 1) if (words := as_text(value))}
        meanings = _meanings(headings)
        if meanings and (table := table_with(sheet, headings.values(), least=1.0)):
            return table, meanings
    return None


def are_agents(called: str, said: Iterable[str]) -> bool:
    """Whether everybody on such a list is somebody's sub-processor.

    Not where the list calls them something that need not be one (a vendor, a third party), unless any of the words
    `said` of the list says so.
    """
    return not _OTHERS.search(called) or any(_AGENT.search(words) for words in (called, *said))


def _said(book: Book) -> list[str]:
    """What the sheets of a book are called, and what stands in their titles and first headings."""
    said = [sheet.name for sheet in book.sheets]
    for sheet in book.sheets:
        for row in sheet.rows[:HEADING_ROWS]:
            words = [w for value in row if (w := as_text(value))]
            said += words
            if len(words) > 1:
                break
    return said


def _read(sheet: Sheet, said: Sequence[str]) -> tuple[Table, Translated] | None:
    found = _table(sheet)
    if found is None:
        return None
    table, meanings = found
    who = next(column for column, meaning in meanings.items() if meaning is Meaning.RECIPIENT)
    named = next((c for c, heading in table.headings.items() if _AGENT.search(heading)), who)
    role = Said("sub-processor", table.cell(table.heading_rows[0], named))
    agents = are_agents(table.headings[who], (*said, *table.headings.values()))
    return table, translate(_whole(entry, role if agents else None) for entry in entries(table, meanings))


def _whole(entry: Entry, role: Said | None) -> Entry:
    """A row with the role that the list gives everybody on it, and its purposes as one."""
    if role:
        entry.said[Meaning.ROLE] = [role]
    if purpose := joined(entry.said.get(Meaning.PURPOSE, ())):
        entry.said[Meaning.PURPOSE] = [purpose]
    return entry


_LOG = re.compile(
    r"(?:date|changes?|version|description|updates?|what changed|action|notes?|key|meaning|legend|abbreviations?|terms?|"
    r"definitions?|what|value)(?: .*)?",
    re.I,
)


def _recognises(book: Book) -> float:
    """The share of the book's tables that are such lists; the log of its changes and the key to its words are not counted."""
    lists = tables = 0
    for sheet in book.sheets:
        head = replace(sheet, rows=sheet.rows[:HEADING_ROWS])
        first = next(([w for v in row if (w := as_text(v))] for row in head.rows if sum(map(bool, row)) > 1), [])
        if not first or all(_LOG.fullmatch(words) for words in first):
            continue
        tables += 1
        lists += _table(head) is not None
    return lists / tables if tables else 0.0


def _drafts(books: Sequence[Book]) -> Sequence[Draft]:
    return [_draft(book) for book in books]


def _draft(book: Book) -> Draft:
    said = _said(book)
    return draft(book, NAME, lambda sheet: _read(sheet, said))


LAYOUT = Layout(NAME, _recognises, _drafts)
