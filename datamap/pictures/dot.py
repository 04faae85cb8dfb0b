"""Graphviz's layout engine as a child process: DOT on standard input, a picture on standard output.

Run by path (`python -P dot.py PROGRAM FORMAT [NAME=VALUE …]`), never imported: it loads nothing of datamap, and it
stands in for a system `dot`. Layout holds Python's lock and cannot be stopped from within: hence its own process.
"""

from __future__ import annotations

import sys


def main(program: str, format: str, *settings: str) -> None:
    import pygraphviz

    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
    for setting in settings:
        name, _, value = setting.partition("=")
        graph.graph_attr[name] = value
    sys.stdout.buffer.write(graph.draw(format=format, prog=program))


if __name__ == "__main__":
    main(*sys.argv[1:])
