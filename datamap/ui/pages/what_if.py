"""What if: things are supposed that nobody recorded, and the page tells which outcomes they change and what each would need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from datamap.assessment import Assessment
from datamap.comparison import Comparison, compare
from datamap.hypothesis import (
    Acts,
    Add,
    Assess,
    Based,
    CannotSuppose,
    Drop,
    End,
    Ending,
    Lapse,
    Move,
    Party,
    Sign,
    Sub,
    Supposition,
    endings,
    parse,
    suppose,
)
from datamap.inventory import Role
from datamap.law.readable import day
from datamap.places import countries
from datamap.ui import session
from datamap.ui.components.changes import change_tiles, downloads, flags_changed, records_changed, transfers_changed
from datamap.ui.components.markup import counted, label, show, tag

MOST = 40
MOST_TRIED = 3
STAYS = "As now"
OWN = "The organisation itself"


# ---------------------------------------------------------------------------------------------------- what to suppose


@dataclass(frozen=True)
class Offers:
    """What of an inventory and its law there is to suppose something of."""

    assessment: Assessment
    endings: tuple[Ending, ...]
    systems: list[str]
    recipients: list[str]
    passing: list[tuple[str, str]]  # who sends to whom
    safeguards: list[str]
    mechanisms: Mapping[str, str]  # code → name

    @classmethod
    def of(cls, assessment: Assessment) -> Offers:
        inventory, map_ = assessment.inventory, assessment.map
        judged = [f for f in map_.flows if assessment.answers_for(f) and f.movement != "own site"]
        named = {f.destination.name for f in judged} | {r.name for r in inventory.recipients}
        found = endings(assessment)
        weighed = {e.what for e in found}
        return cls(
            assessment,
            found,
            sorted((s.name for s in inventory.systems), key=str.casefold),
            sorted(named, key=str.casefold),
            sorted({(f.origin.name, f.destination.name) for f in judged if f.system or f.upstream}),
            sorted((s.name for s in inventory.safeguards), key=str.casefold),
            {
                code: f"{mechanism.name} ({regime.name}, {mechanism.citation})"
                for regime in assessment.regimes
                for code, mechanism in regime.mechanisms.items()
                if code in weighed
            },
        )


def ends(offers: Offers) -> Supposition | None:
    named = {f"{e.title}{_resting(e)}": e for e in offers.endings}
    what, when = st.columns([4, 1.2])
    chosen = what.selectbox("What ends", list(named), index=None, placeholder="Choose a decision, scheme or mechanism")
    on = _day(when, "First day without it")
    return End(named[chosen].what, named[chosen].regime, on) if chosen else None


def _resting(ending: Ending) -> str:
    return (
        f": {counted(ending.answers, 'answer')} {'rests' if ending.answers == 1 else 'rest'} on it"
        if ending.answers
        else ""
    )


def moves(offers: Offers) -> Supposition | None:
    name, where, by = st.columns([2, 2, 2])
    chosen = name.selectbox(
        "System or recipient", [*offers.systems, *offers.recipients], index=None, placeholder="Choose one"
    )
    country = _country(where, "Would hold the information in")
    host = by.selectbox(
        "Hosted by",
        [STAYS, OWN, *offers.recipients],
        accept_new_options=True,
        help="For a system: its provider. Type a name for one that is not on record.",
    )
    if not chosen or not country:
        return None
    provider = None if host in (None, STAYS) else Party("none" if host == OWN else host)
    return Move(chosen, countries()[country], provider)


def adds(offers: Offers) -> Supposition | None:
    return _new_recipient(offers, "System", offers.systems, Add)


def subs(offers: Offers) -> Supposition | None:
    return _new_recipient(offers, "Recipient", offers.recipients, Sub)


def _new_recipient(offers: Offers, what: str, senders: Sequence[str], kind: type[Add]) -> Supposition | None:
    sender, recipient, where, role = st.columns([2, 2, 2, 1.6])
    chosen = sender.selectbox(f"{what} that sends", senders, index=None, placeholder="Choose one")
    to = recipient.selectbox(
        "To", offers.recipients, index=None, accept_new_options=True, placeholder="Choose one, or type a new name"
    )
    country = _country(where, "A new one is established in")
    is_ = role.selectbox("A new one is", list(Role), index=None, placeholder="Not known")
    if not chosen or not to:
        return None
    note = ", ".join(words for words in (countries()[country] if country else "", is_ or "") if words)
    return kind(chosen, Party(to, note))


def drops(offers: Offers) -> Supposition | None:
    named = {f"{sender} → {to}": (sender, to) for sender, to in offers.passing}
    chosen = st.selectbox("What is no longer sent", list(named), index=None, placeholder="Choose who sends to whom")
    return Drop(*named[chosen]) if chosen else None


def based(offers: Offers) -> Supposition | None:
    who, where = st.columns(2)
    chosen = who.selectbox("Recipient", offers.recipients, index=None, placeholder="Choose one")
    country = _country(where, "Would be established in")
    return Based(chosen, countries()[country]) if chosen and country else None


def acts(offers: Offers) -> Supposition | None:
    who, what = st.columns(2)
    chosen = who.selectbox("Recipient", offers.recipients, index=None, placeholder="Choose one")
    role = what.selectbox("Would be", list(Role), index=None, placeholder="Choose a role")
    return Acts(chosen, role.value) if chosen and role else None


def signs(offers: Offers) -> Supposition | None:
    name, how, who = st.columns(3)
    chosen = name.selectbox(
        "Safeguard",
        offers.safeguards,
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type a new name",
    )
    code = how.selectbox(
        "Mechanism",
        list(offers.mechanisms),
        index=None,
        format_func=lambda code: offers.mechanisms[code],
        placeholder="As recorded",
        help="Needed for one that is not on record.",
    )
    to = who.selectbox("With", offers.recipients, index=None, placeholder="As recorded", help="Needed for a new one.")
    first, last, made = st.columns(3, vertical_alignment="bottom")
    on = _day(first, "Signed on")
    until = last.date_input("Last day (may be left open)", value=None, format="YYYY-MM-DD")
    made.caption("Its assessment is supposed by itself, because signing makes none.")
    return Sign(chosen, code or "", to or "", on, until) if chosen else None


def assesses(offers: Offers) -> Supposition | None:
    return _paper(offers, "Assessed on", Assess)


def lapses(offers: Offers) -> Supposition | None:
    return _paper(offers, "First day without it", Lapse)


def _paper(offers: Offers, when: str, kind: type[Assess]) -> Supposition | None:
    name, on = st.columns([3, 1.2])
    signed = [each.name for each in _parsed(session.supposed())[0].values() if isinstance(each, Sign)]
    every = list(dict.fromkeys([*offers.safeguards, *signed]))
    chosen = name.selectbox("Safeguard", every, index=None, placeholder="Choose one")
    first = _day(on, when)
    return kind(chosen, first) if chosen else None


def _day(column: Any, words: str) -> date:
    found: date = column.date_input(
        words, value=session.as_of(), min_value=session.FIRST_DAY, max_value=session.LAST_DAY, format="YYYY-MM-DD"
    )
    return found


def _country(column: Any, words: str) -> str | None:
    named = countries()
    found: str | None = column.selectbox(
        words, list(named), index=None, format_func=lambda code: named[code], placeholder="Choose a country"
    )
    return found


KINDS: Mapping[str, Callable[[Offers], Supposition | None]] = {
    "A list decision, scheme or mechanism ends": ends,
    "A system or recipient is hosted elsewhere": moves,
    "A system sends to one more recipient": adds,
    "A recipient adds a sub-processor": subs,
    "Somebody no longer receives": drops,
    "A recipient is established elsewhere": based,
    "A recipient has another role": acts,
    "A safeguard is signed": signs,
    "The assessment of a safeguard is made": assesses,
    "A safeguard lapses": lapses,
}


def form(offers: Offers) -> None:
    kind = st.selectbox("Suppose that …", list(KINDS), key="kind of supposition", persist_state="session")
    with st.form("supposition", clear_on_submit=True):
        chosen = KINDS[kind](offers)
        sent = st.form_submit_button("Suppose it", type="primary")
    if not sent:
        return
    if chosen is None:
        st.warning("Choose what it is about first.")
        return
    try:
        suppose(offers.assessment, [*_parsed(session.supposed())[0].values(), chosen])
    except CannotSuppose as sentence:
        if sentence.change is chosen:
            show(tag("p", str(sentence), class_="dm-refused", role="alert"))
            return
    session.suppose_also(str(chosen))
    st.rerun()


def to_try(offers: Offers) -> None:
    """A few questions that this inventory raises, each a click away."""
    tried: list[tuple[str, Supposition]] = [
        (f"What if it ended: {e.title}?", End(e.what, e.regime)) for e in offers.endings if e.answers
    ]
    tried += [(f"What if “{name}” lapsed?", Lapse(name)) for name in offers.safeguards]
    tried += [(f"What if {a} sent nothing more to {b}?", Drop(a, b)) for a, b in offers.passing]
    for number, (words, change) in enumerate(tried[:MOST_TRIED]):
        st.button(label(words), key=f"try {number}", on_click=session.suppose_also, args=(str(change),))


# ---------------------------------------------------------------------------------------------------- what comes of it


def _parsed(texts: Sequence[str]) -> tuple[dict[str, Supposition], dict[str, str]]:
    """The suppositions by their texts, and for each text that says none why."""
    found: dict[str, Supposition] = {}
    wrong: dict[str, str] = {}
    for text in texts[:MOST]:
        try:
            found[text] = parse(text)
        except CannotSuppose as sentence:
            wrong[text] = str(sentence)
    return found, wrong


@dataclass(frozen=True)
class Supposed:
    """What comes of the suppositions: the comparison, each that was made in words, and why others could not be, by their texts."""

    found: Comparison | None
    made: Mapping[str, str]
    wrong: Mapping[str, str]


def supposed(assessment: Assessment, texts: Sequence[str]) -> Supposed:
    changes, wrong = _parsed(texts)
    while changes:
        try:
            after = suppose(assessment, list(changes.values()))
        except CannotSuppose as sentence:
            text = next(text for text, change in changes.items() if change is sentence.change)
            del changes[text]
            wrong[text] = str(sentence)
        else:
            found = compare(suppose(assessment, (), on=after.on), after)
            return Supposed(found, dict(zip(changes, after.hypothetical, strict=True)), wrong)
    return Supposed(None, {}, wrong)


def listing(texts: Sequence[str], result: Supposed) -> None:
    """Each supposition in words, with a way to take it back; those that could not be made say why."""
    for text in texts[:MOST]:
        said, take_back = st.columns([7, 1], vertical_alignment="center")
        with said:
            if text in result.made:
                show(tag("p", result.made[text]))
            else:
                show(tag("p", result.wrong[text], class_="dm-refused", role="alert"))
        take_back.button(
            "Remove", key=f"remove {text}", on_click=session.suppose_without, args=(text,), width="stretch"
        )
    if len(texts) > 1:
        st.button("Remove all", on_click=session.suppose_nothing)
    if len(texts) > MOST:
        st.caption(f"Only the first {MOST} are looked at.")


def answer(found: Comparison) -> None:
    after = found.after
    flows = len(found.flows_changed)
    st.header(f"{counted(flows, 'flow') if flows else 'No flow'} would change outcome, come or go", anchor=False)
    said, save = st.columns([4, 1.2], vertical_alignment="center")
    with said:
        both = f"With and without what is supposed, judged as of {day(after.on)}."
        show(tag("p", both, class_="dm-quiet"), change_tiles(found))
        if not after.answers and not found.before.answers:
            st.info("Nothing is judged under the regimes chosen, so no answer can change.")
        elif not found.differs:
            st.info("Nothing changes: no answer of this inventory rests on what is supposed.")
    with save:
        downloads(found, "hypothetical changes")
    transfers, records, flags = st.tabs(["Transfers", f"Records ({len(found.records):,})", "Flags"])
    with transfers:
        transfers_changed(found, supposed=True)
    with records:
        st.caption("The records with what is supposed. A cell of the file “supposed” stands in no file.")
        records_changed(found)
    with flags:
        flags_changed(found)


def page() -> None:
    st.title("What if")
    texts = session.supposed()
    assessment = session.current()
    st.warning("Hypothetical: what is supposed here is recorded nowhere, and no other page takes it into account.")
    show(tag("p", f"As recorded means under the law of {day(assessment.on)}.", class_="dm-quiet"))
    offers = session.kept(("offers",), lambda: Offers.of(assessment))
    form(offers)
    if not texts:
        st.info("Nothing is supposed yet. Choose above what would be otherwise, or try one of these.")
        to_try(offers)
        return
    with st.spinner("Supposing", show_time=True):
        result = session.kept(("supposed", texts), partial(supposed, assessment, texts))
    listing(texts, result)
    if result.found:
        answer(result.found)


page()
