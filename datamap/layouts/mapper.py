"""Tables of layouts that nobody has described: what each column probably means, and the inventory made of that.

A heading is looked up in the lexicon (`headings`); what stands under it confirms that, contradicts it or, where the
heading says nothing, proposes something. A table is read only when it has something that its rows are about and enough
else that inventories of personal information have. The analyst sees all of it, may correct it, and may keep it as a
profile that reads the next file of that shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from datamap import places
from datamap.catalogue import Matched, known
from datamap.inventory import Role, name_key
from datamap.layouts import cells
from datamap.layouts.headings import (
    Found,
    General,
    about,
    acts_for,
    known_heading,
    meaning_of,
    meaning_within,
    of_trade,
    provides,
)
from datamap.layouts.layout import whole_sheet
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.layouts.profiles import Profile, from_columns
from datamap.layouts.rows import TICKS, Entry, translate
from datamap.layouts.tables import Table, entries, filled_rows, headed_sideways, tables, turned, value_at, without
from datamap.pace import steps
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, Sheet, Value, column_letters
from datamap.workbook.columns import BLANK_WORKBOOK, CATEGORY_KINDS, NO_WORDS, ROLES, YES_WORDS, as_text
from datamap.workbook.drafts import Draft, LeftOut, Row, Said, joined

SURE = 0.85
"""A column this sure is used without a word."""
USED = 0.6
"""A column less sure than this is kept as it is; between the two it is used and the analyst is asked to look."""
ENOUGH = 3.0
"""Points that a table needs to be read as an inventory; see `_verdict`."""
SAMPLE = 120
"""Cells of a column that are looked at to see what they look like."""
LAYOUT = "proposed mapping"


@dataclass(frozen=True)
class Column:
    """One column of a table and what it was taken for. `why` is said in plain words; `samples` are its first values."""

    number: int
    heading: str
    meaning: Meaning
    confidence: float
    why: str
    samples: tuple[str, ...] = ()
    turned: bool = False
    """Whether it is a row of the file; see `Table`."""

    @property
    def letter(self) -> str:
        """How the file calls it: the letters of a column, the number of a row."""
        return str(self.number) if self.turned else column_letters(self.number)


class Reference(NamedTuple):
    """What a column's references stand for in the table, and the names that another table has for them, with their cells."""

    meaning: Meaning
    names: Mapping[str, Said]

    @property
    def where(self) -> str:
        """The sheet that has the names, and its file."""
        cell = next(iter(self.names.values())).cell
        return f"{cell.sheet} ({cell.file})"


@dataclass(frozen=True)
class Mapped:
    """One table with its columns, whether it is read as an inventory, and the reason in one sentence without a full stop.

    `about` is what its rows are about. `profile` is the saved mapping that it is read by, if there is one. `references` are the
    columns that refer to the rows of another table.
    """

    table: Table
    columns: tuple[Column, ...]
    inventory: bool
    reason: str
    profile: Profile | None = None
    about: Meaning | None = None
    references: Mapping[int, Reference] = field(default_factory=dict)

    @property
    def meanings(self) -> dict[int, Meaning]:
        """Column → meaning, of the columns that are used."""
        return {c.number: c.meaning for c in self.columns if c.meaning is not Meaning.OTHER and c.confidence >= USED}

    @property
    def sheet(self) -> str:
        return self.table.sheet.name


@dataclass(frozen=True)
class Proposal:
    """What the tables of one book were taken for."""

    book: Book
    tables: tuple[Mapped, ...]

    @property
    def inventory(self) -> bool:
        """Whether any table of the book is read, and has rows."""
        return any(mapped.inventory and mapped.table.rows for mapped in self.tables)

    @property
    def layout(self) -> str:
        named = dict.fromkeys(m.profile.name for m in self.tables if m.inventory and m.profile)
        return f"mapping {', '.join(named)}" if named else LAYOUT

    def corrected(self, table: int, meanings: Mapping[int, Meaning], *, inventory: bool = True) -> Proposal:
        """The proposal with what the analyst says of the columns of one of its tables, by the column's number."""
        old = self.tables[table]
        columns = tuple(
            replace(c, meaning=meanings[c.number], confidence=1.0, why="as you said") if c.number in meanings else c
            for c in old.columns
        )
        kept = {c: r for c, r in old.references.items() if c not in meanings}
        new = replace(
            old, columns=columns, inventory=inventory, reason="as you said", about=_about(columns), references=kept
        )
        return replace(self, tables=(*self.tables[:table], new, *self.tables[table + 1 :]))


def propose(books: Iterable[Book], profiles: Sequence[Profile] = ()) -> tuple[Proposal, ...]:
    """What the tables of several books mean, read together: a table may name what another only refers to.

    A table that a profile fits is read by it; of several that fit, the first that fits best.
    """
    found = [Proposal(book, _seen_first(_mapped(book, profiles))) for book in books]
    return tuple(_joined(found))


def _seen_first(tables: Iterable[Mapped]) -> tuple[Mapped, ...]:
    """Hidden tables are read only where a mapping says so, or where none that is seen is an inventory."""
    found = tuple(tables)
    if not any(m.inventory and not m.table.sheet.hidden for m in found):
        return found
    return tuple(
        replace(m, inventory=False, reason="the sheet is hidden") if m.table.sheet.hidden and not m.profile else m
        for m in found
    )


def drafts(proposals: Sequence[Proposal], *, origin: str | None = None) -> tuple[Draft, ...]:
    """One draft a proposal, in their order; without rows for a book that is no inventory (see `refusal`).

    `origin` names the system or the recipient that lists of recipients belong to which do not say so themselves.
    """
    lent = _lent(proposals)
    return tuple(_draft(proposal, origin, lent) for proposal in proposals)


def profile_of(mapped: Mapped, name: str, *, origin: str = "", fill_down: Collection[str] = ()) -> Profile:
    """A table as it was mapped, and perhaps corrected, as a profile to be saved."""
    kept = mapped.profile
    columns = ((c.heading, mapped.meanings.get(c.number, Meaning.OTHER)) for c in mapped.columns)
    if kept is None:
        return from_columns(name, columns, origin=origin, fill_down=fill_down, read=mapped.inventory)
    return from_columns(
        name,
        columns,
        origin=origin or kept.origin,
        fill_down=fill_down or kept.fill_down,
        leave_out=kept.leave_out,
        same=kept.same,
        read=mapped.inventory,
    )


def to_save(proposal: Proposal) -> tuple[Mapped, ...]:
    """The tables whose mapping is worth saving: those that are read; where none is, the largest."""
    found = tuple(mapped for mapped in proposal.tables if mapped.inventory)
    return found or tuple(sorted(proposal.tables, key=lambda m: -len(m.table.rows) * len(m.columns))[:1])


def unused(profiles: Iterable[Profile], proposals: Sequence[Proposal]) -> list[str]:
    """A sentence for each profile that fits no table of any book."""
    used = {id(m.profile) for proposal in proposals for m in proposal.tables if m.profile}
    return [p.unused([each.book.file for each in proposals]) for p in profiles if id(p) not in used]


def refusal(proposal: Proposal, nearest: str = "") -> str:
    """One sentence for the user about a book in which nothing is an inventory: what it seems to hold, and what to do.

    `nearest` is the name of the known layout that it resembles most, if it resembles any.
    """
    blank = next((mapped for mapped in proposal.tables if mapped.inventory), None)
    sideways = any(mapped.reason == _SIDEWAYS for mapped in proposal.tables)
    by_mapping = next((m for m in proposal.tables if m.profile), None)
    filled = [sheet.name for sheet in proposal.book.sheets if sheet.rows]
    single = ""
    if blank:
        holds = (
            f"its table on {blank.sheet!r} has headings of an inventory and no rows to read but examples and blank ones"
        )
    elif by_mapping:
        holds = by_mapping.reason
    elif single := _of_one_column(proposal.book):
        holds = single
    elif sideways:
        holds = _SIDEWAYS
    elif proposal.tables:
        mapped, *others = proposal.tables
        heads = [" ".join(h.split())[:25] for h in mapped.table.headings.values()]
        more = ", …" if len(heads) > 3 else ""
        rest = f"; {len(others)} more tables" if len(others) > 1 else "; 1 more table" if others else ""
        holds = f"no table of it is an inventory of personal information ({mapped.sheet!r} has {', '.join(heads[:3])}{more}{rest})"
    elif any(map(headed_sideways, proposal.book.sheets)):
        holds = "its headings stand below each other, and nothing is filled in beside them"
    elif filled:
        holds = f"it has no table with a row of headings (sheets: {', '.join(filled[:3])}{', …' if len(filled) > 3 else ''})"
    else:
        holds = "it has no rows"
    like = f", it is nearest to {nearest}" if nearest else ""
    if by_mapping and not blank:
        say = "delete that line of the mapping to have it read, or "
    elif proposal.tables and not blank and not sideways and not single:
        say = "if it is one, say what its columns mean, on the page Start or in the file that 'datamap mapping' writes with -o, or "
    else:
        say = ""
    return f"{proposal.book.file} was not read: {holds}{like}; {say}fill in {BLANK_WORKBOOK}."


# ------------------------------------------------------------------------------------------ what cells look like


@dataclass(frozen=True)
class _Looks:
    """What the values of a column look like: shares, 0 to 1, of the cells that say something."""

    filled: int = 0
    places: float = 0
    placed: float = 0
    dates: float = 0
    yes_no: float = 0
    emails: float = 0
    links: float = 0
    references: float = 0
    numbers: float = 0
    mechanisms: float = 0
    roles: float = 0
    prose: float = 0
    lists: float = 0
    distinct: float = 0
    people: float = 0
    measures: float = 0
    ways: float = 0

    @property
    def words(self) -> float:
        """The share that is neither number, date, yes or no, address nor reference."""
        return max(0.0, 1 - self.numbers - self.dates - self.yes_no - self.emails - self.links)


_WAY = re.compile(
    r"(?:in|out|inbound|outbound|incoming|outgoing|both|both ways|one[- ]way|two[- ]way|bi-?directional|uni-?directional|"
    r"push|pull|send|sent|receive|received|import|export|[←→↔⇄<>=-]+)",
    re.I,
)
_EMAIL = re.compile(r"\S+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
_REFERENCE = re.compile(r"(?=.*\d)[A-Z]{0,8}[-_ ./#]?[A-Z]{0,4}[-_ ./]?\d{1,8}(?:[-_./]\d{1,4})?", re.I)
_NUMBER = re.compile(r"[-+]?[\d.,'’\s]*\d\s*[%€$£]?")
_MEASURE = re.compile(
    r"(?:(?:NZ|AU|US|C|A)?[$€£¥₹]|[A-Z]{3})?\s*-?\d[\d.,'’\s]*(?:kg|g|t|lbs?|oz|km|mi|miles|m|cm|mm|l|ml|pcs?|h|hrs?|hours?|min|[$€£¥₹]|NZD|AUD|USD|EUR|GBP|CHF|INR|CAD)?\.?",
    re.I,
)  # fmt: skip
_DATE = re.compile(
    r"\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4}|[^\W\d_]{3,9} \d{4}"
)
_MECHANISM = re.compile(
    r"\b(?:sccs?|standard (?:contractual|data protection) clauses?|model (?:contract(?:ual)? )?clauses?|bcrs?|"
    r"binding corporate rules|adequacy|adequate|dpf|data privacy framework|privacy shield|idta|uk addendum|derogation|"
    r"art(?:icle|\.)? ?4[5-9]|explicit consent|ipp ?12|app ?8|cbpr|ccts?|clauses contractuelles|standardvertragsklauseln|"
    r"angemessenheitsbeschluss|sdk|décision d'adéquation|clausole contrattuali|cláusulas contratuales|cláusulas contratuais|"
    r"cláusulas-padrão|modelcontractbepalingen|adequaatheidsbesluit|code of conduct|certification|model contract)\b",
    re.I,
)
_SENTENCE = 80


_LOOKED_AT = 1_000  # characters of a cell that show what kind of cell it is


def _looks(values: Sequence[Value]) -> _Looks:
    texts = [" ".join(cells.plain(as_text(v)[:_LOOKED_AT]).split()) for v in values]
    told = [(v, t) for v, t in zip(values, texts, strict=True) if t and not cells.prompt(t)]
    said = [(v, t) for v, t in told if len(t) > _SENTENCE or cells.nothing(t) is None or t.casefold() in NO_WORDS]
    if not said:
        return _Looks()
    count = len(said)

    def share(test: Callable[[Value, str], bool]) -> float:
        return sum(test(v, t) for v, t in said) / count

    words = [t for _, t in said]
    return _Looks(
        filled=count,
        places=share(lambda v, t: isinstance(v, str) and (_is_place(t) or ("\n" in v and _is_place(v.strip())))),
        placed=share(lambda v, t: isinstance(v, str) and (_has_place(t) or ("\n" in v and _is_place(v.strip())))),
        dates=share(lambda v, t: hasattr(v, "isoformat") or _DATE.fullmatch(t) is not None),
        yes_no=share(lambda v, t: isinstance(v, bool) or _yes_or_no(t)),
        emails=share(lambda v, t: _EMAIL.search(t) is not None and len(t) < 120),
        links=share(lambda v, t: _LINK.match(t) is not None),
        references=share(lambda v, t: _REFERENCE.fullmatch(t) is not None),
        numbers=share(lambda v, t: (isinstance(v, int | float) and not isinstance(v, bool)) or _NUMBER.fullmatch(t) is not None),
        mechanisms=share(lambda v, t: _MECHANISM.search(t) is not None),
        roles=share(lambda v, t: ROLES.named(t) is not None),
        prose=share(lambda v, t: len(t) > _SENTENCE or len(t.split()) > 12),
        lists=share(lambda v, t: len(cells.split(t).parts) > 1),
        distinct=len({name_key(t) for t in words}) / count,
        people=_people(words),
        ways=share(lambda v, t: _WAY.fullmatch(t) is not None),
        measures=share(lambda v, t: not isinstance(v, bool) and _MEASURE.fullmatch(t) is not None),
    )  # fmt: skip


_PERSON = re.compile(
    r"(?:[A-ZÀ-Þ][^\W\d_]*[-'’.]?){1,3}(?: (?:[a-z]{2,3} )?[A-ZÀ-Þ][^\W\d_]*(?:[-'’][^\W\d_]+)*\.?){1,3}"
)
_ADDRESSED_AS = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|herr|frau|mme|sr|sra|sig)\b\.?\s", re.I)


_FIRM = re.compile(
    r"\b(?:ltd|limited|inc|llc|llp|corp|co|company|gmbh|ag|kg|sa|sas|sarl|srl|spa|bv|nv|ab|oy|pty|plc|group|holdings?|partners?|"
    r"associates|sons|bros|brothers|bank|insurance|tax|legal|law|accounting|accountants?|consult\w*|services?|solutions?|systems?|"
    r"software|cloud|data|digital|media|tech\w*|labs?|studios?|print\w*|press|payroll|pay|mail\w*|hosting|web|online|networks?|"
    r"security|health|clinic|hospital|school|university|college|council|ministry|department|agency|office|bureau|centre|center|"
    r"trust|foundation|institute|logistics|courier|travel|energy|telecom|works|design|marketing|analytics|international|global)\b",
    re.I,
)


def _people(texts: Sequence[str]) -> float:
    """The share of texts that are names of people; 0 where too few of them are surely any."""
    told = [_surname_last(t) for t in texts[:60]]
    shaped = [t for t in told if _PERSON.fullmatch(_ADDRESSED_AS.sub("", t)) and not _FIRM.search(t)]
    sure = sum(_ADDRESSED_AS.match(t) is not None or name_key(t.split()[0]) in _first_names() for t in shaped)
    if sure == 0 or not (sure * 2 >= len(told) or (sure > 2 and sure * 3 >= len(told))):
        return 0.0
    return sum(known(t) is None for t in shaped) / len(told)


def _surname_last(text: str) -> str:
    surname, comma, first = text.partition(", ")
    return f"{first} {surname}" if comma and "," not in first else text


@cache
def _first_names() -> frozenset[str]:
    return frozenset(map(name_key, _FIRST_NAMES.split()))


_FIRST_NAMES = (
    "aaron abdul abigail adam adele adrian ahmed aisha alan albert alejandro alex alexander alexandra alice alison amanda amelia "
    "amy ana anastasia andrea andreas andrew angela anil anita anja ann anna anne annette anthony antonio aroha arthur ashley "
    "barbara beatriz ben benjamin bernd beth bethany bill bo bob brenda brian bruno camille carla carlos carmen carol caroline "
    "catherine charles charlotte chen chloe chris christian christina christine christopher claire clara claudia colin craig "
    "dan daniel daniela david deborah deepak denise dennis diana diego dieter dmitri don donald donna dorothy douglas ed eduardo "
    "edward eleanor elena elisabeth elizabeth ella ellen emily emma eric erik esther eva fatima felix fernando fiona francesca "
    "francesco francis frank franz gabriel gary george georgia gerald giovanni giulia glen gloria grace graham greg hana "
    "hannah hans harold harriet harry hassan heather heidi helen helga hemi henry hiroshi holly hugo ian ibrahim igor ines ingrid "
    "isabel isabella ivan jack jacob jaime jake james jan jane janet jasmine jason javier jean jeff jennifer jenny jeremy jessica "
    "jim joan joanna joanne joao joe johan johanna john jonathan jordan jorge jose joseph josh joshua joyce juan judith judy "
    "julia julian julie jun jurgen justin karen karin karl kate katherine kathleen katrin kaye keith kelly ken kenneth kenji "
    "kerry kevin kim klaus kumar larry lars laura lauren laurent lea lee leo leon leonie liam lily linda lisa liu louis louise luca "
    "lucas lucia lucy luis luke maja manuel marc marco marcus margaret maria marie marina mario mark markus marta martha martin "
    "martina mary mason matteo matthew maureen max megan mei mere mia michael michel michelle miguel mike mila mohamed mohammed "
    "monica monika muhammad nadia nancy natalia natalie nathan neil nicholas nick nicola nicole nina nikhil noah nora olga "
    "oliver olivia omar oscar pablo pam pamela patricia patrick paul paula pedro peter petra phil philip philippe pierre piotr "
    "pooja priya rachel rafael rahul raj rajesh ravi rebecca renate ricardo richard rita rob robert roberta roberto robin roger "
    "ronald rosa rose roy ruth ryan sabine sally sam samantha samuel sandra sanjay sara sarah scott sean sebastian sergei sergio "
    "sharon shirley silvia simon sofia sonia sophia sophie stefan stella stephanie stephen steve steven stuart sue sunil susan "
    "susanne svetlana sven sylvia tamara tane tania tara ted teresa terry theresa thomas tim timothy tina tom tomas tony tracy ursula uwe "
    "valerie vanessa vera veronica victor victoria vijay vincent virginia walter wang wei wendy werner wiremu will william "
    "wolfgang yan yuki yusuf yvonne zoe"
)
"""First names that are frequent where such tables come from: a column of which a third begins so is one of people."""


@lru_cache(maxsize=4_096)
def _is_place(text: str) -> bool:
    if len(text) > 120:
        return False
    read = places.read_places(text)
    return bool(read.places) and not read.unknown


@lru_cache(maxsize=4_096)
def _has_place(text: str) -> bool:
    return _is_place(text) or bool(places.mentioned(text[:400]))


_ANSWERS = frozenset(
    {*YES_WORDS, *NO_WORDS, "sim", "não", "si", "nee", "j", "x", "✓", "✔", "☒", "☐", "depends", "possibly"}
)


def _yes_or_no(text: str) -> bool:
    folded = text.casefold().strip(" .")
    return folded in _ANSWERS and folded not in ("1", "0")


def _known_share(values: Iterable[Value]) -> float:
    """The share of names that the catalogue of known recipients has, of at most 25 of them."""
    names = list(dict.fromkeys(t for v in values if (t := as_text(v)) and len(t) < 60))[:25]
    found = sum((match := known(name)) is not None and match.how is not Matched.NEAR for name in names)
    return found / len(names) if names else 0.0


# --------------------------------------------------------------------------------------- what columns mean

_PLACES = frozenset(
    {Meaning.LOCATIONS, Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.DESTINATIONS}
)  # fmt: skip
_NAMES = frozenset(
    {Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.RECIPIENT, Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.PROVIDER}
)
_LISTS = frozenset(
    {
        Meaning.CATEGORIES, Meaning.SENSITIVE_CATEGORIES, Meaning.INDIVIDUALS, Meaning.PURPOSE, Meaning.COLLECTED_FROM,
        Meaning.SECURITY, Meaning.CATEGORY, Meaning.INTERNAL,
    }
)  # fmt: skip
_DATED = frozenset({Meaning.ASSESSED, Meaning.SIGNED, Meaning.EXPIRES, Meaning.REVIEW})
_SEVERAL_COLUMNS = _PLACES | {
    Meaning.CATEGORIES, Meaning.SENSITIVE_CATEGORIES, Meaning.INDIVIDUALS, Meaning.COLLECTED_FROM, Meaning.PURPOSE,
    Meaning.SECURITY, Meaning.NOTES, Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.INTERNAL, Meaning.MECHANISM,
    Meaning.TICKED,
}  # fmt: skip
"""Meanings that several columns of one table may have; what is done with them is `rows`' business."""


@dataclass
class _Seen:
    """A column while it is being understood."""

    number: int
    heading: str
    values: Sequence[Value]
    looks: _Looks
    found: Found | None
    meaning: Meaning | General
    confidence: float
    why: str

    def to(self, meaning: Meaning | General, confidence: float | None = None, why: str = "") -> None:
        self.meaning = meaning
        self.confidence = self.confidence if confidence is None else confidence
        if why and why not in self.why:
            self.why = f"{self.why}; {why}" if self.why else why

    def keep(self, why: str) -> None:
        self.to(Meaning.OTHER, 0.0, why)


def _columns(table: Table, sheet_says: str) -> tuple[list[_Seen], Meaning | None]:
    """The columns of a table with what they mean, and what the table's rows are about."""
    seen = [_seen(table, number, heading) for number, heading in table.headings.items()]
    _tick(seen)
    for each in seen:
        _weigh(each)
    subject = _subject(seen, sheet_says)
    _settle(seen, subject)
    for each in seen:
        if isinstance(each.meaning, Meaning) and each.meaning is not Meaning.OTHER:
            _weigh(each)
    _propose_by_values(seen, subject)
    _once_each(seen, subject)
    return seen, subject


def _seen(table: Table, number: int, heading: str) -> _Seen:
    rows = table.rows
    step = max(1, len(rows) // SAMPLE)
    values = [v for row in rows[::step][:SAMPLE] if (v := value_at(table.sheet, row, number)) not in (None, "")]
    found = meaning_of(heading)
    group, dash, own = heading.rpartition(" - ")
    if dash and (len(table.heading_rows) > 1 or found is None):
        found = meaning_within(group, own) or (found if len(table.heading_rows) == 1 else meaning_of(own))
    if found is None:
        return _Seen(number, heading, values, _looks(values), None, Meaning.OTHER, 0.0, "")
    return _Seen(number, heading, values, _looks(values), found, *found)


_OF_PEOPLE = re.compile(
    r"(?:e-?mails?|phone|telephone|mobile|contact) ?(?:address|details|number|no\.?)?|dob|nhi(?: number)?|ird(?: number)?|tfn|ssn|"
    r"(?:first|last|full|family|given) ?names?|surname|age|salary|bank (?:account|details)|nationality|job title|photos?|images?",
    re.I,
)
_RUN = 3


def _tick(seen: Sequence[_Seen]) -> None:
    """Give columns that are headed by kinds of information and hold ticks their meaning, where some stand side by side.

    Of a run of columns of ticks those between two that are headed by kinds of information are taken as such too.
    """
    ticks = [c for c in seen if _ticked(c.values) >= 0.9]
    named = [c for c in ticks if c.values and _names_information(c)]
    if len(named) < _RUN:
        return
    first, last = named[0].number, named[-1].number
    for column in ticks:
        known = isinstance(column.meaning, Meaning) and column.meaning not in (Meaning.OTHER, Meaning.CATEGORIES)
        if column in named:
            column.to(Meaning.TICKED, 0.9, "ticks under the name of a kind of information")
        elif first < column.number < last and not known and column.meaning not in (General.HINT, General.PLAIN):
            column.to(Meaning.TICKED, 0.7, "ticks among columns of kinds of information")


def _ticked(values: Sequence[Value]) -> float:
    """The share of cells that are ticks, crosses, or yes and no; 1 for none at all."""
    answers = TICKS | set(NO_WORDS)
    said = [text.casefold().strip(" .") for v in values if (text := as_text(v))]
    told = [t for t in said if t in answers or cells.nothing(t) is None]
    return sum(t in answers for t in told) / len(told) if told else 1.0


def _names_information(column: _Seen) -> bool:
    """Whether a heading is the name of a kind of information, and asks nothing."""
    own = column.heading.rpartition(" - ")[2].strip()
    asks = column.found and column.found.meaning in (
        General.HINT,
        Meaning.TRANSFER,
        Meaning.SENSITIVE,
        Meaning.MECHANISM,
    )
    if asks or "?" in own or len(own.split()) > 4:
        return False
    from datamap import lexicon

    return bool(_OF_PEOPLE.fullmatch(own) or CATEGORY_KINDS.named(own) or lexicon.CATEGORIES.labels(own))


def _percent(share: float) -> str:
    return f"{round(share * 100)} % of its cells"


def _weigh(column: _Seen) -> None:
    """Let the values of a column confirm or contradict what its heading says."""
    looks, meaning = column.looks, column.meaning
    if not looks.filled or isinstance(meaning, General):
        return
    odd = [
        (looks.emails, "e-mail addresses"), (looks.links, "web addresses"), (looks.numbers, "numbers"),
        (looks.dates, "dates"), (looks.yes_no, "yes or no"),
    ]  # fmt: skip
    share, what = max(odd)
    if meaning in _PLACES:
        if looks.yes_no > 0.5:
            column.to(Meaning.TRANSFER, min(column.confidence, 0.8), f"{_percent(looks.yes_no)} say yes or no")
        elif share > 0.5:
            column.keep(f"its cells are {what}, not places")
        elif looks.places >= 0.5:
            column.to(meaning, min(1.0, column.confidence + 0.05), f"{_percent(looks.places)} are places")
        elif looks.placed < 0.1 and looks.filled > 2 and _also_names(column.heading):
            column.keep("hardly any of its cells names a place, and its heading is not only about places")
        elif looks.placed < 0.1 and looks.filled > 2:
            column.to(meaning, min(column.confidence, 0.8), "hardly any of its cells names a place")
    elif meaning is Meaning.TRANSFER:
        if looks.placed > 0.4 and looks.yes_no < 0.2:
            column.to(Meaning.DESTINATIONS, min(column.confidence, 0.9), f"{_percent(looks.placed)} name places")
        elif looks.mechanisms > 0.5 and looks.yes_no < 0.3:
            column.to(Meaning.MECHANISM, min(column.confidence, 0.8), f"{_percent(looks.mechanisms)} name safeguards")
        elif looks.numbers > 0.5 or looks.emails > 0.5:
            column.keep(f"its cells are {what}")
    elif meaning in _NAMES:
        if share > 0.5 and what != "web addresses":
            column.keep(f"its cells are {what}, not names")
        elif looks.places > 0.8 and meaning not in (Meaning.RECIPIENTS, Meaning.PROCESSORS) and looks.filled > 2:
            column.keep("its cells are places, not names")
        elif looks.people >= 0.6 and looks.filled > 1:
            column.keep("its cells are names of people")
        elif meaning in (Meaning.SYSTEM, Meaning.RECIPIENT) and looks.prose > 0.7:
            column.to(meaning, min(column.confidence, 0.55), "its cells are sentences, not names")
    elif meaning in _LISTS:
        if meaning is Meaning.SENSITIVE_CATEGORIES and looks.yes_no > 0.5:
            column.to(Meaning.SENSITIVE, None, f"{_percent(looks.yes_no)} say yes or no")
        elif share > 0.5:
            column.keep(f"its cells are {what}")
    elif meaning in _DATED:
        if looks.dates < 0.4:
            column.keep("its cells are no dates")
    elif meaning is Meaning.SENSITIVE:
        if looks.yes_no < 0.4:
            listed = looks.words > 0.6 and looks.distinct > 0.3
            column.to(Meaning.SENSITIVE_CATEGORIES, 0.7, "its cells are words") if listed else column.keep("its cells are neither yes nor no")  # fmt: skip
    elif meaning is Meaning.MECHANISM:
        if share > 0.5:
            column.keep(f"its cells are {what}, which is no safeguard")
        elif looks.mechanisms > 0.3:
            column.to(meaning, min(1.0, column.confidence + 0.05), f"{_percent(looks.mechanisms)} name safeguards")
        elif looks.prose > 0.6 or (looks.filled > 3 and looks.mechanisms == 0):
            column.to(meaning, min(column.confidence, 0.75), "none of its cells names a safeguard that is known here")
    elif meaning is Meaning.ROLE:
        if looks.roles < 0.25:
            column.keep("its cells are no roles in the sense of privacy law")
    elif meaning is Meaning.OWNER and looks.ways > 0.5:
        column.keep("its cells say which way something goes")
    elif meaning in (Meaning.RETENTION, Meaning.OWNER, Meaning.NOTES, Meaning.SYSTEM_KIND):
        if meaning is Meaning.RETENTION and (looks.emails > 0.5 or looks.links > 0.5):
            column.keep(f"its cells are {what}")
    elif meaning in (Meaning.ASSESSMENT, Meaning.DOCUMENT, Meaning.SCHEMES):
        if looks.yes_no > 0.5 or looks.numbers > 0.5:
            column.keep(f"its cells are {what}")
    elif meaning is Meaning.SUB_PROCESSORS and looks.yes_no > 0.3:
        column.keep("its cells say yes or no")


def _also_names(heading: str) -> bool:
    """Whether a heading of places names something else as well: `System / location`."""
    parts = [
        meaning_of(part) for part in re.split(r"\s*[/|&,+]\s*|\s+(?:and|or|und|oder|et|ou|y|o|e)\s+", heading) if part
    ]
    return len(parts) > 1 and any(p and p.meaning in _NAMES | {Meaning.SYSTEM_KIND, General.NAME} for p in parts)


def _sure(column: _Seen) -> bool:
    return column.confidence >= USED


def _with(seen: Iterable[_Seen], *meanings: Meaning | General) -> list[_Seen]:
    return [c for c in seen if c.meaning in meanings and _sure(c)]


def _names_things(column: _Seen) -> bool:
    """Whether a column could name what its rows are: words, mostly each its own, seldom lists or sentences."""
    looks = column.looks
    return not looks.filled or (looks.words > 0.6 and looks.lists < 0.4 and looks.prose < 0.4)


def _subject(seen: Sequence[_Seen], sheet_says: str) -> Meaning | None:
    """What the rows of a table are about. Columns whose meaning hangs on that get it."""
    names = [c for c in _with(seen, General.NAME) if _names_things(c)]
    systems, activities = _with(seen, Meaning.SYSTEM), _with(seen, Meaning.ACTIVITY)
    partners = [c for c in _with(seen, Meaning.RECIPIENT) if _names_things(c)]
    origins, ends = _with(seen, Meaning.ORIGIN), _with(seen, Meaning.DESTINATION)
    for each in [end for end in ends if partners and end.looks.places > 0.6]:
        each.to(Meaning.DESTINATIONS, 0.9, "its cells are places, and another column says who receives it")
        ends.remove(each)
    if origins and not ends and partners:
        partners[0].to(Meaning.DESTINATION, None, "it receives what the column of the sender names")
        ends, partners = partners[:1], partners[1:]
    if origins and ends and all(_may_be_an_end(c) for c in (*origins, *ends)):
        return Meaning.ORIGIN
    for each in (*origins, *ends):
        each.keep("the other end of a flow is in no column")
    first = min((*systems, *activities), key=lambda c: c.number, default=None)
    if names and (first is None or names[0].number < first.number):
        name = names[0]
        by_name = _kind_of_name(name, seen, sheet_says, bool(first))
        if by_name and not (partners and partners[0].number < name.number):
            meaning, confidence, why = by_name
            name.to(meaning, confidence, why)
            return meaning
    if partners and (first is None or partners[0].number < first.number):
        return Meaning.RECIPIENT
    if first:
        return Meaning.SYSTEM if systems and not (activities and activities[0].number < systems[0].number) else Meaning.ACTIVITY  # fmt: skip
    told = _with(seen, Meaning.CATEGORIES, Meaning.INDIVIDUALS, Meaning.PURPOSE, Meaning.RETENTION)
    after = min((c.number for c in told), default=1 << 20)
    before = [General.PLAIN, General.HINT, General.SERVICE, Meaning.REFERENCE, Meaning.OWNER]
    if _with(seen, Meaning.MECHANISM, Meaning.DESTINATIONS, Meaning.ROLE):
        before += [General.NAME, General.DESCRIPTION]
    led = min((c.number for c in seen if c.found is None or c.found.meaning not in before), default=0)
    for other, confidence in (
        (Meaning.RECIPIENTS, 0.85),
        (Meaning.PROCESSORS, 0.85),
        (General.PARTNER, 0.8),
        (Meaning.PROVIDER, 0.85),
    ):
        if usable := [c for c in _with(seen, other) if _names_things(c) and c.number == led < after]:
            usable[0].to(Meaning.RECIPIENT, min(usable[0].confidence, confidence), "nothing else names its rows")
            return Meaning.RECIPIENT
    services = [c for c in _with(seen, General.SERVICE) if _names_things(c) and c.number == min(s.number for s in seen)]
    if services and _with(seen, Meaning.LOCATIONS, Meaning.CATEGORIES, Meaning.PROVIDER, General.HINT, General.PLACE):
        services[0].to(Meaning.SYSTEM, 0.65, "nothing else names its rows")
        return Meaning.SYSTEM
    listed = [
        c for c in _with(seen, Meaning.CATEGORIES) if c.looks.lists < 0.3 and c.looks.distinct > 0.9 and c.looks.filled
    ]
    sole = not _with(seen, Meaning.REFERENCE) or _with(seen, Meaning.SENSITIVE) or any("element" in c.heading.casefold() for c in listed)  # fmt: skip
    if listed and sole and listed[0].number <= 1 + min(c.number for c in seen):
        listed[0].to(Meaning.CATEGORY, min(listed[0].confidence, 0.85), "nothing else names its rows")
        return Meaning.CATEGORY
    if (first := _first_of_names(seen)) and len({c.meaning for c in _with(seen, *_TELLING)}) > 1:
        first.to(Meaning.SYSTEM, 0.65, "it comes first, its cells are names, and the other columns say what is held")
        return Meaning.SYSTEM
    purposes = [c for c in _with(seen, Meaning.PURPOSE) if c.looks.numbers < 0.3]
    if purposes and len({c.meaning for c in told}) > 1 and not _with(seen, Meaning.REFERENCE):
        purposes[0].to(Meaning.ACTIVITY, min(purposes[0].confidence, 0.88), "nothing else names its rows")
        return Meaning.ACTIVITY
    if _with(seen, Meaning.REFERENCE):
        return Meaning.REFERENCE
    return None


def _may_be_an_end(column: _Seen) -> bool:
    """Whether a column could name the ends of flows, rather than days, distances, places of a journey or people."""
    looks = column.looks
    return looks.dates < 0.3 and looks.numbers < 0.5 and looks.places <= 0.5 and looks.people < 0.6


_TELLING = (
    Meaning.CATEGORIES, Meaning.SENSITIVE_CATEGORIES, Meaning.INDIVIDUALS, Meaning.TRANSFER, Meaning.DESTINATIONS,
    Meaning.MECHANISM, Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.LOCATIONS,
)  # fmt: skip
_NO_NAME = re.compile(r"incident|breach|request|complaint|risk|question|requirement|control|employee|customer|person|article|task|issue|test|date|number|status|country|type", re.I)  # fmt: skip


def _first_of_names(seen: Sequence[_Seen]) -> _Seen | None:
    """The first column, where its heading is not known and its cells could be what the rows are called."""
    told = [c for c in seen if c.found is None or c.found.meaning not in (General.PLAIN, Meaning.REFERENCE)]
    if not told or told[0].found is not None or _NO_NAME.search(told[0].heading):
        return None
    first = told[0]
    looks = first.looks
    named = looks.filled > 1 and looks.distinct > 0.9 and looks.references < 0.5 and looks.places < 0.5
    return first if named and _names_things(first) else None


def _kind_of_name(
    name: _Seen, seen: Sequence[_Seen], sheet_says: str, taken: bool
) -> tuple[Meaning, float, str] | None:
    """What a column that is only called `name` names, by the title, by the other columns or by the names themselves."""
    if told := about(sheet_says):
        return told, 0.9, f"the table is called {' '.join(sheet_says.split())[:60]!r}"
    if taken:
        return None
    if _known_share(name.values) >= 0.3:
        return Meaning.RECIPIENT, 0.85, "it holds names of known recipients"
    if _with(seen, Meaning.INDIVIDUALS, Meaning.TRANSFER, Meaning.RECIPIENTS, Meaning.PROCESSORS) and _with(seen, Meaning.PURPOSE, General.HINT, Meaning.CATEGORIES, Meaning.RETENTION):  # fmt: skip
        return Meaning.ACTIVITY, 0.75, "the other columns are those of processing activities"
    if _with(seen, Meaning.PURPOSE) and _with(seen, General.HINT):
        return Meaning.ACTIVITY, 0.7, "the other columns are those of processing activities"
    if _with(seen, Meaning.ROLE, Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.SUB_PROCESSORS, Meaning.LEGAL_ENTITY):  # fmt: skip
        return Meaning.RECIPIENT, 0.75, "the other columns are those of recipients"
    if _with(seen, Meaning.LOCATIONS, Meaning.SYSTEM_KIND, Meaning.PROVIDER, Meaning.RECIPIENT):
        return Meaning.SYSTEM, 0.7, "the other columns are those of systems"
    return None


def _settle(seen: Sequence[_Seen], subject: Meaning | None) -> None:
    """Give the columns whose meaning hangs on what the table is about theirs."""
    of_recipient = subject is Meaning.RECIPIENT
    partners = _with(seen, Meaning.RECIPIENT, Meaning.RECIPIENTS, Meaning.PROCESSORS)
    about_partner = _with(seen, Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.ROLE)
    abroad = _with(seen, Meaning.TRANSFER, Meaning.MECHANISM)
    has_purpose = bool(_with(seen, Meaning.PURPOSE))
    has_service = bool(_with(seen, General.SERVICE))
    before: _Seen | None = None
    for column in seen:
        last, before = before, column if column.meaning in (*_NAMES, General.PARTNER) else before
        match column.meaning:
            case Meaning.RECIPIENT if subject in (
                Meaning.SYSTEM,
                Meaning.ACTIVITY,
                Meaning.REFERENCE,
                Meaning.CATEGORY,
            ):
                column.to(Meaning.PROCESSORS if acts_for(column.heading) else Meaning.RECIPIENTS)
            case Meaning.RECIPIENTS | Meaning.PROCESSORS if of_recipient:
                column.keep("the table is about recipients already")
            case Meaning.PROVIDER if of_recipient:
                column.keep("the table is about recipients already")
            case Meaning.PROVIDER if subject is not Meaning.SYSTEM or (about_partner and not partners):
                column.to(Meaning.RECIPIENTS)
            case Meaning.LOCATIONS if of_recipient and not _with(seen, Meaning.SYSTEM):
                column.to(Meaning.RECIPIENT_LOCATIONS)
            case General.COUNTRY if of_recipient:
                column.to(Meaning.RECIPIENT_COUNTRY, 0.9, "the table is about recipients")
            case General.PLACE if of_recipient:
                column.to(Meaning.RECIPIENT_LOCATIONS, _placed(column, 0.88), "the table is about recipients")
            case General.COUNTRY | General.PLACE if subject is Meaning.ORIGIN:
                column.to(Meaning.DESTINATIONS, 0.8, "where the flow goes")
            case General.COUNTRY if last and last.meaning in (
                Meaning.RECIPIENTS,
                Meaning.PROCESSORS,
                Meaning.RECIPIENT,
                Meaning.PROVIDER,
            ):
                column.to(Meaning.RECIPIENT_COUNTRY, 0.75, f"it follows {last.heading!r}")
            case General.COUNTRY if subject is Meaning.ACTIVITY and abroad:
                column.to(Meaning.DESTINATIONS, 0.75, "the table has columns on transfers")
            case General.COUNTRY | General.PLACE if subject in (Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.REFERENCE):
                column.to(Meaning.LOCATIONS, _placed(column, 0.8), "the table is about systems")
            case Meaning.RECIPIENT_COUNTRY | Meaning.RECIPIENT_LOCATIONS if subject is Meaning.ORIGIN:
                column.to(Meaning.DESTINATIONS)
            case General.SERVICE if of_recipient and not has_purpose:
                column.to(Meaning.PURPOSE, 0.7, "what the recipient does")
                has_purpose = True
            case General.DESCRIPTION if of_recipient and not has_purpose and not has_service:
                column.to(Meaning.PURPOSE, 0.7, "what the recipient does")
                has_purpose = True
            case General.SERVICE if subject is not None:
                column.keep("another column says what it would")
            case General.DESCRIPTION if subject is Meaning.ACTIVITY and not has_purpose:
                column.to(Meaning.PURPOSE, 0.7, "nothing else says the purpose")
                has_purpose = True
            case General.DESCRIPTION if subject is not None:
                column.to(Meaning.NOTES, 0.9)
            case General.PARTNER if not of_recipient and subject and _known_share(column.values) >= 0.3:
                column.to(Meaning.RECIPIENTS, 0.7, "it holds names of known recipients")
            case General.PLAIN | General.AGAINST | General.HINT as kept:
                column.to(Meaning.OTHER, column.confidence)
                column.why = f"{'' if kept is General.PLAIN else f'{kept.value}; '}datamap has no heading for it"
    for column in seen:
        if isinstance(column.meaning, General):
            column.to(Meaning.OTHER, 0.0)
            column.why = "what it means hangs on what the table is about, which is not clear"


def _placed(column: _Seen, confidence: float) -> float:
    """How sure a column called `location` is one of places, by its cells."""
    if not column.looks.filled or column.looks.placed >= 0.2:
        return confidence
    return 0.65


_NO_PLACE_OF_DATA = re.compile(r"origin|birth|nationalit|citizen|residence|made in|manufactur|sold|market|deliver|ship|travel|visit", re.I)  # fmt: skip


def _propose_by_values(seen: Sequence[_Seen], subject: Meaning | None) -> None:
    """Give a column whose heading says nothing what its values say, where the table is about something."""
    if subject is None:
        return
    taken = {c.meaning for c in seen if _sure(c)}
    for column in (c for c in seen if c.found is None and c.looks.filled >= 2):
        looks = column.looks
        placed = looks.places >= 0.7 or (looks.placed >= 0.7 and looks.places >= 0.4 and looks.prose < 0.2)
        if placed and not taken & _PLACES and not _NO_PLACE_OF_DATA.search(column.heading):
            meaning = Meaning.RECIPIENT_LOCATIONS if subject is Meaning.RECIPIENT else Meaning.LOCATIONS
            column.to(meaning, 0.62, f"{_percent(looks.placed)} name places")
        elif looks.mechanisms >= 0.6 and Meaning.MECHANISM not in taken:
            column.to(Meaning.MECHANISM, 0.65, f"{_percent(looks.mechanisms)} name safeguards")
        elif (
            subject in (Meaning.SYSTEM, Meaning.ACTIVITY)
            and not taken & {Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.PROVIDER}
            and looks.words > 0.8
            and _known_share(column.values) >= 0.5
        ):
            column.to(Meaning.RECIPIENTS, 0.62, "it holds names of known recipients")
        if column.meaning is not Meaning.OTHER:
            taken.add(column.meaning)


def _once_each(seen: Sequence[_Seen], subject: Meaning | None) -> None:
    """Leave a meaning that one column can have to the surest."""
    for meaning in {c.meaning for c in seen if isinstance(c.meaning, Meaning)} - {Meaning.OTHER}:
        columns = _with(seen, meaning)
        if len(columns) < 2 or meaning in _SEVERAL_COLUMNS:
            continue
        best = max(columns, key=lambda c: (c.confidence, -c.number))
        if meaning is Meaning.REFERENCE:
            best = columns[0]
        for column in columns:
            if column is not best:
                column.keep(f"{best.heading!r} is taken for {meaning.value} already")
    held = _with(seen, Meaning.LOCATIONS)
    for column in held if any(c.looks.places >= 0.5 for c in held) else ():
        if column.looks.filled and not column.looks.placed:
            column.keep("none of its cells names a place, and those of another column do")
    for column in seen:
        if column.meaning is Meaning.OTHER and not column.why:
            column.why = "nothing like it is known here"
        if column.meaning is not Meaning.OTHER and not _sure(column):
            column.why = f"perhaps {column.meaning.value} ({column.why}), which is too little to use it"


# --------------------------------------------------------------------------------------------- inventory or not

_POINTS: Mapping[Meaning, float] = {
    Meaning.CATEGORIES: 2, Meaning.TICKED: 2, Meaning.SENSITIVE_CATEGORIES: 2, Meaning.SENSITIVE: 1, Meaning.INDIVIDUALS: 2,
    Meaning.TRANSFER: 2, Meaning.DESTINATIONS: 2, Meaning.MECHANISM: 2, Meaning.RETENTION: 2, Meaning.SUB_PROCESSORS: 2,
    Meaning.SCHEMES: 2, Meaning.PURPOSE: 1, Meaning.RECIPIENTS: 1, Meaning.PROCESSORS: 1, Meaning.INTERNAL: 1, Meaning.PROVIDER: 1, Meaning.LOCATIONS: 1,
    Meaning.RECIPIENT_COUNTRY: 1, Meaning.RECIPIENT_LOCATIONS: 1, Meaning.SECURITY: 1, Meaning.COLLECTED_FROM: 1,
    Meaning.ROLE: 1, Meaning.ASSESSMENT: 1,
}  # fmt: skip
"""What a column of a meaning counts towards taking a table for an inventory, each meaning once."""
_WEAK = frozenset({"activity", "activities", "activités", "process", "processes", "prozess", "operation", "treatment", "tool", "outil", "werkzeug", "strumento", "herramienta", "ferramenta", "support", "programm", "agent", "contractor"})  # fmt: skip
"""Headings of subjects that other tables have just as often."""


def _verdict(columns: Sequence[_Seen], subject: Meaning | None) -> tuple[bool, str]:
    """Whether a table is an inventory, and why.

    What the rows are about gives two points (one where it is only called `name` or the like, or is a mere reference), a
    second such column one, every other meaning those of `_POINTS`, a heading that only such records have one (two at
    most), and what other tables have takes points (see `_against`). It takes `ENOUGH` points (one
    more where only references say what the rows are about), and something beside the subject.
    """
    used = [c for c in columns if c.meaning is not Meaning.OTHER and _sure(c)]
    hints = sum(c.found is not None and c.found.meaning is General.HINT for c in columns)
    if subject is None:
        return False, "no column names a system, a processing activity or a recipient"
    heads = [c for c in used if c.meaning in (*SUBJECTS, Meaning.REFERENCE)]
    named = [c for c in heads if c.meaning is not Meaning.REFERENCE]
    if subject is Meaning.REFERENCE:
        points = 1.0
    elif subject is Meaning.ORIGIN:
        points = 2.0
    else:
        head = next((c for c in named if c.meaning is subject), None)
        if head is None:
            return False, "no column names a system, a processing activity or a recipient"
        guessed = head.found is not None and isinstance(head.found.meaning, General) and head.confidence < SURE
        points = 1.0 if guessed or name_key(head.heading) in _WEAK else 2.0
        points += 1.0 if len({c.meaning for c in named}) > 1 else 0.0
    others = {c.meaning for c in used if isinstance(c.meaning, Meaning) and c.meaning in _POINTS}
    points += sum(_POINTS[m] for m in others) + min(2, hints)
    points -= _against(columns, hints)
    if not others and not hints and len({c.meaning for c in named}) < 2:
        return False, "beside what its rows are called, nothing in it is about personal information"
    if points < ENOUGH + (subject is Meaning.REFERENCE):
        what = " and ".join(sorted(m.value for m in others)) or "nothing else"
        return False, f"too little in it is about personal information ({what})"
    what = "flows" if subject is Meaning.ORIGIN else f"rows about {_PLURALS.get(subject, subject.value)}"
    listed = ", ".join(dict.fromkeys(c.meaning.value for c in used if c.meaning in _POINTS))
    return True, f"{what}, with {listed}" if listed else what


_MOST_AGAINST = 1.5
_SPEAK_FOR = frozenset(
    {
        Meaning.CATEGORIES, Meaning.TICKED, Meaning.SENSITIVE_CATEGORIES, Meaning.SENSITIVE, Meaning.INDIVIDUALS, Meaning.TRANSFER,
        Meaning.DESTINATIONS, Meaning.MECHANISM, Meaning.SUB_PROCESSORS, Meaning.SCHEMES, Meaning.ROLE,
    }
)  # fmt: skip
"""Meanings that tables of trade do not have."""


_PAPER = re.compile(r"\b(?:dpas?|dpias?|sccs?|bcrs?|tias?|idta|avv|gdpr|dsgvo|rgpd|dpf)\b", re.I)


def _against(columns: Sequence[_Seen], hints: int) -> float:
    """The points that columns take which inventories seldom have.

    Half a point each, and a point and a half for those of orders, payments, journeys and the like. All of them together
    take at most `_MOST_AGAINST` where another column says what only records of personal information say.
    """
    columns = [c for c in columns if c.meaning is not Meaning.TICKED]
    trade = {c.number for c in columns if of_trade(c.heading) or _measured(c)}
    mild = [c for c in columns if c.number not in trade and c.found and c.found.meaning is General.AGAINST]
    told = hints or any((c.meaning in _SPEAK_FOR and _sure(c) and c.found) or _PAPER.search(c.heading) for c in columns)
    return (
        min(_MOST_AGAINST, (len(trade) + len(mild)) / 2)
        if told
        else 1.5 * len(trade) + min(_MOST_AGAINST, len(mild) / 2)
    )


def _measured(column: _Seen) -> bool:
    """Whether a column that means nothing here holds amounts, weights or distances."""
    looks = column.looks
    return column.found is None and looks.filled > 1 and looks.measures > 0.8 and looks.numbers < 0.5


_PLURALS = {
    Meaning.SYSTEM: "systems",
    Meaning.ACTIVITY: "processing activities",
    Meaning.RECIPIENT: "recipients",
    Meaning.CATEGORY: "information categories",
    Meaning.REFERENCE: "what another table names",
}


# ------------------------------------------------------------------------------------------------- proposing


def _mapped(book: Book, profiles: Sequence[Profile]) -> Iterator[Mapped]:
    sheets = book.sheets if book.kind not in ("yaml", "json") else ()
    named = [("" if book.kind == "csv" else sheet.name, sheet) for sheet in sheets]
    found = [[_table(t, p, name) for t, p in _fitted(sheet, profiles)] for name, sheet in named]
    forms = [[_table(t, _fitting(profiles, t), name) for t in turned(sheet)] for name, sheet in named]
    forms = [form if _rather(form, of_sheet) else [] for form, of_sheet in zip(forms, found, strict=True)]
    upright = any(
        _most_known(of_sheet) >= headed_sideways(sheet) and any(m.inventory for m in of_sheet)
        for (_, sheet), of_sheet in zip(named, found, strict=True)
    )
    for (_, sheet), form, of_sheet in zip(named, forms, found, strict=True):
        if form and (not upright or any(m.profile for m in form)):
            yield from form
        else:
            lies = headed_sideways(sheet) > _most_known(of_sheet)
            yield from (
                replace(m, inventory=False, reason=_SIDEWAYS) if lies and not m.profile else m for m in of_sheet
            )


def _rather(form: Sequence[Mapped], upright: Sequence[Mapped]) -> bool:
    """Whether a sheet is rather forms than the tables that were found on it: more of their headings are known."""
    if not any(m.inventory or m.profile for m in form) or any(m.profile for m in upright):
        return False
    return max(sum(map(known_heading, m.table.headings.values())) for m in form) > _most_known(upright)


def _most_known(tables: Iterable[Mapped]) -> int:
    """The most headings of a table read as an inventory that are known."""
    return max((sum(map(known_heading, m.table.headings.values())) for m in tables if m.inventory), default=0)


def _table(table: Table, profile: Profile | None, name: str) -> Mapped:
    return _by_profile(without(table, profile.leave_out), profile) if profile else _by_itself(table, name)


def _fitted(sheet: Sheet, profiles: Sequence[Profile]) -> list[tuple[Table, Profile | None]]:
    """The tables of a sheet, each with the profile that fits it; headings are where a profile says if it fits then."""
    found = [(table, _fitting(profiles, table)) for table in tables(sheet)]
    for row in {p.heading_row: None for p in profiles if p.heading_row} if not any(p for _, p in found) else ():
        forced = [(table, _fitting(profiles, table)) for table in tables(sheet, heading_row=row)]
        if any(p and p.heading_row == row for _, p in forced):
            return forced
    return found


def _of_one_column(book: Book) -> str:
    """What a text file holds whose first line is one heading, and which of its rows are longer; empty for any other."""
    if book.kind != "csv" or len(book.sheets) != 1:
        return ""
    rows = [(n, len(said)) for n, row in enumerate(book.sheets[0].rows, 1) if (said := [v for v in row if as_text(v)])]
    first = next((as_text(v) for row in book.sheets[0].rows for v in row if as_text(v)), "")
    longer = [f"{n:,}" for n, count in rows[1:] if count > 1]
    if not 0 < len(longer) < len(rows) - 1 or rows[0][1] > 1 or not known_heading(first):
        return ""
    which = f"{', '.join(longer[:3])} and {len(longer) - 3:,} more" if len(longer) > 3 else " and ".join(longer)
    are = "row {} is" if len(longer) == 1 else "rows {} are"
    return (
        f"it has one heading, {first!r}, and {are.format(which)} longer: put a text that holds a comma in quotation "
        "marks, and add columns for the country and what is shared"
    )


_SIDEWAYS = (
    "it is a form or a turned table, whose headings stand below each other and cannot be told from what is filled in: "
    "put the headings into one row, with a row below for each record (copy, paste special, transpose)"
)


def _fitting(profiles: Sequence[Profile], table: Table) -> Profile | None:
    best = max(profiles, key=lambda p: p.fits(table), default=None)
    return best if best and best.fits(table) >= best.LEAST else None


def _by_itself(table: Table, sheet_name: str) -> Mapped:
    says = f"{table.title} {sheet_name}".strip()
    seen, subject = _columns(table, says)
    inventory, reason = _verdict(seen, subject)
    columns = tuple(
        Column(
            c.number,
            c.heading,
            _meaning(c.meaning),
            round(min(1.0, c.confidence), 2),
            c.why,
            _samples(c.values),
            table.turned,
        )
        for c in seen
    )
    return Mapped(table, columns, inventory, reason, about=subject)


def _meaning(meaning: Meaning | General) -> Meaning:
    return meaning if isinstance(meaning, Meaning) else Meaning.OTHER


def _samples(values: Iterable[Value]) -> tuple[str, ...]:
    texts = (" ".join(cells.plain(as_text(v)).split()) for v in values)
    shown = dict.fromkeys(t if len(t) <= 60 else f"{t[:59]}…" for t in texts if t)
    return tuple(shown)[:3]


def _by_profile(table: Table, profile: Profile) -> Mapped:
    columns = []
    for number, heading in table.headings.items():
        values = [v for row in table.rows[:20] if (v := value_at(table.sheet, row, number)) is not None]
        meaning = profile.meaning_of(heading)
        why = f"the mapping {profile.name} says so" if meaning else f"the mapping {profile.name} does not have it"
        columns.append(Column(number, heading, meaning or Meaning.OTHER, 1.0, why, _samples(values), table.turned))
    reason = f"the mapping {profile.name} {'reads it' if profile.read else 'leaves it out (read = false)'}"
    return Mapped(table, tuple(columns), profile.read, reason, profile, about=_about(columns))


def _about(columns: Iterable[Column]) -> Meaning | None:
    said = [c.meaning for c in columns if c.confidence >= USED]
    if Meaning.ORIGIN in said:
        return Meaning.ORIGIN
    return next((m for m in (*SUBJECTS, Meaning.REFERENCE) if m in said), None)


# ------------------------------------------------------------------------------- tables that name each other's rows


class _Naming(NamedTuple):
    """A table that names what others refer to: where it is, the heading of its references, and its names by reference."""

    book: int
    table: int
    about: Meaning
    heading: str
    names: Mapping[str, Said]


def _joined(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Give tables that only refer to what their rows are about the names that another table has for them."""
    naming = [
        _Naming(n, k, mapped.about, name_key(mapped.table.headings[reference]), names)
        for n, proposal in enumerate(proposals)
        for k, mapped in enumerate(proposal.tables)
        if mapped.about in _NAMES
        and (reference := _column_of(mapped, Meaning.REFERENCE))
        and (names := _names(mapped, reference))
    ][:_MOST_NAMING]
    made: dict[tuple[int, int], Mapped] = {}
    for n, proposal in enumerate(proposals):
        for k, mapped in enumerate(proposal.tables):
            found = {c: each for c, each in _referring(mapped, naming) if (each.book, each.table) != (n, k)}
            own = next((c for c in found if c == _column_of(mapped, Meaning.REFERENCE)), None)
            told = mapped.about in (Meaning.SYSTEM, Meaning.ACTIVITY) or (own is not None and _points_beside(mapped))
            if not found or not (mapped.inventory or told or len(found) > 1):
                continue
            refers = {c: Reference(_stands_for(mapped, each, c == own), each.names) for c, each in found.items()}
            named = {(each.book, each.table): each for each in found.values()}
            where = ", ".join(_where(proposals, each, n) for each in named.values())
            reason = f"{mapped.reason}; the names are those of {where}" if mapped.inventory else f"it describes what {where} names"  # fmt: skip
            made[n, k] = replace(made.get((n, k), mapped), inventory=True, reason=reason, references=refers)
            for at in named:
                other = made.get(at, proposals[at[0]].tables[at[1]])
                if not other.inventory:
                    made[at] = replace(other, inventory=True, reason="it names what another table describes")
    for n, proposal in enumerate(proposals):
        changed = tuple(made.get((n, k), mapped) for k, mapped in enumerate(proposal.tables))
        yield replace(proposal, tables=changed)


_MOST_NAMING = 50
_MOST_KEYS = 500
"""So many tables that name others' rows, and so many references of a column, are compared."""
_KEY = re.compile(r"(?:\b|_|(?<=[a-z]))(?:id|ids|ref|refs|reference|code|key|no|nr|number|identifier)s?\b", re.I)


def _referring(mapped: Mapped, naming: Sequence[_Naming]) -> Iterator[tuple[int, _Naming]]:
    """The columns of a table whose cells are references of another table's, and that table."""
    own = _column_of(mapped, Meaning.REFERENCE) if mapped.about is Meaning.REFERENCE else None
    for column in mapped.columns:
        kept = column.number not in mapped.meanings and mapped.profile is None
        if not naming or not (column.number == own or (kept and _KEY.search(column.heading))):
            continue
        keys = _references(mapped.table, column.number)
        best = max(naming, key=lambda each: (len(keys & each.names.keys()), each.heading == name_key(column.heading)))
        shared = len(keys & best.names.keys())
        like = best.heading == name_key(column.heading) or any(re.search(r"[^\W\d_]", key) for key in keys)
        sure = column.number == own or best.heading == name_key(column.heading)
        if shared and like and shared >= (0.5 if sure else 0.8) * len(keys):
            yield column.number, best


def _stands_for(mapped: Mapped, named: _Naming, is_subject: bool) -> Meaning:
    """What a reference to a row of another table says in this one."""
    if not is_subject and named.about is Meaning.RECIPIENT:
        return Meaning.RECIPIENTS
    return named.about if is_subject or named.about not in mapped.meanings.values() else Meaning.NOTES


def _where(proposals: Sequence[Proposal], named: _Naming, book: int) -> str:
    sheet = proposals[named.book].tables[named.table].table.sheet
    return sheet.name if named.book == book else f"{sheet.file} ({sheet.name})"


def _column_of(mapped: Mapped, meaning: Meaning) -> int | None:
    return next((n for n, m in mapped.meanings.items() if m is meaning), None)


def _references(table: Table, column: int) -> set[str]:
    """The references in a column, of a long one only the first."""
    texts = (as_text(value_at(table.sheet, row, column)) for row in steps(table.rows, 0))
    return set(islice(dict.fromkeys(name_key(part) for text in texts for part in cells.items(text)), _MOST_KEYS))


def _names(mapped: Mapped, reference: int) -> dict[str, Said]:
    """The name of each row by its reference."""
    named = _column_of(mapped, mapped.about) if mapped.about else None
    found: dict[str, Said] = {}
    for row in steps(mapped.table.rows, 0) if named else ():
        key = as_text(value_at(mapped.table.sheet, row, reference))
        name = as_text(value_at(mapped.table.sheet, row, named or 0))
        if key and name:
            found.setdefault(name_key(key), Said(name, mapped.table.cell(row, named or 0)))
    return found


def _points_beside(mapped: Mapped) -> float:
    return sum(_POINTS.get(m, 0) for m in set(mapped.meanings.values()))


def _named_entries(found: Iterable[Entry], references: Mapping[int, Reference]) -> Iterator[Entry]:
    """Entries whose references are the names that another table has for them; a reference it does not have stays."""
    for entry in found:
        for meaning, said in list(entry.said.items()):
            for at, one in enumerate(said):
                if (refers := references.get(one.cell.column)) is None:
                    continue
                parts = [
                    refers.names.get(name_key(part)) or Said(part, one.cell) for part in cells.items(as_text(one.value))
                ]
                named = joined(
                    Said(part.value, one.cell, (part.cell,) if part.cell != one.cell else ()) for part in parts
                )
                if named is None:
                    continue
                entry.problems += [
                    Problem(Kind.NO_SUCH_NAME, one.cell, "", as_text(part.value), refers.where)
                    for part in parts
                    if part.cell == one.cell and cells.nothing(as_text(part.value)) is None
                ]
                if meaning is not Meaning.REFERENCE:
                    said[at] = named
                elif not any(entry.one(m) for m in SUBJECTS) and any(part.cell != one.cell for part in parts):
                    entry.said[refers.meaning] = [named]
                    entry.at = one.cell
        yield entry


_OF_RECIPIENT = (
    Meaning.LOCATIONS, Meaning.RECIPIENT_COUNTRY, Meaning.RECIPIENT_LOCATIONS, Meaning.DESTINATIONS, Meaning.MECHANISM,
    Meaning.DOCUMENT, Meaning.ASSESSMENT, Meaning.ASSESSED, Meaning.SIGNED, Meaning.EXPIRES, Meaning.REVIEW,
)  # fmt: skip
"""What a table may say of a system whose recipients only another table names."""
_PARTIES = (Meaning.RECIPIENTS, Meaning.PROCESSORS)


@dataclass
class _Lent:
    """What rows of one table say of the recipients that another table names for the same system, by the references' cells."""

    given: dict[Cell, dict[Meaning, list[Said]]] = field(default_factory=dict)
    taken: dict[Cell, set[Meaning]] = field(default_factory=dict)
    problems: dict[Cell, list[Problem]] = field(default_factory=dict)

    def applied(self, found: Iterable[Entry]) -> Iterator[Entry]:
        for entry in found:
            if reference := entry.one(Meaning.REFERENCE):
                entry.said |= self.given.get(reference.cell, {})
                entry.problems += self.problems.get(reference.cell, ())
                for meaning in self.taken.get(reference.cell, ()):
                    entry.said.pop(meaning, None)
            yield entry


def _lent(proposals: Sequence[Proposal]) -> _Lent:
    """Ties what one table says of a system's recipients to those that another names for it, where only one row says it."""
    lent = _Lent()
    read = [m for p in proposals for m in p.tables if m.inventory and _column_of(m, Meaning.REFERENCE)]
    naming = [m for m in read if set(m.meanings.values()) & {*_PARTIES}]
    telling = [
        m
        for m in read
        if set(m.meanings.values()) & {*_OF_RECIPIENT}
        and not set(m.meanings.values()) & {*_PARTIES, Meaning.RECIPIENT, Meaning.PROVIDER, Meaning.DESTINATION}
    ]
    if not naming or not telling:
        return lent
    told: dict[tuple[str, str], list[Entry]] = {}
    for mapped in telling:
        for entry in _entries_of(mapped):
            for key in _row_keys(entry):
                told.setdefault(key, []).append(entry)
    for mapped in naming:
        for entry in _entries_of(mapped):
            listed = "; ".join(as_text(s.value) for m in _PARTIES for s in entry.said.get(m, ()))
            reference = entry.one(Meaning.REFERENCE)
            others = [other for key in _row_keys(entry) for other in told.get(key, ())]
            if not reference or not listed or cells.nothing(listed) is not None:
                continue
            for meaning in _OF_RECIPIENT:
                saying = [other for other in others if other.said.get(meaning)]
                if len(saying) == 1 and meaning not in entry.said:
                    lent.given.setdefault(reference.cell, {})[meaning] = saying[0].said[meaning]
                for other in saying:
                    at = other.said[Meaning.REFERENCE][0].cell
                    if len(saying) == 1 and meaning not in entry.said and meaning is not Meaning.LOCATIONS:
                        lent.taken.setdefault(at, set()).add(meaning)
                    elif len(saying) > 1 or (meaning in entry.said and meaning is not Meaning.LOCATIONS):
                        said = other.said[meaning][0]
                        problem = Problem(Kind.NOT_TIED, said.cell, meaning.value, as_text(said.value), listed)
                        lent.problems.setdefault(at, []).append(problem)
    return lent


def _row_keys(entry: Entry) -> Iterator[tuple[str, str]]:
    """A reference with the name that goes with it: what two rows share that say something of the same system."""
    reference = entry.text(Meaning.REFERENCE)
    for meaning in (Meaning.SYSTEM, Meaning.ACTIVITY):
        if reference and entry.text(meaning):
            yield name_key(reference), name_key(entry.text(meaning))


# ---------------------------------------------------------------------------------------------------- drafting


def _draft(proposal: Proposal, origin: str | None, lent: _Lent) -> Draft:
    rows: list[Row] = []
    problems: list[Problem] = []
    left_out: list[LeftOut] = []
    read: dict[Cell, str] = {}
    for sheet in proposal.book.sheets:
        filled = filled_rows(sheet)
        found = [m for m in proposal.tables if m.table.sheet is sheet or m.sheet == sheet.name]
        used = [m for m in found if m.inventory]
        if not used:
            read |= filled
            left_out += whole_sheet(filled, _why_not(found))
            continue
        data = {row for m in used for row in m.table.lines()[1]}
        heads = {row for m in used for row in m.table.lines()[0]} - data
        read |= {cell: words for cell, words in filled.items() if cell.row not in heads}
        aside: set[int] = set()
        for mapped in used:
            for out in mapped.table.left_out:
                if rest := tuple(row for row in out.rows if row not in data and row not in heads and row not in aside):
                    left_out.append(replace(out, rows=rest))
                    aside.update(rest)
            made_rows, made_problems = _table_rows(mapped, origin, lent)
            if mapped.table.turned:
                left_out += _adding_nothing(mapped.table, made_rows, (*made_problems, *problems))
            rows += made_rows
            problems += made_problems
        for mapped in (m for m in found if not m.inventory):
            own = (*set().union(*mapped.table.lines()), *(r for o in mapped.table.left_out for r in o.rows))
            rest = tuple(sorted({row for row in own if row not in data and row not in heads and row not in aside}))
            if rest:
                first = Cell(sheet.file, sheet.name, rest[0], min(mapped.table.headings))
                words = as_text(value_at(sheet, first.row, first.column))
                left_out.append(LeftOut(first, rest, f"a table that is no inventory: {mapped.reason}", words))
                aside.update(rest)
        told = data | heads | aside
        rest = tuple(cell.row for cell in filled if cell.row not in told)
        if rest:
            first, words = next((cell, words) for cell, words in filled.items() if cell.row == rest[0])
            left_out.append(LeftOut(first, rest, "it belongs to no table", words))
    return Draft(proposal.book.file, proposal.layout, tuple(rows), read, tuple(left_out), tuple(problems))


def _adding_nothing(table: Table, rows: Iterable[Row], problems: Iterable[Problem]) -> Iterator[LeftOut]:
    """The answers of a form that say no more than its other answers do: `none` beside a name."""
    said = (one for row in rows for one in (*row.facts.values(), *row.extra.values()))
    told = {cell.row for one in said for cell in (one.cell, *one.also)} | {p.cell.row for p in problems}
    for line in sorted(table.lines()[1] - told):
        yield LeftOut(
            table.cell(table.heading_rows[-1], line), (line,), "an answer that adds nothing", table.headings[line]
        )


def _names_places(text: str) -> bool:
    """Whether a cell that is asked whether something goes abroad names places; one that surely denies it does not."""
    return not _yes_or_no(text) and cells.nothing(text) is None and _has_place(text)


_YES_AND = re.compile(rf"(?:{'|'.join(map(re.escape, (*YES_WORDS[:2], *YES_WORDS[4:], 'sim', 'si')))})\b[\s,:;.–—-]*(?P<rest>.+)", re.I | re.S)  # fmt: skip


def _together(entry: Entry) -> None:
    """Puts what several columns say of safeguards together, without those that say there is none."""
    safeguards = entry.said.get(Meaning.MECHANISM, [])
    if len(safeguards) > 1:
        told = [one for one in safeguards if cells.nothing(as_text(one.value)) is None]
        whole = joined(told) if told else safeguards[0]
        entry.said[Meaning.MECHANISM] = [whole] if whole else []


def _mended(found: Iterable[Entry], asks: bool) -> Iterator[Entry]:
    """Entries whose transfers are told apart from where they go: `Yes, US` says both, and `No` is not Norway.

    `asks` says that the column of the destinations has the heading of a question.
    """
    for entry in found:
        _together(entry)
        goes, where = entry.one(Meaning.TRANSFER), entry.one(Meaning.DESTINATIONS)
        if goes and not where and (match := _YES_AND.fullmatch(as_text(goes.value))):
            rest = match["rest"].strip().removeprefix("(").removesuffix(")" if match["rest"].startswith("(") else "")
            if _has_place(rest):
                entry.said[Meaning.TRANSFER] = [Said("yes", goes.cell)]
                entry.said[Meaning.DESTINATIONS] = [Said(rest, goes.cell)]
        elif goes and not where and _names_places(as_text(goes.value)):
            entry.said[Meaning.DESTINATIONS] = [goes]
        elif where and not goes and _yes_or_no(words := as_text(where.value)) and (asks or words != "NO"):
            entry.said[Meaning.TRANSFER] = [where]
            entry.said[Meaning.DESTINATIONS] = entry.said[Meaning.DESTINATIONS][1:]
        _with_its_safeguard(entry)
        yield entry


_AND_SAFEGUARD = re.compile(
    r"(?P<where>[^()\[\];|\n–—:]+?)\s*(?:[(\[](?P<note>[^;|\n]+)[)\]]|(?:\s[-–—]|:)\s*(?P<after>[^;|\n]+)|"
    r"\s(?:under|with|via|by|using|on the basis of|covered by)\s+(?P<under>[^;|\n]+))\W*"
)


def _with_its_safeguard(entry: Entry) -> None:
    """Tells a safeguard apart from the place beside it: `USA (SCCs)`, `India - IDTA`, `US under DPF`."""
    where = entry.one(Meaning.DESTINATIONS)
    match = _AND_SAFEGUARD.fullmatch(as_text(where.value)) if where else None
    if where is None or match is None or entry.text(Meaning.MECHANISM):
        return
    said = (match["note"] or match["after"] or match["under"]).strip()
    if _MECHANISM.search(said) and not _DENIED.search(said) and _is_place(match["where"]):
        entry.said[Meaning.DESTINATIONS] = [where._replace(value=match["where"]), *entry.said[Meaning.DESTINATIONS][1:]]
        entry.said[Meaning.MECHANISM] = [where._replace(value=said)]


_DENIED = re.compile(
    r"\b(?:no|not|without|none|pending|missing|expired|tbc|tbd|to be|ohne|sans|kein\w*|aucun\w*|sin|senza|geen|sem)\b|\?",
    re.I,
)


def _why_not(found: Sequence[Mapped]) -> str:
    if not found:
        return "no inventory: it has no table with a row of headings"
    reasons = "; ".join(dict.fromkeys(m.reason for m in found))
    return reasons if all(m.table.sheet.hidden or m.profile for m in found) else f"no inventory: {reasons}"


def _entries_of(mapped: Mapped) -> Iterator[Entry]:
    table, profile = mapped.table, mapped.profile
    down = _down(table, profile.fill_down if profile else ())
    referring = {column: refers.meaning for column, refers in mapped.references.items()}
    found = _named_entries(entries(table, {**referring, **mapped.meanings}, down=down), mapped.references)
    asks = any(c.meaning is Meaning.DESTINATIONS and _asks(c.heading) for c in mapped.columns)
    units = {
        c.number: unit[0]
        for c in mapped.columns
        if c.meaning is Meaning.RETENTION and (unit := _UNIT.search(c.heading.casefold()))
    }
    return _mended(_with_units(found, units) if units else found, asks)


_UNIT = re.compile(
    r"\b(?:years|months|weeks|days|hours|ans|années|mois|semaines|jours|jahre|monate|wochen|tage|años|meses|semanas|días|"
    r"anni|mesi|settimane|giorni|jaar|maanden|weken|dagen|anos|dias)\b|\b(?:yrs|mths)\b"
)
_BARE = re.compile(r"\d+(?:[.,]\d+)?(?:\s*(?:[-–]|to|bis|à|a)\s*\d+(?:[.,]\d+)?)?")


def _with_units(found: Iterable[Entry], units: Mapping[int, str]) -> Iterator[Entry]:
    """Entries whose periods have the unit that only the heading says: 7 under `Retention (years)`."""
    for entry in found:
        kept = entry.said.get(Meaning.RETENTION, [])
        for at, said in enumerate(kept):
            words = as_text(said.value)
            if (unit := units.get(said.cell.column)) and _BARE.fullmatch(words):
                kept[at] = said._replace(value=f"{words} {unit}")
        yield entry


def _table_rows(mapped: Mapped, origin: str | None, lent: _Lent) -> tuple[list[Row], list[Problem]]:
    table, profile = mapped.table, mapped.profile
    found = lent.applied(_entries_of(mapped))
    whose = (profile.origin if profile else "") or origin
    heading = table.cell(table.heading_rows[-1], min(table.headings))
    names = [c for c in mapped.columns if mapped.meanings.get(c.number) in (Meaning.RECIPIENT, Meaning.RECIPIENTS)]
    providers = {c.number for c in names if provides(c.heading)}
    agents = {c.number: table.cell(table.heading_rows[-1], c.number) for c in names if acts_for(c.heading)}
    made = translate(_with_roles(found, agents), origin=Said(whose, heading) if whose else None, providers=providers)
    kept = (p for p in table.without_heading() if mapped.meanings.get(p.cell.column, Meaning.OTHER) is Meaning.OTHER)
    problems = [*made.problems, *_differences(mapped), *kept]
    for column in mapped.columns:
        if column.meaning is not Meaning.OTHER and USED <= column.confidence < SURE:
            at = table.cell(table.heading_rows[-1], column.number)
            problems.append(Problem(Kind.COLUMN_GUESSED, at, "", column.heading, column.meaning.value))
    if table.examples:
        first = table.cell(table.examples[0], min(table.headings))
        words = next((t for c in table.headings if (t := as_text(value_at(table.sheet, first.row, c)))), "")
        problems.append(Problem(Kind.EXAMPLES, first, "", words, str(len(table.examples))))
    return made.rows, problems


def _with_roles(found: Iterable[Entry], agents: Mapping[int, Cell]) -> Iterator[Entry]:
    """Entries about recipients with the role that the heading over their names says, where no column says it."""
    for entry in found:
        named = entry.one(Meaning.RECIPIENT)
        if named and named.cell.column in agents and not entry.text(Meaning.ROLE):
            entry.said[Meaning.ROLE] = [Said(Role.AGENT.value, agents[named.cell.column])]
        yield entry


def _differences(mapped: Mapped) -> Iterator[Problem]:
    """Where a table and the mapping that it is read by have not the same columns."""
    table, profile = mapped.table, mapped.profile
    if profile is None:
        return
    row = table.heading_rows[-1]
    keys = {name_key(h) for h in table.headings.values()}
    for heading, meaning in profile.columns.items():
        if meaning is not Meaning.OTHER and name_key(heading) not in keys:
            says = f"The table has no column {heading!r}, which the mapping {profile.name!r} takes for {meaning.value}"
            yield Problem(Kind.COLUMN_DIFFERS, table.cell(row, min(table.headings)), "", heading, says)
    for column, heading in table.headings.items():
        if profile.meaning_of(heading) is None and column not in table.unheaded:
            says = f"The mapping {profile.name!r} does not know the column {heading!r}, which was kept as it is"
            yield Problem(Kind.COLUMN_DIFFERS, table.cell(row, column), "", heading, says)


def _asks(heading: str) -> bool:
    found = meaning_of(heading.rpartition(" - ")[2])
    return found is not None and found.meaning is Meaning.TRANSFER


def _down(table: Table, headings: Collection[str]) -> list[int]:
    wanted = {name_key(h) for h in headings}
    return [c for c, h in table.headings.items() if name_key(h) in wanted]
