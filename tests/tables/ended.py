"""A run that ends itself as if the power went, in the middle of the so-manieth write of a table.

Usage: python -m tests.tables.ended ENGINE FROM TO TABLE [JVM]  (with JVM, the Java of Spark is ended instead)
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import datamap
from datamap.tables import CannotAssess, assess_tables, engines, opened
from tests.tables.small import FILE, ON


def main(engine: str, source: str, target: str, table: str, *java: str) -> None:
    """Everything of the write is done but what makes it count."""
    there = opened(engine, source, target, master="local[2]" if engine == "spark" else None)

    def end() -> None:
        pid = there._spark.sparkContext._gateway.proc.pid if java else os.getpid()  # type: ignore[attr-defined]
        os.kill(pid, signal.SIGKILL)

    if engine == "postgres":
        real_create = there._con.create_table  # type: ignore[attr-defined]

        def create(name: str, *given: Any, **named: Any) -> Any:
            real_create(name, *given, **named)
            if f"_{table}_" in name:
                end()

        there._con.create_table = create  # type: ignore[attr-defined]
    else:
        real_settled, real_gone = engines._settled, engines._gone

        def settled(half: Path, path: Path) -> None:
            if path.parent.name == table:
                end()
            real_settled(half, path)

        def gone(path: Path) -> None:
            if path.parent.name == table and path.name.startswith("part-"):
                end()
            real_gone(path)

        engines._settled, engines._gone = settled, gone
    try:
        assess_tables(there, name=FILE, on=ON, law=datamap.load_law())
    except CannotAssess as reason:
        there.close()
        sys.exit(str(reason))


if __name__ == "__main__":
    main(*sys.argv[1:])
