"""Law: what is in force on the chosen day, written from the same data that judges, and the user's own law beside it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from datamap.law import Law, Regime
from datamap.law.readable import Chapter, Point, day, entry_point, readable
from datamap.transfers import Outcome
from datamap.ui import session
from datamap.ui.components.answers import chip, marks
from datamap.ui.components.markup import Child, Markup, facts, joined, label, listed, show, tag
from datamap.ui.components.tables import Row, table

TABLES = {
    "Ways to cover a transfer, and the evidence each needs": "Mechanism",
    "Decisions on countries and schemes": "Country or scheme",
}
WIDE = {"Scope": "large", "In detail": "large", "Note": "large", "Mechanism": "medium", "Evidence needed": "medium"}


def beneath(point: Point) -> Markup | None:
    if not point.citation:
        return None
    said = joined((point.citation, point.stands), "; ")
    return tag("p", joined((said, marks_of(point)), " "), class_="dm-quiet")


def marks_of(point: Point) -> Markup | None:
    return marks(to_be_verified=point.to_be_verified, yours=point.yours)


def in_words(point: Point) -> Markup:
    """One point of a list: what it is, what is said of it, what follows, and where it stands."""
    said = (tag("p", joined((tag("span", f"{name}:", class_="dm-quiet"), words), " ")) for name, words in point.says)
    follows = joined((f"{point.follows}:", chip(Outcome(point.outcome))), " ") if point.outcome else None
    return joined(
        (
            tag("b", point.title),
            None if point.citation else marks_of(point),
            *said,
            tag("p", follows) if follows else None,
            beneath(point),
        )
    )


def rows(points: tuple[Point, ...], subject: str) -> list[Row]:
    """Points as rows of a table with a column for everything that is said of any of them."""
    names = list(dict.fromkeys(name for point in points for name, _ in point.says if name != "Note"))
    return [
        {
            subject: point.title,
            **{name: dict(point.says).get(name, "") for name in names},
            "Citation": point.citation,
            "On this day": point.stands,
            "To be verified": "to be verified" if point.to_be_verified else "",
            "Your own law": "yours" if point.yours else "",
            "Note": dict(point.says).get("Note", ""),
        }
        for point in points
    ]


def chapter_of(regime: Regime, chapter: Chapter) -> None:
    st.header(chapter.heading, anchor=False)
    if chapter.ordered:
        st.caption(
            "The first step that decides gives the answer. A fact that is not known never lets a transfer through."
        )
        show(tag("ol", *(tag("li", in_words(p)) for p in chapter.points), class_="dm-trace dm-said"))
    elif subject := TABLES.get(chapter.heading):
        widths = {name: width for name, width in WIDE.items() if name != "Evidence needed" or subject == "Mechanism"}
        table(rows(chapter.points, subject), alt=f"{regime.name}: {chapter.heading.lower()}", widths=widths)  # type: ignore[arg-type]
    elif chapter.heading == "Sources":
        found = (tag("tr", tag("td", p.title), *(tag("td", words) for _, words in p.says)) for p in chapter.points)
        show(tag("table", *found, class_="dm-table"))
    else:
        show(listed(in_words(p) for p in chapter.points))


def regime_tab(regime: Regime, on: date) -> None:
    first, *chapters = readable(regime, on)
    for point in first.points:
        said: list[tuple[str, Child]] = list(point.says)
        stands = joined((point.stands, marks_of(point)), " ")
        show(tag("h2", point.title), facts(*said, ("On this day", stands), ("Citation", point.citation)))
    for chapter in chapters:
        chapter_of(regime, chapter)


def others(law: Law, on: date) -> None:
    st.caption("Decisions of regimes whose steps datamap does not judge by. They are kept for reference.")
    entries = rows(tuple(entry_point(e, on) for e in law.other_entries), "Country or scheme")
    table(
        [{"Regime": e.regime, **row} for e, row in zip(law.other_entries, entries, strict=True)],
        alt="List entries of regimes that are not loaded",
        widths={"Scope": "large", "Note": "large"},
        highest=620,
    )


def own_law() -> None:
    """Take the user's own law, and say what of it is in use."""
    own, refused = session.law().own, session.law_refused()
    with st.expander("Your own law", expanded=bool(own or refused)):
        st.markdown(
            "Add list decisions, mechanisms or whole regimes, or correct those that are here: *adequacy.csv*, "
            "*mechanisms.csv* and a *.toml* file for each regime, in the formats of the shipped files. A row with the "
            "regime, country and scope of a shipped one, or a code of a shipped one, takes its place. They are kept in this "
            "session only, and every answer that rests on them says so."
        )
        uploaded = st.file_uploader("Files of your own law", type=("csv", "toml"), accept_multiple_files=True)
        if session.use_law(uploaded):
            st.rerun()
        if refused:
            show(tag("p", f"Not used: {refused}", class_="dm-refused", role="alert"))
        if own:
            show(tag("p", tag("b", "In use: "), own))
            st.button("Remove my law", on_click=session.remove_law, help="Judge by the shipped law alone again.")


def page() -> None:
    st.title("Law")
    law, on = session.law(), session.as_of()
    st.markdown(f"What datamap judges by on **{day(on)}**. Choose another day, or fewer regimes, at the left.")
    own_law()
    codes = session.regimes() or tuple(law.regimes)
    regimes = [law.regimes[code] for code in law.regimes if code in codes]
    tabs = st.tabs([*(label(r.name) for r in regimes), "Lists of other regimes"])
    for tab, regime in zip(tabs, regimes, strict=False):
        with tab:
            regime_tab(regime, on)
    with tabs[-1]:
        others(law, on)


page()
