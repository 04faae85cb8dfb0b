"""The child process of `sheets.read`: opens one file and prints its cells, or one sentence, as lines of JSON.

It is run by its path with `-I` (see `sheets._START`) and imports nothing of this package, so that it starts fast. The job comes on standard
input (see `sheets._reading`). Lines out, in this order: `{"kind"}` once known; for each sheet `{"sheet", "hidden"}`,
then its rows in blocks, then `{"merged", "hidden_rows", "hidden_columns"}` if it has any; at last `{"done"}`,
`{"refused": sentence}`, `{"missing": module}` or `{"damaged"}`. A last line that never comes means that the process was
ended by a limit.

A block is `{"rows", "cells", "bytes", "columns"}`, or `{"blank"}` for so many blank rows. Each column of it is a list of
two: the values that the sheet's column did not have before, and the codes of its cells. A code numbers a value in the
order in which the column's values are sent; 0 is a blank cell. Codes are one number where all are the same, else base64
of unsigned integers of 1 byte each, of 4 once the column has had `NARROW` values. So a text that many cells hold is
written, sent and made again once or a few times.

xlsx, xlsb, xls and ods are read by calamine. It gives a blank for an error cell and for a formula without a stored
value, so those are looked up apart: in the XML of xlsx and ods when a search of its bytes finds any, by fastexcel for
xls and xlsb. The same search finds merged ranges, what is hidden, and texts of ods with tabs and line breaks, which
calamine leaves out. `careful` reads xlsx by openpyxl, which needs no
room for blank cells. YAML is taken from libyaml as events, so nothing is ever made of a tag, and every value stays the
words that the file has.
"""

from __future__ import annotations

import codecs
import csv
import gc
import io
import json
import re
import signal
import struct
import sys
import zipfile
import zlib
from array import array
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, zip_longest
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import IO, Any

Row = list[Any]
Special = dict[str, str] | str
Specials = dict[tuple[int, int], Special]
"""Error cells, formulas without a value, and texts that calamine gives wrong by (row, column) from 0, as they are sent."""


class Extras:
    """What calamine does not say of a sheet. Ranges count from 1 and hold their ends."""

    def __init__(self) -> None:
        self.cells: Specials = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.rows: list[tuple[int, int]] = []
        self.columns: list[tuple[int, int]] = []


CHUNK = 1 << 20
NARROW = 256
BLOCK = 100_000  # cells that are sent together
FILL, SMALL, FEW = 4, 20_000, 64  # so many times the cells may a block have room for, and more if it is small
HEAD = 4096
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
LARGE_MERGE = 10_000
TREE_SUFFIXES = {".yml": "YAML", ".yaml": "YAML", ".json": "JSON"}
MARKDOWN_SUFFIXES = {".md", ".markdown"}
PLAIN_SUFFIXES = {".txt", ""}
CSV_SUFFIXES = {".csv", ".tsv", ".tab"}
BOOK_SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots"}

ENTITIES = "declares XML entities, as only an attack does: do not open it, and ask its sender for another copy"
MIXED = "mixes character encodings or is cut short: save it again as UTF-8"
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
    (b"MZ\x90\x00", "a program"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard-compressed file"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLD_SHEETS: tuple[tuple[bytes, str], ...] = (
    (b"\x09\x00\x04\x00", "a workbook of Excel 4 or older"),
    (b"\x09\x02\x06\x00", "a workbook of Excel 4 or older"),
    (b"\x09\x04\x06\x00", "a workbook of Excel 4 or older"),
    (b"\x00\x00\x02\x00\x06\x04\x06\x00", "a Lotus 1-2-3 workbook"),
    (b"\x00\x00\x1a\x00\x00\x10\x04\x00", "a Lotus 1-2-3 workbook"),
    (b"ID;P", "a SYLK file"),
)


JSON_HEAD = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[{\]])')


class Refused(Exception):
    """One sentence for the user, without the name of the file it begins with."""


class Damaged(Exception):
    """The reader could make nothing of the file, for a reason of its own."""


def main() -> None:
    gc.disable()  # nothing here is in a circle, and looking for that takes long
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, which gets it too, ends this process
    job = json.load(sys.stdin)
    limits = job["limits"]
    limit_process(limits)
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
        out.send({"done": True} if out.sheets else {"refused": f"{name} holds no sheet of cells: {SAVE}."})


def limit_process(limits: dict[str, Any]) -> None:
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


class Codes(dict[Any, int]):
    """The codes of the values that one column of a sheet has had; a key without one gets the next when it is asked for."""

    def __init__(self) -> None:
        self.count = 1
        self.new: list[Any] = []
        self.forget()

    def forget(self) -> None:
        """Look nothing up among what there was so far; codes go on from where they are."""
        self.clear()
        self[None] = self[""] = 0

    def __missing__(self, key: Any) -> int:
        code = self[key] = self.count
        self.count += 1
        self.new.append(key)
        return code

    def take_back(self) -> None:
        """Undo what was added since `new` was empty."""
        for key in self.new:
            del self[key]
        self.count -= len(self.new)
        self.new.clear()


class Column:
    """One column of a sheet on its way to the parent.

    Texts are their own keys. Any other value goes with its kind, because 1, 1.0 and True would be one key.
    """

    REMEMBERED = 50_000
    """Values that are looked up at most: a column in which hardly any comes again should take little memory."""
    LETTERS = 4 << 20
    """The same for their characters."""

    def __init__(self) -> None:
        self._codes = Codes()
        self._only_texts = True
        self._letters = 0

    def block(self, cells: tuple[Any, ...]) -> list[Any]:
        """New values and codes of some more cells, as they are sent."""
        codes = self._codes
        found: list[int] = []
        if self._only_texts:
            with suppress(TypeError):  # of what cannot be a key
                found = list(map(codes.__getitem__, cells))
            if not found or any(type(value) is not str for value in codes.new):
                codes.take_back()
                self._only_texts = False
        if not self._only_texts:
            found = [codes[cell if type(cell) is str or cell is None else _key(cell)] for cell in cells]
        texts = [value for value in codes.new if type(value) is str]
        new = texts if len(texts) == len(codes.new) else [_of_key(key) for key in codes.new]
        sent: int | str = found[0]
        if found[-1] != sent or found.count(sent) < len(found):
            packed = bytes(found) if codes.count <= NARROW else array("I", found)
            sent = b2a_base64(packed, newline=False).decode()
        codes.new = []
        self._letters += sum(map(len, texts))
        if len(codes) > self.REMEMBERED or self._letters > self.LETTERS:
            codes.forget()
            self._letters = 0
        return [new, sent]


def _key(value: Any) -> tuple[type, Any]:
    return type(value), tuple(value.items()) if type(value) is dict else value


def _of_key(key: Any) -> Any:
    if type(key) is str:
        return key
    kind, value = key
    return dict(value) if kind is dict else _plain(value)


class Output:
    """Sends sheets to the parent in pieces of bounded size, counting what the limits count."""

    def __init__(self, limits: dict[str, Any]) -> None:
        self.limits = limits
        self._pipe = sys.stdout.buffer
        self._cells = 0
        self._text = 0
        self._names: set[str] = set()
        self.sheets = 0
        self._bytes = 0

    def send(self, message: dict[str, Any]) -> None:
        self._write(message)
        self._pipe.flush()

    def _write(self, message: dict[str, Any]) -> None:
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=_tag)
        data = line.encode("utf-8", "replace")
        self._bytes += len(data)
        if max(self._bytes, self._text) > self.limits["result_bytes"] and "rows" in message:
            raise Refused(
                f"holds more than {self.limits['result_bytes'] // 1_000_000} MB of text: split it into smaller files"
            )
        self._pipe.write(data)
        self._pipe.write(b"\n")

    def sheet(self, name: str, rows: Iterable[Row], *, hidden: bool = False, extras: Extras | None = None) -> None:
        """Send one sheet; blank cells at the end of a row and blank rows at the end of the sheet are left out.

        Its name becomes one short line; one that the file has twice is told apart by a number.
        """
        name = _one_line(name).strip() or "Sheet"
        name = shown = name if len(name) <= 255 else f"{name[:254]}…"
        again = 1
        while name.casefold() in self._names:
            again += 1
            name = f"{shown} ({again})"
        self._names.add(name.casefold())
        self.sheets += 1
        if self.sheets > self.limits["sheets"]:
            raise Refused(f"has more than {self.limits['sheets']} sheets: split it into smaller files")
        self._write({"sheet": name, "hidden": hidden})
        columns: list[Column] = []
        block: list[Row] = []
        blank = number = last = width = 0
        cells = text = widest = 0  # of the block
        longest, most = self.limits["text"], self.limits["cells"]

        def flush() -> None:
            nonlocal block, cells, text, widest
            if block:
                columns.extend(Column() for _ in range(widest - len(columns)))
                sent = [column.block(one) for column, one in zip(columns, zip_longest(*block), strict=False)]
                self._text += text
                self._write({"rows": len(block), "cells": cells, "bytes": text, "columns": sent})
            block = []
            cells = text = widest = 0

        for row in rows:
            number += 1
            while row and (row[-1] is None or row[-1] == ""):
                row.pop()
            if not row:
                blank += 1
                continue
            last, size = number, len(row)
            self._cells += blank + size
            if self._cells > most:
                raise Refused(f"holds more than {most:,} cells: split it into smaller files")
            try:
                together = "".join(row)
            except TypeError:
                together = "".join([value for value in row if type(value) is str])
            if len(together) > longest:
                for column, value in enumerate(row):
                    if type(value) is str and len(value) > longest:
                        where = f"row {number}, column {column + 1} of sheet {name}"
                        raise Refused(f"has more than {longest:,} characters in one cell ({where}): shorten it")
            if size > widest:
                if (len(block) + 1) * size > FILL * cells + SMALL:
                    flush()
                widest = size
                if size > width:
                    width = size
            elif (len(block) + 1) * widest > FILL * cells + SMALL:
                flush()
                widest = size
            if blank:
                if blank > FEW:
                    flush()
                    widest = size
                    self._write({"blank": blank})
                else:
                    block.extend([] for _ in range(blank))
                blank = 0
            block.append(row)
            cells += size
            text += 3 * size + (len(together) if together.isascii() else len(together.encode("utf-8", "replace")))
            if cells > BLOCK or text > 16 * BLOCK:
                flush()
        flush()
        if extras is not None and (extras.merged or extras.rows or extras.columns):
            self._shape(name, extras, last, width)

    def _shape(self, name: str, extras: Extras, rows: int, columns: int) -> None:
        """Send merged ranges, the largest cut to the part of the sheet in use, and what is hidden of that part."""
        found = list(dict.fromkeys(extras.merged))
        if len(found) > self.limits["merges"]:
            raise Refused(
                f"has more than {self.limits['merges']:,} merged ranges on sheet {name}: take the merging away"
            )
        merged: list[tuple[int, int, int, int]] = []
        area = 0
        for top, left, bottom, right in found:
            if (bottom - top + 1) * (right - left + 1) > LARGE_MERGE:
                bottom, right = min(bottom, rows), min(right, columns)
            size = (bottom - top + 1) * (right - left + 1)
            if bottom < top or right < left or size < 2:
                continue
            area += size
            if area > self.limits["cells"]:
                raise Refused(f"merges more than {self.limits['cells']:,} cells on sheet {name}: take the merging away")
            merged.append((top, left, bottom, right))

        def within(ranges: list[tuple[int, int]], most: int) -> list[int]:
            return sorted({n for first, last in ranges for n in range(max(first, 1), min(last, most) + 1)})

        hidden_rows, hidden_columns = within(extras.rows, rows), within(extras.columns, columns)
        if merged or hidden_rows or hidden_columns:
            self._write({"merged": merged, "hidden_rows": hidden_rows, "hidden_columns": hidden_columns})


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


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
    if value is None:
        return None
    if kind is str:
        return value or None
    if kind is float:
        if value.is_integer() and abs(value) <= 2**53:
            return int(value)
        return value if isfinite(value) else {"error": "#NUM!"}
    if kind is datetime and not (value.hour or value.minute or value.second or value.microsecond):
        return value.date()
    return value


# --- which kind ---


def _read(path: Path, job: dict[str, Any], out: Output) -> None:
    if path.is_dir():
        return _read_folder(path, out)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refused("is empty: check that it was saved or downloaded completely")
    if head.startswith(ZIP):
        return _read_package(path, job, out)
    if head.startswith(OLE):
        return _read_ole(path, out)
    for magic, what in OLD_SHEETS:
        if head.startswith(magic):
            raise Refused(f"is {what}: {SAVE}")
    _refuse_magic(head)
    suffix = job["suffix"]
    if suffix in MARKDOWN_SUFFIXES:
        return _read_markdown(job["stem"], text_of(path, out.limits, "Markdown"), out)
    _refuse_markup(head)
    language = TREE_SUFFIXES.get(suffix)
    if language is None and JSON_HEAD.match(head.removeprefix(codecs.BOM_UTF8)):
        if suffix not in PLAIN_SUFFIXES:
            raise Refused("is a JSON file, not a spreadsheet: rename it to .json, or save the table as .xlsx or .csv")
        language = "JSON"
    if language is not None:
        out.send({"kind": language.lower()})
        text = text_of(path, out.limits, language)
        return out.sheet(job["stem"], _tree_rows(language, text, out.limits))
    signs = sum(c < 32 and c not in b"\t\r\n\f\v" for c in head)
    if suffix in BOOK_SUFFIXES and signs > len(head) / 50:
        raise Refused("is neither a workbook nor text: check that it is the right file, and whole")
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\f\v") and len(head) < HEAD:
        raise Refused("is blank: check that it was saved or downloaded completely")
    if suffix in PLAIN_SUFFIXES:
        return _read_plain(path, job["stem"], out)
    if suffix in BOOK_SUFFIXES:
        raise Refused(
            f"is named {suffix} but holds plain text, not a workbook: rename it to .csv if the text is a table"
        )
    if suffix not in CSV_SUFFIXES:
        raise Refused(f"is a {suffix} file, which is neither a spreadsheet nor CSV: save the table as .xlsx or .csv")
    out.send({"kind": "csv"})
    out.sheet(job["stem"], _csv_rows(_opener(path), out.limits))


def _refuse_magic(head: bytes) -> None:
    """Refuse what is neither a workbook nor text, saying what it is."""
    for magic, what in MAGIC:
        if head.startswith(magic):
            raise Refused(f"is {what}, not a spreadsheet: give the .xlsx, .ods or .csv file itself")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise Refused("is a WebP image, not a spreadsheet: give the .xlsx, .ods or .csv file itself")


def _refuse_markup(head: bytes) -> None:
    """Refuse text that is a document in some markup, saying what it is."""
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
    _read_calamine(path, out, _fastexcel_errors(path), merges=True)


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
        refuse_many(len(names), job["limits"])
        lower = {name.lower().lstrip("/"): name for name in names}
        if {"[content_types].xml", "xl/workbook.xml", "xl/workbook.bin"} & lower.keys():
            refuse_twins(names, "parts")
            return _read_ooxml(path, package, job, out)
        if "mimetype" in lower or "content.xml" in lower:
            refuse_twins(names, "parts")
            return _read_ods(path, package, out)
        if any(PurePosixPath(name).name == "Index.zip" or name.endswith(".iwa") for name in names):
            raise Refused("is an Apple Numbers (or Pages, Keynote) file: export it from there as .xlsx")
        _read_zip(package, out)


def refuse_many(entries: int, limits: dict[str, Any]) -> None:
    if entries > limits["entries"]:
        raise Refused(f"holds more than {limits['entries']:,} files: give only those that are needed")


def refuse_twins(names: Iterable[str], what: str) -> None:
    """Refuse a file in which one name stands for two things: readers differ in which they take."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Refused(f"has two {what} named {_one_line(name)[:80]}: {SAVE}")
        seen.add(name.casefold())


def _member(package: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = package.getinfo(name)
    if info.flag_bits & 1:
        raise Refused("is a zip protected by a password: unpack it and give the files themselves")
    return package.open(info)


def chunks_of(package: zipfile.ZipFile, budget: list[int], name: str, limits: dict[str, Any]) -> Iterator[bytes]:
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
OVERLAP = 4096
FRAGMENTS = 16 << 20
FragmentsOf = Callable[[bytes], Iterator[bytes | None]]
"""The parts of some bytes of XML that hold special cells; None for one that only a full parse can tell."""
Search = Callable[[bytes], FragmentsOf | None]
"""How to search a part, told from its first bytes; None if it cannot be searched."""

ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
XLSX_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")


def _holds(sign: bytes, data: bytes) -> bool:
    """`sign in data`. Each of its letters is looked for first, which is far faster and mostly settles it."""
    return all(map(data.__contains__, sign)) and sign in data


def _xlsx_search(first: bytes) -> FragmentsOf | None:
    """For a sheet whose elements have any prefix or none."""
    root = re.search(rb"<([A-Za-z_][\w.-]{0,50}:)?worksheet[\s>]", first)
    if root is None:
        return None
    prefix = root[1] or b""
    cell, closed, formula, merged = (sign % prefix for sign in (b"<%sc ", b"</%sc>", b"<%sf", b"<%smergeCell "))
    name = re.escape(prefix)
    no_value = re.compile(
        rb"(?:</%(p)sf>|<%(p)sf\b[^<>]*/>)\s*(?:<%(p)sv\b[^<>]*/>|<%(p)sv\b[^<>]*>\s*</%(p)sv>)?\s*</%(p)sc>"
        % {b"p": name}
    )
    merge_cell = re.compile(rb"<%smergeCell\b[^<>]*?\sref\s*=\s*[\"'][^<>\"']*[\"']" % name)
    is_hidden = re.compile(rb"<%s(row|col)\b[^<>]*?\shidden\s*=\s*[\"'](?:1|true)[\"'][^<>]*>" % name)

    def fragments(data: bytes) -> Iterator[bytes | None]:
        if _holds(merged, data):
            for merge in merge_cell.finditer(data):
                yield merge[0] + b"/>"
        if _holds(b"hidden=", data):
            first = last = 0
            for hidden in is_hidden.finditer(data):
                if hidden[1] == b"col":
                    yield hidden[0].rstrip(b"/>") + b"/>"
                    continue
                number = ROW_NUMBER.search(hidden[0])
                if number is None:
                    yield None
                    return
                row = int(number[1])
                if row != last + 1:
                    yield b'<hidden first="%d" last="%d"/>' % (first, last)
                    first = row
                last = row
            yield b'<hidden first="%d" last="%d"/>' % (first, last)
        matches: list[re.Match[bytes]] = []
        if _holds(b'"e"', data) or _holds(b"'e'", data):
            matches.extend(XLSX_ERROR.finditer(data))
        if _holds(formula, data):
            matches.extend(no_value.finditer(data))
        for match in matches:
            begin = data.rfind(cell, 0, match.end())
            end = data.find(closed, match.start())
            if begin >= 0 and end >= 0:
                yield data[begin : end + len(closed)]
            elif begin < len(data) - OVERLAP:
                yield None

    return fragments


ODS_EXTRAS = (
    b":formula", b'"error"', b"-spanned=", b'"collapse"', b'"filter"',
    b":tab/", b":tab>", b":tab ", b":line-break/", b":line-break>", b":line-break ",
)  # fmt: skip


def _ods_search(first: bytes) -> FragmentsOf | None:
    def fragments(data: bytes) -> Iterator[bytes | None]:
        if any(sign in data for sign in ODS_EXTRAS):
            yield None

    return fragments if b"<office:document" in first else None


def _inspect(package: zipfile.ZipFile, parts: dict[str, Search], out: Output) -> dict[str, bytes | None]:
    """Unpack everything once, to nowhere, and refuse bombs and DTDs.

    The result has those of `parts` that hold special cells, with their fragments; None stands for the whole part.
    """
    budget = [0, 0]
    found: dict[str, bytes | None] = {}
    for info in package.infolist():
        name = info.filename
        search = parts.get(name)
        fragments_of: FragmentsOf | None = None
        tail = b""
        for chunk in chunks_of(package, budget, name, out.limits):
            data = tail + chunk
            if any(_holds(doctype, data) for doctype in DOCTYPES):
                raise Refused(ENTITIES)
            if search is not None and not tail:
                fragments_of = search(data)
                if fragments_of is None:
                    found[name] = None
            if fragments_of is not None and found.get(name, b"") is not None:
                fragments = list(fragments_of(data))
                if fragments:
                    together = b"".join((found.get(name) or b"", *(fragment or b"" for fragment in fragments)))
                    found[name] = None if None in fragments or len(together) > FRAGMENTS else together
            tail = data[-OVERLAP:]
    return found


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def parse_xml(stream: IO[bytes], start: Callable[[str, dict[str, str]], None], **handlers: Callable[..., None]) -> None:
    """Parse XML with names stripped of their prefixes. A DTD is refused."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(*_: object) -> None:
        raise Refused(ENTITIES)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if "end" in handlers:
        end = handlers["end"]
        parser.EndElementHandler = lambda name: end(_local(name))
    if "text" in handlers:
        parser.CharacterDataHandler = handlers["text"]
    try:
        parser.ParseFile(stream)
    except expat.ExpatError:
        raise Damaged from None


def _xlsx_parts(package: zipfile.ZipFile) -> tuple[str, dict[str, str]]:
    """The workbook's part, and the part of each sheet by the sheet's name; empty where there is none."""
    lower = {name.lower().lstrip("/"): name for name in package.namelist()}

    def relations(part: PurePosixPath) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        rels = lower.get(str(part.parent / "_rels" / f"{part.name}.rels").lower())
        if rels:
            with _member(package, rels) as stream:
                parse_xml(stream, lambda name, attributes: found.append(attributes) if name == "Relationship" else None)
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
    main = [target(root, r) for r in relations(root) if r.get("Type", "").endswith("/officeDocument")]
    usual = [lower[name] for name in ("xl/workbook.xml", "xl/workbook.bin") if name in lower]
    workbook = next(filter(None, main + usual), "")
    if not workbook:
        return "", {}
    base = PurePosixPath(workbook.lstrip("/"))
    targets = {r.get("Id", ""): target(base, r) for r in relations(base)}
    sheets: dict[str, str] = {}
    titles: list[str] = []

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            title = attributes.get("name", "")
            titles.append(title)
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets[title] = targets.get(identity, "")

    if workbook.lower().endswith(".xml"):
        with _member(package, workbook) as stream:
            parse_xml(stream, sheet)
    refuse_twins(titles, "sheets")
    return workbook, sheets


def _xlsx_extras(stream: IO[bytes]) -> Extras:
    extras = Extras()
    found = extras.cells
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
            row = int(attributes["r"]) - 1 if re.fullmatch("[0-9]{1,7}", attributes.get("r", "")) else row + 1
            column = -1
            if attributes.get("hidden") in ("1", "true"):
                extras.rows.append((row + 1, row + 1))
        elif name == "hidden":  # of `_xlsx_search`
            extras.rows.append((int(attributes["first"]), int(attributes["last"])))
        elif name == "col":
            if attributes.get("hidden") in ("1", "true"):
                with suppress(KeyError, ValueError):
                    extras.columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            corners = [_cell(corner, -1, -1) for corner in attributes.get("ref", "").split(":")]
            if len(corners) == 2 and (-1, -1) not in corners:
                (top, bottom), (left, right) = (sorted(numbers) for numbers in zip(*corners, strict=True))
                if top >= 0 and bottom < SHEET_ROWS and right < SHEET_COLUMNS:
                    extras.merged.append((top + 1, left + 1, bottom + 1, right + 1))

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

    parse_xml(stream, start, end=end, text=text)
    return extras


def _cell(reference: str, row: int, column: int) -> tuple[int, int]:
    """Row and column from 0 of a reference such as `AB12`; those given when there is none."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", reference)
    if match is None:
        return row, column
    number = 0
    for letter in match[1].upper():
        number = number * 26 + ord(letter) - 64
    return int(match[2]) - 1, number - 1


def _ods_extras(stream: IO[bytes], limits: dict[str, Any]) -> dict[str, Extras]:
    """By sheet. `table:formula` may begin with a prefix such as `of:`."""
    found: dict[str, Extras] = {}
    sheet = Extras()
    here: list[tuple[int, int, Special]] = []
    row = column = defined = depth = count = 0
    rows = columns = 1
    special: dict[str, str] | None = None
    in_cell = in_paragraph = filled = is_text = has_value = left_out = False
    paragraphs: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal sheet, row, column, defined, depth, rows, columns, special
        nonlocal in_cell, in_paragraph, filled, is_text, has_value, left_out
        if name == "p":
            in_paragraph = in_cell
            if in_cell:
                paragraphs.append("\n" if paragraphs else "")
            return
        if depth == 1 and name in ("table-cell", "covered-table-cell"):
            columns = down = across = 1
            filled = error = is_text = has_value = left_out = False
            formula = ""
            for key, value in given.items():
                match _local(key):
                    case "value-type":
                        if key.startswith("calcext:"):
                            error = value == "error"
                        else:
                            filled = True
                            is_text = value == "string"
                    case "string-value":
                        has_value = True
                    case "formula":
                        formula = re.sub(r"^[a-z]+:(?==)", "", value)
                    case "number-columns-repeated":
                        columns = int(value)
                    case "number-columns-spanned":
                        across = int(value)
                    case "number-rows-spanned":
                        down = int(value)
            if (down > 1 or across > 1) and row < SHEET_ROWS and column < SHEET_COLUMNS:
                bottom, right = min(row + down, SHEET_ROWS), min(column + across, SHEET_COLUMNS)
                sheet.merged.append((row + 1, column + 1, bottom, right))
            special = {"error": ""} if error else {"formula": formula} if formula and not filled else None
            filled = filled or special is not None
            in_cell = True
            paragraphs.clear()
            return
        if in_paragraph and name in ("tab", "line-break", "s"):
            many = next((value for key, value in given.items() if _local(key) == "c"), "1") if name == "s" else "1"
            paragraphs.append({"tab": "\t", "line-break": "\n", "s": " "}[name] * int(many))
            left_out = left_out or name != "s"
            return
        attributes = {_local(key): value for key, value in given.items()}
        if name == "table":
            depth += 1
            if depth == 1:
                sheet = found.setdefault(attributes.get("name", ""), Extras())
                row = defined = 0
        elif name == "annotation":
            in_cell = in_paragraph = False
        elif depth != 1:
            return
        elif name == "table-column":
            first = defined + 1
            defined += int(attributes.get("number-columns-repeated", "1"))
            if attributes.get("visibility") in ("collapse", "filter"):
                sheet.columns.append((first, defined))
        elif name == "table-row":
            here.clear()
            column = 0
            rows = int(attributes.get("number-rows-repeated", "1"))
            if attributes.get("visibility") in ("collapse", "filter"):
                sheet.rows.append((row + 1, row + rows))

    def end(name: str) -> None:
        nonlocal row, column, depth, in_cell, in_paragraph, count
        if name == "p":
            in_paragraph = False
            return
        if name == "table":
            depth -= 1
        elif depth != 1:
            return
        elif name == "annotation":
            in_cell = True
        elif name in ("table-cell", "covered-table-cell"):
            in_cell = in_paragraph = False
            if special is not None:
                if "error" in special:
                    special["error"] = "".join(paragraphs).strip() or "#VALUE!"
                here.append((column, columns, special))
            elif is_text and left_out and not has_value:
                here.append((column, columns, "".join(paragraphs)))
            if filled:
                count += rows * columns
                if count > limits["cells"]:
                    raise Refused(f"holds more than {limits['cells']:,} cells: split it into smaller files")
            column += columns
        elif name == "table-row":
            for first, repeated, what in here:
                for at in range(first, first + repeated):
                    sheet.cells.update(((down, at), what) for down in range(row, row + rows))
            row += rows

    def text(data: str) -> None:
        if in_paragraph:
            paragraphs.append(data)

    parse_xml(stream, start, end=end, text=text)
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
    found = _inspect(package, {} if binary else dict.fromkeys(parts.values(), _xlsx_search), out)
    if binary:
        return _read_calamine(path, out, _fastexcel_errors(path))

    def extras(sheet: str, _: int) -> Extras:
        part = parts.get(sheet)
        if part not in found:
            return Extras()
        fragments = found[part]
        if fragments is not None:
            with suppress(Damaged):
                searched = _xlsx_extras(io.BytesIO(b"<sheet>" + fragments + b"</sheet>"))
                if all(row >= 0 and special != {"formula": "="} for (row, _), special in searched.cells.items()):
                    return searched
        with _member(package, part) as stream:
            return _xlsx_extras(stream)

    if job["careful"]:
        for name, part in parts.items():
            if not part:
                raise Refused(f"is damaged (its sheet {_one_line(name)} is missing): download or copy it again")
        _read_openpyxl(path, out, extras)
    else:
        _read_calamine(path, out, extras)


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
            parse_xml(stream, lambda name, _: encrypted.append(True) if name == "encryption-data" else None)
        if encrypted:
            raise Refused("is protected by a password: open it, remove the password and save it again")
    if "content.xml" not in names:
        raise Refused("is damaged or cut short: download or copy it again")
    out.send({"kind": "ods"})
    found: dict[str, Extras] = {}
    if _inspect(package, {"content.xml": _ods_search}, out):
        with _member(package, "content.xml") as stream:
            found = _ods_extras(stream, out.limits)
    try:
        _read_calamine(path, out, lambda sheet, _: found.get(sheet, Extras()))
    except (Refused, MemoryError):
        raise
    except BaseException:
        with _member(package, "content.xml") as stream:
            _ods_extras(stream, out.limits)  # says why if there are too many cells
        raise


def _read_calamine(path: Path, out: Output, extras_of: Callable[[str, int], Extras], *, merges: bool = False) -> None:
    """Send each worksheet. `extras_of` is asked with the sheet's name and its first column in use, from 0."""
    import python_calamine as calamine

    with path.open("rb") as file:
        try:
            book = calamine.CalamineWorkbook.from_filelike(file)
        except calamine.PasswordError:
            raise Refused("is protected by a password: open it, remove the password and save it again") from None
        refuse_twins(book.sheet_names, "sheets")
        for metadata in book.sheets_metadata:
            if metadata.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(metadata.name)
            left = sheet.start[1] if sheet.start else 0
            before = [None] * left
            rows: Iterator[Row] = sheet.iter_rows()
            if left:
                rows = (before + row for row in rows)
            hidden = metadata.visible != calamine.SheetVisibleEnum.Visible
            extras = extras_of(metadata.name, left)
            if merges:
                for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
                    extras.merged.append((top + 1, first + 1, bottom + 1, last + 1))
            out.sheet(metadata.name, _overlay(rows, extras.cells), hidden=hidden, extras=extras)


def _read_openpyxl(path: Path, out: Output, extras_of: Callable[[str, int], Extras]) -> None:
    import openpyxl

    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = (
                [_unescaped(value) if type(value) is str else _plain(value) for value in row]
                for row in sheet.iter_rows(values_only=True)
            )
            extras = extras_of(sheet.title, 0)
            hidden = sheet.sheet_state != "visible"
            out.sheet(sheet.title, _overlay(rows, extras.cells), hidden=hidden, extras=extras)


def _unescaped(text: str) -> str | None:
    """A text of xlsx with its escapes undone, such as `_x0009_`, which openpyxl leaves; half characters stay."""
    if "_x" not in text:
        return text or None
    return re.sub(r"_x((?![dD][89a-fA-F])[0-9a-fA-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def _overlay(rows: Iterator[Row], specials: Specials) -> Iterator[Row]:
    if not specials:
        for at, row in enumerate(rows):
            if at >= SHEET_ROWS:
                raise Damaged
            yield row
        return
    by_row: dict[int, list[tuple[int, Special]]] = {}
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


def _fastexcel_errors(path: Path) -> Callable[[str, int], Extras]:
    """Error cells of xls and xlsb, which have no XML to search. fastexcel counts columns from the first in use."""
    book: Any = None

    def errors(sheet: str, left: int) -> Extras:
        nonlocal book
        if book is None:
            import fastexcel

            book = fastexcel.read_excel(path.read_bytes())
        loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", schema_sample_rows=1)
        extras = Extras()
        if not loaded.height or not loaded.width:
            return extras
        _, found = loaded.to_arrow_with_errors()
        for error in found.errors if found is not None else ():
            code = re.search(r"Error\((\w+)\)", error.detail)
            if code is not None:
                row, column = error.position
                extras.cells[row, column + left] = {"error": FASTEXCEL_ERRORS.get(code[1], "#VALUE!")}
        return extras

    return errors


# --- CSV ---


def _read_folder(path: Path, out: Output) -> None:
    root = path.resolve()
    entries = list(islice(path.iterdir(), out.limits["entries"] + 1))
    refuse_many(len(entries), out.limits)
    files = [
        entry for entry in entries if _is_csv(entry.name) and entry.is_file() and entry.resolve().is_relative_to(root)
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
        for _ in chunks_of(package, budget, info.filename, out.limits):
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
        shown = _one_line(name)
        if stem.casefold() in seen:
            raise Refused(f"holds two files named {shown}: keep one of them")
        seen.add(stem.casefold())
        with opener() as file:
            head = file.read(HEAD)
        try:
            _refuse_binary(head)
            out.sheet(stem, _csv_rows(opener, out.limits) if head else ())
        except Refused as refusal:
            raise Refused(f"cannot be read, because its file {shown} {refusal}") from None


def _refuse_binary(head: bytes) -> None:
    if head.startswith(ZIP) or head.startswith(OLE):
        raise Refused("is a workbook or a zip, not CSV: give it by itself")
    _refuse_magic(head)
    _refuse_markup(head)
    if JSON_HEAD.match(head):
        raise Refused("is a JSON file, not CSV: give it by itself, with a name that ends in .json")


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
                yield row
    except UnicodeDecodeError:
        raise Refused(MIXED) from None
    except csv.Error:
        raise Refused(
            f"cannot be read as CSV from row {number + 1} on: look there for an unclosed quotation mark or a cell of "
            f"more than {limits['text']:,} characters"
        ) from None


def _refuse_controls(text: str) -> None:
    if "\0" in text or sum(c < " " and c not in "\t\r\n\f\v" for c in text) > len(text) / 50:
        raise Refused("is not text, whatever its name says: give the .xlsx, .ods or .csv file itself")


def _encoding(opener: Callable[[], IO[bytes]]) -> str:
    with opener() as file:
        head = file.read(HEAD)
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
        both = [code for code in ("utf-16-le", "utf-16-be") if _is_text(head[: len(head) & ~1], code)]
        if len(both) == 1:
            return both[0]
        raise Refused("is not text, whatever its name says: give the .xlsx, .ods or .csv file itself")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    letters = bad = 0
    with opener() as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise Refused("is not text all through (it has NUL bytes): save it again as UTF-8")
            if not chunk.isascii() or bad:
                text = decoder.decode(chunk)
                bad += text.count("\ufffd")
                letters += len(re.findall(r"[^\x00-\x7f\ufffd]", text))
    if decoder.decode(b"", final=True):
        bad += 1
    if not bad:
        return "utf-8"
    if letters > bad:
        raise Refused(MIXED)
    with opener() as file:
        return _legacy_encoding(file.read(CHUNK))


def _is_text(head: bytes, encoding: str) -> bool:
    """Whether bytes are lines of letters and signs in an encoding."""
    text = head.decode(encoding, "replace")
    return "\n" in text and "\ufffd" not in text[:-1] and all(c.isprintable() or c in "\t\r\n" for c in text[:-1])


def _legacy_encoding(data: bytes) -> str:
    """The encoding of text that is not Unicode.

    Detectors prefer exotic encodings for short texts, so Windows-1252 is taken whenever its letters fall as they do in
    Western European words: seldom more than two in a row, and no sign in the midst of a word. Where other encodings do
    as well as the one that is found best, none is taken: names would become others.
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

    found = from_bytes(data[: 1 << 16])
    best = found.best()
    if best is None or any(
        rival.chaos <= best.chaos and rival.coherence > best.coherence - 0.1 and str(rival) != str(best)
        for rival in found
    ):
        raise Refused("is in a character encoding that cannot be told: save it again as UTF-8")
    return best.encoding


def _delimiter(sample: str) -> str:
    """The delimiter under which most rows of the sample, and its first row, have one and the same width."""
    return _best_delimiter(sample)[0]


def _best_delimiter(sample: str) -> tuple[str, float]:
    """Also the share of rows of that width, or 0 where no delimiter gives more than one column."""
    if len(sample) == 1 << 16:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, steady, most = ",", 0.0, (0.0, 0)
    for delimiter in ",;\t|":
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)]
        except csv.Error:
            continue
        usual = max(sorted(set(widths), reverse=True), key=widths.count, default=1)
        if usual < 2:
            continue
        share = widths.count(usual) / len(widths)
        weighed = share + (0.25 if widths[0] == usual else 0.0)
        if (weighed, usual) > most:
            best, steady, most = delimiter, share, (weighed, usual)
    return best, steady


# --- plain text and Markdown ---

NO_TABLE = (
    "holds text but no table, as a privacy policy does: give the inventory itself as a spreadsheet, a CSV file or a "
    "Markdown table"
)
STEADY = 0.6
"""The share of lines that must have the same number of cells for a text of any name to be a table."""


def text_of(path: Path, limits: dict[str, Any], language: str) -> str:
    """The whole file, its lines ended by line feeds."""
    if path.stat().st_size > limits["text_bytes"]:
        most = limits["text_bytes"] // 1_000_000
        raise Refused(f"is larger than {most} MB, the most that is read of a {language} file: split it")
    try:
        text = path.read_bytes().decode(_encoding(_opener(path)))
    except UnicodeDecodeError:
        raise Refused(MIXED) from None
    _refuse_controls(text[: 1 << 16])
    if not text.strip():
        raise Refused("is blank: check that it was saved or downloaded completely")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_plain(path: Path, stem: str, out: Output) -> None:
    """Text whose name does not say what it is: the pipe tables in it, else CSV if its lines are alike."""
    if path.stat().st_size <= out.limits["text_bytes"]:
        text = text_of(path, out.limits, "plain text")
        if any(MARKDOWN_RULE.fullmatch(line) for line in text.split("\n")):
            return _read_markdown(stem, text, out)
        if "\n" not in text.strip() or _best_delimiter(text[: 1 << 16])[1] < STEADY:
            raise Refused(NO_TABLE)
    out.send({"kind": "csv"})
    out.sheet(stem, _csv_rows(_opener(path), out.limits))


MARKDOWN_RULE = re.compile(r"[>\s]*+(?=.*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
MARKDOWN_SIGN = re.compile(r"[\\`*_\[<&]")
MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")


def _read_markdown(stem: str, text: str, out: Output) -> None:
    """Each pipe table is a sheet whose rows are the lines of the file, named after the heading above the table."""
    out.send({"kind": "markdown"})
    lines = text.split("\n")
    name, fence = stem, ""
    found = False
    at = 0
    while at < len(lines):
        line = lines[at]
        mark = re.match(r"[>\s]*+(```|~~~)", line)
        if fence or mark:
            if mark and not fence:
                fence = mark[1]
            elif mark and mark[1] == fence:
                fence = ""
            at += 1
            continue
        heading = re.match(r"[>\s]*+#{1,6}[ \t]+(.*)", line)
        if heading is not None:
            name = unmarked(heading[1].rstrip().rstrip("#")) or stem
        elif line.strip() and at + 1 < len(lines) and re.fullmatch(r" {0,3}(=+|-+)[ \t]*", lines[at + 1]):
            name = unmarked(line) or stem
        elif "|" in line and at + 1 < len(lines) and MARKDOWN_RULE.fullmatch(lines[at + 1]):
            begin = at
            while at < len(lines) and "|" in lines[at]:
                at += 1
            rule = begin + 1
            table = (_pipe_cells(lines[n]) if n >= begin and n != rule else [] for n in range(at))
            out.sheet(name, table)
            found = True
            continue
        at += 1
    if not found:
        raise Refused(NO_TABLE)


def _pipe_cells(line: str) -> Row:
    line = re.sub(r"^[>\s]+", "", line).rstrip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [unmarked(cell) or None for cell in re.split(r"(?<!\\)\|", line)]


def unmarked(text: str) -> str:
    """The words of a piece of Markdown: `[text](address)` is its text, `<br>` a new line, emphasis is left out."""
    if MARKDOWN_SIGN.search(text) is None:
        return text.strip()
    text = "\n".join(part.strip() for part in re.split(r"(?i)<br\s*+/?>", text))
    from html import unescape

    text = MARKDOWN_LINK.sub(r"\1", text.replace("`", ""))
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)\1", r"\2", text)
    text = re.sub(r"<((?:https?://|mailto:)[^<>\s]*)>", r"\1", text).strip()
    text = re.sub(r"(?s)([*_])(?=[^\s*_])([^*_]*)\1", r"\2", text) if text[:1] in "*_" and text[-1:] in "*_" else text
    return unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)).strip()


# --- YAML and JSON ---

Tree = dict[str, Any] | list[Any] | tuple[str | None, int]
"""A mapping, a list, or a scalar with its line. A scalar that is nothing is None."""


def _tree_rows(language: str, text: str, limits: dict[str, Any]) -> Iterator[Row]:
    """The lines of the file: on each, the values that stand there, every one after its path."""
    documents, nodes = _trees(language, text, limits)
    if not any(isinstance(document, dict | list) for document in documents):
        raise Refused(f"is {language} that holds no list and no mapping: give the inventory itself")
    root: Tree = documents[0] if len(documents) == 1 else documents
    lines: dict[int, Row] = {}
    left = nodes + len(documents) + limits["repeats"]
    size = 0

    def visit(node: Tree, path: str, depth: int) -> None:
        nonlocal left, size
        left -= 1
        if left < 0:
            raise Refused(
                f"repeats its parts (*alias, <<) more than {limits['repeats']:,} times: write them out, or split it"
            )
        if isinstance(node, tuple):
            value, line = node
            size += len(path)
            if size > limits["result_bytes"]:
                raise Refused(f"holds more than {limits['result_bytes'] // 1_000_000} MB of text: split it")
            if value:
                lines.setdefault(line, []).extend((path, value))
            return
        if depth >= limits["depth"]:
            raise Refused(f"nests more than {limits['depth']} levels deep: give a list of records")
        if isinstance(node, list):
            for index, below in enumerate(node):
                visit(below, f"{path}[{index}]", depth + 1)
        else:
            for key, below in node.items():
                visit(below, _path(path, key), depth + 1)

    visit(root, "", 0 if len(documents) == 1 else -1)
    for line in range(1, max(lines, default=0) + 1):
        yield lines.pop(line, [])


def _trees(language: str, text: str, limits: dict[str, Any]) -> tuple[list[Tree], int]:
    """The documents, and how many nodes were written in them. YAML that is JSON is read as that."""
    if language == "JSON":
        return _json_trees(text, limits)
    if JSON_HEAD.match(text[:HEAD].encode()):
        with suppress(Refused):
            return _json_trees(text, limits)
    return _yaml_trees(text, limits)


def _path(path: str, key: str) -> str:
    if re.fullmatch(r"[\w -]+", key) is None:
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


class _Builder:
    """Puts a tree together from its parts, told in the order of the file."""

    def __init__(self, limits: dict[str, Any]) -> None:
        self.limits = limits
        self.documents: list[Tree] = []
        self.nodes = 0
        self.repeats = 0
        self._open: list[dict[str, Any] | list[Any]] = []
        self._keys: list[str | None] = []
        self._merges: list[list[Tree]] = []

    @property
    def wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], dict) and self._keys[-1] is None

    def key(self, key: str, line: int, *, merge: bool = False) -> None:
        if len(key) > self.limits["key"]:
            raise Refused(f"has a key of more than {self.limits['key']:,} characters in line {line}: shorten it")
        if not merge and key in self._open[-1]:
            raise Refused(
                f"has the key {_one_line(key[:80])} twice in one place, in line {line} again: keep one of them"
            )
        self._keys[-1] = "<<" if merge else f"={key}"

    def add(self, node: Tree) -> None:
        self.nodes += 1
        if 2 * self.nodes > self.limits["cells"]:
            raise Refused(f"holds more than {self.limits['cells'] // 2:,} values: split it into smaller files")
        if not self._open:
            self.documents.append(node)
            return
        parent = self._open[-1]
        if isinstance(parent, list):
            parent.append(node)
            return
        key, self._keys[-1] = self._keys[-1], None
        assert key is not None
        if key == "<<":
            self._merges[-1].append(node)
        else:
            parent[key[1:]] = node

    def open(self, node: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._open) >= self.limits["depth"]:
            raise Refused(f"nests more than {self.limits['depth']} levels deep in line {line}: give a list of records")
        self.add(node)
        self._open.append(node)
        self._keys.append(None)
        self._merges.append([])

    def close(self) -> None:
        node = self._open.pop()
        self._keys.pop()
        for merged in self._merges.pop():
            for one in merged if isinstance(merged, list) else [merged]:
                if not isinstance(node, dict):
                    continue
                if not isinstance(one, dict):
                    node.setdefault("<<", one)
                else:
                    self.repeats += len(one)
                    if self.repeats > self.limits["repeats"]:
                        raise Refused(
                            f"repeats its parts (*alias, <<) more than {self.limits['repeats']:,} times: "
                            "write them out, or split it"
                        )
                    for key, below in one.items():
                        node.setdefault(key, below)


def _yaml_trees(text: str, limits: dict[str, Any]) -> tuple[list[Tree], int]:
    """As `_trees`. Repeated parts are one and the same object."""
    import yaml

    builder = _Builder(limits)
    anchors: dict[str, Tree] = {}
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1 if event.start_mark else 1
            match event:
                case yaml.DocumentStartEvent():
                    anchors.clear()
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    builder.close()
                case yaml.ScalarEvent() if builder.wants_key:
                    merge = event.value == "<<" and not event.style
                    builder.key(event.value, line, merge=merge)
                    if event.anchor:
                        anchors[event.anchor] = (event.value, line)
                case yaml.AliasEvent() if builder.wants_key:
                    named = anchors.get(event.anchor or "")
                    if not isinstance(named, tuple):
                        raise Refused(f"has a key in line {line} that is no text: write the key out")
                    builder.key(named[0] or "", line)
                case yaml.NodeEvent() if builder.wants_key:
                    raise Refused(f"has a key in line {line} that is no text: write the key out")
                case yaml.ScalarEvent():
                    value: str | None = event.value
                    if not event.style and value in ("~", "null", "Null", "NULL"):
                        value = None
                    elif event.style in ("|", ">") and value:
                        value = value.rstrip("\n")
                    builder.add((value, line))
                    if event.anchor:
                        anchors[event.anchor] = (value, line)
                case yaml.AliasEvent():
                    repeated = anchors.get(event.anchor or "")
                    if repeated is None:
                        raise Refused(f"repeats *{event.anchor} in line {line}, which is named nowhere above: name it")
                    builder.add(repeated)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    node: dict[str, Any] | list[Any] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
                    if event.anchor:
                        anchors[event.anchor] = node
                    builder.open(node, line)
    except yaml.YAMLError as problem:
        raise Refused(
            f"cannot be read as YAML from line {_yaml_line(problem, text)} on: look there and just above for a tab, for "
            "wrong indentation, or for a value that needs quotation marks"
        ) from None
    return builder.documents, builder.nodes


def _yaml_line(problem: Any, text: str) -> int:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    if mark is not None:
        return min(int(mark.line), text.count("\n", 0, len(text.rstrip()))) + 1
    before = text.encode("utf-8", "replace")[: getattr(problem, "position", 0) or 0]
    return before.count(b"\n") + 1


JSON_TOKEN = re.compile(
    r'[ \t\n]*(?:("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")'
    r"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)|(null)|([][{}:,]))"
)


def _json_trees(text: str, limits: dict[str, Any]) -> tuple[list[Tree], int]:
    """Strict JSON, with the words of numbers as written; several values after one another are several documents."""
    builder = _Builder(limits)
    text = text.removeprefix("\ufeff").rstrip()
    at, line = 0, 1
    closing: list[str] = []
    state = "value"
    while at < len(text) or closing:
        token = JSON_TOKEN.match(text, at)
        begin = token.start(token.lastindex or 0) if token else len(text) - len(text[at:].lstrip())
        line += text.count("\n", at, begin)
        if token is None:
            raise _no_json(line)
        at = token.end()
        string, bare, null, sign = token.groups()
        if sign is None:
            value = _json_string(string) if string else bare
            if string and state in ("key", "key or end"):
                builder.key(value, line)
                state = "colon"
                continue
            if state not in ("value", "value or end"):
                raise _no_json(line)
            builder.add((None if null else value, line))
        elif sign in "[{" and state in ("value", "value or end"):
            builder.open([] if sign == "[" else {}, line)
            closing.append("]" if sign == "[" else "}")
            state = "value or end" if sign == "[" else "key or end"
            continue
        elif closing and sign == closing[-1] and state in ("next", "key or end", "value or end"):
            builder.close()
            closing.pop()
        elif sign == ":" and state == "colon":
            state = "value"
            continue
        elif sign == "," and state == "next" and closing:
            state = "key" if closing[-1] == "}" else "value"
            continue
        else:
            raise _no_json(line)
        state = "next" if closing else "value"
    return builder.documents, builder.nodes


def _json_string(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    return str(json.loads(token)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _no_json(line: int) -> Refused:
    return Refused(
        f"cannot be read as JSON from line {line} on: look there and just above for a missing comma, bracket or "
        "quotation mark, or for one too many"
    )


if __name__ == "__main__":
    main()
