"""A diagram as the pages of a PDF: words keep a size that can be read, and what does not fit one sheet goes on over several."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from math import ceil
from typing import Literal, NamedTuple

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    StreamObject,
)

from datamap.pictures.files import Drawing, drawn

Paper = Literal["a4", "a3", "one"]
"""Sheets of A4 or A3, turned so that fewer are needed, or one page as large as the picture."""

SMALLEST_TEXT = 6.0
"""No word on a sheet is smaller, in points."""
_SHEETS = {"a4": (595.28, 841.89), "a3": (841.89, 1190.55)}
_MARGIN, _FOOT, _OVERLAP = 28.0, 20.0, 72.0


class _Tiling(NamedTuple):
    """How a picture is cut: the sheet, how far the picture is drawn smaller, and how many sheets across and down."""

    width: float
    height: float
    scale: float
    across: int
    down: int

    @property
    def inside(self) -> tuple[float, float]:
        """The part of a sheet that shows the picture: its width and height, in points."""
        return self.width - 2 * _MARGIN, self.height - 2 * _MARGIN - _FOOT


def to_pdf(picture: Drawing, paper: Paper = "a4") -> bytes:
    """The picture as a PDF, on sheets of paper or on one page of its own size. The same picture gives the same bytes.

    On paper it is drawn smaller only as long as no word is under `SMALLEST_TEXT` points; what does not fit one sheet then
    goes on over several, which overlap and say where each goes on. Raises `PictureFailed`.
    """
    whole = PdfReader(BytesIO(drawn(picture, "pdf"))).pages[0]
    writer = PdfWriter()
    left, bottom, right, top = map(float, whole.mediabox)
    box = left + picture.around, bottom + picture.around, right - picture.around, top - picture.around
    width, height = box[2] - box[0], box[3] - box[1]
    if paper == "one":
        whole.mediabox = whole.cropbox = RectangleObject(box)
        writer.add_page(whole)
    else:
        form = StreamObject()
        contents = whole.get_contents()
        form.set_data(b"" if contents is None else contents.get_data())
        form.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject(map(FloatObject, box)),
                NameObject("/Matrix"): ArrayObject(map(FloatObject, (1, 0, 0, 1, -box[0], -box[1]))),
                NameObject("/Resources"): whole["/Resources"].clone(writer),
            }
        )
        shared = writer._add_object(form.flate_encode())
        tiling = _tiling(width, height, picture.smallest, *_SHEETS[paper])
        for said in _sheets(tiling, width, height):
            page = writer.add_blank_page(tiling.width, tiling.height)
            content = StreamObject()
            content.set_data(said)
            page[NameObject("/Contents")] = writer._add_object(content)
            page[NameObject("/Resources")] = DictionaryObject(
                {
                    NameObject("/XObject"): DictionaryObject({NameObject("/Picture"): shared}),
                    NameObject("/Font"): DictionaryObject({NameObject("/Said"): _helvetica()}),
                }
            )
    writer.metadata = {"/Title": picture.title, "/Subject": picture.description, "/Creator": "datamap"}
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _helvetica() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )


def _tiling(width: float, height: float, smallest: float, short: float, long: float) -> _Tiling:
    """The fewest sheets, and among those the largest scale, for a picture whose smallest words have this size."""
    found = []
    least = SMALLEST_TEXT / smallest
    for sheet in ((long, short), (short, long)):
        sized = _Tiling(*sheet, 1.0, 1, 1)
        inside = sized.inside
        for scale in (1.0, *(n / 100 for n in range(99, ceil(least * 100) - 1, -1)), least):
            counts = [
                1 if size * scale <= room else ceil((size * scale - _OVERLAP) / (room - _OVERLAP))
                for size, room in zip((width, height), inside, strict=True)
            ]
            found.append(_Tiling(*sheet, scale, *counts))
    return min(found, key=lambda t: (t.across * t.down, -t.scale, -t.width))


def _sheets(tiling: _Tiling, width: float, height: float) -> Iterator[bytes]:
    """The content of each sheet, row by row: its part of the picture, its number, and where it goes on."""
    room, high = tiling.inside
    many = tiling.across * tiling.down
    for row in range(tiling.down):
        for column in range(tiling.across):
            number = row * tiling.across + column + 1
            left = _MARGIN - column * (room - _OVERLAP)
            top = tiling.height - _MARGIN + row * (high - _OVERLAP)
            bottom = top - height * tiling.scale
            yield b"\n".join(
                (
                    b"q",
                    f"{_MARGIN:.2f} {_MARGIN + _FOOT:.2f} {room:.2f} {high:.2f} re W n".encode(),
                    f"{tiling.scale:.5f} 0 0 {tiling.scale:.5f} {left:.2f} {bottom:.2f} cm /Picture Do".encode(),
                    b"Q",
                    *(_marks(tiling, row, column, number, many) if many > 1 else ()),
                )
            )


def _marks(tiling: _Tiling, row: int, column: int, number: int, many: int) -> Iterator[bytes]:
    """Which page it is and where it goes on, a plan of the pages, and dashed lines where the next begins."""
    room, high = tiling.inside
    on = []
    if column + 1 < tiling.across:
        on.append(f"to the right on page {number + 1}")
    if row + 1 < tiling.down:
        on.append(f"below on page {number + tiling.across}")
    goes_on = f"   Goes on {' and '.join(on)}." if on else ""
    yield b"0.34 0.36 0.4 rg 0.34 0.36 0.4 RG"
    yield f"BT /Said 8 Tf {_MARGIN:.2f} {_MARGIN:.2f} Td (Page {number} of {many}.{goes_on}) Tj ET".encode()
    side = min(7.0, 13.0 / tiling.down)
    start = tiling.width - _MARGIN - side * tiling.across
    for n in range(many):
        at = n % tiling.across, n // tiling.across
        x, y = start + at[0] * side, _MARGIN + 12 - (at[1] + 1) * side
        fill = "f" if at == (column, row) else "S"
        yield f"0.5 w {x:.2f} {y:.2f} {side - 1:.2f} {side - 1:.2f} re {fill}".encode()
    yield b"0.5 w [3 3] 0 d"
    low = _MARGIN + _FOOT
    if column + 1 < tiling.across:
        x = _MARGIN + room - _OVERLAP
        yield f"{x:.2f} {low:.2f} m {x:.2f} {low + high:.2f} l S".encode()
    if row + 1 < tiling.down:
        y = low + _OVERLAP
        yield f"{_MARGIN:.2f} {y:.2f} m {_MARGIN + room:.2f} {y:.2f} l S".encode()
