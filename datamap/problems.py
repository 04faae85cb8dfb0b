"""The catalogue of cell problems. A problem is about a cell; what the law makes of it is a flag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from datamap.sheets import Cell


class Kind(Enum):
    """Code, what the user sees, and what to do. Codes are stable and never reused."""

    BLANK = ("P101", "{column} is blank.", "Fill it in, or write 'not stated'.")
    NOT_IN_LIST = ("P102", "{value!r} is not a known {column}.", "One of: {wanted}.")
    NO_PLACE = ("P103", "{value!r} is not a place that datamap knows.", "Write a country's name or its two letters.")
    NOT_YES_OR_NO = ("P104", "{value!r} is neither yes nor no.", "Write yes, no or unknown.")
    NO_DATE = ("P105", "{value!r} is not a date.", "Write it as 2026-11-30.")
    DATE_GUESSED = ("P106", "{value!r} could be read two ways; it was read as {wanted}.", "Write it as {wanted}.")
    ERROR_VALUE = (
        "P107",
        "The cell holds the spreadsheet's own error {value}.",
        "Correct the formula, or type the value.",
    )
    NOT_COMPUTED = ("P108", "The cell holds a formula without a stored value ({value}).", "Open the file in a spreadsheet program, save it, and load it again.")  # fmt: skip
    NO_MECHANISM = ("P109", "{value!r} is not a mechanism of any law that is loaded.", "Write plain words such as 'agreement' or 'standard contractual clauses', or the code of a mechanism.")  # fmt: skip
    NO_GROUND = ("P110", "{value!r} is not a ground of any law that is loaded.", "Write it as IPP 11(1)(a), s 24 or APP 8.2(c).")  # fmt: skip
    NO_REASON = ("P111", "{value!r} claims an exception without its reason.", "Write 'exception: ' and the reason.")
    SCHEME = ("P112", "{value!r} names a scheme, which is no mechanism.", "Record it among the Schemes of the recipient, with the day on which its listing was looked up, such as DPF 2026-08-01.")  # fmt: skip
    NO_MODULE = ("P113", "{value!r} does not say for certain which module of the standard clauses is meant.", "Write its number in Module: 1, 2, 3 or 4.")  # fmt: skip
    NO_SUCH_NAME = (
        "P201",
        "Nothing is called {value!r} on the sheet {wanted}.",
        "Correct the name, or add it to {wanted}.",
    )
    NAMES_TWICE = ("P202", "{value!r} stands more than once and the rows differ in {column}: {wanted}.", "Make the rows agree; until then the fact counts as unknown.")  # fmt: skip
    FLOWS_TWICE = ("P203", "Two flows are called {value!r}.", "Give each flow a name of its own.")
    ROWS_JOINED = ("P204", "{value!r} stands at {wanted} already; the rows were joined into one.", "Keep one row for each, if they are not the same thing rename one.")  # fmt: skip
    SPELLING = ("P205", "{value!r} was taken as {wanted}, another spelling of the same name.", "If they are not the same, rename one of them.")  # fmt: skip
    NO_IDENTITY = (
        "P301",
        "The row has no name in {column} ({value!r} is none), so it was left out.",
        "Name it in this cell.",
    )
    NO_ENDPOINTS = ("P302", "The flow says neither where it comes from nor where it goes, so it was left out.", "Fill in From and To.")  # fmt: skip
    SHEET_UNKNOWN = ("P303", "The sheet {value!r} is none of datamap's, so its rows were left out.", "Rename it to one of: {wanted}.")  # fmt: skip
    HEADING_MISSING = (
        "P304",
        "The sheet has no column {column}, so its rows were left out.",
        "Name the column {column}, or add one.",
    )
    HEADING_TWICE = (
        "P305",
        "Two columns are both {column}; {value!r} was kept as an extra column.",
        "Join the two columns.",
    )
    OUTSIDE_TABLE = ("P306", "{value!r} stands under no heading, so it was left out.", "Put a heading above it.")
    SET_ASIDE = ("P307", "{value!r}: {wanted}, so it was left out.", "Nothing is to be done, unless it holds facts of the inventory.")  # fmt: skip
    NOT_USED = ("P308", "Nothing of the row that begins with {value!r} was understood, so it was left out.", "Correct the mapping of the columns, or fill in the row.")  # fmt: skip
    HIDDEN = ("P309", "{wanted} hidden in the file; what stands there was read like the rest.", "Show it, and delete what no longer holds.")  # fmt: skip
    COLUMN_GUESSED = ("P310", "The column {value!r} was taken to be {wanted}.", "If it is something else, correct the mapping (on the page Start, or by 'datamap mapping').")  # fmt: skip
    EXAMPLES = ("P311", "{wanted} rows from here on are marked as examples ({value!r}); they were read, because all rows are.", "Take the mark off the rows that are true, and delete the others.")  # fmt: skip
    COLUMN_DIFFERS = ("P312", "{wanted}.", "If it matters, correct the mapping (on the page Start, or by 'datamap mapping').")  # fmt: skip
    HEADING_NEAR = ("P313", "{value!r} is no heading of this sheet, so the column was kept as an extra one.", "Rename the column, if it is {wanted}.")  # fmt: skip
    NO_HEADING = ("P314", "{value!r} stands under no heading; it was kept with its row as {wanted}.", "Put a heading above it.")  # fmt: skip
    ROW_LONGER = ("P315", "The row is longer than the headings: {value!r} was kept with it as {wanted}.", "Put a heading above it; in a CSV file, put a text that holds a comma in quotation marks, so that its row is not shifted.")  # fmt: skip
    CLAIM = ("P401", "{value!r} is the file's own conclusion in law: it was kept as the file's words, and the law on record decides.", "Record the evidence for the transfer, if there is any.")  # fmt: skip
    NOT_TIED = ("P402", "{value!r} stands for {wanted} together, so it could not be tied to one of them.", "Give one value for each, in the same order.")  # fmt: skip
    TWO_COLUMNS = ("P403", "{value!r} differs from {wanted}, which another column says of the same thing; {wanted} was used.", "Make the two columns agree.")  # fmt: skip

    @property
    def code(self) -> str:
        return str(self.value[0])

    @property
    def notice(self) -> bool:
        """Whether it only says how a file was read: nothing is wrong with the cell."""
        return self in _NOTICES


_NOTICES = (Kind.SPELLING, Kind.SET_ASIDE, Kind.HIDDEN, Kind.COLUMN_GUESSED, Kind.EXAMPLES, Kind.COLUMN_DIFFERS)


def without_heading(said: Sequence[tuple[Cell, str]], kept: str, *, last: int, rows: int) -> Iterator[Problem]:
    """Say of the filled cells of one column that has no heading that they were `kept` with their rows.

    A cell right of the `last` heading makes its row longer than the headings. A column that is filled in more than half
    of the table's `rows` only wants a heading, and is told once; a first column of nothing but numbers counts the rows.
    """
    if said and said[0][0].column == 1 and all(words.isdigit() for _, words in said):
        return
    if len(said) > 3 and len(said) * 2 > rows:
        cell, words = said[0]
        others = f"{kept!r}, as were the {len(said) - 1:,} others below it"
        yield Problem(Kind.NO_HEADING, cell, "", words, others)
        return
    for cell, words in said:
        yield Problem(Kind.ROW_LONGER if cell.column > last else Kind.NO_HEADING, cell, "", words, repr(kept))


QUOTED = 200
"""Characters of a cell that a message quotes. `Problem.value` has all of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one cell that could not be used as it stands. Parts are stored; the words are made when shown."""

    kind: Kind
    cell: Cell
    column: str = ""
    value: str = ""
    wanted: str = ""
    nearest: str | None = None

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def message(self) -> str:
        return self._worded(1)

    @property
    def hint(self) -> str:
        """The nearest valid value where there is one, otherwise what to do."""
        if self.nearest:
            return self.nearest
        return self._worded(2)

    def _worded(self, part: int) -> str:
        return _worded(self.kind.name, part, self.column, self.value[: QUOTED + 1], self.wanted[: QUOTED + 1])

    @property
    def advice(self) -> str:
        """What to do, as a sentence."""
        return f"Did you mean {self.nearest!r}?" if self.nearest else self.hint

    def __str__(self) -> str:
        return f"{self.cell}: {self.message} {self.advice} [{self.code}]"


@lru_cache(maxsize=1024)
def _worded(kind: str, part: int, column: str, value: str, wanted: str) -> str:
    seen, wanted = (w if len(w) <= QUOTED else f"{w[:QUOTED]}…" for w in (value, wanted))
    return str(Kind[kind].value[part]).format(column=column, value=seen, wanted=wanted)
