"""What would clear an answer, recorded: a safeguard as the reader has it on file, and nothing that nobody said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain, count

import streamlit as st

from datamap.assessment import Assessment
from datamap.comparison import Comparison, LegChange
from datamap.inventory import items, name_key
from datamap.law import Mechanism
from datamap.law.readable import evidence
from datamap.places import place_name
from datamap.transfers import Answer, Outcome
from datamap.ui import session
from datamap.ui.components.answers import answer_name, answer_words, chip
from datamap.ui.components.markup import Markup, counted, joined, label, listed, show, tag
from datamap.workbook import writing
from datamap.workbook.columns import SAFEGUARDS, a_date, yes_no

_WHOSE = ("Recipients", "Categories", "Countries")
_DATES = ("Signed", "Starts", "Expires", "Review due")
_CONSENT = ("Warning shown", "Individuals")
FIRST, LAST = date(1950, 1, 1), date(2099, 12, 31)


def mechanisms(assessment: Assessment, answer: Answer) -> tuple[Mechanism, ...]:
    """The mechanisms of which the answer says that any one would clear it."""
    known = assessment.law.regimes[answer.regime].mechanisms
    return tuple(known[code] for code in answer.would_clear if code in known)


def proposed(answer: Answer, mechanism: Mechanism, taken: Iterable[str] = ()) -> dict[str, str]:
    """The row on Safeguards as far as the answer itself says it: whom, what and where it has to cover, and by what.

    Its name is none of those `taken`.
    """
    flow, place = answer.leg.flow, answer.leg.place.value
    recipient = flow.recipient.name if flow.recipient else flow.destination.name
    return {
        "Safeguard": _free(f"{recipient}: {mechanism.name}", frozenset(map(name_key, taken))),
        "Mechanism": mechanism.code,
        "Recipients": recipient,
        "Categories": "; ".join(items(flow.categories)),
        "Countries": place_name(place) if place and place.stated else "",
    }


def _free(name: str, taken: frozenset[str]) -> str:
    return next(n for n in chain((name,), (f"{name} ({m})" for m in count(2))) if name_key(n) not in taken)


def evidence_form(assessment: Assessment, answer: Answer) -> None:
    """A form that records what would clear an answer; nothing where no mechanism would.

    Where evidence is on file already and lacks something, it leads to its row instead.
    """
    found = mechanisms(assessment, answer)
    if not found:
        return
    relied = answer.relied_on
    if answer.outcome is Outcome.INCOMPLETE and relied and relied.kind == "safeguard" and relied.cell:
        st.caption(f"The evidence is on file as “{label(relied.name)}”. Fill in there what is missing.")
        if st.button("Open its row in Inventory", key="open the safeguard"):
            session.look_up(relied.cell)
        return
    name = answer_name(answer)
    with st.expander("Record evidence that would clear this"):
        chosen = st.selectbox(
            "Mechanism",
            found,
            format_func=lambda m: f"{m.name} ({m.citation})",
            key=f"mechanism {name}",
        )
        if chosen:
            _form(assessment, answer, chosen, name)


def _form(assessment: Assessment, answer: Answer, mechanism: Mechanism, name: str) -> None:
    needs = (mechanism.needs_detail or evidence(mechanism)).rstrip(".")
    show(tag("p", f"Needs: {needs}.", class_="dm-quiet"))
    texts = proposed(answer, mechanism, (s.name for s in assessment.inventory.safeguards))
    with st.form(f"evidence {name} {mechanism.code}", border=False):
        texts["Safeguard"] = _text("Safeguard", texts["Safeguard"])
        for column, heading in zip(st.columns(len(_WHOSE)), _WHOSE, strict=True):
            with column:
                texts[heading] = _text(heading, texts[heading])
        for column, heading in zip(st.columns(len(_DATES)), _DATES, strict=True):
            with column:
                texts[heading] = _day(heading)
        document, assessed, when = st.columns([2, 2, 1])
        with document:
            texts["Document"] = _text("Document", needed=mechanism.needs_document)
        with assessed:
            texts["Assessment"] = _text("Assessment", needed=mechanism.needs_assessment)
        with when:
            texts["Assessment date"] = _day("Assessment date")
        asked = [*(_CONSENT if mechanism.type == "consent" or mechanism.needs_authorisation else ())]
        asked += ["Reason"] if mechanism.type == "derogation" else []
        for heading in asked:
            texts[heading] = _answer(heading) if SAFEGUARDS.headed(heading).parse is yes_no else _text(heading)
        texts["Notes"] = _text("Notes")
        st.caption(_says(answer))
        with st.container(horizontal=True):
            sent = st.form_submit_button("Record this evidence", type="primary")
            look = st.form_submit_button("See first what it would change")
    if sent or look:
        _sent(answer, {heading: words for heading, words in texts.items() if words.strip()}, only_asked=look)


def _sent(answer: Answer, said: dict[str, str], *, only_asked: bool) -> None:
    """Record the evidence; where it changes other answers as well, only once these were told."""
    if said.keys() <= {"Safeguard", "Mechanism", "Notes", *_WHOSE}:
        show(tag("p", _NOTHING_ON_FILE, class_="dm-refused", role="alert"))
        return
    flow = answer.leg.flow
    row = None if flow.implied else flow.record.name
    found = session.evidence_would(said, row)
    if isinstance(found, str):
        show(tag("p", found, class_="dm-refused", role="alert"))
        return
    this = (answer_name(answer), *said.items())
    if only_asked or (_others(found, answer) and session.chosen(_FORETOLD) != this):
        session.choose(_FORETOLD, this)
        show(_foretold(found, answer))
        return
    session.record_evidence(said, row)
    session.tell(_told(found, answer))
    st.rerun()


_FORETOLD = "evidence foretold"
"""What was filled in when it was last told what recording it would change."""


_NOTHING_ON_FILE = (
    "Nothing is recorded: fill in what is on file, such as the day it was signed, its document or its assessment. A row that "
    "only names a mechanism is no evidence."
)
_MOST_TOLD, _MOST_FORETOLD = 5, 30


def _its_own(found: Comparison, answer: Answer) -> LegChange:
    return next(leg for leg in found.legs if leg.before and answer_name(leg.before) == answer_name(answer))


def _others(found: Comparison, answer: Answer) -> list[LegChange]:
    """The other answers whose outcome changes, those that become worse first."""
    own = _its_own(found, answer)
    return [leg for leg in found.legs if leg is not own and leg.before and leg.after and leg.outcome_changed]


def _foretold(found: Comparison, answer: Answer) -> Markup:
    """What recording would change, before it is recorded: the answer it is for, and every other whose outcome changes."""
    own, others = _its_own(found, answer), _others(found, answer)
    more = len(others) - _MOST_FORETOLD
    gist = (
        f"It would change {counted(len(others), 'other answer')} as well:"
        if others
        else "No other answer would have another outcome."
    )
    return tag(
        "div",
        tag("p", tag("b", "Nothing is recorded yet. "), "Recorded as it stands above, this answer would be:"),
        listed([_turn(found, own)]),
        tag("p", tag("b", gist)),
        listed(_turn(found, leg) for leg in others[:_MOST_FORETOLD]) if others else None,
        tag("p", f"and {counted(more, 'more answer')}.") if more > 0 else None,
        tag("p", f"Flags of other rules: {found.flags_sentence}", class_="dm-quiet"),
        tag("p", "Press “Record this evidence” to record it."),
        class_="dm-told",
        role="status",
    )


def _turn(found: Comparison, leg: LegChange) -> Markup:
    assert leg.before
    assert leg.after
    into = ("becomes", chip(leg.after.outcome)) if leg.outcome_changed else ("as before",)
    return joined((f"{answer_words(found.before, leg.before)}:", chip(leg.before.outcome), *into), " ")


def _told(found: Comparison, answer: Answer) -> str:
    """What recording changed: the answer it was recorded for, and every other that has another outcome now."""

    def turn(leg: LegChange) -> str:
        assert leg.before
        assert leg.after
        return f"{answer_words(found.before, leg.before)}: {leg.before.outcome.label} → {leg.after.outcome.label}"

    own, others = _its_own(found, answer), _others(found, answer)
    as_before = f"{answer_words(found.before, answer)}: {answer.outcome.label} as before: see what is still missing."
    said = f"Recorded. {f'{turn(own)}.' if own.outcome_changed else as_before}"
    if others:
        more = f" and {len(others) - _MOST_TOLD:,} more" if len(others) > _MOST_TOLD else ""
        said += f" It changed {counted(len(others), 'other answer')} as well: {'; '.join(map(turn, others[:_MOST_TOLD]))}{more}."
    return said


def _says(answer: Answer) -> str:
    """What recording it will write, in words."""
    flow = answer.leg.flow
    where = (
        "The flow is implied and has no row of its own, so *Recipients*, *Categories* and *Countries* say what it covers."
        if flow.implied
        else f"It is named in *Safeguards* of the flow {label(flow.id)} as well."
    )
    return (
        f"Writes one row on the sheet Safeguards, as it stands here. {where} Record only what is on file: what you leave "
        "blank stays blank, and the answer says what is missing. You can undo it on the page Inventory."
    )


def _text(heading: str, value: str = "", *, needed: bool = False) -> str:
    help = writing.explained(SAFEGUARDS.headed(heading))
    return st.text_input(f"{heading} (needed)" if needed else heading, value=value, help=help)


def _day(heading: str) -> str:
    assert SAFEGUARDS.headed(heading).parse is a_date
    help = SAFEGUARDS.headed(heading).help
    said = st.date_input(heading, value=None, min_value=FIRST, max_value=LAST, format="YYYY-MM-DD", help=help)
    return said.isoformat() if said else ""


def _answer(heading: str) -> str:
    column = SAFEGUARDS.headed(heading)
    return st.selectbox(heading, column.choices, index=None, placeholder="Not filled in", help=column.help) or ""
