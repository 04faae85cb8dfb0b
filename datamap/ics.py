"""A calendar of what falls due (RFC 5545): the reviews, expiries and lapses after the day of an assessment.

The same assessment gives the same bytes: what would be the time of writing is the day of the assessment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from datamap import __version__
from datamap.assessment import Assessment
from datamap.inventory import Safeguard, items, name_key
from datamap.registers import NOT_ADVICE
from datamap.sheets import Cell
from datamap.timeline import Lapse, lapses

A_DAY = timedelta(days=1)
_FIRST = date(2000, 1, 1)


@dataclass(frozen=True)
class Due:
    """One entry of the calendar, all day long. `key` stays the same when the day is moved."""

    on: date
    key: str
    kind: str  # expiry, review, or the kind of a lapse
    title: str
    says: tuple[str, ...]
    cell: Cell | None


def due(assessment: Assessment, *, within: int, found: Sequence[Lapse] | None = None) -> tuple[Due, ...]:
    """What expires, is to be reviewed or lapses in the `within` days from the day of the assessment, by day.

    `found` is what lapses in these days, where it was looked for already.
    A safeguard stands on its last day or on the day its review is due, with the flows that lose their cover by it.
    """
    last = assessment.on + timedelta(days=max(0, min(within, (date.max - assessment.on).days)))
    found = lapses(assessment, within=within) if found is None else found
    by_safeguard: dict[tuple[str, str, date], list[Lapse]] = defaultdict(list)
    others: list[Lapse] = []
    for lapse in found:
        if lapse.kind in ("safeguard", "review"):
            by_safeguard[lapse.kind, name_key(lapse.name), lapse.on - A_DAY].append(lapse)
        else:
            others.append(lapse)
    told: list[Due] = []
    for safeguard in assessment.inventory.safeguards:
        for kind, lapse_kind, fact, title in (
            ("expiry", "safeguard", safeguard.expires, f"“{safeguard.name}” expires: its last day"),
            ("review", "review", safeguard.review_due, f"Review of “{safeguard.name}” is due"),
        ):
            day = fact.value
            if day is None or not assessment.on <= day <= last:
                continue
            of = by_safeguard.pop((lapse_kind, name_key(safeguard.name), day), [])
            says = (*_safeguard(safeguard), *_losses(of, day + A_DAY))
            told.append(Due(day, f"{kind}|{name_key(safeguard.name)}", kind, title, says, fact.cell))
    for lapse in (*others, *(lapse for rest in by_safeguard.values() for lapse in rest)):
        flows = len(lapse.flows)
        title = f"{flows} {'flow loses' if flows == 1 else 'flows lose'} cover: {lapse.says}"
        key = f"{lapse.kind}|{lapse.name}|{lapse.says}|{lapse.on.isoformat()}"
        told.append(Due(lapse.on, key, lapse.kind, title, _losses((lapse,), lapse.on), lapse.cell))
    return tuple(sorted(told, key=lambda d: (d.on, d.key)))


def _safeguard(safeguard: Safeguard) -> Iterator[str]:
    if safeguard.mechanism.value:
        yield f"Mechanism: {safeguard.mechanism.value}"
    if safeguard.recipients.known:
        yield f"Recipients: {', '.join(items(safeguard.recipients))}"
    if safeguard.document.value:
        yield f"Document: {safeguard.document.value}"


def _losses(found: Iterable[Lapse], since: date) -> tuple[str, ...]:
    losses = [loss for lapse in found for loss in lapse.losses]
    if not losses:
        return ("No flow loses its cover by this alone.",)
    return tuple(
        dict.fromkeys(
            f"From {since.isoformat()}: {loss.answer.leg.flow.origin.name} → {loss.answer.leg.flow.destination.name} "
            f"({loss.answer.regime}): {loss.before.label} until then, then {loss.answer.outcome.label}. "
            f"{loss.answer.citation}{' (to be verified)' if loss.answer.to_be_verified else ''}"
            for loss in losses
        )
    )


def overdue(assessment: Assessment) -> int:
    """How many expiries and reviews of safeguards are before the day of the assessment, and so in no calendar."""
    days = (f.value for s in assessment.inventory.safeguards for f in (s.expires, s.review_due))
    return sum(day is not None and day < assessment.on for day in days)


def calendar(assessment: Assessment, found: Iterable[Due]) -> bytes:
    """What falls due as an iCalendar file, in UTF-8."""
    on = assessment.on
    stamp = f"{_day(on)}T000000Z"
    senders = "|".join(sorted(name_key(o.name) for o in assessment.inventory.organisations))
    name = ", ".join(o.name for o in assessment.inventory.organisations) or "Transfers"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//datamap//datamap {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(f'{name}: reviews, expiries and lapses')}",
    ]
    for entry in found:
        uid = sha256(f"{senders}|{entry.key}".encode()).hexdigest()[:32]
        says = [*entry.says, *([f"Cell: {entry.cell}"] if entry.cell else [])]
        if assessment.hypothetical:
            says = ["Hypothetical:", *assessment.hypothetical, *says]
        says += [f"Assessed as of {on.isoformat()}. {NOT_ADVICE}"]
        after = entry.on + A_DAY if entry.on < date.max else entry.on
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@datamap",
            f"DTSTAMP:{stamp}",
            f"SEQUENCE:{max((on - _FIRST).days, 0)}",
            f"DTSTART;VALUE=DATE:{_day(entry.on)}",
            f"DTEND;VALUE=DATE:{_day(after)}",
            f"SUMMARY:{_text(entry.title)}",
            f"DESCRIPTION:{_text(chr(10).join(says))}",
            f"CATEGORIES:{_text(entry.kind)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    """Text as RFC 5545 wants it: what it takes for its own is escaped, and what steers a terminal left out."""
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, never parting one letter; each after the first begins with a space."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > 75:
            yield part
            part, size = " ", 1
        part += letter
        size += octets
    yield part
