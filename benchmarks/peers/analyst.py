"""What an analyst would write in an afternoon: pandas, networkx and Graphviz; the map, and the flows to look at.

A recipient abroad in a country that is not on a list of countries, without a safeguard named, is flagged; so is one
whose place nobody knows. What information goes on to is found by networkx. Usage: analyst.py FILE TARGET
"""

import sys
from pathlib import Path

import networkx as nx
import pandas as pd
import pygraphviz

HOME, LISTED = {"nz", "new zealand"}, {"ireland", "frankfurt, germany", "netherlands", "united kingdom", "eea"}


def places(row: pd.Series) -> list[str]:
    for column in ("Locations", "Locations of the recipient", "Country"):
        if row[column]:
            return [place.split("(")[0].strip() for place in row[column].split(";")]
    return ["not stated"]


def main(file: str, target: str) -> None:
    sheets = pd.read_excel(file, sheet_name=None, dtype=str, keep_default_na=False)
    recipients = sheets["Recipients"].rename(columns={"Locations": "Locations of the recipient"})
    flows = sheets["Flows"].merge(
        recipients[["Recipient", "Country", "Locations of the recipient"]],
        left_on="To",
        right_on="Recipient",
        how="left",
    )
    flows = flows.fillna("")
    flows["Place"] = flows.apply(places, axis=1)
    legs = flows.explode("Place")
    place = legs["Place"].str.lower()
    unknown = place.isin({"", "not stated", "global", "the cloud", "outside new zealand"})
    abroad = ~place.isin(HOME) & ~place.isin(LISTED)
    legs[abroad & (unknown | (legs["Safeguards"] == ""))].to_csv(Path(target, "flagged.csv"), index=False)

    graph = nx.MultiDiGraph()
    for flow in flows.itertuples():
        graph.add_edge(flow.From, flow.To, label=flow.Categories)
    pd.DataFrame(
        [(system, len(nx.descendants(graph, system))) for system in sheets["Systems"]["System"] if system in graph]
    ).to_csv(Path(target, "onward.csv"), index=False)
    drawn = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR")
    for origin, destination, label in graph.edges(data="label"):
        drawn.add_edge(origin, destination, label=label)
    drawn.draw(Path(target, "map.svg"), format="svg", prog="dot")


main(*sys.argv[1:])
