"""The Article 30 workbook that `fides export` wrote: a row for each category, individual and dataset of a purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datamap.inventory import name_key
from datamap.layouts.ico import contacts, spellings, with_contacts
from datamap.layouts.layout import Flat
from datamap.layouts.meanings import Meaning
from datamap.layouts.rows import Entry
from datamap.layouts.tables import Table
from datamap.workbook.columns import as_text
from datamap.workbook.drafts import Said, joined

_DATASET = "Fides dataset"
_COLUMNS = {
    _DATASET: Meaning.OTHER,
    "Fides system": Meaning.SYSTEM,
    "Department or Business function": Meaning.OWNER,
    "Purpose of processing": Meaning.PURPOSE,
    "Name and contact details of joint controller (if applicable)": Meaning.OTHER,
    "Categories of individuals": Meaning.INDIVIDUALS,
    "Categories of personal data (Fides taxonomy)": Meaning.CATEGORIES,
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
    "Role or Responsibility": Meaning.OTHER,
    "Article 6 lawful basis for processing personal data": Meaning.OTHER,
    "Article 9 condition for processing special category data": Meaning.OTHER,
    "Legitimate interests for the processing (if applicable)": Meaning.OTHER,
    "Link to record of legitimate interests assessment (if applicable)": Meaning.OTHER,
    "Rights available to individuals": Meaning.OTHER,
    "Existence of automated decision-making, including profiling (if applicable)": Meaning.OTHER,
    "The source of the personal data (if applicable)": Meaning.COLLECTED_FROM,
    "Data Protection Impact Assessment required?": Meaning.OTHER,
    "Data Protection Impact Assessment progress": Meaning.OTHER,
    "Link to Data Protection Impact Assessment": Meaning.OTHER,
}
_BLANK = name_key("N/A")
_AS_LINES = (Meaning.RETENTION, Meaning.SECURITY, Meaning.OWNER)


def _mended(table: Table, found: Iterable[Entry]) -> Iterator[Entry]:
    head = contacts(table)
    groups: dict[tuple[tuple[str, str], ...], list[Entry]] = {}
    for entry in found:
        _clear(entry)
        if not entry.said.get(Meaning.SYSTEM) and (dataset := entry.extra.get(_DATASET)):
            entry.said[Meaning.SYSTEM] = [dataset]
        groups.setdefault(_group(entry), []).append(entry)
    for group in groups.values():
        entry = _one(group)
        head = with_contacts(entry, head)
        yield entry


def _clear(entry: Entry) -> None:
    """Takes away what Fides writes where it knows nothing."""
    for meaning, said in list(entry.said.items()):
        if left := [s for s in said if name_key(as_text(s.value)) != _BLANK]:
            entry.said[meaning] = left
        else:
            del entry.said[meaning]
    for heading, only in list(entry.extra.items()):
        if name_key(as_text(only.value)) == _BLANK:
            del entry.extra[heading]


def _group(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What the rows of one record share: system and purpose, and all that is said of transfers.

    Fides writes the rows of a system's purpose again for each of its datasets, and once without any.
    """
    shared = (Meaning.SYSTEM, Meaning.PURPOSE, Meaning.RECIPIENTS, Meaning.DESTINATIONS, Meaning.MECHANISM)
    return tuple((m.value, name_key(entry.text(m))) for m in shared)


def _one(group: list[Entry]) -> Entry:
    """Entries of one group as one: what differs is listed, and every row's cells are kept."""
    one = Entry(group[0].at, problems=[p for entry in group for p in entry.problems])
    for meaning in dict.fromkeys(m for entry in group for m in entry.said):
        said = [s for entry in group for s in entry.said.get(meaning, ())]
        one.said[meaning] = [_together(said, "\n" if meaning in _AS_LINES else "; ")]
    for heading in dict.fromkeys(h for entry in group for h in entry.extra):
        said = [entry.extra[heading] for entry in group if heading in entry.extra]
        one.extra[heading] = _together(said, "\n")
    return one


def _together(said: list[Said], between: str) -> Said:
    """Values of several rows as one, each spelling once, with the cells of all."""
    first: dict[str, Said] = {}
    for s in said:
        first.setdefault(name_key(as_text(s.value)), s)
    one = joined(first.values(), between) or said[0]
    also = dict.fromkeys(cell for s in said for cell in (s.cell, *s.also))
    also.pop(one.cell)
    return Said(one.value if len(first) > 1 else said[0].value, one.cell, tuple(also))


LAYOUT = Flat(
    "Fides Article 30 workbook",
    {spelled: meaning for heading, meaning in _COLUMNS.items() for spelled in spellings(heading)},
    marks=tuple(
        spellings(heading)
        for heading, meaning in _COLUMNS.items()
        if meaning not in (Meaning.OTHER, Meaning.COLLECTED_FROM) or heading in (_DATASET, "Role or Responsibility")
    ),
    mend=_mended,
).layout()
