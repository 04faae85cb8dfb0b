"""An owner's part of the inventory → a workbook to fill in: their questions first, what is only context in grey."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from datamap.inventory import Inventory
from datamap.workbook.opendocument import Table
from datamap.workbook.writing import FACE, cell_at, write_workbook

_QUIET = Font(name=FACE, size=11, italic=True, color="FF6B737C")
_TO_FILL = PatternFill("solid", fgColor="FFFFF8E1")


def pack_workbook(
    inventory: Inventory, beside: Sequence[Table], *, mark: tuple[str, str], answer: str, hidden: str
) -> bytes:
    """An inventory as an .xlsx with the tables `beside`, as bytes; the first of them stand in front of its sheets.

    Rows whose column `mark[0]` says `mark[1]` are grey. The column `answer` of the tables beside is tinted to be filled in.
    The table named `hidden` is behind everything else, and hidden.
    """

    def finish(book: Workbook) -> None:
        for table in reversed(beside):
            behind = book[table.name]
            if table.name == hidden:
                behind.sheet_state = "hidden"
                continue
            book.move_sheet(behind, -book.index(behind))
            headings = [heading for heading, _ in table.headings]
            if answer in headings:
                for row in range(2, len(table.rows) + 2):
                    cell_at(behind, row, headings.index(answer) + 1).fill = _TO_FILL
        for sheet in book.worksheets:
            first = [cell.value for cell in next(sheet.iter_rows(max_row=1), ())]
            if mark[0] not in first:
                continue
            at = first.index(mark[0]) + 1
            sheet.column_dimensions[get_column_letter(at)].width = 20
            for number in range(2, sheet.max_row + 1):
                if sheet.cell(number, at).value == mark[1]:
                    for column in range(1, at + 1):
                        cell_at(sheet, number, column).font = _QUIET
        book.active = 0

    file = io.BytesIO()
    write_workbook(inventory, file, beside, finish)
    return file.getvalue()
