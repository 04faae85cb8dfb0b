"""The canonical workbook's sheets and columns, declared once.

The same declaration parses and validates what analysts wrote, writes the blank workbook and explains itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from datamap import places
from datamap.inventory import (
    Activity,
    Binding,
    Category,
    CategoryKind,
    Flow,
    Frequency,
    Nothing,
    Notice,
    NoticeGiven,
    Organisation,
    OrganisationKind,
    Prohibition,
    Recipient,
    Record,
    Role,
    Safeguard,
    Says,
    Scheme,
    Sector,
    Statement,
    System,
    name_key,
)
from datamap.law import Law, module_named
from datamap.pace import steps
from datamap.problems import Kind
from datamap.sheets import ErrorValue, Sheet, Uncomputed, Value, column_letters

E = TypeVar("E", bound=StrEnum)

NOT_STATED_WORDS = (
    "not stated", "unknown", "not known", "unsure", "not sure", "unclear", "unspecified", "not specified", "not disclosed",
    "not recorded", "not provided", "to be confirmed", "to be determined", "tbc", "tbd", "?", "??", "???", "don't know",
    "don’t know", "dont know", "tba", "to be advised", "to be checked", "to check", "not yet known", "not yet confirmed",
    "not yet determined", "unconfirmed", "none known", "no idea",
)  # fmt: skip
NONE_WORDS = ("none", "not applicable", "n/a", "n.a.", "n.a", "nil", "nothing", "nobody", "no one", "-", "--", "–", "—")
YES_WORDS = ("yes", "y", "true", "1", "oui", "ja", "sí", "sì", "sim")
NO_WORDS = ("no", "n", "false", "0", "non", "nein", "nee", "não", "nao")

_BETWEEN = " \t\r\n;,"  # what parts values: a cell of nothing else is blank

_NOT_STATED = frozenset(w.casefold() for w in NOT_STATED_WORDS)
_NONE = frozenset(w.casefold() for w in NONE_WORDS)
_NOTHING_BEGINS = frozenset(c for w in (*_NOT_STATED, *_NONE) for c in (w[0], w[0].upper())) | {""}
SAYS_SOMETHING = re.compile(rf"[^\s{re.escape(''.join(_NOTHING_BEGINS) + _BETWEEN)}]")
"""What a text begins with that cannot be a word for nothing."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a cell, before it is known which cell it is."""

    kind: Kind
    value: str
    wanted: str = ""
    nearest: str | None = None


class Read(NamedTuple):
    """What a cell says: a value or the kind of nothing it is, and what was wrong with it; `words` as in `Fact`."""

    value: Any = None
    nothing: Nothing | None = None
    troubles: tuple[Trouble, ...] = ()
    words: Value = None

    @classmethod
    def none(cls, nothing: Nothing) -> Read:
        return cls(None, nothing)

    @classmethod
    def bad(cls, kind: Kind, value: str, wanted: str = "", nearest: str | None = None) -> Read:
        return cls(None, Nothing.UNREADABLE, (Trouble(kind, value, wanted, nearest),), value)


@dataclass(frozen=True)
class Context:
    """What a cell's meaning depends on beside the cell: the names declared anywhere, the law, the order of dates."""

    law: Law
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # sheet → name key → name as declared
    month_first: bool | None = None  # None: the file does not prove either


_LINE_BREAK = re.compile(r"\r\n?|[\v\f]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """The text as any spreadsheet can hold it: a control character is replaced by its picture (`␀`) or by `�`."""
    return _INVISIBLE.sub(_picture, _LINE_BREAK.sub("\n", text))


def _picture(found: re.Match[str]) -> str:
    number = ord(found[0])
    return chr(0x2400 + number) if number < 0x20 else "\ufffd"


def as_text(value: Value) -> str:
    """A cell's value as the analyst would read it, trimmed."""
    if type(value) is str:
        words = value.strip()
        return words if words.isprintable() else visible(words)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, Uncomputed):
        return f"={value.formula.removeprefix('=')}"
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value).strip()


def plain_text(value: Value) -> str:
    """A value as text for a file that has only texts, or no error values; see `ERROR_MARK`."""
    if isinstance(value, ErrorValue):
        return ERROR_MARK + value.text
    return visible(value) if isinstance(value, str) else as_text(value)


FORMULA_START = re.compile("'*[=+\\-@\t\r＝＋－＠]")
MARK_START = re.compile(r"'*\((?:example|error|formula)\)", re.IGNORECASE)


def guarded(text: str, against: re.Pattern[str]) -> str:
    """A text with an apostrophe before it, if it begins so that a reader would take it for something else.

    Apostrophes that stand before such a beginning are part of it, so that `unguarded` gives every text back.
    """
    return f"'{text}" if against.match(text) else text


def unguarded(text: str, against: re.Pattern[str]) -> str:
    return text[1:] if text.startswith("'") and against.match(text) else text


def nothing_in(text: str) -> Nothing | None:
    """Which kind of nothing a text is; None when it says something."""
    text = text.strip(_BETWEEN).strip()
    if text[:1] not in _NOTHING_BEGINS:
        return None
    words = " ".join(text.split()).casefold()
    if not words:
        return Nothing.BLANK
    if words in _NOT_STATED:
        return Nothing.NOT_STATED
    return Nothing.NONE if words in _NONE else None


Parse = Callable[[Value, "Column", Context], Read]


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its heading, the record's field it fills, how a cell is read, and the help the analyst sees."""

    heading: str
    field: str
    parse: Parse
    help: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # offered in the drop-down
    refers_to: tuple[str, ...] = ()  # sheets whose names are wanted
    kinds: bool = False  # a kind of information or of recipient, or the people of a place, may stand for them
    example: str = ""
    strict: bool = False  # only the choices are accepted
    clears: bool = False  # what it names may clear a transfer, so a name that is doubted is not taken
    one: bool = False  # one fact, although a cell may hold several values: rows that are joined have to agree

    @property
    def several(self) -> bool:
        """Whether one cell may hold several values."""
        return self.parse in (names, place_list, schemes, bindings, grounds)


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """One sheet: its name, the record a row becomes, the inventory's field that holds them, and its columns."""

    name: str
    record: type[Record]
    field: str
    help: str
    columns: tuple[Column, ...]
    synonyms: tuple[str, ...] = ()

    @property
    def identity(self) -> Column:
        """The column that names the row."""
        return self.columns[0]

    @cached_property
    def fields(self) -> dict[str, Column]:
        """The columns by the field of the record that they fill."""
        return {column.field: column for column in self.columns}

    def column(self, heading: str) -> Column | None:
        """The column that a heading or a synonym of it names."""
        return _headings(self).get(name_key(heading))

    def near(self, heading: str) -> Column | None:
        """The column whose heading or synonym another heading is spelled much like."""
        spelled = places.nearest(heading, tuple(_headings(self)), 0.8) if len(name_key(heading)) > 4 else None
        return _headings(self)[spelled] if spelled else None

    def headed(self, heading: str) -> Column:
        """The column with exactly this heading. Raises `KeyError` for any other."""
        for column in self.columns:
            if column.heading == heading:
                return column
        raise KeyError(f"{heading} on {self.name}")


@cache
def _headings(sheet: SheetLayout) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in sheet.columns:
        found[name_key(column.heading)] = column
    for column in sheet.columns:
        for synonym in column.synonyms:
            found.setdefault(name_key(synonym), column)
    return found


def no_heading(column: int) -> str:
    """What a column that has no heading is called, where what stands in it is kept: `column F`."""
    return f"column {column_letters(column)}"


_KEPT = " (kept)"


def to_keep(heading: str, sheet: SheetLayout) -> str:
    """An extra column's heading as it is written on a sheet of datamap's own that may have a column of that name."""
    return f"{heading}{_KEPT}" if _may_be_ours(heading, sheet) else heading


def kept_as(heading: str, sheet: SheetLayout) -> str:
    """An extra column's heading as it was before `to_keep`."""
    bare = heading.removesuffix(_KEPT)
    return bare if bare != heading and _may_be_ours(bare, sheet) else heading


def _may_be_ours(heading: str, sheet: SheetLayout) -> bool:
    while heading.endswith(_KEPT):
        heading = heading.removesuffix(_KEPT)
    return sheet.column(heading.rstrip("* ")) is not None


# ---------------------------------------------------------------------------------------------- how cells are read


def _split(text: str) -> list[str]:
    """The parts of a several-valued cell that say something: `;` and line breaks always part values."""
    return [part for part in (p.strip() for p in re.split(r"[;\r\n]+", text)) if nothing_in(part) is None]


def _nothing_among(text: str) -> Nothing:
    """Which kind of nothing a several-valued cell says when no part of it says anything."""
    return next(
        (n for n in map(nothing_in, re.split(r"[;\r\n]+", text)) if n not in (None, Nothing.BLANK)), Nothing.BLANK
    )


def _split_known(part: str, known: Callable[[str], bool], *, whole: bool = True) -> list[str]:
    """Further parts at `,` or `/`, but only when every one of them is known by itself, and the `whole` is not."""
    if whole and known(part):
        return [part]
    for separator in (",", "/"):
        pieces = [p.strip() for p in part.split(separator)]
        if len(pieces) > 1 and all(pieces) and all(known(p) for p in pieces):
            return pieces
    return [part]


def text(value: Value, column: Column, context: Context) -> Read:
    """Any text."""
    words = as_text(value)
    nothing = nothing_in(words)
    return Read.none(nothing) if nothing else Read(words)


_NOT_ON_FILE = re.compile(
    r"(?:no|false|non|nein|nee|nej)(?!\s*[.:]?\s*\d)(?:\s*[.,;:(–—-].*)?|no longer\b.*|"
    r".*[(\[,;–—-]\s*(?:still )?(?:in progress|in draft|draft|unsigned|not (?:yet )?(?:signed|done|completed?)|pending|to be \w+)\W*|(?:no[\s,;:(–—-]+)?(?:"
    r"(?:not (?:yet )?(?:done|started|complete|completed|signed|available|held|on file|obtained|received|required|needed|yet)|not yet|"
    r"in progress|in preparation|under ?way|to be (?:done|completed|signed|drafted|prepared|obtained|written|agreed)|awaiting|"
    r"being (?:done|completed|drafted|prepared|negotiated|written))\b.*|"
    r"(?:draft|pending|unsigned|outstanding|overdue|to ?do|missing|planned|scheduled|incomplete|requested)"
    r"(?:\s*[.,;:(–—/-].*|\s+(?:with|from|by|until|for|at|since|legal|review|signature|approval|v?\d).*)?)",
    re.IGNORECASE | re.DOTALL,
)


def evidence(value: Value, column: Column, context: Context) -> Read:
    """A paper or a note of one. Words that say that it is not there yet, such as `No` or `in progress`, are none."""
    words = as_text(value)
    return Read(None, Nothing.NONE, (), words) if _NOT_ON_FILE.fullmatch(words) else text(value, column, context)


def name(value: Value, column: Column, context: Context) -> Read:
    """One name, which another sheet may declare."""
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    if not column.refers_to:
        return Read(words)
    found, trouble = _refer(words, column, context)
    return Read(found, None, (trouble,) if trouble else ())


def _refer(words: str, column: Column, context: Context) -> tuple[str, Trouble | None]:
    """The declared spelling of a name, or the name as written with what is wrong with it."""
    key = name_key(words)
    for sheet in column.refers_to:
        if (names_ := context.names.get(sheet)) and (found := names_.get(key)):
            return found, None
    if column.kinds and _is_kind(words):
        return words, None
    declared = [context.names.get(sheet, {}) for sheet in column.refers_to]
    checked = [s for s, names_ in zip(column.refers_to, declared, strict=True) if names_ and s not in OPEN_NAMES]
    if not checked:
        return words, None
    few = sum(map(len, declared)) <= _COMPARED
    every = tuple(n for names_ in declared for n in names_.values()) if few else ()
    every += tuple(_kinds().values()) if column.kinds else ()
    wanted = " or ".join(checked) + (
        ", or among the Individuals of a system" if INDIVIDUALS in column.refers_to else ""
    )
    near = places.nearest(words, every) or (_names_among(words, declared) if column.several else None)
    if near is None and column.heading == "Provider" and _OURSELVES.fullmatch(words):
        near = NONE_WORDS[0]
    return words, Trouble(Kind.NO_SUCH_NAME, words, wanted, near)


_OURSELVES = re.compile(
    r"(?:self|in)[- ]?(?:hosted|house)|ourselves|us|internal(?:ly)?(?: hosted)?|own (?:servers?|hosting|data cent(?:re|er)s?)|on[- ]?prem(?:ises?)?",
    re.IGNORECASE,
)


def _names_among(words: str, declared: Sequence[Mapping[str, str]]) -> str | None:
    """Names that stand in one text without semicolons, with them; None where none of them is declared."""
    parts = [p for p in re.split(r"\s*(?:,|/|\+|&|\band\b)\s*", words) if p]
    found = [next((names_[name_key(p)] for names_ in declared if name_key(p) in names_), None) for p in parts]
    return "; ".join(f or p for f, p in zip(found, parts, strict=True)) if len(parts) > 1 and any(found) else None


_OF_A_PLACE = re.compile(r"(?i)(?:people|individuals|persons) (?:in|from) (.+)")


def _is_kind(words: str) -> bool:
    """Whether words stand for a kind of information or of recipient, or for the people of a place."""
    if name_key(words) in _kinds() or CATEGORY_KINDS.named(words) or ROLES.named(words):
        return True
    people = _OF_A_PLACE.fullmatch(words)
    return people is not None and not places.read_places(people[1]).unknown


@cache
def _kinds() -> dict[str, str]:
    """What policies call kinds of information and of recipients, by key."""
    from datamap import lexicon

    return {name_key(label): label for label in lexicon.kinds()}


_COMPARED = 3_000  # names among which a near one is looked for: every miss looks at all of them
INDIVIDUALS = "individuals"  # names of groups of people, which no sheet declares
OPEN_NAMES = frozenset({INDIVIDUALS})  # names that need not be declared


def names(value: Value, column: Column, context: Context) -> Read:
    """Several names. `words` are kept where others beside them are not stated: `Zeta; not stated`.

    Where a name may clear a transfer, one that is doubted (`Zeta?`) is offered and not taken.
    """
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    declared = [names_ for sheet in column.refers_to if (names_ := context.names.get(sheet))]

    def known(part: str) -> bool:
        key = name_key(part)
        return any(key in names_ for names_ in declared) or (column.kinds and _is_kind(part))

    parts = [p for part in _split(words) for p in _split_known(part, known)]
    found: dict[str, None] = {}
    troubles: list[Trouble] = []
    for part in steps(parts, 0):
        spelled, trouble = _refer(part, column, context)
        if column.clears and "?" in part and "?" not in spelled:
            troubles.append(Trouble(Kind.NO_SUCH_NAME, part, " or ".join(column.refers_to), spelled))
            continue
        found.setdefault(spelled)
        if trouble:
            troubles.append(trouble)
    if not found:
        return Read(None, Nothing.UNREADABLE, tuple(troubles), words) if troubles else Read.none(_nothing_among(words))
    others = any(nothing_in(part.strip()) is Nothing.NOT_STATED for part in re.split(r"[;\r\n]+", words))
    return Read(tuple(found), None, tuple(troubles), words if others else None)


def place_list(value: Value, column: Column, context: Context) -> Read:
    """Places, each with what happens there in brackets."""
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    read = places.read_places(words)
    troubles = tuple(Trouble(Kind.NO_PLACE, part, "", near) for part, near in read.unknown)
    if not read.places:
        return Read(None, Nothing.UNREADABLE, troubles, words)
    return Read(read.places, None, troubles, words)


def yes_no(value: Value, column: Column, context: Context) -> Read:
    """Yes, no or unknown. A blank is unknown, never no."""
    words = as_text(value).casefold()
    if words in YES_WORDS:
        return Read(True)
    if words in NO_WORDS:
        return Read(False)
    nothing = nothing_in(words)
    return Read.none(nothing) if nothing else Read.bad(Kind.NOT_YES_OR_NO, as_text(value), "", _answer_in(words))


_ANSWERED = re.compile(
    rf"({'|'.join(map(re.escape, (*YES_WORDS, *NO_WORDS)))})\s*(?:[,;:.(\[\n]|\s[-–—])", re.IGNORECASE
)


def _answer_in(words: str) -> str | None:
    """The yes or no that words begin with, where more follows: `yes - see contract`."""
    match = _ANSWERED.match(words)
    return None if match is None else "yes" if match[1].casefold() in YES_WORDS else "no"


_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d-%b-%Y", "%d-%B-%Y", "%d-%b-%y", "%d %b %y", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")  # fmt: skip
_NUMERIC_DATE = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\s*")


def numeric_date(text: str) -> tuple[int, int, int] | None:
    """First number, second number and year of a text such as 03/04/2026; None for any other text."""
    if not (match := _NUMERIC_DATE.fullmatch(text)):
        return None
    first, second, year = (int(g) for g in match.groups())
    return first, second, year + 2000 if year < 100 else year


def a_date(value: Value, column: Column, context: Context) -> Read:
    """A real date cell, ISO text, or day-first text unless the file proves that it writes the month first."""
    if isinstance(value, datetime):
        return Read(value.date())
    if isinstance(value, date):
        return Read(value)
    words = as_text(value)
    if len(words) == 10 and words[4] == words[7] == "-":
        with suppress(ValueError):
            return Read(date.fromisoformat(words))
    if nothing := nothing_in(words):
        return Read.none(nothing)
    if numbers := numeric_date(words):
        first, second, year = numbers
        month_first = bool(context.month_first)
        day, month = (second, first) if month_first else (first, second)
        try:
            read = date(year, month, day)
        except ValueError:
            return Read.bad(Kind.NO_DATE, words)
        guessed = context.month_first is None and first <= 12 and second <= 12 and first != second
        return Read(read, None, (Trouble(Kind.DATE_GUESSED, words, read.isoformat()),) if guessed else ())
    spaced = " ".join(re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", words.replace(",", " ")).split())
    for form in _DATE_FORMATS:
        try:
            return Read(datetime.strptime(spaced, form).date())
        except ValueError:
            continue
    return Read.bad(Kind.NO_DATE, words, "", _day_in(words, column, context))


_SERIALS = range(18_264, 73_051)  # days as spreadsheets count them: 1950 to 2099


def _day_in(words: str, column: Column, context: Context) -> str | None:
    """The only day that other words name, as ISO text: `signed 3 May 2026`, or a spreadsheet's number of a day."""
    if re.fullmatch(r"\d{5}(?:\.\d+)?", words) and int(float(words)) in _SERIALS:
        return (date(1899, 12, 30) + timedelta(days=int(float(words)))).isoformat()
    found = [m[0] for m in re.finditer(rf"(?i)(?<![\d/.-])(?:{_A_DAY})(?![\d/-])", words)]
    if len(found) != 1 or found[0] == words:
        return None
    read = a_date(found[0], column, context)
    return read.value.isoformat() if read.value and not read.troubles else None


class Choice(Generic[E]):
    """One word of a closed list. Synonyms are given as `"word; word"` under the member's name."""

    def __init__(self, enum: type[E], **synonyms: str) -> None:
        self.enum = enum
        self.words_of: dict[str, E] = {m.value: m for m in enum}
        for member, words in synonyms.items():
            self.words_of.update({word.strip(): enum[member] for word in words.split(";")})
        self.known = {name_key(word): member for word, member in self.words_of.items()}

    def named(self, words: str) -> E | None:
        """The member that words name, by its own word or a synonym. What is doubted (`agent?`) names none."""
        return None if "?" in words else self.known.get(name_key(words))

    def __call__(self, value: Value, column: Column, context: Context) -> Read:
        words = as_text(value)
        if found := self.named(words):
            return Read(found)
        if nothing := nothing_in(words):
            return Read.none(nothing)
        nearest = places.nearest(words, self.words_of)
        wanted = ", ".join(_words(self.enum))
        return Read.bad(Kind.NOT_IN_LIST, words, wanted, self.words_of[nearest].value if nearest else None)


_SCHEME = re.compile(r"(?P<name>.+?)(?:\s+(?P<from>\d{4}-\d{2}-\d{2})(?:\s*\.\.\s*(?P<to>\d{4}-\d{2}-\d{2}))?)?\s*")
_LISTED = r"(?:(?:active|certified|self-certified|listed|checked|verified|confirmed|looked up|valid|as at|as of|on|is)\b[\s,:]*)*"
_A_DAY = r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}(?:st|nd|rd|th)?[ -][^\W\d_]{3,9}\.?,?[ -]\d{2,4}|[^\W\d_]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
_SCHEME_IN_WORDS = re.compile(rf"(?i)(?P<name>.+?)[\s,:;([–-]+{_LISTED}(?P<day>{_A_DAY})?[\s)\].]*")


def schemes(value: Value, column: Column, context: Context) -> Read:
    """Schemes, each with the day its listing was checked, or a span of days.

    A scheme without a day of its own was looked up with the one before it: `DPF 2026-08-01; UK Extension`. Words that
    name a scheme and say more than that it is listed, such as `DPF withdrawn`, are a problem.
    """
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    known = _keys(tuple(w for r in context.law.regimes.values() for s, said in r.schemes.items() for w in (s, *said)))

    def is_known(part: str) -> bool:
        return any(m is not None and name_key(m["name"]) in known for m in _as_scheme(part))

    found: list[Scheme] = []
    troubles: list[Trouble] = []
    for part in (p for whole in _split(words) for p in _split_known(whole, is_known, whole=False)):
        if "?" in part:
            troubles.append(Trouble(Kind.NOT_IN_LIST, part, "a scheme, with the day its listing was checked"))
            continue
        plain, worded = _as_scheme(part)
        days: list[date | None] = [None, None]
        name = part
        if plain and (name_key(plain["name"]) in known or not worded or name_key(worded["name"]) not in known):
            name = plain["name"].strip()
            try:
                days = [date.fromisoformat(d) if d else None for d in (plain["from"], plain["to"])]
            except ValueError:
                troubles.append(Trouble(Kind.NO_DATE, part))
        elif worded:
            name = worded["name"].strip()
            if worded["day"]:
                read = a_date(worded["day"], column, context)
                days, troubles = [read.value, None], [*troubles, *read.troubles]
        if name_key(name) not in known and any(k in name_key(name) for k in known if len(k) > 2):
            wanted = ", ".join(dict.fromkeys(s for r in context.law.regimes.values() for s in r.schemes))
            troubles.append(Trouble(Kind.NOT_IN_LIST, part, f"{wanted}, each with the day its listing was checked"))
        elif days[0] is None and found and name == part:
            days = [found[-1].checked, found[-1].until]
        found.append(Scheme(name, *days))
    return _several(found, troubles, words)


def _as_scheme(part: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    return _SCHEME.fullmatch(part), _SCHEME_IN_WORDS.fullmatch(part)


def bindings(value: Value, column: Column, context: Context) -> Read:
    """Laws that bind the recipient for this information: `PIPEDA; AU Privacy Act: no, small business`."""
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    found, troubles = [], []
    for part in _split(words):
        if name_key(part) in ("smallbusiness", "exempt"):
            troubles.append(Trouble(Kind.NOT_IN_LIST, part, "a law, or 'Law: no, reason'"))
            continue
        law, colon, rest = part.partition(":")
        answer, _, why = (s.strip() for s in rest.partition(","))
        if "?" in law + answer:
            troubles.append(Trouble(Kind.NOT_IN_LIST, part, "a law that binds it for certain, or 'Law: no, reason'"))
            continue
        if not colon:
            found += [Binding(piece.strip(), True) for piece in part.split(",") if piece.strip()]
        elif answer.casefold() in (*YES_WORDS, *NO_WORDS):
            found.append(Binding(law.strip(), answer.casefold() in YES_WORDS, why))
        else:
            troubles.append(Trouble(Kind.NOT_YES_OR_NO, rest.strip()))
    return _several(found, troubles, words)


def _several(found: Sequence[Any], troubles: Sequence[Trouble], words: str) -> Read:
    if found:
        return Read(tuple(dict.fromkeys(found)), None, tuple(troubles), words if troubles else None)
    if not troubles:
        return Read.none(_nothing_among(words))
    return Read(None, Nothing.UNREADABLE, tuple(troubles), words)


def notice(value: Value, column: Column, context: Context) -> Read:
    """Yes, no, by another, or `exception: reason`."""
    words = as_text(value)
    first, *rest = (part.strip() for part in re.split(r"[:,\-–(]", words, maxsplit=1))
    reason = rest[0] if rest else ""
    if first.casefold() in ("exception", "exempt"):
        if not reason.rstrip(")"):
            return Read.bad(Kind.NO_REASON, words)
        return Read(Notice(NoticeGiven.EXCEPTION, reason.rstrip(")")))
    if first.casefold() in ("by another", "notified by another"):
        return Read(Notice(NoticeGiven.BY_ANOTHER, reason.rstrip(")")))
    answer = yes_no(value, column, context)
    if answer.value is not None:
        return Read(Notice(NoticeGiven.YES if answer.value else NoticeGiven.NO))
    if answer.nothing is not Nothing.UNREADABLE:
        return answer
    return Read.bad(Kind.NOT_IN_LIST, words, "yes, no, by another, exception: reason", _answer_in(words))


# Beside the words for a mechanism, these say nothing that could take away from it (as "draft" or "expired" would).
_BESIDE_MECHANISM = frozenset(
    name_key(word)
    for word in (
        "a", "an", "and", "approved", "art", "article", "c2c", "c2p", "commission", "date", "dated", "de", "decision",
        "document", "du", "eea", "en", "eu", "european", "executed", "file", "from", "gdpr", "given", "in", "is", "module",
        "modules", "of", "on", "p2c", "p2p", "place", "recorded", "signed", "since", "the", "transfer", "under", "version",
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "comisión", "commissie", "commissione", "comissão", "da", "dal", "data", "datum", "de", "del", "della", "den", "der",
        "des", "du", "europea", "europeia", "europese", "europäische", "europäischen", "européenne", "firmada", "firmadas",
        "firmate", "kommission", "la", "le", "les", "módulo", "modul", "modulo", "signé", "signées", "ue", "unterzeichnet", "van",
        "vom", "von",
    )
)  # fmt: skip


def mechanism(value: Value, column: Column, context: Context) -> Read:
    """A code of mechanisms.csv or plain words for one.

    A short form in brackets, a number, a date, or a word such as *signed* may stand beside it: `Standard contractual
    clauses (SCC), signed 2024-05-01`. Any other word may change its meaning, so it is a problem; so is a scheme, which
    is a fact of the recipient.
    """
    read = _from_law(value, known := context.law.mechanism_words(), Kind.NO_MECHANISM)
    if not read.troubles:
        return read
    said = as_text(value)
    if "?" in _MODULE_DOUBTED.sub("", said):
        return _scheme_named(value, context.law) or read
    if clauses := _clauses_of_module(said, known):
        read = Read.bad(Kind.NO_MECHANISM, said, "", clauses)
    modules = {at for m in _MODULES.finditer(said) for at in range(*m.span())}
    parts = list(re.finditer(r"[^\W_]+", said))
    words = [part[0].casefold() for part in parts]
    found: list[str] = []
    at = 0
    while at < len(words):
        length = next(
            (n for n in range(min(9, len(words) - at), 0, -1) if "".join(words[at : at + n]) in _keys(known)), 0
        )
        if length:
            found.append("".join(words[at : at + length]))
        elif not (
            words[at] in _BESIDE_MECHANISM or any(c.isdigit() for c in words[at]) or parts[at].start() in modules
        ):
            return _scheme_named(value, context.law) or read
        at += length or 1
    codes = _codes_of_words(context.law)
    meant = [{code for code, keys in codes.items() if word in keys} for word in found]
    same = bool(meant) and all(a <= b or b <= a for a in meant for b in meant)
    if not same:
        return _scheme_named(value, context.law) or read
    if not (doubtful := _doubtful_module(said)):
        return Read(next(w for w in known if name_key(w) == found[0]), words=said)
    without = [w for w in known if found[0].startswith(name_key(w)) and not modules_in(w)]
    if not without:
        return read
    return Read(max(without, key=len), None, (Trouble(Kind.NO_MODULE, doubtful),), said)


_PARTY = "(?:controller|processor|[cp])"
_BY_PARTIES = rf"\b{_PARTY}\W*(?:2|to)\W*{_PARTY}\b"
_A_MODULE = r"\b(?:m[oó]d(?:ul[a-z]{0,2}|s)?(?![^\W\d_])\W*|m\W?(?=\d))"
_NUMBERED = (
    rf"{_A_MODULE}(?:(?:\bm)?(?:[1-4](?![/.-]?\d|\s+(?!and |und )[^\W\d_]{{3,9}}\.?\s+\d)|one|two|three|four|iv|i{{1,3}})\b"
    r"[\s,&+/]*(?:and\b|und\b|et\b)?\s*)+"
)
_MODULES = re.compile(rf"(?P<parties>{_BY_PARTIES})|(?P<numbers>{_NUMBERED})", re.I)
_NO_SUCH_MODULE = re.compile(rf"{_A_MODULE}(?:[05-9]|\d{{2,3}})(?![\w/.-])", re.I)
_MODULE_DOUBTED = re.compile(rf"{_A_MODULE}\w{{0,5}} ?\?", re.I)
_RANGE_OF_MODULES = re.compile(rf"{_A_MODULE}[1-4]\s?[-–]\s?[1-4](?![\w/.-])", re.I)


def modules_in(words: str) -> str:
    """The modules of standard clauses that the words for a mechanism name, as *Module* has them: `2, 3`; empty for none.

    Where they leave that in doubt, none is named.
    """
    numbers, parties = _modules_named(words)
    return "" if _doubtful_module(words) else ", ".join(sorted(numbers | parties))


def _modules_named(words: str) -> tuple[set[str], set[str]]:
    """The modules that words name by their numbers, and by the parties that they are for."""
    numbers: set[str] = set()
    parties: set[str] = set()
    for found in _MODULES.finditer(words):
        if by_parties := found["parties"]:
            ends = re.findall(_PARTY, by_parties, re.I)
            parties.add(module_named("2".join(end[0] for end in ends)) or "")
        else:
            told = (module_named(w) for w in re.findall(r"\w+", found["numbers"]))
            numbers |= {n for n in told if n}
    return numbers, parties


def _clauses_of_module(words: str, known: Iterable[str]) -> str | None:
    """The clauses that may be meant where words are little more than the number of a module: `M2`, `SCC2`."""
    about = _MODULES.fullmatch(words) or name_key(words).startswith("scc")
    wanted = f"sccmodule{module_named(words)}" if about else ""
    return next((w for w in known if name_key(w) == wanted), None)


def _doubtful_module(words: str) -> str:
    """The words of a mechanism that leave its module in doubt: `module 7`, `module 2?`, `module 1-4`, or a number and
    parties that differ; empty where none do.
    """
    for doubtful in (_NO_SUCH_MODULE, _MODULE_DOUBTED, _RANGE_OF_MODULES):
        if found := doubtful.search(words):
            return found[0]
    numbers, parties = _modules_named(words)
    return words if numbers and parties and numbers != parties else ""


def _scheme_named(value: Value, law: Law) -> Read | None:
    """What is wrong with a mechanism whose words name a scheme of any regime; None when they name none."""
    words = re.findall(r"[^\W_]+", as_text(value))
    schemes = tuple(w for r in law.regimes.values() for s, said in r.schemes.items() for w in (s, *said) if len(w) > 2)
    runs = {name_key("".join(words[at:end])) for at in range(len(words)) for end in range(at + 1, at + 10)}
    return None if runs.isdisjoint(_keys(schemes)) else Read.bad(Kind.SCHEME, as_text(value))


def _codes_of_words(law: Law) -> dict[str, frozenset[str]]:
    """The mechanisms by code, with the keys of their words."""
    words: dict[str, set[str]] = {m.code: {name_key(m.code), name_key(m.name)} for m in law.every_mechanism()}
    for regime in law.regimes.values():
        for code, said in regime.words.items():
            words.setdefault(code, set()).update(name_key(w) for w in said)
    return {code: frozenset(keys) for code, keys in words.items()}


def _from_law(value: Value, known: Iterable[str], kind: Kind) -> Read:
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    known = tuple(known)
    if name_key(words) in _keys(known) and "?" not in words:
        return Read(words)
    return Read.bad(kind, words, "", places.nearest(words, known))


@cache
def _keys(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name_key(w) for w in words)


def module(value: Value, column: Column, context: Context) -> Read:
    """The module of standard clauses, in figures or words, and what changes they have. The words are kept."""
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    known = context.law.module_words()
    parts = [p.strip() for p in re.split(r"[,;\n]", words) if p.strip()]
    bad = [p for p in parts if module_named(p) is None and name_key(p) not in _keys(known)]
    wanted = "1, 2, 3, 4" + "".join(f", {w}" for w in known[:1])
    return Read(words, None, tuple(Trouble(Kind.NOT_IN_LIST, p, wanted, places.nearest(p, known)) for p in bad))


def grounds(value: Value, column: Column, context: Context) -> Read:
    """Grounds pleaded: an IPP 11 letter, a section, a limb. Several may stand in one cell, one for each regime."""
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    known = context.law.ground_words()
    parts = [p for part in _split(words) for p in _split_known(part, lambda w: name_key(w) in _keys(known))]
    reads = [_from_law(part, known, Kind.NO_GROUND) for part in parts]
    return _several([r.value for r in reads if r.value], [t for r in reads for t in r.troubles], words)


def regimes(value: Value, column: Column, context: Context) -> Read:
    """Codes or names of regimes that are loaded."""
    words = as_text(value)
    if nothing := nothing_in(words):
        return Read.none(nothing)
    known = {name_key(w): r.code for r in context.law.regimes.values() for w in (r.code, r.name, r.law)}
    found, troubles = [], []
    for part in (p for whole in _split(words) for p in _split_known(whole, lambda w: name_key(w) in known)):
        if (code := known.get(name_key(part))) and "?" not in part:
            found.append(code)
        else:
            wanted = ", ".join(context.law.regimes)
            troubles.append(Trouble(Kind.NOT_IN_LIST, part, wanted, places.nearest(part, context.law.regimes)))
    return _several(found, troubles, words)


def regime(value: Value, column: Column, context: Context) -> Read:
    """One regime. Of several, none is taken."""
    read = regimes(value, column, context)
    if read.value and len(read.value) > 1:
        return Read.bad(Kind.NOT_IN_LIST, as_text(value), f"{' or '.join(read.value)}, in a row for each")
    return Read(read.value[0], None, read.troubles, as_text(value)) if read.value else read


ROLES = Choice(
    Role,
    AGENT="processor; agent/processor; data processor; service provider; sub-processor; subprocessor; agent (processor); sous-traitant",
    CONTROLLER="independent controller; data controller; separate controller; third party; responsable de traitement",
    JOINT_CONTROLLER="joint; co-controller",
    RELATED_COMPANY="related; affiliate; group company; related body corporate",
    SAME_ORGANISATION="same; own organisation; own staff; own branch; branch; own office; internal",
    PRINCIPAL="client; our client; principal (client)",
    INDIVIDUAL="individual; data subject; the data subject; the person",
    PUBLIC_AUTHORITY="authority; regulator; government; government agency; public body",
)
SECTORS = Choice(
    Sector,
    PRIVATE="private sector; commercial; company",
    PUBLIC="public sector; government; public body",
    INTERNATIONAL="international; international body",
)
ORGANISATION_KINDS = Choice(
    OrganisationKind,
    GENERAL="other; ordinary",
    HEALTH="health; health provider; health service provider",
    CREDIT="credit reporting; credit bureau; credit reporting body",
    TELECOMMUNICATIONS="telecommunications; telco; network operator",
    NEWS="news; media; news media",
    COMMONWEALTH="commonwealth; federal agency; australian government agency",
    STATE="state agency; territory agency; state body",
)
CATEGORY_KINDS = Choice(
    CategoryKind,
    IDENTITY="name; identification",
    CONTACT="contact details; contact information",
    FINANCIAL="finance; payment; billing",
    CREDIT="credit information; credit references",
    HEALTH="medical; health information",
    BIOMETRIC="biometrics",
    GENETIC="genetics",
    IMAGE="photograph; photo; video; images",
    ONLINE_IDENTIFIER="online; device; cookies; ip address; online identifiers",
    COMMUNICATIONS="communication; correspondence; messages",
    EMPLOYMENT="hr; employee; recruitment",
    BEHAVIOUR="behavioural; behavior; usage",
    CHILDREN="child; minors",
    CRIMINAL="criminal convictions; offences",
    BELIEFS="religion; political opinions; philosophical beliefs; trade union membership",
    ETHNICITY="race; racial or ethnic origin; ethnic origin",
    SEXUALITY="sex life; sexual orientation",
    TELECOMMUNICATIONS="telecommunications information; traffic data; subscriber",
    TECHNICAL="it; system",
    LOCATION="location data; geolocation",
    OTHER="general; miscellaneous",
)
FREQUENCIES = Choice(
    Frequency,
    ONCE="one-off; one off; single; one time; once only",
    OCCASIONAL="occasionally; ad hoc; rare; rarely; infrequent; on demand; on request; as needed; as required; when needed",
    REGULAR="regularly; hourly; daily; nightly; weekly; fortnightly; monthly; quarterly; half-yearly; six-monthly; yearly; "
    "annual; annually; periodic; every hour; every day; every night; every week; every fortnight; every month; every quarter; "
    "every year; each day; each week; each month; each year",
    CONTINUOUS="continuously; constant; constantly; ongoing; always; always on; real time; realtime; near real time; live; streaming",
)
SAYS = Choice(Says, HELD_IN="held; stored in; location", DISCLOSED_TO="disclosed; shared with; recipient", COLLECTED="collects; category", PURPOSE="purposes; used for", RETENTION="kept for", RIGHT="rights", LAW_CITED="law; cites")  # fmt: skip

_YES_NO = ("yes", "no", "unknown")
SYSTEM_KINDS = ("application", "database", "website", "mobile app", "e-mail", "recording", "CCTV", "paper", "device", "hosting", "online service", "case file")  # fmt: skip


def _words(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(m.value for m in enum)


def _notes() -> tuple[Column, Column]:
    return (
        Column("Notes", "notes", text, "Anything worth keeping. Carried through to every export.", synonyms=("comments", "remarks", "note")),
        Column("Source", "source", text, "Where this row comes from: a document and its section, a person, a date.", synonyms=("reference", "evidence source")),
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------- the sheets

ORGANISATIONS = SheetLayout(
    "Organisations", Organisation, "organisations", "Who is sending. One row for each organisation whose information this is.",
    (
        Column("Organisation", "name", name, "The legal name of the organisation.", True, ("organization", "company", "agency", "entity", "controller"), example="Kauri Cycles Limited"),
        Column("Country", "country", place_list, "The country whose law the organisation is established under.", True, one=True, synonyms=("country of establishment", "established in", "home country"), example="New Zealand"),
        Column("Sector", "sector", SECTORS, "Private or public.", choices=_words(Sector), strict=True, example="private"),
        Column("Kind", "kind", ORGANISATION_KINDS, "The kind of organisation, where a law treats it differently.", choices=_words(OrganisationKind), strict=True, example="general"),
        Column("Carries on business in", "carries_on_business_in", place_list, "Other countries in which the organisation carries on business. Write 'not stated' when that is open.", synonyms=("operates in", "business in"), example="NZ"),
        Column("Small business", "small_business", yes_no, "Australia: is it exempt as a small business?", choices=_YES_NO, strict=True, example="yes"),
        Column("Regimes", "regimes", regimes, "The bodies of law to judge under, such as nz; au. Blank: worked out from the countries.", synonyms=("laws", "regime"), example="nz"),
        Column("Acts for", "acts_for", names, "Clients for whom the organisation holds information as their agent.", synonyms=("clients", "processor for"), example="none"),
        Column("Contact", "contact", text, "The privacy officer or contact.", synonyms=("privacy officer", "dpo", "contact details"), example="privacy@example.org"),
        *_notes(),
    ),
    synonyms=("organisation", "organizations", "organization", "controllers"),
)  # fmt: skip

SYSTEMS = SheetLayout(
    "Systems", System, "systems", "Where information is held: applications, databases, websites, recordings, paper.",
    (
        Column("System", "name", name, "A short, plain name.", True, ("system name", "application", "name", "system / application"), example="Online shop"),
        Column("Organisation", "organisation", name, "Whose system it is. Blank where there is only one organisation.", refers_to=("Organisations",), synonyms=("organization", "company"), example="Kauri Cycles Limited"),
        Column("Kind", "kind", text, "What kind of system it is.", synonyms=("type", "system type"), choices=SYSTEM_KINDS, example="website"),
        Column("Provider", "provider", name, "The recipient that hosts or runs it. 'none' when the organisation runs it itself.", refers_to=("Recipients",), synonyms=("hosted by", "host", "vendor", "supplier"), example="Harbour Hosting"),
        Column("Locations", "locations", place_list, "Where the information is held, with what happens there: AU (storage); PH (support access).", synonyms=("location", "hosting location", "hosting country", "data location", "where held"), example="AU (storage)"),
        Column("Categories", "categories", names, "The information categories in it, separated by semicolons.", refers_to=("Information categories",), synonyms=("information categories", "category", "personal information", "data categories"), example="Contact details; Orders"),
        Column("Individuals", "individuals", names, "Whose information it is.", refers_to=(INDIVIDUALS,), synonyms=("data subjects", "people", "individual", "categories of individuals"), example="Customers"),
        Column("Recipients", "recipients", names, "Who receives information from it. Each gives a flow with all its categories.", refers_to=("Recipients",), synonyms=("recipient", "disclosed to", "shared with", "third parties"), example="Parcel Post"),
        Column("Collected from", "collected_from", names, "The individual; a named source; public.", refers_to=(INDIVIDUALS, "Recipients"), synonyms=("collection source", "data source", "source of information"), example="the individual"),
        Column("Collected since", "collected_since", a_date, "The day from which it has been collected from somebody else.", synonyms=("collection date", "collected on"), example="2026-02-01"),
        Column("Notice given", "notice_given", notice, "For indirect collection: yes, no, by another, or 'exception: ' with the reason (IPP 3A, Art. 14).", choices=("yes", "no", "by another", "exception: "), synonyms=("ipp 3a notice", "notice", "privacy notice given"), example="yes"),
        Column("Purposes", "purposes", names, "What it is used for.", synonyms=("purpose", "purpose of processing", "use"), example="Taking and sending orders"),
        Column("Retention", "retention", text, "How long it is kept and why.", synonyms=("retention period", "kept for", "retention schedule"), example="7 years after the sale (tax records)"),
        Column("Security", "security", text, "How it is protected.", synonyms=("security measures", "protection"), example="Two-factor sign-in; encrypted"),
        Column("Owner", "owner", text, "Who answers for it.", synonyms=("business owner", "system owner", "responsible"), example="Operations"),
        *_notes(),
    ),
    synonyms=("system", "applications", "system inventory", "systems inventory"),
)  # fmt: skip

CATEGORIES = SheetLayout(
    "Information categories", Category, "categories", "What kinds of personal information there are.",
    (
        Column("Category", "name", name, "A short, plain name.", True, ("information category", "data category", "category name", "personal information"), example="Contact details"),
        Column("Kind", "kind", CATEGORY_KINDS, "The kind of information; law attaches to some of them.", choices=_words(CategoryKind), strict=True, synonyms=("type",), example="contact"),
        Column("Sensitive", "sensitive", yes_no, "Is it sensitive?", choices=_YES_NO, strict=True, synonyms=("special category", "sensitivity"), example="no"),
        Column("Unique identifier", "unique_identifier", yes_no, "Does it identify one person by itself, such as an IRD or passport number?", choices=_YES_NO, strict=True, synonyms=("identifier",), example="no"),
        Column("Used as key", "used_as_key", yes_no, "Is another agency's identifier used as your own key for people (IPP 13)?", choices=_YES_NO, strict=True, example="no"),
        Column("Examples", "examples", text, "What belongs to it.", synonyms=("example", "description", "data elements"), example="Name, e-mail, phone, delivery address"),
        *_notes(),
    ),
    synonyms=("categories", "data categories", "information category", "personal information categories"),
)  # fmt: skip

RECIPIENTS = SheetLayout(
    "Recipients", Recipient, "recipients", "Who the information goes to.",
    (
        Column("Recipient", "name", name, "A short, plain name.", True, ("recipient name", "vendor", "third party", "supplier", "processor"), example="Harbour Hosting"),
        Column("Legal entity", "legal_entity", text, "The company you deal with, in full.", synonyms=("entity", "contracting entity", "legal name"), example="Harbour Hosting Pty Ltd"),
        Column("Country", "country", place_list, "Where it is established.", one=True, synonyms=("country of establishment", "established in", "vendor country", "jurisdiction"), example="Australia"),
        Column("Managed from", "managed_from", place_list, "Where its central control and management is.", one=True, synonyms=("central management", "headquarters"), example="Australia"),
        Column("Role", "role", ROLES, "What it is to you.", choices=_words(Role), strict=True, synonyms=("capacity", "relationship"), example="agent"),
        Column("Sector", "sector", SECTORS, "Private, public or an international organisation.", choices=_words(Sector), strict=True, example="private"),
        Column("Bound by", "bound_by", bindings, "Laws that bind it for this information; 'Law: no, reason' for one that does not.", synonyms=("subject to", "laws"), example="AU Privacy Act"),
        Column("Own purposes", "own_purposes", yes_no, "Does it use the information for itself as well?", choices=_YES_NO, strict=True, synonyms=("own purpose use", "uses for own purposes"), example="no"),
        Column("Locations", "locations", place_list, "Where it holds or reaches the information.", synonyms=("location", "hosting location", "data location", "hosting country"), example="AU (storage)"),
        Column("NZ business", "nz_business", yes_no, "Does it carry on business in New Zealand?", choices=_YES_NO, strict=True, synonyms=("carries on business in nz",), example="unknown"),
        Column("Schemes", "schemes", schemes, "Schemes it belongs to, each with the day the listing was checked: DPF 2026-08-01.", synonyms=("certifications", "frameworks"), example="none"),
        Column("Sub-processors", "sub_processors", names, "Who it passes the information on to. Each gives an onward flow.", refers_to=("Recipients",), synonyms=("subprocessors", "sub processors", "sub-agents", "onward recipients"), example="none"),
        Column("Effective control", "effective_control", yes_no, "Australia: do you keep effective control of the information?", choices=_YES_NO, strict=True, example="unknown"),
        *_notes(),
    ),
    synonyms=("recipient", "vendors", "third parties", "suppliers", "processors"),
)  # fmt: skip

FLOWS = SheetLayout(
    "Flows", Flow, "flows", "One movement of information to a row. Adds precision; systems and recipients alone give flows too.",
    (
        Column("Flow", "name", name, "A short name such as F1. Blank: made from the two ends.", False, ("flow name", "id", "flow id", "ref"), example="F1"),
        Column("From", "origin", name, "A group of individuals, a system or a recipient.", True, ("source system", "origin", "sender"), refers_to=("Systems", "Recipients", INDIVIDUALS), example="Online shop"),
        Column("To", "destination", name, "A system or a recipient.", True, ("destination", "target", "sent to"), refers_to=("Systems", "Recipients", INDIVIDUALS), example="Parcel Post"),
        Column("Categories", "categories", names, "What moves.", True, ("information categories", "category", "data categories"), refers_to=("Information categories",), example="Contact details"),
        Column("Individuals", "individuals", names, "Whose information moves.", synonyms=("data subjects", "people"), refers_to=(INDIVIDUALS,), example="Customers"),
        Column("Purpose", "purpose", text, "Why it moves.", synonyms=("purposes", "reason for flow"), example="Delivery"),
        Column("Role", "role", ROLES, "The recipient's role in this flow, if not its usual one.", choices=_words(Role), strict=True, example="agent"),
        Column("Own purposes", "own_purposes", yes_no, "Does the recipient use this for itself as well?", choices=_YES_NO, strict=True, example="no"),
        Column("Effective control", "effective_control", yes_no, "Australia: do you keep effective control in this flow?", choices=_YES_NO, strict=True, example="unknown"),
        Column("Ground", "ground", grounds, "The ground of disclosure: IPP 11(1)(a), s 24, APP 8.2(c) …", synonyms=("legal basis", "legal ground", "basis"), example="IPP 11(1)(a)"),
        Column("Locations", "locations", place_list, "Where it goes, if not the recipient's usual places.", synonyms=("location", "destination country", "country"), example="NZ"),
        Column("Safeguards", "safeguards", names, "What covers it: names from the sheet Safeguards.", refers_to=("Safeguards",), clears=True, synonyms=("safeguard", "agreement", "covered by"), example="Hosting agreement"),
        Column("Started", "started", a_date, "The first day it ran.", synonyms=("start date", "since"), example="2026-02-01"),
        Column("Ended", "ended", a_date, "The last day it ran.", synonyms=("end date", "until"), example=""),
        Column("Frequency", "frequency", FREQUENCIES, "How often.", choices=_words(Frequency), strict=True, synonyms=("how often",), example="continuous"),
        Column("Method", "method", text, "How it is sent.", synonyms=("transfer method", "channel"), example="API"),
        Column("Volume", "volume", text, "How much, or how many people.", synonyms=("records", "amount"), example="2,000 people a year"),
        *_notes(),
    ),
    synonyms=("flow", "data flows", "information flows", "transfers"),
)  # fmt: skip

SAFEGUARDS = SheetLayout(
    "Safeguards", Safeguard, "safeguards", "The evidence on file that covers transfers.",
    (
        Column("Safeguard", "name", name, "A short name.", True, ("safeguard name", "agreement", "name"), example="Hosting agreement"),
        Column("Mechanism", "mechanism", mechanism, "A code such as NZ-12-1-F, or plain words such as 'agreement'.", True, ("transfer mechanism", "type", "safeguard type"), example="agreement"),
        Column("Recipients", "recipients", names, "With whom: names from the sheet Recipients, or their legal entities.", refers_to=("Recipients",), clears=True, synonyms=("recipient", "parties", "party", "counterparty"), example="Harbour Hosting"),
        Column("Categories", "categories", names, "What it covers. Blank: all.", refers_to=("Information categories",), clears=True, synonyms=("information categories", "category"), example=""),
        Column("Countries", "countries", place_list, "Where it covers. Blank: all.", synonyms=("country", "places"), example="AU"),
        Column("Module", "module", module, "Module of the standard clauses: 1, 2, 3 or 4, or what changes they have.", synonyms=("scc module",), example=""),
        Column("Signed", "signed", a_date, "The day it was signed.", synonyms=("date signed", "signature date"), example="2026-01-15"),
        Column("Starts", "starts", a_date, "The first day it holds.", synonyms=("start date", "effective", "effective date", "from"), example="2026-02-01"),
        Column("Expires", "expires", a_date, "The last day it holds.", synonyms=("expiry", "expiry date", "end date", "until"), example="2028-01-31"),
        Column("Review due", "review_due", a_date, "The day by which it must be looked at again.", synonyms=("review date", "next review"), example="2027-01-31"),
        Column("Document", "document", evidence, "Where the document is.", synonyms=("file", "document reference", "evidence"), example="Contracts/2026/014"),
        Column("Assessment", "assessment", evidence, "The note or assessment that goes with it (reasonable belief, TIA, TRA).", synonyms=("tia", "tra", "risk assessment", "transfer impact assessment"), example="Reasonable-belief note 7"),
        Column("Assessment date", "assessment_date", a_date, "The day of that assessment.", synonyms=("tia date", "assessed on"), example="2026-01-10"),
        Column("Warning shown", "warning_shown", yes_no, "For a consent: was the warning that the law asks for shown?", choices=_YES_NO, strict=True, synonyms=("warning", "warned"), example="unknown"),
        Column("Individuals", "individuals", names, "Who gave the consent.", refers_to=(INDIVIDUALS,), synonyms=("data subjects", "people"), example=""),
        Column("Reason", "reason", text, "For an exception: why it applies.", synonyms=("justification", "rationale"), example=""),
        *_notes(),
    ),
    synonyms=("safeguard", "agreements", "transfer mechanisms"),
)  # fmt: skip

PROHIBITIONS = SheetLayout(
    "Prohibitions", Prohibition, "prohibitions", "Notices and blocks in effect.",
    (
        Column("Notice", "name", name, "The notice's name or number.", True, ("prohibition", "notice name", "block"), example="Notice 2026/1"),
        Column("Regime", "regime", regime, "The regime under which it was made.", True, ("law",), example="nz"),
        Column("Organisation", "organisation", name, "Whom it binds. Blank: every organisation here.", refers_to=("Organisations",), synonyms=("organization",), example="Kauri Cycles Limited"),
        Column("Recipients", "recipients", names, "Blank: all.", refers_to=("Recipients",), synonyms=("recipient",), example=""),
        Column("Categories", "categories", names, "Blank: all.", refers_to=("Information categories",), synonyms=("information", "information categories"), example="Contact details"),
        Column("Countries", "countries", place_list, "Blank: all.", synonyms=("country",), example="Fiji"),
        Column("From", "starts", a_date, "The first day it is in effect.", synonyms=("starts", "start date", "effective"), example="2026-06-01"),
        Column("Until", "until", a_date, "The last day it is in effect.", synonyms=("ends", "end date", "expires"), example="2026-12-31"),
        Column("Conditions", "conditions", text, "What lifts or limits it.", example="Until encryption is in place"),
        Column("Source", "source", text, "Where this row comes from.", synonyms=("reference",), example="Letter of 20 May 2026"),
    ),
    synonyms=("prohibition", "notices", "blocks"),
)  # fmt: skip

STATEMENTS = SheetLayout(
    "Policy statements", Statement, "statements", "What was published about what is done.",
    (
        Column("Statement", "name", name, "A short name.", True, ("statement name", "id"), example="P1"),
        Column("Document", "document", text, "The document it stands in.", synonyms=("policy",), example="Privacy policy, 1 March 2026"),
        Column("Section", "section", text, "The section of the document.", synonyms=("clause", "heading"), example="Where we hold it"),
        Column("Says", "says", SAYS, "What kind of thing it says.", choices=_words(Says), strict=True, example="held in"),
        Column("About", "about", names, "The systems, recipients or categories it is about, or a kind of them such as service providers or health. Blank: everything.", refers_to=(INDIVIDUALS, "Systems", "Recipients", "Information categories"), kinds=True, example="Online shop"),
        Column("Value", "value", text, "What it says: a place, a name, a period, a law.", example="AU"),
        Column("Notes", "notes", text, "Anything worth keeping.", synonyms=("comments", "note"), example=""),
    ),
    synonyms=("statements", "policy", "policy statement"),
)  # fmt: skip

SHEETS: tuple[SheetLayout, ...] = (
    ORGANISATIONS, SYSTEMS, CATEGORIES, RECIPIENTS, FLOWS, SAFEGUARDS, PROHIBITIONS, STATEMENTS,
)  # fmt: skip

ACTIVITIES = _words(Activity)
EXAMPLE_MARK = "(example) "  # a row whose name starts so is the template's own and is never read
BLANK_WORKBOOK = "the blank workbook (on the page Start, or written by 'datamap template')"
"""Where somebody gets it, in the app and on the command line."""
OUR_OWN_SHEETS = ("Read me", "Lists", "Left out", "Where from")  # sheets that datamap adds to explain, and never reads
PROBLEM_HEADINGS = ("Sheet", "Cell", "Value seen", "Problem", "What to do", "Code", "Fill before")


def is_problems_sheet(sheet: Sheet) -> bool:
    """Whether a sheet is the *Problems* that marking added to somebody's file. It is no part of the inventory."""
    first = next(iter(sheet.top(1)), [])
    named = re.fullmatch(r"Problems(?: \d+)?", sheet.name)
    return bool(named) and tuple(first[: len(PROBLEM_HEADINGS)]) == PROBLEM_HEADINGS


ERROR_MARK, FORMULA_MARK = "(error) ", "(formula) "  # before what a cell held that was no value


def sheet_called(words: str) -> SheetLayout | None:
    """The layout whose name or synonym the words are, or None."""
    key = name_key(words)
    return next((s for s in SHEETS if key in {name_key(w) for w in (s.name, *s.synonyms)}), None)
