"""Assessment → report: what it says, in what order, and how much of it. What is left out is counted where it is missing.

A chapter is one function, and its place in `_CHAPTERS`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from datamap import __version__
from datamap.assessment import Assessment
from datamap.graph import MappedFlow
from datamap.inventory import name_key
from datamap.law import Cited, Mechanism
from datamap.law.readable import day, evidence
from datamap.overview import Count, overview
from datamap.pictures import Chart, Drawing, PictureFailed, flow_diagram, world_chart
from datamap.pictures.world import CABLES, SOURCE
from datamap.places import place_name
from datamap.problems import Kind
from datamap.registers import DUTIES, NOT_ADVICE, PROBLEMS, QUESTIONS, RECORDS
from datamap.registers.tables import (
    HYPOTHETICAL,
    NOT_RECORDED,
    Shown,
    duty_of,
    place_words,
    recipient_name,
    safeguard_words,
    wanted,
)
from datamap.reports.blocks import (
    Block,
    Column,
    Heading,
    Items,
    Note,
    Paragraph,
    Picture,
    Report,
    Run,
    Section,
    Table,
    Text,
    lines,
    strong,
    text,
)
from datamap.sheets import Cell
from datamap.timeline import lapses
from datamap.transfers import WORST_FIRST, Answer, Outcome
from datamap.views import QUIET, STYLE, Selection, View, select

MOST_COUNTED = 20
"""Countries, and recipients, of the summary."""
MOST_FINDINGS = 60
MOST_FLOWS = 8
"""Flows that one finding names."""
MOST_OTHERS = 40
"""Recipients of which the same is said that one finding names."""
MOST_CELLS = 12
"""Cells that one finding, question or flag names."""
MOST_FLAGS = 30
"""Flags of one rule."""
MOST_ASKED = 60
"""Recipients to ask."""
MOST_LAPSES = 60
MOST_OWED = 60
MOST_SYSTEMS = 120
MOST_PROBLEMS = 40
MOST_NAMED = 10
"""Names in one cell of a table."""
YEAR = 365


def report(assessment: Assessment, selection: Selection | None = None) -> Report:
    """A report of all of an assessment, or of what a selection shows. It says what the record shows and gives no advice."""
    told = _Told(Shown(assessment, selection or select(assessment, View())))
    names = ", ".join(o.name for o in assessment.inventory.organisations) or "The organisation"
    on = assessment.on
    return Report(
        "Where personal information goes",
        names,
        f"Law as of {day(on)}",
        (on.year, on.month, on.day),
        tuple(_opening(told)),
        tuple(
            Section(title, blocks, title in _SHORT or (len(blocks) == 1 and isinstance(blocks[0], Paragraph)))
            for title, chapter in _CHAPTERS.items()
            if (blocks := tuple(chapter(told)))
        ),
    )


@dataclass(frozen=True)
class _Told:
    """What the chapters are told from."""

    shown: Shown

    @property
    def assessment(self) -> Assessment:
        return self.shown.assessment

    @property
    def selection(self) -> Selection:
        assert self.shown.selection
        return self.shown.selection

    @cached_property
    def asked(self) -> Mapping[str, Sequence[tuple[str, str, str]]]:
        """The questions with their flows and why they matter, by whom they are about: those of the register."""
        found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for about, question, flows, _regimes, why, _from in QUESTIONS.rows(self.shown):
            found[str(about)].append((str(question), str(flows), str(why)))
        return found

    @cached_property
    def findings(self) -> tuple[_Finding, ...]:
        """The flagged answers, worst first. Those of one recipient of which all the same is said are one finding; where
        that leaves more than `MOST_FINDINGS`, those of which the same is said but for the name of the recipient."""
        found = _alike(self.shown.flagged, lambda answer: recipient_name(answer.leg.flow), lambda words, name: words)
        if len(found) > MOST_FINDINGS:
            found = _alike(self.shown.flagged, lambda answer: "", lambda words, name: words.replace(name, "\0"))
        return found


@dataclass(frozen=True)
class _Finding:
    """Answers of which the same is said. It is told of the first; `others` are the recipients of which it holds as well."""

    answers: tuple[Answer, ...]

    @property
    def first(self) -> Answer:
        return self.answers[0]

    @cached_property
    def others(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(recipient_name(a.leg.flow) for a in self.answers))[1:]

    @property
    def flows(self) -> tuple[MappedFlow, ...]:
        return tuple({a.leg.flow.id: a.leg.flow for a in self.answers}.values())


def _alike(
    answers: Iterable[Answer], whom: Callable[[Answer], str], said: Callable[[str, str], str]
) -> tuple[_Finding, ...]:
    found: dict[tuple[object, ...], list[Answer]] = defaultdict(list)
    for answer in answers:
        name = recipient_name(answer.leg.flow)
        missing = tuple(said(each, name) for each in answer.missing)
        words = (said(answer.reason, name), answer.citation, missing, answer.would_clear)
        found[answer.outcome, answer.regime, whom(answer), *words].append(answer)
    return tuple(_Finding(tuple(each)) for each in found.values())


# ------------------------------------------------------------------------------------------------ words


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _more(number: int, one: str, where: str, many: str = "") -> Iterator[Block]:
    """What is left out is counted, and it is said where it stands."""
    if number > 0:
        yield Paragraph(text(f"{_count(number, f'more {one}', 'more ' + (many or one + 's'))} {'is' if number == 1 else 'are'} in the register, on its sheet {where}."), quiet=True)  # fmt: skip


def _named(names: Iterable[str], most: int = MOST_NAMED, between: str = ", ") -> str:
    found = list(dict.fromkeys(filter(None, names)))
    more = len(found) - most
    return between.join(found[:most]) + (f" and {more:,} more" if more > 0 else "")


def _cells(told: _Told, found: Iterable[Cell]) -> str:
    every = list(dict.fromkeys(found))
    more = len(every) - MOST_CELLS
    return told.shown.cells(every[:MOST_CELLS]) + (f" and {more:,} more" if more > 0 else "")


def _inked(outcome: Outcome) -> Run:
    return strong(outcome.label, STYLE[outcome].ink)


def _marks(*, to_be_verified: bool, yours: bool) -> str:
    said = [*(["to be verified"] if to_be_verified else []), *(["your own law"] if yours else [])]
    return f" ({', '.join(said)})" if said else ""


def _cited(found: Cited | Answer) -> str:
    return f"{found.citation}{_marks(to_be_verified=found.to_be_verified, yours=found.yours)}"


def _checked(answer: Answer) -> str:
    return f"Checked {day(answer.checked)}." if answer.checked else ""


def _quiet(words: str) -> Run:
    return Run(words, ink=QUIET)


# ------------------------------------------------------------------------------------------------ the title page


def _opening(told: _Told) -> Iterator[Block]:
    assessment = told.assessment
    if assessment.hypothetical:
        yield Note(text(strong(f"{HYPOTHETICAL}. "), NOT_RECORDED))
        yield Items(tuple(map(text, assessment.hypothetical)))
    rows = [("Law as of", day(assessment.on))]
    rows.append(("Regimes", _lined(f"{r.name}: {r.law}" for r in assessment.regimes) or "none"))
    if assessment.only_regimes:
        rows.append(("Narrowed to", f"{', '.join(assessment.only_regimes)}: other regimes were not looked at"))
    if assessment.law.own:
        resting = sum(a.yours for a in assessment.answers) + sum(f.yours for f in assessment.flags)
        rows.append(("Your own law", f"{assessment.law.own}; answers and flags that rest on it: {resting:,}"))
    rows.append(
        (
            "Files read",
            _lined(
                f"{i.file}: {_count(i.rows_read, 'row')} read, {i.rows_left_out:,} left out" for i in assessment.inputs
            )
            or "none",
        )
    )
    rows.append(("Filters", f"{told.shown.filters} {told.shown.hidden}"))
    rows.append(("Written by", f"datamap {__version__}"))
    yield _facts("What this report is made from", [(what, text(says)) for what, says in rows])
    yield Note(text(strong(NOT_ADVICE)))


def _lined(said: Iterable[str]) -> str:
    return "\n".join(said)


def _facts(says: str, rows: Iterable[tuple[str, Text]]) -> Table:
    filled = tuple((text(what), value) for what, value in rows if value)
    return Table(says, (Column("What", 1.15), Column("Says", 5)), filled, by_row=True)


# ------------------------------------------------------------------------------------------------ chapters


def _summary(told: _Told) -> Iterator[Block]:
    assessment, selection = told.assessment, told.selection
    found = overview(replace(assessment, answers=selection.answers))
    regimes = " and ".join(r.name for r in assessment.regimes) or "no regime"
    yield Paragraph(
        text(
            f"{_count(len(selection.flows), 'flow')} of personal information {'is' if len(selection.flows) == 1 else 'are'} "
            f"shown. {_count(found.judged, 'flow')} to a recipient or abroad {'was' if found.judged == 1 else 'were'} judged under "
            f"{regimes}, as the law stood on {day(assessment.on)}. A flow counts by its worst answer."
        )
    )
    if found.outcomes:
        yield Table(
            "Flows by their worst outcome",
            (Column("Outcome", 2), Column("Flows", 1), Column("What it means", 6)),
            tuple((text(_inked(o)), text(f"{n:,}"), text(_MEANS[o])) for o, n in found.outcomes.items()),
        )
    points = [text(f"{f.says}: ", strong(_count(f.flows, "flow")), ".") for f in found.findings]
    if points:
        yield Heading(2, text("What stands out"))
        yield Items(tuple(points))
    if found.countries:
        yield Heading(2, text("By country"))
        yield from _counted("country", "countries", found.countries, "Transfers")
    if found.recipients:
        yield Heading(2, text("By recipient"))
        yield from _counted("recipient", "recipients", found.recipients, "Transfers")
    cells = sum(not p.kind.notice for p in assessment.problems)
    yield Heading(2, text("Beside the transfers"))
    yield Items(
        tuple(
            text(strong(f"{number:,} "), words)
            for number, words in (
                (len(assessment.flags), "flags of other rules"),
                (sum(map(len, told.asked.values())), "questions to ask"),
                (cells, "problems in cells"),
                (assessment.rows_left_out, "rows left out of the inventory"),
            )
        )
    )


_MEANS = {
    Outcome.BLOCKED: "A prohibition on record is in the way.",
    Outcome.GAP: "Nothing on record lets the information go there.",
    Outcome.UNDETERMINED: "The answer depends on facts that the record does not have.",
    Outcome.INCOMPLETE: "A safeguard is on record, and its evidence is not complete.",
    Outcome.SAFEGUARDED: "A safeguard on record covers it.",
    Outcome.PERMITTED: "The law lets it go, on the facts recorded.",
    Outcome.AGENT_ONLY: "The recipient only acts for the sender, on the facts recorded.",
    Outcome.NOT_TRANSFER: "It does not leave, as the law sees it.",
    Outcome.NOT_APPLICABLE: "The law does not apply to it.",
}


def _counted(one: str, many: str, counts: Sequence[Count], where: str) -> Iterator[Block]:
    yield Table(
        f"Flows by {one}, worst first",
        (Column(one.capitalize(), 4), Column("Worst outcome", 2.4), Column("Flows", 1), Column("Flagged", 1)),
        tuple(
            (text(c.name), text(_inked(c.worst)), text(f"{c.flows:,}"), text(f"{c.flagged:,}"))
            for c in counts[:MOST_COUNTED]
        ),
    )
    yield from _more(len(counts) - MOST_COUNTED, one, where, many)


def _pictures(told: _Told) -> Iterator[Block]:
    selection = told.selection
    if not selection.flows:
        yield Paragraph(text("There is no flow to draw."))
        return
    if any(selection.legs.get(flow.id) for flow in selection.flows):
        yield _picture("Where it goes", world_chart(selection, headed=False), f"{CABLES} {SOURCE}")
    said = "A line is a flow, or several drawn together; the words, colour and dashes say its worst outcome."
    leaving = select(told.assessment, replace(selection.view, assessed_only=True))
    if leaving.flows and len(leaving.flows) < len(selection.flows):
        diagram = flow_diagram(leaving)
        yield _picture("What goes to others and abroad", diagram, said)
    diagram = flow_diagram(selection)
    yield _picture("Who sends what to whom", diagram, said)


def _picture(heading: str, drawing: Drawing, says: str) -> Block:
    """A picture with what is not on it, or why there is none: a report is written all the same."""
    left_out = drawing.notes if isinstance(drawing, Chart) else (drawing.folded,)
    picture = Picture(text(heading), drawing, " ".join(filter(None, (*left_out, says))))
    try:
        picture.pdf  # noqa: B018 - laid out here, where it can still be replaced
    except PictureFailed as reason:
        return Paragraph(text(strong(f"{heading}. "), str(reason)))
    return picture


def _findings(told: _Told) -> Iterator[Block]:
    found = told.findings
    if not found:
        yield Paragraph(text("No transfer that is shown asks for attention."))
        return
    flagged = len(told.shown.flagged)
    yield Paragraph(
        text(
            f"{_count(flagged, 'answer')} {'asks' if flagged == 1 else 'ask'} for attention. Those of which the "
            f"same is said are told as one: {_count(len(found), 'finding')}, worst first."
        )
    )
    before = None
    for number, finding in enumerate(found[:MOST_FINDINGS], 1):
        if finding.first.outcome is not before:
            before = finding.first.outcome
            yield Heading(2, text(_inked(before)))
        yield from _finding(told, number, finding)
    rest = found[MOST_FINDINGS:]
    if rest:
        by = Counter(f.first.outcome for f in rest)
        said = ", ".join(f"{o.label} {by[o]:,}" for o in WORST_FIRST if by[o])
        answers = sum(len(f.answers) for f in rest)
        yield Heading(2, text("Further findings"))
        yield Paragraph(
            text(
                f"{_count(len(rest), 'more finding')} ({said}), of {_count(answers, 'answer')}, "
                f"{'is' if len(rest) == 1 else 'are'} in the register, on its sheet Flagged."
            )
        )


def _finding(told: _Told, number: int, finding: _Finding) -> Iterator[Block]:
    answer, flows = finding.first, finding.flows
    regime = told.shown.regime(answer.regime)
    senders = _named((f.origin.name for f in flows), 3)
    more = f" and {_count(len(finding.others), 'other')}" if finding.others else ""
    yield Heading(3, text(f"{number}. {senders} → {recipient_name(answer.leg.flow)}{more} ({regime.name})"))
    ways = [m for code in answer.would_clear if (m := regime.mechanisms.get(code))]
    missing, _ = wanted(answer, regime)
    rests = safeguard_words(answer)
    rows: list[tuple[str, Text]] = [
        ("Shows", text(_inked(answer.outcome), f". {answer.reason}")),
        ("Also of", text(_named(finding.others, MOST_OTHERS))),
        ("What moves", text(_moves(finding))),
        ("Law", text(f"{_cited(answer)}. Confidence: {answer.confidence}. {_checked(answer)}")),
        ("On record", text(rests)),
        ("Missing", lines(map(text, missing), "• ")),
        ("Would clear it", lines([*([text("Any one of these:")] if len(ways) > 1 else [])]) + _ways(ways)),
        ("From", text(_quiet(_cells(told, (c for a in finding.answers for c in a.cells))))),
    ]
    if doubtful := [c for a in finding.answers for c in told.assessment.not_understood(a)]:
        rows.append(("Not understood", text(_quiet(_cells(told, doubtful)))))
    yield _facts(f"Finding {number}", rows)


def _ways(ways: Sequence[Mechanism]) -> Text:
    said = lines(
        (text(strong(m.name), f", {_cited(m)}. Needs: {(m.needs_detail or evidence(m)).rstrip('.')}.") for m in ways),
        "• ",
    )
    return (*([Run("\n")] if len(ways) > 1 else []), *said)


def _moves(finding: _Finding) -> str:
    flows = finding.flows
    categories = _named((c for f in flows for c in f.categories.value or ()), between="; ")
    about = _named((i for f in flows for i in f.individuals.value or ()), between="; ")
    places = _named(
        (f"{'a place ' if a.leg.place.nothing else ''}{place_words(a.leg)}" for a in finding.answers), between="; "
    )
    ids = _named((f.id for f in flows if not f.implied), MOST_FLOWS)
    implied = sum(f.implied for f in flows)
    said = [
        f"{categories or 'Categories not stated'}",
        f"about {about}" if about else "",
        f"to {places}" if places else "",
    ]
    which = " and ".join(filter(None, [f"flow{'' if ids and len(flows) - implied == 1 else 's'} {ids}" if ids else "", f"{_count(implied, 'implied flow')}" if implied else ""]))  # fmt: skip
    return f"{', '.join(filter(None, said))} ({which})."


def _flags(told: _Told) -> Iterator[Block]:
    flags = told.assessment.flags
    if not flags:
        yield Paragraph(text("No other rule asks for attention."))
        return
    if told.shown.narrowed:
        yield Paragraph(text("They are shown in full, whatever the filters."), quiet=True)
    titles = {
        code: rule.title for regime in told.assessment.law.regimes.values() for code, rule in regime.rules.items()
    }
    by_rule: dict[str, list[int]] = defaultdict(list)
    for number, flag in enumerate(flags):
        by_rule[flag.code].append(number)
    for code, numbers in by_rule.items():
        first = flags[numbers[0]]
        yield Heading(2, text(f"{titles.get(code, code).rstrip('.')} ({_count(len(numbers), 'flag')})"))
        yield Paragraph(
            text(f"{code}: {first.citation}{_marks(to_be_verified=first.to_be_verified, yours=first.yours)}. Confidence: {first.confidence}."),
            quiet=True,
        )  # fmt: skip
        yield Table(
            f"Flags of {code}",
            (Column("About", 2), Column("What the record shows", 5), Column("Cells", 2.2)),
            tuple(
                (text(strong(flags[n].about)), text(flags[n].message), text(_quiet(_cells(told, flags[n].cells))))
                for n in numbers[:MOST_FLAGS]
            ),
        )
        yield from _more(len(numbers) - MOST_FLAGS, "flag", DUTIES.name)


def _questions(told: _Told) -> Iterator[Block]:
    asked = told.asked
    if not asked:
        yield Paragraph(text("Nothing is to be found out for the transfers that are shown."))
        return
    number = sum(map(len, asked.values()))
    yield Paragraph(text(f"{_count(number, 'question')} to {_count(len(asked), 'recipient or organisation', 'recipients and organisations')}, those of the worst outcomes first."))  # fmt: skip
    labels = {o.label: o for o in Outcome}
    yield Heading(2, text("By whom they are about"))
    for about in list(asked)[:MOST_ASKED]:
        yield Heading(3, text(about))
        yield Table(
            f"Questions to {about}",
            (Column("Question", 5), Column("Flows", 1.6), Column("Why it matters", 1.7)),
            tuple(
                (text(question), text(_quiet(_named(flows.split("; "), MOST_FLOWS))), text(_inked(labels[why])))
                for question, flows, why in asked[about]
            ),
        )
    more = sum(len(questions) for questions in list(asked.values())[MOST_ASKED:])
    yield from _more(more, "question", QUESTIONS.name)


def _lapses(told: _Told) -> Iterator[Block]:
    flows = {f.id for f in told.shown.flows}
    codes = {a.regime for a in told.shown.answers}
    found = []
    for lapse in lapses(told.assessment, within=YEAR):
        losses = [x for x in lapse.losses if x.answer.leg.flow.id in flows and x.answer.regime in codes]
        if losses:
            found.append((lapse, losses))
    last = told.assessment.on + timedelta(days=YEAR)
    if not found:
        yield Paragraph(text(f"No transfer that is shown loses its cover up to {day(last)}, by what is recorded."))
        return
    yield Paragraph(text(f"What loses its cover up to {day(last)}, by what is recorded, and what depends on it."))
    rows = []
    for lapse, losses in found[:MOST_LAPSES]:
        ends = _named(
            (f"{x.answer.leg.flow.origin.name} → {recipient_name(x.answer.leg.flow)}" for x in losses), 6, "\n"
        )
        then = min((x.answer.outcome for x in losses), key=WORST_FIRST.index)
        cell = told.shown.cells((lapse.cell,)) if lapse.cell else ""
        says = f"{lapse.says[:1].upper()}{lapse.says[1:]}."
        rows.append((text(strong(day(lapse.on))), text(says, _quiet(f"\n{cell}" if cell else "")), text(ends), text(_inked(then))))  # fmt: skip
    yield Table(
        "What lapses, by day",
        (Column("Day", 1.5), Column("What changes", 3.4), Column("What depends on it", 3.4), Column("From then", 1.6)),
        tuple(rows),
    )
    yield from _more(len(found) - MOST_LAPSES, "lapse", "What lapses")


def _owed(told: _Told) -> Iterator[Block]:
    owed: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for answer in told.shown.answers:
        regime = told.shown.regime(answer.regime)
        for said in answer.duties:
            duty = duty_of(said, regime)
            owed[duty.of_anybody, regime.name, _cited(duty.cited)][recipient_name(answer.leg.flow)] = None
    if not owed:
        yield Paragraph(text("No answer that is shown leaves a duty owed."))
        return
    yield Paragraph(text("What remains owed whatever the outcome, and to whose transfers."))
    rows = list(owed.items())
    yield Table(
        "What remains owed",
        (Column("Duty", 4), Column("Law", 2.4), Column("For transfers to", 3)),
        tuple(
            (text(words), text(f"{regime}: {citation}"), text(_named(sorted(who, key=name_key))))
            for (words, regime, citation), who in rows[:MOST_OWED]
        ),
    )
    yield from _more(len(rows) - MOST_OWED, "duty", DUTIES.name, "duties")


def _systems(told: _Told) -> Iterator[Block]:
    schedule = RECORDS["retention"].registers[0]
    rows = list(schedule.rows(told.shown))
    if not rows:
        yield Paragraph(text("No system is on record among what is shown."))
        return
    held = {name_key(s.name): s for s in told.assessment.inventory.systems}
    at = {c: n for n, c in enumerate(schedule.columns)}

    def cell(row: Sequence[object], column: str) -> str:
        value = row[at[column]]
        return "" if value is None else str(value)

    shown = []
    for row in rows[:MOST_SYSTEMS]:
        system = held.get(name_key(cell(row, "System")))
        places = _named(map(place_name, system.locations.value or ())) if system else ""
        owner = cell(row, "Owner")
        flagged = f"\nFlagged: {citation}." if (citation := cell(row, "Citation")) else ""
        shown.append(
            (
                text(strong(cell(row, "System")), _quiet(f"\nOwner: {owner}" if owner else ""), _quiet(f"\nAt: {places}" if places else "")),
                text(_named(cell(row, "Categories").split("; "), between="; ")),
                text(_named(cell(row, "Individuals").split("; "), between="; ")),
                text(cell(row, "Kept for"), _quiet(flagged)),
            )
        )  # fmt: skip
    yield Table(
        "Systems, what they hold and for how long",
        (Column("System", 2.5), Column("Holds", 2.8), Column("About", 1.9), Column("Kept for", 2.9)),
        tuple(shown),
    )
    if (more := len(rows) - MOST_SYSTEMS) > 0:
        yield Paragraph(text(f"{_count(more, 'more system')} {'is' if more == 1 else 'are'} in the retention schedule (on the page Records, or by 'datamap register --record retention')."), quiet=True)  # fmt: skip


def _problems(told: _Told) -> Iterator[Block]:
    wrong = [p for p in told.assessment.problems if not p.kind.notice]
    notices = len(told.assessment.problems) - len(wrong)
    beside = (
        f" {_count(notices, 'notice')} beside them only {'says' if notices == 1 else 'say'} how the files were read."
    )
    if not wrong:
        yield Paragraph(text(f"Every cell could be used as it stands.{beside if notices else ''}"))
        return
    yield Paragraph(
        text(
            f"{_count(len(wrong), 'cell')} could not be used as {'it stands' if len(wrong) == 1 else 'they stand'}; what a cell does "
            f"not say counts as unknown.{beside if notices else ''}"
        )
    )
    yield Table(
        "Problems in cells, the first of them",
        (Column("Cell", 2.2), Column("Problem", 4), Column("What to do", 3)),
        tuple(
            (text(_quiet(told.shown.cells((p.cell,)))), text(p.message), text(p.advice)) for p in wrong[:MOST_PROBLEMS]
        ),
    )
    yield from _more(len(wrong) - MOST_PROBLEMS, "problem", PROBLEMS.name)


_LEAVES_OUT = (
    Kind.NO_IDENTITY, Kind.NO_ENDPOINTS, Kind.SHEET_UNKNOWN, Kind.HEADING_MISSING, Kind.OUTSIDE_TABLE, Kind.SET_ASIDE, Kind.NOT_USED,
)  # fmt: skip
"""The kinds of problem that say why rows were left out."""


def _rows(told: _Told) -> Iterator[Block]:
    assessment, selection = told.assessment, told.selection
    yield Paragraph(text("Every row that was read is in the inventory or was left out for a reason; every flow is shown or hidden by a filter; every answer is counted."))  # fmt: skip
    yield Heading(2, text("Rows of the files"))
    yield Table(
        "Rows of each file",
        (Column("File", 3), Column("Layout", 3), Column("Rows read", 1.2), Column("In the inventory", 1.4), Column("Left out", 1.2)),
        tuple(
            (text(i.file), text(i.layout), text(f"{i.rows_read:,}"), text(f"{i.rows_in_inventory:,}"), text(f"{i.rows_left_out:,}"))
            for i in assessment.inputs
        ),
    )  # fmt: skip
    if assessment.rows_left_out:
        reasons = [p for p in assessment.problems if p.kind in _LEAVES_OUT]
        yield Paragraph(text("Why rows were left out:"))
        yield Items(tuple(text(_quiet(f"{told.shown.cells((p.cell,))}: "), p.message) for p in reasons[:MOST_PROBLEMS]))
        yield from _more(len(reasons) - MOST_PROBLEMS, "reason", PROBLEMS.name)
    yield Heading(2, text("Flows and answers"))
    counts = told.shown.answers.counts
    said = ", ".join(f"{o.label} {counts[o]:,}" for o in WORST_FIRST if counts[o])
    flagged = len(told.shown.flagged)
    told_of = sum(len(f.answers) for f in told.findings[:MOST_FINDINGS])
    yield Items(
        (
            text(f"Filters: {selection.filter_sentence()}"),
            text(f"Flows: {len(selection.flows):,} of {len(assessment.map.flows):,} shown. {selection.hidden_sentence()}"),
            text(f"Answers: {len(told.shown.answers):,} of {len(assessment.answers):,} shown{f' ({said})' if said else ''}."),
            text(f"Flagged answers: {flagged:,}, of which {told_of:,} in the findings above and {flagged - told_of:,} only counted there."),
        )
    )  # fmt: skip


def _law(told: _Told) -> Iterator[Block]:
    rows = list(told.shown.law_rows.values())
    if not rows:
        yield Paragraph(text("No answer that is shown rests on any law."))
        return
    yield Paragraph(
        text(
            f"{_count(len(rows), 'piece')} of law that the answers and flags rest on, as datamap has them, in the order in which they are "
            "asked. “To be verified” marks what was read in no official source or is of low confidence."
        )
    )
    by_regime: dict[str, list[tuple[Text, ...]]] = defaultdict(list)
    for row in rows:
        cited = row.cited
        since = [
            f"from {day(cited.starts)}" if cited.starts else "",
            f"until {day(cited.last_day)}" if cited.last_day else "",
        ]
        marks = _marks(to_be_verified=cited.to_be_verified, yours=cited.yours).strip(" ()")
        standing = [
            ", ".join(filter(None, since)),
            f"checked {day(cited.checked)}",
            f"confidence {cited.confidence}",
            marks,
        ]
        by_regime[row.regime].append(
            (
                text(strong(cited.citation), _quiet(f"\n{row.rule}")),
                text(row.asks),
                text(_lined(filter(None, standing))),
                text(_quiet(_lined(row.sources))),
            )
        )  # fmt: skip
    for regime, found in by_regime.items():
        yield Heading(2, text(regime))
        yield Table(
            f"Law of {regime} relied on",
            (Column("Citation and rule", 2.2), Column("What it asks", 2.5), Column("In force, checked", 2.3), Column("Sources", 2.7)),
            tuple(found),
        )  # fmt: skip


_CHAPTERS: dict[str, Callable[[_Told], Iterable[Block]]] = {
    "Summary": _summary,
    "Pictures": _pictures,
    "Findings": _findings,
    "Flags of other rules": _flags,
    "Questions to ask": _questions,
    "What lapses": _lapses,
    "What remains owed": _owed,
    "Systems and retention": _systems,
    "Problems in cells": _problems,
    "What was read and what is shown": _rows,
    "Appendix: law relied on": _law,
}
_SHORT = frozenset({"What lapses", "What remains owed", "Problems in cells", "What was read and what is shown"})
"""The chapters that need no page of their own."""
