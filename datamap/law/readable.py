"""A regime as a lawyer would read it, written from the data that judges: for the command line and the Law page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from datamap.law import AfterBreach, Cited, Duty, Former, Limit, ListEntry, Mechanism, Regime, Right, Step, Test

# What each test asks, when it is so and when it is not. {v} is the test's values, {here} where the regime is at home.
PHRASES: Mapping[str, tuple[str, str]] = {
    "employees_only": (
        "all the individuals are current or former employees",
        "not all the individuals are current or former employees",
    ),
    "sensitive": ("sensitive information moves", "no sensitive information moves"),
    "volume_under": ("it is about fewer than {v} people", "it is about {v} people or more"),
    "categories": (
        "at least one category that moves is of this kind: {v}",
        "no category that moves is of this kind: {v}",
    ),
    "code_applies": (
        "a code of practice replaces the base rules for this kind of organisation and category",
        "no code of practice replaces the base rules for this kind of organisation and category",
    ),
    "effective_control": (
        "the sender keeps effective control of the information",
        "the sender does not keep effective control of the information",
    ),
    "flow_not_running": (
        "the flow has ended by this day, or has not started yet",
        "the flow is running on this day",
    ),
    "ground": ("the ground recorded for the flow is {v}", "the ground recorded for the flow is not {v}"),
    "held_overseas": ("the information is held outside {here}", "the information is not held outside {here}"),
    "occasional": ("this happens once or occasionally", "this happens regularly"),
    "onward": ("the information is sent on by a recipient", "the information is not sent on by a recipient"),
    "own_purposes": (
        "the recipient uses the information for its own purposes as well",
        "the recipient does not use the information for its own purposes",
    ),
    "processor_may_export": (
        "a processor is the one that exports, or a recipient at home has it held or reached abroad",
        "no processor exports",
    ),
    "prescribed": (
        "a list in force covers every country or scheme the information goes to",
        "no list in force covers the country or scheme the information goes to",
    ),
    "recipient_bound_by": (
        "{v} is recorded as binding the recipient for this information",
        "{v} is not recorded as binding the recipient for this information",
    ),
    "recipient_foreign": (
        "the recipient is established outside {here} and is not centrally managed from there",
        "the recipient is established in {here} or centrally managed from there",
    ),
    "recipient_international": (
        "the recipient is an international organisation",
        "the recipient is not an international organisation",
    ),
    "recipient_may_be_bound": (
        "the record does not deny that the law named binds the recipient",
        "the record says that the law named does not bind the recipient",
    ),
    "recipient_may_do_business_here": (
        "the record does not deny that the recipient carries on business in {here}",
        "the record says that the recipient does not carry on business in {here}",
    ),
    "recipient_outside": (
        "the recipient is established outside {here}, or the information is held or reached outside it",
        "the recipient is established in {here}, and the information is held and reached there",
    ),
    "recipient_public": (
        "the recipient is a public body or authority",
        "the recipient is not a public body or authority",
    ),
    "recipient_sector": ("the recipient's sector is {v}", "the recipient's sector is not {v}"),
    "role": ("the recipient's role is {v}", "the recipient's role is not {v}"),
    "scheme_listed": (
        "the recipient was looked up on the list of {v}, and the listing still counts on this day",
        "the recipient is not on the list of {v} on this day",
    ),
    "sender_carries_on_business_here": (
        "the sender carries on business in {here}",
        "the sender does not carry on business in {here}",
    ),
    "sender_here": ("the sender is established in {here}", "the sender is not established in {here}"),
    "sender_is_agent": (
        "a processor is the one that exports: the sender holds this for a principal, or its agent sends it on",
        "no processor is the one that exports",
    ),
    "sender_kind": ("the sender's kind of organisation is {v}", "the sender's kind of organisation is not {v}"),
    "sender_not_small": (
        "the sender is not exempt as a small business",
        "the sender is exempt as a small business",
    ),
    "sender_public": ("the sender is a public body", "the sender is a private body"),
    "sent_by_individual": (
        "the individuals send the information themselves",
        "the information does not come from the individuals themselves",
    ),
    "staff_data_listed": (
        "no staff data moves, or the recipient is on the list of {v}",
        "staff data moves, and the recipient is not on the list of {v}",
    ),
    "transit_only": (
        "the information only passes through the place",
        "the information does more than pass through the place",
    ),
    "unique_identifier": ("a unique identifier moves", "no unique identifier moves"),
    "upstream_acts_for_itself": (
        "the recipient that sends it on acts for itself",
        "the recipient that sends it on only acts for the first sender",
    ),
    "upstream_effective_control": (
        "the first sender keeps effective control at the recipient that sends it on",
        "the first sender does not keep effective control at the recipient that sends it on",
    ),
}


@dataclass(frozen=True)
class Point:
    """One piece of law in words. `says` are names and words; `outcome` is the code of what follows from a step."""

    title: str
    says: tuple[tuple[str, str], ...] = ()
    follows: str = ""  # when the outcome follows: "Without it"
    outcome: str | None = None
    citation: str = ""
    stands: str = ""  # whether it holds on the day and from when to when, when it was checked, how sure that is
    to_be_verified: bool = False
    yours: bool = False


@dataclass(frozen=True)
class Chapter:
    heading: str
    points: tuple[Point, ...]
    ordered: bool = False


def day(when: date) -> str:
    """A date in words: 23 November 2026."""
    return f"{when.day} {when:%B %Y}"


def standing(cited: Cited, on: date) -> str:
    """Whether something holds on a day, and from when to when."""
    if cited.starts and on < cited.starts:
        return f"not yet in force: starts {day(cited.starts)}"
    if cited.ends and cited.ends <= on:
        return f"ended: no longer in force from {day(cited.ends)}"
    since = f"in force since {day(cited.starts)}" if cited.starts else "in force"
    return f"{since}; its last day is {day(cited.last_day)}" if cited.last_day else since


def sureness(cited: Cited) -> str:
    """When it was read, and how sure we are."""
    return f"checked {day(cited.checked)}, confidence {cited.confidence}"


_ANYBODY = {
    "sender": "the sender",
    "recipient": "the recipient",
    "upstream": "the recipient before",
    "origin": "the system",
    "place": "the place",
    "ground": "the ground recorded",
    "code": "a code of practice",
    "prohibition": "its name",
}


def of_anybody(text: str) -> str:
    """A sentence of the law with general words where an answer names somebody."""
    for key, words in _ANYBODY.items():
        text = text.replace(f"{{{key}}}", words)
    return text[:1].upper() + text[1:]


def asks(test: Test, regime: Regime) -> str:
    """What a test asks, as a phrase."""
    phrase = PHRASES[test.name][test.negated]
    values = [v if v != "none" else "not recorded" for v in test.values]
    return phrase.format(v=" or ".join(values), here=regime.home_name)


def readable(regime: Regime, on: date) -> list[Chapter]:
    """All of a regime in words, in the order in which it is read; chapters with nothing in them are left out."""
    chapters = [
        Chapter("The law", (_regime(regime, on),)),
        Chapter("Whom it applies to", tuple(_applies(regime, on))),
        Chapter("The steps, in order", tuple(_step(s, regime, on) for s in regime.steps), ordered=True),
        Chapter("Ways to cover a transfer, and the evidence each needs", tuple(_mechanisms(regime, on))),
        Chapter("Earlier clauses", tuple(_point(of_anybody(o.says), o, on) for o in regime.older)),
        Chapter("Decisions on countries and schemes", tuple(entry_point(e, on, regime) for e in regime.entries)),
        Chapter("Grounds of disclosure as people write them", tuple(_grounds(regime))),
        Chapter("Codes of practice", tuple(_practices(regime, on))),
        Chapter("Duties that remain after an answer", tuple(_duty(d, regime, on) for d in regime.duties.values())),
        Chapter("After a breach", tuple(_after_breach(b, on) for b in regime.breach)),
        Chapter("Access and correction", tuple(_right(r, on) for r in regime.rights)),
        Chapter("Rules that raise flags", tuple(_point(f"{r.title} ({r.code})", r, on) for r in regime.rules.values())),
        Chapter("Times that policies promise", tuple(_limit(limit, on) for limit in regime.limits)),
        Chapter("What is still cited and has ended", tuple(_former(f, on) for f in regime.formers)),
        Chapter("Sources", tuple(Point(key, (("", words),)) for key, words in regime.source.items())),
    ]
    return [c for c in chapters if c.points]


_NO_DECISION = ("no decision", "none prescribed", "no list mechanism")


def _point(
    title: str, cited: Cited, on: date, *says: tuple[str, str], follows: str = "", outcome: str | None = None
) -> Point:
    said = tuple((name, words) for name, words in (*says, ("Note", cited.note)) if words)
    held = "no decision" if isinstance(cited, ListEntry) and cited.status in _NO_DECISION else standing(cited, on)
    stands = f"{held}; {sureness(cited)}"
    return Point(title, said, follows, outcome, cited.citation, stands, cited.to_be_verified, cited.yours)


def _regime(regime: Regime, on: date) -> Point:
    return _point(
        f"{regime.name}: {regime.law}",
        regime,
        on,
        ("What is a transfer", regime.transfer),
        ("At home in", regime.home_name),
        ("Sources", "; ".join(regime.sources)),
    )


def _applies(regime: Regime, on: date) -> Iterator[Point]:
    """The steps that say that the regime does not apply, turned into whom it does apply to."""
    for step in regime.steps:
        if (step.otherwise if step.is_gate else step.then) == "not_applicable":
            says = f"{'Only where' if step.is_gate else 'Not where'} {_tests(step, regime)}."
            yield _point(says, step, on)


def _tests(step: Step, regime: Regime) -> str:
    joint = "; and " if step.needs_all or step.if_all else "; or "
    return joint.join(asks(t, regime) for t in step.tests)


_WHEN = {
    "lists": "With an entry in force whose scope covers it",
    "grounds": "With one whose evidence is complete",
    "prohibitions": "With a notice that covers it",
    "otherwise": "In every other case",
}


def _step(step: Step, regime: Regime, on: date) -> Point:
    looked = _tests(step, regime)
    grounds = "; ".join(f"{regime.mechanisms[g].name} ({g})" for g in step.grounds)
    needs = f"only where the ground of disclosure is {' or '.join(step.needs_ground)}" if step.needs_ground else ""
    return _point(
        of_anybody(step.asks),
        step,
        on,
        ("It goes on only where" if step.is_gate else "It is so where", looked),
        ("What is weighed", grounds),
        ("Open", needs),
        ("Then it is said", of_anybody(step.reason)),
        ("What is asked", of_anybody(step.ask)),
        ("What remains owed", "; ".join(of_anybody(regime.duties[d].text) for d in step.duties)),
        ("Sources", "; ".join(step.sources)),
        follows=_WHEN.get(step.kind, "Without it" if step.is_gate else "With it"),
        outcome=step.otherwise if step.is_gate else step.then,
    )


def evidence(mechanism: Mechanism) -> str:
    """What has to be on file for a mechanism, besides what its detail says."""
    needs = {
        "a document": mechanism.needs_document,
        "an assessment": mechanism.needs_assessment,
        "an authorisation": mechanism.needs_authorisation,
        "a review date": mechanism.needs_review_date,
    }
    return ", ".join(w for w, needed in needs.items() if needed) or "none by itself"


def _mechanisms(regime: Regime, on: date) -> Iterator[Point]:
    for mechanism in regime.mechanisms.values():
        yield _point(
            f"{mechanism.name} ({mechanism.code})",
            mechanism,
            on,
            ("Evidence needed", evidence(mechanism)),
            ("In detail", mechanism.needs_detail),
            ("For", mechanism.applies_to_roles.replace("|", ", ")),
            ("Open where", "; and ".join(asks(t, regime) for t in regime.conditions.get(mechanism.code, ()))),
            ("People write", "; ".join(regime.words.get(mechanism.code, ()))),
        )


def entry_point(entry: ListEntry, on: date, regime: Regime | None = None) -> Point:
    """A list entry in words; its tests are told for a regime whose steps are loaded."""
    return _point(
        entry.country_name,
        entry,
        on,
        ("Scope", entry.scope),
        ("It holds where", "; and ".join(asks(t, regime) for t in entry.needs) if regime else ""),
        ("Status", entry.status),
        ("Source", "; ".join(entry.sources)),
    )


def _grounds(regime: Regime) -> Iterator[Point]:
    for ground in regime.grounds:
        says = (("People write", "; ".join(w for w in ground.words if w != ground.code)),)
        yield Point(f"{ground.code}: {ground.says}", tuple(s for s in says if s[1]), to_be_verified=ground.unread)


def _practices(regime: Regime, on: date) -> Iterator[Point]:
    for practice in regime.practices:
        letters = "" if practice.letters_loaded else "not loaded: grounds that turn on them are left open"
        yield _point(
            f"{practice.name}, {practice.rule}",
            practice,
            on,
            ("For", "; ".join(practice.kinds) or "anybody"),
            ("And for categories of the kind", "; ".join(practice.categories)),
            ("Its own letters", letters),
            ("Sources", "; ".join(practice.sources)),
        )


_KINDS = {
    "test": "a test, for people to answer",
    "assess": "to be assessed",
    "tell": "to be told",
    "know": "to know beside this",
}


def _after_breach(piece: AfterBreach, on: date) -> Point:
    falls_on = "whoever holds it for somebody else" if piece.acts_for == "agent" else ""
    return _point(
        of_anybody(piece.says),
        piece,
        on,
        ("This is", _KINDS[piece.kind]),
        ("Whom to tell", piece.whom),
        ("By when", piece.by),
        ("It falls on", falls_on),
        ("What the map shows of it", "; ".join(piece.facts)),
        ("Sources", "; ".join(piece.sources)),
    )


def _right(right: Right, on: date) -> Point:
    return _point(
        of_anybody(right.says),
        right,
        on,
        ("Request", right.request),
        ("It concerns", right.concerns),
        ("By when", right.by),
        ("Sources", "; ".join(right.sources)),
    )


def _limit(limit: Limit, on: date) -> Point:
    longest = f"{limit.most} {limit.unit}s"
    return _point(
        limit.says, limit, on, ("For", limit.about), ("At most", longest), ("Sources", "; ".join(limit.sources))
    )


def _former(former: Former, on: date) -> Point:
    title = f"{former.title} {former.year}" if former.year else former.title
    names, sources = "; ".join(former.words), "; ".join(former.sources)
    return _point(title, former, on, ("Also called", names), ("What is meant", former.meant), ("Sources", sources))


def _duty(duty: Duty, regime: Regime, on: date) -> Point:
    return _point(of_anybody(duty.text), duty, on, ("Where", "; and ".join(asks(t, regime) for t in duty.if_all)))
