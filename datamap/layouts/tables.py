"""Tables on sheets: where the headings are, which rows are data, and what the other rows are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import islice
from statistics import median

from datamap.inventory import name_key
from datamap.layouts import cells
from datamap.layouts.headings import LONGEST, known_heading, meaning_of
from datamap.layouts.meanings import SUBJECTS, Meaning
from datamap.layouts.rows import Entry
from datamap.pace import steps
from datamap.problems import Problem, without_heading
from datamap.sheets import Cell, Sheet, Value, column_letters
from datamap.workbook.columns import as_text, no_heading
from datamap.workbook.drafts import LeftOut, Said

HEADING_ROWS = 40
"""Headings are looked for in this many filled rows below the top of a sheet, or below the table above."""
MOST_TABLES = 100
"""So many tables of a sheet are looked for, and so many beside each other; what stands beyond them belongs to none."""
LONGEST_GROUP = 50
"""Characters of a heading that stands over several columns without being merged over them."""
SAMPLE = 60
"""So many rows below a row of headings tell what stands under it."""


@dataclass(frozen=True)
class Table:
    """A table found on a sheet. Rows and columns count from 1.

    `headings` are the texts over the columns in use, a group's heading and a column's own joined by ` - `. Every row of
    its part of the sheet that is not blank is a heading row, a data row (`rows`), or left out for a reason. `title` is what stands
    above the headings; `examples` are data rows that are marked as examples, and read because all rows are. Columns in use
    that have no heading are `unheaded`, and are called after their letter.

    Where a table is `turned`, its headings stand below each other in the file and each column is a record. Its `sheet` is
    turned round, so that what is said here of rows and columns holds; `cell` says where something stands in the file.
    """

    sheet: Sheet
    headings: Mapping[int, str]
    heading_rows: tuple[int, ...]
    rows: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()
    title: str = ""
    examples: tuple[int, ...] = ()
    turned: bool = False
    unheaded: frozenset[int] = frozenset()

    def without_heading(self) -> Iterator[Problem]:
        """What stands in the data rows under no heading, and is kept with them."""
        last = max(self.headings.keys() - self.unheaded, default=0)
        for column in sorted(self.unheaded):
            values = ((self.cell(row, column), as_text(value_at(self.sheet, row, column))) for row in self.rows)
            said = [(cell, words) for cell, words in values if words]
            yield from without_heading(said, self.headings[column], last=last, rows=len(self.rows))

    def cell(self, row: int, column: int) -> Cell:
        if self.turned:
            row, column = column, row
        return Cell(self.sheet.file, self.sheet.name, row, column)

    def lines(self) -> tuple[set[int], set[int]]:
        """The rows of the file that hold headings and nothing else of the table, and those that hold data."""
        if not self.turned:
            return set(self.heading_rows), set(self.rows)
        data = {c for c in self.headings if any(as_text(value_at(self.sheet, row, c)) for row in self.rows)}
        return self.headings.keys() - data, data


def value_at(sheet: Sheet, row: int, column: int) -> Value:
    """The value of a cell, by its row and column from 1; None beyond the sheet."""
    if row > len(sheet.rows) or column > len(sheet.rows[row - 1]):
        return None
    return sheet.rows[row - 1][column - 1]


def filled_rows(sheet: Sheet) -> dict[Cell, str]:
    """The first filled cell of every row that is not blank, and what it says."""
    found: dict[Cell, str] = {}
    for number, row in enumerate(steps(sheet.rows), 1):
        for column, value in enumerate(row, 1):
            if words := as_text(value):
                found[Cell(sheet.file, sheet.name, number, column)] = words
                break
    return found


def table_with(sheet: Sheet, wanted: Collection[str], *, least: float = 0.6) -> Table | None:
    """The table of a layout that is known: its headings are the row that has the most of those wanted.

    Rows above the headings are titles. None when no row has the share `least` of the headings wanted.
    """
    keys = {name_key(w) for w in wanted}
    best: tuple[float, int] | None = None
    for number, row in enumerate(sheet.rows[:HEADING_ROWS], 1):
        share = len(keys & {name_key(as_text(v)) for v in row[:MOST_COLUMNS] if v is not None}) / len(keys)
        if share >= least and (best is None or share > best[0]):
            best = share, number
    if best is None:
        return None
    header = best[1]
    headings = {c: words for c, v in enumerate(sheet.rows[header - 1], 1) if (words := as_text(v))}
    under: dict[int, bool] = {}  # columns without a heading: whether something but a number stands in them
    for values in steps(sheet.rows[header:], 0):
        for column, value in enumerate(values, 1):
            if value is not None and column not in headings and (words := as_text(value)):
                under[column] = under.get(column, False) or not words.isdigit()
    unheaded = frozenset(column for column, words in under.items() if words or column > 1)
    headings = dict(sorted({**headings, **{c: no_heading(c) for c in unheaded}}.items()))
    filled = filled_rows(sheet)
    above = {cell: words for cell, words in filled.items() if cell.row < header}
    rows = tuple(cell.row for cell in filled if cell.row > header)
    return Table(sheet, headings, (header,), rows, titles(above), unheaded=unheaded)


def titles(above: Mapping[Cell, str]) -> tuple[LeftOut, ...]:
    """Rows above the headings, as one thing that is left out."""
    if not above:
        return ()
    first, words = next(iter(above.items()))
    return (LeftOut(first, tuple(cell.row for cell in above), "a title above the headings", words),)


# ---------------------------------------------------------------------------------------------- finding tables


MOST_COLUMNS = 1_000
"""Columns of a sheet in which tables are looked for: the widest inventories have some hundred."""


def tables(sheet: Sheet, *, heading_row: int | None = None) -> tuple[Table, ...]:
    """Every table of a sheet, in the order of their headings. None when no row looks like headings over rows.

    `heading_row` says where the first headings are instead of finding them.
    """
    if any(len(row) > MOST_COLUMNS for row in sheet.rows):
        sheet = replace(sheet, rows=[row[:MOST_COLUMNS] for row in sheet.rows])
    return tuple(_Finder(sheet, heading_row).tables())


def without(table: Table, beginnings: Collection[str]) -> Table:
    """A table without the rows whose first filled cell begins with one of some words; they are left out by name."""
    wanted = tuple(" ".join(words.casefold().split()) for words in beginnings if words.strip())
    out = {
        row: words
        for row in table.rows
        if (words := next((t for c in table.headings if (t := as_text(value_at(table.sheet, row, c)))), ""))
        and " ".join(words.casefold().split()).startswith(wanted)
    }
    if not out:
        return table
    first = table.cell(next(iter(out)), min(table.headings))
    aside = LeftOut(first, tuple(out), "left out by the mapping", next(iter(out.values())))
    rows, examples = (tuple(r for r in listed if r not in out) for listed in (table.rows, table.examples))
    return replace(table, rows=rows, examples=examples, left_out=(*table.left_out, aside))


_Columns = tuple[int, ...]


@dataclass(frozen=True)
class _Line:
    """A row that is not blank, and its filled columns, as far as they belong to the part of the sheet looked at."""

    number: int
    filled: _Columns


class _Finder:
    def __init__(self, sheet: Sheet, heading_row: int | None) -> None:
        self.sheet = sheet
        self.heading_row = heading_row
        self.merged = {(top, left): (bottom, right) for top, left, bottom, right in getattr(sheet, "merged", ())}
        self.typed: _Columns = ()
        self.merged_rows = {top for top, _ in self.merged}
        self.lines = [
            _Line(number, filled)
            for number, row in enumerate(steps(sheet.rows), 1)
            if (filled := tuple(c for c, v in enumerate(row, 1) if v is not None and not (isinstance(v, str) and (not v or v.isspace()))))
        ]  # fmt: skip

    def text(self, row: int, column: int) -> str:
        words = as_text(value_at(self.sheet, row, column))
        return cells.plain(words) if "<" in words or "&" in words else words

    def texts(self, line: _Line) -> list[str]:
        return [self.text(line.number, c) for c in line.filled]

    def tables(self) -> Iterator[Table]:
        found = islice(self._in(self.lines), MOST_TABLES)
        yield from sorted(found, key=lambda t: (t.heading_rows[0], min(t.headings)))

    # -- parts of the sheet

    def _in(self, lines: Sequence[_Line]) -> Iterator[Table]:
        """The tables of a part of the sheet: side by side ones first, then from top to bottom."""
        while lines:
            strips = self._strips(lines)
            if len(strips) > 1:
                for strip in strips:
                    yield from self._in(self._within(lines, strip))
                return
            at = self._heading(lines)
            if at is None:
                return
            end = self._next_heading(lines, at)
            part = lines[:end]
            parts = self._strips(part)
            for strip in parts:
                own = self._within(part, strip) if len(parts) > 1 else part
                start = self._heading(own) if len(parts) > 1 else at
                if start is not None:
                    yield self._table(own, start)
            lines = lines[end:]

    @staticmethod
    def _within(lines: Sequence[_Line], strip: tuple[int, int]) -> list[_Line]:
        first, last = strip
        cut = (_Line(line.number, tuple(c for c in line.filled if first <= c <= last)) for line in steps(lines, 0))
        return [line for line in cut if line.filled]

    def _strips(self, lines: Sequence[_Line]) -> list[tuple[int, int]]:
        """Ranges of columns with nothing between them; lines of a single cell, as titles and notes are, part nothing."""
        used = sorted(self._used(lines))
        if not used:
            return [(1, 1 << 20)]
        runs = [[used[0], used[0]]]
        for column in used[1:]:
            if column > runs[-1][1] + 1:
                runs.append([column, column])
            runs[-1][1] = column
        joined = [runs[0]]
        for run in runs[1:] if len(runs) <= MOST_TABLES else ():
            if self._one_table(lines, joined[-1], run):
                joined[-1] = [joined[-1][0], run[1]]
            else:
                joined.append(run)
        if len(joined) == 1 or len(joined) > MOST_TABLES:
            return [(1, 1 << 20)]
        edges = [1, *(run[0] for run in joined[1:])]
        return [(edge, after - 1) for edge, after in zip(edges, [*edges[1:], 1 << 20], strict=True)]

    def _used(self, lines: Sequence[_Line]) -> set[int]:
        """Columns that a line of several cells has something in, or that are merged with one that has."""
        used: set[int] = set()
        for line in steps(lines, 0):
            if len(line.filled) > 1:
                used.update(line.filled)
                if line.number in self.merged_rows:
                    for c in line.filled:
                        used.update(range(c, min(self.merged.get((line.number, c), (0, c))[1], c + 200) + 1))
        return used

    def _one_table(self, lines: Sequence[_Line], left: Sequence[int], right: Sequence[int]) -> bool:
        """Whether columns with blank ones between are one table: a run that is one column wide, or headings that only
        the left part has what they are about.
        """
        sample = lines[: HEADING_ROWS + SAMPLE]
        a, b = (list(self._within(sample, (run[0], run[1]))) for run in (left, right))
        if min(left[1] - left[0], right[1] - right[0]) == 0:
            return True
        rows_a, rows_b = {line.number for line in a}, {line.number for line in b}
        if len(rows_a & rows_b) < 0.8 * min(len(rows_a), len(rows_b)):
            return False
        heads = [self._best_heading(part) for part in (a, b)]
        if heads[0] is None or heads[1] is None or abs(a[heads[0]].number - b[heads[1]].number) > 1:
            return False
        over_a, over_b = self.texts(a[heads[0]]), self.texts(b[heads[1]])
        if {name_key(t) for t in over_a} & {name_key(t) for t in over_b}:
            return False
        return right[0] - left[1] == 2 and any(map(_is_subject, over_a)) and not any(map(_is_subject, over_b))

    # -- headings

    def _heading(self, lines: Sequence[_Line]) -> int | None:
        if self.heading_row is not None:
            for at, line in enumerate(lines):
                if line.number == self.heading_row:
                    return at
        return self._best_heading(lines)

    def _best_heading(self, lines: Sequence[_Line]) -> int | None:
        """The row, among the first, that most looks like headings of those below it; the first of several tables'."""
        best: tuple[float, int] | None = None
        for at in range(min(len(lines), HEADING_ROWS)):
            score = self._likeness(lines, at)
            if score > 0 and (best is None or score > best[0] + 1e-9):
                best = score, at
        if best is None:
            return None
        return next((at for at in range(best[1] - 1) if self._heads_its_own(lines, at, best[1])), best[1])

    def _heads_its_own(self, lines: Sequence[_Line], at: int, best: int) -> bool:
        """Whether a row is surely the headings of a table above the one that has more headings that are known."""
        texts = self.texts(lines[at])
        known = sum(map(known_heading, texts))
        if known < 2 or known < 0.6 * len(texts) or any(t.endswith(":") or cells.prompt(t) for t in texts):
            return False
        under = lines[at + 1]
        if under.number != lines[at].number + 1 or len(under.filled) * 2 < len(texts) or self._likeness(lines, at) <= 0:
            return False
        return not any(map(known_heading, self.texts(under))) and any(
            lines[n].number > lines[n - 1].number + 1 or len(lines[n - 1].filled) == 1 for n in range(at + 2, best + 1)
        )

    def _likeness(self, lines: Sequence[_Line], at: int) -> float:
        line = lines[at]
        if len(line.filled) < 2:
            return 0
        texts = self.texts(line)
        values = [value_at(self.sheet, line.number, c) for c in line.filled]
        heads = [t for t, v in zip(texts, values, strict=True) if _may_head(v, t)]
        odd = sum(not _may_head(v, t) and not _YEAR.fullmatch(t) for t, v in zip(texts, values, strict=True))
        if len(heads) < 2 or len(heads) <= odd:
            return 0
        known = sum(map(known_heading, heads))
        below = lines[at + 1 : at + 1 + SAMPLE]
        if not below and known < 2:
            return 0
        width = max((len(each.filled) for each in (*below, line)), default=1)
        alike = len({name_key(t) for t in heads}) / len(heads)
        prompts = sum(cells.prompt(t) or t.endswith(":") for t in texts)
        contrast = self._contrast(line, below)
        return 3 * known + 4 * len(heads) / width * alike + 2 * contrast - 3 * odd - 3 * prompts

    def _contrast(self, line: _Line, below: Sequence[_Line]) -> float:
        """The share of columns headed by words under which mostly stands what is no word."""
        if not below:
            return 0
        other = 0
        for column in line.filled:
            values = [v for each in below[:12] if (v := value_at(self.sheet, each.number, column)) is not None]
            other += bool(values) and sum(_kind_of(v) != "text" for v in values) * 2 > len(values)
        return other / len(line.filled)

    def _next_heading(self, lines: Sequence[_Line], at: int) -> int:
        """Where the next table's part begins, below the table whose headings stand at `at`."""
        header = lines[at]
        own = {name_key(t) for t in self.texts(header)}
        for here in steps(range(at + 2, len(lines)), 0):
            line, before = lines[here], lines[here - 1]
            gap = line.number > before.number + 1
            if not gap and len(before.filled) > 1:
                continue
            if len(line.filled) < 2 or (here + 1 >= len(lines) and not gap):
                continue
            texts = self.texts(line)
            values = [value_at(self.sheet, line.number, c) for c in line.filled]
            if not all(_may_head(v, t) for v, t in zip(values, texts, strict=True)):
                continue
            keys = {name_key(t) for t in texts}
            if len(keys & own) * 2 > len(keys) or len(keys) < len(texts) * 0.7:
                continue
            known = sum(map(known_heading, texts))
            below = self._below(lines, here)
            if (
                known >= 2
                and known >= (0.4 if gap else 0.75) * len(texts)
                and (gap or not self._reads_on(lines, at, here))
            ):
                return self._title_of(lines, here, at)
            if gap and below and max(map(len, texts)) <= 40 and self._new_kinds(lines, at, here, below):
                return self._title_of(lines, here, at)
        return len(lines)

    def _below(self, lines: Sequence[_Line], here: int) -> list[_Line]:
        found: list[_Line] = []
        for line in lines[here + 1 : here + 9]:
            if line.number != lines[here].number + len(found) + 1:
                break
            found.append(line)
        return found

    def _reads_on(self, lines: Sequence[_Line], at: int, here: int) -> bool:
        """Whether a row below a line of one cell has the columns of the table, so that it is data like those above."""
        return len(lines[here].filled) >= 0.8 * len(lines[at].filled) and here - at > 3 and not self._below(lines, here)

    def _new_kinds(self, lines: Sequence[_Line], at: int, here: int, below: Sequence[_Line]) -> bool:
        """Whether words stand over numbers or dates, in a column where the table above has words or nothing."""
        for column in lines[here].filled:
            under = {_kind_of(value_at(self.sheet, line.number, column)) for line in below}
            over = [_kind_of(value_at(self.sheet, line.number, column)) for line in lines[at + 1 : here]]
            if under and not under & {"text", ""} and over.count("text") + over.count("") == len(over):
                return True
        return False

    def _title_of(self, lines: Sequence[_Line], here: int, at: int) -> int:
        """A line of one cell right above the headings belongs to them."""
        while here - 1 > at and len(lines[here - 1].filled) == 1 and lines[here].number - lines[here - 1].number <= 2:
            if self._ends(lines[here - 1]) or self._totals(lines[here - 1]):
                break
            here -= 1
        return here

    # -- one table

    def _table(self, lines: Sequence[_Line], at: int) -> Table:
        first, last = self._levels(lines, at)
        heads = [lines[n] for n in range(first, last + 1)]
        headings = self._headings(heads)
        body = lines[last + 1 :]
        unheaded: set[int] = set()
        for line in steps(body, 0):
            for column in line.filled:
                if column not in headings and self._counts(body, column):
                    headings[column] = no_heading(column)
                    unheaded.add(column)
        numbers = tuple(h.number for h in heads)
        named = dict(sorted(_told_apart(headings).items()))
        table = Table(self.sheet, named, numbers, (), unheaded=frozenset(unheaded))
        return self._with_all(self._sorted(table, lines[:first], body), body)

    def _with_all(self, table: Table, body: Sequence[_Line]) -> Table:
        """A table with a column for whatever else stands in its rows, so that nothing of them is lost."""
        rows = set(table.rows)
        beside = {c for line in body if line.number in rows for c in line.filled} - table.headings.keys()
        if not beside:
            return table
        headings = {**table.headings, **{c: no_heading(c) for c in beside}}
        return replace(table, headings=dict(sorted(headings.items())), unheaded=table.unheaded | beside)

    def _counts(self, body: Sequence[_Line], column: int) -> bool:
        """Whether a column without a heading has something in rows of the table, rather than one stray note."""
        return any(column in line.filled and len(line.filled) > 2 for line in body[:SAMPLE])

    def _levels(self, lines: Sequence[_Line], at: int) -> tuple[int, int]:
        """The first and the last row of the headings: a row of groups above, a row of columns below."""
        first, last = at, at
        while last + 1 < len(lines) and last - at < 2 and self._goes_on(lines, at, last + 1):
            last += 1
        while first > 0 and at - first < 2 and self._groups(lines[first - 1], lines[first], lines[: first - 1]):
            first -= 1
        return first, last

    def _groups(self, above: _Line, heads: _Line, before: Sequence[_Line]) -> bool:
        """Whether a row is the headings of groups of columns whose own headings stand below it."""
        if above.number != heads.number - 1:
            return False
        texts = self.texts(above)
        if any(not _may_head(value_at(self.sheet, above.number, c), t) or len(t) > 80 or t.endswith(":") or cells.prompt(t) for c, t in zip(above.filled, texts, strict=True)):  # fmt: skip
            return False
        if any(_LABEL.match(t) for t in texts):
            return False
        spans = [(c, *self.merged.get((above.number, c), (above.number, c))) for c in above.filled]
        low, high = heads.filled[0], heads.filled[-1]
        if before and before[-1].number == above.number - 1 and len(before[-1].filled) > 1:
            over = before[-1]
            if not any(self.merged.get((over.number, c), (0, c))[1] > c for c in over.filled):
                return False
        if any(bottom > above.number or right > c for c, bottom, right in spans):
            return not (len(spans) == 1 and spans[0][0] <= low and spans[0][2] >= high)
        inside = [c for c in above.filled if low <= c <= high]
        if len(inside) != len(above.filled) or len(above.filled) >= len(heads.filled):
            return False
        if any(len(t) > LONGEST_GROUP or ": " in t or _TITLED.search(t) for t in texts):
            return False
        return len(above.filled) >= 2 or above.filled[0] > low

    def _goes_on(self, lines: Sequence[_Line], at: int, below: int) -> bool:
        """Whether the row below the headings found is part of them."""
        head, line = lines[below - 1], lines[below]
        if line.number != head.number + 1:
            return False
        values = [value_at(self.sheet, line.number, c) for c in line.filled]
        texts = self.texts(line)
        if not all(_may_head(v, t) and len(t) <= 80 for v, t in zip(values, texts, strict=True)):
            return False
        spans = {c: self.merged.get((head.number, c), (head.number, c)) for c in head.filled}
        wide = {c for left, (_, right) in spans.items() if right > left for c in range(left, right + 1)}
        if wide:
            tall = {c for c, (bottom, _) in spans.items() if bottom >= line.number}
            return (
                set(line.filled) <= wide | set(spans) and bool(set(line.filled) & wide) and not tall & set(line.filled)
            )
        low, high = head.filled[0], line.filled[-1]
        gaps = {c for c in range(low, max(high, head.filled[-1]) + 1) if c not in head.filled}
        new = [c for c in line.filled if c in gaps]
        both = [c for c in line.filled if c in head.filled]
        if below - 1 > at or not new or len(line.filled) < 2 or below + 1 >= len(lines):
            return False
        under_each = all(any(c - k in head.filled for k in range(1, 8)) for c in new)
        known = sum(map(known_heading, texts))
        complete = len(line.filled) < max(len(each.filled) for each in lines[below + 1 : below + 1 + SAMPLE])
        return under_each and (known * 2 >= len(texts) or known >= 2) and (complete or not both or known == len(texts))

    def _headings(self, heads: Sequence[_Line]) -> dict[int, str]:
        """The heading of each column from its rows, the groups' first."""
        found: dict[int, list[str]] = {}
        below: set[int] = {c for line in heads[1:] for c in line.filled}
        for level, line in enumerate(heads):
            edges = [*line.filled, 1 << 20]
            for column, after in zip(line.filled, edges[1:], strict=True):
                words = _heading_in(self.text(line.number, column))
                bottom, right = self.merged.get((line.number, column), (line.number, column))
                if level < len(heads) - 1 and bottom <= line.number:
                    if (line.number, column) not in self.merged:
                        right = self._reach(heads, level, column, after)
                    for c in range(column, min(right, max(below, default=column)) + 1):
                        if c == column or c in below:
                            found.setdefault(c, []).append(words)
                else:
                    found.setdefault(column, []).append(words)
        return {c: " - ".join(dict.fromkeys(words)) for c, words in found.items()}

    def _reach(self, heads: Sequence[_Line], level: int, column: int, after: int) -> int:
        """How far right a group's heading that is not merged reaches: to where the next stands."""
        under = set(heads[level + 1].filled)
        reach = column
        while reach + 1 < after and reach + 1 in under and (column in under):
            reach += 1
        return reach

    # -- rows

    def _sorted(self, table: Table, above: Sequence[_Line], body: Sequence[_Line]) -> Table:
        """A table with its rows told apart from what stands above, between and below them."""
        out: list[tuple[_Line, str]] = [(line, "a title above the headings") for line in above]
        head_keys = [name_key(self.text(n, c)) for n in table.heading_rows for c in table.headings if self.text(n, c)]
        index = _index_of(table.headings)
        width = len(table.headings)
        typical = median([len(line.filled) for line in body[:500] if len(line.filled) > 1] or [1])
        stop = next((n for n, line in enumerate(body) if len(line.filled) == 1 and self._ends(line)), len(body))
        last_full = max(
            (
                n
                for n, line in enumerate(steps(body, 0))
                if len(line.filled) > 1
                and len(line.filled) * 2 >= typical
                and not (self._ends(line) and not self._whole(line, typical))
                and not (n > stop and self._torn(line))
            ),
            default=-1,
        )
        last_full = self._last_alike(body, last_full)
        tail = body[last_full + 1 :]
        ragged = len(tail) > 1 and any(line.filled[0] > min(table.headings) + 1 for line in tail)
        data: list[_Line] = []
        examples: list[_Line] = []
        ended = False
        for n, line in enumerate(steps(body)):
            words = self.text(line.number, line.filled[0])
            before = body[n - 1].number if n else table.heading_rows[-1]
            if not data and not examples and n < 4 and (why := self._under_headings(line, width)):
                out.append((line, why))
            elif self._repeats(line, head_keys):
                out.append((line, "the headings again"))
            elif (ended and (n > last_full or len(line.filled) == 1)) or (ragged and n > last_full and index is None):
                out.append((line, "a footer below the table"))
            elif set(line.filled) <= {index}:
                out.append((line, "a number and nothing else"))
            elif mark := self._marked(line, index):
                if mark == "bare":
                    out.append((line, "an example"))
                else:
                    examples.append(line)
            elif self._totals(line):
                out.append((line, "a total"))
            elif all(_PLACEHOLDER.fullmatch(t) or cells.prompt(t) for t in self.texts(line)):
                out.append((line, "a line to be filled in"))
            elif len(line.filled) == 1 and width > 1 and self._stops(line, n, last_full, line.number - before):
                ended = True
                out.append((line, "a footer below the table"))
            elif len(line.filled) == 1 and n + 1 < len(body) and self._repeats(body[n + 1], head_keys):
                out.append((line, "a title above the headings"))
            elif len(line.filled) == 1 and width > 2 and n < last_full and self._parts(line, words, body[n + 1]):
                out.append((line, "a line between the rows"))
            elif (
                n > last_full
                and len(line.filled) > 1
                and width > 2
                and (self._ends(line) or (width > 3 and self._unlike(line)))
            ):
                ended = True
                out.append((line, "a footer below the table"))
            else:
                ended = ended and n > last_full
                data.append(line)
        if data or len(examples) < 2:
            out += [(line, "an example") for line in examples]
            examples = []
        rows = tuple(sorted(line.number for line in (*data, *examples)))
        title = " ".join(self.text(line.number, line.filled[0]) for line in above if len(line.filled) == 1)[:LONGEST]
        numbers = tuple(line.number for line in examples)
        return replace(table, rows=rows, left_out=tuple(self._left_out(out)), title=title, examples=numbers)

    def _left_out(self, out: Sequence[tuple[_Line, str]]) -> Iterator[LeftOut]:
        """Rows left out, those that follow each other for one reason together."""
        found: list[tuple[str, list[_Line]]] = []
        for line, why in sorted(out, key=lambda each: each[0].number):
            if not found or found[-1][0] != why:
                found.append((why, []))
            found[-1][1].append(line)
        for why, lines in found:
            first = Cell(self.sheet.file, self.sheet.name, lines[0].number, lines[0].filled[0])
            yield LeftOut(first, tuple(line.number for line in lines), why, self.text(first.row, first.column))

    def _under_headings(self, line: _Line, width: int) -> str:
        """What a row right below the headings is if it is no data."""
        texts = self.texts(line)
        if all(_UNIT.fullmatch(t) or re.fullmatch(r"\([^()]{1,20}\)", t) for t in texts) and not _numbered(texts):
            return "units or kinds of values, under the headings"
        if _numbered(texts):
            return "numbers of the columns"
        asked = sum(bool(_INSTRUCTION.match(t)) or cells.prompt(t) or t.endswith("?") for t in texts)
        if len(texts) * 2 >= width and asked * 2 >= len(texts) and asked > 1:
            return "an instruction"
        if asked == len(texts) and asked and len(max(texts, key=len)) > 15:
            return "an instruction"
        return ""

    def _repeats(self, line: _Line, keys: Sequence[str]) -> bool:
        if len(line.filled) < 2 or name_key(self.text(line.number, line.filled[0])) not in keys:
            return False
        found = [name_key(t) for t in self.texts(line)]
        return sum(key in keys for key in found) >= 0.8 * len(found)

    def _marked(self, line: _Line, index: int | None) -> str:
        """`named` when a row says that it is an example of something, `bare` when it only says that it is one."""
        for column in line.filled[:2]:
            words = self.text(line.number, column)
            if not _MAY_BE_EXAMPLE.search(words[:60]):
                continue
            if _BARE_EXAMPLE.fullmatch(words):
                return "bare"
            if cells.example(words) is not None and (column == line.filled[0] or column == index):
                return "named"
        return ""

    def _totals(self, line: _Line) -> bool:
        if not _TOTAL.fullmatch(self.text(line.number, line.filled[0])):
            return False
        others = [value_at(self.sheet, line.number, c) for c in line.filled[1:]]
        return not others or any(_kind_of(v) == "number" or _COUNTED.fullmatch(as_text(v)) for v in others)

    def _ends(self, line: _Line) -> bool:
        words = self.text(line.number, line.filled[0])
        labelled = f"{words}:" if len(line.filled) == 2 and len(words.split()) > 1 else words
        return bool(_FOOTER.match(words) or _LABEL.fullmatch(labelled) or _LABEL.match(words))

    def _whole(self, line: _Line, typical: float) -> bool:
        """Whether a row has about as many cells as the others, each a whole one."""
        return len(line.filled) >= max(3, 0.75 * typical) and not self._torn(line)

    def _torn(self, line: _Line) -> bool:
        """Whether a row is a sentence that its own commas have torn into cells."""
        words = self.text(line.number, line.filled[0])
        return len(words) > 40 or any(t.count("(") != t.count(")") for t in self.texts(line))

    def _stops(self, line: _Line, n: int, last_full: int, step: int) -> bool:
        """Whether a row of one cell ends the table."""
        words = self.text(line.number, line.filled[0])
        if self._ends(line):
            return True
        if n < last_full:
            return False
        return (
            _is_sentence(words)
            or (step > 1 and len(words.split()) > 4)
            or _FOOTNOTE.match(words) is not None
            or (step > 1 and ((words.isupper() and len(words) > 6) or words.endswith(":")))
        )

    def _parts(self, line: _Line, words: str, after: _Line) -> bool:
        """Whether a row of one cell within the table is a line over the rows below it, rather than a row's name alone."""
        merged = self.merged.get((line.number, line.filled[0]))
        if merged and merged[1] > line.filled[0] + 1:
            return True
        return len(after.filled) > 1 and (
            _is_sentence(words) or (words.isupper() and len(words) > 4) or words.endswith(":")
        )

    def _last_alike(self, body: Sequence[_Line], last_full: int) -> int:
        """The last full row that has a number or a date where nearly all rows have, if at least two columns are so."""
        sample = body[:SAMPLE]
        kinds: dict[int, list[str]] = {}
        for line in sample:
            for column in line.filled:
                kinds.setdefault(column, []).append(_kind_of(value_at(self.sheet, line.number, column)))
        self.typed = tuple(
            c
            for c, found in kinds.items()
            if len(found) >= 0.6 * len(sample) > 3 and found.count("text") < 0.4 * len(found)
        )
        if len(self.typed) < 2:
            self.typed = ()
        while self.typed and last_full > 0 and self._unlike(body[last_full]):
            last_full -= 1
        return last_full

    def _unlike(self, line: _Line) -> bool:
        """Whether a row has words or nothing in all columns where rows of the table have numbers or dates."""
        kinds = {_kind_of(value_at(self.sheet, line.number, column)) for column in self.typed}
        return (
            bool(self.typed)
            and kinds <= {"text", ""}
            and "text" in kinds | {""}
            and len(line.filled) < len(self.typed) + 3
        )


# ------------------------------------------------------------------------------------------- what cells look like

_LETTER = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"[-+(]?[\d.,'’\s%€$£/:–-]*\d[\d.,'’\s%€$£/:)–-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ADDRESSED = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+", re.I)
_MAY_BE_EXAMPLE = re.compile(r"exampl|exempl|beispiel|ejemplo|esemp|voorbeeld|sample|\be\.\s?g|\bz\.\s?b|\bp\.\s?e[xj]|bijv|\bex\.", re.I)  # fmt: skip
_BARE_EXAMPLE = re.compile(r"[\[(<]?\s*(?:for example|an? example|examples?|sample(?: row| entry| data)?|example row|exemples?|beispiele?|ejemplos?|esempio|voorbeeld|exemplos?|e\.g\.?|z\.\s?b\.?|p\.\s?ex\.?)\s*[\])>]?\s*\d{0,2}[.:]?", re.I)  # fmt: skip
_TOTAL = re.compile(
    r"(?:grand |sub-?|overall )?(?:total|totals|totaux|summe|gesamt|gesamtsumme|somme|totale|totaal|subtotal|sum)\b"
    r"(?: (?:of |number of |de |du |des |der )?[^\W\d][\w-]*){0,3}\s*(?:[:=]\s*[\w .,-]{0,30})?",
    re.I,
)
_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]|<[^<>]*>|\{[^{}]*\}|_{2,}|\.{3,}|…")
_COUNTED = re.compile(r"[\d.,]+ [^\W\d][\w -]{0,30}")
_FOOTER = re.compile(
    r"(?:\*?\s*(?:foot)?notes?(?: and .*|\s*\d{0,2}\s*[:.)].*)?$|n\.?\s?b\.?\s*:|notes? on |remarks?:|sources?\s*:|source of|legend\b|key\s*:|"
    r"(?:please )?(?:add|insert|copy) (?:more |additional |new |further )?(?:rows?|lines?|entries)|end of (?:table|list|sheet)|"
    r"©|copyright|licen[cs]e\s*:|licensed under|disclaimer|this (?:is not|document|template|sheet|register|inventory|table) |"
    r"(?:last )?updated(?: on)?:|prepared by|(?:please )?contact (?:\w+ ){1,6}(?:for|if|with|about|to)\b|(?:version|revision|rev\.)\s*:?\s*\d|v\d{1,2}\.\d|page \d|instructions?\b|guidance\b|field reference|"
    r"priority actions|references?\s*:?$|definitions?\s*:?$|how to (?:use|fill)|for (?:more|further) information|"
    r"approved by\b|reviewed by\b|signature\b|confidential\s*$|"
    r"remarques?\s*:|légende|quelle\s*:|quellen\s*:|hinweise?\s*:|anmerkungen?\s*:|legende|zeilen? (?:hinzufügen|einfügen)|"
    r"ajouter (?:des|une) lignes?|weitere zeilen|fuente\s*:|nota\s*:|notas\s*:|leyenda|añadir (?:más )?filas|fonte\s*:|"
    r"legenda|bron\s*:|toelichting\s*:|stand\s*:|ceci est |dies ist )",
    re.I,
)
_LABEL = re.compile(
    r"(?:created|prepared|made|maintained|compiled|completed|filled in|reviewed|checked|approved|authori[sz]ed|document|form|"
    r"register|author|owner|contact|date|as (?:of|at)|status|last|next review|revision|rev\.|version|classification|page|draft|"
    r"erstellt|geprüft|freigegeben|bearbeitet|verantwortlich|datum|stand|kontakt|ansprechpartner|letzte|autor|ersteller|"
    r"établi|rédigé|créé|élaboré|validé|mis à jour|mise à jour|dernière|auteur|contact|"
    r"elaborado|creado|aprobado|fecha|actualizado|última|revisado|redatto|creato|compilato|approvato|aggiornato|ultimo|autore|"
    r"opgesteld|gemaakt|goedgekeurd|bijgewerkt|laatst|versie|criado|preparado|aprovado|atualizado)\b[^:=|]{0,30}[:=]",
    re.I,
)
"""Who made a document, when, and of what state it is: above or below a table, never in it."""
_TITLED = re.compile(r"\b(?:register|registers|inventory|template|version|confidential|draft|registre|inventaire|verzeichnis|inventar|registro|inventario|inventário|last (?:updated|reviewed)|(?:19|20)\d\d)\b", re.I)  # fmt: skip
"""Words of a title, which a heading over several columns has not."""
_FOOTNOTE = re.compile(r"[*†‡¹²³⁴]+\s*[=:–-]?\s*\w|\(?\d\)\s")
_INSTRUCTION = re.compile(
    r"(?:please|e\.g\.|z\.\s?b\.|p\.\s?ex\.|i\.e\.|\(?(?:enter|describe|provide|list|specify|state|select|choose|indicate|"
    r"insert|identify|record|add|fill in|name of the|give|explain|note|include|set out|document the|use the|write|"
    r"what|who|where|which|how|why|when|does|do|is|are|has|"
    r"indiquer|indiquez|préciser|précisez|décrire|décrivez|saisir|renseigner|lister|listez|quel|quelle|quels|où|qui|"
    r"bitte|geben sie|beschreiben|nennen|angeben|angabe|eintragen|auswählen|welche|wer|wo|"
    r"indicar|indique|describir|describa|especificar|especifique|seleccione|introduzca|cuál|quién|"
    r"indicare|descrivere|specificare|inserire|selezionare|"
    r"beschrijf|vermeld|geef|vul in|selecteer|kies|welke|"
    r"descreva|descrever|selecione|informe))\s|\([^()]{15,}\)$|<[^<>]{3,}>$",
    re.I,
)
_UNIT = re.compile(
    r"\(?(?:[€$£¥%]|eur|usd|nzd|aud|gbp|inr|days?|months?|years?|kg|km|cm|mm|hours?|hrs?|gb|mb|tb|per year|per week|per month|"
    r"text|free text|freetext|date|dd/mm/yyyy|yyyy-mm-dd|dd-mm-yyyy|mm/yyyy|number|numeric|integer|drop-?down|pick ?list|list|"
    r"yes ?/ ?no|y/n|boolean|mandatory|optional|required|conditional|string|url|email|oui ?/ ?non|ja ?/ ?nein|texte|nombre|"
    r"liste|freitext|pflicht|pflichtfeld|obligatoire|facultatif|obligatorio|opcional|m|o|r|c|auto|automatic|n/a|-|—)\)?\*?",
    re.I,
)
_INDEX = frozenset({"nr", "no", "number", "n", "row", "line", "index", "sn", "slno", "srno", "sno", "lfdnr", "laufendenummer", "item", "itemno", "num", "numéro", "rownumber", "entry", "entrynumber", "", "#"})  # fmt: skip


def _kind_of(value: Value) -> str:
    """`text`, `number`, `date`, `yes or no`; empty for a blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, date | time | timedelta):
        return "date"
    words = as_text(value)
    if not words:
        return ""
    return "number" if not _LETTER.search(words) and _DIGITS.fullmatch(words) else "text"


def _may_head(value: Value, words: str) -> bool:
    """Whether a cell could be a heading: words, neither a number nor an address nor a paragraph."""
    return (
        isinstance(value, str)
        and len(words.partition("\n")[0]) <= LONGEST
        and (_LETTER.search(words) is not None or words in ("#", "№", "%", "€"))
        and not _ADDRESSED.fullmatch(words)
    )


def _heading_in(text: str) -> str:
    """The heading in a cell that may hold help below it."""
    first, whole = " ".join(text.partition("\n")[0].split()), " ".join(text.split())
    return first if first and not known_heading(whole) and (known_heading(first) or len(whole) > LONGEST) else whole


def _numbered(texts: Sequence[str]) -> bool:
    """Whether cells count the columns: 1, 2, 3, or (1), (2), (3), or A, B, C."""
    letters = [column_letters(n) for n in range(1, len(texts) + 1)]
    numbers = [str(n) for n in range(1, len(texts) + 1)]
    return len(texts) > 2 and list(texts) in (letters, numbers, [f"({n})" for n in numbers])


def _is_subject(words: str) -> bool:
    found = meaning_of(words)
    return found is not None and found.meaning in SUBJECTS


def _is_sentence(words: str) -> bool:
    return (
        len(words) > 90
        or (len(words.split()) > 7 and words.endswith((".", "!", ":")))
        or ("\n" in words and len(words) > 60)
    )


def _index_of(headings: Mapping[int, str]) -> int | None:
    """The column that only counts the rows, if there is one."""
    first = min(headings, default=None)
    return first if first is not None and name_key(headings[first].strip(".°º# ")) in _INDEX else None


def _told_apart(headings: Mapping[int, str]) -> dict[int, str]:
    """Headings of one table, the second of the same words with its number."""
    taken: dict[str, int] = {}
    found: dict[int, str] = {}
    for column in sorted(headings):
        words = headings[column]
        key = name_key(words)
        taken[key] = taken.get(key, 0) + 1
        found[column] = words if taken[key] == 1 else f"{words} ({taken[key]})"
    return found


MOST_LABELS = 2_000
"""Forms are looked for on sheets of so many rows at most."""
_ANSWERED = frozenset({"answer", "answers", "response", "responses", "value", "values", "details", "antwort", "réponse", "respuesta", "risposta", "antwoord", "resposta"})  # fmt: skip


_FIELDS = frozenset({"field", "fields", "fieldname", "heading", "headings", "column", "columnname", "feld", "spalte", "champ", "colonne", "campo", "columna", "veld", "kolom"})  # fmt: skip
"""What stands over headings that are explained rather than filled in."""
_NAME_OF = re.compile(
    r"(?:the )?(?:full |official |short |unique )?(?:name|title|description|identifier) (?:of|for|given)\b", re.I
)


def turned(sheet: Sheet) -> tuple[Table, ...]:
    """The tables of a sheet whose headings stand below each other, each record in a column: a form, several forms one
    below the other, or a table that is turned round. None where it is not clear which column holds a record.
    """
    if len(sheet.rows) > MOST_LABELS or not headed_sideways(sheet):
        return ()
    column = min((c for row in sheet.rows[:HEADING_ROWS] for c, v in enumerate(row, 1) if as_text(v)), default=1)
    round_ = _round(sheet)
    made: list[Table] = []
    apart: list[tuple[int, str]] = []
    for block in _forms(sheet, column):
        labels, records = _records(sheet, column, block, apart)
        if not labels:
            return ()
        made.append(Table(round_, _told_apart(labels), (column,), records, turned=True))
    for row, words in apart if made else ():
        above = row < min(made[0].headings)
        out = LeftOut(Cell(sheet.file, sheet.name, row, column), (row,), "a title above the headings" if above else "a line between the rows", words)  # fmt: skip
        made[0] = replace(made[0], left_out=(*made[0].left_out, out))
    return tuple(made)


def _round(sheet: Sheet) -> Sheet:
    width = max(map(len, sheet.rows), default=0)
    grid = [[row[c] if c < len(row) else None for row in sheet.rows] for c in range(width)]
    merged = tuple((left, top, right, bottom) for top, left, bottom, right in sheet.merged)
    return replace(sheet, rows=grid, merged=merged)


def _forms(sheet: Sheet, column: int) -> list[list[int]]:
    """The rows of each form: one begins where the first heading of the one before comes again."""
    blocks: list[list[int]] = [[]]
    first = ""
    for row in range(1, len(sheet.rows) + 1):
        words = as_text(value_at(sheet, row, column))
        key = name_key(words)
        if first and key == first:
            blocks.append([])
        first = first or (key if known_heading(words) else "")
        blocks[-1].append(row)
    return blocks


def _records(
    sheet: Sheet, column: int, block: Sequence[int], apart: list[tuple[int, str]]
) -> tuple[dict[int, str], tuple[int, ...]]:
    """The headings of a form by their rows, and the columns of its records; nothing where that is not clear.

    What stands in neither, such as a title, is added to `apart`.
    """
    labels: dict[int, str] = {}
    beside: dict[int, set[int]] = {}
    aside: list[tuple[int, str]] = []
    for row in block:
        words = as_text(value_at(sheet, row, column))
        found = {c for c, v in enumerate(sheet.rows[row - 1], 1) if c > column and as_text(v)}
        answers = {name_key(as_text(value_at(sheet, row, c))) for c in found}
        if words and (found or known_heading(words)) and not (answers and answers <= _ANSWERED):
            labels[row], beside[row] = _heading_in(words), found
        elif not words and found and not labels:
            labels[row], beside[row] = "Name", found
        elif words or found:
            aside.append((row, words or as_text(value_at(sheet, row, min(found)))))
    heads = [row for row, words in labels.items() if _is_subject(words) or words == "Name"]
    best = next((row for row in heads if beside[row]), None)
    known = sum(map(known_heading, labels.values()))
    if best is None or known < 3 or known * 2 < len(labels):
        return {}, ()
    records = beside[best]
    if any(name_key(words) in _FIELDS for words in labels.values()):
        return {}, ()
    names = [as_text(value_at(sheet, best, c)) for c in records]
    if any(
        _is_sentence(n) or len(n) > 80 or _INSTRUCTION.match(n) or _NAME_OF.match(n) or cells.prompt(n) for n in names
    ):
        return {}, ()
    if any(found - records for found in beside.values()):
        return {}, ()
    if any(not as_text(value_at(sheet, row, column)) for row, _ in aside):
        return {}, ()
    apart += aside
    return labels, tuple(sorted(records))


def headed_sideways(sheet: Sheet) -> int:
    """How many known headings stand below each other in the first column of a sheet; 0 where it has other things there."""
    column = min((c for row in sheet.rows[:HEADING_ROWS] for c, v in enumerate(row, 1) if v is not None), default=1)
    texts = [
        t for row in range(1, min(len(sheet.rows), HEADING_ROWS) + 1) if (t := as_text(value_at(sheet, row, column)))
    ]
    found = [each.meaning for t in texts if known_heading(t) and (each := meaning_of(t))]
    told = {m for m in found if isinstance(m, Meaning)}
    about_something = told & {*SUBJECTS, Meaning.RECIPIENTS, Meaning.PROCESSORS}
    return len(found) if len(told) >= 3 and len(found) * 2 >= len(texts) and about_something else 0


# ---------------------------------------------------------------------------------------------- reading rows


def entries(table: Table, meanings: Mapping[int, Meaning], *, down: Collection[int] = ()) -> Iterator[Entry]:
    """The data rows of a table by what their columns mean; `meanings` is by column, those not in it are kept as extra.

    Rich text becomes plain text and a prompt that nobody answered becomes blank. A blank in a column of `down`, or in a
    cell merged with one above it, says what the cell above it says.
    """
    merged = _repeated(table)
    above: dict[int, Said] = {}
    for number in steps(table.rows, 0):
        entry: Entry | None = None
        for column, heading in table.headings.items():
            said = _said(table, *merged.get((number, column), (number, column)))
            if said is None and column in down:
                said = above.get(column)
            if said is None:
                continue
            above[column] = said
            meaning = meanings.get(column, Meaning.OTHER)
            entry = entry or Entry(said.cell)
            entry.take(meaning, heading.rpartition(" - ")[2] if meaning is Meaning.TICKED else heading, said)
        if entry:
            about = next((entry.one(m) for m in SUBJECTS if entry.one(m)), None)
            if about and (about.cell.column if table.turned else about.cell.row) == number:
                entry.at = about.cell
            yield entry


def _repeated(table: Table) -> dict[tuple[int, int], tuple[int, int]]:
    """The blank cells of data rows that are merged with a cell above them, and that cell."""
    data, first, last = set(table.rows), table.heading_rows[-1] + 1, max(table.rows, default=0)
    return {
        (row, left): (top, left)
        for top, left, bottom, _ in getattr(table.sheet, "merged", ())
        if left in table.headings and top >= first and top in data
        for row in range(top + 1, min(bottom, last) + 1)
    }


def _said(table: Table, row: int, column: int) -> Said | None:
    value = value_at(table.sheet, row, column)
    if isinstance(value, str):
        value = _answer(value)
    return None if value is None else Said(value, table.cell(row, column))


@lru_cache(maxsize=16_384)
def _answer(text: str) -> str | None:
    """What a text says as plain text; None when it is blank or a prompt that nobody answered."""
    words = cells.plain(text).strip()
    return None if not words or cells.prompt(words) else words
