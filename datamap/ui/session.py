"""What one browser session holds: its files, the day, what it looks at. The only module that touches Streamlit's state.

Nothing a user loads is ever cached across sessions; it lives in `st.session_state` and goes with the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import streamlit as st

from datamap import catalogue, layouts, sheets
from datamap import law as laws
from datamap.assessment import Assessment, NobodySends, assess
from datamap.catalogue import Suggestion
from datamap.law import BadLaw, Law
from datamap.layouts import mapper, names, profiles
from datamap.layouts.mapper import Proposal
from datamap.layouts.profiles import BadProfile, Profile
from datamap.sheets import Book, Progress, Unreadable
from datamap.transfers import Answer
from datamap.ui import PAGES
from datamap.ui.components.answers import answer_name
from datamap.ui.components.markup import show, stylesheet, tag
from datamap.workbook import Reading

T = TypeVar("T")
Offered = Mapping[str, Mapping[Any, str]]
Tell = Callable[[int, Progress | None], None]
"""Told how many files are read, and how far the next one is; None while what was read is being understood."""
Joined = tuple[str, str, str]
"""Names that the reader said are one: the sheet, a name, and the name to use instead."""

_INVENTORIES = Path(__file__).parents[2] / "inventories"
_EXAMPLES = {"focus-technology": "Focus Technology", "lead-management": "Lead Management"}
_KEPT = 40
_BY_MAPPING = (mapper.LAYOUT, "mapping ")  # how the layout begins of what was read by a proposed and by a saved mapping
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)

DAY, REGIME = "as_of", "regime"
CATEGORY, COUNTRY, OUTCOME, FOCUS, FLAGGED = "category", "country", "outcome", "around", "flagged"
RECIPIENT, INDIVIDUAL, OWNER, TOWARDS, STEPS, ASSESSED = "recipient", "individuals", "owner", "towards", "steps", "assessed"
ANSWER, SHOWN_AS = "answer", "shown_as"
"""The keys of widgets, which are also their names in the address."""

FILTERS = (
    CATEGORY, COUNTRY, OUTCOME, FOCUS, FLAGGED, RECIPIENT, INDIVIDUAL, OWNER, TOWARDS, STEPS, ASSESSED
)  # fmt: skip


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
    names that the reader joined. `before` holds, for each time that suggestions were accepted, the reading before it and
    how many facts they were.
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
    before: list[tuple[Reading, int]] = field(default_factory=list)
    accepted: list[Sequence[Suggestion]] = field(default_factory=list)


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
    tell(len(wanted), None)
    found = _understood(files, tuple(mappings), refused)
    refused += map(Refused, _idle(mappings, files))
    tell(len(wanted), None)
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
    found.name = found.name or ", ".join(report.file for report in found.reading.inputs)
    st.session_state["loaded"] = found
    st.session_state.pop("refused", None)


def _understood(files: Sequence[File], mappings: tuple[Profile, ...], refused: list[Refused]) -> Loaded | None:
    """What the files say together. Those that hold no inventory join the refused; None when no other is left."""
    if not files:
        return None
    try:
        return Loaded("", _read(files, mappings, ()), tuple(files), mappings)
    except (Unreadable, BadProfile) as sentence:
        if len(files) == 1:
            refused.append(Refused(str(sentence), files[0]))
            return None
    good = [file for file in files if _understood([file], mappings, refused)]
    return _understood(good, mappings, refused) if len(good) < len(files) else None


def _read(files: Sequence[File], mappings: Sequence[Profile], same: Sequence[Joined]) -> Reading:
    return layouts.read([file.book for file in files], law(), profiles=mappings, same=same)


def refused() -> tuple[Refused, ...]:
    """The files that were not taken when files were opened last."""
    found: tuple[Refused, ...] = st.session_state.get("refused", ())
    return found or ((opened := loaded()) and opened.refused) or ()


def read_by_mapping() -> tuple[tuple[str, File], ...]:
    """The files that are open and were read by a mapping, saved or proposed, with their names."""
    found = loaded()
    reports = zip(found.reading.inputs, found.files, strict=True) if found else ()
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
    """Forget what is open and everything that was asked about it."""
    _forget_questions()
    for key in ("loaded", "refused", "cancelled", "proposed"):
        st.session_state.pop(key, None)


def _forget_questions() -> None:
    for key in ("picked", ANSWER, *FILTERS):
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)


def loaded() -> Loaded | None:
    """What this session has open, or None."""
    found: Loaded | None = st.session_state.get("loaded")
    return found


def _again(found: Loaded, **changes: Any) -> None:
    """Read again what is open, by another law, other mappings or other names. What was accepted stays, where it still fits.

    Raises `Unreadable` when nothing can be read so; what is open stays then.
    """
    changed = replace(found, kept={}, before=[], accepted=[], **changes)
    changed.reading = _read(changed.files, changed.profiles, changed.same)
    changed.name = changed.name or ", ".join(report.file for report in changed.reading.inputs)
    st.session_state["loaded"] = changed
    for chosen in found.accepted:
        offered = set(catalogue.suggestions(changed.reading.inventory))
        if still := [suggestion for suggestion in chosen if suggestion in offered]:
            accept_suggestions(still)


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


def accept_suggestions(chosen: Sequence[Suggestion]) -> None:
    """Fill in what the reader ticked, in this session's copy of what is loaded."""
    found = loaded()
    if found:
        filled = catalogue.accept(found.reading.inventory, chosen, on=date.today())
        found.before.append((found.reading, len(chosen)))
        found.accepted.append(chosen)
        found.reading = replace(found.reading, inventory=filled)
        found.kept.clear()


def undo_suggestions() -> None:
    """Take back what was accepted last."""
    found = loaded()
    if found and found.before:
        found.reading, _ = found.before.pop()
        found.accepted.pop()
        found.kept.clear()


def facts_accepted() -> int:
    """How many facts of what is loaded were accepted from the catalogue."""
    found = loaded()
    return sum(count for _, count in found.before) if found else 0


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
    st.session_state["came_from"], st.session_state["page"] = st.session_state.get("page"), page
    regimes = {code: regime.name for code, regime in law().regimes.items()}
    if DAY not in st.session_state:
        st.session_state[DAY] = _day_asked_for() or date.today()
    with st.sidebar:
        day = st.date_input(
            "Law as of",
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format="YYYY-MM-DD",
            key=DAY,
            help="Every answer is given under the law of this day, with the evidence that is current on it.",
        )
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


def _day_asked_for() -> date | None:
    try:
        day = date.fromisoformat(st.query_params.get(DAY, ""))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


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
    """What `make` returns, kept in this session for as long as the same files, day and regimes are looked at again."""
    found = loaded()
    if found is None:
        return make()
    whole = _whole_key(found, key)
    if whole not in found.kept:
        while len(found.kept) >= _KEPT:
            found.kept.pop(next(iter(found.kept)))
        found.kept[whole] = make()
    value: T = found.kept[whole]
    return value


def kept_before(key: tuple[Any, ...]) -> Any:
    """What `kept` keeps under a key already, or None."""
    found = loaded()
    return found.kept.get(_whole_key(found, key)) if found else None


def _whole_key(found: Loaded, key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*key, as_of(), regimes(), found.organisation, found.country)


# ---------------------------------------------------------------------------------------------------- what is looked at


def go(title: str) -> None:
    """Open another page, keeping the filters."""
    page = next(p for p in PAGES if p.title == title)
    st.switch_page(page.path, query_params={key: st.query_params.get_all(key) for key in st.query_params})


def ask(filters: Mapping[str, Any]) -> None:
    """Look at what these filters let through, and no others. Keys are those of the filters' widgets.

    Values of filters that hold several are lists; `go` opens the page to look at it on.
    """
    for key in ("picked", ANSWER, *FILTERS):
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)
    for key, value in filters.items():
        st.session_state[key] = value


@contextmanager
def in_the_address(several: Offered, single: Offered) -> Iterator[None]:
    """Keep widgets and the address in step while they are drawn.

    Each maps a widget's key to what it offers: value → words. Widgets of `several` hold lists of values, those of
    `single` one value or none. A widget that has no value yet takes it from the address; a value that is no longer
    offered is dropped.
    """
    for key, offered in (*several.items(), *single.items()):
        if key in st.session_state:
            values = [v for v in _held(key, key in several) if v in offered]
        else:
            asked = st.query_params.get_all(key)
            values = [v for v, words in offered.items() if words in asked]
        if values:
            st.session_state[key] = values if key in several else values[0]
        else:
            st.session_state.pop(key, None)
    yield
    for key, offered in (*several.items(), *single.items()):
        _say(key, [offered[v] for v in _held(key, key in several) if v in offered])


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


def look_around(name: str) -> None:
    """Narrow every page to what is around one system or recipient."""
    st.session_state[FOCUS] = name


def pick(id: str | None) -> None:
    """Note which part of the picture is being read: a flow's id, or a node's."""
    st.session_state["picked"] = id
    _say("picked", [id] if id else [])


def picked_on_arrival() -> str | None:
    """The part of the picture that was being read when the reader came to the page."""
    if just_arrived():
        st.session_state["asked"] = st.session_state.get("picked") or st.query_params.get("picked")
    found: str | None = st.session_state.get("asked")
    return found


def read_answer(answer: Answer) -> None:
    """Choose the answer that the Transfers page shows."""
    st.session_state[ANSWER] = answer_name(answer)


def choose_row(table: str, row: int | None) -> None:
    """Highlight one row of a table."""
    st.session_state[table] = {"selection": {"rows": [] if row is None else [row], "columns": [], "cells": []}}


def chosen_row(table: str) -> int | None:
    """The row of a table that the reader has picked."""
    state = st.session_state.get(table)
    rows = state["selection"]["rows"] if state else ()
    return rows[0] if rows else None


def answer_among(named: list[str]) -> str:
    """The answer that is read: the one chosen, while it is among those shown, else the first."""
    chosen = st.session_state.get(ANSWER) or st.query_params.get(ANSWER)
    if chosen not in named:
        chosen = named[0]
    st.session_state[ANSWER] = chosen
    return str(chosen)


def read_row(table: str, named: list[str]) -> None:
    """Read the answer whose row was picked; picking it again changes nothing."""
    row = chosen_row(table)
    if row is not None:
        st.session_state[ANSWER] = named[row]
