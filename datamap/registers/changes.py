"""The tables of a comparison: transfers, records and flags that changed, and names that are perhaps one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datamap import __version__
from datamap.comparison import Comparison, Status, What, place_words
from datamap.registers.tables import ABOUT_COLUMNS, Row, as_text, marked, missing_words, recipient_name, supposed, yes
from datamap.registers.transfer import NOT_ADVICE
from datamap.sheets import Cell

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ChangeRegister:
    """One table of a comparison: its name, what it is for, its headings, and its rows."""

    name: str
    help: str
    columns: tuple[str, ...]
    rows: Callable[[Comparison], Iterable[Row]]


def _cells(cells: Iterable[Cell | None]) -> str:
    return "; ".join(str(c) for c in cells if c)


def _transfers(found: Comparison) -> Iterator[Row]:
    for leg in found.legs:
        if leg.status is Status.SAME:
            continue
        before, after, answer = leg.before, leg.after, leg.answer
        flow = answer.leg.flow
        apart = (What.OUTCOME, What.MISSING)  # which have columns of their own
        yield (
            leg.verdict.capitalize(), flow.id, flow.origin.name, recipient_name(flow),
            place_words(before.leg) if before else "", place_words(after.leg) if after else "",
            found.law_of(leg).regimes[leg.regime].name,
            before.outcome.label if before else "", after.outcome.label if after else "",
            "\n".join(f"{c.what.capitalize()}: {c.before} → {c.after}" for c in leg.changes if c.what not in apart),
            answer.reason, answer.citation, yes(answer.to_be_verified), yes(answer.yours),
            missing_words(answer, found.law_of(leg).regimes[leg.regime]) if leg.needs(found.after) else "",
            _cells(before.cells) if before else "", _cells(after.cells) if after else "",
        )  # fmt: skip


def _records(found: Comparison) -> Iterator[Row]:
    """A row for each fact that changed, and one for each record that is new or gone."""
    for record in found.records:
        named = (record.status.value.capitalize(), record.sheet, record.name)
        if not record.facts:
            before, after = (_cells([r.cell]) if r else "" for r in (record.before, record.after))
            yield *named, "", "", "", before, after
        for fact in record.facts:
            yield *named, fact.heading, fact.before, fact.after, _cells(fact.before_cells), _cells(fact.after_cells)


def _flags(found: Comparison) -> Iterator[Row]:
    for change in found.flags:
        if change.status is not Status.SAME:
            flag = change.flag
            yield (
                change.status.value.capitalize(), flag.code, flag.about, flag.message, flag.citation, yes(flag.to_be_verified), _cells(flag.cells),
            )  # fmt: skip


def _renames(found: Comparison) -> Iterator[Row]:
    for one in found.proposed:
        yield *one.rename, one.why, f"{one.score:.0%}", _cells(one.before_cells), _cells(one.after_cells)


def _about(found: Comparison) -> Iterator[Row]:
    yield from supposed(found.after)
    yield "What this is", NOT_ADVICE
    yield "Written by", f"datamap {__version__}"
    for name, side in (("Before", found.before), ("After", found.after)):
        files = ", ".join(i.file for i in side.inputs) or "no file"
        yield name, f"{files}; law as of {side.on.isoformat()}; {len(side.answers)} answers"
    if found.after.only_regimes:
        yield "Narrowed to", f"{'; '.join(found.after.only_regimes)}: other regimes were not looked at"
    yield "Transfers", found.sentence
    yield "Facts and records", f"{sum(len(r.facts) or 1 for r in found.records)} new, gone or changed"
    yield "Flags of other rules", found.flags_sentence
    for rename in found.same:
        yield "Taken for one", f"{rename.sheet}: {rename.before} is now {rename.after}"
    if found.proposed:
        yield RENAMES.name, f"{len(found.proposed)} pairs of names, on a sheet of their own; nothing was joined"


CHANGED_TRANSFERS = ChangeRegister(
    "Transfers changed", "Every flow at every place under every regime that is not as it was, what became worse first.",
    (
        "What happened", "Flow", "From", "To", "Place before", "Place", "Regime", "Outcome before", "Outcome", "What differs",
        "Reason", "Citation", "To be verified", "Your own law", "What it would need", "Cells before", "Cells",
    ),
    _transfers,
)  # fmt: skip
CHANGED_RECORDS = ChangeRegister(
    "Records changed", "What is new, gone, or said otherwise, with the cells of both.",
    ("What happened", "Sheet", "Name", "Column", "Before", "After", "Cells before", "Cells"), _records,
)  # fmt: skip
CHANGED_FLAGS = ChangeRegister(
    "Flags changed", "Flags of other rules that are new, gone or say something else.",
    ("What happened", "Code", "About", "Message", "Citation", "To be verified", "Cells"), _flags,
)  # fmt: skip
RENAMES = ChangeRegister(
    "Perhaps the same", "Names that are perhaps one under another name. Nothing was joined.",
    ("Sheet", "Before", "After", "Why", "How like", "Cells before", "Cells"), _renames,
)  # fmt: skip
SUMMARY = ChangeRegister("Summary", "What was compared, and what came of it.", ABOUT_COLUMNS, _about)

CHANGES: tuple[ChangeRegister, ...] = (SUMMARY, CHANGED_TRANSFERS, CHANGED_RECORDS, CHANGED_FLAGS, RENAMES)


def changes_table(register: ChangeRegister, found: Comparison) -> pd.DataFrame:
    """A table of a comparison as a data frame of text."""
    return as_text(*marked(register.columns, register.rows(found), found.after))
