"""One selection is drawn; what is drawn says what is hidden; user text is shown, never obeyed."""

from __future__ import annotations

import math
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import RectangleObject
from streamlit.testing.v1 import AppTest

from datamap import law, pictures, views
from datamap.assessment import Assessment
from datamap.graph import DataMap
from datamap.inventory import Fact, Flow, Inventory, Organisation, Place, Recipient, System
from datamap.pictures import (
    OPENED_AT_ONCE,
    PICTURES,
    READABLE_LINES,
    Diagram,
    Fold,
    Paper,
    PictureFailed,
    country_diagram,
    engine,
    flow_diagram,
    pages,
    render,
    save,
    to_html,
    to_pdf,
    to_svg,
)
from datamap.pictures.flows import NIGHT
from datamap.transfers import WORST_FIRST, Answer, Answers, Outcome
from datamap.views import STYLE, Selection, View, select

Row = tuple[str, str, str, str, str, str]  # name, origin, destination, categories, country, outcome


def places(text: str) -> Fact[tuple[Place, ...]]:
    found = tuple(Place(country=c) for c in text.split())
    return Fact.of(found) if found else Fact()


def names(text: str) -> Fact[tuple[str, ...]]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    return Fact.of(found) if found else Fact()


def assessed(
    *rows: Row,
    systems: tuple[str, ...] = ("CRM", "Website"),
    recipients: tuple[str, ...] = ("Mailer", "Partner"),
    people: str = "Customers",
    implied: Mapping[str, str] | None = None,
) -> Assessment:
    """An assessment of typed flows; each leg has the outcome its row names, in the order of its countries."""
    flows = tuple(
        Flow(
            name=name,
            origin=Fact.of(origin),
            destination=Fact.of(destination),
            categories=names(categories),
            individuals=names(people),
            locations=places(country),
            implied_by=(implied or {}).get(name),
        )
        for name, origin, destination, categories, country, _ in rows
    )
    inventory = Inventory(
        organisations=(Organisation(name="Kauri Limited", country=places("NZ")),),
        systems=tuple(System(name=s) for s in systems),
        recipients=tuple(Recipient(name=r) for r in recipients),
        flows=flows,
    )
    drawn = DataMap(inventory)
    outcomes = {row[0]: iter([Outcome(o) for o in row[5].split()]) for row in rows}
    answers = tuple(
        Answer(leg, "nz", outcome, None, "", "", (), (), None, "nz/test", (), "high", False, lambda: ())
        for leg in drawn.legs
        if leg.flow.id in outcomes and (outcome := next(outcomes[leg.flow.id], None))
    )
    return Assessment(
        on=date(2026, 11, 22),
        law=law.load(),
        inventory=inventory,
        map=drawn,
        answers=Answers.holding(answers),
        flags=(),
        problems=(),
        inputs=(),
    )


SMALL: tuple[Row, ...] = (
    ("F1", "Customers", "CRM", "Name, Email", "", ""),
    ("F2", "CRM", "Mailer", "Email", "US", "gap"),
    ("F3", "CRM", "Mailer", "Name, Phone", "US SG", "permitted incomplete"),
    ("F4", "Mailer", "CRM", "Clicks", "", ""),
    ("F5", "Website", "Partner", "Email", "", "undetermined"),
    ("F6", "Mailer", "Partner", "Email", "", "safeguarded"),
)


@pytest.fixture(scope="module")
def small() -> Assessment:
    return assessed(*SMALL)


def shown(assessment: Assessment, view: View) -> list[str]:
    return [flow.id for flow in select(assessment, view).flows]


# -- what is selected


@pytest.mark.parametrize(
    ("view", "flows", "hidden"),
    [
        (View(), ["F1", "F2", "F3", "F4", "F5", "F6"], {}),
        (View(categories=("email",)), ["F1", "F2", "F5", "F6"], {"category": 2}),
        (View(countries=("SG",)), ["F3"], {"country": 5}),
        (View(countries=("",)), ["F5", "F6"], {"country": 4}),
        (View(outcomes=(Outcome.INCOMPLETE,)), ["F3"], {"outcome": 5}),
        (View(outcomes=(Outcome.PERMITTED,)), [], {"outcome": 6}),
        (View(flagged_only=True), ["F2", "F3", "F5"], {"flagged": 3}),
        (View(regimes=("au",), flagged_only=True), [], {"flagged": 6}),
        (View(focus="website"), ["F5"], {"focus": 5}),
        (View(focus="CRM"), ["F1", "F2", "F3", "F4", "F6"], {"focus": 1}),
        (View(focus="Nobody"), [], {"focus": 6}),
        (
            View(focus="crm", categories=("Email",), flagged_only=True),
            ["F2"],
            {"focus": 1, "category": 2, "flagged": 2},
        ),
    ],
)
def test_a_flow_is_shown_when_it_passes_every_filter(
    small: Assessment, view: View, flows: list[str], hidden: dict[str, int]
) -> None:
    selection = select(small, view)
    assert [f.id for f in selection.flows] == flows
    assert selection.hidden == hidden
    assert len(selection.flows) + sum(selection.hidden.values()) == len(small.map.flows)
    assert {a.leg.flow.id for a in selection.answers} <= set(flows)


def test_a_place_in_a_group_of_countries_is_in_each_that_it_may_be() -> None:
    assessment = assessed(("F1", "CRM", "Mailer", "Email", "", "undetermined"))
    group = Place(within=frozenset({"DE", "FR"}), text="DE or FR")
    inventory = Inventory(
        systems=assessment.inventory.systems,
        recipients=(Recipient(name="Mailer", locations=Fact.of((group,))),),
        flows=assessment.inventory.flows,
    )
    drawn = Assessment(
        assessment.on, assessment.law, inventory, DataMap(inventory), Answers.holding(()), (), problems=(), inputs=()
    )  # fmt: skip
    assert shown(drawn, View(countries=("DE",))) == ["F1"]
    assert shown(drawn, View(countries=("",))) == ["F1"]
    assert shown(drawn, View(countries=("US",))) == []


def test_the_hidden_are_counted_in_words(small: Assessment) -> None:
    assert select(small, View()).hidden_sentence() == "Nothing hidden."
    view = View(focus="crm", categories=("Email",), flagged_only=True, regimes=("nz",))
    selection = select(small, view)
    assert selection.hidden_sentence() == "5 flows hidden: 1 by focus, 2 by category, 2 not flagged."
    assert selection.filter_sentence() == "Around: crm. Categories: Email. Regimes: New Zealand. Flagged only."
    assert select(small, View(focus="CRM")).hidden_sentence() == "1 flow hidden: 1 by focus."


def test_every_outcome_has_a_look_of_its_own_that_can_be_read() -> None:
    assert set(STYLE) == set(WORST_FIRST)
    assert len({(s.ink, s.dash, s.width) for s in STYLE.values()}) == len(STYLE)

    def light(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for style in STYLE.values():
        for paper in ("#ffffff", style.fill):
            assert (light(paper) + 0.05) / (light(style.ink) + 0.05) >= 4.5


def test_a_picture_on_dark_ground_has_colours_that_can_be_read_and_told_apart() -> None:
    drawn = [flow_diagram(select(many(3, 4), View()), fold=fold) for fold in (None, Fold.OUTCOME, Fold.CATEGORY)]
    used = {colour for diagram in drawn for colour in re.findall(r'"(#[0-9a-f]{6})"', to_svg(diagram))}
    assert used
    assert used <= set(NIGHT)
    assert {colour for style in STYLE.values() for colour in (style.ink, style.fill)} <= set(views.NIGHT)

    def light(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(ink: str, ground: str) -> float:
        return (light(NIGHT[ink]) + 0.05) / (light(NIGHT[ground]) + 0.05)

    grounds = ["#ffffff", "#f4f5f7", "#e8eff7", "#f1ecf7"]
    assert all(contrast(ink, ground) >= 4.5 for ink in ("#22262b", "#565d66") for ground in grounds)
    assert all(contrast(style.ink, ground) >= 4.5 for style in STYLE.values() for ground in ("#ffffff", style.fill))

    def seen(colour: str, eyes: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
        red_green_blue = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
        return tuple(
            max(0.0, sum(m * c for m, c in zip(row, red_green_blue, strict=True))) ** (1 / 2.2) for row in eyes
        )

    inks = sorted({style.ink for style in STYLE.values()})
    for eyes in EYES:
        for ink, other in combinations(inks, 2):
            apart = [math.dist(seen(of[ink], eyes), seen(of[other], eyes)) for of in ({i: i for i in inks}, NIGHT)]
            assert apart[1] >= min(0.13, apart[0]), (ink, other)


EYES = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
)
"""How colours are seen, as factors of linear red, green and blue: by most people, with protanopia and with deuteranopia
(Machado, Oliveira and Fernandes 2009)."""


# -- what is drawn


def test_the_text_of_a_small_diagram() -> None:
    diagram = flow_diagram(select(assessed(*SMALL[:3]), View(flagged_only=True)), title="A & B")
    edges = [line.strip() for line in diagram.source.splitlines() if "->" in line and "gate" not in line]
    ink, other = STYLE[Outcome.GAP].ink, STYLE[Outcome.INCOMPLETE].ink
    assert edges == [
        rf'node4 -> node2 [label="No safeguard\nEmail\n" class=pick color="{ink}" fontcolor="{ink}" '
        'id="flow-2" penwidth=2.0 style=solid weight=3]',
        rf'node4 -> node2 [label="Evidence incomplete\n2 categories\n" class=pick color="{other}" '
        f'fontcolor="{other}" id="flow-3" penwidth=1.6 style=dashed weight=3]',
    ]
    assert r'label="A &amp; B\l"' in diagram.source
    assert r"As at 22 November 2026. Flagged only.\l2 flows shown. 1 flow hidden: 1 not flagged.\l" in diagram.source
    assert r'label="Kauri Limited, New Zealand\l"' in diagram.source
    assert r'label="Singapore, United States\l"' in diagram.source
    assert ">CRM</FONT><BR/>" in diagram.source
    assert ">system, 2 of 3 flows</FONT>" in diagram.source
    assert "Website" not in diagram.source
    legend = diagram.source[diagram.source.index("cluster_legend") :]
    assert re.findall(r'label="?([^"\\]+)', legend) == ["Lines", "Evidence incomplete", "No safeguard"]
    assert diagram.flows == {"flow-2": ("F2",), "flow-3": ("F3",)}
    assert diagram.ends == {"flow-2": ("node-4", "node-2"), "flow-3": ("node-4", "node-2")}
    assert [n.name for n in diagram.nodes["node-2"]] == ["Mailer"]
    assert diagram.texts["flow-3"] == (
        "F3: CRM → Mailer. Evidence incomplete. Categories: Name, Phone. "
        "United States, nz: Permitted; Singapore, nz: Evidence incomplete."
    )


def test_parallel_and_opposite_flows_stay_separate(small: Assessment) -> None:
    diagram = flow_diagram(select(small, View()))
    crm, mailer = (next(i for i, n in diagram.nodes.items() if n[0].name == name) for name in ("CRM", "Mailer"))
    assert [i for i, ends in diagram.ends.items() if ends == (crm, mailer)] == ["flow-2", "flow-3"]
    assert [i for i, ends in diagram.ends.items() if ends == (mailer, crm)] == ["flow-4"]
    assert sum(f'id="flow-{n}"' in diagram.source for n in range(1, 7)) == 6


def test_flows_nobody_judges_have_no_outcome_words_and_implied_flows_say_so() -> None:
    assessment = assessed(*SMALL[:2], implied={"F2": "Systems, column Recipients"})
    diagram = flow_diagram(select(assessment, View()))
    assert r'label="2 categories\n"' in diagram.source
    assert r'label="No safeguard\nEmail, implied\n"' in diagram.source
    assert diagram.texts["flow-2"].endswith("Implied by Systems, column Recipients.")
    unjudged = flow_diagram(select(assessment, View(regimes=("au",))))
    assert r'label="Not assessed\nEmail, implied\n"' in unjudged.source


def test_systems_without_flows_are_drawn_only_when_nothing_is_filtered(small: Assessment) -> None:
    assessment = assessed(*SMALL[:2])
    assert "Website" in flow_diagram(select(assessment, View())).source
    assert "Website" not in flow_diagram(select(assessment, View(categories=("Email",)))).source
    empty = flow_diagram(select(small, View(focus="Nobody")))
    assert "Nothing to show" in empty.source
    assert "6 flows hidden: 6 by focus." in empty.source


def test_the_same_selection_gives_the_same_bytes(small: Assessment) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_pictures as t\n"
        "s = t.select(t.assessed(*t.SMALL), t.View()); sys.stdout.buffer.write(t.flow_diagram(s).source.encode())"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONHASHSEED": seed, "PATH": ""}
        )
        assert done.stdout.decode() == flow_diagram(select(small, View())).source


# -- folding


def many(systems: int, recipients: int, outcomes: str = "gap") -> Assessment:
    rows = tuple(
        (f"F{s}-{r}", f"S{s}", f"R{r}", "Email", ("US", "AU", "")[r % 3], outcomes)
        for s in range(systems)
        for r in range(recipients)
    )
    return assessed(
        *rows,
        systems=tuple(f"S{s}" for s in range(systems)),
        recipients=tuple(f"R{r}" for r in range(recipients)),
    )


def drawn_flows(diagram: Diagram) -> list[str]:
    return sorted({flow for flows in diagram.flows.values() for flow in flows})


def part_named(diagram: Diagram, name: str) -> str:
    (found,) = [i for i, nodes in diagram.nodes.items() if diagram.names.get(i, nodes[0].name) == name]
    return found


def test_parallel_flows_are_bundled_above_the_readable_size() -> None:
    rows = [(f"F{n}", "CRM", "Mailer", "Email", "US", "gap" if n % 3 else "blocked") for n in range(160)]
    diagram = flow_diagram(select(assessed(*rows), View()))
    assert sorted(map(len, diagram.flows.values())) == [54, 106]
    assert r'label="No safeguard ×106\nEmail' in diagram.source
    assert "Folded into 2 lines by itself, to stay readable" in diagram.description
    assert diagram.by_itself
    assert diagram.readable
    at_the_limit = flow_diagram(select(assessed(*rows[:READABLE_LINES]), View()))
    assert len(at_the_limit.flows) == READABLE_LINES
    assert not at_the_limit.folded
    assert not at_the_limit.by_itself


@pytest.mark.parametrize(
    ("systems", "recipients", "says"),
    [(20, 9, "recipients are shown by country"), (80, 3, "systems are shown by organisation")],
)
def test_boxes_are_folded_when_bundling_is_not_enough(systems: int, recipients: int, says: str) -> None:
    assessment = many(systems, recipients)
    diagram = flow_diagram(select(assessment, View()))
    assert len(diagram.flows) <= READABLE_LINES
    assert says in diagram.description
    assert drawn_flows(diagram) == sorted(f.id for f in assessment.map.flows)


@pytest.mark.parametrize("fold", [None, *Fold])
@pytest.mark.parametrize("size", [(2, 3), (30, 40)])
def test_every_fold_draws_every_flow_in_a_picture_that_can_be_read(fold: Fold | None, size: tuple[int, int]) -> None:
    assessment = many(*size)
    diagram = flow_diagram(select(assessment, View()), fold=fold)
    assert drawn_flows(diagram) == sorted(f.id for f in assessment.map.flows)
    assert diagram.readable
    assert {end for ends in diagram.ends.values() for end in ends} <= set(diagram.nodes)
    assert set(diagram.opens) <= set(diagram.nodes) | set(diagram.flows)
    asked = fold not in (None, Fold.NOTHING)
    assert bool(diagram.folded) is (asked or size == (30, 40))


def test_what_is_folded_is_what_was_asked_for(small: Assessment) -> None:
    def names(fold: Fold) -> set[str]:
        diagram = flow_diagram(select(small, View()), fold=fold)
        assert not diagram.by_itself
        return {diagram.names.get(i, nodes[0].name) for i, nodes in diagram.nodes.items()}

    assert names(Fold.NOTHING) == {"CRM", "Customers", "Mailer", "Partner", "Website"}
    assert names(Fold.RECIPIENT) == {"Individuals", "Kauri Limited, New Zealand", "Mailer", "Partner"}
    assert names(Fold.COUNTRY) == {"CRM", "Customers", "Country not stated", "Singapore, United States", "Website"}
    assert names(Fold.CATEGORY) == {"Clicks", "Email", "Individuals", "Mailer", "Name", "Partner", "Phone"}
    assert names(Fold.OUTCOME) >= {"CRM", "No safeguard", "Evidence incomplete", "Facts missing", "Website"}


def test_a_line_of_several_outcomes_looks_as_the_worst_of_them() -> None:
    assessment = many(40, 80, "gap")
    rows = [(f"X{n}", "S1", "R0", "Email", "US", "permitted") for n in range(5)]
    mixed = assessed(
        *((f.id, f.origin.name, f.destination.name, "Email", "US", "gap") for f in assessment.map.flows), *rows,
        systems=tuple(f"S{n}" for n in range(40)), recipients=tuple(f"R{n}" for n in range(80)),
    )  # fmt: skip
    diagram = flow_diagram(select(mixed, View()), fold=Fold.RECIPIENT)
    assert r'label="No safeguard ×3,200' in diagram.source


def test_a_group_is_opened_a_few_at_a_time_the_worst_first() -> None:
    rows = [(f"F{n}", f"S{n % 4}", f"R{n}", "Email", "US", "gap" if n == 77 else "permitted") for n in range(90)]
    assessment = assessed(*rows, systems=tuple(f"S{n}" for n in range(4)), recipients=tuple(f"R{n}" for n in range(90)))
    selection = select(assessment, View())
    folded = flow_diagram(selection)
    group = folded.opens[part_named(folded, "United States")]
    opened = flow_diagram(selection, opened=[group])
    apart = {nodes[0].name for i, nodes in opened.nodes.items() if i not in opened.names and nodes[0].name[0] == "R"}
    assert len(apart) == OPENED_AT_ONCE
    assert "R77" in apart
    rest = part_named(opened, f"{90 - OPENED_AT_ONCE} more of United States")
    assert opened.opens[rest] == group
    assert drawn_flows(opened) == drawn_flows(folded)
    twice = flow_diagram(selection, opened=[group, group])
    assert part_named(twice, f"{90 - 2 * OPENED_AT_ONCE} more of United States")
    assert flow_diagram(selection, opened=["country: Nowhere", "<b>"]).source == folded.source


def test_a_line_is_unbundled_into_its_flows() -> None:
    rows = [(f"F{n}", "CRM", "Mailer", "Email", "US", "gap" if n % 3 else "blocked") for n in range(90)]
    selection = select(assessed(*rows), View())
    folded = flow_diagram(selection)
    worst = next(i for i, flows in folded.flows.items() if "F0" in flows)
    opened = flow_diagram(selection, opened=[folded.opens[worst]])
    assert sum(len(flows) == 1 for flows in opened.flows.values()) >= 30
    assert drawn_flows(opened) == sorted(f"F{n}" for n in range(90))


def test_what_the_view_is_around_is_never_folded() -> None:
    assessment = many(30, 40)
    for view in (View(focus="R7"), View(towards="R7")):
        diagram = flow_diagram(select(assessment, view), fold=Fold.COUNTRY)
        assert part_named(diagram, "R7") not in diagram.opens


def test_parts_keep_their_ids_when_the_filter_or_the_fold_changes(small: Assessment) -> None:
    ids = [
        part_named(flow_diagram(select(small, view), fold=fold), "Mailer")
        for view in (View(), View(categories=("Email",)))
        for fold in (None, Fold.RECIPIENT, Fold.CATEGORY)
    ]
    assert len(set(ids)) == 1


def test_a_picture_of_something_supposed_says_so(small: Assessment) -> None:
    supposed = replace(small, hypothetical=("The agreement with Mailer ends.",))
    assert "Hypothetical: The agreement with Mailer ends." in flow_diagram(select(supposed, View())).description


def test_the_country_diagram_always_folds_recipients(small: Assessment) -> None:
    diagram = country_diagram(select(small, View()))
    assert "1 recipient" in diagram.source
    assert "Mailer" not in diagram.source
    assert drawn_flows(diagram) == sorted(flow.id for flow in small.map.flows)


# -- user text


HOSTILE = [
    "<b>x</b>",
    "<<table></table>>",
    r"\N \G \l",
    r"a\lb\rc\n",
    'q"uo"te\\',
    "AT&amp;T &lt;",
    "&#65;",
    "a -> b; c [label=d]",
    "{a|b} <port>",
    "Kōwhai ĀĒĪŌŪ 😀 漢字",
    "javascript:alert(1)",
    "// comment",
    "strict",
]


def texts_of(svg: str) -> list[str]:
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_hostile_text_is_shown_as_it_is() -> None:
    rows = [(f"F{n}", text, f"{text} too", "Email", "US", "gap") for n, text in enumerate(HOSTILE)]
    assessment = assessed(*rows, systems=tuple(HOSTILE), recipients=tuple(f"{t} too" for t in HOSTILE))
    diagram = flow_diagram(select(assessment, View()), title='<script>alert("1")</script>')
    svg = to_svg(diagram)
    drawn = texts_of(svg)
    for text in HOSTILE:
        assert text in drawn
        assert f"{text} too" in drawn
    assert '<script>alert("1")</script>' in drawn
    assert "<script" not in svg
    assert "<script>alert" not in to_html(diagram)
    assert "href" not in svg
    assert not re.search(r"\b(URL|href|tooltip|image)=", diagram.source)


def test_text_that_no_picture_can_hold_is_replaced() -> None:
    name = "a\x00b\x07 \ud800 c\ufffe\u202ed"
    assessment = assessed(("F1", name, "Mailer", "Email", "US", "gap"), systems=(name,))
    svg = to_svg(flow_diagram(select(assessment, View())))
    assert "a\ufffdb\ufffd \ufffd c\ufffdd" in texts_of(svg)


def test_a_long_name_is_cut_in_the_box_and_whole_in_its_title() -> None:
    name = ("Very long name " * 40).strip()
    assessment = assessed(("F1", name, "Mailer", "Email", "US", "gap"), systems=(name,))
    diagram = flow_diagram(select(assessment, View()))
    assert max(map(len, texts_of(to_svg(diagram)))) < 100
    assert "…" in diagram.source
    titles = [e.text or "" for e in ET.fromstring(to_svg(diagram)).iter("{http://www.w3.org/2000/svg}title")]
    assert any(t.startswith(f"{name}, system") for t in titles)


# -- the layout engine


@pytest.fixture
def no_system_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("no_system_dot")
def test_the_svg_is_clean_and_its_parts_say_what_they_are(small: Assessment) -> None:
    selection = select(small, View())
    diagram = flow_diagram(selection)
    svg = to_svg(diagram)
    assert svg.startswith("<svg ")
    root = ET.fromstring(svg)
    by_id = {e.get("id"): e for e in root.iter() if e.get("id")}
    assert root.get("role") == "img"
    assert [e.text for e in root][:2] == [diagram.title, diagram.description]
    for flow, (tail, head) in diagram.ends.items():
        assert (by_id[flow].get("data-from"), by_id[flow].get("data-to")) == (tail, head)
        assert "pick" in (by_id[flow].get("class") or "").split()
    for part, text in diagram.texts.items():
        assert by_id[part].findtext("{http://www.w3.org/2000/svg}title") == text
    for unwanted in ("<!DOCTYPE", "<?xml", "<script", "href", "<a ", "<image"):
        assert unwanted not in svg
    assert not re.search(r"https?://(?!www\.w3\.org/)", svg)
    words = " ".join(texts_of(svg))
    assert "As at 22 November 2026." in words
    assert "Nothing hidden." in words


@pytest.mark.usefixtures("no_system_dot")
@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<svg "), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!doctype html>")]
)
def test_a_diagram_is_saved_in_the_format_of_its_suffix(
    small: Assessment, tmp_path: Path, suffix: str, start: bytes
) -> None:
    path = tmp_path / f"flows.{suffix.upper()}"
    selection = save(small, View(flagged_only=True), path)
    assert path.read_bytes().startswith(start)
    assert selection.hidden == {"flagged": 3}


def test_another_suffix_is_refused_before_anything_is_written(small: Assessment, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf or \.html"):
        save(small, View(), tmp_path / "flows.docx")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="svg, png or pdf"):
        render("digraph {}", "gif")  # type: ignore[arg-type]


def test_the_page_fetches_nothing(small: Assessment) -> None:
    page = to_html(flow_diagram(select(small, View())))
    assert "default-src 'none'" in page
    assert not re.search(r"https?://(?!www\.w3\.org/)", page)
    assert not re.search(r"<(link|img|iframe)\b|\bsrc=|@import", page)
    assert page.count("<script>") == 1


def test_a_layout_that_takes_too_long_falls_back_to_a_coarser_one_and_then_gives_up(
    small: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagram = flow_diagram(select(small, View()))
    svg = render(diagram.source, "svg", timeout=0.0001, coarse_source=diagram.coarse_source).decode()
    words = texts_of(svg)
    assert "6 flows shown. Nothing hidden." in words
    assert "Laid out coarsely, to finish in the time allowed." in words
    assert {"flow-1", "flow-6"} <= {e.get("id") for e in ET.fromstring(svg).iter()}
    monkeypatch.setattr(engine, "COARSE_SECONDS", 0.0001)
    with pytest.raises(PictureFailed, match="too large to lay out"):
        render(diagram.source, "svg", timeout=0.0001)


def test_an_engine_that_gives_up_says_so() -> None:
    with pytest.raises(PictureFailed, match="could not be laid out"):
        render("digraph { a -> ", "svg")


def test_a_system_engine_that_does_not_work_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "dot"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert render("digraph { a -> b }", "pdf").startswith(b"%PDF")


def ink(png: bytes) -> tuple[int, int]:
    """Width and number of dark pixels of an 8-bit RGBA or RGB PNG without interlace."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[colour]
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(data), width * size
    before, dark = bytearray(stride), 0
    for y in range(height):
        start = y * (stride + 1)
        row, how = bytearray(raw[start + 1 : start + 1 + stride]), raw[start]
        for x in range(stride):
            left, up = (row[x - size] if x >= size else 0), before[x]
            corner = before[x - size] if x >= size else 0
            near = left + up - corner
            paeth = min((left, up, corner), key=lambda v, near=near: abs(near - v))  # type: ignore[misc]
            row[x] = (row[x] + (0, left, up, (left + up) // 2, paeth)[how]) & 255
        dark += sum(row[x] < 128 for x in range(0, stride, size))
        before = row
    return width, dark


@pytest.mark.usefixtures("no_system_dot")
def test_letters_in_a_png_are_letters_on_a_machine_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MACHINE_FONTS", ())
    monkeypatch.setattr(engine, "_fontconfig", engine._fontconfig.__wrapped__)

    def drawn(text: str) -> tuple[int, int]:
        look = f'label="{text}" shape=plaintext width=0 fontname="{engine.FONT}"'
        return ink(render(f"digraph {{ graph [bgcolor=white pad=0] a [{look}] }}", "png"))

    narrow, wide, plain, macron = drawn("llllllll"), drawn("WWWWWWWW"), drawn("aaaaaaaa"), drawn("āāāāāāāā")
    assert wide[0] > 2 * narrow[0]
    assert 0 < narrow[1] < wide[1]
    assert macron[0] == plain[0]
    assert macron[1] > plain[1]


@pytest.mark.parametrize("picture", sorted(PICTURES))
def test_every_registered_picture_draws_every_flow_of_the_selection(small: Assessment, picture: str) -> None:
    draw: Callable[[Selection], pictures.Diagram] = PICTURES[picture]
    diagram = draw(select(small, View()))
    assert drawn_flows(diagram) == [f"F{n}" for n in range(1, 7)]
    assert to_svg(diagram).startswith("<svg ")


# -- on paper


def text_sizes(page: PageObject) -> list[float]:
    """The size on the sheet of every text of a page, pictures within it included, in points."""
    sizes: list[float] = []
    resources: Any = page["/Resources"]
    forms = {name: found.get_object() for name, found in resources.get("/XObject", {}).items()}

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * tm[3] * cm[3]))

    page.extract_text(visitor_text=visit)
    drawn = page.get_contents()
    scales = re.findall(
        rb"([\d.]+) 0 0 ([\d.]+) \S+ \S+ cm /Picture Do", drawn.get_data() if drawn is not None else b""
    )
    for across, up in scales:
        assert across == up
        data = forms["/Picture"].get_data()
        for matrix in re.findall(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) [-\d.]+ [-\d.]+ Tm", data):
            sizes.append(abs(float(matrix[3])) * float(up))
    return sizes


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("size", [(2, 2), (8, 9)])
def test_no_word_on_paper_is_smaller_than_six_points(paper: Paper, size: tuple[int, int]) -> None:
    diagram = flow_diagram(select(many(*size), View()))
    data = to_pdf(diagram, paper)
    assert data == to_pdf(diagram, paper)
    sheets = PdfReader(BytesIO(data)).pages
    smallest = min(min(text_sizes(page)) for page in sheets)
    assert 5.99 <= smallest <= 9.01
    sheet = {"a4": {595, 842}, "a3": {842, 1191}}[paper]
    assert all({round(page.mediabox.width), round(page.mediabox.height)} == sheet for page in sheets)


def test_a_long_picture_goes_on_over_pages_that_say_where() -> None:
    diagram = flow_diagram(select(many(8, 9), View()))
    sheets = PdfReader(BytesIO(to_pdf(diagram, "a4"))).pages
    assert len(sheets) > 1
    said = [drawn.get_data().decode() for page in sheets if (drawn := page.get_contents()) is not None]
    for number, words in enumerate(said, 1):
        assert f"(Page {number} of {len(sheets)}." in words
    assert "Goes on" in said[0]
    assert "Goes on" not in said[-1]
    one = PdfReader(BytesIO(to_pdf(diagram, "one"))).pages
    assert len(one) == 1
    assert max(one[0].mediabox.width, one[0].mediabox.height) > 842


@pytest.mark.parametrize("paper", ["a4", "one"])
def test_the_blank_border_of_the_engine_is_cut_off(small: Assessment, paper: Paper) -> None:
    diagram = flow_diagram(select(small, View()))
    whole = PdfReader(BytesIO(render(diagram.source, "pdf"))).pages[0].mediabox
    (page,) = PdfReader(BytesIO(to_pdf(diagram, paper))).pages[:1]
    box: Any = page.mediabox
    if paper == "a4":
        resources: Any = page["/Resources"]
        form = resources["/XObject"]["/Picture"].get_object()
        box = RectangleObject([float(n) for n in form["/BBox"]])
        assert [float(n) for n in form["/Matrix"]] == [1, 0, 0, 1, -float(box.left), -float(box.bottom)]
    assert float(box.width) == pytest.approx(float(whole.width) - 72)
    assert float(box.height) == pytest.approx(float(whole.height) - 72)
    assert (float(box.left), float(box.bottom)) == (36, 36)


@pytest.mark.parametrize("smallest", [engine.SMALL, 10.5])
def test_every_part_of_the_picture_is_on_some_page(smallest: float) -> None:
    for width in (100.0, 900.0, 2500.0):
        for height in (100.0, 700.0, 5000.0):
            tiling = pages._tiling(width, height, smallest, 595.28, 841.89)
            for size, room, count in zip((width, height), tiling.inside, (tiling.across, tiling.down), strict=True):
                assert count * (room - pages._OVERLAP) + pages._OVERLAP >= size * tiling.scale - 0.01
            assert tiling.scale >= pages.SMALLEST_TEXT / smallest - 1e-9


# -- on the page


def test_the_viewer_runs_on_a_page_and_nothing_is_picked_at_first() -> None:
    def page() -> None:
        import streamlit as st

        from datamap.ui.components.flow_viewer import flow_viewer

        svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="node-1" class="node pick"/></svg>'
        first = flow_viewer(svg, key="a")
        second = flow_viewer(svg, key="b", picked=["node-1"])
        gone = flow_viewer(svg, key="c", picked=["node-2"])
        st.text(f"{first.part} {second.part} {gone.part}")

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert app.text[0].value == "None node-1 None"
    assert app.run().text[0].value == "None node-1 None"
