"""What one browser session holds: its files, the day, what it looks at. The only module that touches Streamlit's state.

Nothing a user loads is ever cached across sessions; it lives in `st.session_state` and goes with the session.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import uuid4

import streamlit as st

from datamap import catalogue, layouts, policies, sheets
from datamap import law as laws
from datamap.assessment import Assessment, NobodySends, assess
from datamap.catalogue import Suggestion
from datamap.comparison import Comparison, compare
from datamap.inventory import Inventory, Organisation, items
from datamap.law import BadLaw, Law
from datamap.layouts import mapper, names, profiles
from datamap.layouts.mapper import Proposal
from datamap.layouts.profiles import BadProfile, Profile
from datamap.sheets import Book, Cell, Progress, Unreadable
from datamap.transfers import Answer, Outcome
from datamap.ui import PAGES
from datamap.ui.components import keeper
from datamap.ui.components.answers import answer_name
from datamap.ui.components.markup import show, stylesheet, tag
from datamap.workbook import Reading
from datamap.workbook.columns import ORGANISATIONS as ORGANISATIONS_SHEET
from datamap.workbook.columns import RECIPIENTS as RECIPIENTS_SHEET
from datamap.workbook.editing import Edit, Edited, WorkingCopy, cell_named

T = TypeVar("T")
Offered = Mapping[str, Mapping[Any, str]]
Tell = Callable[[int, Progress], None]
"""Told how many files are read, and how far the next one is, or how far all are understood."""
Joined = tuple[str, str, str]
"""Names that the reader said are one: the sheet, a name, and the name to use instead."""

_INVENTORIES = Path(__file__).parents[2] / "inventories"
_EXAMPLES = {"focus-technology": "Focus Technology", "lead-management": "Lead Management"}
_KEPT = 40
_BY_MAPPING = (mapper.LAYOUT, "mapping ")  # how the layout begins of what was read by a proposed and by a saved mapping
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)

DAY, REGIME = "as_of", "regime"
CATEGORY, COUNTRY, OUTCOME, FOCUS, FLAGGED = "category", "country", "outcome", "around", "flagged"
RECIPIENT, INDIVIDUAL, OWNER, TOWARDS, STEPS, ASSESSED = (
    "recipient",
    "individuals",
    "owner",
    "towards",
    "steps",
    "assessed",
)
SENDER, DOWNSTREAM = "from", "downstream"
ANSWER, SHOWN_AS = "answer", "shown_as"
FOLD, OPENED = "fold", "opened"
PART, ROWS, SORTED, GROUPED, GROUP = "part", "rows", "sorted_by", "grouped_by", "group"
COLUMNS, WITHIN, RULE = "columns", "within", "rule"
SHEET, ROW, CELL = "sheet", "row", "cell"
IF, AGAINST, OTHER_DAY = "if", "against", "other_day"
"""The keys of widgets, which are also their names in the address."""

FILTERS = (
    CATEGORY, COUNTRY, OUTCOME, FOCUS, FLAGGED, SENDER, DOWNSTREAM, RECIPIENT, INDIVIDUAL, OWNER, TOWARDS, STEPS, ASSESSED
)  # fmt: skip
TABLED = (PART, ROWS, SORTED, GROUPED, GROUP, WITHIN, RULE)
"""What the page Transfers shows of what passes the filters."""


@dataclass(frozen=True, eq=False)
class File:
    """One file as it was opened: what was read of it, and the file itself, of which its marked copy is made.

    `key` tells it from every other, whatever they are called.
    """

    book: Book
    source: bytes | Path
    key: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and why in one sentence. `file` is None when it could not be read at all."""

    sentence: str
    file: File | None = None


@dataclass
class Loaded:
    """What is open: the files that were read together, what was made of them, and what the reader said of them.

    `files` stand in the order of the reading's inputs. `profiles` are the mappings that they are read by, `same` the
    names that the reader joined. `edited` has what the reader changed since, which `reading` has as well; `unplaced` are the
    edits that fitted no cell when the files were read otherwise.
    """

    name: str
    reading: Reading
    files: tuple[File, ...]
    profiles: tuple[Profile, ...] = ()
    refused: tuple[Refused, ...] = ()
    same: tuple[Joined, ...] = ()
    organisation: str | None = None
    country: str | None = None
    kept: dict[Any, Any] = field(default_factory=dict)
    edited: Edited | None = None
    unplaced: tuple[Edit, ...] = ()

    @property
    def opened(self) -> Reading:
        """What was read of the files, before anything was edited."""
        return self.edited.copy.opened.reading if self.edited else self.reading


# ---------------------------------------------------------------------------------------------------- loading


def examples() -> dict[str, Path]:
    """The worked examples by name; empty when datamap was installed without them."""
    return {name: _INVENTORIES / folder for folder, name in _EXAMPLES.items() if (_INVENTORIES / folder).is_dir()}


def open_example(name: str) -> None:
    """Replace what is open by a worked example."""
    path = examples()[name]
    _open([(partial(sheets.read, path), path)], (), [], lambda done, progress: None, name)


def to_be_read(uploaded: Sequence[Any]) -> bool:
    """Whether these very files were neither opened nor cancelled before."""
    return bool(uploaded) and _ids(uploaded) != st.session_state.get("uploaded")


def open_uploaded(uploaded: Sequence[Any], tell: Tell) -> None:
    """Replace what is open by uploaded files, read together; not, when none of them can be read.

    Mapping profiles among them are used for the others. Whatever `tell` raises ends the reading; what was open stays.
    """
    wanted: list[_Wanted] = []
    mappings: list[Profile] = []
    refused: list[Refused] = []
    for file in uploaded:
        if not file.name.lower().endswith(".toml"):
            wanted.append((partial(sheets.read_bytes, file.name, file.getvalue()), file.getvalue()))
            continue
        try:
            mappings.append(_profile(file.name, file.getvalue()))
        except BadProfile as sentence:
            refused.append(Refused(str(sentence)))
    _open(wanted, mappings, refused, tell)
    st.session_state["uploaded"] = _ids(uploaded)


def _profile(name: str, data: bytes) -> Profile:
    try:
        return profiles.load(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise BadProfile(f"{name} is not text in UTF-8, so it is no saved mapping that can be used.") from None


def _ids(uploaded: Sequence[Any]) -> tuple[str, ...]:
    return tuple(file.file_id for file in uploaded)


def cancel_reading(uploaded: Sequence[Any]) -> None:
    """Note that the reader stopped a reading, so that these very files are not read again unasked."""
    st.session_state["uploaded"] = st.session_state["cancelled"] = _ids(uploaded)


def was_cancelled(uploaded: Sequence[Any]) -> bool:
    """Whether the reader stopped the reading of these very files."""
    return bool(uploaded) and _ids(uploaded) == st.session_state.get("cancelled")


def read_again() -> None:
    """Read the uploaded files after all."""
    for key in ("cancelled", "uploaded"):
        st.session_state.pop(key, None)


_Wanted = tuple[Callable[..., Book], bytes | Path]
"""A function that reads a file, called with `progress=`, and the file."""


def _open(
    wanted: Sequence[_Wanted], mappings: Sequence[Profile], refused: list[Refused], tell: Tell, name: str = ""
) -> None:
    files: list[File] = []
    for number, (read, source) in enumerate(wanted):
        try:
            files.append(File(read(progress=partial(tell, number)), source))
        except Unreadable as sentence:
            refused.append(Refused(str(sentence)))
    found = _understood(files, tuple(mappings), refused, partial(tell, len(wanted)))
    refused += map(Refused, _idle(mappings, files))
    if found:
        found.refused = tuple(refused)
        found.name = name
        _show(found)
    else:
        st.session_state["refused"] = tuple(refused)
    for key in ("cancelled", "proposed"):
        st.session_state.pop(key, None)


def _idle(mappings: Sequence[Profile], files: Sequence[File]) -> list[str]:
    """A sentence for each mapping that reads nothing of the files."""
    if not files:
        return [f"{p.where} is a saved mapping: open it together with the files that it is for." for p in mappings]
    return mapper.unused(mappings, layouts.proposed([file.book for file in files], mappings)) if mappings else []


def _show(found: Loaded) -> None:
    """Let something be what is open."""
    _forget_questions()
    if before := loaded():
        st.session_state["open earlier"] = before
    found.name = found.name or ", ".join(report.file for report in found.reading.inputs)
    st.session_state["loaded"] = found
    st.session_state.pop("refused", None)


def _understood(
    files: Sequence[File],
    mappings: tuple[Profile, ...],
    refused: list[Refused],
    progress: Callable[[Progress], None],
) -> Loaded | None:
    """What the files say together. Those that hold no inventory join the refused; None when no other is left."""
    if not files:
        return None
    try:
        return Loaded("", _read(files, mappings, (), progress), tuple(files), mappings)
    except (Unreadable, BadProfile) as sentence:
        if len(files) == 1:
            refused.append(Refused(str(sentence), files[0]))
            return None
    good = [file for file in files if _understood([file], mappings, refused, progress)]
    return _understood(good, mappings, refused, progress) if len(good) < len(files) else None


def _read(
    files: Sequence[File],
    mappings: Sequence[Profile],
    same: Sequence[Joined],
    progress: Callable[[Progress], None] | None = None,
) -> Reading:
    books = [file.book for file in files]
    return layouts.read(books, law(), profiles=mappings, same=same, progress=progress)


def refused() -> tuple[Refused, ...]:
    """The files that were not taken when files were opened last."""
    found: tuple[Refused, ...] = st.session_state.get("refused", ())
    return found or ((opened := loaded()) and opened.refused) or ()


def read_by_mapping() -> tuple[tuple[str, File], ...]:
    """The files that are open and were read by a mapping, saved or proposed, with their names."""
    found = loaded()
    reports = zip(found.opened.inputs, found.files, strict=True) if found else ()
    return tuple((r.file, file) for r, file in reports if r.layout.startswith(_BY_MAPPING))


def proposal(file: File) -> Proposal:
    """What the columns of a file are taken for, read with the others that are open when it is open itself."""
    found = loaded()
    beside = tuple(each for _, each in read_by_mapping())
    files = beside if file in beside else (file,)
    mappings = found.profiles if found else ()
    made: dict[tuple[File, ...], Any] = st.session_state.setdefault("proposed", {})
    if files not in made or made[files][0] != mappings:
        made[files] = mappings, layouts.proposed([each.book for each in files], mappings)
    proposals: tuple[Proposal, ...] = made[files][1]
    return proposals[files.index(file)]


def read_so(file: File, mappings: Sequence[Profile]) -> str | None:
    """Read a file by mappings; a file that was refused is opened so. Returns why that cannot be, in a sentence, else None."""
    found = loaded()
    others = st.session_state.get("refused")
    try:
        if found and file in found.files:
            _again(found, profiles=_first(mappings, found.profiles))
        elif found and not others:
            rest = tuple(r for r in found.refused if r.file is not file)
            profiles = _first(mappings, found.profiles)
            _again(found, files=(*found.files, file), profiles=profiles, refused=rest, name="")
        else:
            rest = tuple(r for r in others or () if r.file is not file)
            _show(Loaded("", _read((file,), mappings, ()), (file,), tuple(mappings), refused=rest))
    except (Unreadable, BadProfile) as sentence:
        return str(sentence)
    return None


def _first(new: Sequence[Profile], old: Sequence[Profile]) -> tuple[Profile, ...]:
    """Mappings with the new ones before those for the same headings, which they take the place of."""
    return (*new, *(p for p in old if not any(p.columns.keys() == n.columns.keys() for n in new)))


def close() -> None:
    """Forget what is open and everything that was asked about it, also for a reload of the page."""
    _forget_questions()
    if token := st.session_state.pop("tab", None):
        _TABS.forget(token)
    st.session_state["tab forgets"] = True
    for key in ("loaded", "refused", "cancelled", "proposed"):
        st.session_state.pop(key, None)


def _forget_questions() -> None:
    drop_not_offered()
    for key in ("picked", "picked as", ANSWER, *FILTERS, *TABLED, FOLD, OPENED, NARROWED, SHEET, ROW):
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)


def loaded() -> Loaded | None:
    """What this session has open, or None."""
    found: Loaded | None = st.session_state.get("loaded")
    return found


def _again(found: Loaded, **changes: Any) -> None:
    """Read again what is open, by another law, other mappings or other names. What was edited stays, where it still fits.

    Raises `Unreadable` when nothing can be read so; what is open stays then.
    """
    changed = replace(found, kept={}, edited=None, **changes)
    changed.reading = _read(changed.files, changed.profiles, changed.same)
    changed.name = changed.name or ", ".join(report.file for report in changed.reading.inputs)
    if found.edited and found.edited.done:
        changed.edited, lost = found.edited.onto(_working(changed).copy)
        changed.unplaced = (*found.unplaced, *lost)
        changed.reading = changed.edited.copy.reading
    st.session_state["loaded"] = changed


def join_names(pairs: Sequence[Joined]) -> str | None:
    """Read names as one from now on. Returns a sentence for the reader when they cannot be, else None."""
    found = loaded()
    if found is None:
        return None
    same = (*found.same, *pairs)
    try:
        names.accepted(same)
        _again(found, same=same)
    except ValueError as sentence:
        return str(sentence)
    return None


def part_names(pair: Joined) -> None:
    """Read two names that the reader joined as two again."""
    if found := loaded():
        _again(found, same=tuple(p for p in found.same if p != pair))


def say_who_sends(organisation: str, country: str) -> None:
    """Answer for an inventory that does not say whose it is. `country` is ISO alpha-2."""
    if found := loaded():
        found.organisation, found.country = organisation, country


def judge_by(organisation: Organisation, codes: Sequence[str]) -> None:
    """Write the codes of the regimes by which an organisation is to be judged on its row, as one step of editing.

    One that stands on no row, because the reader named it, gets one.
    """
    texts = {"Regimes": "; ".join(codes)}
    if working_copy().reading.inventory.organisation(organisation.name) is None:
        texts["Country"] = "; ".join(place.country or place.text for place in items(organisation.country))
    named = " and ".join(law().regimes[code].name for code in codes)
    edit(
        working_copy().named(ORGANISATIONS_SHEET.name, organisation.name, texts),
        f"{organisation.name} to be judged by the law of {named}",
    )


def seen(cell: Cell) -> str | None:
    """What stands in a cell of the files that are open, or of the edits; None when it is blank or in none of them."""
    found = loaded()
    if found is None:
        return None
    reports = zip(found.opened.inputs, found.files, strict=True)
    books = (file.book for report, file in reports if report.file == cell.file)
    for sheet in (sheet for book in books for sheet in book.sheets if sheet.name == cell.sheet):
        row = sheet.rows[cell.row - 1] if cell.row <= len(sheet.rows) else []
        value = row[cell.column - 1] if cell.column <= len(row) else None
        return None if value is None else str(value)
    stands = found.edited.copy.at(cell) if found.edited else ()
    return next((text for where in stands if (text := working_copy().text(*where))), None)


# ---------------------------------------------------------------------------------------------------- editing


def begin() -> None:
    """Replace what is open by an inventory that holds nothing yet."""
    st.session_state.pop("wanted", None)
    _show(Loaded("a new inventory", Reading(Inventory(), (), ()), ()))


def _working(found: Loaded) -> Edited:
    if found.edited is None:
        pairs = (*found.same, *(pair for profile in found.profiles for pair in profile.same))
        found.edited = Edited(WorkingCopy.of(found.reading, law(), names.accepted(pairs)))
    return found.edited


def edited() -> Edited:
    """The steps by which what is open was edited, none at first. Something has to be open."""
    found = loaded()
    assert found
    return _working(found)


def working_copy() -> WorkingCopy:
    """What is open, as rows to edit. Something has to be open."""
    return edited().copy


def edit(copy: WorkingCopy, says: str = "", accepted: int = 0) -> None:
    """Let a working copy, edited from the present one, be what is open: one more step, which can be undone."""
    _stand(edited().did(copy, says, accepted))


def undo() -> None:
    """Take back the last step."""
    _stand(edited().undo())


def redo() -> None:
    """Take the step again that was taken back last."""
    _stand(edited().redo())


def undo_all() -> None:
    """Take back every step."""
    _stand(edited().undo_all())


def _stand(now: Edited) -> None:
    found = loaded()
    assert found
    found.edited, found.reading = now, now.copy.reading
    found.kept.clear()


def accept_suggestions(chosen: Sequence[Suggestion]) -> None:
    """Fill in what the reader ticked, as one step. Raises `ValueError` for what is not on offer."""
    found = loaded()
    if found is None or not chosen:
        return
    filled = catalogue.accept(found.reading.inventory, chosen, on=date.today())
    copy = working_copy()
    for name in dict.fromkeys(suggestion.recipient for suggestion in chosen):
        record = filled.recipient(name)
        assert record
        headings = [s.heading for s in chosen if s.recipient == name]
        copy = copy.filled(RECIPIENTS_SHEET.name, record, (*headings, "Notes"))
    count = len(chosen)
    edit(copy, f"{count} {'fact' if count == 1 else 'facts'} accepted from the catalogue of known recipients", count)


def facts_accepted() -> int:
    """How many facts of what is loaded were accepted from the catalogue."""
    found = loaded()
    return sum(step.accepted for step in found.edited.done) if found and found.edited else 0


def evidence_would(texts: Mapping[str, str], flow: str | None) -> Comparison | str:
    """What recording this safeguard would change, or why it cannot be recorded, in a sentence."""
    try:
        copy = working_copy().with_evidence(texts, flow)
    except ValueError as sentence:
        return str(sentence)
    found = loaded()
    assert found
    return compare(current(), assessment_of(replace(found, reading=copy.reading, kept={}), as_of()))


def record_evidence(texts: Mapping[str, str], flow: str | None) -> str | None:
    """Add a safeguard, by heading, and name it in a flow. Returns why that cannot be, in a sentence, else None."""
    try:
        copy = working_copy().with_evidence(texts, flow)
    except ValueError as sentence:
        return str(sentence)
    edit(copy, f"Evidence recorded: {texts['Safeguard'].strip()}")
    return None


def tell(sentence: str) -> None:
    """Keep a sentence about what was just done, which stands at the top of the page that comes next, once."""
    st.session_state["told"] = sentence


@dataclass(eq=False)
class Grid:
    """A table of rows to edit as it was drawn first: what it was drawn from and which rows stand in it, in their order.

    `now` is the working copy with what was typed in the table since. The table's widget has the key `key`. `typed` is
    what the table itself holds of that, and `blanked` how many cells the last of it left blank for want of a word.
    """

    key: str
    asked: tuple[Any, ...]
    drawn: WorkingCopy
    now: WorkingCopy
    numbers: tuple[int, ...]
    typed: set[Any] = field(default_factory=set)
    blanked: int = 0


def grid(asked: tuple[Any, ...], numbers: Callable[[WorkingCopy], Sequence[int]]) -> Grid:
    """The table for what is asked of the working copy: the same for as long as it is only typed in, else a new one.

    A new table loses its place on the screen, so one is made only when it has to have other rows.
    """
    copy = working_copy()
    found: Grid | None = st.session_state.get("grid")
    if found is None or found.asked != asked or found.now is not copy or just_arrived():
        st.session_state["grids"] = st.session_state.get("grids", 0) + 1
        found = Grid(f"rows {st.session_state['grids']}", asked, copy, copy, tuple(numbers(copy)))
        st.session_state["grid"] = found
    return found


def redraw() -> None:
    """Let the table of rows to edit be drawn anew."""
    st.session_state.pop("grid", None)


def typed(found: Grid) -> Mapping[int, Mapping[str, Any]]:
    """What was typed in a table since it was drawn, by place from 0 and by column."""
    state = st.session_state.get(found.key) or {}
    rows: Mapping[int, Mapping[str, Any]] = state.get("edited_rows", {})
    return {int(place): cells for place, cells in rows.items()}


def edit_in(found: Grid, copy: WorkingCopy) -> None:
    """Let what a table says now be what is open."""
    edit(copy)
    found.now = working_copy()


def show_row(sheet: str, number: int | None) -> None:
    """Look at a sheet of the inventory, and at one of its rows alone."""
    for key, value in ((SHEET, sheet), (ROW, number)):
        _address_speaks(key)  # no longer
        st.session_state[key] = value


def sheet_among(sheets: Mapping[str, str], default: str) -> str:
    """The sheet that is looked at: the one chosen, else the one in the address, else the default."""
    if _address_speaks(SHEET) or st.session_state.get(SHEET) not in sheets:
        asked = st.query_params.get(SHEET)
        st.session_state[SHEET] = asked if asked in sheets else default
    found: str = st.session_state[SHEET]
    _say(SHEET, [found])
    return found


def row_asked_for() -> int | None:
    """The row that is looked at alone, if it is one."""
    if _address_speaks(ROW) or ROW not in st.session_state:
        words = st.query_params.get(ROW, "")
        st.session_state[ROW] = int(words) if words.isascii() and words.isdigit() and len(words) < 8 else None
    found: int | None = st.session_state[ROW]
    _say(ROW, [str(found)] if found else [])
    return found


def follow_cell() -> None:
    """Look at the row of the cell that the address asks for, such as `?cell=acme.xlsx!Flows!C4`, once."""
    asked = st.query_params.pop(CELL, "") if CELL in st.query_params else ""
    if (cell := cell_named(asked)) and (row := working_copy().row_of(cell)):
        show_row(*row)


def look_up(cell: Cell) -> None:
    """Open the page Inventory at the row of a cell, of a file or of the edits."""
    if row := working_copy().row_of(cell):
        show_row(*row)
    go("Inventory")


def add_blank_rows() -> None:
    """Have more blank rows at the end of the table of rows to edit."""
    st.session_state["more rows"] = more_rows() + 1


def more_rows() -> int:
    """How often more blank rows were asked for."""
    found: int = st.session_state.get("more rows", 0)
    return found


def outcomes_when_opened() -> Counter[Outcome] | None:
    """How many answers had each outcome before the edits, on the same day; None when nothing differs or nobody sent."""
    found = loaded()
    if found is None or found.edited is None or not found.edited.copy.changed:
        return None
    opened = found.edited.copy.opened.reading
    key = (id(opened), as_of(), regimes(), found.organisation, found.country)
    if st.session_state.get("outcomes before", (None,))[0] != key:
        try:
            judged = assess(
                opened, on=as_of(), regimes=regimes(), organisation=found.organisation, country=found.country, law=law()
            )
        except (NobodySends, Unreadable):
            st.session_state["outcomes before"] = (key, None)
        else:
            st.session_state["outcomes before"] = (key, judged.counts)
    counts: Counter[Outcome] | None = st.session_state["outcomes before"][1]
    return counts


# ---------------------------------------------------------------------------------------------------- the law


def law() -> Law:
    """The law that this session judges by: the shipped law, with the user's own when it was uploaded."""
    found: Law | None = st.session_state.get("own_law")
    return found or laws.load()


def use_law(files: Sequence[Any]) -> bool:
    """Judge by uploaded files of law on top of the shipped law. False when these very files were taken before.

    Files that are not sound change nothing; `law_refused` says why.
    """
    ids = tuple(file.file_id for file in files)
    if not ids or ids == st.session_state.get("uploaded_law"):
        return False
    st.session_state["uploaded_law"] = ids
    try:
        if len({file.name for file in files}) < len(files):
            raise BadLaw("Two of the files have one name; each wants its own")
        own = laws.load_files({file.name: file.getvalue() for file in files})
    except BadLaw as reason:
        st.session_state["law_refused"] = str(reason)
    else:
        st.session_state["law_refused"] = None
        _judge_by(own)
    return True


def law_refused() -> str | None:
    """Why the files of law that were uploaded last are not used, or None."""
    found: str | None = st.session_state.get("law_refused")
    return found


def remove_law() -> None:
    """Judge by the shipped law alone again."""
    st.session_state["law_refused"] = None
    _judge_by(None)


def _judge_by(own: Law | None) -> None:
    """Read again what is open, because its words for regimes, mechanisms and grounds are the law's."""
    st.session_state["own_law"] = own
    if found := loaded():
        _again(found)


# ---------------------------------------------------------------------------------------------------- the day


def sidebar(page: str) -> None:
    """What stands beside every page: the day, the regimes, and what is loaded."""
    stylesheet()
    cold = "page" not in st.session_state
    _arrive(page)
    regimes = {code: regime.name for code, regime in law().regimes.items()}
    if _address_speaks(DAY) or DAY not in st.session_state:
        st.session_state[DAY] = _day_asked_for() or st.session_state.get(DAY) or date.today()
    with st.sidebar:
        day = st.date_input(
            "Law as of",
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format="YYYY-MM-DD",
            key=DAY,
            help="Every answer is given under the law of this day, with the evidence that is current on it.",
        )
        if not cold:  # the browser does not yet make one entry of a page's addresses, as `keeper` lets it
            _say(DAY, [day.isoformat()])
        with in_the_address({REGIME: regimes}, {}):
            st.multiselect(
                "Regimes",
                list(regimes),
                format_func=lambda code: regimes[code],
                placeholder="All that could apply",
                key=REGIME,
                help="Leave this empty to judge each transfer under every regime that could apply to its sender.",
            )
        found = loaded()
        show(
            tag("p", tag("b", "Open: "), found.name if found else "nothing yet", class_="dm-quiet"),
            tag("p", tag("b", "Your own law is in use: "), own, class_="dm-quiet") if (own := law().own) else None,
            tag("p", "Files are read on this computer and are not sent anywhere.", class_="dm-quiet"),
        )
        if found:
            st.button("Close it", on_click=close, help="Forget what is open and everything asked about it.")
        _keep(found)
    with st.container(
        key="told"
    ):  # is there always, so that what stands below keeps its place, and stays open where it is
        if sentence := st.session_state.pop("told", None):
            show(tag("p", sentence, class_="dm-told", role="status"))


_TABS: keeper.Keeper[tuple[Loaded, Law | None]] = keeper.Keeper()
"""What the tabs have open, with the law of their own: in the memory of this process, for `keeper.LONGEST_HOURS`."""


def _keep(found: Loaded | None) -> None:
    """Hold what is open for a reload of the page, or take back what the tab had open before one."""
    if found:
        token = st.session_state.setdefault("tab", keeper.new_token())
        _TABS.keep(token, (replace(found, kept={}), st.session_state.get("own_law")), st.session_state.get("tab was"))
        st.session_state["tab forgets"] = st.session_state["tab lost"] = False
        show(
            tag(
                "p",
                "What is open and what you edited are held in the memory of this computer for this browser tab, so that "
                f"a reload does not lose them: until you close it, at most {keeper.LONGEST_HOURS} hours after you last "
                "used it. Nothing is written to disk, and no other tab sees it.",
                class_="dm-quiet",
            )
        )
    elif st.session_state.get("tab lost"):
        st.info("What this tab had open before is no longer held. Open it again.")
    keeper.tab(
        st.session_state["tab"] if found else None,
        forget=bool(st.session_state.get("tab forgets")),
        told=_take_over,
    )


def _take_over() -> None:
    """Open in this session a copy of what its tab had open before the page was reloaded."""
    held = getattr(st.session_state.get(keeper.KEY), "held", None)
    if loaded() or not isinstance(held, str):
        return
    if (before := _TABS.restore(held)) is None:
        st.session_state["tab forgets"] = st.session_state["tab lost"] = True
        return
    found, own = before
    st.session_state.pop("wanted", None)
    st.session_state["loaded"] = replace(found, kept={})
    st.session_state["own_law"] = own
    st.session_state["tab was"] = held


def _day_asked_for(key: str = DAY) -> date | None:
    try:
        day = date.fromisoformat(st.query_params.get(key, ""))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _arrive(page: str) -> None:
    """Note which page this is and, when it is another than before, how the reader came to it.

    A link of the app says what is to be looked at. So does an address: one that was sent, or one that *Back* or *Forward*
    leads to again. The menu keeps what is looked at, but opens whole tables; its addresses say nothing.
    """
    before, link = st.session_state.get("page"), st.session_state.pop("link", None)
    st.session_state["came_from"], st.session_state["page"] = before, page
    if before == page:
        return
    drop_not_offered()
    st.session_state[_TAKEN] = None
    if link is not None:
        kept = {key: st.query_params.get_all(key) for key in (DAY, REGIME) if key in st.query_params}
        st.query_params.from_dict({**kept, **link})
    if link or (link is None and len(st.query_params)):
        st.session_state[_TAKEN] = set()
        for key in (NARROWED, _TURNED):
            st.session_state.pop(key, None)
    elif link is None:
        for key in (ROWS, GROUP, RULE, ROW):
            st.session_state.pop(key, None)
    asked = {key: st.query_params.get_all(key) for key in st.query_params if key not in (DAY, REGIME)}
    if loaded() is None and page != PAGES[0].title and (asked or before is None):
        st.session_state["wanted"] = (page, asked)


_TAKEN = "taken from the address"


def _address_speaks(key: str) -> bool:
    """Whether it is the address that says what this key holds: on a page that an address led to, once for each key."""
    taken: set[str] | None = st.session_state.get(_TAKEN)
    if taken is None or key in taken:
        return False
    taken.add(key)
    return True


def open_wanted() -> None:
    """Open the view of the address that the reader came with before anything was open, if there is one, and say so."""
    if "wanted" not in st.session_state:
        return
    title, asked = st.session_state.pop("wanted")
    tell(
        f"This is the view of the page {title} that the address you came with asks for. What was read of the files stands "
        "on the page Start."
    )
    go(title, asked)


def as_of() -> date:
    """The day whose law applies."""
    day: date = st.session_state[DAY]
    return day


def regimes() -> tuple[str, ...]:
    """The codes of the regimes that were asked for; empty means all that could apply."""
    return tuple(st.session_state[REGIME])


def just_arrived() -> bool:
    """Whether this run came from another page."""
    return bool(st.session_state["came_from"] != st.session_state["page"])


# ---------------------------------------------------------------------------------------------------- the answer


def assessment() -> Assessment | None:
    """The assessment of what is loaded on the day chosen, or None when nothing is.

    Raises `NobodySends`, and `Unreadable` when the inventory implies more flows than can be held.
    """
    found = loaded()
    if found is None:
        return None
    reading, on, only = found.reading, as_of(), regimes()
    return kept(
        ("assessment",),
        lambda: assess(reading, on=on, regimes=only, organisation=found.organisation, country=found.country, law=law()),
    )


def current() -> Assessment:
    """The assessment, or an end to the page that says what to do first."""
    if is_empty():
        _stop("The inventory that is open is empty. Fill in its sheets, or open another on the Start page.")
    try:
        found = assessment()
    except NobodySends:
        _stop("It is not yet known who sends the information. Say so on the Start page.")
    except Unreadable as sentence:
        _stop(str(sentence))
    return found or _stop("No inventory is open. Open an example or your own files on the Start page.")


def is_empty() -> bool:
    """Whether something is open and has no record in it."""
    found = loaded()
    return found is not None and not tuple(found.reading.inventory)


def _stop(sentence: str) -> Any:
    st.info(sentence)
    if st.button("Go to Start", type="primary"):
        go("Start")
    st.stop()


def kept(key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """What `make` returns, kept in this session for as long as the same files, day and regimes are looked at again.

    When there is too much, what was asked for longest ago is let go.
    """
    found = loaded()
    if found is None:
        return make()
    whole = _whole_key(found, key)
    if whole in found.kept:
        found.kept[whole] = found.kept.pop(whole)
    else:
        made = make()
        while len(found.kept) >= _KEPT:
            found.kept.pop(next(iter(found.kept)))
        found.kept[whole] = made
    value: T = found.kept[whole]
    return value


def kept_before(key: tuple[Any, ...]) -> Any:
    """What `kept` keeps under a key already, or None."""
    found = loaded()
    return found.kept.get(_whole_key(found, key)) if found else None


def _whole_key(found: Loaded, key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*key, as_of(), regimes(), found.organisation, found.country)


# ---------------------------------------------------------------------------------------------------- what is looked at


def go(title: str, asked: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
    """Open another page, keeping the filters, or with what an address asks for. The address of this page stays as it is."""
    page = next(p for p in PAGES if p.title == title)
    st.session_state["link"] = dict(asked)
    st.switch_page(page.path, query_params={key: st.query_params.get_all(key) for key in st.query_params})


def ask(filters: Mapping[str, Any]) -> None:
    """Look at what these filters let through, and no others. Keys are those of the filters' widgets.

    Values of filters that hold several are lists; `go` opens the page to look at it on.
    """
    drop_not_offered()
    for key in ("picked", ANSWER, *FILTERS, *TABLED, FOLD, OPENED, NARROWED):
        st.session_state.pop(key, None)
    for key, value in filters.items():
        st.session_state[key] = value


@contextmanager
def in_the_address(several: Offered, single: Offered) -> Iterator[None]:
    """Keep widgets and the address in step while they are drawn.

    Each maps a widget's key to what it offers: value → words. Widgets of `several` hold lists of values, those of
    `single` one value or none. A widget that has no value yet takes it from the address; a value that is no longer
    offered is dropped, and `not_offered` tells what of the address was.
    """
    for key, offered in (*several.items(), *single.items()):
        if not _address_speaks(key) and key in st.session_state:
            values = [v for v in _held(key, key in several) if v in offered]
        else:
            by_words = {words: v for v, words in offered.items()}
            if unknown := [words for words in st.query_params.get_all(key) if words not in by_words]:
                st.session_state.setdefault(_NOT_OFFERED, {})[key] = unknown
            values = [by_words[words] for words in st.query_params.get_all(key) if words in by_words]
        if values:
            st.session_state[key] = values if key in several else values[0]
        elif key in several and key in st.session_state:
            st.session_state[key] = []  # told to the browser, where the widget would else go on holding what it held
        elif st.session_state.get(key) not in (None, False):  # which tell the browser, as an empty list does
            st.session_state.pop(key, None)
    yield
    for key, offered in (*several.items(), *single.items()):
        _say(key, [offered[v] for v in _held(key, key in several) if v in offered])


_NOT_OFFERED = "not offered"


def not_offered() -> Mapping[str, Sequence[str]]:
    """What the address asked for that the inventory does not have, by the name of the filter."""
    found: dict[str, Sequence[str]] = st.session_state.get(_NOT_OFFERED, {})
    return {key: words for key, words in found.items() if key in FILTERS}


def drop_not_offered() -> None:
    """Go on without what the address asked for and the inventory does not have."""
    st.session_state.pop(_NOT_OFFERED, None)


def _held(key: str, several: bool) -> list[Any]:
    value = st.session_state.get(key)
    return list(value or ()) if several else [value]


def _say(key: str, words: list[str]) -> None:
    if words == st.query_params.get_all(key):
        return
    if words:
        st.query_params[key] = words
    else:
        st.query_params.pop(key, None)


def chosen(key: str) -> Any:
    """What a filter holds, by the key of its widget; None when it lets everything through."""
    return st.session_state.get(key) or None


NARROWED = "narrowed"
_LOOKED_AT = (*FILTERS, FOLD, OPENED)


def look_at(**changes: Any) -> None:
    """Change filters, the fold or what is opened, by their keys, so that `look_back` can take it back; None lets all through."""
    before = {key: st.session_state.get(key) for key in _LOOKED_AT}
    st.session_state.setdefault(NARROWED, []).append(before)
    st.session_state.update(changes)


def look_back() -> None:
    """Look at what was looked at before the last `look_at`."""
    st.session_state.update(st.session_state[NARROWED].pop())


def can_look_back() -> bool:
    """Whether `look_at` changed anything that was not taken back."""
    return bool(st.session_state.get(NARROWED))


def opened() -> tuple[str, ...]:
    """The folded groups and lines of the diagram that the reader opened, each as often as it was; the address has them too."""
    if _address_speaks(OPENED) or OPENED not in st.session_state:
        st.session_state[OPENED] = tuple(st.query_params.get_all(OPENED))
    found = tuple(st.session_state.get(OPENED) or ())
    _say(OPENED, list(found))
    return found


def choose(key: str, value: Any) -> None:
    """Let a widget hold a value, by its key, the next time it is drawn; None lets it hold nothing."""
    _address_speaks(key)  # no longer
    st.session_state.pop(key, None)
    st.query_params.pop(key, None)
    if value is not None:
        st.session_state[key] = value


def pick(name: str | None, of: Any = None) -> None:
    """Note what is being read in the picture: a name that the address can hold, and what the page itself keeps of it."""
    st.session_state["picked"], st.session_state["picked as"] = name, of
    _say("picked", [name] if name else [])


def picked() -> tuple[str | None, Any]:
    """What was noted last with `pick`; the name is that of the address when an address leads here,
    or else of what the address opens last."""
    if just_arrived():
        asked = _address_speaks("picked")
        held = None if asked else st.session_state.get("picked")
        last = next(reversed(opened()), None) if asked else None
        st.session_state["picked"] = held or st.query_params.get("picked") or last
    return st.session_state.get("picked"), st.session_state.get("picked as")


def picked_as() -> Any:
    """What the page keeps of what is being read in the picture."""
    return st.session_state.get("picked as")


def read_answer(answer: Answer) -> None:
    """Choose the answer that the Transfers page shows."""
    st.session_state[ANSWER] = answer_name(answer)
    st.session_state.pop(_TURNED, None)


def choose_row(table: str, row: int | None) -> None:
    """Highlight one row of a table."""
    st.session_state[table] = {"selection": {"rows": [] if row is None else [row], "columns": [], "cells": []}}


def chosen_row(table: str) -> int | None:
    """The row of a table that the reader has picked."""
    state = st.session_state.get(table)
    rows = state["selection"]["rows"] if state else ()
    return rows[0] if rows else None


@dataclass(frozen=True)
class _Turned:
    """Where a long table stands: its first row on the page, while the same is asked and read."""

    asked: Any
    reading: str | None
    first: int


_TURNED = "turned"


def first_of(of: str, asked: Any, reading: str | None, at: int) -> int:
    """The first row on the page of a long table, from 0: where the reader turned to, while the same is asked for.

    Where something else is asked it is the first of all; where something else is read, or the table is new, `at`.
    """
    turned: dict[str, _Turned] = st.session_state.setdefault(_TURNED, {})
    held = turned.get(of)
    first = at if held is None or reading not in (None, held.reading) else held.first if held.asked == asked else 0
    turned[of] = _Turned(asked, reading, first)
    return first


def turn_to(of: str, first: int) -> None:
    """Let a long table stand at another row."""
    turned: dict[str, _Turned] = st.session_state[_TURNED]
    turned[of] = replace(turned[of], first=first)


def answer_among(named: Container[str], first: str) -> str:
    """The answer that is read: the one chosen, while it is among those shown, else the first."""
    held = None if _address_speaks(ANSWER) else st.session_state.get(ANSWER)
    chosen = held or st.query_params.get(ANSWER)
    if chosen not in named:
        chosen = first
    st.session_state[ANSWER] = chosen
    return str(chosen)


def read_row(table: str, named: Sequence[str]) -> None:
    """Read the answer whose row was picked; picking it again changes nothing."""
    row = chosen_row(table)
    if row is not None:
        st.session_state[ANSWER] = named[row]


# ---------------------------------------------------------------------------------------------------- what if


def supposed() -> tuple[str, ...]:
    """What this session supposes, as texts: those of the address at first. The address is kept in step."""
    if _address_speaks(IF) or "supposed" not in st.session_state:
        st.session_state["supposed"] = tuple(dict.fromkeys(st.query_params.get_all(IF)))
    texts: tuple[str, ...] = st.session_state["supposed"]
    _say(IF, list(texts))
    return texts


def suppose_also(text: str) -> None:
    """Suppose one more thing, after the others."""
    st.session_state["supposed"] = tuple(dict.fromkeys((*supposed(), text)))


def suppose_without(text: str) -> None:
    """No longer suppose one thing."""
    st.session_state["supposed"] = tuple(each for each in supposed() if each != text)


def suppose_nothing() -> None:
    st.session_state["supposed"] = ()


# ---------------------------------------------------------------------------------------------------- compare


def opened_earlier() -> Loaded | None:
    """What was open before what is open now, or None."""
    found: Loaded | None = st.session_state.get("open earlier")
    return found


def as_opened() -> Loaded | None:
    """What is open as it was before it was edited here; None when nothing was."""
    found = loaded()
    if found is None or found.edited is None or not found.edited.copy.changed:
        return None
    return replace(found, reading=found.edited.copy.opened.reading, edited=None, kept={})


def to_compare() -> tuple[Loaded | None, tuple[Refused, ...]]:
    """The file that was opened to be compared with, and those that could not be."""
    found: tuple[Loaded | None, tuple[Refused, ...]] = st.session_state.get("to compare", (None, ()))
    return found


def to_be_compared(uploaded: Sequence[Any]) -> bool:
    """Whether these very files were not read yet to be compared with."""
    return bool(uploaded) and _ids(uploaded) != st.session_state.get("compared")


def open_to_compare(uploaded: Sequence[Any], tell: Tell) -> None:
    """Read files to compare what is open with, by the mappings that this is read by. What is open stays."""
    now, refused_, files = loaded(), list[Refused](), list[File]()
    for number, file in enumerate(uploaded):
        try:
            book = sheets.read_bytes(file.name, file.getvalue(), progress=partial(tell, number))
            files.append(File(book, file.getvalue()))
        except Unreadable as sentence:
            refused_.append(Refused(str(sentence)))
    found = _understood(files, now.profiles if now else (), refused_, partial(tell, len(uploaded)))
    if found:
        found.name = ", ".join(report.file for report in found.reading.inputs)
    st.session_state["to compare"] = (found, tuple(refused_))
    st.session_state["compared"] = _ids(uploaded)


def leave_compared(uploaded: Sequence[Any]) -> None:
    """Note that the reader stopped the reading of these files."""
    st.session_state["compared"] = _ids(uploaded)


def assessment_of(other: Loaded, on: date) -> Assessment:
    """Something else than what is open, under the same regimes, on a day. Who sends is asked of it first, then of what is open.

    Raises `NobodySends`, and `Unreadable` as `assessment` does.
    """
    now = loaded()
    organisation, country = other.organisation, other.country
    if now and not other.reading.inventory.organisations:
        organisation, country = organisation or now.organisation, country or now.country
    made: tuple[Reading, Assessment] = kept(
        ("assessment of", id(other.reading), on),
        lambda: (
            other.reading,  # held, so that its identity stays its own
            assess(other.reading, on=on, regimes=regimes(), organisation=organisation, country=country, law=law()),
        ),
    )
    return made[1]


def other_day() -> date:
    """The day that another is compared with: of the address at first, else a quarter later. The address is kept in step."""
    if _address_speaks(OTHER_DAY) or OTHER_DAY not in st.session_state:
        held = _day_asked_for(OTHER_DAY) or st.session_state.get(OTHER_DAY)
        st.session_state[OTHER_DAY] = held or min(as_of() + timedelta(days=90), LAST_DAY)
    found: date = st.session_state[OTHER_DAY]
    _say(OTHER_DAY, [found.isoformat()])
    return found


def renames(of: Any) -> tuple[tuple[str, str, str], ...]:
    """The renames that the reader accepted between what is open and something else, which `of` tells from all others."""
    accepted: dict[Any, tuple[tuple[str, str, str], ...]] = st.session_state.setdefault("renames", {})
    return accepted.get(of, ())


def accept_rename(of: Any, rename: tuple[str, str, str]) -> None:
    st.session_state["renames"] = {**st.session_state.get("renames", {}), of: (*renames(of), rename)}


def part_rename(of: Any, rename: tuple[str, str, str]) -> None:
    st.session_state["renames"][of] = tuple(each for each in renames(of) if each != rename)


# ----------------------------------------------------------------------------------------------------------- a policy


def policy() -> policies.Policy | None:
    """The policy that was uploaded or pasted to be compared with the map, or None."""
    found: policies.Policy | None = st.session_state.get("policy")
    return found


def policy_refused() -> str | None:
    """Why the last policy could not be read, or None."""
    sentence: str | None = st.session_state.get("policy refused")
    return sentence


def read_policy(name: str, data: bytes, upload: str | None = None) -> None:
    """Read a policy in place of the one before; one that cannot be read is said, and what was there stays.

    `upload` tells an upload from all others: one that stands in its widget is read once.
    """
    if upload is not None and st.session_state.get("policy read") == upload:
        return
    st.session_state["policy read"] = upload or st.session_state.get("policy read")
    st.session_state["policy refused"] = None
    try:
        st.session_state["policy"] = policies.read_bytes(name, data)
    except Unreadable as sentence:
        st.session_state["policy refused"] = str(sentence)
    else:
        accept_of_policy("")


def leave_policy() -> None:
    """Forget the policy, and what was accepted of it."""
    for key in ("policy", "policy refused", "policy accepts"):
        st.session_state.pop(key, None)


def policy_accepts() -> str:
    """Which proposals are accepted to begin with: `all`, those of `high` confidence, or none when empty."""
    accepts: str = st.session_state.get("policy accepts", "")
    return accepts


def accept_of_policy(which: str) -> None:
    """Accept proposals afresh: `all`, those of `high` confidence, or none; single ones are changed in the table."""
    st.session_state["policy accepts"] = which
