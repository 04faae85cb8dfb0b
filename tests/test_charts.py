"""The world map and the Sankey as files: each says all by itself, is the same each time, asks for nothing, and shows what the diagram shows."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from datamap import places
from datamap.assessment import assess
from datamap.cli import KINDS
from datamap.graph import NodeKind
from datamap.inventory import Place
from datamap.pictures import (
    CHARTS,
    PICTURES,
    Chart,
    PictureFailed,
    charts,
    sankey_chart,
    save,
    to_html,
    to_svg,
    world_chart,
)
from datamap.pictures.engine import Format
from datamap.pictures.folding import Fold
from datamap.pictures.folding import _country as heading_of
from datamap.pictures.sankey import sankey
from datamap.pictures.world import CABLES, world_map
from datamap.places import place_heading, read_places
from datamap.tallies import drawn_sentences, outcome_words
from datamap.transfers import Outcome
from datamap.views import STYLE, UNASSESSED, View, legs_of, select
from tests import pictured
from tests.conftest import NZ_COMPANY, TODAY, reading

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def chart() -> Chart:
    return world_chart(pictured.shown(View(categories=("Salary",))), title="Kowhai <b>& sons</b>")


def words_of(svg: str) -> str:
    """The words that the picture shows, without those for screen readers."""
    root = ET.fromstring(svg)
    return " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))


def test_the_file_says_all_by_itself(chart: Chart) -> None:
    selection = pictured.shown(View(categories=("Salary",)))
    words = words_of(to_svg(chart))
    assert "Kowhai <b>& sons</b>" in words
    assert "22 November 2026" in words
    for sentence in (selection.filter_sentence(), selection.hidden_sentence(), CABLES):
        assert sentence in words
    found = world_map(selection)
    for note in found.notes:
        assert note in words, note
    for entry in {spot.outcome.label for spot in (*found.countries, *found.elsewhere) if spot.outcome}:
        assert entry in words, entry
    assert "Not one country" in words


def test_the_svg_is_clean_and_tells_those_who_do_not_see_it(chart: Chart) -> None:
    svg = to_svg(chart)
    root = ET.fromstring(svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", chart.title)
    assert root.findtext(f"{SVG}title") == chart.title
    assert root.findtext(f"{SVG}desc") == chart.description
    assert {element.tag for element in root.iter()}.isdisjoint({f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"})
    assert all("href" not in name for element in root.iter() for name in element.attrib)
    assert "http" not in svg.replace("http://www.w3.org/", "")
    fonts = {e.get("font-family") for e in root.iter() if e.get("font-family")}
    assert fonts == {"DejaVu Sans,Verdana,Geneva,sans-serif"}


def test_the_page_fetches_nothing_and_shows_the_map(chart: Chart) -> None:
    page = to_html(chart)
    assert "default-src 'none'" in page
    assert "<b>& sons" not in page
    assert page.count("<svg") == 2


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "html"])
@pytest.mark.parametrize("picture", CHARTS)
def test_the_same_chart_gives_the_same_bytes(picture: str, ending: str, tmp_path: Path) -> None:
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    for path in (first, second):
        shown = save(pictured.assessment(), View(flagged_only=True), path, picture=picture)
    assert shown.view.flagged_only
    assert first.read_bytes() == second.read_bytes()


def test_a_pdf_has_vectors_the_shipped_font_and_is_on_one_sheet(tmp_path: Path) -> None:
    save(pictured.assessment(), View(), tmp_path / "map.pdf", picture="map", paper="a4")
    reader = PdfReader(tmp_path / "map.pdf")
    assert len(reader.pages) == 1
    sheet = reader.pages[0]
    assert {round(sheet.mediabox.width), round(sheet.mediabox.height)} == {595, 842}
    assert reader.metadata
    assert "on a map of the world" in str(reader.metadata.title)
    resources: Any = sheet["/Resources"]
    picture = resources["/XObject"]["/Picture"]
    fonts = {str(f.get_object()["/BaseFont"]).partition("+")[2] for f in picture["/Resources"]["/Font"].values()}
    assert fonts == {"DejaVuSans", "DejaVuSans-Bold"}
    images = [x.get_object()["/Subtype"] for x in picture["/Resources"].get("/XObject", {}).values()]
    assert "/Image" not in images
    assert "Flows of personal information" in sheet.extract_text().replace("\n", " ")


def test_no_address_is_ever_asked() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        spec = {
            "layer": [
                {"data": {"url": f"{here}/data.json"}, "mark": "point", "encoding": {}},
                {"data": {"values": [{}]}, "mark": {"type": "image", "url": f"{here}/image.png"}, "encoding": {}},
            ]
        }
        chart = Chart("A map", "", spec)
        for format in get_args(Format):
            try:
                drawn = chart.drawn(format)
            except PictureFailed:
                continue
            assert drawn
        server.shutdown()
    assert asked == []


def test_what_cannot_be_drawn_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PictureFailed, match=r"^The picture could not be drawn \(.+\)\.$"):
        Chart("A map", "", {"mark": "no such mark"}).drawn("svg")
    monkeypatch.setattr(charts, "DRAWING_SECONDS", 0.001)
    with pytest.raises(PictureFailed, match="took longer"):
        world_chart(pictured.shown()).drawn("svg")


@pytest.mark.parametrize("picture", CHARTS)
def test_a_chart_is_not_folded(picture: str, tmp_path: Path) -> None:
    cases: tuple[dict[str, Any], ...] = ({"fold": Fold.COUNTRY}, {"opened": ("somebody",)})
    for given_ in cases:
        with pytest.raises(ValueError, match="Nothing is folded"):
            save(pictured.assessment(), View(), tmp_path / "map.svg", picture=picture, **given_)
    assert not list(tmp_path.iterdir())


def test_the_command_draws_what_the_library_has() -> None:
    assert set(KINDS) == {*PICTURES, *CHARTS}


def test_a_saved_sankey_says_all_by_itself() -> None:
    selection = pictured.shown(View(categories=("Salary", "Name")))
    found = sankey(selection)
    chart = sankey_chart(selection, title="Kowhai <b>& sons</b>")
    svg = to_svg(chart)
    words = words_of(svg)
    assert "Kowhai <b>& sons</b>" in words
    assert "Law of 22 November 2026." in words
    for sentence in (selection.filter_sentence(), *drawn_sentences(selection, found.outside, "in a Sankey")):
        assert "".join(sentence.split()) in "".join(words.split())
    for stop in found.stops:
        assert stop.name in words
    assert {"No safeguard", "Facts missing"} <= {o.label for s in found.stops if (o := s.outcome)}
    for outcome in {stop.outcome for stop in found.stops}:
        label = outcome_words(outcome)
        assert words.count(label) > words.count(f" · {label}"), "the legend"
    said = {element.get("aria-label") for element in ET.fromstring(svg).iter(f"{SVG}path")}
    for band in found.bands:
        ends = f"{found.stops[band.start].name} to {found.stops[band.end].name}"
        assert f"{ends}: {band.flows} flow{'' if band.flows == 1 else 's'}, {outcome_words(band.outcome)}" in said
    assert chart.description.startswith(f"Sankey of {found.drawn} flows through ")
    assert chart.description.endswith(" places.")
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_bands_of_like_colour_differ_by_the_dashes_of_their_edges() -> None:
    drawn = {
        (e.get("fill"), e.get("stroke-dasharray"))
        for e in ET.fromstring(to_svg(sankey_chart(pictured.shown()))).iter(f"{SVG}path")
        if e.get("aria-roledescription") == "area mark"
    }
    worst = {band.outcome for band in sankey(pictured.shown()).bands}
    assert {Outcome.UNDETERMINED, Outcome.GAP} <= worst
    assert len(drawn) == len({(look.ink, look.dash) for o in worst if (look := STYLE[o] if o else UNASSESSED)})


def test_an_empty_sankey_is_saved_and_says_so() -> None:
    words = words_of(to_svg(sankey_chart(pictured.shown(View(recipients=("Nobody",))))))
    assert "0 flows shown." in words
    assert "Nothing that is shown goes to a place." in words


def test_without_a_heading_what_is_not_on_it_is_told_beside_it() -> None:
    selection = pictured.shown()
    bare = world_chart(selection, headed=False)
    assert bare.notes == world_map(selection).notes
    assert "title" not in bare.spec
    assert bare.notes[0] not in words_of(to_svg(bare))


# -- map and diagram: one answer


PLACES = (
    *("Korea", "Georgia", "Congo", "Europe", "Global", "APAC", "somewhere", "Yugoslavia", "not stated", "unknown", ""),
    *("EU", "EEA", "outside New Zealand", "EU institutions", "Kosovo", "DIFC", "South Korea", "NZ", "Micronesia"),
    *("US (storage); Korea (support access)", "EU; IE", "IE; not stated", "Georgia; Global", "outside the EU"),
)
A_PLACE = st.sampled_from(PLACES) | st.lists(
    st.sampled_from([*list(places.countries().values())[::7], "Korea", "EU", "Channel Islands", "cloud", "not stated"]),
    min_size=1,
    max_size=3,
).map("; ".join)


@settings(deadline=None, max_examples=60)
@given(A_PLACE)
def test_the_map_and_the_diagram_put_a_recipient_under_the_same_places(words: str) -> None:
    assessment = assess(
        reading(
            organisations=NZ_COMPANY,
            systems="System | Categories | Recipients\nShop | Name | Somebody",
            recipients=f"Recipient | Locations\nSomebody | {words}",
        ),
        on=TODAY,
    )
    selection = select(assessment, View())
    found = world_map(selection)
    ends = {spot.name for spot in (*found.countries, *found.elsewhere)}
    node = next(n for n in assessment.map.nodes if n.kind is NodeKind.RECIPIENT)
    reached = [flow for flow in assessment.map.flows if flow.destination == node and legs_of(assessment).get(flow.id)]
    said = heading_of(assessment, node, reached)
    stated = ends - {"not stated"}
    if not stated:
        assert (ends, said) == ({"not stated"}, "Country not stated")
    elif len(stated) > 3:
        assert said.startswith(f"{len(stated)} countries")
    else:
        assert Counter(said.split(", ")) == Counter(", ".join([*stated, *(ends - stated)]).split(", "))


def test_words_that_name_no_country_are_no_country() -> None:
    for words in ("Korea", "Georgia", "Global", "somewhere"):
        (place,) = read_places(words).places
        assert place_heading(place) == "not stated", words
    assert place_heading(None) == "not stated"
    assert place_heading(Place("KR", text="Korea")) == "South Korea"
    (group,) = read_places("EU").places
    assert place_heading(group) == "EU"
