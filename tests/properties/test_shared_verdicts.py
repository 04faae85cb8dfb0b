"""Legs that share a verdict get the answer that each would get alone, and answers that are made late are the same ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from datamap.assessment import Assessment
from datamap.graph import Leg
from datamap.law import Regime
from datamap.transfers import Answer, Answers, answers, columns, procedure, worst
from datamap.transfers.cases import Brief, Shelf
from datamap.transfers.findings import Terms
from datamap.transfers.procedure import Judged, decide
from datamap.views import View, select
from tests.properties.test_answers import Drawn, inventories, judged


def alone(assessment: Assessment) -> Iterator[Answer]:
    """What each leg is answered when the rules are run for it and for nothing else, and none of their parts is known."""
    shelf = Shelf(assessment.inventory, assessment.on)
    for leg in assessment.map.legs:
        for regime in assessment.regimes_of(leg.flow.organisation):
            yield Answer.of(leg, Judged(decide(Brief(leg, shelf), Terms(regime, assessment.on)), regime))


def again(legs: Sequence[Leg], assessment: Assessment) -> Answers:
    def regimes_of(leg: Leg) -> tuple[Regime, ...]:
        return assessment.regimes_of(leg.flow.organisation)

    return answers(legs, assessment.inventory, regimes_of, assessment.on)


def same(found: Iterable[Answer], expected: Iterable[Answer]) -> bool:
    return all(
        (a, a.trace, a.cells, a.tried) == (b, b.trace, b.cells, b.tried) for a, b in zip(found, expected, strict=True)
    )


@given(inventories())
@settings(max_examples=100, deadline=None)
def test_a_leg_is_answered_as_if_it_were_the_only_one(drawn: Drawn) -> None:
    assessment = judged(drawn.sheets)
    assert same(assessment.answers, alone(assessment))


@given(inventories())
@settings(max_examples=100, deadline=None)
def test_many_legs_are_judged_as_columns_as_each_would_be_alone(drawn: Drawn) -> None:
    assessment = judged(drawn.sheets)
    with patch.object(procedure, "MANY", 1):
        found = again(assessment.map.legs, assessment)
    assert same(found, alone(assessment))


@given(inventories(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_of_many_legs_any_may_be_judged_in_any_order(drawn: Drawn, chance: Any) -> None:
    assessment = judged(drawn.sheets)
    legs = [*assessment.map.legs, *chance.sample(assessment.map.legs, len(assessment.map.legs) // 2)]
    chance.shuffle(legs)
    with patch.object(procedure, "MANY", 1):
        found = again(legs, assessment)
    assert same(found, again(legs, assessment))


def test_columns_whose_numbers_are_too_many_for_a_table_are_looked_up() -> None:
    """The same answers come whether the combinations of numbers have a place each or are looked up."""
    sheets: dict[str, list[dict[str, str]]] = {
        "Organisations": [{"Organisation": "Sender", "Country": "NZ", "Regimes": "nz; au; eu"}],
        "Systems": [{"System": "CRM", "Categories": "Contact"}],
        "Recipients": [
            {"Recipient": f"R{n}", "Country": country, "Role": role}
            for n, (country, role) in enumerate(product(("US", "NZ", "AU; FR", ""), ("agent", "controller", "")))
        ],
        "Flows": [
            {"Flow": f"F{n}", "From": "CRM", "To": f"R{n % 12}", "Role": ("", "agent", "controller")[n % 3]}
            for n in range(40)
        ],
    }
    assessment = judged(sheets)
    with patch.object(procedure, "MANY", 1), patch.object(columns, "MOST_CODES", 4):
        found = again(assessment.map.legs, assessment)
    assert same(found, alone(assessment))


@given(inventories(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_legs_changes_no_answer(drawn: Drawn, chance: object) -> None:
    assessment = judged(drawn.sheets)
    legs = list(assessment.map.legs)
    chance.shuffle(legs)  # type: ignore[attr-defined]
    found = again(legs, assessment)
    one = {(id(a.leg), a.regime): a for a in assessment.answers}
    assert len(found) == len(one)
    for answer in found:
        before = one[id(answer.leg), answer.regime]
        assert (answer, answer.trace, answer.cells) == (before, before.trace, before.cells)


@given(inventories())
@settings(max_examples=60, deadline=None)
def test_answers_are_a_sequence_whatever_was_looked_at(drawn: Drawn) -> None:
    assessment = judged(drawn.sheets)
    found, made = assessment.answers, tuple(assessment.answers)
    assert len(found) == len(made)
    assert found == made
    assert made == found
    assert found == Answers.holding(made)
    assert tuple(reversed(found)) == made[::-1]
    assert found[1:-1] == made[1:-1]
    for number, answer in enumerate(made):
        assert found[number] is answer is found[number - len(made)]
    assert tuple(found.passing()) == made
    assert assessment.counts == Counter(a.outcome for a in made)
    assert assessment.flagged == (bool(assessment.flags) or any(a.outcome.flagged for a in made))
    for flow in assessment.map.flows:
        own = tuple(a for a in made if a.leg.flow is flow)
        assert assessment.answers_for(flow) == own
        assert assessment.outcome_of(flow) is worst(a.outcome for a in own)


@given(inventories(), st.sampled_from(["nz", "eu", "ca", "jp"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_shown_of_them_is_the_same_ones(drawn: Drawn, regime: str, flagged: bool) -> None:
    assessment = judged(drawn.sheets)
    shown = select(assessment, View(regimes=(regime,), flagged_only=flagged))
    ids = {flow.id for flow in shown.flows}
    expected = [a for a in assessment.answers if a.leg.flow.id in ids and a.regime == regime]
    assert len(shown.answers) == len(expected)
    assert all(one is other for one, other in zip(shown.answers, expected, strict=True))
    assert dict(shown.answers_of) == {
        id_: own for id_ in ids if (own := tuple(a for a in expected if a.leg.flow.id == id_))
    }
    whole = replace(assessment, answers=shown.answers)
    assert whole.counts == Counter(a.outcome for a in expected)
    for outcome in set(whole.counts):
        assert tuple(shown.answers.that_are(outcome)) == tuple(a for a in expected if a.outcome is outcome)
