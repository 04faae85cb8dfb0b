"""The record of processing that Privado reports: one row for each processing activity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datamap.layouts.ico import spellings
from datamap.layouts.layout import Flat
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import Entry
from datamap.layouts.tables import Table
from datamap.workbook.columns import NO_WORDS, YES_WORDS

_COLUMNS = {
    "Processing Activity": Meaning.ACTIVITY,
    "Description": Meaning.NOTES,
    "Function": Meaning.OWNER,
    "Purpose of Processing": Meaning.PURPOSE,
    "Controller Details": Meaning.OTHER,
    "Joint controller address(if applicable)": Meaning.OTHER,
    "Individual Category": Meaning.INDIVIDUALS,
    "Personal data category": Meaning.CATEGORIES,
    "International data transfer(if applicable)": Meaning.DESTINATIONS,
    "Transfer Safeguards(if applicable)": Meaning.MECHANISM,
    "Retention schedule(if possible)": Meaning.RETENTION,
    "Technical Security Measures": Meaning.SECURITY,
    "Organizational Security Measure": Meaning.SECURITY,
}


def _mended(table: Table, found: Iterable[Entry]) -> Iterator[Entry]:
    """A plain yes or no says whether information goes abroad, and not where; `NO` is no where others say yes, else Norway."""
    found = list(found)
    answers = {entry.text(Meaning.DESTINATIONS) for entry in found}
    asked = any(a.casefold() in (*YES_WORDS, *NO_WORDS) and a != "NO" for a in answers)
    for entry in found:
        if asked and entry.text(Meaning.DESTINATIONS).casefold() in (*YES_WORDS, *NO_WORDS):
            entry.said[Meaning.TRANSFER] = entry.said.pop(Meaning.DESTINATIONS)
        yield entry


LAYOUT = Flat(
    "Privado report",
    {spelled: meaning for heading, meaning in _COLUMNS.items() for spelled in spellings(heading)},
    marks=tuple(spellings(heading) for heading in _COLUMNS),
    mend=_mended,
).layout()
