"""A policy that would take very long ends with a sentence, tells how far it is, and ends when it is told to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datamap import pace, policies
from datamap.policies import Policy, Sentence
from datamap.sheets import LIMITS, Progress, Unreadable
from tests.policies.test_reconciling import mapped, row


def policy(sentences: int, text: str = "We collect your name and give it to our lawyers in Fiji.") -> Policy:
    return Policy("long.txt", "text", tuple(Sentence(text, line=n) for n in range(1, sentences + 1)))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no time at all, and progress is told at every step."""
    monkeypatch.setattr(pace, "EVERY", 0.0)
    monkeypatch.setattr(pace, "LIMITS", replace(LIMITS, understanding=0.0))


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "EVERY", 0.0)


def test_proposing_ends_when_its_time_is_up(at_once: None) -> None:
    with pytest.raises(
        Unreadable, match=r"^long\.txt would take more than 0 seconds to understand: give the policy alone"
    ):
        policies.propose(policy(40))


def test_comparing_ends_when_its_time_is_up(always: None, monkeypatch: pytest.MonkeyPatch) -> None:
    map_ = mapped(statements=row("held in", "NZ"))
    monkeypatch.setattr(pace, "LIMITS", replace(LIMITS, understanding=0.0))
    with pytest.raises(
        Unreadable, match=r"^Policy statements would take more than 0 seconds .*: accept fewer statements"
    ):
        policies.reconcile(map_)


def test_it_is_told_how_many_sentences_are_understood(always: None) -> None:
    seen: list[Progress] = []
    policies.propose(policy(30), progress=seen.append)
    assert {(at.file, at.of) for at in seen} == {("long.txt", 30)}
    assert (seen[0].rows, seen[-1].rows) == (0, 30)
    assert len({at.rows for at in seen}) >= 25
    compared: list[Progress] = []
    policies.reconcile(mapped(statements=row("held in", "NZ")), progress=compared.append)
    assert compared[-1].rows == compared[-1].of == 1


class Stop(Exception):
    pass


def test_whoever_watches_can_end_it(always: None) -> None:
    read = 0

    def stop(progress: Progress) -> None:
        nonlocal read
        read = progress.rows
        if progress.rows >= 10:
            raise Stop

    with pytest.raises(Stop):
        policies.propose(policy(1_000), progress=stop)
    assert 10 <= read < 20
