"""The child process of `documents.read`: opens one policy and prints its paragraphs, or one sentence, as one line of JSON.

It is run by its path with `-I`, as `_read_child` is, whose limits and refusals it shares. The job comes on standard
input (see `documents._extracted`). What is printed is `{"kind", "blocks"}`, `{"refused"}`, `{"missing"}` or
`{"damaged"}`; nothing at all means that the process was ended by a limit. A block is `[kind, text, place]`: its kind is
h1 to h6 (a heading), item (of a list), row (of a table) or text, its place the line of the file, or the page of a PDF.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import signal
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))  # -I leaves out the folder that a checkout is run from

from datamap import _read_child as guarded
from datamap._read_child import Refused

Block = tuple[str, str, int]
HEADING, ITEM, ROW, TEXT = "h2", "item", "row", "text"
"""HEADING is of a heading whose level is not known."""

PAGES = 1_000
CHARACTERS = 600_000
WANTED = "give the policy as .txt, .md, .html, .docx or .pdf"
_WANTED_BY = {".pdf": "no PDF", ".docx": "no document of Word"}
HTML_SUFFIXES = {".html", ".htm", ".xhtml"}
HTML_HEAD = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|title)\b", re.I | re.S
)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, which gets it too, ends this process
    job = json.load(sys.stdin)
    guarded.limit_process(job["limits"])
    name = job["name"]
    try:
        kind, blocks = _read(Path(job["path"]), job["suffix"], job["limits"])
        answer: dict[str, Any] = {"kind": kind, "blocks": _bounded(blocks)}
        if not answer["blocks"]:
            raise Refused(f"holds no text: {WANTED}")
    except Refused as refusal:
        answer = {"refused": f"{name} {refusal}."}
    except MemoryError:
        raise
    except ModuleNotFoundError as missing:
        answer = {"missing": missing.name or "?"}
    except OSError as failure:
        opened = "cannot be opened: check that you are allowed to read it"
        answer = {"damaged": True} if failure.filename is None else {"refused": f"{name} {opened}."}
    except Exception:
        answer = {"damaged": True}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _bounded(blocks: Iterable[Block]) -> list[Block]:
    kept: list[Block] = []
    size = 0
    for kind, text, place in blocks:
        clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        size += len(clean)
        if size > CHARACTERS:
            raise Refused(f"holds more than {CHARACTERS:,} characters of text, which no policy does: {WANTED}")
        if clean:
            kept.append((kind, clean, place))
    return kept


def _read(path: Path, suffix: str, limits: dict[str, Any]) -> tuple[str, Iterable[Block]]:
    with path.open("rb") as file:
        head = file.read(guarded.HEAD)
    if not head.strip():
        raise Refused("is empty: check that it was saved or downloaded completely")
    if head.lstrip()[:4] == b"%PDF":
        return "pdf", _pdf(path)
    if head.startswith(guarded.ZIP):
        return "docx", _docx(path, limits)
    if head.startswith(guarded.OLE):
        raise Refused(
            "is a document of Word 97 to 2003, or protected by a password: save it as .docx without a password"
        )
    for magic, what in guarded.MAGIC:
        if head.startswith(magic):
            raise Refused(f"is {what}, not a policy: {WANTED}")
    try:
        text = guarded.text_of(path, limits, "text")
    except Refused as refusal:
        said = str(refusal)
        if said.startswith("is not text"):  # what it advises there is for a table
            raise Refused(f"is {_WANTED_BY.get(suffix, 'not text')}, whatever its name says: {WANTED}") from None
        raise
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if suffix in HTML_SUFFIXES or HTML_HEAD.match(plain):
        return "html", _html(text)
    if plain[:14].lower().startswith(b"mime-version:"):
        raise Refused("is a saved web page (MHTML): save it as .html")
    lines = text.split("\n")
    if suffix in guarded.MARKDOWN_SUFFIXES or any(re.match(r"#{1,6}[ \t]+\S", line) for line in lines):
        return "markdown", _markdown(lines)
    return "text", _plain(list(_without_tags(lines)))


# --- Markdown ---

EMPHASIS = re.compile(r"(?<![\w*_])([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*_])")
ATTRIBUTES = re.compile(r"\{[:#.][^{}\n]*\}\s*$")
MARKDOWN_ITEM = re.compile(r"\s*(?:[-*+]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])[ \t]+(?=\S)")


def _words(text: str) -> str:
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", re.sub(r"(?i)<br\s*/?>", " ", text))
    text = guarded.MARKDOWN_LINK.sub(r"\1", ATTRIBUTES.sub("", text))
    for _ in range(2):
        text = EMPHASIS.sub(r"\2", text)
    return guarded.unmarked(text).replace("\n", " ")


def _markdown(lines: list[str]) -> Iterator[Block]:
    at = _after_front_matter(lines)
    fence = ""
    kind, words, begun = TEXT, "", 0

    def done() -> Iterator[Block]:
        nonlocal words, kind
        if words.strip():
            yield kind, _words(words), begun
        words, kind = "", TEXT

    for number in range(at, len(lines)):
        line = lines[number].lstrip(">") if lines[number].startswith(">") else lines[number]
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if mark := re.match(r"\s*(```|~~~)", line):
            fence = "" if fence == mark[1] else fence or mark[1]
            yield from done()
        elif fence:
            continue
        elif heading := re.match(r"\s{0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$", line):
            yield from done()
            yield f"h{len(heading[1])}", _words(heading[2]), number + 1
        elif words and kind == TEXT and re.fullmatch(r"\s{0,3}(=+|-{2,})\s*", line):
            kind = "h1" if "=" in line else "h2"
            yield from done()
        elif (
            not line.strip()
            or re.fullmatch(r"\s*([*_-]\s*){3,}", line)
            or ("|" in line and (guarded.MARKDOWN_RULE.fullmatch(after) or guarded.MARKDOWN_RULE.fullmatch(line)))
        ):
            yield from done()
        elif re.match(r"\s*\|", line):
            yield from done()
            cells = (_words(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
            yield ROW, " | ".join(cell for cell in cells if cell), number + 1
        elif item := MARKDOWN_ITEM.match(line):
            yield from done()
            kind, words, begun = ITEM, line[item.end() :], number + 1
        else:
            begun = begun if words else number + 1
            words = f"{words}{' <br> ' if words.endswith('  ') else ' '}{line}" if words else line
            if line.endswith("  "):
                yield from done()
    yield from done()


def _after_front_matter(lines: list[str]) -> int:
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:200], 1):
            if line.strip() == "---":
                return number + 1
    return 0


# --- plain text, and the lines of a PDF ---

Line = tuple[str, int]
BULLET = re.compile(r"\s*(?:[•●▪■◦‣⁃∙·○➢✓\uf0b7–—*+-]|o(?=\s{2})|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
NUMBERED = re.compile(r"\s*(?:section\s+)?\d{1,2}(?:\.\d{1,2}){0,3}[.):]?\s+(?=[A-Z])", re.I)
ENDS = re.compile(r"[.!?:;,][\"'”’)]?$")
BLOCK_TAG = re.compile(r"(?i)</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|section)\b[^<>]{0,300}>")
INLINE_TAG = re.compile(r"(?i)</?(?:a|abbr|b|em|font|i|small|span|strong|sup|u)\b[^<>]{0,300}>")


def _without_tags(lines: Iterable[str]) -> Iterator[Line]:
    """Text that somebody pasted with some of its tags: a tag of a block ends the line."""
    for number, line in enumerate(lines, 1):
        for part in BLOCK_TAG.split(line) if "<" in line else (line,):
            yield INLINE_TAG.sub("", part), number
        if BLOCK_TAG.search(line):
            yield "", number


def _is_wrapped(lines: list[Line]) -> bool:
    """Whether paragraphs run over several lines: the longest lines are of about one length and often go on in the next."""
    filled = [text.strip() for text, _ in lines if text.strip()]
    if len(filled) < 4:
        return False
    longest = sorted(map(len, filled))[int(len(filled) * 0.95)]
    goes_on = sum(
        len(a) > longest * 0.6 and not ENDS.search(a) and bool(re.match(r"[a-z(“\"]", b)) for a, b in pairwise(filled)
    )
    return longest <= 130 and goes_on >= len(filled) * 0.15


def _plain(lines: list[Line], *, wrapped: bool | None = None) -> Iterator[Block]:
    if wrapped is None:
        wrapped = _is_wrapped(lines)
    width = max((len(text.rstrip()) for text, _ in lines), default=0)
    headings = _headings(lines, wrapped=wrapped)
    at = 0
    kind, words, begun, last = TEXT, "", 0, ""
    lead: int | None = None  # how far in the words stand that lead to a list, while it may go on
    for number, (text, place) in enumerate(lines):
        line = text.strip()
        bullet = BULLET.match(text) if number not in headings else None
        if line and (number in headings or (lead is not None and _indent(text) <= lead and not line[:1].islower())):
            lead = None
        listed = wrapped and bool(line) and lead is not None
        begins = listed and (last.endswith(":") or bool(_ITEM_ENDS.search(last)) or _shorter(last, line, width))
        goes_on = bool(words) and bool(line) and not bullet and number not in headings and not begins
        if goes_on and wrapped:
            goes_on = len(last) > width * 0.55 or line[:1].islower()
        elif goes_on:
            goes_on = line[:1].islower() and not ENDS.search(last)
        if goes_on:
            words, last = f"{words}{'' if re.search(r'[a-z]-$', words) else ' '}{line}", line
            lead = at if line.endswith(":") else lead
            continue
        if words:
            yield kind, words, begun
        kind = HEADING if number in headings else ITEM if bullet or listed else TEXT
        at = _indent(text)
        lead = at if line.endswith(":") and kind == TEXT else lead
        words = last = text[bullet.end() :].strip() if bullet else line
        begun = place
    if words:
        yield kind, words, begun


_ITEM_ENDS = re.compile(r"(?i)[;.](?:\s*(?:and|or|and/or))?$")


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _shorter(line: str, after: str, width: int) -> bool:
    """Whether a line of a list ends before the margin does, and the next one begins anew."""
    return len(line) < width * 0.8 and after[:1].isupper() and not ENDS.search(line)


def _headings(lines: list[Line], *, wrapped: bool = False) -> frozenset[int]:
    """The lines that stand as headings: short, without an end of a sentence, and never three below each other.

    Where lines are wrapped a short one may also be the end of a paragraph.
    """
    filled = [n for n, (text, _) in enumerate(lines) if text.strip()]
    found: set[int] = set()
    after = dict(pairwise(filled))
    usual = Counter(_indent(lines[n][0]) for n in filled).most_common(1)[0][0] if filled else 0
    width = max((len(lines[n][0].strip()) for n in filled), default=0)
    not_so = {
        n
        for n in filled
        if wrapped and (_indent(lines[n][0]) > usual + 2 or len(lines[n][0].strip()) > max(width * 0.75, 30))
    }
    small = {n for n in filled if n in after and lines[after[n]][0].lstrip()[:1].islower() and after[n] == n + 1}
    for like, run in groupby(
        filled, key=lambda n: _like_a_heading(lines[n][0]) and n not in not_so and not (wrapped and n in small)
    ):
        together = list(run)
        before = filled[filled.index(together[0]) - 1] if together[0] != filled[0] else None
        ahead = lines[before][0].strip() if before is not None else ""
        closed = before is None or bool(re.search(r"[.!?;]['\"”’)]*$", ahead)) or together[0] - before > 1
        closed = closed or (not wrapped and len(ahead) > 60 and not ahead.endswith((",", ":")))
        if (like and closed and (len(together) <= 2 or before is None) and together[-1] != filled[-1]) or (
            like and len(together) == 1 and NUMBERED.match(lines[together[0]][0])
        ):
            found |= set(together)
    return frozenset(found)


def _like_a_heading(text: str) -> bool:
    line = text.strip()
    numbered = NUMBERED.match(line)
    if not numbered and BULLET.match(text):
        return False
    if not 2 < len(line) <= 90 or len(line.split()) > 14 or (not line[:1].isupper() and not numbered):
        return False
    bare = line[numbered.end() :] if numbered else line
    return not re.search(r"[.!?] [A-Z]|[.!:;,]['\"”’)]?$|\b\d{4,}$|@|\bPO Box\b", bare) and not line.endswith(
        (" and", " or")
    )


# --- HTML ---

SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "head",
    "nav",
    "footer",
    "button",
    "form",
    "select",
    "iframe",
}
NEVER = {"script", "style", "noscript", "template", "svg", "head"}
BREAKS = {
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "header",
    "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "thead", "tr", "ul", "details", "summary",
}  # fmt: skip
TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}


class _Page(HTMLParser):
    def __init__(self, skipped: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.skipped = skipped
        self.blocks: list[Block] = []
        self._kind, self._begun, self._hidden = TEXT, 0, 0
        self._words: list[str] = []
        self._inside: list[str] = []

    def end(self) -> None:
        text = "".join(self._words).strip().strip("|").strip()
        if text:
            self.blocks.append((self._kind, text, self._begun))
        self._words, self._kind = [], TEXT

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (
            tag in self.skipped
            or (self._inside and tag == self._inside[-1])
            or (
                not self._inside
                and tag not in ("br", "hr", "img", "input", "meta", "link")
                and ("hidden" in given or re.search(r"display\s*:\s*none", given.get("style") or ""))
            )
        ):
            self._inside.append(tag)
        if tag in BREAKS or tag in TITLES:
            self.end()
        if tag in TITLES:
            self._kind = tag
        elif tag == "li":
            self._kind = ITEM
        elif tag == "tr":
            self._kind = ROW
        elif tag in ("td", "th") and self._words:
            self._words.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()
        elif tag in BREAKS or tag in TITLES:
            self.end()

    def handle_data(self, data: str) -> None:
        if self._inside or (not self._words and not data.strip()):
            return
        if not self._words:
            self._begun = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._words.append(" ".join(data.split(" ")))


def _html(text: str) -> list[Block]:
    for skipped in (SKIPPED, NEVER):  # a page whose whole text stands in a form, or after a tag that is never closed
        page = _Page(skipped)
        page.feed(text)
        page.close()
        page.end()
        if sum(len(words) for _, words, _ in page.blocks) > 200 or skipped is NEVER:
            break
    return [(ITEM if kind == ROW and " | " not in words else kind, words, line) for kind, words, line in page.blocks]


# --- DOCX ---

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"


def _docx(path: Path, limits: dict[str, Any]) -> list[Block]:
    try:
        package = zipfile.ZipFile(path)
        names = package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise Refused("is damaged or cut short: download or copy it again") from None
    with package:
        guarded.refuse_many(len(names), limits)
        if DOCUMENT not in names:
            what = (
                "an OpenDocument file"
                if "mimetype" in names
                else "a workbook"
                if any(n.startswith("xl/") for n in names)
                else "a zip"
            )
            raise Refused(f"is {what}, not a policy: {WANTED}")
        guarded.refuse_twins(names, "parts")
        budget = [0, 0]
        titles = _docx_titles(_part(package, budget, STYLES, limits)) if STYLES in names else {}
        return _docx_blocks(_part(package, budget, DOCUMENT, limits), titles)


def _part(package: zipfile.ZipFile, budget: list[int], name: str, limits: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO(b"".join(guarded.chunks_of(package, budget, name, limits)))


def _value(attributes: dict[str, str]) -> str:
    return next((v for k, v in attributes.items() if k.rpartition(":")[2] == "val"), "")


def _docx_titles(stream: io.BytesIO) -> dict[str, str]:
    """The styles that make a paragraph a heading, and of which level."""
    found: dict[str, str] = {}
    style = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal style
        if name == "style":
            style = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "styleId"), "")
        elif name == "outlineLvl":
            found[style] = _level(_value(attributes))
        elif name == "name" and (title := re.match(r"(?i)(?:heading (\d)|title|subtitle)\b", _value(attributes))):
            found[style] = f"h{min(int(title[1] or 1), 6)}"

    guarded.parse_xml(stream, start)
    found.pop("", None)
    return found


def _level(outline: str) -> str:
    return f"h{min(int(outline) + 1, 6)}" if outline.isdigit() else TEXT


def _docx_blocks(stream: io.BytesIO, titles: dict[str, str]) -> list[Block]:
    blocks: list[Block] = []
    words: list[str] = []
    cells: list[str] = []
    open_ = Counter[str]()
    kind, number = TEXT, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal kind, number
        open_[name] += 1
        if name == "p" and open_["p"] == 1:
            words.clear()
            kind, number = TEXT, number + 1
        elif name == "pStyle" and _value(attributes) in titles:
            kind = titles[_value(attributes)]
        elif name == "outlineLvl" and open_["pPr"]:
            kind = _level(_value(attributes))
        elif name == "numPr" and kind == TEXT and open_["pPr"]:
            kind = ITEM
        elif name in ("tab", "br", "cr") and open_["r"]:
            words.append(" ")
        elif name == "noBreakHyphen":
            words.append("-")

    def end(name: str) -> None:
        open_[name] -= 1
        text = "".join(words).strip()
        if name == "p" and not open_["p"]:
            if open_["tc"]:
                cells.append(text)
            elif text:
                bullet = BULLET.match(text) if kind == TEXT else None
                blocks.append((ITEM if bullet else kind, text[bullet.end() :] if bullet else text, number))
            words.clear()
        elif name == "tc" and open_["tc"] == 0:
            cells.append("|")
        elif name == "tr" and open_["tr"] == 0:
            row = " | ".join(part.strip() for part in " ".join(cells).split("|") if part.strip())
            blocks.append((ROW if "|" in row else TEXT, row, number))
            cells.clear()

    def text(data: str) -> None:
        if open_["t"] and not open_["del"]:
            words.append(data)

    guarded.parse_xml(stream, start, end=end, text=text)
    return _with_plain_headings(blocks)


def _with_plain_headings(blocks: list[Block]) -> list[Block]:
    """Where no style makes headings, short lines that stand as such are."""
    if any(kind not in (ITEM, ROW, TEXT) for kind, _, _ in blocks):
        return blocks
    lines = [(text if kind == TEXT else f"- {text}", place) for kind, text, place in blocks]
    found = _headings(lines)
    return [(HEADING, *block[1:]) if n in found else block for n, block in enumerate(blocks)]


# --- PDF ---


def _pdf(path: Path) -> list[Block]:
    import logging

    logging.disable(logging.CRITICAL)
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("is protected by a password: save it without one")
        if len(reader.pages) > PAGES:
            raise Refused(f"has more than {PAGES:,} pages, which no policy has: {WANTED}")
        pages = [_page_text(page) for page in reader.pages]
    except (PyPdfError, RecursionError, KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError):
        raise Refused("is damaged or oddly made: open it, print it to a new PDF, or give its text") from None
    if sum(len(page.strip()) for page in pages) < 20 * len(pages):
        raise Refused("is a picture of text, as a scan is: run text recognition on it, or give its text")
    return [*_plain(_page_lines(pages), wrapped=True)]


def _page_text(page: Any) -> str:
    """The lines of a page as they stand, with blank ones between paragraphs; those of columns one below the other."""
    as_it_stands: str = page.extract_text(extraction_mode="layout")
    lines = [line for line in as_it_stands.split("\n") if line.strip()]
    columns = sum(bool(re.search(r"\S {6,}\S", line)) for line in lines) > max(len(lines) * 0.25, 2)
    if columns or not lines:
        plain: str = page.extract_text()
        return plain
    return as_it_stands


def _page_lines(pages: list[str]) -> list[Line]:
    """The lines of all pages, without what stands on top or at the foot of most of them."""
    cut = [[line.rstrip() for line in page.strip("\n").split("\n")] for page in pages]
    edges = Counter(_edge(line) for page in cut for line in {*page[:2], *page[-2:]} if line)
    running = {edge for edge, times in edges.items() if times > 1 and times > len(pages) / 2}
    lines: list[Line] = []
    for number, page in enumerate(cut, 1):
        for at, line in enumerate(page):
            at_edge = at < 2 or at >= len(page) - 2
            if at_edge and (_edge(line) in running or re.fullmatch(r"(?i)\s*(page )?\d+( ?(of|/) ?\d+)?", line)):
                continue
            lines.append((line, number))
    return lines


def _edge(line: str) -> str:
    return " ".join(re.sub(r"\d+", "0", line).split())


if __name__ == "__main__":
    main()
