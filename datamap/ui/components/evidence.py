"""What would clear an answer, recorded: a safeguard as the reader has it on file, and nothing that nobody said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain, count

import streamlit as st

from datamap.assessment import Assessment
from datamap.inventory import items, name_key
from datamap.law import Mechanism
from datamap.law.readable import evidence
from datamap.places import place_name
from datamap.transfers import Answer, Outcome
from datamap.ui import session
from datamap.ui.components.answers import answer_name
from datamap.ui.components.markup import label, show, tag
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
        sent = st.form_submit_button("Record this evidence", type="primary")
    if sent:
        flow = answer.leg.flow
        said = {heading: words for heading, words in texts.items() if words.strip()}
        if said.keys() <= {"Safeguard", "Mechanism", "Notes", *_WHOSE}:
            show(tag("p", _NOTHING_ON_FILE, class_="dm-refused", role="alert"))
            return
        sentence = session.record_evidence(said, None if flow.implied else flow.record.name)
        if sentence:
            show(tag("p", sentence, class_="dm-refused", role="alert"))
        else:
            session.tell(_told(assessment, session.current(), answer))
            st.rerun()


_NOTHING_ON_FILE = (
    "Nothing is recorded: fill in what is on file, such as the day it was signed, its document or its assessment. A row that "
    "only names a mechanism is no evidence."
)
_MOST_TOLD = 5


def _told(before: Assessment, after: Assessment, answer: Answer) -> str:
    """What recording changed: the answer it was recorded for, and every other that has another outcome now."""
    was = {answer_name(a): a.outcome for a in before.answers}
    now = {answer_name(a): a.outcome for a in after.answers}
    name = answer_name(answer)
    changed = [n for n, outcome in now.items() if n in was and was[n] is not outcome]
    said = f"Recorded. {name}: {was[name].label}"
    said += f" → {now[name].label}." if name in changed else " as before: see what is still missing."
    if others := [n for n in changed if n != name]:
        more = f" and {len(others) - _MOST_TOLD:,} more" if len(others) > _MOST_TOLD else ""
        each = "; ".join(f"{n}: {was[n].label} → {now[n].label}" for n in others[:_MOST_TOLD])
        said += f" It changed other answers as well: {each}{more}."
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
