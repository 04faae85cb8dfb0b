"""Promises that hold for any inventory."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import law
from datamap.assessment import Assessment, assess
from datamap.sheets import Book, Sheet, Value
from datamap.transfers import WORST_FIRST, Answer, worst
from datamap.workbook import SHEETS, parse
from tests.conftest import TODAY

LAW = law.load()
GROUPS = (("nz", "au", "eu", "uk"), ("ca", "ca-qc", "ch", "sg"), ("br", "cn", "jp", "kr", "za"))  # judged together
HOME = {"nz": "NZ", "au": "AU", "eu": "FR", "uk": "GB", "ca": "CA", "ca-qc": "CA", "ch": "CH", "sg": "SG"}
EVERYWHERE = "NZ; AU; FR; GB; CA; CH; SG; BR; CN; JP; KR; ZA"
Rows = list[dict[str, str]]

yes_no = st.sampled_from(["yes", "no", "unknown", ""])
country = st.sampled_from(["US", "US", "NZ", "AU", "CA", "JP", "FR", "EU", "not stated", ""])
day = st.sampled_from(["", "2025-01-01", "2026-06-30", "2027-06-30"])
text_or_none = st.sampled_from(["", "D-1", "not stated"])


@st.composite
def organisations(draw: st.DrawFn) -> Rows:
    group = draw(st.sampled_from(GROUPS))
    home = draw(st.sampled_from(group))
    return [
        {
            "Organisation": "Sender",
            "Country": draw(st.sampled_from([HOME.get(home, home.upper())] * 4 + ["US"])),
            "Sector": draw(st.sampled_from(["private", "private", "public", ""])),
            "Kind": draw(st.sampled_from(["general", "health agency", "telecommunications agency", ""])),
            "Carries on business in": draw(st.sampled_from([EVERYWHERE, "none", "not stated", ""])),
            "Small business": draw(yes_no),
            "Regimes": "; ".join(group),
        }
    ]


@st.composite
def recipients(draw: st.DrawFn) -> Rows:
    roles = st.sampled_from(
        ["agent", "agent", "agent", "controller", "controller", "principal", "public authority", "unknown", ""]
    )
    return [
        {
            "Recipient": name,
            "Country": draw(country),
            "Managed from": draw(st.sampled_from(["", "", "US", "NZ", "not stated"])),
            "Role": draw(roles),
            "Own purposes": draw(yes_no),
            "Effective control": draw(yes_no),
            "Sector": draw(st.sampled_from(["", "", "private", "public"])),
            "Bound by": draw(st.sampled_from(["", "", "PIPEDA", "GDPR", "PIPEDA: no, public body"])),
            "Schemes": draw(
                st.sampled_from(["", "DPF 2026-10-01; UK Extension; Swiss-US DPF", "DPF", "none", "not stated"])
            ),
            "Sub-processors": draw(st.sampled_from(["", "", "Gamma"])) if name != "Gamma" else "",
        }
        for name in ("Alpha", "Beta", "Gamma")
    ]


@st.composite
def flows(draw: st.DrawFn) -> Rows:
    return [
        {
            "Flow": f"F{n}",
            "From": draw(st.sampled_from(["CRM", "Clinic", "Alpha"])),
            "To": draw(st.sampled_from(["Beta", "Gamma", "Nobody declared"])),
            "Categories": draw(st.sampled_from(["Contact", "Health", "Contact; Health", ""])),
            "Individuals": draw(st.sampled_from(["Customers", "Customers; Staff", ""])),
            "Ground": draw(
                st.sampled_from(
                    ["", "", "IPP 11(1)(a)", "IPP 11(1)(d)", "IPP 11(1)(e)", "IPP 11(1)(f)", "s 24", "APP 8.2(c)"]
                )
            ),
            "Locations": draw(
                st.sampled_from(["", "US (storage)", "AU; PH (support access)", "not stated", "US (transit)"])
            ),
            "Safeguards": draw(st.sampled_from(["", "S1", "S1; S2"])),
            "Frequency": draw(st.sampled_from(["", "once", "regular"])),
            "Started": draw(day),
            "Ended": draw(st.sampled_from(["", "", "", "2026-06-30"])),
        }
        for n in range(1, draw(st.integers(2, 4)))
    ]


@st.composite
def safeguards(draw: st.DrawFn) -> Rows:
    return [
        {
            "Safeguard": name,
            "Mechanism": draw(
                st.sampled_from(
                    [
                        "agreement",
                        "consent",
                        "SCC",
                        "IDTA",
                        "12(1)(b)",
                        "s 23",
                        "s 24",
                        "IPP 12(2)",
                        "APP 8.2(a)",
                        "vital interests",
                        "NZ-S11",
                    ]
                )
            ),
            "Recipients": draw(st.sampled_from(["Beta", "Gamma", "Beta; Gamma", ""])),
            "Categories": draw(st.sampled_from(["", "Contact", "Contact; Health"])),
            "Countries": draw(st.sampled_from(["", "US", "US; AU; PH"])),
            "Module": draw(st.sampled_from(["", "1", "2"])),
            "Document": draw(text_or_none),
            "Assessment": draw(text_or_none),
            "Signed": draw(day),
            "Expires": draw(day),
            "Review due": draw(day),
            "Warning shown": draw(yes_no),
            "Individuals": draw(st.sampled_from(["", "Customers", "Customers; Staff"])),
            "Reason": draw(text_or_none),
        }
        for name in ("S1", "S2", "S3")
    ]


@st.composite
def prohibitions(draw: st.DrawFn) -> Rows:
    if draw(st.integers(0, 4)):
        return []
    return [
        {
            "Notice": "N1",
            "Regime": draw(st.sampled_from(["nz", "au"])),
            "Countries": draw(st.sampled_from(["US", "", "not stated"])),
        }
    ]


@dataclass
class Drawn:
    sheets: dict[str, Rows]

    def __repr__(self) -> str:
        return repr(self.sheets)


@st.composite
def inventories(draw: st.DrawFn) -> Drawn:
    return Drawn(
        {
            "Organisations": draw(organisations()),
            "Systems": [
                {
                    "System": "CRM",
                    "Categories": "Contact",
                    "Individuals": "Customers",
                    "Recipients": draw(st.sampled_from(["", "Alpha", "Alpha; Beta"])),
                    "Locations": draw(country),
                },
                {
                    "System": "Clinic",
                    "Categories": "Health",
                    "Individuals": "Customers; Staff",
                    "Provider": draw(st.sampled_from(["", "Beta", "not stated"])),
                },
            ],
            "Information categories": [
                {"Category": "Contact", "Kind": "contact"},
                {"Category": "Health", "Kind": draw(st.sampled_from(["health", ""]))},
            ],
            "Recipients": draw(recipients()),
            "Flows": draw(flows()),
            "Safeguards": draw(safeguards()),
            "Prohibitions": draw(prohibitions()),
        }
    )


def judged(sheets: dict[str, Rows]) -> Assessment:
    made = []
    for name, rows in sheets.items():
        if rows:
            headings = sorted({heading for row in rows for heading in row})
            cells: list[list[Value]] = [[*headings]]
            cells += [[row.get(heading) or None for heading in headings] for row in rows]
            made.append(Sheet("x.xlsx", name, cells))
    return assess(parse([Book("x.xlsx", tuple(made))], LAW), on=TODAY)


def key(answer: Answer) -> tuple[str, str, str]:
    return answer.leg.flow.id, repr(answer.leg.place.value), answer.regime


def by_key(assessment: Assessment) -> dict[tuple[str, str, str], Answer]:
    return {key(a): a for a in assessment.answers}


def changed(sheets: dict[str, Rows], sheet: str, row: int, heading: str, value: str) -> dict[str, Rows]:
    return {**sheets, sheet: [{**r, heading: value} if n == row else r for n, r in enumerate(sheets[sheet])]}


@given(inventories())
@settings(max_examples=150, deadline=None)
def test_every_leg_has_exactly_one_answer_under_each_regime(drawn: Drawn) -> None:
    assessment = judged(drawn.sheets)
    keys = [key(a) for a in assessment.answers]
    assert len(set(keys)) == len(keys) == len({k[2] for k in keys}) * len(assessment.map.legs)
    assert sum(assessment.counts.values()) == len(keys)


@given(inventories())
@settings(max_examples=100, deadline=None)
def test_an_answer_explains_itself(drawn: Drawn) -> None:
    for answer in judged(drawn.sheets).answers:
        assert answer.citation
        assert answer.trace
        assert answer.reason.endswith(".")
        assert "{" not in answer.reason + "".join((*answer.missing, *answer.duties)) + "".join(
            s.question + s.says for s in answer.trace
        )
        if answer.outcome.flagged:
            assert answer.missing, answer.outcome
        if answer.outcome == "safeguarded":
            assert answer.relied_on
        assert answer.cells


@given(
    inventories(),
    st.integers(0, 2),
    st.sampled_from(
        ["Document", "Assessment", "Signed", "Warning shown", "Individuals", "Reason", "Review due", "Module", None]
    ),
)
@settings(max_examples=250, deadline=None)
def test_taking_evidence_away_never_improves_an_outcome(drawn: Drawn, row: int, heading: str | None) -> None:
    before = by_key(judged(drawn.sheets))
    if heading is None:
        fewer = {**drawn.sheets, "Safeguards": [r for n, r in enumerate(drawn.sheets["Safeguards"]) if n != row]}
    else:
        fewer = changed(drawn.sheets, "Safeguards", row, heading, "")
    after = by_key(judged(fewer))
    assert before.keys() == after.keys()
    for k, answer in before.items():
        assert WORST_FIRST.index(after[k].outcome) <= WORST_FIRST.index(answer.outcome), (
            k,
            answer.reason,
            after[k].reason,
        )


FACTS = [
    ("Recipients", "Role", ["agent", "controller", "public authority", "related company"]),
    ("Recipients", "Own purposes", ["yes", "no"]),
    ("Recipients", "Country", ["NZ", "AU", "US", "CA", "FR"]),
    ("Recipients", "Sector", ["private", "public"]),
    ("Flows", "Frequency", ["once", "regular"]),
    ("Organisations", "Small business", ["yes", "no"]),
    ("Organisations", "Carries on business in", [EVERYWHERE, "none"]),
    ("Organisations", "Country", ["NZ", "AU", "FR", "US"]),
    ("Organisations", "Kind", ["general", "health agency"]),
]


@given(inventories(), st.sampled_from(FACTS), st.integers(0, 2))
@settings(max_examples=500, deadline=None)
def test_unknown_never_clears_what_some_answer_would_not(
    drawn: Drawn, fact: tuple[str, str, list[str]], row: int
) -> None:
    """If an answer is clear while a fact is unknown, then it is clear whatever the fact turns out to be."""
    sheet, heading, values = fact
    row = min(row, len(drawn.sheets[sheet]) - 1)
    unknown = judged(changed(drawn.sheets, sheet, row, heading, "unknown"))
    known = [judged(changed(drawn.sheets, sheet, row, heading, v)) for v in values]
    for answer in unknown.answers:
        if answer.outcome.flagged:
            continue
        for other in known:
            same = [a for a in other.answers if a.leg.flow.id == answer.leg.flow.id and a.regime == answer.regime]
            assert not any(a.outcome.flagged for a in same if a.leg.place.value == answer.leg.place.value), (
                answer.reason,
                key(answer),
            )


@given(
    inventories(),
    st.integers(0, 2),
    st.sampled_from(["US", "NZ (storage)", "PH (support access)", "FR", "not a place"]),
)
@settings(max_examples=80, deadline=None)
def test_another_place_never_improves_a_flow(drawn: Drawn, row: int, place: str) -> None:
    """A flow's outcome is its worst leg's, so more places can only make it worse or leave it."""
    row = min(row, len(drawn.sheets["Flows"]) - 1)
    before = drawn.sheets["Flows"][row]["Locations"]
    if not before or before == "not stated":
        return
    fewer = judged(drawn.sheets)
    more = judged(changed(drawn.sheets, "Flows", row, "Locations", f"{before}; {place}"))
    for flow in fewer.map.flows:
        for regime in {a.regime for a in fewer.answers}:
            old, new = (
                worst(x.outcome for x in a.answers if x.leg.flow.id == flow.id and x.regime == regime)
                for a in (fewer, more)
            )
            if old is not None and new is not None:
                assert WORST_FIRST.index(new) <= WORST_FIRST.index(old)


COMPLETE = {
    "Categories": "", "Countries": "", "Document": "D-1", "Assessment": "Note 1", "Assessment date": "2026-01-01",
    "Signed": "2025-01-01", "Starts": "", "Expires": "", "Review due": "2030-01-01", "Warning shown": "yes",
    "Individuals": "Customers; Staff", "Reason": "Why it applies", "Module": "1; 2; 3; 4",
}  # fmt: skip


@given(inventories())
@settings(max_examples=60, deadline=None)
def test_what_is_said_to_clear_an_answer_clears_it(drawn: Drawn) -> None:
    """Recording just one of the mechanisms named, with its evidence complete, leaves nothing flagged."""
    for answer in judged(drawn.sheets).answers:
        if answer.outcome not in ("gap", "incomplete"):
            continue
        assert answer.would_clear, answer.reason
        place = answer.leg.place.value
        if place is None or not place.stated:
            assert any("in which country" in m for m in answer.missing), answer.missing
        if any(m.endswith("?") for m in answer.missing):
            continue  # a fact has to be found out as well
        for code in answer.would_clear[:2]:
            row = {"Safeguard": "Remedy", "Mechanism": code, "Recipients": answer.leg.flow.destination.name, **COMPLETE}
            others = [r for r in drawn.sheets["Safeguards"] if r["Mechanism"] not in ("SCC",)]
            after = by_key(judged({**drawn.sheets, "Safeguards": [*others, row]}))
            assert not after[key(answer)].outcome.flagged, (code, answer.reason, after[key(answer)].reason)


@given(inventories(), st.randoms())
@settings(max_examples=80, deadline=None)
def test_an_answer_is_the_same_whatever_the_order_of_the_rows(drawn: Drawn, shuffle: random.Random) -> None:
    mixed = {name: shuffle.sample(rows, len(rows)) for name, rows in drawn.sheets.items()}
    before = {k: (a.outcome, a.ground, sorted(a.missing)) for k, a in by_key(judged(drawn.sheets)).items()}
    after = {k: (a.outcome, a.ground, sorted(a.missing)) for k, a in by_key(judged(mixed)).items()}
    assert {k: v[0] for k, v in before.items()} == {k: v[0] for k, v in after.items()}


cell_values: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.text(max_size=20), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.dates(),
    st.sampled_from(["NA", "none", "unknown", "yes", "01/02/2026", "US (storage)", "=1+1", "agent", "nz; au", "s 24", "a; b", "{x}", "\x00"]),
)  # fmt: skip


@given(st.sampled_from(SHEETS), st.data())
@settings(max_examples=300, deadline=None)
def test_any_cell_is_understood_or_reported_and_the_rows_balance(layout: object, data: st.DataObject) -> None:
    sheet = next(s for s in SHEETS if s is layout)
    headings: list[Value] = [c.heading for c in sheet.columns]
    rows = data.draw(
        st.lists(st.lists(cell_values, min_size=len(headings), max_size=len(headings)), min_size=1, max_size=4)
    )
    read = parse([Book("x.xlsx", (Sheet("x.xlsx", sheet.name, [headings, *rows]),))], LAW)
    (report,) = read.inputs
    assert report.rows_read == report.rows_in_inventory + report.rows_left_out
    left_out = [p for p in read.problems if p.code in ("P301", "P302")]
    assert len(left_out) == report.rows_left_out
    reported = {(p.cell.row, p.cell.column) for p in read.problems}
    for record in read.inventory:
        for column in sheet.columns[1:]:
            found = getattr(record, column.field)
            if found.nothing is not None and found.nothing.name == "UNREADABLE":
                assert any((c.row, c.column) in reported for c in found.cells)
    for problem in read.problems:
        assert problem.message
        assert problem.hint
