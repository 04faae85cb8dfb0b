"""The ICO's documentation template for controllers: one row for each purpose, under a block of contact details."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from datamap import places
from datamap.catalogue import Matched, known
from datamap.inventory import name_key
from datamap.layouts import cells
from datamap.layouts.layout import Flat, Layout, draft
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import NOT_STATED, Entry, Translated, translate
from datamap.layouts.tables import Table, value_at
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Sheet
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Draft, Said, joined

NAME = "ICO controller template"
FUNCTION, PURPOSE = "Business function", "Purpose of processing"
_LAWFUL_BASES = (
    "Article 6 lawful basis for processing personal data",
    "GDPR Article 6 lawful basis for processing",
)
_COLUMNS = {
    FUNCTION: Meaning.OWNER,
    PURPOSE: Meaning.ACTIVITY,
    "Name and contact details of joint controller (if applicable)": Meaning.OTHER,
    "Categories of individuals": Meaning.INDIVIDUALS,
    "Categories of personal data": Meaning.CATEGORIES,
    "Categories of recipients": Meaning.RECIPIENTS,
    "Link to contract with processor": Meaning.OTHER,
    "Names of third countries or international organisations that personal data are transferred to (if applicable)": (
        Meaning.DESTINATIONS
    ),
    "Safeguards for exceptional transfers of personal data to third countries or international organisations (if applicable)": (
        Meaning.MECHANISM
    ),
    "Retention schedule (if possible)": Meaning.RETENTION,
    "General description of technical and organisational security measures (if possible)": Meaning.SECURITY,
    _LAWFUL_BASES[0]: Meaning.OTHER,
    "Article 9 condition for processing special category data": Meaning.OTHER,
    "Legitimate interests for the processing (if applicable)": Meaning.OTHER,
    "Link to record of legitimate interests assessment (if applicable)": Meaning.OTHER,
    "Rights available to individuals": Meaning.OTHER,
    "Existence of automated decision-making, including profiling (if applicable)": Meaning.OTHER,
    "The source of the personal data (if applicable)": Meaning.COLLECTED_FROM,
    "Link to record of consent": Meaning.OTHER,
    "Location of personal data": Meaning.LOCATIONS,
    "Data Protection Impact Assessment required?": Meaning.OTHER,
    "Data Protection Impact Assessment progress": Meaning.OTHER,
    "Link to Data Protection Impact Assessment": Meaning.OTHER,
    "Has a personal data breach occurred?": Meaning.OTHER,
    "Link to record of personal data breach": Meaning.OTHER,
    "Data Protection Act 2018 Schedule 1 Condition for processing": Meaning.OTHER,
    _LAWFUL_BASES[1]: Meaning.OTHER,
    "Link to retention and erasure policy document": Meaning.OTHER,
    "Is personal data retained and erased in accordance with the policy document?": Meaning.OTHER,
    "Reasons for not adhering to policy document (if applicable)": Meaning.OTHER,
}

HEADINGS = tuple(_COLUMNS)
"""The template's headings, columns A to AD, in their order; they stand in row 9."""


def spellings(heading: str) -> tuple[str, ...]:
    """A heading as the template has it, and without the `(if applicable)` or `(if possible)` at its end."""
    return tuple(dict.fromkeys((heading, re.sub(r"\s*\(if (?:applicable|possible)\)$", "", heading))))


TEMPLATE = Flat(
    NAME,
    {spelled: meaning for heading, meaning in _COLUMNS.items() for spelled in spellings(heading)},
    marks=tuple(
        spellings(heading)
        for heading, meaning in _COLUMNS.items()
        if meaning not in (Meaning.OTHER, Meaning.COLLECTED_FROM)
    ),
    down=(FUNCTION, PURPOSE),
)


# ------------------------------------------------------------------------------------ the block of contact details

_NAME_LABELS = {name_key(w) for w in ("Name", "Controller", "Controller name", "Name of controller", "Name of the controller", "Organisation", "Organisation name", "Name of organisation", "Company name")}  # fmt: skip
_NAME_LABELS |= {name_key(w) for w in ("Organization Name and contact details", "Name and contact details")}
_OTHER_LABELS = {name_key(w) for w in ("Address", "Email", "E-mail", "Telephone", "Phone", "Postal address")}
_OTHERS = re.compile(r"data protection officer|\bDPO\b|representative", re.I)
_WHOSE = (
    ("Data protection officer", re.compile(r"data protection officer|\bDPO\b", re.I)),
    ("Representative", re.compile(r"representative", re.I)),
    ("Controller's contact", re.compile(r"(?:controller|(?:organi[sz]ation )?name and contact details)\W*", re.I)),
)
"""Whose a block of contact details is, by the words above it."""
_LABELLED = re.compile(r"(?:name|address|e-?mail|tele?phone|phone)\s*:\s*\S", re.I)


def controller(table: Table) -> Said | None:
    """The controller's name in the block of contact details above the headings; None when nobody filled it in.

    The name stands beside or below its label, and is not that of a data protection officer or a representative.
    """
    sheet, last = table.sheet, table.heading_rows[0] - 1
    for row in range(1, last + 1):
        for column, value in enumerate(sheet.rows[row - 1], 1):
            words = as_text(value).rstrip(": ")
            if name_key(words) not in _NAME_LABELS or _of_another(sheet, row, column):
                continue
            for said_row, said_column in ((row, column + 1), (row + 1, column)):
                said = as_text(value_at(sheet, said_row, said_column)) if said_row <= last else ""
                key = name_key(said.rstrip(": "))
                if (
                    said
                    and key not in _NAME_LABELS | _OTHER_LABELS
                    and not _OTHERS.search(said)
                    and not cells.prompt(said)
                ):
                    return Said(said, table.cell(said_row, said_column))
    return None


def contacts(table: Table) -> dict[str, Said]:
    """All that the block of contact details says: the controller's name, and by whose they are the other details.

    What has neither a label nor a block's title above it without a gap is a title, and no detail.
    """
    name = controller(table)
    found: dict[str, list[Said]] = {}
    heads: list[tuple[int, int, str]] = []
    sheet, last = table.sheet, table.heading_rows[0] - 1
    for row in range(1, last + 1):
        for column, value in enumerate(sheet.rows[row - 1], 1):
            words = as_text(value)
            beside = column > 1 and _label(as_text(value_at(sheet, row, column - 1)))
            whose = next((who for who, pattern in _WHOSE if _is_head(who, pattern, words)), None)
            if whose and not beside:
                heads.append((column, row, whose))
            elif words and not _label(words) and cells.nothing(words) is None:
                label = next(filter(_label, (as_text(value_at(sheet, *at)) for at in _labels_at(row, column))), "")
                over = max((head for head in heads if head[0] <= column), default=None)
                if not (label or _LABELLED.match(words) or (over and _reaches(sheet, over, row, column))):
                    continue
                said = Said(words, table.cell(row, column))
                if name is None or said.cell != name.cell:
                    of = over[2] if over else _WHOSE[-1][0]
                    told = f"{label.rstrip(': ')}: {words}" if name_key(label.rstrip(": ")) in _OTHER_LABELS else words
                    found.setdefault(of, []).append(said._replace(value=told))
    return {
        **({"Controller": name} if name else {}),
        **{who: s for who, parts in found.items() if (s := joined(parts))},
    }


def _is_head(who: str, pattern: re.Pattern[str], words: str) -> bool:
    return bool(pattern.fullmatch(words) if who == _WHOSE[-1][0] else pattern.search(words))


def _label(words: str) -> bool:
    return name_key(words.rstrip(": ")) in _NAME_LABELS | _OTHER_LABELS


def _labels_at(row: int, column: int) -> list[tuple[int, int]]:
    """Where the label of a cell may stand: to the left of it, or above."""
    return [at for at in ((row, column - 1), (row - 1, column)) if min(at) > 0]


def _reaches(sheet: Sheet, head: tuple[int, int, str], row: int, column: int) -> bool:
    """Whether a cell stands in the column of a block's title, and nothing between them is blank."""
    return column == head[0] and all(as_text(value_at(sheet, r, column)) for r in range(head[1], row))


def _of_another(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the block that a label stands in is that of a data protection officer or a representative."""
    for above in range(row, 0, -1):
        for left in range(column, 0, -1):
            words = as_text(value_at(sheet, above, left))
            if above < row and name_key(words.rstrip(": ")) in _NAME_LABELS:
                return False
            if _OTHERS.search(words):
                return True
            if words and above < row:
                break
    return False


# ----------------------------------------------------------------------------------------------------------- the rows


def _mended(table: Table, found: Iterable[Entry]) -> Iterator[Entry]:
    """The rows as they are meant: repeated functions and purposes, both lawful bases, places where there are places."""
    head = contacts(table)
    for entry in found:
        function, purpose = entry.one(Meaning.OWNER), entry.one(Meaning.ACTIVITY)
        if function and purpose and purpose.cell.row < function.cell.row:
            del entry.said[Meaning.ACTIVITY]  # the purpose above is that of another function
            purpose = None
        if not (entry.extra or set(entry.said) - {Meaning.OWNER, Meaning.ACTIVITY}) and not purpose:
            continue
        if purpose:
            entry.said[Meaning.PURPOSE] = [purpose]
        elif function:
            entry.said[Meaning.ACTIVITY] = [function]
        _lawful_bases(entry)
        _held_at(entry)
        head = with_contacts(entry, head)
        yield entry


def with_contacts(entry: Entry, head: dict[str, Said]) -> dict[str, Said]:
    """Gives an entry the contact details; those that the next one gets: the controller's name only."""
    for whose, said in head.items():
        entry.extra.setdefault(whose, said)
    return {whose: said for whose, said in head.items() if whose == "Controller"}


def _held_at(entry: Entry) -> None:
    """A place is where the information is held, by whom is not stated; what names a known company says by whom."""
    where = entry.one(Meaning.LOCATIONS)
    if where is None:
        return
    words = as_text(where.value)
    if not names_a_place(words):
        entry.extra["Location of personal data"] = where
        del entry.said[Meaning.LOCATIONS]
        holders = [name for name in cells.items(words) if (match := known(name)) and match.how is not Matched.NEAR]
        if holders:
            entry.said[Meaning.PROVIDER] = [where._replace(value=holders[0] if len(holders) == 1 else NOT_STATED)]
    elif cells.nothing(words) is None:
        match = known(words)
        whose = match.by if match and match.how is not Matched.NEAR and words.startswith(match.by) else NOT_STATED
        entry.said[Meaning.PROVIDER] = [where._replace(value=whose)]


def names_a_place(text: str) -> bool:
    """Whether a text on where information is kept names a place, or says that none is known; else it names a system."""
    return cells.nothing(text) is not None or not places.read_places(text).unknown or bool(places.mentioned(text))


def _lawful_bases(entry: Entry) -> None:
    first, second = (entry.extra.get(heading) for heading in _LAWFUL_BASES)
    if first and second and name_key(as_text(first.value)) != name_key(as_text(second.value)):
        seen = f"{as_text(first.value)!r} in {first.cell.address}"
        entry.problems.append(Problem(Kind.TWO_COLUMNS, second.cell, "", as_text(second.value), seen))


def _drafts(books: Sequence[Book]) -> Sequence[Draft]:
    read = {
        (sheet.file, sheet.name): (table, list(_mended(table, TEMPLATE.entries(table))))
        for book in books
        for sheet in book.sheets
        if (table := TEMPLATE.table(sheet))
    }
    functions: dict[str, set[str]] = {}
    for _, found in read.values():
        for entry in found:
            functions.setdefault(name_key(entry.text(Meaning.ACTIVITY)), set()).add(name_key(entry.text(Meaning.OWNER)))

    def rows(sheet: Sheet) -> tuple[Table, Translated] | None:
        if (sheet.file, sheet.name) not in read:
            return None
        table, found = read[sheet.file, sheet.name]
        for entry in found:
            function, purpose = entry.one(Meaning.OWNER), entry.one(Meaning.ACTIVITY)
            if function and purpose and len(functions[name_key(as_text(purpose.value))]) > 1:
                name = f"{as_text(purpose.value)} ({as_text(function.value)})"
                entry.said[Meaning.ACTIVITY] = [Said(name, purpose.cell, (function.cell,))]
        made = translate(found)
        made.problems += TEMPLATE.guesses(table)
        return table, made

    return [draft(book, NAME, rows) for book in books]


LAYOUT = Layout(NAME, TEMPLATE.recognises, _drafts)
