"""Policy → statements proposed to an analyst, each with the sentence that it comes from.

Nothing here is taken for a fact: a proposal says why it was made and how sure that is, and counts only when somebody
accepts it. Precision comes before recall: a sentence is read only where its verb is known and its subject is who
publishes the policy (or what they hold); what readers, other parties and laws do is left alone. "May" is kept as *may*,
"not" as *not*, and a list that is said to be closed as *only*.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Literal

from datamap import catalogue, lexicon, pace, places
from datamap.inventory import Fact, Place, Says, Statement, name_key
from datamap.law.times import time_in
from datamap.policies.documents import Policy, Sentence
from datamap.policies.periods import EVERY, PERIOD
from datamap.sheets import Progress

Sure = Literal["high", "medium", "low"]


class Topic(StrEnum):
    """What a proposal is about; finer than the words of *Says*."""

    HELD_IN = "place held"
    OVERSEAS = "overseas"
    RECIPIENT = "kind of recipient"
    NAMED = "named recipient"
    CATEGORY = "category"
    SOURCE = "source"
    PURPOSE = "purpose"
    RETENTION = "retention"
    RIGHT = "right"
    TIME = "promised time"
    CONTACT = "contact"
    LAW = "law"
    DATE = "date"


SAYS: dict[Topic, Says | None] = {
    Topic.HELD_IN: Says.HELD_IN,
    Topic.OVERSEAS: Says.HELD_IN,
    Topic.RECIPIENT: Says.DISCLOSED_TO,
    Topic.NAMED: Says.DISCLOSED_TO,
    Topic.CATEGORY: Says.COLLECTED,
    Topic.SOURCE: Says.COLLECTED,
    Topic.PURPOSE: Says.PURPOSE,
    Topic.RETENTION: Says.RETENTION,
    Topic.RIGHT: Says.RIGHT,
    Topic.TIME: Says.RIGHT,
    Topic.CONTACT: Says.RIGHT,
    Topic.LAW: Says.LAW_CITED,
    Topic.DATE: None,
}
"""What each topic is called in the sheet *Policy statements*. A date is of the document and becomes part of its name."""


class Stance(StrEnum):
    """How it is said."""

    SAYS = "says"
    MAY = "may"
    NOT = "not"
    ONLY = "only"


@dataclass(frozen=True)
class Proposal:
    """One statement that a policy seems to make."""

    topic: Topic
    value: str
    sentence: Sentence
    why: str
    sure: Sure = "high"
    stance: Stance = Stance.SAYS
    about: tuple[str, ...] = ()  # what or whom it is about, in words; everything when empty
    also: tuple[Sentence, ...] = ()  # further sentences that say the same

    @property
    def says(self) -> Says | None:
        return SAYS[self.topic]

    @property
    def text(self) -> str:
        """The *Value* that an accepted statement gets. `not: …` and `only: …` carry the stance, and `may: …` that a place is
        one of several."""
        if self.stance in (Stance.NOT, Stance.ONLY):
            return f"{self.stance}: {self.value}"
        one_of_several = self.topic is Topic.OVERSEAS or (self.topic is Topic.HELD_IN and self.stance is Stance.MAY)
        return f"{Stance.MAY}: {self.value}" if one_of_several else self.value


def worded(proposal: Proposal, text: str) -> Proposal:
    """The proposal with another *Value*, whose mark (`not: …`, `only: …`, `may: …`) says how it is said."""
    if text.strip() == proposal.text:
        return proposal
    mark = re.match(r"(?i)\s*(not|only|may)\s*:\s*", text)
    unmarked = Stance.SAYS if proposal.stance in (Stance.NOT, Stance.ONLY) else proposal.stance
    value = text[mark.end() :] if mark else text
    return replace(proposal, value=value.strip(), stance=Stance(mark[1].lower()) if mark else unmarked)


NOBODY_ELSE = "nobody else"


def propose(
    policy: Policy,
    *,
    ours: Iterable[str] = (),
    names: Iterable[str] = (),
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Proposal, ...]:
    """The statements that a policy seems to make, in the order of its sentences, each once.

    `ours` are names by which the policy may call whoever publishes it; those that it gives itself are found. `names` are
    recipients to look for beside those of the catalogue, such as those of a map.

    `progress` is told how many of the sentences are read; what it raises ends the work. Raises `Unreadable` where it
    would take more processor time than `LIMITS.understanding`.
    """
    with pace.watched(policy.file, len(policy.sentences), progress, advice=ALONE):
        pace.stage(1.0, len(policy.sentences))
        return _proposed(policy, _Reader(policy, tuple(ours), tuple(names)))


ALONE = "give the policy alone, as plain text"
"""What to do about a policy that takes too long."""


def _proposed(policy: Policy, reader: _Reader) -> tuple[Proposal, ...]:
    found: dict[tuple[Topic, str, Stance, tuple[str, ...]], Proposal] = {}
    also: dict[tuple[Topic, str, Stance, tuple[str, ...]], dict[Sentence, None]] = {}
    for sentence in pace.steps(policy.sentences):
        for proposal in reader.read(sentence):
            stance = Stance.SAYS if proposal.stance is Stance.MAY else proposal.stance
            key = (proposal.topic, name_key(proposal.value), stance, proposal.about)
            first = found.get(key)
            if first is None:
                found[key] = proposal
            elif proposal.sentence != first.sentence and proposal.sentence not in also.setdefault(key, {}):
                best = min(first.sure, proposal.sure, key=("high", "medium", "low").index)
                firm = first.stance if proposal.stance is Stance.MAY else proposal.stance
                found[key] = replace(first, sure=best, stance=firm)
                also[key][proposal.sentence] = None
    return tuple(_laws_once(replace(p, also=tuple(also.get(key, ()))) for key, p in found.items()))


def _laws_once(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """An Act that is cited with its year, and elsewhere without, is one law."""
    proposals = list(proposals)
    dated = {
        re.sub(r" \d{4}$", "", p.value): p.value
        for p in reversed(proposals)
        if p.topic is Topic.LAW and re.search(r" \d{4}$", p.value)
    }
    for proposal in proposals:
        if proposal.topic is not Topic.LAW or proposal.value not in dated:
            yield proposal
        elif proposal.about:
            yield replace(
                proposal, value=dated[proposal.value], why=f"{proposal.why}, which is {dated[proposal.value]} elsewhere"
            )


def accepted(proposals: Iterable[Proposal], *, document: str, taken: Iterable[str] = ()) -> tuple[Statement, ...]:
    """The rows of *Policy statements* that proposals become. `taken` are names of statements that are there already.

    *Notes* has the sentence, so that each row can be judged on its own.
    """
    used = {name_key(t) for t in taken}
    rows = []
    for proposal in proposals:
        if proposal.says is None:
            continue
        base = f"{proposal.topic.capitalize()}: {proposal.value}"[:80]
        name, number = base, 1
        while name_key(name) in used:
            number += 1
            name = f"{base} ({number})"
        used.add(name_key(name))
        said = "" if proposal.stance is not Stance.MAY else "Said with “may”. "
        place = proposal.sentence.place.rpartition(", ")[2]
        about: Fact[tuple[str, ...]] = Fact.of(proposal.about) if proposal.about else Fact()
        section: Fact[str] = Fact.of(proposal.sentence.section) if proposal.sentence.section else Fact()
        rows.append(
            Statement(
                name=name,
                document=Fact.of(document),
                section=section,
                says=Fact.of(proposal.says),
                about=about,
                value=Fact.of(proposal.text),
                notes=Fact.of(
                    f"{said}“{proposal.sentence.whole}” ({place}; {proposal.why}; {proposal.sure} confidence)"
                ),
            )
        )
    return tuple(rows)


def document_of(policy: Policy, proposals: Iterable[Proposal]) -> str:
    """What to call a policy: its file, and its date where it says one."""
    date = next((p.value for p in proposals if p.topic is Topic.DATE), "undated")
    return f"{policy.file}, {date}"


# ------------------------------------------------------------------------------------------------- words to read by

_INFO = r"(?:information|data|details|records?|content|it|them|e-?mails|messages|calls|reports|cookies|statistics|correspondence)"
_MODAL = r"(?:(?:may|might|can|could|will|would|shall|must|do|does|did|sometimes|also|generally|automatically|routinely|only|then|otherwise|usually|typically|currently|be|need to|reserve the right to|are entitled to|is entitled to|agree to|have to|never|not|ever|no longer|n[’']t|directly|knowingly|intentionally|further|hereby)[ ,]+){0,6}"
_ADVERBS = r"(?:\([^()]{0,120}\) )?"
_COLLECT = (
    r"collect|gather|obtain|record|log|receive|store|keep|hold|process|capture|derive|track|ask|request|retain|access"
)
_DISCLOSE = r"disclose|share|sell|rent|license|licence|transfer|provide|pass|give|send|release|transmit|supply|distribute|make|forward|trade"
_USE = r"use|process|handle|analyse|analyze|need|require"
_HOLD = r"hold|store|keep|host|process|retain|maintain|save|locate|base|back up"


def _forms(verbs: str) -> str:
    """Every form of some verbs: `store` → store, stores, stored, storing."""
    made = []
    for verb in verbs.split("|"):
        stem = verb.removesuffix("e") if verb.endswith("e") else verb
        last = stem[-1] if verb in ("log", "ship") else ""
        made.append(
            rf"{verb}s?|{stem}{last}(?:ed|ing|es)"
            + {
                "hold": "|held",
                "keep": "|kept",
                "give": "|given",
                "send": "|sent",
                "sell": "|sold",
                "make": "|made",
                "transmit": "|transmitt(?:ed|ing)",
                "transfer": "|transferr(?:ed|ing)",
                "submit": "|submitt(?:ed|ing)",
            }.get(verb, "")
        )
    return "|".join(made)


_FORMS = {
    kind: _forms(verbs)
    for kind, verbs in (("collect", _COLLECT), ("disclose", _DISCLOSE), ("use", _USE), ("hold", _HOLD))
}
_ALL_FORMS = "|".join(_FORMS.values())
_THEIRS = re.compile(
    r"(?i)\b(?:you(?! agree| consent| acknowledge| authori[sz]e us| understand)|they|third part(?:y|ies)(?! \w+ )|he|she|who|which|customers?|users?|google(?!'s)(?! analytics,)|providers?)\s+(?:\w+ ){0,3}?$"
)
_NOT_OURS = re.compile(r"(?i)\b(?:use|using|through|via|with|by|of|to|from|about|between|a|an|the|visit|contact)\s+$")
_NEGATION = re.compile(r"(?i)\b(?:not|never|n[’']t|no longer|nor|neither|cannot|refrain from|without)\b")
_NO_OBJECT = re.compile(r"(?i)\bno (?:\w+ ){0,3}(?:data|information|records?|logs?)\b")
_MAY = re.compile(r"(?i)\b(?:may|might|can|could|reserve the right|are entitled|sometimes|occasionally)\b")
_ONLY = re.compile(r"(?i)\b(?:only|solely|exclusively)\b")
_EXCEPT = re.compile(r"(?i)\b(?:except|other than|unless|apart from|save (?:as|where)|with the exception)\b")
_EXAMPLE_OF_OTHERS = re.compile(r"(?i)^(?:for example|e\.g\.|suppose|imagine),? (?:if|when) (?!we\b|our\b)")
_DEFINITION = re.compile(
    r"(?i)^(?:[“\"']?(?:personal (?:information|data)|cookies?|a cookie|personal data)[”\"']?(?:,[^,]{0,80},)? (?:is|are|means|refers to)\b)|\bhave the same meaning\b"
)
_PURPOSE_BEGINS = re.compile(
    r"(?i)\b(?:in order to|so that|so we can|(?<!not limited )to (?!you\b|us\b|our\b|the\b|an?\b|any\b|your\b|third\b|other|be\b|it\b|them\b|those\b|these\b|this\b|that\b|and\b|which\b|whom\b|such\b|persons?\b|law|google|each\b|access (?:our|the) s)(?=[a-z]+\b)|for the (?:following )?purposes? of|for (?=(?:\w+[ ,]+){1,5}purposes?\b)|for use in)\s*"
)


class _Reader:
    """Reads the sentences of one policy."""

    def __init__(self, policy: Policy, ours: tuple[str, ...], names: tuple[str, ...]) -> None:
        self.policy = policy
        own = [*ours, *_names_given(policy)]
        self.own = sorted({o for o in own if len(o) > 2}, key=lambda o: (-len(o), o))
        named = "|".join(re.escape(o) for o in self.own)
        self._we = rf"(?:\bwe\b|\b(?:authori[sz]e|permit|allow|consent to) us\b|\bour (?:company|team|staff|website|site|app|service)s?\b|\bour (?:underlying |general )?policy (?:is )?to\b{'|' + named if named else ''})"
        self._active = re.compile(
            rf"(?i)(?P<we>{self._we})(?:[’']s policy)?,? {_ADVERBS}(?P<how>{_MODAL})(?P<verb>{_ALL_FORMS})\b"
        )
        self._passive = re.compile(
            rf"(?i)\b(?P<what>{_INFO}|images?|transaction[\w-]*|purchases|accounts?|name(?:s)?(?: and [\w ]+)?|backups|(?:e-?mail )?address(?:es)?|numbers?|locations?|footage)\b(?P<between>[^.;:]{{0,90}}?)\b(?P<how>(?:(?:is|are|be|been|being|may|might|can|could|will|shall|must|all|both|now|usually|normally|currently|also|generally|not|only|never|automatically|permanently|securely|therefore|directly|still|always|further|to)[ ,]+){{1,7}}|(?<=\bonly )|(?<=\bnot ))(?P<verb>{_ALL_FORMS}|added|deleted|erased|destroyed|archived|saved|located|submitted|shared|removed)\b"
        )
        self.names = tuple(n for n in dict.fromkeys(names) if len(name_key(n)) > 3)

    # ------------------------------------------------------------------------------------------- one sentence

    def read(self, sentence: Sentence) -> Iterator[Proposal]:
        """Everything that one sentence seems to say."""
        yield from _dates(sentence)
        yield from _laws(sentence)
        yield from _contacts(sentence)
        if re.search(r"(?i)\b(?:policy|notice|statement) does not (?:cover|apply)\b", sentence.text):
            return
        if re.match(r"(?:Please )?[Ss]ee\b|For (?:more|further) (?:information|details)\b", sentence.text):
            return
        if _DEFINITION.search(sentence.text) or _EXAMPLE_OF_OTHERS.search(sentence.text) or len(sentence.text) > 1_500:
            return
        yield from self._recipients_named(sentence)
        if sentence.lead:
            yield from self._item(sentence)
        elif sentence.in_table or self._bare_list(sentence):
            yield from self._listed(sentence)
        else:
            yield from self._clauses(sentence)
        yield from _retention(sentence)
        yield from _rights(sentence)
        yield from _times(sentence)

    def _bare_list(self, sentence: Sentence) -> bool:
        """An entry of a list under a heading that says what is collected, without a verb of its own."""
        under = " / ".join(sentence.under)
        return (
            bool(_SECTION_OF_CATEGORIES.search(under))
            and not self._verbs(sentence.text)
            and not sentence.text.endswith(":")
        )

    def _verbs(self, text: str) -> list[_Verb]:
        """The verbs whose subject is who publishes the policy, or what they hold, in the order of the text."""
        found: dict[int, _Verb] = {}
        for match in self._active.finditer(text):
            if _NOT_OURS.search(text[: match.start("we")]) and match["we"].casefold() != "we":
                continue
            if re.search(r"(?i)\b(?:if|whether)\s+$", text[: match.start("we")]):
                continue
            found[match.start("verb")] = _Verb(
                text, match.start("we"), match.start("verb"), match["verb"].lower(), match["how"], False
            )
            for more in re.finditer(
                rf"(?i)(?:,? (?:and/or|and|or) |, )(?:otherwise )?(?P<verb>{_ALL_FORMS})\b",
                text[match.end() : match.end() + 80],
            ):
                if re.fullmatch(
                    rf"(?i)(?:(?:,? (?:and/or|and|or) |, )(?:otherwise )?(?:{_ALL_FORMS}))*",
                    text[match.end() : match.end() + more.start()],
                ):
                    at = match.end() + more.start("verb")
                    found[at] = _Verb(text, match.start("we"), at, more["verb"].lower(), match["how"], False)
        for match in self._passive.finditer(text):
            at = match.start("verb")
            before = text[: match.start("what")]
            if (
                at not in found
                and not _THEIRS.search(before[-30:])
                and not re.search(r"(?i)\byou (?:\w+ )?$", match["between"])
            ):
                found[at] = _Verb(text, match.start("what"), at, match["verb"].lower(), match["how"], True)
        return [found[at] for at in sorted(found)]

    # ---------------------------------------------------------------------------------------- items of a list

    def _item(self, sentence: Sentence) -> Iterator[Proposal]:
        kind, stance = self._lead(sentence.lead, sentence.under)
        text = sentence.text
        match kind:
            case "collected":
                yield from self._categories(
                    sentence, text, stance, f"an item of the list after “{_short(sentence.lead)}”"
                )
                yield from _sources(sentence, text, stance)
            case "source":
                yield from _source_item(sentence, text, stance)
            case "purpose":
                yield from _purpose_item(sentence, stance)
            case "recipient":
                yield from self._recipient_item(sentence, stance)
            case "place":
                yield from _place_item(sentence, stance)
            case _:
                yield from self._clauses(sentence)

    def _lead(self, lead: str, under: tuple[str, ...]) -> tuple[str, Stance]:
        """What the items after some words are, and how they are said."""
        bare = " ".join(re.sub(r"\([^()]*\)", "", lead).split())
        if re.search(r"(?i)\b(?:applies|apply|covers?)\b", bare):
            return "", Stance.SAYS
        verbs = self._verbs(bare)
        stance = _stance(bare, verbs[0].how if verbs else "")
        kinds = {v.kind for v in verbs}
        end = bare.rstrip(" :–-").casefold()
        if _PLACES_FOLLOW.search(end) and (
            _recipients_in(bare) or _ANYBODY.search(bare) or any(v.holds or v.discloses for v in verbs)
        ):
            return "place", stance
        if (
            "disclose" in kinds
            and re.search(r"\b(?:to|with|following|recipients|parties|including|who|as follows|circumstances)$", end)
            and not ({"use", "collect"} & kinds and end.endswith(" to"))
        ):
            return "recipient", stance
        if re.search(r"(?i)\b(?:categories of )?recipients\b[^:]*:?$", bare):
            return "recipient", stance
        if re.search(r"\bfrom$", end) and "collect" in kinds:
            return "source", stance
        if "purpose" in end or (
            kinds & {"use", "collect", "disclose"}
            and re.search(r"\b(?:to|in order to|so that we can|for|because)$", end)
        ):
            return "purpose", stance
        if "use" in kinds and (
            "collect" not in kinds or re.search(r"(?i)\b(?:purpose|use your|how we use|why we)", " ".join(under))
        ):
            return ("purpose", stance) if not re.search(r"(?i)\bcookies\b", bare) else ("", stance)
        if "collect" in kinds or re.search(
            r"(?i)\b(?:categories|types|kinds) of (?:personal )?(?:information|data)\b", bare
        ):
            return "collected", stance
        if _SECTION_OF_CATEGORIES.search(" / ".join(under)) and not re.search(
            r"(?i)\b(?:you may|contact|rights?)\b", bare
        ):
            return "collected", stance
        return "", stance

    def _recipient_item(self, sentence: Sentence, stance: Stance) -> Iterator[Proposal]:
        why = f"an item of the list after “{_short(sentence.lead)}”"
        found = _recipients_in(sentence.text)
        if re.match(r"(?i)\W*(?:you|the (?:relevant )?individual)\b", sentence.text):
            return
        for label in found:
            yield Proposal(Topic.RECIPIENT, label, sentence, why, "high", stance)
        if not found and len(sentence.text.split()) <= 25 and not self._verbs(sentence.text):
            yield Proposal(Topic.RECIPIENT, _short(sentence.text, 90), sentence, why, "medium", stance)

    def _listed(self, sentence: Sentence) -> Iterator[Proposal]:
        if _SECTION_OF_CATEGORIES.search(" / ".join(sentence.under)):
            stance = Stance.NOT if _NOT_COLLECTED.search(sentence.section) else Stance.SAYS
            why = f"it stands in a list under “{_short(sentence.section)}”"
            yield from self._categories(sentence, sentence.text, stance, why)

    # ------------------------------------------------------------------------------------------- whole clauses

    def _clauses(self, sentence: Sentence) -> Iterator[Proposal]:
        text = sentence.text
        verbs = self._verbs(text)
        held = disclosed = False
        somewhere = list(_somebody_somewhere(sentence))
        for verb in verbs:
            stance = verb.stance
            if verb.kind == "collect" and not verb.about_use:
                yield from self._collected(sentence, verb, stance)
            if verb.holds and not held:
                kept = [p for p in _held(sentence, verb, stance) if all(p.value != s.value for s in somewhere)]
                held = bool(kept)
                yield from kept
            if verb.discloses and not disclosed:
                disclosed = True
                yield from self._disclosed(sentence, verb)
        yield from self._helped(sentence)
        yield from self._recorded(sentence)
        yield from somewhere
        if not held and not somewhere:
            yield from _overseas(sentence)
        if verbs:
            yield from self._purposes(sentence, verbs)
        yield from self._told_of_others(sentence)

    def _collected(self, sentence: Sentence, verb: _Verb, stance: Stance) -> Iterator[Proposal]:
        text = sentence.text
        what = _what(text, verb)
        if stance is Stance.NOT:
            what = _EXCEPT.split(what)[0]
        elif verb.only_holds and not verb.passive and not _LISTS.search(what):
            what = _AFTER_WHAT.split(what)[0]
        if re.match(r"(?i)\s+(?:steps|secure|your (?:information|data) (?:safe|secure)|to )", what):
            return
        cut = _PURPOSE_BEGINS.search(what, 12)
        if cut and not re.search(r"(?i)\b(?:includ\w+|such as)\b", what[cut.start() :]):
            what = what[: cut.start()]
        why = f"“{_short(text[verb.subject : verb.at + len(verb.verb)])}”"
        yield from self._categories(sentence, what, stance, why)
        yield from _sources(sentence, text[verb.at :], stance)

    def _recorded(self, sentence: Sentence) -> Iterator[Proposal]:
        """Cookies in use, and people told that they are recorded."""
        text = sentence.text
        if match := re.search(
            rf"(?i){self._we}[^.;]{{0,60}}?\b(?P<how>{_MODAL})(?:use|uses|using|place|set)\b[^.;]{{0,60}}?\b(?:cookies|web beacons|tracking technologies)\b|\bour use of cookies\b",
            text,
        ):
            stance = Stance.NOT if _NEGATION.search(match[0]) else Stance.MAY if _MAY.search(match[0]) else Stance.SAYS
            yield Proposal(
                Topic.CATEGORY, "cookies and similar data", sentence, f"“{_short(match[0])}”", "high", stance
            )

    def _categories(
        self, sentence: Sentence, text: str, stance: Stance, why: str, sure: Sure = "high"
    ) -> Iterator[Proposal]:
        kept: list[str] = []
        aside = re.sub(r"(?i)\b(?:in order to|so that we can)\b.*$", "", text)
        for concept, match in lexicon.CATEGORIES.found(aside):
            if concept.label in kept or _stands_for_something_else(aside, match):
                continue
            kept.append(concept.label)
            yield Proposal(Topic.CATEGORY, concept.label, sentence, f"{why}, and “{match[0].strip()}”", sure, stance)

    def _disclosed(self, sentence: Sentence, verb: _Verb) -> Iterator[Proposal]:
        text = sentence.text
        after = text[verb.at :]
        negated = verb.stance is Stance.NOT
        object_ = re.match(r"(?i)\w+(?P<object>[^.;]{0,160}?)\b(?:to|with)\b", after)
        if not object_ and not negated:
            return
        if (
            not negated
            and object_
            and not verb.passive
            and not re.search(rf"(?i)\b(?:{_INFO}|(?:bank|card) \w+|content|name|address)\b", object_["object"])
        ):
            return
        why = f"“{_short(text[verb.subject : verb.at + len(verb.verb)])}”"
        if negated:
            yield from _denied(sentence, verb, why)
            return
        rest = after[object_.end() :] if object_ else after
        closed = _ONLY.search(text[max(verb.subject, 0) : verb.at + 25]) is not None
        found = _recipients_in(_before_purpose(rest))
        for label in found:
            yield Proposal(Topic.RECIPIENT, label, sentence, why, "high", verb.stance)
        if closed and found and verb.kind == "disclose":
            yield Proposal(Topic.RECIPIENT, NOBODY_ELSE, sentence, f"{why} is said with “only”", "medium", Stance.ONLY)

    def _helped(self, sentence: Sentence) -> Iterator[Proposal]:
        """Those with whose help information is kept and used: hosts, payment providers, whoever is said to process it."""
        text = _without_names(re.sub(r"[“\"][^“”\"]{0,120}[”\"]", "", sentence.text))
        if (_NEGATION.search(text) and not _EXCEPT.search(text)) or re.search(
            r"(?i)\b(?:acts?|acting) as\b|\bare described\b", text
        ):
            return
        for match in re.finditer(
            r"(?i)\b(?:(?:store|process|host|held|hold|stored|processed|handled|hosted|managed|submitted|direct(?:ed)?|sent|charged|maintained)\b[^.;]{0,70}?\b(?:using|by|through|via|to|with|on)\b|(?:we|our (?:web)?sites?|our (?:services?|apps?))\b[^.;]{0,30}?\b(?:use|uses|engage|employ|rely on|work with|contract|appoint)s?\b)(?P<rest>[^.;]{3,200})",
            text,
        ):
            rest = _before_purpose(match["rest"])
            about_information = re.search(
                rf"(?i)\b(?:{_INFO}|payments?|cards?|transactions?|website|services?|applications|business)\b", text
            )
            if not about_information or re.search(
                r"(?i)^\s*(?:your|this|these|cookies|such|the information)\b", match["rest"]
            ):
                continue
            for label in _recipients_in(rest):
                if label not in _NOT_HELPERS:
                    stance = Stance.MAY if _MAY.search(text[: match.end("rest")][:160]) else Stance.SAYS
                    yield Proposal(Topic.RECIPIENT, label, sentence, f"“{_short(match[0], 70)}”", "medium", stance)
            return
        if told := re.search(r"(?i)\brecipients\b[^.;]{0,20}\b(?:are|include|includes)\b(?P<rest>[^.;]+)", text):
            for label in _recipients_in(told["rest"]):
                yield Proposal(Topic.RECIPIENT, label, sentence, f"“{_short(told[0], 70)}”", "high")
        if told := re.search(
            r"(?i)\b(?:disclosure of (?:\w+ ){0,3}information to|give your information to|assist any)\b(?P<rest>[^.;]+)",
            text,
        ):
            stance = Stance.MAY if _MAY.search(text) or "right to" in text else Stance.SAYS
            for label in _recipients_in(told["rest"]):
                yield Proposal(Topic.RECIPIENT, label, sentence, f"“{_short(told[0], 70)}”", "medium", stance)

    def _recipients_named(self, sentence: Sentence) -> Iterator[Proposal]:
        """Recipients called by their names: those of the catalogue and of the map."""
        text = sentence.whole if _DISCLOSES_TO.search(sentence.lead) else sentence.text
        if _ELSEWHERE.search(text):
            return
        cued = sentence.in_table or _NAMED_CUE.search(text) or _SECTION_OF_RECIPIENTS.search(" / ".join(sentence.under))
        if not cued:
            return
        before = _NEGATION.search(text.split(",")[0])
        for name in dict.fromkeys(
            (*_known_names(sentence.text), *(n for n in self.names if _names_it(sentence.text, n)))
        ):
            if name_key(name) in {name_key(o) for o in self.own} or any(
                name_key(o) == name_key(name) for o in self.own
            ):
                continue
            if (
                re.search(rf"(?i){re.escape(name)}(?:[’']s)? (?:does not|do not|may share|privacy policy)", text)
                or before
            ):
                continue
            yield Proposal(
                Topic.NAMED,
                name,
                sentence,
                "it is named where others are given information",
                "high" if not sentence.in_table else "medium",
            )

    def _told_of_others(self, sentence: Sentence) -> Iterator[Proposal]:
        """What somebody who receives information is said to do with it next."""
        match = re.search(
            r"(?i)\b(?:they|it|google|these providers|third parties) (?:may|might|can) (?:also )?(?:share|disclose)\b[^.;]*\b(?:with|to)\b[^.;]*\b(their|its) (partners|affiliates)\b",
            sentence.text,
        )
        names = _known_names(sentence.text) or (
            [m[1]] if (m := re.search(r"\b([A-Z][\w-]+)[’']s privacy policy", sentence.text)) else []
        )
        if match and len(names) == 1:
            yield Proposal(
                Topic.NAMED,
                f"{names[0]}'s {match[2]}",
                sentence,
                f"“{_short(match[0], 70)}”: what they pass on",
                "medium",
                Stance.MAY,
            )

    def _purposes(self, sentence: Sentence, verbs: list[_Verb]) -> Iterator[Proposal]:
        text = sentence.text
        if match := re.match(
            r"(?i)(?:the )?processing of [^.;]{2,120}? (?:is|are) (?:\w+ )?for the purposes? of (?P<what>[^.;]{4,})",
            text,
        ):
            yield Proposal(Topic.PURPOSE, _short(match["what"], _LONGEST), sentence, "“… for the purpose of”", "high")
            return
        for verb in verbs:
            if (
                verb.kind not in ("use", "collect")
                or verb.verb.startswith(("need", "requir", "ask", "access", "request", "handl"))
                or verb.stance is Stance.NOT
                or (verb.passive and verb.discloses)
            ):
                continue
            after = re.sub(r"\([^()]*\)", "", text[verb.at :])
            cue = _PURPOSE_BEGINS.search(after, len(verb.verb))
            if text.endswith(":") or not cue or cue.start() > 160 or re.search(r"[.;:]", after[: cue.start()]):
                continue
            between = after[len(verb.verb) : cue.start()]
            if not verb.passive and not re.search(rf"(?i)\b(?:{_INFO}|name|address\w*|number|payment)\b", between):
                continue
            if re.search(
                r"(?i)\b(?:steps|measures|right|required|entitled|ability|able|request|want|wish|need(?:ed)?|access|try|efforts?|used|applicable)\s*$|\b(?:required|necessary) for\b",
                between,
            ) or re.search(r"(?i)\b(?:reasonable|all) steps\b", text):
                continue
            phrase = re.split(
                r"(?i)[.;:]|,? and we\b|, (?:but|however|which|unless|where)\b|\bsubject to\b|\bas (?:described|set out)\b",
                after[cue.end() :],
            )[0].strip(" ,")
            phrase = re.sub(
                r"(?i)^(?:(?:the|a|any|specific|certain|limited|business|commercial|range|number|variety|of|and)\s+)*purposes?\b[^.;]*?\b(?:including|such as)\b\s*(?:to |for )?",
                "",
                phrase,
            )
            named = lexicon.PURPOSES.labels(phrase)
            if len(phrase) < 6 or (not named and not re.match(r"(?i)for the|in order", cue[0])):
                continue
            if re.match(
                r"(?i)(?:the|your|any|as|such|so|that|these|those|this|its|the stated)\b(?: \w+)?(?: purposes?)?(?: for which.*)?$",
                phrase,
            ):
                continue
            why = f"“{_short(text[verb.subject : verb.at + len(verb.verb)])} … {cue[0].strip()}”"
            yield Proposal(
                Topic.PURPOSE, _short(phrase, _LONGEST), sentence, why, "high" if named else "medium", verb.stance
            )
            return


@dataclass(frozen=True)
class _Verb:
    """A verb whose subject is who publishes the policy (`passive`: what they hold)."""

    sentence: str
    subject: int
    at: int
    verb: str
    how: str
    passive: bool

    @property
    def only_holds(self) -> bool:
        """Whether it says that information is held or asked for, and not that it is collected."""
        return self.verb.startswith(("process", "stor", "keep", "kept", "hold", "held", "access", "retain", "receiv"))

    @cached_property
    def kind(self) -> str:
        for kind in ("disclose", "use", "collect", "hold"):
            if re.fullmatch(_FORMS[kind], self.verb):
                return "collect" if kind == "use" and self.verb.startswith("process") and not self.passive else kind
        return {"added": "collect", "submitted": "disclose", "located": "hold", "saved": "hold"}.get(self.verb, "")

    @property
    def about_use(self) -> bool:
        return self.verb.startswith("process") and bool(
            re.match(
                r"(?i)\w+ (?:your |the |this |such )?(?:payments?|orders?|transactions?|requests?|claims?|it)\b",
                self.sentence[self.at :],
            )
        )

    @property
    def holds(self) -> bool:
        return bool(re.fullmatch(_FORMS["hold"], self.verb)) or self.verb in (
            "located",
            "saved",
            "stored",
            "processed",
            "transferred",
            "transfer",
            "collected",
        )

    @property
    def discloses(self) -> bool:
        return bool(re.fullmatch(_FORMS["disclose"], self.verb)) or self.verb == "submitted"

    @cached_property
    def stance(self) -> Stance:
        return _stance(self.sentence[self.subject : self.at], self.how)


_LISTS = re.compile(r"(?i)\b(?:includ\w+|such as|following|records? of|logs? of)\b|:")
_AFTER_WHAT = re.compile(
    r"(?i)\b(?:when|if|where|as long|until|while|for as|in accordance|using|within|in (?:the|one)|by|because|unless|after|once|under)\b"
)


def _what(text: str, verb: _Verb) -> str:
    """The words of a sentence that say what is collected."""
    if verb.passive:
        if verb.verb in ("collected", "obtained", "gathered", "received", "recorded", "logged"):
            return text
        asked = verb.stance is Stance.NOT or re.match(r"(?i)e-?mails|images?|calls", text[verb.subject :])
        if verb.only_holds and not asked:
            return ""
        return text[verb.subject : verb.at]
    if relative := re.search(rf"(?i)\b{_INFO} (?:that |which )?$", text[: verb.subject]):
        listed = re.search(r"(?i)\b(?:may |can |will )?(?:includes?|consists? of)\b[^.;]*", text[verb.at :])
        return listed[0] if listed else text[relative.start() : verb.at + 70] if "behalf" in text else ""
    after = text[verb.at :]  # what is recorded is told from the verb
    after = after if verb.verb.startswith("record") else re.sub(r"^\W*\w+", "", after, count=1)
    return re.split(
        r"(?i)\b(?:for example,? )?(?:when|where|if) (?:you|we|they)\b(?![^.;]*\b(?:includ\w+|such as)\b)", after
    )[0]


def _stance(before: str, how: str) -> Stance:
    if _NEGATION.search(how) or _NEGATION.search(before[-40:]) or _NO_OBJECT.search(before):
        return Stance.NOT
    return Stance.MAY if _MAY.search(how) or _MAY.search(before[-60:]) else Stance.SAYS


_LONGEST = 300  # characters of a value in the policy's own words, more than which nobody puts in a cell


def _short(text: str, most: int = 60) -> str:
    text = re.sub(r"(?i)[;,]\s*(?:and|or|and/or)\s*$", "", text.strip()).strip(" ,;:.")
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def _names_given(policy: Policy) -> list[str]:
    """The names that a policy gives to whoever publishes it, near its beginning."""
    found: list[str] = []
    company = rf"(?:[A-Z0-9][\w&.’'-]*(?: \([A-Z]{{2,3}}\))? ){{1,5}}{_LEGAL_FORM}\b"
    for sentence in policy.sentences[:40]:
        for match in re.finditer(
            rf"(?P<name>{company}\.?)[’']?s?,?\s*(?P<note>\((?:[^()]|\([^()]*\))*\))?", sentence.text
        ):
            note = match["note"] or ""
            if note or re.search(r"(?i)\b(?:we|our|us)\b", sentence.text):
                found.append(match["name"].strip())
                quoted = re.findall(r"[“\"'`‘]([^”\"'`’]{3,40})[”\"'`’]", note)
                found += [q for q in quoted if q[:1].isupper()]
        if alias := re.search(r"When we say [`“\"']?([A-Z0-9][\w .&-]{2,40}?)[`”\"']?,", sentence.text):
            found.append(alias[1])
        found += re.findall(r"\btogether, [“\"']([A-Z0-9][\w .&-]{2,30})[”\"']", sentence.text)
    found += [re.sub(rf"(?: \([A-Z]{{2,3}}\))?,? (?:{_LEGAL_FORM})\.?(?: {_LEGAL_FORM}\.?)?$", "", f) for f in found]
    subjects = Counter(
        match[1]
        for sentence in policy.sentences
        for match in _SUBJECT.finditer(sentence.text)
        if name_key(match[1]) not in _NO_SUBJECTS and not match[1].endswith(("s", "Policy", "Notice"))
    )
    found += [name for name, times in subjects.most_common(1) if times >= 3]
    return [f for f in found if name_key(f) not in _NO_SUBJECTS]


_LEGAL_FORM = r"(?:Limited|Ltd|Inc|LLC|L\.L\.C|B\.V|AB|GmbH|Pty|plc|PLC|S\.A|SAS|Corporation|Corp|Co)"
_SUBJECT = re.compile(
    r"(?:^|[.;,] |\b(?:that|and|how|if|when|where) )(?P<name>[A-Z0-9][\w&'’-]+(?: [A-Z][\w&'’-]+){0,3}) (?:may|will|does|collects?|uses|process(?:es)?|stores|shares|discloses|keeps|respects|takes|is committed)\b"
)
_NO_SUBJECTS = frozenset(
    name_key(w)
    for w in (
        "We", "You", "I", "It", "They", "This", "That", "These", "Those", "The", "Our", "Your", "Cookies", "Users", "Services", "Terms",
        "Act", "Privacy Act", "Google", "Google Analytics", "Information", "Data", "Personal Data", "Personal Information", "Some",
        "Apple", "Facebook", "Customer", "Processing", "Privacy Policy", "Privacy Statement", "Who", "What", "Section", "Client",
    )
)  # fmt: skip


_SECTION_OF_CATEGORIES = re.compile(
    r"(?i)\b(?:categories of (?:personal )?(?:data|information)|(?:information|data) (?:that )?we (?:may )?(?:collect|hold|process)|what (?:personal )?(?:information|data)\b[^/]{0,30}\b(?:collect|hold|process)|your information we collect|(?:personal )?information (?:you provide|collected))"
)
_NOT_COLLECTED = re.compile(r"(?i)\b(?:not collect|do not collect|is not collected)")
_SECTION_OF_RECIPIENTS = re.compile(
    r"(?i)\b(?:sub-?processors?|recipients|third[- ]part(?:y|ies) (?:providers|processors|recipients|services we use)|service providers)\b"
)
_DISCLOSES_TO = re.compile(rf"(?i)\b(?:{_FORMS['disclose']})\b")
_NAMED_CUE = re.compile(
    r"(?i)\b(?:uses?|using|hosted (?:by|on|with)|hosts? our|provided by|powered by|processed by|stored (?:with|by|on)|through|via|share\w*|disclos\w+|transmit\w*|sen[dt]s?|sub-?processors?|service providers?|such as|payments? (?:are|is)|outsourc\w+|partners?)\b"
)
_ELSEWHERE = re.compile(
    r"(?i)\b(?:privacy (?:policy|policies|notice) of|log ?in (?:with|using)|sign[- ](?:up|in)|links? to|our (?:page|profile)s? on|third[- ]party (?:accounts?|websites)|app store|visit (?:the )?[\w ]*website|browsers?,? such as|connect your|your (?:\w+ )?account (?:with|at)|see our [\w -]+ policy)\b"
)
_NOT_HELPERS = frozenset(
    {
        "employees",
        "clients",
        "other users and the public",
        "others with the person’s authorisation",
        "anybody the law permits",
        "authorities and courts",
        "buyers of the business",
        "researchers",
        "persons told to prevent a threat",
        "employers and referees",
    }
)
_GENERAL_RECIPIENTS = frozenset({"service providers", "business partners"})


def _without_names(text: str) -> str:
    """A text in which recipients known by their names no longer read as kinds: `Google Analytics` is no analytics provider in general."""
    for name in _known_names(text):
        text = re.sub(rf"(?i)\b{re.escape(name)}\b", "X", text)
    return text


def _recipients_in(text: str) -> tuple[str, ...]:
    """The kinds of recipient that a text names; a general one is left out where the same words name a finer one."""
    pairs = lexicon.RECIPIENTS.found(_without_names(text))
    kept = []
    for concept, match in pairs:
        inside = any(
            other is not concept
            and m.start() <= match.start()
            and match.end() <= m.end()
            and (m.end() - m.start()) > len(match[0])
            for other, m in pairs
        )
        if not (concept.label in _GENERAL_RECIPIENTS and inside) and concept.label not in kept:
            kept.append(concept.label)
    return tuple(kept)


def _before_purpose(text: str) -> str:
    cut = re.search(r"(?i)\b(?:in order to|so that|for the purposes? (?:of|described|set))\b|[.;]", text)
    return text[: cut.start()] if cut else text


def _stands_for_something_else(text: str, match: re.Match[str]) -> bool:
    """Words of a category that mean something else here."""
    around = text[max(match.start() - 30, 0) : match.end() + 30]
    word = match[0].casefold()
    if word in ("e-mail", "email", "e-mails", "emails") and re.search(
        rf"(?i)\b(?:by|via|through|an?|any|our|per|from|us an?|text or|text message(?:s)?,? or|receiving) {re.escape(match[0])}",
        around,
    ):
        return True
    if word.startswith("address") and re.search(
        r"(?i)\b(?:to address|address (?:this|the|any|your|issues|problems))\b", around
    ):
        return True
    if word.startswith("name") and re.search(
        r"(?i)\b(?:domain|brand|product|in the|trade|file|company) names?\b", around
    ):
        return True
    if word.startswith("cookie") and re.search(r"(?i)\bcookies? polic", around):
        return True
    return word.startswith("survey") and bool(re.search(r"(?i)\bsend(?:ing)? (?:\w+ ){0,3}surveys?", around))


# ---------------------------------------------------------------------------------------------------- sources


def _sources(sentence: Sentence, text: str, stance: Stance) -> Iterator[Proposal]:
    if stance is Stance.NOT:
        return
    match = re.search(
        r"(?i)\bfrom (?P<who>(?:(?:other )?third part(?:y|ies)|other (?:\w+ )?(?:sources|parties|organi[sz]ations|users|people)|public(?:ly available)?|payment|our (?:customers|clients|resellers|partners)|resellers|partners|referees|credit|social)[^.;]{0,200})",
        text,
    )
    if match:
        yield from _source_item(sentence, match["who"], stance)
    elif re.search(
        r"(?i)\bdirectly from you\b|\bfrom you(?:,)? directly\b|\bfrom (?:the individual|you)\b(?! that| which| to)",
        text,
    ) and not re.search(r"(?i)^\W*where\b|\bif\b", sentence.text):
        yield Proposal(Topic.SOURCE, "the individual", sentence, "it says from whom", "high", stance)


def _source_item(sentence: Sentence, text: str, stance: Stance) -> Iterator[Proposal]:
    why = f"“… from {_short(text)}”"
    if re.match(r"(?i)\W*(?:directly from )?you\b", text) or re.match(r"(?i)\W*directly\b", text):
        yield Proposal(Topic.SOURCE, "the individual", sentence, why, "high", stance)
        return
    public = re.search(r"(?i)\bpublicly[- ]available\b|\bpublic (?:sources|registers?|records?)\b", text)
    if re.search(
        r"(?i)\b(?:third part(?:y|ies)|other (?:\w+ )?(?:sources|parties|organi[sz]ations|users|people)|customers?|clients?|resellers?|partners?|providers?|referees?|vendors?|affiliates?)\b",
        text,
    ):
        yield Proposal(Topic.SOURCE, "third parties", sentence, why, "high", stance)
    if public:
        yield Proposal(Topic.SOURCE, "publicly available sources", sentence, why, "high", stance)


# --------------------------------------------------------------------------------------------------- purposes


def _purpose_item(sentence: Sentence, stance: Stance) -> Iterator[Proposal]:
    phrase = re.sub(r"(?i)(?:[;,.]|\band|\bor|and/or)*\s*$", "", sentence.text.strip()).strip(" ;,.")
    phrase = re.sub(r"(?i)^(?:in order )?to ", "", phrase)
    if len(phrase) > 3:
        sure: Sure = "high" if lexicon.PURPOSES.labels(phrase) else "medium"
        yield Proposal(
            Topic.PURPOSE,
            _short(phrase, _LONGEST),
            sentence,
            f"an item of the list after “{_short(sentence.lead)}”",
            sure,
            stance,
        )


# ---------------------------------------------------------------------------------------------------- denials


def _denied(sentence: Sentence, verb: _Verb, why: str) -> Iterator[Proposal]:
    text = sentence.text
    span = text[verb.subject :]
    if not re.search(rf"(?i)\b(?:{_INFO}|personal)\b", text):
        return
    if (
        re.match(r"(?i)(?:disclose|share|provide|give|sell|send)\w*[^.;]{0,80}\bwe (?:are|have)\b", text[verb.at :])
        and "third" not in text
    ):
        return
    exception = _EXCEPT.search(text)
    others = re.search(
        r"(?i)\b(?:third part(?:y|ies)|anyone|anybody|any other|others|other (?:organi[sz]ations|companies|parties))\b",
        span,
    )
    if re.search(r"(?i)\b(?:sell|sold|selling|rent|trade)\b", span):
        yield Proposal(Topic.RECIPIENT, "sale", sentence, why, "high", Stance.NOT)
    beyond_sale = re.search(r"(?i)\b(?:disclos|shar|provid|pass|giv|transfer|distribut|releas)\w*", span)
    if exception and others and beyond_sale:
        yield Proposal(
            Topic.RECIPIENT,
            NOBODY_ELSE,
            sentence,
            f"{why}, with exceptions",
            "medium" if "above" in text else "high",
            Stance.ONLY,
        )
        for label in _recipients_in(text[exception.start() :]):
            yield Proposal(Topic.RECIPIENT, label, sentence, f"an exception to {why}", "medium", Stance.MAY)
    elif others and beyond_sale and not re.search(r"(?i)\b(?:advertis|marketing)", span):
        yield Proposal(Topic.RECIPIENT, "third parties", sentence, why, "medium", Stance.NOT)
    elif beyond_sale:
        for label in _recipients_in(_EXCEPT.split(span)[0]):
            if label not in _NOT_HELPERS:
                yield Proposal(Topic.RECIPIENT, label, sentence, why, "medium", Stance.NOT)


# ---------------------------------------------------------------------------------------------------- places

_AT = re.compile(
    r"(?i)\b(?P<how>in|within|into|to|at|inside|across|throughout|outside(?: of)?|beyond)\s+(?P<where>[^.;:()]{2,140})"
)
_NOT_OF_PLACE = re.compile(
    r"(?i)\b(?:laws?|act|courts?|commissioner|authority|authorities|jurisdiction of|residents?|citizens|individuals|legislation|governed|customers? in|users in|regulators?|office of|enforcement|government|subpoena|representatives?)\b"
)
_RESTS_ON_LAW = re.compile(r"(?i)\bgoverned by\b|\bjurisdiction of\b|\blaws? of\b")


def _named_places(words: str) -> tuple[Place, ...]:
    found = [p for p in places.mentioned(words) if p.stated]
    found += [Place(country=code, text=places.country_name(code)) for code in lexicon.places_of(words)]
    kept: dict[object, Place] = {}
    for place in found:
        kept.setdefault((place.country, place.within), place)
    return tuple(kept.values())


_FROM_THERE = re.compile(
    r"\b(?i:individuals|people|persons|customers|users|residents|visitors|subjects|originat\w+|collected|received|resid\w+|live)(?: \w+)? (?:in|at)(?: the)? (?:[A-Z][\w-]*(?:,? (?:(?:and|or|of|the) )*)?)+"
)


def _without_origins(text: str) -> str:
    """A text of the same length without the places that people or information come from: they are none it is held in."""
    return _FROM_THERE.sub(lambda m: " " * len(m[0]), text)


def _held(sentence: Sentence, verb: _Verb, stance: Stance) -> Iterator[Proposal]:
    text = _without_origins(sentence.text)
    after = text[verb.at :]
    if _RESTS_ON_LAW.search(text):
        return
    for at in _AT.finditer(after):
        where = re.split(
            r"(?i)\b(?:when|where|and (?:we|is|are|may)|which|that|by|if|to (?:provide|help|process|deliver))\b",
            at["where"],
        )[0]
        # a postal address, a law or a group of people is no place where information is held
        if _NOT_OF_PLACE.search(where.split(",")[0]) and not re.search(
            r"(?i)locations?|servers?|data cent|countr", where
        ):
            continue
        if not verb.passive and not re.search(rf"(?i)\b(?:{_INFO}|backups|servers|locations?)\b", after[: at.end()]):
            continue
        found = _named_places(where)
        if not found:
            continue
        value = "; ".join(places.place_name(p) for p in found)
        why = f"“{_short(text[verb.subject : verb.at + at.end('where')], 80)}”"
        outside = bool(re.match(r"(?i)(?:\w+ (?:\w+ ){0,3}?)?(?:outside|beyond)\b", at[0]))
        only = bool(_ONLY.search(text[: verb.at + at.end()]))
        if outside and stance is Stance.NOT:
            yield Proposal(Topic.HELD_IN, value, sentence, why, "high", Stance.ONLY)
        elif outside:
            yield Proposal(Topic.OVERSEAS, f"outside {value}", sentence, why, "high", stance)
        else:
            kind = Topic.OVERSEAS if re.search(r"(?i)transfer|sent|transmit", verb.verb) else Topic.HELD_IN
            stance = Stance.ONLY if only and stance is not Stance.NOT else stance
            yield Proposal(kind, value, sentence, why, "high", stance)
        return


_SITS = r"(?:located|based|situated|established|headquartered|domiciled|resident|operating|physically)"
_CLOSED = r"(?:only|solely|exclusively|entirely|all|both|each)"
_WHERE = r"(?P<at>in|within|inside|outside(?: of)?)(?P<closed> (?:only|solely|exclusively))? (?P<where>[^.;()]{2,140})"
_IS_SOMEWHERE = re.compile(
    rf"(?i)\b(?P<how>(?:is|are|may be|might be|can be|could be|will be|must be)(?: (?:not|never|also|currently|usually|generally|mainly|always|{_CLOSED}))*)(?: {_SITS}(?: {_CLOSED}| and operating)*)? {_WHERE}"
)
_USED_SOMEWHERE = re.compile(
    rf"(?i)(?P<how>\bwe,? {_MODAL}\b(?:use|engage|appoint|employ|contract|work|rely|choose|select|partner|{_FORMS['disclose']})\b)(?P<who>[^.;:]{{3,160}}?)(?P<sits>,?(?: (?:who|that|which))?(?: (?:is|are|may be|might be|can be|will be))?(?: {_CLOSED})? {_SITS}(?: {_CLOSED})?)? {_WHERE}"
)
_SOMEBODY_OF_OURS = re.compile(
    r"(?i)^(?:.*(?:[,;:] |\b(?:and|but|that|because|as|since|with|to|by) ))?(?P<some>(?:some|most|many|several|certain|a number|one or more)(?: of)? |(?P<none>(?:none|neither) of ))?(?:(?:all|both|each|any)(?: of)? )?(?P<who>(?:(?:our|these|those|such)\b|(?:the|some|most|many|all) (?=[^.;:]{0,60}\b(?:we|us)\b))[^.;:]{2,140}?)(?:,? (?:(?P<few>some|many|most|(?P<not>none)) of (?:whom|which)|(?:(?:all|both) of )?(?:who|which|that|whom)))?$"
)
_SUPPOSED = re.compile(r"(?i)\b(?:if|whether|where|when|unless|while|until)\b")
_ANYBODY = re.compile(r"(?i)\b(?:recipients|third part(?:y|ies)|businesses|companies|organi[sz]ations)\b")
_PLACE_FOLLOWS = re.compile(
    r"(?:(?:the|both|either|one of|countries|places|locations|including|such as|the following|a number of|other),? ?|:)*(?=[A-Z])"
)
_ONLY_AFTER = re.compile(r"(?i)\b(?:only|alone|exclusively)\b(?! (?:for|to|if|as|with|by|after|on|until))")


def _somebody_somewhere(sentence: Sentence) -> Iterator[Proposal]:
    """Where those who act for the organisation, or receive information from it, are said to be.

    "Our agents are in Fiji" is of all of them, "we use agents based in Fiji" of some. What is said with "if" is not read.
    """
    text = sentence.text
    if match := _IS_SOMEWHERE.search(text):
        whose = _SOMEBODY_OF_OURS.search(text[: match.start()])
        if whose and not _SUPPOSED.search(text[max(whose.start("who") - 12, 0) : match.start()]):
            not_ = bool(whose["none"] or whose["not"]) or _NEGATION.search(match["how"]) is not None
            may = bool(whose["some"] or whose["few"]) or _MAY.search(match["how"]) is not None
            found = _placed(sentence, match, whose["who"], not_=not_, may=may, begins=whose.start("who"))
            if found:
                yield found
                return
    for match in _USED_SOMEWHERE.finditer(text):
        who = match["who"]
        named = lexicon.RECIPIENTS.found(who) if not match["sits"] else ()
        if (not match["sits"] and not any(m.end() == len(who) for _, m in named)) or _SUPPOSED.search(
            text[: match.start()]
        ):
            continue
        not_ = _NEGATION.search(match["how"]) is not None
        if found := _placed(sentence, match, who, not_=not_, may=not not_, begins=match.start()):
            yield found
            return


def _placed(
    sentence: Sentence, match: re.Match[str], who: str, *, not_: bool, may: bool, begins: int
) -> Proposal | None:
    """Where the `who` of a sentence are said to be; None where no country follows, or they are nobody who receives anything."""
    about = tuple(_known_names(who)[:3]) or _recipients_in(who) or ((lexicon.ANYBODY,) if _ANYBODY.search(who) else ())
    where = re.split(
        r"(?i)\b(?:when|where|who|whom|which|that|by|if|so|because|and (?:we|is|are|may|they|it|do|will|your)|to \w+)\b|, (?:we|they|and we|but)\b",
        match["where"],
    )[0]
    first = where.split(",")[0]
    if not about or not _PLACE_FOLLOWS.match(where) or _NOT_OF_PLACE.search(first):
        return None
    found = _named_places(where)
    if not found:
        return None
    value = "; ".join(places.place_name(p) for p in found)
    told = sentence.text[match.start() : match.start("at")]
    only = bool(_ONLY.search(told) or match["closed"] or _ONLY_AFTER.search(where))
    outside = match["at"].lower().startswith("outside")
    why = f"“{_short(sentence.text[begins : match.end('at')], 80)} {_short(where)}”"
    if outside and not_:
        return Proposal(Topic.HELD_IN, value, sentence, why, "high", Stance.ONLY, about)
    if outside:
        return Proposal(Topic.OVERSEAS, f"outside {value}", sentence, why, "high", Stance.MAY, about)
    stance = Stance.NOT if not_ else Stance.ONLY if only else Stance.MAY if may else Stance.SAYS
    return Proposal(Topic.HELD_IN, value, sentence, why, "high", stance, about)


_PLACES_FOLLOW = re.compile(
    r"\b(?:in|to)(?: any of| one or more of)?(?: the following| these| those)?(?: other)? (?:countries|places|locations|jurisdictions)(?:, (?:including|such as))?$"
    r"|\b(?:located|based|situated|held|stored|hosted) in(?: the following| one or more of)?$"
)


def _place_item(sentence: Sentence, stance: Stance) -> Iterator[Proposal]:
    """An item of a list of countries, each of which is one of several."""
    found = _named_places(sentence.text) if len(sentence.text.split()) <= 8 else ()
    if found:
        value = "; ".join(places.place_name(p) for p in found)
        about = _recipients_in(sentence.lead) or ((lexicon.ANYBODY,) if _ANYBODY.search(sentence.lead) else ())
        why = f"an item of the list after “{_short(sentence.lead)}”"
        yield Proposal(
            Topic.HELD_IN, value, sentence, why, "high", stance if stance is Stance.NOT else Stance.MAY, about
        )


_NOT_OVERSEAS = re.compile(
    rf"(?i)\bwe (?:do not|don[’']t|will not|won[’']t|never) (?:{_FORMS['disclose']}|{_FORMS['hold']})\b[^.;,]{{0,90}}?\b{_INFO}\b[^.;,]{{0,40}}?\b(?:overseas|abroad|offshore)(?=[.;]|$)"
)


def _overseas(sentence: Sentence) -> Iterator[Proposal]:
    """Places abroad that are told of otherwise: servers of somebody named, providers elsewhere, "overseas"."""
    text = _without_origins(sentence.text)
    if match := re.search(
        r"(?i)\b(?:transmits?|sends?|transfers?|hosted|stor\w+|servers?|data cent(?:re|er)s?|infrastructure)\b[^.;]{0,120}?\b(?:in|to|at)\b (?:the )?(?P<where>[^.;]{2,60})",
        text,
    ):
        found = _named_places(re.split(r"(?i)\b(?:when|where|which|that|by)\b", match["where"])[0])
        if found and not _NOT_OF_PLACE.search(match["where"]):
            about = tuple(_known_names(text)[:1])
            value = "; ".join(places.place_name(p) for p in found)
            yield Proposal(Topic.OVERSEAS, value, sentence, f"“{_short(match[0], 80)}”", "high", about=about)
            return
    information = re.search(
        rf"(?i)\b(?:personal|your|the|this|that|some|our)? ?(?:{_INFO}|providers?|businesses|recipients|servers)\b",
        text,
    )
    if match := _NOT_OVERSEAS.search(text):
        if not re.search(r"(?i)\bwithout\b", text) and not _EXCEPT.search(text):
            why = f"“{_short(match[0], 80)}”"
            yield Proposal(Topic.OVERSEAS, "overseas, no country named", sentence, why, "medium", Stance.NOT)
        return
    if not information or _NEGATION.search(text.split(",")[0]):
        return
    if match := re.search(
        r"(?i)\b(?:providers?|businesses|suppliers?|recipients|companies|servers?|parties|processors?)\b[^.;]{0,50}?\b(?:located |based |situated )?(?:outside|beyond)(?: of)? (?P<where>[^.;,]{2,50})",
        text,
    ):
        found = _named_places(match["where"])
        if found and not _RESTS_ON_LAW.search(text):
            value = "; ".join(places.place_name(p) for p in found)
            stance = Stance.MAY if _MAY.search(text) else Stance.SAYS
            yield Proposal(Topic.OVERSEAS, f"outside {value}", sentence, f"“{_short(match[0], 80)}”", "high", stance)
    elif match := re.search(
        r"(?i)\b(?:send|sent|transfer\w*|disclos\w+|stor\w+|held|process\w*|located)\b[^.;]{0,90}?\b(?P<where>overseas|abroad|offshore|internationally|outside (?:of )?(?:your|the) (?:home |own )?(?:country|jurisdiction|place)[^.;]{0,25}|(?:other|third|foreign) countr(?:y|ies)|other jurisdictions|countries (?:other than|outside))\b",
        text,
    ):
        stance = Stance.MAY if _MAY.search(text[: match.end()]) else Stance.SAYS
        yield Proposal(
            Topic.OVERSEAS, "overseas, no country named", sentence, f"“{_short(match[0], 80)}”", "medium", stance
        )


# -------------------------------------------------------------------------------------------------- retention

_KEEP = re.compile(
    r"(?i)\b(?:keep|kept|keeps|retain\w*|store[sd]?|hold|held|delet\w+|eras\w+|destroy\w*|archiv\w+|remov\w+|purg\w+|saved?|expire|overwritten|wiped|cleared|anonymi[sz]e\w*|log|retention (?:period|time)s?)\b"
)
_KEPT_HOW = r"(?:a (?:further |period of )?|up to |about |approximately |at least |over |more than |a (?:maximum|minimum) of |no (?:longer|more|less) than |the (?:last |past )?)"
_PERIOD_KEPT = re.compile(
    rf"(?i)\b(?:(?:for|after|within|in|of|to|no (?:longer|more) than|than|until|up to|at least|at most|every|last|past|from)\s+{_KEPT_HOW}*)+{PERIOD}|\b{EVERY}|\b(?=between ){PERIOD}|\b{PERIOD} (?:after|from|following|since)\b"
)
_PERIOD_OF = re.compile(
    rf"(?i)\bretention (?:period|time)s?\b[^.;:]{{0,60}}?(?:\b(?:is|are|of)|:)\s+{_KEPT_HOW}*(?P<is>{PERIOD})|\b(?P<of>{PERIOD})['’]? retention\b"
)
_NO_PERIOD_KEPT = re.compile(
    r"(?i)\b(?:(?:as|so) long as\b[^.;]*|for the (?:duration|time|period)\b[^.;]*|until\b[^.;]*|(?:(?:once|when|if) (?:we |it is |they are )?)?(?:no|not?) longer (?:than|need\w*|requir\w*|necessary)\b[^.;,]*?(?=,|\.|;| we |$)|while you are\b[^.;]*|indefinitely|within a reasonable (?:time\w*|period)|for a reasonable (?:time|period)\b[^.;]*|(?:after )?(?:the )?statutory retention periods?)"
)
_KEPT_THING = re.compile(
    rf"(?i)\b(?:{_INFO}|data|transaction[\w-]*|e-?mails?|backups?|recordings?|logs?|account|accounts|payment|invoices|footage|they|reports|copies|applications?)\b"
)
_NOT_KEPT = re.compile(
    r"(?i)\b(?:right|rights|request(?:s|ed)?|ask us|you (?:may|can)|you have)\b[^.;]{0,60}\b(?:delet|eras|remov)|\b(?:remove or block|delet\w+ cookies)\b|\bretention settings\b|\bkeep (?:these|it|your \w+|that|up|your personal information) (?:safe|secure|confidential|up|accurate)"
)


def _retention(sentence: Sentence) -> Iterator[Proposal]:
    text = sentence.text
    keep = _KEEP.search(text)
    if (
        not keep
        or not _KEPT_THING.search(text)
        or _NOT_KEPT.search(text)
        or re.search(r"(?i)\bdisclos\w+ preserved|support \d+-day refunds\b", text.split(", we")[0])
    ):
        return
    stated = _PERIOD_OF.search(text)
    period = stated or _PERIOD_KEPT.search(text)
    none = _NO_PERIOD_KEPT.search(text)
    cues = [m for m in (period, none) if m]
    if not cues or (
        (lead := re.search(r"(?i)\bif you (?:\w+ )?(?:choose|fail)\b", text)) and lead.start() < keep.start()
    ):
        return
    if period and not none and abs(period.start() - keep.start()) > 140:
        return
    about = tuple(sorted(lexicon.CATEGORIES.labels(text[: max(c.end() for c in cues)])))[:3]
    first = min(cues, key=lambda m: m.start())
    spans = [m[0].strip() for m in _PERIOD_KEPT.finditer(text)]
    if stated:
        spans = [f"for {stated['is']}" if stated["is"] else f"for a {stated['of']} period"]
    value = "; ".join(dict.fromkeys(spans)) if spans else _short(first[0], _LONGEST)
    deleted = re.match(r"(?i)delet|eras|destroy|archiv|remov|purg|expire|overwrit|anonym", keep[0])
    value = f"{'deleted' if deleted else 'kept'} {value[:1].lower()}{value[1:]}"
    stance = Stance.MAY if _MAY.search(text[: keep.start()]) else Stance.SAYS
    yield Proposal(
        Topic.RETENTION,
        value,
        sentence,
        f"“{_short(text[keep.start() : first.end()], 80)}”",
        "high" if period else "medium",
        stance,
        about,
    )


# ----------------------------------------------------------------------------------------------------- rights

_RIGHT_CUE = re.compile(
    r"(?i)\b(?:(?:you|individuals?|data subjects?|california residents|users)(?: \w+)? (?:also )?(?:have|has) (?:the |a |certain |several )?(?:\w+ )?rights?|rights? (?:to|of)|entitled to|you (?:may|can|could) (?:also )?(?:\w+ )?(?:request|ask|access|review|update|correct|delete|opt|unsubscribe|withdraw|object|disable|block|remove|refuse|complain|make a complaint|lodge|refer|contact|choose|exercise|obtain|appeal|usually)|if you (?:have|wish|want|would like|are not satisfied|find|do not)|please contact|contact us|unsubscrib\w+|opt[- ]out|we will (?:make a correction|correct|provide you with access|acknowledge|try to resolve|take steps to (?:check|attach)|disclose|abide|take reasonable steps to note|need evidence)|to (?:exercise|correct|request|access) (?:or \w+ )?(?:any |your|information|either)|evidence of who you are|right (?:to|of)|we do not agree with your request)\b"
)
_NOT_A_RIGHT = re.compile(
    r"(?i)\b(?:we (?:also )?reserve the right|our rights|reserves the right|someone else[’']s rights|protect the rights|does not limit or exclude|our legal rights)\b"
)
_RIGHTS_SECTION = re.compile(r"(?i)\b(?:rights?|choices|access|correct|complain|contact)\b")


def _rights(sentence: Sentence) -> Iterator[Proposal]:
    text = sentence.text
    if sentence.lead and not re.search(r"(?i)\b(?:rights?|you may|you can|entitled|request)\b", sentence.lead):
        return
    cue = _RIGHT_CUE.search(f"{sentence.lead.rstrip(' :')} {text}".strip())
    in_section = _RIGHTS_SECTION.search(" / ".join(sentence.under[-2:]))
    if _NOT_A_RIGHT.search(text) or not cue:
        return
    for concept, match in lexicon.RIGHTS.found(text):
        label = concept.label
        personal = re.search(r"(?i)\b(?:you|your|personal|information|data|relates|the person)\b", sentence.whole)
        if not personal or (
            label in ("access", "correction", "deletion", "restriction", "objection")
            and not re.search(
                r"(?i)\b(?:information|data|it|copy|processing|content|details|correction|account)\b", text
            )
        ):
            continue
        if label == "deletion" and not re.search(
            r"(?i)\b(?:right|request|ask|you (?:may|can)|entitled)\b", f"{sentence.lead} {text}"
        ):
            continue
        if label == "access" and re.search(
            r"(?i)\baccess(?:ing)? (?:and us|our|the (?:web)?site|the services|to our services|others)|give access to others",
            text,
        ):
            continue
        if label == "access" and re.search(r"(?i)\b(?:we|apps) (?:\w+ ){0,4}access", text):
            continue
        if label == "refusing cookies" and not re.search(r"(?i)\b(?:you|your|browser)\b", text):
            continue
        if label == "complaint" and not (
            in_section or re.search(r"(?i)\b(?:right to|make a|lodge|have a|you can|you may|your) complain", text)
        ):
            continue
        others = {c.label for c, _ in lexicon.RIGHTS.found(text)}
        if (label == "complaint" and "complaint to the authority" in others) or (
            label == "correction" and "statement of correction" in others
        ):
            continue
        if label == "check of identity" and not re.search(r"(?i)\b(?:request|right)\b", text):
            continue
        if label == "no automated decisions" and not re.search(r"(?i)\bright\b|opt out", text):
            continue
        sure: Sure = "high" if in_section or re.search(r"(?i)\bright|entitled\b", text) else "medium"
        yield Proposal(Topic.RIGHT, label, sentence, f"“{_short(match[0])}”, told to the reader", sure)


# ------------------------------------------------------------------------------------- times, contacts, dates


def _times(sentence: Sentence) -> Iterator[Proposal]:
    text = sentence.text
    if time := time_in(text):
        done = next(
            (
                w
                for w in (
                    "acknowledge",
                    "respond",
                    "resolve",
                    "update",
                    "process",
                    "notify",
                    "reply",
                    "investigate",
                    "remove",
                )
                if re.search(rf"(?i)\b{w}", text)
            ),
            "",
        )
        value = f"{time.about}: {done + ' ' if done else ''}{time.words.lower()}"
        yield Proposal(Topic.TIME, value, sentence, f"“{_short(time.words)}”", "high")


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?i)\b(?:phone|tel(?:ephone)?|call(?: us)?(?: on| at)?|freephone)\b\W{0,3}(\+?[\d(][\d ()-]{6,18}\d)"
)
_OFFICER = re.compile(r"(?i)\b(?:data protection|privacy) officer\b|\bDPO\b")


def _contacts(sentence: Sentence) -> Iterator[Proposal]:
    officer = _OFFICER.search(sentence.text)
    who = (
        "Data Protection Officer"
        if (officer and "prot" in officer[0].lower()) or (officer and officer[0] == "DPO")
        else "Privacy Officer"
        if officer
        else ""
    )
    found = [*_EMAIL.findall(sentence.text), *_PHONE.findall(sentence.text)]
    for contact in dict.fromkeys(found):
        yield Proposal(
            Topic.CONTACT,
            f"{who}: {contact.strip()}" if who else contact.strip(),
            sentence,
            "an address to write or call to",
            "high",
        )
    if officer and not found and re.search(r"(?i)\bcontact|addressed|writing|direct\b", sentence.text):
        yield Proposal(Topic.CONTACT, who, sentence, "whom to turn to", "high")


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_DATED = re.compile(
    rf"(?i)\b(?:last (?:updated|modified|revised|reviewed|changed)|updated(?: on)?|effective(?: date| as of| from| on)?|version(?: date)?|dated|date of last revision|in force (?:from|since))\b\W{{0,4}}(?:on |as of |from |in )?(?P<date>\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})\.?,? \d{{4}}|(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|(?:{_MONTHS})\.? \d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{4}})"
)


def _dates(sentence: Sentence) -> Iterator[Proposal]:
    if match := _DATED.search(sentence.text):
        yield Proposal(
            Topic.DATE, re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", match["date"]), sentence, f"“{_short(match[0])}”"
        )


# ------------------------------------------------------------------------------------------------------- laws

_ACT = re.compile(
    r"(?P<title>(?:(?:[A-Z][\w’'&-]*|\([A-Z][^()]{2,40}\))(?: (?:and|of|for|the|to|on|in|&|with))*,? ){1,9}(?:Act|Code|Regulations?|Ordinance|Bill|Law|Rules|Directive|Statute)(?: \([^()]{2,60}\))?)(?:,? (?:of )?(?P<year>(?:19|20)\d\d))?\b"
)
_FRAMEWORKS: tuple[tuple[str, str], ...] = (
    ("General Data Protection Regulation", r"General Data Protection Regulation|(?<!UK )(?<!UK-)\bGDPR\b|Regulation \(EU\) 2016/679|\bDSGVO\b|\bRGPD\b"),
    ("UK GDPR", r"UK[ -]GDPR|UK General Data Protection Regulation"),
    ("Directive 95/46/EC", r"(?:Directive )?95/46/EC|EU Data Protection Directive|Data Protection Directive(?! 20)"),
    ("Privacy Shield", r"Privacy Shield"),
    ("Safe Harbour", r"Safe Harbou?r(?! provision)"),
    ("Data Privacy Framework", r"Data Privacy Framework|\bDPF\b"),
    ("California Consumer Privacy Act", r"California Consumer Privacy Act(?: of 2018)?|\bCCPA\b"),
    ("California Privacy Rights Act", r"California Privacy Rights Act|\bCPRA\b"),
    ("standard contractual clauses", r"(?i:standard contractual clauses|model (?:contract )?clauses)|\bSCCs?\b"),
    ("binding corporate rules", r"(?i:binding corporate rules)|\bBCRs?\b"),
    ("Australian Privacy Principles", r"Australian Privacy Principles|\bAPPs?\b (?=\d)"),
    ("information privacy principles", r"(?i:information privacy principles)|(?<!Australian )\bPrivacy Principles\b|\bIPPs?\b"),
    ("PIPEDA", r"\bPIPEDA\b|Personal Information Protection and Electronic Documents Act"),
    ("LGPD", r"\bLGPD\b|Lei Geral de Proteção de Dados"),
    ("HIPAA", r"\bHIPAA\b|Health Insurance Portability and Accountability Act"),
    ("COPPA", r"\bCOPPA\b|Children[’']s Online Privacy Protection (?:Act|Rule)"),
    ("CAN-SPAM Act", r"CAN-SPAM(?: Act)?"),
    ("ePrivacy Directive", r"e-?Privacy Directive|Directive 2002/58/EC"),
    ("APEC Cross-Border Privacy Rules", r"(?:APEC )?Cross[- ]Border Privacy Rules|\bCBPR\b"),
    ("ISO/IEC 27001", r"ISO(?:/IEC)? ?27001"),
    ("ISO/IEC 27701", r"ISO(?:/IEC)? ?27701"),
    ("SOC 2", r"\bSOC ?2\b"),
    ("PCI DSS", r"\bPCI[- ]?DSS\b"),
)  # fmt: skip
_NO_ACT = re.compile(
    r"^(?:The|This|That|An?|Our|Such|Any|Each|In|Under|Of|Your|Please|See|By|To|For|With|And|Or|If|As|Both|Other|Applicable|Following|Pursuant)\b\s*",
    re.I,
)
_NOT_OF_LAW = re.compile(
    r"(?i)^(?:privacy|our|legal|community|company|zip|postal|source|qr|bar|promo|country|area|sort|vat|access|general data protection)? ?(?:code|rules|law|laws|regulations?|bill|statute)$|code of conduct"
)


def _laws(sentence: Sentence) -> Iterator[Proposal]:
    text = sentence.text
    about = tuple(f"people in {places.country_name(c)}" for c in lexicon.places_of(_people(text)))
    spoken: list[tuple[int, int]] = []
    for name, words in _FRAMEWORKS:
        if match := re.search(words, text):
            spoken.append(match.span())
            yield Proposal(Topic.LAW, name, sentence, f"“{match[0]}”", "high", about=about)
    for match in _ACT.finditer(text):
        title = match["title"].strip()
        while (bare := _NO_ACT.sub("", title)) != title:
            title = bare
        title = re.sub(
            r"^(?:New Zealand|Australian|UK|United Kingdom|U\.?S\.?|EU|European Union) (?=Privacy Act|Data Protection|Spam|Companies)",
            "",
            title,
        )
        overlaps = any(a < match.end() and match.start() < b for a, b in spoken)
        if (
            overlaps
            or _NOT_OF_LAW.search(title)
            or " " not in title
            or (not match["year"] and not title.endswith(("Act", "Directive", "Ordinance")))
        ):
            continue
        value = f"{title} {match['year']}" if match["year"] else title
        yield Proposal(Topic.LAW, value, sentence, f"“{match[0].strip()}”", "high", about=about)


def _people(text: str) -> str:
    """The words around people of a place: `Australian individuals`."""
    return " ".join(
        m[0]
        for m in re.finditer(
            r"[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:individuals|residents|citizens|customers|users|consumers|people|persons)\b",
            text,
        )
    )


# ------------------------------------------------------------------------------------------- known recipients

_NAME = re.compile(
    r"[A-Z][\w&.+-]*(?:[ /-](?:of |and |de |for )?[A-Z0-9][\w&.+-]*){0,4}|\b[a-z]+[A-Z]\w+\b|\bgoogle analytics\b"
)
_ALSO_WORDS = frozenset(
    name_key(w) for w in ("Apple", "Box", "Segment", "Front", "Notion", "Slack", "Zoom", "Square", "Stripe", "Fastly", "Wise", "Xero", "Monday", "Linear", "Loom", "Gusto", "Drift", "Intercom")
)  # fmt: skip


def _known_names(text: str) -> list[str]:
    """The recipients of the catalogue that a text names, in its spelling; the longest of names that begin alike."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = re.split(r"(?<=[ ])", match[0].rstrip(".,"))
        at = 0
        while at < len(words):
            for end in range(len(words), at, -1):
                name = "".join(words[at:end]).strip(" .,")
                known = catalogue.known(name) if len(name_key(name)) > 2 else None
                if known and known.how in (catalogue.Matched.NAME, catalogue.Matched.ALIAS):
                    if known.by not in found and not _only_a_word(text, match.start(), name):
                        found.append(known.by)
                    at = end - 1
                    break
            at += 1
    return found


def _only_a_word(text: str, start: int, name: str) -> bool:
    """A name that is also a word counts only where it does not begin a sentence."""
    return start == 0 and name_key(name) in _ALSO_WORDS


def _names_it(text: str, name: str) -> bool:
    return (
        re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text) is not None
        and name[:1].isupper()
        and len(name.split()) <= 5
        and not lexicon.RECIPIENTS.labels(name)
    )
