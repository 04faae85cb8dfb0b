"""HTML for the pages, built so that text from an inventory can only ever be text.

`tag` escapes every child and attribute that is not itself `Markup`, and `show` puts it on the page. Markdown, which
most of Streamlit's own elements read, is for our own words alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit as st

from datamap.views import STYLE

_STYLE = Path(__file__).with_name("style.css")
NIGHT = "#17191c"
"""The ground of the pages when they are dark."""


class Markup(str):
    """HTML made by `tag`: whatever text is in it is already escaped."""

    __slots__ = ()


Child = str | None


def tag(name: str, *children: Child, **attributes: str | None) -> Markup:
    """One element. Children that are not `Markup` are text; attributes that are None are left out."""
    said = "".join(
        f' {k.rstrip("_").replace("_", "-")}="{html.escape(v)}"' for k, v in attributes.items() if v is not None
    )
    return Markup(f"<{name}{said}>{joined(children)}</{name}>")


def joined(children: Iterable[Child], between: str = "") -> Markup:
    """Children one after the other, text escaped, the empty ones left out."""
    escaped = (c if isinstance(c, Markup) else html.escape(c) for c in children if c)
    return Markup(html.escape(between).join(escaped))


def listed(children: Iterable[Child], *, ordered: bool = False) -> Markup:
    """A list with one point a child."""
    return tag("ol" if ordered else "ul", *(tag("li", child) for child in children))


def facts(*pairs: tuple[str, Child]) -> Markup:
    """Names and what is known under each; those with nothing are left out."""
    rows = (joined((tag("dt", name), tag("dd", value))) for name, value in pairs if value)
    return tag("dl", *rows, class_="dm-facts")


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what it counts: `1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def label(text: str) -> str:
    """Text for a label of Streamlit's, which reads Markdown: every letter is itself."""
    return re.sub(r"([\\\\`*_\[\]<>$:~#|!])", r"\\\1", text)


def show(*parts: Markup | None) -> None:
    """Put markup on the page."""
    if body := joined(parts):
        st.html(f'<div class="dm">{body}</div>')


def stylesheet() -> None:
    """The pages' own styles, once a run: those of the file, and the colours of the outcomes."""
    st.html(f"<style>{_styles()}</style>")


@cache
def _styles() -> str:
    """The file, and a rule for each outcome: its colours on light ground, and the same turned round on dark."""
    looks = (
        f".dm-{outcome}, .st-key-tile-{outcome} button {{ color: light-dark({look.ink}, {look.fill}); "
        f"background: light-dark({look.fill}, color-mix(in srgb, {look.ink} 42%, {NIGHT})); "
        f"border-color: light-dark({look.ink}, color-mix(in srgb, {look.ink} 45%, {look.fill})); }}"
        for outcome, look in STYLE.items()
    )
    return "\n".join((_STYLE.read_text(encoding="utf-8"), *looks))
