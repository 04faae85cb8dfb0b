"""DOT text → SVG, PNG or PDF: layout in a child process with a time limit and a shipped font, and text that is only text."""

from __future__ import annotations

import atexit
import html
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Format = Literal["svg", "png", "pdf"]

LAYOUT_SECONDS = 20.0
COARSE_SECONDS = 20.0

FONT = "DejaVu Sans"
SMALL = 9
"""The size of the smallest words in a picture, in points."""
BOLD = f"{FONT} Bold"
FONT_FAMILY = f"{FONT},Verdana,Geneva,sans-serif"
"""What the words of an SVG are set in, where the shipped font is not at hand too."""
_HERE = Path(__file__).parent
_MACHINE_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "WINDOWSFONTDIR")


class PictureFailed(Exception):
    """A picture could not be laid out; the message is one sentence for users."""


def render(dot_source: str, format: Format, *, timeout: float = LAYOUT_SECONDS, coarse_source: str = "") -> bytes:
    """Lay out DOT text in a child process: a system `dot` if there is one that works, else pygraphviz's own engine.

    After `timeout` seconds a coarser layout without frames gets `COARSE_SECONDS`, with `coarse_source` if there is one.
    Raises ValueError for an unknown format and `PictureFailed` when neither layout finishes or the engine gives up.
    """
    if format not in get_args(Format):
        raise ValueError(f"A picture can be svg, png or pdf, not “{format}”.")
    resolution = ("dpi=132",) if format == "png" else ()
    try:
        return _run(dot_source, "dot", format, resolution, timeout)
    except subprocess.TimeoutExpired:
        pass
    try:
        return _run(
            coarse_source or dot_source, "sfdp", format, (*resolution, "overlap=prism", "splines=line"), COARSE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PictureFailed(
            "The picture is too large to lay out in the time allowed; narrow it with a filter or a focus."
        ) from None


_STARTS: Mapping[str, tuple[bytes, ...]] = {"svg": (b"<?xml", b"<svg"), "png": (b"\x89PNG",), "pdf": (b"%PDF",)}


def _run(source: str, program: str, format: Format, settings: Sequence[str], timeout: float) -> bytes:
    commands = []
    if system := shutil.which("dot"):
        commands.append([system, f"-K{program}", f"-T{format}", *(f"-G{s}" for s in settings)])
    commands.append([sys.executable, "-P", str(_HERE / "dot.py"), program, format, *settings])
    if not _fontconfig().exists():
        _fontconfig.cache_clear()
    environment = {**os.environ, "FONTCONFIG_FILE": str(_fontconfig()), "PYTHONIOENCODING": "utf-8"}
    said = ""
    for command in commands:
        try:
            done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=timeout, env=environment)
        except OSError as failure:
            said = str(failure)
            continue
        if done.returncode == 0 and done.stdout.startswith(_STARTS[format]):
            return done.stdout
        said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    raise PictureFailed(f"The picture could not be laid out{f' ({said})' if said else ''}.")


@cache
def _fontconfig() -> Path:
    """A fontconfig file naming the shipped font first; a machine's own fonts only fill in letters that it lacks.

    The fonts are copied beside it, since fontconfig writes into the folders it reads.
    """
    folder = Path(tempfile.mkdtemp(prefix="datamap-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(_HERE / "fonts", folder / "fonts")
    places = "\n".join(f"  <dir>{html.escape(p)}</dir>" for p in (str(folder / "fonts"), *_MACHINE_FONTS))
    path = folder / "fonts.conf"
    path.write_text(
        f'<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n{places}\n'
        f"  <cachedir>{html.escape(str(folder / 'cache'))}</cachedir>\n"
        f'  <match target="pattern"><edit name="family" mode="append_last"><string>{FONT}</string></edit></match>\n'
        "</fontconfig>\n",
        "utf-8",
    )
    return path


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """One line of text that every picture format can hold: no control characters, nothing that turns its direction."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    kept = (c for c in line if c not in _BIDI)
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or ord(c) & 0xFFFE == 0xFFFE else c for c in kept
    )


def wrapped(text: str, width: int, lines: int) -> list[str]:
    return textwrap.wrap(plain(text), width, max_lines=lines, placeholder="…") or [""]


def label(lines: Iterable[str], end: str = r"\n") -> str:
    """Lines as a DOT label that shows exactly these characters. `end` ends each: `\\n` centred, `\\l` to the left."""
    import graphviz

    escaped: str = graphviz.nohtml("".join(graphviz.escape(plain(line).replace("&", "&amp;")) + end for line in lines))
    return escaped


def card(name: Iterable[str], small: Iterable[str], *, ink: str, quiet: str) -> str:
    """A label of a box: its name, and lesser words in smaller type under it. It shows exactly these characters."""
    lines = [f'<FONT COLOR="{ink}">{_escaped(line)}</FONT>' for line in name if plain(line)]
    lines += (f'<FONT POINT-SIZE="{SMALL}" COLOR="{quiet}">{_escaped(line)}</FONT>' for line in small if plain(line))
    return f"<{'<BR/>'.join(lines) or ' '}>"


def _escaped(line: str) -> str:
    return html.escape(plain(line)).replace("\\", "\\\\")
