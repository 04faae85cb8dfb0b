"""The other rules (retention, indirect collection, identifiers …): one small cited function each."""

from __future__ import annotations

from dataclasses import dataclass

from datamap.sheets import Cell


@dataclass(frozen=True)
class Flag:
    """A rule asks for attention to a record. Transfers have answers; everything else has flags."""

    code: str  # "NZ-IPP9"
    about: str  # name of the record
    message: str
    citation: str
    cells: tuple[Cell, ...]
    confidence: str
    to_be_verified: bool
