"""The command line: one command per verb, and one call of the library in each.

Exit codes: 0 nothing flagged, 1 something flagged (`check`), not flagged so before (`diff`) or told otherwise (`policy`), 2 could
not run, with one sentence on standard error.
Standard output carries the answer and nothing else. Heavy libraries are imported by the commands that need them.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cache, partial, wraps
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

import datamap

if TYPE_CHECKING:
    from datamap.assessment import Assessment
    from datamap.catalogue import Suggestion
    from datamap.checklists import Document
    from datamap.checks import Accepted, Checked
    from datamap.comparison import Comparison, LegChange
    from datamap.duties import Flag
    from datamap.graph import Leg, MappedFlow
    from datamap.law import Cited, Law, ListEntry, Mechanism, Regime
    from datamap.law.readable import Point
    from datamap.layouts.mapper import Proposal
    from datamap.policies import Policy, Reconciliation, Verdict
    from datamap.policies import Proposal as Proposed
    from datamap.problems import Problem
    from datamap.sheets import Cell
    from datamap.timeline import Span
    from datamap.transfers import Answer, Outcome
    from datamap.views import View
    from datamap.workbook import Reading

F = TypeVar("F", bound=Callable[..., Any])

NOTHING_FLAGGED, FLAGGED, COULD_NOT_RUN = 0, 1, 2

_FILE = click.Path(path_type=Path)
_COLOURS = {"blocked": "magenta", "gap": "red", "undetermined": "yellow", "incomplete": "yellow"}


class CannotRun(click.ClickException):
    """The command cannot do what was asked. The message is one sentence for the user."""

    exit_code = COULD_NOT_RUN


def _day(value: str | date) -> date:
    if isinstance(value, date):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise CannotRun(f"{value!r} is not a day; write it as 2026-11-30.")
    return day


def _nobody_sends(reason: datamap.NobodySends, country: str = "--country") -> CannotRun:
    """Why nothing is judged, with the options that would say who sends."""
    options = {"organisation": "--organisation NAME", "country": f"{country} COUNTRY"}
    said = " ".join(options[wanted] for wanted in reason.wanted)
    return CannotRun(f"{reason} Or say it with {said}." if said else str(reason))


class _Commands(click.Group):
    """Runs a command so that whatever goes wrong ends in one sentence and never in a traceback, unless asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except (
            datamap.Unreadable,
            datamap.NoSuchRegime,
            datamap.BadLaw,
            datamap.BadProfile,
        ) as reason:
            raise CannotRun(str(reason)) from reason
        except datamap.NobodySends as reason:
            raise _nobody_sends(reason) from reason
        except OSError as reason:
            raise CannotRun(f"The system would not do it: {reason.strerror or reason}.") from reason
        except Exception as unexpected:
            if ctx.params["debug"]:
                import traceback

                traceback.print_exc()
            raise CannotRun(
                f"datamap met something it was not made for ({type(unexpected).__name__}); "
                "run it again as `datamap --debug …` for details."
            ) from unexpected


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(datamap.__version__, prog_name="datamap", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the details when something unexpected happens.")
def cli(debug: bool) -> None:
    """Where personal information goes, and which transfers lack a safeguard.

    FILE is a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods), a .csv file, a folder or zip of .csv files, .yml or .json, or a
    .md file with tables, in datamap's layout or any other; several are read together.

    \b
    Exit codes: 0  nothing is flagged (for check), or done (for the others)
                1  something is flagged (for check), not flagged so before (for diff), or
                   contradicted or left untold (for policy)
                2  could not run; one sentence on standard error says why
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    colour = False if os.environ.get("NO_COLOR") else None
    code, sentence = COULD_NOT_RUN, ""
    try:
        result = cli.main(arguments, prog_name="datamap", standalone_mode=False, color=colour)
        code = result if isinstance(result, int) else 0
    except click.ClickException as reason:
        sentence = reason.format_message()
        sentence = sentence if isinstance(reason, click.exceptions.NoArgsIsHelpError) else _clean(sentence)
    except (click.Abort, KeyboardInterrupt):
        sentence = "Stopped before it was done."
    except BrokenPipeError:
        pass
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as reason:
        code = COULD_NOT_RUN
        if not sentence and not isinstance(reason, BrokenPipeError):
            sentence = f"The answer cannot be written: {reason.strerror}."
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the interpreter's own last flush does not fail again
    if sentence:
        click.echo(sentence, err=True)
    return code


# ------------------------------------------------------------------------------------------------- shared parts


def _as_of(says: str) -> Callable[[F], F]:
    return click.option("--as-of", "on", metavar="DATE", type=_day, default=date.today, show_default="today", help=says)


_regimes = click.option(
    "--regime", "regimes", metavar="CODE", multiple=True, help="Only this regime, such as nz; repeatable."
)


_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)

_own_law = click.option(
    "--law",
    "law_folder",
    metavar="DIR",
    type=_FILE,
    help="Your own law: a folder of adequacy.csv, mechanisms.csv, *.toml.",
)


def _law(folder: Path | None) -> Law:
    """The law to judge by: the shipped law, and the user's own when a folder is named."""
    if folder is not None and not folder.is_dir():
        raise CannotRun(
            f"{str(folder)!r} is not a folder; --law wants one that holds adequacy.csv, mechanisms.csv or *.toml."
        )
    return datamap.load_law(folder)


_files = click.argument("files", metavar="FILE…", nargs=-1, required=True, type=_FILE)

_mappings = click.option(
    "--mapping",
    "mappings",
    metavar="TOML",
    multiple=True,
    type=_FILE,
    help="A saved mapping of columns (see datamap mapping); repeatable. Those beside the files are used by themselves.",
)


@dataclass(frozen=True)
class Asked:
    """What is to be assessed, and how: the arguments that the commands that assess share."""

    files: tuple[Path, ...]
    on: date
    regimes: tuple[str, ...]
    mappings: tuple[Path, ...]
    law_folder: Path | None
    organisation: str | None
    sender_country: str | None

    def assess(self) -> Assessment:
        return self.read_and_assess()[1]

    def read_and_assess(self) -> tuple[Reading, Assessment]:
        """What was read, and the assessment of it."""
        law = cache(partial(_law, self.law_folder))
        reading = _read(self.files, law, self.mappings)
        with _busy("Assessing …"):
            return reading, datamap.assess(
                reading,
                on=self.on,
                regimes=self.regimes,
                organisation=self.organisation,
                country=self.sender_country,
                law=law(),
            )


def _assesses(
    *, country: str = "--country", files: Callable[[Any], Any] = _files
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command the arguments of `Asked`, as its first. `country` is the option that says where the sender is."""
    options = (
        files,
        _as_of("Assess as of this day."),
        _regimes,
        _mappings,
        _own_law,
        click.option("--organisation", metavar="NAME", help="Who sends, when the file does not say."),
        click.option(country, "sender_country", metavar="PLACE", help="Where the sender is, if the file does not say."),
    )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def run(**given: Any) -> Any:
            return command(Asked(**{f.name: given.pop(f.name) for f in fields(Asked)}), **given)

        decorated: Callable[..., Any] = run
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return add


@contextmanager
def _busy(doing: str) -> Iterator[Callable[[str], None]]:
    """Say what is going on while it goes on, to somebody who watches a terminal. Gives a way to say how far it has come."""
    if not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(_clean(doing))) as status:
        yield lambda words: status.update(Text(_clean(f"{doing} {words}")))


def _read(
    files: Sequence[Path],
    law: Law | Callable[[], Law] | None = None,
    mappings: Sequence[Path] = (),
    *,
    to_judge: bool = True,
) -> Reading:
    """The files together, in the words of a law (see `datamap.read`).

    Raises `CannotRun` when they hold not one row of an inventory, or nothing that could be judged.

    Ctrl-C ends the reading at once.
    """
    names = ", ".join(f.name for f in files)
    with _busy(f"Reading {names} …") as say:
        reading = datamap.read(*files, law=law, mappings=mappings, progress=lambda p: say(_how_far(p)))
    wrong = [p for p in reading.problems if not p.kind.notice]
    if not any(i.rows_in_inventory for i in reading.inputs):
        rows = sum(i.rows_read for i in reading.inputs)
        if not rows or not wrong:
            raise CannotRun(f"{names}: no rows were found; fill in at least one system or flow below the headings.")
        raise CannotRun(f"{names}: not one of the rows read ({rows}) could be used; {_first(wrong)}.")
    if to_judge and not (reading.inventory.systems or reading.inventory.flows):
        lost = [p for p in wrong if p.code in ("P303", "P304")]  # whole sheets
        because = f"; {_first(lost or wrong)}" if wrong else ""
        raise CannotRun(f"{names}: no system and no flow was understood, so there is nothing to judge{because}.")
    return reading


def _how_far(progress: datamap.Progress) -> str:
    rows = f"{progress.rows:,} rows" if progress.of is None else f"{progress.rows:,} of {progress.of:,} rows understood"
    return f"{progress.file}: {rows}, {progress.seconds:.0f} s"


def _first(problems: Sequence[Problem]) -> str:
    return f"the first problem is at {problems[0].cell}: {problems[0].message.removesuffix('.')}"


@contextmanager
def _output(target: Path, suffixes: Sequence[str], inputs: Sequence[Path] = ()) -> Iterator[Path]:
    """A path to write to, which becomes `target` only when all of it was written.

    Raises `CannotRun` before anything is done when the suffix is none of `suffixes`, the folder is not there, or the
    target is one of the inputs.
    """
    if target.suffix.lower() not in suffixes:
        wanted = " or ".join(([", ".join(suffixes[:-1])] if suffixes[:-1] else []) + [suffixes[-1]])
        raise CannotRun(f"{target.name!r} cannot be written: its name must end in {wanted}.")
    final = target.resolve()
    if not final.parent.is_dir():
        raise CannotRun(f"{str(target)!r} cannot be written: there is no folder {str(target.parent)!r}.")
    if any(final == i.resolve() for i in inputs):
        raise CannotRun(f"{str(target)!r} is what is read; write to another file.")
    from tempfile import TemporaryDirectory

    try:
        with TemporaryDirectory(dir=final.parent, prefix=".datamap-") as folder:
            written = Path(folder) / final.name
            yield written
            os.replace(written, final)
    except OSError as reason:
        raise CannotRun(f"{str(target)!r} cannot be written: {reason.strerror or reason}.") from reason


def _wrote(target: Path, what: str) -> None:
    click.echo(_clean(f"{target}: {what}"), err=True)


def _clean(text: str) -> str:
    """Text of users on one line, without anything that steers a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _say(text: str = "", *, indent: int = 0, colour: str | None = None, bold: bool = False) -> None:
    click.echo(_line(text, indent=indent, colour=colour, bold=bold))


def _line(text: str = "", *, indent: int = 0, colour: str | None = None, bold: bool = False) -> str:
    return " " * indent + click.style(_clean(text), fg=colour, bold=bold or None)


def _say_all(lines: Iterable[str]) -> None:
    """Many lines that `_line` made, written in large pieces."""
    waiting = iter(lines)
    while piece := list(islice(waiting, 10_000)):
        click.echo("\n".join(piece))


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


# ------------------------------------------------------------------------------------------------------- check


@cli.command()
@_assesses()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@click.option("--baseline", metavar="FILE", type=_FILE, help="What of it was accepted: a file of --write-baseline.")
@click.option(
    "--write-baseline",
    "target",
    metavar="FILE",
    type=_FILE,
    help="Write all that is flagged to FILE, to be accepted with who and why; what FILE says already is kept.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Print every problem and every flagged transfer as text, however many there are.",
)
def check(
    asked: Asked,
    form: str,
    baseline: Path | None,
    target: Path | None,
    everything: bool,
) -> int:
    """Print problems of the cells, then what the law flags.

    Exit code 0 when nothing is flagged, 1 when something is, 2 when it could not run. A problem of a cell is not a
    flag. What a baseline accepts is told and counted, and does not make the exit code 1. As text the first 1,000 flagged
    transfers are printed, worst first, and the first 100 problems of one kind in one column; the others are counted.
    """
    accepted = _baseline(baseline) if baseline else ()
    kept = _baseline(target) if target and target.exists() else ()
    assessment = asked.assess()
    from datamap import checks  # not before: what it imports is imported while the file is read

    found = checks.check(assessment, accepted)
    if target:
        before = (*accepted, *kept)
        with _output(target, [target.suffix.lower()], asked.files) as path:
            path.write_text(checks.write_baseline(found, before), "utf-8")
        flagged = sum(finding.gates for finding in found.findings)
        gone = len({entry.fingerprint for entry in checks.check(assessment, before).stale})
        dropped = f" {_count(gone, 'entry', 'entries')} that nothing matches any more left out." if gone else ""
        _wrote(
            target,
            f"{_count(flagged, 'flag')} to be accepted; fill in who and why, then check with --baseline.{dropped}",
        )
    if form == "json":
        from datamap import registers

        more: dict[str, Any] = {"perhaps_the_same": _likenesses(assessment)}
        if baseline:
            more["baseline"] = checks.json_baseline(found, baseline.name)
        pieces = iter(registers.json_pieces(assessment, more))
        while piece := "".join(islice(pieces, 1_000)):
            click.echo(piece, nl=False)
    elif form == "sarif":
        click.echo(checks.sarif_text(found, checks.addresses(asked.files)), nl=False)
    elif form == "junit":
        click.echo(checks.to_junit(found), nl=False)
    else:
        from datamap.pace import all_kept

        with all_kept():
            _print_check(found, baseline.name if baseline else "", None if everything else _TRANSFERS_SHOWN)
    return FLAGGED if found.any_new else NOTHING_FLAGGED


def _baseline(file: Path) -> tuple[Accepted, ...]:
    from datamap.checks import read_baseline

    try:
        return read_baseline(file.read_text("utf-8-sig"), file.name)
    except OSError as reason:
        raise CannotRun(f"The baseline {str(file)!r} cannot be read: {reason.strerror or reason}.") from reason
    except UnicodeDecodeError as reason:
        raise CannotRun(f"{file.name} is no baseline: it is not text in UTF-8.") from reason
    except ValueError as reason:
        raise CannotRun(str(reason)) from reason


_LIKENESSES_SHOWN = 20
_TRANSFERS_SHOWN = 1_000
_ALIKE_SHOWN = 100  # problems of one kind in one column
_CELLS_SHOWN = 200  # of a flag: what is told of where information is held may rest on every flow
_NAMES_COMPARED = 5_000  # comparing more takes longer than everything else


def _likenesses(assessment: Assessment) -> list[dict[str, Any]] | None:
    """Names that are likely the same; None where there are too many to look among."""
    from datamap.layouts import names

    inventory = assessment.inventory
    if sum(map(len, (inventory.systems, inventory.recipients, inventory.categories))) > _NAMES_COMPARED:
        return None
    return [
        {
            "sheet": one.sheet,
            "first": one.first,
            "second": one.second,
            "why": one.why,
            "score": round(one.score, 2),
            "cells": [str(cell) for cell in (*one.first_cells, *one.second_cells)],
        }
        for one in names.likely_same(inventory)
    ]


def _print_check(found: Checked, baseline: str, most: int | None) -> None:
    """Print it with at most so many flagged transfers, worst first; None for all of them."""
    from datamap.transfers import WORST_FIRST

    assessment, accepted = found.assessment, found.accepted_objects
    _print_problems([p for p in assessment.problems if not p.kind.notice], most)
    likely = _likenesses(assessment)
    if likely is None:
        _say(f"Names that are likely the same were not looked for: there are more than {_NAMES_COMPARED:,}.")
        _say()
    elif likely:
        _say("Perhaps the same (nothing was joined; a mapping's [[same]] joins them)", bold=True)
        for one in likely[:_LIKENESSES_SHOWN]:
            _say(f"{one['sheet']}: {one['first']!r} and {one['second']!r}: {one['why']}", indent=2)
        if len(likely) > _LIKENESSES_SHOWN:
            _say(f"and {len(likely) - _LIKENESSES_SHOWN} more; --format json has them all", indent=2)
        _say()
    printed = unprinted = 0
    for outcome in (o for o in WORST_FIRST if o.flagged):
        answers = assessment.answers.that_are(outcome)
        if number := len(answers) - (sum(id(a) in accepted for a in answers.passing()) if accepted else 0):
            _say(f"{outcome.label} ({_count(number, 'transfer')})", colour=_COLOURS[outcome], bold=True)
            _say()
        new = (a for a in answers.passing() if not accepted or id(a) not in accepted)
        room = number if most is None else min(number, most - printed)
        _say_all(line for answer in islice(new, room) for line in _answer_lines(answer, assessment))
        printed, unprinted = printed + room, unprinted + number - room
    if unprinted:
        _say(
            f"{unprinted:,} more flagged {'transfer is' if unprinted == 1 else 'transfers are'} not printed here: "
            "--all prints every one, --format json and datamap register have them too.",
            bold=True,
        )
        _say()
    flagged = [f for f in assessment.flags if id(f) not in accepted]
    for code in sorted({f.code for f in flagged}):
        flags = [f for f in flagged if f.code == code]
        _say(f"{code} {_rule_title(assessment, code)} ({_count(len(flags), 'flag')})", colour="yellow", bold=True)
        _say()
        cells = None if most is None else _CELLS_SHOWN
        _say_all(line for flag in flags for line in _flag_lines(flag, cells))
    if baseline:
        _print_baseline(found, baseline)
    _print_counts(assessment)


def _print_problems(problems: Sequence[Problem], most: int | None) -> None:
    """Print what could not be used as it stands; of what stands alike in one column the first, and how many more there are."""
    from datamap.sheets import column_letters

    alike: Counter[tuple[str, str, str, int]] = Counter()
    shown: list[Problem] = []
    for problem in problems:
        cell = problem.cell
        key = problem.code, cell.file, cell.sheet, cell.column
        alike[key] += 1
        if most is None or alike[key] <= _ALIKE_SHOWN:
            shown.append(problem)
    _say_all(_line(str(problem)) for problem in shown)
    if unprinted := len(problems) - len(shown):
        each = (
            f"{number - _ALIKE_SHOWN:,} in column {column_letters(column)} of {sheet} [{code}]"
            for (code, _, sheet, column), number in alike.items()
            if number > _ALIKE_SHOWN
        )
        _say(
            f"{unprinted:,} more like these {'is' if unprinted == 1 else 'are'} not printed here ({'; '.join(each)}): "
            "--all prints every one, --format json has them too.",
            bold=True,
        )
    if problems:
        _say()


def _print_baseline(found: Checked, baseline: str) -> None:
    from datamap.checks import accepted_words
    from datamap.duties import Flag

    if found.matched:
        _say(f"Accepted by {baseline} ({_count(len(found.matched), 'flag')})", bold=True)
        for finding, entry in found.matched:
            what = f"{finding.of.code} " if isinstance(finding.of, Flag) else ""
            label = "" if what else f" ({finding.says.partition('.')[0]})"
            _say(f"{what}{finding.about}{label}: {accepted_words(entry)}", indent=2)
        _say()
    if found.stale:
        _say(
            f"Accepted by {baseline} and not found any more ({_count(len(found.stale), 'entry', 'entries')})", bold=True
        )
        for entry in found.stale:
            _say(entry.what or entry.fingerprint, indent=2)
        _say()
    without = sum(not entry.why.strip() for _, entry in found.matched)
    reasons = f", {without} of them without a reason" if without else ""
    _say(f"{_count(len(found.new), 'flag')} not accepted; {len(found.matched)} accepted by {baseline}{reasons}.")


def _answer_lines(answer: Answer, assessment: Assessment) -> Iterator[str]:
    from datamap.places import place_name
    from datamap.registers.tables import ANY_ONE, wanted

    flow, place = answer.leg.flow, answer.leg.place.value
    ends = f"{flow.origin.name} → {flow.destination.name}"
    where = place_name(place) if place else "not stated"
    doing = f", {place.activity}" if place and place.activity else ""
    name = "" if flow.implied or flow.id == ends else f"{flow.id}: "
    yield _line(f"{name}{ends} ({where}{doing}), {assessment.law.regimes[answer.regime].name}", indent=2, bold=True)
    yield _line(answer.reason, indent=4)
    yield _line(_cited(answer), indent=4)
    whatever, ways = wanted(answer, assessment.law.regimes[answer.regime])
    if len(ways) < 2:
        whatever, ways = answer.missing, ()
    for heading, points in (("Missing:", whatever), (ANY_ONE, ways)):
        if points:
            yield _line(heading, indent=4)
        yield from (_line(f"- {point}", indent=6) for point in points)
    yield from _cells_lines(answer.cells)
    yield ""


def _flag_lines(flag: Flag, most: int | None) -> Iterator[str]:
    yield _line(flag.about, indent=2, bold=True)
    yield _line(flag.message, indent=4)
    yield _line(_cited(flag), indent=4)
    yield from _cells_lines(flag.cells, most)
    yield ""


def _cells_lines(cells: Sequence[Cell], most: int | None = None) -> Iterator[str]:
    if shown := " ".join(map(str, cells[:most])):
        more = f" and {len(cells) - most:,} more; --all prints them" if most is not None and len(cells) > most else ""
        yield _line(f"Cells: {shown}{more}", indent=4)


def _print_cells(cells: Iterable[Cell]) -> None:
    _say_all(_cells_lines(tuple(cells)))


def _cited(found: Answer | Flag | Cited | Point | Span) -> str:
    """A citation, with whether it is to be verified and whether it is the user's own law."""
    marks = [*(["to be verified"] if found.to_be_verified else []), *(["your own law"] if found.yours else [])]
    return f"{found.citation} ({', '.join(marks)})" if marks else found.citation


def _rule_title(assessment: Assessment, code: str) -> str:
    return next((r.rules[code].title for r in assessment.law.regimes.values() if code in r.rules), "").rstrip(".")


def _print_counts(assessment: Assessment) -> None:
    from datamap.transfers import WORST_FIRST

    counts: Counter[Outcome] = assessment.counts
    each = ", ".join(f"{o.label} {counts[o]}" for o in WORST_FIRST if counts[o])
    _say(f"As of {assessment.on}: {_count(counts.total(), 'answer')}{f' ({each})' if each else ''}.")
    if counts and all(outcome.value == "not_applicable" for outcome in counts):
        _say("No regime that is loaded applies on that day, so nothing was judged.")
    if assessment.law.own:
        resting = sum(times for judged, times in assessment.answers.numbers() if judged.yours)
        _say(
            f"Your own law is in use ({assessment.law.own}): {_count(resting, 'answer')} {'rests' if resting == 1 else 'rest'} on it."
        )
    from datamap.workbook.reading import LAYOUT

    problems = sum(not p.kind.notice for p in assessment.problems)
    _say(f"{_count(len(assessment.flags), 'flag')} of other rules. {_count(problems, 'problem')} of cells.")
    for i in assessment.inputs:
        rows = f"{_count(i.rows_read, 'row')} read, {i.rows_in_inventory} in the inventory, {i.rows_left_out} left out"
        _say(f"{i.file}{f' ({i.layout})' if i.layout != LAYOUT else ''}: {rows}.")
        for notice in (p for p in assessment.problems if p.kind.notice and p.cell.file == i.file):
            _say(f"{notice.cell.sheet}!{notice.cell.address}: {notice.message}", indent=2)


# ------------------------------------------------------------------------------------------ time and distance


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


@cli.command()
@click.option("--flow", "names", metavar="NAME", multiple=True, help="Only this flow; repeatable.")
@_assesses()
@_format
def history(
    asked: Asked,
    names: Sequence[str],
    form: str,
) -> None:
    """Tell from when to when each flow had which outcome, and what changed it.

    Flows that no regime judges are left out. Exit code 0 when told, whatever it says.
    """
    from datamap.timeline import histories

    assessment = asked.assess()
    known = [f.id for f in assessment.map.flows if assessment.answers_for(f)]
    wanted = {_called(name, known, "judged flow") for name in names} or set(known)
    with _busy("Looking back …"):
        told = tuple(histories(assessment, (f for f in assessment.map.flows if f.id in wanted)))
    if form == "json":
        from datamap import registers

        _print_json(registers.json_history(assessment, told))
        return
    for flow, spans in told:
        _print_history(flow, spans, assessment)


def _print_history(flow: MappedFlow, spans: Iterable[Span], assessment: Assessment) -> None:
    ends = f"{flow.origin.name} → {flow.destination.name}"
    _say(ends if flow.implied or flow.id == ends else f"{flow.id}: {ends}", bold=True)
    under = ""
    for span in spans:
        heading = f"{assessment.law.regimes[span.regime].name}, {_where(span.leg)}"
        if heading != under or span.starts is None:
            _say(heading, indent=2)
            under = heading
        begins = str(span.starts or "…").ljust(10)
        until = str(span.ends or "…").ljust(10)
        _say(f"{begins} to {until}  {span.outcome.label}", indent=4, colour=_COLOURS.get(span.outcome.value))
        if span.changed:
            _say(f"Because {'; '.join(span.changed)}.", indent=6)
        _say(f"{span.reason} {_cited(span)}", indent=6)
    _say()


def _where(leg: Leg) -> str:
    from datamap.places import place_in_words

    return place_in_words(leg.place.value)


@cli.command()
@click.option(
    "--within", metavar="DAYS", type=click.IntRange(min=0), required=True, help="How many days to look ahead."
)
@_assesses()
@_format
@click.option(
    "-o", "--output", metavar="OUT.ics", type=_FILE, help="Write a calendar of reviews, expiries and lapses instead."
)
def lapses(
    asked: Asked,
    within: int,
    form: str,
    output: Path | None,
) -> None:
    """Tell which transfers lose their cover in the next days, on which day and by what.

    Exit code 0 when told, whatever it says.
    """
    from datamap.timeline import lapses as lapses_of

    if output:
        _write_calendar(asked, within, output)
        return
    assessment = asked.assess()
    with _busy("Looking ahead …"):
        found = lapses_of(assessment, within=within)
    if form == "json":
        from datamap import registers

        _print_json(registers.json_lapses(assessment, found, within))
        return
    for lapse in found:
        _say(f"{lapse.on}: {lapse.says}", bold=True)
        for loss in lapse.losses:
            flow, answer = loss.answer.leg.flow, loss.answer
            regime = assessment.law.regimes[answer.regime].name
            _say(f"{flow.id} ({_where(answer.leg)}), {regime}: {loss.before.label} until then, then", indent=2)
            _say(answer.outcome.label, indent=4, colour=_COLOURS.get(answer.outcome.value))
            _say(f"{answer.reason} {_cited(answer)}", indent=4)
        _say(f"Categories: {', '.join(lapse.categories) or 'not stated'}", indent=2)
        if lapse.cell:
            _print_cells((lapse.cell,))
        _say()
    lost = {flow.id for lapse in found for flow in lapse.flows}
    _say(f"{_count(len(lost), 'flow')} with less cover within {_count(within, 'day')} of {assessment.on}.")


def _write_calendar(asked: Asked, within: int, output: Path) -> None:
    from datamap import ics

    with _output(output, [".ics"], asked.files) as path:
        assessment = asked.assess()
        with _busy("Looking ahead …"):
            found = ics.due(assessment, within=within)
        path.write_bytes(ics.calendar(assessment, found))
    before = ics.overdue(assessment)
    overdue = (
        f" {_count(before, 'expiry or review', 'expiries and reviews')} before {assessment.on} left out."
        if before
        else ""
    )
    _wrote(
        output,
        f"{_count(len(found), 'entry', 'entries')} from {assessment.on} within {_count(within, 'day')}.{overdue}",
    )


@cli.command()
@click.option("--category", metavar="NAME", help="Only this category.")
@_assesses()
@_format
def chains(
    asked: Asked,
    category: str | None,
    form: str,
) -> None:
    """Tell how far each category goes: the shortest way to each country, and which hop has no agreement on file.

    Exit code 0 when told, whatever it says.
    """
    from datamap.chains import destinations, reaches

    assessment = asked.assess()
    only = _called(category, assessment.map.categories, "information category") if category else None
    found = reaches(assessment, only)
    countries = destinations(found)
    if form == "json":
        from datamap import registers

        _print_json(registers.json_chains(assessment, found, countries))
        return
    for country in countries:
        numbers = (
            f"{_count(len(country.categories), 'category', 'categories')} from {_count(len(country.systems), 'system')}"
        )
        judged = country.outcome.label if country.outcome else "not assessed"
        _say(f"{country.place}: {numbers}, at worst {judged}", bold=True)
        for chain in found:
            if (chain.country, chain.place) == (country.country, country.place):
                _say(chain.sentence, indent=2)
        _say()
    _say(f"{_count(len(countries), 'place')} reached. Law as of {assessment.on}.")


# ----------------------------------------------------------------------------------------- what changed, what if


_old_and_new = click.argument("files", metavar="OLD [NEW]", nargs=-1, required=True, type=_FILE)
_changes_to = click.option(
    "-o", "--output", metavar="OUT.xlsx", type=_FILE, help="Write the changes to an Excel workbook as well."
)


@cli.command()
@_assesses(files=_old_and_new)
@click.option("--from", "start", metavar="DATE", type=_day, help="Judge OLD under the law of this day, not of --as-of.")
@click.option("--to", "end", metavar="DATE", type=_day, help="Judge NEW under the law of this day, not of --as-of.")
@click.option(
    "--same", "pairs", metavar="OLDNAME NEWNAME", nargs=2, multiple=True, help="One thing that was renamed; repeatable."
)
@_format
@_changes_to
def diff(
    asked: Asked,
    start: date | None,
    end: date | None,
    pairs: Sequence[tuple[str, str]],
    form: str,
    output: Path | None,
) -> int:
    """Tell what changed between two inventories, in transfer terms. OLD and NEW are files, folders or zips.

    One inventory on two days is compared with: datamap diff FILE --from DATE --to DATE. Rows may be in another order and
    flows numbered anew. Names that are perhaps one are proposed, and joined only with --same.

    \b
    Exit codes: 0  nothing is flagged that was not flagged so before
                1  something is newly flagged, worse, no longer known, or still flagged and changed:
                   what check with a baseline of OLD would not accept
                2  could not run; one sentence on standard error says why
    """
    from datamap.comparison import CannotCompare, compare

    if len(asked.files) > 2:
        raise CannotRun(f"Two inventories are compared, and {len(asked.files)} were named: zip what goes together.")
    first, second = start or asked.on, end or asked.on
    if len(asked.files) == 1 and first == second:
        raise CannotRun("Name a second inventory, or two days of this one with --from DATE and --to DATE.")
    with _changes_written(output, asked.files) as path:
        before = replace(asked, files=asked.files[:1], on=first).assess()
        after = replace(asked, files=asked.files[-1:], on=second).assess()
        with _busy("Comparing …"):
            try:
                found = compare(before, after, same=[_renamed(before, after, *pair) for pair in pairs])
            except CannotCompare as reason:
                raise CannotRun(str(reason)) from reason
        _tell_changes(found, form, path)
    if output:
        _wrote(output, found.sentence)
    return FLAGGED if found.got_worse else NOTHING_FLAGGED


def _renamed(before: Assessment, after: Assessment, old: str, new: str) -> tuple[str, str, str]:
    """The sheet that two names are on, and the names."""
    from datamap.comparison import sheets_with

    older, newer = sheets_with(before, old), sheets_with(after, new)
    for sheets, name, which in ((older, old, "older"), (newer, new, "newer")):
        if not sheets:
            raise CannotRun(
                f"No system, recipient, information category or safeguard of the {which} inventory is called {name!r}."
            )
    both = [sheet for sheet in older if sheet in newer]
    if not both:
        where = f"the one on {' and '.join(older)}, the other on {' and '.join(newer)}"
        raise CannotRun(f"{old!r} and {new!r} cannot be one thing: {where}.")
    return both[0], old, new


@contextmanager
def _changes_written(output: Path | None, inputs: Sequence[Path]) -> Iterator[Path | None]:
    if output is None:
        yield None
        return
    with _output(output, [".xlsx"], inputs) as path:
        yield path


_SUPPOSITIONS = (
    ("end", "WHAT@DATE", "A list decision, scheme or mechanism no longer holds: DPF@2027-01-01, eu:New Zealand."),
    ("move", "NAME=PLACE", "A system or recipient holds the information elsewhere: CRM=Germany>Host (Germany)."),
    ("add", "NAME>RECIPIENT", "A system sends to a recipient, which may be new: CRM>Acme (India, agent)."),
    ("sub", "NAME>RECIPIENT", "A recipient passes on to another: Acme>Beta (India)."),
    ("drop", "NAME>RECIPIENT", "A system or recipient no longer sends to another: CRM>Acme."),
    ("based", "NAME=COUNTRY", "A recipient is established elsewhere: Acme=India."),
    ("role", "NAME=ROLE", "What a recipient is to the sender: Acme=agent."),
    ("sign", "PAPER@DATE", "A safeguard is signed: Acme terms=SCC module 2>Acme@2026-12-01..2028-11-30."),
    ("assess", "PAPER@DATE", "The assessment that goes with a safeguard is made: Acme terms@2026-12-01."),
    ("lapse", "PAPER@DATE", "A safeguard no longer holds: Acme terms@2026-12-01."),
    ("if", "KIND:…", "Any of these by its name: end:DPF@2027-01-01."),
)


def _supposes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command an option for each kind of supposition; its argument `supposed` has them all as texts."""

    def taken(ctx: click.Context, option: click.Parameter, given: Sequence[str]) -> None:
        kind = "" if option.name == "if_" else f"{option.name}:"
        ctx.meta.setdefault(_SUPPOSED, []).extend(f"{kind}{words}" for words in given)

    @wraps(command)
    def run(**given: Any) -> Any:
        return command(supposed=tuple(click.get_current_context().meta.get(_SUPPOSED, ())), **given)

    decorated: Callable[..., Any] = run
    for kind, metavar, says in reversed(_SUPPOSITIONS):
        name = "if_" if kind == "if" else kind
        option = click.option(
            f"--{kind}", name, metavar=metavar, multiple=True, expose_value=False, callback=taken, help=says
        )
        decorated = option(decorated)
    return decorated


_SUPPOSED = f"{__name__}.supposed"


@cli.command()
@_supposes
@_assesses()
@_format
@_changes_to
def whatif(
    asked: Asked,
    supposed: Sequence[str],
    form: str,
    output: Path | None,
) -> None:
    """Tell which flows would change outcome if something were otherwise, and what each would need.

    Each kind of supposition is repeatable, and they hold together. Judged is as of the latest day that is named, with and
    without what is supposed, so that nothing else makes the difference. A name with one of "=>@(): in it stands in
    quotation marks. Exit code 0 when told, whatever it says.
    """
    from datamap.comparison import compare
    from datamap.hypothesis import CannotSuppose, parse, suppose

    if not supposed:
        raise CannotRun("Say what is to be supposed, such as --end 'DPF@2027-01-01' or --move 'CRM=Germany'.")
    with _changes_written(output, asked.files) as path:
        try:
            changes = [parse(text) for text in supposed]
            recorded = asked.assess()
            with _busy("Supposing …"):
                after = suppose(recorded, changes)
                found = compare(suppose(recorded, (), on=after.on), after)
        except CannotSuppose as reason:
            raise CannotRun(str(reason)) from reason
        _tell_changes(found, form, path)
    if output:
        _wrote(output, f"Hypothetical: {found.sentence}")


def _tell_changes(found: Comparison, form: str, path: Path | None) -> None:
    from datamap import registers

    if path:
        registers.save_changes(found, path)
    if form == "json":
        _print_json(registers.json_comparison(found))
    else:
        _print_changes(found)


_VERDICTS = (
    ("worse", "Worse", "red"),
    ("new, flagged", "New and flagged", "red"),
    ("no longer known", "No longer known", "yellow"),
    ("still flagged, changed", "Still flagged, and changed", "red"),
    ("changed", "Changed", "yellow"),
    ("better", "Better", "green"),
    ("new", "New", None),
    ("gone", "Gone", None),
)


def _print_changes(found: Comparison) -> None:
    before, after = found.before, found.after
    for sentence in after.hypothetical:
        _say(f"Hypothetical: {sentence}", bold=True)
    for name, side in () if after.hypothetical else (("Before", before), ("After", after)):
        files = ", ".join(i.file for i in side.inputs)
        _say(f"{name}: {files}, law as of {side.on}, {_count(len(side.answers), 'answer')}.")
    if not before.answers and not after.answers:
        _say(_nothing_judged(after))
    elif after.hypothetical and not found.differs:
        _say("Nothing changes: no answer of this inventory rests on what is supposed.")
    _say()
    for verdict, heading, colour in _VERDICTS:
        legs = [leg for leg in found.legs if leg.verdict == verdict]
        if legs:
            _say(f"{heading} ({_count(len(legs), 'transfer')})", colour=colour, bold=True)
            _say()
        for leg in legs:
            _print_leg_change(leg, found)
            _say()
    _print_record_changes(found)
    _print_flag_changes(found)
    _print_likely_renames(found)
    flows = len(found.flows_changed)
    said = (
        f"{_count(flows, 'flow')} {'changes outcome, comes or goes' if flows == 1 else 'change outcome, come or go'}."
    )
    _say(f"{f'Hypothetical, as of {after.on}: ' if after.hypothetical else ''}{said}")
    _say(f"Transfers: {found.sentence}")
    _say(f"Flags of other rules: {found.flags_sentence}")


def _nothing_judged(assessment: Assessment) -> str:
    """Why there is no answer that could change."""
    only = assessment.only_regimes
    named = sorted({code for o in assessment.inventory.organisations for code in o.regimes.value or ()})
    if only and named and not set(only) & set(named):
        return f"Nothing is judged under {', '.join(only)}: the inventory names {', '.join(named)} as its regimes."
    return "Nothing is judged, so no answer can change."


def _print_leg_change(leg: LegChange, found: Comparison) -> None:
    from datamap.comparison import What, place_words
    from datamap.registers.tables import wanted

    answer = leg.answer
    flow = answer.leg.flow
    ends = f"{flow.origin.name} → {flow.destination.name}"
    name = "" if flow.implied or flow.id == ends else f"{flow.id}: "
    regime = found.law_of(leg).regimes[leg.regime].name
    _say(f"{name}{ends} ({place_words(answer.leg)}), {regime}", indent=2, bold=True)
    was, now = (a.outcome.label if a else None for a in (leg.before, leg.after))
    turned = f"{was} → {now}" if was and now and was != now else now or f"was {was}"
    _say(turned, indent=4, colour=_COLOURS.get(answer.outcome.value) if now else None)
    for change in leg.changes:
        if change.what not in (What.OUTCOME, What.MISSING):
            _say(f"{change.what.capitalize()}: {change.before} → {change.after}", indent=4)
    if leg.after:
        _say(f"{answer.reason} {_cited(answer)}", indent=4)
    if not leg.needs(found.after):
        return
    whatever, ways = wanted(answer, found.law_of(leg).regimes[leg.regime])
    for heading, needs in (("Would need:", whatever), ("Would need one of:" if len(ways) > 1 else "Would need:", ways)):
        if needs:
            _say(heading, indent=4)
        for need in needs:
            _say(f"- {need}", indent=6)


def _print_record_changes(found: Comparison) -> None:
    if not found.records:
        return
    _say(f"Records ({len(found.records)})", bold=True)
    _say()
    for record in found.records:
        _say(f"{record.sheet}, {record.name}: {record.status}", indent=2)
        for fact in record.facts:
            _say(f"{fact.heading}: {fact.before or 'blank'} → {fact.after or 'blank'}", indent=4)
            _print_cells(dict.fromkeys((*fact.before_cells, *fact.after_cells)))
    _say()


def _print_flag_changes(found: Comparison) -> None:
    from datamap.comparison import Status

    changed = [f for f in found.flags if f.status is not Status.SAME]
    if changed:
        _say("Flags of other rules", bold=True)
        for change in changed:
            _say(f"{change.status.capitalize()}: {change.flag.code}, {change.flag.about}", indent=2)
        _say()


def _print_likely_renames(found: Comparison) -> None:
    if not found.proposed:
        return
    _say("Perhaps the same (nothing was joined; --same OLDNAME NEWNAME joins them)", bold=True)
    for one in found.proposed[:_LIKENESSES_SHOWN]:
        _say(f"{one.rename.sheet}: {one.rename.before!r} and {one.rename.after!r}: {one.why}", indent=2)
    if len(found.proposed) > _LIKENESSES_SHOWN:
        _say(f"and {len(found.proposed) - _LIKENESSES_SHOWN} more; --format json has them all", indent=2)
    _say()


# ----------------------------------------------------------------------------------------- people and breaches


_checklist = click.option(
    "-o",
    "--output",
    metavar="OUT.xlsx",
    type=_FILE,
    help="Write it as an Excel workbook to print and tick off instead.",
)


@cli.command()
@_assesses()
@click.option(
    "--individuals",
    "people",
    metavar="NAME",
    multiple=True,
    help="Whose information: a kind of individual; repeatable.",
)
@click.option("--category", "categories", metavar="NAME", multiple=True, help="Only this category; repeatable.")
@_format
@_checklist
def where(asked: Asked, people: Sequence[str], categories: Sequence[str], form: str, output: Path | None) -> None:
    """Tell where a person's information is: every system, place and recipient that holds it or may, and who is to be told.

    A person may be of several kinds of individual: name each. Exit code 0 when told, whatever it says.
    """
    from datamap.checklists import where_document
    from datamap.people import NoSuchName
    from datamap.people import where as where_is

    def document(assessment: Assessment) -> Document:
        try:
            return where_document(where_is(assessment, people, categories))
        except NoSuchName as reason:
            raise CannotRun(str(reason)) from reason

    _tell_document(asked, document, form, output)


def _moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise CannotRun(f"{value!r} is not a moment; write it as 2026-11-30 or 2026-11-30T14:00.") from None
    if moment.tzinfo is not None:
        raise CannotRun(
            f"{value!r} names a time zone; write your own clock's time without one: limits are told in it too."
        )
    if not 2000 <= moment.year < 2100:
        raise CannotRun(f"{value!r} is no day of this century; write the moment as 2026-11-30T14:00.")
    return moment


@cli.command()
@_assesses(country="--organisation-country")
@click.option("--system", metavar="NAME", help="It leaks from this system.")
@click.option("--recipient", metavar="NAME", help="It leaks from this recipient.")
@click.option("--country", metavar="PLACE", help="It leaks in this country.")
@click.option(
    "--aware",
    metavar="MOMENT",
    type=_moment,
    help="When you became aware, such as 2026-11-30T14:00: limits count from then.",
)
@_format
@_checklist
def breach(
    asked: Asked,
    system: str | None,
    recipient: str | None,
    country: str | None,
    aware: datetime | None,
    form: str,
    output: Path | None,
) -> None:
    """Tell what a leak at a system, a recipient or in a country reaches, whom the law has told, by when, and what is unknown.

    Whether a breach is to be notified is never decided: each test of the law is told with the facts the map has. Exit code
    0 when told, whatever it says.
    """
    from datamap.breach import At, leak
    from datamap.checklists import breach_document
    from datamap.people import NoSuchName

    named = [(at, name) for at, name in zip(At, (system, recipient, country), strict=True) if name is not None]
    if len(named) != 1:
        raise CannotRun("Say where it leaks with one of --system NAME, --recipient NAME and --country PLACE.")
    ((at, name),) = named
    place = _country(name) if at is At.COUNTRY else name
    if not place:
        raise CannotRun("Name a country: what is not stated is told apart for each.")

    def document(assessment: Assessment) -> Document:
        try:
            return breach_document(leak(assessment, at, place), aware)
        except NoSuchName as reason:
            raise CannotRun(str(reason)) from reason

    try:
        _tell_document(asked, document, form, output)
    except datamap.NobodySends as reason:
        raise _nobody_sends(reason, "--organisation-country") from reason


def _tell_document(asked: Asked, made: Callable[[Assessment], Document], form: str, output: Path | None) -> None:
    from datamap import checklists

    if output:
        with _output(output, [".xlsx"], asked.files) as path:
            document = made(asked.assess())
            with _busy(f"Writing {output.name} …"):
                checklists.save(document, path)
        _wrote(output, " ".join(document.says))
        return
    document = made(asked.assess())
    if form == "json":
        _print_json(checklists.to_json(document))
        return
    for name, words in document.about:
        _wrap(f"{name}: {words}", 0, hang=2)
    for table in document.tables:
        _say()
        _say(f"{table.name} ({len(table.rows)})", bold=True)
        _wrap(table.says if table.rows else table.empty, 2)
        for number, row in enumerate(table.rows, 1):
            first, *rest = zip(table.columns, row, strict=True)
            _wrap(f"{number}. {document.words(first[1]) or first[0]}", 2, hang=2, bold=True)
            for heading, value in rest:
                if said := document.words(value):
                    _wrap(f"{heading}: {said}", 5, hang=2)


# -------------------------------------------------------------------------------------- files that are written


RECORDS = (
    "transfers", "art-30-1", "art-30-2", "ipp-12", "app-8", "sub-processors", "cnil", "ico", "safeguards", "retention",
)  # fmt: skip
"""The records by their codes, as `registers.RECORDS` has them; loading that would slow every command down."""


@cli.command()
@click.option(
    "-o", "--output", metavar="OUT.xlsx|ods|zip|csv|json", type=_FILE, required=True, help="Where to write it."
)
@click.option(
    "--record",
    "code",
    type=click.Choice(RECORDS),
    default="transfers",
    show_default=True,
    help="Which record to write.",
)
@_assesses()
def register(
    asked: Asked,
    output: Path,
    code: str,
) -> None:
    """Write the transfer register, or another record that a law or an authority asks for.

    As an Excel or OpenDocument workbook, a zip of CSV files, its first sheet as CSV, or JSON; cnil and ico, which are the
    forms of authorities, as .ods or .xlsx. What a record leaves out is counted on its sheet About. Exit code 0 when
    written, whatever it says.
    """
    endings = [".ods", ".xlsx"] if code in ("cnil", "ico") else [".xlsx", ".ods", ".zip", ".csv", ".json"]
    with _output(output, endings, asked.files) as path:
        assessment = asked.assess()
        with _busy(f"Writing {output.name} …"):
            from datamap import registers

            record = registers.RECORDS[code]
            path.write_bytes(registers.record_bytes(record, assessment, path.suffix.lower()))
            held = registers.held_in(record, assessment)
    flagged = sum(a.outcome.flagged for a in assessment.answers)
    _wrote(output, held or f"{_count(len(assessment.answers), 'answer')}, {flagged} flagged.")


@cli.command()
@click.option("-o", "--output", metavar="FOLDER", type=_FILE, required=True, help="A folder to make, for the packs.")
@_assesses()
def packs(asked: Asked, output: Path) -> None:
    """Split the inventory into a workbook for each owner of a system, with their rows and the questions for them.

    Rows that are theirs to confirm are marked; the others are context. Systems without an owner make a pack of their own.
    A CSV file says of every row in which packs it is, or why in none. What comes back is merged with: datamap merge.
    """
    if output.exists():
        raise CannotRun(f"{str(output)!r} is there already; name a folder that is not.")
    if not output.resolve().parent.is_dir():
        raise CannotRun(f"{str(output)!r} cannot be made: there is no folder {str(output.parent)!r}.")
    assessment = asked.assess()
    with _busy("Writing the packs …"):
        from tempfile import TemporaryDirectory

        from datamap.packs import split

        found = split(assessment)
        try:
            with TemporaryDirectory(dir=output.resolve().parent, prefix=".datamap-") as folder:
                made = Path(folder) / "packs"
                made.mkdir()
                for name, data in found.files():
                    (made / name).write_bytes(data)
                os.replace(made, output)
        except OSError as reason:
            raise CannotRun(f"{str(output)!r} cannot be written: {reason.strerror or reason}.") from reason
    for pack in found.packs:
        _say(f"{pack.file}: {dict(pack.about)['Rows']} {_count(len(pack.questions), 'question')}.")
    for (sheet, why), named in groupby(found.nowhere, key=lambda row: (row[0], row[2])):
        names = [name for _, name, _ in named]
        told = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        _say(f"In no pack: {_count(len(names), 'row')} of {sheet}, because {why}: {told}.")
    in_packs = len(found.rows) - len(found.nowhere)
    _wrote(output, f"{_count(len(found.packs), 'pack')}; {in_packs} of {len(found.rows)} rows are in one or more.")


_packs_too = click.argument("files", metavar="ORIGINAL… PACK…", nargs=-1, required=True, type=_FILE)


@cli.command()
@_packs_too
@click.option(
    "-o", "--output", metavar="MERGED.xlsx|ods|zip", type=_FILE, required=True, help="Where to write the inventory."
)
@click.option("--changes", metavar="OUT.csv", type=_FILE, help="Write everything that the packs changed as CSV too.")
@click.option("--accept-deletions", is_flag=True, help="Delete the rows that their owners deleted.")
@click.option("--accept-context", is_flag=True, help="Take over what was changed in rows of context too.")
@_mappings
@_own_law
def merge(
    files: Sequence[Path],
    output: Path,
    changes: Path | None,
    accept_deletions: bool,
    accept_context: bool,
    mappings: Sequence[Path],
    law_folder: Path | None,
) -> int:
    """Merge owner packs that came back into the inventory that they were made from. Packs are known by their sheets.

    Where packs, or a pack and the inventory, say different things, neither is taken and both are told. Rows that an owner
    deleted stay, and are told, unless --accept-deletions. A pack that did not come back changes nothing.

    \b
    Exit codes: 0  everything that was changed is merged
                1  something is in conflict or only proposed
                2  could not run; one sentence on standard error says why
    """
    from datamap import packs as owner_packs
    from datamap import sheets
    from datamap.workbook.writing import written

    law = _law(law_folder)
    with _busy("Reading …"):
        books = {path: sheets.read(path) for path in files}
    sent = [book for book in books.values() if owner_packs.is_pack(book)]
    inventories = tuple(path for path, book in books.items() if not owner_packs.is_pack(book))
    if not sent:
        raise CannotRun("None of the files is an owner pack, as 'datamap packs' writes them.")
    if not inventories:
        raise CannotRun("Name the inventory that the packs were made from as well.")
    with _output(output, [".xlsx", ".ods", ".zip"], files) as path:
        reading = _read(inventories, law, mappings, to_judge=False)
        try:
            back = [owner_packs.returned(book, law) for book in sent]
        except owner_packs.NotAPack as reason:
            raise CannotRun(str(reason)) from reason
        found = owner_packs.merge(
            reading.inventory, back, accept_deletions=accept_deletions, accept_context=accept_context
        )
        path.write_bytes(written(replace(reading, inventory=found.inventory), path.suffix.lower())[0])
        if changes:
            with _output(changes, [".csv"], (*files, output)) as table:
                table.write_bytes(owner_packs.changes_csv(found))
    for change in found.changes:
        what = (
            f"{change.heading}: {change.before or 'blank'} → {change.after or 'blank'}"
            if change.heading
            else change.after
        )
        why = f" ({change.why})" if change.why else ""
        _say(f"{change.became.value}: {change.name} on {change.sheet}, {what}{why} [{change.pack}]")
    for pack, about, question, answer in found.answers:
        _say(f"answer: {about}: {question} {answer} [{pack}]")
    for each in back:
        if each.problems:
            _say(
                f"{each.file}: {_count(each.problems, 'cell')} of what came back is not understood; see datamap check."
            )
    if found.not_returned:
        _say(f"No pack came back of {', '.join(found.not_returned)}: those rows are as they were.")
    _wrote(output, found.sentence)
    return FLAGGED if found.having(owner_packs.Became.CONFLICT) or found.having(owner_packs.Became.PROPOSED) else 0


@dataclass(frozen=True)
class Narrowing:
    """Which flows are shown: the arguments that the commands that show some of them share."""

    focus: str | None
    towards: str | None
    categories: tuple[str, ...]
    countries: tuple[str, ...]
    flagged: bool

    def view(self, assessment: Assessment) -> View:
        """What lets these flows through. Raises `CannotRun` for a name that the map does not have."""
        from datamap.views import View

        names = {n.name for n in assessment.map.nodes}
        return View(
            focus=_called(self.focus, names, "system, recipient or source") if self.focus else None,
            towards=_called(self.towards, names, "system, recipient or source") if self.towards else None,
            categories=tuple(_called(c, assessment.map.categories, "information category") for c in self.categories),
            countries=tuple(_country(c) for c in self.countries),
            flagged_only=self.flagged,
        )


def _narrows(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command that assesses the arguments of `Narrowing` as well, as its second. `--country` is a filter there."""
    options = (
        click.option("--focus", metavar="NAME", help="Only the flows around one system, recipient or source."),
        click.option(
            "--to",
            "towards",
            metavar="NAME",
            help="Only what is on a way to this system or recipient; with --focus, from there.",
        ),
        click.option("--category", "categories", metavar="NAME", multiple=True, help="Only this category; repeatable."),
        click.option(
            "--country",
            "countries",
            metavar="PLACE",
            multiple=True,
            help="Only this country, or 'not stated'; repeatable.",
        ),
        click.option("--flagged", is_flag=True, help="Only flows that are flagged."),
    )

    @wraps(command)
    def run(asked: Asked, **given: Any) -> Any:
        try:
            return command(asked, Narrowing(**{f.name: given.pop(f.name) for f in fields(Narrowing)}), **given)
        except datamap.NobodySends as reason:
            raise _nobody_sends(reason, "--organisation-country") from reason

    decorated: Callable[..., Any] = run
    for option in reversed(options):
        decorated = option(decorated)
    return _assesses(country="--organisation-country")(decorated)


@cli.command()
@click.option("-o", "--output", metavar="OUT.docx|pdf", type=_FILE, required=True, help="Where to write it.")
@_narrows
def report(asked: Asked, narrowing: Narrowing, output: Path) -> None:
    """Write a report to read on paper, as a Word file or a PDF: contents, pictures, findings, questions, law relied on.

    Word and PDF say the same. Exit code 0 when written, whatever it says.
    """
    with _output(output, [".docx", ".pdf"], asked.files) as path:
        assessment = asked.assess()
        from datamap import pictures, reports
        from datamap.views import select

        shown = select(assessment, narrowing.view(assessment))
        with _busy(f"Writing {output.name} …"):
            try:
                path.write_bytes(reports.report_bytes(assessment, path.suffix.lower(), shown))
            except pictures.PictureFailed as reason:
                raise CannotRun(str(reason)) from reason
    flagged = sum(a.outcome.flagged for a in shown.answers)
    _wrote(output, f"{_count(len(shown.answers), 'answer')}, {flagged} flagged. {shown.filter_sentence()} {shown.hidden_sentence()}")  # fmt: skip


KINDS = ("flows", "countries", "map", "sankey")
"""The pictures by name, as `pictures.PICTURES` and `pictures.CHARTS` have them."""


@cli.command()
@click.option("-o", "--output", metavar="OUT.svg|png|pdf|html", type=_FILE, required=True, help="Where to write it.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="flows",
    show_default=True,
    help="What to draw: who sends what to whom, the same by country, a map of the world, or a Sankey from category to place.",
)
@click.option(
    "--fold",
    type=click.Choice(["nothing", "recipient", "country", "category", "outcome"]),
    help="What is drawn together. Without it, only what must be for the picture to be readable.",
)
@click.option(
    "--paper", type=click.Choice(["a4", "a3", "one"]), default="a4", show_default=True,
    help="The sheets of a PDF: words stay 6 points or larger and the picture goes on over several, or one large page.",
)  # fmt: skip
@_narrows
def diagram(
    asked: Asked, narrowing: Narrowing, output: Path, kind: str, fold: str | None, paper: Literal["a4", "a3", "one"]
) -> None:
    """Draw the flows, or a map or Sankey of where they go, as SVG, PNG, PDF or one HTML page. What is left out is counted on it.

    Exit code 0 when drawn, whatever it shows.
    """
    if kind in ("map", "sankey") and fold:
        raise CannotRun(f"Nothing is folded on a {kind}; leave --fold out, or draw the flows.")
    with _output(output, [".svg", ".png", ".pdf", ".html"], asked.files) as path:
        assessment = asked.assess()
        from datamap import pictures

        view = narrowing.view(assessment)
        with _busy(f"Drawing {output.name} …"):
            try:
                folded = pictures.Fold(fold) if fold else None
                shown = pictures.save(assessment, view, path, picture=kind, fold=folded, paper=paper)
            except pictures.PictureFailed as reason:
                raise CannotRun(str(reason)) from reason
    _wrote(output, f"{_count(len(shown.flows), 'flow')}. {shown.filter_sentence()} {shown.hidden_sentence()}")


def _called(name: str, known: Iterable[str], what: str) -> str:
    """The one of the known names that a name on the command line means."""
    from datamap.people import NoSuchName, known_name

    try:
        return known_name(name, sorted(known), what)
    except NoSuchName as reason:
        raise CannotRun(str(reason)) from reason


def _country(words: str) -> str:
    """The two letters of a country; an empty text for "not stated"."""
    from datamap.inventory import name_key
    from datamap.places import read_places

    if name_key(words) == name_key("not stated"):
        return ""
    read = read_places(words)
    if len(read.places) != 1 or read.unknown or not read.places[0].country:
        near = next((hint for _, hint in read.unknown if hint), None)
        raise CannotRun(f"{words!r} is not a country{f'; did you mean {near!r}?' if near else ' that datamap knows.'}")
    return read.places[0].country


# ------------------------------------------------------------------------------------------------------ policy

_policy_files = click.argument("files", metavar="[INVENTORY…] [POLICY]", nargs=-1, required=True, type=_FILE)


@cli.command()
@_assesses(files=_policy_files)
@_format
@click.option(
    "-o",
    "--output",
    metavar="OUT.xlsx",
    type=_FILE,
    help="Write the inventory with the proposed statements as rows of Policy statements, to be accepted, edited or deleted.",
)
def policy(asked: Asked, form: str, output: Path | None) -> int:
    """Compare what people are told with the map, both ways.

    POLICY is the last file, told by its ending: .txt, .md, .html, .docx or .pdf. Statements are proposed from it, each
    with its sentence, and are judged with those of the sheet Policy statements: supported, contradicted or not
    answerable from the map. Then everything in the map is listed that no statement tells people about. Without a POLICY
    only the sheet is judged; without an INVENTORY only the proposals are listed.

    Exit code 0 when nothing is contradicted or left untold, 1 when something is, 2 when it could not run.
    """
    from datamap import policies

    last = asked.files[-1]
    file = last if last.suffix.lower() in policies.SUFFIXES else None
    inventories = asked.files[:-1] if file else asked.files
    read = None
    if file:
        with _busy(f"Reading {file.name} …"):
            read = policies.read(file)
    reading, assessment, found = None, None, None
    if inventories:
        reading, assessment = replace(asked, files=inventories).read_and_assess()
    own = assessment.inventory if assessment else None
    proposals: tuple[Proposed, ...] = ()
    if read:
        with _busy(f"Understanding {read.file} …") as say:
            proposals = policies.propose(
                read,
                ours=[o.name for o in own.organisations] if own else (),
                names=[r.name for r in own.recipients] if own else (),
                progress=lambda p: say(f"{p.rows:,} of {p.of or 0:,} sentences, {p.seconds:.0f} s"),
            )
    if assessment:
        try:
            with _busy("Comparing …") as say:
                found = policies.reconcile(
                    assessment,
                    proposals,
                    policy=read,
                    progress=lambda p: say(f"{p.rows:,} of {p.of or 0:,} statements"),
                )
        except policies.NothingToCompare as reason:
            raise CannotRun(str(reason)) from reason
    if output:
        _write_statements(reading, read, proposals, output, asked.files)
    if form == "json":
        _print_json(policies.to_json(read, proposals, found))
    elif found:
        _print_reconciliation(found)
    else:
        assert read is not None
        _print_proposed(read, proposals)
    return FLAGGED if found and found.differs else NOTHING_FLAGGED


def _write_statements(
    reading: Reading | None, read: Policy | None, proposals: Sequence[Proposed], output: Path, inputs: Sequence[Path]
) -> None:
    from datamap import policies
    from datamap.inventory import Inventory
    from datamap.workbook import writing

    if read is None:
        raise CannotRun("There is no policy to propose statements from; give it as the last file.")
    inventory = reading.inventory if reading else Inventory()
    rows = policies.accepted(
        proposals, document=policies.document_of(read, proposals), taken=[s.name for s in inventory.statements]
    )
    full = replace(inventory, statements=(*inventory.statements, *rows))
    with _output(output, [".xlsx"], inputs) as path:
        if reading:
            writing.write(replace(reading, inventory=full), path)
        else:
            writing.write_workbook(full, path)
    _wrote(
        output,
        f"{_count(len(rows), 'proposed statement')} in the sheet Policy statements, to be accepted, edited or deleted.",
    )


def _print_proposed(read: Policy, proposals: Sequence[Proposed]) -> None:
    from datamap.policies import Topic

    for topic in Topic:
        chosen = [p for p in proposals if p.topic is topic]
        if not chosen:
            continue
        _say(f"{topic.capitalize()} ({len(chosen)})", bold=True)
        for proposal in chosen:
            about = f" (about {', '.join(proposal.about)})" if proposal.about else ""
            _say(f"{proposal.text}{about}{_hedged(proposal.stance)}", indent=2)
            _wrap(f"“{proposal.sentence.whole}” ({proposal.sentence.place}; {proposal.sure} confidence)", 4, hang=2)
        _say()
    _say(
        f"{read.file} ({read.kind}): {_count(len(read.sentences), 'sentence')}, "
        f"{_count(len(proposals), 'statement')} proposed. Nothing counts before somebody accepts it."
    )


def _hedged(stance: str) -> str:
    return " (said with “may”)" if stance == "may" else ""


def _print_reconciliation(found: Reconciliation) -> None:
    from datamap.policies import Verdict

    _print_judged(found, Verdict.CONTRADICTED, "red")
    if found.untold:
        _say(f"In the map and told by no statement ({len(found.untold)})", colour="red", bold=True)
        _say()
        for untold in found.untold:
            _say(f"{untold.kind.capitalize()}: {untold.name}", indent=2, bold=True)
            _wrap(untold.why, 4, hang=2)
            if untold.mentioned:
                _wrap(f"It comes near in “{untold.mentioned.text}” ({untold.mentioned.place}).", 4, hang=2)
            _print_evidence(untold.flags, untold.flows, untold.cells)
        _say()
    _print_judged(found, Verdict.OPEN, "yellow")
    if found.not_stated:
        _say(f"To be asked by name: in which country? ({len(found.not_stated)})", colour="yellow", bold=True)
        _say()
        for unknown in found.not_stated:
            _say(f"{unknown.name}: {unknown.why}", indent=2)
        _say()
    _print_judged(found, Verdict.SUPPORTED)
    each = ", ".join(f"{found.counts[v]} {v}" for v in Verdict if found.counts[v])
    _say(
        f"{_count(len(found.judged), 'statement')}: {each}. {len(found.untold)} untold. What is not known supports nothing."
    )


def _print_judged(found: Reconciliation, verdict: Verdict, colour: str | None = None) -> None:
    chosen = [j for j in found.judged if j.verdict is verdict]
    if not chosen:
        return
    _say(f"{verdict.capitalize()} ({_count(len(chosen), 'statement')})", colour=colour, bold=True)
    _say()
    for judged in chosen:
        claim = judged.claim
        _say(f"{claim.name}{_hedged(claim.stance)}", indent=2, bold=True)
        told = f"“{claim.quote}”" if claim.quote else claim.text or "no value"
        _wrap(f"{told} ({claim.where})" if claim.where else told, 4, hang=2)
        _wrap(judged.why, 4, hang=2)
        if colour:
            _print_evidence(judged.flags, judged.flows, judged.cells)
    _say()


_EVIDENCE_SHOWN = 12


def _print_evidence(flags: Sequence[Flag], flows: Sequence[MappedFlow], cells: Sequence[Cell]) -> None:
    for flag in {f.code: f for f in flags}.values():
        _say(f"{flag.code}: {_cited(flag)}", indent=4)
    ways = [f"{f.origin.name} → {f.destination.name}" for f in flows]
    for words, every, between in (("Flows", ways, ", "), ("Cells", [*map(str, cells)], " ")):
        more = len(every) - _EVIDENCE_SHOWN
        if every:
            rest = f" and {more} more (--format json has them all)" if more > 0 else ""
            _wrap(f"{words}: {between.join(every[:_EVIDENCE_SHOWN])}{rest}", 4, hang=2)


@cli.command()
@click.option(
    "--from",
    "source",
    metavar="TABLES",
    required=True,
    help="A folder of Parquet tables named after the sheets, or an address of PostgreSQL.",
)
@click.option(
    "--to",
    "target",
    metavar="TABLES",
    required=True,
    help="Where the tables of answers go: a folder, or an address of PostgreSQL.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark", "postgres"]),
    default="duckdb",
    show_default=True,
    help="Who works on them.",
)
@_as_of("Assess as of this day.")
@_regimes
@_own_law
@click.option("--organisation", metavar="NAME", help="Who sends, when the tables do not say.")
@click.option("--country", metavar="PLACE", help="Where the sender is, if the tables do not say.")
@click.option(
    "--memory", metavar="SIZE", help="How much memory DuckDB may use, such as 4GB.  [default: half, at most 8GB]"
)
@click.option("--master", metavar="URL", help="The Spark to use.  [default: this machine, or what its settings say]")
@click.option("--restart", is_flag=True, help="Delete what an earlier run wrote there, and start anew.")
def assess(
    source: str,
    target: str,
    engine: str,
    on: date,
    regimes: Sequence[str],
    law_folder: Path | None,
    organisation: str | None,
    country: str | None,
    memory: str | None,
    master: str | None,
    restart: bool,
) -> int:
    """Assess an inventory too large for one file: tables in, tables of answers out, where they are.

    Each table is named after a sheet of the workbook and has its headings. A run that was ended goes on where it stopped.
    Exits with 1 when any transfer is flagged.
    """
    from datamap import tables

    law = _law(law_folder)
    try:
        opened = tables.opened(engine, source, target, memory=memory, master=master)
        try:
            with _busy("Assessing …") as say:
                found = tables.assess_tables(
                    opened,
                    name=tables.shown(source),
                    on=on,
                    law=law,
                    regimes=regimes,
                    organisation=organisation,
                    country=country,
                    restart=restart,
                    progress=say if sys.stderr.isatty() else lambda words: click.echo(_clean(words), err=True),
                )
        finally:
            opened.close()
    except tables.CannotAssess as reason:
        raise CannotRun(str(reason)) from reason
    for line in found.lines():
        _say(line)
    return FLAGGED if found.flagged else NOTHING_FLAGGED


@cli.command()
@click.option("-o", "--output", metavar="OUT.xlsx", type=_FILE, required=True, help="Where to write it.")
def template(output: Path) -> None:
    """Write the blank workbook, with drop-downs, notes and an example row."""
    with _output(output, [".xlsx"]) as path:
        from datamap.workbook import writing

        writing.write_template(path)
    _wrote(output, "the blank workbook.")


_BOOKS = [".xlsx", ".ods", ".zip"]


@cli.command()
@_files
@_mappings
@click.option("-o", "--output", metavar="OUT", type=_FILE, required=True, help="Where to write it.")
def convert(files: Sequence[Path], mappings: Sequence[Path], output: Path) -> None:
    """Write any readable inventory in datamap's own layout, several together as one.

    OUT says as what: a name ending in .xlsx or .ods is a workbook, .zip CSV files, and a name without an ending a new
    folder of CSV files.

    What was not understood keeps its words. Rows that had to be left out stand on a sheet of their own, and another sheet
    says which rows of which file each record comes from.
    """
    if output.suffix.lower() not in (*_BOOKS, ""):
        raise CannotRun(
            f"{output.name!r} cannot be written: its name must end in .xlsx, .ods or .zip, or have no ending for a folder."
        )
    with _output(output, [*_BOOKS, ""], files) as path:
        reading = _read(files, mappings=mappings, to_judge=False)
        with _busy(f"Writing {output.name} …"):
            from datamap.workbook import writing

            cut = writing.write(reading, path)
    kept, left_out = (sum(getattr(i, n) for i in reading.inputs) for n in ("rows_in_inventory", "rows_left_out"))
    see = " `datamap check` tells which." if left_out or reading.problems else ""
    problems = _count(len(reading.problems), "problem")
    told = f"{_count(kept, 'row')}, {left_out} left out, {problems} of cells.{see}"
    if cut:
        where = ", ".join(cut[:3]) + (" …" if len(cut) > 3 else "")
        told += (
            f" {_count(len(cut), 'text')} of more than {writing.LONGEST_TEXT:,} characters had to be cut ({where}): "
            "write .ods or .zip to keep them whole."
        )
    _wrote(output, told)


# ----------------------------------------------------------------------------------------------------- mapping


@cli.command()
@_files
@_mappings
@click.option("-o", "--output", metavar="OUT.mapping.toml", type=_FILE, help="Save the mapping here, to be corrected.")
@_format
def mapping(files: Sequence[Path], mappings: Sequence[Path], output: Path | None, form: str) -> None:
    """Show what the columns of a file of unknown layout were taken for, how sure that is, and why.

    With -o the mapping is saved as a small file to be corrected in any editor; a second table gets a second file. Of a
    file that is not read it is that of its largest table, and says what to change to have it read. A mapping named *.mapping.toml beside the files is used by itself, any other with --mapping.
    """
    from datamap import layouts, sheets
    from datamap.layouts import profiles

    books = [sheets.read(file) for file in files]
    used = [profiles.read(m) for m in mappings]
    used += [
        p for folder in dict.fromkeys(f if f.is_dir() else f.parent for f in files) for p in profiles.beside(folder)
    ]
    proposals = layouts.proposed(books, used)
    if output is not None:
        _save_mappings(proposals, output)
    elif form == "json":
        click.echo(json.dumps({"files": [_proposal(p) for p in proposals]}, indent=2, ensure_ascii=False))
    else:
        for proposal in proposals:
            _print_proposal(proposal)


def _layout_of(proposal: Proposal) -> str:
    """The name of the layout that a file is read in, so that its columns need no mapping; empty where they do."""
    from datamap import layouts

    return "" if any(table.profile for table in proposal.tables) else layouts.known_as(proposal.book)


def _proposal(proposal: Proposal) -> dict[str, Any]:
    from datamap.layouts.meanings import Meaning
    from datamap.sheets import column_letters

    known = _layout_of(proposal)
    return {
        "file": proposal.book.file,
        "known_layout": known or None,
        "tables": []
        if known
        else [
            {
                "sheet": table.sheet,
                "heading_rows": [] if table.table.turned else list(table.table.heading_rows),
                "heading_columns": list(map(column_letters, table.table.heading_rows)) if table.table.turned else [],
                "rows": len(table.table.rows),
                "inventory": table.inventory,
                "reason": table.reason,
                "about": table.about.value if table.about else None,
                "mapping": table.profile.name if table.profile else None,
                "columns": [
                    {
                        "column": c.letter,
                        "heading": c.heading,
                        "taken_for": table.meanings.get(c.number, Meaning.OTHER).value,
                        "perhaps": c.meaning.value,
                        "confidence": round(c.confidence, 2),
                        "why": c.why,
                        "samples": list(c.samples),
                    }
                    for c in table.columns
                ],
            }
            for table in proposal.tables
        ],
    }


def _print_proposal(proposal: Proposal) -> None:
    from datamap.layouts.meanings import Meaning

    shown = _proposal(proposal)
    _say(shown["file"], bold=True)
    if known := shown["known_layout"]:
        _say(
            f"This file has a layout that is known ({known}), which says where each cell goes: it needs no mapping.",
            indent=2,
        )
        _say()
    elif not shown["tables"]:
        _say("It has no table with a row of headings, so there is nothing to map.", indent=2)
        _say()
    for table in shown["tables"]:
        row_or_column = "row" if table["heading_rows"] else "column"
        heads = ", ".join(map(str, table["heading_rows"] or table["heading_columns"]))
        where = f"{table['sheet']}, headings in {row_or_column} {heads}"
        records = _count(table["rows"], "row" if table["heading_rows"] else "column")
        _say(
            f"{where}: {records}, {'read' if table['inventory'] else 'not read'}: {table['reason']}.",
            indent=2,
        )
        for column in table["columns"]:
            _say(f"{column['column']:>3}  {column['heading']}", indent=2)
            taken, perhaps = column["taken_for"], column["perhaps"]
            sure = f", {column['confidence']:.0%} sure" if perhaps != Meaning.OTHER.value else ""
            if perhaps != taken:
                sure = f" (perhaps {perhaps}{sure})"
            _say(f"{taken}{sure}: {column['why']}. For example: {'; '.join(column['samples']) or 'blank'}", indent=9)
        _say()


def _save_mappings(proposals: Sequence[Proposal], output: Path) -> None:
    from datamap.layouts import mapper, profiles

    unknown = [p for p in proposals if not _layout_of(p)]
    if not unknown:
        layout = _layout_of(proposals[0])
        raise CannotRun(
            f"{proposals[0].book.file} has a layout that is known ({layout}), which says where each cell goes: "
            "it needs no mapping."
        )
    tables = [(p, table) for p in unknown for table in mapper.to_save(p)]
    if not tables:
        raise CannotRun(mapper.refusal(unknown[0]))
    stem = output.name.removesuffix(profiles.ENDING).removesuffix(".toml")
    for number, (proposal, table) in enumerate(tables, 1):
        named = output if number == 1 else output.with_name(f"{stem}-{number}{profiles.ENDING}")
        name = stem if number == 1 else f"{stem} {number}"
        with _output(named, [".toml"]) as path:
            why = "" if table.inventory else table.reason
            path.write_text(profiles.dump(mapper.profile_of(table, name), not_read=why), "utf-8")
        how = "" if table.inventory else ", which is not read: the mapping says what to change to have it read"
        _wrote(named, f"the mapping of {table.sheet!r} in {proposal.book.file}{how}.")


# ---------------------------------------------------------------------------------------------------- annotate


@cli.command()
@click.argument("file", type=_FILE)
@_mappings
@_own_law
@click.option("-o", "--output", metavar="OUT.xlsx", type=_FILE, required=True, help="Where to write it.")
def annotate(file: Path, mappings: Sequence[Path], law_folder: Path | None, output: Path) -> None:
    """Write your own file back with each problem as a comment and a colour on its cell, and a sheet Problems.

    Nothing else of an .xlsx or .xlsm is changed. Of any other file a copy of the values is marked.
    """
    from datamap import sheets
    from datamap.workbook import marking

    with _output(output, [".xlsx", ".xlsm"], [file]) as path:
        reading = _read([file], _law(law_folder), mappings)
        with _busy(f"Writing {output.name} …"):
            marked = marking.mark(sheets.read(file), file, reading.problems, path)
    notices = sum(p.kind.notice for p in reading.problems)
    said = [_count(marked.listed - notices, "problem"), *([_count(notices, "notice")] if notices else [])]
    _wrote(output, f"{_count(marked.cells, 'cell')} marked, {' and '.join(said)} listed.")
    for note in marked.notes:
        click.echo(_clean(note), err=True)


# ----------------------------------------------------------------------------------------------------- suggest


@cli.command()
@_format
@_mappings
@_files
def suggest(files: Sequence[Path], mappings: Sequence[Path], form: str) -> None:
    """Print what is usually true of the recipients that datamap knows, fact by fact, with source and confidence.

    Nothing is filled in and no answer depends on it. Accept facts on the Start page of the app, or type them into the
    inventory yourself.
    """
    from datamap import catalogue

    found = catalogue.suggestions(_read(files, mappings=mappings).inventory)
    if form == "json":
        click.echo(json.dumps({"suggestions": [_suggestion(s) for s in found]}, indent=2, ensure_ascii=False))
    else:
        _print_suggestions(found)


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    known = suggestion.known
    return {
        "recipient": suggestion.recipient,
        "known_as": known.name,
        "matched": {"how": suggestion.matched, "by": suggestion.by},
        "fact": suggestion.heading,
        "kind": suggestion.kind,
        "value": suggestion.text or None,
        "catalogue_says": suggestion.says,
        "inventory_says": suggestion.yours or None,
        "message": suggestion.message,
        "sources": known.sources,
        "confidence": known.confidence,
        "checked": known.checked.isoformat(),
        "to_be_verified": suggestion.to_be_verified,
        "notes": known.notes or None,
    }


def _print_suggestions(found: Sequence[Suggestion]) -> None:
    for recipient in dict.fromkeys(s.recipient for s in found):
        about = [s for s in found if s.recipient == recipient]
        known = about[0].known
        perhaps = "perhaps " if about[0].matched == "near" else ""
        _say(f"{recipient}: {perhaps}{known.name} (by {about[0].matched}: {about[0].by})", bold=True)
        for suggestion in about:
            unsure = " (to be verified)" if suggestion.to_be_verified else ""
            heading = f"{suggestion.heading}: {suggestion.text}" if suggestion.text else suggestion.message
            says = f'The catalogue says "{suggestion.says}"'
            _say(f"[{suggestion.kind}] {heading}{unsure}", indent=2)
            _say(f"{says}; confidence {known.confidence}; source {'; '.join(known.sources)}", indent=6)
        _say(f"Checked {known.checked}.{f' Note: {known.notes}.' if known.notes else ''}", indent=2)
        _say()
    counts = Counter(s.kind.value for s in found)
    recipients = _count(len({s.recipient for s in found}), "known recipient")
    _say(
        f"{recipients}: {_count(counts['offer'], 'value')} on offer, {_count(counts['question'], 'question')}, "
        f"{_count(counts['differs'], 'difference')}. Nothing was filled in."
    )


# --------------------------------------------------------------------------------------------------------- law


@cli.group(invoke_without_command=True)
@_as_of("The law as it stood on this day.")
@click.option(
    "--stale", metavar="DAYS", type=click.IntRange(min=0), help="Only what was checked more than DAYS before."
)
@_regimes
@_own_law
@click.pass_context
def law(ctx: click.Context, on: date, stale: int | None, regimes: Sequence[str], law_folder: Path | None) -> None:
    """List the rules, mechanisms and lists in force, with their dates and sources; `show` reads out one regime."""
    if ctx.invoked_subcommand:
        if any(ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE for name in ctx.params):
            raise CannotRun(f"Write the options after {ctx.invoked_subcommand}: datamap law {ctx.invoked_subcommand} …")
        return
    from datamap.law.readable import of_anybody

    loaded = _law(law_folder)
    others = sorted({e.regime for e in loaded.other_entries} | {m.regime for m in loaded.other_mechanisms})
    for code in regimes:
        if code not in (*loaded.regimes, *others):
            raise CannotRun(f"No regime is called {code!r}; loaded are {', '.join((*loaded.regimes, *others))}.")
    shown: Counter[str] = Counter()
    for code, regime in loaded.regimes.items():
        if not regimes or code in regimes:
            _say(f"{regime.name} ({code}): {regime.law}", bold=True)
            _print_law("Regime", [(regime.transfer, regime)], on, stale, shown, regime)
            steps = [(f"{code}/{s.id}: {of_anybody(s.asks)}", s) for s in regime.steps]
            rules = [(f"{r.code}: {r.title}", r) for r in regime.rules.values()]
            _print_law("Steps", steps, on, stale, shown, regime)
            _print_law("Rules", rules, on, stale, shown, regime)
            _print_law("Duties", [(of_anybody(d.text), d) for d in regime.duties.values()], on, stale, shown, regime)
            _print_law("After a breach", [(of_anybody(b.says), b) for b in regime.breach], on, stale, shown, regime)
            _print_law(
                "Access and correction", [(of_anybody(r.says), r) for r in regime.rights], on, stale, shown, regime
            )
            _print_law("Codes of practice", [(p.name, p) for p in regime.practices], on, stale, shown, regime)
            _print_law("Mechanisms", _mechanisms(regime.mechanisms.values()), on, stale, shown)
            _print_law("Lists", _entries(regime.entries), on, stale, shown)
    for code in others:
        if not regimes or code in regimes:
            _say(f"{code}: its lists and mechanisms; transfers are not judged under it", bold=True)
            mechanisms = [m for m in loaded.other_mechanisms if m.regime == code]
            _print_law("Mechanisms", _mechanisms(mechanisms), on, stale, shown)
            _print_law("Lists", _entries(e for e in loaded.other_entries if e.regime == code), on, stale, shown)
    checked = f", of which {shown['stale']} last checked more than {stale} days before" if stale is not None else ""
    _say(f"{shown['in force']} in force on {on}{checked}; {shown['other']} ended before or begin later.")


def _mechanisms(mechanisms: Iterable[Mechanism]) -> list[tuple[str, Cited]]:
    return [(f"{m.code}: {m.name}", m) for m in mechanisms]


def _entries(entries: Iterable[ListEntry]) -> list[tuple[str, Cited]]:
    return [(f"{e.country_name}: {e.scope} ({e.status})", e) for e in entries]


def _print_law(
    heading: str,
    entries: Iterable[tuple[str, Cited]],
    on: date,
    stale: int | None,
    shown: Counter[str],
    regime: Regime | None = None,
) -> None:
    """Those of the entries that are in force (and stale, when asked), each with citation, dates and sources."""
    chosen = []
    for title, entry in entries:
        old = stale is not None and (on - entry.checked).days > stale
        shown["in force" if entry.holds(on) else "other"] += 1
        shown["stale"] += old and entry.holds(on)
        if entry.holds(on) and (old or stale is None):
            chosen.append((title, entry))
    if not chosen:
        return
    _say(f"{heading} ({len(chosen)})", indent=2, bold=True)
    for title, entry in chosen:
        _say(title, indent=4)
        since = [f"from {entry.starts}" if entry.starts else "", f"ends {entry.ends}" if entry.ends else ""]
        dates = ", ".join(s for s in (*since, f"checked {entry.checked}", f"confidence {entry.confidence}") if s)
        _say(f"{_cited(entry)}; {dates}", indent=6)
        sources = regime.cite_sources(entry.sources) if regime else entry.sources
        if sources != (entry.citation,):
            _say(f"Source: {'; '.join(sources)}", indent=6)
    _say()


_WIDE = 100


@law.command()
@click.argument("code", metavar="CODE")
@_as_of("The law as it stood on this day.")
@_own_law
def show(code: str, on: date, law_folder: Path | None) -> None:
    """Read out one regime as a lawyer would: whom it covers, the steps in order, evidence, lists, duties, sources."""
    from datamap.law.readable import day, readable
    from datamap.transfers import LABELS, Outcome

    loaded = _law(law_folder)
    if code not in loaded.regimes:
        raise CannotRun(f"No regime is called {code!r}; loaded are {', '.join(loaded.regimes)}.")
    _say(f"As of {day(on)}.")
    for chapter in readable(loaded.regimes[code], on):
        _say()
        _say(chapter.heading, bold=True)
        for number, point in enumerate(chapter.points, 1):
            mark = f"{number}. " if chapter.ordered else ""
            _say()
            _wrap(f"{mark}{point.title}", 2, hang=len(mark), bold=True)
            for name, words in point.says:
                _wrap(f"{name}: {words}" if name else words, 4 + len(mark), hang=2)
            if point.outcome:
                _wrap(f"{point.follows}: {LABELS[Outcome(point.outcome)]}.", 4 + len(mark), hang=2)
            if point.citation:
                _wrap(f"{_cited(point)}; {point.stands}", 4 + len(mark), hang=2)


def _wrap(text: str, indent: int, *, hang: int = 0, bold: bool = False) -> None:
    """Text within the width of a page, its later lines further in."""
    from textwrap import wrap

    for number, line in enumerate(wrap(_clean(text), _WIDE - indent - hang, break_on_hyphens=False)):
        _say(line, indent=indent + (hang if number else 0), bold=bold)


# --------------------------------------------------------------------------------------------------------- app


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port; otherwise the first that is free from 8501 on.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def app(port: int | None, no_browser: bool) -> int:
    """Open the app in the browser. It is served to this computer only, and sends nothing anywhere."""
    import subprocess

    from datamap import ui

    flags = ui.server_flags()
    if port is not None:
        if _taken(str(ui.SERVER_OPTIONS["server.address"]), port):
            raise CannotRun(f"Port {port} is in use; choose another with --port.")
        flags.append(f"--server.port={port}")
    if not no_browser and sys.stdout.isatty() and (sys.platform != "linux" or _has_display()):
        flags += ["--server.headless=false", "--server.showEmailPrompt=false"]
    command = [sys.executable, "-m", "streamlit", "run", str(_entry()), *flags]
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)  # noqa: S606 - so that whoever stops datamap stops the server
    return subprocess.run(command, check=False).returncode and COULD_NOT_RUN


def _entry() -> Path:
    """The script that Streamlit runs: packed into the wheel, or at the root of the project beside the package."""
    package = Path(datamap.__file__).parent
    return next((p for p in (package / "ui" / "app.py", package.parent / "app.py") if p.is_file()), package / "app.py")


def _taken(address: str, port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
