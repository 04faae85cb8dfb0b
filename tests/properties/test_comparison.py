"""A comparison loses nothing and counts nothing twice, whatever two inventories it is of."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from datamap import checks
from datamap.assessment import Assessment, assess
from datamap.comparison import Comparison, Status, compare
from datamap.hypothesis import (
    Acts,
    Add,
    Assess,
    Based,
    CannotSuppose,
    Drop,
    End,
    Lapse,
    Move,
    Party,
    Sign,
    Sub,
    Supposition,
    parse,
    suppose,
)  # fmt: skip
from tests.conftest import NZ_COMPANY, TODAY, reading

SYSTEMS = ("CRM", "Clinic", "Shop")
RECIPIENTS = ("Alpha", "Beta", "Beta Limited", "Gamma")
CATEGORIES = ("Email", "Health", "Calls")
PLACES = ("", "US", "NZ", "AU; PH (support access)", "US; IN", "not stated", "EU")

some = st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map("; ".join)


@st.composite
def inventories(draw: st.DrawFn) -> dict[str, list[str]]:
    """Sheets as lines, the headings first."""
    systems = [
        f"{name} | {draw(st.sampled_from(PLACES))} | {draw(some)} | {draw(st.sampled_from(('', 'Alpha', 'Alpha; Gamma')))} | "
        f"{draw(st.sampled_from(('', 'Beta', 'none', 'not stated')))}"
        for name in draw(st.lists(st.sampled_from(SYSTEMS), min_size=1, unique=True))
    ]
    recipients = [
        f"{name} | {draw(st.sampled_from(PLACES))} | {draw(st.sampled_from(('agent', 'controller', '')))} | "
        f"{draw(st.sampled_from(('yes', 'no', '')))} | {draw(st.sampled_from(('', 'Delta')))}"
        for name in draw(st.lists(st.sampled_from(RECIPIENTS), unique=True))
    ]
    flows = [
        f"{draw(st.sampled_from(('', 'F1', 'F2', f'F{n}')))} | {draw(st.sampled_from((*SYSTEMS, 'Alpha')))} | "
        f"{draw(st.sampled_from((*RECIPIENTS, 'Nobody')))} | {draw(some)} | {draw(st.sampled_from(('', 'News', 'Care')))} | "
        f"{draw(st.sampled_from(PLACES))}"
        for n in range(draw(st.integers(0, 5)))
    ]
    return {
        "organisations": NZ_COMPANY.splitlines(),
        "systems": ["System | Locations | Categories | Recipients | Provider", *systems],
        "categories": ["Category | Kind", "Email | contact", "Health | health", "Calls | communications"],
        "recipients": ["Recipient | Country | Role | Own purposes | Sub-processors", *recipients],
        "flows": ["Flow | From | To | Categories | Purpose | Locations", *flows],
    }


def judged(sheets: dict[str, list[str]]) -> Assessment:
    return assess(reading(**{name: "\n".join(lines) for name, lines in sheets.items()}), on=TODAY)


def is_a_partition(found: Comparison) -> None:
    """Every answer of before and of after is in one leg, and only there."""
    for side, answers in (("before", found.before.answers), ("after", found.after.answers)):
        told = Counter(id(answer) for leg in found.legs if (answer := getattr(leg, side)))
        assert told == Counter(map(id, answers))
    counts = found.counts
    assert counts[Status.SAME] + counts[Status.CHANGED] + counts[Status.GONE] == len(found.before.answers)
    assert counts[Status.SAME] + counts[Status.CHANGED] + counts[Status.NEW] == len(found.after.answers)
    assert len(found.before.flags) == sum(f.before is not None for f in found.flags)
    assert len(found.after.flags) == sum(f.after is not None for f in found.flags)


@settings(max_examples=40, deadline=None)
@given(inventories(), inventories())
def test_every_answer_of_both_is_told_once(older: dict[str, list[str]], newer: dict[str, list[str]]) -> None:
    before, after = judged(older), judged(newer)
    found = compare(before, after)
    is_a_partition(found)
    for proposal in found.proposed:
        is_a_partition(compare(before, after, same=[proposal.rename]))
    back = compare(after, before)
    turned = {Status.NEW: Status.GONE, Status.GONE: Status.NEW}
    assert {turned.get(status, status): n for status, n in found.counts.items()} == dict(back.counts)


@settings(max_examples=40, deadline=None)
@given(inventories(), st.integers())
def test_rows_in_another_order_are_the_same_inventory(sheets: dict[str, list[str]], seed: int) -> None:
    shuffled = {}
    for name, (head, *rows) in sheets.items():
        random.Random(seed).shuffle(rows)
        shuffled[name] = [head, *rows]
    unnamed = {
        **shuffled,
        "flows": [line if "Flow |" in line else f" |{line.partition('|')[2]}" for line in shuffled["flows"]],
    }
    before = judged(sheets)
    for other in (shuffled, unnamed):
        found = compare(before, judged(other))
        is_a_partition(found)
        assert [leg.status for leg in found.legs if leg.status is not Status.SAME] == []


CELLS = (*PLACES, *RECIPIENTS, *CATEGORIES, "Email; Health", "agent", "controller", "yes", "no", "none", "News", "Care")


@settings(max_examples=60, deadline=None)
@given(inventories(), st.data())
def test_what_a_baseline_does_not_accept_is_told_by_a_comparison(
    sheets: dict[str, list[str]], data: st.DataObject
) -> None:
    """One or two cells are written over: whatever `check` with a baseline of before flags, a comparison tells."""
    changed = {name: list(lines) for name, lines in sheets.items()}
    for _ in range(data.draw(st.integers(1, 2))):
        lines = changed[data.draw(st.sampled_from([name for name in changed if len(changed[name]) > 1]))]
        row = data.draw(st.integers(1, len(lines) - 1))
        cells = lines[row].split("|")
        cells[data.draw(st.integers(1, len(cells) - 1))] = f" {data.draw(st.sampled_from(CELLS))} "
        lines[row] = "|".join(cells)
    before, after = judged(sheets), judged(changed)
    accepted = checks.read_baseline(checks.write_baseline(checks.check(before)), "b.json")
    if checks.check(after, accepted).new:
        assert compare(before, after).got_worse


names = st.sampled_from((*SYSTEMS, *RECIPIENTS, "Nobody", 'odd > "name" (=@:'))
parties = st.builds(Party, names, st.sampled_from(("", "India", "India, agent", "not stated")))
changes = st.one_of(
    st.builds(Add, names, parties),
    st.builds(Sub, names, parties),
    st.builds(Drop, names, names),
    st.builds(Move, names, st.sampled_from(("Germany", "NZ", "not stated"))),
    st.builds(Based, names, st.sampled_from(("India", "New Zealand"))),
)


@settings(max_examples=40, deadline=None)
@given(inventories(), st.lists(changes, min_size=1, max_size=3))
def test_whatever_is_supposed_is_told_or_refused_and_unknown_never_clears(
    sheets: dict[str, list[str]], supposed: list[Add | Drop | Move | Based]
) -> None:
    before = judged(sheets)
    texts = [str(change) for change in supposed]
    assert [parse(text) for text in texts] == supposed
    after = sentence = None
    try:
        after = suppose(before, supposed)
    except CannotSuppose as reason:
        sentence = str(reason)
    if after is None:
        assert sentence
        assert "\n" not in sentence
        assert sentence[-1] in ".?"
        return
    assert len(after.hypothetical) == len(supposed)
    assert before.hypothetical == ()
    is_a_partition(compare(before, after))


named = st.text(min_size=1).filter(lambda text: text.strip())


@given(
    st.one_of(
        st.builds(Add, named, st.builds(Party, named)),
        st.builds(Sub, named, st.builds(Party, named, st.sampled_from(("", "India", "Korea, Republic of, agent")))),
        st.builds(Drop, named, named),
        st.builds(Based, named, named),
        st.builds(Acts, named, named),
        st.builds(Move, named, named, st.none() | st.builds(Party, named)),
        st.builds(End, named, st.sampled_from(("", "eu")), st.none() | st.dates()),
        st.builds(Sign, named, st.just("") | named, st.just("") | named, st.dates(), st.none() | st.dates()),
        st.builds(Assess, named, st.none() | st.dates()),
        st.builds(Lapse, named, st.dates()),
    )
)
def test_any_name_survives_its_text(change: Supposition) -> None:
    assert parse(str(change)) == change
