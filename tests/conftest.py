"""Sheets drawn in text: the shortest way from a case to the product's answer, through the same door as a user's file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from datamap import law
from datamap.assessment import Assessment, assess
from datamap.sheets import Book, Sheet, Value
from datamap.transfers import Answer
from datamap.workbook import Reading, parse

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).parent.parent
SHEET_NAMES = {
    "organisations": "Organisations",
    "systems": "Systems",
    "categories": "Information categories",
    "recipients": "Recipients",
    "flows": "Flows",
    "safeguards": "Safeguards",
    "prohibitions": "Prohibitions",
    "statements": "Policy statements",
}
NZ_COMPANY = "Organisation | Country | Sector | Kind | Regimes\nKowhai Limited | NZ | private | general | nz"
AU_COMPANY = "Organisation | Country | Sector | Kind | Small business | Regimes\nWattle Pty Ltd | AU | private | general | no | au"


def drawn(text: str) -> list[list[Value]]:
    """Rows of a table drawn with `|` between the cells."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return [[cell.strip() or None for cell in line.split("|")] for line in lines]


def reading(**sheets: str) -> Reading:
    """An inventory from sheets drawn in text, by the names in `SHEET_NAMES`."""
    book = Book("case.xlsx", tuple(Sheet("case.xlsx", SHEET_NAMES[k], drawn(v)) for k, v in sheets.items() if v))
    return parse([book], law.load())


@dataclass(frozen=True)
class Result:
    """What a case gave, short enough to compare."""

    assessment: Assessment

    def answer(self, flow: str, regime: str = "nz", country: str | None = "*") -> Answer:
        found = [
            a
            for a in self.assessment.answers
            if a.leg.flow.id == flow and a.regime == regime and country in ("*", a.leg.country)
        ]
        assert len(found) == 1, [(a.leg.flow.id, a.regime, a.leg.country) for a in self.assessment.answers]
        return found[0]

    def __call__(self, flow: str, regime: str = "nz", country: str | None = "*") -> str:
        return self.answer(flow, regime, country).outcome.value

    def flags(self, code: str) -> list[str]:
        return [f.about for f in self.assessment.flags if f.code == code]


Given = Callable[..., Result]


@pytest.fixture
def given() -> Given:
    """`given(flows=…, recipients=…)` judges sheets drawn in text. Without organisations a New Zealand company sends."""

    def run(*, on: str | date = TODAY, organisations: str = NZ_COMPANY, **sheets: str) -> Result:
        day = date.fromisoformat(on) if isinstance(on, str) else on
        return Result(assess(reading(organisations=organisations, **sheets), on=day))

    return run
