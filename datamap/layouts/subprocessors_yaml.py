"""Lists of sub-processors that companies publish as YAML or JSON: who, what for, where, which data.

There is no standard. What is read is a list of things, under any key, that each have a name and what such a list says of
it; or a mapping from names to the same. The keys are words of the published tables (`subprocessors.meaning_of`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from datamap.inventory import Nothing, name_key
from datamap.layouts import cells
from datamap.layouts.gathered import branches, documents, gathered, leaves, text_of
from datamap.layouts.layout import Layout
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import Entry, one_name, translate
from datamap.layouts.subprocessors import are_agents, meaning_of
from datamap.layouts.tables import filled_rows
from datamap.sheets import Book, Cell, Leaf, Node
from datamap.workbook.columns import ROLES, as_text
from datamap.workbook.drafts import Draft, LeftOut, Row, Said, joined

NAME = "Published list of sub-processors (YAML or JSON)"
MOST = 0.8
"""The share of a list's entries that must look like entries of such a list."""
MOST_LINES = 20_000
"""A longer file is looked at for no such list."""

_TOPICS = ("subprocessor", "thirdpart", "vendor", "serviceprovider")
_WEAK = ("description", "service", "services", "function", "functions", "use", "usage", "activity", "activities")
"""Keys for a purpose that other lists have as well: they make a list of sub-processors only where it is called so."""
_PLACES = (Meaning.RECIPIENT_LOCATIONS, Meaning.RECIPIENT_COUNTRY)


@lru_cache(maxsize=4_096)
def _meaning(key: str) -> Meaning | None:
    """What a key means, read as words: `dataTypes`, `data_types` → `data types`."""
    return meaning_of(_as_words(key))


def _as_words(key: str) -> str:
    return " ".join(re.sub(r"[_\-]+|(?<=[a-z])(?=[A-Z])", " ", key).split()).lower()


@dataclass(frozen=True)
class _Thing:
    """One entry of a list: what it says by key, its name, and the key that the list stands under, with all above it."""

    node: dict[str, Node]
    name: Said
    topic: str
    above: tuple[str, ...]
    named_by: str | None = None

    def meanings(self) -> dict[str, Meaning]:
        """What the entry's keys mean. Of several for where it is, or what for, the first counts."""
        found: dict[str, Meaning] = {}
        for key in self.node:
            meaning = _meaning(key)
            if name_key(key) == "role":
                meaning = Meaning.ROLE
            elif meaning is Meaning.RECIPIENT:
                meaning = Meaning.LEGAL_ENTITY if name_key(key) in ("entity", "company") else None
            taken = meaning is not Meaning.NOTES and meaning in found.values()
            if key != self.named_by and meaning and meaning is not Meaning.OTHER and not taken:
                found[key] = meaning
        return found

    @property
    def listed(self) -> bool:
        """Whether it says what a list of sub-processors says."""
        said = self.meanings()
        placed = any(m in _PLACES for m in said.values())
        strong = [k for k, m in said.items() if m is Meaning.PURPOSE and name_key(k) not in _WEAK]
        if any(topic in name_key(self.topic) for topic in _TOPICS):
            return placed or Meaning.PURPOSE in said.values() or Meaning.CATEGORIES in said.values()
        return bool(strong) and (placed or Meaning.CATEGORIES in said.values())


def _lists(node: Node, above: tuple[str, ...] = (), depth: int = 0) -> Iterator[list[_Thing]]:
    """The lists of sub-processors anywhere in a tree."""
    if depth > 4 or node is None or isinstance(node, Leaf):
        return
    things = [t for t in (_of_list(node, above) if isinstance(node, list) else _of_mapping(node, above)) if t.listed]
    below = (
        [((*above, key), each) for key, each in node.items()] if isinstance(node, dict) else [(above, n) for n in node]
    )
    if things and len(things) >= MOST * len(below):
        yield things
        return
    for keys, each in below:
        yield from _lists(each, keys, depth + 1)


def _of_list(node: list[Node], above: tuple[str, ...]) -> Iterator[_Thing]:
    for each in node:
        if not isinstance(each, dict):
            continue
        names = [k for k in each if _meaning(k) is Meaning.RECIPIENT and isinstance(each[k], Leaf)]
        named = next((k for k in names if "name" in name_key(k)), names[0] if names else None)
        name = text_of(each, named) if named else None
        if named and name:
            yield _Thing(each, name, above[-1] if above else "", above, named)


def _of_mapping(node: dict[str, Node], above: tuple[str, ...]) -> Iterator[_Thing]:
    for key, each in node.items():
        if isinstance(each, dict) and (said := leaves(each)):
            yield _Thing(each, Said(key, said[0].cell), above[-1] if above else "", above)


def _things(book: Book) -> list[_Thing]:
    if sum(len(sheet.rows) for sheet in book.sheets) > MOST_LINES:
        return []
    return [thing for things in _lists(documents(book)) for thing in things]


def recognises(book: Book) -> float:
    """By what the entries of a list say; layouts that have marks of their own go before it."""
    return 0.85 if _things(book) else 0.0


# --------------------------------------------------------------------------------------------------------- the rows


def _entry(thing: _Thing, rows: list[Row]) -> Entry:
    """An entry as a row of a table would say it. Groups of the data are noted at the categories, in `rows`."""
    name = thing.name._replace(value=one_name(as_text(thing.name.value)))
    entry = Entry(name.cell, {Meaning.RECIPIENT: [name]})
    meanings = thing.meanings()
    for key, below in thing.node.items():
        meaning, said = meanings.get(key), joined(leaves(below))
        if key == thing.named_by or said is None:
            continue
        if meaning is Meaning.ROLE and ROLES.named(as_text(said.value)) is None:
            meaning = None
        if meaning is None:
            entry.extra[key] = said
        elif meaning in (Meaning.CATEGORIES, Meaning.INDIVIDUALS):
            entry.said[meaning] = leaves(below)
        else:
            entry.said[meaning] = [said]
        if meaning is Meaning.CATEGORIES:
            rows += [
                Row(
                    "Information categories", s.cell, {"Category": s._replace(value=item), "Notes": Said(group, s.cell)}
                )
                for group, s in _grouped(below)
                for item in cells.items(as_text(s.value))
                if group and cells.nothing(as_text(s.value)) is None
            ]
    called = _as_words(thing.topic)
    if Meaning.ROLE not in entry.said and are_agents(called, map(_as_words, (*thing.above, *thing.node))):
        entry.said[Meaning.ROLE] = [Said("sub-processor", name.cell)]
    return entry


def _grouped(node: Node, group: str = "") -> Iterator[tuple[str, Said]]:
    if isinstance(node, dict):
        for key, each in node.items():
            yield from _grouped(each, key)
    else:
        for each in branches(node):
            yield from ((group, said) for said in leaves(each))


def _draft(book: Book) -> Draft:
    read = {cell: words for sheet in book.sheets for cell, words in filled_rows(sheet).items()}
    of_list: set[tuple[str, int]] = set()
    left_out: list[LeftOut] = []
    rows: list[Row] = []
    entries: list[Entry] = []
    for thing in _things(book):
        lines = {(s.cell.sheet, s.cell.row): s.cell for s in (thing.name, *leaves(thing.node))}
        of_list |= set(lines)
        nothing = cells.nothing(as_text(thing.name.value))
        if nothing is None:
            entries.append(_entry(thing, rows))
        elif nothing is Nothing.NONE:
            numbers = tuple(row for _, row in lines)
            left_out.append(LeftOut(thing.name.cell, numbers, "it says that there is none", as_text(thing.name.value)))
    made = translate(entries)
    beside: list[Cell] = [cell for cell in read if (cell.sheet, cell.row) not in of_list]
    if beside:
        numbers = tuple(cell.row for cell in beside)
        left_out.append(LeftOut(beside[0], numbers, "it stands beside the list", read[beside[0]]))
    return Draft(book.file, NAME, gathered((*made.rows, *rows)), read, tuple(left_out), tuple(made.problems))


LAYOUT = Layout(NAME, recognises, lambda books: [_draft(book) for book in books])
