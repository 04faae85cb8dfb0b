"""The world map: every country can be seen on it, every leg is on it or counted beside it, and text is only text."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import altair
import pytest
from hypothesis import given, settings

from datamap import places
from datamap.assessment import assess
from datamap.pictures import world
from datamap.pictures.world import Arc, world_map
from datamap.tallies import Kind
from datamap.transfers import Answers, Outcome
from datamap.views import STYLE, View, select
from tests import pictured
from tests.conftest import NZ_COMPANY, ROOT, TODAY, reading

ATLAS = Path(world.__file__).parent / "atlas"


def rows(spec: Any, **having: object) -> list[dict[str, Any]]:
    """Every inline row of a specification that has these fields."""
    found: list[dict[str, Any]] = []
    if isinstance(spec, dict):
        values = spec.get("values")
        found += [row for row in values or () if isinstance(row, dict) and having.items() <= row.items()]
        spec = list(spec.values())
    if isinstance(spec, list):
        found += [row for part in spec for row in rows(part, **having)]
    return found


def drawn(text: str, **sheets: str) -> world.World:
    return world_map(select(assess(reading(organisations=NZ_COMPANY, recipients=text, **sheets), on=TODAY), View()))


@settings(deadline=None)
@given(pictured.VIEWS)
def test_legs_on_the_map_and_those_beside_it_are_all_legs(view: View) -> None:
    selection = pictured.shown(view)
    found = world_map(selection)
    expected = len(pictured.legs(selection))
    assert sum(spot.legs for spot in (*found.countries, *found.elsewhere)) == expected
    with_arcs = sum(arc.legs for arc in (*found.arcs, *found.arcs_left_out))
    beside = sum(spot.legs for spot in found.elsewhere)
    assert with_arcs + found.staying + found.start_unknown + beside == expected
    unplaced = len(selection.flows) - len({leg.flow.id for leg in pictured.legs(selection)})
    assert any(note.startswith(f"{unplaced} flow") for note in found.notes) == (unplaced > 0)


@settings(deadline=None)
@given(pictured.VIEWS)
def test_a_country_has_the_worst_outcome_of_its_legs(view: View) -> None:
    selection = pictured.shown(view)
    worst = {
        country: min(
            (list(Outcome).index(a.outcome) for a in selection.answers if a.leg.country == country), default=None
        )
        for country in {leg.country for leg in pictured.legs(selection)}
    }
    for spot in world_map(selection).countries:
        assert (list(Outcome).index(spot.outcome) if spot.outcome else None) == worst[spot.code], spot


def test_every_country_that_is_known_has_a_shape_that_can_be_seen_or_a_point() -> None:
    known = {*places.countries(), "XK", "AE-DIFC"}
    assert known == set(world.points())
    with (ATLAS / "points.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    shapes = json.loads((ATLAS / "countries.json").read_text("utf-8"))["objects"]["countries"]["geometries"]
    ids = {shape.get("id") or shape["properties"]["name"] for shape in shapes}
    for row in listed:
        assert row["shape"] in ids or row["small"] == "yes", row["code"]
    seen = {row["code"] for row in rows(world_map(pictured.shown()).spec, small=True)}
    assert seen == {row["code"] for row in listed if row["small"] == "yes"}
    for code in ("SG", "HK", "MT", "BH", "MU", "WS", "TO", "CK", "NU", "TK", "TV", "FJ"):
        assert code in seen


def test_every_point_is_inside_the_picture() -> None:
    for code in world.points():
        x, y = world._pixels(code)
        assert 0 < x < world._WIDTH, code
        assert 0 < y < world._MAP_HEIGHT, code


@pytest.mark.parametrize(
    ("code", "east", "north"),
    [("NZ", True, False), ("US", True, True), ("GB", False, True), ("JP", False, True), ("CK", True, False), ("ZA", False, False)],
)  # fmt: skip
def test_the_pacific_is_in_the_middle(code: str, east: bool, north: bool) -> None:
    x, y = world._equal_earth(world.points()[code].longitude, world.points()[code].latitude)
    assert (x > 0) == east
    assert (y > 0) == north


def test_the_projection_is_that_of_its_authors() -> None:
    """The extents of the equal earth map, from the paper: it is 2.05 times as wide as it is high."""
    x, _ = world._equal_earth(world._TURN + 179.999999, 0)
    _, y = world._equal_earth(world._TURN, 90)
    assert x / y == pytest.approx(2.05458, abs=1e-4)


@pytest.mark.parametrize(
    ("start", "end"), [("NZ", "IE"), ("IE", "NZ"), ("NZ", "US"), ("AU", "NZ"), ("US", "GB"), ("NZ", "CK")]
)
def test_an_arc_stays_on_the_map_and_never_jumps(start: str, end: str) -> None:
    way = world._bent(start, end, 0.16)
    for (x0, y0), (x1, y1) in pairwise((world._turned(x), y) for x, y in way):
        assert abs(x1 - x0) < 20, "an arc goes over the edge of the map"
        assert abs(y1 - y0) < 20
    ends = [way[0], way[-1]]
    for (x, y), code in zip(ends, (start, end), strict=True):
        point = world.points()[code]
        assert abs(world._turned(x - point.longitude + world._TURN)) < 2.1
        assert abs(y - point.latitude) < 2.1


def test_arcs_are_one_for_each_outcome_between_two_countries() -> None:
    found = world_map(pictured.shown())
    keys = [(arc.start, arc.end, arc.outcome) for arc in found.arcs]
    assert len(keys) == len(set(keys))
    assert all(arc.start != arc.end for arc in found.arcs)
    starts = {(arc.start, arc.end) for arc in found.arcs}
    assert ("NZ", "US") in starts, "the shop is held in New Zealand"
    assert ("AU", "TK") in starts, "the payroll is held in Australia"
    assert ("TK", "IE") not in starts, "the analyst is in a group of countries"
    assert ("US", "PH") in starts, "the mailer sends on from where it is established"


def test_a_provider_is_sent_to_from_where_the_organisation_is() -> None:
    found = drawn(
        "Recipient | Country\nBig Host | AU",
        systems="System | Locations | Categories | Provider\nShop | AU | Name | Big Host",
    )
    assert [(arc.start, arc.end) for arc in found.arcs] == [("NZ", "AU")]


def test_hosting_and_access_are_told_apart() -> None:
    spots = {spot.code: spot for spot in world_map(pictured.shown()).countries}
    assert set(spots["US"].kinds) == {Kind.HELD}
    assert set(spots["TK"].kinds) == {Kind.NOT_SAID}
    assert set(spots["IN"].kinds) == {Kind.REACHED}
    spec = world_map(pictured.shown()).spec
    assert {row["mark"] for row in rows(spec) if "mark" in row} >= {"disc", "ring", "diamond", "start", "line"}


def test_what_is_not_one_country_has_a_place_of_its_own() -> None:
    found = world_map(pictured.shown())
    names = {spot.name for spot in found.elsewhere}
    assert names == {"EU", "not stated", "EU institutions", "outside New Zealand"}
    cards = [row for row in rows(found.spec) if str(row.get("pick", "")).startswith("card:")]
    assert {card["name"] for card in cards} == names
    assert found.picked("card:") == ("", None)


def test_more_cards_than_there_is_room_for_are_gathered_and_counted() -> None:
    text = "Recipient | Country\n" + "\n".join(
        f"R{n} | outside {name}" for n, name in enumerate(("NZ", "AU", "US", "IE", "DE", "FR"))
    )
    found = drawn(text, systems="System | Categories | Recipients\nShop | Name | R0; R1; R2; R3; R4; R5")
    assert len(found.elsewhere) == 6
    cards = {row["name"]: row for row in rows(found.spec) if str(row.get("pick", "")).startswith("card:")}
    assert len(cards) == world.MOST_CARDS
    assert cards["2 others"]["flows"] == 2
    assert "2 of those that are not one country are gathered on one card." in found.notes


def test_the_least_arcs_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world_map(pictured.shown())
    monkeypatch.setattr(world, "MOST_ARCS", 2)
    found = world_map(pictured.shown())
    assert found.arcs == whole.arcs[:2]
    assert found.arcs_left_out == whole.arcs[2:]
    legs = sum(arc.legs for arc in whole.arcs[2:])
    assert any(note.startswith(f"{legs} places without an arc: only the 2 worst") for note in found.notes)


def test_every_arc_is_wide_enough_to_be_seen_and_more_flows_are_wider() -> None:
    arcs = [Arc("NZ", "US", Outcome.GAP, flows, flows) for flows in (1, 2, 40, 9_000)]
    widths = [row["width"] for row in reversed(world._arc_rows(arcs))]
    assert widths[0] >= 1.5
    assert widths == sorted(set(widths))
    assert widths[-1] <= 8


def test_colour_never_stands_alone() -> None:
    seen = world_map(pictured.shown())
    by_words = {row["words"]: (row["ink"], row["dash"]) for row in rows(seen.spec, mark="line")}
    for outcome in {arc.outcome for arc in seen.arcs} - {None}:
        assert outcome
        assert by_words[outcome.label] == (STYLE[outcome].ink, STYLE[outcome].dash)
    assert all(row["outcome"] for row in seen.spec["datasets"]["arcs"])


def test_a_click_is_understood_or_means_nothing() -> None:
    found = world_map(pictured.shown())
    assert found.picked("country:US") == ("US", None)
    assert found.picked("arc:0") == (found.arcs[0].end, found.arcs[0].outcome)
    for nonsense in ("", "country:XX", "arc:999", "arc:-1", "arc:x", "other:US", "country"):
        assert found.picked(nonsense) is None


@pytest.mark.parametrize("heading", [None, "Flows of Kowhai"])
def test_the_specification_is_sound_vega_lite(heading: str | None) -> None:
    spec = {**world_map(pictured.shown(), title=heading).spec}
    assert spec["datasets"]["shapes"]["type"] == "Topology"
    spec.pop("datasets")
    altair.Chart.from_dict(spec)  # raises where the schema is not met


def test_nothing_is_fetched_and_text_is_only_a_value() -> None:
    hostile = "datum.x'); alert(1) //{expr}"
    found = drawn(
        f"Recipient | Country\n{hostile} | not stated {hostile}",
        systems=f"System | Categories | Recipients\nShop | Name | {hostile}",
    )
    spec = {key: value for key, value in found.spec.items() if key != "datasets"}
    text = json.dumps(spec)
    assert not re.search(r'"(url|href)"', text)
    for expression in re.findall(r'"(?:expr|calculate|test|filter)": "((?:[^"\\]|\\.)*)"', text):
        assert "alert" not in expression
    for field in re.findall(r'"field": "((?:[^"\\]|\\.)*)"', text):
        assert re.fullmatch(r"[a-z0-9]+", field)


def test_a_picture_with_a_title_says_all_by_itself() -> None:
    selection = pictured.shown(View(categories=("Salary",)))
    title = world_map(selection, title="Kowhai").spec["title"]
    assert title["text"] == "Kowhai"
    said = " ".join(title["subtitle"])
    assert "22 November 2026" in said
    assert selection.filter_sentence() in said
    assert selection.hidden_sentence() in said
    assert world.CABLES in said
    assert world.SOURCE in said


def test_an_empty_selection_is_an_empty_map() -> None:
    found = world_map(pictured.shown(View(recipients=("Nobody",))))
    assert (found.countries, found.elsewhere, found.arcs) == ((), (), ())
    altair.Chart.from_dict({key: value for key, value in found.spec.items() if key != "datasets"})


def test_the_same_selection_gives_the_same_bytes() -> None:
    selection = pictured.shown()
    turned = replace(selection, flows=selection.flows[::-1], answers=Answers.holding(selection.answers[::-1]))
    assert json.dumps(world_map(selection).spec) == json.dumps(world_map(pictured.shown()).spec)
    assert world_map(turned).arcs == world_map(selection).arcs


def test_the_source_and_its_licence_stand_beside_the_data_and_go_into_the_package() -> None:
    said = (files("datamap.pictures") / "atlas" / "SOURCES.txt").read_text("utf-8")
    assert "public domain" in said
    assert "ISC licence" in said
    assert hashlib.sha256((ATLAS / "countries.json").read_bytes()).hexdigest() in said
    assert "Natural Earth" in world.SOURCE
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["datamap"]
    assert "exclude" not in wheel


def test_on_dark_ground_only_the_colours_differ() -> None:
    found = world_map(pictured.shown())
    day, night = (json.dumps(spec, sort_keys=True) for spec in (found.spec, found.night))
    assert found.night["datasets"]["shapes"] == found.spec["datasets"]["shapes"]
    hexes = re.compile(r'"#[0-9a-f]{6}"')
    assert hexes.sub("", day) == hexes.sub("", night)
    assert set(hexes.findall(day)).isdisjoint(hexes.findall(night))
