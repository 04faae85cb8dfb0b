"""A selection → a map of the world as a Vega-Lite specification: countries and arcs by outcome, centred on the Pacific.

Text from an inventory is only ever a value of a field; every field name and expression is our own. Everything that is
drawn comes with the package (`atlas/`), so nothing is fetched.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from datamap.law.readable import day
from datamap.pictures.engine import plain, wrapped
from datamap.places import country_name
from datamap.tallies import NOT_JUDGED, End, Kind, Sum, Tally, legs_of, outcome_words, rank, without_places_sentence
from datamap.transfers import WORST_FIRST, Outcome
from datamap.views import FRAME, INK, NIGHT, PAPER, QUIET, STYLE, UNASSESSED, OutcomeStyle, Selection, by_night

MOST_ARCS = 60
"""Above this many arcs the map would be mush: the least of them are counted beside it."""

MOST_CARDS = 5
"""Places that are not one country are shown each by itself up to this many; the last card holds the others."""

CABLES = "Arcs join countries; they do not show the way of a cable."
SOURCE = "Map: Natural Earth 1:50m, simplified (public domain; world-atlas 2.0.2, ISC)."

_HERE = Path(__file__).parent / "atlas"
_Row = dict[str, Any]
_Spec = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """What goes to one end: `code` of a country, or "" where it is not one. `kinds` counts its legs by what they are."""

    code: str
    name: str
    flows: int
    legs: int
    outcome: Outcome | None
    kinds: Mapping[Kind, Sum]


@dataclass(frozen=True)
class Arc:
    """What goes from one country to another with one outcome; codes as in `Spot`."""

    start: str
    end: str
    outcome: Outcome | None
    flows: int
    legs: int


@dataclass(frozen=True)
class World:
    """A selection by country. Each leg is in one of `countries` or of `elsewhere`; and in one of `arcs`, `arcs_left_out`,
    `staying` (it stays in the country where it starts), `start_unknown` or `elsewhere`.

    `notes` says in words what the map does not show. `spec` is Vega-Lite; a click on it picks a value of the field
    `pick`, which `picked` understands.
    """

    countries: tuple[Spot, ...]
    elsewhere: tuple[Spot, ...]
    arcs: tuple[Arc, ...]
    arcs_left_out: tuple[Arc, ...]
    staying: int
    start_unknown: int
    notes: tuple[str, ...]
    description: str
    spec: Mapping[str, Any]

    @property
    def night(self) -> Mapping[str, Any]:
        """The same specification for dark ground."""
        shapes = self.spec["datasets"]["shapes"]
        drawn = {**self.spec, "datasets": {k: v for k, v in self.spec["datasets"].items() if k != "shapes"}}
        turned: dict[str, Any] = by_night(drawn, _COLOURS, _NIGHT)
        turned["datasets"]["shapes"] = shapes
        return turned

    def picked(self, pick: str) -> tuple[str, Outcome | None] | None:
        """What a click means: the code of the country ("" where it is not one), and of an arc its outcome."""
        kind, _, name = pick.partition(":")
        if kind == "country" and name in points():
            return name, None
        if kind == "arc" and name.isdecimal() and int(name) < len(self.arcs):
            return self.arcs[int(name)].end, self.arcs[int(name)].outcome
        return ("", None) if kind == "card" else None


class Point(NamedTuple):
    """A point in a country, in degrees, and whether its shape is too small to be seen on a map of the world."""

    longitude: float
    latitude: float
    small: bool


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    with (_HERE / "points.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def points() -> Mapping[str, Point]:
    """A point in each country that a map can show, by code."""
    return MappingProxyType(
        {r["code"]: Point(float(r["longitude"]), float(r["latitude"]), r["small"] == "yes") for r in _rows()}
    )


@cache
def _shapes() -> Mapping[str, Any]:
    """The shapes of the countries as TopoJSON, each with its code as `id`; empty for those that have no code."""
    codes = {r["shape"]: r["code"] for r in _rows() if r["shape"]}
    atlas = json.loads((_HERE / "countries.json").read_text("utf-8"))
    shapes = atlas["objects"]["countries"]["geometries"]
    drawn = [
        {"type": s["type"], "arcs": s["arcs"], "id": codes.get(s.get("id") or s["properties"]["name"], "")}
        for s in shapes
    ]
    return {
        "type": "Topology",
        "transform": atlas["transform"],
        "objects": {"countries": {"type": "GeometryCollection", "geometries": drawn}},
        "arcs": atlas["arcs"],
    }


def world_map(selection: Selection, *, title: str | None = None) -> World:
    """The shown flows by country. With a title the picture says all by itself: day, filters, and what is hidden."""
    ends: dict[End, Tally] = defaultdict(Tally)
    kinds: dict[End, dict[Kind, Tally]] = defaultdict(lambda: defaultdict(Tally))
    ways: dict[tuple[str, str, Outcome | None], Tally] = defaultdict(Tally)
    staying = start_unknown = unjudged = legs = 0
    for counted in legs_of(selection):
        end = counted.end
        legs += 1
        unjudged += counted.outcome is None
        ends[end].add(counted)
        kinds[end][counted.kind].add(counted)
        if end.code not in points():
            continue
        if counted.start not in points():
            start_unknown += 1
        elif counted.start == end.code:
            staying += 1
        else:
            ways[counted.start or "", end.code, counted.outcome].add(counted)
    spots = sorted((_spot(end, tally, kinds[end]) for end, tally in ends.items()), key=_worst_first)
    arcs = [Arc(start, end, outcome, t.flows, t.legs) for (start, end, outcome), t in ways.items()]
    arcs.sort(key=lambda a: (rank(a.outcome), -a.flows, a.start, a.end))
    on_map = tuple(spot for spot in spots if spot.code in points())
    elsewhere = tuple(spot for spot in spots if spot.code not in points())
    drawn, left_out = tuple(arcs[:MOST_ARCS]), tuple(arcs[MOST_ARCS:])
    notes = _notes(legs, elsewhere, left_out, staying, start_unknown, unjudged)
    notes = (*notes, *filter(None, [without_places_sentence(selection)]))
    heading = _heading(selection, title, notes) if title else ()
    return World(
        on_map,
        elsewhere,
        drawn,
        left_out,
        staying,
        start_unknown,
        notes,
        _description(selection, on_map, elsewhere),
        _spec(on_map, elsewhere, drawn, heading),
    )


def _spot(end: End, tally: Tally, kinds: Mapping[Kind, Tally]) -> Spot:
    by_kind = {kind: Sum(kinds[kind].flows, kinds[kind].outcome) for kind in Kind if kind in kinds}
    return Spot(end.code, end.name, tally.flows, tally.legs, tally.outcome, by_kind)


def _worst_first(spot: Spot) -> tuple[int, int, str, str]:
    return rank(spot.outcome), -spot.flows, spot.name, spot.code


def flow_count(number: int) -> str:
    """`1 flow`, `2,000 flows`."""
    return f"{number:,} {'flow' if number == 1 else 'flows'}"


def _places(number: int) -> str:
    return f"{number:,} {'place' if number == 1 else 'places'}"


def _notes(
    legs: int, elsewhere: Sequence[Spot], left_out: Sequence[Arc], staying: int, start_unknown: int, unjudged: int
) -> tuple[str, ...]:
    """What the map does not show, in sentences. A place of a flow is a leg."""
    beside = sum(spot.legs for spot in elsewhere)
    gathered = len(elsewhere) - MOST_CARDS + 1 if len(elsewhere) > MOST_CARDS else 0
    split = (
        f": {legs - beside:,} on the map, {beside:,} beside it, not being one country" if beside else ", all on the map"
    )
    said = [f"{_places(legs)} of flows{split}."]
    if gathered:
        said.append(f"{gathered:,} of those that are not one country are gathered on one card.")
    if staying:
        said.append(f"{_places(staying)} without an arc: the flow stays in the country where it starts.")
    if start_unknown:
        said.append(f"{_places(start_unknown)} without an arc: it is not known in which one country the flow starts.")
    if left_out:
        number = sum(arc.legs for arc in left_out)
        said.append(
            f"{_places(number)} without an arc: only the {MOST_ARCS} worst and largest arcs are drawn, "
            f"{len(left_out):,} are left out."
        )
    if unjudged:
        said.append(f"{_places(unjudged)} judged by no regime.")
    return tuple(said)


def _heading(selection: Selection, title: str, notes: Iterable[str]) -> tuple[str, ...]:
    on = f"Law of {day(selection.assessment.on)}."
    said = (f"{on} {selection.filter_sentence()} {selection.hidden_sentence()}", " ".join(notes), f"{CABLES} {SOURCE}")
    return (plain(title), *(line for text in said for line in wrapped(text, 140, 6)))


def _description(selection: Selection, on_map: Sequence[Spot], elsewhere: Sequence[Spot]) -> str:
    """The map in words, for those who do not see it: the five worst ends, and how many more there are."""
    spots = (*on_map, *elsewhere)
    named = "; ".join(f"{s.name}: {flow_count(s.flows)}, {outcome_words(s.outcome)}" for s in spots[:5])
    more = f"; and {len(spots) - 5} more, in the table below" if len(spots) > 5 else ""
    return (
        f"Map of the world. {flow_count(len(selection.flows))} shown. {named}{more}."
        if spots
        else "Map of the world, empty."
    )


# ---------------------------------------------------------------------------------------------------- drawing

_LAND, _SEA, _COAST = "#e3e6ea", "#f6f8fa", "#ffffff"
_MAP_HEIGHT, _WIDTH = 490, 900  # pixels; the width that labels and legend are laid out for
_TURN = 150.0  # the longitude in the middle of the map
_NORTH, _SOUTH = 84.0, -66.0
_DASHES: Mapping[str, Sequence[float]] = {"solid": [1, 0], "dashed": [7, 4], "dotted": [1.5, 4]}
_ROW, _CARD, _GAP, _LETTER, _PADDING = 20, 42, 8, 5.9, 8


def _equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """The equal earth projection on a sphere of radius 1, turned to the map's middle: x east, y north.

    Šavrič, Patterson and Jenny, The Equal Earth map projection (2018), equations 5 and 6.
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    turned = math.radians(_turned(longitude))
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    t2, t6 = t * t, t**6
    x = 2 * math.sqrt(3) * turned * math.cos(t) / (3 * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)))
    return x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))


def _turned(longitude: float) -> float:
    """Degrees east of the map's middle, from -180 to 180."""
    return (longitude - _TURN + 180) % 360 - 180


_HIGH, _LOW = _equal_earth(_TURN, _NORTH)[1], _equal_earth(_TURN, _SOUTH)[1]
_HALF = _equal_earth(_TURN + 179.99, 0)[0]
_SCALE = min(_WIDTH / (2.02 * _HALF), _MAP_HEIGHT / (_HIGH - _LOW))


def look_of(outcome: Outcome | None) -> OutcomeStyle:
    """How an outcome looks, and what nothing judges."""
    return STYLE[outcome] if outcome else UNASSESSED


def _tint(colour: str) -> str:
    """A colour half way to paper: what a country is filled with, so that arcs over it stay visible."""
    return _half(colour, PAPER)


def _half(one: str, other: str) -> str:
    """The colour half way between two."""
    parts = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round((a + b) / 2):02x}" for a, b in parts)


_COLOURS = frozenset({"fill", "stroke", "background", "ink", "value"})
_NIGHT: Mapping[str, str] = {
    _LAND: "#3a4048",
    _SEA: "#1e2226",
    **{_tint(look.ink): _half(NIGHT[look.ink], NIGHT[PAPER]) for look in STYLE.values()},
}


def _bent(start: str, end: str, bend: float) -> list[tuple[float, float]]:
    """The way of an arc in degrees: straight in turned longitude and latitude, and bent to one side.

    `bend` is a share of its length: northwards when positive, southwards when negative.
    """
    a, b = points()[start], points()[end]
    x0, y0, x1, y1 = _turned(a.longitude), a.latitude, _turned(b.longitude), b.latitude
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    across, up = -(y1 - y0) / length, (x1 - x0) / length
    if up < 0 or (up == 0 and across < 0):
        across, up = -across, -up
    high = bend * min(length, 120.0)
    way = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        lift = high * 4 * t * (1 - t)
        x = min(max(x0 + (x1 - x0) * t + across * lift, -179.5), 179.5)
        y = min(max(y0 + (y1 - y0) * t + up * lift, _SOUTH + 2), _NORTH - 2)
        way.append((round((x + _TURN + 180) % 360 - 180, 2), round(y, 2)))
    return way


_STEPS = 32
_THIN, _THICK, _MANY = 1.6, 6.0, 32  # the widths of arcs of one flow, and of the most there are or so many


def _arc_rows(arcs: Sequence[Arc]) -> list[_Row]:
    """Arcs between the same two countries lie side by side; those that go back bend to the other side."""
    drawn: Counter[tuple[str, str]] = Counter()
    every = {(arc.start, arc.end) for arc in arcs}
    most = max([_MANY, *(arc.flows for arc in arcs)])
    rows: list[_Row] = []
    for number, arc in enumerate(arcs):
        pair = (arc.start, arc.end)
        back = (arc.end, arc.start) in every and arc.start > arc.end
        bend = (0.16 + 0.1 * drawn[pair]) * (-1 if back else 1)
        drawn[pair] += 1
        way = _bent(arc.start, arc.end, bend)
        width = round(_THIN + (_THICK - _THIN) * math.log(arc.flows) / math.log(most), 2)
        (x0, y0), (x1, y1) = (_equal_earth(*way[at]) for at in (_STEPS - 4, _STEPS - 2))
        rows.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": way},
                "pick": f"arc:{number}",
                "from": country_name(arc.start),
                "to": country_name(arc.end),
                "flows": arc.flows,
                "outcome": outcome_words(arc.outcome),
                "said": f"{country_name(arc.start)} to {country_name(arc.end)}: {flow_count(arc.flows)}, {outcome_words(arc.outcome)}",
                "ink": look_of(arc.outcome).ink,
                "dashes": [round(length * max(1.0, width / 2.5), 1) for length in _DASHES[look_of(arc.outcome).dash]],
                "width": width,
                "longitude": way[_STEPS - 3][0],
                "latitude": way[_STEPS - 3][1],
                "angle": round(math.degrees(math.atan2(x1 - x0, y1 - y0)), 1),
                "head": round(40 + 14 * width, 1),
            }
        )
    return rows[::-1]


def _kinds_said(spot: Spot) -> str:
    return ", ".join(f"{sum_.flows:,} {kind}" for kind, sum_ in spot.kinds.items())


def _land_rows(on_map: Sequence[Spot]) -> list[_Row]:
    """Every country, those with flows coloured."""
    found = {spot.code: spot for spot in on_map}
    rows = []
    for code, point in points().items():
        spot = found.get(code)
        rows.append(
            {
                "code": code,
                "pick": f"country:{code}",
                "name": country_name(code),
                "flows": spot.flows if spot else 0,
                "outcome": outcome_words(spot.outcome) if spot else "no flows",
                "kinds": _kinds_said(spot) if spot else "",
                "fill": (_tint(look_of(spot.outcome).ink) if spot.outcome else FRAME) if spot else _LAND,
                "longitude": point.longitude,
                "latitude": point.latitude,
                "small": point.small,
            }
        )
    return rows


def _mark_rows(on_map: Sequence[Spot], kind: Kind) -> list[_Row]:
    return [
        {
            "pick": f"country:{spot.code}",
            "name": spot.name,
            "flows": spot.flows,
            "outcome": outcome_words(spot.outcome),
            "kinds": _kinds_said(spot),
            "said": f"{spot.name}: {flow_count(spot.flows)}, {outcome_words(spot.outcome)}",
            "ink": look_of(spot.kinds[kind].outcome).ink,
            "longitude": points()[spot.code].longitude,
            "latitude": points()[spot.code].latitude,
        }
        for spot in reversed(on_map)
        if kind in spot.kinds
    ]


_SIDES: Mapping[str, _Spec] = {
    "right": {"align": "left", "dx": 9, "dy": 0},
    "left": {"align": "right", "dx": -9, "dy": 0},
    "above": {"align": "center", "dx": 0, "dy": -15},
    "below": {"align": "center", "dx": 0, "dy": 15},
}


def _labels(on_map: Sequence[Spot], starts: Sequence[str]) -> dict[str, list[_Row]]:
    """Names beside the points, worst first, each on the first side where it covers no other; else it is left out."""
    named = [(spot.code, f"{spot.name} {spot.flows:,}") for spot in on_map]
    named += [(code, country_name(code)) for code in starts if code not in {spot.code for spot in on_map}]
    at = {code: _pixels(code) for code, _ in named}
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in at.values()]
    rows: dict[str, list[_Row]] = {side: [] for side in _SIDES}
    for code, words in named:
        x, y = at[code]
        wide = len(words) * _LETTER + 2
        boxes = {
            "right": (x + 8, y - 7, x + 8 + wide, y + 7),
            "left": (x - 8 - wide, y - 7, x - 8, y + 7),
            "above": (x - wide / 2, y - 23, x + wide / 2, y - 8),
            "below": (x - wide / 2, y + 8, x + wide / 2, y + 23),
        }
        for side, box in boxes.items():
            inside = box[0] > 0 and box[2] < _WIDTH
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                rows[side].append(
                    {"words": words, "longitude": points()[code].longitude, "latitude": points()[code].latitude}
                )
                break
    return rows


def _pixels(code: str) -> tuple[float, float]:
    x, y = _equal_earth(points()[code].longitude, points()[code].latitude)
    return _WIDTH / 2 + x * _SCALE, _MAP_HEIGHT / 2 - (y - (_HIGH + _LOW) / 2) * _SCALE


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _cards(elsewhere: Sequence[Spot]) -> list[_Row]:
    """What goes to no one country, each in a place of its own; the last card holds what there is no room for."""
    shown = list(elsewhere) if len(elsewhere) <= MOST_CARDS else list(elsewhere[: MOST_CARDS - 1])
    said = [(spot.name, spot.flows, spot.outcome, _kinds_said(spot), spot.code) for spot in shown]
    if others := elsewhere[len(shown) :]:
        outcome = min((spot.outcome for spot in others), key=rank)
        said.append((f"{len(others):,} others", sum(spot.flows for spot in others), outcome, "", ""))
    wide = (_WIDTH - _GAP * (MOST_CARDS - 1)) / MOST_CARDS
    return [
        {
            "pick": f"card:{code}",
            "name": name,
            "short": name if len(name) <= 24 else f"{name[:23]}…",
            "says": f"{flow_count(flows)} · {outcome_words(outcome)}",
            "flows": flows,
            "outcome": outcome_words(outcome),
            "said": f"{name}: {flow_count(flows)}, {outcome_words(outcome)}",
            "kinds": kinds,
            "fill": look_of(outcome).ink if outcome else QUIET,
            "x": number * (wide + _GAP),
            "x2": number * (wide + _GAP) + wide,
        }
        for number, (name, flows, outcome, kinds, code) in enumerate(said)
    ]


class Entry(NamedTuple):
    """One entry of a legend: `mark` is line or one of `_POINTS`."""

    mark: str
    words: str
    ink: str
    dash: str = "solid"


def _legend(arcs: Sequence[Arc], spots: Sequence[Spot]) -> list[Entry]:
    seen = {arc.outcome for arc in arcs} | {spot.outcome for spot in spots}
    entries = [Entry("line", o.label, look_of(o).ink, look_of(o).dash) for o in WORST_FIRST if o in seen]
    if None in seen:
        entries.append(Entry("line", NOT_JUDGED, QUIET))
    if arcs:
        entries.append(Entry("start", "where flows start", INK))
    kinds = {kind for spot in spots for kind in spot.kinds}
    entries += [Entry(mark, kind, INK) for kind, mark in _MARKS.items() if kind in kinds]
    return entries


_MARKS = {Kind.HELD: "disc", Kind.REACHED: "ring", Kind.NOT_SAID: "diamond"}


def legend_rows(entries: Iterable[Entry], top: float, width: float = _WIDTH) -> tuple[list[_Row], float]:
    """A legend's entries at their pixels, and where it ends."""
    rows, x, y = [], 0.0, top + _ROW / 2
    for entry in entries:
        wide = 34 + len(entry.words) * _LETTER + 18
        if x and x + wide > width:
            x, y = 0.0, y + _ROW
        rows.append(
            {"mark": entry.mark, "words": str(entry.words), "ink": entry.ink, "dash": entry.dash,
             "x": x, "x2": x + 26, "middle": x + 13, "text": x + 34, "y": y}
        )  # fmt: skip
        x += wide
    return rows, y + _ROW / 2


def pixel(field: str) -> _Spec:
    """A place in pixels, as it stands in a field."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def raw(field: str) -> _Spec:
    """A colour or dash, as it stands in a field."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


_LAYERED = {
    "longitude": {"field": "longitude", "type": "quantitative"},
    "latitude": {"field": "latitude", "type": "quantitative"},
}


def _says(*fields: tuple[str, str]) -> list[_Spec]:
    return [{"field": field, "type": "nominal", "title": title} for field, title in fields]


_SAYS_SPOT = _says(("name", "Country"), ("flows", "Flows"), ("outcome", "Worst outcome"), ("kinds", "What is there"))
_SAID = {"field": "said", "type": "nominal"}
_SAYS_ARC = _says(("from", "From"), ("to", "To"), ("flows", "Flows"), ("outcome", "Outcome"))


def _spec(on_map: Sequence[Spot], elsewhere: Sequence[Spot], arcs: Sequence[Arc], heading: Sequence[str]) -> _Spec:
    starts = sorted({arc.start for arc in arcs})
    top = _MAP_HEIGHT + _GAP
    cards = _cards(elsewhere)
    below: list[_Spec] = []
    if cards:
        below += _card_layers(cards, top)
        top += 18 + _CARD + _GAP
    entries, bottom = legend_rows(_legend(arcs, (*on_map, *elsewhere)), top)
    below += legend_layers(entries)
    layers = (
        *_land_layers(on_map),
        *(_arc_layers() if arcs else ()),
        *_point_layers(on_map, starts),
        {
            "data": {"values": [{"y": _MAP_HEIGHT}]},
            "mark": {"type": "rect", "fill": PAPER, "tooltip": None},
            "encoding": {"x": {"value": 0}, "x2": {"value": "width"}, "y": pixel("y"), "y2": {"value": "height"}},
        },
        *below,
    )
    above = 30 + 15 * (len(heading) - 1) if heading else 0
    spec: _Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": _WIDTH + 2 * _PADDING,
        "height": bottom + 4 + 2 * _PADDING + above,
        "background": PAPER,
        "padding": dict.fromkeys(("left", "right", "top", "bottom"), _PADDING),
        "autosize": {"type": "fit", "contains": "padding"},
        "projection": {
            "type": "equalEarth",
            "rotate": [-_TURN, 0, 0],
            "scale": {"expr": _SCALE_NOW},
            "translate": {"expr": f"[width / 2, {_MAP_HEIGHT / 2} + ({_SCALE_NOW}) * {(_HIGH + _LOW) / 2:.4f}]"},
        },
        "params": [
            {"name": "picked", "select": {"type": "point", "fields": ["pick"], "toggle": False}, "views": ["countries"]}
        ],
        "layer": [_spoken(layer) for layer in layers],
        "datasets": {"shapes": _shapes(), **({"arcs": _arc_rows(arcs)} if arcs else {})},
        "config": {
            "view": {"stroke": None, "fill": _SEA},
            "text": {"font": "sans-serif", "fontSize": 11.5, "fill": INK},
            "title": {"font": "sans-serif", "subtitleFont": "sans-serif", "anchor": "start"},
        },
    }
    if heading:
        spec["title"] = {"text": heading[0], "subtitle": list(heading[1:]), "subtitleLineHeight": 15, "offset": 10}
    return spec


def _spoken(layer: _Spec) -> _Spec:
    """A layer that screen readers pass over, unless it has words for them."""
    says = "description" in layer["encoding"] and layer["data"].get("values", True)
    return layer if says else {**layer, "mark": {**layer["mark"], "aria": False}}


_SCALE_NOW = f"min(width / {2.02 * _HALF:.4f}, {_MAP_HEIGHT} / {_HIGH - _LOW:.4f})"


def _land_layers(on_map: Sequence[Spot]) -> Iterator[_Spec]:
    rows = _land_rows(on_map)
    yield {
        "name": "countries",
        "data": {"name": "shapes", "format": {"type": "topojson", "feature": "countries"}},
        "transform": [
            {
                "lookup": "id",
                "from": {
                    "data": {"values": rows},
                    "key": "code",
                    "fields": ["pick", "name", "flows", "outcome", "kinds", "fill"],
                },
                "default": "",
            }
        ],
        "mark": {"type": "geoshape", "stroke": _COAST, "strokeWidth": 0.5, "cursor": "pointer"},
        "encoding": {
            "fill": {"condition": {"test": "datum.fill !== ''", **raw("fill")}, "value": _LAND},
            "tooltip": _SAYS_SPOT,
        },
    }
    yield {
        "data": {"values": [row for row in rows if row["small"]]},
        "mark": {"type": "circle", "size": 18, "stroke": QUIET, "strokeWidth": 0.6, "opacity": 1, "cursor": "pointer"},
        "encoding": {**_LAYERED, "fill": raw("fill"), "tooltip": _SAYS_SPOT},
    }


def _arc_layers() -> Iterator[_Spec]:
    line: _Spec = {"type": "geoshape", "filled": False, "strokeCap": "round", "cursor": "pointer"}
    width = {"field": "width", "type": "quantitative", "scale": None, "legend": None}
    yield {
        "data": {"name": "arcs"},
        "mark": {**line, "stroke": PAPER, "strokeOpacity": 0.75},
        "transform": [{"calculate": "datum.width + 2.4", "as": "halo"}],
        "encoding": {"strokeWidth": {**width, "field": "halo"}},
    }
    yield {
        "data": {"name": "arcs"},
        "mark": line,
        "encoding": {
            "stroke": raw("ink"),
            "strokeDash": raw("dashes"),
            "strokeWidth": width,
            "description": _SAID,
            "tooltip": _SAYS_ARC,
        },
    }
    yield {
        "data": {"name": "arcs"},
        "mark": {"type": "point", "filled": True, "shape": "triangle", "opacity": 1, "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            **_LAYERED,
            "fill": raw("ink"),
            "angle": {"field": "angle", "type": "quantitative", "scale": None},
            "size": {"field": "head", "type": "quantitative", "scale": None, "legend": None},
            "tooltip": _SAYS_ARC,
        },
    }
    yield {
        "data": {"name": "arcs"},
        "mark": {**line, "stroke": PAPER, "strokeWidth": 12, "strokeOpacity": 0.001},
        "encoding": {"tooltip": _SAYS_ARC},
    }


_POINTS: Mapping[str, _Spec] = {
    "disc": {"shape": "circle", "size": 70, "filled": True, "stroke": PAPER, "strokeWidth": 1.2},
    "ring": {"shape": "circle", "size": 230, "filled": False, "strokeWidth": 2},
    "diamond": {"shape": "diamond", "size": 90, "filled": False, "fill": PAPER, "strokeWidth": 2},
    "start": {"shape": "square", "size": 60, "filled": True, "stroke": PAPER, "strokeWidth": 1.2},
}


def _inked(mark: str) -> _Spec:
    """The encoding of a mark's ink: filled marks have a paper edge, hollow ones an inked one."""
    return {"fill": raw("ink")} if _POINTS[mark]["filled"] else {"stroke": raw("ink")}


def _point_layers(on_map: Sequence[Spot], starts: Sequence[str]) -> Iterator[_Spec]:
    for kind, mark in reversed(_MARKS.items()):
        yield {
            "data": {"values": _mark_rows(on_map, kind)},
            "mark": {"type": "point", "opacity": 1, "cursor": "pointer", **_POINTS[mark]},
            "encoding": {**_LAYERED, **_inked(mark), "description": _SAID, "tooltip": _SAYS_SPOT},
        }
    yield {
        "data": {"values": [{"longitude": points()[c].longitude, "latitude": points()[c].latitude} for c in starts]},
        "mark": {"type": "point", "opacity": 1, "fill": INK, **_POINTS["start"]},
        "encoding": _LAYERED,
    }
    for side, rows in _labels(on_map, starts).items():
        for edge in ({"stroke": PAPER, "strokeWidth": 3.2, "strokeJoin": "round"}, {}):
            yield {
                "data": {"values": rows},
                "mark": {"type": "text", "baseline": "middle", "tooltip": None, **_SIDES[side], **edge},
                "encoding": {**_LAYERED, "text": {"field": "words", "type": "nominal"}},
            }


def _card_layers(cards: list[_Row], top: float) -> Iterator[_Spec]:
    at = top + 18
    x = {"x": pixel("x")}
    yield {
        "data": {"values": [{"words": "Not one country", "x": 0}]},
        "mark": {"type": "text", "align": "left", "baseline": "top", "fontWeight": 600, "y": top},
        "encoding": {**x, "text": {"field": "words", "type": "nominal"}},
    }
    yield {
        "data": {"values": cards},
        "mark": {
            "type": "rect", "y": at, "y2": at + _CARD, "fill": _SEA, "stroke": FRAME, "cornerRadius": 3,
            "cursor": "pointer",
        },
        "encoding": {**x, "x2": {"field": "x2"}, "description": _SAID, "tooltip": [{**_SAYS_SPOT[0], "title": "Place"}, *_SAYS_SPOT[1:]]},
    }  # fmt: skip
    yield {
        "data": {"values": cards},
        "mark": {"type": "rect", "y": at, "y2": at + _CARD, "width": 5, "align": "left"},
        "encoding": {"x": pixel("x"), "fill": raw("fill")},
    }
    for field, dy, weight in (("short", 14, 600), ("says", 30, 400)):
        yield {
            "data": {"values": cards},
            "mark": {
                "type": "text", "align": "left", "baseline": "middle", "dx": 12, "y": at + dy, "fontWeight": weight,
                "limit": (_WIDTH - _GAP * (MOST_CARDS - 1)) / MOST_CARDS - 18,
            },
            "encoding": {**x, "text": {"field": field, "type": "nominal"}},
        }  # fmt: skip


def legend_layers(entries: list[_Row]) -> Iterator[_Spec]:
    for dash, lengths in _DASHES.items():
        yield {
            "data": {"values": [e for e in entries if e["mark"] == "line" and e["dash"] == dash]},
            "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round", "strokeDash": lengths},
            "encoding": {"x": pixel("x"), "x2": {"field": "x2"}, "y": pixel("y"), "stroke": raw("ink")},
        }
    for mark, look in _POINTS.items():
        yield {
            "data": {"values": [e for e in entries if e["mark"] == mark]},
            "mark": {"type": "point", "opacity": 1, **look},
            "encoding": {"x": pixel("middle"), "y": pixel("y"), **_inked(mark)},
        }
    yield {
        "data": {"values": entries},
        "mark": {"type": "text", "align": "left", "baseline": "middle"},
        "encoding": {"x": pixel("text"), "y": pixel("y"), "text": {"field": "words", "type": "nominal"}},
    }
