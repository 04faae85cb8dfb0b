"""Saved mappings: what the columns of one shape of table mean, in a small TOML file that a person can read and edit.

A profile is about headings, never about a file's or a sheet's name, so it reads the next file of that shape by itself:
columns may stand in another order, and others may have been added.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from datamap import places
from datamap.inventory import name_key
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.sheets import Book
from datamap.workbook.columns import as_text

if TYPE_CHECKING:
    from datamap.layouts.tables import Table

ENDING = ".mapping.toml"
"""A profile whose file ends so is used by itself for the files beside it."""
_ROWS = (*SUBJECTS, Meaning.REFERENCE)
"""Meanings that say what a table's rows are about; a mapping that reads one has at least one of them."""
MOST_BYTES = 1_000_000
MOST_BESIDE = 200
"""Profiles of one folder that are looked at."""


class BadProfile(ValueError):
    """A saved mapping that cannot be used. The message is one sentence for the user: where, what, and what is wanted."""


class Same(NamedTuple):
    """Two spellings that the analyst said are one: on a sheet of the workbook, `name` is to be called `is_`."""

    sheet: str
    name: str
    is_: str


@dataclass(frozen=True)
class Profile:
    """One saved mapping.

    `columns` are headings as the file has them, each with its meaning; `Meaning.OTHER` keeps a column as it is.
    `recognised_by` are the headings that a table must have to be of this shape (all of `columns` when it is empty).
    `heading_row` is the row of the headings where they cannot be found by themselves (0: find them). `origin` is the
    system or the recipient that a list of recipients belongs to. A blank under one of `fill_down` repeats what stands
    above it. Rows whose first filled cell begins with one of `leave_out` are left out. With `read` false, tables of this
    shape are no inventory and are left out whole.
    """

    name: str
    columns: Mapping[str, Meaning]
    recognised_by: tuple[str, ...] = ()
    heading_row: int = 0
    origin: str = ""
    fill_down: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    same: tuple[Same, ...] = ()
    read: bool = True
    where: str = field(default="", compare=False)

    LEAST: ClassVar[float] = 0.8
    """The share of the headings that a table must have to be read by the profile."""

    def meaning_of(self, heading: str) -> Meaning | None:
        """What a column means; None when the profile does not have its heading."""
        return _by_key(self.columns).get(name_key(heading))

    def fits(self, table: Table) -> float:
        """The share of the headings, 0 to 1, that a table has; 0 when none of them says what its rows are about."""
        keys = {name_key(h) for h in table.headings.values()}
        about = [name_key(h) for h, m in self.columns.items() if m in _ROWS]
        if self.read and not keys & set(about):
            return 0.0
        wanted = {name_key(h) for h in self.recognised_by or self.columns}
        return len(wanted & keys) / len(wanted)

    def could_fit(self, book: Book) -> bool:
        """Whether some row near the top of a sheet, or the row named, has enough of the headings to look closer."""
        from datamap.layouts.tables import HEADING_ROWS

        wanted = {name_key(h) for h in self.recognised_by or self.columns}
        least = len(wanted) * self.LEAST / 2  # headings may stand in two rows
        rows = (row for sheet in book.sheets for row in sheet.rows[: max(HEADING_ROWS, self.heading_row)])
        return any(len(wanted & {name_key(as_text(v)) for v in row if v is not None}) >= least for row in rows)

    def unused(self, files: Sequence[str]) -> str:
        """One sentence for the case that the profile fits no table of the files."""
        wanted = self.recognised_by or tuple(h for h, m in self.columns.items() if m is not Meaning.OTHER)
        shown = ", ".join(repr(h) for h in wanted[:6]) + (", …" if len(wanted) > 6 else "")
        return (
            f"The mapping {self.name!r} fits no table of {', '.join(files[:3])}{' …' if len(files) > 3 else ''}: it is for "
            f"tables with the headings {shown}."
        )


def _by_key(columns: Mapping[str, Meaning]) -> dict[str, Meaning]:
    return {name_key(heading): meaning for heading, meaning in columns.items()}


# ---------------------------------------------------------------------------------------------------- reading

_KEYS = ("name", "recognised_by", "heading_row", "origin", "fill_down", "leave_out", "read", "columns", "same")
_SAME_KEYS = ("sheet", "name", "is")


def load(text: str, where: str) -> Profile:
    """A profile from its text. `where` names the file in messages. Raises `BadProfile`."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadProfile(f"{where} is not a saved mapping: {_one_line(str(error))}.") from None
    _only(data, _KEYS, where, "a saved mapping")
    name = _text(data, "name", where)
    if not name:
        raise BadProfile(f"{where} has no 'name': give the mapping one, such as name = \"Vendor register\".")
    columns = _meanings(data.get("columns"), where)
    if data.get("read") is not False and not any(m in _ROWS for m in columns.values()):
        wanted = ", ".join(m.value for m in _ROWS)
        raise BadProfile(f"{where}: no column says what the rows are about; one of them has to be: {wanted}.")
    row = data.get("heading_row", 0)
    if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row <= 1_048_576:
        raise BadProfile(f"{where}: 'heading_row' is {row!r}, but a row's number is wanted, such as 5.")
    is_read = data.get("read", True)
    if not isinstance(is_read, bool):
        raise BadProfile(f"{where}: 'read' is {is_read!r}, but true or false is wanted.")
    profile = Profile(
        name=name,
        read=is_read,
        columns=columns,
        recognised_by=_texts(data, "recognised_by", where),
        heading_row=row,
        origin=_text(data, "origin", where),
        fill_down=_texts(data, "fill_down", where),
        leave_out=_texts(data, "leave_out", where),
        same=tuple(_same(data.get("same", []), where)),
        where=where,
    )
    known = {name_key(h) for h in columns}
    for key, headings in (("recognised_by", profile.recognised_by), ("fill_down", profile.fill_down)):
        for heading in headings:
            if name_key(heading) not in known:
                raise BadProfile(f"{where}: {heading!r} in '{key}' is none of its columns{_nearest(heading, columns)}.")
    return profile


def read(path: Path) -> Profile:
    """A profile from a file. Raises `BadProfile`."""
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise BadProfile(f"{path.name} is too large for a saved mapping.")
        text = data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, BadProfile):
            raise
        what = "is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else "was not found or cannot be opened"
        raise BadProfile(f"{path.name} {what}, so it is no saved mapping that can be used.") from None
    return load(text, path.name)


def beside(path: Path) -> list[Profile]:
    """The profiles in the folder of a file, or in the folder itself, by their names. Raises `BadProfile`."""
    folder = path if path.is_dir() else path.parent
    try:
        found = sorted(p for p in folder.iterdir() if p.name.casefold().endswith(ENDING) and p.is_file())
    except OSError:
        return []
    return [read(each) for each in found[:MOST_BESIDE]]


def _one_line(words: str) -> str:
    return " ".join(words.split()).rstrip(".")


def _nearest(word: str, among: Iterable[str]) -> str:
    near = places.nearest(word, among)
    return f" (did you mean {near!r}?)" if near else ""


def _only(data: Mapping[str, Any], keys: Sequence[str], where: str, what: str) -> None:
    for key in data:
        if key not in keys:
            raise BadProfile(
                f"{where}: {key!r} is no key of {what}{_nearest(key, keys)}; the keys are {', '.join(keys)}."
            )


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise BadProfile(f"{where}: {key!r} is {value!r}, but text in quotation marks is wanted.")
    return " ".join(value.split())


def _texts(data: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadProfile(f'{where}: {key!r} is {value!r}, but a list of texts is wanted, such as ["Notes"].')
    return tuple(value)


def _meanings(data: Any, where: str) -> dict[str, Meaning]:
    if not isinstance(data, dict) or not data:
        raise BadProfile(f'{where} has no [columns]: say what each heading means, such as "Vendor" = "recipient".')
    found: dict[str, Meaning] = {}
    for heading, word in data.items():
        if not isinstance(word, str):
            raise BadProfile(
                f"{where}: the column {heading!r} is {word!r}, but a meaning in quotation marks is wanted."
            )
        folded = " ".join(word.casefold().split())
        if folded not in set(Meaning):
            near = _nearest(folded, [m.value for m in Meaning])
            every = ", ".join(m.value for m in Meaning)
            raise BadProfile(
                f"{where}: the column {heading!r} is {word!r}, which is no meaning{near}; meanings are: {every}."
            )
        if name_key(heading) in _by_key(found):
            raise BadProfile(f"{where}: the column {heading!r} stands in it twice.")
        found[heading] = Meaning(folded)
    return found


def _same(data: Any, where: str) -> Iterable[Same]:
    if not isinstance(data, list):
        raise BadProfile(f"{where}: 'same' is written as [[same]] with sheet, name and is.")
    for each in data:
        if not isinstance(each, dict):
            raise BadProfile(f"{where}: 'same' is written as [[same]] with sheet, name and is.")
        _only(each, _SAME_KEYS, where, "[[same]]")
        missing = [key for key in _SAME_KEYS if not _text(each, key, where)]
        if missing:
            raise BadProfile(f"{where}: a [[same]] has no {missing[0]!r}.")
        yield Same(*(_text(each, key, where) for key in _SAME_KEYS))


# ---------------------------------------------------------------------------------------------------- writing


def dump(profile: Profile, *, not_read: str = "") -> str:
    """The text of a profile, which `load` reads back as the same profile.

    `not_read` is why its table was not read, in a sentence without a full stop: the text then says how to have it read.
    """
    lines = [
        "# A saved mapping of datamap: what the columns of one shape of table mean. Put it beside the files, or name it",
        f"# with --mapping. Meanings: {', '.join(m.value for m in Meaning)}.",
        "",
        f"name = {_quoted(profile.name)}",
    ]
    if profile.heading_row:
        lines.append(f"heading_row = {profile.heading_row}")
    if not_read:
        named = any(m in _ROWS for m in profile.columns.values())
        first = "" if named else f"make one of the columns below one of these: {', '.join(_ROWS)}; then "
        lines += [f"# Not read: {_one_line(not_read)}.", f"# To have it read, {first}delete the next line."]
    if not profile.read:
        lines.append("read = false")
    if profile.origin:
        lines.append(f"origin = {_quoted(profile.origin)}")
    for key, values in (
        ("recognised_by", profile.recognised_by),
        ("fill_down", profile.fill_down),
        ("leave_out", profile.leave_out),
    ):
        if values:
            lines.append(f"{key} = [{', '.join(map(_quoted, values))}]")
    lines += ["", "[columns]"]
    lines += [f"{_quoted(heading)} = {_quoted(meaning.value)}" for heading, meaning in profile.columns.items()]
    for same in profile.same:
        lines += ["", "[[same]]", *(f"{key} = {_quoted(text)}" for key, text in zip(_SAME_KEYS, same, strict=True))]
    return "\n".join(lines) + "\n"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _quoted(text: str) -> str:
    """A TOML basic string. A lone surrogate, which no TOML file can hold, becomes the replacement character."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if 0xD800 <= ord(c) <= 0xDFFF:
        return "\ufffd"
    return f"\\u{ord(c):04x}" if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or ord(c) in (0x2028, 0x2029) else c


def from_columns(
    name: str,
    columns: Iterable[tuple[str, Meaning]],
    *,
    origin: str = "",
    fill_down: Iterable[str] = (),
    leave_out: Iterable[str] = (),
    same: Iterable[Same] = (),
    read: bool = True,
) -> Profile:
    """A profile of a table as it was mapped: each heading with its meaning, in order."""
    found: dict[str, Meaning] = {}
    for heading, meaning in columns:
        if name_key(heading) not in _by_key(found):
            found[heading] = meaning
    return Profile(
        " ".join(name.split()),
        found,
        origin=" ".join(origin.split()),
        fill_down=tuple(fill_down),
        leave_out=tuple(leave_out),
        same=tuple(same),
        read=read,
    )
