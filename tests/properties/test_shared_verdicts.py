"""Legs that share a verdict get the answer that each would get alone, and answers that are made late are the same ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from datamap.assessment import Assessment
from datamap.graph import Leg
from datamap.law import Regime
from datamap.transfers import Answers, answers, worst
from datamap.views import View, select
from tests.properties.test_answers import Drawn, inventories, judged


def alone(leg: Leg, assessment: Assessment) -> Answers:
    """What a leg is answered when nothing was judged before it."""

    def regimes_of(leg: Leg) -> tuple[Regime, ...]:
        return assessment.regimes_of(leg.flow.organisation)

    return answers([leg], assessment.inventory, regimes_of, assessment.on)


@given(inventories())
@settings(max_examples=100, deadline=None)
def test_a_leg_is_answered_as_if_it_were_the_only_one(drawn: Drawn) -> None:
    assessment = judged(drawn.sheets)
    found = iter(assessment.answers)
    for leg in assessment.map.legs:
        for expected in alone(leg, assessment):
            answer = next(found)
            assert answer == expected
            assert (answer.trace, answer.cells, answer.tried) == (expected.trace, expected.cells, expected.tried)
    assert next(found, None) is None


@given(inventories(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_legs_changes_no_answer(drawn: Drawn, chance: object) -> None:
    assessment = judged(drawn.sheets)
    legs = list(assessment.map.legs)
    chance.shuffle(legs)  # type: ignore[attr-defined]
    again = answers(legs, assessment.inventory, lambda leg: assessment.regimes_of(leg.flow.organisation), assessment.on)
    one = {(id(a.leg), a.regime): a for a in assessment.answers}
    assert len(again) == len(one)
    for answer in again:
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
