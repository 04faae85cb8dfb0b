"""What `datamap check` finds, for machines: with a baseline of what somebody accepted, as SARIF and as JUnit.

A `Finding` has a fingerprint made of what it is about and never of where it stands: rows may be moved, files renamed and
flows numbered anew. A transfer that carries more, goes elsewhere or to somebody else, gets another outcome or has other
things missing is another finding: nobody accepted it.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datamap import __version__
from datamap.assessment import Assessment
from datamap.duties import Flag
from datamap.graph import MappedFlow
from datamap.inventory import name_key
from datamap.law import Regime
from datamap.problems import Problem
from datamap.sheets import Cell
from datamap.transfers import FLAGGED, Answer, Outcome

if TYPE_CHECKING:
    from xml.etree import ElementTree as Xml

BASELINE_VERSION = 1


class BadBaseline(ValueError):
    """A file of accepted flags cannot be used. The message is one sentence for the user."""


@dataclass(frozen=True)
class Finding:
    """One flagged transfer, flag or problem of a cell.

    `rule` is its kind, such as `nz/no-ground/gap`, `NZ-IPP9` or `P201`; `level` one of error, warning and note. `about` is
    what it is about in a few words, `says` what is the matter. `gates` is whether it makes the exit code 1.
    """

    of: Answer | Flag | Problem
    fingerprint: str
    rule: str
    level: str
    regime: str  # code; empty for a problem of a cell
    about: str
    says: str
    citation: str
    cells: tuple[Cell, ...]
    gates: bool


@dataclass(frozen=True)
class Accepted:
    """One flag that somebody accepted: what it was, who accepted it and why."""

    fingerprint: str
    what: str
    regime: str = ""
    who: str = ""
    why: str = ""


@dataclass(frozen=True)
class Checked:
    """An assessment with what is found in it, and what of that a baseline accepts.

    `findings` are in the order of the assessment: transfers, flags, problems. `stale` are the entries of the baseline that
    match nothing any more, those of regimes that were not asked for left out.
    """

    assessment: Assessment
    baseline: tuple[Accepted, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(_told_apart(_found(self.assessment)))

    @cached_property
    def _by_fingerprint(self) -> dict[str, Accepted]:
        return {entry.fingerprint: entry for entry in self.baseline}

    def accepted(self, finding: Finding) -> Accepted | None:
        """The entry of the baseline that accepts a finding, or None."""
        return self._by_fingerprint.get(finding.fingerprint) if finding.gates else None

    @cached_property
    def matched(self) -> tuple[tuple[Finding, Accepted], ...]:
        """The findings that are accepted, each with its entry."""
        return tuple((f, entry) for f in self.findings if (entry := self.accepted(f)))

    @cached_property
    def stale(self) -> tuple[Accepted, ...]:
        found = {f.fingerprint for f in self.findings if f.gates}
        return tuple(e for e in self.baseline if e.fingerprint not in found and self.looked_at(e))

    def looked_at(self, entry: Accepted) -> bool:
        """Whether the regime of an entry was among those that were asked for."""
        only = self.assessment.only_regimes
        return not only or not entry.regime or entry.regime in only

    @property
    def new(self) -> tuple[Finding, ...]:
        """What is flagged and not accepted: what makes the exit code 1."""
        return tuple(f for f in self.findings if f.gates and not self.accepted(f))

    @property
    def any_new(self) -> bool:
        """Whether there is anything of that."""
        return bool(self.new) if self.baseline else self.assessment.flagged

    @cached_property
    def accepted_objects(self) -> frozenset[int]:
        """The identities of the answers and flags that are accepted."""
        if not self.baseline:
            return frozenset()
        return frozenset(id(finding.of) for finding, _ in self.matched)


def check(assessment: Assessment, baseline: Iterable[Accepted] = ()) -> Checked:
    """Everything that is flagged and every problem of a cell, with what a baseline accepts."""
    return Checked(assessment, tuple(baseline))


# ---------------------------------------------------------------------------------------------------- what is found

_LEVELS = {
    Outcome.BLOCKED: "error",
    Outcome.GAP: "error",
    Outcome.UNDETERMINED: "warning",
    Outcome.INCOMPLETE: "warning",
}


def _found(assessment: Assessment) -> Iterator[tuple[tuple[Hashable, ...], Finding]]:
    """Each finding with what makes it what it is."""
    from datamap.comparison import FlagFacts

    facts = FlagFacts(assessment)
    for answer in assessment.answers.that_are(*FLAGGED):
        missing = _missing(answer, assessment.law.regimes[answer.regime])
        yield (
            ("transfer", *sorted(facts.of(answer).items())),
            Finding(
                answer, "", f"{answer.rule}/{answer.outcome.value}", _LEVELS[answer.outcome], answer.regime,
                leg_words(answer, assessment), f"{answer.outcome.label}. {answer.reason}{missing}", answer.citation,
                answer.cells, True,
            ),
        )  # fmt: skip
    rules = {code: regime.code for regime in assessment.law.regimes.values() for code in regime.rules}
    for flag in assessment.flags:
        regime = rules.get(flag.code, "")
        yield (
            ("flag", flag.code, name_key(flag.about), flag.message),
            Finding(flag, "", flag.code, "warning", regime, flag.about, flag.message, flag.citation, flag.cells, True),
        )
    for problem in assessment.problems:
        identity = ("problem", problem.code, problem.cell.sheet, problem.column, problem.value, problem.wanted)
        level = "note" if problem.kind.notice else "warning"
        says = f"{problem.message} {problem.advice}"
        about = f"{problem.cell.sheet}!{problem.cell.address}"
        yield identity, Finding(problem, "", problem.code, level, "", about, says, "", (problem.cell,), False)


def _told_apart(found: Iterable[tuple[tuple[Hashable, ...], Finding]]) -> Iterator[Finding]:
    """Findings with their fingerprints; those that are the same in all that counts are numbered."""
    from hashlib import sha256

    seen: Counter[tuple[Hashable, ...]] = Counter()
    for identity, finding in found:
        seen[identity] += 1
        text = json.dumps([*identity, seen[identity]], ensure_ascii=False)
        fingerprint = sha256(text.encode()).hexdigest()[:20]
        yield replace(finding, fingerprint=fingerprint)


def leg_words(answer: Answer, assessment: Assessment) -> str:
    """A leg under a regime in a few words: `F1: Mail → Ads (United States), New Zealand`."""
    from datamap.people import place_words

    flow = answer.leg.flow
    where = ", ".join(place_words((answer.leg,)))
    return f"{_flow_words(flow)} ({where}), {assessment.law.regimes[answer.regime].name}"


def _flow_words(flow: MappedFlow) -> str:
    ends = f"{flow.origin.name} → {flow.destination.name}"
    return ends if flow.implied or flow.id == ends else f"{flow.id}: {ends}"


# ---------------------------------------------------------------------------------------------------- the baseline


def read_baseline(text: str, name: str) -> tuple[Accepted, ...]:
    """The entries of a file that `write_baseline` wrote and people have filled in. Raises `BadBaseline`."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise BadBaseline(f"{name} is no baseline: it is not JSON ({wrong}).") from wrong
    if not isinstance(data, dict) or data.get("datamap_baseline") != BASELINE_VERSION:
        raise BadBaseline(f"{name} is no baseline that this datamap knows; write one with --write-baseline.")
    rows = data.get("accepted")
    if not isinstance(rows, list):
        raise BadBaseline(f"{name}: 'accepted' must be a list.")
    found: dict[str, Accepted] = {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("fingerprint"), str) or not row["fingerprint"]:
            raise BadBaseline(f"{name}, entry {number}: a fingerprint is missing.")
        words = {key: row.get(key, "") for key in ("what", "regime", "who", "why")}
        if wrong_key := next((key for key, value in words.items() if not isinstance(value, str)), None):
            raise BadBaseline(f"{name}, entry {number}: {wrong_key!r} must be text.")
        if row["fingerprint"] in found:
            raise BadBaseline(f"{name}, entry {number}: {row['fingerprint']} stands there twice.")
        found[row["fingerprint"]] = Accepted(row["fingerprint"], **words)
    return tuple(found.values())


def write_baseline(checked: Checked, before: Iterable[Accepted] = ()) -> str:
    """A baseline that accepts everything that is flagged, as text to keep beside the inventory and to fill in.

    Who and why are taken over from `before`, and so are its entries of regimes that were not asked for.
    """
    known = {entry.fingerprint: entry for entry in before}
    entries = [
        Accepted(
            f.fingerprint, _one_line(f"{f.about}: {f.says}"), f.regime,
            *((known[f.fingerprint].who, known[f.fingerprint].why) if f.fingerprint in known else ("", "")),
        )
        for f in checked.findings
        if f.gates
    ]  # fmt: skip
    entries += [entry for entry in known.values() if not checked.looked_at(entry)]
    entries.sort(key=lambda e: (e.what, e.fingerprint))
    data = {
        "datamap_baseline": BASELINE_VERSION,
        "as_of": checked.assessment.on.isoformat(),
        "accepted": [
            {"fingerprint": e.fingerprint, "regime": e.regime, "what": e.what, "who": e.who, "why": e.why}
            for e in entries
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def json_baseline(checked: Checked, name: str) -> dict[str, Any]:
    """What a baseline accepts, and what of it is found no more, as plain types."""
    return {
        "file": name,
        "not_accepted": len(checked.new),
        "accepted": [
            {"fingerprint": entry.fingerprint, "rule": f.rule, "about": f.about, "who": entry.who, "why": entry.why}
            for f, entry in checked.matched
        ],
        "not_found_any_more": [{"fingerprint": e.fingerprint, "what": e.what} for e in checked.stale],
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def accepted_words(entry: Accepted) -> str:
    """Who accepted something and why, as far as the baseline says."""
    by = f"accepted by {entry.who}" if entry.who.strip() else "accepted"
    return f"{by}: {entry.why}" if entry.why.strip() else f"{by}, without a reason"


# ---------------------------------------------------------------------------------------------------- SARIF

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
"""Results of one run: code scanning takes no file with more. What is most serious comes first where some are left out."""
SHOWN_BY_GITHUB = 5_000
"""Results of one run that GitHub keeps of a file; it says so itself, and so does a note in the file."""
_ROOT = "%SRCROOT%"

Uri = Callable[[Cell], tuple[str, bool]]
"""A cell → the address of its file, and whether that is below the folder where datamap runs."""


def addresses(files: Sequence[Path]) -> Uri:
    """How the cells of some files are addressed: a file below the current folder by its way from there."""
    named = {path.name or path.resolve().name: path for path in reversed(files)}

    @cache
    def of_sheet(file: str, name: str) -> tuple[str, bool]:
        path = named.get(file)
        if path is None:
            return quote(file), True
        sheet = path / f"{name}.csv"
        path = sheet if path.is_dir() and sheet.is_file() else path
        below = os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else None
        return (quote(Path(below).as_posix()), True) if below else (path.resolve().as_uri(), False)

    return lambda cell: of_sheet(cell.file, cell.sheet)


def to_sarif(checked: Checked, uri: Uri) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run: flagged transfers, flags and problems, as plain types in a stable order.

    Accepted ones are suppressed and say who accepted them and why; entries of the baseline that match nothing are told
    as notifications. So is how many findings are left out where there are more than `MOST_RESULTS`.

    Nothing long stands in it twice. What is missing alike in several results is spelt out once, in the help of their
    rule; a result names it. Cells stand once in `logicalLocations` and are referred to by number, those of one row
    together. The words of a result are in the result: code scanning refuses a message that is only referred to.
    """
    told = _most_serious(checked)
    again = _said_again(told)
    rules = _rules(told, checked.assessment, again)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    cells: dict[Cell, int] = {}
    results = [_result(f, checked, numbers, uri, again, cells) for f in told]
    assessment = checked.assessment
    notes = [_notification("stale-baseline", f"{_STALE}: {e.what or e.fingerprint}") for e in checked.stale]
    if left_out := len(checked.findings) - len(told):
        notes.append(
            _notification("left-out", f"{left_out:,} of {len(checked.findings):,} findings are left out: {_MOST}")
        )
    if len(told) > SHOWN_BY_GITHUB:
        notes.append(_notification("many-results", f"There are {len(told):,} results, of which {_KEPT}"))
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "datamap", "semanticVersion": __version__, "rules": rules}},
                "automationDetails": {"id": "datamap/"},
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
                "logicalLocations": [{"name": c.address, "fullyQualifiedName": str(c)} for c in cells],
                "results": results,
                "columnKind": "unicodeCodePoints",
                "properties": {
                    "as_of": assessment.on.isoformat(),
                    "regimes": [r.code for r in assessment.regimes],
                    "rows_left_out": assessment.rows_left_out,
                    "findings": len(checked.findings),
                    "findings_left_out": left_out,
                    "hypothetical": list(assessment.hypothetical),
                },
            }
        ],
    }


def sarif_text(checked: Checked, uri: Uri) -> str:
    """`to_sarif` as text, a line for each rule, cell and result, so that versions of it can be compared."""
    log = to_sarif(checked, uri)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    listed = {"logicalLocations": run["logicalLocations"], "results": run["results"]}
    parts = [
        f'"tool": {{"driver": {{"name": {_json(driver["name"])}, "semanticVersion": {_json(driver["semanticVersion"])}, '
        f'"rules": {_lines(driver["rules"])}}}}}',
        *(f"{_json(k)}: {_lines(v) if k in listed else _json(v)}" for k, v in run.items() if k != "tool"),
    ]
    head = f'"$schema": {_json(log["$schema"])},\n"version": {_json(log["version"])}'
    return f'{{\n{head},\n"runs": [\n{{\n' + ",\n".join(parts) + "\n}\n]\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(values: Sequence[Any]) -> str:
    return "[\n" + ",\n".join(map(_json, values)) + "\n]" if values else "[]"


_MOST = f"code scanning takes no more than {MOST_RESULTS:,}. The most serious ones are here; check less at once, or --format json."
_KEPT = f"GitHub keeps the {SHOWN_BY_GITHUB:,} most serious: check less at once, such as one regime."
_SERIOUS = ("error", "warning", "note")


def _most_serious(checked: Checked) -> tuple[Finding, ...]:
    """The findings that a log has room for, in their order: accepted ones are left out first, then the least serious."""
    if len(checked.findings) <= MOST_RESULTS:
        return checked.findings
    worst = sorted(
        range(len(checked.findings)),
        key=lambda n: (
            checked.accepted(checked.findings[n]) is not None,
            _SERIOUS.index(checked.findings[n].level),
            n,
        ),
    )
    return tuple(checked.findings[n] for n in sorted(worst[:MOST_RESULTS]))


_Again = Mapping[tuple[str, str], str]
"""A rule, and what several of its results miss → what they call it."""


def _said_again(findings: Iterable[Finding]) -> _Again:
    """What is missing word for word in more than one result of a rule, each called by its words before the colon; but a
    question is asked in full."""
    times = Counter((f.rule, m) for f in findings if isinstance(f.of, Answer) for m in f.of.missing)
    again = (key for key, count in times.items() if count > 1 and ": " in key[1] and not key[1].endswith("?"))
    return {key: key[1].partition(": ")[0] for key in again}


_STALE = "The baseline accepts something that is no longer found"


def _notification(code: str, text: str) -> dict[str, Any]:
    return {"level": "note", "message": _message(text), "descriptor": {"id": code}}


def _rules(findings: Iterable[Finding], assessment: Assessment, again: _Again) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for finding in findings:
        if finding.rule not in found:
            found[finding.rule] = _rule(finding, assessment)
    for rule, missing in sorted(again):
        found[rule]["help"]["text"] += f" {_one_line(missing).rstrip('.')}."
    return [found[key] for key in sorted(found)]


def _rule(finding: Finding, assessment: Assessment) -> dict[str, Any]:
    of = finding.of
    tags = ["privacy", finding.regime] if finding.regime else ["inventory"]
    if isinstance(of, Problem):
        name, short, full = of.kind.name, of.kind.name.replace("_", " ").capitalize(), _of_any(of)
        return _described(finding, name, f"{short}.", full, tags, {})
    regime = assessment.law.regimes[finding.regime] if finding.regime else None
    if isinstance(of, Flag):
        rule = regime.rules[of.code] if regime else None
        title = rule.title if rule else of.code
        law: dict[str, Any] = {
            "citation": of.citation,
            "confidence": of.confidence,
            "to_be_verified": of.to_be_verified,
        }
        if rule:
            law |= {"checked": rule.checked.isoformat()}
        return _described(finding, of.code, title, f"{title} {of.citation}.", tags, law)
    assert regime is not None
    step = next((s for s in regime.steps if s.id == of.rule.partition("/")[2]), None)
    cited = step.citation if step else of.citation
    short = f"{regime.name}: {of.outcome.label} ({cited})"
    law = {"citation": cited, "outcome": of.outcome.value}
    if step:
        law |= {
            "confidence": step.confidence,
            "to_be_verified": step.to_be_verified,
            "checked": step.checked.isoformat(),
        }
    return _described(
        finding, f"{regime.name} {of.outcome.label}", f"{short}.", f"{_MEANS[of.outcome]} {cited}.", tags, law
    )


_MEANS = {
    Outcome.BLOCKED: "A prohibition applies, whatever else is on file.",
    Outcome.GAP: "A regulated transfer with no valid ground.",
    Outcome.UNDETERMINED: "A fact that is needed is not known, so this is not cleared.",
    Outcome.INCOMPLETE: "The recorded ground would do, but evidence is missing or overdue.",
}


def _described(
    finding: Finding, name: str, short: str, full: str, tags: list[str], law: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "name": "".join(part[:1].upper() + part[1:] for part in re.findall(r"[A-Za-z0-9]+", name.lower())),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": _help(finding)},
        "defaultConfiguration": {"level": finding.level},
        "properties": {"tags": tags, **law},
    }


def _of_any(problem: Problem) -> str:
    """What to do about a kind of problem, whatever the cell."""
    words = str(problem.kind.value[2])
    return "Each result says what to do." if "{" in words else words


def _help(finding: Finding) -> str:
    """Where somebody who meets a rule reads on."""
    if isinstance(finding.of, Problem):
        return _of_any(finding.of)
    law = f" `datamap law show {finding.regime}` reads out the law." if finding.regime else ""
    return f"Each result says what the record shows, what is missing and in which cells.{law}"


def _missing(answer: Answer, regime: Regime, called: Callable[[str], str] = str) -> str:
    """What is missing, as sentences after another; ways of which any one would do are told apart."""
    from datamap.registers.tables import ANY_ONE, wanted

    whatever, ways = wanted(answer, regime)
    if len(ways) < 2:
        whatever, ways = answer.missing, ()
    said = (("Missing:", whatever), (ANY_ONE, ways))
    return "".join(f" {h} {_ended('; '.join(called(p).rstrip('.') for p in points))}" for h, points in said if points)


def _ended(words: str) -> str:
    return words if words.endswith("?") else f"{words}."


def _says(finding: Finding, again: _Again, assessment: Assessment) -> str:
    """What is the matter, with what the help of the rule spells out only named."""
    of = finding.of
    if not isinstance(of, Answer):
        return finding.says
    missing = _missing(of, assessment.law.regimes[of.regime], lambda m: again.get((finding.rule, m), m))
    return f"{of.outcome.label}. {of.reason}{missing}"


def _result(
    finding: Finding, checked: Checked, numbers: Mapping[str, int], uri: Uri, again: _Again, cells: dict[Cell, int]
) -> dict[str, Any]:
    """One result; `cells` are those met so far, each with its number in `logicalLocations`."""
    cited = f" {finding.citation}." if finding.citation else ""
    of = finding.of
    properties: dict[str, Any] = {}
    if isinstance(of, Answer):
        properties |= {
            "flow": of.leg.flow.id, "regime": of.regime, "outcome": of.outcome.value, "country": of.leg.country,
            "confidence": of.confidence, "to_be_verified": of.to_be_verified, "yours": of.yours,
        }  # fmt: skip
    elif isinstance(of, Flag):
        properties |= {"confidence": of.confidence, "to_be_verified": of.to_be_verified, "yours": of.yours}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": finding.level,
        "message": _message(f"{finding.about}: {_says(finding, again, checked.assessment)}{cited}"),
        "locations": [_location(finding.cells[:1], uri, cells)] if finding.cells else [],
        "fingerprints": {"datamap/v1": finding.fingerprint},
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint},
        **({"properties": properties} if properties else {}),
    }
    rows: dict[tuple[str, str, int], list[Cell]] = {}
    for cell in finding.cells[1:]:
        rows.setdefault((cell.file, cell.sheet, cell.row), []).append(cell)
    if rows:
        result["relatedLocations"] = [{"id": n, **_location(row, uri, cells)} for n, row in enumerate(rows.values(), 1)]
    entry = checked.accepted(finding)
    if entry:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": accepted_words(entry)}]
    return result


def _message(text: str) -> dict[str, str]:
    """A message that a viewer shows as it is: SARIF reads `[…](…)` as a link and `{0}` as a gap to be filled."""
    text = _one_line(text)
    if "](" in text:
        text = text.replace("[", "\\[").replace("]", "\\]")
    return {"text": text.replace("{", "{{").replace("}", "}}") if re.search(r"\{\d+\}", text) else text}


def _location(row: Sequence[Cell], uri: Uri, cells: dict[Cell, int]) -> dict[str, Any]:
    """The cells of one row of a sheet as one location."""
    address, below = uri(row[0])
    artifact = {"uri": address, **({"uriBaseId": _ROOT} if below else {})}
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": max(row[0].row, 1)}},
        "logicalLocations": [{"index": cells.setdefault(cell, len(cells))} for cell in row],
    }


# ---------------------------------------------------------------------------------------------------- JUnit

_NOT_IN_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def to_junit(checked: Checked) -> str:
    """JUnit XML: a suite for each regime with a case for each leg, one for other flags, and one for problems of cells.

    A flagged case fails, an accepted one is skipped. A problem of a cell fails nothing: it is told in its case.
    """
    from xml.etree import ElementTree as Xml

    assessment = checked.assessment
    by_object = {id(f.of): f for f in checked.findings}
    suites: dict[str, list[Xml.Element]] = defaultdict(list)
    for answer in assessment.answers:
        name = leg_words(answer, assessment)
        sender = answer.leg.flow.organisation.name if answer.leg.flow.organisation else "not stated"
        case = _case(name, f"datamap.{answer.regime}.{sender}", by_object.get(id(answer)), checked)
        if not answer.outcome.flagged:
            Xml.SubElement(case, "system-out").text = _xml(
                f"{answer.outcome.label}. {answer.reason} {answer.citation}."
            )
        suites[f"{assessment.law.regimes[answer.regime].name} ({answer.regime})"].append(case)
    for flag in assessment.flags:
        suites["Other rules"].append(_case(f"{flag.code}: {flag.about}", "datamap.flags", by_object[id(flag)], checked))
    for problem in assessment.problems:
        found = by_object[id(problem)]
        case = _case(f"{found.rule}: {found.cells[0]}", "datamap.problems", None, checked)
        Xml.SubElement(case, "system-out").text = _xml(found.says)
        suites["Problems of cells"].append(case)
    root = Xml.Element("testsuites", name="datamap")
    for suite, cases in suites.items():
        element = Xml.SubElement(root, "testsuite", {"name": _xml(suite), **_counts(cases)})
        properties = Xml.SubElement(element, "properties")
        Xml.SubElement(properties, "property", name="as_of", value=assessment.on.isoformat())
        for number, sentence in enumerate(assessment.hypothetical, 1):
            Xml.SubElement(properties, "property", name=f"hypothetical {number}", value=_xml(sentence))
        element.extend(_named_apart(cases))
    if checked.stale:
        stale = Xml.SubElement(root, "testsuite", {"name": "Baseline", **_counts([])})
        said = (f"{_STALE}: {entry.what or entry.fingerprint}" for entry in checked.stale)
        Xml.SubElement(stale, "system-out").text = _xml("\n".join(said))
    for key, value in _counts([case for cases in suites.values() for case in cases]).items():
        root.set(key, value)
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _case(name: str, classname: str, finding: Finding | None, checked: Checked) -> Xml.Element:
    from xml.etree import ElementTree as Xml

    case = Xml.Element("testcase", {"name": _xml(name), "classname": _xml(classname), "time": "0"})
    if finding is None:
        return case
    entry = checked.accepted(finding)
    if entry:
        Xml.SubElement(case, "skipped", message=_xml(f"{accepted_words(entry)} ({finding.says})"))
        return case
    kind = finding.of.outcome.value if isinstance(finding.of, Answer) else finding.rule
    failure = Xml.SubElement(case, "failure", {"type": kind, "message": _xml(finding.says)})
    cells = "\n".join(str(cell) for cell in finding.cells)
    failure.text = _xml(f"{finding.citation}\n{cells}")
    return case


def _named_apart(cases: Iterable[Xml.Element]) -> Iterator[Xml.Element]:
    """The cases, no two of which have one name: a reader of reports keeps only the last of them."""
    seen: Counter[tuple[str | None, str | None]] = Counter()
    for case in cases:
        key = (case.get("classname"), case.get("name"))
        seen[key] += 1
        if seen[key] > 1:
            case.set("name", f"{key[1]} ({seen[key]})")
        yield case


def _counts(cases: Sequence[Xml.Element]) -> dict[str, str]:
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": str(skipped), "time": "0"}


def _xml(text: str) -> str:
    """Text that XML can hold."""
    return re.sub(_NOT_IN_XML, "\ufffd", text)
