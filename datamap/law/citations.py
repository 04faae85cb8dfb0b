"""Laws as people cite them: in force, ended, or never enacted, and what is meant; and several citations as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from datamap.inventory import name_key
from datamap.law import Cited, Former, Law, Regime

Standing = Literal["in force", "ended", "none such"]


@dataclass(frozen=True)
class Citation:
    """One law that words cite. `regime` is the code of the regime that it is of; `by` is the piece of law that shows it
    has ended, where one does."""

    title: str
    standing: Standing
    regime: str
    meant: str = ""
    by: Cited | None = None

    @property
    def message(self) -> str:
        """What is to be said about it; empty for a law in force."""
        match self.standing:
            case "ended":
                assert self.by is not None
                meant = f"; {self.meant} stands in its place" if self.meant else ""
                return f"{self.title} is cited, and it ended on {self.by.ends}{meant}."
            case "none such":
                return f"{self.title} is cited, and there is no such Act; {self.meant} is."
        return ""


_DATED = re.compile(r"(?P<title>[^\d;,]+?)\s+(?P<year>\d{4})\b")


def citations(words: str, law: Law, on: date, *, first: Iterable[Regime] = ()) -> tuple[Citation, ...]:
    """The laws that words cite, as far as they are loaded, as they stood on a day. Of a title that several regimes have,
    that of `first` is meant. What is not loaded is left out: nothing is said of it."""
    regimes = list(dict.fromkeys([*(r.code for r in first), *law.regimes]))
    every = [law.regimes[code] for code in regimes]
    found: dict[str, Citation] = {}
    key = name_key(words)
    ended = [(r, f, _former_title(f)) for r in every for f in r.formers]
    for regime, former, title in ended:
        if former.ends and former.ends <= on and any(_has(words, name) for name in (title, *former.words)):
            found.setdefault(name_key(title), Citation(title, "ended", regime.code, former.meant, former))
    for regime in every:
        for entry in regime.entries:
            scheme = next((v for t in entry.needs if t.name == "scheme_listed" for v in t.values), None)
            if entry.status != "invalidated" or not scheme or entry.ends is None or entry.ends > on:
                continue
            if any(_has(words, name) for name in (scheme, *regime.schemes.get(scheme, ()))):
                meant = _scheme_now(regime, entry.country, on)
                found.setdefault(name_key(scheme), Citation(scheme, "ended", regime.code, meant, entry))
    for match in _DATED.finditer(words):
        title, year = re.sub(r"(?i)^(?:and |or |the )+", "", match["title"].strip()), int(match["year"])
        whole = f"{title} {year}"
        if name_key(whole) in found:
            continue
        titled = [(r, s) for r in every for s in r.statutes if name_key(s.title) == name_key(title)]
        if held := next((r for r, s in titled if s.year == year), None):
            found[name_key(whole)] = Citation(whole, "in force", held.code)
        elif titled:
            regime = titled[0][0]
            years = sorted(s.year for r, s in titled if r is regime)
            found[name_key(whole)] = Citation(whole, "none such", regime.code, f"{title} {', '.join(map(str, years))}")
    for regime in every:
        for statute in regime.statutes:
            if name_key(statute.title) == key:
                found.setdefault(key, Citation(statute.title, "in force", regime.code))
    return tuple(found.values())


def joined(citations: Iterable[str], law: str) -> str:
    """Several citations as one that names each law and each of its articles once, in the order of first mention:
    "GDPR, Art 44; EDPB Guidelines 05/2021" and "GDPR, Art 45" are "GDPR, Art 44, Art 45; EDPB Guidelines 05/2021".

    A semicolon stands between laws only. A part without a law of its own belongs to the one before it. `law` is how the
    regime's own law is cited. What is only compared is left out where it is cited anyway.
    """
    return _joined(tuple(citations), law)


@lru_cache(maxsize=1 << 12)
def _joined(citations: tuple[str, ...], law: str) -> str:
    found: dict[str, _Named] = {}
    for citation in citations:
        title = ""
        for part in citation.split(";"):
            title, places = _parts_of(part.strip(), law, title)
            named = found.setdefault(title, _Named([], set()))
            for place in places:
                named.add(place)
    cited = {title: named.articles for title, named in found.items()}
    return "; ".join(
        ", ".join((title, *named.places))
        for title, named in found.items()
        if not (title.startswith(_COMPARE) and named.articles <= cited.get(title.removeprefix(_COMPARE), set()))
    )


_COMPARE = "compare "
_UNIT = r"(?:Arts?|ss?|IPP|APP|Sch|cl|Regs|rules?|paras?|recitals?|chapter|Chapter|Pt)\b\.? (?=[\d(IVX])"
_PLACES = re.compile(rf", (?={_UNIT})")
_STARTS_WITH_PLACE = re.compile(_UNIT)
_NUMBER = r"\d+[A-Z]*(?:-\d+)?(?:\([0-9A-Za-z]+\))*"
_SEVERAL = re.compile(rf"(?P<unit>Art|s)s? (?P<numbers>{_NUMBER}(?:, {_NUMBER})*)")


@dataclass(frozen=True)
class _Named:
    """The places in one law as they are named, and the articles in them each by itself."""

    places: list[str]
    articles: set[str]

    def add(self, place: str) -> None:
        """Name a place ("Arts 44, 45" is two articles), as far as it is not named yet."""
        several = _SEVERAL.fullmatch(place)
        if not several:
            if place not in self.articles:
                self.articles.add(place)
                self.places.append(place)
            return
        unit, numbers = several["unit"], several["numbers"].split(", ")
        left = [n for n in numbers if f"{unit} {n}" not in self.articles]
        self.articles.update(f"{unit} {n}" for n in left)
        if left:
            self.places.append(f"{unit}{'s' if len(left) > 1 or '-' in left[0] else ''} {', '.join(left)}")


def _parts_of(part: str, law: str, before: str) -> tuple[str, list[str]]:
    """The law that one part of a citation is of, and the places in it that the part names."""
    if part == law or re.match(rf"{re.escape(law)},? {_UNIT}", part):
        title, places = law, part[len(law) :].lstrip(", ")
    elif before and _STARTS_WITH_PLACE.match(part):
        title, places = before, part
    else:
        title, _, places = _PLACES.sub("\0", part, count=1).partition("\0")
    return title, _PLACES.split(places) if places else []


def _former_title(former: Former) -> str:
    return f"{former.title} {former.year}" if former.year else former.title


def _scheme_now(regime: Regime, country: str, on: date) -> str:
    """The scheme that is in force for a country on a day, by its longest name; empty when there is none."""
    for entry in regime.entries:
        if entry.country == country and entry.status == "in force" and entry.holds(on):
            for test in entry.needs:
                if test.name == "scheme_listed" and not test.negated:
                    return max((test.values[0], *regime.schemes.get(test.values[0], ())), key=len)
    return ""


def _has(words: str, name: str) -> bool:
    return re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", words) is not None
