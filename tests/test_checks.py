"""What `check` gives to machines: SARIF, JUnit, a baseline of accepted flags, and the calendar of what falls due."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as Xml

import pytest

from datamap import checks, ics
from datamap.assessment import Assessment, assess
from datamap.checks import Accepted, BadBaseline, Checked
from datamap.sheets import Cell
from tests.conftest import NZ_COMPANY, TODAY, drawn, reading
from tests.test_cli import AT_HOME, DAY, Draw, Run, inventory, run

__all__ = ["inventory", "run"]  # the fixtures of the command line

SYSTEMS = "System | Locations | Categories | Individuals | Retention\nMail | NZ | Email address | Customers | forever"
RECIPIENTS = """
Recipient | Country | Role | Own purposes
Ads | US | controller | yes
Clouds | US; IN | controller | yes
Maybe | US | |
Printers | NZ | controller | yes
"""
FLOWS = """
Flow | From | To | Categories | Individuals | Purpose
F1 | Mail | Ads | Email address | Customers | Adverts
F2 | Mail | Clouds | Email address | Customers | Backup
F3 | Mail | Maybe | Email address | Customers | Letters
F4 | Mail | Printers | Email address | Customers | Letters
"""
CATEGORIES = "Category | Kind\nEmail address | contct"


def assessed(on: date = TODAY, regimes: tuple[str, ...] = (), **sheets: str) -> Assessment:
    given = {"systems": SYSTEMS, "recipients": RECIPIENTS, "flows": FLOWS, "categories": CATEGORIES}
    return assess(reading(**{"organisations": NZ_COMPANY, **given, **sheets}), on=on, regimes=regimes)


def at(cell: Cell) -> tuple[str, bool]:
    return cell.file, True


def fingerprints(assessment: Assessment) -> dict[str, str]:
    return {f.fingerprint: f"{f.about} {f.rule}" for f in checks.check(assessment).findings}


def accepting(checked: Checked, **said: str) -> tuple[Accepted, ...]:
    entries = checks.read_baseline(checks.write_baseline(checked), "b.json")
    return tuple(Accepted(e.fingerprint, e.what, e.regime, **said) for e in entries)


# ------------------------------------------------------------------------------------------------ fingerprints


def test_every_finding_has_a_fingerprint_of_its_own() -> None:
    found = checks.check(assessed()).findings
    assert Counter(f.rule.rpartition("/")[2] for f in found) == {"gap": 3, "undetermined": 1, "NZ-IPP9": 1, "P102": 1}
    assert len({f.fingerprint for f in found}) == len(found)


def test_fingerprints_survive_the_order_of_rows_new_flow_names_and_other_files() -> None:
    head, *rows = FLOWS.strip().splitlines()
    told = {tuple(sorted(fingerprints(assessed(flows="\n".join([head, *order]))))) for order in permutations(rows)}
    assert len(told) == 1
    renamed = re.sub(r"(?m)^F(\d)", r"Row \1", FLOWS)
    assert set(fingerprints(assessed(flows=renamed))) == set(fingerprints(assessed()))
    spaced = "\n".join([*SYSTEMS.splitlines()[:1], " | | | | ", *SYSTEMS.splitlines()[1:]])
    assert set(fingerprints(assessed(systems=spaced))) == set(fingerprints(assessed()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("F1 | Mail | Ads | Email address", "F1 | Mail | Ads | Email address; Health"),
        ("Customers | Adverts", "Customers; Staff | Adverts"),
        ("Adverts", "Profiling"),
        ("F1 | Mail | Ads", "F1 | Mail | Adds"),
    ],
)
def test_a_transfer_that_carries_more_or_goes_elsewhere_is_another_finding(old: str, new: str) -> None:
    assert old in FLOWS
    before, after = fingerprints(assessed()), fingerprints(assessed(flows=FLOWS.replace(old, new)))
    gone = [about for fingerprint, about in before.items() if fingerprint not in after]
    assert len(gone) == 1
    assert gone[0].startswith("F1:")


ADS = "Ads | US | controller | yes"


@pytest.mark.parametrize(
    ("column", "value"),
    [("Legal entity", "Other Corp"), ("Managed from", "CN"), ("Sector", "public"), ("Locations", "CN (hosting)")],
)
def test_a_transfer_to_somebody_else_under_the_same_name_is_another_finding(column: str, value: str) -> None:
    head, *rows = RECIPIENTS.strip().splitlines()
    other = "\n".join([f"{head} | {column}", *(f"{row} | {value if row == ADS else ''}" for row in rows)])
    assert f"| {value}" in other
    baseline = accepting(checks.check(assessed(recipients="\n".join([head, *rows]))))
    assert [f.about[:3] for f in checks.check(assessed(recipients=other), baseline).new] == ["F1:"]


@pytest.mark.parametrize("now", ["Ads | CN | controller | yes", "Ads | US | controller | no", "Ads | US | agent | yes"])
def test_another_country_role_or_purpose_of_the_recipient_is_another_finding(now: str) -> None:
    located = "Flow | From | To | Categories | Locations\nF1 | Mail | Ads | Email address | US"
    baseline = accepting(checks.check(assessed(flows=located)))
    found = checks.check(assessed(flows=located, recipients=RECIPIENTS.replace(ADS, now)), baseline)
    assert "F1:" in [f.about[:3] for f in found.new]


def test_evidence_that_is_gone_or_expired_is_not_what_was_accepted() -> None:
    head = "Safeguard | Mechanism | Recipients | Document | Signed | Expires"
    accepted = assessed(safeguards=f"{head}\nDeed | agreement | Ads | D-1 | 2025-01-01 |")
    baseline = accepting(checks.check(accepted))
    for row in ("Deed | agreement | Ads | | 2025-01-01 |", "Deed | agreement | Ads | D-1 | | | ", "Deed | agreement | Ads | D-1 | 2025-01-01 | 2025-12-31"):  # fmt: skip
        assert [f.about[:3] for f in checks.check(assessed(safeguards=f"{head}\n{row}"), baseline).new] == ["F1:"]
    old = assessed(safeguards=f"{head}\nDeed | agreement | Ads | D-1 | 2020-01-01 | 2020-12-31")
    assert [f.about[:3] for f in checks.check(old, accepting(checks.check(assessed()))).new] == ["F1:"]


def test_a_category_that_became_sensitive_is_another_finding() -> None:
    head = "Category | Kind | Sensitive\nEmail address | contact |"
    baseline = accepting(checks.check(assessed(categories=f"{head} no")))
    assert checks.check(assessed(categories=f"{head} yes"), baseline).new


def test_another_outcome_is_another_finding() -> None:
    agreed = "Safeguard | Mechanism | Recipients\nDeed | agreement | Ads"  # no document: incomplete, not a gap
    before, after = fingerprints(assessed()), fingerprints(assessed(safeguards=agreed))
    assert any("Ads" in before[f] for f in set(before) - set(after))
    assert any("Ads" in after[f] for f in set(after) - set(before))


def test_flows_that_are_the_same_in_all_that_counts_are_told_apart_by_their_number() -> None:
    twice = f"{FLOWS}F5 | Mail | Ads | Email address | Customers | Adverts\n"
    found = checks.check(assessed(flows=twice))
    assert len({f.fingerprint for f in found.findings}) == len(found.findings)
    one_accepted = checks.check(assessed(flows=twice), accepting(checks.check(assessed())))
    assert len(one_accepted.new) == 1


# ---------------------------------------------------------------------------------------------------- baseline


def test_what_is_accepted_gates_nothing_and_what_is_new_does() -> None:
    found = checks.check(assessed())
    baseline = accepting(found, who="Mia", why="pilot until June")
    again = checks.check(assessed(), baseline)
    assert (again.new, len(again.matched), again.stale) == ((), 5, ())
    more = f"{FLOWS}F5 | Mail | Trackers | Email address | Customers | Adverts\n"
    (new,) = checks.check(assessed(flows=more), baseline).new
    assert "Trackers" in new.about


def test_a_problem_of_a_cell_is_never_accepted_because_it_gates_nothing() -> None:
    found = checks.check(assessed())
    (problem,) = [f for f in found.findings if f.rule == "P102"]
    assert not problem.gates
    assert problem.fingerprint not in checks.write_baseline(found)


def test_what_is_found_no_more_is_stale_unless_its_regime_was_not_asked_for() -> None:
    company = NZ_COMPANY.replace("| nz", "| nz; au")
    both = checks.check(assessed(organisations=company))
    baseline = accepting(both)
    only = checks.check(assessed(organisations=company, regimes=("nz",)), baseline)
    assert only.stale == ()
    assert only.new == ()
    without = checks.check(assessed(organisations=company, flows=AT_HOME), baseline)
    assert {e.regime for e in without.stale} == {"nz", "au"}


def test_writing_again_keeps_who_and_why_and_the_entries_of_regimes_not_asked_for() -> None:
    company = NZ_COMPANY.replace("| nz", "| nz; au")
    baseline = accepting(checks.check(assessed(organisations=company)), who="Mia", why="agreed")
    narrowed = checks.check(assessed(organisations=company, regimes=("nz",)))
    kept = checks.read_baseline(checks.write_baseline(narrowed, baseline), "b.json")
    assert set(kept) == set(baseline)
    assert checks.write_baseline(narrowed) == checks.write_baseline(checks.check(narrowed.assessment))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is not JSON"),
        ("[]", "no baseline that this datamap knows"),
        ('{"datamap_baseline": 99, "accepted": []}', "no baseline that this datamap knows"),
        ('{"datamap_baseline": 1, "accepted": {}}', "'accepted' must be a list"),
        ('{"datamap_baseline": 1, "accepted": [{"why": "x"}]}', "entry 1: a fingerprint is missing"),
        ('{"datamap_baseline": 1, "accepted": [{"fingerprint": "a", "why": 3}]}', "'why' must be text"),
        (
            '{"datamap_baseline": 1, "accepted": [{"fingerprint": "a"}, {"fingerprint": "a"}]}',
            "entry 2: a stands there twice",
        ),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BadBaseline, match=says):
        checks.read_baseline(text, "b.json")


def test_the_baseline_on_the_command_line(inventory: Draw, run: Run, tmp_path: Path) -> None:
    folder, file = inventory(), tmp_path / "accepted.json"
    ran = run("check", folder, *DAY, "--write-baseline", file)
    assert (ran.code, ran.err.strip()) == (
        1,
        f"{file}: 1 flag to be accepted; fill in who and why, then check with --baseline.",
    )
    ran = run("check", folder, *DAY, "--baseline", file)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Accepted by accepted.json (1 flag)"
    assert lines[1].endswith("New Zealand (No safeguard): accepted, without a reason")
    assert "0 flags not accepted; 1 accepted by accepted.json, 1 of them without a reason." in lines
    data = json.loads(file.read_text("utf-8"))
    data["accepted"][0] |= {"who": "Mia", "why": "ends in June"}
    file.write_text(json.dumps(data), "utf-8")
    assert "accepted by Mia: ends in June" in run("check", folder, *DAY, "--baseline", file).out
    run("check", folder, *DAY, "--write-baseline", file)
    assert json.loads(file.read_text("utf-8"))["accepted"][0]["why"] == "ends in June"
    told = json.loads(run("check", folder, *DAY, "--baseline", file, "--format", "json").out)
    assert (told["baseline"]["not_accepted"], len(told["baseline"]["accepted"])) == (0, 1)
    ran = run("check", inventory("home", Flows=AT_HOME), *DAY, "--baseline", file)
    assert ran.code == 0
    assert "Accepted by accepted.json and not found any more (1 entry)" in ran.out.splitlines()
    ran = run("check", inventory("again", Flows=AT_HOME), *DAY, "--write-baseline", file)
    assert ran.err.strip().endswith("1 entry that nothing matches any more left out.")
    assert json.loads(file.read_text("utf-8"))["accepted"] == []


def test_a_baseline_that_cannot_be_used_is_refused_and_nothing_is_written_over(
    inventory: Draw, run: Run, tmp_path: Path
) -> None:
    folder, other = inventory(), tmp_path / "notes.txt"
    assert "cannot be read" in run("check", folder, *DAY, "--baseline", tmp_path / "none.json").refused()
    other.write_text("mine")
    assert "notes.txt is no baseline" in run("check", folder, *DAY, "--write-baseline", other).refused()
    assert other.read_text() == "mine"
    other.write_bytes(b"\xff\xfe\xfa")
    assert "not text in UTF-8" in run("check", folder, *DAY, "--baseline", other).refused()


# ------------------------------------------------------------------------------------------------------- SARIF


def sarif(checked: Checked) -> dict[str, Any]:
    log = checks.to_sarif(checked, at)
    assert log == json.loads(checks.sarif_text(checked, at))
    return dict(log)


def sound(log: Mapping[str, Any]) -> None:
    """The demands of SARIF 2.1.0 on what is used of it: names, kinds of value, references and closed vocabularies."""
    assert (log["version"], log["$schema"].endswith("sarif-2.1.0.json")) == ("2.1.0", True)
    (run_,) = log["runs"]
    driver = run_["tool"]["driver"]
    assert driver["name"]
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert {"id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"} <= set(rule)
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", rule["name"])
        assert rule["shortDescription"]["text"].endswith(".")
        assert "{" not in rule["help"]["text"] + rule["fullDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    seen = set()
    for result in run_["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", result["message"]["text"])
        seen.add(result["fingerprints"]["datamap/v1"])
        assert len(result["locations"]) == 1
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            assert place["physicalLocation"]["region"]["startLine"] >= 1
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert " " not in uri
            assert urlsplit(uri).path
            for cell in place["logicalLocations"]:
                assert set(run_["logicalLocations"][cell["index"]]) == {"name", "fullyQualifiedName"}
        for suppression in result.get("suppressions", ()):
            assert suppression["kind"] in ("external", "inSource")
            assert suppression["status"] in ("accepted", "underReview", "rejected")
    assert len(seen) == len(run_["results"])
    for note in run_["invocations"][0]["toolExecutionNotifications"]:
        assert note["message"]["text"]


def test_sarif_has_every_finding_with_its_rule_level_cells_and_fingerprint() -> None:
    found = checks.check(assessed())
    log = sarif(found)
    sound(log)
    results = log["runs"][0]["results"]
    assert [(r["ruleId"], r["level"]) for r in results] == [
        ("nz/no-ground/gap", "error"),
        ("nz/no-ground/gap", "error"),
        ("nz/no-ground/gap", "error"),
        ("nz/no-ground/undetermined", "warning"),
        ("NZ-IPP9", "warning"),
        ("P102", "warning"),
    ]
    first = results[0]
    assert first["message"]["text"].startswith("F1: Mail → Ads (United States), New Zealand: No safeguard. ")
    assert first["message"]["text"].endswith("Privacy Act 2020, IPP 12(1).")
    cells = log["runs"][0]["logicalLocations"]
    (to,) = first["locations"][0]["logicalLocations"]
    assert cells[to["index"]] == {"name": "C2", "fullyQualifiedName": "case.xlsx!Flows!C2"}
    assert len(cells) == len({cell["fullyQualifiedName"] for cell in cells})
    told = {cells[c["index"]]["fullyQualifiedName"] for c in cells_of(first)}
    assert told == {str(cell) for cell in found.findings[0].cells}
    rules = {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert rules["nz/no-ground/gap"]["shortDescription"]["text"] == (
        "New Zealand: No safeguard (Privacy Act 2020, IPP 12(1))."
    )


def cells_of(result: Mapping[str, Any]) -> list[dict[str, int]]:
    places = (*result["locations"], *result.get("relatedLocations", ()))
    return [cell for place in places for cell in place["logicalLocations"]]


def test_what_is_missing_alike_is_spelt_out_once_in_the_help_of_the_rule() -> None:
    found = checks.check(assessed())
    log = sarif(found)
    rules = {rule["id"]: rule["help"]["text"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    for finding, result in zip(found.findings, log["runs"][0]["results"], strict=True):
        for missing in getattr(finding.of, "missing", ()):
            said = missing.rstrip(".") in result["message"]["text"]
            named = missing.partition(": ")[0] in result["message"]["text"]
            assert said or (named and missing.rstrip(".") in rules[finding.rule])
    text = checks.sarif_text(found, at)
    (of_all,) = {m for f in found.findings[:3] for m in getattr(f.of, "missing", ()) if "model clauses" in m}
    assert text.count(of_all.rstrip(".")) == 1


def test_a_log_has_no_more_results_than_are_taken_and_says_how_many_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "MOST_RESULTS", 3)
    monkeypatch.setattr(checks, "SHOWN_BY_GITHUB", 2)
    every = checks.check(assessed())
    log = sarif(every)
    sound(log)
    run_ = log["runs"][0]
    assert [r["level"] for r in run_["results"]] == ["error"] * 3
    assert (run_["properties"]["findings"], run_["properties"]["findings_left_out"]) == (6, 3)
    said = [n["message"]["text"] for n in run_["invocations"][0]["toolExecutionNotifications"]]
    assert said[0].startswith("3 of 6 findings are left out")
    assert said[1].startswith("There are 3 results")
    first = next(e for e in accepting(every, who="Mia", why="pilot") if e.fingerprint == every.findings[0].fingerprint)
    kept = sarif(checks.check(assessed(), [first]))["runs"][0]["results"]
    assert [r["fingerprints"]["datamap/v1"] for r in kept] == [f.fingerprint for f in every.findings[1:4]]


def test_sarif_says_what_is_accepted_and_what_is_stale() -> None:
    baseline = (*accepting(checks.check(assessed()), who="Mia", why="pilot"), Accepted("gone", "F9: Old → Ads"))
    log = sarif(checks.check(assessed(), baseline))
    sound(log)
    suppressed = [r["suppressions"][0]["justification"] for r in log["runs"][0]["results"] if "suppressions" in r]
    assert suppressed == ["accepted by Mia: pilot"] * 5
    (note,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].endswith("F9: Old → Ads")


def test_text_of_a_file_is_no_link_and_no_gap_in_sarif() -> None:
    flows = "Flow | From | To | Categories\n[here](https://x.test) {0} | Mail | Ads | Email address"
    log = sarif(checks.check(assessed(flows=flows)))
    sound(log)
    text = log["runs"][0]["results"][0]["message"]["text"]
    assert "\\[here\\](https://x.test) {{0}}" in text


def test_a_check_that_finds_nothing_is_a_sound_log() -> None:
    clean = assessed(systems=SYSTEMS.replace("forever", "2 years"), flows=AT_HOME, categories="Category\nEmail address")
    found = checks.check(clean)
    assert found.findings == ()
    sound(sarif(found))


def test_addresses_are_ways_from_the_current_folder_to_files_that_are_there(
    inventory: Draw, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = inventory("my inventory")
    monkeypatch.chdir(tmp_path)
    ran = run("check", "my inventory", *DAY, "--format", "sarif")
    assert ran.code == 1
    log = json.loads(ran.out)
    sound(log)
    places = [
        place["physicalLocation"]["artifactLocation"]
        for result in log["runs"][0]["results"]
        for place in (*result["locations"], *result["relatedLocations"])
    ]
    assert {p["uri"] for p in places} >= {"my%20inventory/Flows.csv", "my%20inventory/Recipients.csv"}
    assert {p["uriBaseId"] for p in places} == {"%SRCROOT%"}
    assert all((tmp_path / unquote(p["uri"])).is_file() for p in places)
    monkeypatch.chdir(folder)
    log = json.loads(run("check", folder, *DAY, "--format", "sarif").out)
    (elsewhere,) = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]}
    assert elsewhere == "Flows.csv"


# ------------------------------------------------------------------------------------------------------- JUnit


def junit(checked: Checked) -> Xml.Element:
    return Xml.fromstring(checks.to_junit(checked))


def test_junit_has_a_case_for_each_leg_and_regime_and_failures_for_what_is_flagged() -> None:
    assessment = assessed()
    root = junit(checks.check(assessment))
    suites = {suite.get("name"): suite for suite in root}
    transfers = suites["New Zealand (nz)"]
    assert (transfers.get("tests"), transfers.get("failures")) == (str(len(assessment.answers)), "4")
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("7", "5", "0")
    failure = transfers[1].find("failure")
    assert failure is not None
    assert (failure.get("type"), transfers[1].get("name")) == ("gap", "F1: Mail → Ads (United States), New Zealand")
    assert "case.xlsx!Flows!C2" in (failure.text or "")
    (problem,) = [case for case in suites["Problems of cells"] if case.tag == "testcase"]
    assert problem.find("failure") is None
    names = [case.get("name") for suite in root for case in suite.iter("testcase")]
    assert len(names) == len(set(names))


def test_junit_skips_what_is_accepted_and_tells_what_is_stale() -> None:
    baseline = (*accepting(checks.check(assessed()), who="Mia", why="pilot"), Accepted("gone", "F9: Old → Ads"))
    root = junit(checks.check(assessed(), baseline))
    assert (root.get("failures"), root.get("skipped")) == ("0", "5")
    said = [s.get("message") or "" for s in root.iter("skipped")]
    assert all(s.startswith("accepted by Mia: pilot") for s in said)
    assert "F9: Old → Ads" in checks.to_junit(checks.check(assessed(), baseline))


def test_junit_holds_only_what_xml_can_hold() -> None:
    flows = "Flow | From | To | Categories\nF\x0b1 <&> \x00 | Mail | Ads | Email address"
    root = junit(checks.check(assessed(flows=flows)))
    assert any("<&>" in (case.get("name") or "") for case in root.iter("testcase"))


def test_junit_on_the_command_line(inventory: Draw, run: Run) -> None:
    ran = run("check", inventory(), *DAY, "--format", "junit")
    assert (ran.code, ran.err) == (1, "")
    assert Xml.fromstring(ran.out).get("failures") == "1"


# ------------------------------------------------------------------------------------------------------- .ics

SAFEGUARDS = """
Safeguard | Mechanism | Recipients | Signed | Expires | Review due | Document
Ads deed; part 1, “new” | agreement | Ads | 2025-01-01 | 2027-03-01 | 2027-01-15 | deed.pdf
Old deed | agreement | Clouds | 2020-01-01 | 2026-01-01 | | old.pdf
Far deed | agreement | Clouds | 2025-01-01 | 2040-01-01 | | far.pdf
"""


def unfolded(data: bytes) -> list[str]:
    """The content lines of a calendar, as RFC 5545 has them read."""
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    return data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def events(data: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(data):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and not line.startswith("END:"):
            found[-1][name] = value
    return found


def calendar(assessment: Assessment, within: int = 365) -> bytes:
    return ics.calendar(assessment, ics.due(assessment, within=within))


def test_a_calendar_has_reviews_and_expiries_on_their_day_with_the_flows_that_lose_cover() -> None:
    data = calendar(assessed(safeguards=SAFEGUARDS))
    review, expiry = events(data)
    assert (review["DTSTART;VALUE=DATE"], review["DTEND;VALUE=DATE"]) == ("20270115", "20270116")
    assert review["SUMMARY"] == "Review of “Ads deed\\; part 1\\, “new”” is due"
    assert expiry["DTSTART;VALUE=DATE"] == "20270301"
    assert (
        "From 2027-03-02: Mail → Ads (nz): Evidence incomplete until then\\, then No safeguard."
        in expiry["DESCRIPTION"]
    )
    assert {e["DTSTAMP"] for e in (review, expiry)} == {"20261122T000000Z"}
    lines = unfolded(data)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert any(line.startswith("PRODID:") for line in lines)


def test_the_same_inventory_gives_the_same_calendar_and_a_moved_day_keeps_its_uid() -> None:
    first = calendar(assessed(safeguards=SAFEGUARDS))
    assert first == calendar(assessed(safeguards=SAFEGUARDS))
    moved = calendar(assessed(safeguards=SAFEGUARDS.replace("2027-03-01", "2027-04-01")))
    before, after = ({e["UID"]: e["DTSTART;VALUE=DATE"] for e in events(data)} for data in (first, moved))
    assert set(before) == set(after)
    assert before != after
    assert len(before) == 2


def test_what_lapses_by_the_law_or_a_listing_is_in_the_calendar() -> None:
    recipients = "Recipient | Country | Role | Own purposes | Schemes\nAds | US | controller | yes | DPF 2026-08-01"
    company = "Organisation | Country | Regimes\nErle GmbH | DE | eu"
    found = events(
        calendar(assessed(organisations=company, recipients=recipients, flows=AT_HOME.replace("Printers", "Ads")))
    )
    assert [e["CATEGORIES"] for e in found] == ["listing"]
    assert found[0]["SUMMARY"].startswith("1 flow loses cover: the listing of Ads under DPF")


def test_text_of_a_file_cannot_end_its_line() -> None:
    name = "A\nBEGIN:VEVENT; \\n , " + "é" * 100
    rows = drawn(SAFEGUARDS)
    rows[1][0] = name
    from datamap.law import load
    from datamap.sheets import Book, Sheet
    from datamap.workbook import parse

    sheets = {"Organisations": drawn(NZ_COMPANY), "Systems": drawn(SYSTEMS), "Recipients": drawn(RECIPIENTS)}
    book = Book("c.xlsx", tuple(Sheet("c.xlsx", n, r) for n, r in {**sheets, "Safeguards": rows[:2]}.items()))
    data = calendar(assess(parse([book], load()), on=TODAY))
    assert len(events(data)) == 2
    assert sum(line == "BEGIN:VEVENT" for line in unfolded(data)) == 2


def test_the_calendar_on_the_command_line(inventory: Draw, run: Run, tmp_path: Path) -> None:
    folder = inventory(Safeguards=SAFEGUARDS.strip().replace("Clouds", "Printers"))
    ran = run("lapses", folder, "--within", "365", "-o", tmp_path / "due.ics", *DAY)
    assert (ran.code, ran.out) == (0, "")
    assert "2 entries from 2026-11-22 within 365 days. 1 expiry or review before 2026-11-22 left out." in ran.err
    assert len(events((tmp_path / "due.ics").read_bytes())) == 2
    assert "must end in .ics" in run("lapses", folder, "--within", "9", "-o", tmp_path / "due.txt", *DAY).refused()


def test_questions_that_several_results_ask_are_asked_in_full_in_each() -> None:
    """A rule's help spells out what many results miss; the words before a colon of a question are nobody's question."""
    organisations = "Organisation | Country | Sector | Kind | Regimes\nKowhai Limited | NZ | private | general | au"
    checked = checks.check(assessed(organisations=organisations))
    said = [r["message"]["text"] for r in checks.to_sarif(checked, at)["runs"][0]["results"]]
    asked = [text for text in said if "Missing: Kowhai Limited" in text]
    assert len(asked) > 1
    for text in asked:
        assert "Kowhai Limited: does it carry on business in Australia?" in text
        assert "?." not in text


def test_ways_of_which_any_one_would_do_are_told_apart_from_what_is_wanted_in_any_case() -> None:
    prohibitions = "Notice | Regime | Organisation | Recipients\nN1 | nz | Kowhai Ltd | Ads"
    checked = checks.check(assessed(prohibitions=prohibitions))
    said = next(f.says for f in checked.findings if f.about.startswith("F1: "))
    missing, ways = said.split(" Any one of these would do: ")
    assert missing.endswith("Missing: Does the prohibition “N1” cover this transfer?")
    assert [way in ways for way in ("(IPP 12(1)(a))", "(IPP 12(1)(c))", "(IPP 12(1)(f))", "N1")] == [True] * 3 + [False]
