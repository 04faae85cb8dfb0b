"""The same map as a model of pytm: its diagram, laid out, and its report of findings. Usage: pytm_map.py FILE TARGET"""

import sys
from pathlib import Path

import openpyxl
import pygraphviz
from pytm import TM, Boundary, Data, Dataflow, ExternalEntity, Server

REPORT = "{findings:repeat:* {{item.id}} {{item.description}} {{item.target}}\n}"


def main(file: str, target: str) -> None:
    book = openpyxl.load_workbook(file, read_only=True)
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    model = TM("inventory")
    model.description = "A map of flows"
    inside, outside = Boundary("Ours"), Boundary("Recipients")
    ends = {row[0]: Server(row[0], inBoundary=inside) for row in rows["Systems"][1:]}
    ends |= {row[0]: ExternalEntity(row[0], inBoundary=outside) for row in rows["Recipients"][1:]}
    kinds = {row[0]: Data(name=row[0]) for row in rows["Information categories"][1:]}
    for name, origin, destination, categories, *_ in rows["Flows"][1:]:
        flow = Dataflow(ends[origin], ends[destination], name)
        flow.data = [kinds[c] for c in (categories or "").split("; ") if c in kinds]
    model.resolve()
    template = Path(target, "report.md")
    template.write_text(REPORT, "utf-8")
    Path(target, "flagged.md").write_text(model.report(str(template)), "utf-8")
    pygraphviz.AGraph(string=model.dfd()).draw(Path(target, "map.svg"), format="svg", prog="dot")


main(*sys.argv[1:])
