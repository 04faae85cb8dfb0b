"""Policy: the statements that a policy makes, to be accepted, and what the map makes of them, both ways."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from datamap import policies
from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import MappedFlow
from datamap.law.readable import day
from datamap.policies import Judged, NotStated, Policy, Proposal, Reconciliation, Sentence, Untold, Verdict
from datamap.sheets import Cell, Progress, Unreadable
from datamap.ui import session
from datamap.ui.components.answers import cells
from datamap.ui.components.markup import Markup, counted, facts, joined, label, show, tag
from datamap.ui.components.progress import reading_bar
from datamap.ui.components.statements import on_the_sheet, record
from datamap.ui.components.tables import FIVE_LINES, THREE_LINES
from datamap.workbook import writing

MOST_SHOWN = 60
_THREE_LINES_HOLD = 180  # letters of a sentence
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def given() -> Policy | None:
    """The policy to compare; None when none was given yet."""
    upload, paste = st.columns(2, gap="large")
    file = upload.file_uploader(
        "A policy as text, Markdown, HTML, Word (.docx) or PDF",
        type=[s.removeprefix(".") for s in policies.SUFFIXES],
        key="policy file",
    )
    with paste.form("paste policy", border=False):
        text = st.text_area("Or its text", height=110, placeholder="Paste the policy here")
        pasted = st.form_submit_button("Read this text")
    if pasted and text.strip():
        session.read_policy("pasted text.txt", text.encode())
    elif file is not None:
        session.read_policy(file.name, file.getvalue(), file.file_id)
    if sentence := session.policy_refused():
        st.error(label(sentence))
    return session.policy()


def proposed(policy: Policy, assessment: Assessment) -> tuple[Proposal, ...]:
    """What a policy seems to say, with a bar while it is read. *Cancel* leaves the policy."""
    inventory = assessment.inventory
    with reading_bar(1, session.leave_policy, of="sentences") as tell:
        return policies.propose(
            policy,
            ours=[o.name for o in inventory.organisations],
            names=[r.name for r in inventory.recipients],
            progress=partial(tell, 0),
        )


def compared(assessment: Assessment, judged: Sequence[Proposal], policy: Policy | None) -> Reconciliation:
    """Both ways, with a bar where it takes long: leaving the page or the policy ends it there."""
    place = st.empty()

    def tell(progress: Progress) -> None:
        if progress.seconds > _LONG and progress.of:
            place.progress(progress.rows / progress.of, "Comparing with the map")

    try:
        return policies.reconcile(assessment, judged, policy=policy, progress=tell)
    finally:
        place.empty()


_LONG = 0.5  # seconds after which it is said that something goes on


def accept(policy: Policy, proposals: Sequence[Proposal], written: int) -> list[Proposal]:
    """The table of proposals, each with its sentence; those that are accepted, as they were worded.

    `written` is how many more are on the sheet already.
    """
    st.header(f"What it seems to say ({len(proposals) + written:,})", anchor=False)
    if written:
        are = "is" if written == 1 else "are"
        show(tag("p", tag("b", f"{written:,} of them {are} on the sheet Policy statements"), " and not offered again."))
    if not proposals:
        st.button("Leave this policy", on_click=session.leave_policy)
        return []
    st.caption(
        f"{counted(len(policy.sentences), 'sentence')} of {label(policy.file)} were read. A proposal counts only when you accept it; "
        "change its value where it says something else. A value may begin with not:, only: or may:."
    )
    every, sure, none, leave, _ = st.columns([1.2, 1.8, 1.2, 1.8, 3])
    if every.button("Accept all", width="stretch"):
        session.accept_of_policy("all")
    if sure.button("Accept the sure ones", width="stretch"):
        session.accept_of_policy("high")
    if none.button("Accept none", width="stretch"):
        session.accept_of_policy("")
    leave.button("Leave this policy", on_click=session.leave_policy, width="stretch")
    begin = session.policy_accepts()
    rows = pd.DataFrame(
        [
            {
                "Accept": begin == "all" or proposal.sure == begin,
                "About": str(proposal.topic),
                "Value": proposal.text,
                "Sentence": _read_first(proposal.sentence),
                "Where": proposal.sentence.place,
                "Sure": proposal.sure,
                "Why": proposal.why,
            }
            for proposal in proposals
        ]
    )
    long = sum(len(_read_first(proposal.sentence)) > _THREE_LINES_HOLD for proposal in proposals)
    high = FIVE_LINES if long > len(proposals) / 4 else THREE_LINES
    given_back = st.data_editor(
        rows,
        hide_index=True,
        disabled=["About", "Sentence", "Where", "Sure", "Why"],
        column_config={
            "Accept": st.column_config.CheckboxColumn(width="small"),
            "Value": st.column_config.TextColumn(width="medium"),
            "Sentence": st.column_config.TextColumn(width="large"),
            "Sure": st.column_config.TextColumn(width="small"),
        },
        height=min(560, 36 + high * len(proposals) + 2),
        row_height=high,
        placeholder="",
        alt="What the policy seems to say: each proposal with the sentence that it was taken from, to be accepted",
        key=f"proposals of {policy.file} {len(policy.sentences)} {begin} {written}",
    )
    kept = zip(proposals, given_back["Accept"], given_back["Value"], strict=True)
    return [policies.worded(p, str(value or p.text)) for p, accepted, value in kept if accepted]


def _read_first(sentence: Sentence) -> str:
    """A sentence for a narrow column: an item of a list before the words that lead to it."""
    return f"{sentence.text} (after “{sentence.lead}”)" if sentence.lead else sentence.text


def downloads(policy: Policy, accepted: Sequence[Proposal], found: Reconciliation | None) -> None:
    def workbook() -> bytes:
        loaded = session.loaded()
        assert loaded
        inventory = loaded.reading.inventory
        rows = policies.accepted(
            accepted, document=policies.document_of(policy, accepted), taken=[s.name for s in inventory.statements]
        )
        written = io.BytesIO()
        writing.write_workbook(replace(inventory, statements=(*inventory.statements, *rows)), written)
        return written.getvalue()

    left, right, _ = st.columns([2, 2, 3])
    left.download_button(
        "Inventory with what is accepted (Excel)",
        workbook,
        file_name="inventory with statements.xlsx",
        mime=_EXCEL,
        on_click="ignore",
        disabled=not accepted,
        width="stretch",
    )
    right.download_button(
        "All of this as JSON",
        lambda: json.dumps(policies.to_json(policy, accepted, found), indent=2, ensure_ascii=False) + "\n",
        file_name="policy against map.json",
        mime="application/json",
        on_click="ignore",
        width="stretch",
    )


def _evidence(flags: Iterable[Flag], found: Iterable[Cell]) -> Markup:
    cited = {f.code: f"{f.code}: {f.citation}" for f in flags}
    some = list(found)
    more = f" and {len(some) - 12} more" if len(some) > 12 else ""
    return facts(
        ("Duties", "; ".join(cited.values())), ("Cells", joined((cells(some[:12], file=False), more)) if some else None)
    )


def _item(
    key: str,
    title: str,
    why: str,
    quote: str,
    flows: Sequence[MappedFlow],
    flags: Iterable[Flag],
    found: Iterable[Cell],
) -> None:
    with st.container(border=True):
        words, button = st.columns([6, 1], vertical_alignment="center")
        with words:
            show(
                tag("p", tag("b", title)),
                tag("p", quote, class_="dm-quiet") if quote else None,
                tag("p", why),
                _evidence(flags, found),
            )
        if flows and button.button("Show on Flows", key=key, width="stretch"):
            session.ask({session.FOCUS: flows[0].destination.name})
            session.go("Flows")


def show_judged(found: Sequence[Judged]) -> None:
    for number, one in enumerate(found[:MOST_SHOWN]):
        claim = one.claim
        said = f"“{claim.quote}” ({claim.where})" if claim.quote else f"{claim.text or 'no value'} ({claim.where})"
        title = f"{claim.name}{' (said with “may”)' if claim.stance == 'may' else ''}"
        _item(f"judged {one.verdict} {number}", title, one.why, said, one.flows, one.flags, (*claim.cells, *one.cells))
    _rest(found)


def show_untold(found: Sequence[Untold]) -> None:
    for number, one in enumerate(found[:MOST_SHOWN]):
        near = f"It comes near in “{one.mentioned.text}” ({one.mentioned.place})." if one.mentioned else ""
        _item(
            f"untold {number}", f"{one.kind.capitalize()}: {one.name}", one.why, near, one.flows, one.flags, one.cells
        )
    _rest(found)


def show_not_stated(found: Sequence[NotStated]) -> None:
    st.caption(
        "The map does not say in which country these hold information, so nobody can be told, and nothing is cleared."
    )
    for number, one in enumerate(found[:MOST_SHOWN]):
        _item(f"asked {number}", one.name, one.why, "", one.flows, (), one.cells)
    _rest(found)


def _rest(found: Sequence[object]) -> None:
    if not found:
        st.caption("None.")
    elif len(found) > MOST_SHOWN:
        st.caption(f"{counted(len(found) - MOST_SHOWN, 'more')} in the JSON to download.")


def both_ways(found: Reconciliation) -> None:
    by = {v: [j for j in found.judged if j.verdict is v] for v in Verdict}
    parts: dict[str, Callable[[], None]] = {
        f"Contradicted ({len(by[Verdict.CONTRADICTED])})": lambda: show_judged(by[Verdict.CONTRADICTED]),
        f"Told to nobody ({len(found.untold)})": lambda: show_untold(found.untold),
        f"Not answerable ({len(by[Verdict.OPEN])})": lambda: show_judged(by[Verdict.OPEN]),
        f"To be asked by name ({len(found.not_stated)})": lambda: show_not_stated(found.not_stated),
        f"Supported ({len(by[Verdict.SUPPORTED])})": lambda: show_judged(by[Verdict.SUPPORTED]),
    }
    for tab, draw in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with tab:
            draw()


def page() -> None:
    st.title("Policy")
    assessment = session.current()
    st.markdown(
        "What people are told against what the map shows. Statements are proposed from a policy and judged with those of the "
        "sheet *Policy statements*; then everything is listed that no statement tells people about."
    )
    policy = given()
    accepted: list[Proposal] = []
    judged: Sequence[Proposal] = ()
    nothing_yet = False
    if policy:
        try:
            proposals = session.kept(("policy", policy), lambda: proposed(policy, assessment))
        except Unreadable as sentence:
            st.error(label(str(sentence)))
            return
        written = on_the_sheet(policy, proposals, assessment.inventory.statements)
        rest = [p for p, there in zip(proposals, written, strict=True) if not there]
        if proposals:
            accepted = accept(policy, rest, sum(written))
            record(policy, accepted)
        judged = accepted or ([] if any(written) else rest)
        nothing_yet = bool(judged) and not accepted
    st.header("Against the map", anchor=False)
    show(tag("p", f"Law of {day(assessment.on)}. What is not known supports nothing.", class_="dm-quiet"))
    if nothing_yet:
        st.info("Nothing of the policy is accepted yet: this is what it would say if every proposal were.")
    elif not policy:
        st.caption("No policy is given, so only the sheet Policy statements is judged.")
    try:
        found = compared(assessment, judged, policy)
    except policies.NothingToCompare as sentence:
        st.info(str(sentence))
        return
    except Unreadable as sentence:
        st.error(label(str(sentence)))
        return
    both_ways(found)
    if policy:
        downloads(policy, accepted, found)


page()
