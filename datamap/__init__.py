"""datamap: a personal-information inventory and data-flow mapper.

`read` spreadsheets, `assess` them under the law as it stood on a day, and write registers and pictures of the answer.
Heavy libraries are imported when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from datamap.assessment import Assessment, NobodySends, NoSuchRegime, assess
    from datamap.breach import leak
    from datamap.comparison import CannotCompare, Comparison, compare
    from datamap.graph import DataMap
    from datamap.hypothesis import CannotSuppose, suppose
    from datamap.law import BadLaw, Law
    from datamap.law import load as load_law
    from datamap.layouts.profiles import BadProfile
    from datamap.people import NoSuchName, where
    from datamap.sheets import Progress, Unreadable
    from datamap.transfers import Answer, Outcome
    from datamap.workbook import Reading

_HOMES = {
    "Answer": "transfers",
    "Assessment": "assessment",
    "BadLaw": "law",
    "BadProfile": "layouts.profiles",
    "CannotCompare": "comparison",
    "CannotSuppose": "hypothesis",
    "Comparison": "comparison",
    "DataMap": "graph",
    "Law": "law",
    "NoSuchName": "people",
    "NoSuchRegime": "assessment",
    "NobodySends": "assessment",
    "Outcome": "transfers",
    "Progress": "sheets",
    "Reading": "workbook",
    "Unreadable": "sheets",
    "assess": "assessment",
    "compare": "comparison",
    "leak": "breach",
    "suppose": "hypothesis",
    "where": "people",
}

__all__ = ["Answer", "Assessment", "BadLaw", "BadProfile", "CannotCompare", "CannotSuppose", "Comparison", "DataMap", "Law", "NoSuchName", "NoSuchRegime", "NobodySends", "Outcome", "Progress", "Reading", "Unreadable", "assess", "compare", "leak", "load_law", "read", "suppose", "where"]  # fmt: skip


def __getattr__(name: str) -> Any:
    import importlib

    if name == "load_law":
        return importlib.import_module("datamap.law").load
    if name in _HOMES:
        return getattr(importlib.import_module(f"datamap.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'datamap' has no attribute {name!r}")


def read(
    *paths: str | Path,
    law: Law | Callable[[], Law] | None = None,
    mappings: Sequence[str | Path] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Reading:
    """Read one or more inventories together, of any layout: workbooks, CSV, folders or zips of CSV, YAML, Markdown.

    The words for regimes, mechanisms and grounds are those of `law`; of the shipped law when it is None. A function that
    gives the law is called while another process reads the first file. A table that a saved mapping fits is read by it:
    those of `mappings`, then those named `*.mapping.toml` beside the files. `progress` is called several times a second
    while a file is read and while all are understood, and ends that by raising.

    Raises `Unreadable`, with one sentence for the user, when a file cannot be read at all, and `BadProfile` when a
    mapping cannot be used or one of `mappings` fits nothing.
    """
    from contextlib import ExitStack

    from datamap import sheets

    files = [Path(p) for p in paths]
    with ExitStack() as begun:
        first = [begun.enter_context(sheets.begun(path)) for path in files[:1]]

        # imported here, while another process reads
        from datamap import law as laws
        from datamap import layouts, places
        from datamap.layouts import profiles

        if not isinstance(law, laws.Law):
            law = (law or laws.load)()
        asked = [profiles.read(Path(p)) for p in mappings]
        found = [profile for folder in dict.fromkeys(map(_folder, files)) for profile in profiles.beside(folder)]
        places.learn()
        books = [*(book(progress) for book in first), *(sheets.read(p, progress=progress) for p in files[1:])]
    return layouts.read(books, law, profiles=(*asked, *found), wanted=asked, progress=progress)


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
