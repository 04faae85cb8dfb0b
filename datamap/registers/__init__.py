"""Assessment → tables → one workbook, and the JSON object of the command line.

A `Register` is one sheet: its columns, and a function that gives its rows. The same rows feed the page, the sheet and
`table`. Every register says what the record shows and where; none gives legal advice.
"""

from __future__ import annotations

from datamap.registers.books import save, workbook_bytes
from datamap.registers.objects import (
    json_chains,
    json_history,
    json_lapses,
    json_text,
    json_transfers,
    to_json,
)
from datamap.registers.tables import Register, recipient_name, table
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
)

__all__ = [
    "ABOUT",
    "CHAINS",
    "DESTINATIONS",
    "DUTIES",
    "FLAGGED",
    "LAPSES",
    "LAW",
    "NOT_ADVICE",
    "PROBLEMS",
    "QUESTIONS",
    "REGISTERS",
    "TRANSFERS",
    "Register",
    "json_chains",
    "json_history",
    "json_lapses",
    "json_text",
    "json_transfers",
    "recipient_name",
    "save",
    "table",
    "to_json",
    "workbook_bytes",
]
