"""Word and PDF say the same, all of it can be read, what is left out is counted, and user text is only text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

import datamap
from datamap import pictures, reports
from datamap.assessment import Assessment, assess
from datamap.cli import main
from datamap.hypothesis import suppose
from datamap.pictures import engine
from datamap.pictures.pages import SMALLEST_TEXT
from datamap.pictures.world import world_map
from datamap.reports import Report, content, paper, pdf, report, report_bytes
from datamap.reports.blocks import Heading, Items, Note, Paragraph, Picture, Table, Text, strong, text, words_of
from datamap.views import View, select
from tests import pictured
from tests.conftest import ROOT, TODAY, reading

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

HOSTILE = "<b>Āwhina & Co</b> {TOC \\o} =SUM(1) ]]> %d \u202e\x07 漢字 שלום"


@cache
def hostile() -> Assessment:
    return assess(
        reading(
            organisations="Organisation | Country | Regimes\nTe Whānau <w:p/> | NZ | nz",
            systems=f"System | Locations | Categories | Retention\n{HOSTILE} | NZ | Name | \nShop | Narnia | Name | 2 years",
            recipients="Recipient | Country | Role | Own purposes\n"
            + HOSTILE.replace("Co", "Sons")
            + " | US | controller | yes",
            flows="Flow | From | To | Categories | Ground\n"
            + f'F1 | {HOSTILE} | {HOSTILE.replace("Co", "Sons")} | Name | HYPERLINK "http://x"',
        ),
        on=TODAY,
    )


def inventories() -> dict[str, Assessment]:
    return {"kinds of place": pictured.assessment(), "hostile": hostile()}


@cache
def written(name: str, ending: str) -> bytes:
    return report_bytes(inventories()[name], ending)


def texts(said: Report) -> Iterator[Text]:
    """Every text of a report, in its order; of pictures the heading and the caption."""
    for section in (None, *said.sections):
        if section:
            yield text(section.title)
        for block in section.blocks if section else said.opening:
            match block:
                case Heading() | Paragraph() | Note():
                    yield block.words
                case Items():
                    yield from block.points
                case Table():
                    yield from (text(c.heading) for c in block.columns if not block.by_row)
                    yield from (cell for row in block.rows for cell in row)
                case Picture():
                    yield block.heading
                    yield text(block.caption)


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", words))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def document(data: bytes) -> ET.Element:
    return ET.fromstring(parts(data)["word/document.xml"])


def word_words(data: bytes) -> str:
    return squeezed("".join(e.text or "" for e in document(data).iter(f"{W}t")))


def pdf_words(data: bytes) -> str:
    """The words of the pages as the structure reads them: without running heads and feet."""
    root = PdfReader(BytesIO(data)).root_object
    pages = {
        page.indirect_reference.idnum: marked(page)
        for page in PdfReader(BytesIO(data)).pages
        if page.indirect_reference
    }
    found: list[str] = []

    def walk(element: Any) -> None:
        for kid in element["/K"] if isinstance(element["/K"], list) else [element["/K"]]:
            kid = kid.get_object()
            if kid.get("/Type") == "/MCR":
                found.append(pages[kid.raw_get("/Pg").idnum].get(int(kid["/MCID"]), ""))
            else:
                walk(kid)

    walk(root["/StructTreeRoot"])
    return squeezed("".join(found))


def marked(page: PageObject) -> dict[int, str]:
    """The text of each marked piece of a page, by its number."""
    found: dict[int, str] = {}
    contents = page.get_contents()
    assert contents is not None
    fonts = {name: Decoder(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}  # type: ignore[index]
    font: Decoder | None = None
    number: int | None = None
    for operands, operator in contents.operations:
        if operator in (b"BDC", b"BMC"):
            said = operands[1] if len(operands) > 1 else {}
            number = int(said["/MCID"]) if "/MCID" in said else None
        elif operator == b"EMC":
            number = None
        elif operator == b"Tf":
            font = fonts[operands[0]]
        elif operator == b"Tj" and number is not None and font:
            found[number] = found.get(number, "") + font.read(operands[0])
    return found


class Decoder:
    """What the codes of a font stand for, by its ToUnicode table."""

    def __init__(self, font: Any) -> None:
        table = font["/ToUnicode"].get_object().get_data().decode("latin-1")
        self.letters: dict[int, str] = {}
        for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
            for first, last, to in re.findall(r"<(\w+)>\s*<(\w+)>\s*(\[.*?\]|<\w+>)", block, re.S):
                codes = range(int(first, 16), int(last, 16) + 1)
                listed = re.findall(r"<(\w+)>", to)
                for n, code in enumerate(codes):
                    hexed = listed[n] if to.startswith("[") else f"{int(listed[0], 16) + n:04x}"
                    self.letters[code] = bytes.fromhex(hexed).decode("utf-16-be")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
            for code, to in re.findall(r"<(\w+)>\s*<(\w+)>", block):
                self.letters[int(code, 16)] = bytes.fromhex(to).decode("utf-16-be")

    def read(self, said: Any) -> str:
        data = said.original_bytes if hasattr(said, "original_bytes") else bytes(said)
        return "".join(self.letters.get(code, "?") for code in data)


# -- both say the same


@pytest.mark.parametrize("name", list(inventories()))
def test_word_and_pdf_say_all_of_the_report(name: str) -> None:
    said = report(inventories()[name])
    word, pages = word_words(written(name, ".docx")), pdf_words(written(name, ".pdf"))
    for each in texts(said):
        assert squeezed(words_of(each)) in word, words_of(each)
        shown = squeezed("".join(pdf._settable(run.text, run.strong) for run in each))
        assert shown in pages, words_of(each)


@pytest.mark.parametrize("ending", list(reports.ENDINGS))
def test_the_same_input_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.reports.test_reports import inventories, report_bytes;"
        "Path(sys.argv[1]).write_bytes(report_bytes(inventories()['hostile'], sys.argv[2]))"
    )
    other = tmp_path / "other"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", script, other, ending], cwd=ROOT, env=environment, check=True)
    assert other.read_bytes() == written("hostile", ending)


def test_another_ending_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\.docx, \.pdf, not as “\.odt”"):
        report_bytes(hostile(), ".odt")


# -- what it says


def test_every_flagged_answer_is_told_or_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = pictured.assessment()
    flagged = sum(a.outcome.flagged for a in assessment.answers)
    every = words(report(assessment), "Findings")
    assert f"{flagged} answers ask for attention." in every
    assert "Further findings" not in every
    for answer in assessment.answers:
        if answer.outcome.flagged:
            assert squeezed(answer.reason) in squeezed(every)
    monkeypatch.setattr(content, "MOST_FINDINGS", 1)
    bounded = report(assessment)
    few = words(bounded, "Findings")
    numbers = re.search(
        r"of which (\d+) in the findings above and (\d+) only", words(bounded, "What was read and what is shown")
    )
    assert numbers
    assert int(numbers[1]) + int(numbers[2]) == flagged
    assert f"of {numbers[2]} answers, are in the register, on its sheet Flagged." in few


def test_more_findings_than_there_is_room_for_are_joined_across_recipients(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"Bureau {n:02}" for n in range(30)]
    assessment = assess(
        reading(
            organisations="Organisation | Country | Regimes\nKowhai Limited | NZ | nz",
            systems="System | Locations | Categories | Retention\nShop | NZ | Name | 2 years",
            recipients="Recipient | Country | Role | Own purposes\n" + "\n".join(f"{n} | US | controller | yes" for n in names),
            flows="Flow | From | To | Categories\n" + "\n".join(f"F{n} | Shop | {name} | Name" for n, name in enumerate(names)),
        ),
        on=TODAY,
    )  # fmt: skip
    monkeypatch.setattr(content, "MOST_FINDINGS", 5)
    said = words(report(assessment), "Findings")
    assert "Shop → Bureau 00 and 29 others (New Zealand)" in said
    assert all(name in said for name in names)
    assert "Further findings" not in said


def words(said: Report, title: str) -> str:
    section = next(s for s in said.sections if s.title == title)
    return "\n".join(words_of(t) for t in texts(replace(said, opening=(), sections=(section,))))


def test_what_filters_hide_is_counted_and_not_told() -> None:
    assessment = pictured.assessment()
    selection = select(assessment, View(focus="Payroll"))
    said = report(assessment, selection)
    opening = "\n".join(words_of(t) for t in texts(replace(said, sections=())))
    assert selection.hidden_sentence() in opening
    assert "Around: Payroll." in opening
    assert selection.hidden_sentence() in words(said, "What was read and what is shown")
    assert "Surveyor" not in words(said, "Findings") + words(said, "Questions to ask")
    assert "Surveyor" in words(report(assessment), "Findings")


def test_rows_in_are_rows_out_and_reasons() -> None:
    assessment = assess(
        reading(
            organisations="Organisation | Country | Regimes\nKowhai Limited | NZ | nz",
            systems="System | Locations | Owner\nShop | NZ | Ana\n | AU | Ben",
        ),
        on=TODAY,
    )
    assert assessment.rows_left_out == 1
    said = words(report(assessment), "What was read and what is shown")
    assert "Why rows were left out:" in said
    assert "Systems!A3: The row has no name in System" in said


def test_the_law_relied_on_is_all_of_it_with_its_marks() -> None:
    assessment = pictured.assessment()
    said = words(report(assessment), "Appendix: law relied on")
    for answer in assessment.answers:
        for step in answer.trace:
            assert step.citation in said
    assert "checked " in said
    assert "to be verified" in said


def test_a_hypothesis_says_so_first() -> None:
    recorded = pictured.assessment()
    supposed = suppose(recorded, ["drop:Shop>Surveyor"])
    said = report(supposed)
    first = said.opening[0]
    assert isinstance(first, Note)
    assert words_of(first.words).startswith("Hypothetical. This is not what the record shows")
    assert supposed.hypothetical[0] in words_of(next(iter(b.points[0] for b in said.opening if isinstance(b, Items))))


def test_a_map_with_nothing_to_judge_has_a_report() -> None:
    assessment = assess(
        reading(
            organisations="Organisation | Country | Regimes\nKowhai Limited | NZ | nz",
            systems="System | Locations | Retention\nShop | NZ | 2 years",
        ),
        on=TODAY,
    )
    assert len(PdfReader(BytesIO(report_bytes(assessment, ".pdf"))).pages) >= 4
    assert "No transfer that is shown asks for attention." in words(report(assessment), "Findings")


def test_a_picture_that_cannot_be_laid_out_is_said_and_the_rest_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise pictures.PictureFailed("The picture is too large.")

    monkeypatch.setattr("datamap.reports.blocks.drawn", fails)
    said = report(hostile())
    assert "The picture is too large." in words(said, "Pictures")
    assert "Findings" in pdf_words(pdf.pdf_bytes(said))


def test_the_map_stands_first_on_one_page_with_what_is_not_on_it() -> None:
    said = report(example())
    (section,) = (s for s in said.sections if s.title == "Pictures")
    first = section.blocks[0]
    assert isinstance(first, Picture)
    assert words_of(first.heading) == "Where it goes"
    notes = world_map(select(example(), View())).notes
    assert notes
    assert all(note in first.caption for note in notes)
    assert len(pdf.set_of(first).parts) == 1
    assert first.drawing.smallest * pdf.set_of(first).scale >= 6
    assert pdf.size(first) == pytest.approx(
        tuple(float(ET.fromstring(first.svg).attrib[s]) for s in ("width", "height"))
    )
    assert squeezed(notes[0]) in squeezed(pdf_words(report_bytes(example(), ".pdf")))


def test_a_selection_that_goes_nowhere_has_no_map() -> None:
    inside = select(example(), View(recipients=("Nobody at all",)))
    (section,) = (s for s in report(example(), inside).sections if s.title == "Pictures")
    assert not [b for b in section.blocks if isinstance(b, Picture)]


def test_a_cell_that_is_too_long_is_cut_and_counted() -> None:
    assert words_of(text("ab " * 1_000)).endswith("… [1,500 more characters]")
    assert words_of(text("a" * 1_500)) == "a" * 1_500


# -- user text is only text


def test_user_text_is_no_markup_and_no_field() -> None:
    data = written("hostile", ".docx")
    codes = [e.text or "" for e in document(data).iter(f"{W}instrText")]
    assert codes[0] == ' TOC \\o "1-2" \\h \\z \\u '
    assert all(re.fullmatch(r" PAGEREF _Toc\d{9} \\h ", code) for code in codes[1:])
    assert squeezed("<b>Āwhina & Co</b> {TOC \\o} =SUM(1) ]]> %d") in word_words(data)
    for name, part in parts(data).items():
        if name.endswith((".xml", ".rels", ".svg")):
            ET.fromstring(part)
            assert not re.search("[\u202e\x07]", part.decode())
    targets = [e.get("Target", "") for e in ET.fromstring(parts(data)["word/_rels/document.xml.rels"])]
    assert not any("http" in target for target in targets)


def test_what_the_font_lacks_is_counted_and_macrons_are_kept() -> None:
    pages = pdf_words(written("hostile", ".pdf"))
    assert "TeWhānau<w:p/>" in pages
    assert "Āwhina" in pages
    found = re.search(r"(\d+)charactersoftherecordareshownas□", pages)
    assert found
    assert int(found[1]) > 6
    assert "漢字" in word_words(written("hostile", ".docx"))
    assert "charactersoftherecord" not in pdf_words(written("kinds of place", ".pdf"))


# -- the Word file


def test_the_word_file_holds_together() -> None:
    data = written("kinds of place", ".docx")
    found = parts(data)
    types = ET.fromstring(found["[Content_Types].xml"])
    named = {e.get("PartName", "").lstrip("/") for e in types} - {""}
    assert named <= set(found)
    related = {e.get("Id"): e.get("Target", "") for e in ET.fromstring(found["word/_rels/document.xml.rels"])}
    root = document(data)
    used = {value for e in root.iter() for key, value in e.attrib.items() if key.startswith(R)}
    assert used <= set(related)
    assert all(f"word/{related[id]}" in found for id in used)
    styles = {e.get(f"{W}styleId") for e in ET.fromstring(found["word/styles.xml"]).iter(f"{W}style")}
    assert {e.get(f"{W}val") for e in root.iter(f"{W}pStyle")} <= styles
    assert {e.get(f"{W}val") for e in root.iter(f"{W}tblStyle")} <= styles
    bookmarks = [e.get(f"{W}name") for e in root.iter(f"{W}bookmarkStart")]
    assert len(set(bookmarks)) == len(bookmarks) == len(pdf.contents(report(pictured.assessment())))
    assert {e.get(f"{W}anchor") for e in root.iter(f"{W}hyperlink")} == set(bookmarks)
    core = found["docProps/core.xml"].decode()
    assert f"{TODAY.isoformat()}T00:00:00Z" in core
    assert "Kowhai Limited" in core


_ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore numPr pBdr shd tabs spacing ind outlineLvl sectPr",
    "rPr": "rFonts b color sz szCs lang",
    "tblPr": "tblStyle tblW tblBorders tblLayout tblCellMar tblLook tblCaption",
    "trPr": "cantSplit tblHeader",
    "tcPr": "tcW shd",
    "sectPr": "headerReference footerReference type pgSz pgMar titlePg",
    "style": "name basedOn next qFormat pPr rPr tblPr",
}


def test_the_word_file_keeps_the_order_of_the_schema() -> None:
    found = parts(written("kinds of place", ".docx"))
    for name in ("word/document.xml", "word/styles.xml", "word/numbering.xml"):
        for element in ET.fromstring(found[name]).iter():
            if order := _ORDER.get(element.tag.removeprefix(W)):
                places = [order.split().index(child.tag.removeprefix(W)) for child in element]
                assert places == sorted(places), (name, element.tag)


def test_the_word_file_can_be_read_without_seeing_it() -> None:
    data = written("kinds of place", ".docx")
    root = document(data)
    drawings = [e for e in root.iter() if e.tag.endswith("}docPr")]
    assert drawings
    assert all("Flows of personal information" in e.get("descr", "") for e in drawings)
    for table in root.iter(f"{W}tbl"):
        caption = table.find(f"{W}tblPr/{W}tblCaption")
        assert caption is not None
        assert caption.get(f"{W}val")
        look = table.find(f"{W}tblPr/{W}tblLook")
        assert look is not None
        heads = table.findall(f"{W}tr/{W}trPr/{W}tblHeader")
        assert len(heads) == (1 if look.get(f"{W}firstRow") == "1" else 0)
    language = next(ET.fromstring(parts(data)["word/styles.xml"]).iter(f"{W}lang"))
    assert language.get(f"{W}val") == "en-NZ"
    levels = [int(style[-1]) for e in root.iter(f"{W}pStyle") if (style := e.get(f"{W}val", "")).startswith("Heading")]
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))


def test_pictures_in_word_are_vectors_that_word_can_draw() -> None:
    found = parts(written("kinds of place", ".docx"))
    drawn = [name for name in found if name.endswith(".svg")]
    assert drawn
    for name in drawn:
        assert b"paint-order" not in found[name]
        assert b"<!DOCTYPE" not in found[name]
        assert found[name.replace(".svg", ".png")].startswith(b"\x89PNG")


# -- the PDF


def test_the_pdf_is_tagged_and_names_its_parts() -> None:
    reader = PdfReader(BytesIO(written("kinds of place", ".pdf")))
    root: Any = reader.root_object
    assert root["/Lang"] == "en-NZ"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Where personal information goes: Kowhai Limited"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == TODAY
    tags: list[tuple[str, Any]] = []

    def walk(element: Any) -> None:
        if "/S" in element:
            tags.append((element["/S"], element))
        for kid in element["/K"] if isinstance(element["/K"], list) else [element["/K"]]:
            if isinstance(kid := kid.get_object(), dict) and "/K" in kid:
                walk(kid)

    walk(root["/StructTreeRoot"])
    kinds = {tag for tag, _ in tags}
    assert {
        "/Document",
        "/H1",
        "/H2",
        "/H3",
        "/P",
        "/L",
        "/LI",
        "/Table",
        "/TR",
        "/TH",
        "/TD",
        "/Figure",
        "/TOC",
    } <= kinds
    assert all(e["/Alt"] for tag, e in tags if tag == "/Figure")
    assert all(e["/A"]["/Scope"] in ("/Row", "/Column") for tag, e in tags if tag == "/TH")
    for page in reader.pages:
        for font in fonts(page["/Resources"]):
            described = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            assert any(f"/FontFile{n}" in described["/FontDescriptor"] for n in ("", "2", "3"))


def fonts(resources: Any) -> Iterator[Any]:
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for form in resources.get("/XObject", {}).values():
        if "/Resources" in form.get_object():
            yield from fonts(form.get_object()["/Resources"])


def test_contents_bookmarks_and_pages_agree() -> None:
    said = report(pictured.assessment())
    reader = PdfReader(BytesIO(written("kinds of place", ".pdf")))
    found: list[tuple[str, int]] = []

    def walk(outline: Iterable[Any]) -> None:
        for entry in outline:
            if isinstance(entry, list):
                walk(entry)
            else:
                found.append((entry.title, reader.get_destination_page_number(entry) or 0))

    walk(reader.outline)
    entries = pdf.contents(said)
    assert [(e.words, e.page - 1) for e in entries] == found
    for entry in entries:
        page = "".join(marked(reader.pages[entry.page - 1]).values())
        assert squeezed(entry.words) in squeezed(page)


def text_sizes(page: PageObject) -> list[float]:
    """The size on the sheet of every text of a page, pictures within it included, in points."""
    contents = page.get_contents()
    assert contents is not None
    return sizes_in(contents.operations, page["/Resources"], 1.0, page.pdf)


def sizes_in(operations: Iterable[Any], resources: Any, scale: float, reader: Any) -> list[float]:
    """The sizes of the texts of some operators, drawn at a scale: font, text matrix and what stands around them."""
    sizes, kept, font, matrix = [], [scale], 0.0, 1.0
    for operands, operator in operations:
        match operator:
            case b"q":
                kept.append(kept[-1])
            case b"Q":
                kept.pop()
            case b"cm":
                kept[-1] *= abs(float(operands[3]))
            case b"BT":
                matrix = 1.0
            case b"Tf":
                font = float(operands[1])
            case b"Tm":
                matrix = abs(float(operands[3]))
            case b"Tj" | b"TJ" | b"'":
                sizes.append(font * matrix * kept[-1])
            case b"Do":
                form = resources["/XObject"][operands[0]].get_object()
                if form["/Subtype"] == "/Form":
                    inside = ContentStream(form, reader).operations
                    found = sizes_in(inside, form.get("/Resources", resources).get_object(), kept[-1], reader)
                    assert found
                    sizes += found
    return sizes


@cache
def example() -> Assessment:
    """A map whose picture goes on over several sheets."""
    return assess(datamap.read(ROOT / "inventories" / "focus-technology.xlsx"), on=TODAY)


def test_no_word_is_smaller_than_six_points() -> None:
    pages = PdfReader(BytesIO(report_bytes(example(), ".pdf"))).pages
    assert min(min(text_sizes(page), default=6.0) for page in pages) >= 5.99
    drawn: list[Any] = [page["/Resources"] for page in pages]
    assert sum("/XObject" in resources for resources in drawn) > 2
    styles = parts(written("kinds of place", ".docx"))["word/styles.xml"].decode()
    sizes = dict(re.findall(r'w:styleId="(\w+)">(?:(?!</w:style>).)*?<w:sz w:val="(\d+)"', styles))
    assert sizes.pop("Tiny")
    assert min(map(int, sizes.values())) >= 12


def test_word_and_pdf_cut_a_picture_alike() -> None:
    for section in report(example()).sections:
        for block in section.blocks:
            if isinstance(block, Picture):
                root = ET.fromstring(block.svg)
                drawn = [float(root.attrib[side].removesuffix("pt")) for side in ("width", "height")]
                assert pdf.size(block) == pytest.approx(drawn, abs=2)


def test_nothing_stands_outside_the_margins() -> None:
    for page in PdfReader(BytesIO(written("kinds of place", ".pdf"))).pages:
        width = float(page.mediabox.width)
        contents = page.get_contents()
        assert contents is not None
        for operands, operator in contents.operations:
            if operator == b"Tm" or operator == b"Td":
                assert all(0 <= float(at) <= width * 1.5 for at in operands[-2:])
            if operator == b"W" or operator == b"re":
                numbers = [float(n) for n in operands]
                assert not numbers or numbers[0] + numbers[2] <= width - paper.EDGE + 1


# -- setting and cutting


@settings(max_examples=60, deadline=None)
@given(st.floats(60, 5_000), st.floats(60, 5_000))
def test_a_cut_shows_all_of_a_picture_at_a_size_that_can_be_read(width: float, height: float) -> None:
    found = paper.cut(width, height)
    assert found.scale * engine.SMALL >= SMALLEST_TEXT - 1e-9
    wide, high = paper.room(found.turned, paper.EDGE)
    covered = set()
    for part in found.parts:
        assert part.left >= 0
        assert part.top >= 0
        assert part.width * found.scale <= wide + 1e-6
        heads = 0 if part.top else paper.HEADS
        assert part.height * found.scale <= high - heads - paper.CAPTION + 1e-6
        covered |= {(x, y) for x in range(21) for y in range(21) if _holds(part, x * width / 20, y * height / 20)}
    assert len(covered) == 21 * 21
    assert [bool(found.says(n)) for n in range(len(found.parts))] == [len(found.parts) > 1] * len(found.parts)


def _holds(part: paper.Part, x: float, y: float) -> bool:
    across = part.left - 1e-6 <= x <= part.left + part.width + 1e-6
    return across and part.top - 1e-6 <= y <= part.top + part.height + 1e-6


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.booleans()), max_size=4), st.floats(30, 400))
def test_lines_hold_every_letter_and_are_no_wider_than_asked(runs: list[tuple[str, bool]], width: float) -> None:
    said = text(*(strong(words) if bold else words for words, bold in runs))
    found = pdf._wrapped(said, pdf._CELL, width)
    shown = "".join(piece.words for line in found for piece in line)
    assert squeezed(shown) == squeezed("".join(pdf._settable(run.text, run.strong) for run in said))
    for line in found:
        used = sum(pdf._wide(piece.words, piece.font, pdf._CELL.size) for piece in pdf._trimmed(line))
        assert used <= width + 0.01 or (len(line) == 1 and len(line[0].words) == 1)


# -- the command and the page


@pytest.mark.parametrize("ending", list(reports.ENDINGS))
def test_the_command_writes_what_its_filters_show(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"report{ending}"
    source = str(ROOT / "inventories" / "lead-management.xlsx")
    asked = ["report", source, "--as-of", "2026-11-22", "--country", "not stated", "-o", str(target)]
    assert main(asked) == 0
    assert "Countries: not stated." in capsys.readouterr().err
    assessment = assess(datamap.read(source), on=TODAY)
    assert target.read_bytes() == report_bytes(assessment, ending, select(assessment, View(countries=("",))))


def test_the_command_refuses_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(ROOT / "inventories" / "lead-management.xlsx")
    for more, says in (
        (["-o", str(tmp_path / "a.doc")], "its name must end in .docx or .pdf."),
        (["-o", str(tmp_path / "a.pdf"), "--focus", "Live chatt"], "did you mean 'Live chat'?"),
    ):
        assert main(["report", source, *more]) == 2
        assert says in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_chapter_is_never_left_without_its_picture() -> None:
    for name in inventories():
        for section in report(inventories()[name]).sections:
            assert not (section.short and isinstance(section.blocks[0], Picture))
