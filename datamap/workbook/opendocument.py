"""Tables → an OpenDocument spreadsheet (.ods), as plain as datamap's own workbook.

Written part by part as ODF 1.3 has it: libraries that build the tree of elements first take minutes for what is here
written in seconds.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from datamap.sheets import Value, column_letters
from datamap.workbook.columns import plain_text


class Table(NamedTuple):
    """One sheet: its name, its headings with the width of each column in characters, and its rows, all as wide."""

    name: str
    headings: tuple[tuple[str, float], ...]
    rows: tuple[tuple[Value, ...], ...]


class Form(NamedTuple):
    """One sheet that is no table: its name, the width of each column in characters, its rows, and which of them (from 0) are headings."""

    name: str
    widths: tuple[float, ...]
    rows: tuple[tuple[Value, ...], ...]
    heads: frozenset[int] = frozenset()


MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
FIRST_DAY = date(1900, 3, 1)  # spreadsheets disagree about the days before

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("table", "table"),
        ("text", "text"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("config", "config"),
    )
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (
            ("/", MEDIA_TYPE),
            *((f"{part}.xml", "text/xml") for part in ("content", "styles", "settings")),
        )
    )
    + "</manifest:manifest>"
)
_CELL = (
    '<style:style style:name="{name}" style:family="table-cell"{more}>'
    '<style:table-cell-properties style:vertical-align="top" fo:wrap-option="wrap"{fill}/>'
    '<style:paragraph-properties fo:text-align="start"/>'
    '<style:text-properties fo:font-family="Calibri" fo:font-size="11pt"{font}/></style:style>'
)
_STYLES = (
    '<number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    + _CELL.format(name="body", more="", fill="", font="")
    + _CELL.format(name="date", more=' style:data-style-name="day"', fill="", font="")
    + _CELL.format(
        name="head", more="", fill=' fo:background-color="#e4eaef"', font=' fo:font-weight="bold" fo:color="#24303b"'
    )
    + '<style:style style:name="row" style:family="table-row">'
    '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
    '<style:style style:name="sheet" style:family="table" style:master-page-name="Default"/>'
)
_PAGES = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-styles {_NAMESPACES} office:version="1.3">'
    '<office:automatic-styles><style:page-layout style:name="wide"><style:page-layout-properties '
    'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" fo:margin="1cm" '
    'style:scale-to-X="1" style:scale-to-Y="0"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="Default" style:page-layout-name="wide"><style:footer><text:p>'
    "<text:sheet-name/> <text:page-number/> / <text:page-count/></text:p></style:footer></style:master-page>"
    "</office:master-styles></office:document-styles>"
)
_CENTIMETRES = 0.19  # of one character's width
_SPACES = re.compile(r"(?<= ) +|^ +| +$")


def write(target: IO[bytes], tables: Sequence[Table | Form]) -> None:
    """Write an .ods to an open binary file: headings frozen, columns as wide as said, days as dates, whole numbers as numbers, the rest as text.

    A form is written as it is laid out, with nothing frozen or filtered.

    The same tables give the same bytes.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), _MANIFEST, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("settings.xml"), "".join(_settings(tables)), zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("styles.xml"), _PAGES, zipfile.ZIP_DEFLATED)
        content = zipfile.ZipInfo("content.xml")
        content.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(content, "w", force_zip64=True) as part:
            for piece in _content(tables):
                part.write(piece.encode("utf-8"))


def _widths(table: Table | Form) -> tuple[float, ...]:
    return table.widths if isinstance(table, Form) else tuple(width for _, width in table.headings)


def _content(tables: Sequence[Table | Form]) -> Iterator[str]:
    widths = {width: f"w{n}" for n, width in enumerate(dict.fromkeys(w for t in tables for w in _widths(t)))}
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMESPACES} office:version="1.3">'
    yield f"<office:automatic-styles>{_STYLES}"
    for width, name in widths.items():
        yield f'<style:style style:name="{name}" style:family="table-column">'
        yield f'<style:table-column-properties style:column-width="{width * _CENTIMETRES:.2f}cm"/></style:style>'
    yield "</office:automatic-styles><office:body><office:spreadsheet>"
    for table in tables:
        yield f'<table:table table:name={quoteattr(table.name)} table:style-name="sheet">'
        for width in _widths(table):
            yield f'<table:table-column table:style-name="{widths[width]}" table:default-cell-style-name="body"/>'
        if isinstance(table, Form):
            for number, row in enumerate(table.rows):
                yield _row(row, *(("head", "head") if number in table.heads else ("body",)))
            yield "</table:table>"
            continue
        yield f"<table:table-header-rows>{_row((h for h, _ in table.headings), 'head')}</table:table-header-rows>"
        for row in table.rows:
            yield _row(row, "body")
        yield "</table:table>"
    yield "<table:database-ranges>"
    for number, table in enumerate((t for t in tables if isinstance(t, Table)), 1):
        corner = f"{column_letters(len(table.headings))}{len(table.rows) + 1}"
        cells = quoteattr(f"'{table.name}'.A1:'{table.name}'.{corner}")
        yield f'<table:database-range table:name="filter{number}" table:display-filter-buttons="true" table:target-range-address={cells}/>'
    yield "</table:database-ranges></office:spreadsheet></office:body></office:document-content>"


def _row(values: Iterable[Value], style: str, blank: str = "") -> str:
    """A row in one style; its blank cells in the style `blank`, or in none."""
    cells = "".join(_cell(v, style, blank) for v in values)
    return f'<table:table-row table:style-name="row">{cells}</table:table-row>'


def _cell(value: Value, style: str, blank: str = "") -> str:
    if value is None or value == "":
        return f'<table:table-cell table:style-name="{blank}"/>' if blank else "<table:table-cell/>"
    if isinstance(value, date) and value >= FIRST_DAY:
        day = plain_text(value)
        return f'<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{day}"><text:p>{day}</text:p></table:table-cell>'
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    text = plain_text(value)
    exact = ""
    if "\t" in text:  # a reader may skip <text:tab/>, but none skips the value
        exact = f" office:string-value={quoteattr(text)}"
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell table:style-name="{style}" office:value-type="string"{exact}>{lines}</table:table-cell>'


def _spaced(line: str) -> str:
    spaced = _SPACES.sub(lambda m: f'<text:s text:c="{len(m[0])}"/>', escape(line))
    return spaced.replace("\t", "<text:tab/>")


def _settings(tables: Iterable[Table | Form]) -> Iterator[str]:
    """The headings and the first column of a table stay in sight."""
    frozen = (
        ("HorizontalSplitMode", "short", 2), ("VerticalSplitMode", "short", 2), ("HorizontalSplitPosition", "int", 1),
        ("VerticalSplitPosition", "int", 1), ("ActiveSplitRange", "short", 3), ("PositionLeft", "int", 0),
        ("PositionRight", "int", 1), ("PositionTop", "int", 0), ("PositionBottom", "int", 1),
    )  # fmt: skip
    items = "".join(
        f'<config:config-item config:name="{n}" config:type="{t}">{v}</config:config-item>' for n, t, v in frozen
    )
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-settings {_NAMESPACES} office:version="1.3">'
    yield '<office:settings><config:config-item-set config:name="ooo:view-settings">'
    yield '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
    yield '<config:config-item-map-named config:name="Tables">'
    for table in tables:
        if isinstance(table, Form):
            continue
        yield f"<config:config-item-map-entry config:name={quoteattr(table.name)}>{items}</config:config-item-map-entry>"
    yield "</config:config-item-map-named></config:config-item-map-entry></config:config-item-map-indexed>"
    yield "</config:config-item-set></office:settings></office:document-settings>"
