"""One selection: the picture draws each of its flows at every fold, and what a filter hides is counted."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import law
from datamap.assessment import Assessment, assess
from datamap.pictures import Fold, flow_diagram
from datamap.sheets import Book, Sheet
from datamap.transfers import Outcome
from datamap.views import View, select
from datamap.workbook import parse
from tests.conftest import TODAY

LAW = law.load()
CATEGORIES, PEOPLE, OWNERS = ("Email", "Phone", "Card"), ("Customers", "Employees"), ("Sales", "Finance")
COUNTRIES = ("US", "AU", "NZ", "US; AU", "not stated", "EU", "")
OURS = tuple(f"S{n}" for n in range(6))
THEIRS = tuple(f"R{n}" for n in range(8))
NAMES = (*OURS, *THEIRS, *PEOPLE, "Nobody declared")


def some(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map("; ".join)


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    count = draw(st.sampled_from((0, 3, 12, 120)))
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), some(CATEGORIES)), max_size=count))
    sheets: dict[str, list[tuple[str, ...]]] = {
        "Organisations": [("Organisation", "Country", "Regimes"), ("Kowhai", "NZ", "nz; au"), ("Wattle", "AU", "au")],
        "Information categories": [("Category",), *((c,) for c in CATEGORIES)],
        "Systems": [
            ("System", "Organisation", "Categories", "Individuals", "Owner"),
            *(
                (s, draw(st.sampled_from(("Kowhai", "Wattle", ""))), draw(some(CATEGORIES)), draw(some(PEOPLE)),
                 draw(st.sampled_from((*OWNERS, ""))))
                for s in OURS
            ),
        ],
        "Recipients": [
            ("Recipient", "Country", "Role"),
            *((r, draw(st.sampled_from(COUNTRIES)), draw(st.sampled_from(("agent", "controller", "")))) for r in THEIRS),
        ],
        "Flows": [("Flow", "From", "To", "Categories"), *((f"F{n}", *row) for n, row in enumerate(pairs) if row[0] != row[1])],
    }  # fmt: skip
    book = Book("case.xlsx", tuple(Sheet("case.xlsx", name, [list(r) for r in rows]) for name, rows in sheets.items()))
    return assess(parse([book], LAW), on=TODAY)


def several(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


views = st.builds(
    View,
    focus=st.none() | st.sampled_from(NAMES),
    steps=st.integers(1, 3),
    towards=st.none() | st.none() | st.sampled_from(NAMES),
    categories=several(CATEGORIES),
    individuals=several(PEOPLE),
    downstream=st.booleans(),
    senders=several(NAMES),
    recipients=several(THEIRS),
    owners=several(OWNERS),
    countries=several(("US", "AU", "NZ", "")),
    outcomes=st.lists(st.sampled_from(Outcome), max_size=3, unique=True).map(tuple),
    regimes=several(("nz", "au")),
    assessed_only=st.booleans(),
    flagged_only=st.booleans(),
)
seldom = st.just(View()) | views


@given(assessments(), seldom, st.sampled_from((None, *Fold)))
@settings(max_examples=60, deadline=None)
def test_table_rows_are_drawn_flows_and_the_rest_is_counted(
    assessment: Assessment, view: View, fold: Fold | None
) -> None:
    selection = select(assessment, view)
    shown = {flow.id for flow in selection.flows}
    assert len(shown) == len(selection.flows)
    assert len(selection.flows) + sum(selection.hidden.values()) == len(assessment.map.flows)
    folded = flow_diagram(selection, fold=fold)
    again = list(folded.opens.values())[:3] * 2
    for diagram in (folded, flow_diagram(selection, fold=fold, opened=again)):
        lines = [flow for flows in diagram.flows.values() for flow in flows]
        assert set(lines) == shown
        if fold is not Fold.CATEGORY:
            assert len(lines) == len(shown)
        ends = {end for pair in diagram.ends.values() for end in pair}
        assert ends <= set(diagram.nodes)
        assert f"{len(shown):,} flow" in diagram.description
        if hidden := sum(selection.hidden.values()):
            assert f"{hidden} flow" in diagram.description
