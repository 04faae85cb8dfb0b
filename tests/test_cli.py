"""The command line as its users meet it: exit codes, one sentence when it cannot run, and on stdout only the answer."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import click
import openpyxl
import pytest
from pypdf import PdfReader

import datamap
from datamap import sheets
from datamap.cli import cli, main
from datamap.law import Law
from datamap.pictures import Fold, Paper

DAY = ["--as-of", "2026-11-22"]
_SYSTEM = "Mail | NZ | Email address | Customers"
SHEETS = {
    "Organisations": "Organisation | Country | Sector | Kind | Regimes\nKowhai Limited | NZ | private | general | nz",
    "Systems": f"System | Locations | Categories | Individuals | Retention\n{_SYSTEM} | 2 years",
    "Information categories": "Category | Kind\nEmail address | contact",
    "Recipients": "Recipient | Country | Role | Own purposes\nPrinters | NZ | controller | yes\n"
    "Ads | US | controller | yes",
    "Flows": "Flow | From | To | Categories | Individuals | Purpose\n"
    "F1 | Mail | Ads | Email address | Customers | Adverts",
}
AT_HOME = (
    "Flow | From | To | Categories | Individuals | Purpose\nF1 | Mail | Printers | Email address | Customers | Letters"
)

Draw = Callable[..., Path]


def write_folder(folder: Path, sheets: Mapping[str, str]) -> Path:
    folder.mkdir()
    for name, drawn in sheets.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([[cell.strip() for cell in line.split("|")] for line in drawn.splitlines()])
    return folder


@pytest.fixture
def inventory(tmp_path: Path) -> Draw:
    """`inventory(Flows=…)` is a folder of CSV files: one flow to the United States unless drawn otherwise."""

    def draw(name: str = "kowhai", **sheets: str | None) -> Path:
        return write_folder(tmp_path / name, {k: v for k, v in {**SHEETS, **sheets}.items() if v is not None})

    return draw


class Ran:
    """What one command gave."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        self.code = main([str(a) for a in arguments])
        self.out, self.err = capsys.readouterr()

    def refused(self) -> str:
        """The one sentence of a command that could not run."""
        assert self.code == 2
        assert self.out == ""
        assert self.err.count("\n") == 1
        return self.err.strip()


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda *arguments: Ran(capsys, *arguments)


def apart(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "datamap", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **settings},
        timeout=60,
        check=False,
    )


# ------------------------------------------------------------------------------------------------------- check


def test_a_flagged_transfer_is_told_with_its_reason_citation_and_cells_and_ends_in_1(inventory: Draw, run: Run) -> None:
    ran = run("check", inventory(), *DAY)
    assert (ran.code, ran.err) == (1, "")
    lines = ran.out.splitlines()
    assert lines[0] == "No safeguard (1 transfer)"
    assert lines[2] == "  F1: Mail → Ads (United States), New Zealand"
    assert "    Privacy Act 2020, IPP 12(1)" in lines
    missing = lines.index("    Any one of these would do:")
    assert lines[missing + 1].startswith("      - ")
    assert any(line.startswith("    Cells: kowhai!Flows!C2 ") for line in lines)
    assert lines[-3:] == [
        "As of 2026-11-22: 1 answer (No safeguard 1).",
        "0 flags of other rules. 0 problems of cells.",
        "kowhai: 6 rows read, 6 in the inventory, 0 left out.",
    ]


def test_of_very_many_flagged_transfers_the_worst_1000_are_printed_and_the_others_counted(
    inventory: Draw, run: Run
) -> None:
    recipients = SHEETS["Recipients"] + "\nSomebody | not stated | controller | yes"
    flows = "Flow | From | To | Categories | Individuals\n"
    flows += "\n".join(
        f"F{n} | Mail | {'Somebody' if n <= 300 else 'Ads'} | Email address | Customers" for n in range(1, 1202)
    )
    file = inventory(Flows=flows, Recipients=recipients)
    short, whole = run("check", file, *DAY), run("check", file, "--all", *DAY)
    assert (short.code, whole.code) == (1, 1)

    def printed(ran: Ran) -> list[str]:
        return [line.split(":")[0].strip() for line in ran.out.splitlines() if " → " in line]

    worst = [f"F{n}" for n in range(301, 1202)]
    assert printed(short) == [*worst, *(f"F{n}" for n in range(1, 100))]
    assert printed(whole) == [*worst, *(f"F{n}" for n in range(1, 301))]
    assert "No safeguard (901 transfers)" in short.out
    assert "Facts missing (300 transfers)" in short.out
    told = (
        "201 more flagged transfers are not printed here: --all prints every one, "
        "--format json and datamap register have them too."
    )
    assert short.out.count(told) == 1
    assert "not printed here" not in whole.out
    assert short.out.splitlines()[-3:] == whole.out.splitlines()[-3:]
    assert short.out.splitlines()[-3].startswith("As of 2026-11-22: 1201 answers (No safeguard 901, Facts missing 300)")


def test_of_very_many_cells_of_a_flag_the_first_200_are_printed_and_the_others_counted(
    inventory: Draw, run: Run
) -> None:
    flows = "Flow | From | To | Categories | Individuals\n"
    flows += "\n".join(f"F{n} | Mail | Ads | Email address | Customers" for n in range(100))
    told = {"Policy statements": "Statement | Says | Value\nP1 | held in | New Zealand"}
    file = inventory(Flows=flows, **told)

    def cells(*more: str) -> str:
        lines = run("check", file, *more, *DAY).out.splitlines()
        return next(line for line in lines[lines.index("  P1") :] if line.startswith("    Cells: "))

    whole = cells("--all").split(" kowhai!")
    assert len(whole) > 300
    assert cells() == f"{' kowhai!'.join(whole[:201])} and {len(whole) - 201} more; --all prints them"


def test_of_very_many_problems_alike_the_first_100_of_a_column_are_printed_and_the_others_counted(
    inventory: Draw, run: Run
) -> None:
    flows = "Flow | From | To | Role | Categories | Individuals\n"
    rows = [f"F{n} | Mail | Ads | {'agnt' if n <= 103 else 'agent'} | | Customers" for n in range(1, 131)]
    file = inventory(Flows=flows + "\n".join([*rows, "F200 | Mail | Ads | agent | Email address | Nobody's"]))
    short, whole = run("check", file, *DAY).out.splitlines(), run("check", file, "--all", *DAY).out.splitlines()
    everything = [line for line in whole if line.startswith("kowhai!Flows!")]
    assert len([line for line in everything if line.endswith("[P101]")]) == 130
    assert len([line for line in everything if line.endswith("[P102]")]) == 103
    told = [number for number, line in enumerate(short) if "not printed here" in line]
    assert short[told[0]] == (
        "33 more like these are not printed here (3 in column D of Flows [P102]; 30 in column E of Flows [P101]): "
        "--all prints every one, --format json has them too."
    )
    printed = [line for line in short[: told[0]] if line.startswith("kowhai!Flows!")]
    assert [line for line in printed if line.endswith("[P102]")] == [f for f in everything if f.endswith("[P102]")][
        :100
    ]
    assert [line for line in printed if line.endswith("[P101]")] == [f for f in everything if f.endswith("[P101]")][
        :100
    ]
    assert not any("more like these" in line for line in whole)


def test_what_a_baseline_accepts_takes_no_room_from_what_is_printed(inventory: Draw, run: Run, tmp_path: Path) -> None:
    flows = "Flow | From | To | Categories | Individuals\n"
    rows = [f"F{n} | Mail | Ads | Email address | Customers" for n in range(1, 1001)]
    before = inventory("before", Flows=flows + "\n".join(rows[:5]))
    baseline = tmp_path / "accepted.json"
    assert run("check", before, "--write-baseline", baseline, *DAY).code == 1
    after = inventory("after", Flows=flows + "\n".join([*rows, "F1001 | Mail | Ads | Email address | Customers"]))
    ran = run("check", after, "--baseline", baseline, *DAY)
    assert "No safeguard (996 transfers)" in ran.out
    assert "not printed here" not in ran.out
    assert sum(line.startswith("  F") for line in ran.out.splitlines() if line.endswith("New Zealand")) == 996


def test_nothing_flagged_ends_in_0_even_with_a_problem_of_a_cell(inventory: Draw, run: Run) -> None:
    categories = "Category | Kind\nEmail address | contct"
    ran = run("check", inventory(Flows=AT_HOME, **{"Information categories": categories}), *DAY)
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("kowhai!Information categories!B2: 'contct' ")
    assert ran.out.splitlines()[0].endswith("Did you mean 'contact'? [P102]")
    assert "1 problem of cells." in ran.out


def test_a_misspelt_system_is_told_by_its_cell_with_the_right_name_and_the_row_stays(inventory: Draw, run: Run) -> None:
    flows = "Flow | From | To | Categories | Individuals\nF1 | Mail | Ads | Email address | Customers\n"
    flows += "F2 | Customers | Mail | Email address | Customers\nF3 | Customers | Mial | Email address | Customers"
    ran = run("check", inventory(Flows=flows), *DAY)
    problem = ran.out.splitlines()[0]
    assert problem.startswith("kowhai!Flows!C4: ")
    assert "'Mail'" in problem
    assert "8 rows read, 8 in the inventory, 0 left out." in ran.out


def test_a_flag_of_another_rule_ends_in_1_as_well(inventory: Draw, run: Run) -> None:
    systems = (
        "System | Locations | Categories | Individuals | Retention\nMail | NZ | Email address | Customers | forever"
    )
    ran = run("check", inventory(Flows=AT_HOME, Systems=systems), *DAY)
    assert ran.code == 1
    assert "NZ-IPP9 " in ran.out
    assert "    Privacy Act 2020, IPP 9" in ran.out


def test_json_has_the_keys_of_the_contract_and_agrees_with_the_text(inventory: Draw, run: Run) -> None:
    folder = inventory()
    ran = run("check", folder, *DAY, "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    found = json.loads(ran.out)
    assert set(found) >= {"as_of", "inputs", "problems", "transfers", "flags", "counts"}
    assert found["as_of"] == "2026-11-22"
    assert found["counts"] == {"gap": 1}
    transfer = found["transfers"][0]
    assert (transfer["flow"], transfer["recipient"], transfer["country"]) == ("F1", "Ads", "US")
    assert (transfer["regime"], transfer["outcome"], transfer["ground"]) == ("nz", "gap", None)
    text = run("check", folder, *DAY).out
    assert all(words in text for words in (transfer["reason"], transfer["citation"], *transfer["missing"]))


def test_the_same_input_prints_the_same_bytes(inventory: Draw) -> None:
    folder = inventory()
    first, second = (apart("check", folder, *DAY, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.stdout == second.stdout != b""


def test_the_day_changes_the_answer(inventory: Draw, run: Run) -> None:
    flows = (
        "Flow | From | To | Categories | Individuals | Ended\nF1 | Mail | Ads | Email address | Customers | 2026-03-31"
    )
    folder = inventory(Flows=flows)
    assert run("check", folder, "--as-of", "2026-03-31").code == 1
    assert run("check", folder, "--as-of", "2026-04-01").code == 0


def test_only_the_regimes_asked_for_are_judged(inventory: Draw, run: Run) -> None:
    both = "Organisation | Country | Sector | Kind | Regimes\nKowhai Limited | NZ | private | general | nz; au"
    folder = inventory(Organisations=both)
    assert "2 answers" in run("check", folder, *DAY).out
    assert "1 answer " in run("check", folder, *DAY, "--regime", "nz").out
    assert "2 answers" in run("check", folder, *DAY, "--regime", "nz", "--regime", "au").out


def test_who_sends_can_be_said_beside_the_file(inventory: Draw, run: Run) -> None:
    folder = inventory(Organisations=None)
    asked = run("check", folder, *DAY).refused()
    assert "Add a sheet Organisations" in asked
    assert "Or say it with --organisation NAME --country COUNTRY." in asked
    said = run(
        "check", folder, *DAY, "--organisation", "Kowhai Limited", "--country", "New Zealand", "--format", "json"
    )
    assert {t["organisation"] for t in json.loads(said.out)["transfers"]} == {"Kowhai Limited"}
    drawn = run("diagram", folder, *DAY, "-o", folder.parent / "a.svg").refused()
    assert "--organisation NAME --organisation-country COUNTRY" in drawn


def test_text_of_users_cannot_steer_the_terminal(inventory: Draw, run: Run) -> None:
    recipients = "Recipient | Country | Role | Own purposes\nAds \u202e[bold]x[/bold] | US | controller | yes"
    flows = AT_HOME.replace("Printers", "Ads \u202e[bold]x[/bold]")
    ran = run("check", inventory(Recipients=recipients, Flows=flows), *DAY)
    assert "Mail → Ads  [bold]x[/bold] (United States)" in ran.out
    assert all(c.isprintable() or c == "\n" for c in ran.out)


def test_several_files_are_read_together(inventory: Draw, run: Run) -> None:
    one = inventory("one", Recipients=None)
    two = write_folder(one.parent / "two", {"Recipients": SHEETS["Recipients"]})
    ran = run("check", one, two, *DAY)
    assert "one: 4 rows read, 4 in the inventory, 0 left out." in ran.out
    assert "two: 2 rows read, 2 in the inventory, 0 left out." in ran.out
    assert "No safeguard 1" in ran.out


# --------------------------------------------------------------------------------------------- it could not run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "nowhere.xlsx"], "nowhere.xlsx was not found"),
        (["check", "HERE", "--as-of", "22/11/2026"], "'22/11/2026' is not a day; write it as 2026-11-30."),
        (["check", "HERE", "--as-of", "20261122"], "'20261122' is not a day"),
        (["check", "HERE", "--regime", "xx"], "No regime is called 'xx'"),
        (["check", "HERE", "--country", "Narnia"], "'Narnia' is not a country"),
        (["check", "HERE", "--organisation", "Rimu"], "no organisation called 'Rimu'"),
        (["check", "HERE", "--format", "csv"], "'csv' is not one of 'text', 'json', 'sarif', 'junit'"),
        (["check", "HERE", "--base-line", "x"], "No such option '--base-line'"),
        (["check"], "Missing argument 'FILE…'"),
        (["chekc", "HERE"], "No such command 'chekc'"),
        (
            ["register", "HERE", "-o", "register.doc"],
            "'register.doc' cannot be written: its name must end in .xlsx, .ods, .zip, .csv or .json.",
        ),
        (["register", "HERE", "-o", "no/such/folder.xlsx"], "there is no folder"),
        (["register", "HERE"], "Missing option '-o'"),
        (["diagram", "HERE", "-o", "map.gif"], "its name must end in .svg, .png, .pdf or .html."),
        (["diagram", "HERE", "-o", "map.svg", "--focus", "Mial"], "'Mial'; did you mean 'Mail'?"),
        (
            ["diagram", "HERE", "-o", "map.svg", "--category", "Shoe size"],
            "No information category is called 'Shoe size'.",
        ),
        (["diagram", "HERE", "-o", "map.svg", "--country", "Narnia"], "'Narnia' is not a country"),
        (["template", "-o", "blank"], "'blank' cannot be written: its name must end in .xlsx."),
        (["convert", "nowhere.xlsx", "-o", "out.xlsx"], "nowhere.xlsx was not found"),
        (["convert", "HERE", "-o", "out.csv"], "must end in .xlsx, .ods or .zip, or have no ending for a folder"),
        (["law", "--regime", "xx"], "No regime is called 'xx'"),
        (["law", "--stale", "long"], "'long' is not a valid integer"),
    ],
)
def test_one_sentence_says_why_it_could_not_run(
    arguments: list[str], says: str, inventory: Draw, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = inventory()
    monkeypatch.chdir(here.parent)
    assert says in run(*(str(here) if a == "HERE" else a for a in arguments)).refused()
    assert [p.name for p in here.parent.iterdir()] == [here.name]


def test_no_command_shows_the_commands(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert "check" in ran.err


def test_a_file_that_is_no_inventory_is_told(tmp_path: Path, run: Run) -> None:
    write_folder(tmp_path / "shoes", {"Shoes": "Size | Colour\n41 | red"})
    assert run("check", tmp_path / "shoes").refused().startswith("shoes was not read: no table of it is an inventory")


def test_the_blank_workbook_holds_nothing_to_check(tmp_path: Path, run: Run) -> None:
    blank = tmp_path / "template.xlsx"
    assert run("template", "-o", blank).code == 0
    assert run("check", blank).refused().startswith("template.xlsx: no rows were found")


def test_rows_that_are_all_left_out_are_not_taken_for_nothing_flagged(inventory: Draw, run: Run) -> None:
    nameless = dict.fromkeys(SHEETS)
    folder = inventory(**{**nameless, "Systems": "System | Retention\n | 2 years"})
    said = run("check", folder).refused()
    assert "not one of the rows read (1) could be used" in said
    assert "kowhai!Systems!A2" in said


def test_the_unexpected_is_one_sentence_and_its_details_come_on_request(
    inventory: Draw, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a private name")

    monkeypatch.setattr(datamap, "read", fails)
    folder = inventory()
    said = run("check", folder).refused()
    assert "ZeroDivisionError" in said
    assert "--debug" in said
    assert "private" not in said
    detailed = run("--debug", "check", folder)
    assert detailed.code == 2
    assert "Traceback" in detailed.err


def test_a_reader_that_stops_reading_is_no_trouble() -> None:
    command = f"'{sys.executable}' -m datamap law | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=60, check=True)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


# ---------------------------------------------------------------------------------------- files that are written


def test_the_register_is_written_whatever_it_says(inventory: Draw, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "register.xlsx"
    ran = run("register", inventory(), *DAY, "-o", target)
    assert (ran.code, ran.out) == (0, "")
    assert "1 answer, 1 flagged." in ran.err
    book = openpyxl.load_workbook(target)
    assert "Transfers" in book.sheetnames
    assert "Ads" in {cell.value for row in book["Transfers"].iter_rows() for cell in row}


@pytest.mark.parametrize(
    ("suffix", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!")]
)
def test_the_diagram_is_drawn_in_each_format(
    suffix: str, begins: bytes, inventory: Draw, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / f"map.{suffix}"
    ran = run("diagram", inventory(), *DAY, "-o", target)
    assert (ran.code, ran.out) == (0, "")
    assert target.read_bytes()[: len(begins)].lower() == begins.lower()
    assert "Nothing hidden." in ran.err


def test_the_diagram_is_folded_and_put_on_paper_as_asked(inventory: Draw, run: Run, tmp_path: Path) -> None:
    folder, target = inventory(), tmp_path / "flows.svg"
    for fold in Fold:
        assert run("diagram", folder, *DAY, "-o", target, "--fold", fold.value).code == 0
    assert "recipients are shown by outcome" in target.read_text("utf-8")
    sides = set()
    for paper in get_args(Paper):
        paged = tmp_path / f"{paper}.pdf"
        assert run("diagram", folder, *DAY, "-o", paged, "--paper", paper).code == 0
        sides.add(round(PdfReader(paged).pages[0].mediabox.width))
    assert len(sides) == 3


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "html"])
def test_the_map_is_drawn_with_the_same_filters(suffix: str, inventory: Draw, run: Run, tmp_path: Path) -> None:
    target = tmp_path / f"map.{suffix}"
    ran = run("diagram", inventory(), *DAY, "--kind", "map", "--country", "AU", "-o", target)
    assert (ran.code, ran.out) == (0, "")
    assert "Countries: Australia." in ran.err
    assert target.stat().st_size > 10_000
    if suffix == "svg":
        assert "Countries: Australia." in target.read_text("utf-8")
        assert "on a map of the world" in target.read_text("utf-8")


@pytest.mark.parametrize("kind", ["map", "sankey"])
def test_a_map_is_not_folded(kind: str, inventory: Draw, run: Run, tmp_path: Path) -> None:
    ran = run("diagram", inventory(), *DAY, "--kind", kind, "--fold", "country", "-o", tmp_path / "map.svg")
    assert ran.refused() == f"Nothing is folded on a {kind}; leave --fold out, or draw the flows."
    assert not list(tmp_path.glob("map*"))


def test_the_diagram_counts_what_its_filters_hide(inventory: Draw, run: Run, tmp_path: Path) -> None:
    flows = SHEETS["Flows"] + "\nF2 | Mail | Printers | Email address | Customers | Letters"
    target = tmp_path / "map.svg"
    folder = inventory(Flows=flows)
    assert run("diagram", folder, *DAY, "-o", target).code == 0
    assert "Printers" in target.read_text("utf-8")
    for options, why in (
        (["--country", "us"], "2 by country"),
        (["--focus", "ads"], "2 by focus"),
        (["--flagged"], "2 not flagged"),
    ):
        ran = run("diagram", folder, *DAY, "-o", target, *options)
        assert ran.code == 0
        assert f"2 flows hidden: {why}." in ran.err
        assert "Printers" not in target.read_text("utf-8")


def without_addresses(found: Any) -> Any:
    """JSON without the names of files and cells, which differ between a folder and a workbook."""
    if isinstance(found, dict):
        return {k: without_addresses(v) for k, v in found.items() if k not in ("cell", "cells", "file")}
    return [without_addresses(v) for v in found] if isinstance(found, list) else found


def test_converting_keeps_every_answer(inventory: Draw, run: Run, tmp_path: Path) -> None:
    folder, book = inventory(), tmp_path / "kowhai.xlsx"
    ran = run("convert", folder, "-o", book)
    assert (ran.code, ran.out) == (0, "")
    assert "6 rows, 0 left out, 0 problems of cells." in ran.err
    before, after = (json.loads(run("check", f, *DAY, "--format", "json").out) for f in (folder, book))
    assert without_addresses(before) == without_addresses(after)


@pytest.mark.parametrize("target", ["out.ods", "out.zip", "out"])
def test_converting_to_another_kind_keeps_every_answer(target: str, inventory: Draw, run: Run, tmp_path: Path) -> None:
    folder = inventory()
    assert run("convert", folder, "-o", tmp_path / target).code == 0
    before, after = (json.loads(run("check", f, *DAY, "--format", "json").out) for f in (folder, tmp_path / target))
    assert without_addresses(before) == without_addresses(after)


def test_several_files_are_converted_into_one(inventory: Draw, run: Run, tmp_path: Path) -> None:
    one = inventory("one", Recipients=None)
    two = write_folder(tmp_path / "two", {"Recipients": SHEETS["Recipients"]})
    assert "6 rows, 0 left out" in run("convert", one, two, "-o", tmp_path / "out.ods").err
    assert [r.name for r in datamap.read(tmp_path / "out.ods").inventory.recipients] == ["Printers", "Ads"]


def test_what_could_not_be_judged_can_be_converted(tmp_path: Path, run: Run) -> None:
    folder = write_folder(tmp_path / "who", {"Recipients": SHEETS["Recipients"]})
    assert run("convert", folder, "-o", tmp_path / "who.xlsx").code == 0


def test_converting_says_what_had_to_be_cut_and_left_out(tmp_path: Path, run: Run) -> None:
    folder = write_folder(tmp_path / "long", {"Systems": f"System | Notes\nCRM | {'a' * 40_000}\n | lost"})
    told = run("convert", folder, "-o", tmp_path / "long.xlsx").err
    assert "1 row, 1 left out" in told
    assert "1 text of more than 32,767 characters had to be cut (Systems!P2): write .ods or .zip" in told
    assert "cut" not in run("convert", folder, "-o", tmp_path / "long.ods").err


def test_a_folder_that_holds_something_is_not_written_into(inventory: Draw, run: Run, tmp_path: Path) -> None:
    kept = write_folder(tmp_path / "kept", {"Systems": "System\nCRM"})
    assert "cannot be written: " in run("convert", inventory(), "-o", kept).refused()
    assert [p.name for p in kept.iterdir()] == ["Systems.csv"]


def test_what_is_read_is_never_written_over(inventory: Draw, run: Run, tmp_path: Path) -> None:
    book = tmp_path / "kowhai.xlsx"
    run("convert", inventory(), "-o", book)
    before = book.read_bytes()
    for command in ("convert", "register"):
        assert "write to another file" in run(command, book, "-o", book).refused()
    assert book.read_bytes() == before


def test_a_file_that_was_there_stays_when_writing_fails(
    inventory: Draw, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(path: Path, data: bytes) -> int:
        with path.open("wb") as half_written:
            half_written.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    given, target = inventory(), tmp_path / "register.xlsx"
    target.write_bytes(b"before")
    monkeypatch.setattr(Path, "write_bytes", fails)
    assert run("register", given, "-o", target).refused().endswith("cannot be written: No space left on device.")
    assert target.read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kowhai", "register.xlsx"]


# --------------------------------------------------------------------------------------------------------- law


def test_the_law_of_a_day_is_listed_with_dates_and_sources(run: Run) -> None:
    ran = run("law", "--as-of", "2026-11-22")
    assert (ran.code, ran.err) == (0, "")
    assert "New Zealand (nz): Privacy Act 2020" in ran.out
    assert "Australia (au): " in ran.out
    lines = ran.out.splitlines()
    rule = next(i for i, line in enumerate(lines) if line.strip().startswith("NZ-IPP3A: "))
    assert "Privacy Act 2020, IPP 3A; from 2026-05-01, checked " in lines[rule + 1]
    assert lines[rule + 2].strip().startswith("Source: ")
    assert "{" not in ran.out


def test_what_begins_later_is_not_in_force_yet(run: Run) -> None:
    assert "NZ-IPP3A: " not in run("law", "--as-of", "2026-04-30").out
    assert "NZ-IPP3A: " in run("law", "--as-of", "2026-05-01").out


def test_a_list_of_a_regime_without_steps_is_listed_too(run: Run) -> None:
    ran = run("law", *DAY, "--regime", "eu-led")
    assert ran.code == 0
    assert ran.out.startswith("eu-led: its lists and mechanisms; transfers are not judged under it")
    assert "United Kingdom: law-enforcement transfers (Directive 2016/680) only (in force)" in ran.out
    assert "New Zealand (nz)" not in ran.out


def test_the_stale_law_is_what_was_checked_long_ago(run: Run) -> None:
    fresh = run("law", "--as-of", "2026-11-22", "--stale", "3650")
    assert fresh.code == 0
    assert ", of which 0 last checked more than 3650 days before;" in fresh.out
    assert "Source:" not in fresh.out
    stale = run("law", "--as-of", "2029-11-22", "--stale", "365")
    assert stale.code == 0
    assert "NZ-IPP9: " in stale.out


# ---------------------------------------------------------------------------------------------- time and distance

SAFEGUARDS = (
    "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires\n"
    "Terms | agreement | Ads | D-1 | Note | 2026-01-10 | 2026-12-15"
)


def test_the_history_of_a_flow_is_told_and_ends_in_0(inventory: Draw, run: Run) -> None:
    ran = run("history", inventory(Safeguards=SAFEGUARDS), *DAY, "--flow", "f1")
    assert ran.code == 0
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[:2] == ["F1: Mail → Ads", "New Zealand, United States"]
    assert [line for line in lines if " to " in line[:16]] == [
        "…          to 2020-11-30  Regime does not apply",
        "2020-12-01 to 2026-01-09  No safeguard",
        "2026-01-10 to 2026-12-15  Safeguarded",
        "2026-12-16 to …           No safeguard",
    ]
    assert "Because “Terms” expires (last day 2026-12-15)." in lines
    assert "did you mean" not in run("history", inventory("two"), *DAY, "--flow", "nothing").refused()


def test_a_history_as_json(inventory: Draw, run: Run) -> None:
    found = json.loads(run("history", inventory(Safeguards=SAFEGUARDS), *DAY, "--format", "json").out)
    (flow,) = found["flows"]
    assert [(s["starts"], s["ends"], s["outcome"]) for s in flow["spans"]][-2:] == [
        ("2026-01-10", "2026-12-15", "safeguarded"),
        ("2026-12-16", None, "gap"),
    ]


def test_what_lapses_is_told_by_day(inventory: Draw, run: Run) -> None:
    folder = inventory(Safeguards=SAFEGUARDS)
    ran = run("lapses", folder, *DAY, "--within", 24)
    assert ran.code == 0
    assert ran.out.startswith("2026-12-16: “Terms” expires (last day 2026-12-15)\n  F1 (United States), New Zealand")
    assert ran.out.endswith("1 flow with less cover within 24 days of 2026-11-22.\n")
    assert run("lapses", folder, *DAY, "--within", 23).out == "0 flows with less cover within 23 days of 2026-11-22.\n"
    (lapse,) = json.loads(run("lapses", folder, *DAY, "--within", 24, "--format", "json").out)["lapses"]
    assert (lapse["day"], lapse["kind"], lapse["name"], lapse["categories"]) == (
        "2026-12-16", "safeguard", "Terms", ["Email address"],
    )  # fmt: skip
    assert [(t["flow"], t["before"], t["outcome"]) for t in lapse["transfers"]] == [("F1", "safeguarded", "gap")]
    assert run("lapses", folder, *DAY).refused()


def test_chains_are_told_by_country(inventory: Draw, run: Run) -> None:
    recipients = SHEETS["Recipients"] + "\nDeep | IN | controller | yes"
    flows = SHEETS["Flows"] + "\nF2 | Ads | Deep | Email address | Customers | Adverts"
    folder = inventory(Recipients=recipients, Flows=flows)
    ran = run("chains", folder, *DAY)
    assert ran.code == 0
    assert "India: 1 category from 1 system, at worst" in ran.out
    assert (
        "  Email address reaches India in 2 hops through Ads; "
        "hops 1 (Mail → Ads) and 2 (Ads → Deep) have no agreement on file.\n"
    ) in ran.out
    found = json.loads(run("chains", folder, *DAY, "--format", "json", "--category", "email ADDRESS").out)
    assert [(c["country"], len(c["hops"])) for c in found["chains"]] == [("IN", 2), ("US", 1)]
    assert [(c["country"], c["hops"]) for c in found["countries"]] == [("IN", 2), ("US", 1)]


# ----------------------------------------------------------------------------------------------- app and start-up


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.skipif(os.name != "posix", reason="stops the server with a POSIX signal")
def test_the_app_is_served_from_any_folder_and_stops_when_told(tmp_path: Path) -> None:
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "datamap", "app", "--no-browser", "--port", str(port)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            assert _healthy(port, server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def _healthy(port: int, server: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 40
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                return bool(answer.read() == b"ok")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    return False


def test_a_port_in_use_is_told(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run("app", "--port", str(port)).refused() == f"Port {port} is in use; choose another with --port."


HEAVY = "('pandas', 'numpy', 'pyarrow', 'pypdf', 'streamlit', 'graphviz', 'openpyxl', 'networkx', 'rich')"
ELSEWHERE = "('datamap.comparison', 'datamap.layouts.cells', 'datamap.layouts.mapper', 'datamap.people', 'xml')"
SUB_PROCESSORS = {
    "Recipients": "Recipient | Country | Role | Own purposes | Sub-processors\nPrinters | NZ | agent | no | Ads\n"
    "Ads | US | agent | no | Post",
}


@pytest.mark.parametrize(
    ("arguments", "needs"),
    [
        ([], []),
        (["check", "HERE"], []),
        (["check", "HERE", "--format", "json"], []),
        (["check", "HERE", "--format", "sarif"], []),
        (["diagram", "HERE", "-o", "THERE.svg"], ["graphviz"]),
        (["diagram", "HERE", "-o", "THERE.pdf"], ["graphviz", "pypdf"]),
        (["history", "HERE"], []),
        (["lapses", "HERE", "--within", "9"], []),
        (["law"], []),
        (["chains", "HERE"], ["numpy"]),  # in which a category is followed
    ],
)
def test_heavy_libraries_are_imported_by_the_commands_that_need_them(
    arguments: list[str], needs: list[str], inventory: Draw, tmp_path: Path
) -> None:
    here, there = str(inventory()), str(tmp_path / "there")
    line = [here if a == "HERE" else a.replace("THERE", there) for a in arguments]
    program = (
        "import contextlib, io, sys, datamap.cli\n"
        f"with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        f"    datamap.cli.main({line!r})\n"
        f"print(sorted(set({HEAVY}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{needs}\n"


def test_checking_a_workbook_imports_nothing_that_only_other_files_and_formats_need(
    inventory: Draw, run: Run, tmp_path: Path
) -> None:
    book = tmp_path / "kowhai.xlsx"
    assert run("convert", inventory(**SUB_PROCESSORS), "-o", book).code == 0
    program = (
        "import contextlib, io, sys, datamap.cli\n"
        "with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        f"    datamap.cli.main(['check', {str(book)!r}, *{DAY!r}])\n"
        "assert 'Ads → Post' in out.getvalue(), out.getvalue()\n"
        f"print(sorted(set(({HEAVY} + {ELSEWHERE})) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_the_law_is_loaded_while_the_file_is_read(
    inventory: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, begun, on = tmp_path / "program", tmp_path / "begun", tmp_path / "on"
    program.mkdir()
    child = Path(sheets.__file__).with_name("_read_child.py")
    (program / "_read_child.py").write_text(
        "import os, time\n"
        f"open({str(begun)!r}, 'w').close()\n"
        "until = time.monotonic() + 30\n"
        f"while not os.path.exists({str(on)!r}) and time.monotonic() < until:\n"
        "    time.sleep(0.01)\n"
        f"exec(open({str(child)!r}, encoding='utf-8').read())\n"
    )
    monkeypatch.setattr(sheets, "__file__", str(program / "sheets.py"))

    def law() -> Law:
        until = time.monotonic() + 30
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.01)
        assert begun.exists()
        on.touch()
        return datamap.load_law()

    assert [flow.name for flow in datamap.read(inventory(), law=law).inventory.flows] == ["F1"]


def test_a_pipe_gets_utf_8_whatever_the_machine_prefers(inventory: Draw) -> None:
    ran = apart("check", inventory(), *DAY, PYTHONIOENCODING="cp1252")
    assert "Mail → Ads" in ran.stdout.decode("utf-8")


def test_every_command_explains_itself_and_its_options() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, (name, option.name)


def test_help_is_an_answer(run: Run) -> None:
    for name in cli.commands:
        ran = run(name, "--help")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(f"Usage: datamap {name} ")
    assert run("--version").out == f"datamap {datamap.__version__}\n"
    assert "1  something is flagged" in run("--help").out


def test_an_answer_that_cannot_be_written_is_no_answer(inventory: Draw) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs a device that is always full")
    with full.open("w") as nowhere:
        command = [sys.executable, "-m", "datamap", "check", str(inventory()), *DAY]
        done = subprocess.run(command, stdout=nowhere, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


def test_nothing_to_judge_is_no_success(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "Information categories.csv").write_text("Category\nName\n", encoding="utf-8")
    assert "no system and no flow" in run("check", folder, "--country", "NZ").refused()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--country", "NZ"], None),
        (["--organisation", "acme ltd", "--country", "NZ"], None),
        (["--organisation", "Zed", "--country", "NZ"], "The systems name Acme Ltd"),
        ([], "In which country is Acme Ltd established?"),
    ],
)
def test_the_organisation_that_the_systems_name(run: Run, tmp_path: Path, options: list[str], says: str | None) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "Systems.csv").write_text("System,Organisation,Recipients\nCRM,Acme Ltd,Google\n", encoding="utf-8")
    (folder / "Recipients.csv").write_text(
        "Recipient,Country,Role,Own purposes\nGoogle,US,controller,yes\n", encoding="utf-8"
    )
    result = run("check", folder, "--format", "json", *options)
    if says:
        assert says in result.refused()
    else:
        (transfer,) = json.loads(result.out)["transfers"]
        assert (transfer["organisation"].casefold(), transfer["regime"], transfer["outcome"]) == (
            "acme ltd",
            "nz",
            "gap",
        )


# -------------------------------------------------------------------------------------------- files of others


REGISTER = 'System,Vendor,Vendor country,Data categories,Safeguard\nHelp desk,Zedesk Inc,USA,"Name, email",SCC\n'


def test_a_table_of_another_layout_is_checked_and_the_layout_is_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(REGISTER)
    ran = run("check", file, "--organisation", "Kowhai", "--country", "NZ", "--regime", "nz", *DAY)
    assert ran.code == 1
    assert "Help desk → Zedesk Inc" in ran.out
    assert "register.csv (proposed mapping): 1 row read, 1 in the inventory, 0 left out." in ran.out


def test_likely_duplicates_are_told_and_nothing_is_joined(run: Run, tmp_path: Path) -> None:
    for name, vendor in (("a.csv", "Salesforce"), ("b.csv", "Salesfroce")):
        (tmp_path / name).write_text(REGISTER.replace("Zedesk Inc", vendor))
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    ran = run("check", *files, "--format", "json", "--organisation", "Kowhai", "--country", "NZ", *DAY)
    answer = json.loads(ran.out)
    (pair,) = answer["perhaps_the_same"]
    assert {pair["first"], pair["second"]} == {"Salesforce", "Salesfroce"}
    assert {t["recipient"] for t in answer["transfers"]} == {"Salesforce", "Salesfroce"}


def test_a_mapping_joins_what_it_says_is_the_same(run: Run, tmp_path: Path) -> None:
    for name, vendor in (("a.csv", "Salesforce"), ("b.csv", "Salesfroce")):
        (tmp_path / name).write_text(REGISTER.replace("Zedesk Inc", vendor))
    saved = tmp_path / "vendors.mapping.toml"
    assert run("mapping", tmp_path / "a.csv", "-o", saved).code == 0
    saved.write_text(saved.read_text() + '\n[[same]]\nsheet = "Recipients"\nname = "Salesfroce"\nis = "Salesforce"\n')
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    ran = run("check", *files, "--format", "json", "--organisation", "Kowhai", "--country", "NZ", *DAY)
    answer = json.loads(ran.out)
    assert answer["perhaps_the_same"] == []
    assert {t["recipient"] for t in answer["transfers"]} == {"Salesforce"}
    assert {i["layout"] for i in answer["inputs"]} == {"mapping vendors"}


def test_a_mapping_that_fits_nothing_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    file, saved = tmp_path / "register.csv", tmp_path / "else" / "x.toml"
    file.write_text(REGISTER)
    saved.parent.mkdir()
    saved.write_text('name = "Other"\n[columns]\n"Wizard" = "system"\n"Potion" = "recipients"\n')
    ran = run("check", file, "--mapping", saved, *DAY)
    assert ran.code == 2
    assert "fits no table" in ran.refused()


def test_a_file_is_given_back_with_its_problems_marked(run: Run, tmp_path: Path) -> None:
    file, marked = tmp_path / "own.xlsx", tmp_path / "marked.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Systems"
    for row in (["System", "Locations"], ["CRM", "Atlantis"], ["Till", "NZ"]):
        book.active.append(row)
    book.save(file)
    before = file.read_bytes()
    ran = run("annotate", file, "-o", marked)
    assert ran.code == 0
    assert "1 cell marked, 1 problem listed" in ran.err
    assert file.read_bytes() == before
    again = openpyxl.load_workbook(marked)
    assert again.sheetnames == ["Systems", "Problems"]
    comment = again["Systems"]["B2"].comment
    assert comment is not None
    assert "Atlantis" in comment.text
    assert [again["Systems"][c].comment for c in ("A2", "B3")] == [None, None]


def test_ctrl_c_ends_a_long_reading_with_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    file = tmp_path / "long.csv"
    with file.open("w") as out:
        out.write("System,Vendor,Vendor country,Data categories\n")
        out.writelines(f"System {n},Vendor {n},USA,Name {n}\n" for n in range(190_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "datamap", "check", str(file), "--organisation", "Kowhai", "--country", "NZ"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out_, err = process.communicate(timeout=20)
    assert (process.returncode, out_, err.strip()) == (2, "", "Stopped before it was done.")


def test_ctrl_c_while_the_command_is_still_being_imported_ends_in_the_same_sentence(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n")
    ran = subprocess.run(
        [sys.executable, "-m", "datamap", "--version"], capture_output=True, text=True, timeout=20, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])])},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr.strip()) == (2, "", "Stopped before it was done.")


# ----------------------------------------------------------------------------------------------------- mapping

STOCK = "Code,Item,Supplier,Country of origin,Price,Stock\nA1,Shirt,Weavers,Spain,9.90,12\nA2,Boots,Cobblers,Italy,49.00,3\n"


def test_a_mapping_is_shown_with_how_sure_it_is_and_why(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text(REGISTER.replace("Safeguard", "Mood"))
    shown = run("mapping", file)
    assert shown.code == 0
    assert "register, headings in row 1: 1 row, read: rows about systems" in shown.out
    assert "A  System\n         system, 98% sure: its heading. For example: Help desk\n" in shown.out
    assert "E  Mood\n         kept as it is: nothing like it is known here. For example: SCC\n" in shown.out
    (told,) = json.loads(run("mapping", file, "--format", "json").out)["files"]
    assert told["known_layout"] is None
    columns = {c["heading"]: c["taken_for"] for c in told["tables"][0]["columns"]}
    assert (columns["Data categories"], columns["Mood"]) == ("information categories", "kept as it is")


def test_a_form_is_shown_by_its_rows(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "form.csv"
    file.write_text("System name,Till\nOwner,Shop\nData held,Names\nHosted in,NZ\n")
    shown = run("mapping", file)
    assert "form, headings in column A: 1 column, read: rows about systems" in shown.out
    assert "4  Hosted in\n" in shown.out
    (table,) = json.loads(run("mapping", file, "--format", "json").out)["files"][0]["tables"]
    assert (table["heading_rows"], table["heading_columns"]) == ([], ["A"])


def test_a_layout_that_is_known_needs_no_mapping(run: Run, inventory: Draw, tmp_path: Path) -> None:
    ours = inventory()
    shown = run("mapping", ours)
    assert "has a layout that is known" in shown.out
    assert "headings in row" not in shown.out
    (told,) = json.loads(run("mapping", ours, "--format", "json").out)["files"]
    assert told["known_layout"]
    assert told["tables"] == []
    assert "needs no mapping" in run("mapping", ours, "-o", tmp_path / "m.mapping.toml").refused()
    assert not (tmp_path / "m.mapping.toml").exists()


def test_a_file_that_is_refused_can_be_read_by_the_mapping_saved_of_it(run: Run, tmp_path: Path) -> None:
    file, saved = tmp_path / "stock.csv", tmp_path / "stock.mapping.toml"
    file.write_text(STOCK)
    why = run("check", file, *DAY).refused()
    assert "'datamap mapping' writes with -o" in why
    ran = run("mapping", file, "-o", saved)
    assert ran.code == 0
    assert "says what to change" in ran.err
    assert "read = false" in run("check", file, *DAY).refused()
    text = saved.read_text()
    changed = text.replace("read = false\n", "").replace(
        '"Country of origin" = "kept as it is"', '"Country of origin" = "recipient\'s country"'
    )
    saved.write_text(changed)
    ran = run("check", file, "--mapping", saved, "--organisation", "Kowhai", "--country", "NZ", *DAY)
    assert ran.code == 1
    assert "→ Weavers (Spain)" in ran.out
    assert "stock.csv (mapping stock): 2 rows read, 2 in the inventory, 0 left out." in ran.out
