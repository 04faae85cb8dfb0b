"""Saved mappings: written, edited by hand, read back, and used for the next file of the same shape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamap import law
from datamap.inventory import items, name_key
from datamap.layouts import profiles
from datamap.layouts.mapper import Proposal, drafts, profile_of, propose, unused
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.layouts.profiles import BadProfile, Profile, Same, beside, dump, from_columns, load
from datamap.places import place_name
from datamap.problems import Kind
from datamap.sheets import Book, Sheet
from datamap.workbook import Reading, parse
from tests.conftest import drawn

M = Meaning
SMALL = (
    'name = "Vendors"\n[columns]\n"Wizard" = "recipient"\n"Land X" = "recipient\'s country"\n"Mood" = "kept as it is"\n'
)


def book(text: str, file: str = "mine.xlsx", sheet: str = "Sheet1") -> Book:
    return Book(file, (Sheet(file, sheet, drawn(text)),), "xlsx")


def read(profile: Profile, text: str) -> tuple[Proposal, Reading]:
    (proposal,) = propose([book(text)], [profile])
    return proposal, parse(drafts([proposal]), law.load())


def test_a_profile_reads_what_no_heading_says() -> None:
    text = "Wizard | Land X | Mood\nPayCo | India | calm"
    assert not propose([book(text)])[0].inventory
    proposal, reading = read(load(SMALL, "v.mapping.toml"), text)
    assert proposal.layout == "mapping Vendors"
    (recipient,) = reading.inventory.recipients
    assert (recipient.name, [place_name(p) for p in items(recipient.country)]) == ("PayCo", ["India"])


def test_the_next_file_of_the_shape_is_known_by_its_headings() -> None:
    profile = load(SMALL, "v")
    other_order = "Notes on it\n|\nSpare | MOOD | land-x | wizard *\nz | calm | India | PayCo"
    proposal, reading = read(profile, other_order)
    assert proposal.tables[0].profile is profile
    assert [r.name for r in reading.inventory.recipients] == ["PayCo"]
    assert "Spare" in reading.inventory.recipients[0].extra
    for stranger in ("Wizard | Land Y | Sky\na | b | c", "Mood | Land X | Sky\na | b | c", "System | Data held\na | b"):
        assert read(profile, stranger)[0].tables[0].profile is None


def test_the_profile_that_fits_best_is_used() -> None:
    wide = load(SMALL, "wide")
    narrow = replace(wide, name="narrow", columns={"Wizard": M.RECIPIENT, "Elsewhere": M.LOCATIONS})
    (proposal,) = propose([book("Wizard | Land X | Mood\nPayCo | IN | x")], [narrow, wide])
    assert proposal.tables[0].profile is wide
    assert unused([narrow, wide], [proposal]) == [
        "The mapping 'narrow' fits no table of mine.xlsx: it is for tables with the headings 'Wizard', 'Elsewhere'."
    ]


def test_what_else_a_profile_may_say() -> None:
    profile = load(
        """
        name = "List"
        origin = "Helpdesk"
        heading_row = 2
        fill_down = ["Where"]
        leave_out = ["draft"]
        recognised_by = ["Whom", "Where"]
        [columns]
        "Whom" = "Recipient"
        "Where" = "where the recipient holds it"
        "Why" = "purpose"
        """,
        "list.toml",
    )
    text = (
        "System | Country | Data held\nWhom | Where | Why\nPayCo | India | Pay\nMailer | | Post\nDraft entry | NZ | x"
    )
    proposal, reading = read(profile, text)
    assert proposal.tables[0].table.heading_rows == (2,)
    assert [(r.name, [place_name(p) for p in items(r.locations)]) for r in reading.inventory.recipients] == [
        ("PayCo", ["India"]),
        ("Mailer", ["India"]),
    ]
    assert {f.origin.value for f in reading.inventory.flows} == {"Helpdesk"}
    assert "left out by the mapping" in {p.wanted for p in reading.problems}


def test_a_corrected_proposal_is_saved_and_found_beside_the_next_file(tmp_path: Path) -> None:
    (proposal,) = propose([book("Wizard | Land X | Mood\nPayCo | India | calm")])
    right = proposal.corrected(0, {1: M.RECIPIENT, 2: M.RECIPIENT_COUNTRY})
    saved = profile_of(right.tables[0], "Wizards", origin="Helpdesk")
    (tmp_path / "wizards.mapping.toml").write_text(dump(saved), "utf-8")
    (tmp_path / "other.toml").write_text("nonsense", "utf-8")
    for place in (tmp_path, tmp_path / "next.xlsx"):
        assert beside(place) == [saved]
    assert saved.columns == {"Wizard": M.RECIPIENT, "Land X": M.RECIPIENT_COUNTRY, "Mood": M.OTHER}
    again = profile_of(read(saved, "Wizard | Land X | Mood\nMailer | US | x")[0].tables[0], "Wizards")
    assert again == saved
    assert beside(tmp_path / "no" / "such" / "folder.xlsx") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "is not a saved mapping"),
        ('[columns]\n"a" = "system"', "has no 'name'"),
        ('name = "x"', "has no [columns]"),
        ('name = "x"\ncolums = 1', "did you mean 'columns'?"),
        ('name = "x"\n[columns]\n"a" = "systm"', "did you mean 'system'?"),
        ('name = "x"\n[columns]\n"a" = 1', "but a meaning in quotation marks is wanted"),
        ('name = "x"\n[columns]\n"a" = "purpose"', "no column says what the rows are about"),
        ('name = "x"\n[columns]\n"a b" = "system"\n"A-B" = "purpose"', "stands in it twice"),
        ('name = "x"\nheading_row = "5"\n[columns]\n"a" = "system"', "a row's number is wanted"),
        ('name = "x"\nheading_row = true\n[columns]\n"a" = "system"', "a row's number is wanted"),
        ('name = 5\n[columns]\n"a" = "system"', "text in quotation marks is wanted"),
        ('name = "x"\nfill_down = "a"\n[columns]\n"a" = "system"', "a list of texts is wanted"),
        ('name = "x"\nfill_down = ["aa bb"]\n[columns]\n"aa bbb" = "system"', "(did you mean 'aa bbb'?)"),
        ('name = "x"\n[columns]\n"a" = "system"\n[[same]]\nsheet = "Systems"\nname = "x"', "has no 'is'"),
        ('name = "x"\n[columns]\n"a" = "system"\n[[same]]\nsheets = "Systems"', "did you mean 'sheet'?"),
        ('name = "x"\nsame = 1\n[columns]\n"a" = "system"', "[[same]]"),
    ],
)
def test_a_profile_that_is_wrong_is_said_to_be_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(BadProfile) as wrong:
        load(text, "mine.mapping.toml")
    sentence = str(wrong.value)
    assert "mine.mapping.toml" in sentence
    assert said in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_files_that_are_no_profile(tmp_path: Path) -> None:
    (tmp_path / "a.mapping.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadProfile, match="UTF-8"):
        beside(tmp_path)
    with pytest.raises(BadProfile, match="was not found"):
        profiles.read(tmp_path / "none.toml")
    (tmp_path / "big.toml").write_bytes(b"#" * (profiles.MOST_BYTES + 1))
    with pytest.raises(BadProfile, match="too large"):
        profiles.read(tmp_path / "big.toml")


def test_same_names_of_a_profile() -> None:
    profile = load(f'{SMALL}[[same]]\nsheet = "Recipients"\nname = "Pay Co"\nis = "PayCo"\n', "v")
    assert profile.same == (Same("Recipients", "Pay Co", "PayCo"),)
    assert load(dump(profile), "v") == profile


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
LINE = TEXT.map(lambda t: " ".join(t.split())).filter(bool)
HEADINGS = st.lists(TEXT.filter(lambda t: bool(name_key(t))), min_size=1, max_size=6, unique_by=name_key)


@given(st.data())
def test_a_profile_written_and_read_is_the_same(data: st.DataObject) -> None:
    headings = data.draw(HEADINGS)
    columns = {headings[0]: data.draw(st.sampled_from(SUBJECTS))}
    columns |= {h: data.draw(st.sampled_from(Meaning)) for h in headings[1:]}
    profile = Profile(
        data.draw(LINE),
        columns,
        recognised_by=tuple(data.draw(st.lists(st.sampled_from(headings), max_size=3))),
        heading_row=data.draw(st.integers(0, 1_048_576)),
        origin=data.draw(st.one_of(st.just(""), LINE)),
        fill_down=tuple(data.draw(st.lists(st.sampled_from(headings), max_size=3))),
        leave_out=tuple(data.draw(st.lists(TEXT, max_size=3))),
        same=tuple(data.draw(st.lists(st.builds(Same, LINE, LINE, LINE), max_size=2))),
    )
    assert load(dump(profile), "p") == profile


def test_what_toml_cannot_hold_does_not_break_the_file() -> None:
    profile = from_columns("x\ud800y", [('He said "no"\\\n\x00\x7f', M.SYSTEM), ("[columns]\n= #", M.PURPOSE)])
    text = dump(profile).encode("utf-8").decode("utf-8")
    assert list(load(text, "p").columns.values()) == [M.SYSTEM, M.PURPOSE]


def test_a_profile_may_say_that_a_table_is_not_read() -> None:
    text = 'name = "old"\nread = false\n\n[columns]\n"System" = "system"\n"Shared with" = "recipients"\n"Data" = "information categories"\n'
    profile = load(text, "old.mapping.toml")
    assert not profile.read
    assert load(dump(profile), "again") == profile
    rows = drawn("System | Shared with | Data\nShop | Mailer | Name")
    (proposal,) = propose([Book("t.csv", (Sheet("t.csv", "t", rows),))], [profile])
    assert not proposal.inventory
    assert proposal.tables[0].reason == "the mapping old leaves it out (read = false)"


def test_a_mapping_of_a_table_that_is_not_read_says_how_to_have_it_read() -> None:
    text = "Wizard | Land X | Mood\nPayCo | India | calm"
    (proposal,) = propose([book(text)])
    saved = dump(profile_of(proposal.tables[0], "w"), not_read=proposal.tables[0].reason)
    assert "# Not read: " in saved
    assert "recipient" in saved.partition("To have it read")[2].partition("\n")[0]
    assert not read(load(saved, "w"), text)[0].inventory
    right = saved.replace("read = false\n", "").replace('"Wizard" = "kept as it is"', '"Wizard" = "recipient"')
    assert [r.name for r in read(load(right, "w"), text)[1].inventory.recipients] == ["PayCo"]
    with pytest.raises(BadProfile, match="no column says what the rows are about"):
        load(saved.replace("read = false\n", ""), "w")


def test_columns_that_table_and_mapping_do_not_share_are_said() -> None:
    profile = replace(
        load(SMALL, "v"), columns={**load(SMALL, "v").columns, "Deed": M.DOCUMENT, "Sky": M.OTHER, "Hue": M.ROLE}
    )
    reading = read(replace(profile, recognised_by=("Wizard",)), "Wizard | Land X | Moon\nPayCo | India | full")[1]
    told = {p.value: (p.cell.address, p.message) for p in reading.problems if p.kind is Kind.COLUMN_DIFFERS}
    assert {value: address for value, (address, _) in told.items()} == {"Deed": "A1", "Hue": "A1", "Moon": "C1"}
    assert told["Deed"][1] == "The table has no column 'Deed', which the mapping 'Vendors' takes for document."
    assert told["Moon"][1] == "The mapping 'Vendors' does not know the column 'Moon', which was kept as it is."
    assert Kind.COLUMN_DIFFERS.notice
