"""The sheets that both writers set: their size, what a page holds, and how a picture is cut to be read on them."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from datamap.pictures.engine import SMALL
from datamap.pictures.pages import SMALLEST_TEXT

SHORT, LONG = 595.28, 841.89
"""The sides of A4, in points."""
SIDE, TOP, BOTTOM = 56.7, 62.0, 62.0
"""The margins, in points; the running head and foot stand in those above and below."""
EDGE = 30.0
"""The margin beside a picture, in points."""
HEADS, CAPTION, LONG_CAPTION = 64.0, 28.0, 40.0
"""What a picture leaves free for the headings over its first parts and for the caption under each, in points; on one
page the caption may be long."""
OVERLAP = 36.0
"""How much of a picture stands on both of two pages, in points."""


class Part(NamedTuple):
    """A rectangle of a picture, from its upper left corner, in the picture's own points."""

    left: float
    top: float
    width: float
    height: float


class Cut(NamedTuple):
    """How a picture is set: on turned sheets or not, how much smaller than drawn, and its parts, row by row."""

    turned: bool
    scale: float
    across: int
    down: int
    parts: tuple[Part, ...]

    def says(self, number: int) -> str:
        """Which part of how many, and where it goes on; nothing for a picture on one page."""
        many = self.across * self.down
        if many == 1:
            return ""
        column, row = number % self.across, number // self.across
        on = [f"to the right in part {number + 2}"] if column + 1 < self.across else []
        on += [f"below in part {number + 1 + self.across}"] if row + 1 < self.down else []
        goes_on = f", goes on {' and '.join(on)}" if on else ""
        return f"Part {number + 1} of {many}{goes_on}."


def room(turned: bool = False, side: float = SIDE) -> tuple[float, float]:
    """The width and height of a page between its margins, in points."""
    width, height = (LONG, SHORT) if turned else (SHORT, LONG)
    return width - 2 * side, height - TOP - BOTTOM


def cut(width: float, height: float, smallest: float = SMALL) -> Cut:
    """The fewest pages on which every word is at least `SMALLEST_TEXT` points, and on these the largest scale.

    `smallest` is the size of the smallest words as they are drawn.
    """
    scales = _scales(SMALLEST_TEXT / smallest)
    found = (_cut(width, height, turned, scale) for turned in (False, True) for scale in scales)
    return min(found, key=lambda c: (len(c.parts), -c.scale, c.turned))


def _scales(least: float) -> list[float]:
    return [n / 100 for n in range(100, ceil(least * 100) - 1, -1)] + [least]


def _cut(width: float, height: float, turned: bool, scale: float) -> Cut:
    wide, high = room(turned, EDGE)
    high -= CAPTION
    across, down = _count(width * scale, wide), _count(height * scale + HEADS, high)
    if across == 1 and height * scale + HEADS > high + CAPTION - LONG_CAPTION:
        down = max(down, 2)
    parts = []
    for row in range(down):
        heads = 0.0 if row else HEADS
        top = (row * (high - OVERLAP) - HEADS + heads) / scale
        for column in range(across):
            left = column * (wide - OVERLAP) / scale
            parts.append(Part(left, top, min(wide / scale, width - left), min((high - heads) / scale, height - top)))
    return Cut(turned, scale, across, down, tuple(parts))


def _count(size: float, space: float) -> int:
    return 1 if size <= space else ceil((size - OVERLAP) / (space - OVERLAP))
