"""From when to when an answer held, as a small table."""

from __future__ import annotations

from collections.abc import Iterable

from datamap.law.readable import day
from datamap.timeline import Span
from datamap.ui.components.answers import chip, marks
from datamap.ui.components.markup import Markup, joined, tag


def history_table(spans: Iterable[Span]) -> Markup:
    """One row for each span, oldest first: its days, its outcome, what changed and why."""
    head = tag(
        "tr", *(tag("th", heading, scope="col") for heading in ("From", "Last day", "Outcome", "What changed", "Why"))
    )
    rows = (
        tag(
            "tr",
            tag("td", day(span.starts) if span.starts else "always", class_="dm-day"),
            tag("td", day(span.ends) if span.ends else "no end recorded", class_="dm-day"),
            tag("td", chip(span.outcome)),
            tag("td", "; ".join(span.changed)),
            tag(
                "td",
                tag("p", span.reason),
                tag(
                    "p",
                    joined((span.citation, marks(to_be_verified=span.to_be_verified, yours=span.yours)), " "),
                    class_="dm-quiet",
                ),
                class_="dm-why",
            ),
        )
        for span in spans
    )
    return tag("table", head, *rows, class_="dm-table")
