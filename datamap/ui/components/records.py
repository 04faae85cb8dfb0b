"""What a sheet says of one record: each fact with its heading and the cell it came from."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from datamap.inventory import Binding, Fact, Notice, Place, Record, Scheme
from datamap.law.readable import day
from datamap.places import place_name
from datamap.ui.components.answers import cells
from datamap.ui.components.markup import Markup, facts, joined, tag
from datamap.workbook import SHEETS


def record_facts(record: Record, *, file: bool = True) -> Markup:
    """Every fact that somebody filled in, in the order of the sheet, then the columns datamap has no meaning for.

    `file` is whether cells name their file.
    """
    layout = next(s for s in SHEETS if s.record is type(record))
    known = [(c.heading, getattr(record, c.field)) for c in layout.columns if c is not layout.identity]
    filled = [(heading, fact) for heading, fact in (*known, *record.extra.items()) if not fact.blank]
    where = cells((record.cell,), file=file) if record.cell else None
    return facts(*((heading, _said(fact, file)) for heading, fact in filled), ("Cell", where))


def fact_words(fact: Fact[Any]) -> str:
    """What a fact says, or which kind of nothing it is."""
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return ", ".join(_words(v) for v in values) if fact.nothing is None else fact.nothing.value


def _said(fact: Fact[Any], file: bool) -> Markup:
    return joined(
        (fact_words(fact), tag("span", cells(fact.cells, file=file), class_="dm-quiet") if fact.cells else None), " "
    )


def _words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return day(value)
        case Place():
            return f"{place_name(value)} ({value.activity})" if value.activity else place_name(value)
        case Scheme():
            span = " to ".join(day(d) for d in (value.checked, value.until) if d)
            return f"{value.name} ({span})" if span else value.name
        case Binding():
            return f"{value.law}: {'yes' if value.binds else 'no'}{f', {value.why}' if value.why else ''}"
        case Notice():
            return f"{value.given}: {value.reason}" if value.reason else str(value.given)
        case StrEnum():
            return value.value
    return str(value)
