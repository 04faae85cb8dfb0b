"""What the layouts that are forms or trees share: rows gathered from many places, one for each name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from datamap.inventory import name_key
from datamap.layouts import cells
from datamap.layouts.rows import NOT_STATED, Translated, movement, place_answer
from datamap.pace import step, steps
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, Leaf, Node, tree
from datamap.workbook.columns import FLOWS, SHEETS, SheetLayout, as_text, evidence, text
from datamap.workbook.drafts import Row, Said, joined

_LAYOUTS = {layout.name: layout for layout in SHEETS}


def gathered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows that name the same thing as one row, as far as they agree.

    Lists and texts are joined and blanks filled. A row that differs from the one before it stays one of its own, so
    that the workbook names both cells.
    """
    found: dict[tuple[str, str], Row] = {}
    others: list[Row] = []
    for row in steps(rows):
        layout = _LAYOUTS[row.sheet]
        named = row.facts.get(layout.identity.heading)
        key = row.sheet, name_key(as_text(named.value)) if named else ""
        if layout is FLOWS or not named:
            others.append(row)
        elif key not in found:
            found[key] = row
        elif merged := _merged(found[key], row, layout):
            found[key] = merged
        else:
            others.append(row)
    return (*found.values(), *others)


def _merged(first: Row, second: Row, layout: SheetLayout) -> Row | None:
    facts = dict(first.facts)
    for heading, said in second.facts.items():
        column, old = layout.column(heading), facts.get(heading)
        assert column
        if old is None:
            facts[heading] = said
        elif old.value == said.value or column is layout.identity:
            facts[heading] = also(old, said.cell, *said.also)
        elif column.parse in (text, evidence):
            facts[heading] = _joined((old, said), "\n")
        elif column.several and not column.one and not any(cells.nothing(as_text(s.value)) for s in (old, said)):
            facts[heading] = _joined((old, said), "; ")
        else:
            return None
    extra = dict(first.extra)
    for heading, said in second.extra.items():
        extra[heading] = _joined((extra[heading], said), "; ") if heading in extra else said
    return Row(first.sheet, first.at, facts, extra)


def _joined(both: tuple[Said, Said], between: str) -> Said:
    parts = [Said(part, s.cell, s.also) for s in both for part in as_text(s.value).split(between)]
    return joined(parts, between) or both[0]


def also(said: Said, *further: Cell) -> Said:
    """A value with further cells that say it."""
    return said._replace(also=tuple(dict.fromkeys(cell for cell in (*said.also, *further) if cell != said.cell)))


def distinct(said: Iterable[Said]) -> list[Said]:
    """Each value once, with the cells of all that say it."""
    found: dict[str, Said] = {}
    for each in said:
        words = as_text(each.value)
        found[words] = also(found[words], each.cell, *each.also) if words in found else each
    return list(found.values())


def by_category(said: Sequence[tuple[str, Said]], categories: int) -> Said | None:
    """Something said of some of so many categories, such as how long each is kept: as it is when all have the same."""
    if len(said) == categories and len({as_text(s.value) for _, s in said}) == 1:
        return joined(s for _, s in said)
    return joined((s._replace(value=f"{category}: {as_text(s.value)}") for category, s in said), "\n")


def movements(
    origin: Said,
    to: Sequence[tuple[Said, Mapping[str, Said | None]]],
    anybody: Mapping[str, Said | None],
    countries: Said | None,
    mechanism: Said | None = None,
    *,
    goes: Said | None = None,
    words: Mapping[str, str] | None = None,
    extra: Mapping[str, Said] | None = None,
) -> Translated:
    """The flows to some recipients, each with its facts, of which a file says the countries only for all together.

    Countries and mechanism are a recipient's where there is but one. Otherwise they go to a flow to somebody not stated,
    with the facts `anybody`, and a problem says so. `goes` is where the file says that there is such a flow at all.
    """
    out = Translated()
    parties = [(end, facts, False) for end, facts in to]
    names = {name_key(as_text(end.value)): as_text(end.value) for end, _ in to}
    said = countries or mechanism or next(iter((extra or {}).values()), None)
    if len(names) == 1:
        parties = [(end, facts, True) for end, facts in to]
    elif said:
        parties.append((Said(NOT_STATED, said.cell), anybody, True))
        if names:
            out.problems.append(Problem(Kind.NOT_TIED, said.cell, "", as_text(said.value), ", ".join(names.values())))
    elif not names and goes:
        parties.append((Said(NOT_STATED, goes.cell), anybody, True))
    for end, facts, tied in parties:
        own = {"From": origin, "To": end, **facts}
        if tied and (place := place_answer(countries)):
            own["Locations"] = place
        found = movement(end.cell, own, mechanism if tied else None, words=words, extra=extra if tied else None)
        out.rows += found.rows
        out.problems += found.problems
    return out


# ------------------------------------------------------------------------------------------------------------- trees


def documents(book: Book, *keys: str) -> list[Node]:
    """What the YAML or JSON documents of a book hold; several in one file are one after the other.

    Empty when no document has a list under one of `keys`, if there are any keys: that is found out quickly.
    """
    if book.kind not in ("yaml", "json"):
        return []
    begins = re.compile(rf"(?:\[\d+\]\.?)?(?:{'|'.join(map(re.escape, keys))})\[") if keys else re.compile("")
    if not any(isinstance(v, str) and begins.match(v) for sheet in book.sheets for row in sheet.rows for v in row[::2]):
        return []
    return [document for sheet in book.sheets for document in branches(tree(sheet, partial(step, 0)))]


def entries(within: Iterable[Node], key: str, *named_by: str) -> list[Node]:
    """The mappings in the lists under a key that have a name under one of some keys."""
    found = [entry for document in within for entry in branches(branch(document, key))]
    return [entry for entry in found if isinstance(entry, dict) and text_of(entry, *named_by)]


def branch(node: Node, key: str) -> Node:
    """What stands under a key of a mapping; None when there is no such key, or no mapping."""
    return node.get(key) if isinstance(node, dict) else None


def branches(node: Node) -> list[Node]:
    """The items of a list; anything else that is there is a list of one."""
    return [n for n in node if n is not None] if isinstance(node, list) else [] if node is None else [node]


def leaves(node: Node) -> list[Said]:
    """Every value below a node that says something, in order."""
    if isinstance(node, Leaf):
        value = cells.plain(as_text(node.value)).strip()
        return [Said(value, node.cell)] if value and not cells.prompt(value) else []
    below = node.values() if isinstance(node, dict) else node or ()
    return [said for each in below for said in leaves(each)]


def text_of(node: Node, *keys: str) -> Said | None:
    """All values below the first of the keys that has any, as one text; without keys, below the node itself."""
    for key in keys:
        if found := joined(leaves(branch(node, key))):
            return found
    return None if keys else joined(leaves(node))


def kept(node: Node, used: Collection[str], prefix: str = "") -> dict[str, Said]:
    """What a mapping says under keys that are not used, by its key: `dpo.name`."""
    if not isinstance(node, Mapping):
        return {}
    found: dict[str, Said] = {}
    for key, below in node.items():
        if prefix + key in used:
            continue
        if isinstance(below, Mapping):
            found |= kept(below, used, f"{prefix}{key}.")
        elif said := text_of(below):
            found[prefix + key] = said
    return found
