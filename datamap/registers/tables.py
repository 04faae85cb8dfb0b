"""What every register is made of: its declaration, what is shown, and the law that answers rest on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from datamap import places
from datamap.assessment import Assessment
from datamap.chains import Chain, reaches
from datamap.graph import ASSESSED, Leg, MappedFlow
from datamap.inventory import Fact, Nothing, Place, System, name_key
from datamap.law import Cited, Regime
from datamap.law.readable import of_anybody
from datamap.sheets import Cell
from datamap.transfers import WORST_FIRST, Answer, Answers, ReliedOn
from datamap.views import Selection

if TYPE_CHECKING:
    import pandas as pd

Value = str | int | date | None
Row = tuple[Value, ...]

HYPOTHETICAL = "Hypothetical"
NOT_RECORDED = "This is not what the record shows: it shows what would be if the following were so."
MOST_LINKS = 65_530  # links that a spreadsheet program keeps on one sheet


@dataclass(frozen=True)
class Register:
    """One table: its name, what it is for, its headings, and its rows. `more` gives the headings that the data adds."""

    name: str
    help: str
    columns: tuple[str, ...]
    rows: Callable[[Shown], Iterable[Row]]
    more: Callable[[Shown], tuple[str, ...]] = lambda shown: ()

    def table(self, shown: Shown) -> tuple[tuple[str, ...], list[Row]]:
        """The headings and the rows of what is shown."""
        return marked((*self.columns, *self.more(shown)), self.rows(shown), shown.assessment)


@dataclass(frozen=True)
class _LawRow:
    """One piece of law that an answer or a flag rests on."""

    regime: str
    rule: str
    asks: str
    cited: Cited
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What the registers are written from: all of an assessment, or the part a selection shows."""

    assessment: Assessment
    selection: Selection | None = None
    beside: tuple[Row, ...] = ()  # what the record that they are written to says of itself

    @property
    def filters(self) -> str:
        return self.selection.filter_sentence() if self.selection else "No filters."

    @property
    def hidden(self) -> str:
        return self.selection.hidden_sentence() if self.selection else "Nothing hidden."

    @property
    def answers(self) -> Answers:
        return self.selection.answers if self.selection else self.assessment.answers

    @property
    def flows(self) -> tuple[MappedFlow, ...]:
        return self.selection.flows if self.selection else self.assessment.map.flows

    @cached_property
    def legs(self) -> dict[str, list[Leg]]:
        """The legs of each flow of the map, by flow id."""
        found: dict[str, list[Leg]] = defaultdict(list)
        for leg in self.assessment.map.legs:
            found[leg.flow.id].append(leg)
        return found

    @cached_property
    def _leaving(self) -> dict[str, list[MappedFlow]]:
        found: dict[str, list[MappedFlow]] = defaultdict(list)
        for flow in self.flows:
            if flow.system and flow.movement in ASSESSED:
                found[name_key(flow.system.name)].append(flow)
        return found

    def leaving(self, system: System) -> tuple[MappedFlow, ...]:
        """The shown flows out of a system to somebody else, or to a site of its own abroad."""
        return tuple(self._leaving.get(name_key(system.name), ()))

    @property
    def narrowed(self) -> bool:
        return self.selection is not None and len(self.answers) < len(self.assessment.answers)

    @property
    def linked(self) -> bool:
        """Whether a sheet can hold a link for each answer."""
        return len(self.answers) <= MOST_LINKS

    @cached_property
    def flagged(self) -> tuple[Answer, ...]:
        """The flagged answers, worst first, otherwise in their own order."""
        return tuple(chain.from_iterable(self.answers.that_are(outcome) for outcome in WORST_FIRST if outcome.flagged))

    @cached_property
    def extra(self) -> tuple[str, ...]:
        """Headings of the columns of the sheet Flows that datamap has no meaning for, in their order."""
        flows = (leg.flow for leg, row in self.answers.by_leg() if row and not leg.flow.implied)
        return tuple(dict.fromkeys(heading for flow in flows for heading in flow.record.extra))

    def cells(self, cells: Iterable[Cell]) -> str:
        """Addresses, without the file's name when there is only one file."""
        several = len(self.assessment.inputs) != 1
        return "; ".join(str(c) if several else f"{c.sheet}!{c.address}" for c in cells)

    def regime(self, code: str) -> Regime:
        return self.assessment.law.regimes[code]

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """The shortest ways of each category to each country whose last hop is shown."""
        flows = set(self.answers.flow_ids())
        return tuple(c for c in reaches(self.assessment) if not self.narrowed or c.hops[-1].flow.id in flows)

    @cached_property
    def law_rows(self) -> dict[tuple[str, str], _LawRow]:
        """Every piece of law relied on, by regime and rule: in the order of the regimes and of their steps."""
        used: dict[str, dict[str, None]] = defaultdict(dict)
        for answer in self.answers.one_of_each():
            rules = used[answer.regime]
            rules.update(dict.fromkeys(rule.partition("/")[2] for rule, _ in answer.tried))
            regime = self.regime(answer.regime)
            rules.update(dict.fromkeys(_evidence_rules(answer, regime)))
            rules.update(dict.fromkeys(duty_of(said, regime).rule for said in answer.duties))
        found: dict[tuple[str, str], _LawRow] = {}
        for code, regime in self.assessment.law.regimes.items():
            flags = {f.code for f in self.assessment.flags}
            for row in _law_of(regime):
                if row.rule in used.get(code, ()) or row.rule in flags:
                    found[code, row.rule] = row
        return found

    def decided_by(self, answer: Answer) -> tuple[str, str] | None:
        """The key of the piece of law that an answer rests on before all others."""
        tried = [(rule.partition("/")[2], citation) for rule, citation in answer.tried]
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
        return {id(a): rows[key] for a, key in self.answers.shared(self.decided_by) if key}


def table(register: Register, assessment: Assessment, selection: Selection | None = None) -> pd.DataFrame:
    """A register as a data frame of text: days as 2026-11-30, nothing as an empty text."""
    return several((register,), assessment, selection)[0]


def several(
    registers: Sequence[Register], assessment: Assessment, selection: Selection | None = None
) -> tuple[pd.DataFrame, ...]:
    """Several registers as `table` gives each; what they rest on alike is worked out once."""
    shown = Shown(assessment, selection)
    return tuple(as_text(*register.table(shown)) for register in registers)


def as_text(columns: tuple[str, ...], rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as a data frame of text."""
    import pandas as pd

    return pd.DataFrame([["" if v is None else str(v) for v in row] for row in rows], columns=list(columns), dtype=str)


def marked(columns: tuple[str, ...], rows: Iterable[Row], assessment: Assessment) -> tuple[tuple[str, ...], list[Row]]:
    """The headings and rows of a table; those of a hypothesis say so on every row, so that copies of rows do too."""
    if not assessment.hypothetical or columns == ABOUT_COLUMNS:
        return columns, list(rows)
    return (*columns, HYPOTHETICAL), [(*row, yes(True)) for row in rows]


ABOUT_COLUMNS = ("What", "Value")


def supposed(assessment: Assessment) -> Iterator[Row]:
    """What is supposed and not recorded, each with its number; nothing for a real assessment."""
    if assessment.hypothetical:
        yield HYPOTHETICAL, NOT_RECORDED
        for number, sentence in enumerate(assessment.hypothetical, 1):
            yield f"Supposition {number}", sentence


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
    """The list entries, the mechanisms and the code of practice that an answer names, as rules of `_law_of`."""
    found: list[str] = []
    for relied in answer.rests_on:
        if relied.kind == "list":
            found += [
                _list_rule(e.country_name, e.starts)
                for e in regime.entries
                if (e.country_name, e.citation, e.starts) == (relied.name, relied.mechanism, relied.starts)
            ]
        else:
            found.append(relied.mechanism)
    if not found and answer.ground:
        found += [m.code for m in regime.mechanisms.values() if m.citation == answer.ground]
    found += [p.name for p in regime.practices if p.name in answer.citation]
    return tuple(found)


class Owed(NamedTuple):
    """What an answer says remains owed: the rule of `_law_of` it stands under, in words with names and without, its law."""

    rule: str
    says: str
    of_anybody: str
    cited: Cited


def duty_of(said: str, regime: Regime) -> Owed:
    """A duty, or the end of a list decision, as an answer says it → what it is in the law."""
    for key, duty in regime.duties.items():
        if _as_said(duty.said).fullmatch(said):
            says = said[: len(said) - (len(duty.said) - len(duty.text))]
            return Owed(f"duty: {key}", says, of_anybody(duty.text), duty)
    for entry in regime.entries:
        if said == entry.ending:
            says = said.removesuffix(f" ({entry.citation})")
            return Owed(_list_rule(entry.country_name, entry.starts), says, says, entry)
    return Owed("", said, said, regime)


@cache
def _as_said(text: str) -> re.Pattern[str]:
    """A sentence of the law with any names filled in."""
    return re.compile(".+".join(map(re.escape, re.split(r"\{[a-z]+\}", text))), re.DOTALL)


def wanted(answer: Answer, regime: Regime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What an answer says is missing: what is wanted in any case, and the ways to clear it, of which any one would do."""
    ways = (m for code in answer.would_clear if (m := regime.mechanisms.get(code)))
    named = tuple(f"{m.name} ({m.citation})" for m in ways)
    found = tuple(m for m in answer.missing if named and m.startswith(named))
    return tuple(m for m in answer.missing if m not in found), found


ANY_ONE = "Any one of these would do:"


def missing_words(answer: Answer, regime: Regime) -> str:
    """What is missing, a point a line; ways of which any one would do are told apart."""
    whatever, ways = wanted(answer, regime)
    return "\n".join((*whatever, ANY_ONE, *(f"• {w}" for w in ways)) if len(ways) > 1 else answer.missing)


# ---------------------------------------------------------------------------------------------- facts in words


def yes(value: bool) -> str:
    return "yes" if value else "no"


def says(fact: Fact[Any]) -> str:
    """A fact in words; nothing at all when nobody filled it in."""
    if fact.nothing:
        return "" if fact.nothing is Nothing.BLANK else _NOTHING[fact.nothing]
    if isinstance(fact.value, bool):
        return yes(fact.value)
    return "; ".join(map(str, fact.value)) if isinstance(fact.value, tuple) else str(fact.value)


_NOTHING = {Nothing.NOT_STATED: "not stated", Nothing.NONE: "none", Nothing.UNREADABLE: "not understood"}


def country_words(place: Place | None) -> str:
    if place is None or not place.stated:
        return "not stated"
    return places.country_name(place.country) if place.country else "not one country"


def recipient_name(flow: MappedFlow) -> str:
    return flow.recipient.name if flow.recipient else flow.destination.name


def role_words(flow: MappedFlow) -> str:
    return says(flow.record.role.or_else(flow.recipient.role) if flow.recipient else flow.record.role)


def place_words(leg: Leg) -> str:
    place, nothing = leg.place.value, leg.place.nothing
    return places.place_name(place) if place else nothing.value if nothing else ""


def safeguard_words(answer: Answer) -> str:
    """What an answer rests on, in words; empty when it rests on nothing on record."""
    return "; ".join(map(_relied_words, answer.rests_on))


def _relied_words(relied: ReliedOn) -> str:
    document = f" ({relied.document})" if relied.document else ""
    return f"{relied.name}{document}" if relied.kind == "safeguard" else f"{relied.mechanism}: {relied.name}"


def covered(answer: Answer) -> tuple[date | None, date | None]:
    """The first and the last day on which all that an answer rests on holds, as far as they are recorded."""
    starts = [r.starts for r in answer.rests_on if r.starts]
    ends = [r.ends for r in answer.rests_on if r.ends]
    return max(starts, default=None), min(ends, default=None)
