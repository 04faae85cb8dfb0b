"""An .xlsx package, edited in place: its parts, its styles and the cells of its sheets.

XML is parsed for the positions of its elements, and new text is spliced into the bytes. What needs no change keeps its
bytes, with whatever extensions, prefixes and order the program that wrote it chose; parts that are not touched stay the
same. (A tree that is written out again loses or renames some of that, and spreadsheet programs notice.)
"""

from __future__ import annotations

import posixpath
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import IO, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from datamap.sheets import LIMITS, column_letters
from datamap.workbook.writing import FACE, LINE

MARK, MARK_UNDER_LIGHT_TEXT = "FFFFDDAF", "FFB3540A"
"""The fill of a marked cell, ARGB: a soft orange, or a deep one where the cell's own text is light.

They are uncommon shades: in a file that was marked before, a cell with one of them is taken to bear our mark."""
LARGEST_PART = 400_000_000
"""Bytes of the largest part of a package that is edited."""
MOST_NODES = 2_000_000
"""Elements of one part that are kept in memory; of a sheet, only those of the rows that are marked."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_FORMATS = 64_000  # cell formats of one workbook
_LONGEST_TEXT = 1_000_000  # characters of one element that are looked at

Address = tuple[int, int]
"""Row and column, from 1."""


class NotEditable(Exception):
    """Why the package cannot be edited: the end of a sentence that begins with 'because'."""


# ---------------------------------------------------------------------------------------------- XML, by position


class Node:
    """An element and where it stands: bytes `start` to `end`, its contents `inner` to `close`."""

    __slots__ = ("attributes", "children", "close", "empty", "end", "inner", "name", "start", "text")

    def __init__(self, name: str, attributes: dict[str, str], start: int) -> None:
        self.name = name.rpartition(" ")[2]
        self.attributes = attributes
        self.start = self.inner = self.close = self.end = start
        self.children: list[Node] = []
        self.empty = False
        self.text = ""

    def child(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((node for node in self.children if node.name == name), None)

    def named(self, name: str) -> list[Node]:
        """The children of that name."""
        return [node for node in self.children if node.name == name]

    def attribute(self, name: str) -> str:
        """The value of an attribute, whatever its namespace."""
        found = self.attributes.get(name)
        return (
            found if found is not None else next((v for k, v in self.attributes.items() if k.endswith(" " + name)), "")
        )


_START_TAG = re.compile(rb"<([^\s/>]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_DECLARED = re.compile(rb"^<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def _as_utf8(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = _DECLARED.match(data)
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
            return data
    try:
        text = data.decode(encoding)
    except (LookupError, ValueError):
        raise NotEditable("its XML is in an encoding that is not known") from None
    return re.sub(r"^(<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", r"\1", text.lstrip("\ufeff")).encode()


class Document:
    """XML and the changes to it. Nodes are those that `follow` asks to keep; by default all."""

    def __init__(self, data: bytes) -> None:
        self.data = _as_utf8(data)
        self.root = Node("", {}, 0)
        self.namespace = ""
        self._edits: list[tuple[int, int, int, str]] = []
        self._set: dict[Node, dict[str, str]] = {}
        self._tails: dict[Node, list[str]] = {}

    def parse(self, follow: Callable[[list[Node], str, dict[str, str], int], bool] | None = None) -> None:
        """Find the nodes. `follow(ancestors, name, attributes, start)` says whether an element is kept as a node.

        What stands within an element that is not kept is not kept either; `follow` is asked about it all the same
        while it returns True for the element's parent.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        stack: list[Node] = []
        outside = nodes = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal outside, nodes
            if outside or (
                stack and follow is not None and not follow(stack, name, attributes, parser.CurrentByteIndex)
            ):
                outside += 1
                return
            nodes += 1
            if nodes > MOST_NODES:
                raise NotEditable("it is made of too many pieces")
            node = Node(name, attributes, parser.CurrentByteIndex)
            tag = _START_TAG.match(self.data, node.start)
            if tag is None:
                raise NotEditable("its XML cannot be followed")
            node.inner, node.empty = tag.end(), tag[0].endswith(b"/>")
            if stack:
                stack[-1].children.append(node)
            else:
                self.root, self.namespace = node, name.rpartition(" ")[0]
            stack.append(node)

        def end(_: str) -> None:
            nonlocal outside
            if outside:
                outside -= 1
                return
            node = stack.pop()
            node.close = node.inner if node.empty else parser.CurrentByteIndex
            node.end = node.inner if node.empty else self.data.index(b">", node.close) + 1

        def text(said: str) -> None:
            if not outside and len(stack[-1].text) < _LONGEST_TEXT:
                stack[-1].text += said

        def refuse(*_: object) -> None:
            raise NotEditable("its XML declares entities")

        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError:
            raise NotEditable("its XML is damaged") from None

    @property
    def prefix(self) -> str:
        """The prefix of the root's namespace, with its colon."""
        name = self.data[self.root.start + 1 : self.root.inner]
        found = re.match(rb"([^\s/>:]+:)", name)
        return found[1].decode() if found else ""

    def raw(self, node: Node) -> str:
        """The element as it stands in the file."""
        return self.data[node.start : node.end].decode()

    def change(self, node: Node, **attributes: str) -> None:
        """Set attributes of an element."""
        self._set.setdefault(node, {}).update(attributes)

    def append(self, node: Node, xml: str) -> None:
        """Add XML as the last of an element's contents."""
        self._tails.setdefault(node, []).append(xml)

    def before(self, node: Node | int, xml: str) -> None:
        """Add XML before an element or at a position."""
        at = node if isinstance(node, int) else node.start
        self._edits.append((at, at, len(self._edits), xml))

    def replace(self, node: Node, xml: str) -> None:
        """Put XML in an element's place. The element is not changed otherwise, nor is what stands in it."""
        self._edits.append((node.start, node.end, len(self._edits), xml))

    @property
    def changed(self) -> bool:
        """Whether any change was asked for."""
        return bool(self._edits or self._set or self._tails)

    def result(self) -> bytes:
        """The XML with all changes."""
        edits = list(self._edits)
        for node in dict.fromkeys([*self._set, *self._tails]):
            tag = self.data[node.start : node.inner].decode()
            for name, value in self._set.get(node, {}).items():
                tag = _with_attribute(tag, name, value)
            tail = "".join(self._tails.get(node, ()))
            if tail and node.empty:
                name = re.split(r"[\s/>]", tag[1:], maxsplit=1)[0]
                tag = f"{tag[:-2].rstrip()}>{tail}</{name}>"
            elif tail:
                edits.append((node.close, node.close, len(edits), tail))
            edits.append((node.start, node.inner, len(edits), tag))
        pieces: list[bytes] = []
        at = 0
        for start, end, _, xml in sorted(edits, key=lambda e: (e[0], e[1] != e[0], e[2])):
            pieces += self.data[at:start], xml.encode()
            at = end
        pieces.append(self.data[at:])
        return b"".join(pieces)


def _with_attribute(tag: str, name: str, value: str) -> str:
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            return f"{tag[: found.start(2)]}{quoteattr(value)}{tag[found.end(2) :]}"
    at = len(tag) - (2 if tag.endswith("/>") else 1)
    return f"{tag[:at].rstrip()} {name}={quoteattr(value)}{tag[at:]}"


# ---------------------------------------------------------------------------------------------- the package

NAMESPACES = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OF_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_ENDINGS = {
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": ".xltm",
    OF_SHEET + "template.main+xml": ".xltx",
}
XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Relation(NamedTuple):
    """A relationship, and the part it leads to."""

    id: str
    type: str
    part: str


class Listed(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool
    worksheet: bool


class Package:
    """The parts of a zip package by name, and the changes to them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {_normal(name).lower(): name for name in archive.namelist()}
        self._documents: dict[str, Document] = {}
        self._new: dict[str, bytes] = {}
        self.types = self.document("[Content_Types].xml")
        self.workbook_part = next((r.part for r in self.relations("") if r.type.endswith("/officeDocument")), "")
        if not self.workbook_part.lower().endswith(".xml") or not self.has(self.workbook_part):
            raise NotEditable("it is not an .xlsx or .xlsm file")
        self.workbook = self.document(self.workbook_part)
        self.main = self.workbook.namespace
        if self.main not in NAMESPACES:
            raise NotEditable("it is of a kind of workbook that is not known")
        self.office = NAMESPACES[self.main]

    @property
    def ending(self) -> str:
        """The ending of a file's name that goes with the kind of workbook."""
        return _ENDINGS.get(self._type_of(self.workbook_part), ".xlsx")

    @property
    def signed(self) -> bool:
        """Whether the file bears a digital signature."""
        return any(r.type.endswith("/digital-signature/origin") for r in self.relations(""))

    def _type_of(self, part: str) -> str:
        for override in self.types.root.named("Override"):
            if _normal(override.attributes.get("PartName", "")).lower() == part.lower():
                return override.attributes.get("ContentType", "")
        return ""

    def has(self, part: str) -> bool:
        """Whether there is a part of that name."""
        return part.lower() in self._members or part in self._new

    def read(self, part: str) -> bytes:
        """The bytes of a part."""
        if part in self._new:
            return self._new[part]
        try:
            info = self._archive.getinfo(self._members[part.lower()])
            if info.file_size > LARGEST_PART:
                raise NotEditable(f"one of its sheets is larger than {LARGEST_PART // 1_000_000} MB")
            with self._archive.open(info) as stream:
                data = stream.read(LARGEST_PART + 1)
        except KeyError:
            raise NotEditable(f"its part {part} is missing") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise NotEditable("it is damaged") from None
        if len(data) > LARGEST_PART:
            raise NotEditable(f"one of its sheets is larger than {LARGEST_PART // 1_000_000} MB")
        return data

    def document(self, part: str, otherwise: str = "") -> Document:
        """A part as XML, to be changed; made of `otherwise` when the package has none."""
        key = part.lower()
        if key not in self._documents:
            if not self.has(part) and otherwise:
                self._new[part] = (XML_HEAD + otherwise).encode()
            document = Document(self.read(part))
            document.parse()
            self._documents[key] = document
        return self._documents[key]

    def put(self, part: str, data: bytes, content_type: str = "") -> None:
        """Add or replace a part; `content_type` is for one that is new."""
        self._new[part] = data
        if content_type:
            xml = (
                f"<{self.types.prefix}Override PartName={quoteattr('/' + part)} ContentType={quoteattr(content_type)}/>"
            )
            self.types.append(self.types.root, xml)

    def default_type(self, extension: str, content_type: str) -> None:
        """Say what parts with this ending are, unless the package does."""
        if all(d.attributes.get("Extension", "").lower() != extension for d in self.types.root.named("Default")):
            xml = (
                f"<{self.types.prefix}Default Extension={quoteattr(extension)} ContentType={quoteattr(content_type)}/>"
            )
            self.types.append(self.types.root, xml)

    def free(self, pattern: str) -> str:
        """A name for a new part; `pattern` has a place for a number."""
        return next(name for n in count(1) if not self.has(name := pattern.format(n)))

    def _relations_of(self, part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def relations(self, part: str) -> list[Relation]:
        """What a part, or the package itself by the name '', relates to within the package."""
        where = self._relations_of(part)
        if not self.has(where):
            return []
        return [
            Relation(
                node.attributes.get("Id", ""),
                node.attributes.get("Type", ""),
                _normal(node.attributes.get("Target", ""), posixpath.dirname(part)),
            )
            for node in self.document(where).root.named("Relationship")
            if node.attributes.get("TargetMode", "") != "External"
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship to another part; its identity."""
        document = self.document(self._relations_of(part), f'<Relationships xmlns="{RELATIONS}"/>')
        tails = "".join(document._tails.get(document.root, ()))
        taken = {node.attributes.get("Id", "") for node in document.root.named("Relationship")}
        taken |= set(re.findall(r' Id="([^"]*)"', tails))
        identity = next(i for n in count(1) if (i := f"rId{n}") not in taken)
        xml = f'<{document.prefix}Relationship Id="{identity}" Type="{self.office}/{kind}" Target={quoteattr("/" + target)}/>'
        document.append(document.root, xml)
        return identity

    def drawings(self) -> list[str]:
        """The parts that draw comments and controls."""
        return [name for name in dict.fromkeys([*self._members.values(), *self._new]) if name.lower().endswith(".vml")]

    def sheets(self) -> list[Listed]:
        """The workbook's sheets in order."""
        relations = {r.id: r for r in self.relations(self.workbook_part)}
        listed = self.workbook.root.child("sheets")
        found: list[Listed] = []
        for node in listed.named("sheet") if listed else ():
            relation = relations.get(node.attribute("id"), Relation("", "", ""))
            hidden = node.attributes.get("state", "visible") != "visible"
            worksheet = relation.type.endswith("/worksheet") and self.has(relation.part)
            found.append(Listed(node.attributes.get("name", ""), relation.part, hidden, worksheet))
        return found

    def write(self, target: IO[bytes]) -> None:
        """Write the package with all changes; what is not changed is copied."""
        changed = {self._members.get(part.lower(), part): data for part, data in self._new.items()}
        for key, document in self._documents.items():
            if document.changed:
                name = self._members.get(key) or next(part for part in self._new if part.lower() == key)
                changed[name] = document.result()
        written = 0
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as out:
            for info in self._archive.infolist():
                if self._archive.getinfo(info.filename) is not info:
                    continue
                entry = zip_entry(info.filename, info)
                if info.filename in changed:
                    out.writestr(entry, changed.pop(info.filename))
                    continue
                try:
                    with (
                        self._archive.open(info) as source,
                        out.open(entry, "w", force_zip64=info.file_size > 1 << 31) as sink,
                    ):
                        shutil.copyfileobj(source, sink, 1 << 20)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
                    raise NotEditable("it is damaged") from None
                written += info.file_size
                if written > LIMITS.expanded_bytes:
                    raise NotEditable("it unpacks to more than is written")
            for name, data in changed.items():
                out.writestr(zip_entry(name), data)


def zip_entry(name: str, like: zipfile.ZipInfo | None = None) -> zipfile.ZipInfo:
    """An entry of a zip, with the time and attributes of another, else without a time."""
    entry = zipfile.ZipInfo(name, like.date_time if like else (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    if like is not None:
        entry.external_attr, entry.comment = like.external_attr, like.comment
        if like.compress_type == zipfile.ZIP_STORED:
            entry.compress_type = zipfile.ZIP_STORED
    return entry


def _normal(target: str, folder: str = "") -> str:
    """The name of a part that a relationship in a folder points to, or that stands in a zip."""
    path = target.replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


# ---------------------------------------------------------------------------------------------- styles

_STYLES_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
PLAIN_STYLES = {
    "fonts": (f'<font><sz val="11"/><name val="{FACE}"/></font>',),
    "fills": tuple(f'<fill><patternFill patternType="{kind}"/></fill>' for kind in ("none", "gray125")),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',),
}
"""What every workbook has first in its lists of styles; written where a workbook has none."""
NORMAL = '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
_NOT_APPLIED = "not applied: "
_FILL_SAID = re.compile(r'<patternFill(?: patternType="\w+")?>(?:<(?:fg|bg)Color(?: (?:rgb|theme|indexed|tint|auto)="[\w.+-]+")*/>)*</patternFill>')  # fmt: skip


class Styles:
    """The workbook's styles: what there is, by its index, and what is added."""

    def __init__(self, package: Package) -> None:
        relation = next((r for r in package.relations(package.workbook_part) if r.type.endswith("/styles")), None)
        part = relation.part if relation else ""
        if not package.has(part):
            part = "xl/styles.xml" if not package.has("xl/styles.xml") else package.free("xl/styles{}.xml")
            blank = f'{XML_HEAD}<styleSheet xmlns="{package.main}">{NORMAL}</styleSheet>'
            package.put(part, blank.encode(), OF_SHEET + "styles+xml")
            package.relate(package.workbook_part, "styles", part)
        self.document = package.document(part)
        self.prefix = self.document.prefix
        self._lists: dict[str, Node | None] = {}
        self._items: dict[str, list[str]] = {}
        self._known: dict[str, dict[str, int]] = {}
        self._added: dict[str, list[str]] = {}
        for name, plain in PLAIN_STYLES.items():
            node = self.document.root.child(name)
            self._lists[name] = node
            items = [self.document.raw(child) for child in node.children] if node else []
            self._added[name] = [] if items else [self._prefixed(xml) for xml in plain]
            self._items[name] = items or list(self._added[name])
            self._known[name] = {xml: at for at, xml in reversed(list(enumerate(self._items[name])))}
        self._xfs = self._nodes("cellXfs")
        self._fonts = self._nodes("fonts")
        self._fills = self._nodes("fills")
        self._marks = {at for at, node in enumerate(self._fills) if self._is_mark(node)}
        self.ours = {
            str(at) for at, node in enumerate(self._xfs) if whole(node.attributes.get("fillId")) in self._marks
        }
        """The styles that bear our colour, as cells name them."""
        self._marked: dict[int, int] = {}

    def _nodes(self, name: str) -> list[Node]:
        node = self._lists[name]
        return node.children if node else []

    def _prefixed(self, xml: str) -> str:
        return re.sub(r"<(/?)(?=[a-zA-Z])", rf"<\1{self.prefix}", xml)

    def _is_mark(self, fill: Node) -> bool:
        pattern = fill.child("patternFill")
        colour = pattern.child("fgColor") if pattern else None
        return colour is not None and colour.attributes.get("rgb", "").upper() in (MARK, MARK_UNDER_LIGHT_TEXT)

    def index(self, name: str, xml: str) -> int:
        """The index of an item such as a font, added when there is none like it."""
        xml = self._prefixed(xml)
        known = self._known[name]
        if xml not in known:
            known[xml] = len(self._items[name])
            self._items[name].append(xml)
            self._added[name].append(xml)
        return known[xml]

    def marked(self, style: int) -> int:
        """The style like another, in our colour; one that has it already is itself."""
        if str(style) in self.ours:
            return style
        if style not in self._marked:
            colour = MARK_UNDER_LIGHT_TEXT if self._light_text(style) else MARK
            fill = self.index(
                "fills",
                f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>',
            )
            self._marked[style] = self._with_fill(style, fill)
        return self._marked[style]

    def unmarked(self, style: int, before: str) -> int:
        """The style like one of ours, with the fill it had before, or without a fill when that is not known."""
        said = before.removeprefix(_NOT_APPLIED)
        fill = self.index("fills", f"<fill>{said}</fill>") if _FILL_SAID.fullmatch(said) else 0
        return self._with_fill(style, fill, applied=said == before)

    def fill_of(self, style: int) -> str:
        """The fill of a style as XML in short; empty for none, our own and gradients."""
        if style >= len(self._xfs):
            return ""
        xf = self._xfs[style].attributes
        at = whole(xf.get("fillId"))
        pattern = self._fills[at].child("patternFill") if 0 < at < len(self._fills) and at not in self._marks else None
        if pattern is None or pattern.attributes.get("patternType", "none") == "none":
            return ""
        colours = "".join(
            f"<{node.name}{''.join(f' {k}={quoteattr(v)}' for k, v in node.attributes.items())}/>"
            for node in pattern.children
        )
        said = f'<patternFill patternType="{pattern.attributes["patternType"]}">{colours}</patternFill>'
        if not _FILL_SAID.fullmatch(said):
            return ""
        return f"{_NOT_APPLIED}{said}" if xf.get("applyFill") in ("0", "false") else said

    def _with_fill(self, style: int, fill: int, *, applied: bool = True) -> int:
        xfs = self._items["cellXfs"]
        raw = xfs[style] if 0 <= style < len(xfs) else xfs[0]
        tag = _START_TAG.match(raw.encode())
        assert tag is not None
        head = tag[0].decode()
        changed = _with_attribute(_with_attribute(head, "fillId", str(fill)), "applyFill", str(int(applied)))
        xml = changed + raw[len(head) :]
        known = self._known["cellXfs"]
        if xml not in known:
            if len(xfs) >= _FORMATS:
                return style
            known[xml] = len(xfs)
            xfs.append(xml)
            self._added["cellXfs"].append(xml)
        return known[xml]

    def _light_text(self, style: int) -> bool:
        at = whole(self._xfs[style].attributes.get("fontId")) if style < len(self._xfs) else 0
        colour = self._fonts[at].child("color") if at < len(self._fonts) else None
        if colour is None:
            return False
        rgb = colour.attributes.get("rgb", "")
        if re.fullmatch("[0-9A-Fa-f]{8}", rgb):
            red, green, blue = (int(rgb[i : i + 2], 16) for i in (2, 4, 6))
            return 0.299 * red + 0.587 * green + 0.114 * blue > 150
        return colour.attributes.get("theme") in ("0", "2") or colour.attributes.get("indexed") in ("1", "9")

    def finish(self) -> None:
        """Write what was added into the document."""
        for name in PLAIN_STYLES:
            added, node = self._added[name], self._lists[name]
            if not added:
                continue
            if node is None:
                later = _STYLES_ORDER[_STYLES_ORDER.index(name) + 1 :]
                following = next((child for child in self.document.root.children if child.name in later), None)
                xml = f"<{self.prefix}{name}>{''.join(added)}</{self.prefix}{name}>"
                if following:
                    self.document.before(following, xml)
                else:
                    self.document.append(self.document.root, xml)
                continue
            for xml in added:
                self.document.append(node, xml)
            if "count" in node.attributes:
                self.document.change(node, count=str(len(self._items[name])))


def whole(text: str | None, otherwise: int = 0) -> int:
    """A whole number that an attribute holds."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


# ---------------------------------------------------------------------------------------------- one sheet

_AFTER_COMMENTS = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}
)
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")


def address_of(reference: str) -> Address | None:
    """Row and column of a reference such as `$C$4`."""
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), _column_number(found[1])) if found else None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def name_of(at: Address) -> str:
    """The reference of a row and column, such as `C4`."""
    return f"{column_letters(at[1])}{at[0]}"


class SheetXml:
    """One worksheet's XML, with nodes for the cells that are to be marked and those that bear our colour."""

    def __init__(self, data: bytes, wanted: Iterable[Address], ours: set[str]) -> None:
        self.document = Document(data)
        self.anchors = self.shown_at(wanted)
        """Where each wanted cell is shown: itself, or the first cell of those it is merged with."""
        self.rows: dict[int, Node] = {}
        self.cells: dict[Address, Node] = {}
        self._row_before: dict[int, int] = {}
        self._heights: dict[int, float] = {}
        places = self._parse(ours)
        root = self.document.root
        if root.name != "worksheet":
            raise NotEditable("one of its sheets is not laid out as a sheet")
        data_node = root.child("sheetData")
        if data_node is None:
            raise NotEditable("one of its sheets has no place for cells")
        self.data = data_node
        self._order: dict[int, list[tuple[int, Node]]] = {}
        for row in data_node.children:
            number = places[row.start][0]
            self.rows[number] = row
            self._order[number] = [(places[cell.start][1], cell) for cell in row.children]
            self.cells.update({(number, column): cell for column, cell in self._order[number]})
        self._coloured = {at for at, cell in self.cells.items() if cell.attributes.get("s") in ours}
        self.prefix = self.document.prefix
        columns = root.child("cols")
        self._columns = [
            (whole(c.attributes.get("min")), whole(c.attributes.get("max")), c.attributes)
            for c in (columns.children if columns else ())
        ]
        formats = root.child("sheetFormatPr")
        self._defaults = formats.attributes if formats else {}

    def _parse(self, ours: set[str]) -> dict[int, Address]:
        """The row and column of each row and cell that is kept as a node, by where it starts."""
        waiting = {row for row, _ in self.anchors.values()}
        pending = sorted(waiting, reverse=True)
        coloured = self._rows_with(ours)
        places: dict[int, Address] = {}
        row = column = 0

        def follow(ancestors: list[Node], name: str, attributes: dict[str, str], start: int) -> bool:
            nonlocal row, column
            depth = len(ancestors)
            if depth == 1:
                return True
            inside = ancestors[1].name
            if inside != "sheetData":
                return (
                    inside == "AlternateContent"
                    if depth == 3
                    else depth == 2 and inside in ("cols", "AlternateContent")
                )
            if depth == 2:
                row, column = whole(attributes.get("r"), row + 1), 0
                while pending and pending[-1] <= row:
                    self._row_before.setdefault(pending.pop(), start)
                if attributes.get("hidden", "0") in ("1", "true"):
                    self._heights[row] = 0.0
                elif "ht" in attributes:
                    self._heights[row] = number_in(attributes["ht"], LINE)
                if row not in waiting and not coloured(start):
                    return False
                places[start] = (row, 0)
                return True
            if depth == 3 and name.endswith(" c"):
                at = address_of(attributes.get("r", ""))
                column = at[1] if at else column + 1
                places[start] = (row, column)
                return True
            return False

        self.document.parse(follow)
        return places

    def _rows_with(self, ours: set[str]) -> Callable[[int], bool]:
        """Whether a cell of one of these styles is in the row that starts at a position. Asked in the order of rows."""
        if not ours:
            return lambda start: False
        data = self.document.data
        styled = re.compile(rb"\ss\s*=\s*[\"'](?:%s)[\"']" % "|".join(sorted(ours)).encode())
        close = re.compile(rb"</(?:[\w.-]+:)?row\s*>")
        end = 0

        def holds(start: int) -> bool:
            nonlocal end
            if end <= start:
                found = close.search(data, start)
                end = found.end() if found else len(data)
            return styled.search(data, start, end) is not None

        return holds

    def shown_at(self, wanted: Iterable[Address]) -> dict[Address, Address]:
        """The cell where each cell is shown: itself, or the first of those it is merged with."""
        anchors = {at: at for at in wanted}
        by_row: dict[int, list[Address]] = {}
        for at in anchors:
            by_row.setdefault(at[0], []).append(at)
        numbers = sorted(by_row)
        if not numbers:
            return anchors
        for found in _MERGE.finditer(self.document.data):
            first, _, last = found[1].decode().partition(":")
            one, other = address_of(first), address_of(last)
            if one is None or other is None or one[0] > numbers[-1] or other[0] < numbers[0]:
                continue
            for number in numbers if other[0] - one[0] >= len(numbers) else range(one[0], other[0] + 1):
                if one[0] <= number <= other[0]:
                    for at in by_row.get(number, ()):
                        if one[1] <= at[1] <= other[1]:
                            anchors[at] = one
        return anchors

    def colour(self, styles: Styles, before: Mapping[Address, str]) -> dict[Address, str]:
        """Colour the wanted cells, take our colour off all others, and say which fill each wanted cell had.

        `before` is what an earlier marking said of the fills.
        """
        had: dict[Address, str] = {}
        missing: dict[int, list[int]] = {}
        for at in sorted(set(self.anchors.values())):
            node = self.cells.get(at)
            if node is None:
                missing.setdefault(at[0], []).append(at[1])
                had[at] = styles.fill_of(self._style_of_blank(at))
                continue
            style = node.attributes.get("s", "0")
            had[at] = before.get(at, "") if style in styles.ours else styles.fill_of(whole(style))
            self.document.change(node, s=str(styles.marked(whole(style))))
        for at in sorted(self._coloured.difference(self.anchors.values())):
            if node := self.cells.get(at):
                plain = styles.unmarked(whole(node.attributes.get("s")), before.get(at, ""))
                self.document.change(node, s=str(plain))
        for row, columns in missing.items():
            self._insert(row, columns, styles)
        self._widen_dimension()
        return had

    def _style_of_blank(self, at: Address) -> int:
        """The style that a cell has which the sheet does not hold: its row's or its column's."""
        row = self.rows.get(at[0])
        if row is not None and row.attributes.get("customFormat") in ("1", "true"):
            return whole(row.attributes.get("s"))
        return next((whole(a.get("style")) for first, last, a in self._columns if first <= at[1] <= last), 0)

    def _insert(self, row: int, columns: Sequence[int], styles: Styles) -> None:
        cells = [
            (
                column,
                f'<{self.prefix}c r="{name_of((row, column))}" s="{styles.marked(self._style_of_blank((row, column)))}"/>',
            )
            for column in columns
        ]
        node = self.rows.get(row)
        if node is None:
            hidden = ' hidden="1"' if self._defaults.get("zeroHeight") in ("1", "true") else ""
            xml = f'<{self.prefix}row r="{row}"{hidden}>{"".join(xml for _, xml in cells)}</{self.prefix}row>'
            if row in self._row_before:
                self.document.before(self._row_before[row], xml)
            else:
                self.document.append(self.data, xml)
            return
        for column, xml in cells:
            following = next((cell for at, cell in self._order[row] if at > column), None)
            if following is not None:
                self.document.before(following, xml)
            else:
                self.document.append(node, xml)
        spans = re.fullmatch(r"(\d+):(\d+)", node.attributes.get("spans", ""))
        if spans:
            first, last = min(int(spans[1]), columns[0]), max(int(spans[2]), columns[-1])
            if (first, last) != (int(spans[1]), int(spans[2])):
                self.document.change(node, spans=f"{first}:{last}")

    def _widen_dimension(self) -> None:
        dimension = self.document.root.child("dimension")
        if dimension is None or not self.anchors:
            return
        first, _, last = dimension.attributes.get("ref", "").partition(":")
        one, other = address_of(first), address_of(last or first)
        if one is None or other is None:
            return
        rows = [one[0], other[0], *(at[0] for at in self.anchors.values())]
        columns = [one[1], other[1], *(at[1] for at in self.anchors.values())]
        corners = (min(rows), min(columns)), (max(rows), max(columns))
        if corners != (one, other):
            self.document.change(dimension, ref=f"{name_of(corners[0])}:{name_of(corners[1])}")

    def width(self, column: int) -> float:
        """The width of a column in pixels, as Excel shows it at the usual size of text."""
        for first, last, attributes in self._columns:
            if first <= column <= last:
                if attributes.get("hidden") in ("1", "true"):
                    return 0.0
                if "width" in attributes:
                    return int(number_in(attributes["width"], 8.43) * 7 + 5)
        return int(number_in(self._defaults.get("defaultColWidth", ""), 8.43) * 7 + 5)

    def height(self, row: int) -> float:
        """The height of a row in pixels."""
        points = self._heights.get(row)
        return (points if points is not None else number_in(self._defaults.get("defaultRowHeight", ""), LINE)) * 4 / 3

    def drawing(self) -> Node | None:
        """The element that names the part that draws the boxes of comments."""
        return self.document.root.child("legacyDrawing")

    def put_drawing(self, identity: str, office: str) -> None:
        """Name the part that draws the boxes of comments, in its place among the sheet's elements."""
        xml = f'<{self.prefix}legacyDrawing xmlns:r="{office}" r:id="{identity}"/>'
        present = self.drawing()
        if present is not None:
            self.document.replace(present, xml)
            return
        for node in self.document.root.children:
            within = {leaf.name for branch in node.children for leaf in branch.children}
            if node.name in _AFTER_COMMENTS or (node.name == "AlternateContent" and within & _AFTER_COMMENTS):
                self.document.before(node, xml)
                return
        self.document.append(self.document.root, xml)


def number_in(text: str, otherwise: float) -> float:
    try:
        number = float(text)
    except ValueError:
        return otherwise
    return number if 0 <= number < 10_000 else otherwise
