"""How soon the diagram of a large inventory can be used, beside `st.graphviz_chart` with the same flows in the same run.

A generated inventory (1,000 systems, 300 recipients, 10,000 flows) is opened in the real app in a real Chromium. Times are
from the click to what the reader waits for; the yardstick is a page of one `st.graphviz_chart` with a line for each flow,
from its address to the drawn picture. Alone, it also tells how large text is on the screen at each size of picture, from
which the readable size is chosen.

Usage: python -m benchmarks.picture [FLOWS]
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as TooLong

import datamap
from benchmarks.inventories import Inventory, write_csv
from datamap import pictures
from datamap.pictures import Fold
from datamap.views import View, select

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 23)
LIMIT = 120
YARDSTICK = """
import sys
import streamlit as st
st.graphviz_chart(open(sys.argv[1], encoding="utf-8").read())
"""


@contextmanager
def served(*command: str) -> Iterator[str]:
    """The address of a Streamlit page for as long as it is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = ["--server.port", str(port), "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    script, *arguments = command
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, *flags, "--", *arguments],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser.new_context(viewport={"width": 1280, "height": 900})
        browser.close()


def at_rest(page: Page) -> None:
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
    )
    page.wait_for_timeout(400)


UNDER_ITS_WORDS = """text => {
    const box = text.getBoundingClientRect()
    const met = text.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    return met !== null && text.closest(".pick").contains(met)
}"""


def in_sight(found: Locator) -> Locator:
    """The first of several boxes or lines whose words a pointer meets where they stand."""
    for one in found.all():
        words = one.locator("text").first
        if words.count() and words.evaluate(UNDER_ITS_WORDS):
            return one
    return found.first


def timed(act: Callable[[], object], wait: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    wait()
    return time.perf_counter() - start


def in_the_app(folder: Path, found: dict[str, tuple[float, int]]) -> None:
    """Seconds, and bytes sent to the browser, for each thing that a reader does, into `found` as they are measured."""
    with served("app.py") as address, chromium() as context:
        page = context.new_page()
        page.set_default_timeout(45_000)
        sent = [0]
        page.on("websocket", lambda s: s.on("framereceived", lambda f: sent.__setitem__(0, sent[0] + len(f))))

        def measure(name: str, act: Callable[[], object], wait: Callable[[], object]) -> None:
            at_rest(page)
            sent[0] = 0
            took = timed(act, wait)
            at_rest(page)
            found[name] = took, sent[0]

        page.goto(f"{address}/?as_of={DAY}")
        page.locator('input[type="file"]').first.set_input_files(sorted(folder.glob("*.csv")))
        page.get_by_text("Open: ").first.wait_for()
        page.wait_for_function("!document.body.innerText.includes('nothing yet')")
        at_rest(page)
        picks = page.locator(".viewer .pick[data-name]")

        def details(name: str) -> Callable[[], None]:
            return page.get_by_role("heading", name=name, exact=True).first.wait_for

        flows = page.get_by_role("link", name="Flows", exact=True)
        measure("open the page, to a picture", flows.click, picks.first.wait_for)
        page.get_by_role("button", name="Whole picture").click()
        at_rest(page)
        box = in_sight(picks.filter(has_text="recipients"))
        name = box.get_attribute("data-name") or ""
        measure("click a box, to its details", box.locator("text").first.click, details(name))
        second = in_sight(picks.filter(has_text="systems"))
        name = second.get_attribute("data-name") or ""
        measure("click another box", second.locator("text").first.click, details(name))
        line = in_sight(page.locator(".viewer .pick[data-from]")).locator("text").first
        measure("click a line, to its flows", line.click, page.get_by_text("flows in one line").first.wait_for)
        box.locator("text").first.click()
        opens = page.get_by_role("button", name=re.compile("^Open (it|the)"))
        opens.first.wait_for()
        more = page.locator('.viewer .pick[data-name*=" more of "]')
        measure("open a folded box", opens.first.click, more.first.wait_for)
        table = page.get_by_test_id("stDataFrame")
        choice = page.get_by_test_id("stButtonGroup")
        measure("show the table", choice.get_by_text("Table", exact=True).click, table.first.wait_for)
        measure("back to the diagram", choice.get_by_text("Diagram", exact=True).click, picks.first.wait_for)
        words = page.get_by_text("flows hidden")
        measure("flagged only", page.get_by_text("Flagged only").click, words.first.wait_for)


def yardstick(folder: Path, source: str) -> float | None:
    """Seconds until `st.graphviz_chart` has drawn a graph; None when it had not after `LIMIT` seconds."""
    script, graph = folder / "yardstick.py", folder / "graph.dot"
    script.write_text(YARDSTICK, "utf-8")
    graph.write_text(source, "utf-8")
    with served(str(script), str(graph)) as address, chromium() as context:
        page = context.new_page()
        page.goto(address)
        page.set_default_timeout(LIMIT * 1000)
        page.reload()
        drawn = page.locator('[data-testid="stGraphVizChart"] svg g.node')
        try:
            return timed(lambda: page.goto(address, wait_until="commit"), drawn.first.wait_for)
        except TooLong:
            return None


def unfolded(assessment: datamap.Assessment) -> str:
    """A box for each end and a labelled line for each flow, as DOT."""
    names = {node.id: (n, node.name) for n, node in enumerate(assessment.map.nodes)}
    boxes = [f'n{n} [label="{name}"]' for n, name in names.values()]
    lines = [
        f'n{names[flow.origin.id][0]} -> n{names[flow.destination.id][0]} [label="{", ".join(flow.carries)}"]'
        for flow in assessment.map.flows
    ]
    return "\n".join(("digraph {", "rankdir=LR; node [shape=box]", *boxes, *lines, "}"))


def sizes(assessment: datamap.Assessment) -> None:
    """How large a name is on the screen when a picture is as wide as its place on the page, by how many lines it has."""
    print(f"{'lines':>6} {'boxes':>6} {'screens high':>13} {'names, pixels at 1280':>22} {'at 1920':>8} {'layout':>8}")
    flows = select(assessment, View()).flows
    for name in sorted({flow.destination.name for flow in flows if flow.recipient}, key=lambda n: (len(n), n))[:400:9]:
        diagram = pictures.flow_diagram(select(assessment, View(focus=name)), fold=Fold.NOTHING)
        if len(diagram.flows) < 20 or len(diagram.flows) > 300:
            continue
        start = time.perf_counter()
        svg = pictures.to_svg(diagram)
        took = time.perf_counter() - start
        box = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', svg)
        assert box
        width, height = float(box[1]), float(box[2])
        narrow, wide = (min(1.4, place / width) for place in (664, 1105))
        print(
            f"{len(diagram.flows):>6} {len(diagram.nodes):>6} {height * narrow / 672:>13.1f} {11 * narrow:>22.1f} "
            f"{11 * wide:>8.1f} {took:>6.2f} s"
        )


def made(place: Path, flows: int) -> tuple[Path, datamap.Assessment]:
    """A folder of CSV files of so many flows with 1,000 systems to 10,000 flows, and its assessment."""
    folder = place / "inventory"
    part = flows / 10_000
    write_csv(folder, Inventory(flows, max(10, int(1_000 * part)), max(10, int(300 * part)), 4, 40))
    return folder, datamap.assess(datamap.read(folder), on=DAY)


def figures(flows: int) -> list[str]:
    """The lines of a Markdown table: what a reader does, how long it takes, what is sent, and beside the yardstick."""
    with tempfile.TemporaryDirectory() as place:
        folder, assessment = made(Path(place), flows)
        chart = yardstick(Path(place), unfolded(assessment))
        said = f"{chart:.1f} s" if chart else f"nothing after {LIMIT} s"
        lines = [
            f"{len(assessment.map.flows):,} flows. `st.graphviz_chart` with a line for each flow: {said}.",
            "",
            "| what | seconds | KiB sent | of `st.graphviz_chart` |",
            "| --- | --- | --- | --- |",
        ]
        found: dict[str, tuple[float, int]] = {}
        try:
            in_the_app(folder, found)
        except PlaywrightError as failure:
            stopped = ["", f"Stopped there: {' '.join(str(failure).partition('Call log')[0].split())}"]
        else:
            stopped = []
        for name, (took, size) in found.items():
            ratio = f"{'' if chart else '< '}{took / (chart or LIMIT):.3f}"
            lines.append(f"| {name} | {took:.2f} | {size / 1024:,.0f} | {ratio} |")
        return lines + stopped


def main() -> None:
    flows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if flows <= 20_000:
        with tempfile.TemporaryDirectory() as place:
            sizes(made(Path(place), flows)[1])
    print("\n".join(figures(flows)))


if __name__ == "__main__":
    main()
