"""Times that people are promised, as words give them, and the longest that the law of a regime leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from datamap.law import Cited, Regime

_TO_FIFTEEN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_SMALL = {word: number for number, word in enumerate(_TO_FIFTEEN.split())}
_NUMBERS = {
    **{
        f"{ten}{dash}{one}": tens + _SMALL[one]
        for ten, tens in _TENS.items()
        for one in list(_SMALL)[1:10]
        for dash in "- "
    },
    **_SMALL,
    **_TENS,
    **{"a": 1, "an": 1},
}
# Patterns are compiled when they are first looked for: most inventories hold no statement of a time.
_WITHIN = rf"(?i)\b(?P<how>within|in|no later than|not later than|takes? up to|up to|after)\s+(?:a (?:period|maximum) of |up to |at most |no more than |about |approximately )?(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})(?: ?\((?:(?P<figure>\d{{1,3}})|[a-z-]+)\))?[ -](?P<unit>(?:calendar |business |working |full )?(?:hour|day|week|month)s?)\b"
_FOR = (
    ("unsubscribing", r"(?i)\bunsubscri\w+|\bopt[- ]?out|stop receiving|removed? (?:you )?from (?:our |the )?(?:mailing |marketing )?lists?"),
    ("complaint", r"(?i)\bcomplain\w*.*\b(?:acknowledg|confirm receipt)|\b(?:acknowledg|confirm receipt).*\bcomplain"),
    ("answer to a complaint", r"(?i)\bcomplain\w*"),
    ("breach", r"(?i)\b(?:data|privacy|security|personal data) breach\w*|\bincident"),
    ("request", r"(?i)\b(?:requests?|access|correct\w*|respond\w*|reply|enquir\w+)\b"),
)  # fmt: skip
_RECORDED = rf"(?i)\s*(?:{'|'.join(about for about, _ in _FOR)}):"  # as a proposed statement begins
_SOMETHING_ELSE = r"(?i)\b(?:delet|eras|retain|retention|kept|keep|stored|archiv|refunds?|logs?\b|los(?:e|ing)\b|suspen[ds]|terminat|revok|inactiv)\w*"
_ANSWERS = r"(?i)\b(?:respon[ds]|repl(?:y|ie)|answer|act\b|action|process|deal|dealt|handle|remov|stop|acknowledg|resol|complet|compl[iy]|provid|provision|updat|tak(?:e|ing)|correct|confirm|honou?r|investigat|fulfil|effect)\w*"
_OTHERS_ACT = r"(?i)\byou (?:must|should|may|can|could|need|have|had|do|don|did|are|will|appeal|object|ask|request|want|wish|reply|respond|complain|unsubscribe|opt)\b(?!.*\b(?:we|it|this|that|which)\b)|\bif we (?:have not|haven|do not|don|did not|didn|are un|fail|cannot|can)|\bexten[ds]\w*"


@dataclass(frozen=True)
class Time:
    """A promised time: for what, how long, and in which days.

    It is for unsubscribing, a complaint (that it is acknowledged), an answer to a complaint, a breach or a request.
    """

    about: str
    number: int
    unit: str  # hour, day, working day, week or month
    words: str = field(default="", compare=False)  # such as `within two business days`

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'' if self.number == 1 else 's'}"

    @property
    def days(self) -> float:
        """About how many calendar days it is at most, holidays apart."""
        return self.number * {"hour": 1 / 24, "day": 1, "working day": 7 / 5, "week": 7, "month": 31}[self.unit]

    def is_longer(self, most: Time) -> bool:
        """Whether it is certainly longer than another; as many days as they can be where their units differ."""
        return self.number > most.number if self.unit == most.unit else self.days > most.days + 0.01


def time_in(text: str) -> Time | None:
    """The time that a text promises for something that a person may ask for; None when it promises none.

    How long something is kept, what the reader has to do in a time, and by how much a time may be extended are no such
    promise. A statement that begins with what it is for, such as `request: respond in 20 days`, is taken at its word.
    """
    about = next((what for what, words in _FOR if re.search(words, text)), None)
    recorded = re.match(_RECORDED, text)
    if about is None or (not recorded and re.search(_SOMETHING_ELSE, text)):
        return None
    match = next((m for m in re.finditer(_WITHIN, text) if recorded or _is_ours(m, about)), None)
    if match is None:
        return None
    number = int(match["figure"] or 0) or (
        int(match["number"]) if match["number"].isdigit() else _NUMBERS[match["number"].lower()]
    )
    unit = match["unit"].lower().rstrip("s")
    unit = "working day" if unit.startswith(("business", "working")) else unit.split()[-1]
    return Time(about, number, unit, match[0])


def _is_ours(match: re.Match[str], about: str) -> bool:
    """Whether a time is one in which whoever publishes a text does what it speaks of."""
    sentence, clause = (max(match.string.rfind(m, 0, match.start()) for m in marks) + 1 for marks in (".;", ".;,"))
    ends = min((n for mark in ".;" if (n := match.string.find(mark, match.end())) >= 0), default=len(match.string))
    if re.compile(_OTHERS_ACT).search(match.string, clause, match.start()):
        return False
    how = match["how"].lower()
    if how == "after":
        return about == "unsubscribing"
    return how not in ("in", "up to") or bool(re.compile(_ANSWERS).search(match.string, sentence, ends))


class Longest(NamedTuple):
    """The longest time that a piece of law leaves for something, and how it says so."""

    time: Time
    says: str
    by: Cited


def limits(regime: Regime, about: str, on: date) -> Iterator[Longest]:
    """The longest times that a regime sets for something, as they hold on a day.

    Only what binds every organisation: a time for some of them, or one that an authority expects, is no limit.
    """
    for limit in regime.limits:
        if limit.about == about and limit.holds(on):
            yield Longest(Time(about, limit.most, limit.unit), limit.says, limit)
    for right in regime.rights:
        if about == "request" and right.concerns == "request" and right.by.startswith("within") and right.holds(on):
            time = time_in(f"request {right.by}")
            if time:
                yield Longest(time, f"{right.says} {right.by}.", right)
    for piece in regime.breach:
        number = piece.hours or piece.days
        if about != "breach" or piece.kind != "tell" or not number or piece.acts_for != "itself":
            continue
        if piece.holds(on) and "within" in piece.by:
            time = Time(about, number, "hour" if piece.hours else "day")
            yield Longest(time, f"{piece.says}, {piece.by}.", piece)
