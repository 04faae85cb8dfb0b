"""A diagram on the page: zoom, pan and pick, in the browser, with nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from datamap.pictures import viewer_parts
from datamap.pictures.flows import NIGHT

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_MOUNT = """
const mounted = new WeakMap();
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const element = parentElement.querySelector(".viewer");
  element.style.height = `${data.height}px`;
  let viewer = mounted.get(element);
  if (!viewer) {
    viewer = makeViewer(element, (id) => viewer.tell(id), (id) => viewer.open(id));
    mounted.set(element, viewer);
  }
  viewer.tell = (id) => setStateValue("picked", id);
  viewer.open = (id) => setTriggerValue("opened", id);
  const asked = JSON.stringify(data.picked), same = viewer.svg === data.svg;
  viewer.show(data.svg, data.hidden, data.picked);
  if (same && viewer.asked !== asked) viewer.highlight(data.picked);
  viewer.svg = data.svg;
  viewer.asked = asked;
}
"""


@cache
def _component() -> ComponentRenderer:
    markup, css, js = viewer_parts()
    return st.components.v2.component(
        "datamap.flow_viewer", html=markup, css=f"{css}\n{_night()}", js=f"{js}\n{_MOUNT}"
    )


def _night() -> str:
    """The colours of a picture on dark ground. The picture itself stays as it is saved."""
    return "\n".join(
        f'.viewer svg [{what}="{day}"] {{ {what}: light-dark({day}, {night}); }}'
        for day, night in NIGHT.items()
        for what in ("fill", "stroke")
    )


class Picked(NamedTuple):
    """What the reader did in a picture, by SVG ids: the part that is picked, and the one just asked to be opened. `last` is
    the part that was picked last, whether or not the picture still has it."""

    part: str | None
    opened: str | None = None
    last: str | None = None


def flow_viewer(
    svg: str,
    *,
    key: str,
    height: int = 640,
    picked: Sequence[str] = (),
    last: str | None = None,
    hidden: Sequence[str] = (),
) -> Picked:
    """Show an SVG of `pictures.to_svg`, `height` pixels high; return what the reader has picked in it.

    The parts `picked` are highlighted at first, and again whenever they or the picture change; another picture is shown so
    that they stand where the ones picked before stood. `last` is what counts as picked last before the reader has picked
    anything, the one part of `picked` when it is left out. Zoom and position last as long as something is picked or the
    reader has moved the picture, and the picture still holds it. `hidden` are names that the search says are hidden by the
    filters.
    """
    result = _component()(
        key=key,
        data={"svg": svg, "picked": list(picked), "height": height, "hidden": list(hidden)},
        default={"picked": last or (picked[0] if len(picked) == 1 else None)},
        height="content",
        on_picked_change=lambda: None,
        on_opened_change=lambda: None,
    )
    ids = (id if isinstance(id, str) else None for id in (result.get("picked"), result.get("opened")))
    was, opened = ids
    part, opened = (id if id and f'id="{id}"' in svg else None for id in (was, opened))
    return Picked(part, opened, was)
