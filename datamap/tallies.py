"""A selection, counted: where its legs begin and end, and one thing against another in a matrix.

The world map, the Sankey and the matrix all count from here, so they agree.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from datamap.graph import ASSESSED, NOT_STATED, Leg, MappedFlow, Movement, NodeKind
from datamap.inventory import Activity, Places, items, name_key
from datamap.places import place_heading
from datamap.transfers import WORST_FIRST, Outcome
from datamap.views import Selection


class End(NamedTuple):
    """Where a leg goes. `code` is that of a country, as `Place.country` has it, and empty for a group of countries, for
    words that name none and for what is not stated; `name` tells these apart."""

    code: str
    name: str


class Kind(StrEnum):
    """What a leg is: the information lies there, or is looked at from there, or neither is said."""

    HELD = "held there"
    REACHED = "reached from there"
    NOT_SAID = "not said what happens there"


_KINDS: Mapping[Activity, Kind] = {
    Activity.STORAGE: Kind.HELD,
    Activity.PROCESSING: Kind.HELD,
    Activity.BACKUP: Kind.HELD,
    Activity.SUPPORT_ACCESS: Kind.REACHED,
    Activity.REMOTE_ACCESS: Kind.REACHED,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """One leg of a selection. `start` is the code of the one country where its information is before, or None when that
    is not known; `outcome` its worst under the chosen regimes, or None when none judges it."""

    leg: Leg
    start: str | None
    end: End
    kind: Kind
    outcome: Outcome | None

    @property
    def flow(self) -> MappedFlow:
        return self.leg.flow


class Tally:
    """How many flows and legs were added, and their worst outcome; None when no regime judges any of them."""

    __slots__ = ("_flows", "legs", "outcome")

    def __init__(self) -> None:
        self._flows: set[str] = set()
        self.legs = 0
        self.outcome: Outcome | None = None

    def add(self, counted: Counted) -> None:
        self._flows.add(counted.flow.id)
        self.legs += 1
        if counted.outcome and rank(counted.outcome) < rank(self.outcome):
            self.outcome = counted.outcome

    @property
    def flows(self) -> int:
        return len(self._flows)

    @property
    def ids(self) -> Set[str]:
        """The ids of the flows."""
        return self._flows


_RANKS: Mapping[Outcome | None, int] = {outcome: rank for rank, outcome in enumerate((*WORST_FIRST, None))}


def rank(outcome: Outcome | None) -> int:
    """The place of an outcome among all, worst first; what nothing judges comes last."""
    return _RANKS[outcome]


def legs_of(selection: Selection) -> tuple[Counted, ...]:
    """Every leg of the shown flows, in the order of the assessment.

    A leg starts in the one country that holds the sending system or recipient; where that is in several countries or
    not stated, and where its places are those to which it goes (a provider, an own site), in the one country in which the
    sender is established.
    """
    outcomes: dict[int, Outcome] = {}
    for leg, outcome in selection.answers.worst_by_leg():
        key = id(leg)
        if key not in outcomes or rank(outcome) < rank(outcomes[key]):
            outcomes[key] = outcome
    ends: dict[tuple[str | None, object, str], End] = {}
    found = []
    for flow in selection.flows:
        legs = selection.legs.get(flow.id, ())
        start = _start(flow) if legs else None
        for leg in legs:
            place = leg.place.value
            if place is None:
                end, kind = _NOT_STATED, Kind.NOT_SAID
            else:
                key_of_end = (place.country, place.within, "" if place.country else place.text)
                if key_of_end not in ends:
                    ends[key_of_end] = End(place.country or "", place_heading(place))
                end = ends[key_of_end]
                kind = _KINDS.get(place.activity, Kind.NOT_SAID) if place.activity else Kind.NOT_SAID
            found.append(Counted(leg, start, end, kind, outcomes.get(id(leg))))
    return tuple(found)


_NOT_STATED = End("", NOT_STATED)


def _start(flow: MappedFlow) -> str | None:
    sender = flow.organisation.country if flow.organisation else None
    held: Places | None = None
    if flow.upstream:
        held, sender = flow.upstream.locations, flow.upstream.country
    elif flow.system and not (flow.implied and flow.record.locations.known):
        held = flow.system.locations
    return _only_country(held) or _only_country(sender)


def _only_country(places: Places | None) -> str | None:
    countries = {place.country for place in items(places)} if places else set()
    return countries.pop() if len(countries) == 1 else None


_MOVED = "collected or moved inside"


def without_places(selection: Selection) -> Counter[Movement]:
    """The shown flows that have no leg, by what they are: collected, or moved inside."""
    return Counter(flow.movement for flow in selection.flows if flow.movement not in ASSESSED)


def outside_places(selection: Selection) -> dict[str, int]:
    """How many of the shown flows go to no place, by why; empty when each goes to one."""
    count = without_places(selection).total()
    return {_MOVED: count} if count else {}


def drawn_sentences(selection: Selection, outside: Mapping[str, int], where: str) -> tuple[str, str]:
    """How much of a selection a picture draws, and what is hidden: `12 of 15 flows drawn; 3 have no place on a map: collected or
    moved inside.` and `Nothing else hidden.`

    `outside` counts those that it does not draw, by why; `where` is the picture, as in `on a map`. What is drawn, what is
    outside and what the filters hide are all flows.
    """
    count, missing = len(selection.flows), sum(outside.values())
    if not missing:
        return f"{count:,} {'flow' if count == 1 else 'flows'} shown.", selection.hidden_sentence()
    why = ", ".join(f"{n:,} {reason}" for reason, n in outside.items()) if len(outside) > 1 else next(iter(outside))
    have = "has" if missing == 1 else "have"
    drawn = f"{count - missing:,} of {count:,} {'flow' if count == 1 else 'flows'} drawn; {missing:,} {have} no place {where}: {why}."
    return drawn, selection.hidden_sentence() if selection.hidden else "Nothing else hidden."


def without_places_sentence(selection: Selection) -> str:
    """`12 flows are collected or moved inside, so they go to no place.`; nothing when there are none."""
    count = without_places(selection).total()
    if not count:
        return ""
    return f"{count:,} {'flow is' if count == 1 else 'flows are'} collected or moved inside, so {'it goes' if count == 1 else 'they go'} to no place."


# ---------------------------------------------------------------------------------------------------- the matrix


class Name(NamedTuple):
    """A line of a matrix, told from every other by its key: a name's `name_key`, a country's code."""

    key: str
    words: str


@lru_cache(maxsize=65_536)
def _named(words: str) -> Name:
    return Name(name_key(words), words)


class Axis(StrEnum):
    """What can stand on a side of a matrix. A leg counts on each line that it has there: none, one or several."""

    CATEGORIES = "categories"
    SYSTEMS = "systems"
    RECIPIENTS = "recipients"
    COUNTRIES = "countries"

    @property
    def singular(self) -> str:
        return _SINGULAR[self]

    def of(self, counted: Counted) -> tuple[Name, ...]:
        """The lines on which a leg counts."""
        flow = counted.flow
        match self:
            case Axis.CATEGORIES:
                return tuple(map(_named, flow.carries))
            case Axis.SYSTEMS:
                system = flow.origin.kind is NodeKind.SYSTEM
                return (_named(flow.origin.name),) if system else ()
            case Axis.RECIPIENTS:
                return (_named(flow.destination.name),)
            case Axis.COUNTRIES:
                code, name = counted.end
                return (Name(code, name) if code else NO_COUNTRY,)


_SINGULAR = {
    Axis.CATEGORIES: "category",
    Axis.SYSTEMS: "system",
    Axis.RECIPIENTS: "recipient",
    Axis.COUNTRIES: "country",
}
NO_COUNTRY = Name("", "not one country")
"""The line of what goes to a group of countries, or to where is not stated."""


class Sum(NamedTuple):
    """How many flows, and their worst outcome."""

    flows: int
    outcome: Outcome | None


class Line(NamedTuple):
    """A row or column with its total; a flow that counts in several of its cells counts once in it."""

    name: Name
    total: Sum


@dataclass(frozen=True)
class Matrix:
    """Flows by two things at once. Lines stand worst first and then by name; `cells` holds those that are not empty, by the
    keys of row and column, and `flows` the ids of the flows of each. `outside` is how many shown flows are in no cell, by why; `in_groups` how many of those that are
    in one go to a group of countries."""

    across: tuple[Axis, Axis]
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: Mapping[tuple[str, str], Sum]
    flows: Mapping[tuple[str, str], Set[str]]
    total: Sum
    outside: Mapping[str, int]
    in_groups: int

    def outside_sentence(self) -> str:
        """`12 flows are not in it: 10 collected or moved inside, 2 sent by no system.`; nothing when all are in it."""
        count = sum(self.outside.values())
        if not count:
            return ""
        why = ", ".join(f"{n:,} {reason}" for reason, n in self.outside.items())
        return f"{count:,} {'flow is' if count == 1 else 'flows are'} not in it: {why}."

    def part(self, *, rows: int, columns: int, words: str = "") -> Part:
        """As many rows and columns as asked for, the first first; of those that have the words in their names, if any.

        When only rows, or only columns, have the words, all of the other side that meet these stay.
        """
        wanted = words.casefold().strip()
        kept_rows = [line for line in self.rows if wanted in line.name.words.casefold()]
        kept_columns = [line for line in self.columns if wanted in line.name.words.casefold()]
        if wanted and not (kept_rows and kept_columns):
            named = {line.name.key for line in (*kept_rows, *kept_columns)}
            if kept_rows:
                met = {column for row, column in self.cells if row in named}
                kept_columns = [line for line in self.columns if line.name.key in met]
            elif kept_columns:
                met = {row for row, column in self.cells if column in named}
                kept_rows = [line for line in self.rows if line.name.key in met]
        return Part(self, tuple(kept_rows[:rows]), tuple(kept_columns[:columns]))


@dataclass(frozen=True)
class Part:
    """Some lines of a matrix, in its order. Totals stay those of the whole matrix."""

    whole: Matrix
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]

    def outside(self) -> dict[str, int]:
        """How many of the shown flows are in none of these cells, by why; empty when each is in one."""
        whole = self.whole
        if (len(self.rows), len(self.columns)) == (len(whole.rows), len(whole.columns)):
            return dict(whole.outside)
        cells = ((row.name.key, column.name.key) for row in self.rows for column in self.columns)
        drawn = set[str]().union(*(whole.flows[cell] for cell in cells if cell in whole.flows))
        beyond = whole.total.flows - len(drawn)
        return {**whole.outside, **({"only in rows or columns that are not shown": beyond} if beyond else {})}

    def hidden_sentence(self) -> str:
        """`900 rows and 260 columns more are hidden; totals count them.`, or nothing when all are shown."""
        missing = (
            (len(self.whole.rows) - len(self.rows), "row"),
            (len(self.whole.columns) - len(self.columns), "column"),
        )
        said = [f"{n:,} {what if n == 1 else what + 's'}" for n, what in missing if n]
        if not said:
            return ""
        only_one = sum(n for n, _ in missing) == 1
        return f"{' and '.join(said)} more {'is' if only_one else 'are'} hidden; the totals count {'it' if only_one else 'them'}."


_SENT_BY_NO_SYSTEM = "sent by no system"


def matrix(selection: Selection, rows: Axis, columns: Axis) -> Matrix:
    """The shown flows by two axes. What is in no cell is counted in `outside`, so that

    `total.flows + sum(outside.values()) == len(selection.flows)`.
    """
    lines: tuple[dict[str, Tally], dict[str, Tally]] = (defaultdict(Tally), defaultdict(Tally))
    cells: dict[tuple[str, str], Tally] = defaultdict(Tally)
    words: tuple[dict[str, str], dict[str, str]] = ({}, {})
    total, in_groups = Tally(), Tally()
    for counted in legs_of(selection):
        across, down = rows.of(counted), columns.of(counted)
        if not (across and down):
            continue
        total.add(counted)
        if counted.leg.place.value and counted.leg.place.value.within:
            in_groups.add(counted)
        for side, names in enumerate((across, down)):
            for name in names:
                lines[side][name.key].add(counted)
                words[side].setdefault(name.key, name.words)
        for row in across:
            for column in down:
                cells[row.key, column.key].add(counted)
    moved = without_places(selection).total()
    outside = {_MOVED: moved}
    outside[_SENT_BY_NO_SYSTEM] = len(selection.flows) - moved - total.flows
    return Matrix(
        (rows, columns),
        _lines(lines[0], words[0]),
        _lines(lines[1], words[1]),
        {key: _sum(tally) for key, tally in cells.items()},
        {key: tally.ids for key, tally in cells.items()},
        _sum(total),
        {why: n for why, n in outside.items() if n},
        in_groups.flows,
    )


def _sum(tally: Tally) -> Sum:
    return Sum(tally.flows, tally.outcome)


def _lines(tallies: Mapping[str, Tally], words: Mapping[str, str]) -> tuple[Line, ...]:
    lines = (Line(Name(key, words[key]), _sum(tally)) for key, tally in tallies.items())
    return tuple(sorted(lines, key=lambda n: (rank(n.total.outcome), n.name.words.casefold(), n.name)))


def outcome_words(outcome: Outcome | None) -> str:
    """The words for an outcome, and for none."""
    return outcome.label if outcome else NOT_JUDGED


NOT_JUDGED = "Not assessed"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(found: Matrix, *notes: str) -> str:
    """The whole matrix as comma-separated text: a row a line, `3 (No safeguard)` a cell, then the notes.

    Text that a spreadsheet program would take for a formula has an apostrophe before it.
    """
    written = io.StringIO()
    sheet = csv.writer(written, lineterminator="\n")
    rows, columns = found.across
    sheet.writerow(
        [f"{rows.singular.capitalize()} × {columns.singular}", *(_text(c.name.words) for c in found.columns), "All"]
    )
    for row in found.rows:
        cells = (found.cells.get((row.name.key, column.name.key)) for column in found.columns)
        sheet.writerow([_text(row.name.words), *(_cell(cell) for cell in cells), _cell(row.total)])
    sheet.writerow(["All", *(_cell(column.total) for column in found.columns), _cell(found.total)])
    sheet.writerow([])
    for note in filter(None, (*notes, found.outside_sentence())):
        sheet.writerow([_text(note)])
    return written.getvalue()


def _cell(cell: Sum | None) -> str:
    return f"{cell.flows} ({outcome_words(cell.outcome)})" if cell else ""


def _text(words: str) -> str:
    return f"'{words}" if words.startswith(_STARTS_FORMULA) else words
