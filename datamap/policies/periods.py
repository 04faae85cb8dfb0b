"""How long something is kept, as policies and maps write it: `two (2) years`, `30–90 days`, `a year and a half`."""

from __future__ import annotations

import re

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_NUMBERS = {w: n for n, w in enumerate(_SMALL)} | _TENS | {"a": 1, "an": 1}
_DAYS = {
    "hour": 1 / 24, "hr": 1 / 24, "day": 1, "week": 7, "wk": 7, "fortnight": 14, "month": 30.5, "mth": 30.5, "quarter": 91.5,
    "year": 365.25, "yr": 365.25, "y": 365.25, "decade": 3652.5,
}  # fmt: skip

_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_SMALL[1:10])}))?|{'|'.join(reversed(_SMALL[1:]))})"
_WORD = rf"(?:(?:an?|{'|'.join(_SMALL[1:10])}) hundred(?:(?: and)? {_BELOW_HUNDRED})?|{_BELOW_HUNDRED}|an?)"
_NUMBER = rf"(?:\d+(?:\.\d+)?|{_WORD})(?: ?\([\w-]+\))?"
_UNIT = rf"(?:calendar |business |working |full )?(?:{'|'.join(_DAYS)})s?\b(?: and a half\b)?"
_ONE = rf"(?:{_NUMBER}(?: and a half)?(?: ?[-–] ?| )?{_UNIT}|half(?:[- ]|[- ]an? ){_UNIT})"
_UP_TO = r"(?: ?[-–] ?| (?:to|or) )"

PERIOD = rf"(?:between (?:{_ONE}|{_NUMBER}) and {_ONE}|(?:{_ONE}|{_NUMBER}){_UP_TO}{_ONE}|{_ONE})"
"""What matches a period, or a range of them with both its ends, whatever its case."""

_DELETED = "".join(
    rf"(?<={w} )|" for w in ("overwritten", "deleted", "erased", "destroyed", "purged", "wiped", "cleared")
)
EVERY = rf"(?:{_DELETED.rstrip('|')})every (?:{'|'.join(_DAYS)})\b"
"""What matches how often something is deleted, after the word for that."""

_PARTS = re.compile(
    rf"(?i)(?<![\w.,])(?:(?P<number>\d+(?:\.\d+)?|{_WORD})(?: ?\([\w-]+\))?(?P<more> and a half)?(?: ?[-–] ?| )?|(?P<half>half)(?:[- ]|[- ]an? ))"
    rf"(?:calendar |business |working |full )?(?P<unit>{'|'.join(_DAYS)})s?\b(?P<also> and a half\b)?"
)
_EVERY = re.compile(rf"(?i)\b{EVERY}")


def longest(text: str) -> float | None:
    """The longest period that a text states, in days; None when it states none."""
    found = [_days(m) for m in _PARTS.finditer(text)]
    found += [_DAYS[m[0].lower().removeprefix("every ")] for m in _EVERY.finditer(text)]
    return max(found, default=None)


def _days(match: re.Match[str]) -> float:
    number = 0.5 if match["half"] else _number(match["number"])
    return (number + (0.5 if match["more"] or match["also"] else 0)) * _DAYS[match["unit"].lower()]


def _number(words: str) -> float:
    if words[0].isdigit():
        return float(words)
    found = 0
    for word in re.split(r"[ -]", words.lower()):
        if word == "hundred":
            found *= 100
        else:
            found += _NUMBERS.get(word, 0)
    return found
