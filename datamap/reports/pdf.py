"""A report → PDF: set line by line with the shipped font, tagged for screen readers, pictures merged in as vectors.

reportlab draws the pages; pypdf adds the pictures, the structure and the language. The same report gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import datamap.pictures
from datamap.pictures.engine import BOLD, FONT
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
    strong,
    text,
    words_of,
)
from datamap.reports.paper import BOTTOM, CAPTION, EDGE, HEADS, LONG, SHORT, SIDE, Cut, Part, cut, room
from datamap.views import FRAME, INK, QUIET

CONTENTS = "Contents"
UNSHOWN = "□"
"""What stands for a character that the shipped font cannot set."""


class _Look(NamedTuple):
    size: float
    leading: float
    above: float
    below: float
    ink: str = INK
    strong: bool = False


_BODY = _Look(9, 12.6, 0, 6)
_QUIET = _Look(8, 11, 0, 6, QUIET)
_CELL = _Look(7.8, 10.4, 0, 0)
_HEAD = _Look(7.8, 10.4, 0, 0, INK, True)
_TITLE = _Look(24, 30, 90, 6, INK, True)
_SUBTITLE = _Look(14, 19, 0, 24, INK)
_HEADINGS = {
    1: _Look(17, 22, 0, 10, INK, True),
    2: _Look(12, 16, 12, 5, INK, True),
    3: _Look(9.6, 13, 10, 4, INK, True),
}
_SMALL = 7.0  # the running head and foot
_FILL = "#eef1f5"
_PAD = 3.2
_BULLET = 10.0
_GAP = 22.0  # above a chapter that goes on where the one before it ends
_HEAD_OF_CHAPTER = 32.0  # of what a picture leaves free
_BROKEN_AFTER = 14  # a row with more lines than this may be broken over pages
_NEEDS = {1: 60.0, 2: 64.0, 3: 58.0}  # what a heading wants below itself


@dataclass(eq=False)
class _Element:
    """One element of the structure. `kids` are elements, or a page (from 0) with the number of a marked piece on it."""

    tag: str
    kids: list[_Element | tuple[int, int]] = field(default_factory=list)
    alt: str = ""
    scope: str = ""
    summary: str = ""

    def add(self, tag: str, *, alt: str = "", scope: str = "", summary: str = "") -> _Element:
        made = _Element(tag, alt=alt, scope=scope, summary=summary)
        self.kids.append(made)
        return made


class _Placed(NamedTuple):
    """A part of a picture on a page: where its upper left corner stands, from the page's lower left corner."""

    page: int
    mark: int
    picture: Picture
    part: Part
    scale: float
    left: float
    top: float


class Entry(NamedTuple):
    """A line of the contents: its level, its words and the page it leads to, from 1."""

    level: int
    words: str
    page: int


class Piece(NamedTuple):
    """Characters of one look on a line."""

    words: str
    font: str
    ink: str


Line = tuple[Piece, ...]


def pdf_bytes(report: Report) -> bytes:
    """The report as a PDF with bookmarks, contents with page numbers, structure, and pictures as vectors.

    Raises `PictureFailed` when a picture cannot be laid out.
    """
    entries = contents(report)
    unshown = _unshown(report)
    file = BytesIO()
    canvas = Canvas(file, pagesize=(SHORT, LONG), invariant=1, initialFontName=_name(False))
    setter = _Setter(report, canvas, entries, unshown)
    setter.set()
    canvas.save()
    return _finished(file, report, setter)


@lru_cache(maxsize=1)
def contents(report: Report) -> tuple[Entry, ...]:
    """The headings of levels 1 and 2 with the pages on which they stand when set as a PDF."""
    entries = tuple(Entry(level, words, 0) for level, words in _headings(report))
    setter = _Setter(report, None, entries, _unshown(report))
    setter.set()
    return tuple(e._replace(page=page) for e, page in zip(entries, setter.found, strict=True))


def _headings(report: Report) -> Iterator[tuple[int, str]]:
    for section in report.sections:
        yield 1, section.title
        for block in section.blocks:
            if isinstance(block, Picture):
                yield 2, words_of(block.heading)
            elif isinstance(block, Heading) and block.level == 2:
                yield 2, words_of(block.words)


# ------------------------------------------------------------------------------------------------ words and lines


@cache
def _font(bold: bool) -> TTFont:
    name = BOLD if bold else FONT
    file = Path(datamap.pictures.__file__).parent / "fonts" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"
    font = TTFont(name, str(file))
    pdfmetrics.registerFont(font)
    return font


def _name(bold: bool) -> str:
    return str(_font(bold).fontName)


_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


@cache
def _letters(bold: bool) -> frozenset[int]:
    return frozenset(_font(bold).face.charToGlyph)


def _settable(words: str, bold: bool) -> str:
    """The words with `UNSHOWN` for what the font has no letter for, or whose letters run from right to left."""
    if words.isascii():
        return words
    words = unicodedata.normalize("NFC", words)
    known = _letters(bold)
    shown = "".join(c if ord(c) in known else UNSHOWN for c in words)
    return _RIGHT_TO_LEFT.sub(UNSHOWN, shown)


def _unshown(report: Report) -> int:
    """How many characters of the report the font cannot set."""
    every = [report.title, report.subtitle, *(s.title for s in report.sections)]
    found = 0
    for words, bold in [*((w, True) for w in every), *_runs(report)]:
        if not words.isascii():
            found += _settable(words, bold).count(UNSHOWN) - words.count(UNSHOWN)
    return found


def _runs(report: Report) -> Iterable[tuple[str, bool]]:
    for block in (*report.opening, *(b for s in report.sections for b in s.blocks)):
        match block:
            case Heading():
                texts: Iterable[Text] = [block.words]
            case Paragraph() | Note():
                texts = [block.words]
            case Items():
                texts = block.points
            case Table():
                texts = [cell for row in block.rows for cell in row]
            case Picture():
                texts = [block.heading]
        for said in texts:
            for run in said:
                yield run.text, run.strong


_WORDS = re.compile(r"\n|[^\S\n]+|[^\s\u200b]+\u200b?|\u200b")


@lru_cache(maxsize=32_768)
def _wrapped(said: Text, look: _Look, width: float) -> tuple[Line, ...]:
    """A text as lines no wider than `width`; what has no space in it is broken where it must be."""
    found: list[Line] = []
    line: list[Piece] = []
    used = 0.0
    for run in said:
        bold, ink = run.strong or look.strong, run.ink or look.ink
        font = _name(bold)
        for word in _WORDS.findall(_settable(run.text, bold)):
            if word == "\n":
                found.append(tuple(line))
                line, used = [], 0.0
                continue
            if word.isspace():
                if line:
                    line.append(Piece(" ", font, ink))
                    used += _wide(" ", font, look.size)
                continue
            wide = _wide(word, font, look.size)
            begun = used + min(wide, _wide(word[:12], font, look.size)) <= width
            if used + wide > width and line and (wide <= width or not begun):
                found.append(_trimmed(line))
                line, used = [], 0.0
            while used + wide > width and len(word) > 1:
                fits = _fitting(word, font, look.size, width - used)
                line.append(Piece(word[:fits], font, ink))
                found.append(tuple(line))
                line, used, word = [], 0.0, word[fits:]
                wide = _wide(word, font, look.size)
            line.append(Piece(word, font, ink))
            used += wide
    return (*found, _trimmed(line)) if line or not found else tuple(found)


def _trimmed(line: Sequence[Piece]) -> Line:
    end = len(line)
    while end and line[end - 1].words == " ":
        end -= 1
    return tuple(line[:end])


def _fitting(word: str, font: str, size: float, space: float) -> int:
    """How many characters of a word fit; at least one. It is broken after a mark of punctuation where that is near."""
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _wide(word[:middle], font, size) <= space else (low, middle - 1)
    for back in range(low, max(low - 10, 0), -1):
        if word[back - 1] in "/!-_.,;:?&=":
            return back
    return low


@lru_cache(maxsize=65_536)
def _wide(words: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(words, font, size))


# ------------------------------------------------------------------------------------------------ the pages


class _Setter:
    """Sets a report page by page. Without a canvas it only finds on which page each heading stands."""

    def __init__(self, report: Report, canvas: Canvas | None, entries: Sequence[Entry], unshown: int) -> None:
        self.report, self.canvas, self.entries, self.unshown = report, canvas, entries, unshown
        self.page, self.y, self.turned, self.used = -1, 0.0, False, False
        self.marks: list[list[_Element]] = []
        self.document = _Element("Document")
        self.placed: list[_Placed] = []
        self.found: list[int] = []
        self.chapter = ""
        self._number = 0

    @property
    def width(self) -> float:
        return room(self.turned)[0]

    def set(self) -> None:
        self._new_page()
        self._opening()
        self._contents()
        for section in self.report.sections:
            self._section(section)
        self._end_page()

    # -- pages

    def _new_page(self, turned: bool = False) -> None:
        if self.page >= 0:
            self._end_page()
        self.page, self.turned, self.used = self.page + 1, turned, False
        self.y = room(turned)[1] + BOTTOM
        self.marks.append([])
        if self.canvas:
            self.canvas.setPageSize((LONG, SHORT) if turned else (SHORT, LONG))

    def _end_page(self) -> None:
        if not self.canvas:
            return
        if self.page:
            high = room(self.turned)[1] + BOTTOM
            self.canvas.addLiteral("/Artifact BMC")
            self._put(((Piece(_settable(self.report.title, False), _name(False), QUIET)),), SIDE, high + 22, _SMALL)
            if self.chapter:
                words = _settable(self.chapter, False)
                left = SIDE + self.width - _wide(words, _name(False), _SMALL)
                self._put((Piece(words, _name(False), QUIET),), left, high + 22, _SMALL)
            number = str(self.page + 1)
            left = SIDE + self.width - _wide(number, _name(False), _SMALL)
            self._put((Piece(_settable(self.report.day, False), _name(False), QUIET),), SIDE, BOTTOM - 26, _SMALL)
            self._put((Piece(number, _name(False), QUIET),), left, BOTTOM - 26, _SMALL)
            self.canvas.addLiteral("EMC")
        self.canvas.showPage()

    def _need(self, height: float) -> None:
        """Go to a new page unless so much is free on this one."""
        if self.y - height < BOTTOM and self.used:
            self._new_page(self.turned)

    # -- marks on the page

    def _begin(self, element: _Element) -> None:
        if self.canvas:
            number = len(self.marks[self.page])
            self.marks[self.page].append(element)
            element.kids.append((self.page, number))
            self.canvas.addLiteral(f"/{element.tag} <</MCID {number}>> BDC")

    def _end(self) -> None:
        if self.canvas:
            self.canvas.addLiteral("EMC")

    def _put(self, line: Line, left: float, baseline: float, size: float) -> None:
        if not self.canvas:
            return
        for words, font, ink in _joined(line):
            self.canvas.setFillColor(_colour(ink))
            self.canvas.setFont(font, size)
            self.canvas.drawString(left, baseline, words)
            left += _wide(words, font, size)

    def _rule(self, left: float, right: float, y: float, ink: str = FRAME, wide: float = 0.5) -> None:
        if self.canvas:
            self.canvas.addLiteral("/Artifact BMC")
            self.canvas.setStrokeColor(_colour(ink))
            self.canvas.setLineWidth(wide)
            self.canvas.line(left, y, right, y)
            self.canvas.addLiteral("EMC")

    def _box(self, left: float, bottom: float, width: float, height: float, fill: str, edge: str = "") -> None:
        if self.canvas:
            self.canvas.addLiteral("/Artifact BMC")
            self.canvas.setFillColor(_colour(fill))
            self.canvas.setStrokeColor(_colour(edge or fill))
            self.canvas.rect(left, bottom, width, height, stroke=bool(edge), fill=1)
            self.canvas.addLiteral("EMC")

    # -- blocks

    def _lines(self, found: Sequence[Line], look: _Look, left: float, element: _Element) -> None:
        """Lines under each other, going on over pages; no line stands alone at either end where there are four."""
        self.y -= look.above if self.used else 0
        start = 0
        while start < len(found):
            fits = int((self.y - BOTTOM + 0.01) // look.leading)
            rest = len(found) - start
            if fits < rest:
                fits = min(fits, rest - 2) if rest > 3 else 0 if rest <= 3 and fits < rest else fits
                if fits < 2 and self.used:
                    self._new_page(self.turned)
                    continue
                fits = max(fits, 1)
            chunk = found[start : start + min(fits, rest)]
            self._begin(element)
            for line in chunk:
                self._put(
                    line, left, self.y - look.leading + (look.leading - look.size) / 2 + look.size * 0.2, look.size
                )
                self.y -= look.leading
            self._end()
            self.used = True
            start += len(chunk)
        self.y -= look.below

    def _opening(self) -> None:
        report = self.report
        self.used = True
        for words, look in ((report.title, _TITLE), (report.subtitle, _SUBTITLE)):
            self._lines(_wrapped(text(words), look, self.width), look, SIDE, self.document.add("P"))
        self.blocks(report.opening, self.document)
        if self.unshown:
            one = self.unshown == 1
            said = (
                f"{self.unshown:,} {'character' if one else 'characters'} of the record "
                f"{'is' if one else 'are'} shown as {UNSHOWN}: the font of this PDF has no "
                f"{'letter for it, or it is' if one else 'letters for them, or they are'} written from right to left. "
                "The Word report and the register have them as they were written."
            )
            self._paragraph(text(said), _QUIET, self.document)

    def _contents(self) -> None:
        self._new_page()
        self.chapter = CONTENTS
        look = _HEADINGS[1]
        self._lines(_wrapped(text(CONTENTS), look, self.width), look, SIDE, self.document.add("H1"))
        toc = self.document.add("TOC")
        for number, entry in enumerate(self.entries):
            left = SIDE + (0 if entry.level == 1 else 14)
            shown = _Look(9, 13, 5 if entry.level == 1 else 0, 0, INK, entry.level == 1)
            found = _wrapped(text(entry.words), shown, self.width - (left - SIDE) - 40)
            self._need(shown.above + shown.leading * len(found))
            item = toc.add("TOCI")
            top = self.y - shown.above
            self._lines(found, shown, left, item.add("P"))
            page = str(entry.page) if entry.page else ""
            at = SIDE + self.width - _wide(page, _name(False), shown.size)
            baseline = self.y + (shown.leading - shown.size) / 2 + shown.size * 0.2
            self._begin(item.add("Reference"))
            self._put((Piece(page, _name(False), INK),), at, baseline, shown.size)
            self._end()
            end = left + sum(_wide(w, f, shown.size) for w, f, _ in found[-1]) + 6
            if self.canvas and end < at - 6:
                self.canvas.addLiteral("/Artifact BMC")
                self.canvas.setStrokeColor(_colour(FRAME))
                self.canvas.setLineWidth(0.6)
                self.canvas.setDash(0.6, 2.4)
                self.canvas.line(end, baseline + 1, at - 6, baseline + 1)
                self.canvas.setDash()
                self.canvas.addLiteral("EMC")
            if self.canvas:
                self.canvas.linkRect("", f"h{number}", (left, self.y, SIDE + self.width, top), relative=0, thickness=0)

    def _section(self, section: Section) -> None:
        first = section.blocks[0]
        if not section.short or self.turned or self.y - BOTTOM < room()[1] / 4:
            self._new_page(isinstance(first, Picture) and set_of(first).turned)
        else:
            self.y -= _GAP
        self.chapter = section.title
        part = self.document.add("Sect")
        self._heading(1, text(section.title), part)
        self.blocks(section.blocks, part)

    def blocks(self, blocks: Sequence[Block], parent: _Element) -> None:
        for block, after in zip(blocks, (*blocks[1:], None), strict=True):
            if self.turned and not isinstance(block, Picture):
                self._new_page()
            match block:
                case Heading():
                    table = _TableSetter(self, after, _Element("")) if isinstance(after, Table) else None
                    self._heading(block.level, block.words, parent, table.wants() if table else 0.0)
                case Paragraph():
                    self._paragraph(block.words, _QUIET if block.quiet else _BODY, parent)
                case Note():
                    self._note(block.words, parent)
                case Items():
                    self._items(block.points, parent)
                case Table():
                    _TableSetter(self, block, parent).set()
                case Picture():
                    self._picture(block, parent)

    def _heading(self, level: int, words: Text, parent: _Element, wants: float = 0.0) -> None:
        look = _HEADINGS[level]
        found = _wrapped(words, look, self.width)
        self._need(look.above + look.leading * len(found) + look.below + max(wants, _NEEDS[level]))
        if level < 3:
            self.found.append(self.page + 1)
            if self.canvas:
                key = f"h{self._number}"
                self.canvas.bookmarkHorizontal(key, 0, self.y)
                self.canvas.addOutlineEntry(words_of(words), key, level - 1, closed=level == 1)
            self._number += 1
        self._lines(found, look, SIDE, parent.add(f"H{level}"))

    def _paragraph(self, words: Text, look: _Look, parent: _Element) -> None:
        self._lines(_wrapped(words, look, self.width), look, SIDE, parent.add("P"))

    def _note(self, words: Text, parent: _Element) -> None:
        look = _BODY
        found = _wrapped(words, look, self.width - 24)
        height = look.leading * len(found) + 14
        self._need(height)
        self.y -= 4
        fits = self.y - height >= BOTTOM
        if fits:
            self._box(SIDE, self.y - height, self.width, height, _FILL)
            self._box(SIDE, self.y - height, 3, height, INK)
        self.y -= 7
        self._lines(found, look._replace(below=0), SIDE + 12, parent.add("P"))
        self.y -= 15

    def _items(self, points: Sequence[Text], parent: _Element) -> None:
        every = parent.add("L")
        for point in points:
            item = every.add("LI")
            found = _wrapped(point, _BODY, self.width - _BULLET)
            self._need(_BODY.leading * min(len(found), 2))
            self._begin(item.add("Lbl"))
            self._put((Piece("•", _name(False), INK),), SIDE, self.y - 9.0, _BODY.size)
            self._end()
            self._lines(found, _BODY._replace(below=2.5), SIDE + _BULLET, item.add("LBody"))
        self.y -= 4

    def _picture(self, picture: Picture, parent: _Element) -> None:
        set_ = set_of(picture)
        for number, part in enumerate(set_.parts):
            high, wide = part.height * set_.scale, part.width * set_.scale
            free = self.y - BOTTOM - (CAPTION if number else HEADS + CAPTION - _HEAD_OF_CHAPTER)
            if set_.turned != self.turned or high > free:
                self._new_page(set_.turned)
            if not number:
                self._heading(2, picture.heading, parent, high)
            left = max(EDGE, min(SIDE, EDGE + (room(set_.turned, EDGE)[0] - wide) / 2))
            figure = parent.add("Figure", alt=f"{picture.alt} {set_.says(number)}".strip())
            if self.canvas:
                mark = len(self.marks[self.page])
                self.marks[self.page].append(figure)
                figure.kids.append((self.page, mark))
                self.placed.append(_Placed(self.page, mark, picture, part, set_.scale, left, self.y))
            self.y -= high + 6
            self.used = True
            self._paragraph(text(f"{picture.caption} {set_.says(number)}".strip()), _QUIET, parent)


@cache
def _colour(ink: str) -> Any:
    return HexColor(ink)


def _joined(line: Line) -> Iterable[Piece]:
    """The pieces of a line, those of one look drawn at once."""
    words, font, ink = "", "", ""
    for piece in line:
        if (piece.font, piece.ink) != (font, ink):
            if words:
                yield Piece(words, font, ink)
            words, font, ink = "", piece.font, piece.ink
        words += piece.words
    if words:
        yield Piece(words, font, ink)


class _TableSetter:
    """Sets one table, with its heading row again on each page."""

    def __init__(self, setter: _Setter, table: Table, parent: _Element) -> None:
        self.setter, self.table = setter, table
        self.element = parent.add("Table", summary=table.says)
        shares = sum(c.share for c in table.columns)
        self.widths = [setter.width * c.share / shares for c in table.columns]
        self.lefts = [SIDE + sum(self.widths[:n]) for n in range(len(self.widths))]
        heads = (text(strong(c.heading)) for c in table.columns)
        self.head = [_wrapped(h, _HEAD, w - 2 * _PAD) for h, w in zip(heads, self.widths, strict=True)]

    def set(self) -> None:
        setter, table = self.setter, self.table
        if not table.by_row:
            setter._need(self.wants())
            self._heading_row(self.element.add("TR"))
        for row in table.rows:
            found = self._wrapped_row(row)
            element = self.element.add("TR")
            cells = [
                element.add("TH", scope="Row") if not n and table.by_row else element.add("TD") for n in range(len(row))
            ]
            self._row(found, cells)
        setter.y -= 10

    def wants(self) -> float:
        """How much room the table wants where it begins: all of a small table by row, else its first row."""
        rows = self.table.rows if self.table.by_row else self.table.rows[:1]
        high = sum(self._height(self._wrapped_row(row)) for row in rows)
        high += 0 if self.table.by_row else self._height(self.head)
        return high if high < room()[1] / 2 else _NEEDS[3]

    def _wrapped_row(self, row: Sequence[Text]) -> list[tuple[Line, ...]]:
        looks = [_HEAD if self.table.by_row and not n else _CELL for n in range(len(row))]
        return [_wrapped(c, k, w - 2 * _PAD) for c, k, w in zip(row, looks, self.widths, strict=True)]

    def _height(self, found: Sequence[Sequence[Line]]) -> float:
        return max(map(len, found)) * _CELL.leading + 2 * _PAD

    def _heading_row(self, element: _Element | None) -> None:
        """The heading row; where it is repeated it is no part of the structure."""
        setter = self.setter
        high = self._height(self.head)
        setter._box(SIDE, setter.y - high, setter.width, high, _FILL)
        cells = [element.add("TH", scope="Column") for _ in self.head] if element else None
        self._cells(self.head, cells, 0, max(map(len, self.head)))
        setter.y -= high
        setter._rule(SIDE, SIDE + setter.width, setter.y, QUIET, 0.8)
        setter.used = True

    def _row(self, found: Sequence[Sequence[Line]], cells: Sequence[_Element]) -> None:
        setter = self.setter
        start, every = 0, max(map(len, found))
        while start < every:
            fits = int((setter.y - BOTTOM - 2 * _PAD + 0.01) // _CELL.leading)
            rest = every - start
            if rest > fits and (fits < 4 or rest <= _BROKEN_AFTER) and not self._fresh():
                self._next_page()
                continue
            shown = max(min(rest, fits), 1)
            self._cells(found, cells, start, start + shown)
            setter.y -= shown * _CELL.leading + 2 * _PAD
            setter.used = True
            start += shown
            if start < every:
                self._next_page()
        setter._rule(SIDE, SIDE + setter.width, setter.y)

    def _fresh(self) -> bool:
        """Whether nothing but the heading row stands on this page."""
        head = 0 if self.table.by_row else self._height(self.head)
        return self.setter.y >= room(self.setter.turned)[1] + BOTTOM - head - 0.5

    def _next_page(self) -> None:
        self.setter._new_page(self.setter.turned)
        if not self.table.by_row:
            self._heading_row(None)

    def _cells(self, found: Sequence[Sequence[Line]], cells: Sequence[_Element] | None, start: int, end: int) -> None:
        setter = self.setter
        if cells is None and setter.canvas:
            setter.canvas.addLiteral("/Artifact BMC")
        for n, column in enumerate(found):
            chunk = column[start:end]
            if not chunk:
                continue
            if cells is not None:
                setter._begin(cells[n])
            y = setter.y - _PAD
            for line in chunk:
                setter._put(line, self.lefts[n] + _PAD, y - 8.0, _CELL.size)
                y -= _CELL.leading
            if cells is not None:
                setter._end()
        if cells is None and setter.canvas:
            setter.canvas.addLiteral("EMC")


# ------------------------------------------------------------------------------------------------ pictures and structure


@lru_cache(maxsize=4)
def _drawn(picture: Picture) -> Any:
    return PdfReader(BytesIO(picture.pdf)).pages[0]


def size(picture: Picture) -> tuple[float, float]:
    """The width and height of a picture as it is drawn, in points. Raises `PictureFailed`."""
    box, around = _drawn(picture).mediabox, picture.drawing.around
    return float(box.width) - 2 * around, float(box.height) - 2 * around


def set_of(picture: Picture) -> Cut:
    """How a picture is set on paper. Raises `PictureFailed`."""
    return cut(*size(picture), picture.drawing.smallest)


def _finished(file: BytesIO, report: Report, setter: _Setter) -> bytes:
    writer = PdfWriter(clone_from=file)
    writer.pdf_header = "%PDF-1.7"
    forms: dict[int, IndirectObject] = {}
    for number, placed in enumerate(setter.placed):
        key = id(placed.picture)
        if key not in forms:
            forms[key] = _form(placed.picture, writer)
        page = writer.pages[placed.page]
        name = f"/Picture{number}"
        _under(page, "/XObject", name, forms[key], writer)
        _append(page, _placing(placed, name), writer)
    _structure(setter, writer)
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject(report.language)
    root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    made = "D:{:04}{:02}{:02}000000Z".format(*report.dated)
    writer.metadata = {
        "/Title": f"{report.title}: {report.subtitle}",
        "/Subject": report.day,
        "/Creator": "datamap",
        "/Producer": "datamap",
        "/CreationDate": made,
        "/ModDate": made,
    }
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _form(picture: Picture, writer: PdfWriter) -> IndirectObject:
    """A picture as a form that pages can draw: its own operators and fonts, unchanged."""
    drawn = _drawn(picture)
    form = StreamObject()
    operators = drawn.get_contents()
    form.set_data(b"" if operators is None else operators.get_data())
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(n) for n in drawn.mediabox),
            NameObject("/Resources"): drawn["/Resources"].clone(writer),
        }
    )
    return writer._add_object(form.flate_encode())


def _placing(placed: _Placed, name: str) -> bytes:
    _, height = size(placed.picture)
    part, scale = placed.part, placed.scale
    wide, high = part.width * scale, part.height * scale
    around = placed.picture.drawing.around
    left = placed.left - (part.left + around) * scale
    bottom = placed.top - (height - part.top + around) * scale
    return (
        f"/Figure <</MCID {placed.mark}>> BDC q {placed.left:.2f} {placed.top - high:.2f} {wide:.2f} {high:.2f} re W n "
        f"{scale:.5f} 0 0 {scale:.5f} {left:.2f} {bottom:.2f} cm {name} Do Q EMC"
    ).encode()


def _under(page: Any, kind: str, name: str, what: IndirectObject, writer: PdfWriter) -> None:
    """Add to a kind of a page's resources, which pages may share: this page gets its own."""
    resources = DictionaryObject(page["/Resources"].get_object())
    held = resources.get(kind)
    resources[NameObject(kind)] = DictionaryObject(
        {**(held.get_object() if held is not None else {}), NameObject(name): what}
    )
    page[NameObject("/Resources")] = resources


def _append(page: Any, operators: bytes, writer: PdfWriter) -> None:
    stream = StreamObject()
    stream.set_data(operators)
    held = page.get("/Contents")
    before = held.get_object() if held is not None else ArrayObject()
    every = list(before) if isinstance(before, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject([*every, writer._add_object(stream)])


def _structure(setter: _Setter, writer: PdfWriter) -> None:
    """The tree of headings, paragraphs, lists, tables and figures, each joined to what is marked on the pages."""
    pages = [page.indirect_reference for page in writer.pages]
    made: dict[int, IndirectObject] = {}
    tree = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root = writer._add_object(tree)

    def add(element: _Element, parent: IndirectObject) -> IndirectObject:
        entry = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject(f"/{element.tag}"),
                NameObject("/P"): parent,
            }
        )
        reference = writer._add_object(entry)
        made[id(element)] = reference
        if element.alt:
            entry[NameObject("/Alt")] = TextStringObject(element.alt)
        of_table = DictionaryObject()
        if element.scope:
            of_table[NameObject("/Scope")] = NameObject(f"/{element.scope}")
        if element.summary:
            of_table[NameObject("/Summary")] = TextStringObject(element.summary)
        if of_table:
            entry[NameObject("/A")] = DictionaryObject({NameObject("/O"): NameObject("/Table"), **of_table})
        kids = ArrayObject()
        for kid in element.kids:
            if isinstance(kid, _Element):
                if kid.kids:
                    kids.append(add(kid, reference))
            else:
                kids.append(
                    DictionaryObject(
                        {
                            NameObject("/Type"): NameObject("/MCR"),
                            NameObject("/Pg"): pages[kid[0]] or NullObject(),
                            NameObject("/MCID"): NumberObject(kid[1]),
                        }
                    )
                )
        entry[NameObject("/K")] = kids
        return reference

    tree[NameObject("/K")] = add(setter.document, root)
    numbers = ArrayObject()
    for number, marked in enumerate(setter.marks):
        writer.pages[number][NameObject("/StructParents")] = NumberObject(number)
        writer.pages[number][NameObject("/Tabs")] = NameObject("/S")
        numbers += [NumberObject(number), ArrayObject(made.get(id(e), NullObject()) for e in marked)]
    tree[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): numbers})
    tree[NameObject("/ParentTreeNextKey")] = NumberObject(len(setter.marks))
    writer.root_object[NameObject("/StructTreeRoot")] = root
