"""A policy as text, Markdown, HTML, DOCX or PDF → its sentences, each with its section and its line or page.

The file is opened only in a child process (`_document_child.py`) with the limits of `sheets.LIMITS`: a document of a few
kilobytes can hold a bomb as well as a spreadsheet can. The child sends plain text, which is cut into sentences here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from datamap.sheets import LIMITS, Unreadable

SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx", ".pdf")
"""The endings by which a file is told to be a policy, beside inventories."""

SENTENCES = 5_000
"""The most sentences and items of lists that are read: what is proposed of each takes time, and no policy has more."""

_CHILD = Path(__file__).with_name("_document_child.py")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a policy, or one item of a list with the words that lead to it.

    `line` counts from 1 (paragraphs of a DOCX count as lines); a PDF has `page` instead. `section` is the nearest
    heading above, and empty before the first.
    """

    text: str
    section: str = ""
    line: int | None = None
    page: int | None = None
    lead: str = ""  # what a list's item completes: "We may disclose it to:"
    in_table: bool = False
    under: tuple[str, ...] = ()  # every heading that it stands under, the widest first

    @property
    def whole(self) -> str:
        """The sentence as it reads: an item after its lead."""
        return f"{self.lead} {self.text}" if self.lead else self.text

    @property
    def place(self) -> str:
        """Where it stands: `Disclosure, line 12` or `page 3`."""
        where = f"line {self.line}" if self.page is None else f"page {self.page}"
        return f"{self.section}, {where}" if self.section else where


@dataclass(frozen=True)
class Policy:
    """A policy that was read. `kind` is what the file was found to be: text, markdown, html, docx or pdf."""

    file: str
    kind: str
    sentences: tuple[Sentence, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings under which sentences stand, in their order."""
        return tuple(dict.fromkeys(s.section for s in self.sentences if s.section))


def read(path: Path, *, name: str | None = None) -> Policy:
    """Read a policy from a file. `name` is how it is shown to users (default: its own name).

    Raises `Unreadable` with one sentence for the user when it cannot be read at all.
    """
    shown = _shown(name or path.name)
    if not path.is_file():
        reason = "is not a file" if path.exists() else "was not found: check its name and folder"
        raise Unreadable(f"{shown} {reason}.")
    if path.stat().st_size > LIMITS.file_bytes:
        raise Unreadable(f"{shown} is larger than {LIMITS.file_bytes // 1_000_000} MB, the most that is read.")
    said = _extracted(path, shown)
    sentences = tuple(islice(_sentences(said["blocks"], by_page=said["kind"] == "pdf"), SENTENCES + 1))
    if len(sentences) > SENTENCES:
        raise Unreadable(
            f"{shown} holds more than {SENTENCES:,} sentences, which no policy does: give the policy alone."
        )
    return Policy(shown, said["kind"], sentences)


def read_bytes(name: str, data: bytes) -> Policy:
    """Read an uploaded policy. `name` is what the user called it; see `read`."""
    with tempfile.TemporaryDirectory(prefix="datamap-") as folder:
        path = Path(folder) / f"upload{PurePath(name).suffix[:12]}"
        path.write_bytes(data)
        return read(path, name=name)


def read_text(text: str, *, name: str = "pasted text") -> Policy:
    """Read a policy that was pasted as text, which may be Markdown or have tags."""
    return read_bytes(name if PurePath(name).suffix else f"{name}.txt", text.encode())


def _shown(name: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in name)
    return shown if len(shown) <= 255 else f"{shown[:254]}…"


def _extracted(path: Path, shown: str) -> dict[str, Any]:
    """What the child says of a file, `kind` and `blocks`."""
    job = {"path": str(path.resolve()), "name": shown, "suffix": path.suffix.lower(), "limits": asdict(LIMITS)}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LIMITS.seconds,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"{shown} takes more than {LIMITS.seconds:g} seconds to read: give its text.") from None
    try:
        said = json.loads(done.stdout)
    except ValueError:
        said = None
    match said:
        case {"kind": str(), "blocks": list()}:
            return dict(said)
        case {"refused": str(sentence)}:
            raise Unreadable(sentence)
        case {"missing": str(module)}:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)
        case {"damaged": True}:
            raise Unreadable(f"{shown} is damaged or oddly made: open it, save it again, or give its text.")
    raise Unreadable(f"{shown} needs more than {LIMITS.memory_bytes >> 20} MB of memory to read: give its text.")


# ------------------------------------------------------------------------------------------ blocks → sentences

_SHORT_FORMS = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|al|viz|Inc|Ltd|Co|Corp|Pty|Mr|Mrs|Ms|Dr|St|Reg|reg|vs|v|"
    r"approx|incl|[A-Z])|\b(?:[A-Z]\.)+[A-Z])\.$"
)
_BEFORE_NUMBERS = re.compile(r"\b(?:[Nn]os?|[Aa]rts?|[Ss]ec|paras?|[Pp]p?)\.$")
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])|(?<=[。！？])")
_LONG_WORD = re.compile(r"\S{150,}")
_AROUND = 40  # characters on each side of a full stop that tell whether it ends a sentence
_LONGEST = 2_000  # characters of a sentence: longer ones, which no policy has, are cut
_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAY_END = ("etc.", "Inc.", "Ltd.", "Co.", "Corp.")
_BEGINS = ("We ", "You ", "Your ", "The ", "This ", "These ", "If ", "Our ", "In ")
_SENTENCE_ITEM = re.compile(r"[.!?][\"'”’)]?$")


def _cut(text: str) -> list[str]:
    """The sentences of a paragraph. A full stop of a short form ends none."""
    found: list[str] = []
    begun = 0
    for end in _END.finditer(text):
        so_far = text[max(begun, end.start() - _AROUND) : end.start()].rstrip("\"'”’)]")
        after = text[end.end() : end.end() + _AROUND]
        short = _SHORT_FORMS.search(so_far) and not (so_far.endswith(_MAY_END) and after.startswith(_BEGINS))
        if not short and not (_BEFORE_NUMBERS.search(so_far) and after[:1].isdigit()):
            found.append(text[begun : end.end()].strip())
            begun = end.end()
    every = (s for s in (*found, text[begun:].strip()) if s)
    return [part for s in every for part in (textwrap.wrap(s, _LONGEST) if len(s) > _LONGEST else (s,))]


def _sentences(blocks: Iterable[list[Any]], *, by_page: bool) -> Iterator[Sentence]:
    section = lead = ""
    above: dict[str, str] = {}
    opened = False  # whether lines that begin small may be items of the lead, as in a list that lost its bullets
    for kind, written, place in blocks:
        text = _LONG_WORD.sub(lambda m: f"{m[0][:80]}…", written)
        where: dict[str, Any] = {"page": place} if by_page else {"line": place}
        if kind in _LEVELS:
            section, lead, opened = text.rstrip(":").strip(), "", False
            above = {level: heading for level, heading in above.items() if level < kind} | {kind: section}
            continue
        where["under"] = tuple(above.values())
        if kind == "row":
            yield Sentence(text, section, **where, in_table=True)
            continue
        item = kind == "item" or (
            opened and bool(lead) and (text[:1].islower() or (text.startswith(("“", "(")) and len(text) < 300))
        )
        if kind == "text" and opened and lead and not item and len(text) < 250 and not _SENTENCE_ITEM.search(text):
            item = text.endswith((";", "; and", "; or"))
        sentences = _cut(text)
        if item:
            first, *rest = sentences
            if first.endswith(":") and len(first) < 200 and not rest:
                yield Sentence(first, section, **where, lead=lead)
                continue
            yield Sentence(first, section, **where, lead=lead)
            yield from (Sentence(s, section, **where) for s in rest)
            opened = opened and kind != "item"
            continue
        yield from (Sentence(s, section, **where) for s in sentences)
        last = sentences[-1] if sentences else ""
        lead = last if last.endswith((":", ": –", ":-", "to", "including", "following")) else ""
        opened = bool(lead)
