"""The Sankey: every flow that goes to a place is drawn or gathered, what is gathered is counted, and text is only text."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap.assessment import assess
from datamap.pictures import bands
from datamap.pictures import sankey as module
from datamap.pictures.sankey import Column, Sankey, sankey
from datamap.transfers import Outcome
from datamap.views import NIGHT, View, select
from tests import pictured
from tests.conftest import NZ_COMPANY, TODAY, reading


@settings(deadline=None)
@given(pictured.VIEWS)
def test_drawn_flows_and_those_without_a_place_are_all_flows(view: View) -> None:
    selection = pictured.shown(view)
    found = sankey(selection)
    placed = {leg.flow.id for leg in pictured.legs(selection)}
    assert found.drawn == len(placed)
    assert sum(found.outside.values()) == len(selection.flows) - len(placed)
    assert all(found.outside.values())


@settings(deadline=None)
@given(pictured.VIEWS)
def test_every_leg_ends_in_a_place_with_its_worst_outcome(view: View) -> None:
    selection = pictured.shown(view)
    found = sankey(selection)
    ends = {stop.key: stop for stop in found.stops if stop.column is Column.COUNTRY and stop.key}
    for country in {leg.country for leg in pictured.legs(selection) if leg.country}:
        flows = {leg.flow.id for leg in pictured.legs(selection) if leg.country == country}
        outcomes = [a.outcome for a in selection.answers if a.leg.country == country]
        assert ends[country].flows == len(flows)
        assert ends[country].outcome == min(outcomes, key=list(Outcome).index, default=None)


def test_bands_lead_from_left_to_right_through_the_columns() -> None:
    found = sankey(pictured.shown())
    for band in found.bands:
        assert found.stops[band.start].column < found.stops[band.end].column
    names = {(found.stops[b.start].name, found.stops[b.end].name): b.flows for b in found.bands}
    assert names["Name", "Shop"] == 2, "to the mailer and to the surveyor"
    assert names["Shop", "Mailer"] == 1
    assert names["Mailer", "United States"] == 3
    assert names["Mailer", "Helper"] == 1
    assert names["Surveyor", "not stated"] == 1
    assert names["Friend", "Analyst"] == 1
    assert names["not stated", "Payroll"] == 1 if ("not stated", "Payroll") in names else ("Salary", "Payroll") in names


def test_smaller_ones_are_gathered_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sankey(pictured.shown())
    recipients = [stop for stop in whole.stops if stop.column is Column.RECIPIENT]
    monkeypatch.setattr(module, "READABLE", dict.fromkeys(Column, 3))
    found = sankey(pictured.shown())
    kept = [stop for stop in found.stops if stop.column is Column.RECIPIENT]
    assert len(kept) == 3
    assert kept[-1].gathered == len(recipients) - 2
    assert kept[-1].name == f"{len(recipients) - 2} other recipients"
    assert any(
        note.startswith(f"{len(recipients) - 2} smaller recipients, with {kept[-1].flows} flows")
        for note in found.notes
    )
    assert found.drawn == whole.drawn
    rest = {stop.name for stop in recipients} - {stop.name for stop in kept}
    assert kept[-1].flows == len({leg.flow.id for leg in pictured.legs(pictured.shown()) if _receives(leg.flow, rest)})
    assert min(stop.flows for stop in kept[:-1]) >= max(s.flows for s in recipients if s.name in rest)


def _receives(flow: object, names: set[str]) -> bool:
    from datamap.graph import MappedFlow, Movement

    assert isinstance(flow, MappedFlow)
    end = flow.origin if flow.movement is Movement.ONWARD else flow.destination
    return end.name in names


def test_the_option_says_each_box_and_band_in_words() -> None:
    found = sankey(pictured.shown())
    (series,) = found.option["series"]
    assert len(series["data"]) == len(found.stops)
    assert len(series["links"]) == len(found.bands)
    for stop, node in zip(found.stops, series["data"], strict=True):
        assert stop.name in node["tooltip"]["formatter"]
        assert (stop.outcome.label if stop.outcome else "Not assessed") in node["label"]["formatter"]
    for band, link in zip(found.bands, series["links"], strict=True):
        assert link["value"] == band.flows
        assert (link["source"], link["target"]) == (f"stop-{band.start}", f"stop-{band.end}")


def hostile(text: str) -> Sankey:
    sheets = {
        "systems": f"System | Categories | Recipients\nShop | Name | {text}",
        "recipients": f"Recipient | Country\n{text} | US",
    }
    return sankey(select(assess(reading(organisations=NZ_COMPANY, **sheets), on=TODAY), View()))


def test_text_is_neither_html_nor_a_template() -> None:
    found = hostile("<img src=x onerror=alert(1)> {b} {c}")
    assert found.option["tooltip"]["renderMode"] == "richText"
    text = json.dumps(found.option, ensure_ascii=False)
    assert "{b}" not in text
    assert "{c}" not in text
    assert '"formatter": "<img' in text, "it is shown as it is"


def test_a_recipient_that_sends_back_makes_no_circle() -> None:
    flows = "Flow | From | To | Categories\nF1 | Shop | A | Name\nF2 | A | B | Name\nF3 | B | A | Name"
    sheets = {
        "systems": "System | Categories\nShop | Name",
        "recipients": "Recipient | Country\nA | US\nB | AU",
        "flows": flows,
    }
    found = sankey(select(assess(reading(organisations=NZ_COMPANY, **sheets), on=TODAY), View()))
    assert found.drawn == 3
    assert all(found.stops[band.start].column < found.stops[band.end].column for band in found.bands)


def test_an_empty_selection_is_empty() -> None:
    found = sankey(pictured.shown(View(recipients=("Nobody",))))
    assert (found.stops, found.bands, found.drawn) == ((), (), 0)
    assert found.description == "Sankey, empty."


def test_a_label_ends_before_the_next_column_at_every_width() -> None:
    found = sankey(pictured.shown())
    (series,) = found.option["series"]
    columns = len({node["depth"] for node in series["data"]})
    assert columns == 5
    widths = [rule["query"]["minWidth"] for rule in found.option["media"]]
    assert widths == sorted(widths), "the last one that fits is used"
    assert widths[0] == module.NARROWEST
    for rule in found.option["media"]:
        (room,) = rule["option"]["series"]
        between = (rule["query"]["minWidth"] - series["left"] - room["right"] - series["nodeWidth"]) / (columns - 1)
        assert 100 < room["label"]["width"] < between - series["nodeWidth"] - 5
        assert room["label"]["width"] < room["right"] - 5
    assert series["label"]["overflow"] == "truncate"
    assert series["nodeGap"] > 2 * series["label"]["lineHeight"]


def test_on_dark_ground_only_the_colours_differ() -> None:
    found = sankey(pictured.shown())
    assert found.night != found.option
    day, night = (json.dumps(option, sort_keys=True) for option in (found.option, found.night))
    for light, dark in NIGHT.items():
        assert light not in night
        day = day.replace(f'"{light}"', f'"{dark}"')
    assert day == night


# -- where it stands in a file


@settings(deadline=None)
@given(pictured.VIEWS, st.sampled_from((20.0, 43.0)))
def test_boxes_of_a_file_keep_apart_and_inside_and_bands_fill_them(view: View, gap: float) -> None:
    found = sankey(pictured.shown(view))
    at = bands.placed(found.stops, found.bands, gap)
    for column in Column:
        here_boxes = [box for stop, box in zip(found.stops, at.boxes, strict=True) if stop.column is column]
        edges = sorted((box.top, box.top + box.high) for box in here_boxes)
        assert all(after - before >= gap - 1e-6 for (_, before), (after, _) in pairwise(edges))
        assert all(top >= -1e-6 and bottom <= at.height + 1e-6 for top, bottom in edges)
    for ends, side in ((at.leaves, "start"), (at.reaches, "end")):
        for number, box in enumerate(at.boxes):
            here = sorted(
                (end.top, end.top + end.high)
                for end, band in zip(ends, found.bands, strict=True)
                if getattr(band, side) == number
            )
            assert all(after == pytest.approx(before) for (_, before), (after, _) in pairwise(here))
            if here:
                assert here[0][0] == pytest.approx(box.top)
                assert here[-1][1] <= box.top + box.high + 1e-6


def test_bands_that_need_not_cross_do_not() -> None:
    rows = "\n".join(f"Shop {n} | Category {n} | Recipient {(n * 7) % 10}" for n in range(10))
    sheets = {
        "systems": f"System | Categories | Recipients\n{rows}",
        "recipients": "Recipient | Country\n" + "\n".join(f"Recipient {n} | NZ" for n in range(10)),
    }
    found = sankey(select(assess(reading(organisations=NZ_COMPANY, **sheets), on=TODAY), View()))
    at = bands.placed(found.stops, found.bands, 20)
    for one in found.bands:
        for other in found.bands:
            if found.stops[one.start].column is found.stops[other.start].column:
                before = at.boxes[one.start].top - at.boxes[other.start].top
                assert before * (at.boxes[one.end].top - at.boxes[other.end].top) >= 0
