"""Other people's files on the Start page: told, corrected, joined, and given back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from datamap.layouts import profiles
from datamap.layouts.mapper import Column, Mapped
from datamap.layouts.meanings import Meaning
from datamap.layouts.tables import Table
from datamap.sheets import Sheet
from datamap.ui.components import tables
from datamap.ui.components.mapping import changed_meanings, how_sure
from datamap.ui.components.report import left_out
from datamap.workbook import Reading
from tests.app.test_pages import MINIMAL, click, fine, on_page, opened, refused, upload, words

ORGANISATION = {"Organisations.csv": MINIMAL["Organisations.csv"]}
SUPPLIERS = (
    "Suppliers that get personal data,,,,\n"
    ",,,,\n"
    "Supplier,What they do,Data shared,Country,Where stored\n"
    'Tidewater Mail Ltd,Letters,"Name, email address",Ireland,EU\n'
    "TideWater Mail,Letters,Email address,Ireland,EU\n"
    'Kelp Analytics,Clicks,"IP address, cookies",USA,Atlantis\n'
    'Ropewalk Payroll,Pay,"Bank account, tax number",New Zealand,Australia\n'
    "Ropewalk Payrol,Pay,Bank account,New Zealand,Australia\n"
    "Total suppliers: 5,,,,\n"
)
SWEETS = "Sweet,Colour,Price,Shelf\nHumbug,Black,2.50,A1\nJellybean,Red,1.75,A2\nToffee,Brown,3.10,B1\n"
PLAIN = "System,Colour\nShop,Red\nTill,Blue\nLedger,Green\n"


def reading(app: AppTest) -> Reading:
    found: Reading = app.session_state["loaded"].reading
    return found


def recipients(app: AppTest) -> set[str]:
    return {record.name for record in reading(app).inventory.recipients}


def panels(app: AppTest) -> list[str]:
    return [panel.label for panel in app.expander]


def ticked(app: AppTest, label: str) -> AppTest:
    return fine(next(box for box in app.checkbox if box.label == label).check().run())


def written(app: AppTest, label: str, value: str) -> AppTest:
    return fine(next(field for field in app.text_input if field.label == label).set_value(value).run())


# ---------------------------------------------------------------------------------------------------- what was read


def test_rows_left_out_are_told_by_reason_and_balance() -> None:
    app = upload(opened(), {**ORGANISATION, "suppliers.csv": SUPPLIERS})
    (report,) = (i for i in reading(app).inputs if i.file == "suppliers.csv")
    reasons = left_out(reading(app), "suppliers.csv")
    assert sum(count for count, _ in reasons) == report.rows_left_out == report.rows_read - report.rows_in_inventory
    said = words(app)
    assert "1 row: a title above the headings" in said
    assert report.layout in said
    assert "datamap's own" in said


def test_what_was_only_taken_otherwise_stands_apart_from_problems() -> None:
    app = upload(opened(), {**ORGANISATION, "suppliers.csv": SUPPLIERS})
    assert app.dataframe[0].value["Value"].tolist() == ["Atlantis"]
    assert "1 cell was not understood" in words(app)
    assert any(p.startswith("Other spellings of one name: ") for p in panels(app))
    assert any(p.startswith("Titles, footers and other rows apart: ") for p in panels(app))


def test_hidden_sheets_are_said() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in SUPPLIERS.splitlines()[2:]:
        book.active.append([cell.strip('"') for cell in row.split(",")][:5])
    book.active.sheet_state = "hidden"
    book.create_sheet("Front")["A1"] = "See the other sheet"
    file = BytesIO()
    book.save(file)
    said = words(upload(opened(), {**ORGANISATION, "suppliers.xlsx": file.getvalue()}))
    assert "is hidden in the file; what stands there was read like the rest" in said


def test_many_problems_can_be_filtered() -> None:
    systems = "System,Locations,Sold\n" + "".join(f"S{n},Atlantis {n},perhaps\n" for n in range(14))
    flows = "Flow,From,To,Categories\nF1,Nobody,Nowhere,Name\n"
    app = upload(opened(), {**MINIMAL, "Systems.csv": systems, "Flows.csv": flows})
    every = app.dataframe[0].value
    choice = next(m for m in app.multiselect if m.label == "Kind")
    assert len(every) > 14
    code = next(o for o in choice.options if o.startswith("P103"))
    fine(choice.set_value([code.split()[0]]).run())
    assert set(app.dataframe[0].value["Code"]) == {"P103"}
    assert len(app.dataframe[0].value) == 14


# ---------------------------------------------------------------------------------------------------- refused


def test_what_was_open_stays_open_when_nothing_new_can_be_read() -> None:
    app = upload(opened(), MINIMAL)
    before = reading(app)
    app = upload(app, {"sweets.csv": SWEETS, "broken.xlsx": b"no workbook"})
    assert reading(app) == before
    assert sorted(s.split()[0] for s in refused(app)) == ["broken.xlsx", "sweets.csv"]
    assert refused(on_page(on_page(app, "Law"), "Start"))
    app = upload(app, MINIMAL)
    assert not refused(app)


def test_a_file_that_is_refused_does_not_keep_the_others_out() -> None:
    app = upload(opened(), {**MINIMAL, "sweets.csv": SWEETS, "suppliers.csv": SUPPLIERS})
    (sentence,) = refused(app)
    assert sentence.startswith("sweets.csv")
    assert {"Courier", "Kelp Analytics"} <= recipients(app)


def test_a_table_that_was_refused_is_read_when_the_reader_says_so() -> None:
    app = upload(opened(), {"plain.csv": PLAIN})
    assert "loaded" not in app.session_state
    assert any(p.startswith("Read plain.csv all the same") for p in panels(app))
    app = click(ticked(app, "Read this table"), "Read it so")
    assert [s.name for s in reading(app).inventory.systems] == ["Shop", "Till", "Ledger"]
    assert not refused(app)


def test_a_refused_file_joins_those_that_it_was_opened_with() -> None:
    app = upload(opened(), {**MINIMAL, "plain.csv": PLAIN, "broken.xlsx": b"no workbook"})
    app = click(ticked(app, "Read this table"), "Read it so")
    assert [s.name for s in reading(app).inventory.systems] == ["Shop", "Till", "Ledger"]
    assert recipients(app) == {"Courier"}
    assert [s.split()[0] for s in refused(app)] == ["broken.xlsx"]


def test_a_refused_file_takes_the_place_of_what_was_open_before() -> None:
    app = upload(opened(), MINIMAL)
    app = upload(app, {"plain.csv": PLAIN})
    assert recipients(app) == {"Courier"}
    app = click(ticked(app, "Read this table"), "Read it so")
    assert not recipients(app)
    assert [s.name for s in reading(app).inventory.systems] == ["Shop", "Till", "Ledger"]


def test_files_of_one_name_are_told_apart() -> None:
    sent = [("a.csv", data.encode(), "") for data in (PLAIN, PLAIN, SUPPLIERS, SUPPLIERS)]
    app = fine(opened().file_uploader[0].set_value(sent).run())
    assert len(refused(app)) == 2
    assert [report.file for report in reading(app).inputs] == ["a.csv", "a.csv (2)"]
    assert sum(p.endswith("all the same: say what its columns mean") for p in panels(app)) == 2
    app = click(ticked(app, "Read this table"), "Read it so")
    assert len(refused(app)) == 1
    assert [report.file for report in reading(app).inputs] == ["a.csv", "a.csv (2)", "a.csv (3)"]


def test_a_sheet_that_is_no_inventory_offers_nothing_by_itself() -> None:
    app = ticked(upload(opened(), {"sweets.csv": SWEETS}), "Read this table")
    assert "No column says what the rows are about" in words(app)
    assert next(b for b in app.button if b.label == "Read it so").disabled


# ---------------------------------------------------------------------------------------------------- mapping


def test_whom_a_list_belongs_to_is_said_and_read_so() -> None:
    app = upload(opened(), {**ORGANISATION, "suppliers.csv": SUPPLIERS})
    assert next(b for b in app.button if b.label == "Read it so").disabled
    app = written(app, "This list belongs to", "Ferry bookings")
    app = click(app, "Read it so")
    origins = {flow.origin.value for flow in reading(app).inventory.flows}
    assert origins == {"Ferry bookings"}
    assert next(f for f in app.text_input if f.label == "This list belongs to").value == "Ferry bookings"


def test_a_saved_mapping_that_is_opened_with_a_file_is_used_for_it() -> None:
    mapping = profiles.dump(
        profiles.from_columns(
            "Sweets", [("Sweet", Meaning.SYSTEM), ("Colour", Meaning.NOTES), ("Price", Meaning.OTHER)]
        )
    )
    app = upload(opened(), {**ORGANISATION, "sweets.csv": SWEETS, "sweets.mapping.toml": mapping})
    assert not refused(app)
    assert [s.name for s in reading(app).inventory.systems] == ["Humbug", "Jellybean", "Toffee"]
    assert "mapping Sweets" in words(app)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (b"name = ", "x.mapping.toml is not a saved mapping"),
        (b"\xff\xfe", "x.mapping.toml is not text"),
        (b'name = "X"\n[columns]\n"Wombat" = "system"\n"Burrow" = "notes"\n', "The mapping 'X' fits no table"),
    ],
)
def test_a_mapping_that_cannot_be_used_gets_its_sentence(mapping: bytes, sentence: str) -> None:
    app = upload(opened(), {**MINIMAL, "x.mapping.toml": mapping})
    assert [s[: len(sentence)] for s in refused(app)] == [sentence]
    assert recipients(app) == {"Courier"}


def test_a_mapping_alone_says_what_it_is() -> None:
    mapping = profiles.dump(profiles.from_columns("Sweets", [("Sweet", Meaning.SYSTEM)]))
    (sentence,) = refused(upload(opened(), {"x.mapping.toml": mapping}))
    assert sentence == "x.mapping.toml is a saved mapping: open it together with the files that it is for."


def column(number: int, meaning: Meaning, confidence: float) -> Column:
    return Column(number, f"H{number}", meaning, confidence, "its heading")


def test_only_what_the_reader_changed_is_changed() -> None:
    columns = (
        column(1, Meaning.SYSTEM, 0.95),
        column(3, Meaning.OWNER, 0.7),
        column(4, Meaning.RETENTION, 0.3),
        column(5, Meaning.OTHER, 1.0),
    )
    table = Table(Sheet("f", "s", []), {1: "H1"}, (1,), ())
    mapped = Mapped(table, columns, True, "")
    as_it_is = ["system", "owner", "kept as it is", "kept as it is"]
    assert changed_meanings(mapped, as_it_is) == {}
    assert changed_meanings(mapped, ["system", "kept as it is", "retention", "kept as it is"]) == {
        3: Meaning.OTHER,
        4: Meaning.RETENTION,
    }
    assert [how_sure(c) for c in columns] == ["sure, 95%", "likely, 70%", "unsure, 30%: retention", ""]


# ---------------------------------------------------------------------------------------------------- names


def offered_pair(app: AppTest) -> int:
    """Which box stands for the two spellings of the payroll."""
    boxes = [box for box in app.checkbox if box.label == "They are the same"]
    return next(n for n, box in enumerate(boxes) if "Ropewalk" in str(box.key))


def test_names_are_joined_only_when_the_reader_says_so_and_parted_again() -> None:
    app = upload(opened(), {**ORGANISATION, "suppliers.csv": SUPPLIERS})
    both = {"Ropewalk Payroll", "Ropewalk Payrol"}
    assert both <= recipients(app)
    assert any(p.startswith("Perhaps the same: 1 pair") for p in panels(app))
    app = click(app, "Read the ticked ones as one")
    assert both <= recipients(app)
    assert "Tick at least one pair" in words(app)

    next(s for s in app.selectbox if s.label == "Name to use").set_value("Ropewalk Payroll")
    [box for box in app.checkbox if box.label == "They are the same"][offered_pair(app)].check()
    app = click(app, "Read the ticked ones as one")
    assert both & recipients(app) == {"Ropewalk Payroll"}
    assert "Ropewalk Payrol is read as Ropewalk Payroll on Recipients." in words(app)

    app = click(app, "Undo")
    assert both <= recipients(app)


def test_joined_names_stay_joined_under_another_mapping_until_they_are_parted() -> None:
    app = upload(opened(), {**ORGANISATION, "suppliers.csv": SUPPLIERS})
    both = {"Ropewalk Payroll", "Ropewalk Payrol"}
    [box for box in app.checkbox if box.label == "They are the same"][offered_pair(app)].check()
    app = click(app, "Read the ticked ones as one")
    app = click(written(app, "This list belongs to", "Ferry bookings"), "Read it so")
    assert len(both & recipients(app)) == 1
    assert {f.origin.value for f in reading(app).inventory.flows} == {"Ferry bookings"}
    app = click(app, "Undo")
    assert both <= recipients(app)
    assert {f.origin.value for f in reading(app).inventory.flows} == {"Ferry bookings"}


def test_facts_accepted_from_the_catalogue_outlive_joined_names() -> None:
    files = {**MINIMAL, "Recipients.csv": "Recipient,Country\nMailchimp,\nRopewalk Payroll,NZ\nRopewalk Payrol,NZ\n"}
    app = upload(opened(), files)
    next(box for box in app.checkbox if box.label == "Country").check()
    app = click(app, "Accept the ticked ones")
    [box for box in app.checkbox if box.label == "They are the same"][offered_pair(app)].check()
    app = click(app, "Read the ticked ones as one")
    assert "1 fact accepted" in words(app)
    mailchimp = reading(app).inventory.recipient("Mailchimp")
    assert mailchimp is not None
    assert [p.country for p in mailchimp.country.value or ()] == ["US"]


def test_a_fact_that_was_accepted_for_a_name_that_is_joined_away_is_let_go() -> None:
    files = {**MINIMAL, "Recipients.csv": "Recipient,Country\nMailchimp,\nMailchinp,NZ\n"}
    app = upload(opened(), files)
    next(box for box in app.checkbox if box.label == "Country").check()
    app = click(app, "Accept the ticked ones")
    assert "1 fact accepted" in words(app)
    next(box for box in app.checkbox if box.label == "They are the same").check()
    app = click(app, "Read the ticked ones as one")
    assert len(recipients(app)) == 1


# ---------------------------------------------------------------------------------------------------- the file back


def marked(app: AppTest) -> list[Any]:
    return [value for key, value in app.session_state["loaded"].kept.items() if key[0] == "marked"]


def test_the_file_comes_back_with_its_problems_marked() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Recipients"
    book.active.append(["Recipient", "Country"])
    book.active.append(["Courier", "Atlantis"])
    file = BytesIO()
    book.save(file)
    app = upload(opened(), {**ORGANISATION, "mine.xlsx": file.getvalue()})
    assert not marked(app)
    app = click(app, "Mark the problems in it")
    assert "1 cell marked, 1 problem listed." in words(app)
    ((data, told),) = marked(app)
    assert not told.copied
    back = openpyxl.load_workbook(BytesIO(data))
    assert back.sheetnames == ["Recipients", "Problems"]
    assert "Atlantis" in str(back["Recipients"]["B2"].comment)


def test_what_is_not_kept_of_a_file_is_said() -> None:
    app = click(upload(opened(), {**ORGANISATION, "suppliers.csv": SUPPLIERS}), "Mark the problems in it")
    assert "copy of the values of suppliers.csv" in words(app)


# ---------------------------------------------------------------------------------------------------- hostile words


def test_words_of_a_foreign_file_are_never_markup() -> None:
    hostile = "<img src=x onerror=alert(1)> **stars** :red[red]"
    text = SUPPLIERS.replace("Where stored", f'"{hostile}"').replace("Ropewalk", hostile)
    app = upload(opened(), {**ORGANISATION, f"{hostile}.csv": text, "b <i>.csv": SWEETS})
    assert not any("<img" in e.proto.body or "<i>" in e.proto.body for e in app.html)
    said = [*app.markdown, *app.caption, *app.info, *app.warning, *app.success]
    assert not any("onerror" in str(e.value) for e in said)
    assert not any("**stars**" in label or ":red[" in label for label in panels(app))


def test_problems_that_take_several_lines_are_read_without_scrolling() -> None:
    row = "Courier,{},agent,no\n"
    recipients = "Recipient,Country,Role,Own purposes\n"
    short = upload(opened(), {**MINIMAL, "Recipients.csv": recipients + row.format("Atlantis")})
    long = upload(
        opened(), {**MINIMAL, "Recipients.csv": recipients + row.format("Atlantis beyond the pillars of " * 4)}
    )
    heights = [[t.proto.row_height for t in app.dataframe if "What to do" in t.value] for app in (short, long)]
    assert heights == [[0], [tables.THREE_LINES]]
    assert tables.THREE_LINES > 64, "Streamlit wraps words only in rows higher than 4 rem"
