"""What is written is read back the same, and the blank workbook is blank."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datamap import law, sheets
from datamap.inventory import (
    Activity,
    Binding,
    Fact,
    Flow,
    Inventory,
    Nothing,
    Notice,
    NoticeGiven,
    Organisation,
    Place,
    Recipient,
    Role,
    Safeguard,
    Scheme,
    System,
    whole,
)
from datamap.sheets import Book, ErrorValue, Sheet, Uncomputed, Value
from datamap.workbook import SHEETS, Reading, parse
from datamap.workbook.columns import EXAMPLE_MARK, Context, bindings, schemes
from datamap.workbook.writing import (
    CUT,
    LONGEST_TEXT,
    put_text,
    rows_of,
    template_bytes,
    write,
    write_template,
    write_workbook,
)
from tests.conftest import reading

ROOT = Path(__file__).parent.parent


def read(path: Path) -> Reading:
    return parse([sheets.read(path)], law.load())


def written(inventory: Inventory, tmp_path: Path) -> Reading:
    path = tmp_path / "again.xlsx"
    write_workbook(inventory, path)
    return read(path)


def without_cells(inventory: Inventory) -> list[Any]:
    """Everything an inventory says, with neither cells nor the way a place was spelled beyond its words."""
    return [
        (type(r).__name__, [_plain(f.name, getattr(r, f.name)) for f in fields(r) if f.name != "cell"])
        for r in inventory
    ]


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Fact):
        return name, value.value, value.nothing
    if name == "extra":
        return name, {heading: fact.value for heading, fact in value.items()}
    return name, value


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


KINDS = ("again.xlsx", "again.ods", "again.zip", "again")


class TestTheBlankWorkbook:
    def test_reading_it_gives_nothing_and_no_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "blank.xlsx"
        write_template(path)
        reading = read(path)
        assert list(reading.inventory) == []
        assert reading.problems == ()
        (report,) = reading.inputs
        assert (report.rows_read, report.rows_in_inventory, report.rows_left_out) == (0, 0, 0)

    def test_a_row_typed_below_the_example_is_read(self, tmp_path: Path) -> None:
        book = opened(template_bytes())
        book["Recipients"]["A3"] = "Harbour Hosting"
        book["Recipients"]["C3"] = "Australia"
        path = tmp_path / "begun.xlsx"
        book.save(path)
        reading = read(path)
        assert [r.name for r in reading.inventory] == ["Harbour Hosting"]
        assert reading.problems == ()

    def test_it_has_every_sheet_and_heading_of_the_declaration(self) -> None:
        book = opened(template_bytes())
        assert book.sheetnames == ["Read me", *(s.name for s in SHEETS), "Lists"]
        assert book["Lists"].sheet_state == "hidden"
        for layout in SHEETS:
            sheet = book[layout.name]
            headings = [c.value for c in sheet[1]]
            assert headings == [f"{c.heading} *" if c.required else c.heading for c in layout.columns]
            assert sheet.freeze_panes == "B2"
            assert sheet.auto_filter.ref.startswith("A1:")
            assert sheet.print_title_rows == "$1:$1"
            for cell, column in zip(sheet[1], layout.columns, strict=True):
                assert cell.comment
                assert column.help in cell.comment.text
                assert ("Needed on every row." in cell.comment.text) is column.required

    def test_each_sheet_has_one_example_row_in_quiet_italics(self) -> None:
        book = opened(template_bytes())
        for layout in SHEETS:
            sheet = book[layout.name]
            assert sheet.max_row == 2
            assert sheet["A2"].value == EXAMPLE_MARK + layout.identity.example
            assert sheet["A2"].font.italic
            assert "never read" in sheet["A2"].comment.text

    def test_closed_lists_refuse_other_words_and_open_ones_only_suggest(self) -> None:
        book = opened(template_bytes())
        seen = 0
        for layout in SHEETS:
            rules = {str(v.sqref).partition(":")[0]: v for v in book[layout.name].data_validations.dataValidation}
            for number, column in enumerate(layout.columns, 1):
                address = f"{openpyxl.utils.get_column_letter(number)}3"
                if column.choices:
                    assert bool(rules[address].showErrorMessage) is column.strict
                    seen += 1
        assert seen == sum(bool(c.choices) for s in SHEETS for c in s.columns) > 10

    def test_names_are_offered_from_the_sheet_that_declares_them(self) -> None:
        rules = opened(template_bytes())["Systems"].data_validations.dataValidation
        found = {str(v.sqref): (v.formula1, bool(v.showErrorMessage)) for v in rules}
        assert found["B3:B1002"] == ("'Organisations'!$A$3:$A$1002", False)
        assert found["D3:D1002"] == ("'Recipients'!$A$3:$A$1002", False)

    def test_every_word_offered_is_a_word_the_reader_knows(self) -> None:
        book = opened(template_bytes())
        context = Context(law.load())
        tried = 0
        for layout in SHEETS:
            for rule in book[layout.name].data_validations.dataValidation:
                column = layout.columns[_number(str(rule.sqref)) - 1]
                for word in offered(book, rule.formula1):
                    if word.rstrip() == "exception:":
                        word += "the reason"
                    assert column.parse(word, column, context).troubles == (), (layout.name, column.heading, word)
                    tried += 1
        assert tried > 300

    def test_the_same_bytes_every_time(self) -> None:
        assert template_bytes() == template_bytes()


def _number(sqref: str) -> int:
    letters, _ = openpyxl.utils.cell.coordinate_from_string(sqref.split(":")[0])
    return int(openpyxl.utils.column_index_from_string(letters))


def offered(book: openpyxl.Workbook, formula: str) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    sheet, _, cells = formula.rpartition("!")
    if sheet != "Lists":
        return []
    return [str(row[0].value) for row in book[sheet][cells.replace("$", "")]]


HOSTILE = (
    "=1+1", "=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "'quoted", "#N/A", "#REF!", "TRUE", "007", "3/4", "1e5",
    "_x0041_", "<b>&amp;</b>", "two\nlines", "tab\there",
)  # fmt: skip


class TestTextStaysText:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_as_typed(self, text: str, tmp_path: Path) -> None:
        inventory = Inventory(recipients=(Recipient(name="R", notes=Fact.of(text), extra={"=Mine": Fact.of(text)}),))
        path = tmp_path / "x.xlsx"
        write_workbook(inventory, path)
        row = openpyxl.load_workbook(path)["Recipients"][2]
        assert {c.data_type for c in row if c.value is not None} == {"s"}
        (recipient,) = read(path).inventory.recipients
        assert recipient.notes.value == text
        assert {h: f.value for h, f in recipient.extra.items()} == {"=Mine": text}

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("a\x00b", "a␀b"),
            ("a\x1bb", "a␛b"),
            ("a\ud800b", "a\ufffdb"),
            ("a\uffffb", "a\ufffdb"),
            ("a\r\nb\rc", "a\nb\nc"),
        ],
    )
    def test_a_character_no_spreadsheet_holds_is_shown(self, text: str, shown: str) -> None:
        sheet = openpyxl.Workbook().active
        assert sheet is not None
        put_text(sheet["A1"], text)
        assert sheet["A1"].value == shown

    @pytest.mark.parametrize("letter", ["a", "𝒜"])
    def test_a_text_too_long_is_cut_where_it_can_be_seen(self, letter: str) -> None:
        sheet = openpyxl.Workbook().active
        assert sheet is not None
        put_text(sheet["A1"], letter * 40_000)
        value = sheet["A1"].value
        assert value.endswith(letter + CUT)
        assert LONGEST_TEXT - 1 <= len(value.encode("utf-16-le")) // 2 <= LONGEST_TEXT

    def test_a_text_of_the_greatest_length_is_kept(self) -> None:
        sheet = openpyxl.Workbook().active
        assert sheet is not None
        put_text(sheet["A1"], "a" * LONGEST_TEXT)
        assert sheet["A1"].value == "a" * LONGEST_TEXT


class TestText:
    @pytest.mark.parametrize("target", KINDS)
    def test_is_itself_again_and_runs_nowhere(self, target: str, tmp_path: Path) -> None:
        notes = [
            *HOSTILE,
            "＝1",
            "'=1",
            "''=1",
            "(error) #N/A",
            "(formula) =A1",
            "NA",
            "1.10",
            "2026-01-02",
            "a  b",
            "𝒜",
            "a;b",
        ]
        inventory = Inventory(
            recipients=tuple(
                Recipient(name=f"{text} {n}", notes=Fact.of(text), extra={text: Fact.of(text)})
                for n, text in enumerate(notes)
            )
        )
        write(Reading(inventory, (), ()), tmp_path / target)
        assert without_cells(read(tmp_path / target).inventory) == without_cells(inventory)

    def test_in_csv_has_an_apostrophe_where_a_spreadsheet_would_run_it(self, tmp_path: Path) -> None:
        texts = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "'quoted", "1-1"]
        recipients = tuple(Recipient(name=f"R{n}", notes=Fact.of(text)) for n, text in enumerate(texts))
        write(Reading(Inventory(recipients=recipients), (), ()), tmp_path / "out")
        with (tmp_path / "out" / "Recipients.csv").open(newline="", encoding="utf-8-sig") as file:
            found = [row["Notes"] for row in csv.DictReader(file)]
        assert found == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'＝1", "''=1", "'quoted", "1-1"]

    def test_of_a_name_that_begins_like_an_example_is_kept(self, tmp_path: Path) -> None:
        system = System(name="(Example) Corporation", recipients=Fact.of(("(example) b", "c")))
        again = written(Inventory(systems=(system, System(name="'(example) d"))), tmp_path)
        assert [s.name for s in again.inventory.systems] == ["(Example) Corporation", "'(example) d"]
        assert again.inventory.systems[0].recipients.value == ("(example) b", "c")

    @pytest.mark.parametrize("target", KINDS)
    def test_of_any_length_is_kept_or_its_cutting_told(self, target: str, tmp_path: Path) -> None:
        long = Recipient(name="R", notes=Fact.of("a" * 40_000))
        cut = write(Reading(Inventory(recipients=(long,)), (), ()), tmp_path / target)
        (again,) = read(tmp_path / target).inventory.recipients
        if target == "again.xlsx":
            assert cut == ("Recipients!N2",)
            assert again.notes.value == "a" * (LONGEST_TEXT - len(CUT)) + CUT
        else:
            assert (cut, again.notes.value) == ((), "a" * 40_000)


class TestWhatStandsBeside:
    ROWS: tuple[Sheet, ...] = (
        Sheet("x", "Systems", [["System", "Owner", None], ["CRM", "Ana", "odd"], [None, "Bo", date(2026, 1, 2)]]),
        Sheet("x", "Shoes", [["Size"], [41]]),
    )

    @pytest.mark.parametrize("target", KINDS)
    def test_rows_left_out_are_carried_with_the_reason_and_never_read(self, target: str, tmp_path: Path) -> None:
        first = parse([Book("x", self.ROWS)], law.load())
        assert [(o.cell.sheet, o.cell.row, list(o.row)) for o in first.left_out] == [
            ("Shoes", 2, [41]),
            ("Systems", 3, [None, "Bo", date(2026, 1, 2)]),
        ]
        write(first, tmp_path / target)
        sheet = next(s for s in sheets.read(tmp_path / target).sheets if s.name == "Left out")
        shown = [[None if v is None else str(v) for v in row] for row in sheet.rows]
        assert shown[0] == ["File", "Sheet", "Row", "Why", "A", "B", "C"]
        assert [row[:3] + row[4:] for row in shown[1:]] == [
            ["x", "Shoes", "2", "41"],
            ["x", "Systems", "3", None, "Bo", "2026-01-02"],
        ]
        assert "has no name in System" in str(shown[2][3])
        again = read(tmp_path / target)
        assert (again.problems, again.inputs[0].rows_read) == ((), 1)
        assert {h: f.value for h, f in again.inventory.systems[0].extra.items()} == {"column C": "odd"}

    def test_each_record_says_where_it_is_from(self, tmp_path: Path) -> None:
        rows: list[list[Value]] = [["System", "Categories"], ["CRM", "a"], ["Till", "b"], ["crm", "c"]]
        write(parse([Book("x", (Sheet("x", "Systems", rows),))], law.load()), tmp_path / "o.zip")
        sheet = next(s for s in sheets.read(tmp_path / "o.zip").sheets if s.name == "Where from")
        assert sheet.rows[1:] == [
            ["Systems", "2", "CRM", "x", "Systems", "2, 4"],
            ["Systems", "3", "Till", "x", "Systems", "3"],
        ]

    def test_nothing_stands_there_when_there_is_nothing_to_say(self, tmp_path: Path) -> None:
        write(Reading(RICH, (), ()), tmp_path / "o.ods")
        assert [s.name for s in sheets.read(tmp_path / "o.ods").sheets] == [s.name for s in SHEETS]

    @pytest.mark.parametrize("target", ["o.ods", "o.zip"])
    def test_the_same_inventory_is_the_same_bytes(self, target: str, tmp_path: Path) -> None:
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            write(Reading(RICH, (), ()), tmp_path / folder / target)
        assert (tmp_path / "a" / target).read_bytes() == (tmp_path / "b" / target).read_bytes()

    def test_another_kind_of_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="doc"):
            write(Reading(RICH, (), ()), tmp_path / "o.doc")


def place(country: str, activity: Activity | None = None, text: str = "") -> Place:
    return Place(country, None, activity, text or country)


RICH = Inventory(
    organisations=(
        Organisation(
            name="Kowhai Limited",
            country=Fact.of((place("NZ", text="New Zealand"),)),
            carries_on_business_in=Fact(None, Nothing.NONE),
            small_business=Fact(None, Nothing.NOT_STATED),
            regimes=Fact.of(("nz", "au")),
        ),
    ),
    systems=(
        System(
            name="Shop; the big one",
            locations=Fact.of((place("US", Activity.STORAGE), place("US", Activity.BACKUP), place("NA"))),
            collected_since=Fact.of(date(2026, 2, 1)),
            notice_given=Fact.of(Notice(NoticeGiven.EXCEPTION, "public source - s 7, see (b")),
            purposes=Fact.of(("Selling", "Sending, by post")),
        ),
        System(name="Till", collected_since=Fact.of(date(1850, 1, 1)), notice_given=Fact.of(Notice(NoticeGiven.NO))),
    ),
    recipients=(
        Recipient(
            name="Harbour",
            role=Fact.of(Role.AGENT),
            own_purposes=Fact.of(False),
            nz_business=Fact.of(True),
            bound_by=Fact.of((Binding("PIPEDA", True), Binding("AU Privacy Act", False, "small business, they say"))),
            schemes=Fact.of(
                (
                    Scheme("DPF", date(2026, 8, 1)),
                    Scheme("UK Extension", date(2026, 8, 1)),
                    Scheme("DPF HR", date(2025, 3, 1), date(2026, 10, 20)),
                )
            ),
            extra={"Our number": Fact.of("0042")},
        ),
    ),
    flows=(
        Flow(
            name="Shop → Harbour",
            origin=Fact.of("Shop; the big one"),
            destination=Fact.of("Harbour"),
            ground=Fact.of(("s 24",)),
        ),
        Flow(name="made up", implied_by="Systems: Recipients"),
    ),
    safeguards=(Safeguard(name="DPA", mechanism=Fact.of("agreement"), expires=Fact.of(date(2028, 1, 31))),),
)


class TestRoundTrip:
    def test_everything_a_record_can_say(self, tmp_path: Path) -> None:
        again = written(RICH, tmp_path)
        typed = Inventory(**{**vars_of(RICH), "flows": RICH.flows[:1]})
        assert without_cells(again.inventory) == without_cells(typed)
        assert [p.code for p in again.problems] == ["P101"]  # Categories of the flow, which are blank there too

    @pytest.mark.parametrize("name", ["focus-technology", "lead-management"])
    def test_the_worked_examples(self, name: str, tmp_path: Path) -> None:
        reading = read(ROOT / "inventories" / name)
        again = written(reading.inventory, tmp_path)
        assert without_cells(again.inventory) == without_cells(reading.inventory)
        assert len(again.problems) == len(reading.problems)
        assert again.inputs[0].rows_left_out == 0

    def test_a_day_is_a_real_date_cell(self, tmp_path: Path) -> None:
        path = tmp_path / "x.xlsx"
        write_workbook(RICH, path)
        cell = openpyxl.load_workbook(path)["Safeguards"]["I2"]
        assert (cell.is_date, cell.number_format) == (True, "yyyy-mm-dd")

    def test_the_text_of_a_cell_that_was_not_understood_is_kept_and_reported_again(self, tmp_path: Path) -> None:
        rows: list[list[Value]] = [
            ["Flow", "From", "To", "Categories", "Ended", "Ground", "Role"],
            ["F1", "a", "b", "c", "soon", "s 24; because", "boss"],
        ]
        reading = parse([Book("x", (Sheet("x", "Flows", rows),))], law.load())
        again = written(reading.inventory, tmp_path)
        told = [(p.code, p.value) for p in again.problems]
        assert sorted(told) == sorted((p.code, p.value) for p in reading.problems) != []
        assert without_cells(again.inventory) == without_cells(reading.inventory)

    @pytest.mark.parametrize("target", KINDS)
    def test_errors_and_formulas_are_told_again_and_never_live(self, target: str, tmp_path: Path) -> None:
        rows: list[list[Value]] = [
            ["System", "Owner", "Retention", "Security"],
            ["CRM", ErrorValue("#N/A"), Uncomputed("=A1"), ErrorValue("Err:502")],
        ]
        first = parse([Book("x", (Sheet("x", "Systems", rows),))], law.load())
        write(first, tmp_path / target)
        again = read(tmp_path / target)
        system = again.inventory.systems[0]
        assert {f.nothing for f in (system.owner, system.retention, system.security)} == {Nothing.UNREADABLE}
        assert [(p.code, p.value) for p in again.problems] == [("P108", "=A1"), ("P107", "Err:502"), ("P107", "#N/A")]
        if target == "again.xlsx":
            cell = openpyxl.load_workbook(tmp_path / target)["Systems"]["M2"]
            assert (cell.value, cell.data_type) == ("(formula) =A1", "s")

    @pytest.mark.parametrize("target", KINDS)
    def test_rows_that_differ_are_written_as_rows_that_differ(self, target: str, tmp_path: Path) -> None:
        rows: list[list[Value]] = [
            ["Recipient", "Country", "Role", "Own purposes"],
            ["Acme", "US", "agent", "yes"],
            ["ACME", "NZ", "agent", "no"],
        ]
        first = parse([Book("x", (Sheet("x", "Recipients", rows),))], law.load())
        write(first, tmp_path / target)
        again = read(tmp_path / target)
        (acme,) = again.inventory.recipients
        assert (acme.country.nothing, acme.own_purposes.nothing) == (Nothing.UNREADABLE, Nothing.UNREADABLE)
        assert acme.role.value is Role.AGENT
        assert [(p.code, p.column) for p in again.problems] == [(p.code, p.column) for p in first.problems]
        assert [row[:1] + row[2:3] for row in rows_of(again.inventory)["Recipients"][1:]] == [
            ["Acme", "US"],
            ["Acme", "NZ"],
        ]

    def test_a_day_that_is_none_proves_nothing_about_the_others(self, tmp_path: Path) -> None:
        rows: list[list[Value]] = [["System", "Collected since"], ["a", "13/4/2026"], ["b", "4/13/2026"]]
        first = parse([Book("x", (Sheet("x", "Systems", rows),))], law.load())
        again = written(first.inventory, tmp_path)
        assert without_cells(again.inventory) == without_cells(first.inventory)
        assert [(p.code, p.value) for p in again.problems] == [("P105", "4/13/2026 ?")]

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def test_whatever_was_read_is_read_again(self, data: st.DataObject) -> None:
        word = st.sampled_from(WORDS) | st.text("ab;,/(): \n-", max_size=8).filter(says_something)
        cell = word | st.lists(word, min_size=1, max_size=3).map("; ".join) | st.dates(date(1900, 3, 1)) | st.none()
        listed = st.lists(st.sampled_from(LISTED), min_size=1, max_size=3).map("; ".join) | st.none()
        layouts = data.draw(st.lists(st.sampled_from(SHEETS), min_size=1, max_size=3, unique=True))
        drawn = []
        for layout in layouts:
            row = st.tuples(*(listed if c.parse in (schemes, bindings) else cell for c in layout.columns), cell, cell)
            headings = [*(c.heading for c in layout.columns), "Mine", "Also mine"]
            drawn.append(Sheet("x", layout.name, [[*headings], *map(list, data.draw(st.lists(row, max_size=3)))]))
        first = parse([Book("x", tuple(drawn))], law.load())
        tables = rows_of(first.inventory)
        second = parse([Book("x", tuple(Sheet("x", n, [*r]) for n, r in tables.items()))], law.load())
        assert unknown_alike(second.inventory) == unknown_alike(first.inventory)
        assert second.inputs[0].rows_left_out == 0


WORDS = (
    "yes", "no", "not stated", "none", "unknown", "US", "US (storage)", "Ireland (backup, storage)", "EU", "NZ; AU",
    "outside New Zealand", "Sydney, Australia", "Dublin (Ireland)", "US (storage, cold)", "NA", "Atlantis", "Europe",
    "agent", "processor", "private", "general", "contact", "held in", "regular", "agreement", "NZ-12-1-F", "s 24", "nz",
    "IPP 11(1)(a)", "DPF 2026-08-01", "DPF 2025-03-01..2026-10-20", "PIPEDA", "AU Privacy Act: no, small", "GDPR: maybe",
    "exception: public, s 7", "exempt (a - b)", "by another: them", "2026-11-30", "03/04/2026", "13/4/2026", "007",
    "A, B", "A", "B", "=A1", "(example) x", "F1", "Ümläut", "Google Analytics",
)  # fmt: skip


def says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


LISTED = (
    "DPF",
    "DPF 2026-08-01",
    "DPF 2025-03-01..2026-10-20",
    "PIPEDA",
    "AU Privacy Act: no, small",
    "GDPR: maybe",
    "X: yes",
)


def unknown_alike(inventory: Inventory) -> Any:
    """Facts whose text no problem names come back as not stated, and a cell of mere semicolons as blank."""

    def plain(fact: Any) -> Any:
        if fact[-1] is Nothing.UNREADABLE:
            return (*fact[:2], Nothing.NOT_STATED)
        return (fact[0], None, Nothing.BLANK) if fact[1:] == ((), None) else fact

    return [(kind, [plain(f) for f in facts]) for kind, facts in without_cells(inventory)]


def vars_of(inventory: Inventory) -> dict[str, Any]:
    return {f.name: getattr(inventory, f.name) for f in fields(inventory)}


def test_names_beside_what_is_not_stated_are_written_and_read_again(tmp_path: Path) -> None:
    flows = "Flow | From | To | Categories\nF1 | Shop | Courier | Zeta; not stated\nF2 | Shop | Courier | Zeta"
    first = reading(flows=flows, systems="System | Categories\nShop | Zeta\nShop | Zeta; tbc").inventory
    again = written(first, tmp_path).inventory
    assert [flow.categories.words for flow in again.flows] == ["Zeta; not stated", None]
    assert [whole(system.categories) for system in (*first.systems, *again.systems)] == [False, False]
    assert again.systems[0].categories.value == ("Zeta",)


@pytest.mark.parametrize("heading", ["Reference", "end_date", "Notes", "Reference (kept)", "Kept", "Owner (kept)"])
def test_an_extra_column_is_read_back_as_one_whatever_it_is_called(heading: str, tmp_path: Path) -> None:
    flow = Flow(name="F1", origin=Fact.of("Shop"), destination=Fact.of("Mailer"), extra={heading: Fact.of("T-1")})
    again = written(Inventory(flows=(flow,)), tmp_path)
    assert {h: f.value for h, f in again.inventory.flows[0].extra.items()} == {heading: "T-1"}
    assert "P305" not in [p.code for p in again.problems]
