"""The command line: one command per verb, and one call of the library in each.

Exit codes: 0 nothing flagged, 1 something flagged (`check` only), 2 could not run, with one sentence on standard error.
Standard output carries the answer and nothing else. Heavy libraries are imported by the commands that need them.
"""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

import datamap

if TYPE_CHECKING:
    from datamap.assessment import Assessment
    from datamap.catalogue import Suggestion
    from datamap.duties import Flag
    from datamap.graph import Leg, MappedFlow
    from datamap.law import Cited, Law, ListEntry, Mechanism, Regime
    from datamap.law.readable import Point
    from datamap.layouts.mapper import Proposal
    from datamap.problems import Problem
    from datamap.sheets import Cell
    from datamap.timeline import Span
    from datamap.transfers import Answer, Outcome
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


class _Commands(click.Group):
    """Runs a command so that whatever goes wrong ends in one sentence and never in a traceback, unless asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except (
            datamap.Unreadable,
            datamap.NobodySends,
            datamap.NoSuchRegime,
            datamap.BadLaw,
            datamap.BadProfile,
        ) as reason:
            raise CannotRun(str(reason)) from reason
        except OSError as reason:
            raise CannotRun(f"The system would not do it: {reason.strerror or reason}.") from reason
        except Exception as unexpected:
            if ctx.params["debug"]:
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
                1  something is flagged (check only)
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
        law = _law(self.law_folder)
        reading = _read(self.files, law, self.mappings)
        with _busy("Assessing …"):
            return datamap.assess(
                reading,
                on=self.on,
                regimes=self.regimes,
                organisation=self.organisation,
                country=self.sender_country,
                law=law,
            )


def _assesses(*, country: str = "--country") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command the arguments of `Asked`, as its first. `country` is the option that says where the sender is."""
    options = (
        _files,
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
    files: Sequence[Path], law: Law | None = None, mappings: Sequence[Path] = (), *, to_judge: bool = True
) -> Reading:
    """The files together, in the words of a law. Raises `CannotRun` when they hold not one row of an inventory, or
    nothing that could be judged.

    Ctrl-C ends the reading at once.
    """
    names = ", ".join(f.name for f in files)
    with _busy(f"Reading {names} …") as say:
        reading = datamap.read(
            *files, law=law, mappings=mappings, progress=lambda p: say(f"{p.file}: {p.rows:,} rows, {p.seconds:.0f} s")
        )
    wrong = [p for p in reading.problems if not p.kind.notice]
    if not any(i.rows_in_inventory for i in reading.inputs):
        rows = sum(i.rows_read for i in reading.inputs)
        if not rows or not wrong:
            raise CannotRun(f"{names}: no rows were found; fill in at least one system or flow below the headings.")
        raise CannotRun(f"{names}: not one of the rows read ({rows}) could be used; {_first(wrong)}.")
    if to_judge and not (reading.inventory.systems or reading.inventory.flows):
        because = f"; {_first(wrong)}" if wrong else ""
        raise CannotRun(f"{names}: no system and no flow was understood, so there is nothing to judge{because}.")
    return reading


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
    try:
        with tempfile.TemporaryDirectory(dir=final.parent, prefix=".datamap-") as folder:
            written = Path(folder) / final.name
            yield written
            os.replace(written, final)
    except OSError as reason:
        raise CannotRun(f"{str(target)!r} cannot be written: {reason.strerror or reason}.") from reason


def _wrote(target: Path, what: str) -> None:
    click.echo(_clean(f"{target}: {what}"), err=True)


def _clean(text: str) -> str:
    """Text of users on one line, without anything that steers a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _say(text: str = "", *, indent: int = 0, colour: str | None = None, bold: bool = False) -> None:
    click.echo(" " * indent + click.style(_clean(text), fg=colour, bold=bold or None))


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


# ------------------------------------------------------------------------------------------------------- check


@cli.command()
@_assesses()
@_format
def check(
    asked: Asked,
    form: str,
) -> int:
    """Print problems of the cells, then what the law flags.

    Exit code 0 when nothing is flagged, 1 when something is, 2 when it could not run. A problem of a cell is not a
    flag.
    """
    assessment = asked.assess()
    if form == "json":
        from datamap import registers

        answer = registers.to_json(assessment) | {"perhaps_the_same": _likenesses(assessment)}
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        _print_check(assessment)
    return FLAGGED if assessment.flagged else NOTHING_FLAGGED


_LIKENESSES_SHOWN = 20
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


def _print_check(assessment: Assessment) -> None:
    from datamap.transfers import WORST_FIRST

    problems = [p for p in assessment.problems if not p.kind.notice]
    for problem in problems:
        _say(str(problem))
    if problems:
        _say()
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
    for outcome in (o for o in WORST_FIRST if o.flagged):
        answers = [a for a in assessment.answers if a.outcome is outcome]
        if answers:
            _say(f"{outcome.label} ({_count(len(answers), 'transfer')})", colour=_COLOURS[outcome], bold=True)
            _say()
        for answer in answers:
            _print_answer(answer, assessment)
            _say()
    for code in sorted({f.code for f in assessment.flags}):
        flags = [f for f in assessment.flags if f.code == code]
        _say(f"{code} {_rule_title(assessment, code)} ({_count(len(flags), 'flag')})", colour="yellow", bold=True)
        _say()
        for flag in flags:
            _print_flag(flag)
            _say()
    _print_counts(assessment)


def _print_answer(answer: Answer, assessment: Assessment) -> None:
    from datamap.places import place_name

    flow, place = answer.leg.flow, answer.leg.place.value
    ends = f"{flow.origin.name} → {flow.destination.name}"
    where = place_name(place) if place else "place not stated"
    doing = f", {place.activity}" if place and place.activity else ""
    name = "" if flow.implied or flow.id == ends else f"{flow.id}: "
    _say(f"{name}{ends} ({where}{doing}), {assessment.law.regimes[answer.regime].name}", indent=2, bold=True)
    _say(answer.reason, indent=4)
    _say(_cited(answer), indent=4)
    if answer.missing:
        _say("Missing:", indent=4)
    for missing in answer.missing:
        _say(f"- {missing}", indent=6)
    _print_cells(answer.cells)


def _print_flag(flag: Flag) -> None:
    _say(flag.about, indent=2, bold=True)
    _say(flag.message, indent=4)
    _say(_cited(flag), indent=4)
    _print_cells(flag.cells)


def _print_cells(cells: Iterable[Cell]) -> None:
    if shown := " ".join(str(c) for c in cells):
        _say(f"Cells: {shown}", indent=4)


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
    if assessment.law.own:
        resting = sum(a.yours for a in assessment.answers)
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
    from datamap.places import place_name

    place = leg.place.value
    if place is None:
        return "place not stated"
    return f"{place_name(place)} ({place.activity})" if place.activity else place_name(place)


@cli.command()
@click.option(
    "--within", metavar="DAYS", type=click.IntRange(min=0), required=True, help="How many days to look ahead."
)
@_assesses()
@_format
def lapses(
    asked: Asked,
    within: int,
    form: str,
) -> None:
    """Tell which transfers lose their cover in the next days, on which day and by what.

    Exit code 0 when told, whatever it says.
    """
    from datamap.timeline import lapses as lapses_of

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


# -------------------------------------------------------------------------------------- files that are written


@cli.command()
@click.option("-o", "--output", metavar="OUT.xlsx", type=_FILE, required=True, help="Where to write it.")
@_assesses()
def register(
    asked: Asked,
    output: Path,
) -> None:
    """Write the transfer register as an Excel workbook. Exit code 0 when written, whatever it says."""
    with _output(output, [".xlsx"], asked.files) as path:
        assessment = asked.assess()
        with _busy(f"Writing {output.name} …"):
            from datamap import registers

            registers.save(assessment, path)
    flagged = sum(a.outcome.flagged for a in assessment.answers)
    _wrote(output, f"{_count(len(assessment.answers), 'answer')}, {flagged} flagged.")


@cli.command()
@click.option("-o", "--output", metavar="OUT.svg|png|pdf|html", type=_FILE, required=True, help="Where to write it.")
@click.option("--focus", metavar="NAME", help="Only the flows around one system, recipient or source.")
@click.option("--category", "categories", metavar="NAME", multiple=True, help="Only this category; repeatable.")
@click.option(
    "--country", "countries", metavar="PLACE", multiple=True, help="Only this country, or 'not stated'; repeatable."
)
@click.option("--flagged", is_flag=True, help="Only flows that are flagged.")
@_assesses(country="--organisation-country")
def diagram(
    asked: Asked,
    output: Path,
    focus: str | None,
    categories: Sequence[str],
    countries: Sequence[str],
    flagged: bool,
) -> None:
    """Draw the flows as SVG, PNG, PDF or one HTML page. What is left out is counted on the drawing.

    Exit code 0 when drawn, whatever it shows.
    """
    with _output(output, [".svg", ".png", ".pdf", ".html"], asked.files) as path:
        try:
            assessment = asked.assess()
        except datamap.NobodySends as reason:
            raise CannotRun(str(reason).replace("--country", "--organisation-country")) from reason
        from datamap import pictures
        from datamap.views import View

        names = {n.name for n in assessment.map.nodes}
        view = View(
            focus=_called(focus, names, "system, recipient or source") if focus else None,
            categories=tuple(_called(c, assessment.map.categories, "information category") for c in categories),
            countries=tuple(_country(c) for c in countries),
            flagged_only=flagged,
        )
        with _busy(f"Drawing {output.name} …"):
            try:
                shown = pictures.save(assessment, view, path)
            except pictures.PictureFailed as reason:
                raise CannotRun(str(reason)) from reason
    _wrote(output, f"{_count(len(shown.flows), 'flow')}. {shown.filter_sentence()} {shown.hidden_sentence()}")


def _called(name: str, known: Iterable[str], what: str) -> str:
    """The one of the known names that a name on the command line means."""
    from datamap.inventory import name_key
    from datamap.places import nearest

    names = sorted(known)
    for candidate in names:
        if name_key(candidate) == name_key(name):
            return candidate
    near = nearest(name, names)
    raise CannotRun(f"No {what} is called {name!r}{f'; did you mean {near!r}?' if near else '.'}")


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
    for number, line in enumerate(textwrap.wrap(_clean(text), _WIDE - indent - hang, break_on_hyphens=False)):
        _say(line, indent=indent + (hang if number else 0), bold=bold)


# --------------------------------------------------------------------------------------------------------- app


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port; otherwise the first that is free from 8501 on.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def app(port: int | None, no_browser: bool) -> int:
    """Open the app in the browser. It is served to this computer only, and sends nothing anywhere."""
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
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
