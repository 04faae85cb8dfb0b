"""What was read is understood within limits, tells how far it is, and ends when it is told to."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest

from datamap import layouts, pace
from datamap.law import Law, load
from datamap.sheets import LIMITS, Book, Progress, Sheet, Unreadable, Value
from datamap.workbook import parse


@pytest.fixture(scope="module")
def law() -> Law:
    return load()


def register(rows: int, file: str = "register.csv") -> Book:
    """Somebody else's list of systems, each row of its own."""
    heads: list[Value] = ["System", "Vendor", "Vendor country", "Data categories", "Purpose"]
    body: list[list[Value]] = [
        [f"System {n}", f"Vendor {n % 900} Ltd", "Ireland", "Name, email address", "Support"] for n in range(rows)
    ]
    return Book(file, (Sheet(file, "register", [heads, *body]),), "csv")


def workbook(rows: int, file: str = "Flows.csv") -> Book:
    heads: list[Value] = ["Flow", "From", "To", "Categories"]
    body: list[list[Value]] = [[f"F{n}", f"System {n % 50}", f"Recipient {n % 70}", "Name"] for n in range(rows)]
    return Book(file, (Sheet(file, "Flows", [heads, *body]),), "csv")


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told at every step."""
    monkeypatch.setattr(pace, "EVERY", 0.0)


@pytest.mark.parametrize(("made", "often"), [(register, 200), (workbook, 6)])
def test_it_is_told_how_many_of_the_rows_are_understood(
    law: Law, made: Callable[[int], Book], often: int, always: None
) -> None:
    seen: list[Progress] = []
    book = made(400)
    layouts.read([book], law, progress=seen.append)
    assert {(at.file, at.of) for at in seen} == {(book.file, 401)}
    assert (seen[0].rows, seen[-1].rows) == (0, 401)
    assert [at.rows for at in seen] == sorted(at.rows for at in seen)
    assert len({at.rows for at in seen}) >= often


def test_of_several_files_they_are_told_together(law: Law) -> None:
    seen: list[Progress] = []
    layouts.read([register(3), workbook(4)], law, progress=seen.append)
    assert {(at.file, at.of) for at in seen} == {("2 files", 9)}


def test_no_part_of_the_work_holds_up_who_waits(law: Law, always: None) -> None:
    """Every function that goes through all the rows of a foreign file takes a step at least for every second one."""
    told: Counter[str] = Counter()

    def where(at: Progress) -> None:
        frame: FrameType | None = sys._getframe()
        within = set()
        while frame:
            within.add(frame.f_code.co_name)
            frame = frame.f_back
        told.update(within)

    book = register(300)
    for number, row in enumerate(book.sheets[0].rows[1:]):
        row[1] = f"Vendor {number // 2} {'Ltd' if number % 2 else 'Limited (support)'}"
    layouts.read([book], law, progress=where)
    parts = ("filled_rows", "tables", "entries", "translate", "certain", "rename", "settled", "_account")
    assert {part: told[part] >= 150 for part in parts} == dict.fromkeys(parts, True)


def test_what_progress_raises_ends_the_understanding(law: Law, always: None) -> None:
    class Stop(BaseException):
        pass

    books = [register(500)]

    def stop(at: Progress) -> None:
        if at.rows > 200:
            raise Stop

    with pytest.raises(Stop):
        layouts.read(books, law, progress=stop)
    assert gc.isenabled()
    assert layouts.read(books, law).inputs[0].rows_in_inventory == 500


def test_it_ends_wherever_it_is_told_to(law: Law, always: None) -> None:
    class Stop(BaseException):
        pass

    count = 0

    def counted(at: Progress) -> None:
        nonlocal count
        count += 1

    books = [register(40), workbook(30)]
    layouts.read(books, law, progress=counted)
    for last in range(1, count + 1, count // 20):
        left = last

        def stop(at: Progress) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Stop

        with pytest.raises(Stop):
            layouts.read(books, law, progress=stop)
        assert gc.isenabled()


@pytest.mark.parametrize("book", [register(50), workbook(50)], ids=["foreign", "ours"])
def test_what_takes_too_long_is_told_in_one_sentence(law: Law, monkeypatch: pytest.MonkeyPatch, book: Book) -> None:
    monkeypatch.setattr(pace, "LIMITS", replace(LIMITS, understanding=0.0))
    with pytest.raises(Unreadable, match=rf"^{book.file} would take more than 0 seconds to understand: split it .*\.$"):
        layouts.read([book], law)


def test_the_workbooks_own_reader_has_the_limit_and_the_progress(
    law: Law, monkeypatch: pytest.MonkeyPatch, always: None
) -> None:
    seen: list[Progress] = []
    parse([workbook(30)], law, progress=seen.append)
    assert (seen[0].file, seen[-1].rows, seen[-1].of) == ("Flows.csv", 31, 31)
    monkeypatch.setattr(pace, "LIMITS", replace(LIMITS, understanding=0.0))
    with pytest.raises(Unreadable, match="to understand"):
        parse([workbook(30)], law)


def test_the_limit_is_of_one_reading_and_not_of_several_after_each_other(law: Law) -> None:
    seen: list[Progress] = []
    for _ in range(2):
        layouts.read([workbook(3)], law, progress=seen.append)
    assert [at.rows for at in seen if at.rows == 4] == [4, 4]
    assert seen[0].rows == 0


def test_too_many_rows_are_refused_before_they_are_understood(law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "LIMITS", replace(LIMITS, rows=40, foreign_rows=20))
    assert layouts.read([workbook(39)], law).inputs[0].rows_in_inventory == 39
    with pytest.raises(Unreadable, match=r"^Flows\.csv has 41 rows, more than the 40 that are understood at once"):
        layouts.read([workbook(40)], law)
    assert layouts.read([register(19)], law).inputs[0].rows_in_inventory == 19
    with pytest.raises(Unreadable, match=r"^register\.csv has 21 rows, more than the 20 .* not laid out as datamap's"):
        layouts.read([register(20)], law)
    blank = replace(workbook(30).sheets[0], rows=[*workbook(30).sheets[0].rows, *([] for _ in range(100))])
    assert layouts.read([Book("Flows.csv", (blank,), "csv")], law).inputs[0].rows_read == 30
