"""Small valid files of every kind, spoiled at random: what `sheets.read` must survive.

`tests/properties/test_hostile_files.py` tries some in every run of the tests; `make fuzz SECONDS=600` tries more of the
same, and prints of each find the case with which `make fuzz CASE=xlsx:12345` tries it again.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import cache
from pathlib import Path
from queue import Queue
from typing import Any

import openpyxl

from datamap import sheets
from datamap.sheets import Book, ErrorValue, Sheet, Uncomputed, Unreadable, tree

MEMORY = 400 << 20
"""Bytes that this process may grow by while it reads a file of a few kilobytes."""
VALUES = (str, int, float, bool, date, datetime, time_of_day, timedelta, ErrorValue, Uncomputed, type(None))


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and text.isprintable() and re.search(r"[.!?] +[A-Z]", text) is None


def children() -> set[int]:
    """The processes that this one has started and that are not ended and waited for. Empty where there is no /proc."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if f"PPid:\t{os.getpid()}\n" in status.read_text():
                found.add(int(status.parent.name))
    return found


# --- the files ---


def package(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def ods(body: str, manifest: str = "") -> bytes:
    """A spreadsheet with this XML between its spreadsheet tags."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest xmlns="m">{manifest}</manifest>',
            "content.xml": content,
        }
    )


def xls() -> bytes:
    """An Excel 97 workbook by hand: one stream of records in the smallest compound document."""

    def record(code: int, data: bytes) -> bytes:
        return struct.pack("<HH", code, len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 0) + value.encode("latin-1")

    begin = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    cells = record(0x200, struct.pack("<IIHHH", 0, 3, 0, 3, 0))
    cells += record(0x204, struct.pack("<HHH", 0, 0, 0) + text("System"))
    cells += record(0x203, struct.pack("<HHHd", 1, 0, 0, 4.5)) + record(0x205, struct.pack("<HHHBB", 1, 1, 0, 7, 1))
    cells += record(0x27E, struct.pack("<HHHI", 2, 2, 0, 20)) + record(0x201, struct.pack("<HHH", 2, 1, 0))
    cells += record(0xE5, struct.pack("<HHHHH", 1, 0, 0, 0, 1)) + record(0x0A, b"")
    globals_begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6)) + record(0x42, b"\xe4\x04")
    at = len(globals_begin) + 4 + 8 + 5 + 4
    globals_begin += record(0x85, struct.pack("<IBBBB", at, 0, 0, 5, 0) + b"Flows") + record(0x0A, b"")
    stream = (globals_begin + begin + cells).ljust(4096, b"\0")
    sectors = len(stream) // 512
    fat = struct.pack("<2i", -3, -2) + struct.pack(f"<{sectors}i", *range(3, sectors + 2), -2)
    names = (("Root Entry", 5, -2, 0, 1), ("Workbook", 2, 2, len(stream), -1))
    folder = b"".join(
        (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0")
        + struct.pack("<HBB3i", 2 * len(name) + 2, kind, 1, -1, -1, child)
        + bytes(36)
        + struct.pack("<iQ", start, size)
        for name, kind, start, size, child in names
    ).ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<4I", 0, 1, 1, 0) + struct.pack("<IiIiI", 4096, -2, 0, -2, 0)
    head += struct.pack("<i", 0) + b"\xff" * 432
    return head + fat.ljust(512, b"\xff") + folder + stream


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    flows = book.active
    assert flows is not None
    rows: tuple[tuple[Any, ...], ...] = (
        ("Flows of the shop", None, None, None),
        ("From", "To", "Since", "Rows"),
        ("CRM", "Bänk & Sons", date(2026, 3, 4), 12.5),
        ("CRM", "#N/A", datetime(2026, 3, 4, 5, 6), True),
        ("ERP", '=IF(B3="","",B3)', None, 2147483648),
    )
    for row in rows:
        flows.append(row)
    flows.merge_cells("A1:D1")
    flows.row_dimensions[4].hidden = True
    flows.column_dimensions["C"].hidden = True
    book.create_sheet("Größe").sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def files() -> dict[str, bytes]:
    """A valid file of each kind, by the ending of its name."""
    text = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    spans = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
    table = (
        '<table:table table:name="Flows"><table:table-column/><table:table-column table:visibility="collapse"/>'
        f"<table:table-row>{text.format(spans, 'From')}<table:covered-table-cell/></table:table-row>"
        f'<table:table-row table:number-rows-repeated="3" table:visibility="filter">{text.format("", "CRM")}'
        '<table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="float" '
        'office:value="4.5" table:formula="of:=1+3.5"/><table:table-cell table:formula="of:=[.A1]"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048572"><table:table-cell/></table:table-row></table:table>'
    )
    flows = 'From,To,"Why, really"\nCRM,Bänk,"say ""hi""\nthere"\nERP,,\n'
    xlsx = _workbook()
    return {
        "xlsx": xlsx,
        "xlsm": xlsx.replace(b"sheet.main+xml", b"sheet.macro+xml"),
        "xls": xls(),
        "ods": ods(table),
        "csv": flows.encode(),
        "tsv": flows.replace(",", "\t").encode("utf-16"),
        "zip": package({"a/Flows.csv": flows, "Systems.csv": "System;Country\nCRM;NZ\n", "read.me": "x"}),
        "yml": (
            b"system: &s\n  - fides_key: crm  # ours\n    'a.b': [NO, 1.10, ~]\n    text: |\n      two\n      lines\n"
            b"    declarations:\n    - {use: x, data: [a, b]}\nagain: *s\nmore:\n  <<: {k: v}\n---\nb: 2\n"
        ),
        "json": b'{"system": [{"key": "crm", "n": [1, -2.5e3, true, null, {}]}],\n "b\\u00e9\\ud83e\\udd89": "x\\ny"}\n',
        "md": "# Ours\n\ntext\n\n| A | B \\| C |\n|---|:-:|\n| **x** [y](z) | `1`<br>2 |\n\nB\n=\na|b\n-|-\n1|é\n".encode(),
        "txt": b"Our list\n\n|a|b|\n|-|-|\n|1|2|\n",
    }


# --- spoiling them ---

# fmt: off
NUMBERS: tuple[bytes, ...] = (
    b"0", b"-1", b"1", b"65536", b"1048576", b"1048577", b"16385", b"2147483648", b"4294967295", b"18446744073709551616",
    b"1e308", b"NaN", b"", b"x", b"9" * 400,
)
PIECES: tuple[bytes, ...] = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"<", b">", b"&", b"&#0;", b"&a;", b"]]>", b"<!--", b"<!DOCTYPE x>", b'"', b"'",
    b"\n", b"\r", b"\t", b",", b";", b"|", b"|-|-|\n", b"`", b"[", b"]", b"{", b"}", b"- ", b": ", b"*s", b"&s ", b"<<: ",
    b"---\n", b"!!python/object:x ", b"\\u0000", b"\\ud800", b"\xc3\xa9", b"\xe2\x80\xa8", b" " * 300, b'hidden="1"',
    b"<mergeCell ref='A1:XFD1048576'/>", b"<f>A1</f>", b't="e"', b't="s"', b"\x1b[0m", b"=",
)
# fmt: on


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them changed."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 2, 4, 16, 200)))
        match chance.randrange(8):
            case 0:
                data = data[:at] + bytes(b ^ (1 << chance.randrange(8)) for b in data[at:to]) + data[to:]
            case 1:
                data = data[:at]
            case 2:
                data = data[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 300)) + data[at:]
            case 3:
                data = data[:at] + data[to:]
            case 4:
                data = data[:at] + data[at:to] * chance.choice((2, 3, 200)) + data[to:]
            case 5 | 6:
                numbers = list(re.finditer(rb"\d+", data))
                if numbers:
                    found = chance.choice(numbers)
                    data = data[: found.start()] + chance.choice(NUMBERS) + data[found.end() :]
            case _:
                tags = list(re.finditer(rb"<[^<>]*>", data))
                if tags:
                    one, other = chance.choice(tags), chance.choice(tags)
                    data = data[: one.start()] + chance.choice((b"", other[0], one[0] * 2)) + data[one.end() :]
    return data


def spoiled_package(data: bytes, chance: random.Random) -> bytes:
    """A zip with some of its parts spoiled, swapped, left out or named otherwise."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        parts: dict[str, str | bytes] = {name: zipped.read(name) for name in zipped.namelist()}
    for _ in range(chance.choice((1, 1, 2))):
        if not parts:
            break
        name, other = chance.choice(sorted(parts)), chance.choice(sorted(parts))
        content = parts[name]
        assert isinstance(content, bytes)
        match chance.randrange(10):
            case 0:
                del parts[name]
            case 1:
                parts[name], parts[other] = parts[other], parts[name]
            case 2:
                parts[chance.choice((name.upper(), "../" + name, "/" + name, name + "\n", "x" * 300))] = parts.pop(name)
            case _:
                parts[name] = spoiled(content, chance)
    return package(parts)


def case(kind: str, seed: int) -> tuple[str, bytes]:
    """The spoiled file that a kind and a number stand for, always the same: its name and its bytes."""
    chance = random.Random(seed)
    data = files()[kind]
    spoil = spoiled_package if data.startswith(b"PK") and chance.random() < 0.8 else spoiled
    data = spoil(data, chance)
    suffix = kind if chance.random() < 0.9 else chance.choice(sorted(files()))
    return f"{chance.choice(('x', 'x', 'a b', 'é'))}.{suffix}", data


# --- what must hold ---


def check(name: str, data: bytes) -> str:
    """Read a file and hold the outcome against what is promised of any. Returns `read`, or what was refused."""
    held = _held()
    started = time.monotonic()
    try:
        book = sheets.read_bytes(name, data)
    except Unreadable as refusal:
        outcome = str(refusal)
        assert outcome.startswith(f"{name} "), outcome
        assert is_one_sentence(outcome), outcome
    else:
        outcome = "read"
        _check_book(book)
    assert time.monotonic() - started < sheets.LIMITS.seconds + 2, "it took too long"
    assert _held() - held < MEMORY, f"this process has grown by {(_held() - held) >> 20} MB"
    return outcome


def _check_book(book: Book) -> None:
    assert book.kind
    assert book.sheets
    assert len({sheet.name.casefold() for sheet in book.sheets}) == len(book.sheets)
    for sheet in book.sheets:
        assert isinstance(sheet, Sheet)
        assert sheet.name.isprintable(), sheet.name
        assert all(type(value) in VALUES for row in sheet.rows for value in row)
        assert not sheet.rows or (sheet.rows[-1] and all(not row or row[-1] is not None for row in sheet.rows))
        assert all(1 <= top <= bottom and 1 <= left <= right for top, left, bottom, right in sheet.merged)
        assert all(1 <= row <= len(sheet.rows) for row in sheet.hidden_rows)
        assert all(column >= 1 for column in sheet.hidden_columns)
        if book.kind in ("yaml", "json"):
            assert (tree(sheet) is None) == (not sheet.rows), sheet.rows


def _held() -> int:
    """The most memory that this process has had, in bytes; 0 where there is no /proc."""
    with suppress(OSError):
        return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) << 10
    return 0


FORKING = """
import io, json, os, struct, sys
sys.path.insert(0, sys.argv[1])
import charset_normalizer, openpyxl, python_calamine, xml.parsers.expat, yaml
import _read_child
requests, answers = sys.stdin.buffer, os.dup(1)
while head := requests.read(4):
    job = requests.read(struct.unpack("<I", head)[0])
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(into, 1)
        os.close(into)
        sys.stdin = io.StringIO(job.decode())
        try:
            _read_child.main()
            sys.stdout.flush()
        finally:
            os._exit(0)
    os.close(into)
    answer = b""
    with open(out, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    os.write(answers, struct.pack("<I", len(answer)))
    at = 0
    while at < len(answer):
        at += os.write(answers, answer[at : at + 65536])
"""


@contextmanager
def forked() -> Iterator[Callable[[str], Any]]:
    """A stand-in for `sheets._child` that starts no interpreter for each file.

    One process that has imported the readers forks for each file. What runs in the fork is the child's own `main`, with
    its own limits on memory and processor time; only the limit on the time of day is not kept.
    """
    parent = subprocess.Popen(
        [sys.executable, "-I", "-c", FORKING, str(Path(sheets.__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    requests, answers = parent.stdin, parent.stdout

    @contextmanager
    def child(job: str) -> Iterator[Queue[bytes]]:
        data = json.dumps(json.loads(job)).encode()
        requests.write(struct.pack("<I", len(data)) + data)
        requests.flush()
        answer = answers.read(struct.unpack("<I", answers.read(4))[0])
        lines: Queue[bytes] = Queue()
        for line in io.BytesIO(answer):
            lines.put(line)
        lines.put(b"")
        yield lines

    try:
        yield child
    finally:
        requests.close()
        with parent:
            parent.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--case", help="one case to try again, such as xlsx:12345")
    options = parser.parse_args()
    if options.case:
        kind, _, seed = options.case.partition(":")
        name, data = case(kind, int(seed))
        kept = Path(tempfile.mkdtemp(prefix="datamap-fuzz-")) / name
        kept.write_bytes(data)
        print(f"{options.case} is {kept}")
        print(check(name, data))
        return
    print(f"make fuzz SECONDS={options.seconds:g} SEED={options.seed}")
    chance = random.Random(options.seed)
    outcomes: Counter[str] = Counter()
    finds = 0
    started = time.monotonic()
    with forked() if hasattr(os, "fork") else nullcontext(sheets._child) as child:
        setattr(sheets, "_child", child)  # noqa: B010
        while time.monotonic() - started < options.seconds:
            kind, seed = chance.choice(sorted(files())), chance.randrange(1 << 32)
            name, data = case(kind, seed)
            try:
                outcome = check(name, data)
            except Exception as find:
                finds += 1
                print(f"make fuzz CASE={kind}:{seed}  # {type(find).__name__}: {find}"[:500])
            else:
                outcomes[f"{kind}: {re.sub(r'[0-9]+', 'N', outcome.removeprefix(name))[:90]}"] += 1
    for outcome, times in sorted(outcomes.items()):
        print(f"{times:6} {outcome}")
    print(f"{outcomes.total() + finds} files in {time.monotonic() - started:.0f} s; finds: {finds}")
    sys.exit(finds > 0)


if __name__ == "__main__":
    main()
