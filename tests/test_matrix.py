"""Matrices: cells, totals and what is outside agree with the flows themselves, and a file of one runs nothing."""

from __future__ import annotations

import csv
import io
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamap.assessment import assess
from datamap.graph import NodeKind
from datamap.inventory import name_key
from datamap.tallies import NO_COUNTRY, Axis, Matrix, drawn_sentences, legs_of, matrix, rank, to_csv
from datamap.views import Selection, View, select
from tests import pictured
from tests.conftest import NZ_COMPANY, TODAY, reading

PAIRS = list(permutations(Axis, 2))


def names(selection: Selection, axis: Axis) -> list[tuple[str, str]]:
    """Each leg's flow with each line that it counts on, from the map itself."""
    found = []
    for leg in pictured.legs(selection):
        flow = leg.flow
        match axis:
            case Axis.CATEGORIES:
                lines = [name_key(category) for category in flow.carries]
            case Axis.SYSTEMS:
                lines = [name_key(flow.origin.name)] if flow.origin.kind is NodeKind.SYSTEM else []
            case Axis.RECIPIENTS:
                lines = [name_key(flow.destination.name)]
            case Axis.COUNTRIES:
                lines = [leg.country or ""]
        found += [(line, flow.id) for line in lines]
    return found


@settings(deadline=None)
@given(pictured.VIEWS, st.sampled_from(PAIRS))
def test_flows_in_the_matrix_and_those_outside_are_all_flows(view: View, pair: tuple[Axis, Axis]) -> None:
    selection = pictured.shown(view)
    found = matrix(selection, *pair)
    assert found.total.flows + sum(found.outside.values()) == len(selection.flows)


@settings(deadline=None)
@given(
    pictured.VIEWS, st.sampled_from(PAIRS), st.integers(1, 4), st.integers(1, 4), st.sampled_from(("", "a", "r", "zzz"))
)
def test_flows_in_the_part_that_is_shown_and_those_outside_are_all_flows(
    view: View, pair: tuple[Axis, Axis], rows: int, columns: int, words: str
) -> None:
    selection = pictured.shown(view)
    part = matrix(selection, *pair).part(rows=rows, columns=columns, words=words)
    across, down = ({line.name.key for line in lines} for lines in (part.rows, part.columns))
    legs = [leg for leg in legs_of(selection) if across & {name.key for name in pair[0].of(leg)}]
    drawn = {leg.flow.id for leg in legs if down & {name.key for name in pair[1].of(leg)}}
    outside = part.outside()
    assert len(drawn) + sum(outside.values()) == len(selection.flows)
    assert all(outside.values())
    said = drawn_sentences(selection, outside, "in this matrix")[0]
    if len(drawn) < len(selection.flows):
        assert said.startswith(f"{len(drawn)} of {len(selection.flows)} flow")
        assert f"; {sum(outside.values())} ha" in said
    else:
        assert said.startswith(f"{len(drawn)} flow")


@settings(deadline=None)
@given(pictured.VIEWS, st.sampled_from(PAIRS))
def test_totals_are_the_flows_of_a_line(view: View, pair: tuple[Axis, Axis]) -> None:
    selection = pictured.shown(view)
    found = matrix(selection, *pair)
    other = {flow for _, flow in names(selection, pair[1])}
    for line in found.rows:
        assert line.total.flows == len(
            {f for key, f in names(selection, pair[0]) if key == line.name.key and f in other}
        )
        cells = [cell for (row, _), cell in found.cells.items() if row == line.name.key]
        assert max(cell.flows for cell in cells) <= line.total.flows <= sum(cell.flows for cell in cells)
        assert rank(line.total.outcome) == min(rank(cell.outcome) for cell in cells)


@settings(deadline=None)
@given(pictured.VIEWS)
def test_the_other_way_round_it_is_the_same(view: View) -> None:
    selection = pictured.shown(view)
    one, other = matrix(selection, Axis.CATEGORIES, Axis.COUNTRIES), matrix(selection, Axis.COUNTRIES, Axis.CATEGORIES)
    assert {(a, b): cell for (b, a), cell in other.cells.items()} == one.cells
    assert (one.rows, one.columns) == (other.columns, other.rows)


def test_a_cell_counts_flows_and_not_legs() -> None:
    found = matrix(pictured.shown(), Axis.RECIPIENTS, Axis.COUNTRIES)
    assert found.cells[name_key("Mailer"), "US"].flows == 3
    assert found.cells[name_key("Surveyor"), NO_COUNTRY.key].flows == 1
    assert found.in_groups == 3, "to the EU, twice, and outside New Zealand"
    by_system = matrix(pictured.shown(), Axis.SYSTEMS, Axis.RECIPIENTS)
    assert by_system.cells[name_key("Shop"), name_key("Mailer")].flows == 1
    assert by_system.outside["sent by no system"] == 3, "by a recipient, twice, and by customers"
    assert "3 sent by no system" in by_system.outside_sentence()


def test_the_worst_come_first_and_then_the_names() -> None:
    for pair in PAIRS:
        for lines in (matrix(pictured.shown(), *pair).rows, matrix(pictured.shown(), *pair).columns):
            order = [(rank(line.total.outcome), line.name.words.casefold()) for line in lines]
            assert order == sorted(order)


def large() -> Matrix:
    systems = "\n".join(f"System {n} | Name | R{n % 7}; R{n % 5}" for n in range(30))
    recipients = "\n".join(f"R{n} | {'US' if n % 2 else 'AU'}" for n in range(7))
    sheets = {
        "systems": f"System | Categories | Recipients\n{systems}",
        "recipients": f"Recipient | Country\n{recipients}",
    }
    return matrix(
        select(assess(reading(organisations=NZ_COMPANY, **sheets), on=TODAY), View()), Axis.SYSTEMS, Axis.RECIPIENTS
    )


def test_what_does_not_fit_is_counted_and_found_by_name() -> None:
    found = large()
    part = found.part(rows=10, columns=5)
    assert (part.rows, part.columns) == (found.rows[:10], found.columns[:5])
    assert part.hidden_sentence() == "20 rows and 2 columns more are hidden; the totals count them."
    assert found.part(rows=30, columns=7).hidden_sentence() == ""
    assert found.part(rows=29, columns=7).hidden_sentence() == "1 row more is hidden; the totals count it."
    one = found.part(rows=10, columns=5, words="system 17")
    assert [line.name.words for line in one.rows] == ["System 17"]
    assert {line.name.words for line in one.columns} == {"R2", "R3"}
    column = found.part(rows=100, columns=5, words=" R6 ")
    assert [line.name.words for line in column.columns] == ["R6"]
    assert all((line.name.key, "r6") in found.cells for line in column.rows)
    assert found.part(rows=10, columns=5, words="nothing like it").rows == ()


def test_a_matrix_as_a_file() -> None:
    found = matrix(pictured.shown(), Axis.CATEGORIES, Axis.COUNTRIES)
    table = list(csv.reader(io.StringIO(to_csv(found, "Law of today.", ""))))
    assert table[0] == ["Category × country", *(column.name.words for column in found.columns), "All"]
    assert [row[0] for row in table[1 : len(found.rows) + 2]] == [*(row.name.words for row in found.rows), "All"]
    for line, row in zip(found.rows, table[1:], strict=False):
        assert row[-1].startswith(f"{line.total.flows} (")
    assert ["Law of today."] in table
    assert [found.outside_sentence()] in table


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_file_runs_no_formula(text: str) -> None:
    sheets = {
        "systems": f"System | Categories | Recipients\nShop | Name | {text}",
        "recipients": f"Recipient | Country\n{text} | US",
    }
    selection = select(assess(reading(organisations=NZ_COMPANY, **sheets), on=TODAY), View())
    cells = [
        cell
        for row in csv.reader(io.StringIO(to_csv(matrix(selection, Axis.SYSTEMS, Axis.RECIPIENTS))))
        for cell in row
    ]
    assert f"'{text}" in cells
    assert text not in cells


def test_an_empty_selection_is_an_empty_matrix() -> None:
    found = matrix(pictured.shown(View(recipients=("Nobody",))), Axis.CATEGORIES, Axis.COUNTRIES)
    assert (found.rows, found.columns, dict(found.cells), found.total.flows) == ((), (), {}, 0)
    assert found.outside_sentence() == ""
