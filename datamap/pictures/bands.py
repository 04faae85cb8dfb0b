"""A Sankey as a file shows it: where its boxes and bands stand, and the Vega-Lite specification of that.

On the page ECharts finds the places itself and says a band's words when it is pointed at. A file has to say all by itself:
no name is cut short where it has room, the columns have headings, and a band's edge has the dash of its outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datamap.law.readable import day
from datamap.pictures.engine import plain, wrapped
from datamap.pictures.sankey import Band, Column, Sankey, Stop
from datamap.pictures.world import Entry, flow_count, legend_layers, legend_rows, look_of, pixel, raw
from datamap.tallies import drawn_sentences, outcome_words
from datamap.transfers import WORST_FIRST
from datamap.views import INK, PAPER, QUIET, Selection

_NODE, _BETWEEN, _LAST, _LINE, _LETTER = 12, 216, 214, 13, 6.4
"""In pixels: the width of a box, from one column to the next, the room of the last labels, the height of a line of a label,
and about how wide a letter is."""
_HEAD, _EACH, _LEAST, _PADDING, _ROUNDS, _POINTS = 26, 20, 120, 8, 32, 16
_NAME_LINES = 3
_HEADINGS: Mapping[Column, str] = {
    Column.CATEGORY: "Information categories",
    Column.SYSTEM: "Systems and other senders",
    Column.RECIPIENT: "Recipients",
    Column.ONWARD: "Further recipients",
    Column.COUNTRY: "Places",
}
_READ = (
    "A band is as wide as its flows are many; a flow with several categories or places counts in a band of each. Colours and "
    "dashed edges say the worst outcome."
)
_Row = dict[str, Any]
_Spec = dict[str, Any]


@dataclass
class _Place:
    """Where something stands: its upper edge and its height, in pixels."""

    top: float
    high: float

    @property
    def middle(self) -> float:
        return self.top + self.high / 2


@dataclass(frozen=True)
class Placed:
    """Where the boxes of a Sankey stand, and where each band leaves and reaches them, from above and by their numbers.

    Boxes of one column are at least `gap` pixels apart, and all are inside `height`. Bands at one box lie side by side.
    """

    columns: tuple[Column, ...]
    boxes: tuple[_Place, ...]
    leaves: tuple[_Place, ...]
    reaches: tuple[_Place, ...]
    height: float


def placed(stops: Sequence[Stop], bands: Sequence[Band], gap: float) -> Placed:
    """Boxes as high as their bands are wide together, in the order in which the fewest bands cross that is soon found.

    Each box is drawn towards the middle of those it is joined to, column by column, to and fro, a little less each time.
    """
    columns = tuple(sorted({stop.column for stop in stops}))
    into: dict[int, list[Band]] = defaultdict(list)
    out_of: dict[int, list[Band]] = defaultdict(list)
    for band in bands:
        out_of[band.start].append(band)
        into[band.end].append(band)
    sizes = [max(sum(b.flows for b in into[n]), sum(b.flows for b in out_of[n])) for n in range(len(stops))]
    members = {column: [n for n, stop in enumerate(stops) if stop.column is column] for column in columns}
    tallest = max((len(numbers) for numbers in members.values()), default=0)
    height = max(_LEAST, tallest * (gap + _EACH))
    scale = min(
        ((height - gap * (len(ns) - 1)) / sum(sizes[n] for n in ns) for ns in members.values()),
        default=1.0,
    )
    boxes = [_Place(float(n), size * scale) for n, size in enumerate(sizes)]

    def apart(column: Column) -> None:
        order = sorted(members[column], key=lambda n: (boxes[n].top, n))
        free = 0.0
        for n in order:
            boxes[n].top = max(boxes[n].top, free)
            free = boxes[n].top + boxes[n].high + gap
        end = height
        for n in reversed(order):
            boxes[n].top = min(boxes[n].top, end - boxes[n].high)
            end = boxes[n].top - gap

    def drawn_to(column: Column, joined: Mapping[int, Sequence[Band]], share: float) -> None:
        for n in members[column]:
            if found := joined.get(n):
                ends = [(boxes[b.end if b.start == n else b.start].middle, b.flows) for b in found]
                wanted = sum(middle * flows for middle, flows in ends) / sum(flows for _, flows in ends)
                boxes[n].top += (wanted - boxes[n].middle) * share
        apart(column)

    for column in columns:
        apart(column)
    share = 1.0
    for _ in range(_ROUNDS):
        share *= 0.99
        for column in reversed(columns):
            drawn_to(column, out_of, share)
        for column in columns:
            drawn_to(column, into, share)
    leaves, reaches = [_Place(0.0, b.flows * scale) for b in bands], [_Place(0.0, b.flows * scale) for b in bands]
    numbers = {(band.start, band.end): number for number, band in enumerate(bands)}
    for n, box in enumerate(boxes):
        for joined, ends in ((out_of[n], leaves), (into[n], reaches)):
            top = box.top
            for band in sorted(
                joined, key=lambda b: (boxes[b.end if b.start == n else b.start].middle, b.end, b.start)
            ):
                end = ends[numbers[band.start, band.end]]
                end.top, top = top, top + end.high
    return Placed(columns, tuple(boxes), tuple(leaves), tuple(reaches), height)


def specification(selection: Selection, found: Sankey, title: str | None) -> Mapping[str, Any]:
    """A Sankey as Vega-Lite, with all of its data. With a title it says all by itself: day, filters, and what is hidden."""
    said = [_label(stop) for stop in found.stops]
    gap = _LINE * max(map(len, said), default=2) + 4
    at = placed(found.stops, found.bands, gap)
    across = {column: number * _BETWEEN for number, column in enumerate(at.columns)}
    width = max(across.values(), default=2 * _BETWEEN) + _NODE + _LAST
    top = _HEAD + gap / 2
    seen = {stop.outcome for stop in found.stops} | {band.outcome for band in found.bands}
    entries, bottom = legend_rows(
        [Entry("line", outcome_words(o), look_of(o).ink, look_of(o).dash) for o in (*WORST_FIRST, None) if o in seen],
        top + at.height + gap / 2 + 6,
        width,
    )
    heading = _heading(selection, found, title, int(width / 6.1)) if title else ()
    layers = (
        *_band_layers(_band_rows(found, at, across, top)),
        *_box_layers(_box_rows(found, at, across, top)),
        *_word_layers(_word_rows(found, at, across, top, said), _head_rows(across)),
        *legend_layers(entries),
    )
    spec: _Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": bottom + 4,
        "background": PAPER,
        "padding": dict.fromkeys(("left", "right", "top", "bottom"), _PADDING),
        "layer": [layer for layer in layers if layer["data"]["values"]],
        "config": {
            "view": {"stroke": None},
            "text": {"font": "sans-serif", "fontSize": 11.5, "fill": INK},
            "title": {"font": "sans-serif", "subtitleFont": "sans-serif", "anchor": "start"},
        },
    }
    if heading:
        spec["title"] = {"text": heading[0], "subtitle": list(heading[1:]), "subtitleLineHeight": 15, "offset": 14}
    return spec


def _heading(selection: Selection, found: Sankey, title: str, letters: int) -> tuple[str, ...]:
    on = f"Law of {day(selection.assessment.on)}. {selection.filter_sentence()}"
    said = (
        " ".join((on, *drawn_sentences(selection, found.outside, "in a Sankey"))),
        " ".join((*found.notes, _READ)) if found.stops else "Nothing that is shown goes to a place.",
    )
    return (plain(title), *(line for text in said for line in wrapped(text, letters, 6)))


def _label(stop: Stop) -> list[tuple[str, str]]:
    """The lines beside a box and their colours: its name, then how many flows and their worst outcome."""
    letters = int(((_LAST if stop.column is Column.COUNTRY else _BETWEEN - _NODE) - 18) / _LETTER)
    counted = f"{flow_count(stop.flows)} · {outcome_words(stop.outcome)}"
    return [
        *((words, INK) for words in wrapped(stop.name, letters, _NAME_LINES)),
        *((words, QUIET) for words in wrapped(counted, letters, 2)),
    ]


_DASHES: Mapping[str, Sequence[float]] = {"solid": [1, 0], "dashed": [7, 3.5], "dotted": [1.5, 2.5]}
_SAID = {"field": "said", "type": "nominal"}


def _band_rows(found: Sankey, at: Placed, across: Mapping[Column, float], top: float) -> list[_Row]:
    """The edges of each band at so many places between its two boxes; the narrow ones come last, over the broad."""
    rows: list[_Row] = []
    order = sorted(range(len(found.bands)), key=lambda n: (-found.bands[n].flows, n))
    for place, number in enumerate(order):
        band = found.bands[number]
        start, end = found.stops[band.start], found.stops[band.end]
        left, right = across[start.column] + _NODE, across[end.column]
        leaves, reaches = at.leaves[number].middle, at.reaches[number].middle
        half = max(at.leaves[number].high, 1.0) / 2
        look = look_of(band.outcome)
        said = f"{plain(start.name)} to {plain(end.name)}: {flow_count(band.flows)}, {outcome_words(band.outcome)}"
        for step in range(_POINTS + 1):
            t = step / _POINTS
            x = left + (right - left) * (1.5 * t - 1.5 * t * t + t * t * t)
            y = top + leaves + (reaches - leaves) * (3 - 2 * t) * t * t
            rows.append(
                {"band": f"{place:05}", "x": round(x, 2), "y": round(y - half, 2), "y2": round(y + half, 2),
                 "ink": look.ink, "dash": look.dash, "said": said}
            )  # fmt: skip
    return rows


def _band_layers(rows: list[_Row]) -> Iterator[_Spec]:
    """A layer for each dash, since an area takes none from its data."""
    for dash, lengths in list(_DASHES.items())[::-1]:
        yield {
            "data": {"values": [row for row in rows if row["dash"] == dash]},
            "mark": {"type": "area", "orient": "vertical", "interpolate": "monotone", "fillOpacity": 0.3,
                     "strokeOpacity": 0.75, "strokeWidth": 0.7, "strokeDash": lengths},
            "encoding": {
                "x": pixel("x"), "y": {**pixel("y"), "stack": None}, "y2": {"field": "y2"},
                "fill": raw("ink"), "stroke": raw("ink"),
                "detail": {"field": "band", "type": "nominal"}, "description": _SAID,
            },
        }  # fmt: skip


def _box_rows(found: Sankey, at: Placed, across: Mapping[Column, float], top: float) -> list[_Row]:
    return [
        {
            "x": across[stop.column],
            "x2": across[stop.column] + _NODE,
            "y": round(top + box.top, 2),
            "y2": round(top + box.top + max(box.high, 1.0), 2),
            "ink": look_of(stop.outcome).ink,
            "said": f"{plain(stop.name)}: {flow_count(stop.flows)}, {outcome_words(stop.outcome)}",
        }
        for stop, box in zip(found.stops, at.boxes, strict=True)
    ]


def _box_layers(rows: list[_Row]) -> list[_Spec]:
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "rect"},
            "encoding": {
                "x": pixel("x"), "x2": {"field": "x2"}, "y": pixel("y"), "y2": {"field": "y2"},
                "fill": raw("ink"), "description": _SAID,
            },
        }
    ]  # fmt: skip


def _word_rows(
    found: Sankey, at: Placed, across: Mapping[Column, float], top: float, said: Sequence[Sequence[tuple[str, str]]]
) -> list[_Row]:
    """The lines of each label, beside the middle of its box."""
    rows = []
    for stop, box, lines in zip(found.stops, at.boxes, said, strict=True):
        first = top + box.middle - _LINE * (len(lines) - 1) / 2
        rows += [
            {"words": words, "ink": ink, "x": across[stop.column] + _NODE + 6, "y": round(first + _LINE * n, 2)}
            for n, (words, ink) in enumerate(lines)
        ]
    return rows


def _head_rows(across: Mapping[Column, float]) -> list[_Row]:
    return [{"words": _HEADINGS[column], "ink": INK, "x": x, "y": 8} for column, x in across.items()]


def _word_layers(labels: list[_Row], headings: list[_Row]) -> list[_Spec]:
    text = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "words", "type": "nominal"}}
    mark = {"type": "text", "align": "left", "baseline": "middle", "limit": _BETWEEN - 8, "aria": False}
    halo = {"stroke": PAPER, "strokeWidth": 4.5, "strokeJoin": "round"}
    return [
        {"data": {"values": labels}, "mark": {**mark, **halo}, "encoding": text},
        {"data": {"values": labels}, "mark": mark, "encoding": {**text, "fill": raw("ink")}},
        {"data": {"values": headings}, "mark": {**mark, "fontWeight": 600}, "encoding": text},
    ]
