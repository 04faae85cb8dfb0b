"""Your own law on top of the shipped law: added, corrected, marked as yours in every answer, and checked as strictly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from importlib import resources
from pathlib import Path

import openpyxl
import pytest

import datamap
from datamap import law, registers
from datamap.assessment import Assessment, assess
from datamap.law import ADEQUACY_COLUMNS, MECHANISM_COLUMNS, BadLaw, Law
from datamap.law.readable import PHRASES, readable
from datamap.sheets import Book, Sheet
from datamap.transfers import Answer
from datamap.workbook import parse
from tests.app import test_suggestions as suggested
from tests.app.test_pages import click, fine, on_page, opened, upload, words
from tests.conftest import NZ_COMPANY, SHEET_NAMES, TODAY, drawn
from tests.test_cli import DAY, SHEETS, Ran, write_folder

SHIPPED = law.load()
RECIPIENTS = "Recipient | Country | Role | Own purposes\nAds | CL | controller | yes"
FLOWS = "Flow | From | To | Categories\nF1 | Mail | Ads | Email address"
AGREED = "Safeguard | Mechanism | Recipients | Signed | Document\nDeed | %s | Ads | 2025-01-01 | deed.pdf"

Rows = Mapping[str, str]
CHILE: Rows = {
    "regime": "nz", "country_iso2": "CL", "country": "Chile", "scope": "whole country", "status": "in force",
    "effective_date": "2026-01-01", "citation": "Privacy (Chile) Regulations 2026", "source": "gazette, page 12",
    "confidence": "high", "checked": "2026-11-01",
}  # fmt: skip
DEED: Rows = {
    "regime": "nz", "code": "NZ-DEED", "name": "Deed of comparable protection", "legal_reference": "IPP 12(1)(f)",
    "type": "contract", "needs_document": "yes", "needs_assessment": "no", "needs_authorisation": "no",
    "needs_review_date": "no", "confidence": "high", "checked": "2026-11-01",
}  # fmt: skip
AGREEMENT = {**DEED, "code": "NZ-12-1-F", "name": "Agreement, as our counsel reads it"}
TOY = """
code = "toy"
name = "Toyland"
law = "Toy Privacy Act"
country = "FJ"
home_name = "Toyland"
starts = 2020-01-01
checked = 2026-11-01
confidence = "high"
transfer = "Sending information out of Toyland"
general_citation = "Toy Privacy Act, s 1"
sources = ["T1"]

[[step]]
id = "agreed"
kind = "grounds"
asks = "Is there a toy agreement with {recipient}?"
then = "safeguarded"
grounds = ["TOY-1"]
citation = "Toy Privacy Act, s 2"
starts = 2020-01-01
sources = ["T1"]
checked = 2026-11-01
confidence = "high"

[[step]]
id = "rest"
kind = "otherwise"
asks = "Is anything left?"
then = "gap"
reason = "{recipient} has no toy agreement."
citation = "Toy Privacy Act, s 3"
starts = 2020-01-01
sources = ["T1"]
checked = 2026-11-01
confidence = "low"

[source]
T1 = "Toy gazette"
"""
TOY_AGREEMENT = {**DEED, "regime": "toy", "code": "TOY-1", "name": "Toy agreement", "legal_reference": "s 2"}


def table(columns: tuple[str, ...], *rows: Rows) -> bytes:
    lines = [columns, *([f'"{row.get(c, "")}"' for c in columns] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


def lists(*rows: Rows) -> bytes:
    return table(ADEQUACY_COLUMNS, *rows)


def mechanisms(*rows: Rows) -> bytes:
    return table(MECHANISM_COLUMNS, *rows)


def folder_of(tmp_path: Path, files: Mapping[str, bytes]) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def judged(own: Law | None, *, on: date = TODAY, organisations: str = NZ_COMPANY, **sheets: str) -> Assessment:
    drawings = {"organisations": organisations, "recipients": RECIPIENTS, "flows": FLOWS, **sheets}
    book = Book("case.xlsx", tuple(Sheet("case.xlsx", SHEET_NAMES[k], drawn(v)) for k, v in drawings.items()))
    reading = parse([book], own or SHIPPED)
    assert not [p for p in reading.problems if p.column in ("Mechanism", "Regimes", "Regime")]
    return assess(reading, on=on, law=own)


def only(assessment: Assessment) -> Answer:
    (answer,) = assessment.answers
    return answer


# ------------------------------------------------------------------------------------------------ what is added


def test_a_country_that_you_add_permits_and_the_answer_says_that_it_is_yours(tmp_path: Path) -> None:
    own = law.load(folder_of(tmp_path, {"adequacy.csv": lists(CHILE)}))
    before, after = only(judged(None)), only(judged(own))
    assert (before.outcome, before.yours) == ("gap", False)
    assert (after.outcome, after.yours, after.citation) == ("permitted", True, "Privacy (Chile) Regulations 2026")
    assert own.own == "1 list entry"
    assert SHIPPED.own == ""
    earlier = only(judged(own, on=date(2025, 12, 31)))
    assert earlier.outcome == "gap"


def test_an_answer_that_your_law_has_no_part_in_is_not_yours() -> None:
    own = law.load_files({"adequacy.csv": lists(CHILE)})
    answer = only(judged(own, recipients=RECIPIENTS.replace("CL", "US")))
    assert (answer.outcome, answer.yours) == ("gap", False)


def test_a_list_entry_of_one_regime_country_and_scope_takes_the_place_of_the_shipped_one() -> None:
    shipped = next(e for e in SHIPPED.every_entry() if e.regime == "nz" and e.country == "*")
    row = {**CHILE, "country_iso2": "*", "country": "any", "scope": shipped.scope.upper(), "status": "none prescribed"}
    own = law.load_files({"adequacy.csv": lists({**row, "effective_date": "", "citation": "our reading"})})
    entries = own.regimes["nz"].entries
    assert len(entries) == len(SHIPPED.regimes["nz"].entries)
    assert [(e.citation, e.yours) for e in entries].count(("our reading", True)) == 1
    assert shipped not in entries


def test_a_mechanism_that_you_correct_decides_in_the_place_of_ours() -> None:
    own = law.load_files({"mechanisms.csv": mechanisms(AGREEMENT)})
    before = only(judged(None, safeguards=AGREED % "agreement"))
    after = only(judged(own, safeguards=AGREED % "agreement"))
    assert (before.outcome, before.yours) == ("incomplete", False)
    assert (after.outcome, after.yours) == ("safeguarded", True)
    assert after.confidence == "high"
    assert own.own == "1 mechanism"
    assert list(own.regimes["nz"].mechanisms) == list(SHIPPED.regimes["nz"].mechanisms)


def test_a_mechanism_that_you_add_is_weighed_where_those_of_its_type_are() -> None:
    own = law.load_files({"mechanisms.csv": mechanisms(DEED)})
    answer = only(judged(own, safeguards=AGREED % "Deed of comparable protection"))
    assert (answer.outcome, answer.yours) == ("safeguarded", True)
    assert any(m.startswith("Deed of comparable protection") for m in only(judged(own)).missing)


def test_evidence_that_falls_short_of_your_mechanism_is_yours_too() -> None:
    own = law.load_files({"mechanisms.csv": mechanisms({**DEED, "needs_assessment": "yes"})})
    answer = only(judged(own, safeguards=AGREED % "NZ-DEED"))
    assert (answer.outcome, answer.yours) == ("incomplete", True)


def test_a_whole_regime_of_yours_is_judged_when_the_regimes_cell_names_it(tmp_path: Path) -> None:
    files = {"toy.toml": TOY.encode(), "mechanisms.csv": mechanisms(TOY_AGREEMENT)}
    own = law.load(folder_of(tmp_path, files))
    assert own.own == "1 regime, 1 mechanism"
    company = NZ_COMPANY.replace("| nz", "| nz; toy")
    gap = {a.regime: a for a in judged(own, organisations=company).answers}
    assert {code: (a.outcome.value, a.yours) for code, a in gap.items()} == {"nz": ("gap", False), "toy": ("gap", True)}
    assert gap["toy"].to_be_verified
    held = {a.regime: a for a in judged(own, organisations=company, safeguards=AGREED % "Toy agreement").answers}
    assert (held["toy"].outcome, held["toy"].yours) == ("safeguarded", True)
    before = {a.regime: a for a in judged(own, organisations=company, on=date(2019, 12, 31)).answers}
    assert (before["toy"].outcome, before["toy"].yours) == ("not_applicable", True)


def test_a_regime_file_of_a_shipped_code_takes_its_place() -> None:
    shipped = (resources.files("datamap.law") / "nz.toml").read_text("utf-8")
    own = law.load_files({"nz.toml": shipped.encode()})
    assert own.regimes["nz"].yours
    assert all(s.yours for s in own.regimes["nz"].steps)
    assert not any(m.yours for m in own.regimes["nz"].mechanisms.values())
    assert only(judged(own)).yours
    assert only(judged(own)).reason == only(judged(None)).reason


def test_a_flag_of_your_regime_is_yours() -> None:
    shipped = (resources.files("datamap.law") / "nz.toml").read_text("utf-8")
    systems = "System | Locations | Categories | Retention\nMail | NZ | Email address | forever"
    for own, yours in ((None, False), (law.load_files({"nz.toml": shipped.encode()}), True)):
        flags = [f for f in judged(own, systems=systems).flags if f.code == "NZ-IPP9"]
        assert [f.yours for f in flags] == [yours]


def test_reading_knows_the_words_of_your_law(tmp_path: Path) -> None:
    own = law.load_files({"toy.toml": TOY.encode(), "mechanisms.csv": mechanisms(TOY_AGREEMENT)})
    sheets = {**SHEETS, "Organisations": "Organisation | Country | Regimes\nKowhai Limited | NZ | toy"}
    folder = write_folder(tmp_path / "kowhai", sheets)
    assert [p.value for p in datamap.read(folder).problems] == ["toy"]
    assert datamap.read(folder, law=own).problems == ()


def test_the_shipped_law_is_the_same_afterwards(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"adequacy.csv": lists(CHILE)})
    assert law.load(folder) is not law.load(folder)
    (folder / "adequacy.csv").write_bytes(lists({**CHILE, "country_iso2": "PE"}))
    assert [e.country for e in law.load(folder).every_entry() if e.yours] == ["PE"]
    assert law.load() is SHIPPED
    assert not any(e.yours for e in SHIPPED.every_entry())


# ------------------------------------------------------------------------------------------------ what is refused

BAD: dict[str, tuple[Mapping[str, bytes], str]] = {
    "nothing": ({}, "No law was found"),
    "another table": ({"adequecy.csv": lists(CHILE)}, "adequecy.csv is no file of law"),
    "no columns": ({"adequacy.csv": b"country\nCL\n"}, "the columns must be regime, country_iso2"),
    "semicolons": ({"adequacy.csv": lists(CHILE).replace(b",", b";")}, "the columns must be"),
    "not text": ({"adequacy.csv": b"\xff\xfe\x00"}, "adequacy.csv is not text in UTF-8"),
    "too large": ({"toy.toml": b"#" * 4_000_001}, "toy.toml is larger than a file of law may be"),
    "a cell too many": ({"adequacy.csv": lists(CHILE) + b",x"}, "row 2: 13 columns are wanted"),
    "a huge cell": ({"adequacy.csv": lists({**CHILE, "notes": "x" * 200_000})}, "adequacy.csv: field larger"),
    "no such status": ({"adequacy.csv": lists({**CHILE, "status": "approved"})}, "row 2: status 'approved'"),
    "no such day": ({"adequacy.csv": lists({**CHILE, "effective_date": "1.1.2026"})}, "'1.1.2026' is not a date"),
    "a country in words": ({"adequacy.csv": lists({**CHILE, "country_iso2": "Chile"})}, "did you mean CL?"),
    "not the letters": ({"adequacy.csv": lists({**CHILE, "country_iso2": "UK"})}, "did you mean GB?"),
    "no such country": ({"adequacy.csv": lists({**CHILE, "country_iso2": "QQ"})}, "'QQ' is not the two letters"),
    "no such regime": ({"adequacy.csv": lists({**CHILE, "regime": "nzz"})}, "row 2: no regime is called 'nzz'; known are au"),
    "a row twice": ({"adequacy.csv": lists(CHILE, CHILE)}, "row 3: nz, CL, wholecountry is there twice"),
    "no citation": ({"adequacy.csv": lists({**CHILE, "citation": " "})}, "row 2: no citation"),
    "no source": ({"adequacy.csv": lists({**CHILE, "source": ""})}, "row 2: no source"),
    "never checked": ({"adequacy.csv": lists({**CHILE, "checked": ""})}, "row 2: 'checked' is missing"),
    "how sure": ({"adequacy.csv": lists({**CHILE, "confidence": "sure"})}, "'sure' is not one of high"),
    "ends first": ({"adequacy.csv": lists({**CHILE, "expiry_date": "2025-01-01"})}, "it ends before it starts"),
    "a test nobody knows": ({"adequacy.csv": lists({**CHILE, "needs": "luck"})}, "'luck' is not one of the tests"),
    "a brace": ({"adequacy.csv": lists({**CHILE, "scope": "all {recipient}"})}, "row 2, scope: {recipient} cannot"),
    "yours in a table": ({"adequacy.csv": lists(CHILE).replace(b"checked", b"checked,yours")}, "the columns must be"),
    "no such type": ({"mechanisms.csv": mechanisms({**DEED, "type": "hope"})}, "row 2: type 'hope' is not one of"),
    "neither yes nor no": ({"mechanisms.csv": mechanisms({**DEED, "needs_document": "y"})}, "needs_document is 'y'"),
    "no code": ({"mechanisms.csv": mechanisms({**DEED, "code": ""})}, "row 2: a mechanism wants a code and a name"),
    "another's code": ({"mechanisms.csv": mechanisms({**AGREEMENT, "regime": "au"})}, "is a mechanism of nz, not of au"),
    "never weighed": ({"mechanisms.csv": mechanisms({**DEED, "type": "duty"})}, "no step that weighs a mechanism of type"),
}  # fmt: skip


def toy(old: str, new: str) -> Mapping[str, bytes]:
    assert old in TOY
    return {"toy.toml": TOY.replace(old, new, 1).encode(), "mechanisms.csv": mechanisms(TOY_AGREEMENT)}


BAD |= {
    "no TOML": (toy('code = "toy"', "code = = 1"), "toy.toml: "),
    "nested without end": ({"toy.toml": b"a = " + b"[" * 50_000}, "toy.toml: "),
    "a code with capitals": (toy('code = "toy"', 'code = "Toy/1"'), "code 'Toy/1' is not a short name"),
    "a country of the regime": (toy('"FJ"', '"Fiji"'), "did you mean FJ?"),
    "yours in a regime": (toy("starts =", "yours = false\nstarts ="), "unknown key 'yours'"),
    "yours in a step": (toy('kind = "grounds"', 'kind = "grounds"\nyours = true'), "step 'agreed': unknown key 'yours'"),
    "steps made by hand": (toy("sources =", "steps = []\nsources ="), "unknown key 'steps'"),
    "a step that is no table": (toy("sources =", 'ground = ["x"]\nsources ='), "'ground' must be tables"),
    "duties that are no table": (toy("sources =", "duties = 3\nsources ="), "'duties' must be a table"),
    "a source that is no text": (toy('T1 = "Toy gazette"', "T1 = 1"), "source 'T1': a text is wanted"),
    "a source nobody lists": (toy('sources = ["T1"]', 'sources = ["T2"]'), "source 'T2' is not listed"),
    "a mechanism nobody has": (toy('["TOY-1"]', '["TOY-2"]'), "no mechanism 'TOY-2'"),
    "a name nobody fills in": (toy("{recipient} has", "{whoever} has"), "{whoever} cannot be filled in"),
    "a name with more": (toy("{recipient} has", "{recipient.__class__} has"), "cannot be filled in"),
    "a notice where none is": (toy("{recipient} has", "{prohibition} has"), "only a step of kind 'prohibitions'"),
    "an open brace": (toy("{recipient} has", "{recipient has"), "a brace is not in its place"),
    "a test without a value": (toy('kind = "grounds"', 'if_all = ["role"]'), "the test 'role' takes a value"),
    "a value of no role": (toy('kind = "grounds"', 'if_all = ["role: king"]'), "'king' is not one of the values of 'role'"),
    "a value too many": (toy('kind = "grounds"', 'if_all = ["onward: yes"]'), "the test 'onward' takes no value"),
    "a test that is a number": (toy('kind = "grounds"', "if_all = [3]"), "the name of a test is wanted, not 3"),
    "a text for a list": (toy('["TOY-1"]', '"TOY-1"'), "step 'agreed', grounds: a list is wanted, not 'TOY-1'"),
    "a number in a list": (toy('["TOY-1"]', '["TOY-1", 3]'), "step 'agreed', grounds: str is wanted, not 3"),
    "a text for a day": (toy("starts = 2020-01-01", 'starts = "2020"'), "starts: date is wanted, not '2020'"),
    "a kind nobody knows": (toy('kind = "grounds"', 'kind = "luck"'), "step 'agreed', kind: 'luck' is not one of tests"),
    "no last step": (toy('kind = "otherwise"', 'kind = "lists"'), "the last step must be of kind 'otherwise'"),
    "a rule without a function": (
        toy("[source]", '[rules.TOY-9]\ntitle = "x"\ncitation = "x"\nsources = ["T1"]\nchecked = 2026-01-01\nconfidence = "low"\n[source]'),
        "rule 'TOY-9': datamap has no such rule",
    ),
    "one regime twice": ({**toy("Toyland", "Toyland"), "two.toml": TOY.encode()}, "holds the regime toy too"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_own_law_that_is_not_sound_is_refused_with_its_place(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, says = BAD[name]
    with pytest.raises(BadLaw) as refused:
        law.load_files(files)
    assert says in str(refused.value)
    ran = Ran(capsys, "law", "--law", folder_of(tmp_path, files))
    assert says in ran.refused()


def test_bad_law_is_told_first_and_then_what_is_wrong_with_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, says = BAD["one regime twice"]
    missing, torn = tmp_path / "none.xlsx", tmp_path / "torn.xlsx"
    for name in ("sound", "bad"):
        (tmp_path / name).mkdir()
    sound, bad = folder_of(tmp_path / "sound", {"adequacy.csv": lists(CHILE)}), folder_of(tmp_path / "bad", files)
    torn.write_bytes(b"PK\x03\x04")
    for file, wrong in ((missing, "none.xlsx was not found"), (torn, "torn.xlsx is damaged")):
        assert says in Ran(capsys, "check", file, "--law", bad).refused()
        assert "is not a folder" in Ran(capsys, "check", file, "--law", tmp_path / "nowhere").refused()
        assert wrong in Ran(capsys, "check", file, "--law", sound).refused()
        assert wrong in Ran(capsys, "check", file).refused()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is not a folder" in Ran(capsys, "law", "--law", tmp_path / "nowhere").refused()
    with pytest.raises(BadLaw, match="cannot be read"):
        law.load(tmp_path / "nowhere")


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"adequacy.csv": lists(CHILE), "README.md": b"\xff", ".hidden.csv": b"x"})
    assert law.load(folder).own == "1 list entry"


def test_a_table_saved_with_a_mark_of_its_encoding_is_read() -> None:
    assert (
        law.load_files({"Adequacy.CSV": b"\xef\xbb\xbf" + lists(CHILE).replace(b"\n", b"\r\n")}).own == "1 list entry"
    )


# ------------------------------------------------------------------------------------------------ how it is shown


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    recipients = (
        "Recipient | Country | Role | Own purposes\nAds | CL | controller | yes\nPrinters | US | controller | yes"
    )
    flows = SHEETS["Flows"] + "\nF2 | Mail | Printers | Email address | Customers | Letters"
    return write_folder(tmp_path / "kowhai", {**SHEETS, "Recipients": recipients, "Flows": flows})


def test_the_command_line_says_what_rests_on_your_law(
    inventory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"adequacy.csv": lists(CHILE)})
    ran = Ran(capsys, "check", inventory, *DAY, "--law", folder)
    assert (ran.code, ran.err) == (1, "")
    assert "Your own law is in use (1 list entry): 1 answer rests on it." in ran.out
    assert "own law" not in Ran(capsys, "check", inventory, *DAY).out
    found = json.loads(Ran(capsys, "check", inventory, *DAY, "--law", folder, "--format", "json").out)
    assert found["own_law"] == "1 list entry"
    assert {t["flow"]: t["yours"] for t in found["transfers"]} == {"F1": True, "F2": False}
    whole = folder_of(tmp_path / "kowhai", {"nz.toml": (resources.files("datamap.law") / "nz.toml").read_bytes()})
    assert (
        "    Privacy Act 2020, IPP 12(1) (your own law)"
        in Ran(capsys, "check", inventory, *DAY, "--law", whole).out.splitlines()
    )


def test_the_register_says_it_in_its_columns_and_on_about(
    inventory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path, {"adequacy.csv": lists(CHILE), "mechanisms.csv": mechanisms(DEED)})
    out = tmp_path / "register.xlsx"
    assert Ran(capsys, "register", inventory, "-o", out, *DAY, "--law", folder).code == 0
    book = openpyxl.load_workbook(out)
    rows = list(book["Transfers"].values)
    column = rows[0].index("Your own law")
    assert [row[column] for row in rows[1:]] == ["yes", "no"]
    about = {row[0]: row[1] for row in book["About"].values}
    assert about["Your own law"] == "1 list entry, 1 mechanism; answers and flags that rest on it: 1"
    relied = registers.table(registers.LAW, judged(law.load(folder)))
    assert relied.loc[relied["Your own law"] == "yes", "Citation"].tolist() == ["Privacy (Chile) Regulations 2026"]
    plain = registers.table(registers.ABOUT, judged(None))
    assert "Your own law" not in plain["What"].tolist()


def test_the_diagram_takes_your_law_too(inventory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_of(tmp_path, {"adequacy.csv": lists(CHILE)})
    own: list[str | Path] = ["--law", folder]
    nothing: list[str | Path] = []
    for flags, count in ((own, "1 flow."), (nothing, "2 flows.")):
        ran = Ran(capsys, "diagram", inventory, "-o", tmp_path / "a.svg", *DAY, "--flagged", *flags)
        assert count in ran.err


def test_the_law_is_listed_with_what_is_yours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_of(tmp_path, {"adequacy.csv": lists(CHILE)})
    out = Ran(capsys, "law", *DAY, "--regime", "nz", "--law", folder).out
    assert "Privacy (Chile) Regulations 2026 (your own law); from 2026-01-01" in out
    assert "(your own law)" not in Ran(capsys, "law", *DAY, "--regime", "nz").out


# ------------------------------------------------------------------------------------------------ law that is read


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("code", SHIPPED.regimes)
def test_a_regime_is_read_out_with_every_citation(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Ran(capsys, "law", "show", code, *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert max(map(len, ran.out.splitlines())) <= 100
    assert "{" not in ran.out
    said, regime = one_line(ran.out), SHIPPED.regimes[code]
    cited = [*regime.steps, *regime.older, *regime.practices, *regime.duties.values(), *regime.rules.values()]
    for piece in (*cited, *regime.mechanisms.values(), *regime.entries):
        mark = " (to be verified)" if piece.to_be_verified else ""
        assert one_line(f"{piece.citation}{mark}; ") in said
    assert all(one_line(f"{key} {source}") in said for key, source in regime.source.items())
    for mechanism in regime.mechanisms.values():
        assert one_line(f"For: {mechanism.applies_to_roles.replace('|', ', ')}") in said
    numbers = [f"{n}. " for n in range(1, len(regime.steps) + 1)]
    places = [said.index(f" {number}") for number in numbers]
    assert places == sorted(places)


def test_the_law_is_read_out_as_of_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    out = one_line(Ran(capsys, "law", "show", "nz", "--as-of", "2019-01-01").out)
    assert "As of 1 January 2019." in out
    assert "not yet in force: starts 1 December 2020" in out


def test_your_own_regime_is_read_out_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_of(tmp_path, {"toy.toml": TOY.encode(), "mechanisms.csv": mechanisms(TOY_AGREEMENT)})
    out = one_line(Ran(capsys, "law", "show", "toy", "--law", folder, *DAY).out)
    assert "Toy Privacy Act, s 3 (to be verified, your own law); in force since 1 January 2020" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "xx"], "No regime is called 'xx'; loaded are "),
        (["--as-of", "2019-01-01", "show", "nz"], "Write the options after show"),
    ],
)
def test_what_cannot_be_read_out(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert says in Ran(capsys, "law", *arguments).refused()


def test_every_test_a_step_may_name_has_its_phrases() -> None:
    assert set(PHRASES) == set(law.TESTS)
    assert set(law.VALUES) <= set(law.TESTS)
    for name, phrases in PHRASES.items():
        assert len(set(phrases)) == 2
        assert all(("{v}" in phrase) == (name in law.VALUES) for phrase in phrases), name


def test_a_regime_read_out_leaves_no_piece_of_it_out() -> None:
    for regime in SHIPPED.regimes.values():
        chapters = {c.heading: c.points for c in readable(regime, TODAY)}
        assert len(chapters["The steps, in order"]) == len(regime.steps)
        wanted = [
            regime.mechanisms,
            regime.entries,
            regime.grounds,
            regime.practices,
            regime.duties,
            regime.rules,
            regime.breach,
            regime.rights,
            regime.formers,
            regime.limits,
            regime.source,
        ]
        told = sum(len(points) for points in chapters.values())
        applies = len(chapters.get("Whom it applies to", ()))
        assert told == 1 + applies + len(regime.steps) + len(regime.older) + sum(map(len, wanted))


def test_only_what_is_cited_can_be_yours() -> None:
    assert [f.name for f in fields(law.Cited)].count("yours") == 1
    assert not any(c.yours for r in SHIPPED.regimes.values() for c in (r, *r.steps, *r.rules.values()))


# ------------------------------------------------------------------------------------------------ on the page

PAGE = {
    "Organisations.csv": "Organisation,Country,Regimes\nKowhai Limited,NZ,nz\n",
    "Systems.csv": "System,Categories,Recipients\nShop,Name,Courier\n",
    "Information categories.csv": "Category\nName\n",
    "Recipients.csv": "Recipient,Country,Role,Own purposes\nCourier,CL,controller,yes\n",
}


def test_own_law_is_uploaded_used_and_removed() -> None:
    app = on_page(upload(opened(), PAGE), "Transfers")
    assert "No safeguard" in words(app)
    app = upload(on_page(app, "Law"), {"adequacy.csv": lists(CHILE)})
    said = words(app)
    assert "In use: 1 list entry" in said
    assert "Your own law is in use: 1 list entry" in said
    said = words(on_page(app, "Transfers"))
    assert "Permitted" in said
    assert "Privacy (Chile) Regulations 2026 your own law" in said
    assert "Your own law is in use: 1 list entry" in said
    assert app.dataframe[0].value["Your own law"].tolist() == ["yes"]
    click(on_page(app, "Law"), "Remove my law")
    assert "own law is in use" not in words(app)
    assert "No safeguard" in words(on_page(app, "Transfers"))


def test_own_law_that_is_not_sound_is_refused_with_a_sentence_and_changes_nothing() -> None:
    app = upload(on_page(upload(opened(), PAGE), "Law"), {"adequacy.csv": lists({**CHILE, "status": "<b>approved"})})
    refused = [e.proto.body for e in app.html if 'class="dm-refused"' in e.proto.body]
    assert len(refused) == 1
    assert "adequacy.csv, row 2: status &#x27;&lt;b&gt;approved&#x27;" in refused[0]
    assert "own law is in use" not in words(app)
    assert "No safeguard" in words(on_page(app, "Transfers"))


def test_a_regime_of_yours_has_its_tab_and_words_of_the_open_file_are_read_again() -> None:
    files = {**PAGE, "Organisations.csv": "Organisation,Country,Regimes\nKowhai Limited,NZ,toy\n"}
    app = upload(opened(), files)
    assert "1 cell was not understood" in words(app)
    own = {"toy.toml": TOY.replace('"Toyland"', '"Toy [x](http://x) *land*"', 1).encode()}
    app = upload(on_page(app, "Law"), {**own, "mechanisms.csv": mechanisms(TOY_AGREEMENT)})
    assert r"Toy \[x\](http\://x) \*land\*" in [t.label for t in app.tabs]
    assert "Toy Privacy Act, s 3" in words(app)
    said = words(on_page(app, "Start"))
    assert "Every cell was understood." in said
    assert "Toy Privacy Act" in said


def test_facts_accepted_before_stay_when_the_law_changes_and_can_be_undone() -> None:
    app = upload(opened(), suggested.FILES)
    app.checkbox[suggested.box(app, "Country")].check()
    click(app, "Accept the ticked ones")
    before = suggested.held(app)
    upload(on_page(app, "Law"), {"adequacy.csv": lists(CHILE)})
    assert suggested.held(app) == before
    app = click(on_page(app, "Start"), "Undo the last")
    assert suggested.held(app) != before
    assert "1 fact accepted" not in words(app)


def test_own_law_stays_with_its_session() -> None:
    mine, theirs = opened(), opened()
    upload(on_page(mine, "Law"), {"adequacy.csv": lists(CHILE)})
    assert "own law is in use" not in words(on_page(theirs, "Law"))
    assert "own law is in use" in words(fine(mine.run()))
