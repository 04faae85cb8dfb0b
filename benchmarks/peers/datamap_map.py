"""The same by datamap: the map as SVG, and the table of flagged flows. Usage: datamap_map.py FILE TARGET"""

import csv
import sys
from datetime import date
from pathlib import Path

import datamap
from datamap import pictures, registers
from datamap.registers.tables import Shown
from datamap.views import View, select


def main(file: str, target: str) -> None:
    assessment = datamap.assess(datamap.read(file), on=date(2026, 11, 23))
    picture = pictures.flow_diagram(select(assessment, View()))
    Path(target, "map.svg").write_text(pictures.to_svg(picture), "utf-8")
    columns, rows = registers.FLAGGED.table(Shown(assessment))
    with Path(target, "flagged.csv").open("w", newline="", encoding="utf-8") as file_:
        csv.writer(file_).writerows((columns, *rows))


main(*sys.argv[1:])
