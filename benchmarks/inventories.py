"""Inventories of any size that look like those people keep, the same on every machine: one seed, and sizes that are printed.

A few recipients receive most flows; a system sends a few bundles of categories to a few recipients; cells hold several
values, prose places, notes in brackets and things nobody knew. A recipient holds what it gets at 1 to 10 places. One
inventory can be written as Parquet tables (what `datamap assess` reads), as a folder of CSV and as a workbook.

Usage: python benchmarks/inventories.py FLOWS TARGET  (TARGET ends in .xlsx or .csv for a folder of CSV, else Parquet)
"""

from __future__ import annotations

import csv
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20261123
PART = 1_000_000  # flows that are made and held at a time
ROW_GROUP = 250_000

Rows = list[tuple[str, ...]]
"""The headings, then the rows of a sheet."""
Codes = np.ndarray[Any, np.dtype[np.int64]]

FLOW_HEADINGS = (
    "Flow", "From", "To", "Categories", "Individuals", "Purpose", "Role", "Own purposes", "Effective control", "Ground",
    "Locations", "Safeguards", "Started", "Ended", "Frequency", "Method", "Volume", "Notes", "Source",
)  # fmt: skip

_KINDS = (
    ("Name", "identity", "no", "no"), ("Contact details", "contact", "no", "no"), ("Bank account", "financial", "no", "no"),
    ("Diagnosis", "health", "yes", "no"), ("Device identifier", "online identifier", "no", ""), ("Pay", "employment", "", "no"),
    ("Messages", "communications", "unknown", "no"), ("Browsing", "behaviour", "no", "no"), ("Photograph", "image", "", ""),
    ("Passport number", "identity", "no", "yes"), ("Whereabouts", "location", "no", "no"), ("Other notes", "", "", ""),
)  # fmt: skip
_PLACES = (
    "US", "Sydney, Australia", "Ireland", "NZ", "Singapore", "Frankfurt, Germany", "United Kingdom", "Japan", "India",
    "Philippines", "Canada", "Netherlands", "EEA", "Brazil", "South Africa", "United States", "ap-southeast-2", "Fiji",
)  # fmt: skip
_PROSE = (
    "Held in Ireland; support access from the Philippines", "United States (storage); Philippines (support access)",
    "Australia and Singapore", "outside New Zealand", "not stated", "Ireland with support from the Philippines", "Global",
    "US (storage, backup); IN (remote access)", "EU (Ireland)", "the cloud",
)  # fmt: skip
_ACTIVITIES = ("", "", "", " (storage)", " (support access)", " (backup)", " (processing)", " (transit)")
_PEOPLE = ("Customers", "Staff", "Patients", "Job applicants", "Suppliers", "Visitors", "Students", "Members")
_SENDERS = ("NZ", "NZ", "NZ", "Australia", "Australia", "Ireland", "United Kingdom", "Singapore")
_GROUNDS = (
    "",
    "",
    "",
    "",
    "",
    "IPP 11(1)(a)",
    "IPP 11(1)(a)",
    "APP 6.1",
    "s 24",
    "IPP 11(1)(e); APP 6.2(b)",
    "not stated",
)
_ROLES = ("agent", "agent", "agent", "agent", "controller", "controller", "processor", "joint controller", "affiliate", "", "not stated")  # fmt: skip
_VOLUMES = ("", "", "", "200 people", "5,000", "about 2 million customers", "12k", "unknown")
_PURPOSES = (
    "Support",
    "Delivery",
    "Payroll",
    "Fraud checks",
    "Analytics",
    "Hosting",
    "Marketing",
    "Care",
    "Billing",
    "",
)
_METHODS = ("API", "SFTP", "E-mail", "Portal", "Paper", "")
_EXAMPLES = 8  # spellings and combinations of one column are few beside its rows, as in what people type


@dataclass(frozen=True)
class Inventory:
    """One inventory of so many flows. `regimes` is what every organisation names; blank derives it from the country.

    Everything but the flows is in `sheets`; `parts()` gives the flows, at most `PART` at a time.
    """

    flows: int
    systems: int
    recipients: int
    organisations: int
    categories: int
    regimes: str = ""
    seed: int = SEED

    @classmethod
    def of(cls, flows: int, *, regimes: str = "", seed: int = SEED) -> Inventory:
        """Sizes that go with so many flows: a system to every 25 and a recipient to every 20, as long as that is likely."""
        return cls(
            flows,
            systems=min(max(3, flows // 25), 5_000),
            recipients=min(max(4, flows // 20), 8_000),
            organisations=min(1 + flows // 50_000, 40),
            categories=min(12 + flows // 5_000, 200),
            regimes=regimes,
            seed=seed,
        )

    def __str__(self) -> str:
        return (
            f"{self.flows:,} flows, {self.systems:,} systems, {self.recipients:,} recipients, {self.categories} categories, "
            f"{self.organisations} organisations, seed {self.seed}"
        )

    def _random(self, what: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, what])

    @cached_property
    def category_names(self) -> list[str]:
        every = len(_KINDS)
        return [_KINDS[n % every][0] + (f" {n // every + 1}" if n >= every else "") for n in range(self.categories)]

    @cached_property
    def bundles(self) -> list[str]:
        """The combinations of categories that systems send: a few each, drawn from what a system holds."""
        random, names = self._random(1), self.category_names
        found = {""}
        for _ in range(min(_EXAMPLES + self.systems // 4, 400)):
            size = 1 + int(random.geometric(0.4))
            found.add("; ".join(names[i] for i in sorted(set(_skewed(random, len(names), size, 1.2).tolist()))))
        return sorted(found)

    @cached_property
    def groups(self) -> list[str]:
        """Combinations of individuals; blank takes the system's."""
        return ["", "", *_PEOPLE, "Customers; Staff", "Patients; Visitors", "customers", "not stated"]

    @cached_property
    def places(self) -> list[str]:
        """What people write of the places of one recipient: 1 to 10 of them."""
        random = self._random(2)
        found = {*_PLACES, *_PROSE}
        for _ in range(60):
            count = min(10, 1 + int(random.geometric(0.45)))
            chosen = random.permutation(len(_PLACES))[:count]
            found.add("; ".join(_PLACES[i] + _ACTIVITIES[int(random.integers(8))] for i in chosen))
        return ["", *sorted(found)]

    @cached_property
    def sheets(self) -> dict[str, Rows]:
        """Every sheet but *Flows*, as texts."""
        return {
            "Organisations": self._organisations(),
            "Systems": self._systems(),
            "Information categories": [
                ("Category", "Kind", "Sensitive", "Unique identifier"),
                *((name, *_KINDS[n % len(_KINDS)][1:]) for n, name in enumerate(self.category_names)),
            ],
            "Recipients": self._recipients(),
            "Safeguards": self._safeguards(),
            "Prohibitions": [
                ("Notice", "Regime", "Recipients", "Categories", "Countries", "From", "Until"),
                ("Notice 2026/1", "nz", "Recipient 3", "", "Fiji", "2026-06-01", ""),
            ],
        }

    def _organisations(self) -> Rows:
        return [
            ("Organisation", "Country", "Sector", "Kind", "Small business", "Regimes"),
            *(
                (
                    f"Company {n}", _SENDERS[n % len(_SENDERS)], ("private", "private", "public")[n % 3],
                    ("general", "general", "health agency")[n % 3], ("no", "unknown")[n % 2], self.regimes,
                )
                for n in range(self.organisations)
            ),
        ]  # fmt: skip

    def _systems(self) -> Rows:
        random = self._random(3)
        owners = _skewed(random, self.organisations, self.systems, 0.8)
        bundles = random.integers(1, max(len(self.bundles), 2), self.systems) % len(self.bundles)
        people = random.integers(0, len(self.groups) - 1, self.systems)
        hosts = _skewed(random, self.recipients, self.systems, 1.1)
        return [
            ("System", "Organisation", "Provider", "Locations", "Categories", "Individuals", "Recipients"),
            *(
                (
                    f"System {n}",
                    f"Company {owners[n]}",
                    f"Recipient {hosts[n]}" if n % 4 == 0 else ("none", "", "not stated")[n % 3],
                    ("NZ", "NZ (storage); AU (backup)", "AU", "", "US")[n % 5],
                    self.bundles[bundles[n]],
                    self.groups[people[n]] or "Customers",
                    f"Recipient {hosts[n]}; Recipient {(hosts[n] + 7) % self.recipients}" if n % 9 == 0 else "",
                )
                for n in range(self.systems)
            ),
        ]

    def _recipients(self) -> Rows:
        random = self._random(4)
        places = _skewed(random, len(self.places) - 1, self.recipients, 0.7) + 1
        countries = _skewed(random, len(_PLACES), self.recipients, 0.8)
        roles = random.integers(0, len(_ROLES), self.recipients)
        after = _skewed(random, self.recipients, self.recipients, 1.0)
        return [
            ("Recipient", "Country", "Role", "Sector", "Own purposes", "Locations", "NZ business", "Schemes",
             "Sub-processors", "Effective control"),
            *(
                (
                    f"Recipient {n}",
                    _PLACES[countries[n]] if n % 11 else ("", "not stated")[n % 2],
                    _ROLES[roles[n]],
                    ("private", "private", "", "public")[n % 4],
                    ("no", "no", "yes", "", "unknown")[n % 5],
                    self.places[places[n]] if n % 7 else "",
                    ("", "no", "yes")[n % 3],
                    ("", "", "", "DPF 2026-08-01; UK Extension")[n % 4],
                    f"Recipient {after[n]}" if n % 13 == 0 else "",
                    ("", "yes", "no")[n % 3],
                )
                for n in range(self.recipients)
            ),
        ]  # fmt: skip

    @property
    def _signed(self) -> int:
        return max(2, self.recipients // 6)

    def _safeguards(self) -> Rows:
        random = self._random(5)
        begins = random.integers(0, 1_500, self._signed)
        return [
            ("Safeguard", "Mechanism", "Recipients", "Categories", "Countries", "Module", "Signed", "Starts", "Expires",
             "Review due", "Document", "Assessment"),
            *(
                (
                    f"Agreement {n}",
                    ("agreement", "SCC", "NZ-12-1-F", "AU-8-1", "UK-46-IDTA")[n % 5],
                    f"Recipient {n}" if n % 3 else "",
                    self.category_names[n % self.categories] if n % 29 == 1 else "",
                    ("", "", "US; AU; SG", "EEA")[n % 4],
                    ("2", "", "1")[n % 3],
                    _day(begins[n]),
                    _day(begins[n] + 14),
                    _day(begins[n] + 1_500) if n % 4 else "",
                    _day(begins[n] + 1_200) if n % 2 else "",
                    f"contracts/{n}.pdf" if n % 5 else "",
                    f"Note {n}" if n % 3 else "",
                )
                for n in range(self._signed)
            ),
        ]  # fmt: skip

    def parts(self) -> Iterator[pa.Table]:
        """The flows, all columns text; a blank cell is null. Columns whose values repeat are dictionaries."""
        for start in range(0, self.flows, PART):
            yield self._part(start, min(PART, self.flows - start))

    def _part(self, start: int, count: int) -> pa.Table:
        random = self._random(100 + start // PART)
        system = _skewed(random, self.systems, count, 0.7)
        which = _skewed(random, 12, count, 0.5)  # of the few recipients a system has
        recipient = _portfolio(system, which, self.recipients)
        bundle = 1 + (system * 7 + _skewed(random, 3, count, 1.0) * 5) % max(len(self.bundles) - 1, 1)
        bundle[random.random(count) < 0.3] = 0
        names = ["", *(f"Agreement {n}" for n in range(self._signed)), "Agreement 0; Agreement 1"]
        own = np.where(recipient < self._signed, recipient + 1, 0)
        days = ["", "not stated", *map(_day, range(2_500))]
        later = ["", "", *map(_day, range(1_800, 2_600))]
        columns: dict[str, pa.Array] = {
            "Flow": pa.array([f"F{n}" for n in range(start + 1, start + count + 1)]),
            "From": _column([f"System {n}" for n in range(self.systems)], system),
            "To": _column([f"Recipient {n}" for n in range(self.recipients)], recipient),
            "Categories": _column(self.bundles, bundle % len(self.bundles)),
            "Individuals": _column(self.groups, _skewed(random, len(self.groups), count, 0.9)),
            "Purpose": _column(_PURPOSES, random.integers(0, len(_PURPOSES), count)),
            "Role": _rarely(random, ("", *_ROLES[:-2], "principal"), count, 0.04),
            "Own purposes": _rarely(random, ("", "yes", "no", "unknown"), count, 0.05),
            "Effective control": _rarely(random, ("", "yes", "no"), count, 0.05),
            "Ground": _column(_GROUNDS, _skewed(random, len(_GROUNDS), count, 0.4)),
            "Locations": _rarely(random, self.places, count, 0.06),
            "Safeguards": _column(names, np.where(random.random(count) < 0.25, own, 0)),
            "Started": _column(days, _skewed(random, len(days), count, 0.3)),
            "Ended": _rarely(random, later, count, 0.05),
            "Frequency": _rarely(random, ("", "regular", "continuous", "once", "ad hoc"), count, 0.5),
            "Method": _column(_METHODS, random.integers(0, len(_METHODS), count)),
            "Volume": _column(_VOLUMES, random.integers(0, len(_VOLUMES), count)),
            "Notes": _rarely(random, ("", "asked the supplier", "see the contract, schedule 2"), count, 0.1),
            "Source": _column(("Register 2025", "Interview", ""), random.integers(0, 3, count)),
        }
        return pa.table(columns)


def _skewed(random: np.random.Generator, size: int, count: int, by: float) -> Codes:
    """Numbers below `size`, of which the first are many times as frequent as the last."""
    weights = np.arange(1, size + 1, dtype=np.float64) ** -by
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, random.random(count)), size - 1)


def _portfolio(system: Codes, which: Codes, recipients: int) -> Codes:
    """The recipient that is the so-manieth of a system: the first are shared by many systems, the others are its own."""
    spread = (system * 2_654_435_761 + which * 40_503) % 1_000_003 / 1_000_003
    return np.minimum((recipients * spread ** (1 + 3 / (1 + which))).astype(np.int64), recipients - 1)


def _column(values: Sequence[str], codes: Codes) -> pa.DictionaryArray:
    """A column of texts by their numbers; the blank text is null."""
    blank = [n for n, v in enumerate(values) if not v]
    mask = np.isin(codes, blank) if blank else None
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=mask), pa.array(values, pa.string()))


def _rarely(random: np.random.Generator, values: Sequence[str], count: int, share: float) -> pa.DictionaryArray:
    """A column that is blank but for a share of the rows."""
    chosen = random.integers(1, len(values), count)
    chosen[random.random(count) >= share] = 0
    return _column(values, chosen)


def _day(number: int) -> str:
    return (date(2020, 1, 1) + timedelta(days=int(number))).isoformat()


def write_tables(folder: Path, inventory: Inventory, *, parts: int | None = None) -> None:
    """The inventory as Parquet: a file to each sheet, and a folder `Flows` with a file to every `PART` flows.

    `parts` cuts the flows into so many files instead.
    """
    (folder / "Flows").mkdir(parents=True)
    for name, (headings, *rows) in inventory.sheets.items():
        columns = [pa.array([v or None for v in column], pa.string()) for column in zip(*rows, strict=True)]
        pq.write_table(pa.table(columns, list(headings)), folder / f"{name}.parquet", store_schema=False)
    number = 0
    for table in inventory.parts():
        step = -(-inventory.flows // parts) if parts else PART
        for start in range(0, table.num_rows, step):
            path = folder / "Flows" / f"part-{number:05}.parquet"
            pq.write_table(table.slice(start, step), path, row_group_size=ROW_GROUP, store_schema=False)
            number += 1


def write_csv(folder: Path, inventory: Inventory) -> None:
    """The inventory as a folder of CSV files, which datamap reads as a workbook."""
    folder.mkdir(parents=True)
    for name, rows in inventory.sheets.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    with (folder / "Flows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(FLOW_HEADINGS)
        for table in inventory.parts():
            writer.writerows(zip(*(c.to_pylist() for c in table.columns), strict=True))


_BOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{}</sheets></workbook>'
)
_SHEET = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_xlsx(path: Path, inventory: Inventory) -> None:
    """The inventory as a workbook with shared texts, as spreadsheet programs write it. At most 1,048,575 flows."""
    strings: dict[str, int] = {}
    flows: Iterator[tuple[str | None, ...]] = chain(
        [FLOW_HEADINGS],
        *(zip(*(c.to_pylist() for c in table.columns), strict=True) for table in inventory.parts()),
    )
    every = [*inventory.sheets, "Flows"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for number, name in enumerate(every, 1):
            with package.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
                file.write(_SHEET.encode())
                for at, row in enumerate(inventory.sheets.get(name) or flows, 1):
                    cells = "".join(
                        f'<c r="{chr(65 + n)}{at}" t="s"><v>{strings.setdefault(v, len(strings))}</v></c>'
                        for n, v in enumerate(row)
                        if v
                    )
                    file.write(f'<row r="{at}">{cells}</row>'.encode())
                file.write(b"</sheetData></worksheet>")
        numbered = list(enumerate(every, 1))
        package.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_OFFICE}.sharedStrings+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_OFFICE}.worksheet+xml"/>'
                for n, _ in numbered
            )
            + "</Types>",
        )
        package.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        package.writestr(
            "xl/workbook.xml",
            _BOOK.format("".join(f'<sheet name="{escape(s)}" sheetId="{n}" r:id="rId{n}"/>' for n, s in numbered)),
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                for n, _ in numbered
            )
            + f'<Relationship Id="rId{len(every) + 1}" Type="{_RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        with package.open("xl/sharedStrings.xml", "w") as file:
            file.write(
                f'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                f'uniqueCount="{len(strings)}">'.encode()
            )
            for text in strings:
                file.write(f'<si><t xml:space="preserve">{escape(text)}</t></si>'.encode())
            file.write(b"</sst>")


def main() -> None:
    inventory, target = Inventory.of(int(sys.argv[1].replace(",", "").replace("_", ""))), Path(sys.argv[2])
    print(inventory)
    if target.suffix == ".xlsx":
        write_xlsx(target, inventory)
    elif target.suffix == ".csv":
        write_csv(target, inventory)
    else:
        write_tables(target, inventory)


if __name__ == "__main__":
    main()
