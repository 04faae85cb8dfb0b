"""Sheets drawn in text: the shortest way from a case to the product's answer, through the same door as a user's file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from datamap import law
from datamap.assessment import Assessment, assess
from datamap.sheets import Book, Sheet, Value
from datamap.transfers import Answer
from datamap.workbook import Reading, parse

settings.register_profile("ci", derandomize=True)  # CI tries the same examples each time, everybody else new ones
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

os.environ.setdefault(  # Java that does not optimise what runs once, and few pieces of few rows: two fifths less work
    "PYSPARK_SUBMIT_ARGS",
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' --conf spark.sql.shuffle.partitions=4 pyspark-shell",
)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs something beside itself has it ignored

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


PROVED: dict[str, set[str]] = {}  # rule of law → the tests in which it decided


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rules", metavar="FILE", help="Write the table of rules and the tests that prove them.")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--rules") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--rules wants all tests in one process: leave out -n.")


def pytest_sessionfinish(session: pytest.Session) -> None:
    target = session.config.getoption("--rules")
    if target:
        Path(target).write_text(rules_table(), encoding="utf-8")


NOT_RUN = "did not run"
"""The property by which a test of the browser says why it was left out, from whichever process it is in."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [r for kind in ("skipped", "failed", "error") for r in terminalreporter.getreports(kind)]
    reasons = {
        str(value) for report in reports for name, value in getattr(report, "user_properties", ()) if name == NOT_RUN
    }
    if reasons:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        for reason in sorted(reasons):
            terminalreporter.line(f"BROWSER TESTS DID NOT RUN: {reason}", red=True, bold=True)


def rules_table() -> str:
    """Every step of law and every rule that raises flags, with the tests in which it decided."""
    lines = [
        "# Rules of law and the tests that prove them",
        "",
        "Written by `make rules` from a run of `tests/spec`: for each rule, the tests in which it decided an answer or",
        "raised a flag.",
        "",
        "| rule | citation | proved by |",
        "| --- | --- | --- |",
    ]
    for regime in law.load().regimes.values():
        named = [(f"{regime.code}/{s.id}", s.citation) for s in regime.steps]
        for rule, citation in [*named, *((r.code, r.citation) for r in regime.rules.values())]:
            tests = sorted(PROVED.get(rule, ()))
            shown = "<br>".join(f"`{t}`" for t in tests[:3]) + (
                f"<br>and {len(tests) - 3} more" if len(tests) > 3 else ""
            )
            lines.append(f"| {rule} | {citation} | {shown or '**none**'} |")
    return "\n".join(lines) + "\n"


@pytest.fixture
def given(request: pytest.FixtureRequest) -> Given:
    """`given(flows=…, recipients=…)` judges sheets drawn in text. Without organisations a New Zealand company sends."""
    test = request.node.nodeid.split("[")[0].removeprefix("tests/spec/")

    def run(
        *, on: str | date = TODAY, organisations: str = NZ_COMPANY, under: law.Law | None = None, **sheets: str
    ) -> Result:
        day = date.fromisoformat(on) if isinstance(on, str) else on
        assessment = assess(reading(organisations=organisations, **sheets), on=day, law=under)
        for rule in {a.rule for a in assessment.answers} | {f.code for f in assessment.flags}:
            PROVED.setdefault(rule, set()).add(test)
        return Result(assessment)

    return run
