"""Rows of a styled sheet → the XML of its cells and links, piece by piece.

openpyxl makes an object of every cell, and a register has millions. So it makes the workbook, its styles and every sheet
with its header; the rows below are written here, and each value of a column is put into words once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from datamap.registers.tables import Row, Value
from datamap.workbook.columns import plain_text
from datamap.workbook.opendocument import FIRST_DAY
from datamap.workbook.writing import BODY, DATE_FORMAT, TO_QUOTE, cell_text, height_of, lines_of

_DAY_0 = date(1899, 12, 30)  # what spreadsheets count days from, since March 1900
_AT_ONCE = 256  # rows in one piece of XML
_MOST_KEPT = 10_000  # values of one column whose XML is kept


@dataclass(frozen=True)
class Links:
    """Cells of one column that lead to a row of another sheet: for each row of the table that row, or None."""

    column: int  # from 0
    style: str
    sheet: str
    leads: Sequence[int | None]


class Body:
    """The rows of a sheet below its header.

    `widths` are those of the columns, in characters. `styles` gives, by column (from 0) and by text, the named style of
    the cells that have one of their own; all others are body text. To be made before the workbook is saved, because it
    adds to the workbook's styles.
    """

    def __init__(
        self,
        sheet: Worksheet,
        rows: Sequence[Row],
        widths: Sequence[float],
        styles: Mapping[int, Mapping[str, str]] | None = None,
        links: Links | None = None,
    ) -> None:
        self._rows, self._links = rows, links
        named = styles or {}
        self._columns = [_Column(sheet, width, named.get(n, {})) for n, width in enumerate(widths)]
        self._linked = [*self._columns]
        if links:
            self._linked[links.column] = _Column(sheet, widths[links.column], {}, links.style)

    def into(self, part: bytes) -> Iterator[bytes]:
        """The sheet as openpyxl wrote it, with these rows and links in their places."""
        head, end, rest = part.partition(b"</sheetData>")
        before, tag, size = head.partition(b"<dimension ref=")
        last = f"{get_column_letter(len(self._columns))}{len(self._rows) + 1}"
        yield b"".join((before, tag, f'"A1:{last}"'.encode(), size[size.index(b'"', 1) + 1 :]) if tag else (head,))
        yield from self._row_pieces()
        yield end
        filters, margins, page = rest.partition(b"<pageMargins")
        yield filters
        yield from self._link_pieces()
        yield margins + page

    def _row_pieces(self) -> Iterator[bytes]:
        leads = self._links.leads if self._links else ()
        starts = [f'<c r="{get_column_letter(n)}' for n in range(1, len(self._columns) + 1)]
        pieces: list[str] = []
        for number, row in enumerate(self._rows, 2):
            most, cells = 1, []
            columns = self._linked if leads and leads[number - 2] else self._columns
            for start, column, value in zip(starts, columns, row, strict=True):
                ending, lines = column[value]
                cells.append(f"{start}{number}{ending}")
                if lines > most:
                    most = lines
            height = f' ht="{height_of(most)}" customHeight="1"' if most > 1 else ""
            pieces += (f'<row r="{number}"{height}>', *cells, "</row>")
            if number % _AT_ONCE == 0:
                yield "".join(pieces).encode()
                pieces.clear()
        yield "".join(pieces).encode()

    def _link_pieces(self) -> Iterator[bytes]:
        if not self._links or not any(self._links.leads):
            return
        letters = get_column_letter(self._links.column + 1)
        to = f"{quote_sheetname(self._links.sheet)}!A"
        yield b"<hyperlinks>"
        for number, lead in enumerate(self._links.leads, 2):
            if lead:
                yield f'<hyperlink ref="{letters}{number}" location={quoteattr(f"{to}{lead}")}/>'.encode()
        yield b"</hyperlinks>"


class _Column(dict[Value, tuple[str, int]]):
    """How each value of a column is written: its cell's XML after the number of its row, and how many lines it takes."""

    def __init__(self, sheet: Worksheet, width: float, named: Mapping[str, str], style: str = BODY) -> None:
        self._width = width
        self._named = {text: f'" s="{_style(sheet, name)}"' for text, name in named.items()}
        self._plain = f'" s="{_style(sheet, style)}"'
        self._quoted = f'" s="{_style(sheet, style, quoted=style == BODY)}"'
        self._day = f'" s="{_style(sheet, style, day=style == BODY)}"'

    def __missing__(self, value: Value) -> tuple[str, int]:
        found = self._xml(value), lines_of(value, self._width)
        if isinstance(value, str) and len(self) < _MOST_KEPT:  # True would be found as 1
            self[value] = found
        return found

    def _xml(self, value: Value) -> str:
        if isinstance(value, date) and value >= FIRST_DAY:
            return f"{self._day}><v>{(value - _DAY_0).days}</v></c>"
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{self._plain}><v>{value}</v></c>"
        text = cell_text(plain_text(value))
        if not text:
            return f"{self._plain}/>"
        style = self._named.get(text, self._quoted if text.startswith(TO_QUOTE) else self._plain)
        space = ' xml:space="preserve"' if text.strip() not in ("", text) else ""
        return f'{style} t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'


def _style(sheet: Worksheet, name: str, *, day: bool = False, quoted: bool = False) -> int:
    """The number of a named style among the workbook's styles of cells."""
    cell = Cell(sheet, row=1, column=1)
    cell.style = name
    if day:
        cell.number_format = DATE_FORMAT
    if quoted:
        cell.quotePrefix = True
    return int(cell.style_id)
