"""datamap: a personal-information inventory and data-flow mapper.

`read` spreadsheets, `assess` them under the law as it stood on a day, and write registers and pictures of the answer.
Heavy libraries are imported when they are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from datamap.assessment import Assessment, NobodySends, NoSuchRegime, assess
    from datamap.graph import DataMap
    from datamap.law import BadLaw, Law
    from datamap.law import load as load_law
    from datamap.sheets import Unreadable
    from datamap.transfers import Answer, Outcome
    from datamap.workbook import Reading

_HOMES = {
    "Answer": "transfers",
    "Assessment": "assessment",
    "BadLaw": "law",
    "DataMap": "graph",
    "Law": "law",
    "NoSuchRegime": "assessment",
    "NobodySends": "assessment",
    "Outcome": "transfers",
    "Reading": "workbook",
    "Unreadable": "sheets",
    "assess": "assessment",
}

__all__ = ["Answer", "Assessment", "BadLaw", "DataMap", "Law", "NoSuchRegime", "NobodySends", "Outcome", "Reading", "Unreadable", "assess", "load_law", "read"]  # fmt: skip


def __getattr__(name: str) -> Any:
    import importlib

    if name == "load_law":
        return importlib.import_module("datamap.law").load
    if name in _HOMES:
        return getattr(importlib.import_module(f"datamap.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'datamap' has no attribute {name!r}")


def read(*paths: str | Path, law: Law | None = None) -> Reading:
    """Read one or more inventories together, of any layout: workbooks, CSV, folders or zips of CSV, YAML, Markdown.

    The words for regimes, mechanisms and grounds are those of `law`; of the shipped law when it is None. Raises `Unreadable`, with one sentence for the user, when a file cannot be read at all.
    """
    from datamap import law as laws
    from datamap import layouts, sheets

    named: Iterable[str | Path] = paths
    return layouts.read([sheets.read(Path(p)) for p in named], law or laws.load())
