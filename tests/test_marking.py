"""The analyst's file back, with its problems marked and nothing else changed. Every fixture is made here."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from datamap import sheets
from datamap.problems import Kind, Problem
from datamap.sheets import Book, Cell, ErrorValue, Sheet, Unreadable, column_letters, read_bytes
from datamap.workbook import marking
from datamap.workbook.columns import PROBLEM_HEADINGS, is_problems_sheet
from datamap.workbook.marking import Marked, mark
from datamap.workbook.ooxml import MARK, MARK_UNDER_LIGHT_TEXT

REAL = Path(__file__).parents[2] / "shared" / "real-data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FILE = "list.xlsx"


def problem(
    address: str, sheet: str = "List", *, file: str = FILE, kind: Kind = Kind.NO_PLACE, **parts: Any
) -> Problem:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return Problem(kind, Cell(file, sheet, int(digits), column), **({"column": "Country", "value": "Atlantis"} | parts))


def marked(data: bytes, problems: Iterable[Problem], *, name: str = FILE) -> tuple[bytes, Marked]:
    out = io.BytesIO()
    result = mark(read_bytes(name, data), data, problems, out)
    return out.getvalue(), result


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert len(set(package.namelist())) == len(package.namelist())
        return {name: package.read(name) for name in package.namelist()}


def zipped(contents: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return out.getvalue()


def rows_by_sheet(data: bytes, name: str = FILE) -> dict[str, list[Any]]:
    return {s.name: s.rows for s in read_bytes(name, data).sheets if not is_problems_sheet(s)}


def problems_rows(data: bytes, name: str = FILE) -> list[list[Any]]:
    (sheet,) = [s for s in read_bytes(name, data).sheets if is_problems_sheet(s)]
    return sheet.rows[1:]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def fill(cell: Any) -> str | None:
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


def look(cell: Any) -> list[str]:
    """All of a cell's style but its fill."""
    return [repr(getattr(cell, part)) for part in ("number_format", "font", "border", "protection", "alignment")]


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def busy() -> bytes:
    """A workbook with one of everything that a plain load and save might lose."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "List"
    sheet.append(["System", "Country", "Share", "When"])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF203864")
    for number in range(2, 12):
        sheet.append([f"System {number}", "Atlantis", number / 8, date(2026, 1, number)])
        sheet.cell(number, 3).number_format = "0.00%"
        sheet.cell(number, 2).border = Border(left=Side("thick"))
        sheet.cell(number, 2).protection = Protection(locked=False)
    sheet["C5"].fill = PatternFill("solid", fgColor="FF92D050")
    sheet["E3"] = "=SUM(C2:C11)"
    sheet["B3"].comment = Comment("Ask Moana", "Hemi")
    sheet.merge_cells("A14:C15")
    sheet["A14"] = "merged"
    sheet.add_table(Table(displayName="Systems", ref="A1:D11"))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=11))
    sheet.add_chart(chart, "H2")
    picture = io.BytesIO()
    Picture.new("RGB", (8, 8), "red").save(picture, "png")
    sheet.add_image(Image(picture), "H20")
    choice = DataValidation(type="list", formula1='"NZ,AU"')
    choice.add("B2:B11")
    sheet.add_data_validation(choice)
    rule = CellIsRule(operator="greaterThan", formula=["1"], font=Font(bold=True))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("C2:C11", rule)
    sheet.column_dimensions["A"].width = 40
    sheet.protection.sheet = True
    sheet.print_area = "A1:D11"
    book.defined_names["Everything"] = DefinedName("Everything", attr_text="List!$A$1:$D$11")
    other: Any = book.create_sheet("Bob's list")
    other["A1"] = "x"
    hidden: Any = book.create_sheet("Hidden")
    hidden["A1"], hidden.sheet_state = "y", "hidden"
    book.create_sheet("Blank")
    contents = parts(saved(book))
    contents["customXml/item1.xml"] = b"<mine xmlns='urn:x'/>"
    contents["xl/pivotCache/old.xml"] = b"<kept/>"
    return zipped(contents)


@cache
def busy_book() -> Book:
    return read_bytes(FILE, busy())


TOUCHED = {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}


def test_the_cells_bear_a_colour_and_a_comment_and_the_rest_is_the_same() -> None:
    told = [
        problem("B2", nearest="Austria"),
        problem("C5", kind=Kind.BLANK),
        problem("C5", kind=Kind.NO_DATE, value="=1+1"),
        problem("B1", kind=Kind.HEADING_TWICE),
    ]
    data, result = marked(busy(), told)
    assert result == Marked(cells=3, listed=4, unplaced=0, copied=False, ending=".xlsx")
    before, after = parts(busy()), parts(data)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == TOUCHED | {
        "xl/worksheets/sheet1.xml",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
    }
    assert set(after) - set(before) == {"xl/worksheets/sheet5.xml"}
    assert rows_by_sheet(data) == rows_by_sheet(busy())
    sheet = opened(data)["List"]
    assert fill(sheet["B2"]) == fill(sheet["C5"]) == MARK
    assert fill(sheet["B1"]) == MARK_UNDER_LIGHT_TEXT
    assert sheet["C5"].number_format == "0.00%"
    assert sheet["B2"].border.left.style == "thick"
    assert not sheet["B2"].protection.locked
    assert (
        sheet["B2"].comment.text
        == "datamap:\n'Atlantis' is not a place that datamap knows.\nDid you mean 'Austria'? [P103]"
    )
    assert sheet["B2"].comment.author == "datamap"
    assert sheet["C5"].comment.text.count("[P101]") == sheet["C5"].comment.text.count("[P105]") == 1
    assert sheet["B3"].comment.text == "Ask Moana"


def test_a_notice_stands_on_the_sheet_of_problems_and_marks_no_cell() -> None:
    told = [problem("A1", kind=Kind.SET_ASIDE, wanted="a title"), problem("B2", kind=Kind.HIDDEN), problem("B2")]
    data, result = marked(busy(), told)
    assert (result.cells, result.listed, result.unplaced) == (1, 3, 0)
    assert {row[5] for row in problems_rows(data)} == {"P307", "P309", "P103"}
    sheet = opened(data)["List"]
    assert fill(sheet["A1"]) == fill(opened(busy())["List"]["A1"])
    assert sheet["A1"].comment is None
    assert "[P103]" in sheet["B2"].comment.text
    assert "[P309]" not in sheet["B2"].comment.text
    again, result = marked(data, told[:2])
    assert (result.cells, result.listed) == (0, 2)
    assert opened(again)["List"]["B2"].comment is None


def test_an_authors_comment_stays_above_ours() -> None:
    data, _ = marked(busy(), [problem("B3", value="<b>&\x01")])
    text = opened(data)["List"]["B3"].comment.text
    assert text.startswith("Ask Moana\n\ndatamap:\n")
    assert "<b>&" in text
    assert opened(data)["List"]["B3"].comment.author == "Hemi"


def test_the_sheet_problems_lists_them_in_order_with_links() -> None:
    told = [
        problem("A1", "Hidden"),
        problem("A1", "Bob's list", value="=cmd()|x"),
        problem("B3", value="two\nlines \x00"),
        problem("B2", kind=Kind.BLANK, value=""),
        Problem(Kind.SHEET_UNKNOWN, Cell(FILE, "Gone", 0, 0), value="Gone"),
        problem("B2", file="another.xlsx"),
    ]
    data, result = marked(busy(), told)
    assert (result.cells, result.listed, result.unplaced) == (4, 5, 1)
    rows = problems_rows(data)
    assert [row[:3] for row in rows] == [
        ["List", "B2", "Atlantis"],
        ["List", "B3", "two\nlines ␀"],
        ["Bob's list", "A1", "=cmd()|x"],
        ["Hidden (hidden)", "A1", "Atlantis"],
        ["Gone", None, "Gone"],
    ]
    assert [row[5] for row in rows] == ["P101", "P103", "P103", "P103", "P303"]
    sheet = opened(data)["Problems"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F6"
    assert sheet["C4"].data_type == "s"
    links = {cell.coordinate: cell.hyperlink.location for (cell,) in sheet["B2:B6"] if cell.hyperlink}
    assert links == {"B2": "'List'!B2", "B3": "'List'!B3", "B4": "'Bob''s list'!A1"}
    assert opened(data).sheetnames[-1] == "Problems"


def test_a_merged_cell_is_marked_where_it_shows() -> None:
    data, result = marked(busy(), [problem("B15"), problem("A14")])
    sheet = opened(data)["List"]
    assert result.cells == 1
    assert fill(sheet["A14"]) == MARK
    assert sheet["A14"].comment.text.count("[P103]") == 2
    assert [row[1] for row in problems_rows(data)] == ["A14", "B15"]


def test_a_file_without_problems_says_so() -> None:
    data, result = marked(busy(), [])
    assert result == Marked(0, 0, 0, False, ".xlsx")
    assert problems_rows(data)[0][3] == "Nothing to correct was found."
    assert {n for n in parts(busy()) if parts(busy())[n] != parts(data)[n]} == TOUCHED


@settings(max_examples=12, deadline=None)
@given(st.sets(st.tuples(st.integers(1, 20), st.integers(1, 8)), max_size=12))
def test_every_other_cell_and_part_is_the_same(cells: set[tuple[int, int]]) -> None:
    told = [problem(f"{column_letters(column)}{row}") for row, column in sorted(cells)]
    out = io.BytesIO()
    mark(busy_book(), busy(), told, out)
    data = out.getvalue()
    shown = {(14, 1) if 14 <= row <= 15 and column <= 3 else (row, column) for row, column in cells}
    before, after = opened(busy())["List"], opened(data)["List"]
    for row in range(1, 22):
        for column in range(1, 10):
            old, new = before.cell(row, column), after.cell(row, column)
            assert new.value == old.value
            assert look(new) == look(old)
            if (row, column) in shown:
                assert fill(new) in (MARK, MARK_UNDER_LIGHT_TEXT)
                assert "datamap:" in new.comment.text
            else:
                assert repr(new.fill) == repr(old.fill)
                assert (new.comment and new.comment.text) == (old.comment and old.comment.text)
    old_parts, new_parts = parts(busy()), parts(data)
    may_change = TOUCHED | {"xl/worksheets/sheet1.xml", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"}
    assert all(old_parts[name] == new_parts[name] for name in old_parts if name not in may_change)
    sheet = "xl/worksheets/sheet1.xml"
    assert without_styles_and_blanks(new_parts[sheet]) == without_styles_and_blanks(old_parts[sheet])


def without_styles_and_blanks(xml: bytes) -> bytes:
    xml = re.sub(rb' s="\d+"| spans="[\d:]+"|<dimension [^>]*>', b"", xml)
    return re.sub(rb'<row r="\d+"(?:></row>|\s*/>)', b"", re.sub(rb'<c r="\w+"\s*(?:/>|></c>)', b"", xml))


# ------------------------------------------------------------------------------------------------ again and again


def test_marking_again_brings_the_marks_up_to_date() -> None:
    first, _ = marked(busy(), [problem("B1"), problem("C5"), problem("B3"), problem("B4"), problem("Z40")])
    second, result = marked(first, [problem("B4", value="Mu"), problem("D4")])
    assert (result.cells, result.listed) == (2, 2)
    assert opened(second).sheetnames.count("Problems") == 1
    assert len(opened(second).sheetnames) == len(opened(busy()).sheetnames) + 1
    sheet = opened(second)["List"]
    assert fill(sheet["B1"]) == "FF203864"
    assert fill(sheet["C5"]) == "FF92D050"
    assert fill(sheet["Z40"]) is None
    assert sheet["C5"].comment is sheet["B1"].comment is sheet["Z40"].comment is None
    assert sheet["B3"].comment.text == "Ask Moana"
    assert sheet["B4"].comment.text.count("datamap:") == 1
    assert "Mu" in sheet["B4"].comment.text
    assert [row[1] for row in problems_rows(second)] == ["B4", "D4"]
    shapes = parts(second)["xl/drawings/commentsDrawing1.vml"]
    assert shapes.count(b'ObjectType="Note"') == 3
    third, _ = marked(second, [])
    sheet = opened(third)["List"]
    assert {fill(c) for row in sheet.iter_rows() for c in row} == {None, "FF203864", "FF92D050"}
    assert [c.coordinate for row in sheet.iter_rows() for c in row if c.comment] == ["B3"]


def test_marking_the_same_again_changes_nothing() -> None:
    told = [problem("B2"), problem("B3"), problem("C5")]
    first, _ = marked(busy(), told)
    second, _ = marked(first, told)
    assert {n: c for n, c in parts(second).items() if not n.endswith(".vml")} == {
        n: c for n, c in parts(first).items() if not n.endswith(".vml")
    }


def test_what_a_reader_typed_below_our_comment_stays() -> None:
    first, _ = marked(busy(), [problem("B2")])
    contents = parts(first)
    name = "xl/comments/comment1.xml"
    contents[name] = contents[name].replace(b"[P103]</t>", b"[P103]\nI asked them - Moana</t>")
    second, _ = marked(zipped(contents), [])
    comment = opened(second)["List"]["B2"].comment
    assert comment.text.strip() == "I asked them - Moana"


def test_a_program_that_saves_the_marked_file_in_its_own_way_does_not_confuse_us() -> None:
    first, _ = marked(busy(), [problem("C5"), problem("B4")])
    second, _ = marked(saved(opened(first)), [problem("B4")])
    sheet = opened(second)["List"]
    assert fill(sheet["C5"]) == "FF92D050"
    assert sheet["C5"].comment is None
    assert fill(sheet["B4"]) == MARK
    assert sheet["B4"].comment.text.count("datamap:") == 1
    assert opened(second).sheetnames[-1] == "Problems"


def test_a_cell_of_the_analysts_own_in_our_colour_keeps_it() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "List"
    sheet["A1"], sheet["A1"].fill = "x", PatternFill("solid", fgColor=MARK)
    data, _ = marked(saved(book), [problem("B2")])
    assert fill(opened(data)["List"]["A1"]) == MARK


def test_members_that_are_folders_do_no_harm() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.mkdir("xl")
        for name, content in parts(made("<sheetData/>")).items():
            package.writestr(name, content)
    data, result = marked(out.getvalue(), [problem("A1")])
    assert not result.copied
    assert fill(opened(data)["List"]["A1"]) == MARK


def test_our_sheet_is_no_subject_of_problems() -> None:
    first, _ = marked(busy(), [problem("B2")])
    _, result = marked(first, [problem("A1", "Problems", kind=Kind.SHEET_UNKNOWN), problem("B2")])
    assert result.listed == 1


def test_a_sheet_of_the_analysts_own_called_problems_stays() -> None:
    book = openpyxl.Workbook()
    book.active.title = "problems"  # type: ignore[union-attr]
    book.active["A1"] = "mine"  # type: ignore[index]
    data, _ = marked(saved(book), [problem("A1", "problems")])
    assert opened(data).sheetnames == ["problems", "Problems 2"]
    again, _ = marked(data, [problem("A1", "problems")])
    assert opened(again).sheetnames == ["problems", "Problems 2"]
    assert rows_by_sheet(again)["problems"] == [["mine"]]


# ------------------------------------------------------------------------------------------------ odd packages


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="10"/></font><font><b/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor theme="4" tint="0.5"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="14" fontId="1" fillId="0" borderId="0"/>'
    '<xf numFmtId="9" fontId="0" fillId="2" borderId="0" quotePrefix="1"><protection locked="0"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    '<!-- mine --><extLst><ext uri="{X}"><y xmlns="urn:y"/></ext></extLst></styleSheet>'
)


def made(
    sheet: str,
    *,
    prefix: str = "",
    styles: str | None = None,
    main: str = MAIN,
    office: str = OFFICE,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook of one sheet, written by hand. `sheet` stands between the tags of the worksheet."""
    x = f"{prefix}:" if prefix else ""
    xmlns = f"xmlns:{prefix}" if prefix else "xmlns"
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    contents: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": rels.format(f'<Relationship Id="r1" Type="{office}/officeDocument" Target="/xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<{x}workbook {xmlns}="{main}" xmlns:r="{office}"><{x}sheets>'
        f'<{x}sheet name="List" sheetId="7" r:id="rId1"/></{x}sheets></{x}workbook>',
        "xl/_rels/workbook.xml.rels": rels.format(
            f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            + (f'<Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/>' if styles else "")
        ),
        "xl/worksheets/sheet1.xml": f'<{x}worksheet {xmlns}="{main}">{sheet}</{x}worksheet>',
    }
    if styles:
        contents["xl/styles.xml"] = styles
    return zipped({**contents, **(more or {})})


def sheet_xml(data: bytes) -> str:
    """The sheet, with `*` for every style."""
    return re.sub(r' s="\d+"', ' s="*"', parts(data)["xl/worksheets/sheet1.xml"].decode())


def test_prefixed_elements_get_prefixed_company() -> None:
    source = made("<x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData>", prefix="x")
    data, _ = marked(source, [problem("A1"), problem("C1"), problem("A3")])
    xml = sheet_xml(data)
    assert '<x:c s="*"><x:v>1</x:v></x:c><x:c r="C1" s="*"/></x:row>' in xml
    assert '<x:row r="3"><x:c r="A3" s="*"/></x:row></x:sheetData><x:legacyDrawing' in xml
    assert fill(opened(data)["List"]["C1"]) == MARK
    assert rows_by_sheet(data) == {"List": [[1]]}


def test_cells_and_rows_without_references_keep_their_places() -> None:
    source = made(
        "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c><v>3</v></c><c r='D4'><v>4</v></c>"
        "<c><v>5</v></c></row><row><c t='inlineStr'><is><t xml:space='preserve'> six</t></is></c></row></sheetData>"
    )
    data, _ = marked(source, [problem(a) for a in ("B1", "B2", "C4", "E4", "A5", "B9")])
    assert rows_by_sheet(data) == rows_by_sheet(source) == {"List": [[1, 2], [], [], [3, None, None, 4, 5], [" six"]]}
    xml = sheet_xml(data)
    assert '<row r="2"><c r="B2" s="*"/></row><row r=\'4\'>' in xml
    assert '<c r="C4" s="*"/><c r=\'D4\'><v>4</v></c><c s="*"><v>5</v></c>' in xml
    assert xml.index('r="B9"') > xml.index(" six")


def test_marks_on_cells_without_references_and_on_merged_ones_come_off_again() -> None:
    source = made(
        "<sheetData><row/><row><c><v>1</v></c><c s='2'><v>2</v></c><c s='2'/></row></sheetData>"
        "<mergeCells count='1'><mergeCell ref='B2:C2'/></mergeCells>",
        styles=STYLES,
    )
    first, _ = marked(source, [problem("A2"), problem("C2")])
    assert fill(opened(first)["List"]["B2"]) == MARK
    second, _ = marked(first, [])
    assert "s=" in sheet_xml(second)
    sheet = opened(second)["List"]
    assert (sheet["B2"].fill.fgColor.theme, sheet["A2"].fill.fill_type) == (4, None)
    assert rows_by_sheet(second) == rows_by_sheet(source)


@pytest.mark.parametrize("data", ["<sheetData/>", "<sheetData></sheetData>", "<sheetData><row r='2'/></sheetData>"])
def test_a_sheet_without_cells_can_be_marked(data: str) -> None:
    result, _ = marked(made(f'<dimension ref="A1"/>{data}<pageMargins left="1"/>'), [problem("B2"), problem("A5")])
    sheet = opened(result)["List"]
    assert fill(sheet["B2"]) == fill(sheet["A5"]) == MARK
    assert '<dimension ref="A1:B5"/>' in sheet_xml(result)


def test_a_blank_cell_takes_the_look_of_its_row_or_column() -> None:
    source = made(
        '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/><cols><col min="2" max="3" width="9" style="1"/></cols>'
        '<sheetData><row r="1" spans="1:2" s="2" customFormat="1"><c r="A1"><v>1</v></c></row></sheetData>',
        styles=STYLES,
    )
    data, _ = marked(source, [problem("C1"), problem("C7"), problem("D8")])
    book = opened(data)
    sheet = book["List"]
    assert (sheet["C1"].number_format, sheet["C7"].number_format, sheet["D8"].number_format) == (
        "0%",
        "mm-dd-yy",
        "General",
    )
    assert 'spans="1:3"' in sheet_xml(data)
    assert '<row r="7" hidden="1">' in sheet_xml(data)
    styles = parts(data)["xl/styles.xml"].decode()
    assert '<!-- mine --><extLst><ext uri="{X}"><y xmlns="urn:y"/></ext></extLst>' in styles
    for name, item in (("fonts", "font"), ("fills", "fill"), ("cellXfs", "xf")):
        within = re.search(rf'<{name} count="(\d+)">(.*?)</{name}>', styles)
        assert within is not None
        assert int(within[1]) == len(re.findall(rf"<{item}[ >]", within[2]))
    assert 'quotePrefix="1" applyFill="1"><protection locked="0"/></xf>' in styles
    again, _ = marked(data, [])
    colours = [opened(again)["List"][a].fill.fgColor for a in ("C1", "C7")]
    assert (colours[0].theme, colours[0].tint) == (4, 0.5)
    assert opened(again)["List"]["C7"].fill.fill_type is None


def test_a_style_that_the_file_does_not_have_is_taken_as_the_first() -> None:
    data, _ = marked(
        made('<sheetData><row r="1"><c r="A1" s="99"><v>1</v></c></row></sheetData>', styles=STYLES), [problem("A1")]
    )
    assert fill(opened(data)["List"]["A1"]) == MARK


def test_the_drawing_of_comments_stands_in_its_place() -> None:
    source = made(
        '<sheetData/><pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'
        '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>'
        '<extLst><ext uri="{A}"/></extLst>'
    )
    data, _ = marked(source, [problem("A1")])
    assert re.search(r'footer="1"/><legacyDrawing [^>]*r:id="rId\d"/><mc:Alt', sheet_xml(data))


VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"\n xmlns:o="urn:schemas-microsoft-com:office:office"\n '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shape id="_x0000_s1030" type="#_x0000_t201"><v:textbox><div>Press<br></div></v:textbox>'
    '<x:ClientData ObjectType="Button"><x:Anchor>1,0,1,0,2,0,2,0</x:Anchor></x:ClientData></v:shape></xml>'
)


def test_form_controls_keep_their_drawing() -> None:
    source = made(
        f'<sheetData/><legacyDrawing xmlns:r="{OFFICE}" r:id="rId5"/>',
        more={
            "xl/drawings/vmlDrawing1.vml": VML,
            "xl/worksheets/_rels/sheet1.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="rId5" Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>'
            "</Relationships>",
        },
    )
    data, _ = marked(source, [problem("A1"), problem("B2")])
    drawn = parts(data)["xl/drawings/vmlDrawing1.vml"].decode()
    assert drawn.startswith(VML.removesuffix("</xml>"))
    assert re.findall(r'id="(_x0000_s\d+)"', drawn) == ["_x0000_s1030", "_x0000_s1031", "_x0000_s1032"]
    assert sheet_xml(data).count("legacyDrawing") == 1
    assert opened(data)["List"]["B2"].comment is not None


def test_a_conversation_is_left_as_it_is() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "List"
    sheet["A1"], sheet["A2"] = "a", "b"
    sheet["A1"].comment = Comment("[Threaded comment]", "tc={1}")
    contents: dict[str, str | bytes] = dict(parts(saved(book)))
    contents["xl/threadedComments/t.xml"] = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="A1" id="{1}"><text>hello</text></threadedComment></ThreadedComments>'
    )
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    contents[rels] = parts(saved(book))[rels].replace(
        b"</Relationships>",
        b'<Relationship Id="rT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        b'Target="../threadedComments/t.xml"/></Relationships>',
    )
    data, result = marked(zipped(contents), [problem("A1"), problem("A2")])
    assert opened(data)["List"]["A1"].comment.text == "[Threaded comment]"
    assert fill(opened(data)["List"]["A1"]) == MARK
    assert "A2" in str(opened(data)["List"]["A2"].comment.parent)
    assert result.notes == (
        "On List, A1: the problem stands on the sheet Problems only, because the cell has a conversation.",
    )


def test_strict_workbooks_stay_strict() -> None:
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    source = made(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
        main="http://purl.oclc.org/ooxml/spreadsheetml/main",
        office=strict,
    )
    data, result = marked(source, [problem("A1")])
    assert not result.copied
    assert not any(MAIN.encode() in content for content in parts(data).values())
    assert OFFICE.encode() not in parts(data)["xl/worksheets/_rels/sheet1.xml.rels"]
    assert rows_by_sheet(data) == {"List": [[1]]}
    assert problems_rows(data)[0][:2] == ["List", "A1"]


def test_utf_16_can_be_marked() -> None:
    xml = f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Māori</t></is></c></row></sheetData></worksheet>'  # fmt: skip
    source = made("", more={})
    contents = parts(source) | {"xl/worksheets/sheet1.xml": xml.encode("utf-16")}
    out = io.BytesIO()
    result = mark(Book(FILE, (Sheet(FILE, "List", [["Māori"]]),)), zipped(contents), [problem("A1")], out)
    assert not result.copied
    assert rows_by_sheet(out.getvalue()) == {"List": [["Māori"]]}
    assert fill(opened(out.getvalue())["List"]["A1"]) == MARK


def test_a_signed_file_is_said_to_be_signed_no_more() -> None:
    contents = parts(made("<sheetData/>"))
    contents["_xmlsignatures/origin.sigs"] = b""
    contents["_rels/.rels"] = contents["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/'
        b'origin" Target="_xmlsignatures/origin.sigs"/></Relationships>',
    )
    _, result = marked(zipped(contents), [])
    assert result.notes == ("The digital signature of the file no longer holds, because the file was marked.",)


def test_macros_stay_and_the_ending_is_told(tmp_path: Path) -> None:
    contents = parts(made("<sheetData/>", more={"xl/vbaProject.bin": b"\1\2\3"}))
    contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    source = zipped(contents)
    data, result = marked(source, [problem("A1")])
    assert (result.ending, result.notes) == (".xlsm", ())
    assert marking.ending(source) == ".xlsm"
    assert parts(data)["xl/vbaProject.bin"] == b"\1\2\3"
    named = mark(read_bytes(FILE, source), source, [], tmp_path / "out.xlsx")
    assert named.notes == ("Name the result out.xlsm: Excel does not open it under another ending.",)


def test_many_and_long_problems_on_one_cell_are_cut_to_what_can_be_read() -> None:
    told = [problem("A1", value=f"{n} " + "x" * 900) for n in range(40)]
    data, result = marked(made("<sheetData/>"), told)
    text = opened(data)["List"]["A1"].comment.text
    assert len(text) < marking.LONGEST_COMMENT + 100
    more = re.search(r"… and (\d+) more on the sheet Problems\.$", text)
    assert more
    assert text.count("is not a place") == 40 - int(more[1])
    assert result.listed == len(problems_rows(data)) == 40
    one, _ = marked(made("<sheetData/>"), [replace(problem("A1", value="y" * 50_000), nearest="z" * 50_000)])
    assert opened(one)["List"]["A1"].comment.text.endswith("…[cut] [P103]")
    assert len(problems_rows(one)[0][2]) == 32_767
    clean, _ = marked(data, [])
    assert opened(clean)["List"]["A1"].comment is None


def test_more_comments_than_a_program_bears_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_COMMENTS", 2)
    data, result = marked(busy(), [problem(f"A{n}") for n in range(2, 7)])
    sheet = opened(data)["List"]
    assert [fill(sheet[f"A{n}"]) for n in range(2, 7)] == [MARK] * 5
    assert sum(sheet[f"A{n}"].comment is not None for n in range(2, 7)) == 2
    assert result.notes == (
        "List has comments on the first 2 of its 5 cells with problems: the others are coloured, and stand on the sheet "
        "Problems.",
    )


def test_what_cannot_be_edited_comes_back_as_a_copy() -> None:
    contents = parts(made("<sheetData/>")) | {"xl/worksheets/sheet1.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"}
    out = io.BytesIO()
    result = mark(Book(FILE, (Sheet(FILE, "List", [["a", 1]]),)), zipped(contents), [problem("A1")], out)
    assert result.copied
    assert result.notes == (
        "list.xlsx could not be marked itself, because its XML declares entities: the result is a copy of its values, "
        "without formats and formulas.",
    )
    assert rows_by_sheet(out.getvalue()) == {"List": [["a", 1]]}


# ------------------------------------------------------------------------------------------------ copies


def test_other_files_come_back_as_a_copy_of_their_values() -> None:
    rows: list[list[Any]] = [
        ["=1+1", 3, 2.5, True, date(2026, 2, 3), datetime(2026, 2, 3, 4, 5, 6), time(7, 8), ErrorValue("#N/A")],
        [],
        ["0012", None, " padded ", "+64 3", "line\nbreak", 2**60],
    ]
    book = Book("a.ods", (Sheet("a.ods", "One", rows), Sheet("a.ods", "Two", [["x"]], hidden=True)))
    out = io.BytesIO()
    result = mark(
        book,
        b"PK\x03\x04 not such a package",
        [problem("B3", "One", file="a.ods"), problem("A1", "Two", file="a.ods")],
        out,
    )
    assert (result.copied, result.cells, result.ending) == (True, 2, ".xlsx")
    assert result.notes == ("The result is a copy of the values of a.ods, without formats and formulas.",)
    read = rows_by_sheet(out.getvalue())
    rows[2][-1] = str(2**60)
    assert read == {"One": rows, "Two": [["x"]]}
    again = opened(out.getvalue())
    assert again["One"]["A1"].data_type == "s"
    assert fill(again["One"]["B3"]) == MARK
    assert again["One"]["B3"].comment is not None
    assert again["Two"].sheet_state == "hidden"


def test_names_that_a_sheet_cannot_have_are_changed_and_problems_still_find_it() -> None:
    names = ["a/b:c", "A b c", "x" * 40, "x" * 31 + "y", "'", "History", "=1"]
    book = Book("z.zip", tuple(Sheet("z.zip", name, [[name]]) for name in names))
    out = io.BytesIO()
    result = mark(book, None, [problem("A1", name, file="z.zip") for name in names], out)
    assert (result.cells, result.unplaced) == (7, 0)
    found = opened(out.getvalue())
    assert found.sheetnames == ["a b c", "A b c 2", "x" * 31, "x" * 27 + " 2", "Sheet", "History 1", "=1", "Problems"]
    assert [row[0] for row in problems_rows(out.getvalue())] == names
    assert all(found[name]["A1"].comment is not None for name in found.sheetnames[:-1])


def test_csv_from_end_to_end(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv"
    path.write_text("System,Country\nPayroll,=HYPERLINK(1)\nCRM,NA\n")
    told = [problem("B2", "flows", file="flows.csv")]
    result = mark(sheets.read(path), path, told, tmp_path / "flows marked.xlsx")
    assert result == Marked(1, 1, 0, True, ".xlsx", ("The result is a copy of the values of flows.csv, without formats and formulas.",))  # fmt: skip
    data = (tmp_path / "flows marked.xlsx").read_bytes()
    assert rows_by_sheet(data) == {"flows": [["System", "Country"], ["Payroll", "=HYPERLINK(1)"], ["CRM", "NA"]]}


def test_the_file_itself_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(busy())
    with pytest.raises(Unreadable, match=r"list\.xlsx would be overwritten by its marked copy: give another name\."):
        mark(sheets.read(path), path, [], str(path))
    assert path.read_bytes() == busy()
    with pytest.raises(Unreadable, match="cannot be written"):
        mark(sheets.read(path), path, [], tmp_path / "nowhere" / "x.xlsx")


def test_the_same_file_gives_the_same_bytes() -> None:
    assert marked(busy(), [problem("B2")])[0] == marked(busy(), [problem("B2")])[0]


def test_headings_and_widths_agree() -> None:
    assert len(PROBLEM_HEADINGS) == len(marking._WIDTHS)


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
@pytest.mark.parametrize("path", sorted(REAL.glob("*/*.xls[xm]")), ids=lambda p: p.name)
def test_real_workbooks_are_marked_and_their_values_stay(path: Path) -> None:
    try:
        book = sheets.read(path)
    except Unreadable:
        pytest.skip("cannot be read at all")
    told = [
        Problem(Kind.NO_PLACE, Cell(book.file, sheet.name, row, column), value="Atlantis")
        for sheet in book.sheets
        for row, column in ((1, 1), (2, 3), (len(sheet.rows) + 2, 2))
    ]
    out = io.BytesIO()
    result = mark(book, path, told, out)
    assert not result.copied
    assert result.unplaced == 0
    assert rows_by_sheet(out.getvalue(), book.file) == {sheet.name: sheet.rows for sheet in book.sheets}
    with zipfile.ZipFile(path) as package:
        before = {name: package.read(name) for name in package.namelist()}
    after = parts(out.getvalue())
    may = re.compile(r"worksheets/|styles|workbook|Content_Types|comment|\.vml$|\.rels$", re.IGNORECASE)
    assert all(after[name] == before[name] for name in before if not may.search(name))
