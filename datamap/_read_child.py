"""The child process of `sheets.read`: opens one file and prints its cells, or one sentence, as lines of JSON.

It is run by its path with `-I` and imports nothing of this package, so that it starts fast. The job comes on standard
input (see `sheets._attempt`). Lines out, in this order: `{"kind"}` once known; for each sheet `{"sheet", "hidden"}`
and then lists of rows; at last `{"done"}`, `{"refused": sentence}`, `{"missing": module}` or `{"damaged"}`. A last line
that never comes means that the process was ended by a limit.

xlsx, xlsb, xls and ods are read by calamine. It gives a blank for an error cell and for a formula without a stored
value, so those are looked up apart: in the XML of xlsx and ods when a search of its bytes finds any, by fastexcel for
xls and xlsb. `careful` reads xlsx by openpyxl, which needs no room for blank cells.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Any

Row = list[Any]
Specials = dict[tuple[int, int], dict[str, str]]
"""Error cells and formulas without a value by (row, column) from 0, as they are sent."""

CHUNK = 1 << 20
SHEET_ROWS = 1_048_576
TEXT_SUFFIXES = {".csv", ".tsv", ".tab", ".txt", ""}
BOOK_SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots"}

ENTITIES = "declares XML entities, as only an attack does: do not open it, and ask its sender for another copy"
SAVE = "open it in a spreadsheet program and save it as .xlsx"
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip-compressed file"),
    (b"BZh", "a bzip2-compressed file"),
    (b"\xfd7zXZ\x00", "an xz-compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x7fELF", "a program"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")


class Refused(Exception):
    """One sentence for the user, without the name of the file it begins with."""


class Damaged(Exception):
    """The reader could make nothing of the file, for a reason of its own."""


def main() -> None:
    job = json.load(sys.stdin)
    limits = job["limits"]
    _limit_process(limits)
    out = Output(limits)
    name = job["name"]
    try:
        _read(Path(job["path"]), job, out)
    except Refused as refusal:
        out.send({"refused": f"{name} {refusal}."})
    except MemoryError:
        raise
    except ModuleNotFoundError as missing:
        out.send({"missing": missing.name or "?"})
    except OSError as failure:
        if failure.filename is None:
            out.send({"damaged": True})
        else:
            out.send({"refused": f"{name} cannot be opened: check that you are allowed to read it."})
    except Exception:
        out.send({"damaged": True})
    except BaseException:  # calamine's panics are not Exceptions
        out.send({"damaged": True})
    else:
        out.send({"done": True})


def _limit_process(limits: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:
        return
    seconds = int(limits["seconds"]) + 5
    for what, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue


class Output:
    """Sends sheets to the parent in pieces of bounded size, counting what the limits count."""

    def __init__(self, limits: dict[str, Any]) -> None:
        self.limits = limits
        self._pipe = sys.stdout.buffer
        self._cells = 0
        self._sheets = 0
        self._bytes = 0

    def send(self, message: dict[str, Any]) -> None:
        self._write(message)
        self._pipe.flush()

    def _write(self, message: object) -> None:
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=_tag)
        data = line.encode("utf-8", "replace")
        self._bytes += len(data)
        if self._bytes > self.limits["result_bytes"] and isinstance(message, list):
            raise Refused(
                f"holds more than {self.limits['result_bytes'] // 1_000_000} MB of text: split it into smaller files"
            )
        self._pipe.write(data)
        self._pipe.write(b"\n")

    def sheet(self, name: str, rows: Iterable[Row], *, hidden: bool = False) -> None:
        """Send one sheet; blank cells at the end of a row and blank rows at the end of the sheet are left out."""
        self._sheets += 1
        if self._sheets > self.limits["sheets"]:
            raise Refused(f"has more than {self.limits['sheets']} sheets: split it into smaller files")
        self._write({"sheet": name, "hidden": hidden})
        chunk: list[Row] = []
        weight = blank = number = 0
        longest = self.limits["text"]
        for row in rows:
            number += 1
            while row and row[-1] is None:
                row.pop()
            if not row:
                blank += 1
                continue
            self._count(blank + len(row))
            weight += blank + len(row)
            chunk.extend([] for _ in range(blank))
            blank = 0
            for column, value in enumerate(row):
                if type(value) is str:
                    if len(value) > longest:
                        where = f"row {number}, column {column + 1} of sheet {name}"
                        raise Refused(f"has more than {longest:,} characters in one cell ({where}): shorten it")
                    weight += len(value) >> 4
            chunk.append(row)
            if weight > 20_000:
                self._write(chunk)
                chunk = []
                weight = 0
        if chunk:
            self._write(chunk)

    def _count(self, cells: int) -> None:
        self._cells += cells
        if self._cells > self.limits["cells"]:
            raise Refused(f"holds more than {self.limits['cells']:,} cells: split it into smaller files")


def _tag(value: object) -> dict[str, Any]:
    match value:
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case timedelta():
            return {"days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
    raise TypeError(type(value).__name__)


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return value or None
    if kind is float:
        return int(value) if value.is_integer() and abs(value) <= 2**53 else value
    if kind is datetime and not (value.hour or value.minute or value.second or value.microsecond):
        return value.date()
    return value


# --- which kind ---


def _read(path: Path, job: dict[str, Any], out: Output) -> None:
    if path.is_dir():
        return _read_folder(path, out)
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refused("is empty: check that it was saved or downloaded completely")
    if head.startswith(ZIP):
        return _read_package(path, job, out)
    if head.startswith(OLE):
        return _read_ole(path, out)
    if head.startswith(OLD_EXCEL):
        raise Refused(f"is a workbook of Excel 4 or older: {SAVE}")
    _refuse_foreign(head)
    suffix = job["suffix"]
    if suffix in BOOK_SUFFIXES:
        raise Refused(
            f"is named {suffix} but holds plain text, not a workbook: rename it to .csv if the text is a table"
        )
    if suffix not in TEXT_SUFFIXES:
        raise Refused(f"is a {suffix} file, which is neither a spreadsheet nor CSV: save the table as .xlsx or .csv")
    out.send({"kind": "csv"})
    out.sheet(job["stem"], _csv_rows(lambda: path.open("rb"), out.limits))


def _refuse_foreign(head: bytes) -> None:
    """Refuse what is neither a workbook nor plain text, saying what it is."""
    for magic, what in MAGIC:
        if head.startswith(magic):
            raise Refused(f"is {what}, not a spreadsheet: give the .xlsx, .ods or .csv file itself")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise Refused("is a WebP image, not a spreadsheet: give the .xlsx, .ods or .csv file itself")
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(b"<?xml") or text.startswith(b"<office:"):
        if b"opendocument" in text:
            raise Refused("is a flat XML OpenDocument file: open it in a spreadsheet program and save it as .ods")
        if b"office:spreadsheet" in text:
            raise Refused(f"is an Excel 2003 XML file: {SAVE}")
        if b"<html" not in text:
            raise Refused("is an XML file, not a spreadsheet: save the table as .xlsx or .csv")
    if re.match(rb"<(\?xml|!doctype|!--|html|head|body|meta|table|div|style|script)", text):
        raise Refused(f"is a web page (HTML), whatever its name says: {SAVE}")
    if text.startswith(b"mime-version:"):
        raise Refused(f"is a saved web page (MHTML), whatever its name says: {SAVE}")
    if re.match(rb'\{\s*"|\[\s*\{', text):
        raise Refused("is a JSON file, not a spreadsheet: save the table as .xlsx or .csv")


def _read_ole(path: Path, out: Output) -> None:
    data = path.read_bytes()

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("DRMContent") or holds("DRMEncrypted") or holds("DRMViewerContent"):
        raise Refused("is protected by rights management: remove the protection in Excel and save it again")
    if holds("EncryptedPackage") or _xls_has_password(data):
        raise Refused("is protected by a password: open it, remove the password and save it again")
    if not (holds("Workbook") or holds("Book")):
        for stream, what in (("WordDocument", "a Word document"), ("PowerPoint Document", "a PowerPoint presentation")):
            if holds(stream):
                raise Refused(f"is {what}, not a spreadsheet: save its tables in a workbook")
        raise Refused(f"holds no workbook, or is cut short: {SAVE}")
    out.send({"kind": "xls"})
    _read_calamine(path, out, _fastexcel_errors(path))


def _xls_has_password(data: bytes) -> bool:
    """Whether a FILEPASS record (0x2F) is among the first of the workbook's records."""
    beginning = re.search(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00", data)
    at = beginning.start() if beginning else len(data)
    for _ in range(6):
        if at + 4 > len(data):
            return False
        code, size = struct.unpack_from("<HH", data, at)
        if code == 0x2F:
            return True
        at += 4 + size
    return False


def _read_package(path: Path, job: dict[str, Any], out: Output) -> None:
    try:
        package = zipfile.ZipFile(path)
        names = [info.filename for info in package.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Refused("is damaged or cut short: download or copy it again") from None
    with package:
        lower = {name.lower().lstrip("/"): name for name in names}
        if "[content_types].xml" in lower:
            return _read_ooxml(path, package, job, out)
        if "mimetype" in lower or "content.xml" in lower:
            return _read_ods(path, package, out)
        if any(PurePosixPath(name).name == "Index.zip" or name.endswith(".iwa") for name in names):
            raise Refused("is an Apple Numbers (or Pages, Keynote) file: export it from there as .xlsx")
        _read_zip(package, out)


def _member(package: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = package.getinfo(name)
    if info.flag_bits & 1:
        raise Refused("is a zip protected by a password: unpack it and give the files themselves")
    return package.open(info)


def _chunks(package: zipfile.ZipFile, budget: list[int], name: str, limits: dict[str, Any]) -> Iterator[bytes]:
    """The contents of one member of a zip, counted on `budget` (the expanded bytes and packed bytes so far)."""
    budget[1] += package.getinfo(name).compress_size
    try:
        with _member(package, name) as stream:
            while chunk := stream.read(CHUNK):
                budget[0] += len(chunk)
                bomb = budget[0] > limits["ratio_from"] and budget[0] > limits["ratio"] * budget[1]
                if budget[0] > limits["expanded_bytes"] or bomb:
                    raise Refused(
                        f"unpacks to more than {budget[0] // 1_000_000} MB, far too much for a file of its size: save "
                        "only the sheets that are needed in a new file"
                    )
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise Refused("is damaged or cut short: download or copy it again") from None


# --- XML of xlsx and ods ---

DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le"))
XLSX_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
XLSX_NO_VALUE = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*(?:<v\b[^<>]*/>|<v\b[^<>]*>\s*</v>)?\s*</c>")
OVERLAP = 4096
FRAGMENTS = 4 << 20
FragmentsOf = Callable[[bytes], Iterator[bytes | None]]
"""The parts of some bytes of XML that hold special cells; None for one that only a full parse can tell."""


def _xlsx_fragments(data: bytes) -> Iterator[bytes | None]:
    matches: list[re.Match[bytes]] = []
    if b'"e"' in data or b"'e'" in data:
        matches.extend(XLSX_ERROR.finditer(data))
    if b"<f" in data:
        matches.extend(XLSX_NO_VALUE.finditer(data))
    for match in matches:
        begin = data.rfind(b"<c ", 0, match.end())
        end = data.find(b"</c>", match.start())
        if begin >= 0 and end >= 0:
            yield data[begin : end + 4]
        elif begin < len(data) - OVERLAP:
            yield None


def _ods_fragments(data: bytes) -> Iterator[bytes | None]:
    if b":formula" in data or b'"error"' in data:
        yield None


def _inspect(package: zipfile.ZipFile, parts: dict[str, FragmentsOf], out: Output) -> dict[str, bytes | None]:
    """Unpack everything once, to nowhere, and refuse bombs and DTDs.

    The result has those of `parts` that hold special cells, with their fragments; None stands for the whole part.
    """
    budget = [0, 0]
    found: dict[str, bytes | None] = {}
    for info in package.infolist():
        name = info.filename
        fragments_of = parts.get(name)
        tail = b""
        for chunk in _chunks(package, budget, name, out.limits):
            data = tail + chunk
            if any(doctype in data for doctype in DOCTYPES):
                raise Refused(ENTITIES)
            if fragments_of is not None and found.get(name, b"") is not None:
                if not tail and b"<worksheet" not in data and b"<office:document" not in data:
                    found[name] = None
                    continue
                fragments = list(fragments_of(data))
                if fragments:
                    together = b"".join((found.get(name) or b"", *(fragment or b"" for fragment in fragments)))
                    found[name] = None if None in fragments or len(together) > FRAGMENTS else together
            tail = data[-OVERLAP:]
    return found


def _parse(stream: IO[bytes], start: Callable[[str, dict[str, str]], None], **handlers: Callable[..., None]) -> None:
    """Parse XML with names stripped of their prefixes. A DTD is refused."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(*_: object) -> None:
        raise Refused(ENTITIES)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if "end" in handlers:
        end = handlers["end"]
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if "text" in handlers:
        parser.CharacterDataHandler = handlers["text"]
    try:
        parser.ParseFile(stream)
    except expat.ExpatError:
        raise Damaged from None


def _xlsx_parts(package: zipfile.ZipFile) -> tuple[str, dict[str, str]]:
    """The workbook's part, and the part of each sheet by the sheet's name."""
    lower = {name.lower().lstrip("/"): name for name in package.namelist()}

    def relations(part: PurePosixPath) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        rels = lower.get(str(part.parent / "_rels" / f"{part.name}.rels").lower())
        if rels:
            with _member(package, rels) as stream:
                _parse(stream, lambda name, attributes: found.append(attributes) if name == "Relationship" else None)
        return found

    def target(base: PurePosixPath, relation: dict[str, str]) -> str:
        steps: list[str] = []
        for step in (PurePosixPath("/") / base.parent / relation.get("Target", "")).parts[1:]:
            if step == "..":
                del steps[-1:]
            elif step != ".":
                steps.append(step)
        return lower.get("/".join(steps).lower(), "")

    root = PurePosixPath("")
    workbook = next((target(root, r) for r in relations(root) if r.get("Type", "").endswith("/officeDocument")), "")
    if not workbook:
        return "", {}
    base = PurePosixPath(workbook.lstrip("/"))
    targets = {r.get("Id", ""): target(base, r) for r in relations(base)}
    sheets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            if targets.get(identity):
                sheets[attributes.get("name", "")] = targets[identity]

    if workbook.lower().endswith(".xml"):
        with _member(package, workbook) as stream:
            _parse(stream, sheet)
    return workbook, sheets


def _xlsx_specials(stream: IO[bytes]) -> Specials:
    found: Specials = {}
    shared: dict[str, str] = {}
    row = column = -1
    kind = index = ""
    part = ""
    formula: list[str] = []
    value: list[str] = []
    has_formula = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, kind, part, has_formula, index
        if name == "c":
            row, column = _cell(attributes.get("r", ""), row, column + 1)
            kind = attributes.get("t", "")
            formula.clear()
            value.clear()
            has_formula = False
        elif name == "f":
            part, has_formula = "f", True
            index = attributes.get("si", "")
        elif name == "v":
            part = "v"
        elif name == "row":
            row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else row + 1
            column = -1

    def text(data: str) -> None:
        if part == "f":
            formula.append(data)
        elif part == "v":
            value.append(data)

    def end(name: str) -> None:
        nonlocal part
        if name == "c":
            held = "".join(value).strip()
            if kind == "e":
                found[row, column] = {"error": held or "#VALUE!"}
            elif has_formula and not held and kind not in ("str", "inlineStr"):
                typed = "".join(formula) or shared.get(index, "")
                found[row, column] = {"formula": f"={typed}"}
        elif name == "f":
            if index and formula:
                shared[index] = "".join(formula)
            part = ""
        elif name == "v":
            part = ""

    _parse(stream, start, end=end, text=text)
    return found


def _cell(reference: str, row: int, column: int) -> tuple[int, int]:
    """Row and column from 0 of a reference such as `AB12`; those given when there is none."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", reference)
    if match is None:
        return row, column
    number = 0
    for letter in match[1].upper():
        number = number * 26 + ord(letter) - 64
    return int(match[2]) - 1, number - 1


def _ods_specials(stream: IO[bytes]) -> dict[str, Specials]:
    """Error cells and formulas without a value by sheet. `table:formula` may begin with a prefix such as `of:`."""
    found: dict[str, Specials] = {}
    sheet: Specials = {}
    here: dict[int, dict[str, str]] = {}
    row = column = depth = 0
    rows = columns = 1
    special: dict[str, str] | None = None
    in_cell = False
    paragraph: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal sheet, row, column, depth, rows, columns, special, in_cell
        attributes = {key.rpartition(":")[2]: value for key, value in given.items() if not key.startswith("calcext:")}
        if name == "table":
            depth += 1
            if depth == 1:
                sheet = found.setdefault(attributes.get("name", ""), {})
                row = 0
        elif name == "annotation":
            in_cell = False
        elif depth != 1:
            return
        elif name == "table-row":
            here.clear()
            column = 0
            rows = int(attributes.get("number-rows-repeated", "1"))
        elif name in ("table-cell", "covered-table-cell"):
            columns = int(attributes.get("number-columns-repeated", "1"))
            paragraph.clear()
            in_cell = True
            special = None
            formula = re.sub(r"^[a-z]+:(?==)", "", attributes.get("formula", ""))
            if given.get("calcext:value-type") == "error":
                special = {"error": ""}
            elif formula and "value-type" not in attributes:
                special = {"formula": formula}

    def end(name: str) -> None:
        nonlocal row, column, depth, in_cell
        if name == "table":
            depth -= 1
        elif depth != 1:
            return
        elif name == "annotation":
            in_cell = True
        elif name in ("table-cell", "covered-table-cell"):
            in_cell = False
            if special is not None:
                if "error" in special:
                    special["error"] = "".join(paragraph).strip() or "#VALUE!"
                for offset in range(columns):
                    here[column + offset] = special
            column += columns
        elif name == "table-row":
            if here:
                for offset in range(rows):
                    sheet.update({(row + offset, at): what for at, what in here.items()})
            row += rows

    def text(data: str) -> None:
        if in_cell:
            paragraph.append(data)

    _parse(stream, start, end=end, text=text)
    return found


# --- workbooks ---


def _read_ooxml(path: Path, package: zipfile.ZipFile, job: dict[str, Any], out: Output) -> None:
    names = package.namelist()
    for folder, what in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation"), ("visio/", "a drawing")):
        if any(name.startswith(folder) for name in names) and not any(name.startswith("xl/") for name in names):
            raise Refused(f"is {what}, not a spreadsheet: save its tables in a workbook")
    if any(info.flag_bits & 1 for info in package.infolist()):
        raise Refused("is protected by a password: open it, remove the password and save it again")
    workbook, parts = _xlsx_parts(package)
    if not workbook:
        raise Refused(f"is damaged (it holds no workbook): {SAVE}")
    binary = workbook.lower().endswith(".bin")
    out.send({"kind": "xlsb" if binary else "xlsx"})
    found = _inspect(package, {} if binary else dict.fromkeys(parts.values(), _xlsx_fragments), out)
    if binary:
        return _read_calamine(path, out, _fastexcel_errors(path))

    def specials(sheet: str, _: int) -> Specials:
        part = parts.get(sheet)
        if part not in found:
            return {}
        fragments = found[part]
        if fragments is not None:
            try:
                cells = _xlsx_specials(io.BytesIO(b"<sheet>" + fragments + b"</sheet>"))
            except Damaged:
                cells = {(-1, -1): {}}
            if all(row >= 0 and special != {"formula": "="} for (row, _), special in cells.items()):
                return cells
        with _member(package, part) as stream:
            return _xlsx_specials(stream)

    if job["careful"]:
        _read_openpyxl(path, out, specials)
    else:
        _read_calamine(path, out, specials)


def _read_ods(path: Path, package: zipfile.ZipFile, out: Output) -> None:
    names = set(package.namelist())
    if "mimetype" in names:
        with _member(package, "mimetype") as stream:
            mimetype = stream.read(200).decode("ascii", "replace").strip()
        for kind, what in (("text", "a text document"), ("presentation", "a presentation"), ("graphics", "a drawing")):
            if mimetype.startswith(f"application/vnd.oasis.opendocument.{kind}"):
                raise Refused(f"is {what}, not a spreadsheet: save its tables as .ods or .xlsx")
        if not mimetype.startswith("application/vnd.oasis.opendocument.spreadsheet"):
            raise Refused("is not a spreadsheet: save the table as .ods, .xlsx or .csv")
    if "META-INF/manifest.xml" in names:
        encrypted: list[bool] = []
        with _member(package, "META-INF/manifest.xml") as stream:
            _parse(stream, lambda name, _: encrypted.append(True) if name == "encryption-data" else None)
        if encrypted:
            raise Refused("is protected by a password: open it, remove the password and save it again")
    if "content.xml" not in names:
        raise Refused("is damaged or cut short: download or copy it again")
    out.send({"kind": "ods"})
    found: dict[str, Specials] = {}
    if _inspect(package, {"content.xml": _ods_fragments}, out):
        with _member(package, "content.xml") as stream:
            found = _ods_specials(stream)
    _read_calamine(path, out, lambda sheet, _: found.get(sheet, {}))


def _read_calamine(path: Path, out: Output, specials: Callable[[str, int], Specials]) -> None:
    """Send each worksheet. `specials` is asked with the sheet's name and its first column in use, from 0."""
    import python_calamine as calamine

    with path.open("rb") as file:
        try:
            book = calamine.CalamineWorkbook.from_filelike(file)
        except calamine.PasswordError:
            raise Refused("is protected by a password: open it, remove the password and save it again") from None
        for metadata in book.sheets_metadata:
            if metadata.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(metadata.name)
            left = sheet.start[1] if sheet.start else 0
            rows = ([None] * left + [_plain(value) for value in row] for row in sheet.iter_rows())
            hidden = metadata.visible != calamine.SheetVisibleEnum.Visible
            out.sheet(metadata.name, _overlay(rows, specials(metadata.name, left)), hidden=hidden)


def _read_openpyxl(path: Path, out: Output, specials: Callable[[str, int], Specials]) -> None:
    import openpyxl

    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = ([_plain(value) for value in row] for row in sheet.iter_rows(values_only=True))
            found = specials(sheet.title, 0)
            out.sheet(sheet.title, _overlay(rows, found), hidden=sheet.sheet_state != "visible")


def _overlay(rows: Iterator[Row], specials: Specials) -> Iterator[Row]:
    by_row: dict[int, list[tuple[int, dict[str, str]]]] = {}
    for (number, column), special in specials.items():
        by_row.setdefault(number, []).append((column, special))
    at = -1
    for at, row in enumerate(rows):
        if at >= SHEET_ROWS:
            raise Damaged
        for column, special in by_row.pop(at, ()):
            if column >= len(row):
                row.extend([None] * (column + 1 - len(row)))
            row[column] = special
        yield row
    for later in range(at + 1, max(by_row, default=-1) + 1):
        width = max((column + 1 for column, _ in by_row.get(later, ())), default=0)
        added: Row = [None] * width
        for column, special in by_row.get(later, ()):
            added[column] = special
        yield added


FASTEXCEL_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


def _fastexcel_errors(path: Path) -> Callable[[str, int], Specials]:
    """Error cells of xls and xlsb, which have no XML to search. fastexcel counts columns from the first in use."""
    book: Any = None

    def specials(sheet: str, left: int) -> Specials:
        nonlocal book
        if book is None:
            import fastexcel

            book = fastexcel.read_excel(path.read_bytes())
        loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", schema_sample_rows=1)
        if not loaded.height or not loaded.width:
            return {}
        _, found = loaded.to_arrow_with_errors()
        errors: Specials = {}
        for error in found.errors if found is not None else ():
            code = re.search(r"Error\((\w+)\)", error.detail)
            if code is not None:
                row, column = error.position
                errors[row, column + left] = {"error": FASTEXCEL_ERRORS.get(code[1], "#VALUE!")}
        return errors

    return specials


# --- CSV ---


def _read_folder(path: Path, out: Output) -> None:
    root = path.resolve()
    files = [
        entry
        for entry in path.iterdir()
        if _is_csv(entry.name) and entry.is_file() and entry.resolve().is_relative_to(root)
    ]
    if not files:
        raise Refused("is a folder without a .csv file: give a workbook, or a folder with one .csv file for each sheet")
    if sum(entry.stat().st_size for entry in files) > out.limits["file_bytes"]:
        raise Refused(f"holds more than {out.limits['file_bytes'] // 1_000_000} MB of .csv files: split it")
    out.send({"kind": "folder"})
    _read_csvs([(entry.name, _opener(entry)) for entry in files], out)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith(".")


def _read_zip(package: zipfile.ZipFile, out: Output) -> None:
    out.send({"kind": "zip"})
    budget = [0, 0]
    files: list[tuple[str, Callable[[], IO[bytes]]]] = []
    others: list[str] = []
    for info in package.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if info.is_dir() or path.parts[:1] == ("__MACOSX",):
            continue
        if not _is_csv(path.name):
            others.append(path.name)
            continue
        for _ in _chunks(package, budget, info.filename, out.limits):
            pass
        files.append((path.name, lambda member=info.filename: _member(package, member)))  # type: ignore[misc]
    if not files:
        book = next((name for name in sorted(others) if PurePosixPath(name).suffix.lower() in BOOK_SUFFIXES), None)
        if book is not None:
            raise Refused("is a zip that holds a workbook: unpack it and give the workbook itself")
        raise Refused("is a zip without a .csv file: give a workbook, or a zip with one .csv file for each sheet")
    _read_csvs(files, out)


def _read_csvs(files: list[tuple[str, Callable[[], IO[bytes]]]], out: Output) -> None:
    seen: set[str] = set()
    for name, opener in sorted(files, key=lambda file: file[0]):
        stem = name[:-4]
        shown = "".join(c if c.isprintable() else " " for c in name)
        if stem.casefold() in seen:
            raise Refused(f"holds two files named {shown}: keep one of them")
        seen.add(stem.casefold())
        with opener() as file:
            head = file.read(4096)
        try:
            _refuse_binary(head)
            out.sheet(stem, _csv_rows(opener, out.limits) if head else ())
        except Refused as refusal:
            raise Refused(f"cannot be read, because its file {shown} {refusal}") from None


def _refuse_binary(head: bytes) -> None:
    if head.startswith(ZIP) or head.startswith(OLE):
        raise Refused("is a workbook or a zip, not CSV: give it by itself")
    _refuse_foreign(head)


def _csv_rows(opener: Callable[[], IO[bytes]], limits: dict[str, Any]) -> Iterator[Row]:
    encoding = _encoding(opener)
    csv.field_size_limit(limits["text"])
    exhausted = False

    def lines(text: IO[str]) -> Iterator[str]:
        nonlocal exhausted
        yield from text
        exhausted = True

    number = 0
    try:
        with opener() as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
            sample = text.read(1 << 16)
        _refuse_controls(sample)
        hint = re.match(r"sep=(.)\r?\n", sample)
        delimiter = hint[1] if hint else _delimiter(sample)
        spaced = re.search(re.escape(delimiter) + r' +"', sample) is not None
        with opener() as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
            if hint:
                text.readline()
            for row in csv.reader(lines(text), delimiter=delimiter, skipinitialspace=spaced):
                number += 1
                if exhausted:
                    raise Refused(f'has a quotation mark (") that opens in row {number} and is never closed: close it')
                yield [value or None for value in row]
    except UnicodeDecodeError:
        raise Refused("mixes character encodings or is cut short: save it again as CSV UTF-8") from None
    except csv.Error:
        raise Refused(
            f"cannot be read as CSV from row {number + 1} on: look there for an unclosed quotation mark or a cell of "
            f"more than {limits['text']:,} characters"
        ) from None


def _refuse_controls(text: str) -> None:
    if "\0" in text or sum(c < " " and c not in "\t\r\n\f\v" for c in text) > len(text) / 50:
        raise Refused("is not text, so it is no CSV file: give the .xlsx, .ods or .csv file itself")


def _encoding(opener: Callable[[], IO[bytes]]) -> str:
    with opener() as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd:
        half = len(head) // 2
        if odd * 2 > half and even * 20 < half:
            return "utf-16-le"
        if even * 2 > half and odd * 20 < half:
            return "utf-16-be"
        raise Refused("is not text, so it is no CSV file: give the .xlsx, .ods or .csv file itself")
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opener() as file:
        try:
            while chunk := file.read(CHUNK):
                if b"\0" in chunk:
                    raise Refused("is not text all through (it has NUL bytes): save it again as CSV UTF-8")
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8"
    with opener() as file:
        return _legacy_encoding(file.read(CHUNK))


def _legacy_encoding(data: bytes) -> str:
    """The encoding of text that is not Unicode.

    Detectors prefer exotic encodings for short texts, so Windows-1252 is taken whenever its letters fall as they do in
    Western European words: seldom more than two in a row, and no sign in the midst of a word.
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        pass
    else:
        high = sum(c > "\x7f" for c in text)
        runs = sum(len(run) for run in re.findall(r"[^\x00-\x7f]{3,}", text))
        within = len(re.findall(r"[A-Za-zÀ-ÿ][\xa1-\xb6\xb8-\xbf\u2000-\u2018\u201a-\uffff][a-zà-ÿ]", text))
        if runs * 5 < high and within * 10 < high:
            return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 1 << 16]).best()
    if best is None:
        raise Refused("is in a character encoding that cannot be told: save it again as CSV UTF-8")
    return best.encoding


def _delimiter(sample: str) -> str:
    """The delimiter under which most rows of the sample, and its first row, have one and the same width."""
    if len(sample) == 1 << 16:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, most = ",", (0.0, 0)
    for delimiter in ",;\t|":
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        usual = max(sorted(set(widths), reverse=True), key=widths.count, default=1)
        if usual < 2:
            continue
        share = widths.count(usual) / len(widths) + (0.25 if widths[0] == usual else 0.0)
        if (share, usual) > most:
            best, most = delimiter, (share, usual)
    return best


if __name__ == "__main__":
    main()
