"""A report → Word: one WordprocessingML package, written part by part. The same report gives the same bytes.

Everything from an inventory is the content of `w:t`, or an escaped attribute: never a field, an address or markup.
Source: ECMA-376, Office Open XML, parts 1 and 2; pictures as in MS-ODRAWXML 2.2 (svgBlip), with a PNG for what has none.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from datamap.reports.blocks import (
    Block,
    Heading,
    Items,
    Note,
    Paragraph,
    Picture,
    Report,
    Section,
    Table,
    Text,
    text,
    words_of,
)
from datamap.reports.paper import BOTTOM, EDGE, LONG, SHORT, SIDE, TOP, room
from datamap.reports.pdf import CONTENTS, Entry, contents, set_of, size
from datamap.views import FRAME, INK, QUIET
from datamap.workbook.writing import FACE

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_ROOT = f'xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture"'
_SVG_BLIP = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FILL = "EEF1F5"
_UNBROKEN = 900  # characters of a row that is kept on one page
_TOGETHER = 1_800  # characters of a table by row that is kept with its heading


def word_bytes(report: Report) -> bytes:
    """The report as a .docx with heading styles, a contents field that is filled in, and pictures as vectors.

    The contents show the pages of the PDF until Word updates them. Raises `PictureFailed` when a picture cannot be laid out.
    """
    body = _Body(report)
    body.write()
    file = io.BytesIO()
    year, month, day = report.dated
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(report, body):
            info = zipfile.ZipInfo(name, (min(max(year, 1980), 2107), month, day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()


# ------------------------------------------------------------------------------------------------ the package


def _parts(report: Report, body: _Body) -> Iterator[tuple[str, str | bytes]]:
    """Every part of the package by its name."""
    related = [
        ("rStyles", "styles", "styles.xml"),
        ("rSettings", "settings", "settings.xml"),
        ("rNumbering", "numbering", "numbering.xml"),
        ("rHeader", "header", "header1.xml"),
        ("rFooter", "footer", "footer1.xml"),
        ("rFooterTurned", "footer", "footer2.xml"),
    ]
    related += [(f"r{kind.upper()}{n}", "image", f"media/picture{n}.{kind}") for n in range(1, len(body.pictures) + 1) for kind in ("svg", "png")]  # fmt: skip
    kinds = {"document": "document.main"} | {n: n for n in ("styles", "settings", "numbering")}
    overrides = [(f"/word/{n}.xml", k) for n, k in kinds.items()] + [("/word/header1.xml", "header"), ("/word/footer1.xml", "footer"), ("/word/footer2.xml", "footer")]  # fmt: skip
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    yield (
        "[Content_Types].xml",
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{word}.{kind}+xml"/>' for name, kind in overrides)
        + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>'
        "</Types>",
    )
    yield (
        "_rels/.rels",
        _relations(
            [
                ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ("rId3", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
            ]
        ),
    )
    yield "docProps/core.xml", _core(report)
    yield (
        "docProps/app.xml",
        f'{_DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>datamap</Application></Properties>",
    )
    yield "word/document.xml", body.xml()
    yield "word/_rels/document.xml.rels", _relations([(id, f"{_OFFICE}/{kind}", to) for id, kind, to in related])
    yield "word/styles.xml", _styles(report.language)
    yield "word/numbering.xml", _NUMBERING
    yield "word/settings.xml", _SETTINGS
    yield "word/header1.xml", f"{_DECLARATION}<w:hdr {_ROOT}>{_paragraph('Header', text(report.title))}</w:hdr>"
    page = f"{_runs(text(report.day))}<w:r><w:tab/></w:r>{_field(' PAGE ', '1')}"
    for number, turned in enumerate((False, True), 1):
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{_twips(room(turned)[0])}"/></w:tabs>'
        yield f"word/footer{number}.xml", f"{_DECLARATION}<w:ftr {_ROOT}>{_paragraph('Footer', page, tabs)}</w:ftr>"
    for number, picture in enumerate(body.pictures, 1):
        yield f"word/media/picture{number}.svg", _for_word(picture.svg)
        yield f"word/media/picture{number}.png", picture.png


def _relations(found: Iterable[tuple[str, str, str]]) -> str:
    said = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{to}"/>' for id, kind, to in found)
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _core(report: Report) -> str:
    made = "{:04}-{:02}-{:02}T00:00:00Z".format(*report.dated)
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_escaped(f'{report.title}: {report.subtitle}')}</dc:title><dc:subject>{_escaped(report.day)}</dc:subject>"
        "<dc:creator>datamap</dc:creator><cp:lastModifiedBy>datamap</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{made}</dcterms:modified>'
        f"<dc:language>{report.language}</dc:language></cp:coreProperties>"
    )


def _for_word(svg: str) -> str:
    """The SVG without what only browsers understand: an outline drawn under a text's own letters would hide them."""
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    root = ET.fromstring(svg)  # noqa: S314 - written by datamap.pictures
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        for name in ("stroke", "stroke-width", "stroke-linejoin", "paint-order"):
            element.attrib.pop(name, None)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


# ------------------------------------------------------------------------------------------------ words


def _escaped(words: str) -> str:
    return escape("".join(run.text for run in text(words)))


def _attribute(words: str) -> str:
    return quoteattr("".join(run.text for run in text(words)))


def _runs(said: Text) -> str:
    found = []
    for run in said:
        look = _look(run.strong, run.ink)
        properties = f"<w:rPr>{look}</w:rPr>" if look else ""
        words = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in run.text.split("\n")
        )
        found.append(f"<w:r>{properties}{words}</w:r>")
    return "".join(found)


def _look(strong: bool, ink: str) -> str:
    colour = f'<w:color w:val="{ink[1:]}"/>' if ink else ""
    return f"{'<w:b/>' if strong else ''}{colour}"


def _field(code: str, shown: str) -> str:
    """A field of our own, with what it shows before it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _paragraph(style: str, said: Text | str, more: str = "") -> str:
    content = said if isinstance(said, str) else _runs(said)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def _twips(points: float) -> int:
    return round(points * 20)


def _emu(points: float) -> int:
    return round(points * 12_700)


# ------------------------------------------------------------------------------------------------ the body


@dataclass
class _Para:
    """A paragraph whose section may still end with it."""

    style: str
    more: str
    content: str
    section: str = ""

    def __str__(self) -> str:
        return _paragraph(self.style, self.content, f"{self.more}{self.section}")


class _Body:
    """The text of a report, with the pictures that it names."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.pictures: list[Picture] = []
        self._found: list[_Para | str] = []
        self._turned = False
        self._sections = 0
        self._headings = 0
        self._drawings = 0

    def xml(self) -> str:
        return f"{_DECLARATION}<w:document {_ROOT}><w:body>{''.join(map(str, self._found))}{self._sheet()}</w:body></w:document>"

    def write(self) -> None:
        self._add("Title", text(self.report.title))
        self._add("Subtitle", text(self.report.subtitle))
        self._blocks(self.report.opening)
        self._contents(contents(self.report))
        for section in self.report.sections:
            self._section(section)
        self._add("Tiny", "")

    def _add(self, style: str, said: Text | str, more: str = "") -> None:
        self._found.append(_Para(style, more, said if isinstance(said, str) else _runs(said)))

    # -- sheets

    def _sheet(self) -> str:
        """The properties of the section that ends here."""
        width, height = (LONG, SHORT) if self._turned else (SHORT, LONG)
        orient = ' w:orient="landscape"' if self._turned else ""
        return (
            '<w:sectPr><w:headerReference w:type="default" r:id="rHeader"/>'
            f'<w:footerReference w:type="default" r:id="rFooter{"Turned" if self._turned else ""}"/>'
            f'<w:type w:val="nextPage"/><w:pgSz w:w="{_twips(width)}" w:h="{_twips(height)}"{orient}/>'
            f'<w:pgMar w:top="{_twips(TOP)}" w:right="{_twips(SIDE)}" w:bottom="{_twips(BOTTOM)}" w:left="{_twips(SIDE)}" '
            f'w:header="600" w:footer="560" w:gutter="0"/>{"" if self._sections else "<w:titlePg/>"}</w:sectPr>'
        )

    def _turn(self, turned: bool) -> bool:
        """Go on with sheets turned or not; whether that begins a page."""
        if turned == self._turned:
            return False
        last = self._found[-1]
        if not isinstance(last, _Para):
            last = _Para("Tiny", "", "")
            self._found.append(last)
        last.section = self._sheet()
        self._sections += 1
        self._turned = turned
        return True

    # -- blocks

    def _contents(self, entries: Sequence[Entry]) -> None:
        rows = []
        tab = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{_twips(room()[0])}"/></w:tabs>'
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        for number, entry in enumerate(entries):
            name = _bookmark(number)
            page = _field(f" PAGEREF {name} \\h ", str(entry.page))
            shown = f"{_runs(text(entry.words))}<w:r><w:tab/></w:r>{page}"
            link = f'<w:hyperlink w:anchor="{name}" w:history="1">{shown}</w:hyperlink>'
            rows.append(_paragraph(f"TOC{entry.level}", f"{'' if number else begin}{link}", tab))
        end = '<w:p><w:pPr><w:pStyle w:val="Tiny"/></w:pPr><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        self._found.append(
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
            f"<w:sdtContent>{_paragraph('TOCHeading', text(CONTENTS))}{''.join(rows)}{end}</w:sdtContent></w:sdt>"
        )
        said = "The page numbers are those of the PDF report. Choose Update Field in Word to have its own."
        self._add("Quiet", text(said))

    def _section(self, section: Section) -> None:
        first = section.blocks[0]
        begins = self._turn(isinstance(first, Picture) and set_of(first).turned)
        fresh = "" if begins or section.short else "<w:pageBreakBefore/>"
        self._heading(1, text(section.title), fresh)
        self._blocks(section.blocks)

    def _heading(self, level: int, words: Text, more: str = "") -> None:
        content = _runs(words)
        if level < 3:
            name, number = _bookmark(self._headings), self._headings
            content = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'
            self._headings += 1
        self._add(f"Heading{level}", content, more)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block, after in zip(blocks, (*blocks[1:], None), strict=True):
            if not isinstance(block, Picture):
                self._turn(False)
            match block:
                case Heading():
                    self._heading(block.level, block.words)
                case Paragraph():
                    self._add("Quiet" if block.quiet else "Normal", block.words)
                case Note():
                    self._add("Notice", block.words)
                case Items():
                    for point in block.points:
                        self._add("ListBullet", point)
                case Table():
                    self._found.append(_table(block))
                    if after and not isinstance(after, Heading):  # a heading has room of its own above it
                        self._add("Tiny", "")
                case Picture():
                    self._picture(block)

    def _picture(self, picture: Picture) -> None:
        self.pictures.append(picture)
        width, height = size(picture)
        set_ = set_of(picture)
        self._turn(set_.turned)
        for number, part in enumerate(set_.parts):
            if not number:
                self._heading(2, picture.heading)
            sides = (
                part.left / width,
                part.top / height,
                1 - (part.left + part.width) / width,
                1 - (part.top + part.height) / height,
            )
            says = set_.says(number)
            alt = f"{picture.alt} {says}".strip()
            wide = part.width * set_.scale
            left = max(EDGE, min(SIDE, EDGE + (room(set_.turned, EDGE)[0] - wide) / 2)) - SIDE
            drawn = self._drawing(wide, part.height * set_.scale, sides, alt)
            fresh = "<w:pageBreakBefore/>" if number else ""
            self._add("Figure", drawn, f'{fresh}<w:ind w:left="{_twips(left)}" w:right="{_twips(left)}"/>')
            self._add("Caption", text(f"{picture.caption} {says}".strip()))

    def _drawing(self, width: float, height: float, sides: Sequence[float], alt: str) -> str:
        """The last picture, of which so much is cut off on the left, above, on the right and below, as shares."""
        self._drawings += 1
        which, number = len(self.pictures), self._drawings
        extent = f'cx="{_emu(width)}" cy="{_emu(height)}"'
        named = f'id="{number}" name="Picture {number}" descr={_attribute(alt)}'
        left, top, right, bottom = (max(0, round(side * 100_000)) for side in sides)
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
            f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr {named}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/>'
            f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="rPNG{which}"><a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
            f'<asvg:svgBlip xmlns:asvg="{_SVG_BLIP}" r:embed="rSVG{which}"/></a:ext></a:extLst></a:blip>'
            f'<a:srcRect l="{left}" t="{top}" r="{right}" b="{bottom}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


def _bookmark(number: int) -> str:
    return f"_Toc{number:09}"


def _table(table: Table) -> str:
    shares = sum(column.share for column in table.columns)
    widths = [_twips(room()[0] * column.share / shares) for column in table.columns]
    look = '<w:tblLook w:firstRow="0" w:firstColumn="1" w:noHBand="1" w:noVBand="1"/>' if table.by_row else '<w:tblLook w:firstRow="1" w:firstColumn="0" w:noHBand="1" w:noVBand="1"/>'  # fmt: skip
    rows = []
    if not table.by_row:
        cells = (
            f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="{_FILL}"/></w:tcPr>'
            f"{_paragraph('CellHeading', text(column.heading))}</w:tc>"
            for column, w in zip(table.columns, widths, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
    lengths = [sum(len(words_of(cell)) for cell in row) for row in table.rows]
    together = table.by_row and sum(lengths) < _TOGETHER
    for number, (row, length) in enumerate(zip(table.rows, lengths, strict=True), 1):
        keep = "<w:keepNext/>" if together and number < len(table.rows) else ""
        cells = (
            f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>'
            f"{_paragraph('CellHeading' if table.by_row and not n else 'Cell', cell, keep)}</w:tc>"
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        whole = "<w:trPr><w:cantSplit/></w:trPr>" if length < _UNBROKEN else ""
        rows.append(f"<w:tr>{whole}{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Rows"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"{look}<w:tblCaption w:val={_attribute(table.says)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


# ------------------------------------------------------------------------------------------------ styles


def _style(
    id: str, name: str, *, size: float = 0, leading: float = 0, above: float = 0, below: float = 0, ink: str = "",
    strong: bool = False, on: str = "Normal", after: str = "", more: str = "", level: int = 0,
) -> str:  # fmt: skip
    spacing = f'<w:spacing w:before="{_twips(above)}" w:after="{_twips(below)}"'
    spacing += f' w:line="{_twips(leading)}" w:lineRule="atLeast"/>' if leading else "/>"
    outline = f'<w:outlineLvl w:val="{level - 1}"/>' if level else ""
    keep = "<w:keepNext/><w:keepLines/>" if level else ""
    ranked = f"{keep}{more.replace('@', spacing) if '@' in more else more + spacing}{outline}"
    letters = _look(strong, ink)
    letters += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    based = f'<w:basedOn w:val="{on}"/>' if id != "Normal" else ""
    following = f'<w:next w:val="{after}"/>' if after else ""
    default = ' w:default="1"' if id == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{id}"><w:name w:val="{name}"/>{based}{following}<w:qFormat/>'
        f"<w:pPr>{ranked}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def _styles(language: str) -> str:
    frame = FRAME[1:]
    styles = (
        _style("Normal", "Normal", size=10.5, leading=12.6, below=6, ink=INK),
        _style("Title", "Title", size=26, leading=30, above=90, below=6, ink=INK, strong=True, after="Subtitle"),
        _style("Subtitle", "Subtitle", size=15, leading=19, below=24, after="Normal"),
        _style("Heading1", "heading 1", size=19, leading=22, above=14, below=10, level=1, ink=INK, strong=True, after="Normal"),
        _style("Heading2", "heading 2", size=14, leading=16, above=12, below=5, level=2, ink=INK, strong=True, after="Normal"),
        _style("Heading3", "heading 3", size=11, leading=13, above=10, below=4, level=3, ink=INK, strong=True, after="Normal"),
        _style("TOCHeading", "TOC Heading", size=19, leading=22, below=10, ink=INK, strong=True, more="<w:pageBreakBefore/>"),
        _style("TOC1", "toc 1", size=10.5, leading=13, above=5, strong=True),
        _style("TOC2", "toc 2", size=10.5, leading=13, more='@<w:ind w:left="280"/>'),
        _style("Quiet", "Quiet", size=9, leading=11, below=6, ink=QUIET),
        _style("Caption", "caption", size=9, leading=11, above=4, below=8, ink=QUIET, more="<w:keepLines/>"),
        _style("Figure", "Figure", more="<w:keepNext/>"),
        _style("Notice", "Notice", size=10.5, leading=12.6, above=4, below=10, more=(
            f'<w:keepLines/><w:pBdr><w:top w:val="single" w:sz="4" w:space="5" w:color="{_FILL}"/>'
            f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{INK[1:]}"/>'
            f'<w:bottom w:val="single" w:sz="4" w:space="5" w:color="{_FILL}"/></w:pBdr>'
            f'<w:shd w:val="clear" w:color="auto" w:fill="{_FILL}"/>@<w:ind w:left="200"/>'
        )),
        _style("ListBullet", "List Bullet", size=10.5, leading=12.6, below=2.5, more='<w:numPr><w:numId w:val="1"/></w:numPr>'),
        _style("Cell", "Cell", size=9, leading=10.4, above=2, below=2),
        _style("CellHeading", "Cell Heading", size=9, leading=10.4, above=2, below=2, strong=True),
        _style("Tiny", "Tiny", size=1, below=8),
        _style("Header", "header", size=8, ink=QUIET),
        _style("Footer", "footer", size=8, ink=QUIET),
    )  # fmt: skip
    face = f'<w:rFonts w:ascii="{FACE}" w:hAnsi="{FACE}" w:eastAsia="{FACE}" w:cs="{FACE}"/>'
    borders = f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{frame}"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="{frame}"/>'
    return (
        f"{_DECLARATION}<w:styles {_ROOT}><w:docDefaults><w:rPrDefault><w:rPr>{face}"
        f'<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault></w:docDefaults>'
        f"{''.join(styles)}"
        '<w:style w:type="table" w:styleId="Rows"><w:name w:val="Rows"/><w:tblPr>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        '<w:tblCellMar><w:left w:w="64" w:type="dxa"/><w:right w:w="64" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        "</w:styles>"
    )


_NUMBERING = (
    f'{_DECLARATION}<w:numbering {_ROOT}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="240" w:hanging="240"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_SETTINGS = (
    f'{_DECLARATION}<w:settings {_ROOT}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>"
)
