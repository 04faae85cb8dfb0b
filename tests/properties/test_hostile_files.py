"""Whatever bytes a file holds, reading it gives a book or one sentence, and nothing else happens."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datamap import sheets
from tests import fuzz

kinds = st.sampled_from(sorted(fuzz.files()))
seeds = st.integers(0, (1 << 32) - 1)
few = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@pytest.fixture(scope="module")
def forks() -> Iterator[None]:
    with fuzz.forked() as child, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "_child", child)
        yield


@pytest.mark.parametrize("kind", sorted(fuzz.files()))
def test_the_files_are_read_before_they_are_spoiled(kind: str) -> None:
    assert fuzz.check(f"x.{kind}", fuzz.files()[kind]) == "read"


@given(kind=kinds, seed=seeds)
@settings(few, max_examples=25)
def test_a_spoiled_file_gives_a_book_or_one_sentence(kind: str, seed: int) -> None:
    before = fuzz.children()
    fuzz.check(*fuzz.case(kind, seed))
    assert fuzz.children() <= before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked there")
@given(kind=kinds, seed=seeds)
@settings(few, max_examples=200)
def test_many_spoiled_files_give_a_book_or_one_sentence(forks: None, kind: str, seed: int) -> None:
    fuzz.check(*fuzz.case(kind, seed))
