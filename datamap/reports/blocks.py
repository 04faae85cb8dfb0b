"""What a report is made of. Both writers read this and nothing else, so Word and PDF say the same.

Text is only ever text: a run holds characters, and no writer reads marks, fields or addresses out of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from datamap.pictures import Drawing, drawn, to_svg
from datamap.pictures.engine import plain


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look. `ink` is `#rrggbb`, or empty for the colour of the text around it."""

    text: str
    strong: bool = False
    ink: str = ""


Text = tuple[Run, ...]
"""A text in several looks; `\\n` in a run begins a new line."""


LONGEST = 1_500
"""Characters of one run; of what is longer, the others are counted."""


def text(*parts: str | Run | Text) -> Text:
    """Words in one text. Control characters are replaced, what turns the direction of a line is left out, and what is
    longer than `LONGEST` is cut and says by how much."""
    runs: list[Run] = []
    for part in parts:
        if isinstance(part, str):
            runs.append(Run(_clean(part)))
        elif isinstance(part, Run):
            runs.append(Run(_clean(part.text), part.strong, part.ink))
        else:
            runs.extend(part)
    return tuple(run for run in runs if run.text)


def strong(words: str, ink: str = "") -> Run:
    return Run(words, True, ink)


def lines(parts: Iterable[Text], before: str = "") -> Text:
    """Texts one under another; `before` begins each."""
    found: list[Run] = []
    for part in parts:
        if part:
            found += [Run("\n")] if found else []
            found += [Run(before)] if before else []
            found += part
    return tuple(found)


def words_of(said: Text) -> str:
    """A text without its looks."""
    return "".join(run.text for run in said)


def _clean(words: str) -> str:
    more = len(words) - LONGEST
    cut = f"{words[:LONGEST]}… [{more:,} more characters]" if more > 0 else words
    return "\n".join(_clean_line(line) for line in cut.split("\n"))


def _clean_line(line: str) -> str:
    kept = plain(line)
    if not kept:
        return " " if line else ""
    return f"{' ' if line[0].isspace() else ''}{kept}{' ' if line[-1].isspace() else ''}"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section, of level 2 or 3. The contents list those of level 2."""

    level: Literal[2, 3]
    words: Text


@dataclass(frozen=True)
class Paragraph:
    words: Text
    quiet: bool = False


@dataclass(frozen=True)
class Note:
    """A paragraph in a frame that nobody should miss."""

    words: Text


@dataclass(frozen=True)
class Items:
    """A list of points."""

    points: tuple[Text, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and its width as a share of the others'."""

    heading: str
    share: float


@dataclass(frozen=True)
class Table:
    """Rows of cells. The heading row is repeated on each page; of a table `by_row`, the first cell of each row heads it
    and there is no heading row. `says` is what the table is, for those who do not see it."""

    says: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    by_row: bool = False


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as vectors under a heading of level 2. Its kinds of file are drawn when they are first asked for, and
    raise `PictureFailed`."""

    heading: Text
    drawing: Drawing
    caption: str

    @property
    def alt(self) -> str:
        """The picture in words."""
        return f"{self.drawing.title}. {self.drawing.description}"

    @cached_property
    def pdf(self) -> bytes:
        return drawn(self.drawing, "pdf")

    @cached_property
    def png(self) -> bytes:
        return drawn(self.drawing, "png")

    @cached_property
    def svg(self) -> str:
        return to_svg(self.drawing)


Block = Heading | Paragraph | Note | Items | Table | Picture


@dataclass(frozen=True)
class Section:
    """A chapter, in the contents at the first level. It begins on a new page, or goes on where it is `short`."""

    title: str
    blocks: tuple[Block, ...]
    short: bool = False


@dataclass(frozen=True, eq=False)
class Report:
    """A title page, the contents, and sections. `dated` is the day that stands in the file for when it was made."""

    title: str
    subtitle: str
    day: str
    dated: tuple[int, int, int]
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    language: str = "en-NZ"
