"""Outcomes, answers and their traces as they are shown on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import Leg, MappedFlow
from datamap.inventory import Fact, items
from datamap.law import Law, Mechanism
from datamap.law.readable import day, evidence
from datamap.places import place_in_words
from datamap.sheets import Cell
from datamap.transfers import WORST_FIRST, Answer, Outcome, ReliedOn, TraceStep
from datamap.ui.components.glossary import OUTCOMES, explained, with_short_forms
from datamap.ui.components.markup import Child, Markup, counted, facts, joined, listed, tag

NOT_STATED = "not stated"
LONG = 8
"""Steps above which a trace shows those that decide, and folds the others."""
MOST_SEEN = 60
"""Characters of a cell that are shown beside its address."""

Seen = Callable[[Cell], str | None]
"""What stands in a cell of the file, or None when it is blank."""


def flow_words(flow: MappedFlow) -> str:
    return f"{flow.origin.name} → {flow.destination.name}"


def answer_name(answer: Answer) -> str:
    """How one answer is told from every other: flow, ends, place and regime."""
    flow = answer.leg.flow
    words = flow_words(flow)
    return ", ".join((words if words == flow.id else f"{flow.id}: {words}", place_words(answer.leg), answer.regime))


def place_words(leg: Leg) -> str:
    return place_in_words(leg.place.value)


def chip(outcome: Outcome | None) -> Markup:
    """The outcome's words in its colours."""
    if outcome is None:
        return tag("span", "Not assessed", class_="dm-chip")
    return tag("span", outcome.label, class_=f"dm-chip dm-{outcome}", title=OUTCOMES[outcome])


def tile(count: int, of: str, words: str, colours: Outcome, says: str) -> Markup:
    """A count of answers or flows, which `of` says, with what they have in common in words and in colour."""
    number = tag("b", f"{count:,} ", tag("small", of if count == 1 else f"{of}s"))
    return tag("div", number, tag("span", words), class_=f"dm-tile dm-{colours}", title=says)


def tiles(counts: Mapping[Outcome, int], of: str = "answer") -> Markup:
    """How many answers, or others, have each outcome, worst first; those nobody has are left out."""
    found = (tile(counts[o], of, o.label, o, OUTCOMES[o]) for o in WORST_FIRST if counts.get(o))
    return tag("div", *found, class_="dm-tiles")


def cells(found: Iterable[Cell], *, file: bool = True) -> Markup:
    """Where facts came from: file!Sheet!A1, or Sheet!A1."""
    named = (str(c) if file else f"{c.sheet}!{c.address}" for c in dict.fromkeys(found))
    return joined((tag("code", name) for name in named), ", ")


def _with_values(found: Iterable[Cell], seen: Seen) -> Markup:
    """The same, each with what stands there."""
    said = []
    for cell in dict.fromkeys(found):
        value = seen(cell)
        shown = "blank" if value is None else f"“{value[:MOST_SEEN]}{'…' if len(value) > MOST_SEEN else ''}”"
        said.append(joined((tag("code", str(cell)), tag("span", shown, class_="dm-seen")), " "))
    return joined(said, "; ")


def names(fact: Fact[tuple[str, ...]]) -> str:
    """The values of a fact, or which kind of nothing it is."""
    return ", ".join(items(fact)) or NOT_STATED


def marks(*, to_be_verified: bool, yours: bool = False) -> Markup | None:
    """What a reader has to know of a citation: that it is to be verified, that it is the user's own law."""
    said = [*(["to be verified"] if to_be_verified else []), *(["your own law"] if yours else [])]
    return joined((tag("span", words, class_="dm-mark") for words in said), " ") if said else None


def cited(found: Answer | Flag) -> Markup:
    """The citation of an answer or flag, with its marks."""
    return joined((found.citation, marks(to_be_verified=found.to_be_verified, yours=found.yours)), " ")


def regime_name(assessment: Assessment, code: str) -> str:
    return assessment.law.regimes[code].name


def mechanism_name(law: Law, words: str) -> str:
    """A mechanism by its name, where words are its code; other words as they are."""
    return next((m.name for m in law.every_mechanism() if m.code == words), words)


def answer_words(assessment: Assessment, answer: Answer) -> str:
    """An answer as `answer_name` tells it, with its regime's name."""
    return f"{answer_name(answer).removesuffix(answer.regime)}{regime_name(assessment, answer.regime)}"


def summary(assessment: Assessment, answer: Answer) -> Markup:
    """An answer in a few lines: outcome, regime, place, reason, citation."""
    said = f"{regime_name(assessment, answer.regime)}. Place: {place_words(answer.leg)}."
    return tag(
        "div",
        tag("p", joined((chip(answer.outcome), said), " ")),
        tag("p", answer.reason),
        tag("p", cited(answer), class_="dm-quiet"),
    )


def answer_in_full(assessment: Assessment, answer: Answer) -> Markup:
    """What the record shows for one leg under one regime, what remains owed, and what it rests on."""
    flow, record = answer.leg.flow, answer.leg.flow.record
    role = record.role.or_else(flow.recipient.role if flow.recipient else Fact())
    return joined(
        (
            tag("h2", flow_words(flow)),
            tag("p", chip(answer.outcome)),
            tag("p", answer.reason, class_="dm-said"),
            facts(
                (explained("Citation"), cited(answer)),
                (explained("Regime"), regime_name(assessment, answer.regime)),
                ("As of", day(assessment.on)),
                (explained("Ground"), answer.ground),
                (explained("Confidence"), answer.confidence),
            ),
            *_headed("What remains owed", answer.duties),
            *(part for relied in answer.rests_on for part in _relied_on(assessment.law, relied)),
            tag("h3", "The flow"),
            facts(
                (explained("Flow"), flow.id if not flow.implied else None),
                (explained("Implied"), f"by {record.implied_by}" if flow.implied else None),
                (
                    explained("Place"),
                    nothing.value if (nothing := answer.leg.place.nothing) else place_words(answer.leg),
                ),
                ("Categories", names(flow.categories)),
                (explained("Individuals"), names(flow.individuals)),
                ("Purpose", record.purpose.value),
                (explained("Role"), role.value or NOT_STATED),
                ("Not understood", cells(assessment.not_understood(answer))),
                (explained("Cells"), cells(answer.cells[: len(flow.cells) + len(answer.leg.place.cells)])),
            ),
        )
    )


def would_clear(answer: Answer, mechanisms: Sequence[Mechanism]) -> Markup | None:
    """What is missing, and the mechanisms any one of which would do; None when nothing is missing."""
    named = tuple(f"{m.name} ({m.citation})" for m in mechanisms)
    missing = [point for point in answer.missing if not point.startswith(named)] if named else answer.missing
    if not missing and not mechanisms:
        return None
    one_of = len(mechanisms) > 1
    return joined(
        (
            tag("h2", "What would clear this"),
            *_headed("What is missing", missing),
            *_headed(
                f"Any one of these {len(mechanisms)} would do" if one_of else "This would do", map(_way, mechanisms)
            ),
        )
    )


def _way(mechanism: Mechanism) -> Markup:
    says = joined((mechanism.citation, marks(to_be_verified=mechanism.to_be_verified, yours=mechanism.yours)), " ")
    needs = (mechanism.needs_detail or evidence(mechanism)).rstrip(".")
    name = tag("b", with_short_forms(mechanism.name))
    return joined((name, tag("p", with_short_forms(f"Needs: {needs}.")), tag("p", says, class_="dm-quiet")))


def _headed(heading: str, points: Iterable[Child]) -> tuple[Child, ...]:
    points = tuple(points)
    return (tag("h3", heading), listed(points)) if points else ()


def _relied_on(law: Law, relied: ReliedOn) -> tuple[Child, ...]:
    heading = "The safeguard it rests on" if relied.kind == "safeguard" else "The list entry it rests on"
    return (
        tag("h3", heading),
        facts(
            ("Name", relied.name),
            (explained("Mechanism"), with_short_forms(mechanism_name(law, relied.mechanism))),
            ("Starts", day(relied.starts) if relied.starts else NOT_STATED),
            ("Last day", day(relied.ends) if relied.ends else NOT_STATED),
            ("Document", relied.document),
            ("Cell", cells((relied.cell,)) if relied.cell else None),
        ),
    )


def trace(assessment: Assessment, answer: Answer, seen: Seen) -> Markup:
    """The argument: the record at one end, the law at the other, and each test between them as a sentence.

    A long one shows the steps that decide, and folds and counts the others. Each step keeps its number.
    """
    regime = assessment.law.regimes[answer.regime]
    law = {f"{regime.code}/{step.id}": step for step in regime.steps}
    flow = answer.leg.flow
    steps = list(enumerate(answer.trace, 1))
    told = [(n, s) for n, s in steps if len(steps) <= LONG or _decides(s, answer, law[s.rule].kind)]
    folded = [each for each in steps if each not in told]
    record = tag(
        "p", tag("b", "From the record: "), _with_values(flow.cells or answer.cells[:1], seen), class_="dm-record"
    )
    others = (
        tag(
            "details",
            tag("summary", f"{counted(len(folded), 'more step')} that changed nothing"),
            tag("ol", *(_step(n, step, seen) for n, step in folded), class_="dm-trace"),
        )
        if folded
        else None
    )
    return joined(
        (
            record,
            tag("ol", *(_step(n, step, seen) for n, step in told), class_="dm-trace"),
            others,
            tag(
                "p",
                joined((tag("b", "So the record shows:"), chip(answer.outcome), "under", cited(answer)), " "),
                joined((" ", _checked(answer))),
                class_="dm-so",
            ),
        )
    )


def _decides(step: TraceStep, answer: Answer, kind: str) -> bool:
    """Whether a step moves the argument on: it decided, it held, it is open, or it weighed what could have cleared it."""
    return step.rule == answer.rule or step.found != "no" or (kind in ("grounds", "lists") and answer.outcome.flagged)


def _checked(found: Answer | TraceStep) -> Markup:
    """The day on which the law was checked; the earliest, where there are several pieces."""
    return tag("span", f"{CHECKED} {day(found.checked)}." if found.checked else None, class_="dm-quiet")


CHECKED = "Law checked"


def _step(number: int, step: TraceStep, seen: Seen) -> Markup:
    found = tag("span", step.found, class_="dm-found" if step.found in ("yes", "no") else "dm-found dm-found-open")
    return tag(
        "li",
        joined((tag("b", step.question), found)),
        tag("p", step.says) if step.says else None,
        tag("p", _with_values(step.cells, seen), class_="dm-cells") if step.cells else None,
        tag(
            "p",
            joined(
                (f"{step.citation}.", _checked(step), marks(to_be_verified=step.to_be_verified, yours=step.yours)), " "
            ),
            class_="dm-quiet",
        ),
        value=str(number),
    )
