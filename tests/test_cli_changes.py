"""`datamap diff` and `datamap whatif` as their users meet them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from datamap import hypothesis, registers
from datamap.cli import _SUPPOSITIONS, cli, main
from tests.conftest import ROOT

DAY = ("--as-of", "2026-11-22")
SHEETS = {
    "Organisations": "Organisation | Country | Sector | Kind | Regimes\nAcme SA | FR | private | general | eu",
    "Systems": "System | Locations | Categories | Individuals | Recipients\nCRM | FR | Name | Customers | Mailer; Printer",
    "Information categories": "Category | Kind\nName | identity",
    "Recipients": "Recipient | Country | Role | Own purposes | Schemes\n"
    "Mailer | US | agent | no | DPF 2026-10-01\nPrinter | NZ | agent | no |",
    "Safeguards": "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires\n"
    "Mailer clauses | EU-46-SCC-M2 | Mailer | D-1 | TIA-1 | 2026-01-01 | 2026-12-31",
}

Draw = Callable[..., Path]


class Ran:
    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        self.code = main([str(a) for a in arguments])
        self.out, self.err = capsys.readouterr()

    @property
    def refusal(self) -> str:
        assert (self.code, self.out, self.err.count("\n")) == (2, "", 1)
        return self.err.strip()


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda *arguments: Ran(capsys, *arguments)


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """`draw("old.zip", Recipients=…)` is an inventory as a zip of CSV files, in which some sheets are drawn otherwise."""

    def made(name: str, **sheets: str) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for sheet, text in {**SHEETS, **sheets}.items():
                rows = io.StringIO(newline="")
                csv.writer(rows).writerows([[cell.strip() for cell in line.split("|")] for line in text.splitlines()])
                archive.writestr(f"{sheet}.csv", rows.getvalue())
        return tmp_path / name

    return made


class TestDiff:
    def test_nothing_changed(self, run: Run, draw: Draw) -> None:
        ran = run("diff", draw("old.zip"), draw("new.zip"), *DAY)
        assert (ran.code, ran.err) == (0, "")
        assert "Transfers: Nothing changed; 2 as before." in ran.out

    def test_something_worse(self, run: Run, draw: Draw) -> None:
        new = draw("new.zip", Recipients=SHEETS["Recipients"].replace("NZ", "Fiji"))
        ran = run("diff", draw("old.zip"), new, *DAY)
        assert ran.code == 1
        for words in (
            "Worse (1 transfer)",
            "CRM → Printer (Fiji), European Union",
            "Permitted → No safeguard",
            "Country: New Zealand → Fiji",
            "Would need one of:",
            "Country: NZ → Fiji",
            "old.zip!Recipients!B3 new.zip!Recipients!B3",
        ):
            assert words in ran.out
        assert run("diff", new, draw("old.zip"), *DAY).code == 0

    def test_still_flagged_and_changed_or_no_longer_known_is_told_and_makes_the_exit_code_1(
        self, run: Run, draw: Draw
    ) -> None:
        old = draw("old.zip", Recipients=SHEETS["Recipients"].replace("NZ", "Fiji"))
        new = draw("new.zip", Recipients=SHEETS["Recipients"].replace("NZ", "China"))
        ran = run("diff", old, new, *DAY)
        assert ran.code == 1
        assert "Still flagged, and changed (1 transfer)" in ran.out
        assert "Recipient established in: Fiji → China" in ran.out
        unknown = draw("unknown.zip", Recipients=SHEETS["Recipients"].replace("NZ | agent | no", "not stated | |"))
        ran = run("diff", old, unknown, *DAY)
        assert ran.code == 1
        assert "No longer known (1 transfer)" in ran.out
        assert "Better" not in ran.out
        assert run("diff", old, old, *DAY).code == 0

    def test_a_place_that_is_no_longer_stated_is_supposed_without_being_better(self, run: Run, draw: Draw) -> None:
        fiji = draw("old.zip", Recipients=SHEETS["Recipients"].replace("NZ", "Fiji"))
        ran = run("whatif", fiji, *DAY, "--based", "Printer=not stated")
        assert "No longer known (1 transfer)" in ran.out
        assert "Better" not in ran.out

    def test_one_inventory_on_two_days(self, run: Run, draw: Draw) -> None:
        file = draw("one.zip", Recipients=SHEETS["Recipients"].replace("DPF 2026-10-01", ""))
        ran = run("diff", file, "--from", "2026-12-31", "--to", "2027-01-01")
        assert ran.code == 1
        assert "Safeguarded → No safeguard" in ran.out
        assert run("diff", file, "--from", "2027-01-01", "--to", "2026-12-31").code == 0

    def test_one_inventory_on_one_day_is_refused(self, run: Run, draw: Draw) -> None:
        assert "--from DATE and --to DATE" in run("diff", draw("one.zip")).refusal

    def test_three_inventories_are_refused(self, run: Run, draw: Draw) -> None:
        file = draw("one.zip")
        assert "3 were named" in run("diff", file, file, file).refusal

    def test_a_file_that_is_not_there(self, run: Run, draw: Draw, tmp_path: Path) -> None:
        assert "gone.xlsx" in run("diff", draw("one.zip"), tmp_path / "gone.xlsx").refusal

    def test_renames_are_proposed_and_joined_only_when_said(self, run: Run, draw: Draw) -> None:
        renamed = {sheet: SHEETS[sheet].replace("Printer", "Printer Ltd") for sheet in ("Systems", "Recipients")}
        old, new = draw("old.zip"), draw("new.zip", **renamed)
        ran = run("diff", old, new, *DAY)
        assert "Recipients: 'Printer' and 'Printer Ltd'" in ran.out
        assert "1 new, 1 gone; 1 as before" in ran.out
        joined = run("diff", old, new, *DAY, "--same", "Printer", "printer ltd")
        assert "Nothing changed; 2 as before" in joined.out
        assert "Perhaps the same" not in joined.out
        assert "called 'Prynter'" in run("diff", old, new, "--same", "Prynter", "Printer Ltd").refusal
        assert "on Systems" in run("diff", old, new, "--same", "CRM", "Printer Ltd").refusal
        assert "in the newer inventory too" in run("diff", old, new, "--same", "Mailer", "Printer Ltd").refusal

    def test_json_and_excel(self, run: Run, draw: Draw, tmp_path: Path) -> None:
        new = draw("new.zip", Recipients=SHEETS["Recipients"].replace("NZ", "Fiji"))
        target = tmp_path / "changes.xlsx"
        ran = run("diff", draw("old.zip"), new, *DAY, "--format", "json", "-o", target)
        found = json.loads(ran.out)
        assert (ran.code, found["got_worse"], found["hypothetical"]) == (1, True, [])
        assert found["counts"]["worse"] == 1
        (transfer,) = found["transfers"]
        assert (transfer["before"]["outcome"], transfer["after"]["outcome"]) == ("permitted", "gap")
        assert transfer["needs"]
        book = openpyxl.load_workbook(target)
        assert book.sheetnames == [register.name for register in registers.CHANGES]
        assert [cell.value for cell in book["Transfers changed"]["A"]] == ["What happened", "Worse"]

    def test_the_excel_file_is_never_one_that_is_read(self, run: Run, draw: Draw, tmp_path: Path) -> None:
        assert "must end in .xlsx" in run("diff", draw("a.zip"), draw("b.zip"), "-o", tmp_path / "a.zip").refusal

    def test_one_of_the_examples_is_the_other_form_of_itself(self, run: Run) -> None:
        examples = ROOT / "inventories"
        ran = run("diff", examples / "focus-technology", examples / "focus-technology.xlsx", *DAY)
        assert ran.code == 0
        assert "Nothing changed; 54 as before" in ran.out


class TestWhatIf:
    def test_which_flows_change_and_what_each_would_need(self, run: Run, draw: Draw) -> None:
        ran = run("whatif", draw("one.zip"), *DAY, "--end", "eu:New Zealand")
        assert ran.code == 0
        assert ran.out.startswith("Hypothetical: No longer in force from 2026-11-22: New Zealand")
        for words in (
            "CRM → Printer",
            "Permitted → No safeguard",
            "Would need one of:",
            "SCC module 2",
            "Hypothetical, as of",
        ):
            assert words in ran.out

    def test_kinds_may_be_mixed_and_repeated(self, run: Run, draw: Draw) -> None:
        ran = run(
            "whatif", draw("one.zip"), *DAY, "--end", "DPF", "--end", "eu:NZ", "--lapse", "Mailer clauses@2026-12-24",
            "--if", "sub:Printer>Acme (India)", "--format", "json",
        )  # fmt: skip
        found = json.loads(ran.out)
        assert len(found["hypothetical"]) == 4
        assert found["after"]["as_of"] == found["before"]["as_of"] == "2026-12-24"
        assert found["counts"]["worse"] == 2
        assert [t["after"]["recipient"] for t in found["transfers"] if t["status"] == "new"] == ["Acme"]

    def test_nothing_rests_on_it(self, run: Run, draw: Draw) -> None:
        ran = run("whatif", draw("one.zip"), *DAY, "--end", "eu:Japan")
        assert "no answer of this inventory rests on what is supposed" in ran.out

    def test_a_regime_that_judges_nothing(self, run: Run) -> None:
        ran = run("whatif", ROOT / "inventories" / "focus-technology", *DAY, "--regime", "eu", "--end", "DPF")
        assert "Nothing is judged under eu: the inventory names au, nz as its regimes." in ran.out

    def test_excel_says_that_it_is_hypothetical(self, run: Run, draw: Draw, tmp_path: Path) -> None:
        target = tmp_path / "if.xlsx"
        ran = run("whatif", draw("one.zip"), *DAY, "--drop", "CRM>Mailer", "-o", target)
        assert "Hypothetical:" in ran.err
        assert openpyxl.load_workbook(target).sheetnames[0] == "Hypothetical"

    @pytest.mark.parametrize(
        ("option", "text", "says"),
        [
            ("--move", "CRN=Germany", "known are"),
            ("--move", "Mailr=Germany", "did you mean 'Mailer'?"),
            ("--drop", "CRM>Prnter", "did you mean 'Printer'?"),
            ("--end", "DPF@soon", "is not a day"),
            ("--if", "mvoe:CRM=Germany", "did you mean 'move'?"),
            ("--add", "CRM", "add:CRM>Acme (India)"),
        ],
    )
    def test_a_mistake_is_one_sentence(self, run: Run, draw: Draw, option: str, text: str, says: str) -> None:
        assert says in run("whatif", draw("one.zip"), *DAY, option, text).refusal

    def test_nothing_supposed_is_refused(self, run: Run, draw: Draw) -> None:
        assert "what is to be supposed" in run("whatif", draw("one.zip")).refusal

    def test_every_kind_has_an_option(self) -> None:
        kinds = [kind for kind, _, _ in _SUPPOSITIONS]
        assert kinds == [*hypothesis.KINDS, "if"]
        assert {f"--{kind}" for kind in kinds} <= {name for p in cli.commands["whatif"].params for name in p.opts}


@pytest.mark.parametrize("example", ["focus-technology", "lead-management"])
@pytest.mark.parametrize(
    "text",
    ["end:DPF", "end:eu:New Zealand", "end:NZ-12-1-F", "end:uk:US@2027-03-01"],
)
def test_the_examples_rest_on_no_list_of_europe(run: Run, example: str, text: str) -> None:
    """Their senders are in New Zealand: what Europe decides on countries is not what they transfer under."""
    ran = run("whatif", ROOT / "inventories" / example, *DAY, "--if", text, "--format", "json")
    found = json.loads(ran.out)
    assert [found["counts"][k] for k in ("worse", "better", "new", "gone")] == [0, 0, 0, 0]


def test_an_indian_sub_processor_of_google_is_flagged_under_both_acts(run: Run) -> None:
    ran = run(
        "whatif", ROOT / "inventories" / "focus-technology", *DAY, "--sub", "Google Analytics>Acme (India)", "--format", "json"
    )  # fmt: skip
    new = json.loads(ran.out)["transfers"]
    assert [(t["regime"], t["verdict"], t["after"]["country"], t["after"]["outcome"]) for t in new] == [
        ("au", "new, flagged", "IN", "undetermined"),
        ("nz", "new, flagged", "IN", "undetermined"),
    ]


def test_moving_a_system_to_frankfurt_keeps_it_within_the_organisation(run: Run) -> None:
    focus = ROOT / "inventories" / "focus-technology"
    ran = run("whatif", focus, *DAY, "--move", "Website=Frankfurt, Germany", "--format", "json")
    assert [(t["after"]["country"], t["after"]["outcome"]) for t in json.loads(ran.out)["transfers"]] == [
        ("DE", "not_transfer"),
        ("DE", "not_transfer"),
    ]
