"""A selection → a Sankey: category → system → recipient → country, as an option of ECharts.

Text from an inventory is only ever drawn as text: nothing of it is HTML or a template, and what it stands for is told by
generated ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from datamap.graph import Movement, Node
from datamap.inventory import name_key
from datamap.pictures.engine import plain
from datamap.pictures.world import flow_count
from datamap.tallies import Axis, Counted, End, Name, Tally, legs_of, outcome_words, outside_places, rank
from datamap.transfers import Outcome
from datamap.views import FRAME, INK, PAPER, QUIET, STYLE, Selection, by_night


class Column(IntEnum):
    """The columns, left to right. Who receives from a recipient has a column of its own, so that no band turns back."""

    CATEGORY = 0
    SYSTEM = 1
    RECIPIENT = 2
    ONWARD = 3
    COUNTRY = 4

    @property
    def plural(self) -> str:
        return _PLURALS[self]


_PLURALS = {
    Column.CATEGORY: "categories",
    Column.SYSTEM: "systems",
    Column.RECIPIENT: "recipients",
    Column.ONWARD: "further recipients",
    Column.COUNTRY: "places",
}
READABLE: Mapping[Column, int] = {
    Column.CATEGORY: 15,
    Column.SYSTEM: 18,
    Column.RECIPIENT: 18,
    Column.ONWARD: 12,
    Column.COUNTRY: 15,
}
"""Above so many in a column the smaller ones are gathered into one."""


class _Key(NamedTuple):
    """What tells a stop from every other of its column; the key of those that are gathered is empty, as no name's is."""

    column: Column
    key: str


@dataclass(frozen=True)
class Stop:
    """One box. `key` is a name's `name_key`, or a country's code ("" for another place). `gathered` is how many smaller ones
    it stands for, nought where it is one by itself."""

    column: Column
    key: str
    name: str
    flows: int
    outcome: Outcome | None
    gathered: int = 0


@dataclass(frozen=True)
class Band:
    """What goes from one stop to another, by their numbers in `Sankey.stops`: as wide as its flows are many."""

    start: int
    end: int
    flows: int
    outcome: Outcome | None


@dataclass(frozen=True)
class Sankey:
    """The picture. `drawn` flows are in it, `outside` counts the others by why, and `notes` says in words what is gathered;
    `option` is for ECharts, whose nodes and links are `stops` and `bands` in their order; `height` is in pixels."""

    stops: tuple[Stop, ...]
    bands: tuple[Band, ...]
    drawn: int
    outside: Mapping[str, int]
    notes: tuple[str, ...]
    description: str
    option: Mapping[str, Any]
    height: int

    @property
    def night(self) -> Mapping[str, Any]:
        """The same option for dark ground."""
        option: Mapping[str, Any] = by_night(self.option, _COLOURS)
        return option


def sankey(selection: Selection) -> Sankey:
    """The shown flows that go to a place, so that `drawn` and those without a place together are all of them."""
    legs = legs_of(selection)
    names: dict[_Key, Name] = {}
    ways = _ways(legs, names)
    sizes: dict[_Key, Tally] = defaultdict(Tally)
    for counted, way in zip(legs, ways, strict=True):
        for key in way:
            sizes[key].add(counted)
    kept = _kept(sizes, names)
    tallies: dict[_Key, Tally] = defaultdict(Tally)
    bands: dict[tuple[_Key, _Key], Tally] = defaultdict(Tally)
    everything = Tally()
    for counted, (*categories, sender, receiver, place) in zip(legs, ways, strict=True):
        everything.add(counted)
        first = {kept[key] for key in categories}
        start, middle, end = kept[sender], kept[receiver], kept[place]
        for key in (*first, start, middle, end):
            tallies[key].add(counted)
        for ends in (*((key, start) for key in first), (start, middle), (middle, end)):
            bands[ends].add(counted)
    gathered = Counter(kept[key] for key in sizes)
    order = sorted(
        tallies, key=lambda k: (k.column, not k.key, -tallies[k].flows, names[k].words.casefold() if k.key else "", k)
    )
    stops = tuple(_stop(key, names.get(key), tallies[key], gathered[key]) for key in order)
    numbers = {key: number for number, key in enumerate(order)}
    drawn = tuple(
        Band(numbers[start], numbers[end], tally.flows, tally.outcome)
        for (start, end), tally in sorted(bands.items(), key=lambda item: (numbers[item[0][0]], numbers[item[0][1]]))
    )
    return Sankey(
        stops,
        drawn,
        everything.flows,
        outside_places(selection),
        tuple(_notes(stops, legs)),
        _description(stops, everything.flows),
        _option(stops, drawn),
        _height(stops),
    )


def _ways(legs: Sequence[Counted], names: dict[_Key, Name]) -> list[tuple[_Key, ...]]:
    """Where each leg passes: its categories, then sender, receiver and place. The names of the stops are noted."""

    @cache
    def noted(column: Column, key: str, words: str) -> _Key:
        made = _Key(column, key)
        names.setdefault(made, Name(name_key(words), words))
        return made

    @cache
    def stop(column: Column, node: Node) -> _Key:
        return noted(column, node.id, node.name)

    @cache
    def place(end: End) -> _Key:
        made = _Key(Column.COUNTRY, end.code or f" {end.name}")
        names[made] = Name(end.code, end.name)
        return made

    before: dict[str, tuple[_Key, ...]] = {}
    for counted in legs:
        flow = counted.flow
        if flow.id not in before:
            onward = flow.movement is Movement.ONWARD
            categories = () if onward else Axis.CATEGORIES.of(counted)
            before[flow.id] = (
                *(noted(Column.CATEGORY, name.key, name.words) for name in categories),
                stop(Column.RECIPIENT if onward else Column.SYSTEM, flow.origin),
                stop(Column.ONWARD if onward else Column.RECIPIENT, flow.destination),
            )
    return [(*before[counted.flow.id], place(counted.end)) for counted in legs]


def _kept(sizes: Mapping[_Key, Tally], names: Mapping[_Key, Name]) -> dict[_Key, _Key]:
    """Each stop → itself, or the stop of its column that gathers the smaller ones."""
    found: dict[_Key, _Key] = {}
    for column in Column:
        stops = [key for key in sizes if key.column is column]
        stops.sort(key=lambda k: (-sizes[k].flows, rank(sizes[k].outcome), names[k].words.casefold(), k))
        most = len(stops) if len(stops) <= READABLE[column] else READABLE[column] - 1
        found |= {key: key if place < most else _Key(column, "") for place, key in enumerate(stops)}
    return found


def _stop(key: _Key, named: Name | None, tally: Tally, gathered: int) -> Stop:
    if named is None:
        words = f"{gathered:,} other {key.column.plural}"
        return Stop(key.column, "", words, tally.flows, tally.outcome, gathered)
    return Stop(key.column, named.key, named.words, tally.flows, tally.outcome)


def _notes(stops: Sequence[Stop], legs: Sequence[Counted]) -> Iterator[str]:
    for stop in stops:
        if stop.gathered:
            yield f"{stop.gathered:,} smaller {stop.column.plural}, with {flow_count(stop.flows)}, are gathered into one box."
    onward = len({counted.flow.id for counted in legs if counted.flow.movement is Movement.ONWARD})
    if onward:
        yield f"{flow_count(onward)} from recipient to recipient: drawn from their sender on, without categories."


ON_THE_PAGE = " The table below says the same."
"""How the description of a Sankey ends, which has its bands below it as a table on the page."""


def _description(stops: Sequence[Stop], drawn: int) -> str:
    counts = Counter(stop.column for stop in stops)
    parts = ", ".join(f"{counts[column]} {column.plural}" for column in Column if counts[column])
    return f"Sankey of {flow_count(drawn)} through {parts}.{ON_THE_PAGE}" if stops else "Sankey, empty."


# ---------------------------------------------------------------------------------------------------- drawing

_EACH, _LEAST, _GAP, _LINE = 46, 320, 30, 13
"""In pixels: the height of the picture for each stop and at least, between two stops, and of a line of a label. Two lines of
a label are less high than what is between two stops, so that labels of one column never meet."""
_LEFT, _MOST_RIGHT, _NODE, _FREE = 12, 260, 12, 14
"""In pixels: what is left free on either side, the width of a stop, and between a label and the next column."""
NARROWEST, _WIDEST, _STEP = 860, 2400, 60
"""In pixels: how wide the picture is at least, and how often above that its labels get more room."""


def _height(stops: Sequence[Stop]) -> int:
    tallest = max(Counter(stop.column for stop in stops).values(), default=0)
    return max(_LEAST, 40 + _EACH * tallest)


def _ink(outcome: Outcome | None) -> str:
    return STYLE[outcome].ink if outcome else QUIET


def _text(words: str) -> str:
    """Words that neither a template nor the styles of ECharts take for their own."""
    return plain(words).replace("{", "{\u2060").replace("|", "\u2060|")


_COLOURS = frozenset({"color", "backgroundColor", "borderColor", "textBorderColor"})


def _room(width: int, columns: int) -> dict[str, Any]:
    """How wide a label is in a picture of this width, so that it ends before the next column, and what the last ones need."""
    right = min(width // max(columns, 2), _MOST_RIGHT)
    between = (width - _LEFT - right - _NODE) // max(columns - 1, 1)
    return {"right": right, "label": {"width": min(between - _NODE, right) - _FREE}}


def _option(stops: Sequence[Stop], bands: Sequence[Band]) -> dict[str, Any]:
    columns = sorted({stop.column for stop in stops})
    depth = {column: place for place, column in enumerate(columns)}
    narrow = _room(NARROWEST, len(columns))
    return {
        "backgroundColor": PAPER,
        "animation": False,
        "tooltip": {
            "renderMode": "richText",
            "confine": True,
            "backgroundColor": PAPER,
            "borderColor": FRAME,
            "textStyle": {"color": INK},
        },
        "series": [
            {
                "type": "sankey",
                "left": _LEFT,
                "right": narrow["right"],
                "top": 16,
                "bottom": 16,
                "nodeWidth": _NODE,
                "nodeGap": _GAP,
                "nodeAlign": "left",
                "draggable": False,
                "selectedMode": "single",
                "emphasis": {"focus": "adjacency"},
                "select": {"itemStyle": {"borderColor": INK, "borderWidth": 2}},
                "label": {
                    "color": INK,
                    "fontSize": 11.5,
                    "lineHeight": _LINE,
                    "width": narrow["label"]["width"],
                    "overflow": "truncate",
                    "ellipsis": "…",
                    "textBorderColor": PAPER,
                    "textBorderWidth": 3,
                },
                "data": [
                    {
                        "id": f"stop-{number}",
                        "depth": depth[stop.column],
                        "itemStyle": {"color": _ink(stop.outcome), "borderWidth": 0},
                        "label": {"formatter": _says(stop.name, stop)},
                        "tooltip": {"formatter": _says(stop.name, stop)},
                    }
                    for number, stop in enumerate(stops)
                ],
                "links": [
                    {
                        "source": f"stop-{band.start}",
                        "target": f"stop-{band.end}",
                        "value": band.flows,
                        "lineStyle": {"color": _ink(band.outcome), "opacity": 0.38},
                        "tooltip": {"formatter": _says(f"{stops[band.start].name} → {stops[band.end].name}", band)},
                    }
                    for band in bands
                ],
            }
        ],
        "media": [
            {"query": {"minWidth": width}, "option": {"series": [_room(width, len(columns))]}}
            for width in range(NARROWEST, _WIDEST, _STEP)
        ],
    }


def _says(words: str, of: Stop | Band) -> str:
    return f"{_text(words)}\n{flow_count(of.flows)} · {outcome_words(of.outcome)}"
