"""The analyst's own file back: each problem as a comment and a colour on its cell, and a sheet *Problems*.

A notice, which only says how the file was read, stands on the sheet alone.

An .xlsx or .xlsm is edited in place. Its XML is parsed for the positions of elements, and new text is spliced into the
bytes; what needs no change keeps its bytes, and every part of the package that is not touched is the same. Any other
kind of file becomes a new .xlsx with the values as they were read.

Marking a marked file again brings it up to date: our comments, colours and sheet *Problems* are recognised and replaced,
and a cell that has no problem any more gets back the fill it had.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import IO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import quote_sheetname
from openpyxl.utils.datetime import to_excel

from datamap.problems import Problem
from datamap.sheets import LIMITS, Book, ErrorValue, Sheet, Unreadable, Value, column_letters
from datamap.workbook.columns import PROBLEM_HEADINGS, as_text, is_problems_sheet
from datamap.workbook.ooxml import (
    MOST_COLUMNS,
    MOST_ROWS,
    NAMESPACES,
    NORMAL,
    OF_SHEET,
    PLAIN_STYLES,
    RELATIONS,
    XML_HEAD,
    Address,
    Listed,
    Node,
    NotEditable,
    Package,
    SheetXml,
    Styles,
    address_of,
    name_of,
    whole,
    zip_entry,
)
from datamap.workbook.writing import CUT, FACE, LINE, cell_at, put_text

"""The first row of our sheet *Problems*. The last column is hidden: it says how to take the colour off again."""
MOST_COMMENTS = 10_000
"""Comments on one sheet; spreadsheet programs become slow beyond. Further cells are coloured and listed only."""
LONGEST_COMMENT = 4_000
"""Characters of one comment of ours."""

_WIDTHS = (20, 8, 30, 60, 60, 8, 8)
_AUTHOR = "datamap"
_LINKS = 65_000  # a sheet holds no more than 65,530 links
_FIRST_SERIAL = date(1900, 3, 1)  # spreadsheets disagree about the days before


@dataclass(frozen=True)
class Marked:
    """What came of marking a file. `notes` are sentences for the user about what could not be kept or done."""

    cells: int
    """Cells that bear a mark."""
    listed: int
    """Problems on the sheet *Problems*."""
    unplaced: int
    """Problems of these that are about no cell of the file, or about one that it cannot show."""
    copied: bool
    """Whether the result is a copy of the values instead of the file itself."""
    ending: str
    """The ending that the result's name needs, such as `.xlsm`: Excel does not open it under another."""
    notes: tuple[str, ...] = ()


def mark(
    book: Book, source: Path | bytes | None, problems: Iterable[Problem], target: str | Path | IO[bytes]
) -> Marked:
    """Write the file that was read, with its problems marked, to a path or an open binary file.

    `book` is what `sheets.read` made of the file, `source` the file itself (a path or its bytes); None, a folder, or a
    file that is no .xlsx or .xlsm gives a copy of the values. Problems of other files are passed over.

    Raises `Unreadable` with a sentence when the file cannot be read any more or the target cannot be written.
    """
    if isinstance(target, str | Path) and isinstance(source, Path) and _same_file(Path(target), source):
        raise Unreadable(f"{book.file} would be overwritten by its marked copy: give another name.")
    seen = {sheet.name: sheet for sheet in book.sheets}
    findings = [
        _Finding(p, p.value or _value_at(seen.get(p.cell.sheet), p.cell.row, p.cell.column))
        for p in problems
        if p.cell.file == book.file and not (p.cell.sheet in seen and is_problems_sheet(seen[p.cell.sheet]))
    ]
    written = io.BytesIO()
    notes: list[str] = []
    raw = _package_bytes(book, source)
    copied = raw is None
    if raw is not None:
        try:
            result = _mark_package(raw, book, findings, written)
        except NotEditable as reason:
            notes.append(
                f"{book.file} could not be marked itself, because {reason}: the result is a copy of its values, without "
                "formats and formulas."
            )
            copied = True
    else:
        notes.append(f"The result is a copy of the values of {book.file}, without formats and formulas.")
    if copied:
        written = io.BytesIO()
        copy, names, said = _copy(book)
        notes += said
        result = _mark_package(copy, book, findings, written, names=names)
    named = result.ending
    if isinstance(target, str | Path):
        if Path(target).suffix.lower() != named:
            notes.append(f"Name the result {Path(target).stem}{named}: Excel does not open it under another ending.")
        try:
            Path(target).write_bytes(written.getbuffer())
        except OSError:
            raise Unreadable(
                f"{Path(target).name} cannot be written: check its folder, and close it elsewhere."
            ) from None
    else:
        target.write(written.getbuffer())
    return Marked(result.cells, len(findings), result.unplaced, copied, named, (*notes, *result.notes))


def ending(source: Path | bytes | None) -> str:
    """The ending that the marked file's name needs: that of an .xlsx, .xlsm or template itself, otherwise `.xlsx`."""
    raw = _package_bytes(None, source)
    if raw is not None:
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                return Package(archive).ending
        except (NotEditable, zipfile.BadZipFile):
            pass
    return ".xlsx"


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _package_bytes(book: Book | None, source: Path | bytes | None) -> bytes | None:
    """The bytes of a zip package; None for anything else."""
    if isinstance(source, Path):
        try:
            if not source.is_file() or source.stat().st_size > LIMITS.file_bytes:
                return None
            source = source.read_bytes()
        except OSError:
            raise Unreadable(
                f"{book.file if book else 'The file'} cannot be opened: check that you are allowed to read it."
            ) from None
    return (
        source if source is not None and source.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in source else None
    )


def _value_at(sheet: Sheet | None, row: int, column: int) -> str:
    if sheet is None or not (1 <= row <= len(sheet.rows) and 1 <= column <= len(sheet.rows[row - 1])):
        return ""
    return as_text(sheet.rows[row - 1][column - 1])


class _Finding(NamedTuple):
    problem: Problem
    seen: str


class _Text:
    """Texts as a spreadsheet can hold them, by the rules of `writing.put_text`."""

    def __init__(self) -> None:
        sheet = Workbook().active
        assert sheet is not None
        self._cell = cell_at(sheet, 1, 1)

    def __call__(self, text: str) -> str:
        """The text, escaped for XML."""
        if not text:
            return ""
        put_text(self._cell, text)
        return escape(str(self._cell.value or ""))


class _Result(NamedTuple):
    cells: int
    unplaced: int
    ending: str
    notes: tuple[str, ...]


def _mark_package(
    raw: bytes, book: Book, findings: list[_Finding], target: IO[bytes], *, names: Mapping[str, str] | None = None
) -> _Result:
    """Write a marked .xlsx. `names` are those its sheets have, by the names in the book where they differ.

    Puts the findings in the order of the sheets and cells.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise NotEditable("it is damaged") from None
    with archive:
        package = Package(archive)
        clean = _Text()
        styles = Styles(package)
        looks = _looks(styles)
        listed = {sheet.name: (number, sheet) for number, sheet in enumerate(package.sheets())}
        earlier = next((s for s in book.sheets if is_problems_sheet(s) and s.name in listed), None)
        before = _fills_before(earlier)
        names = {sheet.name: sheet.name for sheet in book.sheets} | dict(names or {})

        def place(finding: _Finding) -> tuple[int, int, int]:
            number, _ = listed.get(names.get(finding.problem.cell.sheet, ""), (len(listed), None))
            return number, finding.problem.cell.row, finding.problem.cell.column

        findings.sort(key=place)
        by_sheet: dict[str, dict[Address, list[int]]] = {}
        unplaced = 0
        for number, finding in enumerate(findings):
            cell = finding.problem.cell
            name = names.get(cell.sheet, cell.sheet)
            if (
                name in listed
                and listed[name][1].worksheet
                and 1 <= cell.row <= MOST_ROWS
                and 1 <= cell.column <= MOST_COLUMNS
            ):
                by_sheet.setdefault(name, {}).setdefault((cell.row, cell.column), []).append(number)
            else:
                unplaced += 1
        notes: list[str] = []
        cells = 0
        had: dict[int, str] = {}
        for name, (_, sheet) in listed.items():
            wanted = _wrong(by_sheet.get(name, {}), findings)
            if not sheet.worksheet or (earlier is not None and name == earlier.name):
                continue
            if wanted or earlier is not None:
                fills = before.get(name, {}) if earlier else None
                cells += _mark_sheet(package, sheet, wanted, findings, styles, fills, had, clean, notes)
        links = {
            number: f"{quote_sheetname(name)}!{name_of(at)}"
            for name, wanted in by_sheet.items()
            if not listed[name][1].hidden
            for at, numbers in wanted.items()
            for number in numbers
        }
        links = dict(sorted(links.items())[:_LINKS])
        shown = {
            inner: f"{inner} (hidden)" for inner, name in names.items() if name in listed and listed[name][1].hidden
        }
        xml = _problems_xml(package.main, looks, findings, links, shown, had, clean)
        _put_problems_sheet(package, listed[earlier.name] if earlier else None, xml, listed)
        styles.finish()
        if package.signed:
            notes.append("The digital signature of the file no longer holds, because the file was marked.")
        package.write(target)
        return _Result(cells, unplaced, package.ending, tuple(notes))


def _wrong(at: Mapping[Address, list[int]], findings: Sequence[_Finding]) -> dict[Address, list[int]]:
    """The cells that something is wrong with: a notice stands on the sheet *Problems* only."""
    found = {a: [n for n in numbers if not findings[n].problem.kind.notice] for a, numbers in at.items()}
    return {a: numbers for a, numbers in found.items() if numbers}


def _fills_before(earlier: Sheet | None) -> dict[str, dict[Address, str]]:
    """What an earlier sheet *Problems* says of the fills that cells had before they were marked."""
    found: dict[str, dict[Address, str]] = {}
    for row in earlier.rows[1:] if earlier else ():
        if len(row) == len(PROBLEM_HEADINGS) and (at := address_of(str(row[1]))):
            found.setdefault(str(row[0]).removesuffix(" (hidden)"), {})[at] = str(row[-1])
    return found


def _mark_sheet(
    package: Package,
    listed: Listed,
    wanted: Mapping[Address, list[int]],
    findings: Sequence[_Finding],
    styles: Styles,
    before: Mapping[Address, str] | None,
    had: dict[int, str],
    clean: _Text,
    notes: list[str],
) -> int:
    """Mark one sheet; how many of its cells. `had` gets the fill from before by the number of the finding.

    `before` has the fills that cells had before an earlier marking; None when there was none.
    """
    sheet = SheetXml(package.read(listed.part), wanted, set() if before is None else styles.ours)
    anchors = sheet.anchors
    places = sheet.shown_at(before or ())
    before = {places[at]: fill for at, fill in (before or {}).items()}
    fills = sheet.colour(styles, before)
    said: dict[Address, list[_Finding]] = {}
    for at, numbers in wanted.items():
        said.setdefault(anchors[at], []).extend(findings[number] for number in numbers)
        had.update((number, fills.get(anchors[at], "")) for number in numbers)
    comments = _Comments(package, listed.part, sheet)
    threads = sorted(comments.threaded.intersection(said))
    if threads:
        where = ", ".join(name_of(at) for at in threads[:5]) + (" and others" if len(threads) > 5 else "")
        notes.append(
            f"On {listed.name}, {where}: the problem stands on the sheet Problems only, because the cell has a conversation."
        )
    texts = {at: _comment_text(told) for at, told in sorted(said.items()) if at not in comments.threaded}
    if len(texts) > MOST_COMMENTS:
        notes.append(
            f"{listed.name} has comments on the first {MOST_COMMENTS:,} of its {len(texts):,} cells with problems: the others "
            "are coloured, and stand on the sheet Problems."
        )
        texts = dict(list(texts.items())[:MOST_COMMENTS])
    comments.write(texts, clean)
    if sheet.document.changed:
        package.put(listed.part, sheet.document.result())
    return len(said)


def _put_problems_sheet(
    package: Package, earlier: tuple[int, Listed] | None, xml: bytes, listed: Mapping[str, tuple[int, Listed]]
) -> None:
    root = package.workbook.root
    if earlier is not None:
        number, sheet = earlier
        package.put(sheet.part, xml)
        defined = root.child("definedNames")
        for node in defined.children if defined else ():
            if (node.attributes.get("name"), node.attributes.get("localSheetId")) == (
                "_xlnm._FilterDatabase",
                str(number),
            ):
                package.workbook.replace(node, "")
        return
    sheets = root.child("sheets")
    if sheets is None:
        raise NotEditable("it lists no sheets")
    taken = {name.casefold() for name in listed}
    name = next(n for k in count(1) if (n := "Problems" if k == 1 else f"Problems {k}").casefold() not in taken)
    identity = 1 + max((whole(node.attributes.get("sheetId")) for node in sheets.children), default=0)
    part = package.free(f"{posixpath.dirname(package.workbook_part)}/worksheets/sheet{{}}.xml".lstrip("/"))
    package.put(part, xml, OF_SHEET + "worksheet+xml")
    relation = package.relate(package.workbook_part, "worksheet", part)
    package.workbook.append(
        sheets,
        f'<{package.workbook.prefix}sheet xmlns:r="{package.office}" name="{name}" sheetId="{identity}" r:id="{relation}"/>',
    )


# ---------------------------------------------------------------------------------------------- a copy of the values

_FORMATS_OF_COPY = ("General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm:ss", "[h]:mm:ss")


def _copy(book: Book) -> tuple[bytes, dict[str, str], list[str]]:
    """An .xlsx with the values of a book, the names its sheets have there, and what it could not hold."""
    names: dict[str, str] = {}
    notes: list[str] = []
    main, office = next(iter(NAMESPACES.items()))
    sheets = [sheet for sheet in book.sheets if not is_problems_sheet(sheet)]
    taken: set[str] = set()
    for sheet in sheets:
        stem = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", sheet.name).strip(" '")[:31] or "Sheet"
        stem = stem if stem.casefold() != "history" else "History 1"
        name = next(n for k in count(1) if (n := stem if k == 1 else f"{stem[:27]} {k}").casefold() not in taken)
        taken.add(name.casefold())
        names[sheet.name] = name
    clean = _Text()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
        listed, relations, types = [], [], []
        for number, sheet in enumerate(sheets, 1):
            if len(sheet.rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in sheet.rows):
                notes.append(
                    f"{sheet.name} is larger than a sheet can be: the copy has its first {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns."
                )
            with out.open(zip_entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as part:
                part.write(f'{XML_HEAD}<worksheet xmlns="{main}"><sheetData>'.encode())
                for row, values in enumerate(sheet.rows[:MOST_ROWS], 1):
                    if any(value is not None for value in values):
                        part.write(f'<row r="{row}">{"".join(_cells_xml(row, values, clean))}</row>'.encode())
                part.write(b"</sheetData></worksheet>")
            state = ' state="hidden"' if sheet.hidden else ""
            name = quoteattr(names[sheet.name])
            listed.append(f'<sheet name={name} sheetId="{number}"{state} r:id="rId{number}"/>')
            relations.append(
                f'<Relationship Id="rId{number}" Type="{office}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            )
            types.append(
                f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{OF_SHEET}worksheet+xml"/>'
            )
        formats = "".join(
            f'<numFmt numFmtId="{164 + n}" formatCode="{f}"/>' for n, f in enumerate(_FORMATS_OF_COPY) if n
        )
        xfs = "".join(
            f'<xf numFmtId="{164 + n if n else 0}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
            for n in range(len(_FORMATS_OF_COPY))
        )
        plain = {name: "".join(xml) for name, xml in PLAIN_STYLES.items()} | {"cellXfs": xfs}
        styles = f"<numFmts>{formats}</numFmts>" + "".join(f"<{name}>{xml}</{name}>" for name, xml in plain.items())
        styles += NORMAL
        relations.append(f'<Relationship Id="rId{len(sheets) + 1}" Type="{office}/styles" Target="styles.xml"/>')
        for name, xml in {
            "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{"".join(listed)}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{"".join(relations)}</Relationships>',
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{OF_SHEET}sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{OF_SHEET}styles+xml"/>{"".join(types)}</Types>',
        }.items():
            out.writestr(zip_entry(name), XML_HEAD + xml)
    return written.getvalue(), names, notes


def _cells_xml(row: int, values: Sequence[Value], clean: _Text) -> Iterator[str]:
    for column, value in enumerate(values[:MOST_COLUMNS], 1):
        at = f'r="{column_letters(column)}{row}"'
        match value:
            case None:
                continue
            case bool():
                yield f'<c {at} t="b"><v>{int(value)}</v></c>'
                continue
            case int() if abs(value) <= 2**53:
                yield f"<c {at}><v>{value}</v></c>"
                continue
            case float() if math.isfinite(value):
                yield f"<c {at}><v>{value!r}</v></c>"
                continue
            case ErrorValue(text=text) if text in ERROR_CODES:
                yield f'<c {at} t="e"><v>{text}</v></c>'
                continue
            case datetime() if value.date() >= _FIRST_SERIAL:
                style = 2
            case date() if not isinstance(value, datetime) and value >= _FIRST_SERIAL:
                style = 1
            case time():
                style = 3
            case timedelta() if value >= timedelta(0):
                style = 4
            case _:
                said = clean(value if isinstance(value, str) else as_text(value))
                yield f'<c {at} t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'
                continue
        yield f'<c {at} s="{style}"><v>{to_excel(value)!r}</v></c>'  # type: ignore[no-untyped-call]


# ---------------------------------------------------------------------------------------------- comments

_MARKER = f"{_AUTHOR}:"
_MORE = "on the sheet Problems."
_OURS = re.compile(rf".*(?:\[[A-Z]{{1,3}}\d+\]|{re.escape(_MORE)})", re.DOTALL)
_FLATTENED = re.compile(rf"(?:\A|\n\n){_MARKER}\n{_OURS.pattern}", re.DOTALL)
_FACE = '<{0}sz val="9"/><{0}color indexed="81"/><{0}rFont val="Tahoma"/><{0}family val="2"/>'
_SHAPE = re.compile(rb"<([\w.-]+):shape\s")
_NOTE = re.compile(rb"ObjectType\s*=\s*[\"']Note[\"']")
_ROW = re.compile(rb"<(\w+):Row>\s*(\d{1,7})\s*<")
_COLUMN = re.compile(rb"<(\w+):Column>\s*(\d{1,5})\s*<")
_ANCHOR = re.compile(rb"(:Anchor>)([\s\d,]+)(</)")
_VML_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
)
_VML_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_VML_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:{width:g}pt;height:{height:g}pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_BOX = 330  # pixels
_LETTERS = 48  # characters on one line of a box


class _Comments:
    """The comments of one worksheet and the boxes they are drawn in."""

    def __init__(self, package: Package, part: str, sheet: SheetXml) -> None:
        self._package, self._part, self._sheet = package, part, sheet
        relations = package.relations(part)
        held = next((r.part for r in relations if r.type.endswith("/comments") and package.has(r.part)), "")
        self.document = package.document(held) if held else None
        listed = self.document.root.child("commentList") if self.document else None
        self._comments: dict[Address, Node] = {}
        for node in listed.named("comment") if listed else ():
            if at := address_of(node.attributes.get("ref", "").partition(":")[0]):
                self._comments[at] = node
        self.threaded: set[Address] = set()
        for relation in relations:
            if relation.type.endswith("/threadedComment") and package.has(relation.part):
                for node in package.document(relation.part).root.children:
                    if at := address_of(node.attributes.get("ref", "")):
                        self.threaded.add(at)
        drawing = sheet.drawing()
        identity = drawing.attribute("id") if drawing else ""
        self._vml = next((r.part for r in relations if r.id == identity and package.has(r.part)), "")

    def write(self, texts: Mapping[Address, str], clean: _Text) -> None:
        """Say `texts` on their cells, after what others say there, and take back whatever an earlier marking said."""
        said: dict[Address, int] = {}
        dropped: set[Address] = set()
        for at, node in self._comments.items():
            text = texts.get(at)
            if text is None and _MARKER.encode() not in self.document.data[node.start : node.end]:  # type: ignore[union-attr]
                continue
            if not self._rewrite(node, text, clean):
                dropped.add(at)
            elif text is not None:
                said[at] = _lines(_said(node)) + _lines(text) + 2
        new = {at: text for at, text in texts.items() if at not in self._comments}
        if new:
            self._add(new, clean)
        if new or said or dropped:
            self._draw({at: _lines(text) + 1 for at, text in new.items()}, said, dropped)

    def _rewrite(self, node: Node, text: str | None, clean: _Text) -> bool:
        """Put our text below that of others in a comment. False when nothing is left to say, and the comment is gone."""
        document = self.document
        assert document is not None
        body = node.child("text")
        runs: list[str] = []
        after: list[str] = []
        prefix = document.prefix
        parts = body.children if body else []
        ours = False
        for part, following in zip(parts, [*parts[1:], None], strict=True):
            said = _said(part)
            if part.name not in ("t", "r"):
                after.append(document.raw(part))
            elif ours:
                ours = False
                rest = _OURS.sub("", said, count=1)
                if rest.strip():
                    runs.append(_run(clean(rest), prefix))
            elif said.strip() == _MARKER and following is not None and _OURS.match(_said(following)):
                ours = True
            elif _FLATTENED.search(said):
                rest = _FLATTENED.sub("", said)
                if rest.strip():
                    runs.append(_run(clean(rest), prefix))
            else:
                raw = document.raw(part)
                runs.append(raw if part.name == "r" else f"<{prefix}r>{raw}</{prefix}r>")
        if text is None and not runs:
            document.replace(node, "")
            return False
        if text is not None:
            runs += _runs(text, clean, prefix, below=bool(runs))
        xml = f"<{prefix}text>{''.join(runs)}{''.join(after)}</{prefix}text>"
        if body is not None:
            document.replace(body, xml)
        else:
            document.append(node, xml)
        return True

    def _add(self, texts: Mapping[Address, str], clean: _Text) -> None:
        package = self._package
        if self.document is None:
            part = package.free("xl/comments{}.xml")
            xml = f'{XML_HEAD}<comments xmlns="{package.main}"><authors/><commentList/></comments>'
            package.put(part, xml.encode(), OF_SHEET + "comments+xml")
            package.relate(self._part, "comments", part)
            self.document = package.document(part)
        document, prefix = self.document, self.document.prefix
        authors, listed = document.root.child("authors"), document.root.child("commentList")
        if authors is None or listed is None:
            raise NotEditable("its comments are not laid out as such")
        names = [node.text for node in authors.children]
        if _AUTHOR not in names:
            document.append(authors, f"<{prefix}author>{_AUTHOR}</{prefix}author>")
            names.append(_AUTHOR)
        author = names.index(_AUTHOR)
        for at, text in texts.items():
            runs = "".join(_runs(text, clean, prefix, below=False))
            xml = f'<{prefix}comment ref="{name_of(at)}" authorId="{author}"><{prefix}text>{runs}</{prefix}text></{prefix}comment>'
            document.append(listed, xml)

    def _draw(self, new: Mapping[Address, int], grown: Mapping[Address, int], dropped: set[Address]) -> None:
        """Draw boxes for new comments, make those of comments with more lines larger, take away the others."""
        package = self._package
        if not self._vml:
            new, grown = {**grown, **new}, {}
            if not new:
                return
            block = 1 + max(
                (number for part in package.drawings() for number in _blocks(package.read(part))), default=0
            )
            blocks = ",".join(str(block + n) for n in range(1 + (len(new) + 1) // 1024))
            layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
            data = f"{_VML_HEAD}{layout}{_VML_TYPE}</xml>".encode()
            self._vml = package.free("xl/drawings/vmlDrawing{}.vml")
            package.default_type("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
            self._sheet.put_drawing(package.relate(self._part, "vmlDrawing", self._vml), package.office)
            first = block * 1024 + 1
        else:
            data = package.read(self._vml)
            first = 1 + max((int(n) for n in re.findall(rb"_x0000_s(\d{1,9})\b", data)), default=1024)
        end = data.rfind(b"</xml>")
        if end < 0:
            raise NotEditable("its comments are drawn in a way that is not known")
        pieces: list[bytes] = []
        at = 0
        for start, stop in _shapes(data, end):
            shape = data[start:stop]
            cell = _cell_of(shape)
            if cell in dropped:
                pieces.append(data[at:start])
                at = stop
            elif cell is not None and cell in grown:
                pieces += data[at:start], self._grow(shape, grown[cell])
                at = stop
        pieces.append(data[at:end])
        root = data[: data.find(b">", data.find(b"<xml")) + 1]
        usual = all(f'{name}"'.encode() in root for name in re.findall(r'(xmlns:\w="[^"]*)"', _VML_HEAD))
        if new and b'id="_x0000_t202"' not in data:
            pieces.append(self._declared(_VML_TYPE, usual))
        for number, (cell, lines) in enumerate(new.items(), first):
            height = min(max(lines, 3) * 16 + 16, 600)
            shape_xml = _VML_SHAPE.format(
                number=number,
                width=_BOX * 0.75,
                height=height * 0.75,
                anchor=self._anchor(cell[1] + 1, 15, max(cell[0] - 1, 1), 4, _BOX, height),
                row=cell[0] - 1,
                column=cell[1] - 1,
            )
            pieces.append(self._declared(shape_xml, usual))
        pieces.append(data[end:])
        package.put(self._vml, b"".join(pieces))

    def _declared(self, xml: str, usual: bool) -> bytes:
        if not usual:
            xml = re.sub(r"^<[\w:]+", lambda tag: tag[0] + _VML_HEAD.removeprefix("<xml").removesuffix(">"), xml)
        return xml.encode()

    def _anchor(self, column: int, left: float, row: int, top: float, width: float, height: float) -> str:
        """A box as a spreadsheet says it: the cells of its corners (from 0 here) and pixels into them."""
        right, in_column = self._walk(column, left + width, self._sheet.width, MOST_COLUMNS)
        bottom, in_row = self._walk(row, top + height, self._sheet.height, MOST_ROWS)
        column, row = min(column, MOST_COLUMNS), min(row, MOST_ROWS)
        return (
            f"{column - 1}, {left:.0f}, {row - 1}, {top:.0f}, {right - 1}, {in_column:.0f}, {bottom - 1}, {in_row:.0f}"
        )

    def _walk(self, at: int, far: float, size: Callable[[int], float], last: int) -> tuple[int, float]:
        for _ in range(1_000):
            if at >= last or far <= size(at):
                break
            far -= size(at)
            at += 1
        return min(at, last), far

    def _grow(self, shape: bytes, lines: int) -> bytes:
        found = _ANCHOR.search(shape)
        numbers = [int(n) for n in re.findall(rb"\d+", found[2])] if found else []
        wanted = min(lines * 16 + 16, 600)
        if found is None or len(numbers) != 8:
            row, cell = _ROW.search(shape), _cell_of(shape)
            if found is not None or row is None or cell is None:
                return shape
            anchor = self._anchor(cell[1] + 1, 15, max(cell[0] - 1, 1), 4, _BOX, wanted).encode()
            return b"%s<%s:Anchor>%s</%s:Anchor>%s" % (
                shape[: row.start()],
                row[1],
                anchor,
                row[1],
                shape[row.start() :],
            )
        left, in_left, top, in_top, right, in_right, bottom, in_bottom = numbers
        across, down = range(left + 1, min(right, left + 500) + 1), range(top + 1, min(bottom, top + 500) + 1)
        width = sum(map(self._sheet.width, across)) - in_left + in_right
        height = sum(map(self._sheet.height, down)) - in_top + in_bottom
        anchor = self._anchor(left + 1, in_left, top + 1, in_top, max(width, _BOX), max(height, wanted)).encode()
        return shape[: found.start(2)] + anchor + shape[found.end(2) :]


def _said(node: Node) -> str:
    return node.text if node.name == "t" else "".join(part.text for part in node.named("t"))


def _run(clean: str, prefix: str, *, bold: bool = False) -> str:
    face = _FACE.format(prefix)
    heavy = f"<{prefix}b/>" if bold else ""
    return f'<{prefix}r><{prefix}rPr>{heavy}{face}</{prefix}rPr><{prefix}t xml:space="preserve">{clean}</{prefix}t></{prefix}r>'


def _runs(text: str, clean: _Text, prefix: str, *, below: bool) -> list[str]:
    between = "\n\n" if below else ""
    return [_run(f"{between}{_MARKER}\n", prefix, bold=True), _run(clean(text), prefix)]


def _lines(text: str) -> int:
    return sum(1 + len(line) // _LETTERS for line in text.split("\n"))


def _shapes(vml: bytes, end: int) -> Iterator[tuple[int, int]]:
    """Where each shape of a drawing starts and stops."""
    at = 0
    while (found := _SHAPE.search(vml, at, end)) and (
        close := vml.find(b"</%s:shape>" % found[1], found.end(), end)
    ) > 0:
        at = vml.index(b">", close) + 1
        yield found.start(), at


def _cell_of(shape: bytes) -> Address | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if row is None or column is None or not _NOTE.search(shape):
        return None
    return int(row[2]) + 1, int(column[2]) + 1


def _blocks(vml: bytes) -> list[int]:
    """The blocks of 1,024 numbers that the shapes of a drawing are numbered in."""
    return [
        int(n)
        for found in re.findall(rb"<o:idmap\b[^>]*\bdata\s*=\s*[\"']([\d,]+)", vml)
        for n in found.split(b",")
        if n
    ]


def _comment_text(findings: Sequence[_Finding]) -> str:
    """What the comment of one cell says. It ends in a code or in `_MORE`, by which it is known again."""
    parts: list[str] = []
    for number, finding in enumerate(findings):
        problem = finding.problem
        text = f"{problem.message}\n{finding.problem.advice} [{problem.code}]"
        room = LONGEST_COMMENT - sum(map(len, parts))
        if len(text) > room and parts:
            parts.append(f"… and {len(findings) - number} more {_MORE}")
            break
        if len(text) > room:
            text = f"{text[: room - 60]}{CUT} [{problem.code}]"
        parts.append(text)
    return "\n\n".join(parts)


# ---------------------------------------------------------------------------------------------- the sheet Problems


class _Looks(NamedTuple):
    """Indexes of the styles of our sheet."""

    heading: int
    text: int
    link: int
    colour: int


def _looks(styles: Styles) -> _Looks:
    heading_font = styles.index("fonts", f'<font><b/><sz val="11"/><color rgb="FF24303B"/><name val="{FACE}"/></font>')
    body_font = styles.index("fonts", f'<font><sz val="11"/><color rgb="FF24303B"/><name val="{FACE}"/></font>')
    link_font = styles.index("fonts", f'<font><u/><sz val="11"/><color rgb="FF1F5FA8"/><name val="{FACE}"/></font>')
    heading_fill = styles.index(
        "fills",
        '<fill><patternFill patternType="solid"><fgColor rgb="FFE4EAEF"/><bgColor indexed="64"/></patternFill></fill>',
    )
    hair = '<bottom style="{}"><color rgb="{}"/></bottom>'
    side = "<border><left/><right/><top/>" + hair + "<diagonal/></border>"
    heading_border = styles.index("borders", side.format("thin", "FFB7C0C9"))
    body_border = styles.index("borders", side.format("hair", "FFD5DBE1"))

    def xf(font: int, fill: int, border: int) -> int:
        return styles.index(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" quotePrefix="1" '
            'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            '<alignment horizontal="left" vertical="top" wrapText="1"/></xf>',
        )

    body = xf(body_font, 0, body_border)
    return _Looks(xf(heading_font, heading_fill, heading_border), body, xf(link_font, 0, body_border), body)


def _problems_xml(
    main: str,
    looks: _Looks,
    findings: Sequence[_Finding],
    links: Mapping[int, str],
    shown: Mapping[str, str],
    before: Mapping[int, str],
    clean: _Text,
) -> bytes:
    """The sheet *Problems*. `links` and `before` are by the number of the finding, `shown` by the name of the sheet."""
    last = column_letters(len(PROBLEM_HEADINGS))
    findings = findings[: MOST_ROWS - 1]
    pieces = [
        f'{XML_HEAD}<worksheet xmlns="{main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{last}{len(findings) + 1}"/><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{LINE}"/><cols>'
    ]
    for number, width in enumerate(_WIDTHS, 1):
        hidden = ' hidden="1"' if number == len(_WIDTHS) else ""
        pieces.append(f'<col min="{number}" max="{number}" width="{width}" customWidth="1"{hidden}/>')
    pieces.append("</cols><sheetData>")
    pieces.append(_row_xml(1, PROBLEM_HEADINGS, [looks.heading] * len(PROBLEM_HEADINGS), clean, 22))
    for number, finding in enumerate(findings):
        problem = finding.problem
        values = (
            shown.get(problem.cell.sheet, problem.cell.sheet),
            problem.cell.address if problem.cell.row > 0 and problem.cell.column > 0 else "",
            finding.seen,
            problem.message,
            finding.problem.advice,
            problem.code,
            before.get(number, ""),
        )
        lines = max(
            sum(1 + int(len(line) / width) for line in value.split("\n"))
            for value, width in zip(values[:-1], _WIDTHS, strict=False)
        )
        styles = [looks.text] * len(PROBLEM_HEADINGS)
        if number in links:
            styles[1] = looks.link
        pieces.append(_row_xml(number + 2, values, styles, clean, LINE * min(lines, 24) + 2))
    if not findings:
        nothing = ("", "", "", "Nothing to correct was found.")
        pieces.append(_row_xml(2, nothing, [looks.text] * len(nothing), clean, LINE + 2))
    pieces.append(
        f'</sheetData><autoFilter ref="A1:{column_letters(len(PROBLEM_HEADINGS) - 1)}{max(len(findings), 1) + 1}"/>'
    )
    if links:
        told = (f'<hyperlink ref="B{number + 2}" location={quoteattr(where)}/>' for number, where in links.items())
        pieces.append(f"<hyperlinks>{''.join(told)}</hyperlinks>")
    pieces.append(
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
    return "".join(pieces).encode()


def _row_xml(row: int, values: Sequence[str], styles: Sequence[int], clean: _Text, height: float) -> str:
    cells = []
    for column, (value, style) in enumerate(zip(values, styles, strict=True), 1):
        at = f'<c r="{column_letters(column)}{row}" s="{style}"'
        text = clean(value)
        cells.append(f'{at} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else f"{at}/>")
    return f'<row r="{row}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'
