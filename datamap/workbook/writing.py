"""An Inventory → the canonical workbook, as .xlsx, .ods or CSV, and the blank workbook to start from.

All are written from the declaration in `columns.py`. What was read is written so that it is read back the same, cells
apart. Text is always text: it never becomes a formula, an error or a date.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from datamap import law as laws
from datamap import places
from datamap.inventory import Binding, Fact, Inventory, Nothing, Notice, NoticeGiven, Place, Record, Scheme
from datamap.law import Law
from datamap.problems import Kind
from datamap.sheets import Cell, ErrorValue, Uncomputed, Value, column_letters
from datamap.workbook import columns, opendocument
from datamap.workbook.columns import EXAMPLE_MARK, OUR_OWN_SHEETS, SHEETS, Column, Parse, SheetLayout
from datamap.workbook.opendocument import FIRST_DAY, Table
from datamap.workbook.reading import Reading

Target = str | Path | IO[bytes]

ROWS_PREPARED = 1_000  # rows of a sheet that have drop-downs
LONGEST_TEXT = 32_767  # UTF-16 units in one cell of a spreadsheet
CUT = "…[cut]"
LONGEST_LIST = 255  # characters of a drop-down's words written into the sheet itself

README, LISTS, LEFT_OUT, WHERE_FROM = OUR_OWN_SHEETS

# ---------------------------------------------------------------------------------------------- cells and sheets

INK = "FF24303B"
_QUIET = "FF7A828B"
_RULE = Side(style="thin", color="FFB7C0C9")
BODY = "datamap text"  # the named style of every cell that holds what was read
HEADER_FILL = PatternFill("solid", fgColor="FFE4EAEF")
FACE = "Calibri"
HEADER_FONT = Font(name=FACE, size=11, bold=True, color=INK)
HEADER_BORDER = Border(bottom=_RULE)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
HAIRLINE = Border(bottom=Side(style="hair", color="FFD5DBE1"))
DATE_FORMAT = "yyyy-mm-dd"
LINE = 15  # height of one line of text, in points
MOST_LINES = 24  # of a text, that its row is high enough for
_NO_TIME = datetime(1980, 1, 1)
MOST_IN_MEMORY = 64 << 20  # bytes of one part of a workbook, before it is put together on disk

_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def cell_text(text: str) -> str:
    """A text as one cell of a spreadsheet can hold it.

    A character that a spreadsheet cannot hold is replaced by its picture (`␀`) or by `�`. A text that is too long is
    cut and ends in `…[cut]`.
    """
    clean = text if text.isprintable() else columns.visible(text)
    if "_x" in clean:
        clean = _LOOKS_ESCAPED.sub("_x005F_", clean)
    if _too_long(clean):
        units = clean.encode("utf-16-le")
        clean = units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT
    return clean


TO_QUOTE = ("=", "+", "-", "@", "'")  # a text that begins so is marked as text, so that editing its cell keeps it one


def put_text(cell: SheetCell, text: str) -> None:
    """Put text into a cell as text, whatever it begins with, as `cell_text` says it."""
    clean = cell_text(text)
    cell.value = clean or None
    if clean:
        cell.data_type = "s"
    if clean[:1] in TO_QUOTE:
        cell.quotePrefix = True


def _too_long(text: str) -> bool:
    return 2 * len(text) > LONGEST_TEXT and len(text.encode("utf-16-le", "replace")) > 2 * LONGEST_TEXT


def put(cell: SheetCell, value: Value) -> None:
    """Put a value into a cell: a day as a real date, a whole number as a number, an error value as that, anything else as text."""
    if isinstance(value, date) and value >= FIRST_DAY:
        cell.value = value
        cell.number_format = DATE_FORMAT
    elif isinstance(value, int) and not isinstance(value, bool):
        cell.value = value
    elif isinstance(value, ErrorValue) and value.text in ERROR_CODES:
        cell.value, cell.data_type = value.text, "e"
    else:
        put_text(cell, columns.plain_text(value))


def cell_at(sheet: Worksheet, row: int, column: int) -> SheetCell:
    """The cell at a row and column, both counted from 1."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, SheetCell)
    return cell


def add_sheet(book: Workbook, name: str, headings: Sequence[tuple[str, float]], rows: int) -> Worksheet:
    """A sheet with its styled header row: frozen, filtered over `rows` data rows, and set up for print on wide pages.

    `headings` pairs each heading with the width of its column in characters.
    """
    sheet: Worksheet = book.create_sheet(name)
    for number, (heading, width) in enumerate(headings, 1):
        cell = cell_at(sheet, 1, number)
        put_text(cell, heading)
        cell.font, cell.fill, cell.border, cell.alignment = HEADER_FONT, HEADER_FILL, HEADER_BORDER, TOP
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[1].height = 22
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{rows + 1}"
    sheet.print_title_rows = "1:1"
    set_up_page(sheet)
    return sheet


def put_row(
    sheet: Worksheet, row: int, values: Sequence[Value], widths: Sequence[float], most_lines: int = MOST_LINES
) -> None:
    """Put a row of values into body cells and make it as high as its longest text, up to `most_lines`.

    `widths` are those of the columns. Spreadsheet programs do not agree on fitting heights by themselves.
    """
    lines = 1
    body = cell_at(sheet, row, 1)
    body.style = BODY
    style = copy(body._style)  # type: ignore[attr-defined]
    for position, (value, width) in enumerate(zip(values, widths, strict=True), 1):
        cell = cell_at(sheet, row, position)
        cell._style = copy(style)  # type: ignore[attr-defined]
        if value is None or value == "":
            continue
        put(cell, value)
        lines = max(lines, lines_of(value, width))
    if lines > 1:
        sheet.row_dimensions[row].height = height_of(lines, most_lines)


def lines_of(value: Value, width: float) -> int:
    """How many lines a value takes in a column of this width, in characters."""
    if not isinstance(value, str) or (len(value) <= width and "\n" not in value):
        return 1
    return sum(1 + int(len(line) / width) for line in value.split("\n"))


def height_of(lines: int, most_lines: int = MOST_LINES) -> int:
    """The height of a row of so many lines, in points."""
    return LINE * min(lines, most_lines) + 2


def link_to(cell: SheetCell, sheet: str, row: int) -> None:
    """Make a cell lead to a row of another sheet of the same workbook."""
    cell.hyperlink = Hyperlink(ref="", location=f"{quote_sheetname(sheet)}!A{row}")


def set_up_page(sheet: Worksheet) -> None:
    """Print on wide pages, as wide as the sheet, with its name and the page's number below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = HeaderFooterItem()
    footer.left.text, footer.right.text = "&A", "&P of &N"
    sheet.HeaderFooter.oddFooter = footer
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.5


def new_book(title: str) -> Workbook:
    """A workbook without sheets. It says no time of writing, so that the same content is the same file."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    book.add_named_style(NamedStyle(BODY, font=Font(name=FACE, size=11), alignment=TOP, border=HAIRLINE))
    book.properties.title = title
    book.properties.creator = "datamap"
    book.properties.created = book.properties.modified = _NO_TIME
    return book


def save_book(
    book: Workbook, target: Target, filled: Callable[[str, bytes], Iterable[bytes]] = lambda name, data: (data,)
) -> None:
    """Write a workbook to a path or an open binary file: the same content gives the same bytes.

    `filled` gives each part of the file, piece by piece, from its name and what openpyxl made of it.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    steady = io.BytesIO()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            with tempfile.SpooledTemporaryFile(MOST_IN_MEMORY) as whole:
                whole.writelines(filled(name, parts.read(name)))
                part = zipfile.ZipInfo(name)
                part.compress_type, part.file_size = zipfile.ZIP_DEFLATED, whole.tell()
                whole.seek(0)
                with archive.open(part, "w") as file:
                    shutil.copyfileobj(whole, file, 1 << 20)
    if isinstance(target, str | Path):
        Path(target).write_bytes(steady.getvalue())
    else:
        target.write(steady.getvalue())


# ---------------------------------------------------------------------------------------------- inventory → rows


def rows_of(inventory: Inventory) -> dict[str, list[list[Value]]]:
    """The rows of every sheet, by its name; the first row is the headings, extra columns stand last.

    What was not understood is written as its cell has it. A record that was joined from rows that differ is written as
    several rows again.
    """
    return {layout.name: [*_sheet_rows(layout, inventory)] for layout in SHEETS}


def _sheet_rows(layout: SheetLayout, inventory: Inventory) -> Iterator[list[Value]]:
    records = typed(layout, inventory)
    extra = list(dict.fromkeys(heading for record in records for heading in record.extra))
    yield [*(_heading(c) for c in layout.columns), *(columns.to_keep(heading, layout) for heading in extra)]
    for record in records:
        yield from _record_rows(record, layout, extra)


def typed(layout: SheetLayout, inventory: Inventory) -> list[Record]:
    """The records of a sheet, without flows that nobody typed."""
    return [r for r in getattr(inventory, layout.field) if getattr(r, "implied_by", None) is None]


def _record_rows(record: Record, layout: SheetLayout, extra: Sequence[str]) -> list[list[Value]]:
    said = [(c, values_of(getattr(record, c.field), c)) for c in layout.columns if c is not layout.identity]
    height = max(len(values) for _, values in said)
    for column, values in said:
        if column.required and len(values) == 1 and getattr(record, column.field).known:
            values *= height  # a row that adds to another is not to be asked for what that says
    name = columns.guarded(record.name, columns.MARK_START)
    others = [[fact.value] if (fact := record.extra.get(heading)) else [None] for heading in extra]
    cells = ((_cell(value) for value, _ in values) for _, values in said)
    return [[name, *row] for row in zip_longest(*cells, *others)]


def _cell(value: Value) -> Value:
    """A value as it is written: a formula as a text that says so, and a text that would say so otherwise with an apostrophe."""
    if isinstance(value, Uncomputed):
        return columns.FORMULA_MARK + columns.as_text(value)
    return columns.guarded(value, columns.MARK_START) if isinstance(value, str) else value


def _heading(column: Column) -> str:
    return f"{column.heading} *" if column.required else column.heading


_NOTHING = {Nothing.BLANK: None, Nothing.NOT_STATED: "not stated", Nothing.NONE: "none", Nothing.UNREADABLE: "not stated"}  # fmt: skip
_PARTS = re.compile(r"\s*[;\r\n]+\s*")


def values_of(fact: Fact[Any], column: Column) -> list[tuple[Value, tuple[Cell, ...]]]:
    """A fact as cells below each other, each with the cells it came from: one, unless only rows that differ can say it again."""
    if fact.parts:
        said = [v for part in fact.parts for v in values_of(part, column)]
        if not fact.known or column.parse is columns.schemes:
            return said
        if any(part.words is not None for part in fact.parts):
            return [("; ".join(dict.fromkeys(columns.as_text(value) for value, _ in said)), fact.cells)]
    if column.parse is columns.schemes and fact.value and fact.words is None:
        return [("; ".join(map(_item, run)), fact.cells) for run in _runs(fact.value)]
    return [(_value(fact, column), fact.cells)]


def _runs(schemes: Iterable[Scheme]) -> list[list[Scheme]]:
    """Schemes such that none without a day follows one that has a day, whose day it would be taken to have."""
    runs: list[list[Scheme]] = [[]]
    for scheme in schemes:
        if scheme.checked is None and runs[-1] and runs[-1][-1].checked:
            runs.append([])
        runs[-1].append(scheme)
    return runs


def _value(fact: Fact[Any], column: Column) -> Value:
    match fact.words:
        case None:
            pass
        case str() as words if column.parse is columns.a_date and columns.numeric_date(words):
            return f"{words} ?"  # or it would count as proof of how the file writes its dates
        case words:
            return words
    if fact.nothing is not None:
        return _NOTHING[fact.nothing]
    value = fact.value
    if isinstance(value, tuple):
        found = _places(value) if column.parse is columns.place_list else [_part(_item(v)) for v in value]
        return "; ".join(found) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, date) else _item(value)


def _part(text: str) -> str:
    """One of several values: a name with a semicolon in it is the same name without."""
    return " ".join(_PARTS.split(text)).strip() if _PARTS.search(text) else text


def _item(value: Any) -> str:
    match value:
        case Scheme(name=name, checked=date() as checked, until=until):
            return f"{name} {checked}..{until}" if until else f"{name} {checked}"
        case Scheme(name=name):
            return name
        case Binding(law=law, binds=binds, why=why):
            answer = f"{law}: {'yes' if binds else 'no'}"
            return f"{answer}, {why}" if why else law if binds and "," not in law else answer
        case Notice(given=NoticeGiven.YES | NoticeGiven.NO as given):
            return given.value
        case Notice(given=given, reason=reason):
            bracket = bool(re.search(r"[,\-–(]", reason))  # a bracket ends the first word before any of these does
            return f"{given} ({reason})" if bracket else f"{given}: {reason}" if reason else given.value
    return str(value)


def _places(found: Sequence[Place]) -> list[str]:
    """Texts that are read back as these places: the words as they stood, or else the country's name."""
    as_stood = list(dict.fromkeys(_with_activity(p.text or places.place_name(p), p) for p in found))
    if places.read_places("; ".join(as_stood)).places == tuple(found):
        return as_stood
    return [_place(p) for p in found]


def _place(place: Place) -> str:
    for words in (place.text, places.place_name(place), place.country):
        text = _with_activity(words, place) if words else ""
        read = places.read_places(text).places
        if len(read) == 1 and (read[0].country, read[0].within, read[0].activity) == (
            place.country,
            place.within,
            place.activity,
        ):
            return text
    return _with_activity("not stated", place)


def _with_activity(words: str, place: Place) -> str:
    return f"{words} ({place.activity})" if place.activity else words


MOST_CELLS_LEFT_OUT = 100  # columns of a row that was left out


def _left_out(reading: Reading) -> Table:
    """What is not in the inventory: rows with the reason and all their cells, and what stands under no heading."""
    rows: list[tuple[Value, ...]] = []
    for cell, row, why in reading.left_out:
        rows.append((cell.file, cell.sheet, cell.row, why, *map(_told, row[:MOST_CELLS_LEFT_OUT])))
    for problem in reading.problems:
        if problem.kind is Kind.OUTSIDE_TABLE:
            cell = problem.cell
            blank = [None] * (min(cell.column, MOST_CELLS_LEFT_OUT) - 1)
            rows.append((cell.file, cell.sheet, cell.row, problem.message, *blank, problem.value))
    width = max(map(len, rows), default=4)
    headings = (("File", 26.0), ("Sheet", 20.0), ("Row", 8.0), ("Why", 48.0))
    letters = tuple((column_letters(n), 24.0) for n in range(1, width - 3))
    return Table(LEFT_OUT, (*headings, *letters), tuple((*row, *[None] * (width - len(row))) for row in rows))


def _told(value: Value) -> Value:
    """A value of any cell as one that can be written."""
    day = isinstance(value, date) and not isinstance(value, datetime)
    return value if value is None or day or isinstance(value, ErrorValue) else columns.as_text(value)


def _where_from(inventory: Inventory) -> Table:
    """For each record, the files, sheets and rows that it was read from."""
    rows: list[tuple[Value, ...]] = []
    for layout in SHEETS:
        at = 2
        for record in typed(layout, inventory):
            cells = [record.cell] if record.cell else []
            cells += [c for column in layout.columns[1:] for c in getattr(record, column.field).cells]
            cells += [c for fact in record.extra.values() for c in fact.cells]
            found: dict[tuple[str, str], set[int]] = {}
            for cell in cells:
                found.setdefault((cell.file, cell.sheet), set()).add(cell.row)
            for (file, sheet), numbers in found.items():
                rows.append((layout.name, at, record.name, file, sheet, ", ".join(map(str, sorted(numbers)))))
            at += len(_record_rows(record, layout, ()))
    headings = (("Sheet", 24.0), ("Row", 8.0), ("Name", 32.0), ("File", 32.0), ("Sheet of the file", 26.0), ("Rows of the file", 26.0))  # fmt: skip
    return Table(WHERE_FROM, headings, tuple(rows))


# ---------------------------------------------------------------------------------------------- rows → files


def write(reading: Reading, target: Path) -> tuple[str, ...]:
    """Write what was read as datamap's own layout, which reads it again as the same inventory, cells apart.

    The target's ending says as what: `.xlsx`, `.ods`, `.zip` of CSV files, and a folder of them where it has none. The
    folder is made. A sheet *Left out* has the rows that are not in the inventory, with all their cells; a sheet *Where
    from* says which rows of which file each record comes from. Neither is ever read.

    Returns the addresses of cells whose text was too long for the file and was cut, such as `Systems!P4`: only an .xlsx
    cuts, at 32,767 characters. Raises `ValueError` for any other ending.
    """
    if target.suffix:
        data, cut = written(reading, target.suffix.lower())
        target.write_bytes(data)
        return cut
    target.mkdir()
    for table in _tables(reading):
        (target / f"{table.name}.csv").write_bytes(csv_bytes(table))
    return ()


def written(reading: Reading, ending: str) -> tuple[bytes, tuple[str, ...]]:
    """What `write` writes to a file with this ending (`.xlsx`, `.ods`, `.zip`), as bytes, and the cells that were cut."""
    target = io.BytesIO()
    cut: tuple[str, ...] = ()
    match ending:
        case ".xlsx":
            cut = write_workbook(reading.inventory, target, _beside(reading))
        case ".ods":
            opendocument.write(target, _tables(reading))
        case ".zip":
            with zipfile.ZipFile(target, "w") as archive:
                for table in _tables(reading):
                    archive.writestr(zipfile.ZipInfo(f"{table.name}.csv"), csv_bytes(table), zipfile.ZIP_DEFLATED)
        case _:
            raise ValueError(ending)
    return target.getvalue(), cut


def _tables(reading: Reading) -> list[Table]:
    sheets = zip(SHEETS, rows_of(reading.inventory).values(), strict=True)
    return [*(_table(layout, rows) for layout, rows in sheets), *_beside(reading)]


def _beside(reading: Reading) -> list[Table]:
    return [t for t in (_left_out(reading), _where_from(reading.inventory)) if t.rows]


def csv_bytes(table: Table) -> bytes:
    """A sheet as CSV: UTF-8 with its mark, commas, CRLF.

    A spreadsheet would run a text that begins with `=`, `+`, `-`, `@` (or a wide form of one), a tab or a line break, so
    such a text gets an apostrophe before it; so does one of which only apostrophes stand before such a beginning. What
    is read from CSV loses the first apostrophe there, and is the same text again.
    """
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow([_csv_text(heading) for heading, _ in table.headings])
    rows.writerows([_csv_text(value) for value in row] for row in table.rows)
    return written.getvalue().encode("utf-8-sig")


def _csv_text(value: Value) -> str:
    return columns.guarded(columns.plain_text(value), columns.FORMULA_START)


def _table(layout: SheetLayout, rows: Sequence[Sequence[Value]]) -> Table:
    headings, *below = rows
    named = zip(map(str, headings), _widths(layout, headings), strict=True)
    return Table(layout.name, tuple(named), tuple(map(tuple, below)))


def write_workbook(
    inventory: Inventory,
    target: Target,
    beside: Iterable[Table] = (),
    finish: Callable[[Workbook], None] = lambda book: None,
) -> tuple[str, ...]:
    """Write an inventory as an .xlsx with drop-downs and notes, to a path or an open binary file.

    Flows that nobody typed are not written. `beside` are sheets that explain; `finish` is given the book before it is
    saved. Returns the addresses of cells whose text was too long and was cut.
    """
    book = new_book("datamap inventory")
    lists = _Lists()
    cut: list[str] = []
    for layout, rows in zip(SHEETS, rows_of(inventory).values(), strict=True):
        sheet = _sheet(book, layout, rows[0], lists, first_row=2, rows=len(rows) - 1)
        cut += _put_rows(sheet, rows[1:], _widths(layout, rows[0]))
    for table in beside:
        sheet = add_sheet(book, table.name, table.headings, len(table.rows))
        cut += _put_rows(sheet, table.rows, [width for _, width in table.headings])
    lists.write(book)
    finish(book)
    save_book(book, target)
    return tuple(cut)


def _put_rows(sheet: Worksheet, rows: Iterable[Sequence[Value]], widths: Sequence[float]) -> Iterator[str]:
    """Write rows below the headings, and tell the cells whose text is cut."""
    for number, row in enumerate(rows, 2):
        put_row(sheet, number, row, widths, most_lines=8)
        for position, value in enumerate(row, 1):
            if isinstance(value, str) and _too_long(value):
                yield f"{sheet.title}!{get_column_letter(position)}{number}"


def write_template(target: Target) -> None:
    """Write the blank workbook to a path or an open binary file. Each sheet has an example row that is never read."""
    book = new_book("datamap inventory")
    _read_me(book)
    lists = _Lists()
    for layout in SHEETS:
        sheet = _sheet(book, layout, [_heading(c) for c in layout.columns], lists, first_row=3, rows=1)
        put_row(sheet, 2, _example(layout), _widths(layout, layout.columns))
        for position in range(1, len(layout.columns) + 1):
            cell_at(sheet, 2, position).font = Font(name=FACE, size=11, italic=True, color=_QUIET)
        cell_at(sheet, 2, 1).comment = _note(
            f"An example. A row that begins with {EXAMPLE_MARK.strip()} is never read; you may delete it."
        )
    lists.write(book)
    save_book(book, target)


def template_bytes() -> bytes:
    """The blank workbook as the bytes of an .xlsx."""
    file = io.BytesIO()
    write_template(file)
    return file.getvalue()


def _example(layout: SheetLayout) -> list[Value]:
    row: list[Value] = [EXAMPLE_MARK + layout.identity.example]
    for column in layout.columns[1:]:
        a_day = column.parse is columns.a_date and column.example
        row.append(date.fromisoformat(column.example) if a_day else column.example)
    return row


_WIDTHS: Mapping[Parse, float] = {
    columns.name: 26, columns.names: 32, columns.place_list: 24, columns.yes_no: 13, columns.a_date: 13,
    columns.text: 28, columns.evidence: 28, columns.mechanism: 24, columns.schemes: 24, columns.bindings: 28, columns.grounds: 18,
}  # fmt: skip
_LONG_TEXT = frozenset({"Notes", "Source", "Security", "Retention", "Examples", "Value"})


def _width(column: Column) -> float:
    if column.heading in _LONG_TEXT:
        return 40
    return max(_WIDTHS.get(column.parse, 18), len(column.heading) + 5)


def _widths(layout: SheetLayout, headings: Sequence[object]) -> list[float]:
    return [*(_width(c) for c in layout.columns), *(28.0 for _ in headings[len(layout.columns) :])]


def _sheet(
    book: Workbook, layout: SheetLayout, headings: Sequence[Value], lists: _Lists, *, first_row: int, rows: int
) -> Worksheet:
    """One sheet with its headings, notes and drop-downs; extra headings stand behind the layout's own."""
    named = zip(map(str, headings), _widths(layout, headings), strict=True)
    sheet = add_sheet(book, layout.name, list(named), rows)
    last_row = max(first_row + ROWS_PREPARED, rows + 1 + ROWS_PREPARED) - 1
    for position, column in enumerate(layout.columns, 1):
        letter = get_column_letter(position)
        cell_at(sheet, 1, position).comment = _note(explained(column))
        sheet.column_dimensions[letter].alignment = TOP
        if column.parse is columns.a_date:
            sheet.column_dimensions[letter].number_format = DATE_FORMAT
        if formula := _offered(column, lists, first_row, last_row):
            choice = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=column.strict)
            if column.strict:
                choice.errorTitle = column.heading
                choice.error = "Choose a word of the list. Write 'not stated' when nobody knows."
            choice.add(f"{letter}{first_row}:{letter}{last_row}")
            sheet.add_data_validation(choice)
    return sheet


def explained(column: Column) -> str:
    """The note on a heading: what is wanted, whether it is needed, and the words accepted."""
    said = [column.help, "Needed on every row." if column.required else "May be left blank."]
    if words := _choices(column):
        said.append(f"{'One of' if column.strict else 'For example'}: {', '.join(w.rstrip(': ') for w in words)}.")
    if sheets := [s for s in column.refers_to if s not in columns.OPEN_NAMES]:
        said.append(f"Names from the sheet {' or '.join(sheets)}.")
    if column.several:
        said.append("Several values: part them with a semicolon.")
    if column.parse is columns.place_list:
        said.append(f"What happens there may follow in brackets: {', '.join(columns.ACTIVITIES)}.")
    if column.parse is columns.a_date:
        said.append("A date such as 2026-11-30.")
    return "\n".join(said)


def _note(text: str) -> Comment:
    lines = sum(1 + len(line) // 46 for line in text.split("\n"))
    return Comment(text, "datamap", height=20 * lines + 16, width=320)


def _choices(column: Column) -> tuple[str, ...]:
    if column.strict and "unknown" not in column.choices:
        return (*column.choices, "not stated")
    return column.choices


_OFFERED_SHEET = {"destination": "Recipients"}  # where a column's names stand on several sheets: the likeliest


def _offered(column: Column, lists: _Lists, first_row: int, last_row: int) -> str | None:
    """The formula of a column's drop-down, or None."""
    title, words = offered(column, lists.law)
    if words:
        return lists.formula(title, words)
    if column.parse is columns.name and column.refers_to:
        sheet = _OFFERED_SHEET.get(column.field, column.refers_to[0])
        return f"{quote_sheetname(sheet)}!$A${first_row}:$A${last_row}"
    return None


def offered(column: Column, law: Law) -> tuple[str, tuple[str, ...]]:
    """The words that a column's drop-down offers, with a title for them; none where it offers none, or names of a sheet."""
    if words := _choices(column):
        return column.heading, words
    if column.parse in (columns.regime, columns.regimes):
        return "Regimes", tuple(law.regimes)
    if column.parse is columns.mechanism:
        return "Mechanisms", _mechanisms(law)
    if column.parse is columns.grounds:
        return "Grounds", tuple(g.code for r in law.regimes.values() for g in r.grounds)
    if column.field in ("country", "managed_from"):
        return "Countries", tuple(places.countries().values())
    return "", ()


def _mechanisms(law: Law) -> tuple[str, ...]:
    """Words that more than one regime knows, then the codes of everything that can be evidence."""
    regimes = list(law.regimes.values())
    shared: dict[frozenset[str], str] = {}
    for regime in regimes:
        for words in regime.words.values():
            for word in words:
                meant = frozenset(m.code for r in regimes if (m := r.mechanism(word)))
                if len(meant) > 1:
                    shared.setdefault(meant, word)
    codes = [code for r in regimes for step in r.steps for code in step.grounds]
    return tuple(dict.fromkeys((*shared.values(), *codes)))


class _Lists:
    """The hidden sheet of words too many for a drop-down of their own."""

    def __init__(self) -> None:
        self.law = laws.load()
        self.words: dict[str, tuple[str, ...]] = {}

    def formula(self, title: str, words: tuple[str, ...]) -> str:
        text = ",".join(words)
        if len(text) <= LONGEST_LIST and not any("," in w or '"' in w for w in words):
            return f'"{text}"'
        self.words.setdefault(title, words)
        letter = get_column_letter(list(self.words).index(title) + 1)
        return f"{LISTS}!${letter}$2:${letter}${len(words) + 1}"

    def write(self, book: Workbook) -> None:
        headings = [(title, 34.0) for title in self.words]
        sheet = add_sheet(book, LISTS, headings, max(map(len, self.words.values()), default=0))
        for column, words in enumerate(self.words.values(), 1):
            for row, word in enumerate(words, 2):
                put_text(cell_at(sheet, row, column), word)
        sheet.sheet_state = "hidden"


# ---------------------------------------------------------------------------------------------- the read-me

_START = (
    "Three sheets are enough to begin: Systems, Information categories and Recipients. With the recipients named on "
    "Systems the map can be drawn. Everything else makes the answers sharper.",
    "Fill in Organisations too, at least the name and the country: what the law asks depends on who sends.",
    "A heading that ends in * is needed on every row. Rest the pointer on a heading to read what it wants.",
    f"Grey rows that begin with {EXAMPLE_MARK.strip()} are examples. They are never read; delete them when you like.",
)
_CELLS = (
    ("Several values", "Part them with a semicolon or a line break: Contact details; Order history."),
    (
        "Places",
        "A country's name or its two letters, with what happens there in brackets: US (storage); PH (support access). "
        f"What happens there is one of {', '.join(columns.ACTIVITIES)}. EU, EEA and UK are understood.",
    ),
    (
        "Nothing to write",
        "Three different things. Leave the cell blank when nobody has looked yet. Write 'not stated' when somebody "
        "asked and got no answer. Write 'none' when the answer is that there is nothing. What is unknown never clears "
        "a transfer: it becomes a question to ask.",
    ),
    ("Yes or no", "yes, no or unknown. A blank counts as unknown, never as no."),
    ("Dates", "2026-11-30, or a real date cell. 03/04/2026 is read as 3 April."),
    ("Names", "Capitals, spaces and punctuation do not matter: Harbour Hosting and harbour-hosting are the same."),
    ("Schemes", "With the day on which somebody looked: DPF 2026-08-01; or a span: DPF 2025-03-01..2026-10-20."),
    ("Laws that bind", "PIPEDA; AU Privacy Act: no, small business."),
    ("Your own columns", "Add as many as you need, to the right. They are kept and appear again in the registers."),
)
_TITLE_FONT = Font(name=FACE, size=16, bold=True, color=INK)
_HEAD_FONT = Font(name=FACE, size=12, bold=True, color=INK)


def _read_me(book: Workbook) -> None:
    sheet: Worksheet = book.create_sheet(README)
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 100
    set_up_page(sheet)
    row = 1
    for title, lines in (
        ("What personal information do you hold, and where does it go?", [("", text) for text in _START]),
        ("The sheets", [(layout.name, layout.help) for layout in SHEETS]),
        ("The cells", _CELLS),
    ):
        heading = cell_at(sheet, row, 1)
        put_text(heading, title)
        heading.font = _TITLE_FONT if row == 1 else _HEAD_FONT
        sheet.row_dimensions[row].height = 26
        row += 1
        for label, text in lines:
            name, said = cell_at(sheet, row, 1), cell_at(sheet, row, 2)
            put_text(name, label)
            put_text(said, text)
            name.font, name.alignment = HEADER_FONT, TOP
            said.alignment = TOP
            if label in {layout.name for layout in SHEETS}:
                link_to(name, label, 1)
            sheet.row_dimensions[row].height = 16 * (1 + len(text) // 105) + 3
            row += 1
        row += 1
