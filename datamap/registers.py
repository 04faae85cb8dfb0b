"""Assessment → tables → one workbook, and the JSON object of the command line.

A `Register` is one sheet: its columns, and a function that gives its rows. The same rows feed the page, the sheet and
`table`. Every register says what the record shows and where; none gives legal advice.
"""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pandas as pd
from openpyxl.styles import Font, NamedStyle, PatternFill
from openpyxl.workbook import Workbook

from datamap import __version__, places
from datamap.assessment import Assessment
from datamap.chains import Chain, Destination, destinations, reaches
from datamap.graph import Leg, MappedFlow
from datamap.inventory import Fact, Nothing, Place, name_key
from datamap.law import Cited, Regime
from datamap.law.readable import of_anybody
from datamap.sheets import Cell
from datamap.timeline import Lapse, Span, lapses
from datamap.transfers import LABELS, WORST_FIRST, Answer, Outcome, ReliedOn
from datamap.views import STYLE, Selection
from datamap.workbook.writing import (
    FACE,
    HAIRLINE,
    INK,
    TOP,
    Target,
    add_sheet,
    cell_at,
    link_to,
    new_book,
    put_row,
    save_book,
)

Value = str | int | date | None
Row = tuple[Value, ...]

NOT_ADVICE = "This says what the record shows; it is not legal advice."
MOST_LINKS = 65_530  # links that a spreadsheet program keeps on one sheet
MOST_ROWS = 1_000_000  # rows written to one sheet; what is over goes to the next


@dataclass(frozen=True)
class Register:
    """One table: its name, what it is for, its headings, and its rows. `more` gives the headings that the data adds."""

    name: str
    help: str
    columns: tuple[str, ...]
    rows: Callable[[_Shown], Iterable[Row]]
    more: Callable[[_Shown], tuple[str, ...]] = lambda shown: ()


@dataclass(frozen=True)
class _LawRow:
    """One piece of law that an answer or a flag rests on."""

    regime: str
    rule: str
    asks: str
    cited: Cited
    sources: tuple[str, ...]


@dataclass(frozen=True)
class _Shown:
    """What the registers are written from: all of an assessment, or the part a selection shows."""

    assessment: Assessment
    selection: Selection | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        return self.selection.answers if self.selection else self.assessment.answers

    @property
    def narrowed(self) -> bool:
        return self.selection is not None and len(self.answers) < len(self.assessment.answers)

    @cached_property
    def flagged(self) -> tuple[Answer, ...]:
        """The flagged answers, worst first, otherwise in their own order."""
        return tuple(sorted((a for a in self.answers if a.outcome.flagged), key=lambda a: WORST_FIRST.index(a.outcome)))

    @cached_property
    def extra(self) -> tuple[str, ...]:
        """Headings of the columns of the sheet Flows that datamap has no meaning for, in their order."""
        flows = dict.fromkeys(a.leg.flow.record for a in self.answers if not a.leg.flow.implied)
        return tuple(dict.fromkeys(heading for flow in flows for heading in flow.extra))

    def cells(self, cells: Iterable[Cell]) -> str:
        """Addresses, without the file's name when there is only one file."""
        several = len(self.assessment.inputs) != 1
        return "; ".join(str(c) if several else f"{c.sheet}!{c.address}" for c in cells)

    def regime(self, code: str) -> Regime:
        return self.assessment.law.regimes[code]

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """The shortest ways of each category to each country whose last hop is shown."""
        flows = {a.leg.flow.id for a in self.answers}
        return tuple(c for c in reaches(self.assessment) if not self.narrowed or c.hops[-1].flow.id in flows)

    @cached_property
    def law_rows(self) -> dict[tuple[str, str], _LawRow]:
        """Every piece of law relied on, by regime and rule: in the order of the regimes and of their steps."""
        used: dict[str, dict[str, None]] = defaultdict(dict)
        for answer in self.answers:
            rules = used[answer.regime]
            rules.update(dict.fromkeys(step.rule.partition("/")[2] for step in answer.trace))
            regime = self.regime(answer.regime)
            rules.update(dict.fromkeys(_evidence_rules(answer, regime)))
            rules.update(dict.fromkeys(f"duty: {_duty(said, regime)[0]}" for said in answer.duties))
        found: dict[tuple[str, str], _LawRow] = {}
        for code, regime in self.assessment.law.regimes.items():
            flags = {f.code for f in self.assessment.flags}
            for row in _law_of(regime):
                if row.rule in used.get(code, ()) or row.rule in flags:
                    found[code, row.rule] = row
        return found

    def decided_by(self, answer: Answer) -> tuple[str, str] | None:
        """The key of the piece of law that an answer rests on before all others."""
        tried = [(step.rule.partition("/")[2], step.citation) for step in answer.trace]
        rules = [
            *_evidence_rules(answer, self.regime(answer.regime)),
            *(rule for rule, citation in reversed(tried) if citation == answer.citation),
            *(rule for rule, citation in tried if citation in answer.citation),
            *(rule for rule, _ in reversed(tried)),
        ]
        return next(((answer.regime, rule) for rule in rules if (answer.regime, rule) in self.law_rows), None)

    @cached_property
    def leads(self) -> dict[int, int]:
        """The row of the sheet *Law relied on* that each answer leads to, by the answer's identity."""
        rows = {key: row for row, key in enumerate(self.law_rows, 2)}
        return {id(a): rows[key] for a in self.answers if (key := self.decided_by(a))}


# ---------------------------------------------------------------------------------------------- the law relied on


def _list_rule(country: str, starts: date | None) -> str:
    return f"list: {country}{f', {starts}' if starts else ''}"


def _law_of(regime: Regime) -> Iterator[_LawRow]:
    """Every piece of a regime's law that an answer or a flag can rest on."""
    for step in regime.steps:
        yield _row(regime, step.id, of_anybody(step.asks), step)
    for code, mechanism in regime.mechanisms.items():
        needs = f": {mechanism.needs_detail}" if mechanism.needs_detail else ""
        yield _LawRow(regime.name, code, f"{mechanism.name}{needs}", mechanism, mechanism.sources)
    for entry in regime.entries:
        rule = _list_rule(entry.country_name, entry.starts)
        yield _LawRow(regime.name, rule, entry.scope, entry, entry.sources)
    for practice in regime.practices:
        yield _row(regime, practice.name, f"{practice.name}, {practice.rule}", practice)
    for key, duty in regime.duties.items():
        yield _row(regime, f"duty: {key}", of_anybody(duty.text), duty)
    for code, rule_ in regime.rules.items():
        yield _row(regime, code, rule_.title, rule_)


def _row(regime: Regime, rule: str, asks: str, cited: Cited) -> _LawRow:
    return _LawRow(regime.name, rule, f"{asks[:1].upper()}{asks[1:]}", cited, regime.cite_sources(cited.sources))


def _evidence_rules(answer: Answer, regime: Regime) -> tuple[str, ...]:
    """The list entry, the mechanism and the code of practice that an answer names, as rules of `_law_of`."""
    found: list[str] = []
    relied = answer.relied_on
    if relied and relied.kind == "list":
        found += [
            _list_rule(e.country_name, e.starts)
            for e in regime.entries
            if (e.country_name, e.citation, e.starts) == (relied.name, relied.mechanism, relied.starts)
        ]
    elif relied:
        found.append(relied.mechanism)
    elif answer.ground:
        found += [m.code for m in regime.mechanisms.values() if m.citation == answer.ground]
    found += [p.name for p in regime.practices if p.name in answer.citation]
    return tuple(found)


def _duty(said: str, regime: Regime) -> tuple[str, str, str]:
    """A duty as an answer says it → its key in the law, its text and its citation."""
    for key, duty in regime.duties.items():
        ending = f" ({duty.citation})"
        if said.endswith(ending):
            return key, said.removesuffix(ending), duty.citation
    return "", said, ""


def _law(shown: _Shown) -> Iterator[Row]:
    for row in shown.law_rows.values():
        cited = row.cited
        last = cited.ends - timedelta(days=1) if cited.ends else None
        yield (
            row.regime, row.rule, cited.citation, row.asks, cited.starts, last, cited.checked, cited.confidence,
            _yes(cited.to_be_verified), _yes(cited.yours), "; ".join(row.sources),
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------- the transfers


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _says(fact: Fact[Any]) -> str:
    """A fact in words; nothing at all when nobody filled it in."""
    if fact.nothing:
        return "" if fact.nothing is Nothing.BLANK else _NOTHING[fact.nothing]
    if isinstance(fact.value, bool):
        return _yes(fact.value)
    return "; ".join(map(str, fact.value)) if isinstance(fact.value, tuple) else str(fact.value)


_NOTHING = {Nothing.NOT_STATED: "not stated", Nothing.NONE: "none", Nothing.UNREADABLE: "not understood"}


def _country(place: Place | None) -> str:
    if place is None or not place.stated:
        return "not stated"
    return places.country_name(place.country) if place.country else "not one country"


def _recipient(flow: MappedFlow) -> str:
    return flow.recipient.name if flow.recipient else flow.destination.name


def _role(flow: MappedFlow) -> str:
    return _says(flow.record.role.or_else(flow.recipient.role) if flow.recipient else flow.record.role)


def _place(leg: Leg) -> str:
    place, nothing = leg.place.value, leg.place.nothing
    return places.place_name(place) if place else nothing.value if nothing else ""


def _transfers(shown: _Shown) -> Iterator[Row]:
    for answer in shown.answers:
        leg, flow, relied = answer.leg, answer.leg.flow, answer.relied_on
        place = leg.place.value
        yield (
            flow.id,
            flow.organisation.name if flow.organisation else "not stated",
            flow.origin.name,
            _recipient(flow),
            _country(place),
            _place(leg),
            place.activity.value if place and place.activity else "",
            _says(flow.categories),
            _says(flow.individuals),
            _says(flow.record.purpose),
            _role(flow),
            shown.regime(answer.regime).name,
            answer.outcome.label,
            answer.ground or "",
            answer.citation,
            _yes(answer.to_be_verified),
            _yes(answer.yours),
            answer.reason,
            "\n".join(answer.missing),
            "\n".join(answer.duties),
            _safeguard(relied),
            relied.starts if relied else None,
            relied.ends if relied else None,
            f"yes ({flow.record.implied_by})" if flow.implied else "no",
            _yes(flow.upstream is not None),
            _says(flow.recipient.notes) if flow.recipient and flow.recipient.notes.known else "",
            shown.cells(shown.assessment.not_understood(answer)),
            shown.cells(answer.cells),
            *(_extra(flow, heading) for heading in shown.extra),
        )


def _safeguard(relied: ReliedOn | None) -> str:
    if relied is None:
        return ""
    document = f" ({relied.document})" if relied.document else ""
    return f"{relied.name}{document}" if relied.kind == "safeguard" else f"{relied.mechanism}: {relied.name}"


def _extra(flow: MappedFlow, heading: str) -> str:
    fact = None if flow.implied else flow.record.extra.get(heading)
    return _says(fact) if fact else ""


def _extra_headings(shown: _Shown) -> tuple[str, ...]:
    """Extra columns keep their heading unless the register has one of that name."""
    own = {name_key(c) for c in TRANSFER_COLUMNS}
    return tuple(f"{h} (from the file)" if name_key(h) in own else h for h in shown.extra)


def _flagged(shown: _Shown) -> Iterator[Row]:
    for answer in shown.flagged:
        flow = answer.leg.flow
        yield (
            answer.outcome.label,
            flow.id,
            flow.origin.name,
            _recipient(flow),
            _country(answer.leg.place.value),
            _says(flow.categories),
            shown.regime(answer.regime).name,
            answer.citation,
            _yes(answer.to_be_verified),
            _yes(answer.yours),
            answer.reason,
            "\n".join(answer.missing),
            shown.cells(answer.cells),
        )


# ---------------------------------------------------------------------------------------------- what to find out


@dataclass
class _Question:
    """One question and everything it is about."""

    flows: dict[str, None]
    regimes: dict[str, None]
    cells: dict[Cell, None]
    outcomes: set[Outcome]


def _questions(shown: _Shown) -> Iterator[Row]:
    """Who the question is about, worst first; the sender's own facts are asked once and not for each recipient."""
    asked: dict[str, dict[str, _Question]] = {}
    for answer in shown.flagged:
        if answer.outcome not in (Outcome.UNDETERMINED, Outcome.INCOMPLETE):
            continue
        flow = answer.leg.flow
        for missing in answer.missing:
            sender = flow.organisation.name if flow.organisation else None
            about = f"{sender} (the organisation itself)" if missing.startswith(f"{sender}:") else _recipient(flow)
            text = missing if missing.endswith("?") else f"To record or put on file: {missing.rstrip('.')}."
            question = asked.setdefault(about, {}).setdefault(text, _Question({}, {}, {}, set()))
            question.flows[flow.id] = None
            question.regimes[shown.regime(answer.regime).name] = None
            question.cells.update(dict.fromkeys((*flow.cells, *answer.leg.place.cells)))
            question.outcomes.add(answer.outcome)
    for about, questions in asked.items():
        for text, question in questions.items():
            worst = min(question.outcomes, key=WORST_FIRST.index)
            yield (
                about, text, "; ".join(question.flows), "; ".join(question.regimes), worst.label,
                shown.cells(question.cells),
            )  # fmt: skip


def _duties(shown: _Shown) -> Iterator[Row]:
    """The flags, then the duties that remain owed, each once for a recipient."""
    for flag in shown.assessment.flags:
        yield (
            "Flag", flag.code, flag.about, flag.message, flag.citation, "", _yes(flag.to_be_verified),
            _yes(flag.yours), shown.cells(flag.cells),
        )  # fmt: skip
    remaining: dict[tuple[str, str, str], _Question] = {}
    for answer in shown.answers:
        flow = answer.leg.flow
        for said in answer.duties:
            duty = remaining.setdefault((_recipient(flow), answer.regime, said), _Question({}, {}, {}, set()))
            duty.flows[flow.id] = None
            duty.cells.update(dict.fromkeys(flow.cells))
    for (recipient, code, said), duty in sorted(remaining.items(), key=lambda item: name_key(item[0][0])):
        regime = shown.regime(code)
        key, text, citation = _duty(said, regime)
        doubtful, yours = (regime.duties[key].to_be_verified, regime.duties[key].yours) if key else (False, False)
        yield (
            "Remains owed", regime.name, recipient, text, citation, "; ".join(duty.flows), _yes(doubtful),
            _yes(yours), shown.cells(duty.cells),
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------- time and distance

YEAR = 365  # days that the register looks ahead


def _lapses(shown: _Shown) -> Iterator[Row]:
    """One row for each leg and regime that loses its cover, by day and by what lapses."""
    flows = {a.leg.flow.id for a in shown.answers}
    for lapse in lapses(shown.assessment, within=YEAR):
        for loss in lapse.losses:
            answer = loss.answer
            flow = answer.leg.flow
            if flow.id in flows:
                yield (
                    lapse.on, f"{lapse.says[:1].upper()}{lapse.says[1:]}", flow.id, flow.origin.name, _recipient(flow),
                    _country(answer.leg.place.value), _says(flow.categories), shown.regime(answer.regime).name,
                    loss.before.label, answer.outcome.label, answer.citation, _yes(answer.to_be_verified),
                    _yes(answer.yours), answer.reason, "\n".join(answer.missing), shown.cells((lapse.cell,) if lapse.cell else ()),
                )  # fmt: skip


def _chains(shown: _Shown) -> Iterator[Row]:
    for chain in shown.chains:
        yield (
            chain.category, chain.place, len(chain.hops), " → ".join(chain.names),
            chain.outcome.label if chain.outcome else "", "\n".join(_hops(shown, chain)), chain.sentence,
            "; ".join(hop.flow.id for hop in chain.hops), "; ".join(chain.systems),
        )  # fmt: skip


def _hops(shown: _Shown, chain: Chain) -> Iterator[str]:
    """Each hop with its outcomes by regime and the agreement on file."""
    for number, hop in enumerate(chain.hops, 1):
        judged = "; ".join(f"{shown.regime(code).name}: {o.label}" for code, o in hop.outcomes.items())
        paper = f" ({hop.agreement.name})" if hop.agreement else ""
        yield f"{number}. {hop.ends}: {judged or 'not assessed'}{paper}"


def _destinations(shown: _Shown) -> Iterator[Row]:
    for found in destinations(shown.chains):
        yield (
            found.place, len(found.categories), len(found.systems), found.hops,
            found.outcome.label if found.outcome else "", "; ".join(found.categories), "; ".join(found.systems),
        )  # fmt: skip


def _problems(shown: _Shown) -> Iterator[Row]:
    for p in shown.assessment.problems:
        yield p.cell.file, p.cell.sheet, p.cell.address, p.code, p.value, p.message, p.hint


# ---------------------------------------------------------------------------------------------- about


def _about(shown: _Shown) -> Iterator[Row]:
    assessment, selection = shown.assessment, shown.selection
    yield "What this is", NOT_ADVICE
    yield "Written by", f"datamap {__version__}"
    yield "Law as of", assessment.on
    yield "Regimes", "; ".join(f"{r.name}: {r.law}" for r in assessment.regimes) or "none"
    if assessment.law.own:
        resting = sum(a.yours for a in assessment.answers) + sum(f.yours for f in assessment.flags)
        yield "Your own law", f"{assessment.law.own}; answers and flags that rest on it: {resting}"
    if assessment.only_regimes:
        yield "Narrowed to", f"{'; '.join(assessment.only_regimes)}: other regimes were not looked at"
    for organisation in assessment.inventory.organisations:
        yield "Organisation", organisation.name
    for report in assessment.inputs:
        yield (
            f"File: {report.file}",
            f"Layout {report.layout}. Rows read: {report.rows_read}; in the inventory: {report.rows_in_inventory}; "
            f"left out: {report.rows_left_out}.",
        )
    yield "Problems", f"{len(assessment.problems)} about cells, on the sheet {PROBLEMS.name}"
    if selection:
        whole = "Flags and problems are shown in full, whatever the filters."
        yield "Filters", selection.filter_sentence()
        yield "Hidden by the filters", selection.hidden_sentence()
        yield "Answers shown", f"{len(shown.answers)} of {len(assessment.answers)}. {whole}"
    else:
        yield "Filters", "No filters. Nothing hidden."
    counts = Counter(a.outcome for a in shown.answers)
    for outcome in WORST_FIRST:
        if counts[outcome]:
            yield outcome.label, counts[outcome]
    yield "Flags of other rules", len(assessment.flags)
    if len(shown.answers) > MOST_LINKS:
        yield "Links", f"Left out: a sheet keeps {MOST_LINKS:,} of them at most. The rules stand on {LAW.name}."


# ---------------------------------------------------------------------------------------------- the registers

TRANSFER_COLUMNS = (
    "Flow", "Organisation", "From", "To", "Country", "Place", "Activity", "Categories", "Individuals", "Purpose",
    "Role", "Regime", "Outcome", "Ground", "Citation", "To be verified", "Your own law", "Reason", "Missing", "Duties", "Safeguard",
    "Safeguard from", "Safeguard until", "Implied", "Onward", "Notes on the recipient", "Cells not understood", "Source cells",
)  # fmt: skip
TRANSFERS = Register(
    "Transfers", "Every flow at every place under every regime that could apply.", TRANSFER_COLUMNS, _transfers,
    _extra_headings,
)  # fmt: skip
FLAGGED = Register(
    "Flagged", "The transfers that ask for attention, worst first.",
    (
        "Outcome", "Flow", "From", "To", "Country", "Categories", "Regime", "Citation", "To be verified",
        "Your own law", "Reason", "Missing", "Source cells",
    ),
    _flagged,
)  # fmt: skip
QUESTIONS = Register(
    "Questions to ask", "What to find out or put on file, by the recipient it is about.",
    ("Recipient", "Question", "About flows", "Regimes", "Why it matters", "Cells"), _questions,
)  # fmt: skip
DUTIES = Register(
    "Duties", "Flags of the other rules, then the duties that remain owed to each recipient's transfers.",
    ("Kind", "Code", "About", "Message", "Citation", "Flows", "To be verified", "Your own law", "Cells"), _duties,
)  # fmt: skip
LAPSES = Register(
    "What lapses", f"The transfers that lose their cover in the {YEAR} days after the day of the register, and by what.",
    (
        "Day", "What changes", "Flow", "From", "To", "Country", "Categories", "Regime", "Until then", "Outcome", "Citation",
        "To be verified", "Your own law", "Reason", "Missing", "Cells",
    ),
    _lapses,
)  # fmt: skip
CHAINS = Register(
    "Onward chains", "How far each category goes: the shortest way to each country, hop by hop.",
    ("Category", "Country", "Hops", "Path", "Outcome", "Hop by hop", "In words", "Flows", "From systems"), _chains,
)  # fmt: skip
DESTINATIONS = Register(
    "Countries reached", "What reaches each country, from how many systems, and the worst outcome of the last hop.",
    ("Country", "Categories", "Systems", "Fewest hops", "Outcome", "Which categories", "Which systems"), _destinations,
)  # fmt: skip
PROBLEMS = Register(
    "Problems", "Cells that could not be used as they stand.",
    ("File", "Sheet", "Cell", "Code", "Value", "Message", "What to do"), _problems,
)  # fmt: skip
LAW = Register(
    "Law relied on", "Every rule, mechanism and list entry behind the answers and flags.",
    (
        "Regime", "Rule", "Citation", "What it asks", "In force from", "In force until", "Checked", "Confidence",
        "To be verified", "Your own law", "Sources",
    ),
    _law,
)  # fmt: skip
ABOUT = Register("About", "What was read, how it was judged, and what is hidden.", ("What", "Value"), _about)

REGISTERS: tuple[Register, ...] = (
    TRANSFERS, FLAGGED, QUESTIONS, DUTIES, LAPSES, CHAINS, PROBLEMS, LAW, ABOUT,
)  # fmt: skip


def table(register: Register, assessment: Assessment, selection: Selection | None = None) -> pd.DataFrame:
    """A register as a data frame of text: days as 2026-11-30, nothing as an empty text."""
    shown = _Shown(assessment, selection)
    columns = [*register.columns, *register.more(shown)]
    rows = [["" if v is None else str(v) for v in row] for row in register.rows(shown)]
    return pd.DataFrame(rows, columns=columns, dtype=str)


# ---------------------------------------------------------------------------------------------- JSON


def json_transfers(assessment: Assessment) -> list[dict[str, Any]]:
    """One object for every leg under every regime, in the order of the answers, as `datamap check` prints them."""
    return [_json_transfer(answer, assessment.not_understood(answer)) for answer in assessment.answers]


def _json_transfer(answer: Answer, not_understood: tuple[Cell, ...]) -> dict[str, Any]:
    leg, flow, relied = answer.leg, answer.leg.flow, answer.relied_on
    place = leg.place.value
    return {
        "flow": flow.id,
        "organisation": flow.organisation.name if flow.organisation else None,
        "source": flow.origin.name,
        "recipient": _recipient(flow),
        "country": leg.country if leg.country and len(leg.country) == 2 else None,
        "place": places.place_name(place) if place else None,
        "activity": place.activity.value if place and place.activity else None,
        "categories": list(flow.categories.value or ()),
        "individuals": list(flow.individuals.value or ()),
        "purpose": flow.record.purpose.value,
        "role": _role(flow) or None,
        "implied": flow.implied,
        "onward": flow.upstream is not None,
        "regime": answer.regime,
        "outcome": answer.outcome.value,
        "ground": answer.ground,
        "citation": answer.citation,
        "reason": answer.reason,
        "missing": list(answer.missing),
        "duties": list(answer.duties),
        "safeguard": relied.name if relied else None,
        "relied_on": _json_relied_on(relied),
        "confidence": answer.confidence,
        "to_be_verified": answer.to_be_verified,
        "yours": answer.yours,
        "cells": _addresses(answer.cells),
        "not_understood": _addresses(not_understood),
        "trace": [
            {
                "rule": step.rule,
                "question": step.question,
                "found": step.found,
                "says": step.says,
                "citation": step.citation,
                "confidence": step.confidence,
                "to_be_verified": step.to_be_verified,
                "cells": _addresses(step.cells),
            }
            for step in answer.trace
        ],
    }


def _json_relied_on(relied: ReliedOn | None) -> dict[str, Any] | None:
    if relied is None:
        return None
    return {
        "kind": relied.kind,
        "name": relied.name,
        "mechanism": relied.mechanism,
        "starts": relied.starts.isoformat() if relied.starts else None,
        "ends": relied.ends.isoformat() if relied.ends else None,
        "document": relied.document,
        "cell": str(relied.cell) if relied.cell else None,
    }


def _addresses(cells: Iterable[Cell]) -> list[str]:
    return [str(c) for c in cells]


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The object that `datamap check --format json` prints: plain types, in a stable order."""
    counts = assessment.counts
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "regimes": [r.code for r in assessment.regimes],
        "own_law": assessment.law.own or None,
        "inputs": [
            {
                "file": i.file,
                "layout": i.layout,
                "rows_read": i.rows_read,
                "rows_in_inventory": i.rows_in_inventory,
                "rows_left_out": i.rows_left_out,
            }
            for i in assessment.inputs
        ],
        "problems": [
            {
                "code": p.code,
                "file": p.cell.file,
                "sheet": p.cell.sheet,
                "cell": p.cell.address,
                "column": p.column,
                "value": p.value,
                "message": p.message,
                "hint": p.hint,
            }
            for p in assessment.problems
        ],
        "transfers": json_transfers(assessment),
        "flags": [
            {
                "code": f.code,
                "about": f.about,
                "message": f.message,
                "citation": f.citation,
                "confidence": f.confidence,
                "to_be_verified": f.to_be_verified,
                "yours": f.yours,
                "cells": _addresses(f.cells),
            }
            for f in assessment.flags
        ],
        "counts": {o.value: counts[o] for o in WORST_FIRST if counts[o]},
    }


def json_history(assessment: Assessment, told: Iterable[tuple[MappedFlow, tuple[Span, ...]]]) -> dict[str, Any]:
    """The object that `datamap history --format json` prints: each flow with its spans, days as 2026-11-30 or null."""
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "flows": [
            {
                "flow": flow.id,
                "source": flow.origin.name,
                "recipient": _recipient(flow),
                "spans": [
                    {
                        "regime": span.regime,
                        "country": span.leg.country,
                        "place": places.place_name(span.leg.place.value) if span.leg.place.value else None,
                        "outcome": span.outcome.value,
                        "starts": span.starts.isoformat() if span.starts else None,
                        "ends": span.ends.isoformat() if span.ends else None,
                        "changed": list(span.changed),
                        "reason": span.reason,
                        "citation": span.citation,
                        "to_be_verified": span.to_be_verified,
                        "yours": span.yours,
                    }
                    for span in spans
                ],
            }
            for flow, spans in told
        ],
    }


def json_lapses(assessment: Assessment, found: Iterable[Lapse], within: int) -> dict[str, Any]:
    """The object that `datamap lapses --format json` prints."""
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "within": within,
        "lapses": [
            {
                "day": lapse.on.isoformat(),
                "kind": lapse.kind,
                "name": lapse.name,
                "says": lapse.says,
                "cell": str(lapse.cell) if lapse.cell else None,
                "categories": list(lapse.categories),
                "transfers": [
                    {
                        "before": loss.before.value,
                        **_without_trace(_json_transfer(loss.answer, assessment.not_understood(loss.answer))),
                    }
                    for loss in lapse.losses
                ],
            }
            for lapse in found
        ],
    }


def _without_trace(transfer: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in transfer.items() if k != "trace"}


def json_chains(assessment: Assessment, chains: Iterable[Chain], countries: Iterable[Destination]) -> dict[str, Any]:
    """The object that `datamap chains --format json` prints: the chains, and what reaches each country."""
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "chains": [
            {
                "category": chain.category,
                "country": chain.country,
                "place": chain.place,
                "sentence": chain.sentence,
                "outcome": chain.outcome.value if chain.outcome else None,
                "systems": list(chain.systems),
                "hops": [
                    {
                        "flow": hop.flow.id,
                        "source": hop.flow.origin.name,
                        "recipient": hop.flow.destination.name,
                        "outcomes": {code: outcome.value for code, outcome in hop.outcomes.items()},
                        "agreement": hop.agreement.name if hop.agreement else None,
                        "agreement_holds": hop.current,
                        "agreement_wanted": hop.wanted,
                        "cells": _addresses(hop.flow.cells),
                    }
                    for hop in chain.hops
                ],
            }
            for chain in chains
        ],
        "countries": [
            {
                "country": found.country,
                "place": found.place,
                "categories": list(found.categories),
                "systems": list(found.systems),
                "hops": found.hops,
                "outcome": found.outcome.value if found.outcome else None,
            }
            for found in countries
        ],
    }


def json_text(assessment: Assessment) -> str:
    """`to_json` as text, with every letter as itself: a line for each key, and for each entry of a list."""
    return "{\n" + ",\n".join(f"  {_json(k)}: {_json_lines(v)}" for k, v in to_json(assessment).items()) + "\n}\n"


def _json_lines(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {_json(entry)}" for entry in value) + "\n  ]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------------------------------------- the workbook

_WIDTHS: Mapping[str, float] = {
    "About": 30, "About flows": 28, "Activity": 14, "Categories": 38, "Cells": 40, "Citation": 36, "Code": 15,
    "Country": 17, "Duties": 50, "File": 26, "Flow": 24, "Flows": 28, "From": 26, "Hint": 40, "Individuals": 26,
    "Message": 60, "Missing": 60, "Organisation": 26, "Outcome": 20, "Purpose": 26, "Question": 60, "Reason": 60,
    "Category": 26, "From systems": 30, "Hop by hop": 60, "In words": 60, "Path": 44, "Until then": 20, "What changes": 44,
    "Recipient": 30, "Regime": 15, "Regimes": 18, "Rule": 24, "Safeguard": 30, "Sheet": 22, "Cells not understood": 24, "Notes on the recipient": 40, "Source cells": 40,
    "Sources": 60, "To": 26, "Value": 34, "What it asks": 60, "What to do": 44, "Why it matters": 20,
}  # fmt: skip
_ABOUT_WIDTHS = {"What": 30.0, "Value": 100.0}
_WIDE_PAPER = 8  # A3
_LINK = "datamap link"


def workbook_bytes(assessment: Assessment, selection: Selection | None = None) -> bytes:
    """Every register as a sheet of one styled .xlsx, as bytes. The same assessment gives the same bytes."""
    file = io.BytesIO()
    _write(_Shown(assessment, selection), file)
    return file.getvalue()


def save(assessment: Assessment, path: Target, selection: Selection | None = None) -> None:
    """Write every register to one styled .xlsx at a path or into an open binary file."""
    _write(_Shown(assessment, selection), path)


def _style(outcome: Outcome) -> str:
    return f"datamap {outcome.label}"


def _write(shown: _Shown, target: Target) -> None:
    book = new_book(f"Transfer register, {shown.assessment.on.isoformat()}")
    for outcome, style in STYLE.items():
        font = Font(name=FACE, size=11, bold=True, color=f"FF{style.ink[1:].upper()}")
        fill = PatternFill("solid", fgColor=f"FF{style.fill[1:].upper()}")
        book.add_named_style(NamedStyle(_style(outcome), font=font, fill=fill, alignment=TOP, border=HAIRLINE))
    links = len(shown.answers) <= MOST_LINKS
    leads = {
        TRANSFERS.name: [shown.leads.get(id(a)) for a in shown.answers] if links else [],
        FLAGGED.name: [shown.leads.get(id(a)) for a in shown.flagged] if links else [],
    }
    link = Font(name=FACE, size=11, underline="single", color=INK)
    book.add_named_style(NamedStyle(_LINK, font=link, alignment=TOP, border=HAIRLINE))
    for register in REGISTERS:
        columns = (*register.columns, *register.more(shown))
        rows = list(register.rows(shown))
        for part, start in enumerate(range(0, max(len(rows), 1), MOST_ROWS), 1):
            name = register.name if part == 1 else f"{register.name} {part}"
            here = slice(start, start + MOST_ROWS)
            _sheet(book, name, columns, rows[here], leads.get(register.name, [])[here])
    save_book(book, target)


_OUTCOMES = {label: outcome for outcome, label in LABELS.items()}


def _sheet(book: Workbook, name: str, columns: Sequence[str], rows: Sequence[Row], leads: Sequence[int | None]) -> None:
    widths = _ABOUT_WIDTHS if name == ABOUT.name else _WIDTHS
    wide = [widths.get(c, len(c) + 6.0) for c in columns]
    sheet = add_sheet(book, name, list(zip(columns, wide, strict=True)), len(rows))
    if len(columns) > 10:
        sheet.page_setup.paperSize = _WIDE_PAPER
    citation = columns.index("Citation") + 1 if leads else 0
    coloured = [n for n, c in enumerate(columns) if c in ("Outcome", "Why it matters", "What")]
    for number, row in enumerate(rows, 2):
        put_row(sheet, number, row, wide)
        for position in coloured:
            if outcome := _OUTCOMES.get(str(row[position])):
                cell_at(sheet, number, position + 1).style = _style(outcome)
        if citation and (lead := leads[number - 2]):
            cell = cell_at(sheet, number, citation)
            cell.style = _LINK
            link_to(cell, LAW.name, lead)
