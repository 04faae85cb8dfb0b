"""Assessment → tables → one workbook, and the JSON object of the command line.

A `Register` is one sheet: its columns, and a function that gives its rows. The same rows feed the page, the sheet and
`table`. Every register says what the record shows and where; none gives legal advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamap.registers.objects import (
    json_chains,
    json_comparison,
    json_history,
    json_lapses,
    json_pieces,
    json_text,
    json_transfers,
    to_json,
)
from datamap.registers.tables import Register, recipient_name, several, table
from datamap.registers.transfer import (
    ABOUT,
    CHAINS,
    DESTINATIONS,
    DUTIES,
    FLAGGED,
    LAPSES,
    LAW,
    NOT_ADVICE,
    PROBLEMS,
    QUESTIONS,
    REGISTERS,
    TRANSFERS,
    one_of_transfers,
    questions_asked,
    some_transfers,
)

if TYPE_CHECKING:
    from datamap.registers.books import changes_bytes, record_bytes, save, save_changes, workbook_bytes
    from datamap.registers.changes import (
        CHANGED_FLAGS,
        CHANGED_RECORDS,
        CHANGED_TRANSFERS,
        CHANGES,
        RENAMES,
        ChangeRegister,
        changes_table,
    )
    from datamap.registers.records import ENDINGS, RECORDS, Record, filled_in, held_in, one_system

_HOMES = {
    **dict.fromkeys(("changes_bytes", "record_bytes", "save", "save_changes", "workbook_bytes"), "books"),
    **dict.fromkeys(("CHANGED_FLAGS", "CHANGED_RECORDS", "CHANGED_TRANSFERS", "CHANGES"), "changes"),
    **dict.fromkeys(("RENAMES", "ChangeRegister", "changes_table"), "changes"),
    **dict.fromkeys(("ENDINGS", "RECORDS", "Record", "filled_in", "held_in", "one_system"), "records"),
}
"""Where the names are that not everything needs: workbooks, comparisons and forms are loaded when they are used."""

__all__ = [
    "ABOUT",
    "CHAINS",
    "CHANGED_FLAGS",
    "CHANGED_RECORDS",
    "CHANGED_TRANSFERS",
    "CHANGES",
    "DESTINATIONS",
    "DUTIES",
    "ENDINGS",
    "FLAGGED",
    "LAPSES",
    "LAW",
    "NOT_ADVICE",
    "PROBLEMS",
    "QUESTIONS",
    "RECORDS",
    "REGISTERS",
    "RENAMES",
    "TRANSFERS",
    "ChangeRegister",
    "Record",
    "Register",
    "changes_bytes",
    "changes_table",
    "filled_in",
    "held_in",
    "json_chains",
    "json_comparison",
    "json_history",
    "json_lapses",
    "json_pieces",
    "json_text",
    "json_transfers",
    "one_of_transfers",
    "one_system",
    "questions_asked",
    "recipient_name",
    "record_bytes",
    "save",
    "save_changes",
    "several",
    "some_transfers",
    "table",
    "to_json",
    "workbook_bytes",
]


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(f"datamap.registers.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'datamap.registers' has no attribute {name!r}")
