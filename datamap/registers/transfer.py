"""The transfer register: transfers, flags, questions, duties, what lapses, chains, problems and the law relied on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from datamap import __version__
from datamap.assessment import Assessment
from datamap.chains import Chain, destinations
from datamap.graph import MappedFlow
from datamap.inventory import name_key
from datamap.registers.tables import (
    ABOUT_COLUMNS,
    MOST_LINKS,
    Register,
    Row,
    Shown,
    Value,
    as_text,
    country_words,
    covered,
    duty_of,
    marked,
    missing_words,
    place_words,
    recipient_name,
    role_words,
    safeguard_words,
    says,
    supposed,
    yes,
)
from datamap.sheets import Cell
from datamap.timeline import lapses
from datamap.transfers import WORST_FIRST, Answer, Answers, Outcome
from datamap.views import Selection

if TYPE_CHECKING:
    import pandas as pd

NOT_ADVICE = "This says what the record shows; it is not legal advice."


def _law(shown: Shown) -> Iterator[Row]:
    for row in shown.law_rows.values():
        cited = row.cited
        yield (
            row.regime, row.rule, cited.citation, row.asks, cited.starts, cited.last_day, cited.checked, cited.confidence,
            yes(cited.to_be_verified), yes(cited.yours), "; ".join(row.sources),
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------- the transfers


def _transfers(shown: Shown) -> Iterator[Row]:
    return _told(shown, shown.answers)


def _told(shown: Shown, answers: Iterable[Answer]) -> Iterator[Row]:
    for answer in answers:
        leg, flow = answer.leg, answer.leg.flow
        place = leg.place.value
        yield (
            flow.id,
            flow.organisation.name if flow.organisation else "not stated",
            flow.origin.name,
            recipient_name(flow),
            country_words(place),
            place_words(leg),
            place.activity.value if place and place.activity else "",
            says(flow.categories),
            says(flow.individuals),
            says(flow.record.purpose),
            role_words(flow),
            shown.regime(answer.regime).name,
            answer.outcome.label,
            answer.ground or "",
            answer.citation,
            yes(answer.to_be_verified),
            yes(answer.yours),
            answer.checked,
            answer.reason,
            missing_words(answer, shown.regime(answer.regime)),
            "\n".join(answer.duties),
            safeguard_words(answer),
            *covered(answer),
            f"yes ({flow.record.implied_by})" if flow.implied else "no",
            yes(flow.upstream is not None),
            says(flow.recipient.notes) if flow.recipient and flow.recipient.notes.known else "",
            shown.cells(shown.assessment.not_understood(answer)),
            shown.cells(answer.cells),
            *(_extra(flow, heading) for heading in shown.extra),
        )


def _extra(flow: MappedFlow, heading: str) -> str:
    fact = None if flow.implied else flow.record.extra.get(heading)
    return says(fact) if fact else ""


def _extra_headings(shown: Shown) -> tuple[str, ...]:
    """Extra columns keep their heading unless the register has one of that name."""
    own = {name_key(c) for c in TRANSFER_COLUMNS}
    return tuple(f"{h} (from the file)" if name_key(h) in own else h for h in shown.extra)


def _flagged(shown: Shown) -> Iterator[Row]:
    for answer in shown.flagged:
        flow = answer.leg.flow
        yield (
            answer.outcome.label,
            flow.id,
            flow.origin.name,
            recipient_name(flow),
            country_words(answer.leg.place.value),
            says(flow.categories),
            shown.regime(answer.regime).name,
            answer.citation,
            yes(answer.to_be_verified),
            yes(answer.yours),
            answer.checked,
            answer.reason,
            missing_words(answer, shown.regime(answer.regime)),
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


def _asked(answers: Answers) -> Iterator[tuple[Answer, str, str]]:
    """Each question of each answer, worst first, with whom it is about."""
    for outcome in (Outcome.UNDETERMINED, Outcome.INCOMPLETE):
        for answer in answers.that_are(outcome):
            flow = answer.leg.flow
            sender = flow.organisation.name if flow.organisation else None
            for missing in answer.missing:
                own = missing.startswith(f"{sender}:")
                about = f"{sender} (the organisation itself)" if own else recipient_name(flow)
                text = missing if missing.endswith("?") else f"To record or put on file: {missing.rstrip('.')}."
                yield answer, about, text


def questions_asked(assessment: Assessment) -> int:
    """How many rows `QUESTIONS` has, without making them."""
    return len({(about, text) for _, about, text in _asked(assessment.answers)})


def _questions(shown: Shown) -> Iterator[Row]:
    """Who the question is about, worst first; the sender's own facts are asked once and not for each recipient."""
    asked: dict[str, dict[str, _Question]] = {}
    for answer, about, text in _asked(shown.answers):
        flow = answer.leg.flow
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


def _duties(shown: Shown) -> Iterator[Row]:
    """The flags, then the duties that remain owed, each once for a recipient."""
    for flag in shown.assessment.flags:
        yield (
            "Flag", flag.code, flag.about, flag.message, flag.citation, "", yes(flag.to_be_verified),
            yes(flag.yours), shown.cells(flag.cells),
        )  # fmt: skip
    remaining: dict[tuple[str, str, str], _Question] = {}
    for answer in shown.answers:
        flow = answer.leg.flow
        for said in answer.duties:
            duty = remaining.setdefault((recipient_name(flow), answer.regime, said), _Question({}, {}, {}, set()))
            duty.flows[flow.id] = None
            duty.cells.update(dict.fromkeys(flow.cells))
    for (recipient, code, said), duty in sorted(remaining.items(), key=lambda item: name_key(item[0][0])):
        regime = shown.regime(code)
        owed = duty_of(said, regime)
        yield (
            "Remains owed", regime.name, recipient, owed.says, owed.cited.citation, "; ".join(duty.flows),
            yes(owed.cited.to_be_verified), yes(owed.cited.yours), shown.cells(duty.cells),
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------- time and distance

YEAR = 365  # days that the register looks ahead


def _lapses(shown: Shown) -> Iterator[Row]:
    """One row for each leg and regime that loses its cover, by day and by what lapses."""
    flows = {a.leg.flow.id for a in shown.answers}
    for lapse in lapses(shown.assessment, within=YEAR):
        for loss in lapse.losses:
            answer = loss.answer
            flow = answer.leg.flow
            if flow.id in flows:
                yield (
                    lapse.on, f"{lapse.says[:1].upper()}{lapse.says[1:]}", flow.id, flow.origin.name, recipient_name(flow),
                    country_words(answer.leg.place.value), says(flow.categories), shown.regime(answer.regime).name,
                    loss.before.label, answer.outcome.label, answer.citation, yes(answer.to_be_verified),
                    yes(answer.yours), answer.reason, missing_words(answer, shown.regime(answer.regime)),
                    shown.cells((lapse.cell,) if lapse.cell else ()),
                )  # fmt: skip


def _chains(shown: Shown) -> Iterator[Row]:
    for chain in shown.chains:
        yield (
            chain.category, chain.place, len(chain.hops), " → ".join(chain.names),
            chain.outcome.label if chain.outcome else "", "\n".join(_hops(shown, chain)), chain.sentence,
            "; ".join(hop.flow.id for hop in chain.hops), "; ".join(chain.systems),
        )  # fmt: skip


def _hops(shown: Shown, chain: Chain) -> Iterator[str]:
    """Each hop with its outcomes by regime and the agreement on file."""
    for number, hop in enumerate(chain.hops, 1):
        judged = "; ".join(f"{shown.regime(code).name}: {o.label}" for code, o in hop.outcomes.items())
        paper = f" ({hop.agreement.name})" if hop.agreement else ""
        yield f"{number}. {hop.ends}: {judged or 'not assessed'}{paper}"


def _destinations(shown: Shown) -> Iterator[Row]:
    for found in destinations(shown.chains):
        yield (
            found.place, len(found.categories), len(found.systems), found.hops,
            found.outcome.label if found.outcome else "", "; ".join(found.categories), "; ".join(found.systems),
        )  # fmt: skip


def _problems(shown: Shown) -> Iterator[Row]:
    for p in shown.assessment.problems:
        yield p.cell.file, p.cell.sheet, p.cell.address, p.code, p.value, p.message, p.hint


# ---------------------------------------------------------------------------------------------- about


def _about(shown: Shown) -> Iterator[Row]:
    assessment, selection = shown.assessment, shown.selection
    yield from supposed(assessment)
    yield from shown.beside
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
    yield (
        "Problems",
        f"{len(assessment.problems)} about cells: the transfer register has them on its sheet {PROBLEMS.name}",
    )
    if selection:
        whole = "Flags and problems are shown in full, whatever the filters."
        yield "Filters", shown.filters
        yield "Hidden by the filters", shown.hidden
        yield "Answers shown", f"{len(shown.answers)} of {len(assessment.answers)}. {whole}"
    else:
        yield "Filters", f"{shown.filters} {shown.hidden}"
    counts = shown.answers.counts
    for outcome in WORST_FIRST:
        if counts[outcome]:
            yield outcome.label, counts[outcome]
    yield "Flags of other rules", len(assessment.flags)
    if not shown.linked:
        yield "Links", f"Left out: a sheet keeps {MOST_LINKS:,} of them at most. The rules stand on {LAW.name}."


# ---------------------------------------------------------------------------------------------- the registers

TRANSFER_COLUMNS = (
    "Flow", "Organisation", "From", "To", "Country", "Place", "Activity", "Categories", "Individuals", "Purpose",
    "Role", "Regime", "Outcome", "Ground", "Citation", "To be verified", "Your own law", "Law checked", "Reason", "Missing", "Duties",
    "Safeguard", "Safeguard from", "Safeguard until", "Implied", "Onward", "Notes on the recipient", "Cells not understood", "Source cells",
)  # fmt: skip
TRANSFERS = Register(
    "Transfers", "Every flow at every place under every regime that could apply.", TRANSFER_COLUMNS, _transfers,
    _extra_headings,
)  # fmt: skip


def some_transfers(selection: Selection, numbers: Sequence[int]) -> pd.DataFrame:
    """The rows of `TRANSFERS` for the answers of a selection with these numbers, as `table` has them, in this order.

    The headings are those of the whole register, whichever rows are wanted.
    """
    shown = Shown(selection.assessment, selection)
    rows = _told(shown, (shown.answers[number] for number in numbers))
    return as_text(*marked((*TRANSFER_COLUMNS, *_extra_headings(shown)), rows, selection.assessment))


_SINGLE: Mapping[str, Callable[[Shown, Answer], Value]] = MappingProxyType(
    {
        "From": lambda shown, answer: answer.leg.flow.origin.name,
        "To": lambda shown, answer: recipient_name(answer.leg.flow),
        "Country": lambda shown, answer: country_words(answer.leg.place.value),
        "Regime": lambda shown, answer: shown.regime(answer.regime).name,
        "Outcome": lambda shown, answer: answer.outcome.label,
        "Safeguard until": lambda shown, answer: covered(answer)[1],
    }
)


def one_of_transfers(selection: Selection, column: str) -> list[str]:
    """One column of `TRANSFERS` for every answer of a selection, as `table` has it, without making the others.

    Those that rows are ordered and grouped by have one: From, To, Country, Regime, Outcome and Safeguard until.
    Raises `KeyError` for another.
    """
    shown, says_of = Shown(selection.assessment, selection), _SINGLE[column]
    return ["" if (value := says_of(shown, answer)) is None else str(value) for answer in shown.answers]


FLAGGED = Register(
    "Flagged", "The transfers that ask for attention, worst first.",
    (
        "Outcome", "Flow", "From", "To", "Country", "Categories", "Regime", "Citation", "To be verified",
        "Your own law", "Law checked", "Reason", "Missing", "Source cells",
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
ABOUT = Register("About", "What was read, how it was judged, and what is hidden.", ABOUT_COLUMNS, _about)

REGISTERS: tuple[Register, ...] = (
    TRANSFERS, FLAGGED, QUESTIONS, DUTIES, LAPSES, CHAINS, PROBLEMS, LAW, ABOUT,
)  # fmt: skip
