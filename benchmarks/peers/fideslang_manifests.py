"""A workbook as manifests of fideslang: one system for each system and recipient, with what it sends to whom. Not timed."""

import re
import sys
from collections import defaultdict
from pathlib import Path

import openpyxl
import yaml


def key(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_.-]+", "_", text.strip().lower())


def main(file: str, folder: str) -> None:
    book = openpyxl.load_workbook(file, read_only=True)
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    kinds = [{"fides_key": key(row[0]), "name": row[0]} for row in rows["Information categories"][1:]]
    sent = defaultdict(list)
    for _, origin, destination, categories, *_ in rows["Flows"][1:]:
        sent[origin].append((destination, [key(c) for c in (categories or "").split("; ") if c]))
    systems = []
    for name in [row[0] for sheet in ("Systems", "Recipients") for row in rows[sheet][1:]]:
        systems.append(
            {
                "fides_key": key(name),
                "name": name,
                "system_type": "Service",
                "egress": [{"fides_key": key(to), "type": "system", "data_categories": c} for to, c in sent[name]],
                "privacy_declarations": [
                    {"name": f"Flow {n}", "data_categories": c, "data_use": "essential", "data_subjects": ["customer"]}
                    for n, (_, c) in enumerate(sent[name])
                ],
            }
        )
    target = Path(folder)
    target.mkdir(parents=True)
    for name, listed in (("system", systems), ("data_category", kinds)):
        (target / f"{name}.yml").write_text(yaml.safe_dump({name: listed}), "utf-8")


main(*sys.argv[1:])
